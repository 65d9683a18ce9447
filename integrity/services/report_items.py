"""An item: identity, trend of the governing point, numbers, dates, factors, risk along time, consequence by hole."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, IntArray
from integrity.core.codes import index_of
from integrity.i18n.formats import MISSING
from integrity.reports import plots, risk_plots
from integrity.reports.document import Block, Facts, Figure, Heading, PageBreak, Paragraph, Table
from integrity.services.report_risk import GROUP_OF, mechanism_words, risk_time
from integrity.services.report_sections import reason_words, risk_rows, worst_rows
from integrity.services.report_words import Words
from integrity.services.report_workings import working_block
from integrity.services.risk_views import Card, Factor, Shown, card_of
from integrity.services.types import Study
from integrity.services.workings import component_working

# Rows of the table of holes.
HOLE_ROWS = ("d_n_mm", "release_type", "rate_kg_s", "mass_kg", "CA_cmd", "CA_inj", "rate_tox", "mass_tox", "CA_tox",
             "CA_nfnt")  # fmt: skip


def chosen_items(study: Study, n: int) -> list[int]:
    """Component rows that get a page: the least lives and the greatest risks, one per item of equipment.

    Parameters
    ----------
    study : Study
    n : int

    Returns
    -------
    list of int
    """
    life, risk = worst_rows(study, 4 * n), risk_rows(study, 4 * n)
    order = [int(i) for pair in zip(life, risk, strict=False) for i in pair]
    order += [int(i) for i in (*life, *risk)]
    seen: set[int] = set()
    out = []
    for i in order:
        equipment = int(study.plant.components.equipment_id[i])
        if equipment not in seen:
            seen.add(equipment)
            out.append(i)
    return out[:n]


def item_page(study: Study, i: int, w: Words) -> list[Block]:
    """Page of one component.

    Parameters
    ----------
    study : Study
    i : int
        Component row.
    w : Words

    Returns
    -------
    list of Block
    """
    k = study.plant.components
    name = w.name(str(k.name_en[i]), str(k.name_zh[i]))
    blocks: list[Block] = [PageBreak(), Heading(f"{k.component[i]}  {name}", 2), _identity(study, i, w)]
    figure = trend_of(study, i, w)
    blocks.append(figure if figure is not None else Paragraph(w("report.item.no_trend"), "note"))
    blocks += [_numbers(study, i, w), Heading(w("report.h.candidates"), 3), _candidates(study, i, w)]
    refused = [reason_words(w, key) for key in str(study.components.refusal[i]).split(";") if key]
    if refused:
        blocks.append(Paragraph(w("report.item.refused", reasons="; ".join(refused)), "warning"))
    card = card_of(study, i)
    blocks += _factors(card, w)
    blocks += [Heading(w("riskreport.h.item_time"), 3), risk_time(study, i, w)]
    return [*blocks, *_holes(card, w), *_governing_working(study, i, card, w)]


def _factors(card: Card, w: Words) -> list[Block]:
    if not card.factors:
        return []
    names = [mechanism_words(w, f.mechanism) for f in card.factors]
    values, bounds = np.array([f.D_f for f in card.factors]), np.array([f.bound for f in card.factors])
    labels = {"axis": w("riskreport.axis.D_f"), "bound": w("riskreport.bound"), "unknown": w("riskreport.unknown")}
    out: list[Block] = [
        Heading(w("riskreport.h.item_factors"), 3),
        risk_plots.factors(names, values, bounds, labels, w("riskreport.fig.factors")),
    ]
    for f, name in zip(card.factors, names, strict=True):
        if np.isnan(f.D_f) and f.reasons:
            why = w("riskreport.join").join(_reason(w, m.key, dict(m.params)) for m in f.reasons)
            out.append(Paragraph(w("riskreport.item.lacks", mechanism=name, reasons=why), "note"))
    return out


def _reason(w: Words, key: str, params: dict[str, object]) -> str:
    return reason_words(w, f"missing:{params['symbol']}") if "symbol" in params else w(key)


def _holes(card: Card, w: Words) -> list[Block]:
    if not card.holes:
        return []
    held = {hole: {v[0]: v for v in values} for hole, values in card.holes.items()}
    symbols = [s for s in HOLE_ROWS if any(s in values for values in held.values())]
    rows = []
    for symbol in symbols:
        cells = [values.get(symbol) for values in held.values()]
        quantity = next(c[2] for c in cells if c is not None)
        rows.append([symbol.removesuffix("_mm"), w(f"sym.{symbol}"), *[_hole_cell(c, w) for c in cells],
                     w.unit(quantity)])  # fmt: skip
    head = [w("report.col.symbol"), w("report.col.term"), *[w(f"riskreport.hole.{h}") for h in held],
            w("report.col.unit")]  # fmt: skip
    align, widths = "ll" + "r" * len(held) + "l", [1.2, 3.2, *[1.3] * len(held), 0.9]
    return [Heading(w("riskreport.h.item_holes"), 3), Table(head, rows, align, widths, small=True)]


def _hole_cell(shown: Shown | None, w: Words) -> str:
    if shown is None:
        return MISSING
    _, value, quantity, weak = shown
    mark = " ◇" if weak else ""
    if isinstance(value, str):
        return (w(f"code.release_type.{value}") if value else MISSING) + mark
    return w.number(value, quantity) + mark


def _governing(factors: tuple[Factor, ...]) -> Factor | None:
    return max((f for f in factors if not np.isnan(f.D_f)), key=lambda f: f.D_f, default=None)


def _governing_working(study: Study, i: int, card: Card, w: Words) -> list[Block]:
    worst = _governing(card.factors)
    if worst is None:
        return []
    column = next((c for c, groups in GROUP_OF.items() if worst.group in groups), "")
    sheets = [s for s in component_working(study, i, column) if worst.title.key == f"procedure.{s.procedure}"]
    return [Heading(w("riskreport.h.item_working"), 3), working_block(sheets[0], w, brief=True)] if sheets else []


def _identity(study: Study, i: int, w: Words) -> Facts:
    k = study.plant.components
    code = w.code("construction_code", k.construction_code[i])
    return Facts(
        [
            (w("report.col.tag"), str(k.tag[i])),
            (w("report.col.kind"), w.code("equipment_kind", k.equipment_kind[i])),
            (w("sym.unit"), str(k.unit[i]) or "—"),
            (w("sym.loop"), str(k.loop[i]) or "—"),
            (w("sym.material"), str(k.material[i]) or "—"),
            (w("sym.construction_code"), f"{code} {k.code_edition[i]}"),
            (w("report.design"), f"{w.with_unit(k.P_MPa[i], 'pressure')} / {w.with_unit(k.T_C[i], 'temperature')}"),
            (w("report.operating"),
             f"{w.with_unit(k.P_op_MPa[i], 'pressure')} / {w.with_unit(k.T_op_C[i], 'temperature')}"),
            (w("sym.in_service_d"), w.date(int(k.in_service_d[i]))),
            (w("sym.life_state"), w.code("life_state", study.components.life_state[i])),
            (w("sym.use_certificate"), str(k.use_certificate[i]) or "—"),
            (w("sym.safety_grade"), str(int(k.safety_grade[i])) if k.safety_grade[i] > 0 else "—"),
        ],
        3,
    )  # fmt: skip


def trend_of(study: Study, i: int, w: Words) -> Figure | None:
    """Trend plot of the governing reading position of a component.

    Parameters
    ----------
    study : Study
    i : int
        Component row.
    w : Words

    Returns
    -------
    Figure or None
        None where the component has no reading.
    """
    r = study.components
    cml = int(r.governing_cml_row[i])
    if cml < 0:
        return None
    position = int(study.cmls.governing_position_row[cml])
    if position < 0:
        return None
    p = study.positions
    rows = np.arange(int(p.reading_start[position]), int(p.reading_start[position] + p.reading_count[position]))
    if not rows.size:
        return None
    f = study.plant.readings
    limits = [
        (w("report.line.nominal"), float(study.plant.cmls.t_nom_mm[cml])),
        (w("report.line.alert"), float(r.t_alert_mm[i])),
        (w("report.line.required"), float(r.t_req_mm[i])),
    ]
    data = plots.Trend(
        f.date_d[rows], f.t_mm[rows], (f.quality[rows] == index_of("reading_quality", "good")).astype(float),
        study.settings.number("rate.sigma_UT_mm"), limits, _rate_lines(study, position, int(r.next_d[i]), w),
        study.plant.as_of_d, int(r.next_d[i]) if r.next_d[i] != NO_DATE else None,
    )  # fmt: skip
    labels = {
        "date": w("report.axis.year"), "thickness": w("report.axis.thickness"), "reading": w("report.line.reading"),
        "flagged": w("report.line.flagged"), "today": w("report.line.today"), "next": w("report.line.next"),
    }  # fmt: skip
    where = str(f.position_text[rows[0]])
    return plots.trend(data, labels, w("report.fig.trend", cml=str(study.plant.cmls.cml[cml]), position=where or "—"))


def _rate_lines(
    study: Study, position: int, next_d: int, w: Words
) -> list[tuple[str, tuple[float, float], tuple[float, float]]]:
    p = study.positions
    end = max(next_d, study.plant.as_of_d) if next_d != NO_DATE else study.plant.as_of_d
    end = min(end, study.plant.as_of_d + 3653)
    last, t = float(p.last_d[position]), float(p.t_last_mm[position])
    out = []
    for key, rate, start_d, start_t in (
        ("long", p.CR_LT[position], p.first_d[position], p.t_first_mm[position]),
        ("short", p.CR_ST[position], p.prev_d[position], p.t_prev_mm[position]),
    ):
        if np.isfinite(rate) and start_d != NO_DATE:
            label = w(f"report.line.{key}", rate=w.with_unit(float(rate), "rate"))
            future = t - float(rate) * (end - last) / 365.25
            out.append((label, (float(start_d), float(start_t)), (float(end), future)))
    return out


def _numbers(study: Study, i: int, w: Words) -> Table:
    r = study.components
    rows = []
    for column in ("t_min_mm", "t_mean_mm", "t_req_mm", "t_alert_mm", "CR_LT", "CR_ST", "CR_reg_hi", "CR_gov",
                   "RL_today_y", "MAWP_new", "MAWP_now", "MAWP_next", "D_f_thin", "P_f", "CA", "risk"):  # fmt: skip
        quantity = type(r).quantities()[column]
        rows.append(
            [column.removesuffix("_mm").removesuffix("_y"), w(f"sym.{column}"), w.cell(r, column, i), w.unit(quantity)]
        )
    half = (len(rows) + 1) // 2
    merged = [[*a, *b] for a, b in zip(rows[:half], rows[half:], strict=True)]
    head = [w("report.col.symbol"), w("report.col.term"), w("report.col.value"), w("report.col.unit")] * 2
    caption = w(
        "report.item.case", case=w.code("t_req_case", r.t_req_case[i]), basis=w.code("rate_basis", r.rate_basis[i])
    )
    return Table(head, merged, "llrlllrl", [1.2, 3, 1.2, 0.9] * 2, caption, small=True)


def _candidates(study: Study, i: int, w: Words) -> Block:
    c = study.candidates
    rows: IntArray = np.flatnonzero(c.component_row == i).astype(np.int64)
    if not rows.size:
        return Paragraph(w("report.item.no_candidates"), "note")
    table = [
        [("▶ " if c.governs[j] == 1 else "") + w.date(int(c.due_d[j])), w.code("candidate_kind", c.kind[j]),
         str(c.reference[j]) or MISSING, w.number(c.interval_y[j], "time"), w.date(int(c.anchor_d[j])),
         w("report.yes") if c.decides[j] == 1 else w("report.informs"),
         w(str(c.reason[j])) + ("" if c.verified[j] == 1 else " ◇")]
        for j in rows
    ]  # fmt: skip
    head = [w(f"report.col.{h}") for h in ("due", "kind_of_date", "rule", "interval", "anchor", "decides", "why")]
    return Table(head, table, "lllllll", [1.35, 1.8, 1.9, 0.8, 1.2, 0.9, 4.6], small=True)
