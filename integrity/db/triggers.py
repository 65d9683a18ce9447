"""Triggers that guard snapshots and audit inside the database; made again after each migration."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

_FIXED = (
    "site_id",
    "kind",
    "subject",
    "name",
    "as_of_d",
    "author",
    "created_utc",
    "provenance",
    "settings",
    "extra",
    "run_digest",
)
_APPEND_ONLY = ("audit_entry", "audit_payload", "audit_subject")
_NO_UPDATE = ("snapshot_column", "snapshot_part", "snapshot_rows")
_EVENTS = ("UPDATE", "DELETE")
_SNAPSHOT = "assessment_snapshot"
_DRAFT = "(SELECT state FROM assessment_snapshot WHERE id = {row}.snapshot_id) = 'draft'"


@dataclass(frozen=True)
class Guard:
    """One trigger: it refuses `event` on `table` with `word` unless `allowed` holds."""

    name: str
    table: str
    event: str
    allowed: str
    word: str


def guards() -> tuple[Guard, ...]:
    """All guards of the schema.

    Returns
    -------
    tuple of Guard
    """
    out = [Guard(f"guard_{t}_{e.lower()}", t, e, "1 = 0", "append only") for t in _APPEND_ONLY for e in _EVENTS]
    out += [Guard(f"guard_{t}_update", t, "UPDATE", "1 = 0", "snapshot is immutable") for t in _NO_UPDATE]
    for table in ("snapshot_part", "snapshot_rows"):
        out.append(Guard(f"guard_{table}_insert", table, "INSERT", _DRAFT.format(row="NEW"), "snapshot is closed"))
        out.append(Guard(f"guard_{table}_delete", table, "DELETE", _DRAFT.format(row="OLD"), "snapshot is closed"))
    out.append(Guard("guard_snapshot_delete", _SNAPSHOT, "DELETE", "OLD.state = 'draft'", "snapshot is closed"))
    out.append(Guard("guard_snapshot_update", _SNAPSHOT, "UPDATE", _same_data(), "snapshot is immutable"))
    out.append(Guard("guard_snapshot_state", _SNAPSHOT, "UPDATE", _allowed_step(), "snapshot state"))
    return tuple(out)


def _same_data() -> str:
    return " AND ".join(f'OLD."{c}" IS NOT DISTINCT FROM NEW."{c}"' for c in ("id", *_FIXED))


def _allowed_step() -> str:
    """State moves one step forward; who checks or approves is named and is not the author; names then stay."""
    step = "(OLD.state = '{a}' AND NEW.state = '{b}' AND {c})"
    kept = 'OLD."{c}" IS NOT DISTINCT FROM NEW."{c}"'
    checked, approved = "NEW.checked_by <> OLD.author", "NEW.approved_by <> OLD.author"
    same_check = kept.format(c="checked_by") + " AND " + kept.format(c="checked_utc")
    same_approval = kept.format(c="approved_by") + " AND " + kept.format(c="approved_utc")
    return " OR ".join(
        (
            step.format(a="draft", b="checked", c=f"{checked} AND NEW.checked_utc <> ''"),
            step.format(a="checked", b="approved", c=f"{approved} AND NEW.approved_utc <> '' AND {same_check}"),
            step.format(a="approved", b="superseded", c=f"{same_check} AND {same_approval}"),
        )
    )


def _sqlite_sql(guard: Guard) -> list[str]:
    allowed = guard.allowed.replace(" IS NOT DISTINCT FROM ", " IS ")
    return [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} FOR EACH ROW "
        f"WHEN NOT coalesce(({allowed}), 0) BEGIN SELECT RAISE(ABORT, '{guard.word}: {guard.table}'); END"
    ]


def _postgres_sql(guard: Guard) -> list[str]:
    row = "OLD" if guard.event == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF NOT coalesce(({guard.allowed}), false) THEN "
        f"RAISE EXCEPTION '{guard.word}: {guard.table}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END $$",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


def drop_guards(connection: Connection) -> None:
    """Take all guards away, so that a migration may rebuild tables.

    Parameters
    ----------
    connection : Connection
    """
    for name, table in installed_guards(connection):
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))


def install_guards(connection: Connection) -> None:
    """Make all guards anew.

    Parameters
    ----------
    connection : Connection
        Inside a transaction; the guarded tables exist.
    """
    drop_guards(connection)
    make = _postgres_sql if connection.dialect.name == "postgresql" else _sqlite_sql
    for guard in guards():
        for statement in make(guard):
            connection.exec_driver_sql(statement)


def installed_guards(connection: Connection) -> list[tuple[str, str]]:
    """Guards that the database has now.

    Parameters
    ----------
    connection : Connection

    Returns
    -------
    list of (trigger name, table name)
    """
    if connection.dialect.name == "postgresql":
        sql = (
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE 'guard_%' AND c.relnamespace = current_schema()::regnamespace"
        )
    else:
        sql = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%'"
    return [(str(a), str(b)) for a, b in connection.execute(text(sql))]


def missing_guards(connection: Connection) -> list[str]:
    """Names of guards that should be there and are not.

    Parameters
    ----------
    connection : Connection

    Returns
    -------
    list of str
    """
    there = {name for name, _ in installed_guards(connection)}
    return [g.name for g in guards() if g.name not in there]
