"""Texts put together of parts: order, words once, rows that nothing touches."""

from __future__ import annotations

import numpy as np

from integrity.rbi.combinations import WORD, Combined, named


def test_words_come_once_and_in_the_order_of_the_parts() -> None:
    told = Combined(4)
    told.add(np.array([0, 1, 2, 1]), [(), ("a", "b"), ("c",)])
    told.add(np.array([0, 0, 1, 1]), [(), ("b", "d")])
    told.add(np.zeros(4, dtype=np.int64), [()])
    assert told.texts("; ").tolist() == ["", "a; b", "c; b; d", "a; b; d"]


def test_keys_of_more_than_one_word_of_bits_keep_their_order() -> None:
    n, keys = 300, [f"k{i}" for i in range(2 * WORD + 5)]
    masks = [np.random.default_rng(i).random(n) < 0.1 for i in range(len(keys))]
    wanted = [" ".join(k for k, m in zip(keys, masks, strict=True) if m[row]) for row in range(n)]
    assert named(keys, masks, n).tolist() == wanted
    assert named([], [], 2).tolist() == ["", ""] and named(keys, [m[:0] for m in masks], 0).size == 0
    assert named(["a"], [np.ones(3, dtype=bool)], 3).tolist() == ["a"] * 3
