"""Rate of alkaline sour water: NH4HS, velocity and partial pressure of H2S (API RP 581 Part 2 Annex 2.B section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, raw
from integrity.rbi.rates import RateModel, factors, lines, parts, recorded, register_rate
from integrity.rbi.rates.grid import BELOW, UNITS, Axis, Grid, lookup, lookup_outputs, stacked
from integrity.rbi.rates.lines import in_unit
from integrity.rbi.rates.parts import DRY, RATE_CASES, value

NAME = "rate_alkaline_sour_water"
KEY = f"api581.2016.{NAME}"
NH4HS_CASES = ("given", "by_sulfide", "by_ammonia", "as_printed", "none")
VELOCITY_CASES = ("liquid", "vapour")
P_CASES = ("given", "computed")
F_P_CASES = ("below_si", "above_si", "below_us", "above_us")
AXES = (
    Axis("NH4HS_wt", "mass_percent", "NH4HS_lo", "NH4HS_hi", "w_NH4HS"),
    Axis("v_sel", "velocity", "v_lo", "v_hi", "w_v"),
)
_REF = API581_2016.at("Part 2 Annex 2.B §7", "Rate of alkaline sour water")
_DATA = "Part 2 Annex 2.B Table 2.B.7.1"
_BASE = "Part 2 Annex 2.B Tables 2.B.7.2, 2.B.7.2M"


@cache
def base_grid() -> Grid:
    """Base rates by NH4HS and velocity, the SI table and the US one.

    Returns
    -------
    Grid
    """
    tables = raw(NAME)["tables"]
    out = []
    for unit in UNITS:
        t = tables[f"base_{unit}"]
        v = [float(n) if unit == UNITS[0] else n * 0.3048 for n in t["column_nodes"]]
        out.append(([t["row_nodes"], v], in_unit(t["rows"], unit)))
    return stacked(out)


@clause(
    API581_2016.at(_DATA, "NH4HS where the sulphide limits it"),
    symbol="NH4HS_wt",
    expr="k_S*H2S_ppmw/ppm_per_pct",
    quantity="mass_percent",
)
def from_sulfide(H2S_ppmw: FloatArray, k_S: float, ppm_per_pct: float) -> FloatArray:
    """NH4HS in the water from its sulphide.

    Parameters
    ----------
    H2S_ppmw : ndarray
        Sulphide of the water as H2S, ppm by mass; at most twice the ammonia.
    k_S : float
    ppm_per_pct : float

    Returns
    -------
    ndarray of float64, wt%
    """
    return k_S * H2S_ppmw / ppm_per_pct


@clause(
    API581_2016.at(_DATA, "NH4HS where the ammonia limits it"),
    symbol="NH4HS_wt",
    expr="k_N*NH3_ppmw/ppm_per_pct",
    quantity="mass_percent",
)
def from_ammonia(NH3_ppmw: FloatArray, k_N: float, ppm_per_pct: float) -> FloatArray:
    """NH4HS in the water from its ammonia.

    Parameters
    ----------
    NH3_ppmw : ndarray
        Ammonia of the water, ppm by mass; less than half the sulphide.
    k_N : float
    ppm_per_pct : float

    Returns
    -------
    ndarray of float64, wt%
    """
    return k_N * NH3_ppmw / ppm_per_pct


@clause(
    API581_2016.at(_DATA, "NH4HS as printed for an excess of sulphide"),
    symbol="NH4HS_wt",
    expr="k_N*H2S_ppmw/ppm_per_pct",
    quantity="mass_percent",
)
def as_printed(H2S_ppmw: FloatArray, k_N: float, ppm_per_pct: float) -> FloatArray:
    """NH4HS as the 3rd edition prints it where the sulphide is more than twice the ammonia.

    Parameters
    ----------
    H2S_ppmw : ndarray
        Sulphide of the water as H2S, ppm by mass.
    k_N : float
    ppm_per_pct : float

    Returns
    -------
    ndarray of float64, wt%
        More than the ammonia can bind.
    """
    return k_N * H2S_ppmw / ppm_per_pct


@clause(
    API581_2016.at(_DATA, "Velocity of the phase that counts"),
    symbol="v_sel",
    expr="",
    quantity="velocity",
    kind=TABLE,
    note="rates.note.velocity_phase",
)
def selected_velocity(phase_case: IntArray, velocity_m_s: FloatArray, vapour_velocity_m_s: FloatArray) -> FloatArray:
    """Velocity of the vapour where two phases flow, else of the liquid.

    Parameters
    ----------
    phase_case : ndarray of int64
        Index of `VELOCITY_CASES`.
    velocity_m_s, vapour_velocity_m_s : ndarray
        Velocity of the stream, and of its vapour, m/s.

    Returns
    -------
    ndarray of float64, m/s
    """
    return np.where(phase_case == 1, vapour_velocity_m_s, velocity_m_s)


@clause(
    API581_2016.at(_DATA, "Partial pressure of H2S"),
    symbol="P_H2S_MPa",
    expr="(P_op_MPa + P_atm_MPa)*H2S_mol/pct",
    quantity="pressure_abs",
)
def partial_pressure(P_op_MPa: FloatArray, P_atm_MPa: FloatArray, H2S_mol: FloatArray, pct: float) -> FloatArray:
    """Partial pressure of H2S in the vapour.

    Parameters
    ----------
    P_op_MPa : ndarray
        Operating pressure, gauge, MPa.
    P_atm_MPa : ndarray
        Atmosphere, MPa.
    H2S_mol : ndarray
        H2S of the vapour, mol%.
    pct : float

    Returns
    -------
    ndarray of float64, MPa absolute
    """
    return (P_op_MPa + P_atm_MPa) * H2S_mol / pct


@clause(
    API581_2016.at(f"{_BASE} notes", "Factor of the partial pressure"),
    symbol="F_P",
    expr="max(1 + (k_P*P_H2S_MPa - p_ref)/s_P, 0)",
    quantity="number",
)
def pressure_factor(P_H2S_MPa: FloatArray, k_P: float, p_ref: float, s_P: float) -> FloatArray:
    """Correction of the base rate for the partial pressure of H2S.

    Parameters
    ----------
    P_H2S_MPa : ndarray
        Partial pressure, MPa absolute.
    k_P : float
        To the unit of the table, kPa or psi.
    p_ref, s_P : float
        Reference pressure, and the pressure that changes the factor by one, below or above the reference.

    Returns
    -------
    ndarray of float64
        Never below zero, as the note orders.
    """
    return np.maximum(1.0 + (k_P * P_H2S_MPa - p_ref) / s_P, 0.0)


@clause(
    API581_2016.at(f"{_BASE} notes", "Rate with the pressure factor"),
    symbol="C_r_bound",
    expr="C_tab*F_P",
    quantity="rate",
)
def corrected(C_tab: FloatArray, F_P: FloatArray) -> FloatArray:
    """Base rate times the pressure factor.

    Parameters
    ----------
    C_tab : ndarray
        Base rate, mm/year.
    F_P : ndarray

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_tab * F_P


cells = factors.shown(_BASE, "Base rate by NH4HS and velocity", "rates.note.alkaline")
kind_of_thinning = factors.typed("Part 2 Annex 2.B Table 2.B.1.2", "rates.note.type_velocity")


def _concentration(x: Inputs) -> Columns:
    H2S, NH3, given = x["H2S_ppmw"], x["NH3_ppmw"], x["NH4HS_wt"]
    have = ~np.isnan(H2S) & ~np.isnan(NH3)
    printed = x.settings.code("rbi.rate_NH4HS_excess") == "as_printed"
    case = stack_codes(
        (~np.isnan(given), 0),
        (have & (H2S <= 2.0 * NH3), 1),
        (have, 3 if printed else 2),
        default=4,
    )
    k_S, k_N, ppm = (value(NAME, s) for s in ("k_S", "k_N", "ppm_per_pct"))
    found = np.select(
        [case == 0, case == 1, case == 2, case == 3],
        [given, from_sulfide(H2S, k_S, ppm), from_ammonia(NH3, k_N, ppm), as_printed(H2S, k_N, ppm)],
        np.nan,
    )
    return {"NH4HS_case": case, "NH4HS_wt": found}


def _pressure(x: Inputs, unit: str) -> Columns:
    atm = np.full(x.n, x.settings.number("atm.P_kPa") / 1000.0)
    given = ~np.isnan(x["P_H2S_MPa"])
    P = np.where(given, x["P_H2S_MPa"], partial_pressure(x["P_op_MPa"], atm, x["H2S_mol"], value(NAME, "pct")))
    k_P, ref, below, above = (value(NAME, f"{s}_{unit}") for s in ("k_P", "p_ref", "s_below", "s_above"))
    low = k_P * P < ref
    u = 2 * UNITS.index(unit)
    return {
        "P_H2S_case": np.where(given, 0, 1),
        "P_atm_MPa": atm,
        "P_H2S_MPa": P,
        "F_P_case": np.where(np.isnan(P), -1, np.where(low, u, u + 1)),
        "F_P": np.where(low, pressure_factor(P, k_P, ref, below), pressure_factor(P, k_P, ref, above)),
    }


def _compute(x: Inputs) -> Columns:
    unit = parts.unit_set(x)
    water = parts.water_state(x["free_water"])
    two_phase = x["phase"] == index_of("phase", "two_phase")
    out: Columns = {**parts.common(x), "water_case": water, **_concentration(x), **_pressure(x, unit)}
    out["rate_case"] = np.where(water == DRY, 0, 1)
    out["phase_case"] = two_phase.astype(np.int64)
    out["v_sel"] = selected_velocity(out["phase_case"], x["velocity_m_s"], x["vapour_velocity_m_s"])
    table = np.where(water == DRY, -1, out["unit_case"])
    ways = [lines.bracket(base_grid(), i, table, out[a.x]) for i, a in enumerate(AXES)]
    out |= {"NH4HS_side": ways[0].case, "v_side": ways[1].case}
    out |= lookup(base_grid(), table, AXES, ways, x.settings.code("rbi.rate_lookup"))
    sound = lines.border_ok(ways[0], BELOW) & lines.border_ok(ways[1], BELOW) & (x["pH"] > value(NAME, "pH_neutral"))
    sound &= parts.in_groups(NAME, "carbon")(x.columns) & (out["NH4HS_wt"] >= 0.0) & (out["v_sel"] >= 0.0)
    rate = lines.clipped(corrected(out["C_tab"], out["F_P"]), sound)
    out["C_r_bound"] = np.where(water == DRY, parts.no_rate(), rate)
    out["v_general"] = np.full(x.n, value(NAME, f"v_general_{unit}"))
    slow = (water == DRY) | at_most(out["v_sel"], out["v_general"])
    out["thinning_type"] = np.where(slow, 0, 1).astype(np.int64)
    return out | {"C_r": parts.concluded(out["C_r_bound"])}


def _alkaline(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(np.isnan(c["pH"]) | (c["pH"] > value(NAME, "pH_neutral")) | ~parts.wet(c))


_LIMITS = (
    Limit("rates.alkaline_material", _REF, parts.in_groups(NAME, "carbon")),
    Limit("rates.alkaline_pH", API581_2016.at("Part 2 Annex 2.B §7.1"), _alkaline),
    parts.known("rates.NH4HS_known", _REF, "NH4HS_wt", parts.wet),
    parts.known("rates.v_sel_known", _REF, "v_sel", parts.wet),
    parts.known("rates.P_H2S_known", _REF, "P_H2S_MPa", parts.wet),
    parts.inside("rates.NH4HS_in_table", API581_2016.at(_BASE), "NH4HS_side"),
    parts.inside("rates.velocity_in_table", API581_2016.at(_BASE), "v_side"),
)

_INPUTS = (
    parts.MATERIAL,
    parts.FREE_WATER,
    Param("pH", "number", needed=parts.wet),
    Param("NH4HS_wt", "mass_percent", required=False),
    Param("H2S_ppmw", "mass_ppm", required=False),
    Param("NH3_ppmw", "mass_ppm", required=False),
    Param("phase", "code", required=False, codes=codes("phase")),
    Param("velocity_m_s", "velocity", required=False),
    Param("vapour_velocity_m_s", "velocity", required=False),
    Param("P_H2S_MPa", "pressure_abs", required=False),
    Param("P_op_MPa", "pressure", required=False),
    Param("H2S_mol", "mole_percent", required=False),
)

_OUTPUTS = (
    Param("water_case", "code", codes=parts.WATER_CASES),
    Param("rate_case", "code", codes=RATE_CASES),
    Param("NH4HS_case", "code", codes=NH4HS_CASES),
    Param("phase_case", "code", codes=VELOCITY_CASES),
    Param("v_sel", "velocity"),
    *lookup_outputs(AXES),
    Param("P_H2S_case", "code", codes=P_CASES),
    Param("P_atm_MPa", "pressure_abs"),
    Param("F_P_case", "code", codes=F_P_CASES),
    Param("F_P", "number"),
    Param("v_general", "velocity"),
    *parts.COMMON_OUTPUTS,
)


def _factor_steps() -> tuple[Step, ...]:
    out = []
    for unit in UNITS:
        for side in ("below", "above"):
            bind = {"k_P": f"k_P_{unit}", "p_ref": f"p_ref_{unit}", "s_P": f"s_{side}_{unit}"}
            out.append(Step(pressure_factor, "F_P", bind, when=("F_P_case", f"{side}_{unit}")))
    return tuple(out)


_WET = ("rate_case", "wet")
_STEPS = (
    parts.WATER_STEP,
    Step(parts.no_rate, "C_r_bound", when=("rate_case", "dry")),
    Step(from_sulfide, "NH4HS_wt", when=("NH4HS_case", "by_sulfide")),
    Step(from_ammonia, "NH4HS_wt", when=("NH4HS_case", "by_ammonia")),
    Step(as_printed, "NH4HS_wt", when=("NH4HS_case", "as_printed")),
    Step(selected_velocity, "v_sel", when=_WET, note_params=("phase_case",)),
    *lines.table_steps(cells, "unit_case", AXES, told=("unit_case",)),
    Step(partial_pressure, "P_H2S_MPa", when=("P_H2S_case", "computed")),
    *_factor_steps(),
    Step(corrected, "C_r_bound", when=_WET),
    Step(kind_of_thinning, "thinning_type", note_params=("thinning_type", "v_general")),
    parts.CONCLUSION_STEP,
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants(NAME),
    settings=("rbi.rate_tables", "rbi.rate_lookup", "rbi.rate_NH4HS_excess", "atm.P_kPa"),
)


def _from_frames(case: RiskCase) -> Mapping[str, AnyArray]:
    return {"P_op_MPa": case.components.P_op_MPa, "phase": case.components.phase}


MODEL = register_rate(RateModel(NAME, PROCEDURE, recorded(PROCEDURE, _from_frames)))
