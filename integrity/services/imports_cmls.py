"""The CMLs of a plant as readings meet them: names, nominal walls, positions, and the readings stored so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

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
    """CMLs in the order that the rows of readings point to.

    Parameters
    ----------
    known : KnownCmls
    id : ndarray of int64
        -1 for those that the same import brings.
    fresh : tuple of Entry
        Those, in the order of the last rows.
    repeated : frozenset of str
        Names that several items use.
    """

    known: KnownCmls
    id: IntArray
    fresh: tuple[Entry, ...]
    repeated: frozenset[str]

    def ids(self) -> IntArray:
        """Ids of all, once the fresh ones have been written.

        Returns
        -------
        ndarray of int64
        """
        new = np.array([-1 if e.id is None else e.id for e in self.fresh], dtype=np.int64)
        return np.concatenate([self.id[: self.id.size - new.size], new])


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


@dataclass(frozen=True, eq=False)
class _StoredCml(Frame):
    """What the select of CMLs gives."""

    id: IntArray = col("id")
    component_id: IntArray = col("id")
    name: TextArray = col("text")
    t_nom_mm: FloatArray = col("thickness")
    positions: TextArray = col("text")
    position_scheme: TextArray = col("text")


def plant_cmls(book: Book) -> PlantCmls:
    """All CMLs of the site, those that the same import brings included.

    Parameters
    ----------
    book : Book

    Returns
    -------
    PlantCmls
    """
    keys = book.keys_by_id(Component)
    names = tuple(_StoredCml.quantities())
    m = plain(table_of(Cml))
    query = sa.select(*(m.c[n] for n in names)).where(m.c.component_id.in_(_parts_of_site(book.site_id)))
    got = {k: v.tolist() for k, v in fetch(book.connection, _StoredCml, query.order_by(m.c.id), names).items()}
    touched = [e for e in book.touched if e.model is Cml]
    owner = [keys[k] for k in got["component_id"]]
    _overlay(got, owner, touched)
    repeats = Counter(got["name"])
    called = tuple(f"{k[0]} {n}" if repeats[n] > 1 else n for k, n in zip(owner, got["name"], strict=True))
    known = KnownCmls(called, _basis(book, got, owner), _all_positions(got["positions"], got["position_scheme"]))
    return PlantCmls(
        known=known,
        id=np.array(got["id"], dtype=np.int64),
        fresh=tuple(e for e in touched if e.is_new),
        repeated=frozenset(n for n, count in repeats.items() if count > 1),
    )


def _basis(book: Book, got: Mapping[str, list[Any]], owner: list[Any]) -> CmlBasis:
    parts = _parts(book)
    part = np.array([parts.number[k] for k in owner], dtype=np.int64)
    own = np.array([np.nan if v is None else v for v in got["t_nom_mm"]], dtype=np.float64)
    rebase = parts.rebase_d[part]
    moved = _moved(book)
    if moved:
        rebase = np.maximum(rebase, np.array([moved.get(k, NO_DATE) for k in got["id"]], dtype=np.int64))
    return CmlBasis(np.where(np.isnan(own), parts.t_nom_mm[part], own), parts.kind[part], part, rebase)


def _parts_of_site(site_id: int) -> sa.Select[Any]:
    c, e = plain(table_of(Component)), plain(table_of(Equipment))
    items = sa.select(e.c.id).where(e.c.site_id == sa.literal(site_id, sa.Integer))
    return sa.select(c.c.id).where(c.c.equipment_id.in_(items))


def _overlay(got: dict[str, list[Any]], owner: list[Any], touched: Sequence[Entry]) -> None:
    """What the same import says of CMLs: changed columns of known ones, and new ones at the end."""
    columns = ("t_nom_mm", "positions", "position_scheme")
    row_of = {k: n for n, k in enumerate(got["id"])} if touched else {}
    for e in touched:
        if e.is_new:
            owner.append(e.key[:2])
            got["id"].append(-1)
            got["name"].append(e.key[2])
        for name in columns:
            if e.is_new:
                got[name].append(e.get(name))
            elif name in e.values:
                got[name][row_of[e.id]] = e.values[name]


def _all_positions(listed: list[str | None], schemes: list[str | None]) -> tuple[tuple[str, ...], ...]:
    seen = {pair: _positions(pair[0] or "", pair[1] or "") for pair in set(zip(listed, schemes, strict=True))}
    return tuple(seen[pair] for pair in zip(listed, schemes, strict=True))


def _positions(listed: str, scheme: str) -> tuple[str, ...]:
    """Positions in normal form; a lone point has the empty one; nothing where neither list nor scheme tells."""
    found = tuple(position_key(p) for p in listed.replace(",", ";").split(";") if p.strip())
    if found:
        return found
    return ("",) if scheme and position_key(scheme) == "" else ()


@dataclass(frozen=True)
class _Parts:
    """Number of each component; by number, nominal wall, plate or pipe or head, day of the latest renewal."""

    number: Mapping[Any, int]
    t_nom_mm: FloatArray
    kind: NDArray[np.int8]
    rebase_d: IntArray


def _parts(book: Book) -> _Parts:
    lined, parts, items = _lined(book), book.all(Component), book.all(Equipment)
    nominal, kind, rebase = [], [], []
    for key, part in parts.items():
        item = items[key[:1]]
        own = part.get("t_nom_mm")
        nominal.append(item.get("t_nom_mm") if own is None else own)
        days = [part.get("replaced_d"), item.get("replaced_d"), lined.get(part.id or 0)]
        begun = part.get("in_service_d")
        if begun is not None and begun > _known(item.get("in_service_d")):
            days.append(begun)
        kind.append(_KIND_OF_GEOMETRY.get(part.get("geometry") or "", PLATE))
        rebase.append(max(map(_known, days)))
    return _Parts(
        number={key: n for n, key in enumerate(parts)},
        t_nom_mm=np.array([np.nan if v is None else v for v in nominal], dtype=np.float64),
        kind=np.array(kind, dtype=np.int8),
        rebase_d=np.array(rebase, dtype=np.int64),
    )


def _known(day: int | None) -> int:
    return NO_DATE if day is None else int(day)


def _moved(book: Book) -> dict[int, int]:
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
    rows = wanted[cmls.id[wanted] >= 0]
    rows = rows[np.argsort(cmls.id[rows])]
    ids = cmls.id[rows]
    parts = [fetch(book.connection, _Stored, query, _NAMES) for query in _queries(book.site_id, ids.tolist())]
    got = {name: np.concatenate([p[name] for p in parts]) for name in _NAMES} if parts else _nothing()
    at = np.minimum(np.searchsorted(ids, got["cml_id"]), max(ids.size - 1, 0))
    keep = ids[at] == got["cml_id"] if ids.size else np.zeros(0, dtype=np.bool_)
    got = {name: values[keep] for name, values in got.items()}
    return StoredReadings(
        id=got["id"],
        cml_row=rows[at[keep]],
        position=column_of(got["position_text"].tolist()),
        date_d=got["date_d"],
        t_mm=got["t_mm"],
        quality=got["quality"],
        source_key=got["source_key"],
        row_version=got["row_version"],
        source=_sources(got["batch_id"], _batches(book)),
    )


def _sources(batch_id: IntArray, names: Mapping[int, str]) -> TextColumn:
    ids, codes = np.unique(batch_id, return_inverse=True)
    texts = tuple(names.get(k, "") for k in ids.tolist())
    return TextColumn(codes.astype(np.int32), texts, np.zeros(len(texts), dtype=np.int8))


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
        m = plain(table_of(Cml))
        of_site = sa.select(m.c.id).where(m.c.component_id.in_(_parts_of_site(site_id)))
        return [query.where(r.c.cml_id.in_(of_site))]
    few = [cml_ids[k : k + _CHUNK] for k in range(0, len(cml_ids), _CHUNK)]
    return [query.where(r.c.cml_id.in_([sa.literal(i, sa.Integer) for i in part])) for part in few]


def _batches(book: Book) -> dict[int, str]:
    """File and sheet of each import of the site."""
    t = ImportBatch.__table__
    query = sa.select(t.c.id, t.c.file_name, t.c.sheet).where(t.c.site_id == book.site_id)
    return {int(row[0]): source_name(row[1], row[2]) for row in book.connection.execute(query)}


def rows_of_files(book: Book, cmls: PlantCmls, sources: Sequence[str]) -> list[int]:
    """CMLs that have readings from earlier imports of these files.

    Parameters
    ----------
    book : Book
    cmls : PlantCmls
    sources : sequence of str
        From `source_name`.

    Returns
    -------
    list of int
        Rows of `cmls`.
    """
    batches = [k for k, name in _batches(book).items() if name in sources]
    if not batches:
        return []
    r = plain(table_of(Reading))
    query = sa.select(r.c.cml_id).where(r.c.batch_id.in_(batches)).distinct()
    row_of = {int(k): n for n, k in enumerate(cmls.id.tolist())}
    return [row_of[k] for k in book.connection.execute(query).scalars() if k in row_of]


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
