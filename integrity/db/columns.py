"""Rows to frames: a plant is read once, few selects, straight from the driver into arrays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, Engine

from integrity.core.arrays import NO_CODE, AnyArray, IntArray
from integrity.core.errors import InputError
from integrity.core.frames.facts import DamageFrame
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db.cursor import chunked, fetch, floats, integers, looked_up, shared_text
from integrity.db.damage import read_decisions
from integrity.db.facts import read_facts
from integrity.db.plant_sql import (
    DAY_SHIFT,
    PLACE_STEP,
    VERSION_STEP,
    cml_select,
    component_select,
    inspection_select,
    reading_select,
    site_select,
)

__all__ = ["about_site", "fetch", "one_view", "read_plant"]
STEPS = 5


def read_plant(engine: Engine, site_id: int, as_of_d: int, progress: Progress = SILENT) -> Plant:
    """A plant as it stood on a day, in one consistent view of the database.

    Parameters
    ----------
    engine : Engine
    site_id : int
    as_of_d : int
        Days since 1970-01-01. Ratings, grades, repairs, regimes, linings, replacements, inspections, facts and
        decisions count as they were in force on that day; readings and inspections after it are left out; ignored
        readings stay, with their code.
    progress : Progress
        Five steps: components with their decisions, CMLs, readings, inspections, facts.

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
        components, damage = read_components(connection, site_id, as_of_d)
        progress.step(1, STEPS)
        cmls = read_cmls(connection, components, site_id, as_of_d)
        progress.step(2, STEPS)
        readings = read_readings(connection, cmls, about, as_of_d)
        progress.step(3, STEPS)
        inspections = read_inspections(connection, components, site_id, as_of_d)
        progress.step(4, STEPS)
        facts = read_facts(connection, components, site_id, as_of_d)
        progress.step(5, STEPS)
    return Plant(about.name, as_of_d, components, cmls, readings, inspections, facts, damage)


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


def read_components(connection: Connection, site_id: int, as_of_d: int) -> tuple[ComponentFrame, DamageFrame]:
    """The component frame and the decisions on damage mechanisms, which complete it.

    Parameters
    ----------
    connection : Connection
    site_id : int
    as_of_d : int

    Returns
    -------
    components : ComponentFrame
        A flag that a component does not have itself is that of its accepted mechanisms.
    damage : DamageFrame
    """
    got = fetch(connection, ComponentFrame, *component_select(site_id, as_of_d))
    decisions = read_decisions(connection, got, site_id, as_of_d)
    for name, said in decisions.flags(got["component_id"].size).items():
        got[name] = np.where(got[name] == NO_CODE, said, got[name])
    return ComponentFrame.from_columns(got), decisions.frame


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
    whole, survey_names = integers(0), defaultdict(str, about.surveys)
    turns = [whole, whole, floats, whole, whole, looked_up(survey_names), shared_text(), floats]
    ids, cml_ids, t_mm, place, state, survey, position_text, T_surface_C = chunked(connection, statement, turns)
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
