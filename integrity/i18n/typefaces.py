"""Font files that carry both languages, for screens, plots and reports."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "fonts"


def font_file(bold: bool = False) -> Path:
    """Path of the shipped font (Noto Sans SC, GB 2312 subset, SIL Open Font License).

    Parameters
    ----------
    bold : bool

    Returns
    -------
    Path
    """
    return _FOLDER / f"NotoSansSC_{'700Bold' if bold else '400Regular'}-gb2312.ttf"
