"""The scripts beside the package, loaded as modules."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(path: Path) -> ModuleType:
    """Return the script at `path` as a module of its own, run afresh."""
    spec = importlib.util.spec_from_file_location(f"script_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture
def lock_tool() -> ModuleType:
    """Return tools/lock.py as a module."""
    return load(ROOT / "tools" / "lock.py")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return start.py as a module whose checkout is an empty folder with a lock file."""
    module = load(ROOT / "start.py")
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "start.stamp")
    monkeypatch.setattr(module, "GUARD", tmp_path / ".venv.setup")
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    return module
