"""Date styles, number texts and workbook formats shared by the writers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FULL = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
STYLES = ["iso", "dotted", "long", "short", "compact"]


def date_text(d: date, style: str) -> str:
    """One of the styles that gauges and clerks use."""
    if style == "iso":
        return d.isoformat()
    if style == "dotted":
        return f"{d.day:02d}.{d.month:02d}.{d.year}"
    if style == "long":
        return f"{FULL[d.month - 1]} {d.day}, {d.year}"
    if style == "short":
        return f"{d.day}-{MONTHS[d.month - 1]}-{d.year % 100:02d}"
    if style == "compact":
        return f"{d.year}{d.month:02d}{d.day:02d}"
    if style == "slash":
        return f"{d.day:02d}/{d.month:02d}/{d.year}"
    return str(serial(d))


def serial(d: date) -> int:
    """Excel day number (1900 system)."""
    return (d - date(1899, 12, 30)).days


class Book:
    """A workbook with the few formats of a plant's own sheet; its bytes depend on nothing but its content."""

    def __init__(self, path: Path, title: str) -> None:
        self.book = xlsxwriter.Workbook(str(path))
        self.book.set_properties(
            {
                "title": title,
                "author": "sample generator",
                "comments": "generated sample, no real plant",
                "created": datetime(2026, 11, 1, 8, 0, 0),
            }
        )
        base = {"font_name": "SimSun", "font_size": 10}
        line = {**base, "border": 1, "border_color": "#9AA5B1", "valign": "vcenter"}
        add = self.book.add_format
        self.title = add({**base, "bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
        self.sub = add({**base, "italic": True, "font_color": "#666666", "align": "center"})
        self.head = add({**line, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "align": "center"})
        self.cell = add(line)
        self.mid = add({**line, "align": "center"})
        self.date = add({**line, "num_format": "yyyy-mm-dd", "align": "center"})
        self.num1 = add({**line, "num_format": "0.0"})
        self.num2 = add({**line, "num_format": "0.00"})
        self.num3 = add({**line, "num_format": "0.000"})
        self.label = add({**base, "bold": True})
        self.plain = add(base)
        self.note = add({**base, "italic": True, "font_color": "#666666"})

    def sheet(self, name: str) -> Worksheet:
        return self.book.add_worksheet(name)

    def put(self, ws: Worksheet, row: int, col: int, value: object, fmt: Format | None = None) -> None:
        """Write one cell by the type of the value; None leaves a bordered empty cell."""
        if value is None or value == "":
            ws.write_blank(row, col, None, fmt or self.cell)
        elif isinstance(value, date):
            ws.write_datetime(row, col, datetime(value.year, value.month, value.day), self.date)
        elif isinstance(value, bool | str):
            ws.write_string(row, col, str(value), fmt or self.cell)
        else:
            ws.write_number(row, col, float(value), fmt or self.cell)  # type: ignore[arg-type]

    def heading(self, ws: Worksheet, row: int, names: list[str], widths: list[float] | None = None) -> None:
        for i, name in enumerate(names):
            ws.write_string(row, i, name, self.head)
            ws.set_column(i, i, (widths[i] if widths else max(9.0, min(len(name) * 0.9, 16.0))))
        ws.set_row(row, 44)

    def close(self) -> None:
        self.book.close()


def write_text(path: Path, lines: list[str], encoding: str, end: str = "\r\n", bom: bytes = b"") -> None:
    path.write_bytes(bom + (end.join(lines) + end).encode(encoding))


def csv_line(values: Sequence[object]) -> str:
    """One CSV line with minimal quoting."""
    out = []
    for v in values:
        text = "" if v is None else str(v)
        if any(ch in text for ch in ',"\n'):
            text = '"' + text.replace('"', '""') + '"'
        out.append(text)
    return ",".join(out)
