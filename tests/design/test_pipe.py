"""Pipe and bends: coefficient Y, bend factor, quality factor, structural minimum, dimensions of pipe."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.codes import codes
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.design.pipe import extrados_factor, intrados_factor
from integrity.design.pipe_common import y_coefficient
from integrity.design.pipe_sizes import (
    gb_outside_diameter,
    least_supplied_wall,
    lightest_schedule,
    nominal_diameter,
    nominal_size,
    nominal_wall,
    outside_diameter,
    parse_nps,
    pipe_sizes,
)
from integrity.design.structural import STRUCTURAL_CASES

GROUP = {g: i for i, g in enumerate(codes("material_group"))}
PIPE = {"P": 2.0, "S": 110.0, "E": 1.0, "W": 1.0, "D_o": 219.1, "T": 250.0, "group": GROUP["carbon"], "MA": 0.0}


def test_y_by_group_and_temperature() -> None:
    T = np.array([20.0, 482.0, 496.0, 510.0, 524.0, 538.0, 650.0])
    assert list(y_coefficient(T, np.full(7, GROUP["cr_mo"]))) == pytest.approx([0.4, 0.4, 0.45, 0.5, 0.6, 0.7, 0.7])
    assert list(y_coefficient(T, np.full(7, GROUP["austenitic"]))) == pytest.approx([0.4] * 6 + [0.7], abs=0.0)
    unknown = y_coefficient(T, np.full(7, -1))
    assert list(unknown[:2]) == [0.4, 0.4] and np.isnan(unknown[2:6]).all() and unknown[6] == 0.7


def test_unknown_steel_in_the_creep_range_is_not_calculated() -> None:
    result = procedure("b31_3.2020.pipe").run({**PIPE, "T": 500.0, "group": [-1, GROUP["cr_mo"]]}, DEFAULTS)
    assert list(result.verdict) == [Verdict.NOT_APPLICABLE, Verdict.CALCULATED]


def test_wall_excludes_allowance_and_tolerance_and_includes_thread_depth() -> None:
    plain = procedure("b31_3.2020.pipe").run({**PIPE, "CA_mm": 3.0, "mill": 0.125}, DEFAULTS)
    thread = procedure("b31_3.2020.pipe").run({**PIPE, "MA": 1.5}, DEFAULTS)
    assert plain["t_req"][0] == pytest.approx(2.0 * 219.1 / (2 * (110.0 + 0.8)))
    assert thread["t_req"][0] == pytest.approx(plain["t_req"][0] + 1.5)
    assert plain["t_order"][0] == pytest.approx((plain["t_req"][0] + 3.0) / 0.875)


def test_thick_pipe_is_not_calculated() -> None:
    result = procedure("b31_3.2020.pipe").run({**PIPE, "P": [10.0, 43.0, 60.0]}, DEFAULTS)
    assert [Verdict(v).name for v in result.verdict] == ["CALCULATED", "NOT_APPLICABLE", "NOT_APPLICABLE"]


@given(st.floats(0.75, 20.0))
def test_bend_factor_is_that_of_the_angle_form(ratio: float) -> None:
    """(R/Rm + sin(a)/2) / (R/Rm + sin(a)) with Rm = D/2, at the intrados and at the extrados."""
    R_over_Rm = 2 * ratio
    assert intrados_factor(ratio, 1.0) == pytest.approx((R_over_Rm - 0.5) / (R_over_Rm - 1))
    assert extrados_factor(ratio, 1.0) == pytest.approx((R_over_Rm + 0.5) / (R_over_Rm + 1))


def test_bend_positions() -> None:
    columns = {**PIPE, "R_bend": 1.5 * 219.1, "bend_position": [0, 1, 2]}
    bend = procedure("b31_3.2020.bend").run(columns, DEFAULTS)
    straight = procedure("b31_3.2020.pipe").run(PIPE, DEFAULTS)["t_C"][0]
    assert list(bend["I"]) == pytest.approx([1.25, 1.0, 0.875])
    assert bend["t_req"][0] > straight > bend["t_req"][2]
    assert bend["t_req"][1] == pytest.approx(straight)


def test_long_bend_is_straight_pipe_and_a_closed_one_is_refused() -> None:
    wide = procedure("gb20801.2020.bend").run({**PIPE, "R_bend": 1e7, "bend_position": 0}, DEFAULTS)
    closed = procedure("gb20801.2020.bend").run({**PIPE, "R_bend": 109.55, "bend_position": 0}, DEFAULTS)
    straight = procedure("gb20801.2020.pipe").run(PIPE, DEFAULTS)
    assert wide["t_req"][0] == pytest.approx(straight["t_req"][0], rel=1e-4)
    assert closed.verdict[0] == Verdict.NOT_APPLICABLE


def test_both_pipe_codes_have_the_same_formula() -> None:
    a = procedure("b31_3.2020.pipe").run({**PIPE, "t": 5.0}, DEFAULTS)
    b = procedure("gb20801.2020.pipe").run({**PIPE, "t": 5.0}, DEFAULTS)
    assert a["t_req"][0] == b["t_req"][0] and a["MAWP"][0] == b["MAWP"][0]


def test_quality_factor_comes_from_the_owner_or_the_seamless_specification() -> None:
    joint = procedure("b31_3.2020.joint").run(
        {
            "material": ["A106-B", "A106-B", "SA-240-304", "SA-240-304"],
            "E": [np.nan, 0.85, np.nan, 0.8],
            "T": [450.0, 450.0, 450.0, 200.0],
        },
        DEFAULTS,
    )
    assert list(joint["E_j"]) == pytest.approx([1.0, 0.85, np.nan, 0.8], nan_ok=True)
    assert list(joint["W"]) == pytest.approx([1.0, 1.0, np.nan, 1.0], nan_ok=True)


# API 574 default table typed in a second time: size, least and alert thickness, mm.
STRUCTURAL = [
    (0.5, 1.8, 2.0), (0.75, 1.8, 2.0), (1.0, 1.8, 2.0), (1.5, 1.8, 2.3), (2.0, 1.8, 2.5), (3.0, 2.0, 2.8),
    (4.0, 2.3, 3.0), (6.0, 2.8, 3.3), (8.0, 2.8, 3.3), (18.0, 2.8, 3.3), (20.0, 3.1, 3.6), (24.0, 3.1, 3.6),
]  # fmt: skip


def test_structural_table_typed_twice() -> None:
    NPS, least, alert = (np.array(v) for v in zip(*STRUCTURAL, strict=True))
    result = procedure("api574.structural").run({"NPS": NPS, "T": 100.0, "group": 0}, DEFAULTS)
    assert list(result["t_struct"]) == list(least)
    assert list(result["t_alert_tab"]) == list(alert)


def test_size_between_rows_takes_the_larger_one_and_hot_lines_keep_the_floor() -> None:
    result = procedure("api574.structural").run(
        {"NPS": [2.5, 5.0, 30.0, 0.25, np.nan, 6.0, 6.0], "T": [50.0] * 5 + [300.0, 50.0], "group": [0] * 6 + [3]},
        DEFAULTS,
    )
    assert list(result["t_struct"][:4]) == [2.0, 2.8, 3.1, 0.0]
    cases = [STRUCTURAL_CASES[c] for c in result["struct_case"]]
    assert cases == ["table", "table", "above_table", "below_table", "unknown_size", "outside_range", "outside_range"]
    assert result.verdict[4] == Verdict.INSUFFICIENT_DATA
    assert list(result["t_struct"][5:]) == [2.8, 2.8]


# ASME B36.10 typed in a second time, inches: size, outside diameter, schedule, wall.
SIZES = [
    (0.75, 1.050, "80", 0.154), (1.0, 1.315, "160", 0.250), (2.0, 2.375, "40", 0.154), (3.0, 3.500, "XXS", 0.600),
    (4.0, 4.500, "120", 0.438), (6.0, 6.625, "40", 0.280), (8.0, 8.625, "20", 0.250), (10.0, 10.750, "60", 0.500),
    (12.0, 12.750, "80", 0.688), (12.0, 12.750, "160", 1.312), (14.0, 14.0, "10", 0.250), (16.0, 16.0, "40", 0.500),
    (18.0, 18.0, "STD", 0.375), (20.0, 20.0, "XS", 0.500), (24.0, 24.0, "40", 0.688), (24.0, 24.0, "80", 1.219),
    (6.0, 6.625, "10S", 0.134), (8.0, 8.625, "5S", 0.109),
]  # fmt: skip


def test_pipe_dimensions_typed_twice() -> None:
    for NPS, D_o, schedule, wall in SIZES:
        assert outside_diameter(NPS)[0] == pytest.approx(D_o * 25.4, abs=0.6)
        assert nominal_wall(NPS, [schedule])[0] == pytest.approx(wall * 25.4, abs=0.03), (NPS, schedule)


def test_no_two_rows_of_one_size_and_schedule_and_walls_rise_with_the_number() -> None:
    pairs = [(s.NPS_in, s.schedule) for s in pipe_sizes()]
    assert len(pairs) == len(set(pairs))
    for NPS in {p[0] for p in pairs}:
        walls = [
            s.t_mm
            for s in sorted(pipe_sizes(), key=lambda s: int(s.schedule) if s.schedule.isdigit() else -1)
            if s.NPS_in == NPS and s.schedule.isdigit()
        ]
        assert walls == sorted(walls)


def test_size_back_from_outside_diameter() -> None:
    every = sorted({(s.NPS_in, s.D_o_mm) for s in pipe_sizes()})
    assert list(nominal_size([d for _, d in every])) == [n for n, _ in every]
    assert np.isnan(nominal_size([95.0, np.nan])).all()


@pytest.mark.parametrize(
    ("text", "size"), [('6"', 6.0), ('1-1/2"', 1.5), ("3/4", 0.75), ("NPS 2", 2.0), ("1 1/4", 1.25), ("2.5", 2.5)]
)
def test_nps_text(text: str, size: float) -> None:
    assert parse_nps(text) == size


def test_what_is_no_size() -> None:
    assert np.isnan([parse_nps(t) for t in ("", "DN100x", "1/0", "six")]).all()
    assert np.isnan(nominal_wall([6.0, 7.0, 6.0], ["40", "40", "41"])[1:]).all()
    assert list(nominal_wall([6.0, 6.0], ["Sch. 40", "std"])) == [7.11, 7.11]


def test_first_wall_ordering_and_dn() -> None:
    assert least_supplied_wall(7.11)[0] == pytest.approx(6.22125)
    assert list(nominal_diameter([0.5, 2.5, 4.0, 24.0])) == [15, 65, 100, 600]
    found = lightest_schedule(6.0, 7.2)
    assert found is not None and found.t_mm == 10.97
    assert lightest_schedule(6.0, 30.0) is None
    assert list(gb_outside_diameter([100, 300, 77], "B")[:2]) == [108.0, 325.0]
    assert np.isnan(gb_outside_diameter([77])[0])
