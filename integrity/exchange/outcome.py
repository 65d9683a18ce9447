"""What became of every input row: accepted, flagged or rejected, with the reason, the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.errors import ContractError, ToolError
from integrity.core.message import Message, Param, msg
from integrity.exchange.columns import TextColumn
from integrity.exchange.raw_table import NOT_DATA_REASONS

ACCEPTED, VERIFY, IGNORED, REJECTED = range(4)
STATUS = ("accepted", "verify", "ignored", "rejected")

SEVERITY: Mapping[str, int] = {
    "missing_value": REJECTED,
    "bad_number": REJECTED,
    "not_a_number": REJECTED,
    "obstructed": REJECTED,
    "bad_date": REJECTED,
    "ambiguous_date": REJECTED,
    "unknown_code": REJECTED,
    "bad_size": REJECTED,
    "out_of_range": REJECTED,
    "unknown_unit": REJECTED,
    "duplicate_key": REJECTED,
    "extra_cells": REJECTED,
    "unknown_cml": REJECTED,
    "id_typo": REJECTED,
    "unknown_item": REJECTED,
    "unknown_component": REJECTED,
    "component_needed": REJECTED,
    "subject_needed": REJECTED,
    "unknown_subject": REJECTED,
    "ambiguous_subject": REJECTED,
    "unknown_symbol": REJECTED,
    "unknown_mechanism": REJECTED,
    "unit_needed": REJECTED,
    "unit_unknown": REJECTED,
    "stream_conflict": VERIFY,
    "field_left_empty": VERIFY,
    "month_only": VERIFY,
    "date_order": VERIFY,
    "future_date": VERIFY,
    "id_repaired": VERIFY,
    "unknown_position": VERIFY,
    "decimal_slip": VERIFY,
    "unit_mixup": VERIFY,
    "growth": VERIFY,
    "above_nominal": VERIFY,
    "below_third": VERIFY,
    "short_interval": VERIFY,
    "repeat_spread": VERIFY,
    "nominal_as_first": VERIFY,
    "resent_survey": VERIFY,
    "duplicate_survey": IGNORED,
}


@dataclass(frozen=True)
class FindingBatch:
    """The same finding on many rows.

    Parameters
    ----------
    code : str
        A key of `SEVERITY`.
    index : ndarray of int64, shape (m,)
        Input rows (0-based positions in the outcome).
    field : str
        Field it is about; empty where it is about the whole row.
    params : mapping of str to value, ndarray or TextColumn of length m
        Evidence for the message.
    """

    code: str
    index: IntArray
    field: str = ""
    params: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.code not in SEVERITY:
            raise ContractError(msg("exchange.error.unknown_finding", code=self.code))

    def param(self, k: int) -> dict[str, Param]:
        """Message parameters of the k-th row of the batch.

        Parameters
        ----------
        k : int

        Returns
        -------
        dict of str to str, int or float
        """
        out: dict[str, Param] = {}
        for name, value in (self.params or {}).items():
            if isinstance(value, TextColumn):
                out[name] = value.text(k)
            elif isinstance(value, np.ndarray):
                out[name] = value[k].item() if hasattr(value[k], "item") else value[k]
            else:
                out[name] = value
        return out


@dataclass(frozen=True)
class Finding:
    """One finding on one input row, ready for a list.

    Parameters
    ----------
    index : int
        0-based position among the input rows.
    code : str
    severity : int
        `VERIFY`, `IGNORED` or `REJECTED`.
    file, sheet : str
    row : int
        1-based file row.
    column : str
        Column letter; empty where the whole row is meant.
    heading : str
    message, remedy : Message
    """

    index: int
    code: str
    severity: int
    file: str
    sheet: str
    row: int
    column: str
    heading: str
    message: Message
    remedy: Message


@dataclass(frozen=True)
class Tally:
    """Counts of an import; the four outcomes add up to the input rows."""

    rows_in: int
    accepted: int
    verify: int
    ignored: int
    rejected: int
    not_data: Mapping[str, int]

    @property
    def flagged(self) -> int:
        """Rows kept with a flag."""
        return self.verify + self.ignored


@dataclass(frozen=True)
class RowOutcome:
    """Outcome of each input row of one table.

    Parameters
    ----------
    file, sheet : str
    rows : ndarray of int64, shape (n,)
        File row of each input row.
    letters : mapping of field to str or TextColumn
        Column letter of each field; a column of letters where it differs by row.
    headings : mapping of field to str or TextColumn
    rows_in : int
        Input rows counted when the file was taken apart, independently of what follows.
    not_data_rows : ndarray of int64
    not_data_reasons : ndarray of int8
    batches : tuple of FindingBatch
    """

    file: str
    sheet: str
    rows: IntArray
    letters: Mapping[str, Any]
    headings: Mapping[str, Any]
    rows_in: int
    not_data_rows: IntArray
    not_data_reasons: NDArray[np.int8]
    batches: tuple[FindingBatch, ...] = ()

    @property
    def n(self) -> int:
        """Number of input rows that have an outcome."""
        return int(self.rows.size)

    def with_findings(self, batches: Sequence[FindingBatch]) -> RowOutcome:
        """A copy with more findings; empty batches are dropped.

        Parameters
        ----------
        batches : sequence of FindingBatch

        Returns
        -------
        RowOutcome
        """
        kept = tuple(b for b in batches if b.index.size)
        return replace(self, batches=(*self.batches, *kept))

    def status(self) -> NDArray[np.int8]:
        """Gravest severity of each row, shape (n,); `ACCEPTED` where nothing was found."""
        out = np.zeros(self.n, dtype=np.int8)
        for batch in self.batches:
            np.maximum.at(out, batch.index, np.int8(SEVERITY[batch.code]))
        return out

    def rejected(self) -> BoolArray:
        """Rows that are not imported, shape (n,)."""
        return self.status() == REJECTED

    def has(self, code: str) -> BoolArray:
        """Rows with a finding of one code, shape (n,).

        Parameters
        ----------
        code : str

        Returns
        -------
        ndarray of bool
        """
        out = np.zeros(self.n, dtype=np.bool_)
        for batch in self.batches:
            if batch.code == code:
                out[batch.index] = True
        return out

    def code_counts(self) -> dict[str, int]:
        """Rows of each finding code.

        Returns
        -------
        dict of str to int
        """
        return {c: int(np.count_nonzero(self.has(c))) for c in SEVERITY if any(b.code == c for b in self.batches)}

    def findings(self, least: int = VERIFY) -> Iterator[Finding]:
        """Every finding as a row of a list, in order of the batches.

        Parameters
        ----------
        least : int
            Lowest severity to give.

        Yields
        ------
        Finding
        """
        for batch in self.batches:
            if SEVERITY[batch.code] >= least:
                for k in range(int(batch.index.size)):
                    yield self.finding(batch, k)

    def findings_of(self, index: int) -> list[Finding]:
        """Findings of one input row.

        Parameters
        ----------
        index : int

        Returns
        -------
        list of Finding
        """
        return [self.finding(b, int(k)) for b in self.batches for k in np.flatnonzero(b.index == index)]

    def texts_of(self, places: Mapping[str, Any], batch: FindingBatch) -> NDArray[Any]:
        """Column letter or heading of each row of a batch.

        Parameters
        ----------
        places : mapping
            `letters` or `headings` of this outcome.
        batch : FindingBatch

        Returns
        -------
        ndarray of str objects
        """
        place = places.get(batch.field, "")
        if isinstance(place, TextColumn):
            return place.take(batch.index).texts()
        return np.full(batch.index.size, str(place), dtype=object)

    def finding(self, batch: FindingBatch, k: int) -> Finding:
        """One row of one of the batches as a row of a list.

        Parameters
        ----------
        batch : FindingBatch
        k : int

        Returns
        -------
        Finding
        """
        index = int(batch.index[k])
        column = _at(self.letters.get(batch.field, ""), index)
        heading = _at(self.headings.get(batch.field, ""), index)
        where = f"{self.file} / {self.sheet}" if self.sheet else self.file
        place: dict[str, Param] = {"file": self.file, "sheet": self.sheet, "where": where}
        place["row"] = int(self.rows[index])
        params = {**place, "column": column, "heading": heading, "field": batch.field, **batch.param(k)}
        return Finding(
            index=index,
            code=batch.code,
            severity=SEVERITY[batch.code],
            file=self.file,
            sheet=self.sheet,
            row=int(self.rows[index]),
            column=column,
            heading=heading,
            message=Message(f"exchange.finding.{batch.code}", params),
            remedy=Message(f"exchange.remedy.{batch.code}", params),
        )

    def tally(self) -> Tally:
        """Count the outcomes and check that no input row is lost.

        Returns
        -------
        Tally
            A `ToolError` where input rows and outcomes do not agree.
        """
        counts = np.bincount(self.status(), minlength=len(STATUS))
        total = int(counts.sum())
        if total != self.rows_in:
            raise ToolError(msg("exchange.error.rows_lost", file=self.file, rows_in=self.rows_in, rows_out=total))
        reasons = np.bincount(self.not_data_reasons, minlength=len(NOT_DATA_REASONS))
        not_data = {name: int(c) for name, c in zip(NOT_DATA_REASONS, reasons, strict=False) if c}
        accepted, verify, ignored, rejected = (int(c) for c in counts)
        return Tally(self.rows_in, accepted, verify, ignored, rejected, not_data)


def status_label(status: int) -> str:
    """Catalogue key of an outcome's name.

    Parameters
    ----------
    status : int

    Returns
    -------
    str
    """
    return f"exchange.status.{STATUS[status]}"


def finding_label(code: str) -> str:
    """Catalogue key of a finding's short name, for lists and filters.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
    """
    return f"exchange.flag.{code}"


def _at(value: Any, index: int) -> str:
    return value.text(index) if isinstance(value, TextColumn) else str(value)
