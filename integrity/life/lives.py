"""Remaining life of all reading positions of a plant, and the same for a slice with every intermediate kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import PositionFrame
from integrity.core.procedure import Columns, Inputs, Result
from integrity.core.settings import Settings
from integrity.life.positions import of_component
from integrity.life.procedures import REMAINING_LIFE
from integrity.life.remaining import compute_life


@dataclass(frozen=True)
class Lines:
    """Thickness lines and rates of the components, one value a component, NaN where not known.

    Parameters
    ----------
    t_req_mm : ndarray
        Required thickness without corrosion allowance and mill tolerance.
    t_alert_mm, t_retire_mm : ndarray, optional
        Alert and retirement thickness.
    CR_other_side : ndarray, optional
        Rate of a side that the readings do not see, mm/year; it is added (convention A19).
    """

    t_req_mm: FloatArray
    t_alert_mm: FloatArray | None = None
    t_retire_mm: FloatArray | None = None
    CR_other_side: FloatArray | None = None


def _columns(positions: PositionFrame, plant: Plant, lines: Lines, rows: IntArray | slice) -> Columns:
    owner = of_component(plant, positions)[rows]
    blank = np.full(plant.components.n, np.nan)

    def given(values: FloatArray | None) -> FloatArray:
        column = blank if values is None else np.asarray(values, dtype=np.float64)
        return np.asarray(column[owner], dtype=np.float64)

    return {
        "t_last_mm": positions.t_last_mm[rows],
        "t_req_mm": given(lines.t_req_mm),
        "last_d": positions.last_d[rows],
        "CR_gov": positions.CR_gov[rows],
        "CR_reg_lo": positions.CR_reg_lo[rows],
        "CR_reg_hi": positions.CR_reg_hi[rows],
        "CR_other_side": given(lines.CR_other_side),
        "t_alert_mm": given(lines.t_alert_mm),
        "t_retire_mm": given(lines.t_retire_mm),
        "temp_repair_expiry_d": plant.components.temp_repair_expiry_d[owner],
        "as_of_d": np.broadcast_to(np.int64(plant.as_of_d), owner.shape),
    }


def life_columns(positions: PositionFrame, plant: Plant, lines: Lines, settings: Settings) -> Columns:
    """Remaining life of every position with all intermediates, without the bookkeeping of a procedure run.

    Parameters
    ----------
    positions : PositionFrame
    plant : Plant
    lines : Lines
    settings : Settings

    Returns
    -------
    dict of str to ndarray
        Columns of `life.remaining_life`; NaN where there is no rate, no reading or no required thickness.
    """
    columns = _columns(positions, plant, lines, slice(None))
    with np.errstate(all="ignore"):
        return compute_life(Inputs(columns, {}, settings, positions.n))


def remaining_life(
    positions: PositionFrame, plant: Plant, lines: Lines | FloatArray, settings: Settings
) -> PositionFrame:
    """Fill the remaining life columns of a PositionFrame.

    Parameters
    ----------
    positions : PositionFrame
        From `position_rates`.
    plant : Plant
    lines : Lines or ndarray
        Lines of the components, or their required thickness alone, mm.
    settings : Settings

    Returns
    -------
    PositionFrame
        `RL_y` from the day of the reading used, `RL_today_y` on the as-of day, both negative where past; NaN,
        never infinite, where there is no rate or no reading. Conventions A6, A19, A22.
    """
    given = lines if isinstance(lines, Lines) else Lines(np.asarray(lines, dtype=np.float64))
    done = life_columns(positions, plant, given, settings)
    owner = of_component(plant, positions)
    return replace(
        positions,
        t_req_mm=np.asarray(given.t_req_mm, dtype=np.float64)[owner],
        **{k: done[k] for k in ("RL_y", "RL_lo_y", "RL_hi_y", "RL_today_y")},
    )


def life_result(
    positions: PositionFrame, plant: Plant, lines: Lines | FloatArray, settings: Settings, rows: IntArray
) -> Result:
    """Result of `life.remaining_life` for some positions, with every intermediate, for workings.

    Parameters
    ----------
    positions : PositionFrame
    plant : Plant
    lines : Lines or ndarray
    settings : Settings
    rows : array_like of int
        Rows of `positions`; row i of the result is position `rows[i]`.

    Returns
    -------
    Result
    """
    given = lines if isinstance(lines, Lines) else Lines(np.asarray(lines, dtype=np.float64))
    pick = np.atleast_1d(np.asarray(rows, dtype=np.int64))
    return REMAINING_LIFE.run(_columns(positions, plant, given, pick), settings)
