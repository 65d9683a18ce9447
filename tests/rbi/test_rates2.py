"""Behaviour of the further rate models: what they never do, their policies, and where they stand among the models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from integrity.core.codes import codes
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.group import groups_of
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.rates import (
    acid_sour_water,
    alkaline_sour_water,
    amine,
    co2,
    cooling_water,
    groundwater,
    oxidation,
    rate_models,
    soil,
    tank_bottom,
)
from integrity.rbi.rates.selection import predicted_rates
from tests.rbi import plants
from tests.rbi import samples_rates2 as s
from tests.rbi.samples import NAN

MODULES = (
    alkaline_sour_water,
    acid_sour_water,
    amine,
    oxidation,
    co2,
    cooling_water,
    groundwater,
    soil,
    tank_bottom,
)
KEYS = [m.KEY for m in MODULES]
BASES: dict[str, dict[str, Any]] = {
    alkaline_sour_water.KEY: s.ALKALINE_BASE,
    acid_sour_water.KEY: s.ACID_BASE,
    amine.KEY: s.AMINE_BASE,
    oxidation.KEY: s.OXIDATION_BASE,
    co2.KEY: s.CO2_BASE,
    cooling_water.KEY: s.COOLING_BASE,
    soil.KEY: s.SOIL_BASE,
    tank_bottom.KEY: s.BOTTOM_BASE,
}


def run(p: Procedure, changed: dict[str, Any] | None = None, **inputs: Any) -> Result:
    columns = {**BASES[p.key], **inputs}
    return p.run(columns, Settings(changed or {}))


def rate(p: Procedure, changed: dict[str, Any] | None = None, **inputs: Any) -> float:
    r = run(p, changed, **inputs)
    assert Verdict(int(r.verdict[0])) is Verdict.CALCULATED, reasons(p, r, 0)
    return float(r["C_r"][0])


def why(p: Procedure, changed: dict[str, Any] | None = None, **inputs: Any) -> tuple[Verdict, list[tuple[str, str]]]:
    r = run(p, changed, **inputs)
    return Verdict(int(r.verdict[0])), reasons(p, r, 0)


@pytest.mark.parametrize("key", KEYS)
def test_one_row_equals_the_row_of_many_and_chunks_do_not_matter(key: str) -> None:
    p = procedure(key)
    columns = {k: np.asarray(v) for k, v in s.SAMPLES[key][0][0].items()}
    whole = p.run(columns, DEFAULTS)
    half = whole.n // 2
    parts = [p.run({k: v[c] for k, v in columns.items()}, DEFAULTS) for c in (slice(0, half), slice(half, None))]
    for name, want in whole.columns.items():
        got = np.concatenate([x.columns[name] for x in parts])
        np.testing.assert_array_equal(got, want, err_msg=name)
    for row in range(whole.n):
        one = p.run({k: v[row : row + 1] for k, v in columns.items()}, DEFAULTS)
        assert (one.verdict[0], one.refused[0], one.missing[0]) == (
            whole.verdict[row],
            whole.refused[row],
            whole.missing[row],
        )
        np.testing.assert_array_equal(one["C_r"][0], whole["C_r"][row])


@pytest.mark.parametrize("key", KEYS)
def test_a_refused_row_has_no_rate_and_a_calculated_one_has_both_conclusions(key: str) -> None:
    p = procedure(key)
    for changed in ({}, *s.SETTINGS[key]):
        r = p.run(s.SAMPLES[key][0][0], Settings(changed))
        good = r.verdict == int(Verdict.CALCULATED)
        assert good.any() and (~good).any()
        assert np.isnan(r["C_r"][~good]).all() and (r["thinning_type"][~good] == -1).all()
        assert (r["C_r"][good] >= 0.0).all() and (r["thinning_type"][good] >= 0).all()
        np.testing.assert_array_equal(r["C_r"][good], r["C_r_bound"][good])


def test_each_model_is_registered_and_acts_where_accepted() -> None:
    models = {m.key: m for m in rate_models()}
    for module in MODULES:
        model = models[module.NAME]
        assert model is module.MODEL and model.procedure.key == f"api581.2016.{model.key}"
        assert model.applies is None


# --- outside a table nothing is extrapolated; a border is a bound only where it is not lower


@pytest.mark.parametrize(
    ("p", "inputs", "limit", "bound"),
    [
        (alkaline_sour_water.PROCEDURE, {"NH4HS_wt": 1.0}, "rates.NH4HS_in_table", True),
        (alkaline_sour_water.PROCEDURE, {"NH4HS_wt": 15.1}, "rates.NH4HS_in_table", False),
        (alkaline_sour_water.PROCEDURE, {"velocity_m_s": 1.0}, "rates.velocity_in_table", True),
        (alkaline_sour_water.PROCEDURE, {"velocity_m_s": 9.2}, "rates.velocity_in_table", False),
        (acid_sour_water.PROCEDURE, {"T_op_C": 20.0}, "rates.temperature_in_table", True),
        (acid_sour_water.PROCEDURE, {"T_op_C": 94.0}, "rates.temperature_in_table", False),
        (acid_sour_water.PROCEDURE, {"pH": 6.9}, "rates.pH_in_table", True),
        (acid_sour_water.PROCEDURE, {"pH": 4.6}, "rates.pH_in_table", False),
        (amine.PROCEDURE, {"T_op_C": 60.0}, "rates.temperature_in_table", True),
        (amine.PROCEDURE, {"T_op_C": 140.0}, "rates.temperature_in_table", False),
        (amine.PROCEDURE, {"acid_gas_loading": 0.8}, "rates.loading_in_table", False),
        (oxidation.PROCEDURE, {"T_metal_C": 490.0}, "rates.temperature_in_table", True),
        (oxidation.PROCEDURE, {"T_metal_C": 400.0}, "rates.oxidation_hot", False),
        (oxidation.PROCEDURE, {"T_metal_C": 720.0}, "rates.cell_printed", False),
        (co2.PROCEDURE, {"pH": 7.0}, "rates.pH_in_table", True),
        (co2.PROCEDURE, {"pH": 3.0}, "rates.pH_in_table", False),
        (co2.PROCEDURE, {"T_op_C": 10.0}, "rates.co2_temperature", True),
        (co2.PROCEDURE, {"T_op_C": 145.0}, "rates.co2_temperature", False),
        (co2.PROCEDURE, {"P_CO2_MPa": 5.0}, "rates.co2_pressure", False),
        (cooling_water.PROCEDURE, {"chloride_ppmw": 2.0}, "rates.chloride_in_table", True),
        (cooling_water.PROCEDURE, {"chloride_ppmw": 2e4}, "rates.chloride_in_table", False),
        (cooling_water.PROCEDURE, {"T_metal_C": 15.0}, "rates.temperature_in_table", True),
        (cooling_water.PROCEDURE, {"T_metal_C": 110.0}, "rates.temperature_in_table", False),
    ],
)
def test_outside_the_table(p: Procedure, inputs: dict[str, Any], limit: str, bound: bool) -> None:
    r = run(p, **inputs)
    assert Verdict(int(r.verdict[0])) is Verdict.NOT_APPLICABLE
    assert ("limit", limit) in reasons(p, r, 0)
    assert np.isnan(r["C_r"][0])
    assert np.isnan(r["C_r_bound"][0]) != bound


def test_a_border_bound_is_the_rate_at_the_border() -> None:
    p = alkaline_sour_water.PROCEDURE
    assert run(p, NH4HS_wt=0.5)["C_r_bound"][0] == rate(p, NH4HS_wt=2.0)
    assert run(amine.PROCEDURE, T_op_C=50.0)["C_r_bound"][0] == rate(amine.PROCEDURE, T_op_C=88.0)
    assert run(acid_sour_water.PROCEDURE, pH=7.0)["C_r_bound"][0] == rate(acid_sour_water.PROCEDURE, pH=6.75)


def test_what_nobody_states_is_the_greatest_in_the_bound() -> None:
    unknown = run(soil.PROCEDURE, T_op_C=NAN)
    assert Verdict(int(unknown.verdict[0])) is Verdict.INSUFFICIENT_DATA
    assert unknown["C_r_bound"][0] == rate(soil.PROCEDURE, T_op_C=60.0)
    pads = [rate(tank_bottom.PROCEDURE, tank_pad=i) for i in range(len(tank_bottom.PADS))]
    assert run(tank_bottom.PROCEDURE, tank_pad=-1)["C_r_bound"][0] == max(pads)
    types = [rate(tank_bottom.PROCEDURE, tank_bottom_type=i) for i in range(3)]
    assert run(tank_bottom.PROCEDURE, tank_bottom_type=-1)["C_r_bound"][0] >= max(types)
    assert run(acid_sour_water.PROCEDURE, O2_ppb=NAN)["C_r_bound"][0] == rate(acid_sour_water.PROCEDURE, O2_ppb=60.0)


# --- policies


def test_ammonia_limits_the_salt_unless_the_printed_formula_is_wanted() -> None:
    p = alkaline_sour_water.PROCEDURE
    excess = {"NH4HS_wt": NAN, "H2S_ppmw": 45000.0, "NH3_ppmw": 20000.0}
    assert run(p, **excess)["NH4HS_wt"][0] == pytest.approx(6.0, rel=1e-14)
    printed = run(p, {"rbi.rate_NH4HS_excess": "as_printed"}, **excess)
    assert printed["NH4HS_wt"][0] == pytest.approx(13.5, rel=1e-14)
    equal = {"NH4HS_wt": NAN, "H2S_ppmw": 40000.0, "NH3_ppmw": 20000.0}
    assert run(p, **equal)["NH4HS_wt"][0] == pytest.approx(6.0, rel=1e-14)


def test_two_phases_need_the_velocity_of_the_vapour() -> None:
    p = alkaline_sour_water.PROCEDURE
    verdict, found = why(p, phase=s.TWO_PHASE)
    assert verdict is Verdict.INSUFFICIENT_DATA and ("limit", "rates.v_sel_known") in found
    assert rate(p, phase=s.TWO_PHASE, velocity_m_s=1.0, vapour_velocity_m_s=5.0) == rate(p)


def test_pressure_factor_stops_at_zero_and_says_which_side() -> None:
    r = run(alkaline_sour_water.PROCEDURE, P_H2S_MPa=[0.1, 0.345, 0.621])
    np.testing.assert_allclose(r["F_P"], [0.0, 1.0, 2.0], rtol=1e-12)
    assert alkaline_sour_water.F_P_CASES[r["F_P_case"][0]] == "below_si"
    assert alkaline_sour_water.F_P_CASES[r["F_P_case"][2]] == "above_si"
    assert r["C_r"][0] == 0.0


def test_amine_policies() -> None:
    p = amine.PROCEDURE
    gap = {"acid_gas_loading": 0.12}
    assert rate(p, **gap) == rate(p, acid_gas_loading=0.15)
    assert rate(p, {"rbi.rate_amine_gap": "lean_row"}, **gap) == rate(p, acid_gas_loading=0.05)
    assert why(p, {"rbi.rate_amine_gap": "refuse"}, **gap)[0] is Verdict.NOT_APPLICABLE
    assert rate(p, HSAS_wt=4.0) == rate(p, HSAS_wt=5.0)
    assert rate(p, {"rbi.rate_amine_four": "middle"}, HSAS_wt=4.0) == rate(p, HSAS_wt=3.0)
    assert run(p, amine_wt=20.5)["F_strength"][0] == 1.5
    assert why(p, {"rbi.rate_amine_strength": "refuse"}, amine_wt=20.5)[0] is Verdict.NOT_APPLICABLE
    ppm = {"amine_type": s.MDEA, "amine_wt": 45.0}
    wide = {"rbi.rate_amine_acids": "wt_nodes"}
    assert amine.CONTAMINATION[run(p, HSAS_wt=0.5, **ppm)["contamination"][0]] == "high"
    assert amine.CONTAMINATION[run(p, wide, HSAS_wt=0.5, **ppm)["contamination"][0]] == "low"
    assert why(p, wide, HSAS_wt=4.1, **ppm)[0] is Verdict.NOT_APPLICABLE


def test_acid_sour_policies() -> None:
    p = acid_sour_water.PROCEDURE
    assert why(p, {"rbi.rate_acid_sour_chloride": "none"})[1] == [("limit", "rates.acid_sour_chloride")]
    nearest = {"rbi.rate_acid_sour_edge": "nearest_row"}
    assert rate(p, nearest, pH=4.6) == rate(p, pH=4.75)
    assert rate(p, nearest, pH=7.0) == rate(p, pH=6.75)
    assert why(p, nearest, pH=4.4)[0] is Verdict.NOT_APPLICABLE


def test_velocity_factor_of_acid_sour_water_jumps_where_it_is_printed_to_jump() -> None:
    r = run(acid_sour_water.PROCEDURE, velocity_m_s=[1.829, 1.83, 6.1, 6.11])
    np.testing.assert_allclose(r["F_V"], [1.0, 1.0006, 4.502, 5.0], rtol=1e-12)


def test_co2_screens_come_before_the_model() -> None:
    p = co2.PROCEDURE
    cases = {
        "resistant": {"rate_material": s.SS},
        "no_co2": {"CO2_mol": 0.0},
        "oil_wetted": {"liquid_hydrocarbon": 1, "water_cut_pct": 19.0, "velocity_m_s": 1.1},
        "dry": {"free_water": 0},
    }
    for case, inputs in cases.items():
        r = run(p, **inputs)
        assert co2.RATE_CASES[r["rate_case"][0]] == case and r["C_r"][0] == 0.0
    for inputs in ({"water_cut_pct": 20.0}, {"velocity_m_s": 1.0}, {"water_cut_pct": NAN}):
        oil = {"liquid_hydrocarbon": 1, "water_cut_pct": 19.0, "velocity_m_s": 1.1, **inputs}
        assert rate(p, **oil) > 0.0


def test_an_estimated_dew_point_dries_only_beyond_its_band() -> None:
    p = co2.PROCEDURE
    vapour = {"free_water": -1, "phase": s.GAS, "water_wt": 0.5}
    dew = float(run(p, **vapour)["T_dew_C"][0])
    names = {-6.0: "below_dew_point", -5.0: "unsure_wet", 5.0: "unsure_wet", 6.0: "above_dew_point"}
    for offset, name in names.items():
        r = run(p, **vapour, T_op_C=dew + offset)
        assert co2.MOISTURE_CASES[r["moisture_case"][0]] == name
        assert (r["C_r"][0] == 0.0) == (name == "above_dew_point")
    at = run(p, free_water=-1, T_dew_C=55.0, T_op_C=55.0)
    assert co2.MOISTURE_CASES[at["moisture_case"][0]] == "above_dew_point"


def test_glycol_and_inhibitor_do_not_multiply() -> None:
    p = co2.PROCEDURE
    both = rate(p, glycol_wt=50.0, F_inhibitor=0.2)
    assert both == rate(p, F_inhibitor=0.2) < rate(p, glycol_wt=50.0)
    assert run(p, glycol_wt=100.0)["F_glycol"][0] == 0.008


def test_exponent_of_the_shear_is_a_setting() -> None:
    p = co2.PROCEDURE
    for stress in (2.0, 100.0):
        r = run(p, {"rbi.rate_co2_exponent": "as_printed"}, S_Pa=stress, P_CO2_MPa=2.0)
        f = r["f_CO2_bar"][0]
        assert rate(p, S_Pa=stress, P_CO2_MPa=2.0) == max(
            r["C_r"][0], rate(p, {"rbi.rate_co2_exponent": "logarithm"}, S_Pa=stress, P_CO2_MPa=2.0)
        )
        other = rate(p, {"rbi.rate_co2_exponent": "logarithm"}, S_Pa=stress, P_CO2_MPa=2.0)
        ratio = (stress / 19.0) ** (0.0324 * (f - np.log10(f)))
        assert r["C_r"][0] / other == pytest.approx(ratio, rel=1e-12)


def test_cooling_water_takes_a_coupon_first_and_multiplies_only_local_attack() -> None:
    p = cooling_water.PROCEDURE
    assert rate(p, coupon_rate=0.02, thinning_given=0) == 0.02
    assert rate(p, coupon_rate=0.02, thinning_given=1) == pytest.approx(0.2, rel=1e-14)
    assert rate(p, {"rbi.rate_pit_multiplier": 5.0}, coupon_rate=0.02, thinning_given=1) == pytest.approx(0.1)
    assert rate(p, treated=1, thinning_given=0) == 0.0762
    assert rate(p, treated=1, thinning_given=1) == 0.381


def test_cooling_water_does_not_cross_doubtful_rows() -> None:
    p = cooling_water.PROCEDURE
    for inputs in ({"Ca_mg_L": 22.0}, {"MOA_mg_L": 31.0}, {"MOA_mg_L": 14.0}):
        verdict, found = why(p, **inputs)
        assert verdict is Verdict.NOT_APPLICABLE and ("limit", "rates.cooling_coefficients") in found
    across = run(p, {"rbi.rate_cooling_blank_rows": "linear"}, Ca_mg_L=20.0)
    assert across["C_w3"][0] == pytest.approx(0.8 + 4.5 / 9.5 * 0.2, rel=1e-12)
    refuse = {"rbi.rate_cooling_misordered": "refuse"}
    for T in (40.0, 41.0, 42.0, 95.0):
        assert why(p, refuse, T_metal_C=T)[1] == [("limit", "rates.cell_printed")]
        assert rate(p, T_metal_C=T) > 0.0


def test_soil_coating_is_the_product_of_its_factors() -> None:
    """The worked example of the standard prints 13.5 for factors whose product is 8.1."""
    tape = soil.COATINGS.index("mill_pe_tape_mastic")
    state = {"coating_age_y": 21.0, "coating_overheated": 1, "coating_neglected": 1}
    assert run(soil.PROCEDURE, soil_coating=tape, **state)["F_CE"][0] == pytest.approx(8.1, rel=1e-12)
    assert run(soil.PROCEDURE, soil_coating=tape, **{**state, "coating_age_y": 20.0})["F_age"][0] == 1.0


def test_shared_resistivities_take_the_greater_factor_unless_told() -> None:
    for module, high in ((soil, 0.6), (tank_bottom, 0.66)):
        r = run(module.PROCEDURE, soil_resistivity=[4.9, 5.0, 10.0, 20.0, 100.0, 101.0])
        np.testing.assert_array_equal(r["F_SR"], [1.5, 1.25, 1.25, 1.0, 0.83, high])
        r = run(module.PROCEDURE, {"rbi.rate_resistivity_edge": "higher"}, soil_resistivity=[10.0, 20.0])
        np.testing.assert_array_equal(r["F_SR"], [1.0, 0.83])


def test_protection_of_a_tank_bottom_counts_only_where_verified() -> None:
    p = tank_bottom.PROCEDURE
    best = tank_bottom.PROTECTION.index("per_api651")
    assert run(p, tank_protection=best, protection_verified=0)["F_prot"][0] == 1.0
    assert run(p, tank_protection=best)["F_prot"][0] == 1.0
    assert run(p, tank_protection=best, protection_verified=1)["F_prot"][0] == 0.33


def test_sides_of_a_tank_bottom_add_up_or_the_greater_governs() -> None:
    p = tank_bottom.PROCEDURE
    r = run(p, product_distribution=[0, 1, -1])
    a, b = r["C_r_soil"][0], r["C_r_product"][0]
    np.testing.assert_allclose(r["C_r"], [a + b, max(a, b), a + b], rtol=1e-15)
    few = {"soil_base_rate": 0.001, "product_base_rate": 0.001}
    assert rate(p, **few) == 0.0508
    assert rate(p, {"rbi.rate_bottom_minimum": "none"}, **few) < 0.0508


def test_groundwater_gives_a_class_and_no_rate_of_its_own() -> None:
    p = groundwater.PROCEDURE
    r = p.run({"rate_material": s.CS, "groundwater_rate": [0.029, 0.03, 0.25, 1.27, 1.28]}, DEFAULTS)
    names = [groundwater.CORROSIVITY[i] for i in r["corrosivity"]]
    assert names == ["low", "medium", "high", "high", "very_high"]
    np.testing.assert_array_equal(r["C_r"], r["groundwater_rate"])
    chemistry = p.run({"rate_material": s.CS, **s.SPECIES}, DEFAULTS)
    assert chemistry["TKS_mg_L"][0] == 280.0 and np.isnan(chemistry["C_r"][0])


def test_us_tables_are_another_rounding_of_the_same() -> None:
    for key, base in BASES.items():
        p = procedure(key)
        si = p.run(base, DEFAULTS)
        us = p.run(base, Settings({"rbi.rate_tables": "us"}))
        assert us["C_r"][0] == pytest.approx(si["C_r"][0], rel=0.2), key


# --- properties, each for the mechanism it belongs to


@examples(max_examples=60, deadline=None)
@given(a=st.floats(2.0, 15.0), b=st.floats(2.0, 15.0), v=st.floats(3.05, 9.14), w=st.floats(3.05, 9.14))
def test_more_salt_or_velocity_never_lowers_the_alkaline_rate(a: float, b: float, v: float, w: float) -> None:
    p = alkaline_sour_water.PROCEDURE
    low = rate(p, NH4HS_wt=min(a, b), velocity_m_s=min(v, w))
    assert rate(p, NH4HS_wt=max(a, b), velocity_m_s=max(v, w)) >= low * (1.0 - 1e-12)


@examples(max_examples=60, deadline=None)
@given(T=st.floats(38.0, 93.0), U=st.floats(38.0, 93.0), pH=st.floats(4.75, 6.75))
def test_hotter_acid_sour_water_never_corrodes_less(T: float, U: float, pH: float) -> None:
    p = acid_sour_water.PROCEDURE
    assert rate(p, T_op_C=max(T, U), pH=pH) >= rate(p, T_op_C=min(T, U), pH=pH) * (1.0 - 1e-12)


@examples(max_examples=60, deadline=None)
@given(T=st.floats(496.0, 1135.0), U=st.floats(496.0, 1135.0))
def test_hotter_metal_never_oxidises_less(T: float, U: float) -> None:
    r = run(oxidation.PROCEDURE, rate_material=s.material("310"), T_metal_C=[min(T, U), max(T, U)])
    assert r["C_r"][1] >= r["C_r"][0] * (1.0 - 1e-12)


@examples(max_examples=60, deadline=None)
@given(S=st.floats(0.1, 150.0), R=st.floats(0.1, 150.0), pH=st.floats(3.5, 6.5), q=st.floats(3.5, 6.5))
def test_more_shear_or_acid_never_lowers_the_co2_rate(S: float, R: float, pH: float, q: float) -> None:
    p = co2.PROCEDURE
    low = rate(p, S_Pa=min(S, R), pH=max(pH, q))
    assert rate(p, S_Pa=max(S, R), pH=min(pH, q)) >= low * (1.0 - 1e-12)


@examples(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_greatest_cell_is_never_below_linear(seed: int) -> None:
    r = np.random.default_rng(seed)
    greatest = {"rbi.rate_lookup": "greatest_cell"}
    inputs = {"acid_gas_loading": r.uniform(0.15, 0.7, 20), "T_op_C": r.uniform(88.0, 132.0, 20)}
    low, high = run(amine.PROCEDURE, **inputs), run(amine.PROCEDURE, greatest, **inputs)
    assert (high["C_r"] >= low["C_r"] * (1.0 - 1e-12)).all()


def case_with(facts: dict[str, Any], accepted: tuple[str, ...] = (), n: int = 3, **frames: Any) -> RiskCase:
    components, inspections, inputs = plants.many(n)
    components = replace(components, **{k: np.asarray(v) for k, v in frames.items()})
    damage = DamageFrame.from_columns(
        {
            "component_row": [i for i in range(n) for _ in accepted],
            "mechanism": [key for _ in range(n) for key in accepted],
            "decision": [0] * (n * len(accepted)),
        }
    )
    held = Facts(n).with_({k: np.asarray(v) for k, v in facts.items()})
    groups = groups_of(inspections.component_row, n)
    return RiskCase(components, inspections, groups, inputs, plants.TODAY, DEFAULTS, held, damage)


def test_adaptor_takes_facts_then_frames() -> None:
    facts = {
        "rate_material": np.array(["carbon_steel", "304", ""], dtype=object),
        "T_metal_C": [600.0, NAN, NAN],
        "T_op_C": [NAN, 550.0, NAN],
    }
    columns = oxidation.MODEL.columns(case_with(facts, T_op_C=[300.0, 300.0, 520.0]))
    np.testing.assert_array_equal(columns["T_metal_C"], [600.0, 550.0, 520.0])
    assert list(columns["rate_material"]) == [s.material("carbon_steel"), s.material("304"), -1]
    assert set(columns) == {x.symbol for x in oxidation.PROCEDURE.inputs}


def test_pipe_has_its_inside_diameter_in_the_co2_model() -> None:
    case = case_with({}, D_mm=[NAN, 500.0, NAN], D_o_mm=[219.1, NAN, NAN], t_nom_mm=[8.2, 10.0, 10.0])
    columns = co2.MODEL.columns(case)
    np.testing.assert_allclose(columns["D_mm"], [219.1 - 16.4, 500.0, NAN])
    np.testing.assert_array_equal(columns["P_op_MPa"], case.components.P_op_MPa)


def test_predicted_rate_of_accepted_models_is_the_greatest() -> None:
    texts = {
        "rate_material": "carbon_steel",
        "soil_profile": "saturated_coastal_clay",
        "cathodic_protection": "no_cp",
        "soil_coating": "bare",
        "cooling_system": "once_through_seawater",
    }
    facts: dict[str, Any] = {k: np.array([v] * 3, dtype=object) for k, v in texts.items()}
    facts |= {"velocity_m_s": [2.0, NAN, 0.1], "T_op_C": [30.0, 30.0, 30.0]}
    case = case_with(facts, ("rate_cooling_water", "rate_soil"))
    found = predicted_rates(case)
    np.testing.assert_allclose(found.C_r_predicted, [0.5901347970, 0.25, 0.25], rtol=1e-6)
    np.testing.assert_array_equal(found.n_accepted, [2.0, 2.0, 2.0])
    np.testing.assert_array_equal(found.n_unassessed, [0.0, 1.0, 0.0])
    names = [codes("rate_model")[i] for i in found.rate_model]
    assert names == ["rate_cooling_water", "rate_soil", "rate_soil"]
    assert np.isnan(found.C_r_bound[1]) and not np.isnan(found.C_r_bound[0])
