"""Makes the Level 2 fixtures of an independent engine: run with a Python that has api581-engine 0.1.4.

    python make_api581_level2.py

Seeded, so that the same file comes out again. Inputs are written in this program's units, outputs as this program
names them. What the engine counts in pascals, watts and kelvin is turned here.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate

HERE = Path(__file__).parent
SEED = 20581
CASES = 300
ZERO = 273.15
HOLES = ("small", "medium", "large", "rupture")
EVENTS = ("pool", "jet", "fireball", "jet_pool", "vce", "flash")
R_PEER, R_OURS = 8314.46261815324, 8314.0
FIT = {"minimum_scaled_distance_m_kg13": 1.5, "maximum_scaled_distance_m_kg13": 1000.0, "engineering_basis": "falls"}
CITE = "as given"
CACHE = {"ground": ("concrete", "soil_average", "soil_sandy_dry", "soil_sandy_moist_8pct")}


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def digits(value: float, n: int = 5) -> float:
    return float(f"{value:.{n}g}")


class Columns:
    """Inputs and outputs of one group, a list a symbol; `refused` tells what the engine will not answer."""

    def __init__(self) -> None:
        self.inputs: dict[str, list[Any]] = {}
        self.outputs: dict[str, list[Any]] = {}
        self.refused: dict[str, int] = {}

    def add(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        for held, new in ((self.inputs, inputs), (self.outputs, outputs)):
            for symbol, value in new.items():
                held.setdefault(symbol, []).append(float(f"{value:.12g}") if isinstance(value, float) else value)

    def __len__(self) -> int:
        return len(next(iter(self.inputs.values()), []))

    def data(self) -> dict[str, Any]:
        told = [{"code": code, "cases": n} for code, n in sorted(self.refused.items())]
        return {"inputs": self.inputs, "outputs": self.outputs, "refused": told}


def release(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    P_s = digits(r.choice([r.uniform(0.01, 0.1), 10 ** r.uniform(-1, 1.2)]))
    stored = P_s * 1000.0 + 101.325
    P_v = digits(r.choice([r.uniform(0.1, 100.0), r.uniform(102.0, stored), stored * r.uniform(1.01, 4.0)]))
    hole, D_ref = r.choice(HOLES), digits(r.uniform(5.0, 900.0))
    d = min({"small": 6.4, "medium": 25.0, "large": 102.0, "rupture": 406.0}[hole], D_ref)
    MW, k, rho = digits(r.uniform(2.0, 200.0)), digits(r.uniform(1.02, 1.66)), digits(r.uniform(400.0, 1800.0))
    T = digits(r.uniform(-100.0, 450.0))
    got = out_of(
        "release/level2-orifice-rate",
        {
            "storage_pressure_pa_abs": stored * 1000.0,
            "saturation_pressure_at_storage_pa_abs": P_v * 1000.0,
            "diameter_m": d / 1000.0,
            "gas_temperature_k": T + ZERO,
            # The engine has its own gas constant; the molar mass takes the difference.
            "gas_molecular_weight_kg_kmol": MW * R_PEER / R_OURS,
            "gas_heat_capacity_ratio": k,
            "liquid_density_kg_m3": rho,
        },
    )
    phase = {"vapor": "gas"}.get(got["release_phase"], got["release_phase"])
    # C1 = 31623 is the rounded root of 1000 cubed.
    W = got["mass_rate_kg_s"] * (1.0 if phase == "gas" else 1000.0**1.5 / 31623.0)
    inputs = {
        "hole": hole, "D_ref_mm": D_ref, "P_s_MPa": P_s, "T_s_C": T, "P_v_kPa": P_v, "MW": MW, "k_ratio": k,
        "rho_liq": rho, "mass_comp_kg": 1000.0, "detection": "C", "isolation": "C",
    }  # fmt: skip
    return inputs, {"phase_open": phase, "W_n": W, "A_n_mm2": got["area_m2"] * 1e6}


def partition(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    flash = digits(r.choice([0.0, 0.5, 1.0, r.random(), r.random(), r.random()]))
    rate, mass, stored = digits(10 ** r.uniform(-2, 3)), digits(10 ** r.uniform(1, 5)), digits(r.random())
    basis = r.choice(("balance", "printed"))
    printed = basis == "printed"
    rainout = out_of("release/kletz-rainout-fraction", {"flash_mass_fraction": flash})["rainout_mass_fraction"]
    given = (
        {"stored_liquid_mass_fraction": stored, "flash_mass_fraction": flash}
        if printed
        else {"post_flash_vapor_mass_fraction": flash}
    )
    got = out_of(
        "release/level2-source-partition",
        {
            "rainout_mass_fraction": rainout,
            "equation_basis": "api581_printed" if printed else "post_flash_mass_balance",
            **given,
            "adjusted_mass_rate_kg_s": rate,
            "released_mass_kg": mass,
            "rainout_basis_source": CITE,
            "flash_property_source": CITE,
        },
    )
    inputs = {"rate_kg_s": rate, "mass_kg": mass, "frac_fsh": flash, "frac_l": stored, "basis": basis}
    return inputs, {
        "frac_ro": rainout,
        "W_pool": got["pool_liquid_rate_kg_s"],
        "W_jet": got["jet_total_rate_kg_s"],
        "W_jet_l": got["jet_liquid_rate_kg_s"],
        "W_jet_v": got["jet_vapor_rate_kg_s"],
        "mass_pool_kg": got["pool_liquid_mass_kg"],
        "mass_jet_kg": got["jet_total_mass_kg"],
    }


def pool_source(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    T_g, feed, most = digits(r.uniform(-10, 40)), digits(10 ** r.uniform(-1, 2)), 1e9
    boils = r.random() < 0.5
    T_b = digits(T_g - r.uniform(1, 180) if boils else T_g + r.uniform(1, 150))
    ground = r.choice(CACHE["ground"])
    dHv, rho, ld = digits(r.uniform(150, 1500)), digits(r.uniform(0.5, 6)), 1e7
    P_bg, MW, T_s, wind = (
        digits(r.uniform(0.1, 100)),
        digits(r.uniform(16, 250)),
        digits(r.uniform(-50, 200)),
        digits(r.uniform(0.5, 15)),
    )
    base = {
        "bubble_temperature_k": T_b + ZERO,
        "ground_temperature_k": T_g + ZERO,
        "liquid_feed_rate_kg_s": feed,
        "maximum_pool_area_m2": most,
    }
    if boils:
        key = "release/boiling-pool-steady-source"
        more: dict[str, Any] = {
            "latent_heat_j_kg": dHv * 1000.0,
            "surface": out_of("properties/pool-surface-interaction", {"surface": ground}),
            "pool_vapor_density_kg_m3": rho,
            "supply_duration_s": ld,
        }
    else:
        key = "release/nonboiling-pool-steady-source"
        more = {
            "bubble_pressure_at_ground_pa_abs": P_bg * 1000.0,
            "molecular_weight_kg_kmol": MW,
            "storage_temperature_k": T_s + ZERO,
            "wind_speed_m_s": wind,
        }
    got = out_of(key, {**base, **more})
    if got["support_status"] != "supported":
        raise DomainError("limited", got["support_status"])
    inputs = {
        "W_pool": feed, "T_b_C": T_b, "T_ground_C": T_g, "A_pool_max_m2": most,
        "ground": ground.removesuffix("_8pct"), "dHv_kJ_kg": dHv, "rho_vap": rho, "ld_s": ld, "P_bg_kPa": P_bg,
        "MW": MW, "T_s_C": T_s, "wind_m_s": wind,
    }  # fmt: skip
    return inputs, {
        "t_pool_s": got.get("time_to_steady_s"),
        "r_pool_m": got["pool_radius_m"],
        "A_pool_m2": got["pool_area_m2"],
        "W_evap": got["vapor_source_rate_kg_s"],
    }


TREE = {"pool_fire": "pool", "jet_fire": "jet", "flash_fire": "flash", "jet_pool_max": "jet_pool"}


def events(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    phase = r.choice(("gas", "liquid", "two_phase"))
    kind, hole = r.choice(("continuous", "instantaneous")), r.choice(HOLES)
    if hole == "rupture" and kind == "continuous":
        if r.random() < 0.1:
            raise DomainError("continuous_rupture", "no tree")
        kind = "instantaneous"
    reference, weight = r.choice(("ambient", "printed")), r.choice(("shares", "printed"))
    cold = reference == "printed"
    T_s = digits(r.uniform(-150, 500) if cold else r.uniform(22, 500))
    AIT = digits(r.uniform(200, 650))
    fp_l, fp_v = digits(r.uniform(-120, 200)), digits(r.uniform(-190, 120))
    MW, rate, flam = digits(r.uniform(2, 250)), digits(10 ** r.uniform(-2, 3)), digits(r.uniform(0.05, 1))
    flash, ball = digits(r.uniform(0.01, 0.99)), r.choice([None, digits(r.random())])
    if hole != "rupture" or kind != "instantaneous" or phase != "two_phase":
        ball = None
    common: dict[str, Any] = {
        "release_type": kind,
        "case_type": "rupture" if hole == "rupture" else "leakage",
        "reference_basis": "api581_printed_c16" if cold else "qualified_reference",
        "qualified_reference_temperature_k": None if cold else 21.11111111111111 + ZERO,
        "reference_source": CITE,
        "correlation_basis_source": CITE,
        "storage_temperature_k": T_s + ZERO,
        "autoignition_temperature_k": AIT + ZERO,
    }
    if phase == "two_phase":
        got = out_of(
            "events/two-phase-ignition",
            {
                **common,
                "adjusted_mass_rate_kg_s": rate,
                "flammable_mass_fraction": flam,
                "flash_mass_fraction": flash,
                "liquid_flash_point_temperature_k": fp_l + ZERO,
                "vapor_flash_point_temperature_k": fp_v + ZERO,
                "vapor_molecular_weight_kg_kmol": MW,
                "mixing_basis": "api581_printed_liquid_weight" if weight == "printed" else "qualified_vapor_weight",
                "weighting_source": CITE,
                "qualified_rupture_fireball_fraction": ball,
                "rupture_fireball_source": None if ball is None else CITE,
            },
        )
    else:
        got = out_of(
            "events/single-phase-ignition",
            {
                **common,
                "phase": "vapor" if phase == "gas" else "liquid",
                "flammable_rate_kg_s": rate * flam,
                "flash_point_temperature_k": (fp_v if phase == "gas" else fp_l) + ZERO,
                "molecular_weight_kg_kmol": MW if phase == "gas" else None,
            },
        )
    paths = {TREE.get(e, e): p for e, p in got["terminal_probabilities"].items()}
    inputs = {
        "hole": hole, "release_phase": phase, "release_type": kind, "rate_kg_s": rate, "mfrac_flam": flam,
        "frac_fsh": flash, "T_fp_l_C": fp_l, "T_fp_v_C": fp_v, "MW": MW, "T_s_C": T_s, "AIT_C": AIT,
        "frac_fireball": ball, "reference": reference, "weight": weight,
    }  # fmt: skip
    return inputs, {
        "POI": got["ignition_probability"],
        "p_imm": got["immediate_given_ignition"],
        "p_vce_delayed": got["vce_given_delayed"],
        "w_T": got["temperature_weight"],
        **{f"p_{e}": paths.get(e, 0.0) for e in EVENTS},
        "p_none": got["non_ignition_probability"],
    }


def air(r: random.Random) -> tuple[dict[str, Any], dict[str, Any], float]:
    T, RH = digits(r.uniform(-20, 45)), digits(r.uniform(2, 100))
    tau = r.choice([None, None, digits(r.uniform(0.3, 1.0))])
    water = out_of(
        "properties/water-partial-pressure",
        {"ambient_temperature_k": T + ZERO, "relative_humidity_fraction": RH / 100.0},
    )["water_partial_pressure_pa"]
    given = (
        {"transmissivity_model": "api_water_vapor", "water_partial_pressure_pa": water}
        if tau is None
        else {"transmissivity_model": "constant", "constant_transmissivity": tau}
    )
    return {"T_air_C": T, "RH_air_pct": RH, "tau_given": tau, "x_at_m": None}, given, water


def jet(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    W, flam, LHV = digits(10 ** r.uniform(-1, 2.5)), digits(r.uniform(0.1, 1)), digits(r.uniform(5, 120))
    beta = r.choice([None, digits(r.uniform(0.05, 0.6))])
    place, given, water = air(r)
    power = {"mass_rate_kg_s": W * flam, "heat_of_combustion_j_kg": LHV * 1e6}
    if beta is not None:
        power["radiative_fraction"] = beta
    Q = out_of("effects/jet-fire-power", power)["radiated_power_w"]
    model = {k: v for k, v in given.items() if k != "constant_transmissivity"}
    if "constant_transmissivity" in given:
        model["atmospheric_transmissivity"] = given["constant_transmissivity"]
    out: dict[str, Any] = {"Q_rad_kW": Q / 1000.0}
    for e, limit in (("cmd", 37800.0), ("inj", 12600.0)):
        found = out_of("effects/jet-fire-distance", {"radiated_power_w": Q, "threshold_w_m2": limit, **model})
        out[f"x_{e}_m"], out[f"CA_{e}_jet"] = found["threshold_distance_m"], found["consequence_area_m2"]
    place["x_at_m"] = digits(r.uniform(2, 300))
    tau = place["tau_given"]
    if tau is None:
        tau = out_of(
            "effects/atmospheric-transmissivity", {"water_partial_pressure_pa": water, "path_length_m": place["x_at_m"]}
        )["transmissivity"]
        out["P_w_kPa"] = water / 1000.0
    else:
        out["P_w_kPa"] = None
    out["tau_at"] = tau
    out["I_at"] = (
        out_of(
            "effects/jet-fire-flux",
            {"radiated_power_w": Q, "distance_m": place["x_at_m"], "atmospheric_transmissivity": tau},
        )["received_flux_w_m2"]
        / 1000.0
    )
    return {"W_jet": W, "mfrac_flam": flam, "LHV": LHV, "beta_rad_given": beta, **place}, out


def flash(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    A = digits(r.choice([0.0, 10 ** r.uniform(0, 5)]))
    got = out_of("effects/flash-fire", {"area_within_lfl_m2": A})
    return {"A_lfl_m2": A}, {"CA_cmd_flash": got["equipment_area_m2"], "CA_inj_flash": got["personnel_area_m2"]}


def pool(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    place, given, _ = air(r)
    LHV, dHv, Cp = digits(r.uniform(10, 50)), digits(r.uniform(150, 1200)), digits(r.uniform(1.5, 4.3))
    T_b = digits(r.uniform(-100, 250))
    W, mass = digits(10 ** r.uniform(-1, 2)), digits(10 ** r.uniform(2, 5))
    rho, rho_v, rho_a = digits(r.uniform(400, 1000)), digits(r.uniform(0.8, 6)), digits(r.uniform(1.0, 1.4))
    wind, most = digits(r.choice([0.0, r.uniform(0, 12)])), digits(10 ** r.uniform(1.5, 4))
    beta = r.choice([None, digits(r.uniform(0.1, 0.5))])
    view, count = r.choice(("mudan", "mudan", "printed")), r.choice(("axis", "axis", "surface"))
    if view == "printed":
        wind = 0.0
    heated = T_b > place["T_air_C"]
    burning: dict[str, Any] = {
        "heat_of_combustion_j_kg": LHV * 1e6,
        "latent_heat_j_kg": dHv * 1e3,
        "boiling": not heated,
    }
    if heated:
        burning |= {
            "specific_heat_j_kg_k": Cp * 1e3,
            "boiling_temperature_k": T_b + ZERO,
            "ambient_temperature_k": place["T_air_C"] + ZERO,
        }
    rate = out_of("effects/pool-burning-rate", burning)["burning_rate_kg_m2_s"]
    area = out_of(
        "effects/pool-fire-area",
        {
            "liquid_rate_kg_s": W,
            "burning_rate_kg_m2_s": rate,
            "available_liquid_mass_kg": mass,
            "density_kg_m3": rho,
            "site_maximum_area_m2": most,
        },
    )
    R = area["pool_radius_m"]
    flame = out_of(
        "effects/pool-flame-geometry",
        {
            "pool_radius_m": R,
            "burning_rate_kg_m2_s": rate,
            "air_density_kg_m3": rho_a,
            "vapor_density_kg_m3": rho_v,
            "wind_speed_m_s": wind,
        },
    )
    emitted = out_of(
        "effects/pool-surface-emissive-power",
        {
            "pool_radius_m": R,
            "flame_length_m": flame["flame_length_m"],
            "burning_rate_kg_m2_s": rate,
            "heat_of_combustion_j_kg": LHV * 1e6,
            "radiative_fraction": 0.35 if beta is None else beta,
        },
    )["surface_emissive_power_w_m2"]
    setup = {
        "pool_radius_m": R,
        "flame_length_m": flame["flame_length_m"],
        "flame_tilt_rad": flame["flame_tilt_rad"],
        "surface_emissive_power_w_m2": emitted,
        "atmosphere": given,
        "equation_basis": "api581_printed" if view == "printed" else "geometry_checked",
        "distance_convention": "printed_surface_ratio" if count == "surface" else "surface_to_axis",
    }
    out: dict[str, Any] = {
        "m_b": rate,
        "A_pool_m2": area["pool_area_m2"],
        "r_pool_m": R,
        "u_s": flame["nondimensional_wind_speed"],
        "L_flame_m": flame["flame_length_m"],
        "E_kW_m2": emitted / 1000.0,
    }
    for e, limit in (("cmd", 37800.0), ("inj", 12600.0)):
        found = out_of(
            "effects/pool-fire-distance",
            {
                **setup,
                "threshold_w_m2": limit,
                "maximum_surface_distance_m": 5000.0,
                "distance_tolerance_m": 1e-10,
                "maximum_iterations": 300,
            },
        )
        out[f"x_{e}_m"] = found["safe_surface_distance_m"]
        out[f"CA_{e}_pool"] = found["consequence_area_m2"]
    edge = flame["downwind_axis_extension_m"] + (R if count == "surface" else 0.0)
    place["x_at_m"] = digits(edge + R * r.uniform(0.2, 8))
    seen = out_of("effects/pool-radiation-flux", {**setup, "surface_distance_m": place["x_at_m"]})
    out |= {
        "F_view_at": seen["maximum_view_factor"],
        "tau_at": seen["transmissivity"],
        "I_at": seen["received_flux_w_m2"] / 1000.0,
    }
    inputs = {
        "W_pool": W, "mass_pool_kg": mass, "rho_liq": rho, "LHV": LHV, "dHv_kJ_kg": dHv, "Cp_l_kJ_kgK": Cp,
        "T_b_C": T_b, "rho_vap": rho_v, "rho_air": rho_a, "wind_m_s": wind, "A_pool_max_m2": most,
        "beta_rad_given": beta, **place, "view": view, "count": count,
    }  # fmt: skip
    return inputs, out


def fireball(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    place, given, _ = air(r)
    mass, flam, LHV = digits(10 ** r.uniform(1, 5.5)), digits(r.uniform(0.2, 1)), digits(r.uniform(5, 120))
    P = digits(10 ** r.uniform(-1.5, 1.5))
    view = r.choice(("printed", "sphere"))
    basis = "api581_printed" if view == "printed" else "elevated_sphere_maximum"
    got = out_of(
        "effects/fireball-consequence",
        {
            "available_mass_kg": mass,
            "flammable_mass_fraction": flam,
            "heat_of_combustion_j_kg": LHV * 1e6,
            "burst_pressure_pa_abs": P * 1e6 + 101325.0,
            "atmosphere": given,
            "geometry_basis": basis,
            "maximum_distance_m": 50000.0,
            "distance_tolerance_m": 1e-10,
            "maximum_iterations": 300,
        },
    )
    place["x_at_m"] = digits(r.uniform(1, 2000))
    seen = out_of(
        "effects/fireball-radiation-flux",
        {
            "diameter_m": got["diameter_m"],
            "surface_emissive_power_w_m2": got["surface_emissive_power_w_m2"],
            "atmosphere": given,
            "geometry_basis": basis,
            "distance_m": place["x_at_m"],
        },
    )
    inputs = {"mass_avail_kg": mass, "mfrac_flam": flam, "LHV": LHV, "P_burst_MPa": P, **place, "view": view}
    return inputs, {
        "mass_fb_kg": got["flammable_mass_kg"],
        "D_fb_m": got["diameter_m"],
        "H_fb_m": got["center_height_m"],
        "t_fb_s": got["duration_s"],
        "beta_fb": got["radiative_fraction"],
        "E_kW_m2": got["surface_emissive_power_w_m2"] / 1000.0,
        **{f"x_{e}_m": got[f"{w}_safe_distance_m"] for e, w in (("cmd", "equipment"), ("inj", "personnel"))},
        **{f"CA_{e}_fireball": got[f"{w}_area_m2"] for e, w in (("cmd", "equipment"), ("inj", "personnel"))},
        "F_view_at": seen["view_factor"],
        "tau_at": seen["transmissivity"],
        "I_at": seen["received_flux_w_m2"] / 1000.0,
    }


def blast_of(got: dict[str, Any], event: str) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for e, w in (("cmd", "equipment"), ("inj", "personnel")):
        out[f"P_{e}_kPa"] = got[f"{w}_threshold_overpressure_pa"] / 1000.0
        out[f"x_{e}_m"] = got[f"{w}_safe_distance_m"]
        out[f"CA_{e}_{event}"] = got[f"{w}_area_m2"]
    return out


def at_receptor(x: float, W: float) -> dict[str, Any]:
    if W <= 0.0 or not 1.5 <= x / W ** (1 / 3) <= 1000.0:
        return {"R_at": None, "P_at_kPa": None, "Pr_at": None, "p_collapse_at": None}
    seen = out_of("effects/vce-blast-overpressure", {"distance_m": x, "tnt_equivalent_mass_kg": W, "fit_domain": FIT})
    hurt = out_of("effects/blast-building-probit", {"side_on_overpressure_pa": seen["side_on_overpressure_pa"]})
    return {
        "R_at": seen["scaled_distance_m_kg13"],
        "P_at_kPa": seen["side_on_overpressure_pa"] / 1000.0,
        "Pr_at": hurt["probit"],
        "p_collapse_at": hurt["building_collapse_probability"],
    }


SOLVER = {"fit_domain": FIT, "distance_tolerance_m": 1e-10, "maximum_iterations": 300}


def vce(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    mass, eta, LHV = (
        digits(r.choice([0.0, 10 ** r.uniform(0, 5), 10 ** r.uniform(0, 5)])),
        digits(r.uniform(0.01, 1)),
        digits(r.uniform(5, 120)),
    )
    got = out_of(
        "effects/vce-blast-consequence",
        {
            "flammable_cloud_mass_kg": mass,
            "combustion_heat_j_kg": LHV * 1e6,
            "explosion_yield": eta,
            "tnt_heat_j_kg": 4.648e6,
            "tnt_heat_source": CITE,
            "mass_basis": "total_released_flammable",
            "yield_engineering_basis": CITE,
            **SOLVER,
        },
    )
    W, x = got["tnt_equivalent_mass_kg"], digits(10 ** r.uniform(0.5, 3))
    inputs = {"mass_cloud_kg": mass, "eta_vce": eta, "LHV": LHV, "x_at_m": x}
    return inputs, {"W_TNT_kg": W, **blast_of(got, "vce"), **at_receptor(x, W)}


def explosion(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    hole = r.choice((*HOLES, "rupture", "rupture"))
    P, V, k = digits(10 ** r.uniform(-2, 1.5)), digits(10 ** r.uniform(-1, 3)), digits(r.uniform(1.02, 1.66))
    mass, flashed = digits(10 ** r.uniform(1, 5)), digits(r.random())
    MW, T = digits(r.uniform(16, 150)), digits(r.uniform(-50, 300))
    what = r.choice(("gas", "liquid", "both"))
    pressure = {"burst_pressure_pa_abs": P * 1e6 + 101325.0}
    gas = {"vapor_volume_m3": V, "heat_capacity_ratio": k}
    if what == "gas":
        got = out_of("effects/physical-explosion-consequence", {**pressure, **gas, "hole": hole, **SOLVER})
        parts = {"W_TNT_gas_kg": got["potential_tnt_equivalent_mass_kg"], "W_TNT_liq_kg": 0.0}
    else:
        amount = out_of(
            "release/bleve-flashed-amount",
            {"stored_liquid_mass_kg": mass, "liquid_flash_mass_fraction": flashed, "molecular_weight_kg_kmol": MW},
        )["flashed_amount_kmol"]
        got = out_of(
            "effects/bleve-consequence",
            {
                **pressure,
                "flashed_amount_kmol": amount,
                "storage_temperature_k": T + ZERO,
                "stored_vapor": gas if what == "both" else None,
                "hole": hole,
                **SOLVER,
            },
        )
        parts = {
            "W_TNT_gas_kg": got["vapor_tnt_equivalent_mass_kg"],
            "W_TNT_liq_kg": got["liquid_tnt_equivalent_mass_kg"],
        }
    inputs: dict[str, Any] = {"hole": hole, "P_burst_MPa": P}
    inputs |= {"V_gas_m3": V, "k_ratio": k} if what != "liquid" else {"V_gas_m3": None, "k_ratio": None}
    wet = {"mass_liq_kg": mass, "frac_fsh": flashed, "MW": MW, "T_s_C": T}
    inputs |= wet if what != "gas" else dict.fromkeys(wet)
    return inputs, {**parts, "W_TNT_kg": got["event_tnt_equivalent_mass_kg"], **blast_of(got, "expl")}


def species() -> list[str]:
    from api581.toxic_level2 import _ROWS

    return list(_ROWS)


KINDS = {"probit50": "probit", "erpg3": "erpg3", "aegl3": "aegl3", "idlh": "idlh"}


def toxic(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    fluid = r.choice([*species(), "methanol", "styrene"])
    rate, mass, ld = digits(10 ** r.uniform(-2, 3)), digits(10 ** r.uniform(1, 5)), digits(r.uniform(5, 60))
    seconds = r.choice([600.0, 1800.0, 3600.0, digits(r.uniform(30, 3600))])
    share, C = digits(10 ** r.uniform(-4, 0)), digits(10 ** r.uniform(0, 4))
    ask: dict[str, Any] = {
        "fluid_id": fluid,
        "exposure_duration_s": seconds,
        "toxic_mole_fraction": share,
        "candidate_availability_basis": CITE,
    }
    try:
        got = out_of("consequence/select-toxic-criterion", ask)
    except DomainError as error:
        if error.code != "ambiguous_toxic_criterion":
            raise
        both = [
            out_of("consequence/select-toxic-criterion", {**ask, "selected_criterion_id": f"printed:{k}"})
            for k in ("erpg3", "aegl3")
        ]
        got = min(both, key=lambda g: g["pure_component_limit_ppm"])
    try:
        hurt = out_of(
            "effects/toxic-species-probit", {"fluid": fluid, "concentration_ppm": C, "exposure_duration_s": seconds}
        )
    except DomainError:
        hurt = {"probit": None, "fatality_probability": None}
    last = out_of(
        "release/level2-toxic-duration",
        {"available_mass_kg": mass, "mixture_release_rate_kg_s": rate, "detection_maximum_duration_s": ld * 60.0},
    )["release_duration_s"]
    inputs = {
        "toxic_species": fluid, "y_tox": share, "W_n": rate, "mass_avail_kg": mass, "ld_max_min": ld,
        "t_exposure_s": seconds, "C_at_ppm": C,
    }  # fmt: skip
    return inputs, {
        "ld_tox_s": last,
        "criterion": KINDS[got["selected_kind"]],
        "C_limit_ppm": got["pure_component_limit_ppm"],
        "C_cloud_ppm": got["modified_mixture_limit_ppm"],
        "attainable": "attainable" if got["attainable_in_mixture"] else "not_attainable",
        "Pr_tox": hurt["probit"],
        "p_fatal": hurt["fatality_probability"],
    }


def toxic_dose(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    fluid, form = r.choice([s for s in species() if s not in ("methanol", "styrene")]), r.choice(("previous", "linear"))
    times, ppm = [0.0], [digits(10 ** r.uniform(0, 4))]
    for _ in range(r.randint(1, 6)):
        times.append(times[-1] + digits(r.uniform(1, 600)))
        ppm.append(r.choice([0.0, ppm[-1], digits(10 ** r.uniform(0, 4))]))
    got = out_of(
        "effects/toxic-dose-profile",
        {
            "fluid": fluid,
            "profile": [{"time_s": t, "concentration_ppm": c} for t, c in zip(times, ppm, strict=True)],
            "interpolation": form,
            "profile_source": CITE,
        },
    )
    inputs = {"toxic_species": fluid, "profile_form": form, "time_s": times, "C_ppm": ppm}
    return inputs, {"dose": got["dose_ppm_power_n_s"], "Pr_tox": got["probit"], "p_fatal": got["fatality_probability"]}


def split(r: random.Random, names: list[str]) -> dict[str, float]:
    cuts = [r.random() for _ in names]
    return {n: c / sum(cuts) for n, c in zip(names, cuts, strict=True)}


FIRES = {"pool": "pool_fire", "jet": "jet_fire", "fireball": "fireball", "vce": "vce", "flash": "flash_fire"}
MECHANISMS = {
    "CA_cmd_flam": "flammable_equipment_area_m2",
    "CA_inj_flam": "flammable_personnel_area_m2",
    "CA_inj_tox": "toxic_personnel_area_m2",
    "CA_cmd_nfnt": "nfnt_equipment_area_m2",
    "CA_inj_nfnt": "nfnt_personnel_area_m2",
}


def one_hole(r: random.Random, hole: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs of a hole in this program's columns, and the engine's scenario."""
    tree = r.choice(("jet", "pool", "jet_pool") if hole != "rupture" else ("pool", "fireball"))
    p = split(r, [tree, "vce", "flash", "none"])
    p = {e: p.get(e, 0.0) for e in (*EVENTS, "none")}
    burning = {"jet", "pool"} if tree == "jet_pool" else {tree}
    areas = {
        (e, k): digits(10 ** r.uniform(0, 4)) if k in burning | {"vce", "flash"} else 0.0
        for e in ("cmd", "inj")
        for k in FIRES
    }
    tox = [digits(10 ** r.uniform(0, 4)) for _ in range(r.randint(0, 3))]
    burst = [digits(10 ** r.uniform(0, 4)) if hole == "rupture" else 0.0 for _ in range(2)]
    splash = r.choice([None, digits(10 ** r.uniform(0, 3))])
    shared = tree == "jet_pool"
    outcomes = [
        {
            "event": FIRES[k],
            "probability": 0.0 if shared and k in burning else p[k],
            "equipment_area_m2": 0.0 if shared and k in burning else areas["cmd", k],
            "personnel_area_m2": 0.0 if shared and k in burning else areas["inj", k],
        }
        for k in FIRES
    ]
    correlated = {
        "probability": p["jet_pool"],
        **{
            f"{k}_{w}_area_m2": areas[e, k]
            for k in ("jet", "pool")
            for e, w in (("cmd", "equipment"), ("inj", "personnel"))
        },
        "consequence_source": CITE,
    }
    case = {
        "hole": hole,
        "release_type": "instantaneous" if hole == "rupture" else "continuous",
        "outcomes": outcomes,
        "non_ignition_probability": p["none"],
        "event_tree_source": CITE,
        "consequence_source": CITE,
        "correlated_jet_pool": correlated if shared else None,
        "toxic_components": [
            {"component_id": str(i), "selected_criterion_source": CITE, "cloud_area_m2": a} for i, a in enumerate(tox)
        ],
        "toxic_applicability": "evaluated" if tox else "not_applicable",
        "toxic_applicability_source": CITE,
        "nfnt": {
            "bleve_equipment_area_m2": burst[0],
            "bleve_personnel_area_m2": burst[1],
            "steam_chemical_personnel_area_m2": splash or 0.0,
            "consequence_source": CITE,
        },
    }
    inputs = {
        "hole": hole,
        **{f"p_{e}": v for e, v in p.items()},
        **{f"CA_{e}_{k}": v for (e, k), v in areas.items()},
        "toxic_release": int(bool(tox)),
        "A_tox_m2": max(tox) if tox else None,
        "CA_cmd_expl": burst[0],
        "CA_inj_expl": burst[1],
        "splash_release": int(splash is not None),
        "CA_nfnt": splash,
    }
    return inputs, case


def hole_case(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    inputs, case = one_hole(r, r.choice(HOLES))
    got = out_of("level2/scenario-consequence", case)
    return inputs, {ours: got[theirs] for ours, theirs in MECHANISMS.items()}


COMPONENTS = ("DRUM", "COLTOP", "PIPE-1", "PIPE-4", "PIPE-8", "PIPEGT16", "REACTOR", "FINFAN", "KODRUM", "HEXSS")


def summary(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    component = r.choice(COMPONENTS)
    frequency = out_of("frequency/generic", {"component_type": component})["by_hole_per_year"]
    inputs: dict[str, Any] = {"component_type": component}
    holes = []
    for h in HOLES:
        areas = {m: digits(r.choice([0.0, 10 ** r.uniform(0, 5), 10 ** r.uniform(0, 5)])) for m in MECHANISMS}
        inputs |= {f"{m}_{h}": a for m, a in areas.items()}
        holes.append(
            {"hole": h, "generic_frequency_per_year": frequency[h], **{MECHANISMS[m]: a for m, a in areas.items()}}
        )
    got = out_of("level2/consequence-summary", {"holes": holes})
    return inputs, {
        **{ours: got[theirs] for ours, theirs in MECHANISMS.items()},
        "CA_cmd": got["equipment_area_m2"],
        "CA_inj": got["personnel_area_m2"],
        "CA": got["consequence_area_m2"],
    }


def contribution(r: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    f, w, p = digits(10 ** r.uniform(-7, -2)), digits(r.random()), digits(r.random())
    cmd, inj = digits(10 ** r.uniform(0, 4)), digits(10 ** r.uniform(0, 4))
    got = out_of(
        "risk/area-event-contribution",
        {
            "annual_release_frequency_per_year": f,
            "weather_probability_given_release": w,
            "event_probability_given_release_weather": p,
            "equipment_area_m2": cmd,
            "personnel_area_m2": inj,
            "probability_source": CITE,
        },
    )
    inputs = {"f_release": f, "p_weather": w, "p_event": p, "CA_cmd_event": cmd, "CA_inj_event": inj}
    return inputs, {
        "p_joint": got["conditional_joint_probability"],
        "risk_event_cmd": got["equipment_area_risk_contribution_m2_per_year"],
        "risk_event_inj": got["personnel_area_risk_contribution_m2_per_year"],
        "risk_event": got["area_risk_contribution_m2_per_year"],
    }


GROUPS: dict[str, Callable[[random.Random], tuple[dict[str, Any], dict[str, Any]]]] = {
    "release": release,
    "partition": partition,
    "pool_source": pool_source,
    "events": events,
    "jet_fire": jet,
    "flash_fire": flash,
    "pool_fire": pool,
    "fireball": fireball,
    "vce": vce,
    "explosion": explosion,
    "toxic": toxic,
    "toxic_dose": toxic_dose,
    "hole": hole_case,
    "summary": summary,
    "contribution": contribution,
}


def main() -> None:
    groups: dict[str, Any] = {}
    for i, (name, make) in enumerate(GROUPS.items()):
        r, columns = random.Random(SEED + i), Columns()
        while len(columns) < CASES:
            try:
                columns.add(*make(r))
            except DomainError as error:
                columns.refused[error.code] = columns.refused.get(error.code, 0) + 1
        groups[name] = columns.data()
        print(name, len(columns), columns.refused)
    data = {"engine": "api581-engine", "version": version("api581-engine"), "seed": SEED, "groups": groups}
    text = json.dumps(data, separators=(",", ":"))
    (HERE / "api581_level2.json").write_text(text + "\n", encoding="utf-8")
    print(len(text))


if __name__ == "__main__":
    main()
