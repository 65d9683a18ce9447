"""Group reductions: an empty group never takes its neighbour's value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.errors import ContractError
from integrity.core.group import (
    Groups,
    group_argmax,
    group_argmin,
    group_count,
    group_max,
    group_mean,
    group_min,
    group_std,
    group_sum,
    groups_of,
    take,
)


def test_empty_group_gives_nan_and_not_its_neighbour() -> None:
    g = Groups(np.array([0, 2, 2, 3, 3]))
    values = np.array([5.0, 4.0, 1.0])
    assert np.array_equal(group_min(values, g), [4.0, np.nan, 1.0, np.nan], equal_nan=True)
    assert np.array_equal(group_max(values, g), [5.0, np.nan, 1.0, np.nan], equal_nan=True)
    assert np.array_equal(group_mean(values, g), [4.5, np.nan, 1.0, np.nan], equal_nan=True)
    assert np.array_equal(group_sum(values, g), [9.0, np.nan, 1.0, np.nan], equal_nan=True)
    assert list(group_argmin(values, g)) == [1, -1, 2, -1]
    assert list(group_argmax(values, g)) == [0, -1, 2, -1]


def test_all_groups_empty() -> None:
    g = Groups(np.array([0, 0, 0]))
    assert np.isnan(group_min(np.zeros(0), g)).all()
    assert list(group_argmin(np.zeros(0), g)) == [-1, -1]
    assert list(group_count(np.zeros(0, dtype=bool), g)) == [0, 0]


def test_nan_members_do_not_count() -> None:
    g = Groups(np.array([0, 3, 4]))
    values = np.array([np.nan, 2.0, 3.0, np.nan])
    assert np.array_equal(group_min(values, g), [2.0, np.nan], equal_nan=True)
    assert list(group_argmin(values, g)) == [1, -1]


def test_std_is_of_the_sample() -> None:
    g = Groups(np.array([0, 3, 4]))
    assert group_std(np.array([1.0, 2.0, 4.0, 7.0]), g)[0] == pytest.approx(1.5275252316519468)
    assert np.isnan(group_std(np.array([1.0, 2.0, 4.0, 7.0]), g)[1])


def test_unsorted_owner_and_wrong_length_are_refused() -> None:
    with pytest.raises(ContractError):
        groups_of(np.array([1, 0]), 2)
    with pytest.raises(ContractError):
        group_min(np.zeros(2), Groups(np.array([0, 3])))
    with pytest.raises(ContractError):
        Groups(np.array([0, 3, 1]))


def test_take_marks_missing() -> None:
    assert np.array_equal(take([1.0, 2.0], np.array([1, -1])), [2.0, np.nan], equal_nan=True)
    assert np.isnan(take(np.zeros(0), np.array([-1]))).all()


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=6), min_size=1, max_size=12))
def test_reductions_equal_the_scalar_loop(lists: list[list[float]]) -> None:
    g = Groups(np.cumsum([0, *map(len, lists)]))
    flat = np.array([v for one in lists for v in one], dtype=float)
    expected = [min(one) if one else np.nan for one in lists]
    assert np.array_equal(group_min(flat, g), expected, equal_nan=True)
    index = group_argmin(flat, g)
    for i, one in enumerate(lists):
        assert (index[i] == -1) == (not one)
        if one:
            assert flat[index[i]] == min(one)
