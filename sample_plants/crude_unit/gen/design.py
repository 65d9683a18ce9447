"""Required and nominal wall of one component by its own code."""

from __future__ import annotations

import math

from . import mechanics as m
from .model import Component

G = 9.80665e-6  # MPa per (kg/m3 * m)


def required(c: Component) -> tuple[float, str]:
    """Required thickness (mm, without allowance) and the word that names its basis."""
    code, P = c.item.code, c.P + (c.depth or 0.0) * (c.rho or 0.0) * G
    least = 1.5 if code == "ASME VIII-1" else 3.0
    if c.geometry == "tank_course":
        assert c.liquid_H and c.tank_D and c.SG
        return m.tank_course(c.liquid_H, c.tank_D, c.SG, c.S, c.E), "api653_course"
    if c.geometry == "tank_bottom":
        return 2.54, "api653_bottom"
    if c.geometry in ("pipe", "bend"):
        assert c.OD
        if c.nps:
            t = m.pipe(P, c.OD, c.S, None)
            least = m.pipe(0.0, c.OD, c.S, c.nps)
            return (t, "b313_304_1_2") if t > least else (least, "structural_min")
        return m.tube(P, c.OD, c.S), "tube"
    if c.geometry == "flat":
        assert c.ID
        return max(m.flat(P, c.ID, c.S, c.E), least), "flat_plate"
    assert c.ID
    if c.geometry == "ellipsoidal":
        t = m.ellipsoidal(code, P, c.ID, c.S, c.E, c.head_ratio or 2.0)
    elif c.geometry == "torispherical":
        assert c.crown and c.knuckle
        t = m.torispherical(code, P, c.crown, c.knuckle, c.S, c.E)
    elif c.geometry == "sphere":
        t = m.sphere(code, P, c.ID, c.S, c.E)
    elif c.geometry == "cone":
        t = m.cone(code, P, c.ID, c.S, c.E, c.alpha or 0.0)
    else:
        t = m.cylinder(code, P, c.ID, c.S, c.E)
    t, basis = (t, f"internal_{c.geometry}") if t > least else (least, "code_minimum")
    external = _external(c)
    return (external, "external_pressure") if external > t else (t, basis)


def _external(c: Component) -> float:
    if not c.P_ext or not c.ID:
        return 0.0
    if c.geometry == "ellipsoidal":
        return float(0.9 * c.ID * (c.P_ext / (0.075 * 180000.0)) ** 0.5)
    assert c.stiffener
    t = m.external_t_req(c.P_ext, c.ID, c.stiffener)
    if c.geometry == "cone" and c.alpha:
        t /= math.cos(math.radians(c.alpha))
    return t


def finish_plate(c: Component, least: float = 6.0) -> Component:
    """Choose S by band, required wall, and the next plate that holds t_req + CA."""
    thk = 10.0
    for _ in range(3):
        c.S = m.stress(c.item.code, c.material, c.T, thk)
        c.t_req, c.basis = required(c)
        thk = m.plate_up(max(c.t_req + c.CA, least))
    c.nominal = thk
    return c
