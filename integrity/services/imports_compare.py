"""One look at tables against one consistent view of the plant: findings, differences, and what would be written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.progress import Progress
from integrity.db.columns import one_view
from integrity.db.models import ImportBatch, Reading
from integrity.db.rows import read_ids
from integrity.db.tracking import table_of
from integrity.exchange.batch import CheckedReadings
from integrity.exchange.parse import ParsedRecords, parse_table
from integrity.services import imports_facts as facts
from integrity.services import imports_lists as lists
from integrity.services import imports_records as records
from integrity.services.imports_book import Book, Entry, called, differences_of
from integrity.services.imports_cmls import plant_cmls
from integrity.services.imports_readings import (
    ReadingPlan,
    check_readings,
    flag_future,
    look_up,
    match_readings,
    plan_readings,
)
from integrity.services.imports_rows import Rows
from integrity.services.imports_types import (
    KIND_ORDER,
    SHOWN_MOST,
    Difference,
    FieldChange,
    ImportPreview,
    ImportTable,
    RowDifference,
    TableRows,
    blocked_preview,
    finding_table,
    sum_of,
)
from integrity.services.imports_write import WritePlan
from integrity.services.session import Session

_HANDLERS: Mapping[str, Callable[[Rows], None]] = {
    "equipment": lists.equipment,
    "component": lists.component,
    "line": lists.line,
    "piping_component": lists.piping_component,
    "cml": lists.cml,
    "inspection": records.inspection,
    "fact": facts.fact,
    "damage": facts.damage,
    "registry": records.registry,
    "sap_equipment": records.sap_equipment,
    "stream": records.stream,
    "relief_device": records.relief_device,
    "temporary_repair": records.temporary_repair,
}
# Used while readings are brought into the long shape or to tell what they belong to; not kept with the reading.
_USED_BY_READINGS = {
    *("cml", "t_mm", "date_d", "position", "row_label", "column_label", "reading_index", "unit", "equipment", "line"),
    *("component", "survey", "technician", "instrument", "technique", "T_surface_C", "flags", "remarks"),
    "t_nom_mm",
}


def order_of(table: ImportTable) -> tuple[int, str, str]:
    """Place of a table among those that are imported together: what others refer to comes first.

    Parameters
    ----------
    table : ImportTable

    Returns
    -------
    tuple
    """
    known = table.kind in KIND_ORDER
    return (KIND_ORDER.index(table.kind) if known else len(KIND_ORDER), table.file, table.sheet)


class Comparison:
    """Tables that are looked at, and committed, together.

    Parameters
    ----------
    session : Session
    tables : sequence of ImportTable
    progress : Progress
    """

    def __init__(self, session: Session, tables: Sequence[ImportTable], progress: Progress) -> None:
        self.session, self.progress = session, progress
        always = session.settings().flag("import.accept_suggestions")
        given = [replace(t, accept_suggestions=True) for t in tables] if always else tables
        self.tables = sorted(given, key=order_of)
        self.names = tuple(dict.fromkeys(t.file for t in tables))
        self._parsed: list[ParsedRecords] = []

    def parse(self) -> list[ParsedRecords]:
        """Typed records of each table; parsed once.

        Returns
        -------
        list of ParsedRecords
        """
        if not self._parsed:
            self._parsed = [self._parse(t) for t in self.tables]
        return self._parsed

    def _parse(self, table: ImportTable) -> ParsedRecords:
        if table.profile is None:
            raise InputError(msg("import.choice.kind", file=f"{table.file} {table.sheet}".strip()))
        self.progress.step(0, 0, msg("import.progress.reading", file=table.file))
        return parse_table(table.raw, table.profile)

    def preview(self, checked: Mapping[int, CheckedReadings] | None = None) -> ImportPreview:
        """What importing the tables would do.

        Parameters
        ----------
        checked : mapping of table number to CheckedReadings, optional
            Tables of readings that have been checked together with those of other files.

        Returns
        -------
        ImportPreview
        """
        choices = [choice for t in self.tables for choice in t.choices]
        if choices or not self.tables:
            return replace(blocked_preview(", ".join(self.names), choices), files=self.names)
        try:
            parsed = self.parse()
        except InputError as error:
            return replace(blocked_preview(", ".join(self.names), [error.message]), files=self.names)
        head = self.session.audit_head()
        with one_view(self.session.engine) as connection:
            book = Book(connection, self.session.site_id)
            return replace(self._compare(book, parsed, checked or {}), audit_head=head)

    def _compare(
        self, book: Book, parsed: Sequence[ParsedRecords], checked: Mapping[int, CheckedReadings]
    ) -> ImportPreview:
        out: list[TableRows] = []
        gone: list[RowDifference] = []
        notes: list[Message] = []
        seen: list[Rows | None] = []
        for number, (table, given) in enumerate(zip(self.tables, parsed, strict=True)):
            book.current = number
            rows = None if table.kind == "reading" else self._rows(table, given, book)
            used = _USED_BY_READINGS if rows is None else set(given.columns) - set(rows.left_aside())
            notes += [*given.notes, *_aside(table, sorted(set(given.columns) - used))]
            gone += [] if rows is None else lists.gone_rows(rows)
            out.append(TableRows(table, given, given.outcome if rows is None else rows.outcome()))
            seen.append(rows)
        plans = self._readings(book, out, checked)
        entries = book.to_write()
        counts = [_counts(rows, plans.get(k)) for k, rows in enumerate(seen)]
        known = not entries and not any(c[0] or c[1] for c in counts) and _known_before(book, self.tables)
        return ImportPreview(
            files=self.names,
            tables=tuple(out),
            tally=sum_of([t.outcome.tally() for t in out]),
            findings=finding_table(out),
            difference=_difference(book, entries, plans, gone, counts),
            notes=tuple(dict.fromkeys(notes)),
            known_before=known,
            plan=WritePlan(entries, plans, counts),
        )

    def _rows(self, table: ImportTable, given: ParsedRecords, book: Book) -> Rows:
        day = self.session.as_of_d
        rows = Rows(table, given, book, self.session.author, day, max(day, self.session.today_d))
        _HANDLERS[table.kind](rows)
        return rows

    def _readings(
        self, book: Book, out: list[TableRows], checked: Mapping[int, CheckedReadings]
    ) -> dict[int, ReadingPlan]:
        at = [k for k, t in enumerate(self.tables) if t.kind == "reading"]
        if not at:
            return {}
        self.progress.step(0, 0, msg("import.progress.checking", file=", ".join(self.names)))
        cmls, tables = plant_cmls(book), [self.tables[k] for k in at]
        given = [checked.get(k) for k in at]
        matched = [g for g in given if g is not None]
        if len(matched) < len(at):
            matched = list(match_readings(tables, [out[k].parsed for k in at], cmls))
        seen = look_up(book, tables, matched, cmls)
        done = matched if all(given) else check_readings(matched, seen, cmls, self.session.settings())
        plans = {}
        latest_d = max(self.session.as_of_d, self.session.today_d)
        for k, checked_, paired in zip(at, done, seen.pairs, strict=True):
            item = flag_future(checked_, latest_d)
            plans[k] = plan_readings(self.tables[k], item, cmls, seen.stored, paired)
            out[k] = replace(out[k], outcome=item.outcome)
        return plans


def check_together(comparisons: Sequence[Comparison], progress: Progress) -> list[dict[int, CheckedReadings]]:
    """Check the readings of several files as one batch, so that their order does not matter.

    Parameters
    ----------
    comparisons : sequence of Comparison
        Of one session; only those whose tables are all readings and leave nothing open.
    progress : Progress

    Returns
    -------
    list of mapping of table number to CheckedReadings
    """
    session = comparisons[0].session
    tables = [t for c in comparisons for t in c.tables]
    parsed = [p for c in comparisons for p in c.parse()]
    progress.step(0, 0, msg("import.progress.checking", file=", ".join(n for c in comparisons for n in c.names)))
    with one_view(session.engine) as connection:
        book = Book(connection, session.site_id)
        cmls = plant_cmls(book)
        matched = match_readings(tables, parsed, cmls)
        done = list(check_readings(matched, look_up(book, tables, matched, cmls), cmls, session.settings()))
    out = []
    for c in comparisons:
        own, done = done[: len(c.tables)], done[len(c.tables) :]
        out.append(dict(enumerate(own)))
    return out


def _aside(table: ImportTable, fields: Sequence[str]) -> list[Message]:
    if not fields:
        return []
    return [msg("import.note.no_place", file=table.file, sheet=table.sheet, fields=", ".join(fields))]


def _counts(rows: Rows | None, plan: ReadingPlan | None) -> tuple[int, int, int]:
    if rows is not None:
        return rows.counts()
    if plan is None:
        return (0, 0, 0)
    return int(plan.new.size), int(plan.changed.size), plan.unchanged


def _known_before(book: Book, tables: Sequence[ImportTable]) -> bool:
    """Whether every one of the files was imported before, byte for byte."""
    t = ImportBatch.__table__
    query = sa.select(t.c.sha256, t.c.sheet, t.c.kind).where(t.c.site_id == book.site_id)
    seen = {tuple(row) for row in book.connection.execute(query)}
    return all((t.sha256, t.sheet, t.kind) in seen for t in tables)


def _difference(
    book: Book,
    entries: Sequence[Entry],
    plans: Mapping[int, ReadingPlan],
    gone: Sequence[RowDifference],
    counts: Sequence[tuple[int, int, int]],
) -> Difference:
    listed: list[RowDifference] = []
    by_table: dict[str, list[int]] = {}
    for e in entries:
        name = table_of(e.model).name
        counted = by_table.setdefault(name, [0, 0])
        counted[0 if e.is_new else 1] += 1
        if sum(counted) <= SHOWN_MOST:
            state = "new" if e.is_new else "changed"
            listed.append(RowDifference(state, name, called(e), e.row, () if e.is_new else differences_of(e)))
    for plan in plans.values():
        both = by_table.setdefault("reading", [0, 0])
        both[0] += int(plan.new.size)
        both[1] += int(plan.changed.size)
        listed += _changed_readings(book, plan)
        gone = [*gone, *_gone_readings(plan)]
    shown: list[RowDifference] = []
    for state in ("changed", "new"):
        shown += [r for r in listed if r.state == state][:SHOWN_MOST]
    new, changed, unchanged = (sum(c[k] for c in counts) for k in range(3))
    return Difference(
        new=new,
        changed=changed,
        unchanged=unchanged,
        gone=len(gone),
        differs=len(book.differing),
        by_table={name: (a, b) for name, (a, b) in by_table.items() if a or b},
        rows=(*shown, *book.differing[:SHOWN_MOST], *gone[:SHOWN_MOST]),
    )


def _changed_readings(book: Book, plan: ReadingPlan) -> list[RowDifference]:
    """Before and after of readings whose file has changed."""
    if not plan.changed.size:
        return []
    ids = plan.changed_id[:SHOWN_MOST].tolist()
    before = read_ids(book.connection, table_of(Reading), ids, ("t_mm", "entered_text", "entered_unit"))
    value = plan.checked.parsed.columns["t_mm"]
    out = []
    for row, reading_id in zip(plan.changed.tolist(), ids, strict=False):
        old = before[reading_id]
        unit = "" if value.unit is None else value.unit.text(row)
        changes = (
            FieldChange("t_mm", f"{old['t_mm']:.6g}", f"{value.values[row]:.6g}"),
            FieldChange(
                "entered_text", f"{old['entered_text']} {old['entered_unit']}", f"{value.entered.text(row)} {unit}"
            ),
        )
        name = plan.cmls.known.ids[int(plan.checked.cml_row[row])]
        out.append(RowDifference("changed", "reading", name, int(plan.checked.parsed.rows[row]), changes))
    return out


def _gone_readings(plan: ReadingPlan) -> list[RowDifference]:
    return [RowDifference("gone", "reading", str(k)) for k in plan.gone_id.tolist()]
