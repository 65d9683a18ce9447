"""Bring parsed tables of readings together with what the plant knows: identifiers, positions, plausibility, outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray
from integrity.core.settings import Settings
from integrity.exchange.columns import TextColumn, column_of, constant_column, distinct_rows, stack_columns
from integrity.exchange.id_match import id_findings, match_ids, match_positions
from integrity.exchange.outcome import FindingBatch, RowOutcome
from integrity.exchange.parse import ParsedRecords
from integrity.exchange.plausibility import CmlBasis, Plausibility, Readings, check_readings, limits


@dataclass(frozen=True)
class KnownCmls:
    """The plant's CMLs.

    Parameters
    ----------
    ids : tuple of str
    basis : CmlBasis
        Nominal thickness, kind, part and replacement day of each.
    positions : tuple of tuple of str
        Positions of each in normal form; a single point has the empty one; nothing where they are not known.
    """

    ids: tuple[str, ...]
    basis: CmlBasis
    positions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ExistingReadings:
    """Readings that the plant already has, arrays of one length.

    Parameters
    ----------
    cml_row : ndarray of int64
    position : TextColumn
        Normal form.
    date_d : ndarray of int64
    t_mm : ndarray of float64
    good : ndarray of bool
        Reading quality is good.
    """

    cml_row: IntArray
    position: TextColumn
    date_d: IntArray
    t_mm: FloatArray
    good: BoolArray


def nothing_existing() -> ExistingReadings:
    """No readings yet."""
    none = np.zeros(0, dtype=np.int64)
    return ExistingReadings(none, constant_column("", 0), none, np.zeros(0), np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True)
class CheckedReadings:
    """One table of readings, matched to the plant and checked.

    Parameters
    ----------
    parsed : ParsedRecords
        Its outcome is the one before the check.
    outcome : RowOutcome
        With the findings on identifiers, positions and plausibility.
    cml_row : ndarray of int64
        Row of the plant's CML; -1 where unknown.
    position : TextColumn
        Position in the plant's words.
    suggestion_mm : ndarray of float64
        Value that was probably meant; NaN where none is suggested.
    """

    parsed: ParsedRecords
    outcome: RowOutcome
    cml_row: IntArray
    position: TextColumn
    suggestion_mm: FloatArray

    @property
    def imported(self) -> BoolArray:
        """Rows that go into the plant, flagged ones included."""
        return ~self.outcome.rejected()


def check_import(
    tables: Sequence[ParsedRecords],
    known: KnownCmls,
    existing: ExistingReadings | None = None,
    *,
    settings: Settings | None = None,
    changed_limits: Mapping[str, float] | None = None,
    accept_suggestions: bool = False,
) -> tuple[CheckedReadings, ...]:
    """Match and check tables of readings that are imported together.

    Parameters
    ----------
    tables : sequence of ParsedRecords
        Of kind reading; they are checked as one batch, in the order given.
    known : KnownCmls
    existing : ExistingReadings, optional
    settings : Settings, optional
        Gives the limits that are settings of the program.
    changed_limits : mapping of str to float, optional
    accept_suggestions : bool
        The user has accepted the suggested identifiers.

    Returns
    -------
    tuple of CheckedReadings
        One per table; each outcome's `tally()` holds.
    """
    matched = match_tables(tables, known, accept_suggestions=[accept_suggestions] * len(tables))
    return check_matched(matched, known, existing, settings=settings, changed_limits=changed_limits)


def match_tables(
    tables: Sequence[ParsedRecords], known: KnownCmls, *, accept_suggestions: Sequence[bool]
) -> tuple[CheckedReadings, ...]:
    """Match identifiers and positions of tables of readings; plausibility is not looked at yet.

    Parameters
    ----------
    tables : sequence of ParsedRecords
    known : KnownCmls
    accept_suggestions : sequence of bool
        For each table, whether the user has accepted the suggested identifiers.

    Returns
    -------
    tuple of CheckedReadings
    """
    return tuple(_match(t, known, accept) for t, accept in zip(tables, accept_suggestions, strict=True))


def check_matched(
    matched: Sequence[CheckedReadings],
    known: KnownCmls,
    existing: ExistingReadings | None = None,
    *,
    settings: Settings | None = None,
    changed_limits: Mapping[str, float] | None = None,
) -> tuple[CheckedReadings, ...]:
    """Check the plausibility of matched tables of readings as one batch.

    Parameters
    ----------
    matched : sequence of CheckedReadings
        From `match_tables`.
    known, existing, settings, changed_limits
        See `check_import`.

    Returns
    -------
    tuple of CheckedReadings
    """
    have = existing or nothing_existing()
    tables = [m.parsed for m in matched]
    columns = stack_columns([*(m.position for m in matched), have.position])
    sizes = [t.n for t in tables]
    codes = columns.codes.astype(np.int64)
    batch = _readings(tables, matched, codes[: sum(sizes)])
    old = Readings(
        cml_row=have.cml_row,
        position=codes[sum(sizes) :],
        date_d=have.date_d,
        t_mm=have.t_mm,
        good=have.good & (have.cml_row >= 0),
        survey=np.full(have.cml_row.size, -1, dtype=np.int64),
        repeat=np.zeros(have.cml_row.size, dtype=np.int64),
    )
    result = check_readings(batch, old, known.basis, limits(settings, changed_limits))
    return tuple(_split(matched, result, sizes))


def _match(table: ParsedRecords, known: KnownCmls, accept: bool) -> CheckedReadings:
    ids = _id_column(table)
    match = match_ids(ids, known.ids)
    cml_row = match.resolved(accept)
    texts = table.values("position")
    where = match_positions(cml_row, texts, known.positions)
    findings = [*id_findings(ids, match, known.ids, accept), *where.findings()]
    outcome = table.outcome.with_findings(findings)
    return CheckedReadings(table, outcome, cml_row, where.positions, np.full(table.n, np.nan))


def _id_column(table: ParsedRecords) -> TextColumn:
    return table.columns["cml"].entered if "cml" in table.columns else column_of(table.values("cml"))


def _readings(tables: Sequence[ParsedRecords], matched: Sequence[CheckedReadings], position: IntArray) -> Readings:
    usable = np.concatenate([~m.outcome.rejected() for m in matched])
    cml_row = np.where(usable, np.concatenate([m.cml_row for m in matched]), -1)
    date_d = np.concatenate([t.values("date_d") for t in tables])
    return Readings(
        cml_row=cml_row,
        position=position,
        date_d=date_d,
        t_mm=np.concatenate([t.values("t_mm") for t in tables]),
        good=usable,
        survey=_surveys(tables, date_d),
        repeat=_codes([_texts(t, "reading_index") for t in tables]),
    )


def _surveys(tables: Sequence[ParsedRecords], date_d: IntArray) -> IntArray:
    """A survey is what one file or its survey label says of one day."""
    label = _codes([_texts(t, "survey") for t in tables])
    number = np.repeat(np.arange(len(tables), dtype=np.int64), [t.n for t in tables])
    return distinct_rows([number, label, np.where(date_d == NO_DATE, 0, date_d)])[0]


def _texts(table: ParsedRecords, field: str) -> TextColumn:
    return table.columns[field].entered if field in table.columns else constant_column("", table.n)


def _codes(columns: Sequence[TextColumn]) -> IntArray:
    codes: NDArray[np.int64] = stack_columns(columns).codes.astype(np.int64)
    return codes


def _split(matched: Sequence[CheckedReadings], result: Plausibility, sizes: Sequence[int]) -> list[CheckedReadings]:
    """Give each table its part of the findings."""
    ends = np.cumsum(sizes)
    out = []
    for item, size, end in zip(matched, sizes, ends, strict=True):
        start = int(end) - size
        parts = [p for b in result.batches if (p := _part(b, start, int(end))) is not None]
        suggestion = result.suggestion_mm[start : int(end)]
        out.append(replace(item, outcome=item.outcome.with_findings(parts), suggestion_mm=suggestion))
    return out


def _part(batch: FindingBatch, start: int, end: int) -> FindingBatch | None:
    inside = np.flatnonzero((batch.index >= start) & (batch.index < end))
    if not inside.size:
        return None
    params = {
        k: (v.take(inside) if isinstance(v, TextColumn) else v[inside] if isinstance(v, np.ndarray) else v)
        for k, v in (batch.params or {}).items()
    }
    return replace(batch, index=batch.index[inside] - start, params=params)
