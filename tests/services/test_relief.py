"""Relief devices from register and facts to risk, next test and the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from plants import COMPONENTS, FILE, new_plant, readings, take, write

from integrity.__main__ import main
from integrity.core.dates import days_of
from integrity.core.settings import Settings
from integrity.services import relief
from integrity.services.session import Session
from integrity.services.study import run_study

REGISTER = [
    "PRD tag,Protects,Type,Set pressure (MPa),Inlet x outlet,Orifice,Last test,As found (MPa),Next test,Service,Remark",
    "PSV-1,V-1,pilot,1.0,2 x 3,J,2022-03-04,1.02,2026-03-04,C6-C8,",
    "PSV-2,V-2,spring,5.0,3 x 4,L,2020-04-05,1.9,2024-04-05,C6-C8,",
]
HEAD = "Subject,Symbol,Value,Unit,From,Source,Reason"
FACTS = {
    "prd_overhauled_d": "2018-05-01",
    "severity_fail": "moderate",
    "severity_leak": "moderate",
    "prd_chatter": "no",
    "actuations_y": "0",
    "prd_vibration": "no",
    "prd_cyclic": "no",
    "T_prd_C": "80",
    "demand_case": "fire",
    "DRRF": "0.1",
    "P_over_MPa": "2.2",
    "FC_over": "2000000",
    "prd_capacity_kg_s": "3",
    "NPS_inlet": "2",
    "discharge": "flare",
    "flare_recovery": "no",
    "fluid_cost_kg": "0.6",
    "prd_env_cost": "500",
    "prd_repair_cost": "1500",
    "production_cost_d": "50000",
    "prd_outage_d": "1",
    "leak_tolerated": "yes",
    "prd_effectiveness": "A",
    "prd_tested_d": "2022-03-04",
    "prd_leak_result": "pass",
}
UNITS = {"prd_capacity_kg_s": "kg/s", "fluid_cost_kg": "cur/kg", "P_over_MPa": "MPa", "T_prd_C": "℃"}
SETTINGS = {"rbi.prd_target_risk": 400.0}
READINGS = [
    *(f"V-1-001,{t},{day},UT" for t, day in ((12.0, "2012-05-01"), (11.4, "2022-05-01"))),
    *(f"V-2-001,{t},{day},UT" for t, day in ((10.0, "2012-05-01"), (9.6, "2022-05-01"))),
]
PARTS = [
    COMPONENTS[0] + ",Operating press. (MPa),Operating temp. (℃),Fluid",
    *(f"{r},0.6,80,C6-C8" for r in COMPONENTS[1:]),
]


def facts(*more: str, **changed: str) -> list[str]:
    held = {**FACTS, **changed}.items()
    return [HEAD, *(f"item:V-1,{s},{v},{UNITS.get(s, '')},,lab," for s, v in held if v), *more]


def plant_with(folder: Path, lines: list[str], register: list[str] = REGISTER) -> Session:
    session = new_plant(folder, components=PARTS)
    for name, rows in (("relief", register), ("facts", lines)):
        done = take(session, write(folder, f"{name}.csv", rows))
        assert not done.blocked, done.blocked
        assert name == "relief" or not done.tally.rejected, done.findings.code
    take(session, readings(folder, "ut.csv", *READINGS))
    return session


def assessed(session: Session) -> dict[str, relief.DeviceState]:
    done = relief.assess(session, run_study(session.plant(), Settings(SETTINGS)))
    return {s.device.tag: s for s in done.states}


@pytest.fixture
def plant(tmp_path: Path) -> Session:
    return plant_with(tmp_path, facts())


def test_register_is_bound_to_what_it_protects(plant: Session) -> None:
    one, two = relief.register(plant)
    k = plant.plant().components
    assert [k.tag[i] for i in one.rows] == ["V-1"] and (one.prd_type, two.prd_type) == ("pilot_operated", "")
    assert one.set_pressure_MPa == 1.0 and one.alone


def test_probability_on_demand_with_its_own_test(plant: Session) -> None:
    s = assessed(plant)["PSV-1"]
    as_of = plant.as_of_d
    age = (as_of - days_of("2018-05-01", "x")) / 365.25
    assert s.age_y == pytest.approx(age) and (s.n_credited, s.n_uncredited) == (1, 0)
    t = (days_of("2022-03-04", "x") - days_of("2018-05-01", "x")) / 365.25
    prior = 1 - np.exp(-((t / 8.0) ** 1.8))
    weighted = prior + 0.2 * t / 8.0 * (0.1 * (1 - prior) - prior)
    eta = t / (-np.log(1 - weighted)) ** (1 / 1.8)
    assert s.eta_fail_y == pytest.approx(eta) and s.P_fod == pytest.approx(1 - np.exp(-((age / eta) ** 1.8)))
    assert s.P_fod_bound > s.P_fod and 0.0 < s.P_leak < s.P_leak_bound


def test_risk_of_both_modes_and_the_next_test(plant: Session) -> None:
    s = assessed(plant)["PSV-1"]
    assert s.reasons == "" and s.n_cases == 1
    assert s.risk_prd == pytest.approx(s.risk_fail + s.risk_leak) and s.risk_fail > 0.0
    assert s.risk_fail == pytest.approx(s.f_prd * 2e6)
    assert s.target_state in ("crosses", "reached") and s.years_to_test == s.years_to_test


def test_consequence_is_that_of_a_release_at_the_overpressure(tmp_path: Path) -> None:
    low = tmp_path / "low"
    high = tmp_path / "high"
    for folder in (low, high):
        folder.mkdir()
    a = assessed(plant_with(low, facts(P_over_MPa="1.4")))["PSV-1"]
    b = assessed(plant_with(high, facts(P_over_MPa="3.0")))["PSV-1"]
    assert b.f_prd > a.f_prd
    if a.risk_area == a.risk_area:
        assert b.risk_area / b.f_prd > a.risk_area / a.f_prd


def test_what_is_not_recorded_is_said_and_never_made_up(plant: Session) -> None:
    s = assessed(plant)["PSV-2"]
    assert np.isnan([s.P_fod, s.P_leak, s.risk_prd, s.years_to_test]).all() and s.n_credited == 0
    assert {"missing:prd_type", "missing:severity_fail", "limit:relief.cases_recorded"} <= set(s.reasons.split("; "))
    assert "missing:P_fod" not in s.reasons


def test_set_pressure_above_the_wall(plant: Session) -> None:
    s = assessed(plant)
    assert s["PSV-2"].set_above_mawp and not s["PSV-1"].set_above_mawp
    assert s["PSV-2"].MAWP_MPa < 5.0


def test_two_devices_on_one_item_share_no_facts(tmp_path: Path) -> None:
    both = [*REGISTER[:2], REGISTER[2].replace(",V-2,", ",V-1,")]
    s = assessed(plant_with(tmp_path, facts(), both))
    for state in s.values():
        assert "limit:relief.one_device_only" in state.reasons and np.isnan(state.P_fod)


def test_tests_and_cases_are_dated_records(tmp_path: Path) -> None:
    more = [
        "item:V-1,prd_tested_d,2020-05-01,,2020-05-01,lab,",
        "item:V-1,prd_effectiveness,B,,2020-05-01,lab,",
        "item:V-1,prd_result,fail,,2020-05-01,lab,",
        "item:V-1,demand_case,power_failure,,2019-01-01,hazop,",
        "item:V-1,DRRF,1,,2019-01-01,hazop,",
        "item:V-1,P_over_MPa,1.5,,2019-01-01,hazop,",
    ]
    folder = tmp_path / "more"
    folder.mkdir()
    s = assessed(plant_with(folder, facts(*more)))["PSV-1"]
    one = tmp_path / "one"
    one.mkdir()
    base = assessed(plant_with(one, facts()))["PSV-1"]
    assert s.n_credited == 2 and s.P_fod > base.P_fod
    assert s.n_cases == 2 and s.f_prd > base.f_prd


def test_command_line(plant: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant.close()
    assert main(["relief", str(tmp_path / FILE)]) == 1
    rows = {r["tag"]: r for r in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert rows["PSV-1"]["type"] == "pilot_operated" and rows["PSV-2"]["type"] == "spring"
    assert rows["PSV-2"]["set_above_mawp"] == "True" and rows["PSV-1"]["protects"] == "V-1"
