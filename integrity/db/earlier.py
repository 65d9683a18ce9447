"""Rows that were written before a later revision added columns to their table: their digest as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from integrity.core.arrays import AnyArray
from integrity.db.rows import RowsDigest, canonical
from integrity.db.schema_file import added_columns


@cache
def _added(table: str) -> frozenset[str]:
    return added_columns().get(table, frozenset())


class EarlierDigest:
    """Digest over the columns that a table had first, valid as long as the added ones hold what the upgrade wrote.

    Parameters
    ----------
    table : Table
    """

    def __init__(self, table: sa.Table) -> None:
        added = _added(table.name)
        self._digest = RowsDigest(c.name for c in table.columns if c.name not in {*added, "row_version"})
        self._blank = {name: canonical(table.c[name], [_upgraded(table.c[name])], 1)[0] for name in sorted(added)}
        self._valid = bool(added)

    def add(self, columns: Mapping[str, AnyArray]) -> None:
        """Add a chunk of rows.

        Parameters
        ----------
        columns : mapping of column name to ndarray
        """
        if self._valid:
            self._digest.add(columns)
            self._valid = all(bool((columns[name] == blank).all()) for name, blank in self._blank.items())

    def equals(self, expected: str) -> bool:
        """Whether the rows are those of a digest made before the columns were added.

        Parameters
        ----------
        expected : str

        Returns
        -------
        bool
        """
        return self._valid and self._digest.hexdigest() == expected


def _upgraded(column: sa.Column[object]) -> object:
    default = column.default
    return default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None
