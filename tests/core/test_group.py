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
    group_first,
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


def test_first_member_where_a_condition_holds() -> None:
    g = Groups(np.array([0, 3, 3, 4, 6]))
    where = np.array([False, True, True, False, True, True])
    assert group_first(where, g).tolist() == [1, -1, -1, 4]
    with pytest.raises(ContractError):
        group_first(where[:5], g)


def test_infinite_members_count() -> None:
    g = Groups(np.array([0, 1, 3, 5, 5]))
    values = np.array([np.inf, np.inf, np.nan, -np.inf, 2.0])
    assert np.array_equal(group_min(values, g), [np.inf, np.inf, -np.inf, np.nan], equal_nan=True)
    assert np.array_equal(group_max(values, g), [np.inf, np.inf, 2.0, np.nan], equal_nan=True)
    assert group_argmin(values, g).tolist() == [0, 1, 3, -1]


def test_groups_of_counts_and_owners() -> None:
    g = groups_of(np.array([1, 1, 3]), 5)
    assert g.offsets.tolist() == [0, 0, 2, 2, 3, 3]
    assert g.counts.tolist() == [0, 2, 0, 1, 0]
    assert g.owner.tolist() == [1, 1, 3]
    assert groups_of(np.zeros(0, dtype=np.int64), 2).offsets.tolist() == [0, 0, 0]
    with pytest.raises(ContractError):
        groups_of(np.array([0, 2]), 2)
    with pytest.raises(ContractError):
        groups_of(np.array([-1, 0]), 2)


MEMBER = st.one_of(st.floats(-1e3, 1e3), st.just(float("nan")), st.sampled_from([0.0, -0.0, 1.0]))


@given(st.lists(st.lists(st.tuples(MEMBER, st.booleans()), max_size=4), min_size=1, max_size=14))
def test_every_reduction_equals_a_loop_over_its_members(lists: list[list[tuple[float, bool]]]) -> None:
    g = Groups(np.cumsum([0, *map(len, lists)]))
    flat = np.array([v for one in lists for v, _ in one], dtype=float)
    where = np.array([w for one in lists for _, w in one], dtype=bool)
    least, greatest = group_min(flat, g, where), group_max(flat, g, where)
    first_least, first_greatest = group_argmin(flat, g, where), group_argmax(flat, g, where)
    total, mean, std = (f(flat, g, where) for f in (group_sum, group_mean, group_std))
    for i, one in enumerate(lists):
        rows = [j for j, (v, w) in enumerate(one) if w and not np.isnan(v)]
        counted = np.array([one[j][0] for j in rows])
        start = int(g.offsets[i])
        if not rows:
            assert np.isnan([least[i], greatest[i], total[i], mean[i], std[i]]).all()
            assert first_least[i] == first_greatest[i] == -1
            continue
        assert least[i] == counted.min() and greatest[i] == counted.max()
        assert first_least[i] == start + rows[int(counted.argmin())]
        assert first_greatest[i] == start + rows[int(counted.argmax())]
        assert total[i] == pytest.approx(counted.sum(), abs=1e-9)
        assert mean[i] == pytest.approx(counted.mean(), abs=1e-9)
        spread = counted.std(ddof=1) if counted.size > 1 else np.nan
        assert std[i] == pytest.approx(spread, abs=1e-9, nan_ok=True)
