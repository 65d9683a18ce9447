"""Tables of the financial consequence: repair cost, outage, material factor, evaporation; read once into arrays.

Every array ends with a row for the missing code (index -1), filled with NaN.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.codes import codes
from integrity.rbi.data import FOLDER, HOLES, fluids


@dataclass(frozen=True)
class ByHole:
    """A number for each component type (index of the enumeration, last row missing) and hole, and its check."""

    by_hole: FloatArray
    verified: IntArray


@dataclass(frozen=True)
class Materials:
    """Cost factor of each material, in the order of `names`; last row missing."""

    names: tuple[str, ...]
    factor: FloatArray
    verified: IntArray


@dataclass(frozen=True)
class Evaporation:
    """Share that evaporates in a day, by fluid; NaN where no row is printed.

    `formula` is 1 where the formula of the boiling point may stand in.
    """

    share: FloatArray
    formula: IntArray
    verified: IntArray


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def _by_hole(name: str) -> ByHole:
    types = codes("component_type")
    by_hole = np.full((len(types) + 1, len(HOLES)), np.nan)
    verified = np.zeros(len(types) + 1, dtype=np.int64)
    for r in _rows(name):
        i = types.index(r["component_type"])
        by_hole[i] = [_number(r[h]) for h in HOLES]
        verified[i] = int(r["verified"] == "true")
    by_hole.setflags(write=False)
    verified.setflags(write=False)
    return ByHole(by_hole, verified)


@cache
def repair() -> ByHole:
    """Cost of the damage to a component, USD of 2001.

    Returns
    -------
    ByHole
    """
    return _by_hole("costs_repair.csv")


@cache
def outage() -> ByHole:
    """Days a component is out of service; NaN where the table says not applicable.

    Returns
    -------
    ByHole
    """
    return _by_hole("costs_outage.csv")


@cache
def materials() -> Materials:
    """Material cost factors.

    Returns
    -------
    Materials
    """
    rows = _rows("costs_material.csv")
    factor = np.array([*(_number(r["factor"]) for r in rows), np.nan])
    verified = np.array([*(int(r["verified"] == "true") for r in rows), 0], dtype=np.int64)
    factor.setflags(write=False)
    verified.setflags(write=False)
    return Materials(tuple(r["material"] for r in rows), factor, verified)


@cache
def evaporation() -> Evaporation:
    """Evaporated share of the representative fluids, in the order of the property table.

    Returns
    -------
    Evaporation
    """
    names = fluids().names
    share = np.full(len(names) + 1, np.nan)
    formula = np.ones(len(names) + 1, dtype=np.int64)
    verified = np.zeros(len(names) + 1, dtype=np.int64)
    for r in _rows("costs_evaporation.csv"):
        i = names.index(r["fluid"])
        share[i], formula[i] = _number(r["frac_evap"]), int(r["formula"])
        verified[i] = int(r["verified"] == "true")
    formula[-1] = 0
    for array in (share, formula, verified):
        array.setflags(write=False)
    return Evaporation(share, formula, verified)
