"""Where a falling function of the distance meets a limit, by bisection on all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray
from integrity.core.clause import ITERATION, clause
from integrity.core.procedure import Columns, Param, Step
from integrity.core.reference import OWN_METHOD
from integrity.rbi.data import number
from integrity.rbi.level2.common import EFFECTS

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


@clause(
    OWN_METHOD.at("distance at a limit", "Distance at which the limit of component damage is met"),
    symbol="x_cmd_m",
    expr="",
    quantity="height",
    kind=ITERATION,
    note="level2.note.distance_cmd",
)
def damage_distance(value: Falling, low: FloatArray, high: FloatArray, limit: FloatArray) -> Root:
    """Distance at which radiation or pressure comes down to the limit of component damage.

    Parameters
    ----------
    value : callable
        Radiation or pressure by distance.
    low, high : ndarray, m
    limit : ndarray

    Returns
    -------
    Root
    """
    return falling_root(value, low, high, limit)


@clause(
    OWN_METHOD.at("distance at a limit", "Distance at which the limit of injury is met"),
    symbol="x_inj_m",
    expr="",
    quantity="height",
    kind=ITERATION,
    note="level2.note.distance_inj",
)
def injury_distance(value: Falling, low: FloatArray, high: FloatArray, limit: FloatArray) -> Root:
    """Distance at which radiation or pressure comes down to the limit of injury.

    Parameters
    ----------
    value : callable
        Radiation or pressure by distance.
    low, high : ndarray, m
    limit : ndarray

    Returns
    -------
    Root
    """
    return falling_root(value, low, high, limit)


DISTANCE = {"cmd": damage_distance, "inj": injury_distance}


def distance_step(effect: str, limit: str, when: tuple[str, str] | None = None) -> Step:
    """The printed step of an iteration, with its bracket, halvings and residual.

    Parameters
    ----------
    effect : str
        "cmd" or "inj".
    limit : str
        Constant or column of the limit.
    when : tuple of (column, code), optional

    Returns
    -------
    Step
    """
    told = (f"x_low_{effect}_m", f"x_high_{effect}_m", f"steps_{effect}", f"residual_{effect}")
    bind = {"value": f"x_{effect}_m", "low": told[0], "high": told[1], "limit": limit}
    return Step(DISTANCE[effect], f"x_{effect}_m", bind, when=when, note_params=told)


def told_of(effect: str, root: Root) -> Columns:
    """Columns that tell an iteration.

    Parameters
    ----------
    effect : str
    root : Root

    Returns
    -------
    dict of str to ndarray
    """
    return {
        f"x_low_{effect}_m": root.low,
        f"x_high_{effect}_m": root.high,
        f"steps_{effect}": root.steps,
        f"residual_{effect}": root.residual,
    }


TOLD = tuple(
    p
    for e in EFFECTS
    for p in (
        Param(f"x_low_{e}_m", "height"),
        Param(f"x_high_{e}_m", "height"),
        Param(f"steps_{e}", "count"),
        Param(f"residual_{e}", "number"),
    )
)
