"""Text columns held as codes into their distinct values, so that a million rows cost one look per distinct text."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray, IntArray, TextArray
from integrity.core.errors import ContractError
from integrity.core.message import msg

TEXT, NUMBER, DATE = 0, 1, 2
CodeArray = NDArray[np.int32]
KindArray = NDArray[np.int8]


@dataclass(frozen=True)
class TextColumn:
    """One column of cells as they stood in the file.

    Parameters
    ----------
    codes : ndarray of int32, shape (rows,)
        Index into `values` of each row; an empty cell points to the empty text.
    values : tuple of str
        Distinct texts.
    kinds : ndarray of int8, shape (len(values),)
        What the file said the cell is: `TEXT`, `NUMBER` or `DATE` (text files know only `TEXT`).
    """

    codes: CodeArray
    values: tuple[str, ...]
    kinds: KindArray

    def __post_init__(self) -> None:
        if self.kinds.shape != (len(self.values),):
            raise ContractError(msg("exchange.error.column_kinds"))
        self.codes.setflags(write=False)
        self.kinds.setflags(write=False)

    def __len__(self) -> int:
        return int(self.codes.size)

    def text(self, row: int) -> str:
        """Text of one row.

        Parameters
        ----------
        row : int

        Returns
        -------
        str
        """
        return self.values[int(self.codes[row])]

    def texts(self) -> TextArray:
        """Text of every row, shape (rows,)."""
        return self._table[self.codes]

    @cached_property
    def _table(self) -> TextArray:
        return object_array(self.values)

    @cached_property
    def blank(self) -> BoolArray:
        """Rows whose cell is empty or only spaces, shape (rows,)."""
        table = np.zeros(len(self.values), dtype=np.bool_)
        table[[i for i, text in enumerate(self.values) if not text or text.isspace()]] = True
        return table[self.codes]

    def lookup(self, function: Callable[[str], Any], dtype: Any) -> NDArray[Any]:
        """Apply a function once to each distinct text and spread the answers over the rows.

        Parameters
        ----------
        function : callable
            Takes a text.
        dtype : numpy type of the answers

        Returns
        -------
        ndarray, shape (rows,)
        """
        if dtype is object:
            return object_array([function(v) for v in self.values])[self.codes]
        table = np.fromiter(map(function, self.values), dtype=dtype, count=len(self.values))
        return np.asarray(table[self.codes])

    def take(self, rows: IntArray | BoolArray | slice) -> TextColumn:
        """Some rows, in the given order; the distinct values stay.

        Parameters
        ----------
        rows : ndarray of int64 or bool, or slice

        Returns
        -------
        TextColumn
        """
        return TextColumn(np.array(self.codes[rows], dtype=np.int32), self.values, self.kinds)

    def compact(self) -> TextColumn:
        """The same rows with only the distinct values that occur in them."""
        used = self.counts() > 0
        if bool(used.all()):
            return self
        number = np.cumsum(used).astype(np.int32) - 1
        values = tuple(itertools.compress(self.values, used.tolist()))
        return TextColumn(number[self.codes], values, self.kinds[used])

    def counts(self) -> IntArray:
        """Rows of each distinct value, shape (len(values),)."""
        return np.bincount(self.codes, minlength=len(self.values)).astype(np.int64)


def object_array(values: Sequence[Any]) -> TextArray:
    """One-dimensional object array that keeps each item as it is.

    Parameters
    ----------
    values : sequence

    Returns
    -------
    ndarray of object
    """
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


class _Codes(dict[Any, int]):
    """Dictionary that numbers new keys in order of arrival."""

    def __missing__(self, key: Any) -> int:
        self[key] = n = len(self)
        return n


class ColumnBuilder:
    """Collects one column chunk by chunk; cells may be of any hashable kind until the column is built.

    Each distinct cell is first known by the number of the row where it came up, which takes a single pass.
    """

    def __init__(self) -> None:
        self._seen: dict[Any, int] = {}
        self._parts: list[IntArray] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def add(self, cells: Sequence[Any]) -> None:
        """Append cells.

        Parameters
        ----------
        cells : sequence
        """
        first = map(self._seen.setdefault, cells, itertools.count(self._length))
        self._parts.append(np.fromiter(first, dtype=np.int64, count=len(cells)))
        self._length += len(cells)

    def add_numbered(self, texts: Sequence[str], first: IntArray, codes: IntArray) -> None:
        """Append cells that are already numbered.

        Parameters
        ----------
        texts : sequence of str
            Distinct texts.
        first : ndarray of int64
            Row of the first cell of each text.
        codes : ndarray of int64
            Text number of each cell.
        """
        rows = map(self._seen.setdefault, texts, (first + self._length).tolist())
        table = np.fromiter(rows, dtype=np.int64, count=len(texts))
        self._parts.append(table[codes])
        self._length += int(codes.size)

    def add_blank(self, count: int) -> None:
        """Append empty cells.

        Parameters
        ----------
        count : int
        """
        if count > 0:
            first = self._seen.setdefault("", self._length)
            self._parts.append(np.full(count, first, dtype=np.int64))
            self._length += count

    def build(self, convert: Callable[[Any], tuple[str, int]] | None = None) -> TextColumn:
        """The finished column.

        Parameters
        ----------
        convert : callable, optional
            Text and kind of each distinct cell; not needed where all cells are texts.

        Returns
        -------
        TextColumn
        """
        count = len(self._seen)
        firsts = np.fromiter(self._seen.values(), dtype=np.int64, count=count)
        number = np.zeros(max(self._length, 1), dtype=np.int32)
        number[firsts] = np.arange(count, dtype=np.int32)
        rows = np.concatenate(self._parts) if self._parts else np.zeros(0, dtype=np.int64)
        codes = number[rows]
        if convert is None:
            return TextColumn(codes, tuple(self._seen), np.zeros(count, dtype=np.int8))
        pairs = [convert(cell) for cell in self._seen]
        kinds = np.fromiter((kind for _, kind in pairs), dtype=np.int8, count=count)
        return TextColumn(codes, tuple(text for text, _ in pairs), kinds)


def column_of(texts: Iterable[str]) -> TextColumn:
    """Column from plain texts.

    Parameters
    ----------
    texts : iterable of str

    Returns
    -------
    TextColumn
    """
    builder = ColumnBuilder()
    builder.add(list(texts))
    return builder.build()


def constant_column(text: str, rows: int) -> TextColumn:
    """Column with the same text in every row.

    Parameters
    ----------
    text : str
    rows : int

    Returns
    -------
    TextColumn
    """
    return TextColumn(np.zeros(rows, dtype=np.int32), (text,), np.zeros(1, dtype=np.int8))


def stack_columns(columns: Sequence[TextColumn]) -> TextColumn:
    """Columns one under the other; equal texts of the same kind share a code.

    Parameters
    ----------
    columns : sequence of TextColumn

    Returns
    -------
    TextColumn
    """
    seen = _Codes()
    parts = []
    for column in columns:
        table = np.fromiter(
            (seen[(v, int(k))] for v, k in zip(column.values, column.kinds, strict=True)),
            dtype=np.int32,
            count=len(column.values),
        )
        parts.append(table[column.codes])
    codes = np.concatenate(parts).astype(np.int32) if parts else np.zeros(0, dtype=np.int32)
    kinds = np.fromiter((k for _, k in seen), dtype=np.int8, count=len(seen))
    return TextColumn(codes, tuple(v for v, _ in seen), kinds)


def join_columns(columns: Sequence[TextColumn], joiner: Callable[[Sequence[str]], str]) -> TextColumn:
    """Combine several columns row by row, calling `joiner` once for each distinct combination.

    Parameters
    ----------
    columns : sequence of TextColumn
    joiner : callable
        Takes the texts of one row.

    Returns
    -------
    TextColumn
    """
    group, firsts = distinct_rows([c.codes for c in columns])
    texts = [joiner([c.text(int(row)) for c in columns]) for row in firsts]
    inner = column_of(texts)
    return TextColumn(inner.codes[group].astype(np.int32), inner.values, inner.kinds)


def distinct_rows(keys: Sequence[NDArray[Any]]) -> tuple[IntArray, IntArray]:
    """Number the distinct combinations of several integer columns.

    Parameters
    ----------
    keys : sequence of integer arrays, shape (rows,)

    Returns
    -------
    group : ndarray of int64, shape (rows,)
        Number of the combination of each row.
    firsts : ndarray of int64, shape (groups,)
        First row of each combination.
    """
    group = np.zeros(keys[0].size, dtype=np.int64)
    firsts = np.zeros(0, dtype=np.int64)
    for key in keys:
        part = np.asarray(key, dtype=np.int64)
        low = int(part.min()) if part.size else 0
        span = int(part.max()) - low + 1 if part.size else 1
        _, firsts, group = np.unique(group * span + (part - low), return_index=True, return_inverse=True)
    return group.astype(np.int64), firsts.astype(np.int64)
