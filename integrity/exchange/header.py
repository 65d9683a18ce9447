"""Find the heading row of a table by scoring, and tell data rows from blank lines, totals and footers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import BoolArray
from integrity.exchange.columns import TEXT, TextColumn
from integrity.exchange.dates import read_date
from integrity.exchange.detect import OK, read_number
from integrity.exchange.fields import ignored_names, record_kinds, words
from integrity.exchange.positions import angle_of, ordinal_of
from integrity.exchange.raw_table import NOT_DATA_REASONS, HeaderCandidate
from integrity.exchange.text import heading_parts, key_of, key_set, plain

LOOK = 60
BELOW = 8
Cell = tuple[str, int]
_TOTAL_OF = re.compile(r"^(?:grand |sub ?)?totals? [a-z ]+(?:[:=].*)?$|^(?:合计|总计|共计)\W*\d*")


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Normal keys of every field name of every record kind.

    Returns
    -------
    frozenset of str
    """
    names = {key_of(n) for kind in record_kinds().values() for f in kind.fields.values() for n in f.names}
    return frozenset(names | {key_of(n) for n in ignored_names()})


def is_known_name(text: str) -> bool:
    """Whether a cell reads like a heading that some record kind knows.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    if angle_of(text) is not None or ordinal_of(text) is not None:
        return True
    parts = heading_parts(text)
    names = (*parts.names, *(name for name, _ in parts.tails))
    return any(key_of(n) in known_names() for n in names if n)


def is_value(cell: Cell) -> bool:
    """Whether a cell holds a number or a date rather than words.

    Parameters
    ----------
    cell : (str, int)
        Text and kind.

    Returns
    -------
    bool
    """
    text, kind = cell
    if kind != TEXT:
        return True
    return read_number(text)[2] == OK or bool(read_date(text).days)


def score_headers(rows: Sequence[tuple[int, Sequence[Cell]]]) -> list[HeaderCandidate]:
    """Score the first rows of a sheet as heading row.

    Known names weigh most, then width, then that the cells are words, distinct, and stand above values.

    Parameters
    ----------
    rows : sequence of (file row, cells)

    Returns
    -------
    list of HeaderCandidate, best first
    """
    filled = [sum(1 for t, _ in cells if t.strip()) for _, cells in rows]
    widest = max(filled, default=0)
    out = []
    for i, (row, cells) in enumerate(rows):
        texts = [t for t, _ in cells if t.strip()]
        if not texts or (len(texts) < 2 and widest > 1) or texts[0].lstrip().startswith("#"):
            continue
        hits = sum(1 for t in texts if is_known_name(t))
        wordy = sum(1 for c in cells if c[0].strip() and not is_value(c)) / len(texts)
        distinct = len({plain(t) for t in texts}) / len(texts)
        contrast = _contrast(cells, [r for _, r in rows[i + 1 : i + 1 + BELOW]])
        score = 3.0 * hits / len(texts) + 2.0 * len(texts) / widest + wordy + 0.5 * distinct + contrast
        out.append(HeaderCandidate(row, round(score, 3), len(texts), hits))
    return sorted(out, key=lambda c: (-c.score, c.row))


def _contrast(cells: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> float:
    """Share of word cells that have a value somewhere under them."""
    wordy = [j for j, c in enumerate(cells) if c[0].strip() and not is_value(c)]
    if not wordy:
        return 0.0
    under = sum(1 for j in wordy if any(j < len(r) and r[j][0].strip() and is_value(r[j]) for r in below))
    return under / len(wordy)


def is_heading(best: HeaderCandidate, cells: Sequence[Cell]) -> bool:
    """Whether the best candidate is a heading at all, or the file begins with data.

    Parameters
    ----------
    best : HeaderCandidate
    cells : sequence of (str, int)
        Cells of that row.

    Returns
    -------
    bool
    """
    if best.known_names >= 2 or best.known_names == best.cells:
        return True
    filled = [c for c in cells if c[0].strip()]
    return sum(1 for c in filled if not is_value(c)) > 0.7 * len(filled)


@lru_cache(maxsize=1)
def _total_words() -> frozenset[str]:
    return frozenset(plain(w) for w in words()["totals"])


@lru_cache(maxsize=1)
def _footer_pattern() -> re.Pattern[str]:
    options = "|".join(sorted((re.escape(plain(w)) for w in words()["footers"]), key=len, reverse=True))
    return re.compile(rf"^[*(\[]*(?:{options})(?=$|[\s:.)\]]|\d)")


@lru_cache(maxsize=1)
def _footer_keys() -> frozenset[str]:
    return key_set(words()["footers"])


def is_total(text: str) -> bool:
    """Whether a first cell announces totals.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    t = text.strip()
    if not t or t[0].isdigit():
        return False
    t = plain(t)
    return re.split(r"\s*[:=]", t)[0] in _total_words() or _TOTAL_OF.match(t) is not None


def is_footer(text: str) -> bool:
    """Whether a lone cell is a footer: a signature, a note, a page number.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    if _footer_pattern().match(plain(text)):
        return True
    label, colon, _ = plain(text).replace("：", ":").partition(":")
    return bool(colon) and any(key_of(n) in _footer_keys() for n in heading_parts(label).names)


def classify_rows(
    columns: Sequence[TextColumn],
    headings: Sequence[str],
    wide_merge: BoolArray | None = None,
) -> NDArray[np.int8]:
    """Reason why each row below the heading is no data; -1 for data.

    Parameters
    ----------
    columns : sequence of TextColumn
    headings : sequence of str
        Heading texts as they stand in the file.
    wide_merge : ndarray of bool, optional
        Rows that begin with a cell merged across several columns.

    Returns
    -------
    ndarray of int8
        Index into `NOT_DATA_REASONS`, or -1.
    """
    n = len(columns[0]) if columns else 0
    reason = np.full(n, -1, dtype=np.int8)
    filled = np.zeros(n, dtype=np.int32)
    for column in columns:
        filled += ~column.blank
    width = max(len(columns), 1)
    total = _first_cells(columns, filled < width, is_total)
    few = filled <= max(1, width // 2)
    footer = _first_cells(columns, filled <= max(1, width // 2 - 1), is_footer)
    comment = _first_cells(columns, few, lambda t: t.lstrip().startswith("#"))
    reason[footer] = NOT_DATA_REASONS.index("footer")
    if wide_merge is not None:
        reason[(filled == 1) & wide_merge] = NOT_DATA_REASONS.index("section_title")
    reason[total] = NOT_DATA_REASONS.index("total")
    reason[comment] = NOT_DATA_REASONS.index("comment")
    reason[_repeats(columns, headings)] = NOT_DATA_REASONS.index("repeated_heading")
    reason[_ruled(columns, filled)] = NOT_DATA_REASONS.index("blank")
    return reason


def _first_cells(columns: Sequence[TextColumn], rows: BoolArray, test: Callable[[str], bool]) -> BoolArray:
    """Rows, among those asked for, whose first filled cell passes a test."""
    out = np.zeros(rows.size, dtype=np.bool_)
    open_ = np.flatnonzero(rows)
    for column in columns:
        if not open_.size:
            break
        part = column.take(open_).compact()
        out[open_] = part.lookup(test, np.bool_)
        open_ = open_[part.blank]
    return out


def _is_text(wanted: str, text: str) -> bool:
    return text.strip().lower() == wanted


def _ruled(columns: Sequence[TextColumn], filled: NDArray[np.int32]) -> BoolArray:
    """Blank rows and rows that hold only lines of dashes."""
    dashed = np.ones(filled.size, dtype=np.bool_)
    for column in sorted(columns, key=lambda c: len(c.values)):
        dashed &= column.lookup(lambda t: not t.strip(" -=_|+"), np.bool_)
        if not dashed.any():
            break
    lone_dash = dashed & (filled > 0)
    for column in columns:
        if not lone_dash.any():
            break
        lone_dash &= column.lookup(lambda t: not t.strip() or len(t.strip()) > 3, np.bool_)
    return (filled == 0) | lone_dash


def _repeats(columns: Sequence[TextColumn], headings: Sequence[str]) -> BoolArray:
    """Rows that repeat the headings, as after a page break."""
    same = np.ones(len(columns[0]) if columns else 0, dtype=np.bool_)
    named = [(c, h.strip().lower()) for c, h in zip(columns, headings, strict=False) if h.strip()]
    if len(named) < 2:
        return np.zeros_like(same)
    for column, heading in sorted(named, key=lambda pair: len(pair[0].values)):
        if not same.any():
            break
        same &= column.lookup(partial(_is_text, heading), np.bool_)
    return same
