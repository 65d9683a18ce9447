"""Cracking mechanisms: screens, cracks, counting and equivalence, years, coating, editions, and what holds for all."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.mechanisms import scc_clauses as cl
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import base_columns
from tests.rbi.samples_scc import CASES, SAMPLES, STEEL, base_of, columns_of

NAMES = tuple(CASES)
LEVELS = codes("susceptibility")
MIN = DEFAULTS.with_(rbi__scc_equivalence="min_over_levels")


def run(name: str, setting: Settings = DEFAULTS, table: dict[str, Any] | None = None, **changes: Any) -> Result:
    p = CASES[name][0]
    columns = columns_of(p, [base_of(name, **changes)])
    return p.run(columns, setting, {"inspections": table} if table else None)


def factor(name: str, r: Result) -> float:
    return float(r[f"D_f_{CASES[name][0].key.split('.')[-1]}"][0])


def level(name: str, **changes: Any) -> str:
    r = run(name, **changes)
    return LEVELS[r["susceptibility"][0]] if r["susceptibility"][0] >= 0 else "unknown"


def inspections(days: list[int], grades: str, **flags: list[int]) -> dict[str, Any]:
    return {
        "case": np.zeros(len(days), dtype=np.int64),
        "date_d": days,
        "effectiveness": [index_of("effectiveness", g) if g != "-" else -1 for g in grades],
        **flags,
    }


# Screens


def test_caustic_follows_chart_heating_and_stress_relief() -> None:
    assert level("caustic", T_op_C=90.0) == "high"
    assert level("caustic", T_op_C=90.0, NaOH_pct=4.0) == "medium"
    assert level("caustic", T_op_C=40.0) == "none"
    assert level("caustic", T_op_C=40.0, steam_out=1) == "medium"
    assert level("caustic", T_op_C=40.0, heat_traced=1) == "high"
    assert level("caustic", T_op_C=40.0, heat_traced=1, NaOH_pct=1.0) == "medium"
    assert level("caustic", T_op_C=40.0, steam_out=1, NaOH_pct=1.0) == "low"
    assert level("caustic", T_op_C=200.0, pwht=1) == "none"


def test_amine_bands_are_those_of_fahrenheit_figures() -> None:
    F = [(f - 32.0) / 1.8 for f in (100.0, 140.0, 180.0)]
    assert level("amine", T_op_C=F[0]) == "medium"
    assert level("amine", T_op_C=F[0] - 0.1) == "low"
    assert level("amine", T_op_C=F[2]) == "medium"
    assert level("amine", T_op_C=F[2] + 0.1) == "high"
    assert level("amine", amine_type=2, T_op_C=F[1]) == "low"
    assert level("amine", amine_type=2, T_op_C=F[1] - 0.1) == "none"
    assert level("amine", amine_type=3, T_op_C=70.0) == "none"
    assert level("amine", amine_type=3, T_op_C=70.0, heat_traced=1) == "low"


def test_facts_that_do_not_matter_are_not_asked_for() -> None:
    assert level("amine", T_op_C=90.0, heat_traced=-1, steam_out=-1) == "high"
    assert level("amine", amine_solution=0, T_op_C=np.nan) == "none"
    assert level("carbonate", pH=9.5, carbonate_ppmw=np.nan) == "high"
    assert level("hic_hf", product_form=1, steel_sulfur_pct=np.nan) == "low"
    assert level("ssc", cyanide=-1) == "medium"


def test_outside_the_material_or_the_environment_there_is_no_factor() -> None:
    for name, changes in (
        ("caustic", {"NaOH_pct": 0.0}),
        ("ssc", {"H2S_water_ppmw": 0.0}),
        ("clscc", {"T_op_C": 30.0}),
        ("ext", {"T_op_C": 200.0}),
        ("hsc_hf", {"HF_present": 0}),
        ("pta", {"material_class": STEEL}),
    ):
        r = run(name, **changes)
        assert r["scc_screen"][0] in (0, 1)
        assert (r["susceptibility"][0], r["SVI"][0], factor(name, r)) == (0, 0.0, 0.0)


def test_a_missing_fact_is_named_and_gives_only_a_bound() -> None:
    r = run("ssc", pH=np.nan)
    p = CASES["ssc"][0]
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert reasons(p, r, 0) == [("limit", "scc.needs_pH")]
    assert np.isnan(factor("ssc", r))
    assert r["D_f_bound"][0] == pytest.approx(100.0 * (11000 / 365.25) ** 1.1, rel=1e-12)


def test_a_class_of_alloy_is_read_at_its_worst() -> None:
    for name, row in (("austenitic_stabilised", "type_321"), ("nickel_alloy", "regular_300_600_800")):
        r = run("pta", material_class=index_of("material_class", name))
        assert t.table("pta").keys[r["pta_row"][0]] == row
        assert r["alloy_basis"][0] == 1
    rows = t.table("pta").rows
    assert (rows[3] >= rows[4]).all()
    known = rows[0] >= 0
    assert (rows[0][known] >= rows[4][known]).all()


def test_a_given_susceptibility_goes_before_the_screen_and_needs_no_facts() -> None:
    for name in NAMES:
        p = CASES[name][0]
        bare = {"susceptibility_given": [2], "service_d": [9000], "as_of_d": [20000], "start_d": [9000]}
        r = p.run(bare | ({"coating_quality": [0]} if name in ("ext", "cui") else {}), DEFAULTS)
        assert not np.isnan(factor(name, r))
        assert (r["susceptibility_case"][0], r["susceptibility"][0]) == (1, 2)


# Cracks


def test_open_cracks_have_no_factor_but_are_for_fitness_for_service() -> None:
    for name in NAMES:
        r = run(name, cracks_found=1)
        assert Verdict(r.verdict[0]) is Verdict.NOT_APPLICABLE
        assert ("limit", "scc.cracks_repaired") in reasons(CASES[name][0], r, 0)
        assert np.isnan(factor(name, r))


def test_repaired_cracks_make_it_high_until_a_specialist_reassigns() -> None:
    for name in NAMES:
        assert level(name, cracks_found=1, cracks_repaired=1, susceptibility_given=1) == "high"
        assert level(name, cracks_found=1, cracks_repaired=1, susceptibility_given=1, cracks_reassigned=1) == "low"


def test_cracks_of_a_record_count_like_those_of_the_component() -> None:
    found = {"cracks_found": [0, 1], "cracks_repaired": [-1, 0]}
    r = run("ssc", table=inspections([12000, 15000], "AA", **found))
    assert (r["crack_state"][0], np.isnan(factor("ssc", r))) == (2, True)
    mended = run("ssc", table=inspections([12000, 15000], "AA", cracks_found=[0, 1], cracks_repaired=[-1, 1]))
    assert (mended["crack_state"][0], mended["last_d"][0], mended["susceptibility"][0]) == (1, 15000, 3)
    later = run("ssc", table=inspections([12000, 15000], "AB", cracks_found=[1, 0], cracks_repaired=[0, 0]))
    assert (later["crack_state"][0], later["last_d"][0]) == (1, 15000)
    by_fact = run("ssc", table=inspections([12000, 15000], "AA", **found), cracks_found=1, cracks_repaired=1)
    assert by_fact["crack_state"][0] == 1


def test_cracks_before_the_component_went_into_service_are_not_its_own() -> None:
    r = run("ssc", table=inspections([8000], "A", cracks_found=[1], cracks_repaired=[0]))
    assert r["crack_state"][0] == 0


# Counting, equivalence, base factor


def test_counting_takes_the_period_and_the_best_of_a_day() -> None:
    r = run("caustic", table=inspections([8999, 9000, 12000, 12000, 15000, 20000, 20001], "AABDCED"), start_d=9000)
    assert [r[f"N_{g}"][0] for g in "ABCD"] == [1, 1, 1, 0]
    assert r["last_d"][0] == 15000


def test_order_of_the_records_does_not_matter() -> None:
    days, grades = [15000, 11000, 13000, 11000, 11000], "DBCAE"
    a = run("caustic", table=inspections(days, grades))
    order = [1, 3, 4, 2, 0]
    b = run("caustic", table=inspections([days[i] for i in order], "".join(grades[i] for i in order)))
    assert [a[f"N_{g}"][0] for g in "ABCD"] == [b[f"N_{g}"][0] for g in "ABCD"] == [1, 0, 1, 1]
    assert a["last_d"][0] == b["last_d"][0] == 13000


def test_equivalence_is_chained_from_the_bottom() -> None:
    r = run("caustic", N_A=1.0, N_B=1.0, N_C=1.0, N_D=5.0)
    assert [r[f"n_eq_{g}"][0] for g in "DCBA"] == [5.0, 3.0, 2.0, 2.0]
    assert (r["grade_literal"][0], r["n_literal"][0], r["D_fB_literal"][0]) == (0, 2.0, 50.0)


def test_lower_grades_do_not_make_a_grade_that_nobody_performed() -> None:
    r = run("caustic", N_B=5.0)
    assert (r["grade_literal"][0], r["n_literal"][0], r["D_fB"][0]) == (1, 5.0, 5.0)


def test_no_more_than_six() -> None:
    for n in (6.0, 7.0, 60.0):
        r = run("caustic", N_C=n)
        assert (r["n_literal"][0], r["D_fB"][0]) == (6.0, 50.0)


@pytest.mark.parametrize("SVI", [0.0, 1.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0])
def test_a_better_or_added_inspection_never_raises_the_least(SVI: float) -> None:
    """Over the whole ground of counts, not a sample of it."""
    row = t.rows_of_index(np.array([SVI]))
    axes = np.meshgrid(np.arange(4.0), np.arange(9.0), np.arange(9.0), np.arange(9.0), indexing="ij")
    N = tuple(a.ravel() for a in axes)
    rows = np.broadcast_to(row, N[0].shape)
    now = base_columns(rows, N, "min_over_levels")["D_fB"]
    for g in range(4):
        more = tuple(n + (i == g) for i, n in enumerate(N))
        assert (base_columns(rows, more, "min_over_levels")["D_fB"] <= now).all()
        if g:
            has = N[g] > 0.0
            better = tuple(n + (i == g - 1) - (i == g) for i, n in enumerate(N))
            value = base_columns(rows, tuple(np.maximum(b, 0.0) for b in better), "min_over_levels")["D_fB"]
            assert (value[has] <= now[has]).all()


@pytest.mark.parametrize("SVI", [1.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0])
def test_the_least_is_never_more_than_the_text(SVI: float) -> None:
    N = tuple(a.ravel() for a in np.meshgrid(*(np.arange(8.0),) * 4, indexing="ij"))
    r = base_columns(np.broadcast_to(t.rows_of_index(np.array([SVI])), N[0].shape), N, "literal")
    assert (r["D_fB_least"] <= r["D_fB_literal"]).all()
    np.testing.assert_array_equal(r["equivalences_differ"] == 1, r["D_fB_least"] < r["D_fB_literal"])


@given(N=st.lists(st.integers(0, 100), min_size=4, max_size=4), SVI=st.sampled_from([1, 10, 50, 100, 500, 1000, 5000]))
@settings(max_examples=200, deadline=None)
def test_the_table_of_combinations_is_what_the_clauses_give(N: list[int], SVI: int) -> None:
    counts = tuple(np.array([float(n)]) for n in N)
    row = t.rows_of_index(np.array([float(SVI)]))
    fast = base_columns(row, counts, "literal")
    n_eq = cl.equivalent_numbers(counts)
    grade = cl.highest_grade(*counts)
    number = cl.number_literal(n_eq[grade[0]] if grade[0] < 4 else np.zeros(1), 6.0)
    assert fast["grade_literal"][0] == grade[0] and fast["n_literal"][0] == number[0]
    assert fast["D_fB_literal"][0] == cl.base_literal(np.array([float(SVI)]), grade, number)[0]
    assert fast["D_fB_least"][0] == cl.least_of(row, counts, n_eq)[0][0]


def test_the_setting_says_which_governs_and_both_print() -> None:
    literal, least = run("caustic", N_A=1.0, N_B=5.0), run("caustic", MIN, N_A=1.0, N_B=5.0)
    for r in (literal, least):
        assert (r["D_fB_literal"][0], r["D_fB_least"][0], r["equivalences_differ"][0]) == (10.0, 2.0, 1)
    assert (literal["D_fB"][0], least["D_fB"][0]) == (10.0, 2.0)
    shown = {s.symbol for s in working(CASES["caustic"][0], literal, 0)}
    assert {"D_fB_literal", "D_fB_least", "D_fB"} <= shown


# Years


def test_years_count_from_the_last_good_inspection_else_from_service() -> None:
    r = run("caustic", table=inspections([12000, 16000], "BD"))
    assert (r["age_basis"][0], r["age_y"][0]) == (1, pytest.approx(8000 / 365.25))
    none = run("caustic", table=inspections([16000], "D"))
    assert (none["age_basis"][0], none["age_y"][0]) == (2, pytest.approx(11000 / 365.25))


def test_an_inspection_before_a_process_change_neither_counts_nor_resets() -> None:
    r = run("caustic", table=inspections([12000], "A"), start_d=15000)
    assert (r["N_A"][0], r["age_basis"][0]) == (0.0, 2)


def test_without_any_start_there_is_no_factor() -> None:
    r = run("caustic", service_d=NO_DATE)
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert ("limit", "scc.age_known") in reasons(CASES["caustic"][0], r, 0)
    assert np.isnan(r["D_f_bound"][0])


@pytest.mark.parametrize("name", NAMES)
def test_older_is_never_safer(name: str) -> None:
    p = CASES[name][0]
    ages = np.array([0.0, 0.5, 1.0, 1.0001, 2.0, 10.0, 40.0])
    rows = [base_of(name, age_given_y=a) for a in ages]
    for setting in (DEFAULTS, DEFAULTS.with_(rbi__edition="2020")):
        r = p.run(columns_of(p, rows), setting)
        D_f = r[f"D_f_{p.key.split('.')[-1]}"]
        assert (np.diff(D_f) >= 0.0).all() and D_f[0] == D_f[2]
        assert (D_f <= r["D_f_bound"] * (1.0 + 1e-12)).all()


@pytest.mark.parametrize("name", NAMES)
def test_more_susceptible_is_never_safer(name: str) -> None:
    p = CASES[name][0]
    rows = [
        base_of(name, susceptibility_given=s, N_A=float(a), N_B=float(b), N_D=float(d))
        for a, b, d in itertools.product((0, 1), (0, 2), (0, 3))
        for s in range(4)
    ]
    D_f = p.run(columns_of(p, rows), DEFAULTS)[f"D_f_{p.key.split('.')[-1]}"].reshape(-1, 4)
    assert (np.diff(D_f, axis=1) >= 0.0).all()


# Coating and editions


def test_coating_since_the_inspection_takes_off_its_own_years() -> None:
    r = run("ext", coating_quality=2, age_coat_given_y=13.0, age_given_y=20.0)
    assert (r["Coat_adj_y"][0], r["age_y"][0]) == (13.0, 7.0)
    old = run("ext", coating_quality=1, age_coat_given_y=13.0, age_given_y=20.0)
    assert (old["Coat_adj_y"][0], old["age_y"][0]) == (5.0, 15.0)


def test_coating_older_than_the_inspection_has_only_its_rest() -> None:
    r = run("ext", coating_quality=2, age_coat_given_y=18.0, age_given_y=10.0)
    assert (r["Coat_adj_y"][0], r["age_y"][0]) == (7.0, 3.0)
    spent = run("ext", coating_quality=1, age_coat_given_y=18.0, age_given_y=10.0)
    assert (spent["Coat_adj_y"][0], spent["age_y"][0]) == (0.0, 10.0)


def test_failed_or_absent_coating_takes_off_nothing() -> None:
    for changes in ({"coating_quality": 2, "coating_failed": 1}, {"coating_quality": 0}):
        r = run("ext", age_coat_given_y=3.0, age_given_y=10.0, **changes)
        assert (r["Coat_adj_y"][0], r["age_y"][0]) == (0.0, 10.0)


def test_cui_adjusts_step_by_step_and_never_from_none() -> None:
    assert level("cui", driver=2) == "medium"
    assert level("cui", driver=2, complexity=2) == "high"
    assert level("cui", driver=2, complexity=0, insulation_condition=2) == "low"
    assert level("cui", driver=0, complexity=2, insulation_condition=2) == "medium"
    assert level("cui", driver=3, T_op_C=120.0, complexity=2, insulation_condition=0) == "none"
    assert level("cui", driver=2, chloride_free_insulation=1) == "low"


def test_a_cycle_is_read_at_its_worst() -> None:
    assert level("ext", T_low_C=20.0, T_high_C=140.0, T_op_C=np.nan) == "medium"
    assert level("ext", T_low_C=110.0, T_high_C=140.0) == "low"
    assert level("ext", T_low_C=20.0, T_high_C=40.0) == "none"
    assert level("ext", T_low_C=160.0, T_high_C=200.0) == "none"


def test_monitoring_divides_hydrogen_cracking() -> None:
    plain = factor("hic_h2s", run("hic_h2s"))
    for changes, F in (({"key_variables": 1}, 2.0), ({"hydrogen_probes": 1}, 2.0)):
        assert factor("hic_h2s", run("hic_h2s", **changes)) == pytest.approx(plain / F)
    both = run("hic_hf", key_variables=1, hydrogen_probes=1)
    assert factor("hic_hf", both) == pytest.approx(factor("hic_hf", run("hic_hf")) / 4.0)


def test_second_edition_has_one_for_no_susceptibility() -> None:
    old = DEFAULTS.with_(rbi__edition="2008")
    assert run("caustic", old, susceptibility_given=0)["SVI"][0] == 1.0
    assert run("caustic", susceptibility_given=0)["SVI"][0] == 0.0
    assert run("caustic", old, susceptibility_given=1)["SVI"][0] == 50.0


# What holds for all


@pytest.mark.parametrize("name", NAMES)
def test_one_row_equals_the_row_of_many_and_chunks_do_not_matter(name: str) -> None:
    p = CASES[name][0]
    columns, tables = SAMPLES[p.key][0]
    whole = p.run(columns, DEFAULTS, tables)
    case = np.asarray(tables["inspections"]["case"])
    for part in (slice(0, 5), slice(5, whole.n), *(slice(i, i + 1) for i in range(0, whole.n, 3))):
        member = (case >= part.start) & (case < part.stop)
        own = {s: np.asarray(v)[member] for s, v in tables["inspections"].items()}
        own["case"] = own["case"] - part.start
        r = p.run({s: v[part] for s, v in columns.items()}, DEFAULTS, {"inspections": own})
        for x in p.outputs:
            np.testing.assert_array_equal(r[x.symbol], whole[x.symbol][part], err_msg=x.symbol)
        np.testing.assert_array_equal(r.refused, whole.refused[part])


@pytest.mark.parametrize("name", NAMES)
def test_refused_rows_have_no_factor_and_the_others_have_one(name: str) -> None:
    p = CASES[name][0]
    columns, tables = SAMPLES[p.key][0]
    r = p.run(columns, DEFAULTS, tables)
    D_f = r[f"D_f_{p.key.split('.')[-1]}"]
    np.testing.assert_array_equal(np.isnan(D_f), (r.refused != 0) | (r.missing != 0))
    assert (D_f[~np.isnan(D_f)] >= 0.0).all()
    for row in range(r.n):
        for step in working(p, r, row):
            assert step.symbol in r.columns
