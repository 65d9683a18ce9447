"""Coefficient of variation of the rate: that of the standard, or one given for the component."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.reference import API581_2016

_S = "Part 2 §4.5.7 "


@clause(
    API581_2016.at(_S + "step 12", "Coefficient of variation of the rate"),
    symbol="COV_used",
    expr="where(COV_dt_given > 0, COV_dt_given, COV_dt)",
    quantity="ratio",
)
def rate_variation(COV_dt_given: FloatArray, COV_dt: float) -> FloatArray:
    """Coefficient of variation of the rate: the one given for the component, else that of the standard.

    Parameters
    ----------
    COV_dt_given : ndarray
        Missing where nobody gave one.
    COV_dt : float

    Returns
    -------
    ndarray of float64
    """
    return np.where(COV_dt_given > 0.0, COV_dt_given, COV_dt)
