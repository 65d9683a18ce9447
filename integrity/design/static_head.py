"""Pressure of the liquid column at a part, added to the design pressure at the top."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import ASME_VIII_1
from integrity.core.registry import register
from integrity.core.verdict import Verdict
from integrity.design.table_files import constant, constants

_REF = ASME_VIII_1.at("UG-22, UG-98", "Static head at the part")
HEAD_CASES = ("none", "liquid", "unknown")


@clause(_REF, symbol="P_head", expr="rho*g*H_liq*MPa_Pa", quantity="pressure")
def static_head(rho: Any, g: Any, H_liq: Any, MPa_Pa: Any) -> Any:
    """Pressure of a liquid column.

    Parameters
    ----------
    rho : array_like, kg/m3
    g : float, m/s2
    H_liq : array_like, m
        Depth of the part below the liquid level.
    MPa_Pa : float
        MPa in a Pa.

    Returns
    -------
    array_like, MPa
    """
    return rho * g * H_liq * MPa_Pa


@clause(_REF, symbol="P", expr="P_top + P_head", quantity="pressure")
def total_pressure(P_top: Any, P_head: Any) -> Any:
    """Pressure at the part: design pressure at the top and static head.

    Parameters
    ----------
    P_top : array_like, MPa
    P_head : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return P_top + P_head


def _compute(i: Inputs) -> Columns:
    no_H, no_rho = np.isnan(i["H_liq"]), np.isnan(i["rho"])
    case = stack_codes((no_H | (i["H_liq"] == 0), 0), (~no_rho, 1), default=2)
    head = static_head(i["rho"], constant("g"), i["H_liq"], constant("MPa_Pa"))
    P_head = np.select([case == 0, case == 1], [0.0, head], np.nan)
    return {"head_case": case, "P_head": P_head, "P": total_pressure(i["P_top"], P_head)}


STATIC_HEAD = register(
    Procedure(
        key="design.static_head",
        ref=_REF,
        inputs=(
            Param("P_top", "pressure"),
            Param("H_liq", "height", required=False),
            Param("rho", "density", required=False),
        ),
        outputs=(
            Param("head_case", "code", codes=HEAD_CASES),
            Param("P_head", "pressure", conclusion=True),
            Param("P", "pressure", conclusion=True),
        ),
        compute=_compute,
        limits=(
            Limit("head_known", _REF, lambda c: ~np.isnan(c["P_head"]), Verdict.INSUFFICIENT_DATA),
            Limit("head_not_negative", _REF, lambda c: np.isnan(c["P_head"]) | (c["P_head"] >= 0.0)),
        ),
        steps=(
            Step(static_head, "P_head", when=("head_case", "liquid")),
            Step(total_pressure, "P"),
        ),
        constants=constants("g", "MPa_Pa"),
    )
)
