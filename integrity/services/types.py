"""What services hand to screens, reports and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrity.core.frames.plant import Plant
from integrity.core.frames.results import (
    CandidateFrame,
    CircuitFrame,
    CmlResultFrame,
    ComponentResultFrame,
    PositionFrame,
    RiskPanel,
)
from integrity.core.message import Message
from integrity.core.procedure import Result
from integrity.core.settings import Settings
from integrity.core.working import WorkingStep


@dataclass(frozen=True)
class Changes:
    """What a service changed: table names and ids; screens refresh from it."""

    tables: frozenset[str] = frozenset()
    ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    audit_id: int | None = None


@dataclass(frozen=True)
class Study:
    """One whole run over a plant; immutable.

    `panel` is risk along time without inspection, `panel_planned` with the governing date's inspection credited.
    `results` keeps the procedure results of the conclusions by procedure key with, in `rows`, the component rows
    they cover, so that a working can be derived for any of them.
    """

    plant: Plant
    settings: Settings
    positions: PositionFrame
    cmls: CmlResultFrame
    components: ComponentResultFrame
    circuits: CircuitFrame
    candidates: CandidateFrame
    panel: RiskPanel
    panel_planned: RiskPanel
    results: Mapping[str, Result]
    rows: Mapping[str, Mapping[int, int]]
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class WorkingSheet:
    """Working of one number: the procedure, what was concluded, its steps, refusals and unverified constants."""

    title: Message
    subject: str
    procedure: str
    reference: str
    steps: tuple[WorkingStep, ...]
    reasons: tuple[Message, ...] = ()
    unverified: tuple[str, ...] = ()
    settings: Mapping[str, float | str | bool] = field(default_factory=dict)
