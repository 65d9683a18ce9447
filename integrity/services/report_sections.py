"""Chapters of the plant report: summary, ageing, risk, worst list, plan, what is not known, settings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from integrity.core.arrays import NO_DATE, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.frames.results import RESULT_FLAGS
from integrity.i18n.formats import MISSING, format_number
from integrity.reports import plots
from integrity.reports.document import Block, Facts, Heading, PageBreak, Paragraph, Table
from integrity.services.ageing import AgeingGroup, ageing_summary
from integrity.services.report_words import Words
from integrity.services.types import Study

FILLS = {"red": "#F3C6CC", "orange": "#F9DCC8", "yellow": "#FAEFC2", "blue": "#D3E2F4"}
TOP = 20
LISTED = 22
BEYOND = 8
NAMED = 8


def flagged(study: Study, flag: str) -> IntArray:
    """Component rows that carry a flag.

    Parameters
    ----------
    study : Study
    flag : str
        One of `RESULT_FLAGS`, or `life_used_up`: no remaining life today at the governing rate.

    Returns
    -------
    ndarray of int64
    """
    if flag == "life_used_up":
        return np.flatnonzero(study.components.RL_today_y <= 0.0).astype(np.int64)
    bit = RESULT_FLAGS.index(flag)
    return np.flatnonzero((study.components.flags >> bit) & 1).astype(np.int64)


def worst_rows(study: Study, n: int) -> IntArray:
    """Component rows with the least remaining life today, the unknown ones last.

    Parameters
    ----------
    study : Study
    n : int

    Returns
    -------
    ndarray of int64
    """
    life = study.components.RL_today_y
    order = np.argsort(np.where(np.isnan(life), np.inf, life), kind="stable")
    return np.asarray(order[:n][np.isfinite(np.where(np.isnan(life), np.inf, life)[order[:n]])], dtype=np.int64)


def risk_rows(study: Study, n: int) -> IntArray:
    """Component rows with the greatest risk now; components without a number are not among them.

    Parameters
    ----------
    study : Study
    n : int

    Returns
    -------
    ndarray of int64
    """
    risk = study.components.risk
    order = np.argsort(-np.where(np.isnan(risk), -1.0, risk), kind="stable")[:n]
    return np.asarray(order[~np.isnan(risk[order])], dtype=np.int64)


def summary(study: Study, w: Words) -> list[Block]:
    """Chapter 1: what matters first.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    k, r = study.plant.components, study.components
    ageing = ageing_summary(study)
    below, overdue = flagged(study, "below_t_req"), flagged(study, "overdue")
    items = int(np.unique(k.equipment_id).size)
    out: list[Block] = [
        Heading(w("report.h.summary")),
        Paragraph(
            w("report.summary.lead", items=items, components=k.n, cmls=study.plant.cmls.n,
              readings=study.plant.readings.n, beyond=ageing.total.beyond,
              share=format_number(100 * ageing.total.share, "number", "SI", 0)),
            "lead",
        ),
    ]  # fmt: skip
    worst = worst_rows(study, 1)
    if worst.size:
        i = int(worst[0])
        out.append(
            Paragraph(
                w("report.summary.worst", component=str(k.component[i]), t=w.with_unit(r.t_min_mm[i], "thickness"),
                  t_req=w.with_unit(r.t_req_mm[i], "thickness"), rate=w.with_unit(r.CR_gov[i], "rate"),
                  life=w.with_unit(r.RL_today_y[i], "time"), due=w.date(int(r.next_d[i]))),
                "warning",
            )
        )  # fmt: skip
    within = int(((r.next_d != NO_DATE) & (r.next_d <= study.plant.as_of_d + 365)).sum())
    high = int((r.risk_category == index_of("risk_category", "high")).sum())
    out += [
        Facts(
            [
                (w("report.fact.below_t_req"), str(below.size)),
                (w("report.fact.overdue"), str(overdue.size)),
                (w("report.fact.due_12"), str(within)),
                (w("report.fact.high_risk"), str(high)),
                (w("report.fact.not_assessed"), str(flagged(study, "not_assessed_risk").size)),
                (w("report.fact.no_cml"), str(flagged(study, "no_cml").size)),
                (w("report.fact.no_readings"), str(flagged(study, "no_readings").size)),
                (w("report.fact.assumed"), str(flagged(study, "assumed_rate").size)),
                (w("report.fact.beyond_open"), str(ageing.total.beyond_no_assessment)),
                (w("report.fact.unstated"), str(ageing.total.no_stated_life)),
            ]
        ),
        Heading(w("report.h.actions"), 2),
        _actions(study, w),
    ]
    return out


def _actions(study: Study, w: Words) -> Block:
    order = (
        "below_t_req",
        "life_used_up",
        "set_pressure_above_mawp",
        "temporary_repair",
        "overdue",
        "no_cml",
        "no_readings",
        "growth",
    )
    rows = []
    for flag in order:
        hit = flagged(study, flag)
        if hit.size:
            names = ", ".join(str(study.plant.components.component[i]) for i in hit[:6])
            more = f" +{hit.size - 6}" if hit.size > 6 else ""
            rows.append([w(f"report.action.{flag}"), str(hit.size), names + more])
    if not rows:
        return Paragraph(w("report.action.none"))
    return Table([w("report.col.finding"), w("report.col.count"), w("report.col.items")], rows, "lrl", [3.4, 0.8, 5])


def ageing(study: Study, w: Words) -> list[Block]:
    """Chapter 2: the ageing picture.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    a = ageing_summary(study)
    edges = a.age_edges
    labels = [f"{lo}–{hi}" if hi < 200 else f"≥ {lo}" for lo, hi in pairwise(edges)]
    return [
        PageBreak(),
        Heading(w("report.h.ageing")),
        Paragraph(w("report.ageing.lead")),
        _ageing_bars(a.by_kind, w, w("report.fig.ageing_kind"), "code.equipment_kind."),
        plots.bars(labels, [(w("report.items"), np.array(a.age_counts, dtype=float), plots.SERIES[0])],
                   w("report.items"), w("report.fig.age", unknown=a.unknown_age), height_mm=50),
        _ageing_table((a.total, a.vessels, *a.by_unit), w),
        *_beyond(study, w),
    ]  # fmt: skip


def _ageing_bars(groups: tuple[AgeingGroup, ...], w: Words, caption: str, prefix: str) -> Block:
    names = [f"{w(prefix + g.name)} ({g.items})" for g in groups]
    share = np.array([[100.0 * g.beyond_no_assessment / g.items, 100.0 * (g.beyond - g.beyond_no_assessment) / g.items]
                      for g in groups])  # fmt: skip
    parts = [
        (w("report.beyond_open"), share[:, 0], plots.RISK["orange"]),
        (w("report.beyond_assessed"), share[:, 1], plots.SERIES[4]),
    ]
    return plots.bars(names, parts, w("report.axis.share_beyond"), caption, horizontal=True, height_mm=62,
                      mark=(50.0, "50 %"))  # fmt: skip


def _ageing_table(groups: tuple[AgeingGroup, ...], w: Words) -> Block:
    named = {"total": w("report.total"), "vessels": w("report.vessels")}
    rows = [
        [named.get(g.name, g.name) or w("report.no_unit"), str(g.items), str(g.beyond),
         f"{100 * g.share:.0f} %" if g.items else "—", str(g.beyond_no_assessment), str(g.no_stated_life)]
        for g in groups
    ]  # fmt: skip
    head = ["group", "items", "beyond", "share", "beyond_open", "unstated"]
    return Table([w(f"report.col.{h}") for h in head], rows, "lrrrrr", [3, 1, 1.2, 1, 1.8, 1.6])


def _beyond(study: Study, w: Words) -> list[Block]:
    k, r = study.plant.components, study.components
    states = [index_of("life_state", s) for s in ("beyond_no_assessment", "no_stated_beyond_20")]
    rows = np.flatnonzero(np.isin(r.life_state, states))
    _, first = np.unique(k.equipment_id[rows], return_index=True)
    rows = rows[first]
    rows = rows[np.argsort(r.design_life_end_d[rows], kind="stable")]
    table = [
        [str(k.tag[i]), w.name(str(k.name_en[i]), str(k.name_zh[i])), w.date(int(k.in_service_d[i])),
         w.number(k.design_life_y[i], "time", 0), w.date(int(r.design_life_end_d[i])), w.number(r.age_y[i], "time", 0)]
        for i in rows[:BEYOND]
    ]  # fmt: skip
    if not table:
        return [Paragraph(w("report.beyond.none"))]
    head = ["tag", "name", "in_service", "design_life", "life_end", "age"]
    note = w("report.beyond.more", n=int(rows.size) - BEYOND) if rows.size > BEYOND else ""
    return [
        Heading(w("report.h.beyond"), 2),
        Table([w(f"report.col.{h}") for h in head], table, "lllrlr", [1.6, 3.4, 1.4, 1.3, 1.4, 0.9], note),
    ]


def worst(study: Study, w: Words) -> list[Block]:
    """Chapter 4: the components with the least remaining life.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    r, k = study.components, study.plant.components
    rows = []
    for i in worst_rows(study, TOP):
        cml = int(r.governing_cml_row[i])
        rows.append(
            [str(k.component[i]), str(study.plant.cmls.cml[cml]) if cml >= 0 else "—",
             w.number(r.t_min_mm[i], "thickness"), w.number(r.t_mean_mm[i], "thickness"),
             w.number(r.t_req_mm[i], "thickness"), w.number(r.CR_gov[i], "rate"),
             w.code("rate_basis", r.rate_basis[i]), w.number(r.RL_today_y[i], "time"),
             _band(w, r.RL_lo_y[i], r.RL_hi_y[i]), w.date(int(r.next_d[i]))]
        )  # fmt: skip
    head = [w("report.col.component"), w("report.col.cml"), w.head("t_min_mm", "thickness"),
            w.head("t_mean_mm", "thickness"), w.head("t_req_mm", "thickness"), w.head("CR_gov", "rate"),
            w("report.col.basis"), w.head("RL_today_y", "time"), w("report.col.band"),
            w("report.col.next")]  # fmt: skip
    life = np.asarray(study.components.RL_today_y)
    edges = np.array([-1e9, 0, 2, 4, 8, 12, 20, 40, 1e9])
    counts, _ = np.histogram(life[~np.isnan(life)], bins=edges)
    names = ["< 0", "0–2", "2–4", "4–8", "8–12", "12–20", "20–40", "> 40"]
    return [
        PageBreak(),
        Heading(w("report.h.worst")),
        Paragraph(w("report.worst.lead")),
        plots.bars(names, [(w("report.components"), counts.astype(float), plots.SERIES[0])], w("report.components"),
                   w("report.fig.life", unknown=int(np.isnan(life).sum())), height_mm=46),
        Table(head, rows, "llrrrrlrrl", [2, 1.75, 1.35, 1.35, 1.35, 1.35, 1.15, 1.35, 1.35, 1.4], small=True),
    ]  # fmt: skip


def _band(w: Words, low: float, high: float) -> str:
    if np.isnan(low) and np.isnan(high):
        return "—"
    return f"{w.number(low, 'time')} … {w.number(high, 'time')}"


def plan(study: Study, w: Words) -> list[Block]:
    """Chapter 5: governing dates, by year and in a list.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    r, k, c = study.components, study.plant.components, study.candidates
    governing = np.flatnonzero(c.governs == 1)
    order = governing[np.argsort(c.due_d[governing], kind="stable")]
    year = (c.due_d[order].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).astype(np.int64)
    today = np.datetime64(study.plant.as_of_d, "D")
    start = int(today.astype("datetime64[Y]").astype(int)) + 1970
    names = [f"< {start}", *[str(y) for y in range(start, start + 10)], f"≥ {start + 10}"]
    bins = np.clip(year - start + 1, 0, 11)
    kinds = codes("candidate_kind")
    parts = []
    for n, kind in enumerate(sorted({int(v) for v in c.kind[order]})):
        counts = np.bincount(bins[c.kind[order] == kind], minlength=12).astype(float)
        parts.append((w(f"code.candidate_kind.{kinds[kind]}"), counts, plots.SERIES[n % len(plots.SERIES)]))
    rows = [
        [str(k.component[int(c.component_row[i])]), w.date(int(c.due_d[i])), w.code("candidate_kind", c.kind[i]),
         str(c.reference[i]) or MISSING, w.number(c.interval_y[i], "time"), w.date(int(c.anchor_d[i])),
         w.code("risk_category", r.risk_category[int(c.component_row[i])])]
        for i in order[:LISTED]
    ]  # fmt: skip
    head = ["component", "due", "governs", "rule", "interval", "anchor", "category"]
    return [
        PageBreak(),
        Heading(w("report.h.plan")),
        Paragraph(w("report.plan.lead", rules=w(f"report.rules.{study.settings.code('plan.rule_set')}"))),
        plots.bars(names, parts, w("report.components"), w("report.fig.plan"), height_mm=66),
        Table([w(f"report.col.{h}") for h in head], rows, "lllllll", [2.4, 1.4, 2.2, 2.4, 1.1, 1.4, 1.4],
              w("report.plan.more", n=max(int(order.size) - LISTED, 0)), small=True),
    ]  # fmt: skip


def not_known(study: Study, w: Words) -> list[Block]:
    """Chapter: what is not known, refused or assumed.

    Parameters
    ----------
    study : Study
    w : Words

    Returns
    -------
    list of Block
    """
    r, k = study.components, study.plant.components
    reasons: dict[str, list[int]] = {}
    for i in range(k.n):
        for key in str(r.refusal[i]).split(";"):
            if key:
                reasons.setdefault(key, []).append(i)
    rows = []
    for key, bad in sorted(reasons.items(), key=lambda x: -len(x[1])):
        names = ", ".join(str(k.component[i]) for i in bad[:5]) + (f" +{len(bad) - 5}" if len(bad) > 5 else "")
        rows.append([reason_words(w, key), str(len(bad)), names])
    out: list[Block] = [Heading(w("report.h.not_known")), Paragraph(w("report.not_known.lead"))]
    if rows:
        head = [w("report.col.reason"), w("report.col.count"), w("report.col.items")]
        out.append(Table(head, rows, "lrl", [4, 0.8, 4.6], small=True))
    for flag in ("no_cml", "no_readings", "one_reading", "assumed_rate", "growth", "short_interval"):
        hit = flagged(study, flag)
        if hit.size:
            rest = f" +{hit.size - NAMED}" if hit.size > NAMED else ""
            names = ", ".join(str(k.component[i]) for i in hit[:NAMED]) + rest
            out.append(Paragraph(f"{w('report.action.' + flag)} ({hit.size}): {names}", "note"))
    return out


def reason_words(w: Words, key: str) -> str:
    """Words of a refusal key: `missing:<symbol>` or `limit:<key>`.

    Parameters
    ----------
    w : Words
    key : str

    Returns
    -------
    str
    """
    kind, _, rest = key.partition(":")
    if kind == "missing":
        return w("report.missing_input", symbol=rest, words=w(f"sym.{rest}"))
    if kind == "limit":
        return w(f"limit.{rest}")
    return w(key)
