"""Facts and decisions: the nearest subject wins, then the latest day; streams and linings give facts too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from integrity.core.arrays import NO_DATE
from integrity.core.errors import InputError
from integrity.core.frames.plant import Plant
from integrity.core.procedure import Param
from integrity.db.columns import read_plant
from integrity.db.digests import component_digests
from integrity.db.models import (
    Chamber,
    Circuit,
    Component,
    CorrosionLoop,
    DamageAssignment,
    Equipment,
    Fact,
    Lining,
    ProcessStream,
    Site,
)
from integrity.db.unit_of_work import UnitOfWork
from tests.db.small import Small, day

NOW = "2024-01-01"
PLACES = ("loop", "circuit", "item", "component")


class Places(Small):
    """A small plant with a loop and a circuit, and a second part of the same item."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        (self.loop,) = self.add(CorrosionLoop(site_id=self.site, name="L1"))
        (self.circuit,) = self.add(Circuit(site_id=self.site, name="K1", loop_id=self.loop))
        self.edit(Component, self.component, circuit_id=self.circuit)
        (self.other,) = self.add(
            Component(equipment_id=self.item, chamber_id=self.chamber, loop_id=self.loop, name="V-101-HD1")
        )

    def at(self, place: str) -> dict[str, int]:
        column = {"item": "equipment_id"}.get(place, f"{place}_id")
        return {column: getattr(self, place)}

    def fact(self, place: str, symbol: str, value: Any, **more: Any) -> int:
        kind = "text" if isinstance(value, str) else "number"
        given = {kind: value} | more
        return self.add(Fact(**self.at(place), symbol=symbol, **given))[0]

    def value(self, symbol: str, as_of: str = NOW) -> Any:
        column = self.read(as_of).facts.columns.get(symbol)
        return None if column is None else column.tolist()


@pytest.fixture
def small(engine: Engine) -> Places:
    return Places(engine)


def test_a_plant_without_facts_has_none(small: Places) -> None:
    plant = small.read(NOW)
    assert plant.facts.n == plant.components.n == 2
    assert dict(plant.facts.columns) == {} and plant.damage.n == 0


def test_the_nearest_subject_wins(small: Places) -> None:
    seen = []
    for k, place in enumerate(PLACES):
        small.fact(place, "pH", float(k))
        seen.append(small.value("pH"))
    assert seen == [[0.0, 0.0], [1.0, 0.0], [2.0, 2.0], [3.0, 2.0]]


def test_a_later_day_wins_at_one_level_and_an_ended_one_is_gone(small: Places) -> None:
    small.fact("item", "pH", 5.0)
    small.fact("item", "pH", 6.0, from_d=day("2020-01-01"))
    small.fact("item", "pH", 7.0, from_d=day("2010-01-01"), until_d=day("2015-01-01"))
    small.fact("item", "pH", 9.0, from_d=day("2025-01-01"))
    days = ("2009-12-31", "2010-01-01", "2014-12-31", "2015-01-01", NOW)
    assert [small.value("pH", d)[0] for d in days] == [5.0, 7.0, 7.0, 5.0, 6.0]


def test_the_day_does_not_win_over_the_nearer_subject(small: Places) -> None:
    small.fact("component", "pH", 4.0)
    small.fact("loop", "pH", 8.0, from_d=day("2023-01-01"))
    assert small.value("pH") == [4.0, 8.0]


def test_texts_numbers_and_days_are_columns_of_their_kind(small: Places) -> None:
    small.fact("component", "driver", "severe")
    small.fact("loop", "H2S_ppmw", 900.0)
    small.add(Fact(**small.at("component"), symbol="coating_d", day=day("2010-05-01")))
    facts = small.read(NOW).facts
    assert list(facts.columns) == ["H2S_ppmw", "coating_d", "driver"]
    assert facts.columns["driver"].tolist() == ["severe", ""]
    assert facts.columns["coating_d"].dtype == np.int64
    assert facts.columns["coating_d"].tolist() == [day("2010-05-01"), NO_DATE]
    codes = facts.column(Param("driver", "code", codes=("severe", "moderate")))
    assert codes.tolist() == [0, -1]


def test_a_fact_of_a_removed_part_does_not_pass_to_the_new_one(small: Places) -> None:
    small.fact("component", "hardness", 260.0)
    place = {"equipment_id": small.item, "chamber_id": small.chamber, "name": "V-101-SH1"}
    small.add(Component(**place, instance=2, in_service_d=day("2022-01-01")))
    small.edit(Component, small.component, out_of_service_d=day("2022-01-01"))
    assert small.value("hardness", "2021-01-01") == [260.0, pytest.approx(np.nan, nan_ok=True)]
    assert small.value("hardness") is None


@pytest.mark.parametrize(
    "values",
    [
        {"symbol": "pH", "number": 5.0},
        {"symbol": "pH"},
        {"symbol": "pH", "number": 5.0, "text": "high"},
        {"symbol": "pH", "number": 5.0, "from_d": 20, "until_d": 10},
    ],
)
def test_the_database_refuses_a_fact_without_one_subject_and_one_value(small: Places, values: dict[str, Any]) -> None:
    where = {"component_id": small.component, "loop_id": small.loop} if len(values) == 2 else small.at("component")
    where = {} if values == {"symbol": "pH", "number": 5.0} else where
    with pytest.raises(InputError) as caught:
        small.add(Fact(**where, **values))
    assert caught.value.message.key == "db.refused"


def stream(small: Places, name: str, **values: Any) -> int:
    return small.add(ProcessStream(site_id=small.site, name=name, **values))[0]


def test_streams_give_facts_of_their_loop_and_circuit(small: Places) -> None:
    stream(small, "S1", loop_id=small.loop, TAN=1.5, T_C=250.0, P_MPa=0.4)
    assert small.value("TAN") == [1.5, 1.5]
    assert (small.value("T_stream_C"), small.value("P_stream_MPa")) == ([250.0] * 2, [0.4] * 2)
    stream(small, "S2", loop_id=small.loop, circuit_id=small.circuit, TAN=2.0)
    assert small.value("TAN") == [2.0, 1.5]


def test_two_streams_that_differ_give_nothing(small: Places) -> None:
    stream(small, "S1", loop_id=small.loop, TAN=1.5, pH=5.0)
    stream(small, "S2", loop_id=small.loop, TAN=2.5, pH=5.0, MW=100.0)
    assert small.value("TAN") is None
    assert (small.value("pH"), small.value("MW")) == ([5.0] * 2, [100.0] * 2)
    small.fact("loop", "TAN", 3.0)
    assert small.value("TAN") == [3.0, 3.0]


def test_a_stream_of_the_circuit_goes_before_a_fact_of_the_loop_and_behind_one_of_the_circuit(small: Places) -> None:
    small.fact("loop", "TAN", 1.0)
    stream(small, "S1", circuit_id=small.circuit, TAN=2.0)
    assert small.value("TAN") == [2.0, 1.0]
    small.fact("circuit", "TAN", 3.0)
    assert small.value("TAN") == [3.0, 1.0]


def test_the_stream_of_a_chamber_is_nearer_than_any_loop(small: Places) -> None:
    stream(small, "S1", circuit_id=small.circuit, TAN=2.0)
    own = stream(small, "S2", TAN=4.0)
    small.edit(Chamber, small.chamber, stream_id=own)
    small.fact("item", "TAN", 3.0)
    assert small.value("TAN") == [4.0, 4.0]


def test_linings_give_facts_while_they_are_in_place(small: Places) -> None:
    part = {"component_id": small.component}
    small.add(
        Lining(**part, kind="organic", condition="good", thickness_mm=3.0, installed_d=day("2010-01-01"),
               inspected_d=day("2020-01-01"), removed_d=day("2022-01-01")),
        Lining(**part, kind="clad", thickness_mm=4.0, installed_d=day("2022-01-01")),
    )  # fmt: skip
    before, after = (small.read(d).facts.columns for d in ("2021-01-01", NOW))
    assert before["lining_type"].tolist() == ["organic", ""]
    assert (before["lining_condition"][0], before["lining_d"][0]) == ("good", day("2010-01-01"))
    assert (before["lining_inspected_d"][0], before["t_lining_mm"][0]) == (day("2020-01-01"), 3.0)
    assert "clad" not in before
    assert (after["clad"].tolist(), after["t_clad_mm"][0]) == (["yes", ""], 4.0)
    assert "lining_condition" not in after


def test_facts_of_another_site_stay_there(small: Places) -> None:
    small.fact("loop", "pH", 5.0)
    with UnitOfWork(small.engine, "Ann", "second site") as uow:
        uow.add(site := Site(name="Other"))
        uow.add(loop := CorrosionLoop(site_id=site.id, name="L1"))
        uow.add(item := Equipment(site_id=site.id, tag="V-101", equipment_kind="drum", loop_id=loop.id))
        uow.add(chamber := Chamber(equipment_id=item.id, chamber="main"))
        uow.add(Component(equipment_id=item.id, chamber_id=chamber.id, name="V-101-SH1"))
        uow.add(Fact(loop_id=loop.id, symbol="pH", number=9.0))
        uow.commit()
        other = site.id
    assert small.value("pH") == [5.0, 5.0]
    assert read_plant(small.engine, other, day(NOW)).facts.columns["pH"].tolist() == [9.0]


# -- decisions ---------------------------------------------------------------------------------------------


def decide(small: Places, place: str, mechanism: str, decision: str = "accepted", **more: Any) -> int:
    return small.add(DamageAssignment(**small.at(place), mechanism=mechanism, decision=decision, **more))[0]


def decisions(plant: Plant) -> list[tuple[int, str, str, str]]:
    d = plant.damage
    return list(
        zip(d.component_row.tolist(), d.mechanism.tolist(), d.texts("decision").tolist(), d.cause.tolist(), strict=True)
    )


def test_a_decision_for_a_loop_is_one_row_for_each_component(small: Places) -> None:
    decide(small, "loop", "scc_ssc", susceptibility="high", reason="hard welds")
    plant = small.read(NOW)
    assert decisions(plant) == [(0, "scc_ssc", "accepted", ""), (1, "scc_ssc", "accepted", "")]
    assert (plant.damage.susceptibility[0], plant.damage.reason[0]) == ("high", "hard welds")


def test_the_nearest_decision_holds_whatever_the_loop_says(small: Places) -> None:
    decide(small, "loop", "cui", cause="wet climate")
    decide(small, "component", "cui", "rejected", reason="bare")
    assert decisions(small.read(NOW)) == [(0, "cui", "rejected", ""), (1, "cui", "accepted", "wet climate")]


def test_the_latest_decision_of_one_level_holds_for_each_cause(small: Places) -> None:
    decide(small, "item", "thinning_local", cause="hcl", decided_d=day("2020-01-01"))
    decide(small, "item", "thinning_local", "rejected", cause="hcl", decided_d=day("2010-01-01"))
    decide(small, "item", "thinning_local", cause="naphthenic")
    found = [(d, c) for r, _, d, c in decisions(small.read(NOW)) if r == 0]
    assert found == [("accepted", "hcl"), ("accepted", "naphthenic")]


def test_a_rejected_mechanism_says_nothing_of_the_thinning(small: Places) -> None:
    decide(small, "loop", "thinning_local")
    decide(small, "component", "thinning_local", "rejected")
    frame = small.read(NOW).components
    assert frame.local_mechanism.tolist() == [-1, 1]
    assert frame.internal_thinning.tolist() == [-1, 1]


def test_rows_are_ordered_by_component_then_mechanism(small: Places) -> None:
    for mechanism in ("scc_ssc", "cui", "brittle"):
        decide(small, "loop", mechanism)
    plant = small.read(NOW)
    assert plant.damage.component_row.tolist() == [0, 0, 0, 1, 1, 1]
    assert plant.damage.mechanism.tolist() == ["brittle", "cui", "scc_ssc"] * 2


# -- digests -----------------------------------------------------------------------------------------------


def test_a_fact_changes_the_digest_of_its_components_only(small: Places) -> None:
    def digests() -> list[bytes]:
        return [bytes(d) for d in component_digests(small.read(NOW)).tolist()]

    bare = digests()
    row = small.fact("component", "pH", 5.0)
    one = digests()
    assert one[0] != bare[0] and one[1] == bare[1]
    small.edit(Fact, row, number=6.0)
    two = digests()
    assert two[0] != one[0] and two[1] == bare[1]
    small.edit(Fact, row, number=5.0)
    assert digests() == one
    decide(small, "component", "cui")
    three = digests()
    assert three[0] != one[0] and three[1] == bare[1]


def test_a_day_and_a_number_of_the_same_size_are_not_the_same(small: Places) -> None:
    row = small.fact("component", "x", 5.0)
    first = component_digests(small.read(NOW)).tolist()
    small.edit(Fact, row, number=None, day=5)
    assert component_digests(small.read(NOW)).tolist() != first
