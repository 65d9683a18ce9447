"""Opening, creating, upgrading: the copy before an upgrade, newer and foreign files, guards after a batch migration."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from integrity.core.errors import ConflictError, InputError, ToolError
from integrity.core.tables import read_json
from integrity.db.columns import read_plant
from integrity.db.engine import APPLICATION_ID, WRITE, backup, check_file, make_engine
from integrity.db.migrate import (
    create_database,
    head_revision,
    open_database,
    restore_guards,
    revision_of,
    upgrade,
)
from integrity.db.models import Base, DamageAssignment, Reading
from integrity.db.rows import block_of, insert_rows
from integrity.db.schema_file import FIRST, describe, shipped, tables_of
from integrity.db.triggers import drop_guards, guards, install_guards, installed_guards, missing_guards
from integrity.db.undo import redo_last, undo_last
from integrity.db.unit_of_work import UnitOfWork, reader
from tests.db.small import Small

TOY = '''"""Toy."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "toy", "{head}", None, None
def upgrade():
    for table in ("assessment_snapshot", "audit_entry", "reading", "component"):
        with op.batch_alter_table(table, recreate="{recreate}") as batch:
            batch.add_column(sa.Column("toy", sa.Text(), nullable=False, server_default="new"))
    {more}
'''


def toy(folder: Path, recreate: str = "always", more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    text = TOY.format(head=head_revision(), recreate=recreate, more=more)
    (folder / "toy.py").write_text(text)
    return folder


def test_the_first_migration_makes_exactly_the_models(engine: Engine) -> None:
    assert revision_of(engine) == head_revision()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert missing_guards(connection) == []
        assert len(installed_guards(connection)) == len(guards())


def test_what_the_revisions_ship_is_what_the_models_say() -> None:
    assert shipped() == describe()
    assert shipped("0001") == read_json(FIRST)
    assert set(describe()) - set(read_json(FIRST)) == {"fact"}


def test_a_current_file_is_not_copied(file_engine: Engine, tmp_path: Path) -> None:
    assert upgrade(file_engine) is None
    open_database(tmp_path / "plant.db").dispose()
    assert [p.name for p in tmp_path.glob("*.before-*")] == []


def test_a_batch_migration_keeps_rows_and_guards_and_leaves_a_copy(file_engine: Engine, tmp_path: Path) -> None:
    small = Small(file_engine)
    small.reading("2020-01-01", 9.5)
    copy = upgrade(file_engine, [toy(tmp_path / "versions")])
    assert copy is not None and copy.exists()
    with file_engine.connect() as connection:
        assert missing_guards(connection) == []
        rows = connection.exec_driver_sql("SELECT t_mm, toy FROM reading").all()
        assert [tuple(r) for r in rows] == [(9.5, "new")]
        with pytest.raises(sa.exc.IntegrityError, match="append only"):
            connection.exec_driver_sql("DELETE FROM audit_entry")
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    assert check_file(file_engine) == []
    before = make_engine(copy)
    assert revision_of(before) == head_revision()
    with reader(before) as session:
        assert session.scalar(sa.select(Reading.t_mm)) == 9.5
    before.dispose()


def test_a_migration_works_on_each_database(engine: Engine, tmp_path: Path) -> None:
    Small(engine)
    upgrade(engine, [toy(tmp_path / "versions", recreate="auto")])
    with engine.connect() as connection:
        assert missing_guards(connection) == []
        assert connection.exec_driver_sql("SELECT toy FROM component").scalar() == "new"


def test_a_migration_that_breaks_keys_changes_nothing(file_engine: Engine, tmp_path: Path) -> None:
    small = Small(file_engine)
    more = "op.execute('DELETE FROM chamber')"
    with pytest.raises(ToolError) as caught:
        upgrade(file_engine, [toy(tmp_path / "versions", more=more)])
    assert caught.value.message.key == "db.migration_breaks_keys"
    assert revision_of(file_engine) == head_revision()
    assert small.read("2020-01-01").components.n == 1
    with file_engine.connect() as connection:
        assert missing_guards(connection) == []


def test_a_newer_database_is_refused_untouched(url: str) -> None:
    engine = create_database(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(InputError) as caught:
        open_database(url)
    assert caught.value.message.key == "db.newer"
    assert caught.value.message.params["revision"] == "9999"


def test_what_is_not_ours_is_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE a (b)")
    text = tmp_path / "text.db"
    text.write_text("This is not a database at all. " * 50)
    for path, key in ((foreign, "foreign_database"), (text, "not_a_database"), (tmp_path / "x.db", "no_such_file")):
        with pytest.raises(InputError) as caught:
            open_database(path)
        assert caught.value.message.key == f"db.{key}"
    with pytest.raises(InputError):
        open_database("mysql://somewhere/x")
    assert not (tmp_path / "x.db").exists()


def test_create_refuses_what_is_there(url: str) -> None:
    create_database(url).dispose()
    with pytest.raises(InputError) as caught:
        create_database(url)
    assert caught.value.message.key == "db.exists"


def test_open_creates_where_asked(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "装置 100%.db"
    open_database(path, create=True).dispose()
    engine = open_database(path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID
    engine.dispose()


def test_backup_while_somebody_writes(file_engine: Engine, tmp_path: Path) -> None:
    small = Small(file_engine)
    small.reading("2020-01-01", 9.5)
    writer = sqlite3.connect(tmp_path / "plant.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE reading SET t_mm = 1.0")
    copy = backup(file_engine, tmp_path / "copy.db")
    writer.execute("ROLLBACK")
    writer.close()
    other = open_database(copy)
    with reader(other) as session:
        assert session.scalar(sa.select(Reading.t_mm)) == 9.5
    other.dispose()
    with pytest.raises(InputError):
        backup(file_engine, copy)


def test_a_server_is_not_copied(engine: Engine, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    if engine.dialect.name == "sqlite":
        assert backup(engine, target).exists()
    else:
        with pytest.raises(InputError):
            backup(engine, target)


def test_lost_guards_are_made_again_at_opening(engine: Engine, url: str) -> None:
    with engine.begin() as connection:
        drop_guards(connection)
        assert len(missing_guards(connection)) == len(guards())
    engine.dispose()
    again = open_database(url)
    with again.connect() as connection:
        assert missing_guards(connection) == []
    assert restore_guards(again) == []
    again.dispose()


def test_the_schema_can_be_written_by_a_developer(tmp_path: Path) -> None:
    target = tmp_path / "schema.json"
    command = [sys.executable, "-m", "integrity.db.schema_file", str(target)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    assert read_json(target) == shipped()


def old_database(url: str) -> Engine:
    """A database as the first revision made it, with an imported assignment in it."""
    engine = make_engine(url)
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        for table in tables_of(shipped("0001")):
            table.create(connection)
        install_guards(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    return engine


def with_assignments(engine: Engine) -> None:
    """What a program of the first revision wrote: rows without a decision, and their digest in the audit."""
    old = next(t for t in tables_of(shipped("0001")) if t.name == "damage_assignment")
    columns = {"component_id": [1, 1], "mechanism": ["thinning_local", "cui"], "cause": ["hcl", ""]}
    rest = {c: "" for c in ("side", "susceptibility", "reason", "set_by")}
    with UnitOfWork(engine, "Ann", "import_files") as uow:
        block = block_of(old, {**columns, **rest, "row_version": 1}, 2)
        block.arrays["id"] = np.array([1, 2])
        insert_rows(uow.connection, old, block)
        line = {"op": "bulk_insert", "table": old.name, "rows": 2, "first_id": 1, "last_id": 2, "batch": None}
        uow.note({**line, "digest": block.digest(), "runs": [(1, 2)]})
        uow.commit()


def test_a_database_of_the_first_revision_is_upgraded_with_its_content(url: str) -> None:
    engine = old_database(url)
    small = Small(engine)
    with_assignments(engine)
    engine.dispose()
    again = open_database(url)
    assert revision_of(again) == head_revision() == "0002"
    with again.connect() as connection:
        rows = connection.exec_driver_sql("SELECT mechanism, cause, decision, decided_d FROM damage_assignment").all()
        assert sorted(tuple(r) for r in rows) == [
            ("cui", "", "accepted", None), ("thinning_local", "hcl", "accepted", None)
        ]  # fmt: skip
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert missing_guards(connection) == []
    plant = read_plant(again, small.site, 19_723)
    again.dispose()
    assert plant.damage.mechanism.tolist() == ["cui", "thinning_local"]
    assert plant.facts.columns == {} and plant.facts.n == 1


@pytest.mark.parametrize("touched", [False, True])
def test_what_was_written_before_the_upgrade_can_still_be_undone(url: str, touched: bool) -> None:
    engine = old_database(url)
    Small(engine)
    with_assignments(engine)
    engine.dispose()
    again = open_database(url)
    if touched:
        with UnitOfWork(again, "Bo", "decide", undoable=False) as uow:
            uow.edit(DamageAssignment, 2, decision="rejected")
            uow.commit()
        with pytest.raises(ConflictError):
            undo_last(again, "Ann")
    else:
        assert undo_last(again, "Ann") is not None
        with reader(again) as session:
            assert session.scalars(sa.select(DamageAssignment.id)).all() == []
        assert redo_last(again, "Ann") is not None
        with reader(again) as session:
            kept = session.scalars(sa.select(DamageAssignment.decision)).all()
        assert kept == ["accepted", "accepted"]
    again.dispose()


def test_the_head_that_opening_looks_for_is_that_of_the_scripts() -> None:
    from integrity.db.migrate import HEAD, head_revision

    assert head_revision() == HEAD
