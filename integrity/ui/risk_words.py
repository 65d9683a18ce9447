"""Words of the risk screens that depend on what is registered: mechanisms, groups, codes, values of any quantity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from integrity.core.arrays import NO_DATE
from integrity.core.message import Message
from integrity.i18n import catalogue
from integrity.i18n.formats import MISSING
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.input_views import InputSymbol
    from integrity.services.risk_views import Factor

GROUP_COLUMN = {
    "thinning": "D_f_thin",
    "lining": "D_f_lining",
    "external": "D_f_ext",
    "scc": "D_f_scc",
    "htha": "D_f_htha",
    "brittle": "D_f_brit_gov",
    "temper": "D_f_brit_gov",
    "embrittlement_885": "D_f_brit_gov",
    "sigma": "D_f_brit_gov",
    "fatigue": "D_f_mfat",
}
"""Column of the results that a group of mechanisms makes."""
ORDER = tuple(GROUP_COLUMN)


def known(state: State, key: str) -> bool:
    """Whether a key has words in the language of the window."""
    return key in catalogue(state.language)


def mechanism_words(state: State, key: str, title: Message | None = None) -> str:
    """Short name of a mechanism; the title of its procedure where it has none.

    Parameters
    ----------
    state : State
    key : str
    title : Message, optional

    Returns
    -------
    str
    """
    for name in (f"ui.mechanism.{key}", f"mechanism.{key}"):
        if known(state, name):
            return state.text(name)
    return state.say(title) if title is not None else key


def group_words(state: State, group: str) -> str:
    """Name of a group of mechanisms."""
    return state.text(f"ui.factor_group.{group}") if group else ""


def in_order(factors: tuple[Factor, ...]) -> list[Factor]:
    """Factors by group, in the order in which the groups add."""
    return sorted(factors, key=lambda f: ORDER.index(f.group) if f.group in ORDER else len(ORDER))


def symbol_words(state: State, symbol: str) -> str:
    """Words of a symbol; the symbol itself where it has none."""
    return state.title(symbol) if known(state, f"sym.{symbol}") else symbol


def code_text(state: State, words: Mapping[str, str], code: str) -> str:
    """Words of a code; the code itself where it has none."""
    return state.text(words[code]) if code in words else code.replace("_", " ")


def value_text(state: State, symbol: InputSymbol, value: float | str) -> str:
    """A value of a symbol with its unit, or in words.

    Parameters
    ----------
    state : State
    symbol : InputSymbol
    value : float or str

    Returns
    -------
    str
        A dash where it is missing.
    """
    if isinstance(value, str):
        return code_text(state, symbol.words, value) if value else MISSING
    if value != value or value == float(NO_DATE):
        return MISSING
    return state.measure(value, symbol.quantity if symbol.quantity != "flag" else "number")
