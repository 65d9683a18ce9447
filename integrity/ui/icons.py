"""Icons of our own, drawn from line paths in the colour of the look, crisp at any scale."""

from __future__ import annotations

import re
from functools import lru_cache
from math import atan2, degrees, hypot, sqrt
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from integrity.core.tables import read_json

_FILE = Path(__file__).parent / "icons.json"
_TOKEN = re.compile(r"[MLHVCSAZmlhvcsaz]|-?(?:\d+\.?\d*|\.\d+)")
_BOX = 24.0


def names() -> tuple[str, ...]:
    """Names of all icons.

    Returns
    -------
    tuple of str
    """
    return tuple(read_json(_FILE))


@lru_cache(maxsize=256)
def icon(name: str, colour: str, quiet: str = "") -> QIcon:
    """An icon in a colour.

    Parameters
    ----------
    name : str
    colour : str
        #RRGGBB.
    quiet : str
        Colour where it is disabled; the same where empty.

    Returns
    -------
    QIcon
    """
    out = QIcon()
    for size in (16, 20, 24, 32, 48, 64):
        out.addPixmap(_pixmap(name, colour, size), QIcon.Mode.Normal)
        out.addPixmap(_pixmap(name, quiet or colour, size), QIcon.Mode.Disabled)
    return out


def _pixmap(name: str, colour: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return pixmap


def draw(painter: QPainter, name: str, box: QRectF, colour: str) -> None:
    """Draw an icon into a box.

    Parameters
    ----------
    painter : QPainter
    name : str
    box : QRectF
    colour : str
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    scale = box.width() / _BOX
    painter.scale(scale, scale)
    pen = QPen(QColor(colour), max(1.5, 1.1 / scale))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path(read_json(_FILE)[name]))
    painter.restore()


@lru_cache(maxsize=128)
def path(data: str) -> QPainterPath:
    """Painter path of a line path: moves, lines, cubic curves and circular arcs.

    Parameters
    ----------
    data : str

    Returns
    -------
    QPainterPath
    """
    return _Reader(data).path


class _Reader:
    """Reads the small part of the SVG path grammar that the icons use."""

    def __init__(self, data: str) -> None:
        self.path = QPainterPath()
        self._tokens = _TOKEN.findall(data)
        self._at = 0
        self._x = self._y = 0.0
        self._control: tuple[float, float] | None = None
        command = ""
        while self._at < len(self._tokens):
            if self._tokens[self._at].isalpha():
                command = self._tokens[self._at]
                self._at += 1
            self._step(command)
            command = {"M": "L", "m": "l"}.get(command, command)

    def _number(self) -> float:
        self._at += 1
        return float(self._tokens[self._at - 1])

    def _point(self, relative: bool) -> tuple[float, float]:
        x, y = self._number(), self._number()
        return (x + self._x, y + self._y) if relative else (x, y)

    def _step(self, command: str) -> None:
        relative = command.islower()
        kind = command.upper()
        if kind == "Z":
            self.path.closeSubpath()
            self._x, self._y = self.path.currentPosition().x(), self.path.currentPosition().y()
        elif kind in "CS":
            self._curve(kind, relative)
        elif kind == "A":
            self._arc(relative)
        else:
            self._line(kind, relative)

    def _line(self, kind: str, relative: bool) -> None:
        if kind == "H":
            self._x = self._number() + (self._x if relative else 0.0)
        elif kind == "V":
            self._y = self._number() + (self._y if relative else 0.0)
        else:
            self._x, self._y = self._point(relative)
        if kind == "M":
            self.path.moveTo(self._x, self._y)
        else:
            self.path.lineTo(self._x, self._y)

    def _curve(self, kind: str, relative: bool) -> None:
        if kind == "C":
            first = self._point(relative)
        else:
            last = self._control or (self._x, self._y)
            first = (2 * self._x - last[0], 2 * self._y - last[1])
        second = self._point(relative)
        end = self._point(relative)
        self.path.cubicTo(*first, *second, *end)
        self._control = second
        self._x, self._y = end

    def _arc(self, relative: bool) -> None:
        radius = self._number()
        self._number()
        self._number()
        large, sweep = bool(self._number()), bool(self._number())
        end = self._point(relative)
        _circle_arc(self.path, (self._x, self._y), end, radius, large, sweep)
        self._x, self._y = end


def _circle_arc(
    out: QPainterPath, start: tuple[float, float], end: tuple[float, float], radius: float, large: bool, sweep: bool
) -> None:
    dx, dy = end[0] - start[0], end[1] - start[1]
    chord = hypot(dx, dy)
    radius = max(radius, chord / 2)
    height = sqrt(max(radius**2 - (chord / 2) ** 2, 0.0))
    side = 1.0 if large == sweep else -1.0
    cx = (start[0] + end[0]) / 2 + side * height * dy / chord
    cy = (start[1] + end[1]) / 2 - side * height * dx / chord
    a0 = degrees(atan2(-(start[1] - cy), start[0] - cx))
    a1 = degrees(atan2(-(end[1] - cy), end[0] - cx))
    turn = (a1 - a0) % 360.0
    if sweep:
        turn -= 360.0 if turn > 0 else 0.0
    out.arcTo(QRectF(cx - radius, cy - radius, 2 * radius, 2 * radius), a0, turn if turn else 360.0)
