"""One whole study: rates, lives, required thickness, pressures, risk along time, candidate dates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, FloatArray, IntArray, years_between
from integrity.core.codes import codes, factorised, index_of
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import ComponentFrame, Plant
from integrity.core.frames.results import RESULT_FLAGS, CandidateFrame, ComponentResultFrame, PositionFrame, RiskPanel
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.group import take
from integrity.core.message import Message, msg
from integrity.core.progress import SILENT, Progress
from integrity.core.registry import load_all
from integrity.core.settings import Settings
from integrity.design.assess import DesignResult, assess_design, with_walls
from integrity.design.materials import Strength, strength
from integrity.life.lives import Lines, remaining_life
from integrity.life.positions import of_component, position_rates
from integrity.life.statistics import LifeSummary, summarise
from integrity.plan.candidates import LifeFacts, candidate_dates, governing
from integrity.rbi.assess import assess_risk
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panel, target_date
from integrity.regulation.procedures import DESIGN_LIFE
from integrity.regulation.scope import scope_test
from integrity.services.tasks import planned_effectiveness
from integrity.services.team import Team, team
from integrity.services.types import Study, StudyParts

PANEL_STEPS = 20
# What the next inspection of the plan is credited to: its tasks measure the wall.
PLANNED_FOR = "thinning"
TARGETS = {"risk": "rbi.risk_target_m2_y", "P_f": "rbi.target_P_f", "D_f": "rbi.target_D_f"}
CLASS_OF_GROUP = {
    "carbon": "carbon_low_alloy",
    "low_alloy": "carbon_low_alloy",
    "cr_mo": "cr_mo",
    "austenitic": "austenitic",
}
STAGES = 6


def run_study(plant: Plant, settings: Settings, progress: Progress = SILENT, workers: int = 0) -> Study:
    """Assess a plant.

    Parameters
    ----------
    plant : Plant
    settings : Settings
    progress : Progress
    workers : int
        Threads; 0 takes one a processor, at most four. Moves no number.

    Returns
    -------
    Study
        Nothing is stored. A component that lacks something has NaN there and its reasons in
        `components.refusal`.
    """
    load_all()
    with team(workers) as crew:
        return _assess(plant, settings, progress, crew)


def _assess(plant: Plant, settings: Settings, progress: Progress, crew: Team) -> Study:
    k = plant.components
    progress.step(0, STAGES, msg("study.stage.rates"))
    design_to_come = crew.aside(lambda: assess_design(k, settings, np.nan, np.nan, np.nan))
    positions = position_rates(plant, settings, each=crew.each)
    required = design_to_come()
    lines = Lines(required.frame.t_req_mm, required.frame.t_alert_mm, required.frame.t_retire_mm)
    progress.step(1, STAGES, msg("study.stage.life"))
    positions = remaining_life(positions, plant, lines, settings)
    life = summarise(plant, positions, lines, settings)
    progress.step(2, STAGES, msg("study.stage.risk"))
    steel = strength(k.material, k.t_nom_mm, k.T_C)
    risk = assess_risk(
        _for_risk(plant, required), plant.inspections, _risk_inputs(life, required, steel), plant.as_of_d, settings,
        each=crew.each, facts=_with_material(plant, steel), damage=plant.damage,
    )  # fmt: skip
    dates = panel_dates(plant.as_of_d, settings.number("rbi.horizon_years"), PANEL_STEPS)
    progress.step(3, STAGES, msg("study.stage.time"))
    panel = risk_panel(risk, dates, each=crew.each)
    target_d = _first_target(panel, settings)
    progress.step(4, STAGES, msg("study.stage.plan"))
    facts = LifeFacts(
        positions, of_component(plant, positions), life.components.last_reading_d, life.components.t_min_reached_d,
        target_d,
    )  # fmt: skip
    candidates = candidate_dates(plant, facts, settings)
    row = governing(candidates, k.n)
    next_d = np.asarray(take(candidates.due_d, row, NO_DATE), dtype=np.int64)
    progress.step(5, STAGES, msg("study.stage.pressure"))
    years = _years_to_next(plant, life, next_d, settings)
    walls_to_come = crew.aside(lambda: with_walls(required, life.components.t_min_mm, life.components.CR_gov, years))
    credited = planned_inspections(k.n, next_d, planned_effectiveness(), PLANNED_FOR)
    planned = risk_panel(risk, dates, credited, each=crew.each)
    design = walls_to_come()
    basis = DESIGN_LIFE.run(
        {"in_service_d": k.in_service_d, "as_of_d": plant.as_of_d, "design_life_y": k.design_life_y,
         "assessed_until_d": k.assessed_until_d, "twenty_year_rule": scope_test(k).vessel.astype(np.int64)},
        settings,
    )  # fmt: skip
    parts = StudyParts(design, life, risk, basis)
    components = _components(plant, parts, positions, candidates, row, target_d, _at(planned, dates, next_d))
    progress.step(STAGES, STAGES, msg("study.stage.done"))
    return Study(
        plant, settings, positions, life.cmls, components, life.circuits, candidates, panel, planned, parts,
        notes_of(components),
    )  # fmt: skip


def _first_target(panel: RiskPanel, settings: Settings) -> IntArray:
    """First day on which risk, probability or factor reaches its target; a target of 0 is none."""
    never = np.iinfo(np.int64).max
    first = np.full(panel.risk.shape[0], never, dtype=np.int64)
    for quantity, key in TARGETS.items():
        goal = settings.number(key)
        if goal > 0.0:
            day = target_date(panel, goal, quantity).target_d
            first = np.minimum(first, np.where(day == NO_DATE, never, day))
    return np.where(first == never, NO_DATE, first)


def _for_risk(plant: Plant, design: DesignResult) -> ComponentFrame:
    """Components as risk sees them: joint factor of the design, and no injection point or dead leg but in piping."""
    k = plant.components
    piping = k.equipment_kind == index_of("equipment_kind", "piping")

    def only_piping(flag: IntArray) -> IntArray:
        return np.where(~piping & (flag < 0), 0, flag)

    return replace(
        k,
        E=np.where(np.isnan(k.E), design.frame.E_used, k.E),
        injection_point=only_piping(k.injection_point),
        dead_leg=only_piping(k.dead_leg),
    )


def _with_material(plant: Plant, steel: Strength) -> Facts:
    """Facts with the class of material of each steel that the tables know, where nobody recorded another."""
    classes = np.array([CLASS_OF_GROUP[g] for g in codes("material_group")] + [""], dtype=object)
    known = classes[steel.group]
    recorded = plant.facts.columns.get("material_class")
    if recorded is not None:
        known = np.where(recorded == "", known, recorded)
    return plant.facts.with_({"material_class": known})


def _risk_inputs(life: LifeSummary, design: DesignResult, steel: Strength) -> RiskInputFrame:
    r = life.components
    return RiskInputFrame.from_columns(
        {
            "t_rdi_mm": np.where(r.t_rdi_d == NO_DATE, np.nan, r.t_rdi_mm),
            "t_rdi_d": r.t_rdi_d,
            "CR": r.CR_gov,
            "rate_basis": r.rate_basis,
            "CR_LT": r.CR_LT,
            "CR_ST": r.CR_ST,
            "t_req_mm": design.frame.t_req_mm,
            "S_MPa": design.frame.S_MPa,
            "YS_MPa": steel.S_y,
            "TS_MPa": steel.S_u,
        }
    )


def _years_to_next(plant: Plant, life: LifeSummary, next_d: IntArray, settings: Settings) -> FloatArray:
    """Years from the governing reading to the next inspection; an overdue one is taken to be today's."""
    start = life.components.RL_from_d
    end = np.where(next_d == NO_DATE, NO_DATE, np.maximum(next_d, plant.as_of_d))
    years = years_between(start, end)
    assumed = years_between(start, np.full(next_d.size, plant.as_of_d)) + settings.number("plan.assumed_interval_years")
    return np.where(np.isnan(years), assumed, years)


def _at(panel: Any, dates: IntArray, day: IntArray) -> FloatArray:
    """Risk on a day, by a straight line between the days of the panel; NaN outside it."""
    step = np.clip(np.searchsorted(dates, day, side="right") - 1, 0, dates.size - 2)
    inside = (day >= dates[0]) & (day <= dates[-1])
    rows = np.arange(day.size)
    low, high = panel.risk[rows, step], panel.risk[rows, step + 1]
    share = (day - dates[step]) / (dates[step + 1] - dates[step])
    return np.where(inside, low + share * (high - low), np.nan)


def _bit(name: str, mask: Any) -> IntArray:
    return np.asarray(mask, dtype=np.int64) << RESULT_FLAGS.index(name)


def _flags(plant: Plant, parts: StudyParts, next_d: IntArray) -> IntArray:
    k, d, r = plant.components, parts.design.frame, parts.risk.frame
    beyond = np.isin(
        parts.basis["life_state"],
        [index_of("life_state", s) for s in ("beyond_no_assessment", "beyond_assessed", "no_stated_beyond_20")],
    )
    unverified = (d.S_verified == 0) | (r.unverified == 1)
    flags = parts.life.components.flags.copy()
    above_next = ~np.isnan(d.MAWP_next) & (k.set_pressure_MPa > d.MAWP_next * (1.0 + 1e-9))
    flags |= _bit("set_pressure_above_mawp", (d.set_above_mawp == 1) | above_next)
    flags |= _bit("beyond_design_life", beyond)
    flags |= _bit("overdue", (next_d != NO_DATE) & (next_d < plant.as_of_d))
    flags |= _bit("not_assessed_risk", np.isnan(r.risk))
    flags |= _bit("unverified_constant", unverified)
    flags |= _bit("temporary_repair", k.temp_repair_expiry_d != NO_DATE)
    return flags


def _components(
    plant: Plant,
    parts: StudyParts,
    positions: PositionFrame,
    candidates: CandidateFrame,
    row: IntArray,
    risk_target_d: IntArray,
    risk_at_next: FloatArray,
) -> ComponentResultFrame:
    d, f, r = parts.design.frame, parts.life.components, parts.risk.frame
    next_d = np.asarray(take(candidates.due_d, row, NO_DATE), dtype=np.int64)
    own = set(ComponentResultFrame.quantities())
    columns: dict[str, AnyArray] = {}
    for frame in (r, d, f):
        columns |= {name: v for name, v in frame.columns().items() if name in own}
    columns |= {
        "design_procedure": d.procedure,
        "risk_target_d": risk_target_d,
        "risk_at_next": risk_at_next,
        "age_y": parts.basis["age_y"],
        "design_life_end_d": parts.basis["design_life_end_d"],
        "life_state": parts.basis["life_state"],
        "next_d": next_d,
        "next_kind": np.asarray(take(candidates.kind, row, -1), dtype=np.int64),
        "flags": _flags(plant, parts, next_d),
        "refusal": refusals(parts),
    }
    return ComponentResultFrame.from_columns(columns)


def refusals(parts: StudyParts) -> AnyArray:
    """Reasons of all rooms, `missing:<symbol>` and `limit:<key>`, joined by semicolons, each once.

    Parameters
    ----------
    parts : StudyParts

    Returns
    -------
    ndarray of str objects
    """
    design, of_design = factorised(parts.design.frame.refusal)
    risk, of_risk = factorised(parts.risk.frame.reasons)
    pairs, back = np.unique(of_design * max(len(risk), 1) + of_risk, return_inverse=True)
    words = [_joined(design[pair // len(risk)], risk[pair % len(risk)]) for pair in pairs.tolist()]
    return np.array([*words, ""], dtype=object)[back]


def _joined(design: str, risk: str) -> str:
    first = [t.replace(".", ":", 1) if t.startswith(("missing.", "limit.")) else t for t in design.split()]
    second = [t.strip() for t in risk.split(";")]
    return ";".join(dict.fromkeys(t for t in (*first, *second) if t))


def notes_of(components: ComponentResultFrame) -> tuple[Message, ...]:
    """What a study says of the whole plant: how many components lack readings, CMLs or an assessed risk.

    Parameters
    ----------
    components : ComponentResultFrame

    Returns
    -------
    tuple of Message
    """

    def count(name: str) -> int:
        return int(((components.flags >> RESULT_FLAGS.index(name)) & 1).sum())

    return tuple(msg(f"study.note.{n}", n=c) for n in ("no_readings", "no_cml", "not_assessed_risk") if (c := count(n)))


def headline(study: Study) -> dict[str, int | str]:
    """Few counts that tell whether a study is what one expects.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict
    """
    r = study.components
    high = int((r.risk_category == index_of("risk_category", "high")).sum())

    def count(name: str) -> int:
        return int(((r.flags >> RESULT_FLAGS.index(name)) & 1).sum())

    return {
        "site": study.plant.site,
        "components": study.plant.components.n,
        "cmls": study.plant.cmls.n,
        "readings": study.plant.readings.n,
        "candidates": study.candidates.n,
        "below_t_req": count("below_t_req"),
        "overdue": count("overdue"),
        "beyond_design_life": count("beyond_design_life"),
        "high_risk": high,
        "not_assessed_risk": count("not_assessed_risk"),
        "settings": study.settings.digest(),
    }


def with_settings(study: Study, changes: dict[str, float | str | bool], progress: Progress = SILENT) -> Study:
    """The same plant assessed with other settings.

    Parameters
    ----------
    study : Study
    changes : dict
    progress : Progress

    Returns
    -------
    Study
    """
    return run_study(study.plant, replace(study.settings, changed={**study.settings.changed, **changes}), progress)
