"""Working sheets as rich text for the drawer and as plain text for the clipboard."""

from __future__ import annotations

import html
from collections.abc import Sequence

from integrity.core.quantities import quantity as lookup
from integrity.core.working import WorkingStep, short
from integrity.i18n.references import reference_words
from integrity.services.types import WorkingSheet
from integrity.ui.formula import rich, symbol
from integrity.ui.state import State

DIAMOND = "◇"


def sheets_html(sheets: Sequence[WorkingSheet], state: State, headline: str = "") -> str:
    """Several sheets, the conclusion first and under it what it rests on.

    Parameters
    ----------
    sheets : sequence of WorkingSheet
        In the order of calculation.
    state : State
    headline : str
        The number that is explained.

    Returns
    -------
    str
    """
    parts = [_sheet(s, state) for s in sheets[::-1]]
    below = f'<hr/><p class="q">{html.escape(state.text("ui.why.rests_on"))}</p>'
    head = f'<p class="h a">{html.escape(headline)}</p>' if headline else ""
    return f"<style>{_css(state)}</style>{head}{parts[0] if parts else ''}" + "".join(below + p for p in parts[1:])


def _css(state: State) -> str:
    t, px = state.theme, state.sizes.px
    return (
        f"p{{margin:{px(2)}px 0}} .q{{color:{t.secondary};font-size:{px(11)}px}}"
        f" .h{{font-size:{px(14)}px;font-weight:bold}} .v{{font-weight:bold}} .d{{color:{t.danger}}}"
        f" .w{{color:{t.warn}}} .a{{color:{t.accent}}} td{{padding:{px(1)}px {px(8)}px {px(1)}px 0}}"
        f" hr{{color:{t.line}}} sub{{font-size:{px(12)}px}} sup{{font-size:{px(12)}px}}"
    )


def _sheet(sheet: WorkingSheet, state: State) -> str:
    title = html.escape(state.say(sheet.title))
    parts = [f'<p class="h">{title}</p>', f'<p class="q">{html.escape(_source(sheet, state))}</p>']
    parts += _reasons(sheet, state)
    parts += [_step(i + 1, step, state) for i, step in enumerate(sheet.steps)]
    parts += _unverified(sheet, state)
    parts += _settings(sheet, state)
    return "".join(parts)


def _source(sheet: WorkingSheet, state: State) -> str:
    return " · ".join(p for p in (sheet.subject, sheet.place(state.language), sheet.procedure) if p)


def _reasons(sheet: WorkingSheet, state: State) -> list[str]:
    if not sheet.reasons:
        return []
    lines = "".join(f"<p>· {html.escape(state.say(r))}</p>" for r in sheet.reasons)
    return [f'<p class="w v">{html.escape(state.text("ui.why.reasons"))}</p>{lines}']


def _step(number: int, step: WorkingStep, state: State) -> str:
    t, px = state.theme, state.sizes.px
    words = _words(step.symbol, state)
    mark = f' <span class="w">{DIAMOND}</span>' if step.unverified else ""
    lines = [f'<p style="margin-top:{px(9)}px"><span class="q">{number}&nbsp; {html.escape(words)}</span></p>']
    lines.append(f"<p>{symbol(step.symbol)} = {rich(step.expr)}</p>" if step.expr else "")
    if step.numbers:
        lines.append(f"<p style='color:{t.secondary}'>&nbsp;&nbsp;= {rich(step.numbers)}</p>")
    lines.append(f'<p>&nbsp;&nbsp;= <span class="v">{html.escape(_value(step, state))}</span>{mark}</p>')
    if step.note:
        note = state.text(step.note, **{k: _plain(v) for k, v in step.note_values.items()})
        lines.append(f'<p class="q">{html.escape(note)}</p>')
    lines.append(f'<p class="q">{html.escape(reference_words(step.ref, state.language))}</p>')
    return "".join(lines)


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else short(value)


def _words(name: str, state: State) -> str:
    words = state.title(name)
    return name if words.startswith("⟨") else words


def _value(step: WorkingStep, state: State) -> str:
    """The value in its internal unit, as the numbers above it, and in the unit shown where that differs."""
    if isinstance(step.value, str):
        return step.value or state.text("ui.none")
    if step.quantity == "date":
        return state.measure(step.value, "date")
    unit = _internal_unit(step.quantity, state)
    inner = (
        f"{short(step.value).replace('-', '−')}\u00a0{unit}".strip()
        if step.value == step.value
        else state.text("ui.none")
    )
    shown = state.measure(step.value, step.quantity)
    return inner if state.unit_set == "SI" or unit == state.unit(step.quantity) else f"{inner} = {shown}"


def _internal_unit(quantity: str, state: State) -> str:
    return state.text(f"unit.{lookup(quantity).internal}")


def _unverified(sheet: WorkingSheet, state: State) -> list[str]:
    if not sheet.unverified:
        return []
    names = ", ".join(symbol(n) for n in sheet.unverified)
    words = html.escape(state.text("ui.why.unverified"))
    return [f'<p class="w" style="margin-top:{state.sizes.px(10)}px">{DIAMOND} {words} {names}</p>']


def _settings(sheet: WorkingSheet, state: State) -> list[str]:
    if not sheet.settings:
        return []
    head = html.escape(state.text("ui.why.settings"))
    cells = [(_setting_name(k, state), _setting(v, state)) for k, v in sheet.settings.items()]
    rows = "".join("<tr>" + "".join(f'<td class="q">{html.escape(c)}</td>' for c in line) + "</tr>" for line in cells)
    return [f'<p class="v" style="margin-top:{state.sizes.px(10)}px">{head}</p><table>{rows}</table>']


def _setting_name(key: str, state: State) -> str:
    words = state.text(f"setting.{key}")
    return key if words.startswith("⟨") else words


def _setting(value: float | str | bool, state: State) -> str:
    if isinstance(value, bool):
        return state.text("ui.yes" if value else "ui.no")
    return value if isinstance(value, str) else short(value)


def sheets_text(sheets: Sequence[WorkingSheet], state: State) -> str:
    """The same as plain text: symbol = formula = numbers = value, reference.

    Parameters
    ----------
    sheets : sequence of WorkingSheet
    state : State

    Returns
    -------
    str
    """
    out: list[str] = []
    for sheet in sheets:
        out += [state.say(sheet.title), _source(sheet, state)]
        out += [f"- {state.say(r)}" for r in sheet.reasons]
        for step in sheet.steps:
            parts = [step.symbol, step.expr, step.numbers, _value(step, state)]
            mark = f" {DIAMOND}" if step.unverified else ""
            out.append(" = ".join(p for p in parts if p) + f"{mark}    [{reference_words(step.ref, state.language)}]")
        if sheet.unverified:
            out.append(f"{DIAMOND} {state.text('ui.why.unverified')} {', '.join(sheet.unverified)}")
        out += [f"{k} = {_setting(v, state)}" for k, v in sheet.settings.items()]
        out.append("")
    return "\n".join(out).strip() + "\n"
