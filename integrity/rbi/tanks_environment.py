"""Formulas of where the contents of a tank go and what that costs (API RP 581, Part 3, section 6.12)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.data import keyed

_S = "Part 3 §6.12"
PLACES = ("indike", "onsite", "offsite", "subsoil", "groundwater", "water")
SURFACE = ("indike", "onsite", "offsite", "water")


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + " Table 6.6", "Environmental cost of a barrel"),
    symbol="C_indike",
    expr="",
    quantity="money_barrel",
    kind=TABLE,
    note="financial.note.environment",
)
def cost_of_barrel(sensitivity: IntArray) -> FloatArray:
    """Cost of a barrel in each place, USD.

    Parameters
    ----------
    sensitivity : ndarray of int64
        0 low, 1 medium, 2 high.

    Returns
    -------
    ndarray of float64, shape (n, 6), USD/barrel
        In the dike, on site, off site, subsoil, ground water, surface water.
    """
    return keyed("tank", "environment").rows[sensitivity]


@clause(
    OWN_METHOD.at("price level and currency", "From the money of the table to the stated one"),
    symbol="money_scale",
    expr="cost_index*exchange_rate",
    quantity="ratio",
)
def scale_2001(cost_index: FloatArray, exchange_rate: FloatArray) -> FloatArray:
    """Factor from USD of 2001 to the stated money.

    Parameters
    ----------
    cost_index, exchange_rate : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(cost_index * exchange_rate)


@clause(
    OWN_METHOD.at("price level and currency", "From the money of the table to the stated one"),
    symbol="money_scale",
    expr="exchange_rate",
    quantity="ratio",
)
def scale_stated(exchange_rate: FloatArray) -> FloatArray:
    """Factor from USD of the cost year to the stated money.

    Parameters
    ----------
    exchange_rate : ndarray

    Returns
    -------
    ndarray of float64
    """
    return _f(exchange_rate)


@clause(
    API581_2016.at(_S + " eq. (3.231)", "Leaked volume, weighted by the holes"),
    symbol="bbl_leak",
    expr="(gff_small*bbl_small + gff_medium*bbl_medium + gff_large*bbl_large)/gff_total",
    quantity="oil_volume",
)
def weighted_leak(
    gff_small: FloatArray,
    gff_medium: FloatArray,
    gff_large: FloatArray,
    gff_total: FloatArray,
    bbl_small: FloatArray,
    bbl_medium: FloatArray,
    bbl_large: FloatArray,
) -> FloatArray:
    """Mean volume of the leaks; the rupture is in the sum of the weights.

    Parameters
    ----------
    gff_small, gff_medium, gff_large, gff_total : ndarray, 1/year
    bbl_small, bbl_medium, bbl_large : ndarray, barrels

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f((gff_small * bbl_small + gff_medium * bbl_medium + gff_large * bbl_large) / gff_total)


@clause(
    API581_2016.at(_S + " eq. (3.237)", "Volume of the rupture, weighted"),
    symbol="bbl_rup",
    expr="gff_rupture*bbl_rupture/gff_total",
    quantity="oil_volume",
)
def weighted_one(gff_rupture: FloatArray, bbl_rupture: FloatArray, gff_total: FloatArray) -> FloatArray:
    """Volume of one hole with its share of the frequencies.

    Parameters
    ----------
    gff_rupture, gff_total : ndarray, 1/year
    bbl_rupture : ndarray, barrels

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(gff_rupture * bbl_rupture / gff_total)


@clause(
    API581_2016.at(_S + " eqs. (3.232), (3.238)", "Stays in the dike"),
    symbol="bbl_indike",
    expr="bbl*(1 - P_lvdike)",
    quantity="oil_volume",
)
def in_dike(bbl: FloatArray, P_lvdike: FloatArray) -> FloatArray:
    """What stays in the dike.

    Parameters
    ----------
    bbl : ndarray, barrels
    P_lvdike : ndarray
        Share that leaves the dike.

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl * (1.0 - P_lvdike))


@clause(
    API581_2016.at(_S + " eqs. (3.233), (3.239)", "Stays on site"),
    symbol="bbl_onsite",
    expr="bbl*P_lvdike*P_onsite",
    quantity="oil_volume",
)
def on_site(bbl: FloatArray, P_lvdike: FloatArray, P_onsite: FloatArray) -> FloatArray:
    """What leaves the dike and stays on site.

    Parameters
    ----------
    bbl : ndarray, barrels
    P_lvdike : ndarray
    P_onsite : ndarray
        Share on site of what leaves the dike.

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl * P_lvdike * P_onsite)


@clause(
    API581_2016.at(_S + " eqs. (3.234), (3.240)", "Goes off site on land"),
    symbol="bbl_offsite",
    expr="bbl*P_lvdike*(1 - P_onsite)*P_offsite",
    quantity="oil_volume",
)
def off_site(bbl: FloatArray, P_lvdike: FloatArray, P_onsite: FloatArray, P_offsite: FloatArray) -> FloatArray:
    """What leaves the site and stays on land.

    Parameters
    ----------
    bbl : ndarray, barrels
    P_lvdike, P_onsite : ndarray
    P_offsite : ndarray
        Share on land of what leaves the site.

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl * P_lvdike * (1.0 - P_onsite) * P_offsite)


@clause(
    API581_2016.at(_S + " eqs. (3.235), (3.241)", "Reaches surface water"),
    symbol="bbl_water",
    expr="bbl*P_lvdike*(1 - P_onsite)*(1 - P_offsite)",
    quantity="oil_volume",
)
def surface_water(bbl: FloatArray, P_lvdike: FloatArray, P_onsite: FloatArray, P_offsite: FloatArray) -> FloatArray:
    """What leaves the site and does not stay on land: the whole less the other three places.

    Parameters
    ----------
    bbl : ndarray, barrels
    P_lvdike, P_onsite, P_offsite : ndarray

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl * P_lvdike * (1.0 - P_onsite) * (1.0 - P_offsite))


@clause(
    API581_2016.at(_S + " eqs. (3.236), (3.242)", "Environmental cost of a spill on the surface"),
    symbol="FC_spill",
    expr="(bbl_indike*C_indike + bbl_onsite*C_onsite + bbl_offsite*C_offsite + bbl_water*C_water)*money_scale",
    quantity="money",
)
def surface_cost(
    bbl_indike: FloatArray,
    bbl_onsite: FloatArray,
    bbl_offsite: FloatArray,
    bbl_water: FloatArray,
    C_indike: FloatArray,
    C_onsite: FloatArray,
    C_offsite: FloatArray,
    C_water: FloatArray,
    money_scale: FloatArray,
) -> FloatArray:
    """Cost of what lies on the surface.

    Parameters
    ----------
    bbl_indike, bbl_onsite, bbl_offsite, bbl_water : ndarray, barrels
    C_indike, C_onsite, C_offsite, C_water : ndarray, USD/barrel
    money_scale : ndarray

    Returns
    -------
    ndarray of float64, currency
    """
    usd = bbl_indike * C_indike + bbl_onsite * C_onsite + bbl_offsite * C_offsite + bbl_water * C_water
    return _f(usd * money_scale)


@clause(
    API581_2016.at(_S + " eq. (3.244)", "Days to the ground water"),
    symbol="t_gw_d",
    expr="s_gw_m/v_seep",
    quantity="number",
)
def days_to_groundwater(s_gw_m: FloatArray, v_seep: FloatArray) -> FloatArray:
    """Days the product seeps until it reaches the ground water.

    Parameters
    ----------
    s_gw_m : ndarray, m
    v_seep : ndarray, m/day

    Returns
    -------
    ndarray of float64, days
    """
    return _f(s_gw_m / v_seep)


@clause(
    API581_2016.at(_S + " eqs. (3.245), (3.246)", "Share that reaches the ground water"),
    symbol="frac_gw",
    expr="max(1 - t_gw_d/t_detect_d, 0)",
    quantity="ratio",
)
def groundwater_share(t_gw_d: FloatArray, t_detect_d: FloatArray) -> FloatArray:
    """Share of the leak that reaches the ground water before it is found.

    Parameters
    ----------
    t_gw_d, t_detect_d : ndarray, days

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(1.0 - t_gw_d / t_detect_d, 0.0)


@clause(
    API581_2016.at(_S + " eq. (3.245)", "Reaches the ground water"),
    symbol="bbl_groundwater",
    expr="bbl_leak*frac_gw",
    quantity="oil_volume",
)
def to_groundwater(bbl_leak: FloatArray, frac_gw: FloatArray) -> FloatArray:
    """What reaches the ground water.

    Parameters
    ----------
    bbl_leak : ndarray, barrels
    frac_gw : ndarray

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl_leak * frac_gw)


@clause(
    API581_2016.at(_S + " eq. (3.247)", "Stays in the subsoil"),
    symbol="bbl_subsoil",
    expr="bbl_leak - bbl_groundwater",
    quantity="oil_volume",
)
def in_subsoil(bbl_leak: FloatArray, bbl_groundwater: FloatArray) -> FloatArray:
    """What stays in the subsoil.

    Parameters
    ----------
    bbl_leak, bbl_groundwater : ndarray, barrels

    Returns
    -------
    ndarray of float64, barrels
    """
    return _f(bbl_leak - bbl_groundwater)


@clause(
    API581_2016.at(_S + " eq. (3.248)", "Environmental cost of a leak into the ground"),
    symbol="FC_leak",
    expr="(bbl_groundwater*C_groundwater + bbl_subsoil*C_subsoil)*money_scale",
    quantity="money",
)
def ground_cost(
    bbl_groundwater: FloatArray,
    bbl_subsoil: FloatArray,
    C_groundwater: FloatArray,
    C_subsoil: FloatArray,
    money_scale: FloatArray,
) -> FloatArray:
    """Cost of what seeps into the ground.

    Parameters
    ----------
    bbl_groundwater, bbl_subsoil : ndarray, barrels
    C_groundwater, C_subsoil : ndarray, USD/barrel
    money_scale : ndarray

    Returns
    -------
    ndarray of float64, currency
    """
    return _f((bbl_groundwater * C_groundwater + bbl_subsoil * C_subsoil) * money_scale)


@clause(
    API581_2016.at(_S + " eqs. (3.243), (3.249)", "Environmental cost"),
    symbol="FC_env",
    expr="FC_leak + FC_spill",
    quantity="money",
)
def environment_cost(FC_leak: FloatArray, FC_spill: FloatArray) -> FloatArray:
    """Environmental cost of leaks and rupture.

    Parameters
    ----------
    FC_leak, FC_spill : ndarray, currency

    Returns
    -------
    ndarray of float64, currency
    """
    return _f(FC_leak + FC_spill)


@clause(
    API581_2016.at(_S + " eq. (3.250)", "Rupture of a bottom costs by its area"),
    symbol="cost_rupture_D",
    expr="cost_rupture*(tank_D_m/C36)**2",
    quantity="money",
)
def rupture_by_area(cost_rupture: FloatArray, tank_D_m: FloatArray, C36: float) -> FloatArray:
    """Cost of a ruptured bottom, by the square of the diameter.

    Parameters
    ----------
    cost_rupture : ndarray, USD of 2001
    tank_D_m : ndarray, m
    C36 : float, m
        30.5.

    Returns
    -------
    ndarray of float64, USD of 2001
    """
    return _f(cost_rupture * (tank_D_m / C36) ** 2)


@clause(
    API581_2016.at(_S + ".3", "Not counted for a tank bottom"),
    symbol="FC_affa",
    expr="",
    quantity="money",
    kind=TABLE,
    note="financial.note.bottom_only",
)
def not_of_bottoms(tank_part: IntArray) -> FloatArray:
    """Damage in an area and injuries do not belong to the leak of a bottom.

    Parameters
    ----------
    tank_part : ndarray of int64

    Returns
    -------
    ndarray of float64, currency
        0.
    """
    return np.zeros(tank_part.shape)


@clause(
    API581_2016.at("Part 3 §6.7", "Not beyond the dike"),
    symbol="CA_limited",
    expr="min(CA_free, dike_area_m2)",
    quantity="area",
)
def within_dike(CA_free: FloatArray, dike_area_m2: FloatArray) -> FloatArray:
    """Area cut off at the dike.

    Parameters
    ----------
    CA_free, dike_area_m2 : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.minimum(CA_free, dike_area_m2)


@clause(
    OWN_METHOD.at("areas of a tank course", "Area as calculated, no limit at the dike"),
    symbol="CA_limited",
    expr="CA_free",
    quantity="area",
)
def without_dike(CA_free: FloatArray) -> FloatArray:
    """Area that is not cut off.

    Parameters
    ----------
    CA_free : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_free)


@clause(
    API581_2016.at("Part 3 §6.11", "Greater area of a tank course"),
    symbol="CA",
    expr="max(CA_cmd, CA_inj)",
    quantity="area",
)
def greater_area(CA_cmd: FloatArray, CA_inj: FloatArray) -> FloatArray:
    """Greater of component damage and personnel injury area; a tank has no other area.

    Parameters
    ----------
    CA_cmd, CA_inj : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(CA_cmd, CA_inj)
