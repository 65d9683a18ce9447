"""From positions to CMLs, components and circuits: the least beside the mean, what governs, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray
from integrity.core.codes import index_of
from integrity.core.frames.life import LifeComponentFrame
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import RESULT_FLAGS, CircuitFrame, CmlResultFrame, PositionFrame
from integrity.core.group import (
    Groups,
    group_argmin,
    group_count,
    group_max,
    group_mean,
    group_min,
    group_sum,
    groups_of,
    take,
)
from integrity.core.procedure import CaseTable, Columns, Inputs, Result
from integrity.core.settings import Settings
from integrity.life.component import compute_component, least_row, reduce_walls, walls_of
from integrity.life.constants import value
from integrity.life.lives import Lines, life_columns
from integrity.life.positions import active, has_reason, of_component
from integrity.life.procedures import COMPONENT_LIFE, EXTREME_VALUE
from integrity.life.rates import rates_differ
from integrity.life.surveys import GOOD

# Flags that any position of a group raises, and flags of the governing position only.
_ANY = ("growth", "short_interval", "outlier", "verify_lower", "repeat_spread")
_GOVERNING = ("one_reading", "no_measurable_rate")


@dataclass(frozen=True)
class LifeSummary:
    """What the readings say of CMLs, components and circuits."""

    cmls: CmlResultFrame
    components: LifeComponentFrame
    circuits: CircuitFrame


def summarise(plant: Plant, positions: PositionFrame, lines: Lines, settings: Settings) -> LifeSummary:
    """Reduce positions to CMLs, components and circuits.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame
        From `remaining_life` with the same lines.
    lines : Lines
        Required, alert and retirement thickness of the components, mm.
    settings : Settings
        `rbi.t_rdi`, `rate.*`.

    Returns
    -------
    LifeSummary
        The position with the least remaining life governs its CML and its component; a mean stands only beside a
        least. Conventions A2, A5, A6, A9.
    """
    life = life_columns(positions, plant, lines, settings)
    cmls = cml_results(plant, positions)
    components = component_results(plant, positions, lines, life, settings)
    return LifeSummary(cmls, components, circuit_results(plant, cmls, components))


def _component_columns(plant: Plant, rows: IntArray | slice) -> Columns:
    return {
        "t_nom_mm": plant.components.t_nom_mm[rows],
        "installed_d": installed_day(plant)[rows],
        "local_mechanism": plant.components.local_mechanism[rows],
    }


def _table(positions: PositionFrame, on: BoolArray, rows: IntArray | slice) -> Columns:
    names = ("t_last_mm", "last_d", "CR_gov", "RL_y", "RL_today_y")
    table: Columns = {name: getattr(positions, name)[rows] for name in names}
    table["active"] = on[rows].astype(np.int64)
    return table


def installed_day(plant: Plant) -> IntArray:
    """Day from which the wall of each component has been in service.

    Parameters
    ----------
    plant : Plant

    Returns
    -------
    ndarray of int64
        Latest of start of service and replacement; `NO_DATE` where neither is known.
    """
    return np.maximum(plant.components.in_service_d, plant.components.component_start_d)


def _flags(positions: PositionFrame, groups: Groups, on: BoolArray, row: IntArray, n_read: FloatArray) -> IntArray:
    bits = np.zeros(groups.n, dtype=np.int64)
    raised = {name: group_count(on & (getattr(positions, name) == 1), groups) > 0 for name in _ANY}
    raised |= {name: take(getattr(positions, name), row, 0) == 1 for name in _GOVERNING}
    basis = take(positions.rate_basis, row, -1)
    raised["assumed_rate"] = basis == index_of("rate_basis", "owner_minimum")
    differ = rates_differ(positions.CR_LT, positions.CR_ST, value("ratio_LT_ST"))
    raised["lt_st_differ"] = take(differ, row, False) == 1
    raised["no_readings"] = n_read == 0
    for name, holds in raised.items():
        bits |= np.where(holds, np.int64(1) << np.int64(RESULT_FLAGS.index(name)), np.int64(0))
    return bits


def _bit(name: str, holds: BoolArray) -> IntArray:
    return np.where(holds, np.int64(1) << np.int64(RESULT_FLAGS.index(name)), np.int64(0))


def cml_results(plant: Plant, positions: PositionFrame) -> CmlResultFrame:
    """Result of each CML: its governing position, least and mean wall, rates and flags.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame

    Returns
    -------
    CmlResultFrame
        Same rows as `plant.cmls`. `CR_min_to_min` (least of the first survey to least of the latest, whatever the
        position) is for display only (convention A2).
    """
    n = plant.cmls.n
    groups = groups_of(positions.cml_row, n)
    every = np.ones(positions.n, dtype=np.bool_)
    with np.errstate(all="ignore"):
        done = reduce_walls(walls_of(CaseTable(_table(positions, every, slice(None)), groups)))
    row = done["governing_row"]
    return CmlResultFrame(
        cml_row=np.arange(n, dtype=np.int64),
        n_positions=groups.counts,
        n_surveys=_surveys(plant, positions, groups),
        governing_position_row=row,
        t_min_mm=done["t_min_mm"],
        t_mean_mm=done["t_mean_mm"],
        last_d=done["last_reading_d"],
        CR_gov=done["CR_gov"],
        CR_max=done["CR_max"],
        CR_mean=done["CR_mean"],
        CR_min_to_min=_min_to_min(positions, groups),
        rate_basis=take(positions.rate_basis, row, index_of("rate_basis", "none")),
        RL_y=done["RL_y"],
        RL_today_y=done["RL_today_y"],
        flags=_flags(positions, groups, every, row, done["n_positions"]),
    )


def _surveys(plant: Plant, positions: PositionFrame, groups: Groups) -> IntArray:
    """Different days with a good reading of the present baseline, over all positions of a CML."""
    one = take(positions.n_good, np.where(groups.counts == 1, groups.offsets[:-1], -1), 0.0)
    several = groups.counts > 1
    if not bool(several.any()):
        return np.asarray(one, dtype=np.int64)
    r = plant.readings
    rows = np.flatnonzero(np.take(several, r.cml_row))
    cml, day = r.cml_row[rows], r.date_d[rows]
    counts = (r.quality[rows] == GOOD) & (r.is_nominal[rows] != 1) & np.isfinite(r.t_mm[rows])
    counts &= (day >= np.maximum(np.take(plant.cmls.start_d, cml), NO_DATE + 1)) & (day <= plant.as_of_d)
    key = np.sort((cml[counts] << _DAY_BITS) + (day[counts] - NO_DATE))
    new = np.ones(key.size, dtype=np.bool_)
    new[1:] = key[1:] != key[:-1]
    days = group_count(new, groups_of(key >> _DAY_BITS, groups.n))
    return np.where(several, days, one).astype(np.int64)


# Days since `NO_DATE` fit into this many bits, so that CML and day make one sortable number.
_DAY_BITS = 33


def _min_to_min(positions: PositionFrame, groups: Groups) -> FloatArray:
    measured = (positions.t_first_mm == positions.t_first_mm) & (positions.nominal_first != 1)
    first_d = np.where(measured, positions.first_d.astype(np.float64), np.nan)
    last_d = np.where(positions.last_d == NO_DATE, np.nan, positions.last_d.astype(np.float64))
    begin, end = group_min(first_d, groups), group_max(last_d, groups)
    t_begin = group_min(positions.t_first_mm, groups, first_d == np.repeat(begin, groups.counts))
    t_end = group_min(positions.t_last_mm, groups, last_d == np.repeat(end, groups.counts))
    years = (end - begin) / value("days_per_year")
    with np.errstate(all="ignore"):
        return np.where(years > 0, (t_begin - t_end) / years, np.nan)


def component_results(
    plant: Plant, positions: PositionFrame, lines: Lines, life: Columns, settings: Settings
) -> LifeComponentFrame:
    """Result of each component: governing CML and position, walls, rates, lives, dates and flags.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame
    lines : Lines
    life : dict of str to ndarray
        From `life_columns`.
    settings : Settings

    Returns
    -------
    LifeComponentFrame
        A CML out of use governs nothing and is not counted. Dates on which a line is reached are the earliest
        over the positions.
    """
    comps = plant.components
    groups = groups_of(of_component(plant, positions), comps.n)
    on = active(plant, positions)
    table = CaseTable(_table(positions, on, slice(None)), groups)
    x = Inputs(_component_columns(plant, slice(None)), {"positions": table}, settings, comps.n)
    with np.errstate(all="ignore"):
        done = compute_component(x)
    row = done["governing_row"]
    CR_gov, basis = _rate_of(plant, done["CR_gov"], take(positions.rate_basis, row, -1), row)
    in_use = plant.cmls.active != 0
    read = in_use & (group_count(~np.isnan(positions.t_last_mm), groups_of(positions.cml_row, plant.cmls.n)) > 0)
    by_component = plant.cmls_of_component
    n_cml = group_count(in_use, by_component)
    flags = _flags(positions, groups, on, row, done["n_positions"])
    flags |= _bit("no_cml", n_cml == 0) | _bit("temporary_repair", comps.temp_repair_expiry_d != NO_DATE)
    for name in ("below_t_req", "below_alert"):
        flags |= _bit(name, group_count(on & (life[name] == 1), groups) > 0)
    picked = ("CR_LT", "CR_ST", "CR_reg", "CR_reg_lo", "CR_reg_hi", "CR_hist", "RL_lo_y", "RL_hi_y")
    return LifeComponentFrame(
        component_row=np.arange(comps.n, dtype=np.int64),
        n_cml=n_cml,
        n_cml_read=group_count(read, by_component),
        n_positions=done["n_positions"],
        n_readings=np.nan_to_num(group_sum(positions.n_good, groups, on)).astype(np.int64),
        governing_cml_row=take(positions.cml_row, row, -1),
        governing_position_row=row,
        CR_gov=CR_gov,
        rate_basis=basis,
        t_req_mm=np.asarray(lines.t_req_mm, dtype=np.float64),
        **{name: take(getattr(positions, name), row) for name in picked},
        **{name: done[name] for name in _COMPONENT_COLUMNS},
        t_alert_reached_d=_earliest(life["t_alert_reached_d"], groups, on),
        t_min_reached_d=_earliest(life["t_min_reached_d"], groups, on),
        t_retire_reached_d=_earliest(life["t_retire_reached_d"], groups, on),
        flags=flags,
    )


_COMPONENT_COLUMNS = (
    *("t_min_mm", "t_mean_mm", "t_cov", "last_reading_d", "CR_max", "CR_mean", "RL_y", "RL_today_y"),
    *("RL_from_d", "t_rdi_mm", "t_rdi_d", "t_rdi_choice"),
)


def _earliest(day: IntArray, groups: Groups, on: BoolArray) -> IntArray:
    row = group_argmin(np.where(day == NO_DATE, np.nan, day.astype(np.float64)), groups, on)
    return np.asarray(take(day, row, NO_DATE), dtype=np.int64)


def _rate_of(plant: Plant, CR: FloatArray, basis: IntArray, row: IntArray) -> tuple[FloatArray, IntArray]:
    """An owner's rate with a reason stands also where nothing was read; without readings there is no other."""
    comps = plant.components
    override = (row < 0) & (has_reason(comps.CR_owner, comps.CR_owner_reason) == 1) & (comps.CR_owner >= 0)
    none = np.where(row < 0, index_of("rate_basis", "none"), basis)
    return (
        np.where(override, comps.CR_owner, CR),
        np.where(override, index_of("rate_basis", "override"), none).astype(np.int64),
    )


def component_result(
    plant: Plant, positions: PositionFrame, settings: Settings, rows: IntArray
) -> tuple[Result, IntArray]:
    """Result of `life.component` for some components, for workings that name the governing CML and position.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame
    settings : Settings
    rows : array_like of int
        Component rows, in any order; row i of the result is component `rows[i]`.

    Returns
    -------
    Result
    ndarray of int64
        Position row behind each row of the result's table `positions`.
    """
    pick = np.atleast_1d(np.asarray(rows, dtype=np.int64))
    groups = groups_of(of_component(plant, positions), plant.components.n)
    count = groups.counts[pick]
    case = np.repeat(np.arange(pick.size, dtype=np.int64), count)
    within = np.arange(case.size, dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    members = groups.offsets[:-1][pick][case] + within
    table = _table(positions, active(plant, positions), members)
    table["cml"] = plant.cmls.cml[positions.cml_row[members]]
    table["position_text"] = plant.readings.position_text[positions.reading_start[members]]
    columns = _component_columns(plant, pick)
    return COMPONENT_LIFE.run(columns, settings, {"positions": {"case": case, **table}}), members


def _circuit_order(plant: Plant) -> tuple[IntArray, IntArray, IntArray]:
    """Circuit ids, component rows ordered by circuit, and their circuit index."""
    ids = plant.components.circuit_id
    rows = np.flatnonzero(ids >= 0)
    unique, inverse = np.unique(ids[rows], return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    return unique.astype(np.int64), rows[order], inverse[order].astype(np.int64)


def circuit_results(plant: Plant, cmls: CmlResultFrame, components: LifeComponentFrame) -> CircuitFrame:
    """Result of each circuit: greatest rate beside the mean over its CMLs, worst CML, components without a CML.

    Parameters
    ----------
    plant : Plant
    cmls : CmlResultFrame
    components : LifeComponentFrame

    Returns
    -------
    CircuitFrame
        Ordered by circuit id. `CR_mean` is NaN where a component of the circuit has a localized mechanism: there an
        average is forbidden (convention A5).
    """
    ids, rows, owner = _circuit_order(plant)
    members = groups_of(owner, ids.size)
    of_cml = np.full(plant.components.n, -1, dtype=np.int64)
    of_cml[rows] = owner
    circuit_of_cml = np.asarray(take(of_cml, plant.cmls.component_row, -1), dtype=np.int64)
    cml_rows = np.flatnonzero((circuit_of_cml >= 0) & (plant.cmls.active != 0))
    cml_rows = cml_rows[np.argsort(circuit_of_cml[cml_rows], kind="stable")]
    points = groups_of(circuit_of_cml[cml_rows], ids.size)
    today, RL, t = (x[cml_rows] for x in (cmls.RL_today_y, cmls.RL_y, cmls.t_min_mm))
    every = np.ones(cml_rows.size, dtype=np.bool_)
    worst = least_row(points, every, today, RL, t)
    worst = np.where(worst >= 0, worst, least_row(points, every, t))
    local = group_count(plant.components.local_mechanism[rows] == 1, members) > 0
    mean = group_mean(cmls.CR_gov[cml_rows], points)
    first = rows[members.offsets[:-1]]
    return CircuitFrame(
        circuit_id=ids,
        circuit=plant.components.circuit[first],
        n_components=members.counts,
        n_without_cml=group_count(components.n_cml[rows] == 0, members),
        n_cml=points.counts,
        governing_cml_row=take(cml_rows, worst, -1),
        t_min_mm=group_min(cmls.t_min_mm[cml_rows], points),
        CR_max=group_max(cmls.CR_max[cml_rows], points),
        CR_mean=np.where(local, np.nan, mean),
        RL_min_y=take(cmls.RL_y[cml_rows], worst),
    )


def without_cml(plant: Plant, circuit_id: int | None = None) -> IntArray:
    """Components that have no CML in use: nobody looks at them.

    Parameters
    ----------
    plant : Plant
    circuit_id : int, optional
        Only the components of this circuit.

    Returns
    -------
    ndarray of int64
        Component rows.
    """
    blind = group_count(plant.cmls.active != 0, plant.cmls_of_component) == 0
    if circuit_id is not None:
        blind &= plant.components.circuit_id == circuit_id
    return np.flatnonzero(blind)


def circuit_rates(plant: Plant, circuits: CircuitFrame, settings: Settings) -> tuple[FloatArray, BoolArray]:
    """Governing rate of each circuit by the circuit policy.

    Parameters
    ----------
    plant : Plant
    circuits : CircuitFrame
    settings : Settings
        `rate.circuit_policy`: `max`, or `mean_where_general`.

    Returns
    -------
    ndarray of float64, mm/year
    ndarray of bool
        Where the mean was used: only by the setting, and only where every component is known to thin generally.
        Unknown counts as localized (convention A5).
    """
    _, rows, owner = _circuit_order(plant)
    members = groups_of(owner, circuits.n)
    general = group_count(plant.components.local_mechanism[rows] == 0, members) == members.counts
    asked = settings.code("rate.circuit_policy") == "mean_where_general"
    use_mean = general & ~np.isnan(circuits.CR_mean) & asked
    return np.where(use_mean, circuits.CR_mean, circuits.CR_max), use_mean


def extreme_values(
    plant: Plant, cmls: CmlResultFrame, coverage: FloatArray, settings: Settings, rows: IntArray | None = None
) -> Result:
    """Least wall to expect in each component, by extreme value analysis of the least wall of its CMLs.

    Parameters
    ----------
    plant : Plant
    cmls : CmlResultFrame
    coverage : ndarray
        Share of each component's area that its CMLs cover, above 0 and at most 1, component rows.
    settings : Settings
    rows : ndarray of int64, optional
        Component rows; all where not given.

    Returns
    -------
    Result
        Of `life.extreme_value`; refused with fewer than ten CMLs. Evidence: it governs nothing.
    """
    groups = plant.cmls_of_component
    pick = np.arange(groups.n) if rows is None else np.atleast_1d(np.asarray(rows, dtype=np.int64))
    count = groups.counts[pick]
    case = np.repeat(np.arange(pick.size, dtype=np.int64), count)
    within = np.arange(case.size, dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    members = groups.offsets[:-1][pick][case] + within
    t = np.where(plant.cmls.active[members] != 0, cmls.t_min_mm[members], np.nan)
    share = np.broadcast_to(np.asarray(coverage, dtype=np.float64), (groups.n,))[pick]
    return EXTREME_VALUE.run({"coverage": share}, settings, {"points": {"case": case, "t_mm": t}})
