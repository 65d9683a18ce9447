"""Cases of `make_api581_rates2.py`: CO2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api581 import co2_screening as cs
from make_api581_rates2_tools import ATM_PA, BASIS, Row, ask, kelvin, mm, r, short, some

# --- CO2

CO2_MATERIAL = {"carbon_steel": "carbon_steel", "low_alloy": "low_alloy_steel", "5Cr": "low_alloy_steel"}
CO2_MATERIAL |= {"316L": "stainless_steel", "12Cr": "stainless_steel", "copper_alloy": "copper_alloy"}
CO2_MATERIAL |= {"alloy_400": "other"}


def co2(policy: str, how: str, n: int, jump: str = "qualified_linear_across_jump") -> Iterator[Row]:
    given = [(float(T), pH) for T in range(20, 151, 10) for pH in (3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5)]
    for i in range(n + len(given)):
        own = "carbon_steel" if i < len(given) else r.choice(["carbon_steel"] * 8 + list(CO2_MATERIAL))
        x: dict[str, Any] = {"rate_material": own, "P_op_MPa": some(0.05, 9.0), "CO2_mol": some(0.1, 50.0)}
        x["T_op_C"], pH = given[i] if i < len(given) else (some(15.0, 145.0), some(3.3, 6.7))
        if r.random() < 0.03:
            x["CO2_mol"] = 0.0
        moisture = "yes" if i < len(given) else r.choice(["yes", "yes", "no", "dew", "none"])
        if moisture in ("yes", "no"):
            x["free_water"] = moisture
        elif moisture == "dew":
            x["T_dew_C"] = r.choice([x["T_op_C"], some(10.0, 140.0)])
        if i < len(given) or r.random() < 0.5:
            x["pH"] = pH
        else:
            x["water_type"] = r.choice(["condensate", "ferrous_saturated", "salinity_46_g_l"])
        flow(x, computed=r.random() < 0.5)
        oil(x, wanted=i >= len(given) and r.random() < 0.25)
        if r.random() < 0.4:
            x["glycol_wt"] = r.choice([0.0, 100.0, some(1.0, 99.0)])
        if r.random() < 0.3:
            x["F_inhibitor"] = r.choice([0.0, 1.0, some(0.05, 0.95)])
        if policy == "figure" and CO2_MATERIAL[own] in ("low_alloy_steel", "stainless_steel"):
            x["Cr_wt"] = r.choice([2.0, 12.9, 13.0, 17.0])
        yield x, co2_answer(x, policy, jump)


def flow(x: dict[str, Any], computed: bool) -> None:
    if computed:
        x |= {"D_mm": some(50.0, 600.0), "density": some(20.0, 900.0), "velocity_m_s": some(0.2, 12.0)}
        x |= {"mu_Pa_s": short(10 ** r.uniform(-5.0, -2.5)), "e_D": short(10 ** r.uniform(-5.0, -2.5))}
    else:
        x["S_Pa"] = r.choice([0.0, 19.0, 150.0, some(0.5, 250.0)])


def oil(x: dict[str, Any], wanted: bool) -> None:
    x["liquid_hydrocarbon"] = "yes" if wanted else "no"
    if wanted:
        x.setdefault("velocity_m_s", r.choice([1.0, some(0.3, 4.0)]))
        if r.random() < 0.7:
            x["water_cut_pct"] = r.choice([20.0, some(1.0, 19.9), some(20.1, 60.0)])


def co2_wetting(x: dict[str, Any]) -> dict[str, Any]:
    if x["liquid_hydrocarbon"] == "no":
        return {"liquid_hydrocarbons_present": False, "qualification_basis": BASIS}
    cut = x.get("water_cut_pct")
    return {
        "liquid_hydrocarbons_present": True,
        "water_cut_policy": "source_default_30_percent" if cut is None else "explicit_qualified_percent",
        "water_content_percent": cut,
        "water_content_basis": None if cut is None else BASIS,
        "mixture_velocity_m_s": x["velocity_m_s"],
        "qualification_basis": BASIS,
    }


def co2_moisture(x: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"temperature_k": kelvin(x["T_op_C"]), "qualification_basis": BASIS}
    if "T_dew_C" in x:
        dew = {"dew_point_temperature_k": kelvin(x["T_dew_C"]), "dew_point_uncertainty_k": 0.0}
        return out | dew | {"evidence": "qualified_dew_point", "equality_policy": "figure_strict_less"}
    known = {"yes": "qualified_free_water_present", "no": "qualified_no_free_water"}
    return out | {"evidence": known.get(x.get("free_water", ""), "source_missing_moisture_assume_wet")}


def co2_wet(x: dict[str, Any], jump: str) -> dict[str, Any]:
    pH = {"method": "supplied", "ph": x["pH"]} if "pH" in x else {"method": x["water_type"]}
    if "S_Pa" in x:
        stress: dict[str, Any] = {"method": "supplied", "shear_stress_pa": x["S_Pa"]}
    else:
        stress = {
            "method": "turbulent_flow",
            "diameter_m": x["D_mm"] / 1000.0,
            "mixture_density_kg_m3": x["density"],
            "mixture_velocity_m_s": x["velocity_m_s"],
            "mixture_viscosity_pa_s": x["mu_Pa_s"],
            "relative_roughness": x["e_D"],
        }
    out = {
        "ph": pH | {"qualification_basis": BASIS},
        "flow": stress | {"qualification_basis": BASIS},
        "lookup_policy": "bilinear",
        "jump_policy": jump,
        "temperature_denominator_basis": "printed_celsius_plus_273",
        "simple_upstream_mixture_and_wetting_basis": BASIS,
    }
    if jump == "qualified_linear_across_jump":
        out["jump_qualification_basis"] = BASIS
    if "glycol_wt" in x:
        out["glycol"] = {"composition_percent": x["glycol_wt"], "composition_basis": "equation_g_percent"}
    if "F_inhibitor" in x:
        out |= {"inhibitor_factor": x["F_inhibitor"], "inhibitor_effectiveness_basis": BASIS}
    return out


def co2_answer(x: dict[str, Any], policy: str, jump: str) -> dict[str, Any] | str:
    """The engine rejects inputs that a branch does not use; leave them off until it accepts."""
    material: dict[str, Any] = {"material_category": CO2_MATERIAL[x["rate_material"]], "qualification_basis": BASIS}
    material["interpretation"] = "table_resistant_alloys" if policy == "table" else "figure_13cr_ferrous"
    if "Cr_wt" in x:
        material["chromium_mass_fraction"] = x["Cr_wt"] / 100.0
    request: dict[str, Any] = {
        "temperature_k": kelvin(x["T_op_C"]),
        "pressure": {"total_pressure_pa_abs": x["P_op_MPa"] * 1e6 + ATM_PA, "co2_mole_fraction": x["CO2_mol"] / 100.0},
        "material": material,
        "qualification_basis": BASIS,
    }
    parts: list[dict[str, Any]] = [{}, {"hydrocarbon_wetting": co2_wetting(x)}]
    parts.append(parts[1] | {"moisture": co2_moisture(x)})
    parts.append(parts[2] | {"wet_model": co2_wet(x, jump)})
    y: dict[str, Any] | str = ""
    for part in reversed(parts):
        y = ask(cs.screened_assessment, lambda part=part: cs.CO2ScreenedAssessment(**request, **part))
        if not isinstance(y, str) or y != "outside_model_domain" or not unused(x, policy):
            break
    if isinstance(y, str):
        return y
    out = {"C_r": mm(y["corrosion_rate_m_year"]), "P_CO2_MPa": y["co2_partial_pressure_pa_abs"] / 1e6}
    if y["screened_calculation_branch"] == "wet_carbonic_acid_model":
        out |= {
            "pH": y["model_ph"],
            "f_T_pH": y["temperature_ph_factor"],
            "f_CO2_bar": y["fugacity_pa"] / 1e5,
            "S_Pa": y["requested_shear_stress_pa"],
            "S_used_Pa": y["applied_shear_stress_pa"],
            "C_r_base": mm(y["base_corrosion_rate_m_year"]),
            "F_glycol": y["glycol_factor"],
        }
    branches = {
        "wet_carbonic_acid_model": "wet_model",
        "source_material_resistance": "resistant",
        "no_co2": "no_co2",
        "figure_hydrocarbon_exemption": "oil_wetted",
        "qualified_no_free_water": "dry",
    }
    return out | {"rate_case": branches[y["screened_calculation_branch"]]}


def unused(x: dict[str, Any], policy: str) -> bool:
    """Rows that end before the wet model, so that its inputs are not asked for."""
    kind, Cr = CO2_MATERIAL[x["rate_material"]], x.get("Cr_wt")
    resistant = kind in ("stainless_steel", "copper_alloy") if policy == "table" else Cr is not None and Cr >= 13.0
    dry = x.get("free_water") == "no" or ("T_dew_C" in x and x["T_op_C"] >= x["T_dew_C"])
    oil_wet = x["liquid_hydrocarbon"] == "yes" and x.get("water_cut_pct", 30.0) < 20.0 and x["velocity_m_s"] > 1.0
    return resistant or dry or oil_wet or x["CO2_mol"] == 0.0
