"""Home: how the plant stands in one line, the worst item, and the worklist."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from integrity.core.arrays import NO_DATE, BoolArray, IntArray
from integrity.core.codes import index_of
from integrity.services.types import Study
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Column, Marks
from integrity.ui.models.component_table import flag, item_name
from integrity.ui.models.worklist import DANGER, KINDS, Worklist, make_worklist
from integrity.ui.state import Selection, State
from integrity.ui.theme import font
from integrity.ui.views.base import View, hairline, label
from integrity.ui.widgets.grid import Grid

COLUMNS = (
    Column("component", "text"),
    Column("risk_category", "code", "risk_category", kind="risk", title="ui.column.risk", width=44),
    Column("what", "lazy", title="ui.column.what", width=172),
    Column("says", "lazy", title="ui.column.says", width=300),
    Column("next_d", "date"),
    Column("next_kind", "code", "candidate_kind", width=150),
    Column("unit", "text"),
)
EXPLAINS = {
    "below_t_req": "t_req_mm",
    "set_pressure_above_mawp": "MAWP_next",
    "overdue": "next_d",
    "life_below_interval": "RL_y",
    "below_alert": "t_req_mm",
    "assumed_rate": "CR_gov",
    "flagged_readings": "CR_gov",
    "beyond_no_assessment": "RL_y",
    "temporary_repair_expired": "next_d",
    "no_cml": "RL_y",
    "no_readings": "RL_y",
}
FIGURES = ("beyond", "below", "overdue", "high", "year", "uncovered")


class Figure(QWidget):
    """One number of the plant with its words; a click opens the list behind it."""

    clicked = Signal()

    def __init__(self, state: State) -> None:
        super().__init__()
        px = state.sizes.px
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(4), px(8))
        layout.setSpacing(0)
        self.number, self.words, self.note = label("figure"), label(), label("secondary")
        for widget in (self.number, self.words, self.note):
            layout.addWidget(widget)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the list."""
        self.clicked.emit()

    def show_figure(self, number: str, words: str, note: str, danger: bool) -> None:
        """Show number and words."""
        self.number.setText(number)
        self.words.setText(words)
        self.note.setText(note)
        self.number.setProperty("danger", danger)
        self.number.style().unpolish(self.number)
        self.number.style().polish(self.number)
        self.setToolTip(f"{words}\n{note}")


class KindDelegate(QStyledItemDelegate):
    """Kind of finding with its count."""

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        """A comfortable line."""
        return QSize(0, self._state.sizes.px(28))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        """Mark, words, count."""
        t, px = self._state.theme, self._state.sizes.px
        rect: QRect = option.rect
        kind, count = index.data(Qt.ItemDataRole.UserRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(t.selected))
        ink = t.text if count else t.secondary
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(self._state.sizes, 12, bold=kind in DANGER and count > 0))
        painter.setPen(QColor(t.danger if kind in DANGER and count else ink))
        box = rect.adjusted(px(12), 0, -px(40), 0)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(middle | Qt.AlignmentFlag.AlignLeft), words)
        painter.drawText(rect.adjusted(0, 0, -px(12), 0), int(middle | Qt.AlignmentFlag.AlignRight), str(count))


class WorstStrip(QWidget):
    """The worst item: what, why, and what is planned for it."""

    def __init__(self, view: Home) -> None:
        super().__init__()
        self._view = view
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = view.state.sizes.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(8), px(8), px(8))
        row.setSpacing(px(12))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        self.head, self.why, self.plan = label("secondary"), label("heading", wrap=True), label(wrap=True)
        for widget in (self.head, self.why, self.plan):
            words.addWidget(widget)
        row.addLayout(words, 1)
        self.links: list[tuple[QPushButton, str]] = []
        for key, run in (("ui.home.why", view.explain_worst), ("cmd.item_cml", view.open_worst)):
            button = QPushButton()
            button.clicked.connect(run)
            self.links.append((button, key))
            row.addWidget(button)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar on the left where it is a danger."""
        super().paintEvent(event)
        if self._view.worst_is_danger:
            painter = QPainter(self)
            painter.fillRect(
                QRect(0, 0, self._view.state.sizes.px(4), self.height()), QColor(self._view.state.theme.danger)
            )
            painter.end()


class Home(View):
    """The first screen."""

    key = "home"
    icon = "home"

    def build(self) -> None:
        """Figures, the worst item, kinds of findings, the list."""
        self.worklist: Worklist | None = None
        self.worst_is_danger = False
        self.figures = {name: Figure(self.state) for name in FIGURES}
        row = QHBoxLayout()
        row.setSpacing(0)
        for name, figure in self.figures.items():
            figure.clicked.connect(lambda n=name: self._open_figure(n))
            row.addWidget(figure, 1)
            row.addWidget(hairline(vertical=True))
        self.body.addLayout(row)
        self.body.addWidget(hairline())
        self.worst = WorstStrip(self)
        self.body.addWidget(self.worst)
        self.body.addWidget(hairline())
        self.kinds = QListWidget()
        self.kinds.setItemDelegate(KindDelegate(self.state, self.kinds))
        self.kinds.currentRowChanged.connect(lambda _: self._filter())
        self.model = ColumnModel(self.state, COLUMNS, self)
        self.grid = Grid(self.model, symbols=False, stretch="says")
        self.grid.row_chosen.connect(self._chosen)
        self.grid.row_opened.connect(lambda _: self.shell.go("cml"))
        self.model.rows_changed.connect(self.shell.refresh_title)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.addWidget(self.kinds)
        split.addWidget(self.grid)
        split.setStretchFactor(1, 1)
        split.setSizes([self.state.sizes.px(208), self.state.sizes.px(640)])
        self.body.addWidget(split, 1)
        self.tools = [self.button("cmd.run_study", "run_study", "run")]

    # -- contents ------------------------------------------------------------------------------------------

    def show_study(self) -> None:
        """Findings of the study."""
        study = self.state.study
        if study is None:
            return
        work = self.worklist = make_worklist(study)
        rows, r, c = work.component_row, study.components, study.plant.components
        arrays = {
            "component": c.component[rows],
            "unit": c.unit[rows],
            "risk_category": r.risk_category[rows],
            "next_d": r.next_d[rows],
            "next_kind": r.next_kind[rows],
        }
        lazy = {
            "what": lambda i: self.state.text(f"ui.work.{KINDS[int(work.kind[i])]}"),
            "says": lambda i: self.state.say(work.phrase(i)),
        }
        sort_by = {"what": work.kind, "says": work.badness}
        self.model.set_data(arrays, work.n, lazy, sort_by, self._marks(study, rows, work.kind))
        self.grid.fit_columns()
        self._fill_kinds()
        self._filter()
        self._show_words()

    def _marks(self, study: Study, rows: IntArray, kind: IntArray) -> Marks:
        danger = np.isin(kind, [KINDS.index(k) for k in DANGER])
        due = study.components.next_d[rows]
        late = (due != NO_DATE) & (due < study.plant.as_of_d)
        stale = self.state.stale[rows] if self.state.stale.any() else None
        return Marks(
            stale=stale,
            tone={"what": np.where(danger, 3, 0).astype(np.int64), "next_d": np.where(late, 2, 0).astype(np.int64)},
        )

    def _scope_rows(self) -> BoolArray | None:
        mask, work = self.state.scope_mask(), self.worklist
        return None if mask is None or work is None else np.asarray(mask[work.component_row], dtype=np.bool_)

    def _fill_kinds(self) -> None:
        work = self.worklist
        if work is None:
            return
        inside = self._scope_rows()
        kind = work.kind if inside is None else work.kind[inside]
        now = max(self.kinds.currentRow(), 0)
        self.kinds.blockSignals(True)
        self.kinds.clear()
        self._add_kind("all", int(kind.size))
        for i, name in enumerate(KINDS):
            self._add_kind(name, int((kind == i).sum()))
        self.kinds.setCurrentRow(now)
        bold = QFontMetrics(font(self.state.sizes, 12, bold=True))
        widest = max(bold.horizontalAdvance(self.kinds.item(i).text()) for i in range(self.kinds.count()))
        self.kinds.setMinimumWidth(widest + self.state.sizes.px(56))
        self.kinds.blockSignals(False)

    def _add_kind(self, name: str, count: int) -> None:
        item = QListWidgetItem(self.state.text(f"ui.work.{name}"))
        item.setData(Qt.ItemDataRole.UserRole, (name, count))
        item.setToolTip(item.text())
        self.kinds.addItem(item)

    def _filter(self) -> None:
        work = self.worklist
        if work is None:
            return
        mask = self._scope_rows()
        chosen = self.kinds.currentRow() - 1
        if chosen >= 0:
            of_kind = np.asarray(work.kind == chosen, dtype=np.bool_)
            mask = of_kind if mask is None else np.asarray(mask & of_kind, dtype=np.bool_)
        self.model.set_mask(mask)

    # -- figures -------------------------------------------------------------------------------------------

    def _show_words(self) -> None:
        study = self.state.study
        if study is None:
            return
        self._show_figures(study)
        self._show_worst(study)

    def _show_figures(self, study: Study) -> None:
        s, r = self.state, study.components
        inside = s.scope_mask()
        take = np.ones(r.n, dtype=np.bool_) if inside is None else inside
        total = int(take.sum())
        beyond = flag(study, "beyond_design_life") & take
        without = r.life_state == index_of("life_state", "beyond_no_assessment")
        year = (r.next_d != NO_DATE) & (r.next_d >= study.plant.as_of_d) & (r.next_d < study.plant.as_of_d + 365) & take
        overdue = (r.next_d != NO_DATE) & (r.next_d < study.plant.as_of_d) & take
        high = (r.risk_category == index_of("risk_category", "high")) & take
        share = 100.0 * beyond.sum() / total if total else 0.0
        values = {
            "beyond": (
                f"{share:.1f} %",
                {"count": int(beyond.sum()), "total": total, "without": int((without & take).sum())},
            ),
            "below": (str(int((flag(study, "below_t_req") & take).sum())), {"total": total}),
            "overdue": (str(int(overdue.sum())), {"total": total}),
            "high": (str(int(high.sum())), {"total": total}),
            "year": (str(int(year.sum())), {"total": total}),
            "uncovered": (
                str(int((flag(study, "no_cml") & take).sum())),
                {"total": total, "unread": int((flag(study, "no_readings") & take).sum())},
            ),
        }
        for name, (number, params) in values.items():
            danger = name in ("below", "high") and number != "0"
            self.figures[name].show_figure(
                number, s.text(f"ui.figure.{name}"), s.text(f"ui.figure.{name}.note", **params), danger
            )

    def _open_figure(self, name: str) -> None:
        kind = {
            "below": "below_t_req",
            "overdue": "overdue",
            "uncovered": "no_cml",
            "beyond": "beyond_no_assessment",
        }.get(name)
        if kind is not None:
            self.kinds.setCurrentRow(KINDS.index(kind) + 1)
        else:
            self.shell.go("board" if name == "high" else "plan")

    # -- the worst -----------------------------------------------------------------------------------------

    def worst_row(self) -> int:
        """Row of the worklist that is worst inside the scope; -1 for none."""
        work = self.worklist
        if work is None or not work.n:
            return -1
        inside = self._scope_rows()
        found = np.arange(work.n) if inside is None else np.flatnonzero(inside)
        return int(found[0]) if found.size else -1

    def _show_worst(self, study: Study) -> None:
        row, work, s = self.worst_row(), self.worklist, self.state
        strip = self.worst
        for button, key in strip.links:
            button.setText(s.text(key))
            button.setVisible(row >= 0)
        if row < 0 or work is None:
            self.worst_is_danger = False
            strip.head.setText("")
            strip.why.setText(s.text("ui.home.no_findings"))
            strip.plan.setText("")
            return
        component = int(work.component_row[row])
        c, r = study.plant.components, study.components
        kind = KINDS[int(work.kind[row])]
        self.worst_is_danger = kind in DANGER
        head = (s.text("ui.home.worst"), item_name(study, s, component), str(c.unit[component]))
        strip.head.setText(" · ".join(p for p in head if p))
        strip.why.setText(
            s.text("ui.home.worst_why", component=str(c.component[component]), says=s.say(work.phrase(row)))
        )
        category = int(r.risk_category[component])
        risk = s.text("ui.home.risk", category=s.code("risk_category", category)) if category >= 0 else ""
        strip.plan.setText("  ".join(p for p in (self._planned(study, component), risk) if p))
        strip.update()

    def _planned(self, study: Study, component: int) -> str:
        r, s = study.components, self.state
        if int(r.next_d[component]) == NO_DATE:
            return s.text("ui.home.not_planned")
        late = int(r.next_d[component]) < study.plant.as_of_d
        return s.text(
            "ui.home.planned_late" if late else "ui.home.planned",
            date=s.measure(int(r.next_d[component]), "date"),
            kind=s.code("candidate_kind", int(r.next_kind[component])),
        )

    def _select_row(self, row: int) -> None:
        work = self.worklist
        if work is None or row < 0:
            return
        kind = KINDS[int(work.kind[row])]
        self.grid.show_source(row)
        self.state.select(Selection(component=int(work.component_row[row]), column=EXPLAINS[kind]))

    def explain_worst(self) -> None:
        """Show why the worst item is worst."""
        self._select_row(self.worst_row())
        self.shell.show_drawer("why")

    def open_worst(self) -> None:
        """Show the readings of the worst item."""
        self._select_row(self.worst_row())
        self.shell.go("cml")

    # -- following the window ------------------------------------------------------------------------------

    def _chosen(self, row: int, column: str) -> None:
        work = self.worklist
        if work is None or row < 0:
            return
        explained = (
            column if column in ("next_d", "next_kind", "risk_category") else EXPLAINS[KINDS[int(work.kind[row])]]
        )
        self.state.select(Selection(component=int(work.component_row[row]), column=explained))

    def show_selection(self, selection: Selection) -> None:
        """Mark the first finding of the selected component."""
        work, now = self.worklist, self.grid.current_source
        if work is None or selection.component < 0:
            return
        if 0 <= now < work.n and int(work.component_row[now]) == selection.component:
            return
        found = np.flatnonzero(work.component_row == selection.component)
        self.grid.show_source(int(found[0]) if found.size else -1)

    def show_scope(self) -> None:
        """Only what the tree says."""
        self._fill_kinds()
        self._filter()
        self._show_words()

    def show_stale(self) -> None:
        """Grey what has changed."""
        work, study = self.worklist, self.state.study
        if work is not None and study is not None:
            self.model.set_marks(self._marks(study, work.component_row, work.kind))

    def retranslate(self) -> None:
        """Words and units."""
        self._fill_kinds()
        self._show_words()

    def restyle(self) -> None:
        """Colours."""
        self.kinds.viewport().update()
        self.worst.update()

    def subtitle(self) -> str:
        """As-of date and size of the plant."""
        study = self.state.study
        if study is None:
            return ""
        return self.state.text(
            "ui.home.subtitle",
            date=self.state.measure(study.plant.as_of_d, "date"),
            components=study.components.n,
            cmls=study.plant.cmls.n,
            readings=study.plant.readings.n,
        )
