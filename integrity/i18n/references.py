"""References to standards in words: numbering, editions and titles of our own in each language."""

from __future__ import annotations

import re
from functools import lru_cache

from integrity.core.reference import Reference
from integrity.i18n import catalogue, text

_NUMBERED = re.compile(r"\b(Part|Tables?|eqs?\.|Annex|step|note) (?=[\dA-Z(])([^\s,]+)")
_RANGE = re.compile(r"(?<=\)) to (?=\()")


@lru_cache(maxsize=4096)
def reference_words(ref: Reference, language: str, with_title: bool = True) -> str:
    """A place in a standard, such as "ASME VIII-1 (2021) UG-27(c)(1) · Circumferential stress".

    Parameters
    ----------
    ref : Reference
    language : str
        "en" or "zh_CN".
    with_title : bool
        Whether the title follows where the reference has one.

    Returns
    -------
    str
        Words that the catalogue does not have, as those of a plug-in, stay as they are written.
    """
    key = "ref.place" if ref.edition else "ref.place_no_edition"
    place = text(
        key,
        language,
        standard=_said(ref.standard, language),
        edition=_said(ref.edition, language),
        clause=clause_words(ref.clause, language),
    ).strip()
    return f"{place} · {_said(ref.title, language)}" if with_title and ref.title else place


def clause_words(clause: str, language: str) -> str:
    """A clause text; its numbering words (Part, Table, eq., Annex, step, note) are those of the language.

    Parameters
    ----------
    clause : str
        Clause of a `Reference`.
    language : str

    Returns
    -------
    str
    """
    words = catalogue(language).get(f"ref.{clause}")
    if words is not None:
        return words
    numbered = _NUMBERED.sub(lambda m: text(f"ref.number.{m[1]}", language, n=m[2]), clause)
    ranged = _RANGE.sub(text("ref.number.range", language), numbered)
    return ranged.replace(", ", text("ref.number.list", language))


def _said(words: str, language: str) -> str:
    return catalogue(language).get(f"ref.{words}", words)
