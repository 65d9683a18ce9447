"""Threads that a run may use: the array library lets go of the interpreter while it works."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from integrity.core.each import one_by_one

Part = TypeVar("Part")
Done = TypeVar("Done")
MOST = 4


class Team:
    """A few threads, or none: what they return does not depend on how many they are.

    Parameters
    ----------
    pool : ThreadPoolExecutor, optional
        None works in the calling thread.
    """

    def __init__(self, pool: ThreadPoolExecutor | None = None) -> None:
        self._pool = pool

    def each(self, function: Callable[[Part], Done], parts: Iterable[Part], /) -> Iterator[Done]:
        """Results in the order of the parts.

        Parameters
        ----------
        function : callable
            Must not ask the team itself, or all would wait for one another.
        parts : iterable

        Returns
        -------
        iterator
        """
        return one_by_one(function, parts) if self._pool is None else self._pool.map(function, parts)

    def aside(self, function: Callable[[], Done]) -> Callable[[], Done]:
        """Start one piece of work beside what the caller does next.

        Parameters
        ----------
        function : callable

        Returns
        -------
        callable
            Gives the result, waiting for it where it is not there yet.
        """
        if self._pool is None:
            done = function()
            return lambda: done
        future: Future[Done] = self._pool.submit(function)
        return future.result


@contextmanager
def team(workers: int = 0) -> Iterator[Team]:
    """A team for one run.

    Parameters
    ----------
    workers : int
        Threads; 0 takes one a processor, at most four; 1 works in the calling thread.

    Yields
    ------
    Team
    """
    n = workers or min(os.cpu_count() or 1, MOST)
    if n == 1:
        yield Team()
        return
    pool = ThreadPoolExecutor(n, thread_name_prefix="study")
    try:
        yield Team(pool)
    finally:
        pool.shutdown(cancel_futures=True)
