"""An assessment after a few changes equals one made anew, to the last bit, change upon change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.risk_plant import make_risk_plant
from integrity.core.codes import index_of
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import RiskAssessment, assess_case, make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.financial import tank_types
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panel
from integrity.rbi.patch import MOST_LAYERS, updated, updated_panel

N = 600


def case_of(n: int = N) -> RiskCase:
    p = make_risk_plant(n)
    return make_case(p.components, p.inspections, p.inputs, p.as_of_d, DEFAULTS, p.facts, p.damage)


def same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


def edited(case: RiskCase, rows: np.ndarray, rng: np.random.Generator) -> RiskCase:
    """Other walls, rates, phases, facts and decisions at some components."""
    t, CR, phase = case.inputs.t_rdi_mm.copy(), case.inputs.CR.copy(), case.components.phase.copy()
    t[rows] *= 0.9
    CR[rows] *= 1.5
    phase[rows] = rng.integers(0, 3, rows.size)
    pH = case.facts.columns["pH"].copy()
    pH[rows] = np.where(rng.random(rows.size) < 0.3, np.nan, 5.0)
    mine = np.flatnonzero(np.isin(case.damage.component_row, rows))
    decision = case.damage.decision.copy()
    decision[mine] = rng.integers(0, 2, mine.size)
    return replace(
        case,
        inputs=replace(case.inputs, t_rdi_mm=t, CR=CR),
        components=replace(case.components, phase=phase),
        facts=case.facts.with_({"pH": pH}),
        damage=replace(case.damage, decision=decision),
    )


def check(found: RiskAssessment, wanted: RiskAssessment) -> None:
    for name, column in wanted.frame.columns().items():
        assert same(getattr(found.frame, name), column), name
    assert set(found.results) == set(wanted.results)
    for key, result in wanted.results.items():
        other = found.results[key]
        assert same(found.rows[key].rows, wanted.rows[key].rows), key
        for mask in ("missing", "refused", "verdict"):
            assert same(getattr(other, mask), getattr(result, mask)), (key, mask)
        for symbol, column in result.columns.items():
            assert same(other[symbol], column), (key, symbol)
    assert same(found.case.rate, wanted.case.rate)
    assert same(found.streams.component, wanted.streams.component) and same(found.streams.phase, wanted.streams.phase)


def not_tanks(case: RiskCase) -> np.ndarray:
    return np.flatnonzero(~np.isin(case.components.component_type, tank_types()))


def test_change_upon_change_equals_a_new_assessment() -> None:
    rng = np.random.default_rng(4)
    case = case_of()
    days = panel_dates(case.as_of_d, 20.0, 20)
    planned = planned_inspections(N, int(days[6]), index_of("effectiveness", "A"))
    now = assess_case(case)
    plain, better = risk_panel(now, days), risk_panel(now, days, planned)
    for step in range(MOST_LAYERS + 3):
        rows = rng.choice(not_tanks(case), 1 + step % 4, replace=False)
        u = updated(now, rows, edited(now.case, rows, rng))
        assert u.part is not None and u.part.case.n == rows.size
        now, plain, better = u.assessment, updated_panel(plain, u), updated_panel(better, u, planned)
        if step % 6 == 0 or step > MOST_LAYERS:
            wanted = assess_case(now.case)
            check(now, wanted)
            for panel, with_ in ((plain, None), (better, planned)):
                anew = risk_panel(wanted, days, with_)
                for name in ("D_f", "P_f", "risk", "D_f_known", "frequency", "CA"):
                    assert same(getattr(panel, name), getattr(anew, name)), (step, name)
                assert same(panel.low(3, "risk"), anew.low(3, "risk"))


def test_workings_and_further_panels_stand_on_it() -> None:
    rng = np.random.default_rng(9)
    first = assess_case(case_of())
    row = not_tanks(first.case)[:1]
    u = updated(first, row, edited(first.case, row, rng))
    wanted = assess_case(u.assessment.case)
    for other in (0, int(row[0]), N - 1):
        found = [(t.key, t.row, t.hole) for t in u.assessment.trace(other, "risk")]
        assert found == [(t.key, t.row, t.hole) for t in wanted.trace(other, "risk")]
    days = panel_dates(first.case.as_of_d, 10.0, 4)
    assert same(risk_panel(u.assessment, days).risk, risk_panel(wanted, days).risk)


@pytest.mark.parametrize("why", ("tank", "own_failures", "other_day"))
def test_where_numbers_rest_on_other_components_all_is_assessed_again(why: str) -> None:
    rng = np.random.default_rng(2)
    case = case_of()
    if why == "own_failures":
        case = replace(case, facts=case.facts.with_({"failures_observed": np.where(np.arange(N) < 5, 1.0, np.nan)}))
    first = assess_case(case)
    tank = np.isin(case.components.component_type, tank_types())
    row = np.flatnonzero(tank)[:1] if why == "tank" else not_tanks(case)[:1]
    after = edited(first.case, row, rng)
    if why == "other_day":
        after = replace(after, as_of_d=after.as_of_d + 200)
    u = updated(first, row, after)
    assert u.part is None
    check(u.assessment, assess_case(u.assessment.case))
    days = panel_dates(after.as_of_d, 10.0, 4)
    assert same(updated_panel(risk_panel(first, days), u).risk, risk_panel(u.assessment, days).risk)


def test_no_change_is_the_same_assessment() -> None:
    first = assess_case(case_of(40))
    u = updated(first, np.zeros(0, dtype=np.int64), first.case)
    check(u.assessment, first)
