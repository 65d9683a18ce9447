"""Formulas of life data and of the Weibull fit of exchanger bundles, API RP 581 Part 1 §8.3."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2, norm

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import ITERATION, REDUCTION, TABLE, clause
from integrity.core.group import Groups, group_max, group_sum
from integrity.core.procedure import CaseTable
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import number

_FIT = API581_2016.at("Part 1 §8.3.3", "Median rank regression with suspensions")
_LIKE = OWN_METHOD.at("maximum likelihood of bundle lives", "Maximum likelihood with suspensions")
_BOUND = OWN_METHOD.at("confidence bounds of bundle lives", "Fisher bounds")
_WB = API581_2016.at("Part 1 §8.3.4.3 eq. (1.62)", "Characteristic life with a given shape")
SHAPES = (1e-3, 1e3)
_WB_BOUND = OWN_METHOD.at("confidence bounds of bundle lives", "Bounds with a given shape")


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at("Part 1 §8.3.2", "Life of a bundle"),
    symbol="bundle_life_y",
    expr="(end_d - bundle_installed_d)/days_year",
    quantity="time",
)
def life_of(end_d: IntArray, bundle_installed_d: IntArray, days_year: float) -> FloatArray:
    """Years from installation to removal, or to the as-of day.

    Parameters
    ----------
    end_d, bundle_installed_d : ndarray of int64, days
    days_year : float

    Returns
    -------
    ndarray of float64, years
    """
    return _f((end_d - bundle_installed_d) / days_year)


@clause(_FIT, symbol="n_failures", expr="", quantity="count", kind=REDUCTION, note="bundle.note.failures")
def failures_of(records: CaseTable) -> FloatArray:
    """Number of failed bundles among the records of a case.

    Parameters
    ----------
    records : CaseTable
        Columns `bundle_life_y` and `bundle_failed`.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return np.nan_to_num(group_sum((records.columns["bundle_failed"] == 1).astype(np.float64), records.groups))


def median_ranks(records: CaseTable) -> tuple[FloatArray, IntArray]:
    """Adjusted median ranks of the failures: Johnson's rank increments, Bernard's approximation.

    Parameters
    ----------
    records : CaseTable
        Columns `bundle_life_y` and `bundle_failed`; any order.

    Returns
    -------
    F : ndarray of float64, shape (members,)
        Plotting position of each record in its own order; NaN for a suspension. At equal lives the failure comes
        before the suspension.
    order : ndarray of int64
        The records in ascending life within their group.
    """
    g, life, failed = records.groups, records.columns["bundle_life_y"], records.columns["bundle_failed"] == 1
    order = np.lexsort((~failed, life, g.owner))
    ordered = failed[order]
    F = np.full(life.size, np.nan)
    count, first = g.counts, g.offsets[:-1]
    left = count + 1.0
    shift, total = number("bundle", "rank_shift"), number("bundle", "rank_total")
    for k in range(int(count.max(initial=0))):
        rows = np.flatnonzero(count > k)
        at = first[rows] + k
        hit = ordered[at]
        rows, at = rows[hit], at[hit]
        beyond = count[rows] - k
        left[rows] *= beyond / (beyond + 1.0)
        F[order[at]] = (count[rows] + 1.0 - left[rows] - shift) / (count[rows] + total)
    return F, order


@clause(_FIT, symbol="x_mean", expr="", quantity="number", kind=REDUCTION, note="bundle.note.regression")
def regression_sums(records: CaseTable) -> tuple[FloatArray, ...]:
    """Means and centred sums of x = ln(life) and y = ln(-ln(1 - F)) over the failures of each case.

    Parameters
    ----------
    records : CaseTable

    Returns
    -------
    tuple of ndarray of float64, shape (n,)
        x mean, y mean, S_xx, S_xy, S_yy.
    """
    F, _ = median_ranks(records)
    g, failed = records.groups, records.columns["bundle_failed"] == 1
    x = np.where(failed, np.log(records.columns["bundle_life_y"]), np.nan)
    y = np.log(-np.log1p(-F))
    r = group_sum(failed.astype(np.float64), g)
    mx, my = group_sum(x, g) / r, group_sum(y, g) / r
    dx, dy = x - mx.take(g.owner), y - my.take(g.owner)
    return mx, my, group_sum(dx * dx, g), group_sum(dx * dy, g), group_sum(dy * dy, g)


@clause(_FIT, symbol="beta_rrx", expr="S_yy/S_xy", quantity="number")
def shape_rrx(S_yy: FloatArray, S_xy: FloatArray) -> FloatArray:
    """Shape by regression of life on rank: the inverse of the slope of x over y.

    Parameters
    ----------
    S_yy, S_xy : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(S_yy / S_xy)


@clause(_FIT, symbol="eta_rrx_y", expr="exp(x_mean - y_mean/beta_rrx)", quantity="time")
def life_rrx(x_mean: FloatArray, y_mean: FloatArray, beta_rrx: FloatArray) -> FloatArray:
    """Characteristic life of the regression: where y is zero.

    Parameters
    ----------
    x_mean, y_mean, beta_rrx : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(np.exp(x_mean - y_mean / beta_rrx))


@clause(_FIT, symbol="r2_rrx", expr="S_xy**2/(S_xx*S_yy)", quantity="ratio")
def determination(S_xy: FloatArray, S_xx: FloatArray, S_yy: FloatArray) -> FloatArray:
    """Coefficient of determination of the plotted points about the line.

    Parameters
    ----------
    S_xy, S_xx, S_yy : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(S_xy**2 / (S_xx * S_yy))


def _score(b: FloatArray, log: FloatArray, mean_log: FloatArray, g: Groups) -> tuple[FloatArray, FloatArray]:
    """Derivative of the likelihood in the shape, over the failures, and its own derivative; both rise with b."""
    power = np.exp(b.take(g.owner) * log)
    first = power * log
    S_0, S_1, S_2 = group_sum(power, g), group_sum(first, g), group_sum(first * log, g)
    mean = S_1 / S_0
    return mean - 1.0 / b - mean_log, S_2 / S_0 - mean**2 + 1.0 / b**2


@clause(_LIKE, symbol="beta_mle", expr="", quantity="number", kind=ITERATION, note="bundle.note.likelihood")
def shape_mle(records: CaseTable) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shape at which the likelihood is greatest: Newton's method, kept between 1e-3 and 1e3 by bisection.

    Parameters
    ----------
    records : CaseTable

    Returns
    -------
    beta, residual, steps : ndarray of float64, shape (n,)
        NaN where the score has no zero in the bracket, as with a single age of failure beyond every suspension.
    """
    g = records.groups
    scale = group_max(records.columns["bundle_life_y"], g)
    log = np.log(records.columns["bundle_life_y"] / scale.take(g.owner))
    failed = records.columns["bundle_failed"] == 1
    mean_log = group_sum(log, g, failed) / group_sum(failed.astype(np.float64), g)
    low, high = np.full(g.n, SHAPES[0]), np.full(g.n, SHAPES[1])
    inside = (_score(low, log, mean_log, g)[0] < 0.0) & (_score(high, log, mean_log, g)[0] > 0.0)
    beta, steps = np.full(g.n, 1.0), np.zeros(g.n)
    open_ = inside.copy()
    for _ in range(200):
        if not open_.any():
            break
        value, slope = _score(beta, log, mean_log, g)
        low, high = np.where(value < 0.0, beta, low), np.where(value < 0.0, high, beta)
        step = value / slope
        new = beta - step
        new = np.where((new >= low) & (new <= high), new, np.sqrt(low * high))
        steps[open_] += 1.0
        beta = np.where(open_, new, beta)
        open_ &= np.abs(step) > 1e-13 * beta
    beta = np.where(inside & ~open_, beta, np.nan)
    return beta, _score(beta, log, mean_log, g)[0], steps


@clause(_WB, symbol="T_beta", expr="", quantity="number", kind=REDUCTION, note="bundle.note.exposure")
def exposure(beta: FloatArray, records: CaseTable) -> FloatArray:
    """Sum over all records, failed or not, of life to the power of the shape.

    Parameters
    ----------
    beta : ndarray, shape (n,)
    records : CaseTable

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return group_sum(records.columns["bundle_life_y"] ** beta.take(records.groups.owner), records.groups)


@clause(_WB, symbol="eta_y", expr="(T_beta/n_failures)**(1/beta)", quantity="time")
def life_of_shape(T_beta: FloatArray, n_failures: FloatArray, beta: FloatArray) -> FloatArray:
    """Characteristic life of a shape, from all records and the number of failures.

    Parameters
    ----------
    T_beta, n_failures, beta : ndarray

    Returns
    -------
    ndarray of float64, years
        The maximum of the likelihood for that shape; missing without a failure.
    """
    return np.where(n_failures > 0.0, (T_beta / n_failures) ** (1.0 / beta), np.nan)


@clause(
    OWN_METHOD.at("selection of the Weibull fit", "Parameters in force"),
    symbol="beta_w",
    expr="",
    quantity="number",
    kind=TABLE,
    note="bundle.note.selected",
)
def selected(
    fit_method: IntArray, by_regression: FloatArray, by_likelihood: FloatArray, by_given: FloatArray
) -> FloatArray:
    """A parameter by the method in force.

    Parameters
    ----------
    fit_method : ndarray of int64
        0 regression, 1 likelihood, 2 given shape.
    by_regression, by_likelihood, by_given : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.select(
        [fit_method == 0, fit_method == 1, fit_method == 2], [by_regression, by_likelihood, by_given], np.nan
    )


@clause(_BOUND, symbol="z_sum", expr="", quantity="number", kind=REDUCTION, note="bundle.note.fisher")
def fisher_sums(beta_w: FloatArray, eta_fit_y: FloatArray, records: CaseTable) -> tuple[FloatArray, ...]:
    """Sums of z, z ln u and z ln(u)^2 over all records, with u = life/eta and z = u to the power beta.

    Parameters
    ----------
    beta_w, eta_fit_y : ndarray, shape (n,)
    records : CaseTable

    Returns
    -------
    tuple of ndarray of float64, shape (n,)
    """
    g = records.groups
    log = np.log(records.columns["bundle_life_y"] / eta_fit_y.take(g.owner))
    z = np.exp(beta_w.take(g.owner) * log)
    return group_sum(z, g), group_sum(z * log, g), group_sum(z * log * log, g)


@clause(
    _BOUND,
    symbol="I_det",
    expr="(n_failures/beta_w**2 + z_log2)*beta_w*((beta_w + 1)*z_sum - n_failures)"
    " - (n_failures - z_sum - beta_w*z_log)**2",
    quantity="number",
)
def information(
    n_failures: FloatArray, beta_w: FloatArray, z_sum: FloatArray, z_log: FloatArray, z_log2: FloatArray
) -> FloatArray:
    """Determinant of the observed information in shape and logarithm of characteristic life.

    Parameters
    ----------
    n_failures, beta_w, z_sum, z_log, z_log2 : ndarray

    Returns
    -------
    ndarray of float64
        Not positive where the parameters lie so far from the maximum of the likelihood that it has no bounds.
    """
    both = (n_failures / beta_w**2 + z_log2) * beta_w * ((beta_w + 1.0) * z_sum - n_failures)
    return _f(both - (n_failures - z_sum - beta_w * z_log) ** 2)


@clause(_BOUND, symbol="s_ln_eta", expr="sqrt((n_failures/beta_w**2 + z_log2)/I_det)", quantity="number")
def spread_life(n_failures: FloatArray, beta_w: FloatArray, z_log2: FloatArray, I_det: FloatArray) -> FloatArray:
    """Standard deviation of the logarithm of the characteristic life.

    Parameters
    ----------
    n_failures, beta_w, z_log2, I_det : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(np.sqrt((n_failures / beta_w**2 + z_log2) / I_det))


@clause(_BOUND, symbol="s_ln_beta", expr="sqrt(((beta_w + 1)*z_sum - n_failures)/(beta_w*I_det))", quantity="number")
def spread_shape(beta_w: FloatArray, z_sum: FloatArray, n_failures: FloatArray, I_det: FloatArray) -> FloatArray:
    """Standard deviation of the logarithm of the shape.

    Parameters
    ----------
    beta_w, z_sum, n_failures, I_det : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(np.sqrt(((beta_w + 1.0) * z_sum - n_failures) / (beta_w * I_det)))


@clause(_BOUND, symbol="z_conf", expr="", quantity="number", kind=TABLE, note="bundle.note.normal")
def normal_quantile(confidence_w: FloatArray) -> FloatArray:
    """Quantile of the normal distribution at a one-sided confidence.

    Parameters
    ----------
    confidence_w : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(norm.ppf(confidence_w))


@clause(_WB_BOUND, symbol="chi_conf", expr="", quantity="number", kind=TABLE, note="bundle.note.chi")
def chi_quantile(confidence_w: FloatArray, n_failures: FloatArray) -> FloatArray:
    """Quantile of chi-square with two degrees of freedom for each failure and two more: observation ends at a time.

    Parameters
    ----------
    confidence_w, n_failures : ndarray

    Returns
    -------
    ndarray of float64
        Known without a failure as well.
    """
    return _f(chi2.ppf(confidence_w, 2.0 * n_failures + 2.0))


@clause(_BOUND, symbol="eta_lo_y", expr="eta_fit_y*exp(0 - z_conf*s_ln_eta)", quantity="time")
def lower_life(eta_fit_y: FloatArray, z_conf: FloatArray, s_ln_eta: FloatArray) -> FloatArray:
    """Lower bound of the characteristic life.

    Parameters
    ----------
    eta_fit_y, z_conf, s_ln_eta : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(eta_fit_y * np.exp(-z_conf * s_ln_eta))


@clause(_WB_BOUND, symbol="eta_lo_y", expr="(2*T_beta/chi_conf)**(1/beta_w)", quantity="time")
def lower_life_given(T_beta: FloatArray, chi_conf: FloatArray, beta_w: FloatArray) -> FloatArray:
    """Lower bound of the characteristic life with a given shape; also without any failure.

    Parameters
    ----------
    T_beta, chi_conf, beta_w : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f((2.0 * T_beta / chi_conf) ** (1.0 / beta_w))


@clause(_BOUND, symbol="beta_lo", expr="beta_w*exp(sign*z_conf*s_ln_beta)", quantity="number")
def bound_of(beta_w: FloatArray, sign: FloatArray, z_conf: FloatArray, s_ln_beta: FloatArray) -> FloatArray:
    """A one-sided bound of a parameter.

    Parameters
    ----------
    beta_w : ndarray
    sign : ndarray
        -1 for the lower bound, 1 for the upper.
    z_conf, s_ln_beta : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(beta_w * np.exp(sign * z_conf * s_ln_beta))


@clause(
    OWN_METHOD.at("goodness of the Weibull fit", "Greatest distance of a plotted point from the line"),
    symbol="D_max",
    expr="",
    quantity="ratio",
    kind=REDUCTION,
    note="bundle.note.goodness",
)
def distance(beta_w: FloatArray, eta_fit_y: FloatArray, records: CaseTable) -> FloatArray:
    """Greatest difference between the plotting position of a failure and the fitted probability at its life.

    Parameters
    ----------
    beta_w, eta_fit_y : ndarray, shape (n,)
    records : CaseTable

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    F, _ = median_ranks(records)
    g = records.groups
    fitted = -np.expm1(-((records.columns["bundle_life_y"] / eta_fit_y.take(g.owner)) ** beta_w.take(g.owner)))
    return group_max(np.abs(F - fitted), g)


@clause(
    API581_2016.at("Part 1 §8.3.2 eq. (1.57)", "Life at a share of failures"),
    symbol="life_10_y",
    expr="eta_y*(0 - log(1 - P))**(1/beta_w)",
    quantity="time",
)
def life_at(eta_y: FloatArray, P: FloatArray, beta_w: FloatArray) -> FloatArray:
    """Life by which a share of the bundles has failed.

    Parameters
    ----------
    eta_y, P, beta_w : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(eta_y * (-np.log1p(-P)) ** (1.0 / beta_w))
