"""Makes the consequence fixtures of an independent engine: Level 1 areas, sources, toxic, steam, acid, final area.

    python make_api581_consequence.py

Run with a Python (3.12 or later) that has api581-engine 0.1.4. Seeded, so that the same file comes out again. Inputs
are written in this program's units, outputs in the engine's.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate
from api581.consequences import AMMONIA
from api581.level1 import COEFFICIENTS
from api581.level1_toxic import HF_H2S_TIMES, MISC
from api581.level1_type1 import TYPE1_COEFFICIENTS
from api581.representative_fluids import TABLE_4_2M

HERE = Path(__file__).parent
ENGINE, SEED = "api581-engine", 20161
HOLES = {"small": 6.4, "medium": 25.0, "large": 102.0, "rupture": 406.0}
ZERO = 273.15
AIT_PYROPHORIC = 30.0
OURS = {"hf": "HF", "h2s": "H2S", "ammonia": "Ammonia", "chlorine": "Chlorine", "alcl3": "ALCL3", "co": "CO"}
OURS |= {"hcl": "HCL", "nitric_acid": "Nitric Acid", "no2": "NO2", "phosgene": "Phosgene", "tdi": "TDI"}
OURS |= {"ee": "EE", "eo": "EO", "po": "PO"}
Case = dict[str, Any]


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = evaluate(key, inputs)["outputs"]
    return found


def tried(key: str, request: dict[str, Any], inputs: Case, names: dict[str, str]) -> Case:
    try:
        y = out_of(key, request)
    except DomainError as error:
        return {"inputs": inputs, "outputs": {}, "refused": error.code}
    return {"inputs": inputs, "outputs": {ours: y[theirs] for ours, theirs in names.items()}, "refused": ""}


AREAS = {"CA_cmd": "equipment_area_m2", "CA_inj": "personnel_area_m2"}


def area_cases(r: random.Random) -> list[Case]:
    out = []
    every = [(f, p) for table in (COEFFICIENTS, TYPE1_COEFFICIENTS) for f, rows in table.items() for p in rows]
    for (fluid, phase), kind in itertools.product(every, ("continuous", "instantaneous")):
        ait = TABLE_4_2M["Styrene" if fluid == "Aromatics" else fluid][6]
        AIT = AIT_PYROPHORIC if ait is None else float(ait)
        for T in (20.0, AIT - 55.6, AIT - r.uniform(5, 50), AIT, AIT + r.uniform(5, 50), AIT + 55.6, AIT + 80.0):
            for _ in range(3):
                rate = r.choice([10 ** r.uniform(-2, 2.5), 25.2])
                mass = r.choice([10 ** r.uniform(1, 5.5), 4536.0])
                x = {"fluid": fluid, "release_phase": phase, "release_type": kind, "T_s_C": T, "AIT_C": AIT}
                x |= {"rate_kg_s": rate, "mass_kg": mass, "fact_mit": r.choice([0.0, 0.05, 0.15, 0.2])}
                request = {
                    "fluid": fluid,
                    "release_phase": phase,
                    "release_type": kind,
                    "adjusted_rate_kg_s": rate,
                    "released_mass_kg": mass,
                    "mitigation_fraction": x["fact_mit"],
                }
                if fluid in TYPE1_COEFFICIENTS:
                    request["autoignition"] = "likely" if T >= AIT else "not_likely"
                    out.append(tried("level1/type1-flammable-consequence", request, x, AREAS))
                else:
                    request |= {"operating_temperature_k": T + ZERO, "autoignition_temperature_k": AIT + ZERO}
                    out.append(tried("level1/flammable-area", request, x, AREAS))
    return out


def source_cases(r: random.Random) -> list[Case]:
    out = []
    grid = list(itertools.product("ABC", "ABC"))
    for fluid, phase, hole in itertools.product(TABLE_4_2M, ("gas", "liquid"), HOLES):
        for P in (10 ** r.uniform(-2.0, -1.1), 10 ** r.uniform(-0.9, 1.0), r.uniform(0.05, 0.15)):
            T = r.uniform(20.0, 400.0)
            detection, isolation = r.choice(grid)
            mass = 10 ** r.uniform(1.5, 5.0)
            x = {"fluid": fluid, "phase": phase, "hole": hole, "P_s_MPa": P, "T_s_C": T, "mass_comp_kg": mass}
            x |= {"mass_inv_kg": mass * r.choice([1.0, r.uniform(1.0, 8.0)]), "rupture_min": r.choice([1.0, 3.0])}
            x |= {"detection": detection, "isolation": isolation, "k_ratio": r.uniform(1.05, 1.6)}
            out.append(_source(x))
    return out


def _source(x: Case) -> Case:
    row = TABLE_4_2M[x["fluid"]]
    source: dict[str, Any] = {
        "diameter_m": HOLES[x["hole"]] * 1e-3,
        "upstream_pressure_pa_abs": x["P_s_MPa"] * 1e6 + 101325.0,
    }
    T = x["T_s_C"] + ZERO
    if x["phase"] == "gas":
        source |= {"temperature_k": T, "molecular_weight_kg_kmol": row[0], "heat_capacity_ratio": x["k_ratio"]}
    else:
        source["density_kg_m3"] = row[1]
    request = {
        "source": source,
        "operating_temperature_k": T,
        "component_mass_kg": x["mass_comp_kg"],
        "inventory_group_mass_kg": x["mass_inv_kg"],
        "detection": x["detection"],
        "isolation": x["isolation"],
        "duration_hole": x["hole"],
        "rupture_maximum_duration_s": x["rupture_min"] * 60.0 if x["hole"] == "rupture" else None,
    }
    names = {
        "W_n": "theoretical_rate_kg_s",
        "mass_avail_kg": "available_mass_kg",
        "release_type": "release_type",
        "fact_di": "reduction_fraction",
        "rate_kg_s": "adjusted_rate_kg_s",
        "ld_s": "duration_s",
        "mass_kg": "released_mass_kg",
    }
    case = tried("release/controlled-scenario", request, x, names)
    eight = {**source, "diameter_m": math.sqrt(4 * 0.03245 / math.pi)}
    flow = out_of(f"release/{x['phase']}", eight)
    case["outputs"]["W_max8"] = flow["mass_rate_kg_s"]
    if row[3] in ("Gas", "Liquid"):
        phase = {"stored_phase": x["phase"], "ambient_phase": row[3].lower(), "normal_boiling_point_k": row[2] + ZERO}
        case["outputs"]["release_phase"] = out_of("level1/release-phase", phase)["release_phase"]
    return case


def toxic_rows() -> list[tuple[str, str, tuple[float, ...]]]:
    common = [(f, "gas", tuple(t / 60.0 for t in HF_H2S_TIMES)) for f in ("hf", "h2s")]
    common += [(f, "gas", tuple(5.0 * (i + 1) for i in range(len(AMMONIA)))) for f in ("ammonia", "chlorine")]
    misc = [(f, p, tuple(t / 60.0 for t in times)) for f, rows in MISC.items() for p, (times, _) in rows.items()]
    return common + misc


def toxic_cases(r: random.Random) -> list[Case]:
    out = []
    for fluid, phase, nodes in toxic_rows():
        span = nodes or (3.0, 60.0)
        minutes = [*span, *(t + (u - t) * r.random() for t, u in itertools.pairwise(span) for _ in range(2))]
        minutes += [span[0] * 0.5, span[0] * 0.999, span[0] * 1.001, 59.999, 90.0, r.uniform(5.0, 60.0)]
        for ld, _ in itertools.product(minutes, range(4)):
            out.append(_toxic(r, fluid, phase, "continuous", ld))
        for _ in range(20 if fluid in ("hf", "h2s", "ammonia", "chlorine") else 4):
            out.append(_toxic(r, fluid, phase, "instantaneous", r.uniform(3.0, 60.0)))
        out.append(_toxic(r, fluid, phase, "continuous", 20.0, mfrac=0.0))
    for fluid, ppm in (("hf", 30), ("h2s", 100), ("ammonia", 300), ("chlorine", 10)):
        for shift in (-1.0, 0.0, 0.01, 100.0):
            out.append(_toxic(r, fluid, "gas", "continuous", 20.0, ppm=ppm + shift))
    return out


def _toxic(
    r: random.Random,
    fluid: str,
    phase: str,
    kind: str,
    ld_min: float,
    mfrac: float | None = None,
    ppm: float | None = None,
) -> Case:
    W = 10 ** r.uniform(-3.0, 2.5)
    by_mass = r.random() < 0.25
    credited = r.random() < 0.2
    x: Case = {
        "toxic_fluid": OURS[fluid],
        "release_phase": "gas" if phase == "powder" else phase,
        "release_type": kind,
        "W_n": W,
        "mass_kg": W * r.uniform(30.0, 2000.0),
        "mass_avail_kg": W * ld_min * 60.0 if by_mass else W * 1e4,
        "ld_max_min": 60.0 if by_mass else ld_min,
        "toxic_mass_fraction": r.choice([1.0, 10 ** r.uniform(-5.0, 0.0)]) if mfrac is None else mfrac,
        "P_no_ignition": r.choice([1.0, 1.0, r.random()]),
        "tox_rate_cut": r.random() if credited else 0.0,
        "tox_mass_cut": r.random() if credited else 0.0,
        "tox_duration_cut": r.choice([0.0, r.uniform(0.0, 0.3)]) if credited else 0.0,
        "toxic_ppm": ppm,
    }
    request = {
        "fluid": fluid,
        "release_phase": phase,
        "release_type": kind,
        "theoretical_rate_kg_s": W,
        "released_mass_kg": x["mass_kg"],
        "toxic_mass_fraction": x["toxic_mass_fraction"],
        "available_mass_kg": x["mass_avail_kg"],
        "detection_maximum_duration_s": x["ld_max_min"] * 60.0,
        "nonignition_probability": x["P_no_ignition"],
        "mitigation": {
            "rate_reduction_fraction": x["tox_rate_cut"],
            "mass_reduction_fraction": x["tox_mass_cut"],
            "duration_reduction_fraction": x["tox_duration_cut"],
        },
        "concentration_ppm_on_idlh_basis": ppm,
    }
    if fluid == "hf" and kind == "instantaneous":
        request |= {"hf_instantaneous_intercept": 3.3606, "intercept_qualification": "decimal point inferred"}
    names = {
        "rate_tox": "toxic_rate_kg_s",
        "mass_tox": "toxic_mass_kg",
        "ld_tox_s": "duration_s",
        "CA_tox": "personnel_area_m2",
    }
    return tried("level1/toxic-component-consequence", request, x, names)


def steam_cases(r: random.Random) -> list[Case]:
    out = []
    for i in range(300):
        rate = (25.2, 0.001)[i] if i < 2 else 10 ** r.uniform(-3.0, 2.5)
        x = {"rate_kg_s": rate, "mass_kg": 10 ** r.uniform(-1.0, 5.0)}
        request = {"adjusted_rate_kg_s": rate, "released_mass_kg": x["mass_kg"]}
        names = {"CA_nfnt": "personnel_area_m2", "CA_nfnt_cont": "continuous_area_m2"}
        names |= {"CA_nfnt_inst": "instantaneous_area_m2", "fact_IC": "instantaneous_weight"}
        out.append(tried("level1/steam-area", request, x, names))
    return out


def acid_cases(r: random.Random) -> list[Case]:
    out = []
    for i in range(300):
        dP = (103.4, 413.7, 103.3, 413.8, 50.0, 1000.0)[i] if i < 6 else r.uniform(103.4, 413.7)
        x = {"rate_kg_s": 10 ** r.uniform(-3.0, 2.5), "P_s_MPa": dP / 1000.0}
        request = {"adjusted_rate_kg_s": x["rate_kg_s"], "differential_pressure_pa": dP * 1000.0}
        names = {"CA_nfnt": "personnel_area_m2", "g": "coefficient_g", "h": "exponent_h"}
        out.append(tried("level1/acid-caustic-area", request, x, names))
    return out


def inventory_cases(r: random.Random) -> list[Case]:
    out = []
    for _ in range(200):
        mass, W, W8 = (10 ** r.uniform(a, b) for a, b in ((1, 5), (-2, 3), (-1, 3)))
        x = {"mass_comp_kg": mass, "mass_inv_kg": mass * r.choice([1.0, r.uniform(1, 9)]), "W_n": W, "W_max8": W8}
        request = {
            "component_mass_kg": mass,
            "inventory_group_mass_kg": x["mass_inv_kg"],
            "release_rate_kg_s": W,
            "eight_inch_rate_kg_s": W8,
        }
        names = {"mass_add_kg": "added_mass_kg", "mass_avail_kg": "available_mass_kg"}
        out.append(tried("release/available-inventory", request, x, names))
    return out


def final_cases(r: random.Random) -> list[Case]:
    out = []
    types = ["COMPC", "COMPR", "HEXSS", "PIPE-1", "PIPE-2", "PIPE-4", "PIPE-8", "DRUM", "COLTOP", "REACTOR"]
    kinds = {"cmd": "flammable_equipment", "inj": "flammable_personnel", "tox": "toxic_personnel"}
    kinds |= {"nfnt": "nfnt_personnel"}
    for _ in range(400):
        scale = {k: r.choice([0.0, 10 ** r.uniform(-1, 4)]) for k in kinds}
        x: Case = {"component_type": r.choice(types)}
        x |= {f"CA_{k}_{h}": scale[k] * r.random() for k in kinds for h in HOLES}
        holes = [{"hole": h, **{f"{n}_area_m2": x[f"CA_{k}_{h}"] for k, n in kinds.items()}} for h in HOLES]
        names = {f"CA_{k}": f"{n}_area_m2" for k, n in kinds.items()}
        names |= {"CA_f_inj": "personnel_area_m2", "CA": "consequence_area_m2"}
        request = {"component_type": x["component_type"], "holes": holes}
        out.append(tried("level1/consequence-summary", request, x, names))
    return out


def heat_cases(r: random.Random) -> list[Case]:
    out = []
    for fluid, row in TABLE_4_2M.items():
        if row[4] is None or fluid in ("Steam", "ALCL3"):
            continue
        for T in (250.0, 298.15, 350.0, 400.0, 500.0, 650.0, 800.0, r.uniform(260.0, 800.0)):
            y = out_of("properties/representative-fluid", {"fluid": fluid, "temperature_k": T})
            Cp = y["cp_value_table_units"] / (1.0 if row[4] == 1 else 1000.0)
            if Cp <= 8.32:
                continue
            k = out_of("properties/heat-capacity-ratio", {"cp_j_mol_k": Cp})["heat_capacity_ratio"]
            case = {"inputs": {"fluid": fluid, "T_s_K": T}, "outputs": {"C_p": Cp, "k": k}, "refused": ""}
            out.append(case)
    return out


def columns(cases: list[Case]) -> dict[str, Any]:
    def number(v: Any) -> Any:
        return float(f"{v:.15g}") if isinstance(v, float) else v

    def turned(part: str) -> dict[str, list[Any]]:
        names = [*dict.fromkeys(k for c in cases for k in c[part])]
        return {n: [number(c[part].get(n)) for c in cases] for n in names}

    return {"inputs": turned("inputs"), "outputs": turned("outputs"), "refused": [c["refused"] for c in cases]}


GROUPS = {
    "area": area_cases,
    "source": source_cases,
    "toxic": toxic_cases,
    "steam": steam_cases,
    "acid": acid_cases,
    "inventory": inventory_cases,
    "final": final_cases,
    "heat": heat_cases,
}


def main() -> None:
    made = {name: columns(make(random.Random(SEED + i))) for i, (name, make) in enumerate(GROUPS.items())}
    data = {"engine": ENGINE, "version": version(ENGINE), "seed": SEED, "groups": made}
    text = json.dumps(data, separators=(",", ":")).replace('],"', '],\n"')
    (HERE / "api581_consequence.json").write_text(text + "\n", encoding="utf-8")
    print({name: len(g["refused"]) for name, g in made.items()}, len(text))


if __name__ == "__main__":
    main()
