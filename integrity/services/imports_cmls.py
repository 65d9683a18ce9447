"""The CMLs of a plant as readings meet them: names, nominal walls, positions, and the readings stored so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from integrity.core.arrays import NO_DATE, BoolArray, FloatArray, IntArray
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
_NO_KEY = -1


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
    row_of = {cmls.entries[int(k)].id: int(k) for k in wanted if cmls.entries[int(k)].id is not None}
    found = list(_rows_of(book, sorted(i for i in row_of if i is not None)))
    found = [r for r in found if r[1] in row_of]
    turned: Sequence[Sequence[Any]] = list(zip(*found, strict=True)) if found else [()] * 10

    def ints(k: int, missing: int = _NO_KEY) -> IntArray:
        return np.array([missing if v is None else v for v in turned[k]], dtype=np.int64)

    return StoredReadings(
        id=ints(0),
        cml_row=np.array([row_of[i] for i in turned[1]], dtype=np.int64),
        position=column_of(turned[2]),
        date_d=ints(3),
        t_mm=np.array(turned[4], dtype=np.float64),
        quality=ints(5),
        source_key=ints(6),
        row_version=ints(7),
        source=column_of([source_name(f or "", s or "") for f, s in zip(turned[8], turned[9], strict=True)]),
    )


def _rows_of(book: Book, cml_ids: list[int]) -> Iterable[Any]:
    r, b = plain(table_of(Reading)), plain(table_of(ImportBatch))
    names = ("id", "cml_id", "position_text", "date_d", "t_mm", "quality", "source_key", "row_version")
    columns = [*(r.c[n] for n in names), b.c.file_name, b.c.sheet]
    query = sa.select(*columns).select_from(r.outerjoin(b, b.c.id == r.c.batch_id))
    if len(cml_ids) > FEW_CMLS:
        yield from book.connection.execute(query.order_by(r.c.id))
        return
    for start in range(0, len(cml_ids), _CHUNK):
        part = cml_ids[start : start + _CHUNK]
        yield from book.connection.execute(query.where(r.c.cml_id.in_(part)).order_by(r.c.id))


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
