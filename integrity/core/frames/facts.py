"""What is known of components beyond their frame: process, material, coating, costs; by symbol, as recorded."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, IntArray
from integrity.core.codes import factorised
from integrity.core.frame import FEW, Frame, blank_of, col, dtype_of
from integrity.core.procedure import Param


class _Picked(Mapping[str, AnyArray]):
    """Columns of some rows of other facts, each gathered when it is first asked for."""

    def __init__(self, origin: Facts, rows: IntArray | slice) -> None:
        self.origin = origin
        self.rows = rows
        self.many = isinstance(rows, slice) or np.size(rows) >= FEW * origin.n
        self._held: dict[str, AnyArray] = {}

    def __getitem__(self, symbol: str) -> AnyArray:
        if symbol not in self._held:
            picked = self.origin.columns[symbol][self.rows]
            picked.setflags(write=False)
            self._held[symbol] = picked
        return self._held[symbol]

    def __contains__(self, symbol: object) -> bool:
        return symbol in self.origin.columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.origin.columns)

    def __len__(self) -> int:
        return len(self.origin.columns)


@dataclass(frozen=True)
class Facts:
    """One array of length `n` a symbol; a symbol nobody recorded has no array.

    Numbers are float64 in internal units (NaN missing), days int64 (`NO_DATE` missing), codes and texts are the
    recorded texts ("" missing); a "flag" is recorded as the text "yes" or "no".
    """

    n: int
    columns: Mapping[str, AnyArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in self.columns.values():
            array.setflags(write=False)
        object.__setattr__(self, "columns", MappingProxyType(dict(self.columns)))

    def column(self, param: Param) -> AnyArray:
        """Values of one input column of a procedure, blank where nobody recorded the symbol.

        Parameters
        ----------
        param : Param

        Returns
        -------
        ndarray, shape (n,)
            A recorded code that the parameter does not know is missing (-1). Read-only: it is decoded once.
        """
        key = param.symbol, param.quantity, param.codes
        if key not in self._decoded:
            values = self._column(param)
            values.setflags(write=False)
            self._decoded[key] = values
        return self._decoded[key]

    @cached_property
    def _decoded(self) -> dict[tuple[str, str, tuple[str, ...]], AnyArray]:
        return {}

    def _column(self, param: Param) -> AnyArray:
        picked = self.columns
        if isinstance(picked, _Picked) and param.symbol in picked and picked.many:
            return picked.origin.column(param)[picked.rows]
        held = self.columns.get(param.symbol)
        if held is None:
            return np.full(self.n, blank_of(param.quantity), dtype=dtype_of(param.quantity))
        if param.quantity == "flag":
            return _coded(held, ("no", "yes"))
        if param.quantity == "code":
            return _coded(held, param.codes)
        return np.asarray(held, dtype=dtype_of(param.quantity))

    def take(self, rows: IntArray | slice) -> Facts:
        """Facts of some components.

        Parameters
        ----------
        rows : ndarray of int64 or slice

        Returns
        -------
        Facts
            A column is gathered when it is first asked for.
        """
        size = len(range(*rows.indices(self.n))) if isinstance(rows, slice) else int(np.size(rows))
        return self._of(size, _Picked(self, rows))

    @staticmethod
    def _of(n: int, columns: Mapping[str, AnyArray]) -> Facts:
        """Facts of columns that are read-only already."""
        out = Facts(n)
        object.__setattr__(out, "columns", columns)
        return out

    def with_(self, changes: Mapping[str, Any]) -> Facts:
        """Facts with some columns replaced or added, scalars broadcast.

        Parameters
        ----------
        changes : mapping of symbol to array_like

        Returns
        -------
        Facts
        """
        new = {s: np.broadcast_to(np.asarray(v), (self.n,)).copy() for s, v in changes.items()}
        for array in new.values():
            array.setflags(write=False)
        out = self._of(self.n, MappingProxyType(ChainMap(new, self.columns)))  # type: ignore[arg-type]
        out._decoded.update({key: values for key, values in self._decoded.items() if key[0] not in new})
        return out


def _coded(held: AnyArray, codes: tuple[str, ...]) -> IntArray:
    if held.dtype != object:
        return np.asarray(held, dtype=np.int64)
    names, inverse = factorised(held)
    index = {c: i for i, c in enumerate(codes)}
    table = np.array([*(index.get(str(name), NO_CODE) for name in names), NO_CODE], dtype=np.int64)
    return np.asarray(table[inverse], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class DamageFrame(Frame):
    """Damage mechanisms decided for components, ordered by component row, then mechanism.

    `mechanism` is the key of a registered mechanism ("scc_caustic"); `decision` is 0 accepted, 1 rejected.
    A decision made for a loop, a circuit or an item is one row for each of its components.
    """

    component_row: IntArray = col("id")
    mechanism: AnyArray = col("text")
    decision: IntArray = col("code", codes="damage_decision")
    cause: AnyArray = col("text")
    side: AnyArray = col("text")
    susceptibility: AnyArray = col("text")
    reason: AnyArray = col("text")


def no_damage() -> DamageFrame:
    """A frame without a decision.

    Returns
    -------
    DamageFrame
    """
    return DamageFrame.from_columns({}, 0)
