"""Exchanger bundles: lives, fits with survivors, condition, cost, turnarounds, replacement."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2

from integrity.core.arrays import NO_DATE
from integrity.core.procedure import Result, reasons
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi import bundle, bundle_fit
from integrity.rbi.bundle_clauses import median_ranks
from integrity.rbi.data import keyed
from tests.rbi import samples_devices as sd

CALCULATED = int(Verdict.CALCULATED)


def fit(*sets: Any, beta: Any = None, **changed: Any) -> Result:
    given_ = np.full(len(sets), np.nan) if beta is None else np.asarray(beta, dtype=np.float64)
    return bundle_fit.PROCEDURE.run({"beta_given": given_}, Settings(changed), sd.records(*sets))


def pof(**changes: Any) -> Result:
    own = changes.pop("own", ((), ()))
    rules = changes.pop("rules", {})
    return bundle.POF.run(
        {s: [v] for s, v in {**sd.POF_BASE, **changes}.items()}, Settings(rules), sd.records(own, name="own")
    )


def test_plotting_positions_of_the_known_example() -> None:
    r = fit((sd.FAILURES, sd.SUSPENSIONS))
    F, _ = median_ranks(r.tables["records"])
    np.testing.assert_allclose(np.sort(F[:5]), [0.074468, 0.180851, 0.322695, 0.5, 0.677305], atol=5e-7)
    assert np.isnan(F[5:]).all()


def test_without_survivors_the_ranks_are_plain() -> None:
    r = fit(((3.0, 1.0, 2.0), ()))
    F, order = median_ranks(r.tables["records"])
    np.testing.assert_allclose(F[order], (np.arange(1, 4) - 0.3) / 3.4)


def test_at_equal_lives_the_failure_comes_first() -> None:
    r = fit(((7.0, 9.0), (7.0,)))
    F, _ = median_ranks(r.tables["records"])
    assert F[0] == pytest.approx(0.7 / 3.4)


def test_likelihood_is_the_maximum_found_by_a_general_optimiser() -> None:
    for failures, survivors in ((sd.FAILURES, sd.SUSPENSIONS), ((5.0, 9.0), ()), ((2.0, 3.0, 12.0), (15.0, 1.0))):
        t = np.array([*failures, *survivors])
        f = np.array([1.0] * len(failures) + [0.0] * len(survivors))

        def minus(p: Any, t: Any = t, f: Any = f) -> float:
            b, e = np.exp(p)
            return float(-np.sum(f * (np.log(b / e) + (b - 1) * np.log(t / e)) - (t / e) ** b))

        best = np.exp(minimize(minus, [0.5, 2.5], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12}).x)
        r = fit((failures, survivors))
        assert [r["beta_mle"][0], r["eta_mle_y"][0]] == pytest.approx(best, rel=1e-5)
        assert abs(r["mle_residual"][0]) < 1e-9


def test_fisher_bounds_are_those_of_the_numerical_hessian() -> None:
    r = fit((sd.FAILURES, sd.SUSPENSIONS), **{"rbi.bundle_fit": "mle"})
    t = np.array([*sd.FAILURES, *sd.SUSPENSIONS])
    f = np.array([1.0] * 5 + [0.0] * 4)

    def log_likelihood(u: float, v: float) -> float:
        b, e = np.exp(u), np.exp(v)
        return float(np.sum(f * (np.log(b / e) + (b - 1) * np.log(t / e)) - (t / e) ** b))

    u, v, h = np.log(r["beta_w"][0]), np.log(r["eta_y"][0]), 1e-4
    H = np.empty((2, 2))
    for i, j in ((0, 0), (0, 1), (1, 1)):
        a, b = np.eye(2)[i] * h, np.eye(2)[j] * h
        terms = [
            s * q * log_likelihood(u + s * a[0] + q * b[0], v + s * a[1] + q * b[1]) for s in (1, -1) for q in (1, -1)
        ]
        H[i, j] = H[j, i] = sum(terms) / (4 * h * h)
    spread = np.sqrt(np.diag(np.linalg.inv(-H)))
    assert [r["s_ln_beta"][0], r["s_ln_eta"][0]] == pytest.approx(spread, rel=1e-5)
    assert r["eta_lo_y"][0] == pytest.approx(r["eta_y"][0] * np.exp(-1.2815515655 * spread[1]), rel=1e-5)


def test_bounds_enclose_and_widen_with_confidence() -> None:
    wide, narrow = (fit((sd.FAILURES, sd.SUSPENSIONS), **{"rbi.bundle_confidence": c}) for c in (0.95, 0.8))
    for low, middle, high in (("eta_lo_y", "eta_y", "eta_hi_y"), ("beta_lo", "beta_w", "beta_hi")):
        assert wide[low] < narrow[low] < wide[middle] < narrow[high] < wide[high]


def test_too_few_failures_are_said_and_not_fitted() -> None:
    r = fit(((6.0,), (9.0,)), ((), (9.0, 4.0)), ((6.0, 6.0), (4.0,)), ((), ()), ((5.0, 9.0), ()))
    assert [bundle_fit.AMOUNT[i] for i in r["amount_of_failures"]] == ["one", "none", "few", "none", "few"]
    assert np.isnan(r["eta_y"][:4]).all() and r.verdict[4] == CALCULATED
    for row in range(4):
        assert ("limit", "bundle.enough_failures") in reasons(bundle_fit.PROCEDURE, r, row)


def test_a_given_shape_serves_sparse_data_and_is_labelled() -> None:
    r = fit(((6.0,), (9.0, 8.0)), ((), (9.0, 8.0)), beta=[2.0, 2.0])
    assert [bundle_fit.METHODS[i] for i in r["fit_method"]] == ["given", "given"]
    assert r["eta_y"][0] == pytest.approx((36 + 81 + 64) ** 0.5)
    assert r["eta_lo_y"][0] == pytest.approx((2 * 181 / chi2.ppf(0.9, 4)) ** 0.5)
    # Without a failure there is no estimate, yet a lower bound.
    assert np.isnan(r["eta_y"][1]) and r["eta_lo_y"][1] == pytest.approx((2 * 145 / chi2.ppf(0.9, 2)) ** 0.5)


def test_a_given_shape_does_not_replace_a_fit_that_is_possible() -> None:
    r = fit((sd.FAILURES, sd.SUSPENSIONS), beta=[4.0])
    assert bundle_fit.METHODS[r["fit_method"][0]] == "rrx" and r["beta_w"][0] == r["beta_rrx"][0]


def test_a_record_without_life_refuses_the_whole_set() -> None:
    r = fit(((0.0, 3.0, 5.0), ()))
    assert r.verdict[0] == int(Verdict.INSUFFICIENT_DATA) and np.isnan(r["eta_lo_y"][0])


def test_unit_of_life_only_scales_the_characteristic_life() -> None:
    a = fit((sd.FAILURES, sd.SUSPENSIONS))
    b = fit((tuple(12 * t for t in sd.FAILURES), tuple(12 * t for t in sd.SUSPENSIONS)))
    for beta, eta in (("beta_rrx", "eta_rrx_y"), ("beta_mle", "eta_mle_y")):
        assert b[beta][0] == pytest.approx(a[beta][0], rel=1e-9) and b[eta][0] == pytest.approx(
            12 * a[eta][0], rel=1e-9
        )


def test_order_of_records_and_neighbours_do_not_matter() -> None:
    alone = fit((sd.FAILURES, sd.SUSPENSIONS))
    beside = fit(((1.0, 2.0), ()), ((), ()), (sd.FAILURES[::-1], sd.SUSPENSIONS[::-1]), ((4.0, 5.0), (9.0,)))
    for symbol in ("beta_rrx", "eta_rrx_y", "beta_mle", "eta_mle_y", "eta_lo_y", "D_max"):
        assert beside[symbol][2] == pytest.approx(alone[symbol][0], rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.5, 30.0), min_size=3, max_size=9, unique=True), st.floats(1.0, 30.0))
def test_one_more_survivor_never_shortens_the_life_of_a_given_shape(lives: list[float], extra: float) -> None:
    r = fit((tuple(lives), ()), (tuple(lives), (extra,)), beta=[2.0, 2.0], **{"rbi.bundle_fit": "given"})
    assert r["eta_y"][1] >= r["eta_y"][0] and r["eta_lo_y"][1] >= r["eta_lo_y"][0]


def test_plot_has_points_line_and_bounds() -> None:
    r = fit((sd.FAILURES, sd.SUSPENSIONS))
    p = bundle_fit.plot_data(r, 0)
    assert sorted(p.failure_y) == sorted(sd.FAILURES) and sorted(p.suspended_y) == sorted(sd.SUSPENSIONS)
    assert (np.diff(p.F_line) >= 0).all() and (p.F_lo <= p.F_line).all() and (p.F_line <= p.F_hi).all()
    at = np.interp(r["eta_y"][0], p.line_y, p.F_line)
    assert at == pytest.approx(1 - np.exp(-1), abs=5e-3)
    sparse = bundle_fit.plot_data(fit(((6.0,), (9.0,)), beta=[2.0]), 0)
    assert np.isnan(sparse.F_lo).all() and (sparse.F_hi >= sparse.F_line).all()
    none = bundle_fit.plot_data(fit(((6.0,), (9.0,))), 0)
    assert none.line_y.size == 0 and none.failure_y.tolist() == [6.0]


def test_lives_from_days() -> None:
    r = bundle_fit.LIFE.run(sd.LIFE, Settings())
    assert [bundle_fit.ENDS[i] if i >= 0 else "" for i in r["bundle_end"][:4]] == [
        "failed",
        "suspended",
        "in_service",
        "in_service",
    ]
    np.testing.assert_allclose(r["bundle_life_y"][:4] * 365.25, [3000, 3000, 11000, 11000])
    assert np.isnan(r["bundle_life_y"][4:]).all()
    assert reasons(bundle_fit.LIFE, r, 5) == [("missing", "bundle_failed")]


def test_uninspected_bundle_has_half_its_life_in_doubt() -> None:
    r = pof()
    assert r["AU"][0] == 0.5 and r["eta_use_y"][0] == pytest.approx(8.5)
    assert r["P_bundle"][0] == pytest.approx(1 - np.exp(-((8 / 8.5) ** 2.568)))
    free = pof(rules={"rbi.bundle_uncertainty": "none", "rbi.bundle_curve": "point"})
    assert free["eta_use_y"][0] == 20.45 and bundle.BASES[free["eta_base"][0]] == "point"


def test_better_inspection_never_raises_the_probability() -> None:
    P = [pof(tube_inspected_d=11000, bundle_effectiveness=g)["P_bundle"][0] for g in range(5)]
    assert sorted(P) == P and P[0] < P[-1] == pytest.approx(pof()["P_bundle"][0])


def test_predicted_life_updates_the_own_record() -> None:
    r = pof(tube_inspected_d=11000, bundle_effectiveness=1, bundle_ERL_y=6.0, own=((9.0,), (8.0,)))
    PBL = 2000 / 365.25 + 6.0
    assert r["PBL_y"][0] == pytest.approx(PBL)
    want = ((9.0**2.568 + 8.0**2.568 + PBL**2.568) / 2) ** (1 / 2.568)
    assert r["eta_base_y"][0] == pytest.approx(want) and bundle.BASES[r["eta_base"][0]] == "condition"


def test_wall_policies_agree_at_one_half_and_no_loss_predicts_nothing() -> None:
    seen = {"tube_inspected_d": 11000, "bundle_effectiveness": 1, "tube_t_mm": 1.7, "RWT_f": 0.5}
    a, b = pof(**seen), pof(**seen, rules={"rbi.bundle_wall": "printed"})
    assert a["PBL_y"][0] == pytest.approx(b["PBL_y"][0])
    still = pof(**{**seen, "tube_t_mm": 2.11})
    assert bundle.PREDICTED[still["PBL_case"][0]] == "no_loss" and np.isnan(still["PBL_y"][0])


def test_older_bundle_is_never_safer() -> None:
    ages = np.linspace(0.1, 40.0, 50)
    columns = {s: [v] * 50 for s, v in sd.POF_BASE.items()} | {"bundle_life_y": ages}
    P = bundle.POF.run(columns, Settings())["P_bundle"]
    assert (np.diff(P) >= 0.0).all()


def test_costs_and_their_missing_price_index() -> None:
    r = bundle.COST.run(sd.COST, Settings())
    assert reasons(bundle.COST, r, 0) == [("limit", "bundle.cost_known")]
    r = bundle.COST.run(sd.COST, Settings(sd.REPORT))
    volume = np.pi * 0.9**2 / 4 * 6.0
    assert r["cost_bundle"][0] == pytest.approx(22000 * volume * 2.5 / 3.016 * 1.9)
    assert r["C_fail_bundle"][1] == pytest.approx(50000 * 0.25 * 12 + 20000 + 80000 + 15000)


def test_turnarounds_are_conditional_on_survival() -> None:
    r = bundle.RISK.run(sd.RISK, Settings(sd.REPORT))
    s1, s2 = (np.exp(-((a / 17.0) ** 2.568)) for a in (10.0, 14.0))
    assert r["P_between"][0] == pytest.approx(1 - s2 / s1)
    assert bundle.ACTIONS[r["bundle_action"][0]] == "either"
    assert bundle.TARGETS[r["bundle_target_case"][1]] == "never" and np.isnan(r["age_target_y"][1])
    assert bundle.TARGETS[r["bundle_target_case"][2]] == "reached"
    at = r["age_target_y"][7]
    assert 300_000 * (1 - np.exp(-((at / 17.0) ** 2.568))) == pytest.approx(50_000)
    none = bundle.RISK.run(sd.RISK, Settings())
    assert {
        bundle.TARGETS[i] for i, v in zip(none["bundle_target_case"], none.verdict, strict=True) if v == CALCULATED
    } == {"none"}


def test_constant_hazard_never_pays_a_replacement() -> None:
    r = bundle.REPLACEMENT.run(sd.REPLACE, Settings())
    assert bundle.PLACES[r["optimum_place"][1]] == "last"
    assert bundle.PLACES[r["optimum_place"][0]] == "inside"
    assert r["cost_opt_day"][0] < r["cost_last_day"][0]


def test_finer_steps_move_the_optimum_little() -> None:
    a, b = (bundle.REPLACEMENT.run(sd.REPLACE, Settings({"rbi.bundle_step_days": s})) for s in (28.0, 3.5))
    assert a["age_opt_y"][0] == pytest.approx(b["age_opt_y"][0], abs=0.2)
    assert a["cost_opt_day"][0] == pytest.approx(b["cost_opt_day"][0], rel=0.02)


def test_rows_do_not_depend_on_chunks() -> None:
    n = 1100
    rng = np.random.default_rng(5)
    columns = {"beta_w": rng.uniform(1, 4, n), "eta_use_y": rng.uniform(5, 30, n)}
    columns |= {"C_fail_bundle": rng.uniform(1e5, 1e6, n), "C_plan_bundle": rng.uniform(1e4, 9e4, n)}
    whole = bundle.REPLACEMENT.run(columns, Settings())["age_opt_y"]
    part = bundle.REPLACEMENT.run({s: v[500:600] for s, v in columns.items()}, Settings())["age_opt_y"]
    np.testing.assert_array_equal(whole[500:600], part)


def test_tables_retyped() -> None:
    assert keyed("bundle", "uncertainty").rows[:5, 0].tolist() == [0.05, 0.10, 0.20, 0.30, 0.50]
    factor = dict(zip(keyed("bundle", "material").keys, keyed("bundle", "material").rows[:, 0], strict=False))
    known = {"carbon_steel": 1, "12Cr": 3.4, "alloy_400": 7, "316": 3, "brass": 2.5, "titanium_2": 6, "zirconium": 15}
    assert {k: factor[k] for k in known} == known and len(factor) == 41
    assert keyed("bundle", "P_bounds").rows[0].tolist() == [0.1, 0.2, 0.3, 0.5]


def test_missing_days_are_never_days() -> None:
    r = pof(bundle_effectiveness=2)
    assert reasons(bundle.POF, r, 0) == [("limit", "bundle.bundle_effectiveness_has_a_day")]
    assert np.isnan(r["P_bundle"][0]) and r["tube_inspected_d"][0] == NO_DATE
