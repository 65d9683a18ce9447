"""Every word of the window comes from the catalogues, and every catalogue key of the window is used."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import integrity.ui
from integrity.core.codes import codes
from integrity.core.frames import plant, results
from integrity.core.frames.results import RESULT_FLAGS
from integrity.core.tables import read_json
from integrity.i18n import LANGUAGES, catalogue

FOLDER = Path(integrity.ui.__file__).parent
AREAS = ("ui", "sym", "codes")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
KEY = re.compile(r"^(ui|cmd)\.[a-z0-9_.]+$", re.IGNORECASE)


def _area(area: str, language: str) -> dict[str, str]:
    words: dict[str, str] = read_json(Path(integrity.ui.__file__).parents[1] / "i18n" / language / f"{area}.json")
    return words


def _strings() -> Iterator[tuple[Path, str, bool]]:
    """Texts of the sources of the window, without docstrings; True for a part of a formatted text."""
    for path in sorted(FOLDER.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(n.body[0].value)
            for n in ast.walk(tree)
            if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body and isinstance(n.body[0], ast.Expr)
        }
        loose = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        parts = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | loose:
                yield path, node.value, id(node) in parts


def test_there_is_no_sentence_in_the_sources() -> None:
    found = [(p.name, s) for p, s, _ in _strings() if SENTENCE.search(s)]
    assert found == []


def test_every_key_used_is_in_every_catalogue() -> None:
    used = {s for _, s, part in _strings() if KEY.match(s) and not part and not s.endswith(".")}
    stems = {
        k for k in used if k in ("ui.import.drop", "ui.import.clean", "ui.import.finished") or k.startswith("ui.empty.")
    }
    for language in LANGUAGES:
        words = catalogue(language)
        missing = [k for k in used if k not in words and not (k in stems and f"{k}.title" in words)]
        assert missing == []


@pytest.mark.parametrize("area", AREAS)
def test_languages_have_the_same_keys_and_placeholders(area: str) -> None:
    en, zh = _area(area, "en"), _area(area, "zh_CN")
    assert list(en) == list(zh)
    for key, words in en.items():
        fields = sorted(f for _, f, _, _ in Formatter().parse(words) if f)
        assert fields == sorted(f for _, f, _, _ in Formatter().parse(zh[key]) if f), key


def test_every_frame_column_code_and_flag_has_a_name() -> None:
    frames = [
        plant.ComponentFrame,
        plant.CmlFrame,
        plant.ReadingFrame,
        plant.InspectionFrame,
        results.PositionFrame,
        results.CmlResultFrame,
        results.ComponentResultFrame,
        results.CircuitFrame,
        results.CandidateFrame,
    ]
    table = read_json(Path(integrity.ui.__file__).parents[1] / "core" / "tables" / "codes.json")
    for language in LANGUAGES:
        words = catalogue(language)
        assert [c for f in frames for c in f.quantities() if f"sym.{c}" not in words] == []
        assert [f"{n}.{c}" for n in table for c in codes(n) if f"code.{n}.{c}" not in words] == []
        assert [f for f in RESULT_FLAGS if f"flag.{f}" not in words] == []


def test_no_key_of_the_window_is_unused() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in FOLDER.rglob("*.py"))
    patterns = [re.escape(m).replace(r"\{\}", ".+") for m in _patterns(text)]
    for key in _area("ui", "en"):
        used = f'"{key}"' in text or any(re.fullmatch(p, key) for p in patterns)
        assert used, key


def _patterns(text: str) -> set[str]:
    """Keys that the sources put together, with {} where a part is filled in."""
    made = {re.sub(r"\{[^{}]*\}", "{}", m) for m in re.findall(r'f"((?:ui|cmd|flag)\.[^"]*\{[^"]*)"', text)}
    stems = {s for s in re.findall(r'"(ui\.(?:empty|import)\.[a-z_]+)"', text)}
    return (
        made
        | {f"{s}.title" for s in stems}
        | {f"{s}.how" for s in stems}
        | {f"{p}{end}" for p in ("ui.empty.{}",) for end in (".title", ".how")}
    )


def test_chinese_has_full_width_punctuation_between_chinese_characters() -> None:
    for area in AREAS:
        for key, words in _area(area, "zh_CN").items():
            assert not re.search(r"[\u4e00-\u9fff][,;:?!](?:[\u4e00-\u9fff]|$)", words), key
            assert "!" not in words.replace("!=", "").replace("!不", "")
    assert not any("successfully" in w or w.endswith("!") for w in _area("ui", "en").values())
