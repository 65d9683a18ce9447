"""Least thickness that a vessel code asks for whatever the pressure, corrosion allowance apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step, stack_codes
from integrity.core.reference import ASME_VIII_1, Edition
from integrity.core.registry import register
from integrity.design.table_files import constant, constants

_ASME = ASME_VIII_1.at("UG-16(b)", "Least thickness of shells and heads")
_GB = Edition("GB/T 150.1", "2011").at("4.3.7", "Least thickness of shells after forming")
GROUPS = codes("material_group")
FLUIDS = codes("fluid")
ASME_CASES = ("general", "steam_or_water")
GB_CASES = ("carbon_low_alloy", "high_alloy", "steel_unknown")


@clause(_ASME, symbol="t_code", expr="", quantity="thickness", kind=TABLE, note="design.note.asme_minimum")
def asme_minimum(fluid: Any, group: Any) -> Any:
    """Least thickness by UG-16(b): 1/16 in, 3/32 in for carbon and low-alloy steel in steam or water service.

    Parameters
    ----------
    fluid : ndarray of int64
        Index into `fluid`.
    group : ndarray of int64
        Index into `material_group`, -1 unknown (taken as carbon steel).

    Returns
    -------
    ndarray of float64, mm
    """
    return np.where(_asme_case(fluid, group) == 1, constant("t_min_asme_service"), constant("t_min_asme"))


@clause(_GB, symbol="t_code", expr="", quantity="thickness", kind=TABLE, note="design.note.gb_minimum")
def gb_minimum(group: Any) -> Any:
    """Least thickness by GB/T 150.1: 3 mm for carbon and low-alloy steel, 2 mm for high-alloy steel.

    Parameters
    ----------
    group : ndarray of int64
        Index into `material_group`, -1 unknown (the greater value).

    Returns
    -------
    ndarray of float64, mm
    """
    return np.where(group == GROUPS.index("austenitic"), constant("t_min_gb_high"), constant("t_min_gb"))


def _asme_case(fluid: Any, group: Any) -> Any:
    wet = (fluid == FLUIDS.index("Water")) | (fluid == FLUIDS.index("Steam"))
    return stack_codes((wet & (group != GROUPS.index("austenitic")), 1), default=0)


def _asme(i: Inputs) -> Columns:
    return {"t_code_case": _asme_case(i["fluid"], i["group"]), "t_code": asme_minimum(i["fluid"], i["group"])}


def _gb(i: Inputs) -> Columns:
    case = stack_codes((i["group"] == GROUPS.index("austenitic"), 1), (i["group"] >= 0, 0), default=2)
    return {"t_code_case": case, "t_code": gb_minimum(i["group"])}


_GROUP = Param("group", "code", required=False, codes=GROUPS)

ASME_MINIMUM = register(
    Procedure(
        key="asme8.2021.code_minimum",
        ref=_ASME,
        inputs=(Param("fluid", "code", required=False, codes=FLUIDS), _GROUP),
        outputs=(Param("t_code_case", "code", codes=ASME_CASES), Param("t_code", "thickness", conclusion=True)),
        compute=_asme,
        steps=(Step(asme_minimum, "t_code", note_params=("t_code",)),),
        constants=constants("t_min_asme", "t_min_asme_service"),
    )
)

GB_MINIMUM = register(
    Procedure(
        key="gb150.2011.code_minimum",
        ref=_GB,
        inputs=(_GROUP,),
        outputs=(Param("t_code_case", "code", codes=GB_CASES), Param("t_code", "thickness", conclusion=True)),
        compute=_gb,
        steps=(Step(gb_minimum, "t_code", note_params=("t_code",)),),
        constants=constants("t_min_gb", "t_min_gb_high"),
    )
)
