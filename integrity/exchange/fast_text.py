"""Split large plain text files with array operations: cells are numbered as bytes, only distinct ones become texts.

A block that is not plain (quotation marks, lines of unequal length) goes through the csv module; a file in which a cell
spans lines is left to the ordinary reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import IntArray
from integrity.core.progress import Progress
from integrity.exchange.columns import ColumnBuilder, TextColumn
from integrity.exchange.grid import add_chunk

BLOCK = 4 << 20
LEAST_BYTES = 2 << 20
WIDEST = 48
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "cp1252")
DELIMITERS = (",", ";", "\t")
_BOM = b"\xef\xbb\xbf"
_PRIME = np.uint64(0x9E3779B97F4A7C15)
Bytes = NDArray[np.uint8]


class NotPlainError(Exception):
    """The file needs the ordinary reader."""


def is_candidate(path: Path, encoding: str, delimiter: str) -> bool:
    """Whether a file is large enough and its encoding keeps delimiters as single bytes.

    Parameters
    ----------
    path : Path
    encoding, delimiter : str

    Returns
    -------
    bool
    """
    return encoding in ENCODINGS and delimiter in DELIMITERS and path.stat().st_size >= LEAST_BYTES


def read_plain(
    path: Path, encoding: str, errors: str, delimiter: str, progress: Progress
) -> tuple[tuple[TextColumn, ...], IntArray]:
    """Columns and line numbers of a plain text file.

    Parameters
    ----------
    path : Path
    encoding, errors : str
    delimiter : str
    progress : Progress

    Returns
    -------
    columns : tuple of TextColumn
    rows : ndarray of int64
        Line of each record; raises `NotPlainError` where a cell spans lines.
    """
    builders: list[ColumnBuilder] = []
    done, read, size = 0, 0, path.stat().st_size
    code = "utf-8" if encoding == "utf-8-sig" else encoding
    for block in _blocks(path):
        cells = _cut(block, delimiter)
        if cells is not None and (not builders or len(builders) == cells[0].shape[1]):
            _add_cells(builders, block, *cells, code, errors)
            done += cells[0].shape[0]
        else:
            done += _add_with_csv(builders, block.decode(code, errors), delimiter, done)
        read += len(block)
        progress.step(read, size)
    return tuple(b.build() for b in builders), np.arange(1, done + 1, dtype=np.int64)


def _blocks(path: Path) -> Iterator[bytes]:
    """Runs of whole lines, without the byte order mark."""
    rest = b""
    with path.open("rb") as f:
        if f.read(3) != _BOM:
            f.seek(0)
        while data := f.read(BLOCK):
            data = rest + data
            cut = data.rfind(b"\n") + 1
            rest = data[cut:]
            if cut:
                yield data[:cut]
    if rest:
        yield rest


def _cut(block: bytes, delimiter: str) -> tuple[IntArray, IntArray] | None:
    """Start and end of each cell, shape (lines, cells); None where the block is not plain."""
    if b'"' in block or b"\x00" in block or block.count(b"\r") not in (0, block.count(b"\r\n")):
        return None
    data = np.frombuffer(block if block.endswith(b"\n") else block + b"\n", dtype=np.uint8)
    marks = np.flatnonzero((data == ord(delimiter)) | (data == 10)).astype(np.int64)
    is_end = data[marks] == 10
    lines = int(np.count_nonzero(is_end))
    if marks.size % lines:
        return None
    width = marks.size // lines
    grid = marks.reshape(lines, width)
    if width < 2 or not is_end.reshape(lines, width)[:, -1].all():
        return None
    starts = np.concatenate(([0], marks[:-1] + 1)).reshape(lines, width)
    ends = grid.copy()
    ends[:, -1] -= data[np.maximum(grid[:, -1] - 1, 0)] == 13
    return (starts, ends) if not bool((data[starts[:, 0]] == ord("#")).any()) else None


def _add_cells(
    builders: list[ColumnBuilder], block: bytes, starts: IntArray, ends: IntArray, encoding: str, errors: str
) -> None:
    lines, width = starts.shape
    while len(builders) < width:
        builders.append(ColumnBuilder())
    data = np.frombuffer(block + bytes(WIDEST + 8), dtype=np.uint8)
    for j, builder in enumerate(builders):
        low, high = starts[:, j], ends[:, j]
        first, codes = _number(data, low, high - low) or (np.arange(lines, dtype=np.int64),) * 2
        pairs = zip(low[first].tolist(), high[first].tolist(), strict=True)
        texts = [block[a:b].decode(encoding, errors) for a, b in pairs]
        builder.add_numbered(texts, first, codes)


def _number(data: Bytes, starts: IntArray, lengths: IntArray) -> tuple[IntArray, IntArray] | None:
    """First row of each distinct cell and the number of each row's cell; None where cells are long."""
    widest = int(lengths.max(initial=0))
    if widest > WIDEST:
        return None
    span = max((widest + 7) // 8 * 8, 8)
    at = np.arange(span, dtype=np.int64)
    cells = data[starts[:, None] + at]
    cells[at >= lengths[:, None]] = 0
    words = cells.view(np.uint64)
    mixed = words[:, 0].copy()
    for k in range(1, words.shape[1]):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * _PRIME + words[:, k]
    _, first, codes = np.unique(mixed, return_index=True, return_inverse=True)
    if words.shape[1] > 1 and not np.array_equal(words, words[first[codes]]):
        return None
    return first.astype(np.int64), codes.astype(np.int64)


def _add_with_csv(builders: list[ColumnBuilder], text: str, delimiter: str, done: int) -> int:
    lines = io.StringIO(text, newline="")
    reader = csv.reader((_bare(line) for line in lines), delimiter=delimiter)
    try:
        chunk = list(reader)
    except csv.Error as error:
        raise NotPlainError from error
    if reader.line_num != len(chunk) or any("\n" in cell for row in chunk[-1:] for cell in row):
        raise NotPlainError
    if chunk:
        add_chunk(builders, chunk, done)
    return len(chunk)


def _bare(line: str) -> str:
    """A comment line cannot open a quoted cell."""
    return line.replace('"', "'") if line.lstrip().startswith("#") else line
