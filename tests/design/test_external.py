"""External pressure: borders of the closed form, known limits, and the root against a search of its own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.design import external as x
from integrity.design.external_solver import (
    cylinder_carried,
    cylinder_chain,
    design_factor,
    length_case,
    sphere_carried,
    sphere_chain,
)

E_Y, S_Y = 195_000.0, 240.0
CYLINDER = procedure("asme8.2021.external_cylinder")
SPHERE = procedure("asme8.2021.external_sphere")
CONE = procedure("asme8.2021.external_cone")
COLUMN = {"P_ext": 0.1, "D_o": 3224.0, "L": 2200.0, "S_y": S_Y, "E_y": E_Y}


def test_buckling_stress_is_continuous_at_its_borders() -> None:
    for q, left, right in (
        (2.439, x.F_ic_yield(S_Y), x.F_ic_inelastic(S_Y, 2.439 * S_Y)),
        (0.552, x.F_ic_inelastic(S_Y, 0.552 * S_Y), x.F_ic_elastic(0.552 * S_Y)),
        (6.25, x.F_ic_yield(S_Y), x.F_ic_upper(S_Y, 6.25 * S_Y)),
        (1.6, x.F_ic_upper(S_Y, 1.6 * S_Y), x.F_ic_lower(1.6 * S_Y, S_Y)),
        (0.55, x.F_ic_lower(0.55 * S_Y, S_Y), x.F_ic_elastic(0.55 * S_Y)),
    ):
        assert left == pytest.approx(right, rel=3e-3), q


def test_length_coefficient_is_nearly_continuous_at_its_borders() -> None:
    assert x.C_h_very_short() == pytest.approx(x.C_h_short(1.5), rel=2e-3)
    assert x.C_h_short(13.0) == pytest.approx(x.C_h_medium(13.0), rel=3e-3)
    for ratio in (50.0, 200.0, 1000.0):
        M_x = 2 * ratio**0.94
        assert x.C_h_medium(M_x) == pytest.approx(x.C_h_long(1.0, ratio), rel=0.02)


def test_design_factor_falls_from_2_to_1667() -> None:
    case, FS = design_factor(np.array([0.3, 0.55, 0.775, 0.999999, 1.0]) * S_Y, S_Y)
    assert list(case) == [0, 0, 1, 1, 2]
    assert list(FS) == pytest.approx([2.0, 2.0, 1.8327, 1.666, 1.667], abs=1e-3)


def test_long_elastic_tube_carries_less_than_half_the_classical_pressure() -> None:
    D_o, t = 1000.0, 10.0
    P_a = cylinder_chain(D_o, 1e5, t, S_Y, E_Y)["P_a"]
    classical = 2 * E_Y / (1 - 0.3**2) * (t / D_o) ** 3
    assert 2.0 < classical / P_a < 3.0


def test_medium_cylinder_carries_about_half_of_the_windenburg_trilling_pressure() -> None:
    D_o, t, L = 2000.0, 10.0, 3000.0
    P_a = cylinder_chain(D_o, L, t, S_Y, E_Y)["P_a"]
    classical = 2.42 * E_Y / (1 - 0.3**2) ** 0.75 * (t / D_o) ** 2.5 / (L / D_o - 0.45 * (t / D_o) ** 0.5)
    assert 2.0 < classical / P_a < 3.0


def test_elastic_sphere_has_its_closed_root() -> None:
    result = SPHERE.run({"P_ext": 0.1, "R_o": 2900.0, "S_y": S_Y, "E_y": E_Y}, DEFAULTS)
    assert result["t_req"][0] == pytest.approx(2900.0 * (0.1 / (0.075 * E_Y)) ** 0.5, rel=1e-9)


def brute_force(P_ext: float, D_o: float, L: float) -> float:
    """Least thickness above which every thickness of a fine net carries the pressure."""
    t = D_o / np.linspace(2000.0, 10.0, 400_001)
    carried = cylinder_chain(D_o, L, t, S_Y, E_Y)["P_a"]
    return float(t[np.flatnonzero(carried < P_ext).max(initial=-1) + 1])


@pytest.mark.parametrize("P_ext", [0.02, 0.1, 0.103, 0.5, 2.0])
@pytest.mark.parametrize("L", [60.0, 400.0, 2200.0, 9000.0, 90_000.0])
def test_root_is_that_of_a_search_over_a_net(P_ext: float, L: float) -> None:
    result = CYLINDER.run({**COLUMN, "P_ext": P_ext, "L": L}, DEFAULTS)
    found = float(result["t_req"][0])
    assert result["converged"][0] == 1
    assert found == pytest.approx(brute_force(P_ext, 3224.0, L), rel=2e-3)


@given(st.floats(0.001, 5.0), st.floats(100, 6000), st.floats(0.01, 50.0))
def test_what_is_required_carries_the_pressure_and_thicker_does_too(P_ext: float, D_o: float, slender: float) -> None:
    result = CYLINDER.run({**COLUMN, "P_ext": P_ext, "D_o": D_o, "L": D_o * slender}, DEFAULTS)
    if result.verdict[0] != Verdict.CALCULATED:
        assert result["converged"][0] == 0 and np.isnan(result["t_req"][0])
        return
    t = result["t_req"][0] * np.array([1.0, 1.0001, 1.01, 1.1, 1.5, 3.0])
    carried = cylinder_chain(D_o, D_o * slender, t, S_Y, E_Y)["P_a"]
    assert np.all(carried >= P_ext * (1 - 1e-9))
    assert result["t_lo"][0] <= result["t_req"][0] <= result["t_hi"][0]
    assert result["residual"][0] >= 0.0


@given(st.floats(0.002, 2.0), st.floats(200, 6000), st.floats(0.02, 30.0))
def test_more_pressure_or_length_never_lowers_the_required_thickness(P: float, D_o: float, slender: float) -> None:
    rows = {**COLUMN, "P_ext": [P, P * 1.001, P], "D_o": D_o, "L": np.array([1.0, 1.0, 1.001]) * D_o * slender}
    t = CYLINDER.run(rows, DEFAULTS)["t_req"]
    if not np.isnan(t).any():
        assert t[1] >= t[0] and t[2] >= t[0] * (1 - 1e-9)


def test_fast_form_is_the_chain() -> None:
    rng = np.random.default_rng(7)
    D_o = rng.uniform(200, 5000, 3000)
    t, L = D_o * 10 ** rng.uniform(-3.2, -1, 3000), D_o * 10 ** rng.uniform(-2.5, 2, 3000)
    case = length_case(x.length_parameter(L, D_o, t), D_o, t)
    chain = cylinder_chain(D_o, L, t, S_Y, E_Y)
    assert set(case) == {0, 1, 2, 3}
    assert cylinder_carried(D_o, L, t, S_Y, E_Y, case) == pytest.approx(chain["P_a"], rel=1e-12)
    assert sphere_carried(D_o / 2, t, S_Y, E_Y) == pytest.approx(sphere_chain(D_o / 2, t, S_Y, E_Y)["P_a"], rel=1e-12)


def test_scalar_is_row_of_vector() -> None:
    P = np.geomspace(0.01, 1.0, 7)
    whole = CYLINDER.run({**COLUMN, "P_ext": P}, DEFAULTS)["t_req"]
    assert [float(CYLINDER.run({**COLUMN, "P_ext": p}, DEFAULTS)["t_req"][0]) for p in P] == list(whole)


def test_without_length_or_modulus_there_is_no_answer() -> None:
    for name in ("L", "E_y", "S_y"):
        result = CYLINDER.run({**COLUMN, name: np.nan}, DEFAULTS)
        assert result.verdict[0] == Verdict.INSUFFICIENT_DATA and np.isnan(result["t_req"][0])


def test_pressure_that_needs_a_thick_wall_is_refused() -> None:
    result = CYLINDER.run({**COLUMN, "P_ext": 60.0}, DEFAULTS)
    assert result.verdict[0] == Verdict.NOT_APPLICABLE and result["converged"][0] == 0


def test_cone_without_angle_is_a_cylinder_and_the_mean_diameter_counts() -> None:
    cone = CONE.run({**COLUMN, "alpha_deg": [0.0, 30.0]}, DEFAULTS)
    assert cone["t_req"][0] == pytest.approx(CYLINDER.run(COLUMN, DEFAULTS)["t_req"][0], rel=1e-9)
    small = 3224.0 - 2 * 2200.0 * np.tan(np.radians(30.0))
    assert cone["D_e"][1] == pytest.approx((3224.0 + small) / 2 / np.cos(np.radians(30.0)))
    assert cone["L_e"][1] == pytest.approx(2200.0 / np.cos(np.radians(30.0)))


def test_cone_that_closes_is_refused() -> None:
    assert CONE.run({**COLUMN, "alpha_deg": 45.0, "L": 1700.0}, DEFAULTS).verdict[0] == Verdict.NOT_APPLICABLE


def test_allowable_pressure_of_a_given_wall() -> None:
    t_req = CYLINDER.run(COLUMN, DEFAULTS)["t_req"][0]
    result = CYLINDER.run({**COLUMN, "t": [t_req, t_req * 0.9, t_req * 1.1]}, DEFAULTS)
    assert result["P_a"][0] == pytest.approx(0.1, rel=1e-9)
    assert result["P_a"][1] < 0.1 < result["P_a"][2]


def test_a_wall_can_be_asked_for_its_pressure_alone() -> None:
    result = CYLINDER.run({**COLUMN, "P_ext": np.nan, "t": 12.0}, DEFAULTS)
    assert result.verdict[0] == Verdict.CALCULATED and result["converged"][0] == -1
    assert np.isnan(result["t_req"][0])
    again = CYLINDER.run({**COLUMN, "P_ext": result["P_a"]}, DEFAULTS)
    assert again["t_req"][0] == pytest.approx(12.0, rel=1e-9)
