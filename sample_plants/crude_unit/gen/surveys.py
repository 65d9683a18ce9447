"""Measures the true walls on survey days with realistic noise."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from .model import AS_OF, Cml, Component, Plant, Reading
from .tables import BATCH_LINES, HOT_LINES, rows

BIAS_MM = 0.05
REPEAT_MM = 0.08
VELOCITY_PER_DEGC = 0.01 / 55.0
MAX_RISE_MM = 0.30
SHEET_VESSELS = ("C-101", "C-104", "V-104")

VESSEL_YEARS = [1995, 1999, 2003, 2007, 2011, 2015, 2019, 2023]
LINE_YEARS = [1996, 2000, 2004, 2008, 2012, 2016, 2022, 2025]


class Noise:
    """Gauge bias by survey and repeatability by reading; both truncated at two sigma."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._bias: dict[str, float] = {}

    def bias(self, key: str) -> float:
        if key not in self._bias:
            self._bias[key] = float(np.clip(self.rng.normal(0.0, BIAS_MM), -2 * BIAS_MM, 2 * BIAS_MM))
        return self._bias[key]

    def measure(self, wall: float, key: str, temp: float | None) -> float:
        hot = wall * (1.0 + VELOCITY_PER_DEGC * (temp - 20.0)) if temp else wall
        rep = float(np.clip(self.rng.normal(0.0, REPEAT_MM), -2 * REPEAT_MM, 2 * REPEAT_MM))
        return hot + self.bias(key) + rep


def _years(kind: str, start: date, n: int, rng: np.random.Generator) -> list[int]:
    pool = LINE_YEARS if kind == "piping" else VESSEL_YEARS
    years = [y for y in pool if y > start.year + 1]
    if len(years) < 3:
        years = sorted({*years, *[y for y in (2021, 2023, 2025) if y > start.year + 1]})
    if len(years) <= n:
        return years
    keep = {years[-1], years[-2]}
    rest = [y for y in years if y not in keep]
    picked = rng.choice(len(rest), size=n - 2, replace=False)
    return sorted(keep | {rest[i] for i in picked})


def _source(m: Cml) -> str:
    if m.scheme == "R1-R4":
        return "07"
    if m.scheme == "8x45" and m.comp.item.tag in SHEET_VESSELS:
        return f"06:{m.comp.item.tag}"
    return "05"


def rounded(mm: float, year: int, src: str) -> float:
    if src.startswith("06"):
        return round(mm / 25.4, 3) * 25.4
    return round(mm, 1 if year <= 2003 else 2)


def cover_repairs(plant: Plant) -> None:
    """Points under a temporary repair cannot be read after it was fitted."""
    for r in rows("repairs"):
        points = [m for m in plant.cmls if m.comp.cid == r[1]]
        points[int(r[2]) - 1].removed_at = date.fromisoformat(r[4])


def survey_all(plant: Plant, rng: np.random.Generator) -> None:
    """Append every clean reading of the plant to plant.readings."""
    cover_repairs(plant)
    noise = Noise(rng)
    calendar: dict[str, list[date]] = {}
    renewed = {c.item.tag for c in plant.comps if c.replaced or c.item.replaced}
    for m in plant.cmls:
        tag = m.comp.item.tag
        if tag not in calendar:
            calendar[tag] = _calendar(m.comp, tag in renewed, rng)
    plant.facts["noise"] = noise
    for m in plant.cmls:
        days = [d for d in calendar[m.comp.item.tag] if (d - m.comp.start).days > 300]
        if len(days) < 2 or m.comp.replaced or m.comp.item.replaced:
            days = sorted({*days, *_late_days(m.comp, calendar[m.comp.item.tag])})
        if m.removed_at:
            days = [d for d in days if d < m.removed_at]
        _old_instance(plant, m, calendar[m.comp.item.tag], noise, rng)
        previous = np.full(len(m.positions), np.nan)
        for d in days:
            _measure(plant, m, d, previous, noise)


def _calendar(c: Component, renewed: bool, rng: np.random.Generator) -> list[date]:
    n = int(rng.choice([3, 4, 5, 6, 8], p=[0.44, 0.35, 0.14, 0.04, 0.03]))
    if c.item.tag in SHEET_VESSELS or renewed:
        n = max(n, 5)
    start = c.item.in_service
    years = _years(c.item.kind, start, n, rng)
    base = {1: date(2000, 5, 4), 0: date(2000, 9, 2)}[1 if c.item.kind != "piping" else 0]
    out = [base.replace(year=y) + timedelta(days=int(rng.integers(0, 26))) for y in years]
    if c.item.kind == "piping" and c.item.short[2:] in BATCH_LINES:
        late = 12 if c.item.short[2:] in BATCH_LINES[-3:] else 0  # only these rows tell day from month
        out.append(date(2019, 5, 3) + timedelta(days=late + int(rng.integers(0, 9))))
    return sorted(out)


def _late_days(c: Component, have: list[date]) -> list[date]:
    """Replaced parts get enough surveys of their own: one, four and eight years after the change."""
    out = []
    for years in (2, 5, 8):
        d = c.start + timedelta(days=int(365.25 * years) + 11)
        if d < AS_OF and all(abs((d - h).days) > 340 for h in have):
            out.append(d)
    return out


def _old_instance(plant: Plant, m: Cml, days: list[date], noise: Noise, rng: np.random.Generator) -> None:
    """Readings taken on the part before it was replaced: a thinner wall than the one of today."""
    first = m.comp.item.in_service
    if m.comp.start == first or m.comp.start == m.comp.in_service:
        return
    c = m.comp
    life = (c.start - first).days
    loss = max(c.nominal - c.t_req - 0.4, 1.0)
    end = c.nominal - min(loss, 0.55 * c.nominal) * rng.uniform(0.85, 1.0, len(m.positions))
    for d in [d for d in days if (d - first).days > 300 and d < c.start]:
        share = (d - first).days / life
        wall = c.nominal * 1.01 + (end - c.nominal * 1.01) * share
        key = f"{d.year}-{c.item.kind}"
        for k, pos in enumerate(m.positions):
            src = _source(m)
            mm = rounded(noise.measure(float(wall[k]), key, None), d.year, src)
            plant.readings.append(Reading(m, pos, d, mm, src, old_instance=True))


def _measure(plant: Plant, m: Cml, d: date, previous: np.ndarray, noise: Noise) -> None:
    c = m.comp
    no = c.item.short[2:] if c.item.kind == "piping" else ""
    src = "08" if no in BATCH_LINES and d.year == 2019 and m.scheme == "single" else _source(m)
    temp = HOT_LINES.get(no) if d.year in (2016, 2022, 2025) else None
    key = f"{d.year}-{src}-{c.item.kind}"
    wall = m.wall(d)
    top = c.nominal * (1.08 if c.is_plate and c.geometry != "pipe" else 1.12)
    for k, pos in enumerate(m.positions):
        low = 0.34 * c.nominal
        high = min(top, previous[k] + MAX_RISE_MM) if previous[k] > 0 else top
        mm = np.nan
        for _ in range(40):
            mm = rounded(noise.measure(float(wall[k]), key, temp), d.year, src)
            first_is_nominal = np.isnan(previous[k]) and abs(mm - c.nominal) < 0.02
            if low <= mm <= high and not first_is_nominal:
                break
        else:
            mm = rounded(float(np.clip(wall[k], low, high - 0.02)), d.year, src)
        previous[k] = mm
        plant.readings.append(Reading(m, pos, d, mm, src, temp=temp))
