"""Parts of the report on decisions: target dates, cheapest inspections, editions, change since a run, mechanism map."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.frames.decisions import CAUSES, ChoiceFrame, EditionFrame
from integrity.i18n.formats import MISSING, format_number
from integrity.rbi.editions import editions, known_rules
from integrity.reports import risk_plots
from integrity.reports.document import Block, Heading, Paragraph, Table
from integrity.services import decisions
from integrity.services.decisions import Comparison
from integrity.services.finder_views import MechanismMap, mechanism_map
from integrity.services.report_risk import few, mechanism_words, more
from integrity.services.report_words import Words
from integrity.services.types import Study

# Above this many components only those of the greatest risk are searched for their cheapest inspection.
SEARCHED = 2000
LISTED, MOVERS, MAPPED, FEW = 10, 8, 16, 4


def searched_rows(study: Study) -> IntArray:
    """Components whose cheapest inspection is looked for: all, or those of the greatest known risk.

    Parameters
    ----------
    study : Study

    Returns
    -------
    ndarray of int64
        Ascending.
    """
    low = np.nan_to_num(study.components.risk_low)
    return np.sort(np.argsort(-low, kind="stable")[:SEARCHED]).astype(np.int64)


def along_time(study: Study, w: Words) -> list[Block]:
    """Target dates and the cheapest inspections to both turnarounds.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    return [*_targets(study, w), *_choices(study, w)]


def _targets(study: Study, w: Words) -> list[Block]:
    k, r = study.plant.components, study.components
    found = decisions.targets(study)
    states = ("already_above", "crosses", "not_within_horizon", "not_assessed")
    rows = []
    for quantity, t in found.items():
        counts = [str(int((t.target_state == index_of("target_state", s)).sum())) for s in states]
        rows.append([w(f"riskreport.target.{quantity}"), _goal(quantity, float(t.target[0]) if t.n else np.nan, w),
                     *counts])  # fmt: skip
    wall = r.t_min_reached_d
    end = int(study.panel.dates_d[-1]) if study.panel.dates_d.size else study.plant.as_of_d
    known = wall != NO_DATE
    passed, later = known & (wall <= study.plant.as_of_d), known & (wall > end)
    counts = [str(int(x.sum())) for x in (passed, known & ~passed & ~later, later, ~known)]
    rows.append([w("riskreport.target.thickness"), w("riskreport.target.t_req"), *counts])
    unset = [w(f"riskreport.target.{q}") for q in ("risk", "P_f", "D_f") if q not in found]
    note = w("riskreport.target.unset", names=w("riskreport.join").join(unset)) if unset else ""
    head = [w("riskreport.col.quantity"), w("riskreport.col.goal"), *[w(f"code.target_state.{s}") for s in states]]
    out: list[Block] = [
        Heading(w("riskreport.h.targets"), 2),
        Paragraph(w("riskreport.targets.lead", years=f"{study.settings.number('rbi.horizon_years'):g}")),
        Table(head, rows, "llrrrr", [2.4, 1.8, 1.3, 1.3, 1.3, 1.3], note),
    ]
    days = {q: np.where(t.target_state == index_of("target_state", "crosses"), t.target_d, NO_DATE)
            for q, t in found.items()} | {"thickness": np.where(known & ~passed & ~later, wall, NO_DATE)}  # fmt: skip
    first = np.min([np.where(d == NO_DATE, np.iinfo(np.int64).max, d) for d in days.values()], axis=0)
    order = np.argsort(first, kind="stable")
    coming = order[first[order] != np.iinfo(np.int64).max]
    if coming.size:
        table = [[str(k.component[i]), *[w.date(int(d[i])) for d in days.values()]] for i in coming[:LISTED]]
        head = [w("report.col.component"), *[w(f"riskreport.target.{q}") for q in days]]
        widths = [2.6, *[1.8] * len(days)]
        note = w("riskreport.targets.next") + " " + more(w, coming.size - len(table))
        out.append(Table(head, table, "l" * len(head), widths, note.strip(), small=True))
    return out


def _goal(quantity: str, value: float, w: Words) -> str:
    return w.with_unit(value, {"risk": "risk_area", "P_f": "frequency", "D_f": "damage_factor"}[quantity])


def _choices(study: Study, w: Words) -> list[Block]:
    rows = searched_rows(study)
    if not rows.size:
        return []
    c = decisions.choices(study, rows=rows.tolist())
    horizons = sorted({int(h) for h in c.horizon})
    until = {h: int(c.until_d[c.horizon == h][0]) for h in horizons}
    table = []
    for name in codes("choice_state"):
        state = c.choice_state == index_of("choice_state", name)
        table.append([w(f"code.choice_state.{name}"), *[str(int((state & (c.horizon == h)).sum())) for h in horizons]])
    cost = [format_number(float(np.nansum(c.cost[c.horizon == h])), "number", "SI", 0) for h in horizons]
    table.append([w("riskreport.choice.cost"), *cost])
    head = [w("riskreport.col.state"), *[w("riskreport.choice.until", date=w.date(until[h])) for h in horizons]]
    s = study.settings
    costs = {g: f"{s.number(f'plan.cost_{g}'):g}" for g in "ABCD"}
    lead = w("riskreport.choices.lead", target=w.with_unit(s.number("rbi.risk_target_m2_y"), "risk_area"), **costs)
    left_out = study.plant.components.n - rows.size
    note = w("riskreport.choices.left_out", n=left_out) if left_out else ""
    return [
        Heading(w("riskreport.h.choices"), 2),
        Paragraph(lead),
        Table(head, table, "l" + "r" * len(horizons), [4, *[1.6] * len(horizons)], note),
        *_chosen(study, w, c, rows),
        *_hopeless(study, w, c, rows),
    ]


def _chosen(study: Study, w: Words, c: ChoiceFrame, rows: IntArray) -> list[Block]:
    k = study.plant.components
    chosen = np.flatnonzero(c.choice_state == index_of("choice_state", "chosen"))
    order = chosen[np.lexsort((-c.without[chosen], c.date_d[chosen], c.horizon[chosen]))]
    if not order.size:
        return []
    table = [
        [str(k.component[rows[c.component_row[j]]]), w.date(int(c.until_d[j])), w.date(int(c.date_d[j])),
         codes("effectiveness")[int(c.effectiveness[j])], f"{c.cost[j]:g}",
         w.short(c.without[j], "risk_area"), w.short(c.with_[j], "risk_area")]
        for j in order[:LISTED]
    ]  # fmt: skip
    names = ("until", "latest_day", "grade", "cost", "without", "with_")
    head = [w("report.col.component"), *[w(f"riskreport.col.{n}", unit=w.unit("risk_area")) for n in names]]
    note = w("riskreport.choices.chosen") + " " + more(w, order.size - len(table))
    return [Table(head, table, "lllcrrr", [2.4, 1.5, 1.5, 0.9, 0.9, 1.8, 1.8], note.strip(), small=True)]


def _hopeless(study: Study, w: Words, c: ChoiceFrame, rows: IntArray) -> list[Block]:
    k = study.plant.components
    bad = [index_of("choice_state", s) for s in ("none_suffices", "already_above")]
    last = int(c.horizon.max(initial=0))
    hit = np.flatnonzero(np.isin(c.choice_state, bad) & (c.horizon == last))
    order = hit[np.argsort(-c.best[hit], kind="stable")]
    if not order.size:
        return []
    table = [
        [str(k.component[rows[c.component_row[j]]]), w.code("choice_state", c.choice_state[j]),
         w.short(c.without[j], "risk_area"), w.short(c.best[j], "risk_area")]
        for j in order[:MOVERS]
    ]  # fmt: skip
    unit = w.unit("risk_area")
    head = [w("report.col.component"), w("riskreport.col.state"), w("riskreport.col.without", unit=unit),
            w("riskreport.col.best", unit=unit)]  # fmt: skip
    note = w("riskreport.choices.hopeless") + " " + more(w, order.size - len(table))
    return [Table(head, table, "llrr", [2.4, 2.8, 1.8, 1.8], note.strip(), small=True)]


def edition_table(study: Study, w: Words) -> list[Block]:
    """Rules known to differ between editions, and what each edition gives for this plant.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    e = decisions.compare_editions(study)
    own = study.settings.code("rbi.edition")
    rules = [
        [w(f"edition.rule.{rule.key}"), _mechanisms(w, rule.mechanisms), "" if rule.verified else "◇"]
        for rule in known_rules()
    ]
    counts = []
    own_words = w("riskreport.edition.own")
    for name in editions():
        here = e.edition == name
        high = int((e.risk_category[here] == index_of("risk_category", "high")).sum())
        counts.append([f"API RP 581 {name}" + (f" ({own_words})" if name == own else ""),
                       w.short(float(np.nansum(e.risk[here])), "risk_area"), str(high),
                       str(int(_moved(e, here, False).sum())), str(int(_moved(e, here, True).sum()))])  # fmt: skip
    names = ("edition", "sum_risk", "high", "factor_moved", "category_moved")
    head = [w(f"riskreport.col.{n}", unit=w.unit("risk_area")) for n in names]
    return [
        Heading(w("riskreport.h.editions"), 2),
        Paragraph(w("riskreport.editions.lead")),
        Table([w("riskreport.col.rule"), w("riskreport.col.mechanisms"), "◇"], rules, "llc", [5.4, 3.6, 0.5],
              small=True),
        Table(head, counts, "lrrrr", [2.6, 1.6, 1.2, 1.6, 1.6]),
        *_edition_movers(study, w, e, own),
    ]  # fmt: skip


def _mechanisms(w: Words, keys: tuple[str, ...]) -> str:
    if len(keys) > FEW and all("scc" in k for k in keys):
        return w("riskreport.edition.cracking")
    return w("riskreport.join").join(mechanism_words(w, m) for m in keys) or w("riskreport.edition.categories")


def _moved(e: EditionFrame, here: IntArray, category: bool) -> IntArray:
    words = e.moved[here]
    return np.array([("category" in t.split()) if category else bool(set(t.split()) - {"category"}) for t in words])


def _edition_movers(study: Study, w: Words, e: EditionFrame, own: str) -> list[Block]:
    k = study.plant.components
    base = {int(i): j for j, i in enumerate(e.component_row) if e.edition[j] == own}
    change = np.full(e.moved.size, -1.0)
    for j in np.flatnonzero(e.moved != "").tolist():
        change[j] = abs(float(np.log(e.D_f_total[j] / e.D_f_total[base[int(e.component_row[j])]])))
    change = np.nan_to_num(change, nan=0.0)
    order = np.argsort(-change, kind="stable")
    moved = order[change[order] >= 0.0]
    if not moved.size:
        return [Paragraph(w("riskreport.editions.none"), "note")]
    rows = []
    for j in moved[:MOVERS]:
        i = base[int(e.component_row[j])]
        what = [mechanism_words(w, m) for m in str(e.moved[j]).split() if m != "category"]
        what += [w("report.col.category")] if "category" in str(e.moved[j]).split() else []
        rows.append([str(k.component[e.component_row[j]]), str(e.edition[j]), w.short(e.D_f_total[i], "damage_factor"),
                     w.short(e.D_f_total[j], "damage_factor"),
                     f"{w.code('risk_category', e.risk_category[i])} → {w.code('risk_category', e.risk_category[j])}",
                     w("riskreport.join").join(what)])  # fmt: skip
    head = [w("report.col.component"), w("riskreport.col.edition"), w("riskreport.col.D_f_own"),
            w("riskreport.col.D_f_other"), w("report.col.category"), w("riskreport.col.moved")]  # fmt: skip
    return [Table(head, rows, "llrrll", [2, 0.9, 1.3, 1.3, 2, 3.2], more(w, moved.size - len(rows)), small=True)]


def comparison(study: Study, w: Words, c: Comparison | None, with_what: str) -> list[Block]:
    """Change of risk since an approved run by cause, and what moved most; a sentence where there is no such run.

    Parameters
    ----------
    study : Study
    w : Words
    c : Comparison or None
    with_what : str
        Name of the run compared with.

    Returns
    -------
    list of Block
    """
    out: list[Block] = [Heading(w("riskreport.h.comparison"), 2)]
    if c is None:
        return [*out, Paragraph(w("riskreport.comparison.none"), "note")]
    names = ("old", *CAUSES, "new")
    words = [w(f"riskreport.cause.{n}") for n in names]
    lead = w("riskreport.comparison.lead", run=with_what, n=c.frame.n - c.n_unknown, unknown=c.n_unknown,
             gone=len(c.only_old), new=len(c.only_new))  # fmt: skip
    figure = risk_plots.waterfall(words, [c.totals[n] for n in names], w("report.axis.risk"),
                                  w("riskreport.fig.waterfall"))  # fmt: skip
    return [*out, Paragraph(lead), figure, *_movers(study, w, c)]


def _movers(study: Study, w: Words, c: Comparison) -> list[Block]:
    f, k = c.frame, study.plant.components
    name = dict(zip(k.component_id.tolist(), k.component.tolist(), strict=True))
    change = np.nan_to_num(f.new - f.old)
    order = np.argsort(-np.abs(change), kind="stable")
    top = order[np.abs(change[order]) > 0.0]
    if not top.size:
        return [Paragraph(w("riskreport.comparison.same"), "note")]
    causes = np.array([np.nan_to_num(getattr(f, n)) for n in CAUSES])
    rows = []
    for i in top[:MOVERS]:
        cause = CAUSES[int(np.argmax(np.abs(causes[:, i])))]
        rows.append([str(name.get(int(f.component_id[i]), MISSING)), w.short(f.old[i], "risk_area"),
                     w.short(f.new[i], "risk_area"), ("+" if change[i] > 0 else "") +
                     w.short(change[i], "risk_area"), w(f"riskreport.cause.{cause}")])  # fmt: skip
    unit = w.unit("risk_area")
    head = [w("report.col.component"), *[w(f"riskreport.col.{n}", unit=unit) for n in ("old", "new", "change")],
            w("riskreport.col.cause")]  # fmt: skip
    return [Table(head, rows, "lrrrl", [2.4, 1.6, 1.6, 1.6, 2.6], more(w, top.size - len(rows)), small=True)]


def map_summary(study: Study, w: Words) -> list[Block]:
    """How many components each mechanism is accepted for, credible and undecided, or rejected.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    m, names = mechanism_map(study), study.plant.components.component
    rows, order, silent = [], [], 0
    for j, column in enumerate(m.columns):
        accepted, rejected, waiting, still_open = _states(m, j)
        if not (accepted.size or rejected.size or waiting.size):
            silent += bool(still_open.size)
            continue
        rows.append([w(f"mechanism.{column.key}"), str(accepted.size), str(waiting.size), str(rejected.size),
                     str(still_open.size), w("report.yes") if column.assessed_by else w("riskreport.map.not_assessed"),
                     few(names[waiting].tolist(), 3) or MISSING])  # fmt: skip
        order.append((-waiting.size, -accepted.size, j))
    rows = [rows[i] for i in sorted(range(len(rows)), key=lambda i: order[i])]
    note = w("riskreport.map.silent", n=silent) + " " + more(w, len(rows) - MAPPED)
    heads = ("accepted", "undecided", "rejected", "open", "assessable", "undecided_items")
    head = [w("riskreport.col.mechanism"), *[w(f"riskreport.map.{h}") for h in heads]]
    return [
        Heading(w("riskreport.h.map"), 2),
        Paragraph(w("riskreport.map.lead")),
        Table(head, rows[:MAPPED], "lrrrrll", [3.2, 1, 1.2, 1, 1, 1.2, 3], note.strip(), small=True),
    ]


def _states(m: MechanismMap, j: int) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    decided, state = m.decided[:, j], m.state[:, j]
    masks = (decided == 0, decided == 1, (decided < 0) & (state == 2), (decided < 0) & (state == 1))
    accepted, rejected, waiting, still_open = (np.flatnonzero(x).astype(np.int64) for x in masks)
    return accepted, rejected, waiting, still_open


def chapter(study: Study, w: Words, c: Comparison | None, with_what: str) -> list[Block]:
    """All parts in the order of the report.

    Parameters
    ----------
    study : Study
    w : Words
    c : Comparison or None
    with_what : str

    Returns
    -------
    list of Block
    """
    return [
        *along_time(study, w),
        *map_summary(study, w),
        *edition_table(study, w),
        *comparison(study, w, c, with_what),
    ]
