"""Pictures of every screen in both languages and looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_gateway import FakeGateway
from PySide6.QtGui import QImage

from integrity.ui.commands import SCREENS
from integrity.ui.screenshots import make_screenshots
from integrity.ui.theme import THEMES


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh_CN", "dark")])
def test_pictures_of_every_screen(qapp: Any, tmp_path: Path, language: str, theme: str) -> None:
    paths = make_screenshots(FakeGateway(), tmp_path, language, theme, (1366, 768))
    assert len(paths) == len(SCREENS)
    for path in paths:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (1366, 768)
        colours = {image.pixelColor(x, y).name() for x in range(200, 1000, 3) for y in range(60, 740, 3)}
        assert THEMES[theme].paper.lower() in colours
        assert len(colours) > 20
