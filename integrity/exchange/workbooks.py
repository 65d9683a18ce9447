"""Read workbook sheets through calamine, keeping texts, kinds of cells, merged ranges and error cells."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from integrity.core.arrays import BoolArray
from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.progress import Progress
from integrity.exchange.columns import DATE, NUMBER, TEXT, CodeArray, ColumnBuilder, TextColumn
from integrity.exchange.grid import Grid, add_chunk, chunk_size, head_of, many_objects
from integrity.exchange.header import Cell
from integrity.exchange.text import plain

BLOCK = 1 << 22
_ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S)
_ERROR_CELL_R_FIRST = re.compile(rb'<c\b[^>]*\br="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.S)
Range = tuple[tuple[int, int], tuple[int, int]]


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise InputError(msg("exchange.error.workbook_password", file=path.name)) from error
    except (CalamineError, OSError) as error:
        raise InputError(msg("exchange.error.workbook_unreadable", file=path.name, reason=str(error))) from error


def workbook_sheets(path: Path) -> tuple[str, ...]:
    """Names of the worksheets, hidden ones included, in order.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of str
    """
    book = _open(path)
    names = tuple(m.name for m in book.sheets_metadata if str(m.typ).endswith("WorkSheet"))
    if not names:
        raise InputError(msg("exchange.error.workbook_empty", file=path.name))
    return names


def read_sheet(path: Path, sheet: str, max_rows: int | None, progress: Progress) -> Grid:
    """All rows of one sheet.

    Parameters
    ----------
    path : Path
    sheet : str
    max_rows : int, optional
    progress : Progress

    Returns
    -------
    Grid
    """
    book = _open(path)
    page = book.get_sheet_by_name(sheet)
    builders: list[ColumnBuilder] = []
    done, total = 0, int(page.total_height)
    rows = _sheet_rows(page)
    with many_objects():
        while chunk := list(itertools.islice(rows, chunk_size(max_rows, done))):
            _mark_booleans(chunk)
            add_chunk(builders, chunk, done)
            done += len(chunk)
            progress.step(done, total)
    columns = [b.build(cell_text) for b in builders]
    errors = _error_cells(path, sheet)
    columns, notes = _put_errors(columns, errors, done)
    merges: list[Range] = list(page.merged_cell_ranges or [])
    columns, filled = _fill_down(columns, merges, done)
    if filled:
        notes.append(msg("exchange.workbook.merged_filled", cells=filled))
    numbers = np.arange(1, done + 1, dtype=np.int64)
    head = head_of(columns, numbers)
    return Grid(
        head=head,
        columns=tuple(columns),
        rows=numbers,
        wide_merge=_wide(merges, done, len(columns)),
        two_level=_two_level(head, merges),
        evidence=(msg("exchange.workbook.sheet", sheet=sheet, rows=done), *notes),
    )


def _sheet_rows(page: CalamineSheet) -> Iterator[list[Any]]:
    """Rows from file row 1 and column A on, whatever the used range of the sheet is."""
    if page.start is None:
        return
    left = page.start[1]
    for row in page.iter_rows():
        yield [""] * left + row


def _mark_booleans(chunk: list[list[Any]]) -> None:
    """True and 1.0 are equal keys; booleans become words before cells are numbered."""
    for row in chunk:
        if bool in set(map(type, row)):
            row[:] = [("TRUE" if c else "FALSE") if type(c) is bool else c for c in row]


def cell_text(cell: Any) -> tuple[str, int]:
    """Text and kind of a cell as the workbook holds it.

    Parameters
    ----------
    cell : str, float, int, date, datetime, time or timedelta

    Returns
    -------
    (str, int)
    """
    if isinstance(cell, str):
        return cell, TEXT
    if isinstance(cell, float | int):
        return (str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else format(cell, ".15g")), NUMBER
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time(0)
        return (cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")), DATE
    if isinstance(cell, dt.date):
        return cell.isoformat(), DATE
    return str(cell), TEXT


def _fill_down(columns: list[TextColumn], merges: list[Range], n: int) -> tuple[list[TextColumn], int]:
    """A value merged over several rows belongs to each of them."""
    filled = 0
    codes: dict[int, CodeArray] = {}
    for (top, left), (bottom, _) in merges:
        if bottom <= top or left >= len(columns) or top >= n:
            continue
        column = codes.setdefault(left, columns[left].codes.copy())
        last = min(bottom, n - 1)
        column[top + 1 : last + 1] = column[top]
        filled += last - top
    return [TextColumn(codes[j], c.values, c.kinds) if j in codes else c for j, c in enumerate(columns)], filled


def _wide(merges: list[Range], n: int, width: int) -> BoolArray:
    out = np.zeros(n, dtype=np.bool_)
    for (top, left), (bottom, right) in merges:
        if right - left + 1 >= max(2, width // 3) and top < n:
            out[top : bottom + 1] = True
    return out


def _two_level(head: list[tuple[int, list[Cell]]], merges: list[Range]) -> tuple[int, ...]:
    """Rows with cells merged sideways over words in the next row that stand nowhere else in it."""
    out = []
    for i in range(len(head) - 1):
        upper, lower = head[i][1], head[i + 1][1]
        groups = [(left, right) for (top, left), (bottom, right) in merges if top == bottom == i and right > left]
        covered = {j for left, right in groups for j in range(left, right + 1)}
        others = [j for j, (t, _) in enumerate(lower) if t.strip() and j not in covered]
        inside = [j for j in covered if j < len(lower) and lower[j][0].strip()]
        alone = all(plain(lower[j][0]) == plain(upper[j][0]) for j in others)
        if groups and len(inside) >= 2 and alone and all(lower[j][1] == TEXT for j in inside):
            lone_title = len(covered) >= len([1 for t, _ in lower if t.strip()]) and len(groups) == 1
            if not lone_title:
                out.append(i)
    return tuple(out)


def _error_cells(path: Path, sheet: str) -> list[tuple[int, int, str]]:
    """Cells of an XLSX sheet that hold an error such as #N/A, which calamine gives as empty."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        return _scan_errors(archive, part) if part else []


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    rels = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, rel = re.search(r'\bname="([^"]*)"', tag), re.search(r'\b\w+:id="([^"]*)"', tag)
        if name and rel and _unescape(name[1]) == sheet:
            return _target(rels, rel[1], names)
    return ""


def _target(rels: str, rel_id: str, names: set[str]) -> str:
    for tag in re.findall(r"<Relationship\b[^>]*>", rels):
        found, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if found and target and found[1] == rel_id:
            part = target[1].lstrip("/")
            part = part if part.startswith("xl/") else f"xl/{part}"
            return part if part in names else ""
    return ""


def _unescape(text: str) -> str:
    for mark, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(mark, sign)
    return text


def _scan_errors(archive: zipfile.ZipFile, part: str) -> list[tuple[int, int, str]]:
    out: dict[tuple[int, int], str] = {}
    rest = b""
    with archive.open(part) as f:
        while block := f.read(BLOCK):
            data = rest + block
            if b't="e"' in data:
                for pattern in (_ERROR_CELL, _ERROR_CELL_R_FIRST):
                    for letters, row, value in pattern.findall(data):
                        out[int(row) - 1, _column_index(letters.decode())] = value.decode()
            rest = data[max(data.rfind(b"<c "), 0) :] if b"<c " in data else b""
    return [(row, column, text) for (row, column), text in sorted(out.items())]


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _put_errors(
    columns: list[TextColumn], errors: list[tuple[int, int, str]], n: int
) -> tuple[list[TextColumn], list[Message]]:
    """Write error texts back into the cells that calamine left empty."""
    kept = [(r, c, t) for r, c, t in errors if r < n and c < len(columns)]
    if not kept:
        return columns, []
    out = list(columns)
    for j in {c for _, c, _ in kept}:
        column = out[j]
        codes, values, kinds = column.codes.copy(), list(column.values), list(column.kinds)
        for row, _, text in (k for k in kept if k[1] == j):
            if text not in values:
                values.append(text)
                kinds.append(np.int8(TEXT))
            codes[row] = values.index(text)
        out[j] = TextColumn(codes, tuple(values), np.array(kinds, dtype=np.int8))
    return out, [msg("exchange.workbook.error_cells", cells=len(kept))]
