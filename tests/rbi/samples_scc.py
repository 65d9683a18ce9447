"""Sample inputs of the cracking procedures, so that every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.procedure import Procedure
from integrity.rbi import procedures as reg

NAN = float("nan")
TODAY = 20000
Row = dict[str, Any]

STEEL = index_of("material_class", "carbon_low_alloy")
AUSTENITIC = index_of("material_class", "austenitic")
BLANK = {"code": -1, "flag": -1, "date": NO_DATE}
STANDING: Row = {"service_d": 9000, "start_d": 9000, "as_of_d": TODAY}

# What all of them share: cracks, given susceptibility, counts, years.
COMMON: list[Row] = [
    {},
    *({"susceptibility_given": s} for s in range(4)),
    {"cracks_found": 1, "cracks_repaired": 1},
    {"cracks_found": 1, "cracks_repaired": 1, "cracks_reassigned": 1},
    {"cracks_found": 1},
    {"N_A": 1.0, "N_B": 5.0, "age_given_y": 4.25},
    {"N_B": 5.0},
    {"N_C": 2.0, "N_D": 3.0},
    {"N_D": 9.0, "age_given_y": 0.0},
    {"N_A": 1.5},
    {"N_C": 101.0},
    {"age_given_y": -1.0},
    {"service_d": NO_DATE},
    {"service_d": 21000},
]
DATED = len(COMMON)
INSPECTIONS = {
    "case": np.repeat(DATED, 7),
    "date_d": [8000, 12000, 12000, 15000, 16000, 18000, 21000],
    "effectiveness": [0, 1, 3, 2, 3, 4, 0],
}
WET: Row = {"water_present": 1, "pH": 4.5}

CASES: dict[str, tuple[Procedure, Row, list[Row]]] = {
    "caustic": (
        reg.SCC_CAUSTIC,
        {"material_class": STEEL, "NaOH_pct": 10.0, "T_op_C": 90.0, "pwht": 0, "heat_traced": 0, "steam_out": 0},
        [
            {"T_op_C": 40.0},
            {"T_op_C": 40.0, "steam_out": 1},
            {"T_op_C": 40.0, "heat_traced": 1},
            {"NaOH_pct": 3.0, "T_op_C": 40.0, "heat_traced": 1, "steam_out": -1},
            {"NaOH_pct": 5.0},
            {"pwht": 1, "T_op_C": NAN},
            {"caustic_area": 0, "T_op_C": NAN},
            {"caustic_area": 2, "NaOH_pct": 60.0},
            {"material_class": AUSTENITIC, "NaOH_pct": NAN},
            {"NaOH_pct": 0.0},
            {"NaOH_pct": 60.0},
            {"NaOH_pct": NAN},
            {"material_class": -1},
            {"pwht": -1},
            {"T_op_C": NAN},
            {"T_op_C": 40.0, "heat_traced": -1},
            {"T_op_C": 40.0, "steam_out": -1},
        ],
    ),
    "amine": (
        reg.SCC_AMINE,
        {
            "material_class": STEEL,
            "amine_type": 0,
            "amine_solution": 2,
            "T_op_C": 50.0,
            "pwht": 0,
            "heat_traced": 0,
            "steam_out": 0,
        },
        [
            *(
                {"amine_type": a, "T_op_C": T, "steam_out": s}
                for a in range(6)
                for T in (30.0, 70.0, 90.0)
                for s in (0, 1)
            ),
            {"amine_type": 6},
            {"amine_wt": 0.0},
            {"pwht": 1, "T_op_C": NAN},
            {"amine_solution": 1},
            {"material_class": AUSTENITIC},
            {"material_class": -1},
            {"amine_type": -1},
            {"amine_solution": -1},
            {"pwht": -1},
            {"T_op_C": NAN},
            {"T_op_C": 20.0, "heat_traced": -1},
            {"T_op_C": 20.0, "steam_out": -1},
        ],
    ),
    "ssc": (
        reg.SCC_SSC,
        {"material_class": STEEL, **WET, "H2S_water_ppmw": 500.0, "cyanide": 0, "HB_weld": 210.0, "pwht": 0},
        [
            {"pH": 7.55},
            {"H2S_water_ppmw": 1000.0},
            {"pH": 9.0, "H2S_water_ppmw": 2000.0, "cyanide": 1},
            {"pH": 8.6, "H2S_water_ppmw": NAN, "H2S_ppmw": 20000.0},
            {"pwht": 1, "HB_weld": 250.0},
            {"HB_weld": 237.0},
            {"water_present": -1, "water_wt": 0.0},
            {"water_present": -1, "water_wt": 2.0},
            {"water_present": -1},
            {"H2S_water_ppmw": 0.0},
            {"material_class": AUSTENITIC},
            {"H2S_water_ppmw": -1.0},
            {"material_class": -1},
            {"water_present": -1, "pH": NAN},
            {"H2S_water_ppmw": NAN},
            {"pH": NAN},
            {"HB_weld": NAN},
            {"pwht": -1},
            {"pH": 9.5, "H2S_water_ppmw": 2000.0, "cyanide": -1},
        ],
    ),
    "hic_h2s": (
        reg.SCC_HIC_H2S,
        {
            "material_class": STEEL,
            **WET,
            "H2S_water_ppmw": 5000.0,
            "cyanide": 0,
            "product_form": 0,
            "steel_sulfur_pct": 0.02,
            "pwht": 0,
        },
        [
            {"key_variables": 1},
            {"hydrogen_probes": 1},
            {"hydrogen_probes": 1, "key_variables": 1},
            {"steel_sulfur_pct": 0.005},
            {"product_form": 1, "steel_sulfur_pct": NAN},
            {"pwht": 1},
            {"pH": 8.35, "cyanide": 1},
            {"H2S_water_ppmw": 0.0},
            {"material_class": AUSTENITIC},
            {"H2S_water_ppmw": -1.0},
            {"material_class": -1},
            {"water_present": -1, "pH": NAN},
            {"H2S_water_ppmw": NAN},
            {"pH": NAN},
            {"product_form": -1},
            {"steel_sulfur_pct": NAN},
            {"pwht": -1},
            {"pH": 9.5, "cyanide": -1},
        ],
    ),
    "carbonate": (
        reg.SCC_CARBONATE,
        {"material_class": STEEL, "water_present": 1, "pH": 8.5, "carbonate_ppmw": 300.0, "pwht": 0},
        [
            {"pH": 8.0},
            {"pH": 9.0},
            {"pH": 9.5, "carbonate_ppmw": NAN},
            {"pH": 7.0, "feed_changed": 1},
            {"pH": 7.0},
            {"carbonate_ppmw": 50.0},
            {"pwht": 1, "carbonate_ppmw": NAN},
            {"water_present": 0},
            {"material_class": AUSTENITIC},
            {"pH": 30.0},
            {"material_class": -1},
            {"water_present": -1, "pH": NAN},
            {"pH": NAN},
            {"pwht": -1},
            {"carbonate_ppmw": NAN},
        ],
    ),
    "pta": (
        reg.SCC_PTA,
        {
            "material_class": AUSTENITIC,
            "thermal_history": 0,
            "sulfide_operation": 0,
            "sulfide_shutdown": 1,
            "T_op_C": 450.0,
        },
        [
            {"T_op_C": 400.0},
            {"T_op_C": 427.0, "downtime_protected": 1},
            {"material_class": index_of("material_class", "austenitic_l"), "downtime_protected": 1},
            {"pta_alloy": 3, "thermal_history": 2},
            {"pta_alloy": 4, "thermal_history": 1, "material_class": -1},
            {"sulfide_shutdown": 0},
            {"material_class": STEEL},
            {"thermal_history": 1},
            {"material_class": -1},
            {"sulfide_operation": -1, "sulfide_shutdown": 0},
            {"sulfide_shutdown": -1},
            {"thermal_history": -1},
            {"T_op_C": NAN},
        ],
    ),
    "clscc": (
        reg.SCC_CLSCC,
        {"material_class": AUSTENITIC, "water_present": 1, "pH": 6.5, "chloride_ppmw": 50.0, "T_op_C": 80.0},
        [
            {"T_op_C": 93.0, "pH": 11.0, "chloride_ppmw": 2000.0},
            {"T_op_C": 93.0},
            {"chloride_ppmw": 10.5},
            {"chloride_ppmw": 0.2},
            {"T_op_C": 160.0, "pH": 10.5},
            {"T_op_C": 38.0},
            {"chloride_ppmw": 0.0},
            {"water_present": 0},
            {"material_class": STEEL},
            {"chloride_ppmw": -1.0},
            {"material_class": -1},
            {"water_present": -1, "pH": NAN},
            {"T_op_C": NAN},
            {"chloride_ppmw": NAN},
            {"pH": NAN},
        ],
    ),
    "hsc_hf": (
        reg.SCC_HSC_HF,
        {"material_class": STEEL, "HF_present": 1, "HB_weld": 220.0, "pwht": 0},
        [
            {"pwht": 1},
            {"HB_weld": 199.0},
            {"HB_weld": 260.0, "pwht": 1},
            {"HF_present": 0},
            {"material_class": AUSTENITIC},
            {"HB_weld": -1.0},
            {"material_class": -1},
            {"HF_present": -1},
            {"HB_weld": NAN},
            {"pwht": -1},
        ],
    ),
    "hic_hf": (
        reg.SCC_HIC_HF,
        {"material_class": STEEL, "HF_present": 1, "product_form": 0, "steel_sulfur_pct": 0.008, "pwht": 1},
        [
            {"pwht": 0, "key_variables": 1, "hydrogen_probes": 1},
            {"product_form": 1},
            {"HF_present": 0},
            {"material_class": AUSTENITIC},
            {"material_class": -1},
            {"HF_present": -1},
            {"product_form": -1},
            {"steel_sulfur_pct": NAN},
            {"pwht": -1},
        ],
    ),
}

COATED: list[Row] = [
    {"coating_quality": 2, "coating_d": 15000, "age_given_y": 20.0},
    {"coating_quality": 1, "coating_d": 10000, "age_given_y": 20.0},
    {"coating_quality": 2, "coating_d": 15000, "coating_failed": 1},
    {"coating_quality": 1, "age_coat_given_y": 3.0},
    {"coating_quality": 1},
    {"coating_quality": -1},
    {"coating_quality": 1, "coating_d": 20500},
    {"T_low_C": 20.0, "T_high_C": 120.0},
    {"T_low_C": 20.0, "T_high_C": 40.0},
    {"T_op_C": 93.0},
    {"T_op_C": 150.0},
    {"T_op_C": 40.0},
    {"material_class": STEEL},
    {"material_class": -1},
    {"T_op_C": NAN},
    {"driver": -1},
]
OUTSIDE: Row = {"material_class": AUSTENITIC, "T_op_C": 70.0, "driver": 1, "coating_quality": 0}
CASES |= {
    "ext": (reg.EXT_CLSCC, {**OUTSIDE, "insulated": 0}, [*COATED, {"insulated": 1}]),
    "cui": (
        reg.CUI_CLSCC,
        {**OUTSIDE, "insulated": 1, "complexity": 1, "insulation_condition": 1},
        [
            *COATED,
            {"insulated": 0},
            {"complexity": 0, "chloride_free_insulation": 1},
            {"driver": 3, "T_op_C": 120.0, "complexity": -1},
            {"complexity": 2, "insulation_condition": 0},
            {"complexity": -1},
            {"insulation_condition": -1},
        ],
    ),
}


def columns_of(procedure: Procedure, rows: list[Row]) -> dict[str, Any]:
    """Columns from rows; what a row does not have is blank."""
    blank = {p.symbol: BLANK.get(p.quantity, NAN) for p in procedure.inputs}
    names = [p.symbol for p in procedure.inputs if any(p.symbol in r for r in rows)]
    return {n: [r.get(n, blank[n]) for r in rows] for n in names}


def base_of(name: str, **changes: Any) -> Row:
    """The base row of a mechanism with some values changed."""
    return {**STANDING, **CASES[name][1], **changes}


def _sample(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    procedure, base, own = CASES[name]
    rows = [{**STANDING, **base, **c} for c in (*COMMON, {}, *own)]
    return columns_of(procedure, rows), {"inspections": INSPECTIONS}


SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    CASES[name][0].key: [_sample(name)] for name in CASES
}
_AGAIN: list[dict[str, Any]] = [
    {"rbi.edition": "2008"},
    {"rbi.edition": "2020", "rbi.scc_equivalence": "min_over_levels"},
]
_POLICIES: list[dict[str, Any]] = [
    {"rbi.scc_gap": p, "rbi.scc_overlap": p} for p in ("lower_row", "upper_row", "refuse")
]
SETTINGS = {
    key: [*_AGAIN, *(_POLICIES if "rbi.scc_overlap" in p.settings else ())]
    for key, p in ((c[0].key, c[0]) for c in CASES.values())
}
