"""Release: stored steps of a public program, limits of the hole, phases, and what is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.rbi import area_clauses, release_mass
from integrity.rbi.data import HOLES, PHASES, keyed, number
from integrity.rbi.procedures import FLAMMABLE_AREA, RELEASE
from integrity.rbi.release import FLOWS, RELEASE_TYPES
from tests.rbi.samples import AREA_BASE, RELEASE_BASE, fluid

STEPS = tomllib.loads((Path(__file__).parent / "known_release_steps.toml").read_text(encoding="utf-8"))["hole"]
REL = 1e-6


def run(**changes: Any) -> Result:
    return RELEASE.run({**RELEASE_BASE, **changes}, DEFAULTS)


@pytest.mark.parametrize("known", STEPS, ids=lambda k: k["id"])
def test_stored_steps(known: dict[str, Any]) -> None:
    W, C3 = np.array([known["W_n"]]), number("release", "C3")
    assert release_mass.time_to_limit(C3, W)[0] == pytest.approx(known["t_n_s"], rel=REL)
    add = release_mass.added_mass(number("release", "t_add_s"), W, np.array([known["W_max8"]]))
    assert add[0] == pytest.approx(known["mass_add_kg"], rel=REL)
    available = release_mass.available_mass(np.array([known["mass_comp_kg"]]), add, np.array([known["mass_inv_kg"]]))
    assert available[0] == pytest.approx(known["mass_avail_kg"], rel=REL)
    rate = release_mass.adjusted_rate(W, np.array([known["fact_di"]]))
    assert rate[0] == pytest.approx(known["rate_kg_s"], rel=REL)
    ld = release_mass.leak_duration(available, rate, np.array([known["ld_max_min"]]))
    assert ld[0] == pytest.approx(known["ld_s"], rel=REL)
    assert release_mass.released_mass(rate, ld, available)[0] == pytest.approx(known["mass_kg"], rel=REL)
    assert area_clauses.blend_of_rate(rate, number("release", "C5"))[0] == pytest.approx(known["fact_IC"], rel=REL)


def test_stored_reductions_are_in_the_tables() -> None:
    known = {k["hole"]: k["ld_max_min"] for k in STEPS}
    A = np.zeros(4, dtype=np.int64)
    got = release_mass.longest_leak(A, A, np.arange(4), DEFAULTS.number("rbi.rupture_leak_duration_min"))
    assert dict(zip(HOLES, got, strict=True)) == known
    assert release_mass.detection_reduction(A[:1], A[:1])[0] == STEPS[0]["fact_di"]


def test_hole_is_never_wider_than_the_component() -> None:
    r = run(hole=np.arange(4), D_ref_mm=60.0)
    np.testing.assert_array_equal(r["d_n_mm"], [6.4, 25.0, 60.0, 60.0])
    assert run(hole=3, D_ref_mm=2000.0)["d_n_mm"][0] == 406.0


def test_flow_turns_sonic_at_the_transition_pressure() -> None:
    P = np.linspace(0.01, 0.3, 60)
    r = run(phase=0, P_s_MPa=P, fluid=fluid("C3-C4"))
    sonic = r["flow_case"] == FLOWS.index("gas_sonic")
    np.testing.assert_array_equal(sonic, r["P_s_kPa"] > r["P_trans_kPa"])
    assert sonic.any() and not sonic.all()
    assert (np.diff(r["W_n"]) > 0.0).all()
    step = np.flatnonzero(np.diff(sonic.astype(int)))[0]
    assert r["W_n"][step + 1] / r["W_n"][step] < 1.1


def test_liquid_that_boils_below_ambient_is_a_gas_after_release() -> None:
    names = ("C3-C4", "C5", "C6-C8", "H2S", "Water")
    r = run(fluid=np.array([fluid(n) for n in names]))
    assert [PHASES[i] for i in r["release_phase"]] == ["gas", "liquid", "liquid", "gas", "liquid"]
    assert PHASES[run(fluid=fluid("C6-C8"), phase=0)["release_phase"][0]] == "gas"


def test_unknown_inventory_group_gives_the_upper_bound() -> None:
    known, unknown = run(mass_inv_kg=8100.0, hole=3), run(mass_inv_kg=np.nan, hole=3)
    assert known["mass_avail_kg"][0] == 8100.0
    assert unknown["mass_avail_kg"][0] > known["mass_avail_kg"][0]
    assert unknown.missing[0] == 0


@pytest.mark.parametrize("pressure", [0.0, -0.08])
def test_no_area_of_zero_for_a_store_without_pressure(pressure: float) -> None:
    r = run(P_s_MPa=pressure)
    assert np.isnan(r["rate_kg_s"][0])
    assert ("limit", "rbi.above_atmospheric") in reasons(RELEASE, r, 0)


def test_group_that_holds_less_than_the_component_is_refused() -> None:
    r = run(mass_inv_kg=7999.0)
    assert reasons(RELEASE, r, 0) == [("limit", "rbi.group_holds_component")]
    assert run(mass_inv_kg=8000.0 * (1.0 - 1e-12)).refused[0] == 0


def test_bigger_hole_releases_faster() -> None:
    for phase in (0, 1):
        r = run(hole=np.arange(4), phase=phase)
        assert (np.diff(r["W_n"]) > 0.0).all()


def test_better_detection_and_isolation_never_release_more() -> None:
    grid = np.array([(d, i) for d in range(3) for i in range(3)])
    r = run(detection=grid[:, 0], isolation=grid[:, 1], hole=2)
    mass = r["mass_kg"].reshape(3, 3)
    assert (np.diff(mass[0]) >= 0.0).all()
    assert mass[0, 0] <= mass[2, 2]


@pytest.mark.parametrize("table", ["ld_max_A", "ld_max_B", "ld_max_C"])
def test_small_holes_leak_longest(table: str) -> None:
    rows = keyed("release", table).rows[:-1]
    assert (np.diff(rows, axis=1) < 0.0).all()
    assert (np.diff(rows, axis=0) >= 0.0).all()


def test_release_type_codes() -> None:
    r = run(hole=3, P_s_MPa=3.0, mass_comp_kg=2e4)
    assert RELEASE_TYPES[r["release_type"][0]] == "instantaneous"
    assert RELEASE_TYPES[run(hole=0, P_s_MPa=3.0, mass_comp_kg=2e4)["release_type"][0]] == "continuous"


def test_missing_input_is_named() -> None:
    r = run(mass_comp_kg=np.nan, fluid=-1)
    assert reasons(RELEASE, r, 0) == [("missing", "fluid"), ("missing", "mass_comp_kg")]


def test_fluids_that_do_not_burn_say_so() -> None:
    for name in ("Water", "Steam", "Acid", "HF"):
        r = FLAMMABLE_AREA.run({**AREA_BASE, "fluid": fluid(name), "release_phase": 0}, DEFAULTS)
        assert reasons(FLAMMABLE_AREA, r, 0) == [("limit", "rbi.flammable")], name


def test_area_is_continuous_across_the_autoignition_band() -> None:
    T = 223.0 + np.linspace(-60.0, 60.0, 241)
    r = FLAMMABLE_AREA.run({**AREA_BASE, "T_s_C": T}, DEFAULTS)
    assert (np.diff(r["CA_cmd"]) >= 0.0).all()
    assert np.abs(np.diff(r["CA_cmd"])).max() < 0.02 * (r["CA_cmd"][-1] - r["CA_cmd"][0])


def test_area_is_continuous_across_the_blend_of_release_types() -> None:
    rate = np.linspace(24.0, 26.4, 97)
    r = FLAMMABLE_AREA.run({**AREA_BASE, "rate_kg_s": rate, "mass_kg": 4000.0}, DEFAULTS)
    assert np.abs(np.diff(r["CA_cmd"])).max() < 0.05 * r["CA_cmd"].max()


def test_blowdown_counts_with_fast_isolation_only() -> None:
    blowdown = index_of("mitigation", "blowdown_isolation_B")
    isolation = np.arange(len(codes("isolation")))
    r = FLAMMABLE_AREA.run({**AREA_BASE, "mitigation": blowdown, "isolation": isolation}, DEFAULTS)
    np.testing.assert_array_equal(r["fact_mit"], [0.25, 0.25, 0.0])
    unknown = FLAMMABLE_AREA.run({**AREA_BASE, "mitigation": blowdown, "isolation": -1}, DEFAULTS)
    assert unknown["fact_mit"][0] == 0.0
