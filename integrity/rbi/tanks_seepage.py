"""Formulas of the leak of a tank bottom into the soil (API RP 581, Part 3, section 6)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed

_S = "Part 3 §6"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".3 Table 6.4M", "Hole in a tank bottom"),
    symbol="d",
    expr="",
    quantity="length",
    kind=TABLE,
    note="financial.note.hole_bottom",
)
def bottom_hole(release_barrier: IntArray) -> FloatArray:
    """Small hole of a tank bottom.

    Parameters
    ----------
    release_barrier : ndarray of int64
        1 with a release prevention barrier.

    Returns
    -------
    ndarray of float64, mm
    """
    return keyed("tank", "hole_bottom").rows[release_barrier, 0]


@clause(
    API581_2016.at(_S + ".2 Table 6.2M", "Property of the soil"),
    symbol="k_lower",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.soil",
)
def soil_property(soil: IntArray) -> FloatArray:
    """Bounds of the hydraulic conductivity of water, and porosity.

    Parameters
    ----------
    soil : ndarray of int64

    Returns
    -------
    ndarray of float64, shape (n, 3), cm/s, cm/s, 1
    """
    return keyed("tank", "soil").rows[soil]


@clause(
    API581_2016.at(_S + ".2 eq. (3.207)", "Hydraulic conductivity of water"),
    symbol="k_water",
    expr="C31*(k_lower + k_upper)/2",
    quantity="conductivity_d",
)
def water_conductivity(C31: float, k_lower: FloatArray, k_upper: FloatArray) -> FloatArray:
    """Mean of the two bounds.

    Parameters
    ----------
    C31 : float
        864 from cm/s to m/day.
    k_lower, k_upper : ndarray, cm/s

    Returns
    -------
    ndarray of float64, m/day
    """
    return _f(C31 * (k_lower + k_upper) / 2.0)


@clause(
    API581_2016.at(_S + ".2 eq. (3.205)", "Hydraulic conductivity of the product"),
    symbol="k_prod",
    expr="k_water*(rho_tank/rho_water)*(mu_water/mu_tank)",
    quantity="conductivity_d",
)
def product_conductivity(
    k_water: FloatArray, rho_tank: FloatArray, rho_water: float, mu_water: float, mu_tank: FloatArray
) -> FloatArray:
    """Conductivity of the soil for the product, from that for water.

    Parameters
    ----------
    k_water : ndarray, m/day
    rho_tank : ndarray, kg/m3
    rho_water : float, kg/m3
    mu_water : float, Pa s
    mu_tank : ndarray, Pa s

    Returns
    -------
    ndarray of float64, m/day
    """
    return _f(k_water * (rho_tank / rho_water) * (mu_water / mu_tank))


@clause(
    API581_2016.at(_S + ".2 eq. (3.206)", "Seepage velocity"),
    symbol="v_seep",
    expr="k_prod/porosity",
    quantity="conductivity_d",
)
def seepage_velocity(k_prod: FloatArray, porosity: FloatArray) -> FloatArray:
    """Velocity of the product in the soil.

    Parameters
    ----------
    k_prod : ndarray, m/day
    porosity : ndarray

    Returns
    -------
    ndarray of float64, m/day
    """
    return _f(k_prod / porosity)


@clause(
    API581_2016.at(_S + ".4 Table 6.5", "Number of holes in the bottom"),
    symbol="n_holes",
    expr="max(floor((tank_D_m/C36)**2 + 0.5), 1)",
    quantity="count",
)
def hole_count(tank_D_m: FloatArray, C36: float) -> FloatArray:
    """Number of small holes, by the area of the bottom, to the nearest whole number.

    Parameters
    ----------
    tank_D_m : ndarray, m
    C36 : float, m
        30.5.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(np.floor((tank_D_m / C36) ** 2 + 0.5), 1.0)


@clause(
    API581_2016.at(_S + ".4", "Liquid above the bottom hole"),
    symbol="h_bottom_m",
    expr="where(release_barrier == 1, h_barrier_m, fill_height_m)*where(fill_height_m > 0, 1, 0)",
    quantity="height",
)
def bottom_head(release_barrier: IntArray, h_barrier_m: float, fill_height_m: FloatArray) -> FloatArray:
    """Head on the hole: the liquid, or 0.0762 m where a barrier stands below; none in an empty tank.

    Parameters
    ----------
    release_barrier : ndarray of int64
    h_barrier_m : float, m
    fill_height_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    head = np.where(release_barrier == 1, h_barrier_m, fill_height_m)
    return np.where(np.isnan(fill_height_m), np.nan, np.where(fill_height_m > 0.0, head, 0.0))


@clause(
    API581_2016.at(_S + ".4", "Contact between bottom and soil"),
    symbol="C_q",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="financial.note.contact",
)
def contact_factor(C_qo: float, soil_contact: FloatArray) -> FloatArray:
    """Contact factor: as stated between 0.21 (good) and 1.15 (poor), else good contact.

    Parameters
    ----------
    C_qo : float
        0.21.
    soil_contact : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.where(np.isnan(soil_contact), C_qo, soil_contact)


@clause(
    API581_2016.at(_S + ".4", "Conductivity above which the hole alone limits the leak"),
    symbol="k_free",
    expr="C34*d_small_mm**2",
    quantity="conductivity_d",
)
def free_limit(C34: float, d_small_mm: FloatArray) -> FloatArray:
    """Upper bound of the transition between the two leak laws.

    Parameters
    ----------
    C34 : float
        86.4 for mm and m/day.
    d_small_mm : ndarray, mm

    Returns
    -------
    ndarray of float64, m/day
    """
    return _f(C34 * d_small_mm**2)


@clause(
    API581_2016.at(_S + ".4", "Conductivity up to which the soil limits the leak"),
    symbol="k_soil",
    expr="C37*(d_small_mm**n_t/(C_q*h_bottom_m**n_s))**(1/n_k)*limit_scale",
    quantity="conductivity_d",
)
def soil_limit(
    C37: float,
    d_small_mm: FloatArray,
    n_t: float,
    C_q: FloatArray,
    h_bottom_m: FloatArray,
    n_s: float,
    n_k: float,
    limit_scale: FloatArray,
) -> FloatArray:
    """Lower bound of the transition between the two leak laws.

    Parameters
    ----------
    C37 : float
        1.408e-8 for mm, m and m/s.
    d_small_mm : ndarray, mm
    n_t : float
    C_q : ndarray
    h_bottom_m : ndarray, m
    n_s, n_k : float
    limit_scale : ndarray
        86400 from m/s to m/day; 1 where the constant is taken for m/day, as printed.

    Returns
    -------
    ndarray of float64, m/day
    """
    return _f(C37 * (d_small_mm**n_t / (C_q * h_bottom_m**n_s)) ** (1.0 / n_k) * limit_scale)


@clause(
    API581_2016.at(_S + ".4 eq. (3.210)", "Leak of one hole, limited by the hole"),
    symbol="W_1",
    expr="C33*pi*d_small_mm**2*sqrt(2*g*h_bottom_m)",
    quantity="oil_rate",
)
def free_rate(C33: float, pi: float, d_small_mm: FloatArray, g: float, h_bottom_m: FloatArray) -> FloatArray:
    """Leak of one hole over a soil that takes everything.

    Parameters
    ----------
    C33 : float
        0.0815 for mm, m/s and barrels a day.
    pi : float
    d_small_mm : ndarray, mm
    g : float, m/s2
    h_bottom_m : ndarray, m

    Returns
    -------
    ndarray of float64, barrels/day
    """
    return _f(C33 * pi * d_small_mm**2 * np.sqrt(2.0 * g * h_bottom_m))


@clause(
    API581_2016.at(_S + ".4 eq. (3.211)", "Leak of one hole, limited by the soil"),
    symbol="W_1",
    expr="C35*C_q*d_small_mm**n_d*h_bottom_m**n_h*k_prod**n_k",
    quantity="oil_rate",
)
def soil_rate(
    C35: float,
    C_q: FloatArray,
    d_small_mm: FloatArray,
    n_d: float,
    h_bottom_m: FloatArray,
    n_h: float,
    k_prod: FloatArray,
    n_k: float,
) -> FloatArray:
    """Leak of one hole over a soil that holds it back.

    Parameters
    ----------
    C35 : float
        29.6195 for mm, m, m/day and barrels a day.
    C_q : ndarray
    d_small_mm : ndarray, mm
    n_d : float
    h_bottom_m : ndarray, m
    n_h : float
    k_prod : ndarray, m/day
    n_k : float

    Returns
    -------
    ndarray of float64, barrels/day
    """
    return _f(C35 * C_q * d_small_mm**n_d * h_bottom_m**n_h * k_prod**n_k)


@clause(
    API581_2016.at(_S + ".4 eq. (3.212)", "Exponent between the leak laws"),
    symbol="m_trans",
    expr="C40 - m_d*log10(d_small_mm) + m_h*log10(h_bottom_m)",
    quantity="number",
)
def transition_exponent(
    C40: float, m_d: float, d_small_mm: FloatArray, m_h: float, h_bottom_m: FloatArray
) -> FloatArray:
    """Exponent of the law between the regimes.

    Parameters
    ----------
    C40, m_d, m_h : float
    d_small_mm : ndarray, mm
    h_bottom_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return _f(C40 - m_d * np.log10(d_small_mm) + m_h * np.log10(h_bottom_m))


@clause(
    API581_2016.at(_S + ".4 eq. (3.212)", "Leak of one hole, between the leak laws"),
    symbol="W_1",
    expr="C38*10**(2*log10(d_small_mm) + 0.5*log10(h_bottom_m)"
    " - n_k*((C39 + 2*log10(d_small_mm) - log10(k_prod))/m_trans)**m_trans)",
    quantity="oil_rate",
)
def transition_rate(
    C38: float,
    d_small_mm: FloatArray,
    h_bottom_m: FloatArray,
    n_k: float,
    C39: float,
    k_prod: FloatArray,
    m_trans: FloatArray,
) -> FloatArray:
    """Leak of one hole where neither hole nor soil alone limits it.

    Parameters
    ----------
    C38 : float
    d_small_mm : ndarray, mm
    h_bottom_m : ndarray, m
    n_k, C39 : float
    k_prod : ndarray, m/day
    m_trans : ndarray

    Returns
    -------
    ndarray of float64, barrels/day
    """
    two_d = 2.0 * np.log10(d_small_mm)
    base = (C39 + two_d - np.log10(k_prod)) / m_trans
    return _f(C38 * 10.0 ** (two_d + 0.5 * np.log10(h_bottom_m) - n_k * base**m_trans))


@clause(
    API581_2016.at(_S + ".4 eqs. (3.210) to (3.212)", "Leak of all small holes"),
    symbol="W_small",
    expr="W_1*n_counted",
    quantity="oil_rate",
)
def all_holes(W_1: FloatArray, n_counted: FloatArray) -> FloatArray:
    """Leak of the holes that count.

    Parameters
    ----------
    W_1 : ndarray, barrels/day
    n_counted : ndarray

    Returns
    -------
    ndarray of float64, barrels/day
    """
    return _f(W_1 * n_counted)


@clause(
    API581_2016.at(_S + ".7", "Days until a leak of the bottom is found"),
    symbol="t_detect_d",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.bottom_detection",
)
def bottom_detection(
    detect_case: IntArray, t_detect_concrete_d: float, t_detect_barrier_d: float, t_detect_soil_d: float
) -> FloatArray:
    """Days until a leak of the bottom is found.

    Parameters
    ----------
    detect_case : ndarray of int64
        0 concrete or asphalt, 1 barrier, 2 neither.
    t_detect_concrete_d, t_detect_barrier_d, t_detect_soil_d : float, days
        7, 30, 360.

    Returns
    -------
    ndarray of float64, days
    """
    days = np.array([t_detect_concrete_d, t_detect_barrier_d, t_detect_soil_d, np.nan])
    return days[detect_case]
