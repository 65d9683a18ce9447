"""Atmospheric tanks of a case: release, area of the courses, and money, for the rows that are parts of a tank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, TextArray
from integrity.core.codes import codes, index_of
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.group import group_max, groups_of
from integrity.core.procedure import Param, Procedure, Result
from integrity.core.settings import Settings, Value
from integrity.rbi import area, tanks_common, tanks_cost
from integrity.rbi.case import RiskCase
from integrity.rbi.data import EFFECTS, HOLES, PHASES, fluids, keyed, raw
from integrity.rbi.financial import tank_types
from integrity.rbi.release import RELEASE_TYPES
from integrity.rbi.tanks_release import BOTTOM, BOTTOM_PROCEDURE, SHELL

PROCEDURES = (SHELL, BOTTOM_PROCEDURE, tanks_cost.AREA, tanks_cost.PROCEDURE)
N_HOLES = len(HOLES)
CONTINUOUS = RELEASE_TYPES.index("continuous")
LIQUID = PHASES.index("liquid")
CARRIED = {
    tanks_cost.AREA_KEY: frozenset(f"CA_{e}_{h}" for e in EFFECTS for h in HOLES),
    tanks_cost.KEY: frozenset({"FC_env"}),
    area.KEY: frozenset({"release_phase", "release_type", "rate_kg_s", "mass_kg"}),
}


@dataclass(frozen=True)
class TankConsequence:
    """Consequence of the tank parts of a case.

    `component` holds their component rows, ascending; every array has one row a tank part. Areas belong to shell
    courses only: the leak of a bottom has none, its risk is money, and its areas are NaN. By hole: `rate_kg_s`,
    `mass_kg`, `volume_bbl` of shape (n, 4); a bottom has no medium or large hole (0) and no rate of rupture (NaN).
    `results` holds the procedure results by key, `rows` for each key the result row of each tank part (-1: none; for
    the area procedure the first of its four hole rows). `reasons` says what is missing or outside a limit.
    """

    component: IntArray
    CA_cmd: FloatArray
    CA_inj: FloatArray
    CA: FloatArray
    FC: FloatArray
    FC_bound: FloatArray
    FC_case: IntArray
    FC_category: IntArray
    rate_kg_s: FloatArray
    mass_kg: FloatArray
    volume_bbl: FloatArray
    results: Mapping[str, Result]
    rows: Mapping[str, IntArray]
    reasons: TextArray

    @property
    def n(self) -> int:
        """Number of tank parts."""
        return int(self.component.size)


def level_1_fluid(tank_fluid: IntArray) -> IntArray:
    """Representative fluid of the Level 1 tables for a tank fluid.

    Parameters
    ----------
    tank_fluid : ndarray of int64

    Returns
    -------
    ndarray of int64
        Index of the property table, -1 where unknown.
    """
    names = [fluids().names.index(f) for f in raw("tank")["level_1_fluids"]]
    place = keyed("tank", "level_1").rows[:, 0]
    table = np.array([-1 if np.isnan(p) else names[int(p)] for p in place], dtype=np.int64)
    return table[tank_fluid]


def tank_fluid_of(fluid: IntArray) -> IntArray:
    """Tank fluid with the properties of a representative fluid.

    Parameters
    ----------
    fluid : ndarray of int64
        Index of the enumeration `fluid`.

    Returns
    -------
    ndarray of int64
        The first of those of equal properties; -1 where the tank table has none.
    """
    order = raw("tank")["level_1_fluids"]
    first = {order[int(p)]: i for i, p in reversed(list(enumerate(keyed("tank", "level_1").rows[:-1, 0])))}
    return np.array([*(first.get(f, -1) for f in codes("fluid")), -1], dtype=np.int64)[fluid]


def _own_fluid(fluid: IntArray) -> IntArray:
    names = fluids().names
    table = [names.index(f) if f in names else -1 for f in codes("fluid")]
    return np.array([*table, -1], dtype=np.int64)[fluid]


def fill_height(case: RiskCase) -> FloatArray:
    """Fill height of the tank of each component.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    ndarray of float64, m
        The recorded fact, else the greatest liquid height among the parts of the same item (that of its lowest
        course).
    """
    c = case.components
    _, item = np.unique(c.equipment_id, return_inverse=True)
    order = np.argsort(item, kind="stable")
    n_items = int(item.max()) + 1 if item.size else 0
    highest = group_max(c.tank_H_m[order], groups_of(item[order], n_items))
    recorded = case.facts.column(Param("fill_height_m", "height", required=False))
    return np.where(np.isnan(recorded), highest[item] if item.size else recorded, recorded)


def _bound(case: RiskCase, procedure: Procedure, given: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    return {p.symbol: given[p.symbol] if p.symbol in given else case.facts.column(p) for p in procedure.inputs}


def _release_inputs(case: RiskCase, fill: FloatArray) -> dict[str, AnyArray]:
    c, facts = case.components, case.facts
    fluid = facts.column(Param("tank_fluid", "code", codes=tanks_common.FLUIDS))
    stated = facts.column(Param("rho_stated", "density", required=False))
    return {
        "component_type": c.component_type,
        "tank_D_m": c.tank_D_m,
        "fill_height_m": fill,
        "liquid_head_m": c.tank_H_m,
        "tank_fluid": np.where(fluid >= 0, fluid, tank_fluid_of(c.fluid)),
        "rho_stated": np.where(np.isnan(stated) & (fluid < 0) & (tank_fluid_of(c.fluid) < 0), c.rho_liq, stated),
    }


def _areas(case: RiskCase, shell: Result) -> tuple[Result, dict[str, AnyArray]]:
    """Level 1 areas of the four holes of each course, always a continuous release of liquid."""
    c, s, n = case.components, case.settings, shell.n
    fluid = np.where(shell["tank_fluid"] >= 0, level_1_fluid(shell["tank_fluid"]), _own_fluid(c.fluid))
    rate = np.column_stack([shell[f"rate_{h}"] for h in HOLES])
    mass = np.column_stack([shell[f"mass_{h}"] for h in HOLES])
    default = index_of("isolation", s.code("rbi.isolation_default"))
    each = np.repeat(np.arange(n, dtype=np.int64), N_HOLES)
    given: dict[str, AnyArray] = {
        "fluid": fluid[each],
        "release_phase": np.full(each.size, LIQUID, dtype=np.int64),
        "release_type": np.full(each.size, CONTINUOUS, dtype=np.int64),
        "rate_kg_s": rate.reshape(-1),
        "mass_kg": mass.reshape(-1),
        "T_s_C": c.T_op_C[each],
        "mitigation": np.where(c.mitigation < 0, index_of("mitigation", "none"), c.mitigation)[each],
        "isolation": np.where(c.isolation < 0, default, c.isolation)[each],
    }
    own = {p.symbol: case.facts.column(p)[each] for p in area.PROCEDURE.inputs if p.symbol not in given}
    burnt = area.PROCEDURE.run({**given, **own}, s)
    stated = case.facts.column(Param("consequence_none", "flag", required=False)) == 1
    nothing = (rate == 0.0) | (stated & ~area.flammable_fluid(fluid))[:, None]
    columns: dict[str, AnyArray] = {"component_type": c.component_type}
    for e in EFFECTS:
        by_hole = np.where(nothing, 0.0, burnt[f"CA_{e}"].reshape(-1, N_HOLES))
        columns |= {f"CA_{e}_{h}": by_hole[:, i] for i, h in enumerate(HOLES)}
    return burnt, columns


@lru_cache(maxsize=64)
def _no_tanks(changed: tuple[tuple[str, Value], ...]) -> TankConsequence:
    """Consequence of no tank: most parts of a plant have none."""
    nobody = RiskCase(
        ComponentFrame.from_columns({}, 0),
        InspectionFrame.from_columns({}, 0),
        groups_of(np.zeros(0, dtype=np.int64), 0),
        RiskInputFrame.from_columns({}, 0),
        0,
        Settings(dict(changed)),
    )
    return assess(nobody)


def assess(case: RiskCase) -> TankConsequence:
    """Consequence of every tank part of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    TankConsequence
        Facts used, by symbol: fill_height_m, course_height_m, tank_fluid, rho_stated, mu_stated, soil, soil_contact,
        release_barrier, s_gw_m, P_lvdike, P_onsite, P_offsite, sensitivity, dike_area_m2, cost_material,
        outage_<hole>_d and the unit costs. Diameter, liquid height, fluid, temperature and mitigation come from the
        components. No toxic and no other area is determined for a tank; where the fact consequence_none says so and
        the contents do not burn, the areas are nothing.
    """
    rows = np.flatnonzero(np.isin(case.components.component_type, tank_types()))
    if case.n and not rows.size:
        return _no_tanks(tuple(sorted(case.settings.changed.items())))
    fill = fill_height(case)[rows]
    part = case.take(rows)
    bottom = part.components.component_type == BOTTOM
    here = {SHELL.key: np.flatnonzero(~bottom), BOTTOM_PROCEDURE.key: np.flatnonzero(bottom)}
    results: dict[str, Result] = {}
    for procedure in (SHELL, BOTTOM_PROCEDURE):
        own = part.take(here[procedure.key])
        given = _release_inputs(own, fill[here[procedure.key]])
        results[procedure.key] = procedure.run(_bound(own, procedure, given), case.settings)
    courses = part.take(here[SHELL.key])
    results[area.KEY], areas = _areas(courses, results[SHELL.key])
    results[tanks_cost.AREA_KEY] = tanks_cost.AREA.run(_bound(courses, tanks_cost.AREA, areas), case.settings)
    at = {k: _places(v, rows.size) for k, v in here.items()}
    at[tanks_cost.AREA_KEY] = at[SHELL.key]
    at[area.KEY] = np.where(at[SHELL.key] < 0, -1, N_HOLES * at[SHELL.key])
    at[tanks_cost.KEY] = np.arange(rows.size, dtype=np.int64)
    CA = {s: _picked(results[tanks_cost.AREA_KEY][s], at[SHELL.key]) for s in ("CA_cmd", "CA_inj", "CA")}
    env = np.where(
        bottom,
        _picked(results[BOTTOM_PROCEDURE.key]["FC_env"], at[BOTTOM_PROCEDURE.key]),
        _picked(results[SHELL.key]["FC_env"], at[SHELL.key]),
    )
    given = {
        "component_type": part.components.component_type,
        "tank_D_m": part.components.tank_D_m,
        "CA_cmd": CA["CA_cmd"],
        "CA_inj": CA["CA_inj"],
        "FC_env": env,
    }
    cost = tanks_cost.PROCEDURE.run(_bound(part, tanks_cost.PROCEDURE, given), case.settings)
    results[tanks_cost.KEY] = cost
    by_hole = {k: _by_hole(k, results, at, rows.size) for k in ("rate", "mass", "bbl")}
    return TankConsequence(
        component=rows,
        **CA,
        FC=cost["FC"],
        FC_bound=cost["FC_bound"],
        FC_case=cost["FC_case"],
        FC_category=cost["FC_category"],
        rate_kg_s=by_hole["rate"],
        mass_kg=by_hole["mass"],
        volume_bbl=by_hole["bbl"],
        results=results,
        rows=at,
        reasons=_reasons(results, at, rows.size),
    )


def _places(members: IntArray, n: int) -> IntArray:
    out = np.full(n, -1, dtype=np.int64)
    out[members] = np.arange(members.size)
    return out


def _picked(values: FloatArray, rows: IntArray) -> FloatArray:
    return np.append(values, np.nan)[rows]


def _by_hole(kind: str, results: Mapping[str, Result], at: Mapping[str, IntArray], n: int) -> FloatArray:
    out = np.full((n, N_HOLES), np.nan)
    shell, bottom = results[SHELL.key], results[BOTTOM_PROCEDURE.key]
    low = at[BOTTOM_PROCEDURE.key]
    known = ~np.isnan(_picked(bottom["mass_small"], low))
    for i, h in enumerate(HOLES):
        out[:, i] = _picked(shell[f"{kind}_{h}"], at[SHELL.key])
        symbol = f"{kind}_{h}"
        if symbol in bottom.columns:
            out[low >= 0, i] = _picked(bottom[symbol], low)[low >= 0]
        elif h in ("medium", "large"):
            out[(low >= 0) & known, i] = 0.0
    return out


def unverified(tanks: TankConsequence) -> BoolArray:
    """Tank parts whose numbers rest on a value without two agreeing sources: holes, fluid and costs of every tank.

    Parameters
    ----------
    tanks : TankConsequence

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(~np.isnan(tanks.FC_bound) | ~np.isnan(tanks.CA))


def _tokens(procedure: Procedure, missing: int, refused: int) -> list[str]:
    carried = CARRIED.get(procedure.key, frozenset())
    inputs = enumerate(procedure.inputs)
    found = [f"missing:{p.symbol}" for j, p in inputs if missing >> j & 1 and p.symbol not in carried]
    return found + [f"limit:{lim.key}" for i, lim in enumerate(procedure.limits) if refused >> i & 1]


def _reasons(results: Mapping[str, Result], at: Mapping[str, IntArray], n: int) -> TextArray:
    masks: list[tuple[Procedure, IntArray, IntArray]] = []
    for procedure in (*PROCEDURES[:2], area.PROCEDURE, *PROCEDURES[2:]):
        result, rows = results[procedure.key], at[procedure.key]
        wide = N_HOLES if procedure is area.PROCEDURE else 1
        bits = [np.bitwise_or.reduce(b.reshape(-1, wide), axis=1) for b in (result.missing, result.refused)]
        if procedure is area.PROCEDURE:
            # A course that burns nothing, and one that lacks its release, need no reasons of the flammable area.
            sought = (results[SHELL.key]["h_course_m"] > 0.0) & np.isnan(results[tanks_cost.AREA_KEY]["CA"])
            bits = [np.where(sought, b, 0) for b in bits]
        missing, refused = (np.where(rows < 0, 0, np.append(b, 0)[rows // wide]) for b in bits)
        masks.append((procedure, missing, refused))
    every = np.column_stack([m for _, missing, refused in masks for m in (missing, refused)])
    rows = np.flatnonzero(every.any(axis=1))
    keys, back = np.unique(every[rows], axis=0, return_inverse=True) if rows.size else (every[:0], rows)
    texts = []
    for key in keys.tolist():
        found = [t for i, (p, _, _) in enumerate(masks) for t in _tokens(p, key[2 * i], key[2 * i + 1])]
        texts.append("; ".join(dict.fromkeys(found)))
    out = np.full(n, "", dtype=object)
    out[rows] = np.array([*texts, ""], dtype=object)[back.reshape(-1)]
    return out
