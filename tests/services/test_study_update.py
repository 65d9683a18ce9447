"""A study brought up to date after a change of a few components equals one made anew, to the last bit."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from benchmarks.plants import make_plant
from benchmarks.risk_plant import make_risk_plant
from integrity.core.frames.plant import Plant
from integrity.core.settings import DEFAULTS
from integrity.rbi.financial import tank_types
from integrity.services import study_update
from integrity.services.study import run_study
from integrity.services.study_update import updated
from integrity.services.types import Study
from integrity.services.workings import component_working

N = 240
PANELS = ("D_f", "P_f", "risk", "D_f_known", "frequency", "CA")


@cache
def plant() -> Plant:
    p = make_risk_plant(N)
    return replace(make_plant(N), facts=p.facts, damage=p.damage, inspections=p.inspections)


@cache
def first() -> Study:
    return run_study(plant(), DEFAULTS)


def same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))


def check(found: Study, wanted: Study) -> None:
    assert found.parts is not None and wanted.parts is not None
    for name in ("positions", "cmls", "components", "circuits", "candidates"):
        for column, values in getattr(wanted, name).columns().items():
            assert same(getattr(getattr(found, name), column), values), (name, column)
    for name in ("panel", "panel_planned"):
        for quantity in PANELS:
            assert same(getattr(getattr(found, name), quantity), getattr(getattr(wanted, name), quantity)), name
    one, other = found.parts, wanted.parts
    for a, b in ((one.design.frame, other.design.frame), (one.risk.frame, other.risk.frame)):
        assert all(same(getattr(a, column), values) for column, values in b.columns().items())
    for a, b in ((one.life.components, other.life.components), (one.risk.case.inputs, other.risk.case.inputs)):
        assert all(same(getattr(a, column), values) for column, values in b.columns().items())
    for key, result in other.design.results.items():
        rows = one.design.rows.get(key, np.zeros(0, dtype=np.int64))
        there = np.isin(other.design.rows[key], rows)
        # A pressure at a wall that nobody knows is not worked out where none of the part is known.
        assert there.all() or np.isnan(result["t"][~there]).all()
        assert same(other.design.rows[key][there], rows), key
        assert all(same(one.design.results[key][s], v[there]) for s, v in result.columns.items() if rows.size), key
    for key, result in other.risk.results.items():
        assert same(one.risk.rows[key].rows, other.risk.rows[key].rows), key
        assert all(same(one.risk.results[key][s], v) for s, v in result.columns.items()), key
    assert all(same(one.basis[s], v) for s, v in other.basis.columns.items())
    assert found.notes == wanted.notes


def edited(p: Plant, row: int, what: str, rng: np.random.Generator) -> Plant:
    """One component with other readings, ratings, facts or decisions."""
    c = p.components
    if what == "readings":
        mine = np.flatnonzero(p.cmls.component_row[p.readings.cml_row] == row)
        t, quality = p.readings.t_mm.copy(), p.readings.quality.copy()
        t[mine] *= rng.uniform(0.75, 1.0, mine.size)
        quality[mine] = rng.integers(0, 3, mine.size)
        return replace(p, readings=replace(p.readings, t_mm=t, quality=quality))
    if what == "facts":
        pH = p.facts.columns["pH"].copy()
        pH[row] = 3.0
        return replace(p, facts=p.facts.with_({"pH": pH}))
    if what == "decisions":
        mine = np.flatnonzero(p.damage.component_row == row)
        decision = p.damage.decision.copy()
        decision[mine] = 1 - decision[mine]
        return replace(p, damage=replace(p.damage, decision=decision))
    P, phase, repair = c.P_MPa.copy(), c.phase.copy(), c.temp_repair_expiry_d.copy()
    P[row], phase[row], repair[row] = 1.2 * P[row], (phase[row] + 1) % 3, p.as_of_d + 90
    return replace(p, components=replace(c, P_MPa=P, phase=phase, temp_repair_expiry_d=repair))


def movable(p: Plant) -> np.ndarray:
    return np.flatnonzero(~np.isin(p.components.component_type, tank_types()))


def test_change_upon_change_equals_a_new_study(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def watched(p: Plant, *args: Any, **kwargs: Any) -> Study:
        sizes.append(p.components.n)
        return run_study(p, *args, **kwargs)

    monkeypatch.setattr(study_update, "run_study", watched)
    rng = np.random.default_rng(1)
    now = first()
    for what in ("readings", "ratings", "facts", "decisions", "ratings", "readings"):
        row = int(rng.choice(movable(now.plant)))
        after = edited(now.plant, row, what, rng)
        now = updated(now, after, np.array([row]))
        check(now, run_study(after, DEFAULTS))
    assert max(sizes) <= 8 and len(sizes) == 6


def test_workings_stand_on_it() -> None:
    rng = np.random.default_rng(3)
    row = int(movable(plant())[4])
    after = edited(plant(), row, "ratings", rng)
    found, wanted = updated(first(), after, np.array([row])), run_study(after, DEFAULTS)
    for other in (row, 0):
        for column in ("risk", "t_req_mm", "RL_y"):
            sheets = [repr(component_working(s, other, column)) for s in (found, wanted)]
            assert sheets[0] == sheets[1]


@pytest.mark.parametrize("why", ("tank", "more_readings"))
def test_otherwise_the_whole_plant_is_computed(why: str) -> None:
    rng = np.random.default_rng(5)
    p = plant()
    if why == "tank":
        row = int(np.flatnonzero(np.isin(p.components.component_type, tank_types()))[0])
        after = edited(p, row, "readings", rng)
    else:
        row = int(p.cmls.component_row[p.readings.cml_row[0]])
        after = replace(p, readings=p.readings.take(np.arange(1, p.readings.n)))
    check(updated(first(), after, np.array([row])), run_study(after, DEFAULTS))
