"""Workings on demand: any number of a study opens to its formula, inputs, units, clause and source."""

from __future__ import annotations

import numpy as np

from integrity.core.message import Message, msg
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.working import WorkingStep, working
from integrity.life.lives import Lines, life_result
from integrity.life.positions import rates_result
from integrity.life.statistics import component_result
from integrity.plan.procedures import INTERVAL
from integrity.regulation.procedures import DESIGN_LIFE
from integrity.regulation.rules import rule_set
from integrity.services.types import Study, StudyParts, WorkingSheet

RATES = frozenset(
    {"CR_LT", "CR_ST", "CR_reg", "CR_reg_lo", "CR_reg_hi", "CR_hist", "CR_gov", "rate_basis", "t_last_mm"}
)
LIVES = frozenset({"RL_y", "RL_lo_y", "RL_hi_y", "RL_today_y", "t_min_reached_d"})
WALLS = frozenset({"t_min_mm", "t_mean_mm", "t_cov", "CR_max", "CR_mean", "last_reading_d", "governing_cml_row"})
AGES = frozenset({"age_y", "design_life_end_d", "life_state"})
PLAN = frozenset({"next_d", "next_kind"})
PANEL = frozenset({"risk_target_d", "risk_at_next"})
_DESIGN = {"design_procedure": "t_req_mm", "S_verified": "S_MPa"}


def component_working(study: Study, component_row: int, column: str) -> tuple[WorkingSheet, ...]:
    """Working of a number of `ComponentResultFrame`.

    Parameters
    ----------
    study : Study
    component_row : int
    column : str
        A column of `ComponentResultFrame`.

    Returns
    -------
    tuple of WorkingSheet
        Conclusion last; empty where the study keeps no parts.
    """
    if study.parts is None:
        return ()
    if column in WALLS:
        return _walls(study, component_row, column)
    if column in RATES | LIVES:
        return _of_position(study, component_row, column)
    if column in AGES:
        return (_sheet(study, component_row, DESIGN_LIFE, study.parts.basis, component_row, column),)
    if column in PLAN:
        return _governing(study, component_row)
    column = _DESIGN.get(column, column)
    if column in type(study.parts.design.frame).quantities() and column != "component_row":
        return _design(study, study.parts, component_row, column)
    if column in PANEL or column in type(study.parts.risk.frame).quantities():
        return _risk(study, study.parts, component_row, "risk" if column in PANEL else column)
    return ()


def position_working(study: Study, position_row: int, column: str) -> tuple[WorkingSheet, ...]:
    """Working of a number of `PositionFrame`.

    Parameters
    ----------
    study : Study
    position_row : int
    column : str

    Returns
    -------
    tuple of WorkingSheet
    """
    if study.parts is None:
        return ()
    rows = np.array([position_row], dtype=np.int64)
    cml = int(study.positions.cml_row[position_row])
    component = int(study.plant.cmls.component_row[cml])
    rates = rates_result(study.plant, study.settings, rows)
    out = [_sheet(study, component, procedure("life.position_rates"), rates, 0, "" if column in LIVES else column)]
    if column in LIVES:
        lives = life_result(study.positions, study.plant, _lines(study.parts), study.settings, rows)
        out.append(_sheet(study, component, procedure("life.remaining_life"), lives, 0, column))
    return tuple(out)


def candidate_working(study: Study, candidate_row: int) -> tuple[WorkingSheet, ...]:
    """Working of a candidate date.

    Parameters
    ----------
    study : Study
    candidate_row : int

    Returns
    -------
    tuple of WorkingSheet
        The interval and due date of a rule; for dates of corrosion and risk the working of those.
    """
    c = study.candidates
    component = int(c.component_row[candidate_row])
    rule = next((r for r in rule_set("api+cn") if r.id == str(c.rule[candidate_row])), None)
    if rule is None:
        source = {"t_min_reached": "t_min_reached_d", "risk_target": "risk"}.get(str(c.rule[candidate_row]))
        if source:
            return component_working(study, component, source)
        return (_note_sheet(study, component, msg(str(c.reason[candidate_row])), str(c.rule[candidate_row])),)
    spec = rule.interval
    if spec["type"] in ("stated", "cumulative"):
        return (_note_sheet(study, component, msg(str(c.reason[candidate_row])), rule.clause),)
    by_life = spec["type"] in ("half_life", "life_share")
    unknown = by_life and np.isnan(c.RL_y[candidate_row]) and "unknown_years" in spec
    years = spec["unknown_years"] if unknown else spec.get("years_max", spec.get("years", np.nan))
    result = INTERVAL.run(
        {
            "anchor_d": [int(c.anchor_d[candidate_row])],
            "by_life": [0 if unknown else int(by_life)],
            "years_max": [float(years)],
            "RL_y": [float(c.RL_y[candidate_row])],
            "share": [float(spec.get("share", np.nan))],
            "short_life_y": [float(spec.get("short_life_y", np.nan))],
            "short_max_y": [float(spec.get("short_life_max_y", np.nan))],
        },
        study.settings,
    )
    sheet = _sheet(study, component, INTERVAL, result, 0, "due_d", reference=f"{rule.clause} ({rule.id})")
    told = (msg(str(c.reason[candidate_row])), *sheet.reasons)
    position = int(c.position_row[candidate_row])
    life = position_working(study, position, "RL_y")[1:] if position >= 0 else ()
    return (*life, WorkingSheet(sheet.title, sheet.subject, sheet.procedure, sheet.reference, sheet.steps, told))


def _lines(parts: StudyParts) -> Lines:
    d = parts.design.frame
    return Lines(d.t_req_mm, d.t_alert_mm, d.t_retire_mm)


def _walls(study: Study, component_row: int, column: str) -> tuple[WorkingSheet, ...]:
    result, _ = component_result(study.plant, study.positions, study.settings, np.array([component_row]))
    return (_sheet(study, component_row, procedure("life.component"), result, 0, column),)


def _of_position(study: Study, component_row: int, column: str) -> tuple[WorkingSheet, ...]:
    parts = study.parts
    position = int(parts.life.components.governing_position_row[component_row]) if parts else -1
    walls = _walls(study, component_row, "governing_row")
    if position < 0:
        return walls
    design = _design(study, parts, component_row, "t_req_mm") if parts and column in LIVES else ()
    return (*walls, *design, *position_working(study, position, column))


def _design(study: Study, parts: StudyParts, component_row: int, column: str) -> tuple[WorkingSheet, ...]:
    out = []
    for name, row, symbol in parts.design.lineage(component_row, column):
        key = name.split(":")[0]
        out.append(_sheet(study, component_row, procedure(key), parts.design.results[name], row, symbol))
    return tuple(out)


def _risk(study: Study, parts: StudyParts, component_row: int, column: str) -> tuple[WorkingSheet, ...]:
    traces = parts.risk.trace(component_row, column)[::-1]
    return tuple(
        _sheet(study, component_row, procedure(t.key), t.result, t.row, column, hole=t.hole)
        for t in traces
        if t.row >= 0
    )


def _governing(study: Study, component_row: int) -> tuple[WorkingSheet, ...]:
    c = study.candidates
    rows = np.flatnonzero((c.component_row == component_row) & (c.governs == 1))
    return candidate_working(study, int(rows[0])) if rows.size else ()


def _sheet(
    study: Study,
    component_row: int,
    used: Procedure,
    result: Result,
    row: int,
    upto: str,
    *,
    reference: str = "",
    hole: str = "",
) -> WorkingSheet:
    subject = f"{study.plant.components.component[component_row]} {hole}".strip()
    return sheet_of(subject, used, result, row, upto, study.settings, reference=reference)


def sheet_of(
    subject: str, used: Procedure, result: Result, row: int, upto: str, settings: Settings, *, reference: str = ""
) -> WorkingSheet:
    """Working of one row of one calculation.

    Parameters
    ----------
    subject : str
        What the row is of.
    used : Procedure
        The procedure that made `result`.
    result : Result
    row : int
    upto : str
        Column asked for; empty gives all steps.
    settings : Settings
        Those of the run.
    reference : str
        Words of the place in a standard, where it is not that of the procedure.

    Returns
    -------
    WorkingSheet
    """
    steps = tuple(working(used, result, row, upto))
    return WorkingSheet(
        title=msg(used.title_key),
        subject=subject,
        procedure=used.key,
        reference=reference or str(used.ref),
        steps=steps,
        reasons=tuple(_reason(kind, key) for kind, key in reasons(used, result, row)),
        unverified=tuple(dict.fromkeys(name for s in steps for name in s.unverified)),
        settings={key: settings[key] for key in used.settings},
        ref=None if reference else used.ref,
    )


def _reason(kind: str, key: str) -> Message:
    if kind == "missing":
        return msg("study.missing", symbol=key)
    return msg(f"limit.{key}")


def _note_sheet(study: Study, component_row: int, note: Message, reference: str) -> WorkingSheet:
    steps: tuple[WorkingStep, ...] = ()
    subject = str(study.plant.components.component[component_row])
    return WorkingSheet(note, subject, "plan.interval", reference, steps, (note,))
