"""All candidate dates of each component side by side, and the one that governs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import index_of
from integrity.core.frame import Frame
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import CandidateFrame, PositionFrame
from integrity.core.group import group_argmin, group_max, groups_of, take
from integrity.core.settings import Settings
from integrity.plan.procedures import INTERVAL
from integrity.regulation.dates import add_years
from integrity.regulation.rules import Rule, rule_set
from integrity.regulation.scope import OUT, Scope, scope_test

_MISSING = "missing"


@dataclass(frozen=True)
class LifeFacts:
    """What planning needs of the life and risk rooms, component rows unless said otherwise.

    Attributes
    ----------
    positions : PositionFrame
        Remaining life per reading position, from the date of its latest reading.
    position_component : ndarray of int64
        Component row of each position, ascending.
    last_reading_d, t_min_reached_d, risk_target_d : ndarray of int64
    """

    positions: PositionFrame
    position_component: IntArray
    last_reading_d: IntArray
    t_min_reached_d: IntArray
    risk_target_d: IntArray


@dataclass(frozen=True)
class _Facts:
    plant: Plant
    life: LifeFacts
    scope: Scope
    anchors: dict[str, IntArray]
    has_periodic: IntArray
    has_stated: IntArray
    as_of_d: int
    settings: Settings
    texts: list[str]

    def text(self, words: str) -> int:
        """Index of a text; rows carry indexes until they are in order, because texts are slow to move."""
        if words not in self.texts:
            self.texts.append(words)
        return self.texts.index(words)


def candidate_dates(plant: Plant, life: LifeFacts, settings: Settings) -> CandidateFrame:
    """Candidate dates of every rule of the rule set and of corrosion, risk and temporary repairs.

    Parameters
    ----------
    plant : Plant
    life : LifeFacts
    settings : Settings
        Uses `plan.rule_set`, `plan.design_life_default_years`.

    Returns
    -------
    CandidateFrame
        Ordered by component row and due date; `governs` marks the earliest deciding date of each component. A
        candidate whose date cannot be had has no row. API 510, 570, 653; TSG 21; TSG D7005.
    """
    facts = _facts(plant, life, settings)
    parts = [_of_rule(facts, rule) for rule in rule_set(settings.code("plan.rule_set"))]
    parts += [_own(facts, "t_min_reached", life.t_min_reached_d, "plan.why.t_min_reached")]
    parts += [_own(facts, "risk_target", life.risk_target_d, "plan.why.risk_target")]
    parts += [_own(facts, "temporary_repair", plant.components.temp_repair_expiry_d, "plan.why.temporary_repair")]
    columns = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    order = _order(columns["component_row"], columns["due_d"])
    columns = {k: v.take(order) for k, v in columns.items()}
    columns["governs"] = _governing(columns, plant.components.n)
    for name in ("rule", "reference", "reason"):
        columns[name] = np.array(facts.texts, dtype=object).take(columns[name])
    return CandidateFrame.from_columns(columns)


def _order(component_row: IntArray, due_d: IntArray) -> IntArray:
    """Order by component row, then date, then as they come; each rule comes in order of rows already."""
    if not due_d.size:
        return np.zeros(0, dtype=np.int64)
    first = int(due_d.min())
    key = component_row * (int(due_d.max()) - first + 1) + (due_d - first)
    return np.argsort(key, kind="stable")


def _facts(plant: Plant, life: LifeFacts, settings: Settings) -> _Facts:
    k = plant.components
    annual = plant.inspections.inspection_type == index_of("inspection_type", "annual_check")
    groups = plant.inspections_of_component
    last_annual = _last_date(group_max(np.where(annual, plant.inspections.date_d, np.nan), groups))
    anchors = {
        "last_reading": life.last_reading_d,
        "last_internal": k.last_internal_d,
        "last_external": k.last_external_d,
        "last_periodic": k.last_periodic_d,
        "last_annual": last_annual,
        "in_service": k.in_service_d,
        "as_of": np.full(k.n, plant.as_of_d, dtype=np.int64),
    }
    has_periodic = (k.last_periodic_d != NO_DATE).astype(np.int64)
    has_stated = (k.next_stated_d != NO_DATE).astype(np.int64)
    return _Facts(plant, life, scope_test(k), anchors, has_periodic, has_stated, plant.as_of_d, settings, [])


def _last_date(values: FloatArray) -> IntArray:
    return np.where(np.isnan(values), NO_DATE, np.nan_to_num(values)).astype(np.int64)


def _in_scope(facts: _Facts, rule: Rule) -> BoolArray:
    scope = facts.scope
    tests = {
        "vessel": scope.vessel,
        "piping": scope.piping,
        "tank_shell": scope.tank_shell,
        "tank_bottom": scope.tank_bottom,
        "tsg21": scope.tsg21 != OUT,
        "tsgd": scope.tsgd != OUT,
    }
    return np.logical_or.reduce([tests[s] for s in rule.scope])


def _meets(facts: _Facts, column: str, allowed: tuple[int | str, ...]) -> BoolArray:
    k = facts.plant.components
    if column == "has_periodic":
        return _among(facts.has_periodic, allowed)
    if column == "has_stated":
        return _among(facts.has_stated, allowed)
    wanted = [v if isinstance(v, int) else _code(k, column, v) for v in allowed]
    return _among(getattr(k, column), wanted)


def _among(values: AnyArray, wanted: Sequence[int | str]) -> BoolArray:
    out = np.zeros(values.size, dtype=np.bool_)
    for value in wanted:
        out |= values == value
    return out


def _code(k: Frame, column: str, text: str) -> int:
    return NO_CODE if text == _MISSING else k.codes_of(column).index(text)


def _of_rule(facts: _Facts, rule: Rule) -> dict[str, AnyArray]:
    mask = _in_scope(facts, rule)
    for column, allowed in rule.when:
        mask = mask & _meets(facts, column, allowed)
    rows = np.flatnonzero(mask).astype(np.int64)
    kind = rule.interval["type"]
    if kind == "stated":
        return _stated(facts, rule, rows)
    if kind == "cumulative":
        return _cumulative(facts, rule, rows)
    if kind in ("half_life", "life_share") and rule.anchor == "last_reading":
        return _by_position(facts, rule, mask)
    return _by_component(facts, rule, rows)


def _by_component(facts: _Facts, rule: Rule, rows: IntArray) -> dict[str, AnyArray]:
    anchor = facts.anchors[rule.anchor][rows]
    note = np.full(rows.size, facts.text(rule.note or "plan.why.rule"))
    if rule.anchor_fallback:
        fallback = facts.anchors[rule.anchor_fallback][rows]
        missing = anchor == NO_DATE
        note = np.where(missing, facts.text(f"plan.why.no_{rule.anchor}"), note)
        anchor = np.where(missing, fallback, anchor)
    RL = _least_life(facts)[rows] if rule.interval["type"] != "fixed" else np.full(rows.size, np.nan)
    return _rows(facts, rule, rows, anchor, RL, np.full(rows.size, -1, dtype=np.int64), note)


def _least_life(facts: _Facts) -> FloatArray:
    groups = groups_of(facts.life.position_component, facts.plant.components.n)
    best = group_argmin(facts.life.positions.RL_y, groups)
    return np.asarray(take(facts.life.positions.RL_y, best), dtype=np.float64)


def _by_position(facts: _Facts, rule: Rule, mask: BoolArray) -> dict[str, AnyArray]:
    """Earliest due date over the positions of each component, each from its own reading."""
    owner = facts.life.position_component
    use = mask[owner] & ~np.isnan(facts.life.positions.RL_y)
    pos = np.flatnonzero(use).astype(np.int64)
    RL, anchor = facts.life.positions.RL_y[pos], facts.life.positions.last_d[pos]
    note = np.full(pos.size, facts.text(rule.note or "plan.why.rule"))
    every = _rows(facts, rule, owner[pos], anchor, RL, pos, note)
    groups = groups_of(every["component_row"], facts.plant.components.n)
    best = group_argmin(every["due_d"], groups)
    known = {k: v[best[best >= 0]] for k, v in every.items()}
    if "unknown_years" not in rule.interval:
        return known
    rest = _by_component(facts, rule, np.flatnonzero(mask & (best < 0)).astype(np.int64))
    return {k: np.concatenate([v, rest[k]]) for k, v in known.items()}


def _rows(
    facts: _Facts,
    rule: Rule,
    rows: IntArray,
    anchor: IntArray,
    RL: FloatArray,
    position: IntArray,
    note: AnyArray,
) -> dict[str, AnyArray]:
    spec = rule.interval
    by_life = spec["type"] in ("half_life", "life_share")
    years = float(spec.get("years_max", spec.get("years", np.nan)))
    unknown = by_life & np.isnan(RL) & ("unknown_years" in spec)
    flag = np.where(unknown, 0, int(by_life))
    years_max = np.where(unknown, float(spec.get("unknown_years", np.nan)), years)
    note = np.where(unknown, facts.text("plan.why.rate_unknown"), note)
    result = INTERVAL.run(
        {
            "anchor_d": anchor,
            "by_life": flag,
            "years_max": years_max,
            "RL_y": RL,
            "share": float(spec.get("share", np.nan)),
            "short_life_y": float(spec.get("short_life_y", np.nan)),
            "short_max_y": float(spec.get("short_life_max_y", np.nan)),
        },
        facts.settings,
    )
    due = result["due_d"].astype(np.int64)
    keep = (due != NO_DATE) & (due > NO_DATE) & ~np.isnan(result["interval_y"])
    built = _build(facts, rule, rows, due, result["interval_y"], anchor, RL, position, note)
    return {k: v[keep] for k, v in built.items()}


def _stated(facts: _Facts, rule: Rule, rows: IntArray) -> dict[str, AnyArray]:
    due = facts.plant.components.next_stated_d[rows]
    anchor = facts.anchors["last_periodic"][rows]
    nan = np.full(rows.size, np.nan)
    note = np.full(rows.size, facts.text(rule.note))
    return _build(facts, rule, rows, due, nan, anchor, nan, np.full(rows.size, -1, dtype=np.int64), note)


def _cumulative(facts: _Facts, rule: Rule, rows: IntArray) -> dict[str, AnyArray]:
    used = np.maximum(facts.plant.components.monitored_days[rows], 0)
    due = facts.as_of_d + int(rule.interval["days_max"]) - used
    anchor = np.full(rows.size, facts.as_of_d, dtype=np.int64)
    nan = np.full(rows.size, np.nan)
    note = np.full(rows.size, facts.text(rule.note))
    return _build(facts, rule, rows, due, nan, anchor, nan, np.full(rows.size, -1, dtype=np.int64), note)


def _own(facts: _Facts, kind: str, due: IntArray, why: str) -> dict[str, AnyArray]:
    rows = np.flatnonzero(due != NO_DATE).astype(np.int64)
    rule = Rule(kind, "own", kind, "", ("vessel",), (), {}, "as_of", None, True, "verified", "", why)
    anchor = facts.anchors["last_reading"][rows]
    nan = np.full(rows.size, np.nan)
    note = np.full(rows.size, facts.text(why))
    return _build(facts, rule, rows, due[rows], nan, anchor, nan, np.full(rows.size, -1, dtype=np.int64), note)


def _build(
    facts: _Facts,
    rule: Rule,
    rows: IntArray,
    due: IntArray,
    interval: FloatArray,
    anchor: IntArray,
    RL: FloatArray,
    position: IntArray,
    note: AnyArray,
) -> dict[str, AnyArray]:
    n = rows.size
    unknown_scope = _scope_unknown(facts, rule, rows)
    note = np.where(unknown_scope, facts.text("plan.why.scope_unknown"), note)
    return {
        "component_row": rows,
        "kind": np.full(n, index_of("candidate_kind", rule.kind), dtype=np.int64),
        "due_d": due.astype(np.int64),
        "interval_y": np.asarray(interval, dtype=np.float64),
        "anchor_d": anchor.astype(np.int64),
        "RL_y": np.asarray(RL, dtype=np.float64),
        "position_row": position,
        "rule": np.full(n, facts.text(rule.id)),
        "reference": np.full(n, facts.text(rule.clause)),
        "decides": np.full(n, int(rule.decides), dtype=np.int64),
        "governs": np.zeros(n, dtype=np.int64),
        "verified": np.full(n, int(rule.verified), dtype=np.int64),
        "reason": note,
    }


def _scope_unknown(facts: _Facts, rule: Rule, rows: IntArray) -> BoolArray:
    if "tsg21" in rule.scope:
        return np.asarray(facts.scope.tsg21[rows] == 2)
    if "tsgd" in rule.scope:
        return np.asarray(facts.scope.tsgd[rows] == 2)
    return np.zeros(rows.size, dtype=np.bool_)


def _governing(columns: dict[str, AnyArray], n: int) -> IntArray:
    groups = groups_of(columns["component_row"], n)
    best = group_argmin(columns["due_d"], groups, columns["decides"] == 1)
    governs = np.zeros(columns["due_d"].size, dtype=np.int64)
    governs[best[best >= 0]] = 1
    return governs


def governing(candidates: CandidateFrame, n_components: int) -> IntArray:
    """Candidate row that governs each component, -1 where none decides.

    Parameters
    ----------
    candidates : CandidateFrame
    n_components : int

    Returns
    -------
    ndarray of int64, shape (n_components,)
    """
    groups = groups_of(candidates.component_row, n_components)
    return group_argmin(candidates.due_d, groups, candidates.governs == 1)


def t_min_date(last_d: IntArray, RL_y: FloatArray) -> IntArray:
    """Date at which the required thickness is reached: reading date plus remaining life.

    Parameters
    ----------
    last_d : ndarray of int64
    RL_y : ndarray, years

    Returns
    -------
    ndarray of int64

    Notes
    -----
    Whole years as anniversaries, the rest as days (convention A1); a negative life gives a date in the past.
    """
    return add_years(last_d, RL_y)
