"""Cracking of carbon and low-alloy steel in alkaline service: caustic, amine, carbonate."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_CODE, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Param, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import number
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import MATERIAL, STEELS, Screen, is_class, lacking, procedure_of, screened
from integrity.rbi.mechanisms.scc_plant import mechanism_of

AREAS = ("A", "B", "C")
PLACES = ("in_A", "above_A")
AREA_BASES = ("given", "chart")
CAUSTIC_ROWS = t.table("caustic").keys
AMINES = (*t.table("amine").keys, "none")
AMINE_STATES = ("cool", "heated", "warm", "hot")
SOLUTIONS = ("fresh", "rich", "lean", "lean_and_rich")
CARBONATE_ROWS = t.table("carbonate_pH").keys


@clause(
    API581_2016.at("Part 2 §6.5 Figures 6.1, 6.1M", "End of area A of the caustic chart"),
    symbol="T_area_A_C",
    expr="",
    quantity="temperature",
    kind=TABLE,
    note="scc.note.caustic_chart",
)
def end_of_area_A(NaOH_pct: FloatArray) -> FloatArray:
    """Metal temperature at which area A of the caustic chart ends.

    Parameters
    ----------
    NaOH_pct : ndarray
        Sodium hydroxide, wt%, as it concentrates at the metal; 0 to 50.

    Returns
    -------
    ndarray of float64, degC
        Straight lines between points read from the figure; NaN beyond the chart.
    """
    points = t.table("caustic_chart").rows[:-1]
    inside = (NaOH_pct >= points[0, 0]) & (NaOH_pct <= points[-1, 0])
    return np.where(inside, np.interp(NaOH_pct, points[:, 0], points[:, 1]), np.nan)


@clause(
    API581_2016.at("Part 2 §6.5 Figure 6.2", "Susceptibility to caustic cracking"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.caustic",
)
def caustic_susceptibility(caustic_row: IntArray, NaOH_pct: FloatArray, pwht: IntArray) -> IntArray:
    """Susceptibility to caustic cracking: none where stress relieved, else by place in the chart and heating.

    Parameters
    ----------
    caustic_row : ndarray of int64
        In area A unheated, steamed out, heat traced; or above area A. -1 unknown.
    NaOH_pct : ndarray
        Sodium hydroxide, wt%; exactly 5 belongs to the stronger column.
    pwht : ndarray of int64
        1 where stress relieved.

    Returns
    -------
    ndarray of int64
    """
    strong = np.where(np.isnan(NaOH_pct), NO_CODE, t.reaches(NaOH_pct, number("scc", "NaOH_split_pct")))
    return np.where(pwht == 1, t.NONE, t.coded("caustic", caustic_row, strong.astype(np.int64)))


def _caustic(x: Inputs) -> Columns:
    NaOH, T, pwht = x["NaOH_pct"], x["T_op_C"], x["pwht"]
    outside, absent = ~is_class(x, STEELS) & (x["material_class"] >= 0), NaOH == 0.0
    end = end_of_area_A(NaOH)
    given = x["caustic_area"] >= 0
    place = np.where(
        given,
        (x["caustic_area"] > 0).astype(np.int64),
        np.where(np.isnan(end) | np.isnan(T), NO_CODE, t.reaches(T, end).astype(np.int64)),
    )
    in_A = place == 0
    row = stack_codes(
        (place == 1, CAUSTIC_ROWS.index("above_A")),
        (in_A & (x["heat_traced"] == 1), CAUSTIC_ROWS.index("area_A_heat_traced")),
        (in_A & (x["heat_traced"] == 0) & (x["steam_out"] == 1), CAUSTIC_ROWS.index("area_A_steamed_out")),
        (in_A & (x["heat_traced"] == 0) & (x["steam_out"] == 0), CAUSTIC_ROWS.index("area_A_unheated")),
    )
    level = caustic_susceptibility(row, NaOH, pwht)
    judged = ~outside & ~absent
    as_welded = judged & (pwht != 1)
    lack = lacking(
        x,
        CAUSTIC.needs,
        CAUSTIC.inputs,
        material_class=~absent,
        NaOH_pct=~outside,
        pwht=judged,
        T_op_C=as_welded & ~given,
        heat_traced=as_welded & in_A,
        steam_out=as_welded & in_A & (x["heat_traced"] == 0),
    )
    known = judged & (lack == 0) & (level >= 0)
    out = screened(outside, absent, level, known)
    return out | {
        "T_area_A_C": end,
        "area_basis": np.where(given, 0, 1),
        "area_place": place,
        "caustic_row": row,
        "lacking": lack,
    }


_T = Param("T_op_C", "temperature", required=False)
_PWHT = Param("pwht", "flag", required=False)
_TRACED = Param("heat_traced", "flag", required=False)
_STEAM = Param("steam_out", "flag", required=False)

CAUSTIC = Screen(
    key="scc_caustic",
    ref=API581_2016.at("Part 2 §6", "Caustic cracking"),
    severity=API581_2016.at("Part 2 §6.6.2 Table 6.2", "Severity index of caustic cracking"),
    inputs=(
        MATERIAL,
        Param("NaOH_pct", "mass_percent", required=False),
        _T,
        Param("caustic_area", "code", required=False, codes=AREAS),
        _PWHT,
        _TRACED,
        _STEAM,
    ),
    outputs=(
        Param("T_area_A_C", "temperature"),
        Param("area_basis", "code", codes=AREA_BASES),
        Param("area_place", "code", codes=PLACES),
        Param("caustic_row", "code", codes=CAUSTIC_ROWS),
    ),
    needs=("material_class", "NaOH_pct", "pwht", "T_op_C", "heat_traced", "steam_out"),
    compute=_caustic,
    steps=(
        Step(end_of_area_A, "T_area_A_C", when=("area_basis", "chart"), note_params=("NaOH_pct", "T_area_A_C")),
        Step(
            caustic_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("caustic_row", "NaOH_pct", "susceptibility_screened"),
        ),
    ),
    tables=("caustic", "caustic_chart", "SVI"),
    constants=("NaOH_split_pct",),
)


@clause(
    API581_2016.at("Part 2 §7.5 Figure 7.1", "Susceptibility to amine cracking"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.amine",
)
def amine_susceptibility(amine_type: IntArray, amine_state: IntArray, pwht: IntArray, lean: IntArray) -> IntArray:
    """Susceptibility to amine cracking: none where stress relieved or never in lean amine.

    Parameters
    ----------
    amine_type : ndarray of int64
        Row of the table.
    amine_state : ndarray of int64
        Cool, cool but heated at times, warm, hot.
    pwht : ndarray of int64
        1 where stress relieved.
    lean : ndarray of int64
        1 where lean amine touches it.

    Returns
    -------
    ndarray of int64
    """
    row = np.where(amine_type < len(AMINES) - 1, amine_type, NO_CODE)
    level = t.coded("amine", row, amine_state)
    return np.where((pwht == 1) | (lean == 0), t.NONE, level)


def _amine(x: Inputs) -> Columns:
    T, amine, pwht = x["T_op_C"], x["amine_type"], x["pwht"]
    outside = ~is_class(x, STEELS) & (x["material_class"] >= 0)
    absent = (amine == len(AMINES) - 1) | (x["amine_wt"] == 0.0)
    lean = np.where(x["amine_solution"] < 0, NO_CODE, (x["amine_solution"] >= 2).astype(np.int64))
    strong = amine <= AMINES.index("dipa")
    warm_from = np.where(strong, number("scc", "T_amine_1_C"), number("scc", "T_amine_2_C"))
    # The figure prints no warm band for the other amines: heated or above 82 degC alone matters.
    warm = t.reaches(T, warm_from) & (amine <= AMINES.index("dea"))
    heated = (x["heat_traced"] == 1) | (x["steam_out"] == 1)
    unheated = (x["heat_traced"] == 0) & (x["steam_out"] == 0)
    hot = t.over(T, number("scc", "T_amine_3_C"))
    state = stack_codes((np.isnan(T), NO_CODE), (hot, 3), (warm, 2), (heated, 1), (unheated, 0))
    level = amine_susceptibility(amine, state, pwht, lean)
    judged = ~outside & ~absent
    exposed = judged & (pwht != 1) & (lean != 0)
    cool = exposed & ~hot & ~warm & ~heated
    lack = lacking(
        x,
        AMINE.needs,
        AMINE.inputs,
        material_class=~absent,
        amine_type=~outside & (x["amine_wt"] != 0.0),
        pwht=judged,
        amine_solution=judged & (pwht != 1),
        T_op_C=exposed,
        heat_traced=cool,
        steam_out=cool,
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {"lean": lean, "amine_state": state, "lacking": lack}


AMINE = Screen(
    key="scc_amine",
    ref=API581_2016.at("Part 2 §7", "Amine cracking"),
    severity=API581_2016.at("Part 2 §7.6.2 Table 7.2", "Severity index of amine cracking"),
    inputs=(
        MATERIAL,
        Param("amine_type", "code", required=False, codes=AMINES),
        Param("amine_wt", "mass_percent", required=False),
        Param("amine_solution", "code", required=False, codes=SOLUTIONS),
        _T,
        _PWHT,
        _TRACED,
        _STEAM,
    ),
    outputs=(Param("lean", "code", codes=("no", "yes")), Param("amine_state", "code", codes=AMINE_STATES)),
    needs=("material_class", "amine_type", "pwht", "amine_solution", "T_op_C", "heat_traced", "steam_out"),
    compute=_amine,
    steps=(
        Step(
            amine_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("amine_type", "amine_state", "susceptibility_screened"),
        ),
    ),
    tables=("amine", "SVI"),
    complete=True,
    constants=("T_amine_1_C", "T_amine_2_C", "T_amine_3_C"),
)


@clause(
    API581_2016.at("Part 2 §10.5 Table 10.2", "Susceptibility to carbonate cracking"),
    symbol="susceptibility_screened",
    expr="",
    quantity="code",
    kind=TABLE,
    note="scc.note.carbonate",
)
def carbonate_susceptibility(pH_row: IntArray, carbonate_ppmw: FloatArray, pwht: IntArray) -> IntArray:
    """Susceptibility to alkaline carbonate cracking: none where stress relieved.

    Parameters
    ----------
    pH_row : ndarray of int64
        Row of the table, -1 unknown.
    carbonate_ppmw : ndarray
        Carbonate in the water; exactly 100 belongs to the greater column.
    pwht : ndarray of int64
        1 where stress relieved.

    Returns
    -------
    ndarray of int64
    """
    return np.where(pwht == 1, t.NONE, t.coded("carbonate", pH_row, _carbonate_column(pH_row, carbonate_ppmw)))


def _carbonate_column(pH_row: IntArray, carbonate_ppmw: FloatArray) -> IntArray:
    """Column of the carbonate; the outer rows of the table are the same in both."""
    much = t.reaches(carbonate_ppmw, number("scc", "CO3_split_ppmw"))
    unknown = np.isnan(carbonate_ppmw) & (pH_row > 0) & (pH_row < len(CARBONATE_ROWS) - 1)
    return np.where(unknown, NO_CODE, much).astype(np.int64)


def water_absent(x: Inputs) -> tuple[BoolArray, BoolArray]:
    """Whether free water is absent, and whether that is unknown.

    Parameters
    ----------
    x : Inputs
        Columns `water_present`, `water_wt`, `pH`; a pH is one of water, so it says that there is some.

    Returns
    -------
    (ndarray of bool, ndarray of bool)
    """
    flag, share = x["water_present"], x["water_wt"]
    absent = (flag == 0) | ((flag < 0) & (share == 0.0))
    present = (flag == 1) | ((flag < 0) & ((share > 0.0) | (np.isnan(share) & ~np.isnan(x["pH"]))))
    return absent, ~absent & ~present


def _carbonate(x: Inputs) -> Columns:
    pH, pwht = x["pH"], x["pwht"]
    outside = ~is_class(x, STEELS) & (x["material_class"] >= 0)
    dry, unknown_water = water_absent(x)
    trigger = number("scc", "pH_carbonate")
    mild = ~np.isnan(pH) & ~t.over(pH, trigger) & (x["feed_changed"] != 1)
    absent = dry | mild
    rows = t.neighbours("carbonate_pH", pH)
    lower, case = rows[0], rows[2]
    carbonate = x["carbonate_ppmw"]
    row = t.resolved(
        x.settings.code("rbi.scc_overlap"),
        lambda r, part: t.cell("carbonate", r, _carbonate_column(r, carbonate[part])),
        rows,
    )[1]
    level = carbonate_susceptibility(row, carbonate, pwht)
    judged = ~outside & ~absent
    as_welded = judged & (pwht != 1)
    lack = lacking(
        x,
        CARBONATE.needs,
        CARBONATE.inputs,
        material_class=~absent,
        water_present=~outside & unknown_water,
        pH=judged,
        pwht=judged,
        carbonate_ppmw=as_welded & (lower > 0) & (lower < len(CARBONATE_ROWS) - 1),
    )
    out = screened(outside, absent, level, judged & (lack == 0) & (level >= 0))
    return out | {
        "pH_row": row,
        "border_case": case,
        "overlap_rule": t.policy_column(x.settings, "rbi.scc_overlap", x.n),
        "lacking": lack,
    }


WATER = (
    Param("water_present", "flag", required=False),
    Param("water_wt", "mass_percent", required=False),
    Param("pH", "number", required=False),
)

CARBONATE = Screen(
    key="scc_carbonate",
    ref=API581_2016.at("Part 2 §10", "Alkaline carbonate cracking"),
    severity=API581_2016.at("Part 2 §10.6.2 Table 10.3", "Severity index of alkaline carbonate cracking"),
    inputs=(
        MATERIAL,
        *WATER,
        Param("carbonate_ppmw", "mass_ppm", required=False),
        Param("feed_changed", "flag", required=False),
        _PWHT,
    ),
    outputs=(
        Param("pH_row", "code", codes=CARBONATE_ROWS),
        Param("border_case", "code", codes=t.ROW_CASES),
        Param("overlap_rule", "code", codes=t.POLICIES),
    ),
    needs=("material_class", "water_present", "pH", "pwht", "carbonate_ppmw"),
    compute=_carbonate,
    steps=(
        Step(
            carbonate_susceptibility,
            "susceptibility_screened",
            when=("scc_screen", "evaluated"),
            note_params=("pH_row", "carbonate_ppmw", "border_case", "overlap_rule", "susceptibility_screened"),
        ),
    ),
    tables=("carbonate", "SVI"),
    constants=("pH_carbonate", "CO3_split_ppmw"),
    settings=("rbi.scc_overlap",),
)

CAUSTIC_PROCEDURE = procedure_of(CAUSTIC)
AMINE_PROCEDURE = procedure_of(AMINE)
CARBONATE_PROCEDURE = procedure_of(CARBONATE)
CAUSTIC_MECHANISM = mechanism_of(CAUSTIC, "scc", CAUSTIC_PROCEDURE)
AMINE_MECHANISM = mechanism_of(AMINE, "scc", AMINE_PROCEDURE)
CARBONATE_MECHANISM = mechanism_of(CARBONATE, "scc", CARBONATE_PROCEDURE)
