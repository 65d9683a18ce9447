"""The sample crude unit, imported once a run, and copies of it to be changed."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integrity import bootstrap
from integrity.services import imports
from integrity.services.imports_types import ImportPreview
from integrity.services.session import Session

sys.path.insert(0, str(Path(__file__).parent))


@dataclass(frozen=True)
class Crude:
    """The imported unit: its file, what the import said of each file, and what it cost."""

    path: Path
    files: Path
    previews: dict[str, ImportPreview]
    cpu_s: float


@pytest.fixture(scope="session")
def crude(tmp_path_factory: pytest.TempPathFactory) -> Crude:
    """The sample crude unit as a file; not to be changed."""
    path = tmp_path_factory.mktemp("crude") / "crude_unit.integrity"
    files = bootstrap.sample_folder("crude_unit")
    session = bootstrap.create_plant(path, "Sample", "A. Importer", as_of_d=bootstrap.sample_as_of(files))
    begin = time.process_time()
    previews = imports.import_folder(session, files, profile_folder=path.parent)
    used = time.process_time() - begin
    session.close()
    return Crude(path, files, {p.file: p for p in previews}, used)


@pytest.fixture
def plant(crude: Crude, tmp_path: Path) -> Iterator[Session]:
    """A copy of the imported unit, open."""
    copy = tmp_path / crude.path.name
    shutil.copy(crude.path, copy)
    session = bootstrap.open_plant(copy, "A. Engineer")
    yield session
    session.close()


@pytest.fixture(scope="session")
def answer(crude: Crude) -> dict[str, Any]:
    """The answer key of the sample."""
    return dict(json.loads((crude.files.parent / "expected.json").read_text(encoding="utf-8")))
