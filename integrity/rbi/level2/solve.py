"""Where a falling function of the distance meets a limit, by bisection on all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray
from integrity.rbi.data import number

Falling = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class Root:
    """A distance at which a falling function is at its limit, from the safe side of the bracket.

    `residual` is the value there less the limit, over the limit. `steps` counts the halvings. A row without a root
    in its bracket is NaN and not converged.
    """

    x: FloatArray
    low: FloatArray
    high: FloatArray
    residual: FloatArray
    steps: FloatArray
    converged: BoolArray


def falling_root(value: Falling, low: FloatArray, high: FloatArray, limit: FloatArray) -> Root:
    """Halve the bracket of each row until it is narrow enough; a row does not feel its neighbours.

    Parameters
    ----------
    value : callable
        Elementwise falling function of a distance of shape (n,).
    low, high : ndarray, shape (n,)
        Bracket: at or above the limit at `low`, at or below it at `high`.
    limit : ndarray, shape (n,)

    Returns
    -------
    Root
    """
    tolerance, most = number("level2", "root_tolerance"), int(number("level2", "root_steps"))
    a, b = low.copy(), high.copy()
    at_high = value(high)
    open_ = (value(low) >= limit) & (at_high <= limit) & np.isfinite(low) & np.isfinite(high)
    steps = np.zeros(low.size)
    going = open_.copy()
    for _ in range(most):
        going &= (b - a) > tolerance * b
        if not going.any():
            break
        middle = a + (b - a) / 2.0
        above = value(middle) > limit
        a = np.where(going & above, middle, a)
        b = np.where(going & ~above, middle, b)
        steps += going
    done = open_ & ((b - a) <= tolerance * b)
    x = np.where(done, b, np.nan)
    return Root(x, low, high, np.where(done, value(x) / limit - 1.0, np.nan), steps, done)


def bracket_above(value: Falling, low: FloatArray, step: FloatArray, limit: FloatArray) -> FloatArray:
    """Upper end of a bracket, by doubling a step from the lower end until the function is at or below the limit.

    Parameters
    ----------
    value : callable
        Elementwise falling function.
    low, step : ndarray, shape (n,)
    limit : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where the function is not met within the steps allowed.
    """
    high, size = low + step, step.copy()
    found = value(high) <= limit
    for _ in range(int(number("level2", "root_steps"))):
        if found.all():
            break
        size = np.where(found, size, size * 2.0)
        high = np.where(found, high, low + size)
        found |= value(high) <= limit
    return np.where(found, high, np.nan)
