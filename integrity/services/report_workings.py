"""Working sheets as blocks of a report."""

from __future__ import annotations

from integrity.core.reference import Reference
from integrity.i18n import translate
from integrity.i18n.references import reference_words
from integrity.reports.document import WorkingBlock
from integrity.services.report_words import Words
from integrity.services.types import WorkingSheet


def working_block(sheet: WorkingSheet, w: Words) -> WorkingBlock:
    """A working sheet as a block of the document.

    Parameters
    ----------
    sheet : WorkingSheet
    w : Words

    Returns
    -------
    WorkingBlock
    """
    lines = []
    notes = []
    whole = reference_words(Reference(sheet.ref.standard, sheet.ref.edition, ""), w.language) if sheet.ref else ""
    for s in sheet.steps:
        mark = " ◇" if s.unverified else ""
        value = s.value if isinstance(s.value, str) else w.with_unit(float(s.value), s.quantity)
        formula = s.expr
        if s.note:
            formula = w(s.note, **{n: v if isinstance(v, str) else f"{v:.6g}" for n, v in s.note_values.items()})
        lines.append((s.symbol, formula, s.numbers, value + mark, _place(s.ref, whole, w)))
    notes += [translate(m, w.language) for m in sheet.reasons]
    if sheet.unverified:
        notes.append(w("report.unverified", names=", ".join(sheet.unverified)))
    title = f"{sheet.subject}: {translate(sheet.title, w.language)}"
    return WorkingBlock(f"{title}  [{whole}]" if whole else title, lines, notes)


def _place(ref: Reference, whole: str, w: Words) -> str:
    """Clause of a step; the standard only where it is not that of the sheet, which its title names."""
    words = reference_words(ref, w.language, with_title=False)
    return words.removeprefix(whole).strip() if whole and words != whole else words
