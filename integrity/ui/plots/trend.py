"""Thickness trend of one measuring point: readings, rates with their bound, limits, and the days that matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt

from integrity.core.arrays import NO_DATE, FloatArray, IntArray
from integrity.core.codes import index_of
from integrity.core.frames.results import positions_of_cml
from integrity.services.types import Study
from integrity.ui.plots.base import Plot, clear_colour, padded, shown, shown_one
from integrity.ui.state import State

YEAR = 365.25
SHAPES = {"good": "o", "verify": "t", "ignored": "x", "short": "d"}


@dataclass(frozen=True)
class Layers:
    """What the person wants to see."""

    rates: bool = True
    regression: bool = True
    limits: bool = True
    all_positions: bool = True


class TrendPlot(Plot):
    """Plot of one measuring point; a click on a point selects its reading."""

    def __init__(self, state: State) -> None:
        super().__init__(state, dates=True)
        self.layers = Layers()
        self._study: Study | None = None
        self._cml = -1
        self._position = -1
        self._reading = -1
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._x: FloatArray = np.zeros(0)
        self._y: FloatArray = np.zeros(0)
        self._mark: Any = None
        self._low = 0.0
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    def show_cml(self, study: Study, cml: int, position: int = -1) -> None:
        """Draw a measuring point; `position` is the position row whose rates are drawn, else the governing one."""
        self._study, self._cml, self._position = study, cml, position
        self.redraw()

    def redraw(self) -> None:
        """Draw anew."""
        self.empty()
        self._mark = None
        study, state = self._study, self.state
        self.name_axis("left", state.title("t_mm"), state.unit("thickness"))
        if study is None or self._cml < 0:
            return
        position = self._position if self._position >= 0 else int(study.cmls.governing_position_row[self._cml])
        self._gather(study, position)
        self._range(study)
        self._days(study)
        if self.layers.limits:
            self._limits(study, position)
        if position >= 0 and self.layers.regression:
            self._regression(study, position)
        if position >= 0 and self.layers.rates:
            self._rates(study, position)
        self._points(study, position)
        self.select_reading(self._reading)

    def _gather(self, study: Study, position: int) -> None:
        offsets = study.plant.readings_of_cml.offsets
        rows = np.arange(offsets[self._cml], offsets[self._cml + 1], dtype=np.int64)
        if not self.layers.all_positions and position >= 0:
            start, count = int(study.positions.reading_start[position]), int(study.positions.reading_count[position])
            rows = np.arange(start, start + count, dtype=np.int64)
        self._rows = rows
        self._x = study.plant.readings.date_d[rows].astype(np.float64)
        self._y = shown(study.plant.readings.t_mm[rows], "thickness", self.state.unit_set)

    def _governing_mask(self, study: Study, position: int) -> Any:
        if position < 0:
            return np.ones(self._rows.size, dtype=np.bool_)
        start, count = int(study.positions.reading_start[position]), int(study.positions.reading_count[position])
        return (self._rows >= start) & (self._rows < start + count)

    def _points(self, study: Study, position: int) -> None:
        t = self.state.theme
        r = study.plant.readings
        own = self._governing_mask(study, position)
        quality = r.quality[self._rows]
        groups = (
            (~own & (quality == 0), "o", t.secondary, 5, None),
            (own & (quality == 0), "o", t.series[0], 8, t.series[0]),
            (quality == index_of("reading_quality", "verify"), "t", t.series[5], 10, None),
            (quality == index_of("reading_quality", "ignored"), "x", t.secondary, 9, None),
        )
        self._error_bars(study, own & (quality == 0))
        for mask, shape, colour, size, fill in groups:
            if mask.any():
                brush = pg.mkBrush(fill) if fill else pg.mkBrush(None)
                self.addItem(
                    pg.ScatterPlotItem(
                        self._x[mask],
                        self._y[mask],
                        symbol=shape,
                        size=self.state.sizes.px(size),
                        pen=self.pen(colour, 1.3),
                        brush=brush,
                    )
                )

    def _error_bars(self, study: Study, mask: Any) -> None:
        sigma = study.settings.number("rate.sigma_UT_mm")
        if not mask.any() or int(mask.sum()) > 400:
            return
        half = shown_one(sigma, "thickness", self.state.unit_set)
        bars = pg.ErrorBarItem(
            x=self._x[mask], y=self._y[mask], height=2 * half, beam=70.0, pen=self.pen(self.state.theme.series[0], 1.0)
        )
        self.addItem(bars)

    def _rates(self, study: Study, position: int) -> None:
        q, t = study.positions, self.state.theme
        ahead = self._ahead(study)
        pairs = (
            ("CR_LT", q.first_d, q.t_first_mm, t.series[0], Qt.PenStyle.SolidLine, 1.0),
            ("CR_ST", q.prev_d, q.t_prev_mm, t.series[1], Qt.PenStyle.DashLine, 0.0),
        )
        for key, day, thickness, colour, style, anchor in pairs:
            rate, x0 = float(getattr(q, key)[position]), int(day[position])
            if rate != rate or x0 == NO_DATE:
                continue
            y0 = float(thickness[position])
            y1 = y0 - rate * (ahead - x0) / YEAR
            ys = shown([y0, y1], "thickness", self.state.unit_set)
            self.addItem(pg.PlotDataItem([x0, ahead], ys, pen=self.pen(colour, 1.4, style)), ignoreBounds=True)
            label = self.text(self.state.title(key), colour, (1.0, anchor))
            label.setPos(*self._inside(float(x0), float(ys[0]), ahead, float(ys[1])))
            self.addItem(label, ignoreBounds=True)

    def _inside(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float]:
        """Where a line leaves the plot downwards, else its end."""
        low = self._low
        if y1 >= low or y0 <= low:
            return x1, max(y1, low)
        return x0 + (x1 - x0) * (y0 - low) / (y0 - y1), low

    def _regression(self, study: Study, position: int) -> None:
        q, t = study.positions, self.state.theme
        rate, low, high = (float(getattr(q, k)[position]) for k in ("CR_reg", "CR_reg_lo", "CR_reg_hi"))
        if rate != rate:
            return
        start, count = int(q.reading_start[position]), int(q.reading_count[position])
        rows = np.arange(start, start + count)
        good = rows[study.plant.readings.quality[rows] == 0]
        if good.size < 2:
            return
        days = study.plant.readings.date_d[good].astype(np.float64)
        x_mean, y_mean = float(days.mean()), float(study.plant.readings.t_mm[good].mean())
        xs = np.linspace(days.min(), self._ahead(study), 40)
        mid = y_mean - rate * (xs - x_mean) / YEAR
        widen = np.abs(xs - x_mean) / YEAR
        upper, lower = mid + (rate - low) * widen, mid - (high - rate) * widen
        show = lambda v: shown(v, "thickness", self.state.unit_set)  # noqa: E731
        colour = t.series[2]
        edge = pg.mkPen(None)
        a, b = pg.PlotDataItem(xs, show(upper), pen=edge), pg.PlotDataItem(xs, show(lower), pen=edge)
        for item in (a, b):
            self.addItem(item, ignoreBounds=True)
        if low == low and high == high:
            self.addItem(pg.FillBetweenItem(a, b, brush=pg.mkBrush(clear_colour(colour, 36))), ignoreBounds=True)
        self.addItem(pg.PlotDataItem(xs, show(mid), pen=self.pen(colour, 1.2, Qt.PenStyle.DotLine)), ignoreBounds=True)

    def _limits(self, study: Study, position: int) -> None:
        t, s = self.state.theme, self.state
        row = int(study.plant.cmls.component_row[self._cml])
        r = study.components
        limits = [
            ("t_alert_mm", float(r.t_alert_mm[row]), t.warn, Qt.PenStyle.DashLine),
            ("t_req_mm", float(r.t_req_mm[row]), t.danger, Qt.PenStyle.SolidLine),
            ("t_nom_mm", float(study.plant.cmls.t_nom_mm[self._cml]), t.secondary, Qt.PenStyle.DotLine),
        ]
        retire = float(r.t_retire_mm[row])
        if retire == retire and abs(retire - float(r.t_req_mm[row])) > 0.005:
            limits.append(("t_retire_mm", retire, t.danger, Qt.PenStyle.DashDotLine))
        for key, value, colour, style in limits:
            if value == value:
                words = f"{s.title(key)} {s.number(value, 'thickness')}"
                self.limit(shown_one(value, "thickness", s.unit_set), words, colour, style)

    def _days(self, study: Study) -> None:
        t, s = self.state.theme, self.state
        row = int(study.plant.cmls.component_row[self._cml])
        k, r = study.plant.components, study.components
        self.upright(study.plant.as_of_d, s.text("ui.trend.today"), t.secondary, Qt.PenStyle.SolidLine)
        if int(r.next_d[row]) != NO_DATE:
            self.upright(int(r.next_d[row]), s.title("next_d"), t.accent, Qt.PenStyle.DashLine, 0.9)
        start = int(study.plant.cmls.start_d[self._cml])
        first = float(self._x.min()) if self._x.size else 0.0
        regime = int(k.regime_start_d[row])
        for key, day in (("component_start_d", start), ("regime_start_d", regime)):
            if day == NO_DATE or (key == "component_start_d" and abs(day - regime) < 31):
                continue
            if key == "regime_start_d" or (self._x.size and day > first):
                self.upright(day, s.title(key), t.series[3], Qt.PenStyle.DashDotLine, 0.83)

    def _ahead(self, study: Study) -> float:
        row = int(study.plant.cmls.component_row[self._cml])
        nexts = int(study.components.next_d[row])
        until = max(study.plant.as_of_d + 2 * YEAR, nexts + YEAR if nexts != NO_DATE else 0.0)
        return float(min(until, study.plant.as_of_d + 25 * YEAR))

    def _range(self, study: Study) -> None:
        row = int(study.plant.cmls.component_row[self._cml])
        wanted = [study.components.t_req_mm[row], study.plant.cmls.t_nom_mm[self._cml]]
        ys = np.concatenate([self._y, shown(wanted, "thickness", self.state.unit_set)])
        ys = ys[~np.isnan(ys)]
        xs = np.concatenate([self._x, [self._ahead(study), study.plant.as_of_d - YEAR]])
        low, high = padded(float(ys.min()), float(ys.max()), 0.1) if ys.size else (0.0, 1.0)
        self._low = low
        left, right = padded(float(xs.min()), float(xs.max()), 0.03)
        self.item.getViewBox().setRange(xRange=(left, right), yRange=(low, high), padding=0)

    # -- pointing ------------------------------------------------------------------------------------------

    def _nearest(self, where: QPointF) -> int:
        """Index of the reading near a scene point; -1 where none is."""
        box = self.item.getViewBox()
        if not self._rows.size or not box.sceneBoundingRect().contains(where):
            return -1
        unit = box.viewPixelSize()
        point = box.mapSceneToView(where)
        dx, dy = (self._x - point.x()) / unit[0], (self._y - point.y()) / unit[1]
        away = dx * dx + dy * dy
        best = int(np.nanargmin(away))
        return best if away[best] < self.state.sizes.px(12) ** 2 else -1

    def _hover(self, where: QPointF) -> None:
        found, study = self._nearest(where), self._study
        if found < 0 or study is None:
            self.hide_hint()
            return
        self.show_hint(float(self._x[found]), float(self._y[found]), self.words_of(int(self._rows[found])))

    def words_of(self, reading: int) -> str:
        """Hover words of a reading: value, day, position, quality, origin."""
        study, s = self._study, self.state
        if study is None:
            return ""
        r = study.plant.readings
        lines = [
            s.measure(float(r.t_mm[reading]), "thickness"),
            s.measure(int(r.date_d[reading]), "date"),
            s.text("ui.trend.position", position=str(r.position_text[reading])) if r.position_text[reading] else "",
            s.code("reading_quality", int(r.quality[reading])),
            str(r.survey[reading]),
        ]
        return "\n".join(x for x in lines if x)

    def _click(self, event: Any) -> None:
        found = self._nearest(event.scenePos())
        if found >= 0:
            self.picked.emit(int(self._rows[found]))

    def select_reading(self, reading: int) -> None:
        """Ring a reading."""
        self._reading = reading
        if self._mark is not None:
            self.removeItem(self._mark)
            self._mark = None
        found = np.flatnonzero(self._rows == reading)
        if found.size:
            i = int(found[0])
            self._mark = pg.ScatterPlotItem(
                [self._x[i]],
                [self._y[i]],
                symbol="o",
                size=self.state.sizes.px(16),
                pen=self.pen(self.state.theme.accent, 2.0),
                brush=pg.mkBrush(None),
            )
            self.addItem(self._mark, ignoreBounds=True)


def positions_at(study: Study, cml: int) -> IntArray:
    """Position rows of a measuring point.

    Parameters
    ----------
    study : Study
    cml : int

    Returns
    -------
    ndarray of int64
    """
    offsets = positions_of_cml(study.positions, study.plant.cmls.n).offsets
    return np.arange(offsets[cml], offsets[cml + 1], dtype=np.int64)
