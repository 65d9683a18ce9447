"""The main window: rail, screen, drawer, status line, and the few things that tie them together."""

from __future__ import annotations

import importlib
from functools import partial

import numpy as np
from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from integrity.core.errors import ToolError
from integrity.core.message import Message, msg
from integrity.services.types import Changes, Study
from integrity.ui import actions, icons, theme
from integrity.ui.commands import MENUS, SCREENS, CommandSet
from integrity.ui.drawer import Drawer
from integrity.ui.gateway import Gateway, PlantInfo
from integrity.ui.jobs import Job, Jobs
from integrity.ui.palette import Palette
from integrity.ui.rail import Rail
from integrity.ui.state import Scope, Selection, State
from integrity.ui.statusline import StatusLine
from integrity.ui.views.base import View, hairline, label

VIEWS = {
    "home": "integrity.ui.views.home:Home",
    "inventory": "integrity.ui.views.inventory:Inventory",
    "cml": "integrity.ui.views.cml_workbench:CmlWorkbench",
    "import": "integrity.ui.views.import_wizard:ImportWizard",
    "rbi": "integrity.ui.views.rbi_card:RbiCard",
    "board": "integrity.ui.views.risk_board:RiskBoard",
    "plan": "integrity.ui.views.plan:PlanView",
    "flaw": "integrity.ui.views.flaw_bench:FlawBench",
    "mechanisms": "integrity.ui.views.mechanisms:Mechanisms",
    "devices": "integrity.ui.views.devices:Devices",
    "settings": "integrity.ui.views.settings_view:SettingsView",
}


class Shell(QMainWindow):
    """The window.

    Parameters
    ----------
    gateway : Gateway
    state : State
    jobs : Jobs, optional
    """

    def __init__(self, gateway: Gateway, state: State, jobs: Jobs | None = None) -> None:
        super().__init__()
        self.gateway: Gateway = gateway
        self.state: State = state
        self.jobs: Jobs = jobs or Jobs()
        self._views: dict[str, View] = {}
        self._screen = ""
        self._again = False
        self._told: set[Message] = set()
        self._running: Job | None = None
        self.setAcceptDrops(True)
        self.setMinimumSize(state.sizes.px(900), state.sizes.px(560))
        self.commands = CommandSet(self)
        self._build()
        self._menus()
        self.palette_box = Palette(self)
        state.language_changed.connect(self._retranslate)
        state.theme_changed.connect(self._restyle)
        state.scope_changed.connect(lambda _: self.refresh_title())
        self.jobs.failed.connect(lambda _job, error: self.failed(error))
        self._restore()
        self._retranslate()
        self.go(state.preferences.get("window.screen", "home"))

    # -- building ------------------------------------------------------------------------------------------

    def _build(self) -> None:
        px = self.state.sizes.px
        self.rail = Rail(self.state)
        self.rail.chosen.connect(self.go)
        self.stack = QStackedWidget()
        # A screen may be narrower than all its words want; else the rail would jump from screen to screen.
        self.stack.setMinimumWidth(px(480))
        self.drawer = Drawer(self)
        centre = QWidget()
        centre.setProperty("role", "paper")
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._heading())
        layout.addWidget(self._notice_bar())
        layout.addWidget(self.stack, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        for widget in (self.rail, centre, self.drawer):
            self.splitter.addWidget(widget)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        self.splitter.setCollapsible(0, False)
        self.status = StatusLine(self.state, self.jobs, self.gateway, self.commands)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.splitter, 1)
        outer.addWidget(self.status)
        self.setCentralWidget(whole)
        self._default_sizes = (px(196), px(820), px(348))

    def _heading(self) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        column = QVBoxLayout(out)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._heading_row = QHBoxLayout()
        self._heading_row.setContentsMargins(px(16), px(7), px(8), px(7))
        self._heading_row.setSpacing(px(8))
        self.title, self.subtitle = label("title"), label("secondary")
        self.scope_chip = QPushButton()
        self.scope_chip.setProperty("segment", True)
        self.scope_chip.clicked.connect(lambda: self.commands.run("whole_plant"))
        self.search = QToolButton()
        self.search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.search.clicked.connect(lambda: self.commands.run("palette"))
        self._tools = QHBoxLayout()
        self._tools.setSpacing(px(6))
        for item in (self.title, self.scope_chip, self.subtitle):
            self._heading_row.addWidget(item)
        self._heading_row.addStretch(1)
        self._heading_row.addLayout(self._tools)
        self._heading_row.addWidget(self.search)
        column.addLayout(self._heading_row)
        column.addWidget(hairline())
        return out

    def _notice_bar(self) -> QWidget:
        px = self.state.sizes.px
        self.notice = QWidget()
        self.notice.setProperty("role", "panel")
        self.notice.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self.notice)
        row.setContentsMargins(px(16), px(4), px(8), px(4))
        self.notice_text = QLabel()
        self.notice_text.setWordWrap(True)
        self.notice_text.setTextFormat(Qt.TextFormat.PlainText)
        self.notice_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.notice_close = QToolButton()
        self.notice_close.clicked.connect(self.notice.hide)
        row.addWidget(self.notice_text, 1)
        row.addWidget(self.notice_close)
        self.notice.hide()
        self._notice_message: Message | None = None
        return self.notice

    def _menus(self) -> None:
        self._menu_titles = []
        for name in MENUS:
            menu = self.menuBar().addMenu("")
            self.commands.fill(menu, name)
            menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self.commands.enable_all))
            self._menu_titles.append((menu, f"ui.menu.{name}"))
        self.recent = self._menu_titles[0][0].addMenu("")
        self.recent.aboutToShow.connect(self._fill_recent)

    def _fill_recent(self) -> None:
        self.recent.clear()
        paths = self.state.preferences.list(actions.RECENT)
        for path in paths:
            self.recent.addAction(path, partial(actions.open_path, self, path))
        if not paths:
            self.recent.addAction(self.state.text("ui.recent.none")).setEnabled(False)

    # -- words and looks -----------------------------------------------------------------------------------

    def _retranslate(self) -> None:
        s = self.state
        self.commands.retranslate()
        for menu, key in self._menu_titles:
            menu.setTitle(s.text(key))
        self.recent.setTitle(s.text("ui.menu.recent"))
        self.search.setText(s.text("ui.search"))
        self.search.setToolTip(s.text("cmd.palette"))
        if self._notice_message is not None:
            self.notice_text.setText(s.say(self._notice_message))
        self._icons()
        self.refresh_title()

    def _icons(self) -> None:
        colour = self.state.theme.text
        self.search.setIcon(icons.icon("search", self.state.theme.secondary))
        self.notice_close.setIcon(icons.icon("close", colour))
        self.scope_chip.setIcon(icons.icon("close", self.state.theme.secondary))

    def _restyle(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, self.state.theme, self.state.sizes)
        self.commands.restyle()
        self._icons()

    def refresh_title(self) -> None:
        """Title, scope and subtitle of the screen in front."""
        s, info = self.state, self.gateway.plant
        name = s.text("ui.app")
        self.setWindowTitle(f"{info.site} — {name}" if info is not None else name)
        if not self._screen:
            return
        self.title.setText(s.text(f"ui.screen.{self._screen}"))
        scope = s.scope
        self.scope_chip.setVisible(bool(scope.level))
        if scope.level:
            self.scope_chip.setText(
                s.text(
                    "ui.scope.chip", level=s.text(f"ui.scope.{scope.level}"), name=scope.name or s.text("ui.scope.none")
                )
            )
            self.scope_chip.setToolTip(s.text("cmd.whole_plant"))
        view = self._views.get(self._screen)
        self.subtitle.setText(view.subtitle() if view is not None else "")

    # -- going places --------------------------------------------------------------------------------------

    def view(self, screen: str) -> View:
        """A screen, made the first time it is asked for."""
        found = self._views.get(screen)
        if found is None:
            module, _, name = VIEWS[screen].partition(":")
            found = getattr(importlib.import_module(module), name)(self)
            self._views[screen] = found
            self.stack.addWidget(found)
        return found

    def current_view(self) -> View:
        """The screen in front."""
        return self.view(self._screen)

    @property
    def screen_name(self) -> str:
        """Name of the screen in front."""
        return self._screen

    def go(self, screen: str) -> None:
        """Bring a screen to the front."""
        if screen not in SCREENS:
            screen = SCREENS[0]
        view = self.view(screen)
        self._screen = screen
        self.drawer.explain(None)
        self.stack.setCurrentWidget(view)
        self.rail.check(screen)
        while self._tools.count():
            item = self._tools.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
        for tool in view.tools:
            self._tools.addWidget(tool)
            tool.show()
        self.state.preferences.put("window.screen", screen)
        view.activated()
        view.setFocus()
        self.refresh_title()

    def open_component(self, row: int, column: str = "") -> None:
        """Select a component wherever the window is; it becomes visible in the screen in front."""
        mask = self.state.scope_mask()
        if mask is not None and not mask[row]:
            self.state.set_scope(Scope())
        self.state.select(Selection(component=row, column=column))

    def open_cml(self, selection: Selection) -> None:
        """Show a measuring point on its workbench."""
        self.state.select(selection)
        self.go("cml")

    def open_scope(self, scope: Scope) -> None:
        """Narrow the window to a part of the plant."""
        self.state.set_scope(scope)
        if self._screen not in ("home", "inventory", "board", "plan", "mechanisms", "devices"):
            self.go("inventory")

    def toggle_drawer(self) -> None:
        """Show or hide the drawer."""
        self.drawer.setVisible(not self.drawer.isVisible())

    def show_drawer(self, tab: str) -> None:
        """Show a tab of the drawer."""
        self.drawer.show()
        self.drawer.show_tab(tab)

    def show_palette(self) -> None:
        """Commands and search."""
        self.palette_box.open()

    def show_shortcuts(self) -> None:
        """List of shortcuts."""
        from integrity.ui.dialogs import show_shortcuts

        show_shortcuts(self)

    def show_about(self) -> None:
        """Version and licence."""
        from integrity.ui.dialogs import show_about

        show_about(self)

    # -- plant and study -----------------------------------------------------------------------------------

    def plant_opened(self, info: PlantInfo) -> None:
        """A plant is open: run it."""
        self.state.set_scope(Scope())
        self.state.set_study(None)
        self.status.refresh()
        self.refresh_title()
        self.run_study()

    def run_study(self) -> None:
        """Run the study of the open plant; a run under way is followed by another."""
        if self.gateway.plant is None:
            return
        if self._running is not None:
            self._again = True
            return
        self._running = self.jobs.run("ui.job.study", self.gateway.run_study, self._study_done, self._study_failed)

    def _study_done(self, study: Study) -> None:
        self._running = None
        self.state.set_study(study)
        fresh = [n for n in study.notes if n not in self._told]
        self._told.update(fresh)
        for note in fresh:
            self.show_notice(note)
        if self._again:
            self._again = False
            self.run_study()

    def _study_failed(self, error: BaseException) -> None:
        self._running = None
        self.failed(error)

    def changed(self, changes: Changes) -> None:
        """Grey what a change touches and run again."""
        study = self.state.study
        if study is not None:
            self.state.mark_stale(_touched(study, changes))
        self.run_study()

    def show_notice(self, message: Message) -> None:
        """Say something under the heading; it stays until closed or replaced."""
        self._notice_message = message
        self.notice_text.setText(self.state.say(message))
        self.notice.show()

    def failed(self, error: BaseException) -> None:
        """Tell of an error: a message for one made on purpose, the crash window for any other."""
        if isinstance(error, ToolError):
            self.show_notice(error.message)
            return
        from integrity.ui.dialogs import report_crash

        report_crash(self, error)

    # -- layout --------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        p = self.state.preferences
        self.resize(self.state.sizes.px(1366), self.state.sizes.px(768))
        self.splitter.setSizes(list(self._default_sizes))
        geometry, splitter = p.raw("window.geometry"), p.raw("window.splitter")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(splitter, QByteArray):
            self.splitter.restoreState(splitter)
        self.drawer.setVisible(p.get("window.drawer", "true") == "true")

    def reset_layout(self) -> None:
        """Sizes, columns and drawer as at the first start."""
        self.state.preferences.forget("window.")
        self.state.preferences.forget("table.")
        self.drawer.show()
        self.splitter.setSizes(list(self._default_sizes))
        for view in self._views.values():
            reset = getattr(view, "reset_layout", None)
            if reset is not None:
                reset()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout, stop the work, let go of the plant."""
        p = self.state.preferences
        p.put("window.geometry", self.saveGeometry())
        p.put("window.splitter", self.splitter.saveState())
        p.put("window.drawer", "true" if self.drawer.isVisible() else "false")
        self.jobs.close()
        self.gateway.close()
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The palette closes when the window changes size."""
        super().resizeEvent(event)
        self.palette_box.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Dropped files go to the import screen."""
        paths = [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
        if not paths:
            return
        if self.gateway.plant is None:
            self.show_notice(msg("ui.notice.open_first"))
            return
        self.go("import")
        take = getattr(self.current_view(), "take_files", None)
        if take is not None:
            take(paths)


def _touched(study: Study, changes: Changes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Component rows whose inputs a change touches; all where it does not say."""
    ids = changes.ids.get("reading", ())
    if not ids:
        return np.arange(study.components.n, dtype=np.int64)
    rows = np.flatnonzero(np.isin(study.plant.readings.reading_id, np.array(ids, dtype=np.int64)))
    cml = study.plant.readings.cml_row[rows]
    return np.unique(study.plant.cmls.component_row[cml])
