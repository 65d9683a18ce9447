"""An assessment in which a few components changed: only these are assessed again, and their rows replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.frames.results import RiskPanel
from integrity.core.group import members_of
from integrity.core.message import msg
from integrity.core.procedure import Result
from integrity.rbi import consequence, financial, holes, pof, risk
from integrity.rbi.acting import MechanismResult, RowMap
from integrity.rbi.assess import RiskAssessment, assess_case
from integrity.rbi.calibration import KEY as LOCAL_KEY
from integrity.rbi.case import RiskCase
from integrity.rbi.financial import tank_types
from integrity.rbi.mechanisms import Planned
from integrity.rbi.panel import risk_panel
from integrity.rbi.rated import KEY as RATE_KEY

EVERY = frozenset({pof.KEY, risk.KEY, financial.KEY, financial.RISK_KEY, RATE_KEY})
MOST_LAYERS = 16
PANEL = frozenset({"D_f", "P_f", "risk", "D_f_known", "frequency", "CA"})


@dataclass(frozen=True)
class _Plan:
    """How rows of two results go together: the new ones put `at` old rows, else a `pick` of both one after another."""

    at: IntArray | None
    pick: IntArray | None

    def join(self, old: AnyArray, new: AnyArray) -> AnyArray:
        """Rows of both, read-only."""
        if self.at is None:
            out: AnyArray = np.concatenate((old, new))[self.pick]
        else:
            out = old.copy()
            out[self.at] = new
        out.setflags(write=False)
        return out


class _Merged(Mapping[str, AnyArray]):
    """Columns of two results put together; each is made when it is first asked for."""

    def __init__(self, old: Mapping[str, AnyArray], new: Mapping[str, AnyArray], plan: _Plan) -> None:
        settled = getattr(old, "layers", 0) >= MOST_LAYERS
        self.old = dict(old) if settled else old
        self.new = new
        self.plan = plan
        self.layers = 1 + getattr(self.old, "layers", 0)
        self._held: dict[str, AnyArray] = {}

    def __getitem__(self, symbol: str) -> AnyArray:
        if symbol not in self._held:
            self._held[symbol] = self.plan.join(self.old[symbol], self.new[symbol])
        return self._held[symbol]

    def __contains__(self, symbol: object) -> bool:
        return symbol in self.old

    def __iter__(self) -> Iterator[str]:
        return iter(self.old)

    def __len__(self) -> int:
        return len(self.old)


class _MergedResult(Result):
    """Result of two others; whatever is asked of it is put together then."""

    @classmethod
    def of(cls, old: Result, new: Result, plan: _Plan) -> _MergedResult:
        """Rows of both by a plan."""
        out = object.__new__(cls)
        held = {"procedure": old.procedure, "settings": old.settings, "tables": {}, "_of": (old, new, plan)}
        out.__dict__.update(held, columns=_Merged(old.columns, new.columns, plan))
        return out

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> AnyArray:
            """One of the masks and verdicts."""
            if name not in ("refused", "missing", "verdict"):
                raise AttributeError(name)
            old, new, plan = self.__dict__["_of"]
            self.__dict__[name] = plan.join(getattr(old, name), getattr(new, name))
            return self.__dict__[name]


@dataclass(frozen=True)
class Update:
    """An assessment after a change; `part` is that of the changed `rows` alone, None where all was assessed again."""

    rows: IntArray
    assessment: RiskAssessment
    part: RiskAssessment | None


def updated(assessment: RiskAssessment, rows: IntArray, case: RiskCase) -> Update:
    """An assessment after some components changed.

    Parameters
    ----------
    assessment : RiskAssessment
        Before the change.
    rows : ndarray of int64
        Component rows that changed in any way: frame, inputs, facts, decisions, inspections.
    case : RiskCase
        The whole plant after the change, with the same components, day and settings.

    Returns
    -------
    Update
        Its assessment is equal to `assess_case(case)`; columns are put together when they are first asked for, and
        the tables of inspections are not kept with the results. Everything is assessed again where the numbers of
        one component rest on others: after a change of tanks, and where failures of the plant's own were recorded.
    """
    chosen = np.unique(np.asarray(rows, dtype=np.int64))
    whole = replace(case, C_r=None)
    if not separable(assessment, chosen, case):
        return Update(chosen, assess_case(whole), None)
    part = assess_case(whole.take(chosen))
    return Update(chosen, merged(assessment, chosen, part, case), part)


def merged(assessment: RiskAssessment, chosen: IntArray, part: RiskAssessment, case: RiskCase) -> RiskAssessment:
    """An assessment with the rows of another one, which is of some components only.

    Parameters
    ----------
    assessment : RiskAssessment
    chosen : ndarray of int64
        Component rows, ascending, each once.
    part : RiskAssessment
        Of these components.
    case : RiskCase
        The whole plant after the change.

    Returns
    -------
    RiskAssessment
    """
    results: dict[str, Result] = {}
    maps: dict[str, RowMap] = {}
    for key in dict.fromkeys((*assessment.results, *part.results)):
        results[key], maps[key] = _merged(key, assessment, part, chosen)
    acted = tuple(
        MechanismResult(m.mechanism, results[m.result.procedure], maps[m.result.procedure])
        for m in assessment.mechanisms
    )
    frame = assessment.frame.patched(chosen, part.frame.view(slice(None), component_row=chosen))
    phase = case.components.phase
    moved = not np.array_equal(phase[chosen], assessment.case.components.phase[chosen])
    streams = holes.streams_of(phase) if moved else assessment.streams
    rated = replace(case, C_r=results[RATE_KEY]["C_r"])
    return RiskAssessment(rated, frame, acted, streams, results, maps)


def joined_result(
    old: Result | None, old_owner: IntArray, new: Result | None, new_owner: IntArray, chosen: IntArray
) -> tuple[Result, IntArray]:
    """A result with the rows of some owners replaced by those of another result of the same procedure.

    Parameters
    ----------
    old, new : Result or None
        None where there is none; not both.
    old_owner, new_owner : ndarray of int64
        What each row belongs to, ascending, each once.
    chosen : ndarray of int64
        Owners replaced, ascending.

    Returns
    -------
    (Result, ndarray of int64)
        And what each of its rows belongs to.
    """
    first, last = np.searchsorted(old_owner, chosen), np.searchsorted(old_owner, chosen, side="right")
    gone = first[last > first]
    if old is not None and not gone.size and not new_owner.size:
        return old, old_owner
    one = old or _none_of(new)
    other = new or _none_of(one)
    if np.array_equal(old_owner[gone], new_owner):
        return _MergedResult.of(one, other, _Plan(gone, None)), old_owner
    pick, owner = inserted(old_owner, gone, new_owner)
    return _MergedResult.of(one, other, _Plan(None, pick)), owner


def inserted(old_owner: IntArray, gone: IntArray, new_owner: IntArray) -> tuple[IntArray, IntArray]:
    """Order of old rows without some of them and of new rows, by their owners.

    Parameters
    ----------
    old_owner : ndarray of int64
        Ascending.
    gone : ndarray of int64
        Old rows left out.
    new_owner : ndarray of int64
        Ascending.

    Returns
    -------
    (ndarray of int64, ndarray of int64)
        Rows of both one after the other, and the owner of each.
    """
    kept = np.delete(np.arange(old_owner.size, dtype=np.int64), gone)
    left = old_owner[kept]
    place = np.searchsorted(left, new_owner, side="right")
    pick = np.insert(kept, place, old_owner.size + np.arange(new_owner.size))
    return pick, np.insert(left, place, new_owner)


class _PatchedPanel(RiskPanel):
    """A panel some of whose rows are those of another; a quantity is put together when it is first asked for."""

    @classmethod
    def of(cls, whole: RiskPanel, rows: IntArray, part: RiskPanel) -> _PatchedPanel:
        """Panel with the rows of `part`."""
        layers = 1 + whole.__dict__.get("_layers", 0)
        if layers > MOST_LAYERS:
            whole, layers = RiskPanel(whole.dates_d, **{name: getattr(whole, name) for name in PANEL}), 1
        out = object.__new__(cls)
        out.__dict__.update(dates_d=whole.dates_d, _of=(whole, rows, part), _layers=layers)
        return out

    if not TYPE_CHECKING:

        def __getattribute__(self, name: str) -> Any:
            """A quantity, put together where it is not there yet."""
            held = object.__getattribute__(self, "__dict__")
            if name in PANEL and name not in held:
                whole, rows, part = held["_of"]
                old, new = getattr(whole, name), getattr(part, name)
                if old is not None and new is not None:
                    old = old.copy()
                    old[rows] = new
                held[name] = old
            return object.__getattribute__(self, name)


def updated_panel(panel: RiskPanel, update: Update, planned: Planned | None = None) -> RiskPanel:
    """A panel after some components changed.

    Parameters
    ----------
    panel : RiskPanel
        Before the change.
    update : Update
    planned : Planned, optional
        Inspections planned for all components, as of `risk_panel`.

    Returns
    -------
    RiskPanel
        Equal to `risk_panel(update.assessment, ...)`; only the changed components are computed.
    """
    if update.part is None:
        return risk_panel(update.assessment, panel.dates_d, planned)
    theirs = None if planned is None else planned.take(update.rows)
    return patched_panel(panel, update.rows, risk_panel(update.part, panel.dates_d, theirs))


def patched_panel(panel: RiskPanel, rows: IntArray, part: RiskPanel) -> RiskPanel:
    """A panel with the rows of another one on the same days; a quantity is made when it is first asked for.

    Parameters
    ----------
    panel : RiskPanel
    rows : ndarray of int64
    part : RiskPanel
        One row an entry of `rows`.

    Returns
    -------
    RiskPanel
    """
    return _PatchedPanel.of(panel, rows, part)


def separable(a: RiskAssessment, rows: IntArray, case: RiskCase) -> bool:
    """Whether the numbers of no other component rest on those of some components.

    Parameters
    ----------
    a : RiskAssessment
    rows : ndarray of int64
        Component rows.
    case : RiskCase
        After their change.

    Returns
    -------
    bool
        Not where one is or becomes part of a tank, where failures of the plant's own were recorded, or where day,
        settings or number of components differ.
    """
    same = case.n == a.case.n and case.as_of_d == a.case.as_of_d and case.settings == a.case.settings
    types = (a.case.components.component_type, case.components.component_type)
    tank = any(bool(np.isin(t[rows], tank_types()).any()) for t in types)
    own = LOCAL_KEY in a.results or "failures_observed" in case.facts.columns
    return same and not tank and not own


@dataclass(frozen=True)
class _Held:
    """Rows of a result that belong to some components, and how many each of these has."""

    rows: IntArray
    counts: IntArray


def _held(a: RiskAssessment, key: str, rows: IntArray) -> _Held:
    if key not in a.results:
        return _Held(rows[:0], np.zeros(rows.size, dtype=np.int64))
    if key == consequence.KEY:
        return _Held(members_of(a.streams.groups, rows)[0], a.streams.groups.counts[rows])
    if key in EVERY:
        return _Held(rows, np.ones(rows.size, dtype=np.int64))
    at = a.rows[key].rows[rows]
    return _Held(at[at >= 0], (at >= 0).astype(np.int64))


def _merged(key: str, a: RiskAssessment, part: RiskAssessment, rows: IntArray) -> tuple[Result, RowMap]:
    every = np.arange(rows.size, dtype=np.int64)
    mine, new = _held(a, key, rows), _held(part, key, every)
    if not mine.rows.size and not new.rows.size:
        return a.results[key], a.rows[key]
    one = a.results.get(key) or _none_of(part.results[key])
    other = part.results.get(key) or _none_of(one)
    theirs = _map_of(part, key, rows.size)
    at = _map_of(a, key, a.case.n)
    if np.array_equal(mine.counts, new.counts):
        plan, place = _Plan(mine.rows, None), mine.rows
    else:
        plan, inverse = _picked(a, key, mine, _Held(new.rows, np.repeat(rows, new.counts)))
        at, place = np.where(at >= 0, inverse[at], -1), inverse[one.n :]
    there = np.where(theirs >= 0, place[theirs], -1) if place.size else np.full(rows.size, -1, dtype=np.int64)
    if not np.array_equal(at[rows], there):
        at = at.copy()
        at[rows] = there
    return _MergedResult.of(one, other, plan), RowMap(at)


def _picked(a: RiskAssessment, key: str, gone: _Held, new: _Held) -> tuple[_Plan, IntArray]:
    """Rows of both results in the order of their components, and the place of each; `new.counts` are its owners."""
    if key not in a.results:
        owner = np.zeros(0, dtype=np.int64)
    else:
        owner = a.streams.component if key == consequence.KEY else np.flatnonzero(a.rows[key].rows >= 0)
    left = np.ones(owner.size, dtype=np.bool_)
    left[gone.rows] = False
    pick = np.concatenate((np.flatnonzero(left), owner.size + new.rows))
    pick = pick[np.argsort(np.concatenate((owner[left], new.counts)), kind="stable")]
    inverse = np.full(owner.size + new.rows.size, -1, dtype=np.int64)
    inverse[pick] = np.arange(pick.size)
    return _Plan(None, pick), inverse


def _map_of(a: RiskAssessment, key: str, n: int) -> IntArray:
    return a.rows[key].rows if key in a.rows else np.full(n, -1, dtype=np.int64)


def _none_of(result: Result | None) -> Result:
    """A result of the same procedure without a row."""
    if result is None:
        raise ContractError(msg("core.output_missing", symbol="", procedure=""))
    return replace(
        result,
        columns={s: v[:0] for s, v in result.columns.items()},
        refused=result.refused[:0],
        missing=result.missing[:0],
        verdict=result.verdict[:0],
        tables={},
    )
