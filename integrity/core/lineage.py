"""The steps of a working that lead to one result, for a sheet that explains one number."""

from __future__ import annotations

from integrity.core.procedure import Procedure, Result, Step
from integrity.core.working import WorkingStep, applies, working


def steps_to(procedure: Procedure, result: Result, row: int, symbol: str) -> list[WorkingStep]:
    """Working of one row, cut down to the steps on which a column depends.

    Parameters
    ----------
    procedure : Procedure
        The procedure that made `result`.
    result : Result
    row : int
    symbol : str
        Column whose lineage is wanted; a column that no step makes gives an empty list.

    Returns
    -------
    list of WorkingStep
        In the order of the procedure.
    """
    params = {p.symbol: p for p in (*procedure.inputs, *procedure.outputs)}
    used = [s for s in procedure.steps if applies(result, s, row, params)]
    wanted, kept = {symbol}, set()
    for i in range(len(used) - 1, -1, -1):
        if used[i].out in wanted:
            kept.add(i)
            wanted |= _needs(used[i])
    return [line for i, line in enumerate(working(procedure, result, row)) if i in kept]


def _needs(step: Step) -> set[str]:
    return {*step.names().values(), *step.note_params}
