"""Risk along time, one more inspection, and the date on which a target is reached."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_CODE, NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.errors import Cancelled
from integrity.core.frames.results import RiskPanel
from integrity.core.progress import Progress
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import RiskAssessment, assess_risk
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panel, risk_panels, target_date, values_of
from tests.rbi.plants import TODAY, many, one

STATES = codes("target_state")
DATES = panel_dates(TODAY, 20.0, 20)


@pytest.fixture(scope="module")
def plant() -> RiskAssessment:
    return assess_risk(*many(300, seed=8), TODAY, DEFAULTS)


@pytest.fixture(scope="module")
def panel(plant: RiskAssessment) -> RiskPanel:
    return risk_panel(plant, DATES)


def state(panel: RiskPanel, target: float, row: int = 0, **k: Any) -> tuple[str, int]:
    t = target_date(panel, target, **k)
    return STATES[t.target_state[row]], int(t.target_d[row])


def test_dates_start_today_and_end_at_the_horizon() -> None:
    assert (DATES.size, DATES[0], DATES[-1]) == (21, TODAY, TODAY + 7305)


def test_first_day_is_the_assessment(plant: RiskAssessment, panel: RiskPanel) -> None:
    for values, column in ((panel.D_f, "D_f_total"), (panel.P_f, "P_f"), (panel.risk, "risk")):
        np.testing.assert_allclose(values[:, 0], getattr(plant.frame, column), rtol=1e-13)


def test_each_day_equals_an_assessment_of_that_day(plant: RiskAssessment, panel: RiskPanel) -> None:
    """As long as no inspection of the record lies between the two days."""
    c = plant.case
    quiet = c.inspections.take(c.inspections.date_d <= TODAY)
    for k in (3, 11, 20):
        later = assess_risk(c.components, quiet, c.inputs, int(DATES[k]), DEFAULTS)
        np.testing.assert_allclose(panel.D_f[:, k], later.frame.D_f_total, rtol=1e-12)
        np.testing.assert_allclose(panel.risk[:, k], later.frame.risk, rtol=1e-12)


def test_refused_rows_stay_blank(plant: RiskAssessment, panel: RiskPanel) -> None:
    np.testing.assert_array_equal(np.isnan(panel.D_f).all(axis=1), np.isnan(plant.frame.D_f_total))
    np.testing.assert_array_equal(np.isnan(panel.risk).any(axis=1), np.isnan(plant.frame.risk))


@pytest.mark.parametrize("cells", [1, 50, 10**9])
def test_chunks_do_not_matter(plant: RiskAssessment, panel: RiskPanel, cells: int) -> None:
    got = risk_panel(plant, DATES, chunk_cells=cells)
    np.testing.assert_array_equal(got.risk, panel.risk)


def test_planned_inspection_counts_from_its_day_on(plant: RiskAssessment, panel: RiskPanel) -> None:
    day = int(DATES[5])
    planned = planned_inspections(plant.case.n, day, index_of("effectiveness", "A"))
    after = risk_panel(plant, DATES, planned)
    np.testing.assert_array_equal(after.D_f[:, :5], panel.D_f[:, :5])
    good = ~np.isnan(panel.D_f[:, 0])
    assert (after.D_f[good, 5:] <= panel.D_f[good, 5:] * (1.0 + 3e-4)).all()
    assert (after.D_f[good, 5:] < 0.9 * panel.D_f[good, 5:]).any()


def test_planned_inspection_is_one_more_of_its_grade() -> None:
    frames = one(CR=0.6)
    a = assess_risk(*frames, TODAY, DEFAULTS)
    got = risk_panel(a, DATES, planned_inspections(1, int(DATES[4]), index_of("effectiveness", "B")))
    inspections = frames[1]
    more = type(inspections).from_columns(
        {
            "inspection_id": [7, 8],
            "component_row": [0, 0],
            "date_d": [18010, int(DATES[4])],
            "effectiveness": [2, index_of("effectiveness", "B")],
            "mechanism": ["thinning", "thinning"],
        }
    )
    later = assess_risk(frames[0], more, frames[2], int(DATES[9]), DEFAULTS)
    assert got.D_f[0, 9] == pytest.approx(later.frame.D_f_total[0], rel=1e-12)


@pytest.mark.parametrize(("date_d", "grade"), [(NO_DATE, 0), (TODAY + 100, NO_CODE), (TODAY + 100, 4)])
def test_no_planned_inspection_changes_nothing(
    plant: RiskAssessment, panel: RiskPanel, date_d: int, grade: int
) -> None:
    got = risk_panel(plant, DATES, planned_inspections(plant.case.n, date_d, grade))
    np.testing.assert_allclose(got.risk, panel.risk, rtol=1e-12)


def test_each_component_may_have_its_own_planned_day(plant: RiskAssessment, panel: RiskPanel) -> None:
    days = np.where(np.arange(plant.case.n) % 2 == 0, int(DATES[3]), NO_DATE)
    got = risk_panel(plant, DATES, planned_inspections(plant.case.n, days, 0))
    np.testing.assert_array_equal(got.D_f[1::2], panel.D_f[1::2])
    good = ~np.isnan(panel.D_f[:, 0])
    assert (got.D_f[::2][good[::2]] != panel.D_f[::2][good[::2]]).any()


def flat(values: list[float]) -> RiskPanel:
    v = np.array([values])
    return RiskPanel(np.array([100, 200, 300, 400]), v, v * 1e-5, v * 1e-3)


def test_target_is_interpolated_between_two_days() -> None:
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 3.0, quantity="D_f") == ("crosses", 250)
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 4.0, quantity="D_f") == ("crosses", 300)
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 2.02, quantity="D_f") == ("crosses", 201)
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 3e-5, quantity="P_f") == ("crosses", 250)
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 3e-3) == ("crosses", 250)


def test_first_crossing_counts() -> None:
    assert state(flat([1.0, 5.0, 1.0, 9.0]), 3.0, quantity="D_f") == ("crosses", 150)


def test_already_above() -> None:
    assert state(flat([5.0, 6.0, 7.0, 8.0]), 3.0, quantity="D_f") == ("already_above", 100)
    assert state(flat([3.0, 6.0, 7.0, 8.0]), 3.0 * (1.0 + 1e-12), quantity="D_f") == ("already_above", 100)


def test_not_within_the_horizon_and_not_assessed() -> None:
    assert state(flat([1.0, 2.0, 4.0, 8.0]), 9.0, quantity="D_f") == ("not_within_horizon", NO_DATE)
    assert state(flat([np.nan] * 4), 9.0, quantity="D_f") == ("not_assessed", NO_DATE)
    assert state(flat([1.0, 2.0, 4.0, 8.0]), np.nan, quantity="D_f") == ("not_assessed", NO_DATE)


def test_target_may_differ_by_component() -> None:
    v = np.array([[1.0, 2.0], [1.0, 2.0]])
    t = target_date(RiskPanel(np.array([0, 100]), v, v, v), np.array([1.5, 3.0]))
    assert [STATES[s] for s in t.target_state] == ["crosses", "not_within_horizon"]
    np.testing.assert_array_equal(t.value_now, [1.0, 1.0])


def test_a_lower_target_is_never_reached_later(panel: RiskPanel) -> None:
    def days(target: float) -> np.ndarray:
        t = target_date(panel, target)
        return np.where(t.target_d == NO_DATE, 10**9, t.target_d)

    assert (days(0.5) <= days(1.0)).all() and (days(1.0) <= days(5.0)).all()


def test_an_inspection_puts_the_target_off(plant: RiskAssessment, panel: RiskPanel) -> None:
    planned = planned_inspections(plant.case.n, int(DATES[1]), index_of("effectiveness", "A"))
    better = target_date(risk_panel(plant, DATES, planned), 1.0)
    plain = target_date(panel, 1.0)
    moved = (plain.target_state == STATES.index("crosses")) & (plain.target_d > DATES[1])
    later = np.where(better.target_d == NO_DATE, 10**9, better.target_d)
    assert moved.any()
    assert (later[moved] >= plain.target_d[moved] - 1).all()
    assert (later[moved] > plain.target_d[moved]).any()


def test_both_panels_at_once(plant: RiskAssessment, panel: RiskPanel) -> None:
    planned = planned_inspections(plant.case.n, int(DATES[6]), 0)
    plain, better = risk_panels(plant, DATES, planned)
    np.testing.assert_array_equal(plain.risk, panel.risk)
    np.testing.assert_array_equal(better.risk, risk_panel(plant, DATES, planned).risk)


def test_progress_and_cancel(plant: RiskAssessment) -> None:
    seen: list[tuple[int, int]] = []
    risk_panel(plant, DATES, progress=Progress(lambda d, t, m: seen.append((d, t)), interval_s=0.0), chunk_cells=210)
    assert seen[-1] == (300, 300) and len(seen) > 10
    with pytest.raises(Cancelled):
        risk_panel(plant, DATES, progress=Progress(cancelled=lambda: True))


def test_values_by_name(panel: RiskPanel) -> None:
    assert values_of(panel, "risk") is panel.risk and values_of(panel, "D_f") is panel.D_f
