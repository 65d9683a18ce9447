"""Array types and the values that stand for what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.object_]
AnyArray = NDArray[Any]

NO_DATE = -(2**31)
NO_CODE = -1
DAYS_PER_YEAR = 365.25
REL_TOL = 1e-9
_GREATEST = float(np.finfo(np.float64).max)


def as_float(values: Any) -> FloatArray:
    """Turn a scalar or sequence into a float64 array of at least one dimension.

    Parameters
    ----------
    values : array_like

    Returns
    -------
    ndarray of float64
    """
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def years_between(start_d: Any, end_d: Any) -> FloatArray:
    """Years from day numbers, 365.25 days a year; NaN where either date is missing.

    Parameters
    ----------
    start_d, end_d : array_like of int
        Days since 1970-01-01, `NO_DATE` where missing.

    Returns
    -------
    ndarray of float64, years
    """
    a = np.asarray(start_d, dtype=np.int64)
    b = np.asarray(end_d, dtype=np.int64)
    years = (b - a) / DAYS_PER_YEAR
    return np.where((a == NO_DATE) | (b == NO_DATE), np.nan, years)


def at_least(value: Any, limit: Any, rel: float = REL_TOL) -> BoolArray:
    """`value >= limit` with a relative tolerance on the safe side; NaN is never accepted.

    Parameters
    ----------
    value, limit : array_like
    rel : float
        Relative tolerance, so that a change of units cannot turn a verdict.

    Returns
    -------
    ndarray of bool
    """
    v, lim = np.asarray(value, dtype=np.float64), np.asarray(limit, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        slack = _slack(v, lim, rel)
        return np.asarray(v >= np.subtract(lim, slack, out=slack), dtype=np.bool_)


def _slack(v: FloatArray, lim: FloatArray, rel: float) -> FloatArray:
    slack = np.array(np.maximum(np.abs(v), np.abs(lim)))
    np.multiply(slack, rel, out=slack)
    # An infinite slack would accept anything; no finite number has a greater one than this.
    return np.asarray(np.minimum(slack, rel * _GREATEST, out=slack))


def at_most(value: Any, limit: Any, rel: float = REL_TOL) -> BoolArray:
    """`value <= limit` with a relative tolerance on the safe side; NaN is never accepted.

    Parameters
    ----------
    value, limit : array_like
    rel : float

    Returns
    -------
    ndarray of bool
    """
    v, lim = np.asarray(value, dtype=np.float64), np.asarray(limit, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        slack = _slack(v, lim, rel)
        return np.asarray(v <= np.add(lim, slack, out=slack), dtype=np.bool_)
