"""Samples of bundles and relief devices, so that every branch, step and refusal is reached."""

from __future__ import annotations

from typing import Any

from integrity.core.arrays import NO_DATE
from integrity.rbi import bundle, relief, relief_risk
from integrity.rbi.relief_clauses import TYPES
from tests.rbi.samples import NAN, rows_of

FAILURES = (18.0, 22.0, 10.0, 14.0, 8.0)
SUSPENSIONS = (16.0, 12.0, 13.0, 25.0)
SPARE: dict[str, Any] = {}
REPORT = {"rbi.bundle_target_risk": 50_000.0, "rbi.bundle_return": 0.1, "rbi.bundle_price_index": 1.9}


def records(*sets: tuple[tuple[float, ...], tuple[float, ...]], name: str = "records") -> dict[str, Any]:
    """Long-form table of lives: failures and suspensions of each case."""
    case, life, failed = [], [], []
    for i, (f, s) in enumerate(sets):
        case += [i] * (len(f) + len(s))
        life += [*f, *s]
        failed += [1] * len(f) + [0] * len(s)
    return {name: {"case": case, "bundle_life_y": life, "bundle_failed": failed}}


WEIBULL_SETS = (
    (FAILURES, SUSPENSIONS),
    ((5.0, 9.0), ()),
    ((7.0, 7.0, 11.0), (7.0, 4.0)),
    ((6.0,), (9.0,)),
    ((), (9.0, 4.0)),
    ((6.0, 6.0), (4.0,)),
    ((0.0, 3.0), ()),
    ((), ()),
    (FAILURES, SUSPENSIONS),
    ((6.0, 6.000001), ()),
)
WEIBULL = (
    {"beta_given": [NAN, NAN, 2.0, 2.5, 3.0, NAN, 2.0, 2.0, -1.0, NAN]},
    records(*WEIBULL_SETS),
)
LIFE_BASE = {"bundle_installed_d": 9000, "bundle_removed_d": 12000, "bundle_failed": 1, "as_of_d": 20000}
LIFE = rows_of(
    LIFE_BASE,
    [
        {},
        {"bundle_failed": 0},
        {"bundle_removed_d": NO_DATE, "bundle_failed": 0},
        {"bundle_removed_d": NO_DATE, "bundle_failed": -1},
        {"bundle_removed_d": NO_DATE},
        {"bundle_failed": -1},
        {"bundle_removed_d": 9000},
        {"bundle_removed_d": 8000},
        {"bundle_removed_d": 20001},
        {"bundle_installed_d": NO_DATE},
    ],
    SPARE,
)
POF_BASE: dict[str, Any] = {
    "beta_w": 2.568,
    "eta_y": 20.45,
    "eta_lo_y": 17.0,
    "bundle_life_y": 8.0,
    "bundle_installed_d": 9000,
    "tube_inspected_d": NO_DATE,
    "bundle_effectiveness": -1,
    "bundle_ERL_y": NAN,
    "tube_t_orig_mm": 2.11,
    "tube_t_mm": NAN,
    "RWT_f": NAN,
    "bundle_extension": -1,
    "extension_d": NO_DATE,
    "ferrules_local": -1,
}
SEEN = {"tube_inspected_d": 11000, "bundle_effectiveness": 1}
WALL = {**SEEN, "tube_t_mm": 1.7, "RWT_f": 0.4}
FERRULES = {"bundle_extension": bundle.EXTENSIONS.index("tube_ferrules"), "extension_d": 10000}
POF_ROWS: list[dict[str, Any]] = [
    {},
    {**SEEN, "bundle_ERL_y": 6.0},
    WALL,
    {**WALL, "tube_t_mm": 2.11},
    {**WALL, "tube_t_mm": 2.2},
    {**WALL, "RWT_f": 1.0},
    {**SEEN, "bundle_effectiveness": 0},
    {"bundle_effectiveness": 2},
    {"bundle_extension": 3, "extension_d": 10000},
    {"bundle_extension": 3},
    {**FERRULES, "ferrules_local": 1},
    {**FERRULES, "ferrules_local": 0},
    FERRULES,
    {"bundle_extension": 0, "extension_d": 15000},
    {"eta_lo_y": NAN},
    {"eta_lo_y": NAN, "eta_y": NAN},
    {"eta_lo_y": NAN, "eta_y": NAN, **SEEN, "bundle_ERL_y": 6.0},
    {"bundle_life_y": 0.0},
]
OWN = records(*[((9.0, 11.0), (8.0,)) if i in (1, 2) else ((), ()) for i in range(len(POF_ROWS))], name="own")
COST_BASE: dict[str, Any] = {
    "production_cost_d": 50_000.0,
    "bundle_rate_reduction": 0.25,
    "bundle_days_fail": 12.0,
    "bundle_days_plan": 4.0,
    "bundle_env_fail": 20_000.0,
    "bundle_env_plan": 0.0,
    "bundle_maint_cost": 15_000.0,
    "bundle_cost_stated": NAN,
    "bundle_material": bundle.MATERIALS.index("brass"),
    "bundle_D_mm": 900.0,
    "bundle_L_mm": 6000.0,
}
COST = rows_of(
    COST_BASE,
    [
        {},
        {"bundle_cost_stated": 80_000.0},
        {"bundle_material": -1},
        {"bundle_env_fail": -1.0},
        {"bundle_rate_reduction": 1.2},
        {"bundle_days_fail": NAN},
        {"bundle_days_fail": 200.0},
    ],
    SPARE,
)
RISK_BASE: dict[str, Any] = {
    "beta_w": 2.568,
    "eta_use_y": 17.0,
    "bundle_age_y": 8.0,
    "C_fail_bundle": 300_000.0,
    "cost_bundle": 60_000.0,
    "bundle_maint_cost": 5_000.0,
    "bundle_insp_cost": 4_000.0,
    "years_TA1": 2.0,
    "years_TA2": 6.0,
}
RISK = rows_of(
    RISK_BASE,
    [
        {},
        {"bundle_age_y": 0.0, "C_fail_bundle": 40_000.0},
        {"bundle_age_y": 14.0, "C_fail_bundle": 900_000.0},
        {"cost_bundle": 0.0, "bundle_insp_cost": 900_000.0},
        {"years_TA2": 2.0},
        {"bundle_insp_cost": -1.0},
        {"eta_use_y": NAN},
        {"bundle_age_y": 2.0},
    ],
    SPARE,
)
REPLACE_BASE: dict[str, Any] = {"beta_w": 2.568, "eta_use_y": 17.0, "C_fail_bundle": 3e5, "C_plan_bundle": 8e4}
REPLACE = rows_of(
    REPLACE_BASE,
    [
        {},
        {"beta_w": 1.0},
        {"C_fail_bundle": 1e12, "C_plan_bundle": 1.0},
        {"C_plan_bundle": 0.0},
        {"eta_use_y": 0.0},
        {"C_fail_bundle": NAN},
    ],
    SPARE,
)

FAIL_BASE: dict[str, Any] = {
    "prd_type": 0,
    "severity_fail": 1,
    "prd_age_y": 4.0,
    "closed_discharge": 0,
    "prd_chatter": 0,
    "actuations_y": 0.0,
}
FAIL_ROWS: list[dict[str, Any]] = [
    {},
    *({"prd_type": i, "severity_fail": j} for i in range(len(TYPES)) for j in range(3)),
    {"closed_discharge": 1, "prd_chatter": 1, "actuations_y": 6.0},
    {"closed_discharge": -1},
    {"closed_discharge": -1, "prd_type": 1},
    {"prd_chatter": -1},
    {"actuations_y": -1.0},
    {"prd_age_y": -1.0},
    {"severity_fail": -1},
    {"prd_type": -1},
    *({"prd_age_y": 3.0} for _ in range(8)),
    {"prd_type": 2, "severity_fail": 2},
]
_T = len(FAIL_ROWS) - 9


def tests_of(first: int) -> dict[str, Any]:
    """Nine histories of tests, on the cases from `first` on."""
    rows = [
        (0, 3.0, 0, 0, 0),
        (1, 3.0, 0, 1, 0),
        (2, 3.0, 2, 1, 0),
        (3, 3.0, 3, 0, 0),
        (4, 0.5, 0, 1, 0),
        (5, 2.0, 1, 0, 0),
        (5, 2.5, 1, 1, -1),
        (5, 3.0, 2, 0, 0),
        (6, 3.0, 0, 0, 1),
        (7, 3.0, 1, -1, 0),
        (8, 90.0, 0, 0, 0),
    ]
    names = ("case", "test_y", "effectiveness", "prd_result", "prd_plugged")
    columns = dict(zip(names, (list(c) for c in zip(*rows, strict=True)), strict=True))
    return {"tests": {**columns, "case": [c + first for c in columns["case"]]}}


LEAK_BASE: dict[str, Any] = {
    "prd_type": 0,
    "severity_leak": 1,
    "prd_age_y": 4.0,
    "soft_seated": 0,
    "prd_chatter": 0,
    "actuations_y": 0.0,
    "prd_vibration": 0,
    "prd_cyclic": 0,
    "T_prd_C": 60.0,
    "P_op_MPa": 0.8,
    "set_pressure_MPa": 1.0,
    "pilot_qualified": -1,
}
LEAK_ROWS: list[dict[str, Any]] = [
    {},
    *({"prd_type": i, "severity_leak": j} for i in range(len(TYPES)) for j in range(3)),
    {"soft_seated": 1, "prd_chatter": 1, "actuations_y": 6.0, "prd_vibration": 1, "prd_cyclic": 1},
    {"P_op_MPa": 0.95, "actuations_y": 6.0},
    {"P_op_MPa": 0.95, "prd_type": 2},
    {"P_op_MPa": 0.97, "prd_type": 2},
    {"P_op_MPa": 0.97, "prd_type": 2, "pilot_qualified": 1},
    {"T_prd_C": 100.0},
    {"T_prd_C": 260.0},
    {"T_prd_C": 300.0},
    {"soft_seated": -1},
    {"soft_seated": -1, "prd_type": 2},
    {"P_op_MPa": NAN},
    {"P_op_MPa": NAN, "prd_type": 3},
    {"set_pressure_MPa": 0.0},
    {"severity_leak": -1, "actuations_y": NAN},
    {"prd_age_y": -1.0},
    {"actuations_y": -1.0},
    *({"prd_age_y": 3.0} for _ in range(8)),
    {},
]

CASE_BASE: dict[str, Any] = {
    "P_fod": 0.05,
    "demand_case": 0,
    "EF_stated": NAN,
    "DRRF": 0.1,
    "P_over_MPa": 2.4,
    "set_pressure_MPa": 1.0,
    "MAWP_protected": 1.05,
    "A_prd_mm2": NAN,
    "A_total_mm2": NAN,
    "gff_total": 3.06e-5,
    "D_f_total": 20.0,
    "F_MS": 1.0,
    "FC_over": 2e6,
    "CA_over": 900.0,
}
CASE = rows_of(
    CASE_BASE,
    [
        {},
        *({"demand_case": i} for i in range(1, 10)),
        {"EF_stated": 0.03},
        {"demand_case": -1},
        {"A_prd_mm2": 500.0, "A_total_mm2": 1500.0},
        {"A_prd_mm2": 500.0, "A_total_mm2": 100.0},
        {"A_prd_mm2": 100.0, "A_total_mm2": 9e5},
        {"P_over_MPa": 1.05},
        {"P_over_MPa": 1.0},
        {"P_over_MPa": 4.2},
        {"P_over_MPa": 0.0},
        {"D_f_total": 5000.0},
        {"DRRF": 1.1},
        {"FC_over": NAN},
        {"CA_over": NAN, "MAWP_protected": NAN},
    ],
    SPARE,
)
LEAK_COST_BASE: dict[str, Any] = {
    "prd_capacity_kg_s": 3.0,
    "NPS_inlet": 4.0,
    "discharge": 1,
    "flare_recovery": 0,
    "fluid_cost_kg": 0.6,
    "prd_env_cost": 500.0,
    "prd_repair_cost": 1500.0,
    "production_cost_d": 50_000.0,
    "prd_outage_d": 1.0,
    "leak_tolerated": 1,
}
LEAK_COST = rows_of(
    LEAK_COST_BASE,
    [
        {},
        *({"NPS_inlet": s, "discharge": d} for s in (0.5, 0.75, 1.5, 3.0, 6.0, 8.0) for d in (0, 1, 2)),
        {"flare_recovery": 1},
        {"flare_recovery": -1},
        {"flare_recovery": -1, "discharge": 0},
        {"leak_tolerated": 0},
        {"leak_tolerated": -1},
        {"prd_env_cost": -1.0},
        {"NPS_inlet": 0.0},
        {"discharge": -1},
    ],
    SPARE,
)
PRD_RISK_BASE: dict[str, Any] = {
    "P_fod": 0.05,
    "P_leak": 0.1,
    "C_leak": 4000.0,
    "eta_fail_y": 23.9,
    "eta_leak_y": 15.5,
    "F_set": 0.9,
    "prd_age_y": 4.0,
}
PRD_RISK_ROWS: list[dict[str, Any]] = [{}, {}, {}, {}, {"prd_age_y": 30.0}, {"C_leak": NAN}]
PRD_CASES = {
    "cases": {
        "case": [0, 0, 0, 2, 2, 3, 4, 5],
        "protected_row": [5, 9, 5, 7, 7, 1, 5, 5],
        "risk_demand": [9000.0, 12000.0, 6000.0, 100.0, NAN, 0.001, 20000.0, 50.0],
    }
}
TEST_BASE: dict[str, Any] = {
    "prd_tested_d": 12000,
    "prd_overhauled_d": 11000,
    "prd_result": -1,
    "as_found_MPa": 1.02,
    "set_pressure_MPa": 1.0,
}
TEST = rows_of(
    TEST_BASE,
    [
        {},
        {"as_found_MPa": 1.3},
        {"as_found_MPa": 1.31},
        {"prd_result": 0, "as_found_MPa": 1.4},
        {"as_found_MPa": NAN},
        {"prd_tested_d": 10999},
        {"prd_overhauled_d": NO_DATE},
    ],
    SPARE,
)
SAMPLES: dict[str, list[tuple[Any, ...]]] = {
    "api581.2016.bundle_life": [(LIFE, {})],
    "api581.2016.bundle_weibull": [
        WEIBULL,
        (*WEIBULL, {"rbi.bundle_fit": "mle"}),
        (*WEIBULL, {"rbi.bundle_fit": "given"}),
    ],
    "api581.2016.bundle_pof": [(rows_of(POF_BASE, POF_ROWS, SPARE), OWN)],
    "api581.2016.bundle_cost": [(COST, {}), (COST, {}, REPORT)],
    "api581.2016.bundle_risk": [(RISK, {}), (RISK, {}, REPORT), (RISK, {}, {"rbi.bundle_target_risk": 1e9})],
    "api581.2016.bundle_replacement": [(REPLACE, {})],
    relief.KEY: [(rows_of(FAIL_BASE, FAIL_ROWS, SPARE), tests_of(_T))],
    relief.LEAK_KEY: [(rows_of(LEAK_BASE, LEAK_ROWS, SPARE), tests_of(len(LEAK_ROWS) - 9))],
    relief.TEST_KEY: [(TEST, {})],
    relief_risk.CASE_KEY: [(CASE, {})],
    relief_risk.COST_KEY: [(LEAK_COST, {})],
    relief_risk.RISK_KEY: [
        (rows_of(PRD_RISK_BASE, PRD_RISK_ROWS, SPARE), PRD_CASES),
        (rows_of(PRD_RISK_BASE, PRD_RISK_ROWS, SPARE), PRD_CASES, {"rbi.prd_target_risk": 1200.0}),
    ],
}
SETTINGS = {
    "api581.2016.bundle_pof": (
        {"rbi.bundle_curve": "point", "rbi.bundle_uncertainty": "none", "rbi.bundle_wall": "printed"},
    ),
    relief.LEAK_KEY: ({"rbi.prd_hot_edge": "low"},),
    relief_risk.COST_KEY: ({"rbi.prd_leak_model": "two_case"},),
}
