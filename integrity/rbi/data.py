"""Tables of risk-based inspection, read once from `tables/` into arrays that an index can be used on.

Every array has one row more than its keys, filled with NaN (or -1): the index -1 of a missing code picks it, so
that a missing code gives a missing value and never the value of a neighbour.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.tables import Constant, load_constants, read_json

FOLDER = Path(__file__).parent / "tables"
PHASES = ("gas", "liquid")
EFFECTS = ("cmd", "inj")
TERMS = ("cont_ainl", "cont_ail", "inst_ainl", "inst_ail")
HOLES = ("small", "medium", "large", "rupture")


@dataclass(frozen=True)
class KeyedTable:
    """Rows of numbers by key; `rows` ends with a NaN row for the missing key."""

    keys: tuple[str, ...]
    rows: FloatArray
    source: str
    verified: bool


@dataclass(frozen=True)
class Fluids:
    """Representative fluids; each array has one row a fluid and a last row for "missing".

    `fluid_type` is 0 or 1, -1 where the fluid has no flammable table. `Cp_note` says which heat capacity form is
    used (1, 2, 3), -1 where none can be.
    """

    names: tuple[str, ...]
    fluid_type: IntArray
    MW: FloatArray
    rho_liq: FloatArray
    NBP_C: FloatArray
    ambient_gas: IntArray
    Cp_note: IntArray
    Cp: FloatArray
    AIT_C: FloatArray
    toxic: IntArray
    NBP_suspect: IntArray
    verified: IntArray


@dataclass(frozen=True)
class Flammable:
    """Coefficients a and b by (fluid, phase, effect, term); NaN where the table is blank or has no such row."""

    a: FloatArray
    b: FloatArray
    has_row: BoolArray
    verified: IntArray


@dataclass(frozen=True)
class Frequencies:
    """Generic failure frequencies by component type (index of the enumeration) and hole; last row missing."""

    by_hole: FloatArray
    total_printed: FloatArray
    verified: IntArray


@cache
def constants(name: str) -> Mapping[str, Constant]:
    """Constants of a table file.

    Parameters
    ----------
    name : str
        File name without suffix.

    Returns
    -------
    mapping of symbol to Constant
    """
    return load_constants(FOLDER / f"{name}.json")


@cache
def number(name: str, symbol: str) -> float:
    """One constant as a number.

    Parameters
    ----------
    name : str
        File name without suffix.
    symbol : str

    Returns
    -------
    float
    """
    return constants(name)[symbol].value


@cache
def keyed(name: str, table: str) -> KeyedTable:
    """A keyed table of a JSON file.

    Parameters
    ----------
    name : str
        File name without suffix.
    table : str

    Returns
    -------
    KeyedTable
    """
    data = read_json(FOLDER / f"{name}.json")
    part = data["tables"][table]
    rows = np.asarray(part["rows"], dtype=np.float64)
    blank = np.full((1, rows.shape[1]), np.nan)
    return KeyedTable(
        tuple(part["keys"]),
        _frozen(np.vstack([rows, blank])),
        part.get("source", data["source"]),
        bool(part.get("verified", data["verified"])),
    )


@cache
def aligned(name: str, table: str, enumeration: str) -> FloatArray:
    """First column of a keyed table in the order of an enumeration.

    Parameters
    ----------
    name : str
        File name without suffix.
    table : str
    enumeration : str
        A key of `core/tables/codes.json`.

    Returns
    -------
    ndarray of float64
        NaN for a code the table does not have, and in the last row.
    """
    part = keyed(name, table)
    values = dict(zip(part.keys, part.rows[:, 0], strict=False))
    return _frozen(np.array([*(values.get(c, np.nan) for c in codes(enumeration)), np.nan]))


def raw(name: str) -> Mapping[str, Any]:
    """A JSON table file as it stands.

    Parameters
    ----------
    name : str
        File name without suffix.

    Returns
    -------
    mapping
    """
    data: Mapping[str, Any] = read_json(FOLDER / f"{name}.json")
    return data


@cache
def fluids() -> Fluids:
    """Properties of the representative fluids.

    Returns
    -------
    Fluids
    """
    rows = _csv("fluids.csv")
    return Fluids(
        names=tuple(r["fluid"] for r in rows),
        fluid_type=_codes(int(r["fluid_type"]) if r["fluid_type"] else -1 for r in rows),
        MW=_floats(r["MW"] for r in rows),
        rho_liq=_floats(r["rho_liq"] for r in rows),
        NBP_C=_floats(r["NBP_C"] for r in rows),
        ambient_gas=_codes(int(r["ambient_state"] == "gas") for r in rows),
        Cp_note=_codes(int(r["Cp_note_used"]) if r["Cp_note_used"] else -1 for r in rows),
        Cp=_frozen(np.column_stack([_floats(r[f"Cp_{c}"] for r in rows) for c in "ABCDE"])),
        AIT_C=_floats(r["AIT_C"] for r in rows),
        toxic=_codes(int(r["toxic"]) for r in rows),
        NBP_suspect=_codes(int(r["NBP_suspect"]) for r in rows),
        verified=_codes(int(r["verified"] == "true") for r in rows),
    )


@cache
def flammable() -> Flammable:
    """Coefficients of the flammable consequence areas, SI.

    Returns
    -------
    Flammable
    """
    names = fluids().names
    shape = (len(names) + 1, len(PHASES) + 1, len(EFFECTS), len(TERMS))
    a, b = np.full(shape, np.nan), np.full(shape, np.nan)
    has_row = np.zeros(shape[:2], dtype=np.bool_)
    verified = np.zeros(shape[:2], dtype=np.int64)
    for r in _csv("flammable.csv"):
        i, j, k = names.index(r["fluid"]), PHASES.index(r["phase"]), EFFECTS.index(r["effect"])
        a[i, j, k] = [_float(r[f"a_{t}"]) for t in TERMS]
        b[i, j, k] = [_float(r[f"b_{t}"]) for t in TERMS]
        ok = int(r["verified"] == "true")
        verified[i, j] = ok if not has_row[i, j] else verified[i, j] & ok
        has_row[i, j] = True
    has_row.setflags(write=False)
    verified.setflags(write=False)
    return Flammable(_frozen(a), _frozen(b), has_row, verified)


@cache
def frequencies() -> Frequencies:
    """Generic failure frequencies; component types without a row are NaN.

    Returns
    -------
    Frequencies
    """
    types = codes("component_type")
    by_hole = np.full((len(types) + 1, len(HOLES)), np.nan)
    total = np.full(len(types) + 1, np.nan)
    verified = np.zeros(len(types) + 1, dtype=np.int64)
    for r in _csv("gff.csv"):
        i = types.index(r["component_type"])
        by_hole[i] = [_float(r[h]) for h in HOLES]
        total[i] = _float(r["total_printed"])
        verified[i] = int(r["verified"] == "true")
    verified.setflags(write=False)
    return Frequencies(_frozen(by_hole), _frozen(total), verified)


def _csv(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _float(text: str) -> float:
    return float(text) if text else float("nan")


def _floats(texts: Iterable[str]) -> FloatArray:
    return _frozen(np.array([*(_float(t) for t in texts), np.nan]))


def _codes(values: Iterable[int]) -> IntArray:
    array = np.array([*values, -1], dtype=np.int64)
    array.setflags(write=False)
    return array


def _frozen(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array
