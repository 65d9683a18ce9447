"""Run where a plug-in is visible or not: a small plant whose bends carry sand, from study to report. Prints JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plants import make_plant
from integrity.core.codes import index_of
from integrity.core.frames.facts import DamageFrame
from integrity.core.frames.plant import Plant
from integrity.core.settings import DEFAULTS
from integrity.rbi.mechanisms import mechanisms
from integrity.rbi.panel import mechanism_panel, planned_inspections
from integrity.services.decisions import mechanism_lines
from integrity.services.known_facts import known_mechanisms, known_params
from integrity.services.reporting import write_report
from integrity.services.risk_views import factors_of
from integrity.services.study import run_study
from integrity.services.types import Study
from integrity.services.workings import component_working
from tests.services.parts import digests

KEY = "sand_erosion"


def sandy(plant: Plant) -> tuple[Plant, np.ndarray]:
    """The plant with sand erosion accepted for its bends, and sand recorded in all of it."""
    bends = np.flatnonzero(plant.components.geometry == index_of("geometry", "bend"))
    damage = DamageFrame.from_columns(
        {
            "component_row": bends,
            "mechanism": np.full(bends.size, KEY, object),
            "decision": np.zeros(bends.size, dtype=np.int64),
        }
    )
    stream = {"W_sand_kg_d": 120.0, "velocity_m_s": 10.0, "d_p_um": 250.0, "density": 80.0}
    return replace(plant, damage=damage, facts=plant.facts.with_(stream)), bends


def told(study: Study, rows: np.ndarray, report: str) -> dict[str, Any]:
    """What the services say of a bend where sand governs, and what an inspection aimed at it in two years changes."""
    assert study.parts is not None
    risk, frame = study.parts.risk, study.parts.risk.frame
    governs = frame.D_f_total > 2.0 * frame.D_f_thin
    row = int(rows[np.argmin(np.where(governs, frame.D_f_total, np.inf)[rows])])
    lines = mechanism_lines(study, row)
    aimed = planned_inspections(frame.n, study.plant.as_of_d + 730, index_of("effectiveness", "B"), KEY)
    inspected = mechanism_panel(risk, row, study.panel.dates_d, aimed)
    if report:
        write_report(replace_items(study, row), Path(report), "zh_CN")
    return {
        "acting": str(frame.acting[row]),
        "unassessed": str(frame.unassessed[row]),
        "reasons": str(frame.reasons[row]),
        "total": float(frame.D_f_total[row]),
        "unverified": int(frame.unverified[row]),
        "factors": {f.mechanism: [f.group, f.D_f, f.unverified] for f in factors_of(study, row)},
        "without": {k: v.tolist() for k, v in lines.without.items()},
        "with": {k: v[1].tolist() for k, v in inspected.items()},
        "panel": study.panel.D_f[row].tolist(),
        "workings": [s.procedure for s in component_working(study, row, "risk")],
        "report": report,
    }


def replace_items(study: Study, row: int) -> Study:
    """The study with one component of the greatest risk, so that its working stands in the report."""
    risk = study.components.risk.copy()
    risk[row] = 1e9
    life = np.where(np.arange(risk.size) == row, -1e6, study.components.RL_today_y)
    return replace(study, components=replace(study.components, risk=risk, RL_today_y=life))


def main() -> None:
    """Study with and without the decision."""
    plain = make_plant(60, seed=11)
    plant, bends = sandy(plain)
    out = {
        "mechanisms": [m.key for m in mechanisms()],
        "may_be_decided": KEY in known_mechanisms(),
        "may_be_recorded": sorted({"W_sand_kg_d", "d_p_um"} & set(known_params())),
        "untouched": digests(run_study(plain, DEFAULTS, workers=1)),
        "sandy": told(run_study(plant, DEFAULTS, workers=1), bends, sys.argv[1]),
    }
    sys.stdout.write(json.dumps(out))


if __name__ == "__main__":
    main()
