"""Words of the screen of devices: reasons, codes of calculations, shares in per cent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.i18n.formats import MISSING
from integrity.ui.risk_words import known
from integrity.ui.state import State


def reasons_words(state: State, reasons: str) -> str:
    """What is missing or outside a limit, in words.

    Parameters
    ----------
    state : State
    reasons : str
        "missing:x; limit:y".

    Returns
    -------
    str
        Symbols that are missing first, in one list.
    """
    parts = [tuple(p.split(":", 1)) for p in reasons.split("; ") if ":" in p]
    missing = [state.title(key) if known(state, f"sym.{key}") else key for kind, key in parts if kind == "missing"]
    limits = [state.text(f"limit.{key}") for kind, key in parts if kind == "limit"]
    lacks = [state.text("ui.devices.lacks", names=state.text("ui.devices.and").join(missing))] if missing else []
    return state.text("ui.devices.also").join(lacks + limits)


def code_words(state: State, symbol: str, codes: Sequence[str], index: int) -> str:
    """Words of a code of a calculation; a dash where it is missing."""
    return state.text(f"code.{symbol}.{codes[index]}") if 0 <= index < len(codes) else MISSING


def floats(values: Sequence[float]) -> FloatArray:
    """Numbers as a column."""
    return np.array(values, dtype=np.float64)


def texts(values: Sequence[str]) -> Any:
    """Texts as a column; an empty one is a dash."""
    return np.array([v or MISSING for v in values], dtype=object)
