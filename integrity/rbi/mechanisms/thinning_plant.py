"""Thinning among the mechanisms: its columns from the plant's frames, and its damage factor along time."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result
from integrity.rbi import effectiveness as insp
from integrity.rbi.case import (
    RiskCase,
    baseline,
    confidence_of,
    counting_start,
    inspection_table,
    strength_diameter,
)
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import Columns, Mechanism, Planned, Tables, register_mechanism
from integrity.rbi.mechanisms.thinning import CLAD_CASES, PROCEDURE, loss_fraction
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
    welded = np.where((i.tank_construction == NO_CODE) & api650, 0, i.tank_construction)
    pressure = np.where(np.isnan(i.P_MPa), c.P_MPa, i.P_MPa)
    out: dict[str, AnyArray] = {
        "component_type": c.component_type,
        "t_rdi_mm": base.t_rdi_mm,
        "age_tk_y": base.age_tk_y,
        "C_r": i.CR,
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
        "maintenance": i.tank_maintenance,
    }
    keep = insp.counts_for("thinning", case.inspections.mechanism, case.inspections.inspection_type)
    return out, {"inspections": inspection_table(case, keep)}


def _piping_flag(case: RiskCase, flag: IntArray) -> IntArray:
    piping = case.components.equipment_kind == index_of("equipment_kind", "piping")
    return np.where(piping | (flag == 1), flag, 0)


def failure_probabilities(A_rt: FloatArray, SR_p: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Probability of failure in each rate state, fast form of the clauses of eqs. (2.21) and (2.22).

    Parameters
    ----------
    A_rt : ndarray, any shape
        Wall loss fraction.
    SR_p : ndarray
        Strength ratio, broadcast against `A_rt`.

    Returns
    -------
    tuple of three ndarray of float64
        For one, two and four times the expected rate; NaN where an input is NaN.
    """
    c = constants("thinning")
    v_dt, v_Sf = c["COV_dt"].value ** 2, c["COV_Sf"].value ** 2
    v_P = (SR_p * c["COV_P"].value) ** 2
    out = []
    left, work = np.empty_like(A_rt), np.empty_like(A_rt)
    for state in insp.STATES:
        loss = A_rt * c[f"D_S{state}"].value
        np.subtract(1.0, loss, out=left)
        np.square(loss, out=loss)
        loss *= v_dt
        np.square(left, out=work)
        work *= v_Sf
        loss += work
        loss += v_P
        np.sqrt(loss, out=loss)
        left -= SR_p
        np.divide(left, loss, out=loss)
        np.negative(loss, out=loss)
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
    return _weighted(Po, F1, F2, F3)


def _weighted(Po: FloatArray, F1: FloatArray, F2: FloatArray, F3: FloatArray) -> FloatArray:
    total = Po[0] * F1
    total += Po[1] * F2
    total += Po[2] * F3
    total /= constants("thinning")["P_ref"].value
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
    r = {name: result[name][rows] for name in ("t_rdi_mm", "age_tk_y", "C_r", "SR_p", "clad_case")}
    age = r["age_tk_y"][:, None] + years
    if bool((r["clad_case"] != CLAD_CASES.index("unclad")).any()):
        A_rt = _loss_along(result, rows, age)
    else:
        A_rt = loss_unclad(r["C_r"][:, None], age, r["t_rdi_mm"][:, None])
    F = failure_probabilities(A_rt, r["SR_p"][:, None])
    Po = np.stack([result[f"Po_p{s}"][rows] for s in insp.STATES])
    refused = np.isnan(result["D_f_thin"][rows])
    factor = _adjustment(result, rows)
    base = _weighted(Po[:, :, None], *F)
    if planned is None:
        return _adjusted(base, factor, refused), None
    better = base
    for k in range(planned.date_d.shape[1]):
        day = planned.date_d[:, k]
        grade = np.where(day == NO_DATE, NO_CODE, planned.effectiveness[:, k])
        Po = after_inspection(Po, grade)
        better = np.where((day[:, None] <= dates_d) & (day != NO_DATE)[:, None], _weighted(Po[:, :, None], *F), better)
    plain = base.copy() if better is base else base
    return _adjusted(plain, factor, refused), _adjusted(better, factor, refused)


def _adjusted(D_fB: FloatArray, factor: FloatArray, refused: BoolArray) -> FloatArray:
    D_fB *= factor[:, None]
    np.maximum(D_fB, constants("thinning")["D_f_min"].value, out=D_fB)
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


MECHANISM = register_mechanism(Mechanism("thinning", "thinning", PROCEDURE, "D_f_thin", applies, columns, at_dates))
