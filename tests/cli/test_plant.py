"""Commands of a plant: study to files, import, verify, exit codes and messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from integrity.__main__ import main

SAMPLE = Path(__file__).parents[2] / "sample_plants" / "crude_unit"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    assert main(["study", str(SAMPLE), "--out", str(folder), "--no-pictures", "--json"]) == 0
    return folder


def test_the_study_writes_every_file_in_both_languages(out: Path) -> None:
    names = {p.name for p in out.iterdir()}
    assert {
        "report_en.pdf", "report_zh_CN.pdf", "devices_en.pdf", "devices_zh_CN.pdf", "plan_en.xlsx", "plan_zh_CN.xlsx",
        "sap_pm.xlsx", "maximo_pm.csv", "maximo_workorder.csv", "import_findings.csv", "crude_unit.sqlite",
    } <= names  # fmt: skip
    assert not [n for n in names if n.endswith(".part")]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not a legal inspection report"), ("zh_CN", "不是法定检验报告")]
)
def test_the_report_has_15_to_30_pages_and_says_on_each_what_it_is(out: Path, language: str, words: str) -> None:
    pages = PdfReader(out / f"report_{language}.pdf").pages
    assert 15 <= len(pages) <= 30
    for page in pages:
        assert words.lower() in page.extract_text().lower().replace("\n", "")
        assert "⟨" not in page.extract_text()


def test_verify_reruns_to_the_same_numbers(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(out / "crude_unit.sqlite"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["sound"] and told["snapshots"] == 1 and not told["audit_breaks"]


def test_a_study_is_checked_and_approved_by_others(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plant = str(out / "crude_unit.sqlite")
    assert main(["check", plant, "1", "--author", "B. Checker"]) == 0
    assert main(["approve", plant, "1", "--author", "C. Approver"]) == 0
    capsys.readouterr()
    assert main(["snapshots", plant, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["state"] == "approved"
    assert main(["check", plant, "1", "--author", "B. Checker"]) == 2


def test_importing_the_same_file_again_changes_nothing(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(SAMPLE / "files" / "05_ut_long_gauge.csv")
    assert main(["import", str(out / "crude_unit.sqlite"), file]) == 0
    assert "nothing changes" in capsys.readouterr().out


def test_bad_files_and_plants_have_exit_code_two_and_a_remedy(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert main(["import", str(out / "crude_unit.sqlite"), str(empty)]) == 2
    assert "empty.csv" in capsys.readouterr().out
    assert main(["study", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "none.sqlite"), "--lang", "zh_CN"]) == 2
    assert "none.sqlite" in capsys.readouterr().err


def test_a_new_plant_is_made_only_when_asked_for(tmp_path: Path) -> None:
    plant, file = str(tmp_path / "new.integrity"), str(SAMPLE / "files" / "01_equipment_list.xlsx")
    assert main(["import", plant, file]) == 2
    assert main(["import", plant, file, "--new", "North"]) in (0, 1)
    assert main(["import", plant, file, "--new", "North"]) == 2
