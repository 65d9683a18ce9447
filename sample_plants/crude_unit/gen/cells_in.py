"""Reads the cells of the design tables."""

from __future__ import annotations

from datetime import date


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def need_day(text: str) -> date:
    return date.fromisoformat(text)


def num(text: str) -> float | None:
    return float(text) if text else None
