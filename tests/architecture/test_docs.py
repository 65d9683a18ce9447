"""Docstrings: each file says what it is for, and public functions of the calculation rooms are documented."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "integrity"
NUMPYDOC = ("core", "design", "life", "ffs", "rbi", "regulation", "plan")


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_file_says_what_it_is_for(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc, path
    assert doc.splitlines()[0].endswith("."), path


def public_functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if p.relative_to(ROOT).parts[0] in NUMPYDOC],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_public_functions_have_numpydoc(path: Path) -> None:
    for function in public_functions(path):
        doc = ast.get_docstring(function) or ""
        where = f"{path.name}:{function.lineno} {function.name}"
        assert doc, where
        names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
        if names:
            assert "Parameters\n---" in doc, where
            section = doc.split("Parameters\n", 1)[1].split("\n\nReturns", 1)[0]
            for name in names:
                assert name in section, f"{where}: parameter {name} is not described"
        returns = function.returns
        gives_nothing = isinstance(returns, ast.Constant) and returns.value is None
        if not gives_nothing:
            assert "Returns\n---" in doc or "Yields\n---" in doc, where
