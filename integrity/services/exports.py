"""Write the plan workbook and the files for SAP PM and Maximo from a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray
from integrity.core.codes import codes, decode
from integrity.core.frame import Frame
from integrity.core.frames.decisions import ChoiceFrame
from integrity.core.frames.plan import TaskFrame
from integrity.exchange.cmms import Written
from integrity.exchange.out_maximo import write_maximo
from integrity.exchange.out_sap import write_sap
from integrity.exchange.out_workbook import SheetColumn, SheetSpec, write_workbook
from integrity.i18n.formats import format_date
from integrity.services.decisions import choices
from integrity.services.export_columns import column_of
from integrity.services.export_risk import risk_sheets
from integrity.services.report_decisions import searched_rows
from integrity.services.report_sections import FILLS
from integrity.services.report_words import Words
from integrity.services.tasks import make_tasks
from integrity.services.types import Study

PLAN_COLUMNS = (
    "t_min_mm", "t_mean_mm", "t_req_mm", "CR_gov", "rate_basis", "RL_today_y", "MAWP_now", "MAWP_next", "D_f_total",
    "P_f", "CA", "risk", "risk_category", "life_state",
)  # fmt: skip

CANDIDATE_COLUMNS = (
    "kind", "due_d", "interval_y", "anchor_d", "RL_y", "rule", "reference", "decides", "governs", "verified",
)  # fmt: skip
TASK_COLUMNS = (
    "tag", "component", "due_d", "kind", "method", "effectiveness", "on_stream", "statutory", "priority", "hours",
    "short_text", "reference",
)  # fmt: skip


def export_plan_xlsx(study: Study, path: Path, language: str, units: str = "SI") -> Path:
    """Plan workbook: sheets for people in the language and unit set, flat sheets for machines.

    Parameters
    ----------
    study : Study
    path : Path
    language : str
    units : str

    Returns
    -------
    Path
    """
    w = Words(language, units)
    tasks = make_tasks(study, language)
    k = study.plant.components
    chosen = _chosen(study)
    sheets = [
        _plan_sheet(study, w),
        _candidate_sheet(study, w),
        _task_sheet(tasks, w),
        *risk_sheets(study, chosen, w),
        machine_sheet("candidates", study.candidates, {"component": k.component[study.candidates.component_row]}),
        machine_sheet("tasks", tasks, {}),
        machine_sheet("results", study.components, {"component": k.component, "tag": k.tag}),
        machine_sheet("choices", chosen, {"component": k.component[chosen.component_row]}),
    ]  # fmt: skip
    return write_workbook(path, sheets, w("report.banner"))


def _chosen(study: Study) -> ChoiceFrame:
    """Cheapest inspections with rows of the study, of the components that are searched."""
    rows = searched_rows(study)
    if study.parts is None or not rows.size:
        return ChoiceFrame.from_columns({}, 0)
    found = choices(study, rows=rows.tolist())
    return replace(found, component_row=rows[found.component_row])


def _plan_sheet(study: Study, w: Words) -> SheetSpec:
    k, r = study.plant.components, study.components
    order = np.argsort(np.where(r.next_d < -100_000, np.iinfo(np.int64).max, r.next_d), kind="stable")
    colour = decode(r.four_colour, codes("four_colour"))
    names = np.array([w(f"report.letter.{c}") if c else "" for c in colour], dtype=object)
    fills = {w(f"report.letter.{c}"): f for c, f in FILLS.items()}
    item_names = [w.name(str(a), str(b)) for a, b in zip(k.name_en[order], k.name_zh[order], strict=True)]
    columns = [
        column_of(k, "component", w, order, 22),
        column_of(k, "tag", w, order),
        SheetColumn(w("report.col.name"), np.array(item_names, dtype=object), width=24),
        column_of(k, "unit", w, order),
        column_of(r, "next_d", w, order),
        column_of(r, "next_kind", w, order, 20),
        SheetColumn(w("sym.four_colour"), names[order], fills=fills, width=8),
        *[column_of(r, name, w, order) for name in PLAN_COLUMNS],
        *[_kind_column(study, kind, w, order) for kind in _kinds(study)],
    ]  # fmt: skip
    notes = (
        f"{study.plant.site}, {format_date(study.plant.as_of_d)}",
        w("report.plan.lead", rules=w(f"report.rules.{study.settings.code('plan.rule_set')}")),
    )
    return SheetSpec(w("export.sheet.plan"), columns, w("report.h.plan"), notes)


def _kinds(study: Study) -> Sequence[int]:
    return sorted({int(v) for v in study.candidates.kind})


def _kind_column(study: Study, kind: int, w: Words, order: AnyArray) -> SheetColumn:
    c = study.candidates
    due = np.full(study.plant.components.n, -(2**31), dtype=np.int64)
    rows = np.flatnonzero(c.kind == kind)[::-1]
    due[c.component_row[rows]] = c.due_d[rows]
    return SheetColumn(w.code("candidate_kind", kind), due[order], "date", width=13)


def _candidate_sheet(study: Study, w: Words) -> SheetSpec:
    c, k = study.candidates, study.plant.components
    reasons = np.array([w(str(x)) for x in c.reason], dtype=object)
    rule = SheetColumn(w("sym.rule"), np.where(c.reference == "", "", c.rule), "text", width=16)
    columns = [
        column_of(k, "component", w, c.component_row, 22),
        *[rule if name == "rule" else column_of(c, name, w) for name in CANDIDATE_COLUMNS],
        SheetColumn(w("report.col.why"), reasons, width=60),
    ]  # fmt: skip
    return SheetSpec(w("export.sheet.candidates"), columns, w("report.h.candidates"), (study.plant.site,))


def _task_sheet(tasks: TaskFrame, w: Words) -> SheetSpec:
    names = (
        "tag",
        "component",
        "due_d",
        "kind",
        "method",
        "effectiveness",
        "on_stream",
        "statutory",
        "priority",
        "hours",
        "short_text",
        "reference",
    )
    return SheetSpec(w("export.sheet.tasks"), [column_of(tasks, n, w) for n in names], w("export.sheet.tasks"))


def machine_sheet(name: str, frame: Frame, extra: Mapping[str, AnyArray]) -> SheetSpec:
    """Flat sheet of a frame: symbols as headings, internal units, ISO dates, codes as texts.

    Parameters
    ----------
    name : str
    frame : Frame
    extra : mapping of heading to array
        Columns put in front.

    Returns
    -------
    SheetSpec
    """
    columns = [SheetColumn(h, np.asarray(v, dtype=object)) for h, v in extra.items()]
    for symbol, quantity in type(frame).quantities().items():
        values: Any = getattr(frame, symbol)
        kind = {"text": "text", "code": "text", "date": "date"}.get(quantity, "number")
        if quantity == "code":
            values = frame.texts(symbol)
        columns.append(SheetColumn(symbol, values, kind))
    return SheetSpec(f"m_{name}", columns, for_people=False)


def export_sap(study: Study, folder: Path, language: str, changes: Mapping[str, str] | None = None) -> Written:
    """SAP PM upload workbook with measuring points of the monitoring locations.

    Parameters
    ----------
    study : Study
    folder : Path
    language : str
    changes : mapping, optional
        The site's own codes.

    Returns
    -------
    Written
    """
    w = Words(language, "SI")
    return write_sap(make_tasks(study, language), folder / "sap_pm.xlsx", w("report.banner"), _points(study), changes)


def _points(study: Study) -> list[list[Any]]:
    k, c, r = study.plant.components, study.plant.cmls, study.components
    rows = []
    for i in range(c.n):
        comp = int(c.component_row[i])
        if not (str(k.sap_equipment[comp]) or str(k.functional_location[comp])):
            continue
        nominal, low = float(c.t_nom_mm[i]), float(r.t_req_mm[comp])
        rows.append(["", str(k.sap_equipment[comp]), str(k.functional_location[comp]), str(c.cml[i])[:20],
                     str(c.location[i])[:40], "THICKNESS", "MM", "" if np.isnan(nominal) else round(nominal, 2),
                     "" if np.isnan(low) else round(low, 2), ""])  # fmt: skip
    return rows


def export_maximo(study: Study, folder: Path, language: str, changes: Mapping[str, str] | None = None) -> Written:
    """Maximo PM and WORKORDER flat files.

    Parameters
    ----------
    study : Study
    folder : Path
    language : str
    changes : mapping, optional

    Returns
    -------
    Written
    """
    return write_maximo(make_tasks(study, language), folder, changes)
