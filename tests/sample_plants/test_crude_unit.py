"""The sample crude unit: counts, determinism, and an answer key that names every mistake and nothing else."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE = ROOT / "sample_plants" / "crude_unit" / "make.py"


def _load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    make = _load(MAKE, "crude_unit_make")
    first, second = tmp_path_factory.mktemp("plant"), tmp_path_factory.mktemp("again")
    for out in (first, second):
        make.make(out, out / "expected.json")
    return first, second


def _content(path: Path) -> dict[str, bytes]:
    """Bytes of a file; of a workbook the parts, for another zlib packs the same parts into other bytes."""
    if path.suffix != ".xlsx":
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as z:
        return {name: z.read(name) for name in z.namelist()}


def test_two_runs_give_equal_bytes(fresh: tuple[Path, Path]) -> None:
    first, second = fresh
    names = sorted(p.name for p in first.iterdir())
    assert len(names) == 21
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


def test_the_committed_files_are_those_of_the_generator(fresh: tuple[Path, Path], files: Path) -> None:
    names = sorted(p.name for p in files.iterdir())
    assert sorted(p.name for p in fresh[0].iterdir()) == sorted([*names, "expected.json"])
    for name in names:
        assert _content(files / name) == _content(fresh[0] / name), name
    assert (fresh[0] / "expected.json").read_bytes() == (files.parent / "expected.json").read_bytes()


def test_sizes_stay_small(files: Path) -> None:
    assert sum(p.stat().st_size for p in files.iterdir()) < 3_000_000
    assert (files.parent / "expected.json").stat().st_size < 2_000_000


def test_counts_are_near_the_design(key: dict[str, Any]) -> None:
    counts = key["counts"]
    for name, target in (("equipment", 60), ("lines", 80), ("components", 250), ("cmls", 1500), ("readings", 9000)):
        assert abs(counts[name] - target) <= 0.12 * target, name


def test_counts_are_those_of_the_files(
    key: dict[str, Any],
    cells: list[Any],
    master: Any,
    equipment: list[dict[str, Any]],
    components: list[dict[str, Any]],
    piping: list[dict[str, str]],
    line_rows: list[dict[str, str]],
) -> None:
    counts = key["counts"]
    assert len(cells) == counts["readings"]
    assert len(master.nominal) == counts["cmls"]
    assert len(equipment) == counts["equipment"]
    assert len(line_rows) == counts["lines"]
    assert len(components) + len(piping) == counts["components"]
    assert dict(Counter(c.file for c in cells)) == counts["readings_by_file"]


def test_every_answer_points_at_its_cell(key: dict[str, Any], cells: list[Any]) -> None:
    by_place = {(c.file, c.sheet, c.row, c.column): c for c in cells}
    by_id = {(c.file, c.sheet, c.row, c.id_column): c for c in cells}
    for e in key["errors"]:
        place = (e["file"], e["sheet"], e["row"], e["column"])
        whole = e.get("whole_row", False)
        cell = by_id[place] if whole else by_place[place]
        raw = cell.cml if whole else f"{cell.raw:g}" if isinstance(cell.raw, int | float) else cell.raw
        assert raw == e["cell"], e
        assert cell.day == date.fromisoformat(e["date"]), e
        if not whole:
            assert (cell.cml, cell.pos) == (e["cml"], e["position"]), e


def _find(cells: list[Any], master: Any) -> set[tuple[str, str, int, str, str]]:
    """A plain checker of one page: what it finds must be the answer key."""
    found: set[tuple[str, str, int, str, str]] = set()
    series: dict[tuple[str, str], list[Any]] = defaultdict(list)
    values: dict[int, float] = {}
    for c in cells:
        if c.cml not in master.nominal:
            kind = "id_typo" if re.sub("O", "0", c.cml) in master.nominal else "unknown_cml"
            found.add((c.file, c.sheet, c.row, c.id_column, kind))
            continue
        try:
            values[id(c)] = float(c.raw) * c.to_mm
        except ValueError:
            kind = "obstructed" if c.raw.lower().startswith("obs") else "not_a_number"
            found.add((c.file, c.sheet, c.row, c.column, kind))
            continue
        series[(c.cml, c.pos)].append(c)
    typed = _typed_nominals(series, values, master)
    for (cml, _), points in series.items():
        found |= _find_in_series(cml, points, values, typed, master)
    return found


def _typed_nominals(series: dict[tuple[str, str], list[Any]], values: dict[int, float], master: Any) -> set[str]:
    firsts: dict[str, list[bool]] = defaultdict(list)
    for (cml, _), points in series.items():
        first = min(points, key=lambda c: (c.day, c.row))
        firsts[master.component[cml]].append(abs(values[id(first)] - master.nominal[cml]) < 1e-9)
    return {comp for comp, equal in firsts.items() if all(equal)}


def _wrong_factor(ratio: float) -> str:
    factors = {25.4: "unit_mixup", 1 / 25.4: "unit_mixup", 10.0: "decimal_slip", 0.1: "decimal_slip"}
    return factors[min(factors, key=lambda f: abs(math.log(ratio / f)))]


def _find_in_series(
    cml: str, points: list[Any], values: dict[int, float], typed: set[str], master: Any
) -> set[tuple[str, str, int, str, str]]:
    found: set[tuple[str, str, int, str, str]] = set()
    nominal, renewed = master.nominal[cml], master.renewed.get(cml)
    last: tuple[date, float] | None = None
    for c in sorted(points, key=lambda c: (c.day, c.row)):
        if last and renewed and last[0] < renewed <= c.day:
            last = None
        v = values[id(c)]
        base = last[1] if last else nominal
        kind = ""
        if last and c.day == last[0]:
            kind = "duplicate_survey"
        elif last is None and not renewed and master.component[cml] in typed:
            kind = "nominal_as_first"
        elif v > 3.0 * base or v < base / 3.0:
            kind = _wrong_factor(v / base)
        elif v > nominal * (1.15 if master.is_pipe[cml] else 1.10):
            kind = "above_nominal"
        elif last and v > last[1] + 0.5:
            kind = "growth"
        elif last and (c.day - last[0]).days < 182:
            kind = "short_interval"
        if kind:
            column = c.id_column if kind == "duplicate_survey" else c.column
            found.add((c.file, c.sheet, c.row, column, kind))
        if kind in ("", "nominal_as_first"):
            last = (c.day, v)
    return found


def test_a_plain_checker_finds_the_answer_key_and_nothing_else(
    key: dict[str, Any], cells: list[Any], master: Any
) -> None:
    wanted = {(e["file"], e["sheet"], e["row"], e["column"], e["kind"]) for e in key["errors"]}
    assert _find(cells, master) == wanted


def test_every_kind_is_planted_a_few_times(key: dict[str, Any]) -> None:
    kinds = Counter(e["kind"] for e in key["errors"])
    assert set(kinds) == {
        "decimal_slip",
        "growth",
        "not_a_number",
        "obstructed",
        "unit_mixup",
        "id_typo",
        "duplicate_survey",
        "unknown_cml",
        "above_nominal",
        "short_interval",
        "nominal_as_first",
    }
    assert min(kinds.values()) >= 3
    assert all(e["expected_outcome"] in ("flagged", "rejected") for e in key["errors"])
    typos = [e for e in key["errors"] if e["kind"] == "id_typo"]
    assert all(e["suggestion"] == e["cml"] and "O" in e["cell"] for e in typos)


def test_only_some_rows_of_the_batch_tell_day_from_month(key: dict[str, Any], files: Path) -> None:
    lines = (files / "08_ut_batch_2019.csv").read_text(encoding="utf-8-sig").splitlines()
    days = {n: line.split(",")[5] for n, line in enumerate(lines, start=1) if n > 4}
    deciding = [n for n, text in days.items() if int(text[:2]) > 12]
    assert deciding == key["ambiguous_dates"]["deciding_rows"]
    assert 0 < len(deciding) < 0.2 * len(days)
    assert all(int(text[3:5]) == 5 for text in days.values())


def test_all_date_styles_occur(key: dict[str, Any]) -> None:
    styles = {d["style"] for d in key["date_checks"]}
    assert {"iso", "dotted", "long", "short", "compact", "serial", "excel", "slash d/m/y"} <= styles


def test_readings_follow_the_truth(key: dict[str, Any], cells: list[Any], master: Any) -> None:
    """The last good reading of each point lies near the true wall of its day."""
    bad = {(e["file"], e["sheet"], e["row"]) for e in key["errors"]}
    truth, as_of = key["truth"]["positions"], date.fromisoformat(key["as_of"])
    hot = {f"P-{n}" for n in key["noise"]["hot_lines"]}
    latest: dict[tuple[str, str], Any] = {}
    for c in cells:
        if (c.file, c.sheet, c.row) in bad or c.cml not in master.nominal:
            continue
        if (c.cml, c.pos) not in latest or c.day > latest[(c.cml, c.pos)].day:
            latest[(c.cml, c.pos)] = c
    worst = 0.0
    for (cml, pos), c in latest.items():
        entry = truth[cml]
        k = entry["p"].index(pos)
        wall = entry["t"][k] + entry["rate"][k] * (as_of - c.day).days / 365.25
        if cml.rsplit("-", 1)[0] not in hot:
            worst = max(worst, abs(float(c.raw) * c.to_mm - wall))
    assert worst < 0.30


def test_life_bands_make_a_worried_but_running_plant(key: dict[str, Any]) -> None:
    truth = key["truth"]["components"]
    seen = [e["RL"] for e in truth.values() if e["worst_cml"] and e["RL"] is not None]
    assert 2 <= sum(x < 0 for x in seen) <= 3
    assert 5 <= sum(x < 2 for x in seen) <= 8
    assert 20 <= sum(2 <= x <= 10 for x in seen) <= 45
    assert sum(x > 10 for x in seen) > 0.7 * len(seen)
    assert len(key["no_measurable_rate"]) / len(truth) == pytest.approx(0.03, abs=0.01)


def test_the_worst_component_of_one_line_has_no_cml(
    key: dict[str, Any], master: Any, piping: list[dict[str, str]]
) -> None:
    entry = key["unmonitored_worst"][0]
    truth = key["truth"]["components"]
    family = [r["component_id"] for r in piping if r["component_id"].startswith(entry["line"] + "-")]
    assert entry["component"] in family and entry["component"] not in master.component.values()
    assert all(truth[c]["RL"] > entry["RL"] + 5 for c in family if c != entry["component"])


def test_about_half_of_the_vessels_are_beyond_their_design_life(
    key: dict[str, Any], equipment: list[dict[str, Any]]
) -> None:
    scope = [r for r in equipment if r["设备类型 Kind"].split()[-1] not in ("tank", "heater")]
    share = len(key["beyond_design_life"]) / len(scope)
    assert 0.45 <= share <= 0.65
    assert {e["rule"] for e in key["beyond_design_life"]} == {"stated_life", "no_stated_life_20_years"}


def test_required_thickness_by_hand(key: dict[str, Any]) -> None:
    truth = key["truth"]["components"]
    # GB 150: P D / (2 S phi - P); 0.5 MPa, 2200 mm, 170 MPa, 0.85, plus 1.1 m of 720 kg/m3
    P = 0.5 + 1.1 * 720 * 9.80665e-6
    assert truth["V-103-SH1"]["t_req"] == pytest.approx(P * 2200 / (2 * 170 * 0.85 - P), abs=0.001)
    # B31.3 304.1.2 of the 10 in VGO line: 500 psig, S as stated in the line list
    P, S = 500 * 0.00689476, truth["P-1045-EL1"]["S"]
    assert truth["P-1045-EL1"]["t_req"] == pytest.approx(P * 273.0 / (2 * (S + 0.4 * P)), abs=0.002)
    assert truth["C-104-SH2"]["basis"] == "external_pressure"


def test_identifiers_have_their_patterns(files: Path) -> None:
    ws = openpyxl.load_workbook(files / "11_registry_list.xlsx").active
    assert ws is not None
    for row in ws.iter_rows(min_row=3, values_only=True):
        assert re.fullmatch(r"容\d{2}[\u4e00-\u9fa5][A-Z]\d{5}\(\d{2}\)", str(row[1]))
        assert re.fullmatch(r"\d{4}\d{2}[0-9A-Z]{3}\d{4}[0-9A-Z]{4,5}", str(row[2]))
        assert re.fullmatch(r"\d{20}", str(row[3]))


def test_encodings_and_the_shape_of_the_sap_extract(files: Path) -> None:
    assert (files / "03_sap_pm_extract.txt").read_bytes()[:2] == b"\xff\xfe"
    lines = (files / "03_sap_pm_extract.txt").read_text(encoding="utf-16").splitlines()
    heads = lines[6].split("\t")
    assert heads[0] == "" and heads.count("Description") == 3
    assert lines[-1].split("\t")[1:3] == ["*", "Total"]
    assert int(lines[-1].split("\t")[3]) == len(lines) - 9
    assert "管线号 Line No" in (files / "02_line_list.csv").read_bytes().decode("gbk")
    for name in ("08_ut_batch_2019.csv", "09_inspection_history.csv"):
        assert (files / name).read_bytes()[:3] == b"\xef\xbb\xbf"


def test_one_relief_device_is_set_above_what_the_wall_carries(key: dict[str, Any], files: Path) -> None:
    entry = key["relief_above_mawp"][0]
    assert entry["set_MPa"] > entry["mawp_left_MPa"] > 0.9 * entry["set_MPa"]
    assert f"{entry['prd']},{entry['item']}," in (files / "12_relief_devices.csv").read_text(encoding="utf-8")


def test_covered_points_have_no_reading_after_the_repair(key: dict[str, Any], files: Path, cells: list[Any]) -> None:
    rows = [r.split(",") for r in (files / "13_temporary_repairs.csv").read_text(encoding="utf-8").splitlines()[1:]]
    installed = {r[3]: date.fromisoformat(r[5]) for r in rows}
    assert len(installed) == len(key["temporary_repairs"]) == 4
    assert all(c.day < installed[c.cml] for c in cells if c.cml in installed)
    assert sum(e["expired"] == "true" for e in key["temporary_repairs"]) == 1


def test_everything_says_that_it_is_generated(files: Path, key: dict[str, Any]) -> None:
    assert "no real plant" in key["note"]
    for path in files.glob("*.xlsx"):
        ws = openpyxl.load_workbook(path).worksheets[0]
        text = " ".join(str(c.value) for row in ws.iter_rows(max_row=2) for c in row if c.value)
        assert "no real plant" in text, path.name
