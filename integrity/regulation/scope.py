"""Scope test: is an item under TSG 21 or TSG D at all, and if it cannot be said, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, TextArray, at_least
from integrity.core.codes import index_of
from integrity.core.frames.plant import ComponentFrame
from integrity.core.tables import load_constants

_FILE = Path(__file__).parent / "rules" / "scope.json"
OUT, IN, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Scope:
    """Result of the scope tests, one row a component.

    Attributes
    ----------
    tsg21, tsgd : ndarray of int64
        1 inside, 0 outside, 2 not known.
    reason : ndarray of str
        Catalogue key that says why.
    vessel, piping, tank_shell, tank_bottom : ndarray of bool
        Which in-service code of API applies.
    """

    tsg21: FloatArray
    tsgd: FloatArray
    reason: TextArray
    vessel: BoolArray
    piping: BoolArray
    tank_shell: BoolArray
    tank_bottom: BoolArray


def scope_test(components: ComponentFrame) -> Scope:
    """Scope of each component under the Chinese supervision rules and the API in-service codes.

    Parameters
    ----------
    components : ComponentFrame
        Uses P, D, DN, volume, fluid, phase, kind and certificate.

    Returns
    -------
    Scope

    Notes
    -----
    A registered item (with a use certificate) is inside whatever the numbers say. An unknown size or pressure is
    "not known", never outside. Source: TSG 21-2016 1.3, TSG D0001, catalogue of special equipment (unverified).
    """
    c = load_constants(_FILE)
    k = components
    is_tank = k.equipment_kind == index_of("equipment_kind", "tank")
    is_heater = k.equipment_kind == index_of("equipment_kind", "heater")
    is_pipe = k.equipment_kind == index_of("equipment_kind", "piping")
    is_pump = k.equipment_kind == index_of("equipment_kind", "pump")
    is_vessel = ~(is_tank | is_heater | is_pipe | is_pump) & (k.equipment_kind >= 0)
    bottom = is_tank & (k.component_type == index_of("component_type", "TANKBOTTOM"))
    registered = k.use_certificate.astype(np.bool_)
    P = np.fmax(k.P_MPa, k.P_op_MPa)
    tsg21, why_v = _inside(
        is_vessel,
        registered,
        [
            (P, c["vessel_P_min"].value),
            (_diameter(k), c["vessel_D_min"].value),
            (k.volume_m3, c["vessel_V_min"].value),
        ],
        ("pressure", "diameter", "volume"),
    )
    hazardous = k.fluid != index_of("fluid", "Water")
    tsgd, why_p = _inside(
        is_pipe,
        registered,
        [(P, c["pipe_P_min"].value), (k.NPS_in * 25.0, c["pipe_DN_min"].value)],
        ("pressure", "diameter"),
    )
    cold_water = is_pipe & ~hazardous & (k.fluid >= 0) & ~registered
    tsgd = np.where(cold_water, OUT, tsgd)
    reason = why_v
    reason[is_pipe] = why_p[is_pipe]
    reason[cold_water] = "scope.out.medium"
    reason[is_tank & ~registered] = "scope.out.atmospheric_tank"
    reason[is_heater & ~registered] = "scope.out.heater"
    return Scope(tsg21, tsgd, reason, is_vessel, is_pipe, is_tank & ~bottom, bottom)


def _diameter(k: ComponentFrame) -> FloatArray:
    return np.where(np.isnan(k.D_mm), k.D_o_mm, k.D_mm)


def _inside(
    kind: BoolArray, registered: BoolArray, tests: list[tuple[FloatArray, float]], names: tuple[str, ...]
) -> tuple[FloatArray, TextArray]:
    n = kind.size
    state = np.where(kind, IN, OUT)
    reason = np.full(n, "scope.out.kind", dtype=object)
    reason[kind] = "scope.in"
    for (value, _), name in zip(tests, names, strict=True):
        unknown = kind & np.isnan(value) & (state == IN)
        state[unknown] = UNKNOWN
        reason[unknown] = f"scope.unknown.{name}"
    for (value, limit), name in zip(tests, names, strict=True):
        below = kind & ~np.isnan(value) & ~at_least(value, limit)
        state[below] = OUT
        reason[below] = f"scope.out.{name}"
    state[kind & registered] = IN
    reason[kind & registered] = "scope.in.registered"
    return state.astype(np.int64), reason
