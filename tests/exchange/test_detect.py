"""Numbers, units, codes, yes/no and pipe sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.exchange.columns import column_of
from integrity.exchange.detect import (
    BAD_NUMBER,
    BLANK,
    NOT_MEASURED,
    OBSTRUCTED,
    OK,
    decimal_mark,
    guess_unit,
    heading_unit,
    internal_unit,
    parse_numbers,
    read_code,
    read_nps,
    read_number,
    read_yes_no,
    to_internal,
    unit_code,
)
from integrity.exchange.fields import record_kind

THICKNESS = record_kind("reading").fields["t_mm"]
PRESSURE = record_kind("component").fields["P_MPa"]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12.7", 12.7, ""),
        (" 12.70 ", 12.7, ""),
        ("１２.７", 12.7, ""),
        (".482", 0.482, ""),
        ("-29", -29.0, ""),
        ("1,234.5", 1234.5, ""),
        ("1E-3", 0.001, ""),
        ("0.482 in", 0.482, "in"),
        ('0.482"', 0.482, '"'),
        ("12.7mm", 12.7, "mm"),
        ("12.7 毫米", 12.7, "毫米"),
        ("'12.7", 12.7, ""),
    ],
)
def test_numbers(text: str, value: float, unit: str) -> None:
    assert read_number(text) == (value, unit, OK)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", BLANK),
        ("—", BLANK),
        ("N/A", NOT_MEASURED),
        ("n/a", NOT_MEASURED),
        ("#N/A", NOT_MEASURED),
        ("未测", NOT_MEASURED),
        ("OBST", OBSTRUCTED),
        ("OBSTR", OBSTRUCTED),
        ("obstructed", OBSTRUCTED),
        ("受阻", OBSTRUCTED),
        ("无法测量", OBSTRUCTED),
        ("12.7.1", BAD_NUMBER),
        ("12..7", BAD_NUMBER),
        ("1_000", BAD_NUMBER),
        ("nan", BAD_NUMBER),
        ("inf", BAD_NUMBER),
        ("<12", BAD_NUMBER),
        ("12 bananas", BAD_NUMBER),
        ("1,23", BAD_NUMBER),
    ],
)
def test_what_is_no_number(text: str, status: int) -> None:
    value, _, got = read_number(text)
    assert got == status and value != value


def test_decimal_comma_is_found_from_the_column() -> None:
    column = column_of(["12,7", "8,15", "1.234,5", "7"])
    assert decimal_mark(column) == ","
    assert list(parse_numbers(column).values) == [12.7, 8.15, 1234.5, 7.0]
    assert decimal_mark(column_of(["1,234", "12,700"])) == "."
    assert decimal_mark(column_of(["12,7", "8.1"])) == "."


def test_thousands_and_decimals_are_not_mixed_up() -> None:
    mixed = parse_numbers(column_of(["12,7", "8.1"]))
    assert mixed.status[0] == BAD_NUMBER and mixed.values[1] == 8.1


@given(st.floats(-1e6, 1e6))
def test_numbers_round_trip(value: float) -> None:
    assert read_number(repr(value))[0] == value


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Thickness_mm", "mm"),
        ("TML 1 (in)", "in"),
        ("Measured Thickness (in)", "in"),
        ("实测壁厚（mm）", "mm"),
        ("壁厚 [毫米]", "mm"),
        ("Wall (mils)", "mil"),
        ("Reading", ""),
        ("Thickness mm", "mm"),
    ],
)
def test_unit_in_the_heading(heading: str, unit: str) -> None:
    assert heading_unit(heading, "thickness") == unit


def test_units_of_other_quantities() -> None:
    assert heading_unit("设计压力 Des.P (psig)", "pressure") == "psi"
    assert heading_unit("T (℃)", "temperature") == "degC"
    assert heading_unit("Des.T (°F)", "temperature") == "degF"
    assert heading_unit("Design life (a)", "time") == "y"
    assert unit_code("MPa", "thickness") == ""


def test_gauge_and_absolute_pressure_are_different() -> None:
    one = np.array([1.0])
    assert to_internal(one, "pressure", "MPa")[0] == 1.0
    assert to_internal(one, "pressure", "MPa_abs")[0] == pytest.approx(1.0 - 0.101325)
    assert to_internal(np.array([14.695948775]), "pressure", "psi_abs")[0] == pytest.approx(0.0, abs=1e-9)
    assert unit_code("psia", "pressure") == "psi_abs" and unit_code("MPa(a)", "pressure") == "MPa_abs"


def test_conversions_to_internal_units() -> None:
    assert to_internal(np.array([0.482]), "thickness", "in")[0] == pytest.approx(12.2428)
    assert to_internal(np.array([212.0]), "temperature", "degF")[0] == pytest.approx(100.0)
    assert to_internal(np.array([2.0]), "mass_percent", "wt%")[0] == 2.0
    assert to_internal(np.array([2.0]), "mass_ppm", "wt%")[0] == 20000.0
    assert internal_unit("thickness") == "mm" and internal_unit("acid_number") == "mgKOH/g"


def test_unit_from_heading_label_nominal_and_range() -> None:
    inches = np.array([0.322, 0.318, 0.301])
    nominal = np.array([8.18, 8.18, 8.18])
    assert guess_unit(THICKNESS, "Thickness (in)", inches).source == "heading"
    label = guess_unit(THICKNESS, "Reading", inches, "inch")
    assert (label.unit, label.source) == ("in", "label")
    by_nominal = guess_unit(THICKNESS, "Reading", inches, nominal=nominal)
    assert (by_nominal.unit, by_nominal.source) == ("in", "nominal")
    assert by_nominal.evidence[0].params["ratio"] == pytest.approx(0.987, abs=1e-3)
    assert guess_unit(THICKNESS, "Reading", np.array([12.7, 8.1])).unit == "mm"
    assert guess_unit(THICKNESS, "Reading", np.array([322.0, 318.0])).unit == "mil"


def test_heading_and_label_that_disagree_need_a_choice() -> None:
    guess = guess_unit(THICKNESS, "Thickness_mm", np.array([0.3]), "inch")
    assert guess.needs_choice and guess.evidence[0].key == "exchange.unit.contradiction"


def test_unit_that_nothing_tells_needs_a_choice() -> None:
    assert guess_unit(PRESSURE, "Design pressure", np.array([1.2])).needs_choice


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("塔 column", "equipment_kind", "column"),
        ("空冷器 air_cooler", "equipment_kind", "air_cooler"),
        ("Tower", "equipment_kind", "column"),
        ("ASME VIII-1", "construction_code", "ASME_VIII_1"),
        ("GB/T 20801", "construction_code", "GB_T_20801"),
        ("壳程 shell", "chamber", "shell"),
        ("气液 two_phase", "phase", "two_phase"),
        ("gc2", "piping_class_cn", "GC2"),
        ("Ⅱ", "vessel_class", "II"),
        ("测厚", "inspection_type", "ut_survey"),
        ("PIPE-8", "component_type", "PIPE-8"),
        ("立式 vertical", "orientation", "vertical"),
        ("在用 in_service", "status", "in_service"),
        ("", "phase", ""),
        ("—", "phase", ""),
        ("none", "mitigation", "none"),
    ],
)
def test_codes_in_both_languages(text: str, name: str, code: str) -> None:
    assert read_code(text, name) == code


def test_unknown_code_and_own_translation() -> None:
    assert read_code("mystery", "phase") is None
    assert read_code("column or drum", "equipment_kind") is None
    assert read_code("mystery", "phase", {"mystery": "gas"}) == "gas"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *((t, 1) for t in ("Y", "是", "yes", "√", "是 yes")),
        *((t, 0) for t in ("N", "否", "FALSE")),
        ("", -1),
        ("maybe", -2),
    ],
)
def test_yes_and_no(text: str, answer: int) -> None:
    assert read_yes_no(text) == answer


@pytest.mark.parametrize(
    ("text", "nps"),
    [
        ('1-1/2"', 1.5),
        ('3/4"', 0.75),
        ("1½", 1.5),
        ("2 1/2 in", 2.5),
        ('6"', 6.0),
        ("6", 6.0),
        ("NPS 12", 12.0),
        ("DN40", 1.5),
        ("DN 150", 6.0),
        ("0.75", 0.75),
    ],
)
def test_pipe_sizes(text: str, nps: float) -> None:
    assert read_nps(text) == nps


def test_what_is_no_pipe_size() -> None:
    assert np.isnan(read_nps("DN41")) and np.isnan(read_nps("7.3")) and np.isnan(read_nps("1/0"))
    assert np.isnan(read_nps("")) and read_nps("150", millimetres=True) == 6.0
