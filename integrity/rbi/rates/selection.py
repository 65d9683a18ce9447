"""Which corrosion rate goes into the damage factor: the measured one, else the greatest predicted one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.verdict import Verdict
from integrity.life.constants import only, value
from integrity.life.rates import measured, rates_differ
from integrity.rbi.case import RiskCase
from integrity.rbi.rates import RateModel, rate_models

KEY = "api581.2016.rate_selection"
MODELS = codes("rate_model")
SOURCES = codes("rate_source")
BASES = codes("rate_basis")
CANDIDATES = ("measured", "override", "predicted", "one_reading", "none")
TYPES = codes("thinning_type")
YES_NO = ("no", "yes")

_PLACE = "Part 2 §4.5.2"


@dataclass(frozen=True)
class RateResult:
    """What one rate model gave: the components it acts on, ascending, and its result, one row each."""

    model: RateModel
    rows: IntArray
    result: Result


@dataclass(frozen=True)
class PredictedRates:
    """Predicted rates of all components of a case, one entry a component.

    Parameters
    ----------
    C_r_predicted : ndarray of float64, mm/year
        Greatest rate of the accepted models that could be assessed; NaN where none could.
    rate_model : ndarray of int64
        Model of that rate, index of the enumeration `rate_model`; -1 where there is none.
    thinning_type : ndarray of int64
        Local where any accepted model says so, else general; -1 where none was assessed.
    n_accepted, n_unassessed : ndarray of float64
        Accepted models, and those of them that gave no rate: with one of these the predicted rate may be too low.
    C_r_bound : ndarray of float64, mm/year
        Rate that none of the accepted models exceeds, from their rates and bounds; NaN where one has neither.
    results : tuple of RateResult
        Per model, for the working.
    """

    C_r_predicted: FloatArray
    rate_model: IntArray
    thinning_type: IntArray
    n_accepted: FloatArray
    n_unassessed: FloatArray
    C_r_bound: FloatArray
    results: tuple[RateResult, ...]


def predicted_rates(case: RiskCase) -> PredictedRates:
    """Run every registered rate model on the components where it acts.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    PredictedRates
        API RP 581 Part 2 §4.5.2: of several mechanisms the greatest rate, not the sum; on equal rates the first key.
    """
    n = case.n
    C_r, bound = np.full(n, np.nan), np.full(n, -np.inf)
    model, kind = np.full(n, NO_CODE, dtype=np.int64), np.full(n, NO_CODE, dtype=np.int64)
    accepted, unassessed = np.zeros(n), np.zeros(n)
    results = []
    for m in rate_models():
        rows = np.flatnonzero(m.acts_on(case))
        if not rows.size:
            continue
        part = case if rows.size == n else case.take(rows)
        result = m.procedure.run(m.columns(part), case.settings)
        results.append(RateResult(m, rows, result))
        rate = result[m.output]
        greater = ~np.isnan(rate) & ~(rate <= C_r[rows])
        C_r[rows[greater]] = rate[greater]
        model[rows[greater]] = MODELS.index(m.key if m.key in MODELS else "other")
        kind[rows] = np.maximum(kind[rows], result["thinning_type"])
        accepted[rows] += 1.0
        unassessed[rows] += np.isnan(rate)
        # A missing bound is infinite: it wins over every other.
        own = np.where(np.isnan(rate), _column(result, "C_r_bound"), rate)
        bound[rows] = np.maximum(bound[rows], np.where(np.isnan(own), np.inf, own))
    bound = np.where(np.isfinite(bound), bound, np.nan)
    return PredictedRates(C_r, model, kind, accepted, unassessed, bound, tuple(results))


def _column(result: Result, name: str) -> FloatArray:
    return np.asarray(result.columns.get(name, np.full(result.n, np.nan)), dtype=np.float64)


def selection_columns(predicted: PredictedRates, plant: Mapping[str, AnyArray]) -> dict[str, AnyArray]:
    """Columns of `api581.2016.rate_selection` from predicted rates and those of the plant.

    Parameters
    ----------
    predicted : PredictedRates
    plant : mapping of str to ndarray
        `C_r_plant` (governing rate of the readings, mm/year), `rate_basis`, `CR_LT`, `CR_ST`; what is not there stays
        blank.

    Returns
    -------
    dict of str to ndarray
    """
    return {
        **plant,
        "C_r_predicted": predicted.C_r_predicted,
        "rate_model": predicted.rate_model,
        "n_unassessed": predicted.n_unassessed,
        "C_r_predicted_bound": predicted.C_r_bound,
    }


def _full(x: Inputs, number: float) -> FloatArray:
    return np.full(x.n, number)


@clause(
    API581_2016.at(_PLACE, "Which rate is taken"),
    symbol="rate_choice",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rates.note.choice",
)
def choice(rate_choice: IntArray) -> IntArray:
    """Rate that is taken before the owner's minimum.

    Parameters
    ----------
    rate_choice : ndarray of int64
        Index of `CANDIDATES`.

    Returns
    -------
    ndarray of int64
    """
    return rate_choice


@clause(
    API581_2016.at(_PLACE, "Measured rate, not below the owner's minimum"),
    symbol="C_r",
    expr="max(C_r_plant, C_r_min)",
    quantity="rate",
)
def measured_rate(C_r_plant: FloatArray, C_r_min: FloatArray) -> FloatArray:
    """Measured rate, not below the owner's minimum.

    Parameters
    ----------
    C_r_plant : ndarray
        Governing rate of the readings, mm/year.
    C_r_min : ndarray
        Owner's minimum, mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(C_r_plant, C_r_min)


@clause(API581_2016.at(_PLACE, "Rate an engineer has set"), symbol="C_r", expr="C_r_plant", quantity="rate")
def set_rate(C_r_plant: FloatArray) -> FloatArray:
    """Rate that an engineer has set with a reason; nothing is laid under it.

    Parameters
    ----------
    C_r_plant : ndarray
        mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return C_r_plant


@clause(
    API581_2016.at(_PLACE, "Predicted rate, not below the owner's minimum"),
    symbol="C_r",
    expr="max(C_r_predicted, C_r_min)",
    quantity="rate",
)
def predicted_rate(C_r_predicted: FloatArray, C_r_min: FloatArray) -> FloatArray:
    """Greatest predicted rate, not below the owner's minimum.

    Parameters
    ----------
    C_r_predicted : ndarray
        mm/year.
    C_r_min : ndarray
        Owner's minimum, mm/year.

    Returns
    -------
    ndarray of float64, mm/year
    """
    return np.maximum(C_r_predicted, C_r_min)


@clause(
    OWN_METHOD.at("rate selection", "Long-term and short-term rates compared"),
    symbol="rates_differ",
    expr="where(min(CR_LT, CR_ST) > 0, where(max(CR_LT, CR_ST) > ratio*min(CR_LT, CR_ST)*(1 + 1e-9), 1, 0), 0)",
    quantity="code",
)
def differ(CR_LT: FloatArray, CR_ST: FloatArray, ratio: float) -> IntArray:
    """Whether long-term and short-term rate differ by more than a ratio.

    Parameters
    ----------
    CR_LT, CR_ST : ndarray
        mm/year; where one is missing or not above zero they are not compared.
    ratio : float
        2.

    Returns
    -------
    ndarray of int64
        1 where a lower confidence is suggested; it is never chosen.
    """
    return rates_differ(CR_LT, CR_ST, ratio).astype(np.int64)


def _basis(x: Inputs, name: str) -> BoolArray:
    return np.asarray(x["rate_basis"] == index_of("rate_basis", name))


def _is_measured(x: Inputs) -> BoolArray:
    """Measured at the position itself; also a measured pair of readings that the owner's minimum has overtaken."""
    sure = measured(x["rate_basis"])
    overtaken = _basis(x, "owner_minimum") & ~np.isnan(x["CR_LT"])
    return np.asarray(~np.isnan(x["C_r_plant"]) & (sure | overtaken))


def _choice(x: Inputs) -> IntArray:
    guess = ~np.isnan(x["C_r_plant"]) & (_basis(x, "one_reading_estimate") | _basis(x, "owner_minimum"))
    model = ~np.isnan(x["C_r_predicted"])
    return stack_codes(
        (_basis(x, "override") & ~np.isnan(x["C_r_plant"]), CANDIDATES.index("override")),
        (_is_measured(x), CANDIDATES.index("measured")),
        (guess & ~(model & (x["C_r_predicted"] >= x["C_r_plant"])), CANDIDATES.index("one_reading")),
        (model, CANDIDATES.index("predicted")),
        default=CANDIDATES.index("none"),
    )


def _compute(x: Inputs) -> Columns:
    chosen = _choice(x)
    out: Columns = {"rate_choice": chosen, "C_r_min": _full(x, x.settings.number("rate.owner_minimum"))}
    by = [chosen == CANDIDATES.index(c) for c in CANDIDATES]
    from_plant = measured_rate(x["C_r_plant"], out["C_r_min"])
    from_model = predicted_rate(x["C_r_predicted"], out["C_r_min"])
    C_r = np.select(by[:4], [from_plant, set_rate(x["C_r_plant"]), from_model, from_plant], np.nan)
    own = np.where(chosen == CANDIDATES.index("predicted"), x["C_r_predicted"], x["C_r_plant"])
    least = (C_r > own) | (_basis(x, "owner_minimum") & (by[0] | by[3]))
    source = np.array([SOURCES.index(c) for c in CANDIDATES], dtype=np.int64)[chosen]
    out["rate_source"] = np.where(least & ~by[1], SOURCES.index("owner_minimum"), source)
    out["C_r"] = C_r
    out["model_used"] = np.where(by[2], x["rate_model"], NO_CODE)
    out["rates_differ"] = differ(x["CR_LT"], x["CR_ST"], value("ratio_LT_ST"))
    unsure = ~(by[0] | by[1])
    complete = ~(x["n_unassessed"] > 0.0)
    upper = np.where(unsure & ~complete, np.fmax(x["C_r_predicted_bound"], from_plant), np.nan)
    out["C_r_bound"] = np.where(np.isnan(x["C_r_predicted_bound"]), np.nan, upper)
    return out


def _has_rate(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["rate_choice"] != CANDIDATES.index("none"))


def _all_assessed(c: Mapping[str, AnyArray]) -> BoolArray:
    from_plant = np.isin(c["rate_choice"], [CANDIDATES.index("measured"), CANDIDATES.index("override")])
    return np.asarray(from_plant | ~(c["n_unassessed"] > 0.0))


def _not_negative(c: Mapping[str, AnyArray]) -> BoolArray:
    return ~((c["C_r_plant"] < 0.0) | (c["C_r_predicted"] < 0.0))


_INPUTS = (
    Param("C_r_plant", "rate", required=False),
    Param("rate_basis", "code", required=False, codes=BASES),
    Param("CR_LT", "rate", required=False),
    Param("CR_ST", "rate", required=False),
    Param("C_r_predicted", "rate", required=False),
    Param("rate_model", "code", required=False, codes=MODELS),
    Param("n_unassessed", "count", required=False),
    Param("C_r_predicted_bound", "rate", required=False),
)

_OUTPUTS = (
    Param("C_r_min", "rate"),
    Param("rate_choice", "code", codes=CANDIDATES),
    Param("rates_differ", "code", codes=YES_NO),
    Param("C_r_bound", "rate"),
    Param("model_used", "code", codes=MODELS),
    Param("rate_source", "code", codes=SOURCES),
    Param("C_r", "rate", conclusion=True),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=API581_2016.at(_PLACE, "Corrosion rate for the damage factor"),
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    limits=(
        Limit("rates.any_rate", API581_2016.at(_PLACE), _has_rate, Verdict.INSUFFICIENT_DATA),
        Limit("rates.all_assessed", API581_2016.at(_PLACE), _all_assessed, Verdict.INSUFFICIENT_DATA),
        Limit("rates.rate_not_negative", API581_2016.at(_PLACE), _not_negative),
    ),
    steps=(
        Step(choice, "rate_choice", note_params=("rate_choice", "rate_basis", "model_used", "rate_source")),
        Step(measured_rate, "C_r", when=("rate_choice", "measured")),
        Step(measured_rate, "C_r", when=("rate_choice", "one_reading")),
        Step(set_rate, "C_r", when=("rate_choice", "override")),
        Step(predicted_rate, "C_r", when=("rate_choice", "predicted")),
        Step(differ, "rates_differ", {"ratio": "ratio_LT_ST"}),
    ),
    constants=only("ratio_LT_ST"),
    settings=("rate.owner_minimum",),
)
