"""The regression line against numpy, its bound against seeded truth, outliers, and digits far from the origin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import linregress
from scipy.stats import t as student

from integrity.core.settings import DEFAULTS, Settings
from integrity.life.positions import position_rates
from tests.life.builders import plant
from tests.life.coverage import SURVEYS, N, coverage, table


def rows(days: np.ndarray, t: np.ndarray) -> list[tuple[int, float, int, int, int]]:
    return [(int(d), float(v), 0, 0, 0) for d, v in zip(days, t, strict=True)]


def line(days: np.ndarray, t: np.ndarray, settings: Settings = DEFAULTS) -> dict[str, float]:
    f = position_rates(plant({(0, 0): rows(days, t)}), settings)
    return {k: v[0] for k, v in f.columns().items()}


def test_slope_agrees_with_an_independent_least_squares_fit() -> None:
    rng = np.random.default_rng(5)
    for n in (2, 3, 5, 9):
        days = 10000 + np.cumsum(rng.integers(200, 1500, n))
        t = 11.0 - 0.2 * (days - days[0]) / 365.25 + rng.normal(0, 0.1, n)
        assert line(days, t)["CR_reg"] == pytest.approx(-linregress(days / 365.25, t).slope, rel=1e-9)


def test_many_surveys_let_the_residuals_decide() -> None:
    rng = np.random.default_rng(6)
    days = 1000 + 200 * np.arange(90)
    t = 30.0 - 0.1 * days / 365.25 + rng.normal(0, 0.4, 90)
    fit = linregress(days / 365.25, t)
    classic = -fit.slope + student.ppf(0.95, 88) * fit.stderr
    assert line(days, t)["CR_reg_hi"] == pytest.approx(classic, rel=0.01)


def test_two_surveys_use_the_known_scatter() -> None:
    r = line(np.array([10000, 10000 + 1461]), np.array([10.0, 9.0]))
    assert r["s_reg_mm"] == pytest.approx(0.15) and r["CR_reg"] == 0.25
    assert r["CR_reg_hi"] == pytest.approx(0.25 + 2.131846786 * 0.15 * np.sqrt(2) / 4, rel=1e-8)


def test_three_points_on_a_line_do_not_look_exact() -> None:
    r = line(np.array([10000, 11461, 12922]), np.array([10.0, 9.0, 8.0]))
    assert r["CR_reg"] == pytest.approx(0.25) and r["CR_reg_hi"] - r["CR_reg"] > 0.03


@pytest.mark.parametrize("n_surveys", SURVEYS)
@pytest.mark.parametrize("confidence", [0.80, 0.95])
def test_the_bounds_hold_as_often_as_they_claim(n_surveys: int, confidence: float) -> None:
    settings = Settings({"rate.confidence": confidence})
    c = coverage(n_surveys, settings=settings)
    least = confidence - 3.0 * np.sqrt(confidence * (1.0 - confidence) / N)
    assert c.n_positions == N
    assert c.upper >= least and c.lower >= least


@pytest.mark.parametrize("n_surveys", SURVEYS)
def test_the_bound_stays_useful(n_surveys: int) -> None:
    c = coverage(n_surveys)
    assert c.scatter < 0.16 and c.width < 3.0 * 0.15 * np.sqrt(2.0) / (3.0 * (n_surveys - 1))


def test_noise_at_the_full_known_scatter_is_still_covered() -> None:
    for n_surveys in SURVEYS:
        c = coverage(n_surveys, scale=1.4)
        assert min(c.upper, c.lower) >= 0.95 - 3.0 * np.sqrt(0.95 * 0.05 / N), n_surveys


def test_the_report_has_a_line_for_each_number_of_surveys() -> None:
    assert [int(x.split()[0]) for x in table(1.0, 0.95, n=40)[2:]] == list(SURVEYS)


@pytest.mark.parametrize("jump", [-1.5, 1.5])
def test_a_wild_reading_is_flagged_and_not_removed(jump: float) -> None:
    days = 9000 + 1000 * np.arange(6)
    t = 12.0 - 0.1 * (days - days[0]) / 365.25
    wild = t.copy()
    wild[3] += jump
    calm, found = line(days, t), line(days, wild)
    assert (calm["outlier"], found["outlier"]) == (0, 1)
    assert found["n_good"] == 6 and found["s_reg_mm"] > calm["s_reg_mm"]


def test_clean_readings_are_rarely_flagged() -> None:
    rng = np.random.default_rng(8)
    many = {}
    for i in range(600):
        days = 9000 + np.cumsum(rng.integers(400, 1500, 6))
        t = 12.0 - 0.1 * (days - days[0]) / 365.25 + rng.normal(0, 0.15, 6)
        many[i, 0] = rows(days, t)
    f = position_rates(plant(many), DEFAULTS)
    assert f.outlier.mean() < 0.02


def test_sums_about_the_mean_keep_their_digits() -> None:
    days = np.array([2_000_000, 2_000_400, 2_000_800, 2_001_300])
    t = np.array([250.003, 250.002, 250.001, 249.999])
    p = plant({(0, 0): rows(days, t)}, as_of_d=3_000_000)
    f = position_rates(p, DEFAULTS)
    exact = -np.polyfit((days - 2_000_000) / 365.25, t - 250.0, 1)[0]
    assert f.CR_reg[0] == pytest.approx(exact, rel=1e-9)
