"""Bulk kernel of the chain: equal to the clauses and to a study, whichever kernel runs, whatever chunks and threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.errors import InputError
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.settings import DEFAULTS
from integrity.rbi import chain_kernels as ck
from integrity.rbi import holes, kernels
from integrity.rbi.assess import make_case
from integrity.rbi.data import fluids, frequencies
from integrity.rbi.mechanisms import external as ex
from integrity.rbi.mechanisms import scc_clauses as sc
from integrity.rbi.mechanisms import scc_tables as st
from integrity.services.team import team

RUN_HERE = pytest.mark.parametrize(
    "kernel", ("numpy", "auto"), ids=("numpy", f"auto-is-{'numba' if kernels.available() else 'numpy'}")
)
ANSWERS = ("D_f_thin", "D_f_scc", "D_f_ext", "D_f_total", "CA_cmd", "CA_inj", "CA")
LIQUIDS = [i for i, v in enumerate(fluids().NBP_suspect[:-1]) if v == 0]
TYPES = [i for i, v in enumerate(codes("component_type")) if not (v.startswith("COURSE") or v == "TANKBOTTOM")]


def rows(n: int = 30_000, seed: int = 7) -> dict[str, Any]:
    """Every fluid, phase, grade and code; holes that leak slowly and at once; temperatures across autoignition."""
    g = np.random.default_rng(seed)

    def counts(end: str, most: int = 8) -> dict[str, Any]:
        return {f"N_{x}{end}": np.where(g.random(n) < 0.4, 0.0, g.integers(0, most, n)) for x in "ABCD"}

    mass = 10.0 ** g.uniform(1.0, 6.0, n)
    return {
        "t_rdi_mm": g.uniform(3.0, 60.0, n),
        "age_tk_y": g.uniform(0.0, 40.0, n),
        "C_r": g.lognormal(np.log(0.1), 1.5, n),
        "SR_p": g.uniform(0.01, 1.2, n),
        "confidence": g.integers(0, 3, n),
        **counts(""),
        "F_adj": g.choice([1.0, 3.0, 0.05], n),
        "SVI": g.choice(st.base().index, n),
        "age_scc_y": g.choice([0.0, 1.0, 30.0], n) + g.uniform(0.0, 9.0, n),
        **counts("_scc", 20),
        "t_rde_mm": g.uniform(3.0, 60.0, n),
        "age_ext_y": g.uniform(0.0, 40.0, n),
        "C_r_ext": g.uniform(0.0, 0.3, n),
        "SR_p_ext": g.uniform(0.01, 1.2, n),
        "confidence_ext": g.integers(0, 3, n),
        **counts("_ext"),
        "local": g.integers(-1, 2, n),
        "component_type": g.integers(-1, len(codes("component_type")), n),
        "D_ref_mm": g.choice([5.0, 6.4, 25.0, 60.0, 2000.0], n),
        "fluid": g.integers(-1, len(fluids().names), n),
        "phase": g.integers(0, 3, n),
        "P_s_MPa": 10.0 ** g.uniform(-2.5, 1.2, n),
        "T_s_C": g.uniform(-40.0, 700.0, n),
        "mass_comp_kg": mass,
        "mass_inv_kg": np.where(g.random(n) < 0.2, np.nan, mass * g.choice([0.5, 1.0, 3.0], n)),
        "detection": g.integers(0, 3, n),
        "isolation": g.integers(0, 3, n),
        "mitigation": g.integers(0, len(codes("mitigation")), n),
        **{s: np.where(g.random(n) < 0.7, np.nan, v) for s, v in given(g, n).items()},
    }


def given(g: np.random.Generator, n: int) -> dict[str, Any]:
    return {
        "MW": g.uniform(2.0, 200.0, n),
        "rho_liq": g.uniform(100.0, 1000.0, n),
        "k_ratio": g.uniform(0.99, 1.7, n),
        "NBP_C": g.uniform(-100.0, 200.0, n),
        "AIT_C": g.uniform(150.0, 700.0, n),
    }


def edges() -> dict[str, Any]:
    """At and beside the borders of type, blending, autoignition, flow and mass, for fluids of both types."""
    x = rows(20_000, 11)
    g, n = np.random.default_rng(12), 20_000
    f = g.choice([fluids().names.index(k) for k in ("C1-C2", "C6-C8", "C25+", "H2", "CO", "Methanol", "EO")], n)
    AIT = fluids().AIT_C[f]
    beside = g.choice([0.0, 1e-13, -1e-13, 1e-7, -1e-7], n)
    x |= {s: np.full(n, np.nan) for s in ("MW", "rho_liq", "k_ratio", "NBP_C", "AIT_C")}
    x |= {
        "fluid": f,
        "component_type": g.choice(TYPES, n),
        "phase": g.integers(0, 2, n),
        "T_s_C": (AIT + g.choice([-55.6, 0.0, 55.6, 30.0], n)) * (1.0 + beside),
        "mass_comp_kg": 4536.0 * (1.0 + beside),
        "mass_inv_kg": g.choice([4536.0, 9072.0], n) * (1.0 + g.choice([0.0, 1e-13, 1e-7], n)),
        "P_s_MPa": g.choice([0.08, 0.0867, 0.09, 0.5, 3.0], n) * (1.0 + beside),
        "C_r": g.choice([0.0, 0.2, 1e4], n),
        "SR_p": g.choice([1e-6, 0.3, 1.0, 7.0, 1e3], n),
        "N_C": g.choice([0.0, 5.0, 6.0, 100.0], n),
        "N_D_scc": g.choice([0.0, 1.0, 47.0, 48.0, 49.0, 100.0], n),
    }
    return x


@pytest.mark.parametrize("case", (rows, edges))
def test_compiled_is_equal_to_the_clauses(case: Any) -> None:
    x = case()
    found, clauses = ck.chain(x), ck.chain(x, "numpy")
    assert found.kernel == ("numba" if kernels.available() else "numpy")
    for symbol in ANSWERS:
        a, b = getattr(found, symbol), getattr(clauses, symbol)
        assert np.isfinite(b).mean() > 0.1, symbol
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=0.0, err_msg=symbol)


@RUN_HERE
def test_cracking_is_that_of_its_clauses(kernel: str) -> None:
    x = rows(20_000, 3)
    N = [x[f"N_{g}_scc"] for g in "ABCD"]
    grade, n_eq = sc.highest_grade(*N), sc.equivalent_numbers(N)
    number = sc.number_literal(np.select([grade == g for g in range(4)], n_eq, 0.0), 6.0)
    base = sc.base_literal(x["SVI"], grade, number)
    expected = sc.escalated(base, x["age_scc_y"], 1.0, 1.1)
    np.testing.assert_allclose(ck.chain(x, kernel).D_f_scc, expected, rtol=1e-12, atol=0.0)


@RUN_HERE
def test_outside_factor_is_that_of_its_procedure(kernel: str) -> None:
    n = 600
    x, g = rows(n, 4), np.random.default_rng(1)
    raw: dict[str, Any] = {
        "material_class": np.full(n, index_of("material_class", "carbon_low_alloy")),
        "insulated": np.zeros(n),
        "t_rde_mm": x["t_rde_mm"],
        "age_tke_y": x["age_ext_y"],
        "confidence": x["confidence_ext"],
        "E": np.ones(n),
        "YS_MPa": np.full(n, 240.0),
        "TS_MPa": np.full(n, 460.0),
        "S_MPa": np.full(n, 130.0),
        "t_req_mm": g.uniform(1.0, 12.0, n),
        "CR_ext": x["C_r_ext"],
        "coating_quality": np.zeros(n, dtype=np.int64),
        "water_retaining": np.zeros(n),
        "soil_interface": np.zeros(n),
        **{f"N_{s}": x[f"N_{s}_ext"] for s in "ABCD"},
    }
    done = ex.EXT_CORROSION.run(raw, DEFAULTS)
    x |= {"C_r_ext": done["C_r_ext"], "age_ext_y": done["age_ext_y"], "SR_p_ext": done["SR_p"]}
    found = ck.chain(x, kernel).D_f_ext
    assert not np.isnan(found).any()
    np.testing.assert_allclose(found, done["D_f_extcorr"], rtol=1e-12, atol=0.0)


@RUN_HERE
def test_areas_are_those_of_a_study(kernel: str) -> None:
    n = 3000
    x = rows(n, 5)
    g = np.random.default_rng(6)
    names = [fluids().names.index(k) for k in ("C1-C2", "C3-C4", "C6-C8", "C9-C12", "C17-C25", "H2", "Methanol", "DEE")]
    x["fluid"], x["phase"] = g.choice(names, n), g.integers(0, 2, n)
    x["component_type"], x["D_ref_mm"] = g.choice(TYPES, n), g.uniform(20.0, 3000.0, n)
    held = {
        "D_mm": x["D_ref_mm"],
        "fluid": [index_of("fluid", fluids().names[i]) for i in x["fluid"]],
        "P_op_MPa": x["P_s_MPa"],
        "T_op_C": x["T_s_C"],
        "inventory_kg": x["mass_comp_kg"],
        "group_inventory_kg": x["mass_inv_kg"],
        **{s: x[s] for s in ("component_type", "phase", "detection", "isolation", "mitigation")},
    }
    frame = ComponentFrame.from_columns({"component_id": np.arange(n), "geometry": np.zeros(n), **held})
    facts = Facts(n, {s: x[s] for s in ("MW", "rho_liq", "k_ratio", "NBP_C", "AIT_C")})
    none = InspectionFrame.from_columns({"inspection_id": [], "component_row": [], "date_d": []})
    damage = DamageFrame.from_columns({"component_row": [], "mechanism": [], "decision": []})
    case = make_case(frame, none, RiskInputFrame.from_columns({"CR": np.full(n, 0.1)}), 20_000, DEFAULTS, facts, damage)
    study = holes.assess(case)
    found = ck.chain(x, kernel)
    for symbol in ("CA_cmd", "CA_inj", "CA"):
        expected = study.consequence[symbol][study.governing]
        assert np.isfinite(expected).mean() > 0.4
        np.testing.assert_allclose(getattr(found, symbol), expected, rtol=1e-12, atol=0.0, err_msg=symbol)


@RUN_HERE
def test_total_takes_the_greater_loss_only_where_it_is_local(kernel: str) -> None:
    x = rows(3000, 8)
    y = ck.chain(x, kernel)
    wall = np.where(x["local"] == 1, np.maximum(y.D_f_thin, y.D_f_ext), y.D_f_thin + y.D_f_ext)
    np.testing.assert_allclose(y.D_f_total, wall + y.D_f_scc, rtol=1e-15)


@RUN_HERE
def test_chunks_and_threads_move_no_bit(kernel: str) -> None:
    x = rows(5000)
    whole = ck.chain(x, kernel, chunk_rows=1 << 30)
    with team(3) as crew:
        parts = ck.chain(x, kernel, chunk_rows=333, each=crew.each)
    for symbol in ANSWERS:
        assert np.array_equal(getattr(whole, symbol), getattr(parts, symbol), equal_nan=True), symbol


REFUSED = (
    *((s, np.nan) for s in (*ck.RELEASE, *ck.AREA)),
    *((s, -1.0) for s in (*ck.RELEASE, *ck.AREA) if s != "T_s_C"),
    ("mass_inv_kg", 10.0),
    ("phase", 2.0),
    ("k_ratio", 1.0),
    ("MW", 0.0),
    ("component_type", float(index_of("component_type", "TANKBOTTOM"))),
    ("fluid", float(fluids().names.index("Water"))),
)


@RUN_HERE
@pytest.mark.parametrize(("symbol", "value"), REFUSED)
def test_what_a_procedure_refuses_has_no_area(kernel: str, symbol: str, value: float) -> None:
    x = {s: np.repeat(v[:1].astype(float), 3) for s, v in rows(1).items()} | good()
    x[symbol] = np.array([x[symbol][0], value, x[symbol][2]])
    found = ck.chain(x, kernel)
    for area in ("CA_cmd", "CA_inj", "CA"):
        assert np.isnan(getattr(found, area)).tolist() == [False, True, False], area


def good() -> dict[str, Any]:
    one = np.ones(3)
    return {
        **{s: np.nan * one for s in ck.GIVEN},
        "fluid": fluids().names.index("C6-C8") * one,
        "component_type": index_of("component_type", "DRUM") * one,
        "phase": one,
        "P_s_MPa": one,
        "T_s_C": 60.0 * one,
        "D_ref_mm": 1000.0 * one,
        "mass_comp_kg": 5000.0 * one,
    }


@RUN_HERE
@pytest.mark.parametrize(
    ("symbol", "value"), [("SVI", 7.0), ("SVI", np.nan), ("age_scc_y", -1.0), ("N_B_scc", 0.5), ("N_D_scc", 101.0)]
)
def test_what_cracking_refuses_has_no_factor(kernel: str, symbol: str, value: float) -> None:
    x = rows(3)
    x[symbol] = np.array([x[symbol][0], value, x[symbol][2]])
    found = ck.chain(x, kernel)
    assert np.isnan(found.D_f_scc).tolist() == [False, True, False]
    assert np.isnan(found.D_f_total).tolist() == [False, True, False]


def test_properties_may_be_left_out() -> None:
    x = {s: v for s, v in rows(100).items() if s not in ck.GIVEN}
    blank = x | {s: np.full(100, np.nan) for s in ck.GIVEN}
    assert np.array_equal(ck.chain(x).CA, ck.chain(blank).CA, equal_nan=True)


def test_no_rows_give_no_factors() -> None:
    assert ck.chain({s: [] for s in ck.COLUMNS}).CA.size == 0


def test_numba_is_refused_where_it_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "available", lambda: False)
    with pytest.raises(InputError):
        ck.chain(rows(2), "numba")
    assert ck.chain(rows(2)).kernel == "numpy"


def test_weights_are_the_generic_frequencies() -> None:
    x = {s: np.repeat(v[:1].astype(float), 3) for s, v in rows(1).items()} | good()
    by_hole = frequencies().by_hole[index_of("component_type", "DRUM")]
    assert np.isclose(by_hole.sum(), 3.06e-5)
    assert np.isfinite(ck.chain(x).CA).all()
