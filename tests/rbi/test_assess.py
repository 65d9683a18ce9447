"""Risk of a plant at one day: by hand, what is missing, policies, and independence of order and company."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.errors import ContractError
from integrity.core.frames.risk import RiskFrame, RiskInputFrame
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.working import working
from integrity.rbi import holes
from integrity.rbi.assess import RiskAssessment, assess_risk
from tests.rbi.plants import TODAY, Frames, many, one, taken

CASES = codes("two_phase_case")


def assess(frames: Frames, **settings: Any) -> RiskAssessment:
    return assess_risk(*frames, TODAY, DEFAULTS.with_(**settings))


def cell(a: RiskAssessment, column: str, row: int = 0) -> Any:
    return getattr(a.frame, column)[row]


def test_one_drum_by_hand() -> None:
    a = assess(one())
    age = (TODAY - 18000) / 365.25
    assert cell(a, "age_tk_y") == pytest.approx(age, rel=1e-15)
    assert cell(a, "A_rt") == pytest.approx(0.25 * age / 16.0, rel=1e-14)
    FS = (245.0 + 410.0) / 2.0 * 0.85 * 1.1
    pressure, thickness = 1.6 * 2000.0 / (2.0 * FS * 16.0), 137.0 * 0.85 / FS * 10.0 / 16.0
    assert cell(a, "SR_p") == pytest.approx(max(pressure, thickness), rel=1e-14)
    assert a.frame.texts("SR_p_branch")[0] == ("structural" if thickness > pressure else "pressure")
    assert (cell(a, "N_C"), cell(a, "N_A")) == (1.0, 0.0)
    assert cell(a, "D_f_total") == cell(a, "D_f_thin")
    assert cell(a, "P_f") == pytest.approx(3.06e-5 * cell(a, "D_f_thin"), rel=1e-14)
    assert cell(a, "CA") == max(cell(a, "CA_cmd"), cell(a, "CA_inj"))
    assert cell(a, "risk") == pytest.approx(cell(a, "P_f") * cell(a, "CA"), rel=1e-15)
    assert cell(a, "reasons") == ""
    assert 1 <= cell(a, "P_f_category") <= 5 and 1 <= cell(a, "CA_category") <= 5


@pytest.mark.parametrize(
    ("change", "reason", "blank"),
    [
        ({"CR": np.nan}, "missing:C_r", ("D_f_thin", "P_f", "risk")),
        ({"YS_MPa": np.nan}, "missing:YS_MPa", ("D_f_thin", "P_f", "risk")),
        ({"fluid": -1}, "missing:fluid", ("CA", "risk")),
        ({"phase": -1}, "missing:phase", ("CA", "risk")),
        ({"inventory_kg": np.nan}, "missing:mass_comp_kg", ("CA", "risk")),
        ({"T_op_C": np.nan}, "missing:T_s_C", ("CA", "risk")),
        ({"P_op_MPa": np.nan}, "missing:P_s_MPa", ("CA", "risk")),
        ({"P_op_MPa": -0.09}, "limit:rbi.above_atmospheric", ("CA", "risk")),
        ({"fluid": index_of("fluid", "Water")}, "limit:rbi.consequence_model", ("CA", "risk")),
        ({"component_type": -1}, "missing:component_type", ("D_f_thin", "P_f", "CA", "risk")),
        (
            {"component_type": index_of("component_type", "HEATERTUBE")},
            "limit:rbi.has_generic_frequency",
            ("P_f", "CA", "risk"),
        ),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_made_up(
    change: dict[str, Any], reason: str, blank: tuple[str, ...]
) -> None:
    a = assess(one(**change))
    assert reason in cell(a, "reasons").split("; ")
    for column in blank:
        assert np.isnan(cell(a, column)), column
    assert cell(a, "risk_category") == -1 and cell(a, "four_colour") == -1


def test_likelihood_is_shown_though_the_consequence_is_missing() -> None:
    a = assess(one(fluid=-1))
    assert cell(a, "P_f") > 0.0 and cell(a, "P_f_category") >= 1 and cell(a, "CA_category") == -1


def test_a_failed_thickness_is_not_reported_twice() -> None:
    assert cell(assess(one(CR=np.nan)), "reasons") == "missing:C_r"


def test_only_the_branch_that_can_be_computed_is_used_and_named() -> None:
    a = assess(one(t_req_mm=np.nan))
    assert a.frame.texts("SR_p_branch")[0] == "pressure_only"
    b = assess(one(P_MPa=np.nan))
    assert b.frame.texts("SR_p_branch")[0] == "structural_only"
    c = assess(one(P_MPa=np.nan, t_req_mm=np.nan))
    assert cell(c, "reasons") == "limit:rbi.strength_ratio_known"


def test_no_reading_takes_the_furnished_thickness_from_installation_with_low_confidence() -> None:
    a = assess(one(t_rdi_mm=np.nan, t_rdi_d=NO_DATE))
    assert a.frame.texts("t_rdi_basis")[0] == "furnished"
    assert (cell(a, "t_rdi_mm"), cell(a, "t_rdi_d")) == (20.0, 9000)
    assert cell(a, "age_tk_y") == pytest.approx((TODAY - 9000) / 365.25)
    assert a.frame.texts("confidence")[0] == "low"


def test_confidence_comes_from_the_setting_where_none_is_recorded() -> None:
    assert assess(one(rate_confidence=-1)).frame.texts("confidence")[0] == "low"
    a = assess(one(rate_confidence=-1), rbi__confidence_default="high")
    assert a.frame.texts("confidence")[0] == "high"


def test_inspections_before_replacement_do_not_count() -> None:
    a = assess(one(component_start_d=18500))
    assert (cell(a, "N_C"), cell(a, "t_rdi_d")) == (0.0, 18000)


def test_pipe_takes_the_outside_diameter() -> None:
    pipe = index_of("geometry", "pipe")
    outside = assess(one(geometry=pipe, D_o_mm=2000.0, D_mm=np.nan, t_req_mm=np.nan))
    inside = assess(one(D_mm=2000.0, t_req_mm=np.nan))
    assert cell(outside, "SR_p") == cell(inside, "SR_p")
    derived = assess(one(geometry=pipe, D_o_mm=np.nan, D_mm=1960.0, t_req_mm=np.nan))
    assert cell(derived, "SR_p") == pytest.approx(cell(inside, "SR_p"), rel=1e-15)


def test_piping_features() -> None:
    piping = index_of("equipment_kind", "piping")
    plain = assess(one(equipment_kind=piping, injection_point=0, dead_leg=0))
    mixed = assess(one(equipment_kind=piping, injection_point=1, dead_leg=0))
    looked_at = assess(one(equipment_kind=piping, injection_point=1, dead_leg=0, injection_inspected=1))
    assert cell(mixed, "D_f_thin") == pytest.approx(3.0 * cell(plain, "D_f_thin"))
    assert cell(looked_at, "D_f_thin") == cell(plain, "D_f_thin")


def test_a_feature_that_is_not_marked_is_a_printed_policy() -> None:
    piping = index_of("equipment_kind", "piping")
    a = assess(one(equipment_kind=piping))
    shown = a.results["api581.2016.thinning"]
    keys = {p.symbol: p.codes for p in procedure("api581.2016.thinning").outputs}
    assert keys["injection_case"][shown["injection_case"][0]] == "unmarked"
    assert cell(a, "D_f_thin") > 0.0
    strict = assess(one(equipment_kind=piping), rbi__unmarked_feature="unknown")
    assert cell(strict, "reasons") == "limit:rbi.features_known"
    vessel = assess(one(), rbi__unmarked_feature="unknown")
    assert cell(vessel, "D_f_thin") > 0.0


def test_tank_course_needs_its_maintenance_and_has_its_own_consequence() -> None:
    course = index_of("component_type", "COURSE-1")
    code = index_of("construction_code", "API_650")
    a = assess(one(component_type=course, construction_code=code))
    assert "limit:rbi.tank_adjustments_known" in cell(a, "reasons")
    b = assess(one(component_type=course, construction_code=code, tank_maintenance=0))
    assert cell(b, "D_f_thin") > 0.0
    told = cell(b, "reasons").split("; ")
    assert "limit:rbi.not_a_tank" not in told and "missing:tank_D_m" in told and np.isnan(cell(b, "CA"))


def test_two_phase_takes_the_greater_area() -> None:
    two = assess(one(phase=index_of("phase", "two_phase")))
    liquid, gas = assess(one(phase=index_of("phase", "liquid"))), assess(one(phase=index_of("phase", "gas")))
    assert cell(two, "CA") == max(cell(liquid, "CA"), cell(gas, "CA"))
    wanted = "liquid_greater" if cell(liquid, "CA") > cell(gas, "CA") else "gas_greater"
    assert two.frame.texts("two_phase_case")[0] == wanted
    assert liquid.frame.texts("two_phase_case")[0] == "single"


def test_two_phase_with_one_phase_outside_the_table_says_so() -> None:
    fluid, both = index_of("fluid", "C13-C16"), index_of("phase", "two_phase")
    a = assess(one(fluid=fluid, phase=both))
    assert a.frame.texts("two_phase_case")[0] == "liquid_only" and cell(a, "CA") > 0.0
    neither = assess(one(fluid=fluid, phase=both, inventory_kg=np.nan))
    assert neither.frame.texts("two_phase_case")[0] == "none" and np.isnan(cell(neither, "CA"))


def test_unknown_detection_and_isolation_take_the_printed_conservative_setting() -> None:
    stated = assess(one(detection=2, isolation=2))
    unknown = assess(one(detection=-1, isolation=-1))
    assert cell(unknown, "CA") == cell(stated, "CA")
    better = assess(one(detection=-1, isolation=-1), rbi__detection_default="A", rbi__isolation_default="A")
    assert cell(better, "CA") < cell(unknown, "CA")


def test_toxic_fluid_counts_its_toxic_area_too() -> None:
    a = assess(one(fluid=index_of("fluid", "H2S"), phase=0))
    assert cell(a, "toxic_missing") == 0 and cell(a, "CA_tox") > 0
    assert cell(a, "CA") == max(cell(a, "CA_cmd"), cell(a, "CA_f_inj"), cell(a, "CA_tox"))


def test_category_may_come_from_the_damage_factor() -> None:
    a = assess(one(), rbi__F_MS=10.0)
    b = assess(one(), rbi__F_MS=10.0, rbi__category_from="D_f")
    assert cell(a, "P_f_category") == cell(b, "P_f_category") + 1


@pytest.fixture(scope="module")
def plant() -> tuple[Frames, RiskAssessment]:
    frames = many(400, seed=5)
    return frames, assess(frames)


def same(a: RiskFrame, b: RiskFrame, rows: np.ndarray) -> None:
    for name in RiskFrame.quantities():
        if name != "component_row":
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name)[rows], err_msg=name)


def test_the_plant_has_rows_of_every_kind(plant: tuple[Frames, RiskAssessment]) -> None:
    f = plant[1].frame
    assert 0.05 < np.isnan(f.risk).mean() < 0.95
    assert set(f.t_rdi_basis) == {0, 1}
    assert {"liquid_greater", "gas_greater", "liquid_only", "none", "single"} <= set(f.texts("two_phase_case"))
    blank = np.isnan(f.risk)
    assert (f.reasons[blank] != "").all()
    assert (f.reasons[~blank] == "").all()


def test_reordering_moves_rows_and_nothing_else(plant: tuple[Frames, RiskAssessment]) -> None:
    frames, whole = plant
    order = np.random.default_rng(3).permutation(400)
    same(assess(taken(frames, order)).frame, whole.frame, order)


def test_a_component_alone_equals_its_row(plant: tuple[Frames, RiskAssessment]) -> None:
    frames, whole = plant
    for row in (0, 17, 111, 399):
        rows = np.array([row])
        same(assess(taken(frames, rows)).frame, whole.frame, rows)


def test_chunks_do_not_matter(plant: tuple[Frames, RiskAssessment]) -> None:
    _, whole = plant
    for size in (1, 7, 100000):
        got = holes.assess(whole.case, chunk_rows=size)
        np.testing.assert_array_equal(got.consequence["CA"], whole.results["api581.2016.consequence"]["CA"])
        assert set(got.unverified) <= {-1, 0, 1}


def test_empty_plant() -> None:
    a = assess(taken(many(3), np.zeros(0, dtype=np.int64)))
    assert a.frame.n == 0


def test_frames_of_unequal_length_are_refused() -> None:
    c, i, x = one()
    with pytest.raises(ContractError):
        assess_risk(c, i, RiskInputFrame.from_columns({}, 2), TODAY, DEFAULTS)
    assert x.n == 1


@pytest.mark.parametrize("column", ["D_f_thin", "P_f", "CA", "risk"])
def test_every_number_opens_to_its_working(plant: tuple[Frames, RiskAssessment], column: str) -> None:
    a = plant[1]
    row = int(np.flatnonzero(~np.isnan(a.frame.risk))[0])
    traces = a.trace(row, column)
    assert traces
    head = traces[0]
    shown = {s.symbol: s.value for s in working(procedure(head.key), head.result, head.row)}
    assert shown[column] == pytest.approx(getattr(a.frame, column)[row], rel=1e-14)
    if column in ("CA", "risk"):
        assert [t.hole for t in traces if t.key == "api581.2016.release"] == ["small", "medium", "large", "rupture"]


def test_trace_of_a_two_phase_store_is_the_governing_phase(plant: tuple[Frames, RiskAssessment]) -> None:
    a = plant[1]
    row = int(np.flatnonzero(a.frame.two_phase_case == CASES.index("gas_greater"))[0])
    release = next(t for t in a.trace(row, "CA") if t.key == "api581.2016.release")
    assert release.result["phase"][release.row] == index_of("phase", "gas")


def test_row_maps_lead_to_the_rows_of_the_results(plant: tuple[Frames, RiskAssessment]) -> None:
    a = plant[1]
    for key, symbol in (("api581.2016.pof", "P_f"), ("api581.2016.risk", "risk")):
        rows = np.array([a.rows[key][i] for i in range(400)])
        np.testing.assert_array_equal(a.results[key][symbol][rows], getattr(a.frame, symbol))
        assert len(a.rows[key]) == 400 and list(a.rows[key])[:2] == [0, 1]
    tank = np.array([i for i in range(400) if i not in a.rows["api581.2016.consequence"]])
    assert set(a.case.components.texts("component_type")[tank]) == {"COURSE-1"}
    rest = np.setdiff1d(np.arange(400), tank)
    rows = np.array([a.rows["api581.2016.consequence"][i] for i in rest])
    np.testing.assert_array_equal(a.results["api581.2016.consequence"]["CA"][rows], a.frame.CA[rest])
    with pytest.raises(KeyError):
        a.rows["api581.2016.pof"][400]
