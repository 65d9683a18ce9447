"""What the mechanism map shows: state and decision of every mechanism for every component; conditions of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_CODE, IntArray
from integrity.core.codes import factorised, index_of
from integrity.rbi.finder import Candidate, Condition, candidates, explain, find
from integrity.services.decisions import assessment_of
from integrity.services.input_views import code_words, quantity_of
from integrity.services.types import Study

THINNING = "thinning"
_EVERY = frozenset({THINNING, "thinning_general", "thinning_local"})


@dataclass(frozen=True)
class MapColumn:
    """A mechanism of the map: its words are `mechanism.<key>`; `assessed_by` is empty where nothing can assess it."""

    key: str
    kind: str
    clause: str
    assessed_by: tuple[str, ...]

    @property
    def decided_as(self) -> str:
        """Key under which a decision is recorded."""
        return self.assessed_by[-1] if self.assessed_by else self.key


@dataclass(frozen=True)
class MechanismMap:
    """Components (rows) by mechanisms (columns).

    `state` is 0 excluded, 1 open, 2 credible; `decided` 0 accepted, 1 rejected, -1 nobody has decided.
    """

    columns: tuple[MapColumn, ...]
    state: IntArray
    decided: IntArray


@dataclass(frozen=True)
class ConditionLine:
    """One condition as it is told: 0 missed, 1 unknown, 2 met; `depth` indents the parts of an any or all.

    `op` is one of the comparisons, in, is, known, any or all; `limit` and `value` are numbers in internal units or
    texts, `words` the catalogue keys of codes among them.
    """

    depth: int
    op: str
    symbol: str
    quantity: str
    limit: float | str
    value: float | str
    state: int
    words: tuple[tuple[str, str], ...] = ()


def mechanism_map(study: Study) -> MechanismMap:
    """State and decision of every mechanism for every component.

    Parameters
    ----------
    study : Study

    Returns
    -------
    MechanismMap
    """
    found = find(assessment_of(study).case)
    columns = tuple(MapColumn(c.key, c.kind, c.clause, c.assessed_by) for c in found.candidates)
    return MechanismMap(columns, found.state, decisions(study, found.candidates))


def decisions(study: Study, of: tuple[Candidate, ...]) -> IntArray:
    """Decision of every mechanism for every component.

    Parameters
    ----------
    study : Study
    of : tuple of Candidate

    Returns
    -------
    ndarray of int64, shape (components, mechanisms)
        0 accepted, 1 rejected, -1 none. One that names a cause counts for the mechanism of that name only; one of a
        rate or cracking mechanism without a cause for every mechanism that it assesses.
    """
    damage, n = study.plant.damage, study.plant.components.n
    accepted = index_of("damage_decision", "accepted")
    names, mechanism = factorised(damage.mechanism)
    causes, cause = factorised(damage.cause)
    known = {c.key for c in of}
    out = np.full((n, len(of)), NO_CODE, dtype=np.int64)
    named = np.array([c in known for c in causes] or [False])
    for j, candidate in enumerate(of):
        keys = {*candidate.assessed_by, candidate.key}
        here = np.array([m in keys or (THINNING in keys and m in _EVERY) for m in names] or [False])[mechanism]
        own = np.array([c == candidate.key for c in causes] or [False])[cause]
        wide = ~named[cause] & ~np.array([m in _EVERY for m in names] or [False])[mechanism]
        rows = np.flatnonzero(here & (own | wide))
        rejected = damage.decision[rows] != accepted
        out[damage.component_row[rows[rejected]], j] = 1
        out[damage.component_row[rows[~rejected]], j] = 0
    return out


def conditions(study: Study, row: int, key: str) -> tuple[ConditionLine, ...]:
    """Conditions of a mechanism for a component, with what stands there.

    Parameters
    ----------
    study : Study
    row : int
        Component row.
    key : str
        Key of the mechanism in the map.

    Returns
    -------
    tuple of ConditionLine
    """
    case = assessment_of(study).case.take(np.array([row], dtype=np.int64))
    found = find(case)
    out: list[ConditionLine] = []
    for finding in explain(found, 0, key):
        values = dict(finding.values)
        out += _lines(finding.condition, values, finding.state, 0)
    return tuple(out)


def _lines(c: Condition, values: dict[str, float | str], state: int, depth: int) -> list[ConditionLine]:
    if c.parts:
        first = ConditionLine(depth, c.op, "", "", "", "", state)
        parts = [line for p in c.parts for line in _lines(p, values, _told(p, values), depth + 1)]
        return [first, *parts]
    value = values.get(c.symbol, "")
    allowed = c.value if isinstance(c.value, tuple) else (c.value,)
    texts = tuple(str(v) for v in (*allowed, value) if isinstance(v, str) and v)
    words = code_words(c.symbol, texts)
    words |= {t: f"ui.{t}" for t in texts if t in ("yes", "no")}
    limit = ", ".join(str(v) for v in allowed) if isinstance(allowed[0], str) else c.value
    shown = "" if limit is None else limit
    return [ConditionLine(depth, c.op, c.symbol, quantity_of(c.symbol), shown, value, state, tuple(words.items()))]


def _told(c: Condition, values: dict[str, float | str]) -> int:
    """State of a part, from the values told of the whole."""
    if c.op == "any":
        return max(_told(p, values) for p in c.parts)
    if c.op == "all":
        return min(_told(p, values) for p in c.parts)
    value = values.get(c.symbol, "")
    if value == "" or value != value:
        return 1
    if c.op == "known":
        return 2
    if isinstance(value, float):
        met = {">=": value >= c.value, ">": value > c.value, "<=": value <= c.value, "<": value < c.value}[c.op]
        return 2 if met else 0
    allowed = c.value if isinstance(c.value, tuple) else (c.value,)
    return 2 if value in allowed else 0


def map_columns() -> tuple[MapColumn, ...]:
    """Mechanisms of the map, in its order.

    Returns
    -------
    tuple of MapColumn
    """
    return tuple(MapColumn(c.key, c.kind, c.clause, c.assessed_by) for c in candidates())
