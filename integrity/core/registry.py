"""Registry of procedures by key; rooms and plug-ins register, everyone else looks up."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, TypeVar

from integrity.core import plugins
from integrity.core.errors import ContractError, InputError
from integrity.core.message import Message, msg
from integrity.core.procedure import Procedure

T = TypeVar("T")

ROOMS = (
    "integrity.life.procedures",
    "integrity.design.procedures",
    "integrity.rbi.procedures",
    "integrity.regulation.procedures",
    "integrity.plan.procedures",
    "integrity.ffs.procedures",
)

_procedures: dict[str, Procedure] = {}
_origins: dict[str, str] = {}
_registers: list[dict[str, Any]] = [_procedures]
_loaded = False


def shared_register(register: dict[str, T]) -> dict[str, T]:
    """Make a register of a room known, so that what a failing plug-in put into it is taken out again.

    Parameters
    ----------
    register : dict of key to object

    Returns
    -------
    dict of key to object
        The same.
    """
    _registers.append(register)
    return register


def register(procedure: Procedure) -> Procedure:
    """Add a procedure; a second one of the same key is refused.

    Parameters
    ----------
    procedure : Procedure

    Returns
    -------
    Procedure
        The same object, so that modules can bind it to a name.
    """
    known = _procedures.get(procedure.key)
    if known is not None and known is not procedure:
        raise ContractError(msg("core.procedure_twice", key=procedure.key))
    _procedures[procedure.key] = procedure
    return procedure


def load_all() -> None:
    """Import the rooms and the plug-ins of the entry point group, once; a plug-in that fails is passed over."""
    global _loaded
    if _loaded:
        return
    for room in ROOMS:
        try:
            import_module(room)
        except ModuleNotFoundError as error:
            if error.name != room:
                raise
    # Set before the plug-ins, which may look things up while they load.
    _loaded = True
    for point in plugins.points(plugins.PROCEDURES):
        before = [dict(r) for r in _registers]
        if plugins.load(point) is None:
            for register, kept in zip(_registers, before, strict=False):
                register.clear()
                register.update(kept)
        _origins.update({key: plugins.distribution_of(point) for key in _procedures if key not in before[0]})


def plugin_problems() -> tuple[Message, ...]:
    """Plug-ins that could not be loaded; nothing of them takes part.

    Returns
    -------
    tuple of Message
        Each names distribution, entry point and error.
    """
    load_all()
    return plugins.problems()


def origin(key: str) -> str:
    """Name and version of the plug-in that a procedure comes from.

    Parameters
    ----------
    key : str
        Key of a procedure.

    Returns
    -------
    str
        Empty for a procedure of the package.
    """
    load_all()
    return _origins.get(key, "")


def procedure(key: str) -> Procedure:
    """Look up a procedure.

    Parameters
    ----------
    key : str

    Returns
    -------
    Procedure
    """
    load_all()
    try:
        return _procedures[key]
    except KeyError:
        raise InputError(msg("core.unknown_procedure", key=key)) from None


def procedures() -> Iterator[Procedure]:
    """All procedures in key order.

    Yields
    ------
    Procedure
    """
    load_all()
    for key in sorted(_procedures):
        yield _procedures[key]
