"""The records of a plant as an import sees them: what is stored, what the files want, and how the two differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from integrity.core.dates import iso_of
from integrity.db.models import (
    Base,
    Chamber,
    Circuit,
    CircuitRegime,
    Cml,
    Component,
    CorrosionLoop,
    DamageAssignment,
    Equipment,
    Fact,
    Inspection,
    InventoryGroup,
    ProcessStream,
    Rating,
    ReliefDevice,
    TemporaryRepair,
    Unit,
)
from integrity.db.rows import plain
from integrity.db.tracking import table_of
from integrity.exchange.text import key_of as normal_key
from integrity.services.imports_types import FieldChange, RowDifference

Key = tuple[Any, ...]
Model = type[Base]
_SAME = 1e-9


class Entry:
    """One record: cells as stored (nothing for a new one) and what the files want.

    A value may be another entry; it becomes that entry's id when it is written. `table` and `row` say which table of
    the import named it first, and in which file row.
    """

    __slots__ = ("columns", "follow_d", "id", "key", "model", "row", "stored", "table", "touched", "values")

    def __init__(self, model: Model, key: Key, columns: Mapping[str, int], stored: tuple[Any, ...] | None) -> None:
        self.model, self.key, self.columns, self.stored = model, key, columns, stored
        self.id: int | None = None if stored is None else int(stored[columns["id"]])
        self.values: dict[str, Any] = {}
        self.row = 0
        self.table = -1
        self.touched = False
        self.follow_d: int | None = None

    def cell(self, column: str) -> Any:
        """Value as stored; None for a new record."""
        return None if self.stored is None else self.stored[self.columns[column]]

    def get(self, column: str) -> Any:
        """Value that will stand after the import."""
        return self.values[column] if column in self.values else self.cell(column)

    @property
    def is_new(self) -> bool:
        """Whether the plant does not have it yet."""
        return self.stored is None

    def changes(self) -> dict[str, Any]:
        """Columns whose wanted value differs from the stored one."""
        if self.stored is None:
            return dict(self.values)
        return {c: v for c, v in self.values.items() if not same(self.cell(c), v)}


def same(before: Any, after: Any) -> bool:
    """Whether a stored cell and a wanted value are equal; numbers up to rounding.

    Parameters
    ----------
    before, after : object
        An entry stands for its id.

    Returns
    -------
    bool
    """
    if isinstance(after, Entry):
        return after.id is not None and before == after.id
    if isinstance(before, float) or isinstance(after, float):
        if before is None or after is None:
            return before is after
        return math.isclose(float(before), float(after), rel_tol=_SAME, abs_tol=1e-12)
    return bool(before == after)


def alike(before: Any, after: Any) -> bool:
    """Whether two lists mean the same: one text may be part of the other, case and blanks do not count.

    Parameters
    ----------
    before, after : object

    Returns
    -------
    bool
    """
    if isinstance(before, str) and isinstance(after, str):
        a, b = normal_key(before), normal_key(after)
        return a == b or (min(len(a), len(b)) > 2 and (a in b or b in a))
    return same(before, after)


class Book:
    """Records of one site by their natural keys, read from the database when a kind of them is first asked for.

    Parameters
    ----------
    connection : Connection
        One consistent view of the database.
    site_id : int

    Attributes
    ----------
    current : int
        Number of the table that is being gone through.
    touched : list of Entry
        Records that the tables name, in the order of the first mention.
    """

    def __init__(self, connection: Connection, site_id: int) -> None:
        self.connection, self.site_id = connection, site_id
        self._of: dict[Model, dict[Key, Entry]] = {}
        self._key_of: dict[Model, dict[int, Key]] = {}
        self._columns: dict[Model, dict[str, int]] = {}
        self.differing: list[RowDifference] = []
        self.touched: list[Entry] = []
        self.current = -1

    def all(self, model: Model) -> dict[Key, Entry]:
        """Records of one model by key, new ones included.

        Parameters
        ----------
        model : model class

        Returns
        -------
        dict of key to Entry
        """
        if model not in self._of:
            self._load(model)
        return self._of[model]

    def to_write(self) -> tuple[Entry, ...]:
        """Records that are new or would change, in the order in which they can be written."""
        order = {table.name: n for n, table in enumerate(Base.metadata.sorted_tables)}
        found = [e for e in self.touched if e.is_new or e.changes()]
        return tuple(sorted(found, key=lambda e: order[table_of(e.model).name]))

    def keys_by_id(self, model: Model) -> dict[int, Key]:
        """Key of each stored record of a model by its id.

        Parameters
        ----------
        model : model class

        Returns
        -------
        dict of int to tuple
        """
        self.all(model)
        return self._key_of[model]

    def find(self, model: Model, key: Key) -> Entry | None:
        """The record of a key, None where there is none.

        Parameters
        ----------
        model : model class
        key : tuple

        Returns
        -------
        Entry or None
        """
        return self.all(model).get(key)

    def put(self, model: Model, key: Key, values: Mapping[str, Any], row: int = 0) -> Entry:
        """Make a record hold these values; a missing value (None) changes nothing.

        Parameters
        ----------
        model : model class
        key : tuple
        values : mapping of column to value
        row : int
            File row, for the list of differences.

        Returns
        -------
        Entry
        """
        entry = self.find(model, key)
        if entry is None:
            entry = self._add(model, key)
        self._touch(entry, row)
        for column, value in values.items():
            if value is not None:
                entry.values[column] = value
        return entry

    def _touch(self, entry: Entry, row: int) -> None:
        if not entry.touched:
            entry.touched, entry.table = True, self.current
            self.touched.append(entry)
        entry.row = entry.row or row

    def fill(self, entry: Entry, values: Mapping[str, Any], row: int = 0) -> None:
        """Fill what is still empty; what another list has said stays, and the difference is noted.

        Parameters
        ----------
        entry : Entry
        values : mapping of column to value
        row : int
        """
        self._touch(entry, row)
        differing = []
        for column, value in values.items():
            now = entry.get(column)
            if value is None:
                continue
            if now is None or now == "":
                entry.values[column] = value
            elif not alike(now, value) and not (column == "in_service_d" and value == entry.get("replaced_d")):
                # A replaced item begins its service on that day in lists that know only the present one.
                differing.append(FieldChange(column, shown(column, now), shown(column, value)))
        if differing:
            name = table_of(entry.model).name
            self.differing.append(RowDifference("differs", name, called(entry), row, tuple(differing)))

    def _add(self, model: Model, key: Key) -> Entry:
        entry = Entry(model, key, self._columns[model], None)
        self._of[model][key] = entry
        return entry

    def _load(self, model: Model) -> None:
        table = table_of(model)
        self._columns[model] = columns = {c.name: i for i, c in enumerate(table.columns)}
        key_of = _KEYS[model](self, columns)
        entries: dict[Key, Entry] = {}
        keys: dict[int, Key] = {}
        own = columns["id"]
        for cells in self.connection.execute(_select(model, self.site_id)).all():
            stored = tuple(cells)
            key = keys[stored[own]] = key_of(stored)
            entries[key] = Entry(model, key, columns, stored)
        self._of[model], self._key_of[model] = entries, keys


def called(entry: Entry) -> str:
    """What a record is called, for people.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    str
    """
    return " / ".join(
        iso_of(part) if isinstance(part, int) and name == "day" else str(part)
        for name, part in zip(_KEY_NAMES.get(entry.model, ()) + ("",) * len(entry.key), entry.key, strict=False)
        if part not in ("", None) and name != "count"
    )


def shown(column: str, value: Any) -> str:
    """A cell as text: ISO dates, short numbers, the key of another record.

    Parameters
    ----------
    column : str
    value : object

    Returns
    -------
    str
    """
    if value is None:
        return ""
    if isinstance(value, Entry):
        return called(value)
    if column.endswith("_d") and isinstance(value, int):
        return iso_of(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def differences_of(entry: Entry) -> tuple[FieldChange, ...]:
    """Field by field, what an import would change in a record.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    tuple of FieldChange
    """
    return tuple(FieldChange(c, shown(c, entry.cell(c)), shown(c, v)) for c, v in entry.changes().items())


def _select(model: Model, site_id: int) -> sa.Select[Any]:
    t = plain(table_of(model))
    return sa.select(*t.c).where(_WHERE[model](t, site_id)).order_by(*_order(model, t))


def _order(model: Model, t: sa.TableClause) -> list[Any]:
    """Later rows of one key win: instances, dated ratings; else by id."""
    first = {Component: "instance", Rating: "from_d"}.get(model)
    day = [sa.func.coalesce(t.c[first], -(2**31))] if first else []
    return [*day, t.c.id]


def _of_site(t: sa.TableClause, site_id: int) -> Any:
    return t.c.site_id == site_id


def _items(site_id: int) -> Any:
    e = plain(table_of(Equipment))
    return sa.select(e.c.id).where(e.c.site_id == site_id)


def _of_item(t: sa.TableClause, site_id: int) -> Any:
    return t.c.equipment_id.in_(_items(site_id))


def _of_part(t: sa.TableClause, site_id: int) -> Any:
    c = plain(table_of(Component))
    return t.c.component_id.in_(sa.select(c.c.id).where(c.c.equipment_id.in_(_items(site_id))))


def _of_chamber(t: sa.TableClause, site_id: int) -> Any:
    h = plain(table_of(Chamber))
    return t.c.chamber_id.in_(sa.select(h.c.id).where(h.c.equipment_id.in_(_items(site_id))))


def _of_circuit(t: sa.TableClause, site_id: int) -> Any:
    c = plain(table_of(Circuit))
    return t.c.circuit_id.in_(sa.select(c.c.id).where(c.c.site_id == site_id))


def _of_loop(t: sa.TableClause, site_id: int) -> Any:
    c = plain(table_of(CorrosionLoop))
    return t.c.loop_id.in_(sa.select(c.c.id).where(c.c.site_id == site_id))


def _of_any(t: sa.TableClause, site_id: int) -> Any:
    return sa.or_(*(of(t, site_id) for of in (_of_item, _of_part, _of_circuit, _of_loop)))


_WHERE: Mapping[Model, Callable[[sa.TableClause, int], Any]] = {
    **dict.fromkeys((Unit, CorrosionLoop, Circuit, InventoryGroup, ProcessStream, Equipment), _of_site),
    **dict.fromkeys((ReliefDevice, TemporaryRepair), _of_site),
    **dict.fromkeys((Chamber, Component, Inspection), _of_item),
    Rating: _of_chamber,
    Cml: _of_part,
    CircuitRegime: _of_circuit,
    **dict.fromkeys((DamageAssignment, Fact), _of_any),
}


KeyOf = Callable[[tuple[Any, ...]], Key]


def _named(column: str) -> Callable[[Book, Mapping[str, int]], KeyOf]:
    def make(_book: Book, at: Mapping[str, int]) -> KeyOf:
        k = at[column]
        return lambda cells: (cells[k],)

    return make


def _chamber_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    item, chamber, tags = at["equipment_id"], at["chamber"], book.keys_by_id(Equipment)
    return lambda cells: (*tags[cells[item]], cells[chamber])


def _component_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    item, name, tags = at["equipment_id"], at["name"], book.keys_by_id(Equipment)
    return lambda cells: (*tags[cells[item]], cells[name])


def _rating_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    chamber, part = at["chamber_id"], at["component_id"]
    chambers, parts = book.keys_by_id(Chamber), book.keys_by_id(Component)
    return lambda cells: (*chambers[cells[chamber]], "" if cells[part] is None else parts[cells[part]][1])


def _cml_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    part, name, parts = at["component_id"], at["name"], book.keys_by_id(Component)
    return lambda cells: (*parts[cells[part]], cells[name])


def _inspection_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    """Item, component, day, type, method, mechanism, and how many alike stand before it."""
    item, part = at["equipment_id"], at["component_id"]
    rest = [at[c] for c in ("date_d", "inspection_type", "inspection_method", "mechanism")]
    tags, parts = book.keys_by_id(Equipment), book.keys_by_id(Component)
    seen: dict[Key, int] = {}

    def key(cells: tuple[Any, ...]) -> Key:
        name = "" if cells[part] is None else parts[cells[part]][1]
        base = (*tags[cells[item]], name, *(cells[k] for k in rest))
        seen[base] = seen.get(base, -1) + 1
        return (*base, seen[base])

    return key


SUBJECTS: tuple[tuple[str, str, Model], ...] = (
    ("component", "component_id", Component),
    ("equipment", "equipment_id", Equipment),
    ("circuit", "circuit_id", Circuit),
    ("loop", "loop_id", CorrosionLoop),
)


def subject_key(kind: str, key: Key) -> Key:
    """Kind and key of what a record is about, always of the same length.

    Parameters
    ----------
    kind : str
        component, equipment, circuit or loop.
    key : tuple
        Natural key of it.

    Returns
    -------
    tuple of (kind, str, str)
    """
    return (kind, *key, "")[:3]


def _of_subject(*columns: str) -> Callable[[Book, Mapping[str, int]], KeyOf]:
    """Key of a record about a component, an item, a circuit or a loop, with further columns behind."""

    def make(book: Book, at: Mapping[str, int]) -> KeyOf:
        places = [(kind, at[column], book.keys_by_id(model)) for kind, column, model in SUBJECTS]
        rest = [at[column] for column in columns]

        def key(cells: tuple[Any, ...]) -> Key:
            kind, k, keys = next(p for p in places if cells[p[1]] is not None)
            return (*subject_key(kind, keys[cells[k]]), *(cells[r] for r in rest))

        return key

    return make


def _regime_key(book: Book, at: Mapping[str, int]) -> KeyOf:
    circuit, day, names = at["circuit_id"], at["from_d"], book.keys_by_id(Circuit)
    return lambda cells: (*names[cells[circuit]], cells[day])


_KEYS: Mapping[Model, Callable[[Book, Mapping[str, int]], KeyOf]] = {
    **dict.fromkeys((Unit, CorrosionLoop, Circuit, InventoryGroup, ProcessStream), _named("name")),
    Equipment: _named("tag"),
    ReliefDevice: _named("tag"),
    TemporaryRepair: _named("number"),
    Chamber: _chamber_key,
    Component: _component_key,
    Rating: _rating_key,
    Cml: _cml_key,
    Inspection: _inspection_key,
    DamageAssignment: _of_subject("mechanism", "cause", "from_d"),
    Fact: _of_subject("symbol", "from_d"),
    CircuitRegime: _regime_key,
}
_KEY_NAMES: Mapping[Model, tuple[str, ...]] = {
    Inspection: ("", "", "day", "", "", "", "count"),
    CircuitRegime: ("", "day"),
    DamageAssignment: ("", "", "", "", "", "day"),
    Fact: ("", "", "", "", "day"),
}
