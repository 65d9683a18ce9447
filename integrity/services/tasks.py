"""Tasks of a study: the governing date of each component and the tasks that stand beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, IntArray
from integrity.core.codes import codes, decode, index_of
from integrity.core.frames.plan import TaskFrame
from integrity.core.group import group_argmin, groups_of
from integrity.core.tables import read_json
from integrity.i18n import text
from integrity.i18n.formats import format_date
from integrity.services.types import Study

_FILE = Path(__file__).parent / "tables" / "tasks.json"


def make_tasks(study: Study, language: str) -> TaskFrame:
    """Tasks of a study in one language.

    Parameters
    ----------
    study : Study
    language : str
        Language of the texts.

    Returns
    -------
    TaskFrame
        One task for each governing candidate; candidates that are tasks of their own (external visual, yearly
        check) give one task an item, at the earliest date of its components.
    """
    rows = np.sort(np.concatenate([_governing(study), _own_tasks(study)]))
    return _frame(study, rows.astype(np.int64), language)


def _governing(study: Study) -> IntArray:
    return np.flatnonzero(study.candidates.governs == 1).astype(np.int64)


def _own_tasks(study: Study) -> IntArray:
    c = study.candidates
    own = [index_of("candidate_kind", k) for k in read_json(_FILE)["own_tasks"]]
    rows = np.flatnonzero(np.isin(c.kind, own) & (c.governs == 0)).astype(np.int64)
    if not rows.size:
        return rows
    equipment = study.plant.components.equipment_id[c.component_row[rows]]
    key = equipment * len(codes("candidate_kind")) + c.kind[rows]
    _, owner = np.unique(key, return_inverse=True)
    order = np.argsort(owner, kind="stable")
    groups = groups_of(owner[order].astype(np.int64), int(owner.max()) + 1)
    best = group_argmin(c.due_d[rows[order]], groups)
    return np.asarray(rows[order][best], dtype=np.int64)


def _frame(study: Study, rows: IntArray, language: str) -> TaskFrame:
    c, k, table = study.candidates, study.plant.components, read_json(_FILE)
    comp = c.component_row[rows]
    kinds = decode(c.kind[rows], codes("candidate_kind"))
    local = k.local_mechanism[comp] == 1
    method = _methods(kinds, local, table)
    due = c.due_d[rows]
    start = np.where(c.anchor_d[rows] == NO_DATE, study.plant.as_of_d, c.anchor_d[rows])
    n_points = study.components.n_cml[comp]
    own = np.isin(kinds, table["own_tasks"])
    words = {m: text(f"code.task_method.{m}", language) for m in codes("task_method")}
    names = decode(method, codes("task_method"))
    subject = np.where(own, k.tag[comp], k.component[comp])
    short = [f"{s} {words.get(m, '')}".strip() for s, m in zip(subject, names, strict=True)]
    long = [_long(study, int(r), int(i), language) for r, i in zip(rows, comp, strict=True)]
    statutory = np.array([str(r).startswith("CN-") for r in c.rule[rows]], dtype=np.int64)
    return TaskFrame.from_columns(
        {
            "task_key": [f"{k.component_id[i]}-{kind}" for i, kind in zip(comp, kinds, strict=True)],
            "component_row": comp,
            "candidate_row": rows,
            "tag": k.tag[comp],
            "component": k.component[comp],
            "unit": k.unit[comp],
            "kind": c.kind[rows],
            "method": method,
            "effectiveness": np.where(own, NO_CODE, index_of("effectiveness", table["effectiveness"])),
            "on_stream": np.array([table["on_stream"].get(str(m), -1) for m in names]),
            "statutory": statutory,
            "due_d": due,
            "start_d": np.minimum(start, due),
            "interval_y": c.interval_y[rows],
            "priority": _priority(study, comp, due),
            "hours": _hours(names, n_points, table),
            "short_text": short,
            "long_text": long,
            "reference": c.reference[rows],
            "sap_equipment": k.sap_equipment[comp],
            "functional_location": k.functional_location[comp],
            "maximo_asset": k.maximo_asset[comp],
            "t_req_mm": study.components.t_req_mm[comp],
            "t_alert_mm": study.components.t_alert_mm[comp],
        }
    )


def _methods(kinds: AnyArray, local: BoolArray, table: dict[str, dict[str, str]]) -> IntArray:
    plain = np.array([index_of("task_method", table["method"][str(k)]) for k in kinds], dtype=np.int64)
    points = index_of("task_method", "ut_points")
    grid = index_of("task_method", "ut_grid")
    return np.where(local & (plain == points), grid, plain).astype(np.int64)


def _priority(study: Study, comp: IntArray, due: IntArray) -> IntArray:
    overdue = due <= study.plant.as_of_d
    high = study.components.risk_category[comp] == index_of("risk_category", "high")
    soon = due <= study.plant.as_of_d + 365
    return np.where(overdue, 1, np.where(high | soon, 2, 3)).astype(np.int64)


def _hours(names: AnyArray, n_points: AnyArray, table: dict[str, dict[str, float]]) -> AnyArray:
    fixed = np.array([table["hours"].get(str(m), np.nan) for m in names], dtype=np.float64)
    each = np.array([table["hours_per_point"].get(str(m), 0.0) for m in names], dtype=np.float64)
    return fixed + each * np.maximum(n_points, 0)


def _long(study: Study, candidate: int, component: int, language: str) -> str:
    c, k = study.candidates, study.plant.components
    kind = codes("candidate_kind")[int(c.kind[candidate])]
    reference = str(c.reference[candidate])
    return text(
        "task.long" if reference else "task.long_own",
        language,
        component=str(k.component[component]),
        kind=text(f"code.candidate_kind.{kind}", language),
        due=format_date(int(c.due_d[candidate])),
        reference=reference,
        reason=text(str(c.reason[candidate]), language),
    )


def planned_effectiveness() -> int:
    """Effectiveness that a planned inspection is credited with, index of the enumeration.

    Returns
    -------
    int
    """
    return index_of("effectiveness", str(read_json(_FILE)["effectiveness"]))
