"""Chapter of the report on risk: what is known, lower bounds apart, what is lacking, factors, consequence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.codes import codes, decode
from integrity.i18n import catalogue
from integrity.i18n.formats import MISSING, format_number
from integrity.rbi import risk as rules
from integrity.rbi.mechanisms import mechanisms
from integrity.reports import plots, risk_plots
from integrity.reports.document import Block, Figure, Heading, PageBreak, Paragraph, Table
from integrity.services.missing_inputs import mechanism_gaps
from integrity.services.report_sections import FILLS, risk_rows
from integrity.services.report_words import Words
from integrity.services.types import Study

TOP, LISTED, GAPS, COSTS = 10, 8, 14, 6
# Columns of the result frame by group of mechanisms, in the order of the table.
GROUP_COLUMNS = ("D_f_thin", "D_f_lining", "D_f_ext", "D_f_scc", "D_f_htha", "D_f_brit_gov", "D_f_mfat")
GROUP_OF = {
    "D_f_thin": ("thinning",),
    "D_f_lining": ("lining",),
    "D_f_ext": ("external",),
    "D_f_scc": ("scc",),
    "D_f_htha": ("htha",),
    "D_f_brit_gov": ("brittle", "temper", "embrittlement_885", "sigma"),
    "D_f_mfat": ("fatigue",),
}
NOTHING = "·"


@dataclass(frozen=True)
class Known:
    """How far the risk of each component is known.

    `full` has a risk number, `bounded` a lower bound above 0 only, `unknown` neither. The categories are those of the
    lower bounds, -1 missing; `cell` is the risk category of that cell.
    """

    full: IntArray
    bounded: IntArray
    unknown: IntArray
    P_f_category: IntArray
    CA_category: IntArray
    cell: IntArray


def known_risk(study: Study) -> Known:
    """Components by how far their risk is known, with the cells of the lower bounds.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Known
    """
    r = study.components
    has = ~np.isnan(r.risk)
    bounded = ~has & (r.risk_low > 0.0)
    low = rules.PROCEDURE.run({"P_f": r.P_f_low, "CA": r.CA, "D_f_total": r.D_f_low}, study.settings)
    names = ("P_f_category", "CA_category", "risk_category")
    categories = [np.where(bounded, np.asarray(low[c], dtype=np.int64), -1) for c in names]
    rows = [np.flatnonzero(mask).astype(np.int64) for mask in (has, bounded, ~has & ~bounded)]
    return Known(*rows, *categories)


def bounded_rows(study: Study, known: Known, n: int) -> IntArray:
    """Components with a lower bound only, the greatest first.

    Parameters
    ----------
    study : Study
    known : Known
    n : int

    Returns
    -------
    ndarray of int64
    """
    order = np.argsort(-study.components.risk_low[known.bounded], kind="stable")
    return known.bounded[order[:n]]


def mechanism_words(w: Words, key: str) -> str:
    """Words of a damage mechanism, assessed here or only accepted.

    Parameters
    ----------
    w : Words
    key : str

    Returns
    -------
    str
    """
    named = f"riskreport.mechanism.{key}"
    if named in catalogue(w.language):
        return w(named)
    own = {m.key: m.procedure.title_key for m in mechanisms()}
    return w(own.get(key, f"mechanism.{key}"))


def risk(study: Study, w: Words, colours: list[list[str]]) -> list[Block]:
    """Chapter 3: matrices, iso-risk plot, the highest risks, lower bounds, what is lacking, factors, consequence.

    Parameters
    ----------
    study : Study
    w : Words
    colours : 5 x 5 list of str
        Colour of each matrix cell, row 0 is likelihood 1.

    Returns
    -------
    list of Block
    """
    known = known_risk(study)
    lead = w("riskreport.lead", full=known.full.size, low=known.bounded.size, none=known.unknown.size,
             edition=study.settings.code("rbi.edition"))  # fmt: skip
    return [
        PageBreak(),
        Heading(w("report.h.risk")),
        Paragraph(lead),
        _matrices(study, known, w, colours),
        _iso_risk(study, known, w),
        risk_time(study, int(risk_rows(study, 1)[0]) if known.full.size else -1, w),
        Heading(w("report.h.top_risk"), 2),
        _highest(study, w, known),
        *_lower_bounds(study, w, known),
        *_gaps(study, w),
        *_by_group(study, w),
        *_consequence(study, w),
        *_money(study, w),
        *_owner(study, w),
    ]


def _counts(likelihood: IntArray, consequence: IntArray) -> IntArray:
    ok = (likelihood > 0) & (consequence > 0)
    counts = np.zeros((5, 5), dtype=np.int64)
    np.add.at(counts, (likelihood[ok] - 1, consequence[ok] - 1), 1)
    return counts


def _matrices(study: Study, known: Known, w: Words, colours: list[list[str]]) -> Figure:
    r = study.components
    letters = {f"letter.{c}": w(f"report.letter.{c}") for c in codes("four_colour")}
    axes = {"likelihood": w("report.axis.likelihood"), "consequence": w("report.axis.consequence")}
    full, low = _counts(r.P_f_category, r.CA_category), _counts(known.P_f_category, known.CA_category)
    titles = {
        "full": w("riskreport.matrix.full", n=int(full.sum())),
        "low": w("riskreport.matrix.low", n=int(low.sum())),
    }
    return risk_plots.matrices(full, low, colours, {**axes, **letters, **titles}, w("riskreport.fig.matrices"))


def _iso_risk(study: Study, known: Known, w: Words) -> Figure:
    r = study.components
    colour = [str(c) or "blue" for c in decode(r.four_colour, codes("four_colour"))]
    target = study.settings.number("rbi.risk_target_m2_y")
    labels = {
        "likelihood": f"P_f, {w.unit('frequency')}",
        "consequence": "CA, m²",
        "target": w("report.axis.target", value=format_number(target, "number")),
        "low": w("riskreport.low"),
    }
    low = (r.P_f_low[known.bounded], r.CA[known.bounded])
    return plots.iso_risk(r.P_f, r.CA, colour, target, labels, w("report.fig.iso"), low)


def risk_time(study: Study, row: int, w: Words) -> Block:
    """Risk of one component along time, without and with the planned inspection; lower bounds dashed.

    Parameters
    ----------
    study : Study
    row : int
        Component row, -1 for none.
    w : Words

    Returns
    -------
    Block
    """
    panels = (("without_plan", study.panel, plots.SERIES[1]), ("with_plan", study.panel_planned, plots.SERIES[0]))
    curves, bounds = [], []
    for key, panel, colour in panels if row >= 0 else ():
        full, low = panel.risk[row], panel.low(row, "risk")
        if np.isfinite(full).any():
            curves.append((w(f"report.{key}"), full, colour))
        elif (low > 0.0).any():
            bounds.append((w("riskreport.at_least", what=w(f"report.{key}")), low, colour))
    if not curves and not bounds:
        return Paragraph(w("report.risk.no_panel") if row < 0 else w("riskreport.no_risk_time"), "note")
    target = study.settings.number("rbi.risk_target_m2_y")
    words = w("report.axis.target", value=format_number(target, "number"))
    labels = {"date": w("report.axis.year"), "value": w("report.axis.risk"), "target": words}
    caption = w("report.fig.risk_time", component=str(study.plant.components.component[row]))
    return plots.along_time(study.panel.dates_d, curves, target, labels, caption, bounds)


def cell_of(likelihood: int, consequence: int) -> str:
    """Cell of the matrix as it is written.

    Parameters
    ----------
    likelihood, consequence : int
        1 to 5, -1 missing.

    Returns
    -------
    str
    """
    likelihood, consequence = int(likelihood), int(consequence)
    return f"{likelihood}{'ABCDE'[consequence - 1]}" if likelihood > 0 and consequence > 0 else MISSING


def _highest(study: Study, w: Words, known: Known) -> Block:
    r, k = study.components, study.plant.components
    top = risk_rows(study, TOP)
    colour = [str(c) or "blue" for c in decode(r.four_colour[top], codes("four_colour"))]
    rows = [
        [str(k.component[i]), w.code("equipment_kind", k.equipment_kind[i]), w.short(r.D_f_total[i], "damage_factor"),
         w.number(r.P_f[i], "frequency"), w.short(r.CA[i], "area"), w.short(r.risk[i], "risk_area"),
         cell_of(r.P_f_category[i], r.CA_category[i]), w.code("risk_category", r.risk_category[i]),
         w.date(int(r.risk_target_d[i]))]
        for i in top
    ]  # fmt: skip
    head = [w("report.col.component"), w("report.col.kind"), "D_f", f"P_f, {w.unit('frequency')}",
            f"CA, {w.unit('area')}", w("report.col.risk", unit=w.unit("risk_area")), w("report.col.cell"),
            w("report.col.category"), w("report.col.target_date")]  # fmt: skip
    fills = {(n, 7): FILLS[c] for n, c in enumerate(colour)}
    note = more(w, known.full.size - top.size)
    return Table(head, rows, "llrrrrcll", [2.6, 1.4, 1, 1.3, 1.1, 1.2, 0.7, 1.5, 1.5], note, fills, small=True)


def more(w: Words, n: int) -> str:
    """Note of how many rows a table leaves out; empty where none.

    Parameters
    ----------
    w : Words
    n : int

    Returns
    -------
    str
    """
    return w("report.plan.more", n=int(n)) if n > 0 else ""


def _lower_bounds(study: Study, w: Words, known: Known) -> list[Block]:
    r, k = study.components, study.plant.components
    out: list[Block] = [Heading(w("riskreport.h.low"), 2), Paragraph(w("riskreport.low.lead"))]
    rows = [
        [str(k.component[i]), w("riskreport.join").join(mechanism_words(w, m) for m in str(r.unassessed[i]).split())
         or MISSING,
         f"≥ {w.short(r.D_f_low[i], 'damage_factor')}", f"≥ {w.number(r.P_f_low[i], 'frequency')}",
         w.short(r.CA[i], "area"), f"≥ {w.short(r.risk_low[i], 'risk_area')}",
         f"≥ {cell_of(known.P_f_category[i], known.CA_category[i])}", w.code("risk_category", known.cell[i])]
        for i in bounded_rows(study, known, LISTED)
    ]  # fmt: skip
    if not rows:
        return [*out, Paragraph(w("riskreport.low.none"), "note")]
    head = [w("report.col.component"), w("riskreport.col.unassessed"), "D_f", f"P_f, {w.unit('frequency')}",
            f"CA, {w.unit('area')}", w("report.col.risk", unit=w.unit("risk_area")), w("report.col.cell"),
            w("riskreport.col.at_least_category")]  # fmt: skip
    note = more(w, known.bounded.size - len(rows))
    return [*out, Table(head, rows, "llrrrrcl", [1.9, 3.2, 1.1, 1.4, 1, 1.2, 0.8, 1.6], note, small=True)]


def _gaps(study: Study, w: Words) -> list[Block]:
    gaps = mechanism_gaps(study)
    out: list[Block] = [Heading(w("riskreport.h.gaps"), 2)]
    if not gaps:
        return [*out, Paragraph(w("riskreport.gaps.none"), "note")]
    names = study.plant.components.component
    rows = [
        [mechanism_words(w, g.mechanism), g.key if g.kind == "missing" else "", w(g.words.key), str(g.rows.size),
         few(names[g.rows].tolist(), 4)]
        for g in sorted(gaps[:GAPS], key=lambda g: mechanism_words(w, g.mechanism))
    ]  # fmt: skip
    head = [w("riskreport.col.mechanism"), w("report.col.symbol"), w("riskreport.col.lacks"), w("report.col.count"),
            w("riskreport.col.components")]  # fmt: skip
    note = more(w, len(gaps) - len(rows))
    lead = Paragraph(w("riskreport.gaps.lead"))
    return [*out, lead, Table(head, rows, "lllrl", [2.2, 0.9, 3.6, 0.7, 3], note, small=True)]


def few(names: list[str], n: int) -> str:
    """The first names of a list and how many more there are.

    Parameters
    ----------
    names : list of str
    n : int

    Returns
    -------
    str
    """
    return ", ".join(str(x) for x in names[:n]) + (f" +{len(names) - n}" if len(names) > n else "")


def acts_in(study: Study) -> dict[str, IntArray]:
    """1 where a mechanism of a group acts, by column of the result frame.

    Parameters
    ----------
    study : Study

    Returns
    -------
    dict of str to ndarray of int64
    """
    n = study.plant.components.n
    out = {c: np.zeros(n, dtype=np.int64) for c in GROUP_COLUMNS}
    for m in study.parts.risk.mechanisms if study.parts is not None else ():
        column = next(c for c, groups in GROUP_OF.items() if m.mechanism.group in groups)
        out[column] |= m.rows.rows >= 0
    return out


def _by_group(study: Study, w: Words) -> list[Block]:
    r, k = study.components, study.plant.components
    low: FloatArray = np.nan_to_num(r.D_f_low)
    order = np.argsort(-low, kind="stable")
    top = order[low[order] > 0.0][:TOP]
    acts = acts_in(study)

    def shown(column: str, i: int) -> str:
        value = float(getattr(r, column)[i])
        if not acts[column][i]:
            return NOTHING
        return w("riskreport.unknown_mark") if np.isnan(value) else w.short(value, "damage_factor")

    rows = []
    for i in top:
        total = w.short(r.D_f_total[i], "damage_factor")
        bound = f"≥ {w.short(r.D_f_low[i], 'damage_factor')}" if np.isnan(r.D_f_total[i]) else ""
        rows.append([str(k.component[i]), *[shown(c, int(i)) for c in GROUP_COLUMNS], total, bound])
    words = [w(f"riskreport.group.{c}") for c in GROUP_COLUMNS]
    head = [w("report.col.component"), *words, w("riskreport.col.total"), w("riskreport.low")]
    return [
        Heading(w("riskreport.h.groups"), 2),
        Paragraph(w("riskreport.groups.lead")),
        Table(head, rows, "lrrrrrrrrr", [2.1, *[1.05] * 7, 1.1, 1.2], w("riskreport.groups.note"), small=True),
    ]


def _consequence(study: Study, w: Words) -> list[Block]:
    r, k = study.components, study.plant.components
    counts = []
    for b, name in enumerate(codes("CA_basis")):
        rows = np.flatnonzero(r.CA_basis == b)
        if rows.size:
            worst = rows[int(np.argmax(np.nan_to_num(r.CA[rows])))]
            counts.append([w(f"code.CA_basis.{name}"), str(rows.size), w.short(r.CA[worst], "area"),
                           str(k.component[worst])])  # fmt: skip
    unknown = int(np.isnan(r.CA).sum())
    counts.append([w("riskreport.consequence.none"), str(unknown), MISSING, MISSING])
    CA = np.nan_to_num(r.CA)
    top = np.argsort(-CA, kind="stable")[:LISTED]
    rows_ = [
        [str(k.component[i]), w.code("fluid", k.fluid[i]),
         *[w.short(getattr(r, c)[i], "area") for c in ("CA_cmd", "CA_inj", "CA_tox", "CA_nfnt", "CA")],
         w.code("CA_basis", r.CA_basis[i])]
        for i in top if CA[i] > 0.0
    ]  # fmt: skip
    unit = w.unit("area")
    head = [w("report.col.component"), w("sym.fluid"), *[w(f"riskreport.area.{c}", unit=unit) for c in
            ("cmd", "inj", "tox", "nfnt", "CA")], w("riskreport.col.governs")]  # fmt: skip
    return [
        Heading(w("riskreport.h.consequence"), 2),
        Table([w("riskreport.col.governs"), w("report.col.count"), w("riskreport.col.greatest", unit=unit),
               w("report.col.component")], counts, "lrrl", [3, 1, 1.6, 2.4]),
        Table(head, rows_, "llrrrrrl", [1.9, 1.1, 1.15, 1.15, 1.1, 1.2, 1.15, 1.9],
              more(w, int((CA > 0.0).sum()) - len(rows_)), small=True),
    ]  # fmt: skip


def _money(study: Study, w: Words) -> list[Block]:
    r, k, s = study.components, study.plant.components, study.settings
    known = int((~np.isnan(r.FC)).sum())
    bounded = int((np.isnan(r.FC) & (r.FC_bound > 0.0)).sum())
    out: list[Block] = [
        Heading(w("riskreport.h.money"), 2),
        Paragraph(w("riskreport.money.basis", currency=s.code("rbi.currency"), year=f"{s.number('rbi.cost_year'):.0f}",
                    index=f"{s.number('rbi.cost_index'):g}", rate=f"{s.number('rbi.exchange_rate'):g}")),
        Paragraph(w("riskreport.money.lead", known=known, low=bounded)),
    ]  # fmt: skip
    unstated = [n for n in _UNIT_COSTS if s.number(f"rbi.{n}") < 0.0]
    if unstated:
        words = w("riskreport.join").join(w(f"riskreport.cost.{n}") for n in unstated)
        out.append(Paragraph(w("riskreport.money.unstated", names=words), "warning"))
    value = np.nan_to_num(np.where(np.isnan(r.FC), r.FC_bound, r.FC))
    top = [int(i) for i in np.argsort(-value, kind="stable")[:COSTS] if value[i] > 0.0]
    unit = s.code("rbi.currency")
    rows = [
        [str(k.component[i]), w.short(r.FC[i], "money"),
         f"≥ {w.short(r.FC_bound[i], 'money')}" if np.isnan(r.FC[i]) else w.short(r.FC[i], "money"),
         str(int(r.FC_category[i])) if r.FC_category[i] > 0 else MISSING,
         w.short(r.risk_FC[i], "money_rate") if not np.isnan(r.risk_FC[i])
         else f"≥ {w.short(r.risk_FC_low[i], 'money_rate')}" if r.risk_FC_low[i] > 0.0 else MISSING]
        for i in top
    ]  # fmt: skip
    if rows:
        head = [w("report.col.component"), w("riskreport.col.FC", unit=unit), w("riskreport.col.FC_bound", unit=unit),
                w("report.col.category"), w("riskreport.col.risk_FC", unit=unit)]  # fmt: skip
        out.append(Table(head, rows, "lrrrr", [2.4, 1.8, 1.8, 1, 1.8], more(w, int((value > 0).sum()) - len(rows)),
                         small=True))  # fmt: skip
    return out


_UNIT_COSTS = ("equipment_cost_m2", "production_cost_d", "population_m2", "injury_cost", "environment_cost_bbl")


def _owner(study: Study, w: Words) -> list[Block]:
    r, k = study.components, study.plant.components
    own = ~np.isnan(r.P_f_owner) & ~np.isclose(r.P_f_owner, r.P_f, rtol=1e-9, atol=0.0)
    local = ~np.isnan(r.P_f_local)
    out: list[Block] = [Heading(w("riskreport.h.owner"), 2)]
    rows = np.flatnonzero(own | local)
    if not rows.size:
        return [*out, Paragraph(w("riskreport.owner.none"), "note")]
    top = rows[np.argsort(-np.nan_to_num(r.P_f[rows]), kind="stable")][:TOP]
    table = [
        [str(k.component[i]), *[w.number(getattr(r, c)[i], "frequency") for c in ("P_f", "P_f_owner", "P_f_local")],
         w.code("risk_category", r.risk_category[i])]
        for i in top
    ]  # fmt: skip
    head = [w("report.col.component"), *[w(f"riskreport.col.{c}") for c in ("P_f", "P_f_owner", "P_f_local")],
            w("report.col.category")]  # fmt: skip
    return [
        *out,
        Paragraph(w("riskreport.owner.lead")),
        Table(head, table, "lrrrl", [2.4, 1.8, 1.8, 1.8, 1.4], more(w, rows.size - top.size), small=True),
    ]
