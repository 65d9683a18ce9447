"""RBI card of one component: probability, consequence by hole size, risk now and later."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from integrity.core.codes import codes
from integrity.i18n.formats import MISSING
from integrity.services.types import Study
from integrity.ui.formula import symbol
from integrity.ui.gateway import Named, RiskCard
from integrity.ui.plots.risk_time import RiskTimePlot
from integrity.ui.state import Selection
from integrity.ui.theme import LETTER_OF_CATEGORY, RISK, RISK_INK, RISK_OF_CATEGORY
from integrity.ui.views.base import EmptyPanel, View, hairline, label

HEADLINES = (
    ("P_f", "frequency"),
    ("D_f_total", "damage_factor"),
    ("CA", "area"),
    ("risk", "risk_area"),
    ("risk_target_d", "date"),
    ("next_d", "date"),
)
DIAMOND = "◇"


class RbiCard(View):
    """The card."""

    key = "rbi"
    icon = "rbi"

    def build(self) -> None:
        """Headlines; probability beside consequence; risk over time below."""
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
        self.time = RiskTimePlot(self.state)
        split.addWidget(self.time)
        split.setSizes([px(400), px(220)])
        whole.addWidget(split, 1)
        self.body.addWidget(self._whole, 1)
        self.body.addWidget(self.nothing, 1)

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
        self.probability, self.consequence = _Sheet(px(122)), _Sheet(px(132))
        out.addWidget(self.probability)
        out.addWidget(self.consequence)
        out.setSizes([self.state.sizes.px(300), self.state.sizes.px(520)])
        return out

    def show_study(self) -> None:
        """A new study: the card is asked for again."""
        self._row = -1

    def show_selection(self, selection: Selection) -> None:
        """The card of the selected component."""
        study, row = self.state.study, selection.component
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

    def _show(self) -> None:
        study, row, s = self.state.study, self._row, self.state
        if study is None or not 0 <= row < study.components.n:
            return
        self._headlines(study, row)
        card = self.card or RiskCard()
        reasons = " ".join(s.say(r) for r in card.reasons)
        self.reasons.setText(s.text("ui.rbi.reasons", reasons=reasons) if reasons else "")
        self.reasons.setVisible(bool(reasons))
        self.probability.fill(s.text("ui.rbi.probability"), self._lines(card.probability))
        self.consequence.fill(s.text("ui.rbi.consequence"), self._lines(card.consequence), self._holes(card.holes))
        self.shell.refresh_title()

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
        for i, first in enumerate(next(iter(holes.values()))):
            cells = [self._value(holes[n][i]) for n in names]
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
        self._show()
        self.time.redraw()

    def restyle(self) -> None:
        """Colours."""
        self._show()
        self.time.restyle()
        self.time.redraw()

    def subtitle(self) -> str:
        """The component."""
        study, row = self.state.study, self.state.selection.component
        if study is None or row < 0:
            return ""
        k, s = study.plant.components, self.state
        parts = (str(k.component[row]), s.code("fluid", int(k.fluid[row])), s.code("phase", int(k.phase[row])))
        return " · ".join(parts)


class _Sheet(QScrollArea):
    """A table of symbols, words and values, and a second table under it."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self._words = words
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def fill(self, title: str, lines: list[tuple[str, ...]], more: list[tuple[str, ...]] | None = None) -> None:
        """Show values under a title."""
        inner = QWidget()
        inner.setProperty("role", "paper")
        column = QVBoxLayout(inner)
        head = label("heading")
        head.setText(title)
        column.addWidget(head)
        for block, words in ((lines, 1), (more or [], 0)):
            grid = QGridLayout()
            grid.setHorizontalSpacing(10)
            grid.setVerticalSpacing(3)
            for row, cells in enumerate(block):
                self._line(grid, row, cells, words)
            grid.setColumnStretch(len(block[0]) if block else 0, 1)
            column.addLayout(grid)
            column.addSpacing(8)
        column.addStretch(1)
        self.setWidget(inner)

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
