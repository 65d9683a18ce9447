"""Map of components by mechanisms: a shape a cell; only what is in sight is drawn, 100,000 rows scroll like 100."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from integrity.core.arrays import IntArray
from integrity.ui.state import State
from integrity.ui.theme import blend, font

EXCLUDED, OPEN, CREDIBLE = 0, 1, 2
ACCEPTED, REJECTED = 0, 1


def draw_state(painter: QPainter, box: QRectF, state: int, decided: int, colours: tuple[str, str, str, str]) -> None:
    """Shape of a cell: dot, ring or point for the state; filled with a tick or crossed out where decided.

    Parameters
    ----------
    painter : QPainter
    box : QRectF
    state, decided : int
    colours : (ink, accent, quiet, paper)
    """
    ink, accent, quiet, paper = colours
    size = min(box.width(), box.height())
    centre, r = box.center(), size * 0.26
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if decided == ACCEPTED:
        square = QRectF(centre.x() - size * 0.34, centre.y() - size * 0.34, size * 0.68, size * 0.68)
        painter.fillRect(square, QColor(accent))
        painter.setPen(QPen(QColor(paper), max(size * 0.09, 1.6)))
        painter.drawPolyline(
            [
                QPointF(centre.x() - size * 0.18, centre.y()),
                QPointF(centre.x() - size * 0.04, centre.y() + size * 0.14),
                QPointF(centre.x() + size * 0.2, centre.y() - size * 0.16),
            ]
        )
        return
    if decided == REJECTED:
        painter.setPen(QPen(QColor(quiet), 1))
        square = QRectF(centre.x() - size * 0.34, centre.y() - size * 0.34, size * 0.68, size * 0.68)
        painter.drawRect(square)
        d = size * 0.18
        painter.setPen(QPen(QColor(ink), max(size * 0.07, 1.4)))
        painter.drawLine(QPointF(centre.x() - d, centre.y() - d), QPointF(centre.x() + d, centre.y() + d))
        painter.drawLine(QPointF(centre.x() - d, centre.y() + d), QPointF(centre.x() + d, centre.y() - d))
        return
    if state == CREDIBLE:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(accent))
        painter.drawEllipse(centre, r, r)
    elif state == OPEN:
        painter.setPen(QPen(QColor(quiet), 1.3))
        painter.drawEllipse(centre, r * 0.8, r * 0.8)
    elif state == EXCLUDED:
        painter.setPen(QPen(QColor(quiet), 1))
        painter.drawLine(QPointF(centre.x() - 2, centre.y()), QPointF(centre.x() + 2, centre.y()))


class MechanismGrid(QAbstractScrollArea):
    """The map.

    Parameters
    ----------
    state : State
    """

    cell_chosen = Signal(int, int)
    decided = Signal(str)

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.rows: IntArray = np.zeros(0, dtype=np.int64)
        self.columns: IntArray = np.zeros(0, dtype=np.int64)
        self._names: Sequence[str] = ()
        self._words: list[str] = []
        self._of: Callable[[int, int], tuple[int, int]] = lambda _r, _c: (-1, -1)
        self.current = (-1, -1)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self.viewport().update)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        state.theme_changed.connect(self.viewport().update)

    def show_cells(
        self,
        names: Sequence[str],
        words: Sequence[str],
        rows: IntArray,
        columns: IntArray,
        of: Callable[[int, int], tuple[int, int]],
    ) -> None:
        """Show a part of the map.

        Parameters
        ----------
        names : sequence of str
            Names of all components.
        words : sequence of str
            Words of all mechanisms.
        rows, columns : ndarray of int64
            Components and mechanisms shown, in order.
        of : callable
            State and decision of a component and a mechanism.
        """
        self._names, self._words, self.rows, self.columns, self._of = names, list(words), rows, columns, of
        self._ranges()
        self.viewport().update()

    @property
    def _cell(self) -> int:
        return self._state.sizes.px(24)

    def _left(self) -> int:
        metrics = QFontMetrics(font(self._state.sizes))
        sample = [str(self._names[int(r)]) for r in self.rows[:400]]
        return max((metrics.horizontalAdvance(n) for n in sample), default=80) + self._state.sizes.px(20)

    def _top(self) -> int:
        metrics = QFontMetrics(font(self._state.sizes, 11))
        widths = [metrics.horizontalAdvance(self._words[int(c)]) for c in self.columns]
        return min(max(widths, default=60) + self._state.sizes.px(14), self._state.sizes.px(210))

    def _ranges(self) -> None:
        view = self.viewport().size()
        high = max(self.rows.size * self._cell - (view.height() - self._top()), 0)
        wide = max(self.columns.size * self._cell - (view.width() - self._left()), 0)
        for bar, limit, page in (
            (self.verticalScrollBar(), high, view.height() - self._top()),
            (self.horizontalScrollBar(), wide, view.width() - self._left()),
        ):
            bar.setRange(0, limit)
            bar.setPageStep(max(page, 1))
            bar.setSingleStep(self._cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """How far one can scroll."""
        self._ranges()

    def sizeHint(self) -> QSize:
        """A comfortable part."""
        return QSize(self._state.sizes.px(520), self._state.sizes.px(420))

    # -- drawing -------------------------------------------------------------------------------------------

    def cell_rect(self, i: int, j: int) -> QRect:
        """Rectangle of the i-th row and j-th column shown, in the viewport."""
        x = self._left() + j * self._cell - self.horizontalScrollBar().value()
        y = self._top() + i * self._cell - self.verticalScrollBar().value()
        return QRect(x, y, self._cell, self._cell)

    def _sight(self) -> tuple[range, range]:
        view, cell = self.viewport().size(), self._cell
        first = self.verticalScrollBar().value() // cell
        left = self.horizontalScrollBar().value() // cell
        last = min(first + (view.height() - self._top()) // cell + 2, self.rows.size)
        right = min(left + (view.width() - self._left()) // cell + 2, self.columns.size)
        return range(first, last), range(left, right)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, then the names over them."""
        t = self._state.theme
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), QColor(t.paper))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows, columns = self._sight()
        left, top = self._left(), self._top()
        painter.save()
        painter.setClipRect(left, top, self.viewport().width() - left, self.viewport().height() - top)
        colours = (t.text, t.accent, blend(t.secondary, t.paper, 0.7), t.paper)
        for i in rows:
            if i == self.current[0]:
                band = self.cell_rect(i, 0)
                painter.fillRect(left, band.top(), self.viewport().width(), band.height(), QColor(t.current))
            for j in columns:
                box = QRectF(self.cell_rect(i, j))
                state, decided = self._of(int(self.rows[i]), int(self.columns[j]))
                draw_state(painter, box, state, decided, colours)
                if (i, j) == self.current:
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(QPen(QColor(t.accent), 1.5))
                    painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()
        self._paint_names(painter, rows, left, top)
        self._paint_words(painter, columns, left, top)
        painter.end()

    def _paint_names(self, painter: QPainter, rows: range, left: int, top: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        painter.save()
        painter.setClipRect(0, top, left, self.viewport().height() - top)
        for i in rows:
            y = self.cell_rect(i, 0).top()
            here = i == self.current[0]
            painter.fillRect(0, y, left, self._cell, QColor(t.selected if here else t.paper))
            painter.setFont(font(self._state.sizes, 13, bold=here))
            painter.setPen(QColor(t.text))
            box = QRect(px(10), y, left - px(12), self._cell)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), str(self._names[int(self.rows[i])]))
        painter.restore()
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(left, 0, left, self.viewport().height())

    def _paint_words(self, painter: QPainter, columns: range, left: int, top: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        painter.save()
        painter.setClipRect(left + 1, 0, self.viewport().width() - left, top)
        metrics = QFontMetrics(font(self._state.sizes, 11))
        for j in columns:
            x = self.cell_rect(0, j).left()
            here = j == self.current[1]
            if here:
                painter.fillRect(x, 0, self._cell, top, QColor(t.selected))
            painter.save()
            painter.translate(x, top - px(4))
            painter.rotate(-90)
            painter.setFont(font(self._state.sizes, 11, bold=here))
            painter.setPen(QColor(t.text if here else t.secondary))
            words = metrics.elidedText(self._words[int(self.columns[j])], Qt.TextElideMode.ElideRight, top - px(10))
            painter.drawText(QRect(0, 0, top, self._cell), int(Qt.AlignmentFlag.AlignVCenter), words)
            painter.restore()
        painter.restore()
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(0, top, self.viewport().width(), top)

    # -- choosing ------------------------------------------------------------------------------------------

    def cell_at(self, point: QPointF) -> tuple[int, int]:
        """Row and column shown under a point; -1 outside. The name of a row or column counts with the other kept."""
        x, y = int(point.x()), int(point.y())
        j = (x - self._left() + self.horizontalScrollBar().value()) // self._cell if x >= self._left() else -1
        i = (y - self._top() + self.verticalScrollBar().value()) // self._cell if y >= self._top() else -1
        return (i if i < self.rows.size else -1, j if j < self.columns.size else -1)

    def choose(self, i: int, j: int) -> None:
        """Choose a cell and bring it into sight."""
        if not (0 <= i < self.rows.size and 0 <= j < self.columns.size):
            return
        self.current = (i, j)
        self._into_sight(i, j)
        self.viewport().update()
        self.cell_chosen.emit(int(self.rows[i]), int(self.columns[j]))

    def mark(self, row: int, column: int) -> None:
        """Mark a component and a mechanism without telling of it; -1 marks none."""
        at = np.flatnonzero(self.rows == row)
        across = np.flatnonzero(self.columns == column)
        self.current = (int(at[0]) if at.size else -1, int(across[0]) if across.size else -1)
        if at.size:
            self._into_sight(self.current[0], max(self.current[1], 0))
        self.viewport().update()

    def _into_sight(self, i: int, j: int) -> None:
        for bar, at, room in (
            (self.verticalScrollBar(), i, self.viewport().height() - self._top()),
            (self.horizontalScrollBar(), j, self.viewport().width() - self._left()),
        ):
            start = at * self._cell
            if start < bar.value():
                bar.setValue(start)
            elif start + self._cell > bar.value() + room:
                bar.setValue(start + self._cell - room)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the cell under the mouse."""
        i, j = self.cell_at(event.position())
        self.choose(i if i >= 0 else self.current[0], j if j >= 0 else self.current[1])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Names of the row and column."""
        i, j = self.cell_at(event.position())
        lines = [str(self._names[int(self.rows[i])])] if i >= 0 else []
        if j >= 0:
            lines.append(self._words[int(self.columns[j])])
        if i >= 0 and j >= 0:
            state, decided = self._of(int(self.rows[i]), int(self.columns[j]))
            lines.append(self.state_words(state, decided))
        QToolTip.showText(event.globalPosition().toPoint(), "\n".join(lines), self)

    def state_words(self, state: int, decided: int) -> str:
        """A cell in words."""
        s = self._state
        words = s.text(f"finder.state.{('excluded', 'open', 'credible')[state]}") if state >= 0 else ""
        taken = s.code("damage_decision", decided) if decided >= 0 else s.text("ui.mechanisms.undecided")
        return s.text("ui.both", a=words, b=taken)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, A accepts, R rejects."""
        step = {
            Qt.Key.Key_Down: (1, 0),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_PageDown: (10, 0),
            Qt.Key.Key_PageUp: (-10, 0),
        }.get(Qt.Key(event.key()))
        if step is not None and self.rows.size and self.columns.size:
            i = max(0, min(int(self.rows.size) - 1, max(self.current[0], 0) + step[0]))
            j = max(0, min(int(self.columns.size) - 1, max(self.current[1], 0) + step[1]))
            self.choose(i, j)
            return
        if event.key() in (Qt.Key.Key_A, Qt.Key.Key_R) and not event.modifiers() and min(self.current) >= 0:
            self.decided.emit("accepted" if event.key() == Qt.Key.Key_A else "rejected")
            return
        super().keyPressEvent(event)
