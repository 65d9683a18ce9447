"""Ellipsoidal and torispherical heads of ASME VIII-1, pressure on the concave side."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import ASME_VIII_1
from integrity.core.registry import register
from integrity.design.common import D_O, MAWP, T_REQ, T_REQ_CASE, T_WALL, D, E, P, S, fill, input_range, wall_left
from integrity.design.table_files import constant, constants

_ELL = ASME_VIII_1.at("1-4(c)", "Ellipsoidal heads")
_TORI = ASME_VIII_1.at("1-4(d)", "Torispherical heads")
_CAP = ASME_VIII_1.at("UG-32, 1-4(c)", "Stress cap for heads of steels over 70 ksi tensile")
_KNUCKLE = ASME_VIII_1.at("1-4(f)", "Knuckle of thin heads")

CAP_CASES = ("full", "capped", "cap_no_ambient")


@clause(_ELL, symbol="K", expr="(2 + R_ell*R_ell)/6", quantity="ratio")
def ellipsoidal_factor(R_ell: Any) -> Any:
    """Factor of an ellipsoidal head; 1 for 2:1.

    Parameters
    ----------
    R_ell : array_like
        Inside diameter over twice the depth, 1.0 to 3.0.

    Returns
    -------
    array_like
    """
    return (2 + R_ell * R_ell) / 6


@clause(
    ASME_VIII_1.at("Table UG-37", "Equivalent crown radius, fitted"),
    symbol="K_c",
    expr="0.25346 + 0.13995*R_ell + 0.12238*R_ell*R_ell - 0.015297*R_ell*R_ell*R_ell",
    quantity="ratio",
)
def crown_factor(R_ell: Any) -> Any:
    """Equivalent spherical crown radius of an ellipsoidal head over its diameter; 0.90 for 2:1.

    Parameters
    ----------
    R_ell : array_like
        1.0 to 3.0.

    Returns
    -------
    array_like
    """
    return 0.25346 + 0.13995 * R_ell + 0.12238 * R_ell * R_ell - 0.015297 * R_ell * R_ell * R_ell


@clause(_CAP, symbol="S_h", expr="S", quantity="stress")
def stress_full(S: Any) -> Any:
    """Head stress where the cap does not apply.

    Parameters
    ----------
    S : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return S


@clause(_CAP, symbol="S_h", expr="min(S, S_cap*S/S_amb)", quantity="stress")
def stress_capped(S: Any, S_cap: Any, S_amb: Any) -> Any:
    """Head stress capped at 20 ksi at room temperature and reduced in proportion at temperature.

    Parameters
    ----------
    S : array_like, MPa
        Allowable stress at temperature.
    S_cap : array_like, MPa
    S_amb : array_like, MPa
        Allowable stress at room temperature.

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(S, S_cap * S / S_amb)


@clause(_CAP, symbol="S_h", expr="min(S, S_cap)", quantity="stress")
def stress_capped_plain(S: Any, S_cap: Any) -> Any:
    """Head stress capped at 20 ksi where the stress at room temperature is not known.

    Parameters
    ----------
    S : array_like, MPa
    S_cap : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(S, S_cap)


@clause(_ELL, symbol="t_req", expr="P*D*K/(2*S*E - 0.2*P)", quantity="thickness")
def ellipsoidal_thickness(P: Any, D: Any, K: Any, S: Any, E: Any) -> Any:
    """Required thickness of an ellipsoidal head.

    Parameters
    ----------
    P : array_like, MPa
    D : array_like, mm
        Inside diameter of the head skirt.
    K : array_like
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * D * K / (2 * S * E - 0.2 * P)


@clause(_ELL, symbol="MAWP", expr="2*S*E*t/(K*D + 0.2*t)", quantity="pressure")
def ellipsoidal_pressure(S: Any, E: Any, t: Any, K: Any, D: Any) -> Any:
    """Pressure that an ellipsoidal head carries.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    K : array_like
    D : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t / (K * D + 0.2 * t)


@clause(_TORI, symbol="M", expr="0.25*(3 + sqrt(L/r))", quantity="ratio")
def torispherical_factor(L: Any, r: Any) -> Any:
    """Factor of a torispherical head from crown and knuckle radius.

    Parameters
    ----------
    L : array_like, mm
        Inside crown radius.
    r : array_like, mm
        Inside knuckle radius.

    Returns
    -------
    array_like
    """
    return 0.25 * (3 + np.sqrt(L / r))


@clause(_TORI, symbol="t_req", expr="P*L*M/(2*S*E - 0.2*P)", quantity="thickness")
def torispherical_thickness(P: Any, L: Any, M: Any, S: Any, E: Any) -> Any:
    """Required thickness of a torispherical head.

    Parameters
    ----------
    P : array_like, MPa
    L : array_like, mm
    M : array_like
    S : array_like, MPa
    E : array_like

    Returns
    -------
    array_like, mm
    """
    return P * L * M / (2 * S * E - 0.2 * P)


@clause(_TORI, symbol="MAWP", expr="2*S*E*t/(L*M + 0.2*t)", quantity="pressure")
def torispherical_pressure(S: Any, E: Any, t: Any, L: Any, M: Any) -> Any:
    """Pressure that a torispherical head carries.

    Parameters
    ----------
    S : array_like, MPa
    E : array_like
    t : array_like, mm
    L : array_like, mm
    M : array_like

    Returns
    -------
    array_like, MPa
    """
    return 2 * S * E * t / (L * M + 0.2 * t)


def _capped_stress(i: Inputs, needed: Any) -> Columns:
    S, S_u, S_amb, cap = i["S"], i["S_u"], i["S_amb"], constant("S_cap")
    strong = needed & ~at_most(S_u, constant("S_u_cap"))
    case = stack_codes((strong & ~np.isnan(S_amb), 1), (strong, 2), default=0)
    S_h = np.select([case == 1, case == 2], [stress_capped(S, cap, S_amb), stress_capped_plain(S, cap)], stress_full(S))
    return {"S_h": S_h, "S_h_case": case}


def _ellipsoidal(i: Inputs) -> Columns:
    K, K_c = ellipsoidal_factor(i["R_ell"]), crown_factor(i["R_ell"])
    stress = _capped_stress(i, ~at_most(K, 1.0))
    t_req = ellipsoidal_thickness(i["P"], i["D"], K, stress["S_h"], i["E"])
    return {
        "K": K,
        "K_c": K_c,
        **stress,
        "t_req": t_req,
        "t_req_case": fill("pressure", t_req),
        "MAWP": ellipsoidal_pressure(stress["S_h"], i["E"], i["t"], K, i["D"]),
    }


def _torispherical(i: Inputs) -> Columns:
    M = torispherical_factor(i["L"], i["r"])
    stress = _capped_stress(i, np.ones(i.n, dtype=np.bool_))
    t_req = torispherical_thickness(i["P"], i["L"], M, stress["S_h"], i["E"])
    return {
        "M": M,
        **stress,
        "t_req": t_req,
        "t_req_case": fill("pressure", t_req),
        "MAWP": torispherical_pressure(stress["S_h"], i["E"], i["t"], i["L"], M),
    }


def _wall(c: Any) -> Any:
    return np.where(np.isnan(c["t"]), c["t_req"], np.fmin(c["t"], c["t_req"]))


_STRESS_INPUTS = (Param("S_u", "stress", required=False), Param("S_amb", "stress", required=False))
_S_H = (Param("S_h", "stress"), Param("S_h_case", "code", codes=CAP_CASES))
_STRESS_STEPS = (
    Step(stress_full, "S_h", when=("S_h_case", "full")),
    Step(stress_capped, "S_h", when=("S_h_case", "capped")),
    Step(stress_capped_plain, "S_h", when=("S_h_case", "cap_no_ambient")),
)

ELLIPSOIDAL = register(
    Procedure(
        key="asme8.2021.ellipsoidal",
        ref=_ELL,
        inputs=(P, S, E, D, Param("R_ell", "ratio"), T_WALL, *_STRESS_INPUTS),
        outputs=(Param("K", "ratio"), Param("K_c", "ratio"), *_S_H, T_REQ, T_REQ_CASE, MAWP),
        compute=_ellipsoidal,
        limits=(
            input_range(_ELL, "D"),
            wall_left(_ELL),
            Limit(
                "head_ratio",
                _ELL,
                lambda c: at_least(c["R_ell"], constant("R_ell_min")) & at_most(c["R_ell"], constant("R_ell_max")),
            ),
            Limit(
                "knuckle_buckling",
                _KNUCKLE,
                lambda c: (c["P"] == 0) | at_least(_wall(c), constant("k_tL_min") * c["K_c"] * c["D"]),
            ),
        ),
        steps=(
            Step(ellipsoidal_factor, "K"),
            Step(crown_factor, "K_c"),
            *_STRESS_STEPS,
            Step(ellipsoidal_thickness, "t_req", {"S": "S_h"}),
            Step(ellipsoidal_pressure, "MAWP", {"S": "S_h"}),
        ),
        constants=constants("S_cap", "S_u_cap", "R_ell_min", "R_ell_max", "k_tL_min"),
    )
)

TORISPHERICAL = register(
    Procedure(
        key="asme8.2021.torispherical",
        ref=_TORI,
        inputs=(P, S, E, D, D_O, Param("L", "length"), Param("r", "length"), T_WALL, *_STRESS_INPUTS),
        outputs=(Param("M", "ratio"), *_S_H, T_REQ, T_REQ_CASE, MAWP),
        compute=_torispherical,
        limits=(
            input_range(_TORI, "D", "L", "r"),
            wall_left(_TORI),
            Limit("crown_radius", ASME_VIII_1.at("UG-32"), lambda c: at_most(c["L"], c["D_o"])),
            Limit("crown_knuckle_ratio", _TORI, lambda c: at_most(c["L"], constant("k_Lr_max") * c["r"])),
            Limit(
                "knuckle_radius",
                ASME_VIII_1.at("UG-32"),
                lambda c: (
                    at_least(c["r"], constant("k_rD_min") * c["D"])
                    & at_least(c["r"], constant("k_rt_min") * c["t_req"])
                    & (np.isnan(c["t"]) | at_least(c["r"], constant("k_rt_min") * c["t"]))
                ),
            ),
            Limit(
                "knuckle_buckling",
                _KNUCKLE,
                lambda c: (c["P"] == 0) | at_least(_wall(c), constant("k_tL_min") * c["L"]),
            ),
        ),
        steps=(
            Step(torispherical_factor, "M"),
            *_STRESS_STEPS,
            Step(torispherical_thickness, "t_req", {"S": "S_h"}),
            Step(torispherical_pressure, "MAWP", {"S": "S_h"}),
        ),
        constants=constants("S_cap", "S_u_cap", "k_Lr_max", "k_rD_min", "k_rt_min", "k_tL_min"),
    )
)
