"""What the risk screens ask of the program: factors along time, what-if, comparison, mechanisms, facts, settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from integrity.core.progress import Progress
from integrity.services.types import Changes, Study

if TYPE_CHECKING:
    from integrity.core.frames.decisions import ChoiceFrame, EditionFrame, TornadoFrame, UncertaintyFrame
    from integrity.core.settings import Value
    from integrity.services.decisions import Comparison, MechanismLines
    from integrity.services.fact_views import FactSheet
    from integrity.services.finder_views import ConditionLine, MechanismMap
    from integrity.services.input_views import InputSymbol
    from integrity.services.risk_lines import Crossing, Recommended
    from integrity.services.settings_edit import MatrixInForce, SettingRow
    from integrity.services.what_if_views import WhatIfView


class RiskGateway(Protocol):
    """Blocking, thread-safe calls like those of `Gateway`, of which this is a part."""

    def mechanism_lines(self, study: Study, row: int) -> MechanismLines:
        """Factor of each mechanism of a component along time."""
        ...

    def crossings(self, study: Study, row: int) -> tuple[Crossing, ...]:
        """Days on which a component reaches its targets."""
        ...

    def recommended(self, study: Study, row: int) -> Recommended:
        """Cheapest inspections of a component and what they leave."""
        ...

    def input_menu(self) -> tuple[InputSymbol, ...]:
        """Inputs that a what-if may change."""
        ...

    def present_values(self, study: Study, row: int) -> dict[str, float | str]:
        """What the inputs of a component stand at."""
        ...

    def try_inputs(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView:
        """Components before and after a change; nothing is stored."""
        ...

    def try_risk(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView | None:
        """The part of that which is at hand at once, without dates; None where there is none."""
        ...

    def comparison(self, study: Study, quantity: str, progress: Progress) -> Comparison | None:
        """Why a quantity differs from the last approved run; None where no study is approved."""
        ...

    def sensitivity(self, study: Study, rows: Sequence[int], quantity: str) -> TornadoFrame:
        """Tornado of some components."""
        ...

    def distribution(self, study: Study, rows: Sequence[int], quantity: str, progress: Progress) -> UncertaintyFrame:
        """Monte Carlo of some components."""
        ...

    def choices(self, study: Study, progress: Progress) -> ChoiceFrame:
        """Cheapest inspections of the plant to the next two turnarounds."""
        ...

    def editions(self, study: Study, progress: Progress) -> EditionFrame:
        """The plant under every edition."""
        ...

    def mechanism_map(self, study: Study) -> MechanismMap:
        """Mechanisms of every component."""
        ...

    def conditions(self, study: Study, row: int, key: str) -> tuple[ConditionLine, ...]:
        """Conditions of a mechanism for a component."""
        ...

    def decide_damage(self, subject: str, mechanism: str, decision: str, cause: str, reason: str) -> Changes:
        """Accept or reject a mechanism for a component, item, circuit or loop (`kind:name`)."""
        ...

    def fact_sheet(self, study: Study, row: int) -> FactSheet:
        """Facts of a component, the missing ones first."""
        ...

    def set_fact(self, subject: str, symbol: str, value: str, unit: str, source: str, reason: str) -> Changes:
        """Record a fact of a component, item, circuit or loop (`kind:name`)."""
        ...

    def settings(self) -> tuple[SettingRow, ...]:
        """All settings of the site."""
        ...

    def matrix_in_force(self, study: Study) -> MatrixInForce:
        """Risk matrix and bounds that the settings give."""
        ...

    def set_setting(self, key: str, value: Value, reason: str) -> Changes:
        """Give a setting another value, in the internal unit."""
        ...
