"""Formulas of the financial consequence (API RP 581, Part 3, section 4.12)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.financial_tables import materials, outage, repair

_S = "Part 3 §4.12"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".2 Table 4.15", "Cost of the damage to a component"),
    symbol="cost",
    expr="",
    quantity="money",
    kind=TABLE,
    note="financial.note.repair",
)
def repair_cost(component_type: IntArray) -> FloatArray:
    """Cost of the damage to a component by each hole, USD of 2001.

    Parameters
    ----------
    component_type : ndarray of int64

    Returns
    -------
    ndarray of float64, shape (n, 4), USD of 2001
    """
    return repair().by_hole[component_type]


@clause(
    API581_2016.at(_S + ".2 Table 4.16", "Material cost factor"),
    symbol="mat_cost",
    expr="",
    quantity="ratio",
    kind=TABLE,
    note="financial.note.material",
)
def material_factor(cost_material: IntArray) -> FloatArray:
    """Cost of a material relative to carbon steel.

    Parameters
    ----------
    cost_material : ndarray of int64
        Index of the materials of the cost table.

    Returns
    -------
    ndarray of float64
    """
    return materials().factor[cost_material]


@clause(
    API581_2016.at(_S + ".2 eq. (3.86)", "Cost of the damage to the component, weighted by the holes"),
    symbol="FC_cmd_2001",
    expr="(gff_small*cost_small + gff_medium*cost_medium + gff_large*cost_large + gff_rupture*cost_rupture)"
    "/gff_total*mat_cost",
    quantity="money",
)
def component_cost_2001(
    gff_small: FloatArray,
    gff_medium: FloatArray,
    gff_large: FloatArray,
    gff_rupture: FloatArray,
    gff_total: FloatArray,
    cost_small: FloatArray,
    cost_medium: FloatArray,
    cost_large: FloatArray,
    cost_rupture: FloatArray,
    mat_cost: FloatArray,
) -> FloatArray:
    """Mean cost of the holes with their generic frequencies as weights, times the material factor.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_rupture, gff_total : ndarray, 1/year
    cost_small, cost_medium, cost_large, cost_rupture : ndarray, USD of 2001
    mat_cost : ndarray

    Returns
    -------
    ndarray of float64, USD of 2001
    """
    top = gff_small * cost_small + gff_medium * cost_medium + gff_large * cost_large + gff_rupture * cost_rupture
    return _f(top / gff_total * mat_cost)


@clause(
    OWN_METHOD.at("price level and currency", "Cost of 2001 at the stated price level and currency"),
    symbol="FC_cmd",
    expr="FC_cmd_2001*cost_index*exchange_rate",
    quantity="money",
)
def escalated(FC_cmd_2001: FloatArray, cost_index: FloatArray, exchange_rate: FloatArray) -> FloatArray:
    """A cost in USD of 2001 at another price level and in another currency.

    Parameters
    ----------
    FC_cmd_2001 : ndarray, USD of 2001
    cost_index : ndarray
        Price level of the cost year, 2001 = 1.
    exchange_rate : ndarray
        Units of the currency for one USD.

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(FC_cmd_2001 * cost_index * exchange_rate)


@clause(
    API581_2016.at(_S + ".3 eq. (3.87)", "Damage to other equipment in the area"),
    symbol="FC_affa",
    expr="CA_cmd*equipment_cost_m2",
    quantity="money",
)
def surrounding_cost(CA_cmd: FloatArray, equipment_cost_m2: FloatArray) -> FloatArray:
    """Cost of the equipment in the affected area.

    Parameters
    ----------
    CA_cmd : ndarray, m2
    equipment_cost_m2 : ndarray, currency/m2

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(CA_cmd * equipment_cost_m2)


@clause(
    OWN_METHOD.at("money of the outage correlation", "Damage in the area in USD of 2001"),
    symbol="FC_affa_usd",
    expr="FC_affa/(cost_index*exchange_rate)",
    quantity="money",
)
def in_usd_of_2001(FC_affa: FloatArray, cost_index: FloatArray, exchange_rate: FloatArray) -> FloatArray:
    """Damage in the area taken back to USD of 2001, the money of the tables.

    Parameters
    ----------
    FC_affa : ndarray, currency
    cost_index, exchange_rate : ndarray

    Returns
    -------
    ndarray of float64, USD of 2001
    """
    return _f(FC_affa / (cost_index * exchange_rate))


@clause(
    OWN_METHOD.at("money of the outage correlation", "An amount in USD of the cost year"),
    symbol="FC_affa_usd",
    expr="FC_affa/exchange_rate",
    quantity="money",
)
def in_usd(FC_affa: FloatArray, exchange_rate: FloatArray) -> FloatArray:
    """An amount in USD of the stated cost year.

    Parameters
    ----------
    FC_affa : ndarray, currency
    exchange_rate : ndarray

    Returns
    -------
    ndarray of float64, USD
    """
    return _f(FC_affa / exchange_rate)


@clause(
    API581_2016.at(_S + ".4 eq. (3.89)", "Days to repair the affected area"),
    symbol="outage_affa_d",
    expr="10**a_out*(FC_affa_usd/USD_million)**b_out",
    quantity="number",
)
def outage_of_area(a_out: float, FC_affa_usd: FloatArray, USD_million: float, b_out: float) -> FloatArray:
    """Days to repair the equipment of the affected area; no damage gives none.

    Parameters
    ----------
    a_out : float
        1.242.
    FC_affa_usd : ndarray, USD
    USD_million : float
    b_out : float
        0.585.

    Returns
    -------
    ndarray of float64, days
        Equal to 10 to the power of a_out + b_out log10 of the damage in million USD.
    """
    return _f(10.0**a_out * (FC_affa_usd / USD_million) ** b_out)


@clause(
    API581_2016.at(_S + ".4 Table 4.17", "Days the component is out of service"),
    symbol="out_d",
    expr="",
    quantity="number",
    kind=TABLE,
    note="financial.note.outage",
)
def outage_days(component_type: IntArray) -> FloatArray:
    """Days a component is out of service after a hole.

    Parameters
    ----------
    component_type : ndarray of int64

    Returns
    -------
    ndarray of float64, shape (n, 4), days
        NaN where the table says not applicable.
    """
    return outage().by_hole[component_type]


@clause(
    OWN_METHOD.at("stated outage", "Days out of service as stated for the component"),
    symbol="out_d",
    expr="outage_stated_d",
    quantity="number",
)
def outage_stated(outage_stated_d: FloatArray) -> FloatArray:
    """Days out of service that somebody has stated for the component.

    Parameters
    ----------
    outage_stated_d : ndarray, days

    Returns
    -------
    ndarray of float64, days
    """
    return _f(outage_stated_d)


@clause(
    API581_2016.at(_S + ".4 eq. (3.88)", "Days the component is out of service, weighted by the holes"),
    symbol="outage_cmd_d",
    expr="(gff_small*out_small_d + gff_medium*out_medium_d + gff_large*out_large_d + gff_rupture*out_rupture_d)"
    "/gff_total*outage_multiplier",
    quantity="number",
)
def component_outage(
    gff_small: FloatArray,
    gff_medium: FloatArray,
    gff_large: FloatArray,
    gff_rupture: FloatArray,
    gff_total: FloatArray,
    out_small_d: FloatArray,
    out_medium_d: FloatArray,
    out_large_d: FloatArray,
    out_rupture_d: FloatArray,
    outage_multiplier: FloatArray,
) -> FloatArray:
    """Mean days of the holes with their generic frequencies as weights, times the multiplier.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_rupture, gff_total : ndarray, 1/year
    out_small_d, out_medium_d, out_large_d, out_rupture_d : ndarray, days
    outage_multiplier : ndarray

    Returns
    -------
    ndarray of float64, days
    """
    top = gff_small * out_small_d + gff_medium * out_medium_d + gff_large * out_large_d + gff_rupture * out_rupture_d
    return _f(top / gff_total * outage_multiplier)


@clause(
    API581_2016.at(_S + ".4 eq. (3.90)", "Production lost"),
    symbol="FC_prod",
    expr="(outage_cmd_d + outage_affa_d)*production_cost_d",
    quantity="money",
)
def production_cost(outage_cmd_d: FloatArray, outage_affa_d: FloatArray, production_cost_d: FloatArray) -> FloatArray:
    """Cost of the production lost while component and area are repaired.

    Parameters
    ----------
    outage_cmd_d, outage_affa_d : ndarray, days
    production_cost_d : ndarray, currency/day

    Returns
    -------
    ndarray of float64, currency
    """
    return _f((outage_cmd_d + outage_affa_d) * production_cost_d)


@clause(
    API581_2016.at(_S + ".5 eq. (3.91)", "Injuries"),
    symbol="FC_inj",
    expr="CA_inj*population_m2*injury_cost",
    quantity="money",
)
def injury_cost_of(CA_inj: FloatArray, population_m2: FloatArray, injury_cost: FloatArray) -> FloatArray:
    """Cost of the injuries in the area.

    Parameters
    ----------
    CA_inj : ndarray, m2
    population_m2 : ndarray, persons/m2
    injury_cost : ndarray, currency a person

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(CA_inj * population_m2 * injury_cost)


@clause(
    API581_2016.at(_S + ".1 eq. (3.85)", "Total financial consequence"),
    symbol="FC",
    expr="FC_cmd + FC_affa + FC_prod + FC_inj + FC_env",
    quantity="money",
)
def total_cost(
    FC_cmd: FloatArray, FC_affa: FloatArray, FC_prod: FloatArray, FC_inj: FloatArray, FC_env: FloatArray
) -> FloatArray:
    """Sum of the five parts; missing where one of them is.

    Parameters
    ----------
    FC_cmd, FC_affa, FC_prod, FC_inj, FC_env : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(FC_cmd + FC_affa + FC_prod + FC_inj + FC_env)


@clause(
    OWN_METHOD.at("lower bound of the financial consequence", "Sum of the parts that are assessed"),
    symbol="FC_bound",
    expr="",
    quantity="money",
    kind=REDUCTION,
    note="financial.note.bound",
)
def cost_bound(
    FC_cmd: FloatArray, FC_affa: FloatArray, FC_prod: FloatArray, FC_inj: FloatArray, FC_env: FloatArray
) -> FloatArray:
    """Sum of the parts that are assessed: a lower bound of the total where one is missing.

    Parameters
    ----------
    FC_cmd, FC_affa, FC_prod, FC_inj, FC_env : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
        Missing where no part is assessed.
    """
    parts = np.stack([FC_cmd, FC_affa, FC_prod, FC_inj, FC_env])
    known = ~np.isnan(parts)
    return np.where(known.any(axis=0), np.where(known, parts, 0.0).sum(axis=0), np.nan)


@clause(
    API581_2016.at("Part 1 §4.3 Table 4.2", "Category of the financial consequence"),
    symbol="FC_category",
    expr="",
    quantity="id",
    kind=TABLE,
    note="financial.note.category",
)
def cost_category(FC_usd: FloatArray, B_1: FloatArray, B_2: FloatArray, B_3: FloatArray, B_4: FloatArray) -> IntArray:
    """Category 1 to 5, written A to E; an upper bound belongs to the lower category.

    Parameters
    ----------
    FC_usd : ndarray
        Amount in the money of the bounds.
    B_1, B_2, B_3, B_4 : ndarray
        Upper bounds of categories A to D.

    Returns
    -------
    ndarray of int64
        -1 where missing.
    """
    out = np.full(FC_usd.shape, 5, dtype=np.int64)
    for i, bound in ((4, B_4), (3, B_3), (2, B_2), (1, B_1)):
        out = np.where(FC_usd <= bound * (1.0 + 1e-9), i, out)
    return np.where(np.isnan(FC_usd), -1, out)


@clause(
    API581_2016.at("Part 1 §4.3", "Financial risk"),
    symbol="risk_FC",
    expr="P_f*FC",
    quantity="money_rate",
)
def financial_risk(P_f: FloatArray, FC: FloatArray) -> FloatArray:
    """Risk as money a year.

    Parameters
    ----------
    P_f : ndarray, 1/year
    FC : ndarray, currency

    Returns
    -------
    ndarray of float64, currency/year
    """
    return _f(P_f * FC)
