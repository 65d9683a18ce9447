"""Cases of `make_api581_rates2.py`: cooling water, groundwater, soil, tank bottom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api581 import cooling_selection as sel
from api581 import cooling_water as cw
from api581 import groundwater as gw
from api581 import soil_corrosion as so
from api581 import tank_corrosion as tk
from make_api581_rates2_tools import BASIS, UNITS, Row, ask, kelvin, mm, node_C, r, short, some

# --- cooling water


def cooling(unit: str, how: str, n: int, **policy: str) -> Iterator[Row]:
    systems = ["open_recirculating", "closed_recirculating", "once_through_fresh"]
    Cl = [5.0, 10.0, 50.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2000.0, 3000.0, 5000.0, 10000.0]
    T_nodes = [node_C(T, unit) for T in (cw._FTC if unit == "si" else cw._FTF)]
    for i in range(n):
        x: dict[str, Any] = {"cooling_system": r.choice(systems), "pH": some(6.4, 9.6)}
        x["chloride_ppmw"] = Cl[i % 12] if i < 36 else short(10 ** r.uniform(0.6, 4.05))
        # Next to the doubtful row the engine compares nodes without a tolerance: no converted node there.
        at_node = i < 81 and (unit == "si" or "misordered" not in policy)
        T = T_nodes[i % 27] if at_node else some(22.0, 100.0)
        x["T_metal_C"] = T
        if policy.get("argument") == "text_delta_from_reference":
            x["T_metal_C"] = short(T + 24.0 if unit == "si" else T + 75.0 / 1.8)
        v_edges = [0.914, 2.44] if unit == "si" else [3 * 0.3048, 8 * 0.3048]
        x["velocity_m_s"] = r.choice([*v_edges, some(0.0, 6.2), some(0.0, 4.0)])
        if r.random() < 0.4:
            x["pH_sat"] = some(6.0, 8.5)
        else:
            x |= {"TDS_mg_L": r.choice([400.0, some(45.0, 1050.0)]), "T_op_C": some(1.0, 80.0)}
            x |= {"Ca_mg_L": short(10 ** r.uniform(1.0, 3.0)), "MOA_mg_L": short(10 ** r.uniform(1.0, 3.0))}
        x |= {"MIC_control": "yes", "deposits": r.choice(["no"] * 19 + ["yes"])}
        yield x, cooling_answer(x, unit, how, policy)


def saturation(x: dict[str, Any], unit: str, how: str, policy: dict[str, str]) -> dict[str, Any] | str:
    if "pH_sat" in x:
        return {"saturation_ph": x["pH_sat"]}
    literal = policy.get("C4") == "as_printed"
    line = "linear_between_rows" if how == "linear" else "maximum_bracketing_value"
    c = ask(
        cw.coefficients,
        lambda: cw.CoolingCoefficients(
            total_dissolved_solids_mg_l=x["TDS_mg_L"],
            water_temperature_k=kelvin(x["T_op_C"]),
            temperature_basis=UNITS[unit],
            calcium_hardness_mg_caco3_l=x["Ca_mg_L"],
            methyl_orange_alkalinity_mg_caco3_l=x["MOA_mg_L"],
            lookup_policy=line,
            c4_source_policy="qualified_printed_literal" if literal else "reject_ambiguous_cells",
            c4_literal_basis=BASIS if literal else None,
        ),
    )
    if isinstance(c, str):
        return c
    y = cw.saturation_ph(cw.CoolingSaturationPH(**{k: c[k] for k in ("c1", "c2", "c3", "c4")}))
    return y | {"C_w1": c["c1"], "C_w2": c["c2"], "C_w3": c["c3"], "C_w4": c["c4"]}


def cooling_answer(x: dict[str, Any], unit: str, how: str, policy: dict[str, str]) -> dict[str, Any] | str:
    sat = saturation(x, unit, how, policy)
    if isinstance(sat, str):
        return sat
    if not 0.0 <= sat["saturation_ph"] <= 14.0 or not 6.5 <= x["pH"] <= 9.5:
        return "outside_model_domain"
    line = "linear_between_rows" if how == "linear" else "maximum_bracketing_value"
    ignore = policy.get("misordered") != "refuse"
    y = ask(
        cw.fresh_assessment,
        lambda: cw.CoolingFresh(
            material="carbon_steel",
            applicability_basis=BASIS,
            actual_ph=x["pH"],
            saturation_ph=sat["saturation_ph"],
            saturation_ph_basis=BASIS,
            chloride_ppm=x["chloride_ppmw"],
            velocity_m_s=x["velocity_m_s"],
            system=x["cooling_system"],
            effective_microbiological_control=True,
            no_deposits_or_local_low_flow=x["deposits"] == "no",
            no_corrosion_inhibitor_model_credit=True,
            condition_interpretation="body_rsi6_velocity2_44" if unit == "si" else "us_header_rsi6_velocity8ft",
            rate_unit_basis=UNITS[unit],
            velocity_equation_basis=UNITS[unit],
            temperature={
                "metal_temperature_k": kelvin(x["T_metal_C"]),
                "system": "closed" if x["cooling_system"] == "closed_recirculating" else "open",
                "temperature_basis": UNITS[unit],
                "argument_policy": policy.get("argument", "table_operating_temperature"),
                "duplicate_row_policy": "qualified_ignore_misordered_row" if ignore else "reject_unresolved_row",
                "duplicate_row_basis": BASIS if ignore else None,
                "lookup_policy": line,
            },
            chloride_lookup_policy=line,
        ),
    )
    if isinstance(y, str):
        return y
    return {
        "pH_sat": sat["saturation_ph"],
        **{k: v for k, v in sat.items() if k.startswith("C_w")},
        "RSI": y["ryznar_stability_index"],
        "LSI": y["langelier_saturation_index"],
        "C_base": mm(y["base_corrosion_rate_m_year"]),
        "F_T": y["temperature_factor"],
        "F_V": y["velocity_factor"],
        "C_r": mm(y["corrosion_rate_m_year"]),
    }


def seawater(unit: str, how: str, n: int) -> Iterator[Row]:
    del how
    for _ in range(n):
        x = {"cooling_system": "once_through_seawater", "velocity_m_s": r.choice([0.0, 6.1, some(0.0, 6.3)])}
        y = ask(
            cw.seawater_rate,
            lambda x=x: cw.CoolingSeawater(
                material="carbon_steel",
                velocity_m_s=x["velocity_m_s"],
                equation_basis=UNITS[unit],
                applicability_basis=BASIS,
            ),
        )
        yield x, y if isinstance(y, str) else {"C_r": mm(y["corrosion_rate_m_year"])}


def selected(unit: str, how: str, n: int) -> Iterator[Row]:
    """Coupon, treated water and other materials."""
    del unit, how
    kinds = {"carbon_steel": "carbon_steel", "low_alloy": "low_alloy_steel", "316L": "other_material"}
    systems = ["open_recirculating", "closed_recirculating", "once_through_fresh"]
    for _ in range(n):
        own, local = r.choice(list(kinds)), r.choice(["general", "local"])
        x: dict[str, Any] = {"rate_material": own, "thinning_given": local, "cooling_system": r.choice(systems)}
        x |= {"pH": some(6.4, 9.6), "treated": "yes", "MIC_control": "yes", "deposits": r.choice(["no"] * 9 + ["yes"])}
        request: dict[str, Any] = {"material": kinds[own], "assessment_distribution": local, "selection_basis": BASIS}
        if r.random() < 0.3:
            x["coupon_rate"] = some(0.001, 0.2)
            request["measurement"] = {
                "measurement_type": "coupon_weight_loss_general",
                "measured_rate_m_year": x["coupon_rate"] / 1000.0,
                "representative_for_assessed_component": True,
                "representativeness_basis": BASIS,
                "pitting_multiplier": 10.0 if local == "local" else None,
            }
        elif own == "316L":
            request["fallback"] = {
                "kind": "other_material_nominal",
                "model": {
                    "material": "other_material",
                    "qualified_for_resistant_material_nominal_estimate": True,
                    "other_degradation_assessed": True,
                    "applicability_basis": BASIS,
                },
            }
        elif not 6.5 <= x["pH"] <= 9.5:
            yield x, "outside_model_domain"
            continue
        else:
            request["fallback"] = treated_choice(x, kinds[own])
        y = ask(sel.select_rate, lambda request=request: sel.CoolingRateSelection(**request))
        yield x, y if isinstance(y, str) else {"C_r": mm(y["corrosion_rate_m_year"]), "thinning_type": local}


def treated_choice(x: dict[str, Any], material: str) -> dict[str, Any]:
    return {
        "kind": "treated",
        "treatment": {
            "material": material,
            "system": x["cooling_system"],
            "qualified_effective_treatment_program": True,
            "actual_ph": x["pH"],
            "effective_microbiological_control": True,
            "no_deposits_or_local_low_flow": x["deposits"] == "no",
            "qualification_basis": BASIS,
        },
        "rate_policy": "screen_at_strict_upper_bound",
        "rate_selection_basis": BASIS,
    }


def groundwater(unit: str, how: str, n: int) -> Iterator[Row]:
    del how
    edges = [0.03, 0.25, 1.27] if unit == "si" else [0.0254, 0.254, 1.27]
    keys = ("chloride", "sulfate", "CO2", "bicarbonate", "carbonate", "sulfide", "ammonia")
    theirs = ("chloride", "sulfate", "dissolved_co2", "bicarbonate", "carbonate", "sulfide", "ammonia")
    for i in range(n):
        x: dict[str, Any] = {"groundwater_rate": edges[i % 3] if i < 6 else short(10 ** r.uniform(-2.5, 0.5))}
        x |= {f"{k}_mg_L": some(0.0, 300.0) for k in keys}
        # Whole micrometres, so that a border keeps its value in the engine's own unit.
        rate = {0.03: 0.00003, 0.25: 0.00025, 1.27: 0.00127, 0.0254: 0.0000254, 0.254: 0.000254}.get(
            x["groundwater_rate"], x["groundwater_rate"] / 1000.0
        )
        shared = rate == (0.00025 if unit == "si" else 0.000254)
        qualified = {"corrosion_rate_m_year": rate, "unit_basis": UNITS[unit]}
        qualified |= {"shared_boundary_policy": "higher_severity"} if shared else {}
        chemistry = {f"{t}_mg_l": x[f"{k}_mg_L"] for k, t in zip(keys, theirs, strict=True)}
        y = ask(
            gw.groundwater_assessment,
            lambda chemistry=chemistry, qualified=qualified: gw.GroundwaterAssessment(
                chemistry=chemistry | {"concentration_basis": BASIS},
                qualified_rate=qualified,
                steel_applicability_basis=BASIS,
                specialist_rate_basis=BASIS,
            ),
        )
        assert not isinstance(y, str)
        yield x, {"TKS_mg_L": y["total_key_species_mg_l"], "corrosivity": y["corrosivity_category"]}


# --- soil and tank bottom


def soil(unit: str, how: str, n: int) -> Iterator[Row]:
    del how
    edges = [49.0, 104.0] if unit == "si" else [node_C(T, "us") for T in (120, 220)]
    for i in range(n):
        x: dict[str, Any] = {"soil_profile": r.choice(list(so._BASE)), "T_op_C": r.choice([some(-20.0, 150.0), 50.0])}
        x["T_op_C"] = edges[i % 2] if i < 4 and unit == "si" else x["T_op_C"]
        x["cathodic_protection"] = list(so._CP)[i % 5]
        x["soil_coating"] = list(so.Coating.__args__)[i % 10]
        rho = r.choice([None, 5.0, 10.0, 20.0, 100.0, some(0.5, 300.0)])
        if rho is not None:
            x["soil_resistivity"] = rho
        if x["soil_coating"] != "bare":
            x |= {"coating_age_y": r.choice([20.0, 20.5, some(0.0, 50.0)])}
            x |= {k: r.choice(["yes", "no"]) for k in ("coating_overheated", "coating_neglected")}
        yield x, soil_answer(x, unit)


def soil_answer(x: dict[str, Any], unit: str) -> dict[str, Any] | str:
    printed = {"si": "printed_si", "us": "printed_us_mpy"}[unit]
    base = so.base_rate(so.SoilBaseRate(condition_profile=x["soil_profile"], unit_basis=printed))
    coating = {
        "coating_type": x["soil_coating"],
        "coating_age_years": x.get("coating_age_y", 0.0),
        "rated_temperature_occasionally_exceeded": x.get("coating_overheated") == "yes",
        "maintenance_rare_or_none": x.get("coating_neglected") == "yes",
    }
    rho = x.get("soil_resistivity")
    shared = {"shared_boundary_basis": "lower_resistivity_interval"} if rho in (10.0, 20.0) else {}
    request: dict[str, Any] = {
        "material": "carbon_steel",
        "in_contact_with_soil": True,
        "applicability_basis": BASIS,
        "base_corrosion_rate_m_year": base["corrosion_rate_m_year"],
        "base_rate_source": BASIS,
        "resistivity_application": "omitted_by_qualification" if rho is None else "apply",
        "temperature": {"equipment_temperature_k": kelvin(x["T_op_C"]), "threshold_basis": UNITS[unit]},
        "cathodic_protection": {"protection_category": x["cathodic_protection"]},
        "coating": coating,
    }
    if rho is None:
        request["resistivity_omission_basis"] = BASIS
    else:
        request["resistivity"] = {"soil_resistivity_ohm_m": rho, **shared}
    y = ask(so.soil_rate, lambda: so.SoilRate(**request))
    if isinstance(y, str):
        return y
    return {
        "F_SR": y["resistivity_factor"],
        "F_T": y["temperature_factor"],
        "F_prot": y["cathodic_protection_factor"],
        "F_CE": y["coating_effectiveness_factor"],
        "C_r": mm(y["corrosion_rate_m_year"]),
        "thinning_type": y["thinning_type"],
    }


DRAINAGE = {
    "one_third_underwater": "one_third_frequently_underwater",
    "storm_water_collects": "storm_water_collects",
    "no_storm_water": "no_storm_water_collects",
}
PROTECTED = {"none": "none", "not_per_api651": "present_not_per_api651", "per_api651": "present_per_api651"}


def bottom(unit: str, how: str, n: int, minimum: str = "apply_2_mpy_recommendation") -> Iterator[Row]:
    del how
    for i in range(n):
        x: dict[str, Any] = {"tank_bottom_type": list(tk.Bottom.__args__)[i % 3], "tank_pad": list(tk._PADS)[i % 8]}
        x |= {"drainage": list(DRAINAGE)[i % 3], "T_op_C": r.choice([some(-10.0, 140.0), 24.0, 66.0, 93.0, 121.0])}
        x |= {"tank_protection": r.choice(list(PROTECTED)), "product_water": r.choice(["wet", "dry"])}
        x["protection_verified"] = "no" if x["tank_protection"] == "none" else r.choice(["yes", "no"])
        x |= {"steam_coil": r.choice(["yes", "no"]), "product_distribution": r.choice(["general", "local"])}
        x["water_draw"] = r.choice(["none_or_not_regular", "weekly", "after_every_receipt"])
        rho = r.choice([None, 5.0, 10.0, 20.0, 100.0, some(0.5, 300.0)])
        if rho is not None:
            x["soil_resistivity"] = rho
        if r.random() < 0.3:
            x |= {"soil_base_rate": some(0.0, 0.2), "product_base_rate": some(0.0, 0.2)}
        yield x, bottom_answer(x, unit, minimum)


def bottom_answer(x: dict[str, Any], unit: str, minimum: str) -> dict[str, Any] | str:
    printed = {"si": "printed_si", "us": "printed_us_mpy"}[unit]
    base = {
        side: x[f"{side}_base_rate"] / 1000.0
        if f"{side}_base_rate" in x
        else tk.base(tk.BottomBase(side=side, unit_basis=printed))["base_corrosion_rate_m_year"]
        for side in ("soil", "product")
    }
    rho, verified = x.get("soil_resistivity"), x["protection_verified"] == "yes"
    single = x["tank_bottom_type"] == "single_bottom"
    edge = "lower_resistivity_interval" if rho in (10.0, 20.0) and single else None
    y = ask(
        tk.assessment,
        lambda: tk.BottomCorrosion(
            material="carbon_steel",
            applicability_basis=BASIS,
            soil_base_corrosion_rate_m_year=base["soil"],
            product_base_corrosion_rate_m_year=base["product"],
            soil_base_rate_source=BASIS,
            product_base_rate_source=BASIS,
            bottom_type=x["tank_bottom_type"],
            soil_resistivity_ohm_m=rho,
            shared_boundary_basis=edge,
            pad={"pad_type": x["tank_pad"]},
            drainage={"drainage_category": DRAINAGE[x["drainage"]]},
            cathodic_protection={
                "protection_category": PROTECTED[x["tank_protection"]],
                "effectiveness_verified_by_high_level_inspection": verified,
                "verification_basis": BASIS if verified else None,
            },
            temperature={"highest_operating_temperature_k": kelvin(x["T_op_C"]), "threshold_basis": UNITS[unit]},
            product_condition={"product_condition": x["product_water"]},
            steam_coil={"steam_coil_present": x["steam_coil"] == "yes"},
            water_draw={"water_draw_practice": x["water_draw"]},
            product_distribution=x["product_distribution"],
            minimum_rate_policy=minimum,
            no_floor_qualification_basis=None if minimum.startswith("apply") else BASIS,
        ),
    )
    if isinstance(y, str):
        return y
    names = {
        "F_SR": "resistivity_factor",
        "F_PA": "pad_factor",
        "F_TD": "drainage_factor",
        "F_prot": "cathodic_protection_factor",
        "F_TB": "bottom_type_factor",
        "F_T": "temperature_factor",
        "F_prod": "product_condition_factor",
        "F_SC": "steam_coil_factor",
        "F_draw": "water_draw_factor",
    }
    out = {ours: y[theirs] for ours, theirs in names.items()}
    out |= {"C_r_soil": mm(y["soil_corrosion_rate_m_year"]), "C_r_product": mm(y["product_corrosion_rate_m_year"])}
    return out | {"C_r_sides": mm(y["raw_combined_rate_m_year"]), "C_r": mm(y["combined_corrosion_rate_m_year"])}
