"""Iso-risk plot: probability over consequence, both logarithmic, with lines of equal risk."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.codes import codes
from integrity.services.types import Study
from integrity.ui.gateway import RiskMatrix
from integrity.ui.plots.base import Plot, clear_colour, padded, shown, shown_one
from integrity.ui.state import State
from integrity.ui.theme import RISK, RISK_OF_CATEGORY

SHAPES = ("o", "t1", "d", "s")
MANY = 5000


class IsoRiskPlot(Plot):
    """Points are components; shape and colour tell the category; an arrow leads to the next inspection."""

    def __init__(self, state: State) -> None:
        super().__init__(state, log=True)
        self._study: Study | None = None
        self._matrix: RiskMatrix | None = None
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._x: FloatArray = np.zeros(0)
        self._y: FloatArray = np.zeros(0)
        self._selected = -1
        self._marks: list[Any] = []
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    def show_rows(self, study: Study, matrix: RiskMatrix, rows: IntArray) -> None:
        """Draw some components."""
        self._study, self._matrix = study, matrix
        r = study.components
        with np.errstate(invalid="ignore"):
            known = rows[(r.P_f[rows] > 0) & (r.CA[rows] > 0)]
        self._rows = known
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        self._marks = []
        s, study, matrix = self.state, self._study, self._matrix
        self.name_axis("bottom", s.title("CA"), s.unit("area"))
        self.name_axis("left", s.title("P_f"), s.unit("frequency"))
        if study is None or matrix is None:
            return
        r = study.components
        self._x = np.log10(np.maximum(shown(r.CA[self._rows], "area", s.unit_set), 1e-12))
        self._y = np.log10(r.P_f[self._rows])
        self._lines(matrix)
        many = self._rows.size > MANY
        size = s.sizes.px(4 if many else 8)
        for i, category in enumerate(codes("risk_category")):
            here = r.risk_category[self._rows] == i
            if here.any():
                colour = RISK[RISK_OF_CATEGORY[category]]
                self.addItem(
                    pg.ScatterPlotItem(
                        self._x[here],
                        self._y[here],
                        symbol=SHAPES[i],
                        size=size,
                        pxMode=True,
                        pen=pg.mkPen(None) if many else self.pen(s.theme.paper, 0.6),
                        brush=pg.mkBrush(clear_colour(colour, 150 if many else 230)),
                    )
                )
        self._range(matrix)
        self.select(self._selected)

    def _range(self, matrix: RiskMatrix) -> None:
        bounds = np.log10(shown(matrix.CA_bounds_m2, "area", self.state.unit_set))
        xs = np.concatenate([self._x, [bounds[0] - 0.5, bounds[-1] + 0.3]])
        ys = np.concatenate([self._y, np.log10([matrix.P_f_bounds[0] / 3, matrix.P_f_bounds[-1] * 2])])
        xr, yr = padded(float(xs.min()), float(xs.max()), 0.03), padded(float(ys.min()), float(ys.max()), 0.03)
        self.item.getViewBox().setRange(xRange=xr, yRange=yr, padding=0)

    def _lines(self, matrix: RiskMatrix) -> None:
        s, t = self.state, self.state.theme
        factor = shown_one(1.0, "area", s.unit_set)
        xs = np.array([1e-4, 1e8])
        for power in range(-4, 3):
            risk = matrix.target * 10.0**power * factor
            main = power == 0
            style = Qt.PenStyle.SolidLine if main else Qt.PenStyle.DotLine
            pen = self.pen(t.danger if main else t.secondary, 1.6 if main else 0.7, style)
            self.addItem(pg.PlotDataItem(xs, risk / xs, pen=pen), ignoreBounds=True)
            value = s.number(matrix.target * 10.0**power, "risk_area", 1 if power >= 0 else -power + 1)
            words = s.text("ui.board.target", value=value, unit=s.unit("risk_area")) if main else value
            label = self.text(words, t.danger if main else t.secondary, (0.0, 1.0), 11 if main else 9)
            x = np.log10(shown_one(matrix.CA_bounds_m2[0], "area", s.unit_set)) - 0.35
            label.setPos(x, np.log10(risk) - x)
            self.addItem(label, ignoreBounds=True)

    def select(self, row: int) -> None:
        """Ring a component and draw the arrow to its next inspection."""
        self._selected = row
        for mark in self._marks:
            self.removeItem(mark)
        self._marks = []
        study = self._study
        found = np.flatnonzero(self._rows == row)
        if study is None or not found.size:
            return
        i, t, s = int(found[0]), self.state.theme, self.state
        ring = pg.ScatterPlotItem(
            [self._x[i]],
            [self._y[i]],
            symbol="o",
            size=s.sizes.px(18),
            pen=self.pen(t.accent, 2.2),
            brush=pg.mkBrush(None),
        )
        name = self.text(str(study.plant.components.component[row]), t.text, (0.0, 1.1))
        name.setPos(float(self._x[i]), float(self._y[i]))
        self._marks = [ring, name]
        later, CA = float(study.components.risk_at_next[row]), float(study.components.CA[row])
        if later > 0 and CA > 0:
            y = later / CA
            path = pg.PlotDataItem([10 ** self._x[i]] * 2, [10 ** self._y[i], y], pen=self.pen(t.accent, 1.6))
            end = pg.ScatterPlotItem(
                [self._x[i]],
                [np.log10(y)],
                symbol="t1" if y > 10 ** self._y[i] else "t",
                size=s.sizes.px(9),
                pen=self.pen(t.accent, 1),
                brush=pg.mkBrush(t.accent),
            )
            self._marks += [path, end]
        for mark in self._marks:
            self.addItem(mark, ignoreBounds=True)

    def _nearest(self, where: QPointF) -> int:
        box = self.item.getViewBox()
        if not self._rows.size or not box.sceneBoundingRect().contains(where):
            return -1
        unit, point = box.viewPixelSize(), box.mapSceneToView(where)
        away = ((self._x - point.x()) / unit[0]) ** 2 + ((self._y - point.y()) / unit[1]) ** 2
        best = int(np.argmin(away))
        return best if away[best] < self.state.sizes.px(10) ** 2 else -1

    def _hover(self, where: QPointF) -> None:
        found, study, s = self._nearest(where), self._study, self.state
        if found < 0 or study is None:
            self.hide_hint()
            return
        row, r = int(self._rows[found]), study.components
        lines = (
            str(study.plant.components.component[row]),
            f"{s.title('P_f')}: {s.measure(float(r.P_f[row]), 'frequency')}",
            f"{s.title('CA')}: {s.measure(float(r.CA[row]), 'area')}",
            f"{s.title('risk')}: {s.measure(float(r.risk[row]), 'risk_area')}",
        )
        self.show_hint(float(self._x[found]), float(self._y[found]), "\n".join(lines))

    def _click(self, event: Any) -> None:
        found = self._nearest(event.scenePos())
        if found >= 0:
            self.picked.emit(int(self._rows[found]))
