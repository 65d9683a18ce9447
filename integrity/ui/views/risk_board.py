"""Risk board: matrix with counts, iso-risk plot, risk over time, and the list behind them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from integrity.core.arrays import IntArray
from integrity.services.types import Study
from integrity.ui.gateway import RiskMatrix
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.component_table import component_arrays, component_marks, component_words, pick
from integrity.ui.plots.iso_risk import IsoRiskPlot
from integrity.ui.plots.matrix import MatrixPlot, count_cells
from integrity.ui.plots.risk_time import RiskTimePlot
from integrity.ui.state import Selection
from integrity.ui.views.base import hairline, label
from integrity.ui.views.choices_page import ChoicesPage
from integrity.ui.views.comparison_page import ComparisonPage
from integrity.ui.views.editions_page import EditionsPage
from integrity.ui.views.pages import PagedView
from integrity.ui.widgets.grid import Grid

KEYS = (
    "component",
    "risk_category",
    "risk",
    "P_f",
    "CA",
    "D_f_total",
    "P_f_category",
    "CA_category",
    "risk_target_d",
    "next_d",
    "risk_at_next",
    "four_colour",
    "unit",
    "name",
)


class RiskBoard(PagedView):
    """The board and its pages."""

    key = "board"
    icon = "board"
    front_page = "matrix"
    other_pages = (ComparisonPage, ChoicesPage, EditionsPage)

    def build_front(self) -> None:
        """Matrix and iso-risk above, list and time below."""
        px = self.state.sizes.px
        self._matrix: RiskMatrix | None = None
        self.matrix, self.iso, self.time = MatrixPlot(self.state), IsoRiskPlot(self.state), RiskTimePlot(self.state)
        self.model = ColumnModel(self.state, pick(KEYS), self)
        self.model.set_sort([("risk", True)])
        self.grid = Grid(self.model)
        self.list_title, self.time_title = label("heading"), label("heading")
        whole = QSplitter(Qt.Orientation.Vertical)
        top, bottom = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Horizontal)
        for split in (whole, top, bottom):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        top.addWidget(self.matrix)
        top.addWidget(self.iso)
        top.setSizes([px(360), px(460)])
        bottom.addWidget(self._titled(self.list_title, self.grid))
        bottom.addWidget(self._titled(self.time_title, self.time))
        bottom.setSizes([px(460), px(360)])
        whole.addWidget(top)
        whole.addWidget(bottom)
        whole.setSizes([px(350), px(310)])
        self.front.addWidget(whole, 1)
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda _: self.shell.go("rbi"))
        self.iso.picked.connect(lambda row: self.state.select(Selection(component=row, column="risk")))
        self.matrix.picked.connect(lambda _p, _c: self._filter())

    def _titled(self, title: QWidget, widget: QWidget) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        title.setContentsMargins(px(12), px(5), px(8), px(5))
        layout.addWidget(title)
        layout.addWidget(hairline())
        layout.addWidget(widget, 1)
        return out

    def show_study(self) -> None:
        """Components of a study."""
        study = self.state.study
        if study is None:
            return
        self._matrix = self.gateway.risk_matrix(study)
        self.model.set_data(
            component_arrays(study),
            study.components.n,
            component_words(study, self.state),
            marks=component_marks(study, self.state.stale),
        )
        self.grid.fit_columns()
        self._show_part()
        self.tell_pages("study")

    def _rows(self, study: Study) -> IntArray:
        mask = self.state.scope_mask()
        return np.arange(study.components.n) if mask is None else np.flatnonzero(mask)

    def show_scope(self) -> None:
        """Counts, points and list of the part of the plant."""
        self._show_part()
        self.tell_pages("scope")

    def _show_part(self) -> None:
        study, matrix = self.state.study, self._matrix
        if study is None or matrix is None:
            return
        rows, r = self._rows(study), study.components
        self.matrix.show_counts(matrix, count_cells(r.P_f_category[rows], r.CA_category[rows]))
        self._filter()

    def _filter(self) -> None:
        study, matrix = self.state.study, self._matrix
        if study is None or matrix is None:
            return
        mask = self.state.scope_mask()
        keep = np.ones(study.components.n, dtype=np.bool_) if mask is None else mask.copy()
        if self.matrix.cell is not None:
            p, c = self.matrix.cell
            keep &= (study.components.P_f_category == p) & (study.components.CA_category == c)
        self.model.set_mask(keep)
        self.iso.show_rows(study, matrix, np.flatnonzero(keep).astype(np.int64))
        self._ring(self.state.selection)
        self._words()

    def show_selection(self, selection: Selection) -> None:
        """Ring the selected component everywhere."""
        self._ring(selection)
        self.tell_pages("selection")

    def _ring(self, selection: Selection) -> None:
        study, matrix = self.state.study, self._matrix
        if study is None or matrix is None:
            return
        row, r = selection.component, study.components
        if row >= 0:
            self.matrix.ring(int(r.P_f_category[row]), int(r.CA_category[row]))
        if row != self.grid.current_source:
            self.grid.show_source(row)
        self.iso.select(row)
        rows = np.array([row]) if row >= 0 else self._rows(study)
        self.time.show_rows(study, rows.astype(np.int64), matrix.target)
        self._words()

    def show_stale(self) -> None:
        """Grey what has changed."""
        if self.state.study is not None:
            self.model.set_marks(component_marks(self.state.study, self.state.stale))

    def _chosen(self, row: int, column: str) -> None:
        explained = column if column in ("P_f", "CA", "D_f_total", "next_d") else "risk"
        self.state.select(Selection(component=row, column=explained))

    def _words(self) -> None:
        s, study = self.state, self.state.study
        if study is None:
            return
        cell = self.matrix.cell
        where = s.text("ui.board.in_cell", p=cell[0], c="ABCDE"[cell[1] - 1]) if cell else ""
        self.list_title.setText(s.text("ui.board.list", count=self.model.rowCount(), where=where).strip())
        row = s.selection.component
        name = str(study.plant.components.component[row]) if row >= 0 else s.text("ui.board.all")
        self.time_title.setText(s.text("ui.board.over_time", name=name))
        self.shell.refresh_title()

    def retranslate(self) -> None:
        """Words of plots and titles."""
        super().retranslate()
        self._words()
        self.iso.redraw()
        self.time.redraw()

    def restyle(self) -> None:
        """Colours of plots."""
        super().restyle()
        for plot in (self.iso, self.time):
            plot.restyle()
            plot.redraw()

    def subtitle(self) -> str:
        """How many are assessed."""
        study = self.state.study
        if study is None:
            return ""
        rows = self._rows(study)
        known = int((study.components.risk_category[rows] >= 0).sum())
        return self.state.text("ui.board.assessed", known=known, total=int(rows.size))
