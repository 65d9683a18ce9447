"""Paints the visible cells of a table in one go, straight from the model: no call a cell from Qt."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF, QStaticText

from integrity.core.codes import codes
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import RISK as RISK_STYLE
from integrity.ui.models.columns import Column
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY, blend, font

_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_CACHE = 20_000
Laid = tuple[QStaticText, int, int]


class CellPainter:
    """Draws cells of a `ColumnModel`.

    Parameters
    ----------
    model : ColumnModel
    """

    def __init__(self, model: ColumnModel) -> None:
        self._model = model
        self.current_source = -1
        self.version = 0
        model.dataChanged.connect(self.renew)
        model.modelReset.connect(self.renew)
        self.restyle()

    def renew(self) -> None:
        """Forget what was written: the cells may say something else now."""
        self.version += 1
        self._cells: dict[tuple[int, int], Laid] = {}

    def restyle(self) -> None:
        """Take colours and fonts of the look anew."""
        t, sizes = self._model.state.theme, self._model.state.sizes
        self._plain, self._italic, self._bold = font(sizes), font(sizes, italic=True), font(sizes, 10, bold=True)
        self._metrics = QFontMetrics(self._plain)
        self._kept: dict[str, Laid] = {}
        self._elided: dict[tuple[str, int], str] = {}
        self._tones = [QPen(QColor(t.tone(i))) for i in range(6)]
        self._quiet = QPen(QColor(blend(t.secondary, t.paper, 0.75)))
        self._line = QPen(QColor(t.grid))
        self._paper, self._selected, self._current = QColor(t.paper), QColor(t.selected), QColor(t.current)
        self._error = QColor(t.danger)
        self._chips = {k: (QColor(c), QPen(QColor(RISK_INK[k]))) for k, c in RISK.items()}
        self._px = sizes.px
        self._pad = sizes.px(8)
        self._height = sizes.row
        self._base = (self._height + self._metrics.ascent() - self._metrics.descent()) // 2
        self.renew()

    def paint(
        self, painter: QPainter, clip: QRect, offset: int, spans: list[tuple[int, int, int]], selection: QItemSelection
    ) -> None:
        """Everything inside a rectangle of the viewport.

        Parameters
        ----------
        painter : QPainter
        clip : QRect
        offset : int
            Pixels scrolled down.
        spans : list of (column, left, width)
            Columns in sight.
        selection : QItemSelection
        """
        painter.fillRect(clip, self._paper)
        h = self._height
        first = max((clip.top() + offset) // h, 0)
        last = min((clip.bottom() + offset) // h, self._model.rows.size - 1)
        if last < first or not spans:
            return
        self._grounds(painter, first, last, offset, spans, selection)
        painter.setFont(self._plain)
        rows = [(int(s), r * h - offset) for r, s in enumerate(self._model.rows[first : last + 1].tolist(), first)]
        for column, left, width in spans:
            cells = self._risk if self._model.columns[column].style == RISK_STYLE else self._texts
            cells(painter, rows, column, left, width)

    def _grounds(
        self,
        painter: QPainter,
        first: int,
        last: int,
        offset: int,
        spans: list[tuple[int, int, int]],
        selection: QItemSelection,
    ) -> None:
        h, left, right = self._height, spans[0][1], spans[-1][1] + spans[-1][2]
        current = self._model.shown(self.current_source) if self.current_source >= 0 else -1
        if first <= current <= last:
            painter.fillRect(QRect(left, current * h - offset, right - left, h), self._current)
        for i in range(selection.size()):
            part = selection.at(i)
            top, bottom = max(part.top(), first), min(part.bottom(), last)
            if top > bottom:
                continue
            for column, x, width in spans:
                if part.left() <= column <= part.right():
                    painter.fillRect(QRect(x, top * h - offset, width, (bottom - top + 1) * h), self._selected)
        painter.setPen(self._line)
        for row in range(first, last + 1):
            y = (row + 1) * h - offset - 1
            painter.drawLine(left, y, right - 1, y)

    def _texts(self, painter: QPainter, rows: list[tuple[int, int]], index: int, left: int, width: int) -> None:
        model, column = self._model, self._model.columns[index]
        stale, tone = model.marks.stale, model.marks.tone.get(column.key)
        unverified, initials = model.marks.unverified.get(column.key), model.marks.initials.get(column.key)
        numeric, room = column.numeric, width - 2 * self._pad
        cells, pen = self._cells, None
        for source, y in rows:
            old = stale is not None and bool(stale[source])
            wanted = self._quiet if old else self._tones[int(tone[source]) if tone is not None else 0]
            if wanted is not pen:
                painter.setPen(wanted)
                pen = wanted
            shift = 0
            if old and numeric:
                self._clock(painter, left, y)
            elif unverified is not None and unverified[source]:
                self._diamond(painter, left, y)
                shift = 0 if numeric else self._px(8)
            laid = cells.get((source, index)) or self._cell(source, index)
            if initials is not None and initials[source]:
                painter.setFont(self._italic)
                self._write(painter, self._laid(f"{laid[0].text()} {initials[source]}"), left, y, room, numeric)
                painter.setFont(self._plain)
            else:
                self._write(painter, laid, left + shift, y, room - shift, numeric)
            if model.cell_errors and (source, column.key) in model.cell_errors:
                painter.fillRect(QRect(left, y + self._height - 2, width, 2), self._error)

    def _cell(self, source: int, index: int) -> Laid:
        """A cell written once and kept: scrolling shows the same cells again and again."""
        if len(self._cells) > _CACHE:
            self._cells.clear()
        found = self._cells[source, index] = self._laid(self._model.text_of(source, index))
        return found

    def _write(self, painter: QPainter, cell: Laid, left: int, y: int, room: int, right: bool) -> None:
        laid, width, top = cell
        if width > room:
            laid, width, top = self._laid(self._short(laid.text(), room))
        x = left + self._pad + (room - width if right else 0)
        painter.drawStaticText(x, y + top, laid)

    def _laid(self, text: str) -> Laid:
        """A text laid out once and kept; most cells say what others say."""
        found = self._kept.get(text)
        if found is None:
            if len(self._kept) > _CACHE:
                self._kept.clear()
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(font=self._plain)
            top = round((self._height - static.size().height()) / 2)
            found = self._kept[text] = (static, self._metrics.horizontalAdvance(text), top)
        return found

    def _short(self, text: str, room: int) -> str:
        found = self._elided.get((text, room))
        if found is None:
            if len(self._elided) > _CACHE:
                self._elided.clear()
            found = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room, 0))
            self._elided[text, room] = found
        return found

    def _diamond(self, painter: QPainter, left: int, y: int) -> None:
        x, middle, r = left + self._px(8), y + self._height / 2, self._px(3.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corners = [QPointF(x, middle - r), QPointF(x + r, middle), QPointF(x, middle + r), QPointF(x - r, middle)]
        painter.drawPolygon(QPolygonF(corners))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _clock(self, painter: QPainter, left: int, y: int) -> None:
        x, middle, r = left + self._px(8), y + self._height / 2, self._px(4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, middle), r, r)
        painter.drawLine(QPointF(x, middle), QPointF(x, middle - r + 1))
        painter.drawLine(QPointF(x, middle), QPointF(x + r - 1.5, middle))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _risk(self, painter: QPainter, rows: list[tuple[int, int]], index: int, left: int, width: int) -> None:
        model, column = self._model, self._model.columns[index]
        stale = model.marks.stale
        values = model.array(column.key)
        px = self._px
        room = width - self._pad - px(34)
        for source, y in rows:
            value = int(values[source])
            text = model.text_of(source, index)
            quiet = value < 0 or (stale is not None and bool(stale[source]))
            if value >= 0:
                self._chip(
                    painter, QRect(left + self._pad, y + px(4), px(24), self._height - px(8)), column, value, text
                )
            painter.setPen(self._quiet if quiet else self._tones[0])
            if value < 0:
                painter.drawText(QPoint(left + self._pad, y + self._base), text)
            elif room > px(16):
                shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QPoint(left + self._pad + px(30), y + self._base), shown)

    def _chip(self, painter: QPainter, box: QRect, column: Column, value: int, text: str) -> None:
        name = codes(column.codes)[value]
        fill, ink = self._chips[RISK_OF_CATEGORY.get(name, name)]
        painter.fillRect(box, fill)
        painter.setFont(self._bold)
        painter.setPen(ink)
        painter.drawText(box, _CENTRE, LETTER_OF_CATEGORY.get(name, text[:1]))
        painter.setFont(self._plain)
