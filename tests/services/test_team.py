"""Threads of a run: results in order, errors passed on, nothing left running."""

from __future__ import annotations

import threading

import pytest

from integrity.services.team import Team, team


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_the_order_of_the_parts(workers: int) -> None:
    with team(workers) as crew:
        assert list(crew.each(lambda x: x * x, range(50))) == [x * x for x in range(50)]
        beside = crew.aside(lambda: 7)
        assert beside() == 7


def test_one_worker_is_the_caller() -> None:
    with team(1) as crew:
        assert list(crew.each(lambda _: threading.get_ident(), [0])) == [threading.get_ident()]
    assert list(Team().each(str, [1, 2])) == ["1", "2"]


@pytest.mark.parametrize("workers", [1, 3])
def test_an_error_reaches_the_caller_and_no_thread_stays(workers: int) -> None:
    before = threading.active_count()

    def fail(part: int) -> int:
        if part == 3:
            raise ValueError(part)
        return part

    with pytest.raises(ValueError, match="3"), team(workers) as crew:
        list(crew.each(fail, range(100)))
    assert threading.active_count() == before
