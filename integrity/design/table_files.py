"""Data tables of the design room: the owner's folder first, then the tables that ship."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from integrity.core.arrays import FloatArray
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.quantities import to_internal
from integrity.core.tables import Constant, TableInfo, load_constants, read_json

TABLES = Path(__file__).parent / "tables"
CONSTANTS = load_constants(TABLES / "constants.json")
Row = Mapping[str, str]


def constants(*names: str) -> dict[str, Constant]:
    """Some constants of the room by name.

    Parameters
    ----------
    *names : str

    Returns
    -------
    dict of str to Constant
    """
    return {name: CONSTANTS[name] for name in names}


def constant(name: str) -> float:
    """Value of one constant in its internal unit.

    Parameters
    ----------
    name : str

    Returns
    -------
    float
    """
    return CONSTANTS[name].value


def unit_constant(name: str, quantity: str, unit: str) -> Constant:
    """A unit factor as a constant, so that a formula in another basis can print it.

    Parameters
    ----------
    name : str
        Symbol in the formula.
    quantity : str
    unit : str
        Unit whose size in the internal unit is wanted.

    Returns
    -------
    Constant
    """
    factor = float(to_internal(1.0, quantity, unit)[0])
    return Constant(name, factor, "number", "units", f"size of 1 {unit} in the internal unit", True)


def table_path(name: str, overlay: Path | None = None) -> Path:
    """File of a table: that of the overlay folder where it exists.

    Parameters
    ----------
    name : str
        File name.
    overlay : Path, optional
        Folder of tables of the same shape that stand before the shipped ones.

    Returns
    -------
    Path
    """
    if overlay is not None and (overlay / name).is_file():
        return overlay / name
    return TABLES / name


def table_rows(name: str, needed: Sequence[str], overlay: Path | None = None) -> tuple[Row, ...]:
    """Rows of a table file.

    Parameters
    ----------
    name : str
    needed : sequence of str
        Columns the caller reads; a file without one of them is refused.
    overlay : Path, optional

    Returns
    -------
    tuple of mapping of column to text
    """
    path = table_path(name, overlay)
    rows = _read(path, path.stat().st_mtime_ns)
    missing = [c for c in needed if rows and c not in rows[0]]
    if missing or not rows:
        raise InputError(msg("design.bad_table", file=name, column=missing[0] if missing else needed[0]))
    return rows


@lru_cache(maxsize=64)
def _read(path: Path, mtime_ns: int) -> tuple[Row, ...]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return tuple(csv.DictReader(handle))


def number(row: Row, column: str, blank: float, name: str) -> float:
    """A number of a table row.

    Parameters
    ----------
    row : mapping
    column : str
    blank : float
        Value of an empty cell.
    name : str
        File name, for the message.

    Returns
    -------
    float
    """
    text = row[column].strip()
    if not text:
        return blank
    try:
        return float(text)
    except ValueError:
        raise InputError(msg("design.bad_number", file=name, column=column, value=text)) from None


def is_true(row: Row, column: str) -> bool:
    """Whether a cell says true.

    Parameters
    ----------
    row : mapping
    column : str

    Returns
    -------
    bool
    """
    return row.get(column, "").strip().lower() == "true"


def converted(values: Sequence[float], quantity: str, unit: str) -> FloatArray:
    """Table values in the internal unit of their quantity.

    Parameters
    ----------
    values : sequence of float
    quantity : str
    unit : str

    Returns
    -------
    ndarray of float64
    """
    return to_internal(list(values), quantity, unit)


def table_info() -> Mapping[str, TableInfo]:
    """Provenance of every table that ships.

    Returns
    -------
    mapping of file name to TableInfo
    """
    return {
        name: TableInfo(name, row["edition"], row["source"], bool(row["verified"]))
        for name, row in read_json(TABLES / "sources.json").items()
    }


def tables_digest(overlay: Path | None = None) -> str:
    """SHA-256 over the tables in force, for the provenance of a run.

    Parameters
    ----------
    overlay : Path, optional

    Returns
    -------
    str
    """
    h = hashlib.sha256((TABLES / "constants.json").read_bytes())
    for name in sorted(table_info()):
        h.update(name.encode())
        h.update(table_path(name, overlay).read_bytes())
    return h.hexdigest()
