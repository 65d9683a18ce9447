"""The open contract: procedures, describe, calc and working, from the shell and from Python."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from integrity import api
from integrity.__main__ import main
from integrity.core.errors import InputError

HEAD = "case_id,anchor_d,by_life,years_max,RL_y,short_life_y,short_max_y"


def cases(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return path


def test_procedures_lists_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedures", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"plan.interval"} <= {r["key"] for r in rows}
    assert all(r["standard"] and r["edition"] and r["title"] and "⟨" not in r["title"] for r in rows)


def test_describe_every_procedure_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    for row in api.list_procedures():
        assert main(["describe", row["key"]]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["inputs"] and told["outputs"] and told["references"]
        for item in (*told["inputs"], *told["outputs"]):
            assert {"symbol", "quantity", "unit", "required", "title"} <= set(item)
            assert "⟨" not in item["title"], item["symbol"]
        assert all("⟨" not in lim["text"] for lim in told["limits"])


def test_calc_writes_all_intermediates_and_reasons(tmp_path: Path) -> None:
    path = cases(tmp_path, "a,2020-02-29,1,10,9,4,2", "b,2020-02-29,1,10,,4,2")
    out = tmp_path / "out.csv"
    assert main(["calc", "plan.interval", str(path), "--out", str(out)]) == 1
    with out.open(encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    assert rows[0]["due_d"] == "2024-08-29" and rows[0]["branch"] == "half_life" and rows[0]["reasons"] == ""
    assert rows[1]["verdict"] == "NOT_APPLICABLE" and rows[1]["due_d"] == ""
    assert rows[1]["reasons"] == "limit:plan.remaining_life_known"
    assert not list(tmp_path.glob("*.part"))


def test_calc_exit_codes_and_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = cases(tmp_path, "a,2020-02-29,1,10,9,4,2")
    assert main(["calc", "plan.interval", str(path)]) == 0
    assert main(["calc", "no.such", str(path)]) == 2
    assert "no.such" in capsys.readouterr().err
    assert main(["calc", "plan.interval", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err
    path.write_text(HEAD + "\na,2020-02-29,1,ten,9,4,2\n", encoding="utf-8")
    assert main(["calc", "plan.interval", str(path), "--lang", "zh_CN"]) == 2
    assert "years_max" in capsys.readouterr().err
    assert main(["calc", "plan.interval", str(path), "--set", "rate.none=1"]) == 2


def test_working_prints_formula_numbers_value_and_clause(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = cases(tmp_path, "a,2020-02-29,1,10,9,4,2")
    assert main(["working", "plan.interval", str(path), "--row", "0"]) == 0
    out = capsys.readouterr().out
    assert "interval_y = min(RL_y/2, years_max) = min(9/2, 10) = 4.5 y" in out
    assert "API 570" in out and "2024-08-29" in out
    assert main(["working", "plan.interval", str(path), "--row", "5"]) == 2


def test_python_calc_equals_the_shell_and_refuses_unknown_columns() -> None:
    out = api.calc("plan.interval", {"anchor_d": ["2020-03-01"], "by_life": ["yes"], "years_max": [6], "RL_y": [30.0]})
    assert out["interval_y"].tolist() == [6.0] and out["verdict"].tolist() == ["CALCULATED"]
    with pytest.raises(InputError):
        api.calc("plan.interval", {"anchor": ["2020-03-01"]})
    missing = api.calc("plan.interval", {"anchor_d": [""], "by_life": [1], "years_max": [6]})
    assert missing["verdict"].tolist() == ["INSUFFICIENT_DATA"] and missing["reasons"][0].startswith("missing:anchor_d")


def test_unit_sets_give_the_same_physics() -> None:
    si = api.run(
        "plan.interval", {"anchor_d": ["2020-03-01"], "by_life": [1], "years_max": [6], "RL_y": [8.0]}, units="SI"
    )
    us = api.run(
        "plan.interval", {"anchor_d": ["2020-03-01"], "by_life": [1], "years_max": [6], "RL_y": [8.0]}, units="US"
    )
    assert np.array_equal(si["interval_y"], us["interval_y"])


def test_rows_of_a_file_must_have_the_width_of_the_heading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("anchor_d,by_life,years_max\n2020-01-01,0\n", encoding="utf-8")
    assert main(["calc", "plan.interval", str(path)]) == 2
    assert "row 2" in capsys.readouterr().err
