"""Typed columns, units kept beside the value, and a reason for every row that cannot be used."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from integrity.core.arrays import NO_CODE, NO_DATE
from integrity.core.codes import index_of
from integrity.core.dates import days_of
from integrity.core.errors import InputError, ToolError
from integrity.exchange.fields import record_kind
from integrity.exchange.mapping import guess_mapping
from integrity.exchange.outcome import SEVERITY, FindingBatch, finding_label, status_label
from integrity.exchange.parse import ParsedRecords, parse_table
from integrity.exchange.raw_table import RawTable
from integrity.i18n import LANGUAGES, catalogue, translate

MakeTable = Callable[..., RawTable]


def parse(table: RawTable, kind: str, **choices: object) -> ParsedRecords:
    profile = guess_mapping(table, kind).profile
    return parse_table(table, profile.with_choice(**choices) if choices else profile)


READINGS = (
    "CML,Thickness_mm,Date,Nominal (in)\n"
    "A-1,12.7,2019-05-03,0.5\n"
    "A-2,OBST,2019-05-03,0.5\n"
    "A-3,N/A,2019-05-03,0.5\n"
    "A-4,12..7,2019-05-03,0.5\n"
    "A-5,12.7,31.02.2019,0.5\n"
    ",12.7,2019-05-03,0.5\n"
    "A-7,,2019-05-03,0.5\n"
    "A-8,-1,2019-05-03,0.5\n"
    "A-9,12.6,2019-05-03,half\n"
    "A-10,0.5 in,2019-05-03,—\n"
    "A-11,12.7 kg,2019-05-03,\n"
)


def test_each_bad_reading_is_rejected_with_its_reason_and_place(make_table: MakeTable) -> None:
    got = parse(make_table(READINGS), "reading")
    codes = {f.row: (f.code, f.column) for f in got.outcome.findings()}
    assert codes == {
        3: ("obstructed", "B"),
        4: ("not_a_number", "B"),
        5: ("bad_number", "B"),
        6: ("bad_date", "C"),
        7: ("missing_value", "A"),
        8: ("missing_value", "B"),
        9: ("out_of_range", "B"),
        10: ("field_left_empty", "D"),
        12: ("unknown_unit", "B"),
    }
    tally = got.outcome.tally()
    assert (tally.rows_in, tally.accepted, tally.verify, tally.rejected) == (11, 2, 1, 8)
    assert tally.flagged == 1
    assert np.isnan(got.values("t_mm")[1]) and np.isnan(got.values("t_mm")[7])


def test_value_text_and_unit_are_kept_beside_each_other(make_table: MakeTable) -> None:
    got = parse(make_table(READINGS), "reading")
    column = got.columns["t_mm"]
    assert column.unit is not None
    assert (column.values[9], column.entered.text(9), column.unit.text(9)) == (pytest.approx(12.7), "0.5 in", "in")
    assert (column.values[0], column.entered.text(0), column.unit.text(0)) == (12.7, "12.7", "mm")
    np.testing.assert_allclose(got.values("t_nom_mm")[:2], 12.7)


def test_field_that_the_table_lacks_has_missing_values_of_its_type(make_table: MakeTable) -> None:
    got = parse(make_table(READINGS), "reading")
    assert np.isnan(got.values("T_surface_C")).all() and set(got.values("position")) == {""}
    lines = parse(make_table("Line No\nP-1\n"), "line")
    assert lines.values("insulated")[0] == -1 and lines.values("in_service_d")[0] == NO_DATE
    assert lines.values("phase")[0] == NO_CODE and np.isnan(lines.values("NPS_in")[0])


COMPONENTS = (
    "位号 Tag,部件号 Component,API 581类型 Component type,名义壁厚 Nominal thk (in),设计压力 Design press. (psig),"
    "设计温度 Design temp. (°F),焊接接头系数 Joint eff.,保温 Insulated,相态 Phase,投用日期 In service\n"
    "C-101,C-101-SH1,COLMID,0.5,150,650,0.85,是,气 gas,1992年9月\n"
    "C-101,C-101-SH2,COLTOP,0.5,150,650,1.2,否,液 liquid,1992-09-18\n"
    "C-101,C-101-SH1,COLBTM,0.5,150,650,0.85,否,液 liquid,1992-09-18\n"
    "C-101,C-101-SH3,COLUMN-X,0.5,150,650,0.85,perhaps,mist,1992-09-18\n"
)


def test_components_in_foreign_units_codes_and_languages(make_table: MakeTable) -> None:
    got = parse(make_table(COMPONENTS), "component")
    assert got.values("t_nom_mm")[0] == pytest.approx(12.7)
    assert got.values("P_MPa")[0] == pytest.approx(1.03421, abs=1e-5)
    assert got.values("T_C")[0] == pytest.approx(343.333, abs=1e-3)
    assert got.values("component_type")[0] == index_of("component_type", "COLMID")
    assert list(got.values("insulated")[:3]) == [1, 0, 0]
    assert got.values("phase")[1] == index_of("phase", "liquid")
    assert got.values("in_service_d")[0] == days_of("1992-09-01")
    codes = [(f.row, f.code, f.message.params["field"]) for f in got.outcome.findings()]
    assert (2, "month_only", "in_service_d") in codes
    assert (3, "field_left_empty", "E") in codes
    assert (4, "duplicate_key", "component") in codes
    assert (5, "unknown_code", "component_type") in codes
    assert (5, "field_left_empty", "insulated") in codes and (5, "field_left_empty", "phase") in codes
    duplicate = next(f for f in got.outcome.findings() if f.code == "duplicate_key")
    assert duplicate.message.params["first_row"] == 2


def test_open_codes_keep_the_text_and_say_so(make_table: MakeTable) -> None:
    got = parse(make_table("Tag,Kind,Code\nF-101,加热炉 heater,API 530\nC-101,塔,GB 150\n"), "equipment")
    assert list(got.values("construction_code")) == [NO_CODE, index_of("construction_code", "GB_150")]
    assert got.columns["construction_code"].entered.text(0) == "API 530"
    assert got.outcome.tally().accepted == 2
    assert any(m.key == "exchange.code.kept_as_text" and m.params["text"] == "API 530" for m in got.notes)


def test_own_translation_of_a_code(make_table: MakeTable) -> None:
    table = make_table("Tag,Kind\nX-1,Mystery\n")
    assert parse(table, "equipment").outcome.tally().rejected == 1
    assert parse(table, "equipment", codes={"equipment_kind": {"Mystery": "drum"}}).outcome.tally().accepted == 1


def test_ambiguous_dates_are_rejected_until_the_user_chooses(make_table: MakeTable) -> None:
    table = make_table("CML,Thickness_mm,Date\nA,12.1,05/03/2019\nB,12.1,06/06/2019\n")
    got = parse(table, "reading")
    assert [f.code for f in got.outcome.findings()] == ["ambiguous_date"]
    chosen = parse(table, "reading", dates={"date_d": "mdy"})
    assert chosen.values("date_d")[0] == days_of("2019-05-03") and chosen.outcome.tally().accepted == 2


def test_unit_that_nothing_tells_stops_the_table(make_table: MakeTable) -> None:
    table = make_table("PRD tag,Set pressure\nPSV-1,1.2\n")
    with pytest.raises(InputError) as caught:
        parse(table, "relief_device")
    assert caught.value.message.key == "exchange.error.unit_needed"
    assert "Set pressure" in translate(caught.value.message, "en")
    got = parse(table, "relief_device", units={"set_pressure_MPa": "bar"})
    assert got.values("set_pressure_MPa")[0] == pytest.approx(0.12)


def test_line_list_with_pipe_sizes(make_table: MakeTable) -> None:
    head = "管线号 Line No,NPS,规范 Code,管道级别 GC\n"
    text = head + 'P-1,"1-1/2""",ASME B31.3,GC2\nP-2,DN150,GB/T 20801,GC1\nP-3,round,GB/T 20801,GC1\n'
    got = parse(make_table(text), "line")
    assert list(got.values("NPS_in")[:2]) == [1.5, 6.0] and np.isnan(got.values("NPS_in")[2])
    assert [f.code for f in got.outcome.findings()] == ["field_left_empty"]


def test_decimal_commas_of_a_semicolon_file(make_table: MakeTable) -> None:
    got = parse(make_table("CML;Thickness_mm;Date\nA;12,75;3.5.2019\nB;8,1;3.5.2019\n"), "reading")
    assert list(got.values("t_mm")) == [12.75, 8.1]


def test_unquoted_delimiter_rejects_the_line(make_table: MakeTable) -> None:
    body = "".join(f"P-{i},6.5,2019-05-03\n" for i in range(9))
    got = parse(make_table(f"CML,Thickness_mm,Date\n{body}P-9,12,7,2019-05-03\n"), "reading")
    assert {f.code for f in got.outcome.findings() if f.row == 11} >= {"extra_cells"}
    assert got.outcome.tally().rejected == 1


def test_rows_that_go_missing_are_noticed(make_table: MakeTable) -> None:
    outcome = parse(make_table(READINGS), "reading").outcome
    wrong = type(outcome)(**{**outcome.__dict__, "rows_in": 12})
    with pytest.raises(ToolError) as caught:
        wrong.tally()
    assert caught.value.message.params == {"file": "file.csv", "rows_in": 12, "rows_out": 11}


def test_gravest_finding_decides_and_all_are_kept(make_table: MakeTable) -> None:
    outcome = parse(make_table(READINGS), "reading").outcome
    one = np.array([0], dtype=np.int64)
    three = [FindingBatch("growth", one), FindingBatch("duplicate_survey", one), FindingBatch("bad_date", one[:0])]
    more = outcome.with_findings(three)
    assert more.status()[0] == SEVERITY["duplicate_survey"]
    assert [f.code for f in more.findings_of(0)] == ["growth", "duplicate_survey"]
    assert more.code_counts()["growth"] == 1 and more.has("growth")[0]
    with pytest.raises(ToolError):
        FindingBatch("nonsense", one)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_and_outcome_has_words_and_a_remedy(language: str) -> None:
    words = catalogue(language)
    for code in SEVERITY:
        assert {f"exchange.finding.{code}", f"exchange.remedy.{code}", finding_label(code)} <= set(words)
    assert {status_label(s) for s in range(4)} <= set(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_of_a_parse_can_be_read_in_each_language(make_table: MakeTable, language: str) -> None:
    for text, kind in ((READINGS, "reading"), (COMPONENTS, "component")):
        got = parse(make_table(text), kind)
        shown = [translate(m, language) for f in got.outcome.findings() for m in (f.message, f.remedy)]
        shown += [translate(m, language) for m in got.notes]
        shown += [translate(h.evidence, language) for h in guess_mapping(make_table(text), kind).headings]
        assert all("{" not in s and "⟨" not in s and "@" not in s for s in shown)


def test_every_field_of_every_kind_can_be_missing() -> None:
    for key in ("equipment", "reading", "stream"):
        assert all(f.type for f in record_kind(key).fields.values())
