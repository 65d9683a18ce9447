"""Lookups in rate tables: units of the printed rows, one and two axes, and the steps that show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from integrity.core.arrays import REL_TOL, BoolArray, FloatArray, IntArray
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Param, Step
from integrity.core.reference import API581_2016
from integrity.rbi.rates.grid import (
    ABOVE,
    BELOW,
    INSIDE,
    LOOKUPS,
    UNITS,
    Axis,
    Bracket,
    Grid,
    greatest_2,
    linear_2,
    stacked,
    weight,
)

MIL = 0.0254


def bracket(grid: Grid, axis: int, table: IntArray, x: FloatArray) -> Bracket:
    """Nodes round each value, as `grid.bracket` gives them, by one search for each table in use.

    Parameters
    ----------
    grid : Grid
    axis : int
    table : ndarray of int64, shape (n,)
        -1 where there is none.
    x : ndarray, shape (n,)

    Returns
    -------
    Bracket
        Index -1 and NaN where the value or the table is missing; outside, both nodes are the border.
    """
    nodes, last = grid.nodes[axis], grid.last[axis]
    slack = REL_TOL * np.abs(x)
    reach = x + slack
    lo = np.full(x.shape, -1, dtype=np.int64)
    counts = np.bincount(table + 1, minlength=1)
    for t in np.flatnonzero(counts[1:]):
        own = nodes[t, : last[t] + 1]
        if counts[t + 1] == x.size:
            lo = np.searchsorted(own, reach, side="right") - 1
        else:
            rows = np.flatnonzero(table == t)
            lo[rows] = np.searchsorted(own, reach[rows], side="right") - 1
    known = ~np.isnan(x) & (table >= 0)
    below = known & (lo < 0)
    lo = np.where(below, 0, np.where(known, lo, -1))
    x_lo = nodes[table, lo]
    on = np.abs(x - x_lo) <= slack
    above = known & (lo == last[table]) & ~on
    hi = np.where(known & ~below & ~above & ~on, lo + 1, lo)
    x_hi = nodes[table, hi]
    case = np.where(known, np.where(below, BELOW, np.where(above, ABOVE, INSIDE)), -1)
    return Bracket(lo, hi, x_lo, x_hi, case, weight(x, x_lo, x_hi))


def in_unit(rows: Any, unit: str) -> FloatArray:
    """Rates of a table in mm/year.

    Parameters
    ----------
    rows : array_like
        As printed.
    unit : str
        "si" mm/year or "us" mil/year.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(rows, dtype=np.float64) * (1.0 if unit == UNITS[0] else MIL)


def celsius(nodes: Sequence[float], unit: str) -> list[float]:
    """Temperatures of a table in degC.

    Parameters
    ----------
    nodes : sequence of float
        As printed.
    unit : str
        "si" degC or "us" degF.

    Returns
    -------
    list of float
    """
    return [float(t) if unit == UNITS[0] else (t - 32.0) / 1.8 for t in nodes]


def clipped(x: FloatArray, allowed: BoolArray) -> FloatArray:
    """Values on the rows where a border may stand for them, missing elsewhere.

    Parameters
    ----------
    x : ndarray
    allowed : ndarray of bool

    Returns
    -------
    ndarray of float64
    """
    return np.where(allowed, x, np.nan)


def border_ok(b: Bracket, *cases: int) -> BoolArray:
    """Rows inside the table, or outside on a side where the border is not lower.

    Parameters
    ----------
    b : Bracket
    *cases : int
        `grid.BELOW`, `grid.ABOVE`.

    Returns
    -------
    ndarray of bool
    """
    return np.isin(b.case, [INSIDE, *cases])


def one_way(nodes: Sequence[Sequence[float]], values: Sequence[Sequence[float]]) -> Grid:
    """Tables over one axis, stacked.

    Parameters
    ----------
    nodes, values : sequence of sequences

    Returns
    -------
    Grid
    """
    return stacked([([list(n)], list(v)) for n, v in zip(nodes, values, strict=True)])


@clause(
    API581_2016.at("Part 2 Annex 2.B", "Value between two rows of a table"),
    symbol="y",
    expr="y_lo + w*(y_hi - y_lo)",
    quantity="number",
)
def between(y_lo: FloatArray, y_hi: FloatArray, w: FloatArray) -> FloatArray:
    """Value between two rows, linear.

    Parameters
    ----------
    y_lo, y_hi : ndarray
        Values of the rows round the argument.
    w : ndarray
        Part of the way.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(y_lo + w * (y_hi - y_lo), dtype=np.float64)


@clause(
    API581_2016.at("Part 2 Annex 2.B", "Greater of two rows of a table"),
    symbol="y",
    expr="max(y_lo, y_hi)",
    quantity="number",
)
def greater(y_lo: FloatArray, y_hi: FloatArray) -> FloatArray:
    """Greater value of two rows.

    Parameters
    ----------
    y_lo, y_hi : ndarray
        Values of the rows round the argument.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(y_lo, y_hi)


def table_steps(
    shown: Callable[..., Any], table: str, axes: Sequence[Axis], out: str = "C_tab", told: Sequence[str] = ()
) -> tuple[Step, ...]:
    """Steps of a lookup over two axes: the cells, the parts of the way, the value by the policy.

    Parameters
    ----------
    shown : callable
        Clause of the model that names its table.
    table : str
        Code column of that clause.
    axes : sequence of Axis
    out : str
        Column of the value.
    told : sequence of str
        Further columns for the note.

    Returns
    -------
    tuple of Step
        Both forms of the value; a row has the one of its `lookup_case`.
    """
    told = (*told, *(n for a in axes for n in (a.lo, a.hi)), "lookup_case", "table_verified")
    ways = {f"w_{i + 1}": a.w for i, a in enumerate(axes)}
    steps = []
    forms: tuple[Callable[..., Any], ...] = (linear_2, greatest_2)
    for how, form in zip(LOOKUPS[:2], forms, strict=True):
        when = ("lookup_case", how)
        steps.append(Step(shown, table, {"table": table}, when, told))
        if form is linear_2:
            steps += [Step(weight, a.w, {"x": a.x, "x_lo": a.lo, "x_hi": a.hi}, when=when) for a in axes]
        steps.append(Step(form, out, ways if form is linear_2 else {}, when=when))
    return tuple(steps)


def line_lookup(grid: Grid, table: IntArray, x: FloatArray, name: str, how: str) -> tuple[Columns, Bracket]:
    """Columns of a lookup over one axis.

    Parameters
    ----------
    grid : Grid
    table : ndarray of int64
    x : ndarray
        Argument.
    name : str
        Prefix of the columns.
    how : str
        One of `grid.LOOKUPS`.

    Returns
    -------
    (dict of str to ndarray, Bracket)
        `<name>_lo`, `_hi` the rows, `_w` the part of the way, `_at_lo`, `_at_hi` their values, and `<name>`.
    """
    b = bracket(grid, 0, table, x)
    low, high = grid.at(table, (b.lo,)), grid.at(table, (b.hi,))
    y = between(low, high, b.w) if how == LOOKUPS[0] else greater(low, high)
    out: Columns = {f"{name}_lo": b.x_lo, f"{name}_hi": b.x_hi, f"{name}_w": b.w}
    return out | {f"{name}_at_lo": low, f"{name}_at_hi": high, name: y}, b


def line_outputs(name: str, argument: str, quantity: str) -> tuple[Param, ...]:
    """Output columns of `line_lookup`.

    Parameters
    ----------
    name : str
    argument, quantity : str
        Quantity of the argument and of the value.

    Returns
    -------
    tuple of Param
    """
    ends = (Param(f"{name}_lo", argument), Param(f"{name}_hi", argument), Param(f"{name}_w", "ratio"))
    return (*ends, Param(f"{name}_at_lo", quantity), Param(f"{name}_at_hi", quantity), Param(name, quantity))


def line_steps(name: str, x: str, cases: Mapping[str, str], column: str) -> tuple[Step, ...]:
    """Steps of a lookup over one axis.

    Parameters
    ----------
    name : str
        Prefix of the columns.
    x : str
        Column of the argument.
    cases : mapping of str to str
        Code of `column` for each of the two forms of `grid.LOOKUPS`.
    column : str

    Returns
    -------
    tuple of Step
    """
    linear, greatest = ((column, cases[how]) for how in LOOKUPS[:2])
    ends = {"y_lo": f"{name}_at_lo", "y_hi": f"{name}_at_hi"}
    return (
        Step(weight, f"{name}_w", {"x": x, "x_lo": f"{name}_lo", "x_hi": f"{name}_hi"}, linear),
        Step(between, name, {**ends, "w": f"{name}_w"}, linear),
        Step(greater, name, ends, greatest),
    )
