"""Plan: the next date of every component, all dates it was chosen from, and why."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from integrity.core.arrays import NO_DATE, BoolArray, IntArray
from integrity.core.codes import codes
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.component_table import component_words
from integrity.ui.models.plan_table import (
    DETAIL_COLUMNS,
    PREFIX,
    detail_arrays,
    detail_marks,
    detail_rows,
    detail_words,
    plan_arrays,
    plan_columns,
    plan_marks,
)
from integrity.ui.plots.timeline import Timeline, years_of
from integrity.ui.state import Selection
from integrity.ui.views.base import View, hairline, label
from integrity.ui.widgets.grid import Grid


class PlanView(View):
    """The plan."""

    key = "plan"
    icon = "plan"

    def build(self) -> None:
        """Timeline, filters, plan, candidates of the selected component."""
        px = self.state.sizes.px
        self._standing: dict[str, IntArray] = {}
        self._detail: IntArray = np.zeros(0, dtype=np.int64)
        self._component = -1
        self.timeline = Timeline(self.state)
        self.timeline.picked.connect(lambda _: self._filter())
        self.body.addWidget(self.timeline)
        self.body.addWidget(hairline())
        self.body.addLayout(self._filter_line())
        self.body.addWidget(hairline())
        self.model = ColumnModel(self.state, (), self)
        self.model.set_sort([("next_d", False)])
        self.grid = Grid(self.model, symbols=False)
        self.detail_model = ColumnModel(self.state, DETAIL_COLUMNS, self)
        self.detail = Grid(self.detail_model, symbols=False, filters=False, stretch="why")
        self.detail_title = label("heading")
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.detail_title.setContentsMargins(px(12), px(5), px(8), px(5))
        layout.addWidget(self.detail_title)
        layout.addWidget(hairline())
        layout.addWidget(self.detail, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.grid)
        split.addWidget(below)
        split.setSizes([px(320), px(210)])
        self.body.addWidget(split, 1)
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda _: self.shell.go("cml"))
        self.detail.row_chosen.connect(self._candidate_chosen)
        self.tools = [
            self.button("ui.plan.xlsx", "export_plan", "export"),
            self.button("ui.plan.sap", "export_sap"),
            self.button("ui.plan.maximo", "export_maximo"),
        ]

    def _filter_line(self) -> QHBoxLayout:
        px = self.state.sizes.px
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(4), px(12), px(4))
        row.setSpacing(px(8))
        self.boxes: dict[str, QComboBox] = {}
        self._box_words: dict[str, QLabel] = {}
        for name in ("unit", "equipment_kind", "next_kind"):
            words, box = label("secondary"), QComboBox()
            box.activated.connect(lambda _: self._filter())
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(px(150))
            row.addWidget(words)
            row.addWidget(box)
            self.boxes[name], self._box_words[name] = box, words
        row.addStretch(1)
        self.legend = label("secondary")
        row.addWidget(self.legend)
        return row

    def _fill_boxes(self) -> None:
        study, s = self.state.study, self.state
        if study is None:
            return
        units = [(str(u), str(u)) for u in np.unique(study.plant.components.unit.astype(str)) if u]
        kinds = [
            (s.code("equipment_kind", int(k)), int(k))
            for k in np.unique(study.plant.components.equipment_kind)
            if k >= 0
        ]
        rules = [(s.code("candidate_kind", int(k)), int(k)) for k in np.unique(study.components.next_kind) if k >= 0]
        for name, entries in (("unit", units), ("equipment_kind", kinds), ("next_kind", rules)):
            box = self.boxes[name]
            now = box.currentData()
            box.clear()
            box.addItem(s.text("ui.plan.any"), None)
            for words, value in entries:
                box.addItem(words, value)
            box.setCurrentIndex(max(box.findData(now), 0))
            self._box_words[name].setText(s.title(name))

    # -- following the window ------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Dates of a study."""
        study = self.state.study
        if study is None:
            return
        arrays, self._standing = plan_arrays(study)
        self._component = -1
        if [c.key for c in self.model.columns] != [c.key for c in plan_columns(study)]:
            self.grid.set_columns(())
            self.model.set_data({}, 0)
            self.model.columns = plan_columns(study)
        self.model.set_data(
            arrays,
            study.components.n,
            component_words(study, self.state),
            marks=plan_marks(study, self._standing, self.state.stale),
        )
        self.grid.fit_columns()
        self._fill_boxes()
        self._filter()

    def _mask(self) -> BoolArray | None:
        study = self.state.study
        if study is None:
            return None
        mask = self.state.scope_mask()
        keep = np.ones(study.components.n, dtype=np.bool_) if mask is None else mask.copy()
        unit, kind, rule = (self.boxes[b].currentData() for b in ("unit", "equipment_kind", "next_kind"))
        if unit is not None:
            keep &= study.plant.components.unit == unit
        if kind is not None:
            keep &= study.plant.components.equipment_kind == kind
        if rule is not None:
            keep &= study.components.next_kind == rule
        return keep

    def _filter(self) -> None:
        study, keep = self.state.study, self._mask()
        if study is None or keep is None:
            return
        r = study.components
        self.timeline.show_dates(r.next_d[keep], r.next_kind[keep], study.plant.as_of_d)
        if self.timeline.year:
            shown = self.timeline.columns()
            years = np.clip(years_of(r.next_d), shown[0], shown[-1])
            keep &= (years == self.timeline.year) & (r.next_d != NO_DATE)
        self.model.set_mask(keep)
        self.shell.refresh_title()

    def show_scope(self) -> None:
        """Only what the tree says."""
        self._filter()

    def show_stale(self) -> None:
        """Grey what has changed."""
        if self.state.study is not None:
            self.model.set_marks(plan_marks(self.state.study, self._standing, self.state.stale))

    def show_selection(self, selection: Selection) -> None:
        """Candidates of the selected component."""
        if selection.component != self.grid.current_source:
            self.grid.show_source(selection.component)
        self._show_detail(selection)

    def _show_detail(self, selection: Selection) -> None:
        study, row = self.state.study, selection.component
        if study is None:
            return
        if row != self._component:
            self._component = row
            self._detail = detail_rows(study, row) if row >= 0 else np.zeros(0, dtype=np.int64)
            self.detail_model.set_data(
                detail_arrays(study, self._detail),
                self._detail.size,
                detail_words(study, self._detail, self.state),
                marks=detail_marks(study, self._detail),
            )
            self.detail.fit_columns()
        found = np.flatnonzero(self._detail == selection.candidate)
        self.detail.show_source(int(found[0]) if found.size else -1)
        self._words()

    def _chosen(self, row: int, column: str) -> None:
        study = self.state.study
        if study is None or row < 0:
            return
        candidate = -1
        if column.startswith(PREFIX):
            kind = codes("candidate_kind").index(column.removeprefix(PREFIX))
            rows = detail_rows(study, row)
            same = rows[study.candidates.kind[rows] == kind]
            candidate = int(same[0]) if same.size else -1
        self.state.select(Selection(component=row, candidate=candidate, column="next_d"))

    def _candidate_chosen(self, row: int, _column: str) -> None:
        if 0 <= row < self._detail.size:
            self.state.select(Selection(candidate=int(self._detail[row]), column="next_d"))

    # -- words ---------------------------------------------------------------------------------------------

    def _words(self) -> None:
        s, study = self.state, self.state.study
        self.legend.setText(s.text("ui.plan.legend"))
        if study is None:
            return
        row = self._component
        if row < 0:
            self.detail_title.setText(s.text("ui.plan.choose"))
            return
        name = str(study.plant.components.component[row])
        self.detail_title.setText(s.text("ui.plan.candidates", component=name, count=int(self._detail.size)))

    def retranslate(self) -> None:
        """Words of filters and titles."""
        self._fill_boxes()
        self._words()

    def restyle(self) -> None:
        """Colours."""
        self.timeline.update()

    def subtitle(self) -> str:
        """Rows shown of all."""
        if self.state.study is None:
            return ""
        return self.state.text("ui.rows", shown=self.model.rowCount(), total=self.model.total)
