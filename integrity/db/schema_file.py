"""The schema written down as data, revision by revision: what the migrations make, whatever the models become."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from integrity.core.tables import read_json
from integrity.db.models import Base

VERSIONS = Path(__file__).parent / "migrations" / "versions"
FIRST = VERSIONS / "schema_0001.json"
# What later revisions add: whole tables, and columns of tables that were there.
LATER = {"0002": VERSIONS / "schema_0002.json"}
_TYPES = (sa.SmallInteger, sa.BigInteger, sa.Integer, sa.Float, sa.Text, sa.LargeBinary)


def _type_name(column: sa.Column[Any]) -> str:
    kind = column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
    return next(t.__name__ for t in _TYPES if isinstance(kind, t))


def _describe_table(table: sa.Table) -> dict[str, Any]:
    columns = {}
    for c in table.columns:
        columns[c.name] = [_type_name(c), "null" if c.nullable else "not null"]
        columns[c.name] += [fk.target_fullname for fk in c.foreign_keys]
    constraints = sorted(table.constraints, key=lambda k: str(k.name))
    return {
        "columns": columns,
        "primary_key": [c.name for c in table.primary_key.columns],
        "unique": {str(k.name): k.columns.keys() for k in constraints if isinstance(k, sa.UniqueConstraint)},
        "check": {str(k.name): str(k.sqltext) for k in constraints if isinstance(k, sa.CheckConstraint)},
        "index": {str(i.name): i.columns.keys() for i in sorted(table.indexes, key=lambda i: str(i.name))},
    }


def describe(metadata: sa.MetaData = Base.metadata) -> dict[str, Any]:
    """Tables of a metadata as plain data, in the order in which they can be made.

    Parameters
    ----------
    metadata : MetaData

    Returns
    -------
    dict
    """
    return {table.name: _describe_table(table) for table in metadata.sorted_tables}


def _column(name: str, row: list[str], keys: list[str], table: str) -> sa.Column[Any]:
    links = [
        sa.ForeignKey(t, name=sa.schema.conv(f"fk_{table}_{name}"), deferrable=True, initially="IMMEDIATE")
        for t in row[2:]
    ]
    kind = getattr(sa, row[0])()
    return sa.Column(name, kind, *links, nullable=row[1] == "null", primary_key=name in keys)


def tables_of(description: dict[str, Any]) -> list[sa.Table]:
    """Tables built from a description.

    Parameters
    ----------
    description : dict
        As `describe` writes it.

    Returns
    -------
    list of Table
        In the order in which they can be made.
    """
    metadata = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    out = []
    for name, row in description.items():
        columns = [_column(c, spec, row["primary_key"], name) for c, spec in row["columns"].items()]
        table = sa.Table(name, metadata, *columns, sqlite_autoincrement=True)
        for key, names in row["unique"].items():
            table.append_constraint(sa.UniqueConstraint(*names, name=sa.schema.conv(key)))
        for key, sql in row["check"].items():
            table.append_constraint(sa.CheckConstraint(sql, name=sa.schema.conv(key)))
        for key, names in row["index"].items():
            sa.Index(sa.schema.conv(key), *(table.c[n] for n in names))
        out.append(table)
    return out


def shipped(revision: str = "") -> dict[str, Any]:
    """The schema as the migrations up to a revision make it.

    Parameters
    ----------
    revision : str
        The newest one where empty.

    Returns
    -------
    dict
        As `describe` gives it, new tables and columns last.
    """
    out: dict[str, Any] = dict(read_json(FIRST))
    for number, path in LATER.items():
        if revision and number > revision:
            break
        change = read_json(path)
        out |= change["tables"]
        for table, columns in change["columns"].items():
            out[table] = {**out[table], "columns": out[table]["columns"] | columns}
    return out


def added_columns() -> dict[str, frozenset[str]]:
    """Columns that later revisions added to tables of earlier ones.

    Returns
    -------
    dict of table to frozenset of column names
    """
    out: dict[str, frozenset[str]] = {}
    for path in LATER.values():
        for table, columns in read_json(path)["columns"].items():
            out[table] = out.get(table, frozenset()) | frozenset(columns)
    return out


def write(path: Path) -> None:
    """Write the schema of the models; for a developer who compares it with what is shipped.

    Parameters
    ----------
    path : Path
    """
    path.write_text(json.dumps(describe(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
