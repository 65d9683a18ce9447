"""Selects over decisions on damage mechanisms."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import CTE, Select, and_, case, func, literal, select

from integrity.db.models import Component, DamageAssignment
from integrity.db.sql_parts import begun, columns_of, known, not_ended, number

LEVELS = 4
COMPONENT, EQUIPMENT, CIRCUIT, LOOP = range(LEVELS)
TEXTS = ("mechanism", "cause", "side", "susceptibility", "reason")


def damage_select(as_of_d: int) -> Select[Any]:
    """The select of the decisions in force, in the order of their ids.

    Columns: `2 * (4 * id of the subject + level) + is_rejected`, the texts of `TEXTS`, local, day of the decision, day
    from which it holds.

    Parameters
    ----------
    as_of_d : int

    Returns
    -------
    Select
    """
    a = columns_of(DamageAssignment)
    ids = (a.component_id, a.equipment_id, a.circuit_id, a.loop_id)
    step = literal(2 * LEVELS, sa.BigInteger)
    subject = func.coalesce(*(i * step + number(2 * k) for k, i in enumerate(ids)))
    rejected = case((a.decision == "rejected", 1), else_=0)
    cells = [subject + rejected, *(a[name] for name in TEXTS), a.local, known(a.decided_d), known(a.from_d)]
    return select(*cells).where(begun(a.from_d, as_of_d), not_ended(a.until_d, as_of_d)).order_by(a.id)


def successor_select(live: CTE) -> Select[Any]:
    """The select of components that decisions name and that others have followed: id, and id of the one in its place.

    Parameters
    ----------
    live : CTE
        Components in service on the day.

    Returns
    -------
    Select
    """
    a, old = columns_of(DamageAssignment), columns_of(Component)
    same = and_(live.c.equipment_id == old.equipment_id, live.c.name == old.name, live.c.id != old.id)
    named = select(a.component_id).where(a.component_id.is_not(None))
    return select(old.id, live.c.id).select_from(old.id.table.join(live, same)).where(old.id.in_(named))
