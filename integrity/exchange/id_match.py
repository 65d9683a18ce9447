"""Match identifiers of a file to the plant's, and suggest the one that was meant where exactly one comes near."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import IntArray, TextArray
from integrity.exchange.columns import TextColumn, column_of, constant_column, distinct_rows, object_array
from integrity.exchange.outcome import FindingBatch

NONE, EXACT, LOOKALIKE, ONE_EDIT = range(4)
_SEPARATORS = re.compile(r"[\s\-_./\\–—]+")
_LOOKALIKE = str.maketrans({"O": "0", "Q": "0", "I": "1", "L": "1", "|": "1"})
NONE_NEAR = "—"
MOST_SHOWN = 3


@dataclass(frozen=True)
class IdMatch:
    """Which known identifier each row means.

    Parameters
    ----------
    index : ndarray of int64, shape (rows,)
        Row of the known identifier; -1 where unknown.
    suggestion : ndarray of int64, shape (rows,)
        Row of the only near one where unknown; else -1.
    how : ndarray of int8, shape (rows,)
        `EXACT`, or how the suggestion was found: `LOOKALIKE` (case, blanks, dashes, O and 0, I, l and 1) or `ONE_EDIT`.
    near : TextColumn
        Near identifiers of unknown rows, comma separated, where there are several.
    """

    index: IntArray
    suggestion: IntArray
    how: NDArray[np.int8]
    near: TextColumn

    def resolved(self, accept_suggestions: bool) -> IntArray:
        """Row of the known identifier with suggestions taken where the user has accepted them.

        Parameters
        ----------
        accept_suggestions : bool

        Returns
        -------
        ndarray of int64
        """
        return np.where((self.index < 0) & accept_suggestions, self.suggestion, self.index)


def folded(text: str) -> str:
    """Identifier without case, separators and look-alike letters.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return _SEPARATORS.sub("", text.upper()).translate(_LOOKALIKE)


def match_ids(texts: TextColumn, known: Sequence[str]) -> IdMatch:
    """Match a column of identifiers.

    Parameters
    ----------
    texts : TextColumn
    known : sequence of str
        The plant's identifiers; their order gives the row numbers.

    Returns
    -------
    IdMatch
    """
    exact = {k: i for i, k in enumerate(known)}
    by_fold: dict[str, list[int]] = {}
    n = len(texts.values)
    index, suggestion = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    how, near = np.zeros(n, dtype=np.int8), [NONE_NEAR] * n
    alphabet = ""
    for i, text in enumerate(texts.values):
        t = text.strip()
        if not t:
            continue
        if t in exact:
            index[i], how[i] = exact[t], EXACT
            continue
        if not by_fold:
            for k, name in enumerate(known):
                by_fold.setdefault(folded(name), []).append(k)
            alphabet = "".join(sorted(set("".join(by_fold))))
        rows, way = _near(folded(t), by_fold, alphabet)
        if len(rows) == 1 and way != NONE:
            suggestion[i], how[i] = rows[0], way
        near[i] = ", ".join(known[k] for k in rows[:MOST_SHOWN]) or NONE_NEAR
    code = texts.codes
    shown = TextColumn(code.copy(), tuple(near), np.zeros(n, dtype=np.int8))
    return IdMatch(index[code], suggestion[code], how[code], shown)


def _near(key: str, by_fold: Mapping[str, list[int]], alphabet: str) -> tuple[list[int], int]:
    if key in by_fold:
        return by_fold[key], LOOKALIKE
    found = {row for v in _edits(key, alphabet) for row in by_fold.get(v, ())}
    other = {row for v in _other_digits(key) for row in by_fold.get(v, ())}
    way = ONE_EDIT if found else NONE
    return sorted(found) + sorted(other - found), way


def _edits(key: str, alphabet: str) -> set[str]:
    """Texts one insertion, deletion, substitution or swap of neighbours away.

    A digit in place of another digit is left out: in a numbered series that is another point, not a slip of the pen.
    """
    splits = [(key[:i], key[i:]) for i in range(len(key) + 1)]
    out = {a + b[1:] for a, b in splits if b}
    out |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    for letter in alphabet:
        out |= {a + letter + b[1:] for a, b in splits if b and not (letter.isdigit() and b[0].isdigit())}
        out |= {a + letter + b for a, b in splits}
    out.discard(key)
    return out


def _other_digits(key: str) -> set[str]:
    """Texts in which one digit is another digit."""
    return {key[:i] + d + key[i + 1 :] for i, c in enumerate(key) if c.isdigit() for d in "0123456789" if d != c}


def id_findings(
    texts: TextColumn, match: IdMatch, known: Sequence[str], accept_suggestions: bool = False
) -> list[FindingBatch]:
    """Findings on rows whose identifier the plant does not have.

    Parameters
    ----------
    texts : TextColumn
    match : IdMatch
    known : sequence of str
    accept_suggestions : bool
        The user's decision; without it a row with a suggestion stays rejected.

    Returns
    -------
    list of FindingBatch
        unknown_cml, id_typo (rejected, with a suggestion) or id_repaired (kept, to verify).
    """
    unknown = (match.index < 0) & ~texts.blank
    typo = np.flatnonzero(unknown & (match.suggestion >= 0)).astype(np.int64)
    lost = np.flatnonzero(unknown & (match.suggestion < 0)).astype(np.int64)
    names = object_array(known)
    out = []
    if typo.size:
        suggested = names[match.suggestion[typo]]
        params = {"text": texts.take(typo), "suggestion": suggested}
        out.append(FindingBatch("id_repaired" if accept_suggestions else "id_typo", typo, "cml", params))
    if lost.size:
        out.append(FindingBatch("unknown_cml", lost, "cml", {"text": texts.take(lost), "near": match.near.take(lost)}))
    return out


@dataclass(frozen=True)
class PositionMatch:
    """Position of each row in the plant's own words.

    Parameters
    ----------
    positions : TextColumn
        Normal form; what the plant calls it where one form was meant.
    unknown : ndarray of int64
        Rows whose position the CML does not have.
    known : TextColumn
        For those rows, the positions that the CML has.
    """

    positions: TextColumn
    unknown: IntArray
    known: TextColumn

    def findings(self) -> list[FindingBatch]:
        """unknown_position for the rows that have none of the CML's positions.

        Returns
        -------
        list of FindingBatch
        """
        if not self.unknown.size:
            return []
        params = {"text": self.positions.take(self.unknown), "known": self.known}
        return [FindingBatch("unknown_position", self.unknown, "position", params)]


def match_positions(cml_row: IntArray, positions: TextArray, known: Sequence[Sequence[str]]) -> PositionMatch:
    """Bring positions to those that each CML has: a single point has no angle and no number.

    Parameters
    ----------
    cml_row : ndarray of int64, shape (rows,)
        Row of the CML, -1 where unknown.
    positions : ndarray of str objects, shape (rows,)
        Normal form.
    known : sequence of sequence of str
        Positions of each CML in normal form; an empty list means that they are not known.

    Returns
    -------
    PositionMatch
    """
    column = column_of(positions)
    group, firsts = distinct_rows([cml_row, column.codes])
    texts, bad, options = [], np.zeros(firsts.size, dtype=np.bool_), []
    for k, first in enumerate(firsts):
        row, text = int(cml_row[first]), column.text(int(first))
        have = known[row] if row >= 0 else ()
        fitted = _fit(text, have)
        bad[k] = fitted is None
        texts.append(text if fitted is None else fitted)
        options.append(", ".join(have))
    inner, shown = column_of(texts), column_of(options)
    unknown = np.flatnonzero(bad[group]).astype(np.int64) if group.size else np.zeros(0, dtype=np.int64)
    picked = TextColumn(inner.codes[group].astype(np.int32), inner.values, inner.kinds)
    lists = shown.take(group[unknown]) if unknown.size else constant_column("", 0)
    return PositionMatch(picked, unknown, lists)


def _fit(text: str, have: Sequence[str]) -> str | None:
    if not have or text in have:
        return text
    if len(have) == 1 and (text in ("", "0", "1") or have[0] == ""):
        return have[0] if text in ("", "0", "1") else None
    return None
