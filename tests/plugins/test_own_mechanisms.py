"""The package's own damage mechanisms, held by the same functions as those of plug-ins."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from integrity.conformance import Sample
from integrity.conformance_mechanism import mechanism_problems
from integrity.core.frame import blank_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.procedure import Procedure
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.mechanisms import Mechanism, mechanisms
from tests.rbi.plants import TODAY, many

sys.path.insert(0, str(Path(__file__).parents[1] / "architecture"))
import clause_check

SAMPLES = clause_check.load_samples()
MECHANISMS = {m.key: m for m in mechanisms()}
N = 160
# Days that a mechanism derives a column from, and that are therefore in no sample.
DAYS = {"t_rde_d": 18500, "coating_d": 17000}


def recorded(procedure: Procedure, samples: list[Sample]) -> dict[str, Any]:
    """Facts that say what the rows of the samples say, one sample row a component."""
    out: dict[str, Any] = {}
    for p in procedure.inputs:
        parts = []
        for s in samples:
            n = max(np.size(v) for v in s.columns.values())
            values = s.columns.get(p.symbol, blank_of(p.quantity))
            parts.append(np.broadcast_to(np.asarray(values, dtype=object), (n,)))
        values = np.resize(np.concatenate(parts), N)
        named = ("no", "yes") if p.quantity == "flag" else p.codes
        if named:
            out[p.symbol] = np.array([named[int(v)] if int(v) >= 0 else "" for v in values], dtype=object)
        else:
            out[p.symbol] = values.astype(type(blank_of(p.quantity)) if p.quantity != "text" else object)
    return out


def case_of(m: Mechanism) -> RiskCase:
    """Components of every kind that have the mechanism accepted and its samples recorded."""
    components, inspections, inputs = many(N, seed=5)
    damage = DamageFrame.from_columns(
        {"component_row": np.arange(N), "mechanism": np.full(N, m.key, object), "decision": np.zeros(N, dtype=np.int64)}
    )
    days = {s: np.full(N, d, dtype=np.int64) for s, d in DAYS.items()}
    facts = Facts(N, {**recorded(m.procedure, SAMPLES[m.procedure.key]), **days})
    return make_case(components, inspections, inputs, TODAY, DEFAULTS, facts, damage)


@pytest.mark.parametrize("key", sorted(MECHANISMS))
def test_it_keeps_the_contract(key: str) -> None:
    assert mechanism_problems(MECHANISMS[key], case_of(MECHANISMS[key])) == []
