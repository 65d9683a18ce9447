"""Parts that several rate models share: free water, unit set of the tables, the conclusion, material groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD, Reference
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, raw
from integrity.rbi.rates.grid import (
    INSIDE,
    UNITS,
)

WATER_CASES = ("dry", "wet", "assumed_wet")
DRY = WATER_CASES.index("dry")
RATE_CASES = ("dry", "wet")
YES_NO = ("no", "yes")
TYPES = codes("thinning_type")
MIL = 0.0254

FREE_WATER = Param("free_water", "flag", required=False)
MATERIAL = Param("rate_material", "code", codes=codes("rate_material"))
COMMON_OUTPUTS = (
    Param("unit_case", "code", codes=UNITS),
    Param("table_verified", "flag"),
    Param("C_r_bound", "rate"),
    Param("thinning_type", "code", codes=TYPES, conclusion=True),
    Param("C_r", "rate", conclusion=True),
)

Mask = Callable[[Mapping[str, AnyArray]], BoolArray]


@clause(
    API581_2016.at("Part 2 Annex 2.B Table 2.B.1.1", "Free water"),
    symbol="water_case",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rates.note.water",
)
def water_state(free_water: IntArray) -> IntArray:
    """Whether there is free water; taken as present where nobody says.

    Parameters
    ----------
    free_water : ndarray of int64
        1 yes, 0 no, -1 unknown.

    Returns
    -------
    ndarray of int64
        Index of `WATER_CASES`.
    """
    return stack_codes((free_water == 0, DRY), (free_water == 1, 1), default=2)


@clause(
    OWN_METHOD.at("rate without free water", "No free water, no rate of this mechanism"),
    symbol="C_r_bound",
    expr="0",
    quantity="rate",
)
def no_rate() -> float:
    """Rate where the medium of the mechanism is absent.

    Returns
    -------
    float
        Zero; other mechanisms may still act.
    """
    return 0.0


@clause(
    OWN_METHOD.at("rate inside the table", "Rate where every limit of the model is met"),
    symbol="C_r",
    expr="C_r_bound",
    quantity="rate",
)
def concluded(C_r_bound: FloatArray) -> FloatArray:
    """Rate of the model; withheld where a limit is not met.

    Parameters
    ----------
    C_r_bound : ndarray
        Rate by the formulas, with a border of the table where that is not lower. mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_bound


WATER_STEP = Step(water_state, "water_case", note_params=("water_case",))
CONCLUSION_STEP = Step(concluded, "C_r")


def wet(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows on which a rate has to be found: free water is not excluded.

    Parameters
    ----------
    c : mapping of str to ndarray
        Input columns, at least `free_water`.

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(c["free_water"] != 0)


def unit_set(x: Inputs) -> str:
    """Unit set of the tables in force.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    str
        One of `UNITS`.
    """
    return x.settings.code("rbi.rate_tables")


def common(x: Inputs) -> Columns:
    """Columns that every model shows: unit set of the tables, and that no table is verified.

    Parameters
    ----------
    x : Inputs

    Returns
    -------
    dict of str to ndarray
    """
    return {
        "unit_case": np.full(x.n, UNITS.index(unit_set(x)), dtype=np.int64),
        "table_verified": np.zeros(x.n, dtype=np.int64),
    }


def value(name: str, symbol: str) -> float:
    """One constant of a table file.

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
def member_table(name: str) -> tuple[tuple[str, ...], IntArray]:
    """Groups of materials of a table file, and the group of each code of `rate_material`.

    Parameters
    ----------
    name : str
        File name without suffix.

    Returns
    -------
    (tuple of str, ndarray of int64)
        -1 where no group has the code, and for a missing code.
    """
    groups: Mapping[str, Sequence[str]] = raw(name)["materials"]
    index = np.full(len(MATERIAL.codes) + 1, -1, dtype=np.int64)
    for i, members in enumerate(groups.values()):
        index[[MATERIAL.codes.index(m) for m in members]] = i
    index.setflags(write=False)
    return tuple(groups), index


def group_of(name: str, material: IntArray) -> IntArray:
    """Material group of each row.

    Parameters
    ----------
    name : str
        File name without suffix.
    material : ndarray of int64
        Index of `rate_material`.

    Returns
    -------
    ndarray of int64
    """
    return np.asarray(member_table(name)[1][material], dtype=np.int64)


def in_groups(name: str, *wanted: str) -> Mask:
    """Predicate of a limit: the material belongs to one of some groups.

    Parameters
    ----------
    name : str
        File name without suffix.
    *wanted : str

    Returns
    -------
    callable
        True where the material is missing, which another reason says.
    """
    names = member_table(name)[0]
    allowed = [names.index(w) for w in wanted]
    return lambda c: np.isin(group_of(name, c["rate_material"]), allowed) | (c["rate_material"] < 0)


def within(
    key: str,
    ref: Reference,
    symbol: str,
    low: float = -np.inf,
    high: float = np.inf,
    when: Mask | None = None,
) -> Limit:
    """Limit of one column to a span, both ends included; a missing value is another reason.

    Parameters
    ----------
    key : str
    ref : Reference
    symbol : str
    low, high : float
    when : callable, optional
        Rows on which it matters.

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        v = c[symbol]
        inside = np.isnan(v) | (at_least(v, low) & at_most(v, high))
        return inside if when is None else inside | ~when(c)

    return Limit(key, ref, holds)


def known(key: str, ref: Reference, symbol: str, when: Mask) -> Limit:
    """Limit: a computed or recorded number must be there.

    Parameters
    ----------
    key : str
    ref : Reference
    symbol : str
    when : callable

    Returns
    -------
    Limit
        INSUFFICIENT_DATA where it is missing.
    """
    return Limit(key, ref, lambda c: ~np.isnan(c[symbol]) | ~when(c), Verdict.INSUFFICIENT_DATA)


def inside(key: str, ref: Reference, case: str) -> Limit:
    """Limit: the value lies between the first and the last node of its table.

    Parameters
    ----------
    key : str
    ref : Reference
    case : str
        Column with the index of `grid.AXIS_CASES`.

    Returns
    -------
    Limit
    """
    return Limit(key, ref, lambda c: (c[case] == INSIDE) | (c[case] < 0))


def metal_temperature(case: RiskCase) -> FloatArray:
    """Metal temperature as recorded, else the recorded process temperature, else the operating temperature.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    ndarray of float64, degC
    """
    metal, process = (case.facts.column(Param(s, "temperature")) for s in ("T_metal_C", "T_op_C"))
    process = np.where(np.isnan(process), case.components.T_op_C, process)
    return np.where(np.isnan(metal), process, metal)
