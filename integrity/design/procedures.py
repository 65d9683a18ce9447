"""Registers every procedure of the room, and makes the set that reads an owner's replaced tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from integrity.core.procedure import Procedure
from integrity.design import gb150, gb20801, pipe
from integrity.design.combine import API570_MAWP, AT_NEXT, RATING, REQUIRED
from integrity.design.cone import CONE
from integrity.design.corroded_area import CORRODED_AREA
from integrity.design.cylinder import CYLINDER, CYLINDER_OUTSIDE
from integrity.design.external_procedures import EXTERNAL_CONE, EXTERNAL_CYLINDER, EXTERNAL_SPHERE
from integrity.design.heads import ELLIPSOIDAL, TORISPHERICAL
from integrity.design.material_procedures import (
    JOINT,
    STRENGTH,
    STRESS,
    joint_procedure,
    strength_procedure,
    stress_procedure,
)
from integrity.design.minimum import ASME_MINIMUM, GB_MINIMUM
from integrity.design.sphere import SPHERE
from integrity.design.static_head import STATIC_HEAD
from integrity.design.structural import STRUCTURAL, structural_procedure
from integrity.design.tank import BOTTOM, COURSE

SHIPPED: tuple[Procedure, ...] = (
    STRESS,
    STRENGTH,
    JOINT,
    STATIC_HEAD,
    CYLINDER,
    CYLINDER_OUTSIDE,
    SPHERE,
    ELLIPSOIDAL,
    TORISPHERICAL,
    CONE,
    gb150.CYLINDER,
    gb150.CYLINDER_OUTSIDE,
    gb150.SPHERE,
    gb150.ELLIPSOIDAL,
    gb150.TORISPHERICAL,
    gb150.CONE,
    pipe.PIPE,
    pipe.BEND,
    gb20801.PIPE,
    gb20801.BEND,
    COURSE,
    BOTTOM,
    EXTERNAL_CYLINDER,
    EXTERNAL_CONE,
    EXTERNAL_SPHERE,
    ASME_MINIMUM,
    GB_MINIMUM,
    STRUCTURAL,
    REQUIRED,
    AT_NEXT,
    RATING,
    API570_MAWP,
    CORRODED_AREA,
)


@lru_cache(maxsize=8)
def procedures_for(overlay: Path | None = None) -> Mapping[str, Procedure]:
    """Procedures of the room by key; those that read tables look into the overlay folder first.

    Parameters
    ----------
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    mapping of key to Procedure
    """
    found = {p.key: p for p in SHIPPED}
    if overlay is not None:
        made = (
            stress_procedure,
            strength_procedure,
            joint_procedure,
            structural_procedure,
            pipe.pipe_procedure,
            pipe.bend_procedure,
            gb20801.pipe_procedure,
            gb20801.bend_procedure,
        )
        found |= {p.key: p for p in (make(overlay) for make in made)}
    return found
