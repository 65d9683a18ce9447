"""Procedure `api581.2016.level2_explosion`: physical explosion of a gas and BLEVE of a liquid when a vessel bursts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import HOLES
from integrity.rbi.level2 import blast as bl
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f
from integrity.rbi.release_rate import absolute_pressure

KEY = "api581.2016.level2_explosion"
BURSTS = ("not_rupture", "bursts")
_S = "Part 3 §5.10"
_REF = API581_2016.at(_S, "Physical explosion and BLEVE")


@clause(
    API581_2016.at(_S + ".2 eq. (3.192)", "Mass of TNT of the gas that expands"),
    symbol="W_TNT_gas_kg",
    expr="C29*V_gas_m3*(P_burst_kPa - P_atm_kPa)/(k_ratio - 1)",
    quantity="mass",
)
def of_gas(
    C29: float, V_gas_m3: FloatArray, P_burst_kPa: FloatArray, P_atm_kPa: FloatArray, k_ratio: FloatArray
) -> FloatArray:
    """Mass of TNT with the energy of the vapour space (Brode).

    Parameters
    ----------
    C29 : float
        Per kilojoule.
    V_gas_m3 : ndarray, m3
    P_burst_kPa, P_atm_kPa : ndarray, kPa absolute
    k_ratio : ndarray

    Returns
    -------
    ndarray of float64, kg
    """
    return f(C29 * V_gas_m3 * (P_burst_kPa - P_atm_kPa) / (k_ratio - 1.0))


@clause(
    API581_2016.at(_S + ".3 step 10.3", "Liquid that flashes, kmol"),
    symbol="n_v_kmol",
    expr="mass_liq_kg*frac_fsh/MW",
    quantity="number",
)
def flashed(mass_liq_kg: FloatArray, frac_fsh: FloatArray, MW: FloatArray) -> FloatArray:
    """Amount of the stored liquid that flashes at atmospheric pressure.

    Parameters
    ----------
    mass_liq_kg : ndarray, kg
    frac_fsh : ndarray
    MW : ndarray, kg/kmol

    Returns
    -------
    ndarray of float64, kmol
    """
    return f(mass_liq_kg * frac_fsh / MW)


@clause(
    API581_2016.at(_S + ".3 eq. (3.195)", "Mass of TNT of the liquid that flashes"),
    symbol="W_TNT_liq_kg",
    expr="C30*n_v_kmol*R_kmol*(T_s_C + T_zero_K)*log(P_burst_kPa/P_atm_kPa)",
    quantity="mass",
)
def of_liquid(
    C30: float,
    n_v_kmol: FloatArray,
    R_kmol: float,
    T_s_C: FloatArray,
    T_zero_K: float,
    P_burst_kPa: FloatArray,
    P_atm_kPa: FloatArray,
) -> FloatArray:
    """Mass of TNT with the energy of the liquid that flashes and expands.

    Parameters
    ----------
    C30 : float
        Per joule.
    n_v_kmol : ndarray, kmol
    R_kmol, T_zero_K : float
    T_s_C : ndarray, degC
    P_burst_kPa, P_atm_kPa : ndarray, kPa absolute

    Returns
    -------
    ndarray of float64, kg
    """
    return f(C30 * n_v_kmol * R_kmol * (T_s_C + T_zero_K) * np.log(P_burst_kPa / P_atm_kPa))


@clause(API581_2016.at(_S + ".3", "Not stored in this phase"), symbol="W_TNT", expr="0", quantity="mass")
def absent() -> float:
    """Mass of TNT of a phase that the vessel does not hold.

    Returns
    -------
    float, kg
    """
    return 0.0


@clause(
    API581_2016.at(_S + ".3", "Mass of TNT of what is stored"),
    symbol="W_TNT_stored_kg",
    expr="W_TNT_gas_kg + W_TNT_liq_kg",
    quantity="mass",
)
def of_both(W_TNT_gas_kg: FloatArray, W_TNT_liq_kg: FloatArray) -> FloatArray:
    """Mass of TNT of gas and liquid together.

    Parameters
    ----------
    W_TNT_gas_kg, W_TNT_liq_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, kg
    """
    return f(W_TNT_gas_kg + W_TNT_liq_kg)


@clause(
    API581_2016.at(_S + ".2, §5.10.3", "The vessel bursts"),
    symbol="W_TNT_kg",
    expr="W_TNT_stored_kg",
    quantity="mass",
)
def bursts(W_TNT_stored_kg: FloatArray) -> FloatArray:
    """Mass of TNT of a rupture.

    Parameters
    ----------
    W_TNT_stored_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, kg
    """
    return f(W_TNT_stored_kg)


@clause(
    API581_2016.at(_S + ".2, §5.10.3", "A leak does not burst the vessel"),
    symbol="W_TNT_kg",
    expr="0",
    quantity="mass",
)
def leaks() -> float:
    """Mass of TNT of a hole that is not a rupture.

    Returns
    -------
    float, kg
    """
    return 0.0


def _branches(x: Inputs, _: Columns) -> Columns:
    rupture = x["hole"] == HOLES.index("rupture")
    return {
        "P_atm_kPa": np.full(x.n, x.settings.number("atm.P_kPa")),
        "gas_case": (x["V_gas_m3"] >= 0.0).astype(np.int64),
        "liq_case": (x["mass_liq_kg"] >= 0.0).astype(np.int64),
        "burst_case": stack_codes((x["hole"] < 0, -1), (rupture, 1), default=0),
    }


def _gas(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~np.isnan(c["V_gas_m3"]))


def _liquid(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~np.isnan(c["mass_liq_kg"]))


def _holds(c: Mapping[str, AnyArray]) -> BoolArray:
    return _gas(c) | _liquid(c)


INPUTS = (
    Param("hole", "code", codes=HOLES),
    Param("P_burst_MPa", "pressure"),
    Param("V_gas_m3", "volume", required=False),
    Param("k_ratio", "ratio", needed=_gas),
    Param("mass_liq_kg", "mass", required=False),
    Param("frac_fsh", "ratio", needed=_liquid),
    Param("MW", "molar_mass", needed=_liquid),
    Param("T_s_C", "temperature", needed=_liquid),
    bl.BLAST_INPUT,
)
OUTPUTS = (
    Param("P_atm_kPa", "number"),
    Param("P_burst_kPa", "number"),
    Param("gas_case", "code", codes=cm.USED),
    Param("liq_case", "code", codes=cm.USED),
    Param("burst_case", "code", codes=BURSTS),
    Param("W_TNT_gas_kg", "mass"),
    Param("n_v_kmol", "number"),
    Param("W_TNT_liq_kg", "mass"),
    Param("W_TNT_stored_kg", "mass", conclusion=True),
    Param("W_TNT_kg", "mass", conclusion=True),
    *bl.blast_outputs("expl"),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    _branches,
    Step(absolute_pressure, "P_burst_kPa", {"P_s_MPa": "P_burst_MPa"}),
    Step(of_gas, "W_TNT_gas_kg", when=("gas_case", "used")),
    Step(absent, "W_TNT_gas_kg", when=("gas_case", "unused")),
    Step(flashed, "n_v_kmol", when=("liq_case", "used")),
    Step(of_liquid, "W_TNT_liq_kg", when=("liq_case", "used")),
    Step(absent, "W_TNT_liq_kg", when=("liq_case", "unused")),
    Step(of_both, "W_TNT_stored_kg"),
    Step(bursts, "W_TNT_kg", when=("burst_case", "bursts")),
    Step(leaks, "W_TNT_kg", when=("burst_case", "not_rupture")),
    *bl.blast_items("expl"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        Limit("level2.holds_something", _REF, _holds, Verdict.INSUFFICIENT_DATA),
        cm.not_below_zero("level2.stored_positive", _REF, "V_gas_m3", "mass_liq_kg", "P_burst_MPa"),
        cm.above_zero("level2.burst_properties", _REF, "MW", "x_at_m"),
        Limit("rbi.given_properties", _REF, lambda c: ~(c["k_ratio"] <= 1.0)),
        cm.shares("level2.fractions", _REF, "frac_fsh"),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("atm.P_kPa",),
)
