"""Tables of the CML workbench: measuring points, positions with their rates, readings."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.codes import index_of
from integrity.core.frames.plant import CmlFrame, ReadingFrame
from integrity.core.frames.results import CmlResultFrame, PositionFrame
from integrity.services.types import Study
from integrity.ui.models.columns import Column, Marks, of_frame

CML_COLUMNS: tuple[Column, ...] = (
    Column("cml", "text"),
    *of_frame(
        CmlResultFrame,
        (
            "t_min_mm",
            "t_mean_mm",
            "CR_gov",
            "rate_basis",
            "RL_today_y",
            "last_d",
            "n_positions",
            "n_surveys",
            "CR_max",
            "CR_mean",
            "CR_min_to_min",
        ),
    ),
    *of_frame(CmlFrame, ("location", "at_weld", "t_nom_mm")),
)
READING_COLUMNS: tuple[Column, ...] = (
    *of_frame(ReadingFrame, ("date_d", "position_text")),
    Column("t_mm", "thickness", editable=True),
    Column("quality", "code", "reading_quality", editable=True, width=90),
    *of_frame(ReadingFrame, ("survey", "accept_short", "T_surface_C")),
)
POSITION_COLUMNS: tuple[Column, ...] = (
    Column("position_text", "text"),
    Column("governs_here", "lazy", title="ui.column.governs", width=120),
    *of_frame(
        PositionFrame,
        (
            "t_last_mm",
            "CR_LT",
            "CR_ST",
            "CR_reg",
            "CR_reg_lo",
            "CR_reg_hi",
            "CR_noise",
            "CR_gov",
            "rate_basis",
            "RL_y",
            "RL_today_y",
            "n_good",
            "first_d",
            "last_d",
        ),
    ),
)


def cml_arrays(study: Study, rows: IntArray) -> dict[str, AnyArray]:
    """Arrays of measuring points.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64
        CML rows.

    Returns
    -------
    dict of str to ndarray
    """
    out = {k: v[rows] for k, v in study.plant.cmls.columns().items()}
    out.update({k: v[rows] for k, v in study.cmls.columns().items()})
    return out


def cml_marks(study: Study, rows: IntArray) -> Marks:
    """Tones of measuring points: below required, below alert.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64

    Returns
    -------
    Marks
    """
    component = study.plant.cmls.component_row[rows]
    t = study.cmls.t_min_mm[rows]
    with np.errstate(invalid="ignore"):
        below = t < study.components.t_req_mm[component]
        alert = t < study.components.t_alert_mm[component]
        over = study.cmls.RL_today_y[rows] < 0
    tone = np.where(below, 3, np.where(alert, 2, 0)).astype(np.int64)
    assumed = study.cmls.rate_basis[rows] == index_of("rate_basis", "owner_minimum")
    return Marks(
        tone={
            "t_min_mm": tone,
            "RL_today_y": np.where(over, 3, 0).astype(np.int64),
            "rate_basis": np.where(assumed, 5, 0).astype(np.int64),
        }
    )


def reading_arrays(study: Study, rows: IntArray) -> dict[str, AnyArray]:
    """Arrays of readings.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64
        Reading rows.

    Returns
    -------
    dict of str to ndarray
    """
    return {k: v[rows] for k, v in study.plant.readings.columns().items()}


def reading_marks(study: Study, rows: IntArray) -> Marks:
    """Tones of readings: to verify, ignored.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64

    Returns
    -------
    Marks
    """
    quality = study.plant.readings.quality[rows]
    verify, ignored = (index_of("reading_quality", q) for q in ("verify", "ignored"))
    tone = np.where(quality == verify, 2, np.where(quality == ignored, 5, 0)).astype(np.int64)
    return Marks(tone={"quality": tone, "t_mm": np.where(quality == ignored, 5, 0).astype(np.int64)})


def position_arrays(study: Study, rows: IntArray) -> dict[str, AnyArray]:
    """Arrays of positions.

    Parameters
    ----------
    study : Study
    rows : ndarray of int64
        Position rows.

    Returns
    -------
    dict of str to ndarray
    """
    out = {k: v[rows] for k, v in study.positions.columns().items()}
    first = study.positions.reading_start[rows]
    texts = study.plant.readings.position_text
    out["position_text"] = np.array([str(texts[i]) or "—" for i in first], dtype=object)
    return out
