"""Damage factor of each mechanism of one component along time, without and with the planned inspection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from integrity.ui.plots.base import DecadeAxis, Plot, padded
from integrity.ui.risk_words import mechanism_words
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.decisions import MechanismLines


class FactorLinesPlot(Plot):
    """One colour a mechanism; the planned inspection dashed.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__(state, dates=True)
        self.item.setAxisItems({"left": DecadeAxis("left")})
        self.setLogMode(False, True)
        self._lines: MechanismLines | None = None
        self._next_d = 0
        self.restyle()

    def show_lines(self, lines: MechanismLines | None, next_d: int) -> None:
        """Draw the mechanisms of a component; none where nothing is to show."""
        self._lines, self._next_d = lines, next_d
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, t = self.state, self.state.theme
        self.name_axis("left", s.title("D_f_total"), "")
        lines = self._lines
        known = {} if lines is None else {k: v for k, v in lines.without.items() if not np.isnan(v).all()}
        if lines is None or not known:
            self.say_empty(s.text("ui.rbi.no_lines"))
            return
        named = []
        logs = []
        days = lines.dates_d.astype(float)
        for i, (key, y) in enumerate(known.items()):
            colour = t.series[i % len(t.series)]
            values = np.maximum(y, 1e-3)
            curve = pg.PlotDataItem(days, values, pen=self.pen(colour, 1.8))
            self.addItem(curve)
            logs.append(np.log10(values))
            planned = lines.with_.get(key)
            if planned is not None and not np.array_equal(planned, y, equal_nan=True):
                less = np.maximum(planned, 1e-3)
                self.addItem(pg.PlotDataItem(days, less, pen=self.pen(colour, 1.4, Qt.PenStyle.DashLine)))
                logs.append(np.log10(less))
            named.append((colour, "line", mechanism_words(s, key)))
        named.append((t.secondary, "dash", s.text("ui.risk.with_plan")))
        self.legend(named)
        if lines.dates_d[0] < self._next_d <= lines.dates_d[-1]:
            self.upright(self._next_d, s.title("next_d"), t.accent, Qt.PenStyle.DashLine, 0.06)
        every = np.concatenate(logs)
        low, high = padded(float(np.nanmin(every)), float(np.nanmax(every)), 0.12)
        left, right = padded(days[0], days[-1], 0.02)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(low, max(high, low + 1.0)), padding=0)
