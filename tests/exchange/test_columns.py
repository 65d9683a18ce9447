"""Text columns: codes and values stay together through take, compact, join and stack."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from integrity.exchange.columns import (
    ColumnBuilder,
    column_of,
    constant_column,
    distinct_rows,
    join_columns,
    stack_columns,
)

TEXTS = st.lists(st.sampled_from(["", " ", "a", "b", "12.7", "塔"]), max_size=30)


@given(TEXTS)
def test_texts_come_back_in_order(texts: list[str]) -> None:
    column = column_of(texts)
    assert list(column.texts()) == texts
    assert list(column.blank) == [not t.strip() for t in texts]
    assert int(column.counts().sum()) == len(texts)


@given(TEXTS, st.integers(0, 29))
def test_compact_keeps_texts_and_drops_unused_values(texts: list[str], start: int) -> None:
    part = column_of(texts).take(slice(start, None)).compact()
    assert list(part.texts()) == texts[start:]
    assert set(part.values) == set(texts[start:])


@given(TEXTS, TEXTS)
def test_stack_and_join(a: list[str], b: list[str]) -> None:
    assert list(stack_columns([column_of(a), column_of(b)]).texts()) == a + b
    n = min(len(a), len(b))
    joined = join_columns([column_of(a[:n]), column_of(b[:n])], "|".join)
    assert list(joined.texts()) == [f"{x}|{y}" for x, y in zip(a[:n], b[:n], strict=True)]


def test_builder_numbers_the_same_cell_once_over_chunks() -> None:
    builder = ColumnBuilder()
    builder.add(["x", "y", "x"])
    builder.add_blank(2)
    builder.add_numbered(["y", "z"], np.array([0, 2]), np.array([0, 0, 1]))
    column = builder.build()
    assert list(column.texts()) == ["x", "y", "x", "", "", "y", "y", "z"]
    assert column.values == ("x", "y", "", "z")


def test_distinct_rows_number_combinations() -> None:
    group, firsts = distinct_rows([np.array([5, -3, 5, 5]), np.array([0, 0, 1, 0])])
    assert group[0] == group[3] and len(set(group)) == 3
    assert sorted(firsts) == [0, 1, 2]


def test_constant_column() -> None:
    assert list(constant_column("mm", 3).texts()) == ["mm"] * 3
