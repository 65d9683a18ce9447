"""Command palette and global search in one: commands, screens, items, components, measuring points, circuits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from integrity.ui.commands import COMMANDS
from integrity.ui.models.component_table import item_name
from integrity.ui.state import Scope, Selection
from integrity.ui.theme import font

if TYPE_CHECKING:
    from integrity.core.arrays import AnyArray
    from integrity.ui.shell import Shell

LIMIT = 8


@dataclass(frozen=True)
class Hit:
    """One line of the palette: words, what it is, and what choosing it does."""

    words: str
    note: str
    run: Callable[[], object]
    enabled: bool = True


def find(shell: Shell, text: str) -> list[Hit]:
    """What a text finds: exact and leading matches first.

    Parameters
    ----------
    shell : Shell
    text : str

    Returns
    -------
    list of Hit
    """
    word = text.strip().lower()
    hits = _commands(shell, word)
    if word and shell.state.study is not None:
        hits = _things(shell, word) + hits
    return hits


def _commands(shell: Shell, word: str) -> list[Hit]:
    out = []
    for command in COMMANDS:
        words = shell.state.text(command.title)
        if word and word not in words.lower() and word not in command.id.replace("_", " "):
            continue
        run = partial(shell.commands.run, command.id)
        shortcut = shell.commands.actions[command.id].shortcut().toString()
        out.append(Hit(words, shortcut or shell.state.text("ui.palette.command"), run, command.enabled(shell)))
    return out


def _things(shell: Shell, word: str) -> list[Hit]:
    study, state = shell.state.study, shell.state
    if study is None:
        return []
    c, m = study.plant.components, study.plant.cmls
    out: list[Hit] = []
    for row in _rows(c.component, word):
        note = item_name(study, state, row)
        out.append(Hit(str(c.component[row]), note, partial(shell.open_component, row)))
    for level, column in (("equipment", c.tag), ("circuit", c.circuit), ("unit", c.unit)):
        names = np.unique(column.astype(str))
        kind = state.text(f"ui.scope.{level}")
        for i in _rows(names, word):
            name = str(names[i])
            out.append(Hit(name, kind, partial(shell.open_scope, Scope(level, name))))
    for row in _rows(m.cml, word):
        note = state.text("ui.palette.cml", component=str(c.component[m.component_row[row]]))
        out.append(Hit(str(m.cml[row]), note, partial(shell.open_cml, Selection(cml=row))))
    return out


def _rows(values: AnyArray, word: str) -> list[int]:
    """Up to `LIMIT` rows whose text contains a word, those that begin with it first."""
    first: list[int] = []
    later: list[int] = []
    for i, value in enumerate(values.tolist()):
        low = value.lower()
        if low.startswith(word):
            first.append(i)
            if len(first) >= LIMIT:
                break
        elif word in low and len(later) < LIMIT:
            later.append(i)
    return (first + later)[:LIMIT]


class HitDelegate(QStyledItemDelegate):
    """Words on the left, what they are on the right."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._state = shell.state

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """A comfortable line."""
        return QSize(0, self._state.sizes.px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """One hit."""
        t, px = self._state.theme, self._state.sizes.px
        hit: Hit = index.data(Qt.ItemDataRole.UserRole)  # type: ignore[attr-defined]
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.selected))
        box = rect.adjusted(px(12), 0, -px(12), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(self._state.sizes, 11))
        painter.setPen(QColor(t.secondary))
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignRight), hit.note)
        painter.setFont(font(self._state.sizes))
        painter.setPen(QColor(t.text if hit.enabled else t.secondary))
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignLeft), hit.words)


class Palette(QFrame):
    """The list over the window; arrows choose, Enter runs, Escape closes.

    Parameters
    ----------
    shell : Shell
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = shell.state.sizes.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(1), px(1), px(1), px(1))
        layout.setSpacing(0)
        self.line = QLineEdit()
        self.line.setFixedHeight(px(36))
        self.line.textChanged.connect(self._fill)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(HitDelegate(shell, self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(lambda _: self._choose())
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.hide()

    def open(self, text: str = "") -> None:
        """Show it over the middle of the window."""
        px = self._shell.state.sizes.px
        width = min(px(560), self._shell.width() - px(80))
        self.setGeometry((self._shell.width() - width) // 2, px(64), width, px(36) + 13 * px(28) + px(4))
        self.line.setPlaceholderText(self._shell.state.text("ui.palette.hint"))
        self.line.setText(text)
        self._fill(text)
        self.show()
        self.raise_()
        self.line.setFocus()

    def _fill(self, text: str) -> None:
        self.list.clear()
        for hit in find(self._shell, text):
            item = QListWidgetItem(hit.words)
            item.setData(Qt.ItemDataRole.UserRole, hit)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self) -> None:
        item = self.list.currentItem()
        self.hide()
        if item is not None:
            hit: Hit = item.data(Qt.ItemDataRole.UserRole)
            hit.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the line."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
        if event.key() in step:
            row = max(0, min(self.list.count() - 1, self.list.currentRow() + step[Qt.Key(event.key())]))
            self.list.setCurrentRow(row)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return True
        return False
