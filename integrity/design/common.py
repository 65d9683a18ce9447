"""Inputs, codes and small helpers that the pressure procedures share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.codes import codes
from integrity.core.procedure import Limit, Param
from integrity.core.reference import Reference

CASES = codes("t_req_case")
CASE = {code: i for i, code in enumerate(CASES)}

P = Param("P", "pressure")
S = Param("S", "stress")
E = Param("E", "ratio")
D = Param("D", "length")
D_O = Param("D_o", "length")
T_WALL = Param("t", "thickness", required=False)
T_REQ = Param("t_req", "thickness", conclusion=True)
T_REQ_CASE = Param("t_req_case", "code", codes=CASES, conclusion=True)
MAWP = Param("MAWP", "pressure", conclusion=True)


def governing(*candidates: tuple[str, AnyArray]) -> tuple[FloatArray, IntArray]:
    """Greatest of several thicknesses and the code of the case it comes from; the first of equals.

    Parameters
    ----------
    *candidates : (code, ndarray)
        Code of `t_req_case` and thickness, mm. A NaN makes the row NaN and -1.

    Returns
    -------
    thickness : ndarray of float64, mm
    case : ndarray of int64
    """
    stack = np.stack([np.asarray(values, dtype=np.float64) for _, values in candidates])
    index = np.array([CASE[code] for code, _ in candidates], dtype=np.int64)
    worst = np.max(stack, axis=0)
    case = index[np.argmax(stack, axis=0)]
    return worst, np.where(np.isnan(worst), NO_CODE, case).astype(np.int64)


def fill(code: str, like: AnyArray) -> IntArray:
    """A column of one case, -1 where the thickness is not known.

    Parameters
    ----------
    code : str
    like : ndarray of float64
        Thickness.

    Returns
    -------
    ndarray of int64
    """
    return np.where(np.isnan(like), NO_CODE, CASE[code]).astype(np.int64)


def below(left: str, right: Callable[[Mapping[str, AnyArray]], AnyArray]) -> Callable[..., BoolArray]:
    """Predicate `column <= right(columns)`, equality inside.

    Parameters
    ----------
    left : str
        Column name.
    right : callable
        Value from the columns.

    Returns
    -------
    callable
    """
    return lambda c: at_most(c[left], right(c))


def not_above(left: str, right: Callable[[Mapping[str, AnyArray]], AnyArray]) -> Callable[..., BoolArray]:
    """Predicate for an optional column: missing is inside, else `column <= right(columns)`.

    Parameters
    ----------
    left : str
    right : callable

    Returns
    -------
    callable
    """
    return lambda c: np.isnan(c[left]) | at_most(c[left], right(c))


def input_range(ref: Reference, *positive: str) -> Limit:
    """Limit that pressure is not negative, the named columns are positive and 0 < E <= 1.

    Parameters
    ----------
    ref : Reference
    *positive : str
        Columns that must be greater than zero.

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        inside = at_least(c["P"], 0.0) & (c["S"] > 0.0) & (c["E"] > 0.0) & at_most(c["E"], 1.0)
        for name in positive:
            inside = inside & (c[name] > 0.0)
        return np.asarray(inside, dtype=np.bool_)

    return Limit("input_range", ref, holds)


def wall_left(ref: Reference) -> Limit:
    """Limit that a given wall is more than nothing.

    Parameters
    ----------
    ref : Reference

    Returns
    -------
    Limit
    """
    return Limit("wall_left", ref, lambda c: np.isnan(c["t"]) | (c["t"] > 0.0))
