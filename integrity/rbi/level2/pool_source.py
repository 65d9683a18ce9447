"""Procedure `api581.2016.level2_pool_source`: vapour from a pool that does not burn, in its steady state."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import keyed, number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_pool_source"
GROUNDS = keyed("level2", "ground").keys
REGIMES = ("boiling", "evaporating", "at_ground")
SUPPORT = ("steady", "too_short", "too_wide", "too_short_and_wide", "no_steady_state")

_S = "Part 3 §5.7.4"
_REF = API581_2016.at(_S, "Vapour from a pool")


def _ground(column: int, ground: IntArray) -> FloatArray:
    return f(keyed("level2", "ground").rows[:, column][ground])


@clause(
    API581_2016.at(_S + ".2 Table 5.2M", "Properties of the ground"),
    symbol="k_ground",
    expr="",
    quantity="number",
    kind=TABLE,
    note="level2.note.ground",
)
def conductivity(ground: IntArray) -> FloatArray:
    """Thermal conductivity of the ground.

    Parameters
    ----------
    ground : ndarray of int64
        Index of `GROUNDS`.

    Returns
    -------
    ndarray of float64, W/(m K)
    """
    return _ground(0, ground)


@clause(
    API581_2016.at(_S + ".2 Table 5.2M", "Properties of the ground"),
    symbol="alpha_ground",
    expr="",
    quantity="number",
    kind=TABLE,
    note="level2.note.ground",
)
def diffusivity(ground: IntArray) -> FloatArray:
    """Thermal diffusivity of the ground.

    Parameters
    ----------
    ground : ndarray of int64
        Index of `GROUNDS`.

    Returns
    -------
    ndarray of float64, m2/s
    """
    return _ground(1, ground)


@clause(
    API581_2016.at(_S + ".2 Table 5.2M", "Properties of the ground"),
    symbol="X_ground",
    expr="",
    quantity="number",
    kind=TABLE,
    note="level2.note.ground",
)
def roughness(ground: IntArray) -> FloatArray:
    """Roughness factor of the ground.

    Parameters
    ----------
    ground : ndarray of int64
        Index of `GROUNDS`.

    Returns
    -------
    ndarray of float64
    """
    return _ground(2, ground)


@clause(
    API581_2016.at(_S + ".2 eq. (3.103)", "Flow of heat from the ground, as a rate of vapour"),
    symbol="c_boil",
    expr="pi**1.5*X_ground*k_ground*(T_ground_C - T_b_C)/(1000*dHv_kJ_kg*sqrt(pi*alpha_ground))",
    quantity="number",
)
def boiling_coefficient(
    pi: float,
    X_ground: FloatArray,
    k_ground: FloatArray,
    T_ground_C: FloatArray,
    T_b_C: FloatArray,
    dHv_kJ_kg: FloatArray,
    alpha_ground: FloatArray,
) -> FloatArray:
    """Coefficient of the boiling pool: what does not depend on its feed.

    Parameters
    ----------
    pi : float
    X_ground, k_ground, alpha_ground : ndarray
        Roughness, W/(m K), m2/s.
    T_ground_C, T_b_C : ndarray, degC
    dHv_kJ_kg : ndarray, kJ/kg
        Latent heat of vaporisation.

    Returns
    -------
    ndarray of float64
    """
    heat = pi**1.5 * X_ground * k_ground * (T_ground_C - T_b_C)
    return f(heat / (1000.0 * dHv_kJ_kg * np.sqrt(pi * alpha_ground)))


@clause(
    API581_2016.at(_S + ".2", "Volume of vapour that leaves the pool"),
    symbol="V_vap",
    expr="W_pool/rho_vap",
    quantity="number",
)
def vapour_volume(W_pool: FloatArray, rho_vap: FloatArray) -> FloatArray:
    """Volume flow of vapour when the pool boils off what feeds it.

    Parameters
    ----------
    W_pool : ndarray, kg/s
    rho_vap : ndarray, kg/m3

    Returns
    -------
    ndarray of float64, m3/s
    """
    return f(W_pool / rho_vap)


@clause(
    API581_2016.at(_S + ".2 eq. (3.103)", "Time to the steady state of a boiling pool"),
    symbol="t_pool_s",
    expr="W_pool/(c_boil*sqrt(2*g_m_s2*V_vap))",
    quantity="duration_s",
)
def steady_time(W_pool: FloatArray, c_boil: FloatArray, g_m_s2: float, V_vap: FloatArray) -> FloatArray:
    """Time at which a boiling pool gives off what feeds it.

    Parameters
    ----------
    W_pool : ndarray, kg/s
    c_boil : ndarray
    g_m_s2 : float, m/s2
    V_vap : ndarray, m3/s

    Returns
    -------
    ndarray of float64, s
    """
    return f(W_pool / (c_boil * np.sqrt(2.0 * g_m_s2 * V_vap)))


@clause(
    API581_2016.at(_S + ".2 eq. (3.104)", "Radius of a boiling pool"),
    symbol="r_pool_m",
    expr="sqrt(2/3)*(8*g_m_s2*V_vap/pi)**0.25*t_pool_s**0.75",
    quantity="height",
)
def boiling_radius(g_m_s2: float, V_vap: FloatArray, pi: float, t_pool_s: FloatArray) -> FloatArray:
    """Radius of a boiling pool in its steady state.

    Parameters
    ----------
    g_m_s2 : float, m/s2
    V_vap : ndarray, m3/s
    pi : float
    t_pool_s : ndarray, s

    Returns
    -------
    ndarray of float64, m
    """
    return f(np.sqrt(2.0 / 3.0) * (8.0 * g_m_s2 * V_vap / pi) ** 0.25 * t_pool_s**0.75)


@clause(
    API581_2016.at(_S + ".3 eq. (3.105)", "Vapour that the wind takes, of a pool of 1 m"),
    symbol="c_evap",
    expr="C15*P_bg_kPa*MW/(R_kmol*(T_s_C + T_zero_K))*wind_m_s**n_wind",
    quantity="number",
)
def evaporating_coefficient(
    C15: float,
    P_bg_kPa: FloatArray,
    MW: FloatArray,
    R_kmol: float,
    T_s_C: FloatArray,
    T_zero_K: float,
    wind_m_s: FloatArray,
    n_wind: float,
) -> FloatArray:
    """Coefficient of a pool below its boiling point: its vapour when it has a radius of one metre.

    Parameters
    ----------
    C15, R_kmol, T_zero_K, n_wind : float
    P_bg_kPa : ndarray, kPa
        Bubble pressure at the temperature of the ground.
    MW : ndarray, kg/kmol
    T_s_C : ndarray, degC
    wind_m_s : ndarray, m/s

    Returns
    -------
    ndarray of float64
    """
    return f(C15 * P_bg_kPa * MW / (R_kmol * (T_s_C + T_zero_K)) * wind_m_s**n_wind)


@clause(
    API581_2016.at(_S + ".3 eq. (3.105)", "Radius at which the wind takes what feeds the pool"),
    symbol="r_pool_m",
    expr="(W_pool/c_evap)**(1/n_radius)",
    quantity="height",
)
def evaporating_radius(W_pool: FloatArray, c_evap: FloatArray, n_radius: float) -> FloatArray:
    """Radius of a pool below its boiling point in its steady state.

    Parameters
    ----------
    W_pool : ndarray, kg/s
    c_evap : ndarray
    n_radius : float

    Returns
    -------
    ndarray of float64, m
    """
    return f((W_pool / c_evap) ** (1.0 / n_radius))


@clause(
    API581_2016.at(_S + ".1", "In the steady state the pool gives off what feeds it"),
    symbol="W_evap",
    expr="W_pool",
    quantity="mass_rate",
)
def steady_vapour(W_pool: FloatArray) -> FloatArray:
    """Rate of vapour from the pool in its steady state.

    Parameters
    ----------
    W_pool : ndarray, kg/s

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(W_pool)


def _regime(x: Inputs, _: Columns) -> Columns:
    b, g = x["T_b_C"], x["T_ground_C"]
    return {"pool_regime": stack_codes((b < g, 0), (b > g, 1), (b == g, 2))}


def _support(x: Inputs, c: Columns) -> Columns:
    boiling = c["pool_regime"] == 0
    short = boiling & (c["t_pool_s"] >= x["ld_s"])
    wide = c["A_pool_m2"] > x["A_pool_max_m2"] * (1 + 1e-9)
    never = (c["pool_regime"] == 1) & (c["c_evap"] == 0.0)
    known = ~np.isnan(c["A_pool_m2"])
    cases = stack_codes((never, 4), (~known, -1), (short & wide, 3), (short, 1), (wide, 2), default=0)
    return {"support": cases}


def _boils(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["T_b_C"] < c["T_ground_C"])


def _dries(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["T_b_C"] > c["T_ground_C"])


def _below_air(c: Mapping[str, AnyArray]) -> BoolArray:
    over = c["P_bg_kPa"] >= number("level2", "P_standard_kPa")
    return np.asarray((c["pool_regime"] != 1) | ~over)


INPUTS = (
    Param("W_pool", "mass_rate"),
    Param("T_b_C", "temperature"),
    Param("T_ground_C", "temperature"),
    Param("A_pool_max_m2", "area"),
    Param("ground", "code", codes=GROUNDS, needed=_boils),
    Param("dHv_kJ_kg", "number", needed=_boils),
    Param("rho_vap", "density", needed=_boils),
    Param("ld_s", "duration_s", needed=_boils),
    Param("P_bg_kPa", "number", needed=_dries),
    Param("MW", "molar_mass", needed=_dries),
    Param("T_s_C", "temperature", needed=_dries),
    Param("wind_m_s", "velocity", needed=_dries),
)
OUTPUTS = (
    Param("pool_regime", "code", codes=REGIMES),
    Param("k_ground", "number"),
    Param("alpha_ground", "number"),
    Param("X_ground", "number"),
    Param("c_boil", "number"),
    Param("V_vap", "number"),
    Param("t_pool_s", "duration_s"),
    Param("c_evap", "number"),
    Param("r_pool_m", "height", conclusion=True),
    Param("A_pool_m2", "area", conclusion=True),
    Param("support", "code", codes=SUPPORT),
    Param("W_evap", "mass_rate", conclusion=True),
)
_BOILS, _DRIES = ("pool_regime", "boiling"), ("pool_regime", "evaporating")
_ITEMS: tuple[Step | cm.Branch, ...] = (
    _regime,
    Step(conductivity, "k_ground", when=_BOILS, note_params=("ground",)),
    Step(diffusivity, "alpha_ground", when=_BOILS, note_params=("ground",)),
    Step(roughness, "X_ground", when=_BOILS, note_params=("ground",)),
    Step(boiling_coefficient, "c_boil", when=_BOILS),
    Step(vapour_volume, "V_vap", when=_BOILS),
    Step(steady_time, "t_pool_s", when=_BOILS),
    Step(boiling_radius, "r_pool_m", when=_BOILS),
    Step(evaporating_coefficient, "c_evap", when=_DRIES),
    Step(evaporating_radius, "r_pool_m", when=_DRIES),
    Step(cm.circle, "A_pool_m2", {"x_m": "r_pool_m"}),
    _support,
    Step(steady_vapour, "W_evap"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        Limit("level2.pool_at_ground", _REF, lambda c: c["pool_regime"] != REGIMES.index("at_ground")),
        cm.above_zero("level2.pool_fed", _REF, "W_pool", "A_pool_max_m2", "dHv_kJ_kg", "rho_vap", "MW"),
        cm.not_below_zero("level2.pool_air", _REF, "P_bg_kPa", "wind_m_s"),
        Limit("level2.pool_below_air", API581_2016.at(_S + ".3"), _below_air),
        Limit("level2.pool_steady", _REF, lambda c: c["support"] <= 0),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)
