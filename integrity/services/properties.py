"""Properties of real mixtures from chemicals and CoolProp, each with where it comes from; nothing is made up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.tables import read_json
from integrity.rbi.data import fluids
from integrity.services import properties_libraries as lib

_FILE = Path(__file__).parent / "tables" / "properties.json"
PHASES = ("gas", "liquid", "two_phase")
BASES = ("mole", "mass")
T_ZERO_K = 273.15


@dataclass(frozen=True)
class Property:
    """One property in internal units, its source, or why it is not known.

    `value` is NaN (or an empty text) where a library could not give it; `why` then says so. `source` names the
    library, its version and the method.
    """

    symbol: str
    value: float | str
    quantity: str
    source: str = ""
    why: Message | None = None

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return bool(self.value) if isinstance(self.value, str) else not math.isnan(self.value)


@dataclass(frozen=True)
class Substance:
    """A component of a mixture: name as given, registry number, mole fraction, molar mass in kg/kmol."""

    name: str
    number: str
    mole: float
    MW: float


@dataclass(frozen=True)
class FluidProperties:
    """Properties of a mixture at a temperature and a pressure.

    `NBP_C` is the temperature at which the first bubble forms at one atmosphere; `NBP_mean_C` the mean of the
    components by mole, which the choice of a representative fluid asks for. `AIT_least_C` is the least autoignition
    temperature of the combustible components: a mixture has none of its own in the libraries. `LHV` is the net heat
    of combustion in MJ/kg.
    """

    substances: tuple[Substance, ...]
    T_C: float
    P_MPa: float
    phase: Property
    MW: Property
    rho_liq: Property
    NBP_C: Property
    NBP_mean_C: Property
    C_p: Property
    k: Property
    AIT_C: Property
    AIT_least_C: Property
    LHV: Property

    def all(self) -> tuple[Property, ...]:
        """Every property, in the order in which they are shown."""
        return (
            *(self.phase, self.MW, self.rho_liq, self.NBP_C, self.NBP_mean_C),
            *(self.C_p, self.k, self.AIT_C, self.AIT_least_C, self.LHV),
        )


@dataclass(frozen=True)
class Candidate:
    """A representative fluid, its properties and how far it lies from the mixture (0 is equal)."""

    fluid: str
    MW: float
    NBP_C: float
    distance: float


@dataclass(frozen=True)
class Suggestion:
    """Representative fluids by distance, the nearest first; shown to an engineer, never assigned."""

    candidates: tuple[Candidate, ...]
    remarks: tuple[Message, ...]

    @property
    def best(self) -> str:
        """Name of the nearest fluid, empty where none could be compared."""
        return self.candidates[0].fluid if self.candidates else ""


def properties_of(
    composition: Mapping[str, float],
    T_C: float,
    P_MPa: float,
    basis: str = "mole",
    settings: Settings = DEFAULTS,
) -> FluidProperties:
    """Properties of a mixture.

    Parameters
    ----------
    composition : mapping of str to float
        Fractions by name, formula or registry number, which add up to 1 within 0.001.
    T_C : float
        Temperature, degC, above absolute zero.
    P_MPa : float
        Gauge pressure, MPa, above vacuum.
    basis : str
        "mole" or "mass", what the fractions are of.
    settings : Settings
        For the atmospheric pressure.

    Returns
    -------
    FluidProperties
        A property that the libraries cannot give says why. An unknown substance, a composition that does not add up
        and a missing library are refused with a message.
    """
    substances = _substances(composition, basis)
    P_abs = P_MPa * 1e6 + settings.number("atm.P_kPa") * 1e3
    T_K = T_C + T_ZERO_K
    if not (T_K > 0.0 and P_abs > 0.0 and math.isfinite(T_K) and math.isfinite(P_abs)):
        raise InputError(msg("properties.state", T_C=T_C, P_MPa=P_MPa))
    model = lib.model_of(_numbers(substances))
    MW = sum(s.mole * s.MW for s in substances)
    heat = _heat_capacity(substances, T_K)
    return FluidProperties(
        substances=substances,
        T_C=T_C,
        P_MPa=P_MPa,
        phase=_phase(model, substances, T_K, P_abs),
        MW=Property("MW", MW, "molar_mass", lib.named("chemicals", "MW")),
        rho_liq=_density(model, substances, T_K, P_abs, MW),
        NBP_C=_boiling(model, substances),
        NBP_mean_C=_boiling_mean(substances),
        C_p=heat,
        k=_ratio(heat),
        AIT_C=_autoignition(substances),
        AIT_least_C=_autoignition_least(substances),
        LHV=_combustion(substances, MW),
    )


def _numbers(substances: Sequence[Substance]) -> tuple[tuple[str, float], ...]:
    return tuple((s.number, s.mole) for s in substances)


def _substances(composition: Mapping[str, float], basis: str) -> tuple[Substance, ...]:
    if basis not in BASES:
        raise InputError(msg("properties.basis", basis=basis))
    bad = [n for n, f in composition.items() if not (math.isfinite(f) and f >= 0.0)]
    total = sum(composition.values())
    if bad or not composition or abs(total - 1.0) > 1e-3:
        raise InputError(msg("properties.fractions", total=total if math.isfinite(total) else math.nan))
    found = {}
    for name, fraction in composition.items():
        if fraction == 0.0:
            continue
        number, MW = lib.identity(name)
        if number in found:
            raise InputError(msg("properties.twice", name=name))
        found[number] = (name, fraction / total, MW)
    moles = {n: f / MW if basis == "mass" else f for n, (_, f, MW) in found.items()}
    whole = sum(moles.values())
    return tuple(Substance(found[n][0], n, moles[n] / whole, found[n][2]) for n in moles)


def _unknown(symbol: str, quantity: str, why: Message) -> Property:
    return Property(symbol, "" if quantity == "code" else math.nan, quantity, "", why)


def _polar(substances: Sequence[Substance], model: lib.Model | None) -> Message | None:
    """Why a simple law does not hold for a mixture; None where it does or where reference equations are used."""
    if len(substances) == 1 or (model is not None and model.kind == "HEOS"):
        return None
    numbers = set(read_json(_FILE)["polar"]["numbers"])
    names = [s.name for s in substances if s.number in numbers]
    return msg("properties.polar", names=", ".join(names)) if names else None


def _phase(model: lib.Model, substances: Sequence[Substance], T_K: float, P_abs: float) -> Property:
    refused = _polar(substances, model)
    if refused is not None:
        return _unknown("phase", "code", refused)
    found = lib.phase_of(model, T_K, P_abs)
    if isinstance(found, Message):
        return _unknown("phase", "code", found)
    return Property("phase", found, "code", model.source)


def _boiling(model: lib.Model, substances: Sequence[Substance]) -> Property:
    if len(substances) == 1:
        T, method = lib.boiling_point(substances[0].number)
        if math.isnan(T):
            return _unknown("NBP_C", "temperature", msg("properties.no_value", names=substances[0].name))
        return Property("NBP_C", T - T_ZERO_K, "temperature", lib.named("chemicals", method))
    refused = _polar(substances, model)
    if refused is not None:
        return _unknown("NBP_C", "temperature", refused)
    bubble = lib.bubble_temperature(model)
    if isinstance(bubble, Message):
        return _unknown("NBP_C", "temperature", bubble)
    return Property("NBP_C", bubble - T_ZERO_K, "temperature", model.source)


def _boiling_mean(substances: Sequence[Substance]) -> Property:
    found = [(s, *lib.boiling_point(s.number)) for s in substances]
    lacking = [s.name for s, T, _ in found if math.isnan(T)]
    if lacking:
        return _unknown("NBP_mean_C", "temperature", msg("properties.no_value", names=", ".join(lacking)))
    mean = sum(s.mole * T for s, T, _ in found) - T_ZERO_K
    methods = ", ".join(dict.fromkeys(m for _, _, m in found))
    return Property("NBP_mean_C", mean, "temperature", lib.named("chemicals", methods))


def _density(model: lib.Model, substances: Sequence[Substance], T_K: float, P_abs: float, MW: float) -> Property:
    if model.kind == "HEOS":
        found = lib.liquid_density(model, T_K, P_abs)
        if not isinstance(found, Message):
            return Property("rho_liq", found, "density", model.source)
    refused = _polar(substances, None)
    if refused is not None:
        return _unknown("rho_liq", "density", refused)
    other = lib.costald_density(_numbers(substances), T_K, MW)
    if isinstance(other, Message):
        return _unknown("rho_liq", "density", other)
    return Property("rho_liq", other, "density", lib.named("chemicals", "COSTALD"))


def _heat_capacity(substances: Sequence[Substance], T_K: float) -> Property:
    found = [(s, *lib.gas_heat_capacity(s.number, T_K)) for s in substances]
    lacking = [s.name for s, C, _ in found if math.isnan(C)]
    if lacking:
        return _unknown("C_p", "number", msg("properties.no_value", names=", ".join(lacking)))
    sources = "; ".join(dict.fromkeys(m for _, _, m in found))
    return Property("C_p", sum(s.mole * C for s, C, _ in found), "number", sources)


def _ratio(heat: Property) -> Property:
    if not isinstance(heat.value, float) or math.isnan(heat.value):
        return Property("k", math.nan, "ratio", "", heat.why)
    return Property("k", heat.value / (heat.value - lib.R_GAS), "ratio", heat.source)


def _autoignition(substances: Sequence[Substance]) -> Property:
    if len(substances) > 1:
        return _unknown("AIT_C", "temperature", msg("properties.mixture_AIT"))
    T, method = lib.autoignition(substances[0].number)
    if math.isnan(T):
        return _unknown("AIT_C", "temperature", msg("properties.no_value", names=substances[0].name))
    return Property("AIT_C", T - T_ZERO_K, "temperature", lib.named("chemicals", method))


def _autoignition_least(substances: Sequence[Substance]) -> Property:
    found = [(s, *lib.autoignition(s.number)) for s in substances]
    burning = [s for s, _, _ in found if lib.burns(s.number)]
    lacking = [s.name for s, T, _ in found if math.isnan(T) and s in burning]
    known = [(T, method) for _, T, method in found if not math.isnan(T)]
    if lacking or not known:
        names = ", ".join(lacking) or ", ".join(s.name for s in substances)
        return _unknown("AIT_least_C", "temperature", msg("properties.no_value", names=names))
    T, method = min(known)
    return Property("AIT_least_C", T - T_ZERO_K, "temperature", lib.named("chemicals", method))


def _combustion(substances: Sequence[Substance], MW: float) -> Property:
    found = [(s, *lib.heat_of_combustion(s.number)) for s in substances]
    lacking = [s.name for s, H, _ in found if math.isnan(H)]
    if lacking:
        return _unknown("LHV", "number", msg("properties.no_value", names=", ".join(lacking)))
    methods = ", ".join(dict.fromkeys(m for _, _, m in found if m))
    per_mole = sum(s.mole * H for s, H, _ in found)
    return Property("LHV", per_mole / MW / 1e3, "number", lib.named("chemicals", f"combustion, {methods}"))


def mapped_fluid(found: FluidProperties) -> Suggestion:
    """Representative fluids that lie nearest to a mixture, by molar mass and mean boiling point.

    Parameters
    ----------
    found : FluidProperties

    Returns
    -------
    Suggestion
        A pure substance that has a row of its own comes first with distance 0. Hydrocarbons are compared by the
        relative difference of molar mass and of absolute boiling point, squares added. A remark says where the
        mixture is no hydrocarbon.
    """
    data = read_json(_FILE)
    remarks: list[Message] = []
    own = data["representative"].get(found.substances[0].number) if len(found.substances) == 1 else None
    if own is not None:
        return Suggestion((_candidate(own, 0.0),), ())
    if not (found.MW.known and found.NBP_mean_C.known):
        return Suggestion((), (found.NBP_mean_C.why or msg("properties.no_comparison"),))
    foreign = sum(s.mole for s in found.substances if not lib.hydrocarbon(s.number))
    if foreign > 0.1:
        remarks.append(msg("properties.foreign", percent=round(100.0 * foreign, 1)))
    MW, NBP = float(found.MW.value), float(found.NBP_mean_C.value)
    candidates = [_candidate(name, _distance(name, MW, NBP)) for name in data["hydrocarbons"]]
    return Suggestion(tuple(sorted(candidates, key=lambda c: c.distance)), tuple(remarks))


@cache
def _row(name: str) -> int:
    return fluids().names.index(name)


def _candidate(name: str, distance: float) -> Candidate:
    row = _row(name)
    return Candidate(name, float(fluids().MW[row]), float(fluids().NBP_C[row]), distance)


def _distance(name: str, MW: float, NBP_C: float) -> float:
    row = _row(name)
    boiling = math.log((NBP_C + T_ZERO_K) / (float(fluids().NBP_C[row]) + T_ZERO_K))
    return math.hypot(math.log(MW / float(fluids().MW[row])), boiling)
