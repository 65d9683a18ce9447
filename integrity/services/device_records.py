"""Dated records of devices that live among the facts: every value of some symbols, whenever it holds, by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, IntArray
from integrity.core.frame import blank_of, dtype_of
from integrity.core.frames.facts import Facts
from integrity.core.procedure import Param, Procedure, Result, reasons
from integrity.db.models import Fact
from integrity.services.session import Session


@dataclass(frozen=True)
class DatedRecord:
    """Values recorded of one item from one day: `values` by symbol, numbers, days or texts; `from_d` may be open.

    `row` is the component row that the record hangs on: that of the component itself, or the first of the item.
    """

    equipment_id: int
    row: int
    from_d: int
    until_d: int
    values: Mapping[str, Any]


def dated_records(session: Session, plant_rows: Mapping[str, AnyArray], symbols: Iterable[str]) -> list[DatedRecord]:
    """Every record of some symbols on components and items, in one select, also those that no longer hold.

    Parameters
    ----------
    session : Session
    plant_rows : mapping of str to ndarray
        Columns `component_id` and `equipment_id` of the plant's components.
    symbols : iterable of str

    Returns
    -------
    list of DatedRecord
        Facts of one subject and one first day are one record; ordered by item and day.
    """
    t = Fact.__table__.c
    columns = (t.component_id, t.equipment_id, t.from_d, t.until_d, t.symbol, t.number, t.text, t.day)
    statement = sa.select(*columns).where(t.symbol.in_(sorted(set(symbols)))).order_by(t.id)
    by_component = {int(c): i for i, c in enumerate(plant_rows["component_id"].tolist())}
    by_item: dict[int, int] = {}
    for i, e in enumerate(plant_rows["equipment_id"].tolist()):
        by_item.setdefault(int(e), i)
    held: dict[tuple[int, int, int], tuple[dict[str, Any], list[int]]] = {}
    with session.engine.connect() as connection:
        for component, item, from_d, until_d, symbol, number, text, day in connection.execute(statement):
            row = by_component.get(component) if component is not None else by_item.get(item)
            if row is None:
                continue
            key = (int(plant_rows["equipment_id"][row]), row, NO_DATE if from_d is None else int(from_d))
            values, ends = held.setdefault(key, ({}, []))
            values[symbol] = number if number is not None else (int(day) if day is not None else text)
            ends.append(NO_DATE if until_d is None else int(until_d))
    return [DatedRecord(*key, max(ends), values) for key, (values, ends) in sorted(held.items())]


def column_of(param: Param, values: list[Any]) -> AnyArray:
    """A column of a procedure from recorded values; what is missing or no code of it is blank.

    Parameters
    ----------
    param : Param
    values : list
        Numbers, days or texts; None is missing.

    Returns
    -------
    ndarray
    """
    texts = param.quantity in ("code", "flag", "text")
    blank: Any = "" if texts else blank_of(param.quantity)
    held = np.array([blank if v is None else v for v in values], dtype=object)
    if not texts:
        return held.astype(dtype_of(param.quantity))
    return Facts(len(values), {param.symbol: held}).column(param)


def known_columns(procedure: Procedure, facts: Facts, rows: IntArray, given: Mapping[str, Any]) -> dict[str, AnyArray]:
    """Inputs of a procedure for some component rows: what is given, else the recorded facts.

    Parameters
    ----------
    procedure : Procedure
    facts : Facts
    rows : ndarray of int64
        A row of -1 has no facts.
    given : mapping of symbol to array_like

    Returns
    -------
    dict of str to ndarray
    """
    out: dict[str, AnyArray] = {}
    for p in procedure.inputs:
        if p.symbol in given:
            out[p.symbol] = np.asarray(given[p.symbol])
            continue
        column = facts.column(p)
        blank = blank_of(p.quantity)
        picked = column[np.maximum(rows, 0)] if column.size else np.full(rows.size, blank, dtype=dtype_of(p.quantity))
        out[p.symbol] = np.where(rows >= 0, picked, blank).astype(column.dtype)
    return out


def reasons_of(*parts: tuple[Procedure, Result, int]) -> str:
    """What is missing or outside a limit in several calculations of one device, as keys.

    Parameters
    ----------
    *parts : (procedure, result, row)

    Returns
    -------
    str
        "missing:x; limit:y", each once; what one of the calculations gives another is told where it arises.
    """
    derived = {x.symbol for p, _, _ in parts for x in p.outputs}
    found: dict[str, None] = {}
    for procedure, result, row in parts:
        for kind, key in reasons(procedure, result, row):
            if kind == "missing" and key in derived:
                continue
            found[f"{kind}:{key}"] = None
    return "; ".join(found)


def code_text(codes: tuple[str, ...], index: Any) -> str:
    """Text of a code, empty where it is missing."""
    i = int(index)
    return codes[i] if 0 <= i < len(codes) and i != NO_CODE else ""
