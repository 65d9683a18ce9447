"""Formulas of the Level 1 release mass: inventory, type, detection, duration (API RP 581, Part 3, section 4)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import fluids, keyed

_S = "Part 3 §4"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".4.2 eq. (3.10)", "Mass added in three minutes"),
    symbol="mass_add_kg",
    expr="t_add_s*min(W_n, W_max8)",
    quantity="mass",
)
def added_mass(t_add_s: float, W_n: FloatArray, W_max8: FloatArray) -> FloatArray:
    """Mass that the rest of the inventory group adds before it is shut off.

    Parameters
    ----------
    t_add_s : float
        180 s.
    W_n, W_max8 : ndarray, kg/s
        Rate of the hole and of an 8 inch hole.

    Returns
    -------
    ndarray of float64, kg
    """
    return _f(t_add_s * np.minimum(W_n, W_max8))


@clause(
    API581_2016.at(_S + ".4.2 eq. (3.11)", "Mass available"),
    symbol="mass_avail_kg",
    expr="min(mass_comp_kg + mass_add_kg, mass_inv_kg)",
    quantity="mass",
)
def available_mass(mass_comp_kg: FloatArray, mass_add_kg: FloatArray, mass_inv_kg: FloatArray) -> FloatArray:
    """Mass available, at most that of the inventory group.

    Parameters
    ----------
    mass_comp_kg, mass_add_kg, mass_inv_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, kg
    """
    return np.minimum(mass_comp_kg + mass_add_kg, mass_inv_kg)


@clause(
    API581_2016.at(_S + ".4.2 eq. (3.11)", "Mass available, group not known: upper bound"),
    symbol="mass_avail_kg",
    expr="mass_comp_kg + mass_add_kg",
    quantity="mass",
)
def available_mass_bound(mass_comp_kg: FloatArray, mass_add_kg: FloatArray) -> FloatArray:
    """Mass available where the mass of the inventory group is not known: the upper bound.

    Parameters
    ----------
    mass_comp_kg, mass_add_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, kg
    """
    return _f(mass_comp_kg + mass_add_kg)


@clause(
    API581_2016.at(_S + ".5.2 eq. (3.12)", "Time to release the limiting mass"),
    symbol="t_n_s",
    expr="C3/W_n",
    quantity="duration_s",
)
def time_to_limit(C3: float, W_n: FloatArray) -> FloatArray:
    """Time in which 4536 kg would escape.

    Parameters
    ----------
    C3 : float, kg
    W_n : ndarray, kg/s

    Returns
    -------
    ndarray of float64, s
    """
    return _f(C3 / W_n)


@clause(
    API581_2016.at(_S + ".5.2", "Continuous or instantaneous"),
    symbol="release_type",
    expr="where((d_n_mm > d_cont_mm*(1 + 1e-9)) & (t_n_s <= t_inst_s*(1 + 1e-9))"
    " & (mass_avail_kg > C3*(1 + 1e-9)), 1, 0)",
    quantity="code",
)
def release_kind(
    d_n_mm: FloatArray,
    d_cont_mm: float,
    t_n_s: FloatArray,
    t_inst_s: float,
    mass_avail_kg: FloatArray,
    C3: float,
) -> IntArray:
    """Type of release: instantaneous only for a hole above 6.4 mm, within 3 minutes and with more than 4536 kg.

    Parameters
    ----------
    d_n_mm : ndarray, mm
    d_cont_mm : float, mm
    t_n_s : ndarray, s
    t_inst_s : float, s
    mass_avail_kg : ndarray, kg
    C3 : float, kg

    Returns
    -------
    ndarray of int64
        0 continuous, 1 instantaneous.
    """
    hole = d_n_mm > d_cont_mm * (1.0 + 1e-9)
    quick = t_n_s <= t_inst_s * (1.0 + 1e-9)
    return (hole & quick & (mass_avail_kg > C3 * (1.0 + 1e-9))).astype(np.int64)


@clause(
    API581_2016.at(_S + ".6 Table 4.6", "Reduction by detection and isolation"),
    symbol="fact_di",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="rbi.note.fact_di",
)
def detection_reduction(detection: IntArray, isolation: IntArray) -> FloatArray:
    """Reduction of the rate by detection and isolation.

    Parameters
    ----------
    detection, isolation : ndarray of int64
        Index of A, B, C; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    table = keyed("release", "fact_di").rows
    padded = np.column_stack([table, np.full(table.shape[0], np.nan)])
    return _f(padded[detection, isolation])


@clause(
    API581_2016.at(_S + ".6 Table 4.7M", "Longest leak"),
    symbol="ld_max_min",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.ld_max",
)
def longest_leak(detection: IntArray, isolation: IntArray, hole: IntArray, rupture_min: float) -> FloatArray:
    """Longest duration of the leak.

    Parameters
    ----------
    detection, isolation, hole : ndarray of int64
        Indexes of A, B, C and of the hole.
    rupture_min : float
        Minutes used for a rupture, which the table does not have.

    Returns
    -------
    ndarray of float64, minutes
    """
    parts = [keyed("release", f"ld_max_{d}").rows for d in ("A", "B", "C")]
    table = np.stack([*parts, np.full_like(parts[0], np.nan)])
    rupture = np.full((*table.shape[:2], 2), np.nan)
    rupture[:-1, :-1, 0] = rupture_min
    return _f(np.concatenate([table, rupture], axis=2)[detection, isolation, hole])


@clause(
    API581_2016.at(_S + ".7 eq. (3.13)", "Rate of the release"),
    symbol="rate_kg_s",
    expr="W_n*(1 - fact_di)",
    quantity="mass_rate",
)
def adjusted_rate(W_n: FloatArray, fact_di: FloatArray) -> FloatArray:
    """Rate after detection and isolation, for flammable consequences; a toxic one uses the rate unreduced.

    Parameters
    ----------
    W_n : ndarray, kg/s
    fact_di : ndarray

    Returns
    -------
    ndarray of float64, kg/s
    """
    return _f(W_n * (1.0 - fact_di))


@clause(
    API581_2016.at(_S + ".7 eq. (3.14)", "Duration of the leak"),
    symbol="ld_s",
    expr="min(mass_avail_kg/rate_kg_s, 60*ld_max_min)",
    quantity="duration_s",
)
def leak_duration(mass_avail_kg: FloatArray, rate_kg_s: FloatArray, ld_max_min: FloatArray) -> FloatArray:
    """Duration of the leak: until the mass is gone or the leak is stopped.

    Parameters
    ----------
    mass_avail_kg : ndarray, kg
    rate_kg_s : ndarray, kg/s
    ld_max_min : ndarray, minutes

    Returns
    -------
    ndarray of float64, s
    """
    return np.minimum(mass_avail_kg / rate_kg_s, 60.0 * ld_max_min)


@clause(
    API581_2016.at(_S + ".7 eq. (3.15)", "Mass of the release"),
    symbol="mass_kg",
    expr="min(rate_kg_s*ld_s, mass_avail_kg)",
    quantity="mass",
)
def released_mass(rate_kg_s: FloatArray, ld_s: FloatArray, mass_avail_kg: FloatArray) -> FloatArray:
    """Mass released.

    Parameters
    ----------
    rate_kg_s : ndarray, kg/s
    ld_s : ndarray, s
    mass_avail_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, kg
    """
    return np.minimum(rate_kg_s * ld_s, mass_avail_kg)


@clause(
    API581_2016.at(_S + ".1 Table 4.3", "Phase after release"),
    symbol="release_phase",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.release_phase",
)
def phase_after_release(phase: IntArray, fluid: IntArray, NBP_gas_C: float) -> IntArray:
    """Phase of the released fluid at ambient conditions.

    Parameters
    ----------
    phase : ndarray of int64
        Stored phase, 0 gas, 1 liquid.
    fluid : ndarray of int64
    NBP_gas_C : float
        A stored liquid that is a gas at ambient stays liquid above this boiling point, degC (80 F).

    Returns
    -------
    ndarray of int64
        0 gas, 1 liquid, -1 unknown: a stored liquid whose printed boiling point is suspect.
    """
    f = fluids()
    stays = (f.ambient_gas[fluid] == 0) | (f.NBP_C[fluid] > NBP_gas_C)
    liquid = np.where(f.NBP_suspect[fluid] == 1, -1, np.where(stays, 1, 0))
    out = np.select([phase == 0, phase == 1], [np.zeros_like(phase), liquid], -1)
    return np.where(fluid < 0, -1, out).astype(np.int64)


@clause(
    API581_2016.at(_S + ".1 Table 4.3", "Phase after release, by the boiling point given"),
    symbol="release_phase",
    expr="where((phase == 1) & (NBP_C > NBP_gas_C), 1, 0)",
    quantity="code",
)
def phase_by_boiling(phase: IntArray, NBP_C: FloatArray, NBP_gas_C: float) -> IntArray:
    """Phase of the released fluid where its boiling point is given and does not come from the table.

    Parameters
    ----------
    phase : ndarray of int64
        Stored phase, 0 gas, 1 liquid.
    NBP_C : ndarray, degC
    NBP_gas_C : float, degC

    Returns
    -------
    ndarray of int64
        0 gas, 1 liquid, -1 where the stored phase is neither.
    """
    liquid = (phase == 1) & (NBP_gas_C < NBP_C)
    return np.where((phase == 0) | (phase == 1), liquid, -1).astype(np.int64)
