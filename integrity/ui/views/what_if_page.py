"""What-if: change inputs of one or several components and see factors, probability, risk and dates at once."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from integrity.core.arrays import NO_DATE
from integrity.core.errors import ToolError
from integrity.core.frames.results import ComponentResultFrame
from integrity.i18n.formats import MISSING
from integrity.ui import icons
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column
from integrity.ui.plots.ladder import Ladder
from integrity.ui.risk_words import symbol_words, value_text
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView, titled
from integrity.ui.views.rungs import factor_rungs, total_rung
from integrity.ui.widgets.grid import Grid
from integrity.ui.widgets.value_editor import ValueEditor

if TYPE_CHECKING:
    from integrity.services.input_views import InputSymbol
    from integrity.services.what_if_views import WhatIfView

WAIT_MS = 60
ROWS: tuple[tuple[str, str], ...] = (
    ("D_f_total", "damage_factor"),
    ("P_f", "frequency"),
    ("CA", "area"),
    ("risk", "risk_area"),
    ("risk_category", "risk_category"),
    ("t_req_mm", "thickness"),
    ("RL_today_y", "time"),
    ("risk_target_d", "date"),
    ("next_d", "date"),
    ("next_kind", "candidate_kind"),
)
"""Results shown: column and quantity, or enumeration of a code."""
LATER = ("t_req_mm", "RL_today_y", "risk_target_d", "next_d", "next_kind")
"""Results that come a moment later than the risk."""
WAITING = "…"
_CODES = ("risk_category", "candidate_kind")
_BOTH = (("D_f_total", "damage_factor"), ("P_f", "frequency"), ("risk", "risk_area"), ("next_d", "date"))


class WhatIfPage(Page):
    """The panel; what it shows is stored nowhere."""

    key = "what_if"

    def __init__(self, view: PagedView) -> None:
        self.rows: tuple[int, ...] = ()
        self.changes: dict[str, float | str] = {}
        self.editors: dict[str, ValueEditor] = {}
        self.shown: WhatIfView | None = None
        self._menu: tuple[InputSymbol, ...] = ()
        self._present: dict[str, float | str] = {}
        self._running = self._again = False
        super().__init__(view)

    def build(self) -> None:
        """Inputs on the left, what they do on the right."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.what_if", "rbi")
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._inputs())
        self.split.addWidget(self._results())
        self.split.setSizes([px(330), px(490)])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.nothing, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.run)

    def _inputs(self) -> QWidget:
        px = self.state.sizes.px
        self.inputs_title = label("heading")
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._fill_list())
        self.search.returnPressed.connect(self._add_first)
        self.list = QListWidget()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda item: self.add(str(item.data(Qt.ItemDataRole.UserRole))))
        self.list.itemClicked.connect(lambda item: self.add(str(item.data(Qt.ItemDataRole.UserRole))))
        self._grid_holder = QWidget()
        self._grid_holder.setProperty("role", "paper")
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(px(12), px(6), px(6), px(6))
        self._grid.setVerticalSpacing(px(4))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self._grid_holder)
        self.reset_button = QPushButton()
        self.reset_button.clicked.connect(self.reset)
        top = titled(self.state, self.inputs_title, self.search, self.list)
        bottom = QWidget()
        column = QVBoxLayout(bottom)
        column.setContentsMargins(0, 0, 0, px(6))
        column.setSpacing(px(4))
        column.addWidget(hairline())
        column.addWidget(area, 1)
        column.addWidget(self.reset_button, 0, Qt.AlignmentFlag.AlignHCenter)
        out = QSplitter(Qt.Orientation.Vertical)
        out.setHandleWidth(1)
        out.setChildrenCollapsible(False)
        out.addWidget(top)
        out.addWidget(bottom)
        out.setSizes([px(260), px(300)])
        return out

    def _results(self) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        out.setProperty("role", "paper")
        column = QVBoxLayout(out)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.told = label("secondary", wrap=True)
        self.told.setContentsMargins(px(12), px(6), px(12), px(6))
        column.addWidget(self.told)
        self.model = ColumnModel(self.state, self._columns(), self)
        self.grid = Grid(self.model, symbols=False, filters=False)
        self.grid.setMaximumHeight(px(150))
        self.grid.row_chosen.connect(self._focused)
        column.addWidget(self.grid)
        column.addWidget(hairline())
        inner = QWidget()
        inner.setProperty("role", "paper")
        stack = QVBoxLayout(inner)
        stack.setContentsMargins(0, px(6), 0, 0)
        self.ladder = Ladder(self.state)
        self.ladder.picked.connect(lambda c: self.state.select(Selection(component=self.focus, column=c)))
        stack.addWidget(self.ladder)
        self.table = QGridLayout()
        self.table.setContentsMargins(px(12), px(6), px(12), px(6))
        self.table.setHorizontalSpacing(px(18))
        self.table.setVerticalSpacing(px(3))
        self.cells: list[tuple[QLabel, ...]] = []
        for i in range(len(ROWS) + 1):
            cells = tuple(label("secondary" if i == 0 else "") for _ in range(4))
            for j, cell in enumerate(cells):
                if j:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.addWidget(cell, i, j)
            self.cells.append(cells)
        self.table.setColumnStretch(0, 1)
        stack.addLayout(self.table)
        stack.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        column.addWidget(area, 1)
        return out

    def _columns(self) -> tuple[Column, ...]:
        out = [Column("component", "text")]
        for key, quantity in _BOTH:
            for when in ("before", "after"):
                out.append(Column(f"{when}_{key}", quantity, title=f"ui.what_if.{when}_{key}"))
        return tuple(out)

    # -- following the window ------------------------------------------------------------------------------

    @property
    def focus(self) -> int:
        """Component whose factors are shown."""
        chosen = self.state.selection.component
        return chosen if chosen in self.rows else (self.rows[0] if self.rows else -1)

    def show_study(self) -> None:
        """Another study: what was asked is asked again."""
        self._menu = self._menu or self.gateway.input_menu()
        study = self.study
        n = study.components.n if study is not None else 0
        self.rows = tuple(r for r in self.rows if r < n)
        self._fill_list()

    def set_rows(self, rows: list[int]) -> None:
        """Take several components; their selection in a table is kept until another one is chosen."""
        self.rows = tuple(dict.fromkeys(r for r in rows if r >= 0))
        if self.study is not None and self.rows:
            self._show_focus()

    def show_selection(self, selection: Selection) -> None:
        """The selected component, or the several that were taken where it is one of them."""
        if selection.component >= 0 and selection.component not in self.rows:
            self.rows = (selection.component,)
        self.split.setVisible(bool(self.rows))
        self.nothing.setVisible(not self.rows)
        if self.rows:
            self._show_focus()

    def _show_focus(self) -> None:
        study = self.study
        if study is None:
            return
        self.split.setVisible(True)
        self.nothing.setVisible(False)
        self._present = self.gateway.present_values(study, self.focus)
        self.shown = None
        self._show_editors()
        self._show()
        self.run()

    def _focused(self, row: int, _column: str) -> None:
        if 0 <= row < len(self._order()):
            self.state.select(Selection(component=self._order()[row], column="risk"))

    def _order(self) -> list[int]:
        return sorted(self.rows)

    # -- inputs --------------------------------------------------------------------------------------------

    def _fill_list(self) -> None:
        s, word = self.state, self.search.text().strip().lower()
        self.list.clear()
        for symbol in self._menu:
            words = symbol_words(s, symbol.symbol)
            unit = s.unit(symbol.quantity) if symbol.is_number else ""
            line = f"{words}  ·  {symbol.symbol}" + (f", {unit}" if unit else "")
            if word and word not in line.lower():
                continue
            item = QListWidgetItem(line)
            item.setData(Qt.ItemDataRole.UserRole, symbol.symbol)
            item.setToolTip(line)
            self.list.addItem(item)

    def _add_first(self) -> None:
        item = self.list.item(0)
        if item is not None:
            self.add(str(item.data(Qt.ItemDataRole.UserRole)))

    def symbol(self, name: str) -> InputSymbol:
        """A symbol of the menu."""
        return next(m for m in self._menu if m.symbol == name)

    def add(self, name: str) -> None:
        """Offer an input for change; its present value is put in."""
        if name in self.editors:
            self._focus_editor(name)
            return
        self.changes[name] = self._present.get(name, math.nan if self.symbol(name).is_number else "")
        self._show_editors()
        self._focus_editor(name)

    def _focus_editor(self, name: str) -> None:
        editor = self.editors[name]
        inner: QWidget | None = editor.line or editor.box
        if inner is not None:
            inner.setFocus()
        if editor.line is not None:
            editor.line.selectAll()

    def give(self, name: str, value: float | str) -> None:
        """Change an input to a value in its internal unit or a code."""
        self.changes[name] = value
        self._show_editors()
        self._timer.start()

    def remove(self, name: str) -> None:
        """Leave an input as it is."""
        self.changes.pop(name, None)
        self._show_editors()
        self._timer.start()

    def reset(self) -> None:
        """Leave every input as it is."""
        self.changes.clear()
        self._show_editors()
        self.run()

    def _show_editors(self) -> None:
        s, px = self.state, self.state.sizes.px
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editors = {}
        if not self.changes:
            hint = label("secondary", wrap=True)
            hint.setText(s.text("ui.what_if.add_hint"))
            self._grid.addWidget(hint, 0, 0, 1, 3)
        for i, (name, value) in enumerate(self.changes.items()):
            symbol = self.symbol(name)
            words = label("", wrap=True)
            words.setText(symbol_words(s, name))
            now = label("secondary")
            present = self._present.get(name, math.nan if symbol.is_number else "")
            now.setText(s.text("ui.what_if.now", value=value_text(s, symbol, present)))
            editor = ValueEditor(s, symbol, value)
            editor.changed.connect(partial(self._typed, name))
            gone = QToolButton()
            gone.setIcon(icons.icon("close", s.theme.secondary))
            gone.setToolTip(s.text("ui.what_if.remove"))
            gone.clicked.connect(partial(self.remove, name))
            self._grid.addWidget(words, 2 * i, 0)
            self._grid.addWidget(editor, 2 * i, 1)
            self._grid.addWidget(gone, 2 * i, 2)
            self._grid.addWidget(now, 2 * i + 1, 0, 1, 3)
            self.editors[name] = editor
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 4)
        self._grid.setRowStretch(2 * len(self.changes) + 2, 1)
        self._grid.setColumnMinimumWidth(1, px(110))
        self.reset_button.setEnabled(bool(self.changes))

    def _typed(self, name: str) -> None:
        value = self.editors[name].value
        symbol = self.editors[name].symbol
        self.changes[name] = value if value is not None else (math.nan if symbol.is_number else "")
        self._timer.start()

    # -- running -------------------------------------------------------------------------------------------

    def given(self) -> dict[str, Any]:
        """Changes in the form that the program takes them; an input without a value is not changed."""
        out: dict[str, Any] = {}
        for name, value in self.changes.items():
            if value == "" or value != value or value == self._present.get(name):
                continue
            symbol = self.symbol(name)
            out[name] = symbol.codes.index(str(value)) if symbol.codes and symbol.home != "fact" else value
        return out

    def run(self) -> None:
        """Ask for the effect of the changes; while one question is under way only the last one waits."""
        study = self.study
        if study is None or not self.rows:
            return
        if self._running:
            self._again = True
            return
        rows, changes, focus, gateway = self._order(), self.given(), self.focus, self.gateway
        asked = self.ask()
        self._running = True

        def take(found: WhatIfView | None) -> None:
            if found is not None and self.is_last(asked) and self.state.study is study:
                self.shown = found
                self._show()

        def whole(found: WhatIfView) -> None:
            self._ended()
            take(found)

        def first(found: WhatIfView | None) -> None:
            take(found)
            if self._again:
                self._ended()
                return
            work = partial(gateway.try_inputs, study, rows, changes, focus)
            self.jobs.run("ui.job.what_if", lambda _p: work(), whole, self._failed, quiet=True)

        quick = partial(gateway.try_risk, study, rows, changes, focus)
        self.jobs.run("ui.job.what_if", lambda _p: quick(), first, self._failed, quiet=True)

    def _ended(self) -> None:
        self._running = False
        if self._again:
            self._again = False
            self.run()

    def _failed(self, error: BaseException) -> None:
        self._ended()
        if isinstance(error, ToolError):
            self.told.setText(self.state.say(error.message))
        else:
            self.shell.failed(error)

    # -- showing -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        s, study, found = self.state, self.study, self.shown
        if study is None or not self.rows:
            return
        changed = bool(self.given())
        name = str(study.plant.components.component[self.focus])
        count = len(self.rows)
        key = "ui.what_if.several" if count > 1 else "ui.what_if.one"
        self.told.setText(s.text(key, name=name, count=count))
        self.grid.setVisible(count > 1)
        if found is None or self.focus not in found.rows:
            self.ladder.show_rungs((), s.text("ui.rbi.factors"), "", (), s.text("ui.what_if.working"))
            return
        place = int(np.flatnonzero(found.rows == self.focus)[0])
        if count > 1:
            self._show_components(found)
        after = {f.mechanism: f for f in found.factors_after} if changed else None
        rungs = factor_rungs(s, found.factors_before, after)
        if rungs:
            later = float(found.after.D_f_total[place]) if changed else math.nan
            rungs.append(total_rung(s, study, self.focus, later, changed))
        legend = [("bar", s.text("ui.what_if.before")), ("after", s.text("ui.what_if.after"))]
        legend.append(("hatch", s.text("ui.ladder.bound")))
        empty = s.text("ui.rbi.no_factors")
        self.ladder.show_rungs(rungs, s.text("ui.rbi.factors"), s.text("ui.rbi.factor_axis"), legend, empty)
        self._show_table(found, place, changed)

    def _show_components(self, found: WhatIfView) -> None:
        study = self.study
        if study is None:
            return
        arrays: dict[str, Any] = {"component": study.plant.components.component[found.rows]}
        for key, _ in _BOTH:
            arrays[f"before_{key}"], arrays[f"after_{key}"] = getattr(found.before, key), getattr(found.after, key)
        self.model.set_data(arrays, found.rows.size)
        self.grid.fit_columns()

    def _show_table(self, found: WhatIfView, place: int, changed: bool) -> None:
        s = self.state
        heads = ("", s.text("ui.what_if.before"), s.text("ui.what_if.after"), s.text("ui.what_if.change"))
        for cell, words in zip(self.cells[0], heads, strict=True):
            cell.setText(words)
        for cells, (key, quantity) in zip(self.cells[1:], ROWS, strict=True):
            unit = "" if quantity in (*_CODES, "date") else s.unit(quantity)
            cells[0].setText(f"{s.title(key)}, {unit}" if unit else s.title(key))
            before = self._text(found.before, key, quantity, place)
            known = changed and (found.complete or key not in LATER)
            after = self._text(found.after, key, quantity, place) if known else WAITING if changed else MISSING
            cells[1].setText(before)
            cells[2].setText(after)
            cells[3].setText(self._change(found, key, quantity, place) if known else "")
            moved = known and before != after
            cells[2].setStyleSheet(f"color:{s.theme.accent};font-weight:bold;" if moved else "")

    def _text(self, frame: ComponentResultFrame, key: str, quantity: str, place: int) -> str:
        value = getattr(frame, key)[place]
        if quantity in _CODES:
            return self.state.code(quantity, int(value))
        return self.state.number(float(value), quantity)

    def _change(self, found: WhatIfView, key: str, quantity: str, place: int) -> str:
        s = self.state
        old, new = float(getattr(found.before, key)[place]), float(getattr(found.after, key)[place])
        if quantity in _CODES or old != old or new != new or old == new:
            return ""
        if quantity == "date":
            years = (new - old) / 365.25
            return "" if NO_DATE in (int(old), int(new)) else f"{years:+.1f}\u00a0{s.unit('time')}".replace("-", "−")
        if quantity in ("time", "thickness"):
            sign = "+" if new > old else ""
            return sign + s.number(new - old, quantity)
        ratio = f"{new / old:.3g}" if old > 0 else "1"
        return f"× {ratio}" if ratio != "1" else ""

    def retranslate(self) -> None:
        """Words and units."""
        s = self.state
        self.inputs_title.setText(s.text("ui.what_if.inputs"))
        self.search.setPlaceholderText(s.text("ui.what_if.search"))
        self.reset_button.setText(s.text("ui.what_if.reset"))
        self._fill_list()
        if self.study is not None and self.rows:
            self._show_editors()
            self._show()

    def restyle(self) -> None:
        """Colours."""
        if self.study is not None and self.rows:
            self._show_editors()
            self._show()
