"""Reading a printed table at a value between its rows: which rows, and the clauses of a row and of a straight line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import Reference

TOLERANCE = 1e-9

Function = Callable[..., FloatArray]
Table = Callable[[], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True)
class Rows:
    """Rows of a table beside a value: `below` and `above` are one row where the value stands on it."""

    below: IntArray
    above: IntArray
    on_row: BoolArray
    before: BoolArray
    beyond: BoolArray


def locate(nodes: FloatArray, value: FloatArray) -> Rows:
    """Rows of a table beside each value.

    Parameters
    ----------
    nodes : ndarray
        Values of the rows, ascending.
    value : ndarray
        A value counts as on a row within 1e-9, so that rounding does not move it to the next.

    Returns
    -------
    Rows
        Before the first and beyond the last row both indexes are that row; NaN is neither on a row nor outside.
    """
    last = nodes.size - 1
    above = np.minimum(np.searchsorted(nodes, value - TOLERANCE), last)
    at = nodes[above]
    on_row = np.abs(value - at) <= TOLERANCE
    before, beyond = value < nodes[0] - TOLERANCE, value > nodes[last] + TOLERANCE
    below = np.where(on_row | beyond, above, np.maximum(above - 1, 0))
    return Rows(below, above, on_row, before, beyond)


def straight_line(ref: Reference, symbol: str, quantity: str) -> Function:
    """Clause of the straight line between two rows of a table.

    Parameters
    ----------
    ref : Reference
    symbol : str
        Symbol of the value read.
    quantity : str

    Returns
    -------
    callable
    """

    @clause(ref, symbol=symbol, expr="v_1 + (v_2 - v_1)*(x - x_1)/(x_2 - x_1)", quantity=quantity)
    def between(v_1: FloatArray, v_2: FloatArray, x: FloatArray, x_1: FloatArray, x_2: FloatArray) -> FloatArray:
        """Value on the straight line between two rows of a table.

        Parameters
        ----------
        v_1, v_2 : ndarray
            Values of the row below and of the row above.
        x : ndarray
            Where the table is read, between `x_1` and `x_2`.
        x_1, x_2 : ndarray
            Places of the two rows.

        Returns
        -------
        ndarray of float64
        """
        return np.asarray(v_1 + (v_2 - v_1) * (x - x_1) / (x_2 - x_1), dtype=np.float64)

    return between


def row_value(ref: Reference, symbol: str, quantity: str) -> Function:
    """Clause of the value of one row of a table.

    Parameters
    ----------
    ref : Reference
    symbol : str
        Symbol of the value read.
    quantity : str

    Returns
    -------
    callable
    """

    @clause(ref, symbol=symbol, expr="v", quantity=quantity)
    def of_row(v: FloatArray) -> FloatArray:
        """Value of one row of a table.

        Parameters
        ----------
        v : ndarray

        Returns
        -------
        ndarray of float64
        """
        return np.asarray(v, dtype=np.float64)

    return of_row


def gather(values: FloatArray, row: IntArray, column: IntArray) -> FloatArray:
    """Cells of a table by index.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
    row, column : ndarray of int64
        -1 as column gives NaN.

    Returns
    -------
    ndarray of float64
    """
    found = values.ravel()[row * values.shape[1] + np.maximum(column, 0)]
    found[column < 0] = np.nan
    return np.asarray(found, dtype=np.float64)


def cells(ref: Reference, symbol: str, quantity: str, note: str, table: Table) -> Function:
    """Clause of the cells of a table by the place of the row and the column.

    Parameters
    ----------
    ref : Reference
    symbol : str
    quantity : str
    note : str
        Catalogue key of the explanation.
    table : callable
        Gives the places of the rows and the values, rows x columns.

    Returns
    -------
    callable
    """

    @clause(ref, symbol=symbol, expr="", quantity=quantity, kind=TABLE, note=note)
    def cell(place: FloatArray, column: IntArray) -> FloatArray:
        """Cells of a table.

        Parameters
        ----------
        place : ndarray
            Place of the row, as printed.
        column : ndarray of int64
            Index of the column; -1 gives NaN.

        Returns
        -------
        ndarray of float64
        """
        nodes, values = table()
        return gather(values, locate(nodes, np.asarray(place)).above, np.asarray(column))

    return cell
