"""Anniversaries looked up in tables are those of the calendar."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE
from integrity.regulation.dates import add_years, first_of, month_of


def by_calendar(day: int, years: int) -> int:
    """One anniversary by the calendar of the array library; 29 February becomes 28 February."""
    base = np.datetime64(day, "D")
    month = base.astype("datetime64[M]")
    place = int((base - month.astype("datetime64[D]")).astype(int))
    target = month + 12 * years
    length = int(((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(int))
    return int(target.astype("datetime64[D]").astype(int)) + min(place, length - 1)


def test_anniversaries_near_and_far() -> None:
    rng = np.random.default_rng(1)
    for span, years in ((30_000, 40), (200_000, 900), (700_000, 19_000)):
        day = rng.integers(-span, span, 400)
        add = rng.integers(-years, years, 400)
        assert add_years(day, add.astype(float)).tolist() == [
            by_calendar(int(d), int(y)) for d, y in zip(day, add, strict=True)
        ]


def test_one_far_date_does_not_move_the_others() -> None:
    day = np.array([20_000, 10**7, NO_DATE, 20_000])
    out = add_years(day, np.array([1.0, 3.0, 1.0, 25_000.0]))
    assert out.tolist() == [by_calendar(20_000, 1), by_calendar(10**7, 3), NO_DATE, NO_DATE]


def test_months_and_their_first_days() -> None:
    day = np.arange(-800_000, 800_000, 997)
    month = month_of(day)
    assert np.array_equal(month, day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))
    assert bool(((first_of(month) <= day) & (day < first_of(month + 1))).all())
    assert month_of(np.array([0, 31])).tolist() == [0, 1]
