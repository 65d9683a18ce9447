"""A refreshed plant is the plant read anew, whatever was done in between."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.core.frames.plant import Plant
from integrity.db import refresh
from integrity.db.columns import read_plant
from integrity.db.models import (
    AuditEntry,
    Circuit,
    CircuitRegime,
    Cml,
    CmlEvent,
    Component,
    DamageAssignment,
    Equipment,
    Fact,
    Inspection,
    Lining,
    Person,
    ProcessStream,
    Rating,
    Reading,
    SafetyGradeRecord,
    Site,
    Survey,
)
from integrity.db.refresh import refresh_plant
from integrity.db.undo import redo_last, undo_last
from integrity.db.unit_of_work import UnitOfWork, reader
from tests.db.small import Small, day

NOW = day("2024-01-01")


def head(engine: Engine) -> int:
    with reader(engine) as session:
        return int(session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0)


def equal(a: Plant, b: Plant) -> bool:
    parts = ("components", "cmls", "readings", "inspections", "damage")
    same = a.site == b.site and all(getattr(a, p).digest() == getattr(b, p).digest() for p in parts)
    return same and same_facts(a, b)


def same_facts(a: Plant, b: Plant) -> bool:
    one, two = a.facts.columns, b.facts.columns
    return one.keys() == two.keys() and all(one[s].tolist().__repr__() == two[s].tolist().__repr__() for s in one)


@pytest.fixture
def small(engine: Engine) -> Small:
    made = Small(engine)
    with UnitOfWork(engine, "Ann", "bulk", undoable=False) as uow:
        uow.add(circuit := Circuit(site_id=made.site, name="K0"))
        made.circuit = circuit.id
        uow.add(survey := Survey(site_id=made.site, name="S1"))
        place = {"equipment_id": made.item, "chamber_id": made.chamber}
        parts = uow.bulk_insert(Component, {**place, "name": [f"C{i}" for i in range(9)], "t_nom_mm": 10.0})
        cmls = uow.bulk_insert(Cml, {"component_id": np.repeat(np.array(parts), 2), "name": ["a", "b"] * 9})
        owner = np.repeat(np.array(cmls), 4)
        date_d = np.tile(np.arange(4) * 700 + 9000, 18)
        uow.bulk_insert(
            Reading, {"cml_id": owner, "date_d": date_d, "t_mm": 9.0 - date_d / 9e4, "survey_id": survey.id}
        )
        uow.commit()
    return made


def bulk(small: Small, rng: random.Random) -> None:
    with UnitOfWork(small.engine, "Ann", "import") as uow:
        n = rng.randint(1, 30)
        cml = [rng.randint(1, 19) for _ in range(n)]
        uow.bulk_insert(Reading, {"cml_id": cml, "date_d": [rng.randint(9000, 21000) for _ in cml], "t_mm": [7.0] * n})
        uow.commit()


STEPS: dict[str, Callable[[Small, random.Random], object]] = {
    "value": lambda s, r: s.edit(Reading, r.randint(1, 72), t_mm=r.uniform(5, 9)),
    "moved": lambda s, r: s.edit(Reading, r.randint(1, 72), cml_id=r.randint(1, 19), date_d=r.randint(9000, 21000)),
    "bulk": bulk,
    "quality": lambda s, r: s.edit(Reading, r.randint(1, 72), quality=r.randint(0, 1)),
    "new location": lambda s, r: s.add(Cml(component_id=1, name=f"n{r.random()}")),
    "event": lambda s, r: s.add(CmlEvent(cml_id=r.randint(1, 19), date_d=r.randint(9000, 21000), kind="relocated")),
    "lining": lambda s, r: s.add(Lining(component_id=r.randint(1, 10), installed_d=r.randint(9000, 21000))),
    "wall": lambda s, r: s.edit(Component, r.randint(1, 10), t_nom_mm=r.uniform(8, 12)),
    "gone": lambda s, r: s.edit(Component, r.randint(2, 10), out_of_service_d=r.randint(19000, 21000)),
    "item": lambda s, r: s.edit(Equipment, s.item, replaced_d=r.randint(9000, 21000)),
    "rating": lambda s, r: s.add(Rating(chamber_id=s.chamber, P_MPa=r.random(), from_d=r.randint(9000, 21000))),
    "grade": lambda s, r: s.add(
        SafetyGradeRecord(equipment_id=s.item, from_d=r.randint(1, 2**20), grade=r.randint(1, 5))
    ),
    "inspection": lambda s, r: s.add(
        Inspection(equipment_id=s.item, date_d=r.randint(9000, 21000), inspection_type="internal")
    ),
    "fact": lambda s, r: s.add(Fact(component_id=r.randint(1, 10), symbol=r.choice("abc"), number=r.random())),
    "fact of the item": lambda s, r: s.add(Fact(equipment_id=s.item, symbol=r.choice("abc"), text="high")),
    "decision": lambda s, r: s.add(
        DamageAssignment(component_id=r.randint(1, 10), mechanism="cui", decision=r.choice(["accepted", "rejected"]))
    ),
    "stream": lambda s, r: s.add(ProcessStream(site_id=s.site, name=f"S{r.random()}", circuit_id=s.circuit, TAN=2.0)),
    "circuit": lambda s, r: s.edit(Component, r.randint(2, 10), circuit_id=r.choice([None, s.circuit])),
    "survey": lambda s, r: s.edit(Survey, 1, name=f"S{r.random()}"),
    "site": lambda s, r: s.edit(Site, s.site, name=f"W{r.random()}"),
    "undo": lambda s, r: undo_last(s.engine, "Ann"),
    "redo": lambda s, r: redo_last(s.engine, "Ann"),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_kind_of_change(small: Small, step: str) -> None:
    plant, since = read_plant(small.engine, small.site, NOW), head(small.engine)
    STEPS[step](small, random.Random(step))
    again = refresh_plant(small.engine, plant, small.site, since)
    assert equal(again, read_plant(small.engine, small.site, NOW))


def test_many_changes_in_any_order(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "_MOST_RUNS", 6)
    rng = random.Random(11)
    plant, since = read_plant(small.engine, small.site, NOW), head(small.engine)
    for number in range(60):
        STEPS[rng.choice(list(STEPS))](small, rng)
        if number % rng.randint(1, 4) == 0:
            plant, since = refresh_plant(small.engine, plant, small.site, since), head(small.engine)
            assert equal(plant, read_plant(small.engine, small.site, NOW)), number


def test_a_regime_reaches_the_baseline_of_the_locations(small: Small) -> None:
    (circuit,) = small.add(Circuit(site_id=small.site, name="K1"))
    small.edit(Component, small.component, circuit_id=circuit)
    plant, since = read_plant(small.engine, small.site, NOW), head(small.engine)
    small.add(CircuitRegime(circuit_id=circuit, from_d=day("2012-01-01")))
    again = refresh_plant(small.engine, plant, small.site, since)
    assert again.cmls.start_d[0] == day("2012-01-01")
    assert again.readings is plant.readings


def test_facts_are_read_again_only_where_they_may_have_changed(small: Small) -> None:
    small.add(Fact(component_id=1, symbol="pH", number=5.0))
    plant, since = read_plant(small.engine, small.site, NOW), head(small.engine)
    small.edit(Component, 2, t_nom_mm=9.0)
    again = refresh_plant(small.engine, plant, small.site, since)
    assert again.facts is plant.facts and again.components is not plant.components


def test_what_no_frame_shows_changes_nothing(small: Small) -> None:
    plant, since = read_plant(small.engine, small.site, NOW), head(small.engine)
    small.add(Person(name="Bo"))
    assert refresh_plant(small.engine, plant, small.site, since) is plant
