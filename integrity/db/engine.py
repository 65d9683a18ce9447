"""Engines: the one place that opens SQLite files and PostgreSQL databases, and copies a file while it is in use."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from integrity.core.errors import InputError
from integrity.core.message import msg

APPLICATION_ID = 0x494E5447
BUSY_TIMEOUT_MS = 10_000
WRITE = "integrity_write"

# In WAL mode `NORMAL` may lose the last commits at a power failure (the file stays sound). An audit entry that the
# screen has shown as stored must be there afterwards, so each commit waits for the disk; an import is one commit.
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)

# Compiling the select of the component frame takes longer than running it; and a cursor that will be read to its
# end must not be planned for its first rows.
_POSTGRES_OPTIONS = "-c jit=off -c cursor_tuple_fraction=1.0"


def database_url(path_or_url: str | Path) -> URL:
    """URL of a file path, or of a URL given as text.

    Parameters
    ----------
    path_or_url : str or Path
        A file, `sqlite:///...` or `postgresql://...` (the driver psycopg is filled in).

    Returns
    -------
    URL
    """
    text = str(path_or_url)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
    except ArgumentError:
        raise InputError(msg("db.bad_url", url=text)) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite" or not url.database:
        raise InputError(msg("db.bad_url", url=url.render_as_string(hide_password=True)))
    return url.set(database=str(Path(url.database).absolute()))


def file_of(engine: Engine) -> Path | None:
    """The file of an SQLite engine, None for a server.

    Parameters
    ----------
    engine : Engine

    Returns
    -------
    Path or None
    """
    is_file = engine.url.get_backend_name() == "sqlite" and engine.url.database
    return Path(str(engine.url.database)) if is_file else None


def make_engine(path_or_url: str | Path) -> Engine:
    """Engine with everything set that every connection needs; does not look at the schema.

    Parameters
    ----------
    path_or_url : str or Path

    Returns
    -------
    Engine
        SQLite: WAL, foreign keys on, busy timeout, each commit on disk; transactions are begun explicitly, and as
        `BEGIN IMMEDIATE` where the execution option `integrity_write` is set, so that two writers never meet later.
    """
    url = database_url(path_or_url)
    if url.get_backend_name() != "sqlite":
        try:
            return create_engine(url, pool_pre_ping=True, connect_args={"options": _POSTGRES_OPTIONS})
        except ModuleNotFoundError:
            raise InputError(msg("db.no_driver")) from None
    engine = create_engine(url)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def backup(engine: Engine, path: str | Path) -> Path:
    """Copy an SQLite database into a new file while it may be in use.

    Parameters
    ----------
    engine : Engine
    path : str or Path
        The copy; an existing file is refused.

    Returns
    -------
    Path
        The copy. A PostgreSQL database is refused: its server has its own tools.
    """
    target = Path(path)
    if file_of(engine) is None:
        raise InputError(msg("db.backup_server"))
    if target.exists():
        raise InputError(msg("db.backup_exists", path=str(target)))
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    with engine.connect() as connection:
        source = connection.connection.driver_connection
        copy = sqlite3.connect(partial)
        try:
            source.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
    partial.rename(target)
    return target


def check_file(engine: Engine) -> list[str]:
    """What SQLite's own checks find wrong; nothing for a sound file, nothing for a server.

    Parameters
    ----------
    engine : Engine

    Returns
    -------
    list of str
    """
    if file_of(engine) is None:
        return []
    with engine.connect() as connection:
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [line for line in found if line != "ok"] + [f"foreign key: {row[0]} {row[1]}" for row in orphans]
