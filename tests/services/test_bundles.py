"""Bundles from recorded facts to fits, states and the command line."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from plants import COMPONENTS, FILE, new_plant, take, write

from integrity.__main__ import main
from integrity.core.dates import days_of
from integrity.services import bundles
from integrity.services.readings import undo
from integrity.services.session import Session

EQUIPMENT = [
    "Tag,Name,Kind,Unit,Corrosion loop,Code,Edition,In service,Design life (a)",
    *(f"E-{i},Cooler {i},exchanger,U1,CL-1,GB 150,1998,1980-01-01,20" for i in range(1, 7)),
    "V-1,Feed drum,drum,U1,CL-1,GB 150,1998,2000-05-01,20",
    "V-2,Flash drum,drum,U1,CL-1,GB 150,1998,2000-05-01,20",
]
PARTS = [
    *COMPONENTS,
    *(f"E-{i},E-{i}-TUBES,tube,HEXTUBE,pipe,20,2.5,16MnR,1.0,1.0,150,100" for i in range(1, 7)),
]
# Lives of the known example in calendar days: five failures, four survivors, in five exchangers of one set.
LIVES = {
    "E-1": [("1980-01-01", 18, True), ("1998-01-01", 10, True), ("2008-01-01", 16, False)],
    "E-2": [("1980-01-01", 22, True), ("2002-01-01", 12, False)],
    "E-3": [("1985-01-01", 14, True), ("1999-01-01", 13, False)],
    "E-4": [("1990-01-01", 8, True), ("1999-10-06", 25, False)],
}
HEAD = "Subject,Symbol,Value,Unit,From,Source,Reason"


def history() -> list[str]:
    rows = [HEAD]
    for tag, lives in LIVES.items():
        for begin, years, failed in lives:
            start = days_of(begin, "x")
            end = start + round(years * 365.25)
            rows += [
                f"item:{tag},bundle_installed_d,{begin},,{begin},,",
                f"item:{tag},bundle_set,cooler carbon steel,,{begin},,",
            ]
            if end <= days_of("2024-10-04", "x"):
                rows += [
                    f"item:{tag},bundle_removed_d,{day(end)},,{begin},,",
                    f"item:{tag},bundle_failed,{'yes' if failed else 'no'},,{begin},,",
                    f"item:{tag},bundle_mechanism,{'pitting' if failed else ''},,{begin},," if failed else "",
                ]
    rows += [
        "item:E-5,bundle_installed_d,2010-01-01,,2010-01-01,,",
        "item:E-6,bundle_removed_d,2010-01-01,,2005-01-01,,",
    ]
    costs = {
        "production_cost_d": "50000",
        "bundle_rate_reduction": "0.25",
        "bundle_days_fail": "12",
        "bundle_days_plan": "4",
        "bundle_env_fail": "20000",
        "bundle_env_plan": "0",
        "bundle_maint_cost": "15000",
        "bundle_cost_stated": "80000",
        "bundle_insp_cost": "4000",
    }
    rows += [f"item:E-4,{s},{v},,,," for s, v in costs.items()]
    return [r for r in rows if r]


def day(number: int) -> str:
    from integrity.core.dates import iso_of

    return iso_of(number)


@pytest.fixture
def plant(tmp_path: Path) -> Session:
    session = new_plant(tmp_path, equipment=EQUIPMENT, components=PARTS)
    done = take(session, write(tmp_path, "facts.csv", history()))
    assert not done.blocked, done.blocked
    return session


def test_every_record_is_read_with_its_end(plant: Session) -> None:
    rows, _ = bundles.records(plant)
    assert [r.tag for r in rows].count("E-1") == 3 and len(rows) == 11
    ends = {(r.tag, day(r.installed_d)): r.end for r in rows if r.tag != "E-6"}
    assert ends[("E-1", "1980-01-01")] == "failed" and ends[("E-4", "1999-10-06")] == "in_service"
    assert rows[0].component == "E-1-TUBES" and rows[0].bundle_set == "cooler carbon steel"
    (open_,) = [r for r in rows if r.tag == "E-6"]
    assert open_.reasons == "missing:bundle_installed_d; missing:bundle_failed"


def test_the_set_is_fitted_and_a_bundle_of_its_own_is_not(plant: Session) -> None:
    done = bundles.assess(plant)
    by_tag = {s.record.tag: s for s in done.states}
    assert sorted(by_tag) == ["E-4", "E-5"]
    one = by_tag["E-4"]
    assert (one.n_records, one.n_failures, one.method, one.amount) == (9, 5, "rrx", "enough")
    assert (round(one.beta, 2), round(one.eta_y, 1)) == (2.57, 20.4) and one.eta_lo_y < one.eta_y
    assert one.eta_base == "lower_bound" and 0.0 < one.P_bundle < 1.0
    assert by_tag["E-5"].amount == "none" and "limit:bundle.enough_failures" in by_tag["E-5"].reasons
    assert by_tag["E-5"].P_bundle != by_tag["E-5"].P_bundle


def test_costs_turnarounds_and_replacement(plant: Session) -> None:
    (s,) = [s for s in bundles.assess(plant).states if s.record.tag == "E-4"]
    assert s.C_fail == pytest.approx(50000 * 0.25 * 12 + 20000 + 80000 + 15000)
    assert s.C_plan == pytest.approx(50000 * 0.25 * 4 + 80000 + 15000)
    assert s.risk_TA2 > s.risk_TA1 > 0.0 and s.action in ("inspect", "either")
    assert s.optimum in ("inside", "last") and s.age_opt_y > 0.0 and s.target_state == "none"
    assert s.reasons == ""


def test_a_chosen_selection_and_a_mechanism(plant: Session) -> None:
    done = bundles.assess(plant, selected=bundles.only(["E-1", "E-2"]))
    assert {s.n_records for s in done.states} == {5}
    everything = bundles.assess(plant, selected=bundles.same())
    assert {s.n_records for s in everything.states} == {10}
    other = bundles.assess(plant, mechanism="vibration")
    assert all(s.n_failures == 0 for s in other.states)


def test_an_earlier_day_knows_less(plant: Session) -> None:
    early = bundles.assess(plant, plant=plant.plant(days_of("2001-06-01", "x")))
    ends = sorted((r.tag, r.end) for r in early.records)
    assert ("E-2", "in_service") in ends and ("E-4", "in_service") in ends
    assert not any(r.tag == "E-5" for r in early.records)
    assert {s.n_failures for s in early.states if s.record.bundle_set} == {3}


def test_plot_and_withdrawal(plant: Session) -> None:
    done = bundles.assess(plant)
    plot = bundles.plot_of(done, 0)
    assert plot.failure_y.size == 5 and plot.suspended_y.size == 4
    undo(plant)
    assert bundles.assess(plant).records == ()


def test_command_line(plant: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant.close()
    file = str(tmp_path / FILE)
    assert main(["bundles", file]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(r["tag"], r["method"]) for r in rows] == [("E-4", "rrx"), ("E-5", "rrx")]
    assert main(["bundles", file, "--records", "--lang", "zh_CN"]) == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 11
    assert main(["bundles", file, "--similar", "colour"]) == 2
    assert main(["bundles", file, "--set", "rbi.bundle_fit=mle", "--only", "E-1,E-2,E-3,E-4"]) == 1
    assert "mle" in capsys.readouterr().out
