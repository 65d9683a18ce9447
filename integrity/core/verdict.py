"""Verdicts of a procedure for one row."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """What a procedure says of a row; anything but ACCEPTED carries reasons."""

    ACCEPTED = 0
    NOT_ACCEPTED = 1
    NOT_APPLICABLE = 2
    INSUFFICIENT_DATA = 3
    NOT_CONVERGED = 4
    CALCULATED = 5
