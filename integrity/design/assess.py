"""Design of a whole plant: every row to its code's procedure, then the case that governs and the three pressures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, as_float
from integrity.core.frames.design import DesignFrame
from integrity.core.frames.plant import ComponentFrame
from integrity.core.group import group_count, group_min, groups_of
from integrity.core.procedure import Result
from integrity.core.settings import Settings
from integrity.design.common import CASE
from integrity.design.materials import STRESS_CASES
from integrity.design.prepared import (
    PIPING,
    Prepared,
    Runs,
    external_columns,
    is_code,
    is_geometry,
    prepare,
    stress_reason,
)
from integrity.design.procedures import procedures_for
from integrity.design.tank import S_CASES

VESSEL = ("cylinder", "sphere", "hemispherical", "ellipsoidal", "torispherical", "cone")
STATES = ("new", "now", "next", "next_1x")
PASSES = 12


@dataclass(frozen=True)
class Route:
    """Which procedure takes the rows of which construction codes and geometries; no code means any."""

    key: str
    codes: tuple[str, ...]
    geometries: tuple[str, ...]


def _vessel_routes(prefix: str, code: str) -> tuple[Route, ...]:
    return (
        Route(f"{prefix}.cylinder", (code,), ("cylinder",)),
        Route(f"{prefix}.cylinder_outside", (code,), ("pipe",)),
        Route(f"{prefix}.sphere", (code,), ("sphere", "hemispherical")),
        Route(f"{prefix}.ellipsoidal", (code,), ("ellipsoidal",)),
        Route(f"{prefix}.torispherical", (code,), ("torispherical",)),
        Route(f"{prefix}.cone", (code,), ("cone",)),
    )


ROUTES: tuple[Route, ...] = (
    *_vessel_routes("asme8.2021", "ASME_VIII_1"),
    *_vessel_routes("gb150.2011", "GB_150"),
    Route("b31_3.2020.pipe", ("ASME_B31_3",), ("pipe",)),
    Route("b31_3.2020.bend", ("ASME_B31_3",), ("bend",)),
    Route("gb20801.2020.pipe", ("GB_T_20801",), ("pipe",)),
    Route("gb20801.2020.bend", ("GB_T_20801",), ("bend",)),
    Route("api653.2014.course", (), ("tank_course",)),
    Route("api653.2014.bottom", (), ("tank_bottom",)),
)
EXTERNAL_ROUTES: tuple[Route, ...] = (
    Route("asme8.2021.external_cylinder", (), ("cylinder", "pipe", "bend")),
    Route("asme8.2021.external_cone", (), ("cone",)),
    Route("asme8.2021.external_sphere", (), ("sphere", "hemispherical", "ellipsoidal", "torispherical")),
)


_EXTERNAL_KEYS = frozenset(r.key for r in EXTERNAL_ROUTES)
COURSE_KEY = "api653.2014.course"


@dataclass(frozen=True)
class DesignBasis:
    """What a design rests on apart from the walls: components, settings, tables and the owner's least thickness."""

    components: ComponentFrame
    settings: Settings
    overlay: Path | None
    t_req_owner_mm: Any


@dataclass(frozen=True)
class DesignResult:
    """Design frame of a plant and the procedure results behind it.

    `results` is keyed by procedure key; runs of the same procedure for another state carry `:new`, `:now`,
    `:next` or `:next_1x` behind it. `rows` holds the component rows of each result, ascending.
    """

    frame: DesignFrame
    results: Mapping[str, Result]
    rows: Mapping[str, IntArray]
    basis: DesignBasis

    def row_in(self, name: str, component_row: int) -> int:
        """Row of a component in a result.

        Parameters
        ----------
        name : str
            Key of `results`.
        component_row : int

        Returns
        -------
        int
            -1 where the result does not cover the component.
        """
        rows = self.rows.get(name, np.zeros(0, dtype=np.int64))
        at = int(np.searchsorted(rows, component_row))
        return at if at < rows.size and int(rows[at]) == component_row else -1

    def lineage(self, component_row: int, column: str) -> tuple[tuple[str, int, str], ...]:
        """Results that explain a column of the design frame, in the order of the calculation.

        Parameters
        ----------
        component_row : int
        column : str
            A column of `DesignFrame`.

        Returns
        -------
        tuple of (result name, row in that result, symbol)
            The procedure is `procedure(name.split(":")[0])`, the steps those that lead to the symbol.
        """
        route = str(self.frame.procedure[component_row])
        wanted = [(name.replace("*", route), symbol) for name, symbol in LINEAGE.get(column, ())]
        found = [(name, self.row_in(name, component_row), symbol) for name, symbol in wanted]
        covered = tuple(f for f in found if f[1] >= 0 and f[2] in self.results[f[0]].columns)
        external = any(name.split(":")[0] in _EXTERNAL_KEYS for name, _, _ in covered)
        used = {"S_y": route == COURSE_KEY, "S_y_T": external or column == "S_y_T_MPa"}
        return tuple(f for f in covered if f[0] != "materials.strength" or used[f[2]])


_INPUT = (
    ("materials.allowable_stress", "S"),
    ("b31_3.2020.joint", "E_j"),
    ("b31_3.2020.joint", "W"),
    ("design.static_head", "P"),
)
_EXTERNAL = tuple((r.key, "P_a_r") for r in EXTERNAL_ROUTES)
_MINIMUM = (("asme8.2021.code_minimum", "t_code"), ("gb150.2011.code_minimum", "t_code"))
_T_REQ = (
    *_INPUT,
    ("materials.strength", "S_y"),
    ("*", "t_req"),
    ("materials.strength", "S_y_T"),
    *_EXTERNAL,
    ("api574.structural", "t_struct"),
    *_MINIMUM,
    ("design.required_thickness", "t_req"),
)
LINEAGE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "S_MPa": (("materials.allowable_stress", "S"), ("*", "S")),
    "S_amb_MPa": (("materials.allowable_stress:new", "S"),),
    "S_y_T_MPa": (("materials.strength", "S_y_T"),),
    "E_used": (("b31_3.2020.joint", "E_j"),),
    "P_head_MPa": (("design.static_head", "P_head"),),
    "P_total_MPa": (("design.static_head", "P"),),
    "t_circ_mm": (*_INPUT, ("*", "t_C"), ("*", "t_req")),
    "t_long_mm": (*_INPUT, ("*", "t_L")),
    "t_pressure_mm": (*_INPUT, ("*", "t_p"), ("*", "t_req")),
    "t_ext_mm": (("materials.strength", "S_y_T"), *_EXTERNAL),
    "t_struct_mm": (("api574.structural", "t_struct"),),
    "t_code_mm": (*_MINIMUM, ("*", "t_eff")),
    "t_req_mm": _T_REQ,
    "t_req_case": _T_REQ,
    "t_req_away_mm": (
        *_INPUT,
        ("*:away", "t_req"),
        *_T_REQ[len(_INPUT) + 2 : -1],
        ("design.required_thickness:away", "t_req"),
    ),
    "t_alert_mm": (*_T_REQ[:-1], ("api574.structural", "t_alert_tab"), ("design.required_thickness", "t_alert")),
    "t_retire_mm": (*_T_REQ[:-1], ("design.required_thickness", "t_retire")),
    "t_next_mm": (("design.wall_at_next", "t_next"),),
    "t_next_1x_mm": (("design.wall_at_next", "t_next_1x"),),
    "MAWP_new": (
        ("materials.allowable_stress:new", "S"),
        *_INPUT[1:],
        ("*:new", "MAWP"),
        ("design.rating", "MAWP_new"),
    ),
    "MAWP_now": (*_INPUT, ("*:now", "MAWP"), ("design.rating", "MAWP_now")),
    "MAWP_next": (
        *_INPUT,
        ("design.wall_at_next", "t_next"),
        ("*:next", "MAWP"),
        ("design.rating", "MAWP_next"),
    ),
    "MAWP_next_1x": (
        *_INPUT,
        ("design.wall_at_next", "t_next_1x"),
        ("*:next_1x", "MAWP"),
        ("design.rating", "MAWP_next_1x"),
    ),
    "P_ext_now": (("materials.strength", "S_y_T"), *((f"{r.key}:now", "P_a") for r in EXTERNAL_ROUTES)),
    "P_ext_next": (("design.wall_at_next", "t_next"), *((f"{r.key}:next", "P_a") for r in EXTERNAL_ROUTES)),
    "H_max_now_m": (("*:now", "H_max"),),
    "H_max_next_m": (("design.wall_at_next", "t_next"), ("*:next", "H_max")),
    "interval_max_y": (*_INPUT, ("*", "t_req"), ("design.rating", "interval_max")),
    "set_above_mawp": (*_INPUT, ("*:now", "MAWP"), ("design.rating", "MAWP_now")),
}


def assess_design(
    components: ComponentFrame,
    settings: Settings,
    t_actual_mm: Any,
    CR_gov: Any,
    years_to_next: Any,
    *,
    overlay: Path | None = None,
    t_req_owner_mm: Any = np.nan,
) -> DesignResult:
    """Required thickness, its governing case and the allowable pressures of every component.

    Parameters
    ----------
    components : ComponentFrame, n rows
    settings : Settings
    t_actual_mm : array_like, mm, shape (n,)
        Present least thickness of each component, NaN where there is no reading.
    CR_gov : array_like, mm/year, shape (n,)
        Governing rate.
    years_to_next : array_like, year
        Years to the next inspection.
    overlay : Path, optional
        Folder of tables that stand before the shipped ones.
    t_req_owner_mm : array_like, mm, optional
        Owner's least thickness: competes with the other cases, and alone stands where the code has no rule for the
        row or refuses it. It never stands in for missing data.

    Returns
    -------
    DesignResult
        A row without a rule, with missing data or outside the limits of its rule has NaN and says why in
        `refusal`.
    """
    basis = DesignBasis(components, settings, overlay, t_req_owner_mm)
    return _assess(basis, t_actual_mm, CR_gov, years_to_next, {})


def with_walls(result: DesignResult, t_actual_mm: Any, CR_gov: Any, years_to_next: Any) -> DesignResult:
    """The same design with other present walls, rates and years; what does not depend on them is not run again.

    Parameters
    ----------
    result : DesignResult
    t_actual_mm : array_like, mm, shape (n,)
    CR_gov : array_like, mm/year, shape (n,)
    years_to_next : array_like, year

    Returns
    -------
    DesignResult
        Equal to what `assess_design` gives for the same components, settings and tables.
    """
    lasting = {k: (r, result.rows[k]) for k, r in result.results.items() if not _by_wall(k)}
    return _assess(result.basis, t_actual_mm, CR_gov, years_to_next, lasting)


def _by_wall(name: str) -> bool:
    key, _, state = name.partition(":")
    return key in ("design.wall_at_next", "design.rating") or state in STATES[1:]


def _assess(
    basis: DesignBasis,
    t_actual_mm: Any,
    CR_gov: Any,
    years_to_next: Any,
    known: Mapping[str, tuple[Result, IntArray]],
) -> DesignResult:
    components, n = basis.components, basis.components.n
    runs = Runs(n, basis.settings, basis.overlay, known=known)
    p = prepare(components, runs)
    given = (t_actual_mm, CR_gov, years_to_next, basis.t_req_owner_mm)
    p["t_now"], p["CR_gov"], p["years"], p["t_owner"] = (np.array(np.broadcast_to(as_float(v), (n,))) for v in given)
    _walls(p, runs)
    tokens: dict[str, BoolArray] = {}
    if "design.static_head" in runs.results:
        _reasons(runs, "design.static_head", tokens)
    _pressure_runs(components, p, runs, tokens)
    _external_runs(components, p, runs, tokens)
    _floors(components, p, runs)
    _required(p, runs)
    _away_from_welds(components, p, runs)
    _rating(components, p, runs)
    for token, rows in stress_reason(p).items():
        _note(tokens, token, np.flatnonzero(rows), n)
    return DesignResult(_frame(components, p, runs, tokens), runs.results, runs.rows, basis)


def _walls(p: Prepared, runs: Runs) -> None:
    runs.run("design.wall_at_next", np.arange(runs.n), p)
    p["t_next"] = runs.spread("design.wall_at_next", "t_next", runs.blank())
    p["t_next_1x"] = runs.spread("design.wall_at_next", "t_next_1x", runs.blank())
    p["wall_new"], p["wall_now"], p["wall_next"], p["wall_next_1x"] = (
        p["t_nom"],
        p["t_now"],
        p["t_next"],
        p["t_next_1x"],
    )


def _rows_of(c: ComponentFrame, route: Route) -> IntArray:
    mask = is_geometry(c, *route.geometries)
    if route.codes:
        mask = mask & is_code(c, *route.codes)
    return np.flatnonzero(mask)


def _pressure_runs(c: ComponentFrame, p: Prepared, runs: Runs, tokens: dict[str, BoolArray]) -> None:
    n = runs.n
    p["route"] = np.full(n, "", dtype=object)
    p["route_at"] = np.full(n, -1, dtype=np.int64)
    for name in ("t_p", "t_C", "t_L", "t_eff", "H_max_now", "H_max_next", *(f"MAWP_part_{s}" for s in STATES)):
        p[name] = runs.blank()
    p["t_p_case"] = np.full(n, -1, dtype=np.int64)
    p["refused"] = np.zeros(n, dtype=np.bool_)
    for at, route in enumerate(ROUTES):
        rows = _rows_of(c, route)
        if rows.size == 0:
            continue
        p["route"][rows], p["route_at"][rows] = route.key, at
        _required_run(c, p, runs, route.key, rows)
        _reasons(runs, route.key, tokens)
        for state in STATES:
            _state_run(c, p, runs, route.key, rows, state, tokens)
    _note(tokens, "refusal.no_rule", np.flatnonzero(p["route_at"] < 0), n)


def _required_run(c: ComponentFrame, p: Prepared, runs: Runs, key: str, rows: IntArray) -> None:
    result = _solve(c, p, runs, key, rows, {**p, "t": runs.blank()})
    thickness = "t_p" if "t_p" in result.columns else "t_req"
    p["t_p"][rows] = result[thickness]
    case = result["t_req_case"]
    p["t_p_case"][rows] = np.where(np.isnan(result[thickness]), -1, CASE["pressure"]) if thickness == "t_p" else case
    p["refused"][rows] = (result.refused != 0) & (result.missing == 0)
    p["t_C"][rows] = (
        result["t_C"] if "t_C" in result.columns else np.where(case == CASE["circumferential"], result["t_req"], np.nan)
    )
    for name in ("t_L", "t_eff"):
        runs.spread(key, name, p[name])
    if "S_case" in result.columns:
        owner = result["S_case"] == S_CASES.index("owner")
        p["S_case"][rows] = np.where(owner, STRESS_CASES.index("owner"), STRESS_CASES.index("api653_rule"))
        p["S"][rows] = p["S_amb"][rows] = result["S"]


def _solve(
    c: ComponentFrame, p: Prepared, runs: Runs, key: str, rows: IntArray, base: Prepared, state: str = ""
) -> Result:
    """Run for the required wall; with corroded diameters until the loss down to it has settled."""
    result = runs.run(key, rows, base, state)
    if runs.settings.code("design.diameter_basis") == "corroded":
        for _ in range(PASSES):
            wall = runs.spread(f"{key}:{state}" if state else key, "t_req", runs.blank())
            result = runs.run(key, rows, {**base, **_corroded(c, p, wall)}, state)
    return result


def _corroded(c: ComponentFrame, p: Prepared, wall: FloatArray) -> Prepared:
    """Inside dimensions with the loss down to `wall`; unknown side counts as inside."""
    loss = np.where((c.internal_thinning == 0) | np.isnan(wall), 0.0, np.maximum(p["t_nom"] - wall, 0.0))
    return {"D": p["D"] + 2 * loss, "L": p["L"] + loss, "r": p["r"] + loss}


def _state_run(
    c: ComponentFrame, p: Prepared, runs: Runs, key: str, rows: IntArray, state: str, tokens: dict[str, BoolArray]
) -> None:
    unknown = bool(np.isnan(p[f"wall_{state}"][rows]).all())
    if unknown or "t" not in {x.symbol for x in procedures_for(runs.overlay)[key].inputs}:
        return
    columns = {**p, "t": p[f"wall_{state}"]}
    if state == "new":
        columns["S"] = p["S_amb"]
    elif runs.settings.code("design.diameter_basis") == "corroded":
        columns |= _corroded(c, p, p[f"wall_{state}"])
    runs.run(key, rows, columns, state)
    runs.spread(f"{key}:{state}", "MAWP", p[f"MAWP_part_{state}"])
    if state in ("now", "next"):
        runs.spread(f"{key}:{state}", "H_max", p[f"H_max_{state}"])
    if state in ("now", "next"):
        _reasons(runs, f"{key}:{state}", tokens)


def _external_runs(c: ComponentFrame, p: Prepared, runs: Runs, tokens: dict[str, BoolArray]) -> None:
    n = runs.n
    vacuum = c.P_ext_MPa > 0.0
    p["t_ext"] = np.where(vacuum, np.nan, 0.0)
    p["P_a_now"], p["P_a_next"] = runs.blank(), runs.blank()
    x = external_columns(c, p)
    covered = np.zeros(n, dtype=np.bool_)
    for route in EXTERNAL_ROUTES:
        rows = np.flatnonzero(is_geometry(c, *route.geometries) & vacuum)
        if rows.size == 0:
            continue
        covered[rows] = True
        runs.run(route.key, rows, {**x, "t": runs.blank()})
        runs.spread(route.key, "t_req", p["t_ext"])
        _reasons(runs, route.key, tokens)
        for state in ("now", "next"):
            if np.isnan(p[f"wall_{state}"][rows]).all():
                continue
            runs.run(route.key, rows, {**x, "P_ext": runs.blank(), "t": p[f"wall_{state}"]}, state)
            runs.spread(f"{route.key}:{state}", "P_a", p[f"P_a_{state}"])
    _note(tokens, "refusal.no_external_rule", np.flatnonzero(vacuum & ~covered), n)
    _note(tokens, "refusal.vacuum_without_external", np.flatnonzero((c.P_op_MPa < 0.0) & np.isnan(c.P_ext_MPa)), n)


def _floors(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    zero = np.zeros(runs.n)
    if runs.settings.code("design.structural_minimum") == "api574":
        pipes = np.flatnonzero(is_code(c, *PIPING) & is_geometry(c, "pipe", "bend"))
        runs.run("api574.structural", pipes, p)
    p["t_struct"] = runs.spread("api574.structural", "t_struct", zero.copy())
    p["t_alert_tab"] = runs.spread("api574.structural", "t_alert_tab", zero.copy())
    shells = is_geometry(c, *VESSEL)
    p["t_code"] = zero.copy()
    for key, code in (("asme8.2021.code_minimum", "ASME_VIII_1"), ("gb150.2011.code_minimum", "GB_150")):
        runs.run(key, np.flatnonzero(shells & is_code(c, code)), p)
        runs.spread(key, "t_code", p["t_code"])
    p["t_code"] = np.fmax(p["t_code"], p["t_eff"])


def _away_from_welds(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    """Required wall with joint efficiency 1, for measuring points that are known to lie away from a weld."""
    p["t_req_away"] = np.array(p["t_req"])
    t_p = np.array(p["t_p"])
    for at, route in enumerate(ROUTES):
        key = f"{route.key}:away"
        rows = np.flatnonzero((p["route_at"] == at) & (p["E"] < 1.0))
        if rows.size == 0 or "E" not in {x.symbol for x in procedures_for(runs.overlay)[route.key].inputs}:
            continue
        _solve(c, p, runs, route.key, rows, {**p, "E": np.ones(runs.n), "t": runs.blank()}, "away")
        runs.spread(key, "t_p" if "t_p" in runs.results[key].columns else "t_req", t_p)
    rows = np.flatnonzero(p["E"] < 1.0)
    columns = {**p, "t_p": t_p, "t_owner": np.where(np.isnan(p["t_owner"]), 0.0, p["t_owner"])}
    runs.run("design.required_thickness", rows, columns, "away")
    runs.spread("design.required_thickness:away", "t_req", p["t_req_away"])


def _required(p: Prepared, runs: Runs) -> None:
    owner = p["t_owner"]
    alone = ~np.isnan(owner) & ((p["route_at"] < 0) | p["refused"])
    columns = {
        **p,
        "t_p": np.where(alone & np.isnan(p["t_p"]), 0.0, p["t_p"]),
        "t_owner": np.where(np.isnan(owner), 0.0, owner),
    }
    runs.run("design.required_thickness", np.arange(runs.n), columns)
    for name in ("t_req", "t_alert", "t_retire"):
        p[name] = runs.spread("design.required_thickness", name, runs.blank())
    p["t_req_case"] = runs.spread("design.required_thickness", "t_req_case", np.full(runs.n, -1, dtype=np.int64))


def _rating(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    by_height = is_geometry(c, "tank_course", "tank_bottom")
    runs.run("design.rating", np.arange(runs.n), {**p, "t_p": np.where(by_height, np.nan, p["t_p"])})
    for name in (*(f"MAWP_{s}" for s in STATES), "interval_max"):
        p[name] = runs.spread("design.rating", name, runs.blank())
    p["set_above"] = runs.spread("design.rating", "set_above_mawp", np.full(runs.n, -1, dtype=np.int64))
    p["MAWP_vessel_now"], p["MAWP_vessel_next"] = _vessel_least(c, p["MAWP_now"], p["MAWP_next"])


def _vessel_least(c: ComponentFrame, *pressures: FloatArray) -> tuple[FloatArray, ...]:
    """Least over the parts of the same equipment and chamber; NaN where one of them is not known."""
    if all(bool(np.isnan(MAWP).all()) for MAWP in pressures):
        return pressures
    pair = c.equipment_id * 16 + c.chamber + 1
    order = np.argsort(pair, kind="stable")
    new = np.ones(c.n, dtype=np.bool_)
    new[1:] = pair[order[1:]] != pair[order[:-1]]
    owner = np.cumsum(new) - 1
    groups = groups_of(owner, int(owner[-1]) + 1)
    out = []
    for MAWP in pressures:
        unknown = group_count(np.isnan(MAWP[order]), groups) > 0
        least = np.empty(c.n)
        least[order] = np.where(unknown, np.nan, group_min(MAWP[order], groups))[owner]
        out.append(least)
    return tuple(out)


def _note(tokens: dict[str, BoolArray], token: str, rows: IntArray, n: int) -> None:
    if rows.size:
        tokens.setdefault(token, np.zeros(n, dtype=np.bool_))[rows] = True


def _reasons(runs: Runs, name: str, tokens: dict[str, BoolArray]) -> None:
    """Collect what is missing and which limits are not met; stress and pressure have reasons of their own."""
    result, rows = runs.results[name], runs.rows[name]
    procedure = procedures_for(runs.overlay)[name.split(":")[0]]
    for j, param in enumerate(procedure.inputs):
        if param.symbol not in ("S", "P"):
            _note(tokens, f"missing.{param.symbol}", rows[(result.missing >> np.int64(j) & 1) == 1], runs.n)
    for i, limit in enumerate(procedure.limits):
        outside = ((result.refused >> np.int64(i) & 1) == 1) & (result.missing == 0)
        _note(tokens, f"limit.{limit.key}", rows[outside], runs.n)


def _refusal(tokens: Mapping[str, BoolArray], n: int) -> AnyArray:
    out = np.full(n, "", dtype=object)
    some = np.flatnonzero(np.logical_or.reduce([np.zeros(n, dtype=np.bool_), *tokens.values()]))
    text = out[some]
    for token, mask in tokens.items():
        rows = mask[some]
        first = rows & (text == "")
        text[rows & ~first] += f" {token}"
        text[first] = token
    out[some] = text
    return out


def _frame(c: ComponentFrame, p: Prepared, runs: Runs, tokens: Mapping[str, BoolArray]) -> DesignFrame:
    tank = is_geometry(c, "tank_course", "tank_bottom")
    return DesignFrame(
        component_row=np.arange(c.n, dtype=np.int64),
        procedure=p["route"],
        S_MPa=p["S"],
        S_amb_MPa=p["S_amb"],
        S_case=p["S_case"],
        S_source=p["S_source"],
        S_verified=p["S_verified"],
        S_y_T_MPa=p["S_y_T"],
        E_used=p["E"],
        P_head_MPa=np.where(tank, np.nan, p["P_head"]),
        P_total_MPa=p["P"],
        t_circ_mm=p["t_C"],
        t_long_mm=p["t_L"],
        t_pressure_mm=p["t_p"],
        t_ext_mm=p["t_ext"],
        t_struct_mm=p["t_struct"],
        t_code_mm=p["t_code"],
        t_req_mm=p["t_req"],
        t_req_case=p["t_req_case"],
        t_req_away_mm=p["t_req_away"],
        t_alert_mm=p["t_alert"],
        t_retire_mm=p["t_retire"],
        t_now_mm=p["t_now"],
        t_next_mm=p["t_next"],
        t_next_1x_mm=p["t_next_1x"],
        MAWP_new=p["MAWP_new"],
        MAWP_now=p["MAWP_now"],
        MAWP_next=p["MAWP_next"],
        MAWP_next_1x=p["MAWP_next_1x"],
        MAWP_vessel_now=p["MAWP_vessel_now"],
        MAWP_vessel_next=p["MAWP_vessel_next"],
        P_ext_now=p["P_a_now"],
        P_ext_next=p["P_a_next"],
        H_max_now_m=p["H_max_now"],
        H_max_next_m=p["H_max_next"],
        interval_max_y=p["interval_max"],
        set_above_mawp=p["set_above"],
        refusal=_refusal(tokens, c.n),
    )
