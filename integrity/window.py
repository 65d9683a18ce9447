"""Wires the window: how it opens plants; database and import rooms are loaded by its worker, after it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from integrity.core.progress import Progress

FIRST_SAMPLE = "crude_unit"


def run_window(plant: str | None, author: str, language: str | None = None) -> int:
    """Open the window, on a plant or on the crude-unit sample.

    Parameters
    ----------
    plant : str or None
        Plant file or database address; the sample plant where None.
    author : str
    language : str, optional
        Language for this start; the one used last where None.

    Returns
    -------
    int
        Exit code.
    """
    from integrity.ui.app import run
    from integrity.ui.real_gateway import RealGateway

    arguments = ["integrity", *(["--sample", FIRST_SAMPLE] if plant is None else [plant])]
    if language is not None:
        arguments += ["--language", language]
    return run(RealGateway(window_wiring(author)), arguments)


def window_wiring(author: str) -> Any:
    """How the window opens plants.

    Parameters
    ----------
    author : str

    Returns
    -------
    Wiring
    """
    from integrity.ui.real_gateway import Wiring

    def open_plant(path: str) -> Any:
        from integrity import bootstrap

        return bootstrap.open_plant(path, author)

    def create_plant(path: str, site: str) -> Any:
        from integrity import bootstrap

        return bootstrap.create_plant(path, site, author)

    def open_sample(name: str, progress: Progress) -> Any:
        from integrity import bootstrap

        return bootstrap.open_sample(name, author, progress=progress)

    def sample_names() -> tuple[str, ...]:
        from integrity import bootstrap

        return bootstrap.sample_names()

    return Wiring(author, open_plant, create_plant, open_sample, sample_names)


def pictures(session: Any, folder: Path, languages: Sequence[str]) -> list[Path]:
    """Pictures of the main views, without a display.

    Parameters
    ----------
    session : Session
    folder : Path
    languages : sequence of str

    Returns
    -------
    list of Path
    """
    from integrity.ui.real_gateway import RealGateway
    from integrity.ui.screenshots import make_screenshots

    gateway = RealGateway(window_wiring(session.author), session)
    return [path for language in languages for path in make_screenshots(gateway, folder, language)]
