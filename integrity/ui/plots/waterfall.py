"""Waterfall of a change between two runs: old, one step a cause, new; a step is clicked to see who moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from integrity.ui.plots.base import Plot, padded, shown
from integrity.ui.state import State


class WaterfallPlot(Plot):
    """The waterfall.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.names: tuple[str, ...] = ()
        self._values: list[float] = []
        self._quantity = "risk_area"
        self._title = ""
        self.item.getViewBox().setMouseEnabled(x=False, y=False)
        self.scene().sigMouseClicked.connect(self._click)

    def show_steps(self, names: Sequence[str], values: Sequence[float], quantity: str, title: str) -> None:
        """Draw old, changes by cause, and new.

        Parameters
        ----------
        names : sequence of str
            "old", the causes, "new".
        values : sequence of float
            Level, changes, level; in the internal unit.
        quantity : str
        title : str
            Words of the vertical axis.
        """
        self.names, self._values = tuple(names), [float(v) for v in values]
        self._quantity, self._title = quantity, title
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, t = self.state, self.state.theme
        self.name_axis("left", self._title or s.title("risk"), s.unit(self._quantity))
        axis = self.item.getAxis("bottom")
        axis.setTicks([[]])
        axis.setHeight(s.sizes.px(26))
        if not self.names or np.isnan(self._values).any():
            self.say_empty(s.text("ui.waterfall.unknown" if self.names else "ui.waterfall.nothing"))
            return
        values = shown(np.array(self._values), self._quantity, s.unit_set)
        start = np.concatenate([[0.0], np.cumsum(values[:-1])])
        start[-1] = 0.0
        levels = [values[0]]
        for i, (y0, v) in enumerate(zip(start, values, strict=True)):
            ends = i in (0, len(values) - 1)
            colour = t.secondary if ends else (t.series[1] if v > 0 else t.series[2])
            self.addItem(pg.BarGraphItem(x=[float(i)], y0=[y0], height=[v], width=0.62, brush=colour, pen=None))
            top = max(y0, y0 + v)
            levels += [y0, y0 + v]
            shown_value = s.number(self._values[i], self._quantity) if self._values[i] else "0"
            sign = "" if ends or self._values[i] <= 0 else "+"
            item = self.text(sign + shown_value, t.text, (0.5, 1.0))
            item.setPos(float(i), float(top))
            self.addItem(item, ignoreBounds=True)
            if 0 < i < len(values):
                line = pg.PlotDataItem(
                    [i - 0.69, i - 0.31], [start[i] if i < len(values) - 1 else values[-1]] * 2,
                    pen=self.pen(t.secondary, 1.0, Qt.PenStyle.DotLine),
                )  # fmt: skip
                self.addItem(line)
        axis.setTicks([[(float(i), s.text(f"ui.cause.{n}")) for i, n in enumerate(self.names)]])
        low, high = padded(float(min(levels)), float(max(levels)), 0.15)
        least = low if min(levels) < 0 or min(levels) > 0.6 * max(levels) else 0.0
        self.item.getViewBox().setRange(xRange=(-0.6, len(values) - 0.4), yRange=(least, high), padding=0)

    def _click(self, event: Any) -> None:
        point: QPointF = self.item.getViewBox().mapSceneToView(event.scenePos())
        i = round(point.x())
        if 0 <= i < len(self.names):
            self.picked.emit(i)
