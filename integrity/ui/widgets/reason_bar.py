"""A line that asks for the reason of a change, in place."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolTip, QWidget

from integrity.ui.state import State


class ReasonBar(QWidget):
    """What is about to change, why, and Apply.

    Parameters
    ----------
    state : State
    """

    accepted = Signal(str)
    dismissed = Signal()

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = state.sizes.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(4), px(6), px(4))
        row.setSpacing(px(6))
        self.words, self.line = QLabel(), QLineEdit()
        self.apply_button, self.cancel_button = QPushButton(), QPushButton()
        self.apply_button.setProperty("primary", True)
        self.line.returnPressed.connect(self._accept)
        self.apply_button.clicked.connect(self._accept)
        self.cancel_button.clicked.connect(self.dismissed)
        for widget in (self.words, self.line, self.apply_button, self.cancel_button):
            row.addWidget(widget)
        row.setStretch(1, 1)
        state.language_changed.connect(self._translate)
        self._translate()
        self.hide()

    def _translate(self) -> None:
        s = self._state
        self.line.setPlaceholderText(s.text("ui.edit.reason"))
        self.apply_button.setText(s.text("ui.edit.apply"))
        self.cancel_button.setText(s.text("ui.cancel"))

    def ask(self, words: str) -> None:
        """Show what is about to change and ask why."""
        self.words.setText(words)
        self.line.clear()
        self.show()
        self.line.setFocus()

    def _accept(self) -> None:
        reason = self.line.text().strip()
        if not reason:
            where = self.line.mapToGlobal(QPoint(0, self.line.height()))
            QToolTip.showText(where, self._state.text("ui.edit.reason_needed"), self.line)
            return
        self.accepted.emit(reason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        super().keyPressEvent(event)
