"""Reading a plant: what is in force on the day, the order of the rows, nothing lost, nothing joined wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.core.arrays import NO_DATE
from integrity.core.errors import InputError
from integrity.db import cursor
from integrity.db.columns import read_plant
from integrity.db.models import (
    Chamber,
    Circuit,
    CircuitRegime,
    Cml,
    CmlEvent,
    Component,
    CorrosionLoop,
    DamageAssignment,
    Equipment,
    Inspection,
    InventoryGroup,
    LifeAssessment,
    Lining,
    ProcessStream,
    Rating,
    Reading,
    ReliefDevice,
    SafetyGradeRecord,
    Site,
    Survey,
    TemporaryRepair,
    Unit,
)
from integrity.db.unit_of_work import UnitOfWork
from tests.db.small import Small, day

NOW = "2024-01-01"


def test_a_component_with_nothing_is_still_a_row(engine: Engine) -> None:
    plant = Small(engine).read(NOW)
    frame = plant.components
    assert (plant.site, plant.as_of_d, frame.n, plant.cmls.n) == ("Works", day(NOW), 1, 1)
    assert (plant.readings.n, plant.inspections.n) == (0, 0)
    for column, quantity in frame.quantities().items():
        value = getattr(frame, column)[0]
        if column in GIVEN:
            assert value == GIVEN[column]
        elif quantity in ("code", "flag", "id"):
            assert value == -1, column
        elif quantity == "date":
            assert value == NO_DATE, column
        else:
            assert value == "" if quantity == "text" else np.isnan(value), column


GIVEN: dict[str, Any] = {
    "component_id": 1,
    "component": "V-101-SH1",
    "equipment_id": 1,
    "tag": "V-101",
    "equipment_kind": 1,
    "chamber": 0,
    "t_nom_mm": 12.0,
    "row_version": 1,
}


def test_few_selects_whatever_the_size_of_the_plant(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Small(engine)
    small.reading("2020-01-01", 9.5)
    seen: list[str] = []
    on_cursor: list[Any] = []
    chunks = cursor._chunks
    monkeypatch.setattr(cursor, "_chunks", lambda c, statement: on_cursor.append(statement) or chunks(c, statement))
    listen = sa.event.listens_for(engine, "before_cursor_execute")
    listen(lambda conn, raw, statement, *rest: seen.append(statement))
    read_plant(engine, small.site, day(NOW))
    # Components, decisions, CMLs, readings, inspections, numbers and texts of facts, streams, linings.
    assert len(on_cursor) == 9
    # The site, and the names of its loops for decisions and for facts.
    assert [s.split()[0] for s in seen if s != "BEGIN"] == ["SELECT"] * 3


def test_a_site_that_is_not_there_is_said(engine: Engine) -> None:
    with pytest.raises(InputError):
        read_plant(engine, 99, day(NOW))


def test_rating_in_force_on_the_day(engine: Engine) -> None:
    small = Small(engine)
    small.add(
        Rating(chamber_id=small.chamber, P_MPa=1.6, T_C=200.0, S_owner_MPa=138.0, E=0.85),
        Rating(chamber_id=small.chamber, from_d=day("2010-05-01"), P_MPa=1.2, T_C=220.0, code_edition="2010"),
        Rating(chamber_id=small.chamber, from_d=day("2020-05-01"), P_MPa=1.0, P_op_MPa=0.8, T_op_C=150.0),
    )
    assert [small.cell("P_MPa", d) for d in ("2010-04-30", "2010-05-01", "2020-04-30", NOW)] == [1.6, 1.2, 1.2, 1.0]
    assert [small.cell("code_edition", d) for d in ("2010-04-30", "2011-01-01")] == ["", "2010"]
    assert small.cell("S_owner_MPa", "2009-01-01") == 138.0
    assert np.isnan(small.cell("S_owner_MPa", NOW))
    assert (small.cell("P_op_MPa", NOW), small.cell("T_op_C", NOW)) == (0.8, 150.0)


def test_rating_of_the_component_against_that_of_its_chamber(engine: Engine) -> None:
    small = Small(engine, E=1.0, code_edition="1998", construction_code="GB_150")
    own = {"chamber_id": small.chamber, "component_id": small.component}
    small.add(Rating(chamber_id=small.chamber, P_MPa=1.6), Rating(**own, P_MPa=1.7, E=0.85, code_edition="2011"))
    assert small.cell("P_MPa", NOW) == 1.7
    assert (small.cell("E", NOW), small.cell("code_edition", NOW)) == (0.85, "2011")
    assert small.cell("construction_code", NOW) == "GB_150"
    small.add(Rating(chamber_id=small.chamber, from_d=day("2015-01-01"), P_MPa=1.4))
    assert [small.cell("P_MPa", d) for d in ("2014-12-31", "2015-01-01")] == [1.7, 1.4]
    assert (small.cell("E", NOW), small.cell("code_edition", NOW)) == (1.0, "1998")


def test_chambers_keep_their_ratings_and_devices_apart(engine: Engine) -> None:
    small = Small(engine)
    (tube,) = small.add(Chamber(equipment_id=small.item, chamber="tube", fluid="H2", phase="gas"))
    small.add(Component(equipment_id=small.item, chamber_id=tube, name="V-101-T", phase="liquid"))
    small.add(
        Rating(chamber_id=small.chamber, P_MPa=1.0),
        Rating(chamber_id=tube, P_MPa=4.0),
        ReliefDevice(site_id=small.site, tag="P1", chamber_id=tube, set_pressure_MPa=3.9),
        ReliefDevice(site_id=small.site, tag="P2", chamber_id=tube, set_pressure_MPa=4.1),
        ReliefDevice(site_id=small.site, tag="P3", chamber_id=small.chamber, set_pressure_MPa=0.9, removed_d=10),
        ReliefDevice(site_id=small.site, tag="P4", equipment_id=small.item, set_pressure_MPa=4.0),
        ReliefDevice(site_id=small.site, tag="P5", protects="somewhere", set_pressure_MPa=0.1),
    )
    frame = small.read(NOW).components
    assert frame.P_MPa.tolist() == [1.0, 4.0]
    assert frame.set_pressure_MPa.tolist() == [4.0, 3.9]
    assert frame.texts("chamber").tolist() == ["main", "tube"]
    assert frame.texts("fluid").tolist() == ["", "H2"]
    assert frame.texts("phase").tolist() == ["", "liquid"]


def test_names_inventory_and_what_a_component_takes_from_its_item(engine: Engine) -> None:
    small = Small(engine)
    ids = {}
    for model, name in ((Unit, "CDU"), (CorrosionLoop, "L1"), (InventoryGroup, "G1")):
        (ids[model],) = small.add(model(site_id=small.site, name=name))
    small.add(CorrosionLoop(site_id=small.site, name="L2"))
    (circuit,) = small.add(Circuit(site_id=small.site, name="K1", loop_id=ids[CorrosionLoop] + 1))
    (stream,) = small.add(ProcessStream(site_id=small.site, name="S1", fluid="C5", phase="two_phase"))
    small.edit(InventoryGroup, ids[InventoryGroup], mass_kg=9000.0)
    small.edit(Chamber, small.chamber, stream_id=stream, inventory_kg=500.0)
    item = {"unit_id": ids[Unit], "loop_id": ids[CorrosionLoop], "inventory_group_id": ids[InventoryGroup]}
    item |= {"material": "A106-B", "CA_mm": 3.0, "E": 0.85, "dead_leg": True, "inventory_kg": 1000.0, "NPS_in": 6.0}
    item |= {"name_zh": "容器", "use_certificate": "容15苏B00123(18)", "design_life_y": 20.0, "vessel_class": "II"}
    small.edit(Equipment, small.item, **item)
    frame = small.read(NOW).components
    assert (frame.unit[0], frame.loop[0], frame.circuit[0]) == ("CDU", "L1", "")
    assert (frame.texts("fluid")[0], frame.texts("phase")[0]) == ("C5", "two_phase")
    assert (frame.inventory_kg[0], frame.group_inventory_kg[0]) == (500.0, 9000.0)
    assert (frame.material[0], frame.CA_mm[0], frame.E[0], frame.dead_leg[0]) == ("A106-B", 3.0, 0.85, 1)
    assert (frame.name_zh[0], frame.use_certificate[0]) == ("容器", "容15苏B00123(18)")
    assert (frame.design_life_y[0], frame.texts("vessel_class")[0]) == (20.0, "II")
    own = {"material": "Q345R", "CA_mm": 1.5, "dead_leg": False, "circuit_id": circuit, "fluid": "H2S"}
    small.edit(Component, small.component, **own, bend_radius_D=1.5, inventory_kg=70.0)
    frame = small.read(NOW).components
    assert (frame.material[0], frame.CA_mm[0], frame.E[0], frame.dead_leg[0]) == ("Q345R", 1.5, 0.85, 0)
    assert (frame.circuit[0], frame.circuit_id[0], frame.loop[0]) == ("K1", circuit, "L2")
    assert (frame.texts("fluid")[0], frame.inventory_kg[0]) == ("H2S", 70.0)
    assert frame.R_bend_mm[0] == pytest.approx(1.5 * 6 * 25.4)


def test_open_codes_that_are_not_known_are_missing(engine: Engine) -> None:
    small = Small(engine, construction_code="API 530", fluid="naphtha")
    frame = small.read(NOW).components
    assert (frame.construction_code[0], frame.fluid[0]) == (-1, -1)


def test_fittings_mark_injection_points_and_dead_legs(engine: Engine) -> None:
    small = Small(engine, fitting="injection")
    small.add(Component(equipment_id=small.item, chamber_id=small.chamber, name="b", fitting="deadleg"))
    frame = small.read(NOW).components
    assert (frame.injection_point.tolist(), frame.dead_leg.tolist()) == ([1, -1], [-1, 1])


def test_start_of_a_component_is_the_latest_of_service_and_replacement(engine: Engine) -> None:
    small = Small(engine, in_service_d=day("2000-01-01"), replaced_d=day("2012-06-01"))
    small.edit(Equipment, small.item, in_service_d=day("1999-01-01"), replaced_d=day("2008-01-01"))
    starts = [small.cell("component_start_d", d) for d in ("2007-12-31", "2008-01-01", "2012-05-31", NOW)]
    assert starts == [day(d) for d in ("2000-01-01", "2008-01-01", "2008-01-01", "2012-06-01")]
    assert small.cell("in_service_d", "2007-12-31") == day("1999-01-01")
    assert small.cell("in_service_d", NOW) == day("2008-01-01")


def test_a_replaced_instance_gives_way_and_its_locations_stay(engine: Engine) -> None:
    small = Small(engine, in_service_d=day("2000-01-01"))
    small.reading("2010-01-01", 9.0)
    (new,) = small.add(
        Component(
            equipment_id=small.item,
            chamber_id=small.chamber,
            name="V-101-SH1",
            instance=2,
            t_nom_mm=14.0,
            in_service_d=day("2015-06-01"),
        )
    )
    small.edit(Component, small.component, out_of_service_d=day("2015-06-01"), replaced_by_id=new)
    small.add(Inspection(equipment_id=small.item, component_id=small.component, date_d=1, inspection_type="external"))
    before, after = small.read("2015-05-31"), small.read("2015-06-01")
    assert before.components.component_id.tolist() == [small.component]
    assert after.components.component_id.tolist() == [new]
    assert after.cmls.cml_id.tolist() == before.cmls.cml_id.tolist() == [small.cml]
    assert after.cmls.start_d.tolist() == [day("2015-06-01")]
    assert after.cmls.t_nom_mm.tolist() == [14.0]
    assert after.readings.n == 1 and after.readings.date_d[0] < after.cmls.start_d[0]
    assert after.inspections.component_row.tolist() == [0]
    (own,) = small.add(Cml(component_id=new, name="V-101-001"))
    assert small.read(NOW).cmls.cml_id.tolist() == [own]
    assert small.read("2015-05-31").cmls.cml_id.tolist() == [small.cml]


def test_what_was_not_in_service_is_not_there(engine: Engine) -> None:
    small = Small(engine, in_service_d=day("2010-01-01"), out_of_service_d=day("2020-01-01"))
    assert [small.read(d).components.n for d in ("2009-12-31", "2010-01-01", "2019-12-31", "2020-01-01")] == [
        0,
        1,
        1,
        0,
    ]
    assert small.read("2009-01-01").readings.n == 0
    small.edit(Equipment, small.item, out_of_service_d=day("2018-01-01"))
    assert small.read("2019-01-01").components.n == 0


def test_a_process_change_begins_a_new_regime(engine: Engine) -> None:
    small = Small(engine, in_service_d=day("2000-01-01"))
    (circuit,) = small.add(Circuit(site_id=small.site, name="K1"))
    small.add(
        CircuitRegime(circuit_id=circuit, from_d=day("2012-01-01"), reason="crude change"),
        CircuitRegime(circuit_id=circuit, from_d=day("2019-01-01"), reason="inhibitor stopped"),
    )
    small.edit(Component, small.component, circuit_id=circuit)
    regimes = [small.cell("regime_start_d", d) for d in ("2011-12-31", "2012-01-01", NOW)]
    assert regimes == [NO_DATE, day("2012-01-01"), day("2019-01-01")]
    starts = [int(small.read(d).cmls.start_d[0]) for d in ("2011-12-31", "2018-12-31", NOW)]
    assert starts == [day("2000-01-01"), day("2012-01-01"), day("2019-01-01")]


def test_a_line_gives_its_circuit_to_its_components(engine: Engine) -> None:
    small = Small(engine)
    (circuit,) = small.add(Circuit(site_id=small.site, name="K1"))
    small.add(CircuitRegime(circuit_id=circuit, from_d=day("2012-01-01")))
    small.edit(Equipment, small.item, circuit_id=circuit)
    assert (small.cell("circuit", NOW), small.cell("regime_start_d", NOW)) == ("K1", day("2012-01-01"))


def test_lining_and_relocation_begin_a_new_baseline_of_the_location(engine: Engine) -> None:
    small = Small(engine, in_service_d=day("2000-01-01"))
    small.add(
        Lining(component_id=small.component, kind="overlay", installed_d=day("2011-01-01")),
        Lining(component_id=small.component, kind="strip", installed_d=day("2005-01-01"), removed_d=day("2014-01-01")),
        Lining(component_id=small.component, kind="overlay", installed_d=day("2030-01-01")),
    )
    (second,) = small.add(Cml(component_id=small.component, name="V-101-002", installed_d=day("2016-01-01")))
    small.add(CmlEvent(cml_id=second, date_d=day("2018-01-01"), kind="relocated", reason="mark lost"))

    def starts(as_of: str) -> list[int]:
        return [int(d) for d in small.read(as_of).cmls.start_d]

    assert starts("2010-01-01") == [day("2005-01-01")] * 2
    assert starts("2013-01-01") == [day("2011-01-01")] * 2
    assert starts("2017-01-01") == [day("2014-01-01"), day("2016-01-01")]
    assert starts(NOW) == [day("2014-01-01"), day("2018-01-01")]


def test_active_follows_what_happened_to_the_location(engine: Engine) -> None:
    small = Small(engine)
    small.add(
        CmlEvent(cml_id=small.cml, date_d=day("2015-01-01"), kind="retired"),
        CmlEvent(cml_id=small.cml, date_d=day("2019-01-01"), kind="reinstated"),
        Cml(component_id=small.component, name="off", active=False),
    )
    days = ("2014-12-31", "2015-01-01", "2018-12-31", "2019-01-01")
    assert [small.read(d).cmls.active.tolist() for d in days] == [[1, 0], [0, 0], [0, 0], [1, 0]]


def test_days_under_grade_4_add_up_over_all_periods(engine: Engine) -> None:
    small = Small(engine)

    def grade(date: str, value: int, **more: Any) -> SafetyGradeRecord:
        return SafetyGradeRecord(equipment_id=small.item, from_d=day(date), grade=value, **more)

    small.add(grade("2010-01-01", 2), grade("2012-01-01", 4), grade("2012-04-10", 3), grade("2020-01-01", 4))
    assert small.cell("monitored_days", "2011-01-01") == 0
    assert small.cell("monitored_days", "2012-02-01") == 31
    assert small.cell("monitored_days", "2015-01-01") == 100
    assert small.cell("monitored_days", "2020-01-31") == 130
    assert [small.cell("safety_grade", d) for d in ("2009-01-01", "2012-02-01", "2015-01-01", NOW)] == [-1, 4, 3, 4]
    small.add(grade("2021-01-01", 4, reset_monitored=True, decided_by="inspection body", reference="R-7"))
    assert small.cell("monitored_days", "2021-01-11") == 10
    assert small.cell("monitored_days", "2020-12-31") == 100 + 365
    with pytest.raises(InputError):
        small.add(grade("2022-01-01", 4, reset_monitored=True))


def test_grades_of_inspections_count_where_no_record_says_otherwise(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Equipment, small.item, safety_grade=2)
    assert (small.cell("safety_grade", NOW), small.cell("monitored_days", NOW)) == (2, -1)
    seen = {"equipment_id": small.item, "inspection_type": "internal"}
    small.add(
        Inspection(**seen, date_d=day("2018-01-01"), safety_grade=4),
        Inspection(**seen, date_d=day("2019-01-01"), safety_grade=3),
        Inspection(**seen, date_d=day("2019-01-01"), safety_grade=4),
        SafetyGradeRecord(equipment_id=small.item, from_d=day("2020-01-01"), grade=3),
    )
    assert [small.cell("safety_grade", d) for d in ("2017-01-01", "2019-06-01", NOW)] == [2, 4, 3]
    assert small.cell("monitored_days", NOW) == 730


def test_last_inspections_and_the_stated_next_date(engine: Engine) -> None:
    small = Small(engine)
    (other,) = small.add(Component(equipment_id=small.item, chamber_id=small.chamber, name="HD1"))

    def seen(date: str, kind: str, component: int | None = None, **more: Any) -> Inspection:
        return Inspection(
            equipment_id=small.item, component_id=component, date_d=day(date), inspection_type=kind, **more
        )

    small.add(
        seen("2010-01-01", "internal", safety_grade=2, next_d=day("2016-01-01")),
        seen("2016-01-01", "internal", small.component),
        seen("2017-01-01", "onstream", statutory=True, next_d=day("2023-01-01")),
        seen("2018-01-01", "external"),
        seen("2019-01-01", "annual_check", next_d=day("2020-01-01")),
        seen("2025-01-01", "internal", safety_grade=1, next_d=day("2031-01-01")),
    )
    frame = small.read(NOW).components
    assert frame.last_periodic_d.tolist() == [day("2017-01-01")] * 2
    assert frame.next_stated_d.tolist() == [day("2023-01-01")] * 2
    assert frame.last_internal_d.tolist() == [day("2016-01-01"), day("2010-01-01")]
    assert frame.last_external_d.tolist() == [day("2018-01-01")] * 2
    early = small.read("2012-01-01").components
    assert early.next_stated_d.tolist() == [day("2016-01-01")] * 2
    rows = small.read(NOW).inspections
    assert rows.component_row.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]
    assert rows.date_d[:5].tolist() == sorted(rows.date_d[:5].tolist())
    assert rows.texts("inspection_type")[:2].tolist() == ["internal", "internal"]
    assert other == 2


def test_a_periodic_inspection_without_next_date_states_none(engine: Engine) -> None:
    small = Small(engine)
    seen = {"equipment_id": small.item, "inspection_type": "internal"}
    small.add(
        Inspection(**seen, date_d=day("2010-01-01"), safety_grade=2, next_d=day("2016-01-01")),
        Inspection(**seen, date_d=day("2016-01-01"), safety_grade=2),
    )
    assert small.cell("next_stated_d", NOW) == NO_DATE


def test_the_earliest_open_repair_counts(engine: Engine) -> None:
    small = Small(engine)
    (other,) = small.add(Component(equipment_id=small.item, chamber_id=small.chamber, name="HD1"))

    def repair(number: str, expiry: str, **more: Any) -> TemporaryRepair:
        given = {"site_id": small.site, "equipment_id": small.item, "installed_d": day("2020-01-01")} | more
        return TemporaryRepair(number=number, expiry_d=day(expiry), **given)

    small.add(
        repair("R1", "2026-01-01"),
        repair("R2", "2025-01-01", component_id=small.component),
        repair("R3", "2021-01-01", closed_d=day("2020-12-01")),
        repair("R4", "2024-06-01", installed_d=day("2024-05-01")),
    )
    assert small.read(NOW).components.temp_repair_expiry_d.tolist() == [day("2025-01-01"), day("2026-01-01")]
    assert small.read("2020-06-01").components.temp_repair_expiry_d.tolist() == [day("2021-01-01")] * 2
    assert small.cell("temp_repair_expiry_d", "2019-01-01") == NO_DATE
    assert other


def test_the_latest_life_assessment_counts(engine: Engine) -> None:
    small = Small(engine)
    given = {"equipment_id": small.item}
    small.add(
        LifeAssessment(**given, assessed_d=day("2015-01-01"), valid_until_d=day("2030-01-01")),
        LifeAssessment(**given, assessed_d=day("2020-01-01"), valid_until_d=day("2026-01-01")),
    )
    days = [small.cell("assessed_until_d", d) for d in ("2014-01-01", "2016-01-01", NOW)]
    assert days == [NO_DATE, day("2030-01-01"), day("2026-01-01")]


@pytest.mark.parametrize("place", ["component", "item", "circuit", "loop"])
def test_mechanisms_reach_the_component_from_every_place(engine: Engine, place: str) -> None:
    small = Small(engine)
    (loop,) = small.add(CorrosionLoop(site_id=small.site, name="L1"))
    (circuit,) = small.add(Circuit(site_id=small.site, name="K1", loop_id=loop))
    small.edit(Component, small.component, circuit_id=circuit)
    where = {
        "component": {"component_id": small.component},
        "item": {"equipment_id": small.item},
        "circuit": {"circuit_id": circuit},
        "loop": {"loop_id": loop},
    }[place]
    small.add(DamageAssignment(mechanism="thinning_local", **where))
    small.add(DamageAssignment(mechanism="cui", until_d=day("2020-01-01"), **where))
    frame = small.read(NOW).components
    flags = [int(c[0]) for c in (frame.local_mechanism, frame.internal_thinning, frame.external_thinning)]
    assert flags == [1, 1, 0]
    assert small.cell("external_thinning", "2019-01-01") == 1
    small.edit(Component, small.component, local_mechanism=False)
    assert small.cell("local_mechanism", NOW) == 0


def test_side_and_local_as_stated_go_before_the_name(engine: Engine) -> None:
    small = Small(engine)
    given = {"component_id": small.component}
    small.add(DamageAssignment(mechanism="thinning_local", side="external", local=False, **given))
    frame = small.read(NOW).components
    assert (frame.local_mechanism[0], frame.internal_thinning[0], frame.external_thinning[0]) == (0, 0, 1)
    with pytest.raises(InputError):
        small.add(DamageAssignment(mechanism="cui", component_id=small.component, equipment_id=small.item))


def test_readings_are_ordered_and_cut_at_the_day(engine: Engine) -> None:
    small = Small(engine)
    (survey,) = small.add(Survey(site_id=small.site, name="检测 2019"))
    (second,) = small.add(Cml(component_id=small.component, name="V-101-002"))
    small.reading("2020-01-01", 8.0, cml=second, position=2, position_text="90°")
    small.reading("2019-01-01", 8.5, cml=second, position=2, survey_id=survey, T_surface_C=180.0, accept_short=True)
    small.reading("2020-01-01", 7.0, cml=second, position=1)
    small.reading("2020-01-01", 9.0)
    small.reading("2010-01-01", 9.5, quality=2, quality_reason="scale", is_nominal=True)
    small.reading("2010-01-01", 9.6, quality=1)
    small.reading("2025-01-01", 6.0)
    small.reading("1969-12-31", 11.0, cml=second, position=-3)
    frame = small.read(NOW).readings
    assert frame.t_mm.tolist() == [9.5, 9.6, 9.0, 11.0, 7.0, 8.5, 8.0]
    assert frame.cml_row.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert frame.position.tolist() == [0, 0, 0, -3, 1, 2, 2]
    assert frame.date_d[3] == -1
    assert frame.quality.tolist() == [2, 1, 0, 0, 0, 0, 0]
    assert (frame.is_nominal.tolist(), frame.accept_short.tolist()) == ([1, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 0])
    assert frame.survey.tolist() == ["", "", "", "", "", "检测 2019", ""]
    assert frame.position_text.tolist()[-1] == "90°"
    assert frame.T_surface_C[5] == 180.0 and np.isnan(frame.T_surface_C[0])
    assert frame.row_version.tolist() == [1] * 7


def test_sites_do_not_see_each_other(engine: Engine) -> None:
    small = Small(engine)
    small.reading("2020-01-01", 9.0)
    with UnitOfWork(engine, "Ann", "second site") as uow:
        uow.add(site := Site(name="Other"))
        uow.add(item := Equipment(site_id=site.id, tag="V-101", equipment_kind="drum"))
        uow.add(chamber := Chamber(equipment_id=item.id, chamber="main"))
        uow.add(part := Component(equipment_id=item.id, chamber_id=chamber.id, name="V-101-SH1"))
        uow.add(cml := Cml(component_id=part.id, name="V-101-001"))
        uow.add(Reading(cml_id=cml.id, date_d=1, t_mm=5.0), Reading(cml_id=cml.id, date_d=2, t_mm=4.0))
        uow.commit()
        other = site.id
    first, second = small.read(NOW), read_plant(engine, other, day(NOW))
    assert first.readings.t_mm.tolist() == [9.0]
    assert second.readings.t_mm.tolist() == [5.0, 4.0]
    assert second.components.component_id.tolist() == [2]


def test_rows_are_grouped_under_many_components(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "bulk") as uow:
        name = [f"C{i:03d}" for i in range(50)]
        parts = uow.bulk_insert(Component, {"equipment_id": small.item, "chamber_id": small.chamber, "name": name})
        # Locations in reverse, so that their ids run against those of the components.
        owner = np.repeat(np.array(parts)[::-1], 2)
        cmls = uow.bulk_insert(Cml, {"component_id": owner, "name": ["a", "b"] * 50})
        dates = np.tile([300, 100, 200], 100)
        uow.bulk_insert(Reading, {"cml_id": np.repeat(np.array(cmls), 3), "date_d": dates, "t_mm": dates / 30.0})
        uow.commit()
    plant = small.read(NOW)
    assert plant.cmls_of_component.counts.tolist() == [1] + [2] * 50
    assert plant.readings_of_cml.counts.tolist() == [0] + [3] * 100
    assert plant.components.component_id[plant.cmls.component_row[1:]].tolist() == np.sort(owner).tolist()
    assert plant.readings.date_d.tolist() == [100, 200, 300] * 100
    cml_ids = plant.cmls.cml_id[1:].reshape(-1, 2)
    assert bool(np.all(cml_ids[:, 0] < cml_ids[:, 1]))
