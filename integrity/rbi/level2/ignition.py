"""Formulas of the ignition of a release: rates that can burn, ambient ignition, autoignition, temperature between."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed
from integrity.rbi.level2.common import RELEASE_TYPES, f

_S = "Part 3 §5.8.1"


@clause(
    API581_2016.at(_S + ".1 eq. (3.106)", "Rate of what can burn"),
    symbol="W_flam",
    expr="rate_kg_s*mfrac_flam",
    quantity="mass_rate",
)
def flammable(rate_kg_s: FloatArray, mfrac_flam: FloatArray) -> FloatArray:
    """Rate of the flammable part of a release.

    Parameters
    ----------
    rate_kg_s : ndarray, kg/s
    mfrac_flam : ndarray
        Mass fraction that can burn.

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(rate_kg_s * mfrac_flam)


@clause(
    API581_2016.at(_S + ".1 eq. (3.107)", "Vapour of it"),
    symbol="W_flam_v",
    expr="W_flam*frac_v",
    quantity="mass_rate",
)
def flammable_vapour(W_flam: FloatArray, frac_v: FloatArray) -> FloatArray:
    """Flammable vapour.

    Parameters
    ----------
    W_flam : ndarray, kg/s
    frac_v : ndarray
        Fraction that is vapour.

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(W_flam * frac_v)


@clause(
    API581_2016.at(_S + ".1 eq. (3.108)", "Liquid of it"),
    symbol="W_flam_l",
    expr="W_flam*(1 - frac_v)",
    quantity="mass_rate",
)
def flammable_liquid(W_flam: FloatArray, frac_v: FloatArray) -> FloatArray:
    """Flammable liquid.

    Parameters
    ----------
    W_flam : ndarray, kg/s
    frac_v : ndarray
        Fraction that is vapour.

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(W_flam * (1.0 - frac_v))


@clause(
    API581_2016.at(_S + ".2 eqs. (3.109), (3.110)", "Flash point in degrees Rankine"),
    symbol="T_fp_R",
    expr="C12*(T_fp_C + T_zero_K)",
    quantity="number",
)
def flash_point(C12: float, T_fp_C: FloatArray, T_zero_K: float) -> FloatArray:
    """Flash point in the unit of the polynomials.

    Parameters
    ----------
    C12, T_zero_K : float
    T_fp_C : ndarray, degC

    Returns
    -------
    ndarray of float64, degrees Rankine
    """
    return f(C12 * (T_fp_C + T_zero_K))


@clause(
    API581_2016.at(_S + ".2 eqs. (3.109), (3.110)", "Polynomial of the flash point"),
    symbol="a",
    expr="p_0 + p_1*T_fp_R + p_2*T_fp_R**2 + p_3*T_fp_R**3",
    quantity="number",
)
def polynomial(p_0: float, p_1: float, p_2: float, p_3: float, T_fp_R: FloatArray) -> FloatArray:
    """Intercept or slope of the ambient ignition probability.

    Parameters
    ----------
    p_0, p_1, p_2, p_3 : float
        Coefficients of the phase.
    T_fp_R : ndarray, degrees Rankine

    Returns
    -------
    ndarray of float64
    """
    return f(((p_3 * T_fp_R + p_2) * T_fp_R + p_1) * T_fp_R + p_0)


@clause(
    API581_2016.at(_S + ".2 eqs. (3.109), (3.110)", "Ignition probability at ambient temperature"),
    symbol="POI_amb",
    expr="exp(a + b*log(C4A*min(W, C5)))",
    quantity="ratio",
)
def ambient(a: FloatArray, b: FloatArray, C4A: float, W: FloatArray, C5: float) -> FloatArray:
    """Probability of ignition at ambient temperature by rate and flash point.

    Parameters
    ----------
    a, b : ndarray
    C4A : float
        Kilograms to pounds.
    W : ndarray, kg/s
    C5 : float, kg/s
        The rate is not taken above this.

    Returns
    -------
    ndarray of float64
    """
    return f(np.exp(a + b * np.log(C4A * np.minimum(W, C5))))


@clause(
    API581_2016.at(_S + ".3 eq. (3.111)", "Ignition probability of a liquid at its autoignition temperature"),
    symbol="POI_ait_l",
    expr="1",
    quantity="ratio",
)
def greatest_liquid() -> float:
    """Ignition probability of a liquid at its autoignition temperature.

    Returns
    -------
    float
    """
    return 1.0


@clause(
    API581_2016.at(_S + ".3 eq. (3.112)", "Ignition probability of vapour at its autoignition temperature"),
    symbol="POI_ait_v",
    expr="max(POI_heavy, POI_heavy + POI_light*(MW_heavy - MW)/(MW_heavy - MW_light))",
    quantity="ratio",
)
def greatest_vapour(POI_heavy: float, POI_light: float, MW_heavy: float, MW: FloatArray, MW_light: float) -> FloatArray:
    """Ignition probability of vapour at its autoignition temperature by its molar mass.

    Parameters
    ----------
    POI_heavy, POI_light, MW_heavy, MW_light : float
    MW : ndarray, kg/kmol

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(POI_heavy, POI_heavy + POI_light * (MW_heavy - MW) / (MW_heavy - MW_light))


@clause(
    API581_2016.at(_S + ".3 eqs. (3.113), (3.114)", "How far the temperature is on its way to autoignition"),
    symbol="w_T",
    expr="min(max((T_s_C - T_ref_C)/(AIT_C - T_ref_C), 0), 1)",
    quantity="ratio",
)
def temperature_weight(T_s_C: FloatArray, T_ref_C: FloatArray, AIT_C: FloatArray) -> FloatArray:
    """Weight of the state at autoignition, from 0 at or below the reference temperature to 1.

    Parameters
    ----------
    T_s_C, T_ref_C, AIT_C : ndarray, degC

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(np.maximum((T_s_C - T_ref_C) / (AIT_C - T_ref_C), 0.0), 1.0)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.113), (3.114)", "Between ambient and autoignition"),
    symbol="POI",
    expr="low + (high - low)*w_T",
    quantity="ratio",
)
def between(low: FloatArray, high: FloatArray, w_T: FloatArray) -> FloatArray:
    """Probability between that at the reference temperature and that at autoignition.

    Parameters
    ----------
    low, high, w_T : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(low + (high - low) * w_T)


@clause(
    API581_2016.at(_S + ".4 eqs. (3.116), (3.117)", "Immediate ignition, between ambient and autoignition"),
    symbol="p_imm",
    expr="p_imm_tab + (1 - p_imm_tab)*w_T",
    quantity="ratio",
)
def immediate(p_imm_tab: FloatArray, w_T: FloatArray) -> FloatArray:
    """Probability that an ignition is immediate.

    Parameters
    ----------
    p_imm_tab, w_T : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(p_imm_tab + (1.0 - p_imm_tab) * w_T)


def _conditional(phase: str, column: int, release_type: IntArray) -> FloatArray:
    table = keyed("level2", "conditional")
    rows = [table.keys.index(f"{t}_{phase}") for t in RELEASE_TYPES]
    return f(table.rows[[*rows, len(table.keys)], column][release_type])


@clause(
    API581_2016.at(_S + ".4 Table 5.3", "Immediate ignition of a liquid at ambient temperature"),
    symbol="p_imm_tab_l",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="level2.note.conditional",
)
def immediate_liquid(release_type: IntArray) -> FloatArray:
    """Printed probability that an ignition of a liquid is immediate.

    Parameters
    ----------
    release_type : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _conditional("liquid", 0, release_type)


@clause(
    API581_2016.at(_S + ".4 Table 5.3", "Immediate ignition of vapour at ambient temperature"),
    symbol="p_imm_tab_v",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="level2.note.conditional",
)
def immediate_vapour(release_type: IntArray) -> FloatArray:
    """Printed probability that an ignition of vapour is immediate.

    Parameters
    ----------
    release_type : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _conditional("gas", 0, release_type)


@clause(
    API581_2016.at(_S + ".5 Table 5.3", "Explosion of a liquid's cloud, given a delayed ignition"),
    symbol="p_vce_l",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="level2.note.conditional",
)
def explosion_liquid(release_type: IntArray) -> FloatArray:
    """Printed probability of an explosion given a delayed ignition of a liquid release.

    Parameters
    ----------
    release_type : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _conditional("liquid", 1, release_type)


@clause(
    API581_2016.at(_S + ".5 Table 5.3", "Explosion of a vapour cloud, given a delayed ignition"),
    symbol="p_vce_v",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="level2.note.conditional",
)
def explosion_vapour(release_type: IntArray) -> FloatArray:
    """Printed probability of an explosion given a delayed ignition of a vapour release.

    Parameters
    ----------
    release_type : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return _conditional("gas", 1, release_type)


@clause(
    API581_2016.at(_S + ".1", "One phase only"),
    symbol="POI",
    expr="of_phase",
    quantity="ratio",
)
def of_one_phase(of_phase: FloatArray) -> FloatArray:
    """Probability of a release of one phase.

    Parameters
    ----------
    of_phase : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(of_phase)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.115), (3.118), (3.119), (3.122)", "Two phases, by their shares"),
    symbol="POI",
    expr="of_liquid*(1 - frac_v) + of_vapour*frac_v",
    quantity="ratio",
)
def of_two_phases(of_liquid: FloatArray, of_vapour: FloatArray, frac_v: FloatArray) -> FloatArray:
    """Probability of a two-phase release, each phase by its share.

    Parameters
    ----------
    of_liquid, of_vapour : ndarray
    frac_v : ndarray
        Mass fraction of vapour.

    Returns
    -------
    ndarray of float64
    """
    return f(of_liquid * (1.0 - frac_v) + of_vapour * frac_v)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.115), (3.118), (3.119), (3.122)", "Two phases, shares exchanged as printed"),
    symbol="POI",
    expr="of_liquid*frac_v + of_vapour*(1 - frac_v)",
    quantity="ratio",
)
def of_two_phases_printed(of_liquid: FloatArray, of_vapour: FloatArray, frac_v: FloatArray) -> FloatArray:
    """Probability of a two-phase release with the weights as printed: the flashed fraction on the liquid.

    Parameters
    ----------
    of_liquid, of_vapour : ndarray
    frac_v : ndarray
        Mass fraction of vapour.

    Returns
    -------
    ndarray of float64
    """
    return f(of_liquid * frac_v + of_vapour * (1.0 - frac_v))
