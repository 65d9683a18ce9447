"""Documentation: generated parts are up to date, every command is told, links and paths exist, the example runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from integrity.core.settings import setting_specs
from integrity.i18n import LANGUAGES
from tools import handbook, oracles, provenance, validation
from tools.pages import ROOT, blocks

README = ROOT / "README.md"
PAGES = sorted([README, *(ROOT / "docs").glob("*.md")])
HANDBOOKS = handbook.PAGES
CHEAP = (
    *("published", "published-deviations", "fixtures", "refusals", "oracle-deviations"),
    *("unverified-constants", "tables", "rules", "procedures"),
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]*)(#[^)\s]*)?\)")
PATH = re.compile(r"`((?:integrity|tools|tests|docs|sample_plants|benchmarks)/[^`\s…*<>]*|start\.py|LICENSE)`")
SETTING = re.compile(r"`((?:rate|plan|design|rbi|import|atm)\.[A-Za-z_]\w*)`")
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def words_of(page: Path) -> str:
    """A page without its code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def headings(page: Path) -> list[str]:
    return re.findall(r"^(#+ .*)$", words_of(page), re.MULTILINE)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lstrip("# ").lower()).replace(" ", "-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_generated_parts_of_the_handbook_are_up_to_date(language: str) -> None:
    assert handbook.stale(language) == [], "run: python tools/handbook.py"


@pytest.mark.parametrize("section", CHEAP)
def test_generated_parts_of_the_validation_report_are_up_to_date(section: str) -> None:
    assert validation.stale((section,)) == [], "run: python tools/validation.py"


def test_every_section_of_the_validation_report_was_made() -> None:
    there = blocks(validation.PAGE.read_text(encoding="utf-8"))
    assert set(there) == set(validation.SECTIONS)
    assert all(body.strip() for body in there.values())


def test_no_published_number_fails() -> None:
    rows = validation.published_cases()
    assert len(rows) >= 75
    assert [r["case"] for r in rows for u in validation.UNIT_SETS if not r[u].startswith("pass")] == []


def test_every_fixture_and_deviation_stands_in_the_report() -> None:
    page = validation.PAGE.read_text(encoding="utf-8")
    assert [r["id"] for r in oracles.deviations() if r["id"] not in page] == []
    fixtures = {f.stem.removeprefix("api581_") for f in (ROOT / "tests" / "oracle").glob("*.json")}
    assert fixtures == {f.name for f in oracles.fixtures()}
    assert [n for n in fixtures if f"`api581_{n}.json`" not in page] == []


def test_every_oracle_module_says_what_it_compared() -> None:
    modules = oracles.modules()
    assert len(modules) >= 8
    assert [m.__name__ for m in modules if not callable(getattr(m, "COMPARISONS", None))] == []


def test_cases_are_many_and_reviewed_differences_cover_at_most_one_in_a_hundred() -> None:
    total, covered = oracles.cases()
    assert total >= 20_000
    assert covered <= oracles.GREATEST_SHARE * total
    fields = {"id", "standard", "edition", "clause", "peer", "cases", "ours", "theirs", "right", "reason", "reviewed"}
    assert [r["id"] for r in oracles.deviations() if not fields <= set(r)] == []
    assert len({r["id"] for r in oracles.deviations()}) == len(oracles.deviations())


def test_every_data_file_is_told_with_its_provenance() -> None:
    assert sorted([*provenance.READ_BY, *provenance.ELSEWHERE]) == provenance.data_files()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_is_in_the_handbook(language: str) -> None:
    page = HANDBOOKS[language].read_text(encoding="utf-8")
    for name, parser in handbook.subcommands().items():
        assert f"`{name}" in page, name
        for action in parser._actions:
            for option in action.option_strings:
                assert f"`{option}" in page or option == "--help", f"{name} {option}"


def test_both_handbooks_have_the_same_parts() -> None:
    english, chinese = (HANDBOOKS[x] for x in LANGUAGES)
    assert [h.split()[0] for h in headings(english)] == [h.split()[0] for h in headings(chinese)]
    assert list(blocks(english.read_text("utf-8"))) == list(blocks(chinese.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, place in LINK.findall(words_of(page)):
        if "://" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), target
        if place:
            assert place[1:] in [anchor(h) for h in headings(file)], f"{target}{place}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_paths_and_settings_exist(page: Path) -> None:
    text = words_of(page)
    assert [p for p in PATH.findall(text) if not (ROOT / p).exists()] == []
    procedures = {p.key for p in handbook.procedures()}
    assert [s for s in SETTING.findall(text) if s not in setting_specs() and s not in procedures] == []


def test_rooms_that_are_called_empty_are_empty() -> None:
    text = words_of(README)
    for room in ("ffs", "fleet"):
        modules = [p.name for p in (ROOT / "integrity" / room).rglob("*.py")]
        assert (modules == ["__init__.py"]) == (f"the room `{room}` is empty" in text), room


PLUG_IN = """\
import numpy as np
from integrity.core.registry import procedures
from integrity.core.settings import DEFAULTS
from integrity.core.working import working
from integrity.rbi.assess import assess_risk
from tests.rbi.plants import TODAY, one

procedure = next(p for p in procedures() if p.key == "owner.2026.mic")
dead = assess_risk(*one(dead_leg=1), TODAY, DEFAULTS)
result = dead.results["owner.2026.mic"]
assert result["D_f_mic"][0] == 4.0 * (TODAY - 9000) / 365.25
assert dead.frame.D_f_total[0] == max(dead.frame.D_f_thin[0], result["D_f_mic"][0])
assert [s.unverified for s in working(procedure, result, 0)] == [("k_mic",)]
alive = assess_risk(*one(dead_leg=0), TODAY, DEFAULTS)
assert alive.frame.D_f_total[0] == alive.frame.D_f_thin[0]
unknown = assess_risk(*one(dead_leg=1, in_service_d=-(2**31)), TODAY, DEFAULTS)
assert "missing:age_y" in unknown.frame.reasons[0] and np.isnan(unknown.frame.D_f_total[0])
"""


def test_the_mechanism_of_the_readme_runs_as_a_plug_in(tmp_path: Path) -> None:
    """In a package of its own, found by the entry point that the README names."""
    text = README.read_text(encoding="utf-8")
    code, point = (re.search(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) for kind in ("python", "toml"))
    assert code is not None and point is not None
    group, line = point[1].splitlines()[:2]
    name, value = (part.strip(' "') for part in line.split("="))
    module = tmp_path / f"{value.replace('.', '/')}.py"
    module.parent.mkdir()
    module.write_text(code[1], encoding="utf-8")
    info = tmp_path / "our_rules-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-rules\nVersion: 1\n", encoding="utf-8")
    section = group.split('"')[1]
    (info / "entry_points.txt").write_text(f"[{section}]\n{name} = {value}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\n{PLUG_IN}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
