"""Ageing picture: share beyond design life by unit and kind, always with the counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, IntArray
from integrity.core.codes import codes, decode, index_of
from integrity.services.types import Study

EDGES = (0, 5, 10, 15, 20, 25, 30, 35, 40, 200)


@dataclass(frozen=True)
class AgeingGroup:
    """Items of one unit or kind: all, beyond life, of those without a valid assessment, with no stated life."""

    name: str
    items: int
    beyond: int
    beyond_no_assessment: int
    no_stated_life: int

    @property
    def share(self) -> float:
        """Share beyond design life; NaN where there is no item."""
        return self.beyond / self.items if self.items else float("nan")


@dataclass(frozen=True)
class AgeingSummary:
    """Ageing of the items of a plant (equipment, not components)."""

    total: AgeingGroup
    vessels: AgeingGroup
    by_unit: tuple[AgeingGroup, ...]
    by_kind: tuple[AgeingGroup, ...]
    age_edges: tuple[int, ...]
    age_counts: tuple[int, ...]
    unknown_age: int


def ageing_summary(study: Study) -> AgeingSummary:
    """Count items beyond their design life.

    Parameters
    ----------
    study : Study

    Returns
    -------
    AgeingSummary
    """
    k, r = study.plant.components, study.components
    _, first = np.unique(k.equipment_id, return_index=True)
    state = decode(r.life_state[first], codes("life_state"))
    kind = decode(k.equipment_kind[first], codes("equipment_kind"))
    unit = k.unit[first]
    vessel = ~np.isin(kind, ["piping", "tank", "heater", "pump"])
    age = r.age_y[first]
    counts, _ = np.histogram(age[~np.isnan(age)], bins=EDGES)
    everything = np.ones(first.size, dtype=np.bool_)
    return AgeingSummary(
        _group("total", everything, state),
        _group("vessels", vessel, state),
        tuple(_group(str(u), unit == u, state) for u in sorted({str(v) for v in unit})),
        tuple(_group(str(x), kind == x, state) for x in codes("equipment_kind") if (kind == x).any()),
        EDGES,
        tuple(int(c) for c in counts),
        int(np.isnan(age).sum()),
    )


def _group(name: str, mask: BoolArray, state: AnyArray) -> AgeingGroup:
    s = state[mask]
    no_assessment = np.isin(s, ["beyond_no_assessment", "no_stated_beyond_20"])
    beyond = no_assessment | (s == "beyond_assessed")
    unstated = np.isin(s, ["no_stated_within_20", "no_stated_beyond_20"])
    return AgeingGroup(name, int(s.size), int(beyond.sum()), int(no_assessment.sum()), int(unstated.sum()))


def beyond_rows(study: Study) -> IntArray:
    """Component rows whose item is beyond its design life.

    Parameters
    ----------
    study : Study

    Returns
    -------
    ndarray of int64
    """
    states = [index_of("life_state", s) for s in ("beyond_no_assessment", "beyond_assessed", "no_stated_beyond_20")]
    return np.flatnonzero(np.isin(study.components.life_state, states)).astype(np.int64)
