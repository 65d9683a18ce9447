"""Rows straight from the driver's own cursor into arrays, chunk by chunk, below every layer that makes objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select

from integrity.core.arrays import NO_CODE, AnyArray
from integrity.core.frame import Frame
from integrity.db.plant_sql import MISSING

# Small enough that a chunk's objects are still in the cache when they are turned into arrays.
CHUNK = 1000
Turn = Callable[[Sequence[Any]], AnyArray]


def fetch(
    connection: Connection, frame: type[Frame], statement: Select[Any], names: Sequence[str]
) -> dict[str, AnyArray]:
    """Run a select on the driver's own cursor and turn its rows into columns, chunk by chunk.

    Parameters
    ----------
    connection : Connection
    frame : type of Frame
        Gives the quantity of each column.
    statement : Select
    names : sequence of str
        Columns of the frame in the order of the select.

    Returns
    -------
    dict of column name to ndarray
    """
    quantities = frame.quantities()
    turns = [_turn(frame, name, quantities[name]) for name in names]
    return dict(zip(names, chunked(connection, statement, turns), strict=True))


def chunked(connection: Connection, statement: Select[Any], turns: Sequence[Turn]) -> list[AnyArray]:
    """Columns of a select.

    Parameters
    ----------
    connection : Connection
    statement : Select
    turns : sequence of callable
        What turns the cells of a chunk of each column into an array.

    Returns
    -------
    list of ndarray
    """
    parts: list[list[AnyArray]] = [[] for _ in turns]
    for rows in _chunks(connection, statement):
        for part, turn, cells in zip(parts, turns, zip(*rows, strict=True), strict=True):
            part.append(turn(cells))
    return [_joined(part, turn(())) for part, turn in zip(parts, turns, strict=True)]


def _joined(parts: list[AnyArray], empty: AnyArray) -> AnyArray:
    out = np.concatenate(parts) if parts else empty
    parts.clear()
    return out


def _chunks(connection: Connection, statement: Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    sql = str(statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    raw: Any = connection.connection.driver_connection
    on_server = connection.dialect.name == "postgresql"
    cursor = raw.cursor(name="frame") if on_server else raw.cursor()
    try:
        cursor.execute(sql.replace("%%", "%") if on_server else sql)
        while rows := cursor.fetchmany(CHUNK):
            yield rows
    finally:
        cursor.close()


def _turn(frame: type[Frame], name: str, quantity: str) -> Turn:
    if quantity == "code":
        return coded(frame.codes_of(name))
    if quantity == "text":
        return shared_text()
    if quantity in MISSING:
        return integers(MISSING[quantity])
    return floats


def floats(cells: Sequence[Any]) -> AnyArray:
    """Numbers, NaN where missing.

    Parameters
    ----------
    cells : sequence

    Returns
    -------
    ndarray of float64
    """
    gone = cells.count(None)
    if gone == len(cells):
        return np.full(gone, np.nan)
    if gone:
        return np.array(cells, dtype=np.float64)
    return np.fromiter(cells, dtype=np.float64, count=len(cells))


def integers(missing: int) -> Turn:
    """Whole numbers.

    Parameters
    ----------
    missing : int
        What stands for a missing one.

    Returns
    -------
    callable
    """
    holes = False

    def turn(cells: Sequence[Any]) -> AnyArray:
        nonlocal holes
        if not holes:
            try:
                return np.fromiter(cells, dtype=np.int64, count=len(cells))
            except TypeError:
                holes = True
        return np.array([missing if v is None else v for v in cells], dtype=np.int64)

    return turn


class _Known(dict[Any, int]):
    """Indexes by code."""

    def __missing__(self, key: Any) -> int:
        return NO_CODE


def coded(allowed: tuple[str, ...]) -> Turn:
    """Indexes of codes; an open text that is no code counts as missing.

    Parameters
    ----------
    allowed : tuple of str

    Returns
    -------
    callable
    """
    lookup = _Known({code: i for i, code in enumerate(allowed)} | {None: NO_CODE, "": NO_CODE})

    def turn(cells: Sequence[Any]) -> AnyArray:
        return np.fromiter(map(lookup.__getitem__, cells), dtype=np.int64, count=len(cells))

    return turn


def looked_up(table: Mapping[Any, str]) -> Turn:
    """Texts of ids; the same object for the same id.

    Parameters
    ----------
    table : mapping of id to str

    Returns
    -------
    callable
    """

    def turn(cells: Sequence[Any]) -> AnyArray:
        return np.fromiter(map(table.__getitem__, cells), dtype=object, count=len(cells))

    return turn


class _Shared(dict[Any, str]):
    """Texts by themselves: equal texts become one object, so that a million rows hold few."""

    def __missing__(self, key: Any) -> str:
        self[key] = key
        return str(key)


def shared_text() -> Turn:
    """Texts; equal ones are one object.

    Returns
    -------
    callable
    """
    return looked_up(_Shared({None: ""}))


class Numbering(dict[str, int]):
    """Texts numbered in order of arrival; a missing or empty text is -1."""

    def __missing__(self, key: str | None) -> int:
        if not key:
            return NO_CODE
        self[key] = number = len(self)
        return number

    def turn(self, cells: Sequence[Any]) -> AnyArray:
        """Numbers of the cells of a chunk.

        Parameters
        ----------
        cells : sequence of str or None

        Returns
        -------
        ndarray of int64
        """
        return np.fromiter(map(self.__getitem__, cells), dtype=np.int64, count=len(cells))
