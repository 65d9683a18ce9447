"""Thinning, release, area, combination and weighting against an independent engine, random cases kept as fixtures."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Result
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.rbi import area, release
from integrity.rbi.data import HOLES, PHASES, fluids
from integrity.rbi.procedures import CONSEQUENCE, FLAMMABLE_AREA, POF, RELEASE, THINNING

HERE = Path(__file__).parent
EXACT = 2e-9
SHAPE = {"cylinder": "cylinder", "sphere": "sphere", "head": "ellipsoidal"}
# Constants as the engine has them, where the standard prints rounded ones: records gas-constant, unit-constant-rounded.
ENGINE_R = 8.31446261815324
ENGINE_NUMBERS = {"R_gas": ENGINE_R, "R_kmol": 1000.0 * ENGINE_R, "C1": 1000.0**1.5}
WEIGHTED = ("CA_cmd", "CA_inj", "CA", "gff_total")
MITIGATION = {0.0: "none", 0.05: "monitors", 0.15: "foam_spray", 0.2: "deluge_monitors"}


def cases(name: str) -> list[dict[str, Any]]:
    data = json.loads((HERE / f"api581_{name}.json").read_text(encoding="utf-8"))
    assert (data["engine"], data["version"]) == ("api581-engine", "0.1.4")
    found: list[dict[str, Any]] = data["cases"]
    return found


def deviations() -> dict[str, dict[str, Any]]:
    records = tomllib.loads((HERE / "deviations.toml").read_text(encoding="utf-8"))["deviation"]
    return {r["id"]: r for r in records}


def column(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([r["inputs"][name] for r in rows])


def wanted(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([r["outputs"].get(name, np.nan) for r in rows], dtype=np.float64)


def run_thinning(rows: list[dict[str, Any]]) -> Result:
    n = len(rows)
    pressure = column(rows, "method") == "pressure"
    monitoring = column(rows, "F_OM")
    names = ("t_rdi_mm", "age_tk_y", "C_r", "E", "YS_MPa", "TS_MPa", "S_MPa", "t_bm_mm", "C_r_cm")
    inputs: dict[str, Any] = {s: column(rows, s) for s in names}
    inputs |= {f"N_{g}": column(rows, f"N_{g}").astype(float) for g in "ABCD"}
    inputs |= {
        "component_type": np.full(n, index_of("component_type", "DRUM")),
        "confidence": np.array([index_of("confidence", c) for c in column(rows, "confidence")]),
        "t_req_mm": np.where(pressure, np.nan, column(rows, "t_req_mm")),
        "t_c_mm": np.where(pressure, np.nan, column(rows, "t_c_mm")),
        "P_MPa": np.where(pressure, column(rows, "P_MPa"), np.nan),
        "D_ref_mm": np.where(pressure, column(rows, "D_ref_mm"), np.nan),
        "geometry": np.array([index_of("geometry", SHAPE[s]) for s in column(rows, "shape")]),
        "clad": column(rows, "clad"),
        "injection_point": (column(rows, "F_IP") == 3.0).astype(int),
        "dead_leg": (column(rows, "F_DL") == 3.0).astype(int),
        "monitored_fluid": np.full(n, 0),
        "key_variables": (monitoring >= 10.0).astype(int),
        "probes": (monitoring == 20.0).astype(int),
        "coupons": (monitoring == 2.0).astype(int),
        "joint_monitoring": (monitoring == 20.0).astype(int),
    }
    return THINNING.run(inputs, DEFAULTS)


@pytest.fixture(scope="module")
def thinning() -> tuple[list[dict[str, Any]], Result]:
    rows = cases("thinning")
    return rows, run_thinning(rows)


@pytest.mark.parametrize("name", ["A_rt", "SR_p", "D_fB", "D_f_thin"])
def test_thinning(thinning: tuple[list[dict[str, Any]], Result], name: str) -> None:
    rows, result = thinning
    assert len(rows) >= 500
    np.testing.assert_allclose(result[name], wanted(rows, name), rtol=EXACT, atol=1e-300)


def test_thinning_posterior_and_reliability(thinning: tuple[list[dict[str, Any]], Result]) -> None:
    rows, result = thinning
    for i in (1, 2, 3):
        Po = np.array([r["outputs"]["Po_p"][i - 1] for r in rows])
        beta = np.array([r["outputs"]["beta"][i - 1] for r in rows])
        np.testing.assert_allclose(result[f"Po_p{i}"], Po, rtol=EXACT)
        np.testing.assert_allclose(result[f"beta_{i}"], beta, rtol=EXACT, atol=1e-9)


def test_thinning_cases_reach_every_branch(thinning: tuple[list[dict[str, Any]], Result]) -> None:
    _, result = thinning
    assert (result.verdict == Verdict.CALCULATED).all()
    assert set(result["clad_case"]) == {0, 1, 2, 3, 4}
    assert set(result["SR_p_branch"]) == {2, 3}
    assert set(result["D_f_branch"]) == {0, 1, 2}


def run_release(rows: list[dict[str, Any]], minutes: float) -> tuple[Result, Result]:
    settings = DEFAULTS.with_(rbi__rupture_leak_duration_min=minutes)
    isolation = np.array([index_of("isolation", c) for c in column(rows, "isolation")])
    fluid = np.array([fluids().names.index(f) for f in column(rows, "fluid")])
    released = RELEASE.run(
        {
            **{s: column(rows, s) for s in ("D_ref_mm", "P_s_MPa", "T_s_C", "mass_comp_kg", "mass_inv_kg")},
            "hole": np.array([HOLES.index(h) for h in column(rows, "hole")]),
            "fluid": fluid,
            "phase": np.array([PHASES.index(p) for p in column(rows, "phase")]),
            "detection": np.array([index_of("detection", c) for c in column(rows, "detection")]),
            "isolation": isolation,
        },
        settings,
    )
    burnt = FLAMMABLE_AREA.run(
        {
            "fluid": fluid,
            **{s: released[s] for s in ("release_phase", "release_type", "rate_kg_s", "mass_kg")},
            "T_s_C": column(rows, "T_s_C"),
            "mitigation": np.array([index_of("mitigation", MITIGATION[m]) for m in column(rows, "mitigation")]),
            "isolation": isolation,
        },
        settings,
    )
    return released, burnt


@contextmanager
def engine_constants() -> Iterator[None]:
    """The release with the constants of the engine in place of the printed ones."""
    printed = release.number
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "number", lambda file, symbol: ENGINE_NUMBERS.get(symbol, printed(file, symbol)))
        yield


def released_cases(phase: str) -> list[tuple[dict[str, Any], Result, Result, int]]:
    out = []
    for minutes in (1.0, 3.0):
        rows = [r for r in cases("release") if r["inputs"]["rupture_min"] == minutes]
        rows = [r for r in rows if r["inputs"]["phase"] == phase]
        released, burnt = run_release(rows, minutes)
        out += [(r, released, burnt, i) for i, r in enumerate(rows)]
    return out


@pytest.mark.parametrize("phase", PHASES)
def test_release_and_area(phase: str) -> None:
    """Both agree within the recorded deviations: the rounded unit constant, and the gas constant for gas."""
    record = "gas-constant" if phase == "gas" else "unit-constant-rounded"
    rtol, rtol_area = (deviations()[record][t] for t in ("tolerance_rel", "tolerance_area_rel"))
    done = 0
    for row, released, burnt, i in released_cases(phase):
        want = row["outputs"]
        if "release_phase" in want and not fluids().NBP_suspect[released["fluid"][i]]:
            assert PHASES[released["release_phase"][i]] == want["release_phase"]
        if "refused" in row or burnt.refused[i] or released.refused[i] or burnt.missing[i]:
            continue
        assert release.RELEASE_TYPES[released["release_type"][i]] == want["release_type"], row
        for name in ("W_n", "mass_avail_kg", "rate_kg_s", "ld_s", "mass_kg"):
            assert released[name][i] == pytest.approx(want[name], rel=rtol), (name, row)
        for name in ("CA_cmd", "CA_inj"):
            assert burnt[name][i] == pytest.approx(want[name], rel=rtol_area), (name, row)
        if phase == "gas":
            assert released["C_p"][i] == pytest.approx(want["C_p"], rel=EXACT)
            assert released["k"][i] == pytest.approx(want["k"], rel=rtol)
        done += 1
    assert done >= 150


def _done(phase: str) -> list[tuple[dict[str, Any], Result, Result, int]]:
    """Cases that both answer."""
    return [
        (row, released, burnt, i)
        for row, released, burnt, i in released_cases(phase)
        if not ("refused" in row or burnt.refused[i] or released.refused[i] or burnt.missing[i])
    ]


@pytest.mark.parametrize("phase", PHASES)
def test_with_the_constants_of_the_engine_nothing_differs(phase: str) -> None:
    """So that the two records of rounded constants cover no case of another kind."""
    with engine_constants():
        done = _done(phase)
    for row, released, burnt, i in done:
        for name in ("W_n", "mass_avail_kg", "rate_kg_s", "ld_s", "mass_kg"):
            assert released[name][i] == pytest.approx(row["outputs"][name], rel=EXACT), (name, row)
        for name in ("CA_cmd", "CA_inj"):
            assert burnt[name][i] == pytest.approx(row["outputs"][name], rel=EXACT), (name, row)


def test_records_of_rounded_constants_say_how_many_cases_move() -> None:
    known = deviations()
    for phase, record in (("gas", "gas-constant"), ("liquid", "unit-constant-rounded")):
        moved = sum(abs(r["W_n"][i] / row["outputs"]["W_n"] - 1.0) > EXACT for row, r, _, i in _done(phase))
        assert known[record]["cases_printed"] == moved


def test_both_refuse_the_same_cases() -> None:
    """A blank cell or a missing row is refused by both; what only one refuses is on record."""
    known = deviations()["boiling-point-suspect"]["fluids"]
    for phase in PHASES:
        for row, released, burnt, i in released_cases(phase):
            ours = bool(released.refused[i] or burnt.refused[i] or burnt.missing[i])
            suspect = fluids().names[released["fluid"][i]] in known and phase == "liquid"
            if suspect:
                assert ours
            else:
                assert ours == ("refused" in row), (row, released.refused[i], burnt.refused[i])


def test_release_cases_cover_the_ground() -> None:
    flows, blends, kinds = set(), set(), set()
    for phase in PHASES:
        for _, released, burnt, i in released_cases(phase):
            if not (released.refused[i] or burnt.refused[i] or burnt.missing[i]):
                flows.add(release.FLOWS[released["flow_case"][i]])
                blends.add(area.FINAL_CASES[burnt["final_case"][i]])
                kinds.add(area.IC_REASONS[burnt["IC_reason"][i]])
    assert flows == set(release.FLOWS)
    assert blends == {"ainl", "ail", "blended"}
    assert kinds == {"by_rate", "instantaneous", "type_1"}


def run_combine(rows: list[dict[str, Any]]) -> Result:
    one = ("htha", "fatigue", "brittle_fracture", "temper_embrittlement", "embrittlement_885f")
    x = {s: np.array([r["inputs"][s] for r in rows]) for s in (*one, "sigma_embrittlement", "thinning")}
    lists = {s: np.array([r["inputs"][s][0] for r in rows]) for s in ("external", "scc")}
    lining = [np.nan if r["inputs"]["lining"] is None else r["inputs"]["lining"] for r in rows]
    local = [r["inputs"]["thinning_external_distribution"] == "local" for r in rows]
    return POF.run(
        {
            "component_type": np.full(len(rows), index_of("component_type", "DRUM")),
            "D_f_thin": x["thinning"],
            "D_f_lining": np.array(lining),
            "D_f_ext": lists["external"],
            "D_f_scc": lists["scc"],
            "D_f_htha": x["htha"],
            "D_f_brit": x["brittle_fracture"],
            "D_f_temp": x["temper_embrittlement"],
            "D_f_885": x["embrittlement_885f"],
            "D_f_sigma": x["sigma_embrittlement"],
            "D_f_mfat": x["fatigue"],
            "local": np.array(local, dtype=np.int64),
        },
        DEFAULTS,
    )


def test_total_damage_factor() -> None:
    rows = cases("combine")
    total = run_combine(rows)["D_f_total"]
    np.testing.assert_allclose(total, wanted(rows, "D_f_total"), rtol=1e-12, atol=1e-12)


def run_weights(rows: list[dict[str, Any]]) -> Result:
    types = codes("component_type")
    columns: dict[str, Any] = {"component_type": np.array([types.index(r["inputs"]["component_type"]) for r in rows])}
    for j, effect in enumerate(("cmd", "inj")):
        for h in HOLES:
            columns[f"CA_{effect}_{h}"] = np.array([r["inputs"]["areas"][h][j] for r in rows])
    columns |= {f"CA_{kind}_{h}": 0.0 for kind in ("tox", "nfnt") for h in HOLES}
    columns |= {"flammable_case": 1, "toxic_case": 0, "nfnt_case": 0}
    return CONSEQUENCE.run(columns, DEFAULTS)


def test_weighted_area() -> None:
    rows = cases("weights")
    result = run_weights(rows)
    for name in WEIGHTED:
        np.testing.assert_allclose(result[name], wanted(rows, name), rtol=1e-12)


def test_deviations_are_reviewed_records() -> None:
    for record in deviations().values():
        assert {"id", "standard", "edition", "clause", "peer", "ours", "theirs", "reason", "reviewed"} <= set(record)
        assert len(record["reason"]) > 40


def difference(ours: Any, theirs: Any, floor: float = 1e-300) -> tuple[int, float]:
    """Cases in which both gave a number, and the largest |ours - theirs| / max(|ours|, |theirs|, floor)."""
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    scale = np.maximum(np.maximum(np.abs(a), np.abs(b)), floor)
    return int(a.size), float(np.max(np.abs(a - b) / scale, initial=0.0))


def _thinning_numbers() -> list[tuple[str, str, int, float]]:
    rows = cases("thinning")
    result = run_thinning(rows)
    out = [("thinning", n, *difference(result[n], wanted(rows, n))) for n in ("A_rt", "SR_p", "D_fB", "D_f_thin")]
    for i in (1, 2, 3):
        posterior = [r["outputs"]["Po_p"][i - 1] for r in rows]
        beta = [r["outputs"]["beta"][i - 1] for r in rows]
        out.append(("thinning", f"Po_p{i}", *difference(result[f"Po_p{i}"], posterior)))
        # Near zero a reliability index is compared by its absolute difference.
        out.append(("thinning", f"beta_{i}", *difference(result[f"beta_{i}"], beta, 1.0)))
    return out


def _release_numbers() -> list[tuple[str, str, int, float]]:
    out = []
    with engine_constants():
        for phase in PHASES:
            done = _done(phase)
            for name in ("W_n", "mass_avail_kg", "rate_kg_s", "ld_s", "mass_kg"):
                pairs = np.array([(r[name][i], row["outputs"][name]) for row, r, _, i in done])
                out.append((f"release, {phase}", name, *difference(*pairs.T)))
            for name in ("CA_cmd", "CA_inj"):
                pairs = np.array([(b[name][i], row["outputs"][name]) for row, _, b, i in done])
                out.append((f"flammable area, {phase}", name, *difference(*pairs.T)))
    return out


def comparisons() -> list[tuple[str, str, int, float]]:
    """What was compared, symbol, cases and largest relative difference, with the constants of the engine."""
    rows, other = cases("combine"), cases("weights")
    total, weighted = run_combine(rows)["D_f_total"], run_weights(other)
    return [
        *_thinning_numbers(),
        *_release_numbers(),
        ("total of damage factors", "D_f_total", *difference(total, wanted(rows, "D_f_total"))),
        *[("weighting of holes", n, *difference(weighted[n], wanted(other, n))) for n in WEIGHTED],
    ]


COMPARISONS = comparisons


def test_comparisons_are_exact() -> None:
    found = comparisons()
    assert len(found) == 10 + 14 + 1 + 4
    assert max(worst for *_, worst in found) <= EXACT
