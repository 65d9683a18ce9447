"""Recorded inspections of cracking: counted by grade, the last that ruled out cracks, and cracks left open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray
from integrity.core.group import Groups, group_count, group_max, group_min, groups_of
from integrity.core.procedure import CaseTable
from integrity.rbi.mechanisms import scc_tables as t

COUNTED = 4


@dataclass(frozen=True)
class History:
    """What the recorded inspections of each case say.

    `counts` has one array for each of A to D; `last_d` the last inspection of grade A, B or C that found no crack
    or after which cracks were repaired; `cracked_d` the last that found cracks, `open_d` the last of those whose
    cracks were not repaired. `NO_DATE` is none.
    """

    counts: tuple[FloatArray, ...]
    last_d: IntArray
    cracked_d: IntArray
    open_d: IntArray


def _one_a_day(table: CaseTable, where: BoolArray) -> tuple[IntArray, IntArray]:
    """Case and best grade of each day with an inspection that counts; several methods of a day are one."""
    owner = table.groups.owner
    date_d = np.asarray(table.columns["date_d"], dtype=np.int64)
    grade = np.asarray(table.columns["effectiveness"], dtype=np.int64)
    keep = np.flatnonzero(where & (grade >= 0) & (grade < COUNTED))
    owner, date_d, grade = owner[keep], date_d[keep], grade[keep]
    if bool(((owner[1:] == owner[:-1]) & (date_d[1:] < date_d[:-1])).any()):
        order = np.lexsort((date_d, owner))
        owner, date_d, grade = owner[order], date_d[order], grade[order]
    again = (owner[1:] == owner[:-1]) & (date_d[1:] == date_d[:-1])
    if not bool(again.any()):
        return owner, grade
    first = np.concatenate((np.ones(1, dtype=np.bool_), ~again))
    day = groups_of(np.cumsum(first) - 1, int(first.sum()))
    return owner[first], group_min(grade, day).astype(np.int64)


def _last(date_d: IntArray, groups: Groups, where: BoolArray) -> IntArray:
    day = group_max(date_d, groups, where)
    return np.where(np.isnan(day), NO_DATE, np.nan_to_num(day)).astype(np.int64)


def history(table: CaseTable, start_d: IntArray, service_d: IntArray, as_of_d: IntArray) -> History:
    """Inspections of each case, counted by grade, with the last that ruled out cracks and those that found some.

    Parameters
    ----------
    table : CaseTable
        Columns `date_d`, `effectiveness`, `cracks_found`, `cracks_repaired`.
    start_d : ndarray of int64, shape (n,)
        Latest of installation, replacement and process change: an earlier inspection neither counts nor resets.
    service_d : ndarray of int64, shape (n,)
        Day the component went into service: cracks found before it were another component's.
    as_of_d : ndarray of int64, shape (n,)

    Returns
    -------
    History
        A record that does not say whether cracks were found is taken to have found none.
    """
    groups, n = table.groups, table.groups.n
    if groups.members == 0:
        none = np.full(n, NO_DATE, dtype=np.int64)
        return History((np.zeros(n),) * COUNTED, none, none, none)
    date_d = np.asarray(table.columns["date_d"], dtype=np.int64)
    grade = np.asarray(table.columns["effectiveness"], dtype=np.int64)
    owner = groups.owner
    # NO_DATE lies before every day: a missing start bounds nothing.
    past = (date_d != NO_DATE) & ((as_of_d[owner] == NO_DATE) | (date_d <= as_of_d[owner]))
    counts_from = past & (date_d >= start_d[owner])
    days, best = _one_a_day(table, counts_from)
    groups_days = groups_of(days, n)
    counts = tuple(group_count(best == g, groups_days).astype(np.float64) for g in range(COUNTED))
    found = np.asarray(table.columns["cracks_found"]) == 1
    repaired = np.asarray(table.columns["cracks_repaired"]) == 1
    clears = counts_from & (grade >= 0) & (grade <= t.GRADES.index("C")) & (~found | repaired)
    last_d = _last(date_d, groups, clears)
    if not bool(found.any()):
        none = np.full(n, NO_DATE, dtype=np.int64)
        return History(counts, last_d, none, none)
    known = past & (date_d >= service_d[owner]) & found
    return History(counts, last_d, _last(date_d, groups, known), _last(date_d, groups, known & ~repaired))
