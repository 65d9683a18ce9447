"""Mistakes of other programs, and places where the tables of cracking are ambiguous; each has a test."""

from __future__ import annotations

import csv
import inspect

import numpy as np
import pytest

from integrity.core.codes import codes
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.data import FOLDER, keyed
from integrity.rbi.mechanisms import scc_tables as t
from tests.rbi.samples_scc import CASES
from tests.rbi.test_scc import MIN, NAMES, factor, level, run

# Typed again from the printed layout: columns D, C, B, A for 1 to 6 inspections.
BASE = {
    10: [(8, 3, 1, 1), (6, 2, 1, 1), (4, 1, 1, 1), (2, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1)],
    50: [(40, 17, 5, 3), (30, 10, 2, 1), (20, 5, 1, 1), (10, 2, 1, 1), (5, 1, 1, 1), (1, 1, 1, 1)],
    100: [(80, 33, 10, 5), (60, 20, 4, 1), (40, 10, 2, 1), (20, 5, 1, 1), (10, 2, 1, 1), (5, 1, 1, 1)],
    500: [(400, 170, 50, 25), (300, 100, 20, 5), (200, 50, 8, 1), (100, 25, 2, 1), (50, 10, 1, 1), (25, 5, 1, 1)],
    1000: [
        (800, 330, 100, 50),
        (600, 200, 40, 10),
        (400, 100, 16, 2),
        (200, 50, 5, 1),
        (100, 25, 2, 1),
        (50, 10, 1, 1),
    ],
    5000: [
        (4000, 1670, 500, 250),
        (3000, 1000, 250, 50),
        (2000, 500, 80, 10),
        (1000, 250, 25, 2),
        (500, 125, 5, 1),
        (250, 50, 2, 1),
    ],
}


def test_base_table_typed_again() -> None:
    base = t.base()
    for i, SVI in enumerate(base.index):
        assert base.factor[i, 0, 4] == SVI
        for n in range(1, 7):
            want = BASE.get(int(SVI), [(SVI,) * 4] * 6)[n - 1]
            assert tuple(base.factor[i, n, [3, 2, 1, 0]]) == want
    assert np.isnan(base.factor[-1]).all()


def test_severity_scales_typed_again() -> None:
    high = {"caustic": 5000, "pta": 5000, "clscc": 5000, "amine": 1000, "carbonate": 1000}
    high |= {"ssc": 100, "hic_h2s": 100, "hsc_hf": 100, "hic_hf": 100, "ext": 50, "cui": 50}
    for name, top in high.items():
        scale = [run(name, susceptibility_given=s)["SVI"][0] for s in range(4)]
        assert scale == [0.0, *({50: [1, 10, 50]}.get(top, [top / 100, top / 10, top]))]


def test_every_cell_without_two_sources_is_marked_where_it_is_used() -> None:
    with (FOLDER / "scc_base.csv").open(encoding="utf-8", newline="") as file:
        weak = {(r["SVI"], r["n"], r["effectiveness"]) for r in csv.DictReader(file) if r["verified"] != "true"}
    assert weak == {("5000", "1", "B"), ("500", "0", "E")}
    r = run("caustic", N_B=1.0)
    step = next(s for s in working(CASES["caustic"][0], r, 0) if s.symbol == "D_fB_literal")
    assert r["D_fB"][0] == 500.0 and step.unverified == ("D_fB_literal",)
    two = run("caustic", N_B=2.0)
    assert not next(s for s in working(CASES["caustic"][0], two, 0) if s.symbol == "D_fB_literal").unverified


def test_equivalence_of_grades_is_of_cracking_only() -> None:
    """Trap 4: two B are one A here; wall loss takes each grade as it is."""
    from integrity.rbi.mechanisms import thinning_plant

    assert run("caustic", N_A=1.0, N_B=2.0)["n_literal"][0] == 2.0
    assert "n_eq_A" not in {p.symbol for p in thinning_plant.PROCEDURE.outputs}
    assert "equivalent" not in inspect.getsource(thinning_plant)


def test_an_added_inspection_raises_the_literal_factor_and_not_the_least() -> None:
    """Recorded deviation: severity index 5000, five B give 5; one A more makes three A, and 10."""
    before, after = run("caustic", N_B=5.0), run("caustic", N_A=1.0, N_B=5.0)
    assert (before["D_fB"][0], after["D_fB"][0]) == (5.0, 10.0)
    least = [run("caustic", MIN, N_B=5.0)["D_fB"][0], run("caustic", MIN, N_A=1.0, N_B=5.0)["D_fB"][0]]
    assert least == [5.0, 2.0]
    shown = run("caustic", MIN, N_A=1.0, N_B=5.0)
    assert (codes("effectiveness")[shown["grade_least"][0]], shown["n_least"][0]) == ("B", 6.0)


def test_minimum_factor_is_not_for_cracking() -> None:
    """Trap 5: 0.1 is the floor of thinning; cracking without susceptibility is nothing."""
    assert factor("caustic", run("caustic", susceptibility_given=0)) == 0.0


def test_monitoring_is_no_product_of_methods() -> None:
    """Trap 6: both methods have a row of their own."""
    assert [run("hic_h2s", key_variables=k, hydrogen_probes=h)["F_OM"][0] for h in (0, 1) for k in (0, 1)] == [
        1,
        2,
        2,
        4,
    ]
    assert run("hic_h2s", key_variables=-1, hydrogen_probes=-1)["F_OM"][0] == 1.0


def test_years_below_one_count_as_one_and_the_ceiling_is_of_2020() -> None:
    """Trap 7: max(age, 1)^1.1; 5000 only in the addendum of 2020."""
    for age in (0.0, 0.3, 1.0):
        assert factor("caustic", run("caustic", age_given_y=age)) == 5000.0
    old = run("caustic", age_given_y=20.0)
    assert factor("caustic", old) == pytest.approx(5000.0 * 20.0**1.1, rel=1e-14)
    new = run("caustic", DEFAULTS.with_(rbi__edition="2020"), age_given_y=20.0)
    assert factor("caustic", new) == 5000.0
    assert (old["cap_case"][0], new["cap_case"][0]) == (0, 1)
    below = run("ext", DEFAULTS.with_(rbi__edition="2020"), age_given_y=20.0, susceptibility_given=3)
    assert factor("ext", below) == pytest.approx(50.0 * 20.0**1.1, rel=1e-14)


def test_external_severities_are_not_the_internal_ones() -> None:
    """Trap 8: 1, 10, 50 outside against 50, 500, 5000 inside for the same words."""
    for s, (out, inside) in enumerate(((0, 0), (1, 50), (10, 500), (50, 5000))):
        assert run("ext", susceptibility_given=s)["SVI"][0] == out
        assert run("cui", susceptibility_given=s)["SVI"][0] == out
        assert run("clscc", susceptibility_given=s)["SVI"][0] == inside


def policy(name: str) -> dict[str, str]:
    return {"rbi__scc_gap": name, "rbi__scc_overlap": name}


@pytest.mark.parametrize(
    ("pH", "H2S", "lower", "upper"),
    [
        (7.55, 5000.0, "low", "moderate"),
        (8.35, 20000.0, "moderate", "high"),
        (8.95, 5000.0, "moderate", "high"),
        (9.0, 5000.0, "moderate", "high"),
    ],
)
def test_rows_of_pH_that_do_not_meet_follow_a_named_policy(pH: float, H2S: float, lower: str, upper: str) -> None:
    """Trap 22."""
    words = {"lower_row": lower, "upper_row": upper, "more_severe": upper}
    for name, want in words.items():
        r = run("ssc", DEFAULTS.with_(**policy(name)), pH=pH, H2S_water_ppmw=H2S)
        assert ("low", "moderate", "high")[r["h2s_severity"][0]] == want
        assert (r["pH_border"][0], t.POLICIES[r["gap_rule"][0]]) == (1, name)
    refused = run("ssc", DEFAULTS.with_(**policy("refuse")), pH=pH, H2S_water_ppmw=H2S)
    assert Verdict(refused.verdict[0]) is Verdict.NOT_APPLICABLE and np.isnan(factor("ssc", refused))
    step = next(s for s in working(CASES["ssc"][0], r, 0) if s.symbol == "h2s_severity")
    assert step.note_values["gap_rule"] == "more_severe" and step.note_values["pH_border"] == "gap"


def test_the_edges_of_the_gaps_belong_to_their_rows() -> None:
    rows = {5.4999: 0, 5.5: 1, 7.5: 1, 7.6: 2, 8.3: 2, 8.4: 3, 8.9: 3, 9.0001: 4, 8.3 + 1e-12: 2, 7.6 - 1e-12: 2}
    for pH, row in rows.items():
        r = run("ssc", pH=pH)
        assert (r["pH_row"][0], r["pH_border"][0]) == (row, 0), pH


def test_h2s_of_1000_is_in_two_columns() -> None:
    """Trap 22."""
    assert [
        run("ssc", DEFAULTS.with_(**policy(p)), pH=4.0, H2S_water_ppmw=1000.0)["h2s_severity"][0] for p in t.POLICIES
    ] == [
        2,
        1,
        2,
        -1,
    ]
    edges = {49.9: 0, 50.0: 1, 999.0: 1, 1001.0: 2, 10000.0: 2, 10000.1: 3}
    for H2S, column in edges.items():
        r = run("ssc", H2S_water_ppmw=H2S)
        assert (r["H2S_column"][0], r["H2S_border"][0]) == (column, 0)


@pytest.mark.parametrize(
    ("name", "changes", "lower", "upper"),
    [
        ("clscc", {"pH": 11.0, "chloride_ppmw": 2000.0}, 1, 2),
        ("ext", {"driver": 0}, 3, 2),
        ("cui", {"driver": 1}, 3, 2),
    ],
)
def test_93_degrees_is_in_two_rows(name: str, changes: dict[str, float], lower: int, upper: int) -> None:
    """Trap 22: the hotter row is worse for chlorides inside, the cooler one outside."""
    for p, want in (("lower_row", lower), ("upper_row", upper), ("more_severe", max(lower, upper)), ("refuse", -1)):
        r = run(name, DEFAULTS.with_(**policy(p)), T_op_C=93.0, **changes)
        assert (r["susceptibility_screened"][0], r["border_case"][0]) == (want, 2)
    for T, want in ((92.999, lower), (93.001, upper)):
        r = run(name, T_op_C=T, **changes)
        assert (r["susceptibility_screened"][0], r["border_case"][0]) == (want, 0)


def test_93_degrees_is_in_one_row_of_the_other_chloride_table() -> None:
    assert (level("clscc", T_op_C=93.0), level("clscc", T_op_C=93.1)) == ("medium", "high")
    assert run("clscc", T_op_C=93.0)["border_case"][0] == 0


def test_chloride_between_printed_bands_follows_the_policy() -> None:
    at = {"T_op_C": 50.0, "chloride_ppmw": 10.4}
    got = [run("clscc", DEFAULTS.with_(**policy(p)), **at)["susceptibility_screened"][0] for p in t.POLICIES]
    assert got == [2, 1, 2, -1]


def test_carbonate_rows_share_pH_8_and_9() -> None:
    for pH, lower, upper in ((8.0, 2, 3), (9.0, 3, 3)):
        at = {"pH": pH, "carbonate_ppmw": 200.0}
        got = [run("carbonate", DEFAULTS.with_(**policy(p)), **at)["susceptibility_screened"][0] for p in t.POLICIES]
        assert got == [max(lower, upper), lower, upper, -1]


def test_cyanides_raise_the_susceptibility_and_not_the_severity() -> None:
    plain = run("ssc", pH=8.6, H2S_water_ppmw=5000.0, HB_weld=190.0)
    raised = run("ssc", pH=8.6, H2S_water_ppmw=5000.0, HB_weld=190.0, cyanide=1)
    assert plain["h2s_severity"][0] == raised["h2s_severity"][0]
    assert raised["susceptibility_screened"][0] == plain["susceptibility_screened"][0] + 1
    for border in ({"pH": 8.3}, {"H2S_water_ppmw": 1000.0}):
        assert run("ssc", **{"pH": 8.6, "H2S_water_ppmw": 5000.0, "cyanide": 1} | border)["cyanide_upgrade"][0] == 0
    top = run("ssc", pH=9.5, H2S_water_ppmw=5000.0, HB_weld=260.0, cyanide=1)
    assert top["susceptibility_screened"][0] == 3


def test_caustic_chart_falls_and_passes_its_points() -> None:
    """Trap 24: a polynomial through eleven points swings between them; straight lines cannot."""
    points = keyed("scc", "caustic_chart").rows[:-1]
    c = np.linspace(0.0, 50.0, 2001)
    from integrity.rbi.mechanisms.scc_alkaline import end_of_area_A

    T = end_of_area_A(c)
    assert (np.diff(T) <= 0.0).all()
    np.testing.assert_allclose(end_of_area_A(points[:, 0]), points[:, 1], rtol=1e-15)
    assert np.isnan(end_of_area_A(np.array([-0.1, 50.1]))).all()
    swing = np.polynomial.Polynomial.fit(points[:, 0], points[:, 1], 10)(c)
    assert (np.diff(swing) > 0.0).any()


def test_the_chart_is_marked_not_verified_and_a_given_area_goes_before_it() -> None:
    r = run("caustic", T_op_C=70.0, NaOH_pct=25.0)
    assert (r["area_basis"][0], r["area_place"][0], r["screen_verified"][0]) == (1, 1, 0.0)
    inside = run("caustic", T_op_C=70.0, NaOH_pct=25.0, caustic_area=0)
    assert (inside["area_basis"][0], inside["area_place"][0]) == (0, 0)


def test_missing_data_is_not_a_factor() -> None:
    """Trap 2: other programs put in the greatest factor of the table."""
    for name in NAMES:
        procedure, base, _ = CASES[name]
        r = run(name, **{k: -1 if isinstance(v, int) else np.nan for k, v in base.items()})
        assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
        assert np.isnan(factor(name, r)), procedure.key
