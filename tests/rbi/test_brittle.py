"""Brittle fracture: temperature, reference temperature, thickness, table, credit of service, and its place in risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import brittle, brittle_clauses, embrittlement_clauses
from integrity.rbi.panel import panel_dates, risk_panel
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, facts, run
from tests.rbi.plants import TODAY

KSI = 6.894757293168361
CONSERVATIVE = Settings({"rbi.embrittlement_interpolation": "conservative"})
KEEP = Settings({"rbi.embrittlement_edge": "last_row"})

# Typed once more from another transcription, rows 56 to -56 K, columns 6.4 to 101.6 mm.
NON_PWHT = """
0 0 0 0 0 0 .9 1.1 1.2|0 0 0 .8 1.1 2 2 4 6|0 0 1 2 4 9 19 36 60|0 .7 2 9 29 69 133 224 338
.1 1.3 10 49 143 296 500 741 1008|.9 3 39 175 424 759 1142 1545 1950|1.2 7 109 405 850 1366 1897 2415 2903
2 16 220 697 1317 1969 2596 3176 3703|2 30 350 988 1740 2479 3160 3769 4310|3 46 474 1239 2080 2873 3581 4203 4746
4 61 579 1436 2336 3160 3883 4509 5000
"""
PWHT = """
0 0 0 0 0 0 0 0 0|0 0 0 0 0 0 0 0 .2|0 0 0 0 0 .5 .9 1.1 1.3|0 0 0 .5 1.1 1.3 2 3 4|0 0 .6 1.2 2 4 7 13 23
0 0 1.1 2 6 14 29 53 88|0 .4 2 5 17 41 83 144 224|0 .9 3 12 38 90 171 281 416|0 1.1 5 22 68 153 277 436 623
0 1.2 7 34 102 219 382 582 810|0 1.3 9 46 133 277 472 704 962
"""


def typed(text: str) -> np.ndarray:
    rows = [r for line in text.strip().splitlines() for r in line.split("|")]
    return np.array([[float(v) for v in r.split()] for r in rows])[::-1]


def brit(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(brittle.PROCEDURE, s.BRITTLE_BASE, settings, **changes)


@pytest.mark.parametrize(("part", "text"), [("D_fB_non_pwht", NON_PWHT), ("D_fB_pwht", PWHT)])
def test_table_as_typed_a_second_time(part: str, text: str) -> None:
    np.testing.assert_array_equal(keyed("brittle", part).rows[:-1], typed(text))
    np.testing.assert_array_equal(
        embrittlement_clauses.nodes_of("brittle", part), [-56, -44, -33, -22, -11, 0, 11, 22, 33, 44, 56]
    )
    np.testing.assert_array_equal(
        embrittlement_clauses.column_nodes("brittle", part), [6.4, 12.7, 25.4, 38.1, 50.8, 63.5, 76.2, 88.9, 101.6]
    )


@pytest.mark.parametrize("part", ["D_fB_non_pwht", "D_fB_pwht"])
def test_table_rises_with_cold_and_with_thickness(part: str) -> None:
    """The kept entries beyond the milder ends are bounds because of this."""
    rows = keyed("brittle", part).rows[:-1]
    assert (np.diff(rows, axis=0) <= 0.0).all()
    assert (np.diff(rows, axis=1) >= 0.0).all()


@pytest.mark.parametrize("treated", [0, 1])
def test_every_cell_is_met_on_its_node(treated: int) -> None:
    part = "D_fB_pwht" if treated else "D_fB_non_pwht"
    dT, t = embrittlement_clauses.nodes_of("brittle", part), embrittlement_clauses.column_nodes("brittle", part)
    T_ref, T_safe = (brit(x)["T_ref_C"][0] for x in (DEFAULTS, CONSERVATIVE))
    D, W = np.meshgrid(dT, t, indexing="ij")
    r = brit(CET_C=T_ref + D.ravel(), t_nom_mm=W.ravel(), pwht=treated)
    np.testing.assert_allclose(r["D_fB"], keyed("brittle", part).rows[:-1].ravel(), rtol=1e-12, atol=1e-12)
    safe = brit(CONSERVATIVE, CET_C=T_safe + D.ravel(), t_nom_mm=W.ravel(), pwht=treated)
    np.testing.assert_array_equal(safe["D_fB"], keyed("brittle", part).rows[:-1].ravel())


def test_between_the_cells_linear_or_the_worse_cell() -> None:
    r, safe = (brit(x, CET_C=brit(x)["T_ref_C"][0] + 5.5, t_nom_mm=31.75) for x in (DEFAULTS, CONSERVATIVE))
    assert r["D_fB"][0] == pytest.approx((39 + 175 + 10 + 49) / 4)
    assert safe["D_fB"][0] == 175.0


@pytest.mark.parametrize(
    ("group", "ksi", "curve", "T_F"),
    [
        ("carbon", 30, 0, 104),
        ("carbon", 50, 0, 63),
        ("carbon", 38, 1, 81 - 38),
        ("carbon", 31, 2, 100.5 - 76),
        ("low_alloy", 30, 0, 124),
        ("cr_mo", 80, 3, 51 - 102),
        ("low_alloy", 60, 2, 65 - 76),
    ],
)
def test_reference_temperature(group: str, ksi: float, curve: int, T_F: float) -> None:
    r = brit(material_group=index_of("material_group", group), SMYS_MPa=ksi * KSI, exemption_curve=curve)
    assert r["T_ref_C"][0] == pytest.approx((T_F - 32.0) / 1.8, abs=1e-9)


def test_each_curve_lies_below_the_one_before() -> None:
    T = brit(exemption_curve=[0, 1, 2, 3])["T_ref_C"]
    np.testing.assert_allclose(T[0] - T, np.array([0.0, 38.0, 76.0, 102.0]) / 1.8, rtol=1e-12)


def test_yield_beyond_the_table() -> None:
    r = brit(SMYS_MPa=[29.9 * KSI, 30.0 * KSI, 50.0 * KSI, 90.0 * KSI])
    assert [brittle_clauses.YIELD_CASES[i] for i in r["yield_case"]] == ["below", "inside", "inside", "above"]
    assert np.isnan(r["D_f_brit"][0]) and r["T_ref_C"][3] == r["T_ref_C"][2]
    assert ("limit", "rbi.brittle_yield_in_table") in reasons(brittle.PROCEDURE, r, 0)


def test_temperature_of_evaluation() -> None:
    cases = embrittlement_clauses.EVAL_CASES
    r = brit(
        CET_C=[-5.0, np.nan, np.nan, np.nan, np.nan],
        pressurisation_controlled=[1, 1, 1, 0, -1],
        T_press_C=[20.0, 20.0, np.nan, 20.0, np.nan],
        T_min_C=[5.0, 5.0, 5.0, np.nan, 5.0],
        T_lowest_C=[-10.0, -10.0, -10.0, -10.0, np.nan],
    )
    assert [cases[i] for i in r["T_eval_case"]] == [
        "given",
        "controlled",
        "lowest_of_two",
        "lowest_only",
        "design_only",
    ]
    np.testing.assert_array_equal(r["T_eval_C"], [-5.0, 20.0, -10.0, -10.0, 5.0])


def test_thickness_is_nominal_unless_a_governing_one_is_given() -> None:
    r = brit(t_g_mm=[np.nan, 60.0], t_nom_mm=40.0)
    np.testing.assert_array_equal(r["t_brit_mm"], [40.0, 60.0])
    assert r["D_f_brit"][1] > r["D_f_brit"][0]


def test_cold_and_thick_ends_are_refused_unless_the_policy_keeps_the_last_cell() -> None:
    T_ref = brit()["T_ref_C"][0]
    rows = {"CET_C": [T_ref - 56.0, T_ref - 57.0, 0.0, 0.0], "t_nom_mm": [30.0, 30.0, 101.6, 102.0]}
    r, kept = brit(**rows), brit(KEEP, **rows)
    np.testing.assert_array_equal(np.isnan(r["D_f_brit"]), [False, True, False, True])
    assert [Verdict(v) for v in r.verdict[[1, 3]]] == [Verdict.NOT_APPLICABLE] * 2
    np.testing.assert_allclose(kept["D_f_brit"][[1, 3]], kept["D_f_brit"][[0, 2]], rtol=1e-12)
    assert embrittlement_clauses.ROW_CASES[kept["row_case"][1]] == "colder_kept"


def test_mild_ends_keep_the_last_cell() -> None:
    T_ref = brit()["T_ref_C"][0]
    r = brit(CET_C=[T_ref + 56.0, T_ref + 200.0], t_nom_mm=101.6)
    np.testing.assert_allclose(r["D_f_brit"], 1.2, rtol=1e-12)
    thin = brit(CET_C=T_ref, t_nom_mm=[6.4, 3.0])
    np.testing.assert_allclose(thin["D_fB"], 0.9, rtol=1e-9)


def test_credit_of_service_needs_every_answer() -> None:
    good = brit(**s.SERVED)
    assert (good["F_SE"][0], brittle_clauses.SERVICE_CASES[good["service_case"][0]]) == (0.01, "criteria_met")
    for name in (*brittle.CREDITS, *brittle.EXCLUSIONS):
        for wrong in (-1, 1 - s.SERVED[name]):
            assert brit(**{**s.SERVED, name: wrong})["F_SE"][0] == 1.0, name
    for name, value in (
        ("T_C", 344.0),
        ("T_C", np.nan),
        ("t_nom_mm", 51.0),
        ("CET_MAWP_C", -30.0),
        ("component_type", -1),
    ):
        assert brit(**{**s.SERVED, name: value})["F_SE"][0] == 1.0, name


def test_piping_may_be_colder_than_a_vessel_for_the_credit() -> None:
    pipe = {**s.SERVED, "component_type": s.component("PIPE-6")}
    assert brit(**{**pipe, "CET_MAWP_C": -104.0})["F_SE"][0] == 0.01
    assert brit(**{**pipe, "CET_MAWP_C": -105.0})["F_SE"][0] == 1.0


def test_thin_wall_has_the_credit_alone() -> None:
    np.testing.assert_array_equal(brit(t_nom_mm=[12.7, 12.701])["F_SE"], [0.01, 1.0])


def test_bound_with_each_missing_property_is_not_below_any_value_of_it() -> None:
    base = {"CET_C": 10.0}
    bound = brit(**base, exemption_curve=-1)["D_f_bound"][0]
    assert bound == brit(**base, exemption_curve=0)["D_f_brit"][0]
    assert brit(**base, pwht=-1)["D_f_bound"][0] == brit(**base, pwht=0)["D_f_brit"][0]
    every = brit(material_group=-1, SMYS_MPa=np.nan, exemption_curve=-1, pwht=-1, CET_C=45.0)
    values = [
        brit(material_group=g, SMYS_MPa=y * KSI, exemption_curve=[0, 1, 2, 3], pwht=p, CET_C=45.0)["D_f_brit"].max()
        for g in (0, 1, 2)
        for y in (30.0, 40.0, 50.0)
        for p in (0, 1)
    ]
    assert every["D_f_bound"][0] >= max(values)
    assert np.isnan(every["D_f_brit"][0])


def test_colder_is_never_safer_thicker_is_never_safer() -> None:
    g = np.random.default_rng(5)
    for settings in (DEFAULTS, CONSERVATIVE):
        T = np.sort(g.uniform(-20.0, 60.0, 200))
        r = brit(settings, CET_C=T, t_nom_mm=60.0)
        known = ~np.isnan(r["D_f_brit"])
        assert known.sum() > 100 and (np.diff(r["D_f_brit"][known]) <= 1e-9).all()
        t = np.sort(g.uniform(4.0, 101.6, 200))
        assert (np.diff(brit(settings, t_nom_mm=t)["D_fB"]) >= -1e-9).all()


def test_conservative_reading_is_never_below_the_linear_one() -> None:
    g = np.random.default_rng(6)
    rows = {"CET_C": g.uniform(-20.0, 60.0, 300), "t_nom_mm": g.uniform(4.0, 101.6, 300)}
    rows |= {"SMYS_MPa": g.uniform(207.0, 345.0, 300)}
    a, b = brit(**rows)["D_f_brit"], brit(CONSERVATIVE, **rows)["D_f_brit"]
    both = ~(np.isnan(a) | np.isnan(b))
    assert both.sum() > 150 and (b[both] >= a[both] - 1e-9).all()


def test_in_a_plant_by_the_frame_and_the_facts() -> None:
    known = facts(material_group="carbon", SMYS_MPa=240.0, exemption_curve="B", pwht="no", T_lowest_C=-10.0)
    a = assessed("brittle", known, T_min_C=5.0, t_nom_mm=30.0)
    alone = brit()
    row = a.results[brittle.KEY]
    assert row["D_f_brit"][0] == alone["D_f_brit"][0]
    assert row["t_brit_mm"][0] == 30.0
    panel = risk_panel(a, panel_dates(TODAY, 20.0, 5))
    rise = panel.D_f[0] - panel.D_f[0, 0]
    plain = risk_panel(assessed("brittle", known, decision="rejected", t_nom_mm=30.0), panel_dates(TODAY, 20.0, 5))
    np.testing.assert_allclose(rise, plain.D_f[0] - plain.D_f[0, 0], rtol=1e-9, atol=1e-9)
    assert a.frame.D_f_total[0] == pytest.approx(plain.D_f[0, 0] + alone["D_f_brit"][0], rel=1e-12)


def test_in_a_plant_the_name_of_the_material_is_enough() -> None:
    known = facts(exemption_curve="B", pwht="no", T_lowest_C=-10.0)
    a = assessed("brittle", known, material="SA-516-70", t_nom_mm=30.0)
    row = a.results[brittle.KEY]
    assert row["SMYS_MPa"][0] == pytest.approx(38.0 * KSI)
    assert brittle_clauses.STEEL_CASES[row["steel_case"][0]] == "carbon"
    assert a.frame.unverified[0] == 1


def test_in_a_plant_what_is_missing_is_named() -> None:
    a = assessed("brittle", facts(material_group="carbon"), T_min_C=5.0)
    found = reasons(brittle.PROCEDURE, a.results[brittle.KEY], 0)
    assert {("missing", "SMYS_MPa"), ("missing", "exemption_curve"), ("missing", "pwht")} <= set(found)
    assert np.isnan(a.frame.D_f_total[0])
