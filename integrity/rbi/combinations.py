"""Texts put together of parts that many rows share: each different combination is written once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from integrity.core.arrays import BoolArray, IntArray, TextArray

WORD = 62


class Combined:
    """Words of each row, gathered part by part; a row that a part leaves alone costs nothing.

    Parameters
    ----------
    n : int
        Rows.
    """

    def __init__(self, n: int) -> None:
        self._code = np.zeros(n, dtype=np.int64)
        self._words: list[tuple[str, ...]] = [()]

    def add(self, index: IntArray, words: Sequence[tuple[str, ...]]) -> None:
        """Words of one part, after those that a row has already; a word comes once.

        Parameters
        ----------
        index : ndarray of int64, shape (n,)
            Entry of `words` of each row; 0 is nothing.
        words : sequence of tuple of str
            Each different combination of the part.
        """
        rows = np.flatnonzero(index)
        if not rows.size:
            return
        pairs, back = np.unique(self._code[rows] * len(words) + index[rows], return_inverse=True)
        self._code[rows] = len(self._words) + back
        for pair in pairs.tolist():
            held = self._words[pair // len(words)]
            self._words.append((*held, *(w for w in words[pair % len(words)] if w not in held)))

    def texts(self, between: str) -> TextArray:
        """Text of each row.

        Parameters
        ----------
        between : str
            Stands between two words.

        Returns
        -------
        ndarray of str objects, shape (n,)
        """
        used = np.flatnonzero(np.bincount(self._code, minlength=len(self._words)))
        out = np.empty(len(self._words), dtype=object)
        out[used] = [between.join(self._words[i]) for i in used.tolist()]
        return np.asarray(out[self._code], dtype=object)


def named(keys: Sequence[str], masks: Sequence[BoolArray], n: int) -> TextArray:
    """Keys whose mask holds, joined by blanks.

    Parameters
    ----------
    keys : sequence of str
    masks : sequence of ndarray of bool, shape (n,)
    n : int
        Rows.

    Returns
    -------
    ndarray of str objects, shape (n,)
    """
    out = Combined(n)
    for start in range(0, len(keys), WORD):
        bits = np.zeros(n, dtype=np.int64)
        for i, mask in enumerate(masks[start : start + WORD]):
            bits |= mask.astype(np.int64) << np.int64(i)
        different, index = np.unique(bits, return_inverse=True)
        if different.size and different[0] != 0:
            different, index = np.concatenate((np.zeros(1, dtype=np.int64), different)), index + 1
        part = keys[start : start + WORD]
        out.add(index, [tuple(k for i, k in enumerate(part) if bit >> i & 1) for bit in different.tolist()])
    return out.texts(" ")
