"""Makes the fixtures of an independent engine for bundles and relief devices: run with a Python that has it.

    python make_api581_devices.py

Needs api581-engine 0.1.4. Seeded, so that the same file comes out again. Inputs are written in this program's units
and codes as texts; long-form tables as lists of rows a case.
"""

from __future__ import annotations

import json
import math
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import DomainError, evaluate

HERE = Path(__file__).parent
SEED = 4581
TYPES = {
    "conventional": "conventional",
    "balanced_bellows": "balanced_bellows",
    "pilot_operated": "pilot_operated",
    "rupture_disk": "rupture_disk",
}
SEVERITIES = ("mild", "moderate", "severe")
GRADES = {"A": "highly", "B": "usually", "C": "fairly", "D": "ineffective", "E": "ineffective"}
MONEY = {"currency": "CNY", "cost_basis_year": 2024}
HOLES = ("small", "medium", "large", "rupture")
MATERIALS = {
    "carbon_steel": "Carbon Steel",
    "C-0.5Mo": "C-1/2 Mo",
    "1.25Cr": "1-1/4 Cr",
    "2.25Cr": "2-1/4 Cr",
    "5Cr": "5 Cr",
    "9Cr": "9 Cr",
    "12Cr": "12 Cr",
    "CuNi_70_30": "70/30 CuNi",
    "CuNi_90_10": "90/10 CuNi",
    "alloy_400": "Monel 400",
    "nickel_200": "Nickel 200",
    "304_309_310": "304/309/310 SS",
    "304L_321_347": "304L/321/347 SS",
    "316": "316 SS",
    "316L": "316L SS",
    "317L": "317L SS",
    "410_439": "410/439 SS",
    "444": "444 SS",
    "904L": "904L",
    "duplex_2205": "2205 Duplex SS",
    "duplex_2304": "2304 Duplex SS",
    "duplex_2507": "2507 Duplex SS",
    "AL6XN_254SMO": "AL6XN/254 SMO",
    "superferritic": "Seacure/E-Brite",
    "brass": "Admiralty Brass/Aluminum Brass/Red Brass/Muntz",
    "aluminium": "Aluminum Alloy",
    "alloy_20": "Alloy 20 Cb3",
    "alloy_600": "Alloy 600",
    "alloy_625": "Alloy 625",
    "alloy_800": "Alloy 800",
    "alloy_825": "Alloy 825",
    "alloy_c276": "Alloy C276",
    "alloy_255": "Ferralium 255",
    "bimetallic": "Bimetallic",
    "ceramic": "Ceramic",
    "plastic": "Plastic",
    "titanium_2": "Titanium Gr. 2",
    "titanium_12": "Titanium Gr. 12",
    "titanium_16": "Titanium Gr. 16",
    "zeron_100": "Zeron 100",
    "zirconium": "Zirconium Alloy",
}


def out_of(key: str, **inputs: Any) -> dict[str, Any]:
    return dict(evaluate(key, inputs)["outputs"])


def short(value: float) -> float:
    return float(f"{value:.6g}")


class Columns:
    """Inputs and outputs of one group, a list a symbol; `refused` holds what the engine will not answer."""

    def __init__(self) -> None:
        self.inputs: dict[str, list[Any]] = {}
        self.outputs: dict[str, list[Any]] = {}
        self.refused: list[dict[str, Any]] = []

    def add(self, inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
        for held, new in ((self.inputs, inputs), (self.outputs, outputs)):
            for symbol, value in new.items():
                held.setdefault(symbol, []).append(float(f"{value:.13g}") if isinstance(value, float) else value)

    def data(self) -> dict[str, Any]:
        return {"inputs": self.inputs, "outputs": self.outputs, "refused": self.refused}


def tests_of(r: random.Random, mode: str, eta: float) -> list[list[Any]]:
    out = []
    for _ in range(r.choice([0, 0, 1, 1, 2, 3])):
        years = r.choice([0.99, 1.0, short(r.uniform(0.2, 12.0)), short(r.uniform(0.2, 1.2) * eta)])
        out.append([years, r.choice(list(GRADES)), r.choice(["pass", "pass", "fail"]), int(r.random() < 0.1)])
    return out


def updated(shape: float, eta: float, tests: list[list[Any]], mode: str) -> float:
    words = {"pass": "pass", "fail": "fail"} if mode == "fail_to_open" else {"pass": "no_leak", "fail": "leak"}
    for years, grade, result, plugged in tests:
        eta = out_of(
            "prd/inspection-update",
            shape=shape,
            prior_characteristic_life_years=eta,
            duration_years=years,
            effectiveness=GRADES[grade],
            result=words[result],
            piping_plugged=bool(plugged),
        )["updated_characteristic_life_years"]
    return eta


def device(r: random.Random, i: int, mode: str, held: Columns) -> None:
    prd, severity = list(TYPES)[i % 4], SEVERITIES[i // 4 % 3]
    flags = {s: int(r.random() < 0.35) for s in ("chatter", "vibration", "cyclic", "feature", "qualified")}
    limit = 0.95 if prd == "pilot_operated" else 0.9
    ratio = r.choice([limit, 0.5, short(r.uniform(0.2, 1.05)), short(limit + 1e-4)])
    T = r.choice([93.0, 94.0, 259.99, 260.01, short(r.uniform(-20.0, 400.0))]) if mode == "leak" else 20.0
    if mode == "leak" and i % 50 == 7:
        T = 260.0
    actuations = float(r.choice([0, 1, 5, 6, 12]))
    set_pressure = short(r.uniform(0.2, 8.0))
    P_op = short(ratio * set_pressure)
    years = r.choice([0.0, 1.0, short(r.uniform(0.1, 25.0))])
    qualified = bool(flags["qualified"]) and prd == "pilot_operated"
    inputs: dict[str, Any] = {
        "prd_type": prd,
        "prd_age_y": years,
        "prd_chatter": flags["chatter"],
        "actuations_y": actuations,
    }
    if mode == "leak":
        inputs |= {
            "severity_leak": severity,
            "soft_seated": flags["feature"],
            "prd_vibration": flags["vibration"],
            "prd_cyclic": flags["cyclic"],
            "T_prd_C": T,
            "P_op_MPa": P_op,
            "set_pressure_MPa": set_pressure,
            "pilot_qualified": int(qualified),
        }
    else:
        inputs |= {"severity_fail": severity, "closed_discharge": flags["feature"]}
    defaults = {
        "device_type": prd,
        "failure_mode": mode,
        "severity": severity,
        "closed_system_or_flare": bool(flags["feature"]) and mode == "fail_to_open",
        "soft_seated": bool(flags["feature"]) and mode == "leak",
    }
    environment = {
        "device_type": prd,
        "failure_mode": mode,
        "operating_temperature_k": T + 273.15,
        "operating_to_set_pressure_ratio": P_op / set_pressure,
        "installed_piping_vibration": bool(flags["vibration"]),
        "pulsating_or_cyclic_service": bool(flags["cyclic"]),
        "actuations_per_year": actuations,
        "history_of_chatter": bool(flags["chatter"]),
        "qualified_pilot_high_ratio_exception": qualified,
    }
    tests: list[list[Any]] = []
    try:
        base = out_of("prd/default-weibull", **defaults)
        factor = out_of("prd/environment-factor", **environment)["environment_factor"]
        eta = base["design_adjusted_characteristic_life_years"] * factor
        tests = tests_of(r, mode, eta)
        after = updated(base["shape"], eta, tests, mode)
        P = out_of("reliability/weibull", shape=base["shape"], characteristic_life_years=after, age_years=years)
    except DomainError as error:
        held.refused.append({"inputs": {**inputs, "tests": tests}, "code": error.code})
        return
    outputs = {
        "eta_def_y": float(base["default_characteristic_life_years"]),
        "F_env": float(factor),
        "eta_mod_y": float(eta),
        "eta_upd_y": float(after),
    }
    cumulative = float(P["cumulative_failure_probability"])
    if mode == "leak":
        F = out_of("prd/set-pressure-factor", device_type=prd, operating_to_set_pressure_ratio=P_op / set_pressure)[
            "set_pressure_factor"
        ]
        outputs |= {"F_set": float(F), "P_leak": F * cumulative}
    else:
        outputs["P_fod"] = cumulative
    held.add({**inputs, "tests": tests}, outputs)


def overpressure_case(r: random.Random, held: Columns) -> None:
    set_pressure = short(r.uniform(0.3, 6.0))
    P_over = r.choice([set_pressure * 1.3, short(set_pressure * r.uniform(0.9, 5.0))])
    MAWP = short(set_pressure * r.uniform(0.9, 1.3))
    area = short(r.uniform(50.0, 5000.0))
    several = r.random() < 0.4
    total = short(area * r.uniform(1.0, 40.0)) if several else None
    gff = {h: short(r.uniform(0.0, 2e-5)) for h in HOLES}
    D_f, F_MS = short(10 ** r.uniform(-1.0, 3.8)), r.choice([1.0, 0.3, 3.0])
    EF, DRRF = short(10 ** r.uniform(-3.0, 0.0)), r.choice([1.0, 0.1, short(r.random())])
    P_fod, FC = short(r.random()), short(10 ** r.uniform(3.0, 8.0))
    F_op = out_of("prd/overpressure-factor", overpressure_to_set_pressure_ratio=P_over / set_pressure)
    pressure = P_over
    if total is not None:
        pressure = (
            out_of(
                "prd/multiple-device-pressure",
                analyzed_orifice_area_m2=area * 1e-6,
                total_installed_orifice_area_m2=total * 1e-6,
                scenario_pressure_pa_gauge=P_over * 1e6,
            )["protected_equipment_pressure_pa_gauge"]
            * 1e-6
        )
    loss = out_of(
        "prd/protected-equipment",
        generic_frequencies_per_year=gff,
        total_damage_factor=D_f,
        management_factor=F_MS,
        overpressure_to_mawp_ratio=pressure / MAWP,
    )["source_model_loc_probability"]
    DR = out_of(
        "prd/demand-rate",
        cases=[{"initiating_event_frequency_per_year": EF, "demand_rate_reduction_factor": DRRF}],
    )["total_demand_rate_per_year"]
    factor = F_op["overpressure_factor"]
    f = out_of(
        "prd/fail-frequency",
        failure_on_demand_probability=P_fod * factor,
        demand_rate_per_year=DR,
        protected_equipment_loc_probability=loss,
    )["annual_failure_frequency"]
    held.add(
        {
            "P_fod": P_fod,
            "EF_stated": EF,
            "DRRF": DRRF,
            "P_over_MPa": P_over,
            "set_pressure_MPa": set_pressure,
            "MAWP_protected": MAWP,
            "A_prd_mm2": area if several else None,
            "A_total_mm2": total,
            "gff_total": math.fsum(gff.values()),
            "D_f_total": D_f,
            "F_MS": F_MS,
            "FC_over": FC,
        },
        {
            "F_op": float(factor),
            "P_prot_MPa": float(pressure),
            "P_loc": float(loss),
            "DR": float(DR),
            "f_prd": float(f),
        },
    )


def leak_cost(r: random.Random, held: Columns) -> None:
    discharge = r.choice(["atmosphere", "flare", "closed_system"])
    x: dict[str, Any] = {
        "prd_capacity_kg_s": short(10 ** r.uniform(-2.0, 2.0)),
        "NPS_inlet": r.choice([0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0]),
        "discharge": discharge,
        "flare_recovery": int(discharge == "flare" and r.random() < 0.5),
        "fluid_cost_kg": short(r.uniform(0.0, 5.0)),
        "prd_env_cost": r.choice([0.0, short(r.uniform(0.0, 1e4))]),
        "prd_repair_cost": short(r.uniform(0.0, 1e4)),
        "production_cost_d": r.choice([0.0, short(r.uniform(0.0, 1e6))]),
        "prd_outage_d": short(r.uniform(0.0, 5.0)),
        "leak_tolerated": int(r.random() < 0.5),
        "model": r.choice(["two_case", "three_case"]),
    }
    C = out_of(
        "prd/leakage-consequence",
        **MONEY,
        operating_capacity_kg_s=x["prd_capacity_kg_s"],
        inlet_size_nps=x["NPS_inlet"],
        discharge=discharge,
        flare_recovery_installed=bool(x["flare_recovery"]),
        fluid_cost_per_kg=x["fluid_cost_kg"],
        environmental_cost=x["prd_env_cost"],
        repair_cost=x["prd_repair_cost"],
        daily_production_margin=x["production_cost_d"],
        shutdown_duration_days=x["prd_outage_d"],
        mild_leak_tolerated_or_online_repair=bool(x["leak_tolerated"]),
        model_basis={"two_case": "two_case_equations", "three_case": "three_case_table_7_15"}[x["model"]],
    )
    held.add(x, {"C_leak": float(C["financial_consequence"]), "F_lost": float(C["inventory_loss_factor"])})


def device_risk(r: random.Random, held: Columns) -> None:
    P_fod, P_leak, C_leak = short(r.random()), short(r.random()), short(10 ** r.uniform(2.0, 6.0))
    items = [
        {
            "equipment_id": f"{i}",
            "cases": [
                {
                    "case_id": f"{j}",
                    "annual_failure_frequency": P_fod * short(10 ** r.uniform(-8.0, -2.0)),
                    "financial_consequence": short(10 ** r.uniform(4.0, 8.0)),
                }
                for j in range(r.randint(1, 4))
            ],
        }
        for i in range(r.randint(1, 4))
    ]
    total = out_of(
        "prd/risk-assessment",
        **MONEY,
        protected_equipment=items,
        leakage_measure=P_leak,
        leakage_financial_consequence=C_leak,
        leakage_measure_basis="source_cumulative_probability",
    )
    cases = [
        [int(e["equipment_id"]), c["annual_failure_frequency"] / P_fod * c["financial_consequence"]]
        for e in items
        for c in e["cases"]
    ]
    held.add(
        {"P_fod": P_fod, "P_leak": P_leak, "C_leak": C_leak, "cases": cases},
        {
            "risk_fail": float(total["maximum_fail_risk_per_year"]),
            "risk_leak": float(total["leakage_risk_value"]),
            "risk_prd": float(total["source_total_risk_index"]),
            "item_governs": int(total["governing_equipment_ids"][0]),
        },
    )


def lives(r: random.Random, least: int = 2) -> list[list[Any]]:
    return [[short(r.uniform(0.5, 30.0)), int(r.random() < 0.5)] for _ in range(r.randint(least, 12))]


def peer_lives(rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [{"duration_years": t, "failed": bool(f)} for t, f in rows]


def bundle_fit(r: random.Random, held: Columns) -> None:
    shape, rows = short(r.uniform(0.6, 5.0)), lives(r)
    try:
        eta = out_of("bundle/weibayes-history", shape=shape, cycles=peer_lives(rows))
    except DomainError as error:
        held.refused.append({"inputs": {"beta_given": shape, "records": rows}, "code": error.code})
        return
    held.add(
        {"beta_given": shape, "records": rows},
        {"eta_given_y": float(eta["characteristic_life_years"]), "n_failures": eta["failure_count"]},
    )


def bundle_pof(r: random.Random, i: int, held: Columns) -> None:
    shape, eta = short(r.uniform(0.7, 4.0)), short(r.uniform(4.0, 40.0))
    age = short(r.uniform(1.0, 25.0))
    seen = short(age * r.uniform(0.3, 1.0))
    t0, fraction = r.choice([1.65, 2.11, 2.77]), short(r.uniform(0.1, 0.9))
    t = short(t0 * r.uniform(0.5, 0.99))
    how = ("none", "estimated", "threshold", "printed")[i % 4]
    grade = r.choice("ABCDE") if how != "none" else None
    ERL = short(r.uniform(0.0, 15.0))
    method = r.choice(["plug_tubes", "rotate_180", "partial_retube", "total_retube", "install_spare", "tube_ferrules"])
    extended = r.random() < 0.4
    at = short(age * r.uniform(0.1, 1.0))
    own = lives(r) if how != "none" else []
    base, PBL = eta, None
    if how == "estimated":
        PBL = out_of("bundle/estimated-life", service_duration_years=seen, estimated_remaining_life_years=ERL)[
            "predicted_bundle_life_years"
        ]
    elif how != "none":
        PBL = out_of(
            "bundle/thickness-life",
            original_thickness_m=t0,
            measured_thickness_m=t,
            service_duration_years=seen,
            remaining_wall_failure_fraction=fraction,
            formula_basis="printed_eq_1_72" if how == "printed" else "remaining_wall_threshold",
        )["predicted_bundle_life_years"]
    if PBL is not None:
        base = out_of("bundle/condition-update", shape=shape, cycles=peer_lives(own), predicted_failure_life_years=PBL)[
            "characteristic_life_years"
        ]
    LEF = out_of("bundle/life-extension-factor", method=method, ferrules_for_localized_tube_end_damage=True)[
        "life_extension_factor"
    ]
    effective = age
    if extended:
        effective = out_of(
            "bundle/life-extension", age_at_action_years=at, life_extension_factor=LEF, years_since_action=age - at
        )["effective_age_years"]
    share = out_of(
        "inspection/tube-bundle-uncertainty", inspection_effectiveness=grade or "E", owner_user_basis="owner table"
    )
    AU = share["uncertainty_fraction"] if grade else share["baseline_no_history_percent"] / 100.0
    eta_use = base * (1.0 - AU)
    P = out_of(
        "bundle/risk",
        shape=shape,
        characteristic_life_years=eta_use,
        age_years=effective,
        financial_consequence=1.0,
        currency="CNY",
    )["cumulative_failure_probability"]
    category = out_of(
        "bundle/categories",
        cumulative_failure_probability=P,
        financial_consequence_usd=1.0,
        consequence_basis="printed_table_USD_basis",
    )["probability_category"]
    held.add(
        {
            "beta_w": shape,
            "eta_y": eta,
            "bundle_life_y": age,
            "seen_y": seen if how != "none" else None,
            "bundle_effectiveness": grade,
            "bundle_ERL_y": ERL if how == "estimated" else None,
            "tube_t_orig_mm": t0,
            "tube_t_mm": t if how in ("threshold", "printed") else None,
            "RWT_f": fraction if how in ("threshold", "printed") else None,
            "bundle_extension": method if extended else None,
            "extended_y": at if extended else None,
            "printed": int(how == "printed"),
            "own": own,
        },
        {
            "PBL_y": PBL,
            "eta_base_y": float(base),
            "AU": float(AU),
            "bundle_age_y": float(effective),
            "P_bundle": float(P),
            "P_bundle_category": category,
        },
    )


def bundle_cost(r: random.Random, i: int, held: Columns) -> None:
    material = list(MATERIALS)[i % len(MATERIALS)]
    D, L = short(r.uniform(300.0, 2000.0)), short(r.uniform(1500.0, 9000.0))
    index, rate = r.choice([1.4, 1.9, 2.6]), r.choice([1.0, 7.1])
    x: dict[str, Any] = {
        "production_cost_d": short(r.uniform(0.0, 1e6)),
        "bundle_rate_reduction": r.choice([0.0, 1.0, short(r.random())]),
        "bundle_days_fail": short(r.uniform(0.0, 30.0)),
        "bundle_days_plan": short(r.uniform(0.0, 10.0)),
        "bundle_env_fail": short(r.uniform(0.0, 1e6)),
        "bundle_env_plan": r.choice([0.0, short(r.uniform(0.0, 1e5))]),
        "bundle_maint_cost": short(r.uniform(0.0, 1e5)),
        "bundle_material": material,
        "bundle_D_mm": D,
        "bundle_L_mm": L,
        "price_index": index,
        "exchange_rate": rate,
    }
    M = out_of("bundle/material-factor", material=MATERIALS[material])["material_factor"]
    new = out_of(
        "bundle/replacement-cost",
        shell_inside_diameter_m=D / 1000.0,
        tube_length_m=L / 1000.0,
        material_factor=float(M),
        price_index_multiplier=index,
        output_currency_per_usd=rate,
        output_currency="CNY",
        output_cost_basis_year=2024,
    )["replacement_cost"]
    C = {
        kind: out_of(
            "bundle/consequence",
            **MONEY,
            daily_production_margin=x["production_cost_d"],
            production_rate_reduction_fraction=x["bundle_rate_reduction"],
            shutdown_days=x[f"bundle_days_{kind}"],
            environmental_cost=x[f"bundle_env_{kind}"],
            replacement_cost=new,
            maintenance_cost=x["bundle_maint_cost"],
        )["financial_consequence"]
        for kind in ("fail", "plan")
    }
    category = out_of(
        "bundle/categories",
        cumulative_failure_probability=0.5,
        financial_consequence_usd=C["fail"] / rate,
        consequence_basis="printed_table_USD_basis",
    )["consequence_category"]
    held.add(
        x,
        {
            "M_bundle": float(M),
            "cost_bundle": float(new),
            "C_fail_bundle": float(C["fail"]),
            "C_plan_bundle": float(C["plan"]),
            "C_bundle_category": "ABCDE".index(category) + 1,
        },
    )


def bundle_risk(r: random.Random, held: Columns) -> None:
    shape, eta, age = short(r.uniform(0.7, 4.0)), short(r.uniform(4.0, 40.0)), short(r.uniform(0.0, 25.0))
    first, C = short(r.uniform(0.1, 4.0)), short(10 ** r.uniform(3.5, 7.0))
    second = short(first + r.uniform(0.5, 6.0))
    costs = {s: short(10 ** r.uniform(3.0, 6.0)) for s in ("insp", "new", "maint")}
    target, ROR = short(C * 10 ** r.uniform(-2.0, 0.3)), r.choice([0.0, 0.1, 0.25])
    decided = out_of(
        "bundle/deferral-decision",
        shape=shape,
        characteristic_life_years=eta,
        first_turnaround_age_years=age + first,
        second_turnaround_age_years=age + second,
        financial_consequence=C,
        inspection_cost=costs["insp"],
        replacement_cost=costs["new"],
        maintenance_cost=costs["maint"],
        hurdle_rate=ROR,
        currency="CNY",
    )
    goal = out_of(
        "bundle/target-age",
        shape=shape,
        characteristic_life_years=eta,
        target_probability_weighted_consequence=target,
        financial_consequence=C,
    )
    held.add(
        {
            "beta_w": shape,
            "eta_use_y": eta,
            "bundle_age_y": age,
            "C_fail_bundle": C,
            "cost_bundle": costs["new"],
            "bundle_maint_cost": costs["maint"],
            "bundle_insp_cost": costs["insp"],
            "years_TA1": first,
            "years_TA2": second,
            "target": target,
            "ROR": ROR,
        },
        {
            "P_between": float(decided["conditional_failure_probability"]),
            "EIR": float(decided["expected_incremental_risk"]),
            "hurdle_inspect": float(decided["inspection_hurdle_cost"]),
            "hurdle_replace": float(decided["replacement_hurdle_cost"]),
            "bundle_action": int(decided["inspection_economically_justified"])
            + 2 * int(decided["replacement_economically_justified"]),
            "age_target_y": goal["target_age_years"],
        },
    )


def bundle_replacement(r: random.Random, held: Columns) -> None:
    shape, eta = short(r.uniform(0.8, 4.5)), short(r.uniform(4.0, 30.0))
    plan = short(10 ** r.uniform(4.0, 5.5))
    fail = short(plan * 10 ** r.uniform(0.0, 2.0))
    best = out_of(
        "bundle/replacement-optimization",
        shape=shape,
        characteristic_life_years=eta,
        unplanned_failure_consequence=fail,
        planned_replacement_consequence=plan,
        step_days=28.0,
        maximum_replacement_age_years=30.0,
        currency="CNY",
    )
    held.add(
        {"beta_w": shape, "eta_use_y": eta, "C_fail_bundle": fail, "C_plan_bundle": plan},
        {
            "age_opt_y": float(best["optimal_grid_age_years"]),
            "cost_opt_day": float(best["minimum_cost_per_day"]),
            "at_boundary": int(best["minimum_at_grid_boundary"]),
            "n_grid": best["grid_points"],
        },
    )


def main() -> None:
    r = random.Random(SEED)
    names = ("prd_fail", "prd_leak", "prd_case", "prd_leak_cost", "prd_risk")
    names += ("bundle_weibull", "bundle_pof", "bundle_cost", "bundle_risk", "bundle_replacement")
    groups = {name: Columns() for name in names}
    for i in range(500):
        device(r, i, "fail_to_open", groups["prd_fail"])
        device(r, i, "leak", groups["prd_leak"])
    for _ in range(250):
        overpressure_case(r, groups["prd_case"])
        leak_cost(r, groups["prd_leak_cost"])
    for _ in range(120):
        device_risk(r, groups["prd_risk"])
    for _ in range(150):
        bundle_fit(r, groups["bundle_weibull"])
        bundle_risk(r, groups["bundle_risk"])
    for i in range(200):
        bundle_pof(r, i, groups["bundle_pof"])
    for i in range(123):
        bundle_cost(r, i, groups["bundle_cost"])
    for _ in range(60):
        bundle_replacement(r, groups["bundle_replacement"])
    data = {
        "engine": "api581-engine",
        "version": version("api581-engine"),
        "seed": SEED,
        "groups": {name: held.data() for name, held in groups.items()},
    }
    (HERE / "api581_devices.json").write_text(json.dumps(data, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
