"""Comparisons with independent engines from the fixtures of tests/oracle, and with the plain loop of tests/life."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent.parent / "tests" / "oracle"
ENGINE = "api581-engine 0.1.4"
# Where a module of comparisons names no tolerance of its own.
EXACT = 1e-9
LOOP = 1e-9
PLANTS = 40
# Share of all cases that reviewed differences may cover.
GREATEST_SHARE = 0.01


@dataclass(frozen=True)
class Comparison:
    """One number over many cases.

    Attributes
    ----------
    engine, what, symbol : str
    n : int
        Cases in which both gave a number.
    largest : float
        Largest relative difference.
    tolerance : float
    """

    engine: str
    what: str
    symbol: str
    n: int
    largest: float
    tolerance: float

    @property
    def within(self) -> bool:
        """Inside the tolerance."""
        return self.largest <= self.tolerance


@dataclass(frozen=True)
class Fixture:
    """One file of recorded cases: how many, and how many single cells of printed tables besides."""

    name: str
    groups: int
    cases: int
    cells: int


@dataclass(frozen=True)
class Refusals:
    """Cases of one phase that were refused."""

    phase: str
    n: int
    both: int
    ours: int
    theirs: int


@cache
def modules() -> tuple[Any, ...]:
    """Test modules that compare with the engine, each with a function `COMPARISONS`.

    Returns
    -------
    tuple of module
    """
    names = sorted(p.stem for p in HERE.glob("test_api581*.py"))
    return tuple(import_module(f"tests.oracle.{name}") for name in names)


@cache
def fixtures() -> tuple[Fixture, ...]:
    """Every file of recorded cases.

    Returns
    -------
    tuple of Fixture
    """
    return tuple(_fixture(path) for path in sorted(HERE.glob("api581_*.json")))


def _fixture(path: Path) -> Fixture:
    data = json.loads(path.read_text(encoding="utf-8"))
    cells = [t for tables in data.get("tables", {}).values() for t in tables]
    groups = data.get("groups", {})
    rows = [len(next(iter(g["inputs"].values()))) for g in groups.values()]
    n = sum(rows) + len(data.get("cases", ()))
    return Fixture(path.stem.removeprefix("api581_"), len(groups) or 1, n, sum(len(t["rates"]) for t in cells))


def deviations() -> list[dict[str, Any]]:
    """Reviewed differences from the engine, all files together.

    Returns
    -------
    list of dict
        `file` is the subject, empty for the first file.
    """
    out = []
    for path in sorted(HERE.glob("deviations*.toml")):
        subject = path.stem.removeprefix("deviations").lstrip("_")
        records = tomllib.loads(path.read_text(encoding="utf-8")).get("deviation", [])
        out += [{**record, "file": subject} for record in records]
    return out


def cases() -> tuple[int, int]:
    """Recorded cases, and those of them that reviewed differences cover; cells of tables are not counted.

    Returns
    -------
    (int, int)
    """
    return sum(f.cases for f in fixtures()), sum(int(d["cases"]) for d in deviations())


def _base() -> Any:
    return import_module("tests.oracle.test_api581")


def refusals() -> list[Refusals]:
    """Cases of the release fixtures that were refused, by phase.

    Returns
    -------
    list of Refusals
    """
    s = _base()
    out = []
    for phase in s.PHASES:
        pairs = [
            (bool(released.refused[i] or burnt.refused[i] or burnt.missing[i]), "refused" in row)
            for row, released, burnt, i in s.released_cases(phase)
        ]
        counts = [sum(p == want for p in pairs) for want in ((True, True), (True, False), (False, True))]
        out.append(Refusals(phase, len(pairs), *counts))
    return out


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
        both = np.array(pair, dtype=np.float64)
        n, largest = _base().difference(both[:, 0], both[:, 1], 1e-3)
        out.append(Comparison("plain loop of tests/life/oracle.py", "rates of a position", name, n, largest, LOOP))
    return out


def _tolerance(module: Any, what: str, symbol: str) -> float:
    """Tolerance of a module; one that iterates says by `solved` which numbers are held to `SOLVED`."""
    exact = float(getattr(module, "EXACT", EXACT))
    iterated = getattr(module, "solved", None)
    if iterated is not None and iterated(what.split()[-1], symbol):
        return float(getattr(module, "SOLVED", exact))
    return exact


@cache
def comparisons() -> tuple[Comparison, ...]:
    """Every comparison.

    Returns
    -------
    tuple of Comparison
    """
    out = []
    for module in modules():
        made: Callable[[], list[tuple[str, str, int, float]]] = module.COMPARISONS
        out += [Comparison(ENGINE, *row, _tolerance(module, row[0], row[1])) for row in made()]
    return (*out, *_rates())
