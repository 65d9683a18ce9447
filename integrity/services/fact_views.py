"""What the facts editor shows of a component: symbols its mechanisms ask for, what stands there, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.registry import procedure
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Mechanism
from integrity.rbi.rates import rate_models
from integrity.services.decisions import assessment_of
from integrity.services.facts import FactRow, Subject, facts_of
from integrity.services.input_views import InputSymbol, fact_symbol
from integrity.services.session import Session
from integrity.services.types import Study

_RATE = ".rate_"


@dataclass(frozen=True)
class FactLine:
    """One symbol of the facts editor.

    Parameters
    ----------
    symbol : InputSymbol
    value : float or str
        What stands in the study: number in the internal unit, day, code or text; NaN, "" or `NO_DATE` missing.
    asked_by : tuple of str
        Title keys of the procedures that take it.
    missing_for : tuple of str
        Those of them that cannot be worked out without it.
    owner : str
        What it is recorded of: component, equipment, circuit, loop; "stream" where a stream or list gives it, empty
        where nothing is recorded.
    """

    symbol: InputSymbol
    value: float | str
    asked_by: tuple[str, ...] = ()
    missing_for: tuple[str, ...] = ()
    owner: str = ""
    entered: str = ""
    source: str = ""
    reason: str = ""
    set_by: str = ""
    row_version: int = 0

    @property
    def missing(self) -> bool:
        """Whether nothing stands there."""
        return self.value == "" or self.value != self.value or self.value == float(NO_DATE)


@dataclass(frozen=True)
class FactSheet:
    """Facts of a component, and the subjects that they may be recorded of, the nearest first."""

    lines: tuple[FactLine, ...]
    subjects: tuple[Subject, ...] = field(default=())


def fact_sheet(session: Session, study: Study, row: int) -> FactSheet:
    """Facts of one component.

    Parameters
    ----------
    session : Session
    study : Study
    row : int
        Component row.

    Returns
    -------
    FactSheet
        First the symbols without which a mechanism cannot be worked out, then those asked for, then others recorded.
    """
    subjects = subjects_of(study, row)
    recorded: dict[str, FactRow] = {}
    for fact in facts_of(session, subjects[0]):
        recorded.setdefault(fact.symbol, fact)
    asked, missing = _asked(study, row)
    movable = _movable(study, row, asked) | set(recorded)
    lines = []
    for symbol in dict.fromkeys((*asked, *recorded)):
        known = fact_symbol(symbol)
        if known is None or symbol not in movable:
            continue
        value = _value(study, row, known)
        fact_row = recorded.get(symbol)
        line = FactLine(known, value, tuple(asked.get(symbol, ())), tuple(missing.get(symbol, ())))
        if fact_row is not None:
            line = FactLine(
                known, value, line.asked_by, line.missing_for, fact_row.subject.kind, fact_row.entered,
                fact_row.source, fact_row.reason, fact_row.set_by, fact_row.row_version,
            )  # fmt: skip
        elif not line.missing:
            line = FactLine(known, value, line.asked_by, line.missing_for, "stream")
        lines.append(line)
    order = sorted(lines, key=lambda f: (not f.missing_for, not f.asked_by, f.missing, f.symbol.symbol))
    return FactSheet(tuple(order), subjects)


def subjects_of(study: Study, row: int) -> tuple[Subject, ...]:
    """Component, item, circuit and loop that a record may be made of, the nearest first.

    Parameters
    ----------
    study : Study
    row : int

    Returns
    -------
    tuple of Subject
        The id of a loop is not in the frames: it is 0 and the name counts.
    """
    k = study.plant.components
    out = [
        Subject("component", int(k.component_id[row]), str(k.component[row])),
        Subject("equipment", int(k.equipment_id[row]), str(k.tag[row])),
    ]
    if str(k.circuit[row]):
        out.append(Subject("circuit", int(k.circuit_id[row]), str(k.circuit[row])))
    if str(k.loop[row]):
        out.append(Subject("loop", 0, str(k.loop[row])))
    return tuple(out)


def _asked(study: Study, row: int) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Title keys of the procedures that take a symbol, and of those that lack it."""
    asked: dict[str, list[str]] = {}
    missing: dict[str, list[str]] = {}
    for p, result, at in _acting(study, row):
        lacking = {key for kind, key in reasons(p, result, at) if kind == "missing"}
        for x in p.inputs:
            asked.setdefault(x.symbol, []).append(p.title_key)
            if x.symbol in lacking:
                missing.setdefault(x.symbol, []).append(p.title_key)
    return asked, missing


def _acting(study: Study, row: int) -> Iterator[tuple[Procedure, Result, int]]:
    a = assessment_of(study)
    for m in a.mechanisms:
        at = int(m.rows.rows[row])
        if at >= 0:
            yield m.mechanism.procedure, m.result, at
    for key, rows in a.rows.items():
        at = int(rows.rows[row]) if _RATE in key else -1
        if at >= 0:
            yield procedure(key), a.results[key], at


def _movable(study: Study, row: int, symbols: Iterable[str]) -> set[str]:
    """Those of some symbols that a recorded fact would move; the others are made from the frames of the plant.

    Found by asking every acting mechanism for its inputs with and without facts that nobody would record.
    """
    part = assessment_of(study).case.take(np.array([row], dtype=np.int64))
    known = {s: f for s in symbols if (f := fact_symbol(s)) is not None}
    other = replace(part, facts=part.facts.with_({s: _other(f, part.facts.columns.get(s)) for s, f in known.items()}))
    out: set[str] = set()
    with np.errstate(all="ignore"):
        for columns in _inputs_of(study, row):
            now, then = columns(part), columns(other)
            out |= {s for s in now if not np.array_equal(now[s], then[s], equal_nan=now[s].dtype.kind == "f")}
    return out & set(known)


def _other(known: InputSymbol, held: AnyArray | None) -> Any:
    """A value that differs from the recorded one."""
    now = None if held is None else held[0]
    if known.codes:
        text = known.codes[-1] if now == known.codes[0] else known.codes[0]
        return np.array([text], dtype=object)
    if known.quantity == "text":
        return np.array(["x"], dtype=object)
    if known.quantity == "date":
        return np.array([1 if now is None or int(now) != 1 else 2], dtype=np.int64)
    return np.array([0.123 if now is None or float(now) != 0.123 else 0.456])


def _columns_of(mechanism: Mechanism, case: RiskCase) -> Mapping[str, AnyArray]:
    return mechanism.columns(case)[0]


def _inputs_of(study: Study, row: int) -> Iterator[Callable[[RiskCase], Mapping[str, AnyArray]]]:
    a = assessment_of(study)
    for m in a.mechanisms:
        if int(m.rows.rows[row]) >= 0:
            yield partial(_columns_of, m.mechanism)
    for model in rate_models():
        rows = a.rows.get(model.procedure.key)
        if rows is not None and int(rows.rows[row]) >= 0:
            yield model.columns


def _value(study: Study, row: int, known: InputSymbol) -> float | str:
    held = study.plant.facts.columns.get(known.symbol)
    if held is None:
        return float("nan") if known.is_number else ""
    value = held[row]
    if isinstance(value, str):
        return value
    if known.quantity == "date" and int(value) == NO_DATE:
        return ""
    return float(np.asarray(value, dtype=np.float64))
