"""Thinning of tank bottoms, and the bound where a feature is not marked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import Facts
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.assess import assess_risk
from integrity.rbi.mechanisms import Planned
from integrity.rbi.mechanisms import thinning_bottom as tb
from integrity.rbi.mechanisms.thinning_plant import at_dates
from integrity.rbi.procedures import THINNING
from tests.rbi.plants import TODAY, one
from tests.rbi.samples import BASE, BOTTOM, COURSE

NAN = float("nan")
few = settings(max_examples=40, deadline=None)
TABLE = """
.1 .1 .1 .1 .1|4 1 .5 .4 .4|14 3 1 .7 .7|32 8 2 1 1|56 18 6 2 1|87 32 11 4 3|125 53 21 9 6|170 80 36 16 12|
222 115 57 29 21|281 158 86 47 36|347 211 124 73 58|420 273 173 109 89|500 346 234 158 133|587 430 309 222 192|
681 527 401 305 270|782 635 510 409 370|890 757 638 538 498|1005 893 789 696 658|1126 1044 963 888 856|
1255 1209 1163 1118 1098|1390 1390 1390 1390 1390"""


def run(s: Settings = DEFAULTS, **changes: Any) -> Result:
    return THINNING.run({**BASE, **BOTTOM, **changes}, s)


def with_loss(A_rt: float, s: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(s, t_rdi_mm=10.0 * (1.0 - A_rt), C_r=0.0, t_req_mm=4.0, barrier=-1, CA_mm=6.0, **changes)


def test_table_typed_again() -> None:
    """Printed in the order E, D, C, B, A; held in the order of the grades."""
    nodes, table = tb.nodes_and_cells()
    printed = np.array([[float(v) for v in row.split()] for row in TABLE.split("|")])
    np.testing.assert_allclose(nodes, np.arange(21) / 20.0, atol=1e-15)
    np.testing.assert_array_equal(table, printed[:, ::-1])


def test_more_loss_is_never_better_and_a_better_grade_never_worse() -> None:
    _, table = tb.nodes_and_cells()
    assert (np.diff(table, axis=0) >= 0.0).all()
    assert (np.diff(table, axis=1) >= 0.0).all()


@pytest.mark.parametrize(
    ("changes", "t_floor", "case"),
    [
        ({"barrier": 0}, 2.54, "no_barrier"),
        ({"barrier": 1}, 1.27, "barrier"),
        ({"barrier": 1, "t_req_mm": 2.54}, 1.27, "barrier"),
        ({"barrier": -1, "t_req_mm": 3.2}, 3.2, "given"),
        ({"barrier": 0, "t_req_mm": 3.2}, 3.2, "given"),
    ],
)
def test_least_thickness(changes: dict[str, Any], t_floor: float, case: str) -> None:
    r = run(**changes)
    assert (r["t_floor_mm"][0], tb.FLOOR_CASES[r["floor_case"][0]]) == (t_floor, case)


def test_neither_barrier_nor_thickness_is_insufficient() -> None:
    r = run(barrier=-1)
    assert reasons(THINNING, r, 0) == [("limit", "rbi.floor_known")]
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA


def test_a_bottom_needs_no_strength_but_its_allowance() -> None:
    assert run().missing[0] == 0
    assert reasons(THINNING, run(CA_mm=NAN), 0) == [("missing", "CA_mm")]
    shell = THINNING.run({**BASE, "E": NAN}, DEFAULTS)
    assert reasons(THINNING, shell, 0) == [("missing", "E")]


@pytest.mark.parametrize("symbol", ["construction", "maintenance", "settlement"])
def test_what_a_tank_lacks_is_named_and_bounded(symbol: str) -> None:
    worst = {"construction": 10.0, "maintenance": 5.0, "settlement": 2.0}[symbol]
    r, known = run(**{symbol: -1}, age_tk_y=15.0), run(age_tk_y=15.0)
    assert reasons(THINNING, r, 0) == [("limit", "rbi.tank_adjustments_known")]
    assert np.isnan(r["D_f_thin"][0])
    assert r["D_f_bound"][0] == pytest.approx(worst * known["D_f_thin"][0], rel=1e-12)


def test_adjustments_multiply() -> None:
    base = run(age_tk_y=15.0)["D_f_thin"][0]
    r = run(age_tk_y=15.0, construction=1, maintenance=1, settlement=1)
    assert (r["F_WD"][0], r["F_AM"][0], r["F_SM"][0]) == (10.0, 5.0, 2.0)
    assert r["D_f_thin"][0] == pytest.approx(100.0 * base, rel=1e-14)


def test_a_course_has_no_settlement() -> None:
    r = THINNING.run({**BASE, "component_type": COURSE, "construction": 0, "maintenance": 0, "settlement": 1}, DEFAULTS)
    assert (r["F_SM"][0], r.refused[0]) == (1.0, 0)


def test_the_best_inspection_counts_once() -> None:
    r = with_loss(0.5, N_A=0.0, N_B=3.0, N_C=2.0, N_D=5.0)
    assert (codes("effectiveness")[r["bottom_grade"][0]], r["D_fB"][0]) == ("B", 73.0)
    assert with_loss(0.5, N_B=0.0)["D_fB"][0] == 347.0


def test_between_rows_on_rows_and_beyond() -> None:
    upper = Settings({"rbi.table_lookup": "next_row"})
    assert with_loss(0.52)["D_fB"][0] == pytest.approx(73.0 + 0.4 * 36.0, rel=1e-9)
    assert with_loss(0.52, upper)["D_fB"][0] == 109.0
    for i in range(21):
        assert with_loss(i / 20.0, upper)["D_fB"][0] == tb.nodes_and_cells()[1][i, 1], i
    gone = run(t_rdi_mm=3.0, C_r=0.5, age_tk_y=20.0)
    assert gone["A_rt"][0] > 1.0 and gone["D_fB"][0] == 1390.0
    assert codes("D_f_branch")[gone["D_f_branch"][0]] == "ceiling"


def test_working_shows_the_table_and_no_strength() -> None:
    shown = [s.symbol for s in working(THINNING, run(age_tk_y=15.0), 0)]
    assert {"t_floor_mm", "A_rt", "bottom_grade", "D_below", "D_above", "D_fB", "F_SM", "D_f_thin"} <= set(shown)
    assert not {"FS_MPa", "SR_p", "Po_p1", "beta_1"} & set(shown)


@few
@given(st.floats(3.0, 12.0), st.floats(0.0, 0.5), st.floats(0.0, 20.0), st.floats(0.0, 10.0), st.integers(0, 3))
def test_older_or_thinner_is_never_safer(t: float, C_r: float, age: float, more: float, grade: int) -> None:
    N = {f"N_{g}": float(i == grade) for i, g in enumerate("ABCD")}
    base = run(t_rdi_mm=t, C_r=C_r, age_tk_y=age, **N)["D_f_thin"][0]
    assert run(t_rdi_mm=t, C_r=C_r, age_tk_y=age + more, **N)["D_f_thin"][0] >= base * (1.0 - 1e-12)
    assert run(t_rdi_mm=0.9 * t, C_r=C_r, age_tk_y=age, **N)["D_f_thin"][0] >= base * (1.0 - 1e-12)


YEARS = np.array([0.0, 2.0, 6.0, 12.0, 40.0])
DAYS = 20000 + np.round(YEARS * DAYS_PER_YEAR).astype(np.int64)
MIXED = {s: [BASE.get(s, -1 if s in ("barrier", "settlement") else NAN), v] for s, v in BOTTOM.items()}


def test_along_time_among_shells() -> None:
    both = {**BASE, **MIXED}
    r = THINNING.run(both, DEFAULTS)
    plain, _ = at_dates(r, slice(0, 2), YEARS, DAYS, None)
    np.testing.assert_allclose(plain[:, 0], r["D_f_thin"], rtol=1e-12)
    for j, years in enumerate(YEARS):
        later = THINNING.run({**both, "age_tk_y": np.array(both["age_tk_y"]) + years}, DEFAULTS)
        np.testing.assert_allclose(plain[:, j], later["D_f_thin"], rtol=1e-9)
    alone = THINNING.run({**BASE, **BOTTOM}, DEFAULTS)
    np.testing.assert_array_equal(at_dates(alone, slice(0, 1), YEARS, DAYS, None)[0][0], plain[1])


def test_several_planned_inspections_of_a_bottom() -> None:
    r = run(N_B=0.0, N_D=1.0, age_tk_y=15.0)
    plan = Planned(np.array([[20500, 22500, NO_DATE]]), np.array([[2, 0, 0]]))
    plain, better = at_dates(r, slice(0, 1), YEARS, DAYS, plan)
    assert better is not None and better[0, 0] == plain[0, 0]
    for j, grade in ((1, "C"), (3, "A")):
        wanted = run(**{"N_B": 0.0, f"N_{grade}": 1.0}, age_tk_y=15.0 + YEARS[j])["D_f_thin"][0]
        assert better[0, j] == pytest.approx(wanted, rel=1e-9), grade


def test_a_shell_with_an_unmarked_injection_point_is_bounded_by_three() -> None:
    marked = THINNING.run({**BASE, "injection_point": 0, "dead_leg": 0}, DEFAULTS)
    one_open = THINNING.run({**BASE, "injection_point": -1, "dead_leg": 0}, DEFAULTS)
    two_open = THINNING.run({**BASE, "injection_point": -1, "dead_leg": -1}, DEFAULTS)
    assert marked["D_f_bound"][0] == marked["D_f_thin"][0] == one_open["D_f_thin"][0] == two_open["D_f_thin"][0]
    assert one_open["D_f_bound"][0] == pytest.approx(3.0 * marked["D_f_adj"][0], rel=1e-14)
    assert two_open["D_f_bound"][0] == pytest.approx(9.0 * marked["D_f_adj"][0], rel=1e-14)
    line = next(s for s in working(THINNING, one_open, 0) if s.symbol == "D_f_bound")
    assert line.value == one_open["D_f_bound"][0] and line.numbers
    unknown = THINNING.run({**BASE, "injection_point": -1}, Settings({"rbi.unmarked_feature": "unknown"}))
    assert np.isnan(unknown["D_f_thin"][0]) and unknown["D_f_bound"][0] == one_open["D_f_bound"][0]


def test_a_feature_that_is_known_is_no_bound() -> None:
    r = THINNING.run({**BASE, "injection_point": 1, "injection_inspected": 1}, DEFAULTS)
    assert r["D_f_bound"][0] == r["D_f_thin"][0]


def test_facts_of_a_tank_reach_thinning() -> None:
    words = {"tank_construction": "not_welded", "tank_maintenance": "other", "settlement": "exceeds", "barrier": "yes"}
    known = Facts(1, {k: np.array([v], dtype=object) for k, v in words.items()})
    frames = one(
        component_type=index_of("component_type", "TANKBOTTOM"),
        geometry=index_of("geometry", "tank_bottom"),
        equipment_kind=index_of("equipment_kind", "tank"),
        CA_mm=1.0,
        t_rdi_mm=6.0,
        t_nom_mm=8.0,
        t_req_mm=2.54,
    )
    r = assess_risk(*frames, TODAY, DEFAULTS, facts=known).results["api581.2016.thinning"]
    assert (r["F_WD"][0], r["F_AM"][0], r["F_SM"][0], r["t_floor_mm"][0]) == (10.0, 5.0, 2.0, 1.27)
    assert r.refused[0] == 0 and r.missing[0] == 0
    stated = replace(frames[2], tank_maintenance=np.array([0]))
    r = assess_risk(frames[0], frames[1], stated, TODAY, DEFAULTS, facts=known).results["api581.2016.thinning"]
    assert r["F_AM"][0] == 1.0


def test_monitoring_facts_reach_thinning() -> None:
    known = Facts(
        1,
        {
            "monitored_fluid": np.array(["hydrochloric_acid"], dtype=object),
            "probes": np.array(["yes"], dtype=object),
        },
    )
    r = assess_risk(*one(), TODAY, DEFAULTS, facts=known).results["api581.2016.thinning"]
    assert r["F_OM"][0] == 10.0
