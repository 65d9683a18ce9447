"""Least-squares lines through the usable surveys of each position, all positions at once.

Sums are taken about the mean of each position, so that a century of days or a thick wall costs no digits.

The bound
---------
The line has n - 2 degrees of freedom of its own: none with two surveys, one with three. Its residuals alone give
either no bound or one that is many times too wide or, where three points happen to lie on a line, far too narrow
to act on. The scatter of a UT reading is known beforehand (setting `rate.sigma_UT_mm`: gauge bias of a survey,
repeatability, temperature). Both are pooled, s^2 = (nu_UT sigma_UT^2 + SSR) / (nu_UT + n - 2), and the bound is
CR_reg +/- t_q s / sqrt(S_xx) with Student's t of nu_UT + n - 2 degrees of freedom: the interval of a normal model
whose variance has a scaled inverse chi-square prior of weight nu_UT. It covers as often as it claims where
sigma_UT is not smaller than the true scatter; `tests/life/coverage.py` prints how often, also where it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from integrity.core.arrays import NO_DATE, FloatArray, IntArray
from integrity.core.clause import REDUCTION, clause
from integrity.core.group import group_max, group_mean, group_sum, take
from integrity.core.reference import OWN_METHOD
from integrity.life.constants import value
from integrity.life.surveys import Surveys


@dataclass(frozen=True)
class Centred:
    """Times (years) and thicknesses (mm) of the surveys about the means of their positions."""

    surveys: Surveys
    x: FloatArray
    t: FloatArray


def centred(usable: Surveys) -> Centred:
    """Surveys about the mean time and the mean thickness of each position.

    Parameters
    ----------
    usable : Surveys

    Returns
    -------
    Centred
    """
    first = usable.spread(take(usable.date_d, usable.first_row, 0))
    years = (usable.date_d - first) / value("days_per_year")
    x = years - usable.spread(group_mean(years, usable.groups))
    t = usable.t_mm - usable.spread(group_mean(usable.t_mm, usable.groups))
    return Centred(usable, x, t)


@clause(
    OWN_METHOD.at("rates, sums of the regression"),
    symbol="S_xx",
    expr="sum((x - mean_x)**2)",
    quantity="number",
    kind=REDUCTION,
    note="life.note.S_xx",
)
def sum_xx(line: Centred) -> FloatArray:
    """Sum of squared times about their mean.

    Parameters
    ----------
    line : Centred

    Returns
    -------
    ndarray of float64, year^2
        NaN with fewer than two surveys.
    """
    total = group_sum(line.x * line.x, line.surveys.groups)
    return np.where(line.surveys.n >= 2, total, np.nan)


@clause(
    OWN_METHOD.at("rates, sums of the regression"),
    symbol="S_xt",
    expr="sum((x - mean_x)*(t_mm - mean_t))",
    quantity="number",
    kind=REDUCTION,
    note="life.note.S_xt",
)
def sum_xt(line: Centred) -> FloatArray:
    """Sum of products of time and thickness about their means.

    Parameters
    ----------
    line : Centred

    Returns
    -------
    ndarray of float64, year mm
        NaN with fewer than two surveys.
    """
    total = group_sum(line.x * line.t, line.surveys.groups)
    return np.where(line.surveys.n >= 2, total, np.nan)


def residuals(line: Centred, CR_reg: FloatArray) -> FloatArray:
    """Distance of each survey from the line of its position.

    Parameters
    ----------
    line : Centred
    CR_reg : ndarray
        Rate of each position, mm/year.

    Returns
    -------
    ndarray of float64, mm
        Positive above the line.
    """
    return np.asarray(line.t + line.surveys.spread(CR_reg) * line.x, dtype=np.float64)


@clause(
    OWN_METHOD.at("rates, sums of the regression"),
    symbol="SSR",
    expr="sum(r**2)",
    quantity="number",
    kind=REDUCTION,
    note="life.note.SSR",
)
def sum_residuals(line: Centred, residual: FloatArray) -> FloatArray:
    """Sum of squared residuals of the line.

    Parameters
    ----------
    line : Centred
    residual : ndarray
        mm, one a survey.

    Returns
    -------
    ndarray of float64, mm^2
    """
    return group_sum(residual * residual, line.surveys.groups)


def outlier_days(line: Centred, residual: FloatArray, S_xx: FloatArray, SSR: FloatArray, sigma_UT: float) -> IntArray:
    """Latest survey of each position that does not lie on the line through the others.

    The residual of a survey is judged against a line and a scatter made without it, so that a wild reading
    cannot hide behind the slope and the scatter that it made itself.

    Parameters
    ----------
    line : Centred
    residual : ndarray
        mm, one a survey.
    S_xx, SSR : ndarray
        Sums of each position.
    sigma_UT : float
        mm.

    Returns
    -------
    ndarray of int64
        Day of the outlier, `NO_DATE` where there is none. Needs three surveys; nothing is removed.
    """
    s, n, nu = line.surveys, line.surveys.n, value("nu_UT")
    out = np.full(s.groups.n, NO_DATE, dtype=np.int64)
    if s.date_d.size == 0 or int(n.max()) < 3:
        return out
    k = np.arange(int(n.max()) + 1)
    critical = stdtrit(np.maximum(nu + k - 3.0, 0.5), 1.0 - value("p_outlier") / np.maximum(2.0 * k, 2.0)) ** 2
    critical[:3] = np.inf
    free = 1.0 - s.spread(1.0 / np.maximum(n, 1)) - line.x * line.x / s.spread(S_xx)
    own = residual * residual / free
    rest = s.spread(nu * sigma_UT**2 + SSR) - own
    wild = (own * s.spread(nu + n - 3.0) > s.spread(critical[n]) * rest) & (free > 1e-9)
    rows = np.flatnonzero(wild)
    out[s.owner[rows]] = s.date_d[rows]
    return out


@clause(
    OWN_METHOD.at("rates, highest historical rate"),
    symbol="CR_hist",
    expr="max((t_mm[i] - t_mm[i+1])/years)",
    quantity="rate",
    kind=REDUCTION,
    note="life.note.CR_hist",
)
def greatest_step(usable: Surveys) -> FloatArray:
    """Greatest rate between consecutive usable surveys of a position.

    Parameters
    ----------
    usable : Surveys

    Returns
    -------
    ndarray of float64, mm/year
        Evidence, not a planning rate; NaN with fewer than two surveys, negative where the wall only grew.
    """
    rate = np.full(usable.t_mm.size, np.nan)
    years = (usable.date_d[1:] - usable.date_d[:-1]) / value("days_per_year")
    with np.errstate(divide="ignore", invalid="ignore"):
        rate[1:] = np.where(usable.follows, (usable.t_mm[:-1] - usable.t_mm[1:]) / years, np.nan)
    return group_max(rate, usable.groups)


def grows(days: Surveys, sigma_UT: float) -> IntArray:
    """Whether the wall rose between two consecutive surveys by more than scatter explains.

    Parameters
    ----------
    days : Surveys
        Good survey days, short intervals too.
    sigma_UT : float
        mm.

    Returns
    -------
    ndarray of int64
        1 or 0 for each position.
    """
    out = np.zeros(days.groups.n, dtype=np.int64)
    rise = days.t_mm[1:] - days.t_mm[:-1]
    out[days.owner[1:][days.follows & (rise > value("k_growth") * np.sqrt(2.0) * sigma_UT)]] = 1
    return out
