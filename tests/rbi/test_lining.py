"""Linings: tables typed again, age, reading between rows, condition, monitoring, editions, along time, the plant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.assess import assess_risk
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import Planned
from integrity.rbi.mechanisms import lining as li
from integrity.rbi.mechanisms import lining_clauses as lc
from integrity.rbi.procedures import LINING
from tests.rbi.plants import TODAY, one
from tests.rbi.samples_external import LINING_BASE, LINING_CHANGES, LINING_KEY, SAMPLES, rows_of

few = settings(max_examples=40, deadline=None)


def run(s: Settings = DEFAULTS, inspections: list[tuple[int, str]] | None = None, **changes: Any) -> Result:
    rows = inspections or []
    table = {
        "case": np.zeros(len(rows), dtype=np.int64),
        "date_d": [d for d, _ in rows],
        "effectiveness": [index_of("effectiveness", g) for _, g in rows],
    }
    return LINING.run({**LINING_BASE, **changes}, s, {"inspections": table} if rows else None)


def kind(name: str) -> int:
    return index_of("lining_type", name)


def at_age(name: str, years: float, s: Settings = DEFAULTS) -> float:
    return float(li.base_columns(np.array([years]), np.array([kind(name)]), s)["D_fB"][0])


def test_tables_typed_again() -> None:
    inorganic = """
    .3 .5 9 3 .01 1|.5 1 40 4 .03 1|.7 2 146 6 .05 1|1 4 428 7 .15 1|1 9 1017 9 1 1|2 16 1978 11 1 1|3 30 3000 13 1 2|
    4 53 3000 16 1 3|6 89 3000 20 2 7|9 146 3000 25 3 13|12 230 3000 30 4 26|16 351 3000 36 5 47|22 518 3000 44 7 82|
    30 738 3000 53 9 139|40 1017 3000 63 11 228|53 1358 3000 75 15 359|69 1758 3000 89 19 548|89 2209 3000 105 25 808|
    115 2697 3000 124 31 1151|146 3000 3000 146 40 1587|184 3000 3000 170 50 2119|230 3000 3000 199 63 2743|
    286 3000 3000 230 78 3000|351 3000 3000 266 97 3000|428 3000 3000 306 119 3000"""
    organic = """
    30 1 .1|89 4 .13|230 16 .15|518 53 .17|1017 146 .2|1758 351 1|2697 738 4|3000 1358 16|3000 2209 53|3000 3000 146|
    3000 3000 351|3000 3000 738|3000 3000 1358|3000 3000 2209"""
    years, table = lc.base_table()
    np.testing.assert_array_equal(years, np.arange(1, 26))
    np.testing.assert_array_equal(table[:, :6], [[float(v) for v in r.split()] for r in inorganic.split("|")])
    rows = [[float(v) for v in r.split()] for r in organic.split("|")]
    np.testing.assert_array_equal(table[:14, 6:], rows)
    assert (table[14:, 6:] == 3000.0).all()
    assert keyed("lining", "F_LC").rows[:-1, 0].tolist() == [1.0, 2.0, 10.0]
    assert keyed("lining", "F_LC").keys == codes("lining_condition")
    assert keyed("lining", "F_OM_lining").rows[:-1, 0].tolist() == [1.0, 0.1]


def test_factors_never_fall_with_age() -> None:
    assert (np.diff(lc.base_table()[1], axis=0) >= 0.0).all()


def test_age_counts_from_installation_or_the_last_inspection_of_grade_a_or_b() -> None:
    plain = run()
    assert plain["age_lining_y"][0] == pytest.approx(3653 / DAYS_PER_YEAR)
    for grade, counts in (("A", True), ("B", True), ("C", False), ("E", False)):
        r = run(inspections=[(19000, grade)])
        assert r["age_lining_y"][0] == pytest.approx((1000 if counts else 3653) / DAYS_PER_YEAR), grade
    assert run(lining_inspected_d=18500)["age_lining_y"][0] == pytest.approx(1500 / DAYS_PER_YEAR)
    both = run(lining_inspected_d=18500, inspections=[(19000, "B"), (19500, "D")])
    assert both["lining_seen_d"][0] == 19000


def test_inspections_before_the_lining_or_after_the_assessment_do_not_count() -> None:
    r = run(inspections=[(15000, "A"), (20001, "A")])
    assert (r["lining_seen_d"][0], li.AGE_CASES[r["age_case"][0]]) == (NO_DATE, "installed")
    assert run(lining_inspected_d=15000)["age_lining_y"][0] == run()["age_lining_y"][0]
    assert run(lining_inspected_d=20001)["age_lining_y"][0] == run()["age_lining_y"][0]


def test_a_lining_without_its_day_is_named_and_bounded() -> None:
    r = run(lining_d=NO_DATE)
    assert reasons(LINING, r, 0) == [("limit", "rbi.lining_day_known")]
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert (np.isnan(r["D_f_elin"][0]), r["D_f_bound"][0]) == (True, 3000.0)
    seen = run(lining_d=NO_DATE, lining_inspected_d=19000)
    assert seen["age_lining_y"][0] == pytest.approx(1000 / DAYS_PER_YEAR)
    assert seen.refused[0] == 0


def test_between_two_rows_by_the_setting() -> None:
    assert at_age("glass", 10.0) == 25.0
    assert at_age("glass", 10.25) == pytest.approx(26.25, rel=1e-14)
    upper = Settings({"rbi.table_lookup": "next_row"})
    assert (at_age("glass", 10.0, upper), at_age("glass", 10.25, upper)) == (25.0, 30.0)
    assert at_age("glass", 10.0 + 1e-12, upper) == 25.0


def test_within_the_first_year_and_beyond_the_table_by_the_setting() -> None:
    assert (at_age("glass", 0.0), at_age("glass", 0.9), at_age("glass", 1.0)) == (3.0, 3.0, 3.0)
    assert (at_age("glass", 25.0), at_age("glass", 25.1)) == (306.0, 3000.0)
    refuse = Settings({"rbi.lining_first_year": "refuse", "rbi.lining_beyond": "refuse"})
    assert np.isnan([at_age("glass", 0.9, refuse), at_age("glass", 25.1, refuse)]).all()
    r = run(refuse, lining_d=20000 - 100)
    assert reasons(LINING, r, 0) == [("limit", "rbi.lining_in_table")]
    assert r["D_f_bound"][0] == 3000.0


def test_condition_multiplies_and_missing_condition_is_named() -> None:
    base = run()["D_f_elin"][0]
    assert [run(lining_condition=i)["D_f_elin"][0] / base for i in range(3)] == pytest.approx([1.0, 2.0, 10.0])
    r = run(lining_condition=-1)
    assert reasons(LINING, r, 0) == [("missing", "lining_condition")]
    assert (np.isnan(r["D_f_elin"][0]), r["D_f_bound"][0]) == (True, pytest.approx(10.0 * base))


def test_no_monitoring_recorded_is_no_credit() -> None:
    assert run(lining_monitoring=-1)["D_f_elin"][0] == run(lining_monitoring=0)["D_f_elin"][0]


def test_years_in_service_of_organic_linings_by_the_setting() -> None:
    s = Settings({"rbi.lining_age": "organic_in_service"})
    organic = run(s, lining_type=kind("organic_medium"), lining_inspected_d=19000)
    glass = run(s, lining_inspected_d=19000)
    assert organic["age_lining_y"][0] == pytest.approx(3653 / DAYS_PER_YEAR)
    assert glass["age_lining_y"][0] == pytest.approx(1000 / DAYS_PER_YEAR)


def test_second_edition_chooses_the_column_of_an_organic_lining_by_its_last_inspection() -> None:
    s = Settings({"rbi.edition": "2008"})
    for years, column in ((2.9, "organic_high"), (3.0, "organic_high"), (5.9, "organic_medium"), (6.1, "organic_low")):
        day = 20000 - round(years * DAYS_PER_YEAR)
        if years == 3.0:
            day = 20000 - 1095
        r = run(s, lining_type=kind("organic_low"), lining_d=20000 - 3653, lining_inspected_d=day)
        assert codes("lining_type")[r["lining_column"][0]] == column, years
        assert r["age_lining_y"][0] == pytest.approx(3653 / DAYS_PER_YEAR)
        assert li.unverified(r)[0]
        assert "lining_column" in [x.symbol for x in working(LINING, r, 0)]
    assert run(s)["column_case"][0] == 0


@few
@given(st.integers(0, 8), st.floats(0.0, 40.0), st.floats(0.0, 20.0), st.integers(0, 2))
def test_older_is_never_safer(name: int, years: float, more: float, condition: int) -> None:
    days = [round(y * DAYS_PER_YEAR) for y in (years, years + more)]
    a, b = (run(lining_type=name, lining_d=20000 - d, lining_condition=condition)["D_f_elin"][0] for d in days)
    assert b >= a * (1.0 - 1e-12)


def test_one_row_equals_the_row_of_many() -> None:
    result = LINING.run(rows_of(LINING_BASE, LINING_CHANGES), DEFAULTS)
    for row, change in enumerate(LINING_CHANGES):
        alone = run(**change)
        assert (alone.refused[0], alone.missing[0]) == (result.refused[row], result.missing[row])
        for x in LINING.outputs:
            np.testing.assert_array_equal(alone[x.symbol][0], result[x.symbol][row], err_msg=x.symbol)


YEARS = np.array([0.0, 0.4, 3.0, 8.0, 20.0])
DAYS = 20000 + np.round(YEARS * DAYS_PER_YEAR).astype(np.int64)


@pytest.mark.parametrize(
    "changed",
    [{}, {"rbi.table_lookup": "next_row"}, {"rbi.lining_age": "organic_in_service"}, {"rbi.edition": "2008"}],
)
def test_along_time_equals_the_procedure_at_each_day(changed: dict[str, Any]) -> None:
    columns, tables = SAMPLES[LINING_KEY][0]
    s = Settings(changed)
    result = LINING.run(columns, s, tables)
    exact = (DAYS - 20000) / DAYS_PER_YEAR
    whole, better = li.at_dates(result, slice(0, result.n), exact, DAYS, None)
    assert better is None
    keep = ~np.isnan(result["D_f_elin"])
    assert keep.sum() > 40
    np.testing.assert_allclose(whole[:, 0], result["D_f_elin"], rtol=1e-12)
    for j, day in enumerate(DAYS):
        own = np.array(columns["lining_inspected_d"])
        later = {**columns, "as_of_d": np.where(np.array(columns["as_of_d"]) == 20000, day, NO_DATE)}
        later["lining_inspected_d"] = np.where(own > 20000, NO_DATE, own)
        kept = {
            k: np.asarray(v)[np.asarray(tables["inspections"]["date_d"]) <= 20000]
            for k, v in tables["inspections"].items()
        }
        at = LINING.run(later, s, {"inspections": kept})
        np.testing.assert_allclose(whole[keep, j], at["D_f_elin"][keep], rtol=1e-9)


def test_a_planned_inspection_of_grade_a_or_b_makes_the_lining_young_again() -> None:
    r = run()
    plan = Planned(np.array([[20500, 23000]]), np.array([[index_of("effectiveness", "C"), 1]]))
    plain, better = li.at_dates(r, slice(0, 1), YEARS, DAYS, plan)
    assert better is not None
    np.testing.assert_array_equal(better[0, :4], plain[0, :4])
    assert better[0, 4] == pytest.approx(at_age("glass", (DAYS[4] - 23000) / DAYS_PER_YEAR), rel=1e-12)
    in_service = run(Settings({"rbi.lining_age": "organic_in_service"}), lining_type=kind("organic_low"))
    plain, better = li.at_dates(in_service, slice(0, 1), YEARS, DAYS, plan)
    np.testing.assert_array_equal(better, plain)


def test_governing_thinning_is_the_lesser_where_a_lining_is_accepted() -> None:
    facts = {"lining_type": "acid_brick", "lining_condition": "good", "lining_d": TODAY - 3000}
    known = Facts(1, {k: np.array([v], dtype=object if isinstance(v, str) else np.int64) for k, v in facts.items()})
    damage = DamageFrame.from_columns(
        {"component_row": [0], "mechanism": np.array(["lining"], dtype=object), "decision": [0]}, 1
    )
    lined = assess_risk(*one(), TODAY, DEFAULTS, facts=known, damage=damage)
    bare = assess_risk(*one(), TODAY, DEFAULTS, facts=known)
    D_f = lined.results[LINING_KEY]["D_f_elin"][0]
    assert lined.results["api581.2016.pof"]["D_f_thin_gov"][0] == min(D_f, lined.frame.D_f_thin[0])
    assert np.isnan(bare.results["api581.2016.pof"]["D_f_lining"][0])
    assert bare.frame.D_f_total[0] == bare.frame.D_f_thin[0]
