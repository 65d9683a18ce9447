"""What to do about risk: what-if, cheapest inspections, causes of a change, sensitivity, Monte Carlo, editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, FloatArray, IntArray
from integrity.core.errors import InputError
from integrity.core.frame import dtype_of
from integrity.core.frames.decisions import (
    CAUSES,
    ChoiceFrame,
    EditionFrame,
    TornadoFrame,
    UncertaintyFrame,
    WaterfallFrame,
)
from integrity.core.frames.plant import ComponentFrame, Plant
from integrity.core.frames.results import ComponentResultFrame
from integrity.core.frames.risk import RiskFrame, RiskInputFrame, TargetFrame
from integrity.core.group import group_sum, groups_of
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings, setting_specs
from integrity.db import snapshots as store
from integrity.db.unit_of_work import reader
from integrity.rbi.assess import RiskAssessment, assess_case
from integrity.rbi.compare import only_in, waterfall
from integrity.rbi.editions import edition_differences
from integrity.rbi.panel import (
    mechanism_panel,
    planned_inspections,
    risk_panel,
    target_date,
)
from integrity.rbi.planning import Offer, cheapest_inspections, offer_of
from integrity.rbi.uncertainty import monte_carlo, tornado
from integrity.rbi.what_if import changed, recorded_symbols
from integrity.services.session import Session
from integrity.services.snapshots import KIND
from integrity.services.study import PLANNED_FOR, run_study
from integrity.services.tasks import planned_effectiveness
from integrity.services.types import Study

STEP_DAYS = 183


@dataclass(frozen=True)
class WhatIfStudy:
    """Chosen components as they stand and as they would be; every frame has one row a component of `rows`."""

    rows: IntArray
    before: ComponentResultFrame
    before_risk: RiskFrame
    after: Study


@dataclass(frozen=True)
class MechanismLines:
    """Damage factor of each mechanism of one component along time, without and with the planned inspection."""

    dates_d: IntArray
    without: Mapping[str, FloatArray]
    with_: Mapping[str, FloatArray]
    groups: Mapping[str, str]


@dataclass(frozen=True)
class Comparison:
    """Two runs compared: causes by component, their sums over the plant, and components that only one run has.

    `totals` sums over the components that both runs could assess; `n_unknown` counts the others.
    """

    frame: WaterfallFrame
    totals: Mapping[str, float]
    n_unknown: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]


def assessment_of(study: Study) -> RiskAssessment:
    """Risk assessment behind a study.

    Parameters
    ----------
    study : Study

    Returns
    -------
    RiskAssessment
        Refused for a study that keeps no parts.
    """
    if study.parts is None:
        raise InputError(msg("study.no_parts"))
    return study.parts.risk


def what_if(
    study: Study, rows: Sequence[int] | IntArray, changes: Mapping[str, Any], settings: Settings | None = None
) -> WhatIfStudy:
    """Assess chosen components with some inputs changed, through every room: rates, walls, lives, risk, dates.

    Parameters
    ----------
    study : Study
    rows : sequence of int
        Component rows.
    changes : mapping of symbol to value
        Columns of `ComponentFrame`, facts that some mechanism takes, or columns of `RiskInputFrame` (for example
        "CR": then rates, lives and dates stay and risk alone moves); internal units, codes of frames as index and
        of facts as text.
    settings : Settings, optional

    Returns
    -------
    WhatIfStudy
        Nothing is stored.
    """
    chosen = np.unique(np.asarray(rows, dtype=np.int64))
    part = study.plant.take(chosen)
    rules = study.settings if settings is None else settings
    own, late = _split(changes)
    after = run_study(_changed_plant(part, own), rules, workers=1)
    if late and after.parts is not None:
        after = _with_risk_of(after, assess_case(changed(after.parts.risk.case, late)))
    stands = assessment_of(study).frame.take(chosen)
    return WhatIfStudy(chosen, study.components.take(chosen), stands, after)


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    late = {s: v for s, v in changes.items() if s in RiskInputFrame.quantities()}
    return {s: v for s, v in changes.items() if s not in late}, late


def _changed_plant(plant: Plant, changes: Mapping[str, Any]) -> Plant:
    known, kinds = recorded_symbols(), ComponentFrame.quantities()
    columns: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for symbol, value in changes.items():
        if symbol in kinds:
            columns[symbol] = np.broadcast_to(np.asarray(value, dtype=dtype_of(kinds[symbol])), (plant.components.n,))
        elif symbol in known:
            facts[symbol] = np.asarray(value, dtype=object) if isinstance(value, str) else value
        else:
            raise InputError(msg("rbi.what_if_symbol", symbol=symbol))
    return replace(
        plant,
        components=replace(plant.components, **columns),
        facts=plant.facts.with_(facts) if facts else plant.facts,
    )


def _with_risk_of(study: Study, risk: RiskAssessment) -> Study:
    own = set(type(study.components).quantities()) & set(type(risk.frame).quantities()) - {"component_row"}
    shown = replace(study.components, **{c: getattr(risk.frame, c) for c in own})
    panel = risk_panel(risk, study.panel.dates_d)
    parts = None if study.parts is None else replace(study.parts, risk=risk)
    return replace(study, components=shown, panel=panel, parts=parts)


def mechanism_lines(study: Study, row: int) -> MechanismLines:
    """Factor of each mechanism of a component along time.

    Parameters
    ----------
    study : Study
    row : int
        Component row.

    Returns
    -------
    MechanismLines
    """
    a = assessment_of(study)
    dates = study.panel.dates_d
    credited = _credited(study, a.case.n)
    both = mechanism_panel(a, row, dates, credited)
    groups = {m.mechanism.key: m.mechanism.group for m in a.mechanisms}
    return MechanismLines(
        dates, {k: v[0] for k, v in both.items()}, {k: v[1] for k, v in both.items()}, {k: groups[k] for k in both}
    )


def _credited(study: Study, n: int) -> Any:
    return planned_inspections(n, study.components.next_d, planned_effectiveness(), PLANNED_FOR)


def targets(study: Study) -> dict[str, TargetFrame]:
    """Day on which risk, probability and factor reach their targets; those with a target only.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of quantity to TargetFrame
        The thickness has its day in `ComponentResultFrame.t_min_reached_d`.
    """
    s = study.settings
    goals = {
        "risk": s.number("rbi.risk_target_m2_y"),
        "P_f": s.number("rbi.target_P_f"),
        "D_f": s.number("rbi.target_D_f"),
    }
    return {q: target_date(study.panel, goal, q) for q, goal in goals.items() if goal > 0.0}


def turnarounds(study: Study) -> tuple[int, int]:
    """Days of the next turnaround and of the one after, from the settings.

    Parameters
    ----------
    study : Study

    Returns
    -------
    (int, int)
    """
    s, start = study.settings, study.plant.as_of_d
    first = s.number("plan.turnaround_next_years")
    second = first + s.number("plan.turnaround_interval_years")
    return start + round(first * DAYS_PER_YEAR), start + round(second * DAYS_PER_YEAR)


def choices(
    study: Study, horizons_d: Sequence[int] = (), rows: Sequence[int] | None = None, progress: Progress = SILENT
) -> ChoiceFrame:
    """Cheapest inspection of each component that keeps risk below its target to each horizon.

    Parameters
    ----------
    study : Study
    horizons_d : sequence of int
        Days; the two turnarounds of the settings where not given.
    rows : sequence of int, optional
        Components; all where not given. `component_row` of the frame counts within them.
    progress : Progress

    Returns
    -------
    ChoiceFrame
    """
    a = assessment_of(study)
    if rows is not None:
        a = assess_case(a.case.take(np.unique(np.asarray(rows, dtype=np.int64))))
    horizons = tuple(horizons_d) or turnarounds(study)
    offer: Offer = offer_of(study.settings, a.case.as_of_d, horizons, STEP_DAYS)
    return cheapest_inspections(a, offer, study.settings.number("rbi.risk_target_m2_y"), progress=progress)


def recommended_panel(study: Study, choice: ChoiceFrame) -> Any:
    """Risk along time with the chosen inspections of all horizons.

    Parameters
    ----------
    study : Study
    choice : ChoiceFrame
        Of all components.

    Returns
    -------
    RiskPanel
    """
    a = assessment_of(study)
    k = int(choice.horizon.max(initial=0)) + 1
    planned = planned_inspections(
        a.case.n, choice.date_d.reshape(a.case.n, k), choice.effectiveness.reshape(a.case.n, k)
    )
    return risk_panel(a, study.panel.dates_d, planned)


def sensitivity(study: Study, rows: Sequence[int], quantity: str = "risk") -> TornadoFrame:
    """Tornado of some components.

    Parameters
    ----------
    study : Study
    rows : sequence of int
    quantity : str
        "risk", "P_f" or "D_f_total".

    Returns
    -------
    TornadoFrame
        `component_row` counts within the ascending rows.
    """
    case = assessment_of(study).case
    return tornado(assess_case(case.take(np.unique(np.asarray(rows, dtype=np.int64)))), quantity)


def distribution(
    study: Study, rows: Sequence[int], quantity: str = "risk", progress: Progress = SILENT
) -> UncertaintyFrame:
    """Monte Carlo of some components with the seed and number of draws of the settings.

    Parameters
    ----------
    study : Study
    rows : sequence of int
    quantity : str
    progress : Progress

    Returns
    -------
    UncertaintyFrame
        `above` is the share of draws that reach the target of the quantity.
    """
    s = study.settings
    case = assessment_of(study).case
    part = assess_case(case.take(np.unique(np.asarray(rows, dtype=np.int64))))
    goal = {
        "risk": s.number("rbi.risk_target_m2_y"),
        "P_f": s.number("rbi.target_P_f") or np.inf,
        "D_f_total": s.number("rbi.target_D_f") or np.inf,
    }[quantity]
    n_draws, seed = int(s.number("rbi.draws")), int(s.number("rbi.seed"))
    return monte_carlo(part, seed, n_draws, goal, quantity, progress=progress)


def compare(
    old: Study, new: Study, quantity: str = "risk", stored: FloatArray | None = None, progress: Progress = SILENT
) -> Comparison:
    """Why a quantity differs between two runs.

    Parameters
    ----------
    old, new : Study
        The last approved run, made again from its stored inputs, and the present one.
    quantity : str
        "risk", "P_f", "D_f_total" or "CA".
    stored : ndarray, optional
        What the old run gave when it was stored.
    progress : Progress

    Returns
    -------
    Comparison
    """
    a, b = assessment_of(old).case, assessment_of(new).case
    frame = waterfall(a, b, quantity, stored, progress)
    names = ("old", *CAUSES, "new")
    known = np.asarray(~np.isnan([getattr(frame, c) for c in names]).any(axis=0), dtype=np.bool_)
    one = groups_of(np.zeros(frame.n, dtype=np.int64), 1)
    totals = {c: float(np.nan_to_num(group_sum(getattr(frame, c), one, where=known)[0])) for c in names}
    return Comparison(
        frame,
        totals,
        int(np.count_nonzero(~known)),
        tuple(str(t) for t in a.components.component[only_in(a, b)]),
        tuple(str(t) for t in b.components.component[only_in(b, a)]),
    )


def compare_editions(study: Study, progress: Progress = SILENT) -> EditionFrame:
    """The plant under every edition of API RP 581.

    Parameters
    ----------
    study : Study
    progress : Progress

    Returns
    -------
    EditionFrame
    """
    return edition_differences(assessment_of(study).case, progress)


@dataclass(frozen=True)
class StoredRun:
    """A stored study made again from its own inputs, and the numbers it gave when it was stored."""

    snapshot: int
    study: Study
    stored: ComponentResultFrame


def stored_run(session: Session, snapshot_id: int) -> StoredRun:
    """A stored study, made again with this program.

    Parameters
    ----------
    session : Session
    snapshot_id : int

    Returns
    -------
    StoredRun
    """
    with reader(session.engine) as db:
        kept = store.load(db, snapshot_id)
        plant = kept.plant(session.site)
        values = dict(kept.row.settings)
        results = kept.frame("results", ComponentResultFrame)
    known = setting_specs()
    settings = Settings({k: v for k, v in values.items() if k in known and v != known[k].default})
    return StoredRun(snapshot_id, run_study(plant, settings), results)


def last_approved(session: Session) -> StoredRun | None:
    """The approved study of a site that was stored last, made again; None where there is none.

    Parameters
    ----------
    session : Session

    Returns
    -------
    StoredRun or None
    """
    with reader(session.engine) as db:
        ids = [int(s.id) for s in store.snapshots_of(db, session.site_id, KIND) if s.state == "approved"]
    return stored_run(session, max(ids)) if ids else None


def compare_with(run: StoredRun, study: Study, quantity: str = "risk", progress: Progress = SILENT) -> Comparison:
    """Why a quantity differs from a stored run.

    Parameters
    ----------
    run : StoredRun
    study : Study
        The present one.
    quantity : str
    progress : Progress

    Returns
    -------
    Comparison
    """
    return compare(run.study, study, quantity, getattr(run.stored, quantity), progress)
