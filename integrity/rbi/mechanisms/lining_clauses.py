"""Formulas of the damage factor of an internal lining (API RP 581, Part 2, section 5)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, FloatArray, IntArray, at_most, years_between
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.codes import codes
from integrity.core.group import group_max
from integrity.core.procedure import CaseTable, stack_codes
from integrity.core.reference import API581_2016, Reference
from integrity.rbi.data import keyed
from integrity.rbi.effectiveness import counted_rows
from integrity.rbi.mechanisms.thinning_lookup import Function, cells, row_value, straight_line

_S = "Part 2 §5.5.3 "
_TABLE = API581_2016.at("Part 2 §5.5.2 Tables 5.4, 5.5", "Base damage factor of a lining")
TYPES = codes("lining_type")
ORGANIC = tuple(i for i, t in enumerate(TYPES) if t.startswith("organic"))
GRADES_THAT_COUNT = 2


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def base_table() -> tuple[FloatArray, FloatArray]:
    """Years of the base factors, and the factors by type of lining.

    Returns
    -------
    (ndarray of shape (rows,), ndarray of shape (rows, 9))
    """
    rows = keyed("lining", "base").rows[:-1]
    return rows[:, 0], rows[:, 1:]


base_cell = cells(_TABLE, "D_row", "damage_factor", "rbi.note.lining_cell", base_table)
base_between = straight_line(_TABLE, "D_fB", "damage_factor")
base_of_row = row_value(_TABLE, "D_fB", "damage_factor")


@clause(
    API581_2016.at(_S + "step 1 Table 5.3", "Last inspection of the lining"),
    symbol="lining_seen_d",
    expr="",
    quantity="date",
    kind=REDUCTION,
    note="rbi.note.lining_seen",
)
def last_seen(inspections: CaseTable, lining_d: IntArray, lining_inspected_d: IntArray, as_of_d: IntArray) -> IntArray:
    """Day of the last inspection of grade A or B since the lining was installed.

    Parameters
    ----------
    inspections : CaseTable
        Columns `date_d` and `effectiveness`.
    lining_d : ndarray of int64, shape (n,)
        Day of installation; `NO_DATE` is no bound.
    lining_inspected_d : ndarray of int64
        Day recorded with the lining itself; `NO_DATE` where none is.
    as_of_d : ndarray of int64
        Day of the assessment; a later inspection does not count.

    Returns
    -------
    ndarray of int64
        `NO_DATE` where there is none.
    """
    outside = (lining_inspected_d < lining_d) | ((as_of_d != NO_DATE) & (lining_inspected_d > as_of_d))
    own = np.where(outside, NO_DATE, lining_inspected_d)
    groups = inspections.groups
    if not groups.members:
        return own
    date_d = np.asarray(inspections.columns["date_d"], dtype=np.int64)
    grade = np.asarray(inspections.columns["effectiveness"], dtype=np.int64)
    good = counted_rows(date_d, groups, lining_d, as_of_d) & (grade >= 0) & (grade < GRADES_THAT_COUNT)
    latest = np.nan_to_num(group_max(date_d.astype(np.float64), groups, good), nan=float(NO_DATE))
    return np.maximum(own, latest.astype(np.int64))


def _age(symbol: str, ref: Reference) -> Function:
    @clause(ref, symbol=symbol, expr="(as_of_d - day)/days_year", quantity="time")
    def age(as_of_d: IntArray, day: IntArray, days_year: float) -> FloatArray:
        """Years from a day to the day of the assessment.

        Parameters
        ----------
        as_of_d, day : ndarray of int64
        days_year : float
            365.25.

        Returns
        -------
        ndarray of float64, years
        """
        return years_between(day, as_of_d)

    return age


age_since_installation = _age(
    "age_lining_y", API581_2016.at(_S + "step 1 Table 5.3", "Years since the lining was installed")
)
age_since_inspection = _age(
    "age_lining_y", API581_2016.at(_S + "step 1 Table 5.3", "Years since the lining was inspected")
)


@clause(_TABLE, symbol="D_fB", expr="", quantity="damage_factor", kind=TABLE, note="rbi.note.lining_beyond")
def greatest_factor(age_y: FloatArray) -> FloatArray:
    """Greatest base factor of the tables, for a lining older than their last row.

    Parameters
    ----------
    age_y : ndarray
        Years.

    Returns
    -------
    ndarray of float64
    """
    return np.full(np.shape(age_y), base_table()[1].max())


@clause(
    API581_2016.at("Part 2 §5.5.2 Table 5.5", "Column of an organic lining in the second edition"),
    symbol="lining_column",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.lining_column",
)
def organic_column_2008(age_seen_y: FloatArray) -> IntArray:
    """Column of an organic lining by the years since its last inspection, as the second edition heads them.

    Parameters
    ----------
    age_seen_y : ndarray
        Years since the last inspection, else since installation.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `lining_type`.
    """
    within_3, within_6 = keyed("lining", "organic_2008").rows[:-1, 0]
    low, medium, high = ORGANIC
    return stack_codes((at_most(age_seen_y, within_3), high), (at_most(age_seen_y, within_6), medium), default=low)


@clause(
    API581_2016.at(_S + "step 3 Table 5.6", "Condition of the lining"),
    symbol="F_LC",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_LC",
)
def condition_factor(lining_condition: IntArray) -> FloatArray:
    """Factor of the condition of a lining.

    Parameters
    ----------
    lining_condition : ndarray of int64
        Index of the enumeration; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    return keyed("lining", "F_LC").rows[:, 0][lining_condition]


@clause(
    API581_2016.at(_S + "step 3", "Online monitoring of the lining"),
    symbol="F_OM_lining",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_OM_lining",
)
def monitoring_factor(lining_monitoring: IntArray) -> FloatArray:
    """Factor of monitoring known to find decay of the lining in time; it multiplies.

    Parameters
    ----------
    lining_monitoring : ndarray of int64
        1 where there is such monitoring; else, or not recorded, no credit.

    Returns
    -------
    ndarray of float64
    """
    return keyed("lining", "F_OM_lining").rows[:, 0][np.maximum(lining_monitoring, 0)]


@clause(
    API581_2016.at(_S + "eq. (2.24)", "Lining damage factor"),
    symbol="D_f_elin",
    expr="D_fB*F_LC*F_OM_lining",
    quantity="damage_factor",
)
def lining_factor(D_fB: FloatArray, F_LC: FloatArray, F_OM_lining: FloatArray) -> FloatArray:
    """Damage factor of a lining; monitoring multiplies here, where it divides for thinning.

    Parameters
    ----------
    D_fB : ndarray
        Base factor.
    F_LC, F_OM_lining : ndarray
        Condition, and online monitoring.

    Returns
    -------
    ndarray of float64
    """
    return _f(D_fB * F_LC * F_OM_lining)


@clause(
    API581_2016.at(_S + "eq. (2.24)", "Lining damage factor with what is not known at its worst"),
    symbol="D_f_bound",
    expr="D_fB_bound*F_LC_bound*F_OM_lining",
    quantity="damage_factor",
)
def bound_factor(D_fB_bound: FloatArray, F_LC_bound: FloatArray, F_OM_lining: FloatArray) -> FloatArray:
    """Damage factor of a lining if what is not known were at its worst.

    Parameters
    ----------
    D_fB_bound : ndarray
        Base factor, or the greatest of the table.
    F_LC_bound : ndarray
        Factor of the condition, or the greatest.
    F_OM_lining : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(D_fB_bound * F_LC_bound * F_OM_lining)
