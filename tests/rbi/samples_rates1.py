"""Sample inputs of the first rate models and of the selection of a rate: every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import index_of
from integrity.rbi.rates import h2s_h2, hf
from integrity.rbi.rates.selection import MODELS
from tests.rbi.samples import NAN, rows_of

FLAGS = {"free_water": -1, "alkaline_agents": -1, "oxidants_present": -1, "galvanic_coupling": -1}
SPARE: dict[str, Any] = {
    **FLAGS,
    "rate_material": -1,
    "phase": -1,
    "h2_stream": -1,
    "residual_elements": -1,
    "rate_basis": -1,
    "rate_model": -1,
}


def material(name: str) -> int:
    return index_of("rate_material", name)


def basis(name: str) -> int:
    return index_of("rate_basis", name)


LIQUID, GAS = index_of("phase", "liquid"), index_of("phase", "gas")

HCL_BASE: dict[str, Any] = {"rate_material": material("carbon_steel"), "T_op_C": 60.0, "pH": 2.0, "free_water": 1}
ALLOY: dict[str, Any] = {"rate_material": material("alloy_625"), "pH": NAN, "chloride_ppmw": 6000.0}
ESTIMATE: dict[str, Any] = {"pH": NAN, "chloride_ppmw": 50.0, "alkaline_agents": 0}
HCL_CHANGES: list[dict[str, Any]] = [
    {},
    {"pH": 0.5, "T_op_C": 93.0},
    {"rate_material": material("347"), "pH": 6.5},
    {"free_water": -1},
    {"free_water": 0},
    {"free_water": 0, "rate_material": -1, "T_op_C": NAN, "pH": NAN},
    ESTIMATE,
    {**ESTIMATE, "chloride_ppmw": 0.5},
    {**ESTIMATE, "chloride_ppmw": 2.5},
    ALLOY,
    {**ALLOY, "rate_material": material("alloy_400"), "oxidants_present": 0},
    {**ALLOY, "rate_material": material("alloy_b2"), "oxidants_present": 1, "T_op_C": 38.0},
    # refused or lacking something
    {"rate_material": material("5Cr")},
    {"pH": NAN},
    {**ESTIMATE, "alkaline_agents": -1},
    {**ESTIMATE, "chloride_ppmw": 20000.0},
    {"pH": 7.0},
    {"pH": 0.2},
    {**ALLOY, "chloride_ppmw": 100.0},
    {**ALLOY, "chloride_ppmw": 20000.0},
    {**ALLOY, "rate_material": material("alloy_400")},
    {"T_op_C": 20.0},
    {"T_op_C": 120.0},
    {"T_op_C": NAN},
    {"rate_material": -1},
]

SULFIDIC_BASE: dict[str, Any] = {
    "rate_material": material("carbon_steel"),
    "T_op_C": 330.0,
    "sulfur_wt": 1.0,
    "TAN": 0.4,
    "velocity_m_s": 3.0,
    "phase": LIQUID,
}
SULFIDIC_CHANGES: list[dict[str, Any]] = [
    {},
    {"TAN": 0.1},
    {"TAN": 2.0},
    {"T_op_C": 220.0},
    {"T_op_C": 245.0},
    {"T_op_C": 430.0},
    {"velocity_m_s": 30.48},
    {"velocity_m_s": 40.0},
    {"rate_material": material("316"), "TAN": 3.0},
    {"rate_material": material("316L"), "TAN": 3.0, "Mo_wt": 2.1},
    {"rate_material": material("316L"), "TAN": 4.5, "Mo_wt": 2.6},
    {"rate_material": material("12Cr"), "phase": -1, "TAN": 0.2},
    # refused or lacking something
    {"rate_material": material("alloy_400")},
    {"sulfur_wt": -1.0},
    {"sulfur_wt": 0.1},
    {"sulfur_wt": 4.0},
    {"TAN": 5.0},
    {"T_op_C": 180.0},
    {"TAN": 2.0, "phase": GAS},
    {"TAN": 2.0, "phase": -1},
    {"velocity_m_s": NAN},
    {"TAN": NAN},
    {"rate_material": -1},
]

H2S_BASE: dict[str, Any] = {
    "rate_material": material("1.25Cr"),
    "T_op_C": 350.0,
    "H2S_mol": 0.05,
    "h2_stream": h2s_h2.STREAMS.index("naphtha"),
}
H2S_CHANGES: list[dict[str, Any]] = [
    {},
    {"h2_stream": h2s_h2.STREAMS.index("gas_oil")},
    {"h2_stream": h2s_h2.STREAMS.index("no_hydrocarbon")},
    {"rate_material": material("321"), "h2_stream": -1},
    {"rate_material": material("12Cr"), "H2S_mol": 1.0, "T_op_C": 524.0},
    {"rate_material": material("317")},
    {"H2S_mol": 0.001},
    {"H2S_mol": 2.0},
    {"T_op_C": 200.0},
    {"T_op_C": 600.0},
    {"h2_stream": -1},
    {"T_op_C": NAN},
]

SULFURIC_BASE: dict[str, Any] = {
    "rate_material": material("carbon_steel"),
    "T_op_C": 20.0,
    "H2SO4_wt": 94.5,
    "velocity_m_s": 0.5,
}
STEEL_304: dict[str, Any] = {"rate_material": material("304"), "T_op_C": 45.0, "velocity_m_s": 2.0}
B2: dict[str, Any] = {"rate_material": material("alloy_b2"), "T_op_C": 60.0, "velocity_m_s": 2.6, "H2SO4_wt": 50.0}
SULFURIC_CHANGES: list[dict[str, Any]] = [
    {},
    {"velocity_m_s": 0.61},
    STEEL_304,
    {**STEEL_304, "H2SO4_wt": 5.0, "velocity_m_s": 1.0},
    {**B2, "oxidants_present": 0},
    {**B2, "rate_material": material("alloy_20"), "velocity_m_s": 1.0},
    # refused or lacking something
    {"rate_material": material("5Cr")},
    {"H2SO4_wt": 40.0},
    {"T_op_C": 0.0},
    {"T_op_C": 80.0},
    {"velocity_m_s": 5.0},
    {**STEEL_304, "velocity_m_s": 0.1},
    {**STEEL_304, "H2SO4_wt": 76.0},
    {**B2, "oxidants_present": 1},
    B2,
    {"velocity_m_s": NAN},
]

HF_BASE: dict[str, Any] = {
    "rate_material": material("carbon_steel"),
    "T_op_C": 45.0,
    "HF_wt": 30.0,
    "velocity_m_s": 1.0,
}
HF_CHANGES: list[dict[str, Any]] = [
    {},
    {"velocity_m_s": 3.05},
    {"HF_wt": 80.5, "residual_elements": hf.RESIDUALS.index("low")},
    {"HF_wt": 90.0, "residual_elements": hf.RESIDUALS.index("high")},
    {"rate_material": material("alloy_400"), "oxidants_present": 0, "velocity_m_s": NAN},
    {"rate_material": material("alloy_400"), "oxidants_present": 1, "HF_wt": 85.0},
    # refused or lacking something
    {"rate_material": material("316")},
    {"HF_wt": -1.0},
    {"HF_wt": 0.5},
    {"T_op_C": 10.0},
    {"T_op_C": 120.0},
    {"galvanic_coupling": 1},
    {"velocity_m_s": NAN},
    {"HF_wt": 90.0},
    {"rate_material": material("alloy_400")},
]

SELECTION_BASE: dict[str, Any] = {
    "C_r_plant": 0.2,
    "rate_basis": basis("long_term"),
    "CR_LT": 0.2,
    "CR_ST": 0.15,
    "C_r_predicted": 0.5,
    "rate_model": MODELS.index("rate_sulfidic"),
    "n_unassessed": 0.0,
}
NO_READING: dict[str, Any] = {"C_r_plant": NAN, "rate_basis": basis("none"), "CR_LT": NAN, "CR_ST": NAN}
ONE_READING: dict[str, Any] = {"C_r_plant": 0.3, "rate_basis": basis("one_reading_estimate"), "CR_LT": NAN}
SELECTION_CHANGES: list[dict[str, Any]] = [
    {},
    {"CR_ST": 0.05},
    {"C_r_plant": 0.01},
    {"C_r_plant": 0.025, "rate_basis": basis("owner_minimum"), "CR_LT": 0.002},
    {"C_r_plant": 0.01, "rate_basis": basis("override")},
    NO_READING,
    {**NO_READING, "C_r_predicted": 0.01},
    ONE_READING,
    {**ONE_READING, "C_r_predicted": 0.1},
    {**ONE_READING, "C_r_predicted": NAN, "rate_model": -1},
    {"n_unassessed": 2.0},
    # refused or lacking something
    {**NO_READING, "C_r_predicted": NAN, "rate_model": -1},
    {**NO_READING, "n_unassessed": 1.0},
    {**NO_READING, "n_unassessed": 1.0, "C_r_predicted_bound": 0.9},
    {"C_r_plant": -0.1},
]

SAMPLES: dict[str, list[Any]] = {
    "api581.2016.rate_hcl": [(rows_of(HCL_BASE, HCL_CHANGES, SPARE), {})],
    "api581.2016.rate_sulfidic": [(rows_of(SULFIDIC_BASE, SULFIDIC_CHANGES, SPARE), {})],
    "api581.2016.rate_h2s_h2": [(rows_of(H2S_BASE, H2S_CHANGES, SPARE), {})],
    "api581.2016.rate_sulfuric": [(rows_of(SULFURIC_BASE, SULFURIC_CHANGES, SPARE), {})],
    "api581.2016.rate_hf": [(rows_of(HF_BASE, HF_CHANGES, SPARE), {})],
    "api581.2016.rate_selection": [(rows_of(SELECTION_BASE, SELECTION_CHANGES, SPARE), {})],
}

_GREATEST = {"rbi.rate_lookup": "greatest_cell"}
_US = {"rbi.rate_tables": "us"}
SETTINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "api581.2016.rate_hcl": (_GREATEST, {**_US, "rbi.hcl_chloride_gap": "refuse"}),
    "api581.2016.rate_sulfidic": (
        {**_GREATEST, "rbi.sulfidic_velocity_border": "above", "rbi.sulfidic_low_TAN": "refuse"},
        {**_US, "rbi.sulfidic_first_gap": "next_column"},
    ),
    "api581.2016.rate_h2s_h2": ({**_GREATEST, "rbi.h2s_h2_no_hydrocarbon": "naphtha"}, _US),
    "api581.2016.rate_sulfuric": (
        {**_GREATEST, "rbi.sulfuric_304_cell": "as_printed", "rbi.sulfuric_velocity_header": "m_s"},
        {**_US, "rbi.sulfuric_thinning_velocity": "body"},
    ),
    "api581.2016.rate_hf": ({**_GREATEST, "rbi.hf_above_81": "refuse"}, {**_US, "rbi.hf_thinning_type": "general"}),
}
