"""Wall thickness for an external pressure: the greatest root of the closed form, by bisection over columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.procedure import Columns, stack_codes
from integrity.design import external as x
from integrity.design.table_files import constant

LONG, MEDIUM, SHORT, VERY_SHORT = range(4)
STEPS = 48


@dataclass(frozen=True)
class Root:
    """Thickness with the bracket it was sought in, the residual, and 1 converged, 0 not, -1 nothing asked for."""

    t: FloatArray
    t_lo: FloatArray
    t_hi: FloatArray
    residual: FloatArray
    converged: IntArray


def length_case(M_x: Any, D_o: Any, t: Any) -> IntArray:
    """Branch of C_h by the length parameter.

    Parameters
    ----------
    M_x : array_like
    D_o, t : array_like, mm

    Returns
    -------
    ndarray of int64
        Index into `LENGTH_CASES`, -1 where it cannot be told.
    """
    return stack_codes(
        (M_x >= 2 * (D_o / t) ** 0.94, LONG), (M_x > 13, MEDIUM), (M_x > 1.5, SHORT), (M_x <= 1.5, VERY_SHORT)
    )


def cylinder_chain(D_o: Any, L: Any, t: Any, S_y: Any, E_y: Any, case: IntArray | None = None) -> Columns:
    """Every quantity of the closed form of a cylinder at a thickness.

    Parameters
    ----------
    D_o, L, t : array_like, mm
    S_y, E_y : array_like, MPa
    case : ndarray of int64, optional
        Branch of C_h to use instead of that of the length parameter.

    Returns
    -------
    dict of str to ndarray
        M_x, C_h_case, C_h, F_he, F_ic_case, F_ic, FS_case, FS, P_a.
    """
    M_x = x.length_parameter(L, D_o, t)
    C_case = length_case(M_x, D_o, t) if case is None else case
    C_h = np.select(
        [C_case == LONG, C_case == MEDIUM, C_case == SHORT, C_case == VERY_SHORT],
        [x.C_h_long(t, D_o), x.C_h_medium(M_x), x.C_h_short(M_x), x.C_h_very_short()],
        np.nan,
    )
    F_he = x.elastic_buckling(C_h, E_y, t, D_o)
    F_case = stack_codes((F_he / S_y >= 2.439, 0), (F_he / S_y > 0.552, 1), (F_he / S_y <= 0.552, 2))
    F_ic = np.select(
        [F_case == 0, F_case == 1, F_case == 2],
        [x.F_ic_yield(S_y), x.F_ic_inelastic(S_y, F_he), x.F_ic_elastic(F_he)],
        np.nan,
    )
    FS_case, FS = design_factor(F_ic, S_y)
    return {
        "M_x": M_x,
        "C_h_case": C_case,
        "C_h": C_h,
        "F_he": F_he,
        "F_ic_case": F_case,
        "F_ic": F_ic,
        "FS_case": FS_case,
        "FS": FS,
        "P_a": x.cylinder_allowable(F_ic, FS, t, D_o),
    }


def sphere_chain(R_o: Any, t: Any, S_y: Any, E_y: Any) -> Columns:
    """Every quantity of the closed form of a sphere at a thickness.

    Parameters
    ----------
    R_o, t : array_like, mm
    S_y, E_y : array_like, MPa

    Returns
    -------
    dict of str to ndarray
        F_he, F_ic_case, F_ic, FS_case, FS, P_a.
    """
    F_he = x.sphere_buckling(E_y, t, R_o)
    q = F_he / S_y
    case = stack_codes((q >= 6.25, 0), (q > 1.6, 1), (q > 0.55, 2), (q <= 0.55, 3))
    F_ic = np.select(
        [case == 0, case == 1, case == 2, case == 3],
        [x.F_ic_yield(S_y), x.F_ic_upper(S_y, F_he), x.F_ic_lower(F_he, S_y), x.F_ic_elastic(F_he)],
        np.nan,
    )
    FS_case, FS = design_factor(F_ic, S_y)
    return {
        "F_he": F_he,
        "F_ic_case": case,
        "F_ic": F_ic,
        "FS_case": FS_case,
        "FS": FS,
        "P_a": x.sphere_allowable(F_ic, FS, t, R_o),
    }


def design_factor(F_ic: Any, S_y: Any) -> tuple[IntArray, FloatArray]:
    """Design factor by the predicted buckling stress.

    Parameters
    ----------
    F_ic, S_y : array_like, MPa

    Returns
    -------
    case : ndarray of int64
        Index into `FACTOR_CASES`.
    FS : ndarray of float64
    """
    q = F_ic / S_y
    case = stack_codes((q <= 0.55, 0), (q < 1.0, 1), (q >= 1.0, 2))
    FS = np.select(
        [case == 0, case == 1, case == 2],
        [x.FS_elastic(), x.FS_transition(F_ic, S_y), x.FS_yield()],
        np.nan,
    )
    return case, FS


def cylinder_carried(D_o: Any, L: Any, t: Any, S_y: Any, E_y: Any, case: IntArray) -> Any:
    """Allowable external pressure of a cylinder on a given branch of C_h, without the intermediates.

    Parameters
    ----------
    D_o, L, t : array_like, mm
    S_y, E_y : array_like, MPa
    case : ndarray of int64
        Index into `LENGTH_CASES`.

    Returns
    -------
    array_like, MPa
        The same as `cylinder_chain(...)["P_a"]`.
    """
    M_x = x.length_parameter(L, D_o, t)
    short = np.where(case == SHORT, x.C_h_short(M_x), x.C_h_very_short())
    C_h = np.where(case == LONG, x.C_h_long(t, D_o), np.where(case == MEDIUM, x.C_h_medium(M_x), short))
    F_he = x.elastic_buckling(C_h, E_y, t, D_o)
    q = F_he / S_y
    F_ic = np.where(q >= 2.439, S_y, np.where(q > 0.552, x.F_ic_inelastic(S_y, F_he), F_he))
    return x.cylinder_allowable(F_ic, _factor(F_ic, S_y), t, D_o)


def sphere_carried(R_o: Any, t: Any, S_y: Any, E_y: Any) -> Any:
    """Allowable external pressure of a sphere, without the intermediates.

    Parameters
    ----------
    R_o, t : array_like, mm
    S_y, E_y : array_like, MPa

    Returns
    -------
    array_like, MPa
        The same as `sphere_chain(...)["P_a"]`.
    """
    F_he = x.sphere_buckling(E_y, t, R_o)
    q = F_he / S_y
    low = np.where(q > 0.55, x.F_ic_lower(F_he, S_y), F_he)
    F_ic = np.where(q >= 6.25, S_y, np.where(q > 1.6, x.F_ic_upper(S_y, F_he), low))
    return x.sphere_allowable(F_ic, _factor(F_ic, S_y), t, R_o)


def _factor(F_ic: Any, S_y: Any) -> Any:
    q = F_ic / S_y
    return np.where(q <= 0.55, 2.0, np.where(q < 1.0, x.FS_transition(F_ic, S_y), 1.667))


def cylinder_root(P_ext: FloatArray, D_o: FloatArray, L: FloatArray, S_y: FloatArray, E_y: FloatArray) -> Root:
    """Least thickness above which a cylinder carries an external pressure.

    The closed form falls by up to 2 % where its branch for C_h changes, so that several thicknesses may carry
    exactly `P_ext`; the greatest is taken, and everything thicker carries it. Inside one branch the form rises.

    Parameters
    ----------
    P_ext : ndarray of float64, MPa
    D_o, L : ndarray of float64, mm
    S_y, E_y : ndarray of float64, MPa

    Returns
    -------
    Root
    """
    R_o = D_o / 2
    floor, cap = D_o / constant("Dt_max_ext"), D_o / constant("Dt_min_ext")
    t_long = (2 * D_o**0.94 * np.sqrt(R_o) / L) ** (1 / 0.44)
    t_13, t_15 = (L / 13) ** 2 / R_o, (L / 1.5) ** 2 / R_o
    long = t_long < t_13

    def carried(t: FloatArray, case: int) -> Any:
        return cylinder_carried(D_o, L, t, S_y, E_y, np.full(t.shape, case))

    lo_long, lo_15, lo_13 = (np.clip(v, floor, cap) for v in (t_long, t_15, t_13))
    case = np.select(
        [
            long & (carried(lo_long, LONG) < P_ext),
            long,
            carried(lo_15, VERY_SHORT) < P_ext,
            carried(lo_13, SHORT) < P_ext,
        ],
        [LONG, MEDIUM, VERY_SHORT, SHORT],
        MEDIUM,
    )
    lo = np.select([case == LONG, case == VERY_SHORT, case == SHORT], [lo_long, lo_15, lo_13], floor)
    hi = np.select([case == MEDIUM, case == SHORT], [np.where(long, lo_long, lo_13), lo_15], cap)
    return bisect(lambda t: cylinder_carried(D_o, L, t, S_y, E_y, case), P_ext, lo, hi, cap)


def sphere_root(P_ext: FloatArray, R_o: FloatArray, S_y: FloatArray, E_y: FloatArray) -> Root:
    """Least thickness with which a sphere carries an external pressure.

    Parameters
    ----------
    P_ext : ndarray of float64, MPa
    R_o : ndarray of float64, mm
    S_y, E_y : ndarray of float64, MPa

    Returns
    -------
    Root
    """
    lo, hi = 2 * R_o / constant("Dt_max_ext"), 2 * R_o / constant("Dt_min_ext")
    return bisect(lambda t: sphere_carried(R_o, t, S_y, E_y), P_ext, lo, hi, hi)


def bisect(
    carried: Callable[[FloatArray], Any], P_ext: FloatArray, lo: FloatArray, hi: FloatArray, cap: FloatArray
) -> Root:
    """Upper end of the bracket after halving it; `carried(upper end) >= P_ext` wherever it converged.

    Parameters
    ----------
    carried : callable
        Pressure carried at a thickness, rising between `lo` and `hi`.
    P_ext : ndarray of float64, MPa
    lo, hi : ndarray of float64, mm
        Bracket. Where even `lo` carries the pressure the answer is `lo`.
    cap : ndarray of float64, mm
        A row that needs more than this has not converged.

    Returns
    -------
    Root
    """
    asked = ~np.isnan(P_ext)
    a, b = lo.copy(), hi.copy()
    short = carried(hi) < P_ext
    for _ in range(STEPS if asked.any() else 0):
        mid = 0.5 * (a + b)
        enough = carried(mid) >= P_ext
        b, a = np.where(enough, mid, b), np.where(enough, a, mid)
    t = np.where(short, hi, np.where(carried(lo) >= P_ext, lo, b))
    failed = (short & (hi >= cap)) | np.isnan(carried(t)) | ~asked
    return Root(
        t=np.where(failed, np.nan, t),
        t_lo=lo,
        t_hi=hi,
        residual=carried(t) - P_ext,
        converged=np.select([~asked, failed], [-1, 0], 1).astype(np.int64),
    )
