"""What-if: some components with some of their inputs changed, assessed beside what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, IntArray
from integrity.core.errors import InputError
from integrity.core.frame import dtype_of
from integrity.core.frames.plant import ComponentFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.message import msg
from integrity.core.procedure import Param
from integrity.core.settings import Settings
from integrity.rbi.assess import RiskAssessment, assess_case
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import mechanisms


@dataclass(frozen=True)
class WhatIf:
    """Components as assessed and as they would be; both have one row a chosen component, in the order of `rows`."""

    rows: IntArray
    before: RiskAssessment
    after: RiskAssessment


def recorded_symbols() -> dict[str, Param]:
    """Inputs of the mechanisms that are recorded facts or frame columns, by symbol.

    Returns
    -------
    dict of str to Param
    """
    found: dict[str, Param] = {}
    for m in mechanisms():
        for p in m.procedure.inputs:
            found.setdefault(p.symbol, p)
    return found


def changed(case: RiskCase, changes: Mapping[str, Any], settings: Settings | None = None) -> RiskCase:
    """A case with some inputs changed.

    Parameters
    ----------
    case : RiskCase
    changes : mapping of symbol to number, code, text or ndarray of shape (case.n,)
        A column of `RiskInputFrame` or `ComponentFrame`, else a fact that some mechanism takes; a symbol nobody
        takes is refused. Values in internal units, codes of frames as index, codes of facts as text.
    settings : Settings, optional
        Other settings, so that an edition or a policy may be tried too.

    Returns
    -------
    RiskCase
    """
    to_inputs: dict[str, AnyArray] = {}
    to_components: dict[str, AnyArray] = {}
    to_facts: dict[str, AnyArray] = {}
    for symbol, value in changes.items():
        target, quantity = _home(symbol)
        wide = np.broadcast_to(np.asarray(value, dtype=None if target == "facts" else dtype_of(quantity)), (case.n,))
        if target == "facts":
            wide = _as_fact(wide, recorded_symbols()[symbol])
        {"inputs": to_inputs, "components": to_components, "facts": to_facts}[target][symbol] = wide
    if "CR" in to_inputs:
        to_inputs.setdefault("rate_basis", np.full(case.n, NO_CODE, dtype=np.int64))
    return replace(
        case,
        inputs=replace(case.inputs, **to_inputs),
        components=replace(case.components, **to_components),
        facts=case.facts.with_(to_facts) if to_facts else case.facts,
        settings=case.settings if settings is None else settings,
    )


def _home(symbol: str) -> tuple[str, str]:
    if symbol in RiskInputFrame.quantities():
        return "inputs", RiskInputFrame.quantities()[symbol]
    if symbol in ComponentFrame.quantities():
        return "components", ComponentFrame.quantities()[symbol]
    known = recorded_symbols()
    if symbol in known:
        return "facts", known[symbol].quantity
    raise InputError(msg("rbi.what_if_symbol", symbol=symbol))


def _as_fact(values: AnyArray, param: Param) -> AnyArray:
    if param.quantity in ("code", "flag", "text"):
        texts = values.astype(object)
        allowed = ("no", "yes") if param.quantity == "flag" else param.codes
        wrong = [str(v) for v in dict.fromkeys(texts.tolist()) if allowed and v not in ("", *allowed)]
        if wrong:
            raise InputError(msg("core.unknown_code", name=param.symbol, code=wrong[0], allowed=", ".join(allowed)))
        return np.asarray(texts)
    return np.asarray(values, dtype=dtype_of(param.quantity))


def what_if(
    assessment: RiskAssessment, rows: IntArray, changes: Mapping[str, Any], settings: Settings | None = None
) -> WhatIf:
    """Assess some components with some inputs changed.

    Parameters
    ----------
    assessment : RiskAssessment
    rows : ndarray of int64
        Component rows, ascending.
    changes : mapping of symbol to value
        See `changed`; an array has one value a chosen component.
    settings : Settings, optional

    Returns
    -------
    WhatIf
        Nothing else of the plant is computed.
    """
    chosen = np.unique(np.asarray(rows, dtype=np.int64))
    part = assessment.case.take(chosen)
    return WhatIf(chosen, assess_case(part), assess_case(changed(part, changes, settings)))
