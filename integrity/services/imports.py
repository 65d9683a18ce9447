"""Import of plant files: read, preview with findings and differences, commit in one transaction, fold in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from integrity.core.errors import ConflictError, InputError
from integrity.core.message import Message, msg
from integrity.core.progress import SILENT, Progress
from integrity.db.models import ImportBatch, ImportFinding
from integrity.db.unit_of_work import reader
from integrity.exchange.batch import CheckedReadings
from integrity.exchange.outcome import STATUS, status_label
from integrity.i18n import text, translate
from integrity.services.imports_compare import Comparison, check_together, order_of
from integrity.services.imports_profiles import SavedProfile, forget_profile, load_profiles, save_profile
from integrity.services.imports_tables import read_tables, with_changes
from integrity.services.imports_types import (
    Difference,
    FieldChange,
    FindingTable,
    ImportPreview,
    ImportTable,
    RowDifference,
    blocked_preview,
)
from integrity.services.imports_write import write_import
from integrity.services.session import Session, changes_of
from integrity.services.types import Changes

SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

__all__ = [
    "Difference",
    "FieldChange",
    "FindingTable",
    "ImportPreview",
    "ImportTable",
    "RowDifference",
    "SavedProfile",
    "commit",
    "forget_profile",
    "import_file",
    "import_folder",
    "line_of",
    "load_profiles",
    "preview",
    "read_tables",
    "rejects",
    "save_profile",
    "summary_of",
    "with_changes",
]


def preview(
    session: Session, tables: ImportTable | Sequence[ImportTable], progress: Progress = SILENT
) -> ImportPreview:
    """What importing tables would do; nothing is written.

    Parameters
    ----------
    session : Session
    tables : ImportTable or sequence of ImportTable
        Those given together are committed together; later kinds may refer to what earlier kinds bring.
    progress : Progress

    Returns
    -------
    ImportPreview
        `blocked` says what must be decided first, if anything.
    """
    given = [tables] if isinstance(tables, ImportTable) else list(tables)
    return Comparison(session, given, progress).preview()


def commit(session: Session, preview: ImportPreview, progress: Progress = SILENT) -> Changes:
    """Write a preview: everything in one transaction with one audit entry, or nothing.

    Parameters
    ----------
    session : Session
    preview : ImportPreview
        One that is blocked is refused.
    progress : Progress
        Cancelling it leaves nothing behind.

    Returns
    -------
    Changes
        Empty where the same file was imported before and nothing would change.

    Raises
    ------
    InputError
        Something must be decided first, or the database refuses the rows.
    ConflictError
        The plant has changed since the preview was made.
    """
    if preview.blocked:
        raise InputError(preview.blocked[0])
    if preview.known_before:
        return Changes()
    return changes_of(
        write_import(session, preview.tables, preview.plan, preview.findings, preview.audit_head, progress)
    )


def import_file(
    session: Session, path: Path, progress: Progress = SILENT, profile_folder: Path | None = None
) -> list[ImportPreview]:
    """Import one file as it is guessed, or under the saved profile of its headings: whole, or not at all.

    Parameters
    ----------
    session : Session
    path : Path
    progress : Progress
    profile_folder : Path, optional
        Data folder other than the user's own.

    Returns
    -------
    list of ImportPreview
        One for the file; `changes` is None where it is blocked.
    """
    return _import_all(session, [path], progress, profile_folder)


def import_folder(
    session: Session, folder: Path, progress: Progress = SILENT, profile_folder: Path | None = None
) -> list[ImportPreview]:
    """Import all tables of a folder, each file whole or not at all, in an order in which they refer to one another.

    Readings of all files are checked together, so that it does not matter which survey came in which file; a file
    that cannot be imported is reported as blocked and the others are imported.

    Parameters
    ----------
    session : Session
    folder : Path
        Sub-folders are not looked into; files that are no tables by their name are left alone.
    progress : Progress
    profile_folder : Path, optional
        Data folder other than the user's own.

    Returns
    -------
    list of ImportPreview
        One for each file, in the order of import.
    """
    if not folder.is_dir():
        raise InputError(msg("import.error.no_folder", folder=str(folder)))
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] not in ".~")
    if not paths:
        raise InputError(msg("import.error.empty_folder", folder=str(folder), suffixes=", ".join(SUFFIXES)))
    return _import_all(session, paths, progress, profile_folder)


def _import_all(
    session: Session, paths: Sequence[Path], progress: Progress, profile_folder: Path | None
) -> list[ImportPreview]:
    profiles = load_profiles(profile_folder)
    done: list[ImportPreview] = []
    files: list[Comparison] = []
    for k, path in enumerate(paths):
        told = _Within(progress, k, 2 * len(paths))
        told.step(0, 0, msg("import.progress.reading", file=path.name))
        try:
            tables = read_tables(path, profiles=profiles, as_of_d=session.as_of_d, progress=told)
            if tables:
                files.append(Comparison(session, tables, told))
            else:
                done.append(blocked_preview(path.name, []))
        except InputError as error:
            done.append(blocked_preview(path.name, [error.message]))
    files.sort(key=lambda c: min(order_of(t) for t in c.tables))
    only_readings = [c for c in files if _only_readings(c)]
    others = [c for c in files if c not in only_readings]

    def one(c: Comparison, checked: dict[int, CheckedReadings] | None = None) -> None:
        done.append(_one(session, c, checked, _Within(progress, len(paths) + len(done), 2 * len(paths))))

    for c in others[: _before(others)]:
        one(c)
    together = _together(only_readings, _Within(progress, len(paths) + len(done), 2 * len(paths)))
    for c, checked in zip(only_readings, together, strict=True):
        one(c, checked)
    for c in others[_before(others) :]:
        one(c)
    progress.step(2 * len(paths), 2 * len(paths))
    return done


class _Within(Progress):
    """Progress of a part: it can be cancelled, and is shown as a place in the whole."""

    def __init__(self, whole: Progress, done: int, total: int) -> None:
        super().__init__()
        self._whole, self._done, self._total = whole, done, total

    def step(self, done: int, total: int, message: Message | None = None) -> None:
        """Tell the whole where it stands."""
        self._whole.step(self._done, self._total, message)


def _only_readings(c: Comparison) -> bool:
    return all(t.kind == "reading" and not t.choices for t in c.tables)


def _before(others: Sequence[Comparison]) -> int:
    """How many of the other files come before the readings."""
    last = ("relief_device", "temporary_repair")
    return sum(1 for c in others if not all(t.kind in last for t in c.tables))


def _together(files: Sequence[Comparison], progress: Progress) -> list[dict[int, CheckedReadings] | None]:
    if len(files) < 2:
        return [None] * len(files)
    try:
        return list(check_together(files, progress))
    except InputError:
        return [None] * len(files)


def _one(
    session: Session, c: Comparison, checked: dict[int, CheckedReadings] | None, progress: Progress
) -> ImportPreview:
    found = c.preview(checked)
    if found.blocked:
        return found
    progress.step(0, 0, msg("import.progress.writing", file=", ".join(c.names)))
    try:
        return replace(found, changes=commit(session, found, progress))
    except (InputError, ConflictError) as error:
        return replace(found, blocked=(error.message,))


def rejects(session: Session, language: str) -> list[tuple[str, str, str, str]]:
    """Findings of the latest import of each file, in words, the gravest first within a file.

    Parameters
    ----------
    session : Session
    language : str

    Returns
    -------
    list of (place, outcome, what, remedy)
    """
    b, f = ImportBatch.__table__.c, ImportFinding.__table__.c
    latest = (
        sa.select(sa.func.max(b.id).label("id"))
        .where(b.site_id == session.site_id)
        .group_by(b.file_name, b.sheet, b.kind)
    )
    query = sa.select(ImportFinding).where(ImportFinding.batch_id.in_(latest)).order_by(f.batch_id, f.row_number, f.id)
    with reader(session.engine) as read:
        return [_reject(row, language) for row in read.execute(query).scalars()]


def _reject(row: ImportFinding, language: str) -> tuple[str, str, str, str]:
    params: dict[str, Any] = dict(row.message_params or {})
    where = f"{row.file_name} / {row.sheet}" if row.sheet else row.file_name
    place = text("import.place", language, where=where, row=row.row_number or 0, heading=row.column_name)
    what = translate(Message(row.message_key, params), language)
    return (
        place,
        text(status_label(STATUS.index(row.severity)), language),
        what,
        translate(Message(row.remedy_key, params), language),
    )


def line_of(preview: ImportPreview, language: str) -> str:
    """What an import did, in one line.

    Parameters
    ----------
    preview : ImportPreview
    language : str

    Returns
    -------
    str
    """
    if preview.blocked:
        return text("import.line.blocked", language, file=preview.file, reason=translate(preview.blocked[0], language))
    if preview.known_before:
        return text("import.line.known", language, file=preview.file)
    t, d = preview.tally, preview.difference
    return text(
        "import.line.done",
        language,
        file=preview.file,
        rows=t.rows_in,
        accepted=t.accepted,
        flagged=t.flagged,
        rejected=t.rejected,
        new=d.new,
        changed=d.changed,
        unchanged=d.unchanged,
    )


def summary_of(preview: ImportPreview) -> dict[str, Any]:
    """What an import did, for programs.

    Parameters
    ----------
    preview : ImportPreview

    Returns
    -------
    dict
        Ready for JSON.
    """
    t, d = preview.tally, preview.difference
    return {
        "files": list(preview.files),
        "kinds": sorted({x.table.kind for x in preview.tables}),
        "rows": t.rows_in,
        "accepted": t.accepted,
        "flagged": t.flagged,
        "rejected": t.rejected,
        "not_data": dict(t.not_data),
        "new": d.new,
        "changed": d.changed,
        "unchanged": d.unchanged,
        "gone": d.gone,
        "differs": d.differs,
        "known_before": preview.known_before,
        "blocked": [m.key for m in preview.blocked],
        "audit_id": None if preview.changes is None else preview.changes.audit_id,
    }
