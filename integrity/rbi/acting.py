"""Mechanisms that act on the components of a case: their results, factors by group, and what nothing can assess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.each import Each, one_by_one
from integrity.core.frame import dtype_of
from integrity.core.procedure import Result
from integrity.core.settings import Settings, Value
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Mechanism, mechanisms

THINNING = "thinning"


class RowMap(Mapping[int, int]):
    """Row of a result for each component row, backed by an array; -1 means none."""

    def __init__(self, rows: IntArray) -> None:
        self.rows = rows

    def __getitem__(self, component_row: int) -> int:
        row = int(self.rows[component_row]) if 0 <= component_row < self.rows.size else -1
        if row < 0:
            raise KeyError(component_row)
        return row

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.rows >= 0).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self.rows >= 0))


@dataclass(frozen=True)
class MechanismResult:
    """Result of one mechanism and the result row of each component (-1: it does not act there)."""

    mechanism: Mechanism
    result: Result
    rows: RowMap


def run_mechanism(m: Mechanism, case: RiskCase) -> MechanismResult:
    """One mechanism on the components it acts on.

    Parameters
    ----------
    m : Mechanism
    case : RiskCase

    Returns
    -------
    MechanismResult
    """
    acts = np.asarray(m.applies(case), dtype=np.bool_)
    here = np.flatnonzero(acts)
    if not here.size:
        none = replace(_nowhere(m, tuple(sorted(case.settings.changed.items()))), settings=case.settings)
        return MechanismResult(m, none, RowMap(np.full(case.n, -1, dtype=np.int64)))
    part = case if here.size == case.n else case.take(here)
    columns, tables = m.columns(part)
    result = m.procedure.run(columns, case.settings, tables)
    rows = np.full(case.n, -1, dtype=np.int64)
    rows[here] = np.arange(here.size)
    return MechanismResult(m, result, RowMap(rows))


@lru_cache(maxsize=512)
def _nowhere(m: Mechanism, changed: tuple[tuple[str, Value], ...]) -> Result:
    """Result of a mechanism on no component; most act nowhere in a small part of a plant."""
    nothing = {p.symbol: np.zeros(0, dtype=dtype_of(p.quantity)) for p in m.procedure.inputs}
    return m.procedure.run(nothing, Settings(dict(changed)))


def run_mechanisms(case: RiskCase, each: Each = one_by_one) -> tuple[MechanismResult, ...]:
    """Every registered mechanism on the components it acts on.

    Parameters
    ----------
    case : RiskCase
    each : Each
        How the mechanisms are worked through; those that act on the most components come first, so that no thread
        is left with a long one at the end.

    Returns
    -------
    tuple of MechanismResult
        In key order.
    """
    every = mechanisms()
    acts = [int(np.count_nonzero(m.applies(case))) for m in every]
    order = sorted(range(len(every)), key=lambda i: -acts[i])
    done = dict(zip(order, each(lambda i: run_mechanism(every[i], case), order), strict=True))
    return tuple(done[i] for i in range(len(every)))


def factors_of(results: tuple[MechanismResult, ...], n: int) -> dict[str, list[FloatArray]]:
    """Damage factors by group, one row a component; 0 where a mechanism does not act.

    Parameters
    ----------
    results : tuple of MechanismResult
    n : int
        Components.

    Returns
    -------
    dict of group to list of ndarray
    """
    out: dict[str, list[FloatArray]] = {}
    for m in results:
        value = np.zeros(n)
        acts = m.rows.rows >= 0
        value[acts] = m.result[m.mechanism.output][m.rows.rows[acts]]
        out.setdefault(m.mechanism.group, []).append(value)
    return out


def lined(results: tuple[MechanismResult, ...], n: int) -> BoolArray:
    """Components on which a lining mechanism acts.

    Parameters
    ----------
    results : tuple of MechanismResult
    n : int

    Returns
    -------
    ndarray of bool
    """
    out = np.zeros(n, dtype=np.bool_)
    for m in results:
        if m.mechanism.group == "lining":
            out |= m.rows.rows >= 0
    return out


def beyond(case: RiskCase) -> dict[str, IntArray]:
    """Mechanisms that engineers accepted and nothing here can assess, with the components they act on.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    dict of key to ndarray of int64
        Rate models are inputs of thinning and not among them.
    """
    known = {m.key for m in mechanisms()}
    return {
        key: rows
        for key, rows in sorted(case.accepted_rows.items())
        if rows.size and key not in known and not key.startswith((THINNING, "rate_"))
    }
