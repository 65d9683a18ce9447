"""The open contract for scripts: list, describe, calculate and explain registered procedures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, TextArray
from integrity.core.codes import decode, encode
from integrity.core.dates import days_of, iso_of
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.procedure import Param, Procedure, Result, reasons
from integrity.core.quantities import display_unit, from_internal, quantity, to_internal
from integrity.core.registry import origin, procedure, procedures
from integrity.core.settings import DEFAULTS, Settings, setting_specs
from integrity.core.verdict import Verdict
from integrity.core.working import WorkingStep, working
from integrity.i18n import text

CASE = "case_id"


def list_procedures(language: str = "en") -> list[dict[str, str]]:
    """Every registered calculation.

    Parameters
    ----------
    language : str

    Returns
    -------
    list of dict
        key, standard, edition, title.
    """
    return [
        {
            "key": p.key,
            "standard": p.ref.standard,
            "edition": p.ref.edition,
            "title": text(p.title_key, language),
        }
        for p in procedures()
    ]


def describe(key: str, language: str = "en", units: str = "SI") -> dict[str, Any]:
    """Inputs, outputs, tables, limits, settings, references, unverified constants and plug-in of a procedure.

    Parameters
    ----------
    key : str
    language : str
    units : str
        Unit set of the named units, "SI" or "US".

    Returns
    -------
    dict
        Ready for JSON.
    """
    p = procedure(key)
    specs = setting_specs()
    return {
        "key": p.key,
        "version": p.version,
        "plugin": origin(p.key),
        "standard": p.ref.standard,
        "edition": p.ref.edition,
        "clause": p.ref.clause,
        "title": text(p.title_key, language),
        "inputs": [_describe_param(x, language, units) for x in p.inputs],
        "tables": [
            {"name": t.name, "key": CASE, "columns": [_describe_param(x, language, units) for x in t.columns]}
            for t in p.tables
        ],
        "outputs": [_describe_param(x, language, units) for x in p.outputs],
        "limits": [
            {"key": lim.key, "reference": str(lim.ref), "text": text(f"limit.{lim.key}", language)}
            for lim in p.limits
        ],
        "references": sorted({str(p.ref), *(str(s.clause.ref) for s in p.steps)}),
        "settings": {
            s: {"default": specs[s].default, "allowed": list(specs[s].allowed), "source": specs[s].source}
            for s in p.settings
        },
        "constants": [
            {"symbol": n, "value": c.value, "edition": c.edition, "source": c.source, "verified": c.verified}
            for n, c in p.constants.items()
        ],
        "unverified": sorted(n for n, c in p.constants.items() if not c.verified),
    }


def _describe_param(p: Param, language: str, units: str) -> dict[str, Any]:
    unit = display_unit(p.quantity, units).name
    out: dict[str, Any] = {
        "symbol": p.symbol,
        "quantity": p.quantity,
        "unit": unit,
        "required": p.required,
        "title": text(f"sym.{p.symbol}", language),
    }
    if p.codes:
        out["codes"] = list(p.codes)
    return out


def calc(
    key: str,
    columns: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Mapping[str, Any] | Settings | None = None,
    units: str = "SI",
) -> dict[str, AnyArray]:
    """Run a procedure on columns, one row a case.

    Parameters
    ----------
    key : str
    columns : mapping of symbol to sequence
        Numbers in the display unit of `units`, codes as texts, dates as ISO texts; an empty text or None is
        missing. `case_id` is optional and names the cases for `tables`.
    tables : mapping of table name to mapping of symbol to sequence, optional
        Long form, keyed by `case_id`.
    settings : mapping or Settings, optional
    units : str
        "SI" or "US", for input and output.

    Returns
    -------
    dict of symbol to ndarray
        Inputs, all intermediates and conclusions, `verdict` and `reasons` (texts).
    """
    p = procedure(key)
    result = run(key, columns, tables, settings, units)
    out: dict[str, AnyArray] = {}
    if CASE in columns:
        out[CASE] = np.array([str(v) for v in columns[CASE]], dtype=object)
    for param in (*p.inputs, *p.outputs):
        out[param.symbol] = _outside(result[param.symbol], param, units)
    out["verdict"] = np.array([Verdict(v).name for v in result.verdict], dtype=object)
    out["reasons"] = np.array([_reasons(p, result, i) for i in range(result.n)], dtype=object)
    return out


def run(
    key: str,
    columns: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    settings: Mapping[str, Any] | Settings | None = None,
    units: str = "SI",
) -> Result:
    """As `calc`, but the `Result` in internal units.

    Parameters
    ----------
    key, columns, tables, settings, units
        See `calc`.

    Returns
    -------
    Result
    """
    p = procedure(key)
    known = {x.symbol: x for x in p.inputs}
    unknown = sorted(set(columns) - set(known) - {CASE})
    if unknown:
        raise InputError(msg("core.unknown_symbol", symbol=unknown[0], procedure=key))
    inside = {s: _inside(v, known[s], units) for s, v in columns.items() if s != CASE}
    case_ids = _case_ids(columns, inside)
    bound = {n: _table(p, n, t, case_ids, units) for n, t in (tables or {}).items()}
    chosen = settings if isinstance(settings, Settings) else Settings(dict(settings or {}))
    return p.run(inside, chosen if settings is not None else DEFAULTS, bound)


def explain(key: str, result: Result, row: int) -> list[WorkingStep]:
    """Working of one row.

    Parameters
    ----------
    key : str
    result : Result
    row : int

    Returns
    -------
    list of WorkingStep
    """
    if not 0 <= row < result.n:
        raise InputError(msg("api.no_such_row", row=row, n=result.n))
    return working(procedure(key), result, row)


def _case_ids(columns: Mapping[str, Any], inside: Mapping[str, AnyArray]) -> list[str]:
    if CASE in columns:
        ids = [str(v) for v in columns[CASE]]
        if len(set(ids)) != len(ids):
            raise InputError(msg("api.case_twice", case=next(i for i in ids if ids.count(i) > 1)))
        return ids
    n = max((v.size for v in inside.values()), default=0)
    return [str(i) for i in range(n)]


def _table(
    p: Procedure, name: str, columns: Mapping[str, Any], case_ids: list[str], units: str
) -> dict[str, AnyArray]:
    spec = next((t for t in p.tables if t.name == name), None)
    if spec is None:
        raise InputError(msg("core.unknown_table", table=name, procedure=p.key))
    if CASE not in columns:
        raise InputError(msg("api.table_needs_case", table=name))
    known = {x.symbol: x for x in spec.columns}
    unknown = sorted(set(columns) - set(known) - {CASE})
    if unknown:
        raise InputError(msg("core.unknown_symbol", symbol=unknown[0], procedure=f"{p.key} {name}"))
    lookup = {c: i for i, c in enumerate(case_ids)}
    strange = [str(c) for c in columns[CASE] if str(c) not in lookup]
    if strange:
        raise InputError(msg("api.table_case_unknown", table=name, case=strange[0]))
    case = np.array([lookup[str(c)] for c in columns[CASE]], dtype=np.int64)
    order = np.argsort(case, kind="stable")
    out: dict[str, AnyArray] = {
        s: _inside(v, known[s], units)[order] for s, v in columns.items() if s != CASE
    }
    return {**out, "case": case[order]}


def _inside(values: Any, p: Param, units: str) -> AnyArray:
    listed = [values] if np.isscalar(values) or values is None else list(values)
    if p.quantity == "code":
        return encode(
            [v if v is None or isinstance(v, str) else _code_text(v, p) for v in listed], p.codes, p.symbol
        )
    if p.quantity == "date":
        return np.array([days_of(v, p.symbol) for v in listed], dtype=np.int64)
    if p.quantity == "text":
        return np.array(["" if v is None else str(v) for v in listed], dtype=object)
    if p.quantity in ("flag", "id"):
        return np.array([_flag(v, p.symbol) for v in listed], dtype=np.int64)
    numbers = np.array([_number(v, p.symbol, i) for i, v in enumerate(listed)], dtype=np.float64)
    return to_internal(numbers, p.quantity, display_unit(p.quantity, units).name)


def _code_text(value: Any, p: Param) -> str:
    number = float(value)
    if number != number:
        return ""
    whole = str(int(number))
    return whole if whole in p.codes else str(value)


def _number(value: Any, symbol: str, row: int) -> float:
    if value is None or (isinstance(value, str) and not value.strip()):
        return float("nan")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InputError(msg("api.bad_number", symbol=symbol, row=row + 1, value=str(value))) from None


def _flag(value: Any, symbol: str) -> int:
    if value is None or (isinstance(value, str) and not value.strip()) or value != value:
        return NO_CODE
    words = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}
    key = str(value).strip().lower()
    if key in words:
        return words[key]
    try:
        return int(float(value))
    except (TypeError, ValueError):
        raise InputError(msg("api.bad_flag", symbol=symbol, value=str(value))) from None


def _outside(values: AnyArray, p: Param, units: str) -> AnyArray:
    if p.quantity == "code":
        return decode(values, p.codes)
    if p.quantity == "date":
        return _texts([iso_of(int(v)) if v != NO_DATE else "" for v in values])
    if p.quantity in ("text", "flag", "id"):
        return values
    quantity(p.quantity)
    return from_internal(values, p.quantity, display_unit(p.quantity, units).name)


def _texts(values: list[str]) -> TextArray:
    return np.array(values, dtype=object)


def _reasons(p: Procedure, result: Result, row: int) -> str:
    return "; ".join(f"{kind}:{key}" for kind, key in reasons(p, result, row))
