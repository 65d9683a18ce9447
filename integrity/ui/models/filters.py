"""What a person may type into a filter cell, and the mask it makes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray

_NUMBER = r"[-−+]?\d[\d \u00a0]*(?:\.\d+)?(?:[eE][-−+]?\d+)?|[-−+]?\.\d+"
_COMPARE = re.compile(r"^(<=|>=|!=|<|>|=|≤|≥|≠)\s*(.+)$")
_RANGE = re.compile(r"^(.*?)\s*\.\.\s*(.*)$")
_DATE = re.compile(r"^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
MISSING_WORDS = ("-", "—", "=")
PRESENT_WORD = "*"


class FilterError(ValueError):
    """A filter text that says nothing a column can be tested by."""


@dataclass(frozen=True)
class Bounds:
    """Inclusive or exclusive bounds; `inside` False turns the test round."""

    low: float = -np.inf
    high: float = np.inf
    low_open: bool = False
    high_open: bool = False
    inside: bool = True

    def mask(self, values: FloatArray) -> BoolArray:
        """Rows within the bounds; missing values never are."""
        with np.errstate(invalid="ignore"):
            above = values > self.low if self.low_open else values >= self.low
            below = values < self.high if self.high_open else values <= self.high
        hit = above & below
        return hit if self.inside else ~hit & ~np.isnan(values)


Parse = Callable[[str], tuple[float, float]]


def number_mask(text: str, values: FloatArray, half_step: float = 0.0) -> BoolArray:
    """Rows of a number column that a filter text lets through.

    `> 5`, `<= 2`, `2..8`, `..8`, `= 5`, `!= 5`, a bare number (equal as written), `-` missing, `*` present.

    Parameters
    ----------
    text : str
    values : ndarray of float64
        In the unit shown, NaN where missing.
    half_step : float
        Half of the last place written; a bare number means what is written the same.

    Returns
    -------
    ndarray of bool
    """

    def parse(part: str) -> tuple[float, float]:
        if not re.fullmatch(_NUMBER, part):
            raise FilterError(part)
        v = float(re.sub(r"[ \u00a0]", "", part).replace("−", "-"))
        return v, v

    return _mask(text, values, parse, half_step)


def date_mask(text: str, values: FloatArray) -> BoolArray:
    """Rows of a date column that a filter text lets through; years and months stand for all their days.

    Parameters
    ----------
    text : str
    values : ndarray of float64
        Day numbers, NaN where missing.

    Returns
    -------
    ndarray of bool
    """
    return _mask(text, values, _days, 0.0)


def _days(part: str) -> tuple[float, float]:
    match = _DATE.match(part)
    if not match:
        raise FilterError(part)
    year, month, day = (int(g) if g else 0 for g in match.groups())
    try:
        first = dt.date(year, month or 1, day or 1)
        if day:
            last = first
        elif month:
            last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        else:
            last = dt.date(year, 12, 31)
    except ValueError:
        raise FilterError(part) from None
    epoch = dt.date(1970, 1, 1)
    return float((first - epoch).days), float((last - epoch).days)


def _mask(text: str, values: FloatArray, parse: Parse, half_step: float) -> BoolArray:
    out = np.zeros(values.size, dtype=np.bool_)
    for part in text.split("|"):
        out |= _one(part.strip(), values, parse, half_step)
    return out


def _one(text: str, values: FloatArray, parse: Parse, half_step: float) -> BoolArray:
    if text in MISSING_WORDS:
        return np.isnan(values)
    if text == PRESENT_WORD:
        return ~np.isnan(values)
    return _bounds(text, parse, half_step).mask(values)


def _bounds(text: str, parse: Parse, half_step: float) -> Bounds:
    compared = _COMPARE.match(text)
    if compared:
        low, high = parse(compared.group(2).strip())
        return {
            "<": Bounds(high=low, high_open=True),
            "<=": Bounds(high=high),
            ">": Bounds(low=high, low_open=True),
            ">=": Bounds(low=low),
            "=": Bounds(low - half_step, high + half_step),
            "!=": Bounds(low - half_step, high + half_step, inside=False),
        }[compared.group(1).replace("≤", "<=").replace("≥", ">=").replace("≠", "!=")]
    ranged = _RANGE.match(text)
    if ranged:
        left, right = ranged.group(1).strip(), ranged.group(2).strip()
        if not left and not right:
            raise FilterError(text)
        return Bounds(parse(left)[0] if left else -np.inf, parse(right)[1] if right else np.inf)
    low, high = parse(text)
    return Bounds(low - half_step, high + half_step)


def text_test(text: str) -> Callable[[str], bool]:
    """Test of one lower-case word: contains; `=whole`, `!without`, `a|b` either, `-` empty, `*` not empty.

    Parameters
    ----------
    text : str

    Returns
    -------
    callable
    """
    tests = [_text_one(part.strip().lower()) for part in text.split("|") if part.strip()]
    if len(tests) == 1:
        return tests[0]
    return lambda value: any(test(value) for test in tests) if tests else True


def _text_one(text: str) -> Callable[[str], bool]:
    if text in MISSING_WORDS:
        return lambda v: v in ("", "—")
    if text == PRESENT_WORD:
        return lambda v: v not in ("", "—")
    if text.startswith("=") and len(text) > 1:
        whole = text[1:].strip()
        return lambda v: v == whole
    if text.startswith("!") and len(text) > 1:
        part = text[1:].strip()
        return lambda v: part not in v
    return lambda v: text in v


def text_mask(text: str, lowered: Sequence[str]) -> BoolArray:
    """Rows of lower-case words that a filter text lets through; as `text_test`, without a call a row.

    Parameters
    ----------
    text : str
    lowered : sequence of str

    Returns
    -------
    ndarray of bool
    """
    parts = [part.strip().lower() for part in text.split("|") if part.strip()]
    if not parts:
        return np.ones(len(lowered), dtype=np.bool_)
    return np.logical_or.reduce([_part_mask(part, lowered) for part in parts])


def _part_mask(part: str, lowered: Sequence[str]) -> BoolArray:
    rest = part[1:].strip() if len(part) > 1 else ""
    if part in MISSING_WORDS:
        found = [v in ("", "—") for v in lowered]
    elif part == PRESENT_WORD:
        found = [v not in ("", "—") for v in lowered]
    elif part[0] == "=" and len(part) > 1:
        found = [v == rest for v in lowered]
    elif part[0] == "!" and len(part) > 1:
        found = [rest not in v for v in lowered]
    else:
        found = [part in v for v in lowered]
    return np.array(found, dtype=np.bool_)
