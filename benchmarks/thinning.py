"""Thinning kernel against an independent engine, a scalar loop and a copy of the same bytes; then a whole plant.

    python benchmarks/thinning.py [rows]

The engine runs in an environment of its own where INTEGRITY_ORACLE_PYTHON names a Python that has api581-engine.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from math import erfc, sqrt
from pathlib import Path

import numpy as np
from scipy.special import ndtr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from integrity.core.codes import index_of
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import assess_risk
from integrity.rbi.mechanisms.thinning_plant import base_factors
from integrity.rbi.panel import panel_dates, planned_inspections, risk_panels, target_date

CHUNK = 16384
TODAY = 20500
PEER = """
import time
from api581 import evaluate
case = {"wall": {"starting_thickness_m": 0.02, "corrosion_rate_m_year": 2e-4, "elapsed_years": 10.0},
        "strength": {"differential_pressure_pa": 2e6, "diameter_m": 2.0, "flow_stress_pa": 385e6,
                     "starting_thickness_m": 0.02, "shape": "cylinder"},
        "inspections": {"confidence": "low", "inspections_b": 1},
        "injection_point_factor": 1.0, "deadleg_factor": 1.0, "online_monitoring_factor": 1.0}
key = "damage/thinning-unclad"
out = evaluate(key, case)["outputs"]["base_damage_factor"]
begin = time.perf_counter()
for _ in range(1000):
    evaluate(key, case)
print((time.perf_counter() - begin) / 1000, out)
"""


def best(run: Callable[[], object], times: int = 5) -> float:
    """Least time of some runs, seconds."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        took.append(time.perf_counter() - begin)
    return min(took)


def rows_of(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    g = np.random.default_rng(581)
    Po = g.dirichlet((4.0, 2.0, 1.0), n).T
    return g.uniform(0.0, 0.6, n), g.uniform(0.05, 0.8, n), np.ascontiguousarray(Po)


def kernel(A_rt: np.ndarray, SR_p: np.ndarray, Po: np.ndarray, out: np.ndarray) -> None:
    for start in range(0, A_rt.size, CHUNK):
        s = slice(start, start + CHUNK)
        out[s] = base_factors(A_rt[s], SR_p[s], Po[:, s])


def scalar(A_rt: np.ndarray, SR_p: np.ndarray, Po: np.ndarray, n: int) -> list[float]:
    out = []
    for a, s, p1, p2, p3 in zip(A_rt[:n], SR_p[:n], *Po[:, :n], strict=True):
        total = 0.0
        for weight, state in ((p1, 1.0), (p2, 2.0), (p3, 4.0)):
            loss = state * a
            spread = sqrt((loss * 0.2) ** 2 + ((1.0 - loss) * 0.2) ** 2 + (s * 0.05) ** 2)
            total += weight * 0.5 * erfc((1.0 - loss - s) / spread / sqrt(2.0))
        out.append(total / 1.56e-4)
    return out


def peer() -> tuple[float, float] | None:
    python = os.environ.get("INTEGRITY_ORACLE_PYTHON")
    if not python:
        return None
    done = subprocess.run([python, "-c", PEER], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"  engine could not run: {done.stderr.strip().splitlines()[-1]}")
        return None
    each, value = done.stdout.split()
    return float(each), float(value)


def report_kernel(n: int) -> None:
    A_rt, SR_p, Po = rows_of(n)
    out = np.empty(n)
    kernel(A_rt, SR_p, Po, out)
    took = best(lambda: kernel(A_rt, SR_p, Po, out))
    print(f"kernel, {n:,} rows: {took * 1e3:.0f} ms, {took / n * 1e9:.0f} ns a row")

    flat = np.random.default_rng(0).random(6 * n)
    target = np.empty_like(flat)
    copied = best(lambda: np.copyto(target, flat))
    print(f"  against a copy of its {6 * n * 8 / 1e6:.0f} MB: {took / copied:.0f} times as long")

    some = min(n, 20_000)
    values = scalar(A_rt, SR_p, Po, some)
    worst = float(np.max(np.abs(out[:some] / np.array(values) - 1.0)))
    loop = best(lambda: scalar(A_rt, SR_p, Po, some), 3) / some
    print(f"  against a scalar loop with math.erfc: {loop / (took / n):.0f} times faster (differs by {worst:.0e})")

    x = np.random.default_rng(1).normal(0.0, 3.0, CHUNK)
    y = np.empty_like(x)
    per = best(lambda: ndtr(x, out=y), 20) / CHUNK
    share = 3.0 * per / (took / n)
    print(f"  limited by the normal distribution: three of {per * 1e9:.0f} ns are {share:.0%} of a row")

    found = peer()
    if found is None:
        print("  api581-engine: absent (set INTEGRITY_ORACLE_PYTHON)")
    else:
        each, value = found
        ours = base_factors(np.array([0.1]), np.array([0.2597402597402597]), _posterior())[0]
        print(f"  against api581-engine, case by case: {each / (took / n):,.0f} times faster ({value / ours - 1:+.0e})")


def _posterior() -> np.ndarray:
    evidence = np.array([[0.5 * 0.7], [0.3 * 0.2], [0.2 * 0.1]])
    return evidence / evidence.sum()


def plant(n: int) -> tuple[ComponentFrame, InspectionFrame, RiskInputFrame]:
    g = np.random.default_rng(7)
    kinds = np.array([index_of("component_type", t) for t in ("COLTOP", "DRUM", "PIPE-8", "PIPE-4", "HEXSS")])
    liquids = np.array([index_of("fluid", f) for f in ("C3-C4", "C6-C8", "C9-C12", "C17-C25", "H2")])
    t = g.uniform(6.0, 30.0, n)
    components = ComponentFrame.from_columns(
        {
            "component_id": np.arange(n),
            "component_type": kinds[g.integers(0, kinds.size, n)],
            "equipment_kind": np.ones(n),
            "geometry": np.zeros(n),
            "D_mm": g.uniform(100.0, 3000.0, n),
            "t_nom_mm": t,
            "P_MPa": g.uniform(0.2, 4.0, n),
            "E": np.ones(n),
            "P_op_MPa": g.uniform(0.1, 3.0, n),
            "T_op_C": g.uniform(20.0, 350.0, n),
            "fluid": liquids[g.integers(0, liquids.size, n)],
            "phase": g.choice([0, 1, 2], n, p=[0.3, 0.5, 0.2]),
            "inventory_kg": g.uniform(100.0, 5e4, n),
            "group_inventory_kg": np.full(n, 6e4),
            "detection": g.integers(0, 3, n),
            "isolation": g.integers(0, 3, n),
            "mitigation": g.integers(0, 5, n),
            "in_service_d": np.full(n, 9000),
            "rate_confidence": g.integers(-1, 3, n),
        }
    )
    owner = np.repeat(np.arange(n), g.integers(0, 4, n))
    inspections = InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(owner.size),
            "component_row": owner,
            "date_d": g.integers(8000, 20000, owner.size),
            "effectiveness": g.integers(0, 5, owner.size),
            "mechanism": np.array(["thinning_general", "cui"], dtype=object)[g.integers(0, 2, owner.size)],
        }
    )
    inputs = RiskInputFrame.from_columns(
        {
            "t_rdi_mm": t * 0.9,
            "t_rdi_d": np.full(n, 19000),
            "CR": g.uniform(0.01, 0.4, n),
            "t_req_mm": t * g.uniform(0.3, 0.8, n),
            "S_MPa": np.full(n, 130.0),
            "YS_MPa": np.full(n, 240.0),
            "TS_MPa": np.full(n, 420.0),
        }
    )
    return components, inspections, inputs


def report_plant(n: int) -> None:
    frames = plant(n)
    dates = panel_dates(TODAY, 20.0, 20)
    marks, busy = [time.perf_counter()], time.process_time()
    assessment = assess_risk(*frames, TODAY, DEFAULTS)
    marks.append(time.perf_counter())
    plain, _ = risk_panels(assessment, dates, planned_inspections(n, int(dates[5]), 1))
    marks.append(time.perf_counter())
    target_date(plain, DEFAULTS.number("rbi.risk_target_m2_y"))
    marks.append(time.perf_counter())
    busy = time.process_time() - busy
    now, panels, target = np.diff(marks)
    print(f"plant, {n:,} components: {marks[-1] - marks[0]:.2f} s, of which this process had {busy:.2f} s of processor")
    print(f"  now {now:.2f}, 21 dates without and with a planned inspection {panels:.2f}, targets {target:.2f}")
    tracemalloc.start()
    assessment = assess_risk(*frames, TODAY, DEFAULTS)
    kept, _ = risk_panels(assessment, dates, planned_inspections(n, int(dates[5]), 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"  peak memory of an assessment and two panels: {peak / 1e6:.0f} MB")
    print(f"  of which the panels {kept.D_f.nbytes * 6 / 1e6:.0f} MB")


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} processors")
    report_kernel(n)
    report_plant(max(n // 10, 1))


if __name__ == "__main__":
    main()
