"""Sample inputs of the risk procedures, so that every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.codes import codes, index_of
from integrity.rbi.data import HOLES, PHASES, fluids
from integrity.rbi.mechanisms.thinning_plant import PROCEDURE as THINNING

NAN = float("nan")
CLAD = {"clad": 1, "t_bm_mm": 15.0, "C_r_cm": 0.1}
BASE: dict[str, Any] = {
    "component_type": index_of("component_type", "DRUM"),
    "t_rdi_mm": 18.0,
    "age_tk_y": 10.0,
    "C_r": 0.2,
    "confidence": 0,
    "E": 0.85,
    "YS_MPa": 250.0,
    "TS_MPa": 450.0,
    "S_MPa": 137.0,
    "t_req_mm": 9.0,
    "t_c_mm": 6.0,
    "P_MPa": 1.6,
    "D_ref_mm": 2000.0,
    "geometry": 0,
    "N_B": 1.0,
    "injection_point": 0,
    "dead_leg": 0,
    "construction": -1,
    "maintenance": -1,
    "start_d": 9000,
    "as_of_d": 20000,
}
COURSE = index_of("component_type", "COURSE-1")
BOTTOM = {
    "component_type": index_of("component_type", "TANKBOTTOM"),
    "geometry": index_of("geometry", "tank_bottom"),
    "t_rdi_mm": 6.0,
    "age_tk_y": 11.0,
    "t_req_mm": NAN,
    "t_c_mm": NAN,
    "P_MPa": NAN,
    "E": NAN,
    "YS_MPa": NAN,
    "TS_MPa": NAN,
    "confidence": -1,
    "CA_mm": 1.5,
    "barrier": 0,
    "construction": 0,
    "maintenance": 0,
    "settlement": 0,
}


def rows_of(base: dict[str, Any], changes: list[dict[str, Any]], spare: dict[str, Any]) -> dict[str, Any]:
    """Columns from a base row and its variations; `spare` gives the blank of a column the base does not have."""
    names = [*dict.fromkeys([*base, *(k for c in changes for k in c)])]
    rows = [{**base, **c} for c in changes]
    return {n: [r.get(n, spare.get(n, NAN)) for r in rows] for n in names}


def codes_of(component: str) -> int:
    return index_of("component_type", component)


THINNING_CHANGES: list[dict[str, Any]] = [
    {},
    {"COV_dt_given": 0.15},
    {"COV_dt_given": 0.9},
    {"t_req_mm": NAN},
    {"t_c_mm": NAN},
    {"t_c_mm": 12.0},
    {"P_MPa": 4.0},
    {"P_MPa": NAN},
    {"geometry": index_of("geometry", "cone")},
    {"S_MPa": NAN},
    {"t_req_mm": NAN, "t_c_mm": NAN},
    {"age_tk_y": 0.0},
    {"C_r": 1.5, "age_tk_y": 30.0},
    {"C_r": 0.001, "N_A": 3.0},
    {**CLAD, "age_tk_y": 10.0},
    {**CLAD, "age_tk_y": 30.0},
    {**CLAD, "age_tk_y": 29.999999999999996},
    {**CLAD, "C_r_cm": 0.0},
    {**CLAD, "t_bm_mm": 18.5},
    {"N_B": NAN},
    {"confidence": 1, "N_A": 1.0, "N_C": 2.0, "N_D": 1.0},
    {"confidence": 2, "injection_point": 1, "dead_leg": 1},
    {"injection_point": 1, "injection_inspected": 1, "dead_leg": 1, "dead_leg_inspected": 1},
    {"monitored_fluid": 0, "key_variables": 1, "probes": 1, "coupons": 1},
    {"monitored_fluid": 0, "key_variables": 1, "probes": 1, "joint_monitoring": 1},
    {"component_type": COURSE, "geometry": index_of("geometry", "tank_course"), "construction": 0, "maintenance": 0},
    {"component_type": COURSE, "construction": 1, "maintenance": 1},
    {"geometry": index_of("geometry", "ellipsoidal")},
    {"geometry": index_of("geometry", "sphere")},
    {**BOTTOM},
    {**BOTTOM, "barrier": 1, "N_B": 0.0, "settlement": 1},
    {**BOTTOM, "t_req_mm": NAN, "age_tk_y": 40.0, "N_A": 1.0, "settlement": 2, "maintenance": 1, "construction": 1},
    {**BOTTOM, "barrier": -1, "t_req_mm": 5.0, "age_tk_y": 0.0, "N_B": 0.0, "N_C": 1.0, "settlement": 3},
    {**BOTTOM, "t_rdi_mm": 3.0, "age_tk_y": 10.0, "C_r": 0.05, "CA_mm": 2.46, "N_B": 0.0, "N_D": 1.0},
    # refused or lacking something
    {"component_type": COURSE},
    {**BOTTOM, "settlement": -1},
    {**BOTTOM, "CA_mm": NAN},
    {**BOTTOM, "CA_mm": -1.0},
    {**BOTTOM, "barrier": -1, "t_req_mm": NAN},
    {"t_rdi_mm": 0.0},
    {"age_tk_y": -1.0},
    {"C_r": -0.1},
    {"E": 1.2},
    {"N_A": 1.5},
    {"N_A": 101.0},
    {"P_MPa": NAN, "S_MPa": NAN},
    {"clad": 1},
    {"YS_MPa": NAN},
    {"confidence": -1},
    {"injection_point": -1, "dead_leg": -1},
]
_FLAGS = ("clad", "injection_inspected", "dead_leg_inspected", "monitored_fluid", "key_variables", "probes")
_SPARE = {s: -1 for s in (*_FLAGS, "coupons", "joint_monitoring", "barrier", "settlement")}
_DATED = next(i for i, c in enumerate(THINNING_CHANGES) if "N_B" in c and np.isnan(c["N_B"]))
INSPECTIONS = {
    "case": [_DATED] * 7,
    "date_d": [8000, 9000, 12000, 12000, 15000, 20000, 21000],
    "effectiveness": [0, 1, 3, 2, 4, 0, 0],
}

RELEASE_BASE: dict[str, Any] = {
    "hole": 1,
    "D_ref_mm": 600.0,
    "fluid": fluids().names.index("C6-C8"),
    "phase": PHASES.index("liquid"),
    "P_s_MPa": 1.2,
    "T_s_C": 120.0,
    "mass_comp_kg": 8000.0,
    "mass_inv_kg": 30000.0,
    "detection": 1,
    "isolation": 1,
}


def fluid(name: str) -> int:
    return fluids().names.index(name)


RELEASE_CHANGES: list[dict[str, Any]] = [
    *({"hole": h, "phase": p} for h in range(len(HOLES)) for p in (0, 1)),
    {"phase": 0, "P_s_MPa": 0.05},
    {"phase": 0, "fluid": fluid("Steam")},
    {"phase": 0, "fluid": fluid("CO")},
    {"phase": 0, "fluid": fluid("Water")},
    {"phase": 0, "fluid": fluid("C1-C2"), "mass_inv_kg": NAN},
    {"fluid": fluid("C3-C4"), "hole": 3, "detection": 0, "isolation": 0},
    {"hole": 3, "D_ref_mm": 80.0},
    {"hole": 0, "D_ref_mm": 5.0},
    {"detection": 2, "isolation": 2, "hole": 2},
    {"detection": 1, "isolation": 2, "hole": 2},
    {"hole": 2, "mass_comp_kg": 100.0, "mass_inv_kg": 100.0},
    {"rho_liq": 700.0, "NBP_C": 20.0},
    {"phase": 0, "MW": 95.0, "k_ratio": 1.08, "NBP_C": 90.0},
    {"phase": 0, "P_s_MPa": 0.05, "MW": 95.0, "k_ratio": 1.08},
    # refused or lacking something
    {"phase": 0, "k_ratio": 1.0},
    {"phase": 2},
    {"P_s_MPa": 0.0},
    {"P_s_MPa": -0.05},
    {"phase": 0, "fluid": fluid("HCL")},
    {"fluid": fluid("EO")},
    {"mass_inv_kg": 10.0},
    {"mass_comp_kg": 0.0},
    {"mass_comp_kg": NAN},
    {"fluid": -1},
    {"phase": -1},
]

AREA_BASE: dict[str, Any] = {
    "fluid": fluid("C6-C8"),
    "release_phase": 1,
    "release_type": 0,
    "rate_kg_s": 10.0,
    "mass_kg": 2000.0,
    "T_s_C": 120.0,
    "mitigation": 0,
    "isolation": 0,
}
AREA_CHANGES: list[dict[str, Any]] = [
    {},
    {"T_s_C": 200.0},
    {"T_s_C": 300.0},
    {"T_s_C": 223.0 - 55.6},
    {"T_s_C": 223.0 + 55.6},
    {"release_type": 1, "mass_kg": 20000.0},
    {"release_type": 1, "mass_kg": 20000.0, "T_s_C": 230.0},
    {"release_type": 1, "mass_kg": 20000.0, "T_s_C": 300.0},
    {"rate_kg_s": 25.2},
    {"rate_kg_s": 40.0, "mass_kg": 9000.0, "T_s_C": 300.0},
    {"mass_kg": 4536.0},
    {"mass_kg": 4536.1},
    {"fluid": fluid("CO"), "release_phase": 0},
    {"fluid": fluid("CO"), "release_phase": 0, "release_type": 1, "mass_kg": 6000.0},
    {"fluid": fluid("DEE"), "T_s_C": 170.0},
    {"fluid": fluid("DEE"), "T_s_C": 170.0, "release_type": 1, "mass_kg": 5000.0},
    {"fluid": fluid("EEA"), "release_phase": 0},
    *({"mitigation": i} for i in range(1, len(codes("mitigation")))),
    {"mitigation": 1, "isolation": 2},
    {"fluid": fluid("H2S"), "release_phase": 0, "T_s_C": 250.0},
    {"AIT_C": 140.0},
    # refused or lacking something
    {"fluid": fluid("Water")},
    {"fluid": fluid("HF"), "release_phase": 0},
    {"fluid": fluid("C13-C16"), "release_phase": 0},
    {"fluid": fluid("C5"), "T_s_C": 284.0},
    {"fluid": fluid("CO"), "release_phase": 0, "T_s_C": 700.0},
    {"fluid": fluid("Pyrophoric")},
    {"rate_kg_s": 0.0},
    {"rate_kg_s": NAN},
    {"mitigation": -1},
]

_KINDS = ("cmd", "inj", "tox", "nfnt")
_AREAS = {f"CA_{e}_{h}": 10.0 * (i + 1) * (j + 1) for i, e in enumerate(_KINDS) for j, h in enumerate(HOLES)}
_ACTS: dict[str, Any] = {"flammable_case": 1, "toxic_case": 1, "nfnt_case": 1}
CONSEQUENCE_CHANGES = [
    {},
    {"toxic_case": 0, "nfnt_case": 0},
    {"flammable_case": 0, "nfnt_case": 0},
    {"consequence_none": 1},
    {"flammable_case": 0, "toxic_case": 0, "nfnt_case": 0, "consequence_none": 1},
    {"flammable_case": 0, "toxic_case": 0, "nfnt_case": 0},
    {"component_type": codes_of("PIPE-2")},
    {"component_type": codes_of("COMPC")},
    {"CA_cmd_rupture": 9e4},
    {"component_type": COURSE},
    {"component_type": codes_of("HEATERTUBE")},
    {"CA_inj_small": NAN},
]

POF_BASE: dict[str, Any] = {"component_type": codes_of("DRUM"), "D_f_thin": 12.0, "D_f_ext": 5.0, "local": 1}
POF_CHANGES: list[dict[str, Any]] = [
    {},
    {"local": 0},
    {"local": -1},
    {"D_f_lining": 3.0},
    {"D_f_brit": 0.9, "D_f_temp": 4.0, "D_f_885": 1.0, "D_f_sigma": 2.0, "D_f_scc": 50.0, "D_f_htha": 1.0},
    {"D_f_mfat": 2.0, "D_f_brit": 1.0},
    {"component_type": codes_of("COURSE-3")},
    {"component_type": codes_of("HEATERTUBE")},
    {"D_f_thin": NAN},
    {"D_f_ext": -1.0},
    {"mechanism_unknown": 1},
    {"F_MS_given": 0.4},
    {"score_incomplete": 1},
]

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    THINNING.key: [(rows_of(BASE, THINNING_CHANGES, _SPARE), {"inspections": INSPECTIONS})],
    "api581.2016.release": [(rows_of(RELEASE_BASE, RELEASE_CHANGES, {}), {})],
    "api581.2016.flammable_area": [(rows_of(AREA_BASE, AREA_CHANGES, {}), {})],
    "api581.2016.consequence": [
        (
            rows_of(
                {"component_type": codes_of("DRUM"), **_ACTS, **_AREAS}, CONSEQUENCE_CHANGES, {"consequence_none": -1}
            ),
            {},
        )
    ],
    "api581.2016.pof": [(rows_of(POF_BASE, POF_CHANGES, {"mechanism_unknown": -1, "score_incomplete": -1}), {})],
}
SETTINGS: dict[str, list[dict[str, Any]]] = {
    THINNING.key: [{"rbi.table_lookup": "next_row"}, {"rbi.unmarked_feature": "unknown"}],
}
