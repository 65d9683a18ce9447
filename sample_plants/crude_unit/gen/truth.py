"""Lays out the CMLs and gives every position a true first wall and a true rate."""

from __future__ import annotations

from datetime import date

import numpy as np

from .model import AS_OF, YEAR_DAYS, Cml, Component, Plant
from .tables import ALLOY, LOCAL_ELBOWS, LOOPS, PROCESS_CHANGE, RING_LINES

ANGLES = ["0", "45", "90", "135", "180", "225", "270", "315"]
RING = ["1", "2", "3", "4"]

# Remaining life today (y) that the true worst point of a chosen component is given.
BELOW = {"P-1045-EL1": -1.6, "E-101A-SH1": -2.4, "V-103-SH1": -1.1}
SHORT = {"P-1023-EL1": 1.6, "P-1052-EL1": 1.3, "A-101-HB1": 1.6, "E-115-SH1": 1.1, "P-1020-EL1": 1.8}
NEAR = {"P-1030-EL1": 4.1, "P-1014-EL1": 8.8}
UNSEEN = {"P-1012-ST2": 1.2}
NO_RATE = [
    "P-1071-ST1",
    "P-1078-ST1",
    "P-1017-ST1",
    "S-202-UP1",
    "V-115-SH1",
    "V-112-SH1",
    "P-1080-ST1",
    "E-116-CH1",
]
N_BAND = 32  # components between 2 and 10 years

WORDS = {
    "cylinder": "环缝附近 near girth seam|中段 mid course|人孔旁 beside manway|液面线 at liquid line"
    "|底部 6 点 bottom 6 o'clock",
    "ellipsoidal": "封头中心 crown|过渡区 knuckle|直边段 straight flange|接管旁 beside nozzle",
    "torispherical": "封头中心 crown|过渡区 knuckle|直边段 straight flange|接管旁 beside nozzle",
    "sphere": "赤道板 equator plate|温带板 temperate plate|极板 pole plate|支柱旁 beside column",
    "cone": "大端 large end|小端 small end|锥体中部 mid cone",
    "flat": "侧板 side plate|丝堵板 plug sheet|管板 tube sheet",
    "tank_course": "东 east|南 south|西 west|北 north",
    "tank_bottom": "边缘板 annular|中幅板 middle plate|集水坑 sump",
    "pipe": "上 top|下 bottom|支架后 after support|焊缝后 after weld|阀后 downstream of valve",
    "bend": "外弯 extrados|内弯 intrados|中性线 neutral line|弯头出口 elbow outlet",
}


def _first_wall(c: Component, n: int, rng: np.random.Generator) -> np.ndarray:
    """As-built wall: mill spread of the part, small spread of the points."""
    if c.is_plate and c.geometry in ("ellipsoidal", "torispherical"):
        part = float(np.clip(rng.normal(-0.005, 0.015), -0.03, 0.025))
    elif c.is_plate and c.geometry != "pipe":
        part = float(np.clip(rng.normal(0.012, 0.010), -0.005, 0.030))
    else:
        part = float(np.clip(rng.normal(0.010, 0.030), -0.06, 0.065))
    if c.nominal < 5.0:
        part = min(part, 0.02)
    return c.nominal * (1.0 + part + np.clip(rng.normal(0.0, 0.004, n), -0.008, 0.008))


def _layout(c: Component) -> list[str]:
    """Position scheme of each CML of a component."""
    short = c.item.short
    if c.layout == "band":
        k = round(0.42 * c.n_cml)
        return ["8x45"] * k + ["single"] * (c.n_cml - k)
    if c.fitting and short[2:] in RING_LINES:
        k = c.n_cml if c.fitting != "straight" else 3
        return ["R1-R4"] * k + ["single"] * (c.n_cml - k)
    return ["single"] * c.n_cml


def _median_rate(c: Component, rng: np.random.Generator) -> float:
    _, _, median, gsd = LOOPS[c.loop]
    factor = ALLOY.get(c.material, 1.0)
    return float(median * factor * np.exp(rng.normal(0.0, np.log(gsd))))


def _effective_years(c: Component) -> tuple[float, float, date | None]:
    """Years of today's rate that equal the service so far, the factor of the change, its date."""
    total = (AS_OF - c.start).days / YEAR_DAYS
    change = PROCESS_CHANGE.get(c.item.circuit)
    if change is None:
        return total, 1.0, None
    when = date.fromisoformat(change[0])
    after = (AS_OF - when).days / YEAR_DAYS
    return after + (total - after) / change[1], change[1], when


def _scale_for(life: float, t0: np.ndarray, r: np.ndarray, t_req: float, eff: float) -> float:
    """Scale of the rates that leaves the worst position exactly `life` years."""
    return float(np.min((t0 - t_req) / (r * (eff + life))))


def lay_out(plant: Plant, rng: np.random.Generator) -> None:
    """Fill plant.cmls and plant.facts['truth']."""
    drafts = [_draft(c, rng) for c in plant.comps]
    chosen = _choose_band(drafts)
    unseen: dict[str, dict[str, object]] = {}
    no_cml: dict[str, dict[str, object]] = {}
    counters: dict[str, int] = {}
    for c, t0, r, schemes in drafts:
        eff, factor, when = _effective_years(c)
        scale = _target_scale(c, t0, r, eff, chosen, rng)
        rate = r * scale
        if c.n_cml == 0:
            entry: dict[str, object] = {"rate": float(rate[0]), "t": float(t0[0] - rate[0] * eff)}
            (unseen if c.cid in UNSEEN else no_cml)[c.cid] = entry
            continue
        at = 0
        words = WORDS[c.geometry].split("|")
        for k, scheme in enumerate(schemes):
            positions = {"single": [""], "8x45": ANGLES, "R1-R4": RING}[scheme]
            short = c.item.short
            counters[short] = counters.get(short, 0) + 1
            sel = slice(at, at + len(positions))
            at += len(positions)
            plant.cmls.append(
                Cml(
                    f"{short}-{counters[short]:03d}",
                    c,
                    f"{words[k % len(words)]} #{k + 1}",
                    scheme,
                    positions,
                    _access(c, k),
                    bool(rng.random() < 0.18),
                    t0[sel],
                    rate[sel],
                    None if when is None else rate[sel] / factor,
                    when,
                )
            )
    plant.facts["unseen"], plant.facts["no_cml"] = unseen, no_cml
    plant.facts["no_rate"] = NO_RATE


def _access(c: Component, k: int) -> str:
    if c.item.kind == "column":
        return "platform" if k % 3 else "scaffold"
    if c.item.kind == "sphere":
        return "rope"
    return ("ground", "platform", "scaffold")[k % 3] if c.item.kind == "piping" else "platform"


def _draft(c: Component, rng: np.random.Generator) -> tuple[Component, np.ndarray, np.ndarray, list[str]]:
    schemes = _layout(c)
    sizes = [{"single": 1, "8x45": 8, "R1-R4": 4}[s] for s in schemes] or [1]
    n = sum(sizes)
    t0 = _first_wall(c, n, rng)
    per_cml = np.exp(np.clip(rng.normal(0.0, 0.22, len(sizes)), -0.5, 0.5))
    r = _median_rate(c, rng) * np.repeat(per_cml, sizes) * np.exp(np.clip(rng.normal(0.0, 0.10, n), -0.25, 0.25))
    factor = LOCAL_ELBOWS.get(c.item.short[2:])
    if c.fitting == "elbow" and factor:
        r[min(4 * (n // 8) + 1, n - 1)] = factor * float(np.median(r))
    if c.cid in NO_RATE:
        r = np.zeros(n)
    return c, t0, r, schemes


def _choose_band(drafts: list[tuple[Component, np.ndarray, np.ndarray, list[str]]]) -> dict[str, float]:
    """Components whose natural rate comes nearest to a life of 2 to 10 years, at most three an item."""
    scored = []
    for c, t0, r, _ in drafts:
        if c.n_cml == 0 or not r.any() or c.cid in {**BELOW, **SHORT, **NEAR}:
            continue
        eff, _, _ = _effective_years(c)
        scored.append((_scale_for(6.0, t0, r, c.t_req, eff), c.cid, c.item.tag))
    chosen: dict[str, float] = {}
    used: dict[str, int] = {}
    for _, cid, tag in sorted(scored):
        if used.get(tag, 0) < 2 and len(chosen) < N_BAND:
            used[tag] = used.get(tag, 0) + 1
            chosen[cid] = 2.3 + 7.4 * ((len(chosen) * 13) % N_BAND) / N_BAND
    return chosen


def _target_scale(
    c: Component,
    t0: np.ndarray,
    r: np.ndarray,
    eff: float,
    chosen: dict[str, float],
    rng: np.random.Generator,
) -> float:
    spare = float(rng.uniform(12.0, 45.0))
    if not r.any():
        return 1.0
    for table in (BELOW, SHORT, NEAR, UNSEEN, chosen):
        if c.cid in table:
            return _scale_for(table[c.cid], t0, r, c.t_req, eff)
    return min(1.0, _scale_for(spare, t0, r, c.t_req, eff))


def component_truth(plant: Plant) -> dict[str, dict[str, object]]:
    """True worst point of every component on the as-of date."""
    by_comp: dict[str, list[Cml]] = {}
    for m in plant.cmls:
        by_comp.setdefault(m.comp.cid, []).append(m)
    out: dict[str, dict[str, object]] = {}
    unseen: dict[str, dict[str, float]] = {**plant.facts["unseen"], **plant.facts["no_cml"]}  # type: ignore[dict-item]
    for c in plant.comps:
        entry: dict[str, object] = {
            "t_req": round(c.t_req, 3),
            "basis": c.basis,
            "S": round(c.S, 2),
            "E": c.E,
        }
        if c.cid in unseen:
            t, rate = unseen[c.cid]["t"], unseen[c.cid]["rate"]
            entry.update(
                worst_cml=None,
                worst_pos=None,
                t=round(t, 3),
                rate=round(rate, 4),
                RL=round((t - c.t_req) / rate, 2),
            )
            out[c.cid] = entry
            continue
        best: tuple[float, str, str, float, float] | None = None
        for m in by_comp[c.cid]:
            wall = m.wall(AS_OF)
            for k, pos in enumerate(m.positions):
                life = (wall[k] - c.t_req) / m.rate[k] if m.rate[k] > 0 else np.inf
                key = (float(life), m.cid, pos, float(wall[k]), float(m.rate[k]))
                if best is None or (key[0], key[3]) < (best[0], best[3]):
                    best = key
        assert best is not None
        entry.update(
            worst_cml=best[1],
            worst_pos=best[2],
            t=round(best[3], 3),
            rate=round(best[4], 4),
            RL=None if np.isinf(best[0]) else round(best[0], 2),
        )
        out[c.cid] = entry
    return out
