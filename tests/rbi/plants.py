"""Small made-up plants for the tests of risk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from integrity.core.codes import codes, index_of
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame

TODAY = 20500
TYPES = ("COLTOP", "DRUM", "PIPE-8", "PIPE-4", "HEXSS", "PIPE-2", "COURSE-1", "HEATERTUBE")
FLUIDS = ("C1-C2", "C3-C4", "C5", "C6-C8", "C9-C12", "C13-C16", "H2", "H2S", "Water")

Frames = tuple[ComponentFrame, InspectionFrame, RiskInputFrame]


def one(**changes: Any) -> Frames:
    """A drum of light naphtha with one inspection and one reading.

    Values of `changes` go to the component, else to the inputs, by column name.
    """
    component: dict[str, Any] = {
        "component_id": [1],
        "component_type": [index_of("component_type", "DRUM")],
        "equipment_kind": [index_of("equipment_kind", "drum")],
        "geometry": [index_of("geometry", "cylinder")],
        "D_mm": [2000.0],
        "t_nom_mm": [20.0],
        "P_MPa": [1.6],
        "E": [0.85],
        "P_op_MPa": [1.2],
        "T_op_C": [120.0],
        "fluid": [index_of("fluid", "C6-C8")],
        "phase": [index_of("phase", "liquid")],
        "inventory_kg": [8000.0],
        "group_inventory_kg": [20000.0],
        "detection": [1],
        "isolation": [1],
        "mitigation": [0],
        "in_service_d": [9000],
        "local_mechanism": [1],
        "rate_confidence": [index_of("confidence", "medium")],
    }
    inputs: dict[str, Any] = {
        "t_rdi_mm": [16.0],
        "t_rdi_d": [18000],
        "CR": [0.25],
        "t_req_mm": [10.0],
        "S_MPa": [137.0],
        "YS_MPa": [245.0],
        "TS_MPa": [410.0],
    }
    inspection = {
        "inspection_id": [7],
        "component_row": [0],
        "date_d": [18010],
        "effectiveness": [index_of("effectiveness", "C")],
        "mechanism": ["thinning_general"],
    }
    for name, value in changes.items():
        target = component if name in ComponentFrame.quantities() else inputs
        target[name] = [value]
    return (
        ComponentFrame.from_columns(component),
        InspectionFrame.from_columns(inspection),
        RiskInputFrame.from_columns(inputs),
    )


def many(n: int, seed: int = 0) -> Frames:
    """A seeded plant with every kind of row, some of which cannot be assessed."""
    g = np.random.default_rng(seed)
    types = np.array([index_of("component_type", t) for t in TYPES])
    fluids = np.array([index_of("fluid", f) for f in FLUIDS])
    t_nom = g.uniform(6.0, 30.0, n)
    blank = g.random(n) < 0.1
    component = ComponentFrame.from_columns(
        {
            "component_id": np.arange(n),
            "component_type": types[g.integers(0, types.size, n)],
            "equipment_kind": np.where(g.random(n) < 0.3, index_of("equipment_kind", "piping"), 1),
            "geometry": g.integers(0, len(codes("geometry")), n),
            "D_mm": np.where(blank, np.nan, g.uniform(100.0, 3000.0, n)),
            "D_o_mm": np.where(blank, g.uniform(60.0, 500.0, n), np.nan),
            "t_nom_mm": t_nom,
            "P_MPa": g.uniform(0.2, 4.0, n),
            "E": g.choice([0.85, 1.0], n),
            "P_op_MPa": g.uniform(-0.05, 3.0, n),
            "T_op_C": g.uniform(20.0, 450.0, n),
            "fluid": fluids[g.integers(0, fluids.size, n)],
            "phase": g.integers(0, 3, n),
            "inventory_kg": np.where(g.random(n) < 0.03, np.nan, g.uniform(100.0, 50000.0, n)),
            "group_inventory_kg": np.where(blank, np.nan, 60000.0),
            "detection": g.integers(-1, 3, n),
            "isolation": g.integers(-1, 3, n),
            "mitigation": g.integers(-1, 5, n),
            "in_service_d": np.full(n, 9000),
            "regime_start_d": np.where(g.random(n) < 0.2, 15000, -(2**31)),
            "injection_point": g.integers(-1, 2, n),
            "dead_leg": g.integers(0, 2, n),
            "local_mechanism": g.integers(-1, 2, n),
            "rate_confidence": g.integers(-1, 3, n),
        }
    )
    owner = np.repeat(np.arange(n), g.integers(0, 4, n))
    inspections = InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(owner.size),
            "component_row": owner,
            "date_d": g.integers(8000, 21000, owner.size),
            "effectiveness": g.integers(-1, 5, owner.size),
            "mechanism": np.array(["thinning_general", "cui", ""], dtype=object)[g.integers(0, 3, owner.size)],
            "inspection_type": g.integers(0, 6, owner.size),
        }
    )
    inputs = RiskInputFrame.from_columns(
        {
            "t_rdi_mm": np.where(g.random(n) < 0.1, np.nan, t_nom * g.uniform(0.6, 1.0, n)),
            "t_rdi_d": np.full(n, 19000),
            "CR": np.where(g.random(n) < 0.05, np.nan, g.uniform(0.0, 0.5, n)),
            "t_req_mm": np.where(g.random(n) < 0.1, np.nan, t_nom * g.uniform(0.2, 0.9, n)),
            "S_MPa": np.full(n, 137.0),
            "YS_MPa": np.where(g.random(n) < 0.05, np.nan, 245.0),
            "TS_MPa": np.full(n, 410.0),
            "clad": (g.random(n) < 0.1).astype(int),
            "t_bm_mm": t_nom * 0.8,
            "CR_cm": np.full(n, 0.1),
            "tank_maintenance": g.integers(-1, 2, n),
            "tank_construction": g.integers(-1, 2, n),
        }
    )
    return component, inspections, inputs


def taken(frames: Frames, rows: np.ndarray) -> Frames:
    """Some components of a plant, in the given order, with their inspections."""
    component, inspections, inputs = frames
    member = np.concatenate([np.flatnonzero(inspections.component_row == r) for r in rows] or [np.zeros(0, int)])
    owner = np.concatenate(
        [np.full(np.count_nonzero(inspections.component_row == r), i) for i, r in enumerate(rows)] or [np.zeros(0, int)]
    )
    kept = replace(inspections.take(member.astype(np.int64)), component_row=owner.astype(np.int64))
    return component.take(rows), kept, inputs.take(rows)
