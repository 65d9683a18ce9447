"""What-if, causes of a change, uncertainty, choice of inspection and editions, on small made-up plants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes, index_of
from integrity.core.errors import InputError
from integrity.core.frames.decisions import CAUSES
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi import draws
from integrity.rbi.assess import RiskAssessment, assess_case, assess_risk, make_case
from integrity.rbi.calibration import calibrate
from integrity.rbi.case import RiskCase
from integrity.rbi.compare import only_in, waterfall
from integrity.rbi.editions import edition_differences, editions, known_rules
from integrity.rbi.panel import planned_inspections, risk_panel
from integrity.rbi.planning import cheapest_inspections, offer_of
from integrity.rbi.uncertainty import VARIABLES, monte_carlo, spread_of, tornado
from integrity.rbi.what_if import changed, what_if
from tests.rbi.plants import TODAY, many, one

STATES = codes("choice_state")


@pytest.fixture(scope="module")
def plant() -> RiskAssessment:
    return assess_risk(*many(120, seed=3), TODAY, DEFAULTS)


def assessed(**changes: object) -> RiskAssessment:
    return assess_risk(*one(**changes), TODAY, DEFAULTS)


# --- what-if


def test_what_if_equals_a_plant_entered_so() -> None:
    now = assessed()
    got = what_if(now, np.array([0]), {"CR": 0.5, "T_op_C": 200.0})
    other = assessed(CR=0.5, T_op_C=200.0)
    for column in ("D_f_total", "P_f", "CA", "risk"):
        assert getattr(got.after.frame, column)[0] == getattr(other.frame, column)[0]
        assert getattr(got.before.frame, column)[0] == getattr(now.frame, column)[0]


def test_what_if_touches_the_chosen_rows_only(plant: RiskAssessment) -> None:
    rows = np.array([5, 17, 60])
    got = what_if(plant, rows, {"CR": np.array([0.1, 0.2, 0.3])})
    np.testing.assert_array_equal(got.after.case.inputs.CR, [0.1, 0.2, 0.3])
    np.testing.assert_array_equal(got.before.frame.risk, plant.frame.risk[rows])


def test_what_if_refuses_a_symbol_nobody_takes(plant: RiskAssessment) -> None:
    with pytest.raises(InputError) as caught:
        changed(plant.case, {"colour_of_the_door": 1.0})
    assert caught.value.message.key == "rbi.what_if_symbol"


# --- causes


def later(case: RiskCase) -> RiskCase:
    c = case.components
    f = case.inspections
    more = replace(f, effectiveness=np.where(f.effectiveness == 2, 0, f.effectiveness))
    return make_case(
        replace(c, T_op_C=c.T_op_C + 20.0, t_nom_mm=c.t_nom_mm * 0.99),
        more,
        replace(case.inputs, CR=case.inputs.CR * 1.3, t_req_mm=case.inputs.t_req_mm * 1.02),
        case.as_of_d + 730,
        Settings({"rbi.F_MS": 0.8}),
    )


@pytest.mark.parametrize("quantity", ["risk", "P_f", "D_f_total"])
def test_causes_add_up_to_the_change(plant: RiskAssessment, quantity: str) -> None:
    new = assess_case(later(plant.case))
    w = waterfall(plant.case, new.case, quantity)
    total = w.old + sum(getattr(w, c) for c in CAUSES)
    np.testing.assert_allclose(total, w.new, rtol=1e-9, atol=1e-15)
    np.testing.assert_array_equal(w.new, getattr(new.frame, quantity))
    assert np.nanmax(np.abs(w.rate)) > 0 and np.nanmax(np.abs(w.date)) > 0 and np.nanmax(np.abs(w.program)) == 0


def test_each_cause_stands_alone(plant: RiskAssessment) -> None:
    w = waterfall(plant.case, replace(plant.case, settings=Settings({"rbi.F_MS": 2.0})), "P_f")
    known = ~np.isnan(w.old)
    np.testing.assert_allclose(w.edition[known], w.old[known], rtol=1e-12)
    for cause in CAUSES:
        assert cause == "edition" or not np.nan_to_num(getattr(w, cause)).any()


def test_what_was_stored_differently_is_the_programs(plant: RiskAssessment) -> None:
    stored = plant.frame.risk * 0.9
    w = waterfall(plant.case, plant.case, "risk", stored)
    known = ~np.isnan(w.old)
    np.testing.assert_allclose(w.program[known], plant.frame.risk[known] * 0.1, rtol=1e-9)


def test_components_of_one_run_only_are_told(plant: RiskAssessment) -> None:
    fewer = plant.case.take(np.arange(10, 120))
    w = waterfall(plant.case, fewer)
    assert w.n == 110
    np.testing.assert_array_equal(only_in(plant.case, fewer), np.arange(10))


# --- random numbers


def test_draws_are_uniform_and_keyed() -> None:
    ids = np.arange(20000)
    u = draws.uniform(581, ids, "CR", 3)
    assert kstest(u, "uniform").pvalue > 0.01
    assert u.min() > 0.0 and u.max() < 1.0
    pick = np.array([19000, 4, 777])
    np.testing.assert_array_equal(draws.uniform(581, pick, "CR", 3), u[pick])
    for other in (draws.uniform(582, ids, "CR", 3), draws.uniform(581, ids, "t", 3), draws.uniform(581, ids, "CR", 4)):
        assert abs(np.corrcoef(u, other)[0, 1]) < 0.03
    along = np.array([draws.uniform(1, np.array([42]), "CR", d)[0] for d in range(5000)])
    assert kstest(along, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(along[1:], along[:-1])[0, 1]) < 0.05


# --- Monte Carlo and tornado


def test_chunks_order_and_selection_change_nothing(plant: RiskAssessment) -> None:
    whole = monte_carlo(plant, 7, 20, 1.0)
    chunked = monte_carlo(plant, 7, 20, 1.0, chunk_rows=13)
    rows = np.array([3, 40, 41, 99])
    part = monte_carlo(assess_case(plant.case.take(rows)), 7, 20, 1.0)
    for column in ("mean", "p50", "greatest", "above", "n_refused"):
        np.testing.assert_array_equal(getattr(whole, column), getattr(chunked, column))
        np.testing.assert_array_equal(getattr(whole, column)[rows], getattr(part, column))


def test_another_seed_gives_other_draws(plant: RiskAssessment) -> None:
    a, b = monte_carlo(plant, 1, 10, 1.0), monte_carlo(plant, 2, 10, 1.0)
    assert np.nanmax(np.abs(a.mean - b.mean)) > 0


def test_without_spread_every_draw_is_the_base() -> None:
    still = Settings({f"rbi.spread_{n}": 0.0 for n in ("cov_CR", "s_t_mm", "cov_strength")})
    a = assess_risk(*many(40, seed=2), TODAY, still)
    u = monte_carlo(a, 1, 5, 1.0, variables=("CR", "t_rdi_mm", "strength"))
    known = ~np.isnan(u.base)
    np.testing.assert_allclose(u.mean[known], u.base[known], rtol=1e-12)
    np.testing.assert_allclose(u.p95[known], u.base[known], rtol=1e-12)


def test_the_median_of_a_monotone_factor_is_that_of_the_median_rate() -> None:
    u = monte_carlo(assessed(), 5, 4000, 1.0, "D_f_total", variables=("CR",))
    assert u.p50[0] == pytest.approx(u.base[0], rel=0.05)
    assert u.p05[0] < u.base[0] < u.p95[0] <= u.greatest[0]


def test_unassessed_components_are_counted_as_refused(plant: RiskAssessment) -> None:
    u = monte_carlo(plant, 1, 4, 1.0)
    unknown = np.isnan(plant.frame.risk)
    np.testing.assert_array_equal(u.n_refused[unknown], 4.0)
    assert np.isnan(u.mean[unknown]).all()


def test_tornado_directions() -> None:
    t = tornado(assessed(), "D_f_total")
    by = {v: (t.at_low[i], t.base[i], t.at_high[i]) for i, v in enumerate(t.variable)}
    assert tuple(by) == VARIABLES
    assert by["CR"][0] < by["CR"][1] < by["CR"][2]
    assert by["t_rdi_mm"][0] > by["t_rdi_mm"][1] > by["t_rdi_mm"][2]
    assert by["strength"][0] > by["strength"][1] > by["strength"][2]


def test_the_range_of_the_cov_is_that_of_the_standard() -> None:
    s = spread_of(DEFAULTS)
    assert (s.COV_dt_low, s.COV_dt_high) == (0.1, 0.2)


# --- which inspection, when


def choice(
    a: RiskAssessment, target: float, horizons: tuple[int, int] = (1460, 2920)
) -> dict[int, tuple[str, int, int]]:
    offer = offer_of(DEFAULTS, TODAY, [TODAY + h for h in horizons], 365)
    c = cheapest_inspections(a, offer, target)
    return {
        int(h): (STATES[s], int(d), int(g))
        for h, s, d, g in zip(c.horizon, c.choice_state, c.date_d, c.effectiveness, strict=True)
    }


def risk_at(a: RiskAssessment, day: int, when: int = NO_DATE, grade: int = -1) -> float:
    planned = planned_inspections(1, when, grade)
    return float(risk_panel(a, np.array([day]), planned).risk[0, 0])


def test_no_inspection_where_the_target_holds_anyway() -> None:
    a = assessed()
    assert choice(a, 1e6)[0] == ("not_needed", NO_DATE, -1)


def test_the_cheapest_grade_that_holds_is_chosen() -> None:
    a = assessed(CR=0.4)
    until = TODAY + 1460
    bare, with_d = risk_at(a, until), risk_at(a, until, TODAY, 3)
    assert with_d < bare
    state, day, grade = choice(a, (bare + with_d) / 2)[0]
    assert (state, grade) == ("chosen", index_of("effectiveness", "D"))
    with_c, with_b = risk_at(a, until, TODAY, 2), risk_at(a, until, TODAY, 1)
    state, day, grade = choice(a, (with_c + with_b) / 2)[0]
    assert (state, grade) == ("chosen" if risk_at(a, TODAY) < (with_c + with_b) / 2 or day == TODAY else state, 1)


def test_an_inspection_never_comes_after_the_target_is_reached() -> None:
    a = assessed(CR=0.4)
    now, end = risk_at(a, TODAY), risk_at(a, TODAY + 1460)
    target = now + 0.4 * (end - now)
    state, day, _ = choice(a, target)[0]
    assert state == "chosen"
    assert risk_at(a, day) < target


def test_none_suffices_is_said() -> None:
    a = assessed(CR=3.0)
    assert choice(a, 1e-9)[0][0] in ("none_suffices", "already_above")


def test_unassessed_components_get_no_choice() -> None:
    assert choice(assessed(CR=np.nan), 1.0)[0][0] == "not_assessed"


def test_the_second_horizon_builds_on_the_first() -> None:
    a = assessed(CR=0.4)
    until = TODAY + 1460
    target = (risk_at(a, until) + risk_at(a, until, TODAY, 3)) / 2
    got = choice(a, target)
    first, second = got[0], got[1]
    assert first[0] == "chosen"
    assert second[0] in STATES and second[1] != first[1]


# --- editions


def test_editions_are_compared_row_by_row(plant: RiskAssessment) -> None:
    f = edition_differences(plant.case)
    assert f.n == len(editions()) * plant.case.n
    own = f.take(f.edition == "2016")
    np.testing.assert_array_equal(own.risk, plant.frame.risk)
    assert set(own.moved) == {""}


def test_known_rules_have_a_source() -> None:
    assert all(r.source for r in known_rules())
    assert {"cracking_cap", "hydrogen_attack_credit"} <= {r.key for r in known_rules()}


# --- facts and decisions


def test_a_case_takes_facts_and_decisions_with_its_rows() -> None:
    c, i, x = many(6, seed=1)
    facts = Facts(6, {"pH": np.arange(6.0), "driver": np.array(list("abcdef"), dtype=object)})
    damage = DamageFrame.from_columns(
        {"component_row": [1, 4, 4], "mechanism": ["cui", "cui", "htha"], "decision": [0, 1, 0]}
    )
    case = make_case(c, i, x, TODAY, DEFAULTS, facts, damage)
    np.testing.assert_array_equal(case.accepted("cui"), [False, True, False, False, False, False])
    part = case.take(np.array([1, 4]))
    np.testing.assert_array_equal(part.facts.columns["pH"], [1.0, 4.0])
    np.testing.assert_array_equal(part.accepted("htha"), [False, True])
    np.testing.assert_array_equal(part.accepted("cui"), [True, False])


# --- local calibration


def test_own_failures_move_the_factor_and_their_absence_too() -> None:
    c, i, x = many(4, seed=1)
    facts = Facts(
        4, {"failures_observed": np.array([3.0, 0, np.nan, 0]), "observed_y": np.array([10.0, 10, 10, np.nan])}
    )
    case = make_case(c, i, x, TODAY, DEFAULTS, facts)
    got = calibrate(case, np.array([0.01, 0.02, 0.03, 0.04]))
    expected = 0.01 * 10 + 0.02 * 10
    assert got.result["F_local"][0] == pytest.approx((1.0 + 3.0) / (1.0 + expected), rel=1e-12)
    assert got.result["F_local_lo"][0] < got.result["F_local"][0] < got.result["F_local_hi"][0]
    np.testing.assert_allclose(got.P_f_local, np.array([0.01, 0.02, 0.03, 0.04]) * got.result["F_local"][0])


def test_no_record_is_no_calibration() -> None:
    case = make_case(*many(3, seed=1), TODAY, DEFAULTS)
    got = calibrate(case, np.full(3, 0.01))
    assert np.isnan(got.P_f_local).all()


# --- what nothing here can assess


def test_an_accepted_mechanism_nobody_can_assess_leaves_a_lower_bound() -> None:
    damage = DamageFrame.from_columns({"component_row": [0], "mechanism": ["creep"], "decision": [0]})
    plain, open_ = assessed(), assess_risk(*one(), TODAY, DEFAULTS, damage=damage)
    assert np.isnan(open_.frame.D_f_total[0]) and np.isnan(open_.frame.risk[0])
    assert open_.frame.D_f_low[0] == plain.frame.D_f_total[0]
    assert open_.frame.risk_low[0] == plain.frame.risk[0]
    assert open_.frame.unassessed[0] == "creep"
    assert "limit:rbi.mechanisms_known" in open_.frame.reasons[0]
    along = risk_panel(open_, np.array([TODAY, TODAY + 365]))
    assert np.isnan(along.risk).all()
    assert along.low(0, "risk")[0] == pytest.approx(plain.frame.risk[0], rel=1e-12)


# --- management, owner, local


def test_questionnaire_moves_the_probability_and_prints_beside_the_setting() -> None:
    plain = assessed()
    scored = assess_risk(*one(), TODAY, Settings({"rbi.F_MS_score": 1000.0}))
    assert scored.frame.F_MS[0] == pytest.approx(0.1, rel=1e-12) and plain.frame.F_MS[0] == 1.0
    assert scored.frame.P_f[0] == pytest.approx(0.1 * plain.frame.P_f[0], rel=1e-12)
    assert "api581.2016.management_factor" in {t.key for t in scored.trace(0, "P_f")}


def test_owners_factor_and_own_failures_stand_beside_and_do_not_decide() -> None:
    facts = Facts(
        1, {"failures_observed": np.array([2.0]), "observed_y": np.array([10.0]), "sheet_man": np.array([1.0])}
    )
    a = assess_risk(*one(), TODAY, DEFAULTS, facts=facts)
    assert a.frame.P_f[0] == assessed().frame.P_f[0]
    assert a.frame.P_f_local[0] > a.frame.P_f[0]
    assert np.isnan(assessed().frame.P_f_local[0]) and assessed().frame.P_f_owner[0] == assessed().frame.P_f[0]
