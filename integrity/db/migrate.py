"""Opening, creating and upgrading a database: versions, the copy made before an upgrade, refusal of newer files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from integrity.core.errors import InputError, ToolError
from integrity.core.message import msg
from integrity.db.engine import APPLICATION_ID, WRITE, backup, file_of, make_engine
from integrity.db.triggers import install_guards, missing_guards

_FOLDER = Path(__file__).parent / "migrations"
# Newest revision shipped; a test holds it to the migration scripts. Alembic is loaded only where it has work.
HEAD = "0002"


def _config(connection: Connection | None, extra_versions: Sequence[Path]) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    places = [_FOLDER / "versions", *extra_versions]
    config.set_main_option("version_locations", "\n".join(str(p).replace("%", "%%") for p in places))
    config.attributes["connection"] = connection
    return config


def head_revision(extra_versions: Sequence[Path] = ()) -> str:
    """Newest revision this program knows.

    Parameters
    ----------
    extra_versions : sequence of Path
        Further folders with revisions.

    Returns
    -------
    str
    """
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config(None, extra_versions)).get_current_head())


def revision_of(engine: Engine) -> str | None:
    """Revision a database is at; None where it holds no schema of ours.

    Parameters
    ----------
    engine : Engine

    Returns
    -------
    str or None
    """
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)
    except OperationalError as error:
        raise InputError(msg("db.cannot_open", url=_shown(engine), detail=str(error.orig))) from error
    except DatabaseError as error:
        raise InputError(msg("db.not_a_database", url=_shown(engine), detail=str(error.orig))) from error


def _shown(engine: Engine) -> str:
    return engine.url.database or "" if file_of(engine) else engine.url.render_as_string(hide_password=True)


def _known(revision: str, extra_versions: Sequence[Path]) -> bool:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config(None, extra_versions))
    return revision in {s.revision for s in scripts.walk_revisions()}


def upgrade(engine: Engine, extra_versions: Sequence[Path] = ()) -> Path | None:
    """Bring a database to the newest revision, in one transaction.

    Parameters
    ----------
    engine : Engine
    extra_versions : sequence of Path
        Further folders with revisions.

    Returns
    -------
    Path or None
        The copy of the file made before it was changed; None where nothing had to change or nothing was there.

    Raises
    ------
    InputError
        The database was written by a newer program, or holds tables of another program.
    """
    current, head = revision_of(engine), head_revision(extra_versions)
    if current == head:
        return None
    if current is not None and not _known(current, extra_versions):
        raise InputError(msg("db.newer", url=_shown(engine), revision=current, known=head))
    if current is None and _has_tables(engine):
        raise InputError(msg("db.foreign_database", url=_shown(engine)))
    copy = _copy_before(engine, current) if current is not None else None
    _run(engine, extra_versions)
    return copy


def _has_tables(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(inspect(connection).get_table_names())


def _copy_before(engine: Engine, current: str) -> Path | None:
    path = file_of(engine)
    if path is None:
        return None
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S%f")
    return backup(engine, path.with_name(f"{path.stem}.before-{current}-{stamp}{path.suffix}"))


def _run(engine: Engine, extra_versions: Sequence[Path]) -> None:
    from alembic import command

    with engine.execution_options(**{WRITE: True}).connect() as connection:
        raw: Any = connection.connection.driver_connection
        is_file = file_of(engine) is not None
        if is_file:
            # Rebuilding a table while keys are enforced would delete what points to it; checked before the commit.
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                command.upgrade(_config(connection, extra_versions), "head")
                if is_file:
                    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                        raise ToolError(msg("db.migration_breaks_keys", url=_shown(engine)))
        finally:
            if is_file:
                raw.execute("PRAGMA foreign_keys=ON")


def create_database(path_or_url: str | Path) -> Engine:
    """Create a database with the newest schema.

    Parameters
    ----------
    path_or_url : str or Path
        A file that does not exist yet, or a URL of a server database without tables.

    Returns
    -------
    Engine
    """
    engine = make_engine(path_or_url)
    path = file_of(engine)
    if path is not None:
        if path.exists():
            raise InputError(msg("db.exists", path=str(path)))
        path.parent.mkdir(parents=True, exist_ok=True)
    elif _has_tables(engine):
        raise InputError(msg("db.exists", path=_shown(engine)))
    upgrade(engine)
    return engine


def open_database(path_or_url: str | Path, *, create: bool = False) -> Engine:
    """Open a database; an older one is copied and upgraded, a newer or foreign one refused.

    Parameters
    ----------
    path_or_url : str or Path
    create : bool
        Create it where it does not exist.

    Returns
    -------
    Engine
    """
    engine = make_engine(path_or_url)
    path = file_of(engine)
    if path is not None and not path.exists() and not create:
        raise InputError(msg("db.no_such_file", path=str(path)))
    if path is not None and create:
        path.parent.mkdir(parents=True, exist_ok=True)
    current = revision_of(engine)
    if current is None and not create:
        raise InputError(msg("db.foreign_database", url=_shown(engine)))
    if current != HEAD:
        upgrade(engine)
    restore_guards(engine)
    return engine


def restore_guards(engine: Engine) -> list[str]:
    """Make missing guards again; somebody who took them away is told by the return value.

    Parameters
    ----------
    engine : Engine

    Returns
    -------
    list of str
        Names of the guards that were missing.
    """
    with engine.connect() as connection:
        missing = missing_guards(connection)
    if missing:
        with engine.execution_options(**{WRITE: True}).begin() as connection:
            install_guards(connection)
    return missing
