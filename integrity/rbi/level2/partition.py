"""Procedure `api581.2016.level2_partition`: what rains out to a pool, and vapour and droplets of the jet."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_partition"
CARRIED_BY = ("balance", "printed", "no_jet")

_S = "Part 3 §5.7"
_REF = API581_2016.at(_S, "Rainout, jet and droplets")


@clause(
    API581_2016.at(_S + ".2 eqs. (3.98), (3.99)", "Share that rains out"),
    symbol="frac_ro",
    expr="max(1 - 2*frac_fsh, 0)",
    quantity="ratio",
)
def rainout(frac_fsh: FloatArray) -> FloatArray:
    """Share of the release that rains out to the ground.

    Parameters
    ----------
    frac_fsh : ndarray
        Mass fraction that flashes to vapour at atmospheric pressure, from the properties of the fluid.

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(1.0 - 2.0 * frac_fsh, 0.0)


@clause(
    API581_2016.at(_S + ".3 eq. (3.100)", "Part that feeds the pool"),
    symbol="W_pool",
    expr="total*frac_ro",
    quantity="mass_rate",
)
def to_pool(total: FloatArray, frac_ro: FloatArray) -> FloatArray:
    """Rate or mass that rains out to the pool.

    Parameters
    ----------
    total : ndarray, kg/s or kg
    frac_ro : ndarray

    Returns
    -------
    ndarray of float64, kg/s or kg
    """
    return f(total * frac_ro)


@clause(
    API581_2016.at(_S + ".3 eq. (3.101)", "Part that stays in the jet"),
    symbol="W_jet",
    expr="total*(1 - frac_ro)",
    quantity="mass_rate",
)
def to_jet(total: FloatArray, frac_ro: FloatArray) -> FloatArray:
    """Rate or mass of vapour and droplets in the jet.

    Parameters
    ----------
    total : ndarray, kg/s or kg
    frac_ro : ndarray

    Returns
    -------
    ndarray of float64, kg/s or kg
    """
    return f(total * (1.0 - frac_ro))


@clause(
    OWN_METHOD.at("droplets in the jet", "Droplets in the jet, by the balance of mass"),
    symbol="frac_ent",
    expr="max(1 - frac_fsh/(1 - frac_ro), 0)",
    quantity="ratio",
)
def entrained_by_balance(frac_fsh: FloatArray, frac_ro: FloatArray) -> FloatArray:
    """Mass fraction of droplets in the jet: what has neither flashed nor rained out.

    Parameters
    ----------
    frac_fsh, frac_ro : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(1.0 - frac_fsh / (1.0 - frac_ro), 0.0)


@clause(
    API581_2016.at(_S + ".3 eq. (3.102)", "Droplets in the jet, as printed"),
    symbol="frac_ent",
    expr="frac_l*frac_fsh/(1 - frac_ro)",
    quantity="ratio",
)
def entrained_printed(frac_l: FloatArray, frac_fsh: FloatArray, frac_ro: FloatArray) -> FloatArray:
    """Mass fraction of droplets in the jet as printed.

    Parameters
    ----------
    frac_l : ndarray
        Mass fraction of liquid in the stored fluid.
    frac_fsh, frac_ro : ndarray

    Returns
    -------
    ndarray of float64
        For a stored liquid equal to the balance of mass up to half flashed; above that it rises with the flash.
    """
    return f(frac_l * frac_fsh / (1.0 - frac_ro))


@clause(
    API581_2016.at(_S + ".3", "All rains out: nothing in the jet"),
    symbol="frac_ent",
    expr="0",
    quantity="ratio",
)
def no_jet() -> float:
    """Droplets of a jet that does not exist.

    Returns
    -------
    float
    """
    return 0.0


@clause(
    API581_2016.at(_S + ".3", "Droplets in the jet"),
    symbol="W_jet_l",
    expr="W_jet*frac_ent",
    quantity="mass_rate",
)
def jet_liquid(W_jet: FloatArray, frac_ent: FloatArray) -> FloatArray:
    """Rate of droplets in the jet.

    Parameters
    ----------
    W_jet : ndarray, kg/s
    frac_ent : ndarray

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(W_jet * frac_ent)


@clause(
    API581_2016.at(_S + ".3", "Vapour in the jet"),
    symbol="W_jet_v",
    expr="W_jet*(1 - frac_ent)",
    quantity="mass_rate",
)
def jet_vapour(W_jet: FloatArray, frac_ent: FloatArray) -> FloatArray:
    """Rate of vapour in the jet.

    Parameters
    ----------
    W_jet : ndarray, kg/s
    frac_ent : ndarray

    Returns
    -------
    ndarray of float64, kg/s
    """
    return f(W_jet * (1.0 - frac_ent))


def _branches(x: Inputs, c: Columns) -> Columns:
    case = CARRIED_BY.index(x.settings.code("rbi.level2_entrainment"))
    gone = c["frac_ro"] >= 1.0
    return {"ent_case": np.where(gone, CARRIED_BY.index("no_jet"), np.where(np.isnan(c["frac_ro"]), -1, case))}


INPUTS = (
    Param("rate_kg_s", "mass_rate"),
    Param("mass_kg", "mass"),
    Param("frac_fsh", "ratio"),
    Param("frac_l", "ratio"),
)
OUTPUTS = (
    Param("frac_ro", "ratio", conclusion=True),
    Param("ent_case", "code", codes=CARRIED_BY),
    Param("frac_ent", "ratio", conclusion=True),
    Param("W_pool", "mass_rate", conclusion=True),
    Param("W_jet", "mass_rate", conclusion=True),
    Param("W_jet_l", "mass_rate", conclusion=True),
    Param("W_jet_v", "mass_rate", conclusion=True),
    Param("mass_pool_kg", "mass", conclusion=True),
    Param("mass_jet_kg", "mass", conclusion=True),
)
_ITEMS: tuple[Step | cm.Branch, ...] = (
    Step(rainout, "frac_ro"),
    Step(to_pool, "W_pool", {"total": "rate_kg_s"}),
    Step(to_jet, "W_jet", {"total": "rate_kg_s"}),
    Step(to_pool, "mass_pool_kg", {"total": "mass_kg"}),
    Step(to_jet, "mass_jet_kg", {"total": "mass_kg"}),
    _branches,
    Step(entrained_by_balance, "frac_ent", when=("ent_case", "balance")),
    Step(entrained_printed, "frac_ent", when=("ent_case", "printed")),
    Step(no_jet, "frac_ent", when=("ent_case", "no_jet")),
    Step(jet_liquid, "W_jet_l"),
    Step(jet_vapour, "W_jet_v"),
)
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.shares("level2.fractions", _REF, "frac_fsh", "frac_l"),
        cm.not_below_zero("level2.release_positive", _REF, "rate_kg_s", "mass_kg"),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
    settings=("rbi.level2_entrainment",),
)
