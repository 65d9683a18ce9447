"""Samples of each further subject reach every step and every limit of its procedures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from integrity.core.procedure import Result
from integrity.core.registry import procedure
from integrity.core.settings import Settings
from integrity.core.working import applies

SUBJECTS = sorted(p.stem for p in Path(__file__).parent.glob("samples_*.py"))


def _rows() -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    for subject in SUBJECTS:
        module = import_module(f"tests.rbi.{subject}")
        again = getattr(module, "SETTINGS", {})
        for key, rows in sorted(module.SAMPLES.items()):
            every = [(*row, {})[:3] for row in rows]
            every += [(c, t, s) for s in again.get(key, ()) for c, t, _ in every]
            found.append((key, every))
    return found


def _results(key: str, rows: list[Any]) -> list[Result]:
    return [procedure(key).run(columns, Settings(s), tables) for columns, tables, s in rows]


@pytest.mark.parametrize(("key", "rows"), [pytest.param(k, r, id=k) for k, r in _rows()])
def test_every_step_and_limit_is_reached(key: str, rows: list[Any]) -> None:
    p = procedure(key)
    params = {x.symbol: x for x in (*p.inputs, *p.outputs)}
    results = _results(key, rows)
    unreached = [
        (s.out, s.when)
        for s in p.steps
        if not any(applies(r, s, i, params) for r in results for i in range(r.n))
    ]
    assert not unreached
    for i, limit in enumerate(p.limits):
        seen = {int(bit) for r in results for bit in (r.refused >> i) & 1}
        assert seen == {0, 1}, limit.key
