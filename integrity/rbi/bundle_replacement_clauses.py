"""Cheapest age of replacement and categories of exchanger bundles, API RP 581 Part 1 §8.5 and §8.7.4."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import ITERATION, TABLE, clause
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed


def _category(value: FloatArray, table: str) -> IntArray:
    bounds = keyed("bundle", table).rows[0]
    out = 1 + np.sum([value > b * (1.0 + 1e-9) for b in bounds], axis=0)
    return np.where(np.isnan(value), -1, out).astype(np.int64)


@clause(
    API581_2016.at("Part 1 §8.7.4 eqs. (1.85) to (1.93)", "Age of replacement at the least cost a day"),
    symbol="age_opt_y",
    expr="",
    quantity="time",
    kind=ITERATION,
    note="bundle.note.optimum",
)
def optimum(
    beta_w: FloatArray,
    eta_use_y: FloatArray,
    C_fail_bundle: FloatArray,
    C_plan_bundle: FloatArray,
    step_y: float,
    n_grid: int,
    days: float,
) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Cost a day of replacing at each age of a grid, and the age where it is least.

    Parameters
    ----------
    beta_w, eta_use_y : ndarray, shape (n,)
    C_fail_bundle, C_plan_bundle : ndarray, shape (n,), currency
    step_y : float, years
    n_grid : int
    days : float
        Days a year.

    Returns
    -------
    age, cost, cost_last : ndarray of float64, shape (n,)
        Age of least cost, its cost a day and that at the end of the grid.
    place : ndarray of int64
        0 inside the grid, 1 at its first, 2 at its last age, -1 where the inputs are missing.
    """
    n = beta_w.size
    age, cost, last = (np.full(n, np.nan) for _ in range(3))
    place = np.full(n, -1, dtype=np.int64)
    grid = np.arange(1, n_grid + 1) * step_y
    log = np.log(grid)
    known = np.flatnonzero(np.isfinite(beta_w + eta_use_y + C_fail_bundle + C_plan_bundle))
    for start in range(0, known.size, 512):
        rows = known[start : start + 512]
        b, e = beta_w[rows][:, None], eta_use_y[rows][:, None]
        S = np.exp(-np.exp(b * (log - np.log(e))))
        P = 1.0 - S
        life = np.cumsum(grid * np.diff(P, axis=1, prepend=0.0), axis=1) + grid * S
        each = (C_fail_bundle[rows][:, None] * P + C_plan_bundle[rows][:, None] * S) / (days * life)
        best = np.argmin(each, axis=1)
        at = np.arange(rows.size)
        age[rows], cost[rows], last[rows] = grid[best], each[at, best], each[:, -1]
        place[rows] = np.where(best == n_grid - 1, 2, np.where(best == 0, 1, 0))
    return age, cost, last, place


@clause(
    API581_2016.at("Part 1 §8.5 Table 8.6", "Categories of a bundle"),
    symbol="P_bundle_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="bundle.note.category",
)
def probability_category(P_bundle: FloatArray) -> IntArray:
    """Category 1 to 5 of the probability; an upper bound belongs to the lower category.

    Parameters
    ----------
    P_bundle : ndarray

    Returns
    -------
    ndarray of int64
        -1 where missing.
    """
    return _category(P_bundle, "P_bounds")


@clause(
    API581_2016.at("Part 1 §8.5 Table 8.6", "Categories of a bundle"),
    symbol="C_bundle_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="bundle.note.category",
)
def consequence_category(C_fail_usd: FloatArray) -> IntArray:
    """Category 1 to 5, written A to E, of the consequence in USD.

    Parameters
    ----------
    C_fail_usd : ndarray

    Returns
    -------
    ndarray of int64
        -1 where missing.
    """
    return _category(C_fail_usd, "C_bounds")


@clause(
    OWN_METHOD.at("category of a bundle", "Consequence in USD"),
    symbol="C_fail_usd",
    expr="C_fail_bundle/exchange_rate",
    quantity="money",
)
def in_usd(C_fail_bundle: FloatArray, exchange_rate: FloatArray) -> FloatArray:
    """Consequence in the money of the table.

    Parameters
    ----------
    C_fail_bundle : ndarray, currency
    exchange_rate : ndarray, currency/USD

    Returns
    -------
    ndarray of float64, USD
    """
    return np.asarray(C_fail_bundle / exchange_rate, dtype=np.float64)
