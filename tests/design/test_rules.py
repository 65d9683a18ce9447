"""Small rules of the room: static head, code minimum, corroded area, wall at the next inspection, rating."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.codes import codes
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.design.common import CASES, governing
from integrity.design.table_files import CONSTANTS

FLUID = {f: i for i, f in enumerate(codes("fluid"))}
GROUP = {g: i for i, g in enumerate(codes("material_group"))}


def test_ten_metres_of_water_are_a_tenth_of_a_megapascal() -> None:
    result = procedure("design.static_head").run({"P_top": 1.0, "H_liq": 10.0, "rho": 1000.0}, DEFAULTS)
    assert result["P_head"][0] == pytest.approx(0.0980665)
    assert result["P"][0] == pytest.approx(1.0980665)


def test_static_head_cases() -> None:
    result = procedure("design.static_head").run(
        {"P_top": 1.0, "H_liq": [np.nan, 0.0, 3.0, -2.0], "rho": [np.nan, np.nan, np.nan, 800.0]}, DEFAULTS
    )
    assert list(result["P_head"][:2]) == [0.0, 0.0]
    assert [Verdict(v).name for v in result.verdict] == [
        "CALCULATED", "CALCULATED", "INSUFFICIENT_DATA", "NOT_APPLICABLE",
    ]  # fmt: skip


def test_code_minimum_of_both_codes() -> None:
    asme = procedure("asme8.2021.code_minimum").run(
        {"fluid": [FLUID["C6-C8"], FLUID["Steam"], FLUID["Water"], -1],
         "group": [GROUP["carbon"], GROUP["carbon"], GROUP["austenitic"], -1]}, DEFAULTS)  # fmt: skip
    assert list(asme["t_code"]) == [1.5, 2.5, 1.5, 1.5]
    gb = procedure("gb150.2011.code_minimum").run({"group": [-1, *GROUP.values()]}, DEFAULTS)
    assert list(gb["t_code"]) == [3.0, 3.0, 3.0, 3.0, 2.0]


@pytest.mark.parametrize(
    ("D", "L"), [(800.0, 400.0), (1000.0, 500.0), (1500.0, 500.0), (1501.0, 500.33), (4000.0, 1000.0)]
)
def test_averaging_length(D: float, L: float) -> None:
    result = procedure("api510.2022.corroded_area").run({"D": D, "t_req": 10.0}, DEFAULTS)
    assert result["L_avg"][0] == pytest.approx(L, abs=0.01)


def test_pits_that_may_be_ignored() -> None:
    columns = {"D": 2000.0, "t_req": 10.0, "t_pit": 5.0, "A_pit": 0.0045, "s_pit": 50.0}
    worse = {"t_pit": 4.99, "A_pit": 0.0046, "s_pit": 50.1}
    run = procedure("api510.2022.corroded_area").run
    assert run(columns, DEFAULTS)["pits_ignored"][0] == 1
    for name, value in worse.items():
        assert run({**columns, name: value}, DEFAULTS)["pits_ignored"][0] == 0
        assert run({**columns, name: np.nan}, DEFAULTS)["pits_ignored"][0] == -1


@pytest.mark.parametrize(("t_req", "distance"), [(10.0, 25.0), (12.5, 25.0), (20.0, 40.0)])
def test_distance_from_a_weld(t_req: float, distance: float) -> None:
    result = procedure("api510.2022.corroded_area").run({"D": 2000.0, "t_req": t_req}, DEFAULTS)
    assert result["d_weld"][0] == distance


def test_governing_case_of_equal_walls_is_the_first_and_nan_stays_nan() -> None:
    worst, case = governing(("pressure", np.array([3.0, 2.0, np.nan])), ("code_minimum", np.array([3.0, 3.0, 3.0])))
    assert list(worst[:2]) == [3.0, 3.0] and np.isnan(worst[2])
    assert [CASES[c] for c in case[:2]] == ["pressure", "code_minimum"] and case[2] == -1


def test_unknown_case_leaves_the_required_wall_unknown() -> None:
    columns = {"t_p": [5.0, np.nan, 0.0], "t_p_case": [0, 0, 0], "t_ext": [np.nan, 0.0, 0.0], "t_struct": 0.0,
               "t_code": 0.0, "t_owner": 0.0, "t_alert_tab": 0.0, "t_nom": 10.0}  # fmt: skip
    result = procedure("design.required_thickness").run(columns, DEFAULTS)
    assert np.isnan(result["t_req"][:2]).all()
    assert result["t_req"][2] == 0.0 and CASES[result["t_req_case"][2]] == "none"


def test_negative_rate_is_refused() -> None:
    result = procedure("design.wall_at_next").run({"t_now": 10.0, "CR_gov": [-0.01, 0.0], "years": 5.0}, DEFAULTS)
    assert np.isnan(result["t_next"][0]) and result["t_next"][1] == 10.0


def test_alert_fraction_moves_the_alert_line_only() -> None:
    columns = {"t_p": 5.0, "t_p_case": 0, "t_ext": 0.0, "t_struct": 0.0, "t_code": 0.0, "t_owner": 0.0,
               "t_alert_tab": 0.0, "t_nom": [13.0, 4.0]}  # fmt: skip
    run = procedure("design.required_thickness").run
    quarter, half = run(columns, DEFAULTS), run(columns, Settings({"design.alert_fraction": 0.5}))
    assert list(quarter["t_alert"]) == [7.0, 5.0] and list(half["t_alert"]) == [9.0, 5.0]
    assert list(quarter["t_req"]) == list(half["t_req"]) == list(half["t_retire"])


# Limits typed in a second time.
LIMITS = {
    "k_P_cyl": 0.385, "k_t_cyl": 0.5, "k_P_sph": 0.665, "k_t_sph": 0.356, "k_Lr_max": 50 / 3, "k_rD_min": 0.06,
    "k_rt_min": 3.0, "k_tL_min": 0.002, "S_cap": 20 * 6.894757293168, "S_u_cap": 70 * 6.894757293168,
    "alpha_max_asme": 30.0, "k_P_cyl_gb": 0.4, "k_P_sph_gb": 0.6, "M_low_gb": 1.34, "k_eff_low": 0.0015,
    "k_eff_high": 0.003, "t_min_gb": 3.0, "t_min_gb_high": 2.0, "D_tank_max": 61.0, "t_min_tank": 2.54, "k_t2": 0.6,
    "L_max_tank": 1016.0, "t_min_floor": 2.54, "t_min_floor_barrier": 1.27, "A_pit_max": 0.0045, "mill_pipe": 0.125,
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_limits_typed_twice(name: str) -> None:
    assert CONSTANTS[name].value == pytest.approx(LIMITS[name], rel=1e-9)
    assert CONSTANTS[name].edition and CONSTANTS[name].source
