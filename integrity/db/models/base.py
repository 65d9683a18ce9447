"""Declarative base, column types and mixins of the models."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Annotated, Any

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes
from integrity.core.errors import InputError
from integrity.core.message import msg

_EPOCH = dt.date(1970, 1, 1)


class Number(TypeDecorator[float]):
    """Float in the internal unit of its column; NaN is stored as missing, infinity is refused."""

    impl = Float
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> float | None:
        """Check one value on its way in."""
        if value is None or value != value:
            return None
        number = float(value)
        if math.isinf(number):
            raise InputError(msg("db.infinite_number"))
        return number


class Day(TypeDecorator[int]):
    """Day number since 1970-01-01; `NO_DATE` is stored as missing, a `datetime.date` is converted."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Check one value on its way in."""
        if value is None:
            return None
        if isinstance(value, dt.date):
            return (value - _EPOCH).days
        return None if int(value) == NO_DATE else int(value)


class _FlagComparator(TypeDecorator.Comparator[Any]):
    """Lets a query say `Cml.active == True` on PostgreSQL too, where a number is not a truth value."""

    def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
        """Compare with 1 and 0 instead of true and false."""
        return super().operate(op, *(int(v) if isinstance(v, bool) else v for v in other), **kwargs)


class Flag(TypeDecorator[bool]):
    """Yes or no, stored as 1 or 0 on every database."""

    impl = SmallInteger
    cache_ok = True
    comparator_factory = _FlagComparator

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        """Check one value on its way in."""
        return None if value is None or value == -1 else int(bool(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Turn one value into a bool on its way out."""
        return None if value is None else bool(value)


class Code(TypeDecorator[str]):
    """A code of one enumeration of `core/tables/codes.json`, stored as its text; others are refused."""

    impl = Text
    cache_ok = True

    def __init__(self, enumeration: str) -> None:
        super().__init__()
        self.enumeration = enumeration

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Check one value on its way in."""
        if value is None or value == "":
            return None
        if value not in codes(self.enumeration):
            raise InputError(
                msg(
                    "core.unknown_code",
                    name=self.enumeration,
                    code=str(value),
                    allowed=", ".join(codes(self.enumeration)),
                )
            )
        return str(value)


class Json(TypeDecorator[Any]):
    """A small structure stored as canonical JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write one value as JSON."""
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read one value from JSON."""
        return None if value is None else json.loads(value)


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no blanks, so that equal contents have equal text.

    Parameters
    ----------
    value : object
        Dicts, lists, texts, numbers, None; NaN and infinity are refused.

    Returns
    -------
    str
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


OptNumber = Annotated[float | None, mapped_column(Number())]
OptDay = Annotated[int | None, mapped_column(Day())]
ReqDay = Annotated[int, mapped_column(Day())]
ReqNumber = Annotated[float, mapped_column(Number())]
OptFlag = Annotated[bool | None, mapped_column(Flag())]
Yes = Annotated[bool, mapped_column(Flag(), default=True)]
No = Annotated[bool, mapped_column(Flag(), default=False)]
Words = Annotated[str, mapped_column(Text(), default="")]


class Base(DeclarativeBase):
    """Base of all models; constraint names follow one pattern so that migrations can address them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text()}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        """Ids are never used twice: the audit refers to rows by table and id."""
        return {"sqlite_autoincrement": True}


class Versioned:
    """Rows that people edit: each change counts `row_version` up, a clash raises instead of winning."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> Any:
        """Let the ORM compare the version at each update."""
        return {"version_id_col": cls.row_version}


def table_args(*items: Any) -> tuple[Any, ...]:
    """Constraints and indexes of a table together with the options every table has.

    Parameters
    ----------
    *items
        Constraints and indexes.

    Returns
    -------
    tuple
    """
    return (*items, {"sqlite_autoincrement": True})


def check(name: str, sql: str) -> CheckConstraint:
    """A named check constraint.

    Parameters
    ----------
    name : str
    sql : str
        Condition that holds on SQLite and PostgreSQL; a missing value passes.

    Returns
    -------
    CheckConstraint
    """
    return CheckConstraint(sql, name=name)


def positive(*columns: str) -> tuple[CheckConstraint, ...]:
    """Checks that columns, where given, are greater than zero.

    Parameters
    ----------
    *columns : str

    Returns
    -------
    tuple of CheckConstraint
    """
    return tuple(check(f"{c.lower()}_positive", f'"{c}" > 0') for c in columns)


def not_negative(*columns: str) -> tuple[CheckConstraint, ...]:
    """Checks that columns, where given, are zero or more.

    Parameters
    ----------
    *columns : str

    Returns
    -------
    tuple of CheckConstraint
    """
    return tuple(check(f"{c.lower()}_not_negative", f'"{c}" >= 0') for c in columns)


def link(target: str) -> ForeignKey:
    """Foreign key to `target.id`, checked at once and deferrable where an undo needs it.

    Parameters
    ----------
    target : str
        Table name.

    Returns
    -------
    ForeignKey
    """
    return ForeignKey(f"{target}.id", deferrable=True, initially="IMMEDIATE")


def index_links(metadata: MetaData, without: frozenset[str]) -> None:
    """Index every link that no other index begins with: deleting a row looks for what points to it.

    Parameters
    ----------
    metadata : MetaData
    without : frozenset of str
        `table.column` of links that get none.
    """
    for table in metadata.tables.values():
        led = {next(iter(i.columns)).name for i in table.indexes}
        led |= {next(iter(u.columns)).name for u in table.constraints if isinstance(u, UniqueConstraint)}
        for column in table.columns:
            if column.foreign_keys and column.name not in led and f"{table.name}.{column.name}" not in without:
                Index(None, column)
