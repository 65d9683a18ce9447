"""Extreme value analysis: the least wall to expect where only a share of a component was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.group import Groups, group_count, group_mean, group_min, group_std
from integrity.core.procedure import Columns, Inputs, Step
from integrity.core.reference import OWN_METHOD
from integrity.life.constants import value


@dataclass(frozen=True)
class Points:
    """Least wall of each measuring point, by component."""

    groups: Groups
    t_mm: FloatArray


def least_points() -> float:
    """Fewest measuring points that carry a tail.

    Returns
    -------
    float
    """
    return value("n_extreme")


@clause(
    OWN_METHOD.at("extreme value, least measured"),
    symbol="t_least_mm",
    expr="min(t_mm)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.ev_points",
)
def measured_least(points: Points) -> FloatArray:
    """Least measured wall of the points.

    Parameters
    ----------
    points : Points

    Returns
    -------
    ndarray of float64, mm
    """
    return group_min(points.t_mm, points.groups)


@clause(
    OWN_METHOD.at("extreme value, mean"),
    symbol="t_mean_mm",
    expr="mean(t_mm)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.ev_points",
)
def mean_point(points: Points) -> FloatArray:
    """Mean of the least walls of the points.

    Parameters
    ----------
    points : Points

    Returns
    -------
    ndarray of float64, mm
    """
    return group_mean(points.t_mm, points.groups)


@clause(
    OWN_METHOD.at("extreme value, spread"),
    symbol="t_std_mm",
    expr="sqrt(sum((t_mm - t_mean_mm)**2)/(n_points - 1))",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.ev_points",
)
def spread_of_points(points: Points) -> FloatArray:
    """Sample standard deviation of the least walls of the points.

    Parameters
    ----------
    points : Points

    Returns
    -------
    ndarray of float64, mm
    """
    return group_std(points.t_mm, points.groups)


@clause(
    OWN_METHOD.at("extreme value, scale"),
    symbol="beta_ev",
    expr="t_std_mm*sqrt(6)/pi",
    quantity="thickness",
)
def scale(t_std_mm: FloatArray, pi: float) -> FloatArray:
    """Scale of the Gumbel law of minima by moments.

    Parameters
    ----------
    t_std_mm : ndarray
        mm.
    pi : float

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(t_std_mm * np.sqrt(6.0) / pi, dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, mode"),
    symbol="mu_ev",
    expr="t_mean_mm + gamma_E*beta_ev",
    quantity="thickness",
)
def mode(t_mean_mm: FloatArray, gamma_E: float, beta_ev: FloatArray) -> FloatArray:
    """Mode of the Gumbel law of minima by moments.

    Parameters
    ----------
    t_mean_mm : ndarray
        mm.
    gamma_E : float
    beta_ev : ndarray
        mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(t_mean_mm + gamma_E * beta_ev, dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, number of areas"),
    symbol="T_ev",
    expr="n_points/coverage",
    quantity="number",
)
def return_number(n_points: IntArray, coverage: FloatArray) -> FloatArray:
    """Number of areas of the size of one point in the whole component.

    Parameters
    ----------
    n_points : ndarray of int64
    coverage : ndarray
        Share of the component's area that the points cover, above 0 and at most 1.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(n_points / coverage, dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, least wall to expect"),
    symbol="t_ev_mm",
    expr="mu_ev + beta_ev*log(-log(1 - 1/T_ev))",
    quantity="thickness",
)
def extreme_wall(mu_ev: FloatArray, beta_ev: FloatArray, T_ev: FloatArray) -> FloatArray:
    """Wall that one area in `T_ev` is expected to go below.

    Parameters
    ----------
    mu_ev, beta_ev : ndarray
        mm.
    T_ev : ndarray
        Above 1.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(mu_ev + beta_ev * np.log(-np.log(1.0 - 1.0 / T_ev)), dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, frequency factor"),
    symbol="K_ev",
    expr="-sqrt(6)/pi*(gamma_E + log(-log(1 - 1/T_ev)))",
    quantity="number",
)
def frequency_factor(pi: float, gamma_E: float, T_ev: FloatArray) -> FloatArray:
    """Standard deviations between the mean and the extreme wall.

    Parameters
    ----------
    pi, gamma_E : float
    T_ev : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(-np.sqrt(6.0) / pi * (gamma_E + np.log(-np.log(1.0 - 1.0 / T_ev))), dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, standard error of the quantile by moments"),
    symbol="se_ev",
    expr="t_std_mm*sqrt((1 + c1_extreme*K_ev + c2_extreme*K_ev**2)/n_points)",
    quantity="thickness",
)
def standard_error(
    t_std_mm: FloatArray, c1_extreme: float, K_ev: FloatArray, c2_extreme: float, n_points: IntArray
) -> FloatArray:
    """Standard error of the extreme wall, large-sample value of the method of moments.

    Parameters
    ----------
    t_std_mm : ndarray
        mm.
    c1_extreme, c2_extreme : float
    K_ev : ndarray
    n_points : ndarray of int64

    Returns
    -------
    ndarray of float64, mm
    """
    return t_std_mm * np.sqrt((1.0 + c1_extreme * K_ev + c2_extreme * K_ev**2) / n_points)


@clause(
    OWN_METHOD.at("extreme value, normal quantile"),
    symbol="z_q",
    expr="normal_quantile(rate_confidence)",
    quantity="number",
    kind=TABLE,
    note="life.note.z_q",
)
def normal_quantile(rate_confidence: FloatArray) -> FloatArray:
    """Quantile of the normal law for the one-sided bound.

    Parameters
    ----------
    rate_confidence : ndarray
        0.5 to below 1.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(ndtri(rate_confidence), dtype=np.float64)


@clause(
    OWN_METHOD.at("extreme value, lower bound"),
    symbol="t_ev_lo_mm",
    expr="t_ev_mm - z_q*se_ev",
    quantity="thickness",
)
def extreme_bound(t_ev_mm: FloatArray, z_q: FloatArray, se_ev: FloatArray) -> FloatArray:
    """One-sided lower bound of the extreme wall.

    Parameters
    ----------
    t_ev_mm : ndarray
        mm.
    z_q : ndarray
    se_ev : ndarray
        mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(t_ev_mm - z_q * se_ev, dtype=np.float64)


def compute_extreme(x: Inputs) -> Columns:
    """Extreme value analysis of each component; evidence that informs, it governs nothing.

    Parameters
    ----------
    x : Inputs
        Column `coverage`; table `points` with the least wall `t_mm` of each measuring point.

    Returns
    -------
    dict of str to ndarray
    """
    table = x.tables["points"]
    points = Points(table.groups, table.columns["t_mm"])
    n = group_count(~np.isnan(points.t_mm), points.groups)
    std, mean = spread_of_points(points), mean_point(points)
    pi, gamma_E = value("pi"), value("gamma_E")
    beta = scale(std, pi)
    mu, T = mode(mean, gamma_E, beta), return_number(n, x["coverage"])
    K = frequency_factor(pi, gamma_E, T)
    se = standard_error(std, value("c1_extreme"), K, value("c2_extreme"), n)
    wall = extreme_wall(mu, beta, T)
    confidence = np.broadcast_to(np.float64(x.settings.number("rate.confidence")), (x.n,))
    z = normal_quantile(confidence)
    return {
        "n_points": n,
        "t_least_mm": measured_least(points),
        "t_mean_mm": mean,
        "t_std_mm": std,
        "beta_ev": beta,
        "mu_ev": mu,
        "T_ev": T,
        "K_ev": K,
        "t_ev_mm": wall,
        "se_ev": se,
        "rate_confidence": confidence,
        "z_q": z,
        "t_ev_lo_mm": extreme_bound(wall, z, se),
    }


_POINTS = {"points": "n_points"}
STEPS = (
    Step(measured_least, "t_least_mm", _POINTS, note_params=("n_points",)),
    Step(mean_point, "t_mean_mm", _POINTS, note_params=("n_points",)),
    Step(spread_of_points, "t_std_mm", _POINTS, note_params=("n_points",)),
    Step(scale, "beta_ev"),
    Step(mode, "mu_ev"),
    Step(return_number, "T_ev"),
    Step(extreme_wall, "t_ev_mm"),
    Step(frequency_factor, "K_ev"),
    Step(standard_error, "se_ev"),
    Step(normal_quantile, "z_q", note_params=("rate_confidence",)),
    Step(extreme_bound, "t_ev_lo_mm"),
)
