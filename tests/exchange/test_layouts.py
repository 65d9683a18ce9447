"""Long tables, vessel sheets and piping sheets end in the same long records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from integrity.core.dates import days_of
from integrity.core.errors import InputError
from integrity.exchange.labels import find_labels
from integrity.exchange.layouts import read_readings, records_of
from integrity.exchange.mapping import guess_mapping
from integrity.exchange.mapping_profile import IdRule
from integrity.exchange.parse import ParsedRecords, parse_table
from integrity.exchange.positions import angle_of, bare_angles, bare_ordinals, ordinal_of, position_key
from integrity.exchange.raw_table import RawTable
from integrity.exchange.readers import read_table

MakeTable = Callable[..., RawTable]
WriteBook = Callable[..., Path]


def parsed(table: RawTable) -> ParsedRecords:
    return parse_table(table, guess_mapping(table, "reading").profile)


VESSEL = [
    ["壁厚测定记录 Ultrasonic record"],
    ["Vessel / 设备", "V-104"],
    ["Survey date / 检测日期", "3-May-19"],
    ["Units", "inch"],
    [],
    ["CML", "Desc.", "0° or Single", "45°", "90°", "Remarks"],
    ["V-104-001", "near seam", 0.346, 0.35, "OBST", None],
    ["V-104-002", "nozzle N1", 0.402, None, None, "small"],
    ["V-104-003", "not done", None, None, None, None],
    [],
    ["检测 Inspector: 张三    校核 Checked: ____"],
]


def test_vessel_sheet_becomes_one_record_per_reading_cell(write_book: WriteBook) -> None:
    table = read_table(write_book(VESSEL, sheet="2019"))
    got = parsed(table)
    assert got.n == 4 and got.sheet == "2019"
    assert list(got.values("cml")) == ["V-104-001"] * 3 + ["V-104-002"]
    assert list(got.values("position")) == ["0", "45", "90", ""]
    assert list(got.rows) == [7, 7, 7, 8]
    np.testing.assert_allclose(got.values("t_mm"), [0.346 * 25.4, 0.35 * 25.4, np.nan, 0.402 * 25.4])
    assert set(got.values("date_d")) == {days_of("2019-05-03")}
    assert set(got.values("equipment")) == {"V-104"}
    assert [got.outcome.letters["t_mm"].text(i) for i in range(4)] == ["C", "D", "E", "C"]
    assert got.columns["t_mm"].entered.text(0) == "0.346" and got.columns["t_mm"].unit is not None
    assert got.columns["t_mm"].unit.text(0) == "in"


def test_vessel_sheet_tally_counts_reading_cells(write_book: WriteBook) -> None:
    tally = parsed(read_table(write_book(VESSEL))).outcome.tally()
    assert (tally.rows_in, tally.accepted, tally.rejected) == (4, 3, 1)
    assert dict(tally.not_data) == {"blank": 1, "footer": 1, "no_reading": 1}


def test_rejected_cell_of_a_wide_sheet_names_its_column(write_book: WriteBook) -> None:
    finding = next(parsed(read_table(write_book(VESSEL, sheet="S"))).outcome.findings())
    assert (finding.code, finding.row, finding.column, finding.heading) == ("obstructed", 7, "E", "90°")
    assert finding.message.params["where"] == "book.xlsx / S" and finding.message.params["text"] == "OBST"


PIPING = (
    "Circuit_ID,CML,Nominal_mm,Reading_1,Reading_2,Reading_3,Reading_4,Min_mm,Prev_mm,Prev_Date,Survey_Date\n"
    "C-1,P-1-001,8.18,8.0,7.9,8.1,N/A,7.9,8.1,2011-05-01,43588\n"
    "C-1,P-1-002,8.18,7.0,,7.1,7.2,7.0,7.9,2011-05-01,2019年5月4日\n"
)


def test_piping_sheet_with_four_readings_a_row(make_table: MakeTable) -> None:
    table = make_table(PIPING)
    got = parsed(table)
    assert list(got.values("position")) == ["1", "2", "3", "4", "1", "3", "4"]
    assert got.outcome.tally().rows_in == 7 and got.outcome.tally().rejected == 1
    assert [d - days_of("2019-05-03") for d in got.values("date_d")] == [0, 0, 0, 0, 1, 1, 1]
    left = {m.params["heading"] for m in got.notes if m.key == "exchange.layout.calculated"}
    assert left == {"Min_mm", "Prev_mm", "Prev_Date"}


def test_long_table_with_position_and_row_unit(make_table: MakeTable) -> None:
    table = make_table("CML,Angle,Reading,Units,Date\nA,0°,0.5,in,2019-05-03\nA,090 deg,12.7,mm,2019-05-03\n")
    got = parsed(table)
    assert list(got.values("position")) == ["0", "90"]
    np.testing.assert_allclose(got.values("t_mm"), [12.7, 12.7])


def test_three_layouts_of_one_survey_give_the_same_records(make_table: MakeTable, write_book: WriteBook) -> None:
    long = make_table("CML,Position,Thickness_mm,Date\nA,0,8.1,2019-05-03\nA,45,8.2,2019-05-03\nA,90,8.3,2019-05-03\n")
    vessel = read_table(
        write_book([["Date", "2019-05-03"], ["Units", "mm"], ["CML", "0°", "45°", "90°"], ["A", 8.1, 8.2, 8.3]])
    )
    piping = make_table("CML,Reading_1 (mm),Reading_2 (mm),Reading_3 (mm),Date\nA,8.1,8.2,8.3,3.5.2019\n")
    a, b, c = parsed(long), parsed(vessel), parsed(piping)
    for got in (b, c):
        assert np.array_equal(a.values("t_mm"), got.values("t_mm"))
        assert np.array_equal(a.values("date_d"), got.values("date_d"))
    assert list(a.values("position")) == list(b.values("position")) == ["0", "45", "90"]
    assert list(c.values("position")) == ["1", "2", "3"]


def test_rows_along_the_shell_are_part_of_the_position(make_table: MakeTable) -> None:
    text = "# Units: mm\nCML,Distance,0°,90°,180°,Date\nA,100,8.1,8.2,8.3,2019-05-03\nA,200,8.0,8.0,8.0,2019-05-03\n"
    got = parsed(make_table(text))
    assert list(got.values("position"))[:2] == ["100/0", "100/90"] and len(set(got.values("position"))) == 6


def test_labels_in_comments_cells_and_both_languages(write_book: WriteBook, make_table: MakeTable) -> None:
    comments = find_labels(make_table("# Units: mm; Inspector: Li\nCML,Thickness,Date\nA,1.0,2019-05-03\n"))
    assert comments["unit"].text == "mm" and comments["technician"].text == "Li"
    rows = [
        ["位号：", None, "C-101", "检测日期：2019年5月3日"],
        ["单位", "毫米"],
        ["测点编号", "0°", "90°", "180°"],
        ["A", 8, 8, 8],
    ]
    sheet = find_labels(read_table(write_book(rows)))
    assert (sheet["equipment"].text, sheet["equipment"].letter, sheet["equipment"].row) == ("C-101", "C", 1)
    assert sheet["date_d"].text == "2019年5月3日" and sheet["unit"].text == "毫米"


def test_label_without_a_value_takes_none_from_the_next_label(write_book: WriteBook) -> None:
    rows = [["Tag", "Date", "2019-05-03"], ["CML", "0°", "90°", "180°"], ["A", 8, 8, 8]]
    assert "equipment" not in find_labels(read_table(write_book(rows)))


def test_identifier_rule_builds_the_plants_identifier(make_table: MakeTable) -> None:
    table = make_table("Line No,Point,Thickness_mm,Date\np-100 , 1,8.1,2019-05-03\nP-100,2,8.2,2019-05-03\n")
    profile = guess_mapping(table, "reading").profile.with_choice(id_rule=IdRule("upper", True, "{line}-{cml}"))
    assert list(parse_table(table, profile).values("cml")) == ["P-100-1", "P-100-2"]


def test_profile_that_does_not_fit_is_refused(make_table: MakeTable) -> None:
    profile = guess_mapping(make_table(PIPING), "reading").profile
    with pytest.raises(InputError) as caught:
        records_of(make_table("Point,Value\nA,1\n"), profile)
    assert caught.value.message.key == "exchange.error.heading_absent"
    bare = guess_mapping(make_table("CML,Thickness_mm\nA,8\n"), "reading").profile
    with pytest.raises(InputError) as caught:
        records_of(make_table("CML,Thickness_mm\nA,8\n"), bare)
    assert caught.value.message.params["field"] == "@exchange.field.date_d"


def test_constant_stands_in_for_a_missing_column(make_table: MakeTable) -> None:
    table = make_table("CML,Thickness_mm\nA,8\n")
    profile = guess_mapping(table, "reading").profile.with_choice(constants={"date_d": "2019-05-03"})
    assert list(parse_table(table, profile).values("date_d")) == [days_of("2019-05-03")]


def test_read_readings_guesses_where_no_profile_is_given(make_table: MakeTable) -> None:
    records = read_readings(make_table(PIPING))
    assert records.n == 7 and records.columns["t_mm"].text(3) == "N/A"


@pytest.mark.parametrize(
    ("text", "angle"),
    [
        ("0° or Single", 0),
        ("45°", 45),
        ("90 deg", 90),
        ("180度", 180),
        ("壁厚 mm 270°", 270),
        ("400°", None),
        ("45", None),
    ],
)
def test_angle_headings(text: str, angle: int | None) -> None:
    assert angle_of(text) == angle


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Reading_1", 1),
        ("TML 4 (in)", 4),
        ("测点3", 3),
        ("实测壁厚 mm 2", 2),
        ("R4", 4),
        ("Reading", None),
        ("P-1012", None),
    ],
)
def test_numbered_reading_headings(text: str, number: int | None) -> None:
    assert ordinal_of(text) == number


def test_bare_numbers_as_headings() -> None:
    assert bare_angles(["CML", "0", "45", "90"]) == {"0": 0, "45": 45, "90": 90}
    assert bare_angles(["1", "2", "3"]) == {} and bare_ordinals(["CML", "1", "2", "3"]) == {"1": 1, "2": 2, "3": 3}
    assert bare_ordinals(["1", "3", "2"]) == {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("0°", "0"),
        ("090", "90"),
        ("45 deg", "45"),
        ("Reading_2", "2"),
        ("R1", "1"),
        ("", ""),
        ("single", ""),
        ("n", "N"),
        ("90.0", "90"),
    ],
)
def test_position_keys(text: str, key: str) -> None:
    assert position_key(text) == key
