"""Registered procedures of external pressure: cylinder, cone and sphere (also crown of a head)."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, at_least, at_most
from integrity.core.clause import ITERATION, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import ASME_VIII_2, Reference
from integrity.core.registry import register
from integrity.core.verdict import Verdict
from integrity.design import external as x
from integrity.design.common import D_O, T_REQ, T_REQ_CASE, T_WALL, fill
from integrity.design.external_solver import Root, cylinder_chain, cylinder_root, sphere_chain, sphere_root
from integrity.design.table_files import constant, constants

_CYL = ASME_VIII_2.at("4.4.5", "Cylindrical shells under external pressure")
_CONE = ASME_VIII_2.at("4.4.6", "Conical shells under external pressure")
_SPH = ASME_VIII_2.at("4.4.7", "Spherical shells under external pressure")
_NOTE = ("t_lo", "t_hi", "residual", "converged")


@clause(_CYL, symbol="t_req", expr="", quantity="thickness", kind=ITERATION, note="design.note.external_root")
def cylinder_required(P_ext: Any, D_o: Any, L: Any, S_y: Any, E_y: Any) -> Any:
    """Thickness of a cylinder for an external pressure, by bisection.

    Parameters
    ----------
    P_ext : array_like, MPa
    D_o, L : array_like, mm
    S_y, E_y : array_like, MPa

    Returns
    -------
    array_like, mm
    """
    return cylinder_root(P_ext, D_o, L, S_y, E_y).t


@clause(_SPH, symbol="t_req", expr="", quantity="thickness", kind=ITERATION, note="design.note.external_root")
def sphere_required(P_ext: Any, R_o: Any, S_y: Any, E_y: Any) -> Any:
    """Thickness of a sphere for an external pressure, by bisection.

    Parameters
    ----------
    P_ext : array_like, MPa
    R_o : array_like, mm
    S_y, E_y : array_like, MPa

    Returns
    -------
    array_like, mm
    """
    return sphere_root(P_ext, R_o, S_y, E_y).t


def _conclude(root: Root, at_root: Columns, at_t: Columns) -> Columns:
    return {
        "t_req": root.t,
        "t_req_case": fill("external_pressure", root.t),
        "t_lo": root.t_lo,
        "t_hi": root.t_hi,
        "residual": root.residual,
        "converged": root.converged,
        **{f"{name}_r": column for name, column in at_root.items()},
        **at_t,
        "verdict": np.where(root.converged == 0, int(Verdict.NOT_CONVERGED), int(Verdict.CALCULATED)),
    }


def _cylinder(i: Inputs) -> Columns:
    S_y, E_y = i["S_y"], i["E_y"]
    root = cylinder_root(i["P_ext"], i["D_o"], i["L"], S_y, E_y)
    at_root = cylinder_chain(i["D_o"], i["L"], root.t, S_y, E_y)
    return _conclude(root, at_root, cylinder_chain(i["D_o"], i["L"], i["t"], S_y, E_y))


def _cone(i: Inputs) -> Columns:
    S_y, E_y = i["S_y"], i["E_y"]
    D_e, L_e = x.cone_diameter(i["D_o"], i["L"], i["alpha_deg"]), x.cone_length(i["L"], i["alpha_deg"])
    root = cylinder_root(i["P_ext"], D_e, L_e, S_y, E_y)
    at_root = cylinder_chain(D_e, L_e, root.t, S_y, E_y)
    at_t = cylinder_chain(D_e, L_e, i["t"], S_y, E_y)
    return {"D_e": D_e, "L_e": L_e, **_conclude(root, at_root, at_t)}


def _sphere(i: Inputs) -> Columns:
    S_y, E_y = i["S_y"], i["E_y"]
    root = sphere_root(i["P_ext"], i["R_o"], S_y, E_y)
    at_root, at_t = sphere_chain(i["R_o"], root.t, S_y, E_y), sphere_chain(i["R_o"], i["t"], S_y, E_y)
    return _conclude(root, at_root, at_t)


def _chain_outputs(suffix: str, cylinder: bool) -> tuple[Param, ...]:
    first = (
        Param(f"M_x{suffix}", "ratio"),
        Param(f"C_h_case{suffix}", "code", codes=x.LENGTH_CASES),
        Param(f"C_h{suffix}", "ratio"),
    )
    return (
        *(first if cylinder else ()),
        Param(f"F_he{suffix}", "stress"),
        Param(f"F_ic_case{suffix}", "code", codes=x.BUCKLING_CASES if cylinder else x.SPHERE_CASES),
        Param(f"F_ic{suffix}", "stress"),
        Param(f"FS_case{suffix}", "code", codes=x.FACTOR_CASES),
        Param(f"FS{suffix}", "ratio"),
        Param(f"P_a{suffix}", "pressure", conclusion=True),
    )


def _steps(suffix: str, t: str, cylinder: bool, D_o: str = "D_o", L: str = "L") -> tuple[Step, ...]:
    bind = {name: f"{name}{suffix}" for name in ("M_x", "C_h", "F_he", "F_ic", "FS")}
    bind |= {"t": t, "D_o": D_o, "L": L}

    def step(function: Any, name: str, case: str = "") -> Step:
        used = {p: bind[p] for p in function.__clause__.params if p in bind and bind[p] != p}
        return Step(function, f"{name}{suffix}", used, when=(f"{name}_case{suffix}", case) if case else None)

    lengths = (x.C_h_long, x.C_h_medium, x.C_h_short, x.C_h_very_short)
    shell = (
        step(x.length_parameter, "M_x"),
        *(step(f, "C_h", c) for f, c in zip(lengths, x.LENGTH_CASES, strict=True)),
        step(x.elastic_buckling, "F_he"),
    )
    ball = (step(x.sphere_buckling, "F_he"),)
    bands = zip((x.F_ic_yield, x.F_ic_inelastic, x.F_ic_elastic), x.BUCKLING_CASES, strict=True)
    ball_bands = zip((x.F_ic_yield, x.F_ic_upper, x.F_ic_lower, x.F_ic_elastic), x.SPHERE_CASES, strict=True)
    factors = zip((x.FS_elastic, x.FS_transition, x.FS_yield), x.FACTOR_CASES, strict=True)
    return (
        *(shell if cylinder else ball),
        *(step(f, "F_ic", c) for f, c in (bands if cylinder else ball_bands)),
        *(step(f, "FS", c) for f, c in factors),
        step(x.cylinder_allowable if cylinder else x.sphere_allowable, "P_a"),
    )


_ROOT_OUTPUTS = (
    T_REQ,
    T_REQ_CASE,
    Param("t_lo", "thickness"),
    Param("t_hi", "thickness"),
    Param("residual", "pressure"),
    Param("converged", "flag"),
)
P_EXT = Param("P_ext", "pressure", required=False)
S_Y = Param("S_y", "stress")
E_Y = Param("E_y", "stress")
L_UNSUPPORTED = Param("L", "length")


def _limits(ref: Reference, D_o: Any, *positive: str) -> tuple[Limit, ...]:
    def inside(c: Any) -> AnyArray:
        good = np.isnan(c["P_ext"]) | (c["P_ext"] > 0.0)
        for name in ("S_y", "E_y", *positive):
            good = good & (c[name] > 0.0)
        return np.asarray(good, dtype=np.bool_)

    return (
        Limit("external_input_range", ref, inside),
        Limit("external_too_thick", ref, lambda c: c["converged"] != 0),
        Limit(
            "external_thickness_range",
            ref,
            lambda c: (
                np.isnan(c["t"])
                | (at_least(D_o(c) / c["t"], constant("Dt_min_ext")) & at_most(D_o(c) / c["t"], constant("Dt_max_ext")))
            ),
        ),
    )


EXTERNAL_CYLINDER = register(
    Procedure(
        key="asme8.2021.external_cylinder",
        ref=_CYL,
        inputs=(P_EXT, D_O, L_UNSUPPORTED, S_Y, E_Y, T_WALL),
        outputs=(*_ROOT_OUTPUTS, *_chain_outputs("_r", True), *_chain_outputs("", True)),
        compute=_cylinder,
        limits=_limits(_CYL, lambda c: c["D_o"], "D_o", "L"),
        steps=(
            Step(cylinder_required, "t_req", note_params=_NOTE),
            *_steps("_r", "t_req", True),
            *_steps("", "t", True),
        ),
        constants=constants("Dt_min_ext", "Dt_max_ext"),
    )
)

EXTERNAL_CONE = register(
    Procedure(
        key="asme8.2021.external_cone",
        ref=_CONE,
        inputs=(P_EXT, D_O, L_UNSUPPORTED, Param("alpha_deg", "angle"), S_Y, E_Y, T_WALL),
        outputs=(
            Param("D_e", "length"),
            Param("L_e", "length"),
            *_ROOT_OUTPUTS,
            *_chain_outputs("_r", True),
            *_chain_outputs("", True),
        ),
        compute=_cone,
        limits=(
            *_limits(_CONE, lambda c: c["D_e"], "D_o", "L"),
            Limit(
                "cone_angle",
                _CONE,
                lambda c: (c["alpha_deg"] >= 0.0) & at_most(c["alpha_deg"], constant("alpha_max_ext")),
            ),
            Limit("cone_closes", _CONE, lambda c: c["D_o"] > 2 * c["L"] * np.tan(np.radians(c["alpha_deg"]))),
        ),
        steps=(
            Step(x.cone_diameter, "D_e", {"D_L": "D_o"}),
            Step(x.cone_length, "L_e"),
            Step(cylinder_required, "t_req", {"D_o": "D_e", "L": "L_e"}, note_params=_NOTE),
            *_steps("_r", "t_req", True, "D_e", "L_e"),
            *_steps("", "t", True, "D_e", "L_e"),
        ),
        constants=constants("Dt_min_ext", "Dt_max_ext", "alpha_max_ext"),
    )
)

EXTERNAL_SPHERE = register(
    Procedure(
        key="asme8.2021.external_sphere",
        ref=_SPH,
        inputs=(P_EXT, Param("R_o", "length"), S_Y, E_Y, T_WALL),
        outputs=(*_ROOT_OUTPUTS, *_chain_outputs("_r", False), *_chain_outputs("", False)),
        compute=_sphere,
        limits=_limits(_SPH, lambda c: 2 * c["R_o"], "R_o"),
        steps=(
            Step(sphere_required, "t_req", note_params=_NOTE),
            *_steps("_r", "t_req", False),
            *_steps("", "t", False),
        ),
        constants=constants("Dt_min_ext", "Dt_max_ext"),
    )
)
