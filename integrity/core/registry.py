"""Registry of procedures by key; rooms and plug-ins register, everyone else looks up."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points

from integrity.core.errors import ContractError, InputError
from integrity.core.message import msg
from integrity.core.procedure import Procedure

ROOMS = (
    "integrity.life.procedures",
    "integrity.design.procedures",
    "integrity.rbi.procedures",
    "integrity.regulation.procedures",
    "integrity.plan.procedures",
    "integrity.ffs.procedures",
)
PLUGIN_GROUP = "integrity.procedures"

_procedures: dict[str, Procedure] = {}
_loaded = False


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
    """Import the rooms and the plug-ins of the entry point group, once."""
    global _loaded
    if _loaded:
        return
    for room in ROOMS:
        try:
            import_module(room)
        except ModuleNotFoundError as error:
            if error.name != room:
                raise
    for point in entry_points(group=PLUGIN_GROUP):
        point.load()
    _loaded = True


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
