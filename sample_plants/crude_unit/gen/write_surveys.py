"""Writes the thickness survey files and notes the row and column of every reading."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from .cells import STYLES, Book, csv_line, date_text, serial, write_text
from .model import NOTE_EN, NOTE_ZH, Plant, Reading
from .truth import ANGLES

LONG_HEAD = [
    "Reading_No",
    "File_ID",
    "ID",
    "Position",
    "Reading",
    "Thickness_mm",
    "Velocity_m_s",
    "Gain_dB",
    "Surface_Temp_C",
    "Date",
    "Time",
    "Flags",
]
SHEET_HEAD = ["CML", "Desc.", "0° or Single", "45°", "90°", "135°", "180°", "225°", "270°", "315°", "Remarks"]
RING_HEAD = [
    "Circuit_ID",
    "CML",
    "Component",
    "NPS",
    "Schedule",
    "Nominal_mm",
    "Reading_1",
    "Reading_2",
    "Reading_3",
    "Reading_4",
    "Min_mm",
    "Prev_mm",
    "Prev_Date",
    "Survey_Date",
    "Condition",
    "Service",
    "Material",
]
BATCH_HEAD = [
    "Location ID",
    "Piping Line",
    "Fitting Type",
    "Measured Thickness",
    "Nominal",
    "Survey Date",
    "Technician",
    "Equipment",
    "Comments",
]


def _file_id(r: Reading) -> str:
    group = "L" if r.cml.comp.item.kind == "piping" else "V"
    if r.error and r.error["kind"] == "nominal_as_first":
        return f"BASE{r.day.year}-{group}"
    if r.error and r.error["kind"] == "short_interval":
        return f"S{r.day.year}-{group}-CHK"
    return f"S{r.day.year}-{group}" + ("-COPY" if r.copy else "")


def style_of(file_id: str) -> str:
    """Each survey file was exported by one gauge with one date style."""
    return STYLES[sum(ord(ch) for ch in file_id.removesuffix("-COPY")) % len(STYLES)]


def number_text(r: Reading) -> str:
    if r.text is not None:
        return r.text
    typed = r.error is not None and r.error["kind"] in ("nominal_as_first", "decimal_slip")
    return f"{r.mm:.1f}" if r.day.year <= 2003 and not typed else f"{r.mm:.2f}"


def _check(plant: Plant, file: str, sheet: str, row: int, column: str, text: str, d: date, style: str) -> None:
    """Keep one example of every date style of every file for the answer key."""
    seen = plant.facts.setdefault("date_seen", {})
    assert isinstance(seen, dict)
    key = (file, style)
    if key in seen:
        seen[key]["rows"] += 1
    else:
        seen[key] = {
            "file": file,
            "sheet": sheet,
            "row": row,
            "column": column,
            "text": text,
            "iso": d.isoformat(),
            "style": style,
            "rows": 1,
        }


def long_gauge(plant: Plant, out: Path) -> None:
    name = "05_ut_long_gauge.csv"
    rows = [r for r in plant.readings if r.src == "05"]
    order = {m.cid: i for i, m in enumerate(plant.cmls)}
    rows.sort(key=lambda r: (r.copy, r.day.year, _file_id(r), r.day, order[r.cml.cid], r.id_text or "", r.pos))
    lines = [
        f"# Ultrasonic gauge export ({NOTE_EN}; {NOTE_ZH})",
        "# Model: sample gauge, generic 38-type export",
        "# Serial: 000000",
        "# Probe: 5 MHz dual element",
        "# Units: mm",
        "# Velocity: per row, m/s",
        "# Files merged: one File_ID a survey",
        "# Position: degrees, empty = single point",
        "# ----------------------------------------",
        csv_line(LONG_HEAD),
    ]
    for n, r in enumerate(rows, start=1):
        fid = _file_id(r)
        style = style_of(fid)
        text = date_text(r.day, style)
        velocity = 5740 if r.cml.comp.material.startswith(("SA-240", "S304")) else 5920
        minute = 8 * 60 + (n * 3) % 540
        lines.append(
            csv_line(
                [
                    n,
                    fid,
                    r.id_text or r.cml.cid,
                    r.pos,
                    1,
                    number_text(r),
                    velocity,
                    42 + n % 5,
                    f"{r.temp:.0f}" if r.temp else "",
                    text,
                    f"{minute // 60:02d}:{minute % 60:02d}",
                    r.flags,
                ]
            )
        )
        r.row, r.column = len(lines), "ID" if _on_id(r) else "Thickness_mm"
        r.cell = (r.id_text or r.cml.cid) if _on_id(r) else number_text(r)
        _check(plant, name, "", r.row, "Date", text, r.day, style)
    write_text(out / name, lines, "utf-8")


def _on_id(r: Reading) -> bool:
    return bool(r.error and r.error.get("whole_row"))


def vessel_sheets(plant: Plant, out: Path) -> None:
    by_tag: dict[str, list[Reading]] = defaultdict(list)
    for r in plant.readings:
        if r.src.startswith("06:"):
            by_tag[r.src[3:]].append(r)
    for t, (tag, rows) in enumerate(sorted(by_tag.items())):
        name = f"06_ut_vessel_sheet_{tag}.xlsx"
        b = Book(out / name, f"UT thickness sheet {tag}")
        for s, day in enumerate(sorted({r.day for r in rows})):
            _vessel_sheet(plant, b, name, tag, day, [r for r in rows if r.day == day], (t + s) % 6)
        b.close()


def _vessel_sheet(plant: Plant, b: Book, name: str, tag: str, day: date, rows: list[Reading], turn: int) -> None:
    sheet = str(day.year)
    ws = b.sheet(sheet)
    ws.merge_range(0, 0, 0, 10, "壁厚测定记录  Ultrasonic thickness record", b.title)
    ws.merge_range(1, 0, 1, 10, f"{NOTE_ZH} · {NOTE_EN}", b.sub)
    for i, (label, entry) in enumerate(
        (
            ("Vessel / 设备", tag),
            ("Survey date / 检测日期", ""),
            ("Units", "inch"),
            ("Gauge", "sample gauge 000000"),
        ),
        start=2,
    ):
        ws.write_string(i, 0, label, b.label)
        ws.write_string(i, 1, entry, b.plain)
    style = [*STYLES, "excel"][turn]
    if style == "excel":
        b.put(ws, 3, 1, day)
        text = day.isoformat()
    else:
        text = date_text(day, style)
        ws.write_string(3, 1, text, b.plain)
    _check(plant, name, sheet, 4, "B", text, day, style)
    b.heading(ws, 7, list(SHEET_HEAD), [22, 30, *[9.5] * 8, 24])
    at = 8
    for cid in dict.fromkeys(r.cml.cid for r in rows):
        ring = {r.pos: r for r in rows if r.cml.cid == cid}
        ws.write_string(at, 0, cid, b.mid)
        ws.write_string(at, 1, next(iter(ring.values())).cml.where, b.cell)
        for k, pos in enumerate(ANGLES):
            r = ring[pos]
            r.sheet, r.row, r.column = sheet, at + 1, SHEET_HEAD[2 + k]
            value: float | str = round(r.mm, 2) if r.unit == "mm" else round(r.mm / 25.4, 3)
            r.cell = r.text if r.text is not None else f"{value:g}"
            b.put(ws, at, 2 + k, r.text if r.text is not None else value, b.num3)
        b.put(ws, at, 10, "保温窗 window cut" if at % 7 == 0 else None)
        at += 1
    ws.write_string(at + 1, 0, "检测 Inspector: 示例检验员 sample inspector      校核 Checked: ________", b.note)
    ws.freeze_panes(8, 2)
    ws.set_landscape()
    ws.set_paper(9)
    ws.fit_to_pages(1, 0)


def piping_sheet(plant: Plant, out: Path) -> None:
    name = "07_ut_piping_sheet.xlsx"
    b = Book(out / name, "UT piping sheet")
    ws = b.sheet("UT")
    ws.merge_range(0, 0, 0, 16, "管道测厚记录  Piping thickness survey, four readings a point (mm)", b.title)
    ws.merge_range(1, 0, 1, 16, f"{NOTE_ZH} · {NOTE_EN}", b.sub)
    ws.write_string(2, 0, "Unit CDU-1, all surveys; Min and Prev filled by the inspector", b.note)
    b.heading(ws, 3, list(RING_HEAD), [11, 13, 13, 7, 9, 12, *[10] * 4, 9, 9, 11, 12, 14, 14, 22])
    groups: dict[tuple[date, str], list[Reading]] = defaultdict(list)
    for r in plant.readings:
        if r.src == "07":
            groups[(r.day, r.cml.cid)].append(r)
    last: dict[str, tuple[float, date]] = {}
    keys = sorted(groups, key=lambda k: (k[0].year, k[1].rsplit("-", 1)[0], k[0], k[1]))
    for at, key in enumerate(keys, start=4):
        rows = sorted(groups[key], key=lambda r: r.pos)
        _ring_row(plant, b, ws, name, at, key[0], rows, last)
    ws.freeze_panes(4, 3)
    ws.autofilter(3, 0, 3 + len(keys), 16)
    ws.set_landscape()
    ws.set_paper(8)
    ws.fit_to_pages(1, 0)
    ws.repeat_rows(3)
    b.close()


def _ring_row(
    plant: Plant,
    b: Book,
    ws: Worksheet,
    name: str,
    at: int,
    day: date,
    rows: list[Reading],
    last: dict[str, tuple[float, date]],
) -> None:
    c, cid = rows[0].cml.comp, rows[0].cml.cid
    for k, v in enumerate([c.item.circuit, rows[0].id_text or cid, c.cid, c.nps, c.schedule]):
        b.put(ws, at, k, v)
    b.put(ws, at, 5, c.nominal, b.num2)
    values = [r.mm for r in rows if r.text is None]
    for k, r in enumerate(rows):
        r.sheet, r.row, r.column = "UT", at + 1, "CML" if _on_id(r) else RING_HEAD[6 + k]
        reading: float | str = r.text if r.text is not None else float(number_text(r))
        b.put(ws, at, 6 + k, reading, b.num1 if 1992 < day.year <= 2003 else b.num2)
        r.cell = (r.id_text or cid) if _on_id(r) else f"{reading:g}" if isinstance(reading, float) else reading
    b.put(ws, at, 10, round(min(values), 2) if values else None, b.num2)
    prev = last.get(cid)
    b.put(ws, at, 11, round(prev[0], 2) if prev else None, b.num2)
    b.put(ws, at, 12, prev[1] if prev else None)
    style = {2008: "serial", 2012: "short", 2000: "compact"}.get(day.year, "excel")
    text = date_text(day, style)
    if style == "excel":
        b.put(ws, at, 13, day)
        text = day.isoformat()
    elif style == "serial":
        b.put(ws, at, 13, serial(day), b.mid)
    else:
        ws.write_string(at, 13, text, b.mid)
    _check(plant, name, "UT", at + 1, "Survey_Date", text, day, style)
    for k, v in ((14, "good"), (15, c.item.line["service"]), (16, c.material)):
        b.put(ws, at, k, v)
    if values:
        last[cid] = (min(values), day)


def batch_2019(plant: Plant, out: Path) -> None:
    name = "08_ut_batch_2019.csv"
    rows = [r for r in plant.readings if r.src == "08"]
    order = {m.cid: i for i, m in enumerate(plant.cmls)}
    rows.sort(key=lambda r: (order[r.cml.cid], r.id_text or ""))
    lines = [
        f"# 2019 turnaround piping batch ({NOTE_EN})",
        "# Units: mm",
        "# Sheet 1 of 1",
        csv_line(BATCH_HEAD),
    ]
    for r in rows:
        value = f"{r.mm / 25.4:.3f}" if r.unit == "in" else number_text(r)
        text = date_text(r.day, "slash")
        c = r.cml.comp
        line_no = c.item.tag if r.id_text != "P-1099-003" else "P-1099-4-B1A"
        lines.append(
            csv_line(
                [
                    r.id_text or r.cml.cid,
                    line_no,
                    c.fitting,
                    value,
                    f"{c.nominal:.2f}",
                    text,
                    "sample technician",
                    "gauge 000000",
                    "" if not r.flags else r.flags,
                ]
            )
        )
        r.row, r.column = len(lines), "Location ID" if _on_id(r) else "Measured Thickness"
        r.cell = (r.id_text or r.cml.cid) if _on_id(r) else value
        _check(plant, name, "", r.row, "Survey Date", text, r.day, "slash d/m/y")
        if r.day.day > 12:
            plant.facts.setdefault("deciding_rows", [])
            deciding = plant.facts["deciding_rows"]
            assert isinstance(deciding, list)
            deciding.append(r.row)
    write_text(out / name, lines, "utf-8", bom=b"\xef\xbb\xbf")
