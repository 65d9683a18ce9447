"""Further rate models of Annex 2.B against an independent engine: every printed cell, borders and random cases."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import AnyArray
from integrity.core.procedure import Param, Procedure, Result
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict

HERE = Path(__file__).parent
EXACT = 1e-9
LEAST = {
    "api581.2016.rate_alkaline_sour_water": 500,
    "api581.2016.rate_acid_sour_water": 350,
    "api581.2016.rate_amine": 1600,
    "api581.2016.rate_oxidation": 600,
    "api581.2016.rate_co2": 750,
    "api581.2016.rate_cooling_water": 800,
    "api581.2016.rate_groundwater": 100,
    "api581.2016.rate_soil": 300,
    "api581.2016.rate_tank_bottom": 350,
}


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / "api581_rates2.json").read_text(encoding="utf-8"))
    assert (found["engine"], found["version"]) == ("api581-engine", "0.1.4")
    return found


def deviations() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((HERE / "deviations_rates2.toml").read_text(encoding="utf-8")).get(
        "deviation", []
    )
    return found


def column(param: Param, values: list[Any], n: int) -> AnyArray:
    if param.quantity == "code":
        return np.array([-1 if v is None else param.codes.index(v) for v in values], dtype=np.int64)
    if param.quantity == "flag":
        return np.array([{"no": 0, "yes": 1}.get(v, -1) for v in values], dtype=np.int64)
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def runs(name: str) -> tuple[Procedure, Result]:
    group = data()["groups"][name]
    p = procedure(group["procedure"])
    n = len(group["refused"])
    given = {**{s: [v] * n for s, v in group["shared"].items()}, **group["inputs"]}
    columns = {x.symbol: column(x, given[x.symbol], n) for x in p.inputs if x.symbol in given}
    return p, p.run(columns, Settings({"rbi.rate_co2_exponent": "as_printed", **group["settings"]}))


def wanted(p: Procedure, symbol: str, values: list[Any], n: int) -> AnyArray:
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    return column(params[symbol], values, n)


def compared(name: str) -> Iterator[tuple[str, AnyArray, AnyArray]]:
    """Each output of the engine beside ours, on the rows it answers."""
    p, result = runs(name)
    group = data()["groups"][name]
    answered = np.array([r == "" for r in group["refused"]])
    for symbol, values in group["outputs"].items():
        want = wanted(p, symbol, values, answered.size)
        there = answered & np.array([v is not None for v in values])
        yield symbol, result[symbol][there], want[there]


NAMES = sorted(data()["groups"])


@pytest.mark.parametrize("name", NAMES)
def test_both_answer_and_refuse_the_same_rows(name: str) -> None:
    _, result = runs(name)
    refused = np.array([r != "" for r in data()["groups"][name]["refused"]])
    differ = np.flatnonzero((result.verdict != int(Verdict.CALCULATED)) != refused)
    known = {i for d in deviations() if d["kind"] == "refusal" and name in d["rows"] for i in d["rows"][name]}
    assert set(differ.tolist()) == known, [(i, data()["groups"][name]["refused"][i]) for i in differ][:10]


@pytest.mark.parametrize("name", NAMES)
def test_numbers_agree(name: str) -> None:
    for symbol, ours, theirs in compared(name):
        if ours.dtype.kind == "i":
            np.testing.assert_array_equal(ours, theirs, err_msg=symbol)
        else:
            both = ~np.isnan(ours)
            np.testing.assert_allclose(ours[both], theirs[both], rtol=EXACT, atol=1e-13, err_msg=symbol)
            if symbol == "C_r":
                refusals = sum(len(d["rows"].get(name, ())) for d in deviations() if d["kind"] == "refusal")
                assert (~both).sum() <= refusals


def test_cases_are_many_and_deviations_few() -> None:
    counts: dict[str, int] = {}
    for group in data()["groups"].values():
        counts[group["procedure"]] = counts.get(group["procedure"], 0) + len(group["refused"])
    assert {k: counts[k] >= n for k, n in LEAST.items()} == dict.fromkeys(LEAST, True), counts
    total = sum(counts.values())
    assert total >= 3500
    assert sum(d["cases"] for d in deviations()) <= 0.01 * total


def test_cases_reach_every_branch() -> None:
    """Every code that the engine can reach of the columns that choose a formula."""
    reached: dict[tuple[str, str], set[str]] = {}
    for name in NAMES:
        p, result = runs(name)
        good = result.verdict == int(Verdict.CALCULATED)
        for x in p.outputs:
            if x.quantity == "code":
                seen = {x.codes[i] for i in np.unique(result[x.symbol][good]) if i >= 0}
                reached.setdefault((p.key.split("rate_")[1], x.symbol), set()).update(seen)
    assert reached["co2", "rate_case"] == {"wet_model", "resistant", "no_co2", "oil_wetted", "dry"}
    assert reached["co2", "pH_source"] == {"given", "condensate", "ferrous_saturated", "salinity_46_g_l"}
    assert reached["co2", "shear_case"] == {"given", "computed"}
    assert reached["co2", "jump_case"] == {"no", "yes"}
    assert len(reached["alkaline_sour_water", "F_P_case"]) == 4
    assert {"low", "middle_si", "middle_us", "high"} == reached["acid_sour_water", "F_V_case"]
    assert len(reached["amine", "strength_case"]) == 7
    assert reached["amine", "contamination"] == {"low", "middle", "high"}
    assert len(reached["oxidation", "alloy"]) == 11
    assert len(reached["cooling_water", "F_V_case"]) == 5
    assert len(reached["cooling_water", "rate_case"]) == 7
    assert len(reached["tank_bottom", "pad_case"]) == 8
    assert len(reached["groundwater", "corrosivity"]) == 4


def test_deviations_are_reviewed_records() -> None:
    for record in deviations():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs"} <= set(record)
        assert {"kind", "rows", "reason", "right", "cases"} <= set(record)
        assert len(record["reason"]) > 40
        assert record["cases"] == sum(len(rows) for rows in record["rows"].values())


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared, symbol, cases and largest relative difference, for the validation report."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for name in NAMES:
        for symbol, ours, theirs in compared(name):
            if ours.dtype.kind == "i":
                continue
            both = ~np.isnan(ours) & (theirs != 0.0)
            worst = float(np.max(np.abs(ours[both] / theirs[both] - 1.0), initial=0.0))
            key = (data()["groups"][name]["procedure"], symbol)
            n, before = found.get(key, (0, 0.0))
            found[key] = (n + int(both.sum()), max(before, worst))
    return [(what, symbol, n, worst) for (what, symbol), (n, worst) in sorted(found.items())]


COMPARISONS = comparisons
