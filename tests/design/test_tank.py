"""API 653: course stress and thickness in the US basis, corroded area, fill height, bottom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.procedure import reasons
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.design.common import CASES
from integrity.design.materials import strength

COURSE = procedure("api653.2014.course")
BASE = {"D_tank": 40.0, "H": 14.4, "G": 0.87, "E": 0.85, "S_owner": 137.0}
PSI = 0.006894757293168361


def test_stress_of_lower_and_upper_courses_as_printed_for_a283_c() -> None:
    s = strength(["A283-C"], [8.0])
    result = COURSE.run({**BASE, "S_owner": np.nan, "S_y": s.S_y, "S_u": s.S_u, "course": [1, 2, 3, 8, -1]}, DEFAULTS)
    assert [round(x / PSI, -2) for x in result["S"]] == [23600, 23600, 26000, 26000, 23600]
    assert [COURSE.outputs[0].codes[c] for c in result["S_case"]] == [
        "lower", "lower", "upper", "upper", "course_unknown",
    ]  # fmt: skip


@given(st.floats(5, 60), st.floats(1.0, 22), st.floats(0.6, 1.2), st.floats(0.7, 1.0), st.floats(120, 190))
def test_us_basis_is_the_si_form_within_a_percent(D: float, H: float, G: float, E: float, S: float) -> None:
    result = COURSE.run({"D_tank": D, "H": H, "G": G, "E": E, "S_owner": S}, DEFAULTS)
    si = 4.9 * (H - 0.3) * D * G / (S * E)
    assert result["t_course"][0] == pytest.approx(si, rel=0.012)
    assert result["t_local"][0] >= result["t_req"][0] >= 2.54
    assert CASES[result["t_req_case"][0]] == ("one_foot" if result["t_course"][0] >= 2.54 else "code_minimum")


def test_fill_height_is_the_inverse() -> None:
    t = COURSE.run(BASE, DEFAULTS)["t_course"][0]
    assert COURSE.run({**BASE, "t": t}, DEFAULTS)["H_max"][0] == pytest.approx(14.4, rel=1e-12)


def test_corroded_area_needs_the_average_and_the_least_point() -> None:
    t_req = float(COURSE.run(BASE, DEFAULTS)["t_req"][0])
    result = COURSE.run({**BASE, "t1": [t_req, t_req * 0.999, t_req + 1, t_req], "t2": [0.6 * t_req, t_req,
                         0.599 * t_req, np.nan]}, DEFAULTS)  # fmt: skip
    assert [Verdict(v).name for v in result.verdict] == ["ACCEPTED", "NOT_ACCEPTED", "NOT_ACCEPTED", "CALCULATED"]
    with_CA = COURSE.run({**BASE, "t1": t_req, "t2": t_req, "CA_mm": 1.0}, DEFAULTS)
    assert with_CA.verdict[0] == Verdict.NOT_ACCEPTED


def test_averaging_length_in_inches_and_its_cap() -> None:
    result = COURSE.run({**BASE, "D_tank": [100 * 0.3048, 200 * 0.3048], "t2": [0.25 * 25.4, 25.4]}, DEFAULTS)
    assert result["L_avg"][0] == pytest.approx(3.7 * (100 * 0.25) ** 0.5 * 25.4)
    assert result["L_avg"][1] == pytest.approx(40 * 25.4)


def test_limits_of_the_one_foot_method() -> None:
    result = COURSE.run({**BASE, "D_tank": [61.0, 61.1, 40.0, 40.0], "T": [np.nan, np.nan, 93.0, 94.0]}, DEFAULTS)
    assert [Verdict(v).name for v in result.verdict] == [
        "CALCULATED", "NOT_APPLICABLE", "CALCULATED", "NOT_APPLICABLE",
    ]  # fmt: skip


def test_without_any_stress_the_course_lacks_data() -> None:
    result = COURSE.run({**BASE, "S_owner": np.nan}, DEFAULTS)
    assert result.verdict[0] == Verdict.INSUFFICIENT_DATA
    assert reasons(COURSE, result, 0) == [("limit", "stress_known")]


def test_bottom() -> None:
    run = procedure("api653.2014.bottom").run
    columns = {"RT_bc": 6.0, "RT_ip": 7.0, "StP_r": 0.1, "UP_r": 0.2}
    result = run({**columns, "O_r": [10.0, 11.5333333333333, 12.0], "barrier": 0}, DEFAULTS)
    assert result["MRT"][0] == pytest.approx(3.0)
    assert result["O_r_max"][0] == pytest.approx((6.0 - 2.54) / 0.3)
    assert [Verdict(v).name for v in result.verdict] == ["ACCEPTED", "ACCEPTED", "NOT_ACCEPTED"]
    barrier = run({**columns, "O_r": 12.0, "barrier": [1, -1]}, DEFAULTS)
    assert list(barrier["t_req"]) == [1.27, 2.54]
    assert barrier.verdict[0] == Verdict.ACCEPTED
