"""Mechanism map: which damage mechanisms are credible where, why, and what engineers have decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from integrity.core.arrays import IntArray
from integrity.ui import actions
from integrity.ui.conditions_html import conditions_html
from integrity.ui.risk_words import mechanism_words
from integrity.ui.state import Selection, State
from integrity.ui.theme import blend, font
from integrity.ui.views.base import EmptyPanel, View, hairline, label
from integrity.ui.views.pages import Segments
from integrity.ui.widgets.mechanism_grid import ACCEPTED, CREDIBLE, OPEN, REJECTED, MechanismGrid, draw_state
from integrity.ui.widgets.reason_bar import ReasonBar

if TYPE_CHECKING:
    from integrity.services.finder_views import ConditionLine, MapColumn, MechanismMap

KINDS = ("thinning", "cracking", "metallurgical", "mechanical")
LEGEND = (
    (CREDIBLE, -1, "finder.state.credible"),
    (OPEN, -1, "finder.state.open"),
    (0, -1, "finder.state.excluded"),
    (CREDIBLE, ACCEPTED, "code.damage_decision.accepted"),
    (CREDIBLE, REJECTED, "code.damage_decision.rejected"),
)
SHOWN = ("any", "undecided", "accepted", "rejected", "contrary")
_STATES = ("excluded", "open", "credible")


class Mechanisms(View):
    """The map with its conditions."""

    key = "mechanisms"
    icon = "mechanisms"

    def build(self) -> None:
        """Filters, map, conditions beside it, reason below."""
        px = self.state.sizes.px
        self.map: MechanismMap | None = None
        self._names: list[str] = []
        self.column = -1
        self._row = -1
        self._asked = 0
        self.lines: tuple[ConditionLine, ...] = ()
        self.pending = ""
        self.kinds = Segments(self.state, ("ui.mechanisms.all", *(f"finder.kind.{k}" for k in KINDS)))
        self.kinds.group.idClicked.connect(lambda _: self.filter())
        self.body.addWidget(self.kinds)
        self.body.addWidget(hairline())
        self.body.addLayout(self._filter_line())
        self.body.addWidget(hairline())
        self.grid = MechanismGrid(self.state)
        self.grid.cell_chosen.connect(self._chosen)
        self.grid.decided.connect(self.ask_decision)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.grid)
        self.split.addWidget(self._side())
        self.split.setSizes([px(540), px(280)])
        self.body.addWidget(self.split, 1)
        self.body.addWidget(hairline())
        self.legend = _Legend(self.state)
        self.body.addWidget(self.legend)
        self.reason = ReasonBar(self.state)
        self.reason.accepted.connect(self.decide)
        self.reason.dismissed.connect(self.reason.hide)
        self.body.addWidget(self.reason)

    def _filter_line(self) -> QHBoxLayout:
        px = self.state.sizes.px
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(4), px(12), px(4))
        row.setSpacing(px(8))
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(px(180))
        self.search.textChanged.connect(lambda _: self.filter())
        self.shown = QComboBox()
        self.shown.activated.connect(lambda _: self.filter())
        self.only = QCheckBox()
        self.only.setChecked(True)
        self.only.toggled.connect(lambda _: self.filter())
        row.addWidget(self.search)
        row.addWidget(self.shown)
        row.addWidget(self.only)
        row.addStretch(1)
        return row

    def _side(self) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        out.setProperty("role", "paper")
        column = QVBoxLayout(out)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.hint = EmptyPanel(self.state, "ui.empty.mechanism", "mechanisms")
        self.detail = QWidget()
        inner = QVBoxLayout(self.detail)
        inner.setContentsMargins(px(12), px(8), px(8), px(8))
        inner.setSpacing(px(4))
        self.title, self.note = label("heading", wrap=True), label("secondary", wrap=True)
        self.conditions = QTextBrowser()
        self.subject = QComboBox()
        self.subject.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.accept, self.reject = QPushButton(), QPushButton()
        self.accept.setProperty("primary", True)
        self.accept.clicked.connect(lambda: self.ask_decision("accepted"))
        self.reject.clicked.connect(lambda: self.ask_decision("rejected"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.accept)
        buttons.addWidget(self.reject)
        self.subject_words = label("secondary")
        for widget in (self.title, self.note):
            inner.addWidget(widget)
        inner.addWidget(self.conditions, 1)
        inner.addWidget(self.subject_words)
        inner.addWidget(self.subject)
        inner.addLayout(buttons)
        column.addWidget(self.hint, 1)
        column.addWidget(self.detail, 1)
        self.detail.hide()
        return out

    # -- following the window ------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Mechanisms of a study."""
        study, gateway = self.state.study, self.gateway
        if study is None:
            return
        self._asked += 1
        asked = self._asked

        def done(found: MechanismMap) -> None:
            if asked == self._asked:
                self.map = found
                self._words_of_columns()
                self.filter()
                self._show_cell()

        self.jobs.run("ui.job.mechanisms", lambda _p: gateway.mechanism_map(study), done, quiet=True)

    def _words_of_columns(self) -> None:
        if self.map is not None:
            self._names = [self.state.text(f"mechanism.{c.key}") for c in self.map.columns]

    def filter(self) -> None:
        """Show what the tree and the filters say."""
        study, found = self.state.study, self.map
        if study is None or found is None:
            return
        mask = self.state.scope_mask()
        rows = np.arange(study.components.n) if mask is None else np.flatnonzero(mask)
        word = self.search.text().strip().lower()
        if word:
            names = study.plant.components.component
            fits = [word in str(names[r]).lower() for r in rows]
            by_mechanism = [j for j, w in enumerate(self._names) if word in w.lower()]
            if not any(fits) and by_mechanism:
                columns = np.array(by_mechanism, dtype=np.int64)
                self._show(rows, columns)
                return
            rows = rows[np.array(fits, dtype=np.bool_)]
        kind = self.kinds.chosen
        columns = np.array(
            [j for j, c in enumerate(found.columns) if kind <= 0 or c.kind == KINDS[kind - 1]], dtype=np.int64
        )
        self._show(rows.astype(np.int64), columns)

    def _show(self, rows: IntArray, columns: IntArray) -> None:
        study, found = self.state.study, self.map
        if study is None or found is None:
            return
        cells = self._wanted(found.state[np.ix_(rows, columns)], found.decided[np.ix_(rows, columns)])
        if SHOWN[max(self.shown.currentIndex(), 0)] != "any":
            rows = rows[cells.any(axis=1)]
            cells = cells[cells.any(axis=1)]
        if self.only.isChecked():
            part = found.state[np.ix_(rows, columns)]
            told = (part == CREDIBLE) | (found.decided[np.ix_(rows, columns)] >= 0)
            columns = columns[(told & cells if cells.size else told).any(axis=0)]
        state, decided = found.state, found.decided
        self.grid.show_cells(
            study.plant.components.component.tolist(), self._names, rows, columns,
            lambda r, c: (int(state[r, c]), int(decided[r, c])),
        )  # fmt: skip
        self.grid.mark(self._row, self.column)
        self.shell.refresh_title()

    def _wanted(self, state: IntArray, decided: IntArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        name = SHOWN[max(self.shown.currentIndex(), 0)]
        if name == "undecided":
            return (state == CREDIBLE) & (decided < 0)
        if name == "accepted":
            return decided == ACCEPTED
        if name == "rejected":
            return decided == REJECTED
        if name == "contrary":
            return ((state == 0) & (decided == ACCEPTED)) | ((state == CREDIBLE) & (decided == REJECTED))
        return np.ones(state.shape, dtype=np.bool_)

    def show_scope(self) -> None:
        """Only what the tree says."""
        self.filter()

    def show_selection(self, selection: Selection) -> None:
        """The row of the selected component."""
        if selection.component != self._row:
            self._row = selection.component
            self.grid.mark(self._row, self.column)
            self._show_cell()

    # -- a cell --------------------------------------------------------------------------------------------

    def _chosen(self, row: int, column: int) -> None:
        self.column, self._row = column, row
        self.reason.hide()
        if self.state.selection.component != row:
            self.state.select(Selection(component=row, column="D_f_total"))
        self._show_cell()

    @property
    def chosen(self) -> MapColumn | None:
        """Mechanism of the chosen cell."""
        return self.map.columns[self.column] if self.map is not None and self.column >= 0 else None

    def _show_cell(self) -> None:
        study, found, column = self.state.study, self.map, self.chosen
        there = study is not None and found is not None and column is not None and self._row >= 0
        self.hint.setVisible(not there)
        self.detail.setVisible(there)
        if study is None or found is None or column is None or self._row < 0:
            return
        self._fill_subjects()
        self._cell_words()
        row, gateway, key = self._row, self.gateway, column.key
        self.lines = ()

        def done(lines: tuple[ConditionLine, ...]) -> None:
            if (self._row, self.chosen) == (row, column):
                self.lines = lines
                self.conditions.setHtml(conditions_html(self.state, lines))

        self.jobs.run("ui.job.mechanisms", lambda _p: gateway.conditions(study, row, key), done, quiet=True)

    def _fill_subjects(self) -> None:
        study, s = self.state.study, self.state
        if study is None:
            return
        k, row = study.plant.components, self._row
        self.subject.clear()
        for kind, name in (
            ("component", str(k.component[row])),
            ("equipment", str(k.tag[row])),
            ("circuit", str(k.circuit[row])),
            ("loop", str(k.loop[row])),
        ):
            if name:
                self.subject.addItem(s.text("ui.pair", a=s.text(f"ui.subject.{kind}"), b=name), f"{kind}:{name}")

    def _cell_words(self) -> None:
        s, study, found, column = self.state, self.state.study, self.map, self.chosen
        if study is None or found is None or column is None or self._row < 0:
            return
        state, decided = int(found.state[self._row, self.column]), int(found.decided[self._row, self.column])
        self.title.setText(s.text(f"mechanism.{column.key}"))
        by = ", ".join(dict.fromkeys(mechanism_words(s, k) for k in column.assessed_by))
        lines = [
            s.text(
                "ui.pair",
                a=str(study.plant.components.component[self._row]),
                b=self.grid.state_words(state, decided),
            ),
            s.text("ui.mechanisms.clause", clause=column.clause),
            s.text("ui.mechanisms.by", by=by) if by else s.text("ui.mechanisms.by_nothing"),
        ]
        self.note.setText("\n".join(lines))
        self.accept.setText(s.text("ui.mechanisms.accept"))
        self.reject.setText(s.text("ui.mechanisms.reject"))
        self.accept.setEnabled(decided != ACCEPTED)
        self.reject.setEnabled(decided != REJECTED)
        self.conditions.setHtml(conditions_html(s, self.lines))

    def ask_decision(self, decision: str) -> None:
        """Ask for the reason of a decision on the chosen cell."""
        column, s = self.chosen, self.state
        if column is None or self._row < 0:
            return
        self.pending = decision
        words = s.text(
            f"ui.mechanisms.ask_{decision}",
            mechanism=s.text(f"mechanism.{column.key}"),
            subject=self.subject.currentText(),
        )
        self.reason.ask(words)

    def decide(self, reason: str) -> None:
        """Record the decision."""
        column, decision, gateway = self.chosen, self.pending, self.gateway
        if column is None or not decision:
            return
        subject, key, cause = str(self.subject.currentData()), column.decided_as, column.key
        self.reason.hide()
        actions.change(
            self.shell,
            "ui.job.decide",
            lambda: gateway.decide_damage(subject, key, decision, cause, reason),
        )

    # -- words ---------------------------------------------------------------------------------------------

    def retranslate(self) -> None:
        """Words of filters, map and conditions."""
        s = self.state
        self.search.setPlaceholderText(s.text("ui.mechanisms.search"))
        self.only.setText(s.text("ui.mechanisms.only"))
        self.subject_words.setText(s.text("ui.mechanisms.subject"))
        now = self.shown.currentIndex()
        self.shown.clear()
        for name in SHOWN:
            self.shown.addItem(s.text(f"ui.mechanisms.show_{name}"))
        self.shown.setCurrentIndex(max(now, 0))
        self.legend.update()
        self._words_of_columns()
        self.filter()
        if self.chosen is not None and self._row >= 0:
            self._fill_subjects()
            self._cell_words()

    def restyle(self) -> None:
        """Colours."""
        self.legend.update()
        self.conditions.setHtml(conditions_html(self.state, self.lines))

    def subtitle(self) -> str:
        """How many cells are credible and not decided."""
        found = self.map
        if found is None:
            return ""
        mask = self.state.scope_mask()
        state, decided = (a if mask is None else a[mask] for a in (found.state, found.decided))
        counts = {_STATES[k]: int((state == k).sum()) for k in range(3)}
        todo = int(((state == CREDIBLE) & (decided < 0)).sum())
        return self.state.text("ui.mechanisms.told", credible=counts["credible"], open=counts["open"], todo=todo)


class _Legend(QWidget):
    """What the shapes mean.

    Parameters
    ----------
    state : State
    """

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setFixedHeight(state.sizes.px(24))
        state.theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shape and words."""
        s, t, px = self._state, self._state.theme, self._state.sizes.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(s.sizes, 11))
        colours = (t.text, t.accent, blend(t.secondary, t.paper, 0.7), t.paper)
        x = px(12)
        for state, decided, key in LEGEND:
            draw_state(painter, QRectF(x, px(2), px(20), px(20)), state, decided, colours)
            painter.setPen(t.secondary)
            words = s.text(key)
            width = painter.fontMetrics().horizontalAdvance(words)
            painter.drawText(QRectF(x + px(22), 0, width + 2, px(24)), int(Qt.AlignmentFlag.AlignVCenter), words)
            x += px(22) + width + px(18)
        painter.end()
