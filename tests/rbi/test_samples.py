"""Samples reach every step and every limit of each procedure, and each printed formula gives the stored number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from integrity.core.clause import FORMULA, evaluate
from integrity.core.procedure import Procedure, Result
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.working import applies, working
from tests.rbi.samples import SAMPLES, SETTINGS

KEYS = sorted(SAMPLES)


def run(key: str) -> tuple[Procedure, Result]:
    p = procedure(key)
    columns, tables = SAMPLES[key][0]
    return p, p.run(columns, DEFAULTS, tables)


@pytest.mark.parametrize("key", KEYS)
def test_formula_gives_the_stored_number(key: str) -> None:
    p, result = run(key)
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    for step in p.steps:
        if step.clause.kind != FORMULA:
            continue
        rows = [i for i in range(result.n) if applies(result, step, i, params)]
        names = {
            q: p.constants[s].value if s in p.constants else result.columns[s][rows] for q, s in step.names().items()
        }
        with np.errstate(all="ignore"):
            got = np.broadcast_to(np.asarray(evaluate(step.clause.expr, names), dtype=np.float64), (len(rows),))
        # A conclusion is withheld where the row is refused.
        stored = result.columns[step.out][rows].astype(np.float64)
        withheld = params[step.out].conclusion & ((result.refused[rows] != 0) | (result.missing[rows] != 0))
        keep = ~np.asarray(withheld, dtype=bool)
        np.testing.assert_allclose(got[keep], stored[keep], rtol=1e-12, atol=1e-300, err_msg=step.out)


@pytest.mark.parametrize("key", KEYS)
def test_every_step_is_reached(key: str) -> None:
    p, first = run(key)
    columns, tables = SAMPLES[key][0]
    results = [first, *(p.run(columns, Settings(s), tables) for s in SETTINGS.get(key, ()))]
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    unreached = [
        (s.out, s.when) for s in p.steps if not any(applies(r, s, i, params) for r in results for i in range(r.n))
    ]
    assert not unreached


@pytest.mark.parametrize("key", KEYS)
def test_every_limit_is_reached_from_both_sides(key: str) -> None:
    p, result = run(key)
    for i, limit in enumerate(p.limits):
        if limit.key == "rbi.features_known":
            continue  # only under another setting, see the test of that policy
        bit = (result.refused >> i) & 1
        assert bit.min() == 0 and bit.max() == 1, limit.key


@pytest.mark.parametrize("key", KEYS)
def test_a_refused_row_has_no_conclusion(key: str) -> None:
    p, result = run(key)
    withheld = (result.refused != 0) | (result.missing != 0)
    assert withheld.any()
    for x in p.outputs:
        if x.conclusion:
            values = result.columns[x.symbol][withheld]
            assert np.isnan(values).all() if values.dtype.kind == "f" else (values == -1).all(), x.symbol


@pytest.mark.parametrize("key", KEYS)
def test_a_row_with_a_conclusion_has_all_of_them(key: str) -> None:
    p, result = run(key)
    good = (result.refused == 0) & (result.missing == 0)
    assert good.any()
    for x in p.outputs:
        if x.conclusion:
            values = result.columns[x.symbol][good]
            assert not np.isnan(values).any() if values.dtype.kind == "f" else (values >= 0).all(), x.symbol


@pytest.mark.parametrize("key", KEYS)
def test_working_of_every_row_can_be_shown(key: str) -> None:
    p, result = run(key)
    for row in range(result.n):
        for step in working(p, result, row):
            assert step.symbol in result.columns
            if result.refused[row] == 0 and result.missing[row] == 0 and not isinstance(step.value, str):
                assert not math.isnan(step.value), (row, step.symbol)


@pytest.mark.parametrize("key", KEYS)
def test_one_row_equals_the_row_of_many(key: str) -> None:
    p, result = run(key)
    columns, tables = SAMPLES[key][0]
    for row in range(result.n):
        case = {s: [v[row]] for s, v in columns.items()}
        own = {
            name: {s: np.asarray(v)[np.asarray(t["case"]) == row] for s, v in t.items()} for name, t in tables.items()
        }
        for t in own.values():
            t["case"] = np.zeros(len(t["case"]), dtype=np.int64)
        one = p.run(case, DEFAULTS, own)
        assert (one.refused[0], one.missing[0], one.verdict[0]) == (
            result.refused[row],
            result.missing[row],
            result.verdict[row],
        )
        for x in p.outputs:
            np.testing.assert_array_equal(one.columns[x.symbol][0], result.columns[x.symbol][row], err_msg=x.symbol)
