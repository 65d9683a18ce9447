"""Mistakes seen in other programs of this standard; each that can happen here has a test."""

from __future__ import annotations

from math import erfc, sqrt
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.rbi import area_clauses, combine, release_mass, release_rate
from integrity.rbi import risk as rk
from integrity.rbi.area import IC_REASONS
from integrity.rbi.data import HOLES, PHASES, flammable, fluids, frequencies, keyed, number
from integrity.rbi.procedures import FLAMMABLE_AREA, POF, RELEASE, THINNING
from tests.rbi.samples import AREA_BASE, BASE, POF_BASE, RELEASE_BASE, fluid

CEILING = 6410.25641025641


def thinning(**changes: Any) -> Result:
    return THINNING.run({**BASE, **changes}, DEFAULTS)


def area(**changes: Any) -> Result:
    return FLAMMABLE_AREA.run({**AREA_BASE, **changes}, DEFAULTS)


def released(**changes: Any) -> Result:
    return RELEASE.run({**RELEASE_BASE, **changes}, DEFAULTS)


def pof(**changes: Any) -> Result:
    return POF.run({**POF_BASE, **changes}, DEFAULTS)


def test_wall_loss_is_over_the_reading_not_over_t_min() -> None:
    r = thinning(C_r=0.2, age_tk_y=10.0, t_rdi_mm=18.0)
    assert r["A_rt"][0] == pytest.approx(2.0 / 18.0, rel=1e-15)
    assert r["A_rt"][0] != pytest.approx(1.0 - 16.0 / 9.0, rel=0.1)


def test_factor_never_above_its_ceiling() -> None:
    r = thinning(C_r=np.array([1.0, 5.0, 50.0]), age_tk_y=60.0)
    assert (r["D_fB"] <= CEILING * (1.0 + 1e-12)).all()
    assert codes("D_f_branch")[r["D_f_branch"][1]] == "ceiling"


@pytest.mark.parametrize("symbol", ["t_rdi_mm", "age_tk_y", "C_r", "E", "YS_MPa", "TS_MPa"])
def test_missing_data_is_not_a_factor(symbol: str) -> None:
    r = thinning(**{symbol: np.nan})
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert np.isnan(r["D_f_thin"][0])
    assert ("missing", symbol) in reasons(THINNING, r, 0)


def test_posterior_not_prior() -> None:
    """The third state is weighted by its posterior; weighting it by the prior gives another number."""
    r = thinning(N_A=2.0, C_r=0.6, age_tk_y=12.0)
    probability = [0.5 * erfc(r[f"beta_{s}"][0] / sqrt(2.0)) for s in (1, 2, 3)]
    right = sum(r[f"Po_p{s}"][0] * probability[s - 1] for s in (1, 2, 3)) / 1.56e-4
    wrong = right + (r["Pr_3"][0] - r["Po_p3"][0]) * probability[2] / 1.56e-4
    assert r["D_fB"][0] == pytest.approx(right, rel=1e-12)
    assert abs(wrong / right - 1.0) > 0.5


def test_no_equivalence_of_grades_for_thinning() -> None:
    two_B, one_A = thinning(N_B=2.0), thinning(N_B=0.0, N_A=1.0)
    assert two_B["D_fB"][0] != pytest.approx(one_A["D_fB"][0], rel=1e-3)
    assert two_B["I_p2"][0] == pytest.approx(0.3 * 0.2**2, rel=1e-12)


def test_least_factor_belongs_to_thinning_only() -> None:
    assert thinning(C_r=0.0, t_req_mm=4.0, t_c_mm=2.0, P_MPa=0.4)["D_f_thin"][0] == 0.1
    r = pof(D_f_thin=0.1, D_f_ext=0.0, D_f_scc=0.0, local=0)
    assert r["D_f_total"][0] == pytest.approx(0.1, rel=1e-15)


def test_monitoring_divides_thinning() -> None:
    plain, seen = thinning(), thinning(monitored_fluid=0, key_variables=1)
    assert seen["D_f_adj"][0] == pytest.approx(plain["D_f_adj"][0] / 10.0, rel=1e-12)


def test_monitoring_takes_the_best_method_never_a_product() -> None:
    r = thinning(monitored_fluid=0, key_variables=1, probes=1, coupons=1)
    assert r["F_OM"][0] == 10.0


def test_twenty_only_with_the_named_combination() -> None:
    rows = keyed("thinning", "F_OM").keys
    apart = thinning(monitored_fluid=rows.index("hydrochloric_acid"), key_variables=1, probes=1)
    joint = thinning(monitored_fluid=rows.index("hydrochloric_acid"), key_variables=1, probes=1, joint_monitoring=1)
    half = thinning(monitored_fluid=rows.index("hydrochloric_acid"), key_variables=1, joint_monitoring=1)
    assert (apart["F_OM"][0], joint["F_OM"][0], half["F_OM"][0]) == (10.0, 20.0, 10.0)


def test_bounds_are_those_of_the_third_edition() -> None:
    np.testing.assert_array_equal(keyed("risk", "D_f_bounds").rows[0], [1.0, 10.0, 100.0, 1000.0])
    np.testing.assert_allclose(
        keyed("risk", "P_f_bounds").rows[0], 3.06e-5 * keyed("risk", "D_f_bounds").rows[0], rtol=1e-12
    )


def test_local_takes_the_greater_general_the_sum() -> None:
    assert pof(local=1)["D_f_total"][0] == 12.0
    assert pof(local=0)["D_f_total"][0] == 17.0
    assert pof(local=-1)["D_f_total"][0] == 17.0


def test_only_brittle_terms_of_one_or_less_drop_out() -> None:
    base = pof()["D_f_total"][0]
    assert pof(D_f_brit=1.0, D_f_sigma=0.5)["D_f_total"][0] == base
    assert pof(D_f_brit=1.01)["D_f_total"][0] == pytest.approx(base + 1.01)
    assert pof(D_f_scc=0.5)["D_f_total"][0] == pytest.approx(base + 0.5)
    assert pof(D_f_mfat=1.0)["D_f_total"][0] == pytest.approx(base + 1.0)


def test_lining_counts_only_where_there_is_one() -> None:
    assert pof(D_f_lining=np.nan)["D_f_thin_gov"][0] == 12.0
    assert pof(D_f_lining=3.0)["D_f_thin_gov"][0] == 3.0
    gov = combine.governing({"thinning": [np.array([12.0])], "lining": [np.array([0.0])]}, (1,))
    none = combine.total(gov, np.array([False]), np.array([True]))
    assert none[0] == 12.0


def test_liquid_rate_has_no_pound_or_gravity_factor() -> None:
    """Water, 1379 kPa, 6.4 mm: 0.991 kg/s; a program that keeps the US constants gets 12.5 times as much."""
    r = released(fluid=fluid("Water"), P_s_MPa=(1379.0 - 101.325) / 1000.0, hole=0)
    assert r["W_n"][0] == pytest.approx(0.991, abs=5e-4)
    assert 12.3957220955815 / r["W_n"][0] == pytest.approx(np.sqrt(32.17) * 2.205, rel=1e-3)


def test_gas_rate_uses_the_gas_constant_of_a_kilomole() -> None:
    args = (0.9, 1000.0, np.array([np.pi * 25.0**2 / 4.0]), np.array([1000.0]), np.array([1.3]), np.array([50.0]), 1.0)
    assert release_rate.sonic_rate(*args, 8314.0, np.array([400.0]))[0] == pytest.approx(1.1430, abs=5e-5)
    wrong = release_rate.sonic_rate(*args, 8.314, np.array([400.0]))[0]
    assert wrong / 1.1430 == pytest.approx(31.6, rel=1e-3)


def test_heat_capacity_units_follow_the_note() -> None:
    """A heat capacity in J/(kmol K) taken as J/(mol K) gives k = 1.0003."""
    r = released(fluid=fluid("CO"), phase=0, T_s_C=126.85)
    assert r["C_p"][0] == pytest.approx(29.3, abs=0.2)
    assert r["k"][0] == pytest.approx(1.4, abs=0.01)


def test_second_term_of_note_two_has_the_sine() -> None:
    CO = fluids().Cp[fluid("CO")]
    A, B, C, D, E = CO
    got = release_rate.Cp_note_2(*CO, np.array([C]), 1000.0)[0]
    third = D * ((E / C) / np.cosh(E / C)) ** 2
    assert got == pytest.approx((A + B / np.sinh(1.0) ** 2 + third) / 1000.0, rel=1e-12)
    assert got != pytest.approx((A + B / np.cosh(1.0) ** 2 + third) / 1000.0, rel=0.03)


def test_steam_uses_note_two_though_note_three_is_printed() -> None:
    r = released(fluid=fluid("Steam"), phase=0, T_s_C=450.0 - 273.15)
    assert r["C_p"][0] * 1000.0 == pytest.approx(3.47e4, rel=2e-3)
    assert r["k"][0] == pytest.approx(1.315, abs=0.01)


def test_energy_efficiency_only_above_the_limiting_mass() -> None:
    one = area_clauses.energy_efficiency(np.array([1.0, 4536.0, 4537.0, 45360.0]), 4536.0, 2.205)
    np.testing.assert_allclose(one, [1.0, 1.0, 1.00077, 5.0004], atol=1e-3)
    assert (one >= 1.0).all()


def test_energy_efficiency_leaves_the_continuous_term_alone() -> None:
    r = area(rate_kg_s=10.0, mass_kg=20000.0)
    assert r["eneff"][0] > 1.0
    assert r["CA_cmd_cont_ainl"][0] == pytest.approx(34.17 * 10.0**0.89, rel=1e-12)


def test_type_one_fluids_are_not_blended() -> None:
    r = area(fluid=fluid("DEE"), rate_kg_s=10.0, T_s_C=159.0)
    assert IC_REASONS[r["IC_reason"][0]] == "type_1"
    assert (r["fact_IC"][0], r["fact_AIT"][0]) == (0.0, 0.0)
    assert r["CA_cmd"][0] == pytest.approx(164.2 * 10.0**1.106, rel=1e-12)
    assert area(fluid=fluid("DEE"), T_s_C=160.0)["CA_cmd"][0] == pytest.approx(976.0 * 10.0**0.649, rel=1e-12)


def test_blank_is_not_zero() -> None:
    blank = area(fluid=fluid("C5"), T_s_C=250.0)
    assert np.isnan(blank["CA_cmd"][0])
    assert ("limit", "rbi.coefficient_printed") in reasons(FLAMMABLE_AREA, blank, 0)
    printed_zero = area(fluid=fluid("EEA"), release_phase=0)
    assert printed_zero["CA_cmd"][0] == 0.0


def test_instantaneous_needs_hole_time_and_mass() -> None:
    def kind(d: float, W: float, mass: float) -> int:
        t = release_mass.time_to_limit(4536.0, np.array([W]))
        return int(release_mass.release_kind(np.array([d]), 6.4, t, 180.0, np.array([mass]), 4536.0)[0])

    assert kind(25.0, 30.0, 5000.0) == 1
    assert kind(6.4, 30.0, 5000.0) == 0
    assert kind(25.0, 25.0, 5000.0) == 0
    assert kind(25.0, 25.2, 5000.0) == 1
    assert kind(25.0, 3000.0, 100.0) == 0


def test_flammable_area_uses_the_reduced_rate_and_keeps_the_theoretical_one() -> None:
    r = released(detection=0, isolation=0)
    assert r["rate_kg_s"][0] == pytest.approx(0.75 * r["W_n"][0], rel=1e-15)


def test_aromatics_row_is_not_the_personnel_row_in_pounds() -> None:
    t = flammable()
    a = t.a[fluid("Aromatics"), PHASES.index("gas")]
    assert (a[0, 0], a[1, 0]) == (3.952, 12.76)
    ft2_per_m2, lb_per_kg = 10.7639, 1.0 / 0.45359237
    assert a[1, 0] * ft2_per_m2 / lb_per_kg**0.963 == pytest.approx(64.14, rel=3e-3)
    assert a[1, 1] * ft2_per_m2 / lb_per_kg**0.937 == pytest.approx(1344.0, rel=3e-3)


def test_personnel_coefficient_of_the_light_naphtha_row() -> None:
    t = flammable()
    assert t.a[fluid("C6-C8"), PHASES.index("gas"), 1, 0] == 13.49
    assert t.verified[fluid("C6-C8"), PHASES.index("gas")] == 0


def test_upper_bound_belongs_to_the_lower_category() -> None:
    CA = np.array([9.29, 9.2901, 92.9, 929.0, 9290.0, 9291.0])
    bounds = keyed("risk", "CA_bounds").rows[0]
    np.testing.assert_array_equal(rk.consequence_category(CA, *bounds), [1, 2, 2, 3, 4, 5])
    assert rk.consequence_category(np.array([9.29 * (1.0 + 1e-12)]), *bounds)[0] == 1


def test_management_factor_is_one_unless_a_score_says_otherwise() -> None:
    assert pof()["F_MS"][0] == 1.0
    r = POF.run(POF_BASE, DEFAULTS.with_(rbi__F_MS=0.1))
    assert r["P_f"][0] == pytest.approx(0.1 * pof()["P_f"][0], rel=1e-15)


def test_no_adjustment_can_wipe_out_the_factor() -> None:
    for name in ("F_IP", "F_DL", "F_WD", "F_AM", "F_SM", "F_OM"):
        assert (keyed("thinning", name).rows[:-1] >= 1.0).all(), name


def test_total_frequency_is_the_sum_of_the_holes() -> None:
    course = index_of("component_type", "COURSE-1")
    r = pof(component_type=course)
    assert r["gff_total"][0] == pytest.approx(1.001e-4, rel=1e-12)
    assert r["gff_printed"][0] == 1.0e-4
    assert frequencies().by_hole[course].sum() == pytest.approx(r["gff_total"][0], rel=1e-15)


def test_small_hole_is_the_si_one() -> None:
    np.testing.assert_array_equal(keyed("release", "hole").rows[:-1, 0], [6.4, 25.0, 102.0, 406.0])
    assert HOLES == ("small", "medium", "large", "rupture")
    assert number("release", "d_cont_mm") == 6.4


def test_heater_tubes_are_not_given_a_frequency() -> None:
    r = pof(component_type=index_of("component_type", "HEATERTUBE"))
    assert Verdict(r.verdict[0]) is Verdict.NOT_APPLICABLE
    assert np.isnan(r["P_f"][0])
