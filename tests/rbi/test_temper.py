"""Temper embrittlement: screen, shift by each way, table with the shifted reference temperature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.mechanisms import brittle, temper, temper_clauses
from integrity.rbi.mechanisms import embrittlement_clauses as em
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, facts, run

PRINTED = Settings({"rbi.temper_shift": "printed"})
CLEAN = {"P_wt": 0.005, "Sb_wt": 0.001, "Sn_wt": 0.004, "As_wt": 0.004}


def temp(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(temper.PROCEDURE, s.TEMPER_BASE, settings, **changes)


def way(r: Result, row: int = 0) -> str:
    return temper_clauses.SHIFT_CASES[r["dFATT_case"][row]]


def test_ways_in_their_order() -> None:
    every = {"dFATT_given_K": 40.0, "SCE_K": 30.0, "t_emb_h": 1e5, **s.CHEMISTRY}
    assert way(temp(**every)) == "given"
    del every["dFATT_given_K"]
    assert way(temp(**every)) == "step_cooling"
    del every["t_emb_h"]
    assert way(temp(**every)) == "chemistry"
    del every["As_wt"]
    assert way(temp(**every)) == "generation"
    assert way(temp(year_built=np.nan)) == "unknown"


def test_factors_of_composition() -> None:
    r = temp(Si_wt=0.3, Mn_wt=0.5, P_wt=0.01, Sn_wt=0.005, Sb_wt=0.002, As_wt=0.01)
    assert r["J"][0] == pytest.approx(0.8 * 0.015 * 1e4, rel=1e-12)
    assert r["X_bar"][0] == pytest.approx((0.1 + 0.01 + 0.02 + 0.01) * 100.0, rel=1e-12)
    X = r["X_bar"][0]
    assert r["dFATT_K"][0] == pytest.approx(-87.335 + 11.437 * X - 0.1472 * X * X, rel=1e-12)


def test_more_impurity_is_never_safer() -> None:
    P = np.linspace(0.0, 0.06, 200)
    shift = temp(P_wt=P, Sb_wt=0.001, Sn_wt=0.005, As_wt=0.005)["dFATT_K"]
    assert (np.diff(shift) >= -1e-12).all()
    assert shift[0] == 0.0 and shift[-1] == pytest.approx(-87.335 + 11.437**2 / (4 * 0.1472))


def test_step_cooling_grows_with_hours_and_is_never_negative() -> None:
    shift = temp(SCE_K=30.0, t_emb_h=[1.0, 8.0, 1e3, 1e5, 2e5])["dFATT_K"]
    assert shift[0] == 0.0 and (np.diff(shift) >= 0.0).all()
    assert shift[3] == pytest.approx(0.67 * (5.0 - 0.91) * 30.0)


@pytest.mark.parametrize(
    ("year", "generation", "printed", "F"),
    [
        (1965, 0, 177, 350),
        (1972, 0, 177, 350),
        (1973, 1, 149, 300),
        (1980, 1, 149, 300),
        (1981, 2, 121, 250),
        (1988, 2, 121, 250),
        (1989, 3, 66, 150),
        (2020, 3, 66, 150),
    ],
)
def test_generations(year: int, generation: int, printed: float, F: float) -> None:
    for settings, want in ((PRINTED, printed), (DEFAULTS, F / 1.8)):
        r = temp(settings, year_built=float(year))
        assert r["generation"][0] == generation
        assert r["dFATT_K"][0] == pytest.approx(want, rel=1e-12)


def test_a_newer_steel_is_never_worse_and_one_older_than_the_table_is_refused() -> None:
    years = np.arange(1950.0, 2021.0)
    for settings in (PRINTED, DEFAULTS):
        shift = temp(settings, year_built=years)["dFATT_K"]
        known = ~np.isnan(shift)
        np.testing.assert_array_equal(known, years >= 1965.0)
        assert (np.diff(shift[known]) <= 0.0).all()
    r = temp(year_built=1960.0)
    assert ("limit", "rbi.temper_year_covered") in reasons(temper.PROCEDURE, r, 0)


def test_shift_moves_the_reference_temperature_and_nothing_else() -> None:
    shift = 37.0
    a = temp(dFATT_given_K=shift, CET_C=120.0)
    plain = brittle.PROCEDURE.run(
        {
            "material_group": [1],
            "SMYS_MPa": [310.0],
            "exemption_curve": [2],
            "pwht": [1],
            "t_nom_mm": [80.0],
            "CET_C": [120.0 - shift],
        },
        DEFAULTS,
    )
    assert a["D_f_temp"][0] == pytest.approx(plain["D_fB"][0], rel=1e-12)


def test_no_credit_of_service_even_for_a_thin_wall() -> None:
    thin = temp(t_nom_mm=10.0, pwht=0, CET_C=0.0, dFATT_given_K=30.0)
    assert thin["D_f_temp"][0] == thin["D_fB"][0] > 0.0


def test_more_shift_and_colder_are_never_safer() -> None:
    shift = temp(dFATT_given_K=np.linspace(0.0, 170.0, 100), CET_C=130.0)["D_f_temp"]
    known = ~np.isnan(shift)
    assert known.sum() > 80 and (np.diff(shift[known]) >= -1e-9).all()
    cold = temp(CET_C=np.linspace(90.0, 300.0, 100))["D_f_temp"]
    known = ~np.isnan(cold)
    assert known.sum() > 60 and (np.diff(cold[known]) <= 1e-9).all()


def test_screen() -> None:
    yes, no, unknown = range(3)
    r = temp(
        T_op_C=[342.0, 343.0, 577.0, 578.0, 300.0, np.nan, np.nan],
        T_op_max_C=[np.nan, np.nan, np.nan, np.nan, 350.0, np.nan, 400.0],
    )
    np.testing.assert_array_equal(r["susceptible_case"], [no, yes, yes, no, yes, unknown, yes])
    assert (r["D_f_temp"][[0, 3]] == 0.0).all()
    assert np.isnan(r["D_f_temp"][5])


def test_the_engineers_word_stands_above_the_screen() -> None:
    assert temp(susceptibility_given=0)["D_f_temp"][0] == 0.0
    assert temp(susceptibility_given=1, T_op_C=100.0)["D_f_temp"][0] > 0.0
    assert temp(exposed_given=1, T_op_C=100.0)["D_f_temp"][0] > 0.0
    assert temp(exposed_given=0)["D_f_temp"][0] == 0.0


def test_a_steel_that_is_not_susceptible_needs_no_more_inputs() -> None:
    r = temp(exposed_given=0, CET_C=np.nan, T_min_C=np.nan, year_built=np.nan, pwht=-1, t_nom_mm=np.nan)
    assert r["D_f_temp"][0] == 0.0 and not reasons(temper.PROCEDURE, r, 0)


def test_bound_takes_the_first_generation() -> None:
    open_ = temp(year_built=np.nan, CET_C=150.0)
    assert open_["D_f_bound"][0] == pytest.approx(temp(year_built=1970.0, CET_C=150.0)["D_f_temp"][0], rel=1e-12)
    assert np.isnan(open_["D_f_temp"][0])


def test_in_a_plant() -> None:
    known = facts(
        temper_alloy="2.25Cr-1Mo", SMYS_MPa=310.0, exemption_curve="C", pwht="yes", year_built=1978.0, CET_C=120.0
    )
    a = assessed("temper", known, T_op_C=420.0, t_nom_mm=80.0)
    assert a.results[temper.KEY]["D_f_temp"][0] == temp()["D_f_temp"][0]
    spared = assessed("temper", known, "none", T_op_C=420.0, t_nom_mm=80.0)
    assert spared.results[temper.KEY]["D_f_temp"][0] == 0.0
    assert em.SUSCEPTIBLE[spared.results[temper.KEY]["susceptible_case"][0]] == "no"
