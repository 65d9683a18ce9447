"""The sample crude unit end to end: from the files that a plant hands over to its frames, against the answer key."""

from __future__ import annotations

import csv
import dataclasses
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import sqlalchemy as sa
from conftest import Crude

from integrity.core.arrays import NO_DATE
from integrity.core.dates import days_of
from integrity.db.columns import read_plant
from integrity.exchange.outcome import REJECTED
from integrity.services import imports
from integrity.services.session import Session

PSI = 0.006894757293168361


def found_in(crude: Crude) -> dict[tuple[str, str, int, str], set[str]]:
    """Headings of every finding on readings by file, sheet, row and code."""
    out: dict[tuple[str, str, int, str], set[str]] = {}
    for preview in crude.previews.values():
        if any(t.table.kind == "reading" for t in preview.tables):
            f = preview.findings
            for k in range(f.n):
                out.setdefault((f.file[k], f.sheet[k], int(f.row[k]), f.code[k]), set()).add(f.heading[k])
    return out


def sheet(path: Path, name: str, head: int) -> list[dict[str, Any]]:
    ws = openpyxl.load_workbook(path)[name]
    heads = [c.value for c in ws[head]]
    return [dict(zip(heads, (c.value for c in row), strict=True)) for row in ws.iter_rows(min_row=head + 1)]


def rows_of(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as f:
        return list(csv.DictReader(f))


def test_every_planted_mistake_is_found_named_and_placed(crude: Crude, answer: dict[str, Any]) -> None:
    found = found_in(crude)
    for e in answer["errors"]:
        headings = found.get((e["file"], e["sheet"], e["row"], e["expected_finding"]))
        assert headings, e
        assert e.get("whole_row") or e["column"] in headings, (e, headings)


def test_the_outcome_of_every_mistake_is_the_expected_one(crude: Crude, answer: dict[str, Any]) -> None:
    wanted = {(e["file"], e["sheet"], e["row"], e["expected_finding"]): e["expected_outcome"] for e in answer["errors"]}
    for preview in crude.previews.values():
        f = preview.findings
        for k in range(f.n):
            key = (f.file[k], f.sheet[k], int(f.row[k]), f.code[k])
            if key in wanted:
                assert (f.outcome[k] == REJECTED) == (wanted[key] == "rejected"), key


def test_clean_rows_are_neither_rejected_nor_flagged(crude: Crude, answer: dict[str, Any]) -> None:
    wanted = {(e["file"], e["sheet"], e["row"], e["expected_finding"]) for e in answer["errors"]}
    extra = set(found_in(crude)) - wanted
    assert not extra
    clean = answer["counts"]["readings"] - answer["counts"]["errors"]
    assert len(extra) <= 0.01 * clean


def test_outcomes_add_up_in_every_file(crude: Crude) -> None:
    assert len(crude.previews) == 20
    for name, p in crude.previews.items():
        t, d = p.tally, p.difference
        assert t.accepted + t.flagged + t.rejected == t.rows_in > 0, name
        assert d.new + d.changed + d.unchanged == t.rows_in - t.rejected, name
        assert not p.blocked and p.changes is not None and p.changes.audit_id, name


def test_messages_name_place_text_and_remedy(crude: Crude) -> None:
    f = crude.previews["05_ut_long_gauge.csv"].findings
    k = int(np.flatnonzero(f.code == "obstructed")[0])
    finding = f.finding(k)
    assert (f.row[k], f.column[k], f.heading[k], f.cell[k]) == (3010, "F", "Thickness_mm", "obstructed")
    assert finding.message.key == "exchange.finding.obstructed" and finding.remedy.key == "exchange.remedy.obstructed"
    assert finding.message.params["row"] == 3010


def count(session: Session, sql: str) -> int:
    with session.engine.connect() as connection:
        return int(connection.execute(sa.text(sql)).scalar_one())


def test_counts_in_the_database_are_those_of_the_answer_key(plant: Session, answer: dict[str, Any]) -> None:
    counts = answer["counts"]
    items = count(plant, "SELECT count(*) FROM equipment WHERE equipment_kind <> 'piping'")
    assert items == counts["equipment"]
    assert count(plant, "SELECT count(*) FROM equipment WHERE equipment_kind = 'piping'") == counts["lines"]
    assert count(plant, "SELECT count(*) FROM component") == counts["components"]
    assert count(plant, "SELECT count(*) FROM cml") == counts["cmls"]
    rejected = Counter(e["file"] for e in answer["errors"] if e["expected_outcome"] == "rejected")
    ring = "07_ut_piping_sheet.xlsx"
    for file, total in counts["readings_by_file"].items():
        stored = count(
            plant,
            "SELECT count(*) FROM reading JOIN import_batch ON import_batch.id = reading.batch_id "
            f"WHERE file_name = '{file}'",
        )
        # A mistyped or unknown id of a ring costs its other three readings too.
        whole = 3 * sum(1 for e in answer["errors"] if e["file"] == file == ring and e.get("whole_row"))
        assert stored == total - rejected[file] - whole, file
    with plant.engine.connect() as connection:
        positions = connection.execute(sa.text("SELECT DISTINCT cml_id, position FROM reading")).all()
    assert len(positions) <= counts["positions"]


def test_flagged_readings_are_stored_with_quality_and_reason(plant: Session, answer: dict[str, Any]) -> None:
    query = sa.text(
        "SELECT r.quality, r.quality_reason, r.is_nominal, r.entered_text FROM reading r "
        "JOIN import_batch b ON b.id = r.batch_id JOIN cml ON cml.id = r.cml_id "
        "WHERE b.file_name = :file AND b.sheet = :sheet AND r.source_row = :row AND cml.name = :cml "
        "AND r.position_text = :position"
    )
    quality = {"duplicate_survey": 2, "short_interval": 0}
    with plant.engine.connect() as connection:
        for e in answer["errors"]:
            if e["expected_outcome"] != "flagged":
                continue
            given = {k: e[k] for k in ("file", "sheet", "row", "cml", "position")}
            row = connection.execute(query, given).one()
            assert row.quality == quality.get(e["expected_finding"], 1), e
            assert e["expected_finding"] in row.quality_reason, e
            assert bool(row.is_nominal) == (e["expected_finding"] == "nominal_as_first"), e
            assert e.get("whole_row") or float(row.entered_text) == pytest.approx(float(e["cell"])), e


def test_rejected_rows_are_kept_with_their_text(plant: Session, answer: dict[str, Any]) -> None:
    with plant.engine.connect() as connection:
        kept = {
            (r.file_name, r.sheet, r.row_number, r.entered_text)
            for r in connection.execute(sa.text("SELECT * FROM import_finding WHERE severity = 'rejected'"))
        }
    for e in answer["errors"]:
        if e["expected_outcome"] == "rejected":
            assert (e["file"], e["sheet"], e["row"], e["cell"]) in kept, e


def test_the_report_gets_findings_in_words(plant: Session) -> None:
    for language, outcome in (("en", "Rejected"), ("zh_CN", "已拒绝")):
        rows = imports.rejects(plant, language)
        assert len(rows) == 69
        assert any(outcome == r[1] and "V-199" in r[2] for r in rows)
        assert all("⟨" not in text and "{" not in text for r in rows for text in r)


def test_importing_everything_again_changes_nothing(plant: Session, crude: Crude, tmp_path: Path) -> None:
    head, before = plant.audit_head(), plant.plant().readings.digest()
    for preview in imports.import_folder(plant, crude.files, profile_folder=tmp_path):
        d = preview.difference
        assert preview.known_before and (d.new, d.changed) == (0, 0), preview.file
        assert preview.changes is not None and not preview.changes.tables
        assert "imported before" in imports.line_of(preview, "en")
        summary = imports.summary_of(preview)
        assert summary["known_before"] and summary["new"] == 0
    assert plant.audit_head() == head
    assert plant.plant().readings.digest() == before


def test_the_import_takes_less_than_fifteen_seconds(crude: Crude) -> None:
    assert crude.cpu_s < 15.0


# -- frames ------------------------------------------------------------------------------------------------


def by_name(plant: Session) -> tuple[Any, dict[str, int]]:
    k = plant.plant().components
    return k, {str(name): i for i, name in enumerate(k.component)}


def test_what_required_thickness_stands_on_is_in_the_frame(plant: Session, crude: Crude) -> None:
    k, row = by_name(plant)
    columns = {
        "内径 ID (mm)": k.D_mm,
        "外径 OD (mm)": k.D_o_mm,
        "名义壁厚 Nominal thk (mm)": k.t_nom_mm,
        "焊接接头系数 Joint eff.": k.E,
        "腐蚀裕量 C.A. (mm)": k.CA_mm,
        "设计压力 Design press. (MPa)": k.P_MPa,
        "设计外压 External press. (MPa)": k.P_ext_MPa,
        "设计温度 Design temp. (℃)": k.T_C,
        "最低设计温度 Min. design temp. (℃)": k.T_min_C,
        "操作压力 Oper. press. (MPa)": k.P_op_MPa,
        "操作温度 Oper. temp. (℃)": k.T_op_C,
        "许用应力 Allow. stress (MPa)": k.S_owner_MPa,
        "封头长短轴比 Head ratio": k.R_ell,
        "球冠半径 Crown R (mm)": k.L_crown_mm,
        "转角半径 Knuckle r (mm)": k.r_knuckle_mm,
        "半锥角 Half angle (°)": k.alpha_deg,
        "加强圈间距 Stiffener spacing (mm)": k.L_unsupported_mm,
        "罐径 Tank dia. (m)": k.tank_D_m,
        "液位高 Liquid height (m)": k.tank_H_m,
        "比重 SG": k.tank_G,
        "液面下深度 Below liquid top (m)": k.H_liq_m,
        "液体密度 Liquid density (kg/m3)": k.rho_liq,
    }
    listed = sheet(crude.files / "01_equipment_list.xlsx", "Components", 3)
    for heading, values in columns.items():
        for r in listed:
            given = np.nan if r[heading] in (None, "—") else float(r[heading])
            assert values[row[r["部件号 Component"]]] == pytest.approx(given, nan_ok=True), (heading, r)
    for heading, column in (
        ("腔室 Chamber", "chamber"),
        ("API 581类型 Component type", "component_type"),
        ("几何形状 Geometry", "geometry"),
        ("相态 Phase", "phase"),
        ("介质 Fluid", "fluid"),
    ):
        texts = k.texts(column)
        for r in listed:
            word = str(r[heading] or "").split()[-1]
            assert texts[row[r["部件号 Component"]]] == word.replace("—", ""), (heading, r)
    courses = [(int(n), t) for n, t in zip(k.course, k.texts("component_type"), strict=True) if t.startswith("COURSE")]
    assert len(courses) == 14 and all(t == f"COURSE-{n}" for n, t in courses)


def test_lines_arrive_converted_and_their_parts_dimensioned(plant: Session, crude: Crude) -> None:
    k, row = by_name(plant)
    lines = {r["管线号 Line No"]: r for r in rows_of(crude.files / "02_line_list.csv", "gbk")}
    for r in rows_of(crude.files / "02b_piping_components.csv", "utf-8"):
        i, line = row[r["component_id"]], lines[r["line_no"]]
        assert k.tag[i] == r["line_no"]
        assert k.P_MPa[i] == pytest.approx(float(line["设计压力 Des.P (psig)"]) * PSI)
        assert k.S_owner_MPa[i] == pytest.approx(float(line["许用应力 S (psi)"]) * PSI)
        assert k.T_C[i] == pytest.approx((float(line["设计温度 Des.T (°F)"]) - 32) / 1.8)
        assert k.CA_mm[i] == pytest.approx(float(line["腐蚀裕量 C.A. (in)"]) * 25.4)
        assert k.t_nom_mm[i] == float(r["nominal_mm"])
        assert k.texts("fitting")[i] == r["fitting"] and k.material[i] == r["material"]
        assert k.circuit[i] == line["管道回路 Circuit"] and k.loop[i] == line["腐蚀回路 Loop"]
        assert k.texts("geometry")[i] == ("bend" if r["fitting"] == "elbow" else "pipe")
        assert np.isnan(k.E[i]) and np.isnan(k.D_mm[i])
    od = {3: 88.9, 4: 114.3, 6: 168.3, 8: 219.1, 10: 273.0, 12: 323.8, 14: 355.6, 16: 406.4, 24: 610.0}
    kinds = {0.75: "PIPE-1", 1: "PIPE-1", 3: "PIPE-4", 4: "PIPE-4", 6: "PIPE-6", 8: "PIPE-8", 10: "PIPE-10"}
    kinds |= {12: "PIPE-12", 14: "PIPE-16", 16: "PIPE-16", 20: "PIPEGT16", 24: "PIPEGT16"}
    piping = np.flatnonzero(k.texts("equipment_kind") == "piping")
    for i in piping.tolist():
        nps = float(k.NPS_in[i])
        assert nps not in od or k.D_o_mm[i] == pytest.approx(od[nps], rel=1e-3)
        assert nps not in kinds or k.texts("component_type")[i] == kinds[nps]
    elbow = row["P-1045-EL1"]
    assert k.R_bend_mm[elbow] == pytest.approx(1.5 * 10 * 25.4)


def test_required_thickness_of_the_truth_follows_from_the_frame(plant: Session, answer: dict[str, Any]) -> None:
    k, row = by_name(plant)
    checked = 0
    for name, truth in answer["truth"]["components"].items():
        i = row[name]
        head = np.nan_to_num(k.H_liq_m[i]) * np.nan_to_num(k.rho_liq[i]) * 9.80665e-6
        P, S = k.P_MPa[i] + head, k.S_owner_MPa[i]
        if truth["basis"] == "internal_cylinder" and k.texts("construction_code")[i] == "GB_150":
            assert P * k.D_mm[i] / (2 * S * k.E[i] - P) == pytest.approx(truth["t_req"], abs=2e-3), name
            checked += 1
        if truth["basis"] == "b313_304_1_2":
            assert P * k.D_o_mm[i] / (2 * (S + 0.4 * P)) == pytest.approx(truth["t_req"], abs=5e-3), name
            checked += 1
        assert pytest.approx(truth["S"], abs=0.01) == S, name
    assert checked > 60


def test_replaced_parts_begin_anew(plant: Session, answer: dict[str, Any]) -> None:
    p = plant.plant()
    row = {str(name): i for i, name in enumerate(p.components.component)}
    begun = {e["component"]: days_of(e["replaced_on"]) for e in answer["rebaselined"]}
    for name, day in begun.items():
        i = row[name]
        assert p.components.component_start_d[i] == day
        assert (p.cmls.start_d[p.cmls.component_row == i] == day).all()
        inside = np.isin(p.readings.cml_row, np.flatnonzero(p.cmls.component_row == i))
        before = int(np.count_nonzero(inside & (p.readings.date_d < day)))
        wanted = next(e["readings_before"] for e in answer["rebaselined"] if e["component"] == name)
        assert before == wanted, name
    others = ~np.isin(p.components.component, list(begun))
    since = p.components.component_start_d[others]
    assert (since == p.components.in_service_d[others]).all()


def test_a_process_change_starts_a_regime_of_its_circuit(plant: Session, answer: dict[str, Any]) -> None:
    k = plant.plant().components
    (change,) = answer["process_changes"]
    inside = k.circuit == change["circuit"]
    assert inside.any() and (k.regime_start_d[inside] == days_of(change["date"])).all()
    assert (k.regime_start_d[~inside] == NO_DATE).all()


def test_relief_devices_repairs_and_registry_reach_the_frames(plant: Session, crude: Crude) -> None:
    k, row = by_name(plant)
    pressures = {r["Protects"]: float(r["Set pressure (MPa)"]) for r in rows_of(crude.files / "12_relief_devices.csv")}
    for i in range(k.n):
        assert k.set_pressure_MPa[i] == pytest.approx(pressures.get(str(k.tag[i]), np.nan), nan_ok=True)
    repairs = {r["Component"]: r["Expires"] for r in rows_of(crude.files / "13_temporary_repairs.csv")}
    for name, i in row.items():
        wanted = days_of(repairs[name]) if name in repairs else NO_DATE
        assert k.temp_repair_expiry_d[i] == wanted, name
    for r in sheet(crude.files / "11_registry_list.xlsx", "特种设备台账", 2):
        mine = np.flatnonzero(k.tag == r["单位内编号"])
        assert (k.use_certificate[mine] == r["使用登记证编号"]).all() and mine.size
        assert (k.registration_code[mine] == r["注册代码"]).all()
        assert (k.safety_grade[mine] == int(r["安全状况等级"])).all(), r
        assert (k.next_stated_d[mine] >= days_of(r["下次检验日期"])).all(), r
        assert (k.last_periodic_d[mine] == days_of(r["检验日期"])).all(), r


def test_dates_stated_by_the_history_are_the_latest_of_the_item(plant: Session, crude: Crude) -> None:
    k, _ = by_name(plant)
    history = rows_of(crude.files / "09_inspection_history.csv")
    inspections = plant.plant().inspections
    seen = set(inspections.inspection_id.tolist())
    stored = count(plant, "SELECT count(*) FROM inspection")
    assert len(seen) == stored
    others = rows_of(crude.files / "16_inspections_of_other_mechanisms.csv")
    told = len(history) + len(others)
    assert count(plant, "SELECT count(*) FROM inspection WHERE inspection_type <> 'periodic'") == told
    assert (k.next_stated_d[k.next_stated_d != NO_DATE] > days_of("2020-01-01")).all()
    both = (k.last_periodic_d != NO_DATE) & (k.next_stated_d != NO_DATE)
    assert (k.next_stated_d[both] > k.last_periodic_d[both]).all()


def test_mechanisms_are_only_what_the_history_says(plant: Session, crude: Crude, answer: dict[str, Any]) -> None:
    k, row = by_name(plant)
    history = rows_of(crude.files / "09_inspection_history.csv")
    said: dict[str, set[str]] = {}
    for r in history:
        said.setdefault(r["Item"], set()).add(r["Mechanism"].split(":")[0])
    for i in range(k.n):
        if k.local_mechanism[i] == 1:
            assert "thinning_local" in said[str(k.tag[i])]
        if k.local_mechanism[i] == 0:
            assert "thinning_general" in said[str(k.tag[i])]
        if not any(m.startswith("thinning") for m in said.get(str(k.tag[i]), ())):
            assert k.local_mechanism[i] == -1
    assert k.local_mechanism[row["P-1014-EL1"]] == 1


def test_the_maintenance_system_and_the_plant_are_compared(crude: Crude, answer: dict[str, Any]) -> None:
    preview = crude.previews["03_sap_pm_extract.txt"]
    differences = answer["sap_differences"]
    only_here = {d["tag"] for d in differences if d["kind"] == "only_here"}
    assert {r.key for r in preview.difference.of("gone")} == only_here
    (late,) = [d for d in differences if d["kind"] == "differs"]
    days = [r for r in preview.difference.of("differs") if any(c.column == "in_service_d" for c in r.changes)]
    assert [r.key for r in days] == [late["tag"]]
    change = next(c for c in days[0].changes if c.column == "in_service_d")
    assert (change.before, change.after) == ("2013-08-22", "2013-02-22")
    (unknown,) = [d for d in differences if d["kind"] == "only_in_sap"]
    f = preview.findings
    assert f.n == 1 and f.code[0] == "unknown_item" and f.cell[0] == unknown["tag"]


def test_numbers_of_other_systems_are_taken_over_and_nothing_is_made_up(plant: Session) -> None:
    k, row = by_name(plant)
    i = row["C-101-SH1"]
    assert (k.sap_equipment[i], k.functional_location[i]) == ("10400000", "SMP-CDU1-C-101")
    assert (k.maximo_asset == "").all()
    assert k.manufacturer[i] == "示例制造厂 A / Sample maker A"
    assert count(plant, "SELECT count(*) FROM process_stream WHERE loop_id IS NOT NULL") == 40
    assert count(plant, "SELECT count(*) FROM chamber WHERE stream_id IS NOT NULL") == 0


def test_dates_of_every_style_are_read(plant: Session, answer: dict[str, Any]) -> None:
    query = sa.text(
        "SELECT DISTINCT r.date_d FROM reading r JOIN import_batch b ON b.id = r.batch_id "
        "WHERE b.file_name = :file AND b.sheet = :sheet AND (r.source_row = :row OR :whole_sheet)"
    )
    with plant.engine.connect() as connection:
        for d in answer["date_checks"]:
            if not d["file"].startswith(("05", "06", "07", "08")):
                continue
            whole_sheet = d["file"].startswith("06")
            given = {"file": d["file"], "sheet": d["sheet"], "row": d["row"], "whole_sheet": whole_sheet}
            assert connection.execute(query, given).scalars().all() == [days_of(d["iso"])], d


def test_frames_are_complete_and_ordered(plant: Session) -> None:
    p = read_plant(plant.engine, plant.site_id, days_of("2026-11-01"))
    assert p.as_of_d == plant.as_of_d
    assert (np.diff(p.readings.cml_row) >= 0).all() and p.readings.t_mm.min() > 0
    assert set(dataclasses.asdict(p.readings)) >= {"survey", "position_text"}
    assert date.fromordinal(date(1970, 1, 1).toordinal() + int(p.readings.date_d.max())).year == 2025
    assert (p.readings.survey != "").all()
    hot = p.readings.T_surface_C[~np.isnan(p.readings.T_surface_C)]
    assert sorted(set(hot.tolist())) == [82.0, 88.0, 96.0, 105.0, 110.0]
