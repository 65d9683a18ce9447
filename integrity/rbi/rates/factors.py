"""Factors that are rows of a table, and the clauses that show which row was taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Inputs, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed
from integrity.rbi.rates.parts import value

Picked = Callable[..., Any]


def shown(place: str, title: str, note: str, symbol: str = "unit_case") -> Callable[..., Any]:
    """Clause that names a table and the cells used.

    Parameters
    ----------
    place : str
        Clause of API RP 581.
    title : str
    note : str
        Catalogue key.
    symbol : str

    Returns
    -------
    callable
    """

    @clause(API581_2016.at(place, title), symbol=symbol, expr="", quantity="code", kind=TABLE, note=note)
    def cells(table: IntArray) -> IntArray:
        """Table in force.

        Parameters
        ----------
        table : ndarray of int64

        Returns
        -------
        ndarray of int64
        """
        return table

    return cells


def picked(place: str, title: str, symbol: str, note: str, values: Callable[[], FloatArray]) -> Callable[..., Any]:
    """Clause that takes a factor from the rows of a table.

    Parameters
    ----------
    place : str
        Clause of API RP 581.
    title : str
    symbol : str
    note : str
        Catalogue key.
    values : callable
        Factors of the rows, the last NaN.

    Returns
    -------
    callable
        Function of the row index.
    """

    @clause(API581_2016.at(place, title), symbol=symbol, expr="", quantity="number", kind=TABLE, note=note)
    def factor(row: IntArray) -> FloatArray:
        """Factor of a row; missing where there is no row.

        Parameters
        ----------
        row : ndarray of int64

        Returns
        -------
        ndarray of float64
        """
        return np.asarray(values()[row], dtype=np.float64)

    return factor


def typed(place: str, note: str) -> Callable[..., Any]:
    """Clause that shows the type of thinning.

    Parameters
    ----------
    place : str
        Clause of API RP 581.
    note : str
        Catalogue key.

    Returns
    -------
    callable
    """
    ref = API581_2016.at(place, "Type of thinning")

    @clause(ref, symbol="thinning_type", expr="", quantity="code", kind=TABLE, note=note)
    def kind_of_thinning(thinning_type: IntArray) -> IntArray:
        """Type of thinning that the annex gives.

        Parameters
        ----------
        thinning_type : ndarray of int64
            Index of `thinning_type`.

        Returns
        -------
        ndarray of int64
        """
        return thinning_type

    return kind_of_thinning


@clause(
    API581_2016.at("Part 2 Annex 2.B", "Value that the table or the text gives as one number"),
    symbol="y",
    expr="y_0",
    quantity="number",
)
def constant(y_0: float) -> float:
    """One number of the standard.

    Parameters
    ----------
    y_0 : float

    Returns
    -------
    float
    """
    return y_0


def with_greatest(name: str, table: str) -> FloatArray:
    """Factors of a keyed table, then the greatest of them for a row that nobody stated, then NaN.

    Parameters
    ----------
    name : str
        File name without suffix.
    table : str

    Returns
    -------
    ndarray of float64
    """
    rows = keyed(name, table).rows[:-1, 0]
    return np.array([*rows, rows.max(), np.nan])


def resistivity_row(x: Inputs, name: str) -> IntArray:
    """Band of the soil resistivity; a value that two bands share goes by the policy of the settings.

    Parameters
    ----------
    x : Inputs
        With `soil_resistivity`, ohm m.
    name : str
        Table file with the borders.

    Returns
    -------
    ndarray of int64
        -1 where the resistivity is missing or not positive.
    """
    rho = x["soil_resistivity"]
    r_1, r_2, r_3, r_4 = (value(name, f"rho_{i}") for i in (1, 2, 3, 4))
    lower = x.settings.code("rbi.rate_resistivity_edge") == "lower"
    below_2 = at_most(rho, r_2) if lower else ~at_least(rho, r_2)
    below_3 = at_most(rho, r_3) if lower else ~at_least(rho, r_3)
    return stack_codes(
        (~(rho > 0.0), -1), (~at_least(rho, r_1), 0), (below_2, 1), (below_3, 2), (at_most(rho, r_4), 3), default=4
    )


@clause(
    API581_2016.at("Part 2 Annex 2.B §1.2", "Rate that the plant gives"),
    symbol="C_r_base",
    expr="rate",
    quantity="rate",
)
def recorded_rate(rate: FloatArray) -> FloatArray:
    """Rate of a comparable service or of a specialist; it stands before the printed one.

    Parameters
    ----------
    rate : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return rate
