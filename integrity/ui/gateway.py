"""What the window asks of the program: one thin protocol, so that a test can answer instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from integrity.core.message import Message
from integrity.core.progress import Progress
from integrity.services.types import Changes, Study, WorkingSheet
from integrity.ui.device_gateway import DeviceGateway
from integrity.ui.risk_gateway import RiskGateway

if TYPE_CHECKING:
    from integrity.services.risk_views import Factor


@dataclass(frozen=True)
class PlantInfo:
    """The plant that is open."""

    site: str
    path: str
    author: str


@dataclass(frozen=True)
class AuditEntry:
    """One line of the history of a row: UTC time as ISO text, who, what was done, value before and after."""

    when: str
    who: str
    command: Message
    before: str
    after: str
    reason: str = ""


@dataclass(frozen=True)
class RiskMatrix:
    """Matrix of categories: bounds between the five categories and the risk category of each cell.

    `cells[i][j]` is the index into the enumeration `risk_category` of probability category i + 1 and consequence
    category j + 1; `target` is the risk target, m2/y.
    """

    P_f_bounds: tuple[float, ...]
    CA_bounds_m2: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]
    target: float
    verified: bool = False


@dataclass(frozen=True)
class Named:
    """A named number or text of a card; its words are `sym.<symbol>`."""

    symbol: str
    value: float | str
    quantity: str
    unverified: bool = False


@dataclass(frozen=True)
class RiskCard:
    """Risk of one component in its parts; `holes` has one tuple a hole size, all with the same symbols.

    Hole names are codes: small, medium, large, rupture. `reasons` says what is missing or outside a limit.
    """

    probability: tuple[Named, ...] = ()
    consequence: tuple[Named, ...] = ()
    holes: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class ColumnGuess:
    """A column of a foreign table and what it was taken for; an empty field is left out.

    `position` names the reading position of a column of a wide sheet; such a column is read as it is.
    """

    index: int
    heading: str
    field: str
    unit: str
    confidence: float
    evidence: Message
    samples: tuple[str, ...] = ()
    position: str = ""


@dataclass(frozen=True)
class TableGuess:
    """A table found in a file, what kind of records it holds and how its columns are read.

    `date_rule` is dmy, mdy, ymd or empty; `choices` says what must still be decided. `handle` belongs to the
    gateway.
    """

    file: str
    sheet: str
    kind: str
    heading_row: int
    n_rows: int
    columns: tuple[ColumnGuess, ...]
    date_rule: str = ""
    date_evidence: Message | None = None
    unit_evidence: Message | None = None
    handle: object = None
    choices: tuple[Message, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One finding of an import: where, what, what to do. `quality` is flagged or rejected."""

    file: str
    sheet: str
    row: int
    column: str
    quality: str
    message: Message
    remedy: Message


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do; `handle` belongs to the gateway.

    `differs` counts values that the plant has from a list that goes first; they are kept.
    """

    accepted: int
    flagged: int
    rejected: int
    new: int
    changed: int
    unchanged: int
    differs: int
    findings: tuple[Finding, ...]
    handle: object = None


@dataclass(frozen=True)
class ImportKind:
    """A kind of records an import can fill: its fields, each with the units it may be given in."""

    key: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: tuple[str, ...] = ()


class Gateway(RiskGateway, DeviceGateway, Protocol):
    """Calls are blocking and thread-safe; the window makes them from its jobs.

    Calls that change the plant come from one thread, in order. Errors are `ToolError`.
    """

    @property
    def plant(self) -> PlantInfo | None:
        """The plant that is open, if any."""
        ...

    def open(self, path: str, progress: Progress) -> PlantInfo:
        """Open a plant file or database address."""
        ...

    def create(self, path: str, site: str, progress: Progress) -> PlantInfo:
        """Make an empty plant and open it."""
        ...

    def open_sample(self, name: str, progress: Progress) -> PlantInfo:
        """Open a sample plant, importing its files the first time."""
        ...

    def samples(self) -> tuple[str, ...]:
        """Names of the sample plants."""
        ...

    def run_study(self, progress: Progress) -> Study:
        """Read the plant and run everything over it."""
        ...

    def risk_matrix(self, study: Study) -> RiskMatrix:
        """The matrix that the categories of a study belong to."""
        ...

    def risk_card(self, study: Study, row: int) -> RiskCard:
        """Intermediates of probability and consequence of a component."""
        ...

    def component_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a component came about."""
        ...

    def position_working(self, study: Study, row: int, column: str) -> tuple[WorkingSheet, ...]:
        """How a number of a reading position came about."""
        ...

    def candidate_working(self, study: Study, row: int) -> tuple[WorkingSheet, ...]:
        """How a candidate date came about."""
        ...

    def set_quality(self, reading_ids: Sequence[int], quality: int, reason: str) -> Changes:
        """Give readings another quality."""
        ...

    def edit_value(
        self, reading_id: int, t_mm: float, entered_text: str, entered_unit: str, reason: str, row_version: int
    ) -> Changes:
        """Correct the value of a reading."""
        ...

    def accept_short(self, reading_ids: Sequence[int], reason: str) -> Changes:
        """Accept short-interval readings as ends of a rate."""
        ...

    def undo(self) -> Changes | None:
        """Withdraw the last change; None where there is none."""
        ...

    def redo(self) -> Changes | None:
        """Make the last withdrawn change again; None where there is none."""
        ...

    def history(self, table: str, row_id: int) -> list[AuditEntry]:
        """Who changed a row, when and why, the newest first."""
        ...

    def import_kinds(self) -> tuple[ImportKind, ...]:
        """Kinds of records that can be imported, with their fields."""
        ...

    def read_tables(self, paths: Sequence[Path], progress: Progress) -> tuple[TableGuess, ...]:
        """Tables found in files, with kind and columns guessed."""
        ...

    def preview(self, tables: Sequence[TableGuess], progress: Progress) -> ImportPreview:
        """What importing these tables would do; nothing is written."""
        ...

    def commit(self, preview: ImportPreview, progress: Progress) -> Changes:
        """Write a preview in one transaction."""
        ...

    def export(self, kind: str, study: Study, path: Path, language: str, units: str, progress: Progress) -> list[Path]:
        """Write files; kind is plan_xlsx, sap, maximo or report."""
        ...

    def store_study(self, study: Study, progress: Progress) -> int:
        """Store a study as a draft snapshot; its id."""
        ...

    def close(self) -> None:
        """Let go of the plant."""
        ...
