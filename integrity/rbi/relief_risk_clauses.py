"""Formulas of demand, protected equipment, leakage cost and risk of relief devices, API RP 581 Part 1 §7."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import ITERATION, REDUCTION, TABLE, clause
from integrity.core.group import group_argmax, group_sum, groups_of, take
from integrity.core.procedure import CaseTable
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed
from integrity.rbi.relief_clauses import weibull


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at("Part 1 §7.2.3 Table 7.2", "Initiating events of an overpressure case"),
    symbol="EF",
    expr="",
    quantity="frequency",
    kind=TABLE,
    note="relief.note.demand",
)
def event_frequency(demand_case: IntArray) -> FloatArray:
    """Events a year that would overpressure the equipment, by case.

    Parameters
    ----------
    demand_case : ndarray of int64

    Returns
    -------
    ndarray of float64, 1/year
    """
    return keyed("relief", "demand").rows[demand_case, 0]


@clause(
    OWN_METHOD.at("demand on a relief device", "Event frequency as stated"),
    symbol="EF",
    expr="EF_stated",
    quantity="frequency",
)
def event_stated(EF_stated: FloatArray) -> FloatArray:
    """Event frequency that the plant states for the case.

    Parameters
    ----------
    EF_stated : ndarray, 1/year

    Returns
    -------
    ndarray of float64, 1/year
    """
    return _f(EF_stated)


@clause(
    API581_2016.at("Part 1 §7.2.3 eq. (1.12)", "Demand rate"),
    symbol="DR",
    expr="EF*DRRF",
    quantity="frequency",
)
def demand_rate(EF: FloatArray, DRRF: FloatArray) -> FloatArray:
    """Events a year that the device must answer: those that no other layer stops.

    Parameters
    ----------
    EF : ndarray, 1/year
    DRRF : ndarray
        Share of the events that is left.

    Returns
    -------
    ndarray of float64, 1/year
    """
    return _f(EF * DRRF)


@clause(
    API581_2016.at("Part 1 §7.2.4 (j) eq. (1.31)", "Factor of the overpressure on failure to open"),
    symbol="F_op",
    expr="max(F_op_least, min(1, 1 - (P_over_MPa/set_pressure_MPa - F_op_from)/F_op_span))",
    quantity="ratio",
)
def overpressure_factor(
    F_op_least: float, P_over_MPa: FloatArray, set_pressure_MPa: FloatArray, F_op_from: float, F_op_span: float
) -> FloatArray:
    """A greater overpressure opens a sticking device more surely.

    Parameters
    ----------
    F_op_least : float
    P_over_MPa : ndarray, MPa gauge
        Pressure that the case would reach if no device opened.
    set_pressure_MPa : ndarray, MPa gauge
    F_op_from, F_op_span : float

    Returns
    -------
    ndarray of float64
        Between the least value and 1, as the standard orders.
    """
    ratio = P_over_MPa / set_pressure_MPa
    return np.maximum(F_op_least, np.minimum(1.0, 1.0 - (ratio - F_op_from) / F_op_span))


@clause(
    API581_2016.at("Part 1 §7.4.4 eq. (1.37)", "Several devices on the same equipment"),
    symbol="F_a",
    expr="max(F_a_least, sqrt(A_prd_mm2/A_total_mm2))",
    quantity="ratio",
)
def several_devices(F_a_least: float, A_prd_mm2: FloatArray, A_total_mm2: FloatArray) -> FloatArray:
    """Share of the overpressure that is left where other devices open.

    Parameters
    ----------
    F_a_least : float
    A_prd_mm2, A_total_mm2 : ndarray, mm2
        Orifice of this device, and of all devices, this one among them.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(F_a_least, np.sqrt(A_prd_mm2 / A_total_mm2))


@clause(
    API581_2016.at("Part 1 §7.4.4 eq. (1.38)", "Pressure of the protected equipment"),
    symbol="P_prot_MPa",
    expr="F_a*P_over_MPa",
    quantity="pressure",
)
def protected_pressure(F_a: FloatArray, P_over_MPa: FloatArray) -> FloatArray:
    """Pressure that the equipment sees if this device does not open.

    Parameters
    ----------
    F_a : ndarray
    P_over_MPa : ndarray, MPa gauge

    Returns
    -------
    ndarray of float64, MPa gauge
    """
    return _f(F_a * P_over_MPa)


@clause(
    API581_2016.at("Part 1 §7.2.5 eq. (1.32)", "Loss of containment at normal pressure"),
    symbol="P_normal",
    expr="gff_total*D_f_total*F_MS",
    quantity="frequency",
)
def normal_frequency(gff_total: FloatArray, D_f_total: FloatArray, F_MS: FloatArray) -> FloatArray:
    """Frequency of failure of the protected equipment at its normal pressure.

    Parameters
    ----------
    gff_total : ndarray, 1/year
    D_f_total, F_MS : ndarray

    Returns
    -------
    ndarray of float64, 1/year
    """
    return _f(gff_total * D_f_total * F_MS)


@clause(
    API581_2016.at("Part 1 §7.2.5 eq. (1.32)", "Loss of containment at normal pressure"),
    symbol="P_loc",
    expr="min(1, P_normal)",
    quantity="ratio",
)
def loss_normal(P_normal: FloatArray) -> FloatArray:
    """Probability of loss of containment up to the allowable working pressure.

    Parameters
    ----------
    P_normal : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(1.0, P_normal)


@clause(
    API581_2016.at("Part 1 §7.2.5 eq. (1.33)", "Loss of containment at overpressure"),
    symbol="P_loc",
    expr="min(1, P_normal*k_loc*exp(m_loc*P_prot_MPa/MAWP_protected))",
    quantity="ratio",
)
def loss_raised(
    P_normal: FloatArray, k_loc: float, m_loc: float, P_prot_MPa: FloatArray, MAWP_protected: FloatArray
) -> FloatArray:
    """Probability of loss of containment above the allowable working pressure.

    Parameters
    ----------
    P_normal : ndarray
    k_loc, m_loc : float
    P_prot_MPa, MAWP_protected : ndarray, MPa gauge

    Returns
    -------
    ndarray of float64
        Certain, 1, at about four times the pressure of sound equipment.
    """
    return np.minimum(1.0, P_normal * k_loc * np.exp(m_loc * P_prot_MPa / MAWP_protected))


@clause(
    API581_2016.at("Part 1 §7.2.2 eq. (1.11)", "Loss of containment because a device fails to open"),
    symbol="f_prd",
    expr="P_fod*F_op*DR*P_loc",
    quantity="frequency",
)
def failure_frequency(P_fod: FloatArray, F_op: FloatArray, DR: FloatArray, P_loc: FloatArray) -> FloatArray:
    """Losses of containment a year of one case.

    Parameters
    ----------
    P_fod, F_op : ndarray
    DR : ndarray, 1/year
    P_loc : ndarray

    Returns
    -------
    ndarray of float64, 1/year
    """
    return _f(P_fod * F_op * DR * P_loc)


@clause(
    API581_2016.at("Part 1 §7.6.1 eq. (1.51)", "Risk of one overpressure case"),
    symbol="risk_demand",
    expr="F_op*DR*P_loc*FC_over",
    quantity="money_rate",
)
def demand_risk(F_op: FloatArray, DR: FloatArray, P_loc: FloatArray, FC_over: FloatArray) -> FloatArray:
    """Risk of a case if the device certainly failed to open; its probability multiplies it.

    Parameters
    ----------
    F_op : ndarray
    DR : ndarray, 1/year
    P_loc : ndarray
    FC_over : ndarray, currency
        Consequence of the protected equipment at the overpressure.

    Returns
    -------
    ndarray of float64, currency/year
    """
    return _f(F_op * DR * P_loc * FC_over)


@clause(
    API581_2016.at("Part 1 §7.6.1 eq. (1.51)", "Area risk of one overpressure case"),
    symbol="risk_area_prd",
    expr="f_prd*CA_over",
    quantity="risk_area",
)
def area_risk(f_prd: FloatArray, CA_over: FloatArray) -> FloatArray:
    """Risk of a case as area a year.

    Parameters
    ----------
    f_prd : ndarray, 1/year
    CA_over : ndarray, m2

    Returns
    -------
    ndarray of float64, m2/year
    """
    return _f(f_prd * CA_over)


@clause(
    API581_2016.at("Part 1 §7.6.1 eq. (1.52)", "Greatest risk of the protected equipment"),
    symbol="A_fail",
    expr="",
    quantity="money_rate",
    kind=REDUCTION,
    note="relief.note.protected",
)
def greatest_demand(cases: CaseTable) -> tuple[FloatArray, IntArray]:
    """Sum of the cases of each protected item, and the greatest of the items.

    Parameters
    ----------
    cases : CaseTable
        Columns `protected_row` and `risk_demand`.

    Returns
    -------
    risk : ndarray of float64, shape (n,), currency/year
        If the device certainly failed to open; missing where a case is.
    item : ndarray of int64
        `protected_row` of the item that governs, -1 without one.
    """
    item, value, g = cases.columns["protected_row"], cases.columns["risk_demand"], cases.groups
    order = np.lexsort((item, g.owner))
    owner, item, value = g.owner[order], item[order], value[order]
    new = np.ones(item.size, dtype=np.bool_)
    new[1:] = (owner[1:] != owner[:-1]) | (item[1:] != item[:-1])
    first = np.flatnonzero(new)
    sums = group_sum(value, groups_of(np.cumsum(new) - 1, first.size))
    of_device = groups_of(owner[first], g.n)
    best = group_argmax(sums, of_device)
    unknown = np.isin(np.arange(g.n), g.owner[np.isnan(cases.columns["risk_demand"])])
    risk = np.where(unknown, np.nan, take(sums, best))
    return risk, np.where(unknown, -1, take(item[first], best, -1)).astype(np.int64)


@clause(
    API581_2016.at("Part 1 §7.6.1 eq. (1.51)", "Risk of failure to open"),
    symbol="risk_fail",
    expr="P_fod*A_fail",
    quantity="money_rate",
)
def risk_fail(P_fod: FloatArray, A_fail: FloatArray) -> FloatArray:
    """Risk of a failure to open, of the protected item that governs.

    Parameters
    ----------
    P_fod : ndarray
    A_fail : ndarray, currency/year

    Returns
    -------
    ndarray of float64, currency/year
    """
    return _f(P_fod * A_fail)


@clause(
    API581_2016.at("Part 1 §7.6.2 eq. (1.53)", "Risk of leakage"),
    symbol="risk_leak",
    expr="P_leak*C_leak",
    quantity="money_rate",
)
def risk_leak(P_leak: FloatArray, C_leak: FloatArray) -> FloatArray:
    """Risk of leakage as the standard adds it: a probability up to now, times a consequence.

    Parameters
    ----------
    P_leak : ndarray
    C_leak : ndarray, currency

    Returns
    -------
    ndarray of float64, currency/year
    """
    return _f(P_leak * C_leak)


@clause(
    API581_2016.at("Part 1 §7.6.3 eq. (1.54)", "Risk of a relief device"),
    symbol="risk_prd",
    expr="risk_fail + risk_leak",
    quantity="money_rate",
)
def total_risk(risk_fail: FloatArray, risk_leak: FloatArray) -> FloatArray:
    """Both risks together.

    Parameters
    ----------
    risk_fail, risk_leak : ndarray, currency/year

    Returns
    -------
    ndarray of float64, currency/year
    """
    return _f(risk_fail + risk_leak)


@clause(
    API581_2016.at("Part 1 §7.7", "Age at the risk target"),
    symbol="age_prd_target_y",
    expr="",
    quantity="time",
    kind=ITERATION,
    note="relief.note.interval",
)
def target_age(
    prd_target: FloatArray,
    A_fail: FloatArray,
    eta_fail_y: FloatArray,
    beta_fail: float,
    C_leak: FloatArray,
    F_set: FloatArray,
    eta_leak_y: FloatArray,
    beta_leak: float,
) -> FloatArray:
    """Years after an overhaul at which the total risk reaches its target: bisection of a rising curve.

    Parameters
    ----------
    prd_target, A_fail : ndarray, currency/year
    eta_fail_y : ndarray, years
    beta_fail : float
    C_leak : ndarray, currency
    F_set : ndarray
    eta_leak_y : ndarray, years
    beta_leak : float

    Returns
    -------
    ndarray of float64, years
        Missing where the target is never reached or an input is missing.
    """
    bf, bl = np.full(A_fail.shape, beta_fail), np.full(A_fail.shape, beta_leak)

    def over(age: FloatArray) -> FloatArray:
        fail = A_fail * weibull(age, eta_fail_y, bf)
        return _f(fail + C_leak * F_set * weibull(age, eta_leak_y, bl) - prd_target)

    low, high = np.full(A_fail.shape, -6.0), np.full(A_fail.shape, 4.0)
    inside = (over(10.0**low) < 0.0) & (over(10.0**high) > 0.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = over(10.0**middle) > 0.0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(inside, 10.0 ** (0.5 * (low + high)), np.nan)
