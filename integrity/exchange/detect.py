"""Numbers, units, codes, yes/no and pipe sizes as plants write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import FloatArray
from integrity.core.errors import ContractError
from integrity.core.message import Message, msg
from integrity.core.quantities import plugin_spellings, quantities
from integrity.core.tables import read_json
from integrity.exchange.columns import TextColumn
from integrity.exchange.fields import TABLES, Field, allowed_codes, words
from integrity.exchange.text import heading_parts, key_of, plain

OK, BLANK, NOT_MEASURED, OBSTRUCTED, BAD_NUMBER, BAD_UNIT = range(6)

_GROUPED = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_COMMA_DECIMAL = re.compile(r"^[+-]?\d+,\d+$")
_WITH_UNIT = re.compile(r"^([+-]?(?:\d+(?:[.,]\d+)*|\.\d+)(?:e[+-]?\d+)?)\s*([^\d\s.,+-].*)$")
_MIXED_INCH = re.compile(r"^(\d+)?[\s-]*(\d+)\s*/\s*(\d+)$")
_VULGAR = {"½": "1/2", "¼": "1/4", "¾": "3/4", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8"}


@dataclass(frozen=True)
class UnitGuess:
    """Unit of a column and why.

    Parameters
    ----------
    unit : str
        Unit code, empty where the user must choose.
    source : str
        heading, label, unit_column, nominal, range, default or none.
    needs_choice : bool
    evidence : tuple of Message
    """

    unit: str
    source: str
    needs_choice: bool
    evidence: tuple[Message, ...]


@dataclass(frozen=True)
class UnitScale:
    """internal = factor * value + offset."""

    factor: float
    offset: float


def _units_file() -> Mapping[str, Any]:
    table: dict[str, Any] = read_json(TABLES / "units.json")
    return table


@lru_cache(maxsize=1)
def _spelling() -> Mapping[str, tuple[str, ...]]:
    """Unit codes of each spelling; a spelling may stand for several units of different quantities."""
    out: dict[str, list[str]] = {}
    for code, texts in (*_units_file()["spellings"].items(), *plugin_spellings().items()):
        for text in (code, *texts):
            out.setdefault(plain(text), []).append(code)
    return MappingProxyType({k: tuple(dict.fromkeys(v)) for k, v in out.items()})


@cache
def unit_scales(quantity: str) -> Mapping[str, UnitScale]:
    """Units of a quantity with their conversion to the internal unit; absolute pressures become gauge.

    Parameters
    ----------
    quantity : str
        Quantity key of `core` or of `tables/units.json`.

    Returns
    -------
    mapping of unit code to UnitScale
    """
    own = _units_file()["quantities"]
    if quantity in own:
        return {u: UnitScale(float(f), float(o)) for u, (f, o) in own[quantity]["units"].items()}
    if quantity not in quantities():
        raise ContractError(msg("exchange.error.unknown_quantity", quantity=quantity))
    out = {u: UnitScale(x.factor, x.offset) for u, x in quantities()[quantity].units.items()}
    for absolute, gauge in _units_file()["absolute"].get(quantity, {}).items():
        out[absolute] = UnitScale(out[gauge].factor, -float(_units_file()["atmosphere_MPa"]))
    return out


def internal_unit(quantity: str) -> str:
    """Unit in which the program holds a quantity.

    Parameters
    ----------
    quantity : str

    Returns
    -------
    str
    """
    own = _units_file()["quantities"]
    return str(own[quantity]["internal"]) if quantity in own else quantities()[quantity].internal


def unit_code(text: str, quantity: str) -> str:
    """Unit code of a spelling, among the units of one quantity; empty where it is none of them.

    Parameters
    ----------
    text : str
        As written, e.g. `inch`, `″`, `psig`, `℃`.
    quantity : str

    Returns
    -------
    str
    """
    scales = unit_scales(quantity)
    found = [c for c in _spelling().get(plain(text), ()) if c in scales]
    return found[0] if found else ""


def is_unit(text: str) -> bool:
    """Whether a text is the spelling of some unit.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return plain(text) in _spelling()


def heading_unit(heading: str, quantity: str) -> str:
    """Unit named in a heading, in brackets or as its last word; empty where there is none.

    Parameters
    ----------
    heading : str
    quantity : str

    Returns
    -------
    str
    """
    parts = heading_parts(heading)
    for text in parts.brackets:
        if code := unit_code(text, quantity):
            return code
    for _, tail in parts.tails:
        if code := unit_code(tail, quantity):
            return code
    last = heading.strip().split(" ")[-1] if " " in heading.strip() else ""
    return unit_code(last, quantity) if last else ""


def to_internal(values: FloatArray, quantity: str, unit: str) -> FloatArray:
    """Convert to the internal unit of the quantity.

    Parameters
    ----------
    values : ndarray of float64
    quantity : str
    unit : str
        Unit code.

    Returns
    -------
    ndarray of float64
    """
    scale = unit_scales(quantity)[unit]
    return np.asarray(values * scale.factor + scale.offset, dtype=np.float64)


@lru_cache(maxsize=1)
def _word_sets() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    table = words()
    return frozenset(table["missing"]), frozenset(table["not_measured"]), frozenset(table["obstructed"])


def decimal_mark(column: TextColumn) -> str:
    """Decimal mark of a column: `,` only where a comma cannot separate thousands and no text has a point.

    Parameters
    ----------
    column : TextColumn

    Returns
    -------
    str
        `.` or `,`.
    """
    comma = False
    for text in column.values:
        if "," not in text and "." not in text:
            continue
        t = plain(text)
        if re.match(r"^[+-]?\d*\.\d+(?![\d.,])", t) or (_GROUPED.match(t) and "." in t):
            return "."
        if _COMMA_DECIMAL.match(t.split(" ")[0]) and (not _GROUPED.match(t) or t.startswith("0,")):
            comma = True
    return "," if comma else "."


def read_number(text: str, decimal: str = ".") -> tuple[float, str, int]:
    """Read one number with an optional unit behind it.

    Parameters
    ----------
    text : str
    decimal : str
        `.` or `,`.

    Returns
    -------
    value : float
        NaN where there is none.
    unit : str
        Unit text behind the number, as written.
    status : int
        `OK`, `BLANK`, `NOT_MEASURED`, `OBSTRUCTED` or `BAD_NUMBER`.
    """
    try:
        if text.isascii() and "_" not in text and (decimal == "." or "." not in text):
            value = float(text)
            if value - value == 0.0:
                return value, "", OK
    except ValueError:
        pass
    t = plain(text).strip(" '")
    missing, not_measured, obstructed = _word_sets()
    if t in missing:
        return np.nan, "", BLANK
    if t in obstructed:
        return np.nan, "", OBSTRUCTED
    if t in not_measured:
        return np.nan, "", NOT_MEASURED
    value = _plain_number(t, decimal)
    if value == value:
        return value, "", OK
    if m := _WITH_UNIT.match(t):
        value = _plain_number(m[1], decimal)
        if value == value and is_unit(m[2]):
            return value, m[2].strip(), OK
    return np.nan, "", BAD_NUMBER


def _plain_number(text: str, decimal: str) -> float:
    if decimal == ",":
        if "." in text and not re.match(r"^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$", text):
            return np.nan
        text = text.replace(".", "").replace(",", ".")
    elif "," in text:
        if not _GROUPED.match(text) or text.startswith("0,"):
            return np.nan
        text = text.replace(",", "")
    if not re.match(r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$", text):
        return np.nan
    value = float(text)
    return value if value - value == 0.0 else np.nan


@dataclass(frozen=True)
class Numbers:
    """Numbers of a column.

    Parameters
    ----------
    values : ndarray of float64, shape (rows,)
        As written, NaN where there is no number.
    units : TextColumn
        Unit text that stood behind the number in the cell; usually empty.
    status : ndarray of int8, shape (rows,)
    """

    values: FloatArray
    units: TextColumn
    status: NDArray[np.int8]


def parse_numbers(column: TextColumn, decimal: str = "") -> Numbers:
    """Read a column of numbers, each distinct text once.

    Parameters
    ----------
    column : TextColumn
    decimal : str
        `.`, `,` or empty to find it from the column.

    Returns
    -------
    Numbers
    """
    mark = decimal or decimal_mark(column)
    n = len(column.values)
    values, status = np.full(n, np.nan), np.zeros(n, dtype=np.int8)
    unit_index, unit_names = np.zeros(n, dtype=np.int32), {"": 0}
    for i, text in enumerate(column.values):
        values[i], unit, status[i] = read_number(text, mark)
        if unit:
            unit_index[i] = unit_names.setdefault(unit, len(unit_names))
    units = TextColumn(unit_index[column.codes], tuple(unit_names), np.zeros(len(unit_names), dtype=np.int8))
    return Numbers(values[column.codes], units, status[column.codes])


def guess_unit(
    field: Field,
    heading: str,
    values: FloatArray,
    label_unit: str = "",
    nominal: FloatArray | None = None,
) -> UnitGuess:
    """Unit of a column: from its heading, from a label of the sheet, from nominal values, or from its range.

    Parameters
    ----------
    field : Field
    heading : str
    values : ndarray of float64
        Numbers as written, NaN where there is none.
    label_unit : str
        Unit text found beside a label such as `Units`.
    nominal : ndarray of float64, optional
        Nominal value of each row in the internal unit, for the ratio test.

    Returns
    -------
    UnitGuess
    """
    scales = unit_scales(field.quantity)
    named = heading_unit(heading, field.quantity)
    labelled = unit_code(label_unit, field.quantity) if label_unit else ""
    if named and labelled and named != labelled:
        evidence = (msg("exchange.unit.contradiction", heading=heading, unit=named, label=labelled),)
        return UnitGuess("", "none", True, evidence)
    if named:
        return UnitGuess(named, "heading", False, (msg("exchange.unit.from_heading", heading=heading, unit=named),))
    if labelled:
        return UnitGuess(labelled, "label", False, (msg("exchange.unit.from_label", label=label_unit, unit=labelled),))
    if len(scales) == 1:
        only = next(iter(scales))
        return UnitGuess(only, "default", False, (msg("exchange.unit.only_one", unit=only),))
    by_value = _unit_from_nominal(field, values, nominal) or _unit_from_range(field, values)
    if by_value is not None:
        return by_value
    if field.default_unit:
        return UnitGuess(field.default_unit, "default", False, (msg("exchange.unit.default", unit=field.default_unit),))
    return UnitGuess("", "none", True, (msg("exchange.unit.unknown", heading=heading, units=", ".join(scales)),))


def _unit_from_nominal(field: Field, values: FloatArray, nominal: FloatArray | None) -> UnitGuess | None:
    if nominal is None:
        return None
    usable = ~np.isnan(values) & ~np.isnan(nominal) & (nominal > 0)
    if not usable.any():
        return None
    low, high = _units_file()["ratio_window"]
    fits = {}
    for unit in unit_scales(field.quantity):
        ratio = float(np.median(to_internal(values[usable], field.quantity, unit) / nominal[usable]))
        if low <= ratio <= high:
            fits[unit] = ratio
    if len(fits) != 1:
        return None
    unit, ratio = next(iter(fits.items()))
    evidence = msg("exchange.unit.from_nominal", unit=unit, ratio=round(ratio, 3), rows=int(usable.sum()))
    return UnitGuess(unit, "nominal", False, (evidence,))


def _unit_from_range(field: Field, values: FloatArray) -> UnitGuess | None:
    ranges = _units_file()["ranges"].get(field.quantity, {})
    usable = values[~np.isnan(values)]
    if not ranges or not usable.size:
        return None
    median = float(np.median(usable))
    fits = [u for u, (low, high) in ranges.items() if low <= median <= high]
    if len(fits) != 1:
        return None
    evidence = msg("exchange.unit.from_range", unit=fits[0], median=round(median, 3), rows=int(usable.size))
    return UnitGuess(fits[0], "range", False, (evidence,))


@cache
def _code_index(name: str) -> Mapping[str, str]:
    out: dict[str, str] = {}
    allowed = allowed_codes(name)
    for code in allowed:
        out[key_of(code)] = code
    for code, texts in words()["codes"].get(name, {}).items():
        for text in texts:
            out.setdefault(key_of(text), code)
    return out


def read_code(text: str, name: str, own: Mapping[str, str] | None = None) -> str | None:
    """Code that a text in either language, or in both, stands for.

    Parameters
    ----------
    text : str
        `塔 column`, `塔`, `Tower`, `ASME VIII-1` ...
    name : str
        Enumeration.
    own : mapping, optional
        The user's own translations, text to code; they come first.

    Returns
    -------
    str or None
        Empty where the cell holds nothing; None where the text is unknown or means two codes.
    """
    t = plain(text)
    if own and text.strip() in own:
        return own[text.strip()]
    index = _code_index(name)
    if key_of(text) in index:
        return index[key_of(text)]
    if t in _word_sets()[0]:
        return ""
    found = {index[key_of(w)] for w in re.split(r"[\s/|,，、]+", t) if key_of(w) in index}
    runs = {index[key_of(n)] for n in heading_parts(text).names if key_of(n) in index}
    best = runs or found
    return best.pop() if len(best) == 1 else None


def read_yes_no(text: str) -> int:
    """1 for yes, 0 for no, -1 for an empty cell, -2 for anything else.

    Parameters
    ----------
    text : str

    Returns
    -------
    int
    """
    t = plain(text)
    table = words()
    if t in table["yes"]:
        return 1
    if t in table["no"]:
        return 0
    if t in _word_sets()[0]:
        return -1
    answers = {read_yes_no(w) for w in t.split(" ")} if " " in t else set()
    return answers.pop() if len(answers) == 1 else -2


@lru_cache(maxsize=1)
def _nps_table() -> Mapping[float, int]:
    return {float(k): int(v) for k, v in words()["nps_dn"].items()}


def read_nps(text: str, millimetres: bool = False) -> float:
    """Nominal pipe size in inches from `1-1/2"`, `1½"`, `NPS 6`, `DN40`, `6`.

    Parameters
    ----------
    text : str
    millimetres : bool
        A bare number is a DN.

    Returns
    -------
    float
        NaN where the text is empty or no known size.
    """
    t = text
    for sign, fraction in _VULGAR.items():
        t = t.replace(sign, f" {fraction}")
    t = plain(t)
    dn = millimetres or t.startswith("dn") or t.endswith("mm")
    t = re.sub(r"^(dn|nps|φ|ø)\s*", "", t)
    t = re.sub(r"\s*(\"|″|''|in\.?|inch|inches|英寸|mm)$", "", t).strip()
    m = _MIXED_INCH.match(t)
    whole = _plain_number(t, ".")
    value = int(m[1] or 0) + int(m[2]) / int(m[3]) if m and int(m[3]) != 0 else whole
    if value != value:
        return np.nan
    if dn:
        return next((nps for nps, size in _nps_table().items() if size == value), np.nan)
    return value if value in _nps_table() else np.nan


def share_readable(column: TextColumn, function: Any, most: int = 200) -> float:
    """Share of the distinct non-empty texts that a reader accepts; NaN where there are none.

    Parameters
    ----------
    column : TextColumn
    function : callable
        Takes a text and its kind, returns bool.
    most : int
        Distinct texts looked at.

    Returns
    -------
    float
    """
    pairs: Sequence[tuple[str, int]] = [
        (v, int(k)) for v, k in zip(column.values[:most], column.kinds[:most], strict=True) if v.strip()
    ]
    if not pairs:
        return float("nan")
    return sum(bool(function(v, k)) for v, k in pairs) / len(pairs)
