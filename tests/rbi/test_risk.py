"""Risk, categories at their bounds, matrix cells, colours and lines of equal risk."""

from __future__ import annotations

import numpy as np
import pytest

from integrity.core.codes import codes, index_of
from integrity.core.errors import InputError
from integrity.core.procedure import Result
from integrity.core.settings import DEFAULTS, Settings
from integrity.rbi import risk as rk
from integrity.rbi.data import keyed
from integrity.rbi.procedures import POF, RISK
from tests.rbi.samples import POF_BASE

TABLE = np.array([rk.packed(rk.risk_matrix())])


@pytest.mark.parametrize("bounds", ["P_f_bounds", "D_f_bounds", "CA_bounds", "D_f_bounds_2008", "FC_bounds"])
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
        return names[rk.matrix_cell(np.array([likelihood]), np.array([j]), TABLE)[0]]

    assert [cell(5, c) for c in "ABCDE"] == ["medium_high", "medium_high", "medium_high", "high", "high"]
    assert [cell(4, c) for c in "ABCDE"] == ["medium", "medium", "medium_high", "medium_high", "high"]
    assert [cell(3, c) for c in "ABCDE"] == ["low", "low", "medium", "medium_high", "high"]
    assert [cell(2, c) for c in "ABCDE"] == ["low", "low", "medium", "medium", "medium_high"]
    assert [cell(1, c) for c in "ABCDE"] == ["low", "low", "medium", "medium", "medium_high"]


def test_missing_category_has_no_cell_and_no_colour() -> None:
    got = rk.matrix_cell(np.array([-1, 3, -1]), np.array([3, -1, -1]), TABLE)
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


def run(**settings: str) -> Result:
    columns = {"P_f": [1e-5, 1e-3, 0.05], "CA": [5.0, 500.0, 2e4], "D_f_total": [1.5, 15.0, 2000.0]}
    return RISK.run(columns, Settings(settings))


def test_the_owner_may_set_matrix_and_bounds() -> None:
    cells = "/".join(["H H H H H", "M M M M M", "L L L L L", "L L L L L", "L L L L MH"])
    r = run(**{"rbi.matrix_cells": cells})
    assert list(r["risk_category"]) == [0, 0, 3]
    assert codes_of(r, "matrix_rule") == ["owner"] * 3
    moved = run(**{"rbi.P_f_bounds": "1e-6 2e-6 3e-6 4e-6", "rbi.CA_bounds": "1 2 3 4"})
    assert list(moved["P_f_category"]) == [5, 5, 5] and list(moved["CA_category"]) == [5, 5, 5]
    assert list(moved["likelihood_bounds"]) == [1, 1, 1]


def test_lines_of_equal_risk_may_decide() -> None:
    r = run(**{"rbi.category_by": "iso_risk", "rbi.iso_risk_bounds": "0.00005 0.5 100"})
    assert list(r["risk_category"]) == [0, 1, 3]


def test_the_second_edition_has_its_own_bounds_of_the_factor() -> None:
    base = run(**{"rbi.category_from": "D_f"})
    old = run(**{"rbi.category_from": "D_f", "rbi.edition": "2008"})
    assert list(base["P_f_category"]) == [2, 3, 5] and list(old["P_f_category"]) == [1, 2, 5]
    assert list(old["likelihood_bounds"]) == [2, 2, 2]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rbi.matrix_cells", "L L L L L/M"),
        ("rbi.matrix_cells", "/".join(["L L L L X"] * 5)),
        ("rbi.P_f_bounds", "1 2 3"),
        ("rbi.CA_bounds", "4 3 2 1"),
        ("rbi.iso_risk_bounds", "a b c"),
    ],
)
def test_a_malformed_matrix_or_bound_is_refused(key: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        Settings({key: value})
    assert caught.value.message.key == "core.setting_form"


def codes_of(result: Result, symbol: str) -> list[str]:
    param = next(p for p in RISK.outputs if p.symbol == symbol)
    return [param.codes[int(i)] for i in result[symbol]]
