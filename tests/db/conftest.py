"""Each test runs on a fresh SQLite file, and on PostgreSQL where `INTEGRITY_TEST_POSTGRES` names one to empty."""

from __future__ import annotations

import os
import shutil
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


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "plant.db"
    create_database(path).dispose()
    return path


@pytest.fixture
def engine(url: str, template: Path) -> Iterator[Engine]:
    """An empty database with the newest schema."""
    if "://" in url:
        made = create_database(url)
    else:
        shutil.copy(template, url)
        made = make_engine(url)
    yield made
    made.dispose()


@pytest.fixture
def file_engine(tmp_path: Path, template: Path) -> Iterator[Engine]:
    """An empty SQLite file, for what concerns files only."""
    made = make_engine(shutil.copy(template, tmp_path / "plant.db"))
    yield made
    made.dispose()
