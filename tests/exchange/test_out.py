"""Files for the maintenance systems: shape, limits, refusals, and nothing half-written."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from integrity.core.codes import index_of
from integrity.core.errors import InputError
from integrity.core.frames.plan import TaskFrame
from integrity.exchange.cmms import shorten, target, write_whole
from integrity.exchange.out_maximo import PM, WORKORDER, write_maximo
from integrity.exchange.out_sap import MAINTENANCE_ITEM, TASK_LIST, WORK_PLAN, write_sap
from integrity.exchange.out_workbook import SheetColumn, SheetSpec, write_workbook


def tasks() -> TaskFrame:
    return TaskFrame.from_columns(
        {
            "task_key": ["1-cn_periodic", "2-api_half_life", "3-risk_target"],
            "component_row": [0, 1, 2],
            "kind": [index_of("candidate_kind", k) for k in ("cn_periodic", "api_half_life", "risk_target")],
            "due_d": [20800, 20900, 21000],
            "start_d": [18000, 19000, 20000],
            "interval_y": [6.0, 3.4, np.nan],
            "priority": [1, 2, 3],
            "hours": [16.0, 2.2, np.nan],
            "statutory": [1, 0, 0],
            "on_stream": [0, 1, 1],
            "short_text": ["C-101 定期检验", "x" * 60, "no key"],
            "long_text": ["long", "y" * 200, ""],
            "sap_equipment": ["10000123", "", ""],
            "functional_location": ["", "U1-P-101", ""],
            "maximo_asset": ["C-101", "P-101", ""],
        }
    )


def sheet_rows(path: Path, name: str) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    return list(book[name].iter_rows(values_only=True))


def test_sap_sheets_are_linked_and_short_texts_fit(tmp_path: Path) -> None:
    written = write_sap(tasks(), tmp_path / "sap.xlsx", "own study")
    assert written.tasks == 2 and written.shortened == 1
    assert [r.task for r in written.refused] == ["3-risk_target"]
    plan = sheet_rows(written.files[0], "Work Plan")
    item = sheet_rows(written.files[0], "Maintenance Item")
    task = sheet_rows(written.files[0], "Task List")
    assert plan[0] == WORK_PLAN and item[0] == MAINTENANCE_ITEM and task[0] == TASK_LIST
    assert len(WORK_PLAN) == 22 and len(MAINTENANCE_ITEM) == 18 and len(TASK_LIST) == 25
    for p, i, t in zip(plan[1:], item[1:], task[1:], strict=True):
        assert p[WORK_PLAN.index("Maintenance Item")] == i[0]
        assert i[MAINTENANCE_ITEM.index("Group")] == t[TASK_LIST.index("Task List Group")]
        assert len(str(p[3])) <= 40
        assert i[12] or i[13]
    assert plan[1][WORK_PLAN.index("Sort Field")] == "STATUTORY"
    assert (plan[1][6], plan[1][7]) == (6, "YEAR") and plan[2][7] == "DAY"


def test_maximo_files_have_interface_line_then_columns(tmp_path: Path) -> None:
    written = write_maximo(tasks(), tmp_path)
    assert written.tasks == 2 and len(written.refused) == 1
    with written.files[0].open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    assert rows[0] == ["INTEGRITY", "MXPMInterface", "AddChange", "EN"]
    assert tuple(rows[1]) == PM and len(rows) == 4 and all(len(r) == len(PM) for r in rows[2:])
    assert rows[2][PM.index("FREQUNIT")] == "YEARS" and rows[3][PM.index("FREQUNIT")] == "DAYS"
    with written.files[1].open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    assert tuple(rows[1]) == WORKORDER and rows[2][WORKORDER.index("TARGCOMPDATE")].startswith("2026-12-13")


def test_a_site_sets_its_own_codes_and_unknown_ones_are_refused() -> None:
    assert target("sap", {"plant": "2000"})["plant"] == "2000"
    with pytest.raises(InputError):
        target("sap", {"plnt": "2000"})


def test_texts_are_shortened_with_a_mark() -> None:
    assert shorten("abc", 3) == "abc" and shorten("abcd", 3) == "ab…"


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    target_file = tmp_path / "plan.xlsx"
    target_file.write_bytes(b"old")

    def fails(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError):
        write_whole(target_file, fails)
    assert target_file.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["plan.xlsx"]


def test_workbook_for_people_and_machines(tmp_path: Path) -> None:
    columns = [
        SheetColumn("Component 部件", np.array(["=1+1", "B"], dtype=object)),
        SheetColumn("t", np.array([1.25, np.nan]), "number", 2, "mm"),
        SheetColumn("due", np.array([20800, -(2**31)]), "date"),
    ]
    sheets = [SheetSpec("People", columns, "Title", ("note",)), SheetSpec("machine", columns, for_people=False)]
    path = write_workbook(tmp_path / "w.xlsx", sheets, "own study")
    people = sheet_rows(path, "People")
    machine = sheet_rows(path, "machine")
    assert people[0][0] == "Title" and people[2][0] == "own study"
    assert machine[0] == ("Component 部件", "t", "due")
    assert machine[1] == ("=1+1", 1.25, "2026-12-13") and machine[2] == ("B", None, None)
    assert str(people[5][2])[:10] == "2026-12-13"
