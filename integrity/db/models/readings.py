"""Models of thickness measurement: locations, surveys, readings, and the batches they came in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from integrity.db.models.base import (
    Base,
    Json,
    No,
    OptDay,
    OptFlag,
    OptNumber,
    ReqDay,
    ReqNumber,
    Versioned,
    Words,
    Yes,
    check,
    link,
    not_negative,
    positive,
    table_args,
)


class Cml(Versioned, Base):
    """A condition monitoring location of a component."""

    __tablename__ = "cml"
    __table_args__ = table_args(UniqueConstraint("component_id", "name"), Index(None, "name"), *positive("t_nom_mm"))

    component_id: Mapped[int] = mapped_column(link("component"))
    name: Mapped[str]
    location: Mapped[Words]
    position_scheme: Mapped[Words]
    positions: Mapped[Words]
    t_nom_mm: Mapped[OptNumber]
    t_alert_mm: Mapped[OptNumber]
    at_weld: Mapped[OptFlag]
    access: Mapped[Words]
    isometric_mark: Mapped[Words]
    active: Mapped[Yes]
    installed_d: Mapped[OptDay]
    remarks: Mapped[Words]

    readings: Mapped[list[Reading]] = relationship(back_populates="cml", passive_deletes="all")


class CmlEvent(Versioned, Base):
    """What happened to a location: relocated (new baseline), mark lost, retired, reinstated."""

    __tablename__ = "cml_event"
    __table_args__ = table_args(
        Index(None, "cml_id"), check("kind", "kind IN ('relocated', 'mark_lost', 'retired', 'reinstated')")
    )

    cml_id: Mapped[int] = mapped_column(link("cml"))
    date_d: Mapped[ReqDay]
    kind: Mapped[str]
    location_before: Mapped[Words]
    location_after: Mapped[Words]
    reason: Mapped[Words]


class ImportBatch(Versioned, Base):
    """One import of one file: its digest, what came of its rows, and who did it."""

    __tablename__ = "import_batch"
    __table_args__ = table_args(
        Index(None, "sha256"),
        *not_negative("rows_read", "rows_new", "rows_changed", "rows_unchanged", "rows_rejected"),
    )

    site_id: Mapped[int] = mapped_column(link("site"))
    kind: Mapped[Words]
    file_name: Mapped[Words]
    sheet: Mapped[Words]
    sha256: Mapped[Words]
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    imported_utc: Mapped[Words]
    author: Mapped[Words]
    outcome: Mapped[Words]
    rows_read: Mapped[int] = mapped_column(default=0)
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_changed: Mapped[int] = mapped_column(default=0)
    rows_unchanged: Mapped[int] = mapped_column(default=0)
    rows_rejected: Mapped[int] = mapped_column(default=0)
    counts: Mapped[Any] = mapped_column(Json(), nullable=True)
    profile: Mapped[Any] = mapped_column(Json(), nullable=True)


class ImportFinding(Base):
    """Something an import found in one row: rejected, flagged or remarked, with its remedy."""

    __tablename__ = "import_finding"
    __table_args__ = table_args(Index(None, "batch_id"))

    batch_id: Mapped[int] = mapped_column(link("import_batch"))
    severity: Mapped[Words]
    file_name: Mapped[Words]
    sheet: Mapped[Words]
    row_number: Mapped[int | None]
    column_name: Mapped[Words]
    message_key: Mapped[Words]
    message_params: Mapped[Any] = mapped_column(Json(), nullable=True)
    remedy_key: Mapped[Words]
    entered_text: Mapped[Words]
    quality: Mapped[int | None] = mapped_column(SmallInteger)
    reading_id: Mapped[int | None]


class ImportProfile(Versioned, Base):
    """A saved mapping of foreign columns to fields."""

    __tablename__ = "import_profile"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"))

    site_id: Mapped[int] = mapped_column(link("site"))
    name: Mapped[str]
    kind: Mapped[Words]
    content: Mapped[Any] = mapped_column(Json(), nullable=True)


class Survey(Versioned, Base):
    """A measuring campaign: instrument, calibration and who measured."""

    __tablename__ = "survey"
    __table_args__ = table_args(UniqueConstraint("site_id", "name"), *positive("sigma_UT_mm"))

    site_id: Mapped[int] = mapped_column(link("site"))
    batch_id: Mapped[int | None] = mapped_column(link("import_batch"))
    name: Mapped[str]
    date_d: Mapped[OptDay]
    technique: Mapped[Words]
    instrument: Mapped[Words]
    calibration: Mapped[Words]
    technician: Mapped[Words]
    sigma_UT_mm: Mapped[OptNumber]
    remarks: Mapped[Words]


class Reading(Versioned, Base):
    """A thickness reading: the value in mm beside the text and unit as entered.

    `quality` is 0 good, 1 verify, 2 ignored. `source_key` recognises the row of a file when it comes again, also
    after somebody has corrected the value.
    """

    __tablename__ = "reading"
    __table_args__ = table_args(
        Index(None, "cml_id", "position", "date_d"),
        *positive("t_mm"),
        check("quality", "quality BETWEEN 0 AND 2"),
        check("quality_reason", "quality <> 2 OR quality_reason <> ''"),
    )

    cml_id: Mapped[int] = mapped_column(link("cml"))
    survey_id: Mapped[int | None] = mapped_column(link("survey"))
    batch_id: Mapped[int | None] = mapped_column(link("import_batch"))
    position: Mapped[int] = mapped_column(default=0)
    position_text: Mapped[Words]
    date_d: Mapped[ReqDay]
    t_mm: Mapped[ReqNumber]
    entered_text: Mapped[Words]
    entered_unit: Mapped[Words]
    quality: Mapped[int] = mapped_column(SmallInteger, default=0)
    quality_reason: Mapped[Words]
    accept_short: Mapped[No]
    accept_reason: Mapped[Words]
    is_nominal: Mapped[No]
    T_surface_C: Mapped[OptNumber]
    instrument: Mapped[Words]
    technique: Mapped[Words]
    technician: Mapped[Words]
    through_coating: Mapped[OptFlag]
    source_row: Mapped[int | None]
    source_key: Mapped[int | None] = mapped_column(BigInteger)
    remarks: Mapped[Words]

    cml: Mapped[Cml] = relationship(back_populates="readings")
