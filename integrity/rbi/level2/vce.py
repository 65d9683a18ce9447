"""Procedure `api581.2016.level2_vce`: a vapour cloud explosion as a mass of TNT, and the areas within its limits."""

from __future__ import annotations

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.level2 import blast as bl
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_vce"
_S = "Part 3 §5.8.5"
_REF = API581_2016.at(_S, "Vapour cloud explosion")


@clause(
    API581_2016.at(_S + ".3 eq. (3.169)", "Mass of TNT with the blast of the cloud"),
    symbol="W_TNT_kg",
    expr="eta_vce*mass_cloud_kg*LHV/HC_TNT",
    quantity="mass",
)
def tnt_mass(eta_vce: FloatArray, mass_cloud_kg: FloatArray, LHV: FloatArray, HC_TNT: float) -> FloatArray:
    """Mass of TNT whose blast the cloud has.

    Parameters
    ----------
    eta_vce : ndarray
        Yield: 1 for the mass between the flammability limits, 0.03 to 0.19 for all that was released.
    mass_cloud_kg : ndarray, kg
        From a dispersion study, or all that was released, by the yield.
    LHV : ndarray, MJ/kg
    HC_TNT : float, MJ/kg

    Returns
    -------
    ndarray of float64, kg
    """
    return f(eta_vce * mass_cloud_kg * LHV / HC_TNT)


INPUTS = (
    Param("mass_cloud_kg", "mass"),
    Param("eta_vce", "ratio"),
    Param("LHV", "number"),
    bl.BLAST_INPUT,
)
OUTPUTS = (Param("W_TNT_kg", "mass", conclusion=True), *bl.blast_outputs("vce"))
_ITEMS = (Step(tnt_mass, "W_TNT_kg"), *bl.blast_items("vce"))
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(
        cm.not_below_zero("level2.cloud_positive", _REF, "mass_cloud_kg"),
        cm.above_zero("level2.burns", _REF, "LHV", "x_at_m"),
        cm.shares("level2.fractions", _REF, "eta_vce"),
    ),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)
