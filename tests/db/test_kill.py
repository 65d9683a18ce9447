"""Killed at any moment, a file is as before or complete: 50 seeded moments of imports, snapshots and undos."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.db.audit import entry_lines, verify_chain
from integrity.db.columns import read_plant
from integrity.db.engine import check_file, make_engine
from integrity.db.migrate import open_database
from integrity.db.models import AssessmentSnapshot, AuditEntry, ImportBatch, Reading
from integrity.db.rows import range_digest
from integrity.db.snapshots import load
from integrity.db.tracking import table_of
from integrity.db.unit_of_work import reader
from tests.db import kill_child

ROOT = Path(__file__).parents[2]
MOMENTS = {"import": 20, "snapshot": 14, "undo": 8, "checkpoint": 8}


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("kill") / "start.db"))
    engine = make_engine(path)
    kill_child.setup(engine)
    engine.dispose()
    return path


class Children:
    """Processes that write, one after the other, each killed after a while."""

    def __init__(self) -> None:
        self._server = self._start() if hasattr(os, "fork") else None

    @staticmethod
    def _start(*args: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.db.kill_child", *args]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def kill(self, path: Path, work: str, mark: bytes, wait_s: float) -> None:
        """Start one, and kill it `wait_s` after its first "." (it begins) or "+" (one write is done)."""
        process = self._server or self._start(str(path), work)
        assert process.stdin is not None and process.stdout is not None
        said = b""
        if self._server is not None:
            process.stdin.write(f"{path}\t{work}\n".encode())
            process.stdin.flush()
        while mark not in said or (self._server is not None and b"\n" not in said):
            byte = process.stdout.read(1)
            assert byte, "the child ended by itself"
            said += byte
        time.sleep(wait_s)
        if self._server is None:
            process.kill()
            process.wait()
            return
        os.kill(int(said.replace(b".", b"").replace(b"+", b"")), signal.SIGKILL)
        while process.stdout.read(1) != b"!":
            pass

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.communicate()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    made = Children()
    yield made
    made.close()


def duration(path: Path, work: str) -> float:
    """Seconds that one whole write takes on this machine now."""
    engine = make_engine(path)
    plant = read_plant(engine, 1, 20000)
    begin = time.monotonic()
    kill_child.WORK[work](engine, plant)
    taken = time.monotonic() - begin
    engine.dispose()
    return taken


def whole(engine: Engine) -> int:
    """Check that every unit of work is there wholly or not at all; returns how many there are."""
    with reader(engine) as session:
        assert verify_chain(session) == []
        entries = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        batches = session.scalars(sa.select(ImportBatch)).all()
        kept = session.scalars(sa.select(AssessmentSnapshot)).all()
        done = [e for e in entries if e.command == "import" and e.kind == "do"]
        undone = [e for e in entries if e.kind == "undo"]
        assert len(batches) == len(done) - len(undone)
        assert len(kept) == sum(e.command == "snapshot" for e in entries)
        assert session.scalar(sa.select(sa.func.count()).select_from(Reading)) == kill_child.ROWS * len(batches)
        reverted = {e.reverts_id for e in undone}
        with engine.connect() as connection:
            for entry in done:
                line = next(x for x in entry_lines(entry) if x["op"] == "bulk_insert")
                now = range_digest(connection, table_of(Reading), line["first_id"], line["last_id"])
                assert (now == line["digest"]) is (entry.id not in reverted)
        for snapshot in kept:
            assert load(session, snapshot.id).frames["result"]["random"].size == kill_child.RESULTS
    return len(entries)


@pytest.mark.parametrize("work", MOMENTS)
def test_kill_at_any_moment(work: str, start: Path, tmp_path: Path, children: Children) -> None:
    rng = random.Random(f"kill {work}")
    taken = duration(Path(shutil.copy(start, tmp_path / "timed.db")), work)
    seen = []
    for moment in range(MOMENTS[work]):
        path = Path(shutil.copy(start, tmp_path / f"plant{moment}.db"))
        # Half of them in their first write, half later, each in its own part of the time that one write takes.
        mark = b"." if moment % 2 == 0 else b"+"
        children.kill(path, work, mark, (moment + rng.random()) / MOMENTS[work] * 1.1 * taken)
        engine = open_database(path)
        assert check_file(engine) == []
        seen.append(whole(engine))
        engine.dispose()
    # Some had not finished their first write: the moments did fall into the work.
    assert min(seen) == 1 < max(seen)
