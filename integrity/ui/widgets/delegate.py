"""Edits the cells of a grid: a list for codes, a line for the rest; painting is not its work."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from integrity.core.codes import codes
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import CODE

Index = QModelIndex | QPersistentModelIndex


class CellDelegate(QStyledItemDelegate):
    """Editors of cells of a `ColumnModel`.

    Parameters
    ----------
    model : ColumnModel
    parent : QWidget
    """

    def __init__(self, model: ColumnModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Row height of the house."""
        return QSize(self._model.state.sizes.px(80), self._model.state.sizes.row)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A list for codes, a line for the rest."""
        column = self._model.columns[index.column()]
        if column.style == CODE:
            box = QComboBox(parent)
            for i in range(len(codes(column.codes))):
                box.addItem(self._model.state.code(column.codes, i))
            box.activated.connect(lambda _: self._commit(box))
            return box
        return super().createEditor(parent, option, index)

    def _commit(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Put the present value into the editor."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(self._model.text_at(index.row(), index.column()))
            return
        super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        """Hand the typed value to the model."""
        if isinstance(editor, QComboBox):
            self._model.setData(index, editor.currentText())
            return
        super().setModelData(editor, self._model, index)
