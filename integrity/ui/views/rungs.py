"""Bars of damage factors by mechanism, before and after a change, and how they add to the total."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from integrity.services.types import Study
from integrity.ui.plots.ladder import Rung
from integrity.ui.risk_words import GROUP_COLUMN, group_words, in_order, mechanism_words
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.risk_views import Factor

QUANTITY = "damage_factor"


def factor_rungs(state: State, factors: tuple[Factor, ...], after: Mapping[str, Factor] | None = None) -> list[Rung]:
    """One bar a mechanism, by group.

    Parameters
    ----------
    state : State
    factors : tuple of Factor
    after : mapping of mechanism to Factor, optional
        The same after a change.

    Returns
    -------
    list of Rung
    """
    out = []
    for i, f in enumerate(in_order(factors)):
        later = None if after is None else after.get(f.mechanism)
        out.append(_rung(state, f, i, later, after is not None))
    return out


def _rung(state: State, f: Factor, i: int, later: Factor | None, changing: bool) -> Rung:
    known = f.D_f == f.D_f
    reasons = " ".join(state.say(r) for r in f.reasons)
    note = "" if known else state.text("ui.ladder.not_assessed", reasons=reasons)
    bound = f.bound if not known and f.bound == f.bound else math.nan
    shown = state.number(f.D_f, QUANTITY)
    if bound == bound:
        shown = f"≥ {state.number(bound, QUANTITY)}"
    after, shown_after = math.nan, ""
    if changing:
        after = later.D_f if later is not None else math.nan
        shown_after = state.number(after, QUANTITY)
    return Rung(
        mechanism_words(state, f.mechanism, f.title),
        f.D_f,
        shown,
        GROUP_COLUMN.get(f.group, "D_f_total"),
        group_words(state, f.group),
        bound,
        note,
        f.unverified,
        False,
        after,
        shown_after,
        state.text("ui.mark.unverified") if f.unverified else "",
    )


def total_rung(state: State, study: Study, row: int, after: float = math.nan, changing: bool = False) -> Rung:
    """The total, or its lower bound where a mechanism is not assessed.

    Parameters
    ----------
    state : State
    study : Study
    row : int
        Component row.
    after : float
        Total after a change.
    changing : bool
        Whether there is a change.

    Returns
    -------
    Rung
    """
    r, k = study.components, study.plant.components
    value, low = float(r.D_f_total[row]), float(r.D_f_low[row])
    known = value == value
    local = int(k.local_mechanism[row]) == 1
    how = state.text("ui.rbi.adds_local" if local else "ui.rbi.adds_general")
    note = "" if known else state.text("ui.rbi.total_unknown")
    shown = state.number(value, QUANTITY) if known or low != low else f"≥ {state.number(low, QUANTITY)}"
    return Rung(
        state.title("D_f_total"), value, shown, "D_f_total", "", math.nan if known else low, note, False, True, after,
        state.number(after, QUANTITY) if changing else "", how,
    )  # fmt: skip
