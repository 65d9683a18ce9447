"""Plug-ins: what installed distributions offer under the entry point groups of the program, and what of it failed."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from integrity.core.message import Message, msg

PROCEDURES = "integrity.procedures"
WORDS = "integrity.words"
QUANTITIES = "integrity.quantities"

_problems: dict[tuple[str, str, str], Message] = {}


@cache
def _every_point() -> Any:
    # One walk over the installed distributions serves all groups; its type is another one from Python 3.12 on.
    return entry_points()


def distribution_of(point: EntryPoint) -> str:
    """Name and version of the distribution that an entry point belongs to.

    Parameters
    ----------
    point : EntryPoint

    Returns
    -------
    str
        Empty where it belongs to none.
    """
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else ""


def points(group: str) -> tuple[EntryPoint, ...]:
    """Entry points of a group, in the order of distribution and name.

    Parameters
    ----------
    group : str

    Returns
    -------
    tuple of EntryPoint
    """
    return tuple(sorted(_every_point().select(group=group), key=lambda p: (distribution_of(p), p.name)))


def load(point: EntryPoint) -> Any:
    """What an entry point names; foreign code that fails is recorded and passed over.

    Parameters
    ----------
    point : EntryPoint

    Returns
    -------
    object
        None where it failed.
    """
    try:
        return point.load()
    # Foreign code may raise anything, and must not take the program with it; what it raised is shown.
    except Exception as error:
        failed(point, error)
        return None


def failed(point: EntryPoint, error: Exception) -> None:
    """Record that what an entry point offers cannot be used.

    Parameters
    ----------
    point : EntryPoint
    error : Exception
    """
    said = f"{type(error).__name__}: {error}"
    _problems[(distribution_of(point), point.group, point.name)] = msg(
        "core.plugin_failed", distribution=distribution_of(point), point=point.value, group=point.group, error=said
    )


def problems() -> tuple[Message, ...]:
    """What failed of the plug-ins that were asked for so far.

    Returns
    -------
    tuple of Message
        Each names distribution, entry point and error.
    """
    return tuple(_problems[k] for k in sorted(_problems))
