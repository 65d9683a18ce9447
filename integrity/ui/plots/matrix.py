"""Risk matrix: counts in five by five cells, coloured by category and lettered; a click picks a cell."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from integrity.core.arrays import IntArray
from integrity.core.codes import codes
from integrity.ui.gateway import RiskMatrix
from integrity.ui.state import State
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY, font

LETTERS = "ABCDE"
SIDE = 5


def count_cells(P_f_category: IntArray, CA_category: IntArray) -> IntArray:
    """Components in each cell.

    Parameters
    ----------
    P_f_category, CA_category : ndarray of int64
        1 to 5, less where not assessed.

    Returns
    -------
    ndarray of int64, shape (5, 5)
        Row is probability category - 1, column consequence category - 1.
    """
    ok = (P_f_category >= 1) & (P_f_category <= SIDE) & (CA_category >= 1) & (CA_category <= SIDE)
    flat = (P_f_category[ok] - 1) * SIDE + CA_category[ok] - 1
    return np.bincount(flat, minlength=SIDE * SIDE).reshape(SIDE, SIDE).astype(np.int64)


class MatrixPlot(QWidget):
    """The matrix.

    Parameters
    ----------
    state : State
    """

    picked = Signal(int, int)

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._matrix: RiskMatrix | None = None
        self._counts: IntArray = np.zeros((SIDE, SIDE), dtype=np.int64)
        self.cell: tuple[int, int] | None = None
        self._own: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(state.sizes.px(250), state.sizes.px(230))
        for signal in (state.language_changed, state.theme_changed, state.units_changed):
            signal.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(self._state.sizes.px(340), self._state.sizes.px(320))

    def show_counts(self, matrix: RiskMatrix, counts: IntArray) -> None:
        """Show counts in the cells of a matrix."""
        self._matrix, self._counts = matrix, counts
        self.update()

    def ring(self, P_f_category: int, CA_category: int) -> None:
        """Ring the cell of the selected component; 0 for none."""
        inside = 1 <= P_f_category <= SIDE and 1 <= CA_category <= SIDE
        self._own = (P_f_category, CA_category) if inside else None
        self.update()

    def pick(self, cell: tuple[int, int] | None) -> None:
        """Show a cell as picked."""
        self.cell = cell
        self.update()

    def _area(self) -> QRectF:
        px = self._state.sizes.px
        return QRectF(px(82), px(8), self.width() - px(90), self.height() - px(58))

    def cell_rect(self, P_f_category: int, CA_category: int) -> QRectF:
        """Rectangle of a cell; probability rises upwards."""
        area = self._area()
        w, h = area.width() / SIDE, area.height() / SIDE
        return QRectF(area.left() + (CA_category - 1) * w, area.bottom() - P_f_category * h, w, h)

    def _cell_at(self, point: QPointF) -> tuple[int, int] | None:
        for p in range(1, SIDE + 1):
            for c in range(1, SIDE + 1):
                if self.cell_rect(p, c).contains(point):
                    return p, c
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells, axes, words."""
        painter = QPainter(self)
        for p in range(1, SIDE + 1):
            for c in range(1, SIDE + 1):
                self._paint_cell(painter, p, c)
        self._paint_axes(painter)
        painter.end()

    def _paint_cell(self, painter: QPainter, p: int, c: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        box = self.cell_rect(p, c).adjusted(1, 1, -1, -1).toRect()
        count = int(self._counts[p - 1, c - 1])
        if self._matrix is None:
            painter.fillRect(box, QColor(t.panel))
            return
        category = codes("risk_category")[self._matrix.cells[p - 1][c - 1]]
        colour = RISK_OF_CATEGORY[category]
        fill = QColor(RISK[colour])
        fill.setAlpha(255 if count else 70)
        painter.fillRect(box, fill)
        ink = QColor(RISK_INK[colour] if count else t.text)
        painter.setPen(ink)
        painter.setFont(font(self._state.sizes, 9))
        painter.drawText(
            box.adjusted(px(4), px(2), 0, 0), int(Qt.AlignmentFlag.AlignLeft), LETTER_OF_CATEGORY[category]
        )
        if count:
            painter.setFont(font(self._state.sizes, 16, bold=True))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), str(count))
        self._paint_frames(painter, box, (p, c))

    def _paint_frames(self, painter: QPainter, box: QRect, cell: tuple[int, int]) -> None:
        t, px = self._state.theme, self._state.sizes.px
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if cell == self.cell:
            painter.setPen(QPen(QColor(t.text), px(3)))
            painter.drawRect(box.adjusted(px(2), px(2), -px(2), -px(2)))
        if cell == self._own:
            painter.setPen(QPen(QColor(t.text), px(2), Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(px(1), px(1), -px(2), -px(2)))

    def _paint_axes(self, painter: QPainter) -> None:
        t, px, s = self._state.theme, self._state.sizes.px, self._state
        area = self._area()
        painter.setFont(font(self._state.sizes, 11))
        painter.setPen(QColor(t.text))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        for i in range(1, SIDE + 1):
            row, column = self.cell_rect(i, 1), self.cell_rect(1, i)
            painter.drawText(QRectF(area.left() - px(20), row.top(), px(18), row.height()), centre, str(i))
            painter.drawText(
                QRectF(column.left(), area.bottom() + px(2), column.width(), px(16)), centre, LETTERS[i - 1]
            )
        painter.setPen(QColor(t.secondary))
        if self._matrix is not None:
            painter.setFont(font(self._state.sizes, 9))
            for i, bound in enumerate(self._matrix.P_f_bounds, start=1):
                y = self.cell_rect(i, 1).top()
                box = QRectF(0, y - px(6), area.left() - px(20), px(12))
                painter.drawText(
                    box,
                    int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                    f"{bound:.2e}".replace("e-0", "e−"),
                )
            for i, bound in enumerate(self._matrix.CA_bounds_m2, start=1):
                x = self.cell_rect(1, i).right()
                box = QRectF(x - px(30), area.bottom() + px(16), px(60), px(13))
                painter.drawText(box, centre, s.number(bound, "area", 0))
        painter.setFont(font(self._state.sizes, 11))
        words = f"{s.title('CA')}, {s.unit('area')}"
        painter.drawText(QRectF(area.left(), area.bottom() + px(30), area.width(), px(16)), centre, words)
        painter.translate(px(8), area.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-area.height() / 2, -px(8), area.height(), px(16)),
            centre,
            f"{s.title('P_f')}, {s.unit('frequency')}",
        )
        painter.resetTransform()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pick a cell; the same again lifts the choice."""
        cell = self._cell_at(event.position())
        if cell is not None:
            self.pick(None if cell == self.cell else cell)
            self.picked.emit(*(self.cell or (0, 0)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Words of a cell."""
        cell = self._cell_at(event.position())
        if cell is None or self._matrix is None:
            return
        words = self._state.text(
            "ui.board.cell",
            p=cell[0],
            c=LETTERS[cell[1] - 1],
            count=int(self._counts[cell[0] - 1, cell[1] - 1]),
            category=self._state.code("risk_category", self._matrix.cells[cell[0] - 1][cell[1] - 1]),
        )
        QToolTip.showText(event.globalPosition().toPoint(), words, self)
