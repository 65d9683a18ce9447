"""Areas, sources, toxic, steam, acid and final area of consequence against an independent engine, kept as fixtures."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result
from integrity.core.settings import DEFAULTS
from integrity.rbi import area, release, release_mass, release_rate, toxic
from integrity.rbi.area_clauses import mitigation_factor
from integrity.rbi.data import EFFECTS, HOLES, PHASES, fluids, number
from integrity.rbi.procedures import CONSEQUENCE, FLAMMABLE_AREA, NFNT_AREA, RELEASE, TOXIC_AREA
from integrity.rbi.toxic_clauses import CANDIDATES

HERE = Path(__file__).parent
EXACT = 1e-9
R_PEER = 8314.46261815324
MITIGATION = {0.0: "none", 0.05: "monitors", 0.15: "foam_spray", 0.2: "deluge_monitors"}
REFUSE = DEFAULTS.with_(rbi__toxic_short="refuse", rbi__toxic_instantaneous="refuse")


@cache
def fixture() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((HERE / "api581_consequence.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    return data


def deviations() -> dict[str, dict[str, Any]]:
    records = tomllib.loads((HERE / "deviations_consequence.toml").read_text(encoding="utf-8"))["deviation"]
    return {r["id"]: r for r in records}


class Group:
    """Inputs and outputs of one group as arrays; a missing number is NaN."""

    def __init__(self, name: str) -> None:
        part = fixture()["groups"][name]
        self.inputs: dict[str, list[Any]] = part["inputs"]
        self.outputs: dict[str, list[Any]] = part["outputs"]
        self.refused = np.array([bool(r) for r in part["refused"]])
        self.n = self.refused.size

    def x(self, name: str) -> np.ndarray:
        return np.array([np.nan if v is None else v for v in self.inputs[name]], dtype=np.float64)

    def y(self, name: str) -> np.ndarray:
        return np.array([np.nan if v is None else v for v in self.outputs[name]], dtype=np.float64)

    def code(self, name: str, allowed: tuple[str, ...]) -> np.ndarray:
        return np.array([allowed.index(v) for v in self.inputs[name]], dtype=np.int64)

    def text(self, name: str) -> np.ndarray:
        return np.array(self.outputs[name], dtype=object)


def refused(result: Result) -> np.ndarray:
    return (result.refused != 0) | (result.missing != 0)


@cache
def areas() -> tuple[Group, Result]:
    g = Group("area")
    columns = {s: g.x(s) for s in ("rate_kg_s", "mass_kg", "T_s_C", "AIT_C")}
    columns |= {
        "fluid": g.code("fluid", fluids().names),
        "release_phase": g.code("release_phase", PHASES),
        "release_type": g.code("release_type", release.RELEASE_TYPES),
        "mitigation": np.array([index_of("mitigation", MITIGATION[m]) for m in g.inputs["fact_mit"]]),
        "isolation": np.zeros(g.n, dtype=np.int64),
    }
    return g, FLAMMABLE_AREA.run(columns, DEFAULTS)


@cache
def sources() -> tuple[Group, dict[str, np.ndarray], Result]:
    """Rates by our procedure, brought to the other engine's rounding of constants; steps after it from its rates."""
    g = Group("source")
    names = fluids().names
    fluid, phase, hole = g.code("fluid", names), g.code("phase", PHASES), g.code("hole", HOLES)
    gas = phase == PHASES.index("gas")
    detection, isolation = g.code("detection", codes("detection")), g.code("isolation", codes("isolation"))
    columns = {s: g.x(s) for s in ("P_s_MPa", "T_s_C", "mass_comp_kg", "mass_inv_kg")}
    columns |= {"fluid": fluid, "phase": phase, "hole": hole, "detection": detection, "isolation": isolation}
    columns |= {"D_ref_mm": np.full(g.n, 5000.0), "k_ratio": np.where(gas, g.x("k_ratio"), np.nan)}
    columns["NBP_C"] = np.where(fluids().NBP_suspect[fluid] == 1, fluids().NBP_C[fluid], np.nan)
    r = RELEASE.run(columns, DEFAULTS)
    rounding = np.where(gas, np.sqrt(number("release", "R_kmol") / R_PEER), number("release", "C1") / 1000.0**1.5)
    W, W8 = g.y("W_n"), g.y("W_max8")
    out = {"W_n": r["W_n"] * rounding, "W_max8": r["W_max8"] * rounding}
    C3, add = number("release", "C3"), release_mass.added_mass(number("release", "t_add_s"), W, W8)
    out["mass_avail_kg"] = release_mass.available_mass(g.x("mass_comp_kg"), add, g.x("mass_inv_kg"))
    out["fact_di"] = release_mass.detection_reduction(detection, isolation)
    t_n = release_mass.time_to_limit(C3, W)
    kind = (number("release", "d_cont_mm"), t_n, number("release", "t_inst_s"), out["mass_avail_kg"], C3)
    out["release_type"] = release_mass.release_kind(r["d_n_mm"], *kind)
    out["rate_kg_s"] = release_mass.adjusted_rate(W, out["fact_di"])
    at = (detection, isolation, hole)
    ld_max = np.where(g.x("rupture_min") == 1.0, *(release_mass.longest_leak(*at, m) for m in (1.0, 3.0)))
    out["ld_s"] = release_mass.leak_duration(out["mass_avail_kg"], out["rate_kg_s"], ld_max)
    out["mass_kg"] = release_mass.released_mass(out["rate_kg_s"], out["ld_s"], out["mass_avail_kg"])
    return g, out, r


@cache
def poisons() -> tuple[Group, Result]:
    g = Group("toxic")
    numbers = ("W_n", "mass_kg", "mass_avail_kg", "ld_max_min", "toxic_mass_fraction", "P_no_ignition", "toxic_ppm")
    columns = {s: g.x(s) for s in (*numbers, "tox_rate_cut", "tox_mass_cut", "tox_duration_cut")}
    columns |= {
        "candidate": np.full(g.n, CANDIDATES.index("stated")),
        "toxic_fluid": g.code("toxic_fluid", codes("toxic_fluid")),
        "release_phase": g.code("release_phase", PHASES),
        "release_type": g.code("release_type", release.RELEASE_TYPES),
    }
    return g, TOXIC_AREA.run(columns, REFUSE)


@cache
def scalds(name: str, settings: str = "limit") -> tuple[Group, Result]:
    g = Group(name)
    fluid, phase = ("Steam", "gas") if name == "steam" else ("Acid", "liquid")
    mass = g.x("mass_kg") if name == "steam" else np.full(g.n, 100.0)
    columns = {
        "fluid": np.full(g.n, fluids().names.index(fluid)),
        "phase": np.full(g.n, PHASES.index(phase)),
        "rate_kg_s": g.x("rate_kg_s"),
        "mass_kg": mass,
        "P_s_MPa": g.x("P_s_MPa") if name == "acid" else np.full(g.n, 1.0),
    }
    return g, NFNT_AREA.run(columns, DEFAULTS.with_(rbi__acid_fit=settings))


@cache
def finals() -> tuple[Group, Result]:
    g = Group("final")
    columns: dict[str, Any] = {s: g.x(s) for s in g.inputs if s != "component_type"}
    columns["component_type"] = g.code("component_type", codes("component_type"))
    columns |= {"flammable_case": 1, "toxic_case": 1, "nfnt_case": 1}
    return g, CONSEQUENCE.run(columns, DEFAULTS)


@cache
def heats() -> tuple[Group, dict[str, np.ndarray]]:
    g = Group("heat")
    fluid = g.code("fluid", fluids().names)
    given = {"hole": 1, "D_ref_mm": 500.0, "phase": 0, "P_s_MPa": 1.0, "mass_comp_kg": 1e3, "mass_inv_kg": 1e4}
    r = RELEASE.run({**given, "detection": 0, "isolation": 0, "fluid": fluid, "T_s_C": g.x("T_s_K") - 273.15}, DEFAULTS)
    return g, {"C_p": r["C_p"], "k": release_rate.specific_heat_ratio(r["C_p"], R_PEER / 1000.0)}


@cache
def stocks() -> tuple[Group, dict[str, np.ndarray]]:
    g = Group("inventory")
    add = release_mass.added_mass(number("release", "t_add_s"), g.x("W_n"), g.x("W_max8"))
    available = release_mass.available_mass(g.x("mass_comp_kg"), add, g.x("mass_inv_kg"))
    return g, {"mass_add_kg": add, "mass_avail_kg": available}


def worst(ours: np.ndarray, theirs: np.ndarray) -> tuple[int, float]:
    """How many are compared and the largest relative difference."""
    both = ~np.isnan(theirs)
    scale = np.maximum(np.abs(theirs[both]), 1e-300)
    gap = np.abs(ours[both] - theirs[both]) / scale
    return int(both.sum()), float(np.max(np.where(np.isnan(gap), np.inf, gap), initial=0.0))


def comparisons() -> list[tuple[str, str, int, float]]:
    """What is compared: title, symbol, cases, largest relative difference."""
    made: list[tuple[str, tuple[str, ...], tuple[Any, ...]]] = [
        ("Level 1 flammable area", ("CA_cmd", "CA_inj"), areas()),
        ("Level 1 source", ("W_n", "W_max8", "mass_avail_kg", "fact_di", "rate_kg_s", "ld_s", "mass_kg"), sources()),
        ("Level 1 toxic area", ("rate_tox", "ld_tox_s", "CA_tox"), poisons()),
        ("steam", ("CA_nfnt_cont", "CA_nfnt_inst", "fact_IC", "CA_nfnt"), scalds("steam")),
        ("acid and caustic", ("g", "h", "CA_nfnt"), scalds("acid")),
        ("inventory group", ("mass_add_kg", "mass_avail_kg"), stocks()),
        ("final consequence area", ("CA_cmd", "CA_inj", "CA_tox", "CA_nfnt", "CA_f_inj", "CA"), finals()),
        ("heat capacity", ("C_p", "k"), heats()),
    ]
    return [(title, s, *worst(part[1][s], part[0].y(s))) for title, symbols, part in made for s in symbols]


COMPARISONS = comparisons


def test_every_number_agrees() -> None:
    table = comparisons()
    wrong = [row for row in table if row[3] > EXACT]
    assert not wrong, wrong
    least = {"Level 1 flammable area": 1000, "Level 1 source": 700, "Level 1 toxic area": 1500}
    for title, _, cases, _ in table:
        assert cases >= least.get(title, 150)


def test_at_least_five_thousand_cases() -> None:
    assert sum(len(g["refused"]) for g in fixture()["groups"].values()) >= 5000


def test_types_of_release_and_phases_agree() -> None:
    g, ours, r = sources()
    kinds = [release.RELEASE_TYPES[i] for i in ours["release_type"]]
    assert kinds == list(g.text("release_type"))
    assert set(kinds) == set(release.RELEASE_TYPES)
    assert {release.FLOWS[i] for i in r["flow_case"]} == set(release.FLOWS)
    for want, got in zip(g.text("release_phase"), r["release_phase"], strict=True):
        assert want is None or (got >= 0 and PHASES[got] == want)


def test_suspect_boiling_points_do_not_decide_a_phase() -> None:
    record = deviations()["boiling-point-suspect-sources"]
    _, _, r = sources()
    fluid = r["fluid"]
    suspect = (fluids().NBP_suspect[fluid] == 1) & (r["phase"] == PHASES.index("liquid"))
    assert int(suspect.sum()) == record["cases"] <= 0.01 * 5000
    printed = release_mass.phase_after_release(r["phase"], fluid, number("release", "NBP_gas_C"))
    assert (printed[suspect] == -1).all() and (printed[~suspect] >= 0).all()


@pytest.mark.parametrize("name", ["area", "toxic", "acid"])
def test_both_refuse_the_same_cases(name: str) -> None:
    g, result = {"area": areas, "toxic": poisons, "acid": lambda: scalds("acid", "refuse")}[name]()
    assert g.refused.any() and not g.refused.all()
    np.testing.assert_array_equal(refused(result), g.refused)


def test_what_is_refused_is_only_bounded_by_a_named_setting() -> None:
    g, held = scalds("acid", "limit")
    assert not refused(held).any()
    g, literal = scalds("acid", "literal")
    inside = ~g.refused
    np.testing.assert_array_equal(held["CA_nfnt"][inside], literal["CA_nfnt"][inside])
    assert (held["CA_nfnt"][~inside] != literal["CA_nfnt"][~inside]).all()


def test_cases_reach_every_branch() -> None:
    _, burnt = areas()
    good = ~refused(burnt)
    assert set(burnt["final_case"][good]) == set(range(len(area.FINAL_CASES)))
    assert set(burnt["IC_reason"][good]) == {0, 1, 3}
    assert set(burnt["fluid"][good]) == {i for i, t in enumerate(fluids().fluid_type[:-1]) if t >= 0}
    _, poisoned = poisons()
    assert set(poisoned["duration_case"]) == {0, 1, 2, 4}
    assert set(poisoned["toxic_component"]) == set(range(len(codes("toxic_fluid"))))
    assert set(poisoned["screen_case"]) == {0, 1}
    assert toxic.DURATIONS[2] == "interpolated"
    _, final = finals()
    assert set(final["CA_basis"]) >= {0, 1, 2, 3}


def test_mitigation_fractions_are_those_of_the_table() -> None:
    for fraction, name in MITIGATION.items():
        row = np.array([index_of("mitigation", name)])
        assert mitigation_factor(row, np.array([0]))[0] == fraction
    assert len(EFFECTS) == 2


def test_deviations_are_reviewed_records() -> None:
    total = 0
    for record in deviations().values():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "reason", "reviewed"} <= set(record)
        assert len(record["reason"]) > 40 and record["right"]
        total += record["cases"]
    assert total <= 0.01 * sum(len(g["refused"]) for g in fixture()["groups"].values())
