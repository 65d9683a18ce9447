"""How damage factors of several mechanisms make one total (API RP 581, Part 2, section 3.4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray
from integrity.core.clause import clause
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.reference import API581_2016

_S = "Part 2 §3.4.2 "
GROUPS = (
    "thinning",
    "lining",
    "external",
    "scc",
    "htha",
    "brittle",
    "temper",
    "embrittlement_885",
    "sigma",
    "fatigue",
)


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Governing thinning with a lining"),
    symbol="D_f_thin_gov",
    expr="min(D_f_thin, D_f_lining)",
    quantity="damage_factor",
)
def thinning_with_lining(D_f_thin: FloatArray, D_f_lining: FloatArray) -> FloatArray:
    """Governing thinning factor where an internal lining is present.

    Parameters
    ----------
    D_f_thin, D_f_lining : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(D_f_thin, D_f_lining)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Governing thinning without a lining"),
    symbol="D_f_thin_gov",
    expr="D_f_thin",
    quantity="damage_factor",
)
def thinning_alone(D_f_thin: FloatArray) -> FloatArray:
    """Governing thinning factor without a lining.

    Parameters
    ----------
    D_f_thin : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(D_f_thin)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Wall loss, local"),
    symbol="D_f_wall",
    expr="max(D_f_thin_gov, D_f_ext)",
    quantity="damage_factor",
)
def wall_local(D_f_thin_gov: FloatArray, D_f_ext: FloatArray) -> FloatArray:
    """Wall loss factor where inside or outside loss is local: the two are unlikely to meet.

    Parameters
    ----------
    D_f_thin_gov, D_f_ext : ndarray
        Governing thinning and governing external factor; 0 where there is no external mechanism.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(D_f_thin_gov, D_f_ext)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Wall loss, general"),
    symbol="D_f_wall",
    expr="D_f_thin_gov + D_f_ext",
    quantity="damage_factor",
)
def wall_general(D_f_thin_gov: FloatArray, D_f_ext: FloatArray) -> FloatArray:
    """Wall loss factor where both losses are general, or where it is not known: the greater bound.

    Parameters
    ----------
    D_f_thin_gov, D_f_ext : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(D_f_thin_gov + D_f_ext)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Governing brittle fracture"),
    symbol="D_f_brit_gov",
    expr="max(where(D_f_brit > 1, D_f_brit, 0) + where(D_f_temp > 1, D_f_temp, 0),"
    " where(D_f_885 > 1, D_f_885, 0), where(D_f_sigma > 1, D_f_sigma, 0))",
    quantity="damage_factor",
)
def brittle_governing(
    D_f_brit: FloatArray, D_f_temp: FloatArray, D_f_885: FloatArray, D_f_sigma: FloatArray
) -> FloatArray:
    """Governing brittle fracture factor; a term of one or less is inactive, which holds for these only.

    Parameters
    ----------
    D_f_brit, D_f_temp, D_f_885, D_f_sigma : ndarray
        Low temperature, temper, 885 F and sigma phase embrittlement; 0 where the mechanism is absent.

    Returns
    -------
    ndarray of float64
    """
    a, b, c, d = (np.where(x > 1.0, x, 0.0) for x in (D_f_brit, D_f_temp, D_f_885, D_f_sigma))
    return np.maximum(np.maximum(a + b, c), d)


@clause(
    API581_2016.at(_S + "eqs. (2.2) to (2.8)", "Total damage factor"),
    symbol="D_f_total",
    expr="D_f_wall + D_f_scc + D_f_htha + D_f_brit_gov + D_f_mfat",
    quantity="damage_factor",
)
def total_factor(
    D_f_wall: FloatArray,
    D_f_scc: FloatArray,
    D_f_htha: FloatArray,
    D_f_brit_gov: FloatArray,
    D_f_mfat: FloatArray,
) -> FloatArray:
    """Total damage factor.

    Parameters
    ----------
    D_f_wall : ndarray
        Wall loss inside and outside.
    D_f_scc : ndarray
        Greatest of the cracking mechanisms.
    D_f_htha, D_f_brit_gov, D_f_mfat : ndarray
        Hydrogen attack, brittle fracture, mechanical fatigue.

    Returns
    -------
    ndarray of float64
    """
    return _f(D_f_wall + D_f_scc + D_f_htha + D_f_brit_gov + D_f_mfat)


def governing(factors: Mapping[str, Sequence[FloatArray]], shape: tuple[int, ...]) -> dict[str, FloatArray]:
    """Greatest factor of each group; 0 where a group is empty, NaN where one of it is unknown.

    Parameters
    ----------
    factors : mapping of group to sequence of ndarray
        Factors of the mechanisms; a mechanism that does not act on a row gives 0 there.
    shape : tuple of int

    Returns
    -------
    dict of group to ndarray
    """
    unknown = sorted(set(factors) - set(GROUPS))
    if unknown:
        raise ContractError(msg("rbi.unknown_group", group=unknown[0]))
    out = {}
    for group in GROUPS:
        value = np.zeros(shape)
        for factor in factors.get(group, ()):
            value = np.maximum(value, factor)
        out[group] = value
    return out


def total(gov: Mapping[str, FloatArray], lined: BoolArray, local: BoolArray) -> FloatArray:
    """Total damage factor of the governing factors of all groups, any shape.

    Parameters
    ----------
    gov : mapping of group to ndarray
        As of `governing`.
    lined : ndarray of bool
        Rows with an internal lining.
    local : ndarray of bool
        Rows where wall loss is local; broadcast.

    Returns
    -------
    ndarray of float64
    """
    thin = np.where(lined, thinning_with_lining(gov["thinning"], gov["lining"]), gov["thinning"])
    wall = np.where(local, wall_local(thin, gov["external"]), wall_general(thin, gov["external"]))
    brittle = brittle_governing(gov["brittle"], gov["temper"], gov["embrittlement_885"], gov["sigma"])
    return total_factor(wall, gov["scc"], gov["htha"], brittle, gov["fatigue"])
