"""Level 2 consequence against an independent engine, random cases kept as fixtures."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Procedure, Result
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict

HERE = Path(__file__).parent
EXACT = 1e-9
# Distances of pool fire, fireball and blast are iterations of both: ours to 1e-12 of the distance, the engine's to
# 1e-10 m; they are held to EXACT as well, over the distance or over one metre where the distance is shorter.
LEAST_M = 1.0
# Probabilities below this have lost digits in the engine, which prints numbers that a float64 holds only in part.
LEAST = 1e-300
ITERATED = ("pool_fire", "fireball", "vce", "explosion")
# Settings that the cases of a group carry, by their column.
CARRIED = {
    "partition": {"basis": "rbi.level2_entrainment"},
    "events": {"reference": "rbi.level2_reference_temperature", "weight": "rbi.level2_phase_weight"},
    "pool_fire": {"view": "rbi.level2_pool_view", "count": "rbi.level2_pool_distance"},
    "fireball": {"view": "rbi.level2_fireball_view"},
}
TABLE = ("time_s", "C_ppm")


@cache
def groups() -> dict[str, Any]:
    data = json.loads((HERE / "api581_level2.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    found: dict[str, Any] = data["groups"]
    return found


def column(p: Procedure, symbol: str, values: list[Any]) -> np.ndarray:
    """Inputs as the procedure takes them; codes are texts in the fixture, None is blank."""
    param = next(x for x in (*p.inputs, *p.outputs) if x.symbol == symbol)
    if param.quantity == "code":
        return np.array([-1 if v is None else param.codes.index(v) for v in values])
    blank = -1 if param.quantity == "flag" else np.nan
    return np.array([blank if v is None else v for v in values])


def run(name: str, rows: list[int], changed: dict[str, Any]) -> Result:
    p, inputs = procedure(f"api581.2016.level2_{name}"), groups()[name]["inputs"]
    known = {x.symbol for x in p.inputs}
    columns = {s: column(p, s, [v[i] for i in rows]) for s, v in inputs.items() if s in known}
    tables = {}
    if TABLE[0] in inputs:
        case = [j for j, i in enumerate(rows) for _ in inputs[TABLE[0]][i]]
        tables["concentration"] = {"case": case, **{s: [v for i in rows for v in inputs[s][i]] for s in TABLE}}
    return p.run(columns, Settings(changed), tables)


@cache
def ours(name: str) -> dict[str, np.ndarray]:
    """Outputs of a group; the settings that a case carries make separate runs."""
    inputs, wanted = groups()[name]["inputs"], groups()[name]["outputs"]
    n = len(next(iter(inputs.values())))
    alike: dict[str, list[int]] = {}
    for i in range(n):
        changed = {key: inputs[s][i] for s, key in CARRIED.get(name, {}).items()}
        alike.setdefault(json.dumps(changed, sort_keys=True), []).append(i)
    out = {s: np.full(n, np.nan) for s in (*wanted, "verdict")}
    for key, rows in alike.items():
        result = run(name, rows, json.loads(key))
        out["verdict"][rows] = result.verdict
        for s in wanted:
            out[s][rows] = result[s]
    return out


def theirs(name: str, symbol: str) -> np.ndarray:
    p = procedure(f"api581.2016.level2_{name}")
    return column(p, symbol, groups()[name]["outputs"][symbol]).astype(np.float64)


def difference(got: np.ndarray, want: np.ndarray, least: float = LEAST) -> float:
    """Largest difference over the greater of the two, or over `least`; a number against nothing is infinitely far."""
    apart = np.abs(got - want)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = apart / np.maximum(np.maximum(np.abs(got), np.abs(want)), least)
    relative = np.where(np.isnan(got) & np.isnan(want), 0.0, relative)
    return float(np.where(np.isnan(relative), np.inf, relative).max())


def solved(name: str, symbol: str) -> bool:
    """Whether a column is a distance that both iterate, or its area."""
    return name in ITERATED and symbol.startswith(("x_", "CA_"))


def apart(name: str, symbol: str) -> float:
    """Largest difference of a column."""
    least = LEAST_M if solved(name, symbol) else LEAST
    return difference(ours(name)[symbol], theirs(name, symbol), least)


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared: subject, symbol, cases, largest relative difference."""
    out = []
    for name in groups():
        for symbol in groups()[name]["outputs"]:
            out.append((f"Level 2 {name}", symbol, int(theirs(name, symbol).size), apart(name, symbol)))
    return out


COMPARISONS = comparisons


def test_enough_cases() -> None:
    counts = {k: len(next(iter(g["inputs"].values()))) for k, g in groups().items()}
    assert sum(counts.values()) >= 4000 and min(counts.values()) >= 300, counts


@pytest.mark.parametrize("name", sorted(groups()))
def test_agrees(name: str) -> None:
    for symbol in groups()[name]["outputs"]:
        assert apart(name, symbol) <= EXACT, (symbol, apart(name, symbol))


@pytest.mark.parametrize("name", sorted(groups()))
def test_every_row_is_calculated(name: str) -> None:
    refused = ours(name)["verdict"] != int(Verdict.CALCULATED)
    assert not refused.any(), np.flatnonzero(refused)[:5]


def test_every_branch_is_there() -> None:
    inputs = groups()["events"]["inputs"]
    trees = set(zip(inputs["release_phase"], inputs["release_type"], inputs["hole"], strict=True))
    # A continuous rupture has no tree in the engine.
    assert len(trees) == 3 * 4 + 3 * 3
    assert len(set(groups()["toxic"]["inputs"]["toxic_species"])) == 27
    assert {"probit", "erpg3", "aegl3", "idlh"} >= set(groups()["toxic"]["outputs"]["criterion"]) >= {"probit", "aegl3"}
    for name, carried in CARRIED.items():
        for symbol in carried:
            assert len(set(groups()[name]["inputs"][symbol])) == 2, (name, symbol)


def test_refused_cases_are_recorded() -> None:
    records = tomllib.loads((HERE / "deviations_level2.toml").read_text(encoding="utf-8"))["deviation"]
    refused = sum(r["cases"] for g in groups().values() for r in g["refused"])
    assert sum(r["cases"] for r in records if r["refused"]) == refused
    assert all(r["reviewed"] and r["right"] for r in records)
