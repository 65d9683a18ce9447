"""The two property libraries behind one small door: loaded when asked, versions told, failures turned into messages."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from integrity.core.errors import InputError
from integrity.core.message import Message, msg

R_GAS = 8.314
ATM_PA = 101325.0
_HIDDEN = "X"


@dataclass(frozen=True)
class Model:
    """An equation of state for a mixture: HEOS (reference equations) or PR (Peng-Robinson, no interaction)."""

    kind: str
    names: str
    mole: tuple[float, ...]
    numbers: tuple[str, ...]
    source: str


def _loaded(library: str) -> Any:
    try:
        return import_module(library)
    except ImportError:
        raise InputError(msg("properties.library_missing", library=library.split(".")[0])) from None


def named(library: str, method: str) -> str:
    """Library, version and method as one text.

    Parameters
    ----------
    library : str
    method : str

    Returns
    -------
    str
    """
    try:
        number = version(library)
    except PackageNotFoundError:
        number = "?"
    return f"{library} {number}, {method}"


@cache
def identity(name: str) -> tuple[str, float]:
    """Registry number and molar mass of a substance.

    Parameters
    ----------
    name : str
        Name, formula or registry number.

    Returns
    -------
    (str, float)
        An unknown one is refused with a message.
    """
    chemicals = _loaded("chemicals")
    try:
        number = str(chemicals.CAS_from_any(name))
        MW = chemicals.MW(number)
    except (ValueError, KeyError):
        raise InputError(msg("properties.unknown_substance", name=name)) from None
    if MW is None:
        raise InputError(msg("properties.unknown_substance", name=name))
    return number, float(MW)


@cache
def _reference_fluids() -> dict[str, str]:
    cp = _loaded("CoolProp.CoolProp")
    names = cp.get_global_param_string("FluidsList").split(",")
    return {cp.get_fluid_param_string(n, "CAS"): n for n in names}


@cache
def _cubic_name(number: str) -> str:
    """Name under which a substance is known to the cubic equation; it is added from its critical constants."""
    cp, chemicals = _loaded("CoolProp.CoolProp"), _loaded("chemicals")
    T_c, P_c, omega = chemicals.Tc(number), chemicals.Pc(number), chemicals.omega(number)
    if T_c is None or P_c is None or omega is None:
        return ""
    name = _HIDDEN + number.replace("-", "")
    row = {
        "CAS": number,
        "name": name,
        "aliases": [],
        "Tc": T_c,
        "Tc_units": "K",
        "pc": P_c,
        "pc_units": "Pa",
        "acentric": omega,
        "molemass": chemicals.MW(number) / 1e3,
        "molemass_units": "kg/mol",
    }
    cp.add_fluids_as_JSON("PR", json.dumps([row]))
    return name


def model_of(substances: tuple[tuple[str, float], ...]) -> Model:
    """The equation of state that can be used for a mixture.

    Parameters
    ----------
    substances : tuple of (registry number, mole fraction)

    Returns
    -------
    Model
        Reference equations where the library has them for every component and pair, else Peng-Robinson with
        critical constants of chemicals; kind "none" where not even those are known.
    """
    numbers = tuple(n for n, _ in substances)
    mole = tuple(x for _, x in substances)
    known = _reference_fluids()
    if all(n in known for n in numbers):
        names = "&".join(known[n] for n in numbers)
        try:
            _state_of("HEOS", names, mole)
            return Model("HEOS", names, mole, numbers, named("CoolProp", "HEOS"))
        except ValueError:
            pass
    cubic = [_cubic_name(n) for n in numbers]
    if not all(cubic):
        return Model("none", "", mole, numbers, "")
    source = named("CoolProp", "PR, k_ij = 0") + "; " + named("chemicals", "T_c, P_c, omega")
    return Model("PR", "&".join(cubic), mole, numbers, source)


def _state_of(kind: str, names: str, mole: tuple[float, ...]) -> Any:
    state = _loaded("CoolProp").AbstractState(kind, names)
    if len(mole) > 1:
        state.set_mole_fractions(list(mole))
    return state


def _state(model: Model) -> Any:
    return _state_of(model.kind, model.names, model.mole)


def _no_answer(model: Model) -> Message:
    return msg("properties.no_flash", source=model.source or "-")


def _pressure(model: Model, T_K: float, quality: float) -> float:
    cp = _loaded("CoolProp.CoolProp")
    state = _state(model)
    try:
        state.update(cp.QT_INPUTS, quality, T_K)
        P = float(state.p())
    except ValueError:
        return math.nan
    return P if math.isfinite(P) and P > 0.0 else math.nan


def bubble_temperature(model: Model) -> float | Message:
    """Temperature of the first bubble at one atmosphere.

    Parameters
    ----------
    model : Model

    Returns
    -------
    float, K, or Message
    """
    if model.kind == "none":
        return _no_answer(model)
    cp = _loaded("CoolProp.CoolProp")
    state = _state(model)
    try:
        state.update(cp.PQ_INPUTS, ATM_PA, 0)
        T = float(state.T())
    except ValueError:
        return _no_answer(model)
    return T if math.isfinite(T) and T > 0.0 else _no_answer(model)


def _greatest_critical(model: Model) -> float:
    values = [_loaded("chemicals").Tc(n) for n in model.numbers]
    return math.nan if any(v is None for v in values) else float(max(values))


def phase_of(model: Model, T_K: float, P_abs: float) -> str | Message:
    """Phase at a temperature and an absolute pressure, from the pressures of first bubble and first drop.

    Parameters
    ----------
    model : Model
    T_K : float
    P_abs : float, Pa absolute

    Returns
    -------
    str or Message
        "gas", "liquid" or "two_phase"; above the critical temperature of every component it is gas.
    """
    if model.kind == "none":
        return _no_answer(model)
    T_c = _greatest_critical(model)
    if T_c <= T_K:
        return "gas"
    if len(model.mole) == 1:
        P_sat = _pressure(model, T_K, 0)
        return _no_answer(model) if math.isnan(P_sat) else "liquid" if P_abs >= P_sat else "gas"
    bubble, dew = _pressure(model, T_K, 0), _pressure(model, T_K, 1)
    if not math.isnan(dew) and P_abs <= dew and (math.isnan(bubble) or bubble >= dew):
        return "gas"
    if math.isnan(bubble) or math.isnan(dew) or bubble < dew * (1.0 - 1e-6):
        return _no_answer(model)
    return "liquid" if P_abs >= bubble else "two_phase"


def liquid_density(model: Model, T_K: float, P_abs: float) -> float | Message:
    """Density of the liquid: at the state where it is liquid there, else of the boiling liquid at the temperature.

    Parameters
    ----------
    model : Model
    T_K : float
    P_abs : float, Pa absolute

    Returns
    -------
    float, kg/m3, or Message
    """
    cp = _loaded("CoolProp.CoolProp")
    state = _state(model)
    liquid = phase_of(model, T_K, P_abs) == "liquid"
    try:
        if liquid and len(model.mole) == 1:
            state.update(cp.PT_INPUTS, P_abs, T_K)
        else:
            state.update(cp.QT_INPUTS, 0, T_K)
        rho = float(state.rhomass())
    except ValueError:
        return _no_answer(model)
    return rho if math.isfinite(rho) and rho > 0.0 else _no_answer(model)


def costald_density(substances: tuple[tuple[str, float], ...], T_K: float, MW: float) -> float | Message:
    """Density of the boiling liquid by the COSTALD correlation.

    Parameters
    ----------
    substances : tuple of (registry number, mole fraction)
    T_K : float
    MW : float, kg/kmol

    Returns
    -------
    float, kg/m3, or Message
        Refused above 0.95 of the mean critical temperature, where the correlation ends.
    """
    chemicals = _loaded("chemicals")
    mole = [x for _, x in substances]
    constants = [(chemicals.Tc(n), chemicals.Vc(n), chemicals.omega(n)) for n, _ in substances]
    if any(v is None for row in constants for v in row):
        return msg("properties.no_critical")
    T_c, V_c, omega = (list(c) for c in zip(*constants, strict=True))
    if 0.95 * sum(x * T for x, T in zip(mole, T_c, strict=True)) <= T_K:
        return msg("properties.above_critical")
    V = float(import_module("chemicals.volume").COSTALD_mixture(mole, T_K, T_c, V_c, omega))
    return MW / 1e3 / V if math.isfinite(V) and V > 0.0 else msg("properties.no_critical")


@cache
def boiling_point(number: str) -> tuple[float, str]:
    """Normal boiling point of a substance and the method; NaN where there is none.

    Parameters
    ----------
    number : str

    Returns
    -------
    (float, str), K
        Estimates from structure alone are not taken.
    """
    chemicals = _loaded("chemicals")
    methods = [m for m in chemicals.Tb_methods(number) if m != "JOBACK"]
    if not methods:
        return math.nan, ""
    return float(chemicals.Tb(number, method=methods[0])), f"Tb {methods[0]}"


@cache
def autoignition(number: str) -> tuple[float, str]:
    """Autoignition temperature of a substance and the method; NaN where there is none.

    Parameters
    ----------
    number : str

    Returns
    -------
    (float, str), K
    """
    chemicals = _loaded("chemicals")
    methods = [m for m in chemicals.T_autoignition_methods(number) if m != "WIKIDATA"]
    if not methods:
        return math.nan, ""
    return float(chemicals.T_autoignition(number, method=methods[0])), methods[0]


@cache
def _atoms(number: str) -> dict[str, float]:
    chemicals = _loaded("chemicals")
    found: dict[str, float] = chemicals.simple_formula_parser(chemicals.search_chemical(number).formula)
    return found


def hydrocarbon(number: str) -> bool:
    """Whether a substance consists of carbon and hydrogen only.

    Parameters
    ----------
    number : str

    Returns
    -------
    bool
    """
    return set(_atoms(number)) == {"C", "H"}


def burns(number: str) -> bool:
    """Whether the heat of combustion of a substance is known to be above zero, or not known at all.

    Parameters
    ----------
    number : str

    Returns
    -------
    bool
    """
    heat, _ = heat_of_combustion(number)
    return math.isnan(heat) or heat > 0.0


@cache
def heat_of_combustion(number: str) -> tuple[float, str]:
    """Net heat of combustion of the gas, and the method of its heat of formation.

    Parameters
    ----------
    number : str

    Returns
    -------
    (float, str), J/mol
        0 for what does not burn; NaN where no measured heat of formation is known or an element is not handled.
    """
    chemicals = _loaded("chemicals")
    atoms = _atoms(number)
    if not set(atoms) <= {"C", "H", "O", "N", "S"}:
        return math.nan, ""
    methods = [m for m in chemicals.Hfg_methods(number) if m != "JOBACK"]
    if not methods:
        return math.nan, ""
    Hf = float(chemicals.Hfg(number, method=methods[0]))
    found = chemicals.combustion_data(formula=chemicals.search_chemical(number).formula, Hf=Hf, MW=chemicals.MW(number))
    return max(-float(found.LHV), 0.0), f"Hfg {methods[0]}"


def gas_heat_capacity(number: str, T_K: float) -> tuple[float, str]:
    """Heat capacity of the ideal gas, J/(mol K), and where it comes from.

    Parameters
    ----------
    number : str
    T_K : float

    Returns
    -------
    (float, str)
        NaN where neither library has one that reaches the temperature.
    """
    cp = _loaded("CoolProp.CoolProp")
    name = _reference_fluids().get(number)
    if name is not None:
        try:
            value = float(cp.PropsSI("CP0MOLAR", "T", T_K, "P", ATM_PA, name))
            if math.isfinite(value) and value > R_GAS:
                return value, named("CoolProp", "ideal gas")
        except ValueError:
            pass
    heat = import_module("chemicals.heat_capacity")
    table = heat.TRC_gas_data
    if number in table.index:
        row = table.loc[number]
        if float(row["Tmin"]) <= T_K <= float(row["Tmax"]):
            value = float(heat.TRCCp(T_K, *(float(row[f"a{i}"]) for i in range(8))))
            return value, named("chemicals", "TRC gas")
    return math.nan, ""
