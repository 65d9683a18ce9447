"""Comparisons with a tolerance, texts as indexes, and inputs of a procedure that others may still change."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.arrays import at_least, at_most
from integrity.core.codes import factorised
from integrity.core.procedure import Inputs, Param, Procedure
from integrity.core.reference import OWN_METHOD
from integrity.core.settings import DEFAULTS

INF = float("inf")


@pytest.mark.parametrize(
    ("value", "limit", "holds"),
    [
        (INF, 1.0, True),
        (-INF, 1.0, False),
        (1.0, INF, False),
        (1.0, -INF, True),
        (INF, INF, True),
        (-INF, -INF, True),
        (-INF, INF, False),
        (1.0 - 1e-10, 1.0, True),
        (1.0 - 1e-8, 1.0, False),
        (float("nan"), -INF, False),
        (0.0, 0.0, True),
    ],
)
def test_at_least_with_values_that_are_not_finite(value: float, limit: float, holds: bool) -> None:
    assert bool(at_least(value, limit)) is holds
    assert bool(at_most(-value, -limit)) is holds
    assert bool(at_least(np.array([value, value]), limit)[1]) is holds


def test_at_most_is_at_least_turned_round() -> None:
    rng = np.random.default_rng(3)
    v, lim = rng.normal(size=500), rng.normal(size=500)
    near = lim * (1.0 + rng.choice([-2e-9, -5e-10, 0.0, 5e-10, 2e-9], 500))
    for x in (v, near):
        assert np.array_equal(at_most(x, lim), at_least(-x, -lim))
        assert np.array_equal(at_most(x, lim), at_least(lim, x) | (x <= lim))


def test_texts_keep_their_order_of_appearance() -> None:
    texts, index = factorised(np.array(["b", "a", None, "b"], dtype=object))
    assert texts == ["b", "a", ""]
    assert index.tolist() == [0, 1, 2, 0]
    assert factorised([]) == ([], pytest.approx(np.zeros(0)))


def _procedure() -> Procedure:
    return Procedure(
        key="test.double",
        ref=OWN_METHOD.at("test"),
        inputs=(Param("t", "thickness"), Param("code", "code", required=False)),
        outputs=(Param("u", "thickness", conclusion=True),),
        compute=lambda x: {"u": 2.0 * x["t"]},
    )


def test_a_result_does_not_change_with_the_array_it_came_from() -> None:
    mine = np.array([1.0, 2.0, np.nan])
    result = _procedure().run({"t": mine}, DEFAULTS)
    mine[0] = 99.0
    assert result["t"].tolist()[:2] == [1.0, 2.0]
    assert mine.flags.writeable
    assert not result["t"].flags.writeable
    assert np.array_equal(result["u"], [2.0, 4.0, np.nan], equal_nan=True)


def test_settled_arrays_are_taken_as_they_are() -> None:
    settled = np.array([1.0, 2.0])
    settled.setflags(write=False)
    result = _procedure().run({"t": settled}, DEFAULTS)
    assert result["t"] is settled
    crossed = np.zeros((2, 3))[:, 1]
    crossed.setflags(write=False)
    assert _procedure().run({"t": crossed}, DEFAULTS)["t"].flags.c_contiguous


def test_conclusions_have_the_type_of_their_column() -> None:
    def compute(x: Inputs) -> dict[str, np.ndarray]:
        return {"yes": x["t"] > 1.0}

    procedure = Procedure(
        key="test.flag",
        ref=OWN_METHOD.at("test"),
        inputs=(Param("t", "thickness"),),
        outputs=(Param("yes", "flag", conclusion=True),),
        compute=compute,
    )
    assert procedure.run({"t": np.array([1.0, 2.0])}, DEFAULTS)["yes"].dtype == np.int64
