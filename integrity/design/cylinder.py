"""Cylindrical shells of ASME VIII-1 under internal pressure: by inside radius (UG-27) and outside (1-1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import ASME_VIII_1
from integrity.core.registry import register
from integrity.design.common import (
    D_O,
    MAWP,
    T_REQ,
    T_REQ_CASE,
    T_WALL,
    D,
    E,
    P,
    S,
    below,
    governing,
    input_range,
    not_above,
    wall_left,
)
from integrity.design.table_files import constant, constants

_INTERNAL = ASME_VIII_1.at("UG-27(c)", "Cylindrical shells under internal pressure")
_OUTSIDE = ASME_VIII_1.at("1-1", "Cylindrical shells by outside radius")


@clause(ASME_VIII_1.at("UG-27(b)", "Inside radius"), symbol="R", expr="D/2", quantity="length")
def inside_radius(D: Any) -> Any:
    """Inside radius from inside diameter.

    Parameters
    ----------
    D : array_like, mm
        Inside diameter, > 0.

    Returns
    -------
    array_like, mm
    """
    return D / 2


@clause(
    ASME_VIII_1.at("UG-27(c)(1)", "Circumferential stress"),
    symbol="t_C",
    expr="P*R/(S*E - 0.6*P)",
    quantity="thickness",
)
def circumferential_thickness(P: Any, R: Any, S: Any, E: Any) -> Any:
    """Thickness for circumferential stress (longitudinal joints); P <= 0.385 S E.

    Parameters
    ----------
    P : array_like, MPa
    R : array_like, mm
        Inside radius.
    S : array_like, MPa
    E : array_like
        Joint efficiency.

    Returns
    -------
    array_like, mm
    """
    return P * R / (S * E - 0.6 * P)


@clause(
    ASME_VIII_1.at("UG-27(c)(2)", "Longitudinal stress"), symbol="t_L", expr="P*R/(2*S*E + 0.4*P)", quantity="thickness"
)
def longitudinal_thickness(P: Any, R: Any, S: Any, E: Any) -> Any:
    """Thickness for longitudinal stress (circumferential joints).

    Parameters
    ----------
    P : array_like, MPa
    R : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * R / (2 * S * E + 0.4 * P)


@clause(
    ASME_VIII_1.at("UG-27(c)", "Greater of both directions"), symbol="t_req", expr="max(t_C, t_L)", quantity="thickness"
)
def required_thickness(t_C: Any, t_L: Any) -> Any:
    """Required thickness: the greater of both stress directions.

    Parameters
    ----------
    t_C, t_L : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(t_C, t_L)


@clause(
    ASME_VIII_1.at("UG-27(c)(1)", "Pressure by circumferential stress"),
    symbol="MAWP_C",
    expr="S*E*t/(R + 0.6*t)",
    quantity="pressure",
)
def circumferential_pressure(S: Any, E: Any, t: Any, R: Any) -> Any:
    """Pressure that a wall carries by circumferential stress; t <= R/2.

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
    return S * E * t / (R + 0.6 * t)


@clause(
    ASME_VIII_1.at("UG-27(c)(2)", "Pressure by longitudinal stress"),
    symbol="MAWP_L",
    expr="2*S*E*t/(R - 0.4*t)",
    quantity="pressure",
)
def longitudinal_pressure(S: Any, E: Any, t: Any, R: Any) -> Any:
    """Pressure that a wall carries by longitudinal stress.

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
    return 2 * S * E * t / (R - 0.4 * t)


@clause(
    ASME_VIII_1.at("UG-98", "Least of both directions"), symbol="MAWP", expr="min(MAWP_C, MAWP_L)", quantity="pressure"
)
def least_pressure(MAWP_C: Any, MAWP_L: Any) -> Any:
    """Maximum allowable working pressure of the part, at the part.

    Parameters
    ----------
    MAWP_C, MAWP_L : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(MAWP_C, MAWP_L)


@clause(ASME_VIII_1.at("1-1", "Outside radius"), symbol="R_o", expr="D_o/2", quantity="length")
def outside_radius(D_o: Any) -> Any:
    """Outside radius from outside diameter.

    Parameters
    ----------
    D_o : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return D_o / 2


@clause(
    ASME_VIII_1.at("1-1(a)(1)", "Circumferential stress, outside radius"),
    symbol="t_C",
    expr="P*R_o/(S*E + 0.4*P)",
    quantity="thickness",
)
def circumferential_thickness_outside(P: Any, R_o: Any, S: Any, E: Any) -> Any:
    """Thickness for circumferential stress by outside radius; P <= 0.385 S E.

    Parameters
    ----------
    P : array_like, MPa
    R_o : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * R_o / (S * E + 0.4 * P)


@clause(
    ASME_VIII_1.at("UG-27(c)(2)", "Longitudinal stress, outside radius"),
    symbol="t_L",
    expr="P*R_o/(2*S*E + 1.4*P)",
    quantity="thickness",
)
def longitudinal_thickness_outside(P: Any, R_o: Any, S: Any, E: Any) -> Any:
    """Thickness for longitudinal stress by outside radius: UG-27(c)(2) with R = R_o - t.

    Parameters
    ----------
    P : array_like, MPa
    R_o : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * R_o / (2 * S * E + 1.4 * P)


@clause(
    ASME_VIII_1.at("1-1(a)(1)", "Pressure by circumferential stress, outside radius"),
    symbol="MAWP_C",
    expr="S*E*t/(R_o - 0.4*t)",
    quantity="pressure",
)
def circumferential_pressure_outside(S: Any, E: Any, t: Any, R_o: Any) -> Any:
    """Pressure that a wall carries by circumferential stress, outside radius.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    R_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return S * E * t / (R_o - 0.4 * t)


@clause(
    ASME_VIII_1.at("UG-27(c)(2)", "Pressure by longitudinal stress, outside radius"),
    symbol="MAWP_L",
    expr="2*S*E*t/(R_o - 1.4*t)",
    quantity="pressure",
)
def longitudinal_pressure_outside(S: Any, E: Any, t: Any, R_o: Any) -> Any:
    """Pressure that a wall carries by longitudinal stress, outside radius.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    R_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t / (R_o - 1.4 * t)


_OUTPUTS = (
    Param("t_C", "thickness", conclusion=True),
    Param("t_L", "thickness", conclusion=True),
    T_REQ,
    T_REQ_CASE,
    Param("MAWP_C", "pressure", conclusion=True),
    Param("MAWP_L", "pressure", conclusion=True),
    MAWP,
)


def _by_inside(i: Inputs) -> Columns:
    P, S, E, t = i["P"], i["S"], i["E"], i["t"]
    R = inside_radius(i["D"])
    t_C, t_L = circumferential_thickness(P, R, S, E), longitudinal_thickness(P, R, S, E)
    return {"R": R, **_conclude(t_C, t_L, circumferential_pressure(S, E, t, R), longitudinal_pressure(S, E, t, R))}


def _by_outside(i: Inputs) -> Columns:
    P, S, E, t = i["P"], i["S"], i["E"], i["t"]
    R_o = outside_radius(i["D_o"])
    t_C, t_L = circumferential_thickness_outside(P, R_o, S, E), longitudinal_thickness_outside(P, R_o, S, E)
    MAWP_C = circumferential_pressure_outside(S, E, t, R_o)
    return {"R_o": R_o, **_conclude(t_C, t_L, MAWP_C, longitudinal_pressure_outside(S, E, t, R_o))}


def _conclude(t_C: Any, t_L: Any, MAWP_C: Any, MAWP_L: Any) -> Columns:
    _, case = governing(("circumferential", t_C), ("longitudinal", t_L))
    return {
        "t_C": t_C,
        "t_L": t_L,
        "t_req": required_thickness(t_C, t_L),
        "t_req_case": case,
        "MAWP_C": MAWP_C,
        "MAWP_L": MAWP_L,
        "MAWP": least_pressure(MAWP_C, MAWP_L),
    }


def _thin(c: Any) -> Any:
    return constant("k_P_cyl") * c["S"] * c["E"]


CYLINDER = register(
    Procedure(
        key="asme8.2021.cylinder",
        ref=_INTERNAL,
        inputs=(P, S, E, D, T_WALL),
        outputs=(Param("R", "length"), *_OUTPUTS),
        compute=_by_inside,
        limits=(
            input_range(_INTERNAL, "D"),
            wall_left(_INTERNAL),
            Limit("thick_wall_P", ASME_VIII_1.at("UG-27(c)(1)"), below("P", _thin)),
            Limit(
                "thick_wall_t", ASME_VIII_1.at("UG-27(c)(1)"), not_above("t", lambda c: constant("k_t_cyl") * c["R"])
            ),
        ),
        steps=(
            Step(inside_radius, "R"),
            Step(circumferential_thickness, "t_C"),
            Step(longitudinal_thickness, "t_L"),
            Step(required_thickness, "t_req"),
            Step(circumferential_pressure, "MAWP_C"),
            Step(longitudinal_pressure, "MAWP_L"),
            Step(least_pressure, "MAWP"),
        ),
        constants=constants("k_P_cyl", "k_t_cyl"),
    )
)

CYLINDER_OUTSIDE = register(
    Procedure(
        key="asme8.2021.cylinder_outside",
        ref=_OUTSIDE,
        inputs=(P, S, E, D_O, T_WALL),
        outputs=(Param("R_o", "length"), *_OUTPUTS),
        compute=_by_outside,
        limits=(
            input_range(_OUTSIDE, "D_o"),
            wall_left(_OUTSIDE),
            Limit("thick_wall_P", ASME_VIII_1.at("1-1(a)(1)"), below("P", _thin)),
            Limit(
                "thick_wall_t",
                ASME_VIII_1.at("1-1(a)(1)"),
                not_above("t", lambda c: c["R_o"] * constant("k_t_cyl") / (1.0 + constant("k_t_cyl"))),
            ),
        ),
        steps=(
            Step(outside_radius, "R_o"),
            Step(circumferential_thickness_outside, "t_C"),
            Step(longitudinal_thickness_outside, "t_L"),
            Step(required_thickness, "t_req"),
            Step(circumferential_pressure_outside, "MAWP_C"),
            Step(longitudinal_pressure_outside, "MAWP_L"),
            Step(least_pressure, "MAWP"),
        ),
        constants=constants("k_P_cyl", "k_t_cyl"),
    )
)
