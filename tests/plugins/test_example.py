"""The example distribution: listed, described, calculated, worked, conforming, and taken into study and report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from integrity.core.registry import procedures
from integrity.i18n import LANGUAGES
from tests.plugins.install import EXAMPLE, ROOT, Said, integrity, python
from tests.services.plants import new_plant

KEY = "salama.2000.sand_erosion"
TITLES = {"en": "Sand erosion of pipe bends", "zh_CN": "管道弯头砂粒冲蚀"}
HEAD = (
    "case_id,W_sand_kg_d,velocity_m_s,d_p_um,density,D_mm,fitting,geometry,t_rdi_mm,age_tk_y,E,YS_MPa,TS_MPa,S_MPa,"
    "t_req_mm,N_A,N_B,N_C,N_D"
)
BEND = "b,20,12,250,80,154.1,elbow,bend,7.1,6,1,240,415,138,3,1,0,0,0"
STRAIGHT = "s,20,12,250,80,154.1,straight,pipe,7.1,6,1,240,415,138,3,1,0,0,0"
NO_GRAIN = "n,20,12,,80,154.1,elbow,bend,7.1,6,1,240,415,138,3,1,0,0,0"


@pytest.fixture(scope="module")
def said(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Said]:
    """What the commands of the contract say with the example installed."""
    path = tmp_path_factory.mktemp("cases") / "in.csv"
    path.write_text("\n".join([HEAD, BEND, STRAIGHT, NO_GRAIN]) + "\n", encoding="utf-8")
    commands = {"calc": ["calc", KEY, str(path), "--json"]}
    for x in LANGUAGES:
        commands |= {
            f"procedures {x}": ["procedures", "--json", "--lang", x],
            f"describe {x}": ["describe", KEY, "--lang", x, "--units", "US"],
            f"working {x}": ["working", KEY, str(path), "--row", "0", "--lang", x],
            f"conform {x}": ["conform", KEY, str(EXAMPLE / "tests" / "samples.py"), "--lang", x],
        }
    return dict(zip(commands, integrity(site, *commands.values()), strict=True))


@pytest.fixture(scope="module")
def studies(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the small plant says with the example installed, and without."""
    script = str(ROOT / "tests" / "plugins" / "study_of_bends.py")
    report = str(tmp_path_factory.mktemp("report") / "report.pdf")
    out = {}
    for name, visible, path in (("with", site, report), ("without", tmp_path_factory.mktemp("nothing"), "")):
        done = python(visible, script, path)
        assert done.returncode == 0, done.stderr[-3000:]
        out[name] = json.loads(done.stdout)
    return out


def test_the_package_itself_knows_nothing_of_it() -> None:
    assert KEY not in {p.key for p in procedures()}


@pytest.mark.parametrize("language", sorted(TITLES))
def test_listed_and_described_in_both_languages(said: dict[str, Said], language: str) -> None:
    listed = said[f"procedures {language}"]
    assert listed.code == 0 and listed.err == ""
    rows = {r["key"]: r for r in json.loads(listed.out)}
    assert rows[KEY]["title"] == TITLES[language]
    assert set(rows) - {KEY} == {p.key for p in procedures()}
    told = json.loads(said[f"describe {language}"].out)
    assert told["plugin"] == "sand-erosion 1.0.0" and told["unverified"] == ["S_m"]
    words = [x["title"] for x in (*told["inputs"], *told["outputs"])] + [x["text"] for x in told["limits"]]
    assert told["title"] == TITLES[language] and not [w for w in words if "⟨" in w]
    units = {x["symbol"]: x["unit"] for x in told["inputs"]}
    assert (units["W_sand_kg_d"], units["d_p_um"], units["D_mm"]) == ("lb/d", "um", "in")


def test_calculated_with_reasons_where_it_cannot_be(said: dict[str, Said]) -> None:
    done = said["calc"]
    assert done.code == 1
    bend, straight, blank = json.loads(done.out)
    assert bend["ER"] == pytest.approx(20 * 12**2 * 250 / (5.5 * 154.1**2 * 80), rel=1e-12)
    assert bend["A_rt"] == pytest.approx(bend["ER"] * 6 / 7.1) and bend["D_f_sand"] > 0.1
    assert (straight["verdict"], straight["reasons"]) == ("NOT_APPLICABLE", "limit:sand_erosion.bend")
    assert (blank["verdict"], blank["reasons"]) == ("INSUFFICIENT_DATA", "missing:d_p_um")
    assert straight["D_f_sand"] == "" and blank["D_f_sand"] == ""


@pytest.mark.parametrize(
    ("language", "place"),
    [
        ("en", "[Salama, Journal of Energy Resources Technology 122 (2000) erosion of bends]"),
        ("zh_CN", "[Salama，《能源技术学报》122 卷（2000）弯头冲蚀]"),
    ],
)
def test_working_shows_formula_numbers_clause_and_mark(said: dict[str, Said], language: str, place: str) -> None:
    done = said[f"working {language}"]
    first, *rest = done.out.splitlines()
    assert done.code == 0
    assert first.startswith(
        "ER = W_sand_kg_d*velocity_m_s**2*d_p_um/(S_m*D_mm**2*density) = 20*12**2*250/(5.5*154.1**2"
    )
    assert first.endswith(f"{place}  ◇ S_m")
    assert rest[-1].startswith("D_f_sand = (Po_p1*Phi(-beta_1)") and "API RP 581" in rest[-1]
    assert "⟨" not in done.out


@pytest.mark.parametrize(("language", "told"), [("en", "no problem found"), ("zh_CN", "未发现问题")])
def test_it_conforms(said: dict[str, Said], language: str, told: str) -> None:
    done = said[f"conform {language}"]
    assert (done.code, done.out) == (0, "")
    assert told in done.err


def test_its_own_tests_pass(site: Path) -> None:
    done = python(site, "-m", "pytest", str(EXAMPLE / "tests"), "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_study_takes_it_into_total_panel_and_lines(studies: dict[str, Any]) -> None:
    sandy = studies["with"]["sandy"]
    assert sandy["acting"] == "sand_erosion thinning" and sandy["unassessed"] == "" and sandy["reasons"] == ""
    group, factor, unverified = sandy["factors"]["sand_erosion"]
    assert group == "thinning" and unverified and sandy["unverified"] == 1
    assert sandy["total"] == max(factor, sandy["factors"]["thinning"][1]) == factor
    lines = sandy["without"]["sand_erosion"]
    assert lines[0] == pytest.approx(factor, rel=1e-9) and lines[-1] > lines[0]
    assert sandy["panel"] == pytest.approx([max(p) for p in zip(lines, sandy["without"]["thinning"], strict=True)])
    planned = sandy["with"]["sand_erosion"]
    assert planned[0] == lines[0] and planned[-1] < 0.99 * lines[-1]
    assert all(b <= a for a, b in zip(lines, planned, strict=True))
    assert sandy["with"]["thinning"] == sandy["without"]["thinning"]


def test_working_and_report_tell_it(studies: dict[str, Any]) -> None:
    sandy = studies["with"]["sandy"]
    assert KEY in sandy["workings"]
    words = "".join(page.extract_text() for page in pypdf.PdfReader(sandy["report"]).pages)
    assert TITLES["zh_CN"] in words.replace(" ", "").replace("\n", "")
    own = json.loads((EXAMPLE / "sand_erosion" / "words" / "zh_CN.json").read_text(encoding="utf-8"))
    assert "W_sand_kg_d" in words and not [k for k in own if f"⟨{k}⟩" in words]


def test_it_may_be_recorded_and_decided(studies: dict[str, Any]) -> None:
    assert studies["with"]["may_be_decided"] and studies["with"]["may_be_recorded"] == ["W_sand_kg_d", "d_p_um"]
    assert not studies["without"]["may_be_decided"] and studies["without"]["may_be_recorded"] == []


def test_nothing_else_moves(studies: dict[str, Any]) -> None:
    assert studies["with"]["untouched"] == studies["without"]["untouched"]
    assert set(studies["with"]["mechanisms"]) - set(studies["without"]["mechanisms"]) == {"sand_erosion"}


def test_accepted_but_not_installed_is_no_silent_zero(studies: dict[str, Any]) -> None:
    sandy = studies["without"]["sandy"]
    assert sandy["unassessed"] == "sand_erosion" and sandy["total"] != sandy["total"]
    assert "limit:rbi.mechanisms_known" in sandy["reasons"]


def test_facts_are_recorded_in_units_of_the_plug_in(site: Path, tmp_path: Path) -> None:
    new_plant(tmp_path).close()
    facts = ["facts", str(tmp_path / "plant.integrity"), "V-1-SH1"]
    values = ["W_sand_kg_d=44.1 lb/day", "d_p_um=250 微米", "--reason", "lab", "--json"]
    accepted = ["decide", *facts[1:], "sand_erosion", "accepted", "--reason", "sand found", "--json"]
    recorded, decided = integrity(site, [*facts, *values], accepted)
    held = {f["symbol"]: f for f in json.loads(recorded.out)}
    assert held["W_sand_kg_d"]["unit"] == "kg/d" and held["d_p_um"]["unit"] == "um"
    assert float(held["W_sand_kg_d"]["value"]) == pytest.approx(44.1 * 0.45359237)
    assert [d["mechanism"] for d in json.loads(decided.out)] == ["sand_erosion"]


def test_it_stands_outside_the_package() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "from setuptools import find_packages; print(*find_packages('.', include=['integrity*']))",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "integrity.rbi" in found and not [name for name in found if not name.startswith("integrity")]
