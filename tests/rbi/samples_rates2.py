"""Sample inputs of the further rate models: every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import index_of
from integrity.core.procedure import Procedure
from integrity.rbi.rates import (
    acid_sour_water,
    alkaline_sour_water,
    amine,
    co2,
    cooling_water,
    groundwater,
    oxidation,
    soil,
    tank_bottom,
)
from tests.rbi.samples import NAN, rows_of


def material(name: str) -> int:
    return index_of("rate_material", name)


def spare(procedure: Procedure) -> dict[str, Any]:
    """Blank of each input of a procedure."""
    return {p.symbol: -1 if p.quantity in ("code", "flag") else NAN for p in procedure.inputs}


def rows(procedure: Procedure, base: dict[str, Any], changes: list[dict[str, Any]]) -> dict[str, Any]:
    return rows_of(base, changes, spare(procedure))


CS, LOW, SS, MONEL = (material(m) for m in ("carbon_steel", "low_alloy", "316L", "alloy_400"))
TWO_PHASE = index_of("phase", "two_phase")
GAS = index_of("phase", "gas")

ALKALINE_BASE: dict[str, Any] = {
    "rate_material": CS,
    "free_water": 1,
    "pH": 8.6,
    "NH4HS_wt": 6.0,
    "velocity_m_s": 5.0,
    "P_op_MPa": 0.4,
    "H2S_mol": 30.0,
}
ALKALINE_CHANGES: list[dict[str, Any]] = [
    {},
    {"free_water": -1},
    {"free_water": 0, "pH": NAN, "NH4HS_wt": NAN, "velocity_m_s": NAN, "P_op_MPa": NAN},
    {"NH4HS_wt": NAN, "H2S_ppmw": 30000.0, "NH3_ppmw": 20000.0},
    {"NH4HS_wt": NAN, "H2S_ppmw": 45000.0, "NH3_ppmw": 20000.0},
    {"NH4HS_wt": NAN, "H2S_ppmw": 40000.0, "NH3_ppmw": 20000.0},
    {"P_H2S_MPa": 0.5},
    {"P_H2S_MPa": 0.05},
    {"phase": TWO_PHASE, "velocity_m_s": 1.0, "vapour_velocity_m_s": 8.0},
    {"NH4HS_wt": 2.0, "velocity_m_s": 3.05},
    {"NH4HS_wt": 15.0, "velocity_m_s": 9.14},
    {"NH4HS_wt": 10.0, "velocity_m_s": 6.1},
    # refused or lacking something
    {"rate_material": LOW},
    {"pH": 7.0},
    {"pH": NAN},
    {"NH4HS_wt": NAN, "H2S_ppmw": 1000.0},
    {"velocity_m_s": NAN},
    {"phase": TWO_PHASE},
    {"H2S_mol": NAN},
    {"NH4HS_wt": 1.0},
    {"NH4HS_wt": 16.0},
    {"velocity_m_s": 1.0},
    {"velocity_m_s": 9.2},
    {"rate_material": -1},
]

ACID_BASE: dict[str, Any] = {
    "rate_material": CS,
    "free_water": 1,
    "pH": 5.5,
    "T_op_C": 60.0,
    "chloride_ppmw": 10.0,
    "O2_ppb": 20.0,
    "velocity_m_s": 1.0,
}
ACID_CHANGES: list[dict[str, Any]] = [
    {},
    {"chloride_ppmw": 0.0},
    {"chloride_ppmw": 0.0, "O2_ppb": 60.0},
    {"chloride_ppmw": 0.0, "velocity_m_s": 4.0},
    {"chloride_ppmw": 0.0, "velocity_m_s": 7.0, "T_op_C": 93.0},
    {"free_water": -1, "rate_material": LOW},
    {"free_water": 0, "pH": NAN, "T_op_C": NAN, "chloride_ppmw": NAN, "O2_ppb": NAN, "velocity_m_s": NAN},
    {"rate_material": SS, "pH": NAN, "chloride_ppmw": NAN},
    {"O2_ppb": 50.0},
    {"O2_ppb": 60.0},
    {"velocity_m_s": 1.83},
    {"velocity_m_s": 6.09},
    {"velocity_m_s": 7.0},
    {"pH": 4.75, "T_op_C": 38.0},
    {"pH": 6.75, "T_op_C": 93.0, "chloride_ppmw": 0.0},
    # refused or lacking something
    {"pH": 4.4},
    {"pH": 7.1},
    {"pH": 4.6},
    {"pH": 7.0},
    {"chloride_ppmw": 50.0},
    {"T_op_C": 30.0},
    {"T_op_C": 95.0},
    {"O2_ppb": NAN},
    {"velocity_m_s": NAN},
    {"chloride_ppmw": NAN},
    {"pH": NAN},
]

AMINE_BASE: dict[str, Any] = {
    "rate_material": CS,
    "amine_type": amine.AMINES.index("mea"),
    "amine_wt": 18.0,
    "acid_gas_loading": 0.4,
    "HSAS_wt": 1.0,
    "T_op_C": 110.0,
    "velocity_m_s": 1.0,
}
DEA, MDEA = amine.AMINES.index("dea"), amine.AMINES.index("mdea")
AMINE_CHANGES: list[dict[str, Any]] = [
    {},
    {"velocity_m_s": 2.0},
    {"acid_gas_loading": 0.05, "velocity_m_s": 6.0},
    {"acid_gas_loading": 0.05, "velocity_m_s": 7.0},
    {"acid_gas_loading": 0.12},
    {"acid_gas_loading": 0.1},
    {"acid_gas_loading": 0.15, "T_op_C": 88.0},
    {"acid_gas_loading": 0.7, "T_op_C": 132.0},
    {"HSAS_wt": 3.0, "amine_wt": 23.0},
    {"HSAS_wt": 4.0, "amine_wt": 30.0},
    {"HSAS_wt": 5.0, "amine_wt": 20.5},
    {"amine_type": DEA, "amine_wt": 30.5, "rate_material": LOW},
    {"amine_type": DEA, "amine_wt": 35.0},
    {"amine_type": DEA, "amine_wt": 50.0},
    {"amine_type": MDEA, "amine_wt": 45.0, "HSAS_wt": 0.04},
    {"amine_type": MDEA, "amine_wt": 50.0, "HSAS_wt": 0.3},
    {"amine_type": MDEA, "amine_wt": 50.0, "HSAS_wt": 2.25},
    {"rate_material": SS, "acid_gas_loading": 0.3, "amine_wt": NAN, "HSAS_wt": NAN, "velocity_m_s": NAN},
    {"rate_material": SS, "acid_gas_loading": 0.7, "T_op_C": 148.0},
    # refused or lacking something
    {"rate_material": MONEL},
    {"amine_wt": 0.0},
    {"amine_type": MDEA, "amine_wt": 51.0},
    {"HSAS_wt": -1.0},
    {"acid_gas_loading": 0.71},
    {"rate_material": SS, "acid_gas_loading": 0.05},
    {"T_op_C": 80.0},
    {"T_op_C": 133.0},
    {"rate_material": SS, "T_op_C": 150.0},
    {"amine_type": -1},
    {"HSAS_wt": NAN},
    {"velocity_m_s": NAN},
]

OXIDATION_BASE: dict[str, Any] = {"rate_material": CS, "T_metal_C": 560.0, "oxygen_present": 1}
OXIDATION_CHANGES: list[dict[str, Any]] = [
    {},
    *({"rate_material": material(m), "T_metal_C": 700.0} for m in ("9Cr", "12Cr", "304", "309", "HK", "HP")),
    *({"rate_material": material(m)} for m in ("1.25Cr", "2.25Cr", "5Cr", "7Cr", "310", "alloy_800H")),
    {"T_metal_C": 579.0},
    {"rate_material": material("310"), "T_metal_C": 1135.0},
    # refused or lacking something
    {"rate_material": MONEL},
    {"oxygen_present": 0},
    {"oxygen_present": -1},
    {"T_metal_C": 400.0},
    {"T_metal_C": 490.0},
    {"T_metal_C": 700.0},
    {"rate_material": material("310"), "T_metal_C": 1200.0},
    {"T_metal_C": NAN},
]

CO2_BASE: dict[str, Any] = {
    "rate_material": CS,
    "P_op_MPa": 3.0,
    "CO2_mol": 4.0,
    "T_op_C": 55.0,
    "free_water": 1,
    "pH": 5.2,
    "S_Pa": 30.0,
}
FLOW: dict[str, Any] = {
    "S_Pa": NAN,
    "D_mm": 200.0,
    "density": 120.0,
    "velocity_m_s": 6.0,
    "mu_Pa_s": 1.5e-5,
    "e_D": 2e-4,
}
OIL: dict[str, Any] = {"liquid_hydrocarbon": 1, "water_cut_pct": 10.0, "velocity_m_s": 2.0}
VAPOUR: dict[str, Any] = {"free_water": -1, "phase": GAS, "water_wt": 0.5}
CO2_CHANGES: list[dict[str, Any]] = [
    {},
    {"rate_material": LOW, "Cr_wt": 2.0, "pH": NAN, "water_type": 0},
    {"pH": NAN, "water_type": 1, **FLOW},
    {"pH": NAN, "water_type": 2, "P_CO2_MPa": 0.2},
    {"rate_material": material("5Cr"), "Cr_wt": 5.0},
    {"rate_material": material("12Cr"), "Cr_wt": 13.0},
    {"rate_material": SS, "Cr_wt": 17.0},
    {"CO2_mol": 0.0},
    OIL,
    {**OIL, "velocity_m_s": 1.0},
    {**OIL, "water_cut_pct": NAN},
    {**OIL, "water_cut_pct": 20.0},
    {"free_water": 0},
    {"free_water": -1},
    {"free_water": -1, "T_dew_C": 60.0},
    {"free_water": -1, "T_dew_C": 55.0},
    {"free_water": -1, "T_dew_C": 50.0},
    {**VAPOUR, "T_op_C": 40.0, "P_sat_MPa": 0.0074},
    {**VAPOUR, "T_op_C": 120.0},
    {**VAPOUR, "T_op_C": 72.0},
    {"S_Pa": 200.0, "glycol_wt": 40.0},
    {"S_Pa": 0.0, "F_inhibitor": 0.1},
    {"glycol_wt": 100.0},
    {"T_op_C": 20.0, "pH": 3.5},
    {"T_op_C": 140.0, "pH": 6.5},
    {"T_op_C": 85.0},
    {"T_op_C": 80.0},
    {"T_op_C": 90.0},
    # refused or lacking something
    {"rate_material": MONEL},
    {"rate_material": material("12Cr"), "Cr_wt": 12.0},
    {"rate_material": material("9Cr")},
    {"CO2_mol": NAN},
    {"T_op_C": NAN},
    {"pH": NAN},
    {"S_Pa": NAN},
    {**FLOW, "velocity_m_s": 0.001},
    {"P_CO2_MPa": 4.5},
    {"T_op_C": 19.0},
    {"T_op_C": 145.0},
    {"pH": 3.4},
    {"pH": 6.6},
    {"glycol_wt": 101.0},
    {"F_inhibitor": 1.5},
]

COOLING_BASE: dict[str, Any] = {
    "rate_material": CS,
    "cooling_system": 0,
    "treated": 0,
    "velocity_m_s": 1.5,
    "pH": 8.0,
    "MIC_control": 1,
    "deposits": 0,
    "chloride_ppmw": 300.0,
    "T_metal_C": 50.0,
    "T_op_C": 40.0,
    "TDS_mg_L": 300.0,
    "Ca_mg_L": 110.0,
    "MOA_mg_L": 90.0,
}
SEA, ONCE = cooling_water.SYSTEMS.index("once_through_seawater"), cooling_water.SYSTEMS.index("once_through_fresh")
COOLING_CHANGES: list[dict[str, Any]] = [
    {},
    {"TDS_mg_L": 600.0, "cooling_system": 1},
    {"pH_sat": 6.5, "velocity_m_s": 0.5},
    {"pH_sat": 7.5, "velocity_m_s": 0.3, "thinning_given": 0},
    {"velocity_m_s": 3.0, "cooling_system": ONCE},
    {"coupon_rate": 0.02, "cooling_system": -1, "velocity_m_s": NAN},
    {"coupon_rate": 0.02, "thinning_given": 0},
    {"cooling_system": SEA, "velocity_m_s": 2.0},
    {"treated": 1, "rate_material": LOW},
    {"treated": 1, "thinning_given": 1},
    {"rate_material": SS},
    {"pH_sat": 7.0, "T_metal_C": 80.0},
    {"pH_sat": 7.0, "T_metal_C": 60.0},
    # refused or lacking something
    {"rate_material": LOW},
    {"MIC_control": 0},
    {"deposits": 1},
    {"deposits": -1},
    {"pH": 6.0},
    {"velocity_m_s": 6.2},
    {"treated": 1, "cooling_system": ONCE},
    {"treated": 1, "cooling_system": SEA},
    {"cooling_system": ONCE, "chloride_ppmw": 1000.0},
    {"Ca_mg_L": NAN},
    {"Ca_mg_L": 20.0},
    {"MOA_mg_L": 12.5},
    {"TDS_mg_L": 2000.0},
    {"pH_sat": 3.0},
    {"chloride_ppmw": 3.0, "pH_sat": 7.0},
    {"chloride_ppmw": 20000.0, "pH_sat": 7.0},
    {"T_metal_C": 20.0, "pH_sat": 7.0},
    {"T_metal_C": 42.0, "pH_sat": 7.0},
    {"T_metal_C": 66.5, "pH_sat": 7.0},
    {"T_metal_C": NAN},
]

GROUNDWATER_BASE: dict[str, Any] = {"rate_material": CS, "groundwater_rate": 0.1}
SPECIES: dict[str, Any] = {f"{s}_mg_L": 10.0 * (i + 1) for i, s in enumerate(groundwater.SPECIES)}
GROUNDWATER_CHANGES: list[dict[str, Any]] = [
    {**SPECIES},
    {"groundwater_rate": 0.02, "thinning_given": 0},
    {"groundwater_rate": 0.03},
    {"groundwater_rate": 0.25},
    {"groundwater_rate": 1.0},
    {"groundwater_rate": 2.0},
    {"groundwater_rate": -0.1},
    {"rate_material": SS},
    {"groundwater_rate": NAN},
]

SOIL_BASE: dict[str, Any] = {
    "rate_material": CS,
    "soil_profile": 1,
    "soil_resistivity": 15.0,
    "T_op_C": 30.0,
    "cathodic_protection": 1,
    "soil_coating": 0,
}
COATED: dict[str, Any] = {"coating_age_y": 25.0, "coating_overheated": 1, "coating_neglected": 0}
SOIL_CHANGES: list[dict[str, Any]] = [
    {},
    *({"soil_coating": i, **COATED, "soil_profile": i % 3} for i in range(1, len(soil.COATINGS))),
    *({"cathodic_protection": i, "T_op_C": 49.0} for i in range(len(soil.PROTECTION))),
    *({"soil_resistivity": r} for r in (4.0, 5.0, 10.0, 20.0, 100.0, 150.0, NAN)),
    {"soil_base_rate": 0.1, "soil_profile": -1, "resistivity_in_base": 1},
    {"soil_coating": 1, "coating_age_y": 20.0, "coating_overheated": 0, "coating_neglected": 1, "T_op_C": 104.0},
    # refused or lacking something
    {"rate_material": LOW},
    {"soil_base_rate": -0.1},
    {"soil_resistivity": 0.0},
    {"T_op_C": NAN},
    {"soil_coating": 2},
    {"soil_coating": -1},
    {"soil_profile": -1},
]

BOTTOM_BASE: dict[str, Any] = {
    "rate_material": CS,
    "tank_bottom_type": tank_bottom.BOTTOMS.index("single_bottom"),
    "soil_resistivity": 15.0,
    "tank_pad": 4,
    "drainage": 2,
    "T_op_C": 30.0,
    "product_water": 0,
    "steam_coil": 0,
}
BOTTOM_CHANGES: list[dict[str, Any]] = [
    {},
    *({"tank_pad": i} for i in range(len(tank_bottom.PADS))),
    *({"soil_resistivity": r} for r in (4.0, 10.0, 20.0, 50.0, 200.0, NAN)),
    *({"T_op_C": T} for T in (24.0, 66.0, 93.0, 121.0, 130.0)),
    {"tank_bottom_type": 0, "drainage": 0, "product_water": 1, "steam_coil": 1, "water_draw": 1},
    {"tank_bottom_type": 1, "drainage": 1, "water_draw": 2, "product_distribution": 0},
    {"tank_protection": 2, "protection_verified": 1, "product_distribution": 1},
    {"tank_protection": 1, "protection_verified": 1},
    {"tank_protection": 2, "protection_verified": 0, "water_draw": 0},
    {"soil_base_rate": 0.01, "product_base_rate": 0.01},
    # refused or lacking something
    {"rate_material": SS},
    {"soil_base_rate": -0.1},
    {"soil_resistivity": -1.0},
    {"tank_bottom_type": -1, "soil_resistivity": 200.0},
    {"tank_pad": -1},
    {"T_op_C": NAN},
    {"steam_coil": -1},
]

_ALL = (
    (alkaline_sour_water.PROCEDURE, ALKALINE_BASE, ALKALINE_CHANGES),
    (acid_sour_water.PROCEDURE, ACID_BASE, ACID_CHANGES),
    (amine.PROCEDURE, AMINE_BASE, AMINE_CHANGES),
    (oxidation.PROCEDURE, OXIDATION_BASE, OXIDATION_CHANGES),
    (co2.PROCEDURE, CO2_BASE, CO2_CHANGES),
    (cooling_water.PROCEDURE, COOLING_BASE, COOLING_CHANGES),
    (groundwater.PROCEDURE, GROUNDWATER_BASE, GROUNDWATER_CHANGES),
    (soil.PROCEDURE, SOIL_BASE, SOIL_CHANGES),
    (tank_bottom.PROCEDURE, BOTTOM_BASE, BOTTOM_CHANGES),
)
SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    p.key: [(rows(p, base, changes), {})] for p, base, changes in _ALL
}

US: dict[str, Any] = {"rbi.rate_tables": "us"}
GREATEST: dict[str, Any] = {"rbi.rate_lookup": "greatest_cell"}
SETTINGS: dict[str, list[dict[str, Any]]] = {
    alkaline_sour_water.KEY: [US, GREATEST, {"rbi.rate_NH4HS_excess": "as_printed"}],
    acid_sour_water.KEY: [
        US,
        GREATEST,
        {"rbi.rate_acid_sour_chloride": "none", "rbi.rate_acid_sour_edge": "nearest_row"},
    ],
    amine.KEY: [
        US,
        GREATEST,
        {"rbi.rate_amine_gap": "lean_row", "rbi.rate_amine_four": "middle"},
        {
            "rbi.rate_amine_gap": "refuse",
            "rbi.rate_amine_acids": "wt_nodes",
            "rbi.rate_amine_strength": "refuse",
        },
    ],
    oxidation.KEY: [US, GREATEST],
    co2.KEY: [
        GREATEST,
        {"rbi.rate_co2_exponent": "logarithm"},
        {"rbi.rate_co2_material": "figure", "rbi.rate_co2_jump": "refuse"},
    ],
    cooling_water.KEY: [
        US,
        {**US, "rbi.rate_cooling_temperature": "difference"},
        {**GREATEST, "rbi.rate_cooling_C4": "as_printed", "rbi.rate_cooling_blank_rows": "linear"},
        {"rbi.rate_cooling_misordered": "refuse", "rbi.rate_once_through_treated": "figure"},
        {"rbi.rate_cooling_temperature": "difference"},
    ],
    groundwater.KEY: [US, {"rbi.rate_groundwater_edge": "medium"}],
    soil.KEY: [US, {"rbi.rate_resistivity_edge": "higher"}],
    tank_bottom.KEY: [
        US,
        {"rbi.rate_bottom_minimum": "none", "rbi.rate_bottom_product": "local", "rbi.rate_resistivity_edge": "higher"},
    ],
}
