"""Rates of 100,000 CMLs with 1,000,000 readings, against a plain Python loop and against a copy of the same bytes.

Run `python benchmarks/rates.py`. Makes its own arrays (seeded). Prints ratios measured in this run.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scipy.special import stdtrit  # noqa: E402

from integrity.core.frames.plant import (  # noqa: E402
    CmlFrame,
    ComponentFrame,
    InspectionFrame,
    Plant,
    ReadingFrame,
)
from integrity.core.frames.results import PositionFrame  # noqa: E402
from integrity.core.settings import DEFAULTS  # noqa: E402
from integrity.life.lives import Lines, remaining_life  # noqa: E402
from integrity.life.positions import TABLE_COLUMNS, position_rates  # noqa: E402
from integrity.life.statistics import summarise  # noqa: E402
from tests.life import oracle  # noqa: E402

N_CML, N_READINGS, N_COMPONENTS = 100_000, 1_000_000, 30_000
SUBSET = 4_000


def make_plant(seed: int = 20260101) -> Plant:
    """CMLs of one or four positions, two to many surveys each, a few repeats, short intervals and bad qualities."""
    rng = np.random.default_rng(seed)
    per_cml = rng.choice([1, 4], N_CML, p=[0.85, 0.15])
    n_pos = int(per_cml.sum())
    count = rng.multinomial(N_READINGS - 2 * n_pos, np.full(n_pos, 1.0 / n_pos)) + 2
    owner, start = np.repeat(np.arange(n_pos), count), np.cumsum(count) - count
    gap = rng.choice([0, 100, 300, 700, 1200], N_READINGS, p=[0.01, 0.03, 0.16, 0.4, 0.4])
    total = np.cumsum(gap)
    date = 3000 + total - np.repeat(total[start], count)
    rate = rng.lognormal(np.log(0.1), 0.6, n_pos)
    wall = np.repeat(rng.uniform(8, 25, n_pos), count) - np.repeat(rate, count) * (date - 3000) / 365.25
    cml = np.repeat(np.arange(N_CML), per_cml)
    first = np.cumsum(per_cml) - per_cml
    readings = ReadingFrame.from_columns(
        {
            "reading_id": np.arange(N_READINGS),
            "cml_row": cml[owner],
            "position": (np.arange(n_pos) - first[cml])[owner],
            "date_d": date,
            "t_mm": np.round(wall + rng.normal(0.0, 0.1, N_READINGS), 2),
            "quality": rng.choice([0, 1, 2], N_READINGS, p=[0.97, 0.02, 0.01]),
            "accept_short": np.zeros(N_READINGS),
            "is_nominal": np.zeros(N_READINGS),
        }
    )
    cmls = {
        "cml_id": np.arange(N_CML),
        "component_row": np.sort(rng.integers(0, N_COMPONENTS, N_CML)),
        "start_d": np.full(N_CML, 2000),
        "active": np.ones(N_CML),
    }
    comps = {"component_id": np.arange(N_COMPONENTS), "circuit_id": np.arange(N_COMPONENTS) // 12}
    none = InspectionFrame.from_columns({}, 0)
    return Plant("benchmark", 40_000, ComponentFrame.from_columns(comps), CmlFrame.from_columns(cmls), readings, none)


def best(run: Callable[[], Any], times: int = 5) -> tuple[float, float]:
    """Least wall time and least processor time, seconds."""
    wall, cpu = [], []
    for _ in range(times):
        a, b = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - a)
        cpu.append(time.process_time() - b)
    return min(wall), min(cpu)


def loop(plant: Plant, f: PositionFrame, rows: int) -> list[oracle.Answer]:
    """The same rules for the first positions, one at a time, on plain Python numbers."""
    columns = [getattr(plant.readings, name).tolist() for name in TABLE_COLUMNS]
    quantile = {nu: float(stdtrit(nu, 0.95)) for nu in range(1, 200)}
    out = []
    for row in range(rows):
        at, n = int(f.reading_start[row]), int(f.reading_count[row])
        part = list(zip(*(c[at : at + n] for c in columns), strict=True))
        out.append(oracle.position(part, 2000, plant.as_of_d, t_quantile=lambda nu: quantile[int(nu)]))
    return out


def check(f: PositionFrame, answers: list[oracle.Answer]) -> None:
    """Stop where the two disagree: a ratio between different answers means nothing."""
    for name, key in (
        ("t_last_mm", "t_last"),
        ("CR_LT", "LT"),
        ("CR_ST", "ST"),
        ("CR_reg_hi", "hi"),
        ("CR_gov", "gov"),
    ):
        want = np.array([getattr(a, key) for a in answers])
        if not np.allclose(getattr(f, name)[: len(answers)], want, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise SystemExit(f"the loop and the columns disagree on {name}")


def shares(run: Callable[[], Any]) -> list[tuple[str, float]]:
    """Share of the time by kind of work."""
    profile = cProfile.Profile()
    profile.runcall(run)
    stats = pstats.Stats(profile)
    total = stats.total_tt  # type: ignore[attr-defined]
    kinds = {"reductions by group": ("reduceat",), "values spread over groups": ("'take'", "'repeat'", "searchsorted")}
    found = dict.fromkeys(kinds, 0.0)
    for (_, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        for kind, words in kinds.items():
            if any(w in name for w in words):
                found[kind] += own / total
    return [*found.items(), ("element by element, and the rest", 1.0 - sum(found.values()))]


def main() -> None:
    """Print the comparison."""
    plant = make_plant()
    f = position_rates(plant, DEFAULTS)
    run = lambda: position_rates(plant, DEFAULTS)  # noqa: E731
    wall, cpu = best(run)
    print(f"rates: {N_CML:,} CMLs, {f.n:,} positions, {N_READINGS:,} readings")
    print(f"  columns            {wall:7.3f} s wall, {cpu:.3f} s processor, best of 5")
    began = time.perf_counter()
    answers = loop(plant, f, SUBSET)
    check(f, answers)
    used = int(f.reading_count[:SUBSET].sum())
    scalar = (time.perf_counter() - began) * N_READINGS / used
    print(f"  plain loop         {scalar:7.1f} s extrapolated from {used:,} readings, equal answers")
    print(f"  ratio              {scalar / wall:7.0f} times faster than the loop")
    columns = [getattr(plant.readings, name) for name in TABLE_COLUMNS]
    n_bytes = sum(c.nbytes for c in columns)
    copy, _ = best(lambda: [c.copy() for c in columns])
    print(f"  copy of the bytes  {copy:7.3f} s for {n_bytes / 1e6:.0f} MB: the run takes {wall / copy:.0f} copies")
    for kind, share in shares(run):
        print(f"    {share:4.0%} {kind}")
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  peak memory        {peak / 1e6:7.0f} MB, of which the result {result_bytes(f) / 1e6:.0f} MB")
    lines = Lines(np.full(N_COMPONENTS, 6.0), np.full(N_COMPONENTS, 7.0), np.full(N_COMPONENTS, 6.0))
    g = remaining_life(f, plant, lines, DEFAULTS)
    life, _ = best(lambda: remaining_life(f, plant, lines, DEFAULTS), 3)
    whole, _ = best(lambda: summarise(plant, g, lines, DEFAULTS), 3)
    print(f"remaining life {life:.3f} s; CMLs, {N_COMPONENTS:,} components and circuits {whole:.3f} s")


def result_bytes(f: PositionFrame) -> int:
    """Bytes of the result frame."""
    return sum(c.nbytes for c in f.columns().values())


if __name__ == "__main__":
    main()
