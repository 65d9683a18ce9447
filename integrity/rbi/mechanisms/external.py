"""External corrosion and corrosion under insulation: procedures `api581.2016.ext_corrosion` and `api581.2016.cui`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016, Reference
from integrity.core.verdict import Verdict
from integrity.rbi import effectiveness as insp
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import external_clauses as xc
from integrity.rbi.mechanisms import thinning_bottom as tb
from integrity.rbi.mechanisms import thinning_clauses as cl
from integrity.rbi.mechanisms import thinning_shared as sh
from integrity.rbi.mechanisms.thinning_lookup import Function, gather, locate

EXT_KEY = "api581.2016.ext_corrosion"
CUI_KEY = "api581.2016.cui"

RATE_CASES = ("measured", "predicted")
TEMPERATURE_CASES = ("steady", "cycle")
RATE_LOOKUPS = ("on_row", "straight_line", "outside", "blank")
FEATURES = ("no", "yes", "unmarked")
COATING_CASES = ("none", "not_recorded", "failed", "newer", "older")
MATERIALS = codes("material_class")
DRIVERS = codes("driver")
QUALITIES = codes("coating_quality")

_STEELS = [index_of("material_class", c) for c in ("carbon_low_alloy", "cr_mo")]
_UNMARKED = FEATURES.index("unmarked")
_OUTSIDE = RATE_LOOKUPS.index("outside")


@dataclass(frozen=True)
class Kind:
    """What differs between the two procedures."""

    name: str
    output: str
    ref: Reference
    cell: Function
    between: Function
    of_row: Function
    worst: Function


EXT = Kind(
    "ext",
    "D_f_extcorr",
    API581_2016.at("Part 2 §15", "External corrosion damage factor"),
    xc.ext_cell,
    xc.ext_between,
    xc.ext_of_row,
    xc.ext_worst_temperature,
)
CUI = Kind(
    "cui",
    "D_f_cui",
    API581_2016.at("Part 2 §16", "Damage factor of corrosion under insulation"),
    xc.cui_cell,
    xc.cui_between,
    xc.cui_of_row,
    xc.cui_worst_temperature,
)


def predicted(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows whose rate comes from the table, because none is measured.

    Parameters
    ----------
    c : mapping of str to ndarray

    Returns
    -------
    ndarray of bool
    """
    return np.isnan(c["CR_ext"])


def _needs_temperature(c: Mapping[str, AnyArray]) -> BoolArray:
    cycle = ~np.isnan(c["T_cycle_min_C"]) & ~np.isnan(c["T_cycle_max_C"])
    return predicted(c) & ~cycle


def _needs_coating_age(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["coating_quality"] > 0) & (c["coating_failed"] != 1))


def _temperatures(x: Inputs, k: Kind, zero: bool) -> Columns:
    """Temperature of the base rate, the rows of the table beside it, and whether it lies outside."""
    T, low, high = x["T_op_C"], x["T_cycle_min_C"], x["T_cycle_max_C"]
    cycle = ~(np.isnan(low) & np.isnan(high))
    T_low, T_high = np.fmin(T, low), np.fmax(T, high)
    T_rate = T.copy()
    rows = np.flatnonzero(cycle)
    if rows.size:
        T_rate[rows] = k.worst(T_low[rows], T_high[rows], x["driver"][rows])
    nodes, rate = xc.rate_table(k.name)
    at = locate(nodes, T_rate)
    outside = at.before | at.beyond | (cycle & np.isnan(T_rate) & ~np.isnan(T_low + T_high))
    below, above = gather(rate, at.below, x["driver"]), gather(rate, at.above, x["driver"])
    line = ~at.on_row & ~outside
    C_rB = np.where(line, k.between(below, above, T_rate, nodes[at.below], nodes[at.above]), above)
    C_rB[outside] = 0.0 if zero else np.nan
    known = ~(np.isnan(T_low) | np.isnan(T_high))
    out: Columns = {
        "T_low_C": T_low,
        "T_high_C": T_high,
        "temperature_case": np.where(known, cycle.astype(np.int64), NO_CODE),
        "T_rate_C": T_rate,
        "rate_lookup": np.where(known, np.where(outside, _OUTSIDE, line.astype(np.int64)), NO_CODE),
        "T_below_C": nodes[at.below],
        "T_above_C": nodes[at.above],
        "r_below": below,
        "r_above": above,
        "C_rB": C_rB,
    }
    return out | _blank_cell(x, out, k)


def _blank_cell(x: Inputs, out: Columns, k: Kind) -> Columns:
    """Rates read through the one cell that the source leaves blank, and what the setting makes of them."""
    if k is CUI:
        return {"cells_verified": np.ones(x.n, dtype=np.int64)}
    severe = x["driver"] == DRIVERS.index("severe")
    line = out["rate_lookup"] == RATE_LOOKUPS.index("straight_line")
    cold = xc.blank_temperature()
    at_cold = (out["T_above_C"] == cold) & (out["rate_lookup"] >= 0) & (out["rate_lookup"] != _OUTSIDE)
    through = at_cold | (line & (out["T_below_C"] == cold))
    found: Columns = {"cells_verified": 1 - through.astype(np.int64)}
    if x.settings.code("rbi.ext_severe_blank") == "refuse":
        found["rate_lookup"] = np.where(through & severe, RATE_LOOKUPS.index("blank"), out["rate_lookup"])
        found["C_rB"] = np.where(through & severe, np.nan, out["C_rB"])
    return found


def _feature(flag: IntArray, unmarked: int) -> IntArray:
    return np.where(flag >= 0, flag, unmarked)


def _rate(x: Inputs, k: Kind) -> Columns:
    zero = x.settings.code("rbi.ext_outside_table") == "zero"
    unmarked = _UNMARKED if x.settings.code("rbi.unmarked_feature") == "absent" else NO_CODE
    out = _temperatures(x, k, zero)
    by_table = predicted(x.columns)
    out["rate_case"] = by_table.astype(np.int64)
    out["retaining_case"] = _feature(x["water_retaining"], unmarked)
    out["interface_case"] = _feature(x["soil_interface"], unmarked)
    out["F_EQ"] = xc.retaining_factor(out["retaining_case"])
    out["F_IF"] = xc.interface_factor(out["interface_case"])
    if k is CUI:
        out["insulation_case"] = np.maximum(x["insulation_type"], 0)
        out["F_INS"] = xc.insulation_factor(out["insulation_case"])
        out["F_CM"] = xc.complexity_factor(x["complexity"])
        out["F_IC"] = xc.condition_factor(x["insulation_condition"])
        by_rule = xc.cui_rate(out["C_rB"], out["F_INS"], out["F_CM"], out["F_IC"], out["F_EQ"], out["F_IF"])
    else:
        by_rule = xc.ext_rate(out["C_rB"], out["F_EQ"], out["F_IF"])
    out["C_r_ext"] = np.where(by_table, by_rule, xc.measured_rate(x["CR_ext"]))
    if not by_table.all():
        for case in ("temperature_case", "rate_lookup"):
            out[case] = np.where(by_table, out[case], NO_CODE)
    return out


def _coating(x: Inputs) -> Columns:
    unmarked = _UNMARKED if x.settings.code("rbi.unmarked_feature") == "absent" else NO_CODE
    quality, age, age_coat = x["coating_quality"], x["age_tke_y"], x["age_coat_y"]
    failed = np.where(quality > 0, _feature(x["coating_failed"], unmarked), FEATURES.index("no"))
    case = np.where(age >= age_coat, COATING_CASES.index("newer"), COATING_CASES.index("older"))
    case[np.isnan(age_coat)] = NO_CODE
    case[failed == 1] = COATING_CASES.index("failed")
    case[quality == 0] = COATING_CASES.index("none")
    case[quality < 0] = COATING_CASES.index("not_recorded")
    C_age = xc.coating_credit(quality)
    credit = xc.no_credit(age)
    newer, older = case == COATING_CASES.index("newer"), case == COATING_CASES.index("older")
    np.copyto(credit, xc.credit_newer(C_age, age_coat), where=newer)
    np.copyto(credit, xc.credit_older(C_age, age_coat, age), where=older)
    credit[case < 0] = np.nan
    return {
        "failed_case": failed,
        "coating_case": case,
        "C_age_y": C_age,
        "Coat_adj_y": credit,
        "age_ext_y": xc.exposure(age, credit),
    }


def _greatest_rate(x: Inputs, out: Columns, k: Kind) -> FloatArray:
    """Rate with everything that is not known at its worst."""
    C_rB = out["C_rB"].copy()
    rows = np.flatnonzero(np.isnan(C_rB) & predicted(x.columns))
    if rows.size:
        driver = np.maximum(x["driver"][rows], 0)
        inside = xc.rate_at(k.name, out["T_rate_C"][rows], driver)
        C_rB[rows] = np.where(np.isnan(inside), xc.rate_table(k.name)[1].max(axis=0)[driver], inside)
    dry = (out["retaining_case"] == 0) & (out["interface_case"] == 0)
    factor = np.where(dry, 1.0, max(xc.greatest("F_EQ"), xc.greatest("F_IF")))
    if k is CUI:
        worst = [np.nan_to_num(out[f], nan=xc.greatest(f)) for f in ("F_CM", "F_IC")]
        factor *= out["F_INS"] * worst[0] * worst[1]
    return np.where(predicted(x.columns), C_rB * factor, x["CR_ext"])


def _bound(x: Inputs, out: Columns, k: Kind) -> Columns:
    C_r, age = _greatest_rate(x, out, k), out["age_ext_y"].copy()
    doubtful = (out["coating_case"] < 0) | (out["failed_case"] == _UNMARKED) | (out["failed_case"] < 0)
    np.copyto(age, x["age_tke_y"], where=doubtful)
    A_rt = xc.bound_loss(C_r, age, x["t_rde_mm"])
    D_f = out[k.output].copy()
    rows = np.flatnonzero(A_rt != out["A_rt"])
    if rows.size:
        Po = (out[f"Po_p{s}"][rows] for s in insp.STATES)
        D_f[rows] = xc.bound_factor(A_rt[rows], out["SR_p"][rows], *Po)
    return {"C_r_bound": C_r, "age_bound_y": age, "A_rt_bound": A_rt, "D_f_bound": D_f}


def _compute(k: Kind) -> Callable[[Inputs], Columns]:
    def compute(x: Inputs) -> Columns:
        out = {**_rate(x, k), **_coating(x)}
        out["A_rt"] = xc.external_loss(out["C_r_ext"], out["age_ext_y"], x["t_rde_mm"])
        out |= sh.strength_columns(x.columns, x["t_rde_mm"])
        out |= sh.count_columns(x)
        out |= sh.posterior_columns(x["confidence"], out)
        out |= sh.state_columns(out["A_rt"], out["SR_p"])
        out[k.output] = sh.base_of(out)
        return out | _bound(x, out, k)

    return compute


def _inputs(k: Kind) -> tuple[Param, ...]:
    insulation = (
        Param("insulation_type", "code", required=False, codes=codes("insulation_type")),
        Param("complexity", "code", codes=codes("complexity"), needed=predicted),
        Param("insulation_condition", "code", codes=codes("insulation_condition"), needed=predicted),
    )
    return (
        Param("material_class", "code", codes=MATERIALS),
        Param("component_type", "code", required=False, codes=codes("component_type")),
        Param("insulated", "flag", required=False),
        Param("t_rde_mm", "thickness"),
        Param("age_tke_y", "time"),
        Param("confidence", "code", codes=codes("confidence")),
        *sh.strength_inputs(),
        Param("CR_ext", "rate", required=False),
        Param("driver", "code", codes=DRIVERS, needed=predicted),
        Param("T_op_C", "temperature", needed=_needs_temperature),
        Param("T_cycle_min_C", "temperature", required=False),
        Param("T_cycle_max_C", "temperature", required=False),
        Param("water_retaining", "flag", required=False),
        Param("soil_interface", "flag", required=False),
        *(insulation if k is CUI else ()),
        Param("coating_quality", "code", required=False, codes=QUALITIES),
        Param("coating_failed", "flag", required=False),
        Param("age_coat_y", "time", needed=_needs_coating_age),
        *sh.COUNT_INPUTS,
    )


def _outputs(k: Kind) -> tuple[Param, ...]:
    insulation = (
        Param("insulation_case", "code", codes=codes("insulation_type")),
        *(Param(f, "number") for f in ("F_INS", "F_CM", "F_IC")),
    )
    return (
        Param("rate_case", "code", codes=RATE_CASES),
        Param("temperature_case", "code", codes=TEMPERATURE_CASES),
        *(Param(T, "temperature") for T in ("T_low_C", "T_high_C", "T_rate_C", "T_below_C", "T_above_C")),
        Param("rate_lookup", "code", codes=RATE_LOOKUPS),
        Param("cells_verified", "flag"),
        *(Param(r, "rate") for r in ("r_below", "r_above", "C_rB")),
        Param("retaining_case", "code", codes=FEATURES),
        Param("interface_case", "code", codes=FEATURES),
        Param("F_EQ", "number"),
        Param("F_IF", "number"),
        *(insulation if k is CUI else ()),
        Param("C_r_ext", "rate"),
        Param("failed_case", "code", codes=FEATURES),
        Param("coating_case", "code", codes=COATING_CASES),
        *(Param(y, "time") for y in ("C_age_y", "Coat_adj_y", "age_ext_y")),
        Param("A_rt", "ratio"),
        *sh.STRENGTH_OUTPUTS,
        *sh.COUNT_OUTPUTS,
        *sh.STATE_OUTPUTS,
        Param("C_r_bound", "rate"),
        Param("age_bound_y", "time"),
        Param("A_rt_bound", "ratio"),
        Param("D_f_bound", "damage_factor"),
        Param(k.output, "damage_factor", conclusion=True),
    )


def _limits(k: Kind) -> tuple[Limit, ...]:
    tables = API581_2016.at("Part 2 §15, §16 Tables 15.2M, 16.2M")
    wrapped = (
        Limit("rbi.not_insulated", k.ref, lambda c: c["insulated"] != 1)
        if k is EXT
        else Limit("rbi.is_insulated", k.ref, lambda c: c["insulated"] != 0)
    )
    return (
        Limit("rbi.ext_material", k.ref, lambda c: np.isin(c["material_class"], [NO_CODE, *_STEELS])),
        Limit("rbi.ext_not_bottom", k.ref, tb.not_bottom),
        wrapped,
        Limit("rbi.thickness_positive", k.ref, lambda c: np.isnan(c["t_rde_mm"]) | (c["t_rde_mm"] > 0.0)),
        Limit("rbi.age_not_negative", k.ref, lambda c: ~(c["age_tke_y"] < 0.0)),
        Limit("rbi.coating_not_later", k.ref, lambda c: ~(c["age_coat_y"] < 0.0)),
        Limit("rbi.rate_not_negative", k.ref, lambda c: ~(c["CR_ext"] < 0.0)),
        Limit("rbi.cycle_in_order", tables, lambda c: ~(c["T_cycle_min_C"] > c["T_cycle_max_C"])),
        Limit(
            "rbi.rate_in_table",
            tables,
            lambda c: ~((c["rate_lookup"] == _OUTSIDE) & np.isnan(c["C_rB"])),
        ),
        *_blank_limit(k),
        Limit("rbi.strength_positive", k.ref, _strengths_positive),
        Limit("rbi.whole_counts", API581_2016.at("Part 2 §4.5.6"), sh.whole_counts),
        Limit(
            "rbi.strength_ratio_known",
            API581_2016.at("Part 2 §4.5.7 eqs. (2.17), (2.18)"),
            lambda c: np.isnan(c["FS_MPa"]) | (c["SR_p_branch"] != sh.SR_BRANCHES.index("none")),
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("rbi.ext_features_known", k.ref, _features_known, Verdict.INSUFFICIENT_DATA),
    )


def _blank_limit(k: Kind) -> tuple[Limit, ...]:
    if k is CUI:
        return ()
    ref = API581_2016.at("Part 2 §15 Table 15.2M")
    blank = RATE_LOOKUPS.index("blank")
    return (Limit("rbi.rate_cell_printed", ref, lambda c: c["rate_lookup"] != blank, Verdict.INSUFFICIENT_DATA),)


def _strengths_positive(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~((c["E"] <= 0.0) | (c["E"] > 1.0) | (c["YS_MPa"] <= 0.0) | (c["TS_MPa"] <= 0.0)))


def _features_known(c: Mapping[str, AnyArray]) -> BoolArray:
    rate = (c["retaining_case"] >= 0) & (c["interface_case"] >= 0)
    return np.asarray((rate | ~predicted(c)) & (c["failed_case"] >= 0))


def _steps(k: Kind) -> tuple[Step, ...]:
    by_table = ("rate_case", "predicted")
    at = {"place": "T_below_C", "column": "driver"}
    line = {"v_1": "r_below", "v_2": "r_above", "x": "T_rate_C", "x_1": "T_below_C", "x_2": "T_above_C"}
    beside = ("driver", "cells_verified")
    rate = xc.cui_rate if k is CUI else xc.ext_rate
    insulation = (
        Step(xc.insulation_factor, "F_INS", {"case": "insulation_case"}, by_table, ("insulation_case",)),
        Step(xc.complexity_factor, "F_CM", {"case": "complexity"}, by_table, ("complexity",)),
        Step(xc.condition_factor, "F_IC", {"case": "insulation_condition"}, by_table, ("insulation_condition",)),
    )
    return (
        Step(xc.steady_temperature, "T_rate_C", when=("temperature_case", "steady")),
        Step(k.worst, "T_rate_C", when=("temperature_case", "cycle"), note_params=("T_low_C", "T_high_C", "driver")),
        Step(k.cell, "r_below", at, ("rate_lookup", "straight_line"), (*beside, "T_below_C")),
        *(
            Step(k.cell, "r_above", {**at, "place": "T_above_C"}, ("rate_lookup", case), (*beside, "T_above_C"))
            for case in ("straight_line", "on_row")
        ),
        Step(k.between, "C_rB", line, ("rate_lookup", "straight_line")),
        Step(k.of_row, "C_rB", {"v": "r_above"}, ("rate_lookup", "on_row")),
        Step(xc.rate_outside, "C_rB", {}, ("rate_lookup", "outside"), ("T_low_C", "T_high_C")),
        Step(xc.retaining_factor, "F_EQ", {"case": "retaining_case"}, by_table, ("retaining_case",)),
        Step(xc.interface_factor, "F_IF", {"case": "interface_case"}, by_table, ("interface_case",)),
        *(insulation if k is CUI else ()),
        Step(rate, "C_r_ext", when=by_table),
        Step(xc.measured_rate, "C_r_ext", when=("rate_case", "measured")),
        *(
            Step(xc.coating_credit, "C_age_y", {}, ("coating_case", case), ("coating_quality", "failed_case"))
            for case in ("newer", "older")
        ),
        *(Step(xc.no_credit, "Coat_adj_y", when=("coating_case", case)) for case in COATING_CASES[:3]),
        Step(xc.credit_newer, "Coat_adj_y", when=("coating_case", "newer")),
        Step(xc.credit_older, "Coat_adj_y", when=("coating_case", "older")),
        Step(xc.exposure, "age_ext_y"),
        Step(xc.external_loss, "A_rt"),
        *sh.strength_steps("t_rde_mm", xc.greater_minimum if k is CUI else cl.greater_minimum),
        *sh.count_steps(),
        *sh.state_steps(),
        Step(cl.base_factor, k.output),
        Step(xc.bound_loss, "A_rt_bound"),
        Step(xc.bound_factor, "D_f_bound", note_params=("C_r_bound", "age_bound_y")),
    )


def _procedure(key: str, k: Kind) -> Procedure:
    blank = ("rbi.ext_severe_blank",) if k is EXT else ()
    return Procedure(
        key=key,
        ref=k.ref,
        inputs=_inputs(k),
        outputs=_outputs(k),
        compute=_compute(k),
        tables=(sh.INSPECTIONS,),
        limits=_limits(k),
        steps=_steps(k),
        constants=constants("thinning"),
        settings=("rbi.unmarked_feature", "rbi.ext_outside_table", *blank),
    )


EXT_CORROSION = _procedure(EXT_KEY, EXT)
CORROSION_UNDER_INSULATION = _procedure(CUI_KEY, CUI)
