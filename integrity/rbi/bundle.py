"""Procedures of a bundle in service: its probability of failure, what a failure costs, when to inspect or replace."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, years_between
from integrity.core.codes import codes
from integrity.core.group import group_count
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, TableSpec, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.settings import setting_specs
from integrity.core.verdict import Verdict
from integrity.rbi import bundle_replacement_clauses as rp
from integrity.rbi import bundle_risk_clauses as cl
from integrity.rbi.bundle_clauses import life_at
from integrity.rbi.data import constants, keyed, number

KEY = "api581.2016.bundle_pof"
COST_KEY = "api581.2016.bundle_cost"
RISK_KEY = "api581.2016.bundle_risk"
REPLACE_KEY = "api581.2016.bundle_replacement"
PREDICTED = ("estimated", "threshold", "printed", "no_loss", "none")
BASES = ("condition", "lower_bound", "point", "none")
MOVES = setting_specs()["rbi.bundle_uncertainty"].allowed
EXTENSIONS = keyed("bundle", "extension").keys
MATERIALS = keyed("bundle", "material").keys
COST_CASES = ("stated", "estimated", "none")
TARGETS = ("crosses", "never", "reached", "none")
ACTIONS = ("wait", "inspect", "replace", "either")
PLACES = ("inside", "first", "last")
EXTENDED = ("none", "extended")
_REF = API581_2016.at("Part 1 §8.6", "Bundles with inspection")


def _predicted(x: Inputs) -> Columns:
    age = years_between(x["bundle_installed_d"], x["tube_inspected_d"])
    rate = cl.tube_rate(x["tube_t_orig_mm"], x["tube_t_mm"], age)
    wall = ~np.isnan(rate) & ~np.isnan(x["RWT_f"])
    printed = x.settings.code("rbi.bundle_wall") == "printed"
    how = stack_codes(
        (~np.isnan(x["bundle_ERL_y"]) & ~np.isnan(age), 0),
        (wall & ~(rate > 0.0), 3),
        (wall, 2 if printed else 1),
        default=4,
    )
    lives = (
        cl.life_estimated(age, x["bundle_ERL_y"]),
        cl.life_to_threshold(x["RWT_f"], x["tube_t_orig_mm"], rate),
        cl.life_as_printed(x["RWT_f"], x["tube_t_orig_mm"], rate),
    )
    PBL = np.select([how == 0, how == 1, how == 2], lives, np.nan)
    return {"tube_age_y": age, "tube_rate": rate, "PBL_case": how, "PBL_y": PBL}


def _base(x: Inputs, out: Columns) -> Columns:
    own = x.tables["own"]
    T, n_own = cl.own_exposure(x["beta_w"], own), group_count(own.columns["bundle_failed"] == 1, own.groups)
    modified = cl.life_with_prediction(T, out["PBL_y"], x["beta_w"], n_own.astype(np.float64))
    lower = x.settings.code("rbi.bundle_curve") == "lower_bound"
    chosen = x["eta_lo_y"] if lower else x["eta_y"]
    how = stack_codes((~np.isnan(modified), 0), (~np.isnan(chosen), 1 if lower else 2), default=3)
    return {
        "T_own": T,
        "n_own": n_own.astype(np.float64),
        "n_own_records": own.groups.counts.astype(np.float64),
        "eta_mod_y": modified,
        "eta_base": how,
        "eta_base_y": np.where(how == 0, modified, chosen),
    }


def _age(x: Inputs) -> Columns:
    at = years_between(x["bundle_installed_d"], x["extension_d"])
    LEF = cl.extension_factor(x["bundle_extension"])
    known = ~np.isnan(LEF) & ~np.isnan(at)
    done = stack_codes((known, 1), default=0)
    age = np.where(known, cl.effective_age(x["bundle_life_y"], LEF, at), x["bundle_life_y"])
    return {"LEF": LEF, "extension_age_y": at, "extension_case": done, "bundle_age_y": age}


def _compute(x: Inputs) -> Columns:
    out = _predicted(x)
    out |= _base(x, out)
    out |= _age(x)
    out["AU"] = cl.uncertainty(x["bundle_effectiveness"])
    move = MOVES.index(x.settings.code("rbi.bundle_uncertainty"))
    out["AU_case"] = np.full(x.n, move, dtype=np.int64)
    out["eta_use_y"] = cl.shortened(out["eta_base_y"], out["AU"]) if move == 0 else cl.unmoved(out["eta_base_y"])
    out["P_bundle"] = cl.probability(out["bundle_age_y"], out["eta_use_y"], x["beta_w"])
    out["P_bundle_category"] = rp.probability_category(out["P_bundle"])
    return out


def _given_together(a: str, b: str) -> Limit:
    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        return np.asarray((c[a] < 0) | (c[b] != NO_DATE))

    return Limit(f"bundle.{a}_has_a_day", _REF, holds, Verdict.INSUFFICIENT_DATA)


def _in_order(c: Mapping[str, AnyArray]) -> BoolArray:
    good = ~(c["bundle_life_y"] <= 0.0) & ~(c["tube_age_y"] <= 0.0)
    return np.asarray(good & ~(c["extension_age_y"] < 0.0) & ~(c["extension_age_y"] > c["bundle_life_y"]))


POF = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("beta_w", "number"),
        Param("eta_y", "time", required=False),
        Param("eta_lo_y", "time", required=False),
        Param("bundle_life_y", "time"),
        Param("bundle_installed_d", "date", required=False),
        Param("tube_inspected_d", "date", required=False),
        Param("bundle_effectiveness", "code", required=False, codes=codes("effectiveness")),
        Param("bundle_ERL_y", "time", required=False),
        Param("tube_t_orig_mm", "thickness", required=False),
        Param("tube_t_mm", "thickness", required=False),
        Param("RWT_f", "ratio", required=False),
        Param("bundle_extension", "code", required=False, codes=EXTENSIONS),
        Param("extension_d", "date", required=False),
        Param("ferrules_local", "flag", needed=lambda c: c["bundle_extension"] == EXTENSIONS.index("tube_ferrules")),
    ),
    outputs=(
        Param("tube_age_y", "time"),
        Param("tube_rate", "rate"),
        Param("PBL_case", "code", codes=PREDICTED),
        Param("PBL_y", "time"),
        Param("T_own", "number"),
        Param("n_own", "count"),
        Param("n_own_records", "count"),
        Param("eta_mod_y", "time"),
        Param("eta_base", "code", codes=BASES),
        Param("eta_base_y", "time"),
        Param("AU", "ratio"),
        Param("AU_case", "code", codes=MOVES),
        Param("LEF", "ratio"),
        Param("extension_age_y", "time"),
        Param("extension_case", "code", codes=EXTENDED),
        Param("bundle_age_y", "time", conclusion=True),
        Param("eta_use_y", "time", conclusion=True),
        Param("P_bundle", "ratio", conclusion=True),
        Param("P_bundle_category", "id", conclusion=True),
    ),
    compute=_compute,
    tables=(TableSpec("own", (Param("bundle_life_y", "time"), Param("bundle_failed", "flag"))),),
    limits=(
        Limit(
            "bundle.characteristic_life_known",
            _REF,
            lambda c: ~np.isnan(c["eta_base_y"]),
            Verdict.INSUFFICIENT_DATA,
        ),
        _given_together("bundle_effectiveness", "tube_inspected_d"),
        _given_together("bundle_extension", "extension_d"),
        Limit("bundle.ages_in_order", _REF, _in_order),
        Limit("bundle.wall_not_thicker", _REF, lambda c: ~(c["tube_t_mm"] > c["tube_t_orig_mm"] * (1.0 + 1e-9))),
        Limit("bundle.remaining_share", _REF, lambda c: np.isnan(c["RWT_f"]) | ((c["RWT_f"] > 0) & (c["RWT_f"] < 1))),
        Limit(
            "bundle.ferrules_local",
            _REF,
            lambda c: (c["bundle_extension"] != EXTENSIONS.index("tube_ferrules")) | (c["ferrules_local"] == 1),
        ),
    ),
    steps=(
        Step(cl.tube_rate, "tube_rate", when=("PBL_case", "threshold")),
        Step(cl.tube_rate, "tube_rate", when=("PBL_case", "printed")),
        Step(cl.life_estimated, "PBL_y", when=("PBL_case", "estimated")),
        Step(cl.life_to_threshold, "PBL_y", when=("PBL_case", "threshold")),
        Step(cl.life_as_printed, "PBL_y", when=("PBL_case", "printed")),
        Step(
            cl.own_exposure,
            "T_own",
            {"own": "n_own_records"},
            when=("eta_base", "condition"),
            note_params=("n_own_records", "n_own"),
        ),
        Step(cl.life_with_prediction, "eta_mod_y", when=("eta_base", "condition")),
        Step(cl.uncertainty, "AU", when=("AU_case", "shift"), note_params=("bundle_effectiveness", "AU")),
        Step(cl.shortened, "eta_use_y", when=("AU_case", "shift")),
        Step(cl.unmoved, "eta_use_y", when=("AU_case", "none")),
        Step(
            cl.extension_factor,
            "LEF",
            when=("extension_case", "extended"),
            note_params=("bundle_extension", "LEF"),
        ),
        Step(cl.effective_age, "bundle_age_y", when=("extension_case", "extended")),
        Step(cl.probability, "P_bundle", {"age": "bundle_age_y"}),
        Step(rp.probability_category, "P_bundle_category", note_params=("P_bundle_category", "P_bundle")),
    ),
    settings=("rbi.bundle_curve", "rbi.bundle_uncertainty", "rbi.bundle_wall"),
)


def _cost_compute(x: Inputs) -> Columns:
    index, rate = x.settings.number("rbi.bundle_price_index"), x.settings.number("rbi.exchange_rate")
    out: Columns = {
        "price_index": np.full(x.n, index if index > 0.0 else np.nan),
        "exchange_rate": np.full(x.n, rate),
        "M_bundle": cl.material_factor(x["bundle_material"]),
    }
    estimate = cl.bundle_cost(
        number("bundle", "cost_ref"),
        x["bundle_D_mm"],
        x["bundle_L_mm"],
        out["M_bundle"],
        number("bundle", "V_ref_m3"),
        out["price_index"],
        out["exchange_rate"],
    )
    stated = ~np.isnan(x["bundle_cost_stated"])
    out["bundle_cost_case"] = stack_codes((stated, 0), (~np.isnan(estimate), 1), default=2)
    out["cost_bundle"] = np.where(stated, x["bundle_cost_stated"], estimate)
    for kind in ("fail", "plan"):
        days = x[f"bundle_days_{kind}"]
        out[f"cost_prod_{kind}"] = cl.production(x["production_cost_d"], x["bundle_rate_reduction"], days)
        out[f"C_{kind}_bundle"] = cl.consequence(
            out[f"cost_prod_{kind}"], x[f"bundle_env_{kind}"], out["cost_bundle"], x["bundle_maint_cost"]
        )
    out["C_fail_usd"] = rp.in_usd(out["C_fail_bundle"], out["exchange_rate"])
    out["C_bundle_category"] = rp.consequence_category(out["C_fail_usd"])
    return out


def _no_negative(*symbols: str) -> Limit:
    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        return np.asarray(np.all([~(c[s] < 0.0) for s in symbols], axis=0))

    return Limit("bundle.not_negative", API581_2016.at("Part 1 §8.4.1"), holds)


COST = Procedure(
    key=COST_KEY,
    ref=API581_2016.at("Part 1 §8.4.1", "Consequence of a bundle failure"),
    inputs=(
        Param("production_cost_d", "money_day"),
        Param("bundle_rate_reduction", "ratio"),
        Param("bundle_days_fail", "number"),
        Param("bundle_days_plan", "number"),
        Param("bundle_env_fail", "money"),
        Param("bundle_env_plan", "money"),
        Param("bundle_maint_cost", "money"),
        Param("bundle_cost_stated", "money", required=False),
        Param("bundle_material", "code", required=False, codes=MATERIALS),
        Param("bundle_D_mm", "length", required=False),
        Param("bundle_L_mm", "length", required=False),
    ),
    outputs=(
        Param("price_index", "ratio"),
        Param("exchange_rate", "ratio"),
        Param("M_bundle", "ratio"),
        Param("bundle_cost_case", "code", codes=COST_CASES),
        Param("cost_bundle", "money", conclusion=True),
        Param("cost_prod_fail", "money"),
        Param("cost_prod_plan", "money"),
        Param("C_fail_bundle", "money", conclusion=True),
        Param("C_plan_bundle", "money", conclusion=True),
        Param("C_fail_usd", "money"),
        Param("C_bundle_category", "id", conclusion=True),
    ),
    compute=_cost_compute,
    limits=(
        Limit(
            "bundle.cost_known",
            API581_2016.at("Part 1 §8.4.1 eq. (1.66)"),
            lambda c: ~np.isnan(c["cost_bundle"]),
            Verdict.INSUFFICIENT_DATA,
        ),
        _no_negative(
            *("production_cost_d", "bundle_days_fail", "bundle_days_plan", "bundle_env_fail", "bundle_env_plan"),
            *("bundle_maint_cost", "bundle_cost_stated", "bundle_D_mm", "bundle_L_mm"),
        ),
        Limit(
            "bundle.rate_share",
            API581_2016.at("Part 1 §8.4.1 eq. (1.65)"),
            lambda c: ~((c["bundle_rate_reduction"] < 0.0) | (c["bundle_rate_reduction"] > 1.0)),
        ),
    ),
    steps=(
        Step(
            cl.material_factor,
            "M_bundle",
            when=("bundle_cost_case", "estimated"),
            note_params=("bundle_material",),
        ),
        Step(cl.bundle_cost, "cost_bundle", when=("bundle_cost_case", "estimated")),
        Step(cl.cost_stated, "cost_bundle", when=("bundle_cost_case", "stated")),
        *(
            step
            for kind in ("fail", "plan")
            for step in (
                Step(cl.production, f"cost_prod_{kind}", {"days": f"bundle_days_{kind}"}),
                Step(
                    cl.consequence,
                    f"C_{kind}_bundle",
                    {"cost_prod": f"cost_prod_{kind}", "cost_env": f"bundle_env_{kind}"},
                ),
            )
        ),
        Step(rp.in_usd, "C_fail_usd"),
        Step(rp.consequence_category, "C_bundle_category", note_params=("C_bundle_category",)),
    ),
    constants={s: constants("bundle")[s] for s in ("cost_ref", "V_ref_m3")},
    settings=("rbi.bundle_price_index", "rbi.exchange_rate", "rbi.currency"),
)


def _risk_compute(x: Inputs) -> Columns:
    target = x.settings.number("rbi.bundle_target_risk")
    beta, eta = x["beta_w"], x["eta_use_y"]
    out: Columns = {
        "bundle_target": np.full(x.n, target if target > 0.0 else np.nan),
        "ROR": np.full(x.n, x.settings.number("rbi.bundle_return")),
        "age_TA1_y": x["bundle_age_y"] + x["years_TA1"],
        "age_TA2_y": x["bundle_age_y"] + x["years_TA2"],
    }
    for t in ("TA1", "TA2"):
        out[f"P_{t}"] = cl.probability(out[f"age_{t}_y"], eta, beta)
        out[f"risk_{t}"] = cl.risk_of(out[f"P_{t}"], x["C_fail_bundle"])
    out["P_between"] = cl.between(out["age_TA1_y"], out["age_TA2_y"], eta, beta)
    out["EIR"] = cl.risk_of(out["P_between"], x["C_fail_bundle"])
    out["hurdle_inspect"] = cl.hurdle(x["bundle_insp_cost"], x["bundle_maint_cost"], out["ROR"])
    out["hurdle_replace"] = cl.hurdle(x["cost_bundle"], x["bundle_maint_cost"], out["ROR"])
    inspect, replace = out["EIR"] > out["hurdle_inspect"], out["EIR"] > out["hurdle_replace"]
    out["bundle_action"] = np.where(
        np.isnan(out["EIR"] + out["hurdle_inspect"] + out["hurdle_replace"]), -1, inspect + 2 * replace
    ).astype(np.int64)
    out["P_target"] = cl.target_probability(out["bundle_target"], x["C_fail_bundle"])
    out["age_target_y"] = np.where(out["P_target"] < 1.0, life_at(eta, out["P_target"], beta), np.nan)
    out["years_to_target"] = out["age_target_y"] - x["bundle_age_y"]
    out["bundle_target_case"] = stack_codes(
        (np.isnan(out["P_target"]), 3),
        (out["P_target"] >= 1.0, 1),
        (out["years_to_target"] <= 0.0, 2),
        default=0,
    )
    return out


RISK = Procedure(
    key=RISK_KEY,
    ref=API581_2016.at("Part 1 §8.7", "Inspection and replacement of bundles"),
    inputs=(
        Param("beta_w", "number"),
        Param("eta_use_y", "time"),
        Param("bundle_age_y", "time"),
        Param("C_fail_bundle", "money"),
        Param("cost_bundle", "money"),
        Param("bundle_maint_cost", "money"),
        Param("bundle_insp_cost", "money"),
        Param("years_TA1", "time"),
        Param("years_TA2", "time"),
    ),
    outputs=(
        Param("bundle_target", "money"),
        Param("ROR", "ratio"),
        Param("age_TA1_y", "time"),
        Param("age_TA2_y", "time"),
        *(Param(f"P_{t}", "ratio", conclusion=True) for t in ("TA1", "TA2")),
        *(Param(f"risk_{t}", "money", conclusion=True) for t in ("TA1", "TA2")),
        Param("P_between", "ratio", conclusion=True),
        Param("EIR", "money", conclusion=True),
        Param("hurdle_inspect", "money"),
        Param("hurdle_replace", "money"),
        Param("bundle_action", "code", codes=ACTIONS, conclusion=True),
        Param("bundle_target_case", "code", codes=TARGETS, conclusion=True),
        Param("P_target", "ratio", conclusion=True),
        Param("age_target_y", "time", conclusion=True),
        Param("years_to_target", "time", conclusion=True),
    ),
    compute=_risk_compute,
    limits=(
        _no_negative("C_fail_bundle", "cost_bundle", "bundle_maint_cost", "bundle_insp_cost", "years_TA1"),
        Limit(
            "bundle.turnarounds_in_order",
            API581_2016.at("Part 1 §8.7.2"),
            lambda c: ~(c["years_TA2"] <= c["years_TA1"]),
        ),
    ),
    steps=(
        *(
            step
            for t in ("TA1", "TA2")
            for step in (
                Step(cl.probability, f"P_{t}", {"age": f"age_{t}_y"}),
                Step(cl.risk_of, f"risk_{t}", {"P": f"P_{t}", "C_bundle": "C_fail_bundle"}),
            )
        ),
        Step(cl.between, "P_between"),
        Step(cl.risk_of, "EIR", {"P": "P_between", "C_bundle": "C_fail_bundle"}),
        Step(cl.hurdle, "hurdle_inspect", {"cost_action": "bundle_insp_cost"}),
        Step(cl.hurdle, "hurdle_replace", {"cost_action": "cost_bundle"}),
        *(
            step
            for case in ("crosses", "reached")
            for step in (
                Step(
                    cl.target_probability,
                    "P_target",
                    {"C_bundle": "C_fail_bundle"},
                    when=("bundle_target_case", case),
                ),
                Step(
                    life_at,
                    "age_target_y",
                    {"eta_y": "eta_use_y", "P": "P_target"},
                    when=("bundle_target_case", case),
                ),
            )
        ),
    ),
    settings=("rbi.bundle_target_risk", "rbi.bundle_return"),
)


def _replace_compute(x: Inputs) -> Columns:
    days = number("bundle", "days_cost")
    step = x.settings.number("rbi.bundle_step_days") / days
    n_grid = max(int(x.settings.number("rbi.bundle_horizon_years") / step), 1)
    age, cost, last, place = rp.optimum(
        x["beta_w"], x["eta_use_y"], x["C_fail_bundle"], x["C_plan_bundle"], step, n_grid, days
    )
    return {
        "step_y": np.full(x.n, step),
        "n_grid": np.full(x.n, float(n_grid)),
        "optimum_place": place,
        "cost_last_day": last,
        "age_opt_y": age,
        "cost_opt_day": cost,
    }


REPLACEMENT = Procedure(
    key=REPLACE_KEY,
    ref=API581_2016.at("Part 1 §8.7.4", "Optimum replacement of bundles"),
    inputs=(
        Param("beta_w", "number"),
        Param("eta_use_y", "time"),
        Param("C_fail_bundle", "money"),
        Param("C_plan_bundle", "money"),
    ),
    outputs=(
        Param("step_y", "time"),
        Param("n_grid", "count"),
        Param("optimum_place", "code", codes=PLACES, conclusion=True),
        Param("cost_last_day", "money_day"),
        Param("age_opt_y", "time", conclusion=True),
        Param("cost_opt_day", "money_day", conclusion=True),
    ),
    compute=_replace_compute,
    limits=(
        Limit("bundle.replacement_costs", API581_2016.at("Part 1 §8.7.4"), lambda c: ~(c["C_plan_bundle"] <= 0.0)),
        Limit(
            "bundle.positive_fit",
            OWN_METHOD.at("optimum replacement of bundles"),
            lambda c: ~((c["beta_w"] <= 0.0) | (c["eta_use_y"] <= 0.0)),
        ),
    ),
    steps=(
        Step(
            rp.optimum,
            "age_opt_y",
            {"days": "days_cost"},
            note_params=("n_grid", "step_y", "optimum_place", "cost_opt_day", "cost_last_day"),
        ),
    ),
    constants={"days_cost": constants("bundle")["days_cost"]},
    settings=("rbi.bundle_step_days", "rbi.bundle_horizon_years"),
)
PROCEDURES = (POF, COST, RISK, REPLACEMENT)
