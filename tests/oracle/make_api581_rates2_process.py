"""Cases of `make_api581_rates2.py`: sour water, amine, oxidation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api581 import acid_sour_water as ac
from api581 import alkaline_sour_water as al
from api581 import amine_corrosion as am
from api581 import oxidation as ox
from make_api581_rates2_tools import ATM_PA, BASIS, HOW, UNITS, Row, ask, kelvin, mm, node_C, r, short, some

# --- alkaline sour water


def alkaline(unit: str, how: str, n: int) -> Iterator[Row]:
    v_nodes = [3.05, 4.57, 6.1, 7.62, 9.14] if unit == "si" else [x * 0.3048 for x in (10, 15, 20, 25, 30)]
    given = [(c, v) for c in (2.0, 5.0, 10.0, 15.0) for v in v_nodes]
    for i in range(n + len(given)):
        x: dict[str, Any] = {"pH": some(7.05, 12.0), "free_water": "yes", "phase": r.choice(["liquid", "two_phase"])}
        x["P_op_MPa"], x["H2S_mol"] = some(0.05, 3.0), some(0.5, 60.0)
        v = some(3.06, 9.13)
        if i < len(given):
            x["NH4HS_wt"], v = given[i]
        elif r.random() < 0.5:
            x["NH4HS_wt"] = some(2.0, 15.0)
        else:
            x["NH3_ppmw"] = some(15000.0, 60000.0)
            x["H2S_ppmw"] = short(x["NH3_ppmw"] * r.choice([0.9, 1.5, 2.0, 1.99]))
        x["vapour_velocity_m_s" if x["phase"] == "two_phase" else "velocity_m_s"] = v
        yield x, alkaline_answer(x, v, unit, how)


def alkaline_answer(x: dict[str, Any], v: float, unit: str, how: str) -> dict[str, Any] | str:
    two = x["phase"] == "two_phase"
    speed = {"phase_regime": "two_phase" if two else "liquid_full", "qualification_basis": BASIS}
    speed |= {"vapor_velocity_m_s" if two else "liquid_velocity_m_s": v}
    if "NH4HS_wt" in x:
        strength: dict[str, Any] = {"method": "supplied", "nh4hs_mass_fraction": x["NH4HS_wt"] / 100.0}
        strength["qualification_basis"] = BASIS
    else:
        strength = {
            "method": "source_approximation",
            "h2s_mass_fraction": x["H2S_ppmw"] / 1e6,
            "nh3_mass_fraction": x["NH3_ppmw"] / 1e6,
            "analytical_basis": BASIS,
            "excess_h2s_policy": "qualified_printed_literal",
            "excess_h2s_qualification_basis": BASIS,
            "equality_policy": "qualified_lower_branch",
            "equality_qualification_basis": BASIS,
        }
    P = (x["P_op_MPa"] * 1e6 + ATM_PA) * x["H2S_mol"] / 100.0
    wet = {
        "concentration": strength,
        "velocity": speed,
        "h2s_partial_pressure_pa_abs": P,
        "baseline_unit_basis": UNITS[unit],
        "pressure_equation_basis": UNITS[unit],
        "lookup_policy": HOW[how],
        "thinning_threshold_basis": UNITS[unit],
        "qualification_basis": BASIS,
    }
    y = ask(
        al.alkaline_assessment,
        lambda: al.AlkalineAssessment(
            material="carbon_steel",
            free_water_present=True,
            ph=x["pH"],
            h2s_ammonia_service_qualified=True,
            applicability_basis=BASIS,
            wet_model=wet,
        ),
    )
    if isinstance(y, str):
        return y
    return {
        "NH4HS_wt": 100.0 * y["nh4hs_mass_fraction_used"],
        "C_tab": mm(y["baseline_corrosion_rate_m_year"]),
        "F_P": y["pressure_correction_factor"],
        "C_r": mm(y["corrosion_rate_m_year"]),
        "thinning_type": y["source_thinning_type"],
    }


def alkaline_printed(unit: str, how: str, n: int) -> Iterator[Row]:
    """Sulfide in excess, the formula as printed."""
    for _ in range(n):
        x: dict[str, Any] = {"pH": some(7.05, 12.0), "free_water": "yes", "phase": "liquid"}
        x |= {"P_op_MPa": some(0.05, 3.0), "H2S_mol": some(0.5, 60.0), "NH3_ppmw": some(3000.0, 15000.0)}
        x["H2S_ppmw"], v = short(x["NH3_ppmw"] * r.uniform(2.1, 3.3)), some(3.06, 9.13)
        x["velocity_m_s"] = v
        yield x, alkaline_answer(x, v, unit, how)


# --- acid sour water


def acid(unit: str, how: str, n: int) -> Iterator[Row]:
    T_nodes = [node_C(T, unit) for T in ((38, 52, 79, 93) if unit == "si" else (100, 125, 175, 200))]
    given = [(pH, T) for pH in ac._PH for T in T_nodes]
    speeds = [1.83, 6.1] if unit == "si" else [6 * 0.3048, 20 * 0.3048]
    materials = {"carbon_steel": "carbon_steel", "low_alloy": "low_alloy_steel", "316L": "other_material"}
    for i in range(n + len(given)):
        pH, T = given[i] if i < len(given) else (some(4.3, 7.3), some(T_nodes[0] - 2.0, T_nodes[-1] + 2.0))
        own = r.choice(["carbon_steel", "carbon_steel", "low_alloy", "316L"])
        x: dict[str, Any] = {"rate_material": own, "pH": pH, "T_op_C": T, "free_water": "yes"}
        x["chloride_ppmw"] = r.choice([0.0, 10.0, 49.9, 49.9, 50.0])
        x["O2_ppb"], x["velocity_m_s"] = r.choice([10.0, 50.0, 50.1, 90.0]), r.choice([*speeds, some(0.0, 9.0)])
        yield x, acid_answer(x, materials[own], unit, how)


def acid_answer(x: dict[str, Any], material: str, unit: str, how: str) -> dict[str, Any] | str:
    # A material of the text is not routed by pH and chloride; ask the engine for its own branch.
    other = material == "other_material"
    screening = {
        "free_water_present": True,
        "ph": 5.0 if other else x["pH"],
        "chlorides_present": not other and x["chloride_ppmw"] > 0.0,
        "chloride_concentration_ppm": 0.0 if other else x["chloride_ppmw"],
        "chloride_policy": "qualified_below_50ppm",
        "chloride_qualification_basis": BASIS,
        "neutral_ph_policy": "detailed_body_inclusive",
        "qualification_basis": BASIS,
    }
    carbon = {
        "maximum_water_temperature_k": kelvin(x["T_op_C"]),
        "unit_basis": UNITS[unit],
        "lookup_policy": HOW[how],
        "ph_edge_policy": "reject_unprinted_ph",
        "oxygen_content_ppb": x["O2_ppb"],
        "velocity_m_s": x["velocity_m_s"],
        "velocity_equation_basis": UNITS[unit],
        "qualification_basis": BASIS,
    }
    suitable = {
        "service_suitability_qualified": True,
        "other_degradation_assessed": True,
        "rate_policy": "body_upper_bound_screening",
        "body_unit_basis": UNITS[unit],
        "qualification_basis": BASIS,
    }
    y = ask(
        ac.assessment,
        lambda: ac.AcidSourAssessment(
            screening=screening,
            material=material,
            total_alloy_mass_fraction=0.05 if material == "low_alloy_steel" else None,
            primary_h2s_and_insignificant_other_corrosives_qualified=True,
            applicability_basis=BASIS,
            carbon_model=None if other else carbon,
            other_material_model=suitable if other else None,
        ),
    )
    if isinstance(y, str):
        return y
    review = "yes" if y["localized_attack_review_required"] else "no"
    out = {"C_r": mm(y["corrosion_rate_m_year"]), "local_review": review}
    if not other:
        out |= {"C_tab": mm(y["base_corrosion_rate_m_year"]), "F_O": y["oxygen_factor"], "F_V": y["velocity_factor"]}
    return out


# --- amine


def amine_answer(x: dict[str, Any], unit: str, how: str, gap: str = "qualified_first_rich_row") -> dict[str, Any] | str:
    kind, HSAS = x["amine_type"], x["HSAS_wt"]
    four = kind != "mdea" and HSAS == 4.0
    salts = {
        "amine_type": kind,
        "contaminant_mass_fraction": HSAS / 100.0,
        "mdea_scale_policy": "qualified_basic_data_organic_ppm_bands" if kind == "mdea" else "not_mdea",
        "mdea_scale_qualification_basis": BASIS if kind == "mdea" else None,
        "four_percent_boundary_policy": "printed_four_percent_high_row" if four else None,
        "four_percent_qualification_basis": BASIS if four else None,
    }
    model = {
        "method": "carbon_table",
        "material": "carbon_steel",
        "solution": {"amine_type": kind, "amine_mass_fraction": x["amine_wt"] / 100.0},
        "contaminants": salts,
        "loading": {
            "acid_gas_loading_mol_mol": x["acid_gas_loading"],
            "loading_gap_policy": gap,
            "loading_gap_qualification_basis": BASIS,
        },
        "maximum_temperature_k": kelvin(x["T_op_C"]),
        "velocity_m_s": x["velocity_m_s"],
        "unit_basis": UNITS[unit],
        "lookup_policy": {"linear": "linear_loading_temperature"}.get(how, "maximum_bracketing_value"),
        "classification_qualification_basis": BASIS,
        "qualification_basis": BASIS,
    }
    y = ask(
        am.assessment,
        lambda: am.AmineAssessment(amine_service_present=True, applicability_basis=BASIS, rate_model=model),
    )
    if isinstance(y, str):
        return y
    return {
        "C_tab": mm(y["base_corrosion_rate_m_year"]),
        "F_strength": y["amine_strength_factor"],
        "contamination": y["contaminant_row"],
        "C_r": mm(y["corrosion_rate_m_year"]),
        "thinning_type": y["source_thinning_type"],
    }


def amine_cells(unit: str, how: str, n: int) -> Iterator[Row]:
    """Every printed cell."""
    del n
    T_nodes = (88, 93, 104, 116, 127, 132) if unit == "si" else (190, 200, 220, 240, 260, 270)
    for kind in ("dea", "mdea"):
        for load in (0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.7):
            for HSAS in (0.02, 0.2, 0.45) if kind == "mdea" else (1.0, 3.0, 4.5):
                for T in T_nodes:
                    for v in (1.0, 7.0):
                        x = {"amine_type": kind, "amine_wt": 25.0, "acid_gas_loading": load, "HSAS_wt": HSAS}
                        x |= {"T_op_C": node_C(T, unit), "velocity_m_s": v}
                        yield x, amine_answer(x, unit, how)


def amine(unit: str, how: str, n: int) -> Iterator[Row]:
    edges = [6.1, 1.5] if unit == "si" else [20 * 0.3048, 5 * 0.3048]
    for _ in range(n):
        kind = r.choice(["mea", "dea", "mdea"])
        top = {"mea": 20.0, "dea": 30.0, "mdea": 50.0}[kind]
        wt = r.choice([top, short(0.7 * top), short(1.1 * top), short(1.6 * top)])
        salts = [0.01, 0.05, 0.3, 0.4, 0.5] if kind == "mdea" else [0.5, 2.0, 2.1, 3.9, 4.0, 4.1, 8.0]
        x = {"amine_type": kind, "amine_wt": wt, "HSAS_wt": r.choice(salts)}
        x["acid_gas_loading"] = r.choice([some(0.0, 0.09), some(0.1, 0.149), some(0.15, 0.7), some(0.2, 0.72)])
        x["T_op_C"], x["velocity_m_s"] = some(86.0, 134.0), r.choice([*edges, some(0.1, 9.0)])
        yield x, amine_answer(x, unit, how)


def stainless(unit: str, how: str, n: int) -> Iterator[Row]:
    nodes = [row[0] for row in am.TABLES["stainless"]]
    for i in range(n + len(nodes)):
        load = nodes[i] if i < len(nodes) else some(0.08, 0.72)
        x = {"rate_material": r.choice(["316L", "304", "347"]), "acid_gas_loading": load, "T_op_C": some(60.0, 151.0)}
        model = {
            "method": "type300_stainless_table",
            "amine_type": "dea",
            "acid_gas_loading_mol_mol": load,
            "maximum_temperature_k": kelvin(x["T_op_C"]),
            "unit_basis": UNITS[unit],
            "lookup_policy": {"linear": "linear_loading_temperature"}.get(how, "maximum_bracketing_value"),
            "low_loading_policy": "reject_below_0p1",
            "normal_service_conditions_qualified": True,
            "qualification_basis": BASIS,
        }
        y = ask(
            am.assessment,
            lambda model=model: am.AmineAssessment(
                amine_service_present=True, applicability_basis=BASIS, rate_model=model
            ),
        )
        yield x, y if isinstance(y, str) else {"C_r": mm(y["corrosion_rate_m_year"])}


# --- oxidation

OXIDE = {
    "carbon_steel": "carbon_steel",
    "1.25Cr": "cr_1_25",
    "2.25Cr": "cr_2_25",
    "5Cr": "cr_5",
    "7Cr": "cr_7",
    "9Cr": "cr_9",
    "12Cr": "cr_12",
    "304": "ss_304",
    "309": "ss_309",
    "310": "ss_310_hk",
    "HK": "ss_310_hk",
    "alloy_800H": "alloy_800h_hp",
    "HP": "alloy_800h_hp",
}


def oxidation_answer(x: dict[str, Any], unit: str, how: str) -> dict[str, Any] | str:
    rate = {
        "material": OXIDE[x["rate_material"]],
        "unit_basis": UNITS[unit],
        "maximum_metal_temperature_k": kelvin(x["T_metal_C"]),
        "lookup_policy": "linear_between_nodes" if how == "linear" else "upper_temperature_node",
        "below_table_policy": "reject_below_table",
    }
    y = ask(
        ox.oxidation_assessment,
        lambda: ox.OxidationAssessment(
            oxidation=rate,
            oxygen_present=x["oxygen_present"] == "yes",
            screening_threshold_basis=UNITS[unit],
            applicability_basis=BASIS,
        ),
    )
    if isinstance(y, str):
        return y
    return {"C_r": mm(y["corrosion_rate_m_year"]), "thinning_type": y["thinning_type"]}


def oxidation_cells(unit: str, how: str, n: int) -> Iterator[Row]:
    del n
    for own in OXIDE:
        for T in ox._C if unit == "si" else ox._F:
            x = {"rate_material": own, "T_metal_C": node_C(T, unit), "oxygen_present": "yes"}
            yield x, oxidation_answer(x, unit, how)


def oxidation(unit: str, how: str, n: int) -> Iterator[Row]:
    for _ in range(n):
        x = {"rate_material": r.choice(list(OXIDE)), "T_metal_C": some(475.0, 1140.0)}
        x["oxygen_present"] = r.choice(["yes"] * 9 + ["no"])
        yield x, oxidation_answer(x, unit, how)
