"""Facts in files: which headings and texts name a known symbol, and what a cell says of it in its internal unit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray, TextArray
from integrity.core.quantities import quantities
from integrity.exchange.columns import TextColumn, column_of, constant_column, join_columns, object_array
from integrity.exchange.dates import guess_dates, parse_dates
from integrity.exchange.detect import (
    BAD_NUMBER,
    BLANK,
    NOT_MEASURED,
    OBSTRUCTED,
    heading_unit,
    internal_unit,
    is_unit,
    parse_numbers,
    read_yes_no,
    to_internal,
    unit_code,
    unit_scales,
)
from integrity.exchange.fields import record_kind
from integrity.exchange.outcome import FindingBatch
from integrity.exchange.text import heading_parts, key_of, plain

PLAIN_NUMBERS = ("number", "count", "ratio", "damage_factor", "id")
_NOT_NUMBERS = ("code", "flag", "date", "text")
_BLANK = ("", "-", "--", "—", "——", "–", "/")
_MOST = 12


@dataclass(frozen=True)
class FactSymbol:
    """A symbol that facts may be recorded of.

    Parameters
    ----------
    key : str
        The symbol.
    quantity : str
        Quantity key: code, flag, date, text, or that of a number.
    codes : tuple of str
        Allowed codes of a "code".
    names : tuple of str
        Words that it goes by, in any language.
    code_words : mapping of code to tuple of str
        Words of its codes.
    """

    key: str
    quantity: str
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    code_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_number(self) -> bool:
        """Whether its value is a number."""
        return self.quantity not in _NOT_NUMBERS

    @property
    def unit(self) -> str:
        """Internal unit; empty where it has none."""
        return internal_unit(self.quantity) if self.is_number and self.quantity != "id" else ""

    @property
    def units(self) -> tuple[str, ...]:
        """Units it may be given in."""
        return tuple(unit_scales(self.quantity)) if self.is_number and self.quantity != "id" else ()

    @cached_property
    def _code_of(self) -> Mapping[str, str]:
        out = {key_of(code): code for code in self.codes}
        for code, words in self.code_words.items():
            for word in words:
                out.setdefault(key_of(word), code)
        return out

    def code(self, text: str) -> str | None:
        """Code that a text in either language, or in both, stands for; None where it is unknown.

        Parameters
        ----------
        text : str
            `high`, `高`, `高 high`.

        Returns
        -------
        str or None
        """
        whole = self._code_of.get(key_of(text))
        if whole is not None:
            return whole
        words = [*heading_parts(text).names, *re.split(r"[\s/|,，、]+", plain(text))]
        found = {self._code_of[key_of(w)] for w in words if key_of(w) in self._code_of}
        return found.pop() if len(found) == 1 else None


class FactSymbols:
    """Known symbols by every name that means just one of them.

    Parameters
    ----------
    symbols : iterable of FactSymbol
    """

    def __init__(self, symbols: Iterable[FactSymbol] = ()) -> None:
        self.by_key = {s.key: s for s in symbols}
        meant: dict[str, set[str]] = {}
        for s in self.by_key.values():
            for name in (s.key, s.key.replace("_", " "), *s.names):
                meant.setdefault(key_of(name), set()).add(s.key)
        self._one = {name: next(iter(keys)) for name, keys in meant.items() if len(keys) == 1}

    def __len__(self) -> int:
        return len(self.by_key)

    def find(self, text: str) -> str:
        """Symbol that a text names, empty where it names none or more than one.

        Parameters
        ----------
        text : str
            The symbol, its words in a language, or both.

        Returns
        -------
        str
        """
        if text.strip() in self.by_key:
            return text.strip()
        names = heading_parts(text).names
        written = [w for w in text.split() if "_" in w]
        if exact := next((n for n in (*names, *written) if n in self.by_key), ""):
            return exact
        found = {self._one[key_of(n)] for n in names if key_of(n) in self._one}
        if len(found) == 1:
            return found.pop()
        tails = {self._one[key_of(n)] for n, u in heading_parts(text).tails if is_unit(u) and key_of(n) in self._one}
        return tails.pop() if not found and len(tails) == 1 else ""

    def near(self, text: str) -> str:
        """Symbols that are spelt nearly like a text.

        Parameters
        ----------
        text : str

        Returns
        -------
        str
        """
        folded = {key.lower(): key for key in self.by_key}
        close = difflib.get_close_matches(text.strip().lower(), list(folded), n=3, cutoff=0.6)
        return ", ".join(folded[c] for c in close) or "—"


NO_SYMBOLS = FactSymbols()


def fact_columns(headings: Sequence[str], symbols: FactSymbols) -> dict[str, str]:
    """Headings of a wide table of facts, each with its symbol.

    Parameters
    ----------
    headings : sequence of str
    symbols : FactSymbols

    Returns
    -------
    dict of heading to symbol
        Empty where a heading names the column that holds the symbols, or none names a symbol.
    """
    fields = record_kind("fact").fields
    own = {key_of(n) for f in fields.values() for n in f.names}
    tall = {key_of(n) for n in fields["symbol"].names}
    out: dict[str, str] = {}
    for heading in headings:
        names = {key_of(n) for n in heading_parts(heading).names}
        if names & tall:
            return {}
        symbol = symbols.find(heading)
        if symbol and symbol not in out.values() and not names & own:
            out[heading] = symbol
    return out


@dataclass(frozen=True)
class FactValues:
    """What the cells of a table of facts say, one row a record.

    Parameters
    ----------
    symbol : ndarray of str objects
        Empty where unknown.
    number : ndarray of float64
        Internal unit; NaN where the value is none.
    text : ndarray of str objects
    day : ndarray of int64
    unit : ndarray of str objects
        Unit code in which a number was entered.
    bad : ndarray of bool
        Records that say nothing that can be kept; each has a finding.
    findings : tuple of FindingBatch
    """

    symbol: TextArray
    number: FloatArray
    text: TextArray
    day: IntArray
    unit: TextArray
    bad: BoolArray
    findings: tuple[FindingBatch, ...]


def fact_values(
    symbol: TextColumn, value: TextColumn, unit: TextColumn | None, heading: str | TextColumn, symbols: FactSymbols
) -> FactValues:
    """Read the values of records that each name a symbol.

    Parameters
    ----------
    symbol, value : TextColumn
    unit : TextColumn, optional
        Unit column of a long table.
    heading : str or TextColumn
        Heading that each value stands under; the unit that it names counts in a wide table, that of the symbol as it
        is written (`T_high_C`) in a long one.
    symbols : FactSymbols

    Returns
    -------
    FactValues
        A number without a unit is read only where its quantity has one unit or none.
    """
    n = len(value)
    keys = symbol.lookup(symbols.find, object)
    read = _Read(n)
    unknown = keys == ""
    read.add("unknown_symbol", unknown & ~symbol.blank, "symbol", text=symbol, near=symbol.lookup(symbols.near, object))
    titles = heading if isinstance(heading, TextColumn) else symbol
    stated = constant_column("", n) if unit is None else unit
    for key in sorted(set(keys.tolist()) - {""}):
        rows = np.flatnonzero(keys == key).astype(np.int64)
        known = symbols.by_key[key]
        cells = value.take(rows).compact()
        if known.is_number:
            _numbers(read, rows, known, cells, stated.take(rows), titles.take(rows))
        else:
            _words(read, rows, known, cells)
    return FactValues(keys, read.number, read.text, read.day, read.unit, read.bad | unknown, tuple(read.findings))


class _Read:
    """Values as they are read, symbol by symbol."""

    def __init__(self, n: int) -> None:
        self.number = np.full(n, np.nan)
        self.text, self.unit = object_array([""] * n), object_array([""] * n)
        self.day = np.full(n, NO_DATE, dtype=np.int64)
        self.bad = np.zeros(n, dtype=np.bool_)
        self.findings: list[FindingBatch] = []

    def add(self, code: str, mask: BoolArray, place: str, rows: IntArray | None = None, **params: object) -> None:
        """A finding on some rows; `mask` and the parameters are those of `rows`, or of all."""
        at = np.flatnonzero(mask).astype(np.int64)
        if not at.size:
            return
        index = at if rows is None else rows[at]
        picked = {
            k: v.take(at) if isinstance(v, TextColumn) else v[at] if isinstance(v, np.ndarray) else v
            for k, v in params.items()
        }
        self.bad[index] = True
        self.findings.append(FindingBatch(code, index, place, picked))


def _numbers(
    read: _Read, rows: IntArray, known: FactSymbol, cells: TextColumn, stated: TextColumn, titles: TextColumn
) -> None:
    numbers = parse_numbers(cells)
    for status, code in ((BAD_NUMBER, "bad_number"), (NOT_MEASURED, "not_a_number"), (OBSTRUCTED, "obstructed")):
        read.add(code, numbers.status == status, "value", rows, text=cells)
    read.add("missing_value", numbers.status == BLANK, "value", rows, text=cells)
    there = ~np.isnan(numbers.values)
    unit = join_columns([numbers.units, stated, titles], lambda p: _unit_of(known, p[0], p[1], p[2]))
    units = unit.texts()
    place = {"text": cells, "symbol": known.key, "units": ", ".join(known.units) or "—"}
    read.add("unit_needed", there & (units == ""), "value", rows, **place)
    read.add("unit_unknown", there & (units == "?"), "value", rows, **place)
    values = numbers.values.copy()
    for i, code in enumerate(unit.values):
        at = unit.codes == i
        if code in ("", "?"):
            values[at] = np.nan
        elif known.quantity != "id":
            values[at] = to_internal(values[at], known.quantity, code)
    read.number[rows], read.unit[rows] = values, np.where(np.isnan(values), "", units)


def _unit_of(known: FactSymbol, cell: str, stated: str, heading: str) -> str:
    """Unit code of a number: behind it, of its row, of its heading, or the only one; "?" is one that is not known."""
    if known.quantity == "id":
        return "1" if not cell and plain(stated) in _BLANK else "?"
    for text in (cell, stated):
        if plain(text) not in _BLANK:
            return unit_code(text, known.quantity) or ("1" if _is_of_name(known, text) else "?")
    if named := heading_unit(heading, known.quantity):
        return named
    brackets = [b for b in heading_parts(heading).brackets if is_unit(b)]
    if brackets and not all(_is_of_name(known, b) for b in brackets):
        return "?"
    if known.quantity in PLAIN_NUMBERS:
        return "1"
    units = known.units
    return units[0] if len(units) == 1 else ""


def _is_of_name(known: FactSymbol, text: str) -> bool:
    """A plain number whose symbol names its unit: `Cl_ppm` in ppm, `NaOH_pct` in per cent."""
    if known.quantity not in PLAIN_NUMBERS:
        return False
    tail, unit = known.key.lower().rsplit("_", 1)[-1], key_of(text)
    return tail == unit or (tail in ("pct", "percent", "wt", "mol") and unit in ("%", "wt%", "mol%", "pct"))


def _words(read: _Read, rows: IntArray, known: FactSymbol, cells: TextColumn) -> None:
    if known.quantity == "date":
        dates = parse_dates(cells, guess_dates(cells).rule)
        read.add("bad_date", dates.bad | dates.month_only, "value", rows, text=cells)
        read.add("ambiguous_date", dates.ambiguous, "value", rows, text=cells)
        gone = (dates.days == NO_DATE) & ~(dates.bad | dates.month_only | dates.ambiguous)
        read.add("missing_value", gone, "value", rows, text=cells)
        read.day[rows] = np.where(dates.month_only, NO_DATE, dates.days)
        return
    if known.quantity == "text":
        read.text[rows] = cells.lookup(str.strip, object)
        read.add("missing_value", cells.lookup(lambda t: plain(t) in _BLANK, np.bool_), "value", rows, text=cells)
        return
    if known.quantity == "flag":
        answers = cells.lookup(read_yes_no, np.int64)
        read.text[rows] = object_array(["yes", "no", ""])[np.where(answers == 1, 0, np.where(answers == 0, 1, 2))]
        allowed = "yes, no, 是, 否"
    else:
        read.text[rows] = cells.lookup(lambda t: known.code(t) or "", object)
        allowed = ", ".join(known.codes[:_MOST])
    read.add("unknown_code", read.text[rows] == "", "value", rows, text=cells, allowed=allowed)


def quantity_of(symbol: str, quantity: str) -> str:
    """Quantity in which a symbol is read: that of a process stream's column where the calculation names only a number.

    Parameters
    ----------
    symbol : str
    quantity : str
        As the calculation names it.

    Returns
    -------
    str
    """
    own = record_kind("stream").fields.get(symbol)
    if own is not None and own.quantity and quantity in PLAIN_NUMBERS:
        return own.quantity
    return quantity if quantity in quantities() else "number"


def read_one(known: FactSymbol, text: str, unit: str = "") -> FactValues:
    """Read a single value, as somebody types it.

    Parameters
    ----------
    known : FactSymbol
    text : str
    unit : str
        Empty where the text names it, or none is needed.

    Returns
    -------
    FactValues
        Of one row.
    """
    symbols = FactSymbols([known])
    return fact_values(column_of([known.key]), column_of([text]), column_of([unit]), "", symbols)
