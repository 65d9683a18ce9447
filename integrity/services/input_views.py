"""Symbols that a screen offers to change or to fill in: quantity, unit, allowed codes and the keys of their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path

from integrity import core
from integrity.core.codes import codes
from integrity.core.frame import Frame
from integrity.core.frames.plant import ComponentFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.quantities import quantities, symbols
from integrity.core.tables import read_json
from integrity.i18n import catalogue
from integrity.rbi.what_if import recorded_symbols
from integrity.services.known_facts import known_params, known_symbols

_CODES = Path(core.__file__).parent / "tables" / "codes.json"
_HIDDEN = ("id", "text")
_RISK_INPUTS = ("CR", "t_rdi_mm", "t_req_mm", "S_MPa", "YS_MPa", "TS_MPa")
_NOT_MOVED = frozenset({"course", "safety_grade", "rate_confidence"})


@dataclass(frozen=True)
class InputSymbol:
    """A symbol that may be given.

    Parameters
    ----------
    symbol : str
        Its words are `sym.<symbol>`.
    home : str
        component (a column of the component), risk (handed to risk by other rooms) or fact (recorded).
    quantity : str
        Key of a quantity, or code, flag, date.
    codes : tuple of str
        Allowed codes.
    words : mapping of code to catalogue key
        A code without words is shown as it is.
    """

    symbol: str
    home: str
    quantity: str
    codes: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_number(self) -> bool:
        """Whether its value is a number with a unit."""
        return self.quantity not in ("code", "flag", "date", "text")


@cache
def _enumerations() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    out: dict[tuple[str, ...], list[str]] = {}
    for name in read_json(_CODES):
        out.setdefault(codes(name), []).append(name)
    return {k: tuple(v) for k, v in out.items()}


def code_words(symbol: str, allowed: tuple[str, ...], enumeration: str = "") -> dict[str, str]:
    """Catalogue key of each code of a symbol that has words.

    Parameters
    ----------
    symbol : str
    allowed : tuple of str
    enumeration : str
        Name of the enumeration, where known.

    Returns
    -------
    dict of code to key
    """
    known = catalogue("en")
    names = [n for n in (enumeration, symbol) if n] + list(_enumerations().get(allowed, ()))
    out = {}
    for code in allowed:
        key = next((k for n in names if (k := f"code.{n}.{code}") in known), "")
        if not key:
            key = next((k for ns in _enumerations().values() for n in ns if (k := f"code.{n}.{code}") in known), "")
        if key:
            out[code] = key
    return out


def _of_frame(frame: type[Frame], symbol: str, home: str) -> InputSymbol:
    meta = next(f.metadata for f in fields(frame) if f.name == symbol)
    quantity, enumeration = str(meta["quantity"]), str(meta["codes"] or "")
    if quantity == "flag":
        return InputSymbol(symbol, home, quantity, ("no", "yes"), _YES_NO)
    allowed = codes(enumeration) if enumeration else ()
    return InputSymbol(symbol, home, quantity, allowed, code_words(symbol, allowed, enumeration) if allowed else {})


_YES_NO = {"no": "ui.no", "yes": "ui.yes"}


@cache
def fact_symbol(symbol: str) -> InputSymbol | None:
    """A symbol that facts may be recorded of; None for any other.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    InputSymbol or None
    """
    known = known_symbols().by_key.get(symbol)
    if known is None:
        return None
    if known.quantity == "flag":
        return InputSymbol(symbol, "fact", "flag", ("no", "yes"), _YES_NO)
    return InputSymbol(symbol, "fact", known.quantity, known.codes, code_words(symbol, known.codes))


@cache
def input_menu() -> tuple[InputSymbol, ...]:
    """Everything that a what-if may change: columns of the component, inputs of risk, facts of the mechanisms.

    Returns
    -------
    tuple of InputSymbol
        Texts, identifiers and dates are left out.
    """
    out: dict[str, InputSymbol] = {s: _of_frame(RiskInputFrame, s, "risk") for s in _RISK_INPUTS}
    for symbol, quantity in ComponentFrame.quantities().items():
        if quantity not in (*_HIDDEN, "date") and symbol not in out and symbol not in _NOT_MOVED:
            out[symbol] = _of_frame(ComponentFrame, symbol, "component")
    held = {*ComponentFrame.quantities(), *RiskInputFrame.quantities()}
    asked = recorded_symbols()
    for symbol in known_params():
        found = fact_symbol(symbol) if symbol in asked and symbol not in held else None
        if found is not None and found.quantity not in (*_HIDDEN, "date"):
            out[symbol] = found
    return tuple(out.values())


def quantity_of(symbol: str) -> str:
    """Quantity that a symbol is shown in; "number" where nothing knows it.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    str
    """
    for frame in (ComponentFrame, RiskInputFrame):
        if symbol in frame.quantities():
            return frame.quantities()[symbol]
    found = fact_symbol(symbol)
    if found is not None:
        return found.quantity
    named = symbols().get(symbol, "number")
    return named if named in quantities() else "number"
