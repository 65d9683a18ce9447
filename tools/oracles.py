"""Comparisons with independent engines from the fixtures of tests/oracle, and with the plain loop of tests/life."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

EXACT = 2e-9
LOOP = 1e-9
PLANTS = 40
FIXTURES = ("thinning", "release", "combine", "weights")


@dataclass(frozen=True)
class Comparison:
    """One number over many cases.

    Attributes
    ----------
    engine, what, symbol : str
    n : int
        Cases in which both gave a number.
    largest : float
        Largest |ours - theirs| / max(|ours|, |theirs|, floor).
    tolerance : float
    record : str
        Reviewed deviation that allows more than rounding, if any.
    """

    engine: str
    what: str
    symbol: str
    n: int
    largest: float
    tolerance: float
    record: str = ""

    @property
    def within(self) -> bool:
        """Inside the tolerance."""
        return self.largest <= self.tolerance


@dataclass(frozen=True)
class Refusals:
    """Cases of one phase that were refused."""

    phase: str
    n: int
    both: int
    ours: int
    theirs: int


@cache
def _suite() -> Any:
    return import_module("tests.oracle.test_api581")


def deviations() -> list[dict[str, Any]]:
    """Reviewed differences from the engine.

    Returns
    -------
    list of dict
    """
    return list(_suite().deviations().values())


def _compare(
    what: str, symbol: str, ours: Any, theirs: Any, tolerance: float = EXACT, record: str = "", floor: float = 1e-300
) -> Comparison:
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    scale = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    largest = float(np.max(np.abs(a - b) / scale)) if a.size else float("nan")
    return Comparison("api581-engine 0.1.4", what, symbol, int(a.size), largest, tolerance, record)


def _pairs(
    what: str,
    symbol: str,
    pairs: list[tuple[float, float]],
    tolerance: float,
    record: str = "",
    floor: float = 1e-300,
) -> Comparison:
    both = np.array(pairs, dtype=np.float64)
    return _compare(what, symbol, both[:, 0], both[:, 1], tolerance, record, floor)


def _thinning() -> list[Comparison]:
    s = _suite()
    rows = s.cases("thinning")
    result = s.run_thinning(rows)
    out = [_compare("thinning", n, result[n], s.wanted(rows, n)) for n in ("A_rt", "SR_p", "D_fB", "D_f_thin")]
    for i in (1, 2, 3):
        posterior = [r["outputs"]["Po_p"][i - 1] for r in rows]
        beta = [r["outputs"]["beta"][i - 1] for r in rows]
        out.append(_compare("thinning", f"Po_p{i}", result[f"Po_p{i}"], posterior))
        # Near zero a reliability index is compared by its absolute difference.
        out.append(_compare("thinning", f"beta_{i}", result[f"beta_{i}"], beta, floor=1.0))
    return out


def _release() -> list[Comparison]:
    s = _suite()
    known = s.deviations()
    out = []
    for phase in s.PHASES:
        record = "gas-constant" if phase == "gas" else "unit-constant-rounded"
        rate, burnt_area = known[record]["tolerance_rel"], known[record]["tolerance_area_rel"]
        done = [
            (row["outputs"], released, burnt, i)
            for row, released, burnt, i in s.released_cases(phase)
            if not ("refused" in row or burnt.refused[i] or released.refused[i] or burnt.missing[i])
        ]
        for name in ("W_n", "mass_avail_kg", "rate_kg_s", "ld_s", "mass_kg"):
            pair = [(r[name][i], w[name]) for w, r, _, i in done]
            out.append(_pairs(f"release, {phase}", name, pair, rate, record))
        for name in ("CA_cmd", "CA_inj"):
            pair = [(b[name][i], w[name]) for w, _, b, i in done]
            out.append(_pairs(f"flammable area, {phase}", name, pair, burnt_area, record))
    return out


def refusals() -> list[Refusals]:
    """Cases of the release fixtures that were refused, by phase.

    Returns
    -------
    list of Refusals
    """
    s = _suite()
    out = []
    for phase in s.PHASES:
        pairs = [
            (bool(released.refused[i] or burnt.refused[i] or burnt.missing[i]), "refused" in row)
            for row, released, burnt, i in s.released_cases(phase)
        ]
        counts = [sum(p == want for p in pairs) for want in ((True, True), (True, False), (False, True))]
        out.append(Refusals(phase, len(pairs), *counts))
    return out


def _combined() -> list[Comparison]:
    s = _suite()
    rows = s.cases("combine")
    out = [_compare("total of damage factors", "D_f_total", _totals(rows), s.wanted(rows, "D_f_total"), 1e-12)]
    rows = s.cases("weights")
    result = _weighted(rows)
    names = ("CA_cmd", "CA_inj", "CA", "gff_total")
    return out + [_compare("weighting of holes", n, result[n], s.wanted(rows, n), 1e-12) for n in names]


ONE_FACTOR = {
    "D_f_thin": "thinning",
    "D_f_htha": "htha",
    "D_f_brit": "brittle_fracture",
    "D_f_temp": "temper_embrittlement",
    "D_f_885": "embrittlement_885f",
    "D_f_sigma": "sigma_embrittlement",
    "D_f_mfat": "fatigue",
}


def _totals(rows: list[dict[str, Any]]) -> Any:
    s = _suite()
    given = [r["inputs"] for r in rows]
    columns: dict[str, Any] = {ours: np.array([g[theirs] for g in given]) for ours, theirs in ONE_FACTOR.items()}
    columns |= {
        "component_type": np.full(len(rows), s.index_of("component_type", "DRUM")),
        "D_f_lining": np.array([np.nan if g["lining"] is None else g["lining"] for g in given]),
        "D_f_ext": np.array([g["external"][0] for g in given]),
        "D_f_scc": np.array([g["scc"][0] for g in given]),
        "local": np.array([int(g["thinning_external_distribution"] == "local") for g in given]),
    }
    return s.POF.run(columns, s.DEFAULTS)["D_f_total"]


def _weighted(rows: list[dict[str, Any]]) -> Any:
    s = _suite()
    types = s.codes("component_type")
    columns: dict[str, Any] = {"component_type": np.array([types.index(r["inputs"]["component_type"]) for r in rows])}
    for j, effect in enumerate(("cmd", "inj")):
        for h in s.HOLES:
            columns[f"CA_{effect}_{h}"] = np.array([r["inputs"]["areas"][h][j] for r in rows])
    return s.CONSEQUENCE.run(columns, s.DEFAULTS)


def _rates() -> list[Comparison]:
    from scipy.stats import t as student

    from integrity.core.arrays import NO_DATE
    from integrity.core.settings import DEFAULTS
    from integrity.life.positions import position_rates

    oracle: Any = import_module("tests.life.oracle")
    builders: Any = import_module("tests.life.builders")
    names = {"t_last_mm": "t_last", "CR_LT": "LT", "CR_ST": "ST", "CR_reg": "reg", "CR_reg_hi": "hi"}
    names |= {"CR_reg_lo": "lo", "CR_hist": "hist"}
    pairs: dict[str, list[tuple[float, float]]] = {n: [] for n in names}
    for seed in range(PLANTS):
        p = builders.random_plant(seed, n_comp=12)
        f = position_rates(p, DEFAULTS)
        for row in range(f.n):
            at, n = int(f.reading_start[row]), int(f.reading_count[row])
            columns = [getattr(p.readings, c)[at : at + n] for c in builders.READING[2:]]
            start = int(p.cmls.start_d[f.cml_row[row]])
            given = [(int(d), float(t), int(q), int(a), int(k)) for d, t, q, a, k in zip(*columns, strict=True)]
            first = None if start == NO_DATE else start
            want = oracle.position(given, first, p.as_of_d, t_quantile=lambda nu: student.ppf(0.95, nu))
            for ours, theirs in names.items():
                pairs[ours].append((float(getattr(f, ours)[row]), float(getattr(want, theirs))))
    out = []
    for name, pair in pairs.items():
        c = _pairs("rates of a position", name, pair, LOOP, floor=1e-3)
        out.append(Comparison("plain loop of tests/life/oracle.py", *_rest(c)))
    return out


def _rest(c: Comparison) -> tuple[str, str, int, float, float, str]:
    return c.what, c.symbol, c.n, c.largest, c.tolerance, c.record


@cache
def comparisons() -> tuple[Comparison, ...]:
    """Every comparison.

    Returns
    -------
    tuple of Comparison
    """
    return (*_thinning(), *_release(), *_combined(), *_rates())
