"""Formulas of the thinning damage factor (API RP 581, Part 2, section 4), one function a clause."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import aligned, keyed

_S = "Part 2 §4.5.7 "


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + "eq. (2.11)", "Cladding left at the reading"),
    symbol="t_clad_mm",
    expr="max(t_rdi_mm - t_bm_mm, 0)",
    quantity="thickness",
)
def clad_left(t_rdi_mm: FloatArray, t_bm_mm: FloatArray) -> FloatArray:
    """Cladding or overlay left at the reading.

    Parameters
    ----------
    t_rdi_mm : ndarray
        Furnished or measured total thickness, mm.
    t_bm_mm : ndarray
        Thickness of the base metal, mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.maximum(t_rdi_mm - t_bm_mm, 0.0)


@clause(
    API581_2016.at(_S + "eq. (2.11)", "Age at which the cladding is used up"),
    symbol="age_rc_y",
    expr="t_clad_mm/C_r_cm",
    quantity="time",
)
def clad_life(t_clad_mm: FloatArray, C_r_cm: FloatArray) -> FloatArray:
    """Years from the reading until the cladding is gone.

    Parameters
    ----------
    t_clad_mm : ndarray
        Cladding left, mm, positive.
    C_r_cm : ndarray
        Rate of the cladding, mm/year, positive.

    Returns
    -------
    ndarray of float64, years
    """
    return _f(t_clad_mm / C_r_cm)


@clause(
    API581_2016.at(_S + "eq. (2.13)", "Wall loss fraction"),
    symbol="A_rt",
    expr="C_r*age_tk_y/t_rdi_mm",
    quantity="ratio",
)
def loss_unclad(C_r: FloatArray, age_tk_y: FloatArray, t_rdi_mm: FloatArray) -> FloatArray:
    """Fraction of wall lost since the reading, no cladding.

    Parameters
    ----------
    C_r : ndarray
        Rate of the base metal, mm/year.
    age_tk_y : ndarray
        Years since the reading.
    t_rdi_mm : ndarray
        Thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
        The 3rd edition divides by the thickness at the reading; the 2nd edition's A_rt is another quantity.
    """
    return _f(C_r * age_tk_y / t_rdi_mm)


@clause(
    API581_2016.at(_S + "eq. (2.14)", "Wall loss fraction, cladding left"),
    symbol="A_rt",
    expr="C_r_cm*age_tk_y/t_rdi_mm",
    quantity="ratio",
)
def loss_in_clad(C_r_cm: FloatArray, age_tk_y: FloatArray, t_rdi_mm: FloatArray) -> FloatArray:
    """Fraction of wall lost while the cladding lasts.

    Parameters
    ----------
    C_r_cm : ndarray
        Rate of the cladding, mm/year.
    age_tk_y : ndarray
        Years since the reading, less than the age at which the cladding is gone.
    t_rdi_mm : ndarray
        Total thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
    """
    return _f(C_r_cm * age_tk_y / t_rdi_mm)


@clause(
    API581_2016.at(_S + "eq. (2.15)", "Wall loss fraction, cladding gone"),
    symbol="A_rt",
    expr="(C_r_cm*age_rc_y + C_r*(age_tk_y - age_rc_y))/t_rdi_mm",
    quantity="ratio",
)
def loss_through_clad(
    C_r: FloatArray, C_r_cm: FloatArray, age_tk_y: FloatArray, age_rc_y: FloatArray, t_rdi_mm: FloatArray
) -> FloatArray:
    """Fraction of wall lost, first cladding, then base metal.

    Parameters
    ----------
    C_r, C_r_cm : ndarray
        Rates of base metal and cladding, mm/year.
    age_tk_y, age_rc_y : ndarray
        Years since the reading, and until the cladding was gone.
    t_rdi_mm : ndarray
        Total thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
    """
    return _f((C_r_cm * age_rc_y + C_r * (age_tk_y - age_rc_y)) / t_rdi_mm)


@clause(
    API581_2016.at(_S + "eq. (2.16)", "Flow stress"),
    symbol="FS_MPa",
    expr="(YS_MPa + TS_MPa)/2*E*f_flow",
    quantity="stress",
)
def flow_stress(YS_MPa: FloatArray, TS_MPa: FloatArray, E: FloatArray, f_flow: float) -> FloatArray:
    """Flow stress of the joint in the region assessed.

    Parameters
    ----------
    YS_MPa, TS_MPa : ndarray
        Yield and tensile strength, MPa.
    E : ndarray
        Joint efficiency of the region.
    f_flow : float

    Returns
    -------
    ndarray of float64, MPa
    """
    return _f((YS_MPa + TS_MPa) / 2.0 * E * f_flow)


@clause(
    API581_2016.at(_S + "eq. (2.17)", "Greater of required and structural thickness"),
    symbol="t_str_mm",
    expr="max(t_req_mm, t_c_mm)",
    quantity="thickness",
)
def greater_minimum(t_req_mm: FloatArray, t_c_mm: FloatArray) -> FloatArray:
    """Greater of the required and the structural minimum thickness.

    Parameters
    ----------
    t_req_mm, t_c_mm : ndarray
        mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.maximum(t_req_mm, t_c_mm)


@clause(
    API581_2016.at(_S + "eq. (2.17)", "The only minimum thickness given"),
    symbol="t_str_mm",
    expr="t_mm",
    quantity="thickness",
)
def only_minimum(t_mm: FloatArray) -> FloatArray:
    """The one minimum thickness that is given.

    Parameters
    ----------
    t_mm : ndarray

    Returns
    -------
    ndarray of float64, mm
    """
    return _f(t_mm)


@clause(
    API581_2016.at(_S + "eq. (2.17)", "Strength ratio from the minimum thickness"),
    symbol="SR_p_str",
    expr="S_MPa*E/FS_MPa*t_str_mm/t_rdi_mm",
    quantity="ratio",
)
def strength_from_thickness(
    S_MPa: FloatArray, E: FloatArray, FS_MPa: FloatArray, t_str_mm: FloatArray, t_rdi_mm: FloatArray
) -> FloatArray:
    """Strength ratio where the required or structural thickness governs.

    Parameters
    ----------
    S_MPa : ndarray
        Allowable stress, MPa.
    E : ndarray
        Joint efficiency.
    FS_MPa : ndarray
        Flow stress, MPa.
    t_str_mm : ndarray
        Greater of required and structural minimum thickness, mm.
    t_rdi_mm : ndarray
        Thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
    """
    return _f(S_MPa * E / FS_MPa * t_str_mm / t_rdi_mm)


@clause(
    API581_2016.at(_S + "eq. (2.18)", "Shape factor"),
    symbol="alpha",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.alpha",
)
def shape_factor(geometry: IntArray) -> FloatArray:
    """Shape factor of the pressure branch; NaN for a shape that the equation does not cover.

    Parameters
    ----------
    geometry : ndarray of int64
        Index of the enumeration `geometry`.

    Returns
    -------
    ndarray of float64
        2 cylinder, 4 sphere, 1.13 head; a cone or a flat part has none.
    """
    return aligned("thinning", "alpha", "geometry")[geometry]


@clause(
    API581_2016.at(_S + "eq. (2.18)", "Strength ratio from the pressure"),
    symbol="SR_p_pre",
    expr="P_MPa*D_ref_mm/(alpha*FS_MPa*t_rdi_mm)",
    quantity="ratio",
)
def strength_from_pressure(
    P_MPa: FloatArray, D_ref_mm: FloatArray, alpha: FloatArray, FS_MPa: FloatArray, t_rdi_mm: FloatArray
) -> FloatArray:
    """Strength ratio where internal pressure governs.

    Parameters
    ----------
    P_MPa : ndarray
        Pressure, MPa gauge, positive.
    D_ref_mm : ndarray
        Inside diameter of a vessel, outside diameter of a pipe, mm.
    alpha : ndarray
        Shape factor.
    FS_MPa : ndarray
        Flow stress, MPa.
    t_rdi_mm : ndarray
        Thickness at the reading, mm.

    Returns
    -------
    ndarray of float64
    """
    return _f(P_MPa * D_ref_mm / (alpha * FS_MPa * t_rdi_mm))


@clause(
    API581_2016.at(_S + "eqs. (2.17), (2.18)", "Greater strength ratio"),
    symbol="SR_p",
    expr="max(SR_p_str, SR_p_pre)",
    quantity="ratio",
)
def greater_ratio(SR_p_str: FloatArray, SR_p_pre: FloatArray) -> FloatArray:
    """Greater of the two strength ratios, where both can be computed.

    Parameters
    ----------
    SR_p_str, SR_p_pre : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(SR_p_str, SR_p_pre)


@clause(
    API581_2016.at(_S + "eqs. (2.17), (2.18)", "The only strength ratio that can be computed"),
    symbol="SR_p",
    expr="SR_one",
    quantity="ratio",
)
def only_ratio(SR_one: FloatArray) -> FloatArray:
    """The one strength ratio that can be computed.

    Parameters
    ----------
    SR_one : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(SR_one)


@clause(
    API581_2016.at(_S + "eq. (2.21)", "Reliability index of a rate state"),
    symbol="beta",
    expr="(1 - D_S*A_rt - SR_p)/sqrt(D_S**2*A_rt**2*COV_dt**2 + (1 - D_S*A_rt)**2*COV_Sf**2 + SR_p**2*COV_P**2)",
    quantity="number",
)
def reliability_index(
    D_S: float, A_rt: FloatArray, SR_p: FloatArray, COV_dt: float | FloatArray, COV_Sf: float, COV_P: float
) -> FloatArray:
    """Reliability index where the true rate is `D_S` times the expected one.

    Parameters
    ----------
    D_S : float
        Rate factor of the state: 1, 2 or 4.
    A_rt, SR_p : ndarray
        Wall loss fraction and strength ratio.
    COV_dt, COV_Sf, COV_P : float or ndarray
        Coefficients of variation of loss, flow stress and pressure.

    Returns
    -------
    ndarray of float64
        Tends to -3.54 for a very large loss, so the factor stays a little below its ceiling.
    """
    loss = D_S * A_rt
    variance = (loss * COV_dt) ** 2 + ((1.0 - loss) * COV_Sf) ** 2 + (SR_p * COV_P) ** 2
    return _f((1.0 - loss - SR_p) / np.sqrt(variance))


@clause(
    API581_2016.at(_S + "eq. (2.22)", "Base damage factor"),
    symbol="D_fB",
    expr="(Po_p1*Phi(-beta_1) + Po_p2*Phi(-beta_2) + Po_p3*Phi(-beta_3))/P_ref",
    quantity="damage_factor",
)
def base_factor(
    Po_p1: FloatArray,
    Po_p2: FloatArray,
    Po_p3: FloatArray,
    beta_1: FloatArray,
    beta_2: FloatArray,
    beta_3: FloatArray,
    P_ref: float,
) -> FloatArray:
    """Base damage factor, weighted by the posterior of all three states.

    Parameters
    ----------
    Po_p1, Po_p2, Po_p3 : ndarray
        Posterior probabilities.
    beta_1, beta_2, beta_3 : ndarray
        Reliability indices.
    P_ref : float
        1.56e-4; its reciprocal 6410.256 is the ceiling.

    Returns
    -------
    ndarray of float64
    """
    total = Po_p1 * ndtr(-beta_1) + Po_p2 * ndtr(-beta_2) + Po_p3 * ndtr(-beta_3)
    return _f(total / P_ref)


@clause(
    API581_2016.at(_S + "eq. (2.23)", "Damage factor with adjustments"),
    symbol="D_f_adj",
    expr="D_fB*F_IP*F_DL*F_WD*F_AM*F_SM/F_OM",
    quantity="damage_factor",
)
def adjusted_factor(
    D_fB: FloatArray,
    F_IP: FloatArray,
    F_DL: FloatArray,
    F_WD: FloatArray,
    F_AM: FloatArray,
    F_SM: FloatArray,
    F_OM: FloatArray,
) -> FloatArray:
    """Damage factor with injection point, dead leg, tank and monitoring adjustments.

    Parameters
    ----------
    D_fB : ndarray
        Base damage factor.
    F_IP, F_DL : ndarray
        Injection or mix point, dead leg.
    F_WD, F_AM, F_SM : ndarray
        Welded construction, maintenance and settlement of a tank; 1 elsewhere.
    F_OM : ndarray
        Online monitoring, divides.

    Returns
    -------
    ndarray of float64
    """
    return _f(D_fB * F_IP * F_DL * F_WD * F_AM * F_SM / F_OM)


@clause(
    API581_2016.at(_S + "eq. (2.23)", "Thinning damage factor"),
    symbol="D_f_thin",
    expr="max(D_f_adj, D_f_min)",
    quantity="damage_factor",
)
def with_floor(D_f_adj: FloatArray, D_f_min: float) -> FloatArray:
    """Thinning damage factor with the least value the standard orders for thinning.

    Parameters
    ----------
    D_f_adj : ndarray
    D_f_min : float
        0.1.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(D_f_adj, D_f_min)


@clause(
    API581_2016.at(_S + "Table 4.8", "Online monitoring"),
    symbol="F_OM",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_OM",
)
def monitoring_factor(
    monitored_fluid: IntArray, key_variables: IntArray, probes: IntArray, coupons: IntArray, joint: IntArray
) -> FloatArray:
    """Credit of online monitoring: the best single method, never a product.

    Parameters
    ----------
    monitored_fluid : ndarray of int64
        Index of the row of the monitoring table; -1: no monitoring, factor 1.
    key_variables, probes, coupons : ndarray of int64
        1 where the method is in use.
    joint : ndarray of int64
        1 where key variables and probes are used together under one plan; only then the named value 20.

    Returns
    -------
    ndarray of float64
    """
    if (monitored_fluid < 0).all():
        return np.ones(monitored_fluid.shape)
    rows = keyed("thinning", "F_OM").rows[monitored_fluid]
    both = (joint == 1) & (key_variables == 1) & (probes == 1)
    used = np.column_stack([key_variables == 1, probes == 1, coupons == 1, both])
    best = np.max(np.where(used, rows, 1.0), axis=1)
    return np.where(monitored_fluid < 0, 1.0, best)


@clause(
    API581_2016.at(_S + "step 15", "Greatest adjustment that is possible"),
    symbol="F_worst",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_worst",
)
def worst_factor(
    injection: IntArray, dead_leg: IntArray, welding: IntArray, maintenance: IntArray, settlement: IntArray
) -> FloatArray:
    """Product of the adjustment factors where what nobody marked is taken as present or at its worst.

    Parameters
    ----------
    injection, dead_leg, welding, maintenance, settlement : ndarray of int64
        Cases of the factors, -1 or "unmarked" where not known.

    Returns
    -------
    ndarray of float64
        Never less than the product of the factors in force.
    """
    out = _worst("F_IP")[injection]
    for symbol, case in (("F_DL", dead_leg), ("F_WD", welding), ("F_AM", maintenance), ("F_SM", settlement)):
        out *= _worst(symbol)[case]
    return _f(out)


@cache
def _worst(symbol: str) -> FloatArray:
    table = keyed("thinning", symbol)
    rows = table.rows[:, 0].copy()
    rows[[i for i, key in enumerate(table.keys) if key == "unmarked"] + [-1]] = np.nanmax(rows)
    return rows


@clause(
    API581_2016.at(_S + "eq. (2.23)", "Damage factor with the greatest adjustment that is possible"),
    symbol="D_f_bound",
    expr="max(D_fB*F_worst/F_OM, D_f_min)",
    quantity="damage_factor",
)
def bound_factor(D_fB: FloatArray, F_worst: FloatArray, F_OM: FloatArray, D_f_min: float) -> FloatArray:
    """Thinning damage factor if what is not marked were present.

    Parameters
    ----------
    D_fB : ndarray
        Base factor.
    F_worst : ndarray
        Greatest product of the adjustments.
    F_OM : ndarray
        Online monitoring, divides.
    D_f_min : float
        0.1.

    Returns
    -------
    ndarray of float64
        Equal to the damage factor where everything is marked.
    """
    return np.maximum(D_fB * F_worst / F_OM, D_f_min)


def _factor(symbol: str) -> Callable[[IntArray], FloatArray]:
    @clause(
        API581_2016.at(_S + "step 15", "Adjustment factor of a feature"),
        symbol=symbol,
        expr="",
        quantity="number",
        kind=TABLE,
        note=f"rbi.note.{symbol}",
    )
    def factor(feature: IntArray) -> FloatArray:
        """Adjustment factor of a feature.

        Parameters
        ----------
        feature : ndarray of int64
            Index of a key of the table; -1 gives NaN.

        Returns
        -------
        ndarray of float64
        """
        return keyed("thinning", symbol).rows[feature, 0]

    return factor


injection_factor = _factor("F_IP")
dead_leg_factor = _factor("F_DL")
welding_factor = _factor("F_WD")
maintenance_factor = _factor("F_AM")
settlement_factor = _factor("F_SM")
