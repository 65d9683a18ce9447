"""External corrosion, insulation, linings and tank bottoms against an independent engine, random cases as fixtures."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.settings import Settings
from integrity.rbi.procedures import CUI, EXT_CORROSION, LINING, THINNING

HERE = Path(__file__).parent
EXACT = 1e-9
LEAST = 1e-6
LEAST_CASES = {"ext": 1400, "cui": 1400, "lining": 1200, "bottom": 700}
COMPARED = {
    "ext": ("C_rB", "C_r_ext", "Coat_adj_y", "age_ext_y", "A_rt", "SR_p", "Po_p1", "Po_p3", "D_f"),
    "cui": ("C_rB", "C_r_ext", "Coat_adj_y", "age_ext_y", "A_rt", "SR_p", "Po_p1", "Po_p3", "D_f"),
    "lining": ("age_lining_y", "D_fB", "F_LC", "F_OM_lining", "D_f"),
    "bottom": ("A_rt", "D_fB", "F_WD", "F_AM", "F_SM", "D_f"),
}
FACTOR = {"ext": "D_f_extcorr", "cui": "D_f_cui", "lining": "D_f_elin", "bottom": "D_f_thin"}
CODED = {
    "driver": "driver",
    "coating_quality": "coating_quality",
    "confidence": "confidence",
    "geometry": "geometry",
    "insulation_type": "insulation_type",
    "complexity": "complexity",
    "insulation_condition": "insulation_condition",
    "lining_type": "lining_type",
    "lining_condition": "lining_condition",
    "construction": "tank_construction",
    "maintenance": "tank_maintenance",
    "settlement": "settlement",
}


@cache
def fixture() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / "api581_external.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    groups: dict[str, Any] = data["groups"]
    return groups


def column(group: str, symbol: str) -> np.ndarray:
    values = fixture()[group]["inputs"][symbol]
    if symbol in CODED:
        return np.array([index_of(CODED[symbol], v) for v in values])
    return np.array([np.nan if v is None else v for v in values])


def wanted(group: str, symbol: str) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in fixture()[group]["outputs"][symbol]])


def refused(group: str) -> np.ndarray:
    return np.array(fixture()[group]["refused"])


def run_external(group: str, settings: Settings) -> Result:
    procedure = CUI if group == "cui" else EXT_CORROSION
    n = len(refused(group))
    inputs = {s: column(group, s) for s in fixture()[group]["inputs"]}
    inputs |= {
        "material_class": np.zeros(n, dtype=int),
        "insulated": np.full(n, int(group == "cui")),
        "coating_failed": np.zeros(n, dtype=int),
    }
    return procedure.run(inputs, settings)


def inspections(lists: list[list[list[Any]]]) -> dict[str, Any]:
    rows = [(i, day, index_of("effectiveness", g)) for i, each in enumerate(lists) for day, g in each]
    case, day, grade = (np.array(v, dtype=np.int64) for v in zip(*rows, strict=True))
    return {"inspections": {"case": case, "date_d": day, "effectiveness": grade}}


def joined(parts: list[tuple[np.ndarray, Result]], symbols: tuple[str, ...], n: int) -> dict[str, np.ndarray]:
    """Columns of runs under different settings, each on its rows."""
    out = {s: np.full(n, np.nan) for s in symbols}
    for rows, result in parts:
        for s in symbols:
            out[s][rows] = result[s][rows]
    return out


def settings_of(group: str, names: tuple[str, ...]) -> list[tuple[np.ndarray, tuple[str, ...]]]:
    """Different combinations of the settings of the cases, and their rows."""
    columns = [np.array(fixture()[group]["inputs"][name]) for name in names]
    return [
        (np.logical_and.reduce([c == v for c, v in zip(columns, combination, strict=True)]), combination)
        for combination in sorted(set(zip(*(c.tolist() for c in columns), strict=True)))
    ]


@cache
def linings(beyond: str) -> dict[str, np.ndarray]:
    n = len(refused("lining"))
    held = fixture()["lining"]["inputs"]
    inputs = {s: column("lining", s) for s in ("lining_type", "lining_condition", "lining_monitoring")}
    inputs |= {s: column("lining", s).astype(np.int64) for s in ("lining_d", "as_of_d")}
    inputs["lining_inspected_d"] = np.full(n, NO_DATE)
    parts = []
    for rows, (lookup, policy) in settings_of("lining", ("lookup", "policy")):
        settings = Settings({"rbi.table_lookup": lookup, "rbi.lining_age": policy, "rbi.lining_beyond": beyond})
        parts.append((rows, LINING.run(inputs, settings, inspections(held["inspections"]))))
    return joined(parts, (*COMPARED["lining"][:-1], FACTOR["lining"], "lining_lookup"), n)


@cache
def bottoms() -> dict[str, np.ndarray]:
    n = len(refused("bottom"))
    grades = fixture()["bottom"]["inputs"]["grades"]
    owner = column("bottom", "t_floor_owner_mm")
    inputs = {s: column("bottom", s) for s in ("t_rdi_mm", "C_r", "age_tk_y", "CA_mm")}
    inputs |= {s: column("bottom", s) for s in ("construction", "maintenance", "settlement")}
    inputs |= {f"N_{g}": np.array([float(each.count(g)) for each in grades]) for g in "ABCD"}
    inputs |= {
        "component_type": np.full(n, index_of("component_type", "TANKBOTTOM")),
        "t_req_mm": owner,
        "barrier": np.where(np.isnan(owner), column("bottom", "barrier"), -1).astype(int),
        "injection_point": np.zeros(n, dtype=int),
        "dead_leg": np.zeros(n, dtype=int),
    }
    parts = [
        (rows, THINNING.run(inputs, Settings({"rbi.table_lookup": lookup})))
        for rows, (lookup,) in settings_of("bottom", ("lookup",))
    ]
    return joined(parts, (*COMPARED["bottom"][:-1], FACTOR["bottom"], "bottom_lookup"), n)


@cache
def external(group: str) -> Result:
    return run_external(group, Settings({}))


def ours(group: str, symbol: str) -> np.ndarray:
    name = FACTOR[group] if symbol == "D_f" else symbol
    if group in ("ext", "cui"):
        return np.asarray(external(group)[name])
    return linings("greatest")[name] if group == "lining" else bottoms()[name]


def difference(group: str, symbol: str) -> tuple[int, float]:
    """Cases that both conclude, and the largest relative difference among them."""
    got, want = ours(group, symbol), wanted(group, symbol)
    both = (refused(group) == "") & ~np.isnan(want) & ~rounded_to_next_row(group, symbol)
    scale = np.maximum(np.abs(want[both]), LEAST)
    return int(both.sum()), float(np.max(np.abs(got[both] - want[both]) / scale))


def rounded_to_next_row(group: str, symbol: str) -> np.ndarray:
    """Bottoms on a row of the table but for rounding, where the engine reads the next row."""
    if group != "bottom" or symbol not in ("D_fB", "D_f"):
        return np.zeros(len(refused(group)), dtype=bool)
    A = wanted(group, "A_rt") * 20.0
    on_row = (np.abs(A - np.round(A)) < 1e-9) & (np.array(fixture()[group]["inputs"]["lookup"]) == "next_row")
    return np.asarray(on_row & (ours(group, "D_fB") < wanted(group, "D_fB") * (1.0 - EXACT)))


def deviations() -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = tomllib.loads((HERE / "deviations_external.toml").read_text(encoding="utf-8"))[
        "deviation"
    ]
    return records


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared, the symbol, the cases and the largest relative difference."""
    return [(group, s, *difference(group, s)) for group, symbols in COMPARED.items() for s in symbols]


COMPARISONS = comparisons


@pytest.mark.parametrize(("group", "symbol"), [(g, s) for g, symbols in COMPARED.items() for s in symbols])
def test_same_number(group: str, symbol: str) -> None:
    assert len(refused(group)) >= LEAST_CASES[group]
    keep = (refused(group) == "") & ~rounded_to_next_row(group, symbol)
    np.testing.assert_allclose(ours(group, symbol)[keep], wanted(group, symbol)[keep], rtol=EXACT, atol=1e-12)


def test_rounding_does_not_move_a_bottom_to_the_next_row() -> None:
    moved = rounded_to_next_row("bottom", "D_fB")
    A = np.round(wanted("bottom", "A_rt")[moved] * 20.0) / 20.0
    inputs = {"t_rdi_mm": 10.0 * (1.0 - A), "CA_mm": 8.0, "t_req_mm": 2.0, "C_r": 0.0, "age_tk_y": 0.0}
    codes = {"component_type": index_of("component_type", "TANKBOTTOM"), "construction": 0, "maintenance": 0}
    grades = [fixture()["bottom"]["inputs"]["grades"][i] for i in np.flatnonzero(moved)]
    N = {f"N_{g}": np.array([float(each.count(g)) for each in grades]) for g in "ABCD"}
    exact = THINNING.run({**inputs, **codes, **N, "settlement": 0}, Settings({"rbi.table_lookup": "straight_line"}))
    np.testing.assert_allclose(ours("bottom", "D_fB")[moved], exact["D_fB"], rtol=1e-9)


@pytest.mark.parametrize("group", ["ext", "cui"])
def test_what_the_engine_refuses_outside_the_table_is_refused(group: str) -> None:
    outside = np.flatnonzero(refused(group) == "outside_model_domain")
    assert outside.size > 10
    procedure: Procedure = CUI if group == "cui" else EXT_CORROSION
    assert {tuple(reasons(procedure, external(group), int(i))) for i in outside} == {(("limit", "rbi.rate_in_table"),)}


def test_rates_through_the_blank_cell_are_refused_where_the_setting_says_so() -> None:
    blank = refused("ext") == "ambiguous_source"
    assert blank.sum() == 20
    result = run_external("ext", Settings({"rbi.ext_severe_blank": "refuse"}))
    assert {tuple(reasons(EXT_CORROSION, result, int(i))) for i in np.flatnonzero(blank)} == {
        (("limit", "rbi.rate_cell_printed"),)
    }
    np.testing.assert_array_equal(np.isnan(result["D_f_extcorr"]), refused("ext") != "")
    assert not np.isnan(external("ext")["D_f_extcorr"][blank]).any()


def test_every_border_of_the_rate_tables_is_among_the_cases() -> None:
    for group, rows in (("ext", 7), ("cui", 9)):
        T, driver = column(group, "T_op_C"), column(group, "driver")
        on_row = np.isclose(T, np.round(T)) & np.isin(np.round(T), [-12, -8, 6, 32, 71, 107, 121, 135, 162, 176])
        assert len(set(zip(np.round(T[on_row]).tolist(), driver[on_row].tolist(), strict=True))) >= rows * 4


def test_linings_older_than_the_table_follow_the_setting() -> None:
    old = refused("lining") == "lining_table_age_exceeded"
    np.testing.assert_array_equal(np.isnan(linings("refuse")["D_f_elin"]), old)
    assert (linings("greatest")["D_fB"][old] == 3000.0).all()


def test_tank_bottoms_with_nothing_left_have_the_last_row() -> None:
    gone = refused("bottom") == "ast_damage_table_exceeded"
    assert (bottoms()["A_rt"][gone] > 1.0).all()
    assert (bottoms()["D_fB"][gone] == 1390.0).all()


def test_deviations_are_reviewed_and_few() -> None:
    total = sum(len(refused(g)) for g in COMPARED)
    assert total >= 4000
    covered = 0
    for record in deviations():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "reason", "right", "reviewed"} <= set(
            record
        )
        found = sum(
            int((refused(g) == record["code"]).sum() if record["code"] else rounded_to_next_row(g, "D_fB").sum())
            for g in record["groups"]
        )
        assert found == record["cases"], record["id"]
        covered += found
    assert covered <= 0.01 * total
    named = {(g, r["code"]) for r in deviations() for g in r["groups"] if r["code"]}
    same = {("ext", "outside_model_domain"), ("cui", "outside_model_domain")}
    every = {(g, str(c)) for g in COMPARED for c in set(refused(g)) if c}
    assert every == named | same


def test_comparisons_say_what_was_compared() -> None:
    rows = comparisons()
    assert sum(n for what, symbol, n, _ in rows if symbol == "D_f") > 4000
    assert max(worst for *_, worst in rows) < 1e-6
