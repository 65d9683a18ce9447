"""Ladder of bars on a logarithmic scale: a value, a lower bound hatched, marks, and a value after a change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from integrity.ui.state import State
from integrity.ui.theme import blend, font

DIAMOND = "◇"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Rung:
    """One bar.

    Parameters
    ----------
    words : str
    value : float
        In the unit shown; NaN where nothing is assessed.
    shown : str
        The value in words.
    key : str
        What a click asks for.
    group : str
        Words of the group; a new group gets a line of its own.
    bound : float
        Lower bound drawn hatched where the value is missing.
    note : str
        Said behind the bar: what is missing, or that it governs.
    unverified, strong : bool
        Marked by a diamond; written bold, for totals.
    after : float
        Value after a change; NaN draws none.
    shown_after : str
    tip : str
    colour : int
        Index of the series colour.
    """

    words: str
    value: float
    shown: str
    key: str = ""
    group: str = ""
    bound: float = math.nan
    note: str = ""
    unverified: bool = False
    strong: bool = False
    after: float = math.nan
    shown_after: str = ""
    tip: str = ""
    colour: int = 0


class Ladder(QWidget):
    """The ladder.

    Parameters
    ----------
    state : State
    """

    picked = Signal(str)

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.rungs: tuple[Rung, ...] = ()
        self._title = self._axis = self._empty = ""
        self._legend: tuple[tuple[str, str], ...] = ()
        self.current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        state.theme_changed.connect(self.update)

    def show_rungs(
        self,
        rungs: Sequence[Rung],
        title: str,
        axis: str,
        legend: Sequence[tuple[str, str]] = (),
        empty: str = "",
    ) -> None:
        """Draw bars.

        Parameters
        ----------
        rungs : sequence of Rung
        title, axis : str
            Words over the ladder; words and unit under the scale.
        legend : sequence of (kind, words)
            Kinds: bar, hatch, diamond, after.
        empty : str
            Said where there is no bar.
        """
        self.rungs, self._title, self._axis = tuple(rungs), title, axis
        self._legend, self._empty = tuple(legend), empty
        self.current = min(self.current, len(self.rungs) - 1)
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for every bar."""
        px = self._state.sizes.px
        under = px(40 if self._legend else 24)
        return QSize(px(320), px(24) + len(self.rungs) * self._height() + self._groups() * px(15) + under)

    def _height(self) -> int:
        return self._state.sizes.px(30 if any(r.after == r.after or r.shown_after for r in self.rungs) else 22)

    def _groups(self) -> int:
        return sum(self._opens(i) for i in range(len(self.rungs)))

    def _opens(self, i: int) -> bool:
        group = self.rungs[i].group
        return bool(group) and (i == 0 or self.rungs[i - 1].group != group)

    def rung_rect(self, i: int) -> QRectF:
        """Rectangle of a bar's line."""
        px = self._state.sizes.px
        y = px(24) + i * self._height() + sum(self._opens(k) for k in range(i + 1)) * px(15)
        return QRectF(0, y, self.width(), self._height())

    def _words_width(self) -> int:
        px = self._state.sizes.px
        metrics = QFontMetrics(font(self._state.sizes, 13, bold=True))
        need = max((metrics.horizontalAdvance(r.words) for r in self.rungs), default=0) + px(20)
        return int(min(need, self.width() * 0.44))

    def _value_width(self) -> int:
        metrics = QFontMetrics(font(self._state.sizes, 13, bold=True))
        texts = [f"{DIAMOND} {t}" for r in self.rungs for t in (r.shown, r.shown_after)]
        return max((metrics.horizontalAdvance(t) for t in texts), default=0) + self._state.sizes.px(8)

    def _note_width(self) -> int:
        """Room kept behind the bars for what is said there."""
        metrics = QFontMetrics(font(self._state.sizes, 11))
        widest = max((metrics.horizontalAdvance(r.note) for r in self.rungs if r.note), default=0)
        return min(widest + self._state.sizes.px(4), self._state.sizes.px(84)) if widest else 0

    def _scale(self) -> tuple[float, float]:
        values = [v for r in self.rungs for v in (r.value, r.bound, r.after) if v == v and v > 0]
        if not values:
            return -1.0, 1.0
        low = math.floor(math.log10(min(values)) - 0.01)
        high = math.ceil(math.log10(max(values)) + 0.01)
        return float(max(low, high - 7)), float(max(high, low + 1))

    def _bars(self) -> QRectF:
        px = self._state.sizes.px
        left = self._words_width() + px(4)
        notes = self._note_width()
        return QRectF(left, px(24), max(self.width() - left - self._value_width() - notes - px(12), px(40)), 1)

    def _x(self, value: float) -> float:
        low, high = self._scale()
        bars = self._bars()
        share = (math.log10(value) - low) / (high - low) if value > 0 else 0.0
        return float(bars.left() + min(max(share, 0.0), 1.0) * bars.width())

    # -- drawing -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, bars, scale and legend."""
        t, px = self._state.theme, self._state.sizes.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(self.rect(), QColor(t.paper))
        painter.setFont(font(self._state.sizes, 13, bold=True))
        painter.setPen(QColor(t.text))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(QRectF(px(10), 0, self.width() - px(16), px(22)), middle, self._title)
        if not self.rungs:
            painter.setFont(font(self._state.sizes, 11))
            painter.setPen(QColor(t.secondary))
            box = QRectF(px(10), px(28), self.width() - px(24), self.height() - px(32))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), self._empty)
            painter.end()
            return
        self._paint_scale(painter)
        for i in range(len(self.rungs)):
            self._paint_rung(painter, i)
        self._paint_legend(painter)
        painter.end()

    def _paint_scale(self, painter: QPainter) -> None:
        t, px = self._state.theme, self._state.sizes.px
        low, high = self._scale()
        bottom = self.rung_rect(len(self.rungs) - 1).bottom() + px(2)
        painter.setFont(font(self._state.sizes, 11))
        metrics = painter.fontMetrics()
        last = -1e9
        for power in range(int(low), int(high) + 1):
            x = self._x(10.0**power)
            painter.setPen(QPen(QColor(t.line), 1))
            painter.drawLine(QPointF(x, px(24)), QPointF(x, bottom))
            words = f"10{str(power).translate(_RAISED)}" if abs(power) > 3 else f"{10.0**power:g}"
            width = metrics.horizontalAdvance(words)
            if x - width / 2 < last + px(6):
                continue
            last = x + width / 2
            painter.setPen(QColor(t.secondary))
            painter.drawText(QPointF(x - width / 2, bottom + px(12)), words)
        painter.setPen(QColor(t.secondary))
        box = QRectF(px(10), bottom + px(1), self._words_width() - px(18), px(15))
        words = metrics.elidedText(self._axis, Qt.TextElideMode.ElideRight, int(box.width()))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), words)

    def _paint_rung(self, painter: QPainter, i: int) -> None:
        t, px, rung, box = self._state.theme, self._state.sizes.px, self.rungs[i], self.rung_rect(i)
        if self._opens(i):
            painter.setFont(font(self._state.sizes, 11))
            painter.setPen(QColor(t.secondary))
            painter.drawText(QRectF(px(10), box.top() - px(15), self._words_width(), px(15)), 0, rung.group)
        if i == self.current and self.hasFocus():
            painter.fillRect(box, QColor(t.current))
        if rung.strong:
            painter.setPen(QPen(QColor(t.line), 1))
            painter.drawLine(QPointF(px(8), box.top()), QPointF(self.width() - px(8), box.top()))
        painter.setFont(font(self._state.sizes, 13, bold=rung.strong))
        painter.setPen(QColor(t.text))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        words = QRectF(px(16), box.top(), self._words_width() - px(20), box.height())
        elided = painter.fontMetrics().elidedText(rung.words, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, middle, elided)
        twice = self._height() > px(24)
        self._paint_bar(painter, rung, QRectF(box.left(), box.top(), box.width(), px(16) if twice else box.height()))
        if twice:
            self._paint_after(painter, rung, QRectF(box.left(), box.top() + px(15), box.width(), px(13)))

    def _paint_bar(self, painter: QPainter, rung: Rung, box: QRectF) -> None:
        t, px = self._state.theme, self._state.sizes.px
        left, thick = self._bars().left(), px(11)
        y = box.top() + (box.height() - thick) / 2
        base = t.text if rung.strong else t.series[rung.colour % len(t.series)]
        ink = blend(base, t.paper, 0.8)
        end = left
        if rung.value == rung.value:
            end = max(self._x(rung.value), left + px(2))
            painter.fillRect(QRectF(left, y, end - left, thick), QColor(ink))
        else:
            reach = self._x(rung.bound) if rung.bound == rung.bound and rung.bound > 0 else left + px(28)
            end = max(reach, left + px(28))
            area = QRectF(left, y, end - left, thick)
            painter.fillRect(area, QBrush(QColor(t.warn), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(QColor(t.warn), 1, Qt.PenStyle.DashLine))
            painter.drawRect(area)
        self._paint_value(painter, rung, box, rung.shown, rung.unverified)
        if rung.note:
            painter.setFont(font(self._state.sizes, 11))
            painter.setPen(QColor(t.warn if rung.value != rung.value else t.secondary))
            right = self.width() - self._value_width() - px(10)
            room = right - end - px(6)
            elided = painter.fontMetrics().elidedText(rung.note, Qt.TextElideMode.ElideRight, max(int(room), 0))
            painter.drawText(QRectF(end + px(6), box.top(), room, box.height()), self._middle, elided)

    def _paint_after(self, painter: QPainter, rung: Rung, box: QRectF) -> None:
        t, px = self._state.theme, self._state.sizes.px
        left = self._bars().left()
        if rung.after == rung.after:
            width = max(self._x(rung.after) - left, px(2))
            painter.fillRect(QRectF(left, box.top() + px(2), width, px(8)), QColor(t.series[5]))
        self._paint_value(painter, rung, box, rung.shown_after, False)

    def _paint_value(self, painter: QPainter, rung: Rung, box: QRectF, shown: str, weak: bool) -> None:
        t, px = self._state.theme, self._state.sizes.px
        painter.setFont(font(self._state.sizes, 13, bold=rung.strong))
        painter.setPen(QColor(t.text))
        text = f"{DIAMOND} {shown}" if weak and shown else shown
        value = QRectF(0, box.top(), self.width() - px(8), box.height())
        painter.drawText(value, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), text)

    @property
    def _middle(self) -> int:
        return int(Qt.AlignmentFlag.AlignVCenter)

    def _paint_legend(self, painter: QPainter) -> None:
        t, px = self._state.theme, self._state.sizes.px
        y = self.rung_rect(len(self.rungs) - 1).bottom() + px(20)
        x = px(10)
        painter.setFont(font(self._state.sizes, 11))
        for kind, words in self._legend:
            width = painter.fontMetrics().horizontalAdvance(words)
            if x + px(20) + width > self.width():
                break
            box = QRectF(x, y + px(3), px(12), px(8))
            if kind == "diamond":
                painter.setPen(QColor(t.text))
                painter.drawText(QPointF(x + px(2), y + px(11)), DIAMOND)
            elif kind == "hatch":
                painter.fillRect(box, QBrush(QColor(t.warn), Qt.BrushStyle.BDiagPattern))
                painter.setPen(QPen(QColor(t.warn), 1))
                painter.drawRect(box)
            else:
                ink = t.series[5] if kind == "after" else blend(t.series[0], t.paper, 0.8)
                painter.fillRect(box, QColor(ink))
            painter.setPen(QColor(t.secondary))
            painter.drawText(QPointF(x + px(17), y + px(11)), words)
            x += px(17) + width + px(14)

    # -- choosing ------------------------------------------------------------------------------------------

    def rung_at(self, point: QPointF) -> int:
        """Bar under a point; -1 for none."""
        return next((i for i in range(len(self.rungs)) if self.rung_rect(i).contains(point)), -1)

    def choose(self, i: int) -> None:
        """Choose a bar and tell of it."""
        if 0 <= i < len(self.rungs):
            self.current = i
            self.update()
            if self.rungs[i].key:
                self.picked.emit(self.rungs[i].key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the bar under the mouse."""
        self.choose(self.rung_at(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say more of the bar under the mouse."""
        i = self.rung_at(event.position())
        if i >= 0:
            rung = self.rungs[i]
            lines = [f"{rung.words}: {rung.shown}", rung.note, rung.tip]
            QToolTip.showText(event.globalPosition().toPoint(), "\n".join(x for x in lines if x), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a bar."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None or not self.rungs:
            super().keyPressEvent(event)
            return
        self.choose(max(0, min(len(self.rungs) - 1, self.current + step)))
