"""Small parts that every select over a plant is made of."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, literal, or_

from integrity.core.arrays import NO_DATE
from integrity.db.models import Base

Sql = ColumnElement[Any]


@cache
def columns_of(model: type[Base]) -> Any:
    """The columns of a model without their types: cells pass to the arrays as they are stored.

    Parameters
    ----------
    model : model class

    Returns
    -------
    column collection
    """
    table = Base.metadata.tables[model.__tablename__]
    return sa.table(table.name, *(sa.column(c.name) for c in table.columns)).c


def number(value: int) -> Sql:
    """A whole number written into the statement.

    Parameters
    ----------
    value : int

    Returns
    -------
    ColumnElement
    """
    return literal(value, sa.Integer)


def known(day: Sql) -> Sql:
    """A day, `NO_DATE` where it is missing.

    Parameters
    ----------
    day : ColumnElement

    Returns
    -------
    ColumnElement
    """
    return func.coalesce(day, number(NO_DATE))


def begun(day: Sql, as_of_d: int) -> Sql:
    """True unless the day is known and lies after the as-of day.

    Parameters
    ----------
    day : ColumnElement
    as_of_d : int

    Returns
    -------
    ColumnElement
    """
    return known(day) <= number(as_of_d)


def not_ended(day: Sql, as_of_d: int) -> Sql:
    """True unless the day is known and is not after the as-of day.

    Parameters
    ----------
    day : ColumnElement
    as_of_d : int

    Returns
    -------
    ColumnElement
    """
    return or_(day.is_(None), day > number(as_of_d))
