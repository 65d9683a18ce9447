"""Killed at any moment, a file is as before or complete: 50 seeded moments of imports, snapshots, undos, checkpoints."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.db.audit import entry_lines, verify_chain
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


def child(path: Path, work: str) -> subprocess.Popen[bytes]:
    """A child that has begun its first write."""
    command = [sys.executable, "-m", "tests.db.kill_child", str(path), work]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.read(1) == b"."
    return process


def killed(process: subprocess.Popen[bytes], wait_s: float) -> None:
    time.sleep(wait_s)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


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
            assert load(session, snapshot.id).frames["result"]["random"].size == 200_000
    return len(entries)


@pytest.mark.parametrize("work", MOMENTS)
def test_kill_at_any_moment(work: str, start: Path, tmp_path: Path) -> None:
    rng = random.Random(f"kill {work}")
    path = Path(shutil.copy(start, tmp_path / "plant.db"))
    seen = []
    process = child(path, work)
    for moment in range(MOMENTS[work]):
        # The next child starts up on a copy of the untouched file while this one is being killed and looked at.
        following = Path(shutil.copy(start, tmp_path / f"plant{moment}.db"))
        killed(process, rng.uniform(0.0, 0.45))
        if moment + 1 < MOMENTS[work]:
            process = child(following, work)
        engine = open_database(path)
        assert check_file(engine) == []
        seen.append(whole(engine))
        engine.dispose()
        path = following
    # Some were killed inside their first write, some later: the moments did fall into the work.
    assert min(seen) == 1 < max(seen)
