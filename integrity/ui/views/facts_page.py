"""Facts of a component: what its mechanisms ask for, the missing first, edited in place with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from integrity.core.errors import ToolError
from integrity.i18n.formats import MISSING
from integrity.ui import actions
from integrity.ui.models.column_model import ColumnModel, Edit
from integrity.ui.models.columns import Column, Lazy, Marks
from integrity.ui.risk_words import symbol_words, value_text
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView
from integrity.ui.widgets.grid import Grid
from integrity.ui.widgets.value_editor import ValueEditor

if TYPE_CHECKING:
    from integrity.services.fact_views import FactLine, FactSheet

COLUMNS = (
    Column("words", "lazy", title="ui.facts.words", width=220),
    Column("symbol", "text", title="ui.facts.symbol", width=120),
    Column("value", "lazy", title="ui.facts.value", editable=True, width=150),
    Column("missing", "lazy", title="ui.facts.missing", width=190),
    Column("owner", "lazy", title="ui.facts.owner", width=110),
    Column("source", "text", title="ui.facts.source", width=220),
    Column("entered", "text", title="ui.facts.entered", width=120),
    Column("asked", "lazy", title="ui.facts.asked", width=280),
    Column("who", "text", title="ui.facts.who", width=110),
    Column("reason", "text", title="ui.facts.reason", width=240),
)


class FactsPage(Page):
    """The editor."""

    key = "facts"

    def __init__(self, view: PagedView) -> None:
        self.sheet: FactSheet | None = None
        self.line: FactLine | None = None
        self.editor: ValueEditor | None = None
        self._row = -1
        super().__init__(view)

    def build(self) -> None:
        """Table, and the line in which the chosen fact is edited."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.facts", "rbi")
        self.whole = QWidget()
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(6), px(12), px(6))
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.model.edited.connect(self._edited)
        self.grid = Grid(self.model, symbols=False)
        self.grid.row_chosen.connect(lambda row, _c: self.choose(row))
        self.body.addWidget(self.told)
        self.body.addWidget(hairline())
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self.nothing, 1)
        self.bar = QWidget()
        self.bar.setProperty("role", "panel")
        outer = QHBoxLayout(self.bar)
        outer.setContentsMargins(px(12), px(5), px(8), px(5))
        outer.setSpacing(px(6))
        self.bar_words = label("", wrap=True)
        self.bar_words.setFixedWidth(px(130))
        self._editor_place = QHBoxLayout()
        self.subject = QComboBox()
        self.subject.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.source, self.reason = QLineEdit(), QLineEdit()
        self.reason.returnPressed.connect(self.apply)
        self.apply_button = QPushButton()
        self.apply_button.setProperty("primary", True)
        self.apply_button.clicked.connect(self.apply)
        outer.addWidget(self.bar_words)
        outer.addLayout(self._editor_place, 2)
        outer.addWidget(self.subject)
        outer.addWidget(self.source, 2)
        outer.addWidget(self.reason, 3)
        outer.addWidget(self.apply_button)
        self.body.addWidget(hairline())
        self.body.addWidget(self.bar)
        self.bar.hide()

    # -- following the window ------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Another study: the sheet is asked for again."""
        self._row = -1

    def show_selection(self, selection: Selection) -> None:
        """Facts of the selected component."""
        study, row = self.study, selection.component
        for widget in (self.told, self.grid):
            widget.setVisible(row >= 0)
        self.nothing.setVisible(row < 0)
        if study is None or row < 0 or row == self._row:
            self.bar.setVisible(row >= 0 and self.line is not None)
            return
        self._row = row
        asked, gateway = self.ask(), self.gateway

        def done(sheet: FactSheet) -> None:
            if self.is_last(asked):
                self._take(sheet)

        self.jobs.run("ui.job.facts", lambda _p: gateway.fact_sheet(study, row), done, self._failed, quiet=True)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    def _take(self, sheet: FactSheet) -> None:
        kept = self.line.symbol.symbol if self.line is not None else ""
        self.sheet = sheet
        self._fill()
        found = [i for i, f in enumerate(sheet.lines) if f.symbol.symbol == kept]
        self.line = None
        self.bar.hide()
        if found:
            self.choose(found[0])
            self.grid.show_source(found[0], "value")

    def _fill(self) -> None:
        sheet, s, study = self.sheet, self.state, self.study
        if sheet is None or study is None:
            return
        lines = sheet.lines
        texts = {
            "symbol": [f.symbol.symbol for f in lines],
            "source": [f.source for f in lines],
            "entered": [f.entered or MISSING for f in lines],
            "who": [f.set_by for f in lines],
            "reason": [f.reason for f in lines],
        }
        lacking = np.array([3 if f.missing_for else 5 if f.missing else 0 for f in lines], dtype=np.int64)
        arrays = {k: np.array(v, dtype=object) for k, v in texts.items()}
        marks = Marks(tone={k: lacking for k in ("words", "value", "missing")})
        self.model.set_data(arrays, len(lines), self._words(lines), marks=marks)
        self.grid.fit_columns()
        missing = sum(bool(f.missing_for) for f in lines)
        name = str(study.plant.components.component[self._row])
        key = "ui.facts.told_missing" if missing else "ui.facts.told"
        self.told.setText(s.text(key, name=name, count=missing, total=len(lines)))

    def _words(self, lines: tuple[FactLine, ...]) -> Mapping[str, Lazy]:
        s = self.state

        def titles(keys: tuple[str, ...]) -> str:
            return "; ".join(s.text(k) for k in dict.fromkeys(keys))

        return {
            "words": lambda i: symbol_words(s, lines[i].symbol.symbol),
            "value": lambda i: value_text(s, lines[i].symbol, lines[i].value),
            "missing": lambda i: titles(lines[i].missing_for),
            "owner": lambda i: s.text(f"ui.subject.{lines[i].owner}") if lines[i].owner else MISSING,
            "asked": lambda i: titles(lines[i].asked_by),
        }

    # -- editing -------------------------------------------------------------------------------------------

    def choose(self, row: int) -> None:
        """Offer a line for editing."""
        sheet = self.sheet
        if sheet is None or not 0 <= row < len(sheet.lines):
            return
        line = sheet.lines[row]
        if self.line is line:
            return
        self.line = line
        while self._editor_place.count():
            item = self._editor_place.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editor = ValueEditor(self.state, line.symbol, line.value)
        if self.editor.line is not None:
            self.editor.line.returnPressed.connect(self.reason.setFocus)
        self._editor_place.addWidget(self.editor)
        self.subject.clear()
        for of in sheet.subjects:
            words = self.state.text("ui.pair", a=self.state.text(f"ui.subject.{of.kind}"), b=of.name)
            self.subject.addItem(words, f"{of.kind}:{of.name}")
        kinds = [of.kind for of in sheet.subjects]
        self.subject.setCurrentIndex(kinds.index(line.owner) if line.owner in kinds else 0)
        self.source.setText(line.source)
        self.source.setCursorPosition(0)
        self.reason.clear()
        self._bar_words()
        self.bar.show()

    def _bar_words(self) -> None:
        s = self.state
        if self.line is not None:
            self.bar_words.setText(symbol_words(s, self.line.symbol.symbol))
        self.source.setPlaceholderText(s.text("ui.facts.source_hint"))
        self.reason.setPlaceholderText(s.text("ui.edit.reason"))
        self.apply_button.setText(s.text("ui.facts.record"))

    def _edited(self, edits: list[Edit]) -> None:
        """A cell was typed into: the text goes to the line below, which asks for the reason."""
        edit = edits[0]
        self.choose(edit.row)
        editor = self.editor
        if editor is None:
            return
        if editor.line is not None:
            editor.line.setText(edit.text)
        elif editor.box is not None:
            found = editor.box.findText(edit.text)
            editor.box.setCurrentIndex(found if found >= 0 else max(editor.box.findData(edit.text), 0))
        self.reason.setFocus()

    def apply(self) -> None:
        """Record the value given."""
        line, editor, s = self.line, self.editor, self.state
        if line is None or editor is None:
            return
        text, reason = editor.text, self.reason.text().strip()
        if not reason or not text:
            self.told.setText(s.text("ui.facts.needed"))
            (self.reason if text else editor).setFocus()
            return
        unit = editor.unit_name if editor.value is not None and editor.box is None else ""
        subject, symbol = str(self.subject.currentData()), line.symbol.symbol
        source, gateway = self.source.text().strip(), self.gateway
        actions.change(
            self.shell, "ui.job.set_fact", lambda: gateway.set_fact(subject, symbol, text, unit, source, reason)
        )

    def retranslate(self) -> None:
        """Words and units."""
        self._bar_words()
        line, self.line = self.line, None
        self._fill()
        if line is not None and self.sheet is not None and line in self.sheet.lines:
            self.choose(self.sheet.lines.index(line))
