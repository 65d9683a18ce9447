"""What an import needs to write: differences by natural key and their application, readings that come twice."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db.models import (
    Base,
    Chamber,
    Circuit,
    CircuitRegime,
    Cml,
    Component,
    CorrosionLoop,
    Equipment,
    ImportBatch,
    ImportFinding,
    Inspection,
    InventoryGroup,
    Material,
    ProcessStream,
    Rating,
    Reading,
    ReliefDevice,
    SafetyGradeRecord,
    Survey,
    TemporaryRepair,
    Unit,
)
from integrity.db.rows import plain
from integrity.db.tracking import table_of
from integrity.db.unit_of_work import UnitOfWork

Key = tuple[Any, ...]
SAME_RATIO = 1e-9

NATURAL_KEYS: Mapping[type[Base], tuple[str, ...]] = {
    Unit: ("site_id", "name"),
    CorrosionLoop: ("site_id", "name"),
    Circuit: ("site_id", "name"),
    CircuitRegime: ("circuit_id", "from_d"),
    InventoryGroup: ("site_id", "name"),
    Material: ("site_id", "name"),
    ProcessStream: ("site_id", "name"),
    Survey: ("site_id", "name"),
    Equipment: ("site_id", "tag"),
    Chamber: ("equipment_id", "chamber"),
    Component: ("equipment_id", "name", "instance"),
    Rating: ("chamber_id", "component_id", "from_d"),
    Cml: ("component_id", "name"),
    Inspection: ("equipment_id", "component_id", "date_d", "inspection_type", "inspection_method", "mechanism"),
    ReliefDevice: ("site_id", "tag"),
    TemporaryRepair: ("site_id", "number"),
    SafetyGradeRecord: ("equipment_id", "from_d"),
}


@dataclass(frozen=True)
class DiffItem:
    """What an incoming row means for one record.

    Parameters
    ----------
    row : int
        Number of the incoming row, from 0.
    key : tuple
        Natural key.
    state : str
        "new", "changed" or "unchanged".
    row_id, row_version : int or None
        Of the record that is there.
    changes : mapping of column to (before, after)
        For a new record all its values, with None before.
    """

    row: int
    key: Key
    state: str
    row_id: int | None
    row_version: int | None
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Diff:
    """Differences between incoming rows and the records of one model."""

    model: type[Base]
    items: tuple[DiffItem, ...]

    def of(self, state: str) -> tuple[DiffItem, ...]:
        """Items in one state."""
        return tuple(i for i in self.items if i.state == state)

    def counts(self) -> dict[str, int]:
        """Number of items by state."""
        return {s: len(self.of(s)) for s in ("new", "changed", "unchanged")}


def same(before: Any, after: Any) -> bool:
    """Whether a stored cell and an incoming value mean the same; numbers up to a rounding of conversion.

    Parameters
    ----------
    before, after : object

    Returns
    -------
    bool
    """
    if isinstance(before, float) or isinstance(after, float):
        return before is not None and after is not None and math.isclose(before, after, rel_tol=SAME_RATIO)
    return bool(before == after)


def diff_rows(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, fill_only: bool = False
) -> Diff:
    """Compare incoming rows with what is stored, by natural key.

    Parameters
    ----------
    session : Session
    model : model class
        One of `NATURAL_KEYS`.
    rows : sequence of mapping of column to value
        Every row holds its natural key; links are ids. None means that the file says nothing. A key that comes
        twice adds to the first.
    fill_only : bool
        Change only what is empty.

    Returns
    -------
    Diff
        One item a natural key, in the order of first appearance.
    """
    table, names = table_of(model), NATURAL_KEYS[model]
    merged: dict[Key, tuple[int, dict[str, Any]]] = {}
    for number, row in enumerate(rows):
        values = {c: _cell(table.c[c], v) for c, v in _known(table, row).items() if v is not None}
        key = tuple(values.get(n, _default(table.c[n])) for n in names)
        merged.setdefault(key, (number, {}))[1].update(values)
    stored = _stored(session, table, names, list(merged))
    items = [_item(n, key, values, stored.get(key), fill_only) for key, (n, values) in merged.items()]
    return Diff(model, tuple(items))


def _known(table: sa.Table, row: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = sorted(set(row) - set(table.columns.keys()))
    if unknown:
        raise ContractError(msg("core.unknown_column", frame=table.name, column=unknown[0]))
    return row


def _cell(column: sa.Column[Any], value: Any) -> Any:
    """The value as it would be stored."""
    bind = getattr(column.type, "process_bind_param", None)
    return bind(value, None) if bind is not None else value


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    return default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None


def _stored(
    session: Session, table: sa.Table, names: Sequence[str], keys: Sequence[Key]
) -> dict[Key, Mapping[str, Any]]:
    """Records whose first key column is among those wanted, by natural key."""
    t = plain(table)
    wanted = sorted({k[0] for k in keys if k[0] is not None})
    out: dict[Key, Mapping[str, Any]] = {}
    for start in range(0, len(wanted), 500):
        query = sa.select(*t.c).where(t.c[names[0]].in_(wanted[start : start + 500]))
        for row in session.connection().execute(query).mappings():
            out[tuple(row[n] for n in names)] = dict(row)
    return out


def _item(number: int, key: Key, values: dict[str, Any], stored: Mapping[str, Any] | None, fill: bool) -> DiffItem:
    if stored is None:
        return DiffItem(number, key, "new", None, None, {c: (None, v) for c, v in values.items()})
    changes = {
        c: (stored[c], v)
        for c, v in values.items()
        if not same(stored[c], v) and (not fill or stored[c] is None or stored[c] == "")
    }
    state = "changed" if changes else "unchanged"
    return DiffItem(number, key, state, stored["id"], stored["row_version"], changes)


def diff_equipment(session: Session, rows: Sequence[Mapping[str, Any]], *, fill_only: bool = False) -> Diff:
    """Differences of items by site and tag; see `diff_rows`."""
    return diff_rows(session, Equipment, rows, fill_only=fill_only)


def diff_components(session: Session, rows: Sequence[Mapping[str, Any]], *, fill_only: bool = False) -> Diff:
    """Differences of component instances by item, name and instance; see `diff_rows`."""
    return diff_rows(session, Component, rows, fill_only=fill_only)


def diff_cmls(session: Session, rows: Sequence[Mapping[str, Any]], *, fill_only: bool = False) -> Diff:
    """Differences of CMLs by component and name; see `diff_rows`."""
    return diff_rows(session, Cml, rows, fill_only=fill_only)


def apply(uow: UnitOfWork, diff: Diff, *, batch_id: int | None = None) -> dict[Key, int]:
    """Write a difference: new records in bulk, changed ones by what changed; refused where somebody was faster.

    Parameters
    ----------
    uow : UnitOfWork
    diff : Diff
        May be cut down to the items that were accepted.
    batch_id : int, optional

    Returns
    -------
    dict of natural key to id
        Of every item, unchanged ones too.
    """
    ids = {i.key: i.row_id for i in diff.items if i.row_id is not None}
    new = diff.of("new")
    if new:
        columns = sorted({c for i in new for c in i.changes})
        given = {c: [i.changes[c][1] if c in i.changes else None for i in new] for c in columns}
        filled = {c: _filled(table_of(diff.model).c[c], v) for c, v in given.items()}
        made = uow.bulk_insert(diff.model, filled, batch_id=batch_id)
        ids |= {i.key: row_id for i, row_id in zip(new, made, strict=True)}
    for columns_, items in _by_columns(diff.of("changed")):
        uow.bulk_update(
            diff.model,
            [i.row_id for i in items if i.row_id is not None],
            {c: [i.changes[c][1] for i in items] for c in columns_},
            [i.row_version for i in items if i.row_version is not None],
        )
    return ids


def _filled(column: sa.Column[Any], values: list[Any]) -> list[Any]:
    default = _default(column)
    return values if default is None else [default if v is None else v for v in values]


def _by_columns(items: Sequence[DiffItem]) -> Iterator[tuple[tuple[str, ...], list[DiffItem]]]:
    groups: dict[tuple[str, ...], list[DiffItem]] = {}
    for item in items:
        groups.setdefault(tuple(sorted(item.changes)), []).append(item)
    yield from groups.items()


def ids_by_key(session: Session, model: type[Base], **where: Any) -> dict[Key, int]:
    """Ids of records by natural key.

    Parameters
    ----------
    session : Session
    model : model class
    **where
        Columns that must have a value, e.g. `site_id=1`.

    Returns
    -------
    dict of natural key to id
    """
    t = plain(table_of(model))
    names = NATURAL_KEYS[model]
    query = sa.select(t.c.id, *(t.c[n] for n in names)).where(*(t.c[c] == v for c, v in where.items()))
    return {tuple(row[1:]): int(row[0]) for row in session.connection().execute(query)}


def known_batch(session: Session, site_id: int, sha256: str, sheet: str = "") -> ImportBatch | None:
    """The import that brought this very file (and sheet) before; withdrawn imports do not count.

    Parameters
    ----------
    session : Session
    site_id : int
    sha256 : str
    sheet : str

    Returns
    -------
    ImportBatch or None
    """
    query = sa.select(ImportBatch).where(
        ImportBatch.site_id == site_id, ImportBatch.sha256 == sha256, ImportBatch.sheet == sheet
    )
    return session.scalars(query.order_by(ImportBatch.id.desc()).limit(1)).first()


def source_keys(cml_id: IntArray, position: IntArray, date_d: IntArray, t_mm: Any) -> IntArray:
    """Number by which a reading is recognised when its row comes again.

    Made of CML, position, day and value to a tenth of a micrometre, and of which of equal ones it is, so that two
    equal readings of one day both stay. It is stored with the reading and stays when the value is corrected.

    Parameters
    ----------
    cml_id, position, date_d : ndarray of int64, shape (n,)
    t_mm : array_like of float64, shape (n,)

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    value = np.rint(np.asarray(t_mm, dtype=np.float64) * 1e4).astype(np.int64)
    key = np.zeros(value.size, dtype=np.uint64)
    for column in (cml_id, position, date_d, value):
        key = _mix(key, np.asarray(column, dtype=np.int64))
    return _mix(key, _occurrence(key)).view(np.int64)


def _mix(key: Any, column: IntArray) -> Any:
    """One round of splitmix64 over a running key."""
    x = (key ^ column.view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _occurrence(key: Any) -> IntArray:
    """0 for the first of equal keys, 1 for the second ..., in the order given."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    start = np.concatenate(([True], ordered[1:] != ordered[:-1])) if key.size else np.zeros(0, dtype=np.bool_)
    first = np.maximum.accumulate(np.where(start, np.arange(key.size), 0))
    out = np.empty(key.size, dtype=np.int64)
    out[order] = np.arange(key.size) - first
    return out


@dataclass(frozen=True)
class ReadingsOutcome:
    """What became of incoming readings.

    Parameters
    ----------
    ids : range
        Of the readings that are new.
    new : ndarray of bool
        Incoming rows that were inserted; the others were there already.
    """

    ids: range
    new: BoolArray = field(repr=False)


def new_readings(session: Session, keys: IntArray, date_d: IntArray) -> BoolArray:
    """Which incoming readings are not there yet.

    Parameters
    ----------
    session : Session
    keys : ndarray of int64
        As `source_keys` gives them.
    date_d : ndarray of int64

    Returns
    -------
    ndarray of bool
    """
    if keys.size == 0:
        return np.zeros(0, dtype=np.bool_)
    t = plain(table_of(Reading))
    query = sa.select(t.c.source_key).where(
        t.c.date_d.between(int(date_d.min()), int(date_d.max())), t.c.source_key.is_not(None)
    )
    there = np.fromiter(session.connection().execute(query).scalars(), dtype=np.int64)
    return ~np.isin(keys, there)


def insert_readings(
    uow: UnitOfWork, columns: Mapping[str, Any], *, batch_id: int | None = None, progress: Progress = SILENT
) -> ReadingsOutcome:
    """Insert the readings that are not there yet; the same file twice changes nothing.

    Parameters
    ----------
    uow : UnitOfWork
    columns : mapping of column of `Reading` to array_like or scalar
        `cml_id`, `date_d` and `t_mm` as arrays of one length.
    batch_id : int, optional
    progress : Progress

    Returns
    -------
    ReadingsOutcome
    """
    cml_id, date_d = (np.asarray(columns[c], dtype=np.int64) for c in ("cml_id", "date_d"))
    position = np.broadcast_to(np.asarray(columns.get("position", 0), dtype=np.int64), cml_id.shape)
    keys = source_keys(cml_id, position.copy(), date_d, columns["t_mm"])
    new = new_readings(uow.session, keys, date_d)
    rows = np.flatnonzero(new)
    if not rows.size:
        return ReadingsOutcome(range(0), new)
    picked = {c: _picked(v, rows) for c, v in columns.items()} | {"source_key": keys[rows]}
    return ReadingsOutcome(uow.bulk_insert(Reading, picked, batch_id=batch_id, progress=progress), new)


def _picked(values: Any, rows: IntArray) -> Any:
    if isinstance(values, np.ndarray) and values.ndim:
        return values[rows]
    return [values[i] for i in rows] if isinstance(values, list | tuple) else values


def insert_findings(uow: UnitOfWork, batch_id: int, columns: Mapping[str, Any]) -> range:
    """Keep what an import found, rejected rows too.

    Parameters
    ----------
    uow : UnitOfWork
    batch_id : int
    columns : mapping of column of `ImportFinding` to array_like

    Returns
    -------
    range
        Ids.
    """
    return uow.bulk_insert(ImportFinding, columns, batch_id=batch_id)
