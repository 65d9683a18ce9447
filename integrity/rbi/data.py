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
NFNT_MODELS = ("steam", "acid")
TOXIC_FORMS = ("log", "power")


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
    used (1, 2, 3), -1 where none can be. `nfnt` is the index of `NFNT_MODELS`, -1 where the fluid has no such model.
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
    nfnt: IntArray
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
class Toxic:
    """Constants of the toxic areas by (component, phase, node); index of the enumeration `toxic_fluid`, then `PHASES`.

    `duration_min` ascends and is infinite beyond the printed nodes, `n_nodes` counts those (one for a relation that
    holds for every duration, whose node is at 0). `inst_c` and `inst_d` are NaN where no instantaneous relation is
    printed. `phase_case` is the index of `TOXIC_ROWS`, -1 where nothing can be used. A cell that the table marks as
    not available is no node.
    """

    duration_min: FloatArray
    c: FloatArray
    d: FloatArray
    n_nodes: IntArray
    inst_c: FloatArray
    inst_d: FloatArray
    form: IntArray
    phase_case: IntArray
    cutoff: FloatArray
    verified: IntArray


TOXIC_ROWS = ("gas", "liquid", "vapour_assumed", "any_phase")


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
        nfnt=_codes(NFNT_MODELS.index(r["nfnt"]) if r["nfnt"] else -1 for r in rows),
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


def _toxic_nodes(rows: list[dict[str, str]]) -> list[tuple[float, float, float]]:
    printed = [r for r in rows if r["release"] == "continuous" and r["c"]]
    return sorted((_float(r["duration_min"] or "0"), float(r["c"]), float(r["d"])) for r in printed)


def _toxic_phase(rows: list[dict[str, str]], phase: str) -> tuple[list[dict[str, str]], int]:
    """Rows of a toxic component that a release of a phase uses; vapour where only a gas row is printed."""
    for printed, case in ((phase, phase), ("powder", "any_phase")):
        found = [r for r in rows if r["phase"] == printed]
        if found:
            return found, TOXIC_ROWS.index(case)
    gas = [r for r in rows if r["phase"] == "gas" and phase == "liquid"]
    return gas, TOXIC_ROWS.index("vapour_assumed") if gas else -1


@cache
def toxic_table() -> Toxic:
    """Constants of the toxic consequence areas.

    Returns
    -------
    Toxic
    """
    names, every = codes("toxic_fluid"), _csv("toxic.csv")
    shape = (len(names) + 1, len(PHASES) + 1)
    longest = max(len(_toxic_nodes([r for r in every if r["fluid"] == n])) for n in names)
    t = np.full((*shape, longest), np.inf)
    c, d = np.full((*shape, longest), np.nan), np.full((*shape, longest), np.nan)
    inst = np.full((2, *shape), np.nan)
    n_nodes = np.zeros(shape, dtype=np.int64)
    phase_case, form = np.full(shape, -1, dtype=np.int64), np.full(shape[0], -1, dtype=np.int64)
    cutoff, verified = np.full(shape[0], np.nan), np.zeros(shape[0], dtype=np.int64)
    limits = keyed("toxic", "cutoff")
    for i, name in enumerate(names):
        own = [r for r in every if r["fluid"] == name]
        form[i] = TOXIC_FORMS.index(own[0]["form"])
        verified[i] = int(all(r["verified"] == "true" for r in own))
        cutoff[i] = limits.rows[limits.keys.index(name), 0] if name in limits.keys else np.nan
        for j, phase in enumerate(PHASES):
            rows, phase_case[i, j] = _toxic_phase(own, phase)
            nodes = _toxic_nodes(rows)
            n_nodes[i, j] = len(nodes)
            if nodes:
                t[i, j, : len(nodes)], c[i, j, : len(nodes)], d[i, j, : len(nodes)] = np.array(nodes).T
            for r in (r for r in rows if r["release"] == "instantaneous"):
                inst[:, i, j] = float(r["c"]), float(r["d"])
    for array in (n_nodes, phase_case, form, verified):
        array.setflags(write=False)
    a, b = (_frozen(x) for x in inst)
    return Toxic(_frozen(t), _frozen(c), _frozen(d), n_nodes, a, b, form, phase_case, _frozen(cutoff), verified)


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
