"""Calendar arithmetic of due dates: anniversaries for whole years, days for the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, IntArray

_FAR = 20_000
# Months since 1970 whose first days, and those whose days, are looked up instead of computed.
_MONTHS = (-3_600, 12_000)
_DAY_MONTHS = (-3_600, 3_600)


@cache
def _month_starts() -> IntArray:
    months = np.arange(_MONTHS[0], _MONTHS[1] + 1).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64)


@cache
def _months_of_days() -> IntArray:
    starts = _month_starts()[: _DAY_MONTHS[1] - _DAY_MONTHS[0] + 1]
    return np.repeat(np.arange(_DAY_MONTHS[0], _DAY_MONTHS[1]), np.diff(starts))


def month_of(day: IntArray) -> IntArray:
    """Month of a day.

    Parameters
    ----------
    day : ndarray of int64
        Days since 1970-01-01.

    Returns
    -------
    ndarray of int64
        Months since 1970-01.
    """
    table, first = _months_of_days(), int(_month_starts()[0])
    at = day - first
    if at.size and int(at.min()) >= 0 and int(at.max()) < table.size:
        return np.asarray(table.take(at), dtype=np.int64)
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_of(month: IntArray) -> IntArray:
    """First day of a month.

    Parameters
    ----------
    month : ndarray of int64
        Months since 1970-01.

    Returns
    -------
    ndarray of int64
        Days since 1970-01-01.
    """
    if month.size and int(month.min()) >= _MONTHS[0] and int(month.max()) <= _MONTHS[1]:
        return np.asarray(_month_starts().take(month - _MONTHS[0]), dtype=np.int64)
    return month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def add_years(date_d: Any, years: Any) -> IntArray:
    """Day number of `date_d` plus `years`; whole years are anniversaries, 29 February becomes 28 February.

    Parameters
    ----------
    date_d : array_like of int64
        Days since 1970-01-01, `NO_DATE` where missing.
    years : array_like of float
        May be negative; the fraction is added as days of a 365.25-day year, rounded down. NaN or beyond
        20,000 years gives `NO_DATE`.

    Returns
    -------
    ndarray of int64
    """
    d, y = np.broadcast_arrays(np.asarray(date_d, dtype=np.int64), np.asarray(years, dtype=np.float64))
    ok = (d != NO_DATE) & np.isfinite(y) & (np.abs(np.where(np.isfinite(y), y, 0.0)) < _FAR)
    base = np.where(ok, d, 0)
    span = np.where(ok, y, 0.0)
    whole = np.floor(span + 1e-9)
    rest = np.floor(np.maximum(span - whole, 0.0) * DAYS_PER_YEAR + 1e-6).astype(np.int64)
    month = month_of(base)
    day = base - first_of(month)
    target = month + 12 * whole.astype(np.int64)
    begin = first_of(target)
    result = begin + np.minimum(day, first_of(target + 1) - begin - 1) + rest
    return np.where(ok, result, NO_DATE)
