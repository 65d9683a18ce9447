"""RBI card of one component: factors by mechanism, consequence by hole size, risk now and later, and what-if."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.errors import ToolError
from integrity.i18n.formats import MISSING
from integrity.services.types import Study
from integrity.ui.formula import symbol
from integrity.ui.gateway import Named, RiskCard
from integrity.ui.plots.base import shown_one
from integrity.ui.plots.factor_lines import FactorLinesPlot
from integrity.ui.plots.ladder import Ladder, Rung
from integrity.ui.plots.risk_time import QUANTITIES, RiskTimePlot
from integrity.ui.state import Selection
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY
from integrity.ui.views.base import EmptyPanel, hairline, label
from integrity.ui.views.facts_page import FactsPage
from integrity.ui.views.pages import PagedView, Segments
from integrity.ui.views.rungs import factor_rungs, total_rung
from integrity.ui.views.uncertainty_page import UncertaintyPage
from integrity.ui.views.what_if_page import WhatIfPage

HEADLINES = (
    ("P_f", "frequency"),
    ("D_f_total", "damage_factor"),
    ("CA", "area"),
    ("risk", "risk_area"),
    ("risk_target_d", "date"),
    ("next_d", "date"),
)
DIAMOND = "◇"


AREAS = ("CA_cmd", "CA_inj", "CA_tox", "CA_nfnt")
_BASIS = {"flammable_cmd": "CA_cmd", "flammable_inj": "CA_inj", "toxic": "CA_tox", "nfnt": "CA_nfnt"}
TIMES = ("ui.time.risk", "ui.time.P_f", "ui.time.D_f", "ui.time.mechanisms")


class RbiCard(PagedView):
    """The card and its pages."""

    key = "rbi"
    icon = "rbi"
    front_page = "card"
    other_pages = (WhatIfPage, FactsPage, UncertaintyPage)

    def build_front(self) -> None:
        """Headlines; factors beside consequence; risk over time below."""
        px = self.state.sizes.px
        self._asked = 0
        self._row = -1
        self.card: RiskCard | None = None
        self.nothing = EmptyPanel(self.state, "ui.empty.rbi_choose", "rbi")
        self._whole = QWidget()
        whole = QVBoxLayout(self._whole)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._headline_row())
        whole.addWidget(hairline())
        self.reasons = label(wrap=True)
        self.reasons.setContentsMargins(px(16), px(6), px(12), px(6))
        whole.addWidget(self.reasons)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self._tables())
        split.addWidget(self._along_time())
        split.setSizes([px(330), px(230)])
        whole.addWidget(split, 1)
        self.front.addWidget(self._whole, 1)
        self.front.addWidget(self.nothing, 1)

    def _headline_row(self) -> QWidget:
        px = self.state.sizes.px
        out = QWidget()
        grid = QGridLayout(out)
        grid.setContentsMargins(px(16), px(8), px(12), px(8))
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(0)
        self.chip = QLabel()
        self.chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.chip.setFixedSize(px(56), px(40))
        self.chip_words = label("secondary")
        grid.addWidget(self.chip, 0, 0)
        grid.addWidget(self.chip_words, 1, 0)
        self.heads: dict[str, tuple[QLabel, QLabel]] = {}
        for i, (key, _) in enumerate(HEADLINES, start=1):
            number, words = label("figure"), label("secondary")
            grid.addWidget(number, 0, i)
            grid.addWidget(words, 1, i)
            self.heads[key] = (number, words)
        grid.setColumnStretch(len(HEADLINES) + 1, 1)
        return out

    def _tables(self) -> QWidget:
        out = QSplitter(Qt.Orientation.Horizontal)
        out.setHandleWidth(1)
        out.setChildrenCollapsible(False)
        px = self.state.sizes.px
        self.factors, self.areas = Ladder(self.state), Ladder(self.state)
        self.probability, self.consequence = _Sheet(px(122)), _Sheet(px(96))
        self.factors.picked.connect(self._explain)
        self.areas.picked.connect(self._explain)
        for ladder, sheet in ((self.factors, self.probability), (self.areas, self.consequence)):
            inner = QWidget()
            inner.setProperty("role", "paper")
            column = QVBoxLayout(inner)
            column.setContentsMargins(0, px(6), 0, 0)
            column.setSpacing(0)
            column.addWidget(ladder)
            if ladder is self.factors:
                self.adds = label("secondary", wrap=True)
                self.adds.setContentsMargins(px(12), px(2), px(12), px(4))
                column.addWidget(self.adds)
            column.addWidget(sheet)
            column.addStretch(1)
            area = _Side(ladder)
            area.setMinimumWidth(px(330))
            area.setWidget(inner)
            out.addWidget(area)
        out.setSizes([px(420), px(400)])
        return out

    def _along_time(self) -> QWidget:
        self.times = Segments(self.state, TIMES, "ui.time.caption")
        self.time, self.lines = RiskTimePlot(self.state), FactorLinesPlot(self.state)
        self._time_stack = QStackedWidget()
        self._time_stack.addWidget(self.time)
        self._time_stack.addWidget(self.lines)
        self.times.group.idClicked.connect(self.show_time)
        out = QWidget()
        out.setProperty("role", "paper")
        column = QVBoxLayout(out)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.times)
        column.addWidget(self._time_stack, 1)
        return out

    def show_time(self, i: int) -> None:
        """Risk, probability, factor, or factors by mechanism along time."""
        self.times.choose(i)
        if i < len(QUANTITIES):
            self.time.show_quantity(tuple(QUANTITIES)[i])
        self._time_stack.setCurrentIndex(0 if i < len(QUANTITIES) else 1)

    def _explain(self, column: str) -> None:
        self.state.select(Selection(component=self._row, column=column))
        self.shell.show_drawer("why")

    def show_study(self) -> None:
        """A new study: the card is asked for again."""
        self._row = -1
        self.tell_pages("study")

    def show_selection(self, selection: Selection) -> None:
        """The card of the selected component."""
        study, row = self.state.study, selection.component
        self.tell_pages("selection")
        self._whole.setVisible(row >= 0)
        self.nothing.setVisible(row < 0)
        if study is None or row < 0 or row == self._row:
            return
        self._row, self.card = row, None
        self._asked += 1
        asked = self._asked
        self._show()
        gateway = self.gateway

        def done(card: RiskCard) -> None:
            if asked == self._asked:
                self.card = card
                self._show()

        self.jobs.run("ui.job.working", lambda _p: gateway.risk_card(study, row), done, quiet=True)
        target = gateway.risk_matrix(study).target
        self.time.show_rows(study, np.array([row], dtype=np.int64), target)
        self.lines.show_lines(None, NO_DATE)
        self._ask_lines(study, row, asked)

    def _ask_lines(self, study: Study, row: int, asked: int) -> None:
        """Curves that take a moment: factors by mechanism, days of the targets, recommended inspections."""
        gateway = self.gateway

        def work(_progress: object) -> tuple[Any, ...]:
            return gateway.mechanism_lines(study, row), gateway.crossings(study, row), gateway.recommended(study, row)

        def done(found: tuple[Any, ...]) -> None:
            if asked != self._asked:
                return
            lines, crossings, recommended = found
            self.lines.show_lines(lines, int(study.components.next_d[row]))
            self.time.show_decisions(recommended.panel, crossings)

        self.jobs.run("ui.job.working", work, done, self._quiet, quiet=True)

    def _quiet(self, error: BaseException) -> None:
        if not isinstance(error, ToolError):
            self.shell.failed(error)

    def _show(self) -> None:
        study, row, s = self.state.study, self._row, self.state
        if study is None or not 0 <= row < study.components.n:
            return
        self._headlines(study, row)
        card = self.card or RiskCard()
        reasons = " ".join(s.say(r) for r in card.reasons)
        self.reasons.setText(s.text("ui.rbi.reasons", reasons=reasons) if reasons else "")
        self.reasons.setVisible(bool(reasons))
        self._factors(study, row, card)
        self._areas(study, row)
        self.probability.fill(s.text("ui.rbi.probability"), self._lines(card.probability))
        self.consequence.fill(s.text("ui.rbi.consequence"), self._lines(card.consequence), self._holes(card.holes))
        self.shell.refresh_title()

    def _factors(self, study: Study, row: int, card: RiskCard) -> None:
        s = self.state
        rungs = factor_rungs(s, card.factors)
        if rungs:
            rungs.append(total_rung(s, study, row))
        self.adds.setText(rungs[-1].tip if rungs else "")
        self.adds.setVisible(bool(rungs))
        legend = (("bar", "ui.ladder.assessed"), ("hatch", "ui.ladder.bound"), ("diamond", "ui.ladder.unverified"))
        self.factors.show_rungs(
            rungs,
            s.text("ui.rbi.factors"),
            s.text("ui.rbi.factor_axis"),
            [(kind, s.text(key)) for kind, key in legend],
            s.text("ui.rbi.no_factors"),
        )

    def _areas(self, study: Study, row: int) -> None:
        s, r = self.state, study.components
        basis = int(r.CA_basis[row])
        governs = _BASIS.get(codes("CA_basis")[basis], "") if basis >= 0 else ""
        rungs = []
        for i, key in enumerate(AREAS):
            value = float(getattr(r, key)[row])
            if value == value and value > 0:
                note = s.text("ui.rbi.governs") if key == governs else ""
                in_unit = shown_one(value, "area", s.unit_set)
                rungs.append(Rung(s.text(f"ui.area.{key}"), in_unit, s.number(value, "area"), key, note=note, colour=i))
        if rungs:
            value = float(r.CA[row])
            in_unit = shown_one(value, "area", s.unit_set)
            rungs.append(Rung(s.title("CA"), in_unit, s.number(value, "area"), "CA", strong=True))
        axis = f"{s.title('CA')}, {s.unit('area')}"
        self.areas.show_rungs(rungs, s.text("ui.rbi.areas"), axis, (), s.text("ui.rbi.no_areas"))

    def _headlines(self, study: Study, row: int) -> None:
        s = self.state
        for key, quantity in HEADLINES:
            number, words = self.heads[key]
            number.setText(s.number(float(getattr(study.components, key)[row]), quantity))
            unit = s.unit(quantity)
            words.setText(f"{s.title(key)}, {unit}" if unit else s.title(key))
        index = int(study.components.risk_category[row])
        self.chip_words.setText(s.code("risk_category", index))
        if index < 0:
            self.chip.setText(MISSING)
            self.chip.setStyleSheet("")
            return
        category = codes("risk_category")[index]
        colour = RISK_OF_CATEGORY[category]
        cell = int(study.components.P_f_category[row]), int(study.components.CA_category[row])
        place = f"\n{cell[0]}{'ABCDE'[cell[1] - 1]}" if cell[0] > 0 and cell[1] > 0 else ""
        self.chip.setText(LETTER_OF_CATEGORY[category] + place)
        self.chip.setStyleSheet(f"background:{RISK[colour]};color:{RISK_INK[colour]};font-weight:bold;")

    def _lines(self, values: tuple[Named, ...]) -> list[tuple[str, ...]]:
        return [(symbol(v.symbol), self._title(v.symbol), self._value(v), self._unit(v)) for v in values]

    def _holes(self, holes: Mapping[str, tuple[Named, ...]]) -> list[tuple[str, ...]]:
        if not holes:
            return []
        s = self.state
        names = list(holes)
        out = [(s.text("ui.rbi.hole"), *(s.text(f"ui.hole.{n}") for n in names), "")]
        held = {n: {v.symbol: v for v in holes[n]} for n in names}
        every = {v.symbol: v for n in names for v in holes[n]}
        for first in sorted(every.values(), key=lambda v: v.symbol not in AREAS):
            cells = [self._value(h[first.symbol]) if first.symbol in h else MISSING for h in held.values()]
            words = f"{symbol(first.symbol)} <small>{html.escape(self._title(first.symbol))}</small>"
            out.append((words, *cells, self._unit(first)))
        return out

    def _title(self, key: str) -> str:
        words = self.state.title(key)
        return "" if words.startswith("⟨") else words

    def _value(self, v: Named) -> str:
        if isinstance(v.value, str):
            return v.value or MISSING
        mark = f"{DIAMOND} " if v.unverified else ""
        return mark + self.state.number(v.value, v.quantity)

    def _unit(self, v: Named) -> str:
        return "" if isinstance(v.value, str) else self.state.unit(v.quantity)

    def retranslate(self) -> None:
        """Words and units."""
        super().retranslate()
        self._show()
        self.time.redraw()
        self.lines.redraw()

    def restyle(self) -> None:
        """Colours."""
        super().restyle()
        self._show()
        for plot in (self.time, self.lines):
            plot.restyle()
            plot.redraw()

    def subtitle(self) -> str:
        """The component."""
        study, row = self.state.study, self.state.selection.component
        if study is None or row < 0:
            return ""
        k, s = study.plant.components, self.state
        parts = (str(k.component[row]), s.code("fluid", int(k.fluid[row])), s.code("phase", int(k.phase[row])))
        return " · ".join(parts)


class _Side(QScrollArea):
    """A ladder as wide as what is in sight, over a table that may be wider."""

    def __init__(self, ladder: Ladder) -> None:
        super().__init__()
        self._ladder = ladder
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ladder keeps in sight."""
        super().resizeEvent(event)
        self._ladder.setFixedWidth(self.viewport().width())


class _Sheet(QWidget):
    """A table of symbols, words and values, and a second table under it."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self._words = words
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._inner: QWidget | None = None

    def fill(self, title: str, lines: list[tuple[str, ...]], more: list[tuple[str, ...]] | None = None) -> None:
        """Show values under a title."""
        inner = QWidget()
        inner.setProperty("role", "paper")
        column = QVBoxLayout(inner)
        head = label("heading")
        head.setText(title)
        column.addWidget(head)
        for block, words in ((more or [], 0), (lines, 1)):
            if not block:
                continue
            grid = QGridLayout()
            grid.setHorizontalSpacing(10)
            grid.setVerticalSpacing(3)
            for row, cells in enumerate(block):
                self._line(grid, row, cells, words)
            grid.setColumnStretch(len(block[0]) if block else 0, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        column.addStretch(1)
        if self._inner is not None:
            self._column.removeWidget(self._inner)
            self._inner.hide()
            self._inner.deleteLater()
        self._inner = inner
        self._column.addWidget(inner)

    def _line(self, grid: QGridLayout, row: int, cells: tuple[str, ...], words: int) -> None:
        last = len(cells) - 1
        for i, text in enumerate(cells):
            cell = QLabel(text)
            cell.setTextFormat(Qt.TextFormat.RichText if i == 0 else Qt.TextFormat.PlainText)
            if i == words:
                cell.setWordWrap(True)
                cell.setFixedWidth(self._words)
            if i == last or (i == words and words):
                cell.setProperty("role", "secondary")
            elif i > words:
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(cell, row, i)
