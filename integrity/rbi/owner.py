"""What belongs to the owner: management score, 4M1E sheet and own failures; shown beside the standard's numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray
from integrity.core.procedure import Procedure, Result
from integrity.rbi import management
from integrity.rbi.calibration import KEY as LOCAL_KEY
from integrity.rbi.calibration import calibrate
from integrity.rbi.case import RiskCase


@dataclass(frozen=True)
class Owned:
    """`F_MS` from the questionnaire (NaN: the setting holds) and the owner's factor, with what they rest on.

    `incomplete` marks components whose questionnaire was begun and not finished.
    """

    F_MS: FloatArray
    incomplete: BoolArray
    F_owner: FloatArray
    results: dict[str, Result]


def owned(case: RiskCase) -> Owned:
    """Management factor and owner's factor from what is recorded of components.

    Parameters
    ----------
    case : RiskCase
        Facts: chapters of the questionnaire or its total, elements of the 4M1E sheet.

    Returns
    -------
    Owned
        The total of the setting `rbi.F_MS_score` counts where a component has no score of its own.
    """
    results: dict[str, Result] = {}
    score = case.settings.number("rbi.F_MS_score")
    F_MS, F_owner = np.full(case.n, np.nan), np.ones(case.n)
    incomplete = np.zeros(case.n, dtype=np.bool_)
    if score > 0.0 or _recorded(case, management.PROCEDURE):
        columns = {p.symbol: case.facts.column(p) for p in management.PROCEDURE.inputs}
        blank = np.all([np.isnan(v) for v in columns.values()], axis=0)
        columns["score_total"] = np.where(blank & (score > 0.0), score, columns["score_total"])
        r = results[management.PROCEDURE.key] = management.PROCEDURE.run(columns, case.settings)
        untouched = np.isnan(columns["score_total"]) & blank
        F_MS = np.where(untouched, np.nan, r["F_MS"])
        incomplete = ~untouched & np.isnan(F_MS)
    if _recorded(case, management.OWNER_PROCEDURE):
        columns = {p.symbol: case.facts.column(p) for p in management.OWNER_PROCEDURE.inputs}
        r = results[management.OWNER_PROCEDURE.key] = management.OWNER_PROCEDURE.run(columns, case.settings)
        F_owner = r["F_owner"]
    return Owned(F_MS, incomplete, F_owner, results)


def _recorded(case: RiskCase, procedure: Procedure) -> bool:
    return any(p.symbol in case.facts.columns for p in procedure.inputs)


def local(case: RiskCase, P_f: FloatArray) -> tuple[FloatArray, dict[str, Result]]:
    """Probabilities with the local factor, where failures were recorded; NaN elsewhere.

    Parameters
    ----------
    case : RiskCase
    P_f : ndarray, shape (n,), 1/year

    Returns
    -------
    (ndarray of float64, dict of str to Result)
    """
    if "failures_observed" not in case.facts.columns:
        return np.full(case.n, np.nan), {}
    c = calibrate(case, P_f)
    return c.P_f_local, {LOCAL_KEY: c.result}
