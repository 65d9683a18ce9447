"""An editor for one value: a list for codes, a line with a unit for numbers; values are in internal units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QWidget

from integrity.core.quantities import display_unit, to_internal
from integrity.ui.models.formats import plain_number
from integrity.ui.risk_words import code_text
from integrity.ui.state import State

if TYPE_CHECKING:
    from integrity.services.input_views import InputSymbol


class ValueEditor(QWidget):
    """Edits a value of a symbol.

    Parameters
    ----------
    state : State
    symbol : InputSymbol
    value : float or str
        Value it begins with; NaN or "" is none.
    """

    changed = Signal()

    def __init__(self, state: State, symbol: InputSymbol, value: float | str = "") -> None:
        super().__init__()
        self._state, self.symbol = state, symbol
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(state.sizes.px(4))
        self.box: QComboBox | None = None
        self.line: QLineEdit | None = None
        self.unit = QLabel()
        self.unit.setProperty("role", "secondary")
        if symbol.codes:
            self.box = QComboBox()
            self.box.addItem("", "")
            for code in symbol.codes:
                self.box.addItem(code_text(state, symbol.words, code), code)
            self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.box.setMinimumContentsLength(10)
            self.box.activated.connect(lambda _: self.changed.emit())
            row.addWidget(self.box, 1)
        else:
            self.line = QLineEdit()
            self.line.setMaximumWidth(state.sizes.px(150))
            self.line.textEdited.connect(lambda _: self.changed.emit())
            row.addWidget(self.line, 1)
            row.addWidget(self.unit)
        self.set_value(value)

    def set_value(self, value: float | str) -> None:
        """Show a value without telling of it."""
        if self.box is not None:
            self.box.setCurrentIndex(max(self.box.findData(value), 0))
        elif self.line is not None:
            self.unit.setText(self._state.unit(self.symbol.quantity) if self.symbol.is_number else "")
            if isinstance(value, str):
                self.line.setText(value)
            elif value != value:
                self.line.clear()
            else:
                self.line.setText(plain_number(self._state.number(value, self.symbol.quantity)))

    @property
    def text(self) -> str:
        """What is given, as text: a code, or a number in the unit shown."""
        if self.box is not None:
            return str(self.box.currentData() or "")
        return self.line.text().strip() if self.line is not None else ""

    @property
    def unit_name(self) -> str:
        """Name of the unit that a typed number is in; empty for codes."""
        if not self.symbol.is_number:
            return ""
        return display_unit(self.symbol.quantity, self._state.unit_set).name

    @property
    def value(self) -> float | str | None:
        """The value in the internal unit or the code; None where nothing is given or it is no number."""
        if self.box is not None:
            return self.text or None
        try:
            number = float(self.text.replace("−", "-").replace(" ", "").replace("\u2009", ""))
        except ValueError:
            return None
        return float(to_internal(number, self.symbol.quantity, self.unit_name)[0])
