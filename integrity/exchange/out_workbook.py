"""XLSX workbooks of plan and results: sheets for people, formatted, and sheets for machines, flat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from integrity.core.arrays import NO_DATE, AnyArray
from integrity.core.dates import iso_of
from integrity.exchange.cmms import write_whole

WIDE = 16
PAPER, LINE, HEAD, SECONDARY = "#FFFFFF", "#E1E5EA", "#F6F7F9", "#5B6675"


@dataclass(frozen=True)
class SheetColumn:
    """One column: what stands in the heading, its values and how they are written.

    `kind` is text, number, date or flag; `decimals` None writes the number in full, `scientific` in powers of ten.
    `fills` maps a cell text to a background colour.
    """

    heading: str
    values: AnyArray
    kind: str = "text"
    decimals: int | None = None
    unit: str = ""
    width: float = 12.0
    fills: Mapping[str, str] = field(default_factory=dict)
    scientific: bool = False


@dataclass(frozen=True)
class SheetSpec:
    """One sheet; a people's sheet has a title, notes and units, a machine's sheet only headings and rows."""

    name: str
    columns: Sequence[SheetColumn]
    title: str = ""
    notes: Sequence[str] = ()
    for_people: bool = True


def write_workbook(path: Path, sheets: Sequence[SheetSpec], footer: str) -> Path:
    """Write a workbook, whole or not at all.

    Parameters
    ----------
    path : Path
    sheets : sequence of SheetSpec
    footer : str
        Stands on every printed page and above each people's sheet.

    Returns
    -------
    Path
    """
    return write_whole(path, lambda p: _write(p, sheets, footer))


def _write(path: Path, sheets: Sequence[SheetSpec], footer: str) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"comments": footer})
        for spec in sheets:
            _Sheet(book, spec, footer).write()


class _Sheet:
    def __init__(self, book: xlsxwriter.Workbook, spec: SheetSpec, footer: str) -> None:
        self.book, self.spec, self.footer = book, spec, footer
        self.sheet = book.add_worksheet(spec.name[:31])
        self._formats: dict[tuple[str, str], Any] = {}

    def write(self) -> None:
        top = self._title() if self.spec.for_people else 0
        head = self._head(top)
        for c, column in enumerate(self.spec.columns):
            self.sheet.set_column(c, c, column.width)
            self._column(c, head, column)
        n = self.spec.columns[0].values.size if self.spec.columns else 0
        if n:
            self.sheet.autofilter(head - 1, 0, head - 1 + n, len(self.spec.columns) - 1)
        self.sheet.freeze_panes(head, 2 if self.spec.for_people else 0)
        self.sheet.set_landscape()
        wide = len(self.spec.columns) > WIDE
        self.sheet.set_paper(8 if wide else 9)
        self.sheet.fit_to_pages(2 if wide else 1, 0)
        self.sheet.repeat_columns(0, 0)
        self.sheet.repeat_rows(max(head - 2, 0), head - 1)
        self.sheet.set_footer("&L&8" + self.footer + "&R&8&P / &N")
        self.sheet.hide_gridlines(2)

    def _title(self) -> int:
        bold = self.book.add_format({"bold": True, "font_size": 14})
        small = self.book.add_format({"font_color": SECONDARY, "font_size": 9})
        self.sheet.write(0, 0, self.spec.title, bold)
        for i, line in enumerate((*self.spec.notes, self.footer), start=1):
            self.sheet.write(i, 0, line, small)
        return len(self.spec.notes) + 3

    def _head(self, top: int) -> int:
        style = {"bold": True, "bg_color": HEAD, "bottom": 1, "border_color": LINE, "text_wrap": True, "valign": "top"}
        fmt = {
            kind: self.book.add_format(
                {**style, **({"align": "right"} if kind == "number" else {"align": "left", "indent": 1})}
            )
            for kind in ("text", "number", "date", "flag")
        }
        for c, column in enumerate(self.spec.columns):
            words = f"{column.heading}\n{column.unit}" if column.unit else column.heading
            self.sheet.write(top, c, words if self.spec.for_people else column.heading, fmt[column.kind])
        if self.spec.for_people:
            self.sheet.set_row(top, 58)
        return top + 1

    def _format(self, column: SheetColumn, fill: str = "") -> Any:
        number = "" if column.decimals is None else ("0" if column.decimals == 0 else "0." + "0" * column.decimals)
        number = "0.00E+00" if column.scientific else number
        key = (f"{column.kind}{number}", fill)
        if key not in self._formats:
            style: dict[str, Any] = {"valign": "top"}
            if self.spec.for_people:
                style |= {"bottom": 1, "border_color": LINE}
            if self.spec.for_people and column.kind == "text":
                style |= {"indent": 1}
            if number:
                style["num_format"] = number
            if column.kind == "date":
                style |= {"num_format": "yyyy-mm-dd", "align": "left"}
            if fill:
                style |= {"bg_color": fill}
            self._formats[key] = self.book.add_format(style)
        return self._formats[key]

    def _column(self, c: int, head: int, column: SheetColumn) -> None:
        plain = self._format(column)
        for r, value in enumerate(column.values, start=head):
            if column.kind == "date":
                self._date(r, c, int(value), plain)
            elif column.kind in ("number", "flag"):
                if value == value and np.isfinite(float(value)):
                    self.sheet.write_number(r, c, float(value), plain)
                else:
                    self.sheet.write_blank(r, c, None, plain)
            else:
                text = str(value)
                fill = column.fills.get(text, "")
                self.sheet.write_string(r, c, text, self._format(column, fill) if fill else plain)

    def _date(self, r: int, c: int, day: int, fmt: Any) -> None:
        if day == NO_DATE:
            self.sheet.write_blank(r, c, None, fmt)
        elif self.spec.for_people and -25_567 < day < 2_900_000:
            self.sheet.write_number(r, c, day + 25_569, fmt)
        else:
            self.sheet.write_string(r, c, iso_of(day), fmt)
