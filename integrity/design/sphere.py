"""Spherical shells and hemispherical heads of ASME VIII-1 under internal pressure."""

from __future__ import annotations

from typing import Any

from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import ASME_VIII_1
from integrity.core.registry import register
from integrity.design.common import (
    MAWP,
    T_REQ,
    T_REQ_CASE,
    T_WALL,
    D,
    E,
    P,
    S,
    below,
    fill,
    input_range,
    not_above,
    wall_left,
)
from integrity.design.cylinder import inside_radius
from integrity.design.table_files import constant, constants

_REF = ASME_VIII_1.at("UG-27(d)", "Spherical shells under internal pressure")


@clause(_REF, symbol="t_req", expr="P*R/(2*S*E - 0.2*P)", quantity="thickness")
def sphere_thickness(P: Any, R: Any, S: Any, E: Any) -> Any:
    """Required thickness of a sphere or hemispherical head; P <= 0.665 S E.

    Parameters
    ----------
    P : array_like, MPa
    R : array_like, mm
        Inside radius.
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * R / (2 * S * E - 0.2 * P)


@clause(_REF, symbol="MAWP", expr="2*S*E*t/(R + 0.2*t)", quantity="pressure")
def sphere_pressure(S: Any, E: Any, t: Any, R: Any) -> Any:
    """Pressure that the wall of a sphere carries; t <= 0.356 R.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    R : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t / (R + 0.2 * t)


def _compute(i: Inputs) -> Columns:
    R = inside_radius(i["D"])
    t_req = sphere_thickness(i["P"], R, i["S"], i["E"])
    return {
        "R": R,
        "t_req": t_req,
        "t_req_case": fill("pressure", t_req),
        "MAWP": sphere_pressure(i["S"], i["E"], i["t"], R),
    }


SPHERE = register(
    Procedure(
        key="asme8.2021.sphere",
        ref=_REF,
        inputs=(P, S, E, D, T_WALL),
        outputs=(Param("R", "length"), T_REQ, T_REQ_CASE, MAWP),
        compute=_compute,
        limits=(
            input_range(_REF, "D"),
            wall_left(_REF),
            Limit("thick_wall_P", _REF, below("P", lambda c: constant("k_P_sph") * c["S"] * c["E"])),
            Limit("thick_wall_t", _REF, not_above("t", lambda c: constant("k_t_sph") * c["R"])),
        ),
        steps=(Step(inside_radius, "R"), Step(sphere_thickness, "t_req"), Step(sphere_pressure, "MAWP")),
        constants=constants("k_P_sph", "k_t_sph"),
    )
)
