"""How sure a number is: what it hangs on, one variable at a time, and its spread when all vary together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSplitter, QWidget

from integrity.core.errors import ToolError
from integrity.core.progress import Progress
from integrity.ui.jobs import Job
from integrity.ui.plots.tornado import QUANTITY, SpreadPlot, TornadoPlot
from integrity.ui.state import Selection
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.pages import Page, PagedView, Segments, titled

if TYPE_CHECKING:
    from integrity.core.frames.decisions import TornadoFrame, UncertaintyFrame

FIGURES = ("base", "mean", "s_mean", "p05", "p50", "p95", "greatest", "above", "n_draws", "n_refused")
_COUNTS = {"above": "percent", "n_draws": "count", "n_refused": "count"}
_TARGETS = {"risk": "rbi.risk_target_m2_y", "P_f": "rbi.target_P_f", "D_f_total": "rbi.target_D_f"}


class UncertaintyPage(Page):
    """Tornado and Monte Carlo of the selected component."""

    key = "uncertainty"

    def __init__(self, view: PagedView) -> None:
        self.quantity = "risk"
        self.tornado_frame: TornadoFrame | None = None
        self.spread_frame: UncertaintyFrame | None = None
        self._row = -1
        self._drawing: Job | None = None
        super().__init__(view)

    def build(self) -> None:
        """Quantity, tornado over spread."""
        px = self.state.sizes.px
        self.nothing = EmptyPanel(self.state, "ui.empty.uncertainty", "rbi")
        self.choice = Segments(self.state, tuple(f"ui.time.{q}" for q in ("risk", "P_f", "D_f")), "ui.uncertainty.of")
        self.choice.group.idClicked.connect(lambda i: self.show_quantity(tuple(QUANTITY)[i]))
        self.tornado, self.spread = TornadoPlot(self.state), SpreadPlot(self.state)
        self.tornado_title, self.spread_title = label("heading", wrap=True), label("heading", wrap=True)
        self.run_button = QPushButton()
        self.run_button.clicked.connect(self.draw)
        self.choice.layout_row.addWidget(self.run_button)
        figures = QWidget()
        self.figures = QGridLayout(figures)
        self.figures.setContentsMargins(px(12), px(4), px(12), px(6))
        self.figures.setHorizontalSpacing(px(14))
        self.figures.setVerticalSpacing(0)
        self.cells: dict[str, tuple[QLabel, QLabel]] = {}
        for i, name in enumerate(FIGURES):
            number, words = label(), label("secondary", wrap=True)
            self.figures.addWidget(number, 2 * (i // 5), i % 5)
            self.figures.addWidget(words, 2 * (i // 5) + 1, i % 5, Qt.AlignmentFlag.AlignTop)
            self.cells[name] = (number, words)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(titled(self.state, self.tornado_title, self.tornado))
        self.split.addWidget(titled(self.state, self.spread_title, figures, self.spread))
        self.split.setSizes([px(250), px(290)])
        self.body.addWidget(self.choice)
        self.body.addWidget(hairline())
        self.body.addWidget(self.split, 1)
        self.body.addWidget(self.nothing, 1)

    def show_study(self) -> None:
        """Another study: nothing of it is known yet."""
        self._row = -1

    def show_selection(self, selection: Selection) -> None:
        """Tornado of the selected component; the draws are made when asked for."""
        row = selection.component
        self.split.setVisible(row >= 0)
        self.choice.setVisible(row >= 0)
        self.nothing.setVisible(row < 0)
        if row < 0 or row == self._row:
            return
        self._row, self.spread_frame = row, None
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None
        self._ask_tornado()
        self._show()

    def show_quantity(self, quantity: str) -> None:
        """Risk, probability or factor."""
        self.quantity, self.spread_frame = quantity, None
        self._ask_tornado()
        self._show()

    def _ask_tornado(self) -> None:
        study, row, quantity, gateway = self.study, self._row, self.quantity, self.gateway
        self.tornado_frame = None
        if study is None or row < 0:
            return
        asked = self.ask()

        def done(frame: TornadoFrame) -> None:
            if self.is_last(asked):
                self.tornado_frame = frame
                self._show()

        self.jobs.run(
            "ui.job.sensitivity", lambda _p: gateway.sensitivity(study, [row], quantity), done, self._failed, quiet=True
        )

    def draw(self) -> None:
        """Make the draws; the status line shows how far they are and can stop them."""
        study, row, quantity, gateway = self.study, self._row, self.quantity, self.gateway
        if study is None or row < 0:
            return
        asked = self._asked

        def done(frame: UncertaintyFrame) -> None:
            self._drawing = None
            if asked == self._asked:
                self.spread_frame = frame
            self._show()

        def work(progress: Progress) -> UncertaintyFrame:
            return gateway.distribution(study, [row], quantity, progress)

        self._drawing = self.jobs.run("ui.job.draws", work, done, self._failed)
        self._show()

    def _failed(self, error: BaseException) -> None:
        self._drawing = None
        if isinstance(error, ToolError):
            self.shell.show_notice(error.message)
        else:
            self.shell.failed(error)
        self._show()

    def _show(self) -> None:
        s, study = self.state, self.study
        if study is None or self._row < 0:
            return
        name = str(study.plant.components.component[self._row])
        settings = study.settings
        draws, seed = int(settings.number("rbi.draws")), int(settings.number("rbi.seed"))
        self.tornado_title.setText(s.text("ui.tornado.title", name=name))
        self.spread_title.setText(s.text("ui.spread.title", name=name, draws=draws, seed=seed))
        self.run_button.setText(s.text("ui.spread.run", draws=draws))
        self.run_button.setEnabled(self._drawing is None)
        self.tornado.show_frame(self.tornado_frame, self.quantity)
        goal = settings.number(_TARGETS[self.quantity])
        target = goal if goal > 0 else np.nan
        self.spread.show_frame(self.spread_frame, [name], self.quantity, target)
        kind = QUANTITY[self.quantity]
        for key, (number, words) in self.cells.items():
            words.setText(s.text(f"ui.spread.{key}"))
            frame = self.spread_frame
            value = float(getattr(frame, key)[0]) if frame is not None else np.nan
            if key == "above":
                number.setText(f"{100.0 * value:.1f} %" if value == value else s.number(np.nan, "ratio"))
            else:
                number.setText(s.number(value, _COUNTS.get(key, kind)))

    def retranslate(self) -> None:
        """Words and units."""
        self._show()

    def restyle(self) -> None:
        """Colours."""
        for plot in (self.tornado, self.spread):
            plot.restyle()
            plot.redraw()
