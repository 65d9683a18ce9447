"""Bundles and relief devices against an independent engine, random cases kept as fixtures."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi import bundle, bundle_fit, relief, relief_risk
from integrity.rbi import bundle_risk_clauses as bc
from integrity.rbi import relief_clauses as rc

HERE = Path(__file__).parent
EXACT = 1e-9
TEST = ("test_y", "effectiveness", "prd_result", "prd_plugged")
LIVES = ("bundle_life_y", "bundle_failed")
SYMBOLS = {
    "prd_fail": ("eta_def_y", "F_env", "eta_mod_y", "eta_upd_y", "P_fod"),
    "prd_leak": ("eta_def_y", "F_env", "eta_mod_y", "eta_upd_y", "F_set", "P_leak"),
    "prd_case": ("F_op", "P_prot_MPa", "P_loc", "DR", "f_prd"),
    "prd_leak_cost": ("C_leak", "F_lost"),
    "prd_risk": ("risk_fail", "risk_leak", "risk_prd", "item_governs"),
    "bundle_weibull": ("eta_given_y", "n_failures"),
    "bundle_pof": ("PBL_y", "eta_base_y", "AU", "bundle_age_y", "P_bundle", "P_bundle_category"),
    "bundle_cost": ("M_bundle", "cost_bundle", "C_fail_bundle", "C_plan_bundle", "C_bundle_category"),
    "bundle_risk": ("P_between", "EIR", "hurdle_inspect", "hurdle_replace", "bundle_action", "age_target_y"),
    "bundle_replacement": ("age_opt_y", "cost_opt_day", "n_grid"),
}
WORDS = {
    "prd_fail": "relief device, failure to open",
    "prd_leak": "relief device, leakage",
    "prd_case": "relief device, overpressure case",
    "prd_leak_cost": "relief device, cost of leakage",
    "prd_risk": "relief device, risk",
    "bundle_weibull": "bundle lives, given shape",
    "bundle_pof": "bundle, probability of failure",
    "bundle_cost": "bundle, costs",
    "bundle_risk": "bundle, risk to the turnarounds",
    "bundle_replacement": "bundle, cheapest age of replacement",
}


@cache
def groups() -> dict[str, Any]:
    data = json.loads((HERE / "api581_devices.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    found: dict[str, Any] = data["groups"]
    return found


def column(p: Procedure, symbol: str, held: list[Any]) -> np.ndarray:
    """A column of texts, numbers or nothing in the form a procedure takes."""
    (param,) = [x for x in p.inputs if x.symbol == symbol]
    if param.quantity == "code":
        return np.array([-1 if v is None else param.codes.index(v) for v in held])
    return np.array([(-1 if param.quantity == "flag" else np.nan) if v is None else v for v in held])


def long_form(rows: list[list[Any]], names: tuple[str, ...], codes: Mapping[str, Any]) -> dict[str, Any]:
    """A long-form table of rows by case."""
    flat = [(i, *row) for i, many in enumerate(rows) for row in many]
    out: dict[str, Any] = {"case": np.array([r[0] for r in flat], dtype=np.int64)}
    for j, name in enumerate(names, start=1):
        out[name] = np.array([codes[name].index(r[j]) if name in codes else r[j] for r in flat])
    return out


def run(p: Procedure, name: str, settings: Mapping[str, Any] | None = None, tables: Any = None) -> Result:
    """All cases of a group under one setting; inputs that are no columns of the procedure are left out."""
    inputs, known = groups()[name]["inputs"], {x.symbol for x in p.inputs}
    columns = {s: column(p, s, v) for s, v in inputs.items() if s in known}
    return p.run(columns, Settings(settings or {}), tables or {})


def split(p: Procedure, name: str, key: str, setting: str, extra: Any = None) -> dict[str, np.ndarray]:
    """A group in which one input is a setting: one run a value, put together again."""
    inputs = groups()[name]["inputs"]
    out = {s: np.full(len(inputs[key]), np.nan) for s in (*SYMBOLS[name], "verdict")}
    for value in sorted(set(map(str, inputs[key]))):
        rows = [i for i, v in enumerate(inputs[key]) if str(v) == value]
        number: Any = value if setting == "rbi.prd_leak_model" else float(value)
        result = run(p, name, {setting: number, **(extra or {})})
        for s in SYMBOLS[name]:
            out[s][rows] = result[s][rows]
        out["verdict"][rows] = result.verdict[rows]
    return out


def picked(result: Result, name: str) -> dict[str, np.ndarray]:
    return {s: np.asarray(result[s], dtype=np.float64) for s in SYMBOLS[name]} | {"verdict": result.verdict}


def of_device(p: Procedure, name: str) -> dict[str, np.ndarray]:
    codes = {"effectiveness": list("ABCDE"), "prd_result": rc.RESULTS}
    tests = long_form(groups()[name]["inputs"]["tests"], TEST, codes)
    return picked(run(p, name, tables={"tests": tests}), name)


def of_risk() -> dict[str, np.ndarray]:
    p, inputs = relief_risk.RISK, groups()["prd_risk"]["inputs"]
    cases = long_form(inputs["cases"], ("protected_row", "risk_demand"), {})
    columns = {s: np.array(inputs[s]) for s in ("P_fod", "P_leak", "C_leak")}
    rest = {"eta_fail_y": 20.0, "eta_leak_y": 15.0, "F_set": 1.0, "prd_age_y": 1.0}
    return picked(p.run({**columns, **rest}, Settings({}), {"cases": cases}), "prd_risk")


def of_fit() -> dict[str, np.ndarray]:
    records = long_form(groups()["bundle_weibull"]["inputs"]["records"], LIVES, {})
    result = run(bundle_fit.PROCEDURE, "bundle_weibull", {"rbi.bundle_fit": "given"}, {"records": records})
    return picked(result, "bundle_weibull")


def of_bundle() -> dict[str, np.ndarray]:
    """Days of whole number cannot hold the random ages: ages are set on the formulas, the rest on the procedure."""
    x = groups()["bundle_pof"]["inputs"]
    f = {s: column(bundle.POF, s, x[s]) for s in ("beta_w", "eta_y", "bundle_life_y", "bundle_ERL_y")}
    f |= {s: column(bundle.POF, s, x[s]) for s in ("tube_t_orig_mm", "tube_t_mm", "RWT_f")}
    seen, at = (np.array([np.nan if v is None else v for v in x[s]]) for s in ("seen_y", "extended_y"))
    grade, action = (column(bundle.POF, s, x[s]) for s in ("bundle_effectiveness", "bundle_extension"))
    rate = bc.tube_rate(f["tube_t_orig_mm"], f["tube_t_mm"], seen)
    by_wall = np.where(
        np.array(x["printed"]) == 1,
        bc.life_as_printed(f["RWT_f"], f["tube_t_orig_mm"], rate),
        bc.life_to_threshold(f["RWT_f"], f["tube_t_orig_mm"], rate),
    )
    PBL = np.where(np.isnan(f["bundle_ERL_y"]), by_wall, bc.life_estimated(seen, f["bundle_ERL_y"]))
    n = PBL.size
    own = long_form(x["own"], LIVES, {})
    blank = bundle.POF.run(
        {"beta_w": f["beta_w"], "eta_y": f["eta_y"], "bundle_life_y": f["bundle_life_y"]},
        Settings({"rbi.bundle_curve": "point"}),
        {"own": own},
    )
    modified = bc.life_with_prediction(blank["T_own"], PBL, f["beta_w"], blank["n_own"])
    base = np.where(np.isnan(PBL), f["eta_y"], modified)
    LEF = bc.extension_factor(action)
    age = np.where(np.isnan(at), f["bundle_life_y"], bc.effective_age(f["bundle_life_y"], LEF, at))
    AU = bc.uncertainty(grade)
    result = bundle.POF.run(
        {"beta_w": f["beta_w"], "eta_y": base, "bundle_life_y": age, "bundle_effectiveness": grade}
        | {"bundle_installed_d": np.full(n, 0), "tube_inspected_d": np.where(grade < 0, NO_DATE, 365)},
        Settings({"rbi.bundle_curve": "point"}),
    )
    got = picked(result, "bundle_pof")
    return got | {"PBL_y": PBL, "eta_base_y": base, "AU": AU, "bundle_age_y": age}


def of_cost() -> dict[str, np.ndarray]:
    inputs = groups()["bundle_cost"]["inputs"]
    out = {s: np.full(len(inputs["price_index"]), np.nan) for s in (*SYMBOLS["bundle_cost"], "verdict")}
    for rate in sorted(set(inputs["exchange_rate"])):
        part = split(bundle.COST, "bundle_cost", "price_index", "rbi.bundle_price_index", {"rbi.exchange_rate": rate})
        rows = np.array(inputs["exchange_rate"]) == rate
        for s, values in part.items():
            out[s][rows] = values[rows]
    return out


def of_turnarounds() -> dict[str, np.ndarray]:
    """The target is a setting and differs by case: one run a case."""
    inputs, p = groups()["bundle_risk"]["inputs"], bundle.RISK
    known = [x.symbol for x in p.inputs]
    out: dict[str, list[Any]] = {s: [] for s in (*SYMBOLS["bundle_risk"], "verdict")}
    for i, target in enumerate(inputs["target"]):
        changed = {"rbi.bundle_target_risk": target, "rbi.bundle_return": inputs["ROR"][i]}
        result = p.run({s: [inputs[s][i]] for s in known}, Settings(changed))
        for s in SYMBOLS["bundle_risk"]:
            out[s].append(result[s][0])
        out["verdict"].append(result.verdict[0])
    return {s: np.array(v, dtype=np.float64) for s, v in out.items()}


def of_replacement() -> dict[str, np.ndarray]:
    settings = {"rbi.bundle_step_days": 28.0, "rbi.bundle_horizon_years": 30.0}
    return picked(run(bundle.REPLACEMENT, "bundle_replacement", settings), "bundle_replacement")


@cache
def ours(name: str) -> dict[str, np.ndarray]:
    each = {
        "prd_fail": lambda: of_device(relief.FAIL, name),
        "prd_leak": lambda: of_device(relief.LEAK, name),
        "prd_case": lambda: picked(run(relief_risk.CASE, name), name),
        "prd_leak_cost": lambda: split(relief_risk.LEAK_COST, name, "model", "rbi.prd_leak_model"),
        "prd_risk": of_risk,
        "bundle_weibull": of_fit,
        "bundle_pof": of_bundle,
        "bundle_cost": of_cost,
        "bundle_risk": of_turnarounds,
        "bundle_replacement": of_replacement,
    }
    return each[name]()


def theirs(name: str, symbol: str) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in groups()[name]["outputs"][symbol]], dtype=np.float64)


def difference(got: np.ndarray, want: np.ndarray) -> float:
    """Largest relative difference; a number against nothing is infinitely far, nothing against nothing is near."""
    assert got.shape == want.shape
    both = np.isnan(got) & np.isnan(want)
    apart = np.abs(got - want)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.where(both | (apart == 0.0), 0.0, apart / np.maximum(np.abs(got), np.abs(want)))
    return float(np.where(np.isnan(relative), np.inf, relative).max())


@cache
def kept(name: str) -> np.ndarray:
    """Cases that are compared: without those of the record on a ratio just at its limit."""
    x = groups()[name]["inputs"]
    n = len(next(iter(x.values())))
    if name != "prd_leak":
        return np.ones(n, dtype=np.bool_)
    limit = np.where(np.array(x["prd_type"]) == "pilot_operated", 0.95, 0.9)
    ratio = np.array(x["P_op_MPa"]) / np.array(x["set_pressure_MPa"])
    return ~((ratio > limit) & (ratio < limit * (1.0 + 1e-12)) & (np.array(x["prd_type"]) != "rupture_disk"))


def compare(name: str, symbol: str) -> tuple[int, float]:
    """Cases and largest relative difference of one symbol."""
    rows = kept(name)
    return int(rows.sum()), difference(ours(name)[symbol][rows], theirs(name, symbol)[rows])


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared: subject, symbol, cases, largest relative difference."""
    return [(WORDS[n], s, *compare(n, s)) for n, symbols in SYMBOLS.items() for s in symbols]


COMPARISONS = comparisons


def test_enough_cases() -> None:
    counts = {k: len(next(iter(g["inputs"].values()))) for k, g in groups().items()}
    assert sum(counts.values()) >= 2000 and min(counts.values()) >= 60, counts


@pytest.mark.parametrize("name", sorted(SYMBOLS))
def test_agrees(name: str) -> None:
    apart = {s: compare(name, s)[1] for s in SYMBOLS[name]}
    assert {s: d for s, d in apart.items() if not d <= EXACT} == {}


def test_every_row_is_calculated() -> None:
    for name in SYMBOLS:
        assert (ours(name)["verdict"] == int(Verdict.CALCULATED)).all(), name


def test_the_optimum_at_a_border_is_said() -> None:
    border = np.array(groups()["bundle_replacement"]["outputs"]["at_boundary"]) == 1
    settings = {"rbi.bundle_step_days": 28.0, "rbi.bundle_horizon_years": 30.0}
    place = run(bundle.REPLACEMENT, "bundle_replacement", settings)["optimum_place"]
    np.testing.assert_array_equal(place > 0, border)
    assert border.any() and not border.all()


def test_every_type_material_and_test_result_is_there() -> None:
    held = groups()
    for name in ("prd_fail", "prd_leak"):
        tests = [t for many in held[name]["inputs"]["tests"] for t in many]
        assert {t[1] for t in tests} == set("ABCDE") and {t[2] for t in tests} == {"pass", "fail"}
        assert len(set(held[name]["inputs"]["prd_type"])) == 4
    assert set(held["bundle_cost"]["inputs"]["bundle_material"]) == set(bundle.MATERIALS)
    assert {x for x in held["bundle_pof"]["inputs"]["bundle_extension"] if x} == set(bundle.EXTENSIONS)


def test_what_the_engine_refuses_is_refused_or_on_record() -> None:
    records = {r["id"]: r for r in tomllib.loads((HERE / "deviations_devices.toml").read_text())["deviation"]}
    edge = groups()["prd_leak"]["refused"]
    assert all(x["inputs"]["T_prd_C"] == 260.0 for x in edge if x["code"] == "unresolved_applicability")
    n_edge = sum(x["code"] == "unresolved_applicability" for x in edge)
    total = sum(len(next(iter(g["inputs"].values()))) for g in groups().values())
    assert n_edge == records["just-500-degF"]["cases"] <= 0.01 * total
    assert int((~kept("prd_leak")).sum()) == records["ratio-just-at-the-limit"]["cases"]
    outside = [
        (p, x["inputs"])
        for p, name in ((relief.FAIL, "prd_fail"), (relief.LEAK, "prd_leak"))
        for x in groups()[name]["refused"]
        if x["code"] == "outside_update_domain"
    ]
    codes = {"effectiveness": list("ABCDE"), "prd_result": rc.RESULTS}
    for p, inputs in outside:
        known = {x.symbol for x in p.inputs}
        columns = {s: column(p, s, [v]) for s, v in inputs.items() if s in known}
        tests = long_form([inputs["tests"]], TEST, codes)
        assert p.run(columns, Settings({}), {"tests": tests}).verdict[0] == int(Verdict.NOT_APPLICABLE)
    few = groups()["bundle_weibull"]["refused"]
    assert few and all(not any(f for _, f in x["inputs"]["records"]) for x in few)
    for record in records.values():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "right", "reason"} <= set(record)
        assert record["reviewed"] is True and len(record["reason"]) > 40


def test_ages_from_days_are_those_of_years() -> None:
    result = bundle.POF.run(
        {
            "beta_w": [2.0],
            "eta_y": [20.0],
            "bundle_life_y": [8.0],
            "bundle_installed_d": [1000],
            "tube_inspected_d": [1000 + round(4 * DAYS_PER_YEAR)],
            "bundle_effectiveness": [0],
            "bundle_ERL_y": [5.0],
            "bundle_extension": [1],
            "extension_d": [1000 + round(4 * DAYS_PER_YEAR)],
        },
        Settings({"rbi.bundle_curve": "point"}),
        {"own": {"case": [0], "bundle_life_y": [8.0], "bundle_failed": [0]}},
    )
    assert result["PBL_y"][0] == pytest.approx(9.0, rel=1e-12)
    assert result["eta_base_y"][0] == pytest.approx((8.0**2 + 9.0**2) ** 0.5, rel=1e-12)
    assert result["bundle_age_y"][0] == pytest.approx(8.0 - 0.5 * 4.0, rel=1e-12)
