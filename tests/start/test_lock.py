"""pyproject.toml and its lock file: what is asked for is pinned, no place is named, all data is packed."""

import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import integrity

SOUND = "a-b==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


def requirements(root: Path, *extras: str) -> list[Requirement]:
    """Return what pyproject.toml asks for, with the extras named."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def pins(root: Path) -> dict[str, str]:
    """Return package -> version of the lock file."""
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.MULTILINE))


def test_lock_is_sound(root: Path, lock_tool: ModuleType) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    assert lock_tool.faults(text) == []
    assert "://" not in text


def test_lock_holds_what_is_asked_for(root: Path, lock_tool: ModuleType) -> None:
    locked = pins(root)
    for requirement in requirements(root, *lock_tool.EXTRAS):
        version = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} but {version} is locked"


def test_lock_serves_several_systems(root: Path) -> None:
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    files = {package.split("==")[0]: package.count("--hash=sha256:") for package in packages}
    assert files["numpy"] > 20  # Windows, macOS and Linux, each for several Pythons
    assert files["pyside6-essentials"] >= 5


def test_qt_is_one_that_runs_on_python_3_11(root: Path) -> None:
    asked = {r.name: r.specifier for r in requirements(root)}["PySide6-Essentials"]
    assert "6.11.0" in asked
    assert not any(version in asked for version in ("6.8.3", "6.10.1", "6.12.0"))


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://example.org/simple\n" + SOUND,
        "--find-links /wheels\n" + SOUND,
        "# from https://example.org/simple\n" + SOUND,
        "a-b @ file:///wheels/a_b.whl \\\n    --hash=sha256:" + "0" * 64 + "\n",
        "a-b==1.0\n",
        "a-b==1.0 \\\n" + SOUND,
        "a-b>=1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n",
        SOUND + SOUND,
    ],
)
def test_faults_are_found(lock_tool: ModuleType, text: str) -> None:
    assert lock_tool.faults(SOUND) == []
    assert lock_tool.faults(text)


def test_resolver_is_led_nowhere_else(lock_tool: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", "elsewhere")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "elsewhere")
    assert "elsewhere" not in lock_tool.clean_environment().values()
    command = lock_tool.resolver_command(Path("out.lock"), upgrade=False)
    assert {"--no-config", "--universal", "--generate-hashes"} <= set(command)
    assert "--upgrade" not in command
    assert "--upgrade" in lock_tool.resolver_command(Path("out.lock"), upgrade=True)


def test_version_is_said_once(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == integrity.__version__


def test_every_kind_of_data_file_is_packed(root: Path) -> None:
    config = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = config["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in (root / "integrity").rglob("*") if path.is_file()]
    data = [path for path in files if path.suffix not in (".py", ".pyc")]
    assert data
    left_out = [path.name for path in data if not any(path.match(pattern) for pattern in patterns)]
    assert left_out == []
