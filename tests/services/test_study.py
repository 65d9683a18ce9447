"""The whole study: the same numbers whatever the order, the parts, the threads and the company of a component."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.plants import make_plant
from integrity.core.arrays import NO_DATE
from integrity.core.errors import Cancelled
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import RESULT_FLAGS
from integrity.core.progress import Progress
from integrity.core.settings import DEFAULTS, Settings
from integrity.design.assess import assess_design, with_walls
from integrity.life.positions import position_rates
from integrity.rbi import holes
from integrity.rbi.panel import risk_panel
from integrity.services.study import headline, refusals, run_study, with_settings
from integrity.services.team import team
from integrity.services.types import Study
from tests.services.parts import differing, digests, joined, part

N = 600


@pytest.fixture(scope="module")
def plant() -> Plant:
    return make_plant(N, seed=7)


@pytest.fixture(scope="module")
def study(plant: Plant) -> Study:
    return run_study(plant, DEFAULTS, workers=1)


def flag(study: Study, name: str) -> np.ndarray:
    return (study.components.flags >> RESULT_FLAGS.index(name) & 1) == 1


def test_the_plant_reaches_what_is_tested(study: Study) -> None:
    r = study.components
    assert (~np.isnan(r.t_req_mm)).mean() > 0.95
    assert (~np.isnan(r.risk)).mean() > 0.85
    assert len(set(r.design_procedure)) > 8
    for name in ("no_readings", "no_cml", "below_alert", "one_reading", "assumed_rate", "overdue", "not_assessed_risk"):
        assert 0 < int(flag(study, name).sum()) < N, name


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_threads_and_a_second_run_move_no_number(study: Study, workers: int) -> None:
    assert digests(run_study(make_plant(N, seed=7), DEFAULTS, workers=workers)) == digests(study)


def test_sizes_of_parts_move_no_number(plant: Plant, study: Study) -> None:
    assert study.parts is not None
    risk = study.parts.risk
    rates = position_rates(plant, DEFAULTS, chunk=50)
    assert rates.digest() == position_rates(plant, DEFAULTS, chunk=10**6).digest()
    small, whole = holes.assess(risk.case, chunk_rows=17), holes.assess(risk.case, chunk_rows=10**6)
    for name, values in whole.consequence.columns.items():
        assert np.array_equal(small.consequence[name], values, equal_nan=values.dtype == np.float64), name
    assert np.array_equal(small.governing, whole.governing)
    for cells in (1, 500, 10**9):
        again = risk_panel(risk, study.panel.dates_d, chunk_cells=cells)
        assert again.D_f.tobytes() == study.panel.D_f.tobytes()
    with team(3) as crew:
        assert position_rates(plant, DEFAULTS, chunk=50, each=crew.each).digest() == rates.digest()
        shared = holes.assess(risk.case, chunk_rows=17, each=crew.each)
        again = risk_panel(risk, study.panel.dates_d, chunk_cells=500, each=crew.each)
    assert shared.consequence["CA"].tobytes() == whole.consequence["CA"].tobytes()
    assert all(np.array_equal(shared.masks[name], mask) for name, mask in whole.masks.items())
    assert again.risk.tobytes() == study.panel.risk.tobytes()


def test_design_taken_up_again_is_the_design_made_anew(plant: Plant, study: Study) -> None:
    k, life = plant.components, study.components
    years = np.linspace(0.0, 9.0, k.n)
    for settings in (DEFAULTS, Settings({"design.diameter_basis": "corroded"})):
        blank = np.full(k.n, np.nan)
        first = assess_design(k, settings, blank, blank, blank)
        again = with_walls(first, life.t_min_mm, life.CR_gov, years)
        anew = assess_design(k, settings, life.t_min_mm, life.CR_gov, years)
        assert again.frame.digest() == anew.frame.digest()
        assert list(again.results) == list(anew.results)
        for name, result in anew.results.items():
            assert np.array_equal(again.rows[name], anew.rows[name])
            assert np.array_equal(again.results[name].refused, result.refused)


def test_order_of_components_moves_no_number(plant: Plant, study: Study) -> None:
    order = np.random.default_rng(5).permutation(N)
    other = run_study(part(plant, order), DEFAULTS)
    every = np.arange(N)
    assert differing(study.components, order, other.components, every) == []
    assert np.array_equal(study.panel.risk[order], other.panel.risk, equal_nan=True)
    assert np.array_equal(study.panel_planned.risk[order], other.panel_planned.risk, equal_nan=True)
    assert differing(study.circuits, np.arange(study.circuits.n), other.circuits, np.arange(other.circuits.n)) == []
    assert [dates_of(study, int(i)) for i in order] == [dates_of(other, i) for i in range(N)]


def dates_of(study: Study, component: int) -> list[tuple[object, ...]]:
    """Candidate dates of one component without the rows they point to."""
    c = study.candidates
    names = ("kind", "due_d", "interval_y", "anchor_d", "RL_y", "rule", "reason", "decides", "governs")
    rows = np.flatnonzero(c.component_row == component)
    return sorted(tuple(str(getattr(c, n)[i]) for n in names) for i in rows)


def test_a_component_alone_is_its_row_in_the_plant(plant: Plant, study: Study) -> None:
    procedures, first = np.unique(study.components.design_procedure.astype(str), return_index=True)
    assert procedures.size > 8
    for row in sorted({*first.tolist(), *range(0, N, 53)}):
        alone = run_study(part(plant, np.array([row])), DEFAULTS, workers=1)
        assert differing(alone.components, np.array([0]), study.components, np.array([row])) == [], row
        assert np.array_equal(alone.panel.D_f[0], study.panel.D_f[row], equal_nan=True)
        assert dates_of(alone, 0) == dates_of(study, row)


def test_another_item_changes_nothing(plant: Plant, study: Study) -> None:
    more = run_study(joined(plant, make_plant(37, seed=99)), DEFAULTS)
    every = np.arange(N)
    assert more.components.n == N + 37
    assert differing(study.components, every, more.components, every) == []
    assert np.array_equal(study.panel_planned.risk, more.panel_planned.risk[:N], equal_nan=True)


def test_flags_say_what_the_numbers_say(plant: Plant, study: Study) -> None:
    r, k = study.components, plant.components
    with np.errstate(invalid="ignore"):
        assert bool((flag(study, "below_t_req") == (r.t_min_mm < r.t_req_mm))[~np.isnan(r.RL_y)].all())
        assert bool((flag(study, "below_alert") | ~(r.t_min_mm < r.t_req_mm)).all())
    assert np.array_equal(flag(study, "no_readings"), np.isnan(r.t_min_mm))
    assert np.array_equal(flag(study, "no_cml"), r.n_cml == 0)
    assert np.array_equal(flag(study, "not_assessed_risk"), np.isnan(r.risk))
    assert np.array_equal(flag(study, "overdue"), (r.next_d != NO_DATE) & (r.next_d < plant.as_of_d))
    assert np.array_equal(flag(study, "temporary_repair"), k.temp_repair_expiry_d != NO_DATE)
    beyond = (r.design_life_end_d != NO_DATE) & (r.design_life_end_d <= plant.as_of_d)
    assert np.array_equal(flag(study, "beyond_design_life"), beyond & (k.assessed_until_d <= plant.as_of_d))


def test_what_could_not_be_had_says_why(study: Study) -> None:
    r = study.components
    without = np.isnan(r.t_req_mm) | np.isnan(r.risk)
    silent = [i for i in np.flatnonzero(without) if not r.refusal[i]]
    assert silent == []
    tokens = {t for text in r.refusal for t in text.split(";") if t}
    assert all(t.partition(":")[0] in ("missing", "limit", "refusal") or "." in t for t in tokens)
    assert any(t.startswith("missing:") for t in tokens)


def test_reasons_of_design_and_risk_stand_once_and_in_order(study: Study) -> None:
    assert study.parts is not None
    design, risk = study.parts.design.frame, study.parts.risk.frame
    n = design.n
    words = {"refusal": np.full(n, "", dtype=object)}
    words["refusal"][:3] = ["missing.D limit.x", "", "refusal.no_rule"]
    given = np.full(n, "", dtype=object)
    given[:3] = ["missing:D; limit:y", "limit:y", "limit:z"]
    parts = replace(
        study.parts,
        design=replace(study.parts.design, frame=replace(design, **words)),
        risk=replace(study.parts.risk, frame=replace(risk, reasons=given)),
    )
    assert refusals(parts)[:4].tolist() == ["missing:D;limit:x;limit:y", "limit:y", "refusal.no_rule;limit:z", ""]


def test_the_earliest_deciding_date_governs(study: Study) -> None:
    c, r = study.candidates, study.components
    assert bool((np.diff(c.component_row) >= 0).all())
    for row in range(0, N, 7):
        mine = c.component_row == row
        due = c.due_d[mine]
        assert bool((np.diff(due) >= 0).all())
        deciding = due[c.decides[mine] == 1]
        assert int(r.next_d[row]) == (int(deciding.min()) if deciding.size else NO_DATE)
        assert int(c.governs[mine].sum()) == (1 if deciding.size else 0)


def test_an_inspection_never_raises_the_risk_of_a_good_history(study: Study) -> None:
    assert study.parts is not None
    before = study.panel.dates_d < study.components.next_d[:, None]
    assert np.array_equal(study.panel.D_f[before], study.panel_planned.D_f[before], equal_nan=True)
    later = ~before & ~np.isnan(study.panel.D_f)
    assert bool((study.panel_planned.D_f[later] <= study.panel.D_f[later] * (1.0 + 1e-12)).mean() > 0.9)


def test_headline_counts_the_flags(study: Study) -> None:
    found = headline(study)
    assert found["components"] == N
    assert found["below_t_req"] == int(flag(study, "below_t_req").sum())
    assert found["overdue"] == int(flag(study, "overdue").sum())


def test_other_settings_give_another_study_of_the_same_plant(plant: Plant, study: Study) -> None:
    other = with_settings(study, {"rate.owner_minimum": 0.2})
    assert other.plant is plant
    known = ~np.isnan(other.components.CR_gov)
    assert bool((other.components.CR_gov[known] >= 0.2 - 1e-12).all())
    # A wall below the required one is less far behind at a greater rate; all others have less time left.
    left = study.components.RL_today_y > 0
    assert bool((other.components.RL_today_y[left] <= study.components.RL_today_y[left] + 1e-9).all())


@pytest.mark.parametrize("workers", [1, 3])
def test_cancelling_ends_the_run(plant: Plant, workers: int) -> None:
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        run_study(plant, DEFAULTS, Progress(cancelled=cancelled), workers=workers)


def test_an_empty_plant_is_a_study_without_rows() -> None:
    empty = run_study(part(make_plant(4), np.zeros(0, dtype=np.int64)), DEFAULTS)
    assert empty.components.n == 0
    assert empty.candidates.n == 0
    assert empty.panel.risk.shape[0] == 0
