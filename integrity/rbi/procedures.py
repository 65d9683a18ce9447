"""Registered procedures of risk-based inspection, and the mechanisms that belong to the package."""

from __future__ import annotations

from integrity.core.registry import register
from integrity.rbi import area, consequence, pof, release, risk
from integrity.rbi.mechanisms import thinning_plant

THINNING = register(thinning_plant.PROCEDURE)
RELEASE = register(release.PROCEDURE)
FLAMMABLE_AREA = register(area.PROCEDURE)
CONSEQUENCE = register(consequence.PROCEDURE)
POF = register(pof.PROCEDURE)
RISK = register(risk.PROCEDURE)
