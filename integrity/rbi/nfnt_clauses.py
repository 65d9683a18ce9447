"""Formulas of the Level 1 area of fluids that neither burn nor poison: steam, acid and caustic (Part 3, 4.10)."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.reference import API581_2016
from integrity.rbi.data import fluids

_S = "Part 3 §4.10"


def _f(values: object) -> FloatArray:
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".1", "Model of a fluid that neither burns nor poisons"),
    symbol="nfnt_model",
    expr="",
    quantity="code",
    kind=TABLE,
    note="rbi.note.nfnt_model",
)
def nfnt_model(fluid: IntArray) -> IntArray:
    """Consequence model of a representative fluid that neither burns nor poisons.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of int64
        Index of `NFNT_MODELS`, -1 where the standard gives none (plain water among them).
    """
    return fluids().nfnt[fluid]


@clause(
    API581_2016.at(_S + ".2 eq. (3.69)", "Steam, continuous"),
    symbol="CA_nfnt_cont",
    expr="C9*rate_kg_s",
    quantity="area",
)
def steam_continuous(C9: float, rate_kg_s: FloatArray) -> FloatArray:
    """Area of burns by a continuous release of steam.

    Parameters
    ----------
    C9 : float
    rate_kg_s : ndarray, kg/s

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(C9 * rate_kg_s)


@clause(
    API581_2016.at(_S + ".2 eq. (3.70)", "Steam, instantaneous"),
    symbol="CA_nfnt_inst",
    expr="C10*mass_kg**n_steam",
    quantity="area",
)
def steam_instantaneous(C10: float, mass_kg: FloatArray, n_steam: float) -> FloatArray:
    """Area of burns by an instantaneous release of steam.

    Parameters
    ----------
    C10 : float
    mass_kg : ndarray, kg
    n_steam : float

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(C10 * mass_kg**n_steam)


@clause(
    API581_2016.at(_S + ".5 eq. (3.76)", "Share of the instantaneous area, steam"),
    symbol="fact_IC",
    expr="min(rate_kg_s/C5, 1)",
    quantity="ratio",
)
def steam_share(rate_kg_s: FloatArray, C5: float) -> FloatArray:
    """Share of the instantaneous area of a steam release, by its rate whatever its type.

    Parameters
    ----------
    rate_kg_s : ndarray, kg/s
    C5 : float, kg/s

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(rate_kg_s / C5, 1.0)


@clause(
    API581_2016.at(_S + ".5 eq. (3.71)", "Steam, continuous and instantaneous blended"),
    symbol="CA_nfnt",
    expr="CA_nfnt_inst*fact_IC + CA_nfnt_cont*(1 - fact_IC)",
    quantity="area",
)
def steam_area(CA_nfnt_inst: FloatArray, fact_IC: FloatArray, CA_nfnt_cont: FloatArray) -> FloatArray:
    """Area of a steam release between continuous and instantaneous.

    Parameters
    ----------
    CA_nfnt_inst, CA_nfnt_cont : ndarray, m2
    fact_IC : ndarray

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_nfnt_inst * fact_IC + CA_nfnt_cont * (1.0 - fact_IC))


@clause(
    API581_2016.at(_S + ".3", "Pressure above atmosphere, kPa"),
    symbol="dP_kPa",
    expr="P_s_MPa*kPa_per_MPa",
    quantity="number",
)
def over_atmosphere(P_s_MPa: FloatArray, kPa_per_MPa: float) -> FloatArray:
    """Stored pressure less atmospheric pressure.

    Parameters
    ----------
    P_s_MPa : ndarray, MPa gauge
    kPa_per_MPa : float

    Returns
    -------
    ndarray of float64, kPa
    """
    return _f(P_s_MPa * kPa_per_MPa)


@clause(
    API581_2016.at(_S + ".3", "Pressure used, within the span of the fit, kPa"),
    symbol="dP_used_kPa",
    expr="min(max(dP_kPa, dP_low_kPa), dP_high_kPa)",
    quantity="number",
)
def within_fit(dP_kPa: FloatArray, dP_low_kPa: float, dP_high_kPa: float) -> FloatArray:
    """Pressure held within the span of the pressures that the splash relation was fitted to.

    Parameters
    ----------
    dP_kPa : ndarray, kPa
    dP_low_kPa, dP_high_kPa : float, kPa
        15 and 60 psig; above, the printed relation falls with pressure and comes to nothing near 190 psig.

    Returns
    -------
    ndarray of float64, kPa
    """
    return np.minimum(np.maximum(dP_kPa, dP_low_kPa), dP_high_kPa)


@clause(
    API581_2016.at(_S + ".3", "Pressure used, as it is, kPa"),
    symbol="dP_used_kPa",
    expr="dP_kPa",
    quantity="number",
)
def as_it_is(dP_kPa: FloatArray) -> FloatArray:
    """Pressure as it is.

    Parameters
    ----------
    dP_kPa : ndarray, kPa

    Returns
    -------
    ndarray of float64, kPa
    """
    return _f(dP_kPa)


@clause(
    API581_2016.at(_S + ".3 eq. (3.74)", "Coefficient of the splash"),
    symbol="g",
    expr="g_0 - g_1*C11*dP + g_2*(C11*dP)**2",
    quantity="number",
)
def splash_coefficient(g_0: float, g_1: float, C11: float, dP: FloatArray, g_2: float) -> FloatArray:
    """Coefficient g of the splash relation.

    Parameters
    ----------
    g_0, g_1, g_2 : float
    C11 : float
        Kilopascals to pounds a square inch.
    dP : ndarray, kPa

    Returns
    -------
    ndarray of float64
    """
    return _f(g_0 - g_1 * C11 * dP + g_2 * (C11 * dP) ** 2)


@clause(
    API581_2016.at(_S + ".3 eq. (3.75)", "Exponent of the splash"),
    symbol="h",
    expr="h_0 - h_1*(C11*dP - p_h)**2",
    quantity="number",
)
def splash_exponent(h_0: float, h_1: float, C11: float, dP: FloatArray, p_h: float) -> FloatArray:
    """Exponent h of the splash relation.

    Parameters
    ----------
    h_0, h_1, p_h : float
    C11 : float
        Kilopascals to pounds a square inch.
    dP : ndarray, kPa

    Returns
    -------
    ndarray of float64
    """
    return _f(h_0 - h_1 * (C11 * dP - p_h) ** 2)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.72), (3.73)", "Splash of acid or caustic, continuous"),
    symbol="CA_splash",
    expr="share_acid*C8*g*(C4B*rate_kg_s)**h",
    quantity="area",
)
def splash_area(
    share_acid: float, C8: float, g: FloatArray, C4B: float, rate_kg_s: FloatArray, h: FloatArray
) -> FloatArray:
    """Area within which a splash of acid or caustic injures; an instantaneous release has none.

    Parameters
    ----------
    share_acid, C8, C4B : float
        Share of the circle that is hit; ft2 to m2; kg to lb.
    g, h : ndarray
    rate_kg_s : ndarray, kg/s

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(share_acid * C8 * g * (C4B * rate_kg_s) ** h)


@clause(
    API581_2016.at(_S + ".5", "Splash: not blended, an instantaneous release has no area"),
    symbol="CA_nfnt",
    expr="CA_splash",
    quantity="area",
)
def splash_final(CA_splash: FloatArray) -> FloatArray:
    """Area of a splash, which is not blended.

    Parameters
    ----------
    CA_splash : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return _f(CA_splash)
