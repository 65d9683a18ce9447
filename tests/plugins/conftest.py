"""A folder with the example installed, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.install import install_example


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that holds the example beside what is installed."""
    folder = tmp_path_factory.mktemp("site")
    install_example(folder)
    return folder
