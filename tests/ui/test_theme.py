"""Contrast of the looks, icons, sizes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QImage

from integrity.ui import icons
from integrity.ui.theme import RISK, RISK_INK, THEMES, Sizes, contrast, font, screen_scale, style_sheet


@pytest.mark.parametrize("name", list(THEMES))
def test_text_is_readable(name: str) -> None:
    t = THEMES[name]
    for ink in (t.text, t.secondary, t.accent, t.ok, t.warn, t.danger):
        for ground in (t.paper, t.panel):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    for ink in (t.text, t.danger):
        for ground in (t.selected, t.current):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(t.accent_ink, t.accent) >= 4.5


def test_risk_letters_are_readable_on_their_colour() -> None:
    assert all(contrast(RISK_INK[k], RISK[k]) >= 4.5 for k in RISK)


def test_style_sheet_has_no_token_left(qapp: Any) -> None:
    for theme in THEMES.values():
        for scale in (1.0, 1.5, 2.0):
            sheet = style_sheet(theme, Sizes(scale))
            assert "@" not in sheet
            assert "$" not in sheet


@pytest.mark.parametrize("name", icons.names())
def test_icons_draw_something_at_every_size(qapp: Any, name: str) -> None:
    for size in (16, 32, 64):
        image = icons.icon(name, "#1C2430").pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)
        inked = sum(image.pixelColor(x, y).alpha() > 100 for x in range(size) for y in range(0, size, 2))
        assert inked > size // 4


def test_fine_screens_without_system_scaling_are_scaled() -> None:
    assert screen_scale(1080, 1.0) == 1.0
    assert screen_scale(2160, 1.0) == 1.5
    assert screen_scale(2160, 2.0) == 1.0


def test_font_has_chinese_behind_it(qapp: Any) -> None:
    assert "Noto Sans SC" in font(Sizes()).families()
    assert font(Sizes(1.5)).pixelSize() == 20
