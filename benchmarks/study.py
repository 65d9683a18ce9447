"""A whole study of 100,000 components: seconds a stage, against a copy of its bytes and a plain loop, and memory.

    python benchmarks/study.py [components] [--profile]

Makes its own plant (seeded). Ratios are measured in this run; absolute seconds belong to this machine and moment.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import resource
import sys
import time
from collections.abc import Callable
from math import erfc, sqrt
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.plants import make_plant  # noqa: E402
from integrity.core.frames.plant import Plant  # noqa: E402
from integrity.core.settings import DEFAULTS  # noqa: E402
from integrity.rbi.data import constants, keyed  # noqa: E402
from integrity.services import study as service  # noqa: E402
from integrity.services.types import Study  # noqa: E402

STAGES = (
    ("position_rates", "rates of positions"),
    ("assess_design", "required thickness"),
    ("remaining_life", "remaining life of positions"),
    ("summarise", "CMLs, components, circuits"),
    ("assess_risk", "risk today"),
    ("risk_panel", "risk along time, as is and with the inspection planned"),
    ("target_date", "target dates"),
    ("candidate_dates", "candidate dates"),
    ("with_walls", "pressures now and next"),
    ("_components", "one frame of all"),
)
SAMPLE = 4_000
LOOPED = ("asme8.2021.cylinder", "gb150.2011.cylinder", "b31_3.2020.pipe")


class Stages:
    """Wall and processor time of the functions a study calls."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}

    def watch(self, name: str) -> None:
        inner: Callable[..., Any] = getattr(service, name)

        def timed(*args: Any, **kwargs: Any) -> Any:
            wall, cpu = time.perf_counter(), time.process_time()
            out = inner(*args, **kwargs)
            spent = self.took.setdefault(name, [0.0, 0.0])
            spent[0] += time.perf_counter() - wall
            spent[1] += time.process_time() - cpu
            return out

        setattr(service, name, timed)


def frames(study: Study) -> list[np.ndarray]:
    """Arrays that a study reads and returns; texts count with their pointers."""
    plant, out = study.plant, []
    for frame in (plant.components, plant.cmls, plant.readings, plant.inspections):
        out += list(frame.columns().values())
    for frame in (study.positions, study.cmls, study.components, study.circuits, study.candidates):
        out += list(frame.columns().values())
    for panel in (study.panel, study.panel_planned):
        out += [panel.D_f, panel.P_f, panel.risk]
    return out


def best(run: Callable[[], object], times: int = 5) -> float:
    """Least wall time of some runs, seconds."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        took.append(time.perf_counter() - begin)
    return min(took)


def rows_for_the_loop(study: Study) -> dict[str, list[Any]]:
    """Inputs of some cylinders and straight pipes as plain Python numbers, and what the study found for them."""
    thinning = next(m for m in study.parts.risk.mechanisms if m.mechanism.key == "thinning").result
    k, d = study.plant.components, study.parts.design.frame
    known = np.isin(d.procedure.astype(str), LOOPED) & ~np.isnan(d.t_req_mm) & ~np.isnan(thinning["D_f_thin"])
    rows = np.flatnonzero(known)[:SAMPLE]
    names = ("t_rdi_mm", "age_tk_y", "C_r", "YS_MPa", "TS_MPa", "t_req_mm", "D_ref_mm", "P_MPa", "alpha", "confidence")
    taken = {s: thinning[s][rows] for s in (*names, "N_A", "N_B", "N_C", "N_D")}
    taken |= {"factor": (thinning["F_IP"] * thinning["F_DL"])[rows], "procedure": d.procedure[rows]}
    taken |= {
        "P": d.P_total_MPa[rows],
        "S": d.S_MPa[rows],
        "E": d.E_used[rows],
        "D": k.D_mm[rows],
        "D_o": k.D_o_mm[rows],
    }
    taken |= {"found_t_p": d.t_pressure_mm[rows], "found_D_f": study.panel.D_f[rows]}
    return {name: values.tolist() for name, values in taken.items()}


def pressure_thickness(procedure: str, P: float, S: float, E: float, D: float, D_o: float) -> float:
    """Required thickness of one cylinder or straight pipe."""
    if procedure == "asme8.2021.cylinder":
        R = D / 2.0
        return max(P * R / (S * E - 0.6 * P), P * R / (2.0 * S * E + 0.4 * P))
    if procedure == "gb150.2011.cylinder":
        return P * D / (2.0 * S * E - P)
    return P * D_o / (2.0 * (S * E + 0.4 * P))


def posterior(prior: list[float], Co: list[list[float]], counts: list[float]) -> list[float]:
    """Probability of the three rate states after the inspections of a component."""
    weights = []
    for weight, likelihood in zip(prior, Co, strict=True):
        for one, n in zip(likelihood, counts, strict=True):
            weight *= one**n
        weights.append(weight)
    total = sum(weights)
    return [w / total for w in weights]


def loop(x: dict[str, list[Any]], years: list[float]) -> tuple[list[float], list[list[float]]]:
    """Required thickness and thinning damage factor on all days, one component at a time."""
    c = {s: v.value for s, v in constants("thinning").items()}
    priors = keyed("thinning", "prior").rows.tolist()
    Co = [[c[f"Co_{g}{s}"] for g in "ABCD"] for s in (1, 2, 3)]
    states, v_dt, v_Sf, COV_P = [c[f"D_S{s}"] for s in (1, 2, 3)], c["COV_dt"] ** 2, c["COV_Sf"] ** 2, c["COV_P"]
    t_p, D_f = [], []
    for i in range(len(x["P"])):
        E = x["E"][i]
        t_p.append(pressure_thickness(x["procedure"][i], x["P"][i], x["S"][i], E, x["D"][i], x["D_o"][i]))
        t, FS = x["t_rdi_mm"][i], 0.5 * (x["YS_MPa"][i] + x["TS_MPa"][i]) * E * c["f_flow"]
        by_wall = x["S"][i] * E / FS * x["t_req_mm"][i] / t
        SR = max(by_wall, x["P_MPa"][i] * x["D_ref_mm"][i] / (x["alpha"][i] * FS * t))
        weights = posterior(priors[x["confidence"][i]], Co, [x[f"N_{g}"][i] for g in "ABCD"])
        age, rate, scale, v_P = x["age_tk_y"][i], x["C_r"][i] / t, x["factor"][i] / c["P_ref"], (SR * COV_P) ** 2
        along = []
        for year in years:
            A_rt, total = max(rate * (age + year), 0.0), 0.0
            for weight, state in zip(weights, states, strict=True):
                left = 1.0 - state * A_rt
                spread = sqrt((state * A_rt) ** 2 * v_dt + left**2 * v_Sf + v_P)
                total += weight * 0.5 * erfc((left - SR) / spread / sqrt(2.0))
            along.append(max(total * scale, c["D_f_min"]))
        D_f.append(along)
    return t_p, D_f


def check(x: dict[str, list[Any]], found: tuple[list[float], list[list[float]]]) -> None:
    """Stop where the loop and the study disagree: a ratio between different answers means nothing."""
    for name, got in zip(("t_p", "D_f"), found, strict=True):
        if not np.allclose(got, x[f"found_{name}"], rtol=1e-8, atol=0.0):
            raise SystemExit(f"the loop and the study disagree on {name}")


def report_stages(stages: Stages, wall: float, cpu: float) -> None:
    """Seconds a stage."""
    print("  stage                                                    wall    processor")
    for name, words in STAGES:
        if name in stages.took:
            a, b = stages.took[name]
            print(f"    {words:<54} {a:6.2f} s {b:6.2f} s")
    rest = [t - sum(v[i] for v in stages.took.values()) for i, t in ((0, wall), (1, cpu))]
    print(f"    {'the rest':<54} {rest[0]:6.2f} s {rest[1]:6.2f} s")


def report_floors(study: Study, wall: float) -> None:
    """Ratios against a copy of the bytes and against the plain loop."""
    arrays = frames(study)
    n_bytes = sum(a.nbytes for a in arrays)
    target = [np.empty_like(a) for a in arrays]
    copied = best(lambda: [np.copyto(t, a) for t, a in zip(target, arrays, strict=True)])
    print(
        f"  copy of its {n_bytes / 1e6:.0f} MB: {copied:.3f} s, the study takes as long as {wall / copied:.0f} copies"
    )
    x = rows_for_the_loop(study)
    years = ((study.panel.dates_d - study.plant.as_of_d) / 365.25).tolist()
    check(x, loop(x, years))
    each = best(lambda: loop(x, years), 3) / len(x["P"])
    n = study.plant.components.n
    print(f"  plain loop over {len(x['P']):,} components, required thickness and thinning on {len(years)} days only:")
    print(f"    equal answers, {each * 1e6:.0f} us a component, {each * n:.1f} s extrapolated to {n:,},")
    print(f"    {each * n / wall:.1f} times the whole study, which does that twice and all the rest")


def kinds(study: Callable[[], Any]) -> list[tuple[str, float]]:
    """Share of the time by kind of work."""
    profile = cProfile.Profile(time.process_time)
    profile.runcall(study)
    stats = pstats.Stats(profile)
    total = stats.total_tt  # type: ignore[attr-defined]
    names = {
        "normal distribution along time": ("failure_probabilities",),
        "rows gathered and spread": ("'take'", "'repeat'", "searchsorted", "'nonzero'", "_put"),
        "reductions by group": ("reduceat",),
        "texts": ("fromkeys", "fromiter", "tolist"),
    }
    found = dict.fromkeys(names, 0.0)
    for (_, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        for kind, words in names.items():
            if any(w in name for w in words):
                found[kind] += own / total
    return [*found.items(), ("formulas element by element, and the rest", 1.0 - sum(found.values()))]


def peak_MB() -> float:
    """Greatest resident memory of this process so far."""
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def run(plant: Plant, workers: int = 0) -> tuple[Study, float, float]:
    """One study with its wall and processor time."""
    wall, cpu = time.perf_counter(), time.process_time()
    study = service.run_study(plant, DEFAULTS, workers=workers)
    return study, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("components", type=int, nargs="?", default=100_000)
    parser.add_argument("--profile", action="store_true", help="print the functions that take the most time")
    args = parser.parse_args()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} processors")
    plant = make_plant(args.components)
    service.run_study(make_plant(200), DEFAULTS)
    before = peak_MB()
    study, wall, cpu = run(plant)
    peak = peak_MB()
    c = study.components
    print(
        f"study: {plant.components.n:,} components, {plant.cmls.n:,} CMLs, {plant.readings.n:,} readings, "
        f"{plant.inspections.n:,} inspections"
    )
    shares = (("t_req", c.t_req_mm), ("life", c.RL_y), ("P_f", c.P_f), ("risk", c.risk))
    print("  assessed: " + ", ".join(f"{s} {1.0 - np.isnan(v).mean():.0%}" for s, v in shares))
    print(f"  {wall:.2f} s wall, {cpu:.2f} s processor, {study.candidates.n:,} candidate dates, first run, threads")
    print(f"  peak memory {peak:.0f} MB, of which the plant {before:.0f} MB")
    del study, c, shares
    again = [run(plant)[1:] for _ in range(2)]
    print(
        f"  {min(a[0] for a in again):.2f} s wall, {min(a[1] for a in again):.2f} s processor, best of 2 further runs"
    )
    stages = Stages()
    for name, _ in STAGES:
        stages.watch(name)
    study, wall, cpu = run(plant, workers=1)
    print(f"  {wall:.2f} s wall, {cpu:.2f} s processor in one thread:")
    report_stages(stages, wall, cpu)
    report_floors(study, wall)
    del study
    for kind, share in kinds(lambda: service.run_study(plant, DEFAULTS, workers=1)):
        print(f"    {share:4.0%} {kind}")
    if args.profile:
        profile = cProfile.Profile(time.process_time)
        profile.runcall(service.run_study, plant, DEFAULTS, workers=1)
        pstats.Stats(profile).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
