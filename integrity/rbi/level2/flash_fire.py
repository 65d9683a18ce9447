"""Procedure `api581.2016.level2_flash_fire`: areas of a flash fire from the footprint of the flammable cloud."""

from __future__ import annotations

from integrity.core.arrays import FloatArray
from integrity.core.clause import clause
from integrity.core.procedure import Param, Procedure, Step
from integrity.core.reference import API581_2016
from integrity.rbi.level2 import common as cm
from integrity.rbi.level2.common import f

KEY = "api581.2016.level2_flash_fire"
_S = "Part 3 §5.8.6"
_REF = API581_2016.at(_S, "Flash fire")


@clause(API581_2016.at(_S, "Injury by a flash fire"), symbol="CA_inj_flash", expr="A_lfl_m2", quantity="area")
def injury(A_lfl_m2: FloatArray) -> FloatArray:
    """Injury area of a flash fire: the cloud within its lower flammability limit.

    Parameters
    ----------
    A_lfl_m2 : ndarray, m2
        From a dispersion study.

    Returns
    -------
    ndarray of float64, m2
    """
    return f(A_lfl_m2)


@clause(
    API581_2016.at(_S, "Component damage by a flash fire"),
    symbol="CA_cmd_flash",
    expr="frac_cmd_flash*A_lfl_m2",
    quantity="area",
)
def damage(frac_cmd_flash: float, A_lfl_m2: FloatArray) -> FloatArray:
    """Component damage area of a flash fire.

    Parameters
    ----------
    frac_cmd_flash : float
    A_lfl_m2 : ndarray, m2

    Returns
    -------
    ndarray of float64, m2
    """
    return f(frac_cmd_flash * A_lfl_m2)


INPUTS = (Param("A_lfl_m2", "area"),)
OUTPUTS = tuple(Param(f"CA_{e}_flash", "area", conclusion=True) for e in cm.EFFECTS)
_ITEMS = (Step(damage, "CA_cmd_flash"), Step(injury, "CA_inj_flash"))
PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=INPUTS,
    outputs=OUTPUTS,
    compute=cm.follow(INPUTS, OUTPUTS, *_ITEMS),
    limits=(cm.not_below_zero("level2.areas_positive", _REF, "A_lfl_m2"),),
    steps=cm.steps_of(*_ITEMS),
    constants=cm.constants_of(*_ITEMS),
)
