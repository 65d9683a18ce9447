"""ruff and mypy are part of the suite."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_ruff_is_clean() -> None:
    done = run("ruff", "check", "integrity", "tests", "sample_plants", "benchmarks", "examples", "start.py", "tools")
    assert done.returncode == 0, done.stdout[-3000:]


def test_mypy_is_clean() -> None:
    done = run("mypy", "integrity", "examples/sand_erosion/sand_erosion")
    assert done.returncode == 0, done.stdout[-3000:]
