"""From readings to surveys: what counts, repeats of a day, short intervals, first, previous and present wall."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray, at_most
from integrity.core.clause import REDUCTION, clause
from integrity.core.codes import index_of
from integrity.core.group import Groups, group_argmin, group_count, group_max, group_min, groups_of, take
from integrity.core.procedure import CaseTable
from integrity.core.reference import API510, OWN_METHOD
from integrity.core.settings import Settings
from integrity.life.constants import whole_days

GOOD = index_of("reading_quality", "good")
VERIFY = index_of("reading_quality", "verify")
_FAR = np.int64(2**40)


@dataclass(frozen=True)
class Surveys:
    """Survey days of each position in order of date, one value a day.

    `short` marks days that follow the previous good survey too soon and were not accepted.
    """

    groups: Groups
    owner: IntArray
    date_d: IntArray
    t_mm: FloatArray
    short: BoolArray

    def rows(self, which: BoolArray) -> Surveys:
        """The survey days for which `which` holds."""
        if bool(which.all()):
            return self
        owner = self.owner[which]
        return Surveys(groups_of(owner, self.groups.n), owner, self.date_d[which], self.t_mm[which], self.short[which])

    @cached_property
    def n(self) -> IntArray:
        """Surveys of each position."""
        return self.groups.counts

    @property
    def first_row(self) -> IntArray:
        """Row of the first survey of each position, -1 where none."""
        return np.where(self.n > 0, self.groups.offsets[:-1], -1)

    @property
    def last_row(self) -> IntArray:
        """Row of the latest survey of each position, -1 where none."""
        return np.where(self.n > 0, self.groups.offsets[1:] - 1, -1)

    def spread(self, values: AnyArray) -> AnyArray:
        """A value of each position repeated for each of its surveys."""
        return np.take(values, self.owner)

    @property
    def follows(self) -> BoolArray:
        """Which survey, from the second on, belongs to the same position as the one before it."""
        return np.asarray(self.owner[1:] == self.owner[:-1])


def _rows_where(mask: BoolArray, owner: IntArray, n: int) -> tuple[IntArray, Groups]:
    rows = np.flatnonzero(mask)
    return rows, groups_of(owner[rows], n)


def in_baseline(table: CaseTable, owner: IntArray, start_d: IntArray, as_of_d: IntArray) -> BoolArray:
    """Readings of the present baseline with a number: on or after `start_d`, not after `as_of_d`.

    Parameters
    ----------
    table : CaseTable
        Readings with `date_d`, `t_mm`.
    owner : ndarray of int64
        Position of each reading.
    start_d : ndarray of int64
        Start of the baseline of each position, `NO_DATE` where unknown.
    as_of_d : ndarray of int64
        Day of the assessment, `NO_DATE` for no limit.

    Returns
    -------
    ndarray of bool
        Conventions A3, A4: readings never join across a replacement or process change.
    """
    date = table.columns["date_d"]
    inside = np.isfinite(table.columns["t_mm"])
    inside &= date >= np.take(np.maximum(start_d, NO_DATE + 1), owner)
    inside &= date <= np.take(np.where(as_of_d == NO_DATE, _FAR, as_of_d), owner)
    return np.asarray(inside)


def survey_days(table: CaseTable, inside: BoolArray, owner: IntArray, settings: Settings) -> tuple[Surveys, IntArray]:
    """Good measured survey days of each position, the least good value of a day (convention A3).

    Parameters
    ----------
    table : CaseTable
        Readings: `date_d`, `t_mm`, `quality`, `accept_short`, `is_nominal`, in any order of date.
    inside : ndarray of bool
        Readings of the present baseline.
    owner : ndarray of int64
        Position of each reading.
    settings : Settings
        `rate.min_interval_years`, `rate.same_day_spread_mm`, `rate.same_day_spread_ratio`.

    Returns
    -------
    Surveys
    ndarray of int64, shape (positions,)
        1 where repeats of one day differ by more than the settings allow.
    """
    c = table.columns
    rows = np.flatnonzero(inside & (c["quality"] == GOOD) & (c["is_nominal"] != 1))
    own, date, t, accept = owner[rows], c["date_d"][rows], c["t_mm"][rows], c["accept_short"][rows]
    same = own[1:] == own[:-1]
    if bool(np.any(same & (date[1:] < date[:-1]))):
        order = np.lexsort((date, own))
        own, date, t, accept = own[order], date[order], t[order], accept[order]
    repeat_spread = np.zeros(table.groups.n, dtype=np.int64)
    again = same & (date[1:] == date[:-1])
    if bool(again.any()):
        own, date, t, accept, wide = _least_of_day(own, date, t, accept, again, settings)
        repeat_spread[wide] = 1
        same = own[1:] == own[:-1]
    short = np.zeros(own.size, dtype=np.bool_)
    limit = whole_days(settings.number("rate.min_interval_years"))
    short[1:] = same & (date[1:] - date[:-1] < limit) & (accept[1:] != 1)
    return Surveys(groups_of(own, table.groups.n), own, date, t, short), repeat_spread


def _least_of_day(
    own: IntArray, date: IntArray, t: FloatArray, accept: IntArray, again: BoolArray, settings: Settings
) -> tuple[IntArray, IntArray, FloatArray, IntArray, IntArray]:
    start = np.flatnonzero(np.concatenate(([True], ~again)))
    counts = np.diff(np.append(start, own.size))
    many = counts > 1
    rows = np.flatnonzero(np.repeat(many, counts))
    groups = Groups(np.concatenate(([0], np.cumsum(counts[many]))))
    low, high = group_min(t[rows], groups), group_max(t[rows], groups)
    ok = at_most(high - low, settings.number("rate.same_day_spread_mm")) & at_most(
        high - low, settings.number("rate.same_day_spread_ratio") * low
    )
    t_day, accept_day = t[start], accept[start]
    t_day[many] = low
    accept_day[many] = group_max(accept[rows], groups).astype(np.int64)
    return own[start], date[start], t_day, accept_day, own[start][many][~ok]


@clause(
    API510.at("7.1.1", "Long-term rate: initial thickness"),
    symbol="t_first_mm",
    expr="t_mm[first_d]",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_first",
)
def first_thickness(usable: Surveys) -> FloatArray:
    """Thickness of the first usable measured survey after the start of the baseline.

    Parameters
    ----------
    usable : Surveys
        Usable survey days of each position.

    Returns
    -------
    ndarray of float64, mm
        NaN where there is none. Convention A4.
    """
    return np.asarray(take(usable.t_mm, usable.first_row))


@clause(
    OWN_METHOD.at("rates, usable reading"),
    symbol="t_usable_mm",
    expr="t_mm[usable_d]",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_usable",
)
def usable_thickness(usable: Surveys) -> FloatArray:
    """Thickness of the latest usable survey: good, measured, not a short interval or accepted.

    Parameters
    ----------
    usable : Surveys

    Returns
    -------
    ndarray of float64, mm
        NaN where there is none. Conventions A3, A4.
    """
    return np.asarray(take(usable.t_mm, usable.last_row))


@clause(
    API510.at("7.1.1", "Short-term rate: previous thickness"),
    symbol="t_prev_mm",
    expr="t_mm[prev_d]",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_prev",
)
def previous_thickness(usable: Surveys, row: IntArray) -> FloatArray:
    """Thickness of the latest usable survey far enough before the latest one.

    Parameters
    ----------
    usable : Surveys
    row : ndarray of int64
        Row of that survey, see `previous_row`.

    Returns
    -------
    ndarray of float64, mm
        NaN where there is none. Convention A4.
    """
    return np.asarray(take(usable.t_mm, row))


def previous_row(usable: Surveys, settings: Settings) -> IntArray:
    """Row of the latest usable survey that lies at least `rate.short_term_min_years` before the latest one.

    Parameters
    ----------
    usable : Surveys
    settings : Settings

    Returns
    -------
    ndarray of int64
        -1 where there is none. Convention A4.
    """
    gap = whole_days(settings.number("rate.short_term_min_years"))
    limit = take(usable.date_d, usable.last_row, NO_DATE) - gap
    before = group_count(usable.date_d <= usable.spread(limit), usable.groups)
    return np.where(before > 0, usable.groups.offsets[:-1] + before - 1, -1)


@clause(
    OWN_METHOD.at("rates, short interval"),
    symbol="t_tail_mm",
    expr="min(t_mm after usable_d)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_tail",
)
def tail_thickness(tail: Surveys, row: IntArray) -> FloatArray:
    """Least thickness of the short-interval surveys that follow the latest usable one.

    Parameters
    ----------
    tail : Surveys
        Short-interval survey days after the latest usable one.
    row : ndarray of int64
        Row of the least of them.

    Returns
    -------
    ndarray of float64, mm
        NaN where there is none. Convention A3: it may lower the present thickness, not end a short-term rate.
    """
    return np.asarray(take(tail.t_mm, row))


def short_tail(days: Surveys, usable: Surveys) -> tuple[Surveys, IntArray]:
    """Short-interval survey days after the latest usable one, and the row of the least of each position.

    Parameters
    ----------
    days : Surveys
        All good survey days.
    usable : Surveys

    Returns
    -------
    Surveys
    ndarray of int64
        -1 where there is none.
    """
    latest = take(usable.date_d, usable.last_row, NO_DATE)
    tail = days.rows(days.short & (days.date_d > days.spread(latest)))
    return tail, group_argmin(tail.t_mm, tail.groups)


def least_to_verify(table: CaseTable, inside: BoolArray, owner: IntArray) -> FloatArray:
    """Least reading of the present baseline that waits for verification.

    Parameters
    ----------
    table : CaseTable
    inside : ndarray of bool
    owner : ndarray of int64

    Returns
    -------
    ndarray of float64, mm
        NaN where there is none.
    """
    rows, groups = _rows_where(inside & (table.columns["quality"] == VERIFY), owner, table.groups.n)
    return group_min(table.columns["t_mm"][rows], groups)


def nominal_start(
    table: CaseTable, inside: BoolArray, owner: IntArray, t_nom_mm: FloatArray, start_d: IntArray
) -> tuple[FloatArray, IntArray]:
    """Nominal wall and its day: an entered nominal first reading, else the design nominal on `start_d`.

    Parameters
    ----------
    table : CaseTable
    inside : ndarray of bool
    owner : ndarray of int64
    t_nom_mm : ndarray of float64
        Nominal thickness of each position.
    start_d : ndarray of int64
        Start of the baseline.

    Returns
    -------
    ndarray of float64, mm
        NaN where not known.
    ndarray of int64
        `NO_DATE` where not known.
    """
    c = table.columns
    entered = inside & (c["is_nominal"] == 1) & (c["quality"] == GOOD)
    rows, groups = _rows_where(entered, owner, table.groups.n)
    first = group_argmin(c["date_d"][rows], groups)
    design = np.isfinite(t_nom_mm) & (start_d != NO_DATE)
    t = np.where(first >= 0, take(c["t_mm"][rows], first), np.where(design, t_nom_mm, np.nan))
    day = np.where(first >= 0, take(c["date_d"][rows], first, NO_DATE), np.where(design, start_d, NO_DATE))
    return t, day.astype(np.int64)


@clause(
    OWN_METHOD.at("rates, nominal as first"),
    symbol="t_first_mm",
    expr="t_nominal_mm",
    quantity="thickness",
)
def nominal_as_first(t_nominal_mm: FloatArray) -> FloatArray:
    """Nominal wall in place of a first reading; only with the setting, and never beside a measured pair.

    Parameters
    ----------
    t_nominal_mm : ndarray
        mm.

    Returns
    -------
    ndarray of float64, mm
        Convention A4.
    """
    return np.asarray(t_nominal_mm, dtype=np.float64)
