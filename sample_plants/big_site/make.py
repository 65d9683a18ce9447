"""Generates a big site on demand: lists, one long readings file, facts and decisions (no real plant)."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "crude_unit"))

from gen.cells import csv_line  # noqa: E402
from gen.model import AS_OF, NOTE_EN, NOTE_ZH, YEAR_DAYS  # noqa: E402
from gen.write_lists import COMPONENTS, EQUIPMENT, KIND, PHASE  # noqa: E402
from gen.write_surveys import LONG_HEAD  # noqa: E402

CMLS_A_COMPONENT = 10
COMPONENTS_AN_ITEM = 4
PLATES = np.array([6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 30, 32, 36, 40, 45, 50], dtype=float)
KINDS = ("column", "drum", "exchanger", "drum")
TYPES = {"column": "COLMID", "drum": "DRUM", "exchanger": "HEXSS"}
FLUIDS = ("C3-C4", "C6-C8", "C9-C12", "C13-C16", "C17-C25", "C25+")
START = date(1992, 9, 18)
FACT_HEAD = (
    "Component,Item,Loop,material_class,material_group,rate_material,SMYS (MPa),pwht,coating_quality,coating_d,driver,"
    "insulation_type,complexity,insulation_condition,product_form,HB_weld,steel_sulfur_pct (wt%),water_present,pH,"
    "H2S_water_ppmw (ppmw),chloride_ppmw (ppmw),cyanide,sulfur_wt (wt%),TAN (mgKOH/g),velocity_m_s (m/s)"
)
# Process facts of a loop: wet and sour, hot and sulfidic, or neither.
PROCESS = (
    "yes,5.8,900,25,no,,,4",
    ",,,,,1.9,1.6,1.8",
    "yes,6.4,60,10,no,0.4,0.3,1.5",
)
DAMAGE_HEAD = "Subject,Mechanism,Decision,Cause,Side,Susceptibility,Reason,By,Date"
DECISIONS = (
    ("scc_ssc", "scc_hic_h2s", "cui", "ext_corrosion"),
    ("rate_sulfidic", "cui", "brittle"),
    ("scc_ssc", "cui", "ext_corrosion"),
)
LOOPS = 12
CML_HEAD = "CML ID,Item,Component,Location,Position scheme,Positions,Nominal (mm),Access,At weld,Status"


@dataclass
class Site:
    """Design and truth of a site, one array a column."""

    D: np.ndarray
    P: np.ndarray
    S: np.ndarray
    nominal: np.ndarray
    t_req: np.ndarray
    component: np.ndarray  # of each CML
    t0: np.ndarray
    rate: np.ndarray
    days: np.ndarray  # of each survey, since the start of service
    readings: np.ndarray  # surveys x CMLs, mm


def design(n_cml: int, n_survey: int, seed: int) -> Site:
    """Draw the design, the true walls and the readings of a site.

    Parameters
    ----------
    n_cml, n_survey : int
        Number of CMLs (single points) and of surveys of every CML.
    seed : int
        Seed of all draws.

    Returns
    -------
    Site
    """
    rng = np.random.default_rng(seed)
    n_comp = -(-n_cml // CMLS_A_COMPONENT)
    D = rng.choice(np.arange(800, 3601, 100), n_comp).astype(float)
    P = np.round(rng.uniform(0.3, 2.5, n_comp), 2)
    S, E = np.full(n_comp, 163.0), 0.85
    t_req = np.maximum(P * D / (2.0 * S * E - P), 3.0)
    nominal = PLATES[np.minimum(np.searchsorted(PLATES, t_req + 3.0), len(PLATES) - 1)]
    component = np.arange(n_cml) // CMLS_A_COMPONENT
    t0 = nominal[component] * (1.0 + np.clip(rng.normal(0.012, 0.010, n_cml), -0.01, 0.035))
    years = (AS_OF - START).days / YEAR_DAYS
    loop = 0.05 * np.exp(rng.normal(0.0, 0.55, n_comp))
    rate = loop[component] * np.exp(np.clip(rng.normal(0.0, 0.25, n_cml), -0.6, 0.6))
    rate[rng.random(n_comp)[component] < 0.03] = 0.0
    rate *= _life_scale(rate, t0, t_req, component, years, rng)[component]
    days = np.linspace(1500, (AS_OF - START).days - 90, n_survey).astype(int)
    readings = np.empty((n_survey, n_cml))
    for k, d in enumerate(days):
        bias = float(np.clip(rng.normal(0.0, 0.05), -0.1, 0.1))
        noise = np.clip(rng.normal(0.0, 0.08, n_cml), -0.16, 0.16)
        readings[k] = np.round(t0 - rate * d / YEAR_DAYS + bias + noise, 2)
        if k:
            readings[k] = np.minimum(readings[k], np.round(readings[k - 1] + 0.30, 2))
    return Site(D, P, S, nominal, t_req, component, t0, rate, days, readings)


def _life_scale(
    rate: np.ndarray, t0: np.ndarray, t_req: np.ndarray, component: np.ndarray, years: float, rng: np.random.Generator
) -> np.ndarray:
    """Factor of each component that keeps its least life at or above a drawn one."""
    n = len(t_req)
    share = rng.random(n)
    life = rng.uniform(10.0, 40.0, n)
    life[share < 0.20] = rng.uniform(2.0, 10.0, n)[share < 0.20]
    life[share < 0.05] = rng.uniform(0.0, 2.0, n)[share < 0.05]
    life[share < 0.02] = -1.0
    eaten = rate * (years + life[component])
    room = np.divide(t0 - t_req[component], eaten, out=np.full(len(rate), np.inf), where=eaten > 0.0)
    first = np.flatnonzero(np.diff(component, prepend=-1))
    return np.asarray(np.minimum(np.minimum.reduceat(room, first), 1.0))


def _kind(item: int) -> str:
    return KINDS[item % len(KINDS)]


def write_lists(site: Site, out: Path) -> None:
    """Write 01_equipment.csv, 01_components.csv and 04_cml_master.csv with the headings of the crude unit."""
    n_comp, n_cml = len(site.D), len(site.t0)
    n_item = -(-n_comp // COMPONENTS_AN_ITEM)
    eq = [csv_line(EQUIPMENT)]
    for i in range(n_item):
        row: list[object] = [
            f"X-{i:05d}",
            f"示例设备 {i}",
            f"Sample item {i}",
            KIND[_kind(i)],
            f"U-{i // 100:03d}",
            f"CL-{i % LOOPS + 1:02d}",
            "示例制造厂 A / Sample maker A",
            f"SM-{i}",
            "GB 150",
            "1998",
            "1990-06-01",
            START.isoformat(),
            20,
            "II",
            "立式 vertical",
            8,
            "在用 in_service",
            20000000 + i,
            5000,
            f"IG-{i // 10:04d}",
            50000,
            "B",
            "C",
            "none",
            "",
            "",
        ]
        eq.append(csv_line(row))
    comps = [csv_line(COMPONENTS)]
    for c in range(n_comp):
        item = c // COMPONENTS_AN_ITEM
        T = 120 + c % 7 * 20
        cells: list[object] = [
            f"X-{item:05d}",
            f"X-{item:05d}-SH{c % COMPONENTS_AN_ITEM + 1}",
            f"筒节 Shell {c}",
            "主体 main",
            TYPES[_kind(item)],
            "cylinder",
            f"{site.D[c]:g}",
            "",
            f"{site.nominal[c]:g}",
            "16MnR",
            0.85,
            3,
            f"{site.P[c]:g}",
            "",
            T,
            -10,
            f"{0.8 * site.P[c]:.3f}",
            T - 20,
            FLUIDS[c % len(FLUIDS)],
            PHASE["liquid"],
        ]
        tail: list[object] = [*[""] * 9, "是", "", "", f"{site.S[c]:g}", "", ""]
        comps.append(csv_line(cells + tail))
    ids = cml_ids(n_cml)
    master = [CML_HEAD]
    nominal = [f"{v:g}" for v in site.nominal]
    for i in range(n_cml):
        c = i // CMLS_A_COMPONENT
        item = c // COMPONENTS_AN_ITEM
        master.append(
            f"{ids[i]},X-{item:05d},X-{item:05d}-SH{c % COMPONENTS_AN_ITEM + 1},point {i % 10 + 1},single,"
            f",{nominal[c]},platform,N,active"
        )
    for name, lines in (("01_equipment.csv", eq), ("01_components.csv", comps), ("04_cml_master.csv", master)):
        (out / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def write_facts(site: Site, out: Path, seed: int) -> int:
    """Write 14_facts.csv (a row a component, and a row a loop) and 15_damage.csv; returns the number of components."""
    n = len(site.D)
    rng = np.random.default_rng(seed + 1)
    item = np.arange(n) // COMPONENTS_AN_ITEM
    age_d = rng.integers(700, 9000, n)
    quality = np.where(age_d < 2900, "high", np.where(age_d < 5800, "medium", "none"))
    insulation = np.array(["mineral_wool", "calcium_silicate", "pearlite", "unknown"])[rng.integers(0, 4, n)]
    columns = [
        [f"X-{i:05d}-SH{c % COMPONENTS_AN_ITEM + 1}" for c, i in enumerate(item.tolist())],
        [f"X-{i:05d}" for i in item.tolist()],
        [",carbon_low_alloy,carbon,carbon_steel,325"] * n,
        np.where(site.nominal >= 38, "yes", "no").tolist(),
        quality.tolist(),
        [(AS_OF - timedelta(days=d)).isoformat() for d in age_d.tolist()],
        np.where(item % 50 == 0, "severe", "moderate").tolist(),
        insulation.tolist(),
        np.where(item % len(KINDS) == 0, "above_average", "average").tolist(),
        np.where(age_d > 5800, "below_average", "average").tolist(),
        ["plate_or_welded"] * n,
        [str(v) for v in rng.integers(185, 245, n).tolist()],
        [f"{v:.3f}" for v in rng.choice([0.004, 0.008, 0.012, 0.02], n).tolist()],
    ]
    empty = "," * PROCESS[0].count(",")
    lines = [f"{line},{empty}" for line in map(",".join, zip(*columns, strict=True))]
    blank = "," * (FACT_HEAD.split(",").index("water_present") - 2)
    loops = [f",,CL-{k + 1:02d}{blank}{PROCESS[k % len(PROCESS)]}" for k in range(LOOPS)]
    (out / "14_facts.csv").write_text("\n".join([FACT_HEAD, *loops, *lines]) + "\n", encoding="utf-8", newline="\n")
    decided = [
        f"CL-{k + 1:02d},{key},accepted,,,,sample,Sample engineer,2025-09-15"
        for k in range(LOOPS)
        for key in DECISIONS[k % len(DECISIONS)]
    ]
    own = [f"{c},{key},accepted,,,,sample,Sample engineer,2025-09-15" for c in columns[0] for key in ("htha", "lining")]
    own = [line.replace("accepted", "rejected") for line in own]
    text = "\n".join([DAMAGE_HEAD, *decided, *own]) + "\n"
    (out / "15_damage.csv").write_text(text, encoding="utf-8", newline="\n")
    return n


def cml_ids(n_cml: int) -> list[str]:
    """Ids of all CMLs: item tag and a running number."""
    per_item = CMLS_A_COMPONENT * COMPONENTS_AN_ITEM
    return [f"X-{i // per_item:05d}-{i % per_item + 1:03d}" for i in range(n_cml)]


def write_readings(site: Site, out: Path) -> int:
    """Write 05_ut_long_gauge.csv survey by survey; returns the number of rows."""
    n_survey, n_cml = site.readings.shape
    ids = cml_ids(n_cml)
    texts = [f"{v / 100:.2f}" for v in range(int(site.readings.max() * 100) + 2)]
    head = [
        f"# Ultrasonic gauge export ({NOTE_EN}; {NOTE_ZH})",
        *["#"] * 3,
        "# Units: mm",
        *["#"] * 4,
        csv_line(LONG_HEAD),
    ]
    with (out / "05_ut_long_gauge.csv").open("w", encoding="utf-8", newline="\n") as f:
        f.write("\n".join(head) + "\n")
        for k in range(n_survey):
            day = (START + timedelta(days=int(site.days[k]))).isoformat()
            lead, tail = f",S{day[:4]}-{k:02d},", f",5920,43,,{day},09:00,\n"
            values = np.rint(site.readings[k] * 100).astype(int).tolist()
            base = k * n_cml + 1
            f.write(
                "".join(
                    [
                        f"{base + i}{lead}{c},,1,{texts[v]}{tail}"
                        for i, (c, v) in enumerate(zip(ids, values, strict=True))
                    ]
                )
            )
    return int(n_survey * n_cml)


def make(n_cml: int, n_survey: int, out: Path, seed: int) -> int:
    """Write the whole site into `out`; returns the number of readings."""
    out.mkdir(parents=True, exist_ok=True)
    site = design(n_cml, n_survey, seed)
    write_lists(site, out)
    rows = write_readings(site, out)
    write_facts(site, out, seed)
    years = (AS_OF - START).days / YEAR_DAYS
    np.savez(
        out / "truth.npz",
        component=site.component,
        t0_mm=site.t0,
        rate_mm_y=site.rate,
        t_now_mm=site.t0 - site.rate * years,
        t_req_mm=site.t_req,
        nominal_mm=site.nominal,
        survey_days=site.days,
        start=np.array(START.isoformat()),
        as_of=np.array(AS_OF.isoformat()),
    )
    return rows


def main() -> int:
    """Parse the command line and generate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cmls", type=int, default=100_000)
    parser.add_argument("--surveys", type=int, default=10)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    began = time.perf_counter()
    rows = make(args.cmls, args.surveys, args.out, args.seed)
    sys.stdout.write(f"{rows} readings of {args.cmls} CMLs in {time.perf_counter() - began:.1f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
