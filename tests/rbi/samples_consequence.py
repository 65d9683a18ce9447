"""Sample inputs of the toxic area and of the area of steam, acid and caustic: every branch, step and refusal."""

from __future__ import annotations

from typing import Any

from integrity.core.codes import index_of
from integrity.rbi.data import PHASES
from integrity.rbi.release import RELEASE_TYPES
from integrity.rbi.toxic_clauses import CANDIDATES
from tests.rbi.samples import fluid, rows_of

GAS, LIQUID = PHASES.index("gas"), PHASES.index("liquid")
CONT, INST = RELEASE_TYPES.index("continuous"), RELEASE_TYPES.index("instantaneous")


def poison(name: str) -> int:
    return index_of("toxic_fluid", name)


def stated(name: str, **changes: Any) -> dict[str, Any]:
    return {"candidate": 0, "toxic_fluid": poison(name), "toxic_mass_fraction": 0.3, **changes}


TOXIC_BASE: dict[str, Any] = {
    "candidate": CANDIDATES.index("own_fluid"),
    "fluid": fluid("H2S"),
    "W_n": 2.0,
    "mass_kg": 3000.0,
    "mass_avail_kg": 9000.0,
    "ld_max_min": 30.0,
    "release_type": CONT,
    "release_phase": GAS,
}
TOXIC_CHANGES: list[dict[str, Any]] = [
    {},
    {"H2S_ppmw": 2e4},
    {"toxic_mass_fraction": 0.6},
    {"candidate": CANDIDATES.index("H2S"), "fluid": fluid("C6-C8"), "release_phase": LIQUID, "H2S_ppmw": 500.0},
    {"candidate": CANDIDATES.index("NH3"), "fluid": fluid("Water"), "release_phase": LIQUID, "NH3_ppmw": 900.0},
    {"release_type": INST},
    {"fluid": fluid("HF"), "release_type": INST},
    stated("HF", ld_max_min=60.0),
    stated("HF", mass_avail_kg=100.0),
    stated("Ammonia", ld_max_min=5.0),
    stated("Chlorine", release_type=INST),
    stated("ALCL3", mass_avail_kg=10.0),
    stated("ALCL3", release_phase=LIQUID),
    stated("CO", release_phase=LIQUID),
    stated("HCL", release_type=INST),
    stated("Nitric Acid", release_phase=LIQUID, P_no_ignition=0.5),
    stated("TDI", release_phase=LIQUID, tox_rate_cut=0.5, tox_duration_cut=0.5),
    stated("Ammonia", release_type=INST, tox_mass_cut=0.9),
    stated("EE", release_phase=LIQUID, ld_max_min=9.0),
    stated("H2S", toxic_ppm=100.0),
    stated("H2S", toxic_ppm=100.1),
    stated("H2S", toxic_mass_fraction=0.0),
    # refused or lacking something
    {"candidate": 0, "toxic_mass_fraction": 0.1},
    {"candidate": 0, "toxic_fluid": poison("HF")},
    stated("HF", toxic_mass_fraction=1.2),
    stated("TDI"),
    {"W_n": float("nan")},
]
_TOXIC_SPARE = {"toxic_fluid": -1}

NFNT_BASE: dict[str, Any] = {
    "fluid": fluid("Steam"),
    "phase": GAS,
    "rate_kg_s": 3.0,
    "mass_kg": 500.0,
    "P_s_MPa": 1.0,
}
ACID = {"fluid": fluid("Acid"), "phase": LIQUID}
NFNT_CHANGES: list[dict[str, Any]] = [
    {},
    {"rate_kg_s": 40.0, "mass_kg": 6000.0},
    {**ACID, "P_s_MPa": 0.3},
    {**ACID, "P_s_MPa": 0.05},
    {**ACID, "P_s_MPa": 1.3},
    {**ACID, "P_s_MPa": 0.4137},
    # refused or lacking something
    {"phase": LIQUID},
    {**ACID, "phase": GAS},
    {"fluid": fluid("Water"), "phase": LIQUID},
    {"rate_kg_s": 0.0},
    {"P_s_MPa": float("nan")},
]

SAMPLES: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    "api581.2016.toxic_area": [(rows_of(TOXIC_BASE, TOXIC_CHANGES, _TOXIC_SPARE), {})],
    "api581.2016.nfnt_area": [(rows_of(NFNT_BASE, NFNT_CHANGES, {}), {})],
}
SETTINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "api581.2016.toxic_area": ({"rbi.toxic_short": "refuse", "rbi.toxic_instantaneous": "refuse"},),
    "api581.2016.nfnt_area": ({"rbi.acid_fit": "refuse"}, {"rbi.acid_fit": "literal"}),
}
