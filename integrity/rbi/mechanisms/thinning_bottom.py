"""Thinning of the bottom of an atmospheric tank: its own wall loss, least thickness, one inspection and table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import REDUCTION, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Param, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.settings import Settings
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms.thinning_clauses import only_minimum
from integrity.rbi.mechanisms.thinning_lookup import cells, gather, locate, row_value, straight_line

METHODS = ("strength", "bottom")
FLOOR_CASES = ("given", "barrier", "no_barrier")
LOOKUPS = ("on_row", "straight_line", "next_row", "beyond")
GRADE_CODES = codes("effectiveness")

_S = "Part 2 §4.5.7 "
_TABLE = API581_2016.at("Part 2 §4.5.7 Table 4.7", "Base damage factor of a tank bottom")
_BOTTOM = index_of("component_type", "TANKBOTTOM")

base_between = straight_line(_TABLE, "D_fB", "damage_factor")
base_of_row = row_value(_TABLE, "D_fB", "damage_factor")


def nodes_and_cells() -> tuple[FloatArray, FloatArray]:
    """Rows of Table 4.7: wall loss parameters, and factors by grade A to E.

    Returns
    -------
    (ndarray of shape (rows,), ndarray of shape (rows, 5))
    """
    table = keyed("thinning", "bottom").rows[:-1]
    return table[:, 0], table[:, 1:]


base_cell = cells(_TABLE, "D_row", "damage_factor", "rbi.note.bottom_cell", nodes_and_cells)


def is_bottom(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows that are the bottom of an atmospheric tank.

    Parameters
    ----------
    c : mapping of str to ndarray
        With `component_type`.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(c["component_type"] == _BOTTOM)


def not_bottom(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows that are not the bottom of an atmospheric tank.

    Parameters
    ----------
    c : mapping of str to ndarray
        With `component_type`.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(c["component_type"] != _BOTTOM)


@clause(
    API581_2016.at(_S + "step 5", "Least thickness of a tank bottom"),
    symbol="t_floor_mm",
    expr="t_least_mm",
    quantity="thickness",
)
def least_floor(t_least_mm: float) -> FloatArray:
    """Least thickness of a tank bottom where the owner has no documented one.

    Parameters
    ----------
    t_least_mm : float
        0.10 in, or 0.05 in above a release prevention barrier, mm.

    Returns
    -------
    ndarray of float64, mm
    """
    return np.asarray(t_least_mm, dtype=np.float64)


@clause(
    API581_2016.at(_S + "eq. (2.12)", "Wall loss parameter of a tank bottom"),
    symbol="A_rt",
    expr="max(1 - (t_rdi_mm - C_r*age_tk_y)/(t_floor_mm + CA_mm), 0)",
    quantity="ratio",
)
def loss_bottom(
    t_rdi_mm: FloatArray, C_r: FloatArray, age_tk_y: FloatArray, t_floor_mm: FloatArray, CA_mm: FloatArray
) -> FloatArray:
    """Wall loss parameter of a tank bottom; another quantity than the loss fraction of a shell.

    Parameters
    ----------
    t_rdi_mm : ndarray
        Thickness at the reading, mm.
    C_r : ndarray
        Rate, mm/year.
    age_tk_y : ndarray
        Years since the reading.
    t_floor_mm, CA_mm : ndarray
        Least thickness and corrosion allowance, mm.

    Returns
    -------
    ndarray of float64
        0 while more than both is left, 1 where nothing is left.
    """
    return np.maximum(1.0 - (t_rdi_mm - C_r * age_tk_y) / (t_floor_mm + CA_mm), 0.0)


@clause(
    API581_2016.at("Part 2 §4.5.6", "The one inspection of a tank bottom"),
    symbol="bottom_grade",
    expr="",
    quantity="code",
    kind=REDUCTION,
    note="rbi.note.bottom_grade",
)
def best_grade(N_A: FloatArray, N_B: FloatArray, N_C: FloatArray, N_D: FloatArray) -> IntArray:
    """Grade of the best inspection; several are not added up.

    Parameters
    ----------
    N_A, N_B, N_C, N_D : ndarray
        Inspections of each grade.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `effectiveness`; E where there is none.
    """
    return stack_codes((N_A > 0, 0), (N_B > 0, 1), (N_C > 0, 2), (N_D > 0, 3), default=4)


OUTPUTS = (
    Param("floor_case", "code", codes=FLOOR_CASES),
    Param("t_floor_mm", "thickness"),
    Param("bottom_grade", "code", codes=GRADE_CODES),
    Param("bottom_lookup", "code", codes=LOOKUPS),
    Param("A_below", "ratio"),
    Param("A_above", "ratio"),
    Param("D_below", "damage_factor"),
    Param("D_above", "damage_factor"),
)
_LINE = {"v_1": "D_below", "v_2": "D_above", "x": "A_rt", "x_1": "A_below", "x_2": "A_above"}
_CELL = {"place": "A_above", "column": "bottom_grade"}
STEPS = (
    Step(only_minimum, "t_floor_mm", {"t_mm": "t_req_mm"}, when=("floor_case", "given")),
    Step(least_floor, "t_floor_mm", {"t_least_mm": "t_floor_barrier_mm"}, when=("floor_case", "barrier")),
    Step(least_floor, "t_floor_mm", {"t_least_mm": "t_floor_plain_mm"}, when=("floor_case", "no_barrier")),
    Step(loss_bottom, "A_rt", when=("wall_method", "bottom")),
    Step(best_grade, "bottom_grade", when=("wall_method", "bottom"), note_params=("bottom_grade",)),
    Step(
        base_cell,
        "D_below",
        {**_CELL, "place": "A_below"},
        when=("bottom_lookup", "straight_line"),
        note_params=("bottom_grade", "A_below"),
    ),
    *(
        Step(base_cell, "D_above", _CELL, when=("bottom_lookup", case), note_params=("bottom_grade", "A_above"))
        for case in LOOKUPS
    ),
    Step(base_between, "D_fB", _LINE, when=("bottom_lookup", "straight_line")),
    *(
        Step(base_of_row, "D_fB", {"v": "D_above"}, when=("bottom_lookup", case))
        for case in ("on_row", "next_row", "beyond")
    ),
)


def blank_columns(n: int) -> Columns:
    """Columns of `OUTPUTS` where no row is a tank bottom.

    Parameters
    ----------
    n : int

    Returns
    -------
    dict of str to ndarray
    """
    code, number = np.full(n, -1, dtype=np.int64), np.full(n, np.nan)
    return {p.symbol: code if p.quantity == "code" else number for p in OUTPUTS}


def bottom_columns(x: Mapping[str, AnyArray], N: Mapping[str, FloatArray], settings: Settings) -> Columns:
    """Wall loss parameter and base factor of tank bottoms.

    Parameters
    ----------
    x : mapping of str to ndarray
        Input columns of the rows that are tank bottoms.
    N : mapping of str to ndarray
        Their inspections N_A to N_D.
    settings : Settings

    Returns
    -------
    dict of str to ndarray
        Columns of `OUTPUTS`, A_rt and D_fB.
    """
    c = constants("thinning")
    case = stack_codes(
        (x["barrier"] == 1, FLOOR_CASES.index("barrier")),
        (~np.isnan(x["t_req_mm"]), FLOOR_CASES.index("given")),
        (x["barrier"] == 0, FLOOR_CASES.index("no_barrier")),
    )
    t_floor = np.select(
        [case == i for i in range(len(FLOOR_CASES))],
        [x["t_req_mm"], c["t_floor_barrier_mm"].value, c["t_floor_plain_mm"].value],
        np.nan,
    )
    A_rt = loss_bottom(x["t_rdi_mm"], x["C_r"], x["age_tk_y"], t_floor, x["CA_mm"])
    out: Columns = {"floor_case": case, "t_floor_mm": t_floor, "A_rt": A_rt}
    out["bottom_grade"] = best_grade(N["N_A"], N["N_B"], N["N_C"], N["N_D"])
    return out | base_columns(A_rt, out["bottom_grade"], settings)


def base_columns(A_rt: FloatArray, grade: IntArray, settings: Settings) -> Columns:
    """Base factor of Table 4.7.

    Parameters
    ----------
    A_rt : ndarray, shape (n,)
        Above 1 nothing is left: the last row of the table, which all grades share, is its greatest factor.
    grade : ndarray of int64, shape (n,)
    settings : Settings
        `rbi.table_lookup` says how the table is read between two rows.

    Returns
    -------
    dict of str to ndarray
        D_fB, the rows used and how.
    """
    nodes, table = nodes_and_cells()
    at = locate(nodes, A_rt)
    line = settings.code("rbi.table_lookup") == "straight_line"
    lookup = stack_codes(
        (np.isnan(A_rt), -1),
        (at.beyond, LOOKUPS.index("beyond")),
        (at.on_row, LOOKUPS.index("on_row")),
        default=LOOKUPS.index("straight_line" if line else "next_row"),
    )
    low, high = gather(table, at.below, grade), gather(table, at.above, grade)
    with np.errstate(all="ignore"):
        between = base_between(low, high, A_rt, nodes[at.below], nodes[at.above])
    D_fB = np.where(lookup == LOOKUPS.index("straight_line"), between, base_of_row(high))
    D_fB[lookup < 0] = np.nan
    return {
        "bottom_lookup": lookup,
        "A_below": nodes[at.below],
        "A_above": nodes[at.above],
        "D_below": low,
        "D_above": high,
        "D_fB": D_fB,
    }


def base_along(A_rt: FloatArray, grade: IntArray, settings: Settings) -> FloatArray:
    """Base factor of Table 4.7 along time.

    Parameters
    ----------
    A_rt : ndarray, shape (n, days)
    grade : ndarray of int64, shape (n,) or (n, days)
    settings : Settings

    Returns
    -------
    ndarray of float64, shape (n, days)
    """
    wide = np.broadcast_to(grade if grade.ndim == 2 else grade[:, None], A_rt.shape)
    flat = base_columns(A_rt.ravel(), wide.ravel(), settings)["D_fB"]
    return np.asarray(flat.reshape(A_rt.shape), dtype=np.float64)
