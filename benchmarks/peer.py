"""Times an independent engine case by case; run by `engine.py` under a Python that has api581-engine 0.1.4.

Prints one JSON line: microseconds a case of its plain functions (inputs built and validated beforehand) and of its
normal call, and what both cases and answers were, so that the other side can be held to them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from api581 import evaluate
from api581.core import REGISTRY

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "oracle"))

import make_api581
import make_api581_external

THINNING = {
    "t_rdi_mm": 20.0,
    "age_tk_y": 12.0,
    "C_r": 0.2,
    "confidence": "low",
    "N_A": 0,
    "N_B": 1,
    "N_C": 0,
    "N_D": 0,
    "E": 1.0,
    "YS_MPa": 240.0,
    "TS_MPa": 460.0,
    "P_MPa": 2.0,
    "D_ref_mm": 2000.0,
    "shape": "cylinder",
    "method": "pressure",
    "S_MPa": 130.0,
    "t_req_mm": 10.0,
    "t_c_mm": 5.0,
    "F_IP": 1.0,
    "F_DL": 1.0,
    "F_OM": 1.0,
    "clad": 0,
}
EXTERNAL = {
    "T_op_C": 60.0,
    "driver": "severe",
    "water_retaining": 0,
    "soil_interface": 0,
    "age_tke_y": 16.0,
    "coating_quality": "high",
    "age_coat_y": 20.0,
    "t_rde_mm": 20.0,
    "confidence": "low",
    "N_A": 0,
    "N_B": 0,
    "N_C": 1,
    "N_D": 0,
    "E": 1.0,
    "YS_MPa": 240.0,
    "TS_MPa": 460.0,
    "P_MPa": 2.0,
    "D_ref_mm": 2000.0,
    "geometry": "cylinder",
}
RELEASE = {
    "fluid": "C6-C8",
    "phase": "liquid",
    "D_ref_mm": 2000.0,
    "P_s_MPa": 1.2,
    "T_s_C": 60.0,
    "mass_comp_kg": 8000.0,
    "mass_inv_kg": 20000.0,
    "detection": "B",
    "isolation": "B",
    "mitigation": 0.0,
    "rupture_min": 1.0,
}
Call = Callable[[str, dict[str, Any]], dict[str, Any]]


def normal(key: str, inputs: dict[str, Any]) -> dict[str, Any]:
    return evaluate(key, inputs)["outputs"]


class Plain:
    """Calls the registered functions; what they are given is validated the first time only."""

    def __init__(self) -> None:
        self.built: dict[str, Any] = {}

    def __call__(self, key: str, inputs: dict[str, Any]) -> dict[str, Any]:
        one = REGISTRY[key]
        place = f"{key}|{inputs.get('duration_hole', '')}"
        if place not in self.built:
            self.built[place] = one.model.model_validate(inputs)
        return one.function(self.built[place])


KEY, REQUEST = make_api581.thinning_request(THINNING)
BASE = normal("damage/external-base-rate", {"temperature_k": 333.15, "driver": "severe"})
EXTERNAL_REQUEST = make_api581_external.assessment(EXTERNAL, BASE["base_corrosion_rate_m_year"], "ext")
HOLES = {h: make_api581.release_request({**RELEASE, "hole": h})[:2] for h in make_api581.HOLES}
CRACKS = {
    "susceptibility": "medium",
    "confirmed_cracking": False,
    "unrepaired_cracks": False,
    "years_since_qualifying_inspection": 12.0,
    "inspections": {"a": 0, "b": 1, "c": 0, "d": 0},
}


def thinning(call: Call) -> dict[str, float]:
    return {"D_f_thin": call(KEY, REQUEST)["thinning_damage_factor"]}


def chain(call: Call) -> dict[str, float]:
    out = thinning(call)
    out["D_f_scc"] = call("damage/ssc", CRACKS)["damage_factor"]
    out["D_f_ext"] = call("damage/external-corrosion", EXTERNAL_REQUEST)["damage_factor"]
    total = {
        "thinning": out["D_f_thin"],
        "lining": None,
        "external": [out["D_f_ext"]],
        "scc": [out["D_f_scc"]],
        "htha": 0.0,
        "fatigue": 0.0,
        "brittle_fracture": 0.0,
        "temper_embrittlement": 0.0,
        "embrittlement_885f": 0.0,
        "sigma_embrittlement": 0.0,
        "thinning_external_distribution": "local",
    }
    out["D_f_total"] = call("damage/combine", total)["total_damage_factor"]
    areas = []
    for hole, (key, request) in HOLES.items():
        y = call(key, request)
        areas.append(
            {
                "hole": hole,
                "flammable_equipment_area_m2": y["equipment_area_m2"],
                "flammable_personnel_area_m2": y["personnel_area_m2"],
                "toxic_personnel_area_m2": 0.0,
                "nfnt_personnel_area_m2": 0.0,
            }
        )
    out["CA"] = call("level1/consequence-summary", {"component_type": "DRUM", "holes": areas})["consequence_area_m2"]
    return out


def microseconds(run: Callable[[], object], n: int) -> float:
    """Least processor time a case of several rounds."""
    took = []
    for _ in range(5):
        begin = time.process_time()
        for _ in range(n):
            run()
        took.append((time.process_time() - begin) / n)
    return 1e6 * min(took)


def main() -> None:
    out: dict[str, Any] = {"engine": "api581-engine", "version": version("api581-engine")}
    for name, work, n in (("thinning", thinning, 400), ("chain", chain, 60)):
        plain = Plain()
        answer = work(plain)
        out[name] = {
            "answer": answer,
            "plain_us": microseconds(lambda work=work, plain=plain: work(plain), n),
            "normal_us": microseconds(lambda work=work: work(normal), n // 4),
        }
    print(json.dumps(out))


if __name__ == "__main__":
    main()
