"""Small files and tables for the tests of foreign tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from integrity.exchange.raw_table import RawTable
from integrity.exchange.readers import read_table

WriteText = Callable[..., Path]
WriteBook = Callable[..., Path]
MakeTable = Callable[..., RawTable]


@pytest.fixture
def write_text(tmp_path: Path) -> WriteText:
    def write(text: str, encoding: str = "utf-8", name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def write_book(tmp_path: Path) -> WriteBook:
    def write(
        rows: Sequence[Sequence[Any]], merges: Sequence[str] = (), name: str = "book.xlsx", sheet: str = "Sheet"
    ) -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = sheet
        for i, row in enumerate(rows, start=1):
            for j, value in enumerate(row, start=1):
                if value is not None:
                    page.cell(row=i, column=j, value=value)
        for area in merges:
            page.merge_cells(area)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def make_table(write_text: WriteText) -> MakeTable:
    def make(text: str, **options: Any) -> RawTable:
        return read_table(write_text(text), **options)

    return make

