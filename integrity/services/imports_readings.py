"""Readings of an import: which are new, changed or known, what was found, and the columns that are stored."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import BoolArray, IntArray, TextArray
from integrity.core.dates import iso_of
from integrity.core.settings import Settings
from integrity.exchange.batch import CheckedReadings, check_matched, match_tables
from integrity.exchange.columns import TextColumn, constant_column, distinct_rows, join_columns, object_array
from integrity.exchange.outcome import REJECTED, SEVERITY, FindingBatch
from integrity.exchange.parse import ParsedRecords
from integrity.services.imports_book import Book
from integrity.services.imports_cmls import (
    PlantCmls,
    StoredReadings,
    qualified,
    rows_of_files,
    source_name,
    stored_readings,
)
from integrity.services.imports_types import GOOD, VERIFY, ImportTable, quality_of

_MASK = 0x7FFFFFFF
_FULL_TURN = 360
_GRID = 1_000_000
_IDENTITY = ("survey", "reading_index")
_OF_SURVEY = ("technician", "instrument", "technique")


@dataclass(frozen=True)
class ReadingPlan:
    """What one table of readings does to the plant.

    Parameters
    ----------
    table : ImportTable
    checked : CheckedReadings
    cmls : PlantCmls
    source_key : ndarray of int64, shape (n,)
    new : ndarray of int64
        Rows that the plant does not have.
    changed, changed_id, changed_version : ndarray of int64
        Rows whose value in the file is another than when the file was imported before, and the readings they were.
    unchanged : int
    gone_id : ndarray of int64
        Readings of an earlier import of this file that it no longer has.
    """

    table: ImportTable
    checked: CheckedReadings
    cmls: PlantCmls
    source_key: IntArray
    new: IntArray
    changed: IntArray
    changed_id: IntArray
    changed_version: IntArray
    unchanged: int
    gone_id: IntArray


@dataclass(frozen=True)
class _Paired:
    """Stored reading of each row that is the same (`same`), or was it before the file changed (`was`); else -1."""

    keys: IntArray
    same: IntArray
    was: IntArray
    gone: BoolArray


def match_readings(
    tables: Sequence[ImportTable], parsed: Sequence[ParsedRecords], cmls: PlantCmls
) -> tuple[CheckedReadings, ...]:
    """Match identifiers and positions of tables of readings to the plant.

    Parameters
    ----------
    tables : sequence of ImportTable
    parsed : sequence of ParsedRecords
    cmls : PlantCmls

    Returns
    -------
    tuple of CheckedReadings
    """
    accept = [t.accept_suggestions for t in tables]
    return match_tables([qualified(p, cmls) for p in parsed], cmls.known, accept_suggestions=accept)


@dataclass(frozen=True)
class LookedUp:
    """What the plant has of some tables of readings: stored readings, and which rows of each table they are."""

    stored: StoredReadings
    pairs: tuple[_Paired, ...]


def look_up(book: Book, tables: Sequence[ImportTable], matched: Sequence[CheckedReadings], cmls: PlantCmls) -> LookedUp:
    """Find the rows of tables among the readings that the plant has.

    Parameters
    ----------
    book : Book
    tables : sequence of ImportTable
    matched : sequence of CheckedReadings
    cmls : PlantCmls

    Returns
    -------
    LookedUp
    """
    wanted = _wanted(matched)
    if known := rows_of_files(book, cmls, [source_name(t.file, t.sheet) for t in tables]):
        wanted = np.union1d(wanted, np.array(known, dtype=np.int64))
    stored = stored_readings(book, cmls, wanted)
    return LookedUp(stored, tuple(_pair(t, m, stored) for t, m in zip(tables, matched, strict=True)))


def check_readings(
    matched: Sequence[CheckedReadings], found: LookedUp, cmls: PlantCmls, settings: Settings
) -> tuple[CheckedReadings, ...]:
    """Check the plausibility of tables that are imported together, against one another and what the plant has.

    Readings that the plant has from an earlier import of the same rows are not compared with themselves.

    Parameters
    ----------
    matched : sequence of CheckedReadings
    found : LookedUp
    cmls : PlantCmls
    settings : Settings

    Returns
    -------
    tuple of CheckedReadings
    """
    fresh = np.ones(found.stored.n, dtype=np.bool_)
    for paired in found.pairs:
        fresh[paired.same[paired.same >= 0]] = False
        fresh[paired.was[paired.was >= 0]] = False
    return check_matched(matched, cmls.known, found.stored.existing(fresh), settings=settings)


def flag_future(checked: CheckedReadings, latest_d: int) -> CheckedReadings:
    """Flag readings whose day lies in the future: they would stay out of sight until that day.

    Parameters
    ----------
    checked : CheckedReadings
    latest_d : int
        Later days lie in the future.

    Returns
    -------
    CheckedReadings
    """
    index = np.flatnonzero(checked.imported & (checked.parsed.values("date_d") > latest_d)).astype(np.int64)
    if not index.size:
        return checked
    params = {"text": _texts(checked.parsed, "date_d").take(index)}
    found = FindingBatch("future_date", index, "date_d", params)
    return replace(checked, outcome=checked.outcome.with_findings([found]))


def plan_readings(
    table: ImportTable, checked: CheckedReadings, cmls: PlantCmls, stored: StoredReadings, paired: _Paired
) -> ReadingPlan:
    """Tell which rows of a table are new, changed or known.

    Parameters
    ----------
    table : ImportTable
    checked : CheckedReadings
    cmls : PlantCmls
    stored : StoredReadings
    paired : _Paired
        From `look_up`.

    Returns
    -------
    ReadingPlan
    """
    live = checked.imported
    known, was = paired.same >= 0, paired.was >= 0
    changed = np.flatnonzero(live & was).astype(np.int64)
    at = paired.was[changed]
    return ReadingPlan(
        table=table,
        checked=checked,
        cmls=cmls,
        source_key=paired.keys,
        new=np.flatnonzero(live & ~known & ~was).astype(np.int64),
        changed=changed,
        changed_id=stored.id[at],
        changed_version=stored.row_version[at],
        unchanged=int(np.count_nonzero(live & known)),
        gone_id=stored.id[paired.gone],
    )


def _wanted(matched: Sequence[CheckedReadings]) -> IntArray:
    rows = np.concatenate([m.cml_row for m in matched]) if matched else np.zeros(0, dtype=np.int64)
    return np.unique(rows[rows >= 0])


def _pair(table: ImportTable, item: CheckedReadings, stored: StoredReadings) -> _Paired:
    n, keys = item.parsed.n, source_keys(item.parsed)
    same, was = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    if not stored.n:
        return _Paired(keys, same, was, np.zeros(0, dtype=np.bool_))
    rows = np.flatnonzero(item.imported)
    texts = {text: k for k, text in enumerate(dict.fromkeys([*item.position.values, *stored.position.values]))}
    mine = np.array([texts[t] for t in item.position.values], dtype=np.int64)[item.position.codes]
    theirs = np.array([texts[t] for t in stored.position.values], dtype=np.int64)[stored.position.codes]
    day = item.parsed.values("date_d")
    left = [item.cml_row, mine, day, keys]
    right = [stored.cml_row, theirs, stored.date_d, stored.source_key]
    from_file = np.flatnonzero(stored.source_key >= 0)
    same[rows] = _joined([c[rows] for c in left], [c[from_file] for c in right], from_file)
    taken = np.zeros(stored.n, dtype=np.bool_)
    taken[same[same >= 0]] = True
    origin = source_name(table.file, table.sheet)
    here = stored.source.lookup(lambda t: t == origin, np.bool_)
    rest, open_ = np.flatnonzero(item.imported & (same < 0)), np.flatnonzero(here & ~taken & (stored.source_key >= 0))
    left[3], right[3] = keys >> 32, stored.source_key >> 32
    was[rest] = _joined([c[rest] for c in left], [c[open_] for c in right], open_)
    gone = here & ~taken
    gone[was[was >= 0]] = False
    return _Paired(keys, same, was, gone)


def _joined(left: list[IntArray], right: list[IntArray], rows: IntArray) -> IntArray:
    """For each left row the right row of equal keys and equal rank among its equals; -1 where there is none."""
    n = left[0].size
    out = np.full(n, -1, dtype=np.int64)
    if not n or not rows.size:
        return out
    group, _ = distinct_rows([np.concatenate(pair) for pair in zip(left, right, strict=True)])
    a, b = _ranked(group[:n]), _ranked(group[n:])
    width = int(max(a.max(), b.max())) + 1
    a, b = group[:n] * width + a, group[n:] * width + b
    order = np.argsort(b)
    at = np.minimum(np.searchsorted(b[order], a), b.size - 1)
    hit = b[order][at] == a
    out[hit] = rows[order[at[hit]]]
    return out


def _ranked(group: IntArray) -> IntArray:
    """How many earlier rows are of the same group."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    starts = np.maximum.accumulate(np.where(first, np.arange(group.size), 0))
    out = np.empty(group.size, dtype=np.int64)
    out[order] = np.arange(group.size) - starts
    return out


def source_keys(parsed: ParsedRecords) -> IntArray:
    """Key by which a row of a file is recognised: what the row is (upper half) and what it says (lower half).

    Parameters
    ----------
    parsed : ParsedRecords

    Returns
    -------
    ndarray of int64, shape (n,)
        Not negative. Position, day and CML are compared beside it.
    """
    what = np.zeros(parsed.n, dtype=np.int64)
    for field in _IDENTITY:
        what = (what * 1_000_003 + _hashes(_texts(parsed, field))) & _MASK
    value = parsed.columns["t_mm"]
    says = _hashes(value.entered)
    if value.unit is not None:
        says = (says * 1_000_003 + _hashes(value.unit)) & _MASK
    return (what << 32) | says


def _texts(parsed: ParsedRecords, field: str) -> TextColumn:
    return parsed.columns[field].entered if field in parsed.columns else constant_column("", parsed.n)


def _hashes(column: TextColumn) -> IntArray:
    return column.lookup(lambda t: zlib.crc32(t.strip().encode()) & _MASK, np.int64)


def position_number(text: str) -> int:
    """Number of a position inside its CML: 0 for a lone point, degrees or ordinal, 360 for the angle 0.

    Parameters
    ----------
    text : str
        Normal form.

    Returns
    -------
    int
        A grid place `row/column` and any other text have numbers above all angles.
    """
    if not text:
        return 0
    if text.isdigit() and int(text) < _GRID:
        return int(text) or _FULL_TURN
    row, _, column = text.partition("/")
    if row.isdigit() and column.isdigit() and int(row) < 1000 and int(column) < 1000:
        return _GRID + int(row) * 1000 + int(column)
    return 2 * _GRID + zlib.crc32(text.encode()) % 2_000_000_000


def reading_columns(plan: ReadingPlan, rows: IntArray) -> dict[str, Any]:
    """Columns of the table of readings for some rows, all but CML, survey and batch.

    Parameters
    ----------
    plan : ReadingPlan
    rows : ndarray of int64

    Returns
    -------
    dict of column name to array
    """
    parsed, outcome = plan.checked.parsed, plan.checked.outcome
    value = parsed.columns["t_mm"]
    position = plan.checked.position.take(rows)
    quality, reason = _qualities(plan)
    return {
        "position": position.lookup(position_number, np.int64),
        "position_text": position.texts(),
        "date_d": parsed.values("date_d")[rows],
        "t_mm": value.values[rows],
        "entered_text": value.entered.take(rows).texts(),
        "entered_unit": value.unit.take(rows).texts() if value.unit is not None else "",
        "quality": quality[rows],
        "quality_reason": reason[rows],
        "is_nominal": outcome.has("nominal_as_first")[rows],
        "T_surface_C": parsed.values("T_surface_C")[rows],
        "source_row": parsed.rows[rows],
        "source_key": plan.source_key[rows],
        "remarks": _remarks(parsed).take(rows).texts(),
    }


def _qualities(plan: ReadingPlan) -> tuple[IntArray, TextArray]:
    """Quality of each row and the codes of the findings that gave it."""
    outcome = plan.checked.outcome
    quality = np.full(outcome.n, GOOD, dtype=np.int64)
    codes: dict[int, list[str]] = {}
    for batch in outcome.batches:
        if SEVERITY[batch.code] == REJECTED or SEVERITY[batch.code] < VERIFY:
            continue
        np.maximum.at(quality, batch.index, quality_of(batch.code))
        for k in batch.index.tolist():
            codes.setdefault(k, []).append(batch.code)
    reason = object_array([""] * outcome.n)
    for k, found in codes.items():
        reason[k] = ", ".join(dict.fromkeys(found))
    return quality, reason


def _remarks(parsed: ParsedRecords) -> TextColumn:
    given = [_texts(parsed, f) for f in ("remarks", "flags") if f in parsed.columns]
    if not given:
        return constant_column("", parsed.n)
    return join_columns(given, lambda parts: "; ".join(p.strip() for p in parts if p.strip()))


@dataclass(frozen=True)
class SurveyRows:
    """Surveys of some rows: name and number of each, and what holds for a whole survey.

    Parameters
    ----------
    names : tuple of str
    number : ndarray of int64, shape (rows,)
    first_d : ndarray of int64, shape (surveys,)
    whole : mapping of column to list of str
        Technician, instrument and technique where they are the same for the whole survey.
    own : mapping of column to ndarray of str objects, shape (rows,)
        The same for each row where they are not.
    """

    names: tuple[str, ...]
    number: IntArray
    first_d: IntArray
    whole: dict[str, list[str]]
    own: dict[str, TextArray]


def surveys_of(plan: ReadingPlan, rows: IntArray) -> SurveyRows:
    """Surveys of some rows: as the file labels them, else one for each file, sheet and day.

    Parameters
    ----------
    plan : ReadingPlan
    rows : ndarray of int64

    Returns
    -------
    SurveyRows
    """
    parsed = plan.checked.parsed
    label, day = _texts(parsed, "survey").take(rows), parsed.values("date_d")[rows]
    labelled = ~label.blank
    number, firsts = distinct_rows([label.codes, np.where(labelled, 0, day)])
    stem = " ".join(p for p in (Path(plan.table.file).stem, plan.table.sheet) if p)
    names = tuple(label.text(int(k)).strip() if labelled[k] else f"{stem} {iso_of(int(day[k]))}" for k in firsts)
    first_d = np.full(len(names), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first_d, number, day)
    whole: dict[str, list[str]] = {}
    own: dict[str, TextArray] = {}
    for field in _OF_SURVEY:
        if field in parsed.columns:
            whole[field], own[field] = _shared(_texts(parsed, field).take(rows), number, firsts)
    return SurveyRows(names, number, first_d, whole, own)


def _shared(column: TextColumn, number: IntArray, firsts: IntArray) -> tuple[list[str], TextArray]:
    """Text of each survey where it is the same in all its rows, and the texts of the rows where it is not."""
    _, at = distinct_rows([number, column.codes])
    alone = np.bincount(number[at], minlength=firsts.size) == 1
    whole = [column.text(int(k)).strip() if alone[s] else "" for s, k in enumerate(firsts)]
    texts = column.texts().copy()
    texts[alone[number]] = ""
    return whole, texts
