"""Makes the fixtures of cracking from an independent engine: run with a Python that has api581-engine 0.1.4.

    python make_api581_scc.py

Seeded, so that the same file comes out again. Inputs are columns of this program's procedures (codes as numbers), the
outputs are the engine's.
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
ENGINE = "api581-engine"
SEED = 581006
LEVELS = ["none", "low", "medium", "high"]
AMINES = ["mea_or_dipa", "mea_or_dipa", "dea", "other_treating_amine", "other_treating_amine", "other_treating_amine"]
SOLUTIONS = ["fresh", "rich", "lean", "lean_and_rich"]
PRODUCTS = ["plate_or_welded", "seamless_or_extruded_pipe"]
MONITORING = ["none", "process_variables", "hydrogen_probes", "both"]
ALLOYS = [
    "regular_300ss_or_alloy600_800",
    "h_grade_300ss",
    "l_grade_300ss",
    "321ss",
    "347ss_alloy20_625_or_austenitic_overlay",
]
HISTORIES = ["solution_annealed", "stabilized_before_welding", "stabilized_after_welding"]
CHLORIDES = ["1-10", "11-100", "101-1000", ">1000"]
DRIVERS = ["severe", "marine_or_cooling_tower", "temperate", "arid_dry"]
COATINGS = ["none_or_poor", "medium", "high"]
BASIS = "random case"
DEVIATING = {"beyond": 3, "above_six": 1}

Answer = dict[str, Any]
Case = tuple[dict[str, Any], Callable[[], Answer]]


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def kelvin(T_C: float) -> float:
    return T_C + 273.15


def inspections(r: random.Random, i: int, none: float) -> dict[str, int]:
    """Counts whose highest grade is not reached by promotion from below, but for a few on purpose."""
    if i < DEVIATING["beyond"]:
        return r.choice([{"N_B": 2}, {"N_B": 5}, {"N_C": 4}, {"N_D": 2}, {"N_C": 3, "N_D": 3}])
    if i < DEVIATING["beyond"] + DEVIATING["above_six"]:
        return {"N_A": r.choice([7, 9]), "N_B": r.choice([0, 3])}
    kind = r.random()
    if kind < none:
        return {}
    if kind < 0.36:
        return r.choice(
            [{"N_B": 1}, {"N_C": 1}, {"N_D": 1}, {"N_B": 1, "N_C": 1}, {"N_C": 1, "N_D": 1}, {"N_B": 1, "N_D": 3}]
        )
    while True:
        N = {"N_A": r.randint(1, 6), "N_B": r.randint(0, 5), "N_C": r.randint(0, 4), "N_D": r.randint(0, 5)}
        if N["N_A"] + (N["N_B"] + (N["N_C"] + N["N_D"] // 2) // 2) // 2 <= 6:
            return N


def standing(r: random.Random, i: int, none: float = 0.18) -> dict[str, Any]:
    """Age, counts and cracks of one case."""
    N = {"N_A": 0, "N_B": 0, "N_C": 0, "N_D": 0, **inspections(r, i, none)}
    age = r.choice([0.0, 0.5, 1.0, round(r.uniform(0.0, 40.0), 3), round(r.uniform(0.0, 15.0), 3)])
    return {**N, "age_given_y": age, "cracks_found": int(r.random() < 0.08), "cracks_repaired": 1}


def assessed(x: dict[str, Any], susceptibility: str) -> dict[str, Any]:
    """What the engine's own chain needs beside the susceptibility."""
    return {
        "susceptibility": susceptibility,
        "confirmed_cracking": bool(x["cracks_found"]),
        "unrepaired_cracks": False,
        "years_since_qualifying_inspection": x["age_given_y"],
        "inspections": {g: x[f"N_{g.upper()}"] for g in "abcd"},
    }


def chain(key: str, x: dict[str, Any], susceptibility: str, **more: Any) -> dict[str, Any]:
    y = out_of(f"damage/{key}", {**assessed(x, susceptibility), **more})
    return {
        "susceptibility_screened": LEVELS.index(susceptibility),
        "susceptibility": LEVELS.index(y["effective_susceptibility"]),
        "SVI": y["severity_index"],
        "D_fB": y["base_damage_factor"],
        "D_f": y["damage_factor"],
    }


def screen(key: str, flag: str, **inputs: Any) -> bool:
    return bool(out_of(f"damage/{key}", inputs)[flag])


def steel(r: random.Random) -> tuple[int, str]:
    return r.choice(
        [(0, "carbon_steel"), (0, "carbon_steel"), (0, "carbon_steel"), (1, "low_alloy_steel")] * 6
        + [(2, "other_material")]
    )


def caustic(r: random.Random, i: int) -> Case:
    m, material = steel(r)
    x = {
        "material_class": m,
        "NaOH_pct": r.choice(
            [0.0, 1.0, 4.999, 5.0, 5.001, 50.0, round(r.uniform(0.1, 50.0), 2), round(r.uniform(0.1, 9.0), 2)]
        ),
        "caustic_area": r.randrange(3),
        "pwht": int(r.random() < 0.2),
        "heat_traced": r.randrange(2),
        "steam_out": r.randrange(2),
        **standing(r, i, 0.04),
    }

    def answer() -> Answer:
        present = x["NaOH_pct"] > 0.0
        evaluated = screen(
            "caustic-screening",
            "evaluate_caustic_cracking",
            material=material,
            caustic_present=present,
            screening_basis=BASIS,
        )
        if not evaluated:
            return chain("caustic", x, "none")
        level = out_of(
            "damage/caustic-figure-susceptibility",
            {
                "stress_relieved": bool(x["pwht"]),
                "cracking_history": "never_detected",
                "fabrication_history_basis": BASIS,
                "plot": {
                    "maximum_metal_temperature_k": 350.0,
                    "naoh_mass_fraction": x["NaOH_pct"] / 100.0,
                    "chart_area": "ABC"[x["caustic_area"]],
                    "chart_unit_basis": "printed_si",
                    "heat_traced": bool(x["heat_traced"]),
                    "steamed_out_before_water_flush": bool(x["steam_out"]),
                    "plot_basis": BASIS,
                },
            },
        )["susceptibility"]
        return chain("caustic", x, level)

    return x, answer


def amine(r: random.Random, i: int) -> Case:
    m, material = steel(r)
    x = {
        "material_class": m,
        "amine_type": r.randrange(7),
        "amine_solution": r.choice([0, 1, 2, 2, 2, 3]),
        "T_op_C": r.choice(
            [37.0, 38.0, 59.0, 61.0, 82.0, 83.0, round(r.uniform(10.0, 140.0), 1), round(r.uniform(20.0, 100.0), 1)]
        ),
        "pwht": int(r.random() < 0.2),
        "heat_traced": int(r.random() < 0.3),
        "steam_out": int(r.random() < 0.3),
        **standing(r, i),
    }

    def answer() -> Answer:
        present = x["amine_type"] != 6
        evaluated = screen(
            "amine-cracking-screening",
            "evaluate_amine_cracking",
            material=material,
            acid_gas_treating_amine_present=present,
            screening_basis=BASIS,
        )
        if not evaluated:
            return chain("amine", x, "none")
        level = out_of(
            "damage/amine-figure-susceptibility",
            {
                "confirmed_cracking": False,
                "unrepaired_cracks": False,
                "stress_relieved": bool(x["pwht"]),
                "solution": SOLUTIONS[x["amine_solution"]],
                "amine_group": AMINES[x["amine_type"]],
                "maximum_metal_temperature_k": kelvin(x["T_op_C"]),
                "heat_traced": bool(x["heat_traced"]),
                "steamed_out_before_water_flush": bool(x["steam_out"]),
                "applicability_basis": BASIS,
            },
        )["susceptibility"]
        return chain("amine", x, level)

    return x, answer


def some_pH(r: random.Random) -> float:
    edges = [3.0, 5.4, 5.5, 7.5, 7.55, 7.6, 8.3, 8.35, 8.4, 8.9, 8.95, 9.0, 9.1]
    return r.choice([*edges, *(round(r.uniform(3.0, 11.0), 2) for _ in range(14))])


def some_h2s(r: random.Random) -> float:
    edges = [0.0, 1.0, 49.0, 50.0, 999.0, 1000.0, 1001.0, 10000.0, 10001.0]
    return r.choice([*edges, *(round(10 ** r.uniform(0.0, 4.6), 1) for _ in range(16))])


def wet(r: random.Random) -> dict[str, Any]:
    return {
        "water_present": int(r.random() < 0.96),
        "pH": some_pH(r),
        "H2S_water_ppmw": some_h2s(r),
        "cyanide": r.randrange(2),
    }


def environment(x: dict[str, Any]) -> dict[str, Any]:
    return {"water_ph": x["pH"], "h2s_in_water_ppm": x["H2S_water_ppmw"], "cyanides_present": bool(x["cyanide"])}


def ssc(r: random.Random, i: int) -> Case:
    m, material = steel(r)
    x = {
        "material_class": m,
        **wet(r),
        "HB_weld": r.choice([150.0, 199.0, 199.9, 200.0, 237.0, 237.1, 260.0, round(r.uniform(150.0, 300.0), 1)]),
        "pwht": r.randrange(2),
        **standing(r, i),
    }

    def answer() -> Answer:
        evaluated = screen(
            "ssc-screening",
            "evaluate_ssc",
            material=material,
            water_present=bool(x["water_present"]),
            h2s_present=x["H2S_water_ppmw"] > 0.0,
            exposure_basis=BASIS,
        )
        if not evaluated:
            return chain("ssc", x, "none")
        service = out_of(
            "damage/ssc-qualified-susceptibility",
            {
                "environment": environment(x),
                "measured_brinnell_hardness": x["HB_weld"],
                "pwht": bool(x["pwht"]),
                "service_basis": BASIS,
            },
        )
        return chain("ssc", x, service["susceptibility"])

    return x, answer


def monitored(r: random.Random, x: dict[str, Any]) -> str:
    x["key_variables"], x["hydrogen_probes"] = r.randrange(2), r.randrange(2)
    return MONITORING[x["key_variables"] + 2 * x["hydrogen_probes"]]


def some_sulfur(r: random.Random) -> float:
    return r.choice([0.001, 0.002, 0.0099, 0.01, 0.0101, 0.03, round(r.uniform(0.0, 0.03), 4)])


def hic_h2s(r: random.Random, i: int) -> Case:
    m, material = steel(r)
    x = {
        "material_class": m,
        **wet(r),
        "steel_sulfur_pct": some_sulfur(r),
        "product_form": int(r.random() < 0.3),
        "pwht": r.randrange(2),
        **standing(r, i),
    }
    how = monitored(r, x)

    def answer() -> Answer:
        evaluated = screen(
            "hic-h2s-screening",
            "evaluate_hic_sohic_h2s",
            material=material,
            water_present=bool(x["water_present"]),
            h2s_present=x["H2S_water_ppmw"] > 0.0,
            exposure_basis=BASIS,
        )
        if not evaluated:
            return chain("hic-sohic-h2s", x, "none", monitoring=how)
        service = out_of(
            "damage/hic-h2s-qualified-susceptibility",
            {
                "environment": environment(x),
                "steel_sulfur_weight_percent": x["steel_sulfur_pct"],
                "product_form": PRODUCTS[x["product_form"]],
                "pwht": bool(x["pwht"]),
                "confirmed_cracking": False,
                "service_basis": BASIS,
            },
        )
        return chain("hic-sohic-h2s", x, service["susceptibility"], monitoring=how)

    return x, answer


def carbonate(r: random.Random, i: int) -> Case:
    m, material = steel(r)
    x = {
        "material_class": m,
        "water_present": int(r.random() < 0.96),
        "pH": r.choice([7.0, 7.5, 7.51, 7.99, 8.01, 8.99, 9.01, 9.5, round(r.uniform(6.5, 10.5), 2)]),
        "carbonate_ppmw": r.choice([0.0, 99.9, 100.0, 101.0, round(10 ** r.uniform(0.5, 4.0), 1)]),
        "feed_changed": int(r.random() < 0.2),
        "pwht": int(r.random() < 0.3),
        **standing(r, i),
    }

    def answer() -> Answer:
        water = bool(x["water_present"])
        evaluated = screen(
            "acscc-screening",
            "evaluate_acscc",
            material=material,
            water_present=water,
            water_ph=x["pH"] if water else None,
            fccu_feed_sulfur_reduced=bool(x["feed_changed"]),
            fccu_feed_nitrogen_increased=False,
            screening_basis=BASIS,
        )
        if not (evaluated and water):
            return chain("acscc", x, "none")
        level = out_of(
            "damage/acscc-water-susceptibility",
            {
                "water_ph": x["pH"],
                "carbonate_ppm": x["carbonate_ppmw"],
                "pwht": bool(x["pwht"]),
                "carbonate_measurement_basis": BASIS,
                "traditional_alkalinity_only": False,
                "service_fabrication_basis": BASIS,
                "shared_ph_boundary_policy": "higher_ph_row" if x["pH"] in (8.0, 9.0) else None,
            },
        )["susceptibility"]
        return chain("acscc", x, level)

    return x, answer


def pta(r: random.Random, i: int) -> Case:
    alloy = r.randrange(5)
    x = {
        "pta_alloy": alloy,
        "thermal_history": r.choice([0, 0, 0, 1, 2]) if alloy < 3 else r.randrange(3),
        "sulfide_operation": r.randrange(2),
        "sulfide_shutdown": r.randrange(2),
        "downtime_protected": int(r.random() < 0.4),
        "T_op_C": r.choice([426.0, 427.0, 428.0, round(r.uniform(100.0, 600.0), 1)]),
        **standing(r, i, 0.04),
    }

    def answer() -> Answer:
        level = out_of(
            "damage/pascc-figure-susceptibility",
            {
                "alloy": {
                    "operating_temperature_k": kelvin(x["T_op_C"]),
                    "material_group": ALLOYS[alloy],
                    "heat_treatment": HISTORIES[x["thermal_history"]],
                },
                "sulfur_oxygen_water_during_operation": bool(x["sulfide_operation"]),
                "sulfur_oxygen_water_during_shutdown": bool(x["sulfide_shutdown"]),
                "qualified_rp0170_downtime_protection": bool(x["downtime_protected"]),
                "protection_basis": BASIS if x["downtime_protected"] else None,
                "confirmed_cracking": False,
                "unrepaired_cracks": False,
                "service_alloy_basis": BASIS,
            },
        )["susceptibility"]
        return chain("pascc", x, level)

    return x, answer


def clscc(r: random.Random, i: int) -> Case:
    stainless = r.random() < 0.95
    band = r.randrange(4)
    edges = [(1.0, 10.0), (11.0, 100.0), (101.0, 1000.0), (1000.1, 30000.0)][band]
    x = {
        "material_class": r.choice([2, 3, 4]) if stainless else r.choice([0, 5, 6, 9]),
        "water_present": int(r.random() < 0.96),
        "pH": r.choice([10.0, 10.01, round(r.uniform(4.0, 13.0), 2)]),
        "chloride_ppmw": r.choice([*edges, round(r.uniform(*edges), 1)]),
        "T_op_C": r.choice(
            [37.9, 38.0, 38.1, 66.0, 66.1, 92.9, 93.0, 93.1, 149.0, 149.1, round(r.uniform(20.0, 200.0), 1)]
        ),
        **standing(r, i, 0.04),
    }

    def answer() -> Answer:
        evaluated = screen(
            "clscc-screening",
            "evaluate_clscc",
            material="austenitic_stainless_steel" if stainless else "other_material",
            actual_or_potential_wet_chloride_exposure=bool(x["water_present"]),
            operating_temperature_k=kelvin(x["T_op_C"]),
            temperature_basis="printed_si",
            exposure_basis=BASIS,
        )
        if not evaluated:
            return chain("clscc", x, "none")
        level = out_of(
            "damage/clscc-susceptibility",
            {
                "temperature_k": kelvin(x["T_op_C"]),
                "temperature_basis": "printed_si",
                "ph_over_10": x["pH"] > 10.0,
                "chloride_band_ppm": CHLORIDES[band],
            },
        )["susceptibility"]
        return chain("clscc", x, level)

    return x, answer


def hsc_hf(r: random.Random, i: int) -> Case:
    x = {
        "material_class": r.choice([0, 1]),
        "HF_present": 1,
        "HB_weld": r.choice([199.9, 200.0, 237.0, 237.1, round(r.uniform(140.0, 320.0), 1)]),
        "pwht": r.randrange(2),
        **standing(r, i),
    }

    def answer() -> Answer:
        level = out_of(
            "damage/hsc-hf-susceptibility", {"measured_brinnell_hardness": x["HB_weld"], "pwht": bool(x["pwht"])}
        )
        return chain("hsc-hf", x, level["susceptibility"])

    return x, answer


def hic_hf(r: random.Random, i: int) -> Case:
    x = {
        "material_class": r.choice([0, 1]),
        "HF_present": 1,
        "steel_sulfur_pct": some_sulfur(r),
        "product_form": int(r.random() < 0.3),
        "pwht": r.randrange(2),
        **standing(r, i),
    }
    how = monitored(r, x)

    def answer() -> Answer:
        level = out_of(
            "damage/hic-hf-susceptibility",
            {
                "steel_sulfur_weight_percent": x["steel_sulfur_pct"],
                "product_form": PRODUCTS[x["product_form"]],
                "pwht": bool(x["pwht"]),
            },
        )["susceptibility"]
        return chain("hic-sohic-hf", x, level, monitoring=how)

    return x, answer


def outside(mechanism: str, key: str) -> Callable[[random.Random, int], Case]:
    def one(r: random.Random, i: int) -> Case:
        x = {
            "material_class": r.choice([2, 3, 4]),
            "driver": r.randrange(4),
            "T_op_C": r.choice(
                [
                    48.9,
                    49.0,
                    92.9,
                    93.0,
                    93.1,
                    149.0,
                    149.1,
                    round(r.uniform(20.0, 180.0), 1),
                    round(r.uniform(49.0, 149.0), 1),
                ]
            ),
            "coating_quality": r.randrange(3),
            "age_coat_given_y": r.choice([0.0, 5.0, 15.0, round(r.uniform(0.0, 30.0), 3)]),
            **standing(r, i),
        }
        if mechanism == "cui_clscc":
            x |= {"complexity": 1, "insulation_condition": 1}

        def answer() -> Answer:
            level = out_of(
                "damage/external-clscc-base-susceptibility",
                {"mechanism": mechanism, "temperature_k": kelvin(x["T_op_C"]), "driver": DRIVERS[x["driver"]]},
            )["base_susceptibility"]
            more = {"coating_age_years": x["age_coat_given_y"], "coating_quality": COATINGS[x["coating_quality"]]}
            return chain(key, x, level, **more)

        return x, answer

    return one


GROUPS: dict[str, Callable[[random.Random, int], Case]] = {
    "scc_caustic": caustic,
    "scc_amine": amine,
    "scc_ssc": ssc,
    "scc_hic_h2s": hic_h2s,
    "scc_carbonate": carbonate,
    "scc_pta": pta,
    "scc_clscc": clscc,
    "scc_hsc_hf": hsc_hf,
    "scc_hic_hf": hic_hf,
    "ext_clscc": outside("external_clscc", "external-clscc"),
    "cui_clscc": outside("cui_clscc", "cui-clscc"),
}
OUTPUTS = ("susceptibility_screened", "susceptibility", "SVI", "D_fB", "D_f")


def made(name: str, n: int) -> dict[str, Any]:
    r = random.Random(f"{SEED}{name}")
    inputs: dict[str, list[Any]] = {}
    outputs: dict[str, list[Any]] = {o: [] for o in OUTPUTS}
    refused: list[str] = []
    for i in range(n):
        x, answer = GROUPS[name](r, i)
        try:
            y = answer()
            refused.append("")
        except DomainError as error:
            # Cracks decide before the tables here, after them in the engine: such a case compares nothing.
            x["cracks_found"] = 0
            y = {}
            refused.append(error.code)
        for symbol, value in x.items():
            inputs.setdefault(symbol, []).append(value)
        for o in OUTPUTS:
            outputs[o].append(y.get(o))
    return {"inputs": inputs, "outputs": outputs, "refused": refused}


def rounded(v: Any) -> Any:
    return float(f"{v:.15g}") if isinstance(v, float) else v


if __name__ == "__main__":
    groups = {name: made(name, 560) for name in GROUPS}
    for group in groups.values():
        for part in ("inputs", "outputs"):
            group[part] = {s: [rounded(v) for v in values] for s, values in group[part].items()}
    data = {"engine": ENGINE, "version": version(ENGINE), "seed": SEED, "groups": groups}
    text = json.dumps(data, separators=(",", ":")).replace('],"', '],\n"')
    (HERE / "api581_scc.json").write_text(text + "\n", encoding="utf-8")
