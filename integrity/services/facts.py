"""What is recorded of a component, an item, a circuit or a loop, and which damage mechanisms are accepted for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as DbSession

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.dates import iso_of
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.db.fact_sql import STREAM_SYMBOLS
from integrity.db.models import (
    Base,
    Circuit,
    Component,
    CorrosionLoop,
    DamageAssignment,
    Equipment,
    Fact,
    ProcessStream,
)
from integrity.db.unit_of_work import UnitOfWork, reader
from integrity.exchange.detect import read_code
from integrity.exchange.facts import FactSymbol, FactValues, read_one
from integrity.exchange.fields import allowed_codes
from integrity.services.imports_facts import EXTERNAL, LINKS
from integrity.services.known_facts import find_mechanism, known_mechanisms, known_symbols
from integrity.services.session import Session, changes_of
from integrity.services.types import Changes

_KINDS = {"item": "equipment", "line": "equipment", "tag": "equipment"}


@dataclass(frozen=True)
class Subject:
    """What facts and decisions are of.

    Parameters
    ----------
    kind : str
        component, equipment, circuit or loop.
    id : int
        Of its row in the database.
    name : str
        Name of the component, tag of the item, name of the circuit or loop.
    """

    kind: str
    id: int
    name: str

    @property
    def link(self) -> str:
        """Column by which a record points to it."""
        return LINKS[self.kind]


@dataclass(frozen=True)
class FactRow:
    """One recorded fact.

    `value` is as it stands in internal units, `entered` as it was written; `number`, `text` or `day` holds it, the
    others are missing (NaN, "", `NO_DATE`).
    """

    id: int
    subject: Subject
    symbol: str
    value: str
    unit: str
    number: float
    text: str
    day: int
    entered: str
    from_d: int | None
    until_d: int | None
    source: str
    reason: str
    set_by: str
    row_version: int


@dataclass(frozen=True)
class DecisionRow:
    """One decision on a damage mechanism."""

    id: int
    subject: Subject
    mechanism: str
    decision: str
    cause: str
    side: str
    susceptibility: str
    reason: str
    set_by: str
    decided_d: int | None
    from_d: int | None
    until_d: int | None
    row_version: int


def find_subject(session: Session, text: str) -> Subject:
    """The component, item, circuit or loop that a text names.

    Parameters
    ----------
    session : Session
    text : str
        A name alone, or a kind and a name where one name means several things: `loop:CL-07`, `item:C-101`.

    Returns
    -------
    Subject

    Raises
    ------
    InputError
        Nothing goes by the name, or more than one thing does.
    """
    kind, colon, name = (p.strip() for p in text.partition(":"))
    kind = _KINDS.get(kind.lower(), kind.lower())
    wanted = (kind,) if colon and kind in LINKS else tuple(LINKS)
    if not colon or kind not in LINKS:
        name = text.strip()
    with reader(session.engine) as db:
        found = [s for k in wanted for s in _named(db, session.site_id, k, name)]
    if not found:
        raise InputError(msg("facts.error.unknown_subject", text=text))
    if len(found) > 1:
        raise InputError(
            msg("facts.error.ambiguous_subject", text=text, known=", ".join(f"{s.kind}:{s.name}" for s in found))
        )
    return found[0]


def _named(db: DbSession, site_id: int, kind: str, name: str) -> list[Subject]:
    if kind == "component":
        # Of the instances of one part the one in place counts.
        e, c = Equipment.__table__.c, Component.__table__.c
        latest = sa.select(c.equipment_id, sa.func.max(c.instance).label("instance")).where(c.name == name)
        last = latest.group_by(c.equipment_id).subquery()
        query = (
            sa.select(c.id)
            .join_from(Component.__table__, Equipment.__table__, e.id == c.equipment_id)
            .join(last, sa.and_(last.c.equipment_id == c.equipment_id, last.c.instance == c.instance))
            .where(e.site_id == site_id, c.name == name)
        )
    else:
        model: type[Base] = {"equipment": Equipment, "circuit": Circuit, "loop": CorrosionLoop}[kind]
        t = model.__table__.c
        query = sa.select(t.id).where(t.site_id == site_id, t["tag" if kind == "equipment" else "name"] == name)
    return [Subject(kind, int(i), name) for i in db.execute(query).scalars()]


def _chain(db: DbSession, subject: Subject) -> list[Subject]:
    """The subject, and for a component the item, circuit and loop whose records reach it, the nearest first."""
    if subject.kind != "component":
        return [subject]
    part = db.get_one(Component, subject.id)
    item = db.get_one(Equipment, part.equipment_id)
    circuit_id = part.circuit_id or item.circuit_id
    circuit = db.get_one(Circuit, circuit_id) if circuit_id is not None else None
    loop_id = part.loop_id or (circuit.loop_id if circuit is not None else None) or item.loop_id
    out = [subject, Subject("equipment", item.id, item.tag)]
    out += [Subject("circuit", circuit.id, circuit.name)] if circuit is not None else []
    out += [Subject("loop", loop_id, db.get_one(CorrosionLoop, loop_id).name)] if loop_id is not None else []
    return out


def facts_of(session: Session, subject: Subject | str) -> list[FactRow]:
    """Facts recorded of a subject; of a component also those of its item, circuit and loop, the nearest first.

    Parameters
    ----------
    session : Session
    subject : Subject or str
        As `find_subject` takes it.

    Returns
    -------
    list of FactRow
        In the order of symbols within one subject, the latest day first. What streams and linings say is not among
        them.
    """
    of = find_subject(session, subject) if isinstance(subject, str) else subject
    out = []
    with reader(session.engine) as db:
        for owner in _chain(db, of):
            rows = db.scalars(sa.select(Fact).where(Fact.__table__.c[owner.link] == owner.id)).all()
            ordered = sorted(rows, key=lambda r: (r.symbol, -(NO_DATE if r.from_d is None else r.from_d), -r.id))
            out += [_fact_row(row, owner) for row in ordered]
    return out


def _fact_row(row: Fact, owner: Subject) -> FactRow:
    known = known_symbols().by_key.get(row.symbol)
    shown = row.text or (iso_of(row.day) if row.day is not None else f"{row.number:.10g}")
    return FactRow(
        id=row.id,
        subject=owner,
        symbol=row.symbol,
        value=shown,
        unit=known.unit if known is not None and row.number is not None else "",
        number=float("nan") if row.number is None else row.number,
        text=row.text,
        day=NO_DATE if row.day is None else row.day,
        entered=f"{row.entered_text} {row.entered_unit}".strip(),
        from_d=row.from_d,
        until_d=row.until_d,
        source=row.source,
        reason=row.reason,
        set_by=row.set_by,
        row_version=row.row_version,
    )


def set_fact(
    session: Session,
    subject: Subject | str,
    symbol: str,
    value: str | float,
    reason: str,
    *,
    unit: str = "",
    from_d: int | None = None,
    until_d: int | None = None,
    source: str = "",
    row_version: int | None = None,
) -> Changes:
    """Record a fact; one of the same subject, symbol and first day is replaced.

    Parameters
    ----------
    session : Session
    subject : Subject or str
    symbol : str
        The symbol, or its words in a language.
    value : str or float
        A code in either language, yes or no, a date, a number with or without its unit; a float is in the internal
        unit where no unit is given.
    reason : str
        Must not be empty: it is kept with the fact.
    unit : str
    from_d, until_d : int, optional
        Days since 1970-01-01 between which it holds.
    source : str
        Where it stands: a report, an analysis.
    row_version : int, optional
        Version the author saw; where somebody changed the fact meanwhile a conflict is raised.

    Returns
    -------
    Changes

    Raises
    ------
    InputError
        Unknown subject, symbol, code or unit, or no reason.
    """
    why, of = _reason(reason), find_subject(session, subject) if isinstance(subject, str) else subject
    known = _symbol(symbol)
    given = unit or (known.unit if not isinstance(value, str) else "")
    text = value if isinstance(value, str) else repr(float(value))
    read = _read(known, text, given)
    number = float(read.number[0])
    values: dict[str, Any] = {
        "number": number if number == number else None,
        "text": read.text[0],
        "day": None if read.day[0] == NO_DATE else int(read.day[0]),
        "entered_text": text.strip(),
        "entered_unit": read.unit[0],
        "until_d": until_d,
        "source": source.strip(),
        "reason": why,
        "set_by": session.author,
    }
    key = {of.link: of.id, "symbol": known.key, "from_d": from_d}
    return _record(session, "set_fact", why, Fact, key, values, row_version)


def _symbol(text: str) -> FactSymbol:
    symbols = known_symbols()
    key = symbols.find(text)
    if not key:
        raise InputError(msg("facts.error.unknown_symbol", text=text, near=symbols.near(text)))
    return symbols.by_key[key]


def _read(known: FactSymbol, text: str, unit: str) -> FactValues:
    read = read_one(known, text, unit)
    if read.bad[0]:
        what = ", ".join(known.codes) or ", ".join(known.units) or f"@{_kind_of(known)}"
        raise InputError(msg("facts.error.bad_value", symbol=known.key, text=f"{text} {unit}".strip(), allowed=what))
    return read


def _kind_of(known: FactSymbol) -> str:
    kind = known.quantity if known.quantity in ("flag", "date") else "number"
    return f"facts.value.{kind}"


def _reason(text: str) -> str:
    if not text.strip():
        raise InputError(msg("facts.error.reason_needed"))
    return text.strip()


def _record(
    session: Session,
    command: str,
    reason: str,
    model: type[Base],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    row_version: int | None,
) -> Changes:
    """Replace the record of a key, or make a new one."""
    with session.uow(command, reason) as uow:
        row_id = _of_key(uow, model, key)
        if row_id is None:
            uow.add(model(**key, **values))
        else:
            uow.edit(model, row_id, row_version, **values)
        return changes_of(uow.commit())


def _of_key(uow: UnitOfWork, model: type[Base], key: Mapping[str, Any]) -> int | None:
    t = model.__table__.c
    same = [t[c].is_(None) if v is None else t[c] == v for c, v in key.items()]
    found = uow.connection.execute(sa.select(t.id).where(*same).order_by(t.id.desc()).limit(1)).scalar()
    return None if found is None else int(found)


def end_fact(session: Session, fact_id: int, until_d: int, reason: str, row_version: int | None = None) -> Changes:
    """Let a fact hold no longer than to a day.

    Parameters
    ----------
    session : Session
    fact_id : int
    until_d : int
        First day on which it does not hold, days since 1970-01-01.
    reason : str
    row_version : int, optional

    Returns
    -------
    Changes
    """
    why = _reason(reason)
    with session.uow("set_fact", why) as uow:
        uow.edit(Fact, int(fact_id), row_version, until_d=int(until_d), reason=why, set_by=session.author)
        return changes_of(uow.commit())


def decisions_of(session: Session, subject: Subject | str) -> list[DecisionRow]:
    """Decisions recorded of a subject; of a component also those of its item, circuit and loop, the nearest first.

    Parameters
    ----------
    session : Session
    subject : Subject or str

    Returns
    -------
    list of DecisionRow
        For one mechanism those of the nearest subject hold.
    """
    of = find_subject(session, subject) if isinstance(subject, str) else subject
    out = []
    with reader(session.engine) as db:
        for owner in _chain(db, of):
            t = DamageAssignment.__table__.c
            rows = db.scalars(
                sa.select(DamageAssignment).where(t[owner.link] == owner.id).order_by(t.mechanism, t.cause, t.id.desc())
            ).all()
            names = [f for f in DecisionRow.__dataclass_fields__ if f != "subject"]
            out += [DecisionRow(subject=owner, **{n: getattr(row, n) for n in names}) for row in rows]
    return out


def decide_damage(
    session: Session,
    subject: Subject | str,
    mechanism: str,
    decision: str,
    reason: str,
    *,
    cause: str = "",
    side: str = "",
    susceptibility: str = "",
    decided_d: int | None = None,
    from_d: int | None = None,
    until_d: int | None = None,
    row_version: int | None = None,
) -> Changes:
    """Accept or reject a damage mechanism; a decision on the same subject, mechanism, cause and day is replaced.

    Parameters
    ----------
    session : Session
    subject : Subject or str
    mechanism : str
        Key of a registered mechanism or rate model, or its words in a language.
    decision : str
        accepted or rejected, in either language.
    reason : str
        Must not be empty: it is kept with the decision.
    cause, side, susceptibility : str
        Side is internal, external or both; susceptibility none, low, medium or high.
    decided_d : int, optional
        Day of the decision; the as-of day of the plant where not given.
    from_d, until_d : int, optional
    row_version : int, optional

    Returns
    -------
    Changes

    Raises
    ------
    InputError
        Unknown subject, mechanism, decision, side or susceptibility, or no reason.
    """
    why, of = _reason(reason), find_subject(session, subject) if isinstance(subject, str) else subject
    key = find_mechanism(mechanism)
    if not key:
        raise InputError(msg("facts.error.unknown_mechanism", text=mechanism, allowed=", ".join(known_mechanisms())))
    values: dict[str, Any] = {
        "decision": _code("damage_decision", decision),
        "side": _code("damage_side", side) or ("external" if key in EXTERNAL else ""),
        "susceptibility": _code("susceptibility", susceptibility),
        "reason": why,
        "set_by": session.author,
        "decided_d": session.as_of_d if decided_d is None else decided_d,
        "until_d": until_d,
    }
    where = {of.link: of.id, "mechanism": key, "cause": cause.strip(), "from_d": from_d}
    return _record(session, "decide_damage", why, DamageAssignment, where, values, row_version)


def _code(name: str, text: str) -> str:
    if not text.strip() and name != "damage_decision":
        return ""
    code = read_code(text, name)
    if not code:
        raise InputError(msg("facts.error.bad_code", text=text, allowed=", ".join(allowed_codes(name))))
    return code


@dataclass(frozen=True)
class SymbolRow:
    """A symbol that facts may be recorded of: its words are the catalogue key `sym.<symbol>`."""

    symbol: str
    quantity: str
    unit: str
    units: Sequence[str]
    codes: Sequence[str]


def symbol_menu() -> tuple[SymbolRow, ...]:
    """Every symbol that may be recorded, in alphabetical order.

    Returns
    -------
    tuple of SymbolRow
    """
    return tuple(SymbolRow(s.key, s.quantity, s.unit, s.units, s.codes) for s in known_symbols().by_key.values())


def mechanism_menu() -> tuple[str, ...]:
    """Every mechanism and rate model that may be accepted or rejected.

    Returns
    -------
    tuple of str
    """
    return known_mechanisms()


def stream_conflicts(session: Session) -> list[Message]:
    """Streams of one circuit or loop that differ, so that none of them gives a fact.

    Parameters
    ----------
    session : Session

    Returns
    -------
    list of Message
    """
    out = []
    seen: dict[tuple[str, int, str], tuple[str, float]] = {}
    told: set[tuple[str, int, str]] = set()
    with reader(session.engine) as db:
        for s in db.scalars(sa.select(ProcessStream).where(ProcessStream.site_id == session.site_id)):
            place = ("circuit", s.circuit_id) if s.circuit_id is not None else ("loop", s.loop_id)
            for column in STREAM_SYMBOLS if place[1] is not None else ():
                value = getattr(s, column)
                if value is None:
                    continue
                key = (place[0], int(place[1] or 0), column)
                other, number = seen.setdefault(key, (s.name, value))
                if number != value and key not in told:
                    told.add(key)
                    out.append(msg("facts.note.streams_differ", one=other, other=s.name, symbol=STREAM_SYMBOLS[column]))
    return out


def decision_codes() -> tuple[str, ...]:
    """Codes of a decision.

    Returns
    -------
    tuple of str
    """
    return codes("damage_decision")
