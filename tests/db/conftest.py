"""Each test runs on a fresh SQLite file, and on PostgreSQL where `INTEGRITY_TEST_POSTGRES` names a database to empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.db.engine import make_engine
from integrity.db.migrate import create_database

POSTGRES = os.environ.get("INTEGRITY_TEST_POSTGRES", "")
PLACES = ["sqlite", *(["postgresql"] if POSTGRES else [])]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    where = "SQLite and PostgreSQL" if POSTGRES else "SQLite; INTEGRITY_TEST_POSTGRES is absent, no PostgreSQL"
    terminalreporter.write_line(f"database tests ran on {where}")


@pytest.fixture(params=PLACES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new database may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "plant.db")
    engine = make_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return POSTGRES


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An empty database with the newest schema."""
    made = create_database(url)
    yield made
    made.dispose()


@pytest.fixture
def file_engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite file, for what concerns files only."""
    made = create_database(tmp_path / "plant.db")
    yield made
    made.dispose()
