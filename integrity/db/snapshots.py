"""Snapshots: a run kept for good, its columns stored once by contents, its state moved only forward."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from integrity.core.arrays import NO_DATE, AnyArray, IntArray
from integrity.core.errors import InputError
from integrity.core.frame import Frame
from integrity.core.frames.facts import DamageFrame, Facts, no_damage
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.core.provenance import Provenance
from integrity.db.audit import utc_now
from integrity.db.digests import DIGEST, Digests
from integrity.db.models import AssessmentSnapshot, SnapshotColumn, SnapshotPart, SnapshotRows
from integrity.db.models.base import canonical_json
from integrity.db.packing import Packed, pack, unpack
from integrity.db.unit_of_work import UnitOfWork

FrameType = TypeVar("FrameType", bound=Frame)
Columns = Mapping[str, AnyArray]
_PLANT = {
    "plant.components": ComponentFrame,
    "plant.cmls": CmlFrame,
    "plant.readings": ReadingFrame,
    "plant.inspections": InspectionFrame,
}
_FACTS, _DAMAGE = "plant.facts", "plant.damage"


@dataclass(frozen=True)
class Staleness:
    """How a snapshot's inputs differ from those of now: ids changed, added and gone since, each sorted."""

    changed: IntArray
    added: IntArray
    removed: IntArray

    @property
    def stale(self) -> IntArray:
        """Ids of the snapshot's rows that no longer hold: changed or gone."""
        return np.union1d(self.changed, self.removed)


@dataclass(frozen=True)
class StoredSnapshot:
    """A snapshot as loaded.

    Parameters
    ----------
    row : AssessmentSnapshot
        Name, state, author, times, digests.
    frames : mapping of frame name to columns
        Read-only arrays.
    classes : mapping of frame name to str
        Class the columns came from; empty for plain columns.
    """

    row: AssessmentSnapshot
    frames: Mapping[str, Columns]
    classes: Mapping[str, str]

    @property
    def provenance(self) -> Provenance:
        """Provenance of the run."""
        return Provenance(**self.row.provenance)

    def frame(self, name: str, cls: type[FrameType]) -> FrameType:
        """One frame; columns that the class no longer has are left out, new ones are blank.

        Parameters
        ----------
        name : str
        cls : type of Frame

        Returns
        -------
        Frame
        """
        known = cls.quantities()
        columns = {k: v for k, v in self.frames[name].items() if k in known}
        return cls.from_columns(columns, n=len(next(iter(columns.values()), ())))

    def plant(self, site: str) -> Plant:
        """The plant of a run stored with `plant_frames`.

        Parameters
        ----------
        site : str
            Name of the site.

        Returns
        -------
        Plant
        """
        parts: list[Any] = [self.frame(name, cls) for name, cls in _PLANT.items()]
        parts.append(Facts(parts[0].n, self.frames.get(_FACTS, {})))
        parts.append(self.frame(_DAMAGE, DamageFrame) if _DAMAGE in self.frames else no_damage())
        return Plant(site, self.row.as_of_d if self.row.as_of_d is not None else NO_DATE, *parts)


def plant_frames(plant: Plant) -> dict[str, Frame | Columns]:
    """The frames of a plant under the names that `StoredSnapshot.plant` looks for.

    Parameters
    ----------
    plant : Plant

    Returns
    -------
    dict of name to Frame, or to columns for the facts
        Facts and decisions only where there are any.
    """
    parts: tuple[Frame, ...] = (plant.components, plant.cmls, plant.readings, plant.inspections)
    out: dict[str, Frame | Columns] = dict(zip(_PLANT, parts, strict=True))
    if plant.facts.columns:
        out[_FACTS] = plant.facts.columns
    if plant.damage.n:
        out[_DAMAGE] = plant.damage
    return out


def store(
    uow: UnitOfWork,
    *,
    site_id: int,
    name: str,
    frames: Mapping[str, Frame | Columns],
    provenance: Provenance,
    settings: Mapping[str, Any],
    rows: Mapping[str, tuple[IntArray, Digests]],
    kind: str = "study",
    subject: str = "",
    as_of_d: int | None = None,
    extra: Mapping[str, Any] | None = None,
    progress: Progress = SILENT,
) -> int:
    """Store a run as a draft; its unit of work cannot be undone, a draft is discarded instead.

    Parameters
    ----------
    uow : UnitOfWork
    site_id : int
    name : str
    frames : mapping of frame name to Frame or to columns
        Inputs and results; plain columns may have any shape (panels).
    provenance : Provenance
    settings : mapping
        Settings in force, as plain values.
    rows : mapping of subject to (ids, digests)
        Input digest of every row, e.g. {"component": (component_id, component_digests(plant))}.
    kind, subject : str
        What it is and about what; approving one supersedes the approved one of the same site, kind and subject.
    as_of_d : int, optional
    extra : mapping, optional
        Refusals, waivers, notes: plain values.
    progress : Progress

    Returns
    -------
    int
        Id of the snapshot.
    """
    uow.undoable = False
    packed = _pack_all(frames, progress)
    snapshot = AssessmentSnapshot(
        site_id=site_id,
        kind=kind,
        subject=subject,
        name=name,
        as_of_d=as_of_d,
        author=uow.author,
        created_utc=utc_now(),
        provenance=json.loads(provenance.to_json()),
        settings=dict(settings),
        extra=dict(extra or {}),
        run_digest=_run_digest(provenance, settings, extra or {}, packed, rows),
    )
    uow.add(snapshot)
    known = _store_columns(uow, [p for _, _, p in packed])
    classes = {n: type(f).__name__ if isinstance(f, Frame) else "" for n, f in frames.items()}
    parts = [
        {
            "snapshot_id": snapshot.id,
            "column_id": known[p.sha256],
            "frame": frame,
            "frame_class": classes[frame],
            "column_name": column,
            "order_number": number,
        }
        for number, (frame, column, p) in enumerate(packed)
    ]
    digests = [
        {"snapshot_id": snapshot.id, "subject": s, "ids": _id_bytes(ids), "digests": d.tobytes()}
        for s, (ids, d) in rows.items()
    ]
    for table, values in ((SnapshotPart, parts), (SnapshotRows, digests)):
        if values:
            uow.connection.execute(sa.insert(table), values)
    return int(snapshot.id)


def _pack_all(frames: Mapping[str, Frame | Columns], progress: Progress) -> list[tuple[str, str, Packed]]:
    listed = [
        (name, column, array)
        for name, frame in frames.items()
        for column, array in (frame.columns() if isinstance(frame, Frame) else frame).items()
    ]
    out = []
    for done, (name, column, array) in enumerate(listed, 1):
        out.append((name, column, pack(np.asarray(array))))
        progress.step(done, len(listed))
    return out


def _id_bytes(ids: IntArray) -> bytes:
    return np.ascontiguousarray(ids, dtype="<i8").tobytes()


def _run_digest(
    provenance: Provenance,
    settings: Mapping[str, Any],
    extra: Mapping[str, Any],
    packed: list[tuple[str, str, Packed]],
    rows: Mapping[str, tuple[IntArray, Digests]],
) -> str:
    """SHA-256 over provenance, settings, refusals, every column and every row digest; author and time aside."""
    h = hashlib.sha256(provenance.digest().encode())
    h.update(canonical_json([dict(settings), dict(extra)]).encode())
    for frame, column, p in packed:
        h.update(f"{frame}\x1f{column}\x1f{p.sha256}\x1e".encode())
    for subject, (ids, digests) in sorted(rows.items()):
        h.update(subject.encode() + _id_bytes(ids) + digests.tobytes())
    return h.hexdigest()


def _store_columns(uow: UnitOfWork, packed: list[Packed]) -> dict[str, int]:
    """Ids of columns by digest; those not there yet are stored."""
    wanted = {p.sha256: p for p in packed}
    known = _column_ids(uow, list(wanted))
    new = [p for sha, p in wanted.items() if sha not in known]
    for start in range(0, len(new), 50):
        values = [
            {"sha256": p.sha256, "dtype": p.dtype, "shape": list(p.shape), "content": p.content}
            for p in new[start : start + 50]
        ]
        uow.connection.execute(sa.insert(SnapshotColumn), values)
    return known | _column_ids(uow, [p.sha256 for p in new])


def _column_ids(uow: UnitOfWork, digests: list[str]) -> dict[str, int]:
    out: dict[str, int] = {}
    for start in range(0, len(digests), 500):
        query = sa.select(SnapshotColumn.sha256, SnapshotColumn.id).where(
            SnapshotColumn.sha256.in_(digests[start : start + 500])
        )
        out |= {str(sha): int(i) for sha, i in uow.connection.execute(query)}
    return out


def load(session: Session, snapshot_id: int) -> StoredSnapshot:
    """Load a snapshot; every column is checked against its digest.

    Parameters
    ----------
    session : Session
    snapshot_id : int

    Returns
    -------
    StoredSnapshot
    """
    row = find(session, snapshot_id)
    part, column = SnapshotPart.__table__.c, SnapshotColumn.__table__.c
    query = (
        sa.select(part.frame, part.frame_class, part.column_name, column.dtype, column.shape, column.content)
        .add_columns(column.sha256)
        .select_from(SnapshotPart.__table__.join(SnapshotColumn.__table__, column.id == part.column_id))
        .where(part.snapshot_id == snapshot_id)
        .order_by(part.order_number)
    )
    frames: dict[str, dict[str, AnyArray]] = {}
    classes: dict[str, str] = {}
    for frame, cls, name, dtype, shape, content, sha256 in session.execute(query):
        frames.setdefault(frame, {})[name] = unpack(dtype, shape, content, sha256)
        classes[frame] = cls
    return StoredSnapshot(row, frames, classes)


def find(session: Session, snapshot_id: int) -> AssessmentSnapshot:
    """A snapshot's own row: name, state, author, times; InputError where there is none.

    Parameters
    ----------
    session : Session
    snapshot_id : int

    Returns
    -------
    AssessmentSnapshot
    """
    row = session.get(AssessmentSnapshot, snapshot_id)
    if row is None:
        raise InputError(msg("db.no_such_row", table="assessment_snapshot", id=snapshot_id))
    return row


def snapshots_of(session: Session, site_id: int, kind: str | None = None) -> list[AssessmentSnapshot]:
    """Snapshots of a site, newest first, without their columns.

    Parameters
    ----------
    session : Session
    site_id : int
    kind : str, optional

    Returns
    -------
    list of AssessmentSnapshot
    """
    query = sa.select(AssessmentSnapshot).where(AssessmentSnapshot.site_id == site_id)
    if kind is not None:
        query = query.where(AssessmentSnapshot.kind == kind)
    return list(session.scalars(query.order_by(AssessmentSnapshot.id.desc())))


def row_digests_of(session: Session, snapshot_id: int, subject: str = "component") -> tuple[IntArray, Digests]:
    """Ids and input digests kept with a snapshot.

    Parameters
    ----------
    session : Session
    snapshot_id : int
    subject : str

    Returns
    -------
    ids : ndarray of int64
    digests : ndarray of 32-byte void
    """
    query = sa.select(SnapshotRows).where(SnapshotRows.snapshot_id == snapshot_id, SnapshotRows.subject == subject)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise InputError(msg("db.no_such_row", table="snapshot_rows", id=snapshot_id))
    return np.frombuffer(row.ids, dtype="<i8").astype(np.int64), np.frombuffer(row.digests, dtype=DIGEST)


def staleness(
    session: Session, snapshot_id: int, ids: IntArray, digests: Digests, subject: str = "component"
) -> Staleness:
    """Compare the inputs of a snapshot with those of now, row by row.

    Parameters
    ----------
    session : Session
    snapshot_id : int
    ids : ndarray of int64
    digests : ndarray of 32-byte void
        As `component_digests` gives them.
    subject : str

    Returns
    -------
    Staleness
    """
    old_ids, old = row_digests_of(session, snapshot_id, subject)
    both, at_old, at_new = np.intersect1d(old_ids, ids, assume_unique=True, return_indices=True)
    differ = np.fromiter(
        (a != b for a, b in zip(old[at_old].tolist(), digests[at_new].tolist(), strict=True)), np.bool_, both.size
    )
    return Staleness(both[differ], np.setdiff1d(ids, old_ids), np.setdiff1d(old_ids, ids))


def stale_rows(
    session: Session, snapshot_id: int, ids: IntArray, digests: Digests, subject: str = "component"
) -> IntArray:
    """Ids of a snapshot's rows whose inputs have changed or are gone.

    Parameters
    ----------
    session : Session
    snapshot_id : int
    ids : ndarray of int64
    digests : ndarray of 32-byte void
    subject : str

    Returns
    -------
    ndarray of int64, sorted
    """
    return staleness(session, snapshot_id, ids, digests, subject).stale


def check(uow: UnitOfWork, snapshot_id: int) -> AssessmentSnapshot:
    """Mark a draft as checked by the author of the unit of work, who must not be the snapshot's author.

    Parameters
    ----------
    uow : UnitOfWork
    snapshot_id : int

    Returns
    -------
    AssessmentSnapshot
    """
    row = _step(uow, snapshot_id, "draft")
    row.state, row.checked_by, row.checked_utc = "checked", uow.author, utc_now()
    uow.flush()
    return row


def approve(uow: UnitOfWork, snapshot_id: int) -> AssessmentSnapshot:
    """Approve a checked snapshot; the approved one of the same site, kind and subject becomes superseded.

    Parameters
    ----------
    uow : UnitOfWork
        Its author must not be the snapshot's author.
    snapshot_id : int

    Returns
    -------
    AssessmentSnapshot
    """
    row = _step(uow, snapshot_id, "checked")
    older = uow.session.scalars(
        sa.select(AssessmentSnapshot).where(
            AssessmentSnapshot.site_id == row.site_id,
            AssessmentSnapshot.kind == row.kind,
            AssessmentSnapshot.subject == row.subject,
            AssessmentSnapshot.state == "approved",
        )
    ).all()
    row.state, row.approved_by, row.approved_utc = "approved", uow.author, utc_now()
    for old in older:
        old.state, old.superseded_by_id = "superseded", row.id
    uow.flush()
    return row


def _step(uow: UnitOfWork, snapshot_id: int, wanted: str) -> AssessmentSnapshot:
    row = find(uow.session, snapshot_id)
    uow.undoable = False
    if row.state != wanted:
        raise InputError(msg("db.snapshot_state", name=row.name, state=row.state, wanted=wanted))
    if row.author.strip().casefold() == uow.author.strip().casefold():
        raise InputError(msg("db.own_snapshot", name=row.name, author=row.author))
    return row


def discard(uow: UnitOfWork, snapshot_id: int) -> None:
    """Delete a draft and the columns that no other snapshot uses; any other state is refused.

    Parameters
    ----------
    uow : UnitOfWork
    snapshot_id : int
    """
    row = find(uow.session, snapshot_id)
    if row.state != "draft":
        raise InputError(msg("db.snapshot_state", name=row.name, state=row.state, wanted="draft"))
    uow.undoable = False
    connection = uow.connection
    for table in (SnapshotPart, SnapshotRows):
        connection.execute(sa.delete(table).where(table.snapshot_id == snapshot_id))
    uow.delete(row)
    used = sa.select(SnapshotPart.column_id)
    connection.execute(sa.delete(SnapshotColumn).where(SnapshotColumn.id.not_in(used)))
