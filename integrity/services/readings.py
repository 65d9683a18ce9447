"""Decisions about readings: quality, corrected values, accepted short intervals, overridden rates; undo and history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.codes import codes, index_of
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.db import audit
from integrity.db.models import AuditEntry, AuditPayload, Component, Reading
from integrity.db.rows import unpack
from integrity.db.undo import redo_last, undo_last
from integrity.db.unit_of_work import reader
from integrity.exchange.columns import column_of
from integrity.exchange.detect import OK, decimal_mark, read_number, to_internal, unit_code, unit_scales
from integrity.services.imports_book import shown
from integrity.services.imports_types import FieldChange
from integrity.services.session import Session, changes_of
from integrity.services.types import Changes

_SAME_MM = 5e-4


@dataclass(frozen=True)
class HistoryEntry:
    """One audit entry as it concerns one row.

    Parameters
    ----------
    audit_id : int
    at_utc : str
        ISO 8601.
    author : str
    command : str
    title : Message
        What was done, in words.
    reason : str
    kind : str
        do, undo or redo.
    op : str
        insert, update or delete.
    changes : tuple of FieldChange
        Empty for a row that came or went in a bulk.
    """

    audit_id: int
    at_utc: str
    author: str
    command: str
    title: Message
    reason: str
    kind: str
    op: str
    changes: tuple[FieldChange, ...]


def _reason(text: str) -> str:
    if not text.strip():
        raise InputError(msg("reading.error.reason_needed"))
    return text.strip()


def _chosen(reading_ids: Sequence[int]) -> list[int]:
    ids = list(dict.fromkeys(int(i) for i in reading_ids))
    if not ids:
        raise InputError(msg("reading.error.none_chosen"))
    return ids


def set_quality(
    session: Session,
    reading_ids: Sequence[int],
    quality: int | str,
    reason: str,
    row_versions: Sequence[int] | None = None,
) -> Changes:
    """Give readings another quality.

    Parameters
    ----------
    session : Session
    reading_ids : sequence of int
    quality : int or str
        Index or code of `reading_quality`: good, verify, ignored.
    reason : str
        Must not be empty: it is kept with the reading.
    row_versions : sequence of int, optional
        Versions the author saw; where somebody changed a reading meanwhile a conflict is raised.

    Returns
    -------
    Changes
    """
    why, ids = _reason(reason), _chosen(reading_ids)
    index = index_of("reading_quality", quality) if isinstance(quality, str) else int(quality)
    if not 0 <= index < len(codes("reading_quality")):
        raise InputError(msg("reading.error.bad_quality", quality=str(quality)))
    return _update(session, "set_quality", ids, {"quality": index, "quality_reason": why}, why, row_versions)


def confirm_measured(session: Session, reading_ids: Sequence[int], reason: str) -> Changes:
    """Confirm that readings that equal nominal were measured: they become good and count as measured.

    Parameters
    ----------
    session : Session
    reading_ids : sequence of int
    reason : str

    Returns
    -------
    Changes
    """
    why, ids = _reason(reason), _chosen(reading_ids)
    values = {"quality": index_of("reading_quality", "good"), "quality_reason": why, "is_nominal": False}
    return _update(session, "set_quality", ids, values, why, None)


def accept_short(session: Session, reading_ids: Sequence[int], reason: str, accept: bool = True) -> Changes:
    """Accept short-interval readings as ends of a rate, or withdraw that.

    Parameters
    ----------
    session : Session
    reading_ids : sequence of int
    reason : str
    accept : bool

    Returns
    -------
    Changes
    """
    why, ids = _reason(reason), _chosen(reading_ids)
    return _update(session, "accept_short", ids, {"accept_short": accept, "accept_reason": why}, why, None)


def _update(
    session: Session,
    command: str,
    ids: list[int],
    values: Mapping[str, Any],
    reason: str,
    row_versions: Sequence[int] | None,
) -> Changes:
    with session.uow(command, reason) as uow:
        uow.bulk_update(Reading, ids, values, row_versions)
        return changes_of(uow.commit())


def edit_value(
    session: Session,
    reading_id: int,
    t_mm: float,
    entered_text: str,
    entered_unit: str,
    reason: str,
    row_version: int,
) -> Changes:
    """Correct the value of a reading; the text of the file stays in the audit.

    Parameters
    ----------
    session : Session
    reading_id : int
    t_mm : float
        New value, mm.
    entered_text, entered_unit : str
        As the engineer entered it; must mean the same thickness.
    reason : str
    row_version : int
        Version the engineer saw.

    Returns
    -------
    Changes

    Raises
    ------
    ConflictError
        Somebody else changed the reading; it carries both values.
    """
    why = _reason(reason)
    if not math.isfinite(t_mm) or t_mm <= 0:
        raise InputError(msg("reading.error.bad_value", value=str(t_mm)))
    unit = _same_value(t_mm, entered_text, entered_unit)
    values = {"t_mm": float(t_mm), "entered_text": entered_text.strip(), "entered_unit": unit}
    with session.uow("edit_value", why) as uow:
        uow.edit(Reading, int(reading_id), int(row_version), **values)
        return changes_of(uow.commit())


def _same_value(t_mm: float, text: str, unit: str) -> str:
    """Unit code of an entered value, after a check that text and unit give the thickness."""
    code = unit_code(unit, "thickness")
    if not code:
        raise InputError(msg("reading.error.bad_unit", unit=unit, units=", ".join(unit_scales("thickness"))))
    number, own, status = read_number(text, decimal_mark(column_of([text])))
    own_code = unit_code(own, "thickness") if own else code
    if status != OK or not own_code:
        raise InputError(msg("reading.error.bad_value", value=text))
    read = float(to_internal(np.array([number]), "thickness", own_code)[0])
    if abs(read - t_mm) > _SAME_MM:
        raise InputError(msg("reading.error.value_text", text=text, unit=own_code, read=f"{read:g}", value=f"{t_mm:g}"))
    return own_code


def override_rate(
    session: Session, component_id: int, rate_mm_y: float | None, reason: str, row_version: int | None = None
) -> Changes:
    """Override the governing corrosion rate of a component, or withdraw the override.

    Parameters
    ----------
    session : Session
    component_id : int
    rate_mm_y : float or None
        mm/year, zero or more; None withdraws.
    reason : str
        Kept with the component and printed wherever the rate is used.
    row_version : int, optional

    Returns
    -------
    Changes
    """
    why = _reason(reason)
    if rate_mm_y is not None and not (math.isfinite(rate_mm_y) and rate_mm_y >= 0):
        raise InputError(msg("reading.error.bad_rate", value=str(rate_mm_y)))
    values = {"CR_owner": rate_mm_y, "CR_owner_reason": "" if rate_mm_y is None else why}
    with session.uow("override_rate", why) as uow:
        uow.edit(Component, int(component_id), row_version, **values)
        return changes_of(uow.commit())


def undo(session: Session) -> Changes | None:
    """Withdraw the author's last change; it is written as a new audit entry.

    Parameters
    ----------
    session : Session

    Returns
    -------
    Changes or None
        None where there is nothing to withdraw. Where somebody else changed the same rows since, a conflict is raised.
    """
    written = undo_last(session.engine, session.author)
    return None if written is None else changes_of(written)


def redo(session: Session) -> Changes | None:
    """Make the change again that the author withdrew last.

    Parameters
    ----------
    session : Session

    Returns
    -------
    Changes or None
        None where there is nothing to make again.
    """
    written = redo_last(session.engine, session.author)
    return None if written is None else changes_of(written)


def history(session: Session, table: str, row_id: int) -> list[HistoryEntry]:
    """Who changed a row, when, why, and from what to what; the newest first.

    Parameters
    ----------
    session : Session
    table : str
        Table of the database, e.g. "reading".
    row_id : int

    Returns
    -------
    list of HistoryEntry
    """
    out = []
    with reader(session.engine) as read:
        for entry in audit.history(read, table, row_id):
            for number, line in enumerate(audit.entry_lines(entry)):
                if line["table"] == table and _concerns(line, row_id):
                    out.append(_history_entry(read, entry, number, line, row_id))
    return out[::-1]


def _concerns(line: Mapping[str, Any], row_id: int) -> bool:
    if "runs" in line:
        return any(first <= row_id <= last for first, last in line["runs"])
    return bool(line.get("id") == row_id)


def _history_entry(read: Any, entry: AuditEntry, number: int, line: Mapping[str, Any], row_id: int) -> HistoryEntry:
    before, after = line.get("before") or {}, line.get("after") or {}
    if line["op"] == "bulk_update":
        before, after = _from_payload(read, entry.id, number, row_id, len(line["columns"]), line["columns"])
    names = [name for name in dict.fromkeys([*before, *after]) if name not in ("id", "row_version")]
    changes = tuple(
        FieldChange(name, shown(name, before.get(name)), shown(name, after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    )
    return HistoryEntry(
        audit_id=entry.id,
        at_utc=entry.at_utc,
        author=entry.author,
        command=entry.command,
        title=Message(f"command.{entry.command}"),
        reason=entry.reason,
        kind=entry.kind,
        op=str(line["op"]).removeprefix("bulk_"),
        changes=changes,
    )


def _from_payload(
    read: Any, audit_id: int, number: int, row_id: int, width: int, names: Sequence[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Cells of one row before and after a bulk change, from what was kept with the audit."""
    t = AuditPayload.__table__.c
    content = read.execute(sa.select(t.content).where(t.audit_id == audit_id, t.line == number)).scalar()
    if content is None:
        return {}, {}
    _, rows = unpack(bytes(content))
    for cells in rows:
        if cells[0] == row_id:
            before, after = cells[1 : 1 + width], cells[1 + width :]
            return dict(zip(names, before, strict=True)), dict(zip(names, after, strict=True))
    return {}, {}
