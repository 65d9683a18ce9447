"""Columns of a frame as columns of a sheet for people: words, unit, and how the numbers are written."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from integrity.core.arrays import AnyArray
from integrity.core.frame import Frame
from integrity.core.quantities import display_unit, from_internal
from integrity.exchange.out_workbook import SheetColumn
from integrity.services.report_words import Words


def column_of(frame: Frame, name: str, w: Words, rows: AnyArray | None = None, width: float = 12) -> SheetColumn:
    """A column of a frame for a people's sheet.

    Parameters
    ----------
    frame : Frame
    name : str
    w : Words
    rows : ndarray of int64, optional
        Rows and their order; all where not given.
    width : float

    Returns
    -------
    SheetColumn
    """
    quantity = type(frame).quantities()[name]
    values = getattr(frame, name) if rows is None else getattr(frame, name)[rows]
    heading = w(f"sym.{name}")
    if quantity == "code":
        allowed = type(frame).codes_of(name)
        enumeration = _enumeration(frame, name)
        words = np.array([w(f"code.{enumeration}.{allowed[int(v)]}") if v >= 0 else "" for v in values], dtype=object)
        return SheetColumn(heading, words, "text", width=max(width, 14))
    if quantity == "date":
        return SheetColumn(heading, values, "date", width=12)
    if quantity == "text":
        return SheetColumn(heading, values, "text", width=max(width, 16))
    if quantity in ("id", "count", "flag"):
        return SheetColumn(heading, np.where(values < 0, np.nan, values), "number", 0, width=width)
    unit = display_unit(quantity, w.units)
    shown = from_internal(values, quantity, unit.name)
    decimals = None if quantity == "frequency" else unit.decimals
    return SheetColumn(heading, shown, "number", decimals, w.unit(quantity), width, scientific=quantity == "frequency")


def _enumeration(frame: Frame, name: str) -> str:
    return next(str(f.metadata["codes"]) for f in fields(frame) if f.name == name)
