"""Risk over time, with and without the planned inspection, against the target."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from integrity.core.arrays import NO_DATE, IntArray
from integrity.services.types import Study
from integrity.ui.plots.base import Plot, padded, shown, shown_one
from integrity.ui.state import State


class RiskTimePlot(Plot):
    """Risk of one component, or the sum over several."""

    def __init__(self, state: State) -> None:
        super().__init__(state, dates=True)
        self._study: Study | None = None
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._target = np.nan

    def show_rows(self, study: Study, rows: IntArray, target: float) -> None:
        """Draw some components; the target line only for one."""
        self._study, self._rows = study, rows
        self._target = target if rows.size == 1 else np.nan
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, t, study = self.state, self.state.theme, self._study
        self.name_axis(
            "left", s.title("risk") if self._rows.size == 1 else s.text("ui.board.total"), s.unit("risk_area")
        )
        if study is None or not self._rows.size or not study.panel.dates_d.size:
            return
        ys = []
        curves = (
            (study.panel, "ui.risk.without_plan", t.series[1], Qt.PenStyle.SolidLine, 1.0),
            (study.panel_planned, "ui.risk.with_plan", t.series[0], Qt.PenStyle.DashLine, 0.0),
        )
        for panel, key, colour, style, anchor in curves:
            y = shown(np.nansum(panel.risk[self._rows], axis=0), "risk_area", s.unit_set)
            if self._rows.size == 1 and np.isnan(panel.risk[self._rows[0]]).all():
                continue
            ys.append(y)
            self.addItem(pg.PlotDataItem(panel.dates_d.astype(float), y, pen=self.pen(colour, 1.8, style)))
            label = self.text(s.text(key), colour, (1.0, anchor))
            label.setPos(float(panel.dates_d[-1]), float(y[-1]))
            self.addItem(label, ignoreBounds=True)
        if not ys:
            return
        if self._target == self._target:
            words = s.text("ui.board.target", value=s.number(self._target, "risk_area", 1), unit=s.unit("risk_area"))
            self.limit(shown_one(self._target, "risk_area", s.unit_set), words, t.danger, Qt.PenStyle.SolidLine)
            ys.append(np.array([shown_one(self._target, "risk_area", s.unit_set)]))
        self._days(study)
        low, high = padded(0.0, float(np.nanmax(np.concatenate(ys))), 0.16)
        left, right = padded(float(study.panel.dates_d[0]), float(study.panel.dates_d[-1]), 0.02)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(max(low, 0.0), high), padding=0)

    def _days(self, study: Study) -> None:
        s, t = self.state, self.state.theme
        if self._rows.size != 1:
            return
        row = int(self._rows[0])
        for key, column, colour, place in (
            ("next_d", study.components.next_d, t.accent, 0.95),
            ("risk_target_d", study.components.risk_target_d, t.danger, 0.85),
        ):
            if int(column[row]) != NO_DATE and int(column[row]) <= int(study.panel.dates_d[-1]):
                self.upright(int(column[row]), s.title(key), colour, Qt.PenStyle.DashLine, place)
