"""Clauses that every cracking mechanism shares: counting, equivalence of grades, base factor, age, escalation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import NO_CODE, FloatArray, IntArray, years_between
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.reference import API581_2016, OWN_METHOD, Reference
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc_history import COUNTED

_COUNT = API581_2016.at("Part 2 §3.4.3", "Inspections of each grade since the period began")
_EQUAL = API581_2016.at("Part 2 §3.4.3", "Two inspections of a grade count as one of the next")
_HIGHEST = API581_2016.at("Part 2 §3.4.3", "Highest grade performed and its number")
_BASE = API581_2016.at("Part 2 §6.6.3 Table 6.3", "Base factor of cracking")
_AGE = API581_2016.at("Part 2 §6.6.3", "Years since cracks were last ruled out")
_LEAST = OWN_METHOD.at("inspections counted at every lower grade", "Least base factor over the grades")
# Inspections of A to D from which on one more changes nothing: the cap of six, doubled for each grade below.
MOST = (6, 12, 24, 48)
Counts = Sequence[FloatArray]


@clause(_COUNT, symbol="N", expr="", quantity="count", kind=REDUCTION, note="scc.note.count")
def counted(n_recorded: FloatArray) -> FloatArray:
    """Inspections of one grade since the period began; planned ones do not count.

    Parameters
    ----------
    n_recorded : ndarray
        Recorded inspections of the mechanism.

    Returns
    -------
    ndarray of float64
    """
    return n_recorded


@clause(_EQUAL, symbol="n_eq", expr="N + floor(n_eq_below/2)", quantity="count")
def equivalent(N: FloatArray, n_eq_below: FloatArray) -> FloatArray:
    """Inspections of a grade together with those of the grade below, two of which make one.

    Parameters
    ----------
    N : ndarray
        Inspections of the grade.
    n_eq_below : ndarray
        Equivalent number of the grade below, chained from the bottom.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(N + np.floor(n_eq_below / 2.0), dtype=np.float64)


@clause(_EQUAL, symbol="n_eq", expr="N", quantity="count")
def equivalent_lowest(N: FloatArray) -> FloatArray:
    """Inspections of the lowest grade that counts.

    Parameters
    ----------
    N : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(N, dtype=np.float64)


@clause(_HIGHEST, symbol="n_literal", expr="min(n_eq, n_cap)", quantity="count")
def number_literal(n_eq: FloatArray, n_cap: float) -> FloatArray:
    """Equivalent inspections of the highest grade performed, at most as many as the table has.

    Parameters
    ----------
    n_eq : ndarray
        Equivalent number of that grade.
    n_cap : float
        Last column of the table.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(np.minimum(n_eq, n_cap), dtype=np.float64)


@clause(_HIGHEST, symbol="grade_literal", expr="", quantity="code", kind=TABLE, note="scc.note.highest_grade")
def highest_grade(N_A: FloatArray, N_B: FloatArray, N_C: FloatArray, N_D: FloatArray) -> IntArray:
    """Highest grade of which an inspection was performed; E where there is none.

    Parameters
    ----------
    N_A, N_B, N_C, N_D : ndarray

    Returns
    -------
    ndarray of int64
    """
    return np.select([N_A > 0.0, N_B > 0.0, N_C > 0.0, N_D > 0.0], [0, 1, 2, 3], t.NO_GRADE).astype(np.int64)


@clause(_BASE, symbol="D_fB_literal", expr="", quantity="damage_factor", kind=TABLE, note="scc.note.base")
def base_literal(SVI: FloatArray, grade_literal: IntArray, n_literal: FloatArray) -> FloatArray:
    """Base factor for the number of inspections of the highest grade performed.

    Parameters
    ----------
    SVI : ndarray
        Severity index.
    grade_literal : ndarray of int64
        Index of the grade; E is no inspection.
    n_literal : ndarray
        Number of inspections, 0 for E.

    Returns
    -------
    ndarray of float64
    """
    return cells(t.base().factor, t.rows_of_index(SVI), grade_literal, n_literal)


def cells(values: FloatArray, row: IntArray, grade: IntArray, n: FloatArray) -> FloatArray:
    """Cells of an array of `Base`.

    Parameters
    ----------
    values : ndarray
        `factor` or `verified`.
    row : ndarray of int64
        Row of the severity index.
    grade : ndarray of int64
    n : ndarray of float64

    Returns
    -------
    ndarray of float64
    """
    width, depth = values.shape[2], values.shape[1]
    at = (row * depth + n.astype(np.int64)) * width + grade
    return np.asarray(values.ravel().take(at, mode="clip"), dtype=np.float64)


@clause(_LEAST, symbol="D_fB_least", expr="", quantity="damage_factor", kind=REDUCTION, note="scc.note.least")
def base_least(SVI: FloatArray, N: Counts, n_eq: Counts) -> FloatArray:
    """Least base factor over the grades performed, a better inspection counting at every lower grade too.

    Parameters
    ----------
    SVI : ndarray, shape (n,)
        Severity index.
    N : sequence of four ndarray
        Inspections of A to D.
    n_eq : sequence of four ndarray
        Equivalent numbers of A to D.

    Returns
    -------
    ndarray of float64
    """
    return least_of(t.rows_of_index(SVI), N, n_eq)[0]


def least_of(row: IntArray, N: Counts, n_eq: Counts) -> tuple[FloatArray, IntArray, FloatArray]:
    """The least factor with the grade and number it was read at.

    Parameters
    ----------
    row : ndarray of int64
        Row of the severity index.
    N, n_eq : sequences of four ndarray
        Inspections, and equivalent numbers, of A to D.

    Returns
    -------
    (ndarray of float64, ndarray of int64, ndarray of float64)
    """
    factor, cap = t.base().factor, constants("scc")["n_cap"].value
    none = np.full(row.shape, t.NO_GRADE, dtype=np.int64)
    least = cells(factor, row, none, np.zeros(row.shape))
    grade, number, better = none, np.zeros(row.shape), np.zeros(row.shape)
    for g in range(COUNTED):
        # From the highest grade performed down; a grade nobody performed is not reached from below.
        n = np.where(N[g] + better > 0.0, np.minimum(n_eq[g] + better, cap), 0.0)
        better = better + N[g]
        value = np.where(n > 0.0, cells(factor, row, np.full(row.shape, g), n), np.inf)
        lower = value < least
        least = np.where(lower, value, least)
        grade, number = np.where(lower, g, grade), np.where(lower, n, number)
    return least, grade, number


@dataclass(frozen=True)
class Ranked:
    """Grade and number, by the text and where the factor is least, of every combination of counts that differs.

    `literal` and `least` hold the cell of the base factor table; `least` has one row a severity index. `grade` and
    `number` say what a cell is.
    """

    literal: IntArray
    least: IntArray
    grade: IntArray
    number: FloatArray


@cache
def ranked() -> Ranked:
    """Every combination of counts that can differ, worked out once.

    Returns
    -------
    Ranked
    """
    cap = constants("scc")["n_cap"].value
    axes = np.meshgrid(*(np.arange(m + 1.0) for m in MOST), indexing="ij")
    N = [a.ravel() for a in axes]
    n_eq = equivalent_numbers(N)
    grade = highest_grade(*N)
    number = number_literal(np.select([grade == g for g in range(COUNTED)], n_eq, 0.0), cap)
    rows = []
    for i in range(t.base().index.size):
        _, at, n = least_of(np.full(grade.shape, i), N, n_eq)
        rows.append(_cell(at, n))
    every = np.arange(len(t.GRADES) * t.base().factor.shape[1])
    no_index = np.full(grade.shape, t.NO_GRADE)
    return Ranked(
        _cell(grade, number), np.array([*rows, no_index]), every % len(t.GRADES), np.floor(every / len(t.GRADES))
    )


def _cell(grade: IntArray, number: FloatArray) -> IntArray:
    return number.astype(np.int64) * len(t.GRADES) + grade


def combination(N: Counts) -> IntArray:
    """Place of each combination of counts in `Ranked`: more inspections than these change no cell.

    Parameters
    ----------
    N : sequence of four ndarray
        Inspections of A to D.

    Returns
    -------
    ndarray of int64
    """
    at = np.minimum(N[0], MOST[0])
    for count, most in zip(N[1:], MOST[1:], strict=True):
        at = at * (most + 1.0) + np.minimum(count, most)
    return at.astype(np.int64)


def equivalent_numbers(N: Counts) -> list[FloatArray]:
    """Equivalent numbers of A to D, chained from the bottom.

    Parameters
    ----------
    N : sequence of four ndarray

    Returns
    -------
    list of four ndarray
    """
    out = [equivalent_lowest(N[3])]
    for g in (2, 1, 0):
        out.insert(0, equivalent(N[g], out[0]))
    return out


@clause(_AGE, symbol="age_y", expr="(as_of_d - last_d)/days_per_year", quantity="time")
def age_since_inspection(as_of_d: IntArray, last_d: IntArray, days_per_year: float) -> FloatArray:
    """Years since the last inspection of grade A, B or C that ruled out cracks; one of grade D never resets.

    Parameters
    ----------
    as_of_d, last_d : ndarray of int64
        Day of the assessment and of that inspection.
    days_per_year : float

    Returns
    -------
    ndarray of float64, years
    """
    return years_between(last_d, as_of_d)


@clause(_AGE, symbol="age_y", expr="(as_of_d - service_d)/days_per_year", quantity="time")
def age_since_start(as_of_d: IntArray, service_d: IntArray, days_per_year: float) -> FloatArray:
    """Years in service, where no inspection ever ruled out cracks.

    Parameters
    ----------
    as_of_d, service_d : ndarray of int64
        Day of the assessment and day the component went into service.
    days_per_year : float

    Returns
    -------
    ndarray of float64, years
    """
    return years_between(service_d, as_of_d)


@clause(
    OWN_METHOD.at("equivalence of inspections", "Which base factor governs"),
    symbol="D_fB",
    expr="D_fB_one",
    quantity="damage_factor",
)
def governing_base(D_fB_one: FloatArray) -> FloatArray:
    """The base factor that the setting lets govern.

    Parameters
    ----------
    D_fB_one : ndarray
        By the text, or the least over the grades.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_fB_one, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §6.6.3 eq. (2.25)", "Escalation with the years since the inspection"),
    symbol="D_f_esc",
    expr="D_fB*max(age_y, age_least_y)**n_age",
    quantity="damage_factor",
)
def escalated(D_fB: FloatArray, age_y: FloatArray, age_least_y: float, n_age: float) -> FloatArray:
    """Base factor grown with the years since cracks were last ruled out.

    Parameters
    ----------
    D_fB : ndarray
        Base factor.
    age_y : ndarray
        Years.
    age_least_y, n_age : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_fB * np.maximum(age_y, age_least_y) ** n_age, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §9.6.3 Tables 9.5, 14.4", "On-line monitoring of hydrogen cracking"),
    symbol="F_OM",
    expr="",
    quantity="number",
    kind=TABLE,
    note="scc.note.monitoring",
)
def monitoring_factor(hydrogen_monitoring: IntArray) -> FloatArray:
    """Factor that on-line monitoring divides by.

    Parameters
    ----------
    hydrogen_monitoring : ndarray of int64
        None, key process variables, hydrogen probes, both.

    Returns
    -------
    ndarray of float64
    """
    return t.table("F_OM").rows[hydrogen_monitoring, 0]


@clause(
    API581_2016.at("Part 2 §9.6.3 eqs. (2.28), (2.33)", "Monitoring divides the factor"),
    symbol="D_f_mon",
    expr="D_f_esc/F_OM",
    quantity="damage_factor",
)
def monitored(D_f_esc: FloatArray, F_OM: FloatArray) -> FloatArray:
    """Escalated factor divided by the factor of monitoring.

    Parameters
    ----------
    D_f_esc, F_OM : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_f_esc / F_OM, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §6.6.3 eq. (2.25)", "Factor of cracking without a ceiling"),
    symbol="D_f",
    expr="D_f_one",
    quantity="damage_factor",
)
def uncapped(D_f_one: FloatArray) -> FloatArray:
    """The factor of editions that print no ceiling.

    Parameters
    ----------
    D_f_one : ndarray
        Escalated factor, divided by that of monitoring where there is one.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_f_one, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §6.6.3 eq. (2.25)", "Ceiling of the 2020 addendum"),
    symbol="D_f",
    expr="min(D_f_one, D_f_cap)",
    quantity="damage_factor",
)
def capped(D_f_one: FloatArray, D_f_cap: float) -> FloatArray:
    """The factor with the ceiling that the addendum of 2020 has.

    Parameters
    ----------
    D_f_one : ndarray
    D_f_cap : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(np.minimum(D_f_one, D_f_cap), dtype=np.float64)


@clause(
    OWN_METHOD.at("bound of a cracking factor", "Factor if the susceptibility were high"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="scc.note.bound",
)
def bound(SVI_high: FloatArray, grade_literal: IntArray, n_literal: FloatArray, years: FloatArray) -> FloatArray:
    """Factor with the highest severity index of the mechanism, without credit for a coating or monitoring.

    Parameters
    ----------
    SVI_high : ndarray
        Severity index of a high susceptibility.
    grade_literal : ndarray of int64
    n_literal : ndarray
    years : ndarray
        Years since cracks were last ruled out.

    Returns
    -------
    ndarray of float64
        NaN where the years are not known either.
    """
    return base_literal(SVI_high, grade_literal, n_literal) * t.growth(years, 1)


def severity_clause(key: str, ref: Reference) -> Callable[[IntArray, IntArray], FloatArray]:
    """Clause of the severity index of one mechanism.

    Parameters
    ----------
    key : str
        Row of the table.
    ref : Reference
        Its table in the standard.

    Returns
    -------
    callable
    """
    row = np.append(t.table("SVI").rows[t.table("SVI").keys.index(key)], np.nan)
    old_none = constants("scc")["SVI_none_2008"].value

    @clause(ref, symbol="SVI", expr="", quantity="number", kind=TABLE, note="scc.note.severity")
    def severity_index(susceptibility: IntArray, edition: IntArray) -> FloatArray:
        """Severity index of a susceptibility; the second edition has 1 where the third has 0 for none.

        Parameters
        ----------
        susceptibility : ndarray of int64
        edition : ndarray of int64
            Index of 2008, 2016, 2020.

        Returns
        -------
        ndarray of float64
        """
        new = row.take(susceptibility, mode="wrap")
        old = edition == t.EDITIONS.index("2008")
        return np.where(old & (susceptibility == t.NONE), old_none, new) if bool(old.any()) else new

    return severity_index


@clause(
    API581_2016.at("Part 2 §6.5", "Susceptibility after cracks, as given, or as screened"),
    symbol="susceptibility",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.susceptibility",
)
def susceptibility_used(
    susceptibility_case: IntArray, susceptibility_given: IntArray, susceptibility_screened: IntArray
) -> IntArray:
    """Susceptibility that the severity index is read for.

    Parameters
    ----------
    susceptibility_case : ndarray of int64
        Cracks were found, it is given, it is screened, or it is unknown.
    susceptibility_given, susceptibility_screened : ndarray of int64
        Index of `susceptibility`, -1 where missing.

    Returns
    -------
    ndarray of int64
        High after cracks, until a specialist reassigns it.
    """
    chosen = np.where(susceptibility_case == 0, t.HIGH, NO_CODE)
    chosen = np.where(susceptibility_case == 1, susceptibility_given, chosen)
    return np.where(susceptibility_case == 2, susceptibility_screened, chosen).astype(np.int64)
