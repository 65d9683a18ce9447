"""Registers the procedures of the room: rates of a position, remaining life, a component, extreme value."""

from __future__ import annotations

import numpy as np

from integrity.core.codes import codes
from integrity.core.procedure import Limit, Param, Procedure, Step, TableSpec
from integrity.core.reference import API510, OWN_METHOD
from integrity.core.registry import register
from integrity.core.verdict import Verdict
from integrity.life import clauses as c
from integrity.life import component as comp
from integrity.life import extreme, rates, remaining
from integrity.life import regression as line
from integrity.life import surveys as sv
from integrity.life.constants import only

_RATES = API510.at("7.1.1", "Corrosion rate of a reading position")
_LIFE = API510.at("7.2.1", "Remaining life")


def _long_term(branch: str) -> tuple[Step, ...]:
    when = ("LT_branch", branch)
    return (
        Step(c.years_of, "years_LT", {"begin_d": "first_d", "end_d": "last_d"}, when),
        Step(
            c.rate_between,
            "CR_LT_raw",
            {"t_begin_mm": "t_first_mm", "t_end_mm": "t_last_mm", "years": "years_LT"},
            when,
        ),
        Step(c.noise_rate, "CR_noise_LT", {"years": "years_LT"}, when),
        Step(c.measurable, "CR_LT", {"CR_raw": "CR_LT_raw", "CR_noise": "CR_noise_LT"}, when),
    )


def _short_term() -> tuple[Step, ...]:
    when = ("ST_branch", "pair")
    return (
        Step(
            sv.previous_thickness,
            "t_prev_mm",
            {"usable": "n_usable", "row": "prev_d"},
            when,
            ("prev_d", "usable_d"),
        ),
        Step(c.years_of, "years_ST", {"begin_d": "prev_d", "end_d": "usable_d"}, when),
        Step(
            c.rate_between,
            "CR_ST_raw",
            {"t_begin_mm": "t_prev_mm", "t_end_mm": "t_usable_mm", "years": "years_ST"},
            when,
        ),
        Step(c.noise_rate, "CR_noise_ST", {"years": "years_ST"}, when),
        Step(c.measurable, "CR_ST", {"CR_raw": "CR_ST_raw", "CR_noise": "CR_noise_ST"}, when),
    )


def _from_nominal() -> tuple[Step, ...]:
    when = ("nominal_known", "pair")
    return (
        Step(c.years_of, "years_nom", {"begin_d": "nominal_d", "end_d": "last_d"}, when),
        Step(
            c.rate_between,
            "CR_nom",
            {"t_begin_mm": "t_nominal_mm", "t_end_mm": "t_last_mm", "years": "years_nom"},
            when,
        ),
        Step(c.noise_rate, "CR_noise_nom", {"years": "years_nom"}, when),
        Step(c.measurable, "CR_est", {"CR_raw": "CR_nom", "CR_noise": "CR_noise_nom"}, when),
    )


def _regression() -> tuple[Step, ...]:
    when = ("line_branch", "line")
    group = {"line": "n_usable"}
    return (
        Step(line.greatest_step, "CR_hist", {"usable": "n_usable"}, when),
        Step(line.sum_xx, "S_xx", group, when),
        Step(line.sum_xt, "S_xt", group, when),
        Step(c.slope, "CR_reg", {}, when),
        Step(line.sum_residuals, "SSR", {**group, "residual": "CR_reg"}, when),
        Step(c.pooled_scatter, "s_reg_mm", {}, when),
        Step(c.student_quantile, "t_q", {}, when, ("rate_confidence", "n_usable")),
        Step(c.upper_bound, "CR_reg_hi", {}, when),
        Step(c.lower_bound, "CR_reg_lo", {}, when),
    )


def _governing() -> tuple[Step, ...]:
    return (
        Step(c.owner_minimum, "CR_min"),
        Step(c.greatest_rate, "CR_gov", when=("rate_rule", "max_lt_st")),
        Step(c.one_rate, "CR_gov", {"CR": "CR_LT"}, ("rate_rule", "long_term")),
        Step(c.one_rate, "CR_gov", {"CR": "CR_ST"}, ("rate_rule", "short_term")),
        Step(c.one_rate, "CR_gov", {"CR": "CR_reg_hi"}, ("rate_rule", "regression_bound")),
        Step(c.one_rate, "CR_gov", {"CR": "CR_est"}, ("rate_rule", "one_reading")),
        Step(c.override_rate, "CR_gov", when=("rate_rule", "override")),
    )


def _present() -> tuple[Step, ...]:
    short = ("present", "short_lower")
    return (
        Step(
            sv.usable_thickness,
            "t_last_mm",
            {"usable": "n_usable"},
            ("present", "usable"),
            ("usable_d", "n_usable"),
        ),
        Step(sv.usable_thickness, "t_usable_mm", {"usable": "n_usable"}, short, ("usable_d", "n_usable")),
        Step(sv.tail_thickness, "t_tail_mm", {"tail": "n_good", "row": "tail_d"}, short, ("tail_d",)),
        Step(c.present_thickness, "t_last_mm", {}, short),
        Step(
            sv.first_thickness,
            "t_first_mm",
            {"usable": "n_usable"},
            ("LT_branch", "measured"),
            ("first_d", "n_usable"),
        ),
        Step(sv.nominal_as_first, "t_first_mm", {}, ("LT_branch", "nominal")),
    )


def _p(quantity: str, *symbols: str, required: bool = True, conclusion: bool = False) -> tuple[Param, ...]:
    return tuple(Param(s, quantity, required=required, conclusion=conclusion) for s in symbols)


READINGS = TableSpec(
    "readings",
    (
        Param("date_d", "date"),
        Param("t_mm", "thickness"),
        Param("quality", "code", codes=codes("reading_quality")),
        Param("accept_short", "flag", required=False),
        Param("is_nominal", "flag", required=False),
    ),
    required=True,
)

POSITION_RATES = register(
    Procedure(
        key="life.position_rates",
        ref=_RATES,
        inputs=(
            *_p("date", "start_d", "as_of_d", required=False),
            *_p("thickness", "t_nom_mm", required=False),
            *_p("rate", "CR_owner", required=False),
            *_p("flag", "owner_reason", required=False),
        ),
        outputs=(
            *_p("count", "n_good", "n_usable"),
            *_p("date", "first_d", "prev_d", "usable_d", "tail_d", "last_d", "nominal_d", "outlier_d"),
            *_p("thickness", "t_first_mm", "t_prev_mm", "t_usable_mm", "t_tail_mm", "t_last_mm"),
            *_p("thickness", "t_nominal_mm", "t_verify_mm", "sigma_UT", "s_reg_mm"),
            *_p("time", "years_LT", "years_ST", "years_nom"),
            *_p("rate", "CR_LT_raw", "CR_noise_LT", "CR_LT", "CR_ST_raw", "CR_noise_ST", "CR_ST"),
            *_p("rate", "CR_nom", "CR_noise_nom", "CR_est", "CR_hist"),
            *_p("rate", "CR_reg", "CR_reg_lo", "CR_reg_hi", "CR_floor", "CR_min", "CR_gov", "CR_noise"),
            *_p("number", "S_xx", "S_xt", "SSR", "t_q"),
            *_p("ratio", "rate_confidence"),
            Param("present", "code", codes=rates.PRESENT_BRANCH),
            Param("LT_branch", "code", codes=rates.LT_BRANCH),
            Param("ST_branch", "code", codes=rates.PAIR_BRANCH),
            Param("nominal_known", "code", codes=rates.PAIR_BRANCH),
            Param("line_branch", "code", codes=rates.LINE_BRANCH),
            Param("rate_rule", "code", codes=rates.RULES),
            Param("rate_basis", "code", codes=codes("rate_basis")),
            *_p("flag", "no_measurable_rate", "growth", "short_interval", "outlier", "one_reading"),
            *_p("flag", "nominal_first", "verify_lower", "repeat_spread"),
        ),
        compute=rates.compute_rates,
        tables=(READINGS,),
        limits=(Limit("life.good_reading", _RATES, lambda x: x["n_good"] > 0, Verdict.INSUFFICIENT_DATA),),
        steps=(
            *_present(),
            *_long_term("measured"),
            *_long_term("nominal"),
            *_short_term(),
            *_from_nominal(),
            *_regression(),
            *_governing(),
        ),
        constants=only("days_per_year", "nu_UT", "k_growth", "p_outlier"),
        settings=rates.SETTINGS,
    )
)


def _reached(line_mm: str, day: str, branch: str) -> Step:
    return Step(remaining.reached_day, day, {"t_line_mm": line_mm}, (branch, "given"))


REMAINING_LIFE = register(
    Procedure(
        key="life.remaining_life",
        ref=_LIFE,
        inputs=(
            *_p("thickness", "t_last_mm", "t_req_mm"),
            *_p("date", "last_d"),
            *_p("rate", "CR_gov"),
            *_p("rate", "CR_reg_lo", "CR_reg_hi", "CR_other_side", required=False),
            *_p("thickness", "t_alert_mm", "t_retire_mm", required=False),
            *_p("date", "temp_repair_expiry_d", "as_of_d", required=False),
        ),
        outputs=(
            *_p("rate", "CR_life", "CR_floor", "CR_fast", "CR_slow"),
            *_p("time", "RL_wall_y", "RL_repair_y", "elapsed_y"),
            *_p("time", "RL_y", "RL_today_y", "RL_lo_y", "RL_hi_y", conclusion=True),
            *_p("date", "t_alert_reached_d", "t_min_reached_d", "t_retire_reached_d", conclusion=True),
            *_p("flag", "below_t_req", "below_alert"),
            Param("repair_branch", "code", codes=remaining.REPAIR_BRANCH),
            Param("hi_branch", "code", codes=remaining.REPAIR_BRANCH),
            *(
                Param(name, "code", codes=remaining.GIVEN)
                for name in ("today_branch", "lo_branch", "alert_branch", "req_branch", "retire_branch")
            ),
        ),
        compute=remaining.compute_life,
        limits=(Limit("life.rate_positive", _LIFE, lambda x: x["CR_life"] > 0),),
        steps=(
            Step(remaining.life_rate, "CR_life"),
            Step(remaining.wall_life, "RL_y", {}, ("repair_branch", "wall")),
            Step(remaining.wall_life, "RL_wall_y", {}, ("repair_branch", "repair")),
            Step(
                c.years_of,
                "RL_repair_y",
                {"begin_d": "last_d", "end_d": "temp_repair_expiry_d"},
                ("repair_branch", "repair"),
            ),
            Step(remaining.repair_cap, "RL_y", {}, ("repair_branch", "repair")),
            Step(c.years_of, "elapsed_y", {"begin_d": "last_d", "end_d": "as_of_d"}, ("today_branch", "given")),
            Step(remaining.life_today, "RL_today_y", {}, ("today_branch", "given")),
            Step(remaining.fast_rate, "CR_fast", {}, ("lo_branch", "given")),
            Step(remaining.life_lo, "RL_lo_y", {}, ("lo_branch", "given")),
            Step(remaining.slow_rate, "CR_slow", {}, ("hi_branch", "wall")),
            Step(remaining.slow_rate, "CR_slow", {}, ("hi_branch", "repair")),
            Step(remaining.life_hi, "RL_hi_y", {}, ("hi_branch", "wall")),
            Step(remaining.life_hi_repair, "RL_hi_y", {}, ("hi_branch", "repair")),
            _reached("t_alert_mm", "t_alert_reached_d", "alert_branch"),
            _reached("t_req_mm", "t_min_reached_d", "req_branch"),
            _reached("t_retire_mm", "t_retire_reached_d", "retire_branch"),
        ),
        constants=only("days_per_year"),
        settings=("rate.owner_minimum",),
    )
)

POSITIONS = TableSpec(
    "positions",
    (
        Param("cml", "text", required=False),
        Param("position_text", "text", required=False),
        Param("t_last_mm", "thickness"),
        Param("last_d", "date"),
        Param("CR_gov", "rate"),
        Param("RL_y", "time", required=False),
        Param("RL_today_y", "time", required=False),
        Param("active", "flag", required=False),
    ),
    required=True,
)
_COMPONENT = OWN_METHOD.at("component: least life governs, the mean stands beside the least")

COMPONENT_LIFE = register(
    Procedure(
        key="life.component",
        ref=_COMPONENT,
        inputs=(
            *_p("thickness", "t_nom_mm", required=False),
            *_p("date", "installed_d", required=False),
            *_p("flag", "local_mechanism", required=False),
        ),
        outputs=(
            *_p("count", "n_positions", "n_recent"),
            *_p("text", "governing_cml", "governing_position"),
            *_p("id", "governing_row"),
            *_p("thickness", "t_min_mm", "t_mean_mm", "t_std_mm", "t_rdi_mm"),
            *_p("ratio", "t_cov"),
            *_p("date", "last_reading_d", "RL_from_d", "t_rdi_d"),
            *_p("rate", "CR_gov", "CR_max", "CR_mean"),
            *_p("time", "RL_y", "RL_today_y"),
            Param("governed_by", "code", codes=comp.GOVERNED_BY),
            Param("cov_branch", "code", codes=remaining.GIVEN),
            Param("t_rdi_choice", "code", codes=codes("t_rdi_choice")),
        ),
        compute=comp.compute_component,
        tables=(POSITIONS,),
        limits=(Limit("life.good_reading", _COMPONENT, lambda x: x["n_positions"] > 0, Verdict.INSUFFICIENT_DATA),),
        steps=comp.STEPS,
        constants=only("COV_max", "n_average"),
        settings=("rbi.t_rdi", "rate.min_interval_years"),
    )
)

EXTREME_VALUE = register(
    Procedure(
        key="life.extreme_value",
        ref=OWN_METHOD.at("extreme value: Gumbel law of minima by moments"),
        inputs=_p("ratio", "coverage"),
        outputs=(
            *_p("count", "n_points"),
            *_p("thickness", "t_mean_mm", "t_std_mm", "beta_ev", "mu_ev", "se_ev"),
            *_p("thickness", "t_least_mm", "t_ev_mm", "t_ev_lo_mm", conclusion=True),
            *_p("number", "T_ev", "K_ev", "z_q"),
            *_p("ratio", "rate_confidence"),
        ),
        compute=extreme.compute_extreme,
        tables=(TableSpec("points", (Param("t_mm", "thickness"),), required=True),),
        limits=(
            Limit(
                "life.enough_points",
                OWN_METHOD.at("extreme value, least number"),
                lambda x: x["n_points"] >= extreme.least_points(),
                Verdict.INSUFFICIENT_DATA,
            ),
            Limit(
                "life.coverage_range",
                OWN_METHOD.at("extreme value, inspected share"),
                lambda x: (np.asarray(x["coverage"]) > 0) & (np.asarray(x["coverage"]) <= 1),
            ),
        ),
        steps=extreme.STEPS,
        constants=only("pi", "gamma_E", "c1_extreme", "c2_extreme", "n_extreme"),
        settings=("rate.confidence",),
    )
)
