"""Write a previewed import in one transaction: batches, records, readings and findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.arrays import IntArray
from integrity.core.errors import ConflictError
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db.audit import utc_now
from integrity.db.models import Base, ImportBatch, ImportFinding, Rating, Reading, Survey
from integrity.db.tracking import table_of
from integrity.db.unit_of_work import UnitOfWork, Written
from integrity.exchange.columns import object_array
from integrity.exchange.mapping_profile import profile_to_json
from integrity.exchange.outcome import STATUS, Tally
from integrity.services.imports_book import Entry
from integrity.services.imports_readings import ReadingPlan, reading_columns, surveys_of
from integrity.services.imports_types import FindingTable, ImportTable, TableRows
from integrity.services.session import Session

COMMAND = "import_files"
FEW_ROWS = 500
_CHUNK = 20_000


@dataclass(frozen=True)
class WritePlan:
    """What is to be written.

    Parameters
    ----------
    entries : tuple of Entry
        New and changed records, in the order in which they can be written.
    readings : mapping of table number to ReadingPlan
    counts : sequence of (new, changed, unchanged)
        Records of each table.
    """

    entries: tuple[Entry, ...]
    readings: Mapping[int, ReadingPlan]
    counts: Sequence[tuple[int, int, int]]


def write_import(
    session: Session,
    tables: Sequence[TableRows],
    plan: WritePlan,
    findings: FindingTable,
    audit_head: int,
    progress: Progress = SILENT,
) -> Written:
    """Write everything, or nothing.

    Parameters
    ----------
    session : Session
    tables : sequence of TableRows
    plan : WritePlan
    findings : FindingTable
    audit_head : int
        The plant must not have changed since this audit entry.
    progress : Progress
        Cancelling it leaves nothing behind.

    Returns
    -------
    Written
    """
    reason = ", ".join(dict.fromkeys(t.table.file for t in tables))
    with session.uow(COMMAND, reason) as uow:
        if session.changed_since(audit_head):
            raise ConflictError(msg("import.error.plant_changed", file=reason))
        batches = [_batch(session, t.table, t.outcome.tally(), c) for t, c in zip(tables, plan.counts, strict=True)]
        uow.add(*batches)
        batch_of = {id(t.table): b.id for t, b in zip(tables, batches, strict=True)}
        write_entries(uow, session.site_id, plan.entries, {k: b.id for k, b in enumerate(batches)})
        first_ids: dict[int, tuple[IntArray, IntArray]] = {}
        for number, readings in plan.readings.items():
            batch_id = batch_of[id(tables[number].table)]
            first_ids[number] = _write_readings(uow, session.site_id, readings, batch_id, progress)
        _write_findings(uow, findings, [b.id for b in batches], first_ids)
        return uow.commit()


def _batch(session: Session, table: ImportTable, tally: Tally, counts: tuple[int, int, int]) -> ImportBatch:
    new, changed, unchanged = counts
    return ImportBatch(
        site_id=session.site_id,
        kind=table.kind,
        file_name=table.file,
        sheet=table.sheet,
        sha256=table.sha256,
        size_bytes=table.size_bytes,
        imported_utc=utc_now(),
        author=session.author,
        outcome="committed",
        rows_read=tally.rows_in,
        rows_new=new,
        rows_changed=changed,
        rows_unchanged=unchanged,
        rows_rejected=tally.rejected,
        counts={
            "accepted": tally.accepted,
            "verify": tally.verify,
            "ignored": tally.ignored,
            "rejected": tally.rejected,
            "not_data": dict(tally.not_data),
        },
        profile=None if table.profile is None else profile_to_json(table.profile),
    )


def write_entries(uow: UnitOfWork, site_id: int, entries: Sequence[Entry], batch_ids: Mapping[int, int]) -> None:
    """Insert new records and change known ones; a record that somebody changed meanwhile raises a conflict.

    Parameters
    ----------
    uow : UnitOfWork
    site_id : int
    entries : sequence of Entry
        Parents before children.
    batch_ids : mapping of table number to id
    """
    by_model: dict[type[Base], list[Entry]] = {}
    for entry in entries:
        by_model.setdefault(entry.model, []).append(entry)
    for model, listed in by_model.items():
        _insert(uow, model, site_id, [e for e in listed if e.is_new], batch_ids)
        changed = [e for e in listed if not e.is_new]
        followed = [e for e in changed if model is Rating and e.cell("from_d") != e.follow_d]
        _follow(uow, followed)
        _change(uow, model, [e for e in changed if e not in followed])


def _value(value: Any) -> Any:
    return value.id if isinstance(value, Entry) else value


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    return default.arg if default is not None and default.is_scalar else None  # type: ignore[attr-defined]


def _insert(
    uow: UnitOfWork, model: type[Base], site_id: int, entries: list[Entry], batch_ids: Mapping[int, int]
) -> None:
    if not entries:
        return
    table = table_of(model)
    names = dict.fromkeys(name for e in entries for name in e.values)
    columns: dict[str, Any] = {}
    for name in names:
        missing = _default(table.c[name])
        columns[name] = [_value(e.values[name]) if name in e.values else missing for e in entries]
    if "site_id" in table.c:
        columns["site_id"] = site_id
    if "batch_id" in table.c:
        columns["batch_id"] = [batch_ids.get(e.table) for e in entries]
    ids = uow.bulk_insert(model, columns, n=len(entries))
    for entry, row_id in zip(entries, ids, strict=True):
        entry.id = row_id


def _follow(uow: UnitOfWork, entries: list[Entry]) -> None:
    """Ratings that changed: the earlier record stays, a new one holds from the day on."""
    if not entries:
        return
    kept = [c.name for c in table_of(Rating).columns if c.name not in ("id", "row_version", "from_d")]
    columns: dict[str, Any] = {name: [_value(e.get(name)) for e in entries] for name in kept}
    columns["from_d"] = [e.follow_d for e in entries]
    columns["set_by"] = uow.author
    columns["reason"] = uow.reason
    uow.bulk_insert(Rating, columns, n=len(entries))


def _change(uow: UnitOfWork, model: type[Base], entries: list[Entry]) -> None:
    if len(entries) <= FEW_ROWS:
        for e in entries:
            values = {c: _value(v) for c, v in e.changes().items()}
            uow.edit(model, int(e.id or 0), e.cell("row_version"), **values)
        return
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for e in entries:
        groups.setdefault(tuple(sorted(e.changes())), []).append(e)
    for names, alike in groups.items():
        columns = {name: [_value(e.values[name]) for e in alike] for name in names}
        uow.bulk_update(model, [int(e.id or 0) for e in alike], columns, [e.cell("row_version") for e in alike])


def _write_readings(
    uow: UnitOfWork, site_id: int, plan: ReadingPlan, batch_id: int, progress: Progress
) -> tuple[IntArray, IntArray]:
    """Write new and changed readings; returns the rows of the table that have a reading now, and its id."""
    cml_ids = plan.cmls.ids()
    new_ids: Sequence[int] = ()
    # In the order of the index and of every later read: file order would touch the whole index once a survey.
    day, cml_id = plan.checked.parsed.values("date_d")[plan.new], cml_ids[plan.checked.cml_row[plan.new]]
    new = plan.new[np.lexsort((day, plan.checked.position.codes[plan.new], cml_id))]
    if new.size:
        columns = reading_columns(plan, new)
        columns |= {"cml_id": cml_ids[plan.checked.cml_row[new]]}
        columns |= _survey_columns(uow, site_id, plan, new, batch_id)
        single = {name: _single(values) for name, values in columns.items()}
        new_ids = uow.bulk_insert(Reading, single, batch_id=batch_id, n=int(new.size), progress=progress)
    if plan.changed.size:
        names = ("t_mm", "entered_text", "entered_unit", "quality", "quality_reason", "source_row", "source_key")
        given = reading_columns(plan, plan.changed)
        values = {name: given[name] for name in names}
        uow.bulk_update(Reading, plan.changed_id, values, plan.changed_version)
    rows = np.concatenate([new, plan.changed])
    return rows, np.concatenate([np.asarray(new_ids, dtype=np.int64), plan.changed_id])


def _single(values: Any) -> Any:
    """The one value of a column whose rows are all the same, which then costs nothing a row; else the column."""
    if not isinstance(values, np.ndarray):
        return values
    first = values[0]
    if values.dtype.kind == "f" and np.isnan(first):
        return None if bool(np.isnan(values).all()) else values
    return (first.item() if hasattr(first, "item") else first) if bool((values == first).all()) else values


def _survey_columns(uow: UnitOfWork, site_id: int, plan: ReadingPlan, rows: IntArray, batch_id: int) -> dict[str, Any]:
    surveys = surveys_of(plan, rows)
    t = Survey.__table__
    known = {
        row.name: int(row.id)
        for row in uow.connection.execute(sa.select(t.c.id, t.c.name).where(t.c.site_id == site_id))
    }
    fresh: dict[str, int] = {}
    for k, name in enumerate(surveys.names):
        if name not in known:
            fresh.setdefault(name, k)
    if fresh:
        at = list(fresh.values())
        columns: dict[str, Any] = {"site_id": site_id, "name": list(fresh), "date_d": surveys.first_d[at]}
        columns |= {field: [whole[k] for k in at] for field, whole in surveys.whole.items()}
        ids = uow.bulk_insert(Survey, columns, batch_id=batch_id, n=len(at))
        known |= dict(zip(fresh, ids, strict=True))
    number = np.array([known[name] for name in surveys.names], dtype=np.int64)
    return {"survey_id": number[surveys.number], **surveys.own}


def _write_findings(
    uow: UnitOfWork, findings: FindingTable, batch_ids: Sequence[int], readings: Mapping[int, tuple[IntArray, IntArray]]
) -> None:
    if not findings.n:
        return
    reading_id = np.full(findings.n, -1, dtype=np.int64)
    for number, (rows, ids) in readings.items():
        if rows.size:
            mine = np.flatnonzero(findings.table == number)
            order = np.argsort(rows)
            at = np.minimum(np.searchsorted(rows[order], findings.index[mine]), rows.size - 1)
            hit = rows[order][at] == findings.index[mine]
            reading_id[mine[hit]] = ids[order[at[hit]]]
    batch = np.asarray(batch_ids, dtype=np.int64)[findings.table]
    status = object_array(STATUS)
    for start in range(0, findings.n, _CHUNK):
        part = slice(start, start + _CHUNK)
        listed = [findings.finding(i) for i in range(findings.n)[part]]
        columns = {
            "batch_id": batch[part],
            "severity": status[findings.outcome[part]],
            "file_name": findings.file[part],
            "sheet": findings.sheet[part],
            "row_number": findings.row[part],
            "column_name": findings.heading[part],
            "message_key": [f.message.key for f in listed],
            "message_params": [dict(f.message.params) for f in listed],
            "remedy_key": [f.remedy.key for f in listed],
            "entered_text": findings.cell[part],
            "quality": _or_none(findings.quality[part]),
            "reading_id": _or_none(reading_id[part]),
        }
        uow.bulk_insert(ImportFinding, columns, n=len(listed))


def _or_none(values: IntArray) -> Any:
    out = values.astype(object)
    out[values < 0] = None
    return out
