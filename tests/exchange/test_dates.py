"""Dates: every style, the rule of a column from rows that only one rule can read, and refusal to guess."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrity.core.arrays import NO_DATE
from integrity.core.dates import days_of, iso_of
from integrity.exchange.columns import DATE, NUMBER, TEXT, TextColumn, column_of
from integrity.exchange.dates import guess_dates, parse_dates, read_date


@pytest.mark.parametrize(
    ("text", "kind", "style", "iso"),
    [
        ("2019-05-03", TEXT, "iso", "2019-05-03"),
        ("2019/5/3", TEXT, "iso", "2019-05-03"),
        ("2019-05-03 14:22:10", TEXT, "iso", "2019-05-03"),
        ("2019-05-03T14:22", TEXT, "iso", "2019-05-03"),
        ("2019-05-03 14:30:00", DATE, "iso", "2019-05-03"),
        ("20190503", TEXT, "compact", "2019-05-03"),
        ("20190503", NUMBER, "compact", "2019-05-03"),
        ("03.05.2019", TEXT, "dotted", "2019-05-03"),
        ("3.5.19", TEXT, "dotted", "2019-05-03"),
        ("May 3, 2019", TEXT, "month_name", "2019-05-03"),
        ("November 06, 2024", TEXT, "month_name", "2024-11-06"),
        ("3-May-19", TEXT, "month_name", "2019-05-03"),
        ("03 MAY 2019", TEXT, "month_name", "2019-05-03"),
        ("3rd May 2019", TEXT, "month_name", "2019-05-03"),
        ("5-Sep-89", TEXT, "month_name", "1989-09-05"),
        ("2019年5月3日", TEXT, "chinese", "2019-05-03"),
        ("２０１９年５月３日", TEXT, "chinese", "2019-05-03"),
        ("43588", NUMBER, "serial", "2019-05-03"),
        ("43588", TEXT, "serial", "2019-05-03"),
        ("43588.6", NUMBER, "serial", "2019-05-03"),
        ("2005年6月", TEXT, "month_only", "2005-06-01"),
        ("2005-06", TEXT, "month_only", "2005-06-01"),
        ("May 2019", TEXT, "month_only", "2019-05-01"),
    ],
)
def test_styles(text: str, kind: int, style: str, iso: str) -> None:
    reading = read_date(text, kind)
    assert reading.style == style
    assert {iso_of(d) for d in reading.days.values()} == {iso}


@pytest.mark.parametrize(
    "text", ["2019-02-30", "31.04.2019", "Mai 3, 2019", "12345678", "12.7", "N/A", "20191345", "3/4"]
)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text).style == "bad"


def test_number_outside_of_the_serial_range_is_no_date() -> None:
    assert read_date("12.7", NUMBER).style == "bad" and read_date("100000", NUMBER).style == "bad"


def test_rows_that_only_one_rule_reads_decide_the_column() -> None:
    column = column_of(["11/05/2019", "06/05/2019", "25/05/2019", "11/05/2019"])
    guess = guess_dates(column)
    assert guess.rule == "dmy" and not guess.needs_choice and guess.styles == {"triple": 4}
    only = next(m for m in guess.evidence if m.key == "exchange.date.only_rule")
    assert only.params == {"rule": "dmy", "rows": 1, "example": "25/05/2019"}
    assert [iso_of(d) for d in parse_dates(column, guess.rule).days][:2] == ["2019-05-11", "2019-05-06"]


def test_month_first_is_found_the_same_way() -> None:
    assert guess_dates(column_of(["5/3/2019", "5/30/2019"])).rule == "mdy"


def test_ambiguous_column_needs_the_users_choice_and_is_not_guessed() -> None:
    column = column_of(["05/03/2019", "06/04/2019", "05/05/2019"])
    guess = guess_dates(column)
    assert guess.rule == "" and guess.needs_choice
    assert any(m.key == "exchange.date.ambiguous" for m in guess.evidence)
    parsed = parse_dates(column, "")
    assert list(parsed.ambiguous) == [True, True, False]
    assert parsed.days[0] == NO_DATE and iso_of(parsed.days[2]) == "2019-05-05"
    assert iso_of(parse_dates(column, "mdy").days[0]) == "2019-05-03"
    assert iso_of(parse_dates(column, "dmy").days[0]) == "2019-03-05"


def test_column_that_no_rule_reads_whole_needs_a_choice_and_the_rest_is_bad() -> None:
    column = column_of(["25/05/2019", "05/25/2019"])
    guess = guess_dates(column)
    assert guess.needs_choice and any(m.key == "exchange.date.conflict" for m in guess.evidence)
    assert list(parse_dates(column, "dmy").bad) == [False, True]


def test_same_under_every_rule_needs_no_choice() -> None:
    assert not guess_dates(column_of(["05/05/2019", "6/6/2019"])).needs_choice


def test_dates_after_the_day_of_reference_exclude_a_rule() -> None:
    column = column_of(["02/11/2026", "03/10/2026"])
    assert guess_dates(column).needs_choice
    assert guess_dates(column, as_of_d=days_of("2026-04-01")).rule == "mdy"


def test_two_digit_years_can_stand_first() -> None:
    assert set(read_date("19/05/03").days) == {"dmy", "ymd"}
    assert iso_of(parse_dates(column_of(["19/05/03"]), "ymd").days[0]) == "2019-05-03"


def test_empty_cells_are_neither_bad_nor_a_date() -> None:
    parsed = parse_dates(column_of(["", "—", " "]))
    assert not parsed.bad.any() and not parsed.ambiguous.any() and (parsed.days == NO_DATE).all()


def test_same_text_as_number_and_as_text_is_read_by_its_kind() -> None:
    column = TextColumn(np.array([0, 1], dtype=np.int32), ("2019.5", "2019.5"), np.array([TEXT, NUMBER], dtype=np.int8))
    assert list(parse_dates(column).month_only) == [True, False]
    assert list(parse_dates(column).bad) == [False, True]


FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y", "%Y年%m月%d日")


@given(st.dates(dt.date(1951, 1, 1), dt.date(2049, 12, 31)), st.sampled_from(FORMATS))
def test_every_unambiguous_style_round_trips(day: dt.date, style: str) -> None:
    assert set(read_date(day.strftime(style)).days.values()) == {days_of(day)}


@given(st.dates(dt.date(1951, 1, 1), dt.date(2049, 12, 31)))
def test_true_date_is_always_among_the_ways_to_read_it(day: dt.date) -> None:
    assert read_date(f"{day.day}/{day.month}/{day.year}").days["dmy"] == days_of(day)
    assert read_date(f"{day.month}/{day.day}/{day.year}").days["mdy"] == days_of(day)
