"""What straight pipe and bends of B31.3 and GB/T 20801 share: coefficient Y, inputs and limits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, FloatArray, IntArray, as_float, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Limit, Param
from integrity.core.reference import ASME_B31_3, Reference
from integrity.design.common import D_O, MAWP, T_REQ, T_REQ_CASE, T_WALL, E, P, S, input_range
from integrity.design.table_files import constant, converted, number, table_rows

GROUPS = codes("material_group")
BEND_POSITIONS = ("intrados", "sidewall", "extrados")
_AUSTENITIC = GROUPS.index("austenitic")
_FILE = "y_coefficient.csv"


@clause(
    ASME_B31_3.at("Table 304.1.1", "Coefficient Y"),
    symbol="Y",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="design.note.Y",
)
def y_coefficient(T: Any, group: IntArray) -> FloatArray:
    """Coefficient Y of the shipped table.

    Parameters
    ----------
    T : array_like, degC
    group : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return y_values(T, group)


def y_values(T: Any, group: IntArray, overlay: Path | None = None) -> FloatArray:
    """Coefficient Y for t < D/6, linear between table temperatures.

    Below the first temperature the first value holds and above the last one the last, as the table orders. An
    unknown steel has the value that both groups share, or NaN where they differ.

    Parameters
    ----------
    T : array_like, degC
    group : ndarray of int64
        Index into `material_group`, -1 unknown.
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    ndarray of float64
    """
    T = as_float(T)
    ferritic, austenitic = _curve("ferritic", T, overlay), _curve("austenitic", T, overlay)
    common = np.where(ferritic == austenitic, ferritic, np.nan)
    return np.select([group == _AUSTENITIC, group != NO_CODE], [austenitic, ferritic], common)


def _curve(name: str, T: FloatArray, overlay: Path | None) -> FloatArray:
    rows = [r for r in table_rows(_FILE, ("group", "T", "T_unit", "Y"), overlay) if r["group"] == name]
    x = as_float([converted([number(r, "T", np.nan, _FILE)], "temperature", r["T_unit"])[0] for r in rows])
    y = as_float([number(r, "Y", np.nan, _FILE) for r in rows])
    return np.where(np.isnan(T), np.nan, np.interp(T, x, y))


W = Param("W", "ratio")
T_METAL = Param("T", "temperature")
GROUP = Param("group", "code", required=False, codes=GROUPS)
MA = Param("MA", "thickness")
CA = Param("CA_mm", "thickness", required=False)
MILL = Param("mill", "ratio", required=False)
R_BEND = Param("R_bend", "length")
POSITION = Param("bend_position", "code", codes=BEND_POSITIONS)

PIPE_INPUTS = (P, S, E, W, D_O, T_METAL, GROUP, MA, T_WALL, CA, MILL)
BEND_INPUTS = (P, S, E, W, D_O, R_BEND, POSITION, T_METAL, GROUP, MA, T_WALL, CA, MILL)
PIPE_OUTPUTS = (
    Param("Y", "ratio"),
    Param("t_C", "thickness", conclusion=True),
    Param("t_L", "thickness", conclusion=True),
    T_REQ,
    T_REQ_CASE,
    Param("t_order", "thickness", conclusion=True),
    Param("MAWP_C", "pressure", conclusion=True),
    Param("MAWP_L", "pressure", conclusion=True),
    MAWP,
)
BEND_OUTPUTS = (
    Param("Y", "ratio"),
    Param("I_in", "ratio"),
    Param("I_out", "ratio"),
    Param("I_side", "ratio"),
    Param("I", "ratio"),
    T_REQ,
    T_REQ_CASE,
    Param("t_order", "thickness", conclusion=True),
    MAWP,
)


def pipe_limits(ref: Reference) -> tuple[Limit, ...]:
    """Limits of the thin-pipe formula.

    Parameters
    ----------
    ref : Reference

    Returns
    -------
    tuple of Limit
    """

    def thin(c: Mapping[str, AnyArray]) -> Any:
        most = constant("k_t_pipe") * c["D_o"]
        return (c["t_req"] - c["MA"] < most) & (np.isnan(c["t"]) | (c["t"] - c["MA"] < most))

    return (
        input_range(ref, "D_o", "W"),
        Limit("wall_left", ref, lambda c: np.isnan(c["t"]) | (c["t"] > c["MA"])),
        Limit("thick_pipe_t", ref, thin),
        Limit("thick_pipe_P", ref, lambda c: at_most(c["P"], constant("k_P_pipe") * c["S"] * c["E"])),
        Limit("y_unknown", ref, lambda c: ~np.isnan(c["Y"])),
    )


def bend_limit(ref: Reference) -> Limit:
    """Limit that the bend does not close on itself.

    Parameters
    ----------
    ref : Reference

    Returns
    -------
    Limit
    """
    return Limit("bend_radius", ref, lambda c: c["R_bend"] > constant("k_R_bend") * c["D_o"] * (1.0 + 1e-9))
