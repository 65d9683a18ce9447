"""Input digests: SHA-256 of each component with its CMLs, readings and inspections, for staleness row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import AnyArray, IntArray
from integrity.core.frame import Frame
from integrity.core.frames.plant import Plant

Words = NDArray[np.uint64]
Digests = NDArray[np.void]
DIGEST = np.dtype("V32")
_CHUNK = 4000
_NOT_INPUT = frozenset({"row_version", "component_row", "cml_row"})


def component_digests(plant: Plant) -> Digests:
    """Digest of everything of a component that a calculation sees.

    A component's digest covers its own row and those of its CMLs, readings and inspections, in their order. Row
    numbers and row versions do not count: another component added, or a value changed and changed back, leaves
    it as it was.

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
    out = bytearray()
    for start in range(0, plant.components.n, _CHUNK):
        stop = min(start + _CHUNK, plant.components.n)
        out += _chunk(parts, texts, start, stop)
    return np.frombuffer(bytes(out), dtype=DIGEST)


def _chunk(parts: Sequence[tuple[Frame, IntArray, IntArray | None]], texts: _TextWords, start: int, stop: int) -> bytes:
    """Digests of the components from `start` to `stop`, one after the other."""
    blocks = []
    for frame, offsets, extra in parts:
        rows = slice(int(offsets[start]), int(offsets[stop]))
        words = frame_words(frame, texts, rows, () if extra is None else (extra[rows],))
        cuts = (offsets[start : stop + 1] - offsets[start]) * words.shape[1] * 8
        blocks.append((memoryview(words.tobytes()), cuts.tolist()))
    out = []
    for i in range(stop - start):
        h = hashlib.sha256()
        for view, cuts in blocks:
            h.update((cuts[i + 1] - cuts[i]).to_bytes(8, "little"))
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
