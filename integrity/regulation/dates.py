"""Calendar arithmetic of due dates: anniversaries for whole years, days for the rest."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, IntArray

_FAR = 20_000


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
    base = np.where(ok, d, 0).astype("datetime64[D]")
    span = np.where(ok, y, 0.0)
    whole = np.floor(span + 1e-9)
    rest = np.floor(np.maximum(span - whole, 0.0) * DAYS_PER_YEAR + 1e-6).astype(np.int64)
    month = base.astype("datetime64[M]")
    day = (base - month.astype("datetime64[D]")).astype(np.int64)
    target = month + (whole.astype(np.int64) * 12).astype("timedelta64[M]")
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    result = target.astype("datetime64[D]").astype(np.int64) + np.minimum(day, length - 1) + rest
    return np.where(ok, result, NO_DATE).astype(np.int64)
