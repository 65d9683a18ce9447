"""The CMLs of a plant as readings meet them: names, nominal walls, positions, and the readings stored so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray, TextArray
from integrity.core.frame import Frame, col
from integrity.db.columns import fetch
from integrity.db.models import Cml, CmlEvent, Component, Equipment, ImportBatch, Lining, Reading
from integrity.db.rows import plain
from integrity.db.tracking import table_of
from integrity.exchange.batch import ExistingReadings, KnownCmls
from integrity.exchange.columns import TextColumn, column_of, join_columns
from integrity.exchange.parse import ParsedColumn, ParsedRecords
from integrity.exchange.plausibility import FORMED_HEAD, PIPE, PLATE, CmlBasis
from integrity.exchange.positions import position_key
from integrity.services.imports_book import Book, Entry

_KIND_OF_GEOMETRY = {
    **dict.fromkeys(("pipe", "bend", "nozzle"), PIPE),
    **dict.fromkeys(("ellipsoidal", "torispherical", "hemispherical"), FORMED_HEAD),
}
_ITEM_FIELDS = ("equipment", "line")
FEW_CMLS = 2000
_CHUNK = 500


@dataclass(frozen=True)
class PlantCmls:
    """CMLs in the order that the rows of readings point to; `repeated` are names that several items use."""

    known: KnownCmls
    entries: tuple[Entry, ...]
    repeated: frozenset[str]


@dataclass(frozen=True)
class StoredReadings:
    """Readings of the plant, arrays of one length; `source` names file and sheet they came from.

    `source_key` is -1 where a reading came from no file.
    """

    id: IntArray
    cml_row: IntArray
    position: TextColumn
    date_d: IntArray
    t_mm: FloatArray
    quality: IntArray
    source_key: IntArray
    row_version: IntArray
    source: TextColumn

    @property
    def n(self) -> int:
        """Number of readings."""
        return int(self.id.size)

    def existing(self, keep: BoolArray) -> ExistingReadings:
        """Some of them, as the plausibility check takes them.

        Parameters
        ----------
        keep : ndarray of bool, shape (n,)

        Returns
        -------
        ExistingReadings
        """
        good = self.quality[keep] == 0
        position = self.position.take(keep)
        return ExistingReadings(self.cml_row[keep], position, self.date_d[keep], self.t_mm[keep], good)


def plant_cmls(book: Book) -> PlantCmls:
    """All CMLs of the site, those that the same import brings included.

    Parameters
    ----------
    book : Book

    Returns
    -------
    PlantCmls
    """
    entries = tuple(book.all(Cml).values())
    repeats = Counter(str(e.key[2]) for e in entries)
    repeated = frozenset(name for name, count in repeats.items() if count > 1)
    parts = _parts(book)
    moved = _moved(book)
    n = len(entries)
    t_nom, rebase = np.full(n, np.nan), np.full(n, NO_DATE, dtype=np.int64)
    kind, part = np.zeros(n, dtype=np.int8), np.zeros(n, dtype=np.int64)
    names, positions = [], []
    for k, e in enumerate(entries):
        part[k], kind[k], nominal, rebase[k] = parts[e.key[:2]]
        own = e.get("t_nom_mm")
        t_nom[k] = nominal if own is None else own
        if e.id in moved:
            rebase[k] = max(int(rebase[k]), moved[e.id])
        name = str(e.key[2])
        names.append(f"{e.key[0]} {name}" if name in repeated else name)
        positions.append(_positions(e.get("positions") or "", e.get("position_scheme") or ""))
    basis = CmlBasis(t_nom, kind, part, rebase)
    return PlantCmls(KnownCmls(tuple(names), basis, tuple(positions)), entries, repeated)


def _positions(listed: str, scheme: str) -> tuple[str, ...]:
    """Positions in normal form; a lone point has the empty one; nothing where neither list nor scheme tells."""
    found = tuple(position_key(p) for p in listed.replace(",", ";").split(";") if p.strip())
    if found:
        return found
    return ("",) if scheme and position_key(scheme) == "" else ()


def _parts(book: Book) -> dict[Any, tuple[int, int, float, int]]:
    """Of each component: a number, plate or pipe or head, nominal wall, day of the latest renewal."""
    lined = _lined(book)
    out = {}
    for number, (key, part) in enumerate(book.all(Component).items()):
        item = book.all(Equipment)[key[:1]]
        nominal = part.get("t_nom_mm")
        nominal = item.get("t_nom_mm") if nominal is None else nominal
        days = [part.get("replaced_d"), item.get("replaced_d"), lined.get(part.id or 0)]
        begun = part.get("in_service_d")
        if begun is not None and begun > _known(item.get("in_service_d")):
            days.append(begun)
        kind = _KIND_OF_GEOMETRY.get(part.get("geometry") or "", PLATE)
        out[key] = (number, kind, np.nan if nominal is None else float(nominal), max(map(_known, days)))
    return out


def _known(day: int | None) -> int:
    return NO_DATE if day is None else int(day)


def _moved(book: Book) -> dict[int | None, int]:
    """Day of the latest relocation of each CML."""
    v = CmlEvent.__table__
    query = sa.select(v.c.cml_id, sa.func.max(v.c.date_d)).where(v.c.kind == "relocated").group_by(v.c.cml_id)
    return {int(row[0]): int(row[1]) for row in book.connection.execute(query)}


def _lined(book: Book) -> dict[int, int]:
    """Latest day on which a lining of each component came or went."""
    t = Lining.__table__
    out: dict[int, int] = {}
    for part, *days in book.connection.execute(sa.select(t.c.component_id, t.c.installed_d, t.c.removed_d)):
        out[int(part)] = max(out.get(int(part), NO_DATE), *map(_known, days))
    return out


def qualified(parsed: ParsedRecords, cmls: PlantCmls) -> ParsedRecords:
    """Records whose CML names are completed with the item where several items use the same name.

    Parameters
    ----------
    parsed : ParsedRecords
    cmls : PlantCmls

    Returns
    -------
    ParsedRecords
    """
    field = next((f for f in _ITEM_FIELDS if f in parsed.columns), "")
    if not cmls.repeated or not field or "cml" not in parsed.columns:
        return parsed
    texts = [parsed.columns[field].entered, parsed.columns["cml"].entered]
    column = join_columns(texts, lambda p: f"{p[0].strip()} {p[1].strip()}" if p[1].strip() in cmls.repeated else p[1])
    return replace(parsed, columns={**parsed.columns, "cml": ParsedColumn(column.texts(), column)})


def stored_readings(book: Book, cmls: PlantCmls, wanted: IntArray) -> StoredReadings:
    """Readings that the plant has of some CMLs.

    Parameters
    ----------
    book : Book
    cmls : PlantCmls
    wanted : ndarray of int64
        Rows of `cmls`.

    Returns
    -------
    StoredReadings
    """
    rows = np.array([k for k in wanted.tolist() if cmls.entries[k].id is not None], dtype=np.int64)
    ids = np.array([cmls.entries[k].id for k in rows.tolist()], dtype=np.int64)
    order = np.argsort(ids)
    ids, rows = ids[order], rows[order]
    parts = [fetch(book.connection, _Stored, query, _NAMES) for query in _queries(book.site_id, ids.tolist())]
    got = {name: np.concatenate([p[name] for p in parts]) for name in _NAMES} if parts else _nothing()
    at = np.minimum(np.searchsorted(ids, got["cml_id"]), max(ids.size - 1, 0))
    keep = ids[at] == got["cml_id"] if ids.size else np.zeros(0, dtype=np.bool_)
    got = {name: values[keep] for name, values in got.items()}
    batch = _batches(book)
    return StoredReadings(
        id=got["id"],
        cml_row=rows[at[keep]],
        position=column_of(got["position_text"].tolist()),
        date_d=got["date_d"],
        t_mm=got["t_mm"],
        quality=got["quality"],
        source_key=got["source_key"],
        row_version=got["row_version"],
        source=column_of([batch.get(k, "") for k in got["batch_id"].tolist()]),
    )


@dataclass(frozen=True, eq=False)
class _Stored(Frame):
    """What the select of stored readings gives."""

    id: IntArray = col("id")
    cml_id: IntArray = col("id")
    batch_id: IntArray = col("id")
    position_text: TextArray = col("text")
    date_d: IntArray = col("date")
    t_mm: FloatArray = col("thickness")
    quality: IntArray = col("id")
    source_key: IntArray = col("id")
    row_version: IntArray = col("id")


_NAMES = tuple(_Stored.quantities())


def _nothing() -> dict[str, Any]:
    return _Stored.from_columns({}, n=0).columns()


def _queries(site_id: int, cml_ids: list[int]) -> list[sa.Select[Any]]:
    """One select over the site where many CMLs are wanted, else one for each few of them; ordered by id."""
    r = plain(table_of(Reading))
    query = sa.select(*(r.c[n] for n in _NAMES)).order_by(r.c.id)
    if len(cml_ids) > FEW_CMLS:
        m, c, e = (plain(table_of(x)) for x in (Cml, Component, Equipment))
        items = sa.select(e.c.id).where(e.c.site_id == sa.literal(site_id, sa.Integer))
        parts = sa.select(c.c.id).where(c.c.equipment_id.in_(items))
        return [query.where(r.c.cml_id.in_(sa.select(m.c.id).where(m.c.component_id.in_(parts))))]
    few = [cml_ids[k : k + _CHUNK] for k in range(0, len(cml_ids), _CHUNK)]
    return [query.where(r.c.cml_id.in_([sa.literal(i, sa.Integer) for i in part])) for part in few]


def _batches(book: Book) -> dict[int, str]:
    """File and sheet of each import of the site."""
    t = ImportBatch.__table__
    query = sa.select(t.c.id, t.c.file_name, t.c.sheet).where(t.c.site_id == book.site_id)
    return {int(row[0]): source_name(row[1], row[2]) for row in book.connection.execute(query)}


def source_name(file: str, sheet: str) -> str:
    """File and sheet as one text.

    Parameters
    ----------
    file, sheet : str

    Returns
    -------
    str
    """
    return f"{file}\x1f{sheet}"
