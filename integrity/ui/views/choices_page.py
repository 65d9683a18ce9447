"""Cheapest inspections to the next turnaround and the one after: what, when, at what cost, and what they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from integrity.core.arrays import BoolArray
from integrity.core.codes import codes, index_of
from integrity.core.errors import ToolError
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.plots.risk_time import RiskTimePlot
from integrity.ui.state import Selection
from integrity.ui.views.base import hairline, label
from integrity.ui.views.pages import Page, PagedView, Segments, titled
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.core.frames.decisions import ChoiceFrame

STATES = codes("choice_state")
COLUMNS = (
    Column("component", "text"),
    Column("up_to", "lazy", title="ui.choices.horizon", width=120),
    Column("choice_state", "code", "choice_state", title="ui.choices.state", width=170),
    Column("date_d", "date", title="ui.choices.date"),
    Column("effectiveness", "code", "effectiveness", title="ui.choices.grade"),
    Column("cost", "number", title="ui.choices.cost", decimals=0),
    Column("without", "risk_area", title="ui.choices.without"),
    Column("with_", "risk_area", title="ui.choices.with"),
    Column("best", "risk_area", title="ui.choices.best"),
    Column("until_d", "date", title="ui.choices.until"),
)


class ChoicesPage(Page):
    """The table, and risk along time of the chosen component with what is recommended."""

    key = "choices"

    def __init__(self, view: PagedView) -> None:
        self.frame: ChoiceFrame | None = None
        self._row = -1
        super().__init__(view)

    def build(self) -> None:
        """States to choose from, table over curve."""
        px = self.state.sizes.px
        self.choice = Segments(
            self.state, ("ui.choices.all", *(f"code.choice_state.{c}" for c in STATES)), "ui.choices.show"
        )
        self.choice.group.idClicked.connect(lambda _: self._filter())
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.model.set_sort([("without", True)])
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda _: self.shell.go("rbi"))
        self.time = RiskTimePlot(self.state)
        self.time_title = label("heading")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.grid)
        split.addWidget(titled(self.state, self.time_title, self.time))
        split.setSizes([px(320), px(230)])
        for widget in (self.choice, hairline(), self.told, hairline()):
            self.body.addWidget(widget)
        self.body.addWidget(split, 1)

    def show_study(self) -> None:
        """Another study: choose again."""
        study, gateway = self.study, self.gateway
        if study is None:
            return
        asked = self.ask()
        self._row = -1
        self.told.setText(self.state.text("ui.choices.working"))

        def done(frame: ChoiceFrame) -> None:
            if self.is_last(asked):
                self.frame = frame
                self._take()

        self.jobs.run("ui.job.choices", lambda progress: gateway.choices(study, progress), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _take(self) -> None:
        study, f = self.study, self.frame
        if study is None or f is None:
            return
        names = study.plant.components.component[f.component_row]
        horizon = f.horizon
        s = self.state
        tone = np.where(
            np.isin(f.choice_state, [STATES.index("none_suffices"), STATES.index("already_above")]), 3, 0
        ).astype(np.int64)
        tone = np.where(f.choice_state == STATES.index("chosen"), 4, tone).astype(np.int64)
        self.model.set_data(
            {**f.columns(), "component": names},
            f.n,
            {"up_to": lambda i: s.text("ui.choices.next" if horizon[i] == 0 else "ui.choices.after")},
            marks=Marks(tone={"choice_state": tone}),
        )
        self.grid.fit_columns()
        self._filter()
        self.show_selection(self.state.selection)
        self._words()

    def _filter(self) -> None:
        f = self.frame
        if f is None:
            return
        keep: BoolArray = np.ones(f.n, dtype=np.bool_)
        mask = self.state.scope_mask()
        if mask is not None:
            keep &= mask[f.component_row]
        chosen = self.choice.chosen - 1
        if chosen >= 0:
            keep &= f.choice_state == chosen
        self.model.set_mask(keep)
        self._words()

    def show_scope(self) -> None:
        """Only what the tree says."""
        self._filter()

    def show_selection(self, selection: Selection) -> None:
        """Curve of the selected component with what is recommended."""
        study, f, row = self.study, self.frame, selection.component
        if study is None:
            return
        if f is not None:
            at = np.flatnonzero(f.component_row == row)
            shown = self.grid.current_source
            if at.size and (shown < 0 or int(f.component_row[shown]) != row):
                self.grid.show_source(int(at[0]))
        self.time_title.setText(
            self.state.text("ui.board.over_time", name=str(study.plant.components.component[row])) if row >= 0 else ""
        )
        if row == self._row or row < 0:
            return
        self._row = row
        target = study.settings.number("rbi.risk_target_m2_y")
        self.time.show_rows(study, np.array([row], dtype=np.int64), target)
        gateway = self.gateway

        def done(found: tuple[object, object]) -> None:
            if self._row == row and self.state.study is study:
                recommended, crossings = found
                self.time.show_decisions(recommended.panel, crossings)  # type: ignore[attr-defined, arg-type]

        self.jobs.run(
            "ui.job.working",
            lambda _p: (gateway.recommended(study, row), gateway.crossings(study, row)),
            done,
            self._failed,
            quiet=True,
        )

    def _chosen(self, row: int, _column: str) -> None:
        f = self.frame
        if f is not None and 0 <= row < f.n:
            self.state.select(Selection(component=int(f.component_row[row]), column="risk"))

    def _words(self) -> None:
        f, s, study = self.frame, self.state, self.study
        if f is None or study is None:
            return
        rows = self.model.rows
        made = rows[f.choice_state[rows] == index_of("choice_state", "chosen")]
        unmet = int(np.isin(f.choice_state[rows], [STATES.index("none_suffices"), STATES.index("already_above")]).sum())
        cost = float(np.nansum(f.cost[made]))
        target = study.settings.number("rbi.risk_target_m2_y")
        told = s.text(
            "ui.choices.told",
            chosen=int(made.size),
            cost=s.number(cost, "number", 0),
            unmet=unmet,
            target=s.measure(target, "risk_area"),
        )
        self.told.setText(told)

    def retranslate(self) -> None:
        """Words and units."""
        self._words()
        self.time.redraw()

    def restyle(self) -> None:
        """Colours."""
        self.time.restyle()
        self.time.redraw()
