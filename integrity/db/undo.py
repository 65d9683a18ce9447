"""Undo and redo: the inverse of an audit entry, written as a new entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine, Table
from sqlalchemy.exc import IntegrityError

from integrity.core.errors import ConflictError, InputError
from integrity.core.message import msg
from integrity.db import audit
from integrity.db.models import AuditEntry, AuditPayload, Base
from integrity.db.rows import RowsDigest, as_arrays, insert_cells, plain, read_ids, unpack, unpack_chunks
from integrity.db.tracking import Line
from integrity.db.unit_of_work import RowConflict, UnitOfWork, Written, reader


def stacks(engine: Engine, author: str) -> tuple[list[int], list[int]]:
    """Entries that an author can undo and redo now, the next one last.

    Parameters
    ----------
    engine : Engine
    author : str

    Returns
    -------
    undo, redo : list of int
        Ids of audit entries.
    """
    t = AuditEntry.__table__
    query = sa.select(t.c.id, t.c.kind, t.c.reverts_id).where(t.c.author == author, t.c.undoable == 1)
    undo: list[int] = []
    redo: list[int] = []
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(t.c.id)):
            if row.kind == "do":
                undo.append(row.id)
                redo.clear()
            elif row.kind == "undo":
                undo.remove(row.reverts_id)
                redo.append(row.id)
            else:
                redo.remove(row.reverts_id)
                undo.append(row.id)
    return undo, redo


def undo_last(engine: Engine, author: str) -> Written | None:
    """Undo the author's last entry that is not undone yet.

    Parameters
    ----------
    engine : Engine
    author : str

    Returns
    -------
    Written or None
        None where there is nothing to undo.

    Raises
    ------
    ConflictError
        Somebody has changed the rows since, or other rows depend on them now.
    """
    undo, _ = stacks(engine, author)
    return _revert(engine, author, undo[-1], "undo") if undo else None


def redo_last(engine: Engine, author: str) -> Written | None:
    """Do again what the author undid last, as long as nothing new was done since.

    Parameters
    ----------
    engine : Engine
    author : str

    Returns
    -------
    Written or None
    """
    _, redo = stacks(engine, author)
    return _revert(engine, author, redo[-1], "redo") if redo else None


def _revert(engine: Engine, author: str, audit_id: int, kind: str) -> Written:
    with reader(engine) as session:
        entry = session.get(AuditEntry, audit_id)
    if entry is None:
        raise InputError(msg("db.no_such_row", table="audit_entry", id=audit_id))
    try:
        with UnitOfWork(engine, author, entry.command, reason=entry.reason) as uow:
            uow.kind, uow.reverts_id = kind, audit_id
            _defer_keys(uow)
            for number, line in reversed(list(enumerate(audit.entry_lines(entry)))):
                _INVERSE[line["op"]](uow, audit_id, number, line)
            return uow.commit()
    except InputError as error:
        if error.message.key == "db.refused":
            raise ConflictError(msg("db.undo_blocked", detail=str(error.message.params["detail"]))) from error
        raise


def _defer_keys(uow: UnitOfWork) -> None:
    if uow.connection.dialect.name == "postgresql":
        uow.connection.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
    else:
        uow.connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")


def _table(line: Line) -> Table:
    return Base.metadata.tables[line["table"]]


def _check(line: Line, now: Mapping[str, Any] | None, then: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row as it stands must be as the entry left it, its version aside."""
    if now is None:
        raise RowConflict(line["table"], line["id"], {}, then)
    if any(now[c] != v for c, v in then.items() if c != "row_version"):
        raise RowConflict(line["table"], line["id"], now, then)
    return now


def _undo_insert(uow: UnitOfWork, _audit_id: int, _number: int, line: Line) -> None:
    table = _table(line)
    now = _check(line, read_ids(uow.connection, table, [line["id"]]).get(line["id"]), line["after"])
    t = plain(table)
    uow.connection.execute(sa.delete(t).where(t.c.id == line["id"]))
    uow.note({"op": "delete", "table": table.name, "id": line["id"], "before": dict(now)})


def _undo_delete(uow: UnitOfWork, _audit_id: int, _number: int, line: Line) -> None:
    table = _table(line)
    cells = dict(line["before"])
    if "row_version" in cells:
        cells["row_version"] += 1
    try:
        insert_cells(uow.connection, table, list(cells), [tuple(cells.values())])
    except IntegrityError as error:
        raise ConflictError(msg("db.undo_blocked", detail=str(error.orig))) from error
    uow.note({"op": "insert", "table": table.name, "id": line["id"], "after": cells})


def _undo_update(uow: UnitOfWork, _audit_id: int, _number: int, line: Line) -> None:
    table = _table(line)
    now = _check(line, read_ids(uow.connection, table, [line["id"]]).get(line["id"]), line["after"])
    cells = dict(line["before"])
    if "row_version" in cells:
        cells["row_version"] = now["row_version"] + 1
    t = plain(table)
    uow.connection.execute(sa.update(t).where(t.c.id == line["id"]).values(cells))
    before = {c: now[c] for c in cells}
    uow.note({"op": "update", "table": table.name, "id": line["id"], "before": before, "after": cells})


def _undo_bulk_insert(uow: UnitOfWork, _audit_id: int, _number: int, line: Line) -> None:
    uow.delete_run(_table(line), line["first_id"], line["last_id"], expected=line["digest"])


def _undo_bulk_delete(uow: UnitOfWork, audit_id: int, number: int, line: Line) -> None:
    table = _table(line)
    names, chunks = unpack_chunks(_payload(uow, audit_id, number))
    at = names.index("row_version") if "row_version" in names else None
    columns = [table.c[name] for name in names]
    digest = RowsDigest(name for name in names if name != "row_version")
    for chunk in chunks:
        raised = chunk if at is None else [(*r[:at], r[at] + 1, *r[at + 1 :]) for r in chunk]
        insert_cells(uow.connection, table, names, raised)
        digest.add(as_arrays(columns, chunk))
    kept = {k: line[k] for k in ("table", "rows", "first_id", "last_id", "runs")}
    uow.note({"op": "bulk_insert", **kept, "digest": digest.hexdigest(), "batch": line.get("batch")})


def _undo_bulk_update(uow: UnitOfWork, audit_id: int, number: int, line: Line) -> None:
    table, names = _table(line), line["columns"]
    width = len(names)
    _, rows = unpack(_payload(uow, audit_id, number))
    kept = {int(r[0]): (r[1 : 1 + width], r[1 + width :]) for r in rows}
    now = read_ids(uow.connection, table, list(kept), names)
    for row_id, (_, after) in kept.items():
        _check({**line, "id": row_id}, now.get(row_id), dict(zip(names, after, strict=True)))
    uow.update_cells(table, names, now, {i: before for i, (before, _) in kept.items()})


def _payload(uow: UnitOfWork, audit_id: int, number: int) -> bytes:
    t = AuditPayload.__table__
    query = sa.select(t.c.content).where(t.c.audit_id == audit_id, t.c.line == number)
    return bytes(uow.connection.execute(query).scalar_one())


_INVERSE: Mapping[str, Callable[[UnitOfWork, int, int, Line], None]] = {
    "insert": _undo_insert,
    "delete": _undo_delete,
    "update": _undo_update,
    "bulk_insert": _undo_bulk_insert,
    "bulk_delete": _undo_bulk_delete,
    "bulk_update": _undo_bulk_update,
}
