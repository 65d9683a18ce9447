"""External corrosion and corrosion under insulation: rate, coating, bounds, along time, and from the plant's frames."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.arrays import DAYS_PER_YEAR
from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.assess import RiskAssessment, assess_risk
from integrity.rbi.data import keyed
from integrity.rbi.effectiveness import counts_for
from integrity.rbi.mechanisms import Planned
from integrity.rbi.mechanisms import external as ex
from integrity.rbi.mechanisms import external_clauses as xc
from integrity.rbi.mechanisms import thinning_shared as sh
from integrity.rbi.mechanisms.external_plant import CUI_MECHANISM, EXT_MECHANISM, loss_along
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panel, risk_panels
from integrity.rbi.procedures import CUI, EXT_CORROSION, THINNING
from tests.rbi.plants import TODAY, many, one
from tests.rbi.samples_external import (
    CUI_BASE,
    CUI_CHANGES,
    CUI_KEY,
    EXT_BASE,
    EXT_CHANGES,
    EXT_KEY,
    SAMPLES,
    rows_of,
)

NAN = float("nan")
SATURATION = 2.1e-4
few = settings(max_examples=40, deadline=None)


def ext(s: Settings = DEFAULTS, **changes: Any) -> Result:
    return EXT_CORROSION.run({**EXT_BASE, **changes}, s)


def cui(s: Settings = DEFAULTS, **changes: Any) -> Result:
    return CUI.run({**CUI_BASE, **changes}, s)


def driver(name: str) -> int:
    return index_of("driver", name)


def quality(name: str) -> int:
    return index_of("coating_quality", name)


def steps(p: Procedure, r: Result, row: int = 0) -> dict[str, Any]:
    return {s.symbol: s.value for s in working(p, r, row)}


def test_rate_tables_typed_again() -> None:
    ext_rows = [
        [-12, 0, 0, 0, 0],
        [-8, NAN, 0.025, 0, 0],
        [6, 0.254, 0.127, 0.076, 0.025],
        [32, 0.254, 0.127, 0.076, 0.025],
        [71, 0.254, 0.127, 0.051, 0.025],
        [107, 0.051, 0.025, 0, 0],
        [121, 0, 0, 0, 0],
    ]
    cui_rows = [
        [-12, 0, 0, 0, 0],
        [-8, 0.076, 0.025, 0, 0],
        [6, 0.254, 0.127, 0.076, 0.025],
        [32, 0.254, 0.127, 0.076, 0.025],
        [71, 0.508, 0.254, 0.127, 0.051],
        [107, 0.254, 0.127, 0.025, 0.025],
        [135, 0.254, 0.051, 0.025, 0],
        [162, 0.127, 0.025, 0, 0],
        [176, 0, 0, 0, 0],
    ]
    np.testing.assert_array_equal(keyed("external", "ext_rate").rows[:-1], ext_rows)
    np.testing.assert_array_equal(keyed("external", "cui_rate").rows[:-1], cui_rows)


def test_factor_tables_typed_again() -> None:
    wanted = {
        "F_INS": [1.25, 0.75, 1, 1.25, 1.25, 1.25, 1.25],
        "F_CM": [0.75, 1, 1.25],
        "F_IC": [1.25, 1, 0.75],
        "F_EQ": [1, 2, 1],
        "F_IF": [1, 2, 1],
        "C_age": [0, 5, 15],
    }
    for name, rows in wanted.items():
        assert keyed("external", name).rows[:-1, 0].tolist() == rows, name
    for name, enumeration in (("F_INS", "insulation_type"), ("F_CM", "complexity"), ("F_IC", "insulation_condition")):
        assert keyed("external", name).keys == codes(enumeration)
    assert keyed("external", "C_age").keys == codes("coating_quality")


def test_severe_is_never_milder() -> None:
    for kind in ("ext", "cui"):
        _, rate = xc.rate_table(kind)
        assert (np.diff(rate, axis=1) <= 0.0).all()


@pytest.mark.parametrize(("T", "rate"), [(32.0, 0.076), (51.5, 0.0635), (71.0, 0.051), (89.0, 0.0255), (121.0, 0.0)])
def test_rate_is_interpolated_linearly(T: float, rate: float) -> None:
    assert ext(T_op_C=T, driver=driver("mild"))["C_rB"][0] == pytest.approx(rate, rel=1e-12, abs=1e-15)


def test_cells_used_are_shown() -> None:
    shown = steps(EXT_CORROSION, ext(T_op_C=51.5, driver=driver("mild")))
    assert (shown["r_below"], shown["r_above"]) == (0.076, 0.051)
    exact = steps(EXT_CORROSION, ext(T_op_C=71.0, driver=driver("mild")))
    assert "r_below" not in exact and exact["r_above"] == 0.051


def test_cells_by_place_are_the_cells_gathered() -> None:
    columns, tables = SAMPLES[CUI_KEY][0]
    r = CUI.run(columns, DEFAULTS, tables)
    np.testing.assert_array_equal(xc.cui_cell(r["T_below_C"], r["driver"]), r["r_below"])
    np.testing.assert_array_equal(xc.cui_cell(r["T_above_C"], r["driver"]), r["r_above"])


def test_cycle_takes_its_worst_temperature_not_the_mean() -> None:
    r = cui(T_op_C=150.0, T_cycle_min_C=20.0, T_cycle_max_C=150.0)
    assert (r["T_rate_C"][0], r["C_rB"][0]) == (71.0, 0.508)
    mean = cui(T_op_C=85.0)
    assert mean["C_rB"][0] < 0.508
    inside = cui(T_op_C=150.0, T_cycle_min_C=90.0, T_cycle_max_C=150.0)
    assert inside["T_rate_C"][0] == 90.0


def test_cycle_may_reach_outside_the_table() -> None:
    hot = cui(T_op_C=300.0, T_cycle_min_C=40.0)
    assert (hot["T_rate_C"][0], hot["C_rB"][0]) == (71.0, 0.508)
    away = cui(T_op_C=300.0, T_cycle_min_C=200.0)
    assert reasons(CUI, away, 0) == [("limit", "rbi.rate_in_table")]


def test_steady_temperature_outside_the_table_is_refused_or_zero_by_the_setting() -> None:
    r = ext(T_op_C=[-12.1, 121.1])
    assert [reasons(EXT_CORROSION, r, i) for i in (0, 1)] == [[("limit", "rbi.rate_in_table")]] * 2
    assert [Verdict(v) for v in r.verdict] == [Verdict.NOT_APPLICABLE] * 2
    held = ext(Settings({"rbi.ext_outside_table": "zero"}), T_op_C=[-12.1, 121.1])
    np.testing.assert_array_equal(held["C_rB"], 0.0)
    assert not np.isnan(held["D_f_extcorr"]).any()


def test_the_blank_cell_follows_its_setting() -> None:
    assert ext(T_op_C=-8.0)["C_rB"][0] == 0.076
    assert ext(T_op_C=-1.0)["C_rB"][0] == pytest.approx(0.165, rel=1e-12)
    s = Settings({"rbi.ext_severe_blank": "refuse"})
    r = ext(s, T_op_C=[-12.0, -10.0, -8.0, 5.9, 6.0])
    np.testing.assert_array_equal(np.isnan(r["D_f_extcorr"]), [False, True, True, True, False])
    assert reasons(EXT_CORROSION, r, 1) == [("limit", "rbi.rate_cell_printed")]
    mild = ext(s, T_op_C=-8.0, driver=driver("moderate"))
    assert mild["C_rB"][0] == 0.025
    assert cui(s, T_op_C=-8.0)["C_rB"][0] == 0.076


def test_cells_with_one_source_are_marked() -> None:
    r = ext(T_op_C=-8.0)
    assert EXT_MECHANISM.unverified is not None and EXT_MECHANISM.unverified(r)[0]
    weak = [s.symbol for s in working(EXT_CORROSION, r, 0) if s.unverified]
    assert weak == ["r_above"]
    assert not EXT_MECHANISM.unverified(ext(T_op_C=20.0))[0]


def test_the_greater_of_design_and_interface_counts_not_their_product() -> None:
    plain = ext()["C_r_ext"][0]
    for change in ({"water_retaining": 1}, {"soil_interface": 1}, {"water_retaining": 1, "soil_interface": 1}):
        assert ext(**change)["C_r_ext"][0] == pytest.approx(2.0 * plain, rel=1e-14)


def test_rate_under_insulation() -> None:
    r = cui(T_op_C=71.0, soil_interface=1, insulation_condition=0)
    assert r["C_r_ext"][0] == pytest.approx(0.508 * 1.25 * 1.25 * 1.25 * 2.0, rel=1e-14)


def test_measured_rate_wins_over_the_table_and_is_not_adjusted() -> None:
    r = ext(CR_ext=0.1, water_retaining=1, T_op_C=NAN, driver=-1)
    assert ex.RATE_CASES[r["rate_case"][0]] == "measured"
    assert (r["C_r_ext"][0], r.missing[0], r.refused[0]) == (0.1, 0, 0)
    assert "C_rB" not in steps(EXT_CORROSION, r)


@pytest.mark.parametrize(
    ("name", "age", "age_coat", "credit"),
    [
        ("none", 10.0, 4.0, 0.0),
        ("medium", 10.0, 4.0, 4.0),
        ("medium", 10.0, 10.0, 5.0),
        ("high", 20.0, 18.0, 15.0),
        ("high", 10.0, 18.0, 7.0),
        ("medium", 10.0, 12.0, 3.0),
        ("medium", 10.0, 16.0, 0.0),
        ("high", 3.0, 3.0, 3.0),
        ("high", 0.0, 10.0, 0.0),
    ],
)
def test_credit_of_a_coating(name: str, age: float, age_coat: float, credit: float) -> None:
    r = ext(coating_quality=quality(name), coating_failed=0, age_tke_y=age, age_coat_y=age_coat)
    assert r["Coat_adj_y"][0] == pytest.approx(credit, abs=1e-12)
    assert r["age_ext_y"][0] == pytest.approx(age - credit, abs=1e-12)


def test_a_coating_that_failed_or_is_not_recorded_gives_no_credit() -> None:
    failed = ext(coating_quality=2, coating_failed=1, age_coat_y=4.0)
    unknown = ext(coating_quality=-1)
    for r, case in ((failed, "failed"), (unknown, "not_recorded")):
        assert (r["Coat_adj_y"][0], ex.COATING_CASES[r["coating_case"][0]]) == (0.0, case)
        assert r["D_f_extcorr"][0] == ext()["D_f_extcorr"][0]


def test_a_coating_without_its_day_is_named_and_bounded() -> None:
    r = ext(coating_quality=2, coating_failed=0)
    assert reasons(EXT_CORROSION, r, 0) == [("missing", "age_coat_y")]
    assert np.isnan(r["D_f_extcorr"][0])
    assert r["D_f_bound"][0] == pytest.approx(ext()["D_f_extcorr"][0], rel=1e-12)


@pytest.mark.parametrize(
    ("symbol", "blank", "worst"),
    [
        ("driver", -1, {"driver": 0}),
        ("T_op_C", NAN, {"T_op_C": 71.0}),
        ("complexity", -1, {"complexity": 2}),
        ("insulation_condition", -1, {"insulation_condition": 0}),
    ],
)
def test_what_is_missing_is_named_and_bounded_by_its_worst(symbol: str, blank: Any, worst: dict[str, Any]) -> None:
    base = {"driver": 2, "T_op_C": 40.0, "complexity": 0, "insulation_condition": 2}
    r = cui(**{**base, symbol: blank})
    assert reasons(CUI, r, 0) == [("missing", symbol)]
    assert (Verdict(r.verdict[0]), bool(np.isnan(r["D_f_cui"][0]))) == (Verdict.INSUFFICIENT_DATA, True)
    assert r["D_f_bound"][0] == pytest.approx(cui(**{**base, **worst})["D_f_cui"][0], rel=1e-12)


@pytest.mark.parametrize("symbol", ["t_rde_mm", "age_tke_y", "E", "YS_MPa", "TS_MPa", "confidence", "material_class"])
def test_what_cannot_be_bounded_is_named(symbol: str) -> None:
    r = ext(**{symbol: NAN if isinstance(EXT_BASE[symbol], float) else -1})
    assert ("missing", symbol) in reasons(EXT_CORROSION, r, 0)
    assert np.isnan(r["D_f_extcorr"][0])


@pytest.mark.parametrize("flag", ["water_retaining", "soil_interface"])
def test_an_unmarked_feature_is_absent_by_the_setting_and_bounded(flag: str) -> None:
    r, absent, present = ext(**{flag: -1}), ext(), ext(**{flag: 1})
    assert r["D_f_extcorr"][0] == absent["D_f_extcorr"][0] == absent["D_f_bound"][0]
    assert r["D_f_bound"][0] == pytest.approx(present["D_f_extcorr"][0], rel=1e-12)
    unknown = ext(Settings({"rbi.unmarked_feature": "unknown"}), **{flag: -1})
    assert reasons(EXT_CORROSION, unknown, 0) == [("limit", "rbi.ext_features_known")]
    assert unknown["D_f_bound"][0] == r["D_f_bound"][0]


def test_an_unmarked_failure_of_a_coating_is_bounded_without_credit() -> None:
    coat = {"coating_quality": 2, "age_coat_y": 4.0}
    r = ext(**coat, coating_failed=-1)
    assert r["D_f_extcorr"][0] == ext(**coat, coating_failed=0)["D_f_extcorr"][0]
    assert r["D_f_bound"][0] == pytest.approx(ext(**coat, coating_failed=1)["D_f_extcorr"][0], rel=1e-12)


def test_the_bound_is_never_below_the_factor() -> None:
    for key, p, output in ((EXT_KEY, EXT_CORROSION, "D_f_extcorr"), (CUI_KEY, CUI, "D_f_cui")):
        columns, tables = SAMPLES[key][0]
        r = p.run(columns, DEFAULTS, tables)
        good = ~np.isnan(r[output])
        assert good.sum() > 40
        assert (r["D_f_bound"][good] >= r[output][good] * (1.0 - SATURATION)).all()


def test_it_is_of_carbon_and_low_alloy_steel_only() -> None:
    for i, name in enumerate(codes("material_class")):
        outside = ("limit", "rbi.ext_material") in reasons(EXT_CORROSION, ext(material_class=i), 0)
        assert outside == (name not in ("carbon_low_alloy", "cr_mo")), name


def test_insulated_and_bare_have_each_their_own_procedure() -> None:
    assert reasons(EXT_CORROSION, ext(insulated=1), 0) == [("limit", "rbi.not_insulated")]
    assert reasons(CUI, cui(insulated=0), 0) == [("limit", "rbi.is_insulated")]
    assert reasons(EXT_CORROSION, ext(insulated=-1), 0) == reasons(CUI, cui(insulated=-1), 0) == []


def test_strength_ratio_is_that_of_thinning() -> None:
    named = ("E", "YS_MPa", "TS_MPa", "S_MPa", "t_req_mm", "t_c_mm", "P_MPa", "D_ref_mm", "geometry", "confidence")
    same = {s: EXT_BASE[s] for s in named}
    t = THINNING.run(
        {**same, "component_type": 3, "t_rdi_mm": 12.0, "age_tk_y": 10.0, "C_r": 0.254, "N_B": 1.0}, DEFAULTS
    )
    r = ext()
    for s in ("FS_MPa", "SR_p_str", "SR_p_pre", "SR_p", "Po_p1", "Po_p2", "Po_p3", "beta_1", "beta_3", "A_rt"):
        assert r[s][0] == t[s][0], s
    assert r["D_f_extcorr"][0] == t["D_fB"][0]


def test_the_erratum_of_the_minimum_thickness_is_named_in_the_working() -> None:
    line = next(s for s in working(CUI, cui(), 0) if s.symbol == "t_str_mm")
    assert "erratum" in line.ref.title and line.value == 7.0


def test_powers_of_whole_counts_are_those_of_the_formula() -> None:
    odd = ext(N_A=[0.0, 3.0, 100.0, 1.5], N_B=2.0)
    wanted = 0.5 * 0.9 ** np.array([0.0, 3.0, 100.0, 1.5]) * 0.7**2.0
    np.testing.assert_allclose(odd["I_p1"], wanted, rtol=1e-13)
    np.testing.assert_array_equal(sh.whole_counts({f"N_{g}": odd[f"N_{g}"] for g in "ABCD"}), [True, True, True, False])


walls = st.fixed_dictionaries(
    {
        "t_rde_mm": st.floats(5.0, 40.0),
        "age_tke_y": st.floats(0.0, 30.0),
        "driver": st.integers(0, 3),
        "T_op_C": st.floats(-12.0, 121.0),
        "coating_quality": st.integers(-1, 2),
        "coating_failed": st.integers(0, 1),
        "age_coat_y": st.floats(0.0, 30.0),
        "confidence": st.integers(0, 2),
        "N_B": st.integers(0, 3).map(float),
        "water_retaining": st.integers(0, 1),
    }
)


@few
@given(walls, st.floats(0.0, 20.0))
def test_older_is_never_safer(x: dict[str, Any], years: float) -> None:
    later = {**x, "age_tke_y": x["age_tke_y"] + years, "age_coat_y": x["age_coat_y"] + years}
    for run, output in ((ext, "D_f_extcorr"), (cui, "D_f_cui")):
        assert run(**later)[output][0] >= run(**x)[output][0] * (1.0 - SATURATION)


@few
@given(walls, st.floats(0.5, 0.99))
def test_thinner_is_never_safer(x: dict[str, Any], part: float) -> None:
    thin = ext(**{**x, "t_rde_mm": x["t_rde_mm"] * part})["D_f_extcorr"][0]
    assert thin >= ext(**x)["D_f_extcorr"][0] * (1.0 - SATURATION)


@few
@given(walls)
def test_a_milder_environment_or_a_better_coating_never_raises_the_factor(x: dict[str, Any]) -> None:
    factor = ext(**x)["D_f_extcorr"][0]
    if x["driver"] < 3:
        assert factor >= ext(**{**x, "driver": x["driver"] + 1})["D_f_extcorr"][0] * (1.0 - SATURATION)
    if 0 <= x["coating_quality"] < 1:
        better = {**x, "coating_quality": x["coating_quality"] + 1}
        assert factor >= ext(**better)["D_f_extcorr"][0] * (1.0 - SATURATION)


@few
@given(walls, st.sampled_from("BCD"))
def test_a_better_inspection_never_raises_the_factor(x: dict[str, Any], grade: str) -> None:
    none = {f"N_{g}": 0.0 for g in "ABCD"}
    worse = ext(**{**x, **none, f"N_{grade}": 1.0})["D_f_extcorr"][0]
    better = ext(**{**x, **none, f"N_{chr(ord(grade) - 1)}": 1.0})["D_f_extcorr"][0]
    assert better <= worse * (1.0 + SATURATION)


@pytest.mark.parametrize(
    ("p", "base", "changes"), [(EXT_CORROSION, EXT_BASE, EXT_CHANGES), (CUI, CUI_BASE, CUI_CHANGES)]
)
def test_one_row_equals_the_row_of_many(p: Procedure, base: dict[str, Any], changes: list[dict[str, Any]]) -> None:
    result = p.run(rows_of(base, changes), DEFAULTS)
    for row, change in enumerate(changes):
        alone = p.run({**base, **change}, DEFAULTS)
        assert (alone.refused[0], alone.missing[0]) == (result.refused[row], result.missing[row])
        for x in p.outputs:
            np.testing.assert_array_equal(alone[x.symbol][0], result[x.symbol][row], err_msg=x.symbol)


YEARS = np.array([0.0, 0.5, 3.0, 8.0, 20.0])
DAYS = 20000 + np.round(YEARS * DAYS_PER_YEAR).astype(np.int64)


@pytest.mark.parametrize(("p", "m", "key"), [(EXT_CORROSION, EXT_MECHANISM, EXT_KEY), (CUI, CUI_MECHANISM, CUI_KEY)])
def test_along_time_equals_the_procedure_at_each_day(p: Procedure, m: Any, key: str) -> None:
    columns, tables = SAMPLES[key][0]
    result = p.run(columns, DEFAULTS, tables)
    whole, better = m.at_dates(result, slice(0, result.n), YEARS, DAYS, None)
    assert better is None
    np.testing.assert_allclose(whole[:, 0], result[m.output], rtol=1e-12)
    for j, years in enumerate(YEARS):
        later = {**columns, **{s: np.asarray(columns[s]) + years for s in ("age_tke_y", "age_coat_y")}}
        at = p.run(later, DEFAULTS, tables)
        keep = (result.refused == 0) & (result.missing == 0)
        np.testing.assert_allclose(whole[keep, j], at[m.output][keep], rtol=1e-9)
        np.testing.assert_allclose(
            loss_along(result, slice(0, result.n), YEARS)[keep, j], at["A_rt"][keep], rtol=1e-9, atol=1e-15
        )
    parts = [m.at_dates(result, slice(a, a + 7), YEARS, DAYS, None)[0] for a in range(0, result.n, 7)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_several_planned_inspections_count_each_from_its_day() -> None:
    r = ext(N_B=[0.0, 0.0], age_tke_y=[10.0, 20.0])
    plan = Planned(np.array([[20100, 22000], [22000, -(2**31)]]), np.array([[2, 0], [1, -1]]))
    plain, better = EXT_MECHANISM.at_dates(r, slice(0, 2), YEARS, DAYS, plan)
    assert better is not None
    np.testing.assert_array_equal(better[:, 0], plain[:, 0])
    for row, j, grades in ((0, 1, {"N_C": 1.0}), (0, 3, {"N_C": 1.0, "N_A": 1.0}), (1, 1, {}), (1, 4, {"N_B": 1.0})):
        age = [10.0, 20.0][row] + YEARS[j]
        wanted = ext(**{"N_B": 0.0, **grades}, age_tke_y=age)["D_f_extcorr"][0]
        assert better[row, j] == pytest.approx(wanted, rel=1e-10), (row, j)


def assessed(
    accepted: tuple[str, ...], facts: dict[str, Any], s: Settings = DEFAULTS, **changes: Any
) -> RiskAssessment:
    frames = one(**changes)
    damage = DamageFrame.from_columns(
        {
            "component_row": np.zeros(len(accepted), dtype=int),
            "mechanism": np.array(accepted, dtype=object),
            "decision": np.zeros(len(accepted), dtype=int),
        },
        len(accepted),
    )
    known = Facts(1, {k: np.array([v], dtype=object if isinstance(v, str) else None) for k, v in facts.items()})
    return assess_risk(*frames, TODAY, s, facts=known, damage=damage)


KNOWN = {"material_class": "carbon_low_alloy", "driver": "moderate", "water_retaining": "no", "soil_interface": "no"}


def test_it_acts_where_accepted_only() -> None:
    assert EXT_KEY not in {t.key for t in assessed((), KNOWN).trace(0, "P_f") if t.row >= 0}
    a = assessed(("ext_corrosion",), KNOWN, T_op_C=40.0, insulated=0)
    r = a.results[EXT_KEY]
    assert r.n == 1 and r.refused[0] == 0 and r.missing[0] == 0
    assert a.frame.D_f_ext[0] == r["D_f_extcorr"][0]


def test_without_a_look_at_the_outside_the_wall_as_furnished_counts_since_installation() -> None:
    a = assessed(("ext_corrosion",), KNOWN, T_op_C=40.0)
    r = a.results[EXT_KEY]
    assert (r["t_rde_mm"][0], r["confidence"][0]) == (20.0, index_of("confidence", "low"))
    assert r["age_tke_y"][0] == pytest.approx((TODAY - 9000) / DAYS_PER_YEAR)


def test_recorded_facts_reach_the_procedure() -> None:
    facts = {
        **KNOWN,
        "t_rde_mm": 18.5,
        "t_rde_d": TODAY - 1461,
        "coating_quality": "high",
        "coating_failed": "no",
        "coating_d": TODAY - 3653,
        "T_cycle_min_C": 10.0,
        "T_cycle_max_C": 150.0,
        "insulation_type": "foamglass",
        "complexity": "average",
        "insulation_condition": "average",
    }
    r = assessed(("cui",), facts, insulated=1, T_op_C=140.0).results[CUI_KEY]
    assert r.refused[0] == 0 and r.missing[0] == 0
    assert (r["t_rde_mm"][0], r["T_rate_C"][0], r["F_INS"][0]) == (18.5, 71.0, 0.75)
    assert r["age_coat_y"][0] == pytest.approx(3653 / DAYS_PER_YEAR)
    assert r["age_ext_y"][0] == pytest.approx(0.0, abs=1e-12)


def test_confidence_in_a_measured_rate_is_as_recorded() -> None:
    facts = {**KNOWN, "CR_ext": 0.05, "confidence_ext": "high"}
    assert assessed(("ext_corrosion",), facts).results[EXT_KEY]["confidence"][0] == index_of("confidence", "high")
    s = Settings({"rbi.confidence_default": "medium"})
    plain = assessed(("ext_corrosion",), {**KNOWN, "CR_ext": 0.05}, s).results[EXT_KEY]
    assert plain["confidence"][0] == index_of("confidence", "medium")


def test_which_records_count() -> None:
    names = np.array(["ext_corrosion", "cui", "cui_clscc", "", "", "thinning"], dtype=object)
    external, internal = index_of("inspection_type", "external"), index_of("inspection_type", "internal")
    kinds = np.array([internal, internal, internal, external, internal, external])
    np.testing.assert_array_equal(counts_for("ext_corrosion", names, kinds), [1, 0, 0, 1, 0, 0])
    np.testing.assert_array_equal(counts_for("cui", names, kinds), [0, 1, 0, 0, 0, 0])


def test_the_panel_begins_at_the_assessment_and_chunks_do_not_matter() -> None:
    frames = many(150, seed=5)
    n = frames[0].n
    rows = np.arange(0, n, 2)
    damage = DamageFrame.from_columns(
        {
            "component_row": np.repeat(rows, 2),
            "mechanism": np.array(["cui", "ext_corrosion"] * rows.size, dtype=object),
            "decision": np.zeros(2 * rows.size, dtype=int),
        },
        2 * rows.size,
    )
    g = np.random.default_rng(8)
    words = {
        "material_class": np.array(["carbon_low_alloy"] * n, dtype=object),
        "driver": np.array([*codes("driver"), ""], dtype=object)[g.integers(0, 5, n)],
        "complexity": np.array(["average"] * n, dtype=object),
        "insulation_condition": np.array(["average"] * n, dtype=object),
        "T_cycle_min_C": np.full(n, 15.0),
        "coating_quality": np.array(["none", "medium", "high"], dtype=object)[g.integers(0, 3, n)],
        "coating_d": g.integers(12000, 20000, n),
    }
    components = replace(frames[0], insulated=np.full(n, -1))
    a = assess_risk(components, frames[1], frames[2], TODAY, DEFAULTS, facts=Facts(n, words), damage=damage)
    assert np.count_nonzero(~np.isnan(a.results[CUI_KEY]["D_f_cui"])) > 20
    days = panel_dates(TODAY, 20.0, 4)
    plan = planned_inspections(n, np.full((n, 2), [TODAY + 900, TODAY + 4000]), np.full((n, 2), [1, 0]))
    without, with_it = risk_panels(a, days, plan)
    np.testing.assert_allclose(without.D_f[:, 0], a.frame.D_f_total, rtol=1e-9)
    np.testing.assert_array_equal(risk_panel(a, days, chunk_cells=33).D_f, without.D_f)
    known = ~np.isnan(without.D_f[:, -1])
    assert (with_it.D_f[known, -1] <= without.D_f[known, -1] * (1.0 + SATURATION)).all()
