"""Structural least and alert thickness of pipe, the default table of API 574."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, FloatArray, IntArray, as_float, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step, stack_codes
from integrity.core.reference import API574
from integrity.core.registry import register
from integrity.design.table_files import constant, constants, number, table_rows

_REF = API574.at("default structural table", "Structural least and alert thickness of pipe")
_FILE = "structural_minimum.csv"
STRUCTURAL_CASES = ("table", "outside_range", "above_table", "below_table", "unknown_size")
GROUPS = codes("material_group")
_FLOORS = ("outside_range", "above_table")


def structural_rows(NPS: Any, overlay: Path | None = None) -> tuple[FloatArray, FloatArray, FloatArray, IntArray]:
    """Row of the structural table: that of the next larger listed size.

    Parameters
    ----------
    NPS : array_like, in
        Nominal pipe size.
    overlay : Path, optional

    Returns
    -------
    NPS_row : ndarray of float64, in
    t_struct : ndarray of float64, mm
    t_alert : ndarray of float64, mm
    place : ndarray of int64
        -1 under the first size, 1 over the last (whose row is kept as a floor), else 0; 2 unknown size.
    """
    rows = table_rows(_FILE, ("NPS_in", "t_min_mm", "t_alert_mm"), overlay)
    size, t, alert = (
        as_float([number(r, c, np.nan, _FILE) for r in rows]) for c in ("NPS_in", "t_min_mm", "t_alert_mm")
    )
    n = as_float(NPS)
    k = np.minimum(np.searchsorted(size, n * (1.0 - 1e-9)), size.size - 1)
    place = np.select([np.isnan(n), ~at_most(n, size[-1]), ~at_most(size[0], n)], [2, 1, -1], 0)
    known = (place == 0) | (place == 1)
    return (
        np.where(known, size[k], np.nan),
        np.where(known, t[k], np.nan),
        np.where(known, alert[k], np.nan),
        place.astype(np.int64),
    )


@clause(_REF, symbol="t_struct", expr="", quantity="thickness", kind=TABLE, note="design.note.structural")
def structural_thickness(NPS: Any) -> FloatArray:
    """Structural least thickness of the shipped table.

    Parameters
    ----------
    NPS : array_like, in

    Returns
    -------
    ndarray of float64, mm
    """
    return structural_rows(NPS)[1]


@clause(_REF, symbol="t_alert_tab", expr="", quantity="thickness", kind=TABLE, note="design.note.structural_alert")
def alert_thickness(NPS: Any) -> FloatArray:
    """Alert thickness of the shipped table.

    Parameters
    ----------
    NPS : array_like, in

    Returns
    -------
    ndarray of float64, mm
    """
    return structural_rows(NPS)[2]


@clause(_REF, symbol="t_struct", expr="", quantity="thickness", kind=TABLE, note="design.note.structural_floor")
def structural_floor(NPS: Any) -> FloatArray:
    """Structural least thickness kept as a floor outside the temperature, steels or sizes of the table.

    Parameters
    ----------
    NPS : array_like, in

    Returns
    -------
    ndarray of float64, mm
    """
    return structural_rows(NPS)[1]


@clause(_REF, symbol="t_alert_tab", expr="", quantity="thickness", kind=TABLE, note="design.note.structural_floor")
def alert_floor(NPS: Any) -> FloatArray:
    """Alert thickness kept as a floor outside the temperature, steels or sizes of the table.

    Parameters
    ----------
    NPS : array_like, in

    Returns
    -------
    ndarray of float64, mm
    """
    return structural_rows(NPS)[2]


def _compute(i: Inputs, overlay: Path | None) -> Columns:
    NPS_row, t_struct, t_alert, place = structural_rows(i["NPS"], overlay)
    foreign = (i["group"] == GROUPS.index("austenitic")) | (i["group"] == NO_CODE)
    outside = foreign | ~at_most(i["T"], constant("T_structural"))
    case = stack_codes((place == 2, 4), (place == -1, 3), (place == 1, 2), (outside, 1), default=0)
    none = case == STRUCTURAL_CASES.index("below_table")
    return {
        "struct_case": case,
        "NPS_row": NPS_row,
        "t_struct": np.where(none, 0.0, t_struct),
        "t_alert_tab": np.where(none, 0.0, t_alert),
    }


def structural_procedure(overlay: Path | None = None) -> Procedure:
    """The structural procedure, reading a replaced table where there is one.

    Outside the temperature and steels that the table is stated for its value is kept as a floor and the row says
    `outside_range`: a hotter line does not need less.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    Procedure
    """
    note = ("NPS", "NPS_row")
    return Procedure(
        key="api574.structural",
        ref=_REF,
        inputs=(
            Param("NPS", "number"),
            Param("T", "temperature", required=False),
            Param("group", "code", required=False, codes=GROUPS),
        ),
        outputs=(
            Param("struct_case", "code", codes=STRUCTURAL_CASES),
            Param("NPS_row", "number"),
            Param("t_struct", "thickness", conclusion=True),
            Param("t_alert_tab", "thickness", conclusion=True),
        ),
        compute=lambda i: _compute(i, overlay),
        steps=(
            Step(structural_thickness, "t_struct", when=("struct_case", "table"), note_params=note),
            *(Step(structural_floor, "t_struct", when=("struct_case", c), note_params=note) for c in _FLOORS),
            Step(alert_thickness, "t_alert_tab", when=("struct_case", "table"), note_params=note),
            *(Step(alert_floor, "t_alert_tab", when=("struct_case", c), note_params=note) for c in _FLOORS),
        ),
        constants=constants("T_structural"),
    )


STRUCTURAL = register(structural_procedure())
