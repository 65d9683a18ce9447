"""Work away from the window."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from integrity.core.progress import Progress
from integrity.ui.jobs import Jobs


@pytest.fixture
def jobs(qapp: Any) -> Any:
    out = Jobs()
    yield out
    out.close()


def test_result_comes_back_in_the_window_thread(jobs: Jobs, qtbot: Any) -> None:
    seen: list[tuple[int, int]] = []
    here = threading.get_ident()
    jobs.run("t", lambda _p: threading.get_ident(), lambda worker: seen.append((worker, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here
    assert seen[0][1] == here


def test_error_comes_back_and_without_a_taker_is_told_to_all(jobs: Jobs, qtbot: Any) -> None:
    mine: list[BaseException] = []
    all_: list[BaseException] = []
    jobs.failed.connect(lambda _job, error: all_.append(error))
    jobs.run("t", lambda _p: 1 / 0, failed=mine.append)
    jobs.run("t", lambda _p: [][1])
    qtbot.waitUntil(lambda: bool(mine) and bool(all_))
    assert isinstance(mine[0], ZeroDivisionError)
    assert isinstance(all_[0], IndexError)


def test_cancel_stops_the_work_and_delivers_nothing(jobs: Jobs, qtbot: Any) -> None:
    delivered: list[object] = []

    def work(progress: Progress) -> str:
        for i in range(10_000):
            progress.step(i, 10_000)
            time.sleep(0.001)
        return "done"

    job = jobs.run("t", work, delivered.append, delivered.append)
    qtbot.waitUntil(lambda: job.steps[1] == 10_000)
    assert jobs.running == (job,)
    job.cancel()
    qtbot.waitUntil(lambda: jobs.idle)
    assert delivered == []


def test_writer_takes_one_at_a_time_in_order(jobs: Jobs, qtbot: Any) -> None:
    order: list[int] = []
    lock = threading.Lock()

    def work(i: int) -> None:
        assert lock.acquire(blocking=False)
        time.sleep(0.005 * (5 - i))
        order.append(i)
        lock.release()

    for i in range(5):
        jobs.run("t", lambda _p, i=i: work(i), writer=True)  # type: ignore[misc]
    qtbot.waitUntil(lambda: jobs.idle)
    assert order == [0, 1, 2, 3, 4]


def test_quiet_jobs_are_not_shown(jobs: Jobs, qtbot: Any) -> None:
    gate = threading.Event()
    jobs.run("t", lambda _p: gate.wait(2), quiet=True)
    assert jobs.running == ()
    assert not jobs.idle
    gate.set()
    qtbot.waitUntil(lambda: jobs.idle)
