"""The working of one row: symbol = formula = numbers = value, unit and clause, derived when asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray
from integrity.core.clause import FORMULA, FUNCTIONS
from integrity.core.dates import iso_of
from integrity.core.procedure import Param, Procedure, Result, Step
from integrity.core.reference import Reference

_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Value:
    """A named value as used in a step: number in internal unit, or a code text."""

    name: str
    value: float | str
    quantity: str
    unverified: bool = False
    source: str = ""


@dataclass(frozen=True)
class WorkingStep:
    """One line of a working.

    `numbers` is the expression with the values put in, internal units. `note` is a catalogue key with
    `note_values` for tables, reductions and iterations. `unverified` names constants not yet verified.
    """

    symbol: str
    expr: str
    numbers: str
    value: float | str
    quantity: str
    ref: Reference
    kind: str
    note: str
    note_values: Mapping[str, float | str]
    values: tuple[Value, ...]
    unverified: tuple[str, ...]


def short(value: Any) -> str:
    """Six significant digits, plain where readable.

    Parameters
    ----------
    value : float

    Returns
    -------
    str
    """
    v = float(value)
    if np.isnan(v):
        return "n/a"
    return f"{v:.6g}"


def working(procedure: Procedure, result: Result, row: int, upto: str = "") -> list[WorkingStep]:
    """Working of one row of a result.

    Parameters
    ----------
    procedure : Procedure
        The procedure that made `result`.
    result : Result
    row : int
    upto : str
        Column asked for: only the steps it rests on are given. Empty gives all; a column that no step computes
        gives all as well.

    Returns
    -------
    list of WorkingStep
    """
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    used = [s for s in procedure.steps if applies(result, s, row, params)]
    return [_step(procedure, result, s, row, params) for s in _leading_to(used, upto)]


def _leading_to(steps: list[Step], column: str) -> list[Step]:
    if column not in {s.out for s in steps}:
        return steps
    needed, kept = {column}, []
    for step in reversed(steps):
        if step.out in needed:
            kept.append(step)
            needed |= {*step.names().values(), *step.note_params}
    return kept[::-1]


def applies(result: Result, step: Step, row: int, params: Mapping[str, Param]) -> bool:
    """Whether a step was used for this row.

    Parameters
    ----------
    result : Result
    step : Step
    row : int
    params : mapping of symbol to Param

    Returns
    -------
    bool
    """
    if step.when is None:
        return True
    column, code = step.when
    index = int(result.columns[column][row])
    allowed = params[column].codes
    return 0 <= index < len(allowed) and allowed[index] == code


def _cell(array: AnyArray, row: int, param: Param | None) -> float | str:
    raw = array[row]
    if param is not None and param.quantity == "code":
        return param.codes[int(raw)] if int(raw) >= 0 else ""
    if param is not None and param.quantity == "date":
        return iso_of(int(raw))
    return str(raw) if isinstance(raw, str) else float(raw)


def _named(procedure: Procedure, result: Result, name: str, row: int, params: Mapping[str, Param]) -> Value:
    if name in procedure.constants:
        c = procedure.constants[name]
        return Value(name, c.value, c.quantity, not c.verified, f"{c.edition}: {c.source}")
    param = params.get(name)
    return Value(name, _cell(result.columns[name], row, param), param.quantity if param else "number")


def _step(procedure: Procedure, result: Result, step: Step, row: int, params: Mapping[str, Param]) -> WorkingStep:
    c = step.clause
    values = {p: _named(procedure, result, name, row, params) for p, name in step.names().items()}
    numbers = _numbers(c.expr, values) if c.kind == FORMULA else ""
    shown = tuple({v.name: v for v in values.values()}.values())
    told = {p: _cell(result.columns[p], row, params.get(p)) for p in step.note_params}
    weak = [v.name for v in shown if v.unverified]
    if any(name.endswith("verified") and value == 0.0 for name, value in told.items()):
        weak.append(step.out)
    return WorkingStep(
        symbol=step.out,
        expr=_rename(c.expr, step.names()),
        numbers=numbers,
        value=_cell(result.columns[step.out], row, params.get(step.out)),
        quantity=params[step.out].quantity if step.out in params else c.quantity,
        ref=c.ref,
        kind=c.kind,
        note=c.note,
        note_values=told,
        values=shown,
        unverified=tuple(weak),
    )


def _rename(expr: str, names: Mapping[str, str]) -> str:
    return _NAME.sub(lambda m: names.get(m.group(), m.group()), expr)


def _numbers(expr: str, values: Mapping[str, Value]) -> str:
    def put(match: re.Match[str]) -> str:
        name = match.group()
        if name in FUNCTIONS or name not in values:
            return name
        value = values[name].value
        if isinstance(value, str):
            return value
        text = short(value)
        return f"({text})" if text.startswith("-") else text

    return _NAME.sub(put, expr)
