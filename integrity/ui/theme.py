"""Colour tokens of the light and the dark look, sizes, fonts, palette and style sheet."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from integrity.i18n.typefaces import font_file

LINUX_FACES = ("Inter", "Noto Sans", "Ubuntu", "Cantarell", "Open Sans", "Liberation Sans")
STYLED = "styled_at_scale"
PLAIN_FACES = ("DejaVu Sans", "Bitstream Vera Sans", "Sans Serif")

RISK = {"red": "#C8102E", "orange": "#E8762D", "yellow": "#E5B700", "blue": "#2F6DB5"}
RISK_INK = {"red": "#FFFFFF", "orange": "#1C2430", "yellow": "#1C2430", "blue": "#FFFFFF"}
RISK_OF_CATEGORY = {"low": "blue", "medium": "yellow", "medium_high": "orange", "high": "red"}
LETTER_OF_CATEGORY = {"low": "L", "medium": "M", "medium_high": "MH", "high": "H"}


@dataclass(frozen=True)
class Theme:
    """Colours of one look, as #RRGGBB."""

    name: str
    paper: str
    panel: str
    line: str
    grid: str
    text: str
    secondary: str
    accent: str
    accent_ink: str
    selected: str
    current: str
    ok: str
    warn: str
    danger: str
    series: tuple[str, ...]

    @property
    def dark(self) -> bool:
        """Whether this is the dark look."""
        return self.name == "dark"

    def tone(self, index: int) -> str:
        """Text colour of a tone: 0 plain, 1 ok, 2 warn, 3 danger, 4 accent, 5 quiet."""
        return (self.text, self.ok, self.warn, self.danger, self.accent, self.secondary)[index]


LIGHT = Theme(
    "light",
    "#FFFFFF",
    "#F6F7F9",
    "#E1E5EA",
    "#EEF1F4",
    "#1C2430",
    "#5B6675",
    "#1F6FB2",
    "#FFFFFF",
    "#CFE3F5",
    "#EDF4FA",
    "#2F6B4B",
    "#7A5600",
    "#B50E29",
    ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"),
)
DARK = Theme(
    "dark",
    "#15191E",
    "#1C2127",
    "#2C333B",
    "#232A31",
    "#E6EAEF",
    "#9AA5B1",
    "#5AA9E6",
    "#10151A",
    "#1B3A54",
    "#1D2A35",
    "#86C5A0",
    "#E0BC6A",
    "#FF7A85",
    ("#3FA0DC", "#F07A2B", "#19BE90", "#DB93BB", "#7CC6F0", "#F0B429", "#E6EAEF"),
)
THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


@dataclass(frozen=True)
class Sizes:
    """Sizes in pixels at the scale of the screen."""

    scale: float = 1.0

    def px(self, n: float) -> int:
        """`n` design pixels at this scale."""
        return round(n * self.scale)

    @property
    def row(self) -> int:
        """Height of a table row."""
        return self.px(24)


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    own: list[str] = []
    for bold in (False, True):
        index = QFontDatabase.addApplicationFont(str(font_file(bold)))
        own += [f for f in QFontDatabase.applicationFontFamilies(index) if f not in own] if index >= 0 else []
    system = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    if sys.platform.startswith("linux") and system in PLAIN_FACES:
        known = set(QFontDatabase.families())
        system = next((f for f in LINUX_FACES if f in known), system)
    return (system, *own)


def font(sizes: Sizes, px: float = 13, bold: bool = False, italic: bool = False) -> QFont:
    """The face of the program with tabular figures.

    Parameters
    ----------
    sizes : Sizes
    px : float
        Design pixels.
    bold, italic : bool

    Returns
    -------
    QFont
    """
    out = QFont()
    out.setFamilies(list(_families()))
    out.setPixelSize(max(sizes.px(px), 1))
    out.setBold(bold)
    out.setItalic(italic)
    out.setFeature(QFont.Tag("tnum"), 1)
    return out


def palette(theme: Theme) -> QPalette:
    """Fusion palette of a look.

    Parameters
    ----------
    theme : Theme

    Returns
    -------
    QPalette
    """
    p = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: theme.paper,
        role.WindowText: theme.text,
        role.Base: theme.paper,
        role.AlternateBase: theme.panel,
        role.Text: theme.text,
        role.Button: theme.panel,
        role.ButtonText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_ink,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.secondary,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.Mid: theme.line,
        role.Midlight: theme.line,
        role.Light: theme.paper,
        role.Dark: theme.line,
        role.Shadow: theme.line,
        role.BrightText: theme.danger,
    }
    for key, colour in pairs.items():
        p.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        p.setColor(QPalette.ColorGroup.Disabled, key, QColor(blend(theme.secondary, theme.paper, 0.55)))
    return p


def blend(front: str, back: str, share: float) -> str:
    """Mix of two colours.

    Parameters
    ----------
    front, back : str
        #RRGGBB.
    share : float
        Share of `front`, 0..1.

    Returns
    -------
    str
    """
    a, b = QColor(front), QColor(back)
    mix = [round(x * share + y * (1 - share)) for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)]  # type: ignore[index]
    return "#{:02X}{:02X}{:02X}".format(*mix)


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours, 1..21.

    Parameters
    ----------
    a, b : str
        #RRGGBB.

    Returns
    -------
    float
    """
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    c = QColor(colour)
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c.redF(), c.greenF(), c.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def style_sheet(t: Theme, s: Sizes) -> str:
    """Style sheet of the whole program.

    Parameters
    ----------
    t : Theme
    s : Sizes

    Returns
    -------
    str
    """
    template = (Path(__file__).parent / "style.qss").read_text(encoding="utf-8")
    names: dict[str, str] = {
        "paper": t.paper,
        "panel": t.panel,
        "line": t.line,
        "text": t.text,
        "secondary": t.secondary,
        "accent": t.accent,
        "accent_ink": t.accent_ink,
        "selected": t.selected,
        "current": t.current,
        "danger": t.danger,
        "handle": blend(t.secondary, t.paper, 0.35),
        "faint": blend(t.secondary, t.paper, 0.55),
        "arrow": (Path(__file__).parent / f"arrow_{t.name}.svg").as_posix(),
    }
    for name in sorted(names, key=len, reverse=True):
        template = template.replace(f"@{name}", names[name])
    for n in (1, 2, 3, 4, 6, 8, 10, 11, 12, 13, 16, 18, 20, 24, 28):
        template = template.replace(f"${n}px", f"{max(s.px(n), 1)}px")
    return template


def apply(app: QApplication, theme: Theme, sizes: Sizes) -> None:
    """Give the application a look.

    Parameters
    ----------
    app : QApplication
    theme : Theme
    sizes : Sizes
    """
    sheet = style_sheet(theme, sizes)
    if app.styleSheet() == sheet:
        return
    # Each of these makes every widget polish itself anew, which takes long with many widgets: only what differs.
    if app.property(STYLED) != sizes.scale:
        app.setStyle("Fusion")
        app.setFont(font(sizes))
        app.setProperty(STYLED, sizes.scale)
    app.setPalette(palette(theme))
    app.setStyleSheet(sheet)


def screen_scale(height: int, ratio: float) -> float:
    """Scale that keeps a very fine screen readable where the system itself does not scale.

    Parameters
    ----------
    height : int
        Height of the screen in device-independent pixels.
    ratio : float
        Device pixels a device-independent pixel.

    Returns
    -------
    float
    """
    if ratio > 1.0 or height < 1800:
        return 1.0
    return 1.5 if height < 2600 else 2.0
