"""Properties of thinning, release and risk on random inputs, with a small tolerance near saturation."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from integrity.core.codes import index_of
from integrity.core.procedure import Result
from integrity.core.quantities import from_internal, to_internal
from integrity.core.settings import DEFAULTS
from integrity.rbi import risk as rk
from integrity.rbi.data import fluids
from integrity.rbi.mechanisms.thinning_plant import base_factors
from integrity.rbi.procedures import FLAMMABLE_AREA, RELEASE, THINNING
from tests.rbi.samples import AREA_BASE, BASE, RELEASE_BASE, fluid

# For a very great loss the reliability index tends to -3.5355: the factor comes back to 0.9998 of its ceiling.
SATURATION = 2.1e-4
few = settings(max_examples=40, deadline=None)
AUTO = [f for f in fluids().names if f in ("C1-C2", "C3-C4", "C6-C8", "C9-C12", "C17-C25", "H2", "H2S")]


def thinning(**changes: Any) -> Result:
    return THINNING.run({**BASE, **changes}, DEFAULTS)


def positive(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False, allow_infinity=False)


def not_less(high: float, low: float) -> bool:
    return high >= low * (1.0 - SATURATION)


walls = st.fixed_dictionaries(
    {
        "t_rdi_mm": positive(5.0, 40.0),
        "C_r": positive(0.0, 1.0),
        "age_tk_y": positive(0.0, 40.0),
        "t_req_mm": positive(1.0, 30.0),
        "P_MPa": positive(0.05, 5.0),
        "confidence": st.integers(0, 2),
        "N_A": st.integers(0, 3).map(float),
        "N_B": st.integers(0, 3).map(float),
        "N_C": st.integers(0, 3).map(float),
        "N_D": st.integers(0, 3).map(float),
    }
)


@few
@given(walls, positive(0.5, 0.999))
def test_thinner_is_never_safer(x: dict[str, Any], part: float) -> None:
    thick, thin = thinning(**x), thinning(**{**x, "t_rdi_mm": x["t_rdi_mm"] * part})
    assert not_less(thin["D_f_thin"][0], thick["D_f_thin"][0])


@few
@given(walls, positive(1.0, 3.0))
def test_more_pressure_never_lowers_the_factor(x: dict[str, Any], more: float) -> None:
    assert not_less(thinning(**{**x, "P_MPa": x["P_MPa"] * more})["D_f_thin"][0], thinning(**x)["D_f_thin"][0])


@few
@given(walls, positive(0.0, 30.0), positive(0.0, 0.5))
def test_more_time_or_rate_never_lowers_the_factor(x: dict[str, Any], years: float, rate: float) -> None:
    later = thinning(**{**x, "age_tk_y": x["age_tk_y"] + years, "C_r": x["C_r"] + rate})
    assert not_less(later["D_f_thin"][0], thinning(**x)["D_f_thin"][0])


@few
@given(walls, positive(1.0, 2.0))
def test_stronger_steel_never_raises_the_factor(x: dict[str, Any], more: float) -> None:
    strong = thinning(**{**x, "YS_MPa": 250.0 * more, "TS_MPa": 450.0 * more})
    assert not_less(thinning(**x)["D_f_thin"][0], strong["D_f_thin"][0])


@few
@given(walls, st.sampled_from("ABCD"))
def test_one_more_inspection_never_raises_the_factor(x: dict[str, Any], grade: str) -> None:
    more = thinning(**{**x, f"N_{grade}": x[f"N_{grade}"] + 1.0})
    assert not_less(thinning(**x)["D_f_thin"][0], more["D_f_thin"][0])


@few
@given(walls, st.integers(0, 2))
def test_a_better_inspection_never_raises_the_factor(x: dict[str, Any], i: int) -> None:
    worse, better = "BCD"[i], "ABC"[i]
    x = {**x, f"N_{worse}": x[f"N_{worse}"] + 1.0}
    swapped = {**x, f"N_{worse}": x[f"N_{worse}"] - 1.0, f"N_{better}": x[f"N_{better}"] + 1.0}
    assert not_less(thinning(**x)["D_f_thin"][0], thinning(**swapped)["D_f_thin"][0])


@few
@given(walls)
def test_more_confidence_never_raises_the_factor(x: dict[str, Any]) -> None:
    low, medium, high = (thinning(**{**x, "confidence": c})["D_f_thin"][0] for c in (0, 1, 2))
    assert not_less(low, medium) and not_less(medium, high)


@few
@given(walls)
def test_factor_lies_between_floor_and_ceiling(x: dict[str, Any]) -> None:
    r = thinning(**x)
    assert 0.1 <= r["D_f_thin"][0] <= 1.0 / 1.56e-4 * (1.0 + 1e-12)
    assert abs(r["Po_p1"][0] + r["Po_p2"][0] + r["Po_p3"][0] - 1.0) < 1e-12


@few
@given(walls)
def test_fast_form_equals_the_clauses(x: dict[str, Any]) -> None:
    r = thinning(**x)
    Po = np.stack([r[f"Po_p{s}"] for s in (1, 2, 3)])
    np.testing.assert_allclose(base_factors(r["A_rt"], r["SR_p"], Po), r["D_fB"], rtol=1e-12, atol=1e-300)


@few
@given(walls)
def test_unit_system_does_not_move_the_factor(x: dict[str, Any]) -> None:
    kinds = {"t_rdi_mm": ("thickness", "in"), "t_req_mm": ("thickness", "in"), "P_MPa": ("pressure", "psi")}
    there = {s: float(to_internal(from_internal(x[s], q, u), q, u)[0]) for s, (q, u) in kinds.items()}
    a, b = thinning(**x), thinning(**{**x, **there})
    np.testing.assert_allclose(a["D_f_thin"], b["D_f_thin"], rtol=1e-9)


@few
@given(st.lists(walls, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_order_and_company_do_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    columns = {s: np.array([r[s] for r in rows]) for s in rows[0]}
    order = list(range(len(rows)))
    random.shuffle(order)
    whole = thinning(**columns)
    mixed = thinning(**{s: v[order] for s, v in columns.items()})
    np.testing.assert_array_equal(whole["D_f_thin"][order], mixed["D_f_thin"])
    np.testing.assert_array_equal(whole["D_f_thin"][0], thinning(**rows[0])["D_f_thin"][0])


stores = st.fixed_dictionaries(
    {
        "fluid": st.sampled_from(AUTO).map(fluid),
        "phase": st.integers(0, 1),
        "hole": st.integers(0, 3),
        "P_s_MPa": positive(0.01, 8.0),
        "T_s_C": positive(0.0, 400.0),
        "mass_comp_kg": positive(10.0, 1e5),
        "mass_inv_kg": positive(1e5, 3e5),
        "detection": st.integers(0, 2),
        "isolation": st.integers(0, 2),
    }
)


def released(x: dict[str, Any]) -> Result:
    return RELEASE.run({**RELEASE_BASE, **x}, DEFAULTS)


@few
@given(stores, positive(1.0, 3.0))
def test_more_pressure_never_slows_the_release(x: dict[str, Any], more: float) -> None:
    a, b = released(x), released({**x, "P_s_MPa": x["P_s_MPa"] * more})
    assert b["W_n"][0] >= a["W_n"][0] * (1.0 - 1e-9)


@few
@given(stores, positive(1.0, 3.0))
def test_more_inventory_never_releases_less(x: dict[str, Any], more: float) -> None:
    a, b = released(x), released({**x, "mass_comp_kg": min(x["mass_comp_kg"] * more, 1e5)})
    assert b["mass_avail_kg"][0] >= a["mass_avail_kg"][0]
    assert b["mass_kg"][0] >= a["mass_kg"][0]


@few
@given(stores)
def test_mass_never_exceeds_what_is_there(x: dict[str, Any]) -> None:
    r = released(x)
    assert r["mass_kg"][0] <= r["mass_avail_kg"][0] <= x["mass_inv_kg"]
    assert r["rate_kg_s"][0] <= r["W_n"][0]


@few
@given(st.sampled_from(["none", "monitors", "foam_spray", "deluge_monitors"]), positive(0.01, 200.0), positive(20, 500))
def test_mitigation_never_widens_the_area(kind: str, rate: float, T: float) -> None:
    base = {**AREA_BASE, "rate_kg_s": rate, "T_s_C": T}
    plain = FLAMMABLE_AREA.run(base, DEFAULTS)
    less = FLAMMABLE_AREA.run({**base, "mitigation": index_of("mitigation", kind)}, DEFAULTS)
    for s in ("CA_cmd", "CA_inj"):
        assert less[s][0] <= plain[s][0]


@few
@given(positive(1e-9, 10.0), positive(1e-3, 1e6), positive(1.0, 10.0))
def test_more_probability_or_area_never_lowers_the_category(P_f: float, CA: float, more: float) -> None:
    def category(p: float, a: float) -> int:
        return int(rk.risk_columns(np.array([p]), np.array([a]), np.array([1.0]), DEFAULTS)["risk_category"][0])

    assert category(P_f * more, CA) >= category(P_f, CA)
    assert category(P_f, CA * more) >= category(P_f, CA)


@few
@given(positive(1e-3, 1e3))
def test_every_point_of_an_iso_line_has_its_risk(level: float) -> None:
    line = rk.iso_risk_lines(np.array([level]), (1.0, 1e4), 9)[0]
    np.testing.assert_allclose(line.CA * line.P_f, level, rtol=1e-12)
    assert line.CA[0] == 1.0 and line.CA[-1] == 1e4
