"""Samples of every room, for the checks that hold for every registered procedure."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from integrity.conformance import Sample, samples_of

TESTS = Path(__file__).parent.parent


def load_module(path: Path) -> ModuleType:
    """Load a Python file that is no module of a package."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_samples() -> dict[str, list[Sample]]:
    """Samples of every room by procedure key, from each `tests/<room>/samples.py` and `samples_<subject>.py`."""
    found: dict[str, list[Sample]] = {}
    for path in sorted(TESTS.glob("*/samples*.py")):
        for key, samples in samples_of(vars(load_module(path))).items():
            found.setdefault(key, []).extend(samples)
    return found
