"""Sigma phase embrittlement: content, table, screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import embrittlement_clauses as em
from integrity.rbi.mechanisms import sigma
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, facts, run

T = [-46.0, -18.0, 10.0, 38.0, 66.0, 93.0, 204.0, 316.0, 427.0, 538.0, 649.0]
LOW = [1.1, 1.0, 0.9, 0.6, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0]
MEDIUM = [34.0, 20.0, 11.0, 7.0, 5.0, 3.0, 1.3, 0.9, 0.2, 0.0, 0.0]
HIGH = [4196.0, 4196.0, 4196.0, 4196.0, 3871.0, 3202.0, 1333.0, 481.0, 160.0, 53.0, 18.0]
CONSERVATIVE = Settings({"rbi.embrittlement_interpolation": "conservative"})


def sig(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(sigma.PROCEDURE, s.SIGMA_BASE, settings, **changes)


@pytest.mark.parametrize(("pct", "column"), [(3.0, LOW), (7.0, MEDIUM), (15.0, HIGH)])
def test_table_as_typed_a_second_time(pct: float, column: list[float]) -> None:
    for settings in (DEFAULTS, CONSERVATIVE):
        np.testing.assert_allclose(sig(settings, CET_C=T, sigma_pct=pct)["D_f_sigma"], column, rtol=1e-12, atol=1e-12)
    index = (LOW, MEDIUM, HIGH).index(column)
    np.testing.assert_array_equal(keyed("sigma", "D_f_sigma").rows[:-1, index], column)


def test_borders_of_content() -> None:
    r = sig(sigma_pct=[0.0, 1.0, 4.999, 5.0, 9.999, 10.0, 100.0])
    np.testing.assert_array_equal(r["sigma_content"], [0, 0, 0, 1, 1, 2, 2])


def test_between_the_rows() -> None:
    assert sig(CET_C=52.0, sigma_pct=12.0)["D_f_sigma"][0] == pytest.approx((4196 + 3871) / 2)
    assert sig(CONSERVATIVE, CET_C=52.0, sigma_pct=12.0)["D_f_sigma"][0] == 4196.0


def test_ends_of_the_table() -> None:
    r = sig(CET_C=[700.0, -46.0, -47.0], sigma_pct=12.0)
    np.testing.assert_allclose(r["D_f_sigma"][:2], [18.0, 4196.0])
    assert em.ROW_CASES[r["row_case"][0]] == "warmer"
    assert ("limit", "rbi.sigma_temperature_in_table") in reasons(sigma.PROCEDURE, r, 2)
    assert r["D_f_bound"][2] == 4196.0
    assert np.isnan(sig(CET_C=-47.0, sigma_pct=7.0)["D_f_bound"][0])


def test_more_sigma_and_colder_are_never_safer() -> None:
    pct = sig(sigma_pct=np.linspace(0.0, 40.0, 100))["D_f_sigma"]
    assert (np.diff(pct) >= -1e-12).all()
    for content in (2.0, 7.0, 20.0):
        cold = sig(sigma_pct=content, CET_C=np.linspace(-46.0, 700.0, 300))["D_f_sigma"]
        assert (np.diff(cold) <= 1e-9).all()


def test_screen_and_the_engineers_word() -> None:
    r = sig(T_op_C=[592.0, 593.0, 927.0, 928.0, np.nan])
    np.testing.assert_array_equal(r["susceptible_case"], [1, 0, 0, 1, 2])
    assert sig(material_group=s.group("carbon"))["D_f_sigma"][0] == 0.0
    assert sig(susceptibility_given=3, T_op_C=20.0)["D_f_sigma"][0] > sig()["D_f_sigma"][0]
    assert sig(susceptibility_given=0)["D_f_sigma"][0] == 0.0


def test_unknown_content_is_bounded_by_high() -> None:
    r = sig(sigma_pct=np.nan)
    assert np.isnan(r["D_f_sigma"][0]) and r["D_f_bound"][0] == sig(sigma_pct=50.0)["D_f_sigma"][0]


def test_in_a_plant_the_decision_may_carry_the_content() -> None:
    known = facts(material_group="austenitic", T_lowest_C=20.0)
    a = assessed("sigma", known, "medium", T_op_C=650.0, T_min_C=30.0)
    assert a.results[sigma.KEY]["D_f_sigma"][0] == sig()["D_f_sigma"][0]
    assert a.frame.unverified[0] == 0 or a.frame.D_f_total[0] > 0.0
    unknown = assessed("sigma", known, T_op_C=650.0, T_min_C=30.0)
    assert ("limit", "rbi.sigma_content_known") in reasons(sigma.PROCEDURE, unknown.results[sigma.KEY], 0)
