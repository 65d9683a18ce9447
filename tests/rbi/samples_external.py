"""Sample inputs of external corrosion, corrosion under insulation and linings, so that every branch is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of

NAN = float("nan")
EXT_KEY, CUI_KEY, LINING_KEY = "api581.2016.ext_corrosion", "api581.2016.cui", "api581.2016.lining"


def code(name: str, text: str) -> int:
    return index_of(name, text)


EXT_BASE: dict[str, Any] = {
    "material_class": code("material_class", "carbon_low_alloy"),
    "component_type": code("component_type", "DRUM"),
    "insulated": 0,
    "t_rde_mm": 12.0,
    "age_tke_y": 10.0,
    "confidence": 0,
    "E": 0.85,
    "YS_MPa": 250.0,
    "TS_MPa": 450.0,
    "S_MPa": 137.0,
    "t_req_mm": 7.0,
    "t_c_mm": 4.0,
    "P_MPa": 1.0,
    "D_ref_mm": 1200.0,
    "geometry": 0,
    "CR_ext": NAN,
    "driver": code("driver", "severe"),
    "T_op_C": 40.0,
    "T_cycle_min_C": NAN,
    "T_cycle_max_C": NAN,
    "water_retaining": 0,
    "soil_interface": 0,
    "coating_quality": 0,
    "coating_failed": -1,
    "age_coat_y": NAN,
    "N_A": NAN,
    "N_B": 1.0,
    "N_C": NAN,
    "N_D": NAN,
    "start_d": 9000,
    "as_of_d": 20000,
}
CUI_BASE: dict[str, Any] = {
    **EXT_BASE,
    "insulated": 1,
    "insulation_type": code("insulation_type", "mineral_wool"),
    "complexity": code("complexity", "above_average"),
    "insulation_condition": code("insulation_condition", "average"),
}
LINING_BASE: dict[str, Any] = {
    "lining_type": code("lining_type", "glass"),
    "lining_d": 20000 - 3653,
    "lining_inspected_d": NO_DATE,
    "as_of_d": 20000,
    "lining_condition": 0,
    "lining_monitoring": 0,
}

_HIGH = {"coating_quality": 2, "coating_failed": 0}
_COMMON: list[dict[str, Any]] = [
    {},
    {"t_req_mm": NAN},
    {"t_c_mm": NAN},
    {"t_c_mm": 9.0},
    {"P_MPa": 5.0},
    {"P_MPa": NAN},
    {"S_MPa": NAN},
    {"N_B": NAN},
    {"confidence": 1, "N_A": 1.0, "N_D": 2.0},
    {"confidence": 2, "N_C": 3.0, "age_tke_y": 40.0},
    *({"driver": d, "T_op_C": T} for d in range(4) for T in (-12.0, -10.0, -8.0, 6.0, 20.0, 71.0, 100.0, 121.0)),
    {"T_op_C": -40.0},
    {"T_op_C": 300.0},
    {"T_op_C": 20.0, "T_cycle_min_C": 10.0, "T_cycle_max_C": 90.0},
    {"T_op_C": 300.0, "T_cycle_min_C": 15.0},
    {"T_op_C": NAN, "T_cycle_min_C": 80.0, "T_cycle_max_C": 400.0, "driver": 2},
    {"T_op_C": NAN, "T_cycle_min_C": -60.0, "T_cycle_max_C": -30.0},
    {"T_op_C": -40.0, "T_cycle_max_C": -9.0},
    {"CR_ext": 0.1, "T_op_C": NAN, "driver": -1},
    {"CR_ext": 0.0, "confidence": 2},
    {"water_retaining": 1},
    {"soil_interface": 1, "water_retaining": 1},
    {"water_retaining": -1},
    {"soil_interface": -1},
    {"coating_quality": -1},
    {**_HIGH, "coating_failed": 1},
    {**_HIGH, "age_coat_y": 4.0},
    {**_HIGH, "age_coat_y": 10.0},
    {**_HIGH, "age_coat_y": 18.0},
    {"coating_quality": 1, "coating_failed": 0, "age_coat_y": 12.0},
    {**_HIGH, "coating_failed": -1, "age_coat_y": 4.0},
    {"material_class": code("material_class", "cr_mo")},
    # refused or lacking something
    {**_HIGH, "age_coat_y": NAN},
    {**_HIGH, "age_coat_y": -1.0},
    {"material_class": code("material_class", "austenitic")},
    {"material_class": -1},
    {"component_type": code("component_type", "TANKBOTTOM")},
    {"insulated": -1},
    {"t_rde_mm": 0.0},
    {"age_tke_y": -1.0},
    {"CR_ext": -0.1},
    {"T_cycle_min_C": 50.0, "T_cycle_max_C": 20.0},
    {"E": 1.2},
    {"N_A": 1.5},
    {"P_MPa": NAN, "S_MPa": NAN},
    {"driver": -1},
    {"T_op_C": NAN},
    {"T_op_C": NAN, "driver": -1},
    {"YS_MPa": NAN},
]
EXT_CHANGES = [*_COMMON, {"insulated": 1}]
CUI_CHANGES: list[dict[str, Any]] = [
    *_COMMON,
    {"insulated": 0},
    {"insulation_type": -1},
    *({"insulation_type": i} for i in range(7)),
    *({"complexity": i, "insulation_condition": 2 - i} for i in range(3)),
    {"complexity": -1},
    {"insulation_condition": -1},
    *({"T_op_C": T} for T in (107.0, 135.0, 150.0, 162.0, 176.0)),
]
LINING_CHANGES: list[dict[str, Any]] = [
    *({"lining_type": i, "lining_d": 20000 - d} for i in range(9) for d in (366, 1461, 2192, 3653, 9131)),
    {"lining_inspected_d": 19000},
    {"lining_type": 8, "lining_inspected_d": 19000},
    {"lining_type": 6, "lining_inspected_d": 18500},
    {"lining_type": 7, "lining_d": 12000},
    {"lining_d": NO_DATE, "lining_inspected_d": 19000},
    {"lining_inspected_d": 10000},
    {"lining_inspected_d": 21000},
    {"lining_condition": 1, "lining_monitoring": 1},
    {"lining_condition": 2, "lining_monitoring": -1},
    {"lining_d": 19900},
    {"lining_d": 20000},
    {"lining_d": 5000},
    {"lining_d": 20000 - 1461, "lining_type": 2},
    # refused or lacking something
    {"lining_d": NO_DATE},
    {"lining_d": 20001},
    {"lining_type": -1},
    {"lining_condition": -1},
    {"as_of_d": NO_DATE},
]


def rows_of(base: dict[str, Any], changes: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: [{**base, **c}[name] for c in changes] for name in base}


def inspections(case: int) -> dict[str, Any]:
    return {
        "inspections": {
            "case": [case] * 5,
            "date_d": [8000, 12000, 17000, 19500, 21000],
            "effectiveness": [0, 2, 1, 3, 0],
        }
    }


_DATED = next(i for i, c in enumerate(_COMMON) if c.get("N_B", 0.0) != c.get("N_B", 0.0))
SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    EXT_KEY: [(rows_of(EXT_BASE, EXT_CHANGES), inspections(_DATED))],
    CUI_KEY: [(rows_of(CUI_BASE, CUI_CHANGES), inspections(_DATED))],
    LINING_KEY: [(rows_of(LINING_BASE, LINING_CHANGES), inspections(3))],
}
SETTINGS: dict[str, list[dict[str, Any]]] = {
    EXT_KEY: [
        {"rbi.ext_severe_blank": "refuse"},
        {"rbi.ext_outside_table": "zero"},
        {"rbi.unmarked_feature": "unknown"},
    ],
    CUI_KEY: [{"rbi.ext_outside_table": "zero"}, {"rbi.unmarked_feature": "unknown"}],
    LINING_KEY: [
        {"rbi.table_lookup": "next_row"},
        {"rbi.lining_beyond": "refuse", "rbi.lining_first_year": "refuse"},
        {"rbi.lining_age": "organic_in_service"},
        {"rbi.edition": "2008"},
    ],
}
