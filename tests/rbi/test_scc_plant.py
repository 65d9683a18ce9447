"""Cracking in a plant: where it acts, what its columns come from, and its factor along time with plans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import InspectionFrame
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.assess import assess_risk
from integrity.rbi.mechanisms import Mechanism, Planned, mechanisms
from integrity.rbi.panel import planned_inspections, risk_panel, risk_panels
from tests.rbi.plants import TODAY, one
from tests.rbi.samples_scc import CASES, base_of, columns_of

NAMES = tuple(CASES)
KEYS = {name: c[0].key.split(".")[-1] for name, c in CASES.items()}
DAYS = TODAY + np.array([0, 300, 1500, 4000, 7000])
AMINE = {
    "material_class": "carbon_low_alloy",
    "amine_type": "mea",
    "amine_solution": "lean",
    "pwht": "no",
    "heat_traced": "no",
    "steam_out": "no",
}


def mechanism(key: str) -> Mechanism:
    return next(m for m in mechanisms() if m.key == key)


def decided(key: str, susceptibility: tuple[str, ...] = ("",)) -> DamageFrame:
    n = len(susceptibility)
    return DamageFrame.from_columns(
        {
            "component_row": [0] * n,
            "mechanism": np.array([key] * n, dtype=object),
            "decision": [index_of("damage_decision", "accepted")] * n,
            "susceptibility": np.array(susceptibility, dtype=object),
        }
    )


def facts(values: dict[str, str]) -> Facts:
    return Facts(1, {s: np.array([v], dtype=object) for s, v in values.items()})


def inspected(days: list[int], grades: str, text: str) -> InspectionFrame:
    return InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(len(days)),
            "component_row": np.zeros(len(days), dtype=np.int64),
            "date_d": days,
            "effectiveness": [index_of("effectiveness", g) for g in grades],
            "mechanism": np.array([text] * len(days), dtype=object),
        }
    )


def assessed(key: str, values: dict[str, str], found: InspectionFrame | None = None, **changes: Any) -> Any:
    component, inspections, inputs = one(**changes)
    kept = inspections if found is None else found
    return assess_risk(component, kept, inputs, TODAY, DEFAULTS, facts=facts(values), damage=decided(key))


def result_of(a: Any, key: str) -> Result:
    out: Result = a.results[f"api581.2016.{key}"]
    return out


def test_eleven_mechanisms_in_two_groups() -> None:
    assert {KEYS[n] for n in NAMES if mechanism(KEYS[n]).group == "scc"} == {
        k for k in KEYS.values() if k[:4] == "scc_"
    }
    assert {k for k in KEYS.values() if mechanism(k).group == "external"} == {"ext_clscc", "cui_clscc"}


def test_it_acts_where_an_engineer_accepted_it_and_enters_the_total() -> None:
    a = assessed("scc_amine", AMINE, inspected([16000, 19000], "BA", "amine_scc"), T_op_C=90.0)
    r = result_of(a, "scc_amine")
    assert (r["N_A"][0], r["N_B"][0], r["last_d"][0]) == (1.0, 1.0, 19000)
    want = 50.0 * (1500 / 365.25) ** 1.1
    assert r["D_f_scc_amine"][0] == pytest.approx(want, rel=1e-12)
    assert a.frame.D_f_total[0] == pytest.approx(a.frame.D_f_thin[0] + want, rel=1e-12)
    assert "api581.2016.scc_ssc" not in a.results or result_of(a, "scc_ssc").n == 0


def test_what_is_missing_is_named_at_the_component() -> None:
    lacking = {k: v for k, v in AMINE.items() if k != "amine_type"}
    a = assessed("scc_amine", lacking, T_op_C=90.0)
    assert "scc.needs_amine_type" in a.frame.reasons[0]
    assert np.isnan(a.frame.P_f[0])


def test_temperature_and_insulation_come_from_the_frame() -> None:
    values = {"material_class": "austenitic", "driver": "severe", "coating_quality": "none"}
    bare = assessed("ext_clscc", values, T_op_C=60.0, insulated=0)
    assert result_of(bare, "ext_clscc")["susceptibility"][0] == 3
    under = assessed("ext_clscc", values, T_op_C=60.0, insulated=1)
    assert result_of(under, "ext_clscc")["D_f_ext_clscc"][0] == 0.0


def test_susceptibility_of_the_decision_goes_before_facts_and_screen() -> None:
    component, inspections, inputs = one(T_op_C=90.0)
    for words, want in ((("", ""), 3), (("low", ""), 1), (("low", "medium"), 2)):
        a = assess_risk(
            component, inspections, inputs, TODAY, DEFAULTS, facts=facts(AMINE), damage=decided("scc_amine", words)
        )
        assert result_of(a, "scc_amine")["susceptibility"][0] == want
    by_fact = assessed("scc_amine", {"susceptibility_given": "low"}, T_op_C=90.0)
    assert result_of(by_fact, "scc_amine")["susceptibility"][0] == 1


def test_cracks_on_record_are_for_fitness_for_service_until_repaired() -> None:
    found = inspected([16000, 19000], "BA", "amine_scc")
    for repaired, reason in ((0, "scc.cracks_repaired"), (1, "")):
        record = replace(found, cracks_found=np.array([0, 1]), cracks_repaired=np.array([-1, repaired]))
        a = assessed("scc_amine", AMINE, record, T_op_C=30.0)
        r = result_of(a, "scc_amine")
        assert (reason in a.frame.reasons[0], np.isnan(r["D_f_scc_amine"][0])) == (True, not repaired)
        assert (r["susceptibility"][0], r["last_d"][0]) == (3, 19000 if repaired else 16000)


def test_counts_and_years_are_no_facts_of_the_component() -> None:
    component, inspections, inputs = one(T_op_C=90.0)
    known = facts(AMINE).with_({"N_A": 6.0, "age_given_y": 0.5})
    a = assess_risk(component, inspections, inputs, TODAY, DEFAULTS, facts=known, damage=decided("scc_amine"))
    r = result_of(a, "scc_amine")
    assert (r["count_basis"][0], r["N_A"][0], r["age_basis"][0]) == (1, 0.0, 2)


def with_history(name: str, setting: Settings, until: int, extra: list[tuple[int, int]], **more: Any) -> Result:
    """The procedure run afresh at a day, with further inspections in the record."""
    days, grades = [15000, 18000, *(d for d, _ in extra)], [2, 3, *(g for _, g in extra)]
    table = {"case": np.zeros(len(days), dtype=np.int64), "date_d": days, "effectiveness": grades}
    p: Procedure = CASES[name][0]
    return p.run(columns_of(p, [base_of(name, as_of_d=until, **more)]), setting, {"inspections": table})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "setting",
    [DEFAULTS, DEFAULTS.with_(rbi__edition="2020", rbi__scc_equivalence="min_over_levels")],
    ids=["2016", "2020"],
)
def test_the_panel_is_the_procedure_run_again_at_each_day(name: str, setting: Settings) -> None:
    m = mechanism(KEYS[name])
    coats: list[dict[str, Any]] = [{}]
    if name in ("ext", "cui"):
        coats += [{"coating_quality": 2, "coating_d": d} for d in (10000, 16000, 20300)]
    years = (DAYS - TODAY) / 365.25
    plan = [(TODAY + 1000, 3), (TODAY + 3000, 1)]
    planned = Planned(np.array([[d for d, _ in plan]]), np.array([[g for _, g in plan]]))
    for coat in coats:
        now = with_history(name, setting, TODAY, [], **coat)
        plain, better = m.at_dates(now, slice(0, 1), years, DAYS, planned)
        assert better is not None
        assert plain[0, 0] == pytest.approx(now[m.output][0], rel=1e-12)
        for j, day in enumerate(DAYS):
            done = [(d, g) for d, g in plan if d <= day]
            again = with_history(name, setting, int(day), [], **coat)[m.output][0]
            planned_too = with_history(name, setting, int(day), done, **coat)[m.output][0]
            assert plain[0, j] == pytest.approx(again, rel=1e-10), (coat, j)
            assert better[0, j] == pytest.approx(planned_too, rel=1e-10), (coat, j)


def test_a_planned_inspection_of_grade_D_counts_without_resetting() -> None:
    m = mechanism("scc_caustic")
    now = with_history("caustic", DEFAULTS, TODAY, [])
    years = (DAYS - TODAY) / 365.25
    for grade, resets in ((0, True), (2, True), (3, False), (4, False)):
        planned = Planned(np.array([[TODAY + 1000]]), np.array([[grade]]))
        plain, better = m.at_dates(now, slice(0, 1), years, DAYS, planned)
        assert better is not None
        np.testing.assert_array_equal(better[0, :2], plain[0, :2])
        ratio = better[0, 2] / plain[0, 2]
        assert (ratio < 0.5) == resets
        if grade == 4:
            assert ratio == 1.0


def test_nothing_planned_and_blank_plans_change_nothing() -> None:
    m = mechanism("scc_clscc")
    now = with_history("clscc", DEFAULTS, TODAY, [])
    years = (DAYS - TODAY) / 365.25
    plain, none = m.at_dates(now, slice(0, 1), years, DAYS, None)
    assert none is None
    blank = Planned(np.array([[NO_DATE, NO_DATE]]), np.array([[-1, 0]]))
    np.testing.assert_array_equal(m.at_dates(now, slice(0, 1), years, DAYS, blank)[1], plain)


@pytest.mark.parametrize("name", NAMES)
def test_refused_rows_stay_unknown_and_slices_do_not_matter(name: str) -> None:
    p, m = CASES[name][0], mechanism(KEYS[name])
    ages = np.linspace(0.0, 30.3, 23)
    rows = [base_of(name, age_given_y=a, cracks_found=int(i % 5 == 0)) for i, a in enumerate(ages)]
    r = p.run(columns_of(p, rows), DEFAULTS)
    years = (DAYS - TODAY) / 365.25
    planned = Planned(np.full((23, 1), TODAY + 900), np.arange(23)[:, None] % 6 - 1)
    whole = m.at_dates(r, slice(0, 23), years, DAYS, planned)
    assert whole[1] is not None
    assert np.isnan(whole[0][::5]).all() and not np.isnan(whole[0][1]).any()
    np.testing.assert_allclose(whole[0][:, 0], r[m.output], rtol=1e-12)
    for part in (slice(0, 7), slice(7, 23), slice(11, 12)):
        plain, better = m.at_dates(r, part, years, DAYS, planned.take(part))
        np.testing.assert_array_equal(plain, whole[0][part])
        np.testing.assert_array_equal(better, whole[1][part])


def test_in_the_panel_of_a_plant() -> None:
    a = assessed("scc_amine", AMINE, inspected([19000], "A", "amine_scc"), T_op_C=90.0)
    panel = risk_panel(a, DAYS)
    assert panel.D_f[0, 0] == pytest.approx(a.frame.D_f_total[0], rel=1e-12)
    assert (np.diff(panel.D_f[0]) > 0.0).all()
    plan = planned_inspections(1, TODAY + 1000, 0, "scc_amine")
    without, better = risk_panels(a, DAYS, plan)
    assert (better.D_f[0, 2:] < without.D_f[0, 2:]).all()


def test_rows_without_two_sources_are_known() -> None:
    m = mechanism("scc_caustic")
    assert m.unverified is not None
    p = CASES["caustic"][0]
    rows = [base_of("caustic"), base_of("caustic", susceptibility_given=2, N_A=1.0), base_of("caustic", NaOH_pct=0.0)]
    np.testing.assert_array_equal(m.unverified(p.run(columns_of(p, rows), DEFAULTS)), [True, False, False])
