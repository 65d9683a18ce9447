"""Evaluate a formula only on the rows that need it; the others stay missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray


def on_rows(mask: BoolArray, function: Callable[..., Any], *args: Any) -> FloatArray:
    """Values of an elementwise function on some rows, NaN on the others.

    Parameters
    ----------
    mask : ndarray of bool, shape (n,)
    function : callable
        Takes the arguments of the chosen rows; arrays of shape (n,) are cut, numbers passed on.
    *args
        Arrays of shape (n,) or numbers.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    out = np.full(mask.shape, np.nan)
    if mask.all():
        return np.asarray(function(*args), dtype=np.float64)
    _put(out, mask, function, args)
    return out


def select_rows(*parts: tuple[BoolArray, Callable[..., Any], tuple[Any, ...]], n: int) -> FloatArray:
    """One value a row from the first formula whose mask holds; NaN where none does.

    Parameters
    ----------
    *parts : (mask, function, arguments)
        Masks that do not overlap.
    n : int
        Rows.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    out = np.full(n, np.nan)
    for mask, function, args in parts:
        _put(out, mask, function, args)
    return out


def _put(out: FloatArray, mask: BoolArray, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    rows = np.flatnonzero(mask)
    if rows.size:
        out[rows] = function(*(a.take(rows) if isinstance(a, np.ndarray) else a for a in args))
