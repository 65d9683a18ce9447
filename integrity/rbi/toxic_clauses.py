"""Formulas of the Level 1 toxic area of one hole (API RP 581, Part 3, section 4.9), one function a clause."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.reference import API581_2016
from integrity.rbi.data import fluids, toxic_table

_S = "Part 3 §4.9"
CANDIDATES = ("stated", "own_fluid", "H2S", "NH3")


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def own_toxic(fluid: IntArray) -> IntArray:
    """Toxic component that a representative fluid itself is.

    Parameters
    ----------
    fluid : ndarray of int64
        Index of the property table.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `toxic_fluid`, -1 where the fluid is not toxic or not known.
    """
    names = codes("toxic_fluid")
    table = [names.index(f) if f in names else -1 for f in fluids().names]
    return np.array([*table, -1], dtype=np.int64)[fluid]


@clause(
    API581_2016.at(_S + ".1", "Toxic component"),
    symbol="toxic_component",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.toxic_component",
)
def component_of(candidate: IntArray, fluid: IntArray, toxic_fluid: IntArray) -> IntArray:
    """Toxic component of a row: the one stated, the fluid itself, or what the stream is known to hold.

    Parameters
    ----------
    candidate : ndarray of int64
        Index of `CANDIDATES`.
    fluid, toxic_fluid : ndarray of int64
        Representative fluid; toxic component stated by the engineer.

    Returns
    -------
    ndarray of int64
        Index of the enumeration `toxic_fluid`, -1 where not known.
    """
    fixed = [index_of("toxic_fluid", "H2S"), index_of("toxic_fluid", "Ammonia")]
    known = [candidate == i for i in range(len(CANDIDATES))]
    return np.select(known, [toxic_fluid, own_toxic(fluid), np.int64(fixed[0]), np.int64(fixed[1])], -1).astype(
        np.int64
    )


@clause(
    API581_2016.at(_S + ".4", "Mass fraction of the toxic component, as stated"),
    symbol="mfrac_tox",
    expr="toxic_mass_fraction",
    quantity="ratio",
)
def fraction_stated(toxic_mass_fraction: FloatArray) -> FloatArray:
    """Mass fraction of the toxic component as the engineer states it.

    Parameters
    ----------
    toxic_mass_fraction : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(toxic_mass_fraction)


@clause(
    API581_2016.at(_S + ".4", "Mass fraction of the toxic component, from ppm by weight"),
    symbol="mfrac_tox",
    expr="tox_ppmw*ppm",
    quantity="ratio",
)
def fraction_of_ppm(tox_ppmw: FloatArray, ppm: float) -> FloatArray:
    """Mass fraction of the toxic component from its parts per million by weight in the stream.

    Parameters
    ----------
    tox_ppmw : ndarray
    ppm : float
        1e-6.

    Returns
    -------
    ndarray of float64
    """
    return _f(tox_ppmw * ppm)


@clause(
    API581_2016.at(_S + ".4", "Mass fraction of the toxic component: the fluid is toxic itself, taken as pure"),
    symbol="mfrac_tox",
    expr="1",
    quantity="ratio",
)
def fraction_pure() -> float:
    """Mass fraction where the representative fluid is the toxic component and nothing says how much of it.

    Returns
    -------
    float
        One, the greatest it can be.
    """
    return 1.0


@clause(
    API581_2016.at(_S + ".4 eq. (3.61)", "Rate of the toxic component"),
    symbol="rate_tox",
    expr="mfrac_tox*W_n*(1 - rate_cut)",
    quantity="mass_rate",
)
def toxic_rate(mfrac_tox: FloatArray, W_n: FloatArray, rate_cut: FloatArray) -> FloatArray:
    """Release rate of the toxic component; the reduction by detection and isolation does not enter.

    Parameters
    ----------
    mfrac_tox : ndarray
    W_n : ndarray, kg/s
        Theoretical rate of the hole.
    rate_cut : ndarray
        Reduction that the owner credits to toxic mitigation; 0 where none is stated.

    Returns
    -------
    ndarray of float64, kg/s
    """
    return _f(mfrac_tox * W_n * (1.0 - rate_cut))


@clause(
    API581_2016.at(_S + ".4 eq. (3.62)", "Mass of the toxic component"),
    symbol="mass_tox",
    expr="mfrac_tox*mass_kg*(1 - mass_cut)",
    quantity="mass",
)
def toxic_mass(mfrac_tox: FloatArray, mass_kg: FloatArray, mass_cut: FloatArray) -> FloatArray:
    """Released mass of the toxic component.

    Parameters
    ----------
    mfrac_tox : ndarray
    mass_kg : ndarray, kg
    mass_cut : ndarray
        Reduction that the owner credits to toxic mitigation; 0 where none is stated.

    Returns
    -------
    ndarray of float64, kg
    """
    return _f(mfrac_tox * mass_kg * (1.0 - mass_cut))


@clause(
    API581_2016.at(_S + ".10 eq. (3.67)", "Duration of the toxic release"),
    symbol="ld_tox_s",
    expr="min(ld_tox_cap_s, mass_avail_kg/W_n, 60*ld_max_min)*(1 - duration_cut)",
    quantity="duration_s",
)
def toxic_duration(
    ld_tox_cap_s: float, mass_avail_kg: FloatArray, W_n: FloatArray, ld_max_min: FloatArray, duration_cut: FloatArray
) -> FloatArray:
    """Duration of the toxic release: one hour, until the mass is gone, or until the leak is stopped.

    Parameters
    ----------
    ld_tox_cap_s : float, s
        3600.
    mass_avail_kg : ndarray, kg
    W_n : ndarray, kg/s
    ld_max_min : ndarray, minutes
    duration_cut : ndarray
        Reduction that the owner credits to toxic mitigation; 0 where none is stated.

    Returns
    -------
    ndarray of float64, s
    """
    least = np.minimum(np.minimum(ld_tox_cap_s, mass_avail_kg / W_n), 60.0 * ld_max_min)
    return _f(least * (1.0 - duration_cut))


@clause(
    API581_2016.at(_S + ".9", "Concentration that needs no toxic evaluation, ppm"),
    symbol="cutoff_ppm",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.toxic_cutoff",
)
def cutoff_of(toxic_component: IntArray) -> FloatArray:
    """Concentration in the stored fluid up to which a toxic consequence need not be evaluated.

    Parameters
    ----------
    toxic_component : ndarray of int64

    Returns
    -------
    ndarray of float64, ppm
        NaN for a component without a printed value.
    """
    return toxic_table().cutoff[toxic_component]


@clause(
    API581_2016.at(_S + " Tables 4.11, 4.12M, 4.13M", "Constants of the toxic area"),
    symbol="c_lo",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.toxic_constants",
)
def toxic_constants(toxic_component: IntArray, release_phase: IntArray, node: IntArray) -> tuple[FloatArray, ...]:
    """Duration and constants of one printed node.

    Parameters
    ----------
    toxic_component, release_phase : ndarray of int64
    node : ndarray of int64
        Index of the printed durations, -1 for the relation of an instantaneous release.

    Returns
    -------
    tuple of ndarray of float64
        Duration in minutes, c and d.
    """
    t, at = toxic_table(), (toxic_component, release_phase, np.maximum(node, 0))
    inst = node < 0
    c = np.where(inst, t.inst_c[at[:2]], t.c[at])
    d = np.where(inst, t.inst_d[at[:2]], t.d[at])
    return np.where(inst, np.nan, t.duration_min[at]), c, d


def node_below(toxic_component: IntArray, release_phase: IntArray, ld_tox_s: FloatArray) -> IntArray:
    """Printed node at or below a duration, at most the last but one.

    Parameters
    ----------
    toxic_component, release_phase : ndarray of int64
    ld_tox_s : ndarray, s

    Returns
    -------
    ndarray of int64
        -1 where the duration is shorter than the first printed one.
    """
    t = toxic_table()
    nodes = t.duration_min[toxic_component, release_phase]
    reached = at_least(ld_tox_s[:, None] / 60.0, nodes).sum(axis=1) - 1
    return np.asarray(np.minimum(reached, t.n_nodes[toxic_component, release_phase] - 2), dtype=np.int64)


@clause(
    API581_2016.at(_S + ".6, §4.9.7, §4.9.8", "Rate or mass that the relation takes"),
    symbol="X_tox",
    expr="one",
    quantity="number",
)
def magnitude(one: FloatArray) -> FloatArray:
    """Rate of a continuous, or mass of an instantaneous toxic release.

    Parameters
    ----------
    one : ndarray, kg/s or kg

    Returns
    -------
    ndarray of float64
    """
    return _f(one)


@clause(
    API581_2016.at(_S + ".8", "Instantaneous release without a relation: the continuous one at the unreduced rate"),
    symbol="X_tox",
    expr="rate_tox",
    quantity="number",
)
def magnitude_instead(rate_tox: FloatArray) -> FloatArray:
    """Rate that stands for an instantaneous release for which no relation is printed.

    Parameters
    ----------
    rate_tox : ndarray, kg/s

    Returns
    -------
    ndarray of float64
    """
    return _f(rate_tox)


@clause(
    API581_2016.at(_S + ".6 eqs. (3.63), (3.64)", "Toxic area of HF and H2S"),
    symbol="CA",
    expr="C8*10**(c*log10(C4B*X_tox) + d)",
    quantity="area",
)
def area_log(C8: float, c: FloatArray, C4B: float, X_tox: FloatArray, d: FloatArray) -> FloatArray:
    """Toxic area of hydrogen fluoride and hydrogen sulfide; the constants give ft2 from lb, hence C4B and C8.

    Parameters
    ----------
    C8 : float
        Square feet to square metres.
    c, d : ndarray
    C4B : float
        Kilograms to pounds.
    X_tox : ndarray, kg/s or kg

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(C8 * 10.0 ** (c * np.log10(C4B * X_tox) + d))


@clause(
    API581_2016.at(_S + ".7 eqs. (3.65), (3.66)", "Toxic area of the other components"),
    symbol="CA",
    expr="c*X_tox**d",
    quantity="area",
)
def area_power(c: FloatArray, X_tox: FloatArray, d: FloatArray) -> FloatArray:
    """Toxic area of ammonia, chlorine and the less common components, in m2 from kg/s or kg.

    Parameters
    ----------
    c, d : ndarray
        Factor and exponent.
    X_tox : ndarray, kg/s or kg

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(c * X_tox**d)


@clause(
    API581_2016.at(_S + ".10", "Area between two printed durations"),
    symbol="CA_tox_full",
    expr="CA_tox_lo + (CA_tox_hi - CA_tox_lo)*(ld_tox_s/60 - t_lo_min)/(t_hi_min - t_lo_min)",
    quantity="area",
)
def between_durations(
    CA_tox_lo: FloatArray, CA_tox_hi: FloatArray, ld_tox_s: FloatArray, t_lo_min: FloatArray, t_hi_min: FloatArray
) -> FloatArray:
    """Area by linear interpolation between the areas (not the constants) of two printed durations.

    Parameters
    ----------
    CA_tox_lo, CA_tox_hi : ndarray, m2
    ld_tox_s : ndarray, s
    t_lo_min, t_hi_min : ndarray, minutes

    Returns
    -------
    ndarray of float64, m2
    """
    share = (ld_tox_s / 60.0 - t_lo_min) / (t_hi_min - t_lo_min)
    return _f(CA_tox_lo + (CA_tox_hi - CA_tox_lo) * share)


@clause(
    API581_2016.at(_S + ".11", "Toxic area, weighted by no ignition"),
    symbol="CA_tox",
    expr="CA_tox_full*P_ni",
    quantity="area",
)
def not_ignited(CA_tox_full: FloatArray, P_ni: FloatArray) -> FloatArray:
    """Toxic area times the probability that the release does not ignite.

    Parameters
    ----------
    CA_tox_full : ndarray, m2
    P_ni : ndarray
        1 where none is stated: the upper bound.

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_tox_full * P_ni)


@clause(
    API581_2016.at(_S + ".9", "No toxic evaluation at or below the concentration limit"),
    symbol="CA_tox",
    expr="0",
    quantity="area",
)
def screened_area() -> float:
    """Toxic area where the stored fluid holds no more of the component than the printed limit.

    Returns
    -------
    float, m2
    """
    return 0.0


def screened(toxic_ppm: FloatArray, cutoff_ppm: FloatArray) -> IntArray:
    """Whether the stated concentration is at or below the printed limit.

    Parameters
    ----------
    toxic_ppm, cutoff_ppm : ndarray, ppm

    Returns
    -------
    ndarray of int64
        1 where it is; 0 where it is not, or where either is not known.
    """
    return at_most(toxic_ppm, cutoff_ppm).astype(np.int64)
