"""Thinning: cladding, strength branches, adjustments, and the fast form against the clauses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.mechanisms.thinning import CLAD_CASES
from integrity.rbi.mechanisms.thinning_plant import base_factors, failure_probabilities
from integrity.rbi.procedures import THINNING
from tests.rbi.samples import BASE, CLAD, COURSE

NAN = float("nan")
BRANCHES = codes("strength_branch")


def run(**changes: Any) -> Result:
    return THINNING.run({**BASE, **changes}, DEFAULTS)


def test_loss_is_continuous_where_the_cladding_ends() -> None:
    age = np.array([29.999999, 30.0, 30.000001])
    r = run(**CLAD, age_tk_y=age)
    assert [CLAD_CASES[i] for i in r["clad_case"]] == ["clad_only", "clad_then_base", "clad_then_base"]
    np.testing.assert_allclose(r["A_rt"], 3.0 / 18.0, rtol=1e-7)


def test_base_metal_rate_begins_after_the_cladding() -> None:
    r = run(**CLAD, age_tk_y=35.0)
    assert r["A_rt"][0] == pytest.approx((3.0 + 5.0 * 0.2) / 18.0, rel=1e-14)


def test_cladding_that_does_not_corrode_holds() -> None:
    r = run(**{**CLAD, "C_r_cm": 0.0}, age_tk_y=100.0)
    assert (CLAD_CASES[r["clad_case"][0]], r["A_rt"][0]) == ("clad_holds", 0.0)


def test_cladding_already_gone_is_plain_wall() -> None:
    gone, plain = run(**{**CLAD, "t_bm_mm": 18.0}), run()
    assert CLAD_CASES[gone["clad_case"][0]] == "clad_gone"
    assert gone["D_f_thin"][0] == plain["D_f_thin"][0]


def test_clad_without_its_data_is_insufficient() -> None:
    r = run(clad=1, t_bm_mm=15.0)
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert reasons(THINNING, r, 0) == [("limit", "rbi.clad_known")]


@pytest.mark.parametrize(
    ("change", "branch"),
    [
        ({"P_MPa": 0.8}, "structural"),
        ({}, "pressure"),
        ({"P_MPa": NAN}, "structural_only"),
        ({"P_MPa": 0.0}, "structural_only"),
        ({"geometry": index_of("geometry", "flat")}, "structural_only"),
        ({"S_MPa": NAN}, "pressure_only"),
        ({"t_req_mm": NAN, "t_c_mm": NAN}, "pressure_only"),
    ],
)
def test_strength_branch(change: dict[str, Any], branch: str) -> None:
    r = run(**change)
    assert BRANCHES[r["SR_p_branch"][0]] == branch
    assert r["D_f_thin"][0] > 0.0


def test_vacuum_vessel_is_not_given_a_strength_ratio_of_zero() -> None:
    r = run(P_MPa=0.0, S_MPa=NAN)
    assert reasons(THINNING, r, 0) == [("limit", "rbi.strength_ratio_known")]
    assert np.isnan(r["D_f_thin"][0])


def test_efficiency_cancels_in_the_structural_branch_only() -> None:
    a, b = run(E=1.0), run(E=0.7)
    assert a["SR_p_str"][0] == pytest.approx(b["SR_p_str"][0], rel=1e-15)
    assert b["SR_p_pre"][0] == pytest.approx(a["SR_p_pre"][0] / 0.7, rel=1e-14)


@pytest.mark.parametrize(("geometry", "alpha"), [("cylinder", 2.0), ("sphere", 4.0), ("ellipsoidal", 1.13)])
def test_shape_factor(geometry: str, alpha: float) -> None:
    assert run(geometry=index_of("geometry", geometry))["alpha"][0] == alpha


def test_tank_adjustments() -> None:
    good = run(component_type=COURSE, construction=0, maintenance=0)
    bad = run(component_type=COURSE, construction=1, maintenance=1)
    assert bad["D_f_adj"][0] == pytest.approx(50.0 * good["D_f_adj"][0], rel=1e-14)
    drum = run(construction=1, maintenance=1)
    assert (drum["F_WD"][0], drum["F_AM"][0], drum["F_SM"][0]) == (1.0, 1.0, 1.0)


def test_floor_and_ceiling_are_branches() -> None:
    r = run(C_r=np.array([0.001, 0.3, 5.0]), t_req_mm=4.0, t_c_mm=3.0, P_MPa=0.4, age_tk_y=20.0)
    assert [codes("D_f_branch")[i] for i in r["D_f_branch"]] == ["minimum", "calculated", "ceiling"]
    assert r["D_f_thin"][0] == 0.1 and r["D_f_adj"][0] < 0.1


def test_fast_form_on_many_rows_and_on_a_panel() -> None:
    g = np.random.default_rng(4)
    n = 5000
    r = run(C_r=g.uniform(0.0, 0.8, n), age_tk_y=g.uniform(0.0, 40.0, n), t_req_mm=g.uniform(1.0, 17.0, n))
    Po = np.stack([r[f"Po_p{s}"] for s in (1, 2, 3)])
    np.testing.assert_allclose(base_factors(r["A_rt"], r["SR_p"], Po), r["D_fB"], rtol=1e-12, atol=1e-300)
    grid = np.tile(r["A_rt"][:, None], (1, 3))
    F = failure_probabilities(grid, r["SR_p"][:, None])
    for part in F:
        np.testing.assert_array_equal(part[:, 0], part[:, 2])


def test_missing_never_turns_into_a_number_in_the_fast_form() -> None:
    nan = np.array([NAN, 0.2])
    F = failure_probabilities(nan, np.array([0.3, NAN]))
    assert all(np.isnan(f).all() for f in F)


def test_working_reads_as_formula_numbers_value() -> None:
    r = run()
    steps = {s.symbol: s for s in working(THINNING, r, 0)}
    assert steps["A_rt"].expr == "C_r*age_tk_y/t_rdi_mm"
    assert steps["A_rt"].numbers == "0.2*10/18"
    assert "D_S3" in steps["beta_3"].expr and "Po_p3" in steps["D_fB"].expr
    assert not steps["beta_1"].unverified
    assert str(steps["D_fB"].ref).startswith("API RP 581 (3rd ed. 2016) Part 2")
