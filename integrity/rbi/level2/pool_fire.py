"""Procedure `api581.2016.level2_pool_fire`: size, flame and radiation of a pool fire, and its areas."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.clause import clause_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2 import cylinder_view as cv
from integrity.rbi.level2 import pool_clauses as pl
from integrity.rbi.level2.solve import TOLD, Root, bracket_above, distance_step, falling_root, told_of

KEY = "api581.2016.level2_pool_fire"
BURNING = ("boiling", "heated")
VIEWS = ("mudan", "printed")
FROM = ("axis", "surface")
FOUND = ("edge", "solved")
PHYSICAL = ("impossible", "possible")
AT = ("none", "within_flame", "given")
TARGETS = (*cm.EFFECTS, "at")
_PARTS = ("Y_v", "A_v", "B_v", "C_v", "phi_v", "F_vert", "F_horz", "F_view")

_S = "Part 3 §5.8.2"
_REF = API581_2016.at(_S, "Pool fire")


def _branches(x: Inputs, _: Columns) -> Columns:
    heated = x["T_b_C"] > x["T_air_C"]
    known = ~(np.isnan(x["T_b_C"]) | np.isnan(x["T_air_C"]))
    return {
        "burn_case": np.where(known, heated.astype(np.int64), -1),
        "view_case": np.full(x.n, VIEWS.index(x.settings.code("rbi.level2_pool_view")), dtype=np.int64),
        "from_case": np.full(x.n, FROM.index(x.settings.code("rbi.level2_pool_distance")), dtype=np.int64),
    }


def _seen(c: Columns, x_m: FloatArray) -> dict[str, FloatArray]:
    """View factors of a target at a distance from the surface of the flame."""
    r, X, cos, sin = (c[s] for s in ("r_pool_m", "X_v", "cos_tilt", "sin_tilt"))
    axis = c["from_case"] == FROM.index("axis")
    Y = np.where(axis, cv.ratio_from_axis(x_m, r), cv.ratio_printed(x_m, r))
    A, B, C = cv.term_A(X, cos, Y, sin), cv.term_B(X, cos, Y, sin), cv.term_C(Y, cos)
    phi, pi = cv.edge_angle(X, Y, sin, C), number("release", "pi")
    mudan = c["view_case"] == VIEWS.index("mudan")
    args = (X, cos, Y, sin, pi, A, B, C, phi)
    F_vert = np.where(mudan, cv.vertical(*args), cv.vertical_printed(*args))
    F_horz = cv.horizontal(X, Y, sin, pi, A, B, C, phi)
    return {"F_vert": F_vert, "F_horz": F_horz, "F_view": cv.greatest(F_vert, F_horz)}


def _received(x: Inputs, c: Columns, x_m: FloatArray) -> FloatArray:
    wet = cm.transmissivity(number("level2", "C19"), c["P_w_kPa"], x_m, number("level2", "n_tau"))
    tau = np.where(c["tau_case"] == 0, x["tau_given"], wet)
    return pl.received(tau, c["E_kW_m2"], _seen(c, x_m)["F_view"])


def _possible(part: Mapping[str, FloatArray]) -> BoolArray:
    least = np.minimum(part["F_vert"], part["F_horz"]) >= -1e-12
    return np.asarray(least & (np.maximum(np.maximum(part["F_vert"], part["F_horz"]), part["F_view"]) <= 1.0 + 1e-12))


def _solve(x: Inputs, c: Columns, effect: str) -> tuple[Root, AnyArray]:
    low = c["x_least_m"] + np.maximum(1e-9, 1e-8 * c["r_pool_m"])
    limit = np.full(x.n, number("level2", f"I_{effect}_kW_m2"))

    def value(x_m: FloatArray) -> FloatArray:
        return _received(x, c, x_m)

    high = bracket_above(value, low, c["r_pool_m"], limit)
    edge = value(low) <= limit
    return falling_root(value, low, high, limit), edge


def _distances(x: Inputs, c: Columns) -> Columns:
    out: Columns = {}
    converged = np.ones(x.n, dtype=np.bool_)
    near = _seen(c, c["x_least_m"] + np.maximum(1e-9, 1e-8 * c["r_pool_m"]))
    possible = _possible(near)
    known = ~np.isnan(c["E_kW_m2"]) & ~np.isnan(c["x_least_m"])
    for e in cm.EFFECTS:
        root, edge = _solve(x, c, e)
        out[f"found_{e}"] = np.where(known, np.where(edge, 0, 1), -1)
        out[f"x_{e}_m"] = np.where(edge, c["x_least_m"], root.x)
        out |= told_of(e, root)
        converged &= edge | root.converged
        possible &= edge | _possible(_seen(c, root.x)) | ~root.converged
    out["converged"] = np.where(known, converged.astype(np.int64), -1)
    out["view_possible"] = np.where(known & ~np.isnan(near["F_view"]), possible.astype(np.int64), -1)
    out["verdict"] = np.where(known & ~converged, int(Verdict.NOT_CONVERGED), int(Verdict.CALCULATED))
    return out


def _shown_by(x: Inputs, c: Columns) -> Columns:
    """Which form each of the two limits and the receptor takes; "unused" where there is nothing to show."""
    near = c["x_least_m"] + np.maximum(1e-9, 1e-8 * c["r_pool_m"])
    given = ~np.isnan(x["x_at_m"])
    at = np.where(given, np.where(x["x_at_m"] > near, AT.index("given"), AT.index("within_flame")), 0)
    out: Columns = {"at_case": at}
    shown = {e: c[f"found_{e}"] == FOUND.index("solved") for e in cm.EFFECTS}
    shown["at"] = (at == AT.index("given")) & ~np.isnan(c["E_kW_m2"])
    for t, rows in shown.items():
        out[f"ratio_by_{t}"] = np.where(rows, 1 + c["from_case"], 0)
        out[f"view_by_{t}"] = np.where(rows, 1 + c["view_case"], 0)
        out[f"air_by_{t}"] = np.where(rows, 1 + c["tau_case"], 0)
        out[f"shown_{t}"] = rows.astype(np.int64)
    return out


def _of(target: str, function: Callable[..., FloatArray], out: str, case: str, code: str) -> Step:
    """A step of the radiation at one target, on the rows that show it in this form."""
    names = {p: f"{p}_{target}" for p in (*_PARTS, "tau")} | {"x_m": f"x_{target}_m"}
    bind = {p: n for p, n in names.items() if p in clause_of(function).params}
    return Step(function, f"{out}_{target}", bind, when=(f"{case}_{target}", code))


def _shown(target: str) -> tuple[Step, ...]:
    def step(function: Callable[..., FloatArray], out: str, case: str = "shown", code: str = "used") -> Step:
        return _of(target, function, out, case, code)

    return (
        step(cv.ratio_from_axis, "Y_v", "ratio_by", "axis"),
        step(cv.ratio_printed, "Y_v", "ratio_by", "surface"),
        step(cv.term_A, "A_v"),
        step(cv.term_B, "B_v"),
        step(cv.term_C, "C_v"),
        step(cv.edge_angle, "phi_v"),
        step(cv.vertical, "F_vert", "view_by", "mudan"),
        step(cv.vertical_printed, "F_vert", "view_by", "printed"),
        step(cv.horizontal, "F_horz"),
        step(cv.greatest, "F_view"),
        step(cm.transmissivity, "tau", "air_by", "water_vapour"),
        step(cm.transmissivity_given, "tau", "air_by", "given"),
        step(pl.received, "I"),
    )


def _cold(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["T_b_C"] > c["T_air_C"])


def _found(effect: str) -> tuple[Step, ...]:
    return (
        distance_step(effect, f"I_{effect}_kW_m2", (f"found_{effect}", "solved")),
        Step(pl.at_edge, f"x_{effect}_m", when=(f"found_{effect}", "edge")),
        Step(pl.area_about, f"CA_{effect}_pool", {"x_m": f"x_{effect}_m"}),
    )


INPUTS = (
    Param("W_pool", "mass_rate"),
    Param("mass_pool_kg", "mass"),
    Param("rho_liq", "density"),
    Param("LHV", "number"),
    Param("dHv_kJ_kg", "number"),
    Param("Cp_l_kJ_kgK", "number", needed=_cold),
    Param("T_b_C", "temperature"),
    Param("rho_vap", "density"),
    Param("rho_air", "density"),
    Param("wind_m_s", "velocity"),
    Param("A_pool_max_m2", "area"),
    Param("beta_rad_given", "ratio", required=False),
    Param("T_air_C", "temperature"),
    *cm.AIR_INPUTS[1:],
)
_TARGET_PARAMS = (
    ("shown", "code", cm.USED),
    ("ratio_by", "code", ("unused", *FROM)),
    ("view_by", "code", ("unused", *VIEWS)),
    ("air_by", "code", ("unused", *cm.TAU_CASES)),
    *((p, "number", ()) for p in _PARTS[:5]),
    *((p, "ratio", ()) for p in (*_PARTS[5:], "tau")),
)
OUTPUTS = (
    *(p for p in cm.AIR_OUTPUTS if p.symbol != "at_case"),
    Param("at_case", "code", codes=AT),
    *cm.BETA,
    Param("burn_case", "code", codes=BURNING),
    Param("m_b", "number", conclusion=True),
    *(Param(s, "area") for s in ("A_burn_m2", "A_mass_m2")),
    Param("A_pool_m2", "area", conclusion=True),
    Param("r_pool_m", "height", conclusion=True),
    Param("u_s", "number"),
    Param("L_flame_m", "height"),
    Param("cos_tilt", "ratio"),
    Param("sin_tilt", "ratio"),
    Param("E_kW_m2", "number", conclusion=True),
    Param("X_v", "number"),
    Param("view_case", "code", codes=VIEWS),
    Param("from_case", "code", codes=FROM),
    Param("x_least_m", "height"),
    Param("view_possible", "code", codes=PHYSICAL),
    Param("converged", "flag"),
    *(Param(f"found_{e}", "code", codes=FOUND) for e in cm.EFFECTS),
    *TOLD,
    *(Param(f"{s}_{t}", q, codes=k) for t in TARGETS for s, q, k in _TARGET_PARAMS),
    *(Param(f"I_{t}", "number", conclusion=t == "at") for t in TARGETS),
    *(Param(f"x_{e}_m", "height", conclusion=True) for e in cm.EFFECTS),
    *(Param(f"CA_{e}_pool", "area", conclusion=True) for e in cm.EFFECTS),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    _branches,
    cm.air_branches,
    *cm.BETA_STEPS,
    Step(pl.burning_boiling, "m_b", when=("burn_case", "boiling")),
    Step(pl.burning_heated, "m_b", when=("burn_case", "heated")),
    Step(pl.area_fed, "A_burn_m2"),
    Step(pl.area_of_mass, "A_mass_m2"),
    Step(pl.pool_area, "A_pool_m2"),
    Step(pl.pool_radius, "r_pool_m"),
    Step(pl.wind_number, "u_s"),
    Step(pl.flame_length, "L_flame_m"),
    Step(pl.tilt_cosine, "cos_tilt"),
    Step(pl.tilt_sine, "sin_tilt"),
    Step(pl.emissive, "E_kW_m2"),
    cm.WATER_STEP,
    Step(cv.length_ratio, "X_v"),
    Step(pl.reach, "x_least_m", when=("from_case", "axis")),
    Step(pl.reach_printed, "x_least_m", when=("from_case", "surface")),
    _distances,
    _shown_by,
    *_found("cmd"),
    *_shown("cmd"),
    *_found("inj"),
    *_shown("inj"),
    *_shown("at"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.above_zero("level2.pool_positive", _REF, "W_pool", "mass_pool_kg", "A_pool_max_m2"),
        cm.above_zero("level2.burns", _REF, "LHV", "dHv_kJ_kg", "rho_liq", "rho_vap", "rho_air"),
        cm.not_below_zero("level2.wind_positive", _REF, "wind_m_s", "Cp_l_kJ_kgK"),
        cm.shares("level2.fractions", _REF, "beta_rad_given"),
        cm.AIR_LIMIT,
        Limit(
            "level2.receptor_outside",
            API581_2016.at(_S + ".5"),
            lambda c: c["at_case"] != AT.index("within_flame"),
        ),
        Limit(
            "level2.view_possible",
            API581_2016.at(_S + ".5 eqs. (3.142) to (3.149)"),
            lambda c: c["view_possible"] != PHYSICAL.index("impossible"),
        ),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("rbi.level2_pool_view", "rbi.level2_pool_distance"),
)
