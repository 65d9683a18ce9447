"""A study in which a few components changed: only these go through all rooms again, and their rows are replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import CandidateFrame, CircuitFrame, CmlResultFrame, positions_of_cml
from integrity.core.group import members_of
from integrity.core.procedure import Result
from integrity.design.assess import DesignResult
from integrity.life.statistics import LifeSummary, circuit_results
from integrity.rbi.assess import RiskAssessment
from integrity.rbi.patch import inserted, joined_result, merged, patched_panel, separable
from integrity.services.study import notes_of, run_study
from integrity.services.types import Study, StudyParts


@dataclass(frozen=True)
class _Places:
    """Rows of the whole plant that the rows of a part are: components, CMLs, readings, positions."""

    component: IntArray
    cml: IntArray
    reading: IntArray
    position: IntArray


def updated(study: Study, plant: Plant, rows: IntArray) -> Study:
    """A study after some components changed.

    Parameters
    ----------
    study : Study
        Before the change, with its parts.
    plant : Plant
        After it: readings, ratings, facts, decisions or inspections of some components differ.
    rows : ndarray of int64
        Component rows that changed in any way. The other parts of their equipment are computed with them.

    Returns
    -------
    Study
        Equal to `run_study(plant, study.settings)`; columns are put together when they are first asked for. Where
        rows came or went, or the numbers of other components rest on these (tanks, failures of the plant's own), the
        whole plant is computed.
    """
    if study.parts is None or not _same_rows(study.plant, plant):
        return run_study(plant, study.settings)
    item = plant.components.equipment_id
    chosen = np.flatnonzero(np.isin(item, item[np.asarray(rows, dtype=np.int64)]))
    case = study.parts.risk.case
    after = replace(case, components=plant.components, facts=plant.facts)
    if not chosen.size or not separable(study.parts.risk, chosen, after):
        return run_study(plant, study.settings)
    part = run_study(plant.take(chosen), study.settings, workers=1)
    cml = members_of(plant.cmls_of_component, chosen)[0]
    held = positions_of_cml(study.positions, plant.cmls.n)
    fresh = positions_of_cml(part.positions, part.plant.cmls.n)
    if part.parts is None or not np.array_equal(held.counts[cml], fresh.counts):
        return run_study(plant, study.settings)
    places = _Places(chosen, cml, members_of(plant.readings_of_cml, cml)[0], members_of(held, cml)[0])
    return _put_together(study, plant, part, part.parts, places)


def _same_rows(old: Plant, new: Plant) -> bool:
    """Whether both plants have the same components, circuits, CMLs and numbers of readings."""
    a, b = old.components, new.components
    return (
        old.as_of_d == new.as_of_d
        and all(np.array_equal(getattr(a, s), getattr(b, s)) for s in ("component_id", "equipment_id", "circuit_id"))
        and np.array_equal(old.cmls.cml_id, new.cmls.cml_id)
        and np.array_equal(old.cmls.component_row, new.cmls.component_row)
        and np.array_equal(old.readings_of_cml.offsets, new.readings_of_cml.offsets)
    )


def _lifted(index: IntArray, rows: IntArray) -> IntArray:
    """Rows of the whole plant for those of a part; -1 stays."""
    return np.where(index >= 0, rows[np.maximum(index, 0)], -1) if rows.size else np.full(index.shape, -1)


def _put_together(study: Study, plant: Plant, part: Study, new: StudyParts, at: _Places) -> Study:
    parts = _parts(study)
    positions = study.positions.patched(
        at.position,
        part.positions.view(
            slice(None),
            cml_row=_lifted(part.positions.cml_row, at.cml),
            reading_start=_lifted(part.positions.reading_start, at.reading),
        ),
    )
    cmls = study.cmls.patched(
        at.cml,
        part.cmls.view(
            slice(None),
            cml_row=at.cml,
            governing_position_row=_lifted(part.cmls.governing_position_row, at.position),
        ),
    )
    theirs = new.life.components
    lives = parts.life.components.patched(
        at.component,
        theirs.view(
            slice(None),
            component_row=at.component,
            governing_cml_row=_lifted(theirs.governing_cml_row, at.cml),
            governing_position_row=_lifted(theirs.governing_position_row, at.position),
        ),
    )
    circuits = _circuits(study.circuits, plant, cmls, lives, at.component)
    components = study.components.patched(
        at.component,
        part.components.view(
            slice(None),
            component_row=at.component,
            governing_cml_row=_lifted(part.components.governing_cml_row, at.cml),
        ),
    )
    every = np.arange(plant.components.n, dtype=np.int64)
    basis, _ = joined_result(parts.basis, every, new.basis, at.component, at.component)
    now = StudyParts(
        _design(parts.design, new.design, plant, at.component),
        LifeSummary(cmls, lives, circuits),
        _risk(parts.risk, new.risk, plant, at.component),
        basis,
    )
    return replace(
        study,
        plant=plant,
        positions=positions,
        cmls=cmls,
        components=components,
        circuits=circuits,
        candidates=_candidates(study.candidates, part.candidates, at),
        panel=patched_panel(study.panel, at.component, part.panel),
        panel_planned=patched_panel(study.panel_planned, at.component, part.panel_planned),
        parts=now,
        notes=notes_of(components),
    )


def _parts(study: Study) -> Any:
    return study.parts


def _circuits(old: CircuitFrame, plant: Plant, cmls: CmlResultFrame, lives: Any, rows: IntArray) -> CircuitFrame:
    """Circuits of the changed components, each over all of its members."""
    ids = np.unique(plant.components.circuit_id[rows])
    ids = ids[ids >= 0]
    if not ids.size:
        return old
    members = np.flatnonzero(np.isin(plant.components.circuit_id, ids))
    points, owner = members_of(plant.cmls_of_component, members)
    part = replace(
        plant,
        components=plant.components.view(members),
        cmls=plant.cmls.view(points, component_row=owner.owner),
    )
    found = circuit_results(part, cmls.view(points), lives.view(members))
    lifted = found.view(slice(None), governing_cml_row=_lifted(found.governing_cml_row, points))
    return old.patched(np.searchsorted(old.circuit_id, ids), lifted)


def _candidates(old: CandidateFrame, new: CandidateFrame, at: _Places) -> CandidateFrame:
    owner = at.component[new.component_row]
    first = np.searchsorted(old.component_row, at.component)
    last = np.searchsorted(old.component_row, at.component, side="right")
    gone = np.concatenate([np.arange(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)])
    pick, _ = inserted(old.component_row, gone.astype(np.int64), owner)
    return old.joined(
        new.view(slice(None), component_row=owner, position_row=_lifted(new.position_row, at.position)), pick
    )


def _design(old: DesignResult, new: DesignResult, plant: Plant, rows: IntArray) -> DesignResult:
    results: dict[str, Result] = {}
    owners: dict[str, IntArray] = {}
    nobody = np.zeros(0, dtype=np.int64)
    for key in dict.fromkeys((*old.results, *new.results)):
        theirs = rows[new.rows[key]] if key in new.rows else nobody
        results[key], owners[key] = joined_result(
            old.results.get(key), old.rows.get(key, nobody), new.results.get(key), theirs, rows
        )
    frame = old.frame.patched(rows, new.frame.view(slice(None), component_row=rows))
    return DesignResult(frame, results, owners, replace(old.basis, components=plant.components))


def _risk(old: RiskAssessment, new: RiskAssessment, plant: Plant, rows: IntArray) -> RiskAssessment:
    symbols = [s for s in new.case.facts.columns if s not in plant.facts.columns or s == "material_class"]
    added: Mapping[str, AnyArray] = {s: old.case.facts.columns[s].copy() for s in symbols}
    for symbol, values in added.items():
        values[rows] = new.case.facts.columns[symbol]
    case = replace(
        old.case,
        components=old.case.components.patched(rows, new.case.components),
        inputs=old.case.inputs.patched(rows, new.case.inputs),
        inspections=plant.inspections,
        groups=plant.inspections_of_component,
        facts=plant.facts.with_(added),
        damage=plant.damage,
    )
    return merged(old, rows, new, case)
