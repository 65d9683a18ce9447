"""What every screen has in common: a title, a toolbar, words and colours that follow the window, and emptiness."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from integrity.ui import icons
from integrity.ui.state import Selection, State

if TYPE_CHECKING:
    from integrity.ui.gateway import Gateway
    from integrity.ui.jobs import Jobs
    from integrity.ui.shell import Shell


def hairline(vertical: bool = False) -> QFrame:
    """A line one pixel wide.

    Parameters
    ----------
    vertical : bool

    Returns
    -------
    QFrame
    """
    line = QFrame()
    line.setProperty("role", "hairline")
    (line.setFixedWidth if vertical else line.setFixedHeight)(1)
    return line


def label(role: str = "", wrap: bool = False) -> QLabel:
    """A label of a role of the style sheet.

    Parameters
    ----------
    role : str
    wrap : bool

    Returns
    -------
    QLabel
    """
    out = QLabel()
    if role:
        out.setProperty("role", role)
    out.setWordWrap(wrap)
    out.setTextFormat(Qt.TextFormat.PlainText)
    return out


class EmptyPanel(QWidget):
    """Says what a place would show and how to get there.

    Parameters
    ----------
    state : State
    key : str
        `<key>.title` and `<key>.how` are its words.
    icon : str
    """

    def __init__(self, state: State, key: str, icon: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._key, self._icon = state, key, icon
        self._params: dict[str, str] = {}
        self._title, self._how = label("heading"), label("secondary", wrap=True)
        self._actions: list[tuple[QPushButton, str]] = []
        self._row = QHBoxLayout()
        px = state.sizes.px
        inner = QVBoxLayout()
        inner.setSpacing(px(8))
        inner.addSpacing(px(40))
        for widget in (self._title, self._how):
            widget.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inner.addWidget(widget)
        self._row.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addLayout(self._row)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(inner, 4)
        outer.addStretch(1)
        inner.insertStretch(0, 1)
        inner.addStretch(2)
        state.language_changed.connect(self.retranslate)
        state.theme_changed.connect(self.update)
        self.retranslate()

    def set_key(self, key: str, **params: str) -> None:
        """Say something else."""
        self._key, self._params = key, params
        self.retranslate()

    def add_action(self, key: str, run: Callable[[], object]) -> QPushButton:
        """Offer a way to get there."""
        button = QPushButton()
        button.clicked.connect(lambda: run())
        self._actions.append((button, key))
        self._row.addWidget(button)
        self.retranslate()
        return button

    def retranslate(self) -> None:
        """Words of the language."""
        self._title.setText(self._state.text(f"{self._key}.title", **self._params))
        self._how.setText(self._state.text(f"{self._key}.how", **self._params))
        for button, key in self._actions:
            button.setText(self._state.text(key))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet icon over the words."""
        painter = QPainter(self)
        size = self._state.sizes.px(32)
        top = self._title.y() - size - self._state.sizes.px(10)
        icons.draw(painter, self._icon, QRectF((self.width() - size) / 2, top, size, size), self._state.theme.secondary)
        painter.end()


class View(QWidget):
    """Base of all screens.

    Parameters
    ----------
    shell : Shell
    """

    key = ""
    icon = "info"
    needs_study = True

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.setProperty("role", "paper")
        self.shell = shell
        self.state: State = shell.state
        self.jobs: Jobs = shell.jobs
        self.gateway: Gateway = shell.gateway
        self.tools: list[QWidget] = []
        self._waiting: set[str] = set()
        self._stack = QStackedLayout(self)
        self._content = QWidget()
        self._empty = EmptyPanel(self.state, f"ui.empty.{self.key}", self.icon)
        self._stack.addWidget(self._content)
        self._stack.addWidget(self._empty)
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.build()
        s = self.state
        s.study_changed.connect(self._study_arrived)
        s.selection_changed.connect(self._selection_arrived)
        s.scope_changed.connect(lambda _: self._scope_arrived())
        s.follow(self._words_arrived)
        s.theme_changed.connect(self._look_arrived)
        s.stale_changed.connect(self._stale_arrived)
        if self.needs_study:
            for key, command in (("ui.empty.open_plant", "open"), ("ui.empty.open_sample", "open_sample")):
                self._empty.add_action(key, partial(shell.commands.run, command))
        self.retranslate()
        self._show_all()

    def build(self) -> None:
        """Make the widgets; called once."""

    def show_study(self) -> None:
        """A study has come; `self.state.study` is not None."""

    def show_selection(self, selection: Selection) -> None:
        """Something else is selected; only called with a study."""

    def show_scope(self) -> None:
        """The tree narrows to another part; only called with a study."""

    def show_stale(self) -> None:
        """Some results are stale; only called with a study."""

    def retranslate(self) -> None:
        """Words and units have changed."""

    def restyle(self) -> None:
        """The look has changed."""

    def subtitle(self) -> str:
        """Words beside the title."""
        return ""

    @property
    def active(self) -> bool:
        """Whether this screen is in front; others wait until they are."""
        return self.shell.screen_name == self.key

    def activated(self) -> None:
        """The screen has come to the front: catch up with what happened meanwhile."""
        waiting, self._waiting = self._waiting, set()
        if "study" in waiting:
            self._show_all()
            return
        if self.state.study is None:
            return
        for what, show in (("scope", self.show_scope), ("stale", self.show_stale)):
            if what in waiting:
                show()
        if "words" in waiting:
            self.retranslate()
        if "look" in waiting:
            self.restyle()
        if "selection" in waiting:
            self.show_selection(self.state.selection)

    def _show_all(self) -> None:
        ready = self.state.study is not None or not self.needs_study
        self._stack.setCurrentIndex(0 if ready else 1)
        if self.state.study is not None:
            self.show_study()
            self.show_selection(self.state.selection)
        self.shell.refresh_title()

    def _study_arrived(self) -> None:
        if not self.active:
            self._waiting.add("study")
            return
        self._show_all()

    def _selection_arrived(self, selection: Selection) -> None:
        if not self.active:
            self._waiting.add("selection")
        elif self.state.study is not None:
            self.show_selection(selection)

    def _scope_arrived(self) -> None:
        if not self.active:
            self._waiting.add("scope")
        elif self.state.study is not None:
            self.show_scope()
        self.shell.refresh_title()

    def _stale_arrived(self) -> None:
        if not self.active:
            self._waiting.add("stale")
        elif self.state.study is not None:
            self.show_stale()

    def _words_arrived(self) -> None:
        if not self.active:
            self._waiting.add("words")
            return
        self.retranslate()
        self.shell.refresh_title()

    def _look_arrived(self) -> None:
        if not self.active:
            self._waiting.add("look")
            return
        self.restyle()

    def button(self, key: str, command: str = "", icon: str = "", primary: bool = False) -> QPushButton:
        """A button whose words follow the language; with a command it runs it."""
        out = QPushButton()
        out.setProperty("primary", primary)
        if icon:
            out.setIcon(icons.icon(icon, self.state.theme.text))
        if command:
            out.clicked.connect(lambda: self.shell.commands.run(command))
        self.state.language_changed.connect(lambda: out.setText(self.state.text(key)))
        out.setText(self.state.text(key))
        return out
