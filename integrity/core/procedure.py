"""A registered calculation: its inputs, limits, steps and constants as data, and one vectorised function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, IntArray
from integrity.core.clause import Clause, clause_of
from integrity.core.errors import ContractError, InputError
from integrity.core.group import Groups, groups_of
from integrity.core.message import msg
from integrity.core.reference import Reference
from integrity.core.settings import Settings
from integrity.core.tables import Constant
from integrity.core.verdict import Verdict

Columns = dict[str, AnyArray]


@dataclass(frozen=True)
class Param:
    """One input or output column.

    Parameters
    ----------
    symbol : str
        Column name, the standard's symbol in ASCII. Its words are the catalogue key `sym.<symbol>`.
    quantity : str
        Key of `quantities.json`; "code" columns hold indexes into `codes`, "date" columns day numbers,
        "flag" columns 1, 0 or -1 (unknown), "text" columns str objects.
    required : bool
        A missing required input makes the row INSUFFICIENT_DATA.
    codes : tuple of str
        Allowed codes of a "code" column.
    conclusion : bool
        An output that is withheld (NaN) where the row is refused.
    needed : callable, optional
        Rows, from the input columns, on which a required input is needed; None means all.
    """

    symbol: str
    quantity: str
    required: bool = True
    codes: tuple[str, ...] = ()
    conclusion: bool = False
    needed: Callable[[Mapping[str, AnyArray]], BoolArray] | None = None


@dataclass(frozen=True)
class TableSpec:
    """A long-form table that belongs to cases: dated inspections, readings, grids, histories."""

    name: str
    columns: tuple[Param, ...]
    required: bool = False


@dataclass(frozen=True)
class Limit:
    """A limit of applicability; `holds` is True where the row is inside, and NaN comparisons are outside.

    A row outside gets bit i of `refused` (i = position in the procedure) and the verdict of the limit:
    NOT_APPLICABLE, or INSUFFICIENT_DATA where the limit says that one of several inputs is needed.
    `key` is also the catalogue key of the reason: `limit.<key>`.
    """

    key: str
    ref: Reference
    holds: Callable[[Mapping[str, AnyArray]], BoolArray]
    verdict: Verdict = Verdict.NOT_APPLICABLE


@dataclass(frozen=True)
class Step:
    """One use of a clause inside a procedure.

    Parameters
    ----------
    function : callable
        A function decorated with `clause`.
    out : str
        Output column that holds its value.
    bind : mapping of str to str
        Parameter name to column or constant name, where they differ.
    when : tuple of (column, code), optional
        Shown and tested only on rows where the code column has that code.
    note_params : tuple of str
        Columns whose values fill the note of a table, reduction or iteration.
    """

    function: Callable[..., Any]
    out: str
    bind: Mapping[str, str] = field(default_factory=dict)
    when: tuple[str, str] | None = None
    note_params: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause:
        """Metadata of the clause used."""
        return clause_of(self.function)

    def names(self) -> dict[str, str]:
        """Column or constant name of each parameter."""
        return {p: self.bind.get(p, p) for p in self.clause.params}


@dataclass(frozen=True)
class CaseTable:
    """A long-form table bound to cases: columns sorted by case, and the groups."""

    columns: Mapping[str, AnyArray]
    groups: Groups


@dataclass(frozen=True)
class Inputs:
    """What a procedure's function receives."""

    columns: Mapping[str, AnyArray]
    tables: Mapping[str, CaseTable]
    settings: Settings
    n: int

    def __getitem__(self, symbol: str) -> AnyArray:
        return self.columns[symbol]


@dataclass(frozen=True)
class Result:
    """Inputs, intermediates and conclusions of a run, one row a case.

    `refused` has bit i set where limit i is not met, `missing` bit j where required input j is missing.
    """

    procedure: str
    columns: Mapping[str, AnyArray]
    refused: IntArray
    missing: IntArray
    verdict: IntArray
    settings: Settings
    tables: Mapping[str, CaseTable] = field(default_factory=dict)

    def __getitem__(self, symbol: str) -> AnyArray:
        return self.columns[symbol]

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.verdict.size)


@dataclass(frozen=True)
class Procedure:
    """A calculation known by its key, for example `api581.2016.thinning`.

    `compute` gets `Inputs` and returns every intermediate and output column (each of length n); a column named
    `verdict` (optional, int) is its own verdict where nothing is refused. It never raises for a bad row.
    """

    key: str
    ref: Reference
    inputs: tuple[Param, ...]
    outputs: tuple[Param, ...]
    compute: Callable[[Inputs], Columns]
    tables: tuple[TableSpec, ...] = ()
    limits: tuple[Limit, ...] = ()
    steps: tuple[Step, ...] = ()
    constants: Mapping[str, Constant] = field(default_factory=dict)
    settings: tuple[str, ...] = ()
    version: str = "1"

    @cached_property
    def _known(self) -> frozenset[str]:
        """Symbols of the inputs."""
        return frozenset(p.symbol for p in self.inputs)

    @property
    def title_key(self) -> str:
        """Catalogue key of the title."""
        return f"procedure.{self.key}"

    def run(
        self,
        columns: Mapping[str, Any],
        settings: Settings,
        tables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Result:
        """Run on arrays, one row a case.

        Parameters
        ----------
        columns : mapping of symbol to array_like
            Inputs in internal units; scalars are broadcast; a missing optional input is NaN or -1.
        settings : Settings
        tables : mapping of name to mapping of symbol to array_like, optional
            Long-form tables; each has the column `case` with the row number of its case, ascending.

        Returns
        -------
        Result
        """
        n, cols = self._columns(columns)
        case_tables = self._tables(tables or {}, n)
        missing = self._missing(cols, n)
        with np.errstate(all="ignore"):
            out = self.compute(Inputs(cols, case_tables, settings, n))
            every: Columns = {**cols, **out}
            refused = self._refused(every, n)
        verdict = self._verdict(out, missing, refused, n)
        withheld = (missing != 0) | (refused != 0)
        some = bool(withheld.any())
        for p in self.outputs:
            if p.symbol not in every:
                raise ContractError(msg("core.output_missing", symbol=p.symbol, procedure=self.key))
            if p.conclusion and (some or every[p.symbol].dtype != _dtype(p)):
                every[p.symbol] = np.where(withheld, _blank(p), every[p.symbol])
        for array in every.values():
            array.setflags(write=False)
        return Result(self.key, every, refused, missing, verdict, settings, case_tables)

    def _columns(self, columns: Mapping[str, Any]) -> tuple[int, Columns]:
        unknown = sorted(set(columns) - self._known)
        if unknown:
            raise InputError(msg("core.unknown_symbol", symbol=unknown[0], procedure=self.key))
        arrays = {s: np.atleast_1d(np.asarray(v)) for s, v in columns.items()}
        n = max((a.size for a in arrays.values()), default=0)
        if any(a.size == 0 for a in arrays.values()):
            n = 0
        out: Columns = {}
        for p in self.inputs:
            given = arrays.get(p.symbol)
            value = np.full(n, _blank(p), dtype=_dtype(p)) if given is None else _own(given, _dtype(p))
            if value.size not in (1, n):
                raise InputError(msg("core.column_length", symbol=p.symbol, got=int(value.size), want=n))
            out[p.symbol] = np.broadcast_to(value, (n,)) if value.size != n else value
        return n, out

    def _tables(self, tables: Mapping[str, Mapping[str, Any]], n: int) -> dict[str, CaseTable]:
        specs = {t.name: t for t in self.tables}
        unknown = sorted(set(tables) - set(specs))
        if unknown:
            raise InputError(msg("core.unknown_table", table=unknown[0], procedure=self.key))
        out = {}
        for name, spec in specs.items():
            given = tables.get(name, {"case": np.zeros(0, dtype=np.int64)})
            case = np.asarray(given["case"], dtype=np.int64)
            cols = {
                p.symbol: _own(np.asarray(given[p.symbol]), _dtype(p))
                if p.symbol in given
                else np.full(case.size, _blank(p), dtype=_dtype(p))
                for p in spec.columns
            }
            out[name] = CaseTable(cols, groups_of(case, n))
        return out

    def _missing(self, cols: Columns, n: int) -> IntArray:
        bits = np.zeros(n, dtype=np.int64)
        for j, p in enumerate(self.inputs):
            if not p.required:
                continue
            lacks = is_missing(cols[p.symbol], p)
            if lacks.any():
                lacks = lacks if p.needed is None else lacks & p.needed(cols)
                bits[lacks] |= np.int64(1) << np.int64(j)
        return bits

    def _refused(self, every: Columns, n: int) -> IntArray:
        bits = np.zeros(n, dtype=np.int64)
        for i, limit in enumerate(self.limits):
            bits[~np.asarray(limit.holds(every), dtype=np.bool_)] |= np.int64(1) << np.int64(i)
        return bits

    def _verdict(self, out: Columns, missing: IntArray, refused: IntArray, n: int) -> IntArray:
        own = np.asarray(out.get("verdict", np.full(n, int(Verdict.CALCULATED))), dtype=np.int64)
        lacking = sum(1 << i for i, limit in enumerate(self.limits) if limit.verdict is Verdict.INSUFFICIENT_DATA)
        own = np.where(refused != 0, int(Verdict.INSUFFICIENT_DATA), own)
        own = np.where((refused & ~np.int64(lacking)) != 0, int(Verdict.NOT_APPLICABLE), own)
        return np.where(missing != 0, int(Verdict.INSUFFICIENT_DATA), own).astype(np.int64)


def _own(given: AnyArray, dtype: Any) -> AnyArray:
    """The array itself where nobody can change it any more, else a copy."""
    settled = given.dtype == dtype and given.flags.c_contiguous and not given.flags.writeable
    return given if settled else given.astype(dtype)


def is_missing(values: AnyArray, param: Param) -> BoolArray:
    """Which rows of a column are missing.

    Parameters
    ----------
    values : ndarray
    param : Param

    Returns
    -------
    ndarray of bool
    """
    if param.quantity in ("code", "flag"):
        return np.asarray(values == NO_CODE)
    if param.quantity == "date":
        return np.asarray(values == NO_DATE)
    if param.quantity == "text":
        return np.array([v is None or v == "" for v in values], dtype=np.bool_)
    if param.quantity == "id":
        return np.asarray(values < 0)
    return np.asarray(np.isnan(values))


def _dtype(param: Param) -> Any:
    if param.quantity in ("code", "flag", "date", "id"):
        return np.int64
    return object if param.quantity == "text" else np.float64


def _blank(param: Param) -> Any:
    if param.quantity in ("code", "flag", "id"):
        return NO_CODE
    if param.quantity == "date":
        return NO_DATE
    return "" if param.quantity == "text" else np.nan


def reasons(procedure: Procedure, result: Result, row: int) -> list[tuple[str, str]]:
    """Why a row was refused or left without a conclusion.

    Parameters
    ----------
    procedure : Procedure
    result : Result
    row : int

    Returns
    -------
    list of (kind, key)
        ("missing", symbol) or ("limit", limit key), in declaration order.
    """
    out = [("missing", p.symbol) for j, p in enumerate(procedure.inputs) if int(result.missing[row]) >> j & 1]
    out += [("limit", lim.key) for i, lim in enumerate(procedure.limits) if int(result.refused[row]) >> i & 1]
    return out


def stack_codes(*conditions: tuple[BoolArray, int], default: int = NO_CODE) -> IntArray:
    """First code whose condition holds, row by row.

    Parameters
    ----------
    *conditions : (mask, code)
    default : int

    Returns
    -------
    ndarray of int64
    """
    out = np.full(np.broadcast_shapes(*(np.shape(mask) for mask, _ in conditions)), default, dtype=np.int64)
    for mask, code in reversed(conditions):
        np.copyto(out, code, where=mask)
    return out
