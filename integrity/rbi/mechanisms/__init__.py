"""Damage mechanisms: what each must offer, and the register of them.

How to add one (a room of this package or a plug-in of the entry point group `integrity.procedures`):

1. a file here with its clauses and a `Procedure` whose output is one damage factor;
2. an adaptor of three functions: which components it applies to, the procedure's columns of a `RiskCase`, and the
   damage factor at later days;
3. `register_mechanism(Mechanism(...))` with the group that says how it adds to the total (see `combine`).

Nothing else changes: assessment, panel, total, risk and working take up every registered mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.procedure import Procedure, Result
from integrity.core.registry import load_all
from integrity.rbi.case import RiskCase

Columns = Mapping[str, AnyArray]
Tables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Planned:
    """One more inspection: its day and grade for each component (`NO_DATE` or -1: none)."""

    date_d: IntArray
    effectiveness: IntArray

    def take(self, rows: slice) -> Planned:
        """The planned inspections of some components."""
        return Planned(self.date_d[rows], self.effectiveness[rows])


AtDates = Callable[[Result, slice, FloatArray, IntArray, Planned | None], tuple[FloatArray, FloatArray | None]]


@dataclass(frozen=True)
class Mechanism:
    """One damage mechanism.

    Parameters
    ----------
    key : str
        Short name, unique; the panel of the mechanism is known by it.
    group : str
        One of `combine.GROUPS`.
    procedure : Procedure
        Its output `output` is the damage factor.
    output : str
    applies : callable
        Components of a case that the mechanism acts on.
    columns : callable
        Input columns and tables of the procedure, one row a component of the case.
    at_dates : callable
        Damage factor at days, rows x days, from the result at the as-of day, its rows, years after it, the days
        and the planned inspections: without them, and with them (None where none are planned or none helps).
        Elementwise by row, so that chunks do not matter.
    """

    key: str
    group: str
    procedure: Procedure
    output: str
    applies: Callable[[RiskCase], BoolArray]
    columns: Callable[[RiskCase], tuple[Columns, Tables]]
    at_dates: AtDates


_register: dict[str, Mechanism] = {}


def register_mechanism(mechanism: Mechanism) -> Mechanism:
    """Add a mechanism; a second one of the same key is refused.

    Parameters
    ----------
    mechanism : Mechanism

    Returns
    -------
    Mechanism
    """
    known = _register.get(mechanism.key)
    if known is not None and known is not mechanism:
        raise ContractError(msg("rbi.mechanism_twice", key=mechanism.key))
    _register[mechanism.key] = mechanism
    return mechanism


def mechanisms() -> tuple[Mechanism, ...]:
    """All registered mechanisms in key order, those of plug-ins too.

    Returns
    -------
    tuple of Mechanism
    """
    load_all()
    return tuple(_register[k] for k in sorted(_register))
