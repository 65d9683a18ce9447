"""Predicted corrosion rates: what each rate model must offer, and the register of them.

How to add one (a file of this package or a plug-in of the entry point group `integrity.procedures`):

1. a file with its clauses and a `Procedure` of key `api581.2016.rate_<name>`: process and material inputs as `Param`s,
   outputs `C_r` (mm/year, a conclusion) and `thinning_type` (a code: local or general, a conclusion), where a border
   of the table is conservative also `C_r_bound` (mm/year, no conclusion: it stays where the row is refused);
2. an adaptor `columns(case)` that gives the inputs of the procedure from a `RiskCase`; `recorded(procedure)` is the
   usual one: the recorded facts by symbol, and the operating temperature of the component where no other is recorded;
3. `register_rate(RateModel(...))`; a model acts where an engineer has accepted `rate_<name>` for the component.

Nothing else changes: `selection.predicted_rates` runs every registered model and takes the greatest rate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray
from integrity.core.codes import codes
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.procedure import Procedure
from integrity.core.registry import load_all, shared_register
from integrity.rbi.case import RiskCase

Columns = Mapping[str, AnyArray]

RATE_MATERIALS = codes("rate_material")
THINNING_TYPES = codes("thinning_type")


@dataclass(frozen=True)
class RateModel:
    """One model that predicts a corrosion rate from process and material.

    Parameters
    ----------
    key : str
        `rate_<name>`, unique; the decision of an engineer that lets the model act has this key.
    procedure : Procedure
        Of key `api581.2016.rate_<name>`; its column `output` is the rate in mm/year.
    columns : callable
        Input columns of the procedure, one row a component of the case.
    applies : callable, optional
        Components of a case that the model acts on; without it those where `key` is accepted.
    output : str
    """

    key: str
    procedure: Procedure
    columns: Callable[[RiskCase], Columns]
    applies: Callable[[RiskCase], BoolArray] | None = None
    output: str = "C_r"

    def acts_on(self, case: RiskCase) -> BoolArray:
        """Components of a case that the model acts on.

        Parameters
        ----------
        case : RiskCase

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        return case.accepted(self.key) if self.applies is None else self.applies(case)


_register: dict[str, RateModel] = shared_register({})


def recorded(
    procedure: Procedure, derived: Callable[[RiskCase], Mapping[str, AnyArray]] | None = None
) -> Callable[[RiskCase], Columns]:
    """The usual adaptor of a rate model: recorded facts by symbol.

    Parameters
    ----------
    procedure : Procedure
    derived : callable, optional
        Columns made from the frames of a case; a recorded fact of the same symbol does not replace them.

    Returns
    -------
    callable
        Gives every input of the procedure. `T_op_C` is the recorded fact, else the operating temperature of the
        component; where the frame holds none it stays blank.
    """

    def columns(case: RiskCase) -> Columns:
        own: dict[str, Any] = dict(derived(case)) if derived is not None else {}
        out = {p.symbol: own[p.symbol] if p.symbol in own else case.facts.column(p) for p in procedure.inputs}
        if "T_op_C" in out and "T_op_C" not in own:
            out["T_op_C"] = np.where(np.isnan(out["T_op_C"]), case.components.T_op_C, out["T_op_C"])
        return out

    return columns


def register_rate(model: RateModel) -> RateModel:
    """Add a rate model; a second one of the same key is refused.

    Parameters
    ----------
    model : RateModel

    Returns
    -------
    RateModel
    """
    known = _register.get(model.key)
    if known is not None and known is not model:
        raise ContractError(msg("rbi.mechanism_twice", key=model.key))
    _register[model.key] = model
    return model


def rate_models() -> tuple[RateModel, ...]:
    """All registered rate models in key order, those of plug-ins too.

    Returns
    -------
    tuple of RateModel
    """
    load_all()
    return tuple(_register[k] for k in sorted(_register))
