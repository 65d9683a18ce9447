"""Procedure `api581.2016.level2_hole`: areas of the events of one hole, weighted by their probabilities."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.data import HOLES, number
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f
from integrity.rbi.level2.events import EVENTS

KEY = "api581.2016.level2_hole"
SINGLE = tuple(e for e in EVENTS if e != "jet_pool")
# The footprint of each event that an immediate or delayed ignition may lead to; jet and pool share one branch too.
NEEDS = {"jet": ("jet", "jet_pool"), "pool": ("pool", "jet_pool")}
CASES = ("not_an_outcome", "given")
TOXIC_CASES = ("not_toxic", "given")
MECHANISMS = ("CA_cmd_flam", "CA_inj_flam", "CA_inj_tox", "CA_cmd_nfnt", "CA_inj_nfnt")

_REF = API581_2016.at("Part 3 §5.8.7, §5.9.4, §5.10.5", "Level 2 areas of one hole")


@clause(
    API581_2016.at("Part 3 §5.8.7", "Greater of jet and pool, which burn together"),
    symbol="CA_jet_pool",
    expr="max(CA_jet, CA_pool)",
    quantity="area",
)
def together(CA_jet: FloatArray, CA_pool: FloatArray) -> FloatArray:
    """Area of the branch in which jet and pool burn at the same time: one event, not two.

    Parameters
    ----------
    CA_jet, CA_pool : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return np.maximum(CA_jet, CA_pool)


@clause(
    API581_2016.at("Part 3 §5.8.7", "Not an outcome of this hole"),
    symbol="CA",
    expr="0",
    quantity="area",
)
def no_area() -> float:
    """Area of an event without probability.

    Returns
    -------
    float, m2
    """
    return 0.0


@clause(
    API581_2016.at("Part 3 §5.8.7", "Area of the event"),
    symbol="CA",
    expr="CA_event",
    quantity="area",
)
def area_of(CA_event: FloatArray) -> FloatArray:
    """Area of an event that may follow.

    Parameters
    ----------
    CA_event : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(CA_event)


@clause(
    API581_2016.at("Part 3 §5.8.7 eqs. (3.176), (3.177)", "Events weighted by their probabilities"),
    symbol="CA_flam",
    expr="p_pool*u_pool + p_jet*u_jet + p_fireball*u_fireball + p_jet_pool*u_jet_pool + p_vce*u_vce + p_flash*u_flash",
    quantity="area",
)
def weighted(
    p_pool: FloatArray,
    u_pool: FloatArray,
    p_jet: FloatArray,
    u_jet: FloatArray,
    p_fireball: FloatArray,
    u_fireball: FloatArray,
    p_jet_pool: FloatArray,
    u_jet_pool: FloatArray,
    p_vce: FloatArray,
    u_vce: FloatArray,
    p_flash: FloatArray,
    u_flash: FloatArray,
) -> FloatArray:
    """Sum over the events of probability times area.

    Parameters
    ----------
    p_pool, p_jet, p_fireball, p_jet_pool, p_vce, p_flash : ndarray
    u_pool, u_jet, u_fireball, u_jet_pool, u_vce, u_flash : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    now = p_pool * u_pool + p_jet * u_jet + p_fireball * u_fireball + p_jet_pool * u_jet_pool
    return f(now + p_vce * u_vce + p_flash * u_flash)


@clause(
    API581_2016.at("Part 3 §5.9.4 eq. (3.188)", "Toxic area, weighted by no ignition"),
    symbol="CA_inj_tox",
    expr="p_none*A_tox_m2",
    quantity="area",
)
def toxic_area(p_none: FloatArray, A_tox_m2: FloatArray) -> FloatArray:
    """Toxic area of a release that does not ignite.

    Parameters
    ----------
    p_none : ndarray
    A_tox_m2 : ndarray, m2
        Footprint of the component with the greatest one, from a dispersion study.

    Returns
    -------
    ndarray of float64, m2
    """
    return f(p_none * A_tox_m2)


@clause(
    API581_2016.at("Part 3 §5.10.5 eq. (3.198)", "Component damage without ignition"),
    symbol="CA_cmd_nfnt",
    expr="p_none*CA_cmd_expl",
    quantity="area",
)
def burst_damage(p_none: FloatArray, CA_cmd_expl: FloatArray) -> FloatArray:
    """Component damage by the burst of the vessel, without ignition.

    Parameters
    ----------
    p_none : ndarray
    CA_cmd_expl : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(p_none * CA_cmd_expl)


@clause(
    API581_2016.at("Part 3 §5.10.5 eq. (3.199)", "Injury without fire or poison"),
    symbol="CA_inj_nfnt",
    expr="p_none*max(CA_inj_expl, CA_inj_splash)",
    quantity="area",
)
def burst_injury(p_none: FloatArray, CA_inj_expl: FloatArray, CA_inj_splash: FloatArray) -> FloatArray:
    """Greater of burst and of steam or splash, without ignition.

    Parameters
    ----------
    p_none : ndarray
    CA_inj_expl, CA_inj_splash : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(p_none * np.maximum(CA_inj_expl, CA_inj_splash))


def _event_probability(c: Mapping[str, AnyArray], event: str) -> FloatArray:
    return f(np.sum([c[f"p_{e}"] for e in NEEDS.get(event, (event,))], axis=0))


def _may(event: str) -> Callable[[Mapping[str, AnyArray]], BoolArray]:
    return lambda c: np.asarray(_event_probability(c, event) > 0.0)


def _bursts(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["hole"] == HOLES.index("rupture"))


def _branches(x: Inputs, _: Columns) -> Columns:
    out: Columns = {f"{e}_outcome": _may(e)(x.columns).astype(np.int64) for e in SINGLE}
    out["jet_pool_outcome"] = (x["p_jet_pool"] > 0.0).astype(np.int64)
    out["burst_outcome"] = np.where(x["hole"] < 0, -1, _bursts(x.columns).astype(np.int64))
    out["tox_outcome"] = x["toxic_release"].copy()
    out["splash_outcome"] = x["splash_release"].copy()
    total = np.sum([x[f"p_{e}"] for e in (*EVENTS, "none")], axis=0)
    return out | {"p_sum": total}


def _whole(c: Mapping[str, AnyArray]) -> BoolArray:
    off = np.abs(c["p_sum"] - 1.0) > number("level2", "p_tolerance")
    return np.asarray(~off)


_AREAS = tuple((e, effect) for effect in cm.EFFECTS for e in SINGLE)
INPUTS = (
    Param("hole", "code", codes=HOLES),
    *(Param(f"p_{e}", "ratio") for e in (*EVENTS, "none")),
    *(Param(f"CA_{effect}_{e}", "area", needed=_may(e)) for e, effect in _AREAS),
    Param("toxic_release", "flag"),
    Param("A_tox_m2", "area", needed=lambda c: np.asarray(c["toxic_release"] == 1)),
    *(Param(f"CA_{effect}_expl", "area", needed=_bursts) for effect in cm.EFFECTS),
    Param("splash_release", "flag"),
    Param("CA_nfnt", "area", needed=lambda c: np.asarray(c["splash_release"] == 1)),
)
OUTPUTS = (
    Param("p_sum", "ratio"),
    *(Param(f"{e}_outcome", "code", codes=CASES) for e in (*EVENTS, "burst", "tox", "splash")),
    *(Param(f"u_{effect}_{e}", "area") for effect in cm.EFFECTS for e in EVENTS),
    *(Param(f"u_{s}", "area") for s in ("cmd_expl", "inj_expl", "inj_splash", "inj_tox")),
    *(Param(m, "area", conclusion=True) for m in MECHANISMS),
)


def _either(out: str, source: str, case: str) -> tuple[Step, ...]:
    return (
        Step(area_of, out, {"CA_event": source}, when=(case, "given")),
        Step(no_area, out, when=(case, "not_an_outcome")),
    )


def _effect(effect: str) -> tuple[Step, ...]:
    parts = [s for e in SINGLE for s in _either(f"u_{effect}_{e}", f"CA_{effect}_{e}", f"{e}_outcome")]
    both = {"CA_jet": f"CA_{effect}_jet", "CA_pool": f"CA_{effect}_pool"}
    shared = f"u_{effect}_jet_pool"
    return (
        *parts,
        Step(together, shared, both, when=("jet_pool_outcome", "given")),
        Step(no_area, shared, when=("jet_pool_outcome", "not_an_outcome")),
        Step(weighted, f"CA_{effect}_flam", {f"u_{e}": f"u_{effect}_{e}" for e in EVENTS}),
    )


_ITEMS: tuple[Step | cm.Branch, ...] = (
    _branches,
    *_effect("cmd"),
    *_effect("inj"),
    *_either("u_inj_tox", "A_tox_m2", "tox_outcome"),
    Step(toxic_area, "CA_inj_tox", {"A_tox_m2": "u_inj_tox"}),
    *_either("u_cmd_expl", "CA_cmd_expl", "burst_outcome"),
    *_either("u_inj_expl", "CA_inj_expl", "burst_outcome"),
    *_either("u_inj_splash", "CA_nfnt", "splash_outcome"),
    Step(burst_damage, "CA_cmd_nfnt", {"CA_cmd_expl": "u_cmd_expl"}),
    Step(burst_injury, "CA_inj_nfnt", {"CA_inj_expl": "u_inj_expl", "CA_inj_splash": "u_inj_splash"}),
)
_BESIDES = ("A_tox_m2", "CA_cmd_expl", "CA_inj_expl", "CA_nfnt")
_EVERY_AREA = (*(f"CA_{effect}_{e}" for e, effect in _AREAS), *_BESIDES)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.shares("level2.fractions", _REF, *(f"p_{e}" for e in (*EVENTS, "none"))),
        Limit("level2.whole_tree", API581_2016.at("Part 3 §5.8.7"), _whole, Verdict.NOT_APPLICABLE),
        cm.not_below_zero("level2.areas_positive", _REF, *_EVERY_AREA),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)
