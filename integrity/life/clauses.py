"""Formulas of rates and of the regression bound, one function a clause."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API510, OWN_METHOD

_LT = API510.at("7.1.1", "Corrosion rate; API 570, 7.1 has the same form")


@clause(
    OWN_METHOD.at("rates, year"),
    symbol="years",
    expr="(end_d - begin_d)/days_per_year",
    quantity="time",
)
def years_of(begin_d: IntArray, end_d: IntArray, days_per_year: float) -> FloatArray:
    """Years between two days.

    Parameters
    ----------
    begin_d, end_d : ndarray of int64
        Day numbers.
    days_per_year : float
        365.25, convention A1.

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray((end_d - begin_d) / days_per_year, dtype=np.float64)


@clause(_LT, symbol="CR", expr="(t_begin_mm - t_end_mm)/years", quantity="rate")
def rate_between(t_begin_mm: FloatArray, t_end_mm: FloatArray, years: FloatArray) -> FloatArray:
    """Rate between two readings of one position; loss is positive, growth negative.

    Parameters
    ----------
    t_begin_mm, t_end_mm : ndarray
        Thickness, mm.
    years : ndarray
        Time between them, years, positive.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.asarray((t_begin_mm - t_end_mm) / years, dtype=np.float64)


@clause(
    OWN_METHOD.at("rates, measurement noise"),
    symbol="CR_noise",
    expr="sqrt(2)*sigma_UT/years",
    quantity="rate",
)
def noise_rate(sigma_UT: FloatArray, years: FloatArray) -> FloatArray:
    """Rate that the scatter of two readings alone can make (one standard deviation of their difference).

    Parameters
    ----------
    sigma_UT : ndarray
        Standard deviation of one reading, mm.
    years : ndarray
        Time between the two, years.

    Returns
    -------
    ndarray of float64, mm/year
        Convention A5.
    """
    return np.asarray(np.sqrt(2.0) * sigma_UT / years, dtype=np.float64)


@clause(
    OWN_METHOD.at("rates, no measurable rate"),
    symbol="CR",
    expr="where(CR_raw >= CR_noise - 1e-9*CR_noise, CR_raw, 0*CR_raw)",
    quantity="rate",
)
def measurable(CR_raw: FloatArray, CR_noise: FloatArray) -> FloatArray:
    """The rate where it stands out of the noise; zero, "no measurable rate", where it is less or negative.

    Parameters
    ----------
    CR_raw, CR_noise : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
        Equality counts as measurable (convention A26). NaN stays NaN.
    """
    return np.where(CR_raw >= CR_noise - 1e-9 * CR_noise, CR_raw, 0.0 * CR_raw)


@clause(
    OWN_METHOD.at("rates, present thickness"),
    symbol="t_last_mm",
    expr="where(t_tail_mm < t_usable_mm, t_tail_mm, t_usable_mm)",
    quantity="thickness",
)
def present_thickness(t_usable_mm: FloatArray, t_tail_mm: FloatArray) -> FloatArray:
    """Present wall: the latest usable reading, or a later short-interval reading where that is lower.

    Parameters
    ----------
    t_usable_mm, t_tail_mm : ndarray
        mm; `t_tail_mm` NaN where there is none.

    Returns
    -------
    ndarray of float64, mm
        Convention A3.
    """
    return np.where(t_tail_mm < t_usable_mm, t_tail_mm, t_usable_mm)


@clause(
    OWN_METHOD.at("rates, owner minimum"),
    symbol="CR_min",
    expr="max(CR_floor, where((CR_owner > 0) & (owner_reason < 1), CR_owner, 0))",
    quantity="rate",
)
def owner_minimum(CR_floor: FloatArray, CR_owner: FloatArray, owner_reason: IntArray) -> FloatArray:
    """Least rate that planning uses; an owner's rate without a reason may raise it, never lower it.

    Parameters
    ----------
    CR_floor : ndarray
        Setting `rate.owner_minimum`, mm/year.
    CR_owner : ndarray
        Owner's rate of the component, mm/year, NaN where none.
    owner_reason : ndarray of int64
        1 where a reason is recorded: then it is an override and not a minimum.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(CR_floor, np.where((CR_owner > 0) & (owner_reason < 1), CR_owner, 0.0))


@clause(
    API510.at("7.1.1", "Governing rate: the greater of long-term and short-term"),
    symbol="CR_gov",
    expr="max(where(CR_LT > 0, CR_LT, 0), where(CR_ST > 0, CR_ST, 0), CR_min)",
    quantity="rate",
)
def greatest_rate(CR_LT: FloatArray, CR_ST: FloatArray, CR_min: FloatArray) -> FloatArray:
    """Governing rate: the greatest of long-term, short-term and the owner's minimum.

    Parameters
    ----------
    CR_LT, CR_ST, CR_min : ndarray
        mm/year; a rate that cannot be had (NaN) or measured (0) does not take part.

    Returns
    -------
    ndarray of float64, mm/year
        Convention A5.
    """
    return np.maximum(np.maximum(np.where(CR_LT > 0, CR_LT, 0.0), np.where(CR_ST > 0, CR_ST, 0.0)), CR_min)


@clause(
    OWN_METHOD.at("rates, one basis only"),
    symbol="CR_gov",
    expr="max(where(CR > 0, CR, 0), CR_min)",
    quantity="rate",
)
def one_rate(CR: FloatArray, CR_min: FloatArray) -> FloatArray:
    """Governing rate where only one kind of rate is used: that rate, at least the owner's minimum.

    Parameters
    ----------
    CR, CR_min : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(np.where(CR > 0, CR, 0.0), CR_min)


@clause(OWN_METHOD.at("rates, override"), symbol="CR_gov", expr="CR_owner", quantity="rate")
def override_rate(CR_owner: FloatArray) -> FloatArray:
    """Governing rate that an engineer set with a reason.

    Parameters
    ----------
    CR_owner : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.asarray(CR_owner, dtype=np.float64)


@clause(OWN_METHOD.at("rates, regression"), symbol="CR_reg", expr="-S_xt/S_xx", quantity="rate")
def slope(S_xt: FloatArray, S_xx: FloatArray) -> FloatArray:
    """Rate of the least-squares line through all usable surveys, loss positive.

    Parameters
    ----------
    S_xt : ndarray
        Sum of (x - mean x)(t - mean t), year mm.
    S_xx : ndarray
        Sum of (x - mean x)^2, year^2.

    Returns
    -------
    ndarray of float64, mm/year
        Needs two surveys or more.
    """
    return np.asarray(-S_xt / S_xx, dtype=np.float64)


@clause(
    OWN_METHOD.at("rates, scatter of the regression"),
    symbol="s_reg_mm",
    expr="sqrt((nu_UT*sigma_UT**2 + SSR)/(nu_UT + n_usable - 2))",
    quantity="thickness",
)
def pooled_scatter(nu_UT: float, sigma_UT: FloatArray, SSR: FloatArray, n_usable: IntArray) -> FloatArray:
    """Scatter of one reading: the residuals of the line pooled with the known scatter of a UT reading.

    With two surveys it is `sigma_UT` itself; with many the residuals decide. `sigma_UT` weighs as much as
    `nu_UT` degrees of freedom, so that three surveys which happen to lie on a line do not look exact.

    Parameters
    ----------
    nu_UT : float
        Degrees of freedom given to `sigma_UT`.
    sigma_UT : ndarray
        mm.
    SSR : ndarray
        Sum of squared residuals, mm^2.
    n_usable : ndarray of int64
        Surveys in the line.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.sqrt((nu_UT * sigma_UT**2 + SSR) / (nu_UT + n_usable - 2))


@clause(
    OWN_METHOD.at("rates, quantile of Student's t"),
    symbol="t_q",
    expr="t_quantile(rate_confidence, nu_UT + n_usable - 2)",
    quantity="number",
    kind=TABLE,
    note="life.note.t_q",
)
def student_quantile(rate_confidence: FloatArray, nu_UT: float, n_usable: IntArray) -> FloatArray:
    """One-sided quantile of Student's t with `nu_UT + n_usable - 2` degrees of freedom.

    Parameters
    ----------
    rate_confidence : ndarray
        Probability of the one-sided bound, the same on all rows, 0.5 to below 1.
    nu_UT : float
    n_usable : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN with fewer than two surveys.
    """
    if n_usable.size == 0:
        return np.zeros(0)
    n = np.arange(int(n_usable.max()) + 1)
    table = stdtrit(np.maximum(nu_UT + n - 2.0, 0.5), float(rate_confidence[0]))
    return np.where(n_usable >= 2, table[n_usable], np.nan)


@clause(
    OWN_METHOD.at("rates, upper confidence bound"),
    symbol="CR_reg_hi",
    expr="CR_reg + t_q*s_reg_mm/sqrt(S_xx)",
    quantity="rate",
)
def upper_bound(CR_reg: FloatArray, t_q: FloatArray, s_reg_mm: FloatArray, S_xx: FloatArray) -> FloatArray:
    """Rate that the true mean rate exceeds with no more than the complement of the confidence.

    Parameters
    ----------
    CR_reg : ndarray
        mm/year.
    t_q : ndarray
    s_reg_mm : ndarray
        mm.
    S_xx : ndarray
        year^2.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.asarray(CR_reg + t_q * s_reg_mm / np.sqrt(S_xx), dtype=np.float64)


@clause(
    OWN_METHOD.at("rates, lower confidence bound"),
    symbol="CR_reg_lo",
    expr="CR_reg - t_q*s_reg_mm/sqrt(S_xx)",
    quantity="rate",
)
def lower_bound(CR_reg: FloatArray, t_q: FloatArray, s_reg_mm: FloatArray, S_xx: FloatArray) -> FloatArray:
    """Rate below which the true mean rate lies with no more than the complement of the confidence.

    Parameters
    ----------
    CR_reg : ndarray
        mm/year.
    t_q : ndarray
    s_reg_mm : ndarray
        mm.
    S_xx : ndarray
        year^2.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.asarray(CR_reg - t_q * s_reg_mm / np.sqrt(S_xx), dtype=np.float64)
