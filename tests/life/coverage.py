"""How often the one-sided bounds of the regression hold: seeded positions whose noise is not the estimator's model.

Run `python -m tests.life.coverage` for the table. The generator knows nothing of a normal law with one sigma: a gauge
bias shared by all readings of a survey, repeatability, a surface temperature that differs between surveys and acts
on the velocity of sound (-1 % per 55 K, so the wall reads thick), rounding to 0.1 or 0.01 mm, and steps of one to
five years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.settings import DEFAULTS, Settings
from integrity.life.procedures import POSITION_RATES

SURVEYS = (2, 3, 4, 5, 6, 8)
N = 1000
BIAS_MM, REPEAT_MM = 0.05, 0.08


@dataclass(frozen=True)
class Coverage:
    """Share of positions whose true rate lies inside each bound, and the bound's typical width."""

    n_surveys: int
    n_positions: int
    upper: float
    lower: float
    width: float
    scatter: float


def survey(n_surveys: int, seed: int, scale: float = 1.0, n: int = N) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Readings of `n` positions with `n_surveys` surveys each, and their true rates, mm/year."""
    rng = np.random.default_rng([seed, n_surveys])
    years = np.cumsum(rng.uniform(1.0, 5.0, (n, n_surveys)), axis=1)
    days = np.round(9000 + years * 365.25).astype(np.int64)
    rate = np.exp(rng.normal(np.log(0.12), 0.6, n))
    wall = rng.uniform(6.0, 16.0, n)[:, None] - rate[:, None] * (days - days[:, :1]) / 365.25
    warm = np.clip(rng.normal(60.0, 25.0, (n, n_surveys)), 0.0, None)
    seen = wall * (1.0 + scale * 0.01 / 55.0 * (warm - 20.0))
    # Positions come in CMLs of four that were read with the same gauge on the same day.
    bias = np.repeat(rng.normal(0.0, BIAS_MM, (n // 4 + 1, n_surveys)), 4, axis=0)[:n]
    seen = seen + scale * (bias + rng.normal(0.0, REPEAT_MM, (n, n_surveys)))
    coarse = rng.random((n, 1)) < 0.5
    seen = np.where(coarse, np.round(seen, 1), np.round(seen, 2))
    zero = np.zeros(n * n_surveys, dtype=np.int64)
    table = {
        "case": np.repeat(np.arange(n), n_surveys),
        "date_d": days.ravel(),
        "t_mm": seen.ravel(),
        "quality": zero,
        "accept_short": zero,
        "is_nominal": zero,
    }
    return table, rate


def coverage(n_surveys: int, seed: int = 1, scale: float = 1.0, settings: Settings = DEFAULTS, n: int = N) -> Coverage:
    """Coverage of the bounds at one number of surveys."""
    table, rate = survey(n_surveys, seed, scale, n)
    result = POSITION_RATES.run({"start_d": np.zeros(n)}, settings, {"readings": table})
    hi, lo = result["CR_reg_hi"], result["CR_reg_lo"]
    return Coverage(
        n_surveys,
        n,
        float(np.mean(rate <= hi)),
        float(np.mean(rate >= lo)),
        float(np.median(hi - result["CR_reg"])),
        float(np.median(result["s_reg_mm"])),
    )


def table(scale: float, confidence: float, n: int = N) -> list[str]:
    """Lines of the report for one scale of the noise."""
    settings = Settings({"rate.confidence": confidence})
    lines = [f"noise x {scale:g}, claimed {confidence:g}", "surveys  upper  lower  median width mm/y  median s mm"]
    for k in SURVEYS:
        c = coverage(k, scale=scale, settings=settings, n=n)
        lines.append(f"{k:7d}  {c.upper:.3f}  {c.lower:.3f}  {c.width:17.3f}  {c.scatter:11.3f}")
    return lines


def main() -> None:
    """Print the report."""
    for scale in (1.0, 1.4, 2.0):
        print("\n".join(table(scale, 0.95)), end="\n\n")
    print("\n".join(table(1.0, 0.80)))


if __name__ == "__main__":
    main()
