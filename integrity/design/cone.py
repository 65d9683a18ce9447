"""Conical shells of ASME VIII-1 under internal pressure; the junctions at the ends are not part of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import ASME_VIII_1
from integrity.core.registry import register
from integrity.design.common import MAWP, T_REQ, T_REQ_CASE, T_WALL, D, E, P, S, below, fill, input_range, wall_left
from integrity.design.table_files import constant, constants

_REF = ASME_VIII_1.at("UG-32(f)", "Conical shells without transition knuckle")


@clause(_REF, symbol="t_req", expr="P*D/(2*cos(radians(alpha_deg))*(S*E - 0.6*P))", quantity="thickness")
def cone_thickness(P: Any, D: Any, alpha_deg: Any, S: Any, E: Any) -> Any:
    """Required thickness of a cone at its large end; half apex angle at most 30 degrees.

    Parameters
    ----------
    P : array_like, MPa
    D : array_like, mm
        Inside diameter at the large end, normal to the axis.
    alpha_deg : array_like, deg
        Half apex angle.
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * D / (2 * np.cos(np.radians(alpha_deg)) * (S * E - 0.6 * P))


@clause(
    _REF, symbol="MAWP", expr="2*S*E*t*cos(radians(alpha_deg))/(D + 1.2*t*cos(radians(alpha_deg)))", quantity="pressure"
)
def cone_pressure(S: Any, E: Any, t: Any, alpha_deg: Any, D: Any) -> Any:
    """Pressure that the wall of a cone carries at its large end.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    alpha_deg : array_like, deg
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t * np.cos(np.radians(alpha_deg)) / (D + 1.2 * t * np.cos(np.radians(alpha_deg)))


def _compute(i: Inputs) -> Columns:
    t_req = cone_thickness(i["P"], i["D"], i["alpha_deg"], i["S"], i["E"])
    return {
        "t_req": t_req,
        "t_req_case": fill("circumferential", t_req),
        "MAWP": cone_pressure(i["S"], i["E"], i["t"], i["alpha_deg"], i["D"]),
    }


CONE = register(
    Procedure(
        key="asme8.2021.cone",
        ref=_REF,
        inputs=(P, S, E, D, Param("alpha_deg", "angle"), T_WALL),
        outputs=(T_REQ, T_REQ_CASE, MAWP),
        compute=_compute,
        limits=(
            input_range(_REF, "D"),
            wall_left(_REF),
            Limit("thick_wall_P", _REF, below("P", lambda c: constant("k_P_cyl") * c["S"] * c["E"])),
            Limit(
                "cone_angle",
                _REF,
                lambda c: (c["alpha_deg"] >= 0.0) & at_most(c["alpha_deg"], constant("alpha_max_asme")),
            ),
        ),
        steps=(Step(cone_thickness, "t_req"), Step(cone_pressure, "MAWP")),
        constants=constants("k_P_cyl", "alpha_max_asme"),
    )
)
