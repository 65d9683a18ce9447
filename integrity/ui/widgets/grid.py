"""The table of the house: frozen first column, two-line headings with filters, block copy and paste."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QHeaderView, QTableView, QToolTip, QWidget

from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column
from integrity.ui.state import State
from integrity.ui.widgets.cell_painter import CellPainter
from integrity.ui.widgets.delegate import CellDelegate
from integrity.ui.widgets.header import FilterHeader

NARROW = 60
"""A risk column narrower than this shows its letter only."""


class Sheet(QTableView):
    """A table view whose cells are painted by a `CellPainter`, shared with its twin.

    Parameters
    ----------
    parent : QWidget, optional
    """

    painter_of_cells: CellPainter
    _picture: QPixmap | None = None
    _look: tuple[object, ...] = ()
    _offset = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is new; rows that have only moved are taken from what was drawn before."""
        area = self.viewport().rect()
        picture = self._drawn(area) if area.isValid() else None
        if picture is None:
            return
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, picture)
        painter.end()

    def _drawn(self, area: QRect) -> QPixmap:
        offset, ratio = self.verticalOffset(), self.viewport().devicePixelRatioF()
        spans, selection = self._spans(area), self.selectionModel().selection()
        parts = [selection.at(i) for i in range(selection.size())]
        cells = self.painter_of_cells
        look = (
            *(area.width(), area.height(), ratio, cells.version, cells.current_source, tuple(spans)),
            tuple((p.top(), p.left(), p.bottom(), p.right()) for p in parts),
        )
        moved, picture, strip = offset - self._offset, self._picture, area
        if picture is not None and look == self._look and abs(moved) < area.height() and ratio == int(ratio):
            picture.scroll(0, -moved * int(ratio), picture.rect())
            strip = QRect(0, area.height() - moved if moved > 0 else 0, area.width(), abs(moved))
        else:
            picture = QPixmap(area.size() * ratio)
            picture.setDevicePixelRatio(ratio)
        if strip.height():
            painter = QPainter(picture)
            painter.setClipRect(strip)
            cells.paint(painter, strip, offset, spans, selection)
            painter.end()
        self._picture, self._look, self._offset = picture, look, offset
        return picture

    def _spans(self, clip: QRect) -> list[tuple[int, int, int]]:
        header = self.horizontalHeader()
        out = []
        for i in range(header.count()):
            left, width = header.sectionViewportPosition(i), header.sectionSize(i)
            if width and not header.isSectionHidden(i) and left < clip.right() + 1 and left + width > clip.left():
                out.append((i, left, width))
        return out


class Grid(Sheet):
    """A table over a `ColumnModel`.

    Parameters
    ----------
    model : ColumnModel
    parent : QWidget, optional
    frozen : bool
        Keep the first column in sight.
    symbols, filters : bool
        Lines of the heading.
    stretch : str
        Key of the column that takes the room left over.
    """

    row_chosen = Signal(int, str)
    row_opened = Signal(int)

    def __init__(
        self,
        model: ColumnModel,
        parent: QWidget | None = None,
        *,
        frozen: bool = True,
        symbols: bool = True,
        filters: bool = True,
        stretch: str = "",
    ) -> None:
        super().__init__(parent)
        self.columns_model = model
        self._state: State = model.state
        self._user_widths: set[str] = set()
        self._setting = False
        self._stretch = stretch
        self.painter_of_cells = CellPainter(model)
        self._dress(self, symbols, filters)
        self._frozen: Sheet | None = None
        if frozen:
            self._frozen = Sheet(self)
            self._dress(self._frozen, symbols, filters)
            self._freeze(self._frozen)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(lambda index: self.row_opened.emit(model.source(index.row())))
        self.selectionModel().currentChanged.connect(self._moved)
        model.rows_changed.connect(self._restore)
        self._state.language_changed.connect(self.fit_columns)
        self._state.units_changed.connect(self.fit_columns)
        self._state.theme_changed.connect(self.restyle)
        self.fit_columns()

    def _dress(self, view: Sheet, symbols: bool, filters: bool) -> None:
        model = self.columns_model
        view.painter_of_cells = self.painter_of_cells
        header = FilterHeader(model, view, symbols, filters)
        view.setHorizontalHeader(header)
        view.setModel(model)
        view.setItemDelegate(CellDelegate(model, view))
        header.sectionClicked.connect(self._sort)
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        view.setCornerButtonEnabled(False)
        view.setTabKeyNavigation(False)
        vertical = view.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(1)
        vertical.setDefaultSectionSize(self._state.sizes.row)
        view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)

    def _freeze(self, view: Sheet) -> None:
        view.setSelectionModel(self.selectionModel())
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalScrollBar().valueChanged.connect(view.verticalScrollBar().setValue)
        view.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.horizontalHeader().sectionResized.connect(lambda i, _old, new: self._place(new) if i == 0 else None)
        self.columns_model.modelReset.connect(self._hide_others)
        view.clicked.connect(self._clicked)
        view.doubleClicked.connect(lambda index: self.row_opened.emit(self.columns_model.source(index.row())))
        self._hide_others()

    def _hide_others(self) -> None:
        if self._frozen is None:
            return
        for i in range(len(self.columns_model.columns)):
            if self._frozen.isColumnHidden(i) != (i != 0):
                self._frozen.setColumnHidden(i, i != 0)
        self._place(self.columnWidth(0))

    def _place(self, width: int) -> None:
        if self._frozen is None:
            return
        self._frozen.setColumnWidth(0, width)
        height = self.viewport().height() + self.horizontalHeader().height()
        self._frozen.setGeometry(self.frameWidth(), self.frameWidth(), width, height)
        self._frozen.raise_()
        self._frozen.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the frozen column in place."""
        super().resizeEvent(event)
        self._fill_room()
        self._place(self.columnWidth(0))

    # -- looks ---------------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Take the look anew."""
        self.painter_of_cells.restyle()
        for view in (self, self._frozen):
            if view is not None:
                view.viewport().update()
                view.horizontalHeader().viewport().update()

    def fit_columns(self) -> None:
        """Give each column that the person has not sized the width its words need."""
        header = self.horizontalHeader()
        if not isinstance(header, FilterHeader):
            return
        for i, column in enumerate(self.columns_model.columns):
            if column.key not in self._user_widths:
                self.setColumnWidth(i, max(header.wanted_width(i), self._content_width(i)))
        self._fill_room()
        self._place(self.columnWidth(0))

    def _fill_room(self) -> None:
        """Give what is left of the width to the column that wants it."""
        column = self.columns_model.column_index(self._stretch)
        if column < 0:
            return
        others = sum(self.columnWidth(i) for i in range(len(self.columns_model.columns)) if i != column)
        header = self.horizontalHeader()
        least = header.wanted_width(column) if isinstance(header, FilterHeader) else 0
        self.setColumnWidth(column, max(self.viewport().width() - others, self._content_width(column), least))

    def _content_width(self, column: int) -> int:
        model, px = self.columns_model, self._state.sizes.px
        widths = [self.fontMetrics().horizontalAdvance(words) for words in model.samples(column)]
        extra = px(24) + (px(30) if model.columns[column].style == "risk" else 0)
        if model.columns[column].key in model.marks.unverified:
            extra += px(8)
        if model.columns[column].style == "risk" and 0 < model.columns[column].width < NARROW:
            return px(model.columns[column].width)
        return min(max(widths, default=0) + extra, px(model.columns[column].width or 300))

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns."""
        self.columns_model.set_columns(columns)
        self._hide_others()
        self.fit_columns()

    # -- choosing ------------------------------------------------------------------------------------------

    def _sort(self, section: int) -> None:
        add = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.columns_model.toggle_sort(self.columns_model.columns[section].key, add)

    def _clicked(self, index: QModelIndex) -> None:
        self._announce(index)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._setting and current.isValid():
            self._announce(current)

    def _announce(self, index: QModelIndex) -> None:
        source = self.columns_model.source(index.row())
        self._mark_current(source)
        self.row_chosen.emit(source, self.columns_model.columns[index.column()].key)

    def _mark_current(self, source: int) -> None:
        self.painter_of_cells.current_source = source
        for view in (self, self._frozen):
            if view is not None:
                view.viewport().update()

    @property
    def current_source(self) -> int:
        """Source row that is chosen, -1 for none."""
        return self.painter_of_cells.current_source

    def show_source(self, source: int, key: str = "") -> None:
        """Choose and bring into sight a source row, without announcing it."""
        self._mark_current(source)
        row = self.columns_model.shown(source) if source >= 0 else -1
        if row < 0:
            return
        column = max(self.columns_model.column_index(key), 0) if key else max(self.currentIndex().column(), 0)
        self._setting = True
        across = self.horizontalScrollBar().value()
        index = self.columns_model.index(row, column)
        if self.currentIndex() != index:
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        self.horizontalScrollBar().setValue(across)
        self._setting = False

    def _restore(self) -> None:
        source = self.current_source
        self._hide_others()
        if source >= 0:
            self.show_source(source)

    def selected_sources(self) -> list[int]:
        """Source rows with a selected cell, in the order shown."""
        rows = sorted({i.row() for i in self.selectionModel().selectedIndexes()})
        return [self.columns_model.source(r) for r in rows]

    # -- copy and paste ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste and opening by keyboard."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_opened.emit(self.columns_model.source(self.currentIndex().row()))
            return
        super().keyPressEvent(event)

    def copy(self, headings: bool = False) -> None:
        """Put the selected block on the clipboard."""
        picked = self.selectionModel().selectedIndexes()
        if not picked:
            return
        rows = sorted({i.row() for i in picked})
        cols = sorted({i.column() for i in picked})
        QGuiApplication.clipboard().setText(self.columns_model.copy_block(rows, cols, headings))

    def copy_all(self) -> None:
        """Put every row shown on the clipboard, with headings."""
        model = self.columns_model
        text = model.copy_block(range(model.rowCount()), range(len(model.columns)), headings=True)
        QGuiApplication.clipboard().setText(text)

    def paste(self) -> None:
        """Ask for the changes of the block on the clipboard, from the current cell on."""
        index = self.currentIndex()
        if index.isValid():
            self.columns_model.paste_block(index.row(), index.column(), QGuiApplication.clipboard().text())

    def show_cell_reason(self, source: int, key: str, reason: str) -> None:
        """Show at a cell why its change was refused."""
        row, column = self.columns_model.shown(source), self.columns_model.column_index(key)
        if row < 0 or column < 0:
            return
        index = self.columns_model.index(row, column)
        self.scrollTo(index)
        box = self.visualRect(index)
        QToolTip.showText(self.viewport().mapToGlobal(QPoint(box.left(), box.bottom())), reason, self)
