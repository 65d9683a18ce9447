"""Mechanism finder: credible, open and excluded, with the conditions that say why."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.frames.facts import Facts
from integrity.core.settings import DEFAULTS
from integrity.i18n import text
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase
from integrity.rbi.finder import MET, MISSED, STATES, UNKNOWN, Condition, candidates, explain, find
from integrity.rbi.mechanisms import mechanisms
from tests.rbi.plants import TODAY, many, one


def case(facts: dict[str, Any] | None = None, **changes: Any) -> RiskCase:
    held = {s: np.array([v], dtype=object if isinstance(v, str) else float) for s, v in (facts or {}).items()}
    return make_case(*one(**changes), TODAY, DEFAULTS, Facts(1, held))


def state(key: str, facts: dict[str, Any], **changes: Any) -> str:
    return STATES[find(case(facts, **changes)).column(key)[0]]


def test_credible_where_every_condition_is_met() -> None:
    facts = {"material_class": "carbon_low_alloy", "water_present": "yes", "H2S_ppmw": 200.0}
    assert state("ssc", facts, T_op_C=60.0) == "credible"
    assert state("ssc", facts, T_op_C=120.0) == "excluded"


def test_open_where_data_are_missing_and_nothing_excludes() -> None:
    assert state("ssc", {"material_class": "carbon_low_alloy", "H2S_ppmw": 200.0}, T_op_C=60.0) == "open"
    assert state("ssc", {"material_class": "austenitic", "H2S_ppmw": 200.0}, T_op_C=60.0) == "excluded"


def test_any_of_several_conditions_is_enough() -> None:
    facts = {"material_class": "carbon_low_alloy", "NaOH_pct": 5.0}
    assert state("caustic_scc", {**facts, "steam_out": "yes"}, T_op_C=30.0) == "credible"
    assert state("caustic_scc", {**facts, "steam_out": "no", "heat_traced": "no"}, T_op_C=30.0) == "excluded"
    assert state("caustic_scc", {**facts, "steam_out": "no"}, T_op_C=30.0) == "open"


def test_each_condition_is_told_with_its_value() -> None:
    known = {"material_class": "carbon_low_alloy", "H2S_ppmw": 0.2, "H2S_water_ppmw": 0.5}
    found = find(case(known, T_op_C=60.0))
    told = explain(found, 0, "ssc")
    assert [f.state for f in told] == [MET, UNKNOWN, MISSED, MET]
    assert dict(told[2].values) == {"H2S_ppmw": 0.2, "H2S_water_ppmw": 0.5}
    assert dict(told[1].values) == {"water_present": "", "water_wt": ""}


def test_rows_do_not_see_each_other() -> None:
    c, i, x = many(40, seed=4)
    g = np.random.default_rng(2)
    facts = Facts(
        40,
        {
            "H2S_ppmw": np.where(g.random(40) < 0.3, np.nan, g.uniform(0, 500, 40)),
            "material_class": np.array(["carbon_low_alloy", "austenitic", ""], dtype=object)[g.integers(0, 3, 40)],
            "water_present": np.array(["yes", "no", ""], dtype=object)[g.integers(0, 3, 40)],
        },
    )
    whole = find(make_case(c, i, x, TODAY, DEFAULTS, facts))
    rows = np.array([2, 9, 31])
    part = find(make_case(c, i, x, TODAY, DEFAULTS, facts).take(rows))
    np.testing.assert_array_equal(whole.state[rows], part.state)


def _every(condition: Condition) -> list[Condition]:
    return [condition, *(c for p in condition.parts for c in _every(p))]


@pytest.mark.parametrize("candidate", candidates(), ids=lambda c: c.key)
def test_each_mechanism_is_told_in_both_languages_and_can_be_met(candidate: Any) -> None:
    names = [text(f"mechanism.{candidate.key}", language) for language in ("en", "zh_CN")]
    assert all(n and not n.startswith("mechanism.") for n in names)
    assert candidate.conditions and candidate.clause.startswith("3.")
    for c in (x for top in candidate.conditions for x in _every(top)):
        if c.op in ("in", "is") and c.symbol == "material_class":
            assert set(c.value if isinstance(c.value, tuple) else (c.value,)) <= set(codes("material_class"))
        if c.op in ("in", "is") and c.symbol in ("fluid", "component_type", "equipment_kind"):
            for value in c.value if isinstance(c.value, tuple) else (c.value,):
                index_of(c.symbol, value)


def test_what_assesses_a_mechanism_exists() -> None:
    known = {m.key for m in mechanisms()}
    named = {k for c in candidates() for k in c.assessed_by if not k.startswith("rate_")}
    assert named <= known, sorted(named - known)
