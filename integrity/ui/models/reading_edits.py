"""Reads what a person typed or pasted into the readings table: values with unit, qualities, and what is wrong."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from integrity.core.codes import codes
from integrity.core.quantities import display_unit, quantity, to_internal
from integrity.ui.models.column_model import ColumnModel, Edit
from integrity.ui.state import State

_VALUE = re.compile(r"^([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)$")


@dataclass(frozen=True)
class Asked:
    """Changes asked for by source row: value (mm, text, unit), quality, acceptance; and errors by cell."""

    values: Mapping[int, tuple[float, str, str]] = field(default_factory=dict)
    qualities: Mapping[int, int] = field(default_factory=dict)
    accept: tuple[int, ...] = ()
    errors: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def rows(self) -> set[int]:
        """All rows concerned."""
        return {*self.values, *self.qualities, *self.accept}

    @property
    def count(self) -> int:
        """Number of changes."""
        return len(self.values) + len(self.qualities) + len(self.accept)


def read_edits(edits: Sequence[Edit], model: ColumnModel, state: State) -> Asked:
    """Sort edits into values, qualities and errors.

    Parameters
    ----------
    edits : sequence of Edit
    model : ColumnModel
        Table of readings.
    state : State

    Returns
    -------
    Asked
    """
    values: dict[int, tuple[float, str, str]] = {}
    qualities: dict[int, int] = {}
    errors: dict[tuple[int, str], str] = {}
    for edit in edits:
        if edit.key == "quality":
            found = read_code(edit.text, "reading_quality", state)
            if found < 0:
                allowed = ", ".join(state.code("reading_quality", i) for i in range(len(codes("reading_quality"))))
                errors[edit.row, edit.key] = state.text("ui.edit.bad_quality", text=edit.text, allowed=allowed)
            elif found != int(model.array("quality")[edit.row]):
                qualities[edit.row] = found
        elif edit.key == "t_mm":
            value = read_thickness(edit.text, state)
            if value is None:
                unit = state.unit("thickness")
                errors[edit.row, edit.key] = state.text("ui.edit.bad_value", text=edit.text, unit=unit)
            elif not math.isclose(value[0], float(model.array("t_mm")[edit.row]), rel_tol=1e-12):
                values[edit.row] = value
    return Asked(values, qualities, (), errors)


def read_thickness(text: str, state: State) -> tuple[float, str, str] | None:
    """A thickness as typed: number in the unit shown, or with a unit of its own behind it.

    Parameters
    ----------
    text : str
    state : State

    Returns
    -------
    (t_mm, text, unit) or None
        None where it is no positive number with a known unit.
    """
    match = _VALUE.match(text.strip().replace("−", "-"))
    if match is None:
        return None
    unit = match.group(2) or display_unit("thickness", state.unit_set).name
    if unit not in quantity("thickness").units:
        return None
    t_mm = float(to_internal(float(match.group(1)), "thickness", unit)[0])
    return (t_mm, match.group(1), unit) if t_mm > 0 and math.isfinite(t_mm) else None


def read_code(text: str, enumeration: str, state: State) -> int:
    """Index of a code by its name in the language of the window or by the code itself; -1 where it is none.

    Parameters
    ----------
    text : str
    enumeration : str
    state : State

    Returns
    -------
    int
    """
    word = text.strip().lower()
    for i, code in enumerate(codes(enumeration)):
        if word in (code.lower(), state.code(enumeration, i).lower()):
            return i
    return -1
