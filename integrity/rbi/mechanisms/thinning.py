"""Damage mechanism thinning: procedure `api581.2016.thinning`, walls by strength and tank bottoms by table."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import thinning_bottom as tb
from integrity.rbi.mechanisms import thinning_clauses as cl
from integrity.rbi.mechanisms import thinning_shared as sh
from integrity.rbi.mechanisms.thinning_shared import SR_BRANCHES
from integrity.rbi.mechanisms.thinning_variation import rate_variation

KEY = "api581.2016.thinning"

CLAD_CASES = ("unclad", "clad_holds", "clad_only", "clad_then_base", "clad_gone")
D_F_BRANCHES = codes("D_f_branch")
MAINTENANCE = codes("tank_maintenance")
CONSTRUCTION = codes("tank_construction")
SETTLEMENT = codes("settlement")
TANK_COURSES = tuple(c for c in codes("component_type") if c.startswith("COURSE"))
ADJUSTMENTS = (
    ("F_IP", "injection_case"),
    ("F_DL", "dead_leg_case"),
    ("F_WD", "welding_case"),
    ("F_AM", "maintenance_case"),
    ("F_SM", "settlement_case"),
)

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


def _feature(present: IntArray, inspected: IntArray, unmarked: int) -> IntArray:
    return stack_codes((present == 0, 0), ((present == 1) & (inspected == 1), 2), (present == 1, 1), default=unmarked)


def _tank(stated: IntArray, tank: BoolArray) -> IntArray:
    """Index in a factor table: 0 where there is no tank, -1 where it is not stated."""
    return np.where(tank, np.where(stated >= 0, stated + 1, NO_CODE), 0)


def _adjustments(x: Inputs, bottom: BoolArray) -> Columns:
    tank = _is_course(x["component_type"]) | bottom
    absent = x.settings.code("rbi.unmarked_feature") == "absent"
    unmarked = keyed("thinning", "F_IP").keys.index("unmarked") if absent else NO_CODE
    out: Columns = {
        "injection_case": _feature(x["injection_point"], x["injection_inspected"], unmarked),
        "dead_leg_case": _feature(x["dead_leg"], x["dead_leg_inspected"], unmarked),
        "welding_case": _tank(x["construction"], tank),
        "maintenance_case": _tank(x["maintenance"], tank),
        "settlement_case": _tank(x["settlement"], bottom),
    }
    out["F_IP"] = cl.injection_factor(out["injection_case"])
    out["F_DL"] = cl.dead_leg_factor(out["dead_leg_case"])
    out["F_WD"] = cl.welding_factor(out["welding_case"])
    out["F_AM"] = cl.maintenance_factor(out["maintenance_case"])
    out["F_SM"] = cl.settlement_factor(out["settlement_case"])
    out["F_OM"] = cl.monitoring_factor(
        x["monitored_fluid"], x["key_variables"], x["probes"], x["coupons"], x["joint_monitoring"]
    )
    out["F_worst"] = cl.worst_factor(*(out[case] for _, case in ADJUSTMENTS))
    return out


def factor_branch(D_f_adj: FloatArray, D_fB: FloatArray, bottom: BoolArray) -> IntArray:
    """Where the damage factor stands: as calculated, at its floor, or at the ceiling of the base factor.

    Parameters
    ----------
    D_f_adj : ndarray
        Adjusted factor before the floor.
    D_fB : ndarray
        Base factor.
    bottom : ndarray of bool
        Tank bottoms, whose ceiling is the last row of their table.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `D_f_branch`; -1 where unknown.
    """
    c = constants("thinning")
    ceiling = 0.999 / c["P_ref"].value
    top = np.where(bottom, tb.nodes_and_cells()[1].max(), ceiling) if bottom.any() else ceiling
    return stack_codes(
        (np.isnan(D_f_adj), -1),
        (D_f_adj < c["D_f_min"].value, D_F_BRANCHES.index("minimum")),
        (at_least(D_fB, top), D_F_BRANCHES.index("ceiling")),
        default=D_F_BRANCHES.index("calculated"),
    )


def _compute(x: Inputs) -> Columns:
    c = constants("thinning")
    bottom = tb.is_bottom(x.columns)
    out = {**_loss(x), **sh.strength_columns(x.columns, x["t_rdi_mm"]), **sh.count_columns(x)}
    out |= sh.posterior_columns(x["confidence"], out)
    out["COV_used"] = rate_variation(x["COV_dt_given"], c["COV_dt"].value)
    own = None if np.isnan(x["COV_dt_given"]).all() else out["COV_used"]
    out |= sh.state_columns(out["A_rt"], out["SR_p"], own)
    out["D_fB"] = sh.base_of(out)
    out["wall_method"] = bottom.astype(np.int64)
    out |= tb.blank_columns(x.n)
    if bottom.any():
        _with_bottoms(x, out, np.flatnonzero(bottom))
    out |= _adjustments(x, bottom)
    out["D_f_adj"] = cl.adjusted_factor(D_fB=out["D_fB"], F_OM=out["F_OM"], **{f: out[f] for f, _ in ADJUSTMENTS})
    out["D_f_thin"] = cl.with_floor(out["D_f_adj"], c["D_f_min"].value)
    out["D_f_bound"] = cl.bound_factor(out["D_fB"], out["F_worst"], out["F_OM"], c["D_f_min"].value)
    out["D_f_branch"] = factor_branch(out["D_f_adj"], out["D_fB"], bottom)
    return out


def _with_bottoms(x: Inputs, out: Columns, rows: IntArray) -> None:
    """Put the columns of tank bottoms in place; nothing of the strength method is shown there."""
    N = {s: out[s][rows] for s in ("N_A", "N_B", "N_C", "N_D")}
    found = tb.bottom_columns({s: v[rows] for s, v in x.columns.items()}, N, x.settings)
    for symbol, value in found.items():
        out[symbol] = out[symbol].copy()
        out[symbol][rows] = value
    for symbol in _STRENGTH_ONLY:
        out[symbol] = out[symbol].copy()
        out[symbol][rows] = NO_CODE if out[symbol].dtype.kind == "i" else np.nan


_LIMITS = (
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
    Limit("rbi.variation_in_range", _REF, lambda c: ~((c["COV_dt_given"] <= 0.0) | (c["COV_dt_given"] > 0.5))),
    Limit("rbi.whole_counts", API581_2016.at("Part 2 §4.5.6"), sh.whole_counts),
    Limit(
        "rbi.strength_ratio_known",
        API581_2016.at("Part 2 §4.5.7 eqs. (2.17), (2.18)"),
        lambda c: np.isnan(c["FS_MPa"]) | (c["SR_p_branch"] != SR_BRANCHES.index("none")),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.clad_known",
        API581_2016.at("Part 2 §4.5.7 eq. (2.11)"),
        lambda c: (c["clad"] != 1) | ~(np.isnan(c["t_bm_mm"]) | np.isnan(c["C_r_cm"])) | tb.is_bottom(c),
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
        lambda c: (c["welding_case"] >= 0) & (c["maintenance_case"] >= 0) & (c["settlement_case"] >= 0),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.floor_known",
        API581_2016.at("Part 2 §4.5.7 step 5"),
        lambda c: tb.not_bottom(c) | (c["floor_case"] >= 0),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit(
        "rbi.floor_positive",
        API581_2016.at("Part 2 §4.5.7 eq. (2.12)"),
        lambda c: ~((c["t_floor_mm"] <= 0.0) | (tb.is_bottom(c) & (c["CA_mm"] < 0.0))),
    ),
)

_INPUTS = (
    Param("component_type", "code", codes=codes("component_type")),
    Param("t_rdi_mm", "thickness"),
    Param("age_tk_y", "time"),
    Param("C_r", "rate"),
    Param("confidence", "code", codes=codes("confidence"), needed=tb.not_bottom),
    *sh.strength_inputs(tb.not_bottom),
    Param("CA_mm", "thickness", needed=tb.is_bottom),
    Param("barrier", "flag", required=False),
    Param("clad", "flag", required=False),
    Param("t_bm_mm", "thickness", required=False),
    Param("C_r_cm", "rate", required=False),
    *sh.COUNT_INPUTS,
    Param("injection_point", "flag", required=False),
    Param("injection_inspected", "flag", required=False),
    Param("dead_leg", "flag", required=False),
    Param("dead_leg_inspected", "flag", required=False),
    Param("construction", "code", required=False, codes=CONSTRUCTION),
    Param("maintenance", "code", required=False, codes=MAINTENANCE),
    Param("settlement", "code", required=False, codes=SETTLEMENT),
    Param("monitored_fluid", "code", required=False, codes=keyed("thinning", "F_OM").keys),
    Param("key_variables", "flag", required=False),
    Param("probes", "flag", required=False),
    Param("coupons", "flag", required=False),
    Param("joint_monitoring", "flag", required=False),
    Param("COV_dt_given", "ratio", required=False),
)

_OUTPUTS = (
    Param("wall_method", "code", codes=tb.METHODS),
    Param("clad_case", "code", codes=CLAD_CASES),
    Param("t_clad_mm", "thickness"),
    Param("age_rc_y", "time"),
    Param("A_rt", "ratio"),
    *sh.STRENGTH_OUTPUTS,
    *sh.COUNT_OUTPUTS,
    Param("COV_used", "ratio"),
    *sh.STATE_OUTPUTS,
    *tb.OUTPUTS,
    Param("D_fB", "damage_factor"),
    *(Param(case, "code", codes=keyed("thinning", f).keys) for f, case in ADJUSTMENTS),
    *(Param(f, "number") for f, _ in ADJUSTMENTS),
    Param("F_OM", "number"),
    Param("F_worst", "number"),
    Param("D_f_adj", "damage_factor"),
    Param("D_f_bound", "damage_factor"),
    Param("D_f_branch", "code", codes=D_F_BRANCHES, conclusion=True),
    Param("D_f_thin", "damage_factor", conclusion=True),
)
_STRENGTH_ONLY = (
    "clad_case",
    "t_clad_mm",
    "age_rc_y",
    "COV_used",
    *(p.symbol for p in (*sh.STRENGTH_OUTPUTS, *sh.STATE_OUTPUTS)),
)
_BY_STRENGTH = ("wall_method", "strength")

_STEPS = (
    Step(cl.loss_unclad, "A_rt", when=("clad_case", "unclad")),
    *(Step(cl.clad_left, "t_clad_mm", when=("clad_case", case)) for case in CLAD_CASES[1:]),
    Step(cl.loss_unclad, "A_rt", when=("clad_case", "clad_gone")),
    Step(cl.loss_in_clad, "A_rt", when=("clad_case", "clad_holds")),
    Step(cl.clad_life, "age_rc_y", when=("clad_case", "clad_only")),
    Step(cl.loss_in_clad, "A_rt", when=("clad_case", "clad_only")),
    Step(cl.clad_life, "age_rc_y", when=("clad_case", "clad_then_base")),
    Step(cl.loss_through_clad, "A_rt", when=("clad_case", "clad_then_base")),
    *sh.strength_steps("t_rdi_mm", when=_BY_STRENGTH),
    *sh.count_steps(),
    Step(rate_variation, "COV_used", when=_BY_STRENGTH),
    *sh.state_steps(_BY_STRENGTH, "COV_used"),
    Step(cl.base_factor, "D_fB", when=_BY_STRENGTH),
    *tb.STEPS,
    Step(cl.injection_factor, "F_IP", {"feature": "injection_case"}, note_params=("injection_case",)),
    Step(cl.dead_leg_factor, "F_DL", {"feature": "dead_leg_case"}, note_params=("dead_leg_case",)),
    Step(cl.welding_factor, "F_WD", {"feature": "welding_case"}, note_params=("welding_case",)),
    Step(cl.maintenance_factor, "F_AM", {"feature": "maintenance_case"}, note_params=("maintenance_case",)),
    Step(cl.settlement_factor, "F_SM", {"feature": "settlement_case"}, note_params=("settlement_case",)),
    Step(cl.monitoring_factor, "F_OM", {"joint": "joint_monitoring"}, note_params=("monitored_fluid",)),
    Step(cl.adjusted_factor, "D_f_adj"),
    Step(cl.with_floor, "D_f_thin"),
    Step(
        cl.worst_factor,
        "F_worst",
        {"injection": "injection_case", "dead_leg": "dead_leg_case", "welding": "welding_case"}
        | {"maintenance": "maintenance_case", "settlement": "settlement_case"},
        note_params=("injection_case", "dead_leg_case"),
    ),
    Step(cl.bound_factor, "D_f_bound"),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    tables=(sh.INSPECTIONS,),
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants("thinning"),
    settings=("rbi.unmarked_feature", "rbi.table_lookup"),
)
