"""The risk engine: bulk thinning, every mechanism with consequence and years, one change, Monte Carlo, and a peer.

    python benchmarks/engine.py [components] [--peer PYTHON] [--everywhere] [--profile]

`--peer` names a Python that has api581-engine 0.1.4; without it that part says that it is absent. Ratios are of
processor time unless they say wall: others may want the same processors.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import platform
import pstats
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.plants import make_plant  # noqa: E402
from benchmarks.risk_plant import RiskPlant, make_risk_plant  # noqa: E402
from integrity.core.codes import index_of  # noqa: E402
from integrity.core.each import Each, one_by_one  # noqa: E402
from integrity.core.frames.facts import DamageFrame, Facts  # noqa: E402
from integrity.core.frames.plant import ComponentFrame, InspectionFrame  # noqa: E402
from integrity.core.frames.risk import RiskInputFrame  # noqa: E402
from integrity.core.registry import load_all  # noqa: E402
from integrity.core.settings import DEFAULTS  # noqa: E402
from integrity.rbi import chain_kernels, combine, holes, kernels  # noqa: E402
from integrity.rbi.acting import factors_of, run_mechanisms  # noqa: E402
from integrity.rbi.assess import RiskAssessment, assess_case, make_case  # noqa: E402
from integrity.rbi.case import RiskCase  # noqa: E402
from integrity.rbi.panel import panel_dates, risk_panel  # noqa: E402
from integrity.rbi.patch import updated, updated_panel  # noqa: E402
from integrity.rbi.uncertainty import monte_carlo  # noqa: E402
from integrity.services.study import run_study  # noqa: E402
from integrity.services.study_update import updated as study_updated  # noqa: E402
from integrity.services.team import team  # noqa: E402

TODAY = 20_500
YEARS = 20
CHANGES = 12


@dataclass(frozen=True)
class Took:
    """Least wall and least processor time of some runs, seconds."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        unit, scale = ("ms", 1e3) if self.wall < 1.0 else ("s", 1.0)
        return f"{self.wall * scale:.3g} {unit} wall, {self.cpu * scale:.3g} {unit} processor"


def best(run: Callable[[], object], times: int) -> Took:
    """Least times of some runs."""
    wall, cpu = [], []
    for _ in range(times):
        begin = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - begin[0])
        cpu.append(time.process_time() - begin[1])
    return Took(min(wall), min(cpu))


def peak_MB() -> float:
    """Greatest resident memory of this process so far."""
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def bulk_columns(n: int) -> dict[str, np.ndarray]:
    """Ten columns of the bulk kernel."""
    g = np.random.default_rng(581)
    counts = {f"N_{x}": g.integers(0, 4, n).astype(np.float64) for x in "ABCD"}
    columns = {
        "t_rdi_mm": g.uniform(5.0, 40.0, n),
        "age_tk_y": g.uniform(0.0, 40.0, n),
        "C_r": g.lognormal(np.log(0.08), 0.8, n),
        "SR_p": g.uniform(0.05, 0.8, n),
        "confidence": g.integers(0, 3, n).astype(np.float64),
        "F_adj": g.choice([1.0, 3.0, 0.5], n),
    }
    return {s: {**columns, **counts}[s] for s in kernels.COLUMNS}


def report_bulk(n: int, each: Each) -> dict[str, Took]:
    """Thinning with posterior against a copy of the same ten columns; the best time of each kernel, two threads."""
    x = bulk_columns(n)
    target = {s: np.empty_like(v) for s, v in x.items()}
    copied = best(lambda: [np.copyto(target[s], v) for s, v in x.items()], 15)
    print(f"thinning with posterior, {n:,} rows; a copy of its ten columns takes {copied}")
    out = {}
    for kernel in ("numpy", *(("numba",) if kernels.available() else ())):
        kernels.thinning_factors({s: v[:100] for s, v in x.items()}, kernel)
        for words, how in (("one thread", one_by_one), ("two threads", each)):
            took = best(lambda kernel=kernel, how=how: kernels.thinning_factors(x, kernel, each=how), 7)
            ratio = f"{took.wall / copied.wall:.1f} copies wall, {took.cpu / copied.cpu:.1f} processor"
            print(f"  {kernel}, {words}: {took}: {ratio}")
            out[kernel] = took
    if not kernels.available():
        print("  numba: absent (pip install integrity-workbench[kernels])")
    else:
        found = [kernels.thinning_factors(x, k).D_f_thin for k in ("numpy", "numba")]
        print(f"  the kernels differ by {np.abs(found[0] / found[1] - 1.0).max():.0e} at most")
    return out


def case_of(p: RiskPlant) -> RiskCase:
    """A case whose facts nobody has decoded yet."""
    facts = Facts(p.facts.n, dict(p.facts.columns))
    return make_case(p.components, p.inspections, p.inputs, p.as_of_d, DEFAULTS, facts, p.damage)


def report_plant(n: int, everywhere: bool, each: Each, profile: bool) -> None:
    """All mechanisms, Level 1 consequence and the risk of the years to come."""
    p = make_risk_plant(n, everywhere=everywhere)
    before = peak_MB()
    days = panel_dates(p.as_of_d, float(YEARS), YEARS)

    def run(how: Each) -> RiskAssessment:
        a = assess_case(case_of(p), each=how)
        risk_panel(a, days, each=how)
        return a

    two = best(lambda: run(each), 3)
    peak = peak_MB()
    one = best(lambda: run(one_by_one), 2)
    a = run(each)
    acts = {m.mechanism.key: m.result.n for m in a.mechanisms}
    known = 1.0 - np.isnan(a.frame.risk).mean()
    print(
        f"plant of {n:,} components, {sum(acts.values()) / n:.1f} mechanisms each, {YEARS} years: risk of {known:.0%}"
    )
    print(f"  all mechanisms, consequence and years: two threads {two}; one thread {one}")
    print(f"  peak memory {peak:.0f} MB, of which the plant {before:.0f} MB")
    print("  acting: " + ", ".join(f"{k} {v:,}" for k, v in acts.items()))
    report_update(a, each)
    if profile:
        pr = cProfile.Profile(time.process_time)
        pr.runcall(run, one_by_one)
        pstats.Stats(pr).sort_stats("tottime").print_stats(40)


def edited(case: RiskCase, row: int) -> RiskCase:
    """A thinner wall, a greater rate and another decision at one component."""
    t, CR = case.inputs.t_rdi_mm.copy(), case.inputs.CR.copy()
    t[row], CR[row] = 0.95 * t[row], 1.2 * CR[row]
    decision = case.damage.decision.copy()
    mine = np.flatnonzero(case.damage.component_row == row)[:1]
    decision[mine] = 1 - decision[mine]
    damage = replace(case.damage, decision=decision)
    return replace(case, inputs=replace(case.inputs, t_rdi_mm=t, CR=CR), damage=damage, C_r=None)


def report_update(a: RiskAssessment, each: Each) -> None:
    """One changed component at a time: assessment and panel brought up to date."""
    days = panel_dates(a.case.as_of_d, float(YEARS), YEARS)
    panel = risk_panel(a, days, each=each)
    tank = holes.financial.tank_types()
    rows = np.flatnonzero(~np.isin(a.case.components.component_type, tank))[:: max(1, a.case.n // 23)][:CHANGES]
    took, read = [], []
    for row in rows.tolist():
        case = edited(a.case, row)
        begin = time.process_time()
        u = updated(a, np.array([row]), case)
        now = updated_panel(panel, u)
        middle = time.process_time()
        u.assessment.frame.columns(), now.D_f, now.P_f, now.risk
        took.append(1e3 * (middle - begin))
        read.append(1e3 * (time.process_time() - middle))
    spread = f"{min(took):.0f} to {max(took):.0f}"
    print(f"  one changed component: {np.median(took):.0f} ms processor in the middle ({spread})")
    print(f"    and {np.median(read):.0f} ms where somebody then reads every column of the frame and the panel")


def report_study(n: int) -> None:
    """Readings of one component changed: its equipment through all rooms again, beside a whole study."""
    p = make_risk_plant(n)
    plant = replace(make_plant(n), facts=p.facts, damage=p.damage, inspections=p.inspections)
    whole = best(lambda: run_study(plant, DEFAULTS), 1)
    study = run_study(plant, DEFAULTS)
    tank = np.isin(plant.components.component_type, holes.financial.tank_types())
    owner = plant.cmls.component_row[plant.readings.cml_row]
    took = []
    for row in np.flatnonzero(~tank)[:: max(1, n // 12)][:6].tolist():
        t = np.where(owner == row, 0.95 * plant.readings.t_mm, plant.readings.t_mm)
        changed = replace(plant, readings=replace(plant.readings, t_mm=t))
        took.append(best(lambda changed=changed, row=row: study_updated(study, changed, np.array([row])), 2).cpu)
    ms = 1e3 * float(np.median(took))
    print(f"whole study of the same plant, two threads: {whole}")
    ratio = 1e3 * whole.cpu / ms
    print(f"  readings of one component changed, through all rooms: {ms:.0f} ms processor, {ratio:.0f} times less")


def report_monte_carlo() -> None:
    """Twenty components, a thousand draws: all at once against one by one."""
    p = make_risk_plant(20)
    a = assess_case(case_of(p))
    whole = best(lambda: monte_carlo(a, 581, 1000, 3.7), 3)
    single = best(lambda: monte_carlo(a, 581, 100, 3.7, tile_rows=1), 1)
    print(f"Monte Carlo, 20 components, 1,000 draws: {whole}")
    print(f"  {10.0 * single.cpu / whole.cpu:.0f} times faster than draw by draw (extrapolated from 100 draws)")


def chain_case(n: int) -> RiskCase:
    """Components like that of `peer.py`; the first is the same, the others have other walls, rates and diameters."""
    g = np.random.default_rng(5)
    vary = np.where(np.arange(n) == 0, 1.0, g.uniform(0.7, 1.3, n))
    twelve, sixteen, twenty = TODAY - 4383, TODAY - 5844, TODAY - 7305

    def code(enumeration: str, name: str) -> np.ndarray:
        return np.full(n, index_of(enumeration, name))

    component = {
        "component_id": np.arange(n),
        "component_type": code("component_type", "DRUM"),
        "equipment_kind": code("equipment_kind", "drum"),
        "geometry": code("geometry", "cylinder"),
        "D_mm": 2000.0 * vary,
        "t_nom_mm": np.full(n, 20.0),
        "P_MPa": np.full(n, 2.0),
        "E": np.ones(n),
        "P_op_MPa": np.full(n, 1.2),
        "T_op_C": np.full(n, 60.0),
        "fluid": code("fluid", "C6-C8"),
        "phase": code("phase", "liquid"),
        "inventory_kg": np.full(n, 8000.0),
        "group_inventory_kg": np.full(n, 20000.0),
        "detection": code("detection", "B"),
        "isolation": code("isolation", "B"),
        "mitigation": code("mitigation", "none"),
        "in_service_d": np.full(n, sixteen),
        "insulated": np.zeros(n),
        "injection_point": np.zeros(n),
        "dead_leg": np.zeros(n),
        "local_mechanism": np.ones(n),
        "rate_confidence": np.zeros(n),
    }
    inspection = {
        "inspection_id": np.arange(3 * n),
        "component_row": np.repeat(np.arange(n), 3),
        "date_d": np.full(3 * n, twelve),
        "effectiveness": np.tile([index_of("effectiveness", g) for g in "BBC"], n),
        "mechanism": np.array(["thinning_general", "scc_ssc", "ext_corrosion"] * n, dtype=object),
    }
    inputs = {
        "t_rdi_mm": np.full(n, 20.0),
        "t_rdi_d": np.full(n, twelve),
        "CR": 0.2 * vary,
        "S_MPa": np.full(n, 130.0),
        "YS_MPa": np.full(n, 240.0),
        "TS_MPa": np.full(n, 460.0),
    }
    facts: dict[str, Any] = {
        "material_class": np.full(n, "carbon_low_alloy", dtype=object),
        "driver": np.full(n, "severe", dtype=object),
        "coating_quality": np.full(n, "high", dtype=object),
        "coating_d": np.full(n, twenty),
    }
    damage = {
        "component_row": np.repeat(np.arange(n), 2),
        "mechanism": np.array(["ext_corrosion", "scc_ssc"] * n, dtype=object),
        "decision": np.zeros(2 * n),
        "susceptibility": np.array(["", "medium"] * n, dtype=object),
    }
    return make_case(
        ComponentFrame.from_columns(component),
        InspectionFrame.from_columns(inspection),
        RiskInputFrame.from_columns(inputs),
        TODAY,
        DEFAULTS,
        Facts(n, facts),
        DamageFrame.from_columns(damage),
    )


def chain(case: RiskCase, each: Each) -> dict[str, np.ndarray]:
    """Thinning, cracking, external loss, their total, and the consequence over four holes."""
    acted = run_mechanisms(case, each)
    gov = combine.governing(factors_of(acted, case.n), (case.n,))
    local = case.components.local_mechanism == 1
    outcome = holes.assess(case, each=each)
    return {
        "D_f_thin": gov["thinning"],
        "D_f_scc": gov["scc"],
        "D_f_ext": gov["external"],
        "D_f_total": combine.total(gov, np.zeros(case.n, dtype=np.bool_), local),
        "CA": outcome.consequence["CA"][outcome.governing],
    }


def chain_columns(case: RiskCase) -> dict[str, np.ndarray]:
    """Columns of the bulk chain, as the procedures of the mechanisms prepare them."""
    done = {m.mechanism.key: m.result for m in run_mechanisms(case)}
    thin, scc, ext = done["thinning"], done["scc_ssc"], done["ext_corrosion"]
    c = case.components
    columns = {s: thin[s] for s in kernels.COLUMNS[:-1]}
    columns["F_adj"] = np.prod([thin[f] for f in ("F_IP", "F_DL", "F_WD", "F_AM", "F_SM")], axis=0) / thin["F_OM"]
    columns |= {"SVI": scc["SVI"], "age_scc_y": scc["age_y"], **{f"N_{g}_scc": scc[f"N_{g}"] for g in "ABCD"}}
    for symbol in chain_kernels.OUTSIDE:
        columns[symbol] = ext[{"SR_p_ext": "SR_p", "C_r_ext": "C_r_ext"}.get(symbol, symbol.removesuffix("_ext"))]
    columns["age_ext_y"] = ext["age_ext_y"]
    columns |= {"local": c.local_mechanism, "D_ref_mm": c.D_mm, "fluid": holes.fluid_index(c.fluid)}
    columns |= {"P_s_MPa": c.P_op_MPa, "T_s_C": c.T_op_C, "phase": c.phase, "mass_comp_kg": c.inventory_kg}
    columns |= {"mass_inv_kg": c.group_inventory_kg, "component_type": c.component_type}
    columns |= {"detection": c.detection, "isolation": c.isolation, "mitigation": c.mitigation}
    return {s: np.ascontiguousarray(v, dtype=np.float64) for s, v in columns.items()}


def bulk_chain(case: RiskCase, mine: dict[str, np.ndarray], each: Each) -> Took:
    """The chain from prepared columns, which must give what the procedures gave."""
    x = chain_columns(case)
    found = chain_kernels.chain(x, each=each)
    worst = max(float(np.abs(getattr(found, s) / v - 1.0).max()) for s, v in mine.items())
    if not worst <= 1e-12:
        raise SystemExit(f"the bulk chain and the procedures differ by {worst:.0e}")
    print(f"chain from {len(x)} prepared columns, kernel {found.kernel}: differs from the procedures by {worst:.0e}")
    return best(lambda: chain_kernels.chain(x, each=each), 7)


def peer_of(python: str) -> dict[str, Any] | None:
    """What `peer.py` printed."""
    if not python or not Path(python).exists():
        print("peer: absent (name its Python with --peer)")
        return None
    script = Path(__file__).with_name("peer.py")
    done = subprocess.run([python, str(script)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"peer: could not run: {done.stderr.strip().splitlines()[-1]}")
        return None
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def report_peer(python: str, n: int, bulk: dict[str, Took], rows: int, each: Each) -> None:
    """Times a case of the peer over times a row of this engine, for equal answers."""
    peer = peer_of(python)
    case = chain_case(n)
    mine = chain(case, each)
    if peer is None:
        return
    for symbol, value in peer["chain"]["answer"].items():
        # The peer's release rates round their constants otherwise, in the sixth digit.
        if not np.isclose(mine[symbol][0], value, rtol=1e-5, atol=0.0):
            raise SystemExit(f"the peer and this engine disagree on {symbol}: {value} and {mine[symbol][0]}")
    print(
        f"peer: {peer['engine']} {peer['version']}, equal answers; microseconds a case, and how many rows in that time"
    )

    def line(words: str, name: str, took: Took, of: int) -> None:
        wall, cpu = 1e6 * took.wall / of, 1e6 * took.cpu / of
        plain, normal = peer[name]["plain_us"], peer[name]["normal_us"]
        print(
            f"  {words}: {wall:.3g} us wall, {cpu:.3g} processor; the peer {plain:.0f} plain, {normal:.0f} by its call"
        )
        print(
            f"    plain {plain / wall:,.0f} times wall, {plain / cpu:,.0f} processor; by its call {normal / wall:,.0f}"
        )

    for kernel, took in bulk.items():
        line(f"thinning, bulk kernel {kernel}", "thinning", took, rows)
    line("chain with every intermediate", "chain", best(lambda: chain(case, each), 3), n)
    line("chain, bulk kernels, two threads", "chain", bulk_chain(case, mine, each), n)
    line("chain, bulk kernels, one thread", "chain", bulk_chain(case, mine, one_by_one), n)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("components", type=int, nargs="?", default=100_000)
    parser.add_argument("--peer", default=os.environ.get("INTEGRITY_ORACLE_PYTHON", ""), help="its Python")
    parser.add_argument("--everywhere", action="store_true", help="every mechanism accepted on every component")
    parser.add_argument("--profile", action="store_true", help="print the functions that take the most time")
    args = parser.parse_args()
    load_all()
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {os.cpu_count()} processors")
    assess_case(case_of(make_risk_plant(300)))
    with team(2) as crew:
        report_plant(args.components, args.everywhere, crew.each, args.profile)
        report_study(args.components)
        report_monte_carlo()
        rows = 10 * args.components
        bulk = report_bulk(rows, crew.each)
        report_peer(args.peer, args.components, bulk, rows, crew.each)


if __name__ == "__main__":
    main()
