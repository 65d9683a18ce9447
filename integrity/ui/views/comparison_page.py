"""Why risk has moved since the last approved run: a waterfall by cause beside the worst movers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from integrity.core.arrays import IntArray
from integrity.core.errors import ToolError
from integrity.core.frames.decisions import CAUSES
from integrity.core.progress import Progress
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column
from integrity.ui.plots.waterfall import WaterfallPlot
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView, Segments, titled
from integrity.ui.widgets.grid import Grid

if TYPE_CHECKING:
    from integrity.services.decisions import Comparison

QUANTITY = {"risk": "risk_area", "P_f": "frequency", "D_f_total": "damage_factor", "CA": "area"}
NAMES = ("old", *CAUSES, "new")


def columns(quantity: str) -> tuple[Column, ...]:
    """Columns of the movers for a quantity."""
    kind = QUANTITY[quantity]
    steps = tuple(Column(c, kind, title=f"ui.cause.{c}") for c in NAMES)
    moved = Column("moved", kind, title="ui.comparison.moved")
    return (Column("component", "text"), moved, steps[0], steps[-1], *steps[1:-1])


class ComparisonPage(Page):
    """The comparison."""

    key = "comparison"

    def __init__(self, view: PagedView) -> None:
        self.quantity = "risk"
        self.found: Comparison | None = None
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        super().__init__(view)

    def build(self) -> None:
        """Quantity, waterfall beside the list."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.comparison", "board")
        self.nothing.add_action("cmd.store_study", lambda: self.shell.commands.run("store_study"))
        self.choice = Segments(
            self.state, ("ui.time.risk", "ui.time.P_f", "ui.time.D_f", "ui.page.CA"), "ui.uncertainty.of"
        )
        self.choice.group.idClicked.connect(lambda i: self.show_quantity(tuple(QUANTITY)[i]))
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(4), px(12), px(4))
        self.plant, self.one = WaterfallPlot(self.state), WaterfallPlot(self.state)
        self.plant_title, self.one_title, self.list_title = label("heading"), label("heading"), label("heading")
        self.model = ColumnModel(self.state, columns("risk"), self)
        self.model.set_sort([("moved", True)])
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda _: self.shell.go("rbi"))
        self.plant.picked.connect(self._by_cause)
        left = QSplitter(Qt.Orientation.Vertical)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        for split in (left, self.split):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        left.addWidget(titled(self.state, self.plant_title, self.plant))
        left.addWidget(titled(self.state, self.one_title, self.one))
        self.split.addWidget(left)
        self.split.addWidget(titled(self.state, self.list_title, self.grid))
        self.split.setSizes([px(520), px(300)])
        for widget in (self.choice, hairline(), self.told):
            self.body.addWidget(widget)
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.nothing, 1)

    def show_study(self) -> None:
        """Another study: compare again."""
        study, quantity, gateway = self.study, self.quantity, self.gateway
        if study is None:
            return
        asked = self.ask()
        self.told.setText(self.state.text("ui.comparison.working"))
        self.nothing.hide()

        def done(found: Comparison | None) -> None:
            if self.is_last(asked):
                self.found = found
                self._take()

        def work(progress: Progress) -> Comparison | None:
            return gateway.comparison(study, quantity, progress)

        self.jobs.run("ui.job.comparison", work, done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def show_quantity(self, quantity: str) -> None:
        """Compare risk, probability, factor or area."""
        self.quantity = quantity
        self.model.set_data({}, 0)
        self.model.columns = columns(quantity)
        self.grid.set_columns(columns(quantity))
        self.show_study()

    def _take(self) -> None:
        study, found = self.study, self.found
        there = found is not None
        self.split.setVisible(there)
        self.told.setVisible(there)
        self.choice.setVisible(there)
        self.nothing.setVisible(not there)
        if study is None or found is None:
            return
        f = found.frame
        ids = study.plant.components.component_id
        order = np.argsort(ids, kind="stable")
        self._rows = order[np.searchsorted(ids, f.component_id, sorter=order)].astype(np.int64)
        arrays = {c: getattr(f, c) for c in NAMES}
        moved = np.abs(f.new - f.old)
        self.model.set_data({**arrays, "moved": moved, "component": study.plant.components.component[self._rows]}, f.n)
        self.grid.fit_columns()
        self.show_selection(self.state.selection)
        self._words()

    def show_selection(self, selection: Selection) -> None:
        """Waterfall of the selected component."""
        found = self.found
        if found is None:
            return
        at = np.flatnonzero(self._rows == selection.component)
        place = int(at[0]) if at.size else -1
        if place != self.grid.current_source:
            self.grid.show_source(place)
        s, kind = self.state, QUANTITY[self.quantity]
        self.plant.show_steps(NAMES, [found.totals[c] for c in NAMES], kind, s.text("ui.comparison.total"))
        values = [float(getattr(found.frame, c)[place]) for c in NAMES] if place >= 0 else []
        self.one.show_steps(NAMES if place >= 0 else (), values, kind, s.title(self.quantity))
        self._words()

    def _chosen(self, row: int, _column: str) -> None:
        if 0 <= row < self._rows.size:
            self.state.select(Selection(component=int(self._rows[row]), column=self.quantity))

    def _by_cause(self, i: int) -> None:
        """A step of the plant: those that moved most by that cause come first."""
        self.model.set_sort([(NAMES[i], True)])

    def _words(self) -> None:
        s, found, study = self.state, self.found, self.study
        if found is None or study is None:
            return
        row = self.state.selection.component
        name = str(study.plant.components.component[row]) if row >= 0 else s.text("ui.comparison.choose")
        self.plant_title.setText(s.text("ui.comparison.plant"))
        self.one_title.setText(name)
        self.list_title.setText(s.text("ui.comparison.movers"))
        only = (", ".join(found.only_old[:6]), ", ".join(found.only_new[:6]))
        told = s.text("ui.comparison.told", known=found.frame.n - found.n_unknown, unknown=found.n_unknown)
        if found.only_old:
            told += " " + s.text("ui.comparison.only_old", count=len(found.only_old), names=only[0])
        if found.only_new:
            told += " " + s.text("ui.comparison.only_new", count=len(found.only_new), names=only[1])
        self.told.setText(told)

    def retranslate(self) -> None:
        """Words and units."""
        self._words()
        self.plant.redraw()
        self.one.redraw()
        if self.found is not None:
            self.show_selection(self.state.selection)

    def restyle(self) -> None:
        """Colours."""
        for plot in (self.plant, self.one):
            plot.restyle()
            plot.redraw()
