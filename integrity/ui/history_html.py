"""History of a component or measuring point as rich text: readings, inspections, changes."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import numpy as np

from integrity.core.arrays import IntArray
from integrity.i18n.formats import format_date
from integrity.services.types import Study
from integrity.ui.gateway import AuditEntry
from integrity.ui.state import Selection, State

SHOWN = 60


def history_html(study: Study, selection: Selection, entries: Sequence[AuditEntry], state: State) -> str:
    """Readings, inspections and changes, the newest first.

    Parameters
    ----------
    study : Study
    selection : Selection
    entries : sequence of AuditEntry
    state : State

    Returns
    -------
    str
    """
    t, px = state.theme, state.sizes.px
    css = (
        f"<style>td,th{{padding:{px(2)}px {px(10)}px {px(2)}px 0;text-align:left;white-space:nowrap}}"
        f" th{{color:{t.secondary};font-size:{px(11)}px;font-weight:normal}}"
        f" .q{{color:{t.secondary};font-size:{px(11)}px}}</style>"
    )
    return css + _readings(study, selection, state) + _inspections(study, selection, state) + _audit(entries, state)


def _section(title: str, heads: Iterable[str], rows: Sequence[Sequence[str]], none: str) -> str:
    head = f"<p><b>{html.escape(title)}</b></p>"
    if not rows:
        return head + f'<p class="q">{html.escape(none)}</p>'
    top = "".join(f"<th>{html.escape(h)}</th>" for h in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in r) + "</tr>" for r in rows)
    return f'{head}<table cellspacing="0"><tr>{top}</tr>{body}</table>'


def _reading_rows(study: Study, selection: Selection) -> IntArray:
    p = study.plant
    offsets = p.readings_of_cml.offsets
    if selection.cml >= 0:
        rows = np.arange(offsets[selection.cml], offsets[selection.cml + 1])
    else:
        first, last = p.cmls_of_component.offsets[selection.component : selection.component + 2]
        rows = np.arange(offsets[first], offsets[last])
    return rows[np.argsort(-p.readings.date_d[rows], kind="stable")].astype(np.int64)


def _readings(study: Study, selection: Selection, state: State) -> str:
    r = study.plant.readings
    rows = _reading_rows(study, selection)
    lines = [
        (
            format_date(int(r.date_d[i])),
            _place(study, int(i)),
            state.number(float(r.t_mm[i]), "thickness"),
            state.code("reading_quality", int(r.quality[i])),
            str(r.survey[i]),
        )
        for i in rows[:SHOWN]
    ]
    title = state.text("ui.history.readings", count=int(rows.size))
    heads = (
        state.text("ui.column.date"),
        state.text("ui.column.cml"),
        f"t, {state.unit('thickness')}",
        state.title("quality"),
        state.title("survey"),
    )
    out = _section(title, heads, lines, state.text("ui.history.no_readings"))
    if rows.size > SHOWN:
        out += f'<p class="q">{html.escape(state.text("ui.history.more", count=int(rows.size) - SHOWN))}</p>'
    return out


def _place(study: Study, reading: int) -> str:
    """Measuring point without the name of its component, and position."""
    m, position = study.plant.cmls, str(study.plant.readings.position_text[reading])
    cml = int(study.plant.readings.cml_row[reading])
    name = str(m.cml[cml]).removeprefix(str(study.plant.components.component[m.component_row[cml]])).lstrip("-")
    return f"{name} / {position}" if position else name


def _inspections(study: Study, selection: Selection, state: State) -> str:
    i = study.plant.inspections
    first, last = study.plant.inspections_of_component.offsets[selection.component : selection.component + 2]
    rows = range(int(last) - 1, int(first) - 1, -1)
    lines = [
        (
            format_date(int(i.date_d[r])),
            state.code("inspection_type", int(i.inspection_type[r])),
            state.code("effectiveness", int(i.effectiveness[r])),
            str(i.mechanism[r]),
            str(i.conclusion[r]),
        )
        for r in rows
    ]
    heads = (
        state.text("ui.column.date"),
        state.title("inspection_type"),
        state.title("effectiveness"),
        state.title("mechanism"),
        state.title("conclusion"),
    )
    title = state.text("ui.history.inspections", count=len(lines))
    return _section(title, heads, lines, state.text("ui.history.no_inspections"))


def _audit(entries: Sequence[AuditEntry], state: State) -> str:
    title = html.escape(state.text("ui.history.changes", count=len(entries)))
    if not entries:
        return f'<p><b>{title}</b></p><p class="q">{html.escape(state.text("ui.history.no_changes"))}</p>'
    return f"<p><b>{title}</b></p>" + "".join(_entry(e, state) for e in entries)


def _entry(e: AuditEntry, state: State) -> str:
    head = " · ".join(p for p in (_minute(e.when), e.who) if p)
    change = f"{e.before} → {e.after}" if e.before or e.after else ""
    lines = [f'<span class="q">{html.escape(head)}</span>', html.escape(state.say(e.command))]
    lines += [f'<span class="q">{html.escape(p)}</span>' for p in (change, e.reason) if p]
    return f'<p style="margin-top:{state.sizes.px(6)}px">' + "<br/>".join(lines) + "</p>"


def _minute(when: str) -> str:
    """UTC time to the minute."""
    return f"{when[:10]} {when[11:16]} UTC" if len(when) >= 16 and when[10:11] == "T" else when
