"""API 510 rules for a corroded area: averaging length, pits that may be ignored, distance from a weld, head crown."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API510
from integrity.core.registry import register
from integrity.design.table_files import constant, constants

_REF = API510.at("7.4", "Corroded areas in vessel shells and heads")
SIZE_CASES = ("small", "large")


@clause(_REF, symbol="L_avg", expr="min(D/2, L_510_small)", quantity="length")
def averaging_small(D: Any, L_510_small: Any) -> Any:
    """Greatest averaging length of vessels up to 1500 mm inside diameter.

    Parameters
    ----------
    D : array_like, mm
    L_510_small : float, mm

    Returns
    -------
    array_like, mm
    """
    return np.minimum(D / 2, L_510_small)


@clause(_REF, symbol="L_avg", expr="min(D/3, L_510_large)", quantity="length")
def averaging_large(D: Any, L_510_large: Any) -> Any:
    """Greatest averaging length of vessels over 1500 mm inside diameter.

    Parameters
    ----------
    D : array_like, mm
    L_510_large : float, mm

    Returns
    -------
    array_like, mm
    """
    return np.minimum(D / 3, L_510_large)


@clause(_REF, symbol="d_weld", expr="max(weld_distance_min, 2*t_req)", quantity="length")
def weld_distance(weld_distance_min: Any, t_req: Any) -> Any:
    """Distance from the toe of a weld beyond which the joint efficiency is 1.

    Parameters
    ----------
    weld_distance_min : float, mm
    t_req : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(weld_distance_min, 2 * t_req)


@clause(_REF, symbol="t_pit_min", expr="t_req/2", quantity="thickness")
def pit_wall(t_req: Any) -> Any:
    """Least remaining wall under a pit that may be ignored.

    Parameters
    ----------
    t_req : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return t_req / 2


@clause(_REF, symbol="d_crown", expr="0.8*D", quantity="length")
def crown_diameter(D: Any) -> Any:
    """Diameter of the crown of a head that may be assessed as a sphere.

    Parameters
    ----------
    D : array_like, mm
        Shell diameter.

    Returns
    -------
    array_like, mm
    """
    return 0.8 * D


def _compute(i: Inputs) -> Columns:
    case = stack_codes((at_most(i["D"], constant("D_510")), 0), default=1)
    L_avg = np.where(
        case == 0, averaging_small(i["D"], constant("L_510_small")), averaging_large(i["D"], constant("L_510_large"))
    )
    t_pit_min = pit_wall(i["t_req"])
    known = ~(np.isnan(i["t_pit"]) | np.isnan(i["A_pit"]) | np.isnan(i["s_pit"]))
    good = (
        at_least(i["t_pit"], t_pit_min)
        & at_most(i["A_pit"], constant("A_pit_max"))
        & at_most(i["s_pit"], constant("s_pit_max"))
    )
    return {
        "size_case": case,
        "L_avg": L_avg,
        "d_weld": weld_distance(constant("weld_distance_min"), i["t_req"]),
        "t_pit_min": t_pit_min,
        "d_crown": crown_diameter(i["D"]),
        "pits_ignored": stack_codes((~known, -1), (good, 1), default=0),
    }


CORRODED_AREA = register(
    Procedure(
        key="api510.2022.corroded_area",
        ref=_REF,
        inputs=(
            Param("D", "length"),
            Param("t_req", "thickness"),
            Param("t_pit", "thickness", required=False),
            Param("A_pit", "area", required=False),
            Param("s_pit", "length", required=False),
        ),
        outputs=(
            Param("size_case", "code", codes=SIZE_CASES),
            Param("L_avg", "length", conclusion=True),
            Param("d_weld", "length", conclusion=True),
            Param("t_pit_min", "thickness", conclusion=True),
            Param("d_crown", "length", conclusion=True),
            Param("pits_ignored", "flag"),
        ),
        compute=_compute,
        limits=(Limit("positive_size", _REF, lambda c: (c["D"] > 0.0) & (c["t_req"] > 0.0)),),
        steps=(
            Step(averaging_small, "L_avg", when=("size_case", "small")),
            Step(averaging_large, "L_avg", when=("size_case", "large")),
            Step(weld_distance, "d_weld"),
            Step(pit_wall, "t_pit_min"),
            Step(crown_diameter, "d_crown"),
        ),
        constants=constants("D_510", "L_510_small", "L_510_large", "weld_distance_min", "A_pit_max", "s_pit_max"),
    )
)
