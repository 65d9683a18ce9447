"""What is known of components beyond their frame: process, material, coating, costs; by symbol, as recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, IntArray
from integrity.core.codes import factorised
from integrity.core.frame import Frame, blank_of, col, dtype_of
from integrity.core.procedure import Param


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
            A recorded code that the parameter does not know is missing (-1).
        """
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
        """
        picked = {s: v[rows] for s, v in self.columns.items()}
        size = self.n if not isinstance(rows, slice) else len(range(*rows.indices(self.n)))
        return Facts(size if isinstance(rows, slice) else int(np.size(rows)), picked)

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
        return Facts(self.n, {**self.columns, **new})


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
