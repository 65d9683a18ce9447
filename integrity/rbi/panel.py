"""Risk along time: factors, probability and risk at later days, what one more inspection changes, target dates."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, BoolArray, FloatArray, IntArray, at_least
from integrity.core.codes import codes
from integrity.core.each import Each, one_by_one
from integrity.core.frames.results import RiskPanel
from integrity.core.frames.risk import TargetFrame
from integrity.core.progress import SILENT, Progress
from integrity.rbi import combine, pof, risk
from integrity.rbi.acting import MechanismResult
from integrity.rbi.assess import RiskAssessment
from integrity.rbi.mechanisms import Planned

CHUNK_CELLS = 65536
STATES = codes("target_state")
QUANTITIES = ("risk", "P_f", "D_f")


def planned_inspections(n: int, date_d: Any, effectiveness: Any, mechanism: str | None = None) -> Planned:
    """Inspections planned for each component.

    Parameters
    ----------
    n : int
        Components.
    date_d : int or ndarray of int64, shape (n,) or (n, k)
        Days, in any order; `NO_DATE` for none.
    effectiveness : int or ndarray of int64, shape (n,) or (n, k)
        Index of the enumeration `effectiveness`, -1 for none.
    mechanism : str, optional
        Key of the one mechanism they are aimed at.

    Returns
    -------
    Planned
    """

    def wide(values: Any) -> IntArray:
        array = np.asarray(values, dtype=np.int64)
        return np.array(np.broadcast_to(array[:, None] if array.ndim == 1 else array, (n, max(width))))

    width = [np.shape(v)[1] if np.ndim(v) == 2 else 1 for v in (date_d, effectiveness)]
    day, grade = wide(date_d), wide(effectiveness)
    order = np.argsort(np.where(day == NO_DATE, np.iinfo(np.int64).max, day), axis=1, kind="stable")
    return Planned(np.take_along_axis(day, order, axis=1), np.take_along_axis(grade, order, axis=1), mechanism)


def panel_dates(as_of_d: int, horizon_years: float, steps: int) -> IntArray:
    """Evenly spaced days from the as-of day to the horizon.

    Parameters
    ----------
    as_of_d : int
    horizon_years : float
    steps : int
        Intervals; the panel has one day more.

    Returns
    -------
    ndarray of int64
        The first is the as-of day.
    """
    return as_of_d + np.round(np.linspace(0.0, horizon_years * DAYS_PER_YEAR, steps + 1)).astype(np.int64)


def risk_panel(
    assessment: RiskAssessment,
    dates_d: IntArray,
    planned: Planned | None = None,
    progress: Progress = SILENT,
    chunk_cells: int = CHUNK_CELLS,
    each: Each = one_by_one,
) -> RiskPanel:
    """Damage factor, probability and risk of every component at each day.

    Parameters
    ----------
    assessment : RiskAssessment
    dates_d : ndarray of int64, shape (m,)
        Days from the as-of day on, ascending.
    planned : Planned, optional
        One more inspection a component, counted from its day on; the consequence stays as it is.
    progress : Progress
    chunk_cells : int
        Cells computed at a time; does not move a number.
    each : Each
        How the chunks are worked through.

    Returns
    -------
    RiskPanel
        NaN where a component could not be assessed.
    """
    days = np.asarray(dates_d, dtype=np.int64)
    plain, better = _factors(assessment, days, planned, progress, chunk_cells, each)
    return _with_risk(assessment, days, plain if better is None else better)


def risk_panels(
    assessment: RiskAssessment,
    dates_d: IntArray,
    planned: Planned,
    progress: Progress = SILENT,
    chunk_cells: int = CHUNK_CELLS,
) -> tuple[RiskPanel, RiskPanel]:
    """The panel without and the panel with one more inspection, in little more than the time of one.

    Parameters
    ----------
    assessment : RiskAssessment
    dates_d : ndarray of int64, shape (m,)
    planned : Planned
    progress : Progress
    chunk_cells : int

    Returns
    -------
    (RiskPanel, RiskPanel)
        Without and with the planned inspection.
    """
    days = np.asarray(dates_d, dtype=np.int64)
    plain, better = _factors(assessment, days, planned, progress, chunk_cells, one_by_one)
    without = _with_risk(assessment, days, plain)
    return without, without if better is None else _with_risk(assessment, days, better)


def _factors(
    a: RiskAssessment, days: IntArray, planned: Planned | None, progress: Progress, chunk_cells: int, each: Each
) -> tuple[FloatArray, FloatArray | None]:
    years = (days - a.case.as_of_d) / DAYS_PER_YEAR
    n, shape = a.case.n, (a.case.n, days.size)
    plain, better = np.empty(shape), np.empty(shape if planned is not None else (0, 0))
    step = max(1, chunk_cells // max(days.size, 1))

    def fill(rows: slice) -> int:
        part = planned.take(rows) if planned is not None else None
        without, with_it = _total_at(a, rows, years, days, part)
        plain[rows] = without
        if planned is not None:
            better[rows] = without if with_it is None else with_it
        return int(rows.stop)

    for done in each(fill, [slice(start, min(start + step, n)) for start in range(0, n, step)]):
        progress.step(done, n)
    return plain, None if planned is None else better


def _with_risk(a: RiskAssessment, days: IntArray, known: FloatArray) -> RiskPanel:
    likelihood = a.results[pof.KEY]
    frequency = likelihood["gff_total"] * likelihood["F_MS"]
    CA = a.frame.CA
    unknown = np.isnan(likelihood["D_f_total"])
    D_f = known
    if unknown.any():
        D_f = known.copy()
        D_f[unknown] = np.nan
    P_f = D_f * frequency[:, None]
    return RiskPanel(days, D_f, P_f, risk.area_risk(P_f, CA[:, None]), known, frequency, CA)


def _total_at(
    a: RiskAssessment, rows: slice, years: FloatArray, days: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    """What is known of the total at each day: a factor that is not, adds nothing."""
    shape = (rows.stop - rows.start, days.size)
    parts = [_mechanism_at(m, rows, years, days, planned) for m in a.mechanisms]
    without = _combined(a, rows, [p[0] for p in parts], shape)
    if all(p[1] is None for p in parts):
        return without, None
    with_it = [before if after is None else after for before, after in parts]
    return without, _combined(a, rows, with_it, shape)


def _combined(a: RiskAssessment, rows: slice, values: list[FloatArray | None], shape: tuple[int, int]) -> FloatArray:
    """Fast form of `combine.total`: groups without a mechanism here add nothing and are left out."""
    gov: dict[str, FloatArray] = {}
    lined = np.zeros((shape[0], 1), dtype=np.bool_)
    for m, value in zip(a.mechanisms, values, strict=True):
        group = m.mechanism.group
        if value is None:
            continue
        gov[group] = np.maximum(gov[group], value) if group in gov else value
        if group == "lining":
            lined |= (m.rows.rows[rows] >= 0)[:, None]
    zero = np.zeros((1, 1))
    wall = gov.get("thinning", np.zeros(shape))
    if lined.any():
        wall = np.where(lined, combine.thinning_with_lining(wall, gov["lining"]), wall)
    if "external" in gov:
        local = (a.case.components.local_mechanism[rows] == 1)[:, None]
        ext = gov["external"]
        wall = np.where(local, combine.wall_local(wall, ext), combine.wall_general(wall, ext))
    names = ("brittle", "temper", "embrittlement_885", "sigma")
    brittle = combine.brittle_governing(*(gov.get(g, zero) for g in names)) if gov.keys() & set(names) else zero
    rest = [gov.get("scc", zero), gov.get("htha", zero), brittle, gov.get("fatigue", zero)]
    if all(r is zero for r in rest):
        return np.asarray(wall, dtype=np.float64)
    return combine.total_factor(wall, *rest)


def _mechanism_at(
    m: MechanismResult, rows: slice, years: FloatArray, days: IntArray, planned: Planned | None
) -> tuple[FloatArray | None, FloatArray | None]:
    index = m.rows.rows[rows]
    acts = index >= 0
    if not acts.any():
        return None, None
    span = slice(int(index[acts][0]), int(index[acts][-1]) + 1)
    aimed = planned is not None and planned.mechanism in (None, m.mechanism.key)
    part = planned.take(acts) if planned is not None and aimed else None
    without, with_it = m.mechanism.at_dates(m.result, span, years, days, part)
    return _spread(without, acts), None if with_it is None else _spread(with_it, acts)


def _spread(value: FloatArray, acts: BoolArray) -> FloatArray:
    """Rows of a mechanism among all rows; where it could not be assessed it adds nothing."""
    unknown = np.isnan(value[:, 0])
    if acts.all() and not unknown.any():
        return value
    out = np.zeros((acts.size, value.shape[1]))
    out[acts] = np.where(unknown[:, None], 0.0, value)
    return out


def mechanism_panel(
    assessment: RiskAssessment, row: int, dates_d: IntArray, planned: Planned | None = None
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Factor of each mechanism that acts on one component, along time.

    Parameters
    ----------
    assessment : RiskAssessment
    row : int
        Component row.
    dates_d : ndarray of int64, shape (m,)
    planned : Planned, optional
        Of all components.

    Returns
    -------
    dict of mechanism key to (ndarray, ndarray)
        Without and with the planned inspections (equal where they do not help); NaN where it is not assessed.
    """
    days = np.asarray(dates_d, dtype=np.int64)
    years = (days - assessment.case.as_of_d) / DAYS_PER_YEAR
    out = {}
    for m in assessment.mechanisms:
        at = int(m.rows.rows[row])
        if at < 0:
            continue
        aimed = planned is not None and planned.mechanism in (None, m.mechanism.key)
        part = planned.take(slice(row, row + 1)) if planned is not None and aimed else None
        without, with_it = m.mechanism.at_dates(m.result, slice(at, at + 1), years, days, part)
        out[m.mechanism.key] = (without[0], without[0] if with_it is None else with_it[0])
    return out


def values_of(panel: RiskPanel, quantity: str) -> FloatArray:
    """One quantity of a panel.

    Parameters
    ----------
    panel : RiskPanel
    quantity : str
        "risk", "P_f" or "D_f".

    Returns
    -------
    ndarray of float64, components x dates
    """
    return {"risk": panel.risk, "P_f": panel.P_f, "D_f": panel.D_f}[quantity]


def target_date(panel: RiskPanel, target: float | FloatArray, quantity: str = "risk") -> TargetFrame:
    """First day on which a quantity reaches its target.

    Parameters
    ----------
    panel : RiskPanel
        Its first day is the as-of day.
    target : float or ndarray, shape (n,)
        Inclusive: reaching it counts.
    quantity : str
        "risk", "P_f" or "D_f".

    Returns
    -------
    TargetFrame
        A straight line between two days of the panel, the day rounded down; `already_above` where the first day
        reaches it, `not_within_horizon` where no day does, `not_assessed` where the values are missing.
    """
    values = values_of(panel, quantity)
    n, days = values.shape[0], panel.dates_d
    goal = np.broadcast_to(np.asarray(target, dtype=np.float64), (n,))
    reached = at_least(values, goal[:, None]) if days.size else np.zeros(values.shape, dtype=np.bool_)
    ever = reached.any(axis=1)
    known = ~np.isnan(values).any(axis=1) & ~np.isnan(goal) if days.size else np.zeros(n, dtype=np.bool_)
    state = np.select(
        [~known, ~ever, reached[:, 0] if days.size else ever],
        [STATES.index(s) for s in ("not_assessed", "not_within_horizon", "already_above")],
        STATES.index("crosses"),
    )
    target_d = np.full(n, NO_DATE, dtype=np.int64)
    rows = np.flatnonzero(state == STATES.index("crosses"))
    if rows.size:
        target_d[rows] = _crossing(values[rows], goal[rows], days, np.argmax(reached[rows], axis=1))
    above = state == STATES.index("already_above")
    target_d[above] = days[0] if days.size else NO_DATE
    return TargetFrame(
        component_row=np.arange(n, dtype=np.int64),
        target_state=state,
        target_d=target_d,
        target=goal,
        value_now=values[:, 0] if days.size else np.full(n, np.nan),
    )


def _crossing(values: FloatArray, goal: FloatArray, days: IntArray, after: IntArray) -> IntArray:
    row = np.arange(after.size)
    low, high = values[row, after - 1], values[row, after]
    share = np.clip((goal - low) / (high - low), 0.0, 1.0)
    begin, end = days[after - 1], days[after]
    return (begin + np.floor(share * (end - begin) + 1e-9)).astype(np.int64)
