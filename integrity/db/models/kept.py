"""Models of what is kept for good: snapshots with their columns, and the hash-chained audit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integrity.db.models.base import Base, Flag, Json, No, OptDay, Words, check, link, table_args

SNAPSHOT_STATES = ("draft", "checked", "approved", "superseded")


class AssessmentSnapshot(Base):
    """A stored run: inputs, settings, results and provenance; only its state moves, guarded by triggers."""

    __tablename__ = "assessment_snapshot"
    __table_args__ = table_args(
        Index(None, "site_id", "kind", "subject"),
        check("state", "state IN ('draft', 'checked', 'approved', 'superseded')"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    kind: Mapped[str]
    subject: Mapped[Words]
    name: Mapped[str]
    as_of_d: Mapped[OptDay]
    author: Mapped[str]
    created_utc: Mapped[str]
    provenance: Mapped[Any] = mapped_column(Json())
    settings: Mapped[Any] = mapped_column(Json())
    extra: Mapped[Any] = mapped_column(Json())
    run_digest: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    checked_by: Mapped[str | None]
    checked_utc: Mapped[str | None]
    approved_by: Mapped[str | None]
    approved_utc: Mapped[str | None]
    superseded_by_id: Mapped[int | None] = mapped_column(link("assessment_snapshot"))


class SnapshotColumn(Base):
    """A column of any frame, stored once by the SHA-256 of its contents."""

    __tablename__ = "snapshot_column"
    __table_args__ = table_args(UniqueConstraint("sha256"))

    sha256: Mapped[str]
    dtype: Mapped[str]
    shape: Mapped[Any] = mapped_column(Json())
    content: Mapped[bytes] = mapped_column(LargeBinary)


class SnapshotPart(Base):
    """Which column stands where in a snapshot: frame, name, order."""

    __tablename__ = "snapshot_part"
    __table_args__ = table_args(UniqueConstraint("snapshot_id", "frame", "column_name"), Index(None, "column_id"))

    snapshot_id: Mapped[int] = mapped_column(link("assessment_snapshot"))
    column_id: Mapped[int] = mapped_column(link("snapshot_column"))
    frame: Mapped[str]
    frame_class: Mapped[Words]
    column_name: Mapped[str]
    order_number: Mapped[int]


class SnapshotRows(Base):
    """Input digest of every row of a snapshot, as two packed columns: ids (int64) and SHA-256 (32 bytes each)."""

    __tablename__ = "snapshot_rows"
    __table_args__ = table_args(UniqueConstraint("snapshot_id", "subject"))

    snapshot_id: Mapped[int] = mapped_column(link("assessment_snapshot"))
    subject: Mapped[str]
    ids: Mapped[bytes] = mapped_column(LargeBinary)
    digests: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEntry(Base):
    """One unit of work: who, when, which command, and every change; each entry seals the one before.

    `lines` is canonical JSON; `hash` is SHA-256 over `previous_hash` and the canonical JSON of all other fields.
    """

    __tablename__ = "audit_entry"
    __table_args__ = table_args(
        check("kind", "kind IN ('do', 'undo', 'redo')"), Index(None, "author"), UniqueConstraint("hash")
    )

    at_utc: Mapped[str]
    author: Mapped[str]
    command: Mapped[str]
    reason: Mapped[Words]
    kind: Mapped[str] = mapped_column(default="do")
    reverts_id: Mapped[int | None]
    undoable: Mapped[bool] = mapped_column(Flag(), default=True)
    lines: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditPayload(Base):
    """Rows that a bulk change took away or altered, compressed, so that it can be undone; sealed by its digest."""

    __tablename__ = "audit_payload"
    __table_args__ = table_args(Index(None, "audit_id"))

    audit_id: Mapped[int]
    line: Mapped[int]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class AuditSubject(Base):
    """Index of the audit: which rows an entry touched, as runs of ids; no key to the rows themselves."""

    __tablename__ = "audit_subject"
    __table_args__ = table_args(Index(None, "table_name", "first_id", "last_id"), Index(None, "audit_id"))

    audit_id: Mapped[int]
    table_name: Mapped[str]
    first_id: Mapped[int]
    last_id: Mapped[int]
    bulk: Mapped[No]
