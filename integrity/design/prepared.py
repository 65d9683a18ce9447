"""Columns that the design procedures need, made once from the component frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.frames.plant import ComponentFrame
from integrity.core.procedure import Result
from integrity.core.settings import Settings
from integrity.design.heads import crown_factor
from integrity.design.materials import STRESS_CASES
from integrity.design.pipe_common import BEND_POSITIONS
from integrity.design.pipe_sizes import nominal_size
from integrity.design.procedures import procedures_for

GEOMETRY = {g: i for i, g in enumerate(codes("geometry"))}
PIPING = ("ASME_B31_3", "GB_T_20801")
MM_IN = 25.4
Prepared = dict[str, AnyArray]


@dataclass
class Runs:
    """Results of procedures with the component rows they cover, ascending."""

    n: int
    settings: Settings
    overlay: Path | None
    results: dict[str, Result] = field(default_factory=dict)
    rows: dict[str, IntArray] = field(default_factory=dict)
    known: Mapping[str, tuple[Result, IntArray]] = field(default_factory=dict)

    def run(self, key: str, rows: IntArray, columns: Mapping[str, AnyArray], state: str = "") -> Result:
        """Run a procedure on some rows and keep the result, where it has a row, under `key` or `key:state`."""
        name = f"{key}:{state}" if state else key
        if name in self.known:
            self.results[name], self.rows[name] = self.known[name]
            return self.results[name]
        procedure = procedures_for(self.overlay)[key]
        names = [p.symbol for p in procedure.inputs if p.symbol in columns]
        given = {s: columns[s] if rows.size == self.n else _taken(columns[s], rows) for s in names}
        result = procedure.run(given, self.settings)
        if rows.size:
            self.results[name], self.rows[name] = result, rows
        return result

    def spread(self, name: str, symbol: str, into: AnyArray) -> AnyArray:
        """Write a column of a result into a column of all rows."""
        if name in self.results and symbol in self.results[name].columns:
            into[self.rows[name]] = self.results[name][symbol]
        return into

    def blank(self) -> FloatArray:
        """A column of NaN."""
        return np.full(self.n, np.nan)


def _taken(values: AnyArray, rows: IntArray) -> AnyArray:
    out = values.take(rows)
    out.setflags(write=False)
    return out


def is_geometry(components: ComponentFrame, *names: str) -> BoolArray:
    """Rows of the named geometries.

    Parameters
    ----------
    components : ComponentFrame
    *names : str

    Returns
    -------
    ndarray of bool
    """
    return _among(components.geometry, [GEOMETRY[g] for g in names], len(GEOMETRY))


def is_code(components: ComponentFrame, *names: str) -> BoolArray:
    """Rows built to the named construction codes.

    Parameters
    ----------
    components : ComponentFrame
    *names : str

    Returns
    -------
    ndarray of bool
    """
    wanted = [index_of("construction_code", c) for c in names]
    return _among(components.construction_code, wanted, len(codes("construction_code")))


def _among(index: IntArray, wanted: list[int], size: int) -> BoolArray:
    table = np.zeros(size + 1, dtype=np.bool_)
    table[wanted] = True
    return np.asarray(table[index])


def prepare(components: ComponentFrame, runs: Runs) -> Prepared:
    """Dimensions, strength, allowable stress, joint factor and pressure at the part, for every row.

    Parameters
    ----------
    components : ComponentFrame
    runs : Runs
        Receives the results of the procedures used.

    Returns
    -------
    dict of symbol to ndarray
    """
    p = _dimensions(components, runs)
    _strength(p, runs)
    _stress(components, p, runs)
    _joint(components, p, runs)
    _pressure(components, p, runs)
    return p


def _dimensions(c: ComponentFrame, runs: Runs) -> Prepared:
    t_nom = c.t_nom_mm
    position = BEND_POSITIONS.index(runs.settings.code("design.bend_position"))
    NPS = np.where(np.isnan(c.NPS_in), nominal_size(c.D_o_mm, runs.overlay), c.NPS_in)
    return {
        "material": c.material,
        "construction_code": c.construction_code,
        "code_edition": c.code_edition,
        "fluid": c.fluid,
        "t_nom": t_nom,
        "T": c.T_C,
        "CA_mm": c.CA_mm,
        "mill": c.mill_tolerance,
        "D": np.where(np.isnan(c.D_mm), c.D_o_mm - 2 * t_nom, c.D_mm),
        "D_o": np.where(np.isnan(c.D_o_mm), c.D_mm + 2 * t_nom, c.D_o_mm),
        "R_ell": c.R_ell,
        "L": c.L_crown_mm,
        "r": c.r_knuckle_mm,
        "alpha_deg": c.alpha_deg,
        "R_bend": c.R_bend_mm,
        "bend_position": np.full(c.n, position, dtype=np.int64),
        "MA": np.where(np.isnan(c.MA_mm), 0.0, c.MA_mm),
        "NPS": np.where(np.isnan(NPS), c.D_o_mm / MM_IN, NPS),
        "H_liq": c.H_liq_m,
        "rho": c.rho_liq,
        "D_tank": c.tank_D_m,
        "H": c.tank_H_m,
        "G": c.tank_G,
        "course": c.course,
        "S_owner": c.S_owner_MPa,
        "set_pressure": c.set_pressure_MPa,
        "barrier": np.full(c.n, -1, dtype=np.int64),
    }


def _strength(p: Prepared, runs: Runs) -> None:
    found = runs.run("materials.strength", np.arange(runs.n), p)
    for name in ("S_y", "S_u", "S_y_T", "E_y"):
        p[name] = found[name]
    p["group"] = found["group"]


def _stress(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    rows = np.flatnonzero(~is_geometry(c, "tank_course", "tank_bottom"))
    ambient = {**p, "T": np.full(runs.n, runs.settings.number("design.T_ambient_C")), "S_owner": runs.blank()}
    runs.run("materials.allowable_stress", rows, p)
    runs.run("materials.allowable_stress", rows, ambient, "new")
    key = "materials.allowable_stress"
    p["S"] = runs.spread(key, "S", runs.blank())
    cold = runs.spread(f"{key}:new", "S", runs.blank())
    p["S_amb_table"] = cold
    p["S_amb"] = np.fmax(cold, np.where(np.isnan(p["S_owner"]), np.nan, p["S"]))
    p["S_case"] = runs.spread(key, "S_case", np.full(runs.n, -1, dtype=np.int64))
    p["S_source"] = runs.spread(key, "S_source", np.full(runs.n, "", dtype=object))
    p["S_verified"] = runs.spread(key, "S_verified", np.full(runs.n, -1, dtype=np.int64))


def _joint(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    rows = np.flatnonzero(is_code(c, *PIPING) & is_geometry(c, "pipe", "bend"))
    runs.run("b31_3.2020.joint", rows, {**p, "E": c.E})
    p["E"] = runs.spread("b31_3.2020.joint", "E_j", np.array(c.E, dtype=np.float64))
    p["W"] = runs.spread("b31_3.2020.joint", "W", np.ones(runs.n))


def _pressure(c: ComponentFrame, p: Prepared, runs: Runs) -> None:
    rows = np.flatnonzero(~is_geometry(c, "tank_course", "tank_bottom"))
    runs.run("design.static_head", rows, {**p, "P_top": c.P_MPa})
    p["P_head"] = runs.spread("design.static_head", "P_head", np.zeros(runs.n))
    p["P"] = runs.spread("design.static_head", "P", runs.blank())


def external_columns(c: ComponentFrame, p: Prepared) -> Prepared:
    """Inputs of the external-pressure procedures.

    Parameters
    ----------
    c : ComponentFrame
    p : dict of symbol to ndarray

    Returns
    -------
    dict of symbol to ndarray
        The spherical radius is that of the crown: K_c D_o for ellipsoidal heads, crown radius plus wall for
        torispherical ones. The outside diameter stays as built.
    """
    R_o: Any = np.select(
        [is_geometry(c, "ellipsoidal"), is_geometry(c, "torispherical")],
        [crown_factor(p["R_ell"]) * p["D_o"], p["L"] + p["t_nom"]],
        p["D_o"] / 2,
    )
    return {
        "P_ext": c.P_ext_MPa,
        "D_o": p["D_o"],
        "L": c.L_unsupported_mm,
        "alpha_deg": p["alpha_deg"],
        "R_o": R_o,
        "S_y": p["S_y_T"],
        "E_y": p["E_y"],
    }


def stress_reason(p: Prepared) -> dict[str, BoolArray]:
    """Why the tables gave no allowable stress, as catalogue keys.

    Parameters
    ----------
    p : dict of symbol to ndarray

    Returns
    -------
    dict of key to ndarray of bool
    """
    names = ("no_material", "open_material", "no_edition", "no_thickness", "no_band", "no_temperature", "above_table")
    return {f"refusal.stress_{n}": np.asarray(p["S_case"] == STRESS_CASES.index(n)) for n in names}
