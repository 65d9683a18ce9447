"""Commands as data: menu, toolbar, palette and help are generated from this list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from integrity.ui import actions, icons

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from integrity.ui.shell import Shell

Run = Callable[["Shell"], object]
Enabled = Callable[["Shell"], bool]

MENUS = ("file", "edit", "view", "go", "plant", "item", "help")
SCREENS = ("home", "inventory", "cml", "import", "rbi", "board", "plan", "flaw", "mechanisms", "devices", "settings")
SCREEN_KEYS = {s: str(i % 10) for i, s in enumerate(SCREENS[:10], start=1)} | {"settings": ","}
"""Key that brings a screen to the front together with Ctrl."""


def _always(_: Shell) -> bool:
    return True


def _has_plant(shell: Shell) -> bool:
    return shell.gateway.plant is not None


def _has_study(shell: Shell) -> bool:
    return shell.state.study is not None


def _has_item(shell: Shell) -> bool:
    return shell.state.study is not None and shell.state.selection.component >= 0


def _has_scope(shell: Shell) -> bool:
    return bool(shell.state.scope.level)


def _has_mechanism(shell: Shell) -> bool:
    return shell.screen_name == "mechanisms" and shell.view("mechanisms").chosen is not None  # type: ignore[attr-defined]


def _busy(shell: Shell) -> bool:
    return bool(shell.jobs.running)


@dataclass(frozen=True)
class Command:
    """One thing a person can ask for; its words are `cmd.<id>`."""

    id: str
    menu: str
    run: Run
    icon: str = ""
    shortcut: str = ""
    enabled: Enabled = _always
    rule_before: bool = False

    @property
    def title(self) -> str:
        """Catalogue key of its words."""
        return f"cmd.{self.id}"


def _go(screen: str) -> Run:
    return lambda shell: shell.go(screen)


def _page(screen: str, page: str) -> Run:
    return lambda shell: actions.open_page(shell, screen, page)


COMMANDS: tuple[Command, ...] = (
    Command("open", "file", actions.open_plant, "open", "Ctrl+O"),
    Command("new_plant", "file", actions.new_plant, "new", "Ctrl+N"),
    Command("open_sample", "file", actions.open_sample, "plant"),
    Command("export_plan", "file", actions.export_plan, "export", "Ctrl+E", _has_study, rule_before=True),
    Command("export_sap", "file", actions.export_sap, "", "", _has_study),
    Command("export_maximo", "file", actions.export_maximo, "", "", _has_study),
    Command("export_report", "file", actions.export_report, "report", "Ctrl+P", _has_study),
    Command("store_study", "file", actions.store_study, "", "Ctrl+S", _has_study, rule_before=True),
    Command("quit", "file", lambda shell: shell.close(), "quit", "Ctrl+Q", rule_before=True),
    Command("undo", "edit", actions.undo, "undo", "Ctrl+Z", _has_plant),
    Command("redo", "edit", actions.redo, "redo", "Ctrl+Shift+Z", _has_plant),
    Command("copy_table", "edit", actions.copy_table, "copy", "Ctrl+Shift+C", _has_study, rule_before=True),
    Command("save_figure", "edit", actions.save_figure, "export", "Ctrl+Shift+S", _has_study),
    Command("clear_filters", "edit", actions.clear_filters, "clear", "Ctrl+Shift+F", _has_study),
    Command("toggle_drawer", "view", lambda shell: shell.toggle_drawer(), "drawer", "F4"),
    Command("show_why", "view", lambda shell: shell.show_drawer("why"), "why", "Ctrl+D", _has_study),
    Command("show_history", "view", lambda shell: shell.show_drawer("history"), "history", "Ctrl+H", _has_study),
    Command("switch_language", "view", actions.switch_language, "language", "Ctrl+L", rule_before=True),
    Command("switch_units", "view", actions.switch_units, "units", "Ctrl+U"),
    Command("switch_theme", "view", actions.switch_theme, "theme", "Ctrl+T"),
    Command("reset_layout", "view", lambda shell: shell.reset_layout(), "reset", rule_before=True),
    *(Command(f"go_{s}", "go", _go(s), s, f"Ctrl+{SCREEN_KEYS[s]}") for s in SCREENS),
    Command("previous_item", "go", lambda shell: actions.step_item(shell, -1), "previous", "Alt+Up", _has_study, True),
    Command("next_item", "go", lambda shell: actions.step_item(shell, 1), "next", "Alt+Down", _has_study),
    Command("run_study", "plant", lambda shell: shell.run_study(), "run", "F5", _has_plant),
    Command("cancel_work", "plant", lambda shell: shell.jobs.cancel_all(), "close", "Shift+Esc", _busy),
    Command("whole_plant", "plant", actions.whole_plant, "plant", "Alt+Home", _has_scope, rule_before=True),
    Command("comparison", "plant", _page("board", "comparison"), "history", "", _has_study, rule_before=True),
    Command("choices", "plant", _page("board", "choices"), "plan", "", _has_study),
    Command("editions", "plant", _page("board", "editions"), "report", "", _has_study),
    Command("bundles", "plant", _page("devices", "bundles"), "devices", "", _has_study, rule_before=True),
    Command("relief", "plant", _page("devices", "relief"), "devices", "", _has_study),
    Command("what_if", "item", actions.what_if, "rbi", "Ctrl+I", _has_item),
    Command("facts", "item", _page("rbi", "facts"), "inventory", "Ctrl+Shift+I", _has_item),
    Command("uncertainty", "item", _page("rbi", "uncertainty"), "cml", "", _has_item),
    Command("item_mechanisms", "item", _go("mechanisms"), "mechanisms", "", _has_item),
    Command("accept_mechanism", "item", actions.decide("accepted"), "check", "", _has_mechanism),
    Command("reject_mechanism", "item", actions.decide("rejected"), "clear", "", _has_mechanism),
    Command("item_cml", "item", _go("cml"), "cml", "", _has_item, rule_before=True),
    Command("item_rbi", "item", _go("rbi"), "rbi", "", _has_item),
    Command("item_board", "item", _go("board"), "board", "", _has_item),
    Command("item_plan", "item", _go("plan"), "plan", "", _has_item),
    Command("item_inventory", "item", _go("inventory"), "inventory", "", _has_item),
    Command("copy_item", "item", actions.copy_item, "copy", "", _has_item, rule_before=True),
    Command("copy_working", "item", actions.copy_working, "why", "Ctrl+Shift+W", _has_item),
    Command("palette", "help", lambda shell: shell.show_palette(), "search", "Ctrl+K"),
    Command("shortcuts", "help", lambda shell: shell.show_shortcuts(), "keyboard", "F1"),
    Command("about", "help", lambda shell: shell.show_about(), "info"),
)


class CommandSet:
    """Actions of a window made from the commands; words and icons follow language and look.

    Parameters
    ----------
    shell : Shell
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.by_id = {c.id: c for c in COMMANDS}
        self.actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(shell)
            action.setObjectName(command.id)
            if command.shortcut:
                action.setShortcut(QKeySequence(command.shortcut))
            action.triggered.connect(lambda _=False, c=command: self.run(c.id))
            shell.addAction(action)
            self.actions[command.id] = action
        self.retranslate()
        self.restyle()

    def run(self, command_id: str) -> bool:
        """Run a command if it can be run now.

        Parameters
        ----------
        command_id : str

        Returns
        -------
        bool
            Whether it was run.
        """
        command = self.by_id[command_id]
        if not command.enabled(self._shell):
            return False
        command.run(self._shell)
        return True

    def fill(self, menu: QMenu, name: str) -> None:
        """Put the commands of a menu into it."""
        for command in COMMANDS:
            if command.menu == name:
                if command.rule_before:
                    menu.addSeparator()
                menu.addAction(self.actions[command.id])
        menu.aboutToShow.connect(self.refresh)

    def refresh(self) -> None:
        """Enable what can be run now."""
        for command in COMMANDS:
            self.actions[command.id].setEnabled(command.enabled(self._shell))

    def enable_all(self) -> None:
        """Let every shortcut through; `run` itself decides."""
        for action in self.actions.values():
            action.setEnabled(True)

    def retranslate(self) -> None:
        """Words of the language."""
        for command in COMMANDS:
            self.actions[command.id].setText(self._shell.state.text(command.title))

    def restyle(self) -> None:
        """Icons of the look."""
        theme = self._shell.state.theme
        for command in COMMANDS:
            if command.icon:
                self.actions[command.id].setIcon(icons.icon(command.icon, theme.text, theme.line))
