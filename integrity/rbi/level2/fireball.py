"""Procedure `api581.2016.level2_fireball`: size, duration and radiation of a fireball, and its areas."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.clause import clause, clause_of
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.verdict import Verdict
from integrity.rbi.data import number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f
from integrity.rbi.level2.solve import TOLD, Root, distance_step, falling_root, told_of
from integrity.rbi.release_rate import absolute_pressure

KEY = "api581.2016.level2_fireball"
SIZES = ("small", "great")
VIEWS = ("printed", "sphere")
FOUND = ("below", "solved")
TARGETS = (*cm.EFFECTS, "at")

_S = "Part 3 §5.8.4"
_REF = API581_2016.at(_S, "Fireball")
_VIEW = _S + " eqs. (3.159), (3.164) to (3.166)"


@clause(
    API581_2016.at(_S + " eq. (3.157)", "Mass that burns in the fireball"),
    symbol="mass_fb_kg",
    expr="mass_avail_kg*mfrac_flam",
    quantity="mass",
)
def burning_mass(mass_avail_kg: FloatArray, mfrac_flam: FloatArray) -> FloatArray:
    """Flammable part of the mass that is released at once.

    Parameters
    ----------
    mass_avail_kg : ndarray, kg
    mfrac_flam : ndarray

    Returns
    -------
    ndarray of float64, kg
    """
    return f(mass_avail_kg * mfrac_flam)


@clause(
    API581_2016.at(_S + " eq. (3.158)", "Greatest diameter"),
    symbol="D_fb_m",
    expr="C22_fb*mass_fb_kg**n_fb",
    quantity="height",
)
def diameter(C22_fb: float, mass_fb_kg: FloatArray, n_fb: float) -> FloatArray:
    """Greatest diameter of the fireball.

    Parameters
    ----------
    C22_fb, n_fb : float
    mass_fb_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, m
    """
    return f(C22_fb * mass_fb_kg**n_fb)


@clause(
    API581_2016.at(_S + " eq. (3.159)", "Height of its centre"),
    symbol="H_fb_m",
    expr="frac_H_fb*D_fb_m",
    quantity="height",
)
def height(frac_H_fb: float, D_fb_m: FloatArray) -> FloatArray:
    """Height of the centre of the fireball above the ground.

    Parameters
    ----------
    frac_H_fb : float
    D_fb_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(frac_H_fb * D_fb_m)


@clause(
    API581_2016.at(_S + " eq. (3.160)", "Duration, up to 29937 kg"),
    symbol="t_fb_s",
    expr="C23_fb*mass_fb_kg**n_fb",
    quantity="duration_s",
)
def duration_small(C23_fb: float, mass_fb_kg: FloatArray, n_fb: float) -> FloatArray:
    """Duration of a smaller fireball.

    Parameters
    ----------
    C23_fb, n_fb : float
    mass_fb_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, s
    """
    return f(C23_fb * mass_fb_kg**n_fb)


@clause(
    API581_2016.at(_S + " eq. (3.161)", "Duration, above 29937 kg"),
    symbol="t_fb_s",
    expr="C24_fb*mass_fb_kg**n_fb_great",
    quantity="duration_s",
)
def duration_great(C24_fb: float, mass_fb_kg: FloatArray, n_fb_great: float) -> FloatArray:
    """Duration of a greater fireball.

    Parameters
    ----------
    C24_fb, n_fb_great : float
    mass_fb_kg : ndarray, kg

    Returns
    -------
    ndarray of float64, s
    """
    return f(C24_fb * mass_fb_kg**n_fb_great)


@clause(
    API581_2016.at(_S + " eq. (3.163)", "Radiated share, by the pressure at burst"),
    symbol="beta_fb",
    expr="C25*P_burst_kPa**n_beta",
    quantity="ratio",
)
def radiated_share(C25: float, P_burst_kPa: FloatArray, n_beta: float) -> FloatArray:
    """Share of the heat of combustion that the fireball radiates.

    Parameters
    ----------
    C25, n_beta : float
    P_burst_kPa : ndarray, kPa absolute

    Returns
    -------
    ndarray of float64
    """
    return f(C25 * P_burst_kPa**n_beta)


@clause(
    API581_2016.at(_S + " eq. (3.162)", "Radiation at its surface, kW/m2"),
    symbol="E_kW_m2",
    expr="1000*beta_fb*mass_fb_kg*LHV/(pi*D_fb_m**2*t_fb_s)",
    quantity="number",
)
def emissive(
    beta_fb: FloatArray, mass_fb_kg: FloatArray, LHV: FloatArray, pi: float, D_fb_m: FloatArray, t_fb_s: FloatArray
) -> FloatArray:
    """Radiated heat over the surface of the sphere and its duration.

    Parameters
    ----------
    beta_fb : ndarray
    mass_fb_kg : ndarray, kg
    LHV : ndarray, MJ/kg
    pi : float
    D_fb_m : ndarray, m
    t_fb_s : ndarray, s

    Returns
    -------
    ndarray of float64, kW/m2
    """
    return f(1000.0 * beta_fb * mass_fb_kg * LHV / (pi * D_fb_m**2 * t_fb_s))


@clause(
    API581_2016.at(_VIEW, "Distance of the centre, as printed"),
    symbol="C_fb_m",
    expr="sqrt((D_fb_m/2)**2 + (x_m/2)**2)",
    quantity="height",
)
def centre_printed(D_fb_m: FloatArray, x_m: FloatArray) -> FloatArray:
    """Distance of the centre from the target as printed, which halves the distance and takes the radius for height.

    Parameters
    ----------
    D_fb_m, x_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(np.sqrt((D_fb_m / 2.0) ** 2 + (x_m / 2.0) ** 2))


@clause(
    OWN_METHOD.at("view factor of a sphere", "Distance of the centre of the sphere"),
    symbol="C_fb_m",
    expr="sqrt(H_fb_m**2 + x_m**2)",
    quantity="height",
)
def centre_of_sphere(H_fb_m: FloatArray, x_m: FloatArray) -> FloatArray:
    """Distance of the centre of the sphere from a target on the ground.

    Parameters
    ----------
    H_fb_m, x_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(np.sqrt(H_fb_m**2 + x_m**2))


@clause(
    API581_2016.at(_VIEW, "View factor of the sphere"),
    symbol="F_view",
    expr="D_fb_m**2/(4*C_fb_m**2)",
    quantity="ratio",
)
def view(D_fb_m: FloatArray, C_fb_m: FloatArray) -> FloatArray:
    """View factor of a sphere for a target that faces it.

    Parameters
    ----------
    D_fb_m, C_fb_m : ndarray, m

    Returns
    -------
    ndarray of float64
    """
    return f(D_fb_m**2 / (4.0 * C_fb_m**2))


@clause(
    API581_2016.at(_VIEW, "Path through the air, as printed"),
    symbol="path_m",
    expr="x_m",
    quantity="height",
)
def path_printed(x_m: FloatArray) -> FloatArray:
    """Path through the air as printed: the distance over the ground.

    Parameters
    ----------
    x_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(x_m)


@clause(
    OWN_METHOD.at("view factor of a sphere", "Path through the air to the surface of the sphere"),
    symbol="path_m",
    expr="C_fb_m - D_fb_m/2",
    quantity="height",
)
def path_to_surface(C_fb_m: FloatArray, D_fb_m: FloatArray) -> FloatArray:
    """Path through the air from the surface of the sphere.

    Parameters
    ----------
    C_fb_m, D_fb_m : ndarray, m

    Returns
    -------
    ndarray of float64, m
    """
    return f(C_fb_m - D_fb_m / 2.0)


@clause(
    API581_2016.at(_S + " eq. (3.164)", "Radiation that arrives, kW/m2"),
    symbol="I",
    expr="tau*E_kW_m2*F_view",
    quantity="number",
)
def received(tau: FloatArray, E_kW_m2: FloatArray, F_view: FloatArray) -> FloatArray:
    """Radiation of the fireball at a target.

    Parameters
    ----------
    tau, F_view : ndarray
    E_kW_m2 : ndarray, kW/m2

    Returns
    -------
    ndarray of float64, kW/m2
    """
    return f(tau * E_kW_m2 * F_view)


@clause(
    API581_2016.at(_S + " eqs. (3.167), (3.168)", "Nowhere above the limit"),
    symbol="x_m",
    expr="0",
    quantity="height",
)
def nowhere() -> float:
    """Distance where the radiation is below the limit beneath the fireball already.

    Returns
    -------
    float, m
    """
    return 0.0


def _branches(x: Inputs, c: Columns) -> Columns:
    great = c["mass_fb_kg"] > number("level2", "mass_fb_great_kg")
    view_case = VIEWS.index(x.settings.code("rbi.level2_fireball_view"))
    return {
        "P_atm_kPa": np.full(x.n, x.settings.number("atm.P_kPa")),
        "size_fb": np.where(np.isnan(c["mass_fb_kg"]), -1, great.astype(np.int64)),
        "view_fb": np.full(x.n, view_case, dtype=np.int64),
    }


def _received(x: Inputs, c: Columns, x_m: FloatArray) -> FloatArray:
    printed = c["view_fb"] == VIEWS.index("printed")
    D = c["D_fb_m"]
    C = np.where(printed, centre_printed(D, x_m), centre_of_sphere(c["H_fb_m"], x_m))
    path = np.where(printed, path_printed(x_m), path_to_surface(C, D))
    wet = cm.transmissivity(number("level2", "C19"), c["P_w_kPa"], path, number("level2", "n_tau"))
    tau = np.where(c["tau_case"] == 0, x["tau_given"], wet)
    return received(tau, c["E_kW_m2"], view(D, C))


def _solve(x: Inputs, c: Columns, effect: str) -> tuple[Root, AnyArray]:
    limit = np.full(x.n, number("level2", f"I_{effect}_kW_m2"))

    def value(x_m: FloatArray) -> FloatArray:
        return _received(x, c, x_m)

    low = np.zeros(x.n)
    # Without any attenuation the radiation is at the limit here, so with it the distance is not greater.
    reach = np.where(c["view_fb"] == 0, c["D_fb_m"], c["D_fb_m"] / 2.0) * np.sqrt(c["E_kW_m2"] / limit)
    below = value(low) <= limit
    return falling_root(value, low, np.where(below, 0.0, reach), limit), below


def _distances(x: Inputs, c: Columns) -> Columns:
    out: Columns = {}
    known = ~np.isnan(_received(x, c, np.zeros(x.n)))
    converged = np.ones(x.n, dtype=np.bool_)
    for e in cm.EFFECTS:
        root, below = _solve(x, c, e)
        out[f"found_{e}"] = np.where(known, np.where(below, 0, 1), -1)
        out[f"x_{e}_m"] = np.where(below, nowhere(), root.x)
        out |= told_of(e, root)
        converged &= below | root.converged
    out["converged"] = np.where(known, converged.astype(np.int64), -1)
    out["verdict"] = np.where(known & ~converged, int(Verdict.NOT_CONVERGED), int(Verdict.CALCULATED))
    for t in TARGETS:
        rows = c["at_case"] == 1 if t == "at" else out[f"found_{t}"] == FOUND.index("solved")
        out[f"shown_{t}"] = (rows & known).astype(np.int64)
        out[f"view_by_{t}"] = np.where(rows & known, 1 + c["view_fb"], 0)
        out[f"air_by_{t}"] = np.where(rows & known, 1 + c["tau_case"], 0)
    return out


def _shown(target: str) -> tuple[Step, ...]:
    names = {p: f"{p}_{target}" for p in ("F_view", "tau")}
    names |= {"x_m": f"x_{target}_m", "C_fb_m": f"C_fb_{target}_m"}

    def step(
        function: Callable[..., FloatArray], out: str, case: str, code: str, more: Mapping[str, str] | None = None
    ) -> Step:
        every = {**names, **(more or {})}
        bind = {p: every[p] for p in clause_of(function).params if p in every}
        return Step(function, out, bind, when=(f"{case}_{target}", code))

    path = {"x_m": f"path_{target}_m"}
    return (
        step(centre_printed, f"C_fb_{target}_m", "view_by", "printed"),
        step(centre_of_sphere, f"C_fb_{target}_m", "view_by", "sphere"),
        step(view, f"F_view_{target}", "shown", "used"),
        step(path_printed, f"path_{target}_m", "view_by", "printed"),
        step(path_to_surface, f"path_{target}_m", "view_by", "sphere"),
        step(cm.transmissivity, f"tau_{target}", "air_by", "water_vapour", path),
        step(cm.transmissivity_given, f"tau_{target}", "air_by", "given"),
        step(received, f"I_{target}", "shown", "used"),
    )


def _found(effect: str) -> tuple[Step, ...]:
    return (
        distance_step(effect, f"I_{effect}_kW_m2", (f"found_{effect}", "solved")),
        Step(nowhere, f"x_{effect}_m", when=(f"found_{effect}", "below")),
        Step(cm.circle, f"CA_{effect}_fireball", {"x_m": f"x_{effect}_m"}),
    )


def _radiates(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~(c["beta_fb"] > 1.0))


INPUTS = (
    Param("mass_avail_kg", "mass"),
    Param("mfrac_flam", "ratio"),
    Param("LHV", "number"),
    Param("P_burst_MPa", "pressure"),
    *cm.AIR_INPUTS,
)
OUTPUTS = (
    *cm.AIR_OUTPUTS,
    Param("P_atm_kPa", "number"),
    Param("P_burst_kPa", "number"),
    Param("mass_fb_kg", "mass"),
    Param("size_fb", "code", codes=SIZES),
    Param("D_fb_m", "height", conclusion=True),
    Param("H_fb_m", "height", conclusion=True),
    Param("t_fb_s", "duration_s", conclusion=True),
    Param("beta_fb", "ratio"),
    Param("E_kW_m2", "number", conclusion=True),
    Param("view_fb", "code", codes=VIEWS),
    Param("converged", "flag"),
    *(Param(f"found_{e}", "code", codes=FOUND) for e in cm.EFFECTS),
    *TOLD,
    *(Param(f"shown_{t}", "code", codes=cm.USED) for t in TARGETS),
    *(Param(f"view_by_{t}", "code", codes=("unused", *VIEWS)) for t in TARGETS),
    *(Param(f"air_by_{t}", "code", codes=("unused", *cm.TAU_CASES)) for t in TARGETS),
    *(Param(f"{s}_{t}_m", "height") for t in TARGETS for s in ("C_fb", "path")),
    *(Param(f"{s}_{t}", "ratio") for t in TARGETS for s in ("F_view", "tau")),
    *(Param(f"I_{t}", "number", conclusion=t == "at") for t in TARGETS),
    *(Param(f"x_{e}_m", "height", conclusion=True) for e in cm.EFFECTS),
    *(Param(f"CA_{e}_fireball", "area", conclusion=True) for e in cm.EFFECTS),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    cm.air_branches,
    Step(burning_mass, "mass_fb_kg"),
    _branches,
    Step(diameter, "D_fb_m"),
    Step(height, "H_fb_m"),
    Step(duration_small, "t_fb_s", when=("size_fb", "small")),
    Step(duration_great, "t_fb_s", when=("size_fb", "great")),
    Step(absolute_pressure, "P_burst_kPa", {"P_s_MPa": "P_burst_MPa"}),
    Step(radiated_share, "beta_fb"),
    Step(emissive, "E_kW_m2"),
    cm.WATER_STEP,
    _distances,
    *_found("cmd"),
    *_shown("cmd"),
    *_found("inj"),
    *_shown("inj"),
    *_shown("at"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.above_zero("level2.fireball_positive", _REF, "mass_avail_kg", "mfrac_flam", "LHV", "P_burst_MPa"),
        cm.shares("level2.fractions", _REF, "mfrac_flam"),
        cm.AIR_LIMIT,
        Limit("level2.radiated_share", API581_2016.at(_S + " eq. (3.163)"), _radiates),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("rbi.level2_fireball_view", "atm.P_kPa"),
)
