"""Makes the fixtures of an independent engine: run with a Python (3.12 or later) that has api581-engine 0.1.4.

    python make_api581.py

Seeded, so that the same file comes out again. Inputs are written in this program's units, outputs in the engine's.
"""

from __future__ import annotations

import json
import math
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate
from api581.level1 import COEFFICIENTS
from api581.level1_type1 import TYPE1_COEFFICIENTS

HERE = Path(__file__).parent
ENGINE = "api581-engine"
GRADES = "abcd"
HOLES = {"small": 6.4, "medium": 25.0, "large": 102.0, "rupture": None}


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def thinning_inputs(r: random.Random) -> dict[str, Any]:
    t = r.uniform(4.0, 40.0)
    return {
        "t_rdi_mm": t,
        "age_tk_y": r.choice([0.0, r.uniform(0.1, 40.0)]),
        "C_r": r.choice([0.0, r.uniform(0.005, 0.8)]),
        "confidence": r.choice(["low", "medium", "high"]),
        **{f"N_{g.upper()}": r.choice([0, 0, 1, 2, 3]) for g in GRADES},
        "E": r.choice([0.7, 0.85, 1.0]),
        "YS_MPa": r.uniform(170.0, 450.0),
        "TS_MPa": r.uniform(380.0, 620.0),
        "S_MPa": r.uniform(80.0, 170.0),
        "t_req_mm": t * r.uniform(0.1, 0.95),
        "t_c_mm": t * r.uniform(0.05, 0.9),
        "P_MPa": r.uniform(0.05, 12.0),
        "D_ref_mm": r.uniform(50.0, 4000.0),
        "shape": r.choice(["cylinder", "sphere", "head"]),
        "method": r.choice(["pressure", "thickness"]),
        "F_IP": r.choice([1.0, 3.0]),
        "F_DL": r.choice([1.0, 3.0]),
        "F_OM": r.choice([1.0, 2.0, 10.0, 20.0]),
        "clad": r.choice([0, 0, 1]),
        "t_bm_mm": t * r.uniform(0.7, 1.1),
        "C_r_cm": r.choice([0.0, r.uniform(0.005, 0.4)]),
    }


def thinning_request(x: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    m = 1e-3
    flow = out_of(
        "damage/flow-stress",
        {
            "yield_strength_pa": x["YS_MPa"] * 1e6,
            "tensile_strength_pa": x["TS_MPa"] * 1e6,
            "weld_efficiency": x["E"],
        },
    )["flow_stress_pa"]
    pressure = {
        "differential_pressure_pa": x["P_MPa"] * 1e6,
        "diameter_m": x["D_ref_mm"] * m,
        "flow_stress_pa": flow,
        "starting_thickness_m": x["t_rdi_mm"] * m,
        "shape": x["shape"],
    }
    thickness = {
        "allowable_stress_pa": x["S_MPa"] * 1e6,
        "weld_efficiency": x["E"],
        "flow_stress_pa": flow,
        "starting_thickness_m": x["t_rdi_mm"] * m,
        "minimum_required_thickness_m": x["t_req_mm"] * m,
        "minimum_structural_thickness_m": x["t_c_mm"] * m,
        "design_thickness_basis": "random case",
    }
    by_pressure = x["method"] == "pressure"
    request = {
        "inspections": {
            "confidence": x["confidence"],
            **{f"inspections_{g}": x[f"N_{g.upper()}"] for g in GRADES},
        },
        "injection_point_factor": x["F_IP"],
        "deadleg_factor": x["F_DL"],
        "online_monitoring_factor": x["F_OM"],
    }
    if x["clad"]:
        method = {"method": "internal_pressure_eq2_18" if by_pressure else "design_thickness_eq2_17"}
        request["wall"] = {
            "starting_total_thickness_m": x["t_rdi_mm"] * m,
            "original_base_material_thickness_m": x["t_bm_mm"] * m,
            "cladding_corrosion_rate_m_year": x["C_r_cm"] * m,
            "base_corrosion_rate_m_year": x["C_r"] * m,
            "elapsed_years": x["age_tk_y"],
        }
        request["strength"] = {**(pressure if by_pressure else thickness), **method}
        request["assessment_scope"] = "non_ast_pressure_vessel_sequential_cladding"
        request["qualification_basis"] = "random case"
        return "damage/thinning-clad", request
    request["wall"] = {
        "starting_thickness_m": x["t_rdi_mm"] * m,
        "corrosion_rate_m_year": x["C_r"] * m,
        "elapsed_years": x["age_tk_y"],
    }
    request["strength"] = pressure if by_pressure else thickness
    if by_pressure:
        return "damage/thinning-unclad", request
    request["assessment_scope"] = "non_ast_unclad_design_thickness_governed"
    request["qualification_basis"] = "random case"
    return "damage/thinning-unclad-design", request


def thinning(n: int) -> list[dict[str, Any]]:
    r = random.Random(581)
    cases: list[dict[str, Any]] = []
    while len(cases) < n:
        x = thinning_inputs(r)
        try:
            y = out_of(*thinning_request(x))
        except DomainError:
            # The engine refuses its own answer where rounding takes a probability just above one.
            continue
        cases.append(
            {
                "inputs": x,
                "outputs": {
                    "A_rt": y["wall_loss_fraction"],
                    "SR_p": y["strength_ratio"],
                    "Po_p": y["posterior_probabilities"],
                    "beta": y["reliability_indices"],
                    "D_fB": y["base_damage_factor"],
                    "D_f_thin": y["thinning_damage_factor"],
                },
            }
        )
    return cases


def release_inputs(r: random.Random) -> dict[str, Any]:
    fluid = r.choice([f for f in (*COEFFICIENTS, *TYPE1_COEFFICIENTS) if f not in ("HF", "Pyrophoric")])
    mass = 10 ** r.uniform(2.0, 5.0)
    hole = r.choice(list(HOLES))
    return {
        "fluid": fluid,
        "phase": r.choice(["gas", "liquid"]),
        "hole": hole,
        "D_ref_mm": r.uniform(110.0, 3000.0),
        "P_s_MPa": 10 ** r.uniform(-2.0, 1.0),
        "T_s_C": r.uniform(0.0, 520.0),
        "mass_comp_kg": mass,
        "mass_inv_kg": mass * r.choice([1.0, r.uniform(1.0, 8.0)]),
        "detection": r.choice("ABC"),
        "isolation": r.choice("ABC"),
        "mitigation": r.choice([0.0, 0.05, 0.15, 0.2]),
        "rupture_min": r.choice([1.0, 3.0]),
    }


def release_request(x: dict[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    T = x["T_s_C"] + 273.15
    table = "Styrene" if x["fluid"] == "Aromatics" else x["fluid"]
    p = out_of("properties/representative-fluid", {"fluid": table, "temperature_k": T})
    source: dict[str, Any] = {
        "diameter_m": (HOLES[x["hole"]] or min(x["D_ref_mm"], 406.0)) * 1e-3,
        "upstream_pressure_pa_abs": x["P_s_MPa"] * 1e6 + 101325.0,
    }
    extra: dict[str, Any] = {}
    if x["phase"] == "gas":
        Cp = p["cp_value_table_units"] / (1000.0 if p["cp_note"] == 2 else 1.0)
        k = out_of("properties/heat-capacity-ratio", {"cp_j_mol_k": Cp})["heat_capacity_ratio"]
        extra = {"C_p": Cp, "k": k}
        source |= {
            "temperature_k": T,
            "molecular_weight_kg_kmol": p["molecular_weight_kg_kmol"],
            "heat_capacity_ratio": k,
        }
    else:
        source["density_kg_m3"] = p["liquid_density_kg_m3"]
    phase = out_of(
        "level1/release-phase",
        {
            "stored_phase": x["phase"],
            "ambient_phase": p["ambient_state"].lower(),
            "normal_boiling_point_k": p["normal_boiling_point_k"],
        },
    )["release_phase"]
    request = {
        "source": source,
        "operating_temperature_k": T,
        "component_mass_kg": x["mass_comp_kg"],
        "inventory_group_mass_kg": x["mass_inv_kg"],
        "detection": x["detection"],
        "isolation": x["isolation"],
        "duration_hole": x["hole"],
        "rupture_maximum_duration_s": x["rupture_min"] * 60.0 if x["hole"] == "rupture" else None,
        "fluid": x["fluid"],
        "final_release_phase": phase,
        "mitigation_fraction": x["mitigation"],
    }
    AIT = p["autoignition_temperature_k"]
    extra["release_phase"] = phase
    if x["fluid"] in TYPE1_COEFFICIENTS:
        request["autoignition"] = "likely" if T >= AIT else "not_likely"
        return "level1/release-to-type1-flammable", request, extra
    request["autoignition_temperature_k"] = AIT
    return "level1/release-to-flammable", request, extra


def release(n: int) -> list[dict[str, Any]]:
    r = random.Random(2016)
    cases: list[dict[str, Any]] = []
    while len(cases) < n:
        x = release_inputs(r)
        key, request, extra = release_request(x)
        case: dict[str, Any] = {"inputs": x}
        try:
            y = out_of(key, request)
        except DomainError as error:
            case["refused"] = error.code
            case["outputs"] = extra
        else:
            case["outputs"] = {
                **extra,
                "W_n": y["theoretical_rate_kg_s"],
                "mass_avail_kg": y["available_mass_kg"],
                "release_type": y["release_type"],
                "fact_di": y["reduction_fraction"],
                "rate_kg_s": y["adjusted_rate_kg_s"],
                "ld_s": y["duration_s"],
                "mass_kg": y["released_mass_kg"],
                "CA_cmd": y["equipment_area_m2"],
                "CA_inj": y["personnel_area_m2"],
            }
        cases.append(case)
    return cases


def combining(n: int) -> list[dict[str, Any]]:
    r = random.Random(34)

    def some() -> float:
        return r.choice([0.0, r.uniform(0.05, 1.5), 10 ** r.uniform(0.0, 3.8)])

    cases = []
    for _ in range(n):
        x = {
            "thinning": some(),
            "lining": r.choice([None, some()]),
            "external": [some()],
            "scc": [some()],
            "htha": some(),
            "fatigue": some(),
            "brittle_fracture": some(),
            "temper_embrittlement": some(),
            "embrittlement_885f": some(),
            "sigma_embrittlement": some(),
            "thinning_external_distribution": r.choice(["local", "general"]),
        }
        cases.append({"inputs": x, "outputs": {"D_f_total": out_of("damage/combine", x)["total_damage_factor"]}})
    return cases


def weighting(n: int) -> list[dict[str, Any]]:
    r = random.Random(11)
    types = ["COMPC", "COMPR", "HEXSS", "PIPE-1", "PIPE-2", "PIPE-4", "PIPE-8", "DRUM", "COLTOP", "REACTOR"]
    cases = []
    for _ in range(n):
        kind = r.choice(types)
        areas = {h: (10 ** r.uniform(-1, 4), 10 ** r.uniform(-1, 4)) for h in HOLES}
        y = out_of(
            "level1/consequence-summary",
            {
                "component_type": kind,
                "holes": [
                    {
                        "hole": h,
                        "flammable_equipment_area_m2": cmd,
                        "flammable_personnel_area_m2": inj,
                        "toxic_personnel_area_m2": 0.0,
                        "nfnt_personnel_area_m2": 0.0,
                    }
                    for h, (cmd, inj) in areas.items()
                ],
            },
        )
        cases.append(
            {
                "inputs": {"component_type": kind, "areas": areas},
                "outputs": {
                    "CA_cmd": y["equipment_area_m2"],
                    "CA_inj": y["personnel_area_m2"],
                    "CA": y["consequence_area_m2"],
                    "gff_total": y["generic_frequency_per_year"],
                },
            }
        )
    return cases


def write(name: str, cases: list[dict[str, Any]]) -> None:
    def rounded(v: Any) -> Any:
        if isinstance(v, float):
            return float(f"{v:.15g}") if math.isfinite(v) else None
        if isinstance(v, dict):
            return {k: rounded(x) for k, x in v.items()}
        return [rounded(x) for x in v] if isinstance(v, list | tuple) else v

    data = {"engine": ENGINE, "version": version(ENGINE), "cases": [rounded(c) for c in cases]}
    text = json.dumps(data, separators=(",", ":"), sort_keys=True).replace('{"inputs"', '\n{"inputs"')
    (HERE / f"api581_{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write("thinning", thinning(600))
    write("release", release(500))
    write("combine", combining(200))
    write("weights", weighting(100))
