"""Guessing the mapping, correcting it, and keeping it as a profile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from integrity.core.errors import InputError
from integrity.exchange.fields import allowed_codes, kind_label, record_kind, record_kinds
from integrity.exchange.mapping import IGNORED, guess_kind, guess_mapping, is_calculated
from integrity.exchange.mapping_profile import (
    IdRule,
    MappingProfile,
    load_profile,
    profile_from_json,
    profile_to_json,
    save_profile,
)
from integrity.exchange.raw_table import RawTable
from integrity.i18n import LANGUAGES, catalogue

MakeTable = Callable[..., RawTable]

FIELD_CSV = (
    "ID,Reading,Units,Date,Time,Operator,Gauge,Probe,Material,Velocity,Gain,Notes\n"
    'CML-001,0.482,in,"November 06, 2024",08:01,J,38DL,D790,CS,5920,44,\n'
    "CML-002,12.1,mm,2024-11-06,08:04,J,38DL,D790,CS,5920,45,\n"
)
OLD_SURVEY = (
    "Location ID,Piping Line,Fitting Type,Measured Thickness (in),Nominal (in),Min Required (in),Survey Date,"
    "Technician,Equipment,Comments\nL-1,P-100,elbow,0.312,0.322,0.1,2019-05-03,J,38DL,\n"
)
API_570 = (
    "Circuit_ID,CML,Component,NPS,Schedule,Nominal_mm,t_min_mm,Reading_1,Reading_2,Reading_3,Reading_4,Min_mm,Prev_mm,"
    "Prev_Date,Corr_Rate_mm_yr,Remaining_Life_yr,Condition,Service,Material\n"
    "C-1,1,elbow,6,40,7.11,2.8,6.9,6.8,7.0,6.9,6.8,7.0,2015-05-01,0.05,20,good,naphtha,CS\n"
)
API_510 = (
    "CML Number,TML ID,Location,Component Type,Service,Reading Type,Nozzle Size,Angle,TML 1 (in),TML 2 (in),TML 3 (in),"
    "TML 4 (in),T Actual (in),Nominal Thickness (in),Previous Thickness (in),Current Thickness (in),Loss (in),Loss %,"
    "Corrosion Rate (mpy),Status\n1,1-1,shell,shell,x,UT,,0,0.5,0.5,0.49,0.48,0.48,0.5,0.5,0.48,0.02,4,1,ok\n"
)
CHINESE = "测厚点编号,设备位号,方位,实测壁厚（mm）,检测日期,检测人,备注\nA-1,C-101,0°,12.1,2019年5月3日,张,\n"
IH08 = (
    "Equipment,Description of technical object,Functional Loc.,ObjectType,Maintenance plant,MainWorkCtr,ABC indic.,"
    "Manufacturer,Model number,ConstructYear,Start-up date,System status,User status\n"
    "10000001,COLUMN,U1-C-101,VE,1010,INSP,A,Maker,M1,1991,18.09.1992,INST,OPER\n"
)
RISK = (
    "Equipmnent Number,Component Number,API Component Type,Nominal Diameter (mm),Nominal Thickness (mm),"
    "Minimum Measured Thickness (mm),Weld Joint Efficiency\nC-101,C-101-SH1,COLMID,2400,12,10.1,0.85\n"
)


def fields_of(table: RawTable, kind: str = "reading") -> dict[str, str]:
    return {h.heading: h.field for h in guess_mapping(table, kind).headings}


def test_gauge_file_where_reading_is_the_value(make_table: MakeTable) -> None:
    found = fields_of(make_table(FIELD_CSV))
    assert found["ID"] == "cml" and found["Reading"] == "t_mm"
    assert found["Units"] == "unit" and found["Date"] == "date_d"
    assert found["Operator"] == "technician" and found["Gauge"] == "instrument"


def test_gauge_file_where_reading_is_a_counter(make_table: MakeTable) -> None:
    head = "Reading_No,File_ID,ID,Reading,Thickness_mm,Thickness_in,Date\n"
    text = head + "1,S1,A-1,1,12.7,0.5,2019-05-03\n2,S1,A-1,2,12.6,0.496,2019-05-03\n"
    found = fields_of(make_table(text))
    assert found["Thickness_mm"] == "t_mm" and found["Reading"] == "reading_index"
    assert found["Reading_No"] == "record_no"
    assert found["Thickness_in"] == ""


def test_older_survey_sheet(make_table: MakeTable) -> None:
    found = fields_of(make_table(OLD_SURVEY))
    assert found["Location ID"] == "cml" and found["Measured Thickness (in)"] == "t_mm"
    assert found["Nominal (in)"] == "t_nom_mm" and found["Piping Line"] == "line"
    assert found["Min Required (in)"] == IGNORED


def test_known_tags_tell_the_gauge_column_from_equipment(make_table: MakeTable) -> None:
    guess = guess_mapping(make_table(OLD_SURVEY), "reading", known={"equipment": ["C-101", "V-102"]})
    assert {h.heading: h.field for h in guess.headings}["Equipment"] == "instrument"


def test_four_readings_a_row_and_columns_calculated_elsewhere(make_table: MakeTable) -> None:
    guess = guess_mapping(make_table(API_570), "reading")
    found = {h.heading: h.field for h in guess.headings}
    assert guess.profile.layout == "piping_sheet"
    assert dict(guess.profile.positions) == {"Reading_1": "1", "Reading_2": "2", "Reading_3": "3", "Reading_4": "4"}
    for heading in ("Min_mm", "Prev_mm", "Prev_Date", "Corr_Rate_mm_yr", "Remaining_Life_yr", "t_min_mm"):
        assert found[heading] == IGNORED and is_calculated(heading)
    assert found["CML"] == "cml" and found["Nominal_mm"] == "t_nom_mm" and found["NPS"] == "NPS_in"


def test_vessel_template_with_tml_columns(make_table: MakeTable) -> None:
    guess = guess_mapping(make_table(API_510), "reading")
    assert guess.profile.layout == "piping_sheet" and len(guess.profile.positions) == 4
    assert guess.profile.fields["cml"] in ("CML Number", "TML ID")
    assert guess.missing == ("date_d",)
    assert guess.choices[0].params["field"] == "@exchange.field.date_d"


def test_chinese_headings(make_table: MakeTable) -> None:
    table = make_table(CHINESE)
    assert guess_kind(table)[0].kind == "reading"
    found = fields_of(table)
    assert found["测厚点编号"] == "cml" and found["实测壁厚（mm）"] == "t_mm" and found["检测日期"] == "date_d"
    assert found["设备位号"] == "equipment" and found["方位"] == "position" and found["检测人"] == "technician"


def test_kinds_are_told_apart(make_table: MakeTable) -> None:
    assert guess_kind(make_table(IH08))[0].kind == "sap_equipment"
    assert guess_kind(make_table(RISK))[0].kind == "component"
    assert guess_kind(make_table(API_570))[0].kind == "reading"
    best = guess_kind(make_table(OLD_SURVEY))[0]
    assert best.kind == "reading" and best.evidence.params["required"] == 3


def test_misspelt_heading_is_matched_with_a_lower_score(make_table: MakeTable) -> None:
    guess = guess_mapping(make_table(RISK), "component")
    first = guess.headings[0]
    assert first.heading == "Equipmnent Number" and first.field == "equipment" and 0.5 < first.score < 0.9
    assert first.evidence.key == "exchange.mapping.matched"


def test_unit_in_a_heading_decides_between_like_named_columns(make_table: MakeTable) -> None:
    found = fields_of(make_table("Stream,H2S (mol%),H2S (ppmw),T (℃),P (MPa)\nS-1,0.2,1500,120,0.3\n"), "stream")
    assert found["H2S (ppmw)"] == "H2S_ppmw" and found["H2S (mol%)"] == "H2S_mol"
    assert found["T (℃)"] == "T_C" and found["P (MPa)"] == "P_MPa"


def test_unit_found_from_nominal_is_written_into_the_profile(make_table: MakeTable) -> None:
    text = "CML,Reading,Date\nA,0.322,2019-05-03\nB,0.301,2019-05-03\n"
    guess = guess_mapping(make_table(text), "reading", nominal=np.array([8.18, 8.18]))
    assert guess.units["t_mm"].source == "nominal" and dict(guess.profile.units) == {"t_mm": "in"}


def test_ambiguous_dates_are_named_as_a_choice(make_table: MakeTable) -> None:
    guess = guess_mapping(make_table("CML,Thickness_mm,Survey Date\nA,12.1,05/03/2019\n"), "reading")
    assert [m.key for m in guess.choices] == ["exchange.choice.date_rule"]
    assert guess.choices[0].params["heading"] == "Survey Date"


def test_corrections_move_headings_between_fields(make_table: MakeTable) -> None:
    profile = guess_mapping(make_table(OLD_SURVEY), "reading").profile
    moved = profile.with_heading("instrument", "Equipment")
    assert moved.fields["instrument"] == "Equipment" and "equipment" not in moved.fields
    assert "line" not in moved.with_heading("line", "").fields
    chosen = moved.with_choice(dates={"date_d": "mdy"}, units={"t_mm": "in"}, constants={"equipment": "C-101"})
    assert chosen.dates["date_d"] == "mdy" and chosen.constants["equipment"] == "C-101"
    assert "date_d" not in chosen.with_choice(dates={"date_d": ""}).dates


def full_profile() -> MappingProfile:
    return MappingProfile(
        kind="reading",
        layout="vessel_sheet",
        fields={"cml": "测点", "date_d": "日期"},
        positions={"0°": "0", "90°": "90"},
        labels=("equipment", "unit"),
        constants={"technique": "UT"},
        units={"t_mm": "in"},
        dates={"date_d": "dmy"},
        codes={"fitting": {"弯": "elbow"}},
        decimal=",",
        id_rule=IdRule("upper", True, "{equipment}-{cml}"),
        name="contractor A",
    )


def test_profile_round_trip(tmp_path: Path) -> None:
    profile = full_profile()
    save_profile(profile, tmp_path / "p.json")
    assert load_profile(tmp_path / "p.json") == profile
    assert profile_to_json(profile_from_json(profile_to_json(profile))) == profile_to_json(profile)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("{", "exchange.error.profile_unreadable"),
        ("[]", "exchange.error.profile_version"),
        ('{"version": 99, "kind": "reading"}', "exchange.error.profile_version"),
        ('{"version": 1, "kind": "nothing"}', "exchange.error.profile_kind"),
        ('{"version": 1, "kind": "reading", "color": 1}', "exchange.error.profile_entry"),
        ('{"version": 1, "kind": "reading", "layout": "round"}', "exchange.error.profile_layout"),
        ('{"version": 1, "kind": "reading", "fields": {"x": "y"}}', "exchange.error.profile_field"),
        ('{"version": 1, "kind": "reading", "units": {"t_mm": "kg"}}', "exchange.error.profile_unit"),
        ('{"version": 1, "kind": "reading", "dates": {"date_d": "xyz"}}', "exchange.error.profile_rule"),
        ('{"version": 1, "kind": "reading", "decimal": ";"}', "exchange.error.profile_value"),
        ('{"version": 1, "kind": "reading", "id_rule": {"colour": 1}}', "exchange.error.profile_entry"),
        ('{"version": 1, "kind": "reading", "fields": 5}', "exchange.error.profile_entry"),
    ],
)
def test_bad_profiles_are_refused_with_a_reason(text: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        profile_from_json(text, "p.json")
    assert caught.value.message.key == key


def test_every_field_and_kind_has_words_codes_and_a_quantity() -> None:
    for language in LANGUAGES:
        words = catalogue(language)
        for kind in record_kinds().values():
            assert kind_label(kind.key) in words
            assert kind.required and set(kind.unique) <= set(kind.fields)
            for field in kind.fields.values():
                assert field.label in words, field.label
                assert (field.type == "quantity") == bool(field.quantity)
                if field.codes:
                    assert allowed_codes(field.codes)


def test_no_name_stands_for_two_fields_first() -> None:
    """A kind whose two fields share their best name could only be told apart by luck."""
    for kind in record_kinds().values():
        best = [names[0].lower() for f in kind.fields.values() for names in (f.en, f.zh) if names]
        twice = {n for n in best if best.count(n) > 1} - {"h2s", "description"}
        assert not twice, (kind.key, twice)


def test_unknown_kind_is_an_error() -> None:
    assert record_kind("reading").fields["t_mm"].required
    with pytest.raises(Exception, match="unknown_kind"):
        record_kind("nothing")
