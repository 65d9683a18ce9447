"""Rates of reading positions: what the readings of one position say, for all positions at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes, index_of
from integrity.core.group import take
from integrity.core.procedure import Columns, Inputs, stack_codes
from integrity.life import clauses as c
from integrity.life import regression as line
from integrity.life import surveys as sv
from integrity.life.constants import value, whole_days

LT_BRANCH = ("measured", "nominal", "none")
PAIR_BRANCH = ("pair", "none")
PRESENT_BRANCH = ("usable", "short_lower", "none")
LINE_BRANCH = ("line", "none")
RULES = ("max_lt_st", "long_term", "short_term", "regression_bound", "one_reading", "override", "none")
BASIS = codes("rate_basis")


@dataclass(frozen=True)
class _Picked:
    """Survey days of the positions, and those that may begin or end a rate."""

    days: sv.Surveys
    usable: sv.Surveys
    columns: Columns


def compute_rates(x: Inputs) -> Columns:
    """Rates of each position; the one function behind the plant run and the procedure.

    Parameters
    ----------
    x : Inputs
        Columns `start_d`, `as_of_d`, `t_nom_mm`, `CR_owner`, `owner_reason`; table `readings`.

    Returns
    -------
    dict of str to ndarray
        Intermediates and conclusions, one row a position. Conventions A1 to A5.
    """
    picked = _pick(x)
    out = dict(picked.columns)
    out |= _constants(x)
    out |= _pairs(picked, out, x)
    out |= _nominal(out, x)
    out |= _lines(picked, out, x)
    out |= _governing(out, x)
    return out


def _full(x: Inputs, number: float) -> FloatArray:
    return np.broadcast_to(np.float64(number), (x.n,))


def _constants(x: Inputs) -> Columns:
    s = x.settings
    return {
        "sigma_UT": _full(x, s.number("rate.sigma_UT_mm")),
        "CR_floor": _full(x, s.number("rate.owner_minimum")),
        "rate_confidence": _full(x, s.number("rate.confidence")),
    }


def _pick(x: Inputs) -> _Picked:
    table = x.tables["readings"]
    owner = table.groups.owner
    inside = sv.in_baseline(table, owner, x["start_d"], x["as_of_d"])
    days, repeat_spread = sv.survey_days(table, inside, owner, x.settings)
    usable = days.rows(~days.short)
    tail, tail_row = sv.short_tail(days, usable)
    t_usable, t_tail = sv.usable_thickness(usable), sv.tail_thickness(tail, tail_row)
    usable_d = take(usable.date_d, usable.last_row, NO_DATE)
    lower = t_tail < t_usable
    t_last = c.present_thickness(t_usable, t_tail)
    t_verify = sv.least_to_verify(table, inside, owner)
    t_nominal, nominal_d = sv.nominal_start(table, inside, owner, x["t_nom_mm"], x["start_d"])
    some_short = np.zeros(x.n, dtype=np.int64)
    some_short[days.owner[days.short]] = 1
    return _Picked(
        days,
        usable,
        {
            "n_good": days.n,
            "n_usable": usable.n,
            "usable_d": usable_d,
            "t_usable_mm": t_usable,
            "t_tail_mm": t_tail,
            "tail_d": take(tail.date_d, tail_row, NO_DATE),
            "last_d": np.where(lower, take(tail.date_d, tail_row, NO_DATE), usable_d),
            "t_last_mm": t_last,
            "present": stack_codes((lower, 1), (usable.n > 0, 0), default=2),
            "t_verify_mm": t_verify,
            "verify_lower": _flag((t_verify < t_last) | (~np.isnan(t_verify) & np.isnan(t_last))),
            "repeat_spread": repeat_spread,
            "short_interval": some_short,
            "t_nominal_mm": t_nominal,
            "nominal_d": nominal_d,
        },
    )


def _flag(mask: BoolArray) -> IntArray:
    return np.asarray(mask, dtype=np.int64)


def _years(begin_d: IntArray, end_d: IntArray, valid: BoolArray) -> FloatArray:
    return np.where(valid, c.years_of(begin_d, end_d, value("days_per_year")), np.nan)


def _pairs(p: _Picked, have: Columns, x: Inputs) -> Columns:
    """Long-term and short-term pairs; the long-term one may begin at the nominal wall by consent."""
    u, sigma = p.usable, have["sigma_UT"]
    first_d = take(u.date_d, u.first_row, NO_DATE)
    gap = have["last_d"] - first_d
    least = whole_days(x.settings.number("rate.min_interval_years"))
    pair = (u.n > 0) & (gap > 0) & ((have["present"] == 0) | (gap >= least))
    known = (have["nominal_d"] != NO_DATE) & (have["last_d"] - have["nominal_d"] >= least)
    known &= have["last_d"] != NO_DATE
    consent = x.settings.flag("rate.nominal_as_first")
    nominal = known & ~pair if consent else np.zeros(x.n, dtype=np.bool_)
    begin_d = np.where(nominal, have["nominal_d"], first_d)
    t_first = np.where(nominal, have["t_nominal_mm"], sv.first_thickness(u))
    years_LT = _years(begin_d, have["last_d"], pair | nominal)
    prev = sv.previous_row(u, x.settings)
    t_prev, prev_d = sv.previous_thickness(u, prev), take(u.date_d, prev, NO_DATE)
    years_ST = _years(prev_d, have["usable_d"], prev >= 0)
    raw_LT = c.rate_between(t_first, have["t_last_mm"], years_LT)
    raw_ST = c.rate_between(t_prev, have["t_usable_mm"], years_ST)
    noise_LT, noise_ST = c.noise_rate(sigma, years_LT), c.noise_rate(sigma, years_ST)
    return {
        "LT_branch": stack_codes((pair, 0), (nominal, 1), default=2),
        "first_d": begin_d,
        "t_first_mm": t_first,
        "years_LT": years_LT,
        "CR_LT_raw": raw_LT,
        "CR_noise_LT": noise_LT,
        "CR_LT": c.measurable(raw_LT, noise_LT),
        "ST_branch": _flag(prev < 0),
        "prev_d": prev_d,
        "t_prev_mm": t_prev,
        "years_ST": years_ST,
        "CR_ST_raw": raw_ST,
        "CR_noise_ST": noise_ST,
        "CR_ST": c.measurable(raw_ST, noise_ST),
        "nominal_first": _flag(nominal),
        "one_reading": _flag((u.n > 0) & ~pair),
        "nominal_known": _flag(~known),
    }


def _nominal(have: Columns, x: Inputs) -> Columns:
    """Rate from the nominal wall: an estimate where there is one survey only, else shown beside the measured."""
    known = have["nominal_known"] == PAIR_BRANCH.index("pair")
    years = _years(have["nominal_d"], have["last_d"], known)
    raw = c.rate_between(have["t_nominal_mm"], have["t_last_mm"], years)
    noise = c.noise_rate(have["sigma_UT"], years)
    return {"years_nom": years, "CR_nom": raw, "CR_noise_nom": noise, "CR_est": c.measurable(raw, noise)}


def _lines(p: _Picked, have: Columns, x: Inputs) -> Columns:
    sigma = x.settings.number("rate.sigma_UT_mm")
    n = have["n_usable"]
    fit = line.centred(p.usable)
    S_xx, S_xt = line.sum_xx(fit), line.sum_xt(fit)
    CR = c.slope(S_xt, S_xx)
    residual = line.residuals(fit, CR)
    SSR = line.sum_residuals(fit, residual)
    t_q = c.student_quantile(have["rate_confidence"], value("nu_UT"), n)
    s = np.where(n >= 2, c.pooled_scatter(value("nu_UT"), have["sigma_UT"], SSR, n), np.nan)
    outlier_d = line.outlier_days(fit, residual, S_xx, SSR, sigma)
    return {
        "line_branch": _flag(n < 2),
        "S_xx": S_xx,
        "S_xt": S_xt,
        "SSR": SSR,
        "CR_reg": CR,
        "t_q": t_q,
        "s_reg_mm": s,
        "CR_reg_hi": c.upper_bound(CR, t_q, s, S_xx),
        "CR_reg_lo": c.lower_bound(CR, t_q, s, S_xx),
        "CR_hist": line.greatest_step(p.usable),
        "growth": line.grows(p.days, sigma),
        "outlier": _flag(outlier_d != NO_DATE),
        "outlier_d": outlier_d,
    }


def _rule(have: Columns, x: Inputs) -> IntArray:
    policy = x.settings.code("rate.policy")
    rule = np.full(x.n, RULES.index(policy), dtype=np.int64)
    if policy == "short_term":
        rule[have["ST_branch"] != 0] = RULES.index("long_term")
    if policy == "regression_bound":
        rule[np.isnan(have["CR_reg_hi"])] = RULES.index("max_lt_st")
    override = (x["owner_reason"] == 1) & (x["CR_owner"] >= 0)
    rule[have["LT_branch"] != 0] = RULES.index("one_reading")
    rule[override] = RULES.index("override")
    rule[have["n_usable"] == 0] = RULES.index("none")
    return rule


def _governing(have: Columns, x: Inputs) -> Columns:
    rule = _rule(have, x)
    LT, ST, hi, est = have["CR_LT"], have["CR_ST"], have["CR_reg_hi"], have["CR_est"]
    least = c.owner_minimum(have["CR_floor"], x["CR_owner"], x["owner_reason"])
    by_rule: dict[str, FloatArray] = {
        "max_lt_st": c.greatest_rate(LT, ST, least),
        "long_term": c.one_rate(LT, least),
        "short_term": c.one_rate(ST, least),
        "regression_bound": c.one_rate(hi, least),
        "one_reading": c.one_rate(est, least),
        "override": c.override_rate(x["CR_owner"]),
    }
    CR = np.select([rule == RULES.index(k) for k in by_rule], list(by_rule.values()), np.nan)
    basis = _basis(rule, have, least)
    flat = (have["LT_branch"] == 0) & ~(LT > 0) & ~(ST > 0)
    noise = np.where(basis == BASIS.index("short_term"), have["CR_noise_ST"], have["CR_noise_LT"])
    noise = np.where(rule == RULES.index("one_reading"), have["CR_noise_nom"], noise)
    return {
        "rate_rule": rule,
        "CR_min": least,
        "CR_gov": CR,
        "rate_basis": basis,
        "CR_noise": noise,
        "no_measurable_rate": _flag(flat),
    }


def _basis(rule: IntArray, have: Columns, least: AnyArray) -> IntArray:
    """Which rate the governing one is; the owner's minimum only where it is the greater."""
    LT, ST, hi, est = have["CR_LT"], have["CR_ST"], have["CR_reg_hi"], have["CR_est"]
    both = rule == RULES.index("max_lt_st")
    lt = (both & ~(ST > LT) | (rule == RULES.index("long_term"))) & at_least(LT, least) & (LT > 0)
    st = (both & (np.fmax(LT, 0.0) < ST) | (rule == RULES.index("short_term"))) & at_least(ST, least) & (ST > 0)
    bound = (rule == RULES.index("regression_bound")) & at_least(hi, least) & (hi > 0)
    guess = (rule == RULES.index("one_reading")) & at_least(est, least) & (est > 0)
    return stack_codes(
        (rule == RULES.index("none"), BASIS.index("none")),
        (rule == RULES.index("override"), BASIS.index("override")),
        (lt, BASIS.index("long_term")),
        (st, BASIS.index("short_term")),
        (bound, BASIS.index("regression_bound")),
        (guess, BASIS.index("one_reading_estimate")),
        default=BASIS.index("owner_minimum"),
    )


def measured(basis: IntArray) -> BoolArray:
    """Whether a governing rate was measured at the position itself.

    Parameters
    ----------
    basis : ndarray of int64
        Codes of `rate_basis`.

    Returns
    -------
    ndarray of bool
        False for an owner's minimum, an override, a one-reading estimate and none.
    """
    sure = ("long_term", "short_term", "regression_bound")
    return np.isin(basis, [index_of("rate_basis", code) for code in sure])


def rates_differ(CR_LT: FloatArray, CR_ST: FloatArray, ratio: float) -> BoolArray:
    """Whether long-term and short-term rate, both measurable, differ by more than a ratio.

    Parameters
    ----------
    CR_LT, CR_ST : ndarray
        mm/year.
    ratio : float

    Returns
    -------
    ndarray of bool
        Convention A14: a lower confidence is suggested, never chosen.
    """
    low, high = np.minimum(CR_LT, CR_ST), np.maximum(CR_LT, CR_ST)
    return np.asarray((low > 0) & (high > ratio * low * (1.0 + 1e-9)), dtype=np.bool_)


SETTINGS = (
    "rate.min_interval_years",
    "rate.short_term_min_years",
    "rate.same_day_spread_mm",
    "rate.same_day_spread_ratio",
    "rate.sigma_UT_mm",
    "rate.owner_minimum",
    "rate.policy",
    "rate.confidence",
    "rate.nominal_as_first",
)
