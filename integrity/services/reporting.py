"""The plant report: a document made from a study, written as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from integrity import __version__
from integrity.core.codes import codes
from integrity.core.progress import SILENT, Progress
from integrity.i18n.formats import format_date
from integrity.rbi.risk import risk_matrix
from integrity.reports.document import Block, Document, Heading, PageBreak, Paragraph, Table
from integrity.reports.pdf import write_pdf
from integrity.services import bundles, decisions, relief, report_decisions, report_policies, report_risk
from integrity.services import report_sections as sections
from integrity.services.decisions import Comparison
from integrity.services.report_devices import device_blocks
from integrity.services.report_items import chosen_items, item_page
from integrity.services.report_words import Words
from integrity.services.report_workings import working_block
from integrity.services.session import Session
from integrity.services.types import Study
from integrity.services.workings import component_working

ITEMS, REJECTS = 3, 14
WORKED = ("RL_y", "MAWP_next", "risk", "next_d")
# Four holes each; they open in the program.
LEFT_OUT = frozenset({"api581.2016.release", "api581.2016.flammable_area"})


def plant_report(
    study: Study,
    language: str,
    units: str = "SI",
    rejects: Sequence[tuple[str, str, str, str]] = (),
    progress: Progress = SILENT,
    comparison: Comparison | None = None,
    compared_with: str = "",
) -> Document:
    """Document of a study.

    Parameters
    ----------
    study : Study
    language : str
    units : str
        "SI" or "US".
    rejects : sequence of (place, outcome, what, remedy)
        Findings of the imports, in words of the same language.
    progress : Progress
    comparison : Comparison, optional
        Why risk differs from the last approved run.
    compared_with : str
        Name of that run.

    Returns
    -------
    Document
    """
    w = Words(language, units)
    blocks: list[Block] = sections.summary(study, w)
    blocks += sections.ageing(study, w)
    blocks += report_risk.risk(study, w, matrix_colours(study))
    blocks += report_decisions.chapter(study, w, comparison, compared_with)
    blocks += sections.worst(study, w)
    blocks += sections.plan(study, w)
    chosen = chosen_items(study, ITEMS)
    blocks += [PageBreak(), Heading(w("report.h.items")), Paragraph(w("report.items.lead", n=len(chosen)))]
    for n, i in enumerate(chosen):
        progress.step(n, len(chosen))
        page = item_page(study, i, w)
        blocks += page[1:] if n == 0 else page
    blocks += _workings(study, chosen[:1], w)
    blocks += _rejects(rejects, w)
    blocks += sections.not_known(study, w)
    blocks += report_policies.settings(study, w)
    k = study.plant.components
    facts = [
        (w("report.fact.site"), study.plant.site),
        (w("report.fact.as_of"), format_date(study.plant.as_of_d)),
        (w("report.fact.items"), str(len(set(k.equipment_id.tolist())))),
        (w("report.fact.components"), str(k.n)),
        (w("report.fact.rules"), w(f"report.rules.{study.settings.code('plan.rule_set')}")),
        (w("report.fact.edition"), "API RP 581 " + study.settings.code("rbi.edition")),
        (w("report.fact.program"), f"Integrity workbench {__version__}"),
        (w("report.fact.digest"), k.digest()[:16] + " / " + study.plant.readings.digest()[:16]),
    ]
    return Document(
        w("report.title", site=study.plant.site), w("report.subtitle"), w("report.banner"), facts, blocks,
        w("report.contents"), w("report.page"),
    )  # fmt: skip


def write_report(
    study: Study,
    path: Path,
    language: str,
    units: str = "SI",
    rejects: Sequence[tuple[str, str, str, str]] = (),
    progress: Progress = SILENT,
    comparison: Comparison | None = None,
    compared_with: str = "",
) -> Path:
    """Write the plant report as PDF.

    Parameters
    ----------
    study, language, units, rejects, progress, comparison, compared_with
        See `plant_report`.
    path : Path

    Returns
    -------
    Path
    """
    document = plant_report(study, language, units, rejects, progress, comparison, compared_with)
    return write_pdf(document, path)


def since_approved(
    session: Session, study: Study, progress: Progress = SILENT
) -> tuple[Comparison | None, dict[str, str]]:
    """Comparison with the last approved study and what names that one.

    Parameters
    ----------
    session : Session
    study : Study
    progress : Progress

    Returns
    -------
    (Comparison or None, dict of str to str)
        Nothing and no names where no study has been approved.
    """
    run = decisions.last_approved(session)
    if run is None:
        return None, {}
    named = {"id": str(run.snapshot), "date": format_date(run.study.plant.as_of_d)}
    return decisions.compare_with(run, study, progress=progress), named


def write_devices_report(session: Session, study: Study, path: Path, language: str, units: str = "SI") -> Path | None:
    """Write the report of exchanger bundles and relief devices as PDF.

    Parameters
    ----------
    session : Session
    study : Study
    path : Path
    language : str
    units : str
        "SI" or "US".

    Returns
    -------
    Path or None
        None where neither is on record.
    """
    w = Words(language, units)
    found = bundles.assess(session, study.settings, study.plant)
    blocks = device_blocks(found, relief.assess(session, study), w)
    if not blocks:
        return None
    facts = [
        (w("report.fact.site"), study.plant.site),
        (w("report.fact.as_of"), format_date(study.plant.as_of_d)),
        (w("report.fact.program"), f"Integrity workbench {__version__}"),
    ]
    title = w("riskreport.devices.title", site=study.plant.site)
    document = Document(
        title, w("riskreport.devices.subtitle"), w("report.banner"), facts,
        [Heading(w("riskreport.devices.heading")), *blocks], w("report.contents"), w("report.page"),
    )  # fmt: skip
    return write_pdf(document, path)


def matrix_colours(study: Study) -> list[list[str]]:
    """Colour of each cell of the risk matrix in force, row 0 is likelihood 1.

    Parameters
    ----------
    study : Study

    Returns
    -------
    list of list of str
    """
    matrix = risk_matrix(study.settings.code("rbi.matrix_cells"))
    names = codes("four_colour")
    return [[names[int(matrix.colour[matrix.cell[i, j]])] for j in range(1, 6)] for i in range(1, 6)]


def _workings(study: Study, rows: Sequence[int], w: Words) -> list[Block]:
    out: list[Block] = [PageBreak(), Heading(w("report.h.workings")), Paragraph(w("report.workings.lead"))]
    for i in rows:
        seen: set[tuple[str, str]] = set()
        for column in WORKED:
            for sheet in component_working(study, int(i), column):
                key = (sheet.procedure, ",".join(s.symbol for s in sheet.steps))
                if key not in seen and sheet.procedure not in LEFT_OUT:
                    seen.add(key)
                    out.append(working_block(sheet, w))
    return out


def _rejects(rejects: Sequence[tuple[str, str, str, str]], w: Words) -> list[Block]:
    out: list[Block] = [
        PageBreak(),
        Heading(w("report.h.rejects")),
        Paragraph(w("report.rejects.lead", n=len(rejects))),
    ]
    if rejects:
        head = [w("report.col.place"), w("report.col.outcome"), w("report.col.finding"), w("report.col.remedy")]
        out.append(Table(head, [list(r) for r in rejects[:REJECTS]], "llll", [2.6, 1, 3.6, 3], small=True))
        if len(rejects) > REJECTS:
            out.append(Paragraph(w("report.rejects.more", n=len(rejects) - REJECTS), "note"))
    return out
