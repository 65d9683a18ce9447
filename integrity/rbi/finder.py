"""Mechanism finder: which damage mechanisms are credible for a component, with the conditions met, missed, unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, FloatArray, IntArray
from integrity.core.codes import factorised
from integrity.core.errors import ContractError
from integrity.core.frames.plant import ComponentFrame
from integrity.core.message import msg
from integrity.rbi.case import RiskCase
from integrity.rbi.data import raw

MISSED, UNKNOWN, MET = 0, 1, 2
STATES = ("excluded", "open", "credible")
OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}


@dataclass(frozen=True)
class Condition:
    """One condition: a comparison of a symbol, or several of which any (or all) must hold.

    `op` is >=, >, <=, <, in (one of several texts), is (a text), known (recorded at all), any or all.
    """

    op: str
    symbol: str = ""
    value: Any = None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A damage mechanism of API RP 571 with the conditions under which it is credible.

    Its words are `mechanism.<key>`. `assessed_by` names what can assess it: keys of mechanisms and rate models;
    empty where nothing here can, so that accepting it leaves the component without a total.
    """

    key: str
    clause: str
    kind: str
    assessed_by: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def accepted_as(self) -> tuple[str, ...]:
        """Keys under which an engineer's decision is recorded."""
        return self.assessed_by or (self.key,)


@dataclass(frozen=True)
class Finding:
    """One condition of a mechanism for one component: what stands there and whether it is met."""

    condition: Condition
    state: int
    values: tuple[tuple[str, float | str], ...]


@dataclass(frozen=True)
class Found:
    """State of every mechanism (columns) for every component (rows): index of `STATES`."""

    candidates: tuple[Candidate, ...]
    state: IntArray
    case: RiskCase

    def column(self, key: str) -> IntArray:
        """State of one mechanism, one value a component."""
        return self.state[:, [c.key for c in self.candidates].index(key)]


def _condition(data: Mapping[str, Any]) -> Condition:
    for op in ("any", "all"):
        if op in data:
            return Condition(op, parts=tuple(_condition(d) for d in data[op]))
    value = data.get("value")
    return Condition(data["op"], data["symbol"], tuple(value) if isinstance(value, list) else value)


@cache
def candidates() -> tuple[Candidate, ...]:
    """Mechanisms of the table file, in its order.

    Returns
    -------
    tuple of Candidate
    """
    return tuple(
        Candidate(
            m["key"], m["api571"], m["kind"], tuple(m["assessed_by"]), tuple(_condition(c) for c in m["conditions"])
        )
        for m in raw("finder")["mechanisms"]
    )


def find(case: RiskCase) -> Found:
    """State of every mechanism for every component.

    Parameters
    ----------
    case : RiskCase
        Facts and frames give the values; what nobody recorded is unknown.

    Returns
    -------
    Found
        Excluded where a condition is missed, open where none is missed and some are unknown, else credible. Nothing
        is assigned: that is the engineer's decision.
    """
    values = Values(case)
    seen: dict[str, IntArray] = {}

    def state(condition: Condition) -> IntArray:
        name = json.dumps(_plain(condition), sort_keys=True)
        if name not in seen:
            seen[name] = _state(condition, values, state)
        return seen[name]

    columns = [_all([state(c) for c in m.conditions], case.n) for m in candidates()]
    return Found(candidates(), np.column_stack(columns), case)


def explain(found: Found, row: int, key: str) -> tuple[Finding, ...]:
    """Conditions of one mechanism for one component.

    Parameters
    ----------
    found : Found
    row : int
        Component row.
    key : str

    Returns
    -------
    tuple of Finding
    """
    values = Values(found.case.take(np.array([row], dtype=np.int64)))
    candidate = next(c for c in found.candidates if c.key == key)

    def state(condition: Condition) -> IntArray:
        return _state(condition, values, state)

    return tuple(
        Finding(c, int(state(c)[0]), tuple((s, values.shown(s)) for s in dict.fromkeys(_symbols(c))))
        for c in candidate.conditions
    )


def _symbols(condition: Condition) -> list[str]:
    return [condition.symbol] if condition.symbol else [s for p in condition.parts for s in _symbols(p)]


def _plain(c: Condition) -> Any:
    return [c.op, c.symbol, c.value, [_plain(p) for p in c.parts]]


def _all(states: Sequence[IntArray], n: int) -> IntArray:
    return np.minimum.reduce(states) if states else np.full(n, MET, dtype=np.int64)


def _state(condition: Condition, values: Values, inner: Callable[[Condition], IntArray]) -> IntArray:
    if condition.op == "any":
        return np.maximum.reduce([inner(p) for p in condition.parts])
    if condition.op == "all":
        return np.minimum.reduce([inner(p) for p in condition.parts])
    held = values.of(condition.symbol)
    if held is None:
        return np.full(values.n, UNKNOWN, dtype=np.int64)
    if condition.op == "known":
        known = ~np.isnan(held) if held.dtype == np.float64 else held != ""
        return np.where(known, MET, UNKNOWN)
    if condition.op in OPERATORS:
        return _compared(held, condition)
    return _among(held, condition)


def _compared(held: AnyArray, condition: Condition) -> IntArray:
    if held.dtype != np.float64:
        raise ContractError(msg("rbi.finder_condition", symbol=condition.symbol, op=condition.op))
    met = OPERATORS[condition.op](held, float(condition.value))
    return np.where(np.isnan(held), UNKNOWN, np.where(met, MET, MISSED))


def _among(held: AnyArray, condition: Condition) -> IntArray:
    allowed = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    names, index = factorised(held)
    table = np.array([UNKNOWN if not n else MET if n in allowed else MISSED for n in names] or [UNKNOWN])
    return np.asarray(table[index], dtype=np.int64)


class Values:
    """Values of symbols for the components of a case: numbers, or texts with "" for missing.

    Parameters
    ----------
    case : RiskCase
    """

    def __init__(self, case: RiskCase) -> None:
        self.case, self.n = case, case.n
        self._held: dict[str, AnyArray | None] = {}

    def of(self, symbol: str) -> AnyArray | None:
        """Values of a symbol; None where neither the frames nor the facts have it."""
        if symbol not in self._held:
            self._held[symbol] = self._made(symbol)
        return self._held[symbol]

    def shown(self, symbol: str) -> float | str:
        """Value of the first component, as it is told; an empty text is unknown."""
        held = self.of(symbol)
        return "" if held is None else float(held[0]) if held.dtype == np.float64 else str(held[0])

    def _made(self, symbol: str) -> AnyArray | None:
        if symbol == "T_low_C":
            return self._least("T_min_C", "T_op_C", "T_cycle_min_C")
        if symbol == "dT_cycle_K":
            high, low = self.of("T_cycle_max_C"), self.of("T_cycle_min_C")
            return None if high is None or low is None else np.asarray(high - low, dtype=np.float64)
        recorded = self.case.facts.columns.get(symbol)
        if recorded is not None and symbol != "T_metal_C":
            return recorded if recorded.dtype == object else np.asarray(recorded, dtype=np.float64)
        if symbol == "T_metal_C":
            metal = np.full(self.n, np.nan) if recorded is None else np.asarray(recorded, dtype=np.float64)
            return np.where(np.isnan(metal), self.case.components.T_op_C, metal)
        return self._of_frame(symbol)

    def _of_frame(self, symbol: str) -> AnyArray | None:
        quantity = ComponentFrame.quantities().get(symbol)
        if quantity is None:
            return None
        held = getattr(self.case.components, symbol)
        if quantity == "code":
            return self.case.components.texts(symbol)
        if quantity == "flag":
            return np.asarray(np.array(["no", "yes", ""], dtype=object)[held])
        return held if quantity == "text" else np.asarray(held, dtype=np.float64)

    def _least(self, *symbols: str) -> FloatArray | None:
        held = [v for s in symbols if (v := self.of(s)) is not None]
        return np.asarray(np.fmin.reduce(held), dtype=np.float64) if held else None
