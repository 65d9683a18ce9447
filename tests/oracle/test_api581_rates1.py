"""Rates in hydrochloric, sulfuric and hydrofluoric acid, hot sulfidic and H2S/H2, against an independent engine."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi.rates import h2s_h2, hcl, hf, sulfidic, sulfuric
from integrity.rbi.rates.selection import CANDIDATES
from integrity.rbi.rates.selection import PROCEDURE as SELECTION

HERE = Path(__file__).parent
EXACT = 1e-9
MODELS = {"hcl": hcl, "sulfidic": sulfidic, "h2s_h2": h2s_h2, "sulfuric": sulfuric, "hf": hf}
GROUPS = {"hcl_steel": "hcl", "hcl_alloy": "hcl", **{m: m for m in MODELS if m != "hcl"}}
SETTING = {
    "units": "rbi.rate_tables",
    "lookup": "rbi.rate_lookup",
    "border": "rbi.sulfidic_velocity_border",
    "low_TAN": "rbi.sulfidic_low_TAN",
    "no_hydrocarbon": "rbi.h2s_h2_no_hydrocarbon",
    "header": "rbi.sulfuric_velocity_header",
    "cell": "rbi.sulfuric_304_cell",
    "thinning": "rbi.sulfuric_thinning_velocity",
    "above": "rbi.hf_above_81",
    "kind": "rbi.hf_thinning_type",
}
Group = dict[str, Any]


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    return data


def group(name: str) -> Group:
    found: Group = read("api581_rates1")["groups"][name]
    return found


def deviations() -> dict[str, dict[str, Any]]:
    path = HERE / "deviations_rates1.toml"
    return {r["id"]: r for r in tomllib.loads(path.read_text(encoding="utf-8")).get("deviation", [])}


def encoded(p: Procedure, inputs: dict[str, list[Any]], rows: list[int]) -> dict[str, Any]:
    """Columns of a procedure; codes and flags as indexes, what the fixture leaves out is blank."""
    out: dict[str, Any] = {}
    for x in p.inputs:
        if x.symbol not in inputs:
            continue
        values = [inputs[x.symbol][i] for i in rows]
        if x.quantity == "code":
            out[x.symbol] = [-1 if v is None else x.codes.index(v) for v in values]
        elif x.quantity == "flag":
            out[x.symbol] = [-1 if v is None else v for v in values]
        else:
            out[x.symbol] = [np.nan if v is None else v for v in values]
    return out


def runs(name: str) -> list[tuple[list[int], Result]]:
    """Rows of a group by the settings they were asked under, and the result of each."""
    g, p = group(name), MODELS[GROUPS[name]].PROCEDURE
    used = [s for s in SETTING if s in g["inputs"]]
    by: dict[tuple[Any, ...], list[int]] = {}
    for i in range(len(g["refused"])):
        by.setdefault(tuple(g["inputs"][s][i] for s in used), []).append(i)
    out = []
    for values, rows in by.items():
        chosen = {SETTING[s]: v for s, v in zip(used, values, strict=True) if v is not None}
        if name == "hcl_steel":
            chosen["rbi.hcl_chloride_gap"] = "refuse"
        out.append((rows, p.run(encoded(p, g["inputs"], rows), Settings(chosen))))
    return out


def column(name: str, symbol: str) -> np.ndarray:
    g = group(name)
    out = np.full(len(g["refused"]), np.nan)
    for rows, result in runs(name):
        out[rows] = result[symbol]
    return out


@pytest.mark.parametrize("name", list(GROUPS))
def test_rate(name: str) -> None:
    g = group(name)
    want = np.array([np.nan if v is None else v for v in g["outputs"]["C_r"]], dtype=np.float64)
    np.testing.assert_allclose(column(name, "C_r"), want, rtol=EXACT, atol=0.0)
    assert np.isfinite(want).sum() > 400


@pytest.mark.parametrize("name", list(GROUPS))
def test_both_refuse_the_same_cases(name: str) -> None:
    """Outside a table neither gives a rate: nothing is extrapolated."""
    g = group(name)
    for rows, result in runs(name):
        for i, row in enumerate(rows):
            assert (result.verdict[i] != Verdict.CALCULATED) == bool(g["refused"][row]), (name, row)
    assert sum(map(bool, g["refused"])) >= 40


@pytest.mark.parametrize("name", list(GROUPS))
def test_thinning_type(name: str) -> None:
    g = group(name)
    got = column(name, "thinning_type")
    for i, refused in enumerate(g["refused"]):
        if not refused:
            assert codes("thinning_type")[int(got[i])] == g["outputs"]["thinning_type"][i], (name, i)


@pytest.mark.parametrize("name", ["hcl_steel", "hcl_alloy", "sulfuric", "hf"])
def test_greatest_printed_number_is_marked(name: str) -> None:
    g = group(name)
    got = column(name, "rate_capped")
    keep = [i for i, r in enumerate(g["refused"]) if not r]
    assert [int(v) for v in got[keep]] == [g["outputs"]["capped"][i] for i in keep]
    assert set(got[keep]) == {0.0, 1.0}


def test_parts_of_the_sulfidic_rate() -> None:
    g = group("sulfidic")
    keep = [i for i, r in enumerate(g["refused"]) if not r]
    for symbol in ("C_tab", "f_velocity"):
        want = [g["outputs"][symbol][i] for i in keep]
        np.testing.assert_allclose(column("sulfidic", symbol)[keep], want, rtol=EXACT)
    assert set(column("sulfidic", "T_case")[keep]) == {0.0, 1.0, 2.0, 3.0}


def test_pH_of_chloride() -> None:
    g = group("hcl_steel")
    keep = [i for i, r in enumerate(g["refused"]) if not r and g["inputs"]["pH"][i] is None]
    want = [g["outputs"]["pH_used"][i] for i in keep]
    np.testing.assert_array_equal(column("hcl_steel", "pH_used")[keep], want)
    assert len(set(want)) >= 9


def cells_of(model: str) -> list[tuple[dict[str, Any], np.ndarray, Result]]:
    """Every table of a model: what is fixed, the engine's cells, and the result at the same nodes."""
    p = MODELS[model].PROCEDURE
    found = []
    for t in read("api581_rates1_cells")["tables"][model]:
        points = np.array(np.meshgrid(*t["axes"].values(), indexing="ij")).reshape(len(t["axes"]), -1)
        inputs: dict[str, Any] = {s: points[i] for i, s in enumerate(t["axes"])}
        inputs["rate_material"] = index_of("rate_material", t["rate_material"])
        for s in ("oxidants_present", "velocity_m_s"):
            if s in t:
                inputs[s] = t[s]
        if "h2_stream" in t:
            inputs["h2_stream"] = h2s_h2.STREAMS.index(t["h2_stream"])
        if "residual_elements" in t:
            inputs["residual_elements"] = hf.RESIDUALS.index(t["residual_elements"])
        if model == "sulfidic":
            inputs |= {"velocity_m_s": 1.0, "phase": index_of("phase", "liquid")}
        settings = {SETTING[s]: t[s] for s in ("units", "header", "cell") if s in t}
        found.append((t, np.array(t["rates"]), p.run(inputs, Settings(settings))))
    return found


@pytest.mark.parametrize("model", list(MODELS))
def test_every_printed_cell(model: str) -> None:
    """All cells of all tables, in both unit sets; the tables here were typed once, those of the engine apart."""
    n = 0
    for _, want, result in cells_of(model):
        np.testing.assert_allclose(result["C_r"], want, rtol=EXACT)
        n += want.size
    assert n >= {"hcl": 700, "sulfidic": 7000, "h2s_h2": 4000, "sulfuric": 2000, "hf": 500}[model]


def selected() -> tuple[Group, Result]:
    g = group("selection")
    rates = [max(r) for r in g["inputs"]["rates"]]
    measured = [np.nan if m is None else m for m in g["inputs"]["measured"]]
    basis = [index_of("rate_basis", "none" if m is None else "long_term") for m in g["inputs"]["measured"]]
    first = [r.index(max(r)) for r in g["inputs"]["rates"]]
    inputs = {"C_r_plant": measured, "rate_basis": basis, "C_r_predicted": rates, "rate_model": first}
    return g, SELECTION.run(inputs, Settings({"rate.owner_minimum": 0.0}))


def test_selection_takes_the_measured_else_the_greatest() -> None:
    g, result = selected()
    np.testing.assert_allclose(result["C_r"], np.array(g["outputs"]["C_r"]), rtol=EXACT, atol=1e-15)
    names = {"measured": "measured", "calculated": "predicted"}
    for i, source in enumerate(g["outputs"]["source"]):
        assert CANDIDATES[result["rate_choice"][i]] == names[source]
        if source == "calculated":
            assert result["model_used"][i] == g["outputs"]["governing"][i]


def test_deviations_are_reviewed_records_and_few() -> None:
    need = {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "reason", "reviewed", "cases", "right"}
    total = sum(len(group(name)["refused"]) for name in GROUPS)
    for record in deviations().values():
        assert need <= set(record)
    assert sum(r["cases"] for r in deviations().values()) <= 0.01 * total


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared, symbol, cases, largest relative difference; for the validation report."""
    out = []
    for name in GROUPS:
        want = np.array([np.nan if v is None else v for v in group(name)["outputs"]["C_r"]], dtype=np.float64)
        keep = ~np.isnan(want) & (want > 0.0)
        worst = np.max(np.abs(column(name, "C_r")[keep] / want[keep] - 1.0))
        out.append((MODELS[GROUPS[name]].KEY, "C_r", int(keep.sum()), float(worst)))
    for model, module in MODELS.items():
        pairs = [(r["C_r"], w) for _, w, r in cells_of(model)]
        worst = max(float(np.max(np.abs(got / want - 1.0))) for got, want in pairs)
        out.append((f"{module.KEY}, every cell", "C_r", sum(w.size for _, w in pairs), worst))
    return out


COMPARISONS = comparisons


def test_comparisons_are_exact() -> None:
    found = comparisons()
    assert len(found) == len(GROUPS) + len(MODELS)
    assert max(worst for *_, worst in found) <= EXACT
