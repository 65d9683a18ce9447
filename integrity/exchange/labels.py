"""Values beside a label above the table or in its comments: the tag, the date, the unit of the whole sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from integrity.exchange.fields import words
from integrity.exchange.raw_table import RawTable, column_letter
from integrity.exchange.text import heading_parts, key_of

_SPLIT = re.compile(r"\s*[:：=]\s*")


@dataclass(frozen=True)
class Label:
    """A value found beside a label.

    Parameters
    ----------
    field : str
        Field of the reading records that it gives to every row.
    label, text : str
        Both as written.
    row : int
        File row.
    letter : str
        Column letter of the value; of the label where both share a cell.
    """

    field: str
    label: str
    text: str
    row: int
    letter: str


@lru_cache(maxsize=1)
def _label_fields() -> Mapping[str, str]:
    return {key_of(text): field for field, texts in words()["labels"].items() for text in texts}


def _field_of(text: str) -> str:
    cleaned = text.strip().rstrip(":：=").strip()
    if not cleaned or len(cleaned) > 40:
        return ""
    index = _label_fields()
    return next((index[key_of(n)] for n in heading_parts(cleaned).names if key_of(n) in index), "")


def find_labels(table: RawTable) -> Mapping[str, Label]:
    """Labels with their values in the rows above the headings; the first of each field counts.

    Parameters
    ----------
    table : RawTable

    Returns
    -------
    mapping of field to Label
    """
    out: dict[str, Label] = {}
    for row, cells in table.head:
        joined = cells
        if next((c for c in cells if c.strip()), "").lstrip().startswith("#"):
            text = (table.delimiter or " ").join(c for c in cells if c.strip())
            joined = tuple(part.strip(" #") for part in re.split(r"[,;\t]\s*", text))
        for label in _row_labels(row, joined):
            out.setdefault(label.field, label)
    return out


def _row_labels(row: int, cells: Sequence[str]) -> list[Label]:
    found = []
    for j, cell in enumerate(cells):
        parts = _SPLIT.split(cell.strip(), maxsplit=1)
        if len(parts) == 2 and parts[1]:
            if field := _field_of(parts[0]):
                found.append(Label(field, parts[0].strip(" #"), parts[1], row, column_letter(j)))
            continue
        field = _field_of(cell)
        right = next(((k, c) for k, c in enumerate(cells[j + 1 :], j + 1) if c.strip()), None)
        if field and right is not None and not _field_of(right[1]):
            found.append(Label(field, cell.strip().rstrip(":："), right[1].strip(), row, column_letter(right[0])))
    return found
