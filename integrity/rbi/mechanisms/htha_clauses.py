"""Clauses of high temperature hydrogen attack (API RP 581, Part 2, section 19; second edition where named)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.procedure import stack_codes
from integrity.core.reference import API581_2016, Edition
from integrity.rbi.data import constants, keyed

API581_2008 = Edition("API RP 581", "2nd ed. 2008")
SUSCEPTIBILITIES = ("none", "low", "medium", "high", "observed")
MATERIALS = ("carbon", "C_half_Mo", "C_half_Mo_normalised", "1Cr", "1.25Cr", "2.25Cr", "3Cr", "resistant")
CARBON = tuple(MATERIALS.index(m) for m in ("carbon", "C_half_Mo", "C_half_Mo_normalised"))
CREDITS = ("none", "1D", "1C", "1B", "2D", "2C", "2B")
NONE, LOW, MEDIUM, HIGH, OBSERVED = range(5)

_SCREEN = "Part 2 §19.6.3"


@clause(
    API581_2016.at(_SCREEN, "Hottest exposure"),
    symbol="T_htha_C",
    expr="max(T_op_C, T_op_max_C)",
    quantity="temperature",
)
def hottest(T_op_C: FloatArray, T_op_max_C: FloatArray) -> FloatArray:
    """Hottest temperature the steel has seen in hydrogen.

    Parameters
    ----------
    T_op_C, T_op_max_C : ndarray, degC
        Operating temperature and the highest of operation, past operation included.

    Returns
    -------
    ndarray of float64, degC
    """
    return np.maximum(T_op_C, T_op_max_C)


@clause(API581_2016.at(_SCREEN, "Only temperature known"), symbol="T_htha_C", expr="T_C", quantity="temperature")
def only_temperature(T_C: FloatArray) -> FloatArray:
    """Temperature of exposure where one is known.

    Parameters
    ----------
    T_C : ndarray, degC

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray(T_C, dtype=np.float64)


def above_limits(T_htha_C: FloatArray, p_H2_MPa: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Whether temperature and hydrogen partial pressure lie above the limits of the screen.

    Parameters
    ----------
    T_htha_C : ndarray, degC
    p_H2_MPa : ndarray, MPa absolute

    Returns
    -------
    (ndarray of bool, ndarray of bool)
        False where missing; a value on the limit lies not above.
    """
    c = constants("htha")
    hot = ~np.isnan(T_htha_C) & ~at_most(T_htha_C, c["T_screen_C"].value)
    dense = ~np.isnan(p_H2_MPa) & ~at_most(p_H2_MPa, c["p_screen_MPa"].value)
    return hot, dense


@clause(
    API581_2016.at(_SCREEN, "Susceptibility of carbon and C-0.5Mo steel"),
    symbol="htha_susceptibility",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.htha_screen",
)
def carbon_screen(T_htha_C: FloatArray, p_H2_MPa: FloatArray, mixed_policy: IntArray) -> IntArray:
    """Susceptibility of carbon and C-0.5Mo steel: high above both limits, none at or below both.

    Parameters
    ----------
    T_htha_C : ndarray, degC
    p_H2_MPa : ndarray, MPa absolute
    mixed_policy : ndarray of int64
        Between the two: 0 screened out, 1 high, 2 left open.

    Returns
    -------
    ndarray of int64
        Index of `SUSCEPTIBILITIES`; -1 where an input is missing or the case is left open.
    """
    hot, dense = above_limits(T_htha_C, p_H2_MPa)
    known = ~np.isnan(T_htha_C) & ~np.isnan(p_H2_MPa)
    return stack_codes(
        (~known, -1),
        (hot & dense, HIGH),
        (~hot & ~dense, NONE),
        (mixed_policy == 0, NONE),
        (mixed_policy == 1, HIGH),
        default=-1,
    )


@clause(
    API581_2016.at(_SCREEN, "Susceptibility of Cr-Mo steel"),
    symbol="htha_susceptibility",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.htha_distance",
)
def distance_screen(dT_941_K: FloatArray) -> IntArray:
    """Susceptibility of Cr-Mo steel by the distance to its curve of API RP 941, which the owner reads.

    Parameters
    ----------
    dT_941_K : ndarray, K
        Temperature of exposure less temperature of the curve at the hydrogen partial pressure.

    Returns
    -------
    ndarray of int64
        Index of `SUSCEPTIBILITIES`, -1 where it is missing; a value on a border takes the greater class.
    """
    c = constants("htha")
    return stack_codes(
        (np.isnan(dT_941_K), -1),
        (at_least(dT_941_K, 0.0), HIGH),
        (at_least(dT_941_K, c["dT_medium_K"].value), MEDIUM),
        (at_least(dT_941_K, c["dT_low_K"].value), LOW),
        default=NONE,
    )


@clause(
    API581_2008.at("Part 2 §20", "Hydrogen attack parameter"),
    symbol="Pv",
    expr="log10(p_H2_MPa/MPa_per_kgf_cm2) + Pv_T*(T_htha_C + K_0)*(log10(t_htha_h) + Pv_t)",
    quantity="number",
)
def attack_parameter(
    p_H2_MPa: FloatArray,
    T_htha_C: FloatArray,
    t_htha_h: FloatArray,
    MPa_per_kgf_cm2: float,
    Pv_T: float,
    Pv_t: float,
    K_0: float,
) -> FloatArray:
    """Parameter of the second edition that joins hydrogen partial pressure, temperature and time.

    Parameters
    ----------
    p_H2_MPa : ndarray, MPa absolute
    T_htha_C : ndarray, degC
    t_htha_h : ndarray, h
    MPa_per_kgf_cm2, Pv_T, Pv_t, K_0 : float

    Returns
    -------
    ndarray of float64
        Minus infinity without hydrogen or without time.
    """
    T = Pv_T * (T_htha_C + K_0)
    return np.asarray(np.log10(p_H2_MPa / MPa_per_kgf_cm2) + T * (np.log10(t_htha_h) + Pv_t), dtype=np.float64)


def parameter(p_H2_MPa: FloatArray, T_htha_C: FloatArray, t_htha_h: FloatArray) -> FloatArray:
    """`attack_parameter` with the constants of the table file.

    Parameters
    ----------
    p_H2_MPa : ndarray, MPa absolute
    T_htha_C : ndarray, degC
    t_htha_h : ndarray, h

    Returns
    -------
    ndarray of float64
    """
    c = constants("htha")
    names = ("MPa_per_kgf_cm2", "Pv_T", "Pv_t", "K_0")
    return attack_parameter(p_H2_MPa, T_htha_C, t_htha_h, *(c[s].value for s in names))


@clause(
    API581_2008.at("Part 2 §20", "Susceptibility by the parameter"),
    symbol="htha_susceptibility",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.htha_Pv",
)
def parameter_screen(htha_material: IntArray, Pv: FloatArray) -> IntArray:
    """Susceptibility of the second edition by material and parameter.

    Parameters
    ----------
    htha_material : ndarray of int64
        Index of `MATERIALS`.
    Pv : ndarray

    Returns
    -------
    ndarray of int64
        Index of `SUSCEPTIBILITIES`; -1 where an input is missing.
    """
    rows = keyed("htha", "Pv_limits").rows
    last = rows.shape[0] - 1
    limits = rows[np.where((htha_material >= 0) & (htha_material < last), htha_material, last)]
    unknown = np.isnan(Pv) | np.isnan(limits).any(axis=-1)
    return stack_codes(
        (unknown, -1),
        (Pv > limits[..., 2], HIGH),
        (Pv > limits[..., 1], MEDIUM),
        (Pv > limits[..., 0], LOW),
        default=NONE,
    )


@clause(
    API581_2008.at("Part 2 §20", "Inspections that count"),
    symbol="htha_credit",
    expr="",
    quantity="code",
    kind=REDUCTION,
    note="rbi.note.htha_credit",
)
def credit_column(N_A: FloatArray, N_B: FloatArray, N_C: FloatArray, N_D: FloatArray) -> IntArray:
    """Column of the second edition's table: highest grade performed and its number, lower grades taken up in pairs.

    Parameters
    ----------
    N_A, N_B, N_C, N_D : ndarray
        Inspections of each grade; the table has no grade A, which counts as B.

    Returns
    -------
    ndarray of int64
        Index of `CREDITS`.
    """
    C = N_C + np.floor(N_D / 2.0)
    at_B, at_C, at_D = N_A + N_B > 0.0, N_C > 0.0, N_D > 0.0
    number = np.select([at_B, at_C, at_D], [N_A + N_B + np.floor(C / 2.0), C, N_D], 0.0)
    first = np.select([at_B, at_C, at_D], [3, 2, 1], 0)
    return np.asarray(np.where(number >= 2.0, first + 3, first), dtype=np.int64)


@clause(
    API581_2016.at("Part 2 §19.8 Table 19.2", "Factor of hydrogen attack"),
    symbol="D_f_htha",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.D_f_htha",
)
def factor_third(htha_susceptibility: IntArray) -> FloatArray:
    """Damage factor of the third edition, without credit of inspection.

    Parameters
    ----------
    htha_susceptibility : ndarray of int64
        Index of `SUSCEPTIBILITIES`; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    return keyed("htha", "D_f_htha").rows[htha_susceptibility, 0]


@clause(
    API581_2008.at("Part 2 §20 Table 20.4", "Factor of hydrogen attack with inspections"),
    symbol="D_f_htha",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.D_f_htha_2008",
)
def factor_second(htha_susceptibility: IntArray, htha_credit: IntArray) -> FloatArray:
    """Damage factor of the second edition by susceptibility and inspections.

    Parameters
    ----------
    htha_susceptibility : ndarray of int64
        Index of `SUSCEPTIBILITIES`; -1 gives NaN.
    htha_credit : ndarray of int64
        Index of `CREDITS`.

    Returns
    -------
    ndarray of float64
    """
    return keyed("htha", "D_f_htha_2008").rows[htha_susceptibility, htha_credit]


@clause(
    API581_2016.at("Part 2 §19.8 Table 19.2", "Greatest factor where the susceptibility is not known"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_htha",
)
def greatest_factor(D_f_htha: FloatArray, second_edition: IntArray) -> FloatArray:
    """Factor where it is known, else the one of observed damage.

    Parameters
    ----------
    D_f_htha : ndarray
    second_edition : ndarray of int64
        1 for the second edition.

    Returns
    -------
    ndarray of float64
    """
    worst = np.where(
        second_edition == 1,
        keyed("htha", "D_f_htha_2008").rows[OBSERVED, 0],
        keyed("htha", "D_f_htha").rows[OBSERVED, 0],
    )
    return np.where(np.isnan(D_f_htha), worst, D_f_htha)
