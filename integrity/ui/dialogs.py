"""The three small windows there are: crash report, shortcuts, about."""

from __future__ import annotations

import logging
import platform
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from integrity.ui.commands import COMMANDS, MENUS
from integrity.ui.views.base import label

if TYPE_CHECKING:
    from integrity.ui.shell import Shell
    from integrity.ui.state import State

_LOG = logging.getLogger("integrity")
DISTRIBUTION = "integrity-workbench"


def log_file() -> Path:
    """Where the log is written.

    Returns
    -------
    Path
    """
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(place or ".") / "integrity.log"


def product_version() -> str:
    """Version of the installed program, empty from a bare checkout.

    Returns
    -------
    str
    """
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def report_crash(shell: Shell, error: BaseException) -> None:
    """Log an unexpected error and tell of it; the program goes on.

    Parameters
    ----------
    shell : Shell
    error : BaseException
    """
    crash_window(shell.state, error, shell).show()


def crash_window(state: State, error: BaseException, parent: QWidget | None = None) -> QDialog:
    """Window with what happened, the log and a way to copy it.

    Parameters
    ----------
    state : State
    error : BaseException
    parent : QWidget, optional

    Returns
    -------
    QDialog
    """
    details = "".join(traceback.format_exception(error))
    _LOG.error(details)
    parts = (product_version(), f"Python {platform.python_version()}", f"Qt {qVersion()}", platform.platform())
    heading = " · ".join(p for p in parts if p)
    dialog = _dialog(state, "ui.crash.title", parent)
    layout = dialog.layout()
    words = label(wrap=True)
    words.setText(state.text("ui.crash.says", log=str(log_file())))
    text = QPlainTextEdit(f"{heading}\n{details}")
    text.setReadOnly(True)
    text.setMinimumSize(state.sizes.px(560), state.sizes.px(240))
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton(state.text("ui.copy"), QDialogButtonBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text.toPlainText()))
    buttons.rejected.connect(dialog.close)
    if layout is not None:
        for widget in (words, text, buttons):
            layout.addWidget(widget)
    return dialog


def show_shortcuts(shell: Shell) -> None:
    """Every command with its shortcut.

    Parameters
    ----------
    shell : Shell
    """
    state = shell.state
    dialog = _dialog(state, "cmd.shortcuts", shell)
    inner = QWidget()
    inner.setProperty("role", "paper")
    grid = QGridLayout(inner)
    grid.setVerticalSpacing(state.sizes.px(4))
    grid.setHorizontalSpacing(state.sizes.px(24))
    half = (len(MENUS) + 1) // 2
    rows = [0, 0]
    for i, menu in enumerate(MENUS):
        commands = [c for c in COMMANDS if c.menu == menu and c.shortcut]
        side = 0 if i < half - 1 else 1
        if not commands:
            continue
        head = label("heading")
        head.setText(state.text(f"ui.menu.{menu}").replace("&", ""))
        grid.addWidget(head, rows[side], side * 2, 1, 2)
        rows[side] += 1
        for c in commands:
            grid.addWidget(QLabel(state.text(c.title)), rows[side], side * 2)
            key = label("secondary")
            key.setText(shell.commands.actions[c.id].shortcut().toString())
            grid.addWidget(key, rows[side], side * 2 + 1)
            rows[side] += 1
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setMinimumSize(state.sizes.px(640), state.sizes.px(460))
    layout = dialog.layout()
    if layout is not None:
        layout.addWidget(area)
        layout.addWidget(_close(dialog))
    dialog.show()


def show_about(shell: Shell) -> None:
    """Name, version, licence, what it stands on.

    Parameters
    ----------
    shell : Shell
    """
    state = shell.state
    dialog = _dialog(state, "cmd.about", shell)
    words = label(wrap=True)
    words.setMinimumWidth(state.sizes.px(420))
    words.setText(state.text("ui.about", version=product_version(), python=platform.python_version(), qt=qVersion()))
    layout = dialog.layout()
    if layout is not None:
        layout.addWidget(words)
        layout.addWidget(_close(dialog))
    dialog.show()


def _dialog(state: State, title: str, parent: QWidget | None) -> QDialog:
    dialog = QDialog(parent)
    dialog.setWindowTitle(state.text(title))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    layout = QVBoxLayout(dialog)
    layout.setSpacing(state.sizes.px(8))
    return dialog


def _close(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    return buttons
