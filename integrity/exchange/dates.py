"""Dates as plants write them: styles, the rule of a column (day or month first) and day numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, IntArray
from integrity.core.message import Message, msg
from integrity.exchange.columns import DATE, NUMBER, TEXT, TextColumn
from integrity.exchange.fields import words
from integrity.exchange.text import plain

EPOCH = dt.date(1970, 1, 1).toordinal()
EXCEL_EPOCH = dt.date(1899, 12, 30).toordinal()
RULES = ("dmy", "mdy", "ymd")

_TIME = r"(?:[t\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:am|pm|z)?)?"
_ISO = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}$")
_ISO_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})$")
_CHINESE = re.compile(rf"^(\d{{4}})\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]?{_TIME}$")
_CHINESE_MONTH = re.compile(r"^(\d{4})\s*年\s*(\d{1,2})\s*月(?:份)?$")
_DOTTED = re.compile(rf"^(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}|\d{{2}}){_TIME}$")
_TRIPLE = re.compile(rf"^(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}$")
_DAY_MONTH = re.compile(rf"^(\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.]+([a-z]+)\.?[\s\-/.,]+(\d{{4}}|\d{{2}}){_TIME}$")
_MONTH_DAY = re.compile(rf"^([a-z]+)\.?[\s\-]+(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+(\d{{4}}){_TIME}$")
_MONTH_YEAR = re.compile(r"^([a-z]+)\.?[\s\-/,]+(\d{4})$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")


@dataclass(frozen=True)
class DateReading:
    """All ways to read one text.

    Parameters
    ----------
    style : str
        iso, compact, chinese, dotted, month_name, serial, triple, month_only, blank or bad.
    days : mapping of rule to int
        Day number under each rule that can read it; the rule is "" where only one reading exists.
    """

    style: str
    days: Mapping[str, int]


@dataclass(frozen=True)
class DateGuess:
    """The rule of a date column and why.

    Parameters
    ----------
    rule : str
        dmy, mdy, ymd, or "" where no cell needs a rule or the user must choose.
    needs_choice : bool
        More than one rule reads every cell, or no rule does.
    styles : mapping of str to int
        Rows of each style.
    evidence : tuple of Message
    """

    rule: str
    needs_choice: bool
    styles: Mapping[str, int]
    evidence: tuple[Message, ...]


@dataclass(frozen=True)
class Dates:
    """Day numbers of a column.

    Parameters
    ----------
    days : ndarray of int64, shape (rows,)
        Days since 1970-01-01, `NO_DATE` where there is none.
    bad : ndarray of bool
        A text that no rule in force can read.
    ambiguous : ndarray of bool
        A text that needs a rule where none is given.
    month_only : ndarray of bool
        Only year and month were given; the day number is that of the first of the month.
    """

    days: IntArray
    bad: BoolArray
    ambiguous: BoolArray
    month_only: BoolArray


def day_number(year: int, month: int, day: int) -> int | None:
    """Days since 1970-01-01, or None where the calendar has no such day.

    Parameters
    ----------
    year, month, day : int

    Returns
    -------
    int or None
    """
    try:
        return dt.date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    pivot = int(words()["two_digit_year_pivot"])
    return int(text) + (2000 if int(text) < pivot else 1900)


def _one(style: str, year: str, month: int, day: int) -> DateReading:
    days = day_number(_year(year), month, day)
    return DateReading("bad", {}) if days is None else DateReading(style, {"": days})


def _triple(first: str, second: str, third: str) -> DateReading:
    year = _year(third)
    ways = {"dmy": day_number(year, int(second), int(first)), "mdy": day_number(year, int(first), int(second))}
    if len(third) == 2:
        ways["ymd"] = day_number(_year(f"{int(first):02d}"), int(second), int(third))
    found = {rule: d for rule, d in ways.items() if d is not None}
    return DateReading("triple", found) if found else DateReading("bad", {})


def _serial(text: str) -> DateReading:
    low, high = words()["excel_serial_range"]
    value = float(text)
    if low <= value <= high:
        return DateReading("serial", {"": int(value) + EXCEL_EPOCH - EPOCH})
    return DateReading("bad", {})


def _named(text: str) -> DateReading | None:
    months: Mapping[str, int] = words()["months"]
    if (m := _DAY_MONTH.match(text)) and m[2] in months:
        return _one("month_name", m[3], months[m[2]], int(m[1]))
    if (m := _MONTH_DAY.match(text)) and m[1] in months:
        return _one("month_name", m[3], months[m[1]], int(m[2]))
    if (m := _MONTH_YEAR.match(text)) and m[1] in months:
        return _one("month_only", m[2], months[m[1]], 1)
    return None


@lru_cache(maxsize=200_000)
def read_date(text: str, kind: int = TEXT) -> DateReading:
    """All readings of one date text.

    Parameters
    ----------
    text : str
        As it stood in the file.
    kind : int
        `TEXT`, `NUMBER` or `DATE` of the cell.

    Returns
    -------
    DateReading
    """
    t = plain(text).strip(" '")
    if t in words()["missing"]:
        return DateReading("blank", {})
    if kind == NUMBER or _SERIAL.match(t):
        if m := _COMPACT.match(t):
            return _one("compact", m[1], int(m[2]), int(m[3]))
        return _serial(t) if re.fullmatch(r"\d+(\.\d+)?", t) else DateReading("bad", {})
    for pattern, style in ((_ISO, "iso"), (_COMPACT, "compact"), (_CHINESE, "chinese")):
        if m := pattern.match(t):
            return _one("iso" if kind == DATE else style, m[1], int(m[2]), int(m[3]))
    for pattern in (_ISO_MONTH, _CHINESE_MONTH):
        if m := pattern.match(t):
            return _one("month_only", m[1], int(m[2]), 1)
    if m := _DOTTED.match(t):
        return _one("dotted", m[3], int(m[2]), int(m[1]))
    if m := _TRIPLE.match(t):
        return _triple(m[1], m[3], m[4])
    return _named(t) or DateReading("bad", {})


def guess_dates(column: TextColumn, as_of_d: int | None = None) -> DateGuess:
    """Find the day-month order of a column from the cells that only one rule can read.

    Parameters
    ----------
    column : TextColumn
    as_of_d : int, optional
        A rule that would put a cell after this day is excluded.

    Returns
    -------
    DateGuess
    """
    counts = column.counts()
    styles: dict[str, int] = {}
    triples: list[tuple[DateReading, int, str]] = []
    for value, kind, rows in zip(column.values, column.kinds, counts, strict=True):
        if rows == 0:
            continue
        reading = read_date(value, int(kind))
        styles[reading.style] = styles.get(reading.style, 0) + int(rows)
        if reading.style == "triple":
            triples.append((reading, int(rows), value))
    shown = {s: n for s, n in styles.items() if s not in ("blank", "bad")}
    evidence = [msg("exchange.date.style_rows", style=s, rows=n) for s, n in shown.items()]
    if styles.get("bad"):
        evidence.append(msg("exchange.date.unreadable_rows", rows=styles["bad"]))
    if not triples:
        return DateGuess("", False, styles, tuple(evidence))
    return _decide(triples, styles, evidence, as_of_d)


def _decide(
    triples: list[tuple[DateReading, int, str]], styles: Mapping[str, int], evidence: list[Message], as_of_d: int | None
) -> DateGuess:
    total = sum(rows for _, rows, _ in triples)
    reads = dict.fromkeys(RULES, 0)
    only = dict.fromkeys(RULES, 0)
    example = dict.fromkeys(RULES, "")
    for reading, rows, value in triples:
        ways = [r for r, d in reading.days.items() if as_of_d is None or d <= as_of_d]
        for rule in ways:
            reads[rule] += rows
        if len(ways) == 1:
            only[ways[0]] += rows
            example[ways[0]] = example[ways[0]] or value
    possible = [r for r in RULES if reads[r] == total]
    for rule in RULES:
        if only[rule]:
            evidence.append(msg("exchange.date.only_rule", rule=rule, rows=only[rule], example=example[rule]))
    if len(possible) == 1:
        evidence.append(msg("exchange.date.rule_found", rule=possible[0], rows=total))
        return DateGuess(possible[0], False, styles, tuple(evidence))
    same = all(len(set(reading.days.values())) == 1 for reading, _, _ in triples)
    if possible and same:
        return DateGuess(possible[0], False, styles, tuple(evidence))
    key = "exchange.date.ambiguous" if possible else "exchange.date.conflict"
    evidence.append(msg(key, rules=", ".join(possible or [r for r in RULES if only[r]]), rows=total))
    return DateGuess("", True, styles, tuple(evidence))


def parse_dates(column: TextColumn, rule: str = "") -> Dates:
    """Day numbers of a column under a rule.

    Parameters
    ----------
    column : TextColumn
    rule : str
        dmy, mdy or ymd for numeric dates whose order the text does not show; "" refuses those that differ.

    Returns
    -------
    Dates
    """
    n = len(column.values)
    days = np.full(n, NO_DATE, dtype=np.int64)
    bad, ambiguous, month_only = (np.zeros(n, dtype=np.bool_) for _ in range(3))
    for i, (value, kind) in enumerate(zip(column.values, column.kinds, strict=True)):
        reading = read_date(value, int(kind))
        if reading.style == "blank":
            continue
        ways = set(reading.days.values())
        if rule in reading.days:
            days[i] = reading.days[rule]
        elif reading.style == "triple" and rule:
            bad[i] = True
        elif len(ways) == 1:
            days[i] = ways.pop()
        else:
            bad[i], ambiguous[i] = not ways, bool(ways)
        month_only[i] = reading.style == "month_only"
    code = column.codes
    return Dates(days[code], bad[code], ambiguous[code], month_only[code])
