"""Damage mechanism sand erosion of pipe bends: rate by Salama (2000), factor of the loss by API RP 581."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns as Outputs
from integrity.core.procedure import Inputs, Limit, Param, Procedure, Result, Step
from integrity.core.reference import API581_2016, Edition
from integrity.core.registry import register
from integrity.core.tables import load_constants
from integrity.core.verdict import Verdict
from integrity.rbi import effectiveness as insp
from integrity.rbi.case import RiskCase, baseline, counting_start, inspection_table, strength_diameter
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import (
    Columns,
    Mechanism,
    Planned,
    Tables,
    acts_where_accepted,
    bound,
    register_mechanism,
)
from integrity.rbi.mechanisms import thinning_clauses as cl
from integrity.rbi.mechanisms import thinning_shared as sh
from integrity.rbi.mechanisms.thinning_plant import failure_probabilities, inspected, weighted

KEY = "sand_erosion"
PAPER = Edition("Salama, Journal of Energy Resources Technology 122", "2000")
OWN = load_constants(Path(__file__).parent / "tables" / "salama.json")
BENDS = ("no", "yes")

_RATE = PAPER.at("erosion of bends", "Erosion rate of a bend")
_LOW = index_of("confidence", "low")
_NONE = codes("strength_branch").index("none")


@clause(
    _RATE,
    symbol="ER",
    expr="W_sand_kg_d*velocity_m_s**2*d_p_um/(S_m*D_mm**2*density)",
    quantity="rate",
)
def erosion_rate(
    W_sand_kg_d: FloatArray,
    velocity_m_s: FloatArray,
    d_p_um: FloatArray,
    S_m: float,
    D_mm: FloatArray,
    density: FloatArray,
) -> FloatArray:
    """Erosion rate of a bend in a stream that carries sand.

    Parameters
    ----------
    W_sand_kg_d : ndarray
        Sand carried, kg/day.
    velocity_m_s : ndarray
        Velocity of the mixture, m/s.
    d_p_um : ndarray
        Grain size, micrometre.
    S_m : float
        Constant of the geometry.
    D_mm : ndarray
        Inside diameter, mm.
    density : ndarray
        Density of the mixture, kg/m3.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.asarray(W_sand_kg_d * velocity_m_s**2 * d_p_um / (S_m * D_mm**2 * density), dtype=np.float64)


@clause(
    PAPER.at("erosion of bends", "Confidence of a calculated rate"),
    symbol="confidence",
    expr="",
    quantity="code",
    kind=TABLE,
    note="sand_erosion.note.confidence",
)
def low_confidence(ER: FloatArray) -> IntArray:
    """Confidence in a rate that is calculated and not measured: low.

    Parameters
    ----------
    ER : ndarray

    Returns
    -------
    ndarray of int64
    """
    return np.full(np.shape(ER), _LOW, dtype=np.int64)


def _compute(x: Inputs) -> Outputs:
    stream = {s: x[s] for s in ("W_sand_kg_d", "velocity_m_s", "d_p_um", "D_mm", "density")}
    ER = erosion_rate(S_m=OWN["S_m"].value, **stream)
    bend = (x["geometry"] == index_of("geometry", "bend")) | (x["fitting"] == index_of("fitting", "elbow"))
    out: Outputs = {"ER": ER, "bend_case": bend.astype(np.int64), "confidence": low_confidence(ER)}
    out["A_rt"] = cl.loss_unclad(ER, x["age_tk_y"], x["t_rdi_mm"])
    out |= sh.strength_columns(x.columns, x["t_rdi_mm"]) | sh.count_columns(x)
    out |= sh.posterior_columns(out["confidence"], out)
    out |= sh.state_columns(out["A_rt"], out["SR_p"])
    out["D_f_sand"] = sh.base_of(out)
    return out


def _not_below(c: Any, *symbols: str, zero: bool) -> BoolArray:
    return np.logical_and.reduce([np.isnan(c[s]) | (c[s] >= 0.0 if zero else c[s] > 0.0) for s in symbols])


PROCEDURE = register(
    Procedure(
        key="salama.2000.sand_erosion",
        ref=_RATE,
        inputs=(
            Param("W_sand_kg_d", "sand_rate"),
            Param("velocity_m_s", "velocity"),
            Param("d_p_um", "grain_size"),
            Param("density", "density"),
            Param("D_mm", "length"),
            Param("fitting", "code", required=False, codes=codes("fitting")),
            Param("t_rdi_mm", "thickness"),
            Param("age_tk_y", "time"),
            *sh.strength_inputs(),
            *sh.COUNT_INPUTS,
        ),
        outputs=(
            Param("ER", "rate"),
            Param("bend_case", "code", codes=BENDS),
            Param("confidence", "code", codes=codes("confidence")),
            Param("A_rt", "ratio"),
            *sh.STRENGTH_OUTPUTS,
            *sh.COUNT_OUTPUTS,
            *sh.STATE_OUTPUTS,
            Param("D_f_sand", "damage_factor", conclusion=True),
        ),
        compute=_compute,
        tables=(sh.INSPECTIONS,),
        limits=(
            Limit("sand_erosion.bend", _RATE, lambda c: c["bend_case"] == 1),
            Limit(
                "sand_erosion.stream",
                _RATE,
                lambda c: (
                    _not_below(c, "W_sand_kg_d", "velocity_m_s", zero=True)
                    & _not_below(c, "d_p_um", "density", "D_mm", zero=False)
                ),
            ),
            Limit(
                "sand_erosion.wall",
                API581_2016.at("Part 2 §4.5.5"),
                lambda c: _not_below(c, "t_rdi_mm", zero=False) & _not_below(c, "age_tk_y", zero=True),
            ),
            Limit(
                "sand_erosion.strength_known",
                API581_2016.at("Part 2 §4.5.7 eqs. (2.17), (2.18)"),
                lambda c: np.isnan(c["FS_MPa"]) | (c["SR_p_branch"] != _NONE),
                Verdict.INSUFFICIENT_DATA,
            ),
            Limit("sand_erosion.whole_counts", API581_2016.at("Part 2 §4.5.6"), sh.whole_counts),
        ),
        steps=(
            Step(erosion_rate, "ER"),
            Step(cl.loss_unclad, "A_rt", {"C_r": "ER"}),
            Step(low_confidence, "confidence", note_params=("confidence",)),
            *sh.strength_steps("t_rdi_mm"),
            *sh.count_steps(),
            *sh.state_steps(),
            Step(cl.base_factor, "D_f_sand"),
        ),
        constants={**constants("thinning"), **OWN},
    )
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of the procedure: the wall from the last survey, the stream from the recorded facts.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict of str to dict)
    """
    c, i = case.components, case.inputs
    base = baseline(case)
    out: dict[str, AnyArray] = {
        "D_mm": np.where(np.isnan(c.D_mm), c.D_o_mm - 2.0 * c.t_nom_mm, c.D_mm),
        "fitting": c.fitting,
        "geometry": c.geometry,
        "t_rdi_mm": base.t_rdi_mm,
        "age_tk_y": base.age_tk_y,
        "E": c.E,
        "YS_MPa": i.YS_MPa,
        "TS_MPa": i.TS_MPa,
        "S_MPa": i.S_MPa,
        "t_req_mm": i.t_req_mm,
        "t_c_mm": i.t_c_mm,
        "P_MPa": np.where(np.isnan(i.P_MPa), c.P_MPa, i.P_MPa),
        "D_ref_mm": strength_diameter(c),
        "start_d": counting_start(c),
        "as_of_d": np.full(case.n, case.as_of_d, dtype=np.int64),
        **{f"N_{g}": np.full(case.n, np.nan) for g in insp.GRADES},
    }
    keep = insp.counts_for(KEY, case.inspections.mechanism, case.inspections.inspection_type)
    return bound(case, PROCEDURE, out), {"inspections": inspection_table(case, keep)}


def at_dates(
    result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    """Damage factor at days, without and with planned inspections, each counted from its day on.

    Parameters
    ----------
    result : Result
        At the as-of day.
    rows : slice
    years : ndarray, shape (m,)
        Years after the as-of day.
    dates_d : ndarray of int64, shape (m,)
    planned : Planned, optional

    Returns
    -------
    (ndarray of float64 of shape (rows, m), the same or None)
    """
    age = result["age_tk_y"][rows][:, None] + years
    A_rt = cl.loss_unclad(result["ER"][rows][:, None], age, result["t_rdi_mm"][rows][:, None])
    F = failure_probabilities(A_rt, result["SR_p"][rows][:, None])
    Po = np.stack([result[f"Po_p{s}"][rows] for s in insp.STATES])
    plain = weighted(Po[:, :, None], *F)
    better = None if planned is None else inspected(plain, Po, F, planned, dates_d)
    refused = np.isnan(result["D_f_sand"][rows])
    for value in (plain, better):
        if value is not None:
            value[refused] = np.nan
    return plain, better


def unverified(result: Result) -> BoolArray:
    """Rows that rest on the constant of the geometry, which has one source: all.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.full(result.n, not OWN["S_m"].verified)


MECHANISM = register_mechanism(
    Mechanism(KEY, "thinning", PROCEDURE, "D_f_sand", acts_where_accepted(KEY), columns, at_dates, unverified)
)
