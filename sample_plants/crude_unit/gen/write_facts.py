"""Writes facts of process, material and coating, decisions on damage mechanisms, and inspections for them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from .cells import STYLES, Book, csv_line, date_text, write_text
from .model import AS_OF, NOTE_EN, NOTE_ZH, SEED, Component, Item, Plant
from .tables import rows
from .write_other import BODY, HISTORY, _effect

SUBJECTS = ["部件号 Component", "位号/管线号 Item", "管道回路 Circuit", "腐蚀回路 Loop"]
SOURCE = "来源 Source"
WORDS = {
    "yes": "是 yes",
    "no": "否 no",
    "high": "高 high",
    "medium": "中 medium",
    "low": "低 low",
    "none": "无 none",
    "above_average": "高于平均 above_average",
    "average": "平均 average",
    "below_average": "低于平均 below_average",
}
CARBON = ("16MnR", "Q345R", "Q245R", "SA-516-70", "SA-106-B", "A106-B", "20# GB 9948", "SA-179", "A283-C")
DECIDED = date(2025, 9, 15)
ENGINEER = "示例工程师 Sample engineer"
Facts = dict[str, object]
Row = tuple[list[str], Facts, str]


def material(c: Component) -> Facts:
    """Classes, strength and curve of the steel of one part."""
    name = c.material
    found = next(r for r in rows("steels") if r[0] == name)
    keys = ("material_class", "material_group", "rate_material", "SMYS_MPa", "exemption_curve", "cost_material")
    out: Facts = dict(zip(keys, found[1:], strict=True))
    out["SMYS_MPa"] = float(str(out["SMYS_MPa"]))
    return out


def is_carbon(c: Component) -> bool:
    """Whether the part is of carbon steel."""
    return c.material in CARBON


def is_austenitic(c: Component) -> bool:
    """Whether the part is of stainless steel."""
    return str(material(c)["material_class"]).startswith("austenitic")


def _process() -> list[Row]:
    """What is known of the loops, and of single circuits and lines."""
    out: list[Row] = []
    for kind, name, text, source in rows("process_facts"):
        facts: Facts = {}
        for pair in text.split(";"):
            symbol, _, value = pair.partition("=")
            facts[symbol] = value
        where = {"item": 1, "circuit": 2, "loop": 3}[kind]
        out.append((["" if k != where else name for k in range(4)], facts, source))
    return out


def _coating(c: Component, rng: np.random.Generator) -> Facts:
    painted = c.start + timedelta(days=int(rng.integers(0, 9000)))
    painted = min(painted, AS_OF - timedelta(days=int(rng.integers(700, 3500))))
    age = (AS_OF - painted).days / 365.25
    quality = "high" if age < 8 else "medium" if age < 16 or rng.random() < 0.6 else "none"
    out: Facts = {"coating_quality": quality, "coating_d": painted if quality != "none" else None}
    out["driver"] = "severe" if c.loop == "CL-11" else "moderate"
    if c.insulated:
        out["insulation_type"] = str(rng.choice(["mineral_wool", "calcium_silicate", "pearlite", "unknown"]))
        complex_ = c.item.kind == "column" or c.fitting in ("tee", "elbow", "nozzle")
        out["complexity"] = "above_average" if complex_ else "average"
        out["insulation_condition"] = "below_average" if age > 16 else "average"
        if is_austenitic(c):
            out["chloride_free_insulation"] = "no"
    return out


def _seen(c: Component, rng: np.random.Generator) -> Facts:
    """Some bare outsides were looked at and measured when they were painted."""
    if c.ctype == "HEXTUBE" or rng.random() > 0.3:
        return {}
    day = c.start + (AS_OF - c.start) * float(rng.uniform(0.3, 0.8))
    years = (day - c.start).days / 365.25
    lost = float(rng.uniform(0.0, 0.06)) * years
    return {"t_rde_mm": round(max(c.nominal - lost, 0.8 * c.nominal), 1), "t_rde_d": day}


def _wet(c: Component, rng: np.random.Generator) -> Facts:
    if c.loop not in ("CL-07", "CL-08", "CL-09") or not is_carbon(c):
        return {}
    plate = c.is_plate
    out: Facts = {"product_form": "plate_or_welded" if plate else "seamless_or_extruded"}
    out["steel_sulfur_pct"] = round(float(rng.choice([0.004, 0.008, 0.012, 0.02])), 3)
    out["HB_weld"] = int(rng.integers(185, 245)) if rng.random() < 0.9 else None
    return out


def _cold(c: Component) -> Facts:
    if c.fluid != "C3-C4" or c.nominal < 20.0:
        return {}
    return {
        "t_g_mm": c.nominal,
        "T_lowest_C": -28.0,
        "pressurisation_controlled": "no",
        "code_satisfied": "yes",
        "stable_service": "yes",
        "cyclic_service": "no",
        "environmental_cracking": "no",
        "shock_chilling": "no",
        "P1_P3": "yes",
    }


def _lined(c: Component) -> Facts:
    if c.ctype == "TANKBOTTOM":
        return {"lining_type": "organic_medium", "lining_d": date(2014, 6, 20), "lining_condition": "average"}
    if c.item.tag in ("V-101", "V-102") and c.cid.endswith("SH1"):
        lined: Facts = {"lining_type": "organic_high", "lining_d": date(2017, 5, 12), "lining_condition": "good"}
        return {**lined, "lining_inspected_d": date(2023, 4, 25), "lining_monitoring": "no"}
    return {}


def _parts(plant: Plant, rng: np.random.Generator) -> list[Row]:
    out: list[Row] = []
    for c in plant.comps:
        facts = material(c)
        stressed = c.item.tag in ("S-201", "S-202", "V-106", "C-106") or c.nominal >= 38.0
        facts["pwht"] = "yes" if stressed else "no"
        if c.ctype not in ("HEXTUBE", "TANKBOTTOM"):
            facts |= _coating(c, rng) | _seen(c, rng)
        facts |= _wet(c, rng) | _cold(c) | _lined(c)
        source = "竣工图及材质证明 As-built and mill certificate"
        out.append(([c.cid, c.item.tag, "", ""], facts, source))
    return out


def facts(plant: Plant, out: Path, rng: np.random.Generator) -> None:
    """One wide sheet: a row a loop, circuit, line, item or part, a column a symbol."""
    lines = [*_process(), *_parts(plant, rng)]
    heads = {r[0]: r[1] for r in rows("fact_headings")}
    unknown = sorted({s for _, f, _ in lines for s in f} - set(heads))
    if unknown:
        raise ValueError(f"no heading for {unknown}")
    used = [s for s in heads if any(s in f for _, f, _ in lines)]
    b = Book(out / "14_process_and_material_facts.xlsx", "Sample crude unit facts")
    ws = b.sheet("Facts")
    width = len(SUBJECTS) + len(used)
    title = f"工艺、材料与涂层数据 Facts of process, material and coating · {NOTE_ZH} · {NOTE_EN}"
    ws.merge_range(0, 0, 0, width, title, b.title)
    b.heading(ws, 1, [*SUBJECTS, *(heads[s] for s in used), SOURCE], [14, 16, 11, 11, *[12] * len(used), 30])
    for r, (names, given, source) in enumerate(lines, start=2):
        for k, name in enumerate(names):
            b.put(ws, r, k, name or None)
        for k, symbol in enumerate(used, start=len(SUBJECTS)):
            b.put(ws, r, k, _cell(given.get(symbol)))
        b.put(ws, r, width, source)
    ws.freeze_panes(2, 4)
    ws.set_landscape()
    ws.set_paper(8)
    ws.fit_to_pages(1, 0)
    b.close()


def _cell(value: object) -> object:
    """A number as a number, a code in both languages, a date as a date."""
    if not isinstance(value, str):
        return value
    if value in WORDS:
        return WORDS[value]
    try:
        return float(value)
    except ValueError:
        return value


def decisions(plant: Plant) -> list[list[str]]:
    """Subject, mechanism, decision, cause, side, susceptibility and reason of every decision."""
    out = [list(r) for r in rows("damage")]
    parts: dict[str, list[Component]] = {}
    for c in plant.comps:
        parts.setdefault(c.item.tag, []).append(c)
    for item in [*plant.items, *plant.lines]:
        out += _outside(item, parts.get(item.tag, []))
    for c in plant.comps:
        if c.ctype == "TANKBOTTOM":
            out.append([c.cid, "lining", "accepted", "", "internal", "", "内涂层 internal coating of the bottom"])
            out.append([c.cid, "rate_tank_bottom", "accepted", "", "both", "", "单层罐底 single bottom"])
    return out


def _outside(item: Item, parts: list[Component]) -> list[list[str]]:
    """External mechanisms by insulation, steel and temperature; what is too hot is rejected in so many words.

    One decision for the whole item where all its parts are alike, else one for each part.
    """
    if item.kind == "heater":
        return []
    found = {c.cid: _of_part(c) for c in parts}
    kinds = {d[0][0] for d in found.values() if d}
    decided = {tuple(d) for ds in found.values() for d in ds}
    if len(kinds) == 1 and all(found.values()) and len(decided) == 1 and item.kind not in ("exchanger", "tank"):
        return [[item.tag, *next(iter(decided))]]
    return [[cid, *d] for cid, ds in found.items() for d in ds]


def _of_part(c: Component) -> list[tuple[str, str, str, str, str, str]]:
    if c.ctype in ("HEXTUBE", "TANKBOTTOM"):
        return []
    if is_austenitic(c):
        key, limit, cause = "cui_clscc" if c.insulated else "ext_clscc", 150.0, "chloride"
        why = "奥氏体钢露天 stainless steel outdoors"
    else:
        key, limit, cause = "cui" if c.insulated else "ext_corrosion", 175.0, ""
        why = "露天保温 outdoors, insulated" if c.insulated else "露天无保温 outdoors, bare"
    if c.T_op <= limit:
        return [(key, "accepted", cause, "external", "", why)]
    hot = f"操作温度高于 {limit:.0f} ℃ hotter than {limit:.0f} degC in service"
    return [(key, "rejected", cause, "external", "", hot)]


def damage(plant: Plant, out: Path) -> None:
    """Decisions as a list, those of loops first."""
    head = ["Subject", "Mechanism", "Decision", "Cause", "Side", "Susceptibility", "Reason", "By", "Date"]
    lines = [csv_line(head)]
    lines += [csv_line([*d, ENGINEER, DECIDED.isoformat()]) for d in decisions(plant)]
    write_text(out / "15_damage_mechanisms.csv", lines, "utf-8", "\n")


METHODS = {
    "scc_ssc": ("internal", "WFMT"),
    "scc_hic_h2s": ("internal", "shear wave UT"),
    "scc_amine": ("internal", "WFMT"),
    "scc_caustic": ("onstream", "shear wave UT"),
    "lining": ("internal", "VT + holiday test"),
    "ext_corrosion": ("external", "VT + pit gauge"),
    "cui": ("external", "profile RT + stripped VT"),
    "cui_clscc": ("external", "stripped PT"),
    "ext_clscc": ("external", "PT"),
}


def inspections(plant: Plant, out: Path, rng: np.random.Generator) -> None:
    """Inspections for the accepted mechanisms, each with a grade, on days of the item's surveys or between them."""
    by_loop: dict[str, list[Item]] = {}
    for item in [*plant.items, *plant.lines]:
        by_loop.setdefault(item.loop, []).append(item)
    of = {item.tag: item for item in [*plant.items, *plant.lines]}
    part = {c.cid: c for c in plant.comps}
    lines = [csv_line([*HISTORY[:9], "Cracks repaired", *HISTORY[9:]])]
    n = 0
    for subject, mechanism, decision, *_ in decisions(plant):
        if decision != "accepted" or mechanism not in METHODS:
            continue
        c = part.get(subject)
        items = by_loop[subject] if subject in by_loop else [of[subject] if c is None else c.item]
        for item in items:
            if mechanism.startswith("scc_") and item.kind in ("piping", "tank") and mechanism != "scc_caustic":
                continue
            if rng.random() > 0.65:
                continue
            start = (c.start if c is not None else item.replaced or item.in_service).year + 4
            for year in sorted({int(y) for y in rng.integers(max(start, 2006), 2026, int(rng.integers(1, 3)))}):
                n += 1
                lines.append(_inspection(n, item, c, mechanism, year, rng))
    write_text(out / "16_inspections_of_other_mechanisms.csv", lines, "utf-8", bom=b"\xef\xbb\xbf")


def _inspection(n: int, item: Item, c: Component | None, mechanism: str, year: int, rng: np.random.Generator) -> str:
    kind, method = METHODS[mechanism]
    cover = int(rng.choice([5, 10, 20, 30, 50, 80, 100]))
    found = mechanism.startswith("scc_") and rng.random() < 0.06
    day = date(year, int(rng.integers(3, 6)), int(rng.integers(1, 28)))
    row: list[object] = [item.tag, "" if c is None else c.cid, date_text(day, STYLES[n % 5]), kind, method, cover]
    row += [mechanism, _effect(cover, method), "Y" if found else "N", "Y" if found else ""]
    row += ["符合要求" if not found else "返修后符合要求", "", "", BODY]
    return csv_line(row)


def generator() -> np.random.Generator:
    """A generator of its own, so that the files before these stay as they are."""
    return np.random.default_rng(SEED + 1)
