"""Level 2 source, ignition, toxic limits and the union of events: balances, borders and order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import index_of
from integrity.core.procedure import Result
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi.data import HOLES, fluids
from integrity.rbi.level2.events import EVENTS
from integrity.rbi.level2.toxic import CRITERIA, SPECIES
from tests.rbi.samples_level2 import (
    EVENTS_BASE,
    GAS,
    HOLE_BASE,
    LIQUID,
    POOL_SOURCE_BASE,
    RELEASE_BASE,
    RUPTURE,
    SAMPLES,
    SUMMARY_BASE,
    TOXIC_BASE,
    TWO_PHASE,
)

DONE = int(Verdict.CALCULATED)
REFUSED, LACKING = int(Verdict.NOT_APPLICABLE), int(Verdict.INSUFFICIENT_DATA)


def run(name: str, columns: dict[str, Any], tables: Any = None, **settings: Any) -> Result:
    changed = {f"rbi.level2_{k}": v for k, v in settings.items()}
    return procedure(f"api581.2016.level2_{name}").run(columns, Settings(changed), tables)


def test_rates_are_those_of_level_1() -> None:
    holes = np.arange(4)
    shared = {
        k: RELEASE_BASE[k]
        for k in ("D_ref_mm", "P_s_MPa", "T_s_C", "mass_comp_kg", "mass_inv_kg", "detection", "isolation")
    }
    given = {k: RELEASE_BASE[k] for k in ("MW", "k_ratio", "rho_liq")}
    for phase, P_v in ((GAS, 4000.0), (LIQUID, 20.0)):
        level1 = procedure("api581.2016.release").run(
            {**shared, **given, "hole": holes, "fluid": fluids().names.index("C3-C4"), "phase": phase}, DEFAULTS
        )
        level2 = run("release", {**RELEASE_BASE, "hole": holes, "P_v_kPa": P_v})
        assert (level2["phase_open"] == phase).all()
        for symbol in ("W_n", "rate_kg_s", "mass_kg", "ld_s", "release_type"):
            np.testing.assert_array_equal(level2[symbol], level1[symbol])


def test_two_phases_leave_at_the_rate_of_the_liquid() -> None:
    found = run("release", {**RELEASE_BASE, "P_v_kPa": np.array([20.0, 800.0])})
    assert list(found["phase_open"]) == [LIQUID, TWO_PHASE]
    assert found["W_n"][0] == found["W_n"][1]


def test_equal_pressures_ask_for_the_phase() -> None:
    at_store = RELEASE_BASE["P_s_MPa"] * 1000.0 + 101.325
    found = run("release", {**RELEASE_BASE, "P_v_kPa": at_store, "phase_given": np.array([-1, LIQUID, GAS])})
    assert list(found.verdict) == [LACKING, DONE, DONE]
    assert list(found["phase_open"]) == [-1, LIQUID, GAS]


def test_partition_loses_nothing() -> None:
    flash = np.linspace(0.0, 1.0, 51)
    for way in ("balance", "printed"):
        found = run(
            "partition", {"rate_kg_s": 9.0, "mass_kg": 700.0, "frac_fsh": flash, "frac_l": 1.0}, entrainment=way
        )
        np.testing.assert_allclose(found["W_pool"] + found["W_jet_l"] + found["W_jet_v"], 9.0, rtol=1e-12)
        np.testing.assert_allclose(found["mass_pool_kg"] + found["mass_jet_kg"], 700.0, rtol=1e-12)
    balance = run("partition", {"rate_kg_s": 9.0, "mass_kg": 700.0, "frac_fsh": flash, "frac_l": 1.0})
    np.testing.assert_allclose(balance["W_jet_v"][1:], 9.0 * flash[1:], rtol=1e-12)


def test_the_printed_droplets_are_the_balance_up_to_half() -> None:
    flash = np.array([0.1, 0.4, 0.5, 0.9])
    columns = {"rate_kg_s": 9.0, "mass_kg": 700.0, "frac_fsh": flash, "frac_l": 1.0}
    balance, printed = (run("partition", columns, entrainment=w)["frac_ent"] for w in ("balance", "printed"))
    np.testing.assert_allclose(printed[:3], balance[:3], rtol=1e-12)
    assert printed[3] == pytest.approx(0.9) and balance[3] == pytest.approx(0.1)


def test_a_steady_pool_gives_off_what_feeds_it() -> None:
    feed = np.array([0.5, 5.0, 20.0])
    base = {**POOL_SOURCE_BASE, "W_pool": feed, "A_pool_max_m2": 1e9, "ld_s": 1e9}
    boiling, windy = run("pool_source", base), run("pool_source", {**base, "T_b_C": 69.0})
    rate = boiling["c_boil"] * np.sqrt(2 * 9.81 * boiling["V_vap"]) * boiling["t_pool_s"]
    np.testing.assert_allclose(rate, feed, rtol=1e-12)
    np.testing.assert_allclose(windy["c_evap"] * windy["r_pool_m"] ** 1.89, feed, rtol=1e-12)
    np.testing.assert_array_equal(boiling["W_evap"], feed)
    assert (np.diff(boiling["r_pool_m"]) > 0.0).all() and (np.diff(windy["r_pool_m"]) > 0.0).all()


def test_a_pool_without_a_steady_state_is_no_source() -> None:
    found = run("pool_source", {**POOL_SOURCE_BASE, "A_pool_max_m2": np.array([1e9, 0.5])})
    assert list(found.verdict) == [DONE, REFUSED] and np.isnan(found["W_evap"][1])


def every_tree() -> dict[str, Any]:
    p, t, h = (a.ravel() for a in np.meshgrid(np.arange(3), np.arange(2), np.arange(4), indexing="ij"))
    return {**EVENTS_BASE, "release_phase": p, "release_type": t, "hole": h, "frac_fsh": 0.3}


def test_outcomes_of_every_tree_sum_to_one() -> None:
    found = run("events", every_tree())
    assert (found.verdict == DONE).all()
    total = sum(found[f"p_{e}"] for e in (*EVENTS, "none"))
    np.testing.assert_allclose(total, 1.0, rtol=1e-12)
    now = sum(found[f"p_{e}"] for e in ("pool", "jet", "fireball", "jet_pool"))
    np.testing.assert_allclose(now, found["POI"] * found["p_imm"], rtol=1e-12)


def test_events_that_a_release_cannot_have() -> None:
    rows = every_tree()
    found = run("events", rows)
    sudden, gas, liquid = rows["release_type"] == 1, rows["release_phase"] == GAS, rows["release_phase"] == LIQUID
    assert (found["p_jet"][sudden | ~gas] == 0.0).all() and (found["p_jet"][~sudden & gas] > 0.0).all()
    assert (found["p_fireball"][~sudden | liquid] == 0.0).all() and (found["p_fireball"][sudden & gas] > 0.0).all()
    assert (found["p_pool"][~liquid] == 0.0).all()
    two = rows["release_phase"] == TWO_PHASE
    assert (found["p_jet_pool"][~two | sudden] == 0.0).all()


def test_hotter_and_faster_releases_ignite_more_and_sooner() -> None:
    for phase in (GAS, LIQUID):
        hot = run("events", {**EVENTS_BASE, "release_phase": phase, "T_s_C": np.linspace(-60.0, 600.0, 50)})
        assert (np.diff(hot["POI"]) >= 0.0).all() and (np.diff(hot["p_imm"]) >= 0.0).all()
        assert hot["p_imm"][-1] == 1.0 and hot["p_vce"][-1] == hot["p_flash"][-1] == 0.0
        fast = run("events", {**EVENTS_BASE, "release_phase": phase, "rate_kg_s": np.geomspace(0.01, 900.0, 50)})
        assert (np.diff(fast["POI"]) >= 0.0).all()
        assert fast["POI"][-1] == fast["POI"][fast["W_flam"] > 25.2][0]


def test_colder_than_the_reference_has_the_ambient_probability() -> None:
    found = run("events", {**EVENTS_BASE, "T_s_C": np.array([-100.0, 0.0, 21.0])})
    assert len(set(found["POI"])) == 1 and (found["w_T"] == 0.0).all()


def test_the_printed_reference_counts_an_ambient_fluid_as_nearly_half_way() -> None:
    printed = run("events", {**EVENTS_BASE, "T_s_C": 25.0}, reference_temperature="printed")
    assert 0.3 < printed["w_T"][0] < 0.5


def test_two_phases_run_from_liquid_to_gas() -> None:
    flash = np.array([1e-6, 1.0 - 1e-6])
    both = run("events", {**EVENTS_BASE, "release_phase": TWO_PHASE, "frac_fsh": flash})
    printed = run("events", {**EVENTS_BASE, "release_phase": TWO_PHASE, "frac_fsh": flash}, phase_weight="printed")
    alone = [run("events", {**EVENTS_BASE, "release_phase": p})["p_vce_delayed"][0] for p in (LIQUID, GAS)]
    np.testing.assert_allclose(both["p_vce_delayed"], alone, atol=1e-5)
    np.testing.assert_allclose(printed["p_vce_delayed"], alone[::-1], atol=1e-5)


def test_a_continuous_rupture_follows_the_setting() -> None:
    columns = {**EVENTS_BASE, "hole": RUPTURE}
    assert run("events", columns).verdict[0] == DONE
    assert run("events", columns, continuous_rupture="refuse").verdict[0] == REFUSED


def test_half_die_at_the_limit_of_the_probit() -> None:
    known = [i for i, s in enumerate(SPECIES) if s not in ("methanol", "styrene")]
    base = {**TOXIC_BASE, "toxic_species": np.array(known), "t_exposure_s": 900.0}
    found = run("toxic", base)
    assert (found["criterion"] == CRITERIA.index("probit")).all()
    low = found["C_limit_ppm"] <= 1e6
    again = run("toxic", {**base, "C_at_ppm": np.where(low, found["C_limit_ppm"], np.nan)})
    np.testing.assert_allclose(again["p_fatal"][low], 0.5, atol=1e-9)
    longer = run("toxic", {**base, "t_exposure_s": 1800.0})
    assert (longer["C_limit_ppm"] < found["C_limit_ppm"]).all()


def test_criteria_follow_their_rank_and_their_window() -> None:
    methanol, styrene = SPECIES.index("methanol"), SPECIES.index("styrene")
    rows = {
        **TOXIC_BASE,
        "toxic_species": np.array([methanol, methanol, styrene, styrene, styrene]),
        "t_exposure_s": np.array([600.0, 700.0, 3600.0, 1800.0, 600.0]),
    }
    found = run("toxic", rows)
    assert [CRITERIA[i] if i >= 0 else "" for i in found["criterion"]] == ["aegl3", "", "erpg3", "idlh", ""]
    assert list(found.verdict) == [DONE, LACKING, DONE, DONE, LACKING]
    np.testing.assert_array_equal(found["C_limit_ppm"][[0, 2, 3]], [15000.0, 1000.0, 700.0])
    np.testing.assert_allclose(found["C_cloud_ppm"][0], 15000.0 / 0.2)


def test_the_release_lasts_until_the_first_of_three_ends() -> None:
    rows = {
        **TOXIC_BASE,
        "ld_max_min": np.array([40.0, 90.0, 90.0]),
        "mass_avail_kg": np.array([1e6, 1e6, 300.0]),
    }
    np.testing.assert_allclose(run("toxic", rows)["ld_tox_s"], [2400.0, 3600.0, 100.0])


def dose(times: list[float], ppm: list[float], form: int, species: str = "chlorine") -> Result:
    table = {"concentration": {"case": [0] * len(times), "time_s": times, "C_ppm": ppm}}
    return run("toxic_dose", {"toxic_species": [SPECIES.index(species)], "profile_form": [form]}, table)


def test_a_constant_cloud_has_the_dose_of_its_concentration() -> None:
    for form in (0, 1):
        found = dose([0.0, 100.0, 900.0], [300.0] * 3, form)
        whole = run(
            "toxic",
            {**TOXIC_BASE, "toxic_species": SPECIES.index("chlorine"), "t_exposure_s": 900.0, "C_at_ppm": 300.0},
        )
        assert found["dose"][0] == pytest.approx(300.0**2 * 900.0, rel=1e-12)
        assert found["p_fatal"][0] == pytest.approx(whole["p_fatal"][0], rel=1e-12)


def test_a_rising_cloud_is_the_integral_of_the_power() -> None:
    t = np.linspace(0.0, 600.0, 200001)
    C = np.interp(t, [0.0, 200.0, 600.0], [0.0, 500.0, 40.0])
    want = np.trapezoid(C**1.43, t)
    assert dose([0.0, 200.0, 600.0], [0.0, 500.0, 40.0], 1, "hydrogen_sulfide")["dose"][0] == pytest.approx(
        want, rel=1e-6
    )


def test_doses_do_not_mix() -> None:
    table = {
        "concentration": {"case": [0, 0, 2, 2], "time_s": [0.0, 60.0, 0.0, 60.0], "C_ppm": [900.0, 900.0, 3.0, 3.0]}
    }
    found = run("toxic_dose", {"toxic_species": [SPECIES.index("chlorine")] * 3, "profile_form": [0] * 3}, table)
    np.testing.assert_allclose(found["dose"][[0, 2]], [900.0**2 * 60.0, 9.0 * 60.0])
    assert list(found.verdict) == [DONE, LACKING, DONE]


def test_events_of_a_hole_add_by_probability() -> None:
    found = run("hole", HOLE_BASE)
    want = 0.1 * HOLE_BASE["CA_inj_jet"] + 0.05 * HOLE_BASE["CA_inj_vce"] + 0.15 * HOLE_BASE["CA_inj_flash"]
    assert found["CA_inj_flam"][0] == pytest.approx(want, rel=1e-12)
    assert found["CA_inj_tox"][0] == found["CA_inj_nfnt"][0] == 0.0


def test_jet_and_pool_together_are_one_event() -> None:
    rows = {**HOLE_BASE, "p_jet": 0.0, "p_jet_pool": 0.1, "CA_inj_jet": np.array([50.0, 900.0]), "CA_inj_pool": 300.0}
    found = run("hole", rows)
    rest = 0.05 * HOLE_BASE["CA_inj_vce"] + 0.15 * HOLE_BASE["CA_inj_flash"]
    np.testing.assert_allclose(found["CA_inj_flam"] - rest, [30.0, 90.0])


def test_poison_and_burst_are_weighted_by_no_ignition_once() -> None:
    rows = {
        **HOLE_BASE,
        "hole": RUPTURE,
        "toxic_release": 1,
        "A_tox_m2": 1000.0,
        "CA_cmd_expl": 40.0,
        "CA_inj_expl": 90.0,
        "splash_release": 1,
        "CA_nfnt": 70.0,
    }
    found = run("hole", rows)
    assert found["CA_inj_tox"][0] == pytest.approx(700.0)
    assert found["CA_cmd_nfnt"][0] == pytest.approx(28.0) and found["CA_inj_nfnt"][0] == pytest.approx(63.0)


def test_an_area_is_asked_for_only_where_its_event_may_follow() -> None:
    blank = {f"CA_{e}_{k}": np.nan for e in ("cmd", "inj") for k in ("pool", "fireball")}
    assert run("hole", {**HOLE_BASE, **blank}).verdict[0] == DONE
    assert run("hole", {**HOLE_BASE, "CA_inj_flash": np.nan}).verdict[0] == LACKING


def test_a_tree_that_is_not_whole_is_refused() -> None:
    assert list(run("hole", {**HOLE_BASE, "p_none": np.array([0.7, 0.7001, 0.6])}).verdict) == [DONE, REFUSED, REFUSED]


def test_ignited_and_not_ignited_add_but_poison_and_burst_do_not() -> None:
    found = run("summary", SUMMARY_BASE)
    assert found["CA_cmd"][0] == pytest.approx(found["CA_cmd_flam"][0] + found["CA_cmd_nfnt"][0], rel=1e-12)
    worst = max(found["CA_inj_tox"][0], found["CA_inj_nfnt"][0])
    assert found["CA_inj"][0] == pytest.approx(found["CA_inj_flam"][0] + worst, rel=1e-12)
    assert found["CA"][0] == max(found["CA_cmd"][0], found["CA_inj"][0])


def test_holes_weigh_with_their_generic_frequencies() -> None:
    only = {k: 0.0 for k in SUMMARY_BASE if k != "component_type"}
    rows = {**SUMMARY_BASE, **only, "CA_inj_flam_medium": 1000.0, "component_type": index_of("component_type", "DRUM")}
    found = run("summary", rows)
    assert found["CA"][0] == pytest.approx(1000.0 * found["gff_medium"][0] / found["gff_total"][0], rel=1e-12)
    same = {**{k: 5.0 for k in only}, "component_type": SUMMARY_BASE["component_type"]}
    assert run("summary", same)["CA_cmd"][0] == pytest.approx(10.0, rel=1e-12)


def test_the_parts_of_all_weathers_are_the_whole() -> None:
    weather = np.array([0.2, 0.5, 0.3])
    rows = {"f_release": 1e-4, "p_weather": weather, "p_event": 0.1, "CA_cmd_event": 40.0, "CA_inj_event": 200.0}
    found = run("contribution", rows)
    assert found["risk_event"].sum() == pytest.approx(1e-4 * 0.1 * 200.0, rel=1e-12)


def test_every_level_2_procedure_has_samples_and_four_holes_are_known() -> None:
    assert len(SAMPLES) == 15 and len(HOLES) == 4
