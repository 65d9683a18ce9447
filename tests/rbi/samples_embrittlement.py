"""Sample inputs of hydrogen attack, embrittlements, fatigue and management factors: every branch, step and refusal."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import index_of
from integrity.rbi import management as mg
from integrity.rbi.mechanisms import brittle, embrittlement_885, fatigue, htha, htha_clauses, sigma, temper

NAN = float("nan")
NO_DATE = -(2**31)
KSI = 6.894757293168361


def rows_of(procedure: Any, base: dict[str, Any], changes: list[dict[str, Any]]) -> dict[str, Any]:
    """Columns from a base row and its variations; a column that neither names is blank."""
    blank = {"code": -1, "flag": -1, "date": NO_DATE}
    inputs = {p.symbol: blank.get(p.quantity, NAN) for p in procedure.inputs}
    assert set(base) | {k for c in changes for k in c} <= set(inputs)
    rows = [{**inputs, **base, **c} for c in changes]
    return {s: [r[s] for r in rows] for s in inputs}


def group(name: str) -> int:
    return index_of("material_group", name)


def component(name: str) -> int:
    return index_of("component_type", name)


BRITTLE_BASE: dict[str, Any] = {
    "material_group": group("carbon"),
    "SMYS_MPa": 240.0,
    "exemption_curve": 1,
    "pwht": 0,
    "t_nom_mm": 30.0,
    "T_min_C": 5.0,
    "T_lowest_C": -10.0,
    "component_type": component("DRUM"),
    "T_C": 200.0,
}
SERVED = {"P1_P3": 1, "code_satisfied": 1, "stable_service": 1, "CET_MAWP_C": 10.0}
SERVED |= {"cyclic_service": 0, "environmental_cracking": 0, "shock_chilling": 0}
BRITTLE_CHANGES: list[dict[str, Any]] = [
    {},
    {"CET_C": 0.0},
    {"pressurisation_controlled": 1, "T_press_C": 15.0},
    {"pressurisation_controlled": 1},
    {"T_lowest_C": NAN},
    {"T_min_C": NAN},
    {"pwht": 1},
    {"material_group": group("low_alloy"), "SMYS_MPa": 415.0, "exemption_curve": 0},
    {"material_group": group("cr_mo"), "SMYS_MPa": 310.0, "exemption_curve": 3},
    {"SMYS_MPa": 30.0 * KSI},
    {"SMYS_MPa": 500.0},
    {"t_g_mm": 50.0},
    {"t_nom_mm": 12.7},
    {"t_nom_mm": 5.0},
    {**SERVED},
    {**SERVED, "CET_MAWP_C": NAN, "component_type": component("PIPE-8")},
    {**SERVED, "CET_MAWP_C": -40.0},
    {**SERVED, "t_nom_mm": 50.8, "T_C": 343.0, "CET_MAWP_C": -29.0},
    {"T_min_C": 90.0, "T_lowest_C": 80.0},
    # refused or lacking something
    {"T_min_C": -60.0},
    {"t_nom_mm": 120.0},
    {"SMYS_MPa": 150.0},
    {"SMYS_MPa": 0.0},
    {"t_nom_mm": -3.0},
    {"material_group": group("austenitic")},
    {"material_group": -1},
    {"exemption_curve": -1},
    {"pwht": -1},
    {"SMYS_MPa": NAN},
    {"t_nom_mm": NAN},
    {"T_min_C": NAN, "T_lowest_C": NAN},
]

CHEMISTRY = {"Si_wt": 0.3, "Mn_wt": 0.5, "P_wt": 0.012, "Sn_wt": 0.01, "Sb_wt": 0.002, "As_wt": 0.01}
TEMPER_BASE: dict[str, Any] = {
    "temper_alloy": temper.ALLOYS.index("2.25Cr-1Mo"),
    "SMYS_MPa": 310.0,
    "exemption_curve": 2,
    "pwht": 1,
    "t_nom_mm": 80.0,
    "T_min_C": 30.0,
    "T_op_C": 420.0,
    "year_built": 1978.0,
    "CET_C": 120.0,
}
TEMPER_CHANGES: list[dict[str, Any]] = [
    {},
    {"year_built": 1965.0},
    {"year_built": 1988.0},
    {"year_built": 1989.0},
    {"dFATT_given_K": 40.0},
    {"SCE_K": 30.0, "t_emb_h": 100000.0},
    {"SCE_K": 30.0, "t_emb_h": 5.0},
    {**CHEMISTRY},
    {**CHEMISTRY, "P_wt": 0.001, "Sn_wt": 0.001, "As_wt": 0.001, "Sb_wt": 0.0005},
    {**CHEMISTRY, "P_wt": 0.04},
    {"pwht": 0, "CET_C": 180.0},
    {"T_op_C": 300.0},
    {"T_op_C": 300.0, "T_op_max_C": 343.0},
    {"T_op_C": 600.0, "T_op_min_C": 577.0},
    {"exposed_given": 1, "T_op_C": NAN},
    {"exposed_given": 0},
    {"susceptibility_given": 0},
    {"susceptibility_given": 1, "T_op_C": NAN},
    {"temper_alloy": temper.ALLOYS.index("other")},
    {"CET_C": NAN},
    {"CET_C": NAN, "T_lowest_C": 60.0, "exposed_given": 0},
    {"CET_C": NAN, "T_min_C": NAN, "T_lowest_C": 160.0},
    {"CET_C": NAN, "T_lowest_C": 150.0, "T_min_C": 140.0},
    {"CET_C": NAN, "T_min_C": 130.0},
    {"CET_C": NAN, "pressurisation_controlled": 1, "T_press_C": 130.0},
    {"CET_C": 260.0},
    {"t_g_mm": 90.0},
    # refused or lacking something
    {"T_op_C": NAN},
    {"year_built": 1960.0},
    {"year_built": NAN},
    {"P_wt": -1.0},
    {"t_nom_mm": NAN},
    {"pwht": -1},
    {"CET_C": NAN, "T_min_C": NAN},
    {"t_nom_mm": 150.0},
    {"SMYS_MPa": 100.0},
    {"temper_alloy": -1},
]

EMB_BASE: dict[str, Any] = {"high_Cr_ferritic": 1, "T_op_C": 450.0, "T_lowest_C": 20.0, "T_min_C": 25.0}
EMB_CHANGES: list[dict[str, Any]] = [
    {},
    {"CET_C": 84.0},
    {"CET_C": 84.1},
    {"CET_C": 33.5},
    {"T_ref_885_given_C": 20.0},
    {"pressurisation_controlled": 1, "T_press_C": 60.0},
    {"T_lowest_C": NAN},
    {"T_min_C": NAN},
    {"T_op_C": 300.0},
    {"T_op_C": 600.0},
    {"T_op_C": NAN, "exposed_given": 1},
    {"exposed_given": 0},
    {"high_Cr_ferritic": 0},
    {"susceptibility_given": 0, "T_lowest_C": NAN, "T_min_C": NAN},
    {"susceptibility_given": 1, "high_Cr_ferritic": -1},
    # refused or lacking something
    {"CET_C": -40.0},
    {"high_Cr_ferritic": -1},
    {"T_op_C": NAN},
    {"T_lowest_C": NAN, "T_min_C": NAN},
]

SIGMA_BASE: dict[str, Any] = {
    "material_group": group("austenitic"),
    "T_op_C": 650.0,
    "T_lowest_C": 20.0,
    "T_min_C": 30.0,
    "sigma_pct": 7.0,
}
SIGMA_CHANGES: list[dict[str, Any]] = [
    {},
    {"sigma_pct": 0.5},
    {"sigma_pct": 4.9},
    {"sigma_pct": 5.0},
    {"sigma_pct": 10.0},
    {"CET_C": 66.0},
    {"CET_C": 700.0},
    {"T_lowest_C": NAN},
    {"T_min_C": NAN},
    {"pressurisation_controlled": 1, "T_press_C": 90.0},
    {"susceptibility_given": 3, "sigma_pct": NAN},
    {"susceptibility_given": 0},
    {"T_op_C": 400.0},
    {"exposed_given": 1, "T_op_C": NAN},
    {"exposed_given": 0, "sigma_pct": NAN},
    {"material_group": group("carbon")},
    # refused or lacking something
    {"sigma_pct": NAN},
    {"sigma_pct": 120.0},
    {"CET_C": -60.0},
    {"CET_C": -60.0, "sigma_pct": 20.0},
    {"T_op_C": NAN},
    {"T_lowest_C": NAN, "T_min_C": NAN},
    {"material_group": -1},
]

MATERIALS = htha_clauses.MATERIALS
HTHA_BASE: dict[str, Any] = {
    "htha_material": MATERIALS.index("carbon"),
    "T_op_C": 260.0,
    "p_H2_MPa": 2.0,
    "exposed_from_d": 9000,
    "as_of_d": 20000,
}
CR_MO = {"htha_material": MATERIALS.index("2.25Cr")}
HTHA_CHANGES: list[dict[str, Any]] = [
    {},
    {"T_op_max_C": 300.0},
    {"T_op_C": NAN, "T_op_max_C": 300.0},
    {"T_op_C": 177.0, "p_H2_MPa": 0.345},
    {"T_op_C": 178.0, "p_H2_MPa": 0.345},
    {"T_op_C": 177.0, "p_H2_MPa": 0.4},
    *({**CR_MO, "dT_941_K": d} for d in (5.0, 0.0, -20.0, -50.0 / 1.8, -40.0, -100.0 / 1.8, -60.0)),
    {"htha_history": 1, "T_op_C": 60.0},
    {"htha_history": 2},
    {"htha_history": 3},
    {"susceptibility_given": 1},
    {"susceptibility_given": 4},
    {"htha_material": MATERIALS.index("resistant"), "T_op_C": NAN},
    {"exposure_h": 150000.0},
    {"N_D": 2.0},
    {"N_C": 1.0, "N_D": 3.0},
    {"N_A": 1.0},
    {"T_op_C": 210.0, "p_H2_MPa": 1.0},
    {"T_op_C": 190.0, "p_H2_MPa": 0.5},
    # refused or lacking something
    {"p_H2_MPa": NAN},
    {"p_H2_MPa": -0.1},
    {"htha_material": -1},
    {**CR_MO},
    {"exposed_from_d": NO_DATE},
    {"N_A": 1.5},
    {"T_op_C": NAN},
]
HTHA_INSPECTIONS = {
    "case": [0, 0, 0, 0],
    "date_d": [12000, 15000, 15000, 21000],
    "effectiveness": [1, 2, 3, 0],
}

FATIGUE_BASE: dict[str, Any] = {
    "component_type": component("PIPE-4"),
    "previous_failures": 0,
    "shaking": 1,
    "shaking_weeks": 60.0,
    "cyclic_source": 3,
    "corrective_action": 2,
    "n_fittings": 8.0,
    "pipe_condition": 1,
    "joint_type": 1,
    "branch_sizes": 0,
}
FATIGUE_CHANGES: list[dict[str, Any]] = [
    {},
    *({"previous_failures": i} for i in (1, 2)),
    *({"shaking": 2, "shaking_weeks": w} for w in (0.5, 2.0, 13.0, 13.1, 52.0)),
    {"shaking": 0, "shaking_weeks": NAN},
    *({"cyclic_source": i} for i in range(3)),
    *({"corrective_action": i} for i in range(2)),
    *({"n_fittings": n} for n in (0.0, 5.0, 6.0, 10.0, 11.0)),
    *({"pipe_condition": i} for i in (0, 2)),
    *({"joint_type": i} for i in (0, 2, 3)),
    *({"branch_sizes": i} for i in (1, 2)),
    # refused or lacking something
    {"component_type": component("DRUM")},
    {"component_type": -1},
    {"n_fittings": 2.5},
    {"n_fittings": NAN},
    {"shaking_weeks": NAN},
    {"shaking_weeks": -1.0},
    {"joint_type": -1, "branch_sizes": -1},
]

FULL = dict(
    zip(mg.SCORES, (50.0, 60.0, 80.0, 60.0, 70.0, 70.0, 80.0, 100.0, 50.0, 50.0, 60.0, 40.0, 30.0), strict=True)
)
MANAGEMENT_CHANGES: list[dict[str, Any]] = [
    {},
    {"score_total": 500.0},
    {"score_total": 1000.0},
    {"score_total": 0.0},
    {**FULL},
    {**FULL, "score_audits": NAN},
    {**FULL, "score_audits": 41.0},
    {"score_total": 1001.0},
]
SHEET = {f"sheet_{e}": 80.0 for e in mg.ELEMENTS}
SHEET_CHANGES: list[dict[str, Any]] = [
    {},
    {**SHEET},
    {**SHEET, "sheet_man": 20.0},
    {s: 50.0 for s in SHEET},
    {s: 10.0 for s in SHEET},
    {**SHEET, "sheet_method": NAN},
    {**SHEET, "sheet_method": 101.0},
]

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    brittle.KEY: [(rows_of(brittle.PROCEDURE, BRITTLE_BASE, BRITTLE_CHANGES), {})],
    temper.KEY: [(rows_of(temper.PROCEDURE, TEMPER_BASE, TEMPER_CHANGES), {})],
    embrittlement_885.KEY: [(rows_of(embrittlement_885.PROCEDURE, EMB_BASE, EMB_CHANGES), {})],
    sigma.KEY: [(rows_of(sigma.PROCEDURE, SIGMA_BASE, SIGMA_CHANGES), {})],
    htha.KEY: [(rows_of(htha.PROCEDURE, HTHA_BASE, HTHA_CHANGES), {"inspections": HTHA_INSPECTIONS})],
    fatigue.KEY: [(rows_of(fatigue.PROCEDURE, FATIGUE_BASE, FATIGUE_CHANGES), {})],
    mg.KEY: [(rows_of(mg.PROCEDURE, {}, MANAGEMENT_CHANGES), {})],
    mg.OWNER_KEY: [(rows_of(mg.OWNER_PROCEDURE, {}, SHEET_CHANGES), {})],
}
_TABLES = [{"rbi.embrittlement_interpolation": "conservative"}, {"rbi.embrittlement_edge": "last_row"}]
SETTINGS: dict[str, list[dict[str, Any]]] = {
    brittle.KEY: _TABLES,
    temper.KEY: [*_TABLES, {"rbi.temper_shift": "printed"}],
    embrittlement_885.KEY: _TABLES,
    sigma.KEY: _TABLES,
    htha.KEY: [
        {"rbi.edition": "2008"},
        {"rbi.edition": "2020"},
        {"rbi.htha_mixed": "refuse"},
        {"rbi.htha_mixed": "high"},
    ],
    fatigue.KEY: [{"rbi.fatigue_branches": "any_over"}],
    mg.KEY: [{"rbi.F_MS": 0.5}],
}
