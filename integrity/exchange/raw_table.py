"""A foreign table as it was read: headings, columns of original texts, file rows, and how it was understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.message import Message
from integrity.exchange.columns import TextColumn
from integrity.exchange.text import plain

NOT_DATA_REASONS = ("blank", "comment", "total", "footer", "repeated_heading", "section_title", "no_reading")


@dataclass(frozen=True)
class HeaderCandidate:
    """A row that could be the heading row, with its score and what made it."""

    row: int
    score: float
    cells: int
    known_names: int


@dataclass(frozen=True)
class RawTable:
    """One table of a file.

    Parameters
    ----------
    file : str
        File name without folders.
    sheet : str
        Sheet name; empty for text files.
    header_row : int
        1-based file row of the headings; 0 where none was found.
    headings : tuple of str
        Heading of each column, made unique: `Description`, `Description (2)`; a column without one has its letter.
    letters : tuple of str
        Spreadsheet letter of each column.
    columns : tuple of TextColumn
        One per heading, data rows only.
    rows : ndarray of int64
        1-based file row of each data row.
    overflow : ndarray of bool
        Data rows with cells beyond the last heading, in a file where other rows have none.
    head : tuple of (int, tuple of str)
        Rows above the headings, comment lines included, with their file row.
    not_data_rows : ndarray of int64
        File rows below the heading that are no data.
    not_data_reasons : ndarray of int8
        Index into `NOT_DATA_REASONS` of each of them.
    encoding, delimiter : str
        Empty for workbooks.
    candidates : tuple of HeaderCandidate
        Rows that were weighed as heading row, best first.
    evidence : tuple of Message
        How encoding, delimiter and heading row were found and what was left out.
    """

    file: str
    sheet: str
    header_row: int
    headings: tuple[str, ...]
    letters: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    rows: IntArray
    overflow: BoolArray
    head: tuple[tuple[int, tuple[str, ...]], ...]
    not_data_rows: IntArray
    not_data_reasons: NDArray[np.int8]
    encoding: str
    delimiter: str
    candidates: tuple[HeaderCandidate, ...]
    evidence: tuple[Message, ...]

    @property
    def n(self) -> int:
        """Number of data rows."""
        return int(self.rows.size)

    def column(self, heading: str) -> TextColumn:
        """Column under a heading.

        Parameters
        ----------
        heading : str
            One of `headings`.

        Returns
        -------
        TextColumn
        """
        return self.columns[self.headings.index(heading)]

    def letter(self, heading: str) -> str:
        """Spreadsheet letter of a heading's column.

        Parameters
        ----------
        heading : str

        Returns
        -------
        str
        """
        return self.letters[self.headings.index(heading)]

    def not_data_count(self, reason: str) -> int:
        """Rows below the heading left out for one reason.

        Parameters
        ----------
        reason : str
            One of `NOT_DATA_REASONS`.

        Returns
        -------
        int
        """
        return int(np.count_nonzero(self.not_data_reasons == NOT_DATA_REASONS.index(reason)))


def column_letter(index: int) -> str:
    """Spreadsheet letter of a 0-based column.

    Parameters
    ----------
    index : int

    Returns
    -------
    str
    """
    letters = ""
    index += 1
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unique_headings(texts: Sequence[str]) -> tuple[str, ...]:
    """Headings made unique by a number in brackets; an empty one becomes its column letter.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    tuple of str
    """
    seen: dict[str, int] = {}
    out: list[str] = []
    taken = {t.strip() for t in texts if t.strip()}
    for i, text in enumerate(texts):
        base = " ".join(text.split()) or column_letter(i)
        count = seen.get(plain(base), 0) + 1
        name = base if count == 1 else f"{base} ({count})"
        while count > 1 and name in taken:
            count += 1
            name = f"{base} ({count})"
        seen[plain(base)] = count
        taken.add(name)
        out.append(name)
    return tuple(out)
