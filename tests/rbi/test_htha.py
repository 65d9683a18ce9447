"""Hydrogen attack: screens, history, editions, inspections of the second edition, factor along time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import InspectionFrame
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.assess import RiskAssessment, assess_risk
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import htha, htha_clauses
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panel
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, decided, facts, run
from tests.rbi.plants import TODAY, one

OLD = Settings({"rbi.edition": "2008"})
REFUSE, HIGH = Settings({"rbi.htha_mixed": "refuse"}), Settings({"rbi.htha_mixed": "high"})
GRADE = {g: i for i, g in enumerate("ABCD")}
# Columns E, 1D, 1C, 1B, 2D, 2C, 2B of the second edition, typed a second time.
CREDIT_2008 = {
    "high": [2000, 1800, 1200, 800, 1600, 800, 400],
    "medium": [200, 180, 120, 80, 160, 80, 40],
    "low": [20, 18, 12, 8, 16, 8, 4],
}


def h2(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(htha.PROCEDURE, s.HTHA_BASE, settings, **changes)


def level(r: Result, row: int = 0) -> str:
    code = int(r["htha_susceptibility"][row])
    return htha_clauses.SUSCEPTIBILITIES[code] if code >= 0 else ""


@pytest.mark.parametrize(
    ("susceptibility", "factor"), [("none", 0), ("low", 100), ("medium", 2000), ("high", 5000), ("observed", 5000)]
)
def test_factors_of_the_third_edition(susceptibility: str, factor: float) -> None:
    for edition in ("2016", "2020"):
        r = h2(
            Settings({"rbi.edition": edition}), susceptibility_given=htha_clauses.SUSCEPTIBILITIES.index(susceptibility)
        )
        assert r["D_f_htha"][0] == factor


def test_carbon_steel_above_and_below_both_limits() -> None:
    r = h2(T_op_C=[177.1, 177.0, 450.0, 20.0], p_H2_MPa=[0.346, 0.345, 10.0, 0.0])
    np.testing.assert_array_equal(r["D_f_htha"], [5000.0, 0.0, 5000.0, 0.0])
    for material in ("C_half_Mo", "C_half_Mo_normalised"):
        assert level(h2(htha_material=s.MATERIALS.index(material))) == "high"


@pytest.mark.parametrize(("T", "p"), [(177.0, 5.0), (300.0, 0.345)])
def test_above_one_limit_only_follows_the_named_policy(T: float, p: float) -> None:
    assert h2(T_op_C=T, p_H2_MPa=p)["D_f_htha"][0] == 0.0
    assert h2(HIGH, T_op_C=T, p_H2_MPa=p)["D_f_htha"][0] == 5000.0
    open_ = h2(REFUSE, T_op_C=T, p_H2_MPa=p)
    assert np.isnan(open_["D_f_htha"][0]) and open_["D_f_bound"][0] == 5000.0
    assert reasons(htha.PROCEDURE, open_, 0) == [("limit", "rbi.htha_mixed_decided")]
    assert htha.WAYS[open_["htha_way"][0]] == "mixed"


def test_hottest_temperature_counts() -> None:
    r = h2(T_op_C=[100.0, 100.0, np.nan], T_op_max_C=[np.nan, 250.0, 250.0])
    np.testing.assert_array_equal(r["D_f_htha"], [0.0, 5000.0, 5000.0])


def test_chromium_steel_by_its_distance_to_the_curve() -> None:
    d = np.array([10.0, 0.0, -1e-6, -27.77, -27.78, -55.55, -55.56, -200.0])
    r = h2(htha_material=s.MATERIALS.index("2.25Cr"), dT_941_K=d)
    np.testing.assert_array_equal(r["D_f_htha"], [5000, 5000, 2000, 2000, 100, 100, 0, 0])
    assert (r["htha_verified"] == 0).all()


def test_chromium_steel_without_a_distance_is_not_guessed() -> None:
    r = h2(htha_material=s.MATERIALS.index("1.25Cr"))
    assert np.isnan(r["D_f_htha"][0]) and r["D_f_bound"][0] == 5000.0
    assert reasons(htha.PROCEDURE, r, 0) == [("limit", "rbi.htha_distance_known")]


def test_hotter_and_denser_are_never_safer() -> None:
    T = h2(T_op_C=np.linspace(20.0, 500.0, 100), p_H2_MPa=1.0)["D_f_htha"]
    p = h2(T_op_C=250.0, p_H2_MPa=np.linspace(0.0, 20.0, 100))["D_f_htha"]
    d = h2(htha_material=s.MATERIALS.index("1Cr"), dT_941_K=np.linspace(-100.0, 20.0, 100))["D_f_htha"]
    old = h2(OLD, T_op_C=np.linspace(100.0, 500.0, 100))["D_f_htha"]
    for values in (T, p, d, old):
        assert (np.diff(values) >= 0.0).all() and values[-1] > values[0]


def test_history() -> None:
    r = h2(htha_history=[0, 1, 2, 3], T_op_C=60.0)
    np.testing.assert_array_equal(r["D_f_htha"], [0.0, 5000.0, 5000.0, 0.0])
    assert [level(r, i) for i in range(4)] == ["none", "observed", "high", "none"]


def test_missing_inputs_are_named() -> None:
    found = {
        "rbi.htha_material_known": h2(htha_material=-1),
        "rbi.htha_exposure_known": h2(p_H2_MPa=np.nan),
        "rbi.htha_hours_known": h2(OLD, exposed_from_d=NO_DATE),
    }
    for key, r in found.items():
        assert reasons(htha.PROCEDURE, r, 0) == [("limit", key)], key


def test_resistant_steel_needs_nothing_more() -> None:
    r = h2(htha_material=s.MATERIALS.index("resistant"), T_op_C=np.nan, p_H2_MPa=np.nan)
    assert r["D_f_htha"][0] == 0.0 and not reasons(htha.PROCEDURE, r, 0)


@pytest.mark.parametrize("susceptibility", sorted(CREDIT_2008))
def test_second_edition_counts_inspections(susceptibility: str) -> None:
    counts: list[tuple[dict[str, float], int]] = [
        ({}, 0),
        ({"D": 1}, 1),
        ({"C": 1}, 2),
        ({"B": 1}, 3),
        ({"D": 2}, 4),
        ({"D": 5}, 4),
        ({"C": 2}, 5),
        ({"B": 2}, 6),
        ({"A": 1}, 3),
        ({"A": 1, "B": 1}, 6),
        ({"C": 1, "D": 2}, 5),
        ({"C": 1, "D": 1}, 2),
        ({"B": 1, "C": 2}, 6),
        ({"B": 1, "C": 1, "D": 2}, 6),
        ({"B": 1, "C": 1, "D": 1}, 3),
    ]
    given = htha_clauses.SUSCEPTIBILITIES.index(susceptibility)
    for N, column in counts:
        changes = {f"N_{g}": float(N.get(g, 0)) for g in "ABCD"}
        r = h2(OLD, susceptibility_given=given, **changes)
        assert r["D_f_htha"][0] == CREDIT_2008[susceptibility][column], (N, column)
        assert h2(susceptibility_given=given, **changes)["D_f_htha"][0] == h2(susceptibility_given=given)["D_f_htha"][0]


def test_one_more_inspection_never_raises_the_factor_of_the_second_edition() -> None:
    n = np.array(np.meshgrid(*[np.arange(4)] * 4)).reshape(4, -1).astype(float)
    base = {f"N_{g}": n[i] for i, g in enumerate("ABCD")}
    before = h2(OLD, susceptibility_given=3, **base)["D_f_htha"]
    for g in "ABCD":
        after = h2(OLD, susceptibility_given=3, **{**base, f"N_{g}": base[f"N_{g}"] + 1.0})["D_f_htha"]
        assert (after <= before).all(), g


def test_damage_found_has_no_credit() -> None:
    assert h2(OLD, htha_history=1, N_B=2.0)["D_f_htha"][0] == 2000.0
    assert (keyed("htha", "D_f_htha_2008").rows[4] == 2000.0).all()


def test_parameter_of_the_second_edition() -> None:
    r = h2(OLD, exposure_h=200000.0, T_op_C=300.0, p_H2_MPa=0.980665)
    want = 1.0 + 3.09e-4 * 573.15 * (np.log10(200000.0) + 14.0)
    assert r["Pv"][0] == pytest.approx(want, rel=1e-12)
    assert htha.WAYS[r["htha_way"][0]] == "Pv"
    assert htha.WAYS[h2(OLD, T_op_C=204.0, p_H2_MPa=0.552)["htha_way"][0]] == "below_2008"


def _case(settings: Settings, grades: list[tuple[int, str]], **known: Any) -> RiskAssessment:
    components, _, inputs = one(T_op_C=268.0, in_service_d=TODAY - 8766)
    inspections = InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(len(grades)),
            "component_row": np.zeros(len(grades), dtype=np.int64),
            "date_d": [d for d, _ in grades],
            "effectiveness": [index_of("effectiveness", g) for _, g in grades],
            "mechanism": np.array(["htha"] * len(grades), dtype=object),
        }
    )
    f = facts(htha_material="carbon", p_H2_MPa=2.0, **known)
    return assess_risk(components, inspections, inputs, TODAY, settings, facts=f, damage=decided("htha"))


def test_in_a_plant_the_editions_differ() -> None:
    new, old = _case(DEFAULTS, [(TODAY - 100, "B")]), _case(OLD, [(TODAY - 100, "B")])
    assert new.frame.D_f_htha[0] == 5000.0
    assert old.results[htha.KEY]["N_B"][0] == 1.0
    assert old.frame.D_f_htha[0] == old.results[htha.KEY]["D_f_htha"][0] < 5000.0


def test_along_time_the_second_edition_grows_with_exposure_and_falls_with_inspection() -> None:
    a = _case(OLD, [])
    dates = panel_dates(TODAY, 40.0, 40)
    years = (dates - TODAY) / 365.25
    r = a.results[htha.KEY]
    plain, better = htha.at_dates(
        r, slice(0, 1), years, dates, planned_inspections(1, int(dates[10]), GRADE["B"], "htha")
    )
    assert plain[0, 0] == r["D_f_htha"][0]
    assert (np.diff(plain[0]) >= 0.0).all() and plain[0, -1] > plain[0, 0]
    assert better is not None
    np.testing.assert_array_equal(better[0, :10], plain[0, :10])
    np.testing.assert_allclose(better[0, 10:], plain[0, 10:] * 0.4)


def test_along_time_each_day_equals_an_assessment_of_that_day() -> None:
    a = _case(OLD, [(TODAY - 100, "C")])
    dates = panel_dates(TODAY, 40.0, 8)
    plain, _ = htha.at_dates(a.results[htha.KEY], slice(0, 1), (dates - TODAY) / 365.25, dates, None)
    for k, day in enumerate(dates):
        c = a.case
        later = assess_risk(c.components, c.inspections, c.inputs, int(day), OLD, facts=c.facts, damage=c.damage)
        assert later.results[htha.KEY]["D_f_htha"][0] == plain[0, k]


def test_along_time_the_third_edition_rests() -> None:
    a = _case(DEFAULTS, [])
    dates = panel_dates(TODAY, 20.0, 4)
    plain, better = htha.at_dates(a.results[htha.KEY], slice(0, 1), (dates - TODAY) / 365.25, dates, None)
    assert better is None and (plain == 5000.0).all()
    assert (np.diff(risk_panel(a, dates).D_f[0]) >= 0.0).all()


def test_rows_and_chunks_do_not_matter_along_time() -> None:
    p = htha.PROCEDURE
    columns = s.rows_of(p, s.HTHA_BASE, [{"T_op_C": t} for t in np.linspace(150.0, 400.0, 40)])
    r = p.run(columns, OLD)
    dates = panel_dates(20000, 20.0, 6)
    years = (dates - 20000) / 365.25
    planned = planned_inspections(40, np.full(40, int(dates[2])), np.arange(40) % 5)
    whole = htha.at_dates(r, slice(0, 40), years, dates, planned)
    parts = [htha.at_dates(r, slice(i, i + 7), years, dates, planned.take(slice(i, i + 7))) for i in range(0, 40, 7)]
    for j in (0, 1):
        np.testing.assert_array_equal(np.vstack([x[j] for x in parts]), whole[j])


def test_the_decision_may_carry_the_susceptibility() -> None:
    for word, factor in (("none", 0.0), ("medium", 2000.0), ("damage_observed", 5000.0), ("High", 5000.0)):
        a = assessed("htha", facts(), word)
        assert a.frame.D_f_htha[0] == factor
    assert np.isnan(assessed("htha", facts(), "perhaps").frame.D_f_htha[0])
