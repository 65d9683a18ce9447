"""Clauses the embrittlement mechanisms share: temperature of evaluation, exposure, tables read between cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Step, stack_codes
from integrity.core.reference import API581_2016, Reference
from integrity.core.verdict import Verdict
from integrity.rbi.data import keyed, raw

EVAL_CASES = ("given", "controlled", "lowest_of_two", "design_only", "lowest_only", "unknown")
EXPOSURE_CASES = ("given_yes", "given_no", "inside", "outside", "unknown")
SUSCEPTIBLE = ("yes", "no", "unknown")
ROW_CASES = ("inside", "warmer", "colder", "colder_kept")
COLUMN_CASES = ("inside", "thinner", "thicker", "thicker_kept")
POLICIES = ("linear", "conservative")
_SNAP = 1e-9

_TEMPERATURE = API581_2016.at("Part 2 §20.6.3", "Temperature of evaluation")


@clause(_TEMPERATURE, symbol="T_eval_C", expr="T_C", quantity="temperature")
def one_temperature(T_C: FloatArray) -> FloatArray:
    """Temperature of evaluation where one temperature decides.

    Parameters
    ----------
    T_C : ndarray, degC
        Exposure temperature given by an engineer, or the least temperature of pressurising under controls, or the
        only one known of the minimum design and the lowest service temperature.

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray(T_C, dtype=np.float64)


@clause(_TEMPERATURE, symbol="T_eval_C", expr="min(T_min_C, T_lowest_C)", quantity="temperature")
def lower_temperature(T_min_C: FloatArray, T_lowest_C: FloatArray) -> FloatArray:
    """Temperature of evaluation without controls: the colder of design and service.

    Parameters
    ----------
    T_min_C : ndarray, degC
        Minimum design temperature.
    T_lowest_C : ndarray, degC
        Lowest temperature of operation, start-up, shutdown and upset.

    Returns
    -------
    ndarray of float64, degC
    """
    return np.minimum(T_min_C, T_lowest_C)


def evaluation(x: Inputs) -> Columns:
    """Temperature of evaluation and where it comes from.

    Parameters
    ----------
    x : Inputs
        Columns `CET_C`, `pressurisation_controlled`, `T_press_C`, `T_min_C`, `T_lowest_C`.

    Returns
    -------
    dict of str to ndarray
        `T_eval_case`, `T_eval_C`. A control without its temperature earns no credit.
    """
    T_min, T_low = x["T_min_C"], x["T_lowest_C"]
    case = stack_codes(
        (~np.isnan(x["CET_C"]), 0),
        ((x["pressurisation_controlled"] == 1) & ~np.isnan(x["T_press_C"]), 1),
        (~np.isnan(T_min) & ~np.isnan(T_low), 2),
        (~np.isnan(T_min), 3),
        (~np.isnan(T_low), 4),
        default=5,
    )
    T = np.select(
        [case == i for i in range(5)],
        [x["CET_C"], x["T_press_C"], lower_temperature(T_min, T_low), T_min, T_low],
        np.nan,
    )
    return {"T_eval_case": case, "T_eval_C": T}


EVAL_INPUTS = (
    Param("CET_C", "temperature", required=False),
    Param("pressurisation_controlled", "flag", required=False),
    Param("T_press_C", "temperature", required=False),
    Param("T_min_C", "temperature", required=False),
    Param("T_lowest_C", "temperature", required=False),
)
EVAL_OUTPUTS = (Param("T_eval_case", "code", codes=EVAL_CASES), Param("T_eval_C", "temperature"))
EVAL_STEPS = (
    Step(one_temperature, "T_eval_C", {"T_C": "CET_C"}, when=("T_eval_case", "given")),
    Step(one_temperature, "T_eval_C", {"T_C": "T_press_C"}, when=("T_eval_case", "controlled")),
    Step(lower_temperature, "T_eval_C", when=("T_eval_case", "lowest_of_two")),
    Step(one_temperature, "T_eval_C", {"T_C": "T_min_C"}, when=("T_eval_case", "design_only")),
    Step(one_temperature, "T_eval_C", {"T_C": "T_lowest_C"}, when=("T_eval_case", "lowest_only")),
)


def evaluation_known(ref: Reference) -> Limit:
    """Limit: a temperature of evaluation can be found, where the steel is susceptible at all.

    Parameters
    ----------
    ref : Reference

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        needless = c["susceptible_case"] == SUSCEPTIBLE.index("no") if "susceptible_case" in c else False
        return np.asarray(~np.isnan(c["T_eval_C"]) | needless)

    return Limit("rbi.evaluation_temperature_known", ref, holds, Verdict.INSUFFICIENT_DATA)


def exposure(x: Inputs, low_C: float, high_C: float) -> IntArray:
    """Whether the steel works in the range of temperatures that embrittles it.

    Parameters
    ----------
    x : Inputs
        Columns `exposed_given`, `T_op_C`, `T_op_max_C`, `T_op_min_C`.
    low_C, high_C : float, degC
        Range, both ends included.

    Returns
    -------
    ndarray of int64
        Index of `EXPOSURE_CASES`; the engineer's word stands above the temperatures, for exposure may be past. Hot
        enough with the lowest temperature unknown counts as inside.
    """
    cold = np.fmin(x["T_op_C"], x["T_op_min_C"])
    hot = np.fmax(x["T_op_C"], x["T_op_max_C"])
    hot = np.where(np.isnan(hot) & at_least(cold, low_C), cold, hot)
    known = ~np.isnan(hot)
    met = at_least(hot, low_C) & (at_most(cold, high_C) | np.isnan(cold))
    return stack_codes(
        (x["exposed_given"] == 1, 0), (x["exposed_given"] == 0, 1), (known & met, 2), (known, 3), default=4
    )


EXPOSURE_INPUTS = (
    Param("exposed_given", "flag", required=False),
    Param("T_op_C", "temperature", required=False),
    Param("T_op_max_C", "temperature", required=False),
    Param("T_op_min_C", "temperature", required=False),
)


def position(value: FloatArray, nodes: FloatArray) -> FloatArray:
    """Place of a value among ascending nodes as a fractional index, on the node within rounding.

    Parameters
    ----------
    value : ndarray
        NaN stays NaN; outside the nodes the place is the first or the last node.
    nodes : ndarray, ascending

    Returns
    -------
    ndarray of float64
    """
    place = np.interp(value, nodes, np.arange(nodes.size, dtype=np.float64))
    near = np.rint(place)
    return np.asarray(np.where(np.abs(place - near) < _SNAP, near, place), dtype=np.float64)


def between(values: FloatArray, place: FloatArray) -> FloatArray:
    """Value at a fractional index of a one-dimensional table, linear between two entries.

    Parameters
    ----------
    values : ndarray, shape (k,)
    place : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return np.asarray(np.interp(place, np.arange(values.size), values), dtype=np.float64)


def in_grids(grids: FloatArray, which: IntArray, row: FloatArray, column: FloatArray) -> FloatArray:
    """Value at fractional row and column of one of several tables of equal shape, linear in both.

    Parameters
    ----------
    grids : ndarray, shape (g, k, m)
    which : ndarray of int64, shape (n,)
        Table of each row; -1 gives NaN.
    row, column : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a place is NaN.
    """
    known = ~(np.isnan(row) | np.isnan(column)) & (which >= 0)
    r, c = np.where(known, row, 0.0), np.where(known, column, 0.0)
    i = np.minimum(r.astype(np.int64), grids.shape[1] - 2)
    j = np.minimum(c.astype(np.int64), grids.shape[2] - 2)
    u, v = r - i, c - j
    wide = grids.shape[2]
    flat, corner = grids.ravel(), (np.where(known, which, 0) * grids.shape[1] + i) * wide + j
    left = flat[corner] * (1.0 - u) + flat[corner + wide] * u
    right = flat[corner + 1] * (1.0 - u) + flat[corner + wide + 1] * u
    return np.where(known, left * (1.0 - v) + right * v, np.nan)


def edge(value: FloatArray, first: float, last: float, keep: bool, worse_is_low: bool) -> IntArray:
    """Where a value lies against the ends of a table: within, beyond the milder end, beyond the worse end.

    Parameters
    ----------
    value : ndarray
    first, last : float
        Least and greatest node.
    keep : bool
        Beyond the worse end the last entry is kept (a named policy) instead of a refusal.
    worse_is_low : bool
        The factor rises towards the low end (temperature) or the high end (thickness).

    Returns
    -------
    ndarray of int64
        0 within, 1 beyond the milder end, 2 or 3 beyond the worse end; -1 where the value is missing.
    """
    low, high = ~at_least(value, first), ~at_most(value, last)
    worse, milder = (low, high) if worse_is_low else (high, low)
    return stack_codes((np.isnan(value), -1), (worse, 3 if keep else 2), (milder, 1), default=0)


def nodes_of(table: str, part: str) -> FloatArray:
    """Row nodes of a keyed table, ascending.

    Parameters
    ----------
    table, part : str
        File name without suffix, name of the table.

    Returns
    -------
    ndarray of float64
    """
    return np.array([float(k) for k in keyed(table, part).keys])


def column_nodes(table: str, part: str) -> FloatArray:
    """Column nodes of a table whose columns are numbers, ascending.

    Parameters
    ----------
    table, part : str

    Returns
    -------
    ndarray of float64
    """
    nodes: Sequence[float] = raw(table)["tables"][part]["columns"]
    return np.asarray(nodes, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §20.7 Tables 20.4M, 20.5M", "Base factor of brittle fracture"),
    symbol="D_fB",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.brittle_base",
)
def brittle_base(pwht: IntArray, dT_eval_K: FloatArray, t_brit_mm: FloatArray, conservative: IntArray) -> FloatArray:
    """Base damage factor of brittle fracture, before the credit of service.

    Parameters
    ----------
    pwht : ndarray of int64
        1 where heat treated after welding, 0 where not; -1 gives NaN.
    dT_eval_K : ndarray, K
        Temperature of evaluation less reference temperature.
    t_brit_mm : ndarray, mm
        Nominal uncorroded or governing thickness.
    conservative : ndarray of int64
        1 takes the next colder row and the next thicker column, 0 interpolates linearly in both.

    Returns
    -------
    ndarray of float64
        Beyond the table its first or last entry; the caller refuses those rows that must be.
    """
    parts = ("D_fB_non_pwht", "D_fB_pwht")
    r = position(dT_eval_K, nodes_of("brittle", parts[0]))
    c = position(t_brit_mm, column_nodes("brittle", parts[0]))
    safe = conservative == 1
    r, c = np.where(safe, np.floor(r), r), np.where(safe, np.ceil(c), c)
    return in_grids(np.stack([keyed("brittle", p).rows[:-1] for p in parts]), pwht, r, c)


@clause(_TEMPERATURE, symbol="dT_eval_K", expr="T_eval_C - T_ref_C", quantity="temperature_difference")
def above_reference(T_eval_C: FloatArray, T_ref_C: FloatArray) -> FloatArray:
    """Temperature of evaluation less reference temperature; negative where colder.

    Parameters
    ----------
    T_eval_C, T_ref_C : ndarray, degC

    Returns
    -------
    ndarray of float64, K
    """
    return np.asarray(T_eval_C - T_ref_C, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §20.6.3", "Factor where the steel is not susceptible"),
    symbol="D_f",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.not_susceptible",
)
def no_factor(susceptible_case: IntArray) -> FloatArray:
    """Damage factor of a steel that is not susceptible or not exposed: none.

    Parameters
    ----------
    susceptible_case : ndarray of int64
        Index of `SUSCEPTIBLE`.

    Returns
    -------
    ndarray of float64
        0 where the screen says no, else NaN.
    """
    return np.where(susceptible_case == SUSCEPTIBLE.index("no"), 0.0, np.nan)
