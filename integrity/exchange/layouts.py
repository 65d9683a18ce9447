"""Bring long tables and wide sheets into one shape: a column per field, one row per record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.exchange.columns import TextColumn, column_of, constant_column, join_columns, stack_columns
from integrity.exchange.fields import given_by_cells, record_kind
from integrity.exchange.labels import find_labels
from integrity.exchange.mapping import guess_mapping, is_calculated
from integrity.exchange.mapping_profile import IdRule, MappingProfile
from integrity.exchange.positions import position_key
from integrity.exchange.raw_table import NOT_DATA_REASONS, RawTable
from integrity.exchange.text import plain

NO_READING = NOT_DATA_REASONS.index("no_reading")
Place = str | TextColumn


@dataclass(frozen=True)
class RawRecords:
    """Records still as texts, one row each, whatever the layout of the file was.

    Parameters
    ----------
    kind, file, sheet : str
    columns : mapping of field to TextColumn
    letters, headings : mapping of field to str or TextColumn
        Where each field stood; a column of texts where it differs by row.
    rows : ndarray of int64
        File row of each record.
    overflow : ndarray of bool
        Records whose line has cells beyond the last heading.
    rows_in : int
        Input rows as counted here: table rows, or filled cells of a wide sheet.
    not_data_rows : ndarray of int64
    not_data_reasons : ndarray of int8
    label_units : mapping of field to text
        Unit texts found beside a label.
    notes : tuple of Message
        What was done and what was left aside.
    """

    kind: str
    file: str
    sheet: str
    columns: Mapping[str, TextColumn]
    letters: Mapping[str, Place]
    headings: Mapping[str, Place]
    rows: IntArray
    overflow: BoolArray
    rows_in: int
    not_data_rows: IntArray
    not_data_reasons: NDArray[np.int8]
    label_units: Mapping[str, str]
    notes: tuple[Message, ...]

    @property
    def n(self) -> int:
        """Number of records."""
        return int(self.rows.size)


def records_of(table: RawTable, profile: MappingProfile) -> RawRecords:
    """Take a table apart under a profile.

    Parameters
    ----------
    table : RawTable
    profile : MappingProfile
        A profile whose required headings the table lacks is refused.

    Returns
    -------
    RawRecords
    """
    notes = _check_headings(table, profile)
    columns = {f: table.column(h) for f, h in profile.fields.items() if h in table.headings}
    letters: dict[str, Place] = {f: table.letter(h) for f, h in profile.fields.items() if h in table.headings}
    headings: dict[str, Place] = {f: h for f, h in profile.fields.items() if h in table.headings}
    label_units: dict[str, str] = {}
    for field, label in find_labels(table).items():
        if field not in profile.labels or field in columns:
            continue
        if field == "unit":
            label_units["t_mm"] = label.text
            notes.append(msg("exchange.layout.label_unit", text=label.text, row=label.row))
            continue
        columns[field] = constant_column(label.text, table.n)
        name = f"@{record_kind(profile.kind).fields[field].label}"
        letters[field], headings[field] = f"{label.letter}{label.row}", label.label
        notes.append(msg("exchange.layout.label", field=name, text=label.text, row=label.row))
    for field, text in profile.constants.items():
        columns[field], letters[field], headings[field] = constant_column(text, table.n), "", ""
    wide = bool(given_by_cells(profile.kind)) and profile.layout != "long"
    base = RawRecords(
        kind=profile.kind,
        file=table.file,
        sheet=table.sheet,
        columns=columns,
        letters=letters,
        headings=headings,
        rows=table.rows,
        overflow=table.overflow,
        rows_in=table.n,
        not_data_rows=table.not_data_rows,
        not_data_reasons=table.not_data_reasons,
        label_units=label_units,
        notes=tuple(notes),
    )
    records = _unpivot(table, profile, base) if wide else base
    return _with_ids(records, profile.id_rule)


def _check_headings(table: RawTable, profile: MappingProfile) -> list[Message]:
    """Refuse a profile that does not fit the table; list what is not imported and why."""
    kind = record_kind(profile.kind)
    required = kind.required
    absent = [h for h in (*profile.fields.values(), *profile.positions) if h not in table.headings]
    hard = [profile.fields[f] for f in required if profile.fields.get(f) in absent]
    if profile.positions and all(h in absent for h in profile.positions):
        hard.append(next(iter(profile.positions)))
    if hard:
        raise InputError(msg("exchange.error.heading_absent", file=table.file, sheet=table.sheet, heading=hard[0]))
    by_cells = given_by_cells(profile.kind) if profile.positions else ()
    given = {*profile.fields, *profile.constants, *profile.labels, *by_cells}
    if missing := [f for f in required if f not in given]:
        name = f"@{kind.fields[missing[0]].label}"
        raise InputError(msg("exchange.error.field_not_mapped", file=table.file, field=name))
    notes = [msg("exchange.layout.heading_absent", heading=h) for h in absent]
    used = {*profile.fields.values(), *profile.positions}
    left = [h for h in table.headings if h not in used]
    keys = {h: "exchange.layout.calculated" if is_calculated(h) else "exchange.layout.not_imported" for h in left}
    return notes + [msg(key, heading=h) for h, key in keys.items()]


def _unpivot(table: RawTable, profile: MappingProfile, base: RawRecords) -> RawRecords:
    """One record for each filled cell; a row without any is listed as `no_reading`."""
    of_value, of_heading = given_by_cells(profile.kind)
    cells = [(h, p) for h, p in profile.positions.items() if h in table.headings]
    n, width = table.n, len(cells)
    values = stack_columns([table.column(h) for h, _ in cells])
    source = np.arange(n * width, dtype=np.int64).reshape(width, n).T.ravel()
    which, row = source // max(n, 1), source % max(n, 1)
    filled = ~values.blank if profile.kind == "reading" else ~values.lookup(_says_nothing, np.bool_)
    keep = filled[source]
    source, which, row = source[keep], which[keep], row[keep]
    columns = {f: c.take(row) for f, c in base.columns.items()}
    columns[of_value] = values.take(source)
    if profile.kind == "reading":
        columns[of_heading] = _positions(base, cells, which, row, filled.reshape(width, n))
    else:
        columns[of_heading] = _picked([p for _, p in cells], which)
    letters = {**base.letters, of_value: _picked([table.letter(h) for h, _ in cells], which)}
    headings = {**base.headings, of_value: _picked([h for h, _ in cells], which)}
    letters[of_heading], headings[of_heading] = letters[of_value], headings[of_value]
    empty = ~filled.reshape(width, n).any(axis=0)
    note = msg("exchange.layout.unpivoted", layout=profile.layout, columns=width, cells=int(source.size))
    return RawRecords(
        kind=base.kind,
        file=base.file,
        sheet=base.sheet,
        columns=columns,
        letters=letters,
        headings=headings,
        rows=base.rows[row],
        overflow=base.overflow[row],
        rows_in=int(np.count_nonzero(filled)),
        not_data_rows=np.concatenate([base.not_data_rows, base.rows[empty]]),
        not_data_reasons=np.concatenate(
            [base.not_data_reasons, np.full(np.count_nonzero(empty), NO_READING, dtype=np.int8)]
        ),
        label_units=base.label_units,
        notes=(*base.notes, note),
    )


def _says_nothing(text: str) -> bool:
    return plain(text) in ("", "-", "--", "—", "——", "–", "/")


def _picked(texts: list[str], which: IntArray) -> TextColumn:
    column = column_of(texts)
    return column.take(which)


def _positions(
    base: RawRecords, cells: list[tuple[str, str]], which: IntArray, row: IntArray, filled: BoolArray
) -> TextColumn:
    """Position of each reading; a lone value under a heading that also means `single` is a single point."""
    names = [position_key(p) for _, p in cells]
    single = [j for j, (h, _) in enumerate(cells) if "single" in h.lower() or "单点" in h]
    table = column_of([*names, ""])
    index = which.copy()
    if single:
        lone = filled.sum(axis=0) == 1
        index[lone[row] & np.isin(which, single)] = len(names)
    column = table.take(index)
    if "row_label" not in base.columns:
        return column
    lines = base.columns["row_label"].take(row)
    return join_columns([lines, column], lambda parts: "/".join(p for p in parts if p.strip()))


def _with_ids(records: RawRecords, rule: IdRule) -> RawRecords:
    """Apply the identifier rule to the CML (or the record's own key)."""
    target = "cml" if "cml" in records.columns else (record_kind(records.kind).unique or ("",))[0]
    if target not in records.columns or rule == IdRule():
        return records
    if rule.template:
        names = [f for f in records.columns if f"{{{f}}}" in rule.template]
        column = join_columns([records.columns[f] for f in names], lambda parts: _filled(rule, names, parts))
    else:
        column = join_columns([records.columns[target]], lambda parts: _cased(rule, parts[0]))
    return replace(records, columns={**records.columns, target: column})


def _filled(rule: IdRule, names: list[str], parts: Sequence[str]) -> str:
    text = rule.template
    for name, part in zip(names, parts, strict=True):
        text = text.replace(f"{{{name}}}", part.strip())
    return _cased(rule, text)


def _cased(rule: IdRule, text: str) -> str:
    text = "".join(text.split()) if rule.strip_spaces else text.strip()
    return text.upper() if rule.case == "upper" else text


def read_readings(table: RawTable, profile: MappingProfile | None = None) -> RawRecords:
    """Readings of a table in the long shape, with a guessed profile where none is given.

    Parameters
    ----------
    table : RawTable
    profile : MappingProfile, optional

    Returns
    -------
    RawRecords
    """
    return records_of(table, profile or guess_mapping(table, "reading").profile)
