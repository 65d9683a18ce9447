"""What the facts editor shows of a component: symbols that its mechanisms ask for, what stands there, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.registry import procedure
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
    lines = []
    for symbol in dict.fromkeys((*asked, *recorded)):
        known = fact_symbol(symbol)
        if known is None:
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
