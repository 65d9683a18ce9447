"""A made-up plant and its results in frames, seeded, for tests of the window."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.frames.results import (
    RESULT_FLAGS,
    CandidateFrame,
    CircuitFrame,
    CmlResultFrame,
    ComponentResultFrame,
    PositionFrame,
    RiskPanel,
)
from integrity.core.group import group_argmin, group_max, group_mean, group_min, groups_of
from integrity.core.settings import DEFAULTS
from integrity.services.types import Study

AS_OF = (dt.date(2026, 11, 1) - dt.date(1970, 1, 1)).days
Y = 365.25
KINDS = ("column", "drum", "exchanger", "piping", "piping", "air_cooler", "tank", "piping")
LETTER = {"column": "C", "drum": "V", "exchanger": "E", "piping": "P", "air_cooler": "A", "tank": "T"}
NAMES = {
    "column": ("Crude column", "常压塔"),
    "drum": ("Overhead drum", "塔顶回流罐"),
    "exchanger": ("Crude / residue exchanger", "原油-渣油换热器"),
    "piping": ("Residue line", "渣油管线"),
    "air_cooler": ("Overhead air cooler", "塔顶空冷器"),
    "tank": ("Slop tank", "污油罐"),
}
PARTS = {
    "column": ("SH", "cylinder", "COLTOP"),
    "drum": ("SH", "cylinder", "DRUM"),
    "exchanger": ("SH", "cylinder", "HEXSS"),
    "piping": ("EL", "bend", "PIPE-8"),
    "air_cooler": ("HB", "flat", "FINFAN"),
    "tank": ("CR", "tank_course", "COURSE-1"),
}
FLUIDS = ("C1-C2", "C3-C4", "C6-C8", "C17-C25", "C25+", "Water")


def _code(name: str, texts: list[str]) -> Any:
    table = {t: index_of(name, t) for t in set(texts)}
    return np.array([table[t] for t in texts], dtype=np.int64)


def components(n: int, rng: np.random.Generator) -> ComponentFrame:
    """Components, about four an item."""
    item = np.arange(n) // 4
    kind = [KINDS[i % len(KINDS)] for i in item]
    tag = [f"{LETTER[k]}-{101 + i:03d}" for k, i in zip(kind, item, strict=True)]
    comp = [f"{t}-{PARTS[k][0]}{r % 4 + 1}" for t, k, r in zip(tag, kind, range(n), strict=True)]
    unit = [("CDU-1", "VDU-1", "HDT-2")[(i // 20) % 3] for i in item]
    in_service = AS_OF - rng.integers(3, 27, item.max() + 1)[item] * 365 - 40
    t_nom = np.round(rng.choice([6.3, 8.2, 9.5, 12.0, 14.0, 16.0, 20.0], n), 1)
    piping = np.array([k == "piping" for k in kind])
    life = np.where(rng.random(n) < 0.7, 20.0, np.nan)
    repair = np.where(rng.random(n) < 0.012, AS_OF + rng.integers(-200, 300, n), NO_DATE)
    P = np.round(rng.choice([0.35, 0.8, 1.6, 2.5], n), 2)
    return ComponentFrame.from_columns(
        {
            "component_id": np.arange(n) + 1,
            "component": np.array(comp, object),
            "equipment_id": item + 1,
            "tag": np.array(tag, object),
            "name_en": np.array([NAMES[k][0] for k in kind], object),
            "name_zh": np.array([NAMES[k][1] for k in kind], object),
            "equipment_kind": _code("equipment_kind", kind),
            "unit": np.array(unit, object),
            "loop": np.array([f"L{i % 9 + 1:02d}" for i in item], object),
            "circuit": np.array([f"{u}-CC{i % 14 + 1:02d}" for u, i in zip(unit, item, strict=True)], object),
            "circuit_id": item % 42 + 1,
            "chamber": np.zeros(n, int),
            "component_type": _code("component_type", [PARTS[k][2] for k in kind]),
            "geometry": _code("geometry", [PARTS[k][1] for k in kind]),
            "fitting": np.where(piping, 1, -1),
            "D_mm": np.where(piping, np.nan, rng.choice([1000, 1600, 2400, 3200], n)),
            "D_o_mm": np.where(piping, 219.1, np.nan),
            "NPS_in": np.where(piping, 8.0, np.nan),
            "t_nom_mm": t_nom,
            "CA_mm": np.full(n, 3.0),
            "P_MPa": P,
            "T_C": rng.choice([120.0, 240.0, 360.0], n),
            "P_op_MPa": P * 0.8,
            "T_op_C": rng.choice([100.0, 220.0, 340.0], n),
            "set_pressure_MPa": np.where(rng.random(n) < 0.3, P * 1.02, np.nan),
            "material": np.where(piping, "A106-B", "Q345R").astype(object),
            "construction_code": np.where(piping, 2, 1),
            "code_edition": np.full(n, "2011", object),
            "E": np.where(piping, 1.0, 0.85),
            "S_owner_MPa": np.full(n, np.nan),
            "fluid": rng.integers(0, 6, n),
            "phase": rng.integers(0, 3, n),
            "inventory_kg": rng.choice([500.0, 4000.0, 22000.0], n),
            "group_inventory_kg": rng.choice([5000.0, 40000.0], n),
            "detection": np.full(n, 1),
            "isolation": np.full(n, 2),
            "mitigation": np.zeros(n, int),
            "in_service_d": in_service,
            "component_start_d": in_service,
            "regime_start_d": np.where(rng.random(n) < 0.08, AS_OF - 2600, NO_DATE),
            "design_life_y": life,
            "assessed_until_d": np.full(n, NO_DATE),
            "insulated": rng.integers(0, 2, n),
            "injection_point": (rng.random(n) < 0.03).astype(int),
            "dead_leg": (rng.random(n) < 0.03).astype(int),
            "small_bore": np.zeros(n, int),
            "local_mechanism": rng.integers(0, 2, n),
            "internal_thinning": np.ones(n, int),
            "external_thinning": np.zeros(n, int),
            "rate_confidence": rng.integers(0, 3, n),
            "safety_grade": rng.integers(1, 4, n),
            "vessel_class": np.where(piping, -1, 1),
            "piping_class_cn": np.where(piping, 1, -1),
            "api570_class": np.where(piping, 1, -1),
            "last_internal_d": AS_OF - rng.integers(200, 3000, n),
            "last_periodic_d": AS_OF - rng.integers(200, 2600, n),
            "temp_repair_expiry_d": repair,
            "row_version": np.ones(n, int),
        }
    )


def _cmls(c: ComponentFrame, per: int, rng: np.random.Generator) -> CmlFrame:
    counts = (
        np.where(rng.random(c.n) < 0.06, 0, rng.integers(max(per - 2, 1), per + 3, c.n))
        if per > 1
        else np.ones(c.n, int)
    )
    owner = np.repeat(np.arange(c.n), counts)
    place = np.arange(owner.size) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    words = ("Extrados", "Shell, weld seam", "Bottom", "Downstream of valve", "Vapour line")
    return CmlFrame.from_columns(
        {
            "cml_id": np.arange(owner.size) + 1,
            "cml": np.array([f"{c.component[o]}-{p:03d}" for o, p in zip(owner, place, strict=True)], object),
            "component_row": owner,
            "location": np.array([words[p % 5] for p in place], object),
            "t_nom_mm": c.t_nom_mm[owner],
            "at_weld": (place % 5 == 1).astype(int),
            "start_d": c.component_start_d[owner],
            "active": np.ones(owner.size, int),
        }
    )


def _readings(c: ComponentFrame, m: CmlFrame, surveys: int, rng: np.random.Generator) -> ReadingFrame:
    piping = c.equipment_kind[m.component_row] == index_of("equipment_kind", "piping")
    positions = np.where(piping & (np.arange(m.n) % 2 == 0), 2, 1)
    read = rng.random(m.n) > 0.03 if surveys > 2 else np.ones(m.n, bool)
    positions = np.where(read, positions, 0)
    owner = np.repeat(np.arange(m.n), positions * surveys)
    local = np.arange(owner.size) - np.repeat(np.cumsum(positions * surveys) - positions * surveys, positions * surveys)
    position, survey = local // surveys, local % surveys
    rate = rng.gamma(1.5, 0.042, c.n)[m.component_row] * rng.uniform(0.6, 1.25, m.n)
    age = (AS_OF - c.component_start_d[m.component_row][owner]) / Y
    when = age * (0.3 + 0.65 * survey / max(surveys - 1, 1))
    t = m.t_nom_mm[owner] * 1.02 - rate[owner] * when + rng.normal(0, 0.06, owner.size)
    t = np.maximum(t, 0.4 * m.t_nom_mm[owner] - 0.002 * when)
    quality = np.where(rng.random(owner.size) < 0.012, 1, np.where(rng.random(owner.size) < 0.005, 2, 0))
    t = np.where(quality == 1, t + 1.1, t)
    date = (c.component_start_d[m.component_row][owner] + when * Y).astype(np.int64)
    return ReadingFrame.from_columns(
        {
            "reading_id": np.arange(owner.size) + 1,
            "cml_row": owner,
            "position": position,
            "position_text": np.where(positions[owner] > 1, (position + 1).astype(str), "").astype(object),
            "date_d": date,
            "t_mm": np.round(t, 2),
            "quality": quality,
            "accept_short": np.zeros(owner.size, int),
            "is_nominal": np.zeros(owner.size, int),
            "survey": np.array([f"UT-{1970 + int(d / Y)}" for d in date], object),
            "T_surface_C": np.full(owner.size, np.nan),
            "row_version": np.ones(owner.size, int),
        }
    )


def make_plant(
    n: int = 250, per: int = 6, surveys: int = 4, seed: int = 7, edits: dict[int, dict[str, Any]] | None = None
) -> Plant:
    """A plant; `edits` changes readings by id."""
    rng = np.random.default_rng(seed)
    c = components(n, rng)
    m = _cmls(c, per, rng)
    r = _readings(c, m, surveys, rng)
    if edits:
        cols = {k: v.copy() for k, v in r.columns().items()}
        for reading_id, values in edits.items():
            for key, value in values.items():
                cols[key][reading_id - 1] = value
        r = ReadingFrame(**cols)
    owner = np.repeat(np.arange(c.n), 2)
    inspections = InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(owner.size) + 1,
            "component_row": owner,
            "date_d": np.where(
                np.arange(owner.size) % 2 == 0, c.last_periodic_d[owner] - 1500, c.last_periodic_d[owner]
            ),
            "inspection_type": np.arange(owner.size) % 4,
            "effectiveness": np.arange(owner.size) % 5,
            "mechanism": np.full(owner.size, "thinning_local", object),
            "conclusion": np.full(owner.size, "", object),
        }
    )
    return Plant("Coastal refinery", AS_OF, c, m, r, inspections)


def _positions(p: Plant, t_req: np.ndarray) -> PositionFrame:
    r = p.readings
    key = r.cml_row * 64 + r.position
    start = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if r.n else np.zeros(0, int)
    count = np.diff(np.r_[start, r.n])
    last, prev = start + count - 1, start + np.maximum(count - 2, 0)
    cml = r.cml_row[start]
    years = np.maximum((r.date_d[last] - r.date_d[start]) / Y, 0.1)
    recent = np.maximum((r.date_d[last] - r.date_d[prev]) / Y, 0.1)
    lt = (r.t_mm[start] - r.t_mm[last]) / years
    st = (r.t_mm[prev] - r.t_mm[last]) / recent
    noise = np.sqrt(2) * 0.15 / recent
    gov = np.maximum(np.maximum(lt, st), 0.025)
    basis = np.where(gov <= 0.025, index_of("rate_basis", "owner_minimum"), np.where(st >= lt, 1, 0))
    need = t_req[p.cmls.component_row[cml]]
    life = (r.t_mm[last] - need) / gov
    return PositionFrame.from_columns(
        {
            "cml_row": cml,
            "position": r.position[start],
            "reading_start": start,
            "reading_count": count,
            "n_good": count.astype(float),
            "first_d": r.date_d[start],
            "prev_d": r.date_d[prev],
            "last_d": r.date_d[last],
            "t_first_mm": r.t_mm[start],
            "t_prev_mm": r.t_mm[prev],
            "t_last_mm": r.t_mm[last],
            "CR_LT": lt,
            "CR_ST": st,
            "CR_reg": lt * 0.97,
            "CR_reg_lo": lt * 0.97 - 0.02,
            "CR_reg_hi": lt * 0.97 + 0.02,
            "s_reg_mm": np.full(start.size, 0.08),
            "CR_hist": np.maximum(lt, st),
            "CR_noise": noise,
            "CR_gov": gov,
            "rate_basis": basis,
            "no_measurable_rate": (gov <= 0.025).astype(int),
            "growth": (st < -0.1).astype(int),
            "short_interval": np.zeros(start.size, int),
            "outlier": np.zeros(start.size, int),
            "one_reading": (count == 1).astype(int),
            "nominal_first": np.zeros(start.size, int),
            "t_req_mm": need,
            "RL_y": life,
            "RL_lo_y": life * 0.7,
            "RL_hi_y": life * 1.4,
            "RL_today_y": life - (p.as_of_d - r.date_d[last]) / Y,
        }
    )


def _cml_results(p: Plant, q: PositionFrame) -> CmlResultFrame:
    g = groups_of(q.cml_row, p.cmls.n)
    worst = group_argmin(q.RL_y, g)
    pick = np.maximum(worst, 0)
    got = worst >= 0
    return CmlResultFrame.from_columns(
        {
            "cml_row": np.arange(p.cmls.n),
            "n_positions": g.counts.astype(float),
            "n_surveys": np.where(got, 4.0, 0.0),
            "governing_position_row": worst,
            "t_min_mm": group_min(q.t_last_mm, g),
            "t_mean_mm": group_mean(q.t_last_mm, g),
            "last_d": np.where(got, q.last_d[pick], NO_DATE),
            "CR_gov": np.where(got, q.CR_gov[pick], np.nan),
            "CR_max": group_max(q.CR_gov, g),
            "CR_mean": group_mean(q.CR_gov, g),
            "CR_min_to_min": group_max(q.CR_LT, g),
            "rate_basis": np.where(got, q.rate_basis[pick], -1),
            "RL_y": group_min(q.RL_y, g),
            "RL_today_y": group_min(q.RL_today_y, g),
            "flags": np.zeros(p.cmls.n, int),
        }
    )


def _candidates(p: Plant, RL: np.ndarray, last: np.ndarray, target: np.ndarray) -> CandidateFrame:
    c = p.components
    kinds = ("api_half_life", "api_maximum", "cn_periodic", "risk_target", "cn_annual", "t_min_reached")
    interval = np.stack([RL / 2, np.full(c.n, 10.0), np.full(c.n, 6.0), (target - last) / Y, np.full(c.n, 1.0), RL], 1)
    anchor = np.stack([last, last, c.last_periodic_d, last, np.full(c.n, p.as_of_d - 200), last], 1)
    due = anchor + np.floor(np.nan_to_num(interval, nan=0.0) * Y).astype(np.int64)
    valid = ~np.isnan(interval) & (anchor != NO_DATE)
    decides = np.tile([1, 1, 1, 1, 0, 0], (c.n, 1))
    rank = np.where(valid & (decides == 1), due, 10**9)
    governs = np.zeros_like(decides)
    has = rank.min(1) < 10**9
    governs[np.arange(c.n)[has], rank.argmin(1)[has]] = 1
    row, k = np.nonzero(valid)
    order = np.lexsort((due[row, k], row))
    row, k = row[order], k[order]
    rules = np.array(["API510-HALF", "API510-MAX", "TSG21-8.1.6", "RBI-TARGET", "TSG21-7.2", "T-MIN"], object)
    refs = np.array(
        ["API 510 6.5.1", "API 510 6.5.1", "TSG 21 8.1.6", "API RP 581 4.3", "TSG 21 7.2", "API 510 7.2"], object
    )
    return CandidateFrame.from_columns(
        {
            "component_row": row,
            "kind": np.array([index_of("candidate_kind", x) for x in kinds])[k],
            "due_d": due[row, k],
            "interval_y": interval[row, k],
            "anchor_d": anchor[row, k],
            "rule": rules[k],
            "reference": refs[k],
            "decides": decides[row, k],
            "governs": governs[row, k],
            "verified": (k != 3).astype(int),
            "reason": np.full(row.size, "plan.why.rule", object),
        }
    )


def make_study(
    n: int = 250, per: int = 6, surveys: int = 4, seed: int = 7, edits: dict[int, dict[str, Any]] | None = None
) -> Study:
    """A study over the made-up plant; the numbers are plausible, not right."""
    p = make_plant(n, per, surveys, seed, edits)
    c = p.components
    rng = np.random.default_rng(seed + 1)
    t_req = np.maximum(np.where(np.isnan(c.D_mm), 2.8, c.P_MPa * np.nan_to_num(c.D_mm, nan=219) / (2 * 163 * c.E)), 2.8)
    t_req = np.minimum(t_req, c.t_nom_mm - 1.5)
    q = _positions(p, t_req)
    m = _cml_results(p, q)
    g = p.cmls_of_component
    t_min, RL = group_min(m.t_min_mm, g), group_min(m.RL_y, g)
    worst = group_argmin(m.RL_y, g)
    last = np.where(worst >= 0, m.last_d[np.maximum(worst, 0)], NO_DATE)
    gov = group_max(m.CR_gov, g)
    D_f = np.where(np.isnan(t_min), np.nan, 10.0 ** rng.uniform(-0.5, 3.3, n))
    P_f, CA = D_f * 3.06e-5, 10.0 ** rng.uniform(0.4, 3.8, n)
    pc = np.where(np.isnan(P_f), -1, np.searchsorted([3.06e-5, 3.06e-4, 3.06e-3, 3.06e-2], P_f) + 1)
    cc = np.searchsorted([9.29, 92.9, 929, 9290], CA) + 1
    cat = np.where(pc < 0, -1, MATRIX[np.maximum(pc, 1) - 1, cc - 1])
    risk = P_f * CA
    dates = p.as_of_d + np.round(np.arange(0, 21) * Y).astype(np.int64)
    growth = np.exp(np.outer(rng.uniform(0.05, 0.3, n), np.arange(21)))
    panel_D, planned = D_f[:, None] * growth, D_f[:, None] * np.minimum(growth, 1.6 + 0.2 * np.sin(np.arange(21)))
    over = panel_D * 3.06e-5 * CA[:, None] >= 3.7
    target = np.where(over.any(1), dates[over.argmax(1)], AS_OF + 9000).astype(float)
    cand = _candidates(p, RL, last.astype(float).astype(np.int64), target)
    chosen = np.flatnonzero(cand.governs == 1)
    next_d, next_kind = np.full(n, NO_DATE), np.full(n, -1)
    next_d[cand.component_row[chosen]], next_kind[cand.component_row[chosen]] = cand.due_d[chosen], cand.kind[chosen]
    age = (AS_OF - c.in_service_d) / Y
    beyond = age >= np.nan_to_num(c.design_life_y, nan=20.0)
    state = np.where(np.isnan(c.design_life_y), np.where(beyond, 4, 3), np.where(beyond, 1, 0))
    mawp = c.P_MPa * t_min / t_req
    flag = {f: np.zeros(n, bool) for f in RESULT_FLAGS}
    n_cml = g.counts
    flag["no_cml"], flag["no_readings"] = n_cml == 0, np.isnan(t_min)
    with np.errstate(invalid="ignore"):
        flag["below_t_req"], flag["below_alert"] = t_min < t_req, t_min < t_req + 1.0
        flag["set_pressure_above_mawp"] = c.set_pressure_MPa > mawp
    flag["beyond_design_life"] = beyond
    flag["overdue"] = (next_d != NO_DATE) & (next_d < AS_OF)
    flag["temporary_repair"] = c.temp_repair_expiry_d != NO_DATE
    flag["assumed_rate"] = gov <= 0.0250001
    flag["unverified_constant"] = np.arange(n) % 5 == 0
    bits = sum((flag[f].astype(np.int64) << i for i, f in enumerate(RESULT_FLAGS)), np.zeros(n, np.int64))
    res = ComponentResultFrame.from_columns(
        {
            "component_row": np.arange(n),
            "n_cml": n_cml.astype(float),
            "n_cml_read": np.bincount(p.cmls.component_row[~np.isnan(m.t_min_mm)], minlength=n).astype(float),
            "n_readings": np.bincount(p.cmls.component_row[p.readings.cml_row], minlength=n).astype(float),
            "governing_cml_row": worst,
            "t_min_mm": t_min,
            "t_mean_mm": group_mean(m.t_mean_mm, g),
            "t_cov": np.full(n, 0.03),
            "last_reading_d": last,
            "CR_LT": gov * 0.9,
            "CR_ST": gov,
            "CR_reg_hi": gov * 1.1,
            "CR_gov": gov,
            "CR_max": gov,
            "CR_mean": group_mean(m.CR_mean, g),
            "rate_basis": np.where(worst >= 0, m.rate_basis[np.maximum(worst, 0)], -1),
            "S_MPa": np.full(n, 163.0),
            "S_verified": (np.arange(n) % 5 != 0).astype(int),
            "P_total_MPa": c.P_MPa,
            "t_req_mm": t_req,
            "t_req_case": np.where(t_req <= 2.8, 5, 0),
            "t_alert_mm": t_req + 1.0,
            "t_retire_mm": t_req,
            "MAWP_new": c.P_MPa * c.t_nom_mm / t_req,
            "MAWP_now": mawp,
            "MAWP_next": mawp * 0.94,
            "design_procedure": np.full(n, "asme_viii.ug27", object),
            "RL_y": RL,
            "RL_lo_y": RL * 0.7,
            "RL_hi_y": RL * 1.4,
            "RL_today_y": RL - (AS_OF - last) / Y,
            "A_rt": np.clip(gov * 8 / c.t_nom_mm, 0, 1),
            "t_min_reached_d": np.where(np.isnan(RL), NO_DATE, last + (np.nan_to_num(RL) * Y).astype(np.int64)),
            "SR_p": np.full(n, 0.52),
            "D_f_thin": D_f,
            "D_f_total": D_f,
            "P_f": P_f,
            "CA_cmd": CA * 0.7,
            "CA_inj": CA,
            "CA": CA,
            "risk": risk,
            "P_f_category": pc,
            "CA_category": cc,
            "risk_category": cat,
            "four_colour": np.where(cat < 0, -1, 3 - cat),
            "risk_target_d": target.astype(np.int64),
            "risk_at_next": risk * 1.7,
            "age_y": age,
            "life_state": state,
            "next_d": next_d,
            "next_kind": next_kind,
            "design_life_end_d": c.in_service_d + (np.nan_to_num(c.design_life_y, nan=20.0) * Y).astype(np.int64),
            "flags": bits,
            "refusal": np.where(flag["no_readings"], "core.cancelled", "").astype(object),
        }
    )
    names, first = np.unique(c.circuit.astype(str), return_index=True)
    circuits = CircuitFrame.from_columns({"circuit_id": c.circuit_id[first], "circuit": names.astype(object)})
    return Study(
        p,
        DEFAULTS,
        q,
        m,
        res,
        circuits,
        cand,
        RiskPanel(dates, panel_D, panel_D * 3.06e-5, panel_D * 3.06e-5 * CA[:, None]),
        RiskPanel(dates, planned, planned * 3.06e-5, planned * 3.06e-5 * CA[:, None]),
    )


MATRIX = np.array([[0, 0, 1, 1, 2], [0, 0, 1, 1, 2], [0, 0, 1, 2, 3], [1, 1, 2, 2, 3], [2, 2, 2, 3, 3]])


def governing_reading(study: Study, component_row: int) -> int:
    """Reading row of the latest reading of the governing position of a component."""
    cml = int(study.components.governing_cml_row[component_row])
    position = int(study.cmls.governing_position_row[cml])
    return int(study.positions.reading_start[position] + study.positions.reading_count[position] - 1)


__all__ = ["AS_OF", "MATRIX", "governing_reading", "make_plant", "make_study"]
