"""Candidate dates: each rule by hand, the governing one, scope, and the conventions A6 to A8."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.frames.results import CandidateFrame, PositionFrame
from integrity.core.settings import DEFAULTS
from integrity.plan.candidates import LifeFacts, candidate_dates
from integrity.plan.procedures import INTERVAL
from integrity.regulation.dates import add_years


def day(text: str) -> int:
    return (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days


def vessel(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "component_id": [1],
        "tag": ["V-1"],
        "equipment_kind": [index_of("equipment_kind", "drum")],
        "D_mm": [2000.0],
        "volume_m3": [20.0],
        "P_MPa": [1.0],
        "P_op_MPa": [0.8],
        "fluid": [index_of("fluid", "C6-C8")],
        "in_service_d": [day("1992-06-01")],
        "last_internal_d": [day("2019-05-10")],
        "last_external_d": [day("2022-05-10")],
        "last_periodic_d": [day("2020-02-29")],
        "safety_grade": [2],
    }
    return {**base, **changes}


def run(
    columns: dict[str, object], RL: float = np.nan, last: str = "2022-03-01", **life: int
) -> CandidateFrame:
    k = ComponentFrame.from_columns(columns)
    cmls = CmlFrame.from_columns({"cml_id": [1], "component_row": [0]})
    positions = PositionFrame.from_columns(
        {"cml_row": [0], "position": [0], "RL_y": [RL], "last_d": [day(last)]}
    )
    plant = Plant(
        "s", day("2026-11-01"), k, cmls, ReadingFrame.from_columns({}, 0), InspectionFrame.from_columns({}, 0)
    )
    facts = LifeFacts(
        positions,
        np.array([0]),
        np.array([day(last)]),
        np.array([life.get("t_min_reached_d", NO_DATE)]),
        np.array([life.get("risk_target_d", NO_DATE)]),
    )
    return candidate_dates(plant, facts, DEFAULTS)


def due(c: CandidateFrame, rule: str) -> str:
    rows = [i for i in range(c.n) if c.rule[i] == rule]
    assert len(rows) == 1, (rule, list(c.rule))
    return (dt.date(1970, 1, 1) + dt.timedelta(days=int(c.due_d[rows[0]]))).isoformat()


def test_whole_years_are_anniversaries_and_leap_day_moves_back() -> None:
    assert add_years(day("2020-02-29"), 6.0) == day("2026-02-28")
    assert add_years(day("2020-02-29"), 4.0) == day("2024-02-29")
    assert add_years(day("2020-01-31"), 0.5) == day("2020-01-31") + 182
    assert add_years(NO_DATE, 2.0) == NO_DATE
    assert add_years(day("2020-01-31"), np.nan) == NO_DATE
    assert add_years(day("2020-03-01"), -1.5) == day("2018-03-01") + 182


def test_vessel_has_api_and_chinese_dates_side_by_side() -> None:
    c = run(vessel(), RL=12.0)
    assert due(c, "API510-INT-HALF") == "2028-03-01"
    assert due(c, "API510-INT-MAX") == "2029-05-10"
    assert due(c, "API510-EXT") == "2027-05-10"
    assert due(c, "CN-TSG21-G12") == "2026-02-28"
    governing = [str(c.rule[i]) for i in range(c.n) if c.governs[i] == 1]
    assert governing == ["CN-TSG21-G12"]


def test_api510_short_life_takes_whole_life_up_to_two_years() -> None:
    assert due(run(vessel(), RL=3.0), "API510-INT-HALF") == "2024-03-01"
    assert due(run(vessel(), RL=1.0), "API510-INT-HALF") == "2023-03-01"
    assert due(run(vessel(), RL=4.0), "API510-INT-HALF") == "2024-03-01"


def test_used_up_life_is_due_at_the_reading() -> None:
    assert due(run(vessel(), RL=-2.0), "API510-INT-HALF") == "2022-03-01"


def test_external_visual_does_not_decide() -> None:
    c = run(vessel(last_external_d=[day("2000-01-01")]), RL=30.0)
    rows = [i for i in range(c.n) if c.rule[i] == "API510-EXT"]
    assert c.decides[rows[0]] == 0 and c.governs[rows[0]] == 0


def test_stated_date_of_the_inspection_body_wins_over_the_grade_maximum() -> None:
    c = run(vessel(next_stated_d=[day("2024-07-01")]), RL=30.0)
    assert due(c, "CN-TSG21-STATED") == "2024-07-01"
    assert "CN-TSG21-G12" not in set(c.rule)


def test_grade_four_accumulates_monitored_days() -> None:
    c = run(vessel(safety_grade=[4], monitored_days=[1000]), RL=30.0)
    assert due(c, "CN-TSG21-G4") == (dt.date(2026, 11, 1) + dt.timedelta(days=95)).isoformat()


def test_atmospheric_tank_is_outside_tsg() -> None:
    tank = vessel(
        equipment_kind=[index_of("equipment_kind", "tank")],
        component_type=[index_of("component_type", "COURSE-1")],
    )
    c = run(tank, RL=20.0)
    assert not [r for r in c.rule if str(r).startswith("CN-")]
    assert due(c, "API653-UT") == "2032-03-01"


def test_tank_of_unknown_rate_has_the_five_year_interval() -> None:
    tank = vessel(
        equipment_kind=[index_of("equipment_kind", "tank")],
        component_type=[index_of("component_type", "COURSE-1")],
    )
    assert due(run(tank), "API653-UT") == "2027-03-01"


def test_low_pressure_vessel_without_certificate_is_outside() -> None:
    c = run(vessel(P_MPa=[0.05], P_op_MPa=[0.02]), RL=30.0)
    assert not [r for r in c.rule if str(r).startswith("CN-")]
    registered = run(vessel(P_MPa=[0.05], P_op_MPa=[0.02], use_certificate=["X"]), RL=30.0)
    assert "CN-TSG21-G12" in set(registered.rule)


def test_unknown_scope_keeps_the_date_and_says_so() -> None:
    c = run(vessel(volume_m3=[np.nan]), RL=30.0)
    rows = [i for i in range(c.n) if c.rule[i] == "CN-TSG21-G12"]
    assert c.reason[rows[0]] == "plan.why.scope_unknown" and c.decides[rows[0]] == 1


@pytest.mark.parametrize(("cls", "expected"), [("1", "2027-03-01"), ("2", "2032-03-01"), ("3", "2032-03-01")])
def test_piping_class_maximum(cls: str, expected: str) -> None:
    pipe = vessel(
        equipment_kind=[index_of("equipment_kind", "piping")],
        NPS_in=[6.0],
        api570_class=[index_of("api570_class", cls)],
        piping_class_cn=[index_of("piping_class_cn", "GC2")],
    )
    c = run(pipe, RL=60.0)
    assert due(c, "API570-C1" if cls == "1" else "API570-C23") == expected
    assert due(c, "CN-D7005-G12-GC12") == "2026-02-28"


def test_piping_without_class_takes_the_conservative_class_one() -> None:
    pipe = vessel(equipment_kind=[index_of("equipment_kind", "piping")], NPS_in=[6.0])
    c = run(pipe, RL=60.0)
    assert due(c, "API570-C1-NOCLASS") == "2027-03-01"
    assert due(c, "API570-HALF-C1-NOCLASS") == "2027-03-01"
    assert "CN-D7005-G12-GC12-NOGC" in set(c.rule)


def test_rbi_limit_informs_only() -> None:
    c = run(vessel(), RL=12.0)
    rows = [i for i in range(c.n) if c.rule[i] == "CN-TSG21-RBI"]
    assert c.decides[rows[0]] == 0


def test_risk_and_thickness_dates_take_part() -> None:
    c = run(
        vessel(next_stated_d=[day("2030-01-01")]),
        RL=30.0,
        t_min_reached_d=day("2026-12-01"),
        risk_target_d=day("2026-11-20"),
    )
    assert [str(c.rule[i]) for i in range(c.n) if c.governs[i] == 1] == ["risk_target"]


def test_interval_procedure_refuses_a_rule_without_life() -> None:
    result = INTERVAL.run({"anchor_d": [18000], "by_life": [1], "years_max": [10.0]}, DEFAULTS)
    assert result.refused[0] == 1 and np.isnan(result["interval_y"][0])
