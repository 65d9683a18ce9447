"""A big made-up plant for the risk engine: facts of process and material, several mechanisms a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.plants import AS_OF, components
from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.frames.facts import DamageFrame, Facts
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskInputFrame
from integrity.core.procedure import Param
from integrity.rbi.mechanisms import mechanisms

# Share of the components on which an engineer accepted each mechanism, of those it can act on; thinning acts on all.
SHARES = {
    "ext_corrosion": 0.95,
    "cui": 0.95,
    "ext_clscc": 0.40,
    "cui_clscc": 0.40,
    "lining": 0.05,
    "scc_caustic": 0.25,
    "scc_amine": 0.25,
    "scc_ssc": 0.60,
    "scc_hic_h2s": 0.60,
    "scc_carbonate": 0.30,
    "scc_pta": 0.40,
    "scc_clscc": 0.60,
    "scc_hsc_hf": 0.05,
    "scc_hic_hf": 0.05,
    "htha": 0.25,
    "brittle": 0.60,
    "temper": 0.30,
    "embrittlement_885": 0.10,
    "sigma": 0.20,
    "fatigue": 0.40,
}
# Recorded numbers are drawn evenly between these; a number not named here stays unrecorded.
RANGES = {
    "SMYS_MPa": (205.0, 415.0),
    "T_cycle_min_C": (20.0, 60.0),
    "T_cycle_max_C": (60.0, 110.0),
    "T_press_C": (-10.0, 40.0),
    "CET_C": (-10.0, 60.0),
    "T_lowest_C": (-15.0, 30.0),
    "dT_941_K": (-60.0, 120.0),
    "T_op_max_C": (350.0, 480.0),
    "T_op_min_C": (20.0, 90.0),
    "sigma_pct": (0.0, 12.0),
    "p_H2_MPa": (0.05, 9.0),
    "exposure_h": (2e4, 2e5),
    "shaking_weeks": (1.0, 80.0),
    "n_fittings": (1.0, 14.0),
    "amine_wt": (10.0, 50.0),
    "water_wt": (0.0, 20.0),
    "pH": (4.0, 10.0),
    "carbonate_ppmw": (0.0, 1500.0),
    "NaOH_pct": (0.0, 45.0),
    "chloride_ppmw": (0.0, 1500.0),
    "H2S_water_ppmw": (0.0, 15000.0),
    "steel_sulfur_pct": (0.001, 0.02),
    "HB_weld": (150.0, 260.0),
    "Si_wt": (0.1, 0.6),
    "Mn_wt": (0.3, 0.8),
    "P_wt": (0.005, 0.02),
    "Sn_wt": (0.005, 0.02),
    "t_emb_h": (1e3, 1.8e5),
    "year_built": (1965.0, 2010.0),
}
STEELS = ("carbon_low_alloy", "cr_mo", "austenitic", "duplex")
GROUPS = ("carbon", "cr_mo", "austenitic", "")
STEEL_SHARES = (0.68, 0.12, 0.16, 0.04)
# Facts whose presence would decide the case on every component: few have them.
RARE = {
    "susceptibility_given": 0.05,
    "T_ref_885_given_C": 0.3,
    "dFATT_given_K": 0.2,
    "cracks_found": 0.03,
    "htha_history": 0.1,
    "exposed_given": 0.1,
    "code_satisfied": 0.05,
    "coating_failed": 0.05,
    "monitored_fluid": 0.2,
    "CR_ext": 0.1,
    "toxic_fluid": 0.02,
}


@dataclass(frozen=True)
class RiskPlant:
    """What `rbi.assess.assess_risk` takes."""

    components: ComponentFrame
    inspections: InspectionFrame
    inputs: RiskInputFrame
    facts: Facts
    damage: DamageFrame
    as_of_d: int = AS_OF


def _params() -> dict[str, Param]:
    """Inputs of all mechanisms that are no counts and no columns of a frame, by symbol."""
    frames = {*ComponentFrame.quantities(), *RiskInputFrame.quantities()}
    taken = {"as_of_d", "start_d", "service_d", "exposed_from_d", "age_given_y", "C_r", "P_MPa", "D_ref_mm"}
    known: dict[str, Param] = {}
    for m in mechanisms():
        for p in m.procedure.inputs:
            if p.symbol not in frames | taken and not p.symbol.startswith("N_"):
                known.setdefault(p.symbol, p)
    return known


def _fact(p: Param, n: int, rng: np.random.Generator) -> Any:
    """Recorded values of one symbol, or nothing."""
    recorded = rng.random(n) < RARE.get(p.symbol, 0.97)
    if p.quantity == "flag":
        return np.where(recorded, np.array(["no", "yes"], dtype=object)[rng.integers(0, 2, n)], "")
    if p.quantity == "code" and p.codes:
        return np.where(recorded, np.array(p.codes, dtype=object)[rng.integers(0, len(p.codes), n)], "")
    if p.quantity == "date":
        return np.where(recorded, AS_OF - rng.integers(300, 9000, n), NO_DATE)
    if p.symbol in RANGES:
        low, high = RANGES[p.symbol]
        values = rng.uniform(low, high, n)
        return np.where(recorded, np.round(values) if p.quantity == "count" else values, np.nan)
    return None


def _facts(n: int, steel: np.ndarray, rng: np.random.Generator) -> Facts:
    held = {s: v for s, p in sorted(_params().items()) if (v := _fact(p, n, rng)) is not None}
    held["material_class"] = np.array(STEELS, dtype=object)[steel]
    held["material_group"] = np.array(GROUPS, dtype=object)[steel]
    held["H2S_ppmw"] = np.where(rng.random(n) < 0.15, rng.uniform(50.0, 20000.0, n), np.nan)
    held["NH3_ppmw"] = np.where(rng.random(n) < 0.05, rng.uniform(50.0, 5000.0, n), np.nan)
    return Facts(n, held)


def _inspections(c: ComponentFrame, rng: np.random.Generator) -> InspectionFrame:
    """Two to six inspections a component, each of some mechanism."""
    owner = np.repeat(np.arange(c.n), rng.integers(2, 7, c.n))
    named = np.array(["thinning_general", "thinning_local", "", *SHARES], dtype=object)
    weights = np.array([0.30, 0.10, 0.05, *(0.55 * s / sum(SHARES.values()) for s in SHARES.values())])
    start = np.maximum(c.in_service_d, AS_OF - 7000)[owner]
    date = start + ((AS_OF - start) * rng.random(owner.size)).astype(np.int64)
    order = np.lexsort((date, owner))
    return InspectionFrame.from_columns(
        {
            "inspection_id": np.arange(owner.size) + 1,
            "component_row": owner,
            "date_d": date[order],
            "inspection_type": rng.integers(0, 7, owner.size),
            "effectiveness": rng.integers(0, 5, owner.size),
            "mechanism": named[rng.choice(named.size, owner.size, p=weights / weights.sum())],
        }
    )


def _possible(c: ComponentFrame, steel: np.ndarray) -> dict[str, np.ndarray]:
    """Components that a mechanism can act on at all, by its key; every one where none is named."""
    ferritic, austenitic, hot = steel <= 1, steel == 2, c.T_op_C > 250.0
    outside = {"ext_corrosion": ferritic & (c.T_op_C < 110.0), "ext_clscc": austenitic}
    out = {k: (c.insulated == 0) & v for k, v in outside.items()}
    out |= {"cui": (c.insulated == 1) & ferritic & (c.T_op_C < 170.0), "cui_clscc": (c.insulated == 1) & austenitic}
    out |= {k: austenitic for k in ("scc_pta", "scc_clscc", "sigma")}
    out |= {k: ferritic for k in SHARES if k in ("brittle", "htha") or (k.startswith("scc_") and k not in out)}
    out |= {"temper": (steel == 1) & hot, "embrittlement_885": (steel >= 1) & hot}
    return out | {"fatigue": np.isin(c.geometry, [index_of("geometry", g) for g in ("pipe", "bend")])}


def _damage(c: ComponentFrame, steel: np.ndarray, everywhere: bool, rng: np.random.Generator) -> DamageFrame:
    """Decisions, ordered by component, then mechanism; some reject."""
    keys, n = sorted(SHARES), c.n
    possible = _possible(c, steel)
    accepted = np.column_stack([(rng.random(n) < SHARES[k]) & possible.get(k, True) for k in keys])
    accepted |= everywhere
    rejected = ~accepted & (rng.random(accepted.shape) < 0.02)
    row, which = np.nonzero(accepted | rejected)
    return DamageFrame.from_columns(
        {
            "component_row": row,
            "mechanism": np.array(keys, dtype=object)[which],
            "decision": rejected[row, which].astype(np.int64),
            "susceptibility": np.where(rng.random(row.size) < 0.05, "medium", "").astype(object),
        }
    )


def _inputs(c: ComponentFrame, rng: np.random.Generator) -> RiskInputFrame:
    n = c.n
    t = c.t_nom_mm * rng.uniform(0.75, 1.0, n)
    return RiskInputFrame.from_columns(
        {
            "t_rdi_mm": np.where(rng.random(n) < 0.05, np.nan, t),
            "t_rdi_d": AS_OF - rng.integers(60, 3000, n),
            "CR": rng.lognormal(np.log(0.06), 0.6, n),
            "t_req_mm": t * rng.uniform(0.3, 0.85, n),
            "S_MPa": np.full(n, 130.0),
            "YS_MPa": np.full(n, 240.0),
            "TS_MPa": np.full(n, 420.0),
        }
    )


def make_risk_plant(n: int, seed: int = 20260581, everywhere: bool = False) -> RiskPlant:
    """A plant of n components with facts and decided damage mechanisms.

    Parameters
    ----------
    n : int
        Components.
    seed : int
    everywhere : bool
        Every mechanism is accepted on every component, whether it can act there or not.

    Returns
    -------
    RiskPlant
    """
    rng = np.random.default_rng(seed)
    c = components(n, rng)
    steel = rng.choice(len(STEELS), n, p=STEEL_SHARES)
    return RiskPlant(
        c, _inspections(c, rng), _inputs(c, rng), _facts(n, steel, rng), _damage(c, steel, everywhere, rng)
    )
