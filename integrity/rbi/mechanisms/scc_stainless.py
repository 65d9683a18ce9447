"""Cracking of austenitic steels and nickel alloys: polythionic acid and chlorides inside."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Param, Step
from integrity.core.reference import API581_2016
from integrity.rbi.data import number
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import (
    AUSTENITIC,
    MATERIAL,
    Screen,
    is_class,
    lacking,
    procedure_of,
    screened,
)
from integrity.rbi.mechanisms.scc_alkaline import WATER, water_absent
from integrity.rbi.mechanisms.scc_plant import mechanism_of

ALLOYS = t.table("pta").keys
HISTORIES = ("solution_annealed", "stabilised_before_welding", "stabilised_after_welding")
ALLOY_BASES = ("given", "class")
# Of the alloys a class of material may be, the one with the greater susceptibility in every cell.
OF_CLASS = {
    "austenitic": "regular_300_600_800",
    "austenitic_l": "l_grade",
    "austenitic_stabilised": "type_321",
    "nickel_alloy": "regular_300_600_800",
}
CHLORIDE_COLUMNS = t.table("clscc_ppm").keys
CHLORIDE_ROWS = t.table("clscc").keys
ALKALINE = len(t.table("clscc_T").keys)
YES_NO = ("no", "yes")


@clause(
    API581_2016.at("Part 2 §11.5 Table 11.2", "Susceptibility to polythionic acid cracking"),
    symbol="susceptibility_table",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.pta",
)
def pta_table(pta_row: IntArray, thermal_history: IntArray, pta_hot: IntArray) -> IntArray:
    """Susceptibility to polythionic acid cracking by alloy, heat treatment and temperature.

    Parameters
    ----------
    pta_row : ndarray of int64
        Row of the table.
    thermal_history : ndarray of int64
        Solution annealed, stabilised before or after welding.
    pta_hot : ndarray of int64
        1 from 427 degC on.

    Returns
    -------
    ndarray of int64
        -1 where the table has a blank cell.
    """
    column = np.where((thermal_history >= 0) & (pta_hot >= 0), len(HISTORIES) * pta_hot + thermal_history, NO_CODE)
    return t.coded("pta", pta_row, column)


@clause(
    API581_2016.at("Part 2 §11.5 Figure 11.1", "Protection while shut down"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.pta_protection",
)
def pta_susceptibility(susceptibility_table: IntArray, downtime_protected: IntArray) -> IntArray:
    """Susceptibility one step lower where the downtime protection of NACE RP0170 is kept up.

    Parameters
    ----------
    susceptibility_table : ndarray of int64
        As the table has it.
    downtime_protected : ndarray of int64
        1 where protected; 0 and -1 give no credit.

    Returns
    -------
    ndarray of int64
    """
    lower = np.maximum(susceptibility_table - (downtime_protected == 1), t.NONE)
    return np.where(susceptibility_table < 0, NO_CODE, lower)


def _pta(x: Inputs) -> Columns:
    classes = np.array([*(ALLOYS.index(OF_CLASS[c]) if c in OF_CLASS else -1 for c in codes("material_class")), -1])
    given = x["pta_alloy"] >= 0
    alloy = np.where(given, x["pta_alloy"], classes[x["material_class"]])
    outside = ~given & (alloy < 0) & (x["material_class"] >= 0)
    absent = (x["sulfide_operation"] == 0) & (x["sulfide_shutdown"] == 0)
    exposed = (x["sulfide_operation"] == 1) | (x["sulfide_shutdown"] == 1)
    T = x["T_op_C"]
    hot = np.where(np.isnan(T), NO_CODE, t.reaches(T, number("scc", "T_pta_C")).astype(np.int64))
    by_table = pta_table(alloy, x["thermal_history"], hot)
    level = pta_susceptibility(by_table, x["downtime_protected"])
    judged = ~outside & ~absent
    lack = lacking(
        x,
        PTA.needs,
        PTA.inputs,
        material_class=~absent & ~given,
        sulfide_operation=~outside & ~exposed,
        sulfide_shutdown=~outside & ~exposed,
        thermal_history=judged,
        T_op_C=judged,
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {
        "pta_row": alloy,
        "alloy_basis": np.where(given, 0, 1),
        "pta_hot": hot,
        "susceptibility_table": by_table,
        "lacking": lack,
    }


PTA = Screen(
    key="scc_pta",
    ref=API581_2016.at("Part 2 §11", "Polythionic acid cracking"),
    severity=API581_2016.at("Part 2 §11.6.2 Table 11.3", "Severity index of polythionic acid cracking"),
    inputs=(
        MATERIAL,
        Param("pta_alloy", "code", required=False, codes=ALLOYS),
        Param("thermal_history", "code", required=False, codes=HISTORIES),
        Param("sulfide_operation", "flag", required=False),
        Param("sulfide_shutdown", "flag", required=False),
        Param("downtime_protected", "flag", required=False),
        Param("T_op_C", "temperature", required=False),
    ),
    outputs=(
        Param("pta_row", "code", codes=ALLOYS),
        Param("alloy_basis", "code", codes=ALLOY_BASES),
        Param("pta_hot", "code", codes=YES_NO),
        Param("susceptibility_table", "code", codes=t.SUSCEPTIBILITY),
    ),
    needs=("material_class", "sulfide_operation", "sulfide_shutdown", "thermal_history", "T_op_C"),
    compute=_pta,
    steps=(
        Step(
            pta_table,
            "susceptibility_table",
            when=("scc_screen", "evaluated"),
            note_params=("pta_row", "alloy_basis", "thermal_history", "T_op_C", "susceptibility_table"),
        ),
        Step(
            pta_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("susceptibility_table", "susceptibility_screened"),
        ),
    ),
    tables=("pta", "SVI"),
    constants=("T_pta_C",),
)


@clause(
    API581_2016.at("Part 2 §12.5 Tables 12.2, 12.2M", "Susceptibility to chloride cracking"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.clscc",
)
def clscc_susceptibility(chloride_row: IntArray, chloride_column: IntArray) -> IntArray:
    """Susceptibility to chloride cracking by pH, temperature and chloride in the water.

    Parameters
    ----------
    chloride_row, chloride_column : ndarray of int64
        Row and column of the table, -1 where missing.

    Returns
    -------
    ndarray of int64
    """
    return t.coded("clscc", chloride_row, chloride_column)


def _temperature_rows(T: FloatArray, alkaline: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    plain = t.neighbours("clscc_T", T)
    caustic = t.neighbours("clscc_T_alkaline", T)
    shifted = [np.where(r < 0, NO_CODE, r + ALKALINE) for r in caustic[:2]]
    rows = [np.where(alkaline == 1, shifted[i], np.where(alkaline == 0, plain[i], NO_CODE)) for i in (0, 1)]
    return rows[0], rows[1], np.where(alkaline == 1, caustic[2], plain[2])


def _clscc(x: Inputs) -> Columns:
    T, pH = x["T_op_C"], x["pH"]
    outside = ~is_class(x, AUSTENITIC) & (x["material_class"] >= 0)
    dry, unknown_water = water_absent(x)
    warm = t.over(T, number("scc", "T_clscc_C"))
    absent = dry | (x["chloride_ppmw"] == 0.0) | (~np.isnan(T) & ~warm)
    alkaline = np.where(np.isnan(pH), NO_CODE, t.over(pH, number("scc", "pH_clscc")).astype(np.int64))
    rows = _temperature_rows(T, alkaline)
    cols = t.neighbours("clscc_ppm", x["chloride_ppmw"])
    gap, overlap = x.settings.code("rbi.scc_gap"), x.settings.code("rbi.scc_overlap")

    def at_row(row: IntArray, part: slice | IntArray) -> tuple[FloatArray, IntArray]:
        return t.resolved(gap, lambda c, q: t.cell("clscc", row[q], c), (cols[0][part], cols[1][part], cols[2][part]))

    row = t.resolved(overlap, lambda r, part: at_row(r, part)[0], rows)[1]
    column = at_row(row, slice(None))[1]
    level = clscc_susceptibility(row, column)
    judged = ~outside & ~absent
    lack = lacking(
        x,
        CLSCC.needs,
        CLSCC.inputs,
        material_class=~absent,
        water_present=judged & unknown_water,
        T_op_C=judged,
        chloride_ppmw=judged,
        pH=judged,
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {
        "alkaline": alkaline,
        "chloride_row": row,
        "border_case": rows[2],
        "overlap_rule": t.policy_column(x.settings, "rbi.scc_overlap", x.n),
        "chloride_column": column,
        "ppm_border": cols[2],
        "gap_rule": t.policy_column(x.settings, "rbi.scc_gap", x.n),
        "lacking": lack,
    }


CLSCC = Screen(
    key="scc_clscc",
    ref=API581_2016.at("Part 2 §12", "Chloride cracking"),
    severity=API581_2016.at("Part 2 §12.6.2 Table 12.3", "Severity index of chloride cracking"),
    inputs=(
        MATERIAL,
        *WATER,
        Param("chloride_ppmw", "mass_ppm", required=False),
        Param("T_op_C", "temperature", required=False),
    ),
    outputs=(
        Param("alkaline", "code", codes=YES_NO),
        Param("chloride_row", "code", codes=CHLORIDE_ROWS),
        Param("border_case", "code", codes=t.ROW_CASES),
        Param("overlap_rule", "code", codes=t.POLICIES),
        Param("chloride_column", "code", codes=CHLORIDE_COLUMNS),
        Param("ppm_border", "code", codes=t.ROW_CASES),
        Param("gap_rule", "code", codes=t.POLICIES),
    ),
    needs=("material_class", "water_present", "T_op_C", "chloride_ppmw", "pH"),
    compute=_clscc,
    steps=(
        Step(
            clscc_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=(
                "chloride_row",
                "border_case",
                "overlap_rule",
                "chloride_column",
                "ppm_border",
                "gap_rule",
                "susceptibility_screened",
            ),
        ),
    ),
    tables=("clscc", "SVI"),
    constants=("T_clscc_C", "pH_clscc"),
    settings=("rbi.scc_gap", "rbi.scc_overlap"),
)

PTA_PROCEDURE = procedure_of(PTA)
CLSCC_PROCEDURE = procedure_of(CLSCC)
PTA_MECHANISM = mechanism_of(PTA, "scc", PTA_PROCEDURE)
CLSCC_MECHANISM = mechanism_of(CLSCC, "scc", CLSCC_PROCEDURE)
