"""Rows of a sheet or text file as columns, before it is known which row is the heading."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.message import Message
from integrity.exchange.columns import ColumnBuilder, TextColumn
from integrity.exchange.header import LOOK, Cell

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Grid:
    """Rows of a sheet or text file before it is known which of them is the heading.

    Parameters
    ----------
    head : list of (int, list of (str, int))
        The first rows with their file row, cells as (text, kind).
    columns : tuple of TextColumn
        All rows from the first on.
    rows : ndarray of int64
        File row of each.
    wide_merge : ndarray of bool
        Rows whose first cell is merged across columns.
    two_level : tuple of int
        Indexes of rows whose headings are spread over the row below.
    """

    head: list[tuple[int, list[Cell]]]
    columns: tuple[TextColumn, ...]
    rows: IntArray
    wide_merge: BoolArray
    two_level: tuple[int, ...]
    evidence: tuple[Message, ...]
    encoding: str = ""
    delimiter: str = ""


@contextmanager
def many_objects() -> Iterator[None]:
    """Hold the cycle collector while rows are built: it would walk millions of live cells again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def chunk_size(max_rows: int | None, done: int) -> int:
    """Rows to take next.

    Parameters
    ----------
    max_rows : int, optional
    done : int

    Returns
    -------
    int
    """
    return CHUNK_ROWS if max_rows is None else min(CHUNK_ROWS, max(max_rows - done, 0))


def add_chunk(builders: list[ColumnBuilder], chunk: list[list[Any]], done: int) -> None:
    """Append rows to the columns, padding short rows and opening new columns for longer ones.

    Parameters
    ----------
    builders : list of ColumnBuilder
        Extended in place.
    chunk : list of rows
    done : int
        Rows appended before.
    """
    widths = set(map(len, chunk))
    width = max(max(widths), len(builders))
    while len(builders) < width:
        builder = ColumnBuilder()
        builder.add_blank(done)
        builders.append(builder)
    if widths != {width}:
        chunk = [row if len(row) == width else row + [""] * (width - len(row)) for row in chunk]
    for builder, cells in zip(builders, zip(*chunk, strict=True), strict=True):
        builder.add(cells)


def head_of(columns: Sequence[TextColumn], rows: IntArray) -> list[tuple[int, list[Cell]]]:
    """The first rows as (file row, cells), for the search of the heading.

    Parameters
    ----------
    columns : sequence of TextColumn
    rows : ndarray of int64

    Returns
    -------
    list
    """
    most = min(LOOK, int(rows.size))
    return [(int(rows[i]), [(c.text(i), int(c.kinds[c.codes[i]])) for c in columns]) for i in range(most)]
