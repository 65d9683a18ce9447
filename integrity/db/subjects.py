"""Which components a record concerns that was made for a component, an item, a circuit or a loop."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sqlalchemy import Connection

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.codes import factorised
from integrity.db.fact_sql import CIRCUIT, COMPONENT, EQUIPMENT, LOOP, loop_select


class Subjects:
    """Component rows of subjects, level by level.

    Parameters
    ----------
    connection : Connection
    components : mapping of column name to ndarray
        Columns of a component frame, ordered by `component_id`.
    site_id : int
    """

    def __init__(self, connection: Connection, components: Mapping[str, AnyArray], site_id: int) -> None:
        names, of_row = factorised(components["loop"])
        ids = {str(row[1]): int(row[0]) for row in connection.execute(loop_select(site_id))}
        loop_id = np.array([*(ids.get(name, -1) for name in names), -1], dtype=np.int64)[of_row]
        self._keys: dict[int, IntArray] = {
            COMPONENT: components["component_id"],
            EQUIPMENT: components["equipment_id"],
            CIRCUIT: components["circuit_id"],
            LOOP: loop_id,
        }
        self._sorted: dict[int, tuple[IntArray, IntArray]] = {}

    def spread(self, subject: IntArray, level: int) -> tuple[IntArray, IntArray]:
        """Each pair of a place in `subject` and a component row that it concerns, in the order of the places.

        Parameters
        ----------
        subject : ndarray of int64
            Ids of components, items, circuits or loops.
        level : int
            Which of them.

        Returns
        -------
        place, row : ndarray of int64
        """
        if level not in self._sorted:
            order = np.argsort(self._keys[level], kind="stable")
            self._sorted[level] = (order, self._keys[level][order])
        order, keys = self._sorted[level]
        first, last = (np.searchsorted(keys, subject, side=s) for s in ("left", "right"))
        count = last - first
        place = np.repeat(np.arange(subject.size), count)
        within = np.arange(place.size) - np.repeat(np.cumsum(count) - count, count)
        return place, order[first[place] + within]
