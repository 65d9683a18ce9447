"""The inspector on the right: why a number is what it is, its history, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from integrity.core.errors import ToolError
from integrity.services.types import Study, WorkingSheet
from integrity.ui import icons
from integrity.ui.commands import COMMANDS
from integrity.ui.history_html import history_html
from integrity.ui.models.component_table import item_name
from integrity.ui.state import Selection, State
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.working_html import sheets_html, sheets_text

if TYPE_CHECKING:
    from integrity.ui.shell import Shell

TABS = ("why", "history", "actions")
EXPLAINED = (
    "t_req_mm",
    "MAWP_now",
    "MAWP_next",
    "CR_gov",
    "RL_y",
    "C_r",
    "D_f_thin",
    "D_f_lining",
    "D_f_ext",
    "D_f_scc",
    "D_f_htha",
    "D_f_brit_gov",
    "D_f_mfat",
    "D_f_total",
    "P_f",
    "CA",
    "risk",
    "next_d",
)
"""Columns offered in the drawer; any other column of a result that is clicked is asked for as well."""
_SAME = {
    "RL_today_y": "RL_y",
    "RL_lo_y": "RL_y",
    "RL_hi_y": "RL_y",
    "t_min_reached_d": "RL_y",
    "t_req_case": "t_req_mm",
    "S_MPa": "t_req_mm",
    "P_total_MPa": "t_req_mm",
    "t_alert_mm": "t_req_mm",
    "t_retire_mm": "t_req_mm",
    "t_min_mm": "RL_y",
    "MAWP_new": "MAWP_now",
    "CR_LT": "CR_gov",
    "CR_ST": "CR_gov",
    "CR_reg_hi": "CR_gov",
    "CR_max": "CR_gov",
    "CR_mean": "CR_gov",
    "rate_basis": "CR_gov",
    "A_rt": "D_f_thin",
    "SR_p": "D_f_thin",
    "P_f_category": "P_f",
    "CA_category": "CA",
    "CA_cmd": "CA",
    "CA_inj": "CA",
    "CA_tox": "CA",
    "CA_nfnt": "CA",
    "CA_basis": "CA",
    "D_f_low": "D_f_total",
    "P_f_low": "P_f",
    "risk_low": "risk",
    "rate_source": "C_r",
    "model_used": "C_r",
    "risk_category": "risk",
    "four_colour": "risk",
    "risk_at_next": "risk",
    "risk_target_d": "risk",
    "next_kind": "next_d",
}
POSITION = ("CR_gov", "RL_y")
WHERE_ACTING = ("D_f_lining", "D_f_ext", "D_f_scc", "D_f_htha", "D_f_brit_gov", "D_f_mfat")
"""Offered only where such a mechanism acts: its factor is then not 0."""
EXPORTS = ("export_plan", "export_report")


@dataclass(frozen=True)
class Explained:
    """Numbers of something that is no component, told by the screen that shows it.

    `columns` are offered, `column` is asked about; `headline` writes one with its unit, `work` gives its working.
    """

    subject: str
    note: str
    columns: tuple[str, ...]
    column: str
    headline: Callable[[str], str]
    work: Callable[[str], tuple[WorkingSheet, ...]]


class Drawer(QWidget):
    """Follows whatever is selected anywhere.

    Parameters
    ----------
    shell : Shell
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell, self._state = shell, shell.state
        self._asked = 0
        self.explained: Explained | None = None
        self._shown = ""
        self._column = shell.state.preferences.get("drawer.column", "RL_y")
        self.sheets: tuple[WorkingSheet, ...] = ()
        self.setProperty("role", "drawer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(shell.state.sizes.px(260))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._heading())
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for _ in TABS:
            self.tabs.addTab("")
        layout.addWidget(self.tabs)
        layout.addWidget(hairline())
        self._pages = QStackedWidget()
        self._pages.addWidget(self._why_page())
        self.history = QTextBrowser()
        self._pages.addWidget(self._padded(self.history))
        self._pages.addWidget(self._actions_page())
        self.empty = EmptyPanel(self._state, "ui.empty.drawer", "why")
        self._pages.addWidget(self.empty)
        layout.addWidget(self._pages, 1)
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        s: State = self._state
        s.selection_changed.connect(self._selected)
        s.follow(self._words)
        s.theme_changed.connect(self.refresh)
        self._words()

    # -- building ------------------------------------------------------------------------------------------

    def _heading(self) -> QVBoxLayout:
        px = self._state.sizes.px
        box = QVBoxLayout()
        box.setContentsMargins(px(12), px(8), px(6), px(2))
        box.setSpacing(px(1))
        row = QHBoxLayout()
        self.subject, self.note = label("heading"), label("secondary")
        self.subject.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide_button = QToolButton()
        self.hide_button.clicked.connect(lambda: self._shell.commands.run("toggle_drawer"))
        row.addWidget(self.subject, 1)
        row.addWidget(self.hide_button)
        box.addLayout(row)
        box.addWidget(self.note)
        return box

    def _padded(self, widget: QWidget) -> QWidget:
        px = self._state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(px(8), px(6), px(2), 0)
        layout.addWidget(widget)
        return out

    def _why_page(self) -> QWidget:
        px = self._state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(px(8), px(8), px(2), 0)
        row = QHBoxLayout()
        row.setContentsMargins(px(4), 0, px(8), 0)
        self.which = QComboBox()
        self.which.activated.connect(self._chosen)
        self.copy_button = QToolButton()
        self.copy_button.clicked.connect(lambda: self._shell.commands.run("copy_working"))
        row.addWidget(self.which, 1)
        row.addWidget(self.copy_button)
        layout.addLayout(row)
        self.why = QTextBrowser()
        layout.addWidget(self.why, 1)
        return out

    def _actions_page(self) -> QWidget:
        px = self._state.sizes.px
        out = QWidget()
        layout = QVBoxLayout(out)
        layout.setContentsMargins(px(8), px(8), px(8), 0)
        layout.setSpacing(px(2))
        self._links: list[tuple[QPushButton, str, str]] = []
        order = ("item", "edit", "file")
        offered = [c for c in COMMANDS if c.menu in order and (c.menu != "file" or c.id in EXPORTS)]
        for command in sorted(offered, key=lambda c: order.index(c.menu)):
            button = QPushButton()
            button.setProperty("link", True)
            button.clicked.connect(lambda _=False, c=command.id: self._shell.commands.run(c))
            self._links.append((button, command.id, command.icon))
            layout.addWidget(button)
        layout.addStretch(1)
        return out

    # -- showing -------------------------------------------------------------------------------------------

    def _words(self) -> None:
        s = self._state
        for i, tab in enumerate(TABS):
            self.tabs.setTabText(i, s.text(f"ui.drawer.{tab}"))
        self.hide_button.setToolTip(s.text("cmd.toggle_drawer"))
        self.copy_button.setToolTip(s.text("cmd.copy_working"))
        self.refresh()

    def show_tab(self, tab: str) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex(TABS.index(tab))

    def explain(self, what: Explained | None) -> None:
        """Show numbers of something else than the selected component, or of it again."""
        if what is None and self.explained is None:
            return
        self.explained = what
        self.refresh()

    def _selected(self, selection: Selection) -> None:
        self.explained = None
        column = _SAME.get(selection.column, selection.column)
        if column in EXPLAINED:
            self._column = column
        self.refresh()

    def _chosen(self, index: int) -> None:
        column = str(self.which.itemData(index))
        if self.explained is not None:
            self.explain(replace(self.explained, column=column))
            return
        self._column = column
        self._state.preferences.put("drawer.column", self._column)
        self.refresh()

    def refresh(self) -> None:
        """Show what belongs to the selection."""
        s, study = self._state, self._state.study
        colour = s.theme.text
        self.hide_button.setIcon(icons.icon("close", colour))
        self.copy_button.setIcon(icons.icon("copy", colour))
        told = self.explained
        if study is None or (s.selection.component < 0 and told is None):
            self.subject.setText(s.text("ui.drawer.nothing"))
            self.note.setText("")
            self._pages.setCurrentWidget(self.empty)
            return
        tab = TABS[max(self.tabs.currentIndex(), 0)]
        if told is not None and (tab == "why" or s.selection.component < 0):
            self._show_explained(told)
            return
        self._subject(s.selection)
        self._pages.setCurrentIndex(TABS.index(tab))
        if tab == "why":
            self._show_why()
        elif tab == "history":
            self._show_history()
        else:
            self._show_actions()

    def _subject(self, sel: Selection) -> None:
        s, study = self._state, self._state.study
        if study is None:
            return
        c = study.plant.components
        name = str(study.plant.cmls.cml[sel.cml]) if sel.cml >= 0 else str(c.component[sel.component])
        self.subject.setText(name)
        parts = (item_name(study, s, sel.component), s.code("component_type", int(c.component_type[sel.component])))
        self.note.setText(" · ".join(p for p in (*parts, str(c.unit[sel.component])) if p and p != "—"))

    def _show_explained(self, told: Explained) -> None:
        self._pages.setCurrentIndex(TABS.index("why"))
        self.subject.setText(told.subject)
        self.note.setText(told.note)
        self._offer(told.columns, told.column)
        self._ask(lambda _progress: told.work(told.column))

    def _offer(self, columns: tuple[str, ...], column: str) -> None:
        self.which.clear()
        for key in columns:
            self.which.addItem(self._state.title(key), key)
        self.which.setCurrentIndex(columns.index(column))
        self._shown = column

    def _ask(self, work: Callable[[object], tuple[WorkingSheet, ...]]) -> None:
        self._asked += 1
        asked = self._asked

        def done(sheets: tuple[WorkingSheet, ...]) -> None:
            if asked == self._asked:
                self.sheets = sheets
                self._render()

        self._shell.jobs.run("ui.job.working", work, done, self._refused, quiet=True)

    def _show_why(self) -> None:
        study, sel = self._state.study, self._state.selection
        if study is None:
            return
        columns = POSITION if sel.position >= 0 else _offered(study, sel.component)
        column = self._column if self._column in columns else columns[0]
        self._offer(columns, column)
        gateway = self._shell.gateway

        def work(_progress: object) -> tuple[WorkingSheet, ...]:
            if sel.candidate >= 0:
                return gateway.candidate_working(study, sel.candidate)
            if sel.position >= 0:
                return gateway.position_working(study, sel.position, column)
            return gateway.component_working(study, sel.component, column)

        self._ask(work)

    def _render(self) -> None:
        where = self.why.verticalScrollBar().value()
        body = sheets_html(self.sheets, self._state, self._headline())
        if not self.sheets:
            body = self._state.text("ui.why.none", words=self._state.title(self._shown))
        self.why.setHtml(body)
        self.why.verticalScrollBar().setValue(where if where <= self.why.verticalScrollBar().maximum() else 0)

    def _headline(self) -> str:
        """The number asked about, with its unit."""
        if self.explained is not None:
            return self.explained.headline(self._shown)
        s, study, sel = self._state, self._state.study, self._state.selection
        if study is None:
            return ""
        if sel.candidate >= 0:
            kind = s.code("candidate_kind", int(study.candidates.kind[sel.candidate]))
            return f"{kind} = {s.measure(int(study.candidates.due_d[sel.candidate]), 'date')}"
        frame, row = (study.positions, sel.position) if sel.position >= 0 else (study.components, sel.component)
        quantity = frame.quantities().get(self._shown, "")
        if not quantity:
            return ""
        return f"{s.title(self._shown)} = {s.measure(float(getattr(frame, self._shown)[row]), quantity)}"

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, ToolError):
            self.sheets = ()
            self.why.setPlainText(self._state.say(error.message))
        else:
            self._shell.failed(error)

    def _show_history(self) -> None:
        s, study, sel = self._state, self._state.study, self._state.selection
        if study is None:
            return
        gateway = self._shell.gateway
        self._asked += 1
        asked = self._asked
        table, row_id = "component", int(study.plant.components.component_id[sel.component])
        if sel.reading >= 0:
            table, row_id = "reading", int(study.plant.readings.reading_id[sel.reading])

        def done(entries: Sequence[Any]) -> None:
            if asked == self._asked and self._state.study is study:
                self.history.setHtml(history_html(study, sel, entries, s))

        self._shell.jobs.run(
            "ui.job.history", lambda _p: gateway.history(table, row_id), done, self._refused, writer=True, quiet=True
        )

    def _show_actions(self) -> None:
        for button, command, icon in self._links:
            button.setText(self._state.text(f"cmd.{command}"))
            button.setEnabled(self._shell.commands.by_id[command].enabled(self._shell))
            if icon:
                button.setIcon(icons.icon(icon, self._state.theme.accent, self._state.theme.line))

    def working_text(self) -> str:
        """The working shown, as plain text; empty where there is none."""
        return sheets_text(self.sheets, self._state) if self.sheets else ""


def _offered(study: Study, row: int) -> tuple[str, ...]:
    return tuple(c for c in EXPLAINED if c not in WHERE_ACTING or float(getattr(study.components, c)[row]) != 0.0)
