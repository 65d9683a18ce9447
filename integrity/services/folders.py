"""Folders of the user: where sample plants and import profiles are kept."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path

APPLICATION = "integrity-workbench"


def data_folder(folder: Path | None = None) -> Path:
    """The user's data folder, created where it does not exist.

    Parameters
    ----------
    folder : Path, optional
        Another place, for a test or a shared installation.

    Returns
    -------
    Path
    """
    path = folder if folder is not None else user_data_path(APPLICATION, appauthor=False)
    path.mkdir(parents=True, exist_ok=True)
    return path
