"""Procedures of the risk of relief devices: overpressure cases, leakage, total risk and test interval."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray
from integrity.core.clause import clause_of
from integrity.core.group import group_count
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, TableSpec, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.settings import setting_specs
from integrity.core.verdict import Verdict
from integrity.rbi import relief_cost_clauses as lk
from integrity.rbi import relief_risk_clauses as cl
from integrity.rbi.data import constants, keyed, number

CASE_KEY = "api581.2016.prd_case"
COST_KEY = "api581.2016.prd_leak_cost"
RISK_KEY = "api581.2016.prd_risk"
DEMANDS = keyed("relief", "demand").keys
EVENTS = ("stated", "table", "none")
DEVICES = ("single", "several")
PRESSURES = ("normal", "raised")
DISCHARGES = ("atmosphere", "flare", "closed_system")
LEAK_MODELS = setting_specs()["rbi.prd_leak_model"].allowed
TARGETS = ("crosses", "never", "reached", "none")
_CASE = API581_2016.at("Part 1 §7.2.2", "Overpressure case of a relief device")
_COST = API581_2016.at("Part 1 §7.5", "Consequence of leakage")
_RISK = API581_2016.at("Part 1 §7.6", "Risk of a relief device")


def _chosen(*symbols: str) -> dict[str, float]:
    return {s: number("relief", s) for s in symbols}


def _case_compute(x: Inputs) -> Columns:
    table = cl.event_frequency(x["demand_case"])
    stated = ~np.isnan(x["EF_stated"])
    out: Columns = {
        "EF_case": stack_codes((stated, 0), (~np.isnan(table), 1), default=2),
        "EF": np.where(stated, x["EF_stated"], table),
    }
    out["DR"] = cl.demand_rate(out["EF"], x["DRRF"])
    c = _chosen("F_op_least", "F_op_from", "F_op_span")
    out["F_op"] = cl.overpressure_factor(
        c["F_op_least"], x["P_over_MPa"], x["set_pressure_MPa"], c["F_op_from"], c["F_op_span"]
    )
    several = ~np.isnan(x["A_prd_mm2"]) & ~np.isnan(x["A_total_mm2"])
    share = cl.several_devices(number("relief", "F_a_least"), x["A_prd_mm2"], x["A_total_mm2"])
    out["devices_case"] = several.astype(np.int64)
    out["F_a"] = np.where(several, share, 1.0)
    out["P_prot_MPa"] = cl.protected_pressure(out["F_a"], x["P_over_MPa"])
    out["P_normal"] = cl.normal_frequency(x["gff_total"], x["D_f_total"], x["F_MS"])
    raised = out["P_prot_MPa"] > x["MAWP_protected"] * (1.0 + 1e-9)
    out["P_loc_case"] = raised.astype(np.int64)
    high = cl.loss_raised(
        out["P_normal"], number("relief", "k_loc"), number("relief", "m_loc"), out["P_prot_MPa"], x["MAWP_protected"]
    )
    out["P_loc"] = np.where(raised, high, cl.loss_normal(out["P_normal"]))
    out["f_prd"] = cl.failure_frequency(x["P_fod"], out["F_op"], out["DR"], out["P_loc"])
    out["risk_demand"] = cl.demand_risk(out["F_op"], out["DR"], out["P_loc"], x["FC_over"])
    out["risk_area_prd"] = cl.area_risk(out["f_prd"], x["CA_over"])
    return out


def _shares(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~((c["DRRF"] < 0.0) | (c["DRRF"] > 1.0) | (c["P_fod"] < 0.0) | (c["P_fod"] > 1.0)))


def _areas(c: Mapping[str, AnyArray]) -> BoolArray:
    bad = (c["A_prd_mm2"] <= 0.0) | (c["A_total_mm2"] < c["A_prd_mm2"] * (1.0 - 1e-9))
    return np.asarray(~bad)


def _amounts(c: Mapping[str, AnyArray]) -> BoolArray:
    positive = ~((c["P_over_MPa"] <= 0.0) | (c["set_pressure_MPa"] <= 0.0) | (c["MAWP_protected"] <= 0.0))
    return np.asarray(positive & ~((c["EF_stated"] < 0.0) | (c["FC_over"] < 0.0) | (c["CA_over"] < 0.0)))


CASE = Procedure(
    key=CASE_KEY,
    ref=_CASE,
    inputs=(
        Param("P_fod", "ratio"),
        Param("demand_case", "code", required=False, codes=DEMANDS),
        Param("EF_stated", "frequency", required=False),
        Param("DRRF", "ratio"),
        Param("P_over_MPa", "pressure"),
        Param("set_pressure_MPa", "pressure"),
        Param("MAWP_protected", "pressure"),
        Param("A_prd_mm2", "hole_area", required=False),
        Param("A_total_mm2", "hole_area", required=False),
        Param("gff_total", "frequency"),
        Param("D_f_total", "damage_factor"),
        Param("F_MS", "ratio"),
        Param("FC_over", "money", required=False),
        Param("CA_over", "area", required=False),
    ),
    outputs=(
        Param("EF_case", "code", codes=EVENTS),
        Param("EF", "frequency"),
        Param("DR", "frequency"),
        Param("F_op", "ratio"),
        Param("devices_case", "code", codes=DEVICES),
        Param("F_a", "ratio"),
        Param("P_prot_MPa", "pressure"),
        Param("P_normal", "frequency"),
        Param("P_loc_case", "code", codes=PRESSURES),
        Param("P_loc", "ratio"),
        Param("f_prd", "frequency", conclusion=True),
        Param("risk_demand", "money_rate", conclusion=True),
        Param("risk_area_prd", "risk_area", conclusion=True),
    ),
    compute=_case_compute,
    limits=(
        Limit(
            "relief.event_known",
            API581_2016.at("Part 1 §7.2.3"),
            lambda c: ~np.isnan(c["EF"]),
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("relief.shares", _CASE, _shares),
        Limit("relief.areas", API581_2016.at("Part 1 §7.4.4"), _areas),
        Limit("relief.amounts_positive", _CASE, _amounts),
    ),
    steps=(
        Step(cl.event_frequency, "EF", when=("EF_case", "table"), note_params=("demand_case", "EF")),
        Step(cl.event_stated, "EF", when=("EF_case", "stated")),
        Step(cl.demand_rate, "DR"),
        Step(cl.overpressure_factor, "F_op"),
        Step(cl.several_devices, "F_a", when=("devices_case", "several")),
        Step(cl.protected_pressure, "P_prot_MPa"),
        Step(cl.normal_frequency, "P_normal"),
        Step(cl.loss_normal, "P_loc", when=("P_loc_case", "normal")),
        Step(cl.loss_raised, "P_loc", when=("P_loc_case", "raised")),
        Step(cl.failure_frequency, "f_prd"),
        Step(cl.demand_risk, "risk_demand"),
        Step(cl.area_risk, "risk_area_prd"),
    ),
    constants={
        s: constants("relief")[s] for s in ("F_op_least", "F_op_from", "F_op_span", "F_a_least", "k_loc", "m_loc")
    },
)


def _cost_compute(x: Inputs) -> Columns:
    model = LEAK_MODELS.index(x.settings.code("rbi.prd_leak_model"))
    weights = keyed("relief", "leak_weights").rows[model]
    out: Columns = {
        "leak_model": np.full(x.n, model, dtype=np.int64),
        **{f"w_{s}": np.full(x.n, w) for s, w in zip(("minor", "moderate", "stuck"), weights, strict=True)},
        "leak_d": lk.leak_days(x["NPS_inlet"], x["discharge"]),
        "stuck_d": np.full(x.n, number("relief", "t_stuck_d")),
        "F_lost": lk.lost_share(x["discharge"], x["flare_recovery"]),
    }
    for s in ("minor", "moderate", "stuck"):
        out[f"W_{s}"] = lk.leak_rate(number("relief", f"s_{s}"), x["prd_capacity_kg_s"])
        days = out["stuck_d"] if s == "stuck" else out["leak_d"]
        out[f"lost_{s}"] = lk.product_lost(
            out[f"W_{s}"], days, number("relief", "day_s"), out["F_lost"], x["fluid_cost_kg"]
        )
    out["cost_shut"] = lk.shutdown_cost(x["production_cost_d"], x["prd_outage_d"])
    tolerated = x["leak_tolerated"]
    out["cost_prod_leak"] = np.where(tolerated < 0, np.nan, lk.production_leak(tolerated, out["cost_shut"]))
    held = {**x.columns, **out}
    out["C_leak"] = lk.leak_consequence(**{s: held[s] for s in clause_of(lk.leak_consequence).params})
    return out


_MONEY = ("fluid_cost_kg", "prd_env_cost", "prd_repair_cost", "production_cost_d", "prd_outage_d", "prd_capacity_kg_s")

LEAK_COST = Procedure(
    key=COST_KEY,
    ref=_COST,
    inputs=(
        Param("prd_capacity_kg_s", "mass_rate"),
        Param("NPS_inlet", "number"),
        Param("discharge", "code", codes=DISCHARGES),
        Param("flare_recovery", "flag", needed=lambda c: c["discharge"] == DISCHARGES.index("flare")),
        Param("fluid_cost_kg", "money_mass"),
        Param("prd_env_cost", "money"),
        Param("prd_repair_cost", "money"),
        Param("production_cost_d", "money_day"),
        Param("prd_outage_d", "number"),
        Param("leak_tolerated", "flag"),
    ),
    outputs=(
        Param("leak_model", "code", codes=LEAK_MODELS),
        *(Param(f"w_{s}", "ratio") for s in ("minor", "moderate", "stuck")),
        Param("leak_d", "number"),
        Param("stuck_d", "number"),
        Param("F_lost", "ratio"),
        *(Param(f"W_{s}", "mass_rate") for s in ("minor", "moderate", "stuck")),
        *(Param(f"lost_{s}", "money") for s in ("minor", "moderate", "stuck")),
        Param("cost_shut", "money"),
        Param("cost_prod_leak", "money"),
        Param("C_leak", "money", conclusion=True),
    ),
    compute=_cost_compute,
    limits=(
        Limit(
            "relief.cost_not_negative",
            _COST,
            lambda c: np.all([~(c[s] < 0.0) for s in _MONEY], axis=0) & ~(c["NPS_inlet"] <= 0.0),
        ),
    ),
    steps=(
        Step(lk.leak_days, "leak_d", note_params=("NPS_inlet", "discharge", "leak_d")),
        Step(lk.lost_share, "F_lost", note_params=("discharge", "F_lost")),
        *(
            step
            for s, days in (("minor", "leak_d"), ("moderate", "leak_d"), ("stuck", "stuck_d"))
            for step in (
                Step(lk.leak_rate, f"W_{s}", {"share": f"s_{s}"}),
                Step(lk.product_lost, f"lost_{s}", {"W_leak": f"W_{s}", "days": days}),
            )
        ),
        Step(lk.shutdown_cost, "cost_shut"),
        Step(lk.production_leak, "cost_prod_leak"),
        Step(lk.leak_consequence, "C_leak"),
    ),
    constants={s: constants("relief")[s] for s in ("s_minor", "s_moderate", "s_stuck", "day_s")},
    settings=("rbi.prd_leak_model",),
)


def _risk_compute(x: Inputs) -> Columns:
    cases = x.tables["cases"]
    target = x.settings.number("rbi.prd_target_risk")
    A, item = cl.greatest_demand(cases)
    out: Columns = {
        "n_cases": cases.groups.counts.astype(np.float64),
        "n_cases_open": group_count(np.isnan(cases.columns["risk_demand"]), cases.groups).astype(np.float64),
        "A_fail": A,
        "item_governs": item,
        "risk_fail": cl.risk_fail(x["P_fod"], A),
        "risk_leak": cl.risk_leak(x["P_leak"], x["C_leak"]),
        "prd_target": np.full(x.n, target if target > 0.0 else np.nan),
    }
    out["risk_prd"] = cl.total_risk(out["risk_fail"], out["risk_leak"])
    betas = _chosen("beta_fail", "beta_leak")
    age = cl.target_age(
        out["prd_target"],
        A,
        x["eta_fail_y"],
        betas["beta_fail"],
        x["C_leak"],
        x["F_set"],
        x["eta_leak_y"],
        betas["beta_leak"],
    )
    out["age_prd_target_y"] = age
    out["years_to_test"] = age - x["prd_age_y"]
    known = ~np.isnan(out["prd_target"])
    out["prd_target_case"] = stack_codes((~known, 3), (np.isnan(age), 1), (out["years_to_test"] <= 0.0, 2), default=0)
    return out


RISK = Procedure(
    key=RISK_KEY,
    ref=_RISK,
    inputs=(
        Param("P_fod", "ratio"),
        Param("P_leak", "ratio"),
        Param("C_leak", "money"),
        Param("eta_fail_y", "time"),
        Param("eta_leak_y", "time"),
        Param("F_set", "ratio"),
        Param("prd_age_y", "time"),
    ),
    outputs=(
        Param("n_cases", "count"),
        Param("n_cases_open", "count"),
        Param("A_fail", "money_rate"),
        Param("item_governs", "id"),
        Param("risk_fail", "money_rate"),
        Param("risk_leak", "money_rate"),
        Param("prd_target", "money_rate"),
        Param("risk_prd", "money_rate", conclusion=True),
        Param("age_prd_target_y", "time", conclusion=True),
        Param("years_to_test", "time", conclusion=True),
        Param("prd_target_case", "code", codes=TARGETS, conclusion=True),
    ),
    compute=_risk_compute,
    tables=(TableSpec("cases", (Param("protected_row", "id"), Param("risk_demand", "money_rate")), required=True),),
    limits=(
        Limit("relief.cases_recorded", _RISK, lambda c: c["n_cases"] > 0.0, Verdict.INSUFFICIENT_DATA),
        Limit("relief.cases_known", _RISK, lambda c: c["n_cases_open"] == 0.0, Verdict.INSUFFICIENT_DATA),
    ),
    steps=(
        Step(cl.greatest_demand, "A_fail", {"cases": "n_cases"}, note_params=("n_cases", "item_governs")),
        Step(cl.risk_fail, "risk_fail"),
        Step(cl.risk_leak, "risk_leak"),
        Step(cl.total_risk, "risk_prd"),
        *(
            Step(
                cl.target_age,
                "age_prd_target_y",
                when=("prd_target_case", case),
                note_params=("prd_target", "age_prd_target_y"),
            )
            for case in ("crosses", "reached")
        ),
    ),
    constants={s: constants("relief")[s] for s in ("beta_fail", "beta_leak")},
    settings=("rbi.prd_target_risk", "rbi.currency"),
)
PROCEDURES = (CASE, LEAK_COST, RISK)
