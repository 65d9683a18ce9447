"""The bottom line: plant, as-of date, rule set, units, language, look, and running work with its Cancel."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from integrity.i18n.formats import format_date
from integrity.ui.commands import CommandSet
from integrity.ui.gateway import Gateway
from integrity.ui.jobs import Jobs
from integrity.ui.state import State
from integrity.ui.views.base import hairline


class StatusLine(QWidget):
    """The bottom line of the window.

    Parameters
    ----------
    state : State
    jobs : Jobs
    gateway : Gateway
    commands : CommandSet
    """

    def __init__(self, state: State, jobs: Jobs, gateway: Gateway, commands: CommandSet) -> None:
        super().__init__()
        self._state, self._jobs, self._gateway = state, jobs, gateway
        self.setProperty("role", "status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(state.sizes.px(26))
        row = QHBoxLayout(self)
        row.setContentsMargins(state.sizes.px(10), 1, state.sizes.px(6), 0)
        row.setSpacing(state.sizes.px(8))
        self.plant, self.as_of, self.rules, self.stale = QLabel(), QLabel(), QLabel(), QLabel()
        for widget in (self.plant, self.as_of, self.rules):
            row.addWidget(widget)
            row.addWidget(hairline(vertical=True))
        self.units = self._switch(row, commands, "switch_units")
        self.language = self._switch(row, commands, "switch_language")
        self.theme = self._switch(row, commands, "switch_theme")
        row.addWidget(self.stale)
        row.addStretch(1)
        self.work, self.bar, self.cancel = QLabel(), QProgressBar(), QToolButton()
        self.bar.setFixedWidth(state.sizes.px(160))
        self.bar.setTextVisible(False)
        self.cancel.clicked.connect(jobs.cancel_all)
        for item in (self.work, self.bar, self.cancel):
            row.addWidget(item)
        jobs.changed.connect(self.refresh_work)
        for signal in (
            state.language_changed,
            state.units_changed,
            state.theme_changed,
            state.study_changed,
            state.stale_changed,
        ):
            signal.connect(self.refresh)
        self.refresh()
        self.refresh_work()

    def _switch(self, row: QHBoxLayout, commands: CommandSet, command: str) -> QToolButton:
        button = QToolButton()
        button.clicked.connect(lambda: commands.run(command))
        row.addWidget(button)
        return button

    def refresh(self) -> None:
        """Write all parts anew."""
        s, info, study = self._state, self._gateway.plant, self._state.study
        self.plant.setText(info.site if info is not None else s.text("ui.status.no_plant"))
        self.plant.setToolTip(info.path if info is not None else "")
        self.as_of.setText(s.text("ui.status.as_of", date=format_date(study.plant.as_of_d)) if study else "—")
        rules = s.text(f"ui.rules.{study.settings.code('plan.rule_set')}") if study else "—"
        self.rules.setText(rules)
        self.units.setText(s.text(f"ui.units.{s.unit_set}"))
        self.language.setText(s.text("ui.language"))
        self.theme.setText(s.text(f"ui.theme.{s.theme.name}"))
        for button, key in (
            (self.units, "switch_units"),
            (self.language, "switch_language"),
            (self.theme, "switch_theme"),
        ):
            button.setToolTip(s.text(f"cmd.{key}"))
        count = int(s.stale.sum())
        self.stale.setText(s.text("ui.status.stale", count=count) if count else "")
        self.cancel.setText(s.text("ui.cancel"))

    def refresh_work(self) -> None:
        """What is running."""
        running = self._jobs.running
        for widget in (self.work, self.bar, self.cancel):
            widget.setVisible(bool(running))
        if not running:
            return
        job = running[0]
        done, total = job.steps
        words = self._state.text(job.title)
        if job.message is not None:
            words = self._state.text("ui.status.work", title=words, message=self._state.say(job.message))
        self.work.setText(words)
        self.bar.setRange(0, total)
        self.bar.setValue(min(done, total))
