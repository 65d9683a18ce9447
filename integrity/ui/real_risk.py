"""The risk part of the program's gateway: services behind the calls of the risk screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from integrity.core.progress import Progress
from integrity.services.types import Changes, Study


class RealRisk:
    """Calls services on the plant that is open; the gateway gives it `_open`."""

    def _open(self) -> Any:
        raise NotImplementedError

    def mechanism_lines(self, study: Study, row: int) -> Any:
        """Factor of each mechanism of a component along time."""
        from integrity.services.decisions import mechanism_lines

        return mechanism_lines(study, row)

    def crossings(self, study: Study, row: int) -> Any:
        """Days on which a component reaches its targets."""
        from integrity.services.risk_lines import crossings_of

        return crossings_of(study, row)

    def recommended(self, study: Study, row: int) -> Any:
        """Cheapest inspections of a component and what they leave."""
        from integrity.services.risk_lines import recommended_of

        return recommended_of(study, row)

    def input_menu(self) -> Any:
        """Inputs that a what-if may change."""
        from integrity.services.input_views import input_menu

        return input_menu()

    def present_values(self, study: Study, row: int) -> dict[str, float | str]:
        """What the inputs of a component stand at."""
        from integrity.services.what_if_views import present_values

        return present_values(study, row)

    def try_inputs(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> Any:
        """Components before and after a change; nothing is stored."""
        from integrity.services.what_if_views import try_inputs

        return try_inputs(study, rows, changes, focus)

    def try_risk(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> Any:
        """The part of that which is at hand at once; None where there is none."""
        from integrity.services.what_if_views import may_be_quick, try_risk

        return try_risk(study, rows, changes, focus) if may_be_quick(changes) else None

    def comparison(self, study: Study, quantity: str, progress: Progress) -> Any:
        """Why a quantity differs from the last approved run; None where no study is approved."""
        from integrity.services.decisions import compare_with, last_approved

        run = last_approved(self._open())
        return None if run is None else compare_with(run, study, quantity, progress)

    def sensitivity(self, study: Study, rows: Sequence[int], quantity: str) -> Any:
        """Tornado of some components."""
        from integrity.services.decisions import sensitivity

        return sensitivity(study, rows, quantity)

    def distribution(self, study: Study, rows: Sequence[int], quantity: str, progress: Progress) -> Any:
        """Monte Carlo of some components."""
        from integrity.services.decisions import distribution

        return distribution(study, rows, quantity, progress)

    def choices(self, study: Study, progress: Progress) -> Any:
        """Cheapest inspections of the plant to the next two turnarounds."""
        from integrity.services.decisions import choices

        return choices(study, progress=progress)

    def editions(self, study: Study, progress: Progress) -> Any:
        """The plant under every edition."""
        from integrity.services.decisions import compare_editions

        return compare_editions(study, progress)

    def mechanism_map(self, study: Study) -> Any:
        """Mechanisms of every component."""
        from integrity.services.finder_views import mechanism_map

        return mechanism_map(study)

    def conditions(self, study: Study, row: int, key: str) -> Any:
        """Conditions of a mechanism for a component."""
        from integrity.services.finder_views import conditions

        return conditions(study, row, key)

    def decide_damage(self, subject: str, mechanism: str, decision: str, cause: str, reason: str) -> Changes:
        """Accept or reject a mechanism for a component, item, circuit or loop."""
        from integrity.services.facts import decide_damage

        return decide_damage(self._open(), subject, mechanism, decision, reason, cause=cause)

    def fact_sheet(self, study: Study, row: int) -> Any:
        """Facts of a component, the missing ones first."""
        from integrity.services.fact_views import fact_sheet

        return fact_sheet(self._open(), study, row)

    def set_fact(self, subject: str, symbol: str, value: str, unit: str, source: str, reason: str) -> Changes:
        """Record a fact of a component, item, circuit or loop."""
        from integrity.services.facts import set_fact

        return set_fact(self._open(), subject, symbol, value, reason, unit=unit, source=source)

    def settings(self) -> Any:
        """All settings of the site."""
        from integrity.services.settings_edit import setting_rows

        return setting_rows(self._open())

    def matrix_in_force(self, study: Study) -> Any:
        """Risk matrix and bounds that the settings give."""
        from integrity.services.settings_edit import matrix_in_force

        return matrix_in_force(study.settings)

    def set_setting(self, key: str, value: Any, reason: str) -> Changes:
        """Give a setting another value, in the internal unit."""
        from integrity.services.settings_edit import set_setting

        return set_setting(self._open(), key, value, reason)
