"""Exchanger bundles: records of lives, matching sets, Weibull fits, probability, risk and replacement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE, FloatArray, IntArray
from integrity.core.codes import index_of
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import Plant
from integrity.core.procedure import Result
from integrity.core.settings import Settings
from integrity.rbi import bundle, bundle_fit
from integrity.services.device_records import code_text, column_of, dated_records, known_columns, reasons_of
from integrity.services.session import Session

LIFE = tuple(p.symbol for p in bundle_fit.LIFE.inputs if p.symbol != "as_of_d")
MATCHED = ("bundle_set", "bundle_material")
TUBES = ("HEXTUBE", "HEXTS", "HEXSS")
Selection = Callable[["BundleRow", "BundleRow"], bool]


@dataclass(frozen=True)
class BundleRow:
    """One bundle that is or was in an exchanger: its life, how the record ends and what it is matched by.

    `reasons` says what the record lacks; then `bundle_life_y` is missing.
    """

    equipment_id: int
    tag: str
    component: str
    row: int
    installed_d: int
    removed_d: int
    end: str
    mechanism: str
    bundle_set: str
    material: str
    bundle_life_y: float
    reasons: str


@dataclass(frozen=True)
class BundleState:
    """What is concluded of the bundle that is in an exchanger now; missing numbers are NaN and `reasons` says why.

    `set_row` is the row of `BundleStudy.fit` that its matching set has, -1 without one.
    """

    record: BundleRow
    set_row: int
    n_records: int
    n_failures: int
    method: str
    amount: str
    beta: float
    eta_y: float
    eta_lo_y: float
    eta_base: str
    eta_use_y: float
    age_y: float
    P_bundle: float
    C_fail: float
    C_plan: float
    risk_TA1: float
    risk_TA2: float
    EIR: float
    action: str
    target_state: str
    years_to_target: float
    age_opt_y: float
    optimum: str
    reasons: str


@dataclass(frozen=True)
class BundleStudy:
    """All records, the fit of each matching set, and every bundle in service; one row a state in the results.

    `members[k]` are the places in `records` that the k-th fit rests on.
    """

    records: tuple[BundleRow, ...]
    states: tuple[BundleState, ...]
    members: tuple[tuple[int, ...], ...]
    life: Result
    fit: Result
    pof: Result
    cost: Result
    risk: Result
    replacement: Result


def same(*symbols: str) -> Selection:
    """Selection of records that agree with a bundle in what is recorded of them.

    Parameters
    ----------
    *symbols : str
        Of `MATCHED`; something not recorded agrees with nothing. Without symbols every record is selected.

    Returns
    -------
    callable
        The exchanger's own records are always selected.
    """
    fields = {"bundle_set": "bundle_set", "bundle_material": "material"}

    def selected(target: BundleRow, other: BundleRow) -> bool:
        if other.equipment_id == target.equipment_id:
            return True
        return all(
            getattr(target, fields[s]) and getattr(target, fields[s]) == getattr(other, fields[s]) for s in symbols
        )

    return selected


def records(session: Session, plant: Plant | None = None) -> tuple[tuple[BundleRow, ...], Result]:
    """Every bundle on record, in service or not, from the facts of its exchanger.

    Parameters
    ----------
    session : Session
    plant : Plant, optional
        As of the day wanted; the session's own where not given.

    Returns
    -------
    rows : tuple of BundleRow
        One a first day of the facts `bundle_installed_d`, `bundle_removed_d`, `bundle_failed`.
    life : Result
        Of the calculation of lives, same rows.
    """
    plant = session.plant() if plant is None else plant
    k = plant.components
    held = dated_records(session, {"component_id": k.component_id, "equipment_id": k.equipment_id}, (*LIFE, *MATCHED))
    held = [h for h in held if "bundle_installed_d" in h.values or "bundle_removed_d" in h.values]
    held = [h for h in held if h.values.get("bundle_installed_d", NO_DATE) <= plant.as_of_d]
    p = bundle_fit.LIFE
    columns = {x.symbol: column_of(x, [h.values.get(x.symbol) for h in held]) for x in p.inputs if x.symbol in LIFE}
    # What happened after the as-of day is not known on it.
    later = columns["bundle_removed_d"] > plant.as_of_d
    columns["bundle_removed_d"] = np.where(later, NO_DATE, columns["bundle_removed_d"])
    columns["bundle_failed"] = np.where(later, 0, columns["bundle_failed"])
    life = p.run({**columns, "as_of_d": np.full(len(held), plant.as_of_d)}, Settings())
    rows = np.array([_bundle_row(plant, h.equipment_id, h.row) for h in held], dtype=np.int64)
    texts = {
        s: [h.values.get(s) or _fact_text(plant.facts, s, int(r)) for h, r in zip(held, rows, strict=True)]
        for s in MATCHED
    }
    out = tuple(
        BundleRow(
            equipment_id=h.equipment_id,
            tag=str(k.tag[h.row]),
            component=str(k.component[rows[i]]),
            row=int(rows[i]),
            installed_d=int(life["bundle_installed_d"][i]),
            removed_d=int(life["bundle_removed_d"][i]),
            end=code_text(bundle_fit.ENDS, life["bundle_end"][i]),
            mechanism=str(h.values.get("bundle_mechanism") or ""),
            bundle_set=texts["bundle_set"][i],
            material=texts["bundle_material"][i],
            bundle_life_y=float(life["bundle_life_y"][i]),
            reasons=reasons_of((p, life, i)),
        )
        for i, h in enumerate(held)
    )
    return out, life


def _bundle_row(plant: Plant, equipment_id: int, row: int) -> int:
    """Component row of the tubes of an item; the record's own row where it has none."""
    k = plant.components
    of_item = np.flatnonzero(k.equipment_id == equipment_id)
    for kind in TUBES:
        found = of_item[k.component_type[of_item] == index_of("component_type", kind)]
        if found.size:
            return int(found[0])
    return row


def _fact_text(facts: Facts, symbol: str, row: int) -> str:
    held = facts.columns.get(symbol)
    return "" if held is None or held.dtype != object else str(held[row] or "")


def assess(
    session: Session,
    settings: Settings | None = None,
    plant: Plant | None = None,
    selected: Selection | None = None,
    mechanism: str = "",
) -> BundleStudy:
    """Fit the lives of similar bundles and judge every bundle in service.

    Parameters
    ----------
    session : Session
    settings : Settings, optional
        Those of the site where not given.
    plant : Plant, optional
    selected : callable, optional
        Whether a record belongs to the matching set of a bundle; by default those of the same `bundle_set`.
    mechanism : str
        Count only failures by this mechanism as failures; the others then count as survivors.

    Returns
    -------
    BundleStudy
        A bundle without a removal day is in service; of several the one installed last.
    """
    settings = session.settings() if settings is None else settings
    plant = session.plant() if plant is None else plant
    rows, life = records(session, plant)
    chosen = same("bundle_set") if selected is None else selected
    latest: dict[int, int] = {}
    for i, r in enumerate(rows):
        if r.removed_d == NO_DATE and (
            r.equipment_id not in latest or r.installed_d >= rows[latest[r.equipment_id]].installed_d
        ):
            latest[r.equipment_id] = i
    now = list(latest.values())
    usable = [i for i, r in enumerate(rows) if r.bundle_life_y == r.bundle_life_y]
    sets = [tuple(j for j in usable if chosen(rows[i], rows[j])) for i in now]
    members = tuple(dict.fromkeys(sets))
    set_row = np.array([members.index(s) for s in sets], dtype=np.int64)
    failed = np.array([_counts(r, mechanism) for r in rows], dtype=np.int64)
    at = np.array([rows[i].row for i in now], dtype=np.int64)
    fit = _fit(plant, rows, failed, members, set_row, at, settings)
    each = _each(plant, rows, failed, now, at, set_row, fit, settings)
    states = tuple(_state(rows[i], j, int(set_row[j]), fit, each) for j, i in enumerate(now))
    return BundleStudy(rows, states, members, life, fit, *each)


def _counts(record: BundleRow, mechanism: str) -> int:
    return int(record.end == "failed" and (not mechanism or record.mechanism == mechanism))


def _lives(rows: Sequence[BundleRow], failed: IntArray, groups: Sequence[Sequence[int]]) -> dict[str, Any]:
    flat = np.array([j for g in groups for j in g], dtype=np.int64)
    life = np.array([r.bundle_life_y for r in rows], dtype=np.float64)
    case = np.repeat(np.arange(len(groups)), [len(g) for g in groups])
    return {"case": case, "bundle_life_y": life[flat], "bundle_failed": failed[flat]}


def _fit(
    plant: Plant,
    rows: Sequence[BundleRow],
    failed: IntArray,
    members: Sequence[Sequence[int]],
    set_row: IntArray,
    at: IntArray,
    settings: Settings,
) -> Result:
    """One fit a matching set; a shape that the members of a set do not agree on is not given."""
    p = bundle_fit.PROCEDURE
    shape = known_columns(p, plant.facts, at, {})["beta_given"]
    given = np.full(len(members), np.nan)
    for k in range(len(members)):
        stated = np.unique(shape[(set_row == k) & ~np.isnan(shape)])
        given[k] = stated[0] if stated.size == 1 else np.nan
    names = np.array([rows[g[0]].bundle_set if g else "" for g in members], dtype=object)
    return p.run({"beta_given": given, "bundle_set": names}, settings, {"records": _lives(rows, failed, members)})


def _each(
    plant: Plant,
    rows: Sequence[BundleRow],
    failed: IntArray,
    now: Sequence[int],
    at: IntArray,
    set_row: IntArray,
    fit: Result,
    settings: Settings,
) -> tuple[Result, Result, Result, Result]:
    facts = plant.facts
    life = np.array([rows[i].bundle_life_y for i in now], dtype=np.float64)
    start = np.array([rows[i].installed_d for i in now], dtype=np.int64)
    given: dict[str, Any] = {s: _by_set(fit[s], set_row) for s in ("beta_w", "eta_y", "eta_lo_y")}
    given |= {"bundle_life_y": life, "bundle_installed_d": start}
    columns = _of_this_bundle(known_columns(bundle.POF, facts, at, given), start)
    own = [
        [j for j, r in enumerate(rows) if r.equipment_id == rows[i].equipment_id and r.bundle_life_y > 0.0] for i in now
    ]
    pof = bundle.POF.run(columns, settings, {"own": _lives(rows, failed, own)})
    money = known_columns(bundle.COST, facts, at, {})
    plant_wide = settings.number("rbi.production_cost_d")
    if plant_wide >= 0.0:
        own_cost = money["production_cost_d"]
        money["production_cost_d"] = np.where(np.isnan(own_cost), plant_wide, own_cost)
    cost = bundle.COST.run(money, settings)
    first, step = (settings.number(f"plan.turnaround_{s}_years") for s in ("next", "interval"))
    given = {
        "beta_w": pof["beta_w"],
        "eta_use_y": pof["eta_use_y"],
        "bundle_age_y": pof["bundle_age_y"],
        "C_fail_bundle": cost["C_fail_bundle"],
        "cost_bundle": cost["cost_bundle"],
        "years_TA1": np.full(at.size, first),
        "years_TA2": np.full(at.size, first + step),
    }
    risk = bundle.RISK.run(known_columns(bundle.RISK, facts, at, given), settings)
    given |= {"C_plan_bundle": cost["C_plan_bundle"]}
    cheapest = bundle.REPLACEMENT.run(known_columns(bundle.REPLACEMENT, facts, at, given), settings)
    return pof, cost, risk, cheapest


def _by_set(values: FloatArray, set_row: IntArray) -> FloatArray:
    return np.asarray(values[set_row], dtype=np.float64) if set_row.size else np.zeros(0)


def _of_this_bundle(columns: dict[str, Any], start: IntArray) -> dict[str, Any]:
    """An inspection or an action before the bundle was installed was one of the bundle before it."""
    before = (columns["tube_inspected_d"] != NO_DATE) & (columns["tube_inspected_d"] <= start)
    for s, blank in (
        ("tube_inspected_d", NO_DATE),
        ("bundle_effectiveness", -1),
        ("bundle_ERL_y", np.nan),
        ("tube_t_mm", np.nan),
    ):
        columns[s] = np.where(before, blank, columns[s])
    before = (columns["extension_d"] != NO_DATE) & (columns["extension_d"] < start)
    for s, blank in (("extension_d", NO_DATE), ("bundle_extension", -1)):
        columns[s] = np.where(before, blank, columns[s])
    return columns


def _state(record: BundleRow, j: int, k: int, fit: Result, each: tuple[Result, Result, Result, Result]) -> BundleState:
    pof, cost, risk, cheapest = each
    procedures = (bundle.POF, bundle.COST, bundle.RISK, bundle.REPLACEMENT)
    parts = [(bundle_fit.PROCEDURE, fit, k)] + [(p, r, j) for p, r in zip(procedures, each, strict=True)]
    return BundleState(
        record=record,
        set_row=k,
        n_records=int(fit["n_records"][k]),
        n_failures=int(fit["n_failures"][k]),
        method=code_text(bundle_fit.METHODS, fit["fit_method"][k]),
        amount=code_text(bundle_fit.AMOUNT, fit["amount_of_failures"][k]),
        beta=float(fit["beta_w"][k]),
        eta_y=float(fit["eta_y"][k]),
        eta_lo_y=float(fit["eta_lo_y"][k]),
        eta_base=code_text(bundle.BASES, pof["eta_base"][j]),
        eta_use_y=float(pof["eta_use_y"][j]),
        age_y=float(pof["bundle_age_y"][j]),
        P_bundle=float(pof["P_bundle"][j]),
        C_fail=float(cost["C_fail_bundle"][j]),
        C_plan=float(cost["C_plan_bundle"][j]),
        risk_TA1=float(risk["risk_TA1"][j]),
        risk_TA2=float(risk["risk_TA2"][j]),
        EIR=float(risk["EIR"][j]),
        action=code_text(bundle.ACTIONS, risk["bundle_action"][j]),
        target_state=code_text(bundle.TARGETS, risk["bundle_target_case"][j]),
        years_to_target=float(risk["years_to_target"][j]),
        age_opt_y=float(cheapest["age_opt_y"][j]),
        optimum=code_text(bundle.PLACES, cheapest["optimum_place"][j]),
        reasons=reasons_of(*parts),
    )


def plot_of(study: BundleStudy, row: int, points: int = 60) -> bundle_fit.WeibullPlot:
    """Points, line and bounds of the Weibull plot of one matching set.

    Parameters
    ----------
    study : BundleStudy
    row : int
        A row of `study.fit`.
    points : int

    Returns
    -------
    WeibullPlot
    """
    return bundle_fit.plot_data(study.fit, row, points)


def only(tags: Sequence[str], within: Selection | None = None) -> Selection:
    """Selection of the records of named exchangers, as an engineer chooses them.

    Parameters
    ----------
    tags : sequence of str
    within : callable, optional
        Another selection that must hold as well.

    Returns
    -------
    callable
    """
    named = frozenset(tags)

    def selected(target: BundleRow, other: BundleRow) -> bool:
        return other.tag in named and (within is None or within(target, other))

    return selected
