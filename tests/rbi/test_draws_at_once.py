"""Monte Carlo of many draws at once: every number is that of the draws one by one."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.risk_plant import make_risk_plant
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import RiskAssessment, assess_case, make_case
from integrity.rbi.draws import normal
from integrity.rbi.uncertainty import monte_carlo


def assessed(n: int) -> RiskAssessment:
    p = make_risk_plant(n)
    return assess_case(make_case(p.components, p.inspections, p.inputs, p.as_of_d, DEFAULTS, p.facts, p.damage))


@pytest.mark.parametrize("quantity", ("D_f_total", "P_f", "risk"))
def test_tiles_move_no_number(quantity: str) -> None:
    a = assessed(20)
    one = monte_carlo(a, 581, 40, 1.0, quantity, tile_rows=1)
    for tile_rows in (20, 130, 1 << 20):
        other = monte_carlo(a, 581, 40, 1.0, quantity, chunk_rows=9, tile_rows=tile_rows)
        for name, column in one.columns().items():
            found = getattr(other, name)
            assert np.array_equal(column, found, equal_nan=column.dtype.kind == "f"), (tile_rows, name)


def test_numbers_of_many_draws_are_those_of_each() -> None:
    ids = np.array([4, 9, -3])
    together = normal(7, np.tile(ids, 5), "CR", np.repeat(np.arange(5), 3)).reshape(5, 3)
    for draw in range(5):
        assert together[draw].tolist() == normal(7, ids, "CR", draw).tolist()
