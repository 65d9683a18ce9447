"""Turn texts into typed columns in internal units, and give every row that cannot be used a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import NO_CODE, NO_DATE, BoolArray, FloatArray, IntArray
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.exchange.columns import TextColumn, column_of, constant_column, distinct_rows, join_columns
from integrity.exchange.dates import guess_dates, parse_dates
from integrity.exchange.detect import (
    BAD_NUMBER,
    BLANK,
    NOT_MEASURED,
    OBSTRUCTED,
    guess_unit,
    parse_numbers,
    read_code,
    read_nps,
    read_yes_no,
    to_internal,
    unit_code,
)
from integrity.exchange.fields import Field, RecordKind, allowed_codes, record_kind
from integrity.exchange.layouts import Place, RawRecords, records_of
from integrity.exchange.mapping_profile import MappingProfile
from integrity.exchange.outcome import FindingBatch, RowOutcome, finding_label
from integrity.exchange.positions import position_key
from integrity.exchange.raw_table import RawTable
from integrity.exchange.text import plain

_UNKNOWN = -2


@dataclass(frozen=True)
class ParsedColumn:
    """One field of all records.

    Parameters
    ----------
    values : ndarray, shape (n,)
        float64 in the internal unit, int64 days or codes, int8 yes/no, or str objects.
    entered : TextColumn
        The texts as they stood in the file.
    unit : TextColumn or None
        Unit code in which each value was entered; None where the field has no unit.
    """

    values: NDArray[Any]
    entered: TextColumn
    unit: TextColumn | None = None


@dataclass(frozen=True)
class ParsedRecords:
    """Typed records of one table with the outcome of each row.

    Parameters
    ----------
    kind, file, sheet : str
    columns : mapping of field to ParsedColumn
        Fields that the table gives.
    rows : ndarray of int64
        File row of each record.
    outcome : RowOutcome
    notes : tuple of Message
    """

    kind: str
    file: str
    sheet: str
    columns: Mapping[str, ParsedColumn]
    rows: IntArray
    outcome: RowOutcome
    notes: tuple[Message, ...]

    @property
    def n(self) -> int:
        """Number of records, rejected ones included."""
        return int(self.rows.size)

    def values(self, field: str) -> NDArray[Any]:
        """Typed values of a field; missing values of the right type where the table does not give it.

        Parameters
        ----------
        field : str

        Returns
        -------
        ndarray, shape (n,)
        """
        if field in self.columns:
            return self.columns[field].values
        return _missing(record_kind(self.kind).fields[field], self.n)


class _Findings:
    """Collects findings of one field."""

    def __init__(self, field: Field, column: TextColumn) -> None:
        self.batches: list[FindingBatch] = []
        self._field = field
        self._column = column

    def add(self, code: str, mask: BoolArray, **params: Any) -> None:
        index = np.flatnonzero(mask).astype(np.int64)
        if index.size:
            picked = {k: v[index] if isinstance(v, np.ndarray) else v for k, v in params.items()}
            evidence = {"text": self._column.take(index), **picked}
            self.batches.append(FindingBatch(code, index, self._field.key, evidence))

    def bad_cell(self, code: str, mask: BoolArray, **params: Any) -> None:
        """A cell that cannot be read rejects the row where the field is required, else it is left empty and flagged."""
        if self._field.required:
            self.add(code, mask, **params)
        else:
            self.add("field_left_empty", mask, reason=f"@{finding_label(code)}", **params)


def _only_marks(field: Field, values: NDArray[np.int8], notes: list[Message]) -> NDArray[np.int8]:
    """In a column that holds only yes marks and empty cells an empty cell means no; said in the notes."""
    marked = values == 1
    if not marked.any() or marked.all() or bool((values == 0).any()):
        return values
    notes.append(msg("exchange.note.only_marks", field=f"@{field.label}", n=int(marked.sum())))
    return np.where(values == -1, np.int8(0), values)


def _missing(field: Field, n: int) -> NDArray[Any]:
    if field.type in ("quantity", "nps"):
        return np.full(n, np.nan)
    if field.type == "date":
        return np.full(n, NO_DATE, dtype=np.int64)
    if field.type in ("code", "integer"):
        return np.full(n, NO_CODE, dtype=np.int64)
    if field.type == "yesno":
        return np.full(n, -1, dtype=np.int8)
    return constant_column("", n).texts()


def parse_table(table: RawTable, profile: MappingProfile) -> ParsedRecords:
    """Parse one table under a profile.

    Parameters
    ----------
    table : RawTable
    profile : MappingProfile
        Refused where required headings are absent or a unit is not known.

    Returns
    -------
    ParsedRecords
        Each input row has an outcome; `outcome.tally()` checks the sum.
    """
    return parse_records(records_of(table, profile), profile)


def parse_records(raw: RawRecords, profile: MappingProfile) -> ParsedRecords:
    """Parse records that have been brought into the long shape.

    Parameters
    ----------
    raw : RawRecords
    profile : MappingProfile

    Returns
    -------
    ParsedRecords
    """
    kind = record_kind(raw.kind)
    notes = list(raw.notes)
    batches: list[FindingBatch] = []
    columns: dict[str, ParsedColumn] = {}
    for key, column in raw.columns.items():
        if key == "unit":
            continue
        found = _Findings(kind.fields[key], column)
        columns[key] = _parse_field(kind.fields[key], column, raw, profile, found, notes)
        batches.extend(found.batches)
    batches.extend(_row_findings(raw, kind))
    outcome = RowOutcome(
        file=raw.file,
        sheet=raw.sheet,
        rows=raw.rows,
        letters=raw.letters,
        headings=raw.headings,
        rows_in=raw.rows_in,
        not_data_rows=raw.not_data_rows,
        not_data_reasons=raw.not_data_reasons,
    ).with_findings(batches)
    return ParsedRecords(raw.kind, raw.file, raw.sheet, columns, raw.rows, outcome, tuple(notes))


def _parse_field(
    field: Field, column: TextColumn, raw: RawRecords, profile: MappingProfile, found: _Findings, notes: list[Message]
) -> ParsedColumn:
    if field.required:
        blank = column.lookup(lambda t: plain(t) in _blank_words(), np.bool_)
        found.add("missing_value", blank)
    if field.type == "quantity":
        return _quantity(field, column, raw, profile, found, notes)
    if field.type == "integer":
        return ParsedColumn(_integers(field, column, profile, found), column)
    if field.type == "date":
        return ParsedColumn(_dates(field, column, profile, found, notes), column)
    if field.type == "code":
        return ParsedColumn(_codes(field, column, profile, found, notes), column)
    if field.type == "yesno":
        values = column.lookup(read_yes_no, np.int8)
        found.bad_cell("unknown_code", values == _UNKNOWN, allowed="yes, no, 是, 否")
        values = _only_marks(field, values, notes)
        return ParsedColumn(np.where(values == _UNKNOWN, np.int8(-1), values), column)
    if field.type == "nps":
        return ParsedColumn(_sizes(field, column, raw, found), column)
    if field.type == "position":
        return ParsedColumn(column.lookup(position_key, object), column)
    if field.type == "id":
        return ParsedColumn(column.lookup(lambda t: "" if plain(t) in _blank_words() else t.strip(), object), column)
    return ParsedColumn(column.lookup(str.strip, object), column)


def _blank_words() -> tuple[str, ...]:
    return ("", "-", "--", "—", "——", "–")


def _quantity(
    field: Field, column: TextColumn, raw: RawRecords, profile: MappingProfile, found: _Findings, notes: list[Message]
) -> ParsedColumn:
    numbers = parse_numbers(column, profile.decimal)
    unit, bad_unit = _units(field, numbers.values, numbers.units, raw, profile, notes)
    values = np.full(numbers.values.size, np.nan)
    for i, code in enumerate(unit.values):
        rows = unit.codes == i
        if code:
            values[rows] = to_internal(numbers.values[rows], field.quantity, code)
    read = ~np.isnan(numbers.values)
    found.bad_cell("bad_number", numbers.status == BAD_NUMBER)
    found.bad_cell("not_a_number", numbers.status == NOT_MEASURED)
    found.bad_cell("obstructed", numbers.status == OBSTRUCTED)
    found.bad_cell("unknown_unit", read & bad_unit)
    outside = _outside(field, values)
    found.bad_cell("out_of_range", outside, value=values, minimum=_bound(field.minimum), maximum=_bound(field.maximum))
    return ParsedColumn(np.where(outside, np.nan, values), column, unit)


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _outside(field: Field, values: FloatArray) -> BoolArray:
    out = np.zeros(values.size, dtype=np.bool_)
    if field.minimum is not None:
        out |= values < field.minimum
    if field.maximum is not None:
        out |= values > field.maximum
    if field.positive:
        out |= values <= 0
    return out


def _units(
    field: Field,
    values: FloatArray,
    cell_units: TextColumn,
    raw: RawRecords,
    profile: MappingProfile,
    notes: list[Message],
) -> tuple[TextColumn, BoolArray]:
    """Unit of each row: behind the number in the cell, else of the unit column, else of the whole column."""
    whole = ""
    own_column = raw.columns.get("unit") if field.key in ("t_mm",) else None
    if own_column is None and not cell_units.codes.all():
        whole = _column_unit(field, values, raw, profile, notes)
    if own_column is None and len(cell_units.values) == 1:
        return constant_column(whole, values.size), np.full(values.size, not whole)
    second = own_column if own_column is not None else constant_column("", values.size)
    joined = join_columns([cell_units, second], lambda p: _row_unit(p[0], p[1], field.quantity, whole))
    return joined, joined.lookup(lambda t: not t, np.bool_)


def _row_unit(cell: str, column: str, quantity: str, whole: str) -> str:
    text = cell or column
    return unit_code(text, quantity) if text.strip() else whole


def _column_unit(
    field: Field, values: FloatArray, raw: RawRecords, profile: MappingProfile, notes: list[Message]
) -> str:
    if field.key in profile.units:
        notes.append(msg("exchange.unit.from_profile", field=f"@{field.label}", unit=profile.units[field.key]))
        return profile.units[field.key]
    heading = _first_heading(raw.headings.get(field.key, ""))
    label = raw.label_units.get("t_mm", "") if field.quantity == "thickness" else ""
    guess = guess_unit(field, heading, values, label)
    notes.extend(guess.evidence)
    if guess.needs_choice and bool(np.any(~np.isnan(values))):
        place = {"file": raw.file, "sheet": raw.sheet, "field": f"@{field.label}", "heading": heading}
        raise InputError(msg("exchange.error.unit_needed", **place))
    return guess.unit


def _first_heading(place: Place) -> str:
    return place.values[0] if isinstance(place, TextColumn) else place


def _integers(field: Field, column: TextColumn, profile: MappingProfile, found: _Findings) -> IntArray:
    numbers = parse_numbers(column, profile.decimal)
    whole = ~np.isnan(numbers.values) & (numbers.values == np.floor(numbers.values))
    outside = whole & _outside(field, numbers.values)
    found.bad_cell("bad_number", (numbers.status != BLANK) & ~whole)
    found.bad_cell(
        "out_of_range", outside, value=numbers.values, minimum=_bound(field.minimum), maximum=_bound(field.maximum)
    )
    return np.where(whole & ~outside, numbers.values, NO_CODE).astype(np.int64)


def _dates(
    field: Field, column: TextColumn, profile: MappingProfile, found: _Findings, notes: list[Message]
) -> IntArray:
    rule = profile.dates.get(field.key, "")
    if not rule:
        guess = guess_dates(column)
        rule = guess.rule
        notes.extend(guess.evidence)
    dates = parse_dates(column, rule)
    found.bad_cell("bad_date", dates.bad)
    found.bad_cell("ambiguous_date", dates.ambiguous)
    if field.month:
        found.add("month_only", dates.month_only)
        return dates.days
    found.bad_cell("bad_date", dates.month_only)
    return np.where(dates.month_only, NO_DATE, dates.days)


def _codes(
    field: Field, column: TextColumn, profile: MappingProfile, found: _Findings, notes: list[Message]
) -> IntArray:
    allowed = allowed_codes(field.codes)
    own = profile.codes.get(field.key)
    index = {code: i for i, code in enumerate(allowed)}

    def code_of(text: str) -> int:
        code = read_code(text, field.codes, own)
        return _UNKNOWN if code is None else index.get(code, NO_CODE if code == "" else _UNKNOWN)

    values = column.lookup(code_of, np.int64)
    unknown = values == _UNKNOWN
    if field.open:
        texts = sorted({column.values[int(c)] for c in np.unique(column.codes[unknown])})
        notes.extend(msg("exchange.code.kept_as_text", field=f"@{field.label}", text=t) for t in texts[:10])
    else:
        found.bad_cell("unknown_code", unknown, allowed=", ".join(allowed[:12]))
    return np.where(unknown, NO_CODE, values).astype(np.int64)


def _sizes(field: Field, column: TextColumn, raw: RawRecords, found: _Findings) -> FloatArray:
    heading = plain(_first_heading(raw.headings.get(field.key, "")))
    millimetres = "dn" in heading.split() or "(mm)" in heading or ("公称直径" in heading and "nps" not in heading)
    values = column.lookup(lambda t: read_nps(t, millimetres), np.float64)
    empty = column.lookup(lambda t: plain(t) in _blank_words(), np.bool_)
    found.bad_cell("bad_size", np.isnan(values) & ~empty)
    return np.asarray(values, dtype=np.float64)


def _row_findings(raw: RawRecords, kind: RecordKind) -> list[FindingBatch]:
    out = []
    overflow = np.flatnonzero(raw.overflow).astype(np.int64)
    if overflow.size:
        out.append(FindingBatch("extra_cells", overflow))
    keys = [raw.columns[f] for f in kind.unique if f in raw.columns]
    if keys and len(keys) == len(kind.unique):
        out.append(_duplicates(raw, kind, keys))
    return out


def _duplicates(raw: RawRecords, kind: RecordKind, keys: list[TextColumn]) -> FindingBatch:
    """Rows whose key an earlier row of the file already has."""
    joined = join_columns(keys, lambda parts: "\x1f".join(p.strip() for p in parts))
    folded = column_of(joined.values)
    group, firsts = distinct_rows([folded.codes[joined.codes]])
    first_row = firsts[group]
    blank = joined.lookup(lambda t: not t.replace("\x1f", "").strip(), np.bool_)
    index = np.flatnonzero((first_row != np.arange(raw.n)) & ~blank).astype(np.int64)
    params = {"text": keys[0].take(index), "first_row": raw.rows[first_row[index]]}
    return FindingBatch("duplicate_key", index, kind.unique[0], params)
