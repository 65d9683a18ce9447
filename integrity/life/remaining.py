"""Remaining life of reading positions: formulas, bounds, and the days on which a line is reached."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, FloatArray, IntArray, at_least
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs
from integrity.core.reference import API510, OWN_METHOD
from integrity.life.clauses import years_of
from integrity.life.constants import value

REPAIR_BRANCH = ("wall", "repair", "none")
GIVEN = ("given", "none")


@clause(
    OWN_METHOD.at("remaining life, both sides"),
    symbol="CR_life",
    expr="CR_gov + where(CR_other_side > 0, CR_other_side, 0)",
    quantity="rate",
)
def life_rate(CR_gov: FloatArray, CR_other_side: FloatArray) -> FloatArray:
    """Rate at which the wall is used up: the governing rate and that of a side the readings have not seen.

    Parameters
    ----------
    CR_gov : ndarray
        Governing rate of the readings, mm/year; an ultrasonic wall reading sees the loss of both sides.
    CR_other_side : ndarray
        Rate of the other side that began after, or is not in, the readings, mm/year; NaN where none.

    Returns
    -------
    ndarray of float64, mm/year
        Convention A19.
    """
    return np.asarray(CR_gov + np.where(CR_other_side > 0, CR_other_side, 0.0), dtype=np.float64)


@clause(
    API510.at("7.2.1", "Remaining life; API 570, 7.1.1 has the same form"),
    symbol="RL_y",
    expr="(t_last_mm - t_req_mm)/CR_life",
    quantity="time",
)
def wall_life(t_last_mm: FloatArray, t_req_mm: FloatArray, CR_life: FloatArray) -> FloatArray:
    """Years from the reading until the wall reaches the required thickness; negative where it is past it.

    Parameters
    ----------
    t_last_mm : ndarray
        Present wall at the reading used, mm.
    t_req_mm : ndarray
        Required thickness without corrosion allowance, mm.
    CR_life : ndarray
        mm/year, positive.

    Returns
    -------
    ndarray of float64, years
        Counts from the date of the reading (convention A6).
    """
    return np.asarray((t_last_mm - t_req_mm) / CR_life, dtype=np.float64)


@clause(
    OWN_METHOD.at("remaining life, temporary repair"),
    symbol="RL_y",
    expr="min(RL_wall_y, RL_repair_y)",
    quantity="time",
)
def repair_cap(RL_wall_y: FloatArray, RL_repair_y: FloatArray) -> FloatArray:
    """Life of the wall, at most until the temporary repair expires.

    Parameters
    ----------
    RL_wall_y, RL_repair_y : ndarray
        Years from the reading.

    Returns
    -------
    ndarray of float64, years
        Convention A22.
    """
    return np.minimum(RL_wall_y, RL_repair_y)


@clause(
    OWN_METHOD.at("remaining life today"),
    symbol="RL_today_y",
    expr="RL_y - elapsed_y",
    quantity="time",
)
def life_today(RL_y: FloatArray, elapsed_y: FloatArray) -> FloatArray:
    """Remaining life on the day of the assessment; negative stays negative.

    Parameters
    ----------
    RL_y : ndarray
        Years from the reading.
    elapsed_y : ndarray
        Years since the reading.

    Returns
    -------
    ndarray of float64, years
        Convention A6.
    """
    return np.asarray(RL_y - elapsed_y, dtype=np.float64)


@clause(
    OWN_METHOD.at("remaining life, fast bound"),
    symbol="CR_fast",
    expr="max(CR_reg_hi + (CR_life - CR_gov), CR_life)",
    quantity="rate",
)
def fast_rate(CR_reg_hi: FloatArray, CR_life: FloatArray, CR_gov: FloatArray) -> FloatArray:
    """Upper bound of the rate for the life: that of the regression, never below the rate used.

    Parameters
    ----------
    CR_reg_hi, CR_life, CR_gov : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
        NaN where there is no regression.
    """
    return np.maximum(CR_reg_hi + (CR_life - CR_gov), CR_life)


@clause(
    OWN_METHOD.at("remaining life, slow bound"),
    symbol="CR_slow",
    expr="min(max(CR_reg_lo + (CR_life - CR_gov), CR_floor), CR_life)",
    quantity="rate",
)
def slow_rate(CR_reg_lo: FloatArray, CR_life: FloatArray, CR_gov: FloatArray, CR_floor: FloatArray) -> FloatArray:
    """Lower bound of the rate for the life: never below the owner's minimum, never above the rate used.

    Parameters
    ----------
    CR_reg_lo, CR_life, CR_gov, CR_floor : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
        NaN where there is no regression.
    """
    return np.minimum(np.maximum(CR_reg_lo + (CR_life - CR_gov), CR_floor), CR_life)


@clause(
    OWN_METHOD.at("remaining life, lower bound"),
    symbol="RL_lo_y",
    expr="min((t_last_mm - t_req_mm)/CR_fast, RL_y)",
    quantity="time",
)
def life_lo(t_last_mm: FloatArray, t_req_mm: FloatArray, CR_fast: FloatArray, RL_y: FloatArray) -> FloatArray:
    """Remaining life at the fast bound of the rate, never above the life itself.

    Parameters
    ----------
    t_last_mm, t_req_mm : ndarray
        mm.
    CR_fast : ndarray
        mm/year.
    RL_y : ndarray
        Years.

    Returns
    -------
    ndarray of float64, years
    """
    return np.minimum((t_last_mm - t_req_mm) / CR_fast, RL_y)


@clause(
    OWN_METHOD.at("remaining life, upper bound"),
    symbol="RL_hi_y",
    expr="max((t_last_mm - t_req_mm)/CR_slow, RL_y)",
    quantity="time",
)
def life_hi(t_last_mm: FloatArray, t_req_mm: FloatArray, CR_slow: FloatArray, RL_y: FloatArray) -> FloatArray:
    """Remaining life at the slow bound of the rate, never below the life itself.

    Parameters
    ----------
    t_last_mm, t_req_mm : ndarray
        mm.
    CR_slow : ndarray
        mm/year.
    RL_y : ndarray
        Years.

    Returns
    -------
    ndarray of float64, years
    """
    return np.maximum((t_last_mm - t_req_mm) / CR_slow, RL_y)


@clause(
    OWN_METHOD.at("remaining life, upper bound under a temporary repair"),
    symbol="RL_hi_y",
    expr="max(min((t_last_mm - t_req_mm)/CR_slow, RL_repair_y), RL_y)",
    quantity="time",
)
def life_hi_repair(
    t_last_mm: FloatArray,
    t_req_mm: FloatArray,
    CR_slow: FloatArray,
    RL_repair_y: FloatArray,
    RL_y: FloatArray,
) -> FloatArray:
    """Remaining life at the slow bound of the rate, at most until the temporary repair expires.

    Parameters
    ----------
    t_last_mm, t_req_mm : ndarray
        mm.
    CR_slow : ndarray
        mm/year.
    RL_repair_y, RL_y : ndarray
        Years.

    Returns
    -------
    ndarray of float64, years
    """
    return np.maximum(np.minimum((t_last_mm - t_req_mm) / CR_slow, RL_repair_y), RL_y)


@clause(
    OWN_METHOD.at("remaining life, day on which a line is reached"),
    symbol="reached_d",
    expr="last_d + floor(days_per_year*(t_last_mm - t_line_mm)/CR_life"
    " + 1e-9*abs(days_per_year*(t_last_mm - t_line_mm)/CR_life))",
    quantity="date",
)
def reached_day(
    last_d: IntArray, t_last_mm: FloatArray, t_line_mm: FloatArray, CR_life: FloatArray, days_per_year: float
) -> FloatArray:
    """Last whole day before the wall falls below a line at the rate used.

    Parameters
    ----------
    last_d : ndarray of int64
        Day of the reading used.
    t_last_mm, t_line_mm : ndarray
        mm.
    CR_life : ndarray
        mm/year.
    days_per_year : float
        365.25, convention A1.

    Returns
    -------
    ndarray of float64
        Day number, fractions rounded down; NaN where it cannot be had.
    """
    days = days_per_year * (t_last_mm - t_line_mm) / CR_life
    return np.asarray(last_d + np.floor(days + 1e-9 * np.abs(days)), dtype=np.float64)


def as_day(day: FloatArray) -> IntArray:
    """Day numbers from floats; NaN and infinity become `NO_DATE`.

    Parameters
    ----------
    day : ndarray of float64

    Returns
    -------
    ndarray of int64
    """
    sure = np.isfinite(day) & (np.abs(day) < 2.0**52)
    return np.where(sure, np.where(sure, day, 0.0), NO_DATE).astype(np.int64)


def compute_life(x: Inputs) -> Columns:
    """Remaining life of each position; the one function behind the plant run and the procedure.

    Parameters
    ----------
    x : Inputs
        Columns of the procedure `life.remaining_life`.

    Returns
    -------
    dict of str to ndarray
        Conventions A6, A19, A22, A26.
    """
    t, t_req, last_d, per_year = x["t_last_mm"], x["t_req_mm"], x["last_d"], value("days_per_year")
    CR_life = life_rate(x["CR_gov"], x["CR_other_side"])
    CR = np.where(CR_life > 0, CR_life, np.nan)
    known = last_d != NO_DATE
    wall = np.where(known, wall_life(t, t_req, CR), np.nan)
    repair = (x["temp_repair_expiry_d"] != NO_DATE) & ~np.isnan(wall)
    RL_repair = np.where(repair, years_of(last_d, x["temp_repair_expiry_d"], per_year), np.nan)
    RL = np.where(repair, repair_cap(wall, RL_repair), wall)
    elapsed = np.where(x["as_of_d"] == NO_DATE, np.nan, years_of(last_d, x["as_of_d"], per_year))
    today = life_today(RL, np.where(known, elapsed, np.nan))
    out: Columns = {
        "CR_life": CR_life,
        "repair_branch": np.where(np.isnan(wall), 2, repair).astype(np.int64),
        "RL_wall_y": wall,
        "RL_repair_y": RL_repair,
        "RL_y": RL,
        "elapsed_y": np.where(known, elapsed, np.nan),
        "RL_today_y": today,
        "today_branch": np.isnan(today).astype(np.int64),
        "below_t_req": _below(t, t_req),
        "below_alert": _below(t, x["t_alert_mm"]),
    }
    out |= _bounds(x, CR, RL, RL_repair)
    for name, line, day in LINES:
        reached = reached_day(last_d, t, x[line], CR, per_year)
        out[day] = as_day(np.where(known, reached, np.nan))
        out[name] = (out[day] == NO_DATE).astype(np.int64)
    return out


LINES = (
    ("alert_branch", "t_alert_mm", "t_alert_reached_d"),
    ("req_branch", "t_req_mm", "t_min_reached_d"),
    ("retire_branch", "t_retire_mm", "t_retire_reached_d"),
)


def _bounds(x: Inputs, CR: FloatArray, RL: FloatArray, RL_repair: FloatArray) -> Columns:
    t, t_req = x["t_last_mm"], x["t_req_mm"]
    floor = np.broadcast_to(np.float64(x.settings.number("rate.owner_minimum")), (x.n,))
    fast = fast_rate(x["CR_reg_hi"], CR, x["CR_gov"])
    slow = slow_rate(x["CR_reg_lo"], CR, x["CR_gov"], floor)
    slow = np.where(slow > 0, slow, np.nan)
    repair = ~np.isnan(RL_repair)
    lo = life_lo(t, t_req, fast, RL)
    hi = np.where(repair, life_hi_repair(t, t_req, slow, RL_repair, RL), life_hi(t, t_req, slow, RL))
    return {
        "CR_floor": floor,
        "CR_fast": fast,
        "CR_slow": slow,
        "RL_lo_y": lo,
        "RL_hi_y": hi,
        "lo_branch": np.isnan(lo).astype(np.int64),
        "hi_branch": np.where(np.isnan(hi), 2, repair).astype(np.int64),
    }


def _below(t_mm: FloatArray, line_mm: FloatArray) -> IntArray:
    return np.where(np.isnan(t_mm) | np.isnan(line_mm), -1, ~at_least(t_mm, line_mm)).astype(np.int64)
