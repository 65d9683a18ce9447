"""Working sheets as blocks of a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from integrity.core.reference import Reference
from integrity.core.working import WorkingStep
from integrity.i18n import translate
from integrity.i18n.references import reference_words
from integrity.reports.document import WorkingBlock
from integrity.services.report_words import Words
from integrity.services.types import WorkingSheet

# A step of one damage state of several, for example beta_2 or Po_p3.
STATE = re.compile(r"_p?[123]$")
LONG, BRIEF = 90, 8


def working_block(sheet: WorkingSheet, w: Words, brief: bool = False) -> WorkingBlock:
    """A working sheet as a block of the document.

    Parameters
    ----------
    sheet : WorkingSheet
    w : Words
    brief : bool
        Only formulas, without those of single damage states and long ones; the last step always.

    Returns
    -------
    WorkingBlock
    """
    lines = []
    notes = []
    whole = reference_words(Reference(sheet.ref.standard, sheet.ref.edition, ""), w.language) if sheet.ref else ""
    for s in _main_steps(sheet.steps) if brief else sheet.steps:
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


def _main_steps(steps: Sequence[WorkingStep]) -> list[WorkingStep]:
    main = [s for s in steps[:-1] if s.expr and len(s.expr) <= LONG and not STATE.search(s.symbol)]
    return [*main[:BRIEF], *steps[-1:]]


def _place(ref: Reference, whole: str, w: Words) -> str:
    """Clause of a step; the standard only where it is not that of the sheet, which its title names."""
    words = reference_words(ref, w.language, with_title=False)
    return words.removeprefix(whole).strip() if whole and words != whole else words
