"""Rates of all reading positions of a plant, and the same for a slice of them with every intermediate kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.each import Each, one_by_one
from integrity.core.errors import ContractError
from integrity.core.frame import blank_of, dtype_of
from integrity.core.frames.plant import Plant, ReadingFrame
from integrity.core.frames.results import PositionFrame
from integrity.core.group import Groups, take
from integrity.core.message import msg
from integrity.core.procedure import CaseTable, Columns, Inputs, Result
from integrity.core.settings import Settings
from integrity.life.procedures import POSITION_RATES
from integrity.life.rates import compute_rates

TABLE_COLUMNS = ("date_d", "t_mm", "quality", "accept_short", "is_nominal")
CHUNK_READINGS = 100_000


@dataclass(frozen=True)
class PositionBlocks:
    """Where the readings of each position lie in the reading frame."""

    cml_row: IntArray
    position: IntArray
    start: IntArray
    count: IntArray

    @property
    def n(self) -> int:
        """Number of positions."""
        return int(self.start.size)


def position_blocks(readings: ReadingFrame) -> PositionBlocks:
    """Reading positions of a reading frame: runs of equal CML row and position.

    Parameters
    ----------
    readings : ReadingFrame
        Ordered by CML row, then position.

    Returns
    -------
    PositionBlocks
        A frame that is not ordered is refused, because a position would fall into two.
    """
    cml, position = readings.cml_row, readings.position
    step, inner = cml[1:] - cml[:-1], position[1:] - position[:-1]
    if bool(np.any((step < 0) | ((step == 0) & (inner < 0)))):
        raise ContractError(msg("life.readings_not_sorted"))
    start = np.flatnonzero(np.concatenate((np.ones(min(cml.size, 1), np.bool_), (step != 0) | (inner != 0))))
    count = np.diff(np.append(start, cml.size))
    return PositionBlocks(cml[start], position[start], start.astype(np.int64), count.astype(np.int64))


@dataclass(frozen=True)
class _Basis:
    """What the components and CMLs give to each position."""

    start_d: IntArray
    t_nom_mm: FloatArray
    CR_owner: FloatArray
    owner_reason: IntArray


def _basis(plant: Plant, cml_row: IntArray) -> _Basis:
    cmls, comps = plant.cmls, plant.components
    owner = cmls.component_row
    installed = np.maximum(comps.in_service_d, comps.component_start_d)[owner]
    # A regime that began later than the wall does not begin with the nominal wall.
    as_built = (installed == NO_DATE) | (cmls.start_d <= installed)
    t_nom = np.where(as_built, cmls.t_nom_mm, np.nan)
    return _Basis(
        cmls.start_d[cml_row],
        t_nom[cml_row],
        comps.CR_owner[owner[cml_row]],
        has_reason(comps.CR_owner, comps.CR_owner_reason)[owner[cml_row]],
    )


def has_reason(CR_owner: FloatArray, reason: AnyArray) -> IntArray:
    """Whether an owner's rate is given with a reason; the texts of the other rows are not looked at.

    Parameters
    ----------
    CR_owner : ndarray of float64
    reason : ndarray of str objects

    Returns
    -------
    ndarray of int64
        1 or 0.
    """
    out = np.zeros(CR_owner.size, dtype=np.int64)
    given = np.flatnonzero(np.isfinite(CR_owner))
    out[given] = [bool(str(reason[i] or "").strip()) for i in given]
    return out


def _columns(basis: _Basis, rows: slice | IntArray, as_of_d: int, n: int) -> Columns:
    return {
        "start_d": basis.start_d[rows],
        "as_of_d": np.broadcast_to(np.int64(as_of_d), (n,)),
        "t_nom_mm": basis.t_nom_mm[rows],
        "CR_owner": basis.CR_owner[rows],
        "owner_reason": basis.owner_reason[rows],
    }


def _chunks(blocks: PositionBlocks, size: int) -> Iterator[slice]:
    end = blocks.start + blocks.count
    at = 0
    while at < blocks.n:
        stop = int(np.searchsorted(end, blocks.start[at] + size, side="right"))
        stop = max(stop, at + 1)
        yield slice(at, stop)
        at = stop


def position_rates(
    plant: Plant, settings: Settings, chunk: int = CHUNK_READINGS, each: Each = one_by_one
) -> PositionFrame:
    """Rates of every reading position of a plant.

    Parameters
    ----------
    plant : Plant
        Readings ordered by CML row and position; thickness mm, dates in days.
    settings : Settings
        `rate.*`.
    chunk : int
        Readings worked on at a time; moves memory and speed, never a number.
    each : Each
        How the chunks are worked through.

    Returns
    -------
    PositionFrame
        One row a position that has a reading; remaining life columns still NaN. Conventions A1 to A5.
    """
    blocks = position_blocks(plant.readings)
    basis = _basis(plant, blocks.cml_row)
    out = _empty(blocks)
    readings = {name: getattr(plant.readings, name) for name in TABLE_COLUMNS}

    def rates_of(part: slice) -> Columns:
        first, n = int(blocks.start[part.start]), part.stop - part.start
        offsets = np.append(blocks.start[part], blocks.start[part.stop - 1] + blocks.count[part.stop - 1]) - first
        rows = slice(first, first + int(offsets[-1]))
        table = CaseTable({k: v[rows] for k, v in readings.items()}, Groups(offsets))
        x = Inputs(_columns(basis, part, plant.as_of_d, n), {"readings": table}, settings, n)
        with np.errstate(all="ignore"):
            return compute_rates(x)

    parts = list(_chunks(blocks, chunk))
    for part, done in zip(parts, each(rates_of, parts), strict=True):
        for name, array in out.items():
            if name in done:
                array[part] = done[name]
    return PositionFrame(**out)


def _empty(blocks: PositionBlocks) -> dict[str, Any]:
    out: dict[str, Any] = {
        name: np.full(blocks.n, blank_of(quantity), dtype=dtype_of(quantity))
        for name, quantity in PositionFrame.quantities().items()
    }
    out |= {
        "cml_row": blocks.cml_row.copy(),
        "position": blocks.position.copy(),
        "reading_start": blocks.start,
        "reading_count": blocks.count,
    }
    return out


def rates_result(plant: Plant, settings: Settings, rows: IntArray, blocks: PositionBlocks | None = None) -> Result:
    """Result of `life.position_rates` for some positions, with every intermediate, for workings.

    Parameters
    ----------
    plant : Plant
    settings : Settings
    rows : array_like of int
        Rows of the PositionFrame of the same plant; row i of the result is position `rows[i]`.
    blocks : PositionBlocks, optional
        From `position_blocks` or `blocks_of`, where at hand.

    Returns
    -------
    Result
    """
    at = blocks if blocks is not None else position_blocks(plant.readings)
    pick = np.atleast_1d(np.asarray(rows, dtype=np.int64))
    count = at.count[pick]
    case = np.repeat(np.arange(pick.size, dtype=np.int64), count)
    within = np.arange(case.size, dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    reading = at.start[pick][case] + within
    table = {name: getattr(plant.readings, name)[reading] for name in TABLE_COLUMNS}
    columns = _columns(_basis(plant, at.cml_row[pick]), slice(None), plant.as_of_d, pick.size)
    return POSITION_RATES.run(columns, settings, {"readings": {"case": case, **table}})


def blocks_of(positions: PositionFrame) -> PositionBlocks:
    """Blocks of a PositionFrame, so that they need not be found again.

    Parameters
    ----------
    positions : PositionFrame

    Returns
    -------
    PositionBlocks
    """
    return PositionBlocks(positions.cml_row, positions.position, positions.reading_start, positions.reading_count)


def of_component(plant: Plant, positions: PositionFrame) -> IntArray:
    """Component row of each position.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame

    Returns
    -------
    ndarray of int64
    """
    return np.asarray(take(plant.cmls.component_row, positions.cml_row, -1), dtype=np.int64)


def active(plant: Plant, positions: PositionFrame) -> BoolArray:
    """Positions of CMLs in use; a CML taken out of use keeps its results but governs nothing.

    Parameters
    ----------
    plant : Plant
    positions : PositionFrame

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(take(plant.cmls.active, positions.cml_row, 0) != 0, dtype=np.bool_)
