"""Mistakes seen elsewhere that concern bundles and relief devices."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi import bundle, bundle_fit, relief, relief_risk
from tests.rbi import samples_devices as sd


def test_trap_23_the_method_of_the_fit_matters() -> None:
    r = bundle_fit.PROCEDURE.run({"beta_given": [np.nan]}, Settings(), sd.records((sd.FAILURES, sd.SUSPENSIONS)))
    assert (round(r["beta_rrx"][0], 3), round(r["eta_rrx_y"][0], 2)) == (2.568, 20.45)
    assert (round(r["beta_mle"][0], 2), round(r["eta_mle_y"][0], 1)) == (2.80, 20.8)
    assert r["beta_w"][0] == r["beta_rrx"][0]


def test_trap_23_regression_is_of_life_on_rank() -> None:
    r = bundle_fit.PROCEDURE.run({"beta_given": [np.nan]}, Settings(), sd.records((sd.FAILURES, sd.SUSPENSIONS)))
    of_rank_on_life = r["S_xy"][0] / r["S_xx"][0]
    assert of_rank_on_life == pytest.approx(2.522, abs=5e-4)
    assert r["beta_rrx"][0] != pytest.approx(of_rank_on_life, rel=1e-2)


def test_survivors_count() -> None:
    with_, without = (
        bundle_fit.PROCEDURE.run({"beta_given": [np.nan]}, Settings(), sd.records((sd.FAILURES, s)))["eta_y"][0]
        for s in (sd.SUSPENSIONS, ())
    )
    assert with_ > 1.2 * without


def test_trap_2_missing_data_is_never_a_factor() -> None:
    for p, base in (
        (relief.FAIL, sd.FAIL_BASE),
        (relief.LEAK, sd.LEAK_BASE),
        (relief_risk.CASE, sd.CASE_BASE),
        (relief_risk.LEAK_COST, sd.LEAK_COST_BASE),
        (bundle.COST, sd.COST_BASE),
        (bundle.RISK, sd.RISK_BASE),
        (bundle.REPLACEMENT, sd.REPLACE_BASE),
    ):
        ends = [x.symbol for x in p.outputs if x.conclusion]
        for x in p.inputs:
            if not x.required or x.needed is not None or x.symbol not in base:
                continue
            blank = -1 if x.quantity in ("code", "flag") else np.nan
            r = p.run({s: [blank if s == x.symbol else v] for s, v in base.items()}, Settings())
            assert r.verdict[0] == int(Verdict.INSUFFICIENT_DATA), (p.key, x.symbol)
            for s in ends:
                value = r[s][0]
                assert value == -1 or np.isnan(value), (p.key, x.symbol, s)


def test_conditional_probability_is_not_a_difference_of_cumulatives() -> None:
    r = bundle.RISK.run({s: [v] for s, v in sd.RISK_BASE.items()}, Settings())
    assert r["P_between"][0] > r["P_TA2"][0] - r["P_TA1"][0]


def test_leak_duration_is_in_days_and_a_stuck_device_in_minutes() -> None:
    r = relief_risk.LEAK_COST.run({s: [v] for s, v in sd.LEAK_COST_BASE.items()}, Settings())
    assert r["leak_d"][0] == 7.0
    assert r["lost_stuck"][0] == pytest.approx(0.25 * 3.0 * 1800.0 * 0.6)
