"""Samples of the procedure that reach every step and limit, and components that the mechanism acts on."""

from __future__ import annotations

from typing import Any

import numpy as np

from integrity.core.codes import index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.settings import DEFAULTS
from integrity.rbi.assess import make_case
from integrity.rbi.case import RiskCase

NAN = float("nan")
TODAY = 20500
BEND = index_of("geometry", "bend")
ELBOW, STRAIGHT = index_of("fitting", "elbow"), index_of("fitting", "straight")

BASE: dict[str, Any] = {
    "W_sand_kg_d": 20.0, "velocity_m_s": 12.0, "d_p_um": 250.0, "density": 80.0, "D_mm": 154.1, "fitting": ELBOW,
    "geometry": BEND, "t_rdi_mm": 7.1, "age_tk_y": 6.0, "E": 1.0, "YS_MPa": 240.0, "TS_MPa": 415.0, "S_MPa": 138.0,
    "t_req_mm": 3.0, "t_c_mm": 2.8, "P_MPa": 4.0, "D_ref_mm": 168.3, "N_A": 1.0, "N_B": NAN, "N_C": NAN, "N_D": NAN,
    "start_d": 9000, "as_of_d": TODAY,
}  # fmt: skip
CHANGES: list[dict[str, Any]] = [
    {},
    {"W_sand_kg_d": 0.0},
    {"geometry": index_of("geometry", "pipe")},
    {"N_A": NAN},
    {"t_req_mm": NAN},
    {"t_c_mm": NAN},
    {"P_MPa": 30.0},
    {"P_MPa": NAN},
    {"S_MPa": NAN},
    # outside the limits, or lacking something
    {"geometry": index_of("geometry", "pipe"), "fitting": STRAIGHT},
    {"density": 0.0},
    {"velocity_m_s": -1.0},
    {"t_rdi_mm": 0.0},
    {"age_tk_y": -0.5},
    {"S_MPa": NAN, "P_MPa": NAN},
    {"N_A": 1.5},
    {"d_p_um": NAN},
]
INSPECTIONS = {"case": [3, 3], "date_d": [18000, 19000], "effectiveness": [0, 2]}

SAMPLES = {
    "salama.2000.sand_erosion": [({s: [{**BASE, **c}[s] for c in CHANGES] for s in BASE}, {"inspections": INSPECTIONS})]
}


def bends(n: int = 12) -> RiskCase:
    """Bends of a line in sandy service, the last without a grain size, one a straight pipe."""
    k = np.arange(n)
    components = ComponentFrame.from_columns(
        {
            "component_id": k,
            "component_type": np.full(n, index_of("component_type", "PIPE-6")),
            "equipment_kind": np.full(n, index_of("equipment_kind", "piping")),
            "geometry": np.where(k == 3, index_of("geometry", "pipe"), BEND),
            "fitting": np.where(k == 3, STRAIGHT, ELBOW),
            "D_o_mm": np.full(n, 168.3),
            "t_nom_mm": np.full(n, 7.1),
            "P_MPa": 2.0 + 0.2 * k,
            "E": np.ones(n),
            "in_service_d": 16000 + 100 * k,
        }
    )
    inspections = InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(4),
            "component_row": np.array([0, 1, 1, 5]),
            "date_d": np.array([18000, 18500, 19500, 19000]),
            "effectiveness": np.array([0, 1, 2, 3]),
            "mechanism": np.array(["sand_erosion", "sand_erosion", "sand_erosion:bend", "thinning_local"], object),
        }
    )
    inputs = RiskInputFrame.from_columns(
        {
            "t_rdi_mm": np.where(k % 3 == 0, NAN, 6.8 - 0.1 * k),
            "t_rdi_d": np.full(n, 19000),
            "t_req_mm": np.full(n, 2.9),
            "S_MPa": np.full(n, 138.0),
            "YS_MPa": np.full(n, 240.0),
            "TS_MPa": np.full(n, 415.0),
        }
    )
    facts = Facts(
        n,
        {
            "W_sand_kg_d": 5.0 + 4.0 * k,
            "velocity_m_s": np.full(n, 11.0),
            "d_p_um": np.where(k == n - 1, NAN, 250.0),
            "density": np.full(n, 90.0),
        },
    )
    damage = DamageFrame.from_columns(
        {
            "component_row": k,
            "mechanism": np.full(n, "sand_erosion", dtype=object),
            "decision": np.zeros(n, dtype=np.int64),
        }
    )
    return make_case(components, inspections, inputs, TODAY, DEFAULTS, facts, damage)


CASE = bends()
