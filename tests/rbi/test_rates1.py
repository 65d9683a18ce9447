"""Rate models of hydrochloric, sulfuric and hydrofluoric acid, hot sulfidic and H2S/H2: behaviour and properties."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import working
from integrity.rbi.rates import h2s_h2, hcl, hf, sulfidic, sulfuric
from integrity.rbi.rates.printed import group_of_material, printed
from tests.rbi import samples_rates1 as s
from tests.rbi.samples_rates1 import SAMPLES, SETTINGS

MODELS = {m.KEY: m.PROCEDURE for m in (hcl, sulfidic, h2s_h2, sulfuric, hf)}
BASES = {
    hcl.KEY: s.HCL_BASE,
    sulfidic.KEY: s.SULFIDIC_BASE,
    h2s_h2.KEY: s.H2S_BASE,
    sulfuric.KEY: s.SULFURIC_BASE,
    hf.KEY: s.HF_BASE,
}
LOCAL, GENERAL = index_of("thinning_type", "local"), index_of("thinning_type", "general")


def run(p: Procedure, base: dict[str, Any], settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return p.run({**base, **changes}, settings)


def hcl_(**changes: Any) -> Result:
    return run(hcl.PROCEDURE, s.HCL_BASE, **changes)


def sulfidic_(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(sulfidic.PROCEDURE, s.SULFIDIC_BASE, settings, **changes)


def h2s(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(h2s_h2.PROCEDURE, s.H2S_BASE, settings, **changes)


def acid(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(sulfuric.PROCEDURE, s.SULFURIC_BASE, settings, **changes)


def hf_(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(hf.PROCEDURE, s.HF_BASE, settings, **changes)


@pytest.fixture(params=sorted(MODELS))
def sampled(request: pytest.FixtureRequest) -> tuple[Procedure, dict[str, Any], Result]:
    p = MODELS[request.param]
    columns = SAMPLES[request.param][0][0]
    return p, columns, p.run(columns, DEFAULTS)


def test_a_refused_row_has_no_rate_and_a_good_one_has_rate_and_type(
    sampled: tuple[Procedure, dict[str, Any], Result],
) -> None:
    _, _, r = sampled
    good = r.verdict == Verdict.CALCULATED
    assert good.any() and not good.all()
    assert np.isfinite(r["C_r"][good]).all() and (r["thinning_type"][good] >= 0).all()
    assert np.isnan(r["C_r"][~good]).all() and (r["thinning_type"][~good] == -1).all()
    assert np.isnan(r["C_r_bound"][good]).all()


def test_one_row_equals_the_row_of_many_and_chunks_do_not_matter(
    sampled: tuple[Procedure, dict[str, Any], Result],
) -> None:
    p, columns, r = sampled
    for start in range(0, r.n, 4):
        part = p.run({k: np.asarray(v)[start : start + 4] for k, v in columns.items()}, DEFAULTS)
        for x in p.outputs:
            np.testing.assert_array_equal(part[x.symbol], r[x.symbol][start : start + 4], err_msg=x.symbol)
        np.testing.assert_array_equal(part.refused, r.refused[start : start + 4])


def test_order_of_rows_does_not_matter(sampled: tuple[Procedure, dict[str, Any], Result]) -> None:
    p, columns, r = sampled
    order = np.random.default_rng(1).permutation(r.n)
    turned = p.run({k: np.asarray(v)[order] for k, v in columns.items()}, DEFAULTS)
    np.testing.assert_array_equal(turned["C_r"], r["C_r"][order])


def test_every_working_marks_the_table_as_unverified(sampled: tuple[Procedure, dict[str, Any], Result]) -> None:
    p, _, r = sampled
    shown = [x for x in working(p, r, 0) if x.symbol == "rate_table"]
    assert len(shown) == 1 and shown[0].unverified == ("rate_table",)
    assert shown[0].note_values["lookup_case"] == "linear"


def test_a_setting_of_each_model_prints(sampled: tuple[Procedure, dict[str, Any], Result]) -> None:
    p, _, _ = sampled
    assert set(p.settings) >= {"rbi.rate_lookup", "rbi.rate_tables"}
    assert {k for row in SETTINGS[p.key] for k in row} <= set(p.settings)


@pytest.mark.parametrize("key", sorted(MODELS))
def test_greatest_cell_is_never_below_linear(key: str) -> None:
    p, columns = MODELS[key], SAMPLES[key][0][0]
    linear, greatest = p.run(columns, DEFAULTS), p.run(columns, Settings({"rbi.rate_lookup": "greatest_cell"}))
    good = ~np.isnan(linear["C_r"])
    assert (greatest["C_r"][good] >= linear["C_r"][good] * (1.0 - 1e-12)).all()
    assert (greatest["C_r"][good] > linear["C_r"][good] * 1.05).any()


@pytest.mark.parametrize("key", sorted(MODELS))
def test_si_and_us_tables_agree_within_their_rounding(key: str) -> None:
    p, columns = MODELS[key], SAMPLES[key][0][0]
    si, us = p.run(columns, DEFAULTS), p.run(columns, Settings({"rbi.rate_tables": "us"}))
    good = ~np.isnan(si["C_r"]) & ~np.isnan(us["C_r"])
    assert good.sum() >= 4
    np.testing.assert_allclose(us["C_r"][good], si["C_r"][good], rtol=0.12, atol=0.02)
    assert (us["C_r"][good] != si["C_r"][good]).any()


def heated(p: Procedure, base: dict[str, Any], **changes: Any) -> np.ndarray:
    T = np.linspace(0.0, 560.0, 1500)
    rate: np.ndarray = run(p, base, **{**changes, "T_op_C": T})["C_r"]
    return rate[~np.isnan(rate)]


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        *(
            (hcl.KEY, {"rate_material": s.material(m), "pH": pH})
            for m in ("carbon_steel", "304")
            for pH in (0.5, 3.0, 6.8)
        ),
        *((hcl.KEY, {**s.ALLOY, "rate_material": s.material(m), "oxidants_present": 1}) for m in hcl.ALLOYS),
        *(
            (sulfidic.KEY, {"rate_material": s.material(m), "TAN": TAN})
            for m in ("carbon_steel", "2.25Cr", "5Cr", "7Cr", "321", "316", "317")
            for TAN in (0.0, 1.2, 4.0)
        ),
        *(
            (h2s_h2.KEY, {"rate_material": s.material(m), "H2S_mol": c})
            for m in ("3Cr", "5Cr", "7Cr", "9Cr", "12Cr", "347")
            for c in (0.002, 0.06, 1.0)
        ),
        *(
            (sulfuric.KEY, {"rate_material": s.material(m), "H2SO4_wt": 70.0, "velocity_m_s": v, "oxidants_present": 0})
            for m in ("carbon_steel", "316", "alloy_20", "alloy_c276", "alloy_b2")
            for v in (1.0, 2.0)
        ),
        *((hf.KEY, {"HF_wt": c, "residual_elements": 1}) for c in (1.0, 50.0, 80.5, 95.0)),
        *((hf.KEY, {"rate_material": s.material("alloy_400"), "oxidants_present": o}) for o in (0, 1)),
    ],
)
def test_hotter_never_lowers_the_rate(key: str, changes: dict[str, Any]) -> None:
    """Holds for these tables; the printed ones of 9Cr, 12Cr and type 304 in acid have cells that fall with heat."""
    rate = heated(MODELS[key], BASES[key], **changes)
    assert rate.size > 50 or key == sulfuric.KEY
    assert (np.diff(rate) >= -1e-12).all()


def test_printed_cells_that_fall_with_heat_are_kept() -> None:
    twelve = sulfidic_(rate_material=s.material("12Cr"), sulfur_wt=0.2, TAN=3.0, T_op_C=np.array([371.0, 399.0]))
    np.testing.assert_allclose(twelve["C_r"], [0.76, 0.64])


def test_more_acid_never_lowers_the_hydrochloric_rate() -> None:
    for m in ("carbon_steel", "347"):
        rate = hcl_(rate_material=s.material(m), pH=np.linspace(0.5, 6.8, 400))["C_r"]
        assert (np.diff(rate) <= 1e-12).all()
    for m in hcl.ALLOYS:
        changes = {**s.ALLOY, "rate_material": s.material(m), "oxidants_present": 1}
        rate = hcl_(**{**changes, "chloride_ppmw": np.linspace(5000.0, 10000.0, 200)})["C_r"]
        assert (np.diff(rate) >= -1e-12).all()


def test_more_velocity_never_lowers_the_rate() -> None:
    v = np.linspace(0.0, 60.0, 700)
    assert (np.diff(sulfidic_(velocity_m_s=v)["C_r"]) >= 0.0).all()
    rate = acid(velocity_m_s=np.linspace(0.0, 3.65, 300), T_op_C=40.0)["C_r"]
    assert (np.diff(rate) >= -1e-12).all() and not np.isnan(rate).any()
    rate = hf_(velocity_m_s=np.linspace(0.0, 6.0, 100))["C_r"]
    assert (np.diff(rate) >= 0.0).all()


# Outside a table: no rate, and a bound only where the border is the worse


@pytest.mark.parametrize(
    ("key", "changes", "limit", "bounded"),
    [
        (hcl.KEY, {"T_op_C": 37.9}, "rates.temperature_in_table", True),
        (hcl.KEY, {"T_op_C": 93.1}, "rates.temperature_in_table", False),
        (hcl.KEY, {"pH": 6.81}, "rates.pH_in_table", True),
        (hcl.KEY, {"pH": 0.49}, "rates.pH_in_table", False),
        (hcl.KEY, {"pH": 6.81, "T_op_C": 93.1}, "rates.pH_in_table", False),
        (hcl.KEY, {**s.ALLOY, "chloride_ppmw": 4999.0}, "rates.chloride_in_table", True),
        (hcl.KEY, {**s.ALLOY, "chloride_ppmw": 10001.0}, "rates.chloride_in_table", False),
        (sulfidic.KEY, {"T_op_C": 203.9}, "rates.sulfidic_onset", True),
        (sulfidic.KEY, {"TAN": 4.1}, "rates.TAN_in_table", False),
        (sulfidic.KEY, {"sulfur_wt": 0.19, "TAN": 0.2}, "rates.sulfur_in_table", True),
        (sulfidic.KEY, {"sulfur_wt": 0.19, "TAN": 1.0}, "rates.sulfur_in_table", False),
        (sulfidic.KEY, {"sulfur_wt": 3.1}, "rates.sulfur_in_table", False),
        (h2s_h2.KEY, {"H2S_mol": 0.0019}, "rates.H2S_in_table", True),
        (h2s_h2.KEY, {"H2S_mol": 1.01}, "rates.H2S_in_table", False),
        (h2s_h2.KEY, {"T_op_C": 217.0}, "rates.temperature_in_table", True),
        (h2s_h2.KEY, {"T_op_C": 525.0}, "rates.temperature_in_table", False),
        (sulfuric.KEY, {"H2SO4_wt": 61.9}, "rates.acid_in_table", False),
        (sulfuric.KEY, {"T_op_C": 5.9}, "rates.temperature_in_table", True),
        (sulfuric.KEY, {"T_op_C": 50.1}, "rates.temperature_in_table", False),
        (sulfuric.KEY, {**s.STEEL_304, "velocity_m_s": 0.6}, "rates.velocity_in_table", True),
        (sulfuric.KEY, {"velocity_m_s": 3.66}, "rates.velocity_in_table", False),
        (hf.KEY, {"HF_wt": 0.99}, "rates.acid_in_table", True),
        (hf.KEY, {"T_op_C": 26.0}, "rates.temperature_in_table", True),
        (hf.KEY, {"T_op_C": 93.5}, "rates.temperature_in_table", False),
    ],
)
def test_outside_a_table_nothing_is_extrapolated(key: str, changes: dict[str, Any], limit: str, bounded: bool) -> None:
    p = MODELS[key]
    r = run(p, BASES[key], **changes)
    assert Verdict(r.verdict[0]) is Verdict.NOT_APPLICABLE
    assert ("limit", limit) in reasons(p, r, 0)
    assert np.isnan(r["C_r"][0])
    assert np.isfinite(r["C_r_bound"][0]) == bounded


@pytest.mark.parametrize(
    ("key", "changes", "at_border"),
    [
        (hcl.KEY, {"T_op_C": 10.0}, {"T_op_C": 38.0}),
        (hcl.KEY, {"pH": 7.5}, {"pH": 6.8}),
        (hcl.KEY, {**s.ALLOY, "chloride_ppmw": 50.0}, {**s.ALLOY, "chloride_ppmw": 5000.0}),
        (sulfidic.KEY, {"T_op_C": 100.0}, {"T_op_C": 232.0}),
        (h2s_h2.KEY, {"T_op_C": 50.0, "H2S_mol": 0.0}, {"T_op_C": 218.0, "H2S_mol": 0.002}),
        (sulfuric.KEY, {"T_op_C": 0.0}, {"T_op_C": 6.0}),
        (hf.KEY, {"HF_wt": 0.2}, {"HF_wt": 1.0}),
    ],
)
def test_the_bound_is_the_border_of_the_table(key: str, changes: dict[str, Any], at_border: dict[str, Any]) -> None:
    p = MODELS[key]
    bound = run(p, BASES[key], **changes)["C_r_bound"][0]
    assert bound == pytest.approx(run(p, BASES[key], **at_border)["C_r"][0], rel=1e-12)


# Missing words: the row names them, and the bound is that of the worse word


@pytest.mark.parametrize(
    ("key", "base", "symbol", "worse"),
    [
        (hcl.KEY, {**s.ALLOY, "rate_material": s.material("alloy_400")}, "oxidants_present", 1),
        (hf.KEY, {"rate_material": s.material("alloy_400")}, "oxidants_present", 1),
        (hf.KEY, {"HF_wt": 90.0}, "residual_elements", hf.RESIDUALS.index("high")),
        (hf.KEY, {}, "velocity_m_s", 10.0),
        (sulfidic.KEY, {}, "velocity_m_s", 50.0),
        (h2s_h2.KEY, {}, "h2_stream", h2s_h2.STREAMS.index("gas_oil")),
    ],
)
def test_a_missing_word_is_named_and_bounded(key: str, base: dict[str, Any], symbol: str, worse: Any) -> None:
    p = MODELS[key]
    blank = np.nan if symbol == "velocity_m_s" else -1
    r = run(p, BASES[key], **{**base, symbol: blank})
    assert Verdict(r.verdict[0]) is Verdict.INSUFFICIENT_DATA
    assert reasons(p, r, 0) == [("missing", symbol)]
    assert np.isnan(r["C_r"][0])
    assert r["C_r_bound"][0] == pytest.approx(run(p, BASES[key], **{**base, symbol: worse})["C_r"][0], rel=1e-12)


@pytest.mark.parametrize("key", sorted(MODELS))
def test_a_material_without_a_table_has_no_rate(key: str) -> None:
    p, base = MODELS[key], BASES[key]
    every = np.arange(len(codes("rate_material")))
    asks = "oxidants_present" in {x.symbol for x in p.inputs}
    changes: dict[str, Any] = {"oxidants_present": 0} if asks else {}
    r = run(p, base, rate_material=every, **changes)
    covered = group_of_material(p.key.removeprefix("api581.2016."))[every] >= 0
    outside = np.array([("limit", "rates.material_in_table") in reasons(p, r, i) for i in range(r.n)])
    np.testing.assert_array_equal(outside, ~covered)
    assert 2 <= covered.sum() < every.size
    assert np.isnan(r["C_r"][~covered]).all() and np.isnan(r["C_r_bound"][~covered]).all()


# Hydrochloric acid


def test_no_water_no_hydrochloric_attack_and_unknown_water_is_water() -> None:
    r = hcl_(free_water=np.array([0, 1, -1]))
    assert r["C_r"][0] == 0.0 and r["C_r"][1] == r["C_r"][2] > 1.0
    assert (r["thinning_type"] == LOCAL).all()


@pytest.mark.parametrize(
    ("chloride", "pH"), [(0.0, 5.0), (0.999, 5.0), (1.0, 4.5), (2.0, 4.5), (3.0, 4.0), (120.0, 2.5), (12000.0, 0.5)]
)
def test_pH_of_a_chloride_band(chloride: float, pH: float) -> None:
    r = hcl_(**{**s.ESTIMATE, "chloride_ppmw": chloride})
    assert r["pH_used"][0] == pH
    assert Verdict(r.verdict[0]) is Verdict.CALCULATED


def test_between_two_bands_the_lower_pH_or_no_answer() -> None:
    r = hcl_(**{**s.ESTIMATE, "chloride_ppmw": 2.5})
    assert r["pH_used"][0] == 4.0 and codes_of(hcl.PROCEDURE, "chloride_case", r) == "in_gap"
    refused = hcl.PROCEDURE.run(
        {**s.HCL_BASE, **s.ESTIMATE, "chloride_ppmw": 2.5}, Settings({"rbi.hcl_chloride_gap": "refuse"})
    )
    assert np.isnan(refused["C_r"][0]) and refused["C_r_bound"][0] == pytest.approx(r["C_r"][0])


def codes_of(p: Procedure, symbol: str, r: Result, row: int = 0) -> str:
    param = next(x for x in p.outputs if x.symbol == symbol)
    return param.codes[int(r[symbol][row])]


def test_pH_is_not_estimated_beside_alkaline_agents() -> None:
    r = hcl_(**{**s.ESTIMATE, "alkaline_agents": np.array([0, 1, -1])})
    assert [Verdict(v) for v in r.verdict] == [Verdict.CALCULATED, Verdict.INSUFFICIENT_DATA, Verdict.INSUFFICIENT_DATA]
    assert r["C_r_bound"][1] == r["C_r_bound"][2] == r["C_r"][0]


def test_a_measured_pH_goes_before_the_chloride() -> None:
    r = hcl_(pH=4.0, chloride_ppmw=5000.0, alkaline_agents=0)
    assert r["pH_used"][0] == 4.0


def test_pitting_of_stainless_steel_is_not_multiplied_again() -> None:
    assert hcl_(rate_material=s.material("316"), pH=0.5, T_op_C=38.0)["C_r"][0] == 22.86


def test_greatest_printed_number_is_marked() -> None:
    r = hcl_(pH=np.array([0.5, 5.0]), T_op_C=38.0)
    assert list(r["rate_capped"]) == [1, 0]
    assert r["C_r"][0] == 25.37


# Sulfidic and naphthenic


def test_open_columns_and_the_first_gap() -> None:
    T = np.array([210.0, 232.0, 246.0, 260.0, 399.0, 399.5, 600.0])
    r = sulfidic_(T_op_C=T, sulfur_wt=0.2, TAN=0.3)
    np.testing.assert_allclose(r["C_r"], [0.03, 0.03, 0.055, 0.08, 1.27, 1.52, 1.52], rtol=1e-12)
    step = sulfidic_(Settings({"rbi.sulfidic_first_gap": "next_column"}), T_op_C=T, sulfur_wt=0.2, TAN=0.3)
    np.testing.assert_allclose(step["C_r"], [0.03, 0.03, 0.08, 0.08, 1.27, 1.52, 1.52], rtol=1e-12)


def test_velocity_factor_once_and_its_border_by_policy() -> None:
    r = sulfidic_(velocity_m_s=np.array([30.0, 30.48, 31.0]))
    np.testing.assert_allclose(r["C_r"] / r["C_tab"], [1.0, 5.0, 5.0], rtol=1e-12)
    r = sulfidic_(Settings({"rbi.sulfidic_velocity_border": "above"}), velocity_m_s=np.array([30.0, 30.48, 31.0]))
    np.testing.assert_allclose(r["f_velocity"], [1.0, 1.0, 5.0])


def test_border_velocity_survives_a_change_of_units() -> None:
    assert sulfidic_(velocity_m_s=100.0 * 0.3048)["f_velocity"][0] == 5.0
    assert sulfidic_(velocity_m_s=30.480000000000004)["f_velocity"][0] == 5.0


def test_low_acid_number_takes_the_first_row_or_none() -> None:
    r = sulfidic_(TAN=np.array([0.0, 0.3]))
    assert r["C_r"][0] == r["C_r"][1]
    refused = sulfidic_(Settings({"rbi.sulfidic_low_TAN": "refuse"}), TAN=0.0)
    assert np.isnan(refused["C_r"][0]) and refused["C_r_bound"][0] == r["C_r"][0]


def test_first_row_holds_the_least_rates_of_every_table() -> None:
    """What makes the first row safe for less acid, and the first column safe for a cooler wall."""
    cells = printed("rate_sulfidic").grid.cells
    for table in cells[:-1]:
        body = table[:-1, :-1, :-1]
        filled = ~np.isnan(body)
        least = np.where(filled, body, np.inf)
        for axis, first in ((1, least[:, :1]), (2, least[:, :, :1])):
            assert (np.broadcast_to(first, least.shape)[filled] <= least[filled]).all(), axis
        assert (least[:, 0].min(axis=0) == least[0, 0]).all()


def test_molybdenum_of_type_316() -> None:
    m = s.material("316")
    r = sulfidic_(rate_material=m, TAN=4.0, Mo_wt=np.array([np.nan, 2.49, 2.5, 3.0]), T_op_C=399.0)
    assert [codes_of(sulfidic.PROCEDURE, "Mo_case", r, i) for i in range(4)] == [
        "assumed_low",
        "given",
        "given",
        "given",
    ]
    assert r["rate_table"][0] == r["rate_table"][1] != r["rate_table"][2] == r["rate_table"][3]
    assert r["rate_table"][2] == sulfidic_(rate_material=s.material("317"))["rate_table"][0]


def test_naphthenic_attack_needs_liquid_and_is_local() -> None:
    r = sulfidic_(TAN=np.array([0.5, 0.51, 0.51, 0.5]), phase=np.array([s.GAS, s.GAS, s.LIQUID, -1]))
    assert [Verdict(v) for v in r.verdict] == [
        Verdict.CALCULATED,
        Verdict.NOT_APPLICABLE,
        Verdict.CALCULATED,
        Verdict.CALCULATED,
    ]
    assert (r["thinning_type"][0], r["thinning_type"][2]) == (GENERAL, LOCAL)


# H2S/H2


def test_without_hydrocarbon_the_higher_rows_unless_set() -> None:
    names = [h2s_h2.STREAMS.index(x) for x in ("naphtha", "gas_oil", "no_hydrocarbon")]
    r = h2s(h2_stream=np.array(names))
    assert r["C_r"][0] < r["C_r"][1] == r["C_r"][2]
    low = h2s(Settings({"rbi.h2s_h2_no_hydrocarbon": "naphtha"}), h2_stream=names[2])
    assert low["C_r"][0] == r["C_r"][0]


def test_hydrogen_sulfide_is_percent_by_mole() -> None:
    r = h2s(H2S_mol=0.002, T_op_C=524.0, rate_material=s.material("carbon_steel"))
    assert r["C_r"][0] == 0.46
    assert (h2s()["thinning_type"] == GENERAL).all()


# Sulfuric acid


def test_velocity_heading_of_the_si_table() -> None:
    m_s, ft_s = Settings({"rbi.sulfuric_velocity_header": "m_s"}), DEFAULTS
    assert acid(ft_s, velocity_m_s=1.0)["C_r"][0] > acid(m_s, velocity_m_s=1.0)["C_r"][0]
    assert acid(m_s, velocity_m_s=12.0)["C_r"][0] > 0.0 and np.isnan(acid(ft_s, velocity_m_s=12.0)["C_r"][0])


def test_disputed_cell_is_refused_with_its_neighbours_as_bound() -> None:
    x = {**s.STEEL_304, "H2SO4_wt": 76.0}
    r = acid(**x)
    assert ("limit", "rates.disputed_cell") in reasons(sulfuric.PROCEDURE, r, 0)
    assert r["C_r_bound"][0] == 25.37
    literal = acid(Settings({"rbi.sulfuric_304_cell": "as_printed"}), **x)
    assert 2.51 < literal["C_r"][0] < 25.37 and codes_of(sulfuric.PROCEDURE, "cell_case", literal) == "disputed"


def test_on_the_disputed_cell_alone_there_is_no_bound() -> None:
    r = acid(**{**s.STEEL_304, "H2SO4_wt": 75.0, "T_op_C": 40.0, "velocity_m_s": 2.13})
    assert np.isnan(r["C_r"][0]) and np.isnan(r["C_r_bound"][0])


@pytest.mark.parametrize(("material", "border"), [("carbon_steel", 0.61), ("316", 1.22), ("alloy_20", 1.83)])
def test_thinning_is_local_from_the_border_velocity_on(material: str, border: float) -> None:
    v = np.array([border - 0.01, border, border + 0.01])
    T = {"carbon_steel": 20.0, "316": 35.0, "alloy_20": 60.0}[material]
    r = acid(rate_material=s.material(material), velocity_m_s=v, T_op_C=T, H2SO4_wt=70.0)
    assert list(r["thinning_type"]) == [GENERAL, LOCAL, LOCAL]


def test_alloy_b2_with_oxidants_has_no_rate_and_no_bound() -> None:
    r = acid(**{**s.B2, "oxidants_present": np.array([0, 1, -1])})
    assert [Verdict(v) for v in r.verdict] == [Verdict.CALCULATED, Verdict.NOT_APPLICABLE, Verdict.INSUFFICIENT_DATA]
    assert np.isnan(r["C_r_bound"]).all()


# Hydrofluoric acid


def test_concentrated_acid_takes_the_last_column_or_none() -> None:
    r = hf_(HF_wt=np.array([81.0, 95.0]), residual_elements=0)
    assert r["C_r"][0] == r["C_r"][1]
    refused = hf_(Settings({"rbi.hf_above_81": "refuse"}), HF_wt=95.0, residual_elements=0)
    assert np.isnan(refused["C_r"][0]) and np.isnan(refused["C_r_bound"][0])


def test_residual_elements_count_only_where_the_last_column_is_used() -> None:
    r = hf_(HF_wt=np.array([80.0, 80.5]), residual_elements=-1)
    assert Verdict(r.verdict[0]) is Verdict.CALCULATED and Verdict(r.verdict[1]) is Verdict.INSUFFICIENT_DATA


def test_velocity_of_the_border_is_high() -> None:
    r = hf_(velocity_m_s=np.array([3.04, 3.05, 3.06]), HF_wt=1.0, T_op_C=27.0)
    np.testing.assert_allclose(r["C_r"], [0.05, 0.51, 0.51])


def test_galvanic_coupling_has_no_rate() -> None:
    r = hf_(galvanic_coupling=np.array([0, 1, -1]))
    assert [Verdict(v) for v in r.verdict] == [Verdict.CALCULATED, Verdict.NOT_APPLICABLE, Verdict.CALCULATED]


def test_thinning_type_of_hydrofluoric_acid_is_a_setting() -> None:
    assert hf_()["thinning_type"][0] == LOCAL
    assert hf_(Settings({"rbi.hf_thinning_type": "general"}))["thinning_type"][0] == GENERAL
