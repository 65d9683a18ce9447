"""Properties of every internal-pressure procedure: inverse, monotone, refused outside its limits, unit independent."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.procedure import reasons
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict

_spec = importlib.util.spec_from_file_location("design_samples", Path(__file__).parent / "samples.py")
assert _spec is not None and _spec.loader is not None
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)

KEYS = [
    k
    for k in samples.SAMPLES
    if k.split(".")[-1]
    in ("cylinder", "cylinder_outside", "sphere", "ellipsoidal", "torispherical", "cone", "pipe", "bend")
]


def first(key: str) -> dict[str, Any]:
    return dict(samples.SAMPLES[key][0][0])


def good(result: Any) -> Any:
    return (result.missing == 0) & (result.refused == 0)


@pytest.mark.parametrize("key", KEYS)
def test_mawp_of_the_required_wall_is_the_pressure(key: str) -> None:
    columns = {**first(key), "t": np.full(samples.N, np.nan)}
    at = procedure(key).run(columns, DEFAULTS)
    thickness = at["t_p"] if "t_p" in at.columns else at["t_req"]
    back = procedure(key).run({**columns, "t": thickness}, DEFAULTS)
    rows = good(at) & good(back)
    assert rows.sum() > 50
    assert back["MAWP"][rows] == pytest.approx(columns["P"][rows], rel=1e-9)


@pytest.mark.parametrize("key", KEYS)
def test_more_pressure_never_lowers_the_required_thickness(key: str) -> None:
    columns = first(key)
    low = procedure(key).run(columns, DEFAULTS)
    high = procedure(key).run({**columns, "P": columns["P"] * 1.01}, DEFAULTS)
    rows = good(low) & good(high)
    assert rows.sum() > 50
    assert np.all(high["t_req"][rows] >= low["t_req"][rows])


@pytest.mark.parametrize("key", KEYS)
def test_thinner_never_raises_the_mawp(key: str) -> None:
    columns = first(key)
    columns["t"] = np.where(np.isnan(columns["t"]), 10.0, columns["t"])
    thick = procedure(key).run(columns, DEFAULTS)
    thin = procedure(key).run({**columns, "t": columns["t"] * 0.98}, DEFAULTS)
    rows = good(thin) & good(thick)
    assert rows.sum() > 50
    assert np.all(thin["MAWP"][rows] <= thick["MAWP"][rows])


@pytest.mark.parametrize("key", KEYS)
def test_less_stress_or_joint_efficiency_never_lowers_the_required_thickness(key: str) -> None:
    columns = first(key)
    base = procedure(key).run(columns, DEFAULTS)
    for name in ("S", "E"):
        weak = procedure(key).run({**columns, name: columns[name] * 0.97}, DEFAULTS)
        rows = good(base) & good(weak)
        assert np.all(weak["t_req"][rows] >= base["t_req"][rows])


@pytest.mark.parametrize("key", KEYS)
def test_scalar_is_row_of_vector_and_rows_do_not_touch(key: str) -> None:
    columns = first(key)
    whole = procedure(key).run(columns, DEFAULTS)
    for row in range(0, samples.N, 97):
        one = procedure(key).run({k: v[row] for k, v in columns.items()}, DEFAULTS)
        for symbol in ("t_req", "MAWP"):
            assert one[symbol][0] == pytest.approx(whole[symbol][row], rel=1e-12, nan_ok=True)
        assert one.verdict[0] == whole.verdict[row]


@pytest.mark.parametrize("key", KEYS)
def test_consistent_units_give_consistent_results(key: str) -> None:
    """The formulas are the same in any units: lengths in inches and stresses in ksi give inches and ksi."""
    columns = first(key)
    lengths = {"D", "D_o", "t", "L", "r", "MA", "CA_mm", "R_bend"}
    other = {k: v / 25.4 if k in lengths else v / 6.894757 if k in ("P", "S") else v for k, v in columns.items()}
    if "S_u" in other:
        del other["S_u"], other["S_amb"]
        columns = {k: v for k, v in columns.items() if k not in ("S_u", "S_amb")}
        columns["S_u"] = other["S_u"] = np.full(samples.N, 400.0)
    a, b = procedure(key).run(columns, DEFAULTS), procedure(key).run(other, DEFAULTS)
    rows = good(a) & good(b)
    assert rows.sum() > 50
    assert b["t_req"][rows] * 25.4 == pytest.approx(a["t_req"][rows], rel=1e-9)
    assert b["MAWP"][rows] * 6.894757 == pytest.approx(a["MAWP"][rows], rel=1e-9, nan_ok=True)


LIMITS = [
    ("asme8.2021.cylinder", 0.385),
    ("asme8.2021.cylinder_outside", 0.385),
    ("asme8.2021.sphere", 0.665),
    ("gb150.2011.cylinder", 0.4),
    ("gb150.2011.cylinder_outside", 0.4),
    ("gb150.2011.sphere", 0.6),
]


@pytest.mark.parametrize(("key", "share"), LIMITS)
def test_the_limit_of_pressure_is_inclusive_and_thick_walls_are_not_calculated(key: str, share: float) -> None:
    size = "D_o" if key.endswith("outside") else "D"
    P = np.array([share, share * (1 + 1e-6), share * 2]) * 120.0 * 0.85
    result = procedure(key).run({"P": P, "S": 120.0, "E": 0.85, size: 1000.0}, DEFAULTS)
    assert list(result.verdict) == [Verdict.CALCULATED, Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE]
    assert reasons(procedure(key), result, 1) == [("limit", "thick_wall_P")]
    assert np.isnan(result["t_req"][1:]).all() and not np.isnan(result["t_req"][0])


def test_missing_values_never_pass() -> None:
    for missing in ("P", "S", "E", "D"):
        columns = {"P": 1.0, "S": 120.0, "E": 1.0, "D": 1000.0, "t": 10.0, missing: np.nan}
        result = procedure("asme8.2021.cylinder").run(columns, DEFAULTS)
        assert result.verdict[0] == Verdict.INSUFFICIENT_DATA
        assert np.isnan(result["t_req"][0]) and np.isnan(result["MAWP"][0])


@pytest.mark.parametrize("wrong", [{"E": 1.01}, {"E": 0.0}, {"P": -0.1}, {"S": 0.0}, {"D": 0.0}])
def test_values_without_meaning_are_refused(wrong: dict[str, float]) -> None:
    result = procedure("gb150.2011.cylinder").run({"P": 1.0, "S": 120.0, "E": 1.0, "D": 1000.0, **wrong}, DEFAULTS)
    assert result.verdict[0] == Verdict.NOT_APPLICABLE
    assert np.isnan(result["t_req"][0])


@given(st.floats(0.0, 3.0), st.floats(100, 5000), st.floats(60, 200), st.floats(0.7, 1.0))
def test_inside_and_outside_forms_are_the_same_cylinder(P: float, D: float, S: float, E: float) -> None:
    inside = procedure("asme8.2021.cylinder").run({"P": P, "S": S, "E": E, "D": D}, DEFAULTS)
    D_o = D + 2 * inside["t_C"][0]
    outside = procedure("asme8.2021.cylinder_outside").run({"P": P, "S": S, "E": E, "D_o": D_o}, DEFAULTS)
    assert outside["t_C"][0] == pytest.approx(inside["t_C"][0], rel=1e-9, abs=1e-12)
    D_o = D + 2 * inside["t_L"][0]
    outside = procedure("asme8.2021.cylinder_outside").run({"P": P, "S": S, "E": E, "D_o": D_o}, DEFAULTS)
    assert outside["t_L"][0] == pytest.approx(inside["t_L"][0], rel=1e-9, abs=1e-12)


def test_circumferential_stress_governs_a_cylinder_with_one_joint_efficiency() -> None:
    result = procedure("asme8.2021.cylinder").run({"P": 1.0, "S": 120.0, "E": 1.0, "D": 1000.0}, DEFAULTS)
    assert result["t_req_case"][0] == 0
    assert result["t_L"][0] < result["t_C"][0] / 1.9


def test_cone_of_no_angle_is_a_cylinder() -> None:
    columns = {"P": 0.8, "S": 130.0, "E": 0.85, "D": 1800.0, "t": 9.0}
    for code in ("asme8.2021", "gb150.2011"):
        cone = procedure(f"{code}.cone").run({**columns, "alpha_deg": 0.0}, DEFAULTS)
        cylinder = procedure(f"{code}.cylinder").run(columns, DEFAULTS)
        assert cone["t_req"][0] == pytest.approx(cylinder["t_req"][0], rel=1e-12)
        assert cone["MAWP"][0] == pytest.approx(cylinder["MAWP"][0], rel=1e-12)


def test_codes_agree_within_a_percent_on_thin_walls() -> None:
    columns = {"P": 0.6, "S": 140.0, "E": 1.0, "D": 2000.0}
    for part in ("cylinder", "sphere"):
        asme = procedure(f"asme8.2021.{part}").run(columns, DEFAULTS)["t_req"][0]
        gb = procedure(f"gb150.2011.{part}").run(columns, DEFAULTS)["t_req"][0]
        assert asme == pytest.approx(gb, rel=0.01)
