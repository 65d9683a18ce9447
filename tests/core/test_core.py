"""Quantities, settings, codes, clauses, frames and verdict borders."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.arrays import NO_CODE, NO_DATE, at_least, at_most, years_between
from integrity.core.clause import CLAUSES, clause_of, evaluate
from integrity.core.codes import codes, decode, encode
from integrity.core.errors import ContractError, InputError
from integrity.core.frames.plant import CmlFrame, ComponentFrame
from integrity.core.quantities import display_unit, from_internal, quantities, to_internal
from integrity.core.settings import DEFAULTS, Settings, setting_specs


@pytest.mark.parametrize("key", sorted(quantities()))
def test_units_go_there_and_back(key: str) -> None:
    q = quantities()[key]
    assert q.internal in q.units and q.si in q.units and q.us in q.units
    assert q.units[q.internal].factor == 1.0 and q.units[q.internal].offset == 0.0
    for unit in q.units:
        there = to_internal([1.7, -3.0], key, unit)
        assert from_internal(there, key, unit) == pytest.approx([1.7, -3.0], rel=1e-12)


def test_known_conversions() -> None:
    assert to_internal(212.0, "temperature", "degF")[0] == pytest.approx(100.0)
    assert to_internal(1000.0, "pressure", "psi")[0] == pytest.approx(6.894757293)
    assert to_internal(1.0, "rate", "mil/y")[0] == pytest.approx(0.0254)
    assert display_unit("thickness", "US").name == "in"


def test_borders_are_inclusive_and_nan_is_never_accepted() -> None:
    assert at_least(0.3 * 3, 0.9)[()] and at_most(0.1 + 0.2, 0.3)[()]
    assert not at_least(np.nan, 0.0)[()] and not at_least(0.0, np.nan)[()] and not at_most(np.nan, 1.0)[()]
    assert not at_least(0.9 - 1e-6, 0.9)[()]


def test_years_and_missing_dates() -> None:
    assert years_between([0], [1461])[0] == pytest.approx(4.0)
    assert np.isnan(years_between([NO_DATE], [10])[0])


def test_settings_refuse_what_is_unknown_or_not_allowed() -> None:
    assert DEFAULTS.number("rate.owner_minimum") == 0.025
    with pytest.raises(InputError):
        Settings({"rate.none": 1.0})
    with pytest.raises(InputError):
        Settings({"rate.policy": "best"})
    with pytest.raises(InputError):
        Settings({"rate.owner_minimum": "much"})
    assert Settings({"rate.owner_minimum": 0.05}).digest() != DEFAULTS.digest()
    assert all(spec.source for spec in setting_specs().values())


def test_codes_encode_and_refuse() -> None:
    allowed = codes("effectiveness")
    assert list(encode(["A", None, "", "D"], allowed)) == [0, NO_CODE, NO_CODE, 3]
    assert list(decode(np.array([0, -1]), allowed)) == ["A", ""]
    with pytest.raises(InputError):
        encode(["F"], allowed, "effectiveness")


def test_frames_are_read_only_and_of_equal_length() -> None:
    f = ComponentFrame.from_columns({"component_id": [1, 2], "P_MPa": [1.0, 2.0]})
    assert f.n == 2 and np.isnan(f.D_mm).all() and f.tag[0] == "" and f.in_service_d[0] == NO_DATE
    with pytest.raises(ValueError):
        f.P_MPa[0] = 3.0
    with pytest.raises(ContractError):
        CmlFrame.from_columns({"cml_id": [1, 2], "component_row": [0]})
    assert f.digest() != f.take(np.array([1, 0])).digest()


def test_expressions_allow_arithmetic_only() -> None:
    assert evaluate("where(a > 1, max(a, 2), sqrt(4))", {"a": np.array([0.0, 3.0])}).tolist() == [2.0, 3.0]
    assert evaluate("Phi(x)", {"x": np.array([0.0])})[0] == pytest.approx(0.5)
    for bad in ("__import__('os')", "a.b", "[1]", "lambda: 1"):
        with pytest.raises((ContractError, KeyError, NameError)):
            evaluate(bad, {"a": 1})


def test_clause_returns_the_same_function() -> None:
    from integrity.plan import intervals

    assert clause_of(intervals.half_life).symbol == "interval_y"
    assert intervals.half_life in CLAUSES
    assert float(intervals.half_life(np.array([12.0]), np.array([10.0]))[0]) == 6.0
