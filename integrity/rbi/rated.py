"""The corrosion rate that thinning takes: measured, else predicted by an accepted model; which one, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from integrity.core.codes import index_of
from integrity.core.procedure import Result
from integrity.rbi.case import RiskCase
from integrity.rbi.rates import selection
from integrity.rbi.rates.selection import PredictedRates

KEY = selection.PROCEDURE.key


@dataclass(frozen=True)
class Rated:
    """A case with the rate that its mechanisms take, the selection of it, and what the models predicted."""

    case: RiskCase
    selection: Result
    predicted: PredictedRates


def rated(case: RiskCase) -> Rated:
    """Select the rate of every component.

    Parameters
    ----------
    case : RiskCase
        `inputs.CR` is the governing rate of the readings with its basis; a rate without a basis is one that
        somebody set.

    Returns
    -------
    Rated
        Its case has the selected rates in `C_r`.
    """
    i = case.inputs
    set_by_hand = (i.rate_basis < 0) & ~np.isnan(i.CR)
    basis = np.where(set_by_hand, index_of("rate_basis", "override"), i.rate_basis)
    predicted = selection.predicted_rates(case)
    columns = selection.selection_columns(
        predicted, {"C_r_plant": i.CR, "rate_basis": basis, "CR_LT": i.CR_LT, "CR_ST": i.CR_ST}
    )
    result = selection.PROCEDURE.run(columns, case.settings)
    return Rated(replace(case, C_r=result["C_r"]), result, predicted)
