"""Day numbers and ISO dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.core.errors import InputError
from integrity.core.message import msg

_EPOCH = dt.date(1970, 1, 1)


def days_of(value: Any, name: str = "date") -> int:
    """Day number of an ISO date, a date or a day number; empty gives `NO_DATE`.

    Parameters
    ----------
    value : str, date, int or None
    name : str
        Column name, for the message.

    Returns
    -------
    int
        Days since 1970-01-01.
    """
    if value is None or value == "" or value != value:
        return NO_DATE
    if isinstance(value, dt.datetime):
        return (value.date() - _EPOCH).days
    if isinstance(value, dt.date):
        return (value - _EPOCH).days
    if isinstance(value, str):
        try:
            return (dt.date.fromisoformat(value.strip()) - _EPOCH).days
        except ValueError:
            raise InputError(msg("core.bad_date", name=name, value=value)) from None
    return int(value)


def iso_of(day: int) -> str:
    """ISO date of a day number, empty where missing or beyond the calendar.

    Parameters
    ----------
    day : int

    Returns
    -------
    str
    """
    if int(day) == NO_DATE:
        return ""
    try:
        return (_EPOCH + dt.timedelta(days=int(day))).isoformat()
    except OverflowError:
        return ""
