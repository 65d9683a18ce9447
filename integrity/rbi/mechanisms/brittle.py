"""Damage mechanism brittle fracture: the procedure `api581.2016.brittle` and its place among the mechanisms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import (
    Mechanism,
    Tables,
    acts_where_accepted,
    bound,
    register_mechanism,
    unchanging,
)
from integrity.rbi.mechanisms import brittle_clauses as cl
from integrity.rbi.mechanisms import embrittlement_clauses as em
from integrity.rbi.mechanisms.embrittlement_plant import from_frames
from integrity.rbi.rows import on_rows

KEY = "api581.2016.brittle"
GROUPS = codes("material_group")
PIPES = tuple(i for i, c in enumerate(codes("component_type")) if c.startswith("PIPE"))
EXCLUSIONS = ("cyclic_service", "environmental_cracking", "shock_chilling")
CREDITS = ("P1_P3", "code_satisfied", "stable_service")

_REF = API581_2016.at("Part 2 §20", "Brittle fracture damage factor")


def interpolation(x: Inputs) -> IntArray:
    """Policy of reading the tables between their cells.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    ndarray of int64, shape (n,)
        Index of `embrittlement_clauses.POLICIES`.
    """
    policy = em.POLICIES.index(x.settings.code("rbi.embrittlement_interpolation"))
    return np.full(x.n, policy, dtype=np.int64)


def keeps_edge(x: Inputs) -> bool:
    """Whether the last cell is kept beyond the worse ends of a table.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    bool
    """
    return x.settings.code("rbi.embrittlement_edge") == "last_row"


def _service_case(x: Inputs, t_brit_mm: FloatArray, T_eval_C: FloatArray) -> IntArray:
    c = constants("brittle")
    pipe = np.isin(x["component_type"], PIPES)
    least = np.where(pipe, c["CET_piping_C"].value, c["CET_vessel_C"].value)
    coldest = np.where(np.isnan(x["CET_MAWP_C"]), T_eval_C, x["CET_MAWP_C"])
    met: BoolArray = np.all([x[s] == 1 for s in CREDITS] + [x[s] == 0 for s in EXCLUSIONS], axis=0)
    met &= at_most(x["T_C"], c["T_service_C"].value) & at_most(t_brit_mm, c["t_service_mm"].value)
    met &= (x["component_type"] >= 0) & at_least(coldest, least)
    return stack_codes((at_most(t_brit_mm, c["t_thin_mm"].value), 0), (met, 1), default=2)


@clause(
    API581_2016.at("Part 2 §20.6.3", "Greatest factor where inputs are missing"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_brittle",
)
def greatest_factor(
    steel_case: IntArray,
    SMYS_MPa: FloatArray,
    exemption_curve: IntArray,
    pwht: IntArray,
    T_eval_C: FloatArray,
    t_brit_mm: FloatArray,
    F_SE: FloatArray,
    conservative: IntArray,
) -> FloatArray:
    """Factor with each missing property of the steel at its worst: curve A, least yield, low alloy, no heat treatment.

    Parameters
    ----------
    steel_case : ndarray of int64
    SMYS_MPa : ndarray, MPa
    exemption_curve, pwht : ndarray of int64
    T_eval_C : ndarray, degC
    t_brit_mm : ndarray, mm
    F_SE : ndarray
    conservative : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN without temperature or thickness, and beyond the worse ends of the tables.
    """
    least = em.nodes_of("brittle", "T_ref_low_alloy")[0] * constants("brittle")["MPa_per_ksi"].value
    steel = np.where(steel_case < 0, cl.STEEL_CASES.index("low_alloy"), steel_case)
    T = cl.reference_columns(
        steel, np.where(np.isnan(SMYS_MPa), least, SMYS_MPa), np.maximum(exemption_curve, 0), conservative
    )
    dT = em.above_reference(T_eval_C, T["T_ref_C"])
    cell = cl.grid_columns(dT, t_brit_mm, np.maximum(pwht, 0), conservative, keep=False)
    outside = (cell["row_case"] == 2) | (cell["col_case"] == 2) | (T["yield_case"] == cl.YIELD_CASES.index("below"))
    return np.where(outside, np.nan, cl.brittle_factor(cell["D_fB"], F_SE))


def lacking(out: Columns, D_f: FloatArray) -> BoolArray:
    """Rows without a factor, or beyond the worse ends of the tables: those whose bound is another number.

    Parameters
    ----------
    out : dict of str to ndarray
        Columns `row_case`, `col_case`, `yield_case`.
    D_f : ndarray

    Returns
    -------
    ndarray of bool
    """
    below = out["yield_case"] == cl.YIELD_CASES.index("below")
    return np.asarray(np.isnan(D_f) | (out["row_case"] >= 2) | (out["col_case"] >= 2) | below)


def _compute(x: Inputs) -> Columns:
    safe = interpolation(x)
    out: Columns = {"interpolation": safe, "steel_case": cl.steel_case(x["material_group"], GROUPS)}
    out |= em.evaluation(x)
    out |= cl.thickness_columns(x["t_g_mm"], x["t_nom_mm"])
    out |= cl.reference_columns(out["steel_case"], x["SMYS_MPa"], x["exemption_curve"], safe)
    out["dT_eval_K"] = em.above_reference(out["T_eval_C"], out["T_ref_C"])
    out |= cl.grid_columns(out["dT_eval_K"], out["t_brit_mm"], x["pwht"], safe, keeps_edge(x))
    out["service_case"] = _service_case(x, out["t_brit_mm"], out["T_eval_C"])
    out["F_SE"] = cl.service_credit(out["service_case"])
    out["D_f_brit"] = cl.brittle_factor(out["D_fB"], out["F_SE"])
    steel = (x["SMYS_MPa"], x["exemption_curve"], x["pwht"])
    args = (out["T_eval_C"], out["t_brit_mm"], out["F_SE"], safe)
    weak = lacking(out, out["D_f_brit"])
    out["D_f_bound"] = np.where(weak, on_rows(weak, greatest_factor, out["steel_case"], *steel, *args), out["D_f_brit"])
    out["T_ref_verified"] = np.full(x.n, int(keyed("brittle", "T_ref_carbon").verified), dtype=np.int64)
    return out


def _positive(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~((c["t_brit_mm"] <= 0.0) | (c["SMYS_MPa"] <= 0.0)))


TABLE_LIMITS = (
    Limit(
        "rbi.brittle_temperature_in_table",
        API581_2016.at("Part 2 §20.7 Tables 20.4M, 20.5M"),
        lambda c: c["row_case"] != em.ROW_CASES.index("colder"),
    ),
    Limit(
        "rbi.brittle_thickness_in_table",
        API581_2016.at("Part 2 §20.7 Tables 20.4M, 20.5M"),
        lambda c: c["col_case"] != em.COLUMN_CASES.index("thicker"),
    ),
    Limit(
        "rbi.brittle_yield_in_table",
        API581_2016.at("Part 2 §20.7 Table 20.3"),
        lambda c: c["yield_case"] != cl.YIELD_CASES.index("below"),
    ),
)
THICKNESS_KNOWN = Limit(
    "rbi.brittle_thickness_known",
    API581_2016.at("Part 2 §20.6.3"),
    lambda c: c["thickness_case"] != cl.THICKNESS_CASES.index("unknown"),
    Verdict.INSUFFICIENT_DATA,
)
STEEL_INPUTS = (
    Param("SMYS_MPa", "stress"),
    Param("exemption_curve", "code", codes=cl.CURVES),
    Param("pwht", "flag"),
    Param("t_nom_mm", "thickness", required=False),
    Param("t_g_mm", "thickness", required=False),
)
CELL_OUTPUTS = (
    Param("S_y_ksi", "number"),
    Param("yield_case", "code", codes=cl.YIELD_CASES),
    Param("T_A_F", "number"),
    Param("offset_F", "number"),
    Param("T_ref_C", "temperature"),
    Param("dT_eval_K", "temperature_difference"),
    Param("thickness_case", "code", codes=cl.THICKNESS_CASES),
    Param("t_brit_mm", "thickness"),
    Param("row_case", "code", codes=em.ROW_CASES),
    Param("col_case", "code", codes=em.COLUMN_CASES),
    Param("interpolation", "code", codes=em.POLICIES),
    Param("T_ref_verified", "flag"),
    Param("D_fB", "damage_factor"),
)
REFERENCE_STEPS = (
    Step(cl.yield_in_ksi, "S_y_ksi"),
    Step(
        cl.curve_a_temperature,
        "T_A_F",
        {"conservative": "interpolation"},
        note_params=("steel_case", "S_y_ksi", "yield_case", "interpolation", "T_ref_verified"),
    ),
    Step(cl.curve_offset, "offset_F", note_params=("exemption_curve", "T_ref_verified")),
    Step(cl.reference_temperature, "T_ref_C"),
)
THICKNESS_STEPS = (
    Step(cl.assessed_thickness, "t_brit_mm", {"t_mm": "t_g_mm"}, when=("thickness_case", "governing")),
    Step(cl.assessed_thickness, "t_brit_mm", {"t_mm": "t_nom_mm"}, when=("thickness_case", "nominal")),
)
BASE_NOTE: Mapping[str, Any] = {"note_params": ("pwht", "row_case", "col_case", "interpolation")}

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("material_group", "code", codes=GROUPS),
        *STEEL_INPUTS,
        *em.EVAL_INPUTS,
        Param("component_type", "code", required=False, codes=codes("component_type")),
        Param("T_C", "temperature", required=False),
        Param("CET_MAWP_C", "temperature", required=False),
        *(Param(s, "flag", required=False) for s in (*CREDITS, *EXCLUSIONS)),
    ),
    outputs=(
        Param("steel_case", "code", codes=cl.STEEL_CASES),
        *em.EVAL_OUTPUTS,
        *CELL_OUTPUTS,
        Param("service_case", "code", codes=cl.SERVICE_CASES),
        Param("F_SE", "number"),
        Param("D_f_bound", "damage_factor"),
        Param("D_f_brit", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.brittle_steel",
            API581_2016.at("Part 2 §20.3"),
            lambda c: c["steel_case"] != cl.STEEL_CASES.index("other"),
        ),
        Limit("rbi.brittle_positive", _REF, _positive),
        em.evaluation_known(API581_2016.at("Part 2 §20.6.3")),
        THICKNESS_KNOWN,
        *TABLE_LIMITS,
    ),
    steps=(
        *em.EVAL_STEPS,
        *REFERENCE_STEPS,
        Step(em.above_reference, "dT_eval_K"),
        *THICKNESS_STEPS,
        Step(em.brittle_base, "D_fB", {"conservative": "interpolation"}, **BASE_NOTE),
        Step(cl.service_credit, "F_SE", note_params=("service_case",)),
        Step(cl.brittle_factor, "D_f_brit"),
        Step(greatest_factor, "D_f_bound", {"conservative": "interpolation"}),
    ),
    constants=constants("brittle"),
    settings=("rbi.embrittlement_interpolation", "rbi.embrittlement_edge"),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of `api581.2016.brittle` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict)
    """
    return bound(case, PROCEDURE, from_frames(case)), {}


def unverified(result: Result) -> BoolArray:
    """Rows that rest on the reference temperature table, which one transcription gives.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(result["T_ref_verified"] == 0)


MECHANISM = register_mechanism(
    Mechanism(
        "brittle",
        "brittle",
        PROCEDURE,
        "D_f_brit",
        acts_where_accepted("brittle"),
        columns,
        unchanging("D_f_brit"),
        unverified,
    )
)
