"""Formulas of the condition, the cost and the replacement of exchanger bundles, API RP 581 Part 1 §8.4 to §8.7."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.group import group_sum
from integrity.core.procedure import CaseTable
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed

_COND = "Part 1 §8.6.4"
_COST = "Part 1 §8.4.1"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 Annex 2.C.4 Table 2.C.4.1", "Additional uncertainty by inspection"),
    symbol="AU",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="bundle.note.uncertainty",
)
def uncertainty(bundle_effectiveness: IntArray) -> FloatArray:
    """Share of life that is in doubt, by effectiveness; without an inspection that of E.

    Parameters
    ----------
    bundle_effectiveness : ndarray of int64
        0 to 4 for A to E, -1 without an inspection.

    Returns
    -------
    ndarray of float64
    """
    rows = keyed("bundle", "uncertainty").rows[:, 0]
    return rows[np.where(bundle_effectiveness < 0, 4, bundle_effectiveness)]


@clause(
    API581_2016.at(_COND + " eq. (1.71)", "Thinning rate of the tubes"),
    symbol="tube_rate",
    expr="(tube_t_orig_mm - tube_t_mm)/tube_age_y",
    quantity="rate",
)
def tube_rate(tube_t_orig_mm: FloatArray, tube_t_mm: FloatArray, tube_age_y: FloatArray) -> FloatArray:
    """Mean loss a year from installation to the inspection.

    Parameters
    ----------
    tube_t_orig_mm, tube_t_mm : ndarray, mm
        Average wall as installed and as measured.
    tube_age_y : ndarray, years

    Returns
    -------
    ndarray of float64, mm/year
    """
    return _f((tube_t_orig_mm - tube_t_mm) / tube_age_y)


@clause(
    OWN_METHOD.at("predicted life of a bundle from its wall", "Life to the stated remaining wall"),
    symbol="PBL_y",
    expr="(1 - RWT_f)*tube_t_orig_mm/tube_rate",
    quantity="time",
)
def life_to_threshold(RWT_f: FloatArray, tube_t_orig_mm: FloatArray, tube_rate: FloatArray) -> FloatArray:
    """Life at which the stated share of the wall is left.

    Parameters
    ----------
    RWT_f : ndarray
        Remaining share of the wall at failure.
    tube_t_orig_mm : ndarray, mm
    tube_rate : ndarray, mm/year

    Returns
    -------
    ndarray of float64, years
    """
    return _f((1.0 - RWT_f) * tube_t_orig_mm / tube_rate)


@clause(
    API581_2016.at(_COND + " eq. (1.72)", "Predicted life from the wall, as printed"),
    symbol="PBL_y",
    expr="RWT_f*tube_t_orig_mm/tube_rate",
    quantity="time",
)
def life_as_printed(RWT_f: FloatArray, tube_t_orig_mm: FloatArray, tube_rate: FloatArray) -> FloatArray:
    """Predicted life as the equation is printed; equal to the other reading at one half.

    Parameters
    ----------
    RWT_f : ndarray
    tube_t_orig_mm : ndarray, mm
    tube_rate : ndarray, mm/year

    Returns
    -------
    ndarray of float64, years
    """
    return _f(RWT_f * tube_t_orig_mm / tube_rate)


@clause(
    API581_2016.at(_COND + " eq. (1.75)", "Predicted life from an estimate"),
    symbol="PBL_y",
    expr="tube_age_y + bundle_ERL_y",
    quantity="time",
)
def life_estimated(tube_age_y: FloatArray, bundle_ERL_y: FloatArray) -> FloatArray:
    """Service to the inspection and the remaining life estimated at it.

    Parameters
    ----------
    tube_age_y, bundle_ERL_y : ndarray, years

    Returns
    -------
    ndarray of float64, years
    """
    return _f(tube_age_y + bundle_ERL_y)


@clause(
    API581_2016.at(_COND + " eq. (1.76)", "Own record of the exchanger"),
    symbol="T_own",
    expr="",
    quantity="number",
    kind=REDUCTION,
    note="bundle.note.own_record",
)
def own_exposure(beta_w: FloatArray, own: CaseTable) -> FloatArray:
    """Sum of life to the power of the shape over the bundles this exchanger has had, the present one among them.

    Parameters
    ----------
    beta_w : ndarray, shape (n,)
    own : CaseTable
        Columns `bundle_life_y` and `bundle_failed`.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    power = own.columns["bundle_life_y"] ** beta_w.take(own.groups.owner)
    return np.where(own.groups.counts > 0, group_sum(power, own.groups), 0.0)


@clause(
    API581_2016.at(_COND + " eq. (1.77)", "Characteristic life with the predicted failure"),
    symbol="eta_mod_y",
    expr="((T_own + PBL_y**beta_w)/(n_own + 1))**(1/beta_w)",
    quantity="time",
)
def life_with_prediction(T_own: FloatArray, PBL_y: FloatArray, beta_w: FloatArray, n_own: FloatArray) -> FloatArray:
    """Characteristic life of the exchanger's own record, the predicted failure counted as one more.

    Parameters
    ----------
    T_own, PBL_y, beta_w, n_own : ndarray
        `n_own` is the number of failures on record.

    Returns
    -------
    ndarray of float64, years
    """
    return _f(((T_own + PBL_y**beta_w) / (n_own + 1.0)) ** (1.0 / beta_w))


@clause(
    OWN_METHOD.at("uncertainty of bundle lives", "Every life shortened by the share in doubt"),
    symbol="eta_use_y",
    expr="eta_base_y*(1 - AU)",
    quantity="time",
)
def shortened(eta_base_y: FloatArray, AU: FloatArray) -> FloatArray:
    """Characteristic life with the curve moved to the left by the share that is in doubt.

    Parameters
    ----------
    eta_base_y, AU : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(eta_base_y * (1.0 - AU))


@clause(
    OWN_METHOD.at("uncertainty of bundle lives", "No move of the curve"),
    symbol="eta_use_y",
    expr="eta_base_y",
    quantity="time",
)
def unmoved(eta_base_y: FloatArray) -> FloatArray:
    """Characteristic life as it is.

    Parameters
    ----------
    eta_base_y : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(eta_base_y)


@clause(
    API581_2016.at("Part 1 §8.6.5", "Life extension factor"),
    symbol="LEF",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="bundle.note.extension",
)
def extension_factor(bundle_extension: IntArray) -> FloatArray:
    """Share of the age that an action on the bundle takes away.

    Parameters
    ----------
    bundle_extension : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return keyed("bundle", "extension").rows[bundle_extension, 0]


@clause(
    API581_2016.at("Part 1 §8.6.5 eqs. (1.79) to (1.81)", "Effective age after an action"),
    symbol="bundle_age_y",
    expr="bundle_life_y - LEF*extension_age_y",
    quantity="time",
)
def effective_age(bundle_life_y: FloatArray, LEF: FloatArray, extension_age_y: FloatArray) -> FloatArray:
    """Age that counts: the age at the action without its share, and the years since.

    Parameters
    ----------
    bundle_life_y, LEF, extension_age_y : ndarray

    Returns
    -------
    ndarray of float64, years
    """
    return _f(bundle_life_y - LEF * extension_age_y)


@clause(
    API581_2016.at("Part 1 §8.3.2 eq. (1.56)", "Probability of failure of a bundle"),
    symbol="P_bundle",
    expr="1 - exp(0 - (age/eta_use_y)**beta_w)",
    quantity="ratio",
)
def probability(age: FloatArray, eta_use_y: FloatArray, beta_w: FloatArray) -> FloatArray:
    """Share of such bundles that have failed by an age; a probability, not a frequency.

    Parameters
    ----------
    age, eta_use_y : ndarray, years
    beta_w : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(-np.expm1(-((age / eta_use_y) ** beta_w)))


@clause(
    API581_2016.at("Part 1 §8.7.2 eq. (1.82)", "Probability of failure between two turnarounds"),
    symbol="P_between",
    expr="1 - exp((age_TA1_y/eta_use_y)**beta_w - (age_TA2_y/eta_use_y)**beta_w)",
    quantity="ratio",
)
def between(age_TA1_y: FloatArray, age_TA2_y: FloatArray, eta_use_y: FloatArray, beta_w: FloatArray) -> FloatArray:
    """Probability of failure by the second turnaround of a bundle that has survived to the first.

    Parameters
    ----------
    age_TA1_y, age_TA2_y, eta_use_y : ndarray, years
    beta_w : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(-np.expm1((age_TA1_y / eta_use_y) ** beta_w - (age_TA2_y / eta_use_y) ** beta_w))


@clause(
    API581_2016.at("Part 1 §8.4.1 Table 8.3", "Material factor of a bundle"),
    symbol="M_bundle",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="bundle.note.material",
)
def material_factor(bundle_material: IntArray) -> FloatArray:
    """Cost factor by tube material.

    Parameters
    ----------
    bundle_material : ndarray of int64

    Returns
    -------
    ndarray of float64
    """
    return keyed("bundle", "material").rows[bundle_material, 0]


@clause(
    API581_2016.at(_COST + " eq. (1.66)", "Cost of a new bundle"),
    symbol="cost_bundle",
    expr="cost_ref*(3.141592653589793*bundle_D_mm**2*bundle_L_mm/4/1000000000)*M_bundle/V_ref_m3*price_index*exchange_rate",
    quantity="money",
)
def bundle_cost(
    cost_ref: float,
    bundle_D_mm: FloatArray,
    bundle_L_mm: FloatArray,
    M_bundle: FloatArray,
    V_ref_m3: float,
    price_index: FloatArray,
    exchange_rate: FloatArray,
) -> FloatArray:
    """Reference cost by volume and material, at the price level and in the currency of the plant.

    Parameters
    ----------
    cost_ref : float, USD
    bundle_D_mm, bundle_L_mm : ndarray, mm
        Inside diameter of the shell, length of the tubes.
    M_bundle : ndarray
    V_ref_m3 : float, m3
    price_index : ndarray
        From the price level of the reference to that of the plant.
    exchange_rate : ndarray, currency/USD

    Returns
    -------
    ndarray of float64, currency
    """
    volume = np.pi * bundle_D_mm**2 * bundle_L_mm / 4.0 / 1e9
    return _f(cost_ref * volume * M_bundle / V_ref_m3 * price_index * exchange_rate)


@clause(
    OWN_METHOD.at("cost of a bundle", "Cost as stated"),
    symbol="cost_bundle",
    expr="bundle_cost_stated",
    quantity="money",
)
def cost_stated(bundle_cost_stated: FloatArray) -> FloatArray:
    """Cost of a new bundle as the plant states it.

    Parameters
    ----------
    bundle_cost_stated : ndarray

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(bundle_cost_stated)


@clause(
    API581_2016.at(_COST + " eq. (1.65)", "Production lost"),
    symbol="cost_prod_bundle",
    expr="production_cost_d*bundle_rate_reduction*days",
    quantity="money",
)
def production(production_cost_d: FloatArray, bundle_rate_reduction: FloatArray, days: FloatArray) -> FloatArray:
    """Margin of a day, times the share of the rate that is lost, times days.

    Parameters
    ----------
    production_cost_d : ndarray, currency/day
    bundle_rate_reduction : ndarray
    days : ndarray

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(production_cost_d * bundle_rate_reduction * days)


@clause(
    API581_2016.at(_COST + " eq. (1.64)", "Consequence of a bundle failure or replacement"),
    symbol="C_bundle",
    expr="cost_prod + cost_env + cost_bundle + bundle_maint_cost",
    quantity="money",
)
def consequence(
    cost_prod: FloatArray, cost_env: FloatArray, cost_bundle: FloatArray, bundle_maint_cost: FloatArray
) -> FloatArray:
    """Production, environment, bundle and maintenance together.

    Parameters
    ----------
    cost_prod, cost_env, cost_bundle, bundle_maint_cost : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(cost_prod + cost_env + cost_bundle + bundle_maint_cost)


@clause(
    API581_2016.at("Part 1 §8.5 eq. (1.68)", "Risk of a bundle"),
    symbol="risk_bundle",
    expr="P*C_bundle",
    quantity="money",
)
def risk_of(P: FloatArray, C_bundle: FloatArray) -> FloatArray:
    """Consequence weighted by the probability of failure up to an age; money, not money a year.

    Parameters
    ----------
    P : ndarray
    C_bundle : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(P * C_bundle)


@clause(
    API581_2016.at("Part 1 §8.6.1 eq. (1.69)", "Probability at the risk target"),
    symbol="P_target",
    expr="bundle_target/C_bundle",
    quantity="ratio",
)
def target_probability(bundle_target: FloatArray, C_bundle: FloatArray) -> FloatArray:
    """Probability of failure at which the risk reaches its target.

    Parameters
    ----------
    bundle_target, C_bundle : ndarray, currency

    Returns
    -------
    ndarray of float64
    """
    return _f(bundle_target / C_bundle)


@clause(
    API581_2016.at("Part 1 §8.7.2 eqs. (1.83) to (1.84)", "Cost of an action with the rate of return asked for"),
    symbol="hurdle_inspect",
    expr="(cost_action + bundle_maint_cost)*(1 + ROR)",
    quantity="money",
)
def hurdle(cost_action: FloatArray, bundle_maint_cost: FloatArray, ROR: FloatArray) -> FloatArray:
    """Cost that the risk avoided must exceed.

    Parameters
    ----------
    cost_action, bundle_maint_cost : ndarray, currency
    ROR : ndarray

    Returns
    -------
    ndarray of float64, currency
    """
    return _f((cost_action + bundle_maint_cost) * (1.0 + ROR))
