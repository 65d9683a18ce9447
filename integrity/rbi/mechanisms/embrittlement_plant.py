"""What the embrittlement mechanisms take from a plant: steel, temperatures, and the engineer's susceptibility."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.group import group_max, groups_of
from integrity.core.procedure import Param
from integrity.design.materials import strength
from integrity.rbi.case import RiskCase

_GROUP = Param("material_group", "code", codes=codes("material_group"))
_SMYS = Param("SMYS_MPa", "stress")


def decided_susceptibility(case: RiskCase, mechanism: str, allowed: Mapping[str, int]) -> IntArray:
    """Susceptibility that an engineer wrote into the decision on a mechanism.

    Parameters
    ----------
    case : RiskCase
    mechanism : str
        Key of the mechanism.
    allowed : mapping of str to int
        Code of each text that is understood.

    Returns
    -------
    ndarray of int64, shape (case.n,)
        -1 where none or another text stands; of several decisions for a component the greatest code counts.
    """
    d = case.damage
    rows = case.decided(mechanism)
    texts, index = d.coded("susceptibility")
    code = np.array([*(allowed.get(t.strip().lower(), -1) for t in texts), -1], dtype=np.float64)[index[rows]]
    if not bool((code >= 0.0).any()):
        return np.full(case.n, -1, dtype=np.int64)
    greatest = group_max(code, groups_of(d.component_row[rows], case.n), code >= 0.0)
    return np.where(np.isnan(greatest), -1, np.nan_to_num(greatest)).astype(np.int64)


def steel(case: RiskCase) -> tuple[IntArray, FloatArray]:
    """Material group and specified minimum yield strength: as recorded, else by the name of the material.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (ndarray of int64, ndarray of float64), each of shape (case.n,)
        Index of `material_group`, -1 unknown; MPa, NaN unknown.
    """
    group, SMYS = case.facts.column(_GROUP), case.facts.column(_SMYS)
    if (group >= 0).all() and not np.isnan(SMYS).any():
        return group, SMYS
    known = strength(case.components.material, case.components.t_nom_mm)
    return np.where(group >= 0, group, known.group), np.where(np.isnan(SMYS), known.S_y, SMYS)


def from_frames(case: RiskCase) -> dict[str, AnyArray]:
    """Columns that the embrittlement procedures take from the frame of components.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    dict of str to ndarray
    """
    c = case.components
    group, SMYS = steel(case)
    return {
        "material_group": group,
        "SMYS_MPa": SMYS,
        "t_nom_mm": c.t_nom_mm,
        "component_type": c.component_type,
        "T_C": c.T_C,
        "T_min_C": c.T_min_C,
        "T_op_C": c.T_op_C,
    }
