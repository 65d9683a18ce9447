"""What an import shows before it is written: tables with their mapping, findings, differences, counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, IntArray, TextArray
from integrity.core.codes import index_of
from integrity.core.message import Message, msg
from integrity.exchange.columns import object_array
from integrity.exchange.mapping import HeadingGuess, KindGuess, MappingGuess
from integrity.exchange.mapping_profile import MappingProfile
from integrity.exchange.outcome import REJECTED, SEVERITY, Finding, FindingBatch, RowOutcome, Tally
from integrity.exchange.parse import ParsedRecords
from integrity.exchange.raw_table import RawTable
from integrity.services.types import Changes

KIND_ORDER = (
    *("equipment", "component", "line", "piping_component", "registry", "sap_equipment", "stream", "cml"),
    *("inspection", "fact", "damage", "reading", "relief_device", "temporary_repair"),
)
GOOD, VERIFY, IGNORED = (index_of("reading_quality", q) for q in ("good", "verify", "ignored"))
# A short interval is shown and lowers the present wall; that it gives no rate is judged with the rates.
KEPT_GOOD = frozenset({"short_interval"})
SHOWN_MOST = 1000


@dataclass(frozen=True)
class ImportTable:
    """One table of a file and how it will be read.

    Parameters
    ----------
    path : Path
    sha256 : str
        Of the whole file.
    size_bytes : int
    raw : RawTable
        Headings, original texts, file rows, and how encoding, delimiter and heading row were found.
    kinds : tuple of KindGuess
        Record kinds with score and evidence, best first.
    kind : str
        Record kind in force; empty where no kind fits.
    guess : MappingGuess or None
        What each heading was taken for, with evidence, units and date rules; of the kind in force.
    profile : MappingProfile or None
        The mapping in force.
    choices : tuple of Message
        What the user must still decide.
    profile_name : str
        Name of the saved profile that was applied; empty for a guess.
    accept_suggestions : bool
        Identifiers that nearly fit are taken as the one suggested.
    rating_from_d : int or None
        Day from which changed ratings hold; the as-of day of the plant where not given.
    as_of_d : int or None
        A date rule that would give later dates is excluded.
    """

    path: Path
    sha256: str
    size_bytes: int
    raw: RawTable
    kinds: tuple[KindGuess, ...]
    kind: str
    guess: MappingGuess | None
    profile: MappingProfile | None
    choices: tuple[Message, ...] = ()
    profile_name: str = ""
    accept_suggestions: bool = False
    rating_from_d: int | None = None
    as_of_d: int | None = None

    @property
    def file(self) -> str:
        """File name without folders."""
        return self.raw.file

    @property
    def sheet(self) -> str:
        """Sheet name, empty for a text file."""
        return self.raw.sheet

    @property
    def score(self) -> float:
        """How well the table fits the kind in force, 0 to 1."""
        return next((k.score for k in self.kinds if k.kind == self.kind), 0.0)

    @property
    def layout(self) -> str:
        """long, vessel_sheet or piping_sheet."""
        return self.profile.layout if self.profile is not None else ""

    @property
    def headings(self) -> tuple[HeadingGuess, ...]:
        """What each heading was taken for, with evidence."""
        return self.guess.headings if self.guess is not None else ()

    @property
    def n_rows(self) -> int:
        """Data rows under the headings."""
        return self.raw.n


@dataclass(frozen=True)
class TableRows:
    """One table taken apart: typed records and the outcome of every row."""

    table: ImportTable
    parsed: ParsedRecords
    outcome: RowOutcome


@dataclass(frozen=True)
class FindingTable:
    """All findings of an import as columns of one length; words are made when asked.

    Parameters
    ----------
    tables : tuple of TableRows
    batch : ndarray of int64
        Which batch of findings each belongs to.
    item : ndarray of int64
        Which row of the batch.
    table, index, row : ndarray of int64
        Table, input row (0-based) and 1-based file row.
    file, sheet, column, heading, cell, code : ndarray of str objects
        `column` is the letter, `cell` the text as it stood.
    outcome : ndarray of int64
        Index into `exchange.outcome.STATUS`.
    quality : ndarray of int64
        Quality that a reading gets through this finding; -1 where the row is rejected or is no reading.
    """

    tables: tuple[TableRows, ...]
    batch: IntArray
    item: IntArray
    table: IntArray
    index: IntArray
    row: IntArray
    file: TextArray
    sheet: TextArray
    column: TextArray
    heading: TextArray
    cell: TextArray
    code: TextArray
    outcome: IntArray
    quality: IntArray

    @property
    def n(self) -> int:
        """Number of findings."""
        return int(self.batch.size)

    def finding(self, i: int) -> Finding:
        """One finding with its message and remedy.

        Parameters
        ----------
        i : int

        Returns
        -------
        Finding
        """
        outcome = self.tables[int(self.table[i])].outcome
        return outcome.finding(outcome.batches[int(self.batch[i])], int(self.item[i]))

    def __iter__(self) -> Iterator[Finding]:
        return (self.finding(i) for i in range(self.n))


def finding_table(tables: Sequence[TableRows]) -> FindingTable:
    """Findings of several tables as columns, in order of table, file row and gravity.

    Parameters
    ----------
    tables : sequence of TableRows

    Returns
    -------
    FindingTable
    """
    parts: dict[str, list[Any]] = {name: [] for name in _FINDING_COLUMNS}
    for number, rows in enumerate(tables):
        for place, batch in enumerate(rows.outcome.batches):
            for name, values in _columns_of(number, place, batch, rows).items():
                parts[name].append(values)
    joined = {name: _joined(name, values) for name, values in parts.items()}
    order = np.lexsort((-joined["outcome"], joined["row"], joined["table"]))
    return FindingTable(tuple(tables), **{name: values[order] for name, values in joined.items()})


_NUMBERS = ("batch", "item", "table", "index", "row", "outcome", "quality")
_FINDING_COLUMNS = (*_NUMBERS, "file", "sheet", "column", "heading", "cell", "code")


def _joined(name: str, parts: list[Any]) -> Any:
    kind: Any = np.int64 if name in _NUMBERS else object
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


def _columns_of(number: int, place: int, batch: FindingBatch, rows: TableRows) -> dict[str, Any]:
    n = int(batch.index.size)
    outcome = rows.outcome
    entered = rows.parsed.columns.get(batch.field)
    return {
        "batch": np.full(n, place, dtype=np.int64),
        "item": np.arange(n, dtype=np.int64),
        "table": np.full(n, number, dtype=np.int64),
        "index": batch.index,
        "row": outcome.rows[batch.index],
        "outcome": np.full(n, SEVERITY[batch.code], dtype=np.int64),
        "quality": np.full(n, quality_of(batch.code) if rows.parsed.kind == "reading" else NO_CODE, dtype=np.int64),
        "file": object_array([outcome.file] * n),
        "sheet": object_array([outcome.sheet] * n),
        "column": outcome.texts_of(outcome.letters, batch),
        "heading": outcome.texts_of(outcome.headings, batch),
        "cell": entered.entered.take(batch.index).texts() if entered is not None else object_array([""] * n),
        "code": object_array([batch.code] * n),
    }


def quality_of(code: str) -> int:
    """Quality that a reading gets through a finding.

    Parameters
    ----------
    code : str
        A key of `exchange.outcome.SEVERITY`.

    Returns
    -------
    int
        Index into `reading_quality`; -1 where the row is not imported.
    """
    if code in KEPT_GOOD:
        return GOOD
    return NO_CODE if SEVERITY[code] == REJECTED else SEVERITY[code]


@dataclass(frozen=True)
class FieldChange:
    """One value that an import would change: column of the database, and both values as texts."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class RowDifference:
    """One record that differs from the plant.

    Parameters
    ----------
    state : str
        new, changed, gone (the plant has it, the file does not; nothing is deleted) or differs (the plant has
        another value from a list that goes first; nothing is overwritten).
    table : str
        Table of the database.
    key : str
        What the record is called.
    row : int
        File row; 0 for what is gone.
    changes : tuple of FieldChange
    """

    state: str
    table: str
    key: str
    row: int = 0
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What an import would do to the plant, counted over records, with those that need a look one by one.

    Parameters
    ----------
    new, changed, unchanged, gone, differs : int
    by_table : mapping of table to (new, changed)
    rows : tuple of RowDifference
        Changed, differing and gone ones, and the new ones of lists; at most `SHOWN_MOST` of each state.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    differs: int = 0
    by_table: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rows: tuple[RowDifference, ...] = ()

    def of(self, state: str) -> tuple[RowDifference, ...]:
        """Listed records of one state.

        Parameters
        ----------
        state : str

        Returns
        -------
        tuple of RowDifference
        """
        return tuple(r for r in self.rows if r.state == state)


@dataclass(frozen=True)
class ImportPreview:
    """What importing some tables would do; nothing is written until it is committed.

    Parameters
    ----------
    files : tuple of str
        Names of the files the tables come from.
    tables : tuple of TableRows
    tally : Tally
        Input rows of all tables: accepted, flagged and rejected ones add up to the rows read.
    findings : FindingTable
    difference : Difference
    notes : tuple of Message
        How units, dates and layouts were read and what was left aside.
    blocked : tuple of Message
        Why it cannot be committed: choices still open, or a file that cannot be read.
    known_before : bool
        The same file was imported before and nothing would change.
    audit_head : int
        Audit entry up to which the plant was looked at.
    plan : object
        What is to be written; belongs to the service.
    changes : Changes or None
        What was written, where the preview has been committed.
    """

    files: tuple[str, ...]
    tables: tuple[TableRows, ...]
    tally: Tally
    findings: FindingTable
    difference: Difference
    notes: tuple[Message, ...] = ()
    blocked: tuple[Message, ...] = ()
    known_before: bool = False
    audit_head: int = 0
    plan: Any = None
    changes: Changes | None = None

    @property
    def file(self) -> str:
        """File name, or the names of several files."""
        return ", ".join(self.files)


NO_TALLY = Tally(0, 0, 0, 0, 0, {})


def sum_of(tallies: Sequence[Tally]) -> Tally:
    """Counts of several tables together.

    Parameters
    ----------
    tallies : sequence of Tally

    Returns
    -------
    Tally
    """
    not_data: dict[str, int] = {}
    for t in tallies:
        for reason, count in t.not_data.items():
            not_data[reason] = not_data.get(reason, 0) + count
    names = ("rows_in", "accepted", "verify", "ignored", "rejected")
    rows_in, accepted, verify, ignored, rejected = (sum(getattr(t, n) for t in tallies) for n in names)
    return Tally(rows_in, accepted, verify, ignored, rejected, not_data)


def blocked_preview(file: str, reasons: Sequence[Message]) -> ImportPreview:
    """Preview of a file that cannot be imported as it is.

    Parameters
    ----------
    file : str
    reasons : sequence of Message

    Returns
    -------
    ImportPreview
    """
    why = tuple(reasons) or (msg("import.nothing_found", file=file),)
    return ImportPreview((file,), (), NO_TALLY, finding_table(()), Difference(), blocked=why)
