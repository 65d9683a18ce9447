"""Workbooks: kinds of cells, merged cells, error cells, two-row headings, sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from integrity.core.dates import days_of
from integrity.core.errors import InputError
from integrity.exchange.columns import DATE, NUMBER, TEXT
from integrity.exchange.mapping import guess_mapping
from integrity.exchange.parse import parse_table
from integrity.exchange.readers import read_all, read_table, sheet_names

DATA = Path(__file__).parent / "data"
WriteBook = Callable[..., Path]


def test_cells_keep_text_kind_and_place(write_book: WriteBook) -> None:
    rows = [
        ["Survey of 2019"],
        [],
        ["CML", "Thickness (mm)", "Date", "OK"],
        ["A-1", 12.7, dt.date(2019, 5, 3), True],
        ["A-2", 12, dt.datetime(2019, 5, 3, 14, 30), False],
        ["A-3", "0.1", 43588, None],
    ]
    table = read_table(write_book(rows, ["A1:D1"]))
    assert table.header_row == 3 and list(table.rows) == [4, 5, 6]
    assert list(table.column("Thickness (mm)").texts()) == ["12.7", "12", "0.1"]
    assert list(table.column("Date").texts()) == ["2019-05-03", "2019-05-03 14:30:00", "43588"]
    assert list(table.column("OK").texts()) == ["TRUE", "FALSE", ""]
    thickness, date = table.column("Thickness (mm)"), table.column("Date")
    assert [thickness.kinds[c] for c in thickness.codes] == [NUMBER, NUMBER, TEXT]
    assert [date.kinds[c] for c in date.codes] == [DATE, DATE, NUMBER]


def test_number_and_boolean_of_equal_value_stay_apart(write_book: WriteBook) -> None:
    table = read_table(write_book([["CML", "Reading"], ["A", 1], ["B", True], ["C", 0], ["D", False]]))
    assert list(table.column("Reading").texts()) == ["1", "TRUE", "0", "FALSE"]


def test_error_cells_are_not_taken_for_empty(write_book: WriteBook) -> None:
    rows = [["CML", "Thickness"], ["A", 12.7], ["B", "#N/A"], ["C", "=1/0"], ["D", None]]
    table = read_table(write_book(rows))
    assert table.column("Thickness").text(1) == "#N/A"
    assert any(m.key == "exchange.workbook.error_cells" for m in table.evidence)


def test_value_merged_over_rows_belongs_to_each_row(write_book: WriteBook) -> None:
    rows = [["Line", "CML", "Thickness"], ["P-1", "1", 6.0], [None, "2", 6.1], [None, "3", 6.2], ["P-2", "1", 7.0]]
    table = read_table(write_book(rows, ["A2:A4"]))
    assert list(table.column("Line").texts()) == ["P-1", "P-1", "P-1", "P-2"]


def test_section_titles_merged_across_are_no_data(write_book: WriteBook) -> None:
    day = "2019-05-03"
    rows = [["CML", "Thickness", "Date"], ["Upper shell"], ["A", 6.0, day], ["Lower shell"], ["B", 6.1, day]]
    table = read_table(write_book(rows, ["A2:C2", "A4:C4"]))
    assert list(table.rows) == [3, 5] and table.not_data_count("section_title") == 2


def test_headings_over_two_rows_are_joined(write_book: WriteBook) -> None:
    rows = [
        ["压力管道基本信息汇总表"],
        ["管道编号", "管道规格", None, None, "介质"],
        [None, "公称直径", "公称壁厚", "管道长度", None],
        ["P-1", "DN150", 7.1, 12, "水"],
    ]
    table = read_table(write_book(rows, ["A1:E1", "B2:D2", "A2:A3", "E2:E3"]))
    assert table.headings == ("管道编号", "管道规格 公称直径", "管道规格 公称壁厚", "管道规格 管道长度", "介质")
    assert list(table.rows) == [4]


def test_table_that_does_not_begin_in_a1(write_book: WriteBook) -> None:
    rows = [[], [], [None, None, "CML", "Thickness"], [None, None, "A", 6.0]]
    table = read_table(write_book(rows))
    assert table.letters == ("C", "D") and table.header_row == 3 and list(table.rows) == [4]


def test_sheets_by_name(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("2011", "2015"):
        page = book.create_sheet(name)
        page.append(["CML", "Thickness"])
        page.append([f"A-{name}", 6.0])
    path = tmp_path / "b.xlsx"
    book.save(path)
    assert sheet_names(path) == ("Sheet", "2011", "2015")
    assert read_table(path, "2015").column("CML").text(0) == "A-2015"
    assert [t.sheet for t in read_all(path)] == ["2011", "2015"]
    with pytest.raises(InputError) as caught:
        read_table(path, "2019")
    assert caught.value.message.params["sheets"] == "Sheet, 2011, 2015"


@pytest.mark.parametrize("name", ["survey.xls", "survey.ods"])
def test_older_and_open_workbooks_give_the_same(name: str) -> None:
    table = read_table(DATA / name)
    parsed = parse_table(table, guess_mapping(table, "reading").profile)
    assert (table.sheet, table.header_row, parsed.n) == ("2019", 6, 4)
    assert list(parsed.values("position")) == ["0", "45", "90", ""]
    assert set(parsed.values("date_d")) == {days_of("2019-05-03")}
    np.testing.assert_allclose(parsed.values("t_mm"), [0.346 * 25.4, 0.35 * 25.4, np.nan, 0.402 * 25.4])
    assert parsed.outcome.tally().rejected == 1


def test_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.message.key == "exchange.error.workbook_unreadable"
