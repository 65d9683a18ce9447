"""Rate tables over two or three axes: nodes, brackets and lookup by the policy of the settings, and their clauses.

A table is picked by a column of indexes (several tables of one procedure differ in nodes and cells), so that a whole
plant is looked up at once. Nothing is extrapolated: outside the nodes the bracket is the border and `case` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import REL_TOL, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Param, Step
from integrity.core.reference import API581_2016

AXIS_CASES = ("inside", "below", "above")
INSIDE, BELOW, ABOVE = range(3)
LOOKUPS = ("linear", "greatest_cell", "none")
UNITS = ("si", "us")
_REF = "Part 2 Annex 2.B"


@dataclass(frozen=True)
class Grid:
    """Tables stacked: `nodes[a]` has shape (tables + 1, nodes + 1), `cells` (tables + 1, ...); the last of each is NaN.

    Nodes ascend and are padded with infinity where a table has fewer; `last[a]` is the index of the last node.
    """

    nodes: tuple[FloatArray, ...]
    last: tuple[IntArray, ...]
    cells: FloatArray

    def at(self, table: IntArray, index: Sequence[IntArray]) -> FloatArray:
        """Cells at one index of each axis; a missing table or index (-1) gives NaN."""
        place = table % self.cells.shape[0]
        for size, i in zip(self.cells.shape[1:], index, strict=True):
            place = place * size + i % size
        return self.cells.ravel().take(place)


def stacked(tables: Sequence[tuple[Sequence[Sequence[float]], Any]]) -> Grid:
    """Stack tables of different sizes.

    Parameters
    ----------
    tables : sequence of (nodes of each axis, cells)
        Cells nested in the order of the axes; an axis may have more cells than nodes (open columns).

    Returns
    -------
    Grid
    """
    arrays = [np.asarray(cells, dtype=np.float64) for _, cells in tables]
    rank = arrays[0].ndim
    size = [max(a.shape[d] for a in arrays) + 1 for d in range(rank)]
    cells = np.full((len(tables) + 1, *size), np.nan)
    for i, a in enumerate(arrays):
        own: tuple[slice, ...] = tuple(slice(0, s) for s in a.shape)
        cells[i][own] = a
    nodes, last = [], []
    for d in range(rank):
        width = max(len(axes[d]) for axes, _ in tables)
        block = np.full((len(tables) + 1, width + 1), np.inf)
        for i, (axes, _) in enumerate(tables):
            block[i, : len(axes[d])] = axes[d]
        block[:, -1] = np.nan
        block[-1] = np.nan
        nodes.append(_frozen(block))
        last.append(np.array([*(len(axes[d]) - 1 for axes, _ in tables), -1], dtype=np.int64))
    return Grid(tuple(nodes), tuple(last), _frozen(cells))


def _frozen(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Bracket:
    """Nodes round a value: their indexes, values, whether the value lies inside, and its part of the way."""

    lo: IntArray
    hi: IntArray
    x_lo: FloatArray
    x_hi: FloatArray
    case: IntArray
    w: FloatArray


def bracket(grid: Grid, axis: int, table: IntArray, x: FloatArray) -> Bracket:
    """Nodes round each value; on a node (relative tolerance 1e-9) both are that node.

    Parameters
    ----------
    grid : Grid
    axis : int
    table : ndarray of int64, shape (n,)
    x : ndarray, shape (n,)

    Returns
    -------
    Bracket
        Index -1 and NaN where the value or the table is missing; outside, both nodes are the border.
    """
    last = grid.last[axis][table]
    slack = REL_TOL * np.abs(x)
    reach = x + slack
    lo = np.full(x.shape, -1, dtype=np.int64)
    for k in range(grid.nodes[axis].shape[1] - 1):
        lo += reach >= grid.nodes[axis][:, k].take(table)
    known = ~np.isnan(x) & (table >= 0)
    below = known & (lo < 0)
    lo = np.where(below, 0, np.where(known, lo, -1))
    x_lo = grid.nodes[axis][table, lo]
    on = np.abs(x - x_lo) <= slack
    above = known & (lo == last) & ~on
    hi = np.where(known & ~below & ~above & ~on, lo + 1, lo)
    x_hi = grid.nodes[axis][table, hi]
    case = np.where(known, np.where(below, BELOW, np.where(above, ABOVE, INSIDE)), -1)
    return Bracket(lo, hi, x_lo, x_hi, case, weight(x, x_lo, x_hi))


@clause(
    API581_2016.at(_REF, "Part of the way between two nodes of a table"),
    symbol="w",
    expr="where(x_hi > x_lo, (x - x_lo)/(x_hi - x_lo), 0)",
    quantity="ratio",
)
def weight(x: FloatArray, x_lo: FloatArray, x_hi: FloatArray) -> FloatArray:
    """Part of the way from the lower to the upper node.

    Parameters
    ----------
    x : ndarray
        Value.
    x_lo, x_hi : ndarray
        Nodes around it; equal on a node.

    Returns
    -------
    ndarray of float64
        0 on a node.
    """
    gap = x_hi - x_lo
    return np.where(gap > 0.0, (x - x_lo) / np.where(gap > 0.0, gap, 1.0), 0.0)


@clause(
    API581_2016.at(_REF, "Rate between the cells of a table"),
    symbol="C_tab",
    expr="(1 - w_1)*((1 - w_2)*r_11 + w_2*r_12) + w_1*((1 - w_2)*r_21 + w_2*r_22)",
    quantity="rate",
)
def linear_2(
    w_1: FloatArray, w_2: FloatArray, r_11: FloatArray, r_12: FloatArray, r_21: FloatArray, r_22: FloatArray
) -> FloatArray:
    """Rate between four cells, linear in both directions.

    Parameters
    ----------
    w_1, w_2 : ndarray
        Part of the way on either axis.
    r_11, r_12, r_21, r_22 : ndarray
        Cells; the first index is that of the first axis, 1 the lower node and 2 the upper one. mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return (1.0 - w_1) * ((1.0 - w_2) * r_11 + w_2 * r_12) + w_1 * ((1.0 - w_2) * r_21 + w_2 * r_22)


@clause(
    API581_2016.at(_REF, "Greatest of the cells around the point"),
    symbol="C_tab",
    expr="max(r_11, r_12, r_21, r_22)",
    quantity="rate",
)
def greatest_2(r_11: FloatArray, r_12: FloatArray, r_21: FloatArray, r_22: FloatArray) -> FloatArray:
    """Greatest of four cells.

    Parameters
    ----------
    r_11, r_12, r_21, r_22 : ndarray
        Cells around the point, mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(np.maximum(r_11, r_12), np.maximum(r_21, r_22))


@clause(
    API581_2016.at(_REF, "Rate between the cells of a table"),
    symbol="C_tab",
    expr="(1 - w_1)*((1 - w_2)*((1 - w_3)*r_111 + w_3*r_112) + w_2*((1 - w_3)*r_121 + w_3*r_122))"
    " + w_1*((1 - w_2)*((1 - w_3)*r_211 + w_3*r_212) + w_2*((1 - w_3)*r_221 + w_3*r_222))",
    quantity="rate",
)
def linear_3(
    w_1: FloatArray,
    w_2: FloatArray,
    w_3: FloatArray,
    r_111: FloatArray,
    r_112: FloatArray,
    r_121: FloatArray,
    r_122: FloatArray,
    r_211: FloatArray,
    r_212: FloatArray,
    r_221: FloatArray,
    r_222: FloatArray,
) -> FloatArray:
    """Rate between eight cells, linear in the three directions.

    Parameters
    ----------
    w_1, w_2, w_3 : ndarray
        Part of the way on each axis.
    r_111, r_112, r_121, r_122, r_211, r_212, r_221, r_222 : ndarray
        Cells; each index 1 is the lower node of its axis, 2 the upper one. mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    low = linear_2(w_2, w_3, r_111, r_112, r_121, r_122)
    high = linear_2(w_2, w_3, r_211, r_212, r_221, r_222)
    return (1.0 - w_1) * low + w_1 * high


@clause(
    API581_2016.at(_REF, "Greatest of the cells around the point"),
    symbol="C_tab",
    expr="max(r_111, r_112, r_121, r_122, r_211, r_212, r_221, r_222)",
    quantity="rate",
)
def greatest_3(
    r_111: FloatArray,
    r_112: FloatArray,
    r_121: FloatArray,
    r_122: FloatArray,
    r_211: FloatArray,
    r_212: FloatArray,
    r_221: FloatArray,
    r_222: FloatArray,
) -> FloatArray:
    """Greatest of eight cells.

    Parameters
    ----------
    r_111, r_112, r_121, r_122, r_211, r_212, r_221, r_222 : ndarray
        Cells around the point, mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(greatest_2(r_111, r_112, r_121, r_122), greatest_2(r_211, r_212, r_221, r_222))


def cells_of(place: str, note: str) -> Callable[[IntArray], IntArray]:
    """Clause that shows a rate table and the cells used.

    Parameters
    ----------
    place : str
        Clause of the standard.
    note : str
        Catalogue key; its placeholders are the columns that `shown_cells` tells.

    Returns
    -------
    callable
        A clause function of the column of the table.
    """

    @clause(
        API581_2016.at(place, "Cells of the rate table around the point"),
        symbol="rate_table",
        expr="",
        quantity="code",
        kind=TABLE,
        note=note,
    )
    def cells(rate_table: IntArray) -> IntArray:
        """Table in force and the cells used.

        Parameters
        ----------
        rate_table : ndarray of int64
            Index of the table.

        Returns
        -------
        ndarray of int64
        """
        return rate_table

    return cells


@clause(
    API581_2016.at(_REF, "Predicted corrosion rate"),
    symbol="C_r",
    expr="C_tab",
    quantity="rate",
)
def taken(C_tab: FloatArray) -> FloatArray:
    """Predicted rate, that of the table.

    Parameters
    ----------
    C_tab : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab


def local_or_general(place: str, note: str) -> Callable[[IntArray], IntArray]:
    """Clause that shows the type of thinning.

    Parameters
    ----------
    place : str
        Clause of the standard.
    note : str
        Catalogue key of the rule.

    Returns
    -------
    callable
        A clause function of the column `thinning_type`.
    """

    @clause(
        API581_2016.at(place, "Type of thinning"),
        symbol="thinning_type",
        expr="",
        quantity="code",
        kind=TABLE,
        note=note,
    )
    def type_of(thinning_type: IntArray) -> IntArray:
        """Type of thinning that the annex assigns.

        Parameters
        ----------
        thinning_type : ndarray of int64
            Index of the enumeration `thinning_type`.

        Returns
        -------
        ndarray of int64
        """
        return thinning_type

    return type_of


@dataclass(frozen=True)
class Axis:
    """One axis of a lookup as a procedure shows it: the column with the value, its quantity, names of its columns."""

    x: str
    quantity: str
    lo: str
    hi: str
    w: str


def corners(rank: int) -> tuple[str, ...]:
    """Names of the cells around a point: r_11 .. r_22 or r_111 .. r_222.

    Parameters
    ----------
    rank : int

    Returns
    -------
    tuple of str
    """
    return tuple("r_" + "".join(str(1 + (i >> (rank - 1 - d) & 1)) for d in range(rank)) for i in range(2**rank))


def lookup(grid: Grid, table: IntArray, axes: Sequence[Axis], brackets: Sequence[Bracket], how: str) -> dict[str, Any]:
    """Columns of a lookup: nodes, parts of the way, cells, and the rate of the table by the policy.

    Parameters
    ----------
    grid : Grid
    table : ndarray of int64
    axes : sequence of Axis
    brackets : sequence of Bracket
    how : str
        One of `LOOKUPS`.

    Returns
    -------
    dict of str to ndarray
        Also `C_tab`, the rate, and `cell_max`, the greatest cell used. mm/year.
    """
    out: dict[str, Any] = {}
    for a, b in zip(axes, brackets, strict=True):
        out |= {a.lo: b.x_lo, a.hi: b.x_hi, a.w: b.w}
    ends = [(b.lo, b.hi) for b in brackets]
    names = corners(len(ends))
    for name in names:
        out[name] = grid.at(table, [ends[d][int(k) - 1] for d, k in enumerate(name[2:])])
    cells = [out[n] for n in names]
    top = greatest_2(*cells) if len(ends) == 2 else greatest_3(*cells)
    if how == LOOKUPS[0]:
        way = [b.w for b in brackets]
        out["C_tab"] = linear_2(*way, *cells) if len(ends) == 2 else linear_3(*way, *cells)
    else:
        out["C_tab"] = top
    out["cell_max"] = top
    out["lookup_case"] = np.where(table >= 0, LOOKUPS.index(how), LOOKUPS.index("none"))
    return out


def lookup_outputs(axes: Sequence[Axis]) -> tuple[Param, ...]:
    """Output columns of `lookup`, for a procedure.

    Parameters
    ----------
    axes : sequence of Axis

    Returns
    -------
    tuple of Param
    """
    out: list[Param] = []
    for a in axes:
        out += [Param(a.lo, a.quantity), Param(a.hi, a.quantity), Param(a.w, "ratio")]
    out += [Param(n, "rate") for n in corners(len(axes))]
    return (*out, Param("lookup_case", "code", codes=LOOKUPS), Param("cell_max", "rate"), Param("C_tab", "rate"))


def lookup_steps(
    axes: Sequence[Axis], cells: Callable[[IntArray], IntArray], told: tuple[str, ...] = ()
) -> tuple[Step, ...]:
    """Steps of a lookup: the table and its cells, part of the way on each axis, the rate by the policy.

    Parameters
    ----------
    axes : sequence of Axis
    cells : callable
        Of `cells_of`; the procedure has the columns `rate_table` and `table_verified`.
    told : tuple of str
        Further columns that the note of the cells tells.

    Returns
    -------
    tuple of Step
    """
    return (
        shown_cells(axes, cells, told=told),
        *(Step(weight, a.w, {"x": a.x, "x_lo": a.lo, "x_hi": a.hi}) for a in axes),
        *rate_steps(axes),
    )


def shown_cells(
    axes: Sequence[Axis],
    cells: Callable[[IntArray], IntArray],
    when: tuple[str, str] | None = None,
    told: tuple[str, ...] = (),
) -> Step:
    """Step that shows the table in force, the nodes used on each axis and the policy between them.

    Parameters
    ----------
    axes : sequence of Axis
    cells : callable
        Of `cells_of`.
    when : (column, code), optional
    told : tuple of str
        Further columns that the note tells.

    Returns
    -------
    Step
    """
    nodes = tuple(n for a in axes for n in (a.lo, a.hi))
    return Step(cells, "rate_table", {}, when, ("rate_table", *nodes, *told, "lookup_case", "table_verified"))


def rate_steps(axes: Sequence[Axis]) -> tuple[Step, ...]:
    """Steps that give the rate of the table, linear or as the greatest cell.

    Parameters
    ----------
    axes : sequence of Axis

    Returns
    -------
    tuple of Step
    """
    three = len(axes) == 3
    ways = {f"w_{i + 1}": a.w for i, a in enumerate(axes)}
    return (
        Step(linear_3 if three else linear_2, "C_tab", ways, ("lookup_case", "linear")),
        Step(greatest_3 if three else greatest_2, "C_tab", {}, ("lookup_case", "greatest_cell")),
    )


def inside_or_missing(case: IntArray) -> BoolArray:
    """Rows that a limit of the table does not refuse: inside, or missing (which another reason says).

    Parameters
    ----------
    case : ndarray of int64
        Index of `AXIS_CASES`.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray((case == INSIDE) | (case < 0))
