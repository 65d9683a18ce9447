"""SAP PM: three linked sheets (maintenance plan, maintenance item, task list) and measuring points."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from integrity.core.frames.plan import TaskFrame
from integrity.exchange.cmms import Written, check_tasks, dotted, shorten, target, write_whole

WORK_PLAN = (
    "Transaction code", "Maintenance Plan", "Maintenance Plan Category", "Maintenance Plan Description",
    "Maintenance Plan Long Text", "Strategy", "Cycle", "Cycle Unit", "Cycle Text", "Measuring Point",
    "Shift Factor for Late Completion", "Tolerance Late (%)", "Shift Factor Early", "Tolerance Early (%)",
    "Cycle modification factor", "Scheduling Period", "Unit in scheduling interval", "Call Horizon %",
    "Sort Field", "Authorization Group", "Maintenance Item", "Start of cycle",
)  # fmt: skip
MAINTENANCE_ITEM = (
    "Maintenance Item", "Description", "Long Text", "OrdType", "MaintActivityType", "Maintenance Strategy",
    "System Condition", "PlanPlant", "Priority", "Main Work Center", "Work Center Plant",
    "Maintenance Planner Group", "Functional Location", "Equipment", "Assembly", "Group", "Counter", "TaskLstTpe",
)  # fmt: skip
TASK_LIST = (
    "Transaction code", "Functional Location", "Task List Group", "Task List Counter", "Description", "Long Text",
    "Planning Plant", "Main Work Centre", "Work Centre Plant", "Usage", "Responsible Planner Group",
    "Processing Status", "System condition", "Maintenance Strategy", "Assembly", "Operation Number", "Work Centre",
    "Work Centre Plant (operation)", "Control key", "Operation Short Text", "Long Text (operation)",
    "Work Duration", "Unit of work", "Normal Operation Duration", "Number of Capacities Required",
)  # fmt: skip
MEASURING_POINT = (
    "Measuring Point", "Equipment", "Functional Location", "MeasPosition", "Description", "Characteristic", "Unit",
    "Target value", "Lower limit", "Upper limit",
)  # fmt: skip
SHEETS = {"Work Plan": WORK_PLAN, "Maintenance Item": MAINTENANCE_ITEM, "Task List": TASK_LIST}


def write_sap(
    tasks: TaskFrame,
    path: Path,
    note: str,
    points: list[list[Any]] | None = None,
    changes: Mapping[str, str] | None = None,
) -> Written:
    """Write the SAP PM upload workbook.

    Parameters
    ----------
    tasks : TaskFrame
        Tasks without functional location and equipment are refused and returned.
    path : Path
        XLSX file.
    note : str
        Line above each sheet's end that says the file is the user's own study.
    points : list of rows, optional
        Measuring points, columns of `MEASURING_POINT`.
    changes : mapping, optional
        The site's own codes, see `cmms.target`.

    Returns
    -------
    Written
    """
    t = target("sap", changes)
    rows, refused = check_tasks(tasks, ("sap_equipment", "functional_location"))
    limit = int(t["short_text_max"])
    sheets: dict[str, list[list[Any]]] = {"Work Plan": [], "Maintenance Item": [], "Task List": []}
    for number, i in enumerate(rows, start=1):
        sheets["Work Plan"].append(_plan_row(tasks, i, number, t, limit))
        sheets["Maintenance Item"].append(_item_row(tasks, i, number, t, limit))
        sheets["Task List"].append(_task_row(tasks, i, number, t, limit))
    write_whole(path, lambda p: _workbook(p, sheets, points or [], note))
    shortened = sum(len(str(tasks.short_text[i])) > limit for i in rows)
    return Written((path,), len(rows), tuple(refused), shortened)


def _cycle(tasks: TaskFrame, i: int) -> tuple[int, str]:
    years = float(tasks.interval_y[i])
    if np.isnan(years) or years <= 0:
        return max(int(tasks.due_d[i] - tasks.start_d[i]), 1), "DAY"
    if abs(years - round(years)) < 1e-9:
        return round(years), "YEAR"
    return max(int(years * 365.25), 1), "DAY"


def _plan_row(tasks: TaskFrame, i: int, number: int, t: Mapping[str, Any], limit: int) -> list[Any]:
    cycle, unit = _cycle(tasks, i)
    sort = "STATUTORY" if tasks.statutory[i] == 1 else "CONDITION BASED"
    short = shorten(str(tasks.short_text[i]), limit)
    return [
        "IP41", "", "PM", short, str(tasks.long_text[i]), "", cycle, unit, "", "", 100, 0, 100, 0, 1,
        t["scheduling_period"], t["scheduling_unit"], t["call_horizon"], sort, "", f"$MI{number}",
        dotted(int(tasks.start_d[i])),
    ]  # fmt: skip


def _item_row(tasks: TaskFrame, i: int, number: int, t: Mapping[str, Any], limit: int) -> list[Any]:
    return [
        f"$MI{number}", shorten(str(tasks.short_text[i]), limit), str(tasks.long_text[i]), t["order_type"],
        t["activity_type"], "", "1" if tasks.on_stream[i] == 1 else "0", t["plant"], int(tasks.priority[i]),
        t["work_center"], t["plant"], t["planner_group"], str(tasks.functional_location[i]),
        str(tasks.sap_equipment[i]), "", f"$TL{number}", 1, "T" if not str(tasks.sap_equipment[i]) else "E",
    ]  # fmt: skip


def _task_row(tasks: TaskFrame, i: int, number: int, t: Mapping[str, Any], limit: int) -> list[Any]:
    by_equipment = bool(str(tasks.sap_equipment[i]))
    short = shorten(str(tasks.short_text[i]), limit)
    hours = float(tasks.hours[i])
    return [
        "IA01" if by_equipment else "IA11", str(tasks.functional_location[i]), f"$TL{number}", 1, short,
        str(tasks.long_text[i]), t["plant"], t["work_center"], t["plant"], t["usage"], t["planner_group"],
        t["status"], "1" if tasks.on_stream[i] == 1 else "0", "", "", 10, t["work_center"], t["plant"],
        t["control_key"], short, str(tasks.long_text[i]), "" if np.isnan(hours) else hours, "H",
        "" if np.isnan(hours) else hours, 1,
    ]  # fmt: skip


def _workbook(path: Path, sheets: Mapping[str, list[list[Any]]], points: list[list[Any]], note: str) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        head = book.add_format({"bold": True, "bg_color": "#E1E5EA", "border": 1, "text_wrap": True, "valign": "top"})
        every = {
            **{n: (SHEETS[n], rows) for n, rows in sheets.items()},
            "Measuring Points": (MEASURING_POINT, points),
        }
        for name, (columns, rows) in every.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, columns, head)
            for r, row in enumerate(rows, start=1):
                sheet.write_row(r, 0, row)
            sheet.freeze_panes(1, 2)
            sheet.set_column(0, len(columns) - 1, 16)
            sheet.set_row(0, 32)
            sheet.set_footer("&L&8" + note)
        book.set_properties({"comments": note})
