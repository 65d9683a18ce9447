"""Money and tanks against an independent engine, random cases kept as fixtures."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi import tanks_environment as en
from integrity.rbi.procedures import FINANCIAL, TANK_BOTTOM, TANK_FINANCIAL, TANK_SHELL

HERE = Path(__file__).parent
EXACT = 1e-9
MONEY = ("cost_index", "exchange_rate")
PRINTED = {"rbi.tank_seepage_limit": "printed", "rbi.tank_viscosity": "printed"}
SHELL_OUT = (
    *("h_course_m", "bbl_avail", "gff_total", "FC_leak", "FC_rup", "FC_env"),
    *(f"{s}_{h}" for s in ("W", "rate", "bbl", "mass") for h in ("small", "medium", "large", "rupture")),
    *(f"ld_{h}_d" for h in ("small", "medium", "large")),
)
BOTTOM_OUT = (
    *("k_prod", "v_seep", "n_holes", "W_small", "rate_small", "t_detect_d", "ld_small_d", "bbl_small"),
    *("bbl_rupture", "mass_small", "mass_rupture", "t_gw_d", "FC_leak", "FC_rup", "FC_env"),
)
COST_OUT = ("FC_cmd", "FC_affa", "FC_prod", "FC_inj", "outage_cmd_d", "outage_affa_d", "FC")
LAWS = {"3.210": "hole", "3.211": "soil", "3.212": "between", "zero_flow": "dry"}


@cache
def groups() -> dict[str, Any]:
    data = json.loads((HERE / "api581_financial.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    found: dict[str, Any] = data["groups"]
    return found


def run(p: Procedure, inputs: dict[str, Any], changed: dict[str, Any], rows: Any) -> Result:
    """Run some rows; codes are texts in the fixture, None is blank."""
    columns: dict[str, Any] = {}
    for x in p.inputs:
        if x.symbol not in inputs:
            continue
        held = [inputs[x.symbol][i] for i in rows]
        blank: Any = -1 if x.quantity in ("code", "flag") else np.nan
        coded = [x.codes.index(v) if x.quantity == "code" else v for v in held if v is not None]
        filled = iter(coded)
        columns[x.symbol] = np.array([blank if v is None else next(filled) for v in held])
    return p.run(columns, Settings({"rbi.cost_year": 2024.0, "rbi.currency": "CNY", **changed}))


def each_money(p: Procedure, name: str, wanted: tuple[str, ...], extra: Any = None) -> dict[str, np.ndarray]:
    """Outputs of a group; price level and currency are settings, so cases of equal settings are one run."""
    inputs = groups()[name]["inputs"]
    n = len(inputs["component_type"])
    out = {s: np.full(n, np.nan) for s in (*wanted, "verdict", "law")}
    alike: dict[str, list[int]] = {}
    for i in range(n):
        changed = {f"rbi.{s}": inputs[s][i] for s in MONEY} | (extra(i) if extra else {})
        alike.setdefault(json.dumps(changed, sort_keys=True), []).append(i)
    for key, rows in alike.items():
        result = run(p, inputs, json.loads(key), rows)
        out["verdict"][rows] = result.verdict
        if "leak_law" in result.columns:
            out["law"][rows] = result["leak_law"]
        for s in wanted:
            out[s][rows] = result[s]
    return out


def theirs(name: str, symbol: str) -> np.ndarray:
    return np.array(groups()[name]["outputs"][symbol], dtype=np.float64)


def difference(got: np.ndarray, want: np.ndarray) -> float:
    """Largest relative difference; a number against nothing is infinitely far."""
    assert got.shape == want.shape
    apart = np.abs(got - want)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(apart == 0.0, 0.0, apart / np.maximum(np.abs(got), np.abs(want)))
    return float(np.where(np.isnan(relative), np.inf, relative).max())


@cache
def financial() -> dict[str, np.ndarray]:
    return each_money(FINANCIAL, "financial", (*COST_OUT, "FC_env"))


@cache
def shells() -> dict[str, np.ndarray]:
    return each_money(TANK_SHELL, "tank_shell", SHELL_OUT)


def _bottom_settings(i: int) -> dict[str, Any]:
    inputs = groups()["tank_bottom"]["inputs"]
    return {
        **PRINTED,
        "rbi.tank_transition_holes": "each" if inputs["each"][i] else "printed",
        "rbi.tank_detection_overlap": inputs["overlap"][i],
    }


@cache
def bottoms() -> dict[str, np.ndarray]:
    return each_money(TANK_BOTTOM, "tank_bottom", BOTTOM_OUT, _bottom_settings)


@cache
def part_costs(name: str) -> dict[str, np.ndarray]:
    source = groups()[name]
    inputs = {**source["inputs"], "FC_env": source["outputs"]["FC_env"]}
    wanted = COST_OUT if name == "tank_shell" else ("FC_cmd", "FC_prod", "outage_cmd_d", "FC")
    held = {"inputs": inputs, "outputs": source["outputs"]}
    groups()[f"{name}_cost"] = held
    return each_money(TANK_FINANCIAL, f"{name}_cost", wanted)


@cache
def environment() -> dict[str, np.ndarray]:
    x = {s: np.array(v, dtype=np.float64) for s, v in groups()["environment"]["inputs"].items()}
    share = en.groundwater_share(x["t_gw_d"], x["t_detect_d"])
    ground = en.to_groundwater(x["bbl"], share)
    return {
        "bbl_indike": en.in_dike(x["bbl"], x["P_lvdike"]),
        "bbl_onsite": en.on_site(x["bbl"], x["P_lvdike"], x["P_onsite"]),
        "bbl_offsite": en.off_site(x["bbl"], x["P_lvdike"], x["P_onsite"], x["P_offsite"]),
        "bbl_water": en.surface_water(x["bbl"], x["P_lvdike"], x["P_onsite"], x["P_offsite"]),
        "frac_gw": share,
        "bbl_groundwater": ground,
        "bbl_subsoil": en.in_subsoil(x["bbl"], ground),
    }


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared: subject, symbol, cases, largest relative difference."""
    held = {
        "financial consequence": (financial(), "financial"),
        "tank course": (shells(), "tank_shell"),
        "tank bottom": (bottoms(), "tank_bottom"),
        "cost of a tank course": (part_costs("tank_shell"), "tank_shell"),
        "cost of a tank bottom": (part_costs("tank_bottom"), "tank_bottom"),
        "environment of a spill": (environment(), "environment"),
    }
    out = []
    for what, (got, name) in held.items():
        for symbol in (s for s in got if s not in ("verdict", "law")):
            want = theirs(name, symbol)
            out.append((what, symbol, int(want.size), difference(got[symbol], want)))
    return out


COMPARISONS = comparisons


def test_enough_cases() -> None:
    counts = {k: len(next(iter(g["inputs"].values()))) for k, g in groups().items() if not k.endswith("_cost")}
    assert sum(counts.values()) >= 3000 and min(counts.values()) >= 500, counts


def test_agrees() -> None:
    found = comparisons()
    assert len(found) > 60
    assert [(what, symbol, apart) for what, symbol, _, apart in found if not apart <= EXACT] == []
    assert min(cases for _, _, cases, _ in found) >= 500


def test_every_row_is_calculated() -> None:
    for got in (financial(), shells(), bottoms(), part_costs("tank_shell"), part_costs("tank_bottom")):
        assert (got["verdict"] == int(Verdict.CALCULATED)).all()


def test_every_component_material_course_soil_and_law_is_there() -> None:
    inputs = groups()["financial"]["inputs"]
    assert len(set(inputs["cost_material"])) == 34
    tanks = {f"COURSE-{i}" for i in range(1, 11)} | {"TANKBOTTOM"}
    wanted = set(codes("component_type")) - tanks - {"HEATERTUBE", "HEXTUBE"}
    assert set(inputs["component_type"]) == wanted
    assert set(groups()["tank_shell"]["inputs"]["component_type"]) == tanks - {"TANKBOTTOM"}
    assert len(set(groups()["tank_bottom"]["inputs"]["soil"])) == 8


def test_the_same_leak_law_is_chosen() -> None:
    laws = ("hole", "soil", "between", "dry")
    want = [laws.index(LAWS[law]) for law in groups()["tank_bottom"]["outputs"]["law"]]
    np.testing.assert_array_equal(bottoms()["law"], want)
    assert set(want) == {0, 1, 2, 3}


def test_refused_cases_are_one_record() -> None:
    records = {r["id"]: r for r in tomllib.loads((HERE / "deviations_financial.toml").read_text())["deviation"]}
    refused = groups()["financial"]["refused"]
    assert {r["component_type"] for r in refused} == {"HEXTUBE"}
    assert len(refused) == records["no-frequency-of-tubes"]["cases"]
    for record in records.values():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "right", "reason"} <= set(record)
        assert record["reviewed"] is True and len(record["reason"]) > 40
    tube = np.full(1, index_of("component_type", "HEXTUBE"))
    assert FINANCIAL.run({"component_type": tube}, DEFAULTS)["gff_check"][0] == 0
