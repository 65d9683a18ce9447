"""Relief devices: the register bound to what it protects, tests, failure on demand, leakage, risk, next test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray, years_between
from integrity.core.codes import codes
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import Plant
from integrity.core.procedure import Result
from integrity.core.settings import Settings
from integrity.db.models import Chamber, Equipment, ReliefDevice
from integrity.rbi import pof, relief, relief_risk
from integrity.rbi.assess import assess_case
from integrity.rbi.data import raw
from integrity.rbi.relief_clauses import TYPES
from integrity.rbi.what_if import changed
from integrity.services.decisions import assessment_of
from integrity.services.device_records import (
    DatedRecord,
    code_text,
    column_of,
    dated_records,
    known_columns,
    reasons_of,
)
from integrity.services.session import Session
from integrity.services.types import Study

TESTED = ("prd_tested_d", "prd_overhauled_d", "prd_result", "prd_leak_result", "prd_effectiveness", "prd_plugged")
DEMAND = ("demand_case", "EF_stated", "DRRF", "P_over_MPa")


@dataclass(frozen=True)
class Device:
    """One device of the register that stands on the as-of day; `rows` are the component rows it protects.

    `prd_type` is "" where the register's words do not say it. `alone` is False where several devices protect the
    same item: facts recorded on that item then belong to none of them.
    """

    device_id: int
    tag: str
    equipment_id: int
    item: str
    chamber: str
    kind: str
    prd_type: str
    set_pressure_MPa: float
    installed_d: int
    last_test_d: int
    as_found_MPa: float
    next_test_d: int
    rows: tuple[int, ...]
    alone: bool


@dataclass(frozen=True)
class DeviceState:
    """What is concluded of one device; missing numbers are NaN and `reasons` says why.

    `set_above_mawp` is True where the set pressure lies above what the weakest protected part allows.
    """

    device: Device
    MAWP_MPa: float
    set_above_mawp: bool
    age_y: float
    n_credited: int
    n_uncredited: int
    P_fod: float
    P_fod_bound: float
    eta_fail_y: float
    P_leak: float
    P_leak_bound: float
    n_cases: int
    f_prd: float
    risk_area: float
    risk_fail: float
    risk_leak: float
    risk_prd: float
    target_state: str
    years_to_test: float
    reasons: str


@dataclass(frozen=True)
class ReliefStudy:
    """Devices and the calculations behind them.

    `fail`, `leak`, `cost` and `risk` have one row a device; `case` one a device, overpressure case and protected
    component, whose device and component rows are `case_device` and `case_row`; `test` one a test, of `test_device`.
    """

    states: tuple[DeviceState, ...]
    test: Result
    test_device: IntArray
    fail: Result
    leak: Result
    case: Result
    case_device: IntArray
    case_row: IntArray
    cost: Result
    risk: Result


def register(session: Session, plant: Plant | None = None) -> tuple[Device, ...]:
    """The devices that stand on the as-of day, in one select, with the components they protect.

    Parameters
    ----------
    session : Session
    plant : Plant, optional

    Returns
    -------
    tuple of Device
        In the order of their tags; a device that names no chamber protects the whole item.
    """
    plant = session.plant() if plant is None else plant
    d, e, c = ReliefDevice.__table__.c, Equipment.__table__.c, Chamber.__table__.c
    held = (d.id, d.tag, d.equipment_id, e.tag, c.chamber, d.kind, d.set_pressure_MPa, d.installed_d, d.removed_d)
    columns = (*held, d.last_test_d, d.as_found_MPa, d.next_test_d)
    joined = d.id.table.outerjoin(e.id.table, d.equipment_id == e.id).outerjoin(c.id.table, d.chamber_id == c.id)
    statement = sa.select(*columns).select_from(joined).where(d.site_id == session.site_id).order_by(d.tag)
    with session.engine.connect() as connection:
        found = connection.execute(statement).all()
    stands = [
        r for r in found if not (r[7] or NO_DATE) > plant.as_of_d and not (r[8] is not None and r[8] <= plant.as_of_d)
    ]
    count: dict[int, int] = {}
    for r in stands:
        count[r[2] or -1] = count.get(r[2] or -1, 0) + 1
    return tuple(_device(plant, r, count[r[2] or -1] == 1) for r in stands)


def _device(plant: Plant, r: Any, alone: bool) -> Device:
    rows = _protected(plant, r[2], r[4])
    return Device(
        device_id=int(r[0]),
        tag=str(r[1]),
        equipment_id=int(r[2]) if r[2] is not None else -1,
        item=str(r[3] or ""),
        chamber=str(r[4] or ""),
        kind=str(r[5] or ""),
        prd_type=_type_of(str(r[5] or "")),
        set_pressure_MPa=_number(r[6]),
        installed_d=_day(r[7]),
        last_test_d=_day(r[9]),
        as_found_MPa=_number(r[10]),
        next_test_d=_day(r[11]),
        rows=tuple(int(i) for i in rows),
        alone=alone,
    )


def _protected(plant: Plant, equipment_id: int | None, chamber: str | None) -> IntArray:
    k = plant.components
    if equipment_id is None:
        return np.zeros(0, dtype=np.int64)
    held = k.equipment_id == equipment_id
    if chamber:
        held = held & (k.chamber == codes("chamber").index(chamber))
    return np.flatnonzero(held)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _day(value: Any) -> int:
    return NO_DATE if value is None else int(value)


def _type_of(words: str) -> str:
    """Type that the register's words name; empty where they leave it open, as a spring alone does."""
    text = " ".join(words.lower().replace("/", " ").split())
    table = raw("relief")["type_words"]
    return next((t for t in TYPES if text in table[t]), "")


def assess(session: Session, study: Study) -> ReliefStudy:
    """Failure on demand, leakage, risk and the next test of every device of the register.

    Parameters
    ----------
    session : Session
    study : Study
        Of the same plant: damage factors, allowable pressures and consequences of what is protected come from it.

    Returns
    -------
    ReliefStudy
    """
    plant, settings = study.plant, study.settings
    devices = register(session, plant)
    k = plant.components
    symbols = {*TESTED, *DEMAND, "prd_age_y"}
    held = dated_records(session, {"component_id": k.component_id, "equipment_id": k.equipment_id}, symbols)
    held = [h for h in held if h.from_d <= plant.as_of_d]
    facts = _own_facts(plant, devices)
    at = np.arange(len(devices), dtype=np.int64)
    tests, test_device, overhaul = _tests(devices, held, plant.as_of_d, settings)
    given = _given(plant, devices, facts, overhaul)
    results = {}
    for p, mode in ((relief.FAIL, "fail"), (relief.LEAK, "leak")):
        results[mode] = p.run(
            known_columns(p, facts, at, given), settings, {"tests": _history(tests, test_device, mode)}
        )
    case, case_device, case_row = _cases(study, devices, held, facts, results["fail"]["P_fod"], plant.as_of_d)
    cost = _leak_cost(facts, at, settings)
    risk = relief_risk.RISK.run(
        {
            "P_fod": results["fail"]["P_fod"],
            "P_leak": results["leak"]["P_leak"],
            "C_leak": cost["C_leak"],
            "eta_fail_y": results["fail"]["eta_fail_y"],
            "eta_leak_y": results["leak"]["eta_leak_y"],
            "F_set": results["leak"]["F_set"],
            "prd_age_y": results["fail"]["prd_age_y"],
        },
        settings,
        {"cases": {"case": case_device, "protected_row": case_row, "risk_demand": case["risk_demand"]}},
    )
    each = (results["fail"], results["leak"], cost, risk)
    states = tuple(_state(study, d, i, each, case, case_device) for i, d in enumerate(devices))
    return ReliefStudy(states, tests, test_device, each[0], each[1], case, case_device, case_row, cost, risk)


def _own_facts(plant: Plant, devices: Sequence[Device]) -> Facts:
    """Facts of each device: those on which all parts that it protects agree; none where several protect the item."""
    out: dict[str, AnyArray] = {}
    first = np.array([d.rows[0] if d.rows and d.alone else -1 for d in devices], dtype=np.int64)
    for symbol, values in plant.facts.columns.items():
        blank: Any = "" if values.dtype == object else (NO_DATE if values.dtype == np.int64 else np.nan)
        if not values.size:
            continue
        picked = np.where(first >= 0, values[np.maximum(first, 0)], blank)
        for i, d in enumerate(devices):
            if first[i] >= 0 and not _agree(values[list(d.rows)]):
                picked[i] = blank
        out[symbol] = picked.astype(values.dtype)
    return Facts(len(devices), out)


def _agree(values: AnyArray) -> bool:
    if values.dtype == np.float64:
        return bool(np.isnan(values).all() or (values == values[0]).all())
    return bool((values == values[0]).all())


def _tests(
    devices: Sequence[Device], held: Sequence[DatedRecord], as_of_d: int, settings: Settings
) -> tuple[Result, IntArray, IntArray]:
    """Tests of every device in the order of their days, and the day of the last overhaul known.

    A record of facts is one test; the last test of the register is one more unless a record has its day. An overhaul
    counts for tests after its day; without one the day of installation does.
    """
    rows: list[dict[str, Any]] = []
    owner: list[int] = []
    overhaul = np.full(len(devices), NO_DATE, dtype=np.int64)
    for i, d in enumerate(devices):
        records = [h.values for h in held if d.alone and h.equipment_id == d.equipment_id and h.row in d.rows]
        starts = sorted(
            {d.installed_d, *(int(v["prd_overhauled_d"]) for v in records if "prd_overhauled_d" in v)} - {NO_DATE}
        )
        found = [dict(v) for v in records if int(v.get("prd_tested_d", NO_DATE)) != NO_DATE]
        days = {int(v["prd_tested_d"]) for v in found}
        if d.last_test_d != NO_DATE and d.last_test_d not in days:
            found.append({"prd_tested_d": d.last_test_d})
        for v in found:
            if int(v["prd_tested_d"]) == d.last_test_d:
                v["as_found_MPa"] = d.as_found_MPa
        kept = [v for v in found if d.installed_d <= int(v["prd_tested_d"]) <= as_of_d]
        for v in sorted(kept, key=lambda v: int(v["prd_tested_d"])):
            before = [s for s in starts if s < int(v["prd_tested_d"])]
            rows.append(
                {**v, "prd_overhauled_d": before[-1] if before else None, "set_pressure_MPa": d.set_pressure_MPa}
            )
            owner.append(i)
        past = [s for s in starts if s <= as_of_d]
        overhaul[i] = past[-1] if past else NO_DATE
    columns = {p.symbol: column_of(p, [r.get(p.symbol) for r in rows]) for p in relief.TEST.inputs}
    return relief.TEST.run(columns, settings), np.array(owner, dtype=np.int64), overhaul


def _history(tests: Result, device: IntArray, mode: str) -> dict[str, Any]:
    return {
        "case": device,
        "test_y": tests["test_y"],
        "effectiveness": tests["prd_effectiveness"],
        "prd_result": tests["prd_outcome" if mode == "fail" else "prd_leak_result"],
        "prd_plugged": tests["prd_plugged"] if mode == "fail" else np.zeros(device.size, dtype=np.int64),
    }


def _given(plant: Plant, devices: Sequence[Device], facts: Facts, overhaul: IntArray) -> dict[str, AnyArray]:
    """What the register and the frames say; a recorded fact of type, temperature or age goes before it."""
    k = plant.components
    recorded = {p.symbol: facts.column(p) for p in relief.LEAK.inputs}
    by_register = np.array([TYPES.index(d.prd_type) if d.prd_type else -1 for d in devices], dtype=np.int64)
    age = years_between(overhaul, np.full(len(devices), plant.as_of_d))
    hottest = np.array([_most(k.T_op_C, d.rows) for d in devices])
    return {
        "prd_type": np.where(recorded["prd_type"] >= 0, recorded["prd_type"], by_register),
        "prd_age_y": np.where(np.isnan(recorded["prd_age_y"]), age, recorded["prd_age_y"]),
        "T_prd_C": np.where(np.isnan(recorded["T_prd_C"]), hottest, recorded["T_prd_C"]),
        "P_op_MPa": np.array([_most(k.P_op_MPa, d.rows) for d in devices]),
        "set_pressure_MPa": np.array([d.set_pressure_MPa for d in devices], dtype=np.float64),
    }


def _most(values: FloatArray, rows: tuple[int, ...]) -> float:
    """Greatest of some parts; missing where one of them is."""
    return float(values[list(rows)].max()) if rows else float("nan")


def _cases(
    study: Study,
    devices: Sequence[Device],
    held: Sequence[DatedRecord],
    facts: Facts,
    P_fod: FloatArray,
    as_of_d: int,
) -> tuple[Result, IntArray, IntArray]:
    """Overpressure cases: records of facts in force, one a first day, for every protected part."""
    rows: list[dict[str, Any]] = []
    device: list[int] = []
    part: list[int] = []
    for i, d in enumerate(devices):
        for h in held:
            ended = h.until_d != NO_DATE and h.until_d <= as_of_d
            if not d.alone or h.equipment_id != d.equipment_id or h.row not in d.rows or ended:
                continue
            if any(s in h.values for s in DEMAND):
                rows += [dict(h.values)] * len(d.rows)
                device += [i] * len(d.rows)
                part += list(d.rows)
    at, of = np.array(part, dtype=np.int64), np.array(device, dtype=np.int64)
    p = relief_risk.CASE
    given: dict[str, Any] = {
        x.symbol: column_of(x, [r.get(x.symbol) for r in rows]) for x in p.inputs if x.symbol in DEMAND
    }
    given |= {
        "P_fod": P_fod[of],
        "set_pressure_MPa": np.array([devices[i].set_pressure_MPa for i in device], dtype=np.float64),
        "MAWP_protected": _allowed(study, at),
        **_frequency(study, at),
    }
    columns = known_columns(p, facts, of, given)
    columns["FC_over"] = known_columns(p, study.plant.facts, at, {})["FC_over"]
    dry = p.run({**columns, "CA_over": np.full(at.size, np.nan)}, study.settings)
    recorded = known_columns(p, study.plant.facts, at, {})["CA_over"]
    columns["CA_over"] = np.where(np.isnan(recorded), _area_at(study, at, np.asarray(dry["P_prot_MPa"])), recorded)
    return p.run(columns, study.settings), of, at


def _allowed(study: Study, at: IntArray) -> FloatArray:
    """Allowable working pressure of parts: as recorded, else that of the wall by the setting."""
    own = known_columns(relief_risk.CASE, study.plant.facts, at, {})["MAWP_protected"]
    now, later = study.components.MAWP_now[at], study.components.MAWP_next[at]
    wall = now if study.settings.code("rbi.prd_mawp") == "now" else np.fmin(now, later)
    return np.where(np.isnan(own), wall, own)


def _frequency(study: Study, at: IntArray) -> dict[str, AnyArray]:
    likelihood = assessment_of(study).results[pof.PROCEDURE.key]
    out = {s: likelihood[s][at] for s in ("gff_total", "F_MS")}
    return {**out, "D_f_total": study.components.D_f_total[at]}


def _area_at(study: Study, at: IntArray, pressure: FloatArray) -> FloatArray:
    """Consequence area of parts if they failed at a pressure: a new release at it, one run a case of the same part."""
    case = assessment_of(study).case
    out = np.full(at.size, np.nan)
    left: BoolArray = ~np.isnan(pressure)
    while left.any():
        index = np.flatnonzero(left)
        rows, first = np.unique(at[index], return_index=True)
        chosen = index[first]
        part = changed(case.take(rows), {"P_op_MPa": pressure[chosen]})
        out[chosen] = assess_case(part).frame.CA
        left[chosen] = False
    return out


def _leak_cost(facts: Facts, at: IntArray, settings: Settings) -> Result:
    columns = known_columns(relief_risk.LEAK_COST, facts, at, {})
    plant_wide = settings.number("rbi.production_cost_d")
    if plant_wide >= 0.0:
        own = columns["production_cost_d"]
        columns["production_cost_d"] = np.where(np.isnan(own), plant_wide, own)
    return relief_risk.LEAK_COST.run(columns, settings)


def _state(
    study: Study,
    device: Device,
    i: int,
    each: tuple[Result, Result, Result, Result],
    case: Result,
    case_device: IntArray,
) -> DeviceState:
    fail, leak, cost, risk = each
    own = np.flatnonzero(case_device == i)
    allowed = _allowed(study, np.array(device.rows, dtype=np.int64))
    least = float(np.nanmin(allowed)) if (~np.isnan(allowed)).any() else float("nan")
    procedures: Mapping[str, Any] = {
        "fail": (relief.FAIL, fail, i),
        "leak": (relief.LEAK, leak, i),
        **{f"case{j}": (relief_risk.CASE, case, int(j)) for j in own},
        "cost": (relief_risk.LEAK_COST, cost, i),
        "risk": (relief_risk.RISK, risk, i),
    }
    why = reasons_of(*procedures.values())
    if not device.alone:
        why = "; ".join(("limit:relief.one_device_only", why))
    return DeviceState(
        device=device,
        MAWP_MPa=least,
        set_above_mawp=bool(device.set_pressure_MPa > least * (1.0 + 1e-9)),
        age_y=float(fail["prd_age_y"][i]),
        n_credited=int(fail["n_credited"][i]),
        n_uncredited=int(fail["n_uncredited"][i]),
        P_fod=float(fail["P_fod"][i]),
        P_fod_bound=float(fail["P_fod_bound"][i]),
        eta_fail_y=float(fail["eta_fail_y"][i]),
        P_leak=float(leak["P_leak"][i]),
        P_leak_bound=float(leak["P_leak_bound"][i]),
        n_cases=int(np.unique(case["P_over_MPa"][own]).size),
        f_prd=float(_sum(case["f_prd"][own])),
        risk_area=float(_sum(case["risk_area_prd"][own])),
        risk_fail=float(risk["risk_fail"][i]),
        risk_leak=float(risk["risk_leak"][i]),
        risk_prd=float(risk["risk_prd"][i]),
        target_state=code_text(relief_risk.TARGETS, risk["prd_target_case"][i]),
        years_to_test=float(risk["years_to_test"][i]),
        reasons=why,
    )


def _sum(values: FloatArray) -> float:
    """Sum over cases and parts; missing where one of them is, or there is none."""
    return float(values.sum()) if values.size else float("nan")
