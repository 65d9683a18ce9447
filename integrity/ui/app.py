"""Starts the window: fonts, look, language of Qt's own words, log, and what happens on an unexpected error."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from integrity.ui import actions, dialogs, theme
from integrity.ui.gateway import Gateway
from integrity.ui.jobs import Jobs
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, State

NAME = "integrity"


def application(argv: Sequence[str]) -> QApplication:
    """The one application object, made if there is none.

    Parameters
    ----------
    argv : sequence of str

    Returns
    -------
    QApplication
    """
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    app = QApplication(list(argv))
    app.setApplicationName(NAME)
    app.setOrganizationName(dialogs.DISTRIBUTION)
    return app


def make_state(app: QApplication, preferences: Preferences | None = None) -> State:
    """Shared state with sizes that fit the screen, and the look applied.

    Parameters
    ----------
    app : QApplication
    preferences : Preferences, optional

    Returns
    -------
    State
    """
    screen = app.primaryScreen()
    scale = theme.screen_scale(screen.availableGeometry().height(), screen.devicePixelRatio()) if screen else 1.0
    state = State(preferences or Preferences(), theme.Sizes(scale))
    theme.apply(app, state.theme, state.sizes)
    words = QtWords(app)
    state.language_changed.connect(lambda: words.load(state.language))
    words.load(state.language)
    return state


class QtWords:
    """Qt's own words (buttons, file dialogs) in the language of the window.

    Parameters
    ----------
    app : QApplication
    """

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self._translator: QTranslator | None = None

    def load(self, language: str) -> bool:
        """Switch; English is what Qt speaks by itself.

        Parameters
        ----------
        language : str

        Returns
        -------
        bool
            Whether a catalogue was loaded.
        """
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None
        if language == "en":
            return False
        translator = QTranslator(self._app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if not translator.load(f"qtbase_{language}", folder):
            return False
        self._app.installTranslator(translator)
        self._translator = translator
        return True


def start_log() -> Path:
    """Write warnings and errors to a file that does not grow for ever.

    Returns
    -------
    Path
    """
    path = dialogs.log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log = logging.getLogger("integrity")
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    return path


def catch_errors(shell: Shell) -> None:
    """Let an unexpected error in the window's thread tell of itself instead of ending the program.

    Parameters
    ----------
    shell : Shell
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        shell.failed(error)

    sys.excepthook = hook


def run(gateway: Gateway, argv: Sequence[str]) -> int:
    """Show the window and stay until it is closed.

    Parameters
    ----------
    gateway : Gateway
    argv : sequence of str
        Program name, then a plant to open, or `--sample NAME`.

    Returns
    -------
    int
        Exit code.
    """
    app = application(argv)
    options = _options(argv[1:])
    start_log()
    preferences = Preferences()
    if options.language is not None:
        preferences.put("language", options.language)
    state = make_state(app, preferences)
    shell = Shell(gateway, state, Jobs())
    catch_errors(shell)
    shell.show()
    if options.sample is not None:
        QTimer.singleShot(0, lambda: actions.open_sample(shell, options.sample))
    elif options.plant is not None:
        QTimer.singleShot(0, lambda: actions.open_path(shell, options.plant))
    return int(app.exec())


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=NAME, add_help=False)
    parser.add_argument("plant", nargs="?")
    parser.add_argument("--sample", nargs="?", const="")
    parser.add_argument("--language")
    options, _ = parser.parse_known_args(list(argv))
    return options
