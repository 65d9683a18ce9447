"""Writes records of exchanger bundles and of relief devices: lives, tests, demands and what they cost."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np

from .cells import csv_line, write_text
from .model import AS_OF, Item, Plant
from .tables import rows
from .write_other import PROTECTED

HEAD = ["Item", "Symbol", "Value", "Unit", "From", "Source"]
BUNDLE_BOOK, TEST_BOOK, STUDY = "管束台账 Bundle book", "安全阀校验记录 PRD tests", "超压工况表 Overpressure cases"
MEAN_LIFE_Y, SHAPE, YEAR = 19.0, 2.6, 365.25
Line = list[object]


def _bundles(item: Item, tubes: str, rng: np.random.Generator) -> list[Line]:
    """Bundles of one exchanger, one after the other, the last in service."""
    out: list[Line] = []
    start = item.in_service
    while start < AS_OF:
        life = MEAN_LIFE_Y * float(rng.weibull(SHAPE))
        gone = start + timedelta(days=int(life * YEAR))
        failed = bool(rng.random() < 0.7)
        held: list[tuple[str, object]] = [
            ("bundle_installed_d", start.isoformat()),
            ("bundle_set", "carbon steel" if tubes == "carbon_steel" else "alloy"),
            ("bundle_material", tubes),
        ]
        if gone < AS_OF:
            held += [("bundle_removed_d", gone.isoformat()), ("bundle_failed", "yes" if failed else "no")]
            if failed:
                held.append(("bundle_mechanism", "tube-side corrosion"))
        out += [[item.tag, symbol, value, "", start.isoformat(), BUNDLE_BOOK] for symbol, value in held]
        start = gone
    money = [("bundle_rate_reduction", 0.3, ""), ("bundle_days_fail", 12, ""), ("bundle_days_plan", 4, "")]
    money += [("bundle_env_fail", 60000, "cur"), ("bundle_env_plan", 0, "cur"), ("bundle_maint_cost", 90000, "cur")]
    money += [("bundle_insp_cost", 12000, "cur"), ("bundle_cost_stated", 180000, "cur")]
    since = item.in_service.isoformat()
    return out + [[item.tag, s, v, u, since, BUNDLE_BOOK] for s, v, u in money]


def _device(tag: str, kind: str, fluid: str, last: date, rng: np.random.Generator) -> list[Line]:
    since = date(2006, 5, 20)
    hard = fluid in ("C17-C25", "C25+")
    now: list[tuple[str, object, str]] = [
        ("prd_type", kind, ""),
        ("prd_overhauled_d", since.isoformat(), ""),
        ("severity_fail", "severe" if hard else "moderate" if fluid == "Water" else "mild", ""),
        ("severity_leak", "moderate" if hard else "mild", ""),
        ("closed_discharge", "no" if fluid in ("Water", "Air") else "yes", ""),
        ("soft_seated", "no", ""),
        ("prd_chatter", "no", ""),
        ("actuations_y", round(float(rng.uniform(0.0, 0.4)), 2), "1/y"),
        ("prd_vibration", "no", ""),
        ("prd_cyclic", "no", ""),
        ("discharge", "atmosphere" if fluid in ("Water", "Air") else "flare", ""),
        ("flare_recovery", "yes", ""),
        ("leak_tolerated", "no", ""),
    ]
    out: list[Line] = [[tag, s, v, u, since.isoformat(), TEST_BOOK] for s, v, u in now]
    days = [date(y, int(rng.integers(3, 6)), int(rng.integers(1, 28))) for y in (2011, 2015, 2019, 2023)]
    for day in (d.isoformat() for d in (*days, last)):
        passed = rng.random() > (0.12 if hard else 0.04)
        told = [("prd_tested_d", day), ("prd_effectiveness", "A"), ("prd_result", "pass" if passed else "fail")]
        told += [("prd_leak_result", "pass" if rng.random() > 0.1 else "fail"), ("prd_plugged", "no")]
        out += [[tag, s, v, "", day, TEST_BOOK] for s, v in told]
    return out


def _demands(tag: str, set_MPa: float) -> list[Line]:
    out: list[Line] = []
    for n, (case, over) in enumerate((("fire", 1.21), ("blocked_discharge_controlled", 1.6), ("power_failure", 1.3))):
        day = date(2020, 1, 1 + n).isoformat()
        told = [("demand_case", case, ""), ("DRRF", 1.0, ""), ("P_over_MPa", round(over * set_MPa, 2), "MPa")]
        out += [[tag, s, v, u, day, STUDY] for s, v, u in told]
    return out


def devices(plant: Plant, out: Path, rng: np.random.Generator) -> None:
    """Long list of records; each record of one bundle, test or case has a first day of its own."""
    lines = [csv_line(HEAD)]
    tubes = {c.item.tag: c for c in plant.comps if c.ctype == "HEXTUBE"}
    for item in plant.items:
        if item.tag in tubes:
            steel = next(r for r in rows("steels") if r[0] == tubes[item.tag].material)
            kind = "carbon_steel" if steel[1] == "carbon_low_alloy" else "5Cr" if steel[1] == "cr_mo" else "316"
            lines += [csv_line(line) for line in _bundles(item, kind, rng)]
    for k, tag in enumerate(PROTECTED):
        part = next(c for c in plant.comps if c.item.tag == tag and c.chamber in ("main", "shell"))
        P = min(c.P for c in plant.comps if c.item.tag == tag and c.chamber in ("main", "shell"))
        kind = "conventional" if k % 5 else "pilot_operated"
        lines += [csv_line(line) for line in _device(tag, kind, part.fluid, date(2025, 3 + k % 9, 4 + k), rng)]
        lines += [csv_line(line) for line in _demands(tag, P)]
    write_text(out / "17_bundle_and_relief_records.csv", lines, "utf-8", bom=b"\xef\xbb\xbf")
