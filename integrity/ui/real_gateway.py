"""The gateway of the program itself: services behind the calls of the window, imported when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrity.core.errors import ToolError
from integrity.core.message import Message, msg
from integrity.core.progress import Progress
from integrity.i18n import text
from integrity.services.types import Changes, Study, WorkingSheet
from integrity.ui.gateway import (
    AuditEntry,
    ColumnGuess,
    Finding,
    ImportKind,
    ImportPreview,
    Named,
    PlantInfo,
    RiskCard,
    RiskMatrix,
    TableGuess,
)
from integrity.ui.real_devices import RealDevices
from integrity.ui.real_risk import RealRisk

SHOWN_FINDINGS = 5000


@dataclass(frozen=True)
class Wiring:
    """How plants are opened; given by the place that wires the program."""

    author: str
    open_plant: Callable[[str], Any]
    create_plant: Callable[[str, str], Any]
    open_sample: Callable[[str, Progress], Any]
    sample_names: Callable[[], tuple[str, ...]]


class RealGateway(RealRisk, RealDevices):
    """Calls services on the plant that is open.

    Parameters
    ----------
    wiring : Wiring
    session : object, optional
        A plant already open.
    """

    def __init__(self, wiring: Wiring, session: Any = None) -> None:
        self._wiring, self._session = wiring, session

    @property
    def plant(self) -> PlantInfo | None:
        """The plant that is open, if any."""
        s = self._session
        return None if s is None else PlantInfo(s.site, str(s.url), s.author)

    def _take(self, session: Any) -> PlantInfo:
        old, self._session = self._session, session
        if old is not None and old is not session:
            old.close()
        return PlantInfo(session.site, str(session.url), session.author)

    def _open(self) -> Any:
        if self._session is None:
            raise ToolError(msg("ui.error.no_plant"))
        return self._session

    def open(self, path: str, progress: Progress) -> PlantInfo:
        """Open a plant file or database address."""
        return self._take(self._wiring.open_plant(path))

    def create(self, path: str, site: str, progress: Progress) -> PlantInfo:
        """Make an empty plant and open it."""
        return self._take(self._wiring.create_plant(path, site))

    def open_sample(self, name: str, progress: Progress) -> PlantInfo:
        """Open a sample plant, importing its files the first time."""
        return self._take(self._wiring.open_sample(name, progress))

    def samples(self) -> tuple[str, ...]:
        """Names of the sample plants."""
        return self._wiring.sample_names()

    def run_study(self, progress: Progress) -> Study:
        """Read the plant and run everything over it."""
        from integrity.services.study import run_study

        session = self._open()
        return run_study(session.plant(), session.settings(), progress)

    def risk_matrix(self, study: Study) -> RiskMatrix:
        """The matrix that the categories of a study belong to."""
        from integrity.services.risk_views import matrix_of

        m = matrix_of(study)
        return RiskMatrix(m.P_f_bounds, m.CA_bounds_m2, m.cells, m.target, m.verified)

    def risk_card(self, study: Study, row: int) -> RiskCard:
        """Intermediates of probability and consequence of a component."""
        from integrity.services.risk_views import card_of

        card = card_of(study, row)

        def named(values: Sequence[tuple[str, float | str, str, bool]]) -> tuple[Named, ...]:
            return tuple(Named(*v) for v in values)

        return RiskCard(
            named(card.probability),
            named(card.consequence),
            {hole: named(values) for hole, values in card.holes.items()},
            card.reasons,
            card.factors,
        )

    def component_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a component came about."""
        from integrity.services.workings import component_working

        return component_working(study, row, column)

    def position_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a reading position came about."""
        from integrity.services.workings import position_working

        return position_working(study, row, column)

    def candidate_working(self, study: Study, row: int) -> tuple[WorkingSheet, ...]:
        """How a candidate date came about."""
        from integrity.services.workings import candidate_working

        return candidate_working(study, row)

    def set_quality(self, reading_ids: Sequence[int], quality: int, reason: str) -> Changes:
        """Give readings another quality."""
        from integrity.services import readings

        return readings.set_quality(self._open(), reading_ids, quality, reason)

    def edit_value(
        self, reading_id: int, t_mm: float, entered_text: str, entered_unit: str, reason: str, row_version: int
    ) -> Changes:
        """Correct the value of a reading."""
        from integrity.services import readings

        return readings.edit_value(self._open(), reading_id, t_mm, entered_text, entered_unit, reason, row_version)

    def accept_short(self, reading_ids: Sequence[int], reason: str) -> Changes:
        """Accept short-interval readings as ends of a rate."""
        from integrity.services import readings

        return readings.accept_short(self._open(), reading_ids, reason)

    def undo(self) -> Changes | None:
        """Withdraw the last change; None where there is none."""
        from integrity.services import readings

        return readings.undo(self._open())

    def redo(self) -> Changes | None:
        """Make the last withdrawn change again; None where there is none."""
        from integrity.services import readings

        return readings.redo(self._open())

    def history(self, table: str, row_id: int) -> list[AuditEntry]:
        """Who changed a row, when and why, the newest first."""
        from integrity.services import readings

        out = []
        for e in readings.history(self._open(), table, row_id):
            before = "; ".join(f"{c.column} {c.before}" for c in e.changes)
            after = "; ".join(f"{c.column} {c.after}" for c in e.changes)
            out.append(AuditEntry(e.at_utc, e.author, e.title, before, after, e.reason))
        return out

    def import_kinds(self) -> tuple[ImportKind, ...]:
        """Kinds of records that can be imported, with their fields."""
        from integrity.services.imports_menu import record_menu

        return tuple(ImportKind(m.key, m.fields, m.required) for m in record_menu())

    def read_tables(self, paths: Sequence[Path], progress: Progress) -> tuple[TableGuess, ...]:
        """Tables found in files, with kind and columns guessed."""
        from integrity.services import imports

        profiles = imports.load_profiles()
        as_of_d = self._open().as_of_d
        out: list[TableGuess] = []
        for n, path in enumerate(paths):
            progress.step(n, len(paths), msg("import.progress.reading", file=path.name))
            out += [_guess(t) for t in imports.read_tables(path, profiles=profiles, as_of_d=as_of_d)]
        return tuple(out)

    def preview(self, tables: Sequence[TableGuess], progress: Progress) -> ImportPreview:
        """What importing these tables would do; nothing is written."""
        from integrity.services import imports

        chosen = [_decided(t) for t in tables]
        found = imports.preview(self._open(), chosen, progress)
        if found.blocked:
            raise ToolError(found.blocked[0])
        d = found.difference
        findings = tuple(_finding(found.findings.finding(i)) for i in range(min(found.findings.n, SHOWN_FINDINGS)))
        t = found.tally
        return ImportPreview(
            t.accepted, t.flagged, t.rejected, d.new, d.changed, d.unchanged, d.differs, findings, found
        )

    def commit(self, preview: ImportPreview, progress: Progress) -> Changes:
        """Write a preview in one transaction."""
        from integrity.services import imports

        handle: Any = preview.handle
        changes = imports.commit(self._open(), handle, progress)
        for rows in handle.tables:
            if rows.table.profile is not None and not rows.table.profile_name:
                imports.save_profile(rows.table.profile, rows.table.raw.headings)
        return changes

    def export(self, kind: str, study: Study, path: Path, language: str, units: str, progress: Progress) -> list[Path]:
        """Write files; kind is plan_xlsx, sap, maximo or report."""
        from integrity.services import exports, imports, reporting

        if kind == "plan_xlsx":
            return [exports.export_plan_xlsx(study, path, language, units)]
        if kind == "sap":
            return list(exports.export_sap(study, path, language).files)
        if kind == "maximo":
            return list(exports.export_maximo(study, path, language).files)
        session = self._open()
        found, run = reporting.since_approved(session, study, progress)
        name = text("riskreport.comparison.run", language, **run) if run else ""
        rejects = imports.rejects(session, language)
        return [reporting.write_report(study, path, language, units, rejects, progress, found, name)]

    def store_study(self, study: Study, progress: Progress) -> int:
        """Store a study as a draft snapshot; its id."""
        from integrity.services.snapshots import store_study

        return store_study(self._open(), study, progress=progress)

    def close(self) -> None:
        """Let go of the plant."""
        if self._session is not None:
            self._session.close()
            self._session = None


def _guess(table: Any) -> TableGuess:
    guess = table.guess
    given = {h: f for f, h in table.profile.fields.items()} if table.profile is not None else {}
    positions: Mapping[str, str] = table.profile.positions if table.profile is not None else {}
    units: Mapping[str, Any] = guess.units if guess is not None else {}
    columns = tuple(
        ColumnGuess(
            i,
            h.heading,
            given.get(h.heading, ""),
            units[given[h.heading]].unit if given.get(h.heading) in units else "",
            min(h.score, 1.0),
            h.evidence,
            _samples(table, h.heading),
            positions.get(h.heading, ""),
        )
        for i, h in enumerate(table.headings)
    )
    dates: Sequence[Any] = list(guess.dates.values()) if guess is not None else []
    rule = next((d.rule for d in dates if d.rule), "")
    open_date = next((d for d in dates if d.needs_choice), None)
    told = open_date if open_date is not None else next((d for d in dates if d.evidence), None)
    unit = next((u for u in units.values() if u.evidence and u.source != "heading"), None)
    return TableGuess(
        table.file,
        table.sheet,
        table.kind,
        int(table.raw.header_row),
        table.n_rows,
        columns,
        rule,
        told.evidence[0] if told is not None and told.evidence else None,
        unit.evidence[0] if unit is not None else None,
        table,
        tuple(table.choices),
    )


def _samples(table: Any, heading: str) -> tuple[str, ...]:
    if heading not in table.raw.headings:
        return ()
    column = table.raw.column(heading).take(slice(0, 3))
    return tuple(str(t) for t in column.texts())


def _decided(guess: TableGuess) -> Any:
    """The service's table with what the user changed on the screen."""
    from integrity.services import imports

    table: Any = guess.handle
    if guess.kind != table.kind:
        table = imports.with_changes(table, kind=guess.kind)
    if table.profile is None:
        return table
    before = dict(table.profile.fields)
    after = {c.field: c.heading for c in guess.columns if c.field}
    mapping = {f: "" for f in before if f not in after}
    mapping |= {f: h for f, h in after.items() if before.get(f) != h}
    known = {f: u.unit for f, u in table.guess.units.items()} if table.guess is not None else {}
    units = {c.field: c.unit for c in guess.columns if c.field and c.unit and known.get(c.field) != c.unit}
    return imports.with_changes(table, mapping=mapping, units=units, date_rule=guess.date_rule or None)


def _finding(f: Any) -> Finding:
    place = f"{f.column} {f.heading}".strip()
    rejected = f.severity == _rejected()
    remedy: Message = f.remedy
    return Finding(f.file, f.sheet, f.row, place, "rejected" if rejected else "flagged", f.message, remedy)


def _rejected() -> int:
    from integrity.services.imports_menu import REJECTED_SEVERITY

    return REJECTED_SEVERITY
