"""Rows of one parsed table as plain values, and the findings that only the plant can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.exchange.columns import TextColumn, column_of, object_array
from integrity.exchange.fields import Field, allowed_codes, record_kind
from integrity.exchange.id_match import match_ids
from integrity.exchange.outcome import FindingBatch, RowOutcome
from integrity.exchange.parse import ParsedRecords
from integrity.exchange.text import plain
from integrity.services.imports_book import Book, Entry, Key, Model
from integrity.services.imports_types import ImportTable

_BLANK = ("", "-", "--", "—", "——", "–", "/")


class Rows:
    """One parsed table, row by row.

    Parameters
    ----------
    table : ImportTable
    parsed : ParsedRecords
    book : Book
    author : str
    as_of_d : int
    latest_d : int
        A day after this one lies in the future.
    """

    def __init__(
        self, table: ImportTable, parsed: ParsedRecords, book: Book, author: str, as_of_d: int, latest_d: int
    ) -> None:
        self.table, self.parsed, self.book, self.author = table, parsed, book, author
        self.as_of_d, self.latest_d = as_of_d, latest_d
        self.live: list[int] = np.flatnonzero(~parsed.outcome.rejected()).tolist()
        self.file_rows: list[int] = parsed.rows.tolist()
        self.touched: set[int] = set()
        self.gone_among: list[Entry] = []
        self.index: dict[Any, list[Entry]] = {}
        self.named: dict[int, list[Entry]] = {}
        self._lists: dict[str, list[Any]] = {}
        self._noted: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}

    def get(self, field: str, i: int) -> Any:
        """Value of a field in a row; None where the file gives none.

        Parameters
        ----------
        field : str
        i : int

        Returns
        -------
        float, int, bool, str or None
        """
        if field not in self._lists:
            spec = record_kind(self.parsed.kind).fields[field]
            given = self.parsed.columns.get(field)
            n = self.parsed.n
            self._lists[field] = [None] * n if given is None else plain_values(spec, given.values, given.entered)
        return self._lists[field][i]

    def use(self, field: str) -> None:
        """Say that a field is read by other means than `get`.

        Parameters
        ----------
        field : str
        """
        self._lists.setdefault(field, [None] * self.parsed.n)

    def values(self, i: int, same: Iterable[str], **renamed: str) -> dict[str, Any]:
        """Several fields of a row, by column of the database.

        Parameters
        ----------
        i : int
        same : iterable of str
            Fields whose column has the same name.
        **renamed
            Column of other fields.

        Returns
        -------
        dict of column to value
        """
        out = {name: self.get(name, i) for name in same}
        return out | {column: self.get(field, i) for field, column in renamed.items()}

    def put(self, model: Model, key: Key, values: Mapping[str, Any], i: int) -> Entry:
        """Make a record hold values of a row; a missing value changes nothing.

        Parameters
        ----------
        model : model class
        key : tuple
        values : mapping of column to value
        i : int

        Returns
        -------
        Entry
        """
        entry = self.book.put(model, key, values, self.file_rows[i])
        self.named.setdefault(i, []).append(entry)
        return self.touch(entry)

    def fill(self, entry: Entry, values: Mapping[str, Any], i: int) -> None:
        """Fill what is still empty in a record; a difference to another list is noted.

        Parameters
        ----------
        entry : Entry
        values : mapping of column to value
        i : int
        """
        self.book.fill(entry, values, self.file_rows[i])
        self.named.setdefault(i, []).append(self.touch(entry))

    def counts(self) -> tuple[int, int, int]:
        """Rows that bring a new record, that change something, and that change nothing.

        Returns
        -------
        new, changed, unchanged : int
        """
        states = [_state(entries) for entries in self.named.values()]
        return states.count(0), states.count(1), states.count(2)

    def source(self, i: int) -> str:
        """File, sheet and row, to be kept as the reason of a record.

        Parameters
        ----------
        i : int

        Returns
        -------
        str
        """
        return ":".join(p for p in (self.table.file, self.table.sheet, str(self.file_rows[i])) if p)

    def touch(self, entry: Entry) -> Entry:
        """Remember that the file names a record.

        Parameters
        ----------
        entry : Entry

        Returns
        -------
        Entry
        """
        self.touched.add(id(entry))
        return entry

    def note(self, code: str, i: int, field: str, **params: Any) -> None:
        """Note a finding on a row.

        Parameters
        ----------
        code : str
            A key of `exchange.outcome.SEVERITY`.
        i : int
        field : str
        **params
            Evidence for the message.
        """
        self._noted.setdefault((code, field), []).append((i, params))

    def left_aside(self) -> list[str]:
        """Fields that the file gives and the plant has no place for.

        Returns
        -------
        list of str
        """
        return sorted(set(self.parsed.columns) - set(self._lists))

    def outcome(self) -> RowOutcome:
        """Outcome of the rows with what was noted.

        Returns
        -------
        RowOutcome
        """
        return self.parsed.outcome.with_findings([_batch(key, rows) for key, rows in self._noted.items()])

    def resolve(self, field: str, known: Mapping[Any, Entry], code: str = "unknown_item") -> list[Entry | None]:
        """Records that an identifier column means, row by row; what is not known is noted and rejects the row.

        Parameters
        ----------
        field : str
        known : mapping of (identifier,) to Entry
        code : str

        Returns
        -------
        list of Entry or None
            None for rejected rows.
        """
        names = [key[0] for key in known]
        column = column_of([str(self.get(field, i) or "") for i in range(self.parsed.n)])
        match = match_ids(column, names)
        entries = list(known.values())
        out: list[Entry | None] = [None] * self.parsed.n
        for i in self.live:
            at, near = int(match.index[i]), int(match.suggestion[i])
            if at >= 0:
                out[i] = entries[at]
            elif near >= 0 and self.table.accept_suggestions:
                out[i] = entries[near]
                self.note("id_repaired", i, field, text=column.text(i), suggestion=names[near])
            else:
                hint = names[near] if near >= 0 else match.near.text(i)
                self.note(code, i, field, text=column.text(i), near=hint)
            found = out[i]
            if found is not None:
                self.touch(found)
        return out

    def day(self, field: str, i: int, after_d: int | None = None) -> int | None:
        """A day that must not lie before another one; where it does, it is left out and noted.

        Parameters
        ----------
        field : str
        i : int
        after_d : int, optional

        Returns
        -------
        int or None
        """
        value = self.get(field, i)
        if value is not None and after_d is not None and value < after_d:
            self.note("date_order", i, field, text=self.parsed.columns[field].entered.text(i))
            return None
        return None if value is None else int(value)

    def check_future(self, field: str, i: int) -> None:
        """Note a day that lies after today and after the as-of day.

        Parameters
        ----------
        field : str
        i : int
        """
        value = self.get(field, i)
        if value is not None and value > self.latest_d:
            self.note("future_date", i, field, text=self.parsed.columns[field].entered.text(i))


def _state(entries: Sequence[Entry]) -> int:
    """0 where the first record of a row is new, 1 where anything in it is new or changes, else 2."""
    if entries[0].is_new:
        return 0
    return 1 if any(e.is_new or e.changes() for e in entries) else 2


def _batch(key: tuple[str, str], rows: Sequence[tuple[int, Mapping[str, Any]]]) -> FindingBatch:
    code, field = key
    names = list(rows[0][1])
    params = {name: object_array([params[name] for _, params in rows]) for name in names}
    return FindingBatch(code, np.array([i for i, _ in rows], dtype=np.int64), field, params)


def plain_values(field: Field, values: Any, entered: TextColumn) -> list[Any]:
    """A parsed column as plain values with None for what is missing.

    Parameters
    ----------
    field : Field
    values : ndarray
    entered : TextColumn
        Texts as they stood, for open codes.

    Returns
    -------
    list
    """
    if field.type in ("quantity", "nps"):
        return [None if v != v else v for v in values.tolist()]
    if field.type == "date":
        return [None if v == NO_DATE else v for v in values.tolist()]
    if field.type == "integer":
        return [None if v < 0 else v for v in values.tolist()]
    if field.type == "yesno":
        return [None if v < 0 else bool(v) for v in values.tolist()]
    if field.type == "code":
        return _codes(field, values.tolist(), entered)
    if field.type == "position":
        return [str(v) or None for v in values.tolist()]
    texts = [None if plain(t) in _BLANK else t.strip() for t in entered.values]
    return [texts[c] for c in entered.codes.tolist()]


def _codes(field: Field, values: list[int], entered: TextColumn) -> list[str | None]:
    allowed = allowed_codes(field.codes)
    if not field.open:
        return [allowed[v] if v >= 0 else None for v in values]
    texts = ["" if plain(t) in _BLANK else t.strip() for t in entered.values]
    own = [texts[c] for c in entered.codes.tolist()]
    return [allowed[v] if v >= 0 else text or None for v, text in zip(values, own, strict=True)]
