"""Pictures of every screen, for documentation and for looking at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QSettings
from PySide6.QtWidgets import QApplication

from integrity.ui.app import application, make_state
from integrity.ui.commands import SCREENS
from integrity.ui.gateway import Gateway
from integrity.ui.jobs import Jobs
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, Selection

WAIT_MS = 60_000


def settle(app: QApplication, jobs: Jobs, wait_ms: int = WAIT_MS) -> bool:
    """Let the window come to rest: no work under way and nothing left to draw.

    Parameters
    ----------
    app : QApplication
    jobs : Jobs
    wait_ms : int

    Returns
    -------
    bool
        False where it did not within the time.
    """
    deadline = QDeadlineTimer(wait_ms)
    rounds = 0
    while rounds < 3:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        rounds = rounds + 1 if jobs.idle else 0
        if deadline.hasExpired():
            return False
    return True


def make_shell(gateway: Gateway, folder: Path, language: str, theme: str, size: tuple[int, int]) -> Shell:
    """A window with settings of its own.

    Parameters
    ----------
    gateway : Gateway
    folder : Path
        Where its settings go.
    language : str
    theme : str
        "light" or "dark".
    size : (width, height)

    Returns
    -------
    Shell
    """
    app = application(["integrity"])
    preferences = Preferences(QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat))
    preferences.put("language", language)
    preferences.put("theme", theme)
    shell = Shell(gateway, make_state(app, preferences), Jobs())
    shell.resize(*size)
    shell.show()
    return shell


def make_screenshots(
    gateway: Gateway,
    folder: Path,
    language: str = "en",
    theme: str = "light",
    size: tuple[int, int] = (1366, 768),
    screens: Sequence[str] = SCREENS,
    prepare: Callable[[Shell], None] | None = None,
) -> list[Path]:
    """Pictures of screens of the plant that the gateway has open, with its worst item selected.

    Parameters
    ----------
    gateway : Gateway
    folder : Path
    language : str
    theme : str
    size : (width, height)
    screens : sequence of str
    prepare : callable, optional
        Called with the window before the pictures.

    Returns
    -------
    list of Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = application(["integrity"])
    out: list[Path] = []
    with tempfile.TemporaryDirectory() as settings:
        shell = make_shell(gateway, Path(settings), language, theme, size)
        shell.run_study()
        settle(app, shell.jobs)
        _select_worst(shell)
        if prepare is not None:
            prepare(shell)
        for i, screen in enumerate(screens, start=1):
            shell.go(screen)
            settle(app, shell.jobs)
            path = folder / f"{i}_{screen}_{language}_{theme}_{size[0]}x{size[1]}.png"
            shell.grab().save(str(path))
            out.append(path)
        shell.jobs.close()
        shell.deleteLater()
        app.sendPostedEvents(shell, QEvent.Type.DeferredDelete.value)
    return out


def _select_worst(shell: Shell) -> None:
    from integrity.ui.models.worklist import make_worklist

    study = shell.state.study
    if study is None:
        return
    work = make_worklist(study)
    row = int(work.component_row[0]) if work.n else 0
    shell.state.select(Selection(component=row, column="t_req_mm"))
