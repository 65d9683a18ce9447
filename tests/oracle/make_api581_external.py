"""Makes the fixtures of external corrosion, insulation, linings and tank bottoms from an independent engine.

    python make_api581_external.py

Needs a Python (3.12 or later) with api581-engine 0.1.4. Seeded, so that the same file comes out again. Inputs are in
this program's units, outputs as well where they have one.
"""

from __future__ import annotations

import datetime
import json
import math
import random
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate

HERE = Path(__file__).parent
ENGINE = "api581-engine"
SEED = 1516
DRIVERS = {"severe": "severe", "moderate": "marine_or_cooling_tower", "mild": "temperate", "dry": "arid_dry"}
ROWS = {
    "ext": (-12.0, -8.0, 6.0, 32.0, 71.0, 107.0, 121.0),
    "cui": (-12.0, -8.0, 6.0, 32.0, 71.0, 107.0, 135.0, 162.0, 176.0),
}
INSULATION = ("unknown", "foamglass", "pearlite", "fiberglass", "mineral_wool", "calcium_silicate", "asbestos")
THREE = ("below_average", "average", "above_average")
QUALITY = {"none": "none_or_poor", "medium": "medium", "high": "high"}
SHAPES = {"cylinder": "cylinder", "sphere": "sphere", "ellipsoidal": "head"}
LINING = {
    "strip_lined_alloy": "strip_lined_resistant_alloy",
    "castable_refractory": "castable_refractory",
    "castable_severe": "castable_refractory_severe",
    "glass": "glass_lined",
    "acid_brick": "acid_brick",
    "fiberglass": "fiberglass",
    "organic_low": "organic_low_quality",
    "organic_medium": "organic_medium_quality",
    "organic_high": "organic_high_quality",
}
LOOKUP = {"straight_line": "linear_between_rows", "next_row": "conservative_upper_row"}
SETTLEMENT = {
    "meets": "meets_api653",
    "exceeds": "exceeds_api653",
    "never_evaluated": "never_evaluated",
    "concrete_foundation": "concrete_no_settlement",
}
TODAY = datetime.date(2024, 6, 30)
EPOCH = datetime.date(1970, 1, 1)

Case = tuple[dict[str, Any], dict[str, Any] | None, str]


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def value(r: random.Random, low: float, high: float) -> float:
    return float(f"{r.uniform(low, high):.6g}")


def temperature(r: random.Random, kind: str, i: int) -> float:
    rows = ROWS[kind]
    if i < len(rows) * len(DRIVERS):
        return rows[i // len(DRIVERS)]
    near = r.choice(rows) + r.choice([0.0, 1e-3, -1e-3])
    return r.choice([r.choice(rows), value(r, rows[0], rows[-1]), value(r, rows[0], rows[-1]), near])


def external(kind: str, i: int, r: random.Random) -> Case:
    names = list(DRIVERS)
    x: dict[str, Any] = {
        "driver": names[i % len(names)] if i < len(ROWS[kind]) * len(names) else r.choice(names),
        "T_op_C": temperature(r, kind, i),
        "water_retaining": r.choice([0, 0, 1]),
        "soil_interface": r.choice([0, 0, 1]),
        "age_tke_y": r.choice([0.0, 5.0, 15.0, value(r, 0.1, 35.0)]),
        "coating_quality": r.choice(list(QUALITY)),
        "age_coat_y": r.choice([0.0, 5.0, 15.0, value(r, 0.1, 40.0)]),
        "t_rde_mm": value(r, 3.0, 40.0),
        "confidence": r.choice(["low", "medium", "high"]),
        **{f"N_{g}": r.choice([0, 0, 1, 2, 4]) for g in "ABCD"},
        "E": r.choice([0.7, 0.85, 1.0]),
        "YS_MPa": value(r, 170.0, 450.0),
        "TS_MPa": value(r, 380.0, 620.0),
        "P_MPa": value(r, 0.05, 8.0),
        "D_ref_mm": value(r, 50.0, 3000.0),
        "geometry": r.choice(list(SHAPES)),
    }
    if r.random() < 0.1:
        x["age_coat_y"] = x["age_tke_y"]
    if kind == "cui":
        x |= {
            "insulation_type": r.choice(INSULATION),
            "complexity": r.choice(THREE),
            "insulation_condition": r.choice(THREE),
        }
    try:
        base = out_of(
            f"damage/{'external' if kind == 'ext' else 'cui'}-base-rate",
            {"temperature_k": x["T_op_C"] + 273.15, "driver": DRIVERS[x["driver"]]},
        )["base_corrosion_rate_m_year"]
        y = out_of("damage/external-corrosion" if kind == "ext" else "damage/cui", assessment(x, base, kind))
    except DomainError as error:
        return x, None, error.code
    return x, outputs(base, y), ""


def assessment(x: dict[str, Any], base: float, kind: str) -> dict[str, Any]:
    flow = (x["YS_MPa"] + x["TS_MPa"]) / 2.0 * x["E"] * 1.1 * 1e6
    rate = {
        "base_corrosion_rate_m_year": base,
        "water_retaining_design": bool(x["water_retaining"]),
        "soil_or_water_interface": bool(x["soil_interface"]),
    }
    if kind == "cui":
        rate |= {
            "insulation": x["insulation_type"],
            "complexity": x["complexity"],
            "insulation_condition": x["insulation_condition"],
        }
    return {
        "rate": rate,
        "coating": {
            "years_since_thickness_reading": x["age_tke_y"],
            "coating_age_years": x["age_coat_y"],
            "coating_quality": QUALITY[x["coating_quality"]],
        },
        "strength": {
            "differential_pressure_pa": x["P_MPa"] * 1e6,
            "diameter_m": x["D_ref_mm"] * 1e-3,
            "flow_stress_pa": flow,
            "starting_thickness_m": x["t_rde_mm"] * 1e-3,
            "shape": SHAPES[x["geometry"]],
        },
        "inspections": {
            "confidence": x["confidence"],
            **{f"inspections_{g.lower()}": x[f"N_{g}"] for g in "ABCD"},
        },
    }


def outputs(base: float, y: dict[str, Any]) -> dict[str, Any]:
    return {
        "C_rB": base * 1e3,
        "C_r_ext": y["corrosion_rate_m_year"] * 1e3,
        "Coat_adj_y": y["coating_credit_years"],
        "age_ext_y": y["corrosion_exposure_years"],
        "A_rt": y["wall_loss_fraction"],
        "SR_p": y["strength_ratio"],
        "Po_p1": y["posterior_probabilities"][0],
        "Po_p3": y["posterior_probabilities"][2],
        "D_f": y["damage_factor"],
    }


def lining(i: int, r: random.Random) -> Case:
    names = list(LINING)
    whole = i < 27 * len(names)
    days = round((i // len(names)) * 365.25) if whole else r.randrange(0, 10000)
    installed = TODAY - datetime.timedelta(days=days)
    dates = [installed + datetime.timedelta(days=r.randrange(0, days + 1)) for _ in range(r.choice([0, 0, 1, 2, 3]))]
    kind = names[i % len(names)]
    x: dict[str, Any] = {
        "lining_type": kind,
        "lining_d": (installed - EPOCH).days,
        "as_of_d": (TODAY - EPOCH).days,
        "inspections": [] if whole else [[(d - EPOCH).days, r.choice("ABCDE")] for d in dates],
        "lining_condition": r.choice(["good", "average", "poor"]),
        "lining_monitoring": r.choice([0, 1]),
        "lookup": r.choice(list(LOOKUP)),
        "policy": r.choice(["last_inspection", "organic_in_service"]),
    }
    organic = kind.startswith("organic")
    service = organic and x["policy"] == "organic_in_service"
    history = [
        {
            "inspection_id": str(j),
            "inspected_on": (EPOCH + datetime.timedelta(days=d)).isoformat(),
            "effectiveness": g.lower(),
            "qualified_for_age_reset": g in "AB",
            "qualification_basis": "random case" if g in "AB" else None,
        }
        for j, (d, g) in enumerate(x["inspections"])
    ]
    request = {
        "lining_type": LINING[kind],
        "applicability_basis": "random case",
        "organic_compatible_with_environment": True if organic else None,
        "organic_within_design_temperature_including_steamout": True if organic else None,
        "organic_properly_applied_and_cured": True if organic else None,
        "age": {
            "lining_family": "organic" if organic else "inorganic",
            "installed_on": installed.isoformat(),
            "evaluated_on": TODAY.isoformat(),
            "inspections": history,
            "age_basis_policy": "figure51_organic_service_only" if service else "step1_installation_or_last_ab",
            "year_length_days": 365.25,
        },
        "lookup_policy": LOOKUP[x["lookup"]],
        "first_year_policy": "qualified_first_year_value",
        "first_year_qualification_basis": "random case",
        "condition": {"condition": x["lining_condition"]},
        "monitoring": {
            "monitoring_used": bool(x["lining_monitoring"]),
            "known_effective_for_lining_deterioration": bool(x["lining_monitoring"]),
            "effectiveness_basis": "random case" if x["lining_monitoring"] else None,
        },
        "base_material_thinning_damage_factor": 1.0,
        "base_material_thinning_basis": "random case",
    }
    try:
        y = out_of("damage/lining-assessment", request)
    except DomainError as error:
        return x, None, error.code
    found = {
        "age_lining_y": y["effective_age_years"],
        "D_fB": y["base_damage_factor"],
        "F_LC": y["condition_factor"],
        "F_OM_lining": y["monitoring_factor"],
        "D_f": y["lining_damage_factor"],
    }
    return x, found, ""


def bottom(i: int, r: random.Random) -> Case:
    owner = r.random() < 0.25
    x: dict[str, Any] = {
        "t_rdi_mm": value(r, 3.0, 12.0),
        "C_r": r.choice([0.0, value(r, 0.01, 0.4)]),
        "age_tk_y": r.choice([0.0, value(r, 0.1, 25.0)]),
        "barrier": r.choice([0, 1]),
        "t_floor_owner_mm": value(r, 1.0, 4.0) if owner else None,
        "CA_mm": r.choice([0.0, 1.0, value(r, 0.0, 6.0)]),
        "grades": [r.choice("ABCDE") for _ in range(r.choice([0, 1, 1, 2, 3]))],
        "construction": r.choice(["welded", "not_welded"]),
        "maintenance": r.choice(["api653", "other"]),
        "settlement": list(SETTLEMENT)[i % len(SETTLEMENT)],
        "lookup": r.choice(list(LOOKUP)),
    }
    if i % 5 == 0:
        # On a row of the table: the thickness that gives just that parameter.
        floor = x["t_floor_owner_mm"] or (1.27 if x["barrier"] else 2.54)
        x |= {"C_r": 0.0, "t_rdi_mm": (floor + x["CA_mm"]) * (1.0 - (i // 5 % 20) / 20.0)}
        x["lookup"] = "next_row" if i % 35 == 0 else "straight_line"
    request = {
        "starting_thickness_m": x["t_rdi_mm"] * 1e-3,
        "elapsed_years": x["age_tk_y"],
        "baseline_basis": "random case",
        "corrosion_allowance_m": x["CA_mm"] * 1e-3,
        "minimum_thickness": {
            "release_prevention_barrier": bool(x["barrier"]),
            "thickness_basis": "documented_owner_method" if owner else "api581_2016_default",
            "owner_minimum_thickness_m": x["t_floor_owner_mm"] * 1e-3 if owner else None,
            "owner_method_basis": "random case" if owner else None,
        },
        "inspections": {
            "eligible_inspection_grades": [g.lower() for g in x["grades"]],
            "eligibility_basis": "random case",
        },
        "lookup_policy": LOOKUP[x["lookup"]],
        "adjustments": {
            "construction": "welded" if x["construction"] == "welded" else "riveted",
            "maintained_per_api653": x["maintenance"] == "api653",
            "settlement_category": SETTLEMENT[x["settlement"]],
        },
        "corrosion_rate_m_year": x["C_r"] * 1e-3,
        "corrosion_rate_basis": "random case",
    }
    try:
        y = out_of("tank/bottom-thinning-assessment", request)
    except DomainError as error:
        return x, None, error.code
    found = {
        "A_rt": y["art_parameter"],
        "D_fB": y["base_damage_factor"],
        "F_WD": y["welded_construction_factor"],
        "F_AM": y["maintenance_factor"],
        "F_SM": y["settlement_factor"],
        "D_f": y["thinning_damage_factor"],
    }
    return x, found, ""


def group(make: Callable[[int, random.Random], Case], n: int, seed: int, keep: dict[str, int]) -> dict[str, Any]:
    """Columns of n cases; of those that the engine refuses for a reason in `keep`, no more than stated there."""
    r, left = random.Random(seed), dict(keep)
    rows: list[Case] = []
    i = 0
    while len(rows) < n:
        case = make(i, r)
        i += 1
        if case[2] in left:
            left[case[2]] -= 1
            if left[case[2]] < 0:
                continue
        rows.append(case)
    symbols = list(rows[0][0])
    results = list(next(y for _, y, _ in rows if y is not None))
    return {
        "inputs": {s: [rounded(x[s]) for x, _, _ in rows] for s in symbols},
        "outputs": {s: [None if y is None else rounded(y[s]) for _, y, _ in rows] for s in results},
        "refused": [code for _, _, code in rows],
    }


def rounded(v: Any) -> Any:
    if isinstance(v, float):
        return float(f"{v:.15g}") if math.isfinite(v) else None
    return v


if __name__ == "__main__":
    groups = {
        "ext": group(lambda i, r: external("ext", i, r), 1400, SEED, {"ambiguous_source": 20}),
        "cui": group(lambda i, r: external("cui", i, r), 1400, SEED + 1, {}),
        "lining": group(lining, 1200, SEED + 2, {"lining_table_age_exceeded": 10}),
        "bottom": group(bottom, 700, SEED + 3, {"ast_damage_table_exceeded": 8}),
    }
    data = {"engine": ENGINE, "version": version(ENGINE), "seed": SEED, "groups": groups}
    text = json.dumps(data, separators=(",", ":")).replace('],"', '],\n"')
    (HERE / "api581_external.json").write_text(text + "\n", encoding="utf-8")
