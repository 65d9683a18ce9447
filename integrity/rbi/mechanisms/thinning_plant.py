"""Thinning among the mechanisms: its columns from the plant's frames, and its damage factor along time."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Param, Result
from integrity.core.settings import Settings
from integrity.rbi import effectiveness as insp
from integrity.rbi.case import (
    RiskCase,
    baseline,
    confidence_of,
    counting_start,
    inspection_table,
    recorded,
    strength_diameter,
)
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import Columns, Mechanism, Planned, Tables, bound, register_mechanism
from integrity.rbi.mechanisms.thinning import CLAD_CASES, PROCEDURE, loss_fraction
from integrity.rbi.mechanisms.thinning_bottom import METHODS, base_along, loss_bottom
from integrity.rbi.mechanisms.thinning_clauses import loss_unclad


def applies(case: RiskCase) -> BoolArray:
    """Thinning is assessed for every component; one that does not thin stands at the floor.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    ndarray of bool
    """
    return np.ones(case.n, dtype=np.bool_)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns and tables of `api581.2016.thinning` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict of str to dict)
    """
    c, i = case.components, case.inputs
    base = baseline(case)
    api650 = c.construction_code == index_of("construction_code", "API_650")
    stated = _stated(case, "tank_construction", i.tank_construction)
    welded = np.where((stated == NO_CODE) & api650, 0, stated)
    pressure = np.where(np.isnan(i.P_MPa), c.P_MPa, i.P_MPa)
    out: dict[str, AnyArray] = {
        "component_type": c.component_type,
        "t_rdi_mm": base.t_rdi_mm,
        "age_tk_y": base.age_tk_y,
        "C_r": case.rate,
        "confidence": confidence_of(case, base.basis),
        "E": c.E,
        "YS_MPa": i.YS_MPa,
        "TS_MPa": i.TS_MPa,
        "S_MPa": i.S_MPa,
        "t_req_mm": i.t_req_mm,
        "t_c_mm": i.t_c_mm,
        "P_MPa": pressure,
        "D_ref_mm": strength_diameter(c),
        "geometry": c.geometry,
        "clad": i.clad,
        "t_bm_mm": i.t_bm_mm,
        "C_r_cm": i.CR_cm,
        "start_d": counting_start(c),
        "as_of_d": np.full(case.n, case.as_of_d, dtype=np.int64),
        "injection_point": _piping_flag(case, c.injection_point),
        "injection_inspected": i.injection_inspected,
        "dead_leg": _piping_flag(case, c.dead_leg),
        "dead_leg_inspected": i.dead_leg_inspected,
        "construction": welded,
        "maintenance": _stated(case, "tank_maintenance", i.tank_maintenance),
        "CA_mm": c.CA_mm,
        **{f"N_{g}": np.full(case.n, np.nan) for g in insp.GRADES},
    }
    keep = recorded(case, "thinning")
    return bound(case, PROCEDURE, out), {"inspections": inspection_table(case, keep)}


def _stated(case: RiskCase, symbol: str, held: IntArray) -> IntArray:
    """A code of the input frame, else the recorded fact."""
    fact = case.facts.column(Param(symbol, "code", codes=codes(symbol)))
    return np.where(held >= 0, held, fact)


def _piping_flag(case: RiskCase, flag: IntArray) -> IntArray:
    piping = case.components.equipment_kind == index_of("equipment_kind", "piping")
    return np.where(piping | (flag == 1), flag, 0)


def failure_probabilities(
    A_rt: FloatArray, SR_p: FloatArray, COV_dt: FloatArray | None = None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of failure in each rate state, fast form of the clauses of eqs. (2.21) and (2.22).

    Parameters
    ----------
    A_rt : ndarray, any shape
        Wall loss fraction.
    SR_p : ndarray
        Strength ratio, broadcast against `A_rt`.
    COV_dt : ndarray, optional
        Coefficient of variation of the rate where it is not the constant, broadcast against `A_rt`.

    Returns
    -------
    tuple of three ndarray of float64
        For one, two and four times the expected rate; NaN where an input is NaN.
    """
    c = constants("thinning")
    v_dt: Any = np.square(c["COV_dt"].value if COV_dt is None else COV_dt)
    v_Sf = c["COV_Sf"].value ** 2
    left = 1.0 - SR_p
    v_rest = (SR_p * c["COV_P"].value) ** 2 + v_Sf
    out = []
    work = np.empty_like(A_rt)
    for state in insp.STATES:
        # The variance as a polynomial of the loss, and the negative of the reliability index.
        loss = A_rt * c[f"D_S{state}"].value
        np.multiply(loss, v_dt + v_Sf, out=work)
        work -= 2.0 * v_Sf
        work *= loss
        work += v_rest
        np.sqrt(work, out=work)
        loss -= left
        loss /= work
        out.append(ndtr(loss, out=loss))
    return out[0], out[1], out[2]


def base_factors(A_rt: FloatArray, SR_p: FloatArray, Po: FloatArray) -> FloatArray:
    """Base damage factor of many rows, fast form of the clauses.

    Parameters
    ----------
    A_rt, SR_p : ndarray, shape (n,)
    Po : ndarray, shape (3, n)
        Posterior probabilities of the states.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    F1, F2, F3 = failure_probabilities(A_rt, SR_p)
    return weighted(Po, F1, F2, F3)


def weighted(Po: FloatArray, F1: FloatArray, F2: FloatArray, F3: FloatArray) -> FloatArray:
    """Base factor of the states: their probabilities of failure weighted by the posterior.

    Parameters
    ----------
    Po : ndarray, first axis the states
    F1, F2, F3 : ndarray
        Probability of failure in each state.

    Returns
    -------
    ndarray of float64
    """
    Po = Po / constants("thinning")["P_ref"].value
    total = Po[0] * F1
    work = Po[1] * F2
    total += work
    total += np.multiply(Po[2], F3, out=work)
    return np.asarray(total, dtype=np.float64)


def _likelihood() -> FloatArray:
    c = constants("thinning")
    rows = [[c[f"Co_{g}{s}"].value for s in insp.STATES] for g in insp.GRADES]
    no_credit = [1.0, 1.0, 1.0]
    return np.array([*rows, *[no_credit] * (len(codes("effectiveness")) - len(rows) + 1)])


def after_inspection(Po: FloatArray, effectiveness: IntArray) -> FloatArray:
    """Posterior after one more inspection; the same as one more in the exponent of eq. (2.19).

    Parameters
    ----------
    Po : ndarray, shape (3, n)
        Posterior before it.
    effectiveness : ndarray of int64, shape (n,)
        Index of the grade; E and -1 change nothing.

    Returns
    -------
    ndarray of float64, shape (3, n)
    """
    weighted = Po * _likelihood()[effectiveness].T
    return np.asarray(weighted / weighted.sum(axis=0), dtype=np.float64)


def at_dates(
    result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    """Thinning damage factor at days after the assessment, without and with a planned inspection.

    Parameters
    ----------
    result : Result
        Of `api581.2016.thinning` at the as-of day.
    rows : slice
        Rows of the result.
    years : ndarray, shape (m,)
        Years after the as-of day.
    dates_d : ndarray of int64, shape (m,)
        The same as day numbers.
    planned : Planned, optional
        Inspections planned for each of these rows, each counted from its day on. The thickness they will find is
        not known, so the baseline stays.

    Returns
    -------
    (ndarray of float64 of shape (rows, m), the same or None)
        NaN where the row was refused; None where nothing is planned.
    """
    r = {name: result[name][rows] for name in ("t_rdi_mm", "age_tk_y", "C_r", "SR_p", "clad_case", "wall_method")}
    age = r["age_tk_y"][:, None] + years
    bottom = np.flatnonzero(r["wall_method"] == METHODS.index("bottom"))
    if bool((r["clad_case"] != CLAD_CASES.index("unclad")).any()):
        A_rt = _loss_along(result, rows, age)
    else:
        A_rt = loss_unclad(r["C_r"][:, None], age, r["t_rdi_mm"][:, None])
    own = None if np.isnan(result["COV_dt_given"][rows]).all() else result["COV_used"][rows][:, None]
    F = failure_probabilities(A_rt, r["SR_p"][:, None], own)
    Po = np.stack([result[f"Po_p{s}"][rows] for s in insp.STATES])
    refused = np.isnan(result["D_f_thin"][rows])
    factor = _adjustment(result, rows)
    base = weighted(Po[:, :, None], *F)
    floors, grade = _bottoms(result, rows, bottom, age)
    if bottom.size:
        base[bottom] = base_along(floors, grade, result.settings)
    if planned is None:
        return _adjusted(base, factor, refused), None
    better = inspected(base, Po, F, planned, dates_d)
    if bottom.size:
        better[bottom] = _bottoms_inspected(base[bottom], floors, grade, planned.take(bottom), dates_d, result.settings)
    return _adjusted(base, factor, refused), _adjusted(better, factor, refused)


def inspected(
    base: FloatArray,
    Po: FloatArray,
    F: tuple[FloatArray, FloatArray, FloatArray],
    planned: Planned,
    dates_d: IntArray,
) -> FloatArray:
    """Base factor along time with planned inspections, each from its day on.

    Parameters
    ----------
    base : ndarray, rows x days
        Without them.
    Po : ndarray, shape (3, rows)
        Posterior before them.
    F : tuple of three ndarray, rows x days
        Probability of failure in each state.
    planned : Planned
        Of these rows.
    dates_d : ndarray of int64, shape (days,)

    Returns
    -------
    ndarray of float64, rows x days
    """
    better = base.copy()
    for k in range(planned.date_d.shape[1]):
        Po = after_inspection(Po, _grade(planned, k))
        np.copyto(better, weighted(Po[:, :, None], *F), where=planned.done(k, dates_d))
    return better


def _grade(planned: Planned, k: int) -> IntArray:
    return np.where(planned.date_d[:, k] == NO_DATE, NO_CODE, planned.effectiveness[:, k])


def _bottoms_inspected(
    base: FloatArray, A_rt: FloatArray, grade: IntArray, planned: Planned, dates_d: IntArray, settings: Settings
) -> FloatArray:
    """Base factor of tank bottoms with planned inspections: the best grade so far counts."""
    better = base.copy()
    for k in range(planned.date_d.shape[1]):
        found = _grade(planned, k)
        grade = np.where(found < 0, grade, np.minimum(grade, found))
        np.copyto(better, base_along(A_rt, grade, settings), where=planned.done(k, dates_d))
    return better


def _bottoms(result: Result, rows: slice, bottom: IntArray, age: FloatArray) -> tuple[FloatArray, IntArray]:
    """Wall loss parameter of tank bottoms along time, and the grade of their best inspection so far."""
    named = ("t_rdi_mm", "C_r", "t_floor_mm", "CA_mm")
    t, C_r, floor, CA = (result[s][rows][bottom][:, None] for s in named)
    return loss_bottom(t, C_r, age[bottom], floor, CA), result["bottom_grade"][rows][bottom]


def _adjusted(D_fB: FloatArray, factor: FloatArray, refused: BoolArray) -> FloatArray:
    D_fB *= factor[:, None]
    np.maximum(D_fB, constants("thinning")["D_f_min"].value, out=D_fB)
    if refused.any():
        D_fB[refused] = np.nan
    return D_fB


def _adjustment(result: Result, rows: slice) -> FloatArray:
    up = np.prod([result[f][rows] for f in ("F_IP", "F_DL", "F_WD", "F_AM", "F_SM")], axis=0)
    return np.asarray(up / result["F_OM"][rows], dtype=np.float64)


def _loss_along(result: Result, rows: slice, age: FloatArray) -> FloatArray:
    def wide(name: str) -> FloatArray:
        return np.broadcast_to(result[name][rows][:, None], age.shape)

    case = result["clad_case"][rows][:, None]
    wearing = np.isin(case, [CLAD_CASES.index("clad_only"), CLAD_CASES.index("clad_then_base")])
    worn = age >= wide("age_rc_y")
    now = np.where(wearing, np.where(worn, CLAD_CASES.index("clad_then_base"), CLAD_CASES.index("clad_only")), case)
    return loss_fraction(now, wide("C_r"), wide("C_r_cm"), age, wide("age_rc_y"), wide("t_rdi_mm"))


def unverified(result: Result) -> BoolArray:
    """Rows on which an adjustment without two agreeing sources acts.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    tank = (result["welding_case"] > 0) | (result["maintenance_case"] > 0) | (result["settlement_case"] > 0)
    return np.asarray(tank | (result["F_OM"] != 1.0))


MECHANISM = register_mechanism(
    Mechanism("thinning", "thinning", PROCEDURE, "D_f_thin", applies, columns, at_dates, unverified)
)
