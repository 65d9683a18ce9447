"""Risk over time, with and without the planned inspection, against the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from integrity.core.arrays import NO_DATE, FloatArray, IntArray
from integrity.core.frames.results import RiskPanel
from integrity.services.types import Study
from integrity.ui.plots.base import Plot, padded, shown, shown_one
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.risk_lines import Crossing


QUANTITIES = {"risk": "risk_area", "P_f": "frequency", "D_f": "damage_factor"}
_KIND = {
    Qt.PenStyle.SolidLine: "line",
    Qt.PenStyle.DashLine: "dash",
    Qt.PenStyle.DashDotLine: "dot",
}
_TITLE = {"risk": "risk", "P_f": "P_f", "D_f": "D_f_total"}


class RiskTimePlot(Plot):
    """Risk, probability or factor of one component along time, or the risk of several added.

    Where a mechanism is not assessed there is no curve but its lower bound, dashed.
    """

    def __init__(self, state: State) -> None:
        super().__init__(state, dates=True)
        self._study: Study | None = None
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._target = np.nan
        self.quantity = "risk"
        self._recommended: RiskPanel | None = None
        self._crossings: tuple[Crossing, ...] = ()

    def show_rows(self, study: Study, rows: IntArray, target: float) -> None:
        """Draw some components; the target line only for one."""
        self._study, self._rows = study, rows
        self._target = target if rows.size == 1 else np.nan
        self._recommended, self._crossings = None, ()
        self.redraw()

    def show_quantity(self, quantity: str) -> None:
        """Draw risk, P_f or D_f."""
        self.quantity = quantity
        self.redraw()

    def show_decisions(self, recommended: RiskPanel | None, crossings: tuple[Crossing, ...]) -> None:
        """Add the curve with the recommended inspections (a panel of one row) and the days of the targets."""
        self._recommended, self._crossings = recommended, crossings
        self.redraw()

    def _curves(self, study: Study) -> list[tuple[FloatArray, str, str, Qt.PenStyle]]:
        """Values, key of the words, colour and line of each curve."""
        t, q, one = self.state.theme, self.quantity, self._rows.size == 1
        found = []
        panels = [(study.panel, "ui.risk.without_plan", t.series[1], Qt.PenStyle.SolidLine)]
        panels.append((study.panel_planned, "ui.risk.with_plan", t.series[0], Qt.PenStyle.DashLine))
        for panel, key, colour, style in panels:
            values = getattr(panel, q)[self._rows]
            if not np.isnan(values).all():
                found.append((np.asarray(np.nansum(values, axis=0)), key, colour, style))
        if one and self._recommended is not None:
            values = getattr(self._recommended, q)[0]
            if not np.isnan(values).all():
                found.append((values, "ui.risk.with_recommended", t.series[2], Qt.PenStyle.DashDotLine))
        if one and not found:
            low = study.panel.low(int(self._rows[0]), q)
            if not np.isnan(low).all():
                found.append((low, "ui.risk.lower_bound", t.warn, Qt.PenStyle.DashLine))
        return found

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        s, study, quantity = self.state, self._study, QUANTITIES[self.quantity]
        one = self._rows.size == 1
        self.name_axis("left", s.title(_TITLE[self.quantity]) if one else s.text("ui.board.total"), s.unit(quantity))
        if study is None or not self._rows.size or not study.panel.dates_d.size:
            self.say_empty(s.text("ui.risk.nothing"))
            return
        days, ys, named = study.panel.dates_d.astype(float), [], []
        for values, key, colour, style in self._curves(study):
            y = shown(values, quantity, s.unit_set)
            ys.append(y)
            curve = pg.PlotDataItem(days, y, pen=self.pen(colour, 1.8, style))
            self.addItem(curve)
            named.append((colour, _KIND[style], s.text(key)))
        if not ys:
            self.say_empty(s.text("ui.risk.not_assessed"))
            return
        self._goal(ys)
        self._days(study)
        self.legend(named)
        low, high = padded(0.0, float(np.nanmax(np.concatenate(ys))), 0.16)
        left, right = padded(days[0], days[-1], 0.02)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(max(low, 0.0), high), padding=0)

    def _goal(self, ys: list[FloatArray]) -> None:
        s, t, quantity = self.state, self.state.theme, QUANTITIES[self.quantity]
        goals = {c.quantity: c.target for c in self._crossings if c.target == c.target}
        goal = self._target if self.quantity == "risk" else goals.get(self.quantity, np.nan)
        if goal != goal or self._rows.size != 1:
            return
        at = shown_one(goal, quantity, s.unit_set)
        words = s.text("ui.board.target", value=s.number(goal, quantity, 1), unit=s.unit(quantity))
        if self.quantity != "risk":
            words = s.text("ui.risk.target", value=s.number(goal, quantity))
        greatest = float(np.nanmax(np.concatenate(ys)))
        if at > 20.0 * greatest and greatest > 0:
            self.limit(greatest * 1.12, s.text("ui.risk.target_above", target=words), t.danger, Qt.PenStyle.DotLine)
            return
        self.limit(at, words, t.danger, Qt.PenStyle.SolidLine)
        ys.append(np.array([at]))

    def _days(self, study: Study) -> None:
        s, t = self.state, self.state.theme
        if self._rows.size != 1:
            return
        row, last = int(self._rows[0]), int(study.panel.dates_d[-1])
        marks = [(int(study.components.next_d[row]), s.title("next_d"), t.accent)]
        if self._crossings:
            for c in self._crossings:
                colour = t.danger if c.quantity == self.quantity else t.secondary
                marks.append((c.day, s.text(f"ui.crossing.{c.quantity}"), colour))
        else:
            marks.append((int(study.components.risk_target_d[row]), s.title("risk_target_d"), t.danger))
        place = 0.95
        for day, words, colour in marks:
            if day != NO_DATE and day <= last:
                self.upright(max(day, int(study.panel.dates_d[0])), words, colour, Qt.PenStyle.DashLine, place)
                place -= 0.1
