"""The audit: append-only, hash-chained; every kind of tampering shows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from integrity.db.audit import FIRST_HASH, ChainBreak, head, history, seal, verify_chain
from integrity.db.models import Component, Reading
from integrity.db.triggers import drop_guards
from integrity.db.undo import undo_last
from integrity.db.unit_of_work import UnitOfWork, reader
from tests.db.small import Small


@pytest.fixture
def busy(engine: Engine) -> Small:
    """Six entries, one of them with kept rows."""
    small = Small(engine)
    for t_mm in (11.0, 10.0, 9.0):
        small.edit(Component, small.component, t_nom_mm=t_mm)
    with UnitOfWork(engine, "Ann", "import") as uow:
        uow.bulk_insert(Reading, {"cml_id": small.cml, "date_d": [1, 2], "t_mm": [9.0, 8.5]})
        uow.commit()
    undo_last(engine, "Ann")
    return small


def breaks(engine: Engine) -> list[ChainBreak]:
    with reader(engine) as session:
        return verify_chain(session)


def tamper(engine: Engine, *statements: str) -> list[ChainBreak]:
    with engine.begin() as connection:
        drop_guards(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)
    return breaks(engine)


def test_an_untouched_chain_holds(busy: Small) -> None:
    assert breaks(busy.engine) == []
    with busy.engine.connect() as connection:
        assert head(connection)[0] == 6


def test_an_empty_chain_holds(engine: Engine) -> None:
    assert breaks(engine) == []
    with engine.connect() as connection:
        assert head(connection) == (0, FIRST_HASH)


@pytest.mark.parametrize("table", ["audit_entry", "audit_payload", "audit_subject"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_audit_cannot_be_changed(busy: Small, table: str, statement: str) -> None:
    with busy.engine.connect() as connection, pytest.raises(DBAPIError, match="append only"):
        connection.exec_driver_sql(statement.format(table))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET author = 'Eve' WHERE id = 3", {(3, "contents")}),
        ("UPDATE audit_entry SET lines = '[]' WHERE id = 2", {(2, "contents")}),
        ("UPDATE audit_entry SET at_utc = '1999' WHERE id = 1", {(1, "contents")}),
        ("DELETE FROM audit_entry WHERE id = 2", {(3, "gap"), (3, "link")}),
        ("DELETE FROM audit_payload", {(6, "payload")}),
        ("UPDATE audit_payload SET line = line + 1", {(6, "payload")}),
    ],
)
def test_tampering_shows(busy: Small, statement: str, found: set[tuple[int, str]]) -> None:
    assert {(b.audit_id, b.what) for b in tamper(busy.engine, statement)} == found


def test_an_entry_sealed_anew_breaks_the_link(busy: Small) -> None:
    with busy.engine.connect() as connection:
        row = connection.execute(sa.text("SELECT * FROM audit_entry WHERE id = 2")).mappings().one()
    values = {**row, "undoable": int(row["undoable"]), "author": "Eve"}
    forged = seal(row["previous_hash"], values)
    found = tamper(busy.engine, f"UPDATE audit_entry SET author = 'Eve', hash = '{forged}' WHERE id = 2")
    assert found == [ChainBreak(3, "link")]


def test_a_cut_off_end_shows_on_a_file(tmp_path: Path) -> None:
    from integrity.db.migrate import create_database

    engine = create_database(tmp_path / "p.db")
    small = Small(engine)
    small.edit(Component, small.component, t_nom_mm=11.0)
    assert tamper(engine, "DELETE FROM audit_entry WHERE id = 2") == [ChainBreak(2, "end")]


def test_history_is_by_row(busy: Small) -> None:
    with reader(busy.engine) as session:
        assert [e.id for e in history(session, "component", busy.component)] == [1, 2, 3, 4]
        assert [e.id for e in history(session, "reading", 2)] == [5, 6]
        assert history(session, "reading", 3) == []


def test_the_audit_outlives_its_subject(engine: Engine) -> None:
    small = Small(engine)
    row = small.reading("2020-01-01", 9.5)
    with UnitOfWork(engine, "Ann", "reading.delete") as uow:
        uow.delete(uow.get(Reading, row))
        uow.commit()
    with reader(engine) as session:
        assert [e.command for e in history(session, "reading", row)] == ["test.add", "reading.delete"]
