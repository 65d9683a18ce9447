"""Formulas of the clean-up after a release (API RP 581, Part 3, section 4.12.6)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import fluids
from integrity.rbi.financial_tables import evaporation

_S = "Part 3 §4.12"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".1 Table 4.2M", "Boiling point and density of the representative fluid"),
    symbol="NBP_C",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.fluid",
)
def clean_up_property(fluid: IntArray) -> FloatArray:
    """Normal boiling point and liquid density of the fluid.

    Parameters
    ----------
    fluid : ndarray of int64
        Index of the fluids of the property table.

    Returns
    -------
    ndarray of float64, shape (n, 2), degC and kg/m3
    """
    return np.column_stack([fluids().NBP_C[fluid], fluids().rho_liq[fluid]])


@clause(
    API581_2016.at(_S + ".6", "Whether anything is left to clean up"),
    symbol="cleanup_case",
    expr="",
    quantity="code",
    kind=TABLE,
    note="financial.note.cleanup",
)
def cleanup_case(
    release_phase: IntArray, NBP_C: FloatArray, NBP_clean_C: float, fact_AIT: FloatArray, suspect: IntArray
) -> IntArray:
    """What becomes of the release.

    Parameters
    ----------
    release_phase : ndarray of int64
        Index of gas, liquid.
    NBP_C : ndarray, degC
    NBP_clean_C : float, degC
        Below it everything evaporates.
    fact_AIT : ndarray
        Share of autoignition; missing is taken as not igniting, so that the spill counts.
    suspect : ndarray of int64
        1 where the printed boiling point is suspect.

    Returns
    -------
    ndarray of int64
        0 gas, 1 evaporates, 2 ignites for certain, 3 spill, 4 suspect property, -1 unknown.
    """
    conditions = [
        release_phase < 0,
        release_phase == 0,
        suspect == 1,
        np.isnan(NBP_C),
        NBP_clean_C * (1.0 - 1e-9) > NBP_C,
        fact_AIT >= 1.0,
    ]
    return np.asarray(np.select(conditions, [-1, 0, 4, -1, 1, 2], 3), dtype=np.int64)


@clause(
    API581_2016.at(_S + ".6", "Nothing to clean up"),
    symbol="FC_env",
    expr="",
    quantity="money",
    kind=TABLE,
    note="financial.note.nothing_left",
)
def nothing_left(cleanup_case: IntArray) -> FloatArray:
    """Cost where nothing is left on the ground.

    Parameters
    ----------
    cleanup_case : ndarray of int64

    Returns
    -------
    ndarray of float64, currency
        0.
    """
    return np.zeros(cleanup_case.shape)


@clause(
    API581_2016.at(_S + ".6 Table 4.18M", "Share evaporated in 24 hours"),
    symbol="frac_evap",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="financial.note.evaporation",
)
def evaporated_share(fluid: IntArray) -> FloatArray:
    """Share of the spill that evaporates in a day, from the table.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return evaporation().share[fluid]


@clause(
    API581_2016.at(_S + ".6 eq. (3.92)", "Boiling point in Fahrenheit"),
    symbol="NBP_F",
    expr="F_per_C*NBP_C + F_zero",
    quantity="number",
)
def in_fahrenheit(F_per_C: float, NBP_C: FloatArray, F_zero: float) -> FloatArray:
    """Boiling point in the formula's own unit: 1.8 times the degrees, plus 32.

    Parameters
    ----------
    F_per_C : float
    NBP_C : ndarray, degC
    F_zero : float

    Returns
    -------
    ndarray of float64, degF
    """
    return _f(F_per_C * NBP_C + F_zero)


@clause(
    API581_2016.at(_S + ".6 eq. (3.92)", "Share evaporated, from the boiling point"),
    symbol="frac_evap",
    expr="min(e_0 + e_1*NBP_F + e_2*NBP_F**2 + e_3/NBP_F + e_4/NBP_F**2, 1)",
    quantity="ratio",
)
def evaporated_by_formula(e_0: float, e_1: float, e_2: float, e_3: float, e_4: float, NBP_F: FloatArray) -> FloatArray:
    """Share of the spill that evaporates in a day, from the boiling point.

    Parameters
    ----------
    e_0, e_1, e_2, e_3, e_4 : float
    NBP_F : ndarray, degF

    Returns
    -------
    ndarray of float64
        Just above 1 at the lowest boiling point of its range, where 1 is taken; below 0 above 540 degC, refused.
    """
    return np.minimum(e_0 + e_1 * NBP_F + e_2 * NBP_F**2 + e_3 / NBP_F + e_4 / NBP_F**2, 1.0)


@clause(
    API581_2016.at(_S + ".6 eq. (3.93)", "Spill to clean up"),
    symbol="vol",
    expr="C13*mass*(1 - frac_evap)/rho_clean",
    quantity="oil_volume",
)
def spill_volume(C13: float, mass: FloatArray, frac_evap: FloatArray, rho_clean: FloatArray) -> FloatArray:
    """Volume that is left on the ground after a day.

    Parameters
    ----------
    C13 : float
        6.29 barrels a cubic metre.
    mass : ndarray, kg
    frac_evap : ndarray
    rho_clean : ndarray, kg/m3

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(C13 * mass * (1.0 - frac_evap) / rho_clean)


@clause(
    API581_2016.at(_S + ".6 eq. (3.94)", "Clean-up, weighted by the holes"),
    symbol="FC_env",
    expr="(gff_small*vol_small + gff_medium*vol_medium + gff_large*vol_large + gff_rupture*vol_rupture)"
    "/gff_total*environment_cost_bbl",
    quantity="money",
)
def cleanup_cost(
    gff_small: FloatArray,
    gff_medium: FloatArray,
    gff_large: FloatArray,
    gff_rupture: FloatArray,
    gff_total: FloatArray,
    vol_small: FloatArray,
    vol_medium: FloatArray,
    vol_large: FloatArray,
    vol_rupture: FloatArray,
    environment_cost_bbl: FloatArray,
) -> FloatArray:
    """Mean spill of the holes with their generic frequencies as weights, times the cost a barrel.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_rupture, gff_total : ndarray, 1/year
    vol_small, vol_medium, vol_large, vol_rupture : ndarray, barrels
    environment_cost_bbl : ndarray, currency/barrel

    Returns
    -------
    ndarray of float64, currency
    """
    top = gff_small * vol_small + gff_medium * vol_medium + gff_large * vol_large + gff_rupture * vol_rupture
    return _f(top / gff_total * environment_cost_bbl)
