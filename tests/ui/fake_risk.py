"""The risk part of the made-up gateway: answers in the shapes of the services, plausible and not right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from integrity.core.codes import codes, index_of
from integrity.core.frames.decisions import (
    CAUSES,
    ChoiceFrame,
    EditionFrame,
    TornadoFrame,
    UncertaintyFrame,
    WaterfallFrame,
)
from integrity.core.frames.results import RiskPanel
from integrity.core.message import msg
from integrity.core.progress import Progress
from integrity.core.settings import setting_specs
from integrity.services.decisions import Comparison, MechanismLines
from integrity.services.fact_views import FactLine, FactSheet, subjects_of
from integrity.services.finder_views import ConditionLine, MechanismMap, map_columns
from integrity.services.input_views import InputSymbol, fact_symbol, input_menu
from integrity.services.risk_lines import Crossing, Recommended
from integrity.services.risk_views import Factor
from integrity.services.settings_edit import MatrixInForce, SettingRow, matrix_in_force
from integrity.services.types import Changes, Study
from integrity.services.what_if_views import WhatIfView

ROW = 3
"""Component whose cracking mechanism lacks a fact."""


def factors(study: Study, row: int, scale: float = 1.0) -> tuple[Factor, ...]:
    """Thinning, external corrosion, and a cracking mechanism that one component cannot assess."""
    value = float(study.components.D_f_thin[row]) * scale
    nan = float("nan")
    missing = (msg("study.missing", symbol="pH"),) if row == ROW else ()
    crack = (nan, 50.0) if row == ROW else (12.0 * scale, nan)
    name = "procedure.api581.2016."
    return (
        Factor("thinning", msg(f"{name}thinning"), "thinning", "D_f_thin", value, nan, True, ()),
        Factor("ext_corrosion", msg(f"{name}ext_corrosion"), "external", "D_f_ext", 4.0, nan, False, ()),
        Factor("scc_ssc", msg(f"{name}scc_ssc"), "scc", "D_f_ssc", crack[0], crack[1], False, missing),
    )


class FakeRisk:
    """Answers at once; decisions, facts and settings are kept by what they are of."""

    calls: list[str]

    def __init__(self) -> None:
        self.approved = True
        self.decided: dict[tuple[str, str], str] = {}
        self.facts: dict[tuple[str, str], str] = {}
        self.changed_settings: dict[str, tuple[Any, str]] = {}
        self.tried: list[tuple[list[int], dict[str, Any]]] = []

    def mechanism_lines(self, study: Study, row: int) -> MechanismLines:
        days = study.panel.dates_d
        y = study.panel.D_f[row]
        with_ = {"thinning": study.panel_planned.D_f[row], "scc_ssc": y * 0.4}
        groups = {"thinning": "thinning", "scc_ssc": "scc"}
        return MechanismLines(days, {"thinning": y, "scc_ssc": y * 0.5}, with_, groups)

    def crossings(self, study: Study, row: int) -> tuple[Crossing, ...]:
        day = int(study.components.risk_target_d[row])
        crosses = index_of("target_state", "crosses")
        return (
            Crossing("risk", crosses, day, 3.7),
            Crossing("D_f", crosses, day - 400, 100.0),
            Crossing("thickness", -1, int(study.components.t_min_reached_d[row]), float("nan")),
        )

    def recommended(self, study: Study, row: int) -> Recommended:
        p = study.panel_planned
        panel = RiskPanel(p.dates_d, p.D_f[[row]] * 0.7, p.P_f[[row]] * 0.7, p.risk[[row]] * 0.7)
        return Recommended(self._choices(study, np.array([row])), panel)

    def input_menu(self) -> tuple[InputSymbol, ...]:
        return input_menu()

    def present_values(self, study: Study, row: int) -> dict[str, float | str]:
        k = study.plant.components
        out: dict[str, float | str] = {"CR": float(study.components.CR_gov[row]), "T_C": float(k.T_C[row])}
        return out | ({} if row == ROW else {"pH": 6.2})

    def try_risk(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView | None:
        return None

    def try_inputs(self, study: Study, rows: Sequence[int], changes: Mapping[str, Any], focus: int) -> WhatIfView:
        self.tried.append((list(rows), dict(changes)))
        chosen = np.unique(np.asarray(rows, dtype=np.int64))
        before = study.components.take(chosen)
        scale = 2.0 if changes else 1.0
        more = {c: getattr(before, c) * scale for c in ("D_f_thin", "D_f_total", "P_f", "risk")}
        after = replace(before, **more)
        return WhatIfView(chosen, before, after, factors(study, focus), factors(study, focus, scale))

    def comparison(self, study: Study, quantity: str, progress: Progress) -> Comparison | None:
        if not self.approved:
            return None
        new = getattr(study.components, quantity)
        steps = {c: new * 0.02 * (i - 2) for i, c in enumerate(CAUSES)}
        old = new - sum(steps.values())
        frame = WaterfallFrame(component_id=study.plant.components.component_id, old=old, new=new, **steps)
        totals = {c: float(np.nansum(getattr(frame, c))) for c in ("old", *CAUSES, "new")}
        return Comparison(frame, totals, int(np.isnan(new).sum()), ("GONE-1",), ())

    def sensitivity(self, study: Study, rows: Sequence[int], quantity: str) -> TornadoFrame:
        base = float(getattr(study.components, quantity)[rows[0]])
        return TornadoFrame(
            component_row=np.zeros(3, dtype=np.int64),
            variable=np.array(["CR", "t_rdi_mm", "strength"], dtype=object),
            base=np.full(3, base),
            at_low=base * np.array([0.4, 1.2, 1.5]),
            at_high=base * np.array([2.4, 0.9, 0.8]),
        )

    def distribution(self, study: Study, rows: Sequence[int], quantity: str, progress: Progress) -> UncertaintyFrame:
        base = float(getattr(study.components, quantity)[rows[0]])
        share = {"base": 1.0, "mean": 1.1, "s_mean": 0.01, "p05": 0.4, "p50": 1.0, "p95": 2.5, "greatest": 6.0}
        one = {k: np.array([base * v]) for k, v in share.items()}
        rest = {"above": np.array([0.25]), "n_draws": np.array([1000.0]), "n_refused": np.array([0.0])}
        return UncertaintyFrame(component_row=np.zeros(1, dtype=np.int64), **one, **rest)

    def _choices(self, study: Study, rows: Any) -> ChoiceFrame:
        state = np.resize(np.arange(len(codes("choice_state"))), rows.size * 2)
        made = state == index_of("choice_state", "chosen")
        risk = np.repeat(study.components.risk[rows], 2)
        return ChoiceFrame.from_columns(
            {
                "component_row": np.repeat(rows, 2),
                "horizon": np.tile([0, 1], rows.size),
                "until_d": np.tile(study.plant.as_of_d + np.array([700, 2200]), rows.size),
                "choice_state": state,
                "date_d": np.where(made, study.plant.as_of_d + 500, -(2**31)),
                "effectiveness": np.where(made, 1, -1),
                "cost": np.where(made, 4.0, np.nan),
                "without": risk * 1.4,
                "with_": risk * 0.8,
                "best": risk * 0.5,
            }
        )

    def choices(self, study: Study, progress: Progress) -> ChoiceFrame:
        return self._choices(study, np.arange(study.components.n))

    def editions(self, study: Study, progress: Progress) -> EditionFrame:
        n, names = study.components.n, ("2008", "2016", "2020")
        moved = np.array(["scc_ssc" if e == "2008" and i % 5 == 0 else "" for e in names for i in range(n)], object)
        more = np.where(moved != "", 1.5, 1.0)
        r = study.components
        return EditionFrame.from_columns(
            {
                "component_row": np.tile(np.arange(n), 3),
                "edition": np.repeat(np.array(names, dtype=object), n),
                "D_f_total": np.tile(r.D_f_total, 3) * more,
                "risk": np.tile(r.risk, 3) * more,
                "risk_category": np.tile(r.risk_category, 3),
                "moved": moved,
            }
        )

    def mechanism_map(self, study: Study) -> MechanismMap:
        columns, n = map_columns(), study.components.n
        place = np.add.outer(np.arange(n), np.arange(len(columns)))
        state, decided = place % 3, np.full((n, len(columns)), -1)
        keys = [c.key for c in columns]
        for (subject, cause), decision in self.decided.items():
            row = study.plant.components.component.tolist().index(subject.partition(":")[2])
            decided[row, keys.index(cause)] = index_of("damage_decision", decision)
        return MechanismMap(columns, state.astype(np.int64), decided.astype(np.int64))

    def conditions(self, study: Study, row: int, key: str) -> tuple[ConditionLine, ...]:
        words = (("carbon_low_alloy", "code.material_class.carbon_low_alloy"),)
        return (
            ConditionLine(0, "in", "material_class", "code", "carbon_low_alloy", "carbon_low_alloy", 2, words),
            ConditionLine(0, "any", "", "", "", "", 1),
            ConditionLine(1, ">=", "H2S_ppmw", "mass_ppm", 50.0, float("nan"), 1),
            ConditionLine(0, "<=", "T_op_C", "temperature", 149.0, 220.0, 0),
        )

    def decide_damage(self, subject: str, mechanism: str, decision: str, cause: str, reason: str) -> Changes:
        self.calls.append(f"decide_damage {subject} {mechanism} {decision} {cause} {reason}")
        self.decided[subject, cause] = decision
        return Changes(frozenset({"damage_assignment"}))

    def fact_sheet(self, study: Study, row: int) -> FactSheet:
        title = ("procedure.api581.2016.scc_ssc",)
        given = {s: v for (of, s), v in self.facts.items() if of.endswith(str(study.plant.components.component[row]))}
        pH, pwht = fact_symbol("pH"), fact_symbol("pwht")
        assert pH is not None
        assert pwht is not None
        value = float(given["pH"]) if "pH" in given else float("nan") if row == ROW else 6.2
        lacks = title if value != value else ()
        first = FactLine(pH, value, title, lacks, "" if lacks else "component", str(value), "analysis 7", "new sample")
        second = FactLine(pwht, given.get("pwht", "no"), title, (), "loop", "no", "drawing")
        return FactSheet((first, second), subjects_of(study, row))

    def set_fact(self, subject: str, symbol: str, value: str, unit: str, source: str, reason: str) -> Changes:
        self.calls.append(f"set_fact {subject} {symbol} {value} {unit} {source} {reason}")
        self.facts[subject, symbol] = value
        return Changes(frozenset({"fact"}))

    def settings(self) -> tuple[SettingRow, ...]:
        out = []
        for key, spec in setting_specs().items():
            value, reason = self.changed_settings.get(key, (spec.default, ""))
            out.append(SettingRow(spec, value, key in self.changed_settings, (), reason))
        return tuple(out)

    def matrix_in_force(self, study: Study) -> MatrixInForce:
        return matrix_in_force(study.settings)

    def set_setting(self, key: str, value: Any, reason: str) -> Changes:
        self.calls.append(f"set_setting {key} {value} {reason}")
        self.changed_settings[key] = (value, reason)
        return Changes(frozenset({"setting_record"}))
