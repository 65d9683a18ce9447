"""Clauses of brittle fracture (API RP 581, Part 2, section 20) that temper embrittlement uses too."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed, number
from integrity.rbi.mechanisms import embrittlement_clauses as em

CURVES = ("A", "B", "C", "D")
STEEL_CASES = ("carbon", "low_alloy", "other")
YIELD_CASES = ("inside", "above", "below")
THICKNESS_CASES = ("governing", "nominal", "unknown")
SERVICE_CASES = ("thin", "criteria_met", "none")

_REFERENCE = "Part 2 §20.7 Table 20.3"


@clause(
    API581_2016.at(_REFERENCE, "Yield in the unit of the table"),
    symbol="S_y_ksi",
    expr="SMYS_MPa/MPa_per_ksi",
    quantity="number",
)
def yield_in_ksi(SMYS_MPa: FloatArray, MPa_per_ksi: float) -> FloatArray:
    """Specified minimum yield strength in ksi, the unit of the table used.

    Parameters
    ----------
    SMYS_MPa : ndarray, MPa
    MPa_per_ksi : float

    Returns
    -------
    ndarray of float64, ksi
    """
    return np.asarray(SMYS_MPa / MPa_per_ksi, dtype=np.float64)


@clause(
    API581_2016.at(_REFERENCE, "Reference temperature of curve A"),
    symbol="T_A_F",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.T_ref",
)
def curve_a_temperature(steel_case: IntArray, S_y_ksi: FloatArray, conservative: IntArray) -> FloatArray:
    """Reference temperature of curve A by steel and yield strength.

    Parameters
    ----------
    steel_case : ndarray of int64
        Index of `STEEL_CASES`; other steels give NaN.
    S_y_ksi : ndarray, ksi
    conservative : ndarray of int64
        1 takes the next lower yield of the table, 0 interpolates linearly.

    Returns
    -------
    ndarray of float64, degF
        Above the last yield of the table its last entry, which is the warmest that can hold there; below the first
        yield the caller refuses.
    """
    return np.select(
        [steel_case == 0, steel_case == 1],
        [_curve_a(part, S_y_ksi, conservative) for part in ("T_ref_carbon", "T_ref_low_alloy")],
        np.nan,
    )


def _curve_a(part: str, S_y_ksi: FloatArray, conservative: IntArray) -> FloatArray:
    place = em.position(S_y_ksi, em.nodes_of("brittle", part))
    place = np.where(conservative == 1, np.floor(place), place)
    return em.between(keyed("brittle", part).rows[:-1, 0], place)


@clause(
    API581_2016.at(_REFERENCE, "Curve against curve A"),
    symbol="offset_F",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.curve_offset",
)
def curve_offset(exemption_curve: IntArray) -> FloatArray:
    """How far a curve lies below curve A.

    Parameters
    ----------
    exemption_curve : ndarray of int64
        Index of A, B, C, D; -1 gives NaN.

    Returns
    -------
    ndarray of float64, degF
    """
    return keyed("brittle", "curve_offset").rows[exemption_curve, 0]


@clause(
    API581_2016.at(_REFERENCE, "Reference temperature"),
    symbol="T_ref_C",
    expr="(T_A_F - offset_F - 32)*5/9",
    quantity="temperature",
)
def reference_temperature(T_A_F: FloatArray, offset_F: FloatArray) -> FloatArray:
    """Reference temperature of the steel, from the US table.

    Parameters
    ----------
    T_A_F, offset_F : ndarray, degF

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray((T_A_F - offset_F - 32.0) * 5.0 / 9.0, dtype=np.float64)


def yield_case(steel_case: IntArray, S_y_ksi: FloatArray) -> IntArray:
    """Where a yield strength lies against the table of its steel.

    Parameters
    ----------
    steel_case : ndarray of int64
    S_y_ksi : ndarray, ksi

    Returns
    -------
    ndarray of int64
        Index of `YIELD_CASES`; -1 where it is missing.
    """
    first = em.nodes_of("brittle", "T_ref_carbon")[0]
    last = [em.nodes_of("brittle", p)[-1] for p in ("T_ref_carbon", "T_ref_low_alloy")]
    top = np.where(steel_case == 0, last[0], last[1])
    return stack_codes((np.isnan(S_y_ksi), -1), (~at_least(S_y_ksi, first), 2), (~at_most(S_y_ksi, top), 1), default=0)


def reference_columns(
    steel_case: IntArray, SMYS_MPa: FloatArray, exemption_curve: IntArray, conservative: IntArray
) -> Columns:
    """Reference temperature and the steps to it.

    Parameters
    ----------
    steel_case : ndarray of int64
    SMYS_MPa : ndarray, MPa
    exemption_curve, conservative : ndarray of int64

    Returns
    -------
    dict of str to ndarray
        `S_y_ksi`, `yield_case`, `T_A_F`, `offset_F`, `T_ref_C`.
    """
    S_y_ksi = yield_in_ksi(SMYS_MPa, number("brittle", "MPa_per_ksi"))
    T_A_F = curve_a_temperature(steel_case, S_y_ksi, conservative)
    offset_F = curve_offset(exemption_curve)
    return {
        "S_y_ksi": S_y_ksi,
        "yield_case": yield_case(steel_case, S_y_ksi),
        "T_A_F": T_A_F,
        "offset_F": offset_F,
        "T_ref_C": reference_temperature(T_A_F, offset_F),
    }


@clause(
    API581_2016.at("Part 2 §20.6.3", "Thickness of the assessment"),
    symbol="t_brit_mm",
    expr="t_mm",
    quantity="thickness",
)
def assessed_thickness(t_mm: FloatArray) -> FloatArray:
    """Thickness that brittle fracture is assessed with: a thin wall is the tougher one, so loss earns no credit.

    Parameters
    ----------
    t_mm : ndarray, mm
        Governing thickness given by an engineer, else the nominal uncorroded thickness.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(t_mm, dtype=np.float64)


def thickness_columns(t_g_mm: FloatArray, t_nom_mm: FloatArray) -> Columns:
    """Thickness of the assessment and where it comes from.

    Parameters
    ----------
    t_g_mm, t_nom_mm : ndarray, mm

    Returns
    -------
    dict of str to ndarray
        `thickness_case`, `t_brit_mm`.
    """
    case = stack_codes((~np.isnan(t_g_mm), 0), (~np.isnan(t_nom_mm), 1), default=2)
    return {"thickness_case": case, "t_brit_mm": assessed_thickness(np.where(case == 0, t_g_mm, t_nom_mm))}


@clause(
    API581_2016.at("Part 2 §20.6.3 eq. (2.86)", "Credit of service experience"),
    symbol="F_SE",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_SE",
)
def service_credit(service_case: IntArray) -> FloatArray:
    """Factor for a thin wall or a service that met every criterion.

    Parameters
    ----------
    service_case : ndarray of int64
        Index of `SERVICE_CASES`.

    Returns
    -------
    ndarray of float64
    """
    return keyed("brittle", "F_SE").rows[service_case, 0]


@clause(
    API581_2016.at("Part 2 §20.6.3 eq. (2.86)", "Damage factor of brittle fracture"),
    symbol="D_f_brit",
    expr="D_fB*F_SE",
    quantity="damage_factor",
)
def brittle_factor(D_fB: FloatArray, F_SE: FloatArray) -> FloatArray:
    """Damage factor of brittle fracture.

    Parameters
    ----------
    D_fB, F_SE : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_fB * F_SE, dtype=np.float64)


def steel_case(material_group: IntArray, groups: tuple[str, ...]) -> IntArray:
    """Which of the two tables a steel has.

    Parameters
    ----------
    material_group : ndarray of int64
    groups : tuple of str
        Codes of `material_group`.

    Returns
    -------
    ndarray of int64
        Index of `STEEL_CASES`; -1 where the group is missing.
    """
    low = (material_group == groups.index("low_alloy")) | (material_group == groups.index("cr_mo"))
    return stack_codes((material_group < 0, -1), (material_group == groups.index("carbon"), 0), (low, 1), default=2)


def grid_columns(
    dT_eval_K: FloatArray, t_brit_mm: FloatArray, pwht: IntArray, conservative: IntArray, keep: bool
) -> Columns:
    """Base factor and where its cell lies in the table.

    Parameters
    ----------
    dT_eval_K : ndarray, K
    t_brit_mm : ndarray, mm
    pwht, conservative : ndarray of int64
    keep : bool
        Beyond the worse ends the last cell is kept.

    Returns
    -------
    dict of str to ndarray
        `row_case`, `col_case`, `D_fB`.
    """
    rows, columns = em.nodes_of("brittle", "D_fB_pwht"), em.column_nodes("brittle", "D_fB_pwht")
    return {
        "row_case": em.edge(dT_eval_K, rows[0], rows[-1], keep, worse_is_low=True),
        "col_case": em.edge(t_brit_mm, columns[0], columns[-1], keep, worse_is_low=False),
        "D_fB": em.brittle_base(pwht, dT_eval_K, t_brit_mm, conservative),
    }
