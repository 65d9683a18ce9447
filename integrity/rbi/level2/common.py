"""What the Level 2 procedures share: steps that are computed as they are printed, constants, radiation in air."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.clause import clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Step
from integrity.core.reference import API581_2016, Reference
from integrity.core.tables import Constant
from integrity.rbi.data import constants, number

STORED = codes("phase")
GAS, LIQUID, TWO_PHASE = (STORED.index(p) for p in ("gas", "liquid", "two_phase"))
RELEASE_TYPES = ("continuous", "instantaneous")
EFFECTS = ("cmd", "inj")
USED = ("unused", "used")
TAU_CASES = ("given", "water_vapour")
AT_CASES = ("none", "given")
SOURCES = ("default", "given")

_S = "Part 3 §5.8"
Branch = Callable[[Inputs, Columns], Columns]


def _every() -> Mapping[str, Constant]:
    return {**constants("release"), **constants("level2")}


def constants_of(*items: Step | Branch) -> Mapping[str, Constant]:
    """Constants that the steps of a procedure are bound to.

    Parameters
    ----------
    *items : Step or callable

    Returns
    -------
    mapping of str to Constant
    """
    every = _every()
    names = {n for s in items if isinstance(s, Step) for n in s.names().values()}
    return {n: every[n] for n in sorted(names) if n in every}


def steps_of(*items: Step | Branch) -> tuple[Step, ...]:
    """The steps among the items of a computation.

    Parameters
    ----------
    *items : Step or callable

    Returns
    -------
    tuple of Step
    """
    return tuple(s for s in items if isinstance(s, Step))


def follow(inputs: tuple[Param, ...], outputs: tuple[Param, ...], *items: Step | Branch) -> Callable[[Inputs], Columns]:
    """The computation that takes the steps in their order, so that what is printed is what is computed.

    Parameters
    ----------
    inputs, outputs : tuple of Param
        An output that no step fills is blank.
    *items : Step or callable
        A callable gets the inputs and the columns so far and gives further columns: branches, or what a step
        cannot ask for (a setting, an iteration); a step of such a column is only printed.

    Returns
    -------
    callable
        The `compute` of a procedure.
    """
    params = {p.symbol: p for p in (*inputs, *outputs)}

    def compute(x: Inputs) -> Columns:
        out: Columns = {**x.columns}
        told: set[str] = set()
        for item in items:
            if not isinstance(item, Step):
                more = item(x, out)
                told |= set(more)
                out |= more
            elif item.out not in told:
                _take(item, out, x.n, params)
        for p in outputs:
            out.setdefault(p.symbol, _blank(p, x.n))
        return {s: v for s, v in out.items() if s not in x.columns}

    return compute


def _blank(param: Param, n: int) -> AnyArray:
    return np.full(n, -1, dtype=np.int64) if param.quantity in ("code", "flag") else np.full(n, np.nan)


def _take(step: Step, out: Columns, n: int, params: Mapping[str, Param]) -> None:
    column = out.setdefault(step.out, _blank(params[step.out], n))
    rows = np.arange(n)
    if step.when is not None:
        symbol, code = step.when
        rows = np.flatnonzero(out[symbol] == params[symbol].codes.index(code))
    if rows.size:
        every = _every()
        args = {p: out[s][rows] if s in out else every[s].value for p, s in step.names().items()}
        column[rows] = step.function(**args)


def both(*steps: tuple[Callable[..., Any], str, dict[str, str]]) -> tuple[Step, ...]:
    """Steps for component damage and for injury; "#" in a name stands for the effect.

    Parameters
    ----------
    *steps : (function, out, bind)

    Returns
    -------
    tuple of Step
    """
    return tuple(
        Step(f, out.replace("#", e), {p: n.replace("#", e) for p, n in bind.items()})
        for e in EFFECTS
        for f, out, bind in steps
    )


def not_below_zero(key: str, ref: Reference, *symbols: str) -> Limit:
    """Limit that inputs are not negative; a missing one is not told here.

    Parameters
    ----------
    key : str
    ref : Reference
    *symbols : str

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        return ~np.any([c[s] < 0.0 for s in symbols], axis=0)

    return Limit(key, ref, holds)


def above_zero(key: str, ref: Reference, *symbols: str) -> Limit:
    """Limit that inputs are more than nothing; a missing one is not told here.

    Parameters
    ----------
    key : str
    ref : Reference
    *symbols : str

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        return ~np.any([c[s] <= 0.0 for s in symbols], axis=0)

    return Limit(key, ref, holds)


def shares(key: str, ref: Reference, *symbols: str) -> Limit:
    """Limit that inputs lie within 0 and 1; a missing one is not told here.

    Parameters
    ----------
    key : str
    ref : Reference
    *symbols : str

    Returns
    -------
    Limit
    """

    def holds(c: Mapping[str, AnyArray]) -> BoolArray:
        return ~np.any([(c[s] < 0.0) | (c[s] > 1.0) for s in symbols], axis=0)

    return Limit(key, ref, holds)


def f(values: object) -> FloatArray:
    """Any result of an expression as float64.

    Parameters
    ----------
    values : array_like

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(values, dtype=np.float64)


@clause(
    API581_2016.at(_S + ".2.5 eq. (3.141)", "Pressure of water vapour in the air, kPa"),
    symbol="P_w_kPa",
    expr="C20*RH_air_pct*exp(C21 - C22/(T_air_C + T_zero_K))",
    quantity="number",
)
def water_pressure(
    C20: float, RH_air_pct: FloatArray, C21: float, C22: float, T_air_C: FloatArray, T_zero_K: float
) -> FloatArray:
    """Partial pressure of water vapour in the air.

    Parameters
    ----------
    C20, C21, C22 : float
        Printed constants; C20 is the hundredth of an atmosphere that belongs to a humidity in percent.
    RH_air_pct : ndarray, percent
    T_air_C : ndarray, degC
    T_zero_K : float

    Returns
    -------
    ndarray of float64, kPa
    """
    return f(C20 * RH_air_pct * np.exp(C21 - C22 / (T_air_C + T_zero_K)))


@clause(
    API581_2016.at(_S + ".2.5 eq. (3.140)", "Share of the radiation that the air lets through"),
    symbol="tau",
    expr="min(C19*(P_w_kPa*x_m)**(0 - n_tau), 1)",
    quantity="ratio",
)
def transmissivity(C19: float, P_w_kPa: FloatArray, x_m: FloatArray, n_tau: float) -> FloatArray:
    """Atmospheric transmissivity by water vapour, not above 1.

    Parameters
    ----------
    C19 : float
    P_w_kPa : ndarray, kPa
    x_m : ndarray, m
        Path from the surface of the flame.
    n_tau : float

    Returns
    -------
    ndarray of float64
    """
    return np.minimum(C19 * (P_w_kPa * x_m) ** (0.0 - n_tau), 1.0)


@clause(
    API581_2016.at(_S + ".2.5", "Share of the radiation that the air lets through, given"),
    symbol="tau",
    expr="tau_given",
    quantity="ratio",
)
def transmissivity_given(tau_given: FloatArray) -> FloatArray:
    """Atmospheric transmissivity that the user gives.

    Parameters
    ----------
    tau_given : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(tau_given)


@clause(
    API581_2016.at(_S, "Radiated share of the heat of combustion, default"),
    symbol="beta",
    expr="beta_default",
    quantity="ratio",
)
def radiated_default(beta_default: float) -> FloatArray:
    """Share of the heat of combustion that is radiated, of the standard.

    Parameters
    ----------
    beta_default : float

    Returns
    -------
    ndarray of float64
    """
    return f(beta_default)


@clause(
    API581_2016.at(_S, "Radiated share of the heat of combustion, given"),
    symbol="beta",
    expr="beta_rad_given",
    quantity="ratio",
)
def radiated_given(beta_rad_given: FloatArray) -> FloatArray:
    """Share of the heat of combustion that is radiated, of the user.

    Parameters
    ----------
    beta_rad_given : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(beta_rad_given)


@clause(
    API581_2016.at(_S, "Area of the circle within the distance"),
    symbol="CA",
    expr="pi*x_m**2",
    quantity="area",
)
def circle(pi: float, x_m: FloatArray) -> FloatArray:
    """Area of a circle about the release.

    Parameters
    ----------
    pi : float
    x_m : ndarray, m

    Returns
    -------
    ndarray of float64, m2
    """
    return f(pi * x_m**2)


def air_branches(x: Inputs, c: Columns) -> Columns:
    """Where the transmissivity and the radiated share come from, and whether a receptor is given.

    Parameters
    ----------
    x : Inputs
    c : dict of str to ndarray

    Returns
    -------
    dict of str to ndarray
        `tau_case`, `beta_case` where the procedure has one, and `at_case`.
    """
    out: Columns = {
        "tau_case": np.isnan(x["tau_given"]).astype(np.int64),
        "at_case": (x["x_at_m"] > 0.0).astype(np.int64),
    }
    if "beta_rad_given" in x.columns:
        out["beta_case"] = (~np.isnan(x["beta_rad_given"])).astype(np.int64)
    return out


def air_free(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows on which the humidity and temperature of the air are needed: no transmissivity is given.

    Parameters
    ----------
    c : mapping of str to ndarray

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(np.isnan(c["tau_given"]))


AIR_INPUTS = (
    Param("T_air_C", "temperature", needed=air_free),
    Param("RH_air_pct", "number", needed=air_free),
    Param("tau_given", "ratio", required=False),
    Param("x_at_m", "height", required=False),
)
AIR_OUTPUTS = (
    Param("tau_case", "code", codes=TAU_CASES),
    Param("at_case", "code", codes=AT_CASES),
    Param("P_w_kPa", "number"),
)
BETA = (Param("beta_case", "code", codes=SOURCES), Param("beta", "ratio"))
BETA_STEPS = (
    Step(radiated_default, "beta", when=("beta_case", "default")),
    Step(radiated_given, "beta", when=("beta_case", "given")),
)
WATER_STEP = Step(water_pressure, "P_w_kPa", when=("tau_case", "water_vapour"))


def air_possible(c: Mapping[str, AnyArray]) -> BoolArray:
    """Humidity above 0 and up to 100 percent, vapour below the pressure of the air, transmissivity within 0 and 1.

    Parameters
    ----------
    c : mapping of str to ndarray

    Returns
    -------
    ndarray of bool
    """
    wet = c["P_w_kPa"] > number("level2", "P_standard_kPa")
    wrong = (c["RH_air_pct"] <= 0.0) | (c["RH_air_pct"] > 100.0) | wet
    return np.asarray(~(wrong | (c["tau_given"] < 0.0) | (c["tau_given"] > 1.0) | (c["x_at_m"] <= 0.0)))


AIR_LIMIT = Limit("level2.air_possible", API581_2016.at(_S + ".2.5 eqs. (3.140), (3.141)"), air_possible)


def tau_steps(out: str, path: str) -> tuple[Step, ...]:
    """Transmissivity along a path, by water vapour or as given.

    Parameters
    ----------
    out, path : str
        Column of the result and of the path.

    Returns
    -------
    tuple of Step
    """
    return (
        Step(transmissivity, out, {"x_m": path}, when=("tau_case", "water_vapour")),
        Step(transmissivity_given, out, when=("tau_case", "given")),
    )
