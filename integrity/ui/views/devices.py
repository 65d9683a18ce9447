"""Devices with records of their own: exchanger bundles and pressure relief devices."""

from __future__ import annotations

from integrity.ui.state import Selection
from integrity.ui.views.bundles_page import BundlesPage
from integrity.ui.views.pages import PagedView
from integrity.ui.views.relief_page import ReliefPage


class Devices(PagedView):
    """The bundles, and the page of relief devices."""

    key = "devices"
    icon = "devices"
    front_page = "bundles"
    other_pages = (ReliefPage,)

    def build_front(self) -> None:
        """The page of bundles."""
        self.bundles = BundlesPage(self)
        self.front.addWidget(self.bundles)

    def show_study(self) -> None:
        """Both pages judge again."""
        self.bundles.show_study()
        self.tell_pages("study")

    def show_selection(self, selection: Selection) -> None:
        """The device of the selected item."""
        self.bundles.show_selection(selection)
        self.tell_pages("selection")

    def show_scope(self) -> None:
        """Devices of the part of the plant."""
        self.bundles.show_scope()
        self.tell_pages("scope")

    def retranslate(self) -> None:
        """Words and units."""
        super().retranslate()
        self.bundles.retranslate()

    def restyle(self) -> None:
        """Colours."""
        super().restyle()
        self.bundles.restyle()
