"""The device part of the made-up gateway: bundles and relief devices calculated from a few made-up records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.frame import blank_of, dtype_of
from integrity.core.frames.facts import Facts
from integrity.core.procedure import Procedure, Result
from integrity.core.progress import Progress
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi import bundle_fit, relief, relief_risk
from integrity.services import bundles as bundle_service
from integrity.services import device_workings
from integrity.services import relief as relief_service
from integrity.services.types import Study, WorkingSheet

LIVES = ((18.0, 1), (10.0, 1), (16.0, 0), (22.0, 1), (12.0, 0), (14.0, 1), (13.0, 0), (8.0, 1), (25.0, 0))
"""Five failures and four survivors: the known example of a regression with what has not failed."""
ROWS = (8, 40, 72)
"""Component rows of exchangers of the made-up plant that have a bundle now; the last is alone with one failure."""
Y = 365.25
COSTS = {
    "production_cost_d": 50000.0,
    "bundle_rate_reduction": 0.25,
    "bundle_days_fail": 12.0,
    "bundle_days_plan": 4.0,
    "bundle_env_fail": 20000.0,
    "bundle_env_plan": 0.0,
    "bundle_maint_cost": 15000.0,
    "bundle_cost_stated": 80000.0,
    "bundle_insp_cost": 4000.0,
}


SETTINGS = Settings({"rbi.prd_target_risk": 9000.0, "rbi.bundle_target_risk": 90000.0})


class FakeDevices:
    """Answers at once; `bundles_on_record` and `devices_on_record` empty it."""

    calls: list[str]

    def __init__(self) -> None:
        self.bundles_on_record = True
        self.devices_on_record = True

    def bundles(self, study: Study, matched: tuple[str, ...], mechanism: str, progress: Progress) -> Any:
        self.calls.append(f"bundles {','.join(matched)} {mechanism}".strip())
        rows = _records(study) if self.bundles_on_record else ()
        chosen = bundle_service.same(*matched)
        now = [i for i, r in enumerate(rows) if r.removed_d == NO_DATE]
        sets = [tuple(j for j in range(len(rows)) if chosen(rows[i], rows[j])) for i in now]
        members = tuple(dict.fromkeys(sets))
        set_row = np.array([members.index(s) for s in sets], dtype=np.int64)
        failed = np.array([bundle_service._counts(r, mechanism) for r in rows], dtype=np.int64)
        at = np.array([rows[i].row for i in now], dtype=np.int64)
        plant = replace(study.plant, facts=_facts(study.plant.components.n, at[:-1]))
        life = _life(rows, study.plant.as_of_d)
        fit = bundle_service._fit(plant, rows, failed, members, set_row, at, SETTINGS)
        each = bundle_service._each(plant, rows, failed, now, at, set_row, fit, SETTINGS)
        states = tuple(bundle_service._state(rows[i], j, int(set_row[j]), fit, each) for j, i in enumerate(now))
        return bundle_service.BundleStudy(rows, states, members, life, fit, *each)

    def bundle_working(self, study: Study, done: Any, row: int, column: str) -> tuple[WorkingSheet, ...]:
        return device_workings.bundle_working(done, SETTINGS, row, column)

    def relief(self, study: Study, progress: Progress) -> Any:
        self.calls.append("relief")
        return _relief(study, 3 if self.devices_on_record else 0)

    def relief_working(self, study: Study, done: Any, row: int, column: str) -> tuple[WorkingSheet, ...]:
        return device_workings.relief_working(done, SETTINGS, row, column)

    def demand_working(self, study: Study, done: Any, case: int, column: str) -> tuple[WorkingSheet, ...]:
        return device_workings.case_working(done, SETTINGS, case, column)

    def test_working(self, study: Study, done: Any, test: int) -> tuple[WorkingSheet, ...]:
        return device_workings.test_working(done, SETTINGS, test)


def _records(study: Study) -> tuple[bundle_service.BundleRow, ...]:
    c, day = study.plant.components, study.plant.as_of_d
    out = []
    for i, (life, failed) in enumerate(LIVES):
        row = ROWS[(i // 2) % 2]
        in_service = i in (6, 8)
        start = day - round(life * Y) if in_service else day - round((life + 9 + i) * Y)
        end = NO_DATE if in_service else start + round(life * Y)
        how = "in_service" if in_service else ("failed" if failed else "suspended")
        mechanism = ("pitting", "vibration")[i % 3 == 0] if failed else ""
        out.append((row, start, end, how, mechanism, "cooler", "carbon_steel", life))
    out.append((ROWS[2], day - 9000, day - 4000, "failed", "pitting", "alloy", "316", 5000 / Y))
    out.append((ROWS[2], day - 4000, NO_DATE, "in_service", "", "alloy", "316", 4000 / Y))
    return tuple(
        bundle_service.BundleRow(int(c.equipment_id[r]), str(c.tag[r]), str(c.component[r]), r, *rest, "")
        for r, *rest in out
    )


def _life(rows: tuple[bundle_service.BundleRow, ...], as_of_d: int) -> Result:
    columns = {
        "bundle_installed_d": np.array([r.installed_d for r in rows], dtype=np.int64),
        "bundle_removed_d": np.array([r.removed_d for r in rows], dtype=np.int64),
        "bundle_failed": np.array([int(r.end == "failed") for r in rows], dtype=np.int64),
        "as_of_d": np.full(len(rows), as_of_d, dtype=np.int64),
        "bundle_mechanism": np.array([r.mechanism for r in rows], dtype=object),
    }
    return bundle_fit.LIFE.run(columns, DEFAULTS)


def _facts(n: int, at: Any) -> Facts:
    out: dict[str, Any] = {}
    for symbol, value in COSTS.items():
        out[symbol] = np.full(n, np.nan)
        out[symbol][at] = value
    return Facts(n, out)


DEVICES: tuple[dict[str, Any], ...] = (
    {"set_pressure_MPa": 1.3, "MAWP_protected": 1.2, "prd_age_y": 8.0, "P_over_MPa": 2.4, "T_prd_C": 120.0},
    {"set_pressure_MPa": 1.0, "MAWP_protected": 1.2, "prd_age_y": 3.0, "P_over_MPa": 1.4, "T_prd_C": 300.0},
    {"set_pressure_MPa": 1.6, "MAWP_protected": np.nan, "prd_age_y": np.nan, "P_over_MPa": np.nan, "T_prd_C": np.nan},
)
"""Set too high; in order; nothing recorded."""
_KNOWN: dict[str, Any] = {
    **dict.fromkeys(("closed_discharge", "prd_chatter", "soft_seated", "prd_vibration", "prd_cyclic"), 0),
    **{"prd_type": 0, "severity_fail": 1, "severity_leak": 1, "actuations_y": 1.0, "P_op_MPa": 0.5},
    **{"DRRF": 0.5, "gff_total": 3.06e-5, "D_f_total": 40.0, "F_MS": 1.0, "FC_over": 2e7, "CA_over": 300.0},
    **{"prd_capacity_kg_s": 8.0, "NPS_inlet": 3.0, "discharge": 0, "flare_recovery": 0, "fluid_cost_kg": 0.6},
    **{"prd_env_cost": 0.0, "prd_repair_cost": 4000.0, "production_cost_d": 2e5, "prd_outage_d": 1.0},
    "leak_tolerated": 1,
}


def _columns(p: Procedure, rows: list[dict[str, Any]]) -> dict[str, Any]:
    out = {}
    for x in p.inputs:
        blank: Any = "" if x.quantity == "text" else blank_of(x.quantity)
        kind = np.int64 if x.quantity in ("code", "flag") else dtype_of(x.quantity)
        out[x.symbol] = np.array([r.get(x.symbol, blank) for r in rows], dtype=kind)
    return out


def _relief(study: Study, n: int) -> relief_service.ReliefStudy:
    day, c = study.plant.as_of_d, study.plant.components
    rows = [{**(_KNOWN if i < 2 else {}), **DEVICES[i]} for i in range(n)]
    tests = [
        {"prd_tested_d": day - 700 * (k + 1), "prd_overhauled_d": day - 3600, "prd_result": int(i == 0 and k == 0)}
        | {"prd_leak_result": 0, "prd_effectiveness": k, "prd_plugged": 0, "set_pressure_MPa": 1.0}
        for i in range(min(n, 2))
        for k in range(2)
    ]
    owner = np.array([i for i in range(min(n, 2)) for _ in range(2)], dtype=np.int64)
    test = relief.TEST.run(_columns(relief.TEST, tests), SETTINGS)
    modes = {}
    for p, mode in ((relief.FAIL, "fail"), (relief.LEAK, "leak")):
        modes[mode] = p.run(_columns(p, rows), SETTINGS, {"tests": relief_service._history(test, owner, mode)})
    part = [(i, demand) for i in range(min(n, 2)) for demand in range(2)]
    cases = [{**rows[i], "demand_case": d, "P_fod": float(modes["fail"]["P_fod"][i])} for i, d in part]
    case = relief_risk.CASE.run(_columns(relief_risk.CASE, cases), SETTINGS)
    device = np.array([i for i, _ in part], dtype=np.int64)
    at = np.array([(12, 20)[i] for i in device], dtype=np.int64)
    cost = relief_risk.LEAK_COST.run(_columns(relief_risk.LEAK_COST, rows), SETTINGS)
    given = {x: modes["fail"][x] for x in ("P_fod", "eta_fail_y", "prd_age_y")}
    given |= {x: modes["leak"][x] for x in ("P_leak", "eta_leak_y", "F_set")} | {"C_leak": cost["C_leak"]}
    told = {"cases": {"case": device, "protected_row": at, "risk_demand": case["risk_demand"]}}
    risk = relief_risk.RISK.run(given, SETTINGS, told)
    parts = (relief.FAIL, relief.LEAK, relief_risk.LEAK_COST, relief_risk.RISK)
    results = (modes["fail"], modes["leak"], cost, risk)
    states = []
    for i in range(n):
        row = (12, 20, 60)[i]
        held = relief_service.Device(
            i + 1, f"PSV-{i + 1}", int(c.equipment_id[row]), str(c.tag[row]), "", "spring", "",
            float(DEVICES[i]["set_pressure_MPa"]), day - 3600, day - 700 if i < 2 else NO_DATE, np.nan,
            day + (-30, 400, 0)[i] if i < 2 else NO_DATE, (row,), True,
        )  # fmt: skip
        own = np.flatnonzero(device == i)
        each = zip(parts, results, strict=True)
        states.append(
            relief_service.DeviceState(
                held, float(DEVICES[i]["MAWP_protected"]), i == 0, float(modes["fail"]["prd_age_y"][i]),
                int(modes["fail"]["n_credited"][i]), int(modes["fail"]["n_uncredited"][i]),
                *(float(modes["fail"][x][i]) for x in ("P_fod", "P_fod_bound", "eta_fail_y")),
                *(float(modes["leak"][x][i]) for x in ("P_leak", "P_leak_bound")), int(own.size),
                relief_service._sum(case["f_prd"][own]), relief_service._sum(case["risk_area_prd"][own]),
                *(float(risk[x][i]) for x in ("risk_fail", "risk_leak", "risk_prd")),
                relief_risk.TARGETS[int(risk["prd_target_case"][i])], float(risk["years_to_test"][i]),
                relief_service.reasons_of(*((p, r, i) for p, r in each)),
            )
        )  # fmt: skip
    return relief_service.ReliefStudy(
        tuple(states), test, owner, modes["fail"], modes["leak"], case, device, at, cost, risk
    )
