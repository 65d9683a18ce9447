"""Weibull paper of bundle lives: failures at their plotting positions, survivors, fits and bounds, one bundle on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from integrity.core.arrays import FloatArray, IntArray
from integrity.services.device_workings import PaperData
from integrity.ui.plots.base import Plot, clear_colour
from integrity.ui.state import State

SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.632, 0.8, 0.9, 0.95, 0.99, 0.999)
YEARS = (0.1, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0, 200.0)
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Line:
    """A straight line on the paper; `key` names it, `in_force` is the one that decides."""

    key: str
    beta: float
    eta_y: float
    in_force: bool


@dataclass(frozen=True)
class Paper:
    """What one sheet shows.

    `failed` and `survived` are the records behind the points, in their order. `curve` and `age_y` are of the bundle
    looked at: its own characteristic life with the shape of the fit, and its age.
    """

    data: PaperData
    failed: IntArray
    survived: IntArray
    lines: tuple[Line, ...]
    curve: Line | None
    age_y: float
    marks: tuple[tuple[float, str, bool], ...] = ()


def paper_y(F: FloatArray) -> FloatArray:
    """Height on the paper of a share of failures, ln(-ln(1-F)).

    Parameters
    ----------
    F : ndarray
        Between 0 and 1; what lies on a border is drawn just inside.

    Returns
    -------
    ndarray
    """
    inside = np.clip(F, 1e-9, 1.0 - 1e-9)
    return np.asarray(np.log(-np.log1p(-inside)))


class WeibullPlot(Plot):
    """The paper; a point is clicked to select its exchanger.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.paper: Paper | None = None
        self._tips: Sequence[str] = ()
        self._x = self._y = np.zeros(0)
        self._records: IntArray = _NONE
        self._why = ""
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    def restyle(self) -> None:
        """Lines of the paper are seen."""
        super().restyle()
        self.item.showGrid(x=True, y=True, alpha=0.75)

    def show_paper(self, paper: Paper | None, tips: Sequence[str], why: str = "") -> None:
        """Draw a sheet.

        Parameters
        ----------
        paper : Paper or None
        tips : sequence of str
            Hover words by record.
        why : str
            What to say where there is nothing to draw.
        """
        self.paper, self._tips, self._why = paper, tips, why
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, paper = self.state, self.paper
        self._x = self._y = np.zeros(0)
        self._records = _NONE
        self.name_axis("bottom", s.text("ui.weibull.life"), s.unit("time"))
        self.name_axis("left", s.text("ui.weibull.failed"), "%")
        ticks = [(float(np.log10(v)), f"{v:g}") for v in YEARS]
        self.item.getAxis("bottom").setTicks([ticks])
        heights = paper_y(np.array(SHARES))
        self.item.getAxis("left").setTicks(
            [[(float(y), f"{100 * F:.3g}") for y, F in zip(heights, SHARES, strict=True)]]
        )
        if paper is None or paper.data.failure_y.size + paper.data.suspended_y.size == 0:
            self.say_empty(self._why or s.text("ui.weibull.nothing"))
            return
        low, high = self._range(paper)
        entries = self._band(paper)
        entries += self._fits(paper)
        entries += self._points(paper, low, high)
        entries += self._bundle(paper)
        self.legend(entries)

    def _range(self, paper: Paper) -> tuple[float, float]:
        d = paper.data
        lives = np.concatenate([d.failure_y, d.suspended_y, [paper.age_y], [x for x, _, _ in paper.marks]])
        lives = lives[lives > 0.0]
        x0, x1 = float(np.log10(lives.min() / 1.5)), float(np.log10(lives.max() * 1.6))
        ys = [*paper_y(d.F), float(paper_y(np.array([0.02]))[0]), float(paper_y(np.array([0.99]))[0])]
        low, high = min(ys) - 0.9, max(ys) + 0.5
        self.item.getViewBox().setRange(xRange=(x0, x1), yRange=(low, high), padding=0)
        return low, high

    def _band(self, paper: Paper) -> list[tuple[str, str, str]]:
        d, t = paper.data, self.state.theme
        line = next((p for p in paper.lines if p.in_force), None)
        if not d.line_y.size or line is None or np.isnan(d.F_hi).all():
            return []
        x, pen = np.log10(d.line_y), self.pen(t.series[4], 0.8)
        upper = pg.PlotDataItem(x, paper_y(d.F_hi), pen=pen)
        self.addItem(upper, ignoreBounds=True)
        if not np.isnan(d.F_lo).all():
            lower = pg.PlotDataItem(x, paper_y(d.F_lo), pen=pen)
            self.addItem(lower, ignoreBounds=True)
            self.addItem(pg.FillBetweenItem(upper, lower, brush=clear_colour(t.series[4], 46)), ignoreBounds=True)
        return [(t.series[4], "bar", self.state.text("ui.weibull.bounds"))]

    def _fits(self, paper: Paper) -> list[tuple[str, str, str]]:
        t, entries = self.state.theme, []
        colours = {"rrx": t.series[0], "mle": t.series[1], "given": t.series[2]}
        for line in paper.lines:
            style = Qt.PenStyle.SolidLine if line.in_force else Qt.PenStyle.DashLine
            self._straight(line, self.pen(colours[line.key], 2.0 if line.in_force else 1.2, style))
            kind = "line" if line.in_force else "dash"
            entries.append((colours[line.key], kind, self.state.text(f"ui.fit.{line.key}")))
        return entries

    def _straight(self, line: Line, pen: Any) -> None:
        x = np.array([-3.0, 4.0])
        y = line.beta * (x * np.log(10.0) - np.log(line.eta_y))
        self.addItem(pg.PlotDataItem(x, y, pen=pen), ignoreBounds=True)

    def _points(self, paper: Paper, low: float, high: float) -> list[tuple[str, str, str]]:
        d, s, t = paper.data, self.state, self.state.theme
        entries = []
        if d.failure_y.size:
            size = s.sizes.px(8)
            x, y = np.log10(d.failure_y), paper_y(d.F)
            self.addItem(pg.ScatterPlotItem(x, y, size=size, pen=self.pen(t.paper, 0.8), brush=t.text))
            entries.append((t.text, "point", s.text("ui.weibull.failure", count=int(d.failure_y.size))))
            self._x, self._y, self._records = x, y, paper.failed
        if d.suspended_y.size:
            x = np.log10(d.suspended_y)
            foot, top = low + 0.02 * (high - low), low + 0.055 * (high - low)
            ends = np.tile([foot, top], x.size)
            self.addItem(pg.PlotDataItem(np.repeat(x, 2), ends, connect="pairs", pen=self.pen(t.secondary, 1.4)))
            entries.append((t.secondary, "tick", s.text("ui.weibull.suspended", count=int(d.suspended_y.size))))
            self._x = np.concatenate([self._x, x])
            self._y = np.concatenate([self._y, np.full(x.size, (foot + top) / 2)])
            self._records = np.concatenate([self._records, paper.survived])
        return entries

    def _bundle(self, paper: Paper) -> list[tuple[str, str, str]]:
        s, t, curve = self.state, self.state.theme, paper.curve
        entries = []
        if curve is not None:
            self._straight(curve, self.pen(t.series[3], 1.4, Qt.PenStyle.DotLine))
            entries.append((t.series[3], "dot", s.text("ui.weibull.this_bundle")))
            if paper.age_y > 0.0:
                x = float(np.log10(paper.age_y))
                y = curve.beta * float(np.log(paper.age_y / curve.eta_y))
                ring = pg.ScatterPlotItem(
                    [x], [y], size=s.sizes.px(12), pen=self.pen(t.series[3], 2.0), brush=pg.mkBrush(None)
                )
                self.addItem(ring, ignoreBounds=True)
        for i, (age, words, danger) in enumerate(paper.marks):
            if age > 0.0:
                self._upright(float(np.log10(age)), words, t.danger if danger else t.secondary, i)
        return entries

    def _upright(self, x: float, words: str, colour: str, place: int) -> None:
        """A line with its words beside it: the first to the left, the others to the right, one under the other."""
        pen = self.pen(colour, 1.2, Qt.PenStyle.DotLine)
        self.addItem(pg.InfiniteLine(x, angle=90, pen=pen), ignoreBounds=True)
        low, high = self.item.getViewBox().viewRange()[1]
        item = self.text(words, colour, (1.0 if place == 0 else 0.0, 0.5))
        item.fill = pg.mkBrush(clear_colour(self.state.theme.paper, 215))
        item.setPos(x, low + (0.13 + 0.06 * max(place - 1, 0)) * (high - low))
        self.addItem(item, ignoreBounds=True)

    def _nearest(self, where: QPointF) -> int:
        box = self.item.getViewBox()
        if not self._x.size or not box.sceneBoundingRect().contains(where):
            return -1
        unit, point = box.viewPixelSize(), box.mapSceneToView(where)
        away = ((self._x - point.x()) / unit[0]) ** 2 + ((self._y - point.y()) / unit[1]) ** 2
        best = int(np.argmin(away))
        return best if away[best] < self.state.sizes.px(10) ** 2 else -1

    def _hover(self, where: QPointF) -> None:
        found = self._nearest(where)
        if found < 0:
            self.hide_hint()
            return
        self.show_hint(float(self._x[found]), float(self._y[found]), self._tips[int(self._records[found])])

    def _click(self, event: Any) -> None:
        found = self._nearest(event.scenePos())
        if found >= 0:
            self.picked.emit(int(self._records[found]))
