"""How the parts of a run are worked through: one after another, or by threads that a service lends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Part = TypeVar("Part")
Done = TypeVar("Done")


class Each(Protocol):
    """Applies a function to parts and gives the results in the order of the parts, as the built-in `map` does.

    The parts do not depend on one another, so that who works on them, and when, moves no number.
    """

    def __call__(self, function: Callable[[Part], Done], parts: Iterable[Part], /) -> Iterator[Done]:
        """Results in the order of the parts."""
        ...


def one_by_one(function: Callable[[Part], Done], parts: Iterable[Part], /) -> Iterator[Done]:
    """Parts one after another, each when it is asked for.

    Parameters
    ----------
    function : callable
    parts : iterable

    Returns
    -------
    iterator
    """
    return map(function, parts)
