"""A big made-up plant in arrays: vessels, piping and tanks with complete design data, CMLs, readings, inspections."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.plant import CmlFrame, ComponentFrame, InspectionFrame, Plant, ReadingFrame

AS_OF = (dt.date(2026, 11, 1) - dt.date(1970, 1, 1)).days
Y = 365.25
PARTS_AN_ITEM = 4
# Kind of an item, its component type and its letter; drawn in these shares.
ITEMS = (
    ("piping", "", "P", 0.60),
    ("column", "COLMID", "C", 0.08),
    ("drum", "DRUM", "V", 0.14),
    ("exchanger", "HEXSS", "E", 0.12),
    ("reactor", "REACTOR", "R", 0.02),
    ("tank", "", "T", 0.04),
)
# Material, construction code, edition, strength used to choose a wall, thickest plate of the stress table.
STEELS = (
    ("SA-516-70", "ASME_VIII_1", "2010", 115.0, 100.0),
    ("SA-387-11-2", "ASME_VIII_1", "2010", 115.0, 100.0),
    ("SA-240-304", "ASME_VIII_1", "2013", 90.0, 100.0),
    ("Q345R", "GB_150", "2011", 110.0, 60.0),
    ("16MnR", "GB_150", "1998", 100.0, 36.0),
    ("S30408", "GB_150", "2011", 85.0, 100.0),
)
STEEL_SHARES = (0.30, 0.10, 0.10, 0.30, 0.12, 0.08)
SHAPES = ("cylinder", "ellipsoidal", "torispherical", "hemispherical", "cone")
SHAPE_SHARES = (0.62, 0.26, 0.04, 0.04, 0.04)
PIPES = ((2, 60.3, "PIPE-2"), (4, 114.3, "PIPE-4"), (6, 168.3, "PIPE-6"), (8, 219.1, "PIPE-8"), (12, 323.9, "PIPE-12"))
WALLS = np.array([5.5, 6.4, 7.1, 8.2, 9.5, 11.0, 12.7, 14.3, 17.5, 21.4])
PLATES = np.array([6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 28, 30, 32, 36, 40, 45, 50, 55, 60], dtype=float)
# Fluid and the stored phases it is drawn from.
FLUIDS = (
    ("C1-C2", ("gas",)),
    ("C3-C4", ("gas", "liquid", "two_phase")),
    ("C6-C8", ("liquid", "two_phase")),
    ("C9-C12", ("liquid",)),
    ("C17-C25", ("liquid",)),
    ("C25+", ("liquid",)),
    ("H2", ("gas",)),
)
MECHANISMS = ("thinning_general", "thinning_local", "cui", "")


def codes_of(enumeration: str, texts: Any) -> np.ndarray:
    """Codes of texts; few different ones."""
    names, back = np.unique(np.asarray(texts), return_inverse=True)
    return np.array([index_of(enumeration, str(t)) for t in names], dtype=np.int64)[back]


def _words(prefix: str, numbers: np.ndarray) -> np.ndarray:
    return np.array([f"{prefix}{i}" for i in numbers.tolist()], dtype=object)


def components(n: int, rng: np.random.Generator) -> ComponentFrame:
    """Components with all that design, risk and planning ask for."""
    item = np.arange(n) // PARTS_AN_ITEM
    n_item = int(item[-1]) + 1 if n else 0
    kind = rng.choice(len(ITEMS), n_item, p=[i[3] for i in ITEMS])[item]
    names = np.array([i[0] for i in ITEMS])[kind]
    piping, tank = names == "piping", names == "tank"
    vessel = ~piping & ~tank
    started = AS_OF - rng.integers(4 * 365, 32 * 365, n_item)[item]
    common = _common(n, item, tank, rng)
    T = common["T_C"]
    steel = rng.choice(len(STEELS), n_item, p=STEEL_SHARES)[item]
    pipe = rng.integers(0, len(PIPES), n)
    D = rng.choice(np.arange(800, 3601, 100), n_item)[item].astype(float)
    D_o = np.array([p[1] for p in PIPES])[pipe]
    P = np.round(np.where(tank, 0.001, rng.uniform(0.3, 2.5, n_item)[item]), 3)
    bend = piping & (rng.random(n) < 0.35)
    gb_pipe = piping & (rng.random(n) < 0.3)
    shape = rng.choice(len(SHAPES), n, p=SHAPE_SHARES)
    course = np.where(tank, np.arange(n) % PARTS_AN_ITEM + 1, -1)
    bottom = tank & (course == PARTS_AN_ITEM)
    strength = np.array([s[3] for s in STEELS])[steel]
    t_p = P * D / (2 * strength * 0.85 - 1.2 * P)
    plate = PLATES[np.minimum(np.searchsorted(PLATES, t_p + 3.0), PLATES.size - 1)]
    plate = np.minimum(plate, np.array([s[4] for s in STEELS])[steel])
    plate = np.where(tank, np.array([20.0, 16.0, 12.0, 9.0])[np.maximum(course - 1, 0)], plate)
    t_nom = np.where(piping, WALLS[np.minimum(np.searchsorted(WALLS, 3.0 + D_o / 60), WALLS.size - 1)], plate)
    vacuum = vessel & (rng.random(n_item) < 0.08)[item]
    geometry = np.where(piping, np.where(bend, "bend", "pipe"), np.array(SHAPES)[shape])
    geometry = np.where(tank, np.where(bottom, "tank_bottom", "tank_course"), geometry)
    built = np.where(gb_pipe, "GB_T_20801", np.where(piping, "ASME_B31_3", np.array([s[1] for s in STEELS])[steel]))
    built = np.where(tank, "API_650", built)
    types = np.where(piping, np.array([p[2] for p in PIPES])[pipe], np.array([i[1] for i in ITEMS])[kind])
    courses = np.array([f"COURSE-{i}" for i in range(1, PARTS_AN_ITEM)] + ["TANKBOTTOM"])
    types = np.where(tank, courses[np.maximum(course - 1, 0)], types)
    letters = np.array([i[2] for i in ITEMS])[kind]
    return ComponentFrame.from_columns(
        {
            **common,
            "component_id": np.arange(n) + 1,
            "component": np.array([f"{a}-{i}-{p}" for a, i, p in zip(letters, item, np.arange(n) % 4, strict=True)]),
            "equipment_id": item + 1,
            "tag": np.array([f"{a}-{i}" for a, i in zip(letters, item, strict=True)], dtype=object),
            "equipment_kind": codes_of("equipment_kind", names),
            "unit": _words("U-", item // 400),
            "circuit": _words("CC-", item // 6),
            "circuit_id": item // 6 + 1,
            "chamber": np.zeros(n),
            "component_type": codes_of("component_type", types),
            "geometry": codes_of("geometry", geometry),
            "D_mm": np.where(vessel, D, np.nan),
            "D_o_mm": np.where(piping, D_o, np.nan),
            "NPS_in": np.where(piping, np.array([float(p[0]) for p in PIPES])[pipe], np.nan),
            "t_nom_mm": t_nom,
            "mill_tolerance": np.where(piping, 0.125, np.nan),
            "R_ell": np.where(geometry == "ellipsoidal", 2.0, np.nan),
            "L_crown_mm": np.where(geometry == "torispherical", D, np.nan),
            "r_knuckle_mm": np.where(geometry == "torispherical", 0.1 * D, np.nan),
            "alpha_deg": np.where(geometry == "cone", 25.0, np.nan),
            "L_unsupported_mm": np.where(vacuum, 2.0 * D, np.nan),
            "R_bend_mm": np.where(bend, 1.5 * D_o, np.nan),
            "H_liq_m": np.where(vessel, 2.0, np.nan),
            "rho_liq": np.where(vessel, 750.0, np.nan),
            "tank_D_m": np.where(tank, 28.0, np.nan),
            "tank_H_m": np.where(tank, 14.0 - 2.4 * (course - 1), np.nan),
            "tank_G": np.where(tank, 0.85, np.nan),
            "course": np.where(bottom, -1, course),
            "P_MPa": P,
            "P_ext_MPa": np.where(vacuum, 0.1, 0.0),
            "P_op_MPa": 0.8 * P,
            "set_pressure_MPa": np.where(vessel & (np.arange(n) % PARTS_AN_ITEM == 0), P, np.nan),
            "material": np.where(piping, "SA-106-B", np.array([s[0] for s in STEELS])[steel]),
            "construction_code": codes_of("construction_code", built),
            "code_edition": np.where(piping, "2012", np.array([s[2] for s in STEELS])[steel]),
            "E": np.where(piping, 1.0, np.where(rng.random(n) < 0.5, 0.85, 1.0)),
            "S_owner_MPa": np.where(gb_pipe, np.where(T > 250.0, 105.0, 130.0), np.nan),
            "in_service_d": started,
            "component_start_d": started,
            "regime_start_d": np.where((rng.random(n_item) < 0.05)[item], AS_OF - 2600, NO_DATE),
            "design_life_y": np.where((rng.random(n_item) < 0.7)[item], 20.0, np.nan),
            "injection_point": piping & (rng.random(n) < 0.03),
            "dead_leg": piping & (rng.random(n) < 0.03),
            "vessel_class": np.where(vessel, 1, -1),
            "piping_class_cn": np.where(piping, 1, -1),
            "api570_class": np.where(piping, rng.integers(0, 3, n), -1),
            "volume_m3": np.where(vessel, 25.0, np.nan),
        }
    )


def _common(n: int, item: np.ndarray, tank: np.ndarray, rng: np.random.Generator) -> dict[str, Any]:
    """Columns that do not depend on the kind of a component, but for the temperature of tanks."""
    n_item = int(item[-1]) + 1 if n else 0
    T = np.where(tank, 60.0, rng.choice([90.0, 120.0, 180.0, 240.0, 300.0, 340.0], n_item)[item])
    stored = [(f, phase) for f, phases in FLUIDS for phase in phases]
    kept = rng.integers(0, len(stored), n_item)[item]
    return {
        "CA_mm": np.full(n, 3.0),
        "T_C": T,
        "T_op_C": T - 15.0,
        "fluid": codes_of("fluid", [f for f, _ in stored])[kept],
        "phase": codes_of("phase", [p for _, p in stored])[kept],
        "inventory_kg": rng.choice([800.0, 4000.0, 22000.0], n_item)[item],
        "group_inventory_kg": rng.choice([30000.0, 60000.0], n_item)[item],
        "detection": rng.integers(0, 3, n_item)[item],
        "isolation": rng.integers(0, 3, n_item)[item],
        "mitigation": rng.integers(0, 5, n_item)[item],
        "insulated": rng.integers(0, 2, n),
        "small_bore": np.zeros(n),
        "local_mechanism": rng.integers(0, 2, n),
        "internal_thinning": np.ones(n),
        "external_thinning": np.zeros(n),
        "rate_confidence": rng.integers(0, 3, n),
        "safety_grade": rng.integers(1, 4, n),
        "last_internal_d": AS_OF - rng.integers(200, 3000, n),
        "last_external_d": AS_OF - rng.integers(100, 1800, n),
        "last_periodic_d": AS_OF - rng.integers(200, 2600, n),
        "temp_repair_expiry_d": np.where(rng.random(n) < 0.01, AS_OF + rng.integers(-200, 300, n), NO_DATE),
        "row_version": np.ones(n),
    }


def cmls(c: ComponentFrame, rng: np.random.Generator) -> CmlFrame:
    """About one CML a component: few have none, few have three."""
    count = rng.choice([0, 1, 2, 3], c.n, p=[0.03, 0.95, 0.01, 0.01])
    owner = np.repeat(np.arange(c.n), count)
    return CmlFrame.from_columns(
        {
            "cml_id": np.arange(owner.size) + 1,
            "cml": _words("CML-", np.arange(owner.size)),
            "component_row": owner,
            "location": np.full(owner.size, "shell", dtype=object),
            "t_nom_mm": c.t_nom_mm[owner],
            "at_weld": np.arange(owner.size) % 3 == 0,
            "start_d": np.maximum(c.component_start_d, c.regime_start_d)[owner],
            "active": rng.random(owner.size) > 0.005,
        }
    )


def readings(c: ComponentFrame, m: CmlFrame, rng: np.random.Generator) -> ReadingFrame:
    """Surveys of one or four positions a CML; short intervals, repeats and bad qualities among them."""
    per_cml = rng.choice([1, 4], m.n, p=[0.85, 0.15]) * (rng.random(m.n) > 0.02)
    cml = np.repeat(np.arange(m.n), per_cml)
    position = np.arange(cml.size) - np.repeat(np.cumsum(per_cml) - per_cml, per_cml)
    surveys = rng.integers(2, 9, m.n)[cml]
    owner = np.repeat(np.arange(cml.size), surveys)
    at = np.arange(owner.size) - np.repeat(np.cumsum(surveys) - surveys, surveys)
    begin = m.start_d[cml]
    span = (AS_OF - 60 - begin) * rng.uniform(0.6, 1.0, cml.size)
    share = (at + 0.5 * rng.random(owner.size)) / np.maximum(surveys[owner], 1)
    date = begin[owner] + (span[owner] * share).astype(np.int64)
    repeat = (at > 0) & (rng.random(owner.size) < 0.01)
    date[repeat] = np.concatenate(([0], date[:-1]))[repeat]
    rate = rng.lognormal(np.log(0.06), 0.6, c.n)[m.component_row[cml]] * rng.uniform(0.6, 1.25, cml.size)
    rate = np.minimum(rate, 0.45 * m.t_nom_mm[cml] / np.maximum((AS_OF - begin) / Y, 1.0))
    wall = 1.02 * m.t_nom_mm[cml][owner] - rate[owner] * (date - begin[owner]) / Y
    t = wall + rng.normal(0.0, 0.08, owner.size)
    quality = rng.choice([0, 1, 2], owner.size, p=[0.985, 0.01, 0.005])
    return ReadingFrame.from_columns(
        {
            "reading_id": np.arange(owner.size) + 1,
            "cml_row": cml[owner],
            "position": position[owner],
            "position_text": np.array(["", "0", "90", "180", "270"], dtype=object)[position[owner] + 1],
            "date_d": date,
            "t_mm": np.round(np.where(quality == 1, t + 1.0, t), 2),
            "quality": quality,
            "accept_short": np.zeros(owner.size),
            "is_nominal": np.zeros(owner.size),
            "survey": np.full(owner.size, "UT", dtype=object),
            "row_version": np.ones(owner.size),
        }
    )


def inspections(c: ComponentFrame, rng: np.random.Generator) -> InspectionFrame:
    """None to four inspections a component."""
    owner = np.repeat(np.arange(c.n), rng.integers(0, 5, c.n))
    date = c.in_service_d[owner] + ((AS_OF - c.in_service_d[owner]) * rng.random(owner.size)).astype(np.int64)
    order = np.lexsort((date, owner))
    return InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(owner.size) + 1,
            "component_row": owner,
            "date_d": date[order],
            "inspection_type": rng.integers(0, 7, owner.size),
            "effectiveness": rng.integers(0, 5, owner.size),
            "mechanism": np.array(MECHANISMS, dtype=object)[rng.integers(0, len(MECHANISMS), owner.size)],
        }
    )


def make_plant(n: int, seed: int = 20260101) -> Plant:
    """A plant of n components, about n CMLs and about 7 n readings.

    Parameters
    ----------
    n : int
        Components.
    seed : int

    Returns
    -------
    Plant
    """
    rng = np.random.default_rng(seed)
    c = components(n, rng)
    m = cmls(c, rng)
    return Plant("benchmark", AS_OF, c, m, readings(c, m, rng), inspections(c, rng))
