"""Table heading: symbol over words and unit, sort marks, and a filter row that is edited in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygon
from PySide6.QtWidgets import QHeaderView, QLineEdit, QToolTip, QWidget

from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import DATE, NUMBER, TEXT, symbol_parts
from integrity.ui.theme import font

TITLE_LINES = 2


def _wrap_of(words: str) -> int:
    """Break at spaces where there are any, else anywhere."""
    return int(Qt.TextFlag.TextWordWrap if " " in words.strip() else Qt.TextFlag.TextWrapAnywhere)


def _unbroken(words: str) -> str:
    """Keep a unit such as mm/y on one line."""
    return words.replace("/", "/\u2060")


class FilterHeader(QHeaderView):
    """Horizontal heading of a grid.

    Parameters
    ----------
    model : ColumnModel
    parent : QWidget
    symbols : bool
        Whether there is a line for symbols.
    filters : bool
        Whether there is a filter row.
    """

    def __init__(self, model: ColumnModel, parent: QWidget, symbols: bool = True, filters: bool = True) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._model = model
        self._state = model.state
        self._symbols, self._filters = symbols, filters
        self._editing = -1
        self._editor: QLineEdit | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self._apply_filter)
        self.setSectionsClickable(True)
        self.setSectionsMovable(False)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setMinimumSectionSize(self._state.sizes.px(36))
        self._make_fonts()
        model.filters_changed.connect(self.viewport().update)
        model.rows_changed.connect(self.viewport().update)
        self.sectionResized.connect(lambda *_: self._place_editor())
        self._state.language_changed.connect(self._make_fonts)

    def _make_fonts(self) -> None:
        sizes = self._state.sizes
        self._symbol_font = font(sizes, 12, bold=True)
        self._index_font = font(sizes, 9, bold=True)
        self._word_font = font(sizes, 11)
        sample = QFontMetrics(self._word_font).boundingRect(self._state.text("ui.app"))
        self._line = max(sizes.px(14), sample.height())

    @property
    def title_height(self) -> int:
        """Height of the part above the filter row."""
        px = self._state.sizes.px
        return px(6) + (px(17) if self._symbols else 0) + self._line * TITLE_LINES + px(3)

    @property
    def filter_height(self) -> int:
        """Height of the filter row."""
        return self._state.sizes.px(22) if self._filters else 0

    def sizeHint(self) -> QSize:
        """Height for symbol, words and filter."""
        return QSize(super().sizeHint().width(), self.title_height + self.filter_height)

    def wanted_width(self, section: int) -> int:
        """Least width at which the words of a section fit into two lines."""
        column, px = self._model.columns[section], self._state.sizes.px
        metrics = QFontMetrics(self._word_font)
        heading = _unbroken(self._model.heading(section))
        width = max((metrics.horizontalAdvance(w) for w in heading.split(" ")), default=0)
        flags = _wrap_of(heading)
        if flags & int(Qt.TextFlag.TextWrapAnywhere):
            width = metrics.horizontalAdvance(heading[: (len(heading) + 1) // TITLE_LINES + 1])
        limit, step = self._line * TITLE_LINES + 1, px(4)
        while metrics.boundingRect(QRect(0, 0, width + 1, 1000), flags, heading).height() > limit:
            width += step
        return max(width + px(30), px(column.width or 64))

    # -- painting ------------------------------------------------------------------------------------------

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """One heading cell."""
        if not rect.isValid() or section >= len(self._model.columns):
            return
        t, px = self._state.theme, self._state.sizes.px
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(t.panel))
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(px(8), px(5), -px(8), 0)
        right = self._model.columns[section].numeric
        top = inner.top()
        if self._symbols:
            self._paint_symbol(painter, QRect(inner.left(), top, inner.width(), px(16)), section, right)
            top += px(17)
        self._paint_words(painter, QRect(inner.left(), top, inner.width(), self._line * TITLE_LINES), section, right)
        self._paint_sort(painter, rect, section, right)
        if self._filters:
            self._paint_filter(painter, rect, section)
        painter.restore()

    def _paint_symbol(self, painter: QPainter, box: QRect, section: int, right: bool) -> None:
        column = self._model.columns[section]
        letter, index = symbol_parts(column.key, column.quantity) if column.symbol else ("", "")
        if not letter:
            return
        big, small = QFontMetrics(self._symbol_font), QFontMetrics(self._index_font)
        width = big.horizontalAdvance(letter) + small.horizontalAdvance(index) + 1
        x = box.right() - width if right else box.left()
        base = box.top() + big.ascent()
        painter.setPen(QColor(self._state.theme.text))
        painter.setFont(self._symbol_font)
        painter.drawText(QPoint(x, base), letter)
        painter.setFont(self._index_font)
        painter.drawText(QPoint(x + big.horizontalAdvance(letter) + 1, base + self._state.sizes.px(3)), index)

    def _paint_words(self, painter: QPainter, box: QRect, section: int, right: bool) -> None:
        painter.setFont(self._word_font)
        painter.setPen(QColor(self._state.theme.secondary))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        words = _unbroken(self._model.heading(section))
        if not self._symbols and self._model.columns[section].key in dict(self._model.sort_keys):
            room = self._state.sizes.px(12)
            box = box.adjusted(room, 0, 0, 0) if right else box.adjusted(0, 0, -room, 0)
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignTop) | _wrap_of(words), words)

    def _paint_sort(self, painter: QPainter, rect: QRect, section: int, right: bool) -> None:
        keys = [k for k, _ in self._model.sort_keys]
        key = self._model.columns[section].key
        if key not in keys:
            return
        down = dict(self._model.sort_keys)[key]
        px = self._state.sizes.px
        x = rect.left() + px(6) if right else rect.right() - px(12)
        y = rect.top() + px(9)
        h = px(3)
        tip = [QPoint(x, y - h), QPoint(x + 2 * h, y - h), QPoint(x + h, y + h)]
        if not down:
            tip = [QPoint(x, y + h), QPoint(x + 2 * h, y + h), QPoint(x + h, y - h)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._state.theme.accent))
        painter.drawPolygon(QPolygon(tip))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if len(keys) > 1:
            painter.setFont(self._index_font)
            painter.setPen(QColor(self._state.theme.accent))
            painter.drawText(QPoint(x + 2 * h + px(2), y + px(4)), str(keys.index(key) + 1))

    def _filter_rect(self, rect: QRect) -> QRect:
        return QRect(rect.left(), rect.bottom() - self.filter_height + 1, rect.width(), self.filter_height - 1)

    def _paint_filter(self, painter: QPainter, rect: QRect, section: int) -> None:
        t, px = self._state.theme, self._state.sizes.px
        box = self._filter_rect(rect)
        key = self._model.columns[section].key
        text = self._model.filters.get(key, "")
        painter.fillRect(box.adjusted(0, 0, -1, 0), QColor(t.paper))
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(box.topLeft(), box.topRight())
        painter.setFont(self._word_font)
        inner = box.adjusted(px(8), 0, -px(6), 0)
        if text:
            bad = key in self._model.filter_errors
            painter.setPen(QColor(t.danger if bad else t.accent))
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
            painter.drawLine(box.left(), box.bottom(), box.right() - 1, box.bottom())
            return
        self._paint_funnel(painter, inner)

    def _paint_funnel(self, painter: QPainter, box: QRect) -> None:
        px = self._state.sizes.px
        x, y, w = box.left(), box.center().y() - px(3), px(8)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._state.theme.line).darker(118), 1))
        for i, inset in enumerate((0, 2, 3)):
            painter.drawLine(x + px(inset), y + px(3 * i), x + w - px(inset), y + px(3 * i))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    # -- editing of filters --------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press in the filter row opens its editor; elsewhere sorting and resizing as usual."""
        section = self.logicalIndexAt(event.position().toPoint())
        if self._filters and section >= 0 and event.position().y() > self.title_height:
            self.edit_filter(section)
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A release that belongs to the filter row does not sort."""
        if self._filters and event.position().y() > self.title_height:
            return
        super().mouseReleaseEvent(event)

    def edit_filter(self, section: int) -> QLineEdit:
        """Open the filter editor of a section.

        Parameters
        ----------
        section : int

        Returns
        -------
        QLineEdit
        """
        self._close_editor()
        self._editing = section
        column = self._model.columns[section]
        editor = QLineEdit(self.viewport())
        editor.setFont(self._word_font)
        editor.setText(self._model.filters.get(column.key, ""))
        kind = NUMBER if column.numeric else DATE if column.style == DATE else TEXT
        editor.setPlaceholderText(self._state.text(f"ui.filter.{kind}"))
        editor.setToolTip(self._state.text(f"ui.filter_help.{kind}"))
        editor.textEdited.connect(lambda _: self._timer.start())
        editor.installEventFilter(self)
        self._editor = editor
        self._place_editor()
        editor.show()
        editor.setFocus()
        return editor

    def _place_editor(self) -> None:
        if self._editor is None or self._editing < 0:
            return
        x = self.sectionViewportPosition(self._editing)
        width = max(self.sectionSize(self._editing), self._state.sizes.px(90))
        self._editor.setGeometry(x, self.title_height, width, self.filter_height)

    def _apply_filter(self) -> None:
        if self._editor is None:
            return
        key = self._model.columns[self._editing].key
        self._model.set_filter(key, self._editor.text())
        if key in self._model.filter_errors:
            where = self._editor.mapToGlobal(QPoint(0, self._editor.height()))
            QToolTip.showText(where, self._state.text("ui.filter.bad", text=self._editor.text()), self._editor)

    def _close_editor(self) -> None:
        if self._editor is None:
            return
        if self._timer.isActive():
            self._timer.stop()
            self._apply_filter()
        editor, self._editor, self._editing = self._editor, None, -1
        editor.removeEventFilter(self)
        editor.hide()
        editor.deleteLater()
        self.viewport().update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and focus of the filter editor."""
        if watched is not self._editor:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.FocusOut:
            self._close_editor()
            return False
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._editor_key(event)
        return False

    def _editor_key(self, event: QKeyEvent) -> bool:
        editor = self._editor
        if editor is None:
            return False
        if event.key() == Qt.Key.Key_Escape:
            editor.clear()
            self._apply_filter()
            self._close_editor()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._timer.stop()
            self._apply_filter()
            self._close_editor()
            return True
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            step = 1 if event.key() == Qt.Key.Key_Tab else -1
            after = self._editing + step
            if 0 <= after < self.count() and not self.isSectionHidden(after):
                self.edit_filter(after)
                return True
        return False

    def viewportEvent(self, event: QEvent) -> bool:
        """Hover help of a heading: words, unit and symbol in full."""
        if event.type() == QEvent.Type.ToolTip:
            pos = event.pos()  # type: ignore[attr-defined]
            section = self.logicalIndexAt(pos)
            if 0 <= section < len(self._model.columns):
                column = self._model.columns[section]
                key = "ui.filter.tip" if pos.y() > self.title_height and self._filters else "ui.header.tip"
                words = self._state.text(key, words=self._model.heading(section), key=column.key)
                QToolTip.showText(event.globalPos(), words, self)  # type: ignore[attr-defined]
            return True
        return super().viewportEvent(event)
