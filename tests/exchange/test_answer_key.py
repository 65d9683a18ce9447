"""The generated crude unit: every planted error is found and named, and clean rows are left alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.dates import iso_of
from integrity.exchange.batch import CheckedReadings, ExistingReadings, KnownCmls, check_import
from integrity.exchange.columns import stack_columns
from integrity.exchange.facts import FactSymbol, FactSymbols
from integrity.exchange.fields import allowed_codes
from integrity.exchange.mapping import guess_kind, guess_mapping
from integrity.exchange.outcome import ACCEPTED, REJECTED, Finding
from integrity.exchange.parse import ParsedRecords, parse_table
from integrity.exchange.plausibility import FORMED_HEAD, PIPE, PLATE, CmlBasis
from integrity.exchange.positions import position_key
from integrity.exchange.readers import read_table, sheet_names

PLANT = Path(__file__).parents[2] / "sample_plants" / "crude_unit"
FILES = PLANT / "files"
KINDS = {
    "01_equipment_list.xlsx/Equipment": "equipment",
    "01_equipment_list.xlsx/Components": "component",
    "02_line_list.csv/": "line",
    "02b_piping_components.csv/": "piping_component",
    "03_sap_pm_extract.txt/": "sap_equipment",
    "04_cml_master.csv/": "cml",
    "05_ut_long_gauge.csv/": "reading",
    "07_ut_piping_sheet.xlsx/UT": "reading",
    "08_ut_batch_2019.csv/": "reading",
    "09_inspection_history.csv/": "inspection",
    "10_process_streams.xlsx/Streams": "stream",
    "11_registry_list.xlsx/特种设备台账": "registry",
    "12_relief_devices.csv/": "relief_device",
    "13_temporary_repairs.csv/": "temporary_repair",
    "14_process_and_material_facts.xlsx/Facts": "fact",
    "15_damage_mechanisms.csv/": "damage",
    "16_inspections_of_other_mechanisms.csv/": "inspection",
    "17_bundle_and_relief_records.csv/": "fact",
}
Place = tuple[str, str, int]


@dataclass(frozen=True)
class Read:
    """A sheet as the workbench reads it with nothing but its own guesses."""

    kind: str
    parsed: ParsedRecords


@cache
def expected() -> Mapping[str, Any]:
    answer: dict[str, Any] = json.loads((PLANT / "expected.json").read_text(encoding="utf-8"))
    return answer


@cache
def symbols() -> FactSymbols:
    """Symbols as a calculation would ask for them, here by name only."""
    lines = (PLANT / "gen" / "data" / "fact_headings.psv").read_text(encoding="utf-8").splitlines()
    return FactSymbols(FactSymbol(line.split("|")[0], "text") for line in lines if not line.startswith("#"))


@cache
def sheets() -> Mapping[str, Read]:
    out = {}
    for path in sorted(FILES.iterdir()):
        for sheet in sheet_names(path):
            table = read_table(path, sheet or None)
            kind = guess_kind(table, symbols())[0].kind
            guess = guess_mapping(table, kind, symbols=symbols())
            assert not guess.missing and not guess.choices, (path.name, sheet, guess.choices)
            out[f"{path.name}/{sheet}"] = Read(kind, parse_table(table, guess.profile))
    return out


def of_kind(kind: str) -> ParsedRecords:
    return next(r.parsed for r in sheets().values() if r.kind == kind)


def surveys() -> list[ParsedRecords]:
    return [r.parsed for r in sheets().values() if r.kind == "reading"]


def wall_kind(geometry: str) -> int:
    if geometry in ("ellipsoidal", "torispherical", "hemispherical"):
        return FORMED_HEAD
    return PIPE if geometry in ("pipe", "bend", "nozzle") else PLATE


@cache
def known() -> KnownCmls:
    """What the plant knows of its CMLs, from the lists alone."""
    equipment, parts, pipes, cml = (of_kind(k) for k in ("equipment", "component", "piping_component", "cml"))
    replaced = dict(zip(equipment.values("equipment"), equipment.values("replaced_d"), strict=True))
    names = allowed_codes("geometry")
    kind, rebase = {}, {}
    rows = zip(*(parts.values(f) for f in ("component", "equipment", "geometry", "replaced_d")), strict=True)
    for part, tag, geometry, day in rows:
        kind[part], rebase[part] = wall_kind(names[geometry]), max(day, replaced.get(tag, NO_DATE))
    for part, day in zip(pipes.values("component"), pipes.values("replaced_d"), strict=True):
        kind[part], rebase[part] = PIPE, day
    owner = cml.values("component")
    number = {name: i for i, name in enumerate(dict.fromkeys(owner))}
    basis = CmlBasis(
        t_nom_mm=cml.values("t_nom_mm"),
        kind=np.array([kind[p] for p in owner], dtype=np.int8),
        part=np.array([number[p] for p in owner], dtype=np.int64),
        rebase_d=np.array([rebase[p] for p in owner], dtype=np.int64),
    )
    positions = tuple(tuple(position_key(p) for p in text.split(";")) for text in cml.values("positions"))
    return KnownCmls(tuple(cml.values("cml")), basis, positions)


@cache
def checked() -> tuple[CheckedReadings, ...]:
    return check_import(surveys(), known())


def found(results: Sequence[CheckedReadings]) -> dict[Place, list[Finding]]:
    out: dict[Place, list[Finding]] = {}
    for result in results:
        for finding in result.outcome.findings():
            out.setdefault((finding.file, finding.sheet, finding.row), []).append(finding)
    return out


def is_planted(finding: Finding, errors: Sequence[Mapping[str, Any]]) -> bool:
    return any(
        finding.code == e["expected_finding"] and (e.get("whole_row") or finding.heading == e["column"]) for e in errors
    )


def errors_by_place() -> dict[Place, list[Mapping[str, Any]]]:
    out: dict[Place, list[Mapping[str, Any]]] = {}
    for error in expected()["errors"]:
        out.setdefault((error["file"], error["sheet"], error["row"]), []).append(error)
    return out


def test_each_file_is_recognised_for_what_it_is() -> None:
    got = {key: read.kind for key, read in sheets().items()}
    vessels = {key: kind for key, kind in got.items() if key.startswith("06_")}
    assert vessels and set(vessels.values()) == {"reading"}
    assert {key: kind for key, kind in got.items() if key not in vessels} == KINDS


def test_row_counts_agree_with_the_generator() -> None:
    counts = expected()["counts"]
    assert of_kind("equipment").n == counts["equipment"] and of_kind("line").n == counts["lines"]
    assert of_kind("component").n == counts["components_equipment"]
    assert of_kind("piping_component").n == counts["components_piping"]
    assert of_kind("cml").n == counts["cmls"]
    per_file = Counter()
    for survey in surveys():
        per_file[survey.file] += survey.outcome.tally().rows_in
    assert dict(per_file) == counts["readings_by_file"]


def test_every_planted_error_is_found_and_named() -> None:
    got = found(checked())
    missed = [
        e
        for place, errors in errors_by_place().items()
        for e in errors
        if not any(is_planted(f, [e]) for f in got.get(place, []))
    ]
    assert not missed, missed


def test_planted_errors_end_as_expected_and_every_reading_has_an_outcome() -> None:
    places = errors_by_place()
    for result in checked():
        assert result.outcome.tally().rows_in == result.parsed.n
        status = result.outcome.status()
        for finding in result.outcome.findings():
            for error in places.get((finding.file, finding.sheet, finding.row), []):
                if is_planted(finding, [error]):
                    rejected = status[finding.index] == REJECTED
                    assert rejected == (error["expected_outcome"] == "rejected"), error
                    assert status[finding.index] != ACCEPTED


def test_no_clean_reading_is_rejected_and_less_than_one_percent_is_flagged() -> None:
    places = errors_by_place()
    got = found(checked())
    extra = [f for place, findings in got.items() for f in findings if not is_planted(f, places.get(place, []))]
    assert not [f for f in extra if f.severity == REJECTED], extra[:3]
    total = sum(r.parsed.n for r in checked())
    assert len({(f.file, f.sheet, f.row, f.column) for f in extra}) <= 0.01 * total, Counter(f.code for f in extra)


def test_no_row_of_a_clean_list_is_rejected() -> None:
    for key, read in sheets().items():
        if read.kind != "reading":
            assert read.parsed.outcome.tally().rejected == 0, key


@pytest.mark.parametrize("kind", ["decimal_slip", "unit_mixup"])
def test_suggested_value_is_the_one_that_was_meant(kind: str) -> None:
    planted = [e for e in expected()["errors"] if e["kind"] == kind]
    meant = {(e["file"], e["sheet"], e["row"], e["column"]): e["right_mm"] for e in planted}
    seen = 0
    for result in checked():
        for f in result.outcome.findings():
            if f.code == kind:
                right = meant[f.file, f.sheet, f.row, f.heading]
                assert result.suggestion_mm[f.index] == pytest.approx(right, rel=0.01)
                seen += 1
    assert seen == len(meant)


def test_mistyped_identifiers_carry_the_right_suggestion() -> None:
    meant = {(e["file"], e["row"]): e["suggestion"] for e in expected()["errors"] if e["kind"] == "id_typo"}
    typos = [f for fs in found(checked()).values() for f in fs if f.code == "id_typo"]
    got = {(f.file, f.row): f.message.params["suggestion"] for f in typos}
    assert got == meant


def test_accepted_suggestions_bring_the_rows_in_to_be_verified() -> None:
    results = check_import(surveys(), known(), accept_suggestions=True)
    codes = Counter(f.code for fs in found(results).values() for f in fs)
    readings = sum(e.get("readings", 1) for e in expected()["errors"] if e["kind"] == "id_typo")
    assert codes["id_typo"] == 0 and codes["id_repaired"] == readings


def test_dates_of_every_style_are_read_right() -> None:
    by_place = {(r.parsed.file, r.parsed.sheet): r.parsed for r in sheets().values()}
    field = {"Date": "date_d", "Survey_Date": "date_d", "Survey Date": "date_d", "Next date": "next_d"}
    checks = expected()["date_checks"]
    assert len(checks) > 5
    for check in checks:
        parsed = by_place[check["file"], check["sheet"]]
        rows = np.flatnonzero(parsed.rows == check["row"])
        name = field.get(check["column"], "date_d")
        if not rows.size:
            rows = np.arange(parsed.n)
        assert {iso_of(d) for d in parsed.values(name)[rows[:1]]} == {check["iso"]}, check


def test_day_and_month_of_the_batch_file_are_told_by_the_rows_that_decide() -> None:
    answer = expected()["ambiguous_dates"]
    table = read_table(FILES / answer["file"])
    guess = guess_mapping(table, "reading").dates["date_d"]
    assert guess.rule == "dmy" and not guess.needs_choice
    only = [m for m in guess.evidence if m.key == "exchange.date.only_rule"]
    assert len(only) == 1 and only[0].params["rows"] == len(answer["deciding_rows"])


def test_surveys_one_after_the_other_find_the_same_as_all_at_once() -> None:
    order = sorted(surveys(), key=lambda s: min((d for d in s.values("date_d") if d != NO_DATE), default=0))
    have: ExistingReadings | None = None
    results = []
    for survey in order:
        result = check_import([survey], known(), have)[0]
        results.append(result)
        kept = result.imported
        new = ExistingReadings(
            cml_row=result.cml_row[kept],
            position=result.position.take(kept),
            date_d=survey.values("date_d")[kept],
            t_mm=survey.values("t_mm")[kept],
            good=result.outcome.status()[kept] == ACCEPTED,
        )
        have = new if have is None else joined(have, new)
    got, places = found(results), errors_by_place()
    missed = [e for p, es in places.items() for e in es if not any(is_planted(f, [e]) for f in got.get(p, []))]
    assert len(missed) <= 1, missed
    extra = [f for p, fs in got.items() for f in fs if not is_planted(f, places.get(p, []))]
    assert len(extra) <= 0.01 * sum(s.n for s in order)


def joined(a: ExistingReadings, b: ExistingReadings) -> ExistingReadings:
    return ExistingReadings(
        cml_row=np.concatenate([a.cml_row, b.cml_row]),
        position=stack_columns([a.position, b.position]),
        date_d=np.concatenate([a.date_d, b.date_d]),
        t_mm=np.concatenate([a.t_mm, b.t_mm]),
        good=np.concatenate([a.good, b.good]),
    )
