"""A screen of several pages: a line of segments over a stack; a page is worked out when it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from integrity.ui.state import Selection, State
from integrity.ui.views.base import View, hairline, label

if TYPE_CHECKING:
    from integrity.services.types import Study
    from integrity.ui.gateway import Gateway
    from integrity.ui.jobs import Jobs
    from integrity.ui.shell import Shell


class Page(QWidget):
    """One page.

    Parameters
    ----------
    view : PagedView
    """

    key = ""

    def __init__(self, view: PagedView) -> None:
        super().__init__()
        self.setProperty("role", "paper")
        self.view = view
        self.shell: Shell = view.shell
        self.state: State = view.state
        self.jobs: Jobs = view.jobs
        self.gateway: Gateway = view.gateway
        self.stale = {"study"}
        self._asked = 0
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.build()
        self.retranslate()

    @property
    def study(self) -> Study | None:
        """The study shown."""
        return self.state.study

    def build(self) -> None:
        """Make the widgets; called once."""

    def show_study(self) -> None:
        """A study has come; only called with one and in front."""

    def show_selection(self, selection: Selection) -> None:
        """Something else is selected; only called with a study and in front."""

    def show_scope(self) -> None:
        """The tree narrows to another part; only called with a study and in front."""

    def retranslate(self) -> None:
        """Words and units have changed."""

    def restyle(self) -> None:
        """The look has changed."""

    def ask(self) -> int:
        """Number of a question; an answer counts only while it is still the last."""
        self._asked += 1
        return self._asked

    def is_last(self, asked: int) -> bool:
        """Whether an answer is still wanted."""
        return asked == self._asked


def titled(state: State, title: QWidget, *widgets: QWidget) -> QWidget:
    """Widgets under a title and a hairline; the last takes the room.

    Parameters
    ----------
    state : State
    title : QWidget
    *widgets : QWidget

    Returns
    -------
    QWidget
    """
    px = state.sizes.px
    out = QWidget()
    out.setProperty("role", "paper")
    layout = QVBoxLayout(out)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    title.setContentsMargins(px(12), px(5), px(8), px(5))
    layout.addWidget(title)
    layout.addWidget(hairline())
    for i, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if i == len(widgets) - 1 else 0)
    return out


class Segments(QWidget):
    """A row of words of which one is chosen.

    Parameters
    ----------
    state : State
    keys : tuple of str
        Catalogue keys.
    """

    def __init__(self, state: State, keys: tuple[str, ...], caption: str = "") -> None:
        super().__init__()
        self._state, self._keys, self._caption = state, keys, caption
        px = state.sizes.px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(3), px(8), px(3))
        row.setSpacing(px(2))
        self.caption = label("secondary")
        if caption:
            row.addWidget(self.caption)
            row.addSpacing(px(4))
        self.group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        for i in range(len(keys)):
            button = QPushButton()
            button.setProperty("segment", True)
            button.setCheckable(True)
            self.group.addButton(button, i)
            row.addWidget(button)
            self.buttons.append(button)
        row.addStretch(1)
        self.layout_row = row
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if self.buttons:
            self.buttons[0].setChecked(True)
        state.language_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def chosen(self) -> int:
        """Index of the one chosen."""
        return self.group.checkedId()

    def choose(self, i: int) -> None:
        """Choose one without telling of it."""
        self.buttons[i].setChecked(True)

    def retranslate(self) -> None:
        """Words of the language."""
        for button, key in zip(self.buttons, self._keys, strict=True):
            button.setText(self._state.text(key))
        if self._caption:
            self.caption.setText(self._state.text(self._caption))


class PagedView(View):
    """Base of screens with pages; the first page is the screen's own, built into `front`."""

    front_page = ""
    other_pages: tuple[type[Page], ...] = ()

    def build(self) -> None:
        """The line of segments, and the stack under it."""
        names = (self.front_page, *(p.key for p in self.other_pages))
        self.page_names = names
        self.segments = Segments(self.state, tuple(f"ui.page.{n}" for n in names))
        self.segments.group.idClicked.connect(lambda i: self.show_page(self.page_names[i]))
        self.body.addWidget(self.segments)
        self.body.addWidget(hairline())
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        own = QWidget()
        own.setProperty("role", "paper")
        self.front = QVBoxLayout(own)
        self.front.setContentsMargins(0, 0, 0, 0)
        self.front.setSpacing(0)
        self.stack.addWidget(own)
        self.page_of: dict[str, Page] = {}
        self._made: dict[str, type[Page]] = {p.key: p for p in self.other_pages}
        self.build_front()

    def build_front(self) -> None:
        """Make the widgets of the first page."""

    def page(self, name: str) -> Page:
        """A page, made the first time it is asked for."""
        found = self.page_of.get(name)
        if found is None:
            found = self.page_of[name] = self._made[name](self)
            self.stack.addWidget(found)
        return found

    @property
    def page_name(self) -> str:
        """Name of the page in front."""
        return self.page_names[max(self.segments.chosen, 0)]

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self.segments.choose(self.page_names.index(name))
        if name == self.front_page:
            self.stack.setCurrentIndex(0)
            return
        page = self.page(name)
        self.stack.setCurrentWidget(page)
        self._catch_up(page)
        page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _catch_up(self, page: Page) -> None:
        if self.state.study is None or not page.stale:
            return
        stale, page.stale = page.stale, set()
        if "study" in stale:
            page.show_study()
        if "scope" in stale and "study" not in stale:
            page.show_scope()
        page.show_selection(self.state.selection)

    def tell_pages(self, what: str) -> None:
        """Tell the pages that a study, a selection or a scope has come; those behind wait."""
        for page in self.page_of.values():
            page.stale.add(what)
        if self.page_name in self.page_of:
            self._catch_up(self.page_of[self.page_name])

    def retranslate(self) -> None:
        """Words of the pages that are there."""
        for page in self.page_of.values():
            page.retranslate()

    def restyle(self) -> None:
        """Colours of the pages that are there."""
        for page in self.page_of.values():
            page.restyle()
