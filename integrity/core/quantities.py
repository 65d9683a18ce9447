"""Quantities, their internal unit and their display units; conversion only at the edges and where a clause says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from integrity.core import plugins
from integrity.core.arrays import FloatArray, as_float
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.tables import read_json

_FILE = Path(__file__).parent / "tables" / "quantities.json"


@dataclass(frozen=True)
class Unit:
    """A unit: internal = factor * value + offset; `decimals` is what a table shows."""

    name: str
    factor: float
    offset: float
    decimals: int


@dataclass(frozen=True)
class Quantity:
    """A kind of number with its internal unit and the display unit of each unit set."""

    key: str
    internal: str
    si: str
    us: str
    units: Mapping[str, Unit]


@lru_cache(maxsize=1)
def quantities() -> Mapping[str, Quantity]:
    """All quantities by key, those of plug-ins too; one of the package is never replaced.

    Returns
    -------
    mapping of str to Quantity
    """
    out: dict[str, Quantity] = {}
    for path in reversed(_plugin_files()):
        out.update(_read(path))
    return {**out, **_read(_FILE)}


@lru_cache(maxsize=1)
def plugin_spellings() -> Mapping[str, tuple[str, ...]]:
    """Ways to write the units of the quantities that plug-ins bring, by unit.

    Returns
    -------
    mapping of str to tuple of str
        At least the unit itself.
    """
    out: dict[str, tuple[str, ...]] = {}
    for path in _plugin_files():
        spelt = read_json(path).get("spellings", {})
        for q in _read(path).values():
            out.update({u: (u, *spelt.get(u, ())) for u in q.units if u not in out})
    return out


@lru_cache(maxsize=1)
def _plugin_files() -> tuple[Path, ...]:
    """Files of plug-ins that can be read."""
    out = []
    for point in plugins.points(plugins.QUANTITIES):
        named = plugins.load(point)
        if named is None:
            continue
        try:
            _read(Path(str(named)))
        except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
            plugins.failed(point, error)
        else:
            out.append(Path(str(named)))
    return tuple(out)


def _read(path: Path) -> dict[str, Quantity]:
    out = {}
    for key, row in read_json(path)["quantities"].items():
        units = {u: Unit(u, float(v[0]), float(v[1]), int(v[2])) for u, v in row["units"].items()}
        shown = {row["internal"], row["si"], row["us"]}
        if not shown <= set(units):
            raise ValueError(f"{key}: no unit {sorted(shown - set(units))}")
        out[key] = Quantity(key, row["internal"], row["si"], row["us"], units)
    return out


@lru_cache(maxsize=1)
def symbols() -> Mapping[str, str]:
    """Quantity key of each known symbol (column name).

    Returns
    -------
    mapping of str to str
    """
    table: dict[str, str] = read_json(_FILE)["symbols"]
    return table


def quantity(key: str) -> Quantity:
    """One quantity; an unknown key is a contract error.

    Parameters
    ----------
    key : str

    Returns
    -------
    Quantity
    """
    try:
        return quantities()[key]
    except KeyError:
        raise ContractError(msg("core.unknown_quantity", key=key)) from None


def _unit(key: str, unit: str) -> Unit:
    q = quantity(key)
    if unit not in q.units:
        raise ContractError(msg("core.unknown_unit", unit=unit, quantity=key))
    return q.units[unit]


def to_internal(values: Any, key: str, unit: str) -> FloatArray:
    """Convert values given in `unit` to the internal unit of the quantity.

    Parameters
    ----------
    values : array_like
    key : str
        Quantity key.
    unit : str
        A unit of that quantity.

    Returns
    -------
    ndarray of float64
    """
    u = _unit(key, unit)
    return as_float(values) * u.factor + u.offset


def from_internal(values: Any, key: str, unit: str) -> FloatArray:
    """Convert values in the internal unit of the quantity to `unit`.

    Parameters
    ----------
    values : array_like
    key : str
    unit : str

    Returns
    -------
    ndarray of float64
    """
    u = _unit(key, unit)
    return (as_float(values) - u.offset) / u.factor


def display_unit(key: str, unit_set: str) -> Unit:
    """Unit in which a quantity is shown.

    Parameters
    ----------
    key : str
    unit_set : str
        "SI" or "US".

    Returns
    -------
    Unit
    """
    q = quantity(key)
    return q.units[q.us if unit_set == "US" else q.si]
