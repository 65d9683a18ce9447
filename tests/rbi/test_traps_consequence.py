"""Mistakes seen in other programs of consequence; each that can happen here has a test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.rbi.data import PHASES, fluids, number, toxic_table
from integrity.rbi.procedures import FLAMMABLE_AREA, NFNT_AREA, RELEASE, TOXIC_AREA
from integrity.rbi.toxic import DURATIONS
from tests.rbi.samples import AREA_BASE, RELEASE_BASE, fluid
from tests.rbi.samples_consequence import ACID, GAS, INST, LIQUID, NFNT_BASE, TOXIC_BASE, stated

FT2, LB = 0.0929, 2.205


def poisoned(**changes: Any) -> Result:
    return TOXIC_AREA.run({**TOXIC_BASE, **changes}, DEFAULTS)


def splash(**changes: Any) -> Result:
    return NFNT_AREA.run({**NFNT_BASE, **ACID, **changes}, DEFAULTS)


def test_toxic_rate_is_not_reduced_by_detection_and_isolation() -> None:
    r = RELEASE.run({**RELEASE_BASE, "detection": 0, "isolation": 0, "hole": 1}, DEFAULTS)
    handed = {s: r[s] for s in ("W_n", "mass_kg", "mass_avail_kg", "ld_max_min", "release_type", "release_phase")}
    t = TOXIC_AREA.run({**handed, **stated("H2S", toxic_mass_fraction=0.1)}, DEFAULTS)
    assert r["fact_di"][0] == 0.25
    assert t["rate_tox"][0] == pytest.approx(0.1 * r["W_n"][0], rel=1e-15)
    assert t["rate_tox"][0] != pytest.approx(0.1 * r["rate_kg_s"][0], rel=0.1)
    assert t["mass_tox"][0] == pytest.approx(0.1 * r["mass_kg"][0], rel=1e-15)


def test_areas_are_interpolated_not_constants() -> None:
    r = poisoned(ld_max_min=15.0)
    rate = LB * 2.0
    ten, twenty = (FT2 * 10 ** (c * np.log10(rate) + d) for c, d in ((1.241, 4.0948), (1.237, 4.238)))
    assert r["CA_tox"][0] == pytest.approx((ten + twenty) / 2.0, rel=1e-12)
    by_constants = FT2 * 10 ** (1.239 * np.log10(rate) + 4.1664)
    assert abs(r["CA_tox"][0] / by_constants - 1.0) > 0.01


def test_constants_of_hydrogen_sulfide_and_fluoride_give_square_feet_from_pounds() -> None:
    r = poisoned(ld_max_min=60.0, mass_avail_kg=1e6)
    assert r["CA_tox"][0] == pytest.approx(FT2 * 10 ** (1.2266 * np.log10(LB * 2.0) + 4.4365), rel=1e-12)
    in_metres = 10 ** (1.2266 * np.log10(2.0) + 4.4365)
    assert in_metres / r["CA_tox"][0] > 4.0


def test_others_are_metric_as_printed() -> None:
    r = poisoned(**stated("Ammonia", ld_max_min=60.0, mass_avail_kg=1e6, toxic_mass_fraction=0.5))
    assert r["CA_tox"][0] == pytest.approx(2714.0 * 1.0**1.145, rel=1e-12)


def test_instantaneous_hydrogen_fluoride_has_its_decimal_point_and_is_unverified() -> None:
    r = poisoned(fluid=fluid("HF"), release_type=INST, mass_kg=10.0)
    assert r["d_lo"][0] == 3.3606
    assert r["CA_tox"][0] == pytest.approx(FT2 * 10 ** (1.4056 * np.log10(LB * 10.0) + 3.3606), rel=1e-12)
    assert np.isfinite(r["CA_tox"][0]) and r["toxic_check"][0] == 0


def test_toxic_duration_ends_after_one_hour_when_the_mass_is_gone_or_the_leak_is_stopped() -> None:
    stopped = poisoned(W_n=1.0, mass_avail_kg=1e6, ld_max_min=np.array([20.0, 60.0, 90.0]))
    np.testing.assert_array_equal(stopped["ld_tox_s"], [1200.0, 3600.0, 3600.0])
    assert poisoned(W_n=1.0, mass_avail_kg=700.0, ld_max_min=60.0)["ld_tox_s"][0] == 700.0


def test_cells_that_are_not_available_are_not_zero() -> None:
    t = toxic_table()
    EE, PO = (index_of("toxic_fluid", n) for n in ("EE", "PO"))
    assert t.duration_min[EE, LIQUID, 0] == 10.0 and t.duration_min[PO, LIQUID, 0] == 5.0
    r = poisoned(**stated("EE", release_phase=LIQUID, ld_max_min=3.0, toxic_mass_fraction=1.0))
    assert DURATIONS[r["duration_case"][0]] == "below_printed"
    assert r["CA_tox"][0] == pytest.approx(0.6857 * 2.0**1.105, rel=1e-12)
    strict = DEFAULTS.with_(rbi__toxic_short="refuse")
    case = {**TOXIC_BASE, **stated("EE", release_phase=LIQUID, ld_max_min=3.0)}
    assert np.isnan(TOXIC_AREA.run(case, strict)["CA_tox"][0])


def test_splash_relation_is_not_used_beyond_its_fit() -> None:
    """As printed it peaks near 56 psig for 10 lb/s, falls with more pressure and is gone at 190 psig."""
    psig = np.array([5.0, 15.0, 56.0, 60.0, 100.0, 190.0])
    rate = 10.0 / LB
    r = splash(rate_kg_s=rate, P_s_MPa=psig / number("nfnt", "C11") / 1000.0)
    literal = r["CA_splash_literal"] / FT2
    assert literal[5] == pytest.approx(0.0013, abs=1e-4)
    fine = splash(rate_kg_s=rate, P_s_MPa=np.linspace(20.0, 120.0, 1001) / 145.0)
    assert np.linspace(20.0, 120.0, 1001)[np.argmax(fine["CA_splash_literal"])] == pytest.approx(56.0, abs=0.6)
    assert (np.diff(literal[3:]) < 0.0).all()
    np.testing.assert_allclose(r["CA_nfnt"][4:], r["CA_nfnt"][3], rtol=2e-3)
    assert r["CA_nfnt"][2] == r["CA_splash_literal"][2]
    assert NFNT_AREA.run({**NFNT_BASE, **ACID}, DEFAULTS.with_(rbi__acid_fit="refuse")).refused[0] != 0


def test_steam_blends_by_its_rate_and_has_no_efficiency_nor_mitigation() -> None:
    r = NFNT_AREA.run({**NFNT_BASE, "rate_kg_s": 12.6, "mass_kg": 20000.0}, DEFAULTS)
    want = 0.5 * 9.744 * 20000.0**0.6384 + 0.5 * 0.123 * 12.6
    assert r["CA_nfnt"][0] == pytest.approx(want, rel=1e-12)
    assert number("nfnt", "C10") == pytest.approx(63.32 * FT2 * LB ** number("nfnt", "n_steam"), rel=2e-4)
    assert number("nfnt", "C9") == pytest.approx(0.6 * FT2 * LB, rel=2e-3)


def test_a_share_that_is_nothing_but_rounding_takes_no_blank_cell() -> None:
    at = 284.0 - number("release", "C6")
    r = FLAMMABLE_AREA.run({**AREA_BASE, "fluid": fluid("C5"), "T_s_C": np.array([at, at + 1e-12, at + 1.0])}, DEFAULTS)
    assert r.refused[0] == r.refused[1] == 0
    assert ("limit", "rbi.coefficient_printed") in reasons(FLAMMABLE_AREA, r, 2)


def test_hydrogen_fluoride_never_ignites_and_has_no_flammable_area() -> None:
    assert fluids().AIT_C[fluid("HF")] == 17760.0
    r = FLAMMABLE_AREA.run({**AREA_BASE, "fluid": fluid("HF"), "release_phase": GAS}, DEFAULTS)
    assert reasons(FLAMMABLE_AREA, r, 0) == [("limit", "rbi.flammable")]


@pytest.mark.parametrize("name", ["EO", "Phosgene", "NO2"])
def test_a_suspect_boiling_point_decides_nothing_a_given_one_does(name: str) -> None:
    case = {**RELEASE_BASE, "fluid": fluid(name)}
    assert ("limit", "rbi.boiling_point_sure") in reasons(RELEASE, RELEASE.run(case, DEFAULTS), 0)
    cold, hot = (RELEASE.run({**case, "NBP_C": T}, DEFAULTS) for T in (8.3, 83.0))
    assert [PHASES[r["release_phase"][0]] for r in (cold, hot)] == ["gas", "liquid"]


def test_a_given_ratio_of_specific_heats_replaces_the_table() -> None:
    r = RELEASE.run({**RELEASE_BASE, "phase": 0, "fluid": fluid("HCL"), "k_ratio": 1.4}, DEFAULTS)
    assert r["k"][0] == 1.4 and r["W_n"][0] > 0.0
    without = RELEASE.run({**RELEASE_BASE, "phase": 0, "fluid": fluid("HCL")}, DEFAULTS)
    assert ("limit", "rbi.heat_capacity_known") in reasons(RELEASE, without, 0)


def test_every_toxic_fluid_of_the_property_table_has_constants() -> None:
    toxic = {n for n, t in zip(fluids().names, fluids().toxic, strict=False) if t == 1}
    assert toxic == set(codes("toxic_fluid"))
