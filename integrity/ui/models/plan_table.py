"""Plan tables: one row a component with its candidate dates side by side, and candidates one by one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, IntArray
from integrity.core.codes import codes
from integrity.core.frames.results import CandidateFrame
from integrity.i18n.formats import MISSING
from integrity.services.types import Study
from integrity.ui.models.columns import Column, Lazy, Marks, of_frame
from integrity.ui.models.component_table import component_arrays, pick
from integrity.ui.state import State

PREFIX = "due_"
DETAIL_COLUMNS: tuple[Column, ...] = (
    Column("kind", "code", "candidate_kind", width=200),
    *of_frame(CandidateFrame, ("due_d",)),
    Column("part", "lazy", title="ui.column.part", width=130),
    *of_frame(CandidateFrame, ("interval_y", "anchor_d", "rule", "reference")),
    Column("why", "lazy", title="ui.column.why", width=420),
)
NOTHING, INFORMS, DECIDES, GOVERNS = range(4)


def kinds_used(study: Study) -> tuple[int, ...]:
    """Kinds of candidates that the study has, in code order.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of int
    """
    return tuple(int(k) for k in np.unique(study.candidates.kind) if k >= 0)


def plan_columns(study: Study) -> tuple[Column, ...]:
    """Columns: identity, the date and rule that govern, then one date column a kind.

    Parameters
    ----------
    study : Study

    Returns
    -------
    tuple of Column
    """
    first = pick(("component", "risk_category", "next_d", "next_kind", "unit", "equipment_kind"))
    names = codes("candidate_kind")
    dates = tuple(
        Column(f"{PREFIX}{names[k]}", "date", title=f"code.candidate_kind.{names[k]}") for k in kinds_used(study)
    )
    return (*first, *dates, *pick(("RL_today_y", "name")))


def plan_arrays(study: Study) -> tuple[dict[str, AnyArray], dict[str, IntArray]]:
    """Arrays of the plan and the standing of each candidate date.

    Parameters
    ----------
    study : Study

    Returns
    -------
    (arrays, standing)
        `standing` per date column: 0 none, 1 informs, 2 may decide, 3 governs. Of several candidates of one kind
        the governing one is shown, else the earliest that may decide, else the earliest.
    """
    c, n = study.candidates, study.components.n
    arrays = component_arrays(study)
    names = codes("candidate_kind")
    standing: dict[str, IntArray] = {}
    weight = np.where(c.governs == 1, GOVERNS, np.where(c.decides == 1, DECIDES, INFORMS)).astype(np.int64)
    for kind in kinds_used(study):
        rows = np.flatnonzero(c.kind == kind)
        order = rows[np.lexsort((-c.due_d[rows], weight[rows]))]
        key = f"{PREFIX}{names[kind]}"
        date, stand = np.full(n, NO_DATE, dtype=np.int64), np.zeros(n, dtype=np.int64)
        date[c.component_row[order]], stand[c.component_row[order]] = c.due_d[order], weight[order]
        arrays[key], standing[key] = date, stand
    return arrays, standing


def plan_marks(study: Study, standing: Mapping[str, IntArray], stale: BoolArray) -> Marks:
    """Governing dates in the accent, dates that only inform in grey, dates passed in the warning colour.

    Parameters
    ----------
    study : Study
    standing : mapping of column key to ndarray
    stale : ndarray of bool

    Returns
    -------
    Marks
    """
    tones = np.array([0, 5, 0, 4], dtype=np.int64)
    tone = {key: tones[stand] for key, stand in standing.items()}
    due = study.components.next_d
    tone["next_d"] = np.where((due != NO_DATE) & (due < study.plant.as_of_d), 2, 0).astype(np.int64)
    return Marks(stale=stale if bool(stale.any()) else None, tone=tone)


def detail_rows(study: Study, component: int) -> IntArray:
    """Candidate rows of a component, in the frame's order (by date).

    Parameters
    ----------
    study : Study
    component : int

    Returns
    -------
    ndarray of int64
    """
    first, last = np.searchsorted(study.candidates.component_row, [component, component + 1])
    return np.arange(first, last, dtype=np.int64)


def detail_arrays(study: Study, rows: IntArray) -> dict[str, AnyArray]:
    """Arrays of candidates; a date that no rule of a standard gives has no rule and no clause, its kind tells.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64

    Returns
    -------
    dict of str to ndarray
    """
    out = {k: v[rows] for k, v in study.candidates.columns().items()}
    own = out["reference"] == ""
    return {**out, **{k: np.where(own, MISSING, out[k]) for k in ("rule", "reference")}}


def detail_words(study: Study, rows: IntArray, state: State) -> Mapping[str, Lazy]:
    """Words of candidates: its part in the decision, and why.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64
    state : State

    Returns
    -------
    mapping of column key to callable
    """
    c = study.candidates

    def part(i: int) -> str:
        row = int(rows[i])
        name = "governs" if c.governs[row] == 1 else "decides" if c.decides[row] == 1 else "informs"
        return state.text(f"ui.plan.{name}")

    def why(i: int) -> str:
        return candidate_reason(study, int(rows[i]), state)

    return {"part": part, "why": why}


def candidate_reason(study: Study, row: int, state: State) -> str:
    """Why a candidate is there, in words.

    Parameters
    ----------
    study : Study
    row : int
    state : State

    Returns
    -------
    str
        Empty where the candidate gives no reason; several reasons are joined.
    """
    c = study.candidates
    keys = [k.strip() for k in str(c.reason[row]).split(";") if k.strip()]
    return " ".join(state.text(k) for k in keys)


def detail_marks(study: Study, rows: IntArray) -> Marks:
    """Tones and unverified marks of candidates.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64

    Returns
    -------
    Marks
    """
    c = study.candidates
    weight = np.where(c.governs[rows] == 1, 4, np.where(c.decides[rows] == 1, 0, 5)).astype(np.int64)
    unsure = c.verified[rows] == 0
    return Marks(
        unverified={"due_d": unsure, "rule": unsure} if bool(unsure.any()) else {},
        tone={k: weight for k in ("kind", "due_d", "part", "interval_y")},
    )
