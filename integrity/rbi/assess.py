"""Risk of all components at one day: mechanisms, total, probability, consequence, categories, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.each import Each, one_by_one
from integrity.core.errors import ContractError
from integrity.core.frames.facts import DamageFrame, Facts, no_damage
from integrity.core.frames.plant import ComponentFrame, InspectionFrame
from integrity.core.frames.risk import RiskFrame, RiskInputFrame
from integrity.core.group import groups_of
from integrity.core.message import msg
from integrity.core.procedure import Result
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings
from integrity.rbi import area, combine, consequence, financial, holes, management, nfnt, pof, release, risk, toxic
from integrity.rbi.acting import MechanismResult, RowMap, beyond, factors_of, lined, run_mechanisms
from integrity.rbi.case import RiskCase
from integrity.rbi.data import HOLES
from integrity.rbi.outcome import AREAS, outcome_of, result_rows
from integrity.rbi.owner import Owned, local, owned
from integrity.rbi.rated import KEY as RATE_KEY
from integrity.rbi.rated import rated
from integrity.rbi.summary import GROUP_SYMBOL, THINNING_SHOWN, Pieces, frame_of

MANAGED = (management.PROCEDURE.key, management.OWNER_PROCEDURE.key)
BRITTLE = ("brittle", "temper", "embrittlement_885", "sigma")
_MONEY = ("FC", "FC_bound", "FC_category")
_RATES = ("C_r", "rate_source", "model_used")
_FACTORS = {
    "D_f_lining": "lining",
    "D_f_ext": "external",
    "D_f_scc": "scc",
    "D_f_htha": "htha",
    "D_f_brit_gov": "",
    "D_f_mfat": "fatigue",
}


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
        rates = self._rates(component_row)
        if column in _RATES:
            return rates
        acting = {m.mechanism.key: m for m in self.mechanisms if component_row in m.rows}
        traces = {k: Trace(m.result.procedure, m.result, m.rows[component_row]) for k, m in acting.items()}
        if column in THINNING_SHOWN:
            return (*(t for k, t in traces.items() if k == "thinning"), *rates)
        if column in _FACTORS:
            wanted = BRITTLE if column == "D_f_brit_gov" else (_FACTORS[column],)
            shown = [t for k, t in traces.items() if acting[k].mechanism.group in wanted]
            return (self._one(pof.KEY, component_row), *shown)
        if column in (*AREAS, "CA_category", "CA_basis"):
            return self._consequence(component_row)
        if column in _MONEY:
            return self._money(component_row)
        managed = [self._one(k, component_row) for k in MANAGED if k in self.results]
        likelihood = (self._one(pof.KEY, component_row), *managed, *traces.values(), *rates)
        if column in ("D_f_total", "D_f_low", "gff_total", "F_MS", "P_f", "P_f_low", "F_owner", "P_f_owner"):
            return likelihood
        if column in ("risk_FC", "risk_FC_low", "FC_cell"):
            return (self._one(financial.RISK_KEY, component_row), *likelihood, *self._money(component_row))
        return (self._one(risk.KEY, component_row), *likelihood, *self._consequence(component_row))

    def _rates(self, component_row: int) -> tuple[Trace, ...]:
        predicted = [k for k, m in self.rows.items() if ".rate_" in k and k != RATE_KEY and component_row in m]
        return tuple(self._one(k, component_row) for k in (RATE_KEY, *predicted))

    def _one(self, key: str, component_row: int) -> Trace:
        return Trace(key, self.results[key], self.rows[key][component_row])

    def _money(self, component_row: int) -> tuple[Trace, ...]:
        if component_row not in self.rows[financial.KEY]:
            return self._tank(component_row)
        return (self._one(financial.KEY, component_row), *self._consequence(component_row))

    def _tank(self, component_row: int) -> tuple[Trace, ...]:
        keys = [k for k in self.rows if k.startswith("api581.2016.tank") and component_row in self.rows[k]]
        return tuple(self._one(k, component_row) for k in keys[::-1])

    def _consequence(self, component_row: int) -> tuple[Trace, ...]:
        if component_row not in self.rows[consequence.KEY]:
            return self._tank(component_row)
        stream = self.rows[consequence.KEY][component_row]
        r = holes.evaluate(self.case, self.streams, slice(stream, stream + 1))
        out = [Trace(consequence.KEY, r.consequence, 0)]
        out += [Trace(area.KEY, r.area, i, h) for i, h in enumerate(HOLES)]
        for key, result, at in ((toxic.KEY, r.toxic, r.toxic_at), (nfnt.KEY, r.nfnt, r.nfnt_at)):
            out += [Trace(key, result, i, HOLES[int(at[i]) % len(HOLES)]) for i in range(result.n)]
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


def _probability(
    case: RiskCase, results: tuple[MechanismResult, ...], own: Owned
) -> tuple[Result, dict[str, FloatArray]]:
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
    columns["F_MS_given"] = own.F_MS
    columns["score_incomplete"] = own.incomplete.astype(np.int64)
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
    chosen = rated(case)
    case = chosen.case
    acted = run_mechanisms(case, each)
    own = owned(case)
    likelihood, gov = _probability(case, acted, own)
    P_f_local, _ = local(case, likelihood["P_f"])
    outcome = outcome_of(case, progress, each)
    CA = outcome.columns["CA"]
    ranked = risk.PROCEDURE.run({"P_f": likelihood["P_f"], "CA": CA, "D_f_total": likelihood["D_f_total"]}, settings)
    costed = financial.RISK_PROCEDURE.run(
        {
            "P_f": likelihood["P_f"],
            "FC": outcome.columns["FC"],
            "FC_category": outcome.FC_category,
            "D_f_total": likelihood["D_f_total"],
        },
        settings,
    )
    every = RowMap(np.arange(case.n, dtype=np.int64))
    results = {m.result.procedure: m.result for m in acted}
    rows = {m.result.procedure: m.rows for m in acted}
    results |= {pof.KEY: likelihood, risk.KEY: ranked, financial.RISK_KEY: costed}
    rows |= {pof.KEY: every, risk.KEY: every, financial.RISK_KEY: every}
    for key, (result, at) in result_rows(outcome).items():
        results[key], rows[key] = result, RowMap(at)
    for key, result in own.results.items():
        results[key], rows[key] = result, every
    results[RATE_KEY], rows[RATE_KEY] = chosen.selection, every
    for r in chosen.predicted.results:
        at = np.full(case.n, -1, dtype=np.int64)
        at[r.rows] = np.arange(r.rows.size)
        results[r.model.procedure.key], rows[r.model.procedure.key] = r.result, RowMap(at)
    frame = frame_of(case, Pieces(acted, likelihood, gov, outcome, ranked, costed, chosen, own.F_owner, P_f_local))
    return RiskAssessment(case, frame, acted, outcome.level_1.streams, results, rows)
