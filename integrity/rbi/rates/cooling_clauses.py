"""Formulas of cooling water (API RP 581, Part 2, Annex 2.B, section 11), one function a clause."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.reference import API581_2016

_A = "Part 2 Annex 2.B "


@clause(
    API581_2016.at(_A + "§11.3.1 eq. (2.B.11)", "pH of saturation"),
    symbol="pH_sat",
    expr="(pH_0 + C_w1 + C_w2) - (C_w3 + C_w4)",
    quantity="number",
)
def saturation_pH(C_w1: FloatArray, C_w2: FloatArray, C_w3: FloatArray, C_w4: FloatArray, pH_0: float) -> FloatArray:
    """pH at which the water is saturated with calcium carbonate.

    Parameters
    ----------
    C_w1, C_w2, C_w3, C_w4 : ndarray
        Coefficients of dissolved solids, temperature, hardness and alkalinity.
    pH_0 : float

    Returns
    -------
    ndarray of float64
    """
    return (pH_0 + C_w1 + C_w2) - (C_w3 + C_w4)


@clause(
    API581_2016.at(_A + "§11.3.1 eq. (2.B.9)", "Langelier index"),
    symbol="LSI",
    expr="pH - pH_sat",
    quantity="number",
)
def langelier(pH: FloatArray, pH_sat: FloatArray) -> FloatArray:
    """Langelier saturation index; shown beside the Ryznar index, it decides nothing.

    Parameters
    ----------
    pH, pH_sat : ndarray
        pH of the water, and at saturation.

    Returns
    -------
    ndarray of float64
    """
    return pH - pH_sat


@clause(
    API581_2016.at(_A + "§11.3.1 eq. (2.B.10)", "Ryznar index"),
    symbol="RSI",
    expr="2*pH_sat - pH",
    quantity="number",
)
def ryznar(pH: FloatArray, pH_sat: FloatArray) -> FloatArray:
    """Ryznar stability index.

    Parameters
    ----------
    pH, pH_sat : ndarray
        pH of the water, and at saturation.

    Returns
    -------
    ndarray of float64
    """
    return 2.0 * pH_sat - pH


@clause(
    API581_2016.at(_A + "§11.3.1 Table 2.B.11.5", "Argument of the temperature factor, operating temperature"),
    symbol="T_arg_C",
    expr="T_metal_C",
    quantity="temperature",
)
def operating_argument(T_metal_C: FloatArray) -> FloatArray:
    """Argument of the temperature table as its head says.

    Parameters
    ----------
    T_metal_C : ndarray
        degC.

    Returns
    -------
    ndarray of float64, degC
    """
    return T_metal_C


@clause(
    API581_2016.at(_A + "§11.3.1 eq. (2.B.12)", "Argument of the temperature factor, difference"),
    symbol="T_arg_C",
    expr="T_metal_C - T_ref + T_zero",
    quantity="temperature",
)
def difference_argument(T_metal_C: FloatArray, T_ref: float, T_zero: float) -> FloatArray:
    """Argument of the temperature table as the text says: the difference to the reference temperature.

    Parameters
    ----------
    T_metal_C : ndarray
        degC.
    T_ref : float
        Reference temperature, degC.
    T_zero : float
        Zero of the scale that the table is printed in, degC.

    Returns
    -------
    ndarray of float64, degC
    """
    return T_metal_C - T_ref + T_zero


@clause(
    API581_2016.at(_A + "§11.3.1 eqs. (2.B.13) to (2.B.18)", "Velocity factor, slow"),
    symbol="F_V",
    expr="1 + a_V*(v_1 - velocity_m_s)",
    quantity="number",
)
def slow_factor(velocity_m_s: FloatArray, a_V: float, v_1: float) -> FloatArray:
    """Velocity factor below the lower velocity.

    Parameters
    ----------
    velocity_m_s : ndarray
        m/s.
    a_V, v_1 : float
        Slope, and lower velocity in m/s.

    Returns
    -------
    ndarray of float64
    """
    return 1.0 + a_V * (v_1 - velocity_m_s)


@clause(
    API581_2016.at(_A + "§11.3.1 eqs. (2.B.13) to (2.B.18)", "Velocity factor, fast"),
    symbol="F_V",
    expr="1 + b_V*(velocity_m_s - v_2)",
    quantity="number",
)
def fast_factor(velocity_m_s: FloatArray, b_V: float, v_2: float) -> FloatArray:
    """Velocity factor above the upper velocity.

    Parameters
    ----------
    velocity_m_s : ndarray
        m/s.
    b_V, v_2 : float
        Slope, and upper velocity in m/s.

    Returns
    -------
    ndarray of float64
    """
    return 1.0 + b_V * (velocity_m_s - v_2)


@clause(
    API581_2016.at(_A + "§11.3.1 eqs. (2.B.13) to (2.B.18)", "Velocity factor between"),
    symbol="F_V",
    expr="1",
    quantity="number",
)
def still_factor() -> float:
    """Velocity factor between the two velocities.

    Returns
    -------
    float
    """
    return 1.0


@clause(
    API581_2016.at(_A + "§11.3.1 eq. (2.B.8)", "Rate of fresh cooling water"),
    symbol="C_r_bound",
    expr="C_base*F_T*F_V",
    quantity="rate",
)
def fresh_rate(C_base: FloatArray, F_T: FloatArray, F_V: FloatArray) -> FloatArray:
    """Rate of untreated fresh cooling water.

    Parameters
    ----------
    C_base : ndarray
        Base rate, mm/year.
    F_T, F_V : ndarray
        Factors of temperature and velocity.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_base * F_T * F_V


@clause(
    API581_2016.at(_A + "§11.3.2.3 eqs. (2.B.19) to (2.B.20)", "Rate of once-through seawater"),
    symbol="C_r_bound",
    expr="k_C*(s_0 + s_1*k_v*velocity_m_s - s_2*(k_v*velocity_m_s)**2 + s_3*(k_v*velocity_m_s)**2.5)",
    quantity="rate",
)
def seawater_rate(
    velocity_m_s: FloatArray, k_C: float, k_v: float, s_0: float, s_1: float, s_2: float, s_3: float
) -> FloatArray:
    """Rate of carbon steel in once-through seawater.

    Parameters
    ----------
    velocity_m_s : ndarray
        m/s, up to 6.1.
    k_C, k_v : float
        Units of the polynomial in use.
    s_0, s_1, s_2, s_3 : float

    Returns
    -------
    ndarray of float64, mm/year
    """
    v = k_v * velocity_m_s
    return np.asarray(k_C * (s_0 + s_1 * v - s_2 * v**2 + s_3 * v**2.5), dtype=np.float64)


@clause(
    API581_2016.at(_A + "§11.1.10 Table 2.B.11.1", "Rate of a coupon"),
    symbol="C_r_bound",
    expr="coupon_rate*m_pit",
    quantity="rate",
)
def coupon_rate(coupon_rate: FloatArray, m_pit: FloatArray) -> FloatArray:
    """Measured rate of a coupon, multiplied where the attack is local.

    Parameters
    ----------
    coupon_rate : ndarray
        General rate by weight loss, mm/year.
    m_pit : ndarray
        5 to 10 for local attack, 1 for general.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return coupon_rate * m_pit
