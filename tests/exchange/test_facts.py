"""Facts in files: symbols by name, wide and long tables, values with units, codes, flags and days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.dates import days_of
from integrity.exchange.columns import column_of
from integrity.exchange.facts import FactSymbol, FactSymbols, fact_columns, fact_values, quantity_of, read_one
from integrity.exchange.fields import given_by_cells
from integrity.exchange.mapping import guess_kind, guess_mapping
from integrity.exchange.parse import parse_table
from integrity.exchange.raw_table import RawTable

MakeTable = Callable[..., RawTable]
GRADES = {"low": ("低",), "high": ("高", "big")}
SYMBOLS = FactSymbols(
    [
        FactSymbol("pH", "number", names=("pH of the water", "水的 pH")),
        FactSymbol("TAN", "acid_number", names=("total acid number", "酸值")),
        FactSymbol("density", "density", names=("density", "密度")),
        FactSymbol("T_high_C", "temperature", names=("upper end", "温度上限")),
        FactSymbol("H2S_ppmw", "mass_ppm", names=("hydrogen sulfide", "硫化氢")),
        FactSymbol("Cl_ppm", "number", names=("chloride", "氯")),
        FactSymbol("grade", "code", ("low", "high"), ("susceptibility", "敏感性"), GRADES),
        FactSymbol("pwht", "flag", names=("heat treated", "焊后热处理")),
        FactSymbol("coating_d", "date", names=("coated on", "涂装日期")),
        FactSymbol("remark", "text"),
        FactSymbol("twin_a", "number", names=("twin",)),
        FactSymbol("twin_b", "number", names=("twin",)),
    ]
)


@pytest.mark.parametrize(
    ("heading", "symbol"),
    [
        ("pH", "pH"),
        ("水的 pH", "pH"),
        ("酸值 TAN (mgKOH/g)", "TAN"),
        ("Total acid number (mgKOH/g)", "TAN"),
        ("温度上限 T_high (℃)", "T_high_C"),
        ("硫化氢", "H2S_ppmw"),
        ("Susceptibility of welds grade_x", ""),
        ("twin", ""),
        ("twin_a", "twin_a"),
        ("nothing", ""),
    ],
)
def test_a_heading_names_a_symbol_or_none(heading: str, symbol: str) -> None:
    assert SYMBOLS.find(heading) == symbol


def test_near_symbols_are_named() -> None:
    assert SYMBOLS.near("coating") == "coating_d"
    assert SYMBOLS.near("zzz") == "—"


def test_columns_of_a_wide_table() -> None:
    heads = ("Component", "Loop", "From", "pH", "密度 density (kg/m3)", "Remarks", "pH (2)")
    assert fact_columns(heads, SYMBOLS) == {"pH": "pH", "密度 density (kg/m3)": "density"}
    assert fact_columns(("Symbol", "pH"), SYMBOLS) == {}


def values(symbol: str, *texts: str, unit: str = "", heading: Any = "") -> Any:
    n = len(texts)
    return fact_values(column_of([symbol] * n), column_of(texts), column_of([unit] * n), heading, SYMBOLS)


def codes_of(read: Any) -> list[str]:
    return [b.code for b in read.findings]


def test_numbers_are_brought_into_the_internal_unit() -> None:
    read = values("density", "50 lb/ft3", "800 kg/m3", "0.8 g/cm3")
    assert read.number == pytest.approx([800.923, 800.0, 800.0], rel=1e-6)
    assert read.unit.tolist() == ["lb/ft3", "kg/m3", "g/cm3"] and not read.bad.any()
    assert values("H2S_ppmw", "0.09", unit="wt%").number == pytest.approx([900.0])
    assert values("T_high_C", "200").number.tolist() == [200.0]
    assert values("T_high_C", "392", heading=column_of(["upper end (°F)"])).number == pytest.approx([200.0])
    assert values("TAN", "1.5").number.tolist() == [1.5]


def test_a_number_without_a_unit_is_not_guessed() -> None:
    read = values("density", "800")
    assert codes_of(read) == ["unit_needed"] and read.bad.tolist() == [True] and np.isnan(read.number[0])
    assert "kg/m3" in read.findings[0].param(0)["units"]
    assert codes_of(values("density", "800", unit="MPa")) == ["unit_unknown"]
    assert codes_of(values("density", "800", heading=column_of(["density (MPa)"]))) == ["unit_unknown"]
    assert codes_of(values("pH", "5 MPa")) == ["unit_unknown"]


def test_a_plain_number_may_carry_the_unit_of_its_symbol() -> None:
    assert values("Cl_ppm", "30 ppm").number.tolist() == [30.0]
    assert values("Cl_ppm", "30", heading=column_of(["chloride (ppm)"])).number.tolist() == [30.0]
    assert codes_of(values("Cl_ppm", "30", heading=column_of(["chloride (wt%)"]))) == ["unit_unknown"]


@pytest.mark.parametrize(("text", "code"), [("low", "low"), ("高", "high"), ("高 high", "high"), ("BIG", "high")])
def test_codes_in_either_language(text: str, code: str) -> None:
    assert values("grade", text).text.tolist() == [code]


def test_what_is_no_code_flag_day_or_number_is_said() -> None:
    assert codes_of(values("grade", "low high")) == codes_of(values("grade", "splendid")) == ["unknown_code"]
    assert values("pwht", "是", "N").text.tolist() == ["yes", "no"]
    assert codes_of(values("pwht", "perhaps")) == ["unknown_code"]
    assert values("coating_d", "2010-05-01").day.tolist() == [days_of("2010-05-01", "")]
    assert codes_of(values("coating_d", "soon")) == ["bad_date"]
    assert codes_of(values("coating_d", "03/04/2010")) == ["ambiguous_date"]
    assert codes_of(values("pH", "sour")) == ["bad_number"]
    assert codes_of(values("pH", "n/a")) == ["not_a_number"]
    assert codes_of(values("nothing", "1")) == ["unknown_symbol"]
    read = values("remark", "hard welds")
    assert read.text.tolist() == ["hard welds"] and read.day.tolist() == [NO_DATE]


def test_one_value_as_somebody_types_it() -> None:
    assert read_one(SYMBOLS.by_key["density"], "50 lb/ft3").number == pytest.approx([800.923], rel=1e-6)
    assert read_one(SYMBOLS.by_key["density"], "50", "lb/ft3").number == pytest.approx([800.923], rel=1e-6)
    assert read_one(SYMBOLS.by_key["grade"], "高").text.tolist() == ["high"]


def test_the_units_of_a_stream_are_those_of_its_symbol() -> None:
    assert quantity_of("TAN", "number") == "acid_number"
    assert quantity_of("pH", "number") in ("number", "ratio")
    assert quantity_of("velocity_m_s", "number") == "velocity"
    assert quantity_of("anything", "no such quantity") == "number"


WIDE = "Component,Loop,pH,TAN (mgKOH/g),grade\nC-1,,5,—,高\n,CL-1,6,1.5,\n,CL-2,,,/\n"
LONG = "Item,Symbol,Value,Unit,From,Source\nV-1,pH,5,,2011-03-04,lab\nV-1,TAN,1.5,mgKOH/g,,lab\n"


def test_a_wide_table_becomes_one_record_a_filled_cell(make_table: MakeTable) -> None:
    table = make_table(WIDE)
    assert guess_kind(table, SYMBOLS)[0].kind == "fact"
    guess = guess_mapping(table, "fact", symbols=SYMBOLS)
    assert guess.profile.layout == "fact_sheet" and not guess.missing and not guess.choices
    assert dict(guess.profile.positions) == {"pH": "pH", "TAN (mgKOH/g)": "TAN", "grade": "grade"}
    parsed = parse_table(table, guess.profile)
    assert parsed.columns["symbol"].entered.texts().tolist() == ["pH", "grade", "pH", "TAN"]
    assert parsed.columns["value"].entered.texts().tolist() == ["5", "高", "6", "1.5"]
    assert parsed.rows.tolist() == [2, 2, 3, 3]
    tally = parsed.outcome.tally()
    assert tally.rows_in == 4 and tally.not_data == {"no_reading": 1}
    assert parsed.outcome.letters["value"].texts().tolist() == ["C", "E", "C", "D"]


def test_a_long_table_is_a_record_a_row(make_table: MakeTable) -> None:
    table = make_table(LONG)
    assert guess_kind(table, SYMBOLS)[0].kind == "fact"
    guess = guess_mapping(table, "fact", symbols=SYMBOLS)
    assert guess.profile.layout == "long" and not guess.profile.positions
    assert set(guess.profile.fields) == {"item", "symbol", "value", "unit_text", "from_d", "source"}
    assert parse_table(table, guess.profile).n == 2


def test_without_known_symbols_no_table_is_one_of_facts(make_table: MakeTable) -> None:
    assert guess_kind(make_table(WIDE))[0].score < 0.7


def test_a_list_of_its_own_kind_goes_before_facts(make_table: MakeTable) -> None:
    streams = "Stream,Loop,TAN (mgKOH/g),H2S (ppmw),pH,Density (kg/m3)\nS-1,CL-1,1.5,30,5,800\n"
    assert guess_kind(make_table(streams), SYMBOLS)[0].kind == "stream"


def test_decisions_are_told_from_inspections(make_table: MakeTable) -> None:
    decisions = "Subject,Mechanism,Decision,Cause,Reason,Date\nCL-1,cui,accepted,,wet,2025-06-01\n"
    history = "Item,Date,Type,Method,Mechanism,Effectiveness\nV-1,2025-06-01,internal,UT,cui,B\n"
    assert guess_kind(make_table(decisions), SYMBOLS)[0].kind == "damage"
    assert guess_kind(make_table(history), SYMBOLS)[0].kind == "inspection"


def test_only_readings_and_facts_have_wide_tables() -> None:
    assert given_by_cells("reading")[0] == "t_mm" and given_by_cells("fact") == ("value", "symbol")
    assert given_by_cells("inspection") == ()
