"""Clauses of temper embrittlement of low-alloy steel (API RP 581, Part 2, section 21)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_least
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed

SHIFT_CASES = ("given", "step_cooling", "chemistry", "generation", "generation_printed", "unknown")
CHEMISTRY_CASES = ("inside", "no_shift", "past_top")
GENERATIONS = ("first", "second", "third", "fourth")
SHIFT_BASES = ("printed", "difference")

_STEP = "Part 2 §21.6.3"


@clause(
    API581_2016.at("Part 2 §21.2 eq. (2.87)", "J factor"),
    symbol="J",
    expr="(Si_wt + Mn_wt)*(P_wt + Sn_wt)*10000",
    quantity="number",
)
def j_factor(Si_wt: FloatArray, Mn_wt: FloatArray, P_wt: FloatArray, Sn_wt: FloatArray) -> FloatArray:
    """J factor of 2.25Cr-1Mo and 3Cr-1Mo steel, a measure of susceptibility; it gives no shift by itself.

    Parameters
    ----------
    Si_wt, Mn_wt, P_wt, Sn_wt : ndarray, weight percent

    Returns
    -------
    ndarray of float64
    """
    return np.asarray((Si_wt + Mn_wt) * (P_wt + Sn_wt) * 10000.0, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §21.2 eq. (2.88)", "X-bar factor"),
    symbol="X_bar",
    expr="(10*P_wt + 5*Sb_wt + 4*Sn_wt + As_wt)*100",
    quantity="number",
)
def x_bar(P_wt: FloatArray, Sb_wt: FloatArray, Sn_wt: FloatArray, As_wt: FloatArray) -> FloatArray:
    """X-bar factor of the impurities.

    Parameters
    ----------
    P_wt, Sb_wt, Sn_wt, As_wt : ndarray, weight percent

    Returns
    -------
    ndarray of float64
    """
    return np.asarray((10.0 * P_wt + 5.0 * Sb_wt + 4.0 * Sn_wt + As_wt) * 100.0, dtype=np.float64)


@clause(
    API581_2016.at(_STEP + " eq. (2.91)", "Shift by the impurities, as correlated"),
    symbol="dFATT_raw_K",
    expr="X_0 + X_1*X_bar + X_2*X_bar**2",
    quantity="temperature_difference",
)
def correlated_shift(X_bar: FloatArray, X_0: float, X_1: float, X_2: float) -> FloatArray:
    """Long-term shift of the transition temperature by the X-bar factor.

    Parameters
    ----------
    X_bar : ndarray
    X_0, X_1, X_2 : float

    Returns
    -------
    ndarray of float64, K
        Negative for clean steel and falling past its top: see `held_shift`.
    """
    return np.asarray(X_0 + X_1 * X_bar + X_2 * X_bar**2, dtype=np.float64)


@clause(
    API581_2016.at(_STEP + " eq. (2.91)", "Shift by the impurities, within its range"),
    symbol="dFATT_K",
    expr="where(X_bar > -X_1/(2*X_2), X_0 - X_1**2/(4*X_2), max(dFATT_raw_K, 0))",
    quantity="temperature_difference",
)
def held_shift(dFATT_raw_K: FloatArray, X_bar: FloatArray, X_0: float, X_1: float, X_2: float) -> FloatArray:
    """Shift that never falls with impurity: none where the correlation is negative, its top beyond its top.

    Parameters
    ----------
    dFATT_raw_K : ndarray, K
    X_bar : ndarray
    X_0, X_1, X_2 : float

    Returns
    -------
    ndarray of float64, K
    """
    top = X_0 - X_1**2 / (4.0 * X_2)
    return np.where(X_bar > -X_1 / (2.0 * X_2), top, np.maximum(dFATT_raw_K, 0.0))


def chemistry_case(dFATT_raw_K: FloatArray, X_bar: FloatArray, X_1: float, X_2: float) -> IntArray:
    """Where the X-bar factor lies on its correlation.

    Parameters
    ----------
    dFATT_raw_K : ndarray, K
    X_bar : ndarray
    X_1, X_2 : float

    Returns
    -------
    ndarray of int64
        Index of `CHEMISTRY_CASES`, -1 where it is missing.
    """
    return stack_codes((np.isnan(X_bar), -1), (X_bar > -X_1 / (2.0 * X_2), 2), (dFATT_raw_K < 0.0, 1), default=0)


@clause(
    API581_2016.at(_STEP, "Shift from step cooling"),
    symbol="dFATT_K",
    expr="max(SCE_factor*(log10(t_emb_h) - SCE_log)*SCE_K, 0)",
    quantity="temperature_difference",
)
def step_cooling_shift(SCE_K: FloatArray, t_emb_h: FloatArray, SCE_factor: float, SCE_log: float) -> FloatArray:
    """Shift in service from the shift of a step cooling test.

    Parameters
    ----------
    SCE_K : ndarray, K
        Shift of the transition temperature in the step cooling test.
    t_emb_h : ndarray, h
        Hours in the embrittling range, to the end of the period assessed.
    SCE_factor, SCE_log : float

    Returns
    -------
    ndarray of float64, K
    """
    return np.maximum(SCE_factor * (np.log10(t_emb_h) - SCE_log) * SCE_K, 0.0)


@clause(
    API581_2016.at(_STEP, "Shift given by an engineer"),
    symbol="dFATT_K",
    expr="dFATT_given_K",
    quantity="temperature_difference",
)
def given_shift(dFATT_given_K: FloatArray) -> FloatArray:
    """Shift measured on samples or found by analysis.

    Parameters
    ----------
    dFATT_given_K : ndarray, K

    Returns
    -------
    ndarray of float64, K
    """
    return np.asarray(dFATT_given_K, dtype=np.float64)


@clause(
    API581_2016.at(_STEP, "Shift as the difference printed in degF"),
    symbol="dFATT_difference_K",
    expr="shift_F*5/9",
    quantity="temperature_difference",
)
def true_difference(shift_F: FloatArray) -> FloatArray:
    """Shift of a generation, a difference of temperatures converted as a difference.

    Parameters
    ----------
    shift_F : ndarray, degF

    Returns
    -------
    ndarray of float64, K
    """
    return np.asarray(shift_F * 5.0 / 9.0, dtype=np.float64)


@clause(
    API581_2016.at(_STEP, "Shift by year of fabrication, as printed in degF"),
    symbol="shift_F",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.generation_F",
)
def printed_difference(generation: IntArray) -> FloatArray:
    """Shift of a generation as printed in degF.

    Parameters
    ----------
    generation : ndarray of int64
        Index of `GENERATIONS`.

    Returns
    -------
    ndarray of float64, degF
    """
    return keyed("temper", "generation").rows[generation, 2]


@clause(
    API581_2016.at(_STEP, "Shift by year of fabrication, as printed in degC"),
    symbol="dFATT_printed_K",
    expr="",
    quantity="temperature_difference",
    kind=TABLE,
    note="rbi.note.generation_C",
)
def printed_shift(generation: IntArray) -> FloatArray:
    """Shift of a generation as printed in degC: the difference in degF converted as if it were a temperature.

    Parameters
    ----------
    generation : ndarray of int64

    Returns
    -------
    ndarray of float64, K
    """
    return keyed("temper", "generation").rows[generation, 1]


@clause(
    API581_2016.at(_STEP, "Shift by year of fabrication"),
    symbol="dFATT_K",
    expr="shift_K",
    quantity="temperature_difference",
)
def generation_shift(shift_K: FloatArray) -> FloatArray:
    """Shift of a generation by the basis of the setting.

    Parameters
    ----------
    shift_K : ndarray, K
        The difference, or the shift as printed in degC.

    Returns
    -------
    ndarray of float64, K
    """
    return np.asarray(shift_K, dtype=np.float64)


@clause(
    API581_2016.at(_STEP, "Reference temperature with embrittlement"),
    symbol="dT_eval_K",
    expr="T_eval_C - (T_ref_C + dFATT_K)",
    quantity="temperature_difference",
)
def above_shifted(T_eval_C: FloatArray, T_ref_C: FloatArray, dFATT_K: FloatArray) -> FloatArray:
    """Temperature of evaluation less the reference temperature after embrittlement.

    Parameters
    ----------
    T_eval_C, T_ref_C : ndarray, degC
    dFATT_K : ndarray, K

    Returns
    -------
    ndarray of float64, K
    """
    return np.asarray(T_eval_C - (T_ref_C + dFATT_K), dtype=np.float64)


@clause(
    API581_2016.at(_STEP, "Damage factor of temper embrittlement"),
    symbol="D_f_temp",
    expr="D_fB",
    quantity="damage_factor",
)
def temper_factor(D_fB: FloatArray) -> FloatArray:
    """Damage factor of temper embrittlement: the base factor, without credit of service.

    Parameters
    ----------
    D_fB : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_fB, dtype=np.float64)


def generation_of(year_built: FloatArray) -> IntArray:
    """Generation of a steel by its year of fabrication.

    Parameters
    ----------
    year_built : ndarray

    Returns
    -------
    ndarray of int64
        Index of `GENERATIONS`; -1 before the first year of the table and where the year is missing.
    """
    from_year = keyed("temper", "generation").rows[:-1, 0]
    reached = at_least(year_built[:, None], from_year[None, :])
    return np.asarray(reached.sum(axis=1) - 1, dtype=np.int64)
