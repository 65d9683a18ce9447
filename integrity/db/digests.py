"""Input digests: SHA-256 of each component with all that a calculation sees of it, for staleness row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import NO_DATE, AnyArray, IntArray
from integrity.core.frame import Frame
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import Plant

Words = NDArray[np.uint64]
Digests = NDArray[np.void]
DIGEST = np.dtype("V32")
_CHUNK = 4000
_NOT_INPUT = frozenset({"row_version", "component_row", "cml_row"})


def component_digests(plant: Plant) -> Digests:
    """Digest of everything of a component that a calculation sees.

    A component's digest covers its own row and those of its CMLs, readings and inspections, in their order, and the
    facts and decisions that concern it. Row numbers and row versions do not count, nor does a fact that only others
    have: another component added, or a value changed and changed back, leaves it as it was.

    Parameters
    ----------
    plant : Plant

    Returns
    -------
    ndarray of 32-byte void, shape (components.n,)
        SHA-256. Each row is hashed over fixed-width words (8 bytes a number, 16 a text) gathered by columns, so that
        100,000 components with 1,000,000 readings take about a second.
    """
    first_cml = plant.cmls_of_component.offsets
    first_reading = np.append(np.searchsorted(plant.readings.cml_row, np.arange(plant.cmls.n)), plant.readings.n)[
        first_cml
    ]
    first_inspection = plant.inspections_of_component.offsets
    own_cml = plant.cmls.component_row
    cml_in_part = np.arange(plant.cmls.n) - first_cml[:-1][own_cml]
    parts = [
        (plant.components, np.arange(plant.components.n + 1), None),
        (plant.cmls, first_cml, None),
        (plant.readings, first_reading, cml_in_part[plant.readings.cml_row]),
        (plant.inspections, first_inspection, None),
    ]
    texts = _TextWords()
    decided = np.searchsorted(plant.damage.component_row, np.arange(plant.components.n + 1))
    also = [_Known(*_fact_words(plant.facts, texts), b"facts"), _Known(plant.damage, decided, b"damage")]
    out = bytearray()
    for start in range(0, plant.components.n, _CHUNK):
        stop = min(start + _CHUNK, plant.components.n)
        out += _chunk(parts, also, texts, start, stop)
    return np.frombuffer(bytes(out), dtype=DIGEST)


@dataclass(frozen=True)
class _Known:
    """What is known beyond the frames that every plant has: it counts only where there is something."""

    content: Words | Frame
    offsets: IntArray
    name: bytes

    def block(self, texts: _TextWords, start: int, stop: int) -> tuple[memoryview, list[int]]:
        """Bytes of the components from `start` to `stop`, and where each one's begin."""
        rows = slice(int(self.offsets[start]), int(self.offsets[stop]))
        words = frame_words(self.content, texts, rows) if isinstance(self.content, Frame) else self.content[rows]
        cuts = (self.offsets[start : stop + 1] - self.offsets[start]) * words.shape[1] * 8
        return memoryview(words.tobytes()), cuts.tolist()


def _fact_words(facts: Facts, texts: _TextWords) -> tuple[Words, IntArray]:
    """One row of words a fact, ordered by component and symbol, and where each component's begin."""
    rows, words = [np.zeros(0, dtype=np.int64)], [np.zeros((0, 4), dtype=np.uint64)]
    for symbol, column in sorted(facts.columns.items()):
        if column.dtype == object:
            at = np.flatnonzero(column != "")
            value = texts.words(column[at])
        else:
            real = column.dtype == np.float64
            at = np.flatnonzero(~np.isnan(column) if real else column != NO_DATE)
            picked = column[at] + 0.0 if real else column[at].astype(np.int64)
            value = np.stack([picked.view(np.uint64), np.full(at.size, int(real), dtype=np.uint64)], axis=1)
        name = np.broadcast_to(texts.words(np.array([symbol], dtype=object)), (at.size, 2))
        rows.append(at)
        words.append(np.concatenate([name, value], axis=1))
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    offsets = np.searchsorted(row[order], np.arange(facts.n + 1))
    return np.ascontiguousarray(np.concatenate(words)[order]), offsets


def _chunk(
    parts: Sequence[tuple[Frame, IntArray, IntArray | None]],
    also: Sequence[_Known],
    texts: _TextWords,
    start: int,
    stop: int,
) -> bytes:
    """Digests of the components from `start` to `stop`, one after the other."""
    blocks = []
    for frame, offsets, extra in parts:
        rows = slice(int(offsets[start]), int(offsets[stop]))
        words = frame_words(frame, texts, rows, () if extra is None else (extra[rows],))
        cuts = (offsets[start : stop + 1] - offsets[start]) * words.shape[1] * 8
        blocks.append((memoryview(words.tobytes()), cuts.tolist()))
    more = [(k.name, *k.block(texts, start, stop)) for k in also]
    out = []
    for i in range(stop - start):
        h = hashlib.sha256()
        for view, cuts in blocks:
            h.update((cuts[i + 1] - cuts[i]).to_bytes(8, "little"))
            h.update(view[cuts[i] : cuts[i + 1]])
        for name, view, cuts in more:
            if cuts[i + 1] > cuts[i]:
                h.update(name)
                h.update(view[cuts[i] : cuts[i + 1]])
        out.append(h.digest())
    return b"".join(out)


def frame_words(frame: Frame, texts: _TextWords, rows: slice, extra: Sequence[AnyArray] = ()) -> Words:
    """Rows of a frame as fixed-width words; NaN and -0.0 have one form each.

    Parameters
    ----------
    frame : Frame
    texts : _TextWords
        Digests of texts met so far.
    rows : slice
    extra : sequence of ndarray of int64
        Further columns, already cut to the rows.

    Returns
    -------
    ndarray of uint64, shape (rows, words)
    """
    words: list[Any] = []
    for name, column in frame.columns().items():
        if name in _NOT_INPUT:
            continue
        part = column[rows]
        if part.dtype == object:
            words.append(texts.words(part))
        elif part.dtype == np.float64:
            words.append(np.where(np.isnan(part), np.nan, part + 0.0).view(np.uint64)[:, None])
        else:
            words.append(part.astype(np.int64).view(np.uint64)[:, None])
    words += [column.astype(np.int64).view(np.uint64)[:, None] for column in extra]
    return np.ascontiguousarray(np.concatenate(words, axis=1))


class _TextWords(dict[Any, int]):
    """Numbers texts in order of arrival and keeps 16 bytes of the digest of each."""

    def __init__(self) -> None:
        super().__init__()
        self._digests = bytearray()

    def __missing__(self, key: Any) -> int:
        self[key] = number = len(self)
        self._digests += hashlib.blake2b(str(key).encode(), digest_size=16).digest()
        return number

    def words(self, texts: AnyArray) -> Words:
        """Two words a text, shape (n, 2)."""
        numbers = np.fromiter(map(self.__getitem__, texts), dtype=np.int64, count=texts.size)
        table = np.frombuffer(bytes(self._digests), dtype=np.uint64).reshape(-1, 2)
        return np.asarray(table[numbers])
