"""Damage mechanisms: what each must offer, and the register of them.

How to add one (a room of this package or a plug-in of the entry point group `integrity.procedures`):

1. a file with its clauses and a `Procedure` whose output is one damage factor;
2. an adaptor: which components it acts on, the procedure's columns of a `RiskCase` (`bound` takes what the frames do
   not hold from the recorded facts), and the damage factor at later days;
3. `register_mechanism(Mechanism(...))` with the group that says how it adds to the total (see `combine`).

A plug-in brings its words by the group `integrity.words` (a folder with en.json and zh_CN.json) and quantities that
the package does not know by `integrity.quantities` (a file like `core/tables/quantities.json`); those two name
something that is found without importing the mechanism. `integrity.conformance` holds it to the same checks as
the package's own.

Nothing else changes: assessment, panel, total, risk and working take up every registered mechanism.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.procedure import Procedure, Result
from integrity.core.registry import load_all, shared_register
from integrity.rbi.case import RiskCase
from integrity.rbi.combine import GROUPS

Columns = Mapping[str, AnyArray]
Tables = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Planned:
    """Inspections planned for each component, in order of their days.

    `date_d` and `effectiveness` have shape (n, k): `NO_DATE` or -1 is none. `mechanism` names the one mechanism
    they are aimed at; None means every mechanism takes the grade as its own.
    """

    date_d: IntArray
    effectiveness: IntArray
    mechanism: str | None = None

    def take(self, rows: slice | IntArray | BoolArray) -> Planned:
        """The planned inspections of some components."""
        return Planned(self.date_d[rows], self.effectiveness[rows], self.mechanism)

    def done(self, k: int, dates_d: IntArray) -> BoolArray:
        """Whether the k-th inspection of each component lies on or before each day, components x days."""
        day = self.date_d[:, k][:, None]
        return np.asarray((day != NO_DATE) & (day <= dates_d))


AtDates = Callable[[Result, slice, FloatArray, IntArray, Planned | None], tuple[FloatArray, FloatArray | None]]


@dataclass(frozen=True, eq=False)
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
        and the planned inspections of those rows: without them, and with them (None where none are planned or none
        can help). Elementwise by row, so that chunks do not matter; NaN where the row was refused; on the as-of day
        equal to the output of the result.
    unverified : callable, optional
        Rows of the result that rest on a value without two agreeing sources.
    never_falls : bool
        Whether its factor never falls with time while nothing else changes; conformance holds it to that.
    """

    key: str
    group: str
    procedure: Procedure
    output: str
    applies: Callable[[RiskCase], BoolArray]
    columns: Callable[[RiskCase], tuple[Columns, Tables]]
    at_dates: AtDates
    unverified: Callable[[Result], BoolArray] | None = None
    never_falls: bool = True


_register: dict[str, Mechanism] = shared_register({})


def bound(case: RiskCase, procedure: Procedure, derived: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Input columns of a procedure: what the frames give, and the recorded facts for the rest.

    Parameters
    ----------
    case : RiskCase
    procedure : Procedure
    derived : mapping of symbol to ndarray
        Columns made from the frames of the case; a recorded fact of the same symbol does not replace them.

    Returns
    -------
    dict of str to ndarray, each of shape (case.n,)
        Blank where nothing is recorded; the procedure then says what is missing.
    """
    return {p.symbol: derived[p.symbol] if p.symbol in derived else case.facts.column(p) for p in procedure.inputs}


def acts_where_accepted(key: str) -> Callable[[RiskCase], BoolArray]:
    """The usual rule of a mechanism: it acts where an engineer has accepted it.

    Parameters
    ----------
    key : str

    Returns
    -------
    callable
    """
    return lambda case: case.accepted(key)


def unchanging(output: str) -> AtDates:
    """Damage factor of a mechanism that neither time nor inspection moves.

    Parameters
    ----------
    output : str
        Output column of the procedure.

    Returns
    -------
    callable
    """

    def at_dates(
        result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
    ) -> tuple[FloatArray, FloatArray | None]:
        return np.repeat(result[output][rows][:, None], dates_d.size, axis=1), None

    return at_dates


def register_mechanism(mechanism: Mechanism) -> Mechanism:
    """Add a mechanism; a second one of the same key is refused, and one of an unknown group.

    Parameters
    ----------
    mechanism : Mechanism

    Returns
    -------
    Mechanism
    """
    if mechanism.group not in GROUPS:
        raise ContractError(msg("rbi.unknown_group", group=mechanism.group))
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
