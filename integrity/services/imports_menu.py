"""What can be imported, for screens: record kinds, their fields, units and what each must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integrity.core.quantities import quantities
from integrity.exchange.fields import record_kinds
from integrity.exchange.outcome import REJECTED

REJECTED_SEVERITY = REJECTED


@dataclass(frozen=True)
class RecordMenu:
    """A kind of records: its fields with the units each may be given in, and the required ones."""

    key: str
    fields: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]


def record_menu() -> tuple[RecordMenu, ...]:
    """All record kinds.

    Returns
    -------
    tuple of RecordMenu
    """
    known = quantities()
    return tuple(
        RecordMenu(
            key,
            {name: tuple(known[f.quantity].units) if f.quantity in known else () for name, f in kind.fields.items()},
            kind.required,
        )
        for key, kind in record_kinds().items()
    )
