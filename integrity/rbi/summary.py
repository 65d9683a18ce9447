"""The frame of an assessment: numbers by component, what acts, what is unverified, and why something is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, TextArray
from integrity.core.codes import factorised, index_of
from integrity.core.frames.risk import RiskFrame
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import Settings
from integrity.rbi import holes, pof, risk
from integrity.rbi.acting import THINNING, MechanismResult, beyond, lined
from integrity.rbi.case import RiskCase, baseline
from integrity.rbi.combinations import Combined, named
from integrity.rbi.outcome import Outcome
from integrity.rbi.rated import Rated

GROUP_SYMBOL = {
    "thinning": "D_f_thin",
    "lining": "D_f_lining",
    "external": "D_f_ext",
    "scc": "D_f_scc",
    "htha": "D_f_htha",
    "brittle": "D_f_brit",
    "temper": "D_f_temp",
    "embrittlement_885": "D_f_885",
    "sigma": "D_f_sigma",
    "fatigue": "D_f_mfat",
}
# Inputs that this engine hands over itself, so that their absence is told by what should have given them.
HANDED = {pof.KEY: frozenset({"D_f_thin"})}
THINNING_SHOWN = ("A_rt", "SR_p", "SR_p_branch", "D_f_thin", "D_f_branch")


@dataclass(frozen=True)
class Pieces:
    """Results of one assessment that its frame is made of; `gov` is the governing factor of each group."""

    acted: tuple[MechanismResult, ...]
    likelihood: Result
    gov: Mapping[str, FloatArray]
    outcome: Outcome
    ranked: Result
    financial_risk: Result
    chosen: Rated
    F_owner: FloatArray
    P_f_local: FloatArray


def frame_of(case: RiskCase, pieces: Pieces) -> RiskFrame:
    """Frame of an assessment.

    Parameters
    ----------
    case : RiskCase
    pieces : Pieces

    Returns
    -------
    RiskFrame
    """
    acted, likelihood, outcome = pieces.acted, pieces.likelihood, pieces.outcome
    ranked, chosen = pieces.ranked, pieces.chosen
    base = baseline(case)
    columns: dict[str, Any] = {
        "component_row": np.arange(case.n, dtype=np.int64),
        "t_rdi_mm": base.t_rdi_mm,
        "t_rdi_d": base.t_rdi_d,
        "t_rdi_basis": base.basis,
        "C_r": chosen.selection["C_r"],
        "rate_source": chosen.selection["rate_source"],
        "model_used": chosen.selection["model_used"],
    }
    thinning = next((m for m in acted if m.mechanism.key == THINNING), None)
    if thinning is not None:
        shown = ("age_tk_y", "confidence", "N_A", "N_B", "N_C", "N_D", *THINNING_SHOWN)
        columns |= {s: thinning.result[s] for s in shown}
    columns |= {s: likelihood[s] for s in ("D_f_total", "D_f_low", "gff_total", "F_MS", "P_f", "P_f_low")}
    columns |= _by_group(case, acted, likelihood, pieces.gov)
    columns |= {**outcome.columns, "CA_basis": outcome.CA_basis, "FC_category": outcome.FC_category}
    columns |= {s: pieces.financial_risk[s] for s in ("risk_FC", "FC_cell")}
    columns["risk_FC_low"] = columns["P_f_low"] * columns["FC_bound"]
    columns |= {s: ranked[s] for s in ("risk", "risk_category", "four_colour")}
    columns |= {"F_owner": pieces.F_owner, "P_f_local": pieces.P_f_local}
    columns["P_f_owner"] = likelihood["P_f"] * pieces.F_owner
    columns["risk_low"] = risk.area_risk(columns["P_f_low"], columns["CA"])
    columns |= {
        "two_phase_case": outcome.level_1.two_phase_case,
        "P_f_category": _likelihood_alone(likelihood, case.settings),
        "CA_category": risk.category(columns["CA"], risk.bounds_in_force(case.settings, "CA").values),
        "toxic_state": outcome.level_1.toxic_state,
        "toxic_missing": _toxic_missing(outcome.level_1.toxic_state),
        "unverified": _unverified(acted, likelihood, outcome, case.n),
        "reasons": _reasons(acted, likelihood, outcome, case.n),
    }
    return RiskFrame.from_columns(columns, case.n)


def _toxic_missing(state: IntArray) -> IntArray:
    return np.where(state < 0, -1, state == index_of("toxic_state", "not_evaluated")).astype(np.int64)


def _likelihood_alone(likelihood: Result, settings: Settings) -> IntArray:
    by = settings.code("rbi.category_from")
    value = likelihood["D_f_total" if by == "D_f" else "P_f"]
    return risk.category(value, risk.bounds_in_force(settings, by).values)


def _by_group(
    case: RiskCase, acted: tuple[MechanismResult, ...], likelihood: Result, gov: Mapping[str, FloatArray]
) -> dict[str, AnyArray]:
    n = case.n
    lining = np.where(lined(acted, n), gov["lining"], np.nan)
    brittle = sum(gov[g] for g in ("brittle", "temper", "embrittlement_885", "sigma"))
    out: dict[str, AnyArray] = {GROUP_SYMBOL[g]: gov[g] for g in ("external", "scc", "htha", "fatigue")}
    out["D_f_lining"] = lining
    out["D_f_brit_gov"] = np.where(np.isnan(brittle), np.nan, likelihood["D_f_brit_gov"])
    acts = [m.rows.rows >= 0 for m in acted]
    open_ = [_nan_at(m, n) for m in acted]
    keys = [m.mechanism.key for m in acted]
    for key, rows in beyond(case).items():
        here = np.zeros(n, dtype=np.bool_)
        here[rows] = True
        keys.append(key)
        acts.append(here)
        open_.append(here)
    out["acting"], out["unassessed"] = named(keys, acts, n), named(keys, open_, n)
    return out


def _nan_at(m: MechanismResult, n: int) -> BoolArray:
    out = np.zeros(n, dtype=np.bool_)
    here = np.flatnonzero(m.rows.rows >= 0)
    out[here] = np.isnan(m.result[m.mechanism.output][m.rows.rows[here]])
    return out


def _unverified(acted: tuple[MechanismResult, ...], likelihood: Result, outcome: Outcome, n: int) -> IntArray:
    flagged = outcome.unverified | (likelihood["gff_check"] == 0)
    for m in acted:
        if m.mechanism.unverified is not None and m.result.n:
            here = np.flatnonzero(m.rows.rows >= 0)
            moved = m.mechanism.unverified(m.result)
            flagged[here] |= moved[m.rows.rows[here]]
    return np.asarray(flagged, dtype=np.int64)


def _words(procedure: Procedure, missing: IntArray, refused: IntArray) -> tuple[IntArray, list[tuple[str, ...]]]:
    """Index of each row among the different reasons of a procedure, and these as keys; the first is none."""
    carried = holes.CARRIED.get(procedure.key, HANDED.get(procedure.key, frozenset()))
    inputs = [(j, p.symbol) for j, p in enumerate(procedure.inputs) if p.symbol not in carried]
    keep = np.int64(sum(1 << j for j, _ in inputs))
    lacks, of_lack = _different(missing & keep)
    outside, of_limit = _different(refused)
    pairs, inverse = _different(of_lack * outside.size + of_limit)
    texts = []
    for pair in pairs.tolist():
        lack, limit = int(lacks[pair // outside.size]), int(outside[pair % outside.size])
        tokens = [f"missing:{s}" for j, s in inputs if lack >> j & 1]
        tokens += [f"limit:{lim.key}" for i, lim in enumerate(procedure.limits) if limit >> i & 1]
        texts.append(tuple(dict.fromkeys(tokens)))
    return inverse, texts


def _different(packed: IntArray) -> tuple[IntArray, IntArray]:
    """Nothing (0) and the other values of a column, and the index of each row among them; most rows have nothing."""
    rows = np.flatnonzero(packed)
    if not rows.size:
        return np.zeros(1, dtype=np.int64), np.zeros(packed.size, dtype=np.int64)
    keys, back = np.unique(packed[rows], return_inverse=True)
    index = np.zeros(packed.size, dtype=np.int64)
    index[rows] = back + 1
    return np.concatenate((np.zeros(1, dtype=np.int64), keys)), index


def _reasons(acted: tuple[MechanismResult, ...], likelihood: Result, outcome: Outcome, n: int) -> TextArray:
    told = Combined(n)
    for m in acted:
        index, words = _words(m.mechanism.procedure, m.result.missing, m.result.refused)
        here = np.flatnonzero(m.rows.rows >= 0)
        spread = np.zeros(n, dtype=np.int64)
        spread[here] = index[m.rows.rows[here]]
        told.add(spread, words)
    told.add(*_words(pof.PROCEDURE, likelihood.missing, likelihood.refused))
    masks, is_tank = outcome.level_1.masks, outcome.tank_row >= 0
    settled = masks["consequence.refused"] != 0
    for name, procedure in holes.PROCEDURES.items():
        # A component whose consequence is another method's needs no reasons of this one.
        hide = is_tank | (settled & (name in ("release", "area")))
        bits = [np.where(hide, 0, masks[f"{name}.{kind}"]) for kind in ("missing", "refused")]
        told.add(*_words(procedure, bits[0], bits[1]))
    texts, of_tank = factorised(outcome.reasons[outcome.tank.component])
    spread = np.zeros(n, dtype=np.int64)
    spread[outcome.tank.component] = of_tank + 1
    told.add(spread, [(), *(tuple(t for t in dict.fromkeys(text.split("; ")) if t) for text in texts)])
    return told.texts("; ")
