"""What services hand to screens, reports and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
from integrity.core.reference import Reference
from integrity.core.settings import Settings
from integrity.core.working import WorkingStep
from integrity.i18n.references import reference_words

if TYPE_CHECKING:
    from integrity.design.assess import DesignResult
    from integrity.life.statistics import LifeSummary
    from integrity.rbi.assess import RiskAssessment


@dataclass(frozen=True)
class Changes:
    """What a service changed: table names and ids; screens refresh from it."""

    tables: frozenset[str] = frozenset()
    ids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    audit_id: int | None = None


@dataclass(frozen=True)
class StudyParts:
    """What the rooms returned, kept so that the working of any number can be derived."""

    design: DesignResult
    life: LifeSummary
    risk: RiskAssessment
    basis: Result


@dataclass(frozen=True)
class Study:
    """One whole run over a plant; immutable.

    `panel` is risk along time without inspection, `panel_planned` with the governing date's inspection credited.
    `parts` keeps what the rooms returned; it is None only where a study was put together without them.
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
    parts: StudyParts | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class WorkingSheet:
    """Working of one number: the procedure, what was concluded, its steps, refusals and unverified constants.

    `reference` is the text of the place in a standard; `ref` is the same as data where it is that of the procedure.
    """

    title: Message
    subject: str
    procedure: str
    reference: str
    steps: tuple[WorkingStep, ...]
    reasons: tuple[Message, ...] = ()
    unverified: tuple[str, ...] = ()
    settings: Mapping[str, float | str | bool] = field(default_factory=dict)
    ref: Reference | None = None

    def place(self, language: str) -> str:
        """Standard, edition and clause in words of a language.

        Parameters
        ----------
        language : str

        Returns
        -------
        str
        """
        return reference_words(self.ref, language, with_title=False) if self.ref else self.reference
