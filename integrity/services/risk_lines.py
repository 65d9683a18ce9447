"""What the card draws along time: the recommended inspections of one component, and the days of its targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.frames.decisions import ChoiceFrame
from integrity.core.frames.results import RiskPanel
from integrity.rbi.assess import assess_case
from integrity.rbi.panel import planned_inspections, risk_panel
from integrity.rbi.planning import cheapest_inspections, offer_of
from integrity.services.decisions import STEP_DAYS, assessment_of, targets, turnarounds
from integrity.services.types import Study


@dataclass(frozen=True)
class Crossing:
    """Day on which something of a component reaches its target: risk, P_f, D_f or thickness; codes `target_state`."""

    quantity: str
    state: int
    day: int
    target: float


@dataclass(frozen=True)
class Recommended:
    """Cheapest inspections of one component to the two turnarounds, and its panel with them (one row)."""

    choice: ChoiceFrame
    panel: RiskPanel


def recommended_of(study: Study, row: int) -> Recommended:
    """Cheapest inspections of one component and what they leave.

    Parameters
    ----------
    study : Study
    row : int
        Component row.

    Returns
    -------
    Recommended
    """
    a = assess_case(assessment_of(study).case.take(np.array([row], dtype=np.int64)))
    offer = offer_of(study.settings, a.case.as_of_d, turnarounds(study), STEP_DAYS)
    choice = cheapest_inspections(a, offer, study.settings.number("rbi.risk_target_m2_y"))
    planned = planned_inspections(1, choice.date_d.reshape(1, -1), choice.effectiveness.reshape(1, -1))
    return Recommended(choice, risk_panel(a, study.panel.dates_d, planned))


def crossings_of(study: Study, row: int) -> tuple[Crossing, ...]:
    """Days on which risk, probability, factor and thickness of a component reach their targets.

    Parameters
    ----------
    study : Study
    row : int

    Returns
    -------
    tuple of Crossing
        Only quantities with a target. The thickness has state -1: it knows a day only.
    """
    out = [
        Crossing(q, int(t.target_state[row]), int(t.target_d[row]), float(t.target[row]))
        for q, t in targets(study).items()
    ]
    out.append(Crossing("thickness", -1, int(study.components.t_min_reached_d[row]), float("nan")))
    return tuple(out)
