"""Tables of stress corrosion cracking as arrays: severity index, base factor, and rows that do not meet or overlap."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import NO_CODE, REL_TOL, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.settings import Settings
from integrity.rbi.data import FOLDER, KeyedTable, constants, keyed

SUSCEPTIBILITY = codes("susceptibility")
NONE, LOW, MEDIUM, HIGH = range(len(SUSCEPTIBILITY))
GRADES = codes("effectiveness")
NO_GRADE = GRADES.index("E")
EDITIONS = ("2008", "2016", "2020")
POLICIES = ("more_severe", "lower_row", "upper_row", "refuse")
ROW_CASES = ("in_row", "gap", "overlap")
LONGEST = 2**16
EQUIVALENCES = ("literal", "min_over_levels")


@dataclass(frozen=True)
class Base:
    """Base factor by severity index, number of inspections and grade.

    `index` holds the severity indices in order; `factor[i, n, g]` the factor, NaN in the last row; `verified`
    likewise, 1 where two sources agree.
    """

    index: FloatArray
    factor: FloatArray
    verified: FloatArray


@cache
def base() -> Base:
    """The base factor table.

    Returns
    -------
    Base
        n = 0 is "no inspection", grade E; other cells of E and of n = 0 are NaN.
    """
    with (FOLDER / "scc_base.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    index = np.array(sorted({float(r["SVI"]) for r in rows}))
    shape = (index.size + 1, int(constants("scc")["n_cap"].value) + 1, len(GRADES))
    factor, verified = np.full(shape, np.nan), np.full(shape, np.nan)
    for r in rows:
        cell = (int(np.searchsorted(index, float(r["SVI"]))), int(r["n"]), GRADES.index(r["effectiveness"]))
        factor[cell] = float(r["D_fB"])
        verified[cell] = float(r["verified"] == "true")
    for array in (index, factor, verified):
        array.setflags(write=False)
    return Base(index, factor, verified)


def rows_of_index(SVI: FloatArray) -> IntArray:
    """Row of the base factor table for each severity index; the last, blank row where there is none.

    Parameters
    ----------
    SVI : ndarray of float64

    Returns
    -------
    ndarray of int64
    """
    table = base().index
    out = np.full(SVI.shape, table.size, dtype=np.int64)
    for i, value in enumerate(table):
        out[value == SVI] = i
    return out


def over(value: FloatArray, border: float | FloatArray) -> BoolArray:
    """Greater than a border, by more than the tolerance of comparisons; NaN is not.

    Parameters
    ----------
    value : ndarray
    border : float or ndarray

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(value > border + REL_TOL * np.abs(border))


def reaches(value: FloatArray, border: float | FloatArray) -> BoolArray:
    """At least a border, with the tolerance of comparisons; NaN is not.

    Parameters
    ----------
    value : ndarray
    border : float or ndarray

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(value >= border - REL_TOL * np.abs(border))


@cache
def bands(name: str) -> tuple[FloatArray, FloatArray]:
    """First and last value of each row of a banded table, moved by the tolerance of comparisons.

    Parameters
    ----------
    name : str
        Table of `scc.json` whose rows are first, last, first left out, last left out.

    Returns
    -------
    (ndarray of float64, ndarray of float64)
    """
    t = keyed("scc", name).rows[:-1]
    slack = REL_TOL * np.abs(t[:, :2])
    return t[:, 0] + np.where(t[:, 2] == 1.0, slack[:, 0], -slack[:, 0]), t[:, 1] + np.where(
        t[:, 3] == 1.0, -slack[:, 1], slack[:, 1]
    )


def neighbours(name: str, value: FloatArray) -> tuple[IntArray, IntArray, IntArray]:
    """The row a value lies in, as a lower and an upper candidate.

    Parameters
    ----------
    name : str
        Banded table of `scc.json`.
    value : ndarray of float64

    Returns
    -------
    (ndarray of int64, ndarray of int64, ndarray of int64)
        Lower row, upper row, index of `ROW_CASES`. Equal rows where the value lies in one; two neighbours where it
        lies between rows that do not meet, or at a value that two rows share; -1 beyond the table or missing.
    """
    first, last = bands(name)
    # So few rows are counted faster than searched.
    ends, begins = np.zeros(value.shape, dtype=np.int8), np.full(value.shape, NO_CODE, dtype=np.int8)
    for border in last:
        ends += border < value
    for border in first:
        begins += border <= value
    blank = (ends == last.size) | (begins < 0)
    lower, upper = np.minimum(ends, begins), np.maximum(ends, begins)
    case = np.where(ends == begins, 0, np.where(ends > begins, 1, 2))
    for column in (lower, upper, case):
        column[blank] = NO_CODE
    return lower.astype(np.int64), upper.astype(np.int64), case.astype(np.int64)


Level = Callable[[IntArray, slice | IntArray], FloatArray]


def resolved(policy: str, level: Level, rows: tuple[IntArray, IntArray, IntArray]) -> tuple[FloatArray, IntArray]:
    """Value of a table, and the row it is of, by a named policy where two rows are candidates.

    Parameters
    ----------
    policy : str
        One of `POLICIES`.
    level : callable
        Value in given rows of the table, for a part of the cases.
    rows : tuple of ndarray of int64
        As of `neighbours`.

    Returns
    -------
    (ndarray of float64, ndarray of int64)
        NaN and -1 where two rows are candidates and the policy refuses.
    """
    lower, upper, case = rows
    value = level(lower, slice(None))
    two = np.flatnonzero(case > 0)
    if two.size == 0 or policy == "lower_row":
        return value, lower
    row = lower.copy()
    if policy == "refuse":
        value[two], row[two] = np.nan, NO_CODE
        return value, row
    at_upper = level(upper[two], two)
    if policy == "more_severe":
        two, at_upper = two[at_upper > value[two]], at_upper[at_upper > value[two]]
    value[two], row[two] = at_upper, upper[two]
    return value, row


@cache
def _padded(name: str) -> FloatArray:
    return np.pad(keyed("scc", name).rows[:-1], ((1, 0), (1, 0)), constant_values=np.nan)


def cell(name: str, row: IntArray, column: IntArray) -> FloatArray:
    """Cells of a table of `scc.json`, NaN where row or column is missing.

    Parameters
    ----------
    name : str
    row, column : ndarray of int64
        -1 is missing.

    Returns
    -------
    ndarray of float64
    """
    table = _padded(name)
    return np.asarray(table.ravel().take((row + 1) * table.shape[1] + (column + 1)))


def coded(name: str, row: IntArray, column: IntArray) -> IntArray:
    """Cells of a table of codes, -1 where row or column is missing or the cell is blank.

    Parameters
    ----------
    name : str
    row, column : ndarray of int64

    Returns
    -------
    ndarray of int64
    """
    table = _padded(name)
    whole = np.where(table >= 0.0, table, NO_CODE).astype(np.int64)
    return np.asarray(whole.ravel().take((row + 1) * table.shape[1] + (column + 1)))


def constant(value: int, n: int) -> IntArray:
    """A column of one code.

    Parameters
    ----------
    value : int
    n : int

    Returns
    -------
    ndarray of int64, shape (n,)
        Read-only.
    """
    return np.broadcast_to(np.int64(value), (n,))


def every(n: int) -> BoolArray:
    """A column of True.

    Parameters
    ----------
    n : int

    Returns
    -------
    ndarray of bool, shape (n,)
        Read-only.
    """
    return np.broadcast_to(np.True_, (n,))


def policy_column(settings: Settings, key: str, n: int) -> IntArray:
    """The policy in force as a column, so that it prints.

    Parameters
    ----------
    settings : Settings
    key : str
    n : int

    Returns
    -------
    ndarray of int64
        Index of `POLICIES`.
    """
    return constant(POLICIES.index(settings.code(key)), n)


def as_codes(values: FloatArray) -> IntArray:
    """Whole numbers of a table as codes; -1 where blank or negative.

    Parameters
    ----------
    values : ndarray of float64

    Returns
    -------
    ndarray of int64
    """
    return np.where(values >= 0.0, values, NO_CODE).astype(np.int64)


def table(name: str) -> KeyedTable:
    """A table of `scc.json`.

    Parameters
    ----------
    name : str

    Returns
    -------
    KeyedTable
    """
    return keyed("scc", name)


@cache
def powers(size: int, per_day: int) -> FloatArray:
    """Escalation of every age in whole parts of a day, for panels.

    Parameters
    ----------
    size : int
        Ages 0 to size - 1.
    per_day : int
        Parts a day has.

    Returns
    -------
    ndarray of float64, shape (size,)
    """
    c = constants("scc")
    ages = np.arange(size) / (per_day * c["days_per_year"].value)
    out = np.maximum(ages, c["age_least_y"].value) ** c["n_age"].value
    out.setflags(write=False)
    return np.asarray(out)


def growth(age_y: FloatArray, per_day: int) -> FloatArray:
    """(greatest of age and one year) to the power of the escalation, of ages that mostly are whole days.

    Parameters
    ----------
    age_y : ndarray
        Years; NaN and negative count as nothing, their row has no conclusion.
    per_day : int
        Parts of a day that all but given ages are whole numbers of.

    Returns
    -------
    ndarray of float64
        By a table where every age is a whole number of those parts: a power is slow.
    """
    c = constants("scc")
    parts = age_y * (per_day * c["days_per_year"].value)
    return growth_of_parts(parts, per_day)


def growth_of_parts(parts: FloatArray, per_day: int) -> FloatArray:
    """The same of ages in parts of a day.

    Parameters
    ----------
    parts : ndarray of float64
        Changed in place.
    per_day : int

    Returns
    -------
    ndarray of float64
    """
    c = constants("scc")
    np.fmax(parts, 0.0, out=parts)
    index = np.minimum(parts + 0.5, LONGEST * per_day - 1.0).astype(np.int64)
    out = powers(LONGEST * per_day, per_day).take(index)
    between = np.abs(parts - index) > 1e-4
    if bool(between.any()):
        years = parts[between] / (per_day * c["days_per_year"].value)
        out[between] = np.maximum(years, c["age_least_y"].value) ** c["n_age"].value
    return np.asarray(out)
