"""Shells and heads of GB/T 150.3 under internal pressure, with the effective thickness of thin heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from integrity.core.arrays import at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import GB150
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
    fill,
    governing,
    input_range,
    wall_left,
)
from integrity.design.table_files import constant, constants

_CYL = GB150.at("3.3", "Cylindrical shells under internal pressure")
_SPH = GB150.at("3.4", "Spherical shells under internal pressure")
_ELL = GB150.at("5.3", "Ellipsoidal heads")
_TORI = GB150.at("5.4", "Torispherical heads")
_CONE = GB150.at("5.6", "Conical shells")
STABLE_CASES = ("low", "high")


@clause(_CYL, symbol="t_req", expr="P*D/(2*S*E - P)", quantity="thickness")
def cylinder_thickness(P: Any, D: Any, S: Any, E: Any) -> Any:
    """Calculated thickness of a cylinder by inside diameter; P <= 0.4 S E.

    Parameters
    ----------
    P : array_like, MPa
        Calculation pressure.
    D : array_like, mm
    S : array_like, MPa
    E : array_like
        Welded joint factor.

    Returns
    -------
    array_like, mm
    """
    return P * D / (2 * S * E - P)


@clause(_CYL, symbol="MAWP", expr="2*t*S*E/(D + t)", quantity="pressure")
def cylinder_pressure(t: Any, S: Any, E: Any, D: Any) -> Any:
    """Pressure that a cylinder carries, by inside diameter.

    Parameters
    ----------
    t : array_like, mm
        Effective thickness.
    S : array_like, MPa
    E : array_like
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * t * S * E / (D + t)


@clause(_CYL, symbol="t_req", expr="P*D_o/(2*S*E + P)", quantity="thickness")
def cylinder_thickness_outside(P: Any, D_o: Any, S: Any, E: Any) -> Any:
    """Calculated thickness of a cylinder by outside diameter; P <= 0.4 S E.

    Parameters
    ----------
    P : array_like, MPa
    D_o : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * D_o / (2 * S * E + P)


@clause(_CYL, symbol="MAWP", expr="2*t*S*E/(D_o - t)", quantity="pressure")
def cylinder_pressure_outside(t: Any, S: Any, E: Any, D_o: Any) -> Any:
    """Pressure that a cylinder carries, by outside diameter.

    Parameters
    ----------
    t : array_like, mm
    S : array_like, MPa
    E : array_like
    D_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * t * S * E / (D_o - t)


@clause(_SPH, symbol="t_req", expr="P*D/(4*S*E - P)", quantity="thickness")
def sphere_thickness(P: Any, D: Any, S: Any, E: Any) -> Any:
    """Calculated thickness of a sphere or hemispherical head; P <= 0.6 S E.

    Parameters
    ----------
    P : array_like, MPa
    D : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * D / (4 * S * E - P)


@clause(_SPH, symbol="MAWP", expr="4*t*S*E/(D + t)", quantity="pressure")
def sphere_pressure(t: Any, S: Any, E: Any, D: Any) -> Any:
    """Pressure that a sphere carries.

    Parameters
    ----------
    t : array_like, mm
    S : array_like, MPa
    E : array_like
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 4 * t * S * E / (D + t)


@clause(_ELL, symbol="K", expr="(2 + R_ell*R_ell)/6", quantity="ratio")
def ellipsoidal_factor(R_ell: Any) -> Any:
    """Shape factor of an ellipsoidal head; 1 for 2:1.

    Parameters
    ----------
    R_ell : array_like
        Inside diameter over twice the inside depth.

    Returns
    -------
    array_like
    """
    return (2 + R_ell * R_ell) / 6


@clause(_ELL, symbol="t_p", expr="K*P*D/(2*S*E - 0.5*P)", quantity="thickness")
def ellipsoidal_thickness(K: Any, P: Any, D: Any, S: Any, E: Any) -> Any:
    """Calculated thickness of an ellipsoidal head.

    Parameters
    ----------
    K : array_like
    P : array_like, MPa
    D : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return K * P * D / (2 * S * E - 0.5 * P)


@clause(_ELL, symbol="MAWP", expr="2*t*S*E/(K*D + 0.5*t)", quantity="pressure")
def ellipsoidal_pressure(t: Any, S: Any, E: Any, K: Any, D: Any) -> Any:
    """Pressure that an ellipsoidal head carries.

    Parameters
    ----------
    t : array_like, mm
    S : array_like, MPa
    E : array_like
    K : array_like
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * t * S * E / (K * D + 0.5 * t)


@clause(_TORI, symbol="M", expr="(3 + sqrt(L/r))/4", quantity="ratio")
def torispherical_factor(L: Any, r: Any) -> Any:
    """Shape factor of a torispherical head.

    Parameters
    ----------
    L : array_like, mm
        Inside radius of the crown.
    r : array_like, mm
        Inside radius of the knuckle.

    Returns
    -------
    array_like
    """
    return (3 + np.sqrt(L / r)) / 4


@clause(_TORI, symbol="t_p", expr="M*P*L/(2*S*E - 0.5*P)", quantity="thickness")
def torispherical_thickness(M: Any, P: Any, L: Any, S: Any, E: Any) -> Any:
    """Calculated thickness of a torispherical head.

    Parameters
    ----------
    M : array_like
    P : array_like, MPa
    L : array_like, mm
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return M * P * L / (2 * S * E - 0.5 * P)


@clause(_TORI, symbol="MAWP", expr="2*t*S*E/(M*L + 0.5*t)", quantity="pressure")
def torispherical_pressure(t: Any, S: Any, E: Any, M: Any, L: Any) -> Any:
    """Pressure that a torispherical head carries.

    Parameters
    ----------
    t : array_like, mm
    S : array_like, MPa
    E : array_like
    M : array_like
    L : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * t * S * E / (M * L + 0.5 * t)


@clause(_ELL, symbol="t_eff", expr="k_eff*D", quantity="thickness")
def effective_minimum(k_eff: Any, D: Any) -> Any:
    """Least effective thickness of a head against buckling of the knuckle.

    Parameters
    ----------
    k_eff : array_like
        0.15 % for flat factors, else 0.30 %.
    D : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return k_eff * D


@clause(_ELL, symbol="t_req", expr="max(t_p, t_eff)", quantity="thickness")
def head_required(t_p: Any, t_eff: Any) -> Any:
    """Required thickness of a head: calculated, but not under the least effective thickness.

    Parameters
    ----------
    t_p, t_eff : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(t_p, t_eff)


@clause(_CONE, symbol="t_req", expr="P*D/((2*S*E - P)*cos(radians(alpha_deg)))", quantity="thickness")
def cone_thickness(P: Any, D: Any, S: Any, E: Any, alpha_deg: Any) -> Any:
    """Calculated thickness of a cone at its large end; the junctions are not part of it.

    Parameters
    ----------
    P : array_like, MPa
    D : array_like, mm
    S : array_like, MPa
    E : array_like
    alpha_deg : array_like, deg

    Returns
    -------
    array_like, mm
    """
    return P * D / ((2 * S * E - P) * np.cos(np.radians(alpha_deg)))


@clause(
    _CONE, symbol="MAWP", expr="2*t*S*E*cos(radians(alpha_deg))/(D + t*cos(radians(alpha_deg)))", quantity="pressure"
)
def cone_pressure(t: Any, S: Any, E: Any, alpha_deg: Any, D: Any) -> Any:
    """Pressure that a cone carries at its large end.

    Parameters
    ----------
    t : array_like, mm
    S : array_like, MPa
    E : array_like
    alpha_deg : array_like, deg
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * t * S * E * np.cos(np.radians(alpha_deg)) / (D + t * np.cos(np.radians(alpha_deg)))


def _thin(name: str) -> Callable[..., Any]:
    return below("P", lambda c: constant(name) * c["S"] * c["E"])


def _cylinder(i: Inputs) -> Columns:
    t_req = cylinder_thickness(i["P"], i["D"], i["S"], i["E"])
    MAWP = cylinder_pressure(i["t"], i["S"], i["E"], i["D"])
    return {"t_req": t_req, "t_req_case": fill("circumferential", t_req), "MAWP": MAWP}


def _outside(i: Inputs) -> Columns:
    t_req = cylinder_thickness_outside(i["P"], i["D_o"], i["S"], i["E"])
    MAWP = cylinder_pressure_outside(i["t"], i["S"], i["E"], i["D_o"])
    return {"t_req": t_req, "t_req_case": fill("circumferential", t_req), "MAWP": MAWP}


def _sphere(i: Inputs) -> Columns:
    t_req = sphere_thickness(i["P"], i["D"], i["S"], i["E"])
    MAWP = sphere_pressure(i["t"], i["S"], i["E"], i["D"])
    return {"t_req": t_req, "t_req_case": fill("pressure", t_req), "MAWP": MAWP}


def _cone(i: Inputs) -> Columns:
    t_req = cone_thickness(i["P"], i["D"], i["S"], i["E"], i["alpha_deg"])
    MAWP = cone_pressure(i["t"], i["S"], i["E"], i["alpha_deg"], i["D"])
    return {"t_req": t_req, "t_req_case": fill("circumferential", t_req), "MAWP": MAWP}


def _head(i: Inputs, t_p: Any, factor: Any, flat: float) -> Columns:
    case = stack_codes((at_most(factor, flat), 0), default=1)
    k_eff = np.where(case == 0, constant("k_eff_low"), constant("k_eff_high"))
    t_eff = effective_minimum(k_eff, i["D"])
    _, t_req_case = governing(("pressure", t_p), ("code_minimum", t_eff))
    return {
        "t_p": t_p,
        "t_eff_case": case,
        "k_eff": k_eff,
        "t_eff": t_eff,
        "t_req": head_required(t_p, t_eff),
        "t_req_case": t_req_case,
    }


def _ellipsoidal(i: Inputs) -> Columns:
    K = ellipsoidal_factor(i["R_ell"])
    t_p = ellipsoidal_thickness(K, i["P"], i["D"], i["S"], i["E"])
    MAWP = ellipsoidal_pressure(i["t"], i["S"], i["E"], K, i["D"])
    return {"K": K, **_head(i, t_p, K, constant("K_low_gb")), "MAWP": MAWP}


def _torispherical(i: Inputs) -> Columns:
    M = torispherical_factor(i["L"], i["r"])
    t_p = torispherical_thickness(M, i["P"], i["L"], i["S"], i["E"])
    MAWP = torispherical_pressure(i["t"], i["S"], i["E"], M, i["L"])
    return {"M": M, **_head(i, t_p, M, constant("M_low_gb")), "MAWP": MAWP}


_HEAD_OUTPUTS = (
    Param("t_p", "thickness", conclusion=True),
    Param("t_eff_case", "code", codes=STABLE_CASES),
    Param("k_eff", "ratio"),
    Param("t_eff", "thickness"),
    T_REQ,
    T_REQ_CASE,
    MAWP,
)
_HEAD_STEPS = (
    Step(effective_minimum, "t_eff", {"k_eff": "k_eff_low"}, when=("t_eff_case", "low")),
    Step(effective_minimum, "t_eff", {"k_eff": "k_eff_high"}, when=("t_eff_case", "high")),
    Step(head_required, "t_req"),
)

CYLINDER = register(
    Procedure(
        key="gb150.2011.cylinder",
        ref=_CYL,
        inputs=(P, S, E, D, T_WALL),
        outputs=(T_REQ, T_REQ_CASE, MAWP),
        compute=_cylinder,
        limits=(input_range(_CYL, "D"), wall_left(_CYL), Limit("thick_wall_P", _CYL, _thin("k_P_cyl_gb"))),
        steps=(Step(cylinder_thickness, "t_req"), Step(cylinder_pressure, "MAWP")),
        constants=constants("k_P_cyl_gb"),
    )
)

CYLINDER_OUTSIDE = register(
    Procedure(
        key="gb150.2011.cylinder_outside",
        ref=_CYL,
        inputs=(P, S, E, D_O, T_WALL),
        outputs=(T_REQ, T_REQ_CASE, MAWP),
        compute=_outside,
        limits=(input_range(_CYL, "D_o"), wall_left(_CYL), Limit("thick_wall_P", _CYL, _thin("k_P_cyl_gb"))),
        steps=(Step(cylinder_thickness_outside, "t_req"), Step(cylinder_pressure_outside, "MAWP")),
        constants=constants("k_P_cyl_gb"),
    )
)

SPHERE = register(
    Procedure(
        key="gb150.2011.sphere",
        ref=_SPH,
        inputs=(P, S, E, D, T_WALL),
        outputs=(T_REQ, T_REQ_CASE, MAWP),
        compute=_sphere,
        limits=(input_range(_SPH, "D"), wall_left(_SPH), Limit("thick_wall_P", _SPH, _thin("k_P_sph_gb"))),
        steps=(Step(sphere_thickness, "t_req"), Step(sphere_pressure, "MAWP")),
        constants=constants("k_P_sph_gb"),
    )
)

CONE = register(
    Procedure(
        key="gb150.2011.cone",
        ref=_CONE,
        inputs=(P, S, E, D, Param("alpha_deg", "angle"), T_WALL),
        outputs=(T_REQ, T_REQ_CASE, MAWP),
        compute=_cone,
        limits=(
            input_range(_CONE, "D"),
            wall_left(_CONE),
            Limit("thick_wall_P", _CONE, _thin("k_P_cyl_gb")),
            Limit(
                "cone_angle",
                _CONE,
                lambda c: (c["alpha_deg"] >= 0.0) & at_most(c["alpha_deg"], constant("alpha_max_gb")),
            ),
        ),
        steps=(Step(cone_thickness, "t_req"), Step(cone_pressure, "MAWP")),
        constants=constants("k_P_cyl_gb", "alpha_max_gb"),
    )
)

ELLIPSOIDAL = register(
    Procedure(
        key="gb150.2011.ellipsoidal",
        ref=_ELL,
        inputs=(P, S, E, D, Param("R_ell", "ratio"), T_WALL),
        outputs=(Param("K", "ratio"), *_HEAD_OUTPUTS),
        compute=_ellipsoidal,
        limits=(
            input_range(_ELL, "D"),
            wall_left(_ELL),
            Limit("thick_wall_P", _ELL, _thin("k_P_cyl_gb")),
            Limit(
                "head_ratio",
                _ELL,
                lambda c: at_least(c["R_ell"], constant("R_ell_min")) & at_most(c["R_ell"], constant("R_ell_max")),
            ),
        ),
        steps=(
            Step(ellipsoidal_factor, "K"),
            Step(ellipsoidal_thickness, "t_p"),
            *_HEAD_STEPS,
            Step(ellipsoidal_pressure, "MAWP"),
        ),
        constants=constants("k_P_cyl_gb", "K_low_gb", "k_eff_low", "k_eff_high", "R_ell_min", "R_ell_max"),
    )
)

TORISPHERICAL = register(
    Procedure(
        key="gb150.2011.torispherical",
        ref=_TORI,
        inputs=(P, S, E, D, Param("L", "length"), Param("r", "length"), T_WALL),
        outputs=(Param("M", "ratio"), *_HEAD_OUTPUTS),
        compute=_torispherical,
        limits=(
            input_range(_TORI, "D", "L", "r"),
            wall_left(_TORI),
            Limit("thick_wall_P", _TORI, _thin("k_P_cyl_gb")),
            Limit("crown_radius", _TORI, lambda c: at_most(c["L"], c["D"])),
            Limit(
                "knuckle_radius",
                _TORI,
                lambda c: (
                    at_least(c["r"], constant("k_rD_min_gb") * c["D"])
                    & at_least(c["r"], constant("k_rt_min") * c["t_req"])
                ),
            ),
        ),
        steps=(
            Step(torispherical_factor, "M"),
            Step(torispherical_thickness, "t_p"),
            *_HEAD_STEPS,
            Step(torispherical_pressure, "MAWP"),
        ),
        constants=constants("k_P_cyl_gb", "M_low_gb", "k_eff_low", "k_eff_high", "k_rD_min_gb", "k_rt_min"),
    )
)
