"""Plants and single rows for the tests of hydrogen attack, embrittlements and fatigue."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.codes import index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi.assess import RiskAssessment, assess_risk
from tests.rbi import samples_embrittlement as s
from tests.rbi.plants import TODAY, one


def run(procedure: Procedure, base: dict[str, Any], settings: Settings = DEFAULTS, **changes: Any) -> Result:
    """One row: the base of the samples with changes; a change may be a list of many rows."""
    n = max((len(v) for v in changes.values() if isinstance(v, list | np.ndarray)), default=1)
    wide = {k: np.broadcast_to(np.asarray(v), (n,)) for k, v in changes.items()}
    columns = {k: np.array(v * n) for k, v in s.rows_of(procedure, base, [{}]).items()}
    return procedure.run({**columns, **wide}, settings)


def decided(mechanism: str, susceptibility: str = "", decision: str = "accepted", n: int = 1) -> DamageFrame:
    """One decision on a mechanism for each of n components."""
    return DamageFrame.from_columns(
        {
            "component_row": np.arange(n),
            "mechanism": np.array([mechanism] * n, dtype=object),
            "decision": np.full(n, index_of("damage_decision", decision)),
            "susceptibility": np.array([susceptibility] * n, dtype=object),
        }
    )


def facts(**values: Any) -> Facts:
    """Facts of one component: texts as recorded, numbers in internal units."""
    columns = {
        k: np.array([v], dtype=object) if isinstance(v, str) else np.array([v], dtype=np.float64)
        for k, v in values.items()
    }
    return Facts(1, columns)


def assessed(
    mechanism: str,
    known: Facts,
    susceptibility: str = "",
    settings: Settings = DEFAULTS,
    decision: str = "accepted",
    **component: Any,
) -> RiskAssessment:
    """A drum on which one mechanism has been decided."""
    frames = one(**component)
    return assess_risk(*frames, TODAY, settings, facts=known, damage=decided(mechanism, susceptibility, decision))
