"""Risk, categories at their bounds, matrix cells, colours and lines of equal risk."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.settings import DEFAULTS
from integrity.rbi import risk as rk
from integrity.rbi.data import keyed
from integrity.rbi.procedures import POF, RISK
from tests.rbi.samples import POF_BASE


@pytest.mark.parametrize("bounds", ["P_f_bounds", "D_f_bounds", "CA_bounds"])
def test_a_bound_belongs_to_the_lower_category_in_any_unit(bounds: str) -> None:
    b = keyed("risk", bounds).rows[0]
    np.testing.assert_array_equal(rk.category(b, b), [1, 2, 3, 4])
    np.testing.assert_array_equal(rk.category(b * (1.0 + 1e-12), b), [1, 2, 3, 4])
    np.testing.assert_array_equal(rk.category(b * (1.0 + 1e-6), b), [2, 3, 4, 5])
    np.testing.assert_array_equal(rk.category(np.array([0.0, np.nan, np.inf]), b), [1, -1, 5])


def test_matrix_cells() -> None:
    names = codes("risk_category")

    def cell(likelihood: int, consequence: str) -> str:
        j = rk.CA_LETTERS.index(consequence) + 1
        return names[rk.matrix_cell(np.array([likelihood]), np.array([j]))[0]]

    assert [cell(5, c) for c in "ABCDE"] == ["medium_high", "medium_high", "medium_high", "high", "high"]
    assert [cell(4, c) for c in "ABCDE"] == ["medium", "medium", "medium_high", "medium_high", "high"]
    assert [cell(3, c) for c in "ABCDE"] == ["low", "low", "medium", "medium_high", "high"]
    assert [cell(2, c) for c in "ABCDE"] == ["low", "low", "medium", "medium", "medium_high"]
    assert [cell(1, c) for c in "ABCDE"] == ["low", "low", "medium", "medium", "medium_high"]


def test_missing_category_has_no_cell_and_no_colour() -> None:
    got = rk.matrix_cell(np.array([-1, 3, -1]), np.array([3, -1, -1]))
    np.testing.assert_array_equal(got, [-1, -1, -1])
    np.testing.assert_array_equal(rk.colour_of(got), [-1, -1, -1])


def test_colour_follows_the_category() -> None:
    colour = {c: codes("four_colour")[rk.colour_of(np.array([i]))[0]] for i, c in enumerate(codes("risk_category"))}
    assert colour == {"low": "blue", "medium": "yellow", "medium_high": "orange", "high": "red"}


def test_a_frequency_above_one_a_year_is_kept() -> None:
    """The frequency is not cut off; the category is the highest."""
    r = POF.run({**POF_BASE, "D_f_scc": 5e4}, DEFAULTS.with_(rbi__F_MS=10.0))
    assert r["P_f"][0] > 1.0
    assert RISK.run({"P_f": r["P_f"], "CA": 5.0}, DEFAULTS)["P_f_category"][0] == 5


def test_category_source_is_a_setting() -> None:
    case = {"P_f": 3.06e-5 * 50.0 * 10.0, "CA": 50.0, "D_f_total": 50.0}
    by_P_f = RISK.run(case, DEFAULTS)
    by_D_f = RISK.run(case, DEFAULTS.with_(rbi__category_from="D_f"))
    assert (by_P_f["P_f_category"][0], by_D_f["P_f_category"][0]) == (4, 3)


def test_missing_consequence_gives_no_risk() -> None:
    r = RISK.run({"P_f": 1e-3, "CA": np.nan}, DEFAULTS)
    assert np.isnan(r["risk"][0]) and r["risk_category"][0] == -1


def test_iso_risk_lines_are_straight_on_logarithmic_axes() -> None:
    lines = rk.iso_risk_lines(np.array([0.37, 3.7, 37.0]), (1.0, 1e4), 5)
    assert [line.risk for line in lines] == [0.37, 3.7, 37.0]
    for line in lines:
        slope = np.diff(np.log(line.P_f)) / np.diff(np.log(line.CA))
        np.testing.assert_allclose(slope, -1.0, rtol=1e-12)


def test_matrix_says_where_it_comes_from() -> None:
    m = rk.risk_matrix()
    assert m.source and not m.verified
    assert m.cell[5, 5] == index_of("risk_category", "high")
