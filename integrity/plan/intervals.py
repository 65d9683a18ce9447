"""Interval formulas of the in-service codes, as clauses."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API510, API570, API653, OWN_METHOD, TSG21
from integrity.regulation.dates import add_years


@clause(
    API570.at("Table 1", "Thickness interval"),
    symbol="interval_y",
    expr="min(RL_y/2, years_max)",
    quantity="time",
)
def half_life(RL_y: FloatArray, years_max: FloatArray) -> FloatArray:
    """Half of the remaining life, at most the code maximum.

    Parameters
    ----------
    RL_y : ndarray
        Remaining life at the inspection, years, positive.
    years_max : ndarray
        Code maximum, years.

    Returns
    -------
    ndarray, years
        API 510 6.5, API 570 Table 1, TSG 21 8.10.
    """
    return np.minimum(RL_y / 2.0, years_max)


@clause(
    API510.at("6.5", "Short remaining life"),
    symbol="interval_y",
    expr="min(RL_y, short_max_y)",
    quantity="time",
)
def short_life(RL_y: FloatArray, short_max_y: FloatArray) -> FloatArray:
    """Full remaining life up to two years, for vessels with less than four years left.

    Parameters
    ----------
    RL_y : ndarray
        Remaining life at the inspection, years, positive and below the short-life limit.
    short_max_y : ndarray
        Two years.

    Returns
    -------
    ndarray, years
        API 510 6.5; API 570 has no such rule.
    """
    return np.minimum(RL_y, short_max_y)


@clause(
    API653.at("6.3", "Share of the remaining life"),
    symbol="interval_y",
    expr="min(share*RL_y, years_max)",
    quantity="time",
)
def life_share(RL_y: FloatArray, share: FloatArray, years_max: FloatArray) -> FloatArray:
    """A share of the remaining corrosion life, at most the code maximum.

    Parameters
    ----------
    RL_y : ndarray
        Remaining corrosion allowance over rate, years, positive.
    share : ndarray
        1/4 external, 1/2 shell thickness, 1 bottom.
    years_max : ndarray

    Returns
    -------
    ndarray, years
        API 653 6.3, 6.4.
    """
    return np.minimum(share * RL_y, years_max)


@clause(OWN_METHOD.at("interval of a used-up life"), symbol="interval_y", expr="0*RL_y", quantity="time")
def used_up(RL_y: FloatArray) -> FloatArray:
    """No interval is left where the remaining life at the inspection was zero or negative.

    Parameters
    ----------
    RL_y : ndarray
        Remaining life, zero or negative.

    Returns
    -------
    ndarray, years
        Zero: due at the inspection itself. The date at which t_req was reached stands beside it.
    """
    return 0.0 * RL_y + 0.0


@clause(TSG21.at("8.1.6.1", "Fixed interval"), symbol="interval_y", expr="years_max", quantity="time")
def fixed(years_max: FloatArray) -> FloatArray:
    """The interval that a rule states.

    Parameters
    ----------
    years_max : ndarray
        Years of the rule.

    Returns
    -------
    ndarray, years
        The rule's own clause is named by the candidate.
    """
    return np.asarray(years_max, dtype=np.float64)


@clause(
    OWN_METHOD.at("due date", "Anniversary of the anchor date"),
    symbol="due_d",
    expr="anchor_d + interval_y",
    quantity="date",
    kind=TABLE,
    note="plan.note.due_date",
)
def due_date(anchor_d: IntArray, interval_y: FloatArray) -> IntArray:
    """Due date: the anchor date plus the interval, whole years as anniversaries.

    Parameters
    ----------
    anchor_d : ndarray
        Day of the inspection that counts.
    interval_y : ndarray

    Returns
    -------
    ndarray of int64
        Day numbers, see `integrity.regulation.dates.add_years`.
    """
    return add_years(anchor_d, interval_y)
