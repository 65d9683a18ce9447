"""Hydrogen attack, embrittlements, fatigue and management factor against an independent engine, cases as fixtures."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import index_of
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi import management
from integrity.rbi.mechanisms import brittle, embrittlement_885, fatigue, htha, sigma, temper

HERE = Path(__file__).parent
RTOL, ATOL = 1e-9, 1e-9
FILE = "api581_embrittlement.json"

Expected = list[tuple[str, str]]
PLAN: dict[str, tuple[Procedure, Settings, dict[str, Any]]] = {
    "brittle": (brittle.PROCEDURE, DEFAULTS, {}),
    "brittle_beyond": (brittle.PROCEDURE, DEFAULTS, {}),
    "brittle_mild": (brittle.PROCEDURE, DEFAULTS, {}),
    "temper": (temper.PROCEDURE, DEFAULTS, {"susceptibility_given": 1, "temper_alloy": 2}),
    "composition": (temper.PROCEDURE, DEFAULTS, {"susceptibility_given": 1, "temper_alloy": 2}),
    "composition_dirty": (temper.PROCEDURE, DEFAULTS, {"susceptibility_given": 1, "temper_alloy": 2}),
    "generation_printed": (temper.PROCEDURE, Settings({"rbi.temper_shift": "printed"}), {"temper_alloy": 2}),
    "generation_difference": (temper.PROCEDURE, DEFAULTS, {"temper_alloy": 2}),
    "embrittlement_885": (embrittlement_885.PROCEDURE, DEFAULTS, {"susceptibility_given": 1}),
    "sigma": (
        sigma.PROCEDURE,
        DEFAULTS,
        {"material_group": index_of("material_group", "austenitic"), "exposed_given": 1},
    ),
    "sigma_trace": (
        sigma.PROCEDURE,
        DEFAULTS,
        {"material_group": index_of("material_group", "austenitic"), "exposed_given": 1},
    ),
    "htha": (htha.PROCEDURE, Settings({"rbi.htha_mixed": "refuse"}), {}),
    "htha_given": (htha.PROCEDURE, DEFAULTS, {}),
    "fatigue": (
        fatigue.PROCEDURE,
        Settings({"rbi.fatigue_branches": "any_over"}),
        {"component_type": index_of("component_type", "PIPE-4")},
    ),
    "management": (management.PROCEDURE, DEFAULTS, {}),
}


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / FILE).read_text(encoding="utf-8"))
    assert (found["engine"], found["version"]) == ("api581-engine", "0.1.4")
    return found


@cache
def deviations() -> dict[str, dict[str, Any]]:
    text = (HERE / "deviations_embrittlement.toml").read_text(encoding="utf-8")
    return {r["id"]: r for r in tomllib.loads(text)["deviation"]}


@cache
def result_of(group: str) -> Result:
    procedure, settings, constant = PLAN[group]
    known = {p.symbol: p for p in procedure.inputs}
    columns: dict[str, Any] = dict(constant)
    for symbol, values in data()["groups"][group]["inputs"].items():
        param = known[symbol]
        columns[symbol] = [param.codes.index(v) for v in values] if param.quantity == "code" else values
    return procedure.run(columns, settings)


def engine_refused(group: str) -> np.ndarray:
    return np.array([code != "" for code in data()["groups"][group]["refused"]])


def pairs(group: str) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Symbol, our numbers and theirs, where the engine has an answer."""
    kept = ~engine_refused(group)
    theirs = data()["groups"][group]["outputs"]
    ours = result_of(group)
    return [(s, ours[s][kept].astype(float), np.array(v, dtype=object)[kept].astype(float)) for s, v in theirs.items()]


AGREE = [g for g in PLAN if g not in ("brittle_beyond", "brittle_mild", "composition_dirty", "sigma_trace")]


@pytest.mark.parametrize("group", AGREE)
def test_same_numbers(group: str) -> None:
    found = pairs(group)
    assert found and all(ours.size > 0 for _, ours, _ in found)
    for symbol, ours, theirs in found:
        np.testing.assert_allclose(ours, theirs, rtol=RTOL, atol=ATOL, err_msg=f"{group} {symbol}")


@pytest.mark.parametrize("group", ["brittle", "brittle_beyond", "embrittlement_885", "sigma", "htha", "fatigue"])
def test_same_refusals(group: str) -> None:
    r = result_of(group)
    refused = (r.refused != 0) | (r.missing != 0)
    np.testing.assert_array_equal(refused, engine_refused(group))


def test_open_cells_are_refused_for_the_reason_they_are_open() -> None:
    r = result_of("htha")
    open_ = engine_refused("htha")
    assert open_.sum() > 50
    assert {Verdict(v) for v in r.verdict[open_]} == {Verdict.INSUFFICIENT_DATA}
    assert (r["htha_way"][open_] == htha.WAYS.index("mixed")).all()


def test_fixture_reaches_borders_and_classes() -> None:
    groups = data()["groups"]
    assert sum(len(g["refused"]) for g in groups.values()) >= 3000
    r = result_of("brittle")
    nodes = np.array([-56.0, -44.0, -33.0, -22.0, -11.0, 0.0, 11.0, 22.0, 33.0, 44.0, 56.0])
    on_node = np.isclose(r["dT_eval_K"][:, None], nodes, atol=1e-9).any(axis=0)
    assert on_node.all()
    assert set(r["service_case"]) == {0, 1, 2}
    assert set(r["exemption_curve"]) == {0, 1, 2, 3}
    assert set(result_of("sigma")["sigma_content"]) == {0, 1, 2}
    assert set(result_of("htha_given")["htha_susceptibility"]) == set(range(5))
    f = result_of("fatigue")
    for symbol, classes in (("previous_failures", 3), ("shaking_band", 3), ("cyclic_source", 4), ("joint_type", 4)):
        assert len(set(f[symbol])) == classes, symbol


def test_milder_end_of_the_tables_is_bounded_not_refused() -> None:
    record = deviations()["milder-end"]
    r = result_of("brittle_mild")
    assert engine_refused("brittle_mild").all() and r.n == record["cases"]
    assert not np.isnan(r["D_f_brit"]).any()


def test_clean_steel_has_no_shift() -> None:
    record = deviations()["negative-shift"]
    refused = engine_refused("composition")
    assert refused.sum() == record["cases"]
    assert (result_of("composition")["dFATT_K"][refused] == 0.0).all()


def test_dirty_steel_keeps_the_top_of_the_correlation() -> None:
    record = deviations()["correlation-past-its-top"]
    (_, ours, theirs) = next(p for p in pairs("composition_dirty") if p[0] == "dFATT_K")
    assert ours.size == record["cases"]
    assert (ours > theirs).all()
    np.testing.assert_allclose(ours, -87.335 + 11.437**2 / (4 * 0.1472), rtol=1e-12)


def test_year_between_the_bands_belongs_to_the_third_generation() -> None:
    record = deviations()["year-1988"]
    n = 0
    for group in ("generation_printed", "generation_difference"):
        refused = engine_refused(group)
        n += int(refused.sum())
        r = result_of(group)
        assert list(r["year_built"][refused]) == [1988.0]
        assert list(r["generation"][refused]) == [2]
    assert n == record["cases"]


def test_a_trace_of_sigma_counts_as_low() -> None:
    record = deviations()["trace-of-sigma"]
    r = result_of("sigma_trace")
    assert engine_refused("sigma_trace").all() and r.n == record["cases"]
    assert (r["sigma_content"] == 0).all() and not np.isnan(r["D_f_sigma"]).any()


def test_deviations_are_reviewed_records_of_few_cases() -> None:
    every = sum(len(g["refused"]) for g in data()["groups"].values())
    for record in deviations().values():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "reason", "right"} <= set(record)
        assert record["reviewed"] and len(record["reason"]) > 40
    assert sum(r["cases"] for r in deviations().values()) <= 0.01 * every


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared, symbol, number of cases and largest relative difference (absolute where theirs is zero)."""
    out = []
    for group in AGREE:
        for symbol, ours, theirs in pairs(group):
            scale = np.where(np.abs(theirs) > ATOL, np.abs(theirs), 1.0)
            out.append((group, symbol, int(ours.size), float(np.max(np.abs(ours - theirs) / scale))))
    return out


COMPARISONS = comparisons


def test_comparisons_cover_every_group_that_agrees() -> None:
    found = comparisons()
    assert {what for what, *_ in found} == set(AGREE)
    assert max(difference for *_, difference in found) < 1e-9
