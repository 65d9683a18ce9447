"""Procedure `api581.2016.level2_jet_fire`: radiation of a jet fire as of a point, and the areas within its limits."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_jet_fire"
_S = "Part 3 §5.8.3"
_REF = API581_2016.at(_S, "Jet fire")


@clause(
    API581_2016.at(_S + ".2 eq. (3.152)", "Power that the jet radiates, kW"),
    symbol="Q_rad_kW",
    expr="1000*beta*W_jet*mfrac_flam*LHV",
    quantity="number",
)
def radiated(beta: FloatArray, W_jet: FloatArray, mfrac_flam: FloatArray, LHV: FloatArray) -> FloatArray:
    """Power that a jet fire radiates.

    Parameters
    ----------
    beta : ndarray
    W_jet : ndarray, kg/s
    mfrac_flam : ndarray
        Mass fraction that can burn.
    LHV : ndarray, MJ/kg

    Returns
    -------
    ndarray of float64, kW
    """
    return f(1000.0 * beta * W_jet * mfrac_flam * LHV)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.153), (3.154)", "Distance at which the radiation is at the limit"),
    symbol="x_m",
    expr="min(sqrt(Q_rad_kW/(4*pi*I_kW_m2)), (C19*P_w_kPa**(0 - n_tau)*Q_rad_kW/(4*pi*I_kW_m2))**(1/(2 + n_tau)))",
    quantity="height",
)
def distance(
    Q_rad_kW: FloatArray, pi: float, I_kW_m2: float, C19: float, P_w_kPa: FloatArray, n_tau: float
) -> FloatArray:
    """Distance at the limit: the lesser of that without attenuation and that with it, solved for the distance.

    Parameters
    ----------
    Q_rad_kW : ndarray, kW
    pi, C19, n_tau : float
    I_kW_m2 : float, kW/m2
        Limit of the radiation.
    P_w_kPa : ndarray, kPa

    Returns
    -------
    ndarray of float64, m
    """
    clear = Q_rad_kW / (4.0 * pi * I_kW_m2)
    damp = (C19 * P_w_kPa ** (0.0 - n_tau) * Q_rad_kW / (4.0 * pi * I_kW_m2)) ** (1.0 / (2.0 + n_tau))
    return np.minimum(np.sqrt(clear), damp)


@clause(
    API581_2016.at(_S + ".3 eqs. (3.153), (3.154)", "Distance at the limit, transmissivity given"),
    symbol="x_m",
    expr="sqrt(tau_given*Q_rad_kW/(4*pi*I_kW_m2))",
    quantity="height",
)
def distance_given(tau_given: FloatArray, Q_rad_kW: FloatArray, pi: float, I_kW_m2: float) -> FloatArray:
    """Distance at the limit with a transmissivity that does not depend on the path.

    Parameters
    ----------
    tau_given : ndarray
    Q_rad_kW : ndarray, kW
    pi : float
    I_kW_m2 : float, kW/m2

    Returns
    -------
    ndarray of float64, m
    """
    return f(np.sqrt(tau_given * Q_rad_kW / (4.0 * pi * I_kW_m2)))


@clause(
    API581_2016.at(_S + ".3 eqs. (3.153), (3.154)", "Radiation at a distance, kW/m2"),
    symbol="I_at",
    expr="tau*Q_rad_kW/(4*pi*x_m**2)",
    quantity="number",
)
def flux(tau: FloatArray, Q_rad_kW: FloatArray, pi: float, x_m: FloatArray) -> FloatArray:
    """Radiation of a point at a distance.

    Parameters
    ----------
    tau : ndarray
    Q_rad_kW : ndarray, kW
    pi : float
    x_m : ndarray, m

    Returns
    -------
    ndarray of float64, kW/m2
    """
    return f(tau * Q_rad_kW / (4.0 * pi * x_m**2))


INPUTS = (
    Param("W_jet", "mass_rate"),
    Param("mfrac_flam", "ratio"),
    Param("LHV", "number"),
    Param("beta_rad_given", "ratio", required=False),
    *cm.AIR_INPUTS,
)
OUTPUTS = (
    *cm.AIR_OUTPUTS,
    *cm.BETA,
    Param("Q_rad_kW", "number"),
    *(Param(f"x_{e}_m", "height", conclusion=True) for e in cm.EFFECTS),
    *(Param(f"CA_{e}_jet", "area", conclusion=True) for e in cm.EFFECTS),
    Param("tau_at", "ratio"),
    Param("I_at", "number", conclusion=True),
)


def _distances() -> tuple[Step, ...]:
    out = []
    for e in cm.EFFECTS:
        bind = {"I_kW_m2": f"I_{e}_kW_m2"}
        out.append(Step(distance, f"x_{e}_m", bind, when=("tau_case", "water_vapour")))
        out.append(Step(distance_given, f"x_{e}_m", bind, when=("tau_case", "given")))
        out.append(Step(cm.circle, f"CA_{e}_jet", {"x_m": f"x_{e}_m"}))
    return tuple(out)


_ITEMS: tuple[Step | cm.Branch, ...] = (
    cm.air_branches,
    *cm.BETA_STEPS,
    cm.WATER_STEP,
    Step(radiated, "Q_rad_kW"),
    *_distances(),
    *cm.tau_steps("tau_at", "x_at_m"),
    Step(flux, "I_at", {"tau": "tau_at", "x_m": "x_at_m"}, when=("at_case", "given")),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.not_below_zero("level2.release_positive", _REF, "W_jet"),
        cm.above_zero("level2.burns", _REF, "LHV"),
        cm.shares("level2.fractions", _REF, "mfrac_flam", "beta_rad_given"),
        cm.AIR_LIMIT,
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)
