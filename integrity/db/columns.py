"""Rows to frames: a plant is read once, one select a frame, straight from the driver into arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Engine, Select

from integrity.core.arrays import NO_CODE, AnyArray, IntArray
from integrity.core.errors import InputError
from integrity.core.frame import Frame
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db.plant_sql import (
    DAY_SHIFT,
    MISSING,
    PLACE_STEP,
    VERSION_STEP,
    cml_select,
    component_select,
    inspection_select,
    reading_select,
    site_select,
)

# Small enough that a chunk's objects are still in the cache when they are turned into arrays.
CHUNK = 1000
Turn = Callable[[Sequence[Any]], AnyArray]


def read_plant(engine: Engine, site_id: int, as_of_d: int, progress: Progress = SILENT) -> Plant:
    """A plant as it stood on a day, in one consistent view of the database.

    Parameters
    ----------
    engine : Engine
    site_id : int
    as_of_d : int
        Days since 1970-01-01. Ratings, grades, repairs, regimes, linings, replacements and inspections count as they
        were in force on that day; readings and inspections after it are left out; ignored readings stay, with
        their code.
    progress : Progress
        Four steps, one a frame.

    Returns
    -------
    Plant
        Frames ordered as their docstrings say; a component without CML, reading or rating is still a row.

    Raises
    ------
    InputError
        There is no such site.
    """
    with one_view(engine) as connection:
        about = about_site(connection, site_id)
        components = read_components(connection, site_id, as_of_d)
        progress.step(1, 4)
        cmls = read_cmls(connection, components, site_id, as_of_d)
        progress.step(2, 4)
        readings = read_readings(connection, cmls, about, as_of_d)
        progress.step(3, 4)
        inspections = read_inspections(connection, components, site_id, as_of_d)
        progress.step(4, 4)
    return Plant(about.name, as_of_d, components, cmls, readings, inspections)


@dataclass(frozen=True)
class AboutSite:
    """What the reading of a site's readings needs to know.

    Parameters
    ----------
    site_id : int
    name : str
    alone : bool
        The database holds no other site.
    surveys : mapping of survey id to name
    """

    site_id: int
    name: str
    alone: bool
    surveys: Mapping[int, str]


def about_site(connection: Connection, site_id: int) -> AboutSite:
    """Name and surveys of a site, in one select.

    Parameters
    ----------
    connection : Connection
    site_id : int

    Returns
    -------
    AboutSite
    """
    rows = connection.execute(site_select(site_id)).all()
    if not rows:
        raise InputError(msg("db.no_such_row", table="site", id=site_id))
    surveys = {int(row[2]): str(row[3]) for row in rows if row[2] is not None}
    return AboutSite(site_id, str(rows[0][0]), rows[0][1] == 1, surveys)


@contextmanager
def one_view(engine: Engine) -> Iterator[Connection]:
    """A connection whose selects all see the database as it was at the first.

    Parameters
    ----------
    engine : Engine

    Yields
    ------
    Connection
    """
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(**options).connect() as connection:
        yield connection


def read_components(connection: Connection, site_id: int, as_of_d: int) -> ComponentFrame:
    """The component frame, in one select.

    Parameters
    ----------
    connection : Connection
    site_id : int
    as_of_d : int

    Returns
    -------
    ComponentFrame
    """
    return ComponentFrame.from_columns(fetch(connection, ComponentFrame, *component_select(site_id, as_of_d)))


def read_cmls(connection: Connection, components: ComponentFrame, site_id: int, as_of_d: int) -> CmlFrame:
    """The CML frame, in one select.

    Parameters
    ----------
    connection : Connection
    components : ComponentFrame
        As read in the same view.
    site_id : int
    as_of_d : int

    Returns
    -------
    CmlFrame
    """
    got = fetch(connection, CmlFrame, *cml_select(site_id, as_of_d))
    rows = np.searchsorted(components.component_id, got["component_row"])
    baseline = np.maximum(components.component_start_d, components.regime_start_d)
    got["component_row"] = rows
    got["start_d"] = np.maximum(got["start_d"], baseline[rows])
    return CmlFrame.from_columns(got)


def read_readings(
    connection: Connection,
    cmls: CmlFrame,
    about: AboutSite,
    as_of_d: int,
    runs: Sequence[tuple[int, int]] | None = None,
) -> ReadingFrame:
    """The reading frame, in one select.

    Parameters
    ----------
    connection : Connection
    cmls : CmlFrame
        As read in the same view.
    about : AboutSite
    as_of_d : int
    runs : sequence of (first, last), optional
        Only readings with these ids.

    Returns
    -------
    ReadingFrame
    """
    statement = reading_select(None if about.alone else about.site_id, as_of_d, runs)
    whole, survey_names = _integers(0), defaultdict(str, about.surveys)
    turns = [whole, whole, _floats, whole, whole, _looked_up(survey_names), _shared_text(), _floats]
    ids, cml_ids, t_mm, place, state, survey, position_text, T_surface_C = _columns(connection, statement, turns)
    rows, known = _rows_of(cmls.cml_id, cml_ids)
    del cml_ids
    # `place` orders by position, then date.
    order = np.lexsort((ids, place, rows))
    order = order[known[order]]
    place, state = place[order], state[order]
    return ReadingFrame.from_columns(
        {
            "reading_id": ids[order],
            "cml_row": rows[order],
            "position": place // PLACE_STEP,
            "position_text": position_text[order],
            "date_d": place % PLACE_STEP - DAY_SHIFT,
            "t_mm": t_mm[order],
            "quality": state & 3,
            "accept_short": state >> 2 & 1,
            "is_nominal": state >> 3 & 1,
            "survey": survey[order],
            "T_surface_C": T_surface_C[order],
            "row_version": state // VERSION_STEP,
        }
    )


def read_inspections(connection: Connection, components: ComponentFrame, site_id: int, as_of_d: int) -> InspectionFrame:
    """The inspection frame, in one select.

    Parameters
    ----------
    connection : Connection
    components : ComponentFrame
        As read in the same view.
    site_id : int
    as_of_d : int

    Returns
    -------
    InspectionFrame
    """
    got = fetch(connection, InspectionFrame, *inspection_select(site_id, as_of_d))
    got["component_row"] = np.searchsorted(components.component_id, got["component_row"])
    return InspectionFrame.from_columns(got)


def _rows_of(ids: IntArray, wanted: AnyArray) -> tuple[IntArray, AnyArray]:
    """Row of each wanted id among `ids`, which need not be sorted, and whether it is there."""
    order = np.argsort(ids, kind="stable")
    if ids.size == 0:
        return np.zeros(wanted.size, dtype=np.int64), np.zeros(wanted.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(ids[order], wanted), ids.size - 1)
    rows = order[at]
    return rows.astype(np.int64), ids[rows] == wanted


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
    return dict(zip(names, _columns(connection, statement, turns), strict=True))


def _columns(connection: Connection, statement: Select[Any], turns: Sequence[Turn]) -> list[AnyArray]:
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
        return _coded(frame.codes_of(name))
    if quantity == "text":
        return _shared_text()
    if quantity in MISSING:
        return _integers(MISSING[quantity])
    return _floats


def _floats(cells: Sequence[Any]) -> AnyArray:
    gone = cells.count(None)
    if gone == len(cells):
        return np.full(gone, np.nan)
    if gone:
        return np.array(cells, dtype=np.float64)
    return np.fromiter(cells, dtype=np.float64, count=len(cells))


def _integers(missing: int) -> Turn:
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


def _coded(allowed: tuple[str, ...]) -> Turn:
    """Indexes of codes; an open text that is no code counts as missing."""
    lookup = _Known({code: i for i, code in enumerate(allowed)} | {None: NO_CODE, "": NO_CODE})

    def turn(cells: Sequence[Any]) -> AnyArray:
        return np.fromiter(map(lookup.__getitem__, cells), dtype=np.int64, count=len(cells))

    return turn


def _looked_up(table: Mapping[Any, str]) -> Turn:
    """Texts of ids; the same object for the same id."""

    def turn(cells: Sequence[Any]) -> AnyArray:
        return np.fromiter(map(table.__getitem__, cells), dtype=object, count=len(cells))

    return turn


class _Shared(dict[Any, str]):
    """Texts by themselves: equal texts become one object, so that a million rows hold few."""

    def __missing__(self, key: Any) -> str:
        self[key] = key
        return str(key)


def _shared_text() -> Turn:
    return _looked_up(_Shared({None: ""}))
