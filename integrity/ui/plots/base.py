"""What all plots have in common: look, axes in words and units, labelled lines, hover, pictures."""

from __future__ import annotations

import datetime as dt
import html
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QLabel

from integrity.core.quantities import display_unit, from_internal
from integrity.ui.state import State
from integrity.ui.theme import font

EPOCH = dt.date(1970, 1, 1)
_SIGNS = {"line": "—", "dash": "- -", "dot": "- ·", "bar": "■", "point": "●", "ring": "○", "tick": "❘"}


class DayAxis(pg.AxisItem):
    """Days since 1970-01-01, labelled by year, month or day as there is room."""

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Ticks on whole years, or on months where only few years are in sight."""
        days = max(high - low, 1.0)
        room = max(int(size / 64), 2)
        years = days / 365.25
        if years >= room / 3:
            step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if years / s <= room or s == 100)
            first = (EPOCH + dt.timedelta(days=int(low))).year // step * step
            ticks = [
                float((dt.date(y, 1, 1) - EPOCH).days)
                for y in range(max(first, 1), first + int(years) + 2 * step, step)
            ]
        else:
            month = next(m for m in (1, 3, 6, 12) if years * 12 / m <= room or m == 12)
            start = EPOCH + dt.timedelta(days=int(low))
            count = start.year * 12 + start.month - 1
            ticks = []
            for k in range(count - count % month, count + int(years * 12) + 2 * month, month):
                ticks.append(float((dt.date(k // 12, k % 12 + 1, 1) - EPOCH).days))
        return [(365.25, [t for t in ticks if low <= t <= high])]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Years, with the month where it is not January."""
        out = []
        for v in values:
            day = EPOCH + dt.timedelta(days=int(v))
            out.append(str(day.year) if (day.month, day.day) == (1, 1) else f"{day.year}-{day.month:02d}")
        return out


class DecadeAxis(pg.AxisItem):
    """Powers of ten; minor ticks carry no words."""

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Ten to the power."""
        return self.logTickStrings(values, scale, spacing)

    def logTickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Whole decades only."""
        raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
        return [f"10{str(round(v)).translate(raised)}" if abs(v - round(v)) < 1e-9 else "" for v in values]


class Plot(pg.PlotWidget):
    """A plot in the look of the house; its own menu is off, commands are those of the window.

    Parameters
    ----------
    state : State
    dates : bool
        Whether the horizontal axis is days.
    log : bool
        Whether both axes are logarithmic.
    """

    picked = Signal(int)

    def __init__(self, state: State, dates: bool = False, log: bool = False) -> None:
        axes: dict[str, Any] = {"bottom": DayAxis("bottom")} if dates else {}
        if log:
            axes = {side: DecadeAxis(side) for side in ("left", "bottom")}
        super().__init__(axisItems=axes, enableMenu=False)
        self.state = state
        self.item = self.getPlotItem()
        self.item.hideButtons()
        self.item.getViewBox().setMouseEnabled(x=True, y=True)
        self.setLogMode(log, log)
        self._hint = pg.TextItem(anchor=(0, 1))
        self._hint.setZValue(100)
        self._axis_words: dict[str, tuple[str, str]] = {}
        self._entries: tuple[tuple[str, str, str], ...] = ()
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "secondary")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        self.setAntialiasing(True)
        self.restyle()

    def restyle(self) -> None:
        """Colours and fonts of the look."""
        t, sizes = self.state.theme, self.state.sizes
        self.setBackground(t.paper)
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(t.line))
            axis.setTextPen(pg.mkPen(t.secondary))
            axis.setTickFont(font(sizes, 11))
            axis.setStyle(tickLength=-4, autoExpandTextSpace=True)
        self.item.showGrid(x=True, y=True, alpha=0.12 if not t.dark else 0.18)
        for side, (words, unit) in self._axis_words.items():
            self.name_axis(side, words, unit)

    def name_axis(self, side: str, words: str, unit: str) -> None:
        """Words and unit of an axis."""
        self._axis_words[side] = (words, unit)
        t = self.state.theme
        text = f"{words}, {unit}" if unit else words
        self.item.setLabel(side, text, **{"color": t.secondary, "font-size": f"{self.state.sizes.px(11)}px"})
        self.item.getAxis(side).enableAutoSIPrefix(False)

    def text(self, words: str, colour: str, anchor: tuple[float, float], px: float = 11) -> Any:
        """A label that keeps its size."""
        item = pg.TextItem(words, color=colour, anchor=anchor)
        item.setFont(font(self.state.sizes, px))
        return item

    def pen(self, colour: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> Any:
        """A pen at the scale of the screen."""
        return pg.mkPen(colour, width=width * self.state.sizes.scale, style=style)

    def limit(self, y: float, words: str, colour: str, style: Qt.PenStyle = Qt.PenStyle.DashLine) -> Any:
        """A labelled horizontal line."""
        line = pg.InfiniteLine(
            y,
            angle=0,
            pen=self.pen(colour, 1.2, style),
            label=words,
            labelOpts={"position": 0.02, "color": colour, "anchors": [(0, 1), (0, 1)]},
        )
        line.label.setFont(font(self.state.sizes, 11))
        self.addItem(line, ignoreBounds=False)
        return line

    def upright(
        self, x: float, words: str, colour: str, style: Qt.PenStyle = Qt.PenStyle.DotLine, place: float = 0.97
    ) -> Any:
        """A labelled vertical line."""
        line = pg.InfiniteLine(
            x,
            angle=90,
            pen=self.pen(colour, 1.2, style),
            label=words,
            labelOpts={"position": place, "color": colour, "anchors": [(0, 0.5), (1, 0.5)]},
        )
        line.label.setFont(font(self.state.sizes, 11))
        self.addItem(line, ignoreBounds=True)
        return line

    def show_hint(self, x: float, y: float, words: str) -> None:
        """Hover words at a point in plot coordinates."""
        t = self.state.theme
        if self._hint.scene() is None:
            self.addItem(self._hint, ignoreBounds=True)
        self._hint.fill = pg.mkBrush(t.panel)
        self._hint.border = pg.mkPen(t.line)
        self._hint.setFont(font(self.state.sizes, 11))
        self._hint.setText(words, color=t.text)
        box: QRectF = self.item.getViewBox().viewRect()
        left = x > box.center().x()
        above = y < box.center().y()
        self._hint.setAnchor((1.0 if left else 0.0, 1.0 if above else 0.0))
        self._hint.setPos(QPointF(x, y))
        self._hint.show()

    def hide_hint(self) -> None:
        """No hover words."""
        self._hint.hide()

    def empty(self) -> None:
        """Take everything off."""
        self.item.clear()
        self._nothing.hide()
        self.item.setTitle(None)
        self._entries = ()

    def say_empty(self, words: str) -> None:
        """Say over the empty plot what it would show."""
        self._nothing.setText(words)
        self._place_words()
        self._nothing.show()

    def _place_words(self) -> None:
        margin = self.state.sizes.px(70)
        self._nothing.setGeometry(margin, 0, max(self.width() - 2 * margin, 40), self.height())

    def resizeEvent(self, event: Any) -> None:
        """Keep the words in the middle."""
        super().resizeEvent(event)
        if hasattr(self, "_nothing"):
            self._place_words()
            if self._entries:
                self.legend(self._entries)

    def legend(self, entries: Sequence[tuple[str, str, str]]) -> None:
        """Name curves and marks in a line over the plot.

        Parameters
        ----------
        entries : sequence of (colour, kind, words)
            Kinds: line, dash, dot, bar, point, ring, tick.
        """
        sizes, metrics = self.state.sizes, QFontMetrics(font(self.state.sizes, 11))
        rows: list[list[str]] = [[]]
        room = self.width() - sizes.px(40)
        left = float(room)
        for colour, kind, words in entries:
            wide = metrics.horizontalAdvance(f"{_SIGNS[kind]} {words}") + sizes.px(22)
            if wide > left and rows[-1]:
                rows.append([])
                left = float(room)
            left -= wide
            sign = f'<span style="color:{colour}"><b>{_SIGNS[kind]}</b></span>'
            rows[-1].append(f'{sign}&nbsp;<span style="color:{self.state.theme.secondary}">{html.escape(words)}</span>')
        text = "<br>".join("&nbsp;&nbsp;&nbsp;&nbsp; ".join(row) for row in rows)
        self._entries = tuple(entries)
        self.item.setTitle(text, size=f"{sizes.px(11)}px")
        height = len(rows) * sizes.px(16) + sizes.px(6)
        self.item.titleLabel.setMaximumHeight(height)
        self.item.layout.setRowFixedHeight(0, height)

    def save(self, path: Path) -> None:
        """Write the plot as SVG or PNG, as the name ends.

        Parameters
        ----------
        path : Path
        """
        if path.suffix.lower() != ".svg":
            self.grab().save(str(path))
            return
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setSize(QSize(self.width(), self.height()))
        generator.setViewBox(self.rect())
        painter = QPainter(generator)
        self.render(painter)
        painter.end()


def shown(values: Any, quantity: str, unit_set: str) -> Any:
    """Values in the unit shown.

    Parameters
    ----------
    values : array_like
    quantity : str
    unit_set : str

    Returns
    -------
    ndarray
    """
    return from_internal(values, quantity, display_unit(quantity, unit_set).name)


def shown_one(value: float, quantity: str, unit_set: str) -> float:
    """One value in the unit shown.

    Parameters
    ----------
    value : float
    quantity : str
    unit_set : str

    Returns
    -------
    float
    """
    return float(shown(value, quantity, unit_set)[0])


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A range with air around it; a single value gets a range too.

    Parameters
    ----------
    low, high : float
    share : float

    Returns
    -------
    (low, high)
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    span = high - low
    if span <= 0:
        span = abs(low) or 1.0
    return low - share * span, high + share * span


def clear_colour(colour: str, alpha: int) -> QColor:
    """A colour that lets others through.

    Parameters
    ----------
    colour : str
    alpha : int
        0 to 255.

    Returns
    -------
    QColor
    """
    out = QColor(colour)
    out.setAlpha(alpha)
    return out
