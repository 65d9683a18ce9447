"""Steam, acid and caustic: areas, span of the fit and its settings, phases, and fluids without a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.rbi.data import constants, fluids
from integrity.rbi.nfnt import FIT_CASES
from integrity.rbi.procedures import NFNT_AREA
from tests.rbi.samples import fluid
from tests.rbi.samples_consequence import ACID, GAS, LIQUID, NFNT_BASE


def run(policy: str = "limit", **changes: Any) -> Result:
    return NFNT_AREA.run({**NFNT_BASE, **changes}, DEFAULTS.with_(rbi__acid_fit=policy))


def test_constants_typed_again() -> None:
    c = {s: v.value for s, v in constants("nfnt").items()}
    assert (c["C9"], c["C10"], c["n_steam"], c["C4B"], c["C8"], c["C11"]) == (
        0.123,
        9.744,
        0.6384,
        2.205,
        0.0929,
        0.145,
    )
    assert (c["share_acid"], c["g_0"], c["g_1"], c["g_2"]) == (0.2, 2696.0, 21.9, 1.474)
    assert (c["h_0"], c["h_1"], c["p_h"]) == (0.31, 0.00032, 40.0)
    assert c["dP_low_kPa"] == pytest.approx(15 * 6.894757, rel=1e-3)
    assert c["dP_high_kPa"] == pytest.approx(60 * 6.894757, rel=1e-3)


def test_steam_is_continuous_below_and_instantaneous_at_the_limit_rate() -> None:
    small, full, more = (run(rate_kg_s=w, mass_kg=5000.0) for w in (1e-9, 25.2, 300.0))
    assert small["CA_nfnt"][0] == pytest.approx(0.0, abs=1e-6)
    assert full["CA_nfnt"][0] == pytest.approx(9.744 * 5000.0**0.6384, rel=1e-12)
    assert more["CA_nfnt"][0] == full["CA_nfnt"][0]


def test_steam_area_grows_with_rate_and_mass() -> None:
    rate = run(rate_kg_s=np.geomspace(0.01, 100.0, 60), mass_kg=3000.0)["CA_nfnt"]
    mass = run(rate_kg_s=10.0, mass_kg=np.geomspace(10.0, 1e5, 60))["CA_nfnt"]
    assert (np.diff(rate) >= 0.0).all() and (np.diff(mass) > 0.0).all()


@pytest.mark.parametrize("rate", [0.5, 5.0, 60.0])
def test_splash_within_the_fit_is_as_printed(rate: float) -> None:
    psi = np.linspace(15.0, 59.9, 40)
    r = run(**ACID, rate_kg_s=rate, P_s_MPa=psi / 145.0)
    g = 2696.0 - 21.9 * psi + 1.474 * psi**2
    h = 0.31 - 0.00032 * (psi - 40.0) ** 2
    np.testing.assert_allclose(r["CA_nfnt"], 0.2 * 0.0929 * g * (2.205 * rate) ** h, rtol=1e-12)
    assert {FIT_CASES[i] for i in r["fit_case"]} == {"within"}


def test_outside_the_fit_the_setting_decides_and_prints() -> None:
    P = np.array([0.02, 0.1034, 0.4137, 2.0])
    held, literal, refused = (run(p, **ACID, P_s_MPa=P) for p in ("limit", "literal", "refuse"))
    assert [FIT_CASES[i] for i in held["fit_case"]] == ["held_low", "within", "within", "held_high"]
    assert [FIT_CASES[i] for i in literal["fit_case"]] == ["literal", "within", "within", "literal"]
    np.testing.assert_allclose(held["CA_nfnt"][[0, 3]], held["CA_nfnt"][[1, 2]], rtol=1e-12)
    np.testing.assert_array_equal(literal["CA_nfnt"], held["CA_splash_literal"])
    assert literal["CA_nfnt"][3] < 1e-3 * held["CA_nfnt"][3]
    np.testing.assert_array_equal(np.isnan(refused["CA_nfnt"]), [True, False, False, True])
    assert ("limit", "rbi.acid_within_fit") in reasons(NFNT_AREA, refused, 3)


def test_border_of_the_fit_is_within_it_whatever_the_units() -> None:
    r = run("refuse", **ACID, P_s_MPa=np.array([0.1034 * (1 - 1e-12), 0.4137 * (1 + 1e-12)]))
    assert (r.refused == 0).all()


def test_phases_that_the_relations_are_not_for_are_refused() -> None:
    condensate = run(phase=LIQUID)
    assert reasons(NFNT_AREA, condensate, 0) == [("limit", "rbi.steam_as_vapour")]
    vapour = run(**{**ACID, "phase": GAS})
    assert reasons(NFNT_AREA, vapour, 0) == [("limit", "rbi.acid_as_liquid")]


def test_water_has_no_model() -> None:
    water = run(fluid=fluid("Water"), phase=LIQUID)
    assert reasons(NFNT_AREA, water, 0) == [("limit", "rbi.nfnt_fluid")]
    assert np.isnan(water["CA_nfnt"][0])
    named = {n for n, m in zip(fluids().names, fluids().nfnt, strict=False) if m >= 0}
    assert named == {"Steam", "Acid"}


def test_nothing_released_is_no_area_of_zero() -> None:
    assert np.isnan(run(rate_kg_s=0.0)["CA_nfnt"][0]) and np.isnan(run(mass_kg=np.nan)["CA_nfnt"][0])
