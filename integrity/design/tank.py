"""Atmospheric tanks after API 653: shell courses by the one-foot method in its own US basis, and the bottom."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, at_least, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API653
from integrity.core.registry import register
from integrity.core.verdict import Verdict
from integrity.design.common import CASES, T_REQ, T_REQ_CASE, fill, governing
from integrity.design.table_files import constant, constants, unit_constant

_SHELL = API653.at("4.3.3.1", "Least thickness of a shell course, one-foot method")
_AREA = API653.at("4.3.2", "Corroded area of a shell course")
_FLOOR = API653.at("4.4.5", "Least remaining thickness of the bottom")
S_CASES = ("owner", "lower", "upper", "course_unknown")
LOWER_COURSES = 2
M_FT = unit_constant("m_ft", "height", "ft")
MPA_PSI = unit_constant("MPa_psi", "stress", "psi")
MM_IN = unit_constant("mm_in", "thickness", "in")


@clause(
    API653.at("4.3.3.1", "Stress of the two lowest courses"),
    symbol="S",
    expr="min(0.80*S_y, 0.429*S_u)",
    quantity="stress",
)
def stress_lower(S_y: Any, S_u: Any) -> Any:
    """Allowable stress of the two lowest courses under product load.

    Parameters
    ----------
    S_y : array_like, MPa
        Specified minimum yield strength.
    S_u : array_like, MPa
        Specified minimum tensile strength.

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(0.80 * S_y, 0.429 * S_u)


@clause(
    API653.at("4.3.3.1", "Stress of all other courses"), symbol="S", expr="min(0.88*S_y, 0.472*S_u)", quantity="stress"
)
def stress_upper(S_y: Any, S_u: Any) -> Any:
    """Allowable stress of the courses above the two lowest under product load.

    Parameters
    ----------
    S_y : array_like, MPa
    S_u : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return np.minimum(0.88 * S_y, 0.472 * S_u)


@clause(API653.at("4.3.3.1", "Owner's stress"), symbol="S", expr="S_owner", quantity="stress")
def stress_owner(S_owner: Any) -> Any:
    """Allowable stress given by the owner.

    Parameters
    ----------
    S_owner : array_like, MPa

    Returns
    -------
    array_like, MPa
    """
    return S_owner


@clause(_SHELL, symbol="D_ft", expr="D_tank/m_ft", quantity="number")
def diameter_in_feet(D_tank: Any, m_ft: Any) -> Any:
    """Tank diameter in the formula's own unit.

    Parameters
    ----------
    D_tank : array_like, m
    m_ft : float
        Metres in a foot.

    Returns
    -------
    array_like, ft
    """
    return D_tank / m_ft


@clause(_SHELL, symbol="H_ft", expr="H/m_ft", quantity="number")
def height_in_feet(H: Any, m_ft: Any) -> Any:
    """Liquid height above the bottom of the course in the formula's own unit.

    Parameters
    ----------
    H : array_like, m
    m_ft : float

    Returns
    -------
    array_like, ft
    """
    return H / m_ft


@clause(_SHELL, symbol="S_psi", expr="S/MPa_psi", quantity="number")
def stress_in_psi(S: Any, MPa_psi: Any) -> Any:
    """Allowable stress in the formula's own unit.

    Parameters
    ----------
    S : array_like, MPa
    MPa_psi : float
        MPa in a psi.

    Returns
    -------
    array_like, psi
    """
    return S / MPa_psi


@clause(_SHELL, symbol="t_course_in", expr="2.6*(H_ft - 1)*D_ft*G/(S_psi*E)", quantity="number")
def course_thickness_in(H_ft: Any, D_ft: Any, G: Any, S_psi: Any, E: Any) -> Any:
    """Least thickness of an entire course; D <= 200 ft.

    Parameters
    ----------
    H_ft : array_like, ft
    D_ft : array_like, ft
    G : array_like
        Specific gravity, greatest of the contents.
    S_psi : array_like, psi
    E : array_like
        Joint efficiency; 1 away from welds by the greater of 25 mm and 2 t.

    Returns
    -------
    array_like, in
    """
    return 2.6 * (H_ft - 1) * D_ft * G / (S_psi * E)


@clause(
    API653.at("4.3.3.1", "Local area of a course"),
    symbol="t_local_in",
    expr="2.6*H_ft*D_ft*G/(S_psi*E)",
    quantity="number",
)
def local_thickness_in(H_ft: Any, D_ft: Any, G: Any, S_psi: Any, E: Any) -> Any:
    """Least thickness of a local area, H measured from the bottom of that area.

    Parameters
    ----------
    H_ft : array_like, ft
    D_ft : array_like, ft
    G : array_like
    S_psi : array_like, psi
    E : array_like

    Returns
    -------
    array_like, in
    """
    return 2.6 * H_ft * D_ft * G / (S_psi * E)


@clause(_SHELL, symbol="t_course", expr="t_in*mm_in", quantity="thickness")
def in_millimetres(t_in: Any, mm_in: Any) -> Any:
    """A thickness of the formula's own unit in mm.

    Parameters
    ----------
    t_in : array_like, in
    mm_in : float
        Millimetres in an inch.

    Returns
    -------
    array_like, mm
    """
    return t_in * mm_in


@clause(_SHELL, symbol="t_req", expr="max(t_course, t_min_tank)", quantity="thickness")
def course_required(t_course: Any, t_min_tank: Any) -> Any:
    """Least thickness of a course, never under 0.1 in.

    Parameters
    ----------
    t_course : array_like, mm
    t_min_tank : float, mm

    Returns
    -------
    array_like, mm
    """
    return np.maximum(t_course, t_min_tank)


@clause(_AREA, symbol="t2_req", expr="k_t2*t_req", quantity="thickness")
def least_point(k_t2: Any, t_req: Any) -> Any:
    """Least thickness at a point of a corroded area, corrosion allowance apart.

    Parameters
    ----------
    k_t2 : float
    t_req : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return k_t2 * t_req


@clause(_AREA, symbol="L_avg", expr="min(3.7*sqrt(D_ft*t2/mm_in)*mm_in, L_max_tank)", quantity="length")
def averaging_length(D_ft: Any, t2: Any, mm_in: Any, L_max_tank: Any) -> Any:
    """Length over which the thickness of a corroded area is averaged.

    Parameters
    ----------
    D_ft : array_like, ft
    t2 : array_like, mm
        Least thickness of the area, pits apart.
    mm_in : float
    L_max_tank : float, mm

    Returns
    -------
    array_like, mm
    """
    return np.minimum(3.7 * np.sqrt(D_ft * t2 / mm_in) * mm_in, L_max_tank)


@clause(_SHELL, symbol="H_max", expr="(t/mm_in*S_psi*E/(2.6*D_ft*G) + 1)*m_ft", quantity="height")
def fill_height(t: Any, mm_in: Any, S_psi: Any, E: Any, D_ft: Any, G: Any, m_ft: Any) -> Any:
    """Greatest liquid height above the bottom of the course that its wall carries.

    Parameters
    ----------
    t : array_like, mm
    mm_in : float
    S_psi : array_like, psi
    E : array_like
    D_ft : array_like, ft
    G : array_like
    m_ft : float

    Returns
    -------
    array_like, m
    """
    return (t / mm_in * S_psi * E / (2.6 * D_ft * G) + 1) * m_ft


@clause(_FLOOR, symbol="MRT", expr="min(RT_bc, RT_ip) - O_r*(StP_r + UP_r)", quantity="thickness")
def least_remaining(RT_bc: Any, RT_ip: Any, O_r: Any, StP_r: Any, UP_r: Any) -> Any:
    """Least remaining thickness of the bottom at the end of the in-service period.

    Parameters
    ----------
    RT_bc : array_like, mm
        Least remaining thickness from underside corrosion after repairs.
    RT_ip : array_like, mm
        Least remaining thickness from topside corrosion after repairs.
    O_r : array_like, year
        Interval to the next internal inspection.
    StP_r, UP_r : array_like, mm/year
        Greatest topside and underside rates of the unrepaired parts.

    Returns
    -------
    array_like, mm
    """
    return np.minimum(RT_bc, RT_ip) - O_r * (StP_r + UP_r)


@clause(_FLOOR, symbol="O_r_max", expr="(min(RT_bc, RT_ip) - t_req)/(StP_r + UP_r)", quantity="time")
def longest_interval(RT_bc: Any, RT_ip: Any, t_req: Any, StP_r: Any, UP_r: Any) -> Any:
    """Longest interval after which the least remaining thickness is still the least allowed.

    Parameters
    ----------
    RT_bc, RT_ip : array_like, mm
    t_req : array_like, mm
    StP_r, UP_r : array_like, mm/year

    Returns
    -------
    array_like, year
    """
    return (np.minimum(RT_bc, RT_ip) - t_req) / (StP_r + UP_r)


@clause(
    API653.at("Table 4-4", "Least bottom thickness at the next inspection"),
    symbol="t_req",
    expr="t_least",
    quantity="thickness",
)
def bottom_required(t_least: Any) -> Any:
    """Least thickness of the bottom: less where a release prevention barrier exists.

    Parameters
    ----------
    t_least : array_like, mm

    Returns
    -------
    array_like, mm
    """
    return t_least


def _course(i: Inputs) -> Columns:
    lower = (i["course"] >= 1) & (i["course"] <= LOWER_COURSES)
    unknown = i["course"] < 1
    case = stack_codes((~np.isnan(i["S_owner"]), 0), (lower, 1), (~unknown, 2), default=3)
    S = np.select(
        [case == 0, case == 2], [i["S_owner"], stress_upper(i["S_y"], i["S_u"])], stress_lower(i["S_y"], i["S_u"])
    )
    D_ft, H_ft = diameter_in_feet(i["D_tank"], M_FT.value), height_in_feet(i["H"], M_FT.value)
    S_psi = stress_in_psi(S, MPA_PSI.value)
    t_course_in = course_thickness_in(H_ft, D_ft, i["G"], S_psi, i["E"])
    t_local_in = local_thickness_in(H_ft, D_ft, i["G"], S_psi, i["E"])
    t_course, t_local = in_millimetres(t_course_in, MM_IN.value), in_millimetres(t_local_in, MM_IN.value)
    t_req = course_required(t_course, constant("t_min_tank"))
    _, t_req_case = governing(("one_foot", t_course), ("code_minimum", np.where(np.isnan(t_course), np.nan, t_req)))
    t_req_case = np.where(
        (t_req_case != NO_CODE) & (t_course < constant("t_min_tank")), CASES.index("code_minimum"), t_req_case
    )
    t2_req = least_point(constant("k_t2"), t_req)
    return {
        "S_case": case,
        "S": S,
        "D_ft": D_ft,
        "H_ft": H_ft,
        "S_psi": S_psi,
        "t_course_in": t_course_in,
        "t_local_in": t_local_in,
        "t_course": t_course,
        "t_local": course_required(t_local, constant("t_min_tank")),
        "t_local_mm": t_local,
        "t_req": t_req,
        "t_req_case": t_req_case,
        "t2_req": t2_req,
        "L_avg": averaging_length(D_ft, i["t2"], MM_IN.value, constant("L_max_tank")),
        "H_max": fill_height(i["t"], MM_IN.value, S_psi, i["E"], D_ft, i["G"], M_FT.value),
        "verdict": _area_verdict(i, t_req, t2_req),
    }


def _area_verdict(i: Inputs, t_req: Any, t2_req: Any) -> Any:
    CA_mm = np.where(np.isnan(i["CA_mm"]), 0.0, i["CA_mm"])
    given = ~np.isnan(i["t1"]) & ~np.isnan(i["t2"])
    good = at_least(i["t1"], t_req + CA_mm) & at_least(i["t2"], t2_req + CA_mm)
    verdict = np.where(good, int(Verdict.ACCEPTED), int(Verdict.NOT_ACCEPTED))
    return np.where(given, verdict, int(Verdict.CALCULATED))


def _inside(c: Any) -> Any:
    positive = (c["D_tank"] > 0.0) & (c["H"] > 0.0) & (c["G"] > 0.0) & (c["S"] > 0.0) & (c["E"] > 0.0)
    return positive & at_most(c["E"], 1.0)


COURSE = register(
    Procedure(
        key="api653.2014.course",
        ref=_SHELL,
        inputs=(
            Param("D_tank", "height"),
            Param("H", "height"),
            Param("G", "number"),
            Param("E", "ratio"),
            Param("course", "id", required=False),
            Param("S_y", "stress", required=False),
            Param("S_u", "stress", required=False),
            Param("S_owner", "stress", required=False),
            Param("T", "temperature", required=False),
            Param("CA_mm", "thickness", required=False),
            Param("t", "thickness", required=False),
            Param("t1", "thickness", required=False),
            Param("t2", "thickness", required=False),
        ),
        outputs=(
            Param("S_case", "code", codes=S_CASES),
            Param("S", "stress"),
            Param("D_ft", "number"),
            Param("H_ft", "number"),
            Param("S_psi", "number"),
            Param("t_course_in", "number"),
            Param("t_local_in", "number"),
            Param("t_course", "thickness"),
            Param("t_local_mm", "thickness"),
            T_REQ,
            T_REQ_CASE,
            Param("t_local", "thickness", conclusion=True),
            Param("t2_req", "thickness", conclusion=True),
            Param("L_avg", "length", conclusion=True),
            Param("H_max", "height", conclusion=True),
        ),
        compute=_course,
        limits=(
            Limit("stress_known", _SHELL, lambda c: ~np.isnan(c["S"]), Verdict.INSUFFICIENT_DATA),
            Limit("tank_input_range", _SHELL, lambda c: np.isnan(c["S"]) | _inside(c)),
            Limit("tank_diameter", _SHELL, lambda c: at_most(c["D_tank"], constant("D_tank_max"))),
            Limit("wall_left", _SHELL, lambda c: np.isnan(c["t"]) | (c["t"] > 0.0)),
            Limit("tank_temperature", _SHELL, lambda c: np.isnan(c["T"]) | at_most(c["T"], constant("T_max_tank"))),
        ),
        steps=(
            Step(stress_owner, "S", when=("S_case", "owner")),
            Step(stress_lower, "S", when=("S_case", "lower")),
            Step(stress_lower, "S", when=("S_case", "course_unknown")),
            Step(stress_upper, "S", when=("S_case", "upper")),
            Step(diameter_in_feet, "D_ft"),
            Step(height_in_feet, "H_ft"),
            Step(stress_in_psi, "S_psi"),
            Step(course_thickness_in, "t_course_in"),
            Step(in_millimetres, "t_course", {"t_in": "t_course_in"}),
            Step(course_required, "t_req"),
            Step(local_thickness_in, "t_local_in"),
            Step(in_millimetres, "t_local_mm", {"t_in": "t_local_in"}),
            Step(course_required, "t_local", {"t_course": "t_local_mm"}),
            Step(least_point, "t2_req"),
            Step(averaging_length, "L_avg"),
            Step(fill_height, "H_max"),
        ),
        constants={
            **constants("t_min_tank", "k_t2", "L_max_tank", "D_tank_max", "T_max_tank"),
            "m_ft": M_FT,
            "MPa_psi": MPA_PSI,
            "mm_in": MM_IN,
        },
    )
)


def _bottom(i: Inputs) -> Columns:
    barrier = i["barrier"] == 1
    t_req = np.where(barrier, constant("t_min_floor_barrier"), constant("t_min_floor"))
    MRT = least_remaining(i["RT_bc"], i["RT_ip"], i["O_r"], i["StP_r"], i["UP_r"])
    verdict = np.where(at_least(MRT, t_req), int(Verdict.ACCEPTED), int(Verdict.NOT_ACCEPTED))
    return {
        "barrier_case": stack_codes((barrier, 1), default=0),
        "t_req": t_req,
        "t_req_case": fill("code_minimum", t_req),
        "MRT": MRT,
        "O_r_max": longest_interval(i["RT_bc"], i["RT_ip"], t_req, i["StP_r"], i["UP_r"]),
        "verdict": np.where(np.isnan(MRT), int(Verdict.CALCULATED), verdict),
    }


BOTTOM = register(
    Procedure(
        key="api653.2014.bottom",
        ref=_FLOOR,
        inputs=(
            Param("RT_bc", "thickness", required=False),
            Param("RT_ip", "thickness", required=False),
            Param("O_r", "time", required=False),
            Param("StP_r", "rate", required=False),
            Param("UP_r", "rate", required=False),
            Param("barrier", "flag", required=False),
        ),
        outputs=(
            Param("barrier_case", "code", codes=("none", "barrier")),
            T_REQ,
            T_REQ_CASE,
            Param("MRT", "thickness", conclusion=True),
            Param("O_r_max", "time", conclusion=True),
        ),
        compute=_bottom,
        steps=(
            Step(bottom_required, "t_req", {"t_least": "t_min_floor"}, when=("barrier_case", "none")),
            Step(bottom_required, "t_req", {"t_least": "t_min_floor_barrier"}, when=("barrier_case", "barrier")),
            Step(least_remaining, "MRT"),
            Step(longest_interval, "O_r_max"),
        ),
        constants=constants("t_min_floor", "t_min_floor_barrier"),
    )
)
