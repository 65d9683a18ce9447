"""Risk of all components at one day: mechanisms, total, probability, consequence, categories, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, TextArray
from integrity.core.each import Each, one_by_one
from integrity.core.errors import ContractError
from integrity.core.frames.facts import DamageFrame, Facts, no_damage
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskFrame, RiskInputFrame
from integrity.core.group import groups_of
from integrity.core.message import msg
from integrity.core.procedure import Procedure, Result
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings
from integrity.rbi import area, combine, consequence, holes, pof, release, risk
from integrity.rbi.case import RiskCase, baseline
from integrity.rbi.data import HOLES, fluids
from integrity.rbi.mechanisms import Mechanism, mechanisms

THINNING = "thinning"
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
CARRIED = {
    "api581.2016.pof": frozenset({"D_f_thin"}),
    "api581.2016.flammable_area": frozenset({"release_phase", "release_type", "rate_kg_s", "mass_kg"}),
    "api581.2016.consequence": frozenset(f"CA_{e}_{h}" for e in ("cmd", "inj") for h in HOLES),
}
_PROBABILITY = ("A_rt", "SR_p", "SR_p_branch", "D_f_thin", "D_f_branch")
_AREAS = ("CA", "CA_cmd", "CA_inj", "CA_category")


class RowMap(Mapping[int, int]):
    """Row of a result for each component row, backed by an array; -1 means none."""

    def __init__(self, rows: IntArray) -> None:
        self.rows = rows

    def __getitem__(self, component_row: int) -> int:
        row = int(self.rows[component_row]) if 0 <= component_row < self.rows.size else -1
        if row < 0:
            raise KeyError(component_row)
        return row

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self.rows >= 0).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self.rows >= 0))


@dataclass(frozen=True)
class MechanismResult:
    """Result of one mechanism and the result row of each component (-1: it does not act there)."""

    mechanism: Mechanism
    result: Result
    rows: RowMap


@dataclass(frozen=True)
class Trace:
    """One procedure result row that a number rests on; `hole` is its hole code or empty."""

    key: str
    result: Result
    row: int
    hole: str = ""


@dataclass(frozen=True)
class RiskAssessment:
    """Risk at one day.

    `results` and `rows` hold, by procedure key, the results with one row a component or stream and the row of
    each component: every mechanism, `api581.2016.consequence`, `api581.2016.pof`, `api581.2016.risk`. The holes of
    a component are recomputed when asked (`trace`).
    """

    case: RiskCase
    frame: RiskFrame
    mechanisms: tuple[MechanismResult, ...]
    streams: holes.Streams
    results: Mapping[str, Result]
    rows: Mapping[str, RowMap]

    def trace(self, component_row: int, column: str) -> tuple[Trace, ...]:
        """Procedure results a number of the frame rests on, conclusion first.

        Parameters
        ----------
        component_row : int
        column : str
            Column of `RiskFrame`, for example "P_f", "CA" or "risk".

        Returns
        -------
        tuple of Trace
            With `core.working.working(procedure(key), result, row)` each becomes a working.
        """
        wall = [
            Trace(m.result.procedure, m.result, m.rows[component_row])
            for m in self.mechanisms
            if component_row in m.rows
        ]
        if column in _PROBABILITY:
            return tuple(t for t in wall if t.key == "api581.2016.thinning")
        if column in _AREAS:
            return self._consequence(component_row)
        likelihood = (self._one(pof.KEY, component_row), *wall)
        if column in ("D_f_total", "gff_total", "F_MS", "P_f"):
            return likelihood
        return (self._one(risk.KEY, component_row), *likelihood, *self._consequence(component_row))

    def _one(self, key: str, component_row: int) -> Trace:
        return Trace(key, self.results[key], self.rows[key][component_row])

    def _consequence(self, component_row: int) -> tuple[Trace, ...]:
        stream = self.rows[consequence.KEY][component_row]
        r = holes.evaluate(self.case, self.streams, slice(stream, stream + 1))
        out = [Trace(consequence.KEY, r.consequence, 0)]
        out += [Trace(area.KEY, r.area, i, h) for i, h in enumerate(HOLES)]
        out += [Trace(release.KEY, r.release, i, h) for i, h in enumerate(HOLES)]
        return tuple(out)


def make_case(
    components: ComponentFrame,
    inspections: InspectionFrame,
    inputs: RiskInputFrame,
    as_of_d: int,
    settings: Settings,
    facts: Facts | None = None,
    damage: DamageFrame | None = None,
) -> RiskCase:
    """Bind frames to one case; frames of unequal length are refused.

    Parameters
    ----------
    components : ComponentFrame
    inspections : InspectionFrame
        Ordered by component row.
    inputs : RiskInputFrame
        Same rows as `components`.
    as_of_d : int
        Day of the assessment.
    settings : Settings
    facts : Facts, optional
        What is recorded of the components beyond their frame.
    damage : DamageFrame, optional
        Damage mechanisms decided for them.

    Returns
    -------
    RiskCase
    """
    if inputs.n != components.n:
        raise ContractError(msg("core.frame_length", frame="RiskInputFrame", column="t_rdi_mm"))
    groups = groups_of(inspections.component_row, components.n)
    known = Facts(components.n) if facts is None else facts
    decided = no_damage() if damage is None else damage
    return RiskCase(components, inspections, groups, inputs, int(as_of_d), settings, known, decided)


def run_mechanism(m: Mechanism, case: RiskCase) -> MechanismResult:
    """One mechanism on the components it acts on.

    Parameters
    ----------
    m : Mechanism
    case : RiskCase

    Returns
    -------
    MechanismResult
    """
    acts = np.asarray(m.applies(case), dtype=np.bool_)
    here = np.flatnonzero(acts)
    part = case if here.size == case.n else case.take(here)
    columns, tables = m.columns(part)
    result = m.procedure.run(columns, case.settings, tables)
    rows = np.full(case.n, -1, dtype=np.int64)
    rows[here] = np.arange(here.size)
    return MechanismResult(m, result, RowMap(rows))


def factors_of(results: tuple[MechanismResult, ...], n: int) -> dict[str, list[FloatArray]]:
    """Damage factors by group, one row a component; 0 where a mechanism does not act.

    Parameters
    ----------
    results : tuple of MechanismResult
    n : int
        Components.

    Returns
    -------
    dict of group to list of ndarray
    """
    out: dict[str, list[FloatArray]] = {}
    for m in results:
        value = np.zeros(n)
        acts = m.rows.rows >= 0
        value[acts] = m.result[m.mechanism.output][m.rows.rows[acts]]
        out.setdefault(m.mechanism.group, []).append(value)
    return out


def lined(results: tuple[MechanismResult, ...], n: int) -> BoolArray:
    """Components on which a lining mechanism acts.

    Parameters
    ----------
    results : tuple of MechanismResult
    n : int

    Returns
    -------
    ndarray of bool
    """
    out = np.zeros(n, dtype=np.bool_)
    for m in results:
        if m.mechanism.group == "lining":
            out |= m.rows.rows >= 0
    return out


def beyond(case: RiskCase) -> dict[str, IntArray]:
    """Mechanisms that engineers accepted and nothing here can assess, with the components they act on.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    dict of key to ndarray of int64
        Rate models are inputs of thinning and not among them.
    """
    known = {m.key for m in mechanisms()}
    return {
        key: rows
        for key, rows in sorted(case.accepted_rows.items())
        if rows.size and key not in known and not key.startswith((THINNING, "rate_"))
    }


def _probability(case: RiskCase, results: tuple[MechanismResult, ...]) -> tuple[Result, dict[str, FloatArray]]:
    """Likelihood of all components, and the governing factor of each group, NaN where one of it is unknown."""
    factors = factors_of(results, case.n)
    gov = combine.governing(factors, (case.n,))
    known = combine.governing({g: [np.nan_to_num(v) for v in vs] for g, vs in factors.items()}, (case.n,))
    has_lining = lined(results, case.n)
    columns: dict[str, Any] = {GROUP_SYMBOL[g]: v for g, v in known.items()}
    columns["D_f_thin"] = gov["thinning"]
    columns["D_f_lining"] = np.where(has_lining, gov["lining"], np.nan)
    others = [v for g, v in gov.items() if g != "thinning"]
    unknown = np.any(np.isnan(others), axis=0)
    for rows in beyond(case).values():
        unknown[rows] = True
    columns["mechanism_unknown"] = unknown.astype(np.int64)
    columns["lining_unknown"] = (has_lining & np.isnan(gov["lining"])).astype(np.int64)
    columns["component_type"] = case.components.component_type
    columns["local"] = case.components.local_mechanism
    return pof.PROCEDURE.run(columns, case.settings), gov


def assess_risk(
    components: ComponentFrame,
    inspections: InspectionFrame,
    inputs: RiskInputFrame,
    as_of_d: int,
    settings: Settings,
    progress: Progress = SILENT,
    each: Each = one_by_one,
    facts: Facts | None = None,
    damage: DamageFrame | None = None,
) -> RiskAssessment:
    """Damage factors, probability, consequence and risk of every component at one day.

    Parameters
    ----------
    components : ComponentFrame
    inspections : InspectionFrame
        Ordered by component row; later than `as_of_d` or before the latest installation, replacement or process
        change do not count.
    inputs : RiskInputFrame
        Thickness, rate, required thickness and strengths of other rooms.
    as_of_d : int
    settings : Settings
    progress : Progress
    each : Each
        How parts of the plant are worked through.
    facts : Facts, optional
        What is recorded of the components beyond their frame.
    damage : DamageFrame, optional
        Damage mechanisms decided for them; one that nobody accepted does not act.

    Returns
    -------
    RiskAssessment
        A component that lacks something has NaN there and the reason in `frame.reasons`; no factor is made up.
    """
    return assess_case(make_case(components, inspections, inputs, as_of_d, settings, facts, damage), progress, each)


def assess_case(case: RiskCase, progress: Progress = SILENT, each: Each = one_by_one) -> RiskAssessment:
    """As `assess_risk`, of a case.

    Parameters
    ----------
    case : RiskCase
    progress : Progress
    each : Each
        How parts of the plant are worked through.

    Returns
    -------
    RiskAssessment
    """
    settings = case.settings
    acted = tuple(run_mechanism(m, case) for m in mechanisms())
    likelihood, gov = _probability(case, acted)
    outcome = holes.assess(case, progress, each=each)
    CA = outcome.consequence["CA"][outcome.governing]
    ranked = risk.PROCEDURE.run({"P_f": likelihood["P_f"], "CA": CA, "D_f_total": likelihood["D_f_total"]}, settings)
    every = RowMap(np.arange(case.n, dtype=np.int64))
    results = {m.result.procedure: m.result for m in acted}
    rows = {m.result.procedure: m.rows for m in acted}
    results |= {pof.KEY: likelihood, risk.KEY: ranked, consequence.KEY: outcome.consequence}
    rows |= {pof.KEY: every, risk.KEY: every, consequence.KEY: RowMap(outcome.governing)}
    frame = _frame(case, acted, (likelihood, gov), outcome, ranked)
    return RiskAssessment(case, frame, acted, outcome.streams, results, rows)


def _frame(
    case: RiskCase,
    acted: tuple[MechanismResult, ...],
    probability: tuple[Result, dict[str, FloatArray]],
    outcome: holes.Consequences,
    ranked: Result,
) -> RiskFrame:
    likelihood, gov = probability
    base = baseline(case)
    columns: dict[str, Any] = {
        "component_row": np.arange(case.n, dtype=np.int64),
        "t_rdi_mm": base.t_rdi_mm,
        "t_rdi_d": base.t_rdi_d,
        "t_rdi_basis": base.basis,
    }
    thinning = next((m for m in acted if m.mechanism.key == THINNING), None)
    if thinning is not None:
        shown = ("age_tk_y", "confidence", "N_A", "N_B", "N_C", "N_D", *_PROBABILITY)
        columns |= {s: thinning.result[s] for s in shown}
    columns |= {s: likelihood[s] for s in ("D_f_total", "D_f_low", "gff_total", "F_MS", "P_f", "P_f_low")}
    columns |= _by_group(case, acted, likelihood, gov)
    columns |= {s: outcome.consequence[s][outcome.governing] for s in ("CA_cmd", "CA_inj", "CA")}
    columns |= {s: ranked[s] for s in ("risk", "risk_category", "four_colour")}
    columns["risk_low"] = risk.area_risk(columns["P_f_low"], columns["CA"])
    fluid = holes.fluid_index(case.components.fluid)
    columns |= {
        "two_phase_case": outcome.two_phase_case,
        "P_f_category": _likelihood_alone(likelihood, case.settings),
        "CA_category": risk.category(columns["CA"], risk.bounds_in_force(case.settings, "CA").values),
        "toxic_missing": np.where(fluid < 0, -1, fluids().toxic[fluid]),
        "unverified": _unverified(acted, likelihood, outcome, case.n),
        "reasons": _reasons(acted, likelihood, outcome, case.n),
    }
    return RiskFrame.from_columns(columns, case.n)


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
    out["acting"], out["unassessed"] = _named(keys, acts, n), _named(keys, open_, n)
    return out


def _nan_at(m: MechanismResult, n: int) -> BoolArray:
    out = np.zeros(n, dtype=np.bool_)
    here = np.flatnonzero(m.rows.rows >= 0)
    out[here] = np.isnan(m.result[m.mechanism.output][m.rows.rows[here]])
    return out


def _named(keys: Sequence[str], masks: Sequence[BoolArray], n: int) -> TextArray:
    """Keys whose mask holds, joined by blanks; each different combination is written once."""
    texts, code = [""], np.zeros(n, dtype=np.int64)
    for key, mask in zip(keys, masks, strict=True):
        different, code = np.unique(2 * code + mask, return_inverse=True)
        texts = [f"{texts[d // 2]} {key}".strip() if d % 2 else texts[d // 2] for d in different.tolist()]
    return np.array([*texts, ""], dtype=object)[code]


def _unverified(
    acted: tuple[MechanismResult, ...], likelihood: Result, outcome: holes.Consequences, n: int
) -> IntArray:
    flagged = (outcome.unverified == 1) | (likelihood["gff_check"] == 0)
    for m in acted:
        if m.mechanism.unverified is not None and m.result.n:
            here = np.flatnonzero(m.rows.rows >= 0)
            moved = m.mechanism.unverified(m.result)
            flagged[here] |= moved[m.rows.rows[here]]
    return np.asarray(flagged, dtype=np.int64)


def _texts(procedure: Procedure, missing: IntArray, refused: IntArray) -> tuple[IntArray, list[str]]:
    carried = CARRIED.get(procedure.key, frozenset())
    inputs = [(j, p.symbol) for j, p in enumerate(procedure.inputs) if p.symbol not in carried]
    keep = np.int64(sum(1 << j for j, _ in inputs))
    shift = np.int64(len(procedure.limits))
    keys, inverse = _different(((missing & keep) << shift) | refused)
    texts = []
    for key in keys:
        lacks, outside = int(key) >> int(shift), int(key) & ((1 << int(shift)) - 1)
        tokens = [f"missing:{s}" for j, s in inputs if lacks >> j & 1]
        tokens += [f"limit:{lim.key}" for i, lim in enumerate(procedure.limits) if outside >> i & 1]
        texts.append("; ".join(tokens))
    return inverse, texts


def _different(packed: IntArray) -> tuple[IntArray, IntArray]:
    """Nothing (0) and the other values of a column, and the index of each row among them; most rows have nothing."""
    rows = np.flatnonzero(packed)
    keys, back = np.unique(packed[rows], return_inverse=True)
    index = np.zeros(packed.size, dtype=np.int64)
    index[rows] = back + 1
    return np.concatenate((np.zeros(1, dtype=np.int64), keys)), index


def _reasons(acted: tuple[MechanismResult, ...], likelihood: Result, outcome: holes.Consequences, n: int) -> TextArray:
    parts: list[tuple[IntArray, list[str]]] = []
    for m in acted:
        row = m.rows.rows
        blank = np.where(row >= 0, 0, -1)
        missing = np.where(blank < 0, 0, m.result.missing[np.maximum(row, 0)] if m.result.n else 0)
        refused = np.where(blank < 0, 0, m.result.refused[np.maximum(row, 0)] if m.result.n else 0)
        parts.append(_texts(m.mechanism.procedure, missing, refused))
    parts.append(_texts(pof.PROCEDURE, likelihood.missing, likelihood.refused))
    masks, settled = outcome.masks, outcome.masks["consequence.refused"] != 0
    for name, procedure in (("release", release.PROCEDURE), ("area", area.PROCEDURE)):
        # A component whose consequence is another method's needs no reasons of this one.
        hidden = [np.where(settled, 0, masks[f"{name}.{bits}"]) for bits in ("missing", "refused")]
        parts.append(_texts(procedure, hidden[0], hidden[1]))
    parts.append(_texts(consequence.PROCEDURE, masks["consequence.missing"], masks["consequence.refused"]))
    code = np.zeros(n, dtype=np.int64)
    for inverse, texts in parts:
        code = code * len(texts) + inverse
    keys, back = _different(code)
    joined = []
    for key in keys.tolist():
        tokens = []
        for _, texts in reversed(parts):
            key, at = divmod(key, len(texts))
            tokens.append(texts[at])
        found = [t for text in reversed(tokens) for t in text.split("; ") if t]
        joined.append("; ".join(dict.fromkeys(found)))
    return np.array(joined, dtype=object)[back]
