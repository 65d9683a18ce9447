"""Makes the fixtures of the first rate models: run with a Python (3.12 or later) that has api581-engine 0.1.4.

    python make_api581_rates1.py

Seeded, so that the same file comes out again. Inputs are in this program's units, rates in mm/year; each case is also
asked outside the tables, where the engine must refuse.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate
from pydantic import ValidationError

HERE = Path(__file__).parent
ENGINE = "api581-engine"
SEED = 20160
UNITS = {"si": "printed_si", "us": "printed_us_converted"}
HOW = {"linear": ("bilinear", "trilinear"), "greatest_cell": ("maximum_bracketing_value",) * 2}
BASIS = "random case"
SULFIDIC = {
    "carbon_steel": "carbon_steel",
    "1Cr-0.2Mo": "cr1_0p2mo",
    "1Cr-0.5Mo": "cr1_0p5mo",
    "1.25Cr": "cr1p25_0p5mo",
    "2.25Cr": "cr2p25_1mo",
    "3Cr": "cr3_1mo",
    "5Cr": "cr5_0p5mo",
    "7Cr": "cr7_1mo",
    "9Cr": "cr9_1mo",
    "12Cr": "cr12",
    "304": "ss_304",
    "304L": "ss_304l",
    "321": "ss_321",
    "347": "ss_347",
    "316": "ss_316",
    "316L": "ss_316l",
    "316H": "ss_316h",
    "317": "ss_317",
}
H2S_H2 = {k: v for k, v in SULFIDIC.items() if k not in ("316H", "317")} | {"7Cr": "cr7"}
SULFURIC = {"carbon_steel": "carbon_steel", "304": "ss_304", "316": "ss_316"}
SULFURIC |= {m: m for m in ("alloy_20", "alloy_c276", "alloy_b2")}
HCL_STEELS = {"carbon_steel": "carbon_steel", "304": "ss_304", "316": "ss_316", "321": "ss_321", "347": "ss_347"}
HCL_ALLOYS = ("alloy_825", "alloy_20", "alloy_625", "alloy_c276", "alloy_b2", "alloy_400")
HCL_BANDS = (0, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 5.5, 6, 15, 16, 35, 35.5, 36, 120, 121, 360, 361, 1200, 1201, 3600)
HCL_BANDS += (3600.5, 3601, 12000, 12001)

Case = dict[str, Any]


def node(r: random.Random, nodes: Sequence[float], stretch: float = 0.12) -> float:
    """A node, a place between two, or (seldom) outside."""
    span = nodes[-1] - nodes[0]
    i = r.randrange(len(nodes) - 1)
    between = r.uniform(nodes[i], nodes[i + 1])
    out = r.choice([nodes[0] - r.uniform(0.001, stretch) * span, nodes[-1] + r.uniform(0.001, stretch) * span])
    return r.choices([r.choice(nodes), between, max(out, 0.0)], [3, 6, 0.45])[0]


def degrees(units: str, si: Sequence[float], us: Sequence[float]) -> list[float]:
    return list(si) if units == "si" else [(f - 32) * 5 / 9 for f in us]


def common(r: random.Random) -> Case:
    return {"units": r.choice(["si", "us"]), "lookup": r.choice(["linear", "linear", "greatest_cell"])}


def asked(key: str, request: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
    try:
        return evaluate(key, request)["outputs"], ""
    except DomainError as error:
        return None, str(error.code)
    except ValidationError as error:
        # The engine knows the range of the pH from its form; every other fault of a form is one of this script.
        if [e["loc"][-1] for e in error.errors()] != ["ph"]:
            raise
        return None, "pH_outside"


def hcl_steel(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = r.choice(list(HCL_STEELS))
    pH = (0.5, 0.8, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25, 5.75, 6.25, 6.8)
    by_chloride = r.random() < 0.35
    x["pH"] = None if by_chloride else node(r, pH)
    band = r.choice([r.choice(HCL_BANDS), 10 ** r.uniform(-0.3, 4.15)])
    x["chloride_ppmw"] = float(band) if by_chloride else None
    x["alkaline_agents"] = r.choice([0, 0, 0, 1]) if by_chloride else None
    x["T_op_C"] = node(r, degrees(x["units"], (38, 52, 79, 93), (100, 125, 175, 200)))
    if by_chloride:
        acidity: dict[str, Any] = {
            "method": "chloride_table",
            "chloride_mass_fraction": x["chloride_ppmw"] / 1e6,
            "no_alkaline_agents_qualified": x["alkaline_agents"] == 0,
            "qualification_basis": BASIS,
        }
    else:
        acidity = {"method": "supplied_ph", "ph": x["pH"], "qualification_basis": BASIS}
    model = {
        "model_family": "ph_table",
        "material": HCL_STEELS[x["rate_material"]],
        "acidity": acidity,
        "qualification_basis": BASIS,
    }
    return hcl_asked(x, model)


def hcl_alloy(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = r.choice(HCL_ALLOYS)
    x["chloride_ppmw"] = node(r, (5000.0, 7500.0, 10000.0))
    x["oxidants_present"] = r.choice([0, 1]) if x["rate_material"] in ("alloy_b2", "alloy_400") else None
    x["T_op_C"] = node(r, degrees(x["units"], (38, 52, 79, 93), (100, 125, 175, 200)))
    model = {
        "model_family": "alloy_table",
        "material": x["rate_material"],
        "chloride": {
            "method": "supplied_chloride",
            "chloride_mass_fraction": x["chloride_ppmw"] / 1e6,
            "qualification_basis": BASIS,
        },
        "oxidants_present": None if x["oxidants_present"] is None else x["oxidants_present"] == 1,
        "material_heat_treatment_qualified": True,
        "qualification_basis": BASIS,
    }
    return hcl_asked(x, model)


def hcl_asked(x: Case, model: dict[str, Any]) -> Case:
    model |= {
        "maximum_temperature_k": x["T_op_C"] + 273.15,
        "unit_basis": UNITS[x["units"]],
        "lookup_policy": HOW[x["lookup"]][0],
    }
    service = {
        "free_water_present": True,
        "dilute_hcl_service_qualified": True,
        "applicability_basis": BASIS,
        "wet_model": model,
    }
    y, code = asked("damage/hcl-assessment", service)
    if y is None:
        return {**x, "refused": code}
    return {
        **x,
        "C_r": y["corrosion_rate_m_year"] * 1e3,
        "thinning_type": y["source_thinning_type"],
        "capped": int(y["source_999_corner_used"]),
        "pH_used": y["ph_used"],
    }


def sulfidic(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = r.choice(list(SULFIDIC))
    x["Mo_wt"] = r.choice([None, 2.0, 2.4, 2.5, 3.1]) if x["rate_material"].startswith("316") else None
    selection = {"material": SULFIDIC[x["rate_material"]], "unit_basis": UNITS[x["units"]]}
    if x["Mo_wt"] is not None:
        selection["molybdenum_mass_fraction"] = x["Mo_wt"] / 100
    axes = evaluate("damage/sulfidic-table-axes", selection)["outputs"]
    x["sulfur_wt"] = node(r, [round(s * 100, 6) for s in axes["sulfur_mass_fraction_nodes"]])
    x["TAN"] = node(r, axes["tan_nodes_mg_koh_g"], 0.2)
    columns = degrees(x["units"], (232, 260, 288, 315, 343, 371, 399), (450, 500, 550, 600, 650, 700, 750))
    # Outside the nodes are open columns, down to the onset of the mechanism.
    x["T_op_C"] = r.choice([node(r, columns), node(r, columns), r.uniform(198.0, 236.0), r.uniform(399.0, 480.0)])
    x["velocity_m_s"] = r.choice([0.0, r.uniform(0.1, 60.0), 30.48])
    x["border"] = r.choice(["at_or_above", "above"])
    x["low_TAN"] = r.choice(["first_row", "first_row", "refuse"])
    x["phase"] = r.choice(["liquid", "gas", "two_phase", "liquid"])
    low = x["low_TAN"] == "first_row"
    table = {
        **selection,
        "sulfur_mass_fraction": x["sulfur_wt"] / 100,
        "tan_mg_koh_g": x["TAN"],
        "maximum_temperature_k": x["T_op_C"] + 273.15,
        "lookup_policy": HOW[x["lookup"]][1],
        "temperature_edge_policy": "qualified_source_bins_and_threshold_anchor",
        "temperature_edge_qualification_basis": BASIS,
        "low_tan_policy": "qualified_first_tan_row" if low else "reject_below_first_tan",
        "low_tan_qualification_basis": BASIS if low else None,
    }
    boundary = {"at_or_above": "figure_at_or_above_100ft_s", "above": "body_strictly_above_100ft_s"}[x["border"]]
    service = {
        "table": table,
        "velocity": {
            "velocity_m_s": x["velocity_m_s"],
            "boundary_interpretation": boundary,
            "qualification_basis": BASIS,
        },
        "liquid_phase_present": x["phase"] != "gas",
        "hydrogen_free_sulfidation_and_tan_basis_qualified": True,
        "qualification_basis": BASIS,
    }
    y, code = asked(
        "damage/sulfidic-corrosion-assessment",
        {"sulfidic_service_present": True, "applicability_basis": BASIS, "service_model": service},
    )
    if y is None:
        return {**x, "refused": code}
    return {
        **x,
        "C_r": y["corrosion_rate_m_year"] * 1e3,
        "C_tab": y["base_corrosion_rate_m_year"] * 1e3,
        "f_velocity": y["velocity_factor"],
        "thinning_type": y["source_thinning_type"],
    }


def h2s_h2(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = r.choice(list(H2S_H2))
    two = x["rate_material"] not in ("12Cr", "304", "304L", "316", "316L", "321", "347")
    x["h2_stream"] = r.choice(["naphtha", "gas_oil", "no_hydrocarbon"]) if two else None
    x["no_hydrocarbon"] = r.choice(["gas_oil", "naphtha"])
    x["H2S_mol"] = node(r, (0.002, 0.0035, 0.008, 0.035, 0.08, 0.3, 0.75, 1.0))
    si = (218, 246, 274, 302, 329, 357, 385, 413, 441, 468, 496, 524)
    x["T_op_C"] = node(r, degrees(x["units"], si, range(425, 976, 50)))
    model: dict[str, Any] = {
        "material": H2S_H2[x["rate_material"]],
        "unit_basis": UNITS[x["units"]],
        "h2s_mole_fraction": x["H2S_mol"] / 100,
        "maximum_temperature_k": x["T_op_C"] + 273.15,
        "lookup_policy": HOW[x["lookup"]][0],
        "hydrogen_sulfidation_environment_qualified": True,
        "material_and_stream_qualification_basis": BASIS,
    }
    if x["h2_stream"] == "no_hydrocarbon":
        model |= {
            "stream_case": "hydrocarbon_free",
            "hydrocarbon_free_curve": x["no_hydrocarbon"],
            "hydrocarbon_free_qualification_basis": BASIS,
        }
    elif two:
        model["stream_case"] = x["h2_stream"]
    y, code = asked(
        "damage/h2sh2-corrosion-assessment",
        {"h2s_h2_service_present": True, "applicability_basis": BASIS, "service_model": model},
    )
    if y is None:
        return {**x, "refused": code}
    return {**x, "C_r": y["corrosion_rate_m_year"] * 1e3, "thinning_type": y["source_thinning_type"]}


def sulfuric(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = m = r.choice(list(SULFURIC))
    x["header"] = r.choice(["ft_s", "m_s"])
    x["cell"] = r.choice(["refuse", "as_printed"])
    x["thinning"] = r.choice(["overview", "body"])
    x["oxidants_present"] = r.choice([0, 0, 1]) if m == "alloy_b2" else None
    axes: dict[str, Any] = {"material": SULFURIC[m], "unit_basis": UNITS[x["units"]]}
    if m == "carbon_steel" and x["units"] == "si":
        header = {"ft_s": "qualified_us_ft_s_header", "m_s": "qualified_printed_m_s"}[x["header"]]
        axes |= {"carbon_si_velocity_policy": header, "carbon_si_velocity_qualification_basis": BASIS}
    nodes = evaluate("damage/sulfuric-table-axes", axes)["outputs"]
    x["H2SO4_wt"] = node(r, [round(c * 100, 6) for c in nodes["acid_mass_fraction_nodes"]])
    x["T_op_C"] = node(r, [T - 273.15 for T in nodes["temperature_nodes_k"]])
    x["velocity_m_s"] = node(r, nodes["velocity_nodes_m_s"], 0.3)
    group = "carbon_steel" if m == "carbon_steel" else "stainless_steel" if m in ("304", "316") else "higher_alloy"
    body = x["thinning"] == "body" and m == "carbon_steel"
    basis = {"si": "overview_printed_si", "us": "overview_us_converted"}[x["units"]]
    rate = {
        **axes,
        "acid_mass_fraction": min(x["H2SO4_wt"] / 100, 1.0),
        "maximum_temperature_k": x["T_op_C"] + 273.15,
        "velocity_m_s": x["velocity_m_s"],
        "lookup_policy": HOW[x["lookup"]][1],
    }
    x["H2SO4_wt"] = min(x["H2SO4_wt"], 100.0)
    if x["oxidants_present"] is not None:
        rate["oxidants_present"] = x["oxidants_present"] == 1
    if m == "304" and x["cell"] == "as_printed":
        rate |= {
            "disputed_304_cell_policy": "qualified_printed_literal",
            "disputed_304_qualification_basis": BASIS,
        }
    service = {
        "sulfuric_service_present": True,
        "applicability_basis": BASIS,
        "rate_model": {
            "method": "source_table",
            "table": rate,
            "table_conditions_and_passivity_qualified": True,
            "qualification_basis": BASIS,
        },
        "classification": {
            "material_group": group,
            "velocity_m_s": x["velocity_m_s"],
            "threshold_basis": "detailed_carbon_body_si" if body else basis,
            "equality_policy": "qualified_local",
            "equality_qualification_basis": BASIS,
        },
    }
    y, code = asked("damage/sulfuric-corrosion-assessment", service)
    if y is None:
        return {**x, "refused": code}
    return {
        **x,
        "C_r": y["corrosion_rate_m_year"] * 1e3,
        "thinning_type": y["source_thinning_type"],
        "capped": int(y["source_999_corner_used"]),
    }


def hf(r: random.Random) -> Case:
    x = common(r)
    x["rate_material"] = m = r.choice(["carbon_steel", "carbon_steel", "alloy_400"])
    x["above"] = r.choice(["last_column", "last_column", "refuse"])
    x["kind"] = r.choice(["local", "general"])
    x["HF_wt"] = r.choice([node(r, (1, 2, 5, 6, 63, 64, 80, 81)), r.uniform(81.0, 100.0), r.uniform(0.0, 6.0)])
    steel = m == "carbon_steel"
    si, us = (
        ((27, 41, 60, 66, 75, 86, 93), (80, 105, 140, 150, 167.5, 187.5, 200))
        if steel
        else ((27, 52, 79, 93), (80, 125, 175, 200))
    )
    x["T_op_C"] = node(r, degrees(x["units"], si, us))
    x["galvanic_coupling"] = r.choice([0] * 12 + [1])
    extended = x["above"] == "last_column"
    model: dict[str, Any] = {
        "hf_mass_fraction": x["HF_wt"] / 100,
        "maximum_temperature_k": x["T_op_C"] + 273.15,
        "unit_basis": UNITS[x["units"]],
        "lookup_policy": HOW[x["lookup"]][0],
        "concentrated_extension_policy": "qualified_81wt_percent_node" if extended else "reject_above_81wt_percent",
        "concentrated_extension_qualification_basis": BASIS if extended else None,
        "qualification_basis": BASIS,
    }
    if steel:
        x["velocity_m_s"] = r.choice([0.0, r.uniform(0.0, 6.0), 3.05, 3.048])
        x["residual_elements"] = r.choice(["low", "high"]) if x["HF_wt"] > 80.0 else None
        model |= {
            "method": "carbon_steel_table",
            "velocity_m_s": x["velocity_m_s"],
            "velocity_basis": UNITS[x["units"]],
            "residual_category": x["residual_elements"],
            "residual_qualification_basis": BASIS if x["residual_elements"] else None,
            "established_scale_and_stable_operation_qualified": True,
            "material_residual_content_qualified": True,
        }
    else:
        x["oxidants_present"] = r.choice([0, 1])
        model |= {
            "method": "alloy400_table",
            "aerated_or_oxidants_present": x["oxidants_present"] == 1,
            "material_and_aeration_qualified": True,
        }
    policy = {"local": "overview_local", "general": "detailed_general_without_galvanic"}[x["kind"]]
    y, code = asked(
        "damage/hf-assessment",
        {
            "hf_exposure_present": True,
            "applicability_basis": BASIS,
            "rate_model": model,
            "galvanic_coupling_present": x["galvanic_coupling"] == 1,
            "thinning_classification_policy": policy,
            "classification_qualification_basis": BASIS,
        },
    )
    if y is None:
        return {**x, "refused": code}
    return {
        **x,
        "C_r": y["corrosion_rate_m_year"] * 1e3,
        "thinning_type": y["source_thinning_type"],
        "capped": int(y["source_999_corner_used"]),
    }


def every_cell(make: Callable[[random.Random], Case], n: int, seed: int) -> list[Case]:
    r = random.Random(seed)
    return [make(r) for _ in range(n)]


def selection(n: int) -> list[Case]:
    """Rates of one to four mechanisms, each measured or predicted: the greatest, and local where one is local."""
    r = random.Random(SEED + 9)
    cases = []
    for _ in range(n):
        k = r.randint(1, 4)
        rates = [round(r.choice([0.0, r.uniform(0.01, 2.0), 0.5]), 6) for _ in range(k)]
        kinds = [r.choice(["general", "local"]) for _ in range(k)]
        measured = r.choice([None, round(r.uniform(0.0, 1.5), 6)])
        items: list[dict[str, Any]] = []
        for i, (rate, kind) in enumerate(zip(rates, kinds, strict=True)):
            item: dict[str, Any] = {"mechanism_id": f"m{i}", "thinning_type": kind}
            item["fallback"] = {"corrosion_rate_m_year": rate * 1e-3, "method": "calculated", "rate_basis": BASIS}
            if measured is not None:
                item["measured"] = {
                    "corrosion_rate_m_year": measured * 1e-3,
                    "representative_for_current_period": True,
                    "measurement_basis": BASIS,
                }
            items.append(item)
        y = evaluate("damage/thinning-rate-selection", {"mechanisms": items, "applicability_and_period_basis": BASIS})[
            "outputs"
        ]
        cases.append(
            {
                "rates": rates,
                "kinds": kinds,
                "measured": measured,
                "C_r": y["corrosion_rate_m_year"] * 1e3,
                "thinning_type": y["assessment_distribution"],
                "source": next(iter(y["selection_source_by_mechanism"].values())),
                "governing": min(int(m[1:]) for m in y["governing_rate_mechanism_ids"]),
            }
        )
    return cases


OUTPUTS = ("C_r", "C_tab", "f_velocity", "thinning_type", "capped", "pH_used", "source", "governing")


def columnar(cases: list[Case]) -> dict[str, Any]:
    names = list(dict.fromkeys(k for c in cases for k in c if k != "refused"))

    def rounded(v: Any) -> Any:
        return float(f"{v:.15g}") if isinstance(v, float) else v

    column = {n: [rounded(c.get(n)) for c in cases] for n in names}
    return {
        "inputs": {n: v for n, v in column.items() if n not in OUTPUTS},
        "outputs": {n: v for n, v in column.items() if n in OUTPUTS},
        "refused": [c.get("refused", "") for c in cases],
    }


if __name__ == "__main__":
    groups = {
        "hcl_steel": every_cell(hcl_steel, 900, SEED),
        "hcl_alloy": every_cell(hcl_alloy, 500, SEED + 1),
        "sulfidic": every_cell(sulfidic, 1300, SEED + 2),
        "h2s_h2": every_cell(h2s_h2, 900, SEED + 3),
        "sulfuric": every_cell(sulfuric, 1100, SEED + 4),
        "hf": every_cell(hf, 900, SEED + 5),
        "selection": selection(150),
    }
    data = {
        "engine": ENGINE,
        "version": version(ENGINE),
        "seed": SEED,
        "groups": {name: columnar(cases) for name, cases in groups.items()},
    }
    text = json.dumps(data, separators=(",", ":"))
    (HERE / "api581_rates1.json").write_text(text + "\n", encoding="utf-8")
    for name, cases in groups.items():
        print(name, len(cases), sum("refused" in c for c in cases))
