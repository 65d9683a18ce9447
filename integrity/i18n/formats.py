"""How numbers, units and dates are written, the same in both languages."""

from __future__ import annotations

import datetime as dt
import math

from integrity.core.arrays import NO_DATE
from integrity.core.quantities import display_unit, from_internal
from integrity.i18n import text

MISSING = "—"
# What is less than half a unit of the last place is nought to an inspector; other small numbers keep their size.
ROUNDED = frozenset({"time", "thickness", "length", "height", "pressure", "temperature", "rate", "stress", "angle"})


def format_date(day: int) -> str:
    """ISO date of a day number.

    Parameters
    ----------
    day : int
        Days since 1970-01-01, `NO_DATE` where missing.

    Returns
    -------
    str
    """
    if int(day) == NO_DATE:
        return MISSING
    try:
        return (dt.date(1970, 1, 1) + dt.timedelta(days=int(day))).isoformat()
    except OverflowError:
        return "> 9999"


def format_number(value: float, quantity: str, unit_set: str = "SI", decimals: int | None = None) -> str:
    """A number in its display unit; very small or large values in powers of ten; NaN as a dash.

    Parameters
    ----------
    value : float
        In the internal unit.
    quantity : str
    unit_set : str
        "SI" or "US".
    decimals : int, optional

    Returns
    -------
    str
    """
    if quantity == "date":
        return format_date(int(value))
    v = float(value)
    if math.isnan(v):
        return MISSING
    unit = display_unit(quantity, unit_set)
    shown = float(from_internal(v, quantity, unit.name)[0])
    places = unit.decimals if decimals is None else decimals
    if math.isinf(shown):
        return "∞" if shown > 0 else "−∞"
    small = shown != 0 and abs(shown) < 0.5 * 10.0**-places
    if quantity == "frequency" or abs(shown) >= 1e7 or (small and quantity not in ROUNDED):
        return f"{shown:.2e}".replace("-", "−")
    if small:
        shown = 0.0
    return f"{shown:,.{places}f}".replace(",", " ").replace("-", "−")


def unit_label(quantity: str, unit_set: str, language: str) -> str:
    """Label of the display unit; empty for numbers without one.

    Parameters
    ----------
    quantity : str
    unit_set : str
    language : str

    Returns
    -------
    str
    """
    return text(f"unit.{display_unit(quantity, unit_set).name}", language)
