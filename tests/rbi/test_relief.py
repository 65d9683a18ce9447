"""Relief devices: defaults, conditions, tests, overpressure cases, leakage, risk and interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi import relief, relief_risk
from integrity.rbi.data import keyed
from integrity.rbi.relief_clauses import TYPES
from tests.rbi import samples_devices as sd

ETA = {
    "conventional": ((50.5, 23.9, 17.6), (17.5, 15.5, 13.1)),
    "balanced_bellows": ((50.5, 23.9, 17.6), (16.0, 14.0, 11.5)),
    "pilot_operated": ((33.7, 8.0, 3.5), (17.5, 15.5, 13.1)),
    "rupture_disk": ((50.5, 50.5, 50.5), (17.5, 17.5, 17.5)),
    "prv_with_disk": ((50.5, 50.5, 50.5), (17.5, 17.5, 17.5)),
}
EVENTS = (0.004, 0.1, 0.08, 0.01, 0.1, 0.1, 0.02, 1.0, 0.001, 0.2)


def history(*tests: tuple[float, int, int, int]) -> dict[str, Any]:
    names = ("test_y", "effectiveness", "prd_result", "prd_plugged")
    columns = {n: [t[i] for t in tests] for i, n in enumerate(names)}
    return {"tests": {"case": [0] * len(tests), **columns}}


def fail(*tests: tuple[float, int, int, int], **changes: Any) -> Result:
    return relief.FAIL.run({s: [v] for s, v in {**sd.FAIL_BASE, **changes}.items()}, Settings(), history(*tests))


def leak(**changes: Any) -> Result:
    rules = changes.pop("rules", {})
    return relief.LEAK.run({s: [v] for s, v in {**sd.LEAK_BASE, **changes}.items()}, Settings(rules))


def case(**changes: Any) -> Result:
    return relief_risk.CASE.run({s: [v] for s, v in {**sd.CASE_BASE, **changes}.items()}, Settings())


def test_tables_retyped() -> None:
    for name, (opens, leaks) in ETA.items():
        i = TYPES.index(name)
        assert tuple(keyed("relief", "eta_fail").rows[i]) == opens
        assert tuple(keyed("relief", "eta_leak").rows[i]) == leaks
    assert tuple(keyed("relief", "demand").rows[:10, 0]) == EVENTS
    assert keyed("relief", "confidence").rows[:3].tolist() == [[0.9, 0.95], [0.7, 0.95], [0.5, 0.7]]


def test_default_probability_on_demand() -> None:
    assert fail()["P_fod"][0] == pytest.approx(1 - np.exp(-((4 / 23.9) ** 1.8)))


def test_only_a_single_source_row_is_marked() -> None:
    r = relief.FAIL.run({**{s: [v] * 5 for s, v in sd.FAIL_BASE.items()}, "prd_type": range(5)}, Settings())
    assert r["eta_check"].tolist() == [1, 1, 1, 1, 0]


def test_a_pass_never_raises_and_a_failure_never_lowers() -> None:
    base = fail()["P_fod"][0]
    for grade in range(3):
        for years in (1.0, 3.0, 8.0, 20.0):
            assert fail((years, grade, 0, 0))["P_fod"][0] <= base
            assert fail((years, grade, 1, 0))["P_fod"][0] >= base


def test_a_better_passed_test_lowers_more() -> None:
    P = [fail((6.0, g, 0, 0))["P_fod"][0] for g in range(3)]
    assert sorted(P) == P


def test_plugged_piping_makes_a_pass_a_failure() -> None:
    assert fail((3.0, 0, 0, 1))["P_fod"][0] == fail((3.0, 0, 1, 0))["P_fod"][0] > fail((3.0, 0, 0, 0))["P_fod"][0]


def test_tests_that_do_not_count_are_counted_as_such() -> None:
    r = fail((0.9, 0, 1, 0), (3.0, 3, 1, 0), (3.0, -1, 0, 0), (3.0, 0, -1, 0), (3.0, 1, 0, 0))
    assert (r["n_credited"][0], r["n_uncredited"][0]) == (1, 4)
    assert r["P_fod"][0] == fail((3.0, 1, 0, 0))["P_fod"][0]


def test_tests_are_taken_one_after_the_other() -> None:
    first = fail((3.0, 0, 1, 0))
    both = fail((3.0, 0, 1, 0), (3.5, 1, 0, 0))
    assert both["eta_prior_y"][0] == first["eta_upd_y"][0]


def test_a_bound_stands_where_something_is_missing() -> None:
    r = fail(prd_chatter=-1)
    assert r.verdict[0] == int(Verdict.INSUFFICIENT_DATA) and np.isnan(r["P_fod"][0])
    assert r["P_fod_bound"][0] == pytest.approx(fail(prd_chatter=1)["P_fod"][0])
    assert r["P_fod_bound"][0] > fail(prd_chatter=0)["P_fod"][0]
    assert np.isnan(fail(prd_type=-1)["P_fod_bound"][0])


def test_a_bound_is_never_below_the_number() -> None:
    for p, base in ((relief.FAIL, sd.SAMPLES[relief.KEY]), (relief.LEAK, sd.SAMPLES[relief.LEAK_KEY])):
        columns, tables = base[0][0], base[0][1]
        r = p.run(columns, Settings(), tables)
        number, bound = (r["P_fod"], r["P_fod_bound"]) if p is relief.FAIL else (r["P_leak"], r["P_leak_bound"])
        known = ~np.isnan(number)
        assert known.sum() > 15 and (bound[known] >= number[known] * (1 - 1e-12)).all()


def test_bound_of_leakage_covers_every_way_to_fill_in() -> None:
    unknown = {"prd_chatter": -1, "actuations_y": np.nan, "P_op_MPa": np.nan, "prd_vibration": -1, "prd_cyclic": -1}
    bound = leak(**unknown, T_prd_C=np.nan, severity_leak=-1, soft_seated=-1)["P_leak_bound"][0]
    worst = max(
        leak(severity_leak=2, prd_chatter=1, actuations_y=a, P_op_MPa=p, prd_vibration=1, prd_cyclic=1, T_prd_C=300.0)[
            "P_leak"
        ][0]
        for a in (0.0, 9.0)
        for p in (0.2, 0.9, 0.95, 1.0)
    )
    assert bound >= worst


def test_actuation_and_high_pressure_do_not_count_twice() -> None:
    both = leak(actuations_y=9.0, P_op_MPa=0.95)
    assert both["F_env"][0] == 0.5 and both["F_actuation"][0] == 1.0
    assert leak(actuations_y=9.0)["F_env"][0] == 0.5


def test_just_500_degF_follows_the_named_policy() -> None:
    assert leak(T_prd_C=260.0)["F_temperature"][0] == 0.6
    assert leak(T_prd_C=260.0, rules={"rbi.prd_hot_edge": "low"})["F_temperature"][0] == 0.8
    assert leak(T_prd_C=(200.0 - 32.0) / 1.8)["F_temperature"][0] == 1.0


def test_operating_pressure_at_the_limit() -> None:
    assert leak(P_op_MPa=0.9)["F_ratio"][0] == 1.0 and leak(P_op_MPa=0.9)["F_set"][0] == 1.0
    assert leak(P_op_MPa=0.45)["F_set"][0] == pytest.approx(0.5)
    assert leak(prd_type=3, P_op_MPa=np.nan)["F_set"][0] == 1.0


def test_a_test_says_its_result_or_the_opening_pressure_does() -> None:
    r = relief.TEST.run(sd.TEST, Settings())
    assert [relief.TOLD[i] for i in r["result_case"]][:5] == ["as_found", "as_found", "as_found", "stated", "none"]
    assert r["prd_outcome"][:5].tolist() == [0, 0, 1, 0, -1]
    assert reasons(relief.TEST, r, 5) == [("limit", "relief.test_after_overhaul")]


def test_overpressure_raises_the_loss_and_opens_the_device() -> None:
    low, high = case(P_over_MPa=1.3), case(P_over_MPa=3.0)
    assert low["F_op"][0] == 1.0 and high["F_op"][0] == pytest.approx(1 - 1.7 / 3.375)
    assert case(P_over_MPa=40.0)["F_op"][0] == 0.2
    assert high["P_loc"][0] > low["P_loc"][0]
    assert case(P_over_MPa=40.0)["P_loc"][0] == 1.0


def test_loss_is_continuous_at_the_allowable_pressure() -> None:
    at, above = case(P_over_MPa=1.05), case(P_over_MPa=1.05 * (1 + 1e-6))
    assert relief_risk.PRESSURES[at["P_loc_case"][0]] == "normal"
    assert above["P_loc"][0] == pytest.approx(at["P_loc"][0], rel=1e-3)


def test_more_pressure_never_lowers_the_loss_of_containment() -> None:
    P = np.linspace(0.2, 8.0, 200)
    columns = {s: [v] * 200 for s, v in sd.CASE_BASE.items()} | {"P_over_MPa": P}
    assert (np.diff(relief_risk.CASE.run(columns, Settings())["P_loc"]) >= -1e-4).all()


def test_demand_is_stated_or_of_the_case_and_never_made_up() -> None:
    assert case(EF_stated=0.03)["EF"][0] == 0.03 and case()["EF"][0] == 0.004
    r = case(demand_case=-1)
    assert reasons(relief_risk.CASE, r, 0) == [("limit", "relief.event_known")] and np.isnan(r["f_prd"][0])
    assert np.isnan(case(DRRF=np.nan)["f_prd"][0])


def test_several_devices_lower_the_pressure_only_of_the_equipment() -> None:
    one, many = case(), case(A_prd_mm2=500.0, A_total_mm2=2000.0)
    assert many["F_a"][0] == 0.5 and many["P_prot_MPa"][0] == 1.2
    assert many["F_op"][0] == one["F_op"][0]


def test_leak_cost_by_both_readings() -> None:
    r = {
        m: relief_risk.LEAK_COST.run(
            {s: [v] for s, v in sd.LEAK_COST_BASE.items()}, Settings({"rbi.prd_leak_model": m})
        )
        for m in ("two_case", "three_case")
    }
    minor, moderate, stuck = 0.03 * 7 * 86400 * 0.6, 0.3 * 7 * 86400 * 0.6, 0.75 * 1800 * 0.6
    want = 0.5 * minor + 0.4 * moderate + 0.1 * (stuck + 50000) + 2000
    assert r["three_case"]["C_leak"][0] == pytest.approx(want)
    assert r["two_case"]["C_leak"][0] == pytest.approx(0.9 * minor + 0.1 * (stuck + 50000) + 2000)


def test_the_greatest_item_governs_not_the_sum() -> None:
    columns, tables = sd.SAMPLES[relief_risk.RISK_KEY][0][:2]
    r = relief_risk.RISK.run(columns, Settings(), tables)
    assert (r["A_fail"][0], r["item_governs"][0]) == (15000.0, 5)
    assert r["risk_prd"][0] == pytest.approx(0.05 * 15000 + 0.1 * 4000)
    assert reasons(relief_risk.RISK, r, 1) == [("limit", "relief.cases_recorded")]
    assert reasons(relief_risk.RISK, r, 2) == [("limit", "relief.cases_known")]


def test_the_interval_meets_the_target() -> None:
    columns, tables = sd.SAMPLES[relief_risk.RISK_KEY][0][:2]
    r = relief_risk.RISK.run(columns, Settings({"rbi.prd_target_risk": 1200.0}), tables)
    t = r["age_prd_target_y"][0]
    risk = 15000 * (1 - np.exp(-((t / 23.9) ** 1.8))) + 4000 * 0.9 * (1 - np.exp(-((t / 15.5) ** 1.6)))
    assert risk == pytest.approx(1200.0, rel=1e-9)
    assert relief_risk.TARGETS[r["prd_target_case"][4]] == "reached" and r["years_to_test"][4] < 0.0
    rich = relief_risk.RISK.run(columns, Settings({"rbi.prd_target_risk": 1e9}), tables)
    assert relief_risk.TARGETS[rich["prd_target_case"][0]] == "never"


def test_older_device_is_never_safer_and_scalar_is_row() -> None:
    ages = np.linspace(0.0, 60.0, 121)
    columns = {s: [v] * 121 for s, v in sd.FAIL_BASE.items()} | {"prd_age_y": ages}
    P = relief.FAIL.run(columns, Settings())["P_fod"]
    assert (np.diff(P) >= 0.0).all() and P[0] == 0.0
    assert P[8] == fail(prd_age_y=ages[8])["P_fod"][0]
