"""Writers of cell texts: one function a column, made once for a language and a unit set."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.quantities import display_unit
from integrity.i18n import text
from integrity.i18n.formats import MISSING, format_date, format_number
from integrity.ui.models.columns import CODE, DATE, FLAG, NUMBER, PLAIN, RISK, Column

Writer = Callable[[Any], str]


def writer(column: Column, language: str, unit_set: str) -> Writer:
    """Function that writes one value of a column.

    Parameters
    ----------
    column : Column
    language : str
    unit_set : str

    Returns
    -------
    callable
    """
    style = column.style
    if style == NUMBER:
        return number_writer(column.quantity, unit_set, column.decimals)
    if style == DATE:
        return _dates()
    if style in (CODE, RISK):
        return _names(tuple(text(f"code.{column.codes}.{c}", language) for c in codes(column.codes)))
    if style == FLAG:
        return _names((text("ui.no", language), text("ui.yes", language)))
    if style == PLAIN:
        return lambda v: MISSING if v < 0 else str(int(v))
    return str


def number_writer(quantity: str, unit_set: str, decimals: int | None = None) -> Writer:
    """Fast twin of `format_number` for one quantity.

    Parameters
    ----------
    quantity : str
    unit_set : str
    decimals : int, optional

    Returns
    -------
    callable
    """
    unit = display_unit(quantity, unit_set)
    factor, offset = unit.factor, unit.offset
    places = unit.decimals if decimals is None else decimals
    least = 0.5 * 10.0**-places
    power = quantity == "frequency"

    def write(value: float) -> str:
        v = float(value)
        if v != v:
            return MISSING
        shown = (v - offset) / factor
        size = abs(shown)
        if power or (size != 0 and (size >= 1e7 or size < least)) or math.isinf(shown):
            return format_number(v, quantity, unit_set, decimals)
        out = f"{shown:,.{places}f}" if size >= 1000 else f"{shown:.{places}f}"
        return out.replace(",", " ").replace("-", "−")

    return write


def _dates() -> Writer:
    cache: dict[int, str] = {NO_DATE: MISSING}

    def write(value: int) -> str:
        day = int(value)
        found = cache.get(day)
        if found is None:
            found = cache[day] = format_date(day)
        return found

    return write


def _names(names: tuple[str, ...]) -> Writer:
    def write(value: int) -> str:
        index = int(value)
        return names[index] if 0 <= index < len(names) else MISSING

    return write


def plain_number(written: str) -> str:
    """A written number as a spreadsheet reads it; a missing one is empty.

    Parameters
    ----------
    written : str

    Returns
    -------
    str
    """
    if written == MISSING:
        return ""
    return written.replace(" ", "").replace("\u00a0", "").replace("−", "-")
