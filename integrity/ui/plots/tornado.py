"""Sensitivity of a number on each variable, and its spread over random draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from integrity.core.arrays import FloatArray
from integrity.ui.plots.base import Plot, padded, shown, shown_one
from integrity.ui.state import State
from integrity.ui.theme import font

if TYPE_CHECKING:
    from integrity.core.frames.decisions import TornadoFrame, UncertaintyFrame

QUANTITY = {"risk": "risk_area", "P_f": "frequency", "D_f_total": "damage_factor"}


class _Rows(Plot):
    """A plot whose vertical axis names rows."""

    def _name_rows(self, ticks: list[tuple[float, str]]) -> None:
        axis = self.item.getAxis("left")
        metrics = QFontMetrics(font(self.state.sizes, 11))
        widest = max((metrics.horizontalAdvance(words) for _, words in ticks), default=0)
        axis.setWidth(widest + self.state.sizes.px(18))
        axis.setTicks([ticks])


class TornadoPlot(_Rows):
    """One bar a variable, the widest on top; the other variables stand as assessed.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._frame: TornadoFrame | None = None
        self._quantity = "risk"
        self.variables: list[str] = []
        self.item.getViewBox().setMouseEnabled(x=False, y=False)

    def show_frame(self, frame: TornadoFrame | None, quantity: str) -> None:
        """Draw one component (all rows of the frame are of it)."""
        self._frame, self._quantity = frame, quantity
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        self.variables = []
        s, t, frame = self.state, self.state.theme, self._frame
        kind = QUANTITY[self._quantity]
        self.name_axis("bottom", s.title(self._quantity), s.unit(kind))
        axis = self.item.getAxis("left")
        axis.setTicks([[]])
        if frame is None or not frame.n or np.isnan(frame.base).all():
            self.say_empty(s.text("ui.tornado.nothing"))
            return
        low, high = shown(frame.at_low, kind, s.unit_set), shown(frame.at_high, kind, s.unit_set)
        base = shown_one(float(frame.base[0]), kind, s.unit_set)
        reach = np.nan_to_num(np.abs(high - low))
        order = np.argsort(reach)
        self.variables = [str(frame.variable[i]) for i in order]
        y = np.arange(order.size, dtype=float)
        named = []
        for ends, colour, key in ((low, t.series[0], "ui.tornado.low"), (high, t.series[1], "ui.tornado.high")):
            width = np.nan_to_num(ends[order] - base)
            bars = pg.BarGraphItem(x0=base, y=y, height=0.55, width=width, brush=colour, pen=None)
            self.addItem(bars)
            named.append((colour, "bar", s.text(key)))
            self._labels(ends[order], base, y, kind)
        line = pg.InfiniteLine(base, angle=90, pen=self.pen(t.text, 1.2, Qt.PenStyle.DashLine))
        self.addItem(line, ignoreBounds=True)
        words = s.text("ui.tornado.base", value=s.number(float(frame.base[0]), kind))
        self.legend([*named, (t.text, "dash", words)])
        self._name_rows([(float(i), s.text(f"ui.variable.{v}")) for i, v in enumerate(self.variables)])
        ends = np.concatenate([low, high, [base]])
        left, right = padded(float(np.nanmin(ends)), float(np.nanmax(ends)), 0.22)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(-0.6, order.size - 0.4), padding=0)

    def _labels(self, ends: FloatArray, base: float, y: FloatArray, kind: str) -> None:
        s, t = self.state, self.state.theme
        factor = shown_one(1.0, kind, s.unit_set)
        for x, at in zip(ends, y, strict=True):
            if x == x and x != base:
                item = self.text(s.number(float(x) / factor, kind), t.text, (1.05 if x < base else -0.05, 0.5))
                item.setPos(float(x), float(at))
                self.addItem(item, ignoreBounds=True)


class SpreadPlot(_Rows):
    """Range of 5 to 95 % of the draws, median, mean with its standard error, and the number as assessed.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._frame: UncertaintyFrame | None = None
        self._quantity, self._target = "risk", np.nan
        self._names: list[str] = []
        self.item.getViewBox().setMouseEnabled(x=False, y=False)

    def show_frame(self, frame: UncertaintyFrame | None, names: list[str], quantity: str, target: float) -> None:
        """Draw components, one line each."""
        self._frame, self._names, self._quantity, self._target = frame, names, quantity, target
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, t, f = self.state, self.state.theme, self._frame
        kind = QUANTITY[self._quantity]
        self.name_axis("bottom", s.title(self._quantity), s.unit(kind))
        axis = self.item.getAxis("left")
        axis.setTicks([[]])
        if f is None or not f.n or np.isnan(f.mean).all():
            self.say_empty(s.text("ui.spread.nothing"))
            return
        y = np.arange(f.n, dtype=float)[::-1]
        p05, p50, p95, mean, base, s_mean = (
            shown(getattr(f, c), kind, s.unit_set) for c in ("p05", "p50", "p95", "mean", "base", "s_mean")
        )
        box = pg.BarGraphItem(
            x0=p05, y=y, height=0.4, width=p95 - p05, brush=t.series[4], pen=self.pen(t.series[0], 1.0)
        )
        self.addItem(box)
        error = pg.ErrorBarItem(x=mean, y=y, left=s_mean, right=s_mean, beam=0.12, pen=self.pen(t.text, 1.4))
        self.addItem(error)
        size = s.sizes.px(9)
        marks = (
            (p50, "|", t.text, "ui.spread.median"),
            (mean, "o", t.series[1], "ui.spread.mean"),
            (base, "d", t.danger, "ui.spread.base"),
        )
        named = [(t.series[4], "bar", s.text("ui.spread.range"))]
        for values, shape, colour, key in marks:
            real = "s" if shape == "|" else shape
            points = pg.ScatterPlotItem(
                values, y, symbol=real, size=size if shape != "|" else s.sizes.px(6), pen=self.pen(colour, 1.2),
                brush=colour if shape != "d" else None,
            )  # fmt: skip
            self.addItem(points)
            named.append((colour, "ring" if shape == "d" else "point", s.text(key)))
        every = np.concatenate([p05, p95, mean, base])
        if self._target == self._target:
            at = shown_one(self._target, kind, s.unit_set)
            low, high = float(np.nanmin(every)), float(np.nanmax(every))
            if low - 2.0 * (high - low) < at < high + 2.0 * (high - low):
                self.upright(at, s.text("ui.risk.target", value=s.number(self._target, kind)), t.danger)
                every = np.append(every, at)
        self._name_rows([(float(at), name) for at, name in zip(y, self._names, strict=True)])
        left, right = padded(float(np.nanmin(every)), float(np.nanmax(every)), 0.08)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(-0.7, f.n + 0.5), padding=0)
        self.legend(named)
