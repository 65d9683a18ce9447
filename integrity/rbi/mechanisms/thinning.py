"""Damage mechanism thinning: the procedure `api581.2016.thinning` and its place among the mechanisms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, TableSpec, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import effectiveness as insp
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import thinning_clauses as cl

KEY = "api581.2016.thinning"
MAX_COUNT = 100

CLAD_CASES = ("unclad", "clad_holds", "clad_only", "clad_then_base", "clad_gone")
MINIMA = ("both", "t_req_only", "t_c_only", "none")
SR_BRANCHES = codes("strength_branch")
D_F_BRANCHES = codes("D_f_branch")
COUNT_BASES = ("given", "dated")
YES_NO = ("no", "yes")
MAINTENANCE = codes("tank_maintenance")
CONSTRUCTION = codes("tank_construction")
TANK_COURSES = tuple(c for c in codes("component_type") if c.startswith("COURSE"))

_REF = API581_2016.at("Part 2 §4", "Thinning damage factor")


def _is_course(component_type: IntArray) -> BoolArray:
    wanted = [codes("component_type").index(c) for c in TANK_COURSES]
    return np.isin(component_type, wanted)


def _loss(x: Inputs) -> Columns:
    t_clad = cl.clad_left(x["t_rdi_mm"], x["t_bm_mm"])
    age_rc = np.where(x["C_r_cm"] > 0.0, cl.clad_life(t_clad, x["C_r_cm"]), np.nan)
    clad = x["clad"] == 1
    case = stack_codes(
        (~clad, CLAD_CASES.index("unclad")),
        (t_clad <= 0.0, CLAD_CASES.index("clad_gone")),
        (x["C_r_cm"] == 0.0, CLAD_CASES.index("clad_holds")),
        (x["age_tk_y"] < age_rc, CLAD_CASES.index("clad_only")),
        (x["age_tk_y"] >= age_rc, CLAD_CASES.index("clad_then_base")),
    )
    return {
        "t_clad_mm": t_clad,
        "age_rc_y": age_rc,
        "clad_case": case,
        "A_rt": loss_fraction(
            case, x["C_r"], x["C_r_cm"], x["age_tk_y"], np.where(clad, age_rc, np.nan), x["t_rdi_mm"]
        ),
    }


def loss_fraction(
    clad_case: IntArray,
    C_r: FloatArray,
    C_r_cm: FloatArray,
    age_tk_y: FloatArray,
    age_rc_y: FloatArray,
    t_rdi_mm: FloatArray,
) -> FloatArray:
    """Wall loss fraction by the case of the cladding.

    Parameters
    ----------
    clad_case : ndarray of int64
        Index of `CLAD_CASES`.
    C_r, C_r_cm : ndarray
        Rates of base metal and cladding, mm/year.
    age_tk_y, age_rc_y : ndarray
        Years since the reading, and until the cladding is gone.
    t_rdi_mm : ndarray
        Thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
        API RP 581 Part 2 eqs. (2.13) to (2.15).
    """
    return np.select(
        [clad_case == i for i in range(len(CLAD_CASES))],
        [
            cl.loss_unclad(C_r, age_tk_y, t_rdi_mm),
            cl.loss_in_clad(C_r_cm, age_tk_y, t_rdi_mm),
            cl.loss_in_clad(C_r_cm, age_tk_y, t_rdi_mm),
            cl.loss_through_clad(C_r, C_r_cm, age_tk_y, age_rc_y, t_rdi_mm),
            cl.loss_unclad(C_r, age_tk_y, t_rdi_mm),
        ],
        np.nan,
    )


def _strength(x: Inputs, f_flow: float) -> Columns:
    t_min, t_c = x["t_req_mm"], x["t_c_mm"]
    minima = stack_codes((~np.isnan(t_min) & ~np.isnan(t_c), 0), (~np.isnan(t_min), 1), (~np.isnan(t_c), 2), default=3)
    t_str = np.select([minima == 0, minima == 1, minima == 2], [cl.greater_minimum(t_min, t_c), t_min, t_c], np.nan)
    FS = cl.flow_stress(x["YS_MPa"], x["TS_MPa"], x["E"], f_flow)
    alpha = cl.shape_factor(x["geometry"])
    by_thickness = cl.strength_from_thickness(x["S_MPa"], x["E"], FS, t_str, x["t_rdi_mm"])
    with_pressure = x["P_MPa"] > 0.0
    by_pressure = np.where(
        with_pressure, cl.strength_from_pressure(x["P_MPa"], x["D_ref_mm"], alpha, FS, x["t_rdi_mm"]), np.nan
    )
    has_str, has_pre = ~np.isnan(by_thickness), ~np.isnan(by_pressure)
    branch = stack_codes(
        (has_str & has_pre & (by_thickness >= by_pressure), 0),
        (has_str & has_pre, 1),
        (has_str, 2),
        (has_pre, 3),
        default=4,
    )
    SR_p = np.select(
        [branch <= 1, branch == 2, branch == 3],
        [cl.greater_ratio(by_thickness, by_pressure), by_thickness, by_pressure],
        np.nan,
    )
    return {
        "minimum_case": minima,
        "t_str_mm": t_str,
        "FS_MPa": FS,
        "alpha": np.where(has_pre, alpha, np.nan),
        "SR_p_str": by_thickness,
        "SR_p_pre": by_pressure,
        "str_used": has_str.astype(np.int64),
        "pre_used": has_pre.astype(np.int64),
        "SR_p_branch": branch,
        "SR_p": SR_p,
    }


def _counts(x: Inputs) -> Columns:
    given = np.column_stack([x[f"N_{g}"] for g in insp.GRADES])
    counted = insp.count_inspections(x.tables["inspections"], x["start_d"], x["as_of_d"])
    is_given = ~np.isnan(given).all(axis=1)
    chosen = np.where(is_given[:, None], np.where(np.isnan(given), 0.0, given), counted)
    out: Columns = {f"N_{g}": chosen[:, i] for i, g in enumerate(insp.GRADES)}
    out["count_basis"] = np.where(is_given, COUNT_BASES.index("given"), COUNT_BASES.index("dated"))
    out["n_recorded"] = x.tables["inspections"].groups.counts.astype(np.float64)
    return out


def posterior_columns(confidence: IntArray, N: FloatArray) -> Columns:
    """Prior, evidence and posterior of the three states.

    Parameters
    ----------
    confidence : ndarray of int64, shape (n,)
        Index of low, medium, high.
    N : ndarray, shape (n, 4)
        Inspections of grade A to D.

    Returns
    -------
    dict of str to ndarray
        Pr_1..3, I_p1..3, Po_p1..3.
    """
    c = constants("thinning")
    Pr = insp.prior(confidence)
    out: Columns = {f"Pr_{s}": Pr[:, s - 1] for s in insp.STATES}
    for s in insp.STATES:
        Co = [c[f"Co_{g}{s}"].value for g in insp.GRADES]
        out[f"I_p{s}"] = insp.evidence(Pr[:, s - 1], Co[0], Co[1], Co[2], Co[3], *N.T)
    for s in insp.STATES:
        out[f"Po_p{s}"] = insp.posterior(out[f"I_p{s}"], out["I_p1"], out["I_p2"], out["I_p3"])
    return out


def _feature(present: IntArray, inspected: IntArray, unmarked: int) -> IntArray:
    return stack_codes((present == 0, 0), ((present == 1) & (inspected == 1), 2), (present == 1, 1), default=unmarked)


def _adjustments(x: Inputs) -> Columns:
    course = _is_course(x["component_type"])
    absent = x.settings.code("rbi.unmarked_feature") == "absent"
    unmarked = keyed("thinning", "F_IP").keys.index("unmarked") if absent else NO_CODE
    out: Columns = {
        "injection_case": _feature(x["injection_point"], x["injection_inspected"], unmarked),
        "dead_leg_case": _feature(x["dead_leg"], x["dead_leg_inspected"], unmarked),
        "welding_case": np.where(course, np.where(x["construction"] >= 0, x["construction"] + 1, -1), 0),
        "maintenance_case": np.where(course, np.where(x["maintenance"] >= 0, x["maintenance"] + 1, -1), 0),
        "settlement_case": np.zeros(x.n, dtype=np.int64),
    }
    out["F_IP"] = cl.injection_factor(out["injection_case"])
    out["F_DL"] = cl.dead_leg_factor(out["dead_leg_case"])
    out["F_WD"] = cl.welding_factor(out["welding_case"])
    out["F_AM"] = cl.maintenance_factor(out["maintenance_case"])
    out["F_SM"] = cl.settlement_factor(out["settlement_case"])
    out["F_OM"] = cl.monitoring_factor(
        x["monitored_fluid"], x["key_variables"], x["probes"], x["coupons"], x["joint_monitoring"]
    )
    return out


def factor_branch(D_f_adj: FloatArray, D_fB: FloatArray) -> IntArray:
    """Where the damage factor stands: as calculated, at its floor, or at the ceiling of the base factor.

    Parameters
    ----------
    D_f_adj : ndarray
        Adjusted factor before the floor.
    D_fB : ndarray
        Base factor.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `D_f_branch`; -1 where unknown.
    """
    c = constants("thinning")
    return stack_codes(
        (np.isnan(D_f_adj), -1),
        (D_f_adj < c["D_f_min"].value, D_F_BRANCHES.index("minimum")),
        (at_least(D_fB, 0.999 / c["P_ref"].value), D_F_BRANCHES.index("ceiling")),
        default=D_F_BRANCHES.index("calculated"),
    )


def _compute(x: Inputs) -> Columns:
    c = constants("thinning")
    out = {**_loss(x), **_strength(x, c["f_flow"].value), **_counts(x)}
    N = np.column_stack([out[f"N_{g}"] for g in insp.GRADES])
    out |= posterior_columns(x["confidence"], N)
    COVs = [c[s].value for s in ("COV_dt", "COV_Sf", "COV_P")]
    for s in insp.STATES:
        out[f"beta_{s}"] = cl.reliability_index(c[f"D_S{s}"].value, out["A_rt"], out["SR_p"], *COVs)
    weights = {f"Po_p{s}": out[f"Po_p{s}"] for s in insp.STATES}
    indices = {f"beta_{s}": out[f"beta_{s}"] for s in insp.STATES}
    out["D_fB"] = cl.base_factor(P_ref=c["P_ref"].value, **weights, **indices)
    out |= _adjustments(x)
    out["D_f_adj"] = cl.adjusted_factor(
        out["D_fB"], *(out[f] for f in ("F_IP", "F_DL", "F_WD", "F_AM", "F_SM", "F_OM"))
    )
    out["D_f_thin"] = cl.with_floor(out["D_f_adj"], c["D_f_min"].value)
    out["D_f_branch"] = factor_branch(out["D_f_adj"], out["D_fB"])
    return out


def _whole_counts(c: Mapping[str, AnyArray]) -> BoolArray:
    N = np.column_stack([c[f"N_{g}"] for g in insp.GRADES])
    return np.asarray(((N >= 0.0) & (N <= MAX_COUNT) & (np.floor(N) == N)).all(axis=1))


_LIMITS = (
    Limit(
        "rbi.not_tank_bottom",
        API581_2016.at("Part 2 §4.5.7 eq. (2.12)"),
        lambda c: c["component_type"] != codes("component_type").index("TANKBOTTOM"),
    ),
    Limit("rbi.thickness_positive", _REF, lambda c: np.isnan(c["t_rdi_mm"]) | (c["t_rdi_mm"] > 0.0)),
    Limit("rbi.age_not_negative", _REF, lambda c: np.isnan(c["age_tk_y"]) | (c["age_tk_y"] >= 0.0)),
    Limit(
        "rbi.rate_not_negative",
        _REF,
        lambda c: ~((c["C_r"] < 0.0) | (c["C_r_cm"] < 0.0)),
    ),
    Limit(
        "rbi.strength_positive",
        _REF,
        lambda c: ~((c["E"] <= 0.0) | (c["E"] > 1.0) | (c["YS_MPa"] <= 0.0) | (c["TS_MPa"] <= 0.0)),
    ),
    Limit("rbi.whole_counts", API581_2016.at("Part 2 §4.5.6"), _whole_counts),
    Limit(
        "rbi.strength_ratio_known",
        API581_2016.at("Part 2 §4.5.7 eqs. (2.17), (2.18)"),
        lambda c: np.isnan(c["FS_MPa"]) | (c["SR_p_branch"] != SR_BRANCHES.index("none")),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.clad_known",
        API581_2016.at("Part 2 §4.5.7 eq. (2.11)"),
        lambda c: (c["clad"] != 1) | ~(np.isnan(c["t_bm_mm"]) | np.isnan(c["C_r_cm"])),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.features_known",
        API581_2016.at("Part 2 §4.5.7 step 15"),
        lambda c: (c["injection_case"] >= 0) & (c["dead_leg_case"] >= 0),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.tank_adjustments_known",
        API581_2016.at("Part 2 §4.5.7 step 15"),
        lambda c: ~_is_course(c["component_type"]) | ((c["construction"] >= 0) & (c["maintenance"] >= 0)),
        Verdict.INSUFFICIENT_DATA,
    ),
)

_INPUTS = (
    Param("component_type", "code", codes=codes("component_type")),
    Param("t_rdi_mm", "thickness"),
    Param("age_tk_y", "time"),
    Param("C_r", "rate"),
    Param("confidence", "code", codes=codes("confidence")),
    Param("E", "ratio"),
    Param("YS_MPa", "stress"),
    Param("TS_MPa", "stress"),
    Param("S_MPa", "stress", required=False),
    Param("t_req_mm", "thickness", required=False),
    Param("t_c_mm", "thickness", required=False),
    Param("P_MPa", "pressure", required=False),
    Param("D_ref_mm", "length", required=False),
    Param("geometry", "code", required=False, codes=codes("geometry")),
    Param("clad", "flag", required=False),
    Param("t_bm_mm", "thickness", required=False),
    Param("C_r_cm", "rate", required=False),
    Param("N_A", "count", required=False),
    Param("N_B", "count", required=False),
    Param("N_C", "count", required=False),
    Param("N_D", "count", required=False),
    Param("start_d", "date", required=False),
    Param("as_of_d", "date", required=False),
    Param("injection_point", "flag", required=False),
    Param("injection_inspected", "flag", required=False),
    Param("dead_leg", "flag", required=False),
    Param("dead_leg_inspected", "flag", required=False),
    Param("construction", "code", required=False, codes=CONSTRUCTION),
    Param("maintenance", "code", required=False, codes=MAINTENANCE),
    Param("monitored_fluid", "code", required=False, codes=keyed("thinning", "F_OM").keys),
    Param("key_variables", "flag", required=False),
    Param("probes", "flag", required=False),
    Param("coupons", "flag", required=False),
    Param("joint_monitoring", "flag", required=False),
)

_OUTPUTS = (
    Param("clad_case", "code", codes=CLAD_CASES),
    Param("t_clad_mm", "thickness"),
    Param("age_rc_y", "time"),
    Param("A_rt", "ratio"),
    Param("FS_MPa", "stress"),
    Param("minimum_case", "code", codes=MINIMA),
    Param("t_str_mm", "thickness"),
    Param("alpha", "number"),
    Param("str_used", "code", codes=YES_NO),
    Param("SR_p_str", "ratio"),
    Param("pre_used", "code", codes=YES_NO),
    Param("SR_p_pre", "ratio"),
    Param("SR_p_branch", "code", codes=SR_BRANCHES),
    Param("SR_p", "ratio"),
    Param("count_basis", "code", codes=COUNT_BASES),
    Param("n_recorded", "count"),
    *(Param(f"Pr_{s}", "ratio") for s in insp.STATES),
    *(Param(f"I_p{s}", "number") for s in insp.STATES),
    *(Param(f"Po_p{s}", "ratio") for s in insp.STATES),
    *(Param(f"beta_{s}", "number") for s in insp.STATES),
    Param("D_fB", "damage_factor"),
    Param("injection_case", "code", codes=keyed("thinning", "F_IP").keys),
    Param("dead_leg_case", "code", codes=keyed("thinning", "F_DL").keys),
    Param("welding_case", "code", codes=keyed("thinning", "F_WD").keys),
    Param("maintenance_case", "code", codes=keyed("thinning", "F_AM").keys),
    Param("settlement_case", "code", codes=keyed("thinning", "F_SM").keys),
    *(Param(f, "number") for f in ("F_IP", "F_DL", "F_WD", "F_AM", "F_SM", "F_OM")),
    Param("D_f_adj", "damage_factor"),
    Param("D_f_branch", "code", codes=D_F_BRANCHES, conclusion=True),
    Param("D_f_thin", "damage_factor", conclusion=True),
)


def _state_steps() -> tuple[Step, ...]:
    out = [Step(insp.prior, f"Pr_{s}", note_params=("confidence",)) for s in insp.STATES]
    for s in insp.STATES:
        bind = {"Pr": f"Pr_{s}", **{f"Co_{g}": f"Co_{g}{s}" for g in insp.GRADES}}
        out.append(Step(insp.evidence, f"I_p{s}", bind))
    out += [Step(insp.posterior, f"Po_p{s}", {"I_p": f"I_p{s}"}) for s in insp.STATES]
    out += [Step(cl.reliability_index, f"beta_{s}", {"D_S": f"D_S{s}"}) for s in insp.STATES]
    return tuple(out)


_STEPS = (
    Step(cl.loss_unclad, "A_rt", when=("clad_case", "unclad")),
    *(Step(cl.clad_left, "t_clad_mm", when=("clad_case", case)) for case in CLAD_CASES[1:]),
    Step(cl.loss_unclad, "A_rt", when=("clad_case", "clad_gone")),
    Step(cl.loss_in_clad, "A_rt", when=("clad_case", "clad_holds")),
    Step(cl.clad_life, "age_rc_y", when=("clad_case", "clad_only")),
    Step(cl.loss_in_clad, "A_rt", when=("clad_case", "clad_only")),
    Step(cl.clad_life, "age_rc_y", when=("clad_case", "clad_then_base")),
    Step(cl.loss_through_clad, "A_rt", when=("clad_case", "clad_then_base")),
    Step(cl.flow_stress, "FS_MPa"),
    Step(cl.greater_minimum, "t_str_mm", when=("minimum_case", "both")),
    Step(cl.only_minimum, "t_str_mm", {"t_mm": "t_req_mm"}, when=("minimum_case", "t_req_only")),
    Step(cl.only_minimum, "t_str_mm", {"t_mm": "t_c_mm"}, when=("minimum_case", "t_c_only")),
    Step(cl.strength_from_thickness, "SR_p_str", when=("str_used", "yes")),
    Step(cl.shape_factor, "alpha", when=("pre_used", "yes"), note_params=("geometry",)),
    Step(cl.strength_from_pressure, "SR_p_pre", when=("pre_used", "yes")),
    Step(cl.greater_ratio, "SR_p", when=("SR_p_branch", "structural")),
    Step(cl.greater_ratio, "SR_p", when=("SR_p_branch", "pressure")),
    Step(cl.only_ratio, "SR_p", {"SR_one": "SR_p_str"}, when=("SR_p_branch", "structural_only")),
    Step(cl.only_ratio, "SR_p", {"SR_one": "SR_p_pre"}, when=("SR_p_branch", "pressure_only")),
    *(
        Step(
            insp.count_inspections,
            f"N_{g}",
            {"inspections": "n_recorded"},
            when=("count_basis", "dated"),
            note_params=("n_recorded", f"N_{g}"),
        )
        for g in insp.GRADES
    ),
    *_state_steps(),
    Step(cl.base_factor, "D_fB"),
    Step(cl.injection_factor, "F_IP", {"feature": "injection_case"}, note_params=("injection_case",)),
    Step(cl.dead_leg_factor, "F_DL", {"feature": "dead_leg_case"}, note_params=("dead_leg_case",)),
    Step(cl.welding_factor, "F_WD", {"feature": "welding_case"}, note_params=("welding_case",)),
    Step(cl.maintenance_factor, "F_AM", {"feature": "maintenance_case"}, note_params=("maintenance_case",)),
    Step(cl.settlement_factor, "F_SM", {"feature": "settlement_case"}, note_params=("settlement_case",)),
    Step(cl.monitoring_factor, "F_OM", {"joint": "joint_monitoring"}, note_params=("monitored_fluid",)),
    Step(cl.adjusted_factor, "D_f_adj"),
    Step(cl.with_floor, "D_f_thin"),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    tables=(
        TableSpec(
            "inspections",
            (Param("date_d", "date"), Param("effectiveness", "code", codes=codes("effectiveness"))),
        ),
    ),
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants("thinning"),
    settings=("rbi.unmarked_feature",),
)
