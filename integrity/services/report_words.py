"""Small helpers of the report: words, numbers and dates of one language and unit set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.frame import Frame
from integrity.core.message import Param
from integrity.i18n import catalogue, text
from integrity.i18n.formats import MISSING, format_date, format_number, unit_label


@dataclass(frozen=True)
class Words:
    """Words and formats of a report.

    Parameters
    ----------
    language : str
    units : str
        "SI" or "US".
    """

    language: str
    units: str

    def __call__(self, key: str, /, **params: Param) -> str:
        return text(key, self.language, **params)

    def number(self, value: float, quantity: str, decimals: int | None = None) -> str:
        """A number without its unit."""
        return format_number(float(value), quantity, self.units, decimals)

    def with_unit(self, value: float, quantity: str) -> str:
        """A number with its unit."""
        shown = self.number(value, quantity)
        unit = unit_label(quantity, self.units, self.language)
        return f"{shown} {unit}".strip() if shown != MISSING else MISSING

    def short(self, value: float, quantity: str) -> str:
        """A number without its unit and without digits that nobody can mean: about four figures."""
        size = abs(float(value))
        return self.number(value, quantity, 0 if size >= 1000.0 else 1 if size >= 10.0 else None)

    def unit(self, quantity: str) -> str:
        """Unit label."""
        return unit_label(quantity, self.units, self.language)

    def date(self, day: int) -> str:
        """ISO date."""
        return format_date(int(day)) if int(day) != NO_DATE else MISSING

    def code(self, enumeration: str, index: int) -> str:
        """Words of a code."""
        if int(index) < 0:
            return MISSING
        code = codes(enumeration)[int(index)]
        return text(f"code.{enumeration}.{code}", self.language)

    def cell(self, frame: Frame, column: str, row: int) -> str:
        """A frame cell in words."""
        quantity = type(frame).quantities()[column]
        value = getattr(frame, column)[row]
        if quantity == "text":
            return str(value) or MISSING
        if quantity == "date":
            return self.date(int(value))
        if quantity in ("id", "count", "flag"):
            return str(int(value)) if int(value) >= 0 else MISSING
        return self.number(float(value), quantity)

    def head(self, column: str, quantity: str) -> str:
        """Column heading: words and unit."""
        unit = self.unit(quantity)
        words = text(f"sym.{column}", self.language)
        return f"{words}, {unit}" if unit else words

    def source(self, words: str) -> str:
        """Where the default of a setting comes from; as it is written where nobody has translated it."""
        return catalogue(self.language).get(f"source.{words}", words)

    def name(self, en: str, zh: str) -> str:
        """Name in the language, the other one where it is missing."""
        return (zh or en) if self.language == "zh_CN" else (en or zh)


def finite(values: np.ndarray) -> np.ndarray:
    """Values that are numbers.

    Parameters
    ----------
    values : ndarray

    Returns
    -------
    ndarray
    """
    return values[np.isfinite(values)]
