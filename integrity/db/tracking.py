"""What the ORM changed in a unit of work, row by row, before and after, gathered at each flush."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session, object_mapper

from integrity.db.models import Base
from integrity.db.rows import read_ids

Line = dict[str, Any]
Cells = dict[str, Any]


def table_of(model: type[Base] | Base) -> Table:
    """Table of a model or of a row.

    Parameters
    ----------
    model : model class or instance

    Returns
    -------
    Table
    """
    return cast(Table, model.__table__)


def by_table(objects: Iterable[Any]) -> dict[Table, list[int]]:
    """Ids of rows by their table.

    Parameters
    ----------
    objects : iterable of model instances

    Returns
    -------
    dict of Table to list of int
    """
    out: dict[Table, list[int]] = {}
    for obj in objects:
        out.setdefault(table_of(obj), []).append(obj.id)
    return out


class Tracker:
    """Keeps the first and the last state of every row the ORM touched, in the order of first touch.

    Parameters
    ----------
    lines : list of dict
        Where the lines are appended; shared with the bulk changes so that the order is kept.

    Attributes
    ----------
    wanted : list of (Table, id, cells)
        What the last flush was to change, kept for the words of a conflict: a failed flush forgets it.
    """

    def __init__(self, lines: list[Line]) -> None:
        self._lines = lines
        self._known: dict[tuple[str, int], Line] = {}
        self.wanted: list[tuple[Table, int, Cells]] = []

    def attach(self, session: Session) -> None:
        """Listen to a session.

        Parameters
        ----------
        session : Session
        """
        sa.event.listen(session, "before_flush", self._before_flush)
        sa.event.listen(session, "after_flush", self._after_flush)

    def forget(self) -> None:
        """Close the rows so far; later changes to them make lines of their own, after the bulk change between."""
        self._known = {}

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        changed = [o for o in session.dirty if session.is_modified(o, include_collections=False)]
        self.wanted = [(table_of(o), o.id, wanted(o)) for o in changed]
        with session.no_autoflush:
            connection = session.connection()
            for table, ids in by_table([*changed, *session.deleted]).items():
                for row_id, cells in read_ids(connection, table, ids).items():
                    self._touch(table, row_id, cells)

    def _after_flush(self, session: Session, _context: Any) -> None:
        connection = session.connection()
        new = list(session.new)
        for table, ids in by_table(sorted(new, key=_dependency)).items():
            for row_id in ids:
                self._touch(table, row_id, None)
        touched = by_table([*new, *session.dirty, *session.deleted])
        for table, ids in touched.items():
            self._note(connection, table, ids)

    def _touch(self, table: Table, row_id: int, before: Cells | None) -> None:
        key = (table.name, row_id)
        if key not in self._known:
            line: Line = {"table": table.name, "id": row_id, "before": before, "after": before}
            self._known[key] = line
            self._lines.append(line)

    def _note(self, connection: Connection, table: Table, ids: list[int]) -> None:
        now = read_ids(connection, table, ids)
        for row_id in ids:
            line = self._known.get((table.name, row_id))
            if line is not None:
                line["after"] = now.get(row_id)


def wanted(obj: Any) -> Cells:
    """Values that an object is about to write, and the version it was read at.

    Parameters
    ----------
    obj : model instance

    Returns
    -------
    dict of column name to value
    """
    state = sa.inspect(obj)
    names = [c.name for c in table_of(obj).columns if c.name != "row_version"]
    changed = {n: state.attrs[n].loaded_value for n in names if state.attrs[n].history.has_changes()}
    return {**changed, "row_version": state.dict.get("row_version")}


def _dependency(obj: Any) -> int:
    return _ORDER[object_mapper(obj).local_table.name]  # type: ignore[attr-defined]


_ORDER = {table.name: n for n, table in enumerate(Base.metadata.sorted_tables)}


def finished(line: Line) -> Line | None:
    """A row line in the form that is kept: its operation, and only what differs for an update.

    Parameters
    ----------
    line : dict
        Full states in `before` and `after`; bulk lines pass as they are.

    Returns
    -------
    dict or None
        None where nothing changed in the end.
    """
    if "op" in line:
        return line
    before, after = line["before"], line["after"]
    if before == after:
        return None
    kept = {"table": line["table"], "id": line["id"]}
    if before is None:
        return {"op": "insert", **kept, "after": after}
    if after is None:
        return {"op": "delete", **kept, "before": before}
    names = [name for name in before if before[name] != after[name]]
    return {
        "op": "update",
        **kept,
        "before": {n: before[n] for n in names},
        "after": {n: after[n] for n in names},
    }
