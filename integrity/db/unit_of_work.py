"""Unit of work: the only way to write; one transaction, one audit entry, one writer."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from integrity.core.errors import ConflictError, ContractError, InputError, ToolError
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db import audit
from integrity.db.earlier import EarlierDigest
from integrity.db.engine import WRITE
from integrity.db.models import Base
from integrity.db.rows import (
    Packer,
    RowsDigest,
    as_arrays,
    block_of,
    canonical,
    cells_of,
    insert_rows,
    next_id,
    plain,
    read_ids,
    read_range,
)
from integrity.db.tracking import Line, Tracker, finished, table_of

Model = TypeVar("Model", bound=Base)
_ADVISORY_LOCK = 0x494E5447
_ANALYZE_FROM = 500
_locks: dict[str, threading.Lock] = {}
_owners: dict[str, int] = {}
_registry = threading.Lock()


@dataclass(frozen=True)
class Written:
    """What a unit of work changed: tables, ids by table (ranges for bulk changes) and the audit entry."""

    tables: frozenset[str] = frozenset()
    ids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    audit_id: int | None = None


class RowConflict(ConflictError):
    """Somebody else changed a row; `theirs` is what stands now, `yours` what was to be written."""

    def __init__(self, table: str, row_id: int, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> None:
        self.table, self.row_id, self.theirs, self.yours = table, row_id, dict(theirs), dict(yours)
        column = next((c for c in yours if c != "row_version" and theirs.get(c) != yours[c]), "row_version")
        super().__init__(
            msg(
                "db.conflict",
                table=table,
                id=row_id,
                column=column,
                theirs=str(theirs.get(column, "")),
                yours=str(yours.get(column, "")),
            )
        )


def _lock_of(engine: Engine) -> tuple[str, threading.Lock]:
    key = engine.url.render_as_string(hide_password=False)
    with _registry:
        return key, _locks.setdefault(key, threading.Lock())


@contextmanager
def reader(engine: Engine) -> Iterator[Session]:
    """A session for reading; changed objects in it are refused.

    Parameters
    ----------
    engine : Engine

    Yields
    ------
    Session
    """
    with Session(engine, expire_on_commit=False) as session:
        sa.event.listen(session, "before_flush", _refuse_flush)
        yield session


def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise ContractError(msg("db.write_outside_unit"))


class UnitOfWork:
    """One transaction that leaves one audit entry; rolled back unless `commit` is called.

    Parameters
    ----------
    engine : Engine
    author : str
        Who does it; must not be empty.
    command : str
        Key of what is done, e.g. "readings.set_quality".
    reason : str
        Why, where the author says so.
    undoable : bool
        False for what has its own way back, such as approving a snapshot.

    Raises
    ------
    RowConflict
        A row was changed by somebody else since it was read.
    InputError
        A constraint of the database refuses the rows, or another program keeps the file locked.
    """

    session: Session

    def __init__(self, engine: Engine, author: str, command: str, *, reason: str = "", undoable: bool = True) -> None:
        if not author.strip():
            raise InputError(msg("db.no_author"))
        self.engine = engine
        self.author, self.command, self.reason, self.undoable = author, command, reason, undoable
        self.kind = "do"
        self.reverts_id: int | None = None
        self.written = Written()
        self._lines: list[Line] = []
        self._payloads: dict[int, bytes] = {}
        self._tracker = Tracker(self._lines)
        self._key, self._lock = _lock_of(engine)
        self._committed = False

    def __enter__(self) -> Self:
        if _owners.get(self._key) == threading.get_ident():
            raise ContractError(msg("db.nested_unit"))
        self._lock.acquire()
        _owners[self._key] = threading.get_ident()
        try:
            self.session = Session(self.engine.execution_options(**{WRITE: True}), expire_on_commit=False)
            self._tracker.attach(self.session)
            sa.event.listen(self.session, "do_orm_execute", self._refuse_unseen)
            self._begin()
        except BaseException:
            self._release()
            raise
        return self

    def _begin(self) -> None:
        try:
            connection = self.connection
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        except OperationalError as error:
            self.session.close()
            raise InputError(msg("db.locked", detail=str(error.orig))) from error

    @staticmethod
    def _refuse_unseen(state: Any) -> None:
        if state.is_insert or state.is_update or state.is_delete:
            raise ContractError(msg("db.unseen_write"))

    @property
    def connection(self) -> Connection:
        """Connection of the transaction."""
        return self.session.connection()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._committed:
                conflict = self._conflict() if isinstance(error, StaleDataError) else None
                self.session.rollback()
                if conflict is not None:
                    raise conflict from error
                if isinstance(error, IntegrityError):
                    raise _refused(error) from error
                if isinstance(error, StatementError) and isinstance(error.orig, ToolError):
                    raise error.orig from error
        finally:
            self.session.close()
            self._release()

    def _release(self) -> None:
        _owners.pop(self._key, None)
        self._lock.release()

    def add(self, *rows: Base) -> None:
        """Add new rows and give them their ids.

        Parameters
        ----------
        *rows : model instances
        """
        self.session.add_all(rows)
        self.session.flush()

    def get(self, model: type[Model], row_id: int) -> Model:
        """A row by id; InputError where there is none.

        Parameters
        ----------
        model : model class
        row_id : int

        Returns
        -------
        model instance
        """
        row = self.session.get(model, row_id)
        if row is None:
            raise InputError(msg("db.no_such_row", table=model.__tablename__, id=row_id))
        return row

    def edit(self, model: type[Model], row_id: int, row_version: int | None = None, **values: Any) -> Model:
        """Change fields of one row that was read at `row_version`.

        Parameters
        ----------
        model : model class
        row_id : int
        row_version : int, optional
            Version the author saw; None where the row was read inside this unit of work.
        **values
            New values by attribute.

        Returns
        -------
        model instance
        """
        row = self.get(model, row_id)
        now = getattr(row, "row_version", None)
        if row_version is not None and now != row_version:
            theirs = {name: getattr(row, name) for name in values}
            raise RowConflict(model.__tablename__, row_id, {**theirs, "row_version": now}, values)
        for name, value in values.items():
            if name not in row.__table__.columns:
                raise ContractError(msg("core.unknown_column", frame=model.__tablename__, column=name))
            setattr(row, name, value)
        self.session.flush()
        return row

    def delete(self, row: Base) -> None:
        """Delete one row; what points to it must be gone before.

        Parameters
        ----------
        row : model instance
        """
        self.session.delete(row)
        self.session.flush()

    def bulk_insert(
        self,
        model: type[Base],
        columns: Mapping[str, Any],
        *,
        batch_id: int | None = None,
        n: int | None = None,
        progress: Progress = SILENT,
    ) -> range:
        """Insert many rows at once; one audit line with row count and digest.

        Parameters
        ----------
        model : model class
        columns : mapping of column name to array_like or scalar
            Arrays of equal length; NaN, `NO_DATE`, None are missing; columns not given take their default.
        batch_id : int, optional
            Import batch; also written to the column `batch_id` where the model has one.
        n : int, optional
            Number of rows where all columns are scalars.
        progress : Progress

        Returns
        -------
        range
            Ids of the new rows, in the order given.
        """
        table = table_of(model)
        given = dict(columns)
        if batch_id is not None and "batch_id" in table.columns:
            given.setdefault("batch_id", batch_id)
        size = n if n is not None else _length(given)
        if size == 0:
            return range(0)
        self._flush_before_bulk()
        block = block_of(table, given, size)
        first = next_id(self.connection, table, size)
        block.arrays["id"] = np.arange(first, first + size, dtype=np.int64)
        insert_rows(self.connection, table, block, progress)
        self._lines.append(_bulk_insert_line(table.name, first, size, block.digest(), batch_id))
        return range(first, first + size)

    def bulk_update(
        self,
        model: type[Base],
        ids: Sequence[int] | np.ndarray[Any, Any],
        values: Mapping[str, Any],
        row_versions: Sequence[int] | np.ndarray[Any, Any] | None = None,
    ) -> int:
        """Change the same columns of many rows; `row_version` counts up in SQL; one audit line.

        Parameters
        ----------
        model : model class
        ids : sequence of int
        values : mapping of column name to scalar or array_like of len(ids)
        row_versions : sequence of int, optional
            Versions the author saw; a difference raises `RowConflict` and nothing is written.

        Returns
        -------
        int
            Rows that differ from before.
        """
        table = table_of(model)
        listed = [int(i) for i in ids]
        self._flush_before_bulk()
        names = list(values)
        new = [cells_of(canonical(table.c[name], values[name], len(listed))) for name in names]
        rows = dict(zip(listed, zip(*new, strict=True), strict=True))
        before = read_ids(self.connection, table, listed, [*names, "row_version"])
        self._check_before(table.name, listed, names, rows, before, row_versions)
        changed = {i: r for i, r in rows.items() if tuple(before[i][n] for n in names) != r}
        self.update_cells(table, names, before, changed)
        return len(changed)

    def _check_before(
        self,
        table: str,
        ids: list[int],
        names: list[str],
        rows: Mapping[int, tuple[Any, ...]],
        before: Mapping[int, Mapping[str, Any]],
        versions: Sequence[int] | np.ndarray[Any, Any] | None,
    ) -> None:
        for n, row_id in enumerate(ids):
            if row_id not in before:
                raise InputError(msg("db.no_such_row", table=table, id=row_id))
            if versions is not None and before[row_id]["row_version"] != int(versions[n]):
                raise RowConflict(table, row_id, before[row_id], dict(zip(names, rows[row_id], strict=True)))

    def update_cells(
        self,
        table: sa.Table,
        names: Sequence[str],
        before: Mapping[int, Mapping[str, Any]],
        rows: Mapping[int, tuple[Any, ...]],
    ) -> None:
        """Write cells of many rows, keep those before, and note it as one line.

        Parameters
        ----------
        table : Table
        names : sequence of str
        before : mapping of id to cells
        rows : mapping of id to tuple of cells
            In the order of `names`.
        """
        if not rows:
            return
        t = plain(table)
        statement = (
            sa.update(t)
            .where(t.c.id == sa.bindparam("row_id_"))
            .values({**{n: sa.bindparam(f"v_{n}") for n in names}, "row_version": t.c.row_version + 1})
        )
        self.connection.execute(
            statement,
            [{"row_id_": i, **{f"v_{n}": v for n, v in zip(names, r, strict=True)}} for i, r in rows.items()],
        )
        packer = Packer(["id", *(f"before_{n}" for n in names), *(f"after_{n}" for n in names)])
        packer.add([(i, *(before[i][n] for n in names), *r) for i, r in rows.items()])
        line = {"op": "bulk_update", "table": table.name, "rows": len(rows), "columns": list(names)}
        self._keep(line, packer.finish(), audit.runs_of(rows))

    def bulk_delete(self, model: type[Base], ids: range) -> int:
        """Delete the rows of a run of ids; they are kept with the audit so that this can be undone.

        Parameters
        ----------
        model : model class
        ids : range

        Returns
        -------
        int
            Rows deleted.
        """
        if len(ids) == 0:
            return 0
        self._flush_before_bulk()
        return self.delete_run(table_of(model), ids[0], ids[-1])

    def delete_run(self, table: sa.Table, first: int, last: int, expected: str | None = None) -> int:
        """Delete a run of ids and keep the rows with the audit.

        Parameters
        ----------
        table : Table
        first, last : int
        expected : str, optional
            Digest that the rows must have; a difference raises `ConflictError`.

        Returns
        -------
        int
        """
        names = table.columns.keys()
        packer, digest, rows = Packer(names), RowsDigest(n for n in names if n != "row_version"), 0
        earlier = EarlierDigest(table)
        for chunk in read_range(self.connection, table, first, last):
            packer.add(chunk)
            columns = as_arrays(list(table.columns), chunk)
            digest.add(columns)
            earlier.add(columns)
            rows += len(chunk)
        if expected is not None and digest.hexdigest() != expected and not earlier.equals(expected):
            raise ConflictError(msg("db.undo_changed", table=table.name, rows=rows))
        t = plain(table)
        self.connection.execute(sa.delete(t).where(t.c.id.between(first, last)))
        line = {"op": "bulk_delete", "table": table.name, "rows": rows, "digest": digest.hexdigest()}
        self._keep({**line, "first_id": first, "last_id": last}, packer.finish(), [(first, last)])
        return rows

    def note(self, line: Line) -> None:
        """Note a line of a change made below this class.

        Parameters
        ----------
        line : dict
        """
        self._lines.append(line)

    def flush(self) -> None:
        """Send changed objects to the database; a clash raises `RowConflict`."""
        try:
            self.session.flush()
        except StaleDataError as error:
            conflict = self._conflict()
            raise (conflict or ConflictError(msg("db.conflict_unknown"))) from error

    def _flush_before_bulk(self) -> None:
        self.flush()
        self._tracker.forget()

    def _keep(self, line: Line, content: bytes, runs: list[tuple[int, int]]) -> None:
        self._payloads[len(self._lines)] = content
        self._lines.append({**line, "payload": hashlib.sha256(content).hexdigest(), "runs": runs})

    def _conflict(self) -> RowConflict | None:
        """The first changed object whose row is no longer as it was read."""
        self.session.rollback()
        with self.engine.connect() as connection:
            for table, row_id, yours in self._tracker.wanted:
                theirs = read_ids(connection, table, [row_id]).get(row_id, {})
                if theirs.get("row_version") != yours["row_version"]:
                    return RowConflict(table.name, row_id, theirs, yours)
        return None

    def commit(self) -> Written:
        """Write the audit entry and commit.

        Returns
        -------
        Written
        """
        self.flush()
        lines, payloads = self._closed_lines()
        audit_id = None
        if lines:
            entry = audit.NewEntry(
                self.author,
                self.command,
                self.reason,
                self.kind,
                self.reverts_id,
                self.undoable,
                lines,
                payloads,
                _subjects(lines),
            )
            audit_id = audit.append(self.connection, entry)
            self._analyze(lines)
        try:
            self.session.commit()
        except IntegrityError as error:
            raise _refused(error) from error
        self._committed = True
        self.written = Written(frozenset(str(line["table"]) for line in lines), _ids(lines), audit_id)
        return self.written

    def _analyze(self, lines: Sequence[Line]) -> None:
        """After a large insert a server knows nothing of the new rows and would plan as for an empty table."""
        if self.connection.dialect.name == "postgresql":
            grown = {str(x["table"]) for x in lines if x["op"] == "bulk_insert" and x["rows"] >= _ANALYZE_FROM}
            for table in sorted(grown):
                self.connection.exec_driver_sql(f'ANALYZE "{table}"')

    def _closed_lines(self) -> tuple[list[Line], dict[int, bytes]]:
        lines: list[Line] = []
        payloads: dict[int, bytes] = {}
        for number, line in enumerate(self._lines):
            kept = finished(line)
            if kept is not None:
                if number in self._payloads:
                    payloads[len(lines)] = self._payloads[number]
                lines.append(kept)
        return lines, payloads


def _length(columns: Mapping[str, Any]) -> int:
    sizes = [
        len(v) for v in columns.values() if v is not None and not isinstance(v, str | bytes) and hasattr(v, "__len__")
    ]
    if not sizes:
        raise ContractError(msg("db.no_length"))
    return sizes[0]


def _bulk_insert_line(table: str, first: int, n: int, digest: str, batch_id: int | None) -> Line:
    return {
        "op": "bulk_insert",
        "table": table,
        "rows": n,
        "first_id": first,
        "last_id": first + n - 1,
        "digest": digest,
        "batch": batch_id,
        "runs": [(first, first + n - 1)],
    }


def _refused(error: DBAPIError) -> ToolError:
    return InputError(msg("db.refused", detail=str(error.orig).strip().splitlines()[0]))


def _subjects(lines: Sequence[Line]) -> list[tuple[str, int, int, bool]]:
    single: dict[str, list[int]] = {}
    out: list[tuple[str, int, int, bool]] = []
    for line in lines:
        if "runs" in line:
            out += [(line["table"], a, b, True) for a, b in line["runs"]]
        else:
            single.setdefault(line["table"], []).append(line["id"])
    for table, ids in single.items():
        out += [(table, a, b, False) for a, b in audit.runs_of(ids)]
    return out


def _ids(lines: Sequence[Line]) -> dict[str, Sequence[int]]:
    runs: dict[str, list[tuple[int, int]]] = {}
    for table, first, last, _ in _subjects(lines):
        runs.setdefault(table, []).append((first, last))
    return {
        table: range(r[0][0], r[0][1] + 1) if len(r) == 1 else tuple(i for a, b in r for i in range(a, b + 1))
        for table, r in runs.items()
    }
