"""Procedure `api581.2016.level2_events`: probability of each outcome of a release by the event trees."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, at_most
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.rbi.data import HOLES
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2 import ignition as ig
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_events"
EVENTS = ("pool", "jet", "fireball", "jet_pool", "vce", "flash")
REFERENCES = ("ambient", "printed")
MIXES = ("liquid", "gas", "shares", "printed")
ACTS = ("absent", "acts", "split")
FIREBALLS = ("none", "rupture", "figure")
TREES = ("printed", "leak_tree", "refused")

_S = "Part 3 §5.8.1"
_REF = API581_2016.at(_S, "Level 2 event tree")
_TREE = _S + ".6"


@clause(
    API581_2016.at(_S + ".3", "Reference temperature: 70 °F"),
    symbol="T_ref_C",
    expr="T_ambient_C",
    quantity="temperature",
)
def ambient_reference(T_ambient_C: float) -> FloatArray:
    """Temperature to which the ambient probabilities belong.

    Parameters
    ----------
    T_ambient_C : float, degC

    Returns
    -------
    ndarray of float64, degC
    """
    return f(T_ambient_C)


@clause(
    API581_2016.at(_S + ".3", "Reference temperature as printed"),
    symbol="T_ref_C",
    expr="C16_K - T_zero_K",
    quantity="temperature",
)
def printed_reference(C16_K: float, T_zero_K: float) -> FloatArray:
    """Reference temperature as printed, which is far below any ambient temperature.

    Parameters
    ----------
    C16_K, T_zero_K : float

    Returns
    -------
    ndarray of float64, degC
    """
    return f(C16_K - T_zero_K)


@clause(API581_2016.at(_TREE, "Ignited at once"), symbol="p_now", expr="POI*p_imm", quantity="ratio")
def at_once(POI: FloatArray, p_imm: FloatArray) -> FloatArray:
    """Probability of immediate ignition.

    Parameters
    ----------
    POI, p_imm : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(POI * p_imm)


@clause(
    API581_2016.at(_TREE, "Explosion of the cloud"),
    symbol="p_vce",
    expr="POI*(1 - p_imm)*p_vce_delayed",
    quantity="ratio",
)
def cloud_explosion(POI: FloatArray, p_imm: FloatArray, p_vce_delayed: FloatArray) -> FloatArray:
    """Probability of a vapour cloud explosion, along the path of the figure.

    Parameters
    ----------
    POI, p_imm, p_vce_delayed : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(POI * (1.0 - p_imm) * p_vce_delayed)


@clause(
    API581_2016.at(_TREE, "Flash fire"),
    symbol="p_flash",
    expr="POI*(1 - p_imm)*(1 - p_vce_delayed)",
    quantity="ratio",
)
def cloud_fire(POI: FloatArray, p_imm: FloatArray, p_vce_delayed: FloatArray) -> FloatArray:
    """Probability of a flash fire.

    Parameters
    ----------
    POI, p_imm, p_vce_delayed : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(POI * (1.0 - p_imm) * (1.0 - p_vce_delayed))


@clause(API581_2016.at(_TREE, "Not ignited"), symbol="p_none", expr="1 - POI", quantity="ratio")
def not_ignited(POI: FloatArray) -> FloatArray:
    """Probability that the release does not ignite; it may still poison.

    Parameters
    ----------
    POI : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(1.0 - POI)


@clause(API581_2016.at(_TREE, "Event of the immediate ignition"), symbol="p", expr="p_now", quantity="ratio")
def whole(p_now: FloatArray) -> FloatArray:
    """Probability of the one event that an immediate ignition leads to.

    Parameters
    ----------
    p_now : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(p_now)


@clause(API581_2016.at(_TREE, "Not an outcome of this release"), symbol="p", expr="0", quantity="ratio")
def no_event() -> float:
    """Probability of an event that the tree of this release does not have.

    Returns
    -------
    float
    """
    return 0.0


@clause(
    API581_2016.at(_TREE, "Fireball of a two-phase rupture, share given"),
    symbol="p_fireball",
    expr="p_now*frac_fireball",
    quantity="ratio",
)
def split_fireball(p_now: FloatArray, frac_fireball: FloatArray) -> FloatArray:
    """Probability of a fireball where only a share of the immediate ignitions gives one.

    Parameters
    ----------
    p_now, frac_fireball : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(p_now * frac_fireball)


@clause(
    API581_2016.at(_TREE, "Pool fire of a two-phase rupture, share given"),
    symbol="p_pool",
    expr="p_now*(1 - frac_fireball)",
    quantity="ratio",
)
def split_pool(p_now: FloatArray, frac_fireball: FloatArray) -> FloatArray:
    """Probability of a pool fire where only a share of the immediate ignitions gives a fireball.

    Parameters
    ----------
    p_now, frac_fireball : ndarray

    Returns
    -------
    ndarray of float64
    """
    return f(p_now * (1.0 - frac_fireball))


def _branches(x: Inputs, _: Columns) -> Columns:
    phase = x["release_phase"]
    two = phase == cm.TWO_PHASE
    printed = x.settings.code("rbi.level2_phase_weight") == "printed"
    reference = REFERENCES.index(x.settings.code("rbi.level2_reference_temperature"))
    return {
        "liquid_case": np.where(phase < 0, -1, (phase == cm.LIQUID) | two),
        "vapour_case": np.where(phase < 0, -1, (phase == cm.GAS) | two),
        "mix_case": stack_codes(
            (phase == cm.LIQUID, 0), (phase == cm.GAS, 1), (two, MIXES.index("printed" if printed else "shares"))
        ),
        "ref_case": np.full(x.n, reference, dtype=np.int64),
        "frac_v": np.select([phase == cm.GAS, phase == cm.LIQUID, two], [1.0, 0.0, x["frac_fsh"]], np.nan),
    }


def _tree(x: Inputs, _: Columns) -> Columns:
    phase, sudden = x["release_phase"], x["release_type"] == 1
    rupture = x["hole"] == HOLES.index("rupture")
    known = (phase >= 0) & (x["release_type"] >= 0) & (x["hole"] >= 0)
    ball = known & sudden & (phase != cm.LIQUID)
    split = ball & rupture & (phase == cm.TWO_PHASE) & ~np.isnan(x["frac_fireball"])
    acts = {
        "pool": known & (phase == cm.LIQUID),
        "jet": known & ~sudden & (phase == cm.GAS),
        "jet_pool": known & ~sudden & (phase == cm.TWO_PHASE),
        "fireball": ball,
    }
    out: Columns = {f"{e}_case": np.where(known, a.astype(np.int64), -1) for e, a in acts.items()}
    for e in ("pool", "fireball"):
        out[f"{e}_case"] = np.where(split, ACTS.index("split"), out[f"{e}_case"])
    out["fireball_by"] = stack_codes((~known, -1), (ball & rupture, 1), (ball, 2), default=0)
    refuse = x.settings.code("rbi.level2_continuous_rupture") == "refuse"
    out["tree_case"] = np.where(rupture & ~sudden & (x["release_type"] >= 0), 2 if refuse else 1, 0)
    return out


def _liquid(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(np.isin(c["release_phase"], (cm.LIQUID, cm.TWO_PHASE)))


def _vapour(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(np.isin(c["release_phase"], (cm.GAS, cm.TWO_PHASE)))


def _two(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["release_phase"] == cm.TWO_PHASE)


def _mixed(c: Mapping[str, AnyArray]) -> BoolArray:
    ends = (c["frac_fsh"] <= 0.0) | (c["frac_fsh"] >= 1.0)
    return np.asarray(~(_two(c) & ends))


def _fits(c: Mapping[str, AnyArray]) -> BoolArray:
    """The printed fit gives a probability that rises with the rate and is not above 1 or that at autoignition."""
    out = np.ones(c["release_phase"].shape, dtype=np.bool_)
    for p in "lv":
        known = ~np.isnan(c[f"POI_amb_{p}"])
        good = (c[f"b_{p}"] > 0.0) & at_most(c[f"POI_amb_{p}"], c[f"POI_ait_{p}"])
        out &= ~known | good
    return out


def _hotter(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~(c["AIT_C"] <= c["T_ref_C"]))


INPUTS = (
    Param("hole", "code", codes=HOLES),
    Param("release_phase", "code", codes=cm.STORED),
    Param("release_type", "code", codes=cm.RELEASE_TYPES),
    Param("rate_kg_s", "mass_rate"),
    Param("mfrac_flam", "ratio"),
    Param("frac_fsh", "ratio", needed=_two),
    Param("T_fp_l_C", "temperature", needed=_liquid),
    Param("T_fp_v_C", "temperature", needed=_vapour),
    Param("MW", "molar_mass", needed=_vapour),
    Param("T_s_C", "temperature"),
    Param("AIT_C", "temperature"),
    Param("frac_fireball", "ratio", required=False),
)
_PHASES = {"l": "liquid", "v": "vapour"}
OUTPUTS = (
    Param("ref_case", "code", codes=REFERENCES),
    Param("liquid_case", "code", codes=cm.USED),
    Param("vapour_case", "code", codes=cm.USED),
    Param("mix_case", "code", codes=MIXES),
    Param("frac_v", "ratio"),
    Param("W_flam", "mass_rate"),
    Param("T_ref_C", "temperature"),
    Param("w_T", "ratio"),
    *(
        Param(f"{s}_{p}", q)
        for p in "lv"
        for s, q in (
            ("W_flam", "mass_rate"),
            ("T_fp_R", "number"),
            ("a", "number"),
            ("b", "number"),
            ("POI_amb", "ratio"),
            ("POI_ait", "ratio"),
            ("POI", "ratio"),
            ("p_imm_tab", "ratio"),
            ("p_imm", "ratio"),
            ("p_vce", "ratio"),
        )
    ),
    Param("POI", "ratio", conclusion=True),
    Param("p_imm", "ratio"),
    Param("p_vce_delayed", "ratio"),
    Param("p_now", "ratio"),
    *(Param(f"{e}_case", "code", codes=ACTS) for e in EVENTS[:4]),
    Param("fireball_by", "code", codes=FIREBALLS),
    Param("tree_case", "code", codes=TREES),
    *(Param(f"p_{e}", "ratio", conclusion=True) for e in EVENTS),
    Param("p_none", "ratio", conclusion=True),
)


def _phase_steps(p: str) -> tuple[Step, ...]:
    when = (f"{_PHASES[p]}_case", "used")
    coefficients = [{f"p_{i}": f"{c}{i}_{p}" for i in range(4)} | {"T_fp_R": f"T_fp_R_{p}"} for c in "AB"]
    rate = ig.flammable_liquid if p == "l" else ig.flammable_vapour
    tables = (ig.immediate_liquid, ig.explosion_liquid) if p == "l" else (ig.immediate_vapour, ig.explosion_vapour)
    return (
        Step(rate, f"W_flam_{p}", when=when),
        Step(ig.flash_point, f"T_fp_R_{p}", {"T_fp_C": f"T_fp_{p}_C"}, when=when),
        Step(ig.polynomial, f"a_{p}", coefficients[0], when=when),
        Step(ig.polynomial, f"b_{p}", coefficients[1], when=when),
        Step(ig.ambient, f"POI_amb_{p}", {"a": f"a_{p}", "b": f"b_{p}", "W": f"W_flam_{p}"}, when=when),
        Step(ig.greatest_liquid if p == "l" else ig.greatest_vapour, f"POI_ait_{p}", when=when),
        Step(ig.between, f"POI_{p}", {"low": f"POI_amb_{p}", "high": f"POI_ait_{p}"}, when=when),
        Step(tables[0], f"p_imm_tab_{p}", when=when, note_params=("release_type",)),
        Step(ig.immediate, f"p_imm_{p}", {"p_imm_tab": f"p_imm_tab_{p}"}, when=when),
        Step(tables[1], f"p_vce_{p}", when=when, note_params=("release_type",)),
    )


def _mix_steps(symbol: str, part: str) -> tuple[Step, ...]:
    both = {"of_liquid": f"{part}_l", "of_vapour": f"{part}_v"}
    return (
        Step(ig.of_one_phase, symbol, {"of_phase": f"{part}_l"}, when=("mix_case", "liquid")),
        Step(ig.of_one_phase, symbol, {"of_phase": f"{part}_v"}, when=("mix_case", "gas")),
        Step(ig.of_two_phases, symbol, both, when=("mix_case", "shares")),
        Step(ig.of_two_phases_printed, symbol, both, when=("mix_case", "printed")),
    )


_ITEMS: tuple[Step | cm.Branch, ...] = (
    _branches,
    _tree,
    Step(ig.flammable, "W_flam"),
    Step(ambient_reference, "T_ref_C", when=("ref_case", "ambient")),
    Step(printed_reference, "T_ref_C", when=("ref_case", "printed")),
    Step(ig.temperature_weight, "w_T"),
    *_phase_steps("l"),
    *_phase_steps("v"),
    *_mix_steps("POI", "POI"),
    *_mix_steps("p_imm", "p_imm"),
    *_mix_steps("p_vce_delayed", "p_vce"),
    Step(at_once, "p_now"),
    *(Step(no_event, f"p_{e}", when=(f"{e}_case", "absent")) for e in EVENTS[:4]),
    *(Step(whole, f"p_{e}", when=(f"{e}_case", "acts")) for e in EVENTS[:4]),
    Step(split_fireball, "p_fireball", when=("fireball_case", "split")),
    Step(split_pool, "p_pool", when=("pool_case", "split")),
    Step(cloud_explosion, "p_vce"),
    Step(cloud_fire, "p_flash"),
    Step(not_ignited, "p_none"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.shares("level2.fractions", _REF, "mfrac_flam", "frac_fsh", "frac_fireball"),
        cm.above_zero("level2.burning_release", _REF, "rate_kg_s", "mfrac_flam", "MW"),
        Limit("level2.mixed_phase", _REF, _mixed),
        Limit("level2.autoignition_above", API581_2016.at(_S + ".3"), _hotter),
        Limit("level2.ignition_fit", API581_2016.at(_S + ".2 eqs. (3.109), (3.110)"), _fits),
        Limit(
            "level2.rupture_instantaneous",
            API581_2016.at(_TREE),
            lambda c: c["tree_case"] != TREES.index("refused"),
        ),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("rbi.level2_reference_temperature", "rbi.level2_phase_weight", "rbi.level2_continuous_rupture"),
)
