"""Progress of a long run: throttled reports and a way to cancel."""

from __future__ import annotations

import time
from collections.abc import Callable

from integrity.core.errors import Cancelled
from integrity.core.message import Message

Listener = Callable[[int, int, Message | None], None]


class Progress:
    """Reports steps at most every `interval_s` and raises `Cancelled` when asked to stop.

    Parameters
    ----------
    listener : callable, optional
        Called with (done, total, message).
    cancelled : callable, optional
        Returns True when the user has pressed Cancel.
    interval_s : float
        Least time between two reports, seconds.
    """

    def __init__(
        self,
        listener: Listener | None = None,
        cancelled: Callable[[], bool] | None = None,
        interval_s: float = 0.1,
    ) -> None:
        self._listener = listener
        self._cancelled = cancelled
        self._interval_s = interval_s
        self._last = float("-inf")

    def step(self, done: int, total: int, message: Message | None = None) -> None:
        """Report `done` of `total`; raise `Cancelled` if the user asked for it.

        Parameters
        ----------
        done, total : int
            Units of work done and in all; total 0 means unknown.
        message : Message, optional
            What is being done.
        """
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        now = time.monotonic()
        if self._listener is not None and (done >= total or now - self._last >= self._interval_s):
            self._last = now
            self._listener(done, total, message)


SILENT = Progress()
