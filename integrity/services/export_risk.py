"""Sheets of the plan workbook on risk: factors, consequence and cost, choices, missing inputs, settings."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.frames.decisions import ChoiceFrame
from integrity.core.settings import setting_specs
from integrity.exchange.out_workbook import SheetColumn, SheetSpec
from integrity.i18n.formats import format_date
from integrity.services.export_columns import column_of
from integrity.services.missing_inputs import Gap, all_gaps
from integrity.services.report_policies import took_part
from integrity.services.report_risk import GROUP_COLUMNS, acts_in, known_risk, mechanism_words
from integrity.services.report_words import Words
from integrity.services.types import Study

FACTORS = ("D_f_total", "D_f_low", "P_f", "P_f_low", "P_f_owner", "P_f_local", "risk", "risk_low", "risk_category")
AREAS = ("CA_cmd", "CA_inj", "CA_tox", "CA_nfnt", "CA", "CA_basis", "CA_category")
MONEY = ("FC", "FC_bound", "FC_category", "risk_FC", "risk_FC_low")
CHOICES = ("until_d", "choice_state", "date_d", "effectiveness", "cost", "without", "with_", "best", "target")
# What a gap is for, in the order in which an engineer works through it.
KINDS = ("mechanism", "rate", "consequence", "cost")
# Above this many components one line stands for all of them.
ALL_FROM = 20


def risk_sheets(study: Study, chosen: ChoiceFrame, w: Words) -> list[SheetSpec]:
    """Sheets for people on risk.

    Parameters
    ----------
    study : Study
    chosen : ChoiceFrame
        Cheapest inspections; `component_row` counts in the study.
    w : Words

    Returns
    -------
    list of SheetSpec
    """
    if study.parts is None:
        return []
    return [
        _factor_sheet(study, w),
        _consequence_sheet(study, w),
        _choice_sheet(study, chosen, w),
        _todo_sheet(study, w),
        _setting_sheet(study, w),
    ]


def _worst_first(study: Study, values: AnyArray) -> IntArray:
    return np.argsort(-np.nan_to_num(values), kind="stable").astype(np.int64)


def _texts(values: list[str]) -> AnyArray:
    return np.array(values, dtype=object)


def _factor_sheet(study: Study, w: Words) -> SheetSpec:
    k, r = study.plant.components, study.components
    order = _worst_first(study, r.D_f_low)
    known = known_risk(study)
    words = np.full(k.n, w("riskreport.known.none"), dtype=object)
    words[known.full], words[known.bounded] = w("riskreport.known.full"), w("riskreport.known.low")
    acts = acts_in(study)
    groups = []
    for name in GROUP_COLUMNS:
        column = column_of(r, name, w, order)
        blank = np.where(acts[name][order] == 1, column.values, np.nan)
        groups.append(SheetColumn(w(f"riskreport.group.{name}"), blank, "number", column.decimals, width=11))
    named = {t: w("riskreport.join").join(mechanism_words(w, m) for m in str(t).split()) for t in
             {*r.acting.tolist(), *r.unassessed.tolist()}}  # fmt: skip
    columns = [
        column_of(k, "component", w, order, 22),
        column_of(k, "tag", w, order),
        SheetColumn(w("riskreport.col.known"), words[order], width=13),
        *groups,
        *[column_of(r, name, w, order) for name in FACTORS],
        SheetColumn(w("sym.acting"), _texts([named[t] for t in r.acting[order]]), width=40),
        SheetColumn(w("sym.unassessed"), _texts([named[t] for t in r.unassessed[order]]), width=32),
        *[column_of(r, name, w, order) for name in ("risk_target_d", "t_min_reached_d")],
    ]
    notes = (f"{study.plant.site}, {format_date(study.plant.as_of_d)}", w("riskreport.groups.note"))
    return SheetSpec(w("riskreport.sheet.factors"), columns, w("riskreport.h.groups"), notes)


def _consequence_sheet(study: Study, w: Words) -> SheetSpec:
    k, r, s = study.plant.components, study.components, study.settings
    order = _worst_first(study, r.CA)
    columns = [
        column_of(k, "component", w, order, 22),
        column_of(k, "tag", w, order),
        column_of(k, "fluid", w, order),
        *[column_of(r, name, w, order) for name in AREAS],
        *[column_of(r, name, w, order, 15) for name in MONEY],
    ]
    money = w("riskreport.money.basis", currency=s.code("rbi.currency"), year=f"{s.number('rbi.cost_year'):.0f}",
              index=f"{s.number('rbi.cost_index'):g}", rate=f"{s.number('rbi.exchange_rate'):g}")  # fmt: skip
    return SheetSpec(w("riskreport.sheet.consequence"), columns, w("riskreport.h.consequence"), (money,))


def _choice_sheet(study: Study, c: ChoiceFrame, w: Words) -> SheetSpec:
    k, s = study.plant.components, study.settings
    names = {"without": "risk_area", "with_": "risk_area", "best": "risk_area", "target": "risk_area"}
    columns = [column_of(k, "component", w, c.component_row, 22), column_of(k, "tag", w, c.component_row)]
    for name in CHOICES:
        plain = column_of(c, name, w)
        unit = w.unit(names[name]) if name in names else plain.unit
        heading = w(f"riskreport.choice.{name}")
        decimals = 4 if name in names else plain.decimals
        columns.append(SheetColumn(heading, plain.values, plain.kind, decimals, unit, max(plain.width, 13)))
    target = w.with_unit(s.number("rbi.risk_target_m2_y"), "risk_area")
    lead = w("riskreport.choices.lead", target=target, **{g: f"{s.number(f'plan.cost_{g}'):g}" for g in "ABCD"})
    left_out = k.n - np.unique(c.component_row).size
    notes = (lead, w("riskreport.choices.left_out", n=left_out)) if left_out else (lead,)
    return SheetSpec(w("riskreport.sheet.choices"), columns, w("riskreport.h.choices"), notes)


def _todo_sheet(study: Study, w: Words) -> SheetSpec:
    k = study.plant.components
    rows: list[tuple[str, ...]] = []
    for gap in sorted(all_gaps(study), key=lambda g: KINDS.index(_kind(g))):
        told = (w(f"riskreport.kind.{_kind(gap)}"), _calculation(gap, w), gap.key if gap.kind == "missing" else "",
                w(gap.words.key), w.unit(gap.quantity) if gap.quantity and gap.kind == "missing" else "")  # fmt: skip
        if _stated(gap):
            rows.append((w("riskreport.todo.all", n=gap.rows.size), "", *told))
        else:
            rows += [(str(k.component[i]), str(k.tag[i]), *told) for i in gap.rows]
    heads = (w("report.col.component"), w("report.col.tag"), w("riskreport.col.kind"), w("riskreport.col.calculation"),
             w("report.col.symbol"), w("riskreport.col.lacks"), w("report.col.unit"))  # fmt: skip
    widths = (22, 14, 16, 34, 16, 90, 10)
    columns = [
        SheetColumn(head, _texts([row[j] for row in rows]), width=width)
        for j, (head, width) in enumerate(zip(heads, widths, strict=True))
    ]
    return SheetSpec(w("riskreport.sheet.todo"), columns, w("riskreport.sheet.todo"), (w("riskreport.todo.note"),))


def _stated(gap: Gap) -> bool:
    """Whether a setting answers it for all components at once."""
    return gap.kind == "limit" and ".stated_" in gap.key and gap.rows.size >= ALL_FROM


def _kind(gap: Gap) -> str:
    if gap.mechanism:
        return "mechanism"
    if ".rate_" in gap.procedure:
        return "rate"
    return "cost" if "financial" in gap.procedure else "consequence"


def _calculation(gap: Gap, w: Words) -> str:
    return mechanism_words(w, gap.mechanism) if gap.mechanism else w(gap.title.key)


def _setting_sheet(study: Study, w: Words) -> SheetSpec:
    acted = took_part(study)
    specs = setting_specs()
    values = [study.settings[key] for key in specs]
    changed = ["●" if v != s.default else "" for v, s in zip(values, specs.values(), strict=True)]
    columns = [
        SheetColumn(w("riskreport.col.key"), _texts(list(specs)), width=30),
        SheetColumn(w("report.col.setting"), _texts([w(f"setting.{key}") for key in specs]), width=60),
        SheetColumn(w("report.col.value"), _texts([str(v) for v in values]), width=18),
        SheetColumn(w("report.col.changed"), _texts(changed), width=9),
        SheetColumn(w("riskreport.col.instead"), _texts([", ".join(s.allowed) for s in specs.values()]), width=30),
        SheetColumn(w("riskreport.col.acted"), np.array([acted.get(key, np.nan) for key in specs]), "number", 0),
        SheetColumn(w("report.col.source"), _texts([w.source(s.source) for s in specs.values()]), width=90),
    ]
    lead = w("riskreport.settings.lead", digest=study.settings.digest()[:16])
    return SheetSpec(w("riskreport.sheet.settings"), columns, w("report.h.settings"), (lead,))
