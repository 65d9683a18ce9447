"""Level 2 fires and explosions: what physics asks of them, whatever the standard prints."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.conformance_mechanism import row_problems
from integrity.core.procedure import Result
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi.level2 import cylinder_view as cv
from tests.rbi.samples_level2 import AIR, BURST_BASE, FIREBALL_BASE, GAS, LIQUID, POOL_BASE, RUPTURE, SAMPLES

DONE = int(Verdict.CALCULATED)


def run(name: str, columns: dict[str, Any], **settings: Any) -> Result:
    changed = {f"rbi.level2_{k}": v for k, v in settings.items()}
    return procedure(f"api581.2016.level2_{name}").run(columns, Settings(changed))


@pytest.mark.parametrize("key", sorted(SAMPLES))
def test_a_row_alone_is_the_row_among_others(key: str) -> None:
    for columns, tables in SAMPLES[key]:
        assert row_problems(procedure(key), columns, tables, DEFAULTS) == []


JET: dict[str, Any] = {"W_jet": 5.0, "mfrac_flam": 1.0, "LHV": 46.0, **AIR}


def test_radiation_of_a_jet_at_its_distance_is_the_limit() -> None:
    for tau in (np.nan, 0.6):
        base = {**JET, "W_jet": np.geomspace(0.01, 500.0, 40), "tau_given": tau}
        found = run("jet_fire", base)
        for limit, e in ((37.8, "cmd"), (12.6, "inj")):
            again = run("jet_fire", {**base, "x_at_m": found[f"x_{e}_m"]})
            np.testing.assert_allclose(again["I_at"], limit, rtol=1e-9)
        assert (found["x_inj_m"] > found["x_cmd_m"]).all()


def test_a_jet_grows_with_its_rate_and_by_the_square_root_in_clear_air() -> None:
    W = np.geomspace(0.01, 500.0, 40)
    wet, clear = run("jet_fire", {**JET, "W_jet": W}), run("jet_fire", {**JET, "W_jet": W, "tau_given": 1.0})
    assert (np.diff(wet["CA_inj_jet"]) > 0.0).all() and (wet["CA_inj_jet"] <= clear["CA_inj_jet"]).all()
    np.testing.assert_allclose(clear["CA_inj_jet"] / W, clear["CA_inj_jet"][0] / W[0], rtol=1e-12)
    # All that is radiated passes through the sphere at the limit: Q = 4 pi x2 I.
    np.testing.assert_allclose(4.0 * clear["CA_inj_jet"] * 12.6, clear["Q_rad_kW"], rtol=1e-12)


def test_moister_air_never_lets_more_through() -> None:
    found = run("jet_fire", {**JET, "RH_air_pct": np.linspace(5.0, 100.0, 20)})
    assert (np.diff(found["CA_inj_jet"]) <= 0.0).all()


def test_heat_of_a_fireball_leaves_through_its_surface() -> None:
    mass = np.geomspace(100.0, 5e5, 60)
    found = run("fireball", {**FIREBALL_BASE, "mass_avail_kg": mass})
    out = found["E_kW_m2"] * np.pi * found["D_fb_m"] ** 2 * found["t_fb_s"]
    np.testing.assert_allclose(out, found["beta_fb"] * mass * 46000.0, rtol=1e-12)
    assert (np.diff(found["D_fb_m"]) > 0.0).all() and (np.diff(found["t_fb_s"]) > 0.0).all()
    assert (np.diff(found["CA_inj_fireball"]) > 0.0).all()


@pytest.mark.parametrize("view", ["printed", "sphere"])
def test_radiation_of_a_fireball_at_its_distance_is_the_limit(view: str) -> None:
    base = {**FIREBALL_BASE, "mass_avail_kg": np.geomspace(300.0, 3e5, 30)}
    found = run("fireball", base, fireball_view=view)
    assert (found["converged"] == 1).all() and (np.abs(found["residual_inj"]) < 1e-10).all()
    again = run("fireball", {**base, "x_at_m": found["x_inj_m"]}, fireball_view=view)
    np.testing.assert_allclose(again["I_at"], 12.6, rtol=1e-9)


def test_the_printed_fireball_is_four_times_a_sphere_far_away() -> None:
    far = {**FIREBALL_BASE, "x_at_m": 1e5, "tau_given": 1.0}
    printed, sphere = (run("fireball", far, fireball_view=v) for v in ("printed", "sphere"))
    np.testing.assert_allclose(printed["F_view_at"] / sphere["F_view_at"], 4.0, rtol=1e-4)
    # A sphere seen from afar: the share of its disc in the half sphere of the target.
    np.testing.assert_allclose(sphere["F_view_at"], (sphere["D_fb_m"] / 2.0 / 1e5) ** 2, rtol=1e-4)


def test_a_weak_fireball_reaches_nowhere() -> None:
    found = run("fireball", {**FIREBALL_BASE, "LHV": 0.05})
    assert found["CA_cmd_fireball"][0] == 0.0 and found.verdict[0] == DONE


def integral(X: float, Y: float, tilt: float, normal: tuple[float, float, float]) -> float:
    """View factor by summing the side of the tilted cylinder of radius 1, seen from (Y, 0, 0)."""
    n_phi, n_z = 2000, 1200
    phi = (np.arange(n_phi) + 0.5) * 2.0 * np.pi / n_phi
    z = (np.arange(n_z) + 0.5) * X * np.cos(tilt) / n_z
    f, h = np.meshgrid(phi, z, indexing="ij")
    ray = np.stack([Y - np.cos(f) - h * np.tan(tilt), -np.sin(f), -h])
    out = np.stack([np.cos(f), np.sin(f), -np.cos(f) * np.tan(tilt)])
    r2 = (ray**2).sum(axis=0)
    leaves = (ray * out).sum(axis=0)
    meets = -(ray * np.array(normal)[:, None, None]).sum(axis=0)
    seen = np.where((leaves > 0.0) & (meets > 0.0), leaves * meets / (np.pi * r2**2), 0.0)
    return float(seen.sum() * (2.0 * np.pi / n_phi) * (X * np.cos(tilt) / n_z))


def view(X: float, Y: float, tilt: float) -> tuple[float, float]:
    x, y, s, c = (np.array([v]) for v in (X, Y, np.sin(tilt), np.cos(tilt)))
    A, B, C = cv.term_A(x, c, y, s), cv.term_B(x, c, y, s), cv.term_C(y, c)
    phi = cv.edge_angle(x, y, s, C)
    vertical = cv.vertical(x, c, y, s, np.pi, A, B, C, phi)
    return float(vertical[0]), float(cv.horizontal(x, y, s, np.pi, A, B, C, phi)[0])


@pytest.mark.parametrize(("X", "Y", "tilt"), [(3.0, 4.0, 0.0), (5.0, 8.0, 0.6), (2.0, 3.5, 0.9), (6.0, 20.0, 1.1)])
def test_view_factor_is_that_of_the_surface_itself(X: float, Y: float, tilt: float) -> None:
    vertical, horizontal = view(X, Y, tilt)
    assert vertical == pytest.approx(integral(X, Y, tilt, (-1.0, 0.0, 0.0)), rel=2e-4)
    assert horizontal == pytest.approx(integral(X, Y, tilt, (0.0, 0.0, 1.0)), rel=2e-4)


def test_view_factor_far_away_is_the_outline_over_the_distance() -> None:
    vertical, horizontal = view(4.0, 2000.0, 0.0)
    assert vertical == pytest.approx(2.0 * 4.0 / (np.pi * 2000.0**2), rel=2e-3)
    assert horizontal < vertical / 100.0


def test_the_printed_view_factor_is_none_in_wind() -> None:
    found = run("pool_fire", {**POOL_BASE, "wind_m_s": np.array([6.0, 10.0])}, pool_view="printed")
    assert (found.verdict == int(Verdict.NOT_APPLICABLE)).all() and np.isnan(found["CA_inj_pool"]).all()


def test_heat_of_a_pool_fire_leaves_through_its_flame() -> None:
    found = run(
        "pool_fire", {**POOL_BASE, "W_pool": np.geomspace(0.5, 100.0, 30), "mass_pool_kg": 1e7, "A_pool_max_m2": 1e6}
    )
    side = 2.0 * np.pi * found["r_pool_m"] * found["L_flame_m"] + found["A_pool_m2"]
    np.testing.assert_allclose(found["E_kW_m2"] * side, 0.35 * found["m_b"] * found["A_pool_m2"] * 44700.0, rtol=1e-9)
    # The fire takes what feeds the pool where nothing else limits it.
    np.testing.assert_allclose(found["m_b"] * found["A_pool_m2"], found["W_pool"], rtol=1e-12)
    assert (np.diff(found["CA_inj_pool"]) > 0.0).all()


def test_radiation_of_a_pool_fire_at_its_distance_is_the_limit() -> None:
    base = {**POOL_BASE, "wind_m_s": np.linspace(0.0, 12.0, 25)}
    found = run("pool_fire", base)
    assert (found.verdict == DONE).all() and (found["converged"] == 1).all()
    np.testing.assert_allclose(found["I_inj"], 12.6, rtol=1e-9)
    solved = found["found_cmd"] == 1
    again = run("pool_fire", {**base, "x_at_m": np.where(solved, found["x_cmd_m"], np.nan)})
    np.testing.assert_allclose(again["I_at"][solved], 37.8, rtol=1e-9)
    # A flame that hangs over is far from the ground below its tip: the whole reach counts, not less.
    assert 0 < solved.sum() < solved.size
    np.testing.assert_array_equal(found["x_cmd_m"][~solved], found["x_least_m"][~solved])
    assert (found["CA_inj_pool"] > found["CA_cmd_pool"]).all()
    assert (found["CA_cmd_pool"] > found["A_pool_m2"]).all()


def test_each_of_three_limits_the_area_of_a_pool() -> None:
    rows = {**POOL_BASE, "A_pool_max_m2": np.array([1e6, 1e6, 12.0]), "mass_pool_kg": np.array([1e7, 30.0, 1e7])}
    found = run("pool_fire", rows)
    np.testing.assert_allclose(found["A_pool_m2"], [found["A_burn_m2"][0], found["A_mass_m2"][1], 12.0], rtol=1e-12)


def test_a_colder_pool_burns_slower() -> None:
    found = run("pool_fire", {**POOL_BASE, "T_b_C": np.array([-42.0, 25.0, 69.0, 150.0])})
    assert found["m_b"][0] == found["m_b"][1] > found["m_b"][2] > found["m_b"][3]


VCE: dict[str, Any] = {"mass_cloud_kg": 500.0, "eta_vce": 0.1, "LHV": 46.0}


def test_blast_scales_with_the_cube_root_of_the_mass() -> None:
    mass = np.geomspace(1.0, 1e5, 30)
    found = run("vce", {**VCE, "mass_cloud_kg": mass})
    np.testing.assert_allclose(found["x_inj_m"] / mass ** (1 / 3), found["x_inj_m"][0], rtol=1e-12)
    again = run("vce", {**VCE, "mass_cloud_kg": mass, "x_at_m": found["x_inj_m"]})
    np.testing.assert_allclose(again["P_at_kPa"], found["P_inj_kPa"], rtol=1e-9)
    np.testing.assert_allclose(again["p_collapse_at"], 0.5, atol=1e-9)
    assert found["P_inj_kPa"][0] == pytest.approx(19.2, abs=0.05)
    # 19.2 kPa hurts further out than the 34.5 kPa that damages.
    assert (found["x_inj_m"] > found["x_cmd_m"]).all()


def test_no_cloud_no_blast() -> None:
    found = run("vce", {**VCE, "mass_cloud_kg": 0.0})
    assert found["CA_inj_vce"][0] == 0.0 and found.verdict[0] == DONE


def test_blast_falls_over_the_whole_span() -> None:
    x = np.geomspace(1.51, 999.0, 4000) * (500.0 * 0.1 * 46.0 / 4.648) ** (1 / 3)
    found = run("vce", {**VCE, "x_at_m": x})
    assert (np.diff(found["P_at_kPa"]) < 0.0).all() and (found["P_at_kPa"] > 0.0).all()


def test_only_a_rupture_bursts_and_gas_and_liquid_add() -> None:
    both = {**BURST_BASE, "mass_liq_kg": 9000.0, "frac_fsh": 0.4, "MW": 44.1, "T_s_C": 55.0}
    found = run("explosion", {**both, "hole": np.array([0, 1, 2, RUPTURE])})
    assert (found["CA_inj_expl"][:3] == 0.0).all() and found["CA_inj_expl"][3] > 0.0
    alone = run("explosion", BURST_BASE), run("explosion", {**both, "V_gas_m3": np.nan, "k_ratio": np.nan})
    assert found["W_TNT_stored_kg"][3] == pytest.approx(sum(a["W_TNT_stored_kg"][0] for a in alone), rel=1e-12)


def test_no_overpressure_no_burst() -> None:
    found = run("explosion", {**BURST_BASE, "P_burst_MPa": 0.0})
    assert found["W_TNT_kg"][0] == 0.0 and found["CA_cmd_expl"][0] == 0.0


def test_flash_fire_damages_a_quarter_of_what_it_hurts() -> None:
    found = run("flash_fire", {"A_lfl_m2": np.array([0.0, 400.0])})
    np.testing.assert_array_equal(found["CA_inj_flash"], [0.0, 400.0])
    np.testing.assert_array_equal(found["CA_cmd_flash"], [0.0, 100.0])


def test_phases_of_the_samples_are_the_stored_ones() -> None:
    assert (GAS, LIQUID) == (0, 1)
