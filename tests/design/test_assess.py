"""Design of a plant: routes, governing case, static head, three pressures, refusals, workings, invariances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from integrity.core.arrays import NO_CODE
from integrity.core.codes import codes, encode
from integrity.core.frames.design import DesignFrame
from integrity.core.frames.plant import ComponentFrame
from integrity.core.lineage import steps_to
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.design.assess import LINEAGE, ROUTES, DesignResult, assess_design
from integrity.i18n import LANGUAGES, catalogue

SHELL: dict[str, Any] = {
    "geometry": "cylinder", "construction_code": "GB_150", "code_edition": "1998", "material": "16MnR",
    "D_mm": 2000.0, "t_nom_mm": 14.0, "P_MPa": 1.0, "T_C": 120.0, "E": 0.85,
}  # fmt: skip
PIPE: dict[str, Any] = {
    "geometry": "pipe", "construction_code": "ASME_B31_3", "code_edition": "2016", "material": "A106-B",
    "D_o_mm": 168.3, "NPS_in": 6.0, "t_nom_mm": 7.11, "P_MPa": 1.5, "T_C": 150.0,
}  # fmt: skip
COURSE: dict[str, Any] = {
    "geometry": "tank_course", "construction_code": "API_650", "code_edition": "1988", "material": "A283-C",
    "tank_D_m": 40.0, "tank_H_m": 14.4, "tank_G": 0.87, "course": 1, "E": 0.85, "t_nom_mm": 16.0, "T_C": 60.0,
}  # fmt: skip
HEAD: dict[str, Any] = {**SHELL, "geometry": "ellipsoidal", "R_ell": 2.0}
VACUUM: dict[str, Any] = {**SHELL, "P_MPa": 0.1, "P_ext_MPa": 0.1, "L_unsupported_mm": 2500.0}
TEXTS = ("geometry", "construction_code", "chamber", "fluid")


def frame(*rows: dict[str, Any]) -> ComponentFrame:
    names = sorted({k for row in rows for k in row})
    quantities = ComponentFrame.quantities()
    given_columns: dict[str, Any] = {"component_id": np.arange(len(rows))}
    for name in names:
        values = [row.get(name) for row in rows]
        if name in TEXTS:
            given_columns[name] = encode(values, codes(name))
        elif quantities[name] == "text":
            given_columns[name] = np.array(["" if v is None else v for v in values], dtype=object)
        elif quantities[name] in ("id", "flag"):
            given_columns[name] = np.array([NO_CODE if v is None else v for v in values])
        else:
            given_columns[name] = np.array([np.nan if v is None else v for v in values], dtype=float)
    return ComponentFrame.from_columns(given_columns, len(rows))


def design(*rows: dict[str, Any], t: Any = 12.0, CR: Any = 0.1, years: Any = 5.0, settings: Settings = DEFAULTS,
           **more: Any) -> DesignResult:  # fmt: skip
    return assess_design(frame(*rows), settings, t, CR, years, **more)


def one(row: dict[str, Any], column: str, **more: Any) -> Any:
    return getattr(design(row, **more).frame, column)[0]


def test_every_code_and_geometry_has_one_route_or_says_that_it_has_none() -> None:
    pairs = [(c, g) for c in (*codes("construction_code"), "") for g in codes("geometry")]
    rows = [{**SHELL, "construction_code": c, "geometry": g} for c, g in pairs]
    f = design(*rows).frame
    for i, (code, geometry) in enumerate(pairs):
        mine = [r.key for r in ROUTES if geometry in r.geometries and (not r.codes or code in r.codes)]
        assert len(mine) <= 1
        assert f.procedure[i] == (mine[0] if mine else "")
        assert ("refusal.no_rule" in f.refusal[i]) == (not mine)


def test_static_head_counts_in_the_required_wall_and_is_taken_off_at_the_top() -> None:
    head = 900 * 9.80665 * 4.0 * 1e-6
    f = design({**SHELL, "H_liq_m": 4.0, "rho_liq": 900.0}, SHELL).frame
    p = procedure("gb150.2011.cylinder").run({"P": 1.0 + head, "S": 170.0, "E": 0.85, "D": 2000.0, "t": 12.0}, DEFAULTS)
    assert f.P_head_MPa[0] == pytest.approx(head) and f.P_head_MPa[1] == 0.0
    assert f.t_req_mm[0] == pytest.approx(p["t_req"][0])
    assert f.t_req_mm[0] > f.t_req_mm[1]
    assert f.MAWP_now[0] == pytest.approx(p["MAWP"][0] - head)


def test_half_a_static_head_is_not_guessed() -> None:
    f = design({**SHELL, "H_liq_m": 4.0}).frame
    assert np.isnan(f.t_req_mm[0]) and f.refusal[0] == "limit.head_known"


def test_three_pressures_and_once_the_loss() -> None:
    f = design({**SHELL, "T_C": 300.0}, t=11.0, CR=0.2, years=4.0).frame
    assert f.S_MPa[0] == 144.0 and f.S_amb_MPa[0] == 170.0
    assert f.t_next_mm[0] == pytest.approx(11.0 - 2 * 0.2 * 4.0)
    assert f.t_next_1x_mm[0] == pytest.approx(11.0 - 0.2 * 4.0)
    assert f.MAWP_new[0] > f.MAWP_now[0] > f.MAWP_next_1x[0] > f.MAWP_next[0]
    assert f.MAWP_new[0] == pytest.approx(2 * 14.0 * 170.0 * 0.85 / 2014.0)
    assert f.MAWP_next[0] == pytest.approx(2 * 9.4 * 144.0 * 0.85 / 2009.4)


def test_loss_factor_is_a_setting() -> None:
    f = design(SHELL, settings=Settings({"design.mawp_loss_factor": 1.0})).frame
    assert f.MAWP_next[0] == f.MAWP_next_1x[0]


@pytest.mark.parametrize("basis", ["as_built", "corroded"])
@pytest.mark.parametrize("row", [SHELL, HEAD, PIPE, {**SHELL, "geometry": "cone", "alpha_deg": 25.0}])
def test_the_longest_interval_leaves_exactly_the_design_pressure(row: dict[str, Any], basis: str) -> None:
    settings = Settings({"design.diameter_basis": basis})
    t = 0.9 * row["t_nom_mm"]
    years = one(row, "interval_max_y", t=t, settings=settings)
    assert years > 0
    assert one(row, "MAWP_next", t=t, years=years, settings=settings) == pytest.approx(row["P_MPa"], rel=1e-9)


def test_interval_is_negative_below_the_wall_and_endless_without_loss() -> None:
    assert one(SHELL, "interval_max_y", t=3.0) < 0
    assert one(SHELL, "interval_max_y", CR=0.0) == np.inf


def test_corroded_diameter_asks_for_a_little_more() -> None:
    as_built, settings = one(SHELL, "t_req_mm"), Settings({"design.diameter_basis": "corroded"})
    corroded = one(SHELL, "t_req_mm", settings=settings)
    outside = procedure("gb150.2011.cylinder_outside").run(
        {"P": 1.0, "S": 170.0, "E": 0.85, "D_o": 2028.0}, DEFAULTS)["t_req"][0]  # fmt: skip
    assert corroded == pytest.approx(outside, rel=1e-9)
    assert as_built < corroded < 1.02 * as_built
    assert one({**SHELL, "internal_thinning": 0}, "t_req_mm", settings=settings) == pytest.approx(as_built)


CASES = [
    (SHELL, "circumferential"),
    (HEAD, "pressure"),
    (VACUUM, "external_pressure"),
    ({**SHELL, "P_MPa": 0.05}, "code_minimum"),
    ({**HEAD, "P_MPa": 0.1}, "code_minimum"),
    (PIPE, "structural"),
    ({**PIPE, "P_MPa": 6.0}, "circumferential"),
    (COURSE, "one_foot"),
    ({**COURSE, "tank_H_m": 2.0}, "code_minimum"),
    ({**COURSE, "geometry": "tank_bottom"}, "code_minimum"),
]


@pytest.mark.parametrize(("row", "case"), CASES, ids=[c for _, c in CASES])
def test_governing_case_is_named(row: dict[str, Any], case: str) -> None:
    f = design(row).frame
    assert f.texts("t_req_case")[0] == case
    competing = [f.t_pressure_mm[0], f.t_ext_mm[0], f.t_struct_mm[0], f.t_code_mm[0]]
    assert f.t_req_mm[0] == max(competing)
    assert f.refusal[0] == ""


def test_away_from_welds_the_joint_efficiency_is_one() -> None:
    f = design(SHELL, {**SHELL, "E": 1.0}, HEAD, COURSE, VACUUM).frame
    assert f.t_req_away_mm[0] == f.t_req_mm[1] == f.t_req_away_mm[1] < f.t_req_mm[0]
    assert f.t_req_away_mm[2] < f.t_req_mm[2] and f.t_req_away_mm[3] == pytest.approx(0.85 * f.t_req_mm[3])
    assert f.t_req_away_mm[4] == f.t_req_mm[4] == f.t_ext_mm[4]


def test_vacuum_column_is_not_governed_by_pressure_and_both_are_shown() -> None:
    f = design(VACUUM, t=12.0).frame
    assert f.t_ext_mm[0] > 3 * f.t_pressure_mm[0] > 0
    assert f.P_ext_now[0] > f.P_ext_next[0] > 0.1
    assert f.S_y_T_MPa[0] < 345.0


def test_vacuum_without_stiffener_spacing_or_external_pressure_is_said() -> None:
    f = design({**VACUUM, "L_unsupported_mm": None}, {**SHELL, "P_op_MPa": -0.09}, {**VACUUM, "geometry": "flat"}).frame
    assert np.isnan(f.t_req_mm[0]) and f.refusal[0] == "missing.L"
    assert f.refusal[1] == "refusal.vacuum_without_external" and not np.isnan(f.t_req_mm[1])
    assert f.refusal[2] == "refusal.no_rule refusal.no_external_rule"


REFUSED = [
    ({**SHELL, "P_MPa": None}, "missing.P_top"),
    ({**SHELL, "E": None}, "missing.E"),
    ({**SHELL, "D_mm": None}, "missing.D"),
    ({**SHELL, "material": "20#"}, "refusal.stress_open_material"),
    ({**SHELL, "material": "unknown"}, "refusal.stress_no_material"),
    ({**SHELL, "code_edition": "1989"}, "refusal.stress_no_edition"),
    ({**SHELL, "code_edition": "2011"}, "refusal.stress_no_edition"),
    ({**SHELL, "T_C": 480.0}, "refusal.stress_above_table"),
    ({**SHELL, "t_nom_mm": 50.0}, "refusal.stress_no_band"),
    ({**SHELL, "P_MPa": 90.0}, "limit.thick_wall_P"),
    ({**HEAD, "R_ell": None}, "missing.R_ell"),
    ({**PIPE, "D_o_mm": None, "NPS_in": None}, "missing.D_o"),
    ({**PIPE, "material": "SA-240-304", "S_owner_MPa": 110.0}, "missing.E"),
    ({**PIPE, "geometry": "bend"}, "missing.R_bend"),
    ({**COURSE, "tank_D_m": 80.0}, "limit.tank_diameter"),
    ({**COURSE, "material": "unknown"}, "limit.stress_known"),
]


@pytest.mark.parametrize(("row", "reason"), REFUSED, ids=[r for _, r in REFUSED])
def test_what_cannot_be_had_is_not_a_number_and_says_why(row: dict[str, Any], reason: str) -> None:
    f = design(row).frame
    assert np.isnan(f.t_req_mm[0]) and f.t_req_case[0] == NO_CODE
    assert np.isnan(f.MAWP_now[0])
    assert reason in f.refusal[0].split()
    for language in LANGUAGES:
        assert all(token in catalogue(language) for token in f.refusal[0].split())


def test_owner_stress_lets_an_old_item_be_calculated() -> None:
    f = design({**SHELL, "code_edition": "1989", "S_owner_MPa": 163.0}).frame
    assert f.S_MPa[0] == 163.0 and f.texts("S_case")[0] == "owner" and f.S_verified[0] == -1
    assert f.MAWP_new[0] > f.MAWP_now[0]


def test_owner_wall_competes_and_stands_alone_only_without_a_rule() -> None:
    flat = {**SHELL, "geometry": "flat"}
    lacking = {**SHELL, "E": None}
    f = design(SHELL, SHELL, flat, lacking, t_req_owner_mm=[3.5, 10.0, 6.5, 6.5]).frame
    assert list(f.t_req_mm[:3]) == pytest.approx([2000.0 / (2 * 170 * 0.85 - 1), 10.0, 6.5])
    assert np.isnan(f.t_req_mm[3])
    assert list(f.texts("t_req_case")) == ["circumferential", "owner", "owner", ""]


def test_alert_and_retirement_lines() -> None:
    f = design(SHELL, PIPE, {**PIPE, "t_nom_mm": 2.9}).frame
    assert f.t_retire_mm[0] == f.t_req_mm[0]
    assert f.t_alert_mm[0] == pytest.approx(f.t_req_mm[0] + 0.25 * (14.0 - f.t_req_mm[0]))
    assert f.t_alert_mm[1] == pytest.approx(2.8 + 0.25 * (7.11 - 2.8))
    assert f.t_alert_mm[2] == pytest.approx(3.3)


def test_structural_minimum_can_be_left_to_the_owner() -> None:
    f = design(PIPE, settings=Settings({"design.structural_minimum": "none"})).frame
    assert f.t_struct_mm[0] == 0.0 and f.texts("t_req_case")[0] == "circumferential"


def test_bend_takes_the_intrados_unless_told_otherwise() -> None:
    bend = {**PIPE, "geometry": "bend", "R_bend_mm": 252.45, "P_MPa": 6.0}
    walls = [one(bend, "t_req_mm", settings=Settings({"design.bend_position": p})) for p in
             ("intrados", "sidewall", "extrados")]  # fmt: skip
    assert walls[0] > walls[1] > walls[2]
    assert one(bend, "t_req_mm") == walls[0]
    assert walls[1] == pytest.approx(one({**PIPE, "P_MPa": 6.0}, "t_req_mm"))


def test_set_pressure_above_the_present_mawp_is_flagged() -> None:
    now = one(SHELL, "MAWP_now")
    f = design(*({**SHELL, "set_pressure_MPa": p} for p in (now * 0.99, now, now * 1.01, None))).frame
    assert list(f.set_above_mawp) == [0, 0, 1, -1]


def test_vessel_mawp_is_the_least_of_its_chamber_and_unknown_with_an_unknown_part() -> None:
    rows = [
        {**SHELL, "equipment_id": 7, "chamber": "shell"},
        {**HEAD, "equipment_id": 7, "chamber": "shell", "t_nom_mm": 10.0},
        {**SHELL, "equipment_id": 7, "chamber": "tube", "D_mm": 600.0},
        {**SHELL, "equipment_id": 8, "chamber": "main"},
        {**SHELL, "equipment_id": 8, "chamber": "main"},
    ]
    f = design(*rows, t=[12.0, 9.0, 12.0, 12.0, np.nan]).frame
    assert list(f.MAWP_vessel_now[:2]) == [f.MAWP_now[1]] * 2
    assert f.MAWP_vessel_now[2] == f.MAWP_now[2] > f.MAWP_now[1]
    assert np.isnan(f.MAWP_vessel_now[3:]).all()


def test_without_a_reading_the_wall_is_required_but_the_present_pressure_is_unknown() -> None:
    f = design(SHELL, t=np.nan).frame
    assert not np.isnan(f.t_req_mm[0]) and not np.isnan(f.MAWP_new[0])
    assert np.isnan([f.MAWP_now[0], f.MAWP_next[0], f.interval_max_y[0]]).all()


def test_no_wall_left_gives_no_pressure() -> None:
    f = design(SHELL, t=2.0, CR=0.5, years=5.0).frame
    assert np.isnan(f.MAWP_next[0]) and f.refusal[0] == "limit.wall_left" and f.MAWP_now[0] > 0


def test_tank_course_has_a_fill_height_and_no_pressure() -> None:
    f = design(COURSE, t=15.0).frame
    assert f.H_max_now_m[0] > f.H_max_next_m[0] > 0
    assert np.isnan([f.MAWP_now[0], f.P_total_MPa[0], f.interval_max_y[0]]).all()
    assert f.texts("S_case")[0] == "api653_rule" and f.S_MPa[0] == pytest.approx(0.429 * 55 * 6.894757)


def test_exchanger_tube_by_outside_diameter() -> None:
    tube = {**SHELL, "geometry": "pipe", "D_mm": None, "D_o_mm": 25.0, "t_nom_mm": 2.5, "material": "20# GB 9948",
            "code_edition": "2011", "E": 1.0}  # fmt: skip
    f = design(tube, t=2.0).frame
    assert f.procedure[0] == "gb150.2011.cylinder_outside"
    assert f.t_req_mm[0] == pytest.approx(25.0 / (2 * f.S_MPa[0] + 1.0)) and f.t_code_mm[0] == 0.0


ALL = [SHELL, HEAD, VACUUM, PIPE, {**PIPE, "geometry": "bend", "R_bend_mm": 252.0}, COURSE, {**SHELL, "E": None},
       {**SHELL, "geometry": "flat"}, {**SHELL, "geometry": "sphere"}]  # fmt: skip


def same(a: DesignFrame, b: DesignFrame) -> None:
    for name, column in a.columns().items():
        if name == "component_row":
            continue
        other = getattr(b, name)
        if column.dtype == np.float64:
            assert np.array_equal(column, other, equal_nan=True), name
        else:
            assert list(column) == list(other), name


@examples(max_examples=20)
@given(st.permutations(range(len(ALL))))
def test_order_of_rows_changes_nothing(order: list[int]) -> None:
    rows = [{**r, "equipment_id": i} for i, r in enumerate(ALL)]
    whole = design(*rows).frame
    same(whole.take(np.array(order)), design(*(rows[i] for i in order)).frame)


def test_chunks_and_unrelated_components_change_nothing() -> None:
    rows = [{**r, "equipment_id": i} for i, r in enumerate(ALL)]
    whole = design(*rows).frame
    for i, row in enumerate(rows):
        same(whole.take(np.array([i])), design(row).frame)


def test_empty_plant() -> None:
    result = assess_design(ComponentFrame.from_columns({}, 0), DEFAULTS, [], [], 5.0)
    assert result.frame.n == 0 and result.results == {}


@examples(max_examples=20)
@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0))
def test_more_pressure_never_lowers_the_required_wall_of_any_part(P_1: float, P_2: float) -> None:
    low, high = sorted((P_1, P_2))
    a = design(*({**r, "P_MPa": low} for r in ALL)).frame.t_req_mm
    b = design(*({**r, "P_MPa": high} for r in ALL)).frame.t_req_mm
    rows = ~np.isnan(a) & ~np.isnan(b)
    assert np.all(b[rows] >= a[rows] - 1e-9)


def text_of(result: DesignResult, row: int, column: str) -> list[str]:
    return [
        f"{s.symbol} = {s.expr} = {s.numbers}"
        for name, at, symbol in result.lineage(row, column)
        for s in steps_to(procedure(name.split(":")[0]), result.results[name], at, symbol)
    ]


def test_working_of_the_required_wall_reads_from_stress_to_governing_case() -> None:
    result = design({**SHELL, "T_C": 325.0, "H_liq_m": 4.0, "rho_liq": 900.0})
    lines = text_of(result, 0, "t_req_mm")
    assert lines[1] == "S = S_lo + (S_hi - S_lo)*(T - T_lo)/(T_hi - T_lo) = 144 + (134 - 144)*(325 - 300)/(350 - 300)"
    assert "P = P_top + P_head = 1 + 0.0353039" in lines
    assert "t_req = P*D/(2*S*E - P) = 1.0353*2000/(2*139*0.85 - 1.0353)" in lines
    assert lines[-1] == "t_req = max(t_p, t_ext, t_struct, t_code, t_owner) = max(8.80118, 0, 0, 3, 0)"


def test_working_of_the_pressure_at_the_next_inspection() -> None:
    lines = text_of(design(SHELL), 0, "MAWP_next")
    assert lines[-3:] == [
        "t_next = t_now - f_loss*CR_gov*years = 12 - 2*0.1*5",
        "MAWP = 2*t*S*E/(D + t) = 2*11*170*0.85/(2000 + 11)",
        "MAWP_next = MAWP_part_next - P_head = 1.58081 - 0",
    ]


def test_every_column_that_is_calculated_has_a_lineage_on_a_row_that_has_it() -> None:
    result = design(*ALL, {**SHELL, "H_liq_m": 4.0, "rho_liq": 900.0})
    for column in LINEAGE:
        values = getattr(result.frame, column)
        rows = [i for i in range(result.frame.n) if values.dtype != np.float64 or values[i] > 0]
        assert any(result.lineage(i, column) for i in rows), column
        assert any(text_of(result, i, column) for i in rows), column


def test_stress_row_of_the_working_names_its_source() -> None:
    result = design(SHELL)
    name, at, symbol = result.lineage(0, "S_MPa")[0]
    step = steps_to(procedure(name), result.results[name], at, symbol)[0]
    assert step.note == "design.note.stress_table"
    assert "GB 150-1998" in str(step.note_values["S_source"]) and step.note_values["S_verified"] == 0.0
