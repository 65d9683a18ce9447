"""Formulas of a blast: pressure by scaled distance of TNT, collapse of buildings, and distances at its limits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import FloatArray
from integrity.core.clause import ITERATION, clause
from integrity.core.procedure import Columns, Inputs, Param, Step
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f
from integrity.rbi.level2.solve import Falling, Root, falling_root

_S = "Part 3 §5.8.5"
PLACES = ("none", "within", "outside")
_A = tuple(f"A_{i}" for i in range(9))


@clause(
    API581_2016.at(_S + " eq. (3.171)", "Scaled distance"),
    symbol="R_s",
    expr="x_m/W_TNT_kg**(1/3)",
    quantity="number",
)
def scaled(x_m: FloatArray, W_TNT_kg: FloatArray) -> FloatArray:
    """Distance over the cube root of the mass of TNT.

    Parameters
    ----------
    x_m : ndarray, m
    W_TNT_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, m/kg^(1/3)
    """
    return f(x_m / W_TNT_kg ** (1.0 / 3.0))


@clause(
    API581_2016.at(_S + " eq. (3.171)", "Distance from the scaled distance"),
    symbol="x_m",
    expr="R_s*W_TNT_kg**(1/3)",
    quantity="height",
)
def unscaled(R_s: FloatArray, W_TNT_kg: FloatArray) -> FloatArray:
    """Distance at a scaled distance.

    Parameters
    ----------
    R_s : ndarray, m/kg^(1/3)
    W_TNT_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, m
    """
    return f(R_s * W_TNT_kg ** (1.0 / 3.0))


@clause(
    API581_2016.at(_S + " eq. (3.170)", "Side-on pressure of the blast, kPa"),
    symbol="P_so_kPa",
    expr="C26*(A_0 + A_1/log(R_s) + A_2/log(R_s)**2 + A_3/log(R_s)**3 + A_4/log(R_s)**4 + A_5/log(R_s)**5"
    " + A_6/log(R_s)**6 + A_7/log(R_s)**7 + A_8/log(R_s)**8)",
    quantity="number",
)
def side_on(
    C26: float,
    A_0: float,
    R_s: FloatArray,
    A_1: float,
    A_2: float,
    A_3: float,
    A_4: float,
    A_5: float,
    A_6: float,
    A_7: float,
    A_8: float,
) -> FloatArray:
    """Pressure of the blast of TNT at a scaled distance.

    Parameters
    ----------
    C26, A_0, A_1, A_2, A_3, A_4, A_5, A_6, A_7, A_8 : float
        Bar to kilopascals, and the coefficients of the fit.
    R_s : ndarray, m/kg^(1/3)

    Returns
    -------
    ndarray of float64, kPa above the air
    """
    u = 1.0 / np.log(R_s)
    total = np.full(np.shape(R_s), A_8)
    for a in (A_7, A_6, A_5, A_4, A_3, A_2, A_1, A_0):
        total = total * u + a
    return f(C26 * total)


@clause(
    API581_2016.at(_S + " eq. (3.172)", "Probit of the collapse of buildings"),
    symbol="Pr",
    expr="Pr_a + Pr_b*log(1000*P_so_kPa)",
    quantity="number",
)
def collapse_probit(Pr_a: float, Pr_b: float, P_so_kPa: FloatArray) -> FloatArray:
    """Probit of the collapse of buildings, which stands for serious injury.

    Parameters
    ----------
    Pr_a, Pr_b : float
    P_so_kPa : ndarray, kPa

    Returns
    -------
    ndarray of float64
    """
    return f(Pr_a + Pr_b * np.log(1000.0 * P_so_kPa))


@clause(
    API581_2016.at(_S + " eq. (3.172)", "Probability from the probit"),
    symbol="p",
    expr="Phi(Pr - 5)",
    quantity="ratio",
)
def probability(Pr: FloatArray) -> FloatArray:
    """Probability that belongs to a probit.

    Parameters
    ----------
    Pr : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(ndtr(Pr - 5.0))


@clause(
    API581_2016.at(_S + ".6 step 8.14", "Pressure at which half of the buildings collapse, kPa"),
    symbol="P_inj_kPa",
    expr="exp((Pr_half - Pr_a)/Pr_b)/1000",
    quantity="number",
)
def collapse_pressure(Pr_half: float, Pr_a: float, Pr_b: float) -> FloatArray:
    """Pressure at which the probit is 5.

    Parameters
    ----------
    Pr_half, Pr_a, Pr_b : float

    Returns
    -------
    ndarray of float64, kPa
    """
    return f(np.exp((Pr_half - Pr_a) / Pr_b) / 1000.0)


@clause(
    API581_2016.at(_S + ".6 step 8.14", "Pressure that damages components, kPa"),
    symbol="P_cmd_kPa",
    expr="P_damage_kPa",
    quantity="number",
)
def damage_pressure(P_damage_kPa: float) -> FloatArray:
    """Pressure that damages components.

    Parameters
    ----------
    P_damage_kPa : float

    Returns
    -------
    ndarray of float64, kPa
    """
    return f(P_damage_kPa)


@clause(
    API581_2016.at(_S + " eqs. (3.170), (3.171)", "Scaled distance of component damage"),
    symbol="R_cmd",
    expr="",
    quantity="number",
    kind=ITERATION,
    note="level2.note.scaled_cmd",
)
def damage_scaled(value: Falling, low: FloatArray, high: FloatArray, limit: FloatArray) -> Root:
    """Scaled distance at which the blast comes down to the limit of component damage.

    Parameters
    ----------
    value : callable
    low, high, limit : ndarray

    Returns
    -------
    Root
    """
    return falling_root(value, low, high, limit)


@clause(
    API581_2016.at(_S + " eqs. (3.170), (3.171)", "Scaled distance of injury"),
    symbol="R_inj",
    expr="",
    quantity="number",
    kind=ITERATION,
    note="level2.note.scaled_inj",
)
def injury_scaled(value: Falling, low: FloatArray, high: FloatArray, limit: FloatArray) -> Root:
    """Scaled distance at which the blast comes down to the limit of injury.

    Parameters
    ----------
    value : callable
    low, high, limit : ndarray

    Returns
    -------
    Root
    """
    return falling_root(value, low, high, limit)


_SCALED: dict[str, Callable[..., Root]] = {"cmd": damage_scaled, "inj": injury_scaled}


def _fit(R_s: FloatArray) -> FloatArray:
    held = {n: number("level2", n) for n in ("C26", *_A)}
    return side_on(R_s=R_s, **held)


def scaled_distances(x: Inputs, c: Columns) -> Columns:
    """Scaled distances at both limits, and where the receptor lies in the span of the fit.

    Parameters
    ----------
    x : Inputs
    c : dict of str to ndarray
        Has the limits and the mass of TNT.

    Returns
    -------
    dict of str to ndarray
    """
    low, high = (np.full(x.n, number("level2", s)) for s in ("R_fit_low", "R_fit_high"))
    out: Columns = {}
    converged = np.ones(x.n, dtype=np.bool_)
    for e in cm.EFFECTS:
        root = _SCALED[e](_fit, low, high, c[f"P_{e}_kPa"])
        out |= {f"R_{e}": root.x, f"steps_{e}": root.steps, f"residual_{e}": root.residual}
        converged &= root.converged
    out["converged"] = converged.astype(np.int64)
    out["verdict"] = np.where(converged, int(Verdict.CALCULATED), int(Verdict.NOT_CONVERGED))
    at = x["x_at_m"] / c["W_TNT_kg"] ** (1.0 / 3.0)
    inside = (at >= low) & (at <= high)
    out["at_place"] = np.where(np.isnan(at), 0, np.where(inside, 1, 2))
    return out


BLAST_INPUT = Param("x_at_m", "height", required=False)


def blast_outputs(event: str) -> tuple[Param, ...]:
    """Outputs of the blast of an event.

    Parameters
    ----------
    event : str

    Returns
    -------
    tuple of Param
    """
    return (
        *(Param(f"P_{e}_kPa", "number") for e in cm.EFFECTS),
        Param("converged", "flag"),
        *(Param(f"{s}_{e}", q) for e in cm.EFFECTS for s, q in (("steps", "count"), ("residual", "number"))),
        *(Param(f"R_{e}", "number") for e in cm.EFFECTS),
        *(Param(f"x_{e}_m", "height", conclusion=True) for e in cm.EFFECTS),
        *(Param(f"CA_{e}_{event}", "area", conclusion=True) for e in cm.EFFECTS),
        Param("at_place", "code", codes=PLACES),
        Param("R_at", "number"),
        Param("P_at_kPa", "number", conclusion=True),
        Param("Pr_at", "number"),
        Param("p_collapse_at", "ratio", conclusion=True),
    )


def blast_items(event: str, mass: str = "W_TNT_kg") -> tuple[Step | cm.Branch, ...]:
    """Steps of the blast of an event, from the mass of TNT on.

    Parameters
    ----------
    event : str
    mass : str
        Column of the mass of TNT that the distances take.

    Returns
    -------
    tuple of Step or callable
    """
    low_high = {"low": "R_fit_low", "high": "R_fit_high"}
    found: list[Step] = []
    for e in cm.EFFECTS:
        told = (f"steps_{e}", f"residual_{e}")
        bind = {"value": f"R_{e}", **low_high, "limit": f"P_{e}_kPa"}
        found += [
            Step(_SCALED[e], f"R_{e}", bind, note_params=told),
            Step(unscaled, f"x_{e}_m", {"R_s": f"R_{e}", "W_TNT_kg": mass}),
            Step(cm.circle, f"CA_{e}_{event}", {"x_m": f"x_{e}_m"}),
        ]
    at = ("at_place", "within")
    return (
        Step(damage_pressure, "P_cmd_kPa"),
        Step(collapse_pressure, "P_inj_kPa"),
        scaled_distances,
        *found,
        Step(scaled, "R_at", {"x_m": "x_at_m", "W_TNT_kg": mass}, when=at),
        Step(side_on, "P_at_kPa", {"R_s": "R_at"}, when=at),
        Step(collapse_probit, "Pr_at", {"P_so_kPa": "P_at_kPa"}, when=at),
        Step(probability, "p_collapse_at", {"Pr": "Pr_at"}, when=at),
    )
