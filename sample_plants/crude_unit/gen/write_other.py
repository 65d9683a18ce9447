"""Writes inspection history, streams, the registry list, relief devices and temporary repairs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from .cells import STYLES, Book, csv_line, date_text, write_text
from .model import AS_OF, NOTE_EN, NOTE_ZH, Item, Plant
from .tables import LOOPS, rows
from .write_lists import fluid_cell

HISTORY = [
    "Item",
    "Component",
    "Date",
    "Type",
    "Method",
    "Coverage %",
    "Mechanism",
    "Effectiveness",
    "Cracks found",
    "Conclusion",
    "Safety grade",
    "Next date",
    "Inspection body",
]
STREAMS = [
    "Stream",
    "Name",
    "Loop",
    "Circuit",
    "Fluid",
    "Phase",
    "T (℃)",
    "P (MPa)",
    "MW (kg/kmol)",
    "Density (kg/m3)",
    "TAN (mgKOH/g)",
    "Sulfur (wt%)",
    "H2S (ppmw)",
    "Chloride (ppmw)",
    "pH",
    "Water (wt%)",
    "Amine (wt%)",
    "NH3 (ppmw)",
    "H2S (mol%)",
    "Velocity (m/s)",
]
REGISTRY = [
    "序号",
    "使用登记证编号",
    "设备代码",
    "注册代码",
    "单位内编号",
    "设备名称",
    "设备种类",
    "设备类别",
    "设备品种",
    "产品编号",
    "制造单位名称",
    "制造日期",
    "投用日期",
    "设计使用年限",
    "使用状态",
    "安全状况等级",
    "检验日期",
    "检验结论",
    "下次检验日期",
    "检验机构",
    "备注",
]
BODY = "示例检验机构 Sample inspection body"
REGISTERED = ("column", "drum", "exchanger", "air_cooler", "sphere", "filter")
CRACKED = ("V-109", "E-115")
SCC = {"CL-09": "wet_h2s_hic", "CL-10": "amine_scc"}
GRADE = {
    "V-103": "4",
    "E-101A": "4",
    "P-1045": "3",
    "A-101": "3",
    "E-115": "3",
    "P-1023": "3",
    "P-1020": "3",
    "P-1052": "3",
    "C-101": "3",
}
CONCLUSION = {"1": "符合要求", "2": "符合要求", "3": "基本符合要求", "4": "基本符合要求"}
FLUID_MW = {
    "C1-C2": (23, 1),
    "C3-C4": (51, 540),
    "C5": (72, 625),
    "C6-C8": (100, 690),
    "C9-C12": (149, 735),
    "C13-C16": (205, 765),
    "C17-C25": (280, 800),
    "C25+": (422, 920),
    "Water": (18, 997),
    "Steam": (18, 1),
    "Air": (29, 1),
}


def _grade(item: Item, k: int) -> str:
    return GRADE.get(item.short, GRADE.get(item.tag, "1" if k % 6 == 0 else "2"))


def _next(day: date, grade: str, item: Item) -> date:
    years = {"1": 6, "2": 6, "3": 3, "4": 3}[grade]
    if item.kind == "piping" and item.line["gc"] == "GC3" and grade in "12":
        years = 9
    return date(day.year + years, day.month, min(day.day, 28))


def _plus(day: date, days: int) -> date:
    return min(day + timedelta(days=days), AS_OF - timedelta(days=20))


def survey_days(plant: Plant) -> dict[str, list[date]]:
    out: dict[str, set[date]] = {}
    for r in plant.readings:
        if r.error is None or r.error["kind"] not in ("nominal_as_first", "short_interval"):
            out.setdefault(r.cml.comp.item.tag, set()).add(r.day)
    return {k: sorted(v) for k, v in out.items()}


def history(plant: Plant, out: Path, rng: np.random.Generator) -> None:
    """Internal or on-stream examination with each of the last surveys, one row a mechanism."""
    days = survey_days(plant)
    worst = {c.item.tag: c.cid for c in reversed(plant.comps) if c.n_cml}
    lines = [csv_line(HISTORY)]
    last: dict[str, tuple[date, str, date]] = {}
    plant.facts["last_inspection"] = last
    n = 0
    for k, item in enumerate([*plant.items, *plant.lines]):
        grade = _grade(item, k)
        line = item.kind == "piping"
        for j, day in enumerate(days.get(item.tag, [])[-(2 if line else 3) :]):
            newest = day == days[item.tag][-1]
            g = grade if newest else min(grade, "2")
            when = _plus(day, int(rng.integers(2, 15)))
            due = _next(when, g, item)
            if newest:
                last[item.tag] = (when, g, due)
            tank = item.kind in ("tank", "heater")
            base = [
                item.tag,
                worst[item.tag] if (k + j) % 3 == 0 else "",
                None,
                "onstream" if line else "internal" if (k + j) % 5 else "external",
            ]
            mechs = [LOOPS[item.loop][1]]
            thin = "thinning_local" if mechs[0] in ("naphthenic", "hcl", "sour_water") else "thinning_general"
            for mech, method, cover in _scope(item, thin, rng):
                n += 1
                row = [
                    *base,
                    method,
                    cover,
                    mech,
                    _effect(cover, method),
                    "Y" if mech in SCC.values() and newest and item.tag in CRACKED else "N",
                    CONCLUSION[g],
                    "" if tank else g,
                    "" if tank else date_text(due, STYLES[n % 5]),
                    BODY,
                ]
                row[2] = date_text(when, STYLES[(n * 3) % 5])
                lines.append(csv_line(row))
    write_text(out / "09_inspection_history.csv", lines, "utf-8", bom=b"\xef\xbb\xbf")


def _scope(item: Item, thin: str, rng: np.random.Generator) -> list[tuple[str, str, int]]:
    cover = int(rng.choice([5, 10, 20, 30, 50, 80]))
    out = [(f"{thin}:{LOOPS[item.loop][1]}", "UT thickness + VT", cover)]
    if item.loop in SCC and item.kind != "piping":
        out.append((SCC[item.loop], "WFMT", int(rng.choice([20, 50, 100]))))
    if item.kind == "piping" and item.line.get("ins") == "Y" and rng.random() < 0.35:
        out.append(("cui", "profile RT + stripped VT", int(rng.choice([5, 15, 30]))))
    return out


def _effect(cover: int, method: str) -> str:
    for limit, letter in ((50, "A"), (20, "B"), (10, "C"), (5, "D")):
        if cover >= limit:
            return letter
    return "E"


def streams(plant: Plant, out: Path, rng: np.random.Generator) -> None:
    b = Book(out / "10_process_streams.xlsx", "Sample crude unit process streams")
    ws = b.sheet("Streams")
    ws.merge_range(
        0,
        0,
        0,
        19,
        f"工艺物流表 Process streams by corrosion loop and circuit · {NOTE_ZH} · {NOTE_EN}",
        b.title,
    )
    b.heading(ws, 1, list(STREAMS), [9, 26, 9, 11, 10, 12, *[11] * 14])
    seen: set[str] = set()
    r = 2
    for item in plant.lines:
        if item.circuit in seen:
            continue
        seen.add(item.circuit)
        ln = item.line
        for k, v in enumerate(_stream(r - 1, item, ln, rng)):
            b.put(ws, r, k, v)
        r += 1
    ws.freeze_panes(2, 2)
    ws.set_landscape()
    ws.set_paper(8)
    ws.fit_to_pages(1, 0)
    b.close()


def _stream(n: int, item: Item, ln: dict[str, str], rng: np.random.Generator) -> list[object]:
    loop, fluid = item.loop, ln["fluid"]
    mw, rho = FLUID_MW[fluid]
    oil = fluid not in ("Water", "Steam", "Air")
    heavy = {"CL-03": 1.9, "CL-06": 2.3, "CL-05": 0.9, "CL-02": 1.2, "CL-04": 1.0, "CL-01": 1.2}.get(loop)
    sulfur = {
        "CL-05": 2.8,
        "CL-06": 1.9,
        "CL-04": 0.9,
        "CL-02": 1.6,
        "CL-03": 2.1,
        "CL-01": 1.5,
        "CL-07": 0.05,
        "CL-08": 0.8,
    }.get(loop)
    wet = loop in ("CL-07", "CL-08", "CL-09") and item.circuit != "PC-0707"
    sour = wet and fluid == "Water" and loop in ("CL-07", "CL-08")
    amine = loop == "CL-10"

    def jig(v: float, digits: int) -> float:
        return round(v * float(rng.uniform(0.9, 1.1)), digits)

    return [
        f"S-{n:02d}",
        f"{ln['service']} {ln['from']}→{ln['to']}",
        loop,
        item.circuit,
        fluid_cell(fluid),
        ln["phase"],
        round((float(ln["Top"]) - 32) / 1.8),
        round(float(ln["Pop"]) * 0.00689476, 3),
        mw,
        None if ln["phase"] == "gas" else rho,
        jig(heavy, 2) if heavy and oil else None,
        jig(sulfur, 2) if sulfur and oil else None,
        jig(3500 if loop == "CL-08" else 900, 0) if wet else None,
        jig(25, 0) if wet and loop != "CL-09" else None,
        jig(5.8, 1) if wet else jig(9.2, 1) if amine else None,
        98.0 if sour else jig(3, 1) if wet else jig(70, 0) if amine else None,
        30.0 if amine else None,
        jig(350, 0) if sour else None,
        jig(0.4, 2) if wet and oil else None,
        jig(1.4 if ln["phase"] == "liquid" else 18.0, 1),
    ]


def registry(plant: Plant, out: Path) -> None:
    """Invented numbers of the right pattern: area 999999, maker XXX, province letter 示."""
    b = Book(out / "11_registry_list.xlsx", "Sample registry list")
    ws = b.sheet("特种设备台账")
    ws.merge_range(0, 0, 0, 20, f"压力容器使用登记台账（{NOTE_ZH}，编号均为示例） {NOTE_EN}", b.title)
    b.heading(
        ws,
        1,
        list(REGISTRY),
        [6, 19, 21, 23, 11, 22, 13, 15, 15, 12, 28, 12, 12, 10, 9, 9, 12, 14, 12, 26, 22],
    )
    last = plant.facts["last_inspection"]
    assert isinstance(last, dict)
    cat = {
        "I": ("2170", "第一类压力容器", "17"),
        "II": ("2150", "第二类压力容器", "15"),
        "III": ("2130", "第三类压力容器", "13"),
    }
    r = 2
    for i, item in enumerate(plant.items):
        if item.kind not in REGISTERED:
            continue
        code, name, short = cat[item.vessel_class]
        start = item.replaced or item.in_service
        when, grade, due = last.get(item.tag, (None, "2", None))
        life: object = f"{item.life}年" if item.life not in ("", "—") else item.life
        row: list[object] = [
            r - 1,
            f"容{short}示A{100 + i:05d}({start.year % 100:02d})",
            f"{code}99XXX{start.year - 1}{i + 1:04d}",
            f"{code}999999{start.year}{start.month:02d}{i + 1:04d}",
            item.tag,
            item.name_zh,
            "压力容器",
            name,
            "球罐" if item.kind == "sphere" else name,
            f"SM{item.maker}{start.year % 100:02d}-{100 + 7 * i}",
            f"示例制造厂 {item.maker}",
            date(start.year - 1, 11, 15),
            start,
            life,
            "停用" if item.tag == "V-114" else "在用",
            int(grade),
            when,
            CONCLUSION[grade],
            due,
            "示例检验机构",
            "监控使用" if grade == "4" else None,
        ]
        for k, v in enumerate(row):
            b.put(ws, r, k, v)
        r += 1
    ws.freeze_panes(2, 5)
    ws.autofilter(1, 0, r - 1, len(REGISTRY) - 1)
    ws.set_landscape()
    ws.set_paper(8)
    ws.fit_to_pages(1, 0)
    b.close()


PROTECTED = [
    "C-101",
    "C-102",
    "C-105",
    "C-106",
    "V-101",
    "V-102",
    "V-103",
    "V-104",
    "V-106",
    "V-107",
    "V-108",
    "V-110",
    "V-111",
    "V-112",
    "S-201",
    "S-202",
    "E-106",
    "E-116",
]


def relief_devices(plant: Plant, out: Path) -> None:
    lines = [
        "PRD tag,Protects,Type,Set pressure (MPa),Inlet x outlet,Orifice,Last test,As found (MPa),Next test,"
        "Service,Remark"
    ]
    for k, tag in enumerate(PROTECTED):
        parts = [c for c in plant.comps if c.item.tag == tag and c.chamber in ("main", "shell")]
        P = min(c.P for c in parts)
        service = parts[0].fluid
        last = date(2025, 3 + k % 9, 4 + k)
        found = P * (1.0 + (0.02 if k % 4 else -0.03))
        lines.append(
            csv_line(
                [
                    f"PSV-{tag[0]}{tag[2:]}",
                    tag,
                    "spring" if k % 5 else "pilot",
                    f"{P:.2f}",
                    ('2" x 3"', '3" x 4"', '4" x 6"')[k % 3],
                    "JLP"[k % 3],
                    last.isoformat(),
                    f"{found:.3f}",
                    last.replace(year=2026).isoformat(),
                    service,
                    "过期 overdue" if last.replace(year=2026) < AS_OF else "",
                ]
            )
        )
    write_text(out / "12_relief_devices.csv", lines, "utf-8", "\n")


def temporary_repairs(plant: Plant, out: Path) -> None:
    lines = ["Repair no,Item,Component,CML,Kind,Installed,Expires,MOC no,Next opening,Remark"]
    facts: list[dict[str, str]] = []
    for no, cid, k, kind, start, end, moc, opening, remark in rows("repairs"):
        point = [m for m in plant.cmls if m.comp.cid == cid][int(k) - 1]
        lines.append(csv_line([no, point.comp.item.tag, cid, point.cid, kind, start, end, moc, opening, remark]))
        facts.append(
            {
                "repair": no,
                "component": cid,
                "cml": point.cid,
                "expires": end,
                "expired": str(date.fromisoformat(end) < AS_OF).lower(),
            }
        )
    plant.facts["repairs"] = facts
    write_text(out / "13_temporary_repairs.csv", lines, "utf-8", "\n")
