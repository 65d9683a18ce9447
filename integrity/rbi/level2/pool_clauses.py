"""Formulas of a pool fire: burning rate, size, flame, and the area within a distance of it."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.reference import API581_2016
from integrity.rbi.level2.common import f

_S = "Part 3 §5.8.2"


@clause(
    API581_2016.at(_S + ".1 eq. (3.128)", "Burning rate of a boiling pool"),
    symbol="m_b",
    expr="C17*LHV*1000/dHv_kJ_kg",
    quantity="number",
)
def burning_boiling(C17: float, LHV: FloatArray, dHv_kJ_kg: FloatArray) -> FloatArray:
    """Burning rate of a pool whose boiling point is at or below the temperature of the air.

    Parameters
    ----------
    C17 : float
    LHV : ndarray, MJ/kg
    dHv_kJ_kg : ndarray, kJ/kg
        Latent heat of vaporisation.

    Returns
    -------
    ndarray of float64, kg/(m2 s)
    """
    return f(C17 * LHV * 1000.0 / dHv_kJ_kg)


@clause(
    API581_2016.at(_S + ".1 eq. (3.129)", "Burning rate of a pool below its boiling point"),
    symbol="m_b",
    expr="C17*LHV*1000/(dHv_kJ_kg + Cp_l_kJ_kgK*(T_b_C - T_air_C))",
    quantity="number",
)
def burning_heated(
    C17: float,
    LHV: FloatArray,
    dHv_kJ_kg: FloatArray,
    Cp_l_kJ_kgK: FloatArray,
    T_b_C: FloatArray,
    T_air_C: FloatArray,
) -> FloatArray:
    """Burning rate of a pool that has to be heated to its boiling point.

    Parameters
    ----------
    C17 : float
    LHV : ndarray, MJ/kg
    dHv_kJ_kg : ndarray, kJ/kg
    Cp_l_kJ_kgK : ndarray, kJ/(kg K)
    T_b_C, T_air_C : ndarray, degC

    Returns
    -------
    ndarray of float64, kg/(m2 s)
    """
    return f(C17 * LHV * 1000.0 / (dHv_kJ_kg + Cp_l_kJ_kgK * (T_b_C - T_air_C)))


@clause(
    API581_2016.at(_S + ".2 eq. (3.131)", "Area at which the fire takes what feeds the pool"),
    symbol="A_burn_m2",
    expr="W_pool/m_b",
    quantity="area",
)
def area_fed(W_pool: FloatArray, m_b: FloatArray) -> FloatArray:
    """Pool area in balance with its feed.

    Parameters
    ----------
    W_pool : ndarray, kg/s
    m_b : ndarray, kg/(m2 s)

    Returns
    -------
    ndarray of float64, m2
    """
    return f(W_pool / m_b)


@clause(
    API581_2016.at(_S + ".2 eq. (3.132)", "Area of all the liquid at the least depth"),
    symbol="A_mass_m2",
    expr="mass_pool_kg/(rho_liq*d_pool_m)",
    quantity="area",
)
def area_of_mass(mass_pool_kg: FloatArray, rho_liq: FloatArray, d_pool_m: float) -> FloatArray:
    """Area over which the liquid can spread.

    Parameters
    ----------
    mass_pool_kg : ndarray, kg
    rho_liq : ndarray, kg/m3
    d_pool_m : float, m

    Returns
    -------
    ndarray of float64, m2
    """
    return f(mass_pool_kg / (rho_liq * d_pool_m))


@clause(
    API581_2016.at(_S + ".2 eq. (3.133)", "Area of the pool"),
    symbol="A_pool_m2",
    expr="min(A_burn_m2, A_mass_m2, A_pool_max_m2)",
    quantity="area",
)
def pool_area(A_burn_m2: FloatArray, A_mass_m2: FloatArray, A_pool_max_m2: FloatArray) -> FloatArray:
    """Area of the burning pool.

    Parameters
    ----------
    A_burn_m2, A_mass_m2, A_pool_max_m2 : ndarray, m2
        By the feed, by the liquid, by the place.

    Returns
    -------
    ndarray of float64, m2
    """
    return np.minimum(np.minimum(A_burn_m2, A_mass_m2), A_pool_max_m2)


@clause(
    API581_2016.at(_S + ".2 eq. (3.134)", "Radius of the pool"),
    symbol="r_pool_m",
    expr="sqrt(A_pool_m2/pi)",
    quantity="height",
)
def pool_radius(A_pool_m2: FloatArray, pi: float) -> FloatArray:
    """Radius of the circle of the same area.

    Parameters
    ----------
    A_pool_m2 : ndarray, m2
    pi : float

    Returns
    -------
    ndarray of float64, m
    """
    return f(np.sqrt(A_pool_m2 / pi))


@clause(
    API581_2016.at(_S + ".3 eq. (3.136)", "Wind without dimension"),
    symbol="u_s",
    expr="max(1, wind_m_s*(rho_vap/(2*g_m_s2*m_b*r_pool_m))**n_us)",
    quantity="number",
)
def wind_number(
    wind_m_s: FloatArray, rho_vap: FloatArray, g_m_s2: float, m_b: FloatArray, r_pool_m: FloatArray, n_us: float
) -> FloatArray:
    """Wind speed over that of the rising vapour, not below 1.

    Parameters
    ----------
    wind_m_s : ndarray, m/s
        Two metres above the ground.
    rho_vap : ndarray, kg/m3
    g_m_s2, n_us : float
    m_b : ndarray, kg/(m2 s)
    r_pool_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(1.0, wind_m_s * (rho_vap / (2.0 * g_m_s2 * m_b * r_pool_m)) ** n_us)


@clause(
    API581_2016.at(_S + ".3 eq. (3.135)", "Length of the flame"),
    symbol="L_flame_m",
    expr="110*r_pool_m*(m_b/(rho_air*sqrt(2*g_m_s2*r_pool_m)))**n_flame*u_s**(0 - n_flame_wind)",
    quantity="height",
)
def flame_length(
    r_pool_m: FloatArray,
    m_b: FloatArray,
    rho_air: FloatArray,
    g_m_s2: float,
    n_flame: float,
    u_s: FloatArray,
    n_flame_wind: float,
) -> FloatArray:
    """Length of the flame of a pool fire in wind (Thomas).

    Parameters
    ----------
    r_pool_m : ndarray, m
    m_b : ndarray, kg/(m2 s)
    rho_air : ndarray, kg/m3
    g_m_s2, n_flame, n_flame_wind : float
    u_s : ndarray

    Returns
    -------
    ndarray of float64, m
    """
    rise = m_b / (rho_air * np.sqrt(2.0 * g_m_s2 * r_pool_m))
    return f(110.0 * r_pool_m * rise**n_flame * u_s ** (0.0 - n_flame_wind))


@clause(
    API581_2016.at(_S + ".3 eq. (3.137)", "Cosine of the tilt"),
    symbol="cos_tilt",
    expr="1/sqrt(u_s)",
    quantity="ratio",
)
def tilt_cosine(u_s: FloatArray) -> FloatArray:
    """Cosine of the tilt of the flame from the vertical.

    Parameters
    ----------
    u_s : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(1.0 / np.sqrt(u_s))


@clause(
    API581_2016.at(_S + ".3 eq. (3.137)", "Sine of the tilt"),
    symbol="sin_tilt",
    expr="sqrt(1 - 1/u_s)",
    quantity="ratio",
)
def tilt_sine(u_s: FloatArray) -> FloatArray:
    """Sine of the tilt of the flame from the vertical.

    Parameters
    ----------
    u_s : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(np.sqrt(1.0 - 1.0 / u_s))


@clause(
    API581_2016.at(_S + ".4 eq. (3.138)", "Radiation at the surface of the flame, kW/m2"),
    symbol="E_kW_m2",
    expr="1000*beta*m_b*LHV*pi*r_pool_m**2/(2*pi*r_pool_m*L_flame_m + pi*r_pool_m**2)",
    quantity="number",
)
def emissive(
    beta: FloatArray, m_b: FloatArray, LHV: FloatArray, pi: float, r_pool_m: FloatArray, L_flame_m: FloatArray
) -> FloatArray:
    """Radiated power over side and top of the flame.

    Parameters
    ----------
    beta : ndarray
    m_b : ndarray, kg/(m2 s)
    LHV : ndarray, MJ/kg
    pi : float
    r_pool_m, L_flame_m : ndarray, m

    Returns
    -------
    ndarray of float64, kW/m2
    """
    power = 1000.0 * beta * m_b * LHV * pi * r_pool_m**2
    return f(power / (2.0 * pi * r_pool_m * L_flame_m + pi * r_pool_m**2))


@clause(
    API581_2016.at(_S + ".5 eq. (3.139)", "Radiation that arrives, kW/m2"),
    symbol="I",
    expr="tau*E_kW_m2*F_view",
    quantity="number",
)
def received(tau: FloatArray, E_kW_m2: FloatArray, F_view: FloatArray) -> FloatArray:
    """Radiation that arrives at a target.

    Parameters
    ----------
    tau, F_view : ndarray
    E_kW_m2 : ndarray, kW/m2

    Returns
    -------
    ndarray of float64, kW/m2
    """
    return f(tau * E_kW_m2 * F_view)


@clause(
    API581_2016.at(_S + ".6", "Below the limit at the edge of the flame already"),
    symbol="x_m",
    expr="x_least_m",
    quantity="height",
)
def at_edge(x_least_m: FloatArray) -> FloatArray:
    """Distance where the radiation is below the limit as near as the view factor holds.

    Parameters
    ----------
    x_least_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(x_least_m)


@clause(
    API581_2016.at(_S + ".6", "Reach of the tilted flame over the ground"),
    symbol="x_least_m",
    expr="L_flame_m*sin_tilt",
    quantity="height",
)
def reach(L_flame_m: FloatArray, sin_tilt: FloatArray) -> FloatArray:
    """Distance from the surface up to which the flame hangs over.

    Parameters
    ----------
    L_flame_m : ndarray, m
    sin_tilt : ndarray

    Returns
    -------
    ndarray of float64, m
    """
    return f(L_flame_m * sin_tilt)


@clause(
    API581_2016.at(_S + ".6", "Reach of the tilted flame, distance counted as printed"),
    symbol="x_least_m",
    expr="L_flame_m*sin_tilt + r_pool_m",
    quantity="height",
)
def reach_printed(L_flame_m: FloatArray, sin_tilt: FloatArray, r_pool_m: FloatArray) -> FloatArray:
    """Distance up to which the flame hangs over, where the printed ratio takes it from the axis.

    Parameters
    ----------
    L_flame_m, r_pool_m : ndarray, m
    sin_tilt : ndarray

    Returns
    -------
    ndarray of float64, m
    """
    return f(L_flame_m * sin_tilt + r_pool_m)


@clause(
    API581_2016.at(_S + ".6 eqs. (3.150), (3.151)", "Area within the distance from the surface"),
    symbol="CA",
    expr="pi*(x_m + r_pool_m)**2",
    quantity="area",
)
def area_about(pi: float, x_m: FloatArray, r_pool_m: FloatArray) -> FloatArray:
    """Area of the pool and the ring around it.

    Parameters
    ----------
    pi : float
    x_m, r_pool_m : ndarray, m

    Returns
    -------
    ndarray of float64, m2
    """
    return f(pi * (x_m + r_pool_m) ** 2)
