"""Conditions of a damage mechanism as rich text: met, missed or unknown, with the values and their symbols."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from integrity.ui.formula import symbol
from integrity.ui.risk_words import symbol_words
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.finder_views import ConditionLine

MARKS = ("✕", "?", "✓")
_SIGN = {">=": "≥", ">": ">", "<=": "≤", "<": "<"}
STATES = ("missed", "unknown", "met")


def conditions_html(state: State, lines: tuple[ConditionLine, ...]) -> str:
    """Conditions as a table.

    Parameters
    ----------
    state : State
    lines : tuple of ConditionLine

    Returns
    -------
    str
    """
    t = state.theme
    colours = (t.danger, t.warn, t.ok)
    rows = []
    for line in lines:
        colour = colours[line.state]
        told = state.text(f"ui.condition.{STATES[line.state]}")
        # A table cell keeps the indent that Qt's rich text drops from a margin.
        indent = "&nbsp;" * (4 * line.depth)
        rows.append(
            f'<tr><td style="color:{colour};padding-right:6px">{MARKS[line.state]}</td>'
            f'<td style="padding-bottom:5px">{indent}{_condition(state, line)}'
            f'<br><span style="color:{colour}">{indent}{html.escape(told)}</span>'
            f'<span style="color:{t.secondary}">{html.escape(_value(state, line))}</span></td></tr>'
        )
    return f'<table cellspacing="0" cellpadding="1">{"".join(rows)}</table>'


def _condition(state: State, line: ConditionLine) -> str:
    if line.op in ("any", "all"):
        return html.escape(state.text(f"ui.condition.{line.op}"))
    words = html.escape(symbol_words(state, line.symbol))
    name = f'{words} <span style="color:{state.theme.secondary}">{symbol(line.symbol)}</span>'
    if line.op == "known":
        return state.text("ui.condition.known", name=name)
    limit = html.escape(_told(state, line, line.limit))
    if line.op in _SIGN:
        return f"{name} {html.escape(_SIGN[line.op])} {limit}"
    return state.text("ui.condition.among", name=name, limit=limit)


def _value(state: State, line: ConditionLine) -> str:
    if line.op in ("any", "all"):
        return ""
    if line.value == "" or line.value != line.value:
        return state.text("ui.condition.nothing")
    return state.text("ui.condition.value", value=_told(state, line, line.value))


def _told(state: State, line: ConditionLine, value: float | str) -> str:
    if not isinstance(value, str):
        return state.measure(float(value), line.quantity)
    words = dict(line.words)
    names = [state.text(words[v]) if v in words else v.replace("_", " ") for v in value.split(", ")]
    return state.text("ui.list_join").join(names)
