"""CML workbench: measuring points of a component or circuit, trend, readings edited in place, rates."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from integrity.core.arrays import IntArray
from integrity.core.codes import index_of
from integrity.services.types import Study
from integrity.ui import actions
from integrity.ui.models.cml_tables import (
    CML_COLUMNS,
    POSITION_COLUMNS,
    READING_COLUMNS,
    cml_arrays,
    cml_marks,
    position_arrays,
    reading_arrays,
    reading_marks,
)
from integrity.ui.models.column_model import ColumnModel, Edit
from integrity.ui.models.reading_edits import Asked, read_edits
from integrity.ui.plots.trend import TrendPlot, positions_at
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, View, hairline, label
from integrity.ui.widgets.grid import Grid
from integrity.ui.widgets.reason_bar import ReasonBar

LAYERS = ("rates", "regression", "limits", "all_positions")
QUALITIES = ("good", "verify", "ignored")


class CmlWorkbench(View):
    """The bench."""

    key = "cml"
    icon = "cml"

    def build(self) -> None:
        """List and plot above, readings and rates below."""
        self._cml_rows: IntArray = np.zeros(0, dtype=np.int64)
        self._reading_rows: IntArray = np.zeros(0, dtype=np.int64)
        self._position_rows: IntArray = np.zeros(0, dtype=np.int64)
        self._cml = -1
        self._pending: Asked | None = None
        px = self.state.sizes.px
        self.cml_model = ColumnModel(self.state, CML_COLUMNS, self)
        self.cmls = Grid(self.cml_model)
        self.reading_model = ColumnModel(self.state, READING_COLUMNS, self)
        self.readings = Grid(self.reading_model, frozen=False, symbols=False)
        self.position_model = ColumnModel(self.state, POSITION_COLUMNS, self)
        self.positions = Grid(self.position_model, filters=False)
        self.plot = TrendPlot(self.state)
        self.nothing = EmptyPanel(self.state, "ui.empty.cml_choose", "cml")
        self._split = QSplitter(Qt.Orientation.Vertical)
        top, bottom = QSplitter(Qt.Orientation.Horizontal), QSplitter(Qt.Orientation.Horizontal)
        for split in (self._split, top, bottom):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        top.addWidget(self._list_pane())
        top.addWidget(self.plot)
        top.setStretchFactor(1, 1)
        top.setSizes([px(332), px(488)])
        bottom.addWidget(self._reading_pane())
        bottom.addWidget(self._rate_pane())
        bottom.setSizes([px(400), px(420)])
        self._split.addWidget(top)
        self._split.addWidget(bottom)
        self._split.setSizes([px(390), px(270)])
        self.body.addWidget(self._split, 1)
        self.body.addWidget(self.nothing, 1)
        self._layer_buttons()
        self._connect()

    def _connect(self) -> None:
        self.cmls.row_chosen.connect(self._cml_chosen)
        self.readings.row_chosen.connect(self._reading_chosen)
        self.positions.row_chosen.connect(self._position_chosen)
        self.plot.picked.connect(self._picked)
        self.reading_model.edited.connect(self._edited)
        self.reason.accepted.connect(self._apply)
        self.reason.dismissed.connect(self._forget)

    def _pane(self, title: QWidget, tools: list[QWidget]) -> tuple[QWidget, QVBoxLayout]:
        px = self.state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(3), px(6), px(3))
        row.setSpacing(px(2))
        row.addWidget(title, 1)
        for tool in tools:
            row.addWidget(tool)
        head = QWidget()
        head.setFixedHeight(px(32))
        head.setLayout(row)
        layout.addWidget(head)
        layout.addWidget(hairline())
        return out, layout

    def _list_pane(self) -> QWidget:
        self.list_title = label("heading")
        self.whole_circuit = QPushButton()
        self.whole_circuit.setProperty("segment", True)
        self.whole_circuit.setCheckable(True)
        self.whole_circuit.toggled.connect(lambda _: self._fill_cmls())
        out, layout = self._pane(self.list_title, [self.whole_circuit])
        layout.addWidget(self.cmls, 1)
        return out

    def _reading_pane(self) -> QWidget:
        self.reading_title = label("heading")
        self.quality_buttons: dict[str, QPushButton] = {}
        for quality in QUALITIES:
            button = QPushButton()
            button.setProperty("segment", True)
            button.clicked.connect(lambda _=False, q=quality: self.mark_selected(q))
            self.quality_buttons[quality] = button
        self.accept_button = QPushButton()
        self.accept_button.setProperty("segment", True)
        self.accept_button.clicked.connect(self.accept_selected)
        self.mark_words = label("secondary")
        tools = [self.mark_words, *self.quality_buttons.values(), self.accept_button]
        out, layout = self._pane(self.reading_title, tools)
        self.reason = ReasonBar(self.state)
        layout.addWidget(self.reason)
        layout.addWidget(self.readings, 1)
        return out

    def _rate_pane(self) -> QWidget:
        self.rate_title = label("heading")
        out, layout = self._pane(self.rate_title, [])
        self.rate_why = label("secondary", wrap=True)
        px = self.state.sizes.px
        self.rate_why.setContentsMargins(px(12), px(4), px(8), px(4))
        layout.addWidget(self.rate_why)
        layout.addWidget(self.positions, 1)
        return out

    def _layer_buttons(self) -> None:
        self.layer_buttons: dict[str, QPushButton] = {}
        for name in LAYERS:
            button = QPushButton()
            button.setProperty("segment", True)
            button.setCheckable(True)
            button.setChecked(True)
            button.toggled.connect(lambda on, n=name: self._layer(n, on))
            self.layer_buttons[name] = button
        self.tools = list(self.layer_buttons.values())

    def _layer(self, name: str, on: bool) -> None:
        self.plot.layers = replace(self.plot.layers, **{name: on})
        self.plot.redraw()

    # -- following the window ------------------------------------------------------------------------------

    def show_study(self) -> None:
        """A new study keeps what is selected."""
        self._cml = -1
        self._forget()

    def show_selection(self, selection: Selection) -> None:
        """Show the measuring points of the selected component and one of them."""
        study = self.state.study
        chosen = study is not None and selection.component >= 0
        self._split.setVisible(chosen)
        self.nothing.setVisible(not chosen)
        if not chosen or study is None:
            return
        rows = self._wanted_rows(study, selection)
        if rows.size != self._cml_rows.size or bool((rows != self._cml_rows).any()) or self._cml < 0:
            self._fill_cmls()
        cml = selection.cml if selection.cml >= 0 else self._default_cml(study, selection.component)
        if cml != self._cml:
            self._show_cml(cml)
        if selection.reading >= 0:
            self._ring(selection.reading)
        if selection.position >= 0 and self.plot._position != selection.position:
            self.plot.show_cml(study, self._cml, selection.position)

    def _wanted_rows(self, study: Study, selection: Selection) -> IntArray:
        component = study.plant.cmls.component_row
        if self.whole_circuit.isChecked():
            circuit = study.plant.components.circuit
            inside = circuit[component] == circuit[selection.component]
            return np.flatnonzero(inside).astype(np.int64)
        first, last = study.plant.cmls_of_component.offsets[selection.component : selection.component + 2]
        return np.arange(first, last, dtype=np.int64)

    def _default_cml(self, study: Study, component: int) -> int:
        governing = int(study.components.governing_cml_row[component])
        if governing >= 0:
            return governing
        first, last = study.plant.cmls_of_component.offsets[component : component + 2]
        return int(first) if last > first else -1

    def _fill_cmls(self) -> None:
        study, selection = self.state.study, self.state.selection
        if study is None or selection.component < 0:
            return
        rows = self._cml_rows = self._wanted_rows(study, selection)
        self.cml_model.set_data(cml_arrays(study, rows), rows.size, marks=cml_marks(study, rows))
        self.cmls.fit_columns()
        self._words()
        if self._cml >= 0:
            self._mark_cml()

    def _mark_cml(self) -> None:
        found = np.flatnonzero(self._cml_rows == self._cml)
        self.cmls.show_source(int(found[0]) if found.size else -1)

    def _show_cml(self, cml: int) -> None:
        study = self.state.study
        if study is None:
            return
        self._cml = cml
        empty = np.zeros(0, dtype=np.int64)
        offsets = study.plant.readings_of_cml.offsets
        rows = np.arange(offsets[cml], offsets[cml + 1], dtype=np.int64) if cml >= 0 else empty
        self._reading_rows = rows[np.argsort(-study.plant.readings.date_d[rows], kind="stable")]
        self._position_rows = positions_at(study, cml) if cml >= 0 else empty
        self.reading_model.set_data(
            reading_arrays(study, self._reading_rows),
            self._reading_rows.size,
            marks=reading_marks(study, self._reading_rows),
        )
        governing = int(study.cmls.governing_position_row[cml]) if cml >= 0 else -1
        lazy = {"governs_here": lambda i: self._governs(i, governing)}
        self.position_model.set_data(position_arrays(study, self._position_rows), self._position_rows.size, lazy)
        self.readings.fit_columns()
        self.positions.fit_columns()
        self.plot.show_cml(study, cml)
        self._mark_cml()
        self._words()

    def _governs(self, row: int, governing: int) -> str:
        return self.state.text("ui.cml.governs") if int(self._position_rows[row]) == governing else ""

    def _ring(self, reading: int) -> None:
        found = np.flatnonzero(self._reading_rows == reading)
        if found.size and self.readings.current_source != int(found[0]):
            self.readings.show_source(int(found[0]))
        self.plot.select_reading(reading)

    # -- choosing ------------------------------------------------------------------------------------------

    def _cml_chosen(self, row: int, column: str) -> None:
        if 0 <= row < self._cml_rows.size:
            self.state.select(Selection(cml=int(self._cml_rows[row]), column=column))

    def _reading_chosen(self, row: int, column: str) -> None:
        if 0 <= row < self._reading_rows.size:
            self.state.select(Selection(reading=int(self._reading_rows[row]), column=column))

    def _position_chosen(self, row: int, column: str) -> None:
        if 0 <= row < self._position_rows.size:
            self.state.select(Selection(position=int(self._position_rows[row]), column=column))

    def _picked(self, reading: int) -> None:
        self.state.select(Selection(reading=reading, column=self.state.selection.column))

    # -- editing -------------------------------------------------------------------------------------------

    def _edited(self, edits: list[Edit]) -> None:
        asked = read_edits(edits, self.reading_model, self.state)
        self.reading_model.set_cell_errors(asked.errors)
        if asked.errors:
            (row, key), reason = next(iter(asked.errors.items()))
            self.readings.show_cell_reason(row, key, reason)
        if asked.values or asked.qualities:
            self._pending = asked
            self.reason.ask(self.state.text("ui.edit.pending", count=asked.count))

    def mark_selected(self, quality: str) -> None:
        """Ask for another quality of the selected readings."""
        rows = self.readings.selected_sources()
        if rows:
            self._edited([Edit(r, "quality", self.state.text(f"code.reading_quality.{quality}")) for r in rows])

    def accept_selected(self) -> None:
        """Ask to accept the selected short-interval readings."""
        rows = self.readings.selected_sources()
        if rows:
            self._pending = Asked(accept=tuple(rows))
            self.reason.ask(self.state.text("ui.edit.accept", count=len(rows)))

    def _forget(self) -> None:
        self._pending = None
        self.reason.hide()
        self.reading_model.set_cell_errors({})

    def _apply(self, reason: str) -> None:
        asked, study = self._pending, self.state.study
        if asked is None or study is None:
            return
        readings, gateway = study.plant.readings, self.gateway
        ids = {row: int(readings.reading_id[self._reading_rows[row]]) for row in asked.rows}
        versions = {row: int(readings.row_version[self._reading_rows[row]]) for row in asked.rows}
        for quality in sorted(set(asked.qualities.values())):
            chosen = tuple(ids[r] for r, q in asked.qualities.items() if q == quality)
            actions.change(self.shell, "ui.job.edit", partial(gateway.set_quality, chosen, quality, reason))
        for row, (t_mm, text, unit) in asked.values.items():
            call = partial(gateway.edit_value, ids[row], t_mm, text, unit, reason, versions[row])
            actions.change(self.shell, "ui.job.edit", call)
        if asked.accept:
            accepted = tuple(ids[r] for r in asked.accept)
            actions.change(self.shell, "ui.job.edit", partial(gateway.accept_short, accepted, reason))
        self._forget()

    # -- words and looks -----------------------------------------------------------------------------------

    def _words(self) -> None:
        s, study = self.state, self.state.study
        if study is None:
            return
        self.list_title.setText(s.text("ui.cml.list", count=int(self._cml_rows.size)))
        name = str(study.plant.cmls.cml[self._cml]) if self._cml >= 0 else s.text("ui.none")
        self.reading_title.setText(s.text("ui.cml.readings", count=int(self._reading_rows.size)))
        self.reading_title.setToolTip(name)
        self.rate_title.setText(s.text("ui.cml.rates", cml=name))
        self.rate_why.setText(self._why(study))
        self.shell.refresh_title()

    def _why(self, study: Study) -> str:
        s = self.state
        if self._cml < 0:
            return s.text("ui.cml.no_cml")
        row = int(study.cmls.governing_position_row[self._cml])
        if row < 0:
            return s.text("ui.cml.no_rate")
        q = study.positions
        basis = int(q.rate_basis[row])
        key = "ui.cml.why_assumed" if basis == index_of("rate_basis", "owner_minimum") else "ui.cml.why"
        return s.text(
            key,
            position=str(study.plant.readings.position_text[q.reading_start[row]]) or s.text("ui.cml.single"),
            rate=s.measure(float(q.CR_gov[row]), "rate"),
            basis=s.code("rate_basis", basis),
            life=s.measure(float(q.RL_today_y[row]), "time"),
            mean=s.measure(float(study.cmls.t_mean_mm[self._cml]), "thickness"),
            least=s.measure(float(study.cmls.t_min_mm[self._cml]), "thickness"),
        )

    def retranslate(self) -> None:
        """Words of buttons and titles."""
        s = self.state
        for name, button in self.layer_buttons.items():
            button.setText(s.text(f"ui.layer.{name}"))
        for quality, button in self.quality_buttons.items():
            button.setText(s.text(f"code.reading_quality.{quality}"))
            button.setToolTip(s.text("ui.edit.mark"))
        self.mark_words.setText(s.text("ui.edit.mark_as"))
        self.accept_button.setText(s.text("ui.edit.accept_short"))
        self.whole_circuit.setText(s.text("ui.cml.whole_circuit"))
        self._words()
        self.plot.redraw()

    def restyle(self) -> None:
        """Colours of the plot."""
        self.plot.restyle()
        self.plot.redraw()

    def subtitle(self) -> str:
        """The component and its circuit."""
        study, row = self.state.study, self.state.selection.component
        if study is None or row < 0:
            return ""
        k = study.plant.components
        return " · ".join(str(v[row]) for v in (k.component, k.circuit) if str(v[row]))
