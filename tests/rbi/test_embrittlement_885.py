"""885 F embrittlement: table, open upper end, reference temperature, screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import embrittlement_885 as emb
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, facts, run

NODES = [-56.0, -44.0, -33.0, -22.0, -11.0, 0.0, 11.0, 22.0, 33.0, 44.0, 56.0]
FACTORS = [1381.0, 1216.0, 1022.0, 806.0, 581.0, 371.0, 200.0, 87.0, 30.0, 8.0, 2.0]
CONSERVATIVE = Settings({"rbi.embrittlement_interpolation": "conservative"})
KEEP = Settings({"rbi.embrittlement_edge": "last_row"})


def f885(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(emb.PROCEDURE, s.EMB_BASE, settings, **changes)


def test_table_as_typed_a_second_time() -> None:
    np.testing.assert_array_equal(keyed("embrittlement_885", "D_f_885").rows[:-1, 0], FACTORS)
    for settings in (DEFAULTS, CONSERVATIVE):
        r = f885(settings, CET_C=28.0 + np.array(NODES))
        np.testing.assert_allclose(r["D_f_885"], FACTORS, rtol=1e-12)


def test_between_the_rows() -> None:
    assert f885(CET_C=28.0 + 5.5)["D_f_885"][0] == pytest.approx((371 + 200) / 2)
    assert f885(CONSERVATIVE, CET_C=28.0 + 5.5)["D_f_885"][0] == 371.0


def test_two_at_the_last_row_and_nothing_above_it() -> None:
    r = f885(CET_C=[84.0, 84.0 + 1e-12, 84.001, 200.0])
    np.testing.assert_allclose(r["D_f_885"], [2.0, 2.0, 0.0, 0.0], rtol=1e-9)
    assert emb.ROW_CASES[r["row_case"][2]] == "no_factor"


def test_below_the_table() -> None:
    r = f885(CET_C=[-28.0, -28.1])
    assert r["D_f_885"][0] == pytest.approx(1381.0) and np.isnan(r["D_f_885"][1])
    assert ("limit", "rbi.temperature_885_in_table") in reasons(emb.PROCEDURE, r, 1)
    assert f885(KEEP, CET_C=-60.0)["D_f_885"][0] == pytest.approx(1381.0)


def test_reference_temperature_printed_or_given() -> None:
    r = f885(T_ref_885_given_C=[np.nan, 20.0], CET_C=48.0)
    np.testing.assert_array_equal(r["T_ref_C"], [28.0, 20.0])
    assert r["D_f_885"][1] < r["D_f_885"][0]


def test_colder_is_never_safer() -> None:
    for settings in (DEFAULTS, CONSERVATIVE):
        D_f = f885(settings, CET_C=np.linspace(-28.0, 120.0, 300))["D_f_885"]
        assert (np.diff(D_f) <= 1e-9).all()


def test_screen() -> None:
    r = f885(
        T_op_C=[370.0, 371.0, 566.0, 567.0, np.nan],
    )
    np.testing.assert_array_equal(r["susceptible_case"], [1, 0, 0, 1, 2])
    assert f885(high_Cr_ferritic=0)["D_f_885"][0] == 0.0
    assert np.isnan(f885(high_Cr_ferritic=-1)["D_f_885"][0])
    assert f885(high_Cr_ferritic=-1)["D_f_bound"][0] == f885()["D_f_885"][0]


def test_in_a_plant() -> None:
    a = assessed("embrittlement_885", facts(high_Cr_ferritic="yes", T_lowest_C=20.0), T_op_C=450.0, T_min_C=25.0)
    assert a.results[emb.KEY]["D_f_885"][0] == f885()["D_f_885"][0]
    assert a.frame.D_f_brit_gov[0] == f885()["D_f_885"][0]
    assert a.frame.unverified[0] == 1
