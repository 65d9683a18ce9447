"""Allowable external pressure of cylinders, cones and spheres in the closed form of VIII-2 4.4."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.clause import clause
from integrity.core.reference import ASME_VIII_2

_CYL = ASME_VIII_2.at("4.4.5", "Cylindrical shells under external pressure")
_CONE = ASME_VIII_2.at("4.4.6", "Conical shells under external pressure")
_SPH = ASME_VIII_2.at("4.4.7", "Spherical shells under external pressure")
_FS = ASME_VIII_2.at("4.4.2", "Design factor by predicted buckling stress")

LENGTH_CASES = ("long", "medium", "short", "very_short")
BUCKLING_CASES = ("yield", "inelastic", "elastic")
SPHERE_CASES = ("yield", "upper", "lower", "elastic")
FACTOR_CASES = ("elastic", "transition", "yield")


@clause(_CYL, symbol="M_x", expr="L/sqrt(D_o/2*t)", quantity="ratio")
def length_parameter(L: Any, D_o: Any, t: Any) -> Any:
    """Length parameter of a cylinder between lines of support.

    Parameters
    ----------
    L : array_like, mm
        Unsupported length.
    D_o : array_like, mm
    t : array_like, mm

    Returns
    -------
    array_like
    """
    return L / np.sqrt(D_o / 2 * t)


@clause(_CYL, symbol="C_h", expr="0.55*t/D_o", quantity="ratio")
def C_h_long(t: Any, D_o: Any) -> Any:
    """Coefficient of a long cylinder: M_x >= 2 (D_o/t)^0.94.

    Parameters
    ----------
    t : array_like, mm
    D_o : array_like, mm

    Returns
    -------
    array_like
    """
    return 0.55 * t / D_o


@clause(_CYL, symbol="C_h", expr="1.12*M_x**-1.058", quantity="ratio")
def C_h_medium(M_x: Any) -> Any:
    """Coefficient of a cylinder with 13 < M_x < 2 (D_o/t)^0.94.

    Parameters
    ----------
    M_x : array_like

    Returns
    -------
    array_like
    """
    return 1.12 * M_x**-1.058


@clause(_CYL, symbol="C_h", expr="0.92/(M_x - 0.579)", quantity="ratio")
def C_h_short(M_x: Any) -> Any:
    """Coefficient of a cylinder with 1.5 < M_x <= 13.

    Parameters
    ----------
    M_x : array_like

    Returns
    -------
    array_like
    """
    return 0.92 / (M_x - 0.579)


@clause(_CYL, symbol="C_h", expr="1.0", quantity="ratio")
def C_h_very_short() -> float:
    """Coefficient of a cylinder with M_x <= 1.5.

    Returns
    -------
    float
    """
    return 1.0


@clause(_CYL, symbol="F_he", expr="1.6*C_h*E_y*t/D_o", quantity="stress")
def elastic_buckling(C_h: Any, E_y: Any, t: Any, D_o: Any) -> Any:
    """Elastic hoop buckling stress of a cylinder.

    Parameters
    ----------
    C_h : array_like
    E_y : array_like, MPa
        Modulus at temperature.
    t : array_like, mm
    D_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 1.6 * C_h * E_y * t / D_o


@clause(_CYL, symbol="F_ic", expr="S_y", quantity="stress")
def F_ic_yield(S_y: Any) -> Any:
    """Predicted buckling stress where F_he/S_y >= 2.439 (sphere: 6.25).

    Parameters
    ----------
    S_y : array_like, MPa
        Yield strength at temperature.

    Returns
    -------
    array_like, MPa
    """
    return S_y


@clause(_CYL, symbol="F_ic", expr="0.7*S_y*(F_he/S_y)**0.4", quantity="stress")
def F_ic_inelastic(S_y: Any, F_he: Any) -> Any:
    """Predicted buckling stress where 0.552 < F_he/S_y < 2.439.

    Parameters
    ----------
    S_y : array_like, MPa
    F_he : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return 0.7 * S_y * (F_he / S_y) ** 0.4


@clause(_CYL, symbol="F_ic", expr="F_he", quantity="stress")
def F_ic_elastic(F_he: Any) -> Any:
    """Predicted buckling stress in the elastic range.

    Parameters
    ----------
    F_he : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return F_he


@clause(_SPH, symbol="F_he", expr="0.075*E_y*t/R_o", quantity="stress")
def sphere_buckling(E_y: Any, t: Any, R_o: Any) -> Any:
    """Elastic buckling stress of a sphere.

    Parameters
    ----------
    E_y : array_like, MPa
    t : array_like, mm
    R_o : array_like, mm
        Outside spherical radius.

    Returns
    -------
    array_like, MPa
    """
    return 0.075 * E_y * t / R_o


@clause(_SPH, symbol="F_ic", expr="1.31*S_y/(1.15 + S_y/F_he)", quantity="stress")
def F_ic_upper(S_y: Any, F_he: Any) -> Any:
    """Predicted buckling stress of a sphere where 1.6 < F_he/S_y < 6.25.

    Parameters
    ----------
    S_y : array_like, MPa
    F_he : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return 1.31 * S_y / (1.15 + S_y / F_he)


@clause(_SPH, symbol="F_ic", expr="0.18*F_he + 0.45*S_y", quantity="stress")
def F_ic_lower(F_he: Any, S_y: Any) -> Any:
    """Predicted buckling stress of a sphere where 0.55 < F_he/S_y <= 1.6.

    Parameters
    ----------
    F_he : array_like, MPa
    S_y : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return 0.18 * F_he + 0.45 * S_y


@clause(_FS, symbol="FS", expr="2.0", quantity="ratio")
def FS_elastic() -> float:
    """Design factor where F_ic <= 0.55 S_y.

    Returns
    -------
    float
    """
    return 2.0


@clause(_FS, symbol="FS", expr="2.407 - 0.741*F_ic/S_y", quantity="ratio")
def FS_transition(F_ic: Any, S_y: Any) -> Any:
    """Design factor where 0.55 S_y < F_ic < S_y.

    Parameters
    ----------
    F_ic : array_like, MPa
    S_y : array_like, MPa

    Returns
    -------
    array_like
    """
    return 2.407 - 0.741 * F_ic / S_y


@clause(_FS, symbol="FS", expr="1.667", quantity="ratio")
def FS_yield() -> float:
    """Design factor where F_ic = S_y.

    Returns
    -------
    float
    """
    return 1.667


@clause(_CYL, symbol="P_a", expr="2*F_ic/FS*t/D_o", quantity="pressure")
def cylinder_allowable(F_ic: Any, FS: Any, t: Any, D_o: Any) -> Any:
    """Allowable external pressure of a cylinder.

    Parameters
    ----------
    F_ic : array_like, MPa
    FS : array_like
    t : array_like, mm
    D_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * F_ic / FS * t / D_o


@clause(_SPH, symbol="P_a", expr="2*F_ic/FS*t/R_o", quantity="pressure")
def sphere_allowable(F_ic: Any, FS: Any, t: Any, R_o: Any) -> Any:
    """Allowable external pressure of a sphere.

    Parameters
    ----------
    F_ic : array_like, MPa
    FS : array_like
    t : array_like, mm
    R_o : array_like, mm

    Returns
    -------
    array_like, MPa
    """
    return 2 * F_ic / FS * t / R_o


@clause(
    _CONE,
    symbol="D_e",
    expr="(D_L - L*sin(radians(alpha_deg))/cos(radians(alpha_deg)))/cos(radians(alpha_deg))",
    quantity="length",
)
def cone_diameter(D_L: Any, L: Any, alpha_deg: Any) -> Any:
    """Diameter of the equivalent cylinder: mean of both ends of the section over cos(alpha).

    Parameters
    ----------
    D_L : array_like, mm
        Outside diameter at the large end of the section.
    L : array_like, mm
        Axial length of the section.
    alpha_deg : array_like, deg

    Returns
    -------
    array_like, mm
    """
    a = np.radians(alpha_deg)
    return (D_L - L * np.sin(a) / np.cos(a)) / np.cos(a)


@clause(_CONE, symbol="L_e", expr="L/cos(radians(alpha_deg))", quantity="length")
def cone_length(L: Any, alpha_deg: Any) -> Any:
    """Length of the equivalent cylinder.

    Parameters
    ----------
    L : array_like, mm
    alpha_deg : array_like, deg

    Returns
    -------
    array_like, mm
    """
    return L / np.cos(np.radians(alpha_deg))
