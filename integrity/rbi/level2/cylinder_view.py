"""View factor of a tilted cylinder of flame for a target on the ground, as published and as printed."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.level2.common import f

_VIEW = "Part 3 §5.8.2.5 eqs. (3.142) to (3.149)"
_MUDAN = OWN_METHOD.at("view factor of a tilted cylinder", "View factor of a vertical target (Mudan)")


@clause(
    API581_2016.at(_VIEW, "Length of the flame in radii"),
    symbol="X_v",
    expr="L_flame_m/r_pool_m",
    quantity="number",
)
def length_ratio(L_flame_m: FloatArray, r_pool_m: FloatArray) -> FloatArray:
    """Length of the flame over the radius of the pool.

    Parameters
    ----------
    L_flame_m, r_pool_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return f(L_flame_m / r_pool_m)


@clause(
    OWN_METHOD.at("view factor of a tilted cylinder", "Distance from the axis in radii"),
    symbol="Y_v",
    expr="(x_m + r_pool_m)/r_pool_m",
    quantity="number",
)
def ratio_from_axis(x_m: FloatArray, r_pool_m: FloatArray) -> FloatArray:
    """Distance from the axis of the flame, of a distance from its surface, in radii.

    Parameters
    ----------
    x_m, r_pool_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return f((x_m + r_pool_m) / r_pool_m)


@clause(
    API581_2016.at(_VIEW, "Distance from the surface in radii, as printed"),
    symbol="Y_v",
    expr="x_m/r_pool_m",
    quantity="number",
)
def ratio_printed(x_m: FloatArray, r_pool_m: FloatArray) -> FloatArray:
    """Distance from the surface of the flame in radii.

    Parameters
    ----------
    x_m, r_pool_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return f(x_m / r_pool_m)


@clause(
    API581_2016.at(_VIEW, "Term A of the view factor"),
    symbol="A_v",
    expr="(X_v*cos_tilt)**2 + (Y_v + 1 - X_v*sin_tilt)**2",
    quantity="number",
)
def term_A(X_v: FloatArray, cos_tilt: FloatArray, Y_v: FloatArray, sin_tilt: FloatArray) -> FloatArray:
    """Square of the distance of the far edge of the top.

    Parameters
    ----------
    X_v, cos_tilt, Y_v, sin_tilt : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f((X_v * cos_tilt) ** 2 + (Y_v + 1.0 - X_v * sin_tilt) ** 2)


@clause(
    API581_2016.at(_VIEW, "Term B of the view factor"),
    symbol="B_v",
    expr="(X_v*cos_tilt)**2 + (Y_v - 1 - X_v*sin_tilt)**2",
    quantity="number",
)
def term_B(X_v: FloatArray, cos_tilt: FloatArray, Y_v: FloatArray, sin_tilt: FloatArray) -> FloatArray:
    """Square of the distance of the near edge of the top.

    Parameters
    ----------
    X_v, cos_tilt, Y_v, sin_tilt : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f((X_v * cos_tilt) ** 2 + (Y_v - 1.0 - X_v * sin_tilt) ** 2)


@clause(
    API581_2016.at(_VIEW, "Term C of the view factor"),
    symbol="C_v",
    expr="1 + (Y_v**2 - 1)*cos_tilt**2",
    quantity="number",
)
def term_C(Y_v: FloatArray, cos_tilt: FloatArray) -> FloatArray:
    """Term C of the view factor.

    Parameters
    ----------
    Y_v, cos_tilt : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(1.0 + (Y_v**2 - 1.0) * cos_tilt**2)


@clause(
    API581_2016.at(_VIEW, "Angle of the edges of the flame"),
    symbol="phi_v",
    expr="atan((X_v*Y_v - (Y_v**2 - 1)*sin_tilt)/(sqrt(Y_v**2 - 1)*sqrt(C_v)))"
    " + atan(sqrt(Y_v**2 - 1)*sin_tilt/sqrt(C_v))",
    quantity="number",
)
def edge_angle(X_v: FloatArray, Y_v: FloatArray, sin_tilt: FloatArray, C_v: FloatArray) -> FloatArray:
    """Sum of the two angles that the view factors share.

    Parameters
    ----------
    X_v, Y_v, sin_tilt, C_v : ndarray

    Returns
    -------
    ndarray of float64, radians
    """
    root = np.sqrt(Y_v**2 - 1.0)
    first = (X_v * Y_v - (Y_v**2 - 1.0) * sin_tilt) / (root * np.sqrt(C_v))
    return f(np.arctan(first) + np.arctan(root * sin_tilt / np.sqrt(C_v)))


_LAST = " - X_v*cos_tilt/(pi*(Y_v - X_v*sin_tilt))*atan(sqrt((Y_v - 1)/(Y_v + 1)))"
_EDGES = " + cos_tilt/(pi*sqrt(C_v))*phi_v"


@clause(
    _MUDAN,
    symbol="F_vert",
    expr="X_v*cos_tilt/(Y_v - X_v*sin_tilt)*(X_v**2 + (Y_v + 1)**2 - 2*Y_v*(1 + X_v*sin_tilt))"
    "/(pi*sqrt(A_v*B_v))*atan(sqrt(A_v*(Y_v - 1)/(B_v*(Y_v + 1))))" + _EDGES + _LAST,
    quantity="ratio",
)
def vertical(
    X_v: FloatArray,
    cos_tilt: FloatArray,
    Y_v: FloatArray,
    sin_tilt: FloatArray,
    pi: float,
    A_v: FloatArray,
    B_v: FloatArray,
    C_v: FloatArray,
    phi_v: FloatArray,
) -> FloatArray:
    """View factor of a vertical target on the ground, down the wind.

    Parameters
    ----------
    X_v, cos_tilt, Y_v, sin_tilt, A_v, B_v, C_v, phi_v : ndarray
    pi : float

    Returns
    -------
    ndarray of float64
    """
    q = A_v * (Y_v - 1.0) / (B_v * (Y_v + 1.0))
    top = X_v**2 + (Y_v + 1.0) ** 2 - 2.0 * Y_v * (1.0 + X_v * sin_tilt)
    first = X_v * cos_tilt / (Y_v - X_v * sin_tilt) * top / (pi * np.sqrt(A_v * B_v)) * np.arctan(np.sqrt(q))
    last = X_v * cos_tilt / (pi * (Y_v - X_v * sin_tilt)) * np.arctan(np.sqrt((Y_v - 1.0) / (Y_v + 1.0)))
    return f(first + cos_tilt / (pi * np.sqrt(C_v)) * phi_v - last)


@clause(
    API581_2016.at(_VIEW, "View factor of a vertical target, as printed"),
    symbol="F_vert",
    expr="X_v*cos_tilt/(Y_v - X_v*sin_tilt)*(X_v**2 + (Y_v + 1)**2 - 2*Y_v*(1 + sin_tilt))"
    "/(pi*sqrt(A_v*B_v))*atan(A_v*(Y_v - 1)/(B_v*(Y_v + 1)))" + _EDGES + _LAST,
    quantity="ratio",
)
def vertical_printed(
    X_v: FloatArray,
    cos_tilt: FloatArray,
    Y_v: FloatArray,
    sin_tilt: FloatArray,
    pi: float,
    A_v: FloatArray,
    B_v: FloatArray,
    C_v: FloatArray,
    phi_v: FloatArray,
) -> FloatArray:
    """View factor of a vertical target as printed: without a root and without the length of the flame in two places.

    Parameters
    ----------
    X_v, cos_tilt, Y_v, sin_tilt, A_v, B_v, C_v, phi_v : ndarray
    pi : float

    Returns
    -------
    ndarray of float64
    """
    q = A_v * (Y_v - 1.0) / (B_v * (Y_v + 1.0))
    top = X_v**2 + (Y_v + 1.0) ** 2 - 2.0 * Y_v * (1.0 + sin_tilt)
    first = X_v * cos_tilt / (Y_v - X_v * sin_tilt) * top / (pi * np.sqrt(A_v * B_v)) * np.arctan(q)
    last = X_v * cos_tilt / (pi * (Y_v - X_v * sin_tilt)) * np.arctan(np.sqrt((Y_v - 1.0) / (Y_v + 1.0)))
    return f(first + cos_tilt / (pi * np.sqrt(C_v)) * phi_v - last)


@clause(
    API581_2016.at(_VIEW, "View factor of a horizontal target"),
    symbol="F_horz",
    expr="atan(sqrt((Y_v + 1)/(Y_v - 1)))/pi - (X_v**2 + (Y_v + 1)**2 - 2*(Y_v + 1 + X_v*Y_v*sin_tilt))"
    "/(pi*sqrt(A_v*B_v))*atan(sqrt(A_v*(Y_v - 1)/(B_v*(Y_v + 1)))) + sin_tilt/(pi*sqrt(C_v))*phi_v",
    quantity="ratio",
)
def horizontal(
    X_v: FloatArray,
    Y_v: FloatArray,
    sin_tilt: FloatArray,
    pi: float,
    A_v: FloatArray,
    B_v: FloatArray,
    C_v: FloatArray,
    phi_v: FloatArray,
) -> FloatArray:
    """View factor of a horizontal target on the ground, down the wind.

    Parameters
    ----------
    X_v, Y_v, sin_tilt, A_v, B_v, C_v, phi_v : ndarray
    pi : float

    Returns
    -------
    ndarray of float64
    """
    q = A_v * (Y_v - 1.0) / (B_v * (Y_v + 1.0))
    top = X_v**2 + (Y_v + 1.0) ** 2 - 2.0 * (Y_v + 1.0 + X_v * Y_v * sin_tilt)
    return f(
        np.arctan(np.sqrt((Y_v + 1.0) / (Y_v - 1.0))) / pi
        - top / (pi * np.sqrt(A_v * B_v)) * np.arctan(np.sqrt(q))
        + sin_tilt / (pi * np.sqrt(C_v)) * phi_v
    )


@clause(
    API581_2016.at(_VIEW, "Greatest view factor"),
    symbol="F_view",
    expr="sqrt(F_vert**2 + F_horz**2)",
    quantity="ratio",
)
def greatest(F_vert: FloatArray, F_horz: FloatArray) -> FloatArray:
    """View factor of the target that sees most of the flame.

    Parameters
    ----------
    F_vert, F_horz : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(np.sqrt(F_vert**2 + F_horz**2))
