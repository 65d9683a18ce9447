"""Flaw bench: says what it will show and what a plant must hold for it."""

from __future__ import annotations

from integrity.ui.views.base import View


class FlawBench(View):
    """Fitness-for-service assessments of recorded flaws."""

    key = "flaw"
    icon = "flaw"

    def show_study(self) -> None:
        """A plant without flaw records: the panel says so, with the next step there is today."""
        self._stack.setCurrentIndex(1)
        self._empty.set_key("ui.empty.flaw_records")
