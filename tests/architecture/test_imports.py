"""Who may import whom: walks the syntax trees; type-only imports count."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "integrity"
PURE = ("core", "design", "life", "ffs", "rbi", "regulation", "plan")

ALLOWED_ROOMS = {
    "core": set(),
    "design": {"core"},
    "life": {"core", "design"},
    "ffs": {"core", "design", "life"},
    "rbi": {"core", "design", "life"},
    "regulation": {"core", "design", "life"},
    "plan": {"core", "design", "life", "ffs", "rbi", "regulation"},
    "fleet": {"core", "design", "life", "ffs", "rbi", "regulation", "plan"},
    "i18n": {"core"},
    "db": {"core"},
    "exchange": {"core"},
    "reports": {"core", "i18n"},
    "services": {
        "core",
        "design",
        "life",
        "ffs",
        "rbi",
        "regulation",
        "plan",
        "fleet",
        "db",
        "reports",
        "exchange",
        "i18n",
    },
    "ui": {"core", "i18n", "services"},
}

THIRD_PARTY = {
    **{room: {"numpy", "scipy"} for room in PURE},
    "fleet": {"numpy", "scipy", "pyarrow", "dask"},
    "i18n": set(),
    "db": {"numpy", "sqlalchemy", "alembic", "psycopg"},
    "exchange": {"numpy", "python_calamine", "xlsxwriter"},
    "reports": {"numpy", "matplotlib", "reportlab", "pypdf"},
    "services": {"numpy", "sqlalchemy", "platformdirs", "chemicals", "CoolProp"},
    "ui": {"numpy", "PySide6", "pyqtgraph", "shiboken6"},
}


def files() -> list[Path]:
    return sorted(p for p in ROOT.rglob("*.py") if p.parent != ROOT)


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{a.name}" for a in node.names} | {node.module}
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = path.relative_to(ROOT.parent).with_suffix("").parts[: -node.level]
            found.add(".".join(base) + (f".{node.module}" if node.module else ""))
    return found


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_room_imports_only_what_it_may(path: Path) -> None:
    room = room_of(path)
    assert room in ALLOWED_ROOMS, f"{room} is not a room of the house"
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "integrity":
            target = rest[0] if rest else ""
            known = target in ALLOWED_ROOMS
            assert not known or target == room or target in ALLOWED_ROOMS[room], (
                f"{path}: {room} imports {name}"
            )
            assert known or target in {"", "__version__"}, f"{path} imports {name}"
        elif top not in sys.stdlib_module_names:
            assert top in THIRD_PARTY[room], f"{path}: {room} imports {top}"


def test_numba_is_optional_and_stays_in_the_kernels() -> None:
    homes = sorted((ROOT / "rbi").glob("*kernels.py"))
    for path in files():
        assert "numba" not in {n.split(".")[0] for n in imported(path)}, f"{path} imports numba with the package"
        assert path in homes or "numba" not in path.read_text(encoding="utf-8"), path
    lazy = {
        f"{path.stem}.{node.name}"
        for path in homes
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and "import_module('numba')" in ast.unparse(node)
    }
    assert lazy == {"kernels.compiled"}


def test_core_needs_only_numpy() -> None:
    for path in (ROOT / "core").rglob("*.py"):
        assert not {n for n in imported(path) if n.split(".")[0] == "scipy"}, path


def test_pure_rooms_read_no_clock_locale_or_environment() -> None:
    forbidden = {"time", "os", "locale", "getpass", "socket", "random", "subprocess"}
    for path in files():
        if room_of(path) in PURE and path.name != "progress.py":
            bad = {n.split(".")[0] for n in imported(path)} & forbidden
            assert not bad, f"{path} imports {bad}"


def test_no_print_and_no_assert_in_the_package() -> None:
    for path in files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if room_of(path) in PURE:
                assert not isinstance(node, ast.Assert), f"{path}:{node.lineno} assert"
            called = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            )
            assert not called, f"{path}:{getattr(node, 'lineno', 0)} print"


def test_no_reduceat_outside_the_group_module() -> None:
    for path in files():
        if path != ROOT / "core" / "group.py":
            assert "reduceat" not in path.read_text(encoding="utf-8"), path


def test_no_proxy_sort_model_and_no_qt_outside_ui() -> None:
    for path in files():
        source = path.read_text(encoding="utf-8")
        assert "QSortFilterProxyModel" not in source, path
        if room_of(path) != "ui":
            assert "PySide6" not in source and "pyqtgraph" not in source, path


def test_files_stay_readable() -> None:
    long = [f"{p}: {n}" for p in files() if (n := p.read_text(encoding="utf-8").count("\n")) > 600]
    assert not long, long
