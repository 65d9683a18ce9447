"""CMLs, components, circuits: what governs, means beside extremes, what was not read, and the extreme value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import RESULT_FLAGS
from integrity.core.settings import DEFAULTS, Settings
from integrity.life.lives import Lines, remaining_life
from integrity.life.positions import position_rates
from integrity.life.procedures import EXTREME_VALUE
from integrity.life.statistics import (
    LifeSummary,
    circuit_rates,
    component_result,
    extreme_values,
    summarise,
    without_cml,
)
from tests.life.builders import VERIFY, day, plant, reading

GENERAL = Settings({"rbi.t_rdi": "average_if_general"})


def summary(p: Plant, t_req: Any = 7.0, settings: Settings = DEFAULTS, **lines: Any) -> LifeSummary:
    need = np.broadcast_to(np.asarray(t_req, dtype=np.float64), (p.components.n,))
    given = Lines(need, **lines)
    f = remaining_life(position_rates(p, settings), p, given, settings)
    return summarise(p, f, given, settings)


def flag(bits: int, name: str) -> bool:
    return bool(int(bits) >> RESULT_FLAGS.index(name) & 1)


def pair(t0: float, t1: float, first: str = "2010-01-01", last: str = "2020-01-01") -> list[tuple[Any, ...]]:
    return [reading(first, t0), reading(last, t1)]


def test_least_life_governs_and_not_least_wall_with_greatest_rate() -> None:
    p = plant({(0, 0): pair(8.4, 8.0), (0, 1): pair(14.0, 10.0), (1, 0): pair(12.0, 11.0)}, {"component_row": [0, 0]})
    s = summary(p)
    c, m = s.components, s.cmls
    lives = [(8.0 - 7.0) / (0.4 / (3652 / 365.25)), 3.0 / (4.0 / (3652 / 365.25))]
    assert c.RL_y[0] == pytest.approx(min(lives)) and c.governing_position_row[0] == 1
    assert c.governing_cml_row[0] == 0 and m.governing_position_row[0] == 1
    assert c.t_min_mm[0] == 8.0 and c.t_mean_mm[0] == pytest.approx(29.0 / 3)
    assert c.t_cov[0] == pytest.approx(np.std([8, 10, 11], ddof=1) / (29 / 3))
    assert c.CR_gov[0] == c.CR_max[0] == m.CR_max[0] > c.CR_mean[0]
    assert (c.n_cml[0], c.n_cml_read[0], c.n_positions[0], c.n_readings[0]) == (2, 2, 3, 6)


def test_lives_from_readings_of_different_years_are_compared_today() -> None:
    p = plant(
        {(0, 0): pair(12.0, 9.0, "2005-01-01", "2015-01-01"), (1, 0): pair(12.0, 8.5, "2014-01-01", "2024-01-01")},
        {"component_row": [0, 0]},
    )
    c = summary(p).components
    old, new = 2.0 / 0.3, 1.5 / 0.35
    assert old > new and c.governing_cml_row[0] == 0
    assert c.RL_y[0] == pytest.approx(old, rel=1e-3) and c.RL_from_d[0] == day("2015-01-01")
    assert c.last_reading_d[0] == day("2024-01-01")
    assert c.RL_today_y[0] == pytest.approx(c.RL_y[0] - (p.as_of_d - c.RL_from_d[0]) / 365.25)


def test_component_without_cml_between_others_is_empty_and_counted() -> None:
    p = plant(
        {(0, 0): pair(12.0, 11.0), (1, 0): pair(9.0, 8.0), (2, 0): [reading("2020-01-01", 5.0, VERIFY)]},
        {"component_row": [0, 2, 3]},
        {"component_id": [1, 2, 3, 4], "t_nom_mm": [12.7] * 4, "in_service_d": [8000] * 4},
    )
    s = summary(p)
    c = s.components
    assert np.array_equal(c.t_min_mm, [11.0, np.nan, 8.0, np.nan], equal_nan=True)
    assert np.isnan(c.RL_y[[1, 3]]).all() and np.isnan(c.CR_gov[[1, 3]]).all()
    assert list(c.rate_basis[[1, 3]]) == [index_of("rate_basis", "none")] * 2
    assert flag(c.flags[1], "no_cml") and flag(c.flags[1], "no_readings") and not flag(c.flags[0], "no_cml")
    assert flag(c.flags[3], "no_readings") and flag(c.flags[3], "verify_lower") and not flag(c.flags[3], "no_cml")
    assert (c.n_cml[3], c.n_cml_read[3]) == (1, 0)
    circuit = s.circuits
    assert (circuit.n_components[0], circuit.n_without_cml[0], circuit.n_cml[0]) == (4, 1, 3)
    assert list(without_cml(p)) == [1] and list(without_cml(p, 7)) == [1] and without_cml(p, 8).size == 0
    assert c.t_rdi_mm[1] == 12.7 and c.t_rdi_d[1] == 8000
    assert c.t_rdi_choice[1] == index_of("t_rdi_choice", "furnished")


def test_owner_rate_with_a_reason_stands_where_nothing_was_read() -> None:
    p = plant({}, {"component_row": [0]}, {"component_id": [1], "CR_owner": [0.2], "CR_owner_reason": ["loop study"]})
    c = summary(p).components
    assert c.CR_gov[0] == 0.2 and c.rate_basis[0] == index_of("rate_basis", "override") and np.isnan(c.RL_y[0])


def test_cml_out_of_use_keeps_its_result_but_governs_nothing() -> None:
    p = plant({(0, 0): pair(12.0, 11.0), (1, 0): pair(12.0, 7.5)}, {"component_row": [0, 0], "active": [1, 0]})
    s = summary(p)
    assert s.components.governing_cml_row[0] == 0 and s.components.n_cml[0] == 1
    assert s.components.t_min_mm[0] == 11.0 and s.cmls.t_min_mm[1] == 7.5
    assert s.circuits.n_cml[0] == 1 and s.circuits.t_min_mm[0] == 11.0


def test_flags_of_lines_repairs_and_rates() -> None:
    p = plant(
        {(0, 0): [reading("2008-01-01", 9.0), reading("2018-01-01", 8.8), reading("2020-01-01", 6.9)]},
        None,
        {"component_id": [1], "temp_repair_expiry_d": [day("2027-01-01")]},
    )
    c = summary(p, t_alert_mm=np.array([7.5])).components
    for name in ("below_t_req", "below_alert", "temporary_repair", "lt_st_differ"):
        assert flag(c.flags[0], name), name
    for name in ("no_measurable_rate", "assumed_rate", "one_reading", "growth"):
        assert not flag(c.flags[0], name), name
    flat = summary(plant({(0, 0): pair(10.0, 10.0)})).components
    assert flag(flat.flags[0], "no_measurable_rate") and flag(flat.flags[0], "assumed_rate")


def test_dates_of_the_lines_are_the_earliest_over_the_positions() -> None:
    p = plant({(0, 0): pair(12.0, 9.0), (0, 1): pair(12.0, 11.0)})
    c = summary(p, t_alert_mm=np.array([8.0]), t_retire_mm=np.array([6.5])).components
    years = [(9.0 - line) / (3.0 / 3652) for line in (8.0, 7.0, 6.5)]
    assert [c.t_alert_reached_d[0], c.t_min_reached_d[0], c.t_retire_reached_d[0]] == [
        day("2020-01-01") + int(np.floor(y + 1e-9 * y)) for y in years
    ]


def test_min_to_min_is_shown_and_surveys_are_counted_by_day() -> None:
    p = plant({(0, 0): pair(12.0, 11.0), (0, 1): [*pair(11.8, 11.5), reading("2015-01-01", 11.7)]})
    m = summary(p).cmls
    assert m.CR_min_to_min[0] == pytest.approx((11.8 - 11.0) / (3652 / 365.25))
    assert m.n_surveys[0] == 3 and m.n_positions[0] == 2 and m.CR_min_to_min[0] < m.CR_gov[0]


def test_circuit_shows_the_greatest_beside_the_mean_and_forbids_the_mean_for_a_local_mechanism() -> None:
    many = {(i, 0): pair(12.0, 12.0 - 0.5 * (i + 1)) for i in range(4)}
    comps = {
        "component_id": [1, 2, 3, 4],
        "circuit_id": [3, 5, 3, 5],
        "circuit": ["a", "b", "a", "b"],
        "local_mechanism": [0, 1, 0, 0],
    }
    p = plant(many, {"component_row": [0, 1, 2, 3]}, comps)
    s = summary(p)
    c = s.circuits
    rate = [0.5 * (i + 1) / (3652 / 365.25) for i in range(4)]
    assert list(c.circuit) == ["a", "b"] and list(c.circuit_id) == [3, 5]
    assert c.CR_max == pytest.approx([rate[2], rate[3]])
    assert c.CR_mean[0] == pytest.approx((rate[0] + rate[2]) / 2) and np.isnan(c.CR_mean[1])
    assert list(c.governing_cml_row) == [2, 3]
    mean = Settings({"rate.circuit_policy": "mean_where_general"})
    CR, used = circuit_rates(p, c, mean)
    assert list(used) == [True, False] and pytest.approx([c.CR_mean[0], c.CR_max[1]]) == CR
    CR, used = circuit_rates(p, c, DEFAULTS)
    assert not used.any() and pytest.approx(c.CR_max) == CR


@pytest.mark.parametrize(
    ("n", "spread", "local", "settings", "choice"),
    [
        (16, 0.5, 0, GENERAL, "average"),
        (15, 0.5, 0, GENERAL, "average"),
        (14, 0.5, 0, GENERAL, "minimum"),
        (16, 4.0, 0, GENERAL, "minimum"),
        (16, 0.5, 1, GENERAL, "minimum"),
        (16, 0.5, -1, GENERAL, "minimum"),
        (16, 0.5, 0, DEFAULTS, "minimum"),
    ],
)
def test_damage_factor_thickness(n: int, spread: float, local: int, settings: Settings, choice: str) -> None:
    walls = 10.0 + np.linspace(-spread, spread, n)
    many = {(0, i): pair(14.0, float(t)) for i, t in enumerate(walls)}
    c = summary(plant(many, None, {"component_id": [1], "local_mechanism": [local]}), settings=settings).components
    assert c.t_rdi_choice[0] == index_of("t_rdi_choice", choice)
    assert c.t_rdi_mm[0] == pytest.approx(10.0 if choice == "average" else 10.0 - spread)
    assert c.t_rdi_d[0] == day("2020-01-01")


def test_average_for_the_damage_factor_takes_the_latest_survey_only() -> None:
    many = {(0, i): pair(14.0, 10.0) for i in range(15)}
    many[0, 15] = pair(14.0, 13.5, "2000-01-01", "2008-01-01")
    c = summary(plant(many, None, {"component_id": [1], "local_mechanism": [0]}), settings=GENERAL).components
    assert c.t_rdi_mm[0] == pytest.approx(10.0)


def test_component_working_names_cml_and_position() -> None:
    p = plant({(0, 0): pair(12.0, 11.0), (1, 2): pair(12.0, 9.0)}, {"component_row": [0, 0]})
    f = remaining_life(position_rates(p, DEFAULTS), p, np.array([7.0]), DEFAULTS)
    r, members = component_result(p, f, DEFAULTS, np.array([0]))
    c = summary(p).components
    assert (r["governing_cml"][0], r["governing_position"][0]) == ("CML-1", "p2")
    assert members[r["governing_row"][0]] == c.governing_position_row[0]
    for name in ("t_min_mm", "CR_gov", "RL_y", "RL_today_y", "t_rdi_mm", "t_cov"):
        assert r[name][0] == getattr(c, name)[0], name


def test_extreme_value_finds_the_law_that_made_the_points() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    t = 10.0 + 0.3 * np.log(rng.exponential(size=n))
    r = EXTREME_VALUE.run({"coverage": 0.1}, DEFAULTS, {"points": {"case": np.zeros(n), "t_mm": t}})
    assert r["mu_ev"][0] == pytest.approx(10.0, abs=0.02) and r["beta_ev"][0] == pytest.approx(0.3, abs=0.02)
    assert r["t_ev_mm"][0] == pytest.approx(10.0 + 0.3 * np.log(-np.log(1 - 0.1 / n)), abs=0.12)
    assert r["t_ev_lo_mm"][0] < r["t_ev_mm"][0] < r["t_least_mm"][0] + 1.0


def test_extreme_value_bound_holds_as_often_as_claimed() -> None:
    rng = np.random.default_rng(4)
    n, k = 1000, 20
    t = 10.0 + 0.3 * np.log(rng.exponential(size=(n, k)))
    table = {"case": np.repeat(np.arange(n), k), "t_mm": t.ravel()}
    r = EXTREME_VALUE.run({"coverage": np.full(n, 0.2)}, DEFAULTS, {"points": table})
    truth = 10.0 + 0.3 * np.log(-np.log(1 - 0.2 / k))
    assert np.mean(r["t_ev_lo_mm"] <= truth) > 0.85
    assert np.median(r["t_ev_mm"]) == pytest.approx(truth, abs=0.1)


def test_extreme_value_of_a_plant_is_refused_with_few_points() -> None:
    many = {(i, 0): pair(12.0, 9.0 + 0.1 * i) for i in range(14)}
    p = plant(many, {"component_row": [0] * 11 + [1] * 3}, {"component_id": [1, 2]})
    s = summary(p)
    r = extreme_values(p, s.cmls, np.array([0.05, 0.05]), DEFAULTS)
    assert r["t_ev_mm"][0] < s.components.t_min_mm[0] and np.isnan(r["t_ev_mm"][1])
    assert list(r["n_points"]) == [11, 3]


def test_dates_that_are_missing_stay_missing() -> None:
    c = summary(plant({}, {"component_row": [0]})).components
    for name in ("last_reading_d", "RL_from_d", "t_min_reached_d", "t_alert_reached_d", "t_rdi_d"):
        assert getattr(c, name)[0] == NO_DATE, name
    assert c.t_rdi_choice[0] == index_of("t_rdi_choice", "none") and np.isnan(c.t_rdi_mm[0])
