"""Editor of the risk matrix: a click on a cell takes the next category; bounds of both axes are typed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from integrity.core.codes import codes
from integrity.ui.state import State
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY, font

SIDE = 5
LETTERS = "ABCDE"
Cells = tuple[tuple[int, ...], ...]


class MatrixEditor(QWidget):
    """Five by five cells; row 0 is likelihood 1, column 0 consequence A.

    Parameters
    ----------
    state : State
    """

    changed = Signal()

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.cells: Cells = tuple(tuple(0 for _ in range(SIDE)) for _ in range(SIDE))
        self.current = (SIDE - 1, SIDE - 1)
        self._down: tuple[str, ...] = ("",) * (SIDE - 1)
        self._across: tuple[str, ...] = ("",) * (SIDE - 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(self.sizeHint())
        state.theme_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for cells, names and bounds."""
        px = self._state.sizes.px
        return QSize(px(90) + SIDE * px(46) + px(8), SIDE * px(34) + px(58))

    def set_cells(self, cells: Cells) -> None:
        """Show a matrix without telling of it."""
        self.cells = cells
        self.update()

    def set_bounds(self, down: tuple[str, ...], across: tuple[str, ...]) -> None:
        """Show bounds between likelihoods and between consequences, in words."""
        self._down, self._across = down, across
        self.update()

    def cell_rect(self, i: int, j: int) -> QRectF:
        """Rectangle of a cell; likelihood 5 is on top."""
        px = self._state.sizes.px
        return QRectF(px(90) + j * px(46), px(6) + (SIDE - 1 - i) * px(34), px(46), px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells with their letters, names and bounds of the axes."""
        t, px = self._state.theme, self._state.sizes.px
        painter = QPainter(self)
        names = codes("risk_category")
        middle = int(Qt.AlignmentFlag.AlignCenter)
        for i in range(SIDE):
            for j in range(SIDE):
                box = self.cell_rect(i, j)
                name = names[self.cells[i][j]]
                colour = RISK_OF_CATEGORY[name]
                painter.fillRect(box.adjusted(1, 1, -1, -1), QColor(RISK[colour]))
                painter.setPen(QColor(RISK_INK[colour]))
                painter.setFont(font(self._state.sizes, 13, bold=True))
                painter.drawText(box, middle, LETTER_OF_CATEGORY[name])
                if (i, j) == self.current and self.hasFocus():
                    painter.setPen(QPen(QColor(t.text), 2))
                    painter.drawRect(box.adjusted(2, 2, -2, -2))
        painter.setPen(QColor(t.secondary))
        for k in range(SIDE):
            row, column = self.cell_rect(k, 0), self.cell_rect(0, k)
            painter.setFont(font(self._state.sizes, 11, bold=True))
            painter.drawText(QRectF(row.left() - px(18), row.top(), px(14), row.height()), middle, str(k + 1))
            painter.drawText(QRectF(column.left(), column.bottom() + px(2), column.width(), px(14)), middle, LETTERS[k])
            painter.setFont(font(self._state.sizes, 10))
            if k < SIDE - 1:
                edge = QRectF(0, row.top() - px(8), row.left() - px(22), px(16))
                right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                painter.drawText(edge, right, self._down[k])
                under = QRectF(column.right() - px(23), column.bottom() + px(18), px(46), px(16))
                painter.drawText(under, middle, self._across[k])
        painter.end()

    def step(self, i: int, j: int, by: int = 1) -> None:
        """Give a cell the next category, after the highest the lowest."""
        many = len(codes("risk_category"))
        new = [list(row) for row in self.cells]
        new[i][j] = (new[i][j] + by) % many
        self.cells = tuple(tuple(row) for row in new)
        self.update()
        self.changed.emit()

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Cell under a point."""
        for i in range(SIDE):
            for j in range(SIDE):
                if self.cell_rect(i, j).contains(point):
                    return i, j
        return None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The next category; with the right button the one before."""
        found = self.cell_at(event.position())
        if found is not None:
            self.current = found
            self.step(*found, by=-1 if event.button() == Qt.MouseButton.RightButton else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, blank takes the next category."""
        step = {
            Qt.Key.Key_Up: (1, 0),
            Qt.Key.Key_Down: (-1, 0),
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
        }.get(Qt.Key(event.key()))
        if step is not None:
            self.current = tuple(max(0, min(SIDE - 1, c + d)) for c, d in zip(self.current, step, strict=True))  # type: ignore[assignment]
            self.update()
        elif event.key() == Qt.Key.Key_Space:
            self.step(*self.current)
        else:
            super().keyPressEvent(event)
