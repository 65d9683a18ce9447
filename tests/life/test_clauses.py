"""Each printed formula gives the number in its column, on every branch; workings say what they should."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.clause import FORMULA, evaluate
from integrity.core.procedure import Result
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.core.working import applies, working
from tests.life.samples import SAMPLES

POLICIES = ("max_lt_st", "long_term", "short_term", "regression_bound")
CASES = [(key, i, DEFAULTS) for key, many in SAMPLES.items() for i in range(len(many))]
CASES += [("life.position_rates", 0, Settings({"rate.policy": p})) for p in POLICIES[1:]]
CASES += [
    ("life.position_rates", 0, Settings({"rate.nominal_as_first": True})),
    ("life.component", 0, Settings({"rbi.t_rdi": "average_if_general"})),
]


def run(key: str, i: int, settings: Settings) -> Result:
    columns, tables = SAMPLES[key][i]
    return procedure(key).run(columns, settings, tables)


@pytest.mark.parametrize(("key", "i", "settings"), CASES)
def test_formula_equals_function(key: str, i: int, settings: Settings) -> None:
    p, result = procedure(key), run(key, i, settings)
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    for step in p.steps:
        if step.clause.kind != FORMULA:
            continue
        used = [r for r in range(result.n) if applies(result, step, r, params)]
        conclusion = params[step.out].conclusion
        used = [r for r in used if not conclusion or (result.refused[r] == 0 and result.missing[r] == 0)]
        names = {n: p.constants[c].value if c in p.constants else result[c][used] for n, c in step.names().items()}
        with np.errstate(all="ignore"):
            value = np.broadcast_to(evaluate(step.clause.expr, names), (len(used),))
        assert value == pytest.approx(result[step.out][used], rel=1e-12, abs=1e-12, nan_ok=True), step.out


def test_every_step_is_reached_by_a_sample() -> None:
    for key in SAMPLES:
        p = procedure(key)
        params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
        results = [run(k, i, s) for k, i, s in CASES if k == key]
        for step in p.steps:
            assert any(applies(r, step, row, params) for r in results for row in range(r.n)), (key, step)


def test_every_verdict_of_the_samples() -> None:
    rates = run("life.position_rates", 0, DEFAULTS)
    assert [Verdict(v).name for v in rates.verdict[4:7]] == ["CALCULATED", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]
    life = run("life.remaining_life", 0, DEFAULTS)
    assert [Verdict(v).name for v in life.verdict[3:7]] == [
        "NOT_APPLICABLE",
        "CALCULATED",
        "INSUFFICIENT_DATA",
        "INSUFFICIENT_DATA",
    ]
    extreme = run("life.extreme_value", 0, DEFAULTS)
    assert [Verdict(v).name for v in extreme.verdict] == ["CALCULATED", "INSUFFICIENT_DATA", "NOT_APPLICABLE"]
    assert np.isnan(extreme["t_ev_mm"][1:]).all()


def test_working_of_a_rate_shows_numbers_and_sources() -> None:
    steps = {s.symbol: s for s in working(procedure("life.position_rates"), run("life.position_rates", 0, DEFAULTS), 1)}
    assert steps["CR_LT_raw"].numbers == "(12 - 10.1)/9.85626"
    assert steps["CR_gov"].numbers.startswith("max(where(")
    assert steps["t_first_mm"].kind == "reduction" and steps["t_first_mm"].note_values["n_usable"] == 3.0
    assert steps["s_reg_mm"].unverified == ("nu_UT",)


def test_working_of_a_component_names_the_governing_position() -> None:
    steps = {s.symbol: s for s in working(procedure("life.component"), run("life.component", 0, DEFAULTS), 0)}
    note = steps["CR_gov"].note_values
    assert (note["governing_cml"], note["governing_position"]) == ("A-001", "90")
    assert note["governed_by"] == "remaining_life" and steps["CR_gov"].value == 0.5
    assert steps["t_min_mm"].value == 8.0
