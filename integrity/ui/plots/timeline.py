"""Next dates by year: one bar a year, its parts by rule; a click picks a year."""

from __future__ import annotations

import datetime as dt

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from integrity.core.arrays import NO_DATE, IntArray
from integrity.core.codes import codes
from integrity.ui.state import State
from integrity.ui.theme import blend, font

EPOCH = dt.date(1970, 1, 1)
AHEAD = 14
ORDER = (0, 4, 1, 5, 3, 2)


def years_of(days: IntArray) -> IntArray:
    """Calendar year of day numbers; 0 where missing.

    Parameters
    ----------
    days : ndarray of int64

    Returns
    -------
    ndarray of int64
    """
    known = days != NO_DATE
    whole = np.where(known, days, 0).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(known, whole, 0).astype(np.int64)


class Timeline(QWidget):
    """Bars of the years around today.

    Parameters
    ----------
    state : State
    """

    picked = Signal(int)

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._years: IntArray = np.zeros(0, dtype=np.int64)
        self._kinds: IntArray = np.zeros(0, dtype=np.int64)
        self._now = 0
        self.year = 0
        self.setMouseTracking(True)
        self.setFixedHeight(state.sizes.px(132))
        for signal in (state.language_changed, state.theme_changed):
            signal.connect(self.update)

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(self._state.sizes.px(600), self._state.sizes.px(120))

    def show_dates(self, next_d: IntArray, kind: IntArray, as_of_d: int) -> None:
        """Show the dates of some components."""
        known = next_d != NO_DATE
        self._years, self._kinds = years_of(next_d[known]), kind[known]
        self._now = (EPOCH + dt.timedelta(days=int(as_of_d))).year
        self.update()

    def columns(self) -> list[int]:
        """Years shown; the first one stands for it and all before, the last one for it and all after."""
        first = self._now - 2
        return list(range(first, first + AHEAD))

    def counts(self, year: int) -> IntArray:
        """Dates of a column by rule."""
        shown = self.columns()
        years = np.clip(self._years, shown[0], shown[-1])
        return np.bincount(self._kinds[years == year], minlength=len(codes("candidate_kind"))).astype(np.int64)

    def label_of(self, year: int) -> str:
        """Words under a column."""
        shown = self.columns()
        if year == shown[0]:
            return f"≤ {year}"
        return f"≥ {year}" if year == shown[-1] else str(year)

    def _area(self) -> QRectF:
        px = self._state.sizes.px
        return QRectF(px(16), px(40), self.width() - px(24), self.height() - px(60))

    def column_rect(self, year: int) -> QRectF:
        """Rectangle of a column."""
        area, shown = self._area(), self.columns()
        width = area.width() / len(shown)
        return QRectF(area.left() + (year - shown[0]) * width, area.top(), width, area.height())

    def colour(self, kind: int) -> str:
        """Colour of a rule, muted."""
        t = self._state.theme
        base = t.series[ORDER[kind % len(ORDER)]]
        return blend(base, t.paper, (0.85, 0.6, 0.4)[min(kind // len(ORDER), 2)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, counts, years, legend."""
        t, px = self._state.theme, self._state.sizes.px
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(t.paper))
        totals = {y: self.counts(y) for y in self.columns()}
        most = max((int(c.sum()) for c in totals.values()), default=0)
        for year, counts in totals.items():
            self._paint_bar(painter, year, counts, most)
        area = self._area()
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._paint_legend(painter, np.sum(list(totals.values()), axis=0), px(16))
        painter.end()

    def _paint_bar(self, painter: QPainter, year: int, counts: IntArray, most: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        box = self.column_rect(year)
        if year == self.year:
            painter.fillRect(box.adjusted(0, -px(16), 0, px(18)), QColor(t.selected))
        y = box.bottom()
        total = int(counts.sum())
        for kind, count in enumerate(counts):
            if count:
                height = box.height() * int(count) / max(most, 1)
                bar = QRectF(box.left() + px(5), y - height, box.width() - px(10), height)
                painter.fillRect(bar, QColor(self.colour(kind)))
                y -= height
        painter.setFont(font(self._state.sizes, 11, bold=year == self._now))
        painter.setPen(QColor(t.text if total else t.secondary))
        centre = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
        if total:
            painter.drawText(QRectF(box.left(), y - px(18), box.width(), px(17)), centre, str(total))
        painter.setPen(QColor(t.warn if year < self._now and total else t.secondary))
        painter.drawText(QRectF(box.left(), box.bottom() + px(2), box.width(), px(15)), centre, self.label_of(year))

    def _paint_legend(self, painter: QPainter, counts: IntArray, x: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        painter.setFont(font(self._state.sizes, 11))
        for kind in np.flatnonzero(counts):
            words = self._state.code("candidate_kind", int(kind))
            width = painter.fontMetrics().horizontalAdvance(words)
            if x + px(14) + width > self.width() - px(8):
                break
            painter.fillRect(QRect(x, px(6), px(9), px(9)), QColor(self.colour(int(kind))))
            painter.setPen(QColor(t.secondary))
            painter.drawText(QPointF(x + px(14), px(15)), words)
            x += px(14) + width + px(16)

    def _year_at(self, point: QPointF) -> int:
        for year in self.columns():
            if self.column_rect(year).adjusted(0, -30, 0, 30).contains(point):
                return year
        return 0

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick a year; the same again lifts the choice."""
        year = self._year_at(event.position())
        if year:
            self.year = 0 if year == self.year else year
            self.update()
            self.picked.emit(self.year)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Words of a year."""
        year = self._year_at(event.position())
        if not year:
            return
        counts = self.counts(year)
        lines = [self.label_of(year)]
        lines += [f"{self._state.code('candidate_kind', int(k))}: {int(counts[k])}" for k in np.flatnonzero(counts)]
        QToolTip.showText(event.globalPosition().toPoint(), "\n".join(lines), self)
