"""Filter texts of number, date and text columns."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from integrity.ui.models.filters import FilterError, date_mask, number_mask, text_mask, text_test

NUMBERS = np.array([1.0, 2.0, 5.0, 8.0, np.nan, -3.5])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (">5", [3]),
        ("> 5", [3]),
        (">=5", [2, 3]),
        ("<2", [0, 5]),
        ("<= 2", [0, 1, 5]),
        ("≤2", [0, 1, 5]),
        ("2..8", [1, 2, 3]),
        ("..2", [0, 1, 5]),
        ("5..", [2, 3]),
        ("=5", [2]),
        ("!=5", [0, 1, 3, 5]),
        ("5", [2]),
        ("-", [4]),
        ("*", [0, 1, 2, 3, 5]),
        ("1|8", [0, 3]),
        ("<0|>6", [3, 5]),
        ("-3.5", [5]),
        ("−3.5", [5]),
        ("= -3.5", [5]),
        ("-4..-3", [5]),
        ("1e0", [0]),
    ],
)
def test_number_filters(text: str, kept: list[int]) -> None:
    assert np.flatnonzero(number_mask(text, NUMBERS)).tolist() == kept


def test_bare_number_means_what_is_written_the_same() -> None:
    values = np.array([8.204, 8.196, 8.21, 8.1949])
    assert number_mask("8.20", values, half_step=0.005).tolist() == [True, True, False, False]


@pytest.mark.parametrize("text", ["abc", ">", "..", "5 mm", "1..x", "|"])
def test_number_nonsense_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        number_mask(text, NUMBERS)


def _day(text: str) -> float:
    return float((dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days)


DATES = np.array([_day("2026-01-01"), _day("2026-12-31"), _day("2027-06-15"), _day("2028-02-29"), np.nan])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026", [0, 1]),
        ("2027-06", [2]),
        ("2028-02-29", [3]),
        (">2026", [2, 3]),
        (">=2027", [2, 3]),
        ("<2027", [0, 1]),
        ("<=2027-06", [0, 1, 2]),
        ("2026-12..2027", [1, 2]),
        ("..2026", [0, 1]),
        ("-", [4]),
        ("2026|2028", [0, 1, 3]),
    ],
)
def test_date_filters(text: str, kept: list[int]) -> None:
    assert np.flatnonzero(date_mask(text, DATES)).tolist() == kept


@pytest.mark.parametrize("text", ["2026-13", "26", "yesterday"])
def test_date_nonsense_is_refused(text: str) -> None:
    with pytest.raises(FilterError):
        date_mask(text, DATES)


@pytest.mark.parametrize(
    ("text", "value", "hit"),
    [
        ("c-1", "c-101-sh1", True),
        ("C-1", "c-101", True),
        ("=c-101", "c-101", True),
        ("=c-1", "c-101", False),
        ("!c", "v-102", True),
        ("!c", "c-101", False),
        ("a|b", "b-1", True),
        ("-", "", True),
        ("*", "", False),
        ("*", "x", True),
    ],
)
def test_text_filters(text: str, value: str, hit: bool) -> None:
    assert text_test(text)(value) is hit


@pytest.mark.parametrize(
    "text", ["c-1", "C-1", "a|c", "=a", "= a b", "!a", "-", "—", "*", "=", "!", "a||c", "|", "", "!a|-", "=a|*", " b "]
)
def test_a_column_of_words_is_filtered_as_each_word_is(text: str) -> None:
    words = ["c-101", "a", "a b", "", "—", "b", "=", "!", "ac"]
    test = text_test(text)
    assert text_mask(text, words).tolist() == [test(w) for w in words]
    assert text_mask(text, []).tolist() == []
