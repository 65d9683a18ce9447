"""Properties: order, chunks, slices, units and neighbours move no number; worse metal never looks better."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.arrays import NO_DATE
from integrity.core.frame import Frame
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.frames.results import PositionFrame
from integrity.core.quantities import from_internal, to_internal
from integrity.core.settings import DEFAULTS
from integrity.life.lives import Lines, remaining_life
from integrity.life.positions import position_rates, rates_result
from integrity.life.procedures import POSITION_RATES
from integrity.life.statistics import LifeSummary, summarise
from tests.life.builders import plant, random_plant, reading

SEEDS = st.integers(0, 10**6)
FEW = settings(max_examples=25)


def same(a: Frame, b: Frame, skip: tuple[str, ...] = ()) -> None:
    for f in fields(a):
        if f.name not in skip:
            x, y = getattr(a, f.name), getattr(b, f.name)
            assert np.array_equal(x, y, equal_nan=x.dtype != object), f.name


def everything(p: Plant, chunk: int = 100_000) -> tuple[PositionFrame, LifeSummary]:
    lines = Lines(np.full(p.components.n, 8.0), np.full(p.components.n, 9.0), np.full(p.components.n, 8.0))
    f = remaining_life(position_rates(p, DEFAULTS, chunk), p, lines, DEFAULTS)
    return f, summarise(p, f, lines, DEFAULTS)


@FEW
@given(seed=SEEDS, chunk=st.integers(1, 40))
def test_chunks_move_nothing(seed: int, chunk: int) -> None:
    p = random_plant(seed)
    same(position_rates(p, DEFAULTS), position_rates(p, DEFAULTS, chunk))


@FEW
@given(seed=SEEDS)
def test_a_slice_of_the_plant_equals_its_rows(seed: int) -> None:
    p = random_plant(seed)
    f = position_rates(p, DEFAULTS)
    rows = np.random.default_rng(seed).permutation(f.n)[:4]
    r = rates_result(p, DEFAULTS, rows)
    for name, column in f.columns().items():
        if name in r.columns:
            assert np.array_equal(column[rows], np.asarray(r[name], column.dtype), equal_nan=True), name


@FEW
@given(seed=SEEDS)
def test_one_row_equals_the_row_of_a_vector(seed: int) -> None:
    p = random_plant(seed, n_comp=2)
    f = position_rates(p, DEFAULTS)
    together = rates_result(p, DEFAULTS, np.arange(f.n))
    for row in range(f.n):
        alone = rates_result(p, DEFAULTS, np.array([row]))
        for name, column in alone.columns.items():
            assert np.array_equal(column, together[name][[row]], equal_nan=column.dtype != object), name


@FEW
@given(seed=SEEDS)
def test_order_of_the_readings_in_a_table_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, cases = int(rng.integers(1, 30)), 4
    table: dict[str, Any] = {
        "case": np.sort(rng.integers(0, cases, n)),
        "date_d": 9000 + rng.integers(0, 12, n) * 170,
        "t_mm": np.round(rng.uniform(8, 12, n), 2),
        "quality": rng.choice([0, 0, 0, 1, 2], n),
        "accept_short": rng.integers(0, 2, n),
        "is_nominal": np.zeros(n, dtype=int),
    }
    order = np.lexsort((rng.random(n), table["case"]))
    shuffled = {k: v[order] for k, v in table.items()}
    columns = {"start_d": np.full(cases, NO_DATE)}
    a = POSITION_RATES.run(columns, DEFAULTS, {"readings": table})
    b = POSITION_RATES.run(columns, DEFAULTS, {"readings": shuffled})
    for name, column in a.columns.items():
        assert np.array_equal(column, b[name], equal_nan=True), name


def joined(a: Plant, b: Plant) -> Plant:
    """Plant b after plant a; rows of b are moved up."""

    def frame(kind: Any, x: Frame, y: Frame, owner: str, by: int) -> Any:
        second = {**y.columns(), owner: y.columns()[owner] + by}
        return kind(**{k: np.concatenate([v, second[k]]) for k, v in x.columns().items()})

    cmls = frame(CmlFrame, a.cmls, b.cmls, "component_row", a.components.n)
    readings = frame(ReadingFrame, a.readings, b.readings, "cml_row", a.cmls.n)
    comps = ComponentFrame(
        **{k: np.concatenate([v, b.components.columns()[k]]) for k, v in a.components.columns().items()}
    )
    return Plant(a.site, a.as_of_d, comps, cmls, readings, InspectionFrame.from_columns({}, 0))


@FEW
@given(seed=SEEDS)
def test_an_unrelated_component_changes_nothing(seed: int) -> None:
    a, b = random_plant(seed, n_comp=3), random_plant(seed + 1, n_comp=2)
    f, s = everything(a)
    g, t = everything(joined(a, b))
    same(f, g.take(np.arange(f.n)))
    same(s.components, t.components.take(np.arange(a.components.n)))
    same(s.cmls, t.cmls.take(np.arange(a.cmls.n)))


@FEW
@given(seed=SEEDS)
def test_order_of_the_components_does_not_matter(seed: int) -> None:
    a, b = random_plant(seed, n_comp=3), random_plant(seed + 1, n_comp=2)
    _, one = everything(joined(a, b))
    _, two = everything(joined(b, a))
    order = np.concatenate([np.arange(b.components.n, b.components.n + a.components.n), np.arange(b.components.n)])
    rows = ("component_row", "governing_cml_row", "governing_position_row")
    same(one.components, two.components.take(order), rows)
    same(one.circuits, two.circuits, ("governing_cml_row", "CR_mean"))
    assert np.allclose(one.circuits.CR_mean, two.circuits.CR_mean, rtol=1e-12, equal_nan=True)


@FEW
@given(seed=SEEDS)
def test_a_round_trip_through_inches_turns_no_flag(seed: int) -> None:
    p = random_plant(seed)
    columns = dict(p.readings.columns())
    columns["t_mm"] = to_internal(from_internal(columns["t_mm"], "thickness", "in"), "thickness", "in")
    q = Plant(p.site, p.as_of_d, p.components, p.cmls, ReadingFrame(**columns), p.inspections)
    a, b = position_rates(p, DEFAULTS), position_rates(q, DEFAULTS)
    for name, quantity in PositionFrame.quantities().items():
        x, y = getattr(a, name), getattr(b, name)
        if quantity in ("flag", "code", "date", "id"):
            assert np.array_equal(x, y), name
        else:
            assert np.allclose(x, y, rtol=1e-7, atol=1e-11, equal_nan=True), name


@FEW
@given(loss=st.floats(0.0, 3.0), more=st.floats(0.0, 2.0))
def test_a_thinner_last_reading_never_lengthens_the_life(loss: float, more: float) -> None:
    lives = []
    for t in (12.0 - loss, 12.0 - loss - more):
        p = plant({(0, 0): [reading("2010-01-01", 12.0), reading("2020-01-01", t)]})
        lives.append(remaining_life(position_rates(p, DEFAULTS), p, np.array([6.0]), DEFAULTS).RL_y[0])
    assert lives[1] <= lives[0] * (1 + 1e-12) if lives[0] > 0 else True


@FEW
@given(seed=SEEDS)
def test_nothing_is_ever_infinite(seed: int) -> None:
    f, s = everything(random_plant(seed))
    for frame in (f, s.cmls, s.components, s.circuits):
        for name, column in frame.columns().items():
            if column.dtype == np.float64:
                assert not np.isinf(column).any(), name


@FEW
@given(seed=SEEDS)
def test_moving_the_baseline_past_a_reading_equals_not_having_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    days = 9000 + np.cumsum(rng.integers(100, 900, 6))
    rows = [(int(d), float(t), 0, 0, 0) for d, t in zip(days, np.round(rng.uniform(8, 12, 6), 2), strict=True)]
    start = {"component_row": [0], "start_d": [int(days[2])]}
    a = position_rates(plant({(0, 0): rows}, start), DEFAULTS)
    b = position_rates(plant({(0, 0): rows[2:]}, start), DEFAULTS)
    same(a, b, ("reading_count",))
