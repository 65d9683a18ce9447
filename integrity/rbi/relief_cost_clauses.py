"""Formulas of the cost of a leaking relief device, API RP 581 Part 1 §7.5."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at("Part 1 Table 7.14", "Days of leakage"),
    symbol="leak_d",
    expr="",
    quantity="number",
    kind=TABLE,
    note="relief.note.leak_days",
)
def leak_days(NPS_inlet: FloatArray, discharge: IntArray) -> FloatArray:
    """Days until a leak is found and stopped, by inlet size and where the device discharges.

    Parameters
    ----------
    NPS_inlet : ndarray
        Nominal size of the inlet, inch; an upper bound belongs to the smaller size.
    discharge : ndarray of int64
        0 to atmosphere, 1 to flare, 2 to a closed system.

    Returns
    -------
    ndarray of float64, days
    """
    part = keyed("relief", "leak_days")
    bounds = np.array([float(k) for k in part.keys[:-1]])
    row = np.where(NPS_inlet > 0.0, np.searchsorted(bounds * (1 + 1e-9), NPS_inlet), len(part.keys))
    return np.where(discharge < 0, np.nan, part.rows[row, np.where(discharge > 0, 1, 0)])


@clause(
    API581_2016.at("Part 1 §7.5.4", "Share of the leaked product that is lost"),
    symbol="F_lost",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="relief.note.lost",
)
def lost_share(discharge: IntArray, flare_recovery: IntArray) -> FloatArray:
    """0 in a closed system, 0.5 to a flare with recovery, else 1.

    Parameters
    ----------
    discharge, flare_recovery : ndarray of int64

    Returns
    -------
    ndarray of float64
        Missing to a flare where recovery is not known.
    """
    flare = np.select([flare_recovery == 1, flare_recovery == 0], [0.5, 1.0], np.nan)
    return np.select([discharge == 0, discharge == 1, discharge == 2], [1.0, flare, 0.0], np.nan)


@clause(
    API581_2016.at("Part 1 §7.5.2 eqs. (1.40) to (1.41)", "Leak rate"),
    symbol="W_leak",
    expr="share*prd_capacity_kg_s",
    quantity="mass_rate",
)
def leak_rate(share: float, prd_capacity_kg_s: FloatArray) -> FloatArray:
    """Share of the capacity at operating conditions.

    Parameters
    ----------
    share : float
    prd_capacity_kg_s : ndarray, kg/s

    Returns
    -------
    ndarray of float64, kg/s
    """
    return _f(share * prd_capacity_kg_s)


@clause(
    API581_2016.at("Part 1 §7.5.5 eqs. (1.43) to (1.44)", "Product lost by a leak"),
    symbol="cost_lost",
    expr="W_leak*days*day_s*F_lost*fluid_cost_kg",
    quantity="money",
)
def product_lost(
    W_leak: FloatArray, days: FloatArray, day_s: float, F_lost: FloatArray, fluid_cost_kg: FloatArray
) -> FloatArray:
    """Mass leaked, the share of it that is lost, and its price.

    Parameters
    ----------
    W_leak : ndarray, kg/s
    days : ndarray
    day_s : float
    F_lost : ndarray
    fluid_cost_kg : ndarray, currency/kg

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(W_leak * days * day_s * F_lost * fluid_cost_kg)


@clause(
    API581_2016.at("Part 1 §7.5.8 eqs. (1.45) to (1.47)", "Production lost by a shutdown"),
    symbol="cost_shut",
    expr="production_cost_d*prd_outage_d",
    quantity="money",
)
def shutdown_cost(production_cost_d: FloatArray, prd_outage_d: FloatArray) -> FloatArray:
    """Margin of a day and days of the shutdown to repair the device.

    Parameters
    ----------
    production_cost_d : ndarray, currency/day
    prd_outage_d : ndarray, days

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(production_cost_d * prd_outage_d)


@clause(
    API581_2016.at("Part 1 §7.5.8 eqs. (1.45) to (1.47)", "Production lost by a tolerable leak"),
    symbol="cost_prod_leak",
    expr="where(leak_tolerated > 0, 0, cost_shut)",
    quantity="money",
)
def production_leak(leak_tolerated: IntArray, cost_shut: FloatArray) -> FloatArray:
    """Nothing where a small leak is tolerated or repaired on line, else that of a shutdown.

    Parameters
    ----------
    leak_tolerated : ndarray of int64
    cost_shut : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    return np.where(leak_tolerated > 0, 0.0, cost_shut)


@clause(
    API581_2016.at("Part 1 §7.5.10 eqs. (1.39), (1.48) to (1.50)", "Consequence of leakage"),
    symbol="C_leak",
    expr="w_minor*(lost_minor + cost_prod_leak) + w_moderate*(lost_moderate + cost_prod_leak)"
    " + w_stuck*(lost_stuck + cost_shut) + prd_env_cost + prd_repair_cost",
    quantity="money",
)
def leak_consequence(
    w_minor: FloatArray,
    w_moderate: FloatArray,
    w_stuck: FloatArray,
    lost_minor: FloatArray,
    lost_moderate: FloatArray,
    lost_stuck: FloatArray,
    cost_prod_leak: FloatArray,
    cost_shut: FloatArray,
    prd_env_cost: FloatArray,
    prd_repair_cost: FloatArray,
) -> FloatArray:
    """Mean over the kinds of leak; environment and repair cost the same in each.

    Parameters
    ----------
    w_minor, w_moderate, w_stuck : ndarray
        Their sum is 1.
    lost_minor, lost_moderate, lost_stuck, cost_prod_leak, cost_shut : ndarray, currency
    prd_env_cost, prd_repair_cost : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    leaks = w_minor * (lost_minor + cost_prod_leak) + w_moderate * (lost_moderate + cost_prod_leak)
    return _f(leaks + w_stuck * (lost_stuck + cost_shut) + prd_env_cost + prd_repair_cost)
