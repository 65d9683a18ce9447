"""Checks that hold for every registered procedure: printed formula against function, branches, bindings, docstrings."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from integrity.core.clause import FORMULA, evaluate
from integrity.core.procedure import Procedure, Result, Step
from integrity.core.settings import Settings
from integrity.core.working import applies, working

TESTS = Path(__file__).parent.parent
RTOL = 1e-9


@dataclass(frozen=True)
class Sample:
    """One run of a procedure: columns, long-form tables and settings that differ from the defaults."""

    columns: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def load_module(path: Path) -> ModuleType:
    """Load a Python file that is no module of a package."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_samples() -> dict[str, list[Sample]]:
    """Samples of every room by procedure key, from each `tests/<room>/samples.py` and `samples_<subject>.py`.

    `SAMPLES` maps a key to rows of (columns, tables) or (columns, tables, settings). `SETTINGS`, where there is
    one, maps a key to settings under which every one of its rows is run once more.
    """
    found: dict[str, list[Sample]] = {}
    for path in sorted(TESTS.glob("*/samples*.py")):
        module = load_module(path)
        again = getattr(module, "SETTINGS", {})
        for key, rows in module.SAMPLES.items():
            samples = [Sample(*row) for row in rows]
            samples += [Sample(s.columns, s.tables, changed) for changed in again.get(key, ()) for s in samples]
            found.setdefault(key, []).extend(samples)
    return found


def results(procedure: Procedure, samples: list[Sample]) -> Iterator[Result]:
    """Run every sample."""
    for sample in samples:
        yield procedure.run(sample.columns, Settings(sample.settings), sample.tables)


def binding_problems(procedure: Procedure, result: Result) -> list[str]:
    """Steps whose result, parameter or branch is no column, constant or code of the procedure."""
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    out = []
    for step in procedure.steps:
        name = step.function.__name__
        missing = {n for n in step.names().values() if n not in result.columns and n not in procedure.constants}
        missing |= {n for n in (step.out, *step.note_params) if n not in result.columns}
        out += [f"{name}: {n} is no column" for n in sorted(missing)]
        if step.when is not None and (step.when[0] not in params or step.when[1] not in params[step.when[0]].codes):
            out.append(f"{name}: branch {step.when} is no code")
        if step.clause.kind != FORMULA and not step.clause.note:
            out.append(f"{name}: a {step.clause.kind} needs a note")
    return out


def used_rows(procedure: Procedure, result: Result, step: Step) -> Any:
    """Rows without a refusal on which a step was used."""
    used = (result.missing == 0) & (result.refused == 0)
    if step.when is not None:
        params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
        used = used & (result.columns[step.when[0]] == params[step.when[0]].codes.index(step.when[1]))
    return used


def formula_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Steps whose printed expression does not give the column, or that no sample reaches with a number."""
    out: list[str] = []
    reached = [0] * len(procedure.steps)
    for result in results(procedure, samples):
        for i, step in enumerate(procedure.steps):
            used = used_rows(procedure, result, step)
            if step.clause.kind != FORMULA:
                reached[i] += int(used.sum())
                continue
            names = {
                p: procedure.constants[n].value if n in procedure.constants else result.columns[n]
                for p, n in step.names().items()
            }
            with np.errstate(all="ignore"):
                want = np.broadcast_to(np.asarray(evaluate(step.clause.expr, names), dtype=np.float64), used.shape)
            got = np.asarray(result.columns[step.out], dtype=np.float64)
            same = np.isclose(got[used], want[used], rtol=RTOL, atol=0.0, equal_nan=True)
            if not same.all():
                bad = int(np.flatnonzero(used)[~same][0])
                out.append(f"{step.out} = {step.clause.expr}: row {bad} is {got[bad]!r}, formula {want[bad]!r}")
            reached[i] += int((used & ~np.isnan(got)).sum())
    for count, step in zip(reached, procedure.steps, strict=True):
        if count == 0:
            out.append(f"{step.out} ({step.function.__name__}, {step.when}) is reached by no sample")
    return out


def docstring_problems(step: Step) -> list[str]:
    """What a clause function's docstring lacks: sentence, each parameter, result."""
    text = step.function.__doc__ or ""
    name = step.function.__name__
    lines = [line.strip() for line in text.splitlines()]
    heads = [line.split(":")[0] for line in lines if " : " in line]
    wanted = ("Parameters", "Returns") if step.clause.params else ("Returns",)
    named = {part.strip() for head in heads for part in head.split(",")}
    out = [f"{name}: parameter {p} is not described" for p in step.clause.params if p not in named]
    out += [f"{name}: no section {s}" for s in wanted if s not in lines]
    return out if text.strip() else [f"{name}: no docstring"]


def working_problems(procedure: Procedure, samples: list[Sample]) -> list[str]:
    """Rows whose working leaves out a step that applies, or shows a formula without numbers."""
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    out: list[str] = []
    for result in results(procedure, samples):
        for row in range(0, result.n, max(1, result.n // 20)):
            lines = working(procedure, result, row)
            steps = [s for s in procedure.steps if applies(result, s, row, params)]
            if [x.symbol for x in lines] != [s.out for s in steps]:
                out.append(f"row {row}: steps differ")
            out += [f"row {row}: {x.symbol} has no numbers" for x in lines if x.kind == FORMULA and not x.numbers]
    return out
