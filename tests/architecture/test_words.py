"""Words: every key in every language, equal placeholders, no unused key, no literal sentence in `ui`."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from integrity.conformance import english, placeholders, reference_texts
from integrity.core.clause import CLAUSES, clause_of
from integrity.core.codes import codes
from integrity.core.reference import ASME_VIII_1, OWN_METHOD, Edition, Reference
from integrity.core.registry import procedures
from integrity.core.tables import read_json
from integrity.i18n import LANGUAGES, catalogue
from integrity.i18n.references import clause_words, reference_words

ROOT = Path(__file__).parents[2] / "integrity"
KEY = re.compile(r"[a-z_0-9]+(\.[A-Za-z_0-9\-]+)+")
DYNAMIC = (
    "unit.",
    "sym.",
    "code.",
    "procedure.",
    "limit.",
    "setting.",
    "finding.",
    "column.",
    "kind.",
    "month.",
    "ref.",
)


def test_each_key_stands_in_one_area_file_only() -> None:
    for language in LANGUAGES:
        seen: dict[str, str] = {}
        for path in sorted((ROOT / "i18n" / language).glob("*.json")):
            for key in json.loads(path.read_text(encoding="utf-8")):
                assert key not in seen, f"{language}: {key} in {path.name} and {seen[key]}"
                seen[key] = path.name


def test_same_keys_in_every_language() -> None:
    first, *others = LANGUAGES
    for other in others:
        assert set(catalogue(first)) ^ set(catalogue(other)) == set()


def test_same_placeholders_in_every_language() -> None:
    first, *others = LANGUAGES
    for key, text in catalogue(first).items():
        for other in others:
            assert placeholders(text) == placeholders(catalogue(other)[key]), key


def sources() -> str:
    parts = [p.read_text(encoding="utf-8") for p in ROOT.rglob("*.py")]
    parts += [p.read_text(encoding="utf-8") for p in ROOT.rglob("*.json") if "i18n" not in p.parts]
    return "\n".join(parts)


def test_no_unused_key() -> None:
    text = sources()
    stems = set(re.findall(r'f"([a-z_0-9.]+\.)\{', text)) | set(re.findall(r'f"([a-z_0-9.]+_)\{', text))
    unused = [
        k
        for k in catalogue("en")
        if f'"{k}"' not in text and not k.startswith(DYNAMIC) and not any(k.startswith(s) for s in stems)
    ]
    assert not unused, unused[:40]


def literal_keys() -> set[str]:
    found: set[str] = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                first = node.args[0]
                value = first.value if isinstance(first, ast.Constant) else None
                if name in {"msg", "Message", "text", "tr"} and isinstance(value, str) and KEY.fullmatch(value):
                    found.add(value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_used_key_has_words(language: str) -> None:
    missing = sorted(literal_keys() - set(catalogue(language)))
    assert not missing, missing[:40]


@pytest.mark.parametrize("language", LANGUAGES)
def test_procedures_symbols_limits_and_notes_have_words(language: str) -> None:
    words = catalogue(language)
    missing = []
    for p in procedures():
        wanted = [p.title_key, *(f"limit.{lim.key}" for lim in p.limits)]
        wanted += [f"sym.{x.symbol}" for x in (*p.inputs, *p.outputs)]
        wanted += [f"sym.{x.symbol}" for t in p.tables for x in t.columns]
        missing += [k for k in wanted if k not in words]
    missing += [n for f in CLAUSES if (n := clause_of(f).note) and n not in words]
    assert not missing, sorted(set(missing))[:60]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_and_setting_has_words(language: str) -> None:
    words = catalogue(language)
    table = read_json(ROOT / "core" / "tables" / "codes.json")
    free = {
        "component_type",
        "fluid",
        "effectiveness",
        "detection",
        "isolation",
        "vessel_class",
        "piping_class_cn",
    }
    missing = [f"code.{n}.{c}" for n in table if n not in free for c in codes(n) if f"code.{n}.{c}" not in words]
    settings = read_json(ROOT / "core" / "tables" / "settings.json")["settings"]
    missing += [f"setting.{k}" for k in settings if f"setting.{k}" not in words]
    assert not missing, missing[:60]


def test_no_literal_sentence_in_ui() -> None:
    sentence = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}|[\u4e00-\u9fff]{2,}")
    for path in (ROOT / "ui").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not sentence.search(node.value), f"{path}:{node.lineno} {node.value!r}"


def references() -> list[Reference]:
    found = {p.ref for p in procedures()} | {lim.ref for p in procedures() for lim in p.limits}
    found |= {s.clause.ref for p in procedures() for s in p.steps} | {clause_of(f).ref for f in CLAUSES}
    return sorted(found, key=lambda r: (str(r), r.title))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reference_has_words(language: str) -> None:
    texts = reference_texts(references())
    assert len(texts) > 150
    missing = sorted(t for t in texts if f"ref.{t}" not in catalogue(language))
    assert not missing, missing


def test_references_are_as_written_in_english_and_have_no_english_word_in_chinese() -> None:
    for r in references():
        assert reference_words(r, "en") == (f"{r} · {r.title}" if r.title else str(r))
        assert reference_words(r, "en", with_title=False) == str(r)
        assert not english(reference_words(r, "zh_CN")), reference_words(r, "zh_CN")
        assert not re.search(r"\b(to|of|at|by|ed)\b", reference_words(r, "zh_CN"))
    own = {k: v for k, v in catalogue("zh_CN").items() if k.startswith("ref.")}
    assert not {k: v for k, v in own.items() if english(re.sub(r"\{\w+\}", "", v))}


def test_references_read_in_both_languages() -> None:
    hoop = ASME_VIII_1.at("UG-27(c)(1)", "Circumferential stress")
    assert reference_words(hoop, "en") == "ASME VIII-1 (2021) UG-27(c)(1) · Circumferential stress"
    assert reference_words(hoop, "zh_CN") == "ASME VIII-1（2021）UG-27(c)(1) · 圆筒环向应力"
    own = OWN_METHOD.at("governing thickness", "Greatest of the cases that compete")
    assert reference_words(own, "zh_CN", with_title=False) == "本程序（方法说明）控制厚度"
    assert clause_words("Part 2 §4.5.7 eq. (2.11)", "zh_CN") == "第 2 部分 §4.5.7 式 (2.11)"
    assert clause_words("Part 3 §4.8 eqs. (3.24) to (3.26)", "zh_CN") == "第 3 部分 §4.8 式 (3.24)～(3.26)"
    assert clause_words("Part 3 §4.8 Tables 4.8M, 4.9M", "zh_CN") == "第 3 部分 §4.8 表 4.8M、4.9M"
    assert clause_words("Part 3 §4.1 Table 4.2M note 1", "zh_CN") == "第 3 部分 §4.1 表 4.2M 注 1"
    assert clause_words("Table 304.1.1", "zh_CN") == "表 304.1.1"
    foreign = Edition("Works standard 7", "").at("Annex B", "A title that no catalogue has")
    assert reference_words(foreign, "zh_CN") == "Works standard 7 附录 B · A title that no catalogue has"
