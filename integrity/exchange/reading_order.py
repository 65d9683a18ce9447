"""Walk the readings of every position in order of date, all positions at once, to find the previous good reading."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray


class _HasReadings(Protocol):
    @property
    def cml_row(self) -> IntArray: ...
    @property
    def position(self) -> IntArray: ...
    @property
    def date_d(self) -> IntArray: ...
    @property
    def t_mm(self) -> FloatArray: ...
    @property
    def good(self) -> BoolArray: ...
    @property
    def n(self) -> int: ...


@dataclass(frozen=True)
class Scan:
    """Neighbours in time of each reading of a batch, arrays of shape (n,).

    Parameters
    ----------
    previous_mm, previous_d : ndarray
        Latest earlier good reading of the position since the last replacement; NaN and `NO_DATE` where there is none.
    previous_any_mm : ndarray of float64
        Latest earlier reading, good or not.
    next_mm : ndarray of float64
        Earliest later reading that is not marked bad.
    growth : ndarray of bool
        More above the previous good reading than noise explains.
    short : ndarray of bool
        Sooner after the previous good reading than the least interval.
    """

    previous_mm: FloatArray
    previous_d: IntArray
    previous_any_mm: FloatArray
    next_mm: FloatArray
    growth: BoolArray
    short: BoolArray


def scan_positions(
    batch: _HasReadings,
    existing: _HasReadings,
    rebase_d: IntArray,
    *,
    active: BoolArray,
    bad: BoolArray,
    growth_mm: float,
    short_days: float,
    gross: tuple[float, float],
) -> Scan:
    """Compare each reading of a batch with the good readings of its position before it.

    A reading that grows, comes too soon, is marked bad or is grossly off its predecessor never becomes a predecessor.

    Parameters
    ----------
    batch, existing : readings
    rebase_d : ndarray of int64, shape (cmls,)
        Readings on either side of this day are never compared.
    active, bad : ndarray of bool, shape (batch.n,)
        Rows to walk, and those that cannot be a predecessor.
    growth_mm : float
    short_days : float
    gross : (float, float)
        Ratios to the predecessor outside of which a reading is grossly off.

    Returns
    -------
    Scan
    """
    rows = np.flatnonzero(active)
    old = np.flatnonzero(existing.good & ~np.isnan(existing.t_mm) & (existing.date_d != NO_DATE))
    cml = np.concatenate([batch.cml_row[rows], existing.cml_row[old]])
    position = np.concatenate([batch.position[rows], existing.position[old]])
    date = np.concatenate([batch.date_d[rows], existing.date_d[old]])
    t = np.concatenate([batch.t_mm[rows], existing.t_mm[old]])
    mine = np.concatenate([np.ones(rows.size, dtype=np.bool_), np.zeros(old.size, dtype=np.bool_)])
    poor = np.concatenate([bad[rows], np.zeros(old.size, dtype=np.bool_)])
    after = (date >= rebase_d[cml]).astype(np.int64) if rebase_d.size else np.zeros(cml.size, dtype=np.int64)
    order = np.lexsort((-t, date, after, position, cml))
    group, step = _group_and_step(cml[order], position[order], after[order], date[order])
    walk = _walk(group, step, date[order], t[order], mine[order], poor[order], growth_mm, short_days, gross)
    out_mm, out_any, out_next = (np.full(batch.n, np.nan) for _ in range(3))
    out_d = np.full(batch.n, NO_DATE, dtype=np.int64)
    growth, short = np.zeros(batch.n, dtype=np.bool_), np.zeros(batch.n, dtype=np.bool_)
    here = order < rows.size
    target = rows[order[here]]
    out_mm[target], out_d[target], out_any[target] = (w[here] for w in walk[:3])
    growth[target], short[target] = walk[3][here], walk[4][here]
    out_next[target] = _next(group, step, t[order], ~poor[order])[here]
    return Scan(out_mm, out_d, out_any, out_next, growth, short)


def _group_and_step(cml: IntArray, position: IntArray, after: IntArray, date: IntArray) -> tuple[IntArray, IntArray]:
    """Number of the position of each sorted reading, and how many earlier days that position has."""
    n = cml.size
    new_group, new_day = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    for key in (cml, position, after):
        new_group[1:] |= np.diff(key) != 0
    new_day[1:] = np.diff(date) != 0
    new_day |= new_group
    group = np.cumsum(new_group).astype(np.int64)
    day = np.cumsum(new_day).astype(np.int64)
    starts = np.maximum.accumulate(np.where(new_group, day, 0)) if n else day
    return group, day - starts


def _walk(
    group: IntArray,
    step: IntArray,
    date: IntArray,
    t: FloatArray,
    mine: BoolArray,
    poor: BoolArray,
    growth_mm: float,
    short_days: float,
    gross: tuple[float, float],
) -> tuple[FloatArray, IntArray, FloatArray, BoolArray, BoolArray]:
    groups = int(group[-1]) + 1 if group.size else 0
    last_t, last_any = np.full(groups, np.nan), np.full(groups, np.nan)
    last_d = np.full(groups, NO_DATE, dtype=np.int64)
    previous, previous_any = np.full(t.size, np.nan), np.full(t.size, np.nan)
    previous_d = np.full(t.size, NO_DATE, dtype=np.int64)
    growth, short = np.zeros(t.size, dtype=np.bool_), np.zeros(t.size, dtype=np.bool_)
    by_step = np.argsort(step, kind="stable")
    bounds = np.searchsorted(step[by_step], np.arange(int(step.max(initial=-1)) + 2))
    for low, high in itertools.pairwise(bounds):
        at = by_step[low:high]
        g, value, day = group[at], t[at], date[at]
        before, since = last_t[g], last_d[g]
        previous[at], previous_d[at], previous_any[at] = before, since, last_any[g]
        known = since != NO_DATE
        growth[at] = mine[at] & known & (value - before > growth_mm)
        short[at] = mine[at] & known & (day - since < short_days)
        off = known & ((value < gross[0] * before) | (value > gross[1] * before))
        fine = ~poor[at] & ~growth[at] & ~short[at] & ~(off & mine[at])
        last_t[g[fine]], last_d[g[fine]] = value[fine], day[fine]
        last_any[g] = value
    return previous, previous_d, previous_any, growth, short


def _next(group: IntArray, step: IntArray, t: FloatArray, fine: BoolArray) -> FloatArray:
    """Value of the first later fine reading of the same position."""
    n = t.size
    out = np.full(n, np.nan)
    if not n:
        return out
    index = np.where(fine, np.arange(n), n)
    following = np.minimum.accumulate(index[::-1])[::-1]
    new_day = np.ones(n, dtype=np.bool_)
    new_day[1:] = (np.diff(group) != 0) | (np.diff(step) != 0)
    day = np.cumsum(new_day) - 1
    day_starts = np.concatenate([np.flatnonzero(new_day), [n]])
    end = day_starts[day + 1]
    candidate = np.concatenate([following, [n]])[end]
    ok = candidate < n
    ok[ok] = group[candidate[ok]] == group[ok]
    out[ok] = t[candidate[ok]]
    return out


def group_median(
    values: FloatArray, counted: BoolArray, wanted: BoolArray, keys: Sequence[IntArray], least: int
) -> FloatArray:
    """Median of the counted values that share the keys of each wanted row.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
    counted, wanted : ndarray of bool, shape (n,)
    keys : sequence of ndarray of int64, shape (n,)
    least : int
        Fewer counted values give NaN.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    out = np.full(values.size, np.nan)
    rows = np.flatnonzero(wanted)
    if not rows.size:
        return out
    ranked = np.where(counted, values, np.inf)[rows]
    order = np.lexsort((ranked, *(k[rows] for k in keys)))
    change = np.zeros(rows.size, dtype=np.bool_)
    for key in keys:
        change[1:] |= np.diff(key[rows][order]) != 0
    group = np.cumsum(change)
    starts = np.flatnonzero(np.concatenate(([True], change[1:])))
    count = np.bincount(group, weights=counted[rows][order]).astype(np.int64)
    sorted_values = ranked[order]
    safe = np.maximum(count, 1)
    middle = 0.5 * (sorted_values[starts + (safe - 1) // 2] + sorted_values[starts + safe // 2])
    median = np.where(count >= least, middle, np.nan)
    out[rows[order]] = median[group]
    return out
