"""Open a plant's file, whatever it is, and give its tables with every original text and file row."""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TextIO

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray, IntArray
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.progress import SILENT, Progress
from integrity.exchange.columns import ColumnBuilder, TextColumn
from integrity.exchange.fast_text import NotPlainError, is_candidate, read_plain
from integrity.exchange.grid import Grid, add_chunk, chunk_size, head_of, many_objects
from integrity.exchange.header import classify_rows, is_heading, score_headers
from integrity.exchange.raw_table import (
    NOT_DATA_REASONS,
    HeaderCandidate,
    RawTable,
    column_letter,
    unique_headings,
)
from integrity.exchange.sniff import file_kind, sniff_delimiter, sniff_encoding
from integrity.exchange.workbooks import read_sheet, workbook_sheets

HEAD_LINES = 400
Quoting = Literal[0, 3]
SUSPECT_LINES = 4
OVERFLOW_SHARE = 0.2
NO_ROWS = np.zeros(0, dtype=np.int64)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Names of the sheets of a workbook; one empty name for a text file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of str
    """
    if file_kind(path) == "text":
        return ("",)
    return workbook_sheets(path)


def read_table(
    path: Path,
    sheet: str | None = None,
    *,
    header_row: int | None = None,
    encoding: str = "",
    delimiter: str = "",
    max_rows: int | None = None,
    progress: Progress = SILENT,
) -> RawTable:
    """Read one table of a file.

    Parameters
    ----------
    path : Path
        XLSX, XLSM, XLSB, XLS, ODS, or any delimited text; the content decides, not the name.
    sheet : str, optional
        Sheet name; the first sheet where not given.
    header_row : int, optional
        1-based file row of the headings where the user has chosen it; 0 for a file without headings.
    encoding, delimiter : str, optional
        The user's choice; found from the content where empty.
    max_rows : int, optional
        Stop after so many rows, for a preview.
    progress : Progress
        Told of the rows read.

    Returns
    -------
    RawTable
        A file that cannot be read is refused with the reason and what to do.
    """
    if file_kind(path) == "text":
        grid = _read_text(path, encoding, delimiter, max_rows, progress)
        return build_table(path.name, "", grid, header_row)
    names = workbook_sheets(path)
    chosen = names[0] if sheet is None else sheet
    if chosen not in names:
        raise InputError(msg("exchange.error.no_sheet", file=path.name, sheet=chosen, sheets=", ".join(names)))
    return build_table(path.name, chosen, read_sheet(path, chosen, max_rows, progress), header_row)


def read_all(path: Path, *, progress: Progress = SILENT) -> tuple[RawTable, ...]:
    """All tables of a file, one for each sheet that holds more than blank cells.

    Parameters
    ----------
    path : Path
    progress : Progress

    Returns
    -------
    tuple of RawTable
    """
    tables = (read_table(path, name or None, progress=progress) for name in sheet_names(path))
    return tuple(t for t in tables if t.headings)


def _read_text(path: Path, encoding: str, delimiter: str, max_rows: int | None, progress: Progress) -> Grid:
    guess = sniff_encoding(path)
    code = encoding or guess.encoding
    errors = "strict" if encoding else guess.errors
    notes = [msg("exchange.encoding.chosen", encoding=encoding) if encoding else guess.evidence]
    try:
        with path.open(encoding=code, errors=errors, newline="") as f:
            lines = list(itertools.islice(f, HEAD_LINES))
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError(msg("exchange.error.cannot_decode", file=path.name, encoding=code)) from error
    found = sniff_delimiter(lines, path.name)
    mark = delimiter or found.delimiter
    notes.append(msg("exchange.delimiter.chosen", delimiter=mark) if delimiter else found.evidence)
    columns, rows = _read_fast(path, code, errors, mark, progress) if max_rows is None else ((), NO_ROWS)
    if columns:
        none = np.zeros(rows.size, dtype=np.bool_)
        return Grid(head_of(columns, rows), columns, rows, none, (), tuple(notes), code, mark)
    ways: tuple[Quoting, ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_NONE)
    for quoting in ways:
        try:
            with path.open(encoding=code, errors=errors, newline="") as f, many_objects():
                columns, rows, multiline = _read_lines(f, mark, quoting, max_rows, progress)
        except UnicodeDecodeError as error:
            raise InputError(msg("exchange.error.cannot_decode", file=path.name, encoding=code)) from error
        except csv.Error:
            columns, rows, multiline = (), NO_ROWS, False
        whole = not multiline or not (_swallowed(columns, mark) or _unclosed(columns, path, code, errors))
        if columns and (quoting == csv.QUOTE_NONE or whole):
            break
        notes.append(msg("exchange.delimiter.quotes_ignored"))
    if not columns:
        raise InputError(msg("exchange.error.file_empty", file=path.name))
    head = head_of(columns, rows)
    merges = np.zeros(rows.size, dtype=np.bool_)
    return Grid(head, columns, rows, merges, (), tuple(notes), code, mark)


def _read_fast(
    path: Path, encoding: str, errors: str, delimiter: str, progress: Progress
) -> tuple[tuple[TextColumn, ...], IntArray]:
    """Columns of a large plain file; nothing where the ordinary reader is needed."""
    if not is_candidate(path, encoding, delimiter):
        return (), NO_ROWS
    try:
        with many_objects():
            return read_plain(path, encoding, errors, delimiter, progress)
    except NotPlainError:
        return (), NO_ROWS
    except UnicodeDecodeError as error:
        raise InputError(msg("exchange.error.cannot_decode", file=path.name, encoding=encoding)) from error


def _swallowed(columns: Sequence[TextColumn], delimiter: str) -> bool:
    """Whether an unclosed quotation mark has drawn whole lines into one cell."""
    values = (v for c in columns for v in c.values if "\n" in v)
    return any(min(v.count("\n"), v.count(delimiter)) >= SUSPECT_LINES for v in values)


def _lines(f: TextIO) -> Iterator[str]:
    """Lines for the CSV reader; quotation marks of leading comment lines cannot open a cell."""
    for line in f:
        if line.lstrip().startswith("#"):
            yield line.replace('"', "'")
            continue
        yield line
        if line.strip():
            break
    yield from f


def _unclosed(columns: Sequence[TextColumn], path: Path, encoding: str, errors: str) -> bool:
    """Whether the last record runs over lines to the end of the file without a closing quotation mark."""
    last = len(columns[0]) - 1
    if not any("\n" in c.text(last) for c in columns):
        return False
    with path.open(encoding=encoding, errors=errors, newline="") as f:
        line = deque(f, maxlen=1)[0]
    return not line.rstrip().endswith('"')


def _read_lines(
    f: TextIO, delimiter: str, quoting: Quoting, max_rows: int | None, progress: Progress
) -> tuple[tuple[TextColumn, ...], IntArray, bool]:
    """Columns, file row of each record, and whether some cell spans lines."""
    reader = csv.reader(_lines(f), delimiter=delimiter, quoting=quoting)
    builders: list[ColumnBuilder] = []
    numbers: list[IntArray] = []
    done, before = 0, 0
    while chunk := list(itertools.islice(reader, chunk_size(max_rows, done))):
        numbers.append(_line_numbers(chunk, before, reader.line_num))
        before = reader.line_num
        add_chunk(builders, chunk, done)
        done += len(chunk)
        progress.step(done, 0)
    rows = np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int64)
    return tuple(b.build() for b in builders), rows, before != done


def _line_numbers(chunk: list[list[str]], before: int, after: int) -> IntArray:
    if after - before == len(chunk):
        return np.arange(before + 1, after + 1, dtype=np.int64)
    spans = [1 + sum(cell.count("\n") or cell.count("\r") for cell in row) for row in chunk]
    return before + 1 + np.concatenate(([0], np.cumsum(spans)[:-1])).astype(np.int64)


def build_table(file: str, sheet: str, grid: Grid, header_row: int | None) -> RawTable:
    """Find the heading row of a grid and split what is under it into data and other rows.

    Parameters
    ----------
    file, sheet : str
    grid : Grid
    header_row : int, optional
        The user's choice; 0 for none.

    Returns
    -------
    RawTable
    """
    candidates = score_headers(grid.head)
    chosen, texts, below, notes = _choose_header(grid, candidates, header_row)
    body = slice(below, None)
    columns = [c.take(body) for c in grid.columns]
    width = _width(columns, texts)
    overflow = _overflow(columns, texts, bool(grid.delimiter))
    texts = [*texts, *([""] * (width - len(texts)))]
    rows = grid.rows[body]
    reasons = classify_rows(columns[:width], texts, grid.wide_merge[body])
    data = reasons < 0
    kept = [j for j in range(width) if texts[j].strip() or not bool(columns[j].blank[data].all())]
    columns, texts = [columns[j] for j in kept], [texts[j] for j in kept]
    letters = tuple(column_letter(j) for j in kept)
    headings = tuple(h if t.strip() else x for h, t, x in zip(unique_headings(texts), texts, letters, strict=True))
    evidence = (*grid.evidence, *notes, *_row_notes(reasons, rows))
    above = [(row, cells) for row, cells in grid.head if row < chosen]
    return RawTable(
        file=file,
        sheet=sheet,
        header_row=chosen,
        headings=headings,
        letters=letters,
        columns=tuple(c.take(data).compact() for c in columns),
        rows=rows[data],
        overflow=overflow[data],
        head=tuple((row, tuple(t for t, _ in cells)) for row, cells in above),
        not_data_rows=rows[~data],
        not_data_reasons=reasons[~data],
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        candidates=tuple(candidates[:5]),
        evidence=evidence,
    )


def _choose_header(
    grid: Grid, candidates: list[HeaderCandidate], header_row: int | None
) -> tuple[int, list[str], int, list[Message]]:
    """Heading row, its texts, index of the first row under it, and the evidence."""
    if header_row == 0 or (header_row is None and not candidates):
        return 0, [], 0, [msg("exchange.header.none")]
    by_row = {row: i for i, (row, _) in enumerate(grid.head)}
    if header_row is not None:
        if header_row not in by_row:
            raise InputError(msg("exchange.error.no_header_row", row=header_row))
        note = msg("exchange.header.chosen", row=header_row)
        row = header_row
    else:
        best = candidates[0]
        row = best.row
        if not is_heading(best, grid.head[by_row[row]][1]):
            return 0, [], 0, [msg("exchange.header.none")]
        note = msg("exchange.header.found", row=row, cells=best.cells, known=best.known_names, score=best.score)
    index = by_row[row]
    upper = index - 1 if index - 1 in grid.two_level else index
    texts = [t for t, _ in grid.head[upper][1]]
    if upper in grid.two_level and upper + 1 < len(grid.head):
        under = [t for t, _ in grid.head[upper + 1][1]]
        row = grid.head[upper][0]
        return row, _join_levels(texts, under), upper + 2, [note, msg("exchange.header.two_rows", row=row)]
    return row, texts, index + 1, [note]


def _join_levels(upper: list[str], lower: list[str]) -> list[str]:
    """Headings over two rows: the upper one is carried to the right over the cells that have a lower one."""
    out, carried = [], ""
    for top, sub in zip(upper, lower, strict=True):
        carried = top if top.strip() or not sub.strip() else carried
        out.append(f"{carried} {sub}".strip() if sub.strip() and sub.strip() != carried.strip() else carried)
    return out


def _width(columns: Sequence[TextColumn], texts: Sequence[str]) -> int:
    filled = [j for j, c in enumerate(columns) if not bool(c.blank.all())]
    named = [j for j, t in enumerate(texts) if t.strip()]
    return max([*filled, *named], default=-1) + 1


def _overflow(columns: Sequence[TextColumn], texts: Sequence[str], is_text: bool) -> BoolArray:
    """Rows of a text file that alone reach beyond the last heading: an unquoted delimiter inside a cell."""
    n = len(columns[0]) if columns else 0
    beyond = np.zeros(n, dtype=np.bool_)
    last = max((j for j, t in enumerate(texts) if t.strip()), default=-1)
    if not is_text or last < 0:
        return beyond
    for column in columns[last + 1 :]:
        beyond |= ~column.blank
    return beyond if np.count_nonzero(beyond) <= OVERFLOW_SHARE * n else np.zeros(n, dtype=np.bool_)


def _row_notes(reasons: NDArray[np.int8], rows: IntArray) -> Iterator[Message]:
    for code, name in enumerate(NOT_DATA_REASONS):
        hit = np.flatnonzero(reasons == code)
        if hit.size:
            yield msg(f"exchange.not_data.{name}", rows=int(hit.size), first=int(rows[hit[0]]))
