"""Work away from the window: a pool for pure work, one writer thread for what changes the plant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from integrity.core.errors import Cancelled
from integrity.core.message import Message
from integrity.core.progress import Progress

Work = Callable[[Progress], Any]


@dataclass(eq=False)
class Job:
    """One piece of work; `title` is a catalogue key."""

    title: str
    done: Callable[[Any], None] | None = None
    failed: Callable[[BaseException], None] | None = None
    quiet: bool = False
    steps: tuple[int, int] = (0, 0)
    message: Message | None = None
    _cancel: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._cancel.is_set()


class Jobs(QObject):
    """Runs jobs; callbacks always come back in the window's thread.

    Parameters
    ----------
    workers : int
        Threads for pure work; there is always exactly one writer.
    """

    changed = Signal()
    failed = Signal(object, object)
    _event = Signal(object, str, object)

    def __init__(self, workers: int = 2) -> None:
        super().__init__()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="work")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._running: list[Job] = []
        self._event.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> tuple[Job, ...]:
        """Jobs under way that the status line shows."""
        return tuple(j for j in self._running if not j.quiet)

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return not self._running

    def run(
        self,
        title: str,
        work: Work,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        writer: bool = False,
        quiet: bool = False,
    ) -> Job:
        """Start a piece of work.

        Parameters
        ----------
        title : str
            Catalogue key shown in the status line.
        work : callable
            Gets a `Progress`; must touch no widget.
        done, failed : callable, optional
            Called in the window's thread with the result or the error; without `failed` the error goes to the
            signal of the same name. A cancelled job calls neither.
        writer : bool
            On the one writer thread, in the order given.
        quiet : bool
            Not shown in the status line.

        Returns
        -------
        Job
        """
        job = Job(title, done, failed, quiet)
        self._running.append(job)
        self.changed.emit()
        future = (self._writer if writer else self._pool).submit(self._execute, job, work)
        future.add_done_callback(lambda f: self._ended(job, f))
        return job

    def _execute(self, job: Job, work: Work) -> Any:
        def report(done: int, total: int, message: Message | None) -> None:
            self._event.emit(job, "step", (done, total, message))

        progress = Progress(report, lambda: job.cancelled)
        progress.step(0, 0)
        return work(progress)

    def _ended(self, job: Job, future: Future[Any]) -> None:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, Cancelled):
            self._event.emit(job, "cancelled", None)
        elif error is not None:
            self._event.emit(job, "failed", error)
        else:
            self._event.emit(job, "done", future.result())

    @Slot(object, str, object)
    def _arrived(self, job: Job, what: str, payload: Any) -> None:
        if what == "step":
            job.steps, job.message = (payload[0], payload[1]), payload[2]
            self.changed.emit()
            return
        if job in self._running:
            self._running.remove(job)
        self.changed.emit()
        if what == "done" and job.done is not None:
            job.done(payload)
        elif what == "failed":
            if job.failed is not None:
                job.failed(payload)
            else:
                self.failed.emit(job, payload)

    def cancel_all(self) -> None:
        """Ask everything under way to stop."""
        for job in self._running:
            job.cancel()

    def close(self) -> None:
        """Stop taking work and wait for what runs."""
        self.cancel_all()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)
