"""Formulas of the release from an atmospheric tank: fluid, soil, holes, rates, volumes (API RP 581 Part 3)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed

_S = "Part 3 §6"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".1 Table 6.1M", "Property of the tank fluid"),
    symbol="rho_tank",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.tank_fluid",
)
def fluid_property(tank_fluid: IntArray) -> FloatArray:
    """Molar mass, density and viscosity of a tank fluid.

    Parameters
    ----------
    tank_fluid : ndarray of int64

    Returns
    -------
    ndarray of float64, shape (n, 4), kg/kmol, kg/m3, Pa s
        The last column is the viscosity as printed.
    """
    return keyed("tank", "fluid").rows[tank_fluid]


@clause(
    OWN_METHOD.at("stated fluid property", "Property of the tank fluid as stated"),
    symbol="rho_tank",
    expr="stated_value",
    quantity="number",
)
def stated_property(stated_value: FloatArray) -> FloatArray:
    """A property that somebody has stated for the contents.

    Parameters
    ----------
    stated_value : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(stated_value)


@clause(
    API581_2016.at(_S + ".6 eq. (3.214)", "Liquid above the course"),
    symbol="h_course_m",
    expr="max(fill_height_m - (course_n - 1)*course_height_m, 0)",
    quantity="height",
)
def head_of_course(fill_height_m: FloatArray, course_n: FloatArray, course_height_m: FloatArray) -> FloatArray:
    """Liquid head above the lower edge of a course; a course above the liquid has none.

    Parameters
    ----------
    fill_height_m : ndarray, m
    course_n : ndarray
        1 is the lowest.
    course_height_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return np.maximum(fill_height_m - (course_n - 1.0) * course_height_m, 0.0)


@clause(
    OWN_METHOD.at("liquid height of the course", "Liquid above the course as recorded"),
    symbol="h_course_m",
    expr="max(liquid_head_m, 0)",
    quantity="height",
)
def head_recorded(liquid_head_m: FloatArray) -> FloatArray:
    """Liquid head above the lower edge of a course as recorded with it.

    Parameters
    ----------
    liquid_head_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return np.maximum(liquid_head_m, 0.0)


@clause(
    API581_2016.at(_S + ".3 Table 6.3M", "Hole in a shell course"),
    symbol="d",
    expr="",
    quantity="length",
    kind=TABLE,
    note="financial.note.hole_shell",
)
def shell_hole(hole: int) -> float:
    """Small, medium and large hole of a shell course.

    Parameters
    ----------
    hole : int
        0, 1, 2.

    Returns
    -------
    float, mm
    """
    return float(keyed("tank", "hole_shell").rows[hole, 0])


@clause(
    API581_2016.at(_S + ".3 Table 6.3M", "Rupture: a quarter of the tank diameter"),
    symbol="d_rupture_mm",
    expr="mm_per_m*tank_D_m/d_rupture_part",
    quantity="length",
)
def rupture_hole(mm_per_m: float, tank_D_m: FloatArray, d_rupture_part: float) -> FloatArray:
    """Hole of a rupture.

    Parameters
    ----------
    mm_per_m : float
    tank_D_m : ndarray, m
    d_rupture_part : float
        4.

    Returns
    -------
    ndarray of float64, mm
    """
    return _f(mm_per_m * tank_D_m / d_rupture_part)


@clause(
    API581_2016.at(_S + ".4 eq. (3.209)", "Leak through the shell"),
    symbol="W",
    expr="C32*Cd_shell*pi*d_mm**2/4*sqrt(2*g*h_course_m)",
    quantity="oil_rate",
)
def shell_rate(
    C32: float, Cd_shell: float, pi: float, d_mm: FloatArray, g: float, h_course_m: FloatArray
) -> FloatArray:
    """Leak rate of a hole in a course under a constant head.

    Parameters
    ----------
    C32 : float
        0.543 for mm2, m/s and barrels a day.
    Cd_shell : float
        0.61.
    pi : float
    d_mm : ndarray, mm
    g : float, m/s2
    h_course_m : ndarray, m

    Returns
    -------
    ndarray of float64, barrels/day
    """
    return _f(C32 * Cd_shell * pi * d_mm**2 / 4.0 * np.sqrt(2.0 * g * h_course_m))


@clause(
    API581_2016.at(_S + ".6 eqs. (3.215) to (3.217)", "Contents above the hole"),
    symbol="bbl_avail",
    expr="C13*pi/4*tank_D_m**2*h_m",
    quantity="oil_volume",
)
def contents(C13: float, pi: float, tank_D_m: FloatArray, h_m: FloatArray) -> FloatArray:
    """Contents of a vertical cylinder above the hole.

    Parameters
    ----------
    C13 : float
        6.29 barrels a cubic metre.
    pi : float
    tank_D_m, h_m : ndarray, m

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(C13 * pi / 4.0 * tank_D_m**2 * h_m)


@clause(
    API581_2016.at(_S + ".7", "Days until a leak of the shell is found"),
    symbol="t_detect",
    expr="where(d_mm <= d_detect_mm*(1 + 1e-9), t_detect_small_d, t_detect_large_d)",
    quantity="number",
)
def shell_detection(
    d_mm: FloatArray, d_detect_mm: float, t_detect_small_d: float, t_detect_large_d: float
) -> FloatArray:
    """Days until a leak of the shell is found: 7 for a hole of up to an eighth of an inch, else 1.

    Parameters
    ----------
    d_mm : ndarray, mm
    d_detect_mm : float, mm
    t_detect_small_d, t_detect_large_d : float, days

    Returns
    -------
    ndarray of float64, days
    """
    return np.where(at_most(d_mm, d_detect_mm), t_detect_small_d, t_detect_large_d)


@clause(
    API581_2016.at(_S + ".7 eq. (3.223)", "Days of leakage"),
    symbol="ld",
    expr="where(W > 0, min(bbl_avail/W, t_d), 0)",
    quantity="number",
)
def leak_days(W: FloatArray, bbl_avail: FloatArray, t_d: FloatArray) -> FloatArray:
    """Days until the leak is found, or until nothing is left.

    Parameters
    ----------
    W : ndarray, barrels/day
    bbl_avail : ndarray, barrels
    t_d : ndarray, days

    Returns
    -------
    ndarray of float64, days
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        days = np.where(W > 0.0, np.minimum(bbl_avail / W, t_d), 0.0)
    return np.where(np.isnan(W), np.nan, days)


@clause(
    API581_2016.at(_S + ".7 eq. (3.224)", "Volume leaked"),
    symbol="bbl",
    expr="min(W*ld_d, bbl_avail)",
    quantity="oil_volume",
)
def leaked(W: FloatArray, ld_d: FloatArray, bbl_avail: FloatArray) -> FloatArray:
    """Volume that leaks, at most the contents.

    Parameters
    ----------
    W : ndarray, barrels/day
    ld_d : ndarray, days
    bbl_avail : ndarray, barrels

    Returns
    -------
    ndarray of float64, barrels
    """
    return np.minimum(W * ld_d, bbl_avail)


@clause(
    API581_2016.at(_S + ".7 eq. (3.226)", "Rupture: the whole contents"),
    symbol="bbl_rupture",
    expr="bbl_avail",
    quantity="oil_volume",
)
def all_contents(bbl_avail: FloatArray) -> FloatArray:
    """Volume of a rupture.

    Parameters
    ----------
    bbl_avail : ndarray, barrels

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl_avail)


@clause(
    API581_2016.at(_S + ".4", "Leak rate as mass"),
    symbol="rate",
    expr="W/(C13*s_per_d)*rho_tank",
    quantity="mass_rate",
)
def mass_rate(W: FloatArray, C13: float, s_per_d: float, rho_tank: FloatArray) -> FloatArray:
    """Leak rate as mass: volume rate in cubic metres a second times density.

    Parameters
    ----------
    W : ndarray, barrels/day
    C13 : float
    s_per_d : float
    rho_tank : ndarray, kg/m3

    Returns
    -------
    ndarray of float64, kg/s
    """
    return _f(W / (C13 * s_per_d) * rho_tank)


@clause(
    API581_2016.at(_S + ".7 eq. (3.218)", "Volume as mass"),
    symbol="mass",
    expr="bbl/C13*rho_tank",
    quantity="mass",
)
def mass_of(bbl: FloatArray, C13: float, rho_tank: FloatArray) -> FloatArray:
    """Mass of a volume in barrels.

    Parameters
    ----------
    bbl : ndarray, barrels
    C13 : float
    rho_tank : ndarray, kg/m3

    Returns
    -------
    ndarray of float64, kg
    """
    return _f(bbl / C13 * rho_tank)
