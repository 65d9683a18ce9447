"""The audit: append-only entries, each sealed with the hash of the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from integrity.db.models import AuditEntry, AuditPayload, AuditSubject
from integrity.db.models.base import canonical_json

FIRST_HASH = "0" * 64
_SEALED = ("id", "at_utc", "author", "command", "reason", "kind", "reverts_id", "undoable", "lines")


@dataclass(frozen=True)
class ChainBreak:
    """A place where the audit does not hold.

    Parameters
    ----------
    audit_id : int
        Entry at which it shows.
    what : str
        "contents" (the entry was altered), "link" (it does not follow the one before), "gap" (an entry is missing),
        "payload" (rows kept with it were altered or lost) or "end" (the last entries are missing).
    """

    audit_id: int
    what: str


@dataclass(frozen=True)
class NewEntry:
    """What a unit of work hands to the audit.

    Parameters
    ----------
    author, command, reason : str
    kind : str
        "do", "undo" or "redo".
    reverts_id : int or None
        Entry whose inverse this is.
    undoable : bool
    lines : sequence of dict
        One line a row, or a line a bulk change.
    payloads : mapping of line number to bytes
    subjects : sequence of (table, first id, last id, bulk)
    """

    author: str
    command: str
    reason: str
    kind: str
    reverts_id: int | None
    undoable: bool
    lines: Sequence[Mapping[str, Any]]
    payloads: Mapping[int, bytes]
    subjects: Sequence[tuple[str, int, int, bool]]


def utc_now() -> str:
    """Time now in UTC, ISO 8601 with milliseconds.

    Returns
    -------
    str
    """
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seal(previous_hash: str, values: Mapping[str, Any]) -> str:
    """Hash of an entry.

    Parameters
    ----------
    previous_hash : str
        Hash of the entry before, `FIRST_HASH` for the first.
    values : mapping
        All other fields of the entry.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    body = canonical_json({name: values[name] for name in _SEALED})
    return hashlib.sha256((previous_hash + body).encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """Id and hash of the last entry; printed in a report they prove later that nothing before was altered.

    Parameters
    ----------
    connection : Connection

    Returns
    -------
    (int, str)
        (0, `FIRST_HASH`) where there is none.
    """
    t = AuditEntry.__table__
    row = connection.execute(sa.select(t.c.id, t.c.hash).order_by(t.c.id.desc()).limit(1)).first()
    return (int(row[0]), str(row[1])) if row is not None else (0, FIRST_HASH)


def append(connection: Connection, entry: NewEntry) -> int:
    """Write one entry at the end of the chain.

    Parameters
    ----------
    connection : Connection
        Inside the write transaction, under the one-writer lock.
    entry : NewEntry

    Returns
    -------
    int
        Id of the entry.
    """
    last_id, last_hash = head(connection)
    values = {
        "id": last_id + 1,
        "at_utc": utc_now(),
        "author": entry.author,
        "command": entry.command,
        "reason": entry.reason,
        "kind": entry.kind,
        "reverts_id": entry.reverts_id,
        "undoable": int(entry.undoable),
        "lines": canonical_json(list(entry.lines)),
    }
    values |= {"previous_hash": last_hash, "hash": seal(last_hash, values)}
    connection.execute(sa.insert(AuditEntry), values)
    kept = [
        {"audit_id": last_id + 1, "line": n, "sha256": hashlib.sha256(c).hexdigest(), "content": c}
        for n, c in entry.payloads.items()
    ]
    if kept:
        connection.execute(sa.insert(AuditPayload), kept)
    touched = [
        {"audit_id": last_id + 1, "table_name": t, "first_id": a, "last_id": b, "bulk": bulk}
        for t, a, b, bulk in entry.subjects
    ]
    if touched:
        connection.execute(sa.insert(AuditSubject), touched)
    return last_id + 1


def runs_of(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Ids as runs of consecutive numbers.

    Parameters
    ----------
    ids : iterable of int

    Returns
    -------
    list of (first, last)
    """
    out: list[tuple[int, int]] = []
    for i in sorted(ids):
        if out and i <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(i, out[-1][1]))
        else:
            out.append((i, i))
    return out


def verify_chain(session: Session) -> list[ChainBreak]:
    """Recompute the whole chain.

    Parameters
    ----------
    session : Session

    Returns
    -------
    list of ChainBreak
        Empty where every entry is as it was written. That the last entries are missing shows on SQLite only; for a
        server compare `head` with one printed earlier.
    """
    t = AuditEntry.__table__
    breaks: list[ChainBreak] = []
    last_id, last_hash = 0, FIRST_HASH
    for row in session.execute(sa.select(t).order_by(t.c.id)).mappings():
        values = {**row, "undoable": int(row["undoable"])}
        if row["id"] != last_id + 1:
            breaks.append(ChainBreak(row["id"], "gap"))
        if row["previous_hash"] != last_hash:
            breaks.append(ChainBreak(row["id"], "link"))
        if seal(row["previous_hash"], values) != row["hash"]:
            breaks.append(ChainBreak(row["id"], "contents"))
        last_id, last_hash = row["id"], row["hash"]
    return breaks + _payload_breaks(session) + _missing_end(session, last_id)


def _payload_breaks(session: Session) -> list[ChainBreak]:
    sealed: dict[tuple[int, int], str] = {}
    for entry in session.execute(sa.select(AuditEntry).where(AuditEntry.lines.contains('"payload":'))).scalars():
        for number, line in enumerate(entry_lines(entry)):
            if "payload" in line:
                sealed[entry.id, number] = line["payload"]
    t = AuditPayload.__table__
    found = set()
    breaks = []
    for row in session.execute(sa.select(t.c.audit_id, t.c.line, t.c.content)):
        key = (row.audit_id, row.line)
        found.add(key)
        if hashlib.sha256(row.content).hexdigest() != sealed.get(key):
            breaks.append(ChainBreak(row.audit_id, "payload"))
    return breaks + [ChainBreak(a, "payload") for a, n in sorted(set(sealed) - found)]


def _missing_end(session: Session, last_id: int) -> list[ChainBreak]:
    if session.get_bind().dialect.name != "sqlite":
        return []
    query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'audit_entry'")
    seen = session.execute(query).scalar() or 0
    return [ChainBreak(last_id + 1, "end")] if seen > last_id else []


def entry_lines(entry: AuditEntry) -> list[dict[str, Any]]:
    """Lines of an entry: what changed, row by row or in bulk.

    Parameters
    ----------
    entry : AuditEntry

    Returns
    -------
    list of dict
        `op` (insert, update, delete, bulk_insert, bulk_update, bulk_delete), `table`, then `id`, `before`, `after`
        for a row, or `rows`, `digest`, `batch`, `first_id`, `last_id`, `columns` for a bulk change.
    """
    return list(json.loads(entry.lines))


def history(session: Session, table: str, row_id: int) -> list[AuditEntry]:
    """Entries that touched a row, oldest first.

    Parameters
    ----------
    session : Session
    table : str
        Table name, e.g. "reading".
    row_id : int

    Returns
    -------
    list of AuditEntry
    """
    subject = sa.select(AuditSubject.audit_id).where(
        AuditSubject.table_name == table, AuditSubject.first_id <= row_id, AuditSubject.last_id >= row_id
    )
    return list(
        session.execute(sa.select(AuditEntry).where(AuditEntry.id.in_(subject)).order_by(AuditEntry.id)).scalars()
    )
