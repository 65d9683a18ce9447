"""Which inspection, when: the cheapest that keeps risk below its target to the next turnaround and the one after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes, index_of
from integrity.core.frames.decisions import ChoiceFrame
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings
from integrity.rbi.assess import RiskAssessment, assess_case
from integrity.rbi.panel import planned_inspections, risk_panel, values_of

STATES = codes("choice_state")
GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class Offer:
    """What may be chosen: days of inspection up to each horizon, and the cost of each grade.

    `days_d` ascending, from the as-of day on; `horizons_d` are the days up to which the target must hold, ascending
    (the next turnaround, the one after).
    """

    days_d: IntArray
    horizons_d: IntArray
    cost: FloatArray


def offer_of(settings: Settings, as_of_d: int, horizons_d: Sequence[int], step_days: int) -> Offer:
    """Days from the as-of day to the last horizon at even steps, the horizons themselves among them.

    Parameters
    ----------
    settings : Settings
        Costs `plan.cost_A` to `plan.cost_D`.
    as_of_d : int
    horizons_d : sequence of int
    step_days : int

    Returns
    -------
    Offer
    """
    horizons = np.array(sorted(horizons_d), dtype=np.int64)
    days = np.arange(as_of_d, horizons[-1], step_days, dtype=np.int64)
    cost = np.array([settings.number(f"plan.cost_{g}") for g in GRADES])
    return Offer(np.unique(np.concatenate((days, horizons[:-1]))), horizons, cost)


def cheapest_inspections(
    assessment: RiskAssessment,
    offer: Offer,
    target: float | FloatArray,
    quantity: str = "risk",
    progress: Progress = SILENT,
) -> ChoiceFrame:
    """For each component and horizon the cheapest grade and the latest day that keep a quantity below its target.

    Parameters
    ----------
    assessment : RiskAssessment
    offer : Offer
    target : float or ndarray, shape (n,)
        Not to be reached.
    quantity : str
        "risk", "P_f" or "D_f".
    progress : Progress

    Returns
    -------
    ChoiceFrame
        Component first, then horizon. An inspection may be made until the day the target would be reached without
        it. What was chosen for an earlier horizon stands when the next one is decided. States: `not_needed` (below
        the target without any), `chosen`, `none_suffices` (no grade brings it below: the first day and best grade
        are what `best` tells), `already_above` (reached today and an inspection today does not bring it below),
        `not_assessed`.
    """
    n = assessment.case.n
    goal = np.broadcast_to(np.asarray(target, dtype=np.float64), (n,))
    chosen_d = np.full((n, 0), NO_DATE, dtype=np.int64)
    chosen_g = np.full((n, 0), NO_CODE, dtype=np.int64)
    frames = []
    for h, until in enumerate(offer.horizons_d.tolist()):
        stage = _Stage(assessment, offer, goal, quantity, chosen_d, chosen_g, until)
        frame, day, grade = stage.decide(h, progress)
        frames.append(frame)
        chosen_d = np.column_stack((chosen_d, day))
        chosen_g = np.column_stack((chosen_g, grade))
    order = np.argsort(np.concatenate([f.component_row for f in frames]), kind="stable")
    return ChoiceFrame(**{c: np.concatenate([getattr(f, c) for f in frames])[order] for c in ChoiceFrame.quantities()})


@dataclass(frozen=True)
class _Stage:
    """One horizon: what stands already, and what may be added."""

    a: RiskAssessment
    offer: Offer
    goal: FloatArray
    quantity: str
    chosen_d: IntArray
    chosen_g: IntArray
    until: int

    def _at(self, days: IntArray, added_d: IntArray, added_g: IntArray) -> FloatArray:
        date_d = np.column_stack((self.chosen_d, added_d))
        grade = np.column_stack((self.chosen_g, added_g))
        planned = planned_inspections(self.a.case.n, date_d, grade)
        return values_of(risk_panel(self.a, days, planned), self.quantity)

    def decide(self, horizon: int, progress: Progress) -> tuple[ChoiceFrame, IntArray, IntArray]:
        n = self.a.case.n
        days = self.offer.days_d[self.offer.days_d < self.until]
        none_d, none_g = np.full(n, NO_DATE, dtype=np.int64), np.full(n, NO_CODE, dtype=np.int64)
        along = self._at(np.append(days, self.until), none_d, none_g)
        without = along[:, -1]
        known = ~np.isnan(without) & ~np.isnan(self.goal)
        reached = at_least(along, self.goal[:, None])
        need = known & reached.any(axis=1)
        # An inspection is of use up to the last day offered before the target would be reached, or today.
        allowed = ~np.logical_or.accumulate(reached[:, :-1], axis=1)
        allowed[:, 0] = True
        day, grade, cost, with_, best = none_d, none_g, np.full(n, np.inf), without.copy(), without.copy()
        rows = np.flatnonzero(need)
        if rows.size:
            part = _Stage(
                assess_case(self.a.case.take(rows)),
                self.offer,
                self.goal[rows],
                self.quantity,
                self.chosen_d[rows],
                self.chosen_g[rows],
                self.until,
            )
            day[rows], grade[rows], cost[rows], with_[rows], best[rows] = part.search(days, allowed[rows], progress)
        found = np.isfinite(cost)
        now = need & reached[:, 0]
        return self._frame(horizon, known, need, found, now, day, grade, cost, without, with_, best), day, grade

    def search(
        self, days: IntArray, allowed: BoolArray, progress: Progress
    ) -> tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray]:
        """Day, grade, cost and remaining value of the cheapest, and what the best on the first day leaves."""
        n = self.a.case.n
        day, grade = np.full(n, NO_DATE, dtype=np.int64), np.full(n, NO_CODE, dtype=np.int64)
        cost, with_ = np.full(n, np.inf), np.full(n, np.nan)
        best = self._tried(np.ones(n, dtype=np.bool_), int(days[0]), index_of("effectiveness", GRADES[0]))
        for done, g in enumerate(np.argsort(self.offer.cost, kind="stable").tolist()):
            code = index_of("effectiveness", GRADES[g])
            for j in range(days.size - 1, -1, -1):
                candidate = allowed[:, j] & (self.offer.cost[g] < cost)
                if not candidate.any():
                    continue
                value = self._tried(candidate, int(days[j]), code)
                holds = candidate & ~at_least(value, self.goal) & ~np.isnan(value)
                day, grade = np.where(holds, days[j], day), np.where(holds, code, grade)
                with_, cost = np.where(holds, value, with_), np.where(holds, self.offer.cost[g], cost)
            progress.step(done + 1, len(GRADES))
        return day, grade, cost, with_, best

    def _tried(self, rows: BoolArray, day: int, code: int) -> FloatArray:
        added_d = np.where(rows, day, NO_DATE).astype(np.int64)
        added_g = np.where(rows, code, NO_CODE).astype(np.int64)
        ends = np.array(sorted({day, self.until}), dtype=np.int64)
        return np.asarray(self._at(ends, added_d, added_g).max(axis=1), dtype=np.float64)

    def _frame(
        self,
        horizon: int,
        known: BoolArray,
        need: BoolArray,
        found: BoolArray,
        now: BoolArray,
        day: IntArray,
        grade: IntArray,
        cost: FloatArray,
        without: FloatArray,
        with_: FloatArray,
        best: FloatArray,
    ) -> ChoiceFrame:
        state = np.select(
            [~known, ~need, found, now],
            [STATES.index(s) for s in ("not_assessed", "not_needed", "chosen", "already_above")],
            STATES.index("none_suffices"),
        )
        n = known.size
        return ChoiceFrame(
            component_row=np.arange(n, dtype=np.int64),
            horizon=np.full(n, horizon, dtype=np.int64),
            until_d=np.full(n, self.until, dtype=np.int64),
            choice_state=state,
            date_d=day,
            effectiveness=grade,
            cost=np.where(found, cost, np.nan),
            without=without,
            with_=np.where(found, with_, without),
            best=best,
            target=self.goal,
        )
