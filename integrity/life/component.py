"""From positions to a component: the one with the least life governs, and a mean stands only beside the least."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray, at_most
from integrity.core.clause import REDUCTION, clause
from integrity.core.codes import index_of
from integrity.core.group import (
    Groups,
    group_count,
    group_first,
    group_max,
    group_mean,
    group_min,
    group_std,
    take,
)
from integrity.core.procedure import CaseTable, Columns, Inputs, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.life.constants import value, whole_days

GOVERNED_BY = ("remaining_life", "rate", "thickness", "none")


@dataclass(frozen=True)
class Walls:
    """Positions that count, by component or CML."""

    groups: Groups
    counts: BoolArray
    t_last_mm: FloatArray
    last_d: IntArray
    CR_gov: FloatArray
    RL_y: FloatArray
    RL_today_y: FloatArray


@clause(
    OWN_METHOD.at("component, least wall"),
    symbol="t_min_mm",
    expr="min(t_last_mm)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_min",
)
def least_wall(walls: Walls) -> FloatArray:
    """Least present wall of the positions.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of float64, mm
        NaN where no position counts.
    """
    return group_min(walls.t_last_mm, walls.groups, walls.counts)


@clause(
    OWN_METHOD.at("component, mean wall"),
    symbol="t_mean_mm",
    expr="mean(t_last_mm)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_mean",
)
def mean_wall(walls: Walls) -> FloatArray:
    """Mean present wall of the positions; to be shown only beside the least.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of float64, mm
    """
    return group_mean(walls.t_last_mm, walls.groups, walls.counts)


@clause(
    OWN_METHOD.at("component, spread of the wall"),
    symbol="t_std_mm",
    expr="sqrt(sum((t_last_mm - t_mean_mm)**2)/(n_positions - 1))",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_std",
)
def wall_spread(walls: Walls) -> FloatArray:
    """Sample standard deviation (n - 1) of the present wall.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of float64, mm
        NaN with fewer than two positions.
    """
    return group_std(walls.t_last_mm, walls.groups, walls.counts)


@clause(
    OWN_METHOD.at("component, coefficient of variation"),
    symbol="t_cov",
    expr="t_std_mm/t_mean_mm",
    quantity="ratio",
)
def variation(t_std_mm: FloatArray, t_mean_mm: FloatArray) -> FloatArray:
    """Coefficient of variation of the wall.

    Parameters
    ----------
    t_std_mm, t_mean_mm : ndarray
        mm.

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(t_std_mm / t_mean_mm, dtype=np.float64)


@clause(
    OWN_METHOD.at("component, greatest rate"),
    symbol="CR_max",
    expr="max(CR_gov)",
    quantity="rate",
    kind=REDUCTION,
    note="life.note.CR_max",
)
def greatest_of(walls: Walls) -> FloatArray:
    """Greatest governing rate of the positions.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of float64, mm/year
    """
    return group_max(walls.CR_gov, walls.groups, walls.counts)


@clause(
    OWN_METHOD.at("component, mean rate"),
    symbol="CR_mean",
    expr="mean(CR_gov)",
    quantity="rate",
    kind=REDUCTION,
    note="life.note.CR_mean",
)
def mean_of(walls: Walls) -> FloatArray:
    """Mean governing rate of the positions; evidence beside the greatest, it governs nothing.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of float64, mm/year
    """
    return group_mean(walls.CR_gov, walls.groups, walls.counts)


def least_row(groups: Groups, counts: BoolArray, *keys: FloatArray) -> IntArray:
    """Member row of the least first key of each group; equals are told apart by the following keys.

    Without that, equal lives (two positions under one temporary repair) would govern by the order of the rows.

    Parameters
    ----------
    groups : Groups
    counts : ndarray of bool
        Members that count.
    *keys : ndarray of float64
        Keys in order of weight; values within a relative 1e-9 are equal.

    Returns
    -------
    ndarray of int64
        -1 where no member has the first key.
    """
    left = counts & ~np.isnan(keys[0])
    for key in keys:
        best = np.take(group_min(key, groups, left), groups.owner) if groups.n else key
        left = left & (at_most(key, best) | np.isnan(best))
    return group_first(left, groups)


def governing_row(walls: Walls) -> tuple[IntArray, IntArray]:
    """Row of the governing position of each group, and by what it governs.

    Lives that count from readings of different days are compared on one day: by the remaining life today. Where
    no life could be had, the greatest rate governs, and where there is no rate, the least wall.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    ndarray of int64
        -1 where no position counts.
    ndarray of int64
        Index into `GOVERNED_BY`.
    """
    g, t, CR = walls.groups, walls.t_last_mm, -walls.CR_gov
    row, by = np.full(g.n, -1, dtype=np.int64), np.full(g.n, 3, dtype=np.int64)
    left = walls.counts
    for code, keys in (
        (0, (walls.RL_today_y, walls.RL_y, t, CR)),
        (0, (walls.RL_y, t, CR)),
        (1, (CR, t)),
        (2, (t,)),
    ):
        if not bool(left.any()):
            break
        found = least_row(g, left, *keys)
        row, by = np.where(found >= 0, found, row), np.where(found >= 0, code, by)
        left = left & np.take(row < 0, g.owner)
    return row, by


@clause(
    OWN_METHOD.at("component, governing position"),
    symbol="CR_gov",
    expr="CR_gov[governing_row]",
    quantity="rate",
    kind=REDUCTION,
    note="life.note.governing",
)
def governing_rate(walls: Walls, row: IntArray) -> FloatArray:
    """Rate of the governing position: least life, not least wall with greatest rate.

    Parameters
    ----------
    walls : Walls
    row : ndarray of int64
        From `governing_row`.

    Returns
    -------
    ndarray of float64, mm/year
        Convention A6.
    """
    return np.asarray(take(walls.CR_gov, row))


@clause(
    OWN_METHOD.at("component, governing position"),
    symbol="RL_y",
    expr="RL_y[governing_row]",
    quantity="time",
    kind=REDUCTION,
    note="life.note.governing_life",
)
def governing_life(walls: Walls, row: IntArray) -> FloatArray:
    """Remaining life of the governing position, from the day of its reading.

    Parameters
    ----------
    walls : Walls
    row : ndarray of int64

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray(take(walls.RL_y, row))


@clause(
    OWN_METHOD.at("component, governing position"),
    symbol="RL_today_y",
    expr="RL_today_y[governing_row]",
    quantity="time",
    kind=REDUCTION,
    note="life.note.governing_today",
)
def governing_today(walls: Walls, row: IntArray) -> FloatArray:
    """Remaining life today of the governing position.

    Parameters
    ----------
    walls : Walls
    row : ndarray of int64

    Returns
    -------
    ndarray of float64, years
    """
    return np.asarray(take(walls.RL_today_y, row))


@dataclass(frozen=True)
class Rdi:
    """Thickness, its day and its basis for the thinning damage factor."""

    t_mm: FloatArray
    day: IntArray
    basis: IntArray
    n_recent: IntArray


@clause(
    API581_2016.at("Part 2, 4.5", "Thickness at the last inspection"),
    symbol="t_rdi_mm",
    expr="min(t_last_mm)",
    quantity="thickness",
    kind=REDUCTION,
    note="life.note.t_rdi",
)
def t_rdi(walls: Walls, average: BoolArray, t_nom_mm: FloatArray, installed_d: IntArray) -> FloatArray:
    """Thickness for the thinning damage factor.

    Parameters
    ----------
    walls : Walls
    average : ndarray of bool
        Where the average is allowed and asked for.
    t_nom_mm : ndarray of float64
        Furnished thickness, used where there is no reading.
    installed_d : ndarray of int64
        Day on which it was furnished.

    Returns
    -------
    ndarray of float64, mm
        The least latest reading of the positions; the average only for general thinning with at least 15
        readings and a coefficient of variation of at most 10 %; without a reading the furnished thickness
        (convention A9).
    """
    least = least_wall(walls)
    furnished = np.where(installed_d != NO_DATE, t_nom_mm, np.nan)
    return np.where(average, mean_wall(walls), np.where(np.isnan(least), furnished, least))


def _rdi(x: Inputs, walls: Walls) -> Rdi:
    latest = _day(group_max(_as_float(walls.last_d), walls.groups, walls.counts))
    window = whole_days(x.settings.number("rate.min_interval_years"))
    recent = walls.counts & (walls.last_d >= np.repeat(latest, walls.groups.counts) - window)
    survey = Walls(walls.groups, recent, walls.t_last_mm, walls.last_d, walls.CR_gov, walls.RL_y, walls.RL_today_y)
    n = group_count(recent, walls.groups)
    cov = variation(wall_spread(survey), mean_wall(survey))
    asked = x.settings.code("rbi.t_rdi") == "average_if_general"
    average = (x["local_mechanism"] == 0) & (n >= value("n_average")) & at_most(cov, value("COV_max")) & asked
    row = least_row(walls.groups, walls.counts, walls.t_last_mm, _as_float(walls.last_d))
    oldest = _day(group_min(_as_float(walls.last_d), walls.groups, recent))
    t = np.where(average, mean_wall(survey), t_rdi(walls, np.zeros_like(average), x["t_nom_mm"], x["installed_d"]))
    furnished = (row < 0) & ~np.isnan(t)
    day = np.where(average, oldest, take(walls.last_d, row, NO_DATE))
    basis = stack_codes(
        (average, index_of("t_rdi_choice", "average")),
        (row >= 0, index_of("t_rdi_choice", "minimum")),
        (furnished, index_of("t_rdi_choice", "furnished")),
        default=index_of("t_rdi_choice", "none"),
    )
    return Rdi(t, np.where(furnished, x["installed_d"], day), basis, n)


def _as_float(day: IntArray) -> FloatArray:
    return np.where(day == NO_DATE, np.nan, day.astype(np.float64))


def _day(number: FloatArray) -> IntArray:
    return np.where(np.isnan(number), NO_DATE, np.nan_to_num(number)).astype(np.int64)


def walls_of(table: CaseTable) -> Walls:
    """Positions of a table, those in use with a present wall marked as counting.

    Parameters
    ----------
    table : CaseTable
        Columns of the table `positions` of `life.component`.

    Returns
    -------
    Walls
    """
    p = table.columns
    counts = (p["active"] != 0) & ~np.isnan(p["t_last_mm"])
    return Walls(table.groups, counts, p["t_last_mm"], p["last_d"], p["CR_gov"], p["RL_y"], p["RL_today_y"])


def reduce_walls(walls: Walls) -> Columns:
    """Reductions of positions over any grouping of them: CMLs or components.

    Parameters
    ----------
    walls : Walls

    Returns
    -------
    dict of str to ndarray
        Conventions A2, A6.
    """
    row, by = governing_row(walls)
    mean, std = mean_wall(walls), wall_spread(walls)
    return {
        "n_positions": group_count(walls.counts, walls.groups),
        "governing_row": row,
        "governed_by": by,
        "t_min_mm": least_wall(walls),
        "t_mean_mm": mean,
        "t_std_mm": std,
        "t_cov": variation(std, mean),
        "cov_branch": np.isnan(std).astype(np.int64),
        "last_reading_d": _day(group_max(_as_float(walls.last_d), walls.groups, walls.counts)),
        "CR_gov": governing_rate(walls, row),
        "CR_max": greatest_of(walls),
        "CR_mean": mean_of(walls),
        "RL_y": governing_life(walls, row),
        "RL_today_y": governing_today(walls, row),
        "RL_from_d": take(walls.last_d, row, NO_DATE),
    }


def compute_component(x: Inputs) -> Columns:
    """Reductions of the positions of each component, with the thickness for its damage factor.

    Parameters
    ----------
    x : Inputs
        Columns `t_nom_mm`, `installed_d`, `local_mechanism`; table `positions`.

    Returns
    -------
    dict of str to ndarray
        Conventions A2, A6, A9.
    """
    table = x.tables["positions"]
    walls = walls_of(table)
    out = reduce_walls(walls)
    rdi = _rdi(x, walls)
    out |= {"n_recent": rdi.n_recent, "t_rdi_mm": rdi.t_mm, "t_rdi_d": rdi.day, "t_rdi_choice": rdi.basis}
    for name, source in (("governing_cml", "cml"), ("governing_position", "position_text")):
        if source in table.columns:
            out[name] = take(table.columns[source], out["governing_row"], "").astype(object)
    return out


_ONE = {"walls": "n_positions"}
_ROW = {"walls": "n_positions", "row": "governing_row"}
_NAMED = ("n_positions", "governing_cml", "governing_position")

STEPS = (
    Step(least_wall, "t_min_mm", _ONE, note_params=("n_positions",)),
    Step(mean_wall, "t_mean_mm", _ONE, note_params=("n_positions",)),
    Step(wall_spread, "t_std_mm", _ONE, ("cov_branch", "given"), ("n_positions",)),
    Step(variation, "t_cov", {}, ("cov_branch", "given")),
    Step(greatest_of, "CR_max", _ONE, note_params=("n_positions",)),
    Step(mean_of, "CR_mean", _ONE, note_params=("n_positions",)),
    Step(governing_rate, "CR_gov", _ROW, note_params=(*_NAMED, "governed_by")),
    Step(governing_life, "RL_y", _ROW, note_params=(*_NAMED, "RL_from_d")),
    Step(governing_today, "RL_today_y", _ROW, note_params=_NAMED),
    Step(
        t_rdi,
        "t_rdi_mm",
        {"walls": "n_positions", "average": "n_recent"},
        note_params=("t_rdi_choice", "t_rdi_d", "n_recent", "t_cov"),
    ),
)
