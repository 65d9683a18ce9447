"""What the what-if panel shows: chosen components before and after a change of their inputs; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from integrity.core.arrays import IntArray
from integrity.core.frames.results import ComponentResultFrame
from integrity.rbi.assess import assess_case
from integrity.rbi.what_if import changed
from integrity.services.decisions import assessment_of, what_if
from integrity.services.input_views import InputSymbol, input_menu
from integrity.services.risk_views import Factor, factors_in, factors_of
from integrity.services.types import Study


@dataclass(frozen=True)
class WhatIfView:
    """Frames have one row a chosen component, in the order of `rows`; factors are of the component in focus.

    Where it is not `complete`, lives and dates in `after` are still those before.
    """

    rows: IntArray
    before: ComponentResultFrame
    after: ComponentResultFrame
    factors_before: tuple[Factor, ...]
    factors_after: tuple[Factor, ...]
    complete: bool = True


def try_inputs(study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView:
    """Assess some components with some of their inputs changed.

    Parameters
    ----------
    study : Study
    rows : sequence of int
        Component rows.
    changes : mapping of symbol to value
        As `decisions.what_if` takes them.
    focus : int
        Component row whose factors by mechanism are shown; must be one of `rows`.

    Returns
    -------
    WhatIfView
    """
    tried = what_if(study, rows, changes)
    place = int(np.flatnonzero(tried.rows == focus)[0])
    before = factors_of(study, focus)
    return WhatIfView(tried.rows, tried.before, tried.after.components, before, factors_of(tried.after, place))


def may_be_quick(changes: Mapping[str, Any]) -> bool:
    """Whether changes move risk alone and neither required thickness nor rates: no column of the component.

    Parameters
    ----------
    changes : mapping of symbol to value

    Returns
    -------
    bool
    """
    homes = {m.symbol: m.home for m in input_menu()}
    return bool(changes) and all(homes.get(s) in ("fact", "risk") for s in changes)


def try_risk(study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView:
    """The part of `try_inputs` that is at hand at once: factors, probability, area and risk, without dates.

    Parameters
    ----------
    study : Study
    rows : sequence of int
    changes : mapping of symbol to value
        For which `may_be_quick` holds.
    focus : int

    Returns
    -------
    WhatIfView
        Not complete.
    """
    chosen = np.unique(np.asarray(rows, dtype=np.int64))
    risk = assess_case(changed(assessment_of(study).case.take(chosen), changes))
    before = study.components.take(chosen)
    own = set(ComponentResultFrame.quantities()) & set(type(risk.frame).quantities()) - {"component_row"}
    after = replace(before, **{c: getattr(risk.frame, c) for c in own})
    place = int(np.flatnonzero(chosen == focus)[0])
    return WhatIfView(chosen, before, after, factors_of(study, focus), factors_in(risk, place), complete=False)


def present_values(study: Study, row: int) -> dict[str, float | str]:
    """What the inputs of a component stand at.

    Parameters
    ----------
    study : Study
    row : int

    Returns
    -------
    dict of symbol to number or text
        Codes as text; a symbol without a value is left out.
    """
    case = assessment_of(study).case
    out: dict[str, float | str] = {}
    for symbol in input_menu():
        value = _present(study, case, row, symbol)
        if value is not None and value == value and value != "":
            out[symbol.symbol] = value
    return out


def _present(study: Study, case: Any, row: int, known: InputSymbol) -> float | str | None:
    if known.home == "fact":
        held = case.facts.columns.get(known.symbol)
        if held is None:
            return None
        return held[row] if isinstance(held[row], str) else float(held[row])
    frame = case.inputs if known.home == "risk" else study.plant.components
    raw = case.rate[row] if known.symbol == "CR" else getattr(frame, known.symbol)[row]
    if known.codes:
        return known.codes[int(raw)] if int(raw) >= 0 else ""
    return float(raw)


def internal_value(known: InputSymbol, code_or_number: float | str) -> Any:
    """A value in the form that `decisions.what_if` takes: codes of frames as index, of facts as text.

    Parameters
    ----------
    known : InputSymbol
    code_or_number : float or str

    Returns
    -------
    object
    """
    if isinstance(code_or_number, str) and known.home != "fact":
        return known.codes.index(code_or_number)
    return code_or_number
