"""Rows moved in bulk below the ORM: columns to cells and back, inserts, digests, packing."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray
from integrity.core.codes import codes, decode
from integrity.core.errors import ContractError, InputError
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.db.models.base import Code, Day, Flag, Json, canonical_json

CHUNK = 20_000
INT_NULL = int(np.iinfo(np.int64).min)
RawRow = tuple[Any, ...]


def plain(table: Table) -> sa.TableClause:
    """The table without its types, so that cells pass as they are stored.

    Parameters
    ----------
    table : Table

    Returns
    -------
    TableClause
    """
    return sa.table(table.name, *(sa.column(c.name) for c in table.columns))


def storage(column: sa.Column[Any]) -> str:
    """How a column is stored: "float", "int" or "text".

    Parameters
    ----------
    column : Column

    Returns
    -------
    str
    """
    kind = column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
    if isinstance(kind, sa.Float):
        return "float"
    return "int" if isinstance(kind, sa.Integer) else "text"


def canonical(column: sa.Column[Any], values: Any, n: int) -> AnyArray:
    """A column of values as it will be stored, in one array form whatever it came as.

    Parameters
    ----------
    column : Column
    values : array_like or scalar
        Numbers, texts, code texts or code indexes, days, flags; a scalar stands for every row.
    n : int
        Number of rows.

    Returns
    -------
    ndarray
        float64 with NaN, int64 with `INT_NULL`, or object texts with None.
    """
    if _is_scalar(values):
        values = [values] * n
    if len(values) != n:
        raise ContractError(msg("core.column_length", symbol=column.name, got=len(values), want=n))
    how = storage(column)
    if how == "float":
        return _floats(values)
    if how == "int":
        return _ints(column, values)
    return _texts(column, values)


def _floats(values: Any) -> AnyArray:
    out = np.asarray(values, dtype=np.float64)
    if bool(np.isinf(out).any()):
        raise InputError(msg("db.infinite_number"))
    return out


def _ints(column: sa.Column[Any], values: Any) -> AnyArray:
    array = np.asarray(values)
    if array.dtype == object:
        array = np.array([INT_NULL if v is None or v != v else int(v) for v in array.tolist()], dtype=np.int64)
    elif array.dtype.kind == "f":
        array = np.where(np.isnan(array), float(INT_NULL), array)
    out = array.astype(np.int64)
    if isinstance(column.type, Day):
        out[out == NO_DATE] = INT_NULL
    if isinstance(column.type, Flag):
        out[out == NO_CODE] = INT_NULL
    return out


def _texts(column: sa.Column[Any], values: Any) -> AnyArray:
    if isinstance(column.type, Code):
        return _codes(column.type.enumeration, values)
    out = np.empty(len(values), dtype=object)
    if isinstance(column.type, Json):
        out[:] = [None if v is None else canonical_json(v) for v in values]
    else:
        blank = None if column.nullable else ""
        out[:] = [blank if v is None else v if type(v) is str else str(v) for v in values]
    return out


def _codes(enumeration: str, values: Any) -> AnyArray:
    array = np.asarray(values)
    allowed = codes(enumeration)
    texts = decode(array, allowed).tolist() if array.dtype.kind == "i" else list(values)
    unknown = sorted(str(u) for u in set(texts) - {None, ""} - set(allowed))
    if unknown:
        raise InputError(msg("core.unknown_code", name=enumeration, code=unknown[0], allowed=", ".join(allowed)))
    out = np.empty(len(texts), dtype=object)
    out[:] = [t or None for t in texts]
    return out


def from_storage(column: sa.Column[Any], cells: Sequence[Any]) -> AnyArray:
    """The array form of cells just read from the database.

    Parameters
    ----------
    column : Column
    cells : sequence

    Returns
    -------
    ndarray
    """
    how = storage(column)
    if how == "float":
        return np.array(cells, dtype=np.float64)
    if how == "int":
        return np.array([INT_NULL if v is None else v for v in cells], dtype=np.int64)
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def cells_of(array: AnyArray) -> list[Any]:
    """Cells for the database driver: missing values become None.

    Parameters
    ----------
    array : ndarray
        As `canonical` gives it.

    Returns
    -------
    list
    """
    if array.dtype == np.float64:
        gone = np.isnan(array)
    elif array.dtype == np.int64:
        gone = array == INT_NULL
    else:
        return list(array)
    if not bool(gone.any()):
        return list(array.tolist())
    out = array.astype(object)
    out[gone] = None
    return list(out)


@dataclass(frozen=True)
class Block:
    """Rows to be inserted: columns that vary as arrays, the others as one array of length one.

    Parameters
    ----------
    n : int
        Number of rows.
    arrays : dict of column name to ndarray, shape (n,)
    constants : dict of column name to ndarray, shape (1,)
    """

    n: int
    arrays: dict[str, AnyArray]
    constants: dict[str, AnyArray]

    def digest(self) -> str:
        """SHA-256 of all rows, `row_version` aside."""
        names = [name for name in (*self.arrays, *self.constants) if name != "row_version"]
        digest = RowsDigest(names)
        for start in range(0, self.n, CHUNK):
            size = min(CHUNK, self.n - start)
            part = {name: a[start : start + size] for name, a in self.arrays.items()}
            digest.add(part | {name: np.repeat(a, size) for name, a in self.constants.items()})
        return digest.hexdigest()


def block_of(table: Table, columns: Mapping[str, Any], n: int) -> Block:
    """All columns of a table; those not given take their default.

    Parameters
    ----------
    table : Table
    columns : mapping of column name to array_like or scalar
    n : int

    Returns
    -------
    Block
        Without `id`.
    """
    unknown = sorted(set(columns) - set(table.columns.keys()))
    if unknown:
        raise ContractError(msg("core.unknown_column", frame=table.name, column=unknown[0]))
    block = Block(n, {}, {})
    for column in table.columns:
        if column.name == "id" and "id" not in columns:
            continue
        values = columns.get(column.name, _default(column))
        if _is_scalar(values):
            block.constants[column.name] = canonical(column, [values], 1)
        else:
            block.arrays[column.name] = canonical(column, values, n)
    return block


def _default(column: sa.Column[Any]) -> Any:
    default = column.default
    return default.arg if isinstance(default, sa.ColumnDefault) and default.is_scalar else None


def _is_scalar(values: Any) -> bool:
    return values is None or isinstance(values, str | bytes | int | float | dict | np.generic)


class RowsDigest:
    """SHA-256 over columns that arrive in chunks; does not depend on the size of the chunks."""

    def __init__(self, names: Iterable[str]) -> None:
        self._parts = {name: hashlib.sha256() for name in sorted(names)}

    def add(self, columns: Mapping[str, AnyArray]) -> None:
        """Add a chunk of rows.

        Parameters
        ----------
        columns : mapping of column name to ndarray
        """
        for name, part in self._parts.items():
            array = columns[name]
            if array.dtype == object:
                cells = array.tolist()
                text = "\x1f".join(["\x00" if v is None else v for v in cells] if None in cells else cells)
                part.update((text + "\x1f").encode() if array.size else b"")
            else:
                part.update(np.ascontiguousarray(array).tobytes())

    def hexdigest(self) -> str:
        """The digest of all rows added so far."""
        whole = hashlib.sha256()
        for name, part in self._parts.items():
            whole.update(name.encode() + b"\x1f" + part.digest())
        return whole.hexdigest()


def next_id(connection: Connection, table: Table, n: int) -> int:
    """Reserve `n` consecutive ids and return the first.

    Parameters
    ----------
    connection : Connection
        Inside the write transaction.
    table : Table
    n : int

    Returns
    -------
    int
    """
    if connection.dialect.name == "postgresql":
        name = sa.literal(table.name)
        sequence = sa.func.pg_get_serial_sequence(name, "id")
        first = int(connection.execute(sa.select(sa.func.nextval(sequence))).scalar_one())
        connection.execute(sa.select(sa.func.setval(sequence, first + max(n, 1) - 1)))
        return first
    found = connection.execute(
        sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
    ).scalar()
    return int(found or 0) + 1


def insert_rows(connection: Connection, table: Table, block: Block, progress: Progress = SILENT) -> None:
    """Insert the rows of a block, `id` among its arrays.

    Parameters
    ----------
    connection : Connection
    table : Table
    block : Block
    progress : Progress
    """
    names = list(block.arrays)
    constants = {name: cells_of(a)[0] for name, a in block.constants.items()}
    for start in range(0, block.n, CHUNK):
        part = [cells_of(block.arrays[name][start : start + CHUNK]) for name in names]
        insert_cells(connection, table, names, list(zip(*part, strict=True)), constants)
        progress.step(min(start + CHUNK, block.n), block.n)


def insert_cells(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[RawRow],
    constants: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Insert rows of cells as the driver takes them.

    Parameters
    ----------
    connection : Connection
    table : Table
    names : sequence of str
    rows : sequence of tuple
    constants : mapping of column name to cell
        The same in every row; written into the statement, which saves binding them.
    """
    if not rows:
        return
    listed = ", ".join(f'"{name}"' for name in (*names, *constants))
    if connection.dialect.name == "postgresql":
        _copy_in(connection, f'COPY "{table.name}" ({listed}) FROM STDIN', rows, tuple(constants.values()))
        return
    values = ", ".join(["?"] * len(names) + [_literal(v) for v in constants.values()])
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({listed}) VALUES ({values})', list(rows))


def _literal(cell: Any) -> str:
    if cell is None:
        return "NULL"
    return "'" + cell.replace("'", "''") + "'" if isinstance(cell, str) else repr(cell)


def _copy_in(connection: Connection, sql: str, rows: Sequence[RawRow], constants: RawRow) -> None:
    raw: Any = connection.connection.driver_connection
    dbapi: Any = connection.dialect.dbapi
    try:
        with raw.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row + constants)
    except dbapi.IntegrityError as error:
        raise IntegrityError("COPY", None, error) from error


def read_range(connection: Connection, table: Table, first: int, last: int) -> Iterator[list[RawRow]]:
    """Rows of a run of ids as they are stored, in chunks, ordered by id.

    Parameters
    ----------
    connection : Connection
    table : Table
    first, last : int
        Ids, both included.

    Returns
    -------
    iterator of list of tuple
        Cells in the order of the table's columns.
    """
    t = plain(table)
    for start in range(first, last + 1, CHUNK):
        stop = min(start + CHUNK - 1, last)
        query = sa.select(*t.c).where(t.c.id.between(start, stop)).order_by(t.c.id)
        yield [tuple(row) for row in connection.execute(query)]


def read_ids(
    connection: Connection, table: Table, ids: Sequence[int], names: Sequence[str] | None = None
) -> dict[int, dict[str, Any]]:
    """Rows of given ids as they are stored.

    Parameters
    ----------
    connection : Connection
    table : Table
    ids : sequence of int
    names : sequence of str, optional
        Columns wanted; all where not given.

    Returns
    -------
    dict of id to dict of column name to cell
    """
    t = plain(table)
    wanted = [t.c[name] for name in names] if names is not None else list(t.c)
    out: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), 500):
        query = sa.select(t.c.id.label("row_id_"), *wanted).where(t.c.id.in_(list(ids[start : start + 500])))
        for row in connection.execute(query):
            out[int(row[0])] = dict(zip((c.name for c in wanted), row[1:], strict=True))
    return out


def range_digest(connection: Connection, table: Table, first: int, last: int) -> str:
    """Digest of stored rows of a run of ids, equal to that of the bulk insert that made them if none has changed.

    Parameters
    ----------
    connection : Connection
    table : Table
    first, last : int

    Returns
    -------
    str
        `row_version` does not count.
    """
    columns = list(table.columns)
    digest = RowsDigest(c.name for c in columns if c.name != "row_version")
    for chunk in read_range(connection, table, first, last):
        digest.add(as_arrays(columns, chunk))
    return digest.hexdigest()


def as_arrays(columns: Sequence[sa.Column[Any]], rows: Sequence[RawRow]) -> dict[str, AnyArray]:
    """Rows turned into columns in array form.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of tuple

    Returns
    -------
    dict of column name to ndarray
    """
    turned: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [() for _ in columns]
    return {c.name: from_storage(c, cells) for c, cells in zip(columns, turned, strict=True)}


class Packer:
    """Packs rows into compressed JSON: a line with the names, then a line for each list of rows."""

    def __init__(self, names: Sequence[str]) -> None:
        self._zip = zlib.compressobj(3)
        self._parts: list[bytes] = []
        self._line(list(names))

    def _line(self, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"
        self._parts.append(self._zip.compress(text.encode()))

    def add(self, rows: Sequence[RawRow]) -> None:
        """Add rows.

        Parameters
        ----------
        rows : sequence of tuple
        """
        self._line(rows)

    def finish(self) -> bytes:
        """The packed bytes."""
        return b"".join([*self._parts, self._zip.flush()])


def unpack_chunks(content: bytes) -> tuple[list[str], Iterator[list[RawRow]]]:
    """Column names and lists of rows of packed bytes.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    names : list of str
    chunks : iterator of list of tuple
    """
    lines = _lines(content)
    names = json.loads(next(lines))
    return names, ([tuple(row) for row in json.loads(line)] for line in lines)


def unpack(content: bytes) -> tuple[list[str], Iterator[RawRow]]:
    """Column names and rows of packed bytes.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    names : list of str
    rows : iterator of tuple
    """
    names, chunks = unpack_chunks(content)
    return names, (row for chunk in chunks for row in chunk)


def _lines(content: bytes) -> Iterator[bytes]:
    machine = zlib.decompressobj()
    rest = b""
    for start in range(0, len(content), 1 << 20):
        block = rest + machine.decompress(content[start : start + (1 << 20)])
        *whole, rest = block.split(b"\n")
        yield from whole
    block = rest + machine.flush()
    yield from (line for line in block.split(b"\n") if line)
