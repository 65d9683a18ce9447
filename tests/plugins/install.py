"""Distributions put into a folder as an installer would, without a network: package and metadata side by side."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "sand_erosion"


def install_example(site: Path) -> None:
    """Put the example into a folder, with the entry points of its own pyproject.toml."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))
    for package in project["tool"]["setuptools"]["packages"]:
        keep = shutil.ignore_patterns("__pycache__")
        shutil.copytree(EXAMPLE / package, site / package, ignore=keep)
    described = project["project"]
    install(site, described["name"], described["version"], described["entry-points"])


def install(site: Path, name: str, version: str, points: Mapping[str, Mapping[str, str]]) -> None:
    """Metadata of a distribution with entry points by group."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = []
    for group, named in points.items():
        lines += [f"[{group}]", *(f"{k} = {v}" for k, v in named.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def python(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the folder is visible beside what is installed."""
    seen = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=seen, capture_output=True, encoding="utf-8", check=False
    )


class Said(NamedTuple):
    """What a command gave."""

    code: int
    out: str
    err: str


def integrity(site: Path, *commands: Sequence[str]) -> list[Said]:
    """Run commands of the program, all in one process."""
    done = python(site, str(ROOT / "tests" / "plugins" / "commands.py"), json.dumps([list(c) for c in commands]))
    assert done.returncode == 0, done.stderr[-3000:]
    return [Said(*row) for row in json.loads(done.stdout)]
