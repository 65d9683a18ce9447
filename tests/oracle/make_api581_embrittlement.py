"""Makes the fixture of hydrogen attack, embrittlements, fatigue and management factor from an independent engine.

    python make_api581_embrittlement.py

Run with a Python (3.12 or later) that has api581-engine 0.1.4. Seeded, so that the same file comes out again. Columns:
inputs in this program's units, outputs in this program's units, `refused` the code of the engine's refusal or "".
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate

HERE = Path(__file__).parent
ENGINE = "api581-engine"
SEED = 20241124
K0 = 273.15
KSI = 6.894757293168
NODES_K = (-56, -44, -33, -22, -11, 0, 11, 22, 33, 44, 56)
NODES_MM = (6.4, 12.7, 25.4, 38.1, 50.8, 63.5, 76.2, 88.9, 101.6)
SIGMA_C = (-46, -18, 10, 38, 66, 93, 204, 316, 427, 538, 649)

Case = tuple[dict[str, Any], dict[str, Any], str]


def out_of(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


def kelvin(T_C: float) -> float:
    """So that a value on a border stays on it."""
    return round(T_C + K0, 11)


def metre(t_mm: float) -> float:
    return round(t_mm * 1e-3, 15)


def tried(inputs: dict[str, Any], ask: Callable[[], dict[str, Any]]) -> Case:
    try:
        return inputs, ask(), ""
    except DomainError as error:
        return inputs, {}, error.code


def on_or_between(r: random.Random, nodes: tuple[float, ...]) -> float:
    return r.choice([float(r.choice(nodes)), r.uniform(nodes[0], nodes[-1])])


def steel(r: random.Random, group: str) -> dict[str, Any]:
    last = 50 if group == "carbon" else 80
    ksi = r.choice([float(r.randrange(30, last + 1, 2)), r.uniform(30.0, float(last))])
    return {"material_group": group, "SMYS_MPa": ksi * KSI, "exemption_curve": r.choice("ABCD")}


def reference_of(x: dict[str, Any]) -> dict[str, Any]:
    return {
        "material_group": "carbon_steel" if x["material_group"] == "carbon" else "low_alloy_steel",
        "minimum_yield_strength_pa": x["SMYS_MPa"] * 1e6,
        "exemption_curve": x["exemption_curve"],
        "interpolation": "linear",
    }


def brittle_request(x: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": reference_of(x),
        "service": {
            "component_thickness_m": metre(x["t_nom_mm"]),
            "nominal_uncorroded_thickness_m": metre(x["t_nom_mm"]),
            "equipment_type": "piping" if x["component_type"].startswith("PIPE") else "pressure_vessel",
            "p1_or_p3_steel": bool(x["P1_P3"]),
            "design_temperature_k": kelvin(x["T_C"]),
            "construction_code_satisfied": bool(x["code_satisfied"]),
            "stable_conditions_no_more_severe_future": bool(x["stable_service"]),
            "cet_at_mawp_k": kelvin(x["CET_MAWP_C"]),
            "cyclic_fatigue_or_vibration_design_service": bool(x["cyclic_service"]),
            "environmental_cracking": bool(x["environmental_cracking"]),
            "shock_chilling": bool(x["shock_chilling"]),
        },
        "critical_exposure_temperature_k": kelvin(x["CET_C"]),
        "post_weld_heat_treated": bool(x["pwht"]),
        "interpolation": "linear",
    }


def brittle_case(x: dict[str, Any]) -> Case:
    def ask() -> dict[str, Any]:
        y = out_of("damage/brittle-fracture", brittle_request(x))
        return {
            "T_ref_C": y["reference_temperature_k"] - K0,
            "D_fB": y["base_damage_factor"],
            "F_SE": y["service_experience_factor"],
            "D_f_brit": y["damage_factor"],
        }

    return tried(x, ask)


def brittle(r: random.Random, n: int) -> list[Case]:
    cases = []
    for _ in range(n):
        x = steel(r, r.choice(["carbon", "low_alloy"]))
        T_ref = out_of("damage/brittle-reference-temperature", reference_of(x))["reference_temperature_k"] - K0
        good = r.random() < 0.5
        x |= {
            "CET_C": T_ref + on_or_between(r, NODES_K),
            "t_nom_mm": on_or_between(r, NODES_MM),
            "pwht": r.choice([0, 1]),
            "component_type": r.choice(["DRUM", "PIPE-8", "COLTOP", "PIPE-2"]),
            "T_C": r.choice([343.0, 200.0, 343.5]),
            "CET_MAWP_C": r.choice([-29.0, -104.0, -20.0, -60.0, 10.0]),
        }
        x |= {s: int(good or r.random() < 0.6) for s in ("P1_P3", "code_satisfied", "stable_service")}
        bad = ("cyclic_service", "environmental_cracking", "shock_chilling")
        x |= {s: int(not good and r.random() < 0.4) for s in bad}
        cases.append(brittle_case(x))
    return cases


def brittle_beyond(r: random.Random, n: int) -> list[Case]:
    cases = []
    for i in range(n):
        x, *_ = brittle(r, 1)[0]
        x |= [{"CET_C": -150.0}, {"t_nom_mm": 110.0}, {"SMYS_MPa": 29.0 * KSI}][i % 3]
        cases.append(brittle_case(x))
    return cases


def brittle_mild(r: random.Random, n: int) -> list[Case]:
    cases = []
    for i in range(n):
        x, *_ = brittle(r, 1)[0]
        x |= [{"CET_C": 150.0}, {"t_nom_mm": 5.0}, {"SMYS_MPa": 85.0 * KSI, "CET_C": 5.0}][i % 3]
        cases.append(brittle_case(x))
    return cases


def temper(r: random.Random, n: int) -> list[Case]:
    cases = []
    for _ in range(n):
        x = steel(r, "low_alloy")
        reference = reference_of(x)
        T_ref = out_of("damage/brittle-reference-temperature", reference)["reference_temperature_k"] - K0
        del x["material_group"]
        shift = r.choice([0.0, 66.0, r.uniform(0.0, 200.0)])
        x |= {
            "dFATT_given_K": shift,
            "CET_C": T_ref + shift + on_or_between(r, NODES_K),
            "t_nom_mm": on_or_between(r, NODES_MM),
            "pwht": r.choice([0, 1]),
        }

        def ask(x: dict[str, Any] = x, reference: dict[str, Any] = reference) -> dict[str, Any]:
            y = out_of(
                "damage/temper-embrittlement",
                {
                    "reference": reference,
                    "minimum_pressurization_temperature_k": kelvin(x["CET_C"]),
                    "delta_fatt_k": x["dFATT_given_K"],
                    "component_thickness_m": metre(x["t_nom_mm"]),
                    "post_weld_heat_treated": bool(x["pwht"]),
                    "interpolation": "linear",
                },
            )
            return {"dT_eval_K": y["minimum_minus_shifted_reference_k"], "D_f_temp": y["damage_factor"]}

        cases.append(tried(x, ask))
    return cases


def composition(r: random.Random, n: int, P_least: float = 0.004, P_most: float = 0.016) -> list[Case]:
    cases = []
    for _ in range(n):
        x = {
            "Si_wt": r.uniform(0.0, 0.8),
            "Mn_wt": r.uniform(0.0, 1.0),
            "P_wt": r.uniform(P_least, P_most),
            "Sn_wt": r.uniform(0.0, 0.02),
            "Sb_wt": r.uniform(0.0, 0.004),
            "As_wt": r.uniform(0.0, 0.02),
        }

        def ask(x: dict[str, Any] = x) -> dict[str, Any]:
            names = {
                "Si": "silicon",
                "Mn": "manganese",
                "P": "phosphorus",
                "Sn": "tin",
                "Sb": "antimony",
                "As": "arsenic",
            }
            w = {s: {f"{names[s]}_weight_percent": x[f"{s}_wt"]} for s in names}
            J = out_of("damage/temper-j-factor", w["Si"] | w["Mn"] | w["P"] | w["Sn"])["j_factor"]
            X = out_of("damage/temper-xbar", w["P"] | w["Sb"] | w["Sn"] | w["As"])["xbar_factor"]
            shift = out_of("damage/temper-xbar-shift", {"xbar_factor": X})["delta_fatt_k"]
            return {"J": J, "X_bar": X, "dFATT_K": shift}

        cases.append(tried(x, ask))
    return cases


def generation(basis: str) -> list[Case]:
    source = {"printed": "printed_C", "difference": "printed_F_difference_converted"}[basis]
    cases = []
    for year in range(1965, 2025):
        x = {"year_built": float(year)}

        def ask(year: int = year) -> dict[str, Any]:
            y = out_of("damage/temper-generation-shift", {"fabrication_year": year, "source_basis": source})
            return {"dFATT_K": y["delta_fatt_k"], "generation": y["generation"] - 1}

        cases.append(tried(x, ask))
    return cases


def embrittlement_885(r: random.Random, n: int) -> list[Case]:
    cases = []
    for i in range(n):
        given = r.choice([28.0, r.uniform(10.0, 40.0)])
        x = {"T_ref_885_given_C": given, "CET_C": given + on_or_between(r, NODES_K)}
        if i % 10 == 0:
            x["CET_C"] = given + r.uniform(56.5, 150.0)
        if i % 50 == 1:
            x["CET_C"] = given - r.uniform(57.0, 90.0)

        def ask(x: dict[str, Any] = x) -> dict[str, Any]:
            y = out_of(
                "damage/embrittlement-885f",
                {
                    "minimum_evaluation_temperature_k": kelvin(x["CET_C"]),
                    "reference_temperature_k": kelvin(x["T_ref_885_given_C"]),
                    "interpolation": "linear",
                },
            )
            return {"D_f_885": y["damage_factor"]}

        cases.append(tried(x, ask))
    return cases


def sigma(r: random.Random, n: int, trace: bool = False) -> list[Case]:
    cases = []
    for i in range(n):
        pct = r.uniform(0.0, 1.0) if trace else r.choice([5.0, 10.0, r.uniform(1.01, 30.0)])
        x = {"sigma_pct": pct, "CET_C": on_or_between(r, SIGMA_C)}
        if i % 60 == 0 and not trace:
            x["CET_C"] = r.uniform(-120.0, -47.0)

        def ask(x: dict[str, Any] = x) -> dict[str, Any]:
            content = out_of("damage/sigma-content", {"sigma_fraction": x["sigma_pct"] / 100.0})["sigma_category"]
            y = out_of(
                "damage/sigma-embrittlement",
                {
                    "evaluation_temperature_k": kelvin(x["CET_C"]),
                    "sigma_category": content,
                    "interpolation": "linear",
                },
            )
            return {"sigma_content": ("low", "medium", "high").index(content), "D_f_sigma": y["damage_factor"]}

        cases.append(tried(x, ask))
    return cases


def htha(r: random.Random, n: int) -> list[Case]:
    cases = []
    histories = {
        "none": "none",
        "observed_not_replaced": "observed_not_replaced",
        "replaced_in_kind": "replaced_in_kind",
        "upgraded_material": "upgraded_material",
    }
    for _ in range(n):
        x = {
            "htha_material": r.choice(["carbon", "C_half_Mo"]),
            "T_op_C": r.choice([177.0, r.uniform(20.0, 450.0)]),
            "p_H2_MPa": r.choice([0.345, r.uniform(0.0, 1.0), r.uniform(0.0, 15.0)]),
            "htha_history": r.choice([*histories, "none", "none", "none", "none"]),
        }

        def ask(x: dict[str, Any] = x) -> dict[str, Any]:
            y = out_of(
                "damage/htha-carbon-screen",
                {
                    "material_group": "carbon_steel" if x["htha_material"] == "carbon" else "c_half_mo",
                    "exposure_temperature_k": kelvin(x["T_op_C"]),
                    "hydrogen_partial_pressure_pa_abs": x["p_H2_MPa"] * 1e6,
                    "damage_history": x["htha_history"],
                },
            )
            return {"D_f_htha": y["damage_factor"]}

        cases.append(tried(x, ask))
    return cases


def htha_given() -> list[Case]:
    levels = {"none": "none", "low": "low", "medium": "medium", "high": "high", "observed": "damage_observed"}
    return [
        (
            {"susceptibility_given": ours},
            {"D_f_htha": out_of("damage/htha-factor", {"susceptibility": s})["damage_factor"]},
            "",
        )
        for ours, s in levels.items()
    ]


SHAKING = ("minor", "moderate", "severe")
WEEKS = {"less_than_2_weeks": (0.0, 1.99), "2_to_13_weeks": (2.0, 12.9), "13_to_52_weeks": (13.1, 52.0)}
CYCLIC = {
    "reciprocating": "reciprocating_machinery",
    "prv_chatter": "prv_chatter",
    "high_drop_valve": "high_pressure_drop_valve",
    "none": "none",
}
ACTION = {
    "engineering_analysis": "complete_engineering_analysis",
    "experience": "experience_based_modification",
    "none": "none",
}
JOINT = {
    "threaded_socket_saddle_on": "threaded_socketweld_saddle_on",
    "saddle_in": "saddle_in",
    "tee_weldolet": "tee_or_weldolet",
    "sweepolet": "sweepolet",
}
SYMBOLS = {
    "D_fB_PF": "previous_failure_factor",
    "D_fB_AS": "shaking_factor",
    "F_AS": "shaking_duration_factor",
    "D_fB_CF": "cyclic_loading_factor",
    "D_fB": "base_damage_factor",
    "F_CA": "corrective_action_factor",
    "F_PC": "complexity_factor",
    "F_CP": "pipe_condition_factor",
    "F_JB": "joint_branch_factor",
    "F_BD": "branch_diameter_factor",
    "D_f_mfat": "damage_factor",
}


def fatigue_case(x: dict[str, Any], band: str) -> Case:
    y = out_of(
        "damage/mechanical-fatigue",
        {
            "base": {
                "previous_failure_count": {"none": 0, "one": 1, "more": 4}[x["previous_failures"]],
                "shaking_severity": x["shaking"],
                "shaking_duration_band": band,
                "cyclic_loading": CYCLIC[x["cyclic_source"]],
            },
            "adjustments": {
                "corrective_action": ACTION[x["corrective_action"]],
                "total_pipe_fittings": int(x["n_fittings"]),
                "damaged_or_improper_supports": x["pipe_condition"] == "damaged_supports",
                "broken_or_directly_welded_gussets": x["pipe_condition"] == "gussets",
                "branch_design": JOINT[x["joint_type"]],
                "any_branch_above_nps_2": x["branch_sizes"] != "small_only",
            },
        },
    )
    return x, {ours: y[theirs] for ours, theirs in SYMBOLS.items()}, ""


def fatigue(r: random.Random, n: int) -> list[Case]:
    base = list(itertools.product(("none", "one", "more"), SHAKING, WEEKS, CYCLIC))
    adjust = list(
        itertools.product(
            ACTION,
            (0, 5, 6, 10, 11, 40),
            ("good", "damaged_supports", "gussets"),
            JOINT,
            ("small_only", "mixed", "large_only"),
        )
    )
    r.shuffle(adjust)
    cases = []
    for i in range(n):
        failures, shaking, band, cyclic = base[i % len(base)]
        action, fittings, condition, joint, branches = adjust[i % len(adjust)]
        x = {
            "previous_failures": failures,
            "shaking": shaking,
            "shaking_weeks": r.choice([WEEKS[band][0], r.uniform(*WEEKS[band])]),
            "cyclic_source": cyclic,
            "corrective_action": action,
            "n_fittings": float(fittings),
            "pipe_condition": condition,
            "joint_type": joint,
            "branch_sizes": branches,
        }
        cases.append(fatigue_case(x, band))
    return cases


def management() -> list[Case]:
    cases = []
    for score in range(0, 1001, 10):
        y = out_of("frequency/management-factor", {"score": float(score)})
        cases.append(
            ({"score_total": float(score)}, {"p_score": y["score_percent"], "F_MS": y["management_factor"]}, "")
        )
    return cases


def columnar(cases: list[Case]) -> dict[str, Any]:
    def shown(v: Any) -> Any:
        return float(f"{v:.15g}") if isinstance(v, float) else v

    inputs = list(dict.fromkeys(s for x, _, _ in cases for s in x))
    outputs = list(dict.fromkeys(s for _, y, _ in cases for s in y))
    return {
        "inputs": {s: [shown(x.get(s)) for x, _, _ in cases] for s in inputs},
        "outputs": {s: [shown(y.get(s)) for _, y, _ in cases] for s in outputs},
        "refused": [code for *_, code in cases],
    }


def main() -> None:
    r = random.Random(SEED)
    groups = {
        "brittle": brittle(r, 1000),
        "brittle_beyond": brittle_beyond(r, 30),
        "brittle_mild": brittle_mild(r, 12),
        "temper": temper(r, 500),
        "composition": composition(r, 200),
        "composition_dirty": composition(r, 6, 0.041, 0.05),
        "generation_printed": generation("printed"),
        "generation_difference": generation("difference"),
        "embrittlement_885": embrittlement_885(r, 350),
        "sigma": sigma(r, 500),
        "sigma_trace": sigma(r, 4, trace=True),
        "htha": htha(r, 350),
        "htha_given": htha_given(),
        "fatigue": fatigue(r, 800),
        "management": management(),
    }
    data = {
        "engine": ENGINE,
        "version": version(ENGINE),
        "seed": SEED,
        "groups": {name: columnar(cases) for name, cases in groups.items()},
    }
    text = json.dumps(data, separators=(",", ":")).replace('"inputs"', '\n"inputs"')
    (HERE / "api581_embrittlement.json").write_text(text + "\n", encoding="utf-8")
    print({name: len(cases) for name, cases in groups.items()}, sum(map(len, groups.values())))


if __name__ == "__main__":
    main()
