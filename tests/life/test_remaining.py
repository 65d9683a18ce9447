"""Remaining life: sign, dates, both sides, temporary repairs, bounds, and never infinite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.procedure import Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.life.lives import Lines, life_result, remaining_life
from integrity.life.positions import position_rates
from integrity.life.procedures import REMAINING_LIFE
from tests.life.builders import AS_OF, day, plant, reading

NAN = float("nan")


def life(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    base = {"t_last_mm": 10.0, "t_req_mm": 7.0, "last_d": day("2020-01-01"), "CR_gov": 0.3, "as_of_d": AS_OF}
    return REMAINING_LIFE.run({**base, **changes}, settings)


def test_life_counts_from_the_reading_and_today_from_the_as_of_date() -> None:
    r = life()
    assert r["RL_y"][0] == pytest.approx(10.0)
    assert r["RL_today_y"][0] == pytest.approx(10.0 - (AS_OF - day("2020-01-01")) / 365.25)
    assert r["t_min_reached_d"][0] == day("2020-01-01") + 3652  # 3652.5 days, rounded down


def test_life_that_is_used_up_stays_negative() -> None:
    r = life(t_last_mm=6.4)
    assert r["RL_y"][0] == pytest.approx(-2.0) and r["RL_today_y"][0] < r["RL_y"][0]
    assert r["t_min_reached_d"][0] == day("2020-01-01") - 731 and r["below_t_req"][0] == 1
    assert r["RL_lo_y"][0] != r["RL_lo_y"][0]


def test_thickness_equal_to_the_line_is_not_below_it() -> None:
    r = life(t_last_mm=0.1 + 0.2, t_req_mm=0.3, t_alert_mm=0.3)
    assert (r["below_t_req"][0], r["below_alert"][0]) == (0, 0)
    assert life(t_last_mm=0.3, t_req_mm=0.1 + 0.2)["below_t_req"][0] == 0
    assert life(t_last_mm=6.999, t_req_mm=7.0)["below_t_req"][0] == 1
    assert life(t_alert_mm=NAN)["below_alert"][0] == -1


@pytest.mark.parametrize("rate", [0.0, -0.1])
def test_no_rate_gives_no_life_and_never_infinity(rate: float) -> None:
    r = life(CR_gov=rate, CR_reg_hi=0.1, CR_reg_lo=-0.1)
    for name in ("RL_y", "RL_today_y", "RL_lo_y", "RL_hi_y"):
        assert np.isnan(r[name][0]), name
    assert r["t_min_reached_d"][0] == NO_DATE and r.verdict[0] == Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("name", ["t_last_mm", "t_req_mm", "CR_gov"])
def test_a_missing_input_is_named(name: str) -> None:
    r = life(**{name: NAN})
    assert np.isnan(r["RL_y"][0]) and r.verdict[0] == Verdict.INSUFFICIENT_DATA and r.missing[0] != 0
    assert life(last_d=NO_DATE).verdict[0] == Verdict.INSUFFICIENT_DATA


def test_loss_of_a_side_that_was_not_seen_adds() -> None:
    assert life(CR_other_side=0.2)["RL_y"][0] == pytest.approx(3.0 / 0.5)
    assert life(CR_other_side=NAN)["RL_y"][0] == life()["RL_y"][0]


def test_temporary_repair_caps_the_life_and_not_the_date_of_the_wall() -> None:
    r = life(temp_repair_expiry_d=day("2022-01-01"))
    assert r["RL_y"][0] == pytest.approx(731 / 365.25) and r["RL_today_y"][0] < 0
    assert r["t_min_reached_d"][0] == life()["t_min_reached_d"][0]
    late = life(temp_repair_expiry_d=day("2060-01-01"))
    assert late["RL_y"][0] == life()["RL_y"][0]


def test_bounds_enclose_the_life() -> None:
    r = life(CR_reg_lo=0.2, CR_reg_hi=0.5)
    assert r["RL_lo_y"][0] == pytest.approx(6.0) and r["RL_hi_y"][0] == pytest.approx(15.0)
    slower = life(CR_reg_lo=0.05, CR_reg_hi=0.1)
    assert slower["RL_lo_y"][0] == slower["RL_y"][0] and slower["RL_hi_y"][0] == pytest.approx(60.0)
    flat = life(CR_reg_lo=-0.4, CR_reg_hi=0.5)
    assert flat["RL_hi_y"][0] == pytest.approx(3.0 / 0.025)
    endless = life(Settings({"rate.owner_minimum": 0.0}), CR_reg_lo=-0.4, CR_reg_hi=0.5)
    assert np.isnan(endless["RL_hi_y"][0]) and endless["RL_lo_y"][0] == pytest.approx(6.0)
    repaired = life(CR_reg_lo=0.2, CR_reg_hi=0.5, temp_repair_expiry_d=day("2032-01-01"))
    assert repaired["RL_hi_y"][0] == pytest.approx(4383 / 365.25)


def test_three_lines_are_crossed_in_their_order() -> None:
    r = life(t_alert_mm=8.5, t_retire_mm=6.7)
    days = [r[k][0] for k in ("t_alert_reached_d", "t_min_reached_d", "t_retire_reached_d")]
    assert days == [day("2020-01-01") + n for n in (1826, 3652, 4017)]


def test_whole_days_survive_a_change_of_units() -> None:
    mm = life(t_last_mm=10.0, t_req_mm=9.0, CR_gov=0.1)
    inch = life(t_last_mm=25.4 * (10.0 / 25.4), t_req_mm=25.4 * (9.0 / 25.4), CR_gov=25.4 * (0.1 / 25.4))
    exact = life(t_last_mm=9.4, t_req_mm=9.0, CR_gov=0.1)
    assert mm["t_min_reached_d"][0] == inch["t_min_reached_d"][0] == day("2020-01-01") + 3652
    assert exact["t_min_reached_d"][0] == day("2020-01-01") + 1461


def test_plant_run_equals_the_procedure_row_by_row() -> None:
    p = plant(
        {
            (0, 0): [reading("2010-01-01", 12.0), reading("2020-01-01", 10.0)],
            (1, 0): [reading("2010-01-01", 12.0), reading("2016-01-01", 11.0), reading("2022-01-01", 9.0)],
        },
        {"component_row": [0, 1]},
        {"component_id": [1, 2], "temp_repair_expiry_d": [NO_DATE, day("2023-01-01")]},
    )
    lines = Lines(np.array([7.0, 8.0]), np.array([8.0, 8.5]), np.array([7.0, 8.0]))
    f = remaining_life(position_rates(p, DEFAULTS), p, lines, DEFAULTS)
    r = life_result(f, p, lines, DEFAULTS, np.array([1, 0]))
    for name in ("RL_y", "RL_today_y", "RL_lo_y", "RL_hi_y", "t_req_mm"):
        assert np.array_equal(getattr(f, name)[[1, 0]], r[name]), name
    assert f.RL_y[0] == pytest.approx(3.0 / (2.0 / (3652 / 365.25)))
    assert f.RL_y[1] == pytest.approx(365 / 365.25)
    bare = remaining_life(position_rates(p, DEFAULTS), p, np.array([7.0, np.nan]), DEFAULTS)
    assert np.isnan(bare.RL_y[1]) and bare.RL_y[0] == f.RL_y[0]


def test_plant_run_without_a_rate_gives_no_life_and_never_infinity() -> None:
    p = plant({(0, 0): [reading("2010-01-01", 10.0), reading("2020-01-01", 10.0)]})
    free = Settings({"rate.owner_minimum": 0.0})
    f = remaining_life(position_rates(p, free), p, np.array([7.0]), free)
    assert f.CR_gov[0] == 0.0 and f.no_measurable_rate[0] == 1
    for name in ("RL_y", "RL_today_y", "RL_lo_y", "RL_hi_y"):
        assert np.isnan(getattr(f, name)[0]), name
