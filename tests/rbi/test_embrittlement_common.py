"""What holds for every procedure of hydrogen attack, embrittlement, fatigue and management."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.registry import procedure
from integrity.core.settings import DEFAULTS
from integrity.core.verdict import Verdict
from integrity.rbi.mechanisms import mechanisms
from tests.rbi import samples_embrittlement as s

KEYS = sorted(s.SAMPLES)
MECHANISMS = ("htha", "brittle", "temper", "embrittlement_885", "sigma", "fatigue")


def sample(key: str) -> tuple[Procedure, dict[str, Any], dict[str, Any], Result]:
    p = procedure(key)
    columns, tables = s.SAMPLES[key][0]
    return p, columns, tables, p.run(columns, DEFAULTS, tables)


def withheld(r: Result) -> Any:
    return (r.refused != 0) | (r.missing != 0)


@pytest.mark.parametrize("key", KEYS)
def test_a_refused_row_says_why_and_has_no_conclusion(key: str) -> None:
    p, _, _, r = sample(key)
    assert withheld(r).any() and not withheld(r).all()
    for row in np.flatnonzero(withheld(r)):
        assert reasons(p, r, int(row))
        assert Verdict(int(r.verdict[row])) in (Verdict.INSUFFICIENT_DATA, Verdict.NOT_APPLICABLE)
    for x in p.outputs:
        if x.conclusion:
            assert np.isnan(r[x.symbol][withheld(r)]).all()


@pytest.mark.parametrize("key", KEYS)
def test_a_row_that_is_not_refused_has_its_conclusion(key: str) -> None:
    p, _, _, r = sample(key)
    for x in p.outputs:
        if x.conclusion:
            good = r[x.symbol][~withheld(r)]
            assert np.isfinite(good).all() and (good >= 0.0).all()


@pytest.mark.parametrize("key", KEYS)
def test_bound_is_the_conclusion_where_there_is_one_and_a_number_elsewhere(key: str) -> None:
    p, _, _, r = sample(key)
    conclusion = next(x.symbol for x in p.outputs if x.conclusion)
    bound = next(x.symbol for x in p.outputs if x.symbol.endswith("_bound"))
    np.testing.assert_allclose(r[bound][~withheld(r)], r[conclusion][~withheld(r)], rtol=1e-10)
    assert np.isfinite(r[bound][withheld(r)]).any()


@pytest.mark.parametrize("key", KEYS)
def test_a_row_alone_equals_the_row_of_many(key: str) -> None:
    p, columns, tables, r = sample(key)
    for row in range(r.n):
        own = {
            name: {c: np.asarray(v)[np.asarray(t["case"]) == row] for c, v in t.items()} for name, t in tables.items()
        }
        for t in own.values():
            t["case"] = np.zeros(len(t["case"]), dtype=np.int64)
        one = p.run({c: [v[row]] for c, v in columns.items()}, DEFAULTS, own)
        assert (one.refused[0], one.missing[0], one.verdict[0]) == (r.refused[row], r.missing[row], r.verdict[row])
        for x in p.outputs:
            np.testing.assert_array_equal(one[x.symbol][0], r[x.symbol][row], err_msg=f"{row} {x.symbol}")


@pytest.mark.parametrize("key", KEYS)
def test_order_of_rows_does_not_matter(key: str) -> None:
    p, columns, tables, r = sample(key)
    if tables:
        columns = {**columns, **{f"N_{g}": np.zeros(r.n) for g in "ABCD"}}
        r = p.run(columns, DEFAULTS)
    turned = p.run({c: np.asarray(v)[::-1] for c, v in columns.items()}, DEFAULTS)
    for x in p.outputs:
        np.testing.assert_array_equal(turned[x.symbol][::-1], r[x.symbol], err_msg=x.symbol)


@pytest.mark.parametrize("key", KEYS)
def test_settings_named_are_those_that_are_read(key: str) -> None:
    p, columns, tables, _ = sample(key)
    for changed in s.SETTINGS.get(key, ()):
        assert set(changed) <= set(p.settings)
    assert p.run(columns, DEFAULTS, tables).settings is DEFAULTS


def test_each_mechanism_is_registered_with_its_group_and_procedure() -> None:
    found = {m.key: m for m in mechanisms()}
    for key in MECHANISMS:
        m = found[key]
        assert (m.group, m.procedure.key) == (key, f"api581.2016.{key}")
        assert m.unverified is not None
        assert any(x.symbol == m.output and x.conclusion for x in m.procedure.outputs)
