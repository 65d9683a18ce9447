"""Inspections and what they are worth: counting by date and grade, prior, evidence and posterior of the rate states."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.codes import factorised, index_of
from integrity.core.group import Groups, group_count
from integrity.core.procedure import CaseTable
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed, raw

GRADES = ("A", "B", "C", "D")
STATES = (1, 2, 3)

_PRIOR = API581_2016.at("Part 2 §4.5.3 Table 4.5", "Prior probability of the rate states")
_COUNT = API581_2016.at("Part 2 §4.5.6", "Inspections that count")
_EVIDENCE = API581_2016.at("Part 2 §4.5.7 eq. (2.19) Table 4.6", "Evidence of the inspections")
_POSTERIOR = API581_2016.at("Part 2 §4.5.7 eq. (2.20)", "Posterior probability of the rate states")


def counted_rows(date_d: IntArray, groups: Groups, start_d: IntArray, as_of_d: IntArray) -> BoolArray:
    """Which inspections lie in the period that counts.

    Parameters
    ----------
    date_d : ndarray of int64, shape (members,)
        Completion date of each inspection; `NO_DATE` never counts.
    groups : Groups
        Inspections of each case.
    start_d, as_of_d : ndarray of int64, shape (n,)
        Latest of installation, replacement and process change; day of the assessment. `NO_DATE` is no bound.

    Returns
    -------
    ndarray of bool, shape (members,)
        Both ends included; an inspection planned after the assessment day never counts.
    """
    start = start_d[groups.owner]
    until = as_of_d[groups.owner]
    known = date_d != NO_DATE
    return known & ((start == NO_DATE) | (date_d >= start)) & ((until == NO_DATE) | (date_d <= until))


def counts_for(key: str, mechanism: AnyArray, inspection_type: IntArray) -> BoolArray:
    """Which recorded inspections count for a damage mechanism, by the mechanism text of the record.

    Parameters
    ----------
    key : str
        Key of the mechanism; `tables/inspections.json` says which texts count, by how they begin (`prefixes`, save
        `without`); without an entry those that begin with the key.
    mechanism : ndarray of str
        Text of the record, for example "thinning_local:naphthenic" or "scc_caustic".
    inspection_type : ndarray of int64
        Index of the enumeration `inspection_type`.

    Returns
    -------
    ndarray of bool
        A record without a mechanism counts only where the entry lists its type.
    """
    names, inverse = factorised(mechanism)
    return counts_for_coded(key, names, inverse, inspection_type)


def counts_for_coded(key: str, names: Sequence[str], inverse: IntArray, inspection_type: IntArray) -> BoolArray:
    """As `counts_for`, of texts by index.

    Parameters
    ----------
    key : str
    names : sequence of str
        Texts of the records.
    inverse : ndarray of int64
        Index of each record among them.
    inspection_type : ndarray of int64

    Returns
    -------
    ndarray of bool
    """
    rule = raw("inspections")["counts_for"].get(key, {"prefixes": [key]})
    prefixes, blank_types = tuple(rule["prefixes"]), rule.get("blank_types", ())
    without = tuple(rule.get("without", ()))
    if not names:
        return np.zeros(0, dtype=np.bool_)
    named = np.array([n.startswith(prefixes) and not n.startswith(without) for n in names], dtype=np.bool_)
    blank = np.array([not n.strip() for n in names], dtype=np.bool_)
    if not blank_types or not blank.any():
        return np.asarray(named[inverse])
    listed = np.isin(inspection_type, [index_of("inspection_type", t) for t in blank_types])
    return np.asarray(named[inverse] | (blank[inverse] & listed))


def best_of_a_day(
    date_d: IntArray, effectiveness: IntArray, groups: Groups, where: BoolArray
) -> tuple[IntArray, BoolArray]:
    """Order of the members by case, day and grade, and which of them is the best of its day.

    Parameters
    ----------
    date_d : ndarray of int64, shape (members,)
    effectiveness : ndarray of int64, shape (members,)
        Index of the grade, A is 0; -1 where none is recorded.
    groups : Groups
    where : ndarray of bool, shape (members,)
        Members that count.

    Returns
    -------
    (ndarray of int64, ndarray of bool), each of shape (members,)
        Order, and in that order the flag. Several methods completed on one day are one inspection.
    """
    owner = groups.owner
    grade = np.where(where & (effectiveness >= 0), effectiveness, len(GRADES) + 1)
    order = np.lexsort((grade, date_d, owner))
    first = np.ones(order.size, dtype=np.bool_)
    if order.size:
        same = (owner[order][1:] == owner[order][:-1]) & (date_d[order][1:] == date_d[order][:-1])
        first[1:] = ~same
    return order, first & where[order]


@clause(
    _COUNT,
    symbol="N",
    expr="",
    quantity="count",
    kind=REDUCTION,
    note="rbi.note.count",
)
def count_inspections(inspections: CaseTable, start_d: IntArray, as_of_d: IntArray) -> FloatArray:
    """Number of inspections of each grade A to D that count for a case.

    Parameters
    ----------
    inspections : CaseTable
        Columns `date_d` and `effectiveness`.
    start_d, as_of_d : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n, 4)
        Grade E gives no credit. No equivalence of grades and no cap: the counts are exponents (eq. 2.19).
    """
    groups = inspections.groups
    date_d = np.asarray(inspections.columns["date_d"], dtype=np.int64)
    grade = np.asarray(inspections.columns["effectiveness"], dtype=np.int64)
    where = counted_rows(date_d, groups, start_d, as_of_d)
    order, best = best_of_a_day(date_d, grade, groups, where)
    ordered = grade[order]
    counts = [group_count(best & (ordered == i), groups) for i in range(len(GRADES))]
    return np.column_stack(counts).astype(np.float64)


@clause(_PRIOR, symbol="Pr", expr="", quantity="ratio", kind=TABLE, note="rbi.note.prior")
def prior(confidence: IntArray) -> FloatArray:
    """Prior probabilities of the three rate states.

    Parameters
    ----------
    confidence : ndarray of int64, shape (n,)
        Index of low, medium, high; -1 gives NaN.

    Returns
    -------
    ndarray of float64, shape (n, 3)
    """
    return keyed("thinning", "prior").rows[confidence]


@clause(
    _EVIDENCE,
    symbol="I_p",
    expr="Pr*Co_A**N_A*Co_B**N_B*Co_C**N_C*Co_D**N_D",
    quantity="number",
)
def evidence(
    Pr: FloatArray,
    Co_A: float,
    Co_B: float,
    Co_C: float,
    Co_D: float,
    N_A: FloatArray,
    N_B: FloatArray,
    N_C: FloatArray,
    N_D: FloatArray,
) -> FloatArray:
    """Prior times the likelihood of what the inspections saw, for one state.

    Parameters
    ----------
    Pr : ndarray
        Prior probability of the state.
    Co_A, Co_B, Co_C, Co_D : float
        Conditional probability of the state at one inspection of the grade.
    N_A, N_B, N_C, N_D : ndarray
        Inspections of each grade, whole numbers.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(Pr * Co_A**N_A * Co_B**N_B * Co_C**N_C * Co_D**N_D, dtype=np.float64)


@clause(_POSTERIOR, symbol="Po_p", expr="I_p/(I_p1 + I_p2 + I_p3)", quantity="ratio")
def posterior(I_p: FloatArray, I_p1: FloatArray, I_p2: FloatArray, I_p3: FloatArray) -> FloatArray:
    """Posterior probability of one state.

    Parameters
    ----------
    I_p : ndarray
        Evidence of the state.
    I_p1, I_p2, I_p3 : ndarray
        Evidence of the three states.

    Returns
    -------
    ndarray of float64
        The three add up to one.
    """
    return np.asarray(I_p / (I_p1 + I_p2 + I_p3), dtype=np.float64)
