"""Selects over what is recorded of components, items, circuits and loops, of their streams and linings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import CTE, Select, and_, func, literal, select

from integrity.core.arrays import NO_DATE
from integrity.db.models import Chamber, CorrosionLoop, Fact, Lining, ProcessStream
from integrity.db.sql_parts import begun, columns_of, known, not_ended, number

LEVELS = 4
COMPONENT, EQUIPMENT, CIRCUIT, LOOP = range(LEVELS)
DAY_SHIFT = 2**31
PLACE_STEP = 2**32
# Column of a stream, and the symbol of the fact it gives.
STREAM_SYMBOLS = {
    "T_C": "T_stream_C",
    "P_MPa": "P_stream_MPa",
    **{
        name: name
        for name in (
            *("MW", "density", "TAN", "sulfur_wt", "H2S_ppmw", "chloride_ppmw", "pH", "water_wt", "amine_wt"),
            *("NH3_ppmw", "H2S_mol", "velocity_m_s"),
        )
    },
}


def fact_select(as_of_d: int, *, texts: bool) -> Select[Any]:
    """The select of the facts in force, in the order of their ids; what is small is packed, each cell costs a row.

    Columns: `(2 * (4 * id of the subject + level) + is_day) * PLACE_STEP + from_d + DAY_SHIFT`, symbol, and the text,
    or the number or day.

    Parameters
    ----------
    as_of_d : int
    texts : bool
        The facts that are texts; the numbers and days otherwise.

    Returns
    -------
    Select
    """
    f = columns_of(Fact)
    step = 2 * LEVELS * PLACE_STEP
    ids = (f.component_id, f.equipment_id, f.circuit_id, f.loop_id)
    subject = [i * _wide(step) + _wide(2 * k * PLACE_STEP + DAY_SHIFT) for k, i in enumerate(ids)]
    place = func.coalesce(*subject) + known(f.from_d)
    is_text = f.text != literal("")
    in_force = and_(begun(f.from_d, as_of_d), not_ended(f.until_d, as_of_d))
    if texts:
        return select(place, f.symbol, f.text).where(is_text, in_force).order_by(f.id)
    day = sa.case((f.number.is_(None), _wide(PLACE_STEP)), else_=number(0))
    return select(place + day, f.symbol, func.coalesce(f.number, f.day)).where(~is_text, in_force).order_by(f.id)


def _wide(value: int) -> Any:
    return literal(value, sa.BigInteger)


def stream_select(live: CTE, site_id: int) -> tuple[Select[Any], list[str]]:
    """The select of the streams: level and subject, then the columns of `STREAM_SYMBOLS`.

    A stream of a chamber is one of each of its components; one that names a circuit is that circuit's alone.

    Parameters
    ----------
    live : CTE
        Components in service on the day.
    site_id : int

    Returns
    -------
    statement : Select
    names : list of str
    """
    s, h = columns_of(ProcessStream), columns_of(Chamber)
    values = [s[name] for name in STREAM_SYMBOLS]
    of_site = s.site_id == number(site_id)
    in_chamber = live.join(h.id.table, h.id == live.c.chamber_id).join(s.id.table, s.id == h.stream_id)
    parts = [
        select(number(COMPONENT).label("level"), live.c.id.label("subject"), *values).select_from(in_chamber),
        select(number(CIRCUIT), s.circuit_id, *values).where(of_site, s.circuit_id.is_not(None)),
        select(number(LOOP), s.loop_id, *values).where(of_site, s.circuit_id.is_(None), s.loop_id.is_not(None)),
    ]
    both = sa.union_all(*parts).subquery("streams")
    names = ["level", "subject", *STREAM_SYMBOLS]
    return select(*(both.c[n] for n in names)), names


def lining_select(live: CTE, as_of_d: int) -> tuple[Select[Any], list[str]]:
    """The select of the linings in place, of each component the latest last.

    Parameters
    ----------
    live : CTE
        Components in service on the day.
    as_of_d : int

    Returns
    -------
    statement : Select
    names : list of str
    """
    lining = columns_of(Lining)
    names = ["component_id", "kind", "condition", "thickness_mm", "installed_d", "inspected_d"]
    there = and_(begun(lining.installed_d, as_of_d), not_ended(lining.removed_d, as_of_d))
    statement = (
        select(*(lining[n] for n in names))
        .select_from(live.join(lining.id.table, lining.component_id == live.c.id))
        .where(there)
        .order_by(lining.component_id, func.coalesce(lining.installed_d, number(NO_DATE)), lining.id)
    )
    return statement, names


def loop_select(site_id: int) -> Select[Any]:
    """Id and name of each corrosion loop of a site.

    Parameters
    ----------
    site_id : int

    Returns
    -------
    Select
    """
    c = columns_of(CorrosionLoop)
    return select(c.id, c.name).where(c.site_id == number(site_id)).order_by(c.id)
