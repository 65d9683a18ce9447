"""Formulas of the Level 1 flammable area of one hole (API RP 581, Part 3, section 4.8), one function a clause."""

from __future__ import annotations

from functools import cache

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import index_of
from integrity.core.reference import API581_2016
from integrity.rbi.data import Flammable, flammable, fluids, keyed

_S = "Part 3 §4.8"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at("Part 3 §4.1 Table 4.2M", "Autoignition temperature"),
    symbol="AIT_s_C",
    expr="",
    quantity="temperature",
    kind=TABLE,
    note="rbi.note.fluid",
)
def autoignition_temperature(fluid: IntArray) -> FloatArray:
    """Autoignition temperature of the representative fluid.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of float64, degC
    """
    return fluids().AIT_C[fluid]


@clause(
    API581_2016.at("Part 3 §4.1.2", "Autoignition temperature, given"),
    symbol="AIT_s_C",
    expr="AIT_C",
    quantity="temperature",
)
def autoignition_given(AIT_C: FloatArray) -> FloatArray:
    """Autoignition temperature that the engineer gives; it replaces that of the representative fluid.

    Parameters
    ----------
    AIT_C : ndarray, degC

    Returns
    -------
    ndarray of float64, degC
    """
    return _f(AIT_C)


@clause(
    API581_2016.at(_S + ".2 Table 4.10", "Mitigation"),
    symbol="fact_mit",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="rbi.note.fact_mit",
)
def mitigation_factor(mitigation: IntArray, isolation: IntArray) -> FloatArray:
    """Reduction of the area by one mitigation system; systems are not added up.

    Parameters
    ----------
    mitigation, isolation : ndarray of int64
        Blowdown counts only together with isolation A or B.

    Returns
    -------
    ndarray of float64
    """
    credited = (mitigation != index_of("mitigation", "blowdown_isolation_B")) | fast_isolation(isolation)
    return np.where(credited, keyed("release", "fact_mit").rows[mitigation, 0], 0.0)


def fast_isolation(isolation: IntArray) -> BoolArray:
    """Whether isolation is of class A or B.

    Parameters
    ----------
    isolation : ndarray of int64

    Returns
    -------
    ndarray of bool
    """
    return np.isin(isolation, [index_of("isolation", "A"), index_of("isolation", "B")])


@clause(
    API581_2016.at(_S + " Tables 4.8M, 4.9M", "Coefficient of the area"),
    symbol="a",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.coefficient",
)
def coefficient(fluid: IntArray, release_phase: IntArray) -> Flammable:
    """Coefficients a and b of all effects and terms.

    Parameters
    ----------
    fluid, release_phase : ndarray of int64

    Returns
    -------
    Flammable
        `a` and `b` of shape (n, 2, 4): component damage and personnel injury; continuous and instantaneous, each
        with autoignition unlikely and likely. A blank cell is NaN, a printed zero is zero.
    """
    t = flammable()
    n_fluids, n_phases = t.has_row.shape
    row = (fluid % n_fluids) * n_phases + release_phase % n_phases
    # Each coefficient lies together over the rows: what follows takes them one by one.
    a, b = (np.moveaxis(_by_row(i).take(row, axis=2), 2, 0) for i in range(2))
    return Flammable(a, b, t.has_row.ravel()[row], t.verified.ravel()[row])


@cache
def _by_row(i: int) -> FloatArray:
    """Coefficients a (0) or b (1) by effect, term and row of the table, fluid after fluid."""
    values = (flammable().a, flammable().b)[i]
    return np.ascontiguousarray(np.moveaxis(values.reshape(-1, *values.shape[2:]), 0, 2))


@clause(
    API581_2016.at(_S + ".4 eq. (3.18)", "Energy efficiency of a large instantaneous release"),
    symbol="eneff",
    expr="where(mass_kg > C3*(1 + 1e-9), 4*log10(C4A*mass_kg) - 15, 1)",
    quantity="number",
)
def energy_efficiency(mass_kg: FloatArray, C3: float, C4A: float) -> FloatArray:
    """Energy efficiency, which divides the instantaneous areas only.

    Parameters
    ----------
    mass_kg : ndarray, kg
    C3, C4A : float
        4536 kg, below which it is one; kilograms to pounds.

    Returns
    -------
    ndarray of float64
        At least one.
    """
    large = mass_kg > C3 * (1.0 + 1e-9)
    return np.where(large, 4.0 * np.log10(C4A * np.where(large, mass_kg, C3)) - 15.0, 1.0)


@clause(
    API581_2016.at(_S + " eq. (3.20)", "Share of the instantaneous area"),
    symbol="fact_IC",
    expr="min(rate_kg_s/C5, 1)",
    quantity="ratio",
)
def blend_of_rate(rate_kg_s: FloatArray, C5: float) -> FloatArray:
    """Share of the instantaneous area for a continuous release of a type 0 fluid.

    Parameters
    ----------
    rate_kg_s : ndarray, kg/s
    C5 : float, kg/s

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(rate_kg_s / C5, 1.0)


@clause(
    API581_2016.at(_S + " eqs. (3.19), (3.21)", "Share of the instantaneous area, not blended"),
    symbol="fact_IC",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="rbi.note.fact_IC",
)
def blend_fixed(blended: BoolArray) -> FloatArray:
    """Share of the instantaneous area where nothing is blended.

    Parameters
    ----------
    blended : ndarray of bool
        Instantaneous release with instantaneous coefficients.

    Returns
    -------
    ndarray of float64
        One or zero.
    """
    return _f(blended)


@clause(
    API581_2016.at(_S + " eqs. (3.24) to (3.26)", "Share of the autoignition likely area"),
    symbol="fact_AIT",
    expr="min(max((T_s_C - AIT_C + C6)/(2*C6), 0), 1)",
    quantity="ratio",
)
def blend_of_temperature(T_s_C: FloatArray, AIT_C: FloatArray, C6: float) -> FloatArray:
    """Share of the autoignition likely area of a type 0 fluid.

    Parameters
    ----------
    T_s_C, AIT_C : ndarray, degC
    C6 : float, K
        Half width of the band around the autoignition temperature.

    Returns
    -------
    ndarray of float64
    """
    return np.clip((T_s_C - AIT_C + C6) / (2.0 * C6), 0.0, 1.0)


@clause(
    API581_2016.at("Part 3 §4.1.5", "Type 1 fluid: no blending"),
    symbol="fact_AIT",
    expr="where(T_s_C >= AIT_C, 1, 0)",
    quantity="ratio",
)
def likely_or_not(T_s_C: FloatArray, AIT_C: FloatArray) -> FloatArray:
    """Share of the autoignition likely area of a type 1 fluid: all or nothing.

    Parameters
    ----------
    T_s_C, AIT_C : ndarray, degC

    Returns
    -------
    ndarray of float64
    """
    return _f(T_s_C >= AIT_C)


@clause(
    API581_2016.at(_S + ".8", "Continuous area"),
    symbol="CA_cont",
    expr="a*rate_kg_s**b*(1 - fact_mit)",
    quantity="area",
)
def continuous_area(a: FloatArray, b: FloatArray, rate_kg_s: FloatArray, fact_mit: FloatArray) -> FloatArray:
    """Area of a continuous release.

    Parameters
    ----------
    a, b : ndarray
    rate_kg_s : ndarray, kg/s
    fact_mit : ndarray

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(a * rate_kg_s**b * (1.0 - fact_mit))


@clause(
    API581_2016.at(_S + ".8", "Instantaneous area"),
    symbol="CA_inst",
    expr="a*mass_kg**b*(1 - fact_mit)/eneff",
    quantity="area",
)
def instantaneous_area(
    a: FloatArray, b: FloatArray, mass_kg: FloatArray, fact_mit: FloatArray, eneff: FloatArray
) -> FloatArray:
    """Area of an instantaneous release.

    Parameters
    ----------
    a, b : ndarray
    mass_kg : ndarray, kg
    fact_mit : ndarray
    eneff : ndarray

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(a * mass_kg**b * (1.0 - fact_mit) / eneff)


@clause(
    API581_2016.at(_S + ".8", "Blend of instantaneous and continuous"),
    symbol="CA_ic",
    expr="CA_inst*fact_IC + CA_cont*(1 - fact_IC)",
    quantity="area",
)
def blended_by_rate(CA_inst: FloatArray, CA_cont: FloatArray, fact_IC: FloatArray) -> FloatArray:
    """Area between continuous and instantaneous.

    Parameters
    ----------
    CA_inst, CA_cont : ndarray, m2
    fact_IC : ndarray

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_inst * fact_IC + CA_cont * (1.0 - fact_IC))


@clause(
    API581_2016.at(_S + ".8", "Blend of autoignition likely and unlikely"),
    symbol="CA",
    expr="CA_ail*fact_AIT + CA_ainl*(1 - fact_AIT)",
    quantity="area",
)
def blended_by_temperature(CA_ail: FloatArray, CA_ainl: FloatArray, fact_AIT: FloatArray) -> FloatArray:
    """Area between autoignition unlikely and likely.

    Parameters
    ----------
    CA_ail, CA_ainl : ndarray, m2
    fact_AIT : ndarray

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_ail * fact_AIT + CA_ainl * (1.0 - fact_AIT))


@clause(
    API581_2016.at(_S + ".8", "Area, nothing to blend"),
    symbol="CA",
    expr="CA_one",
    quantity="area",
)
def only_area(CA_one: FloatArray) -> FloatArray:
    """The one area that counts where there is nothing to blend.

    Parameters
    ----------
    CA_one : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_one)
