"""Why risk differs between two runs: inputs exchanged cause by cause, so that the steps add up to the change."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.frames.decisions import CAUSES, WaterfallFrame
from integrity.core.frames.plant import ComponentFrame
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.rbi.assess import assess_case
from integrity.rbi.case import RiskCase

RATE_COLUMNS = ("t_rdi_mm", "t_rdi_d", "CR", "rate_basis", "CR_LT", "CR_ST", "CR_cm", "t_bm_mm", "clad")
PROCESS_COLUMNS = (
    *("P_op_MPa", "T_op_C", "T_C", "T_min_C", "fluid", "phase", "inventory_kg", "group_inventory_kg", "volume_m3"),
    *("detection", "isolation", "mitigation", "H_liq_m", "rho_liq"),
)
QUANTITIES = ("risk", "P_f", "D_f_total", "CA")


def _matched(old: RiskCase, new: RiskCase) -> tuple[RiskCase, RiskCase]:
    """Both cases with the components they share, in the order of the component ids."""
    _, in_old, in_new = np.intersect1d(
        old.components.component_id, new.components.component_id, assume_unique=True, return_indices=True
    )
    return _rows(old, in_old), _rows(new, in_new)


def _rows(case: RiskCase, rows: IntArray) -> RiskCase:
    if np.all(np.diff(rows) > 0):
        return case.take(rows)
    raise ContractError(msg("rbi.components_not_ordered"))


def _stages(old: RiskCase, new: RiskCase) -> Iterator[RiskCase]:
    """The old case, then with the inputs of one more cause taken from the new one, in the order of `CAUSES[1:]`."""
    yield old
    case = replace(old, settings=new.settings)
    yield case
    case = replace(case, as_of_d=new.as_of_d)
    yield case
    case = replace(case, inspections=new.inspections, groups=new.groups)
    yield case
    case = replace(case, inputs=replace(case.inputs, **{c: getattr(new.inputs, c) for c in RATE_COLUMNS}))
    yield case
    process = {c: getattr(new.components, c) for c in PROCESS_COLUMNS if c in ComponentFrame.quantities()}
    case = replace(case, components=replace(case.components, **process), facts=new.facts, damage=new.damage)
    yield case
    yield new


def waterfall(
    old: RiskCase,
    new: RiskCase,
    quantity: str = "risk",
    stored: FloatArray | None = None,
    progress: Progress = SILENT,
) -> WaterfallFrame:
    """Change of a quantity by cause.

    Parameters
    ----------
    old, new : RiskCase
        The earlier and the present run; components are matched by their id.
    quantity : str
        A column of `RiskFrame`: one of `QUANTITIES`.
    stored : ndarray, optional
        What the earlier run gave, one value a component of `old`: a difference from computing it again is the
        program's. Without it the program changes nothing.
    progress : Progress

    Returns
    -------
    WaterfallFrame
        Only components that both runs have.
    """
    before, after = _matched(old, new)
    values = []
    for i, case in enumerate(_stages(before, after)):
        progress.step(i, len(CAUSES))
        values.append(np.asarray(getattr(assess_case(case).frame, quantity), dtype=np.float64))
    progress.step(len(CAUSES), len(CAUSES))
    first = values[0]
    if stored is not None:
        kept = np.isin(old.components.component_id, before.components.component_id)
        first = np.asarray(stored, dtype=np.float64)[kept]
    steps = [values[0] - first, *(b - a for a, b in itertools.pairwise(values))]
    return WaterfallFrame.from_columns(
        {
            "component_id": before.components.component_id,
            "old": first,
            **dict(zip(CAUSES, steps, strict=True)),
            "new": values[-1],
        }
    )


def only_in(one: RiskCase, other: RiskCase) -> IntArray:
    """Rows of components that the other run does not have.

    Parameters
    ----------
    one, other : RiskCase

    Returns
    -------
    ndarray of int64
        Rows of `one`.
    """
    return np.flatnonzero(~np.isin(one.components.component_id, other.components.component_id))
