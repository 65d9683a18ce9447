"""Plausibility of readings: each flag found where it belongs, and none on clean readings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from integrity.core.arrays import NO_DATE
from integrity.core.errors import ContractError
from integrity.core.settings import Settings
from integrity.exchange.plausibility import (
    FORMED_HEAD,
    PIPE,
    PLATE,
    CmlBasis,
    Plausibility,
    Readings,
    check_readings,
    limits,
    no_readings,
)
from integrity.exchange.reading_order import group_median

YEAR = 365
Row = tuple[int, int, float, float]


def readings(rows: Sequence[Row], survey: Sequence[int] | None = None, repeat: Sequence[int] | None = None) -> Readings:
    """Rows are (CML, position, years, mm); a survey is a year where not given."""
    cml, position, years, t = (np.array(c) for c in zip(*rows, strict=True)) if rows else ([], [], [], [])
    days = (np.asarray(years, dtype=float) * YEAR).astype(np.int64)
    n = len(rows)
    return Readings(
        cml_row=np.asarray(cml, dtype=np.int64),
        position=np.asarray(position, dtype=np.int64),
        date_d=days,
        t_mm=np.asarray(t, dtype=float),
        good=np.ones(n, dtype=np.bool_),
        survey=days if survey is None else np.asarray(survey, dtype=np.int64),
        repeat=np.zeros(n, dtype=np.int64) if repeat is None else np.asarray(repeat, dtype=np.int64),
    )


def cmls(*nominal: float, kind: int = PLATE, rebase_years: float | None = None) -> CmlBasis:
    n = len(nominal)
    day = NO_DATE if rebase_years is None else int(rebase_years * YEAR)
    return CmlBasis(
        t_nom_mm=np.array(nominal, dtype=float),
        kind=np.full(n, kind, dtype=np.int8),
        part=np.arange(n, dtype=np.int64),
        rebase_d=np.full(n, day, dtype=np.int64),
    )


def codes(result: Plausibility) -> dict[str, list[int]]:
    return {b.code: b.index.tolist() for b in result.batches}


def check(rows: Sequence[Row], basis: CmlBasis, old: Sequence[Row] = (), **changed: float) -> dict[str, list[int]]:
    existing = readings(old) if old else no_readings()
    return codes(check_readings(readings(rows), existing, basis, limits(changed=changed)))


# decimal slip -----------------------------------------------------------------


@pytest.mark.parametrize("factor", [10.0, 100.0, 1000.0, 0.1, 0.01, 0.001])
def test_decimal_slip_is_found_with_the_value_that_was_meant(factor: float) -> None:
    result = check_readings(
        readings([(0, 0, 5, 8.0 * factor)]), readings([(0, 0, 0, 8.2)]), cmls(8.5), limits()
    )
    assert codes(result) == {"decimal_slip": [0]}
    assert result.suggestion_mm[0] == pytest.approx(8.0)
    params = result.batches[0].param(0)
    assert params["previous"] == "8.2" and params["nominal"] == "8.5" and params["previous_date"] == "1970-01-01"


def test_decimal_slip_against_nominal_alone() -> None:
    assert check([(0, 0, 0, 80.3)], cmls(8.5)) == {"decimal_slip": [0]}


def test_slip_where_nominal_is_not_known() -> None:
    assert check([(0, 0, 0, 8.2), (0, 0, 5, 80.0), (0, 0, 10, 7.8)], cmls(np.nan)) == {"decimal_slip": [1]}


def test_first_reading_with_a_slip_is_judged_by_the_later_one() -> None:
    result = check_readings(readings([(0, 0, 0, 82.0), (0, 0, 5, 8.0)]), no_readings(), cmls(16.0), limits())
    assert codes(result) == {"decimal_slip": [0]} and result.suggestion_mm[0] == pytest.approx(8.2)


def test_reading_after_a_slip_is_compared_with_the_one_before_it() -> None:
    assert check([(0, 0, 0, 8.2), (0, 0, 5, 0.81), (0, 0, 10, 8.0)], cmls(8.5)) == {"decimal_slip": [1]}


# unit mix-up ------------------------------------------------------------------


def test_block_of_rows_in_the_other_unit_is_a_mix_up_not_noise() -> None:
    old = [(i, 0, 0, 8.0 + 0.1 * i) for i in range(6)]
    rows = [(i, 0, 5, t / 25.4 if i in (1, 2, 3, 4) else t) for i, t in ((i, 7.9 + 0.1 * i) for i in range(6))]
    result = check_readings(readings(rows), readings(old), cmls(*[8.5] * 6), limits())
    assert codes(result) == {"unit_mixup": [1, 2, 3, 4]}
    np.testing.assert_allclose(result.suggestion_mm[1:5], [8.0, 8.1, 8.2, 8.3])
    assert result.batches[0].param(0)["rows"] == 4


def test_first_survey_wholly_in_the_other_unit() -> None:
    rows = [(i, 0, 0, 8.1 * 25.4) for i in range(5)]
    assert check(rows, cmls(*[8.5] * 5)) == {"unit_mixup": [0, 1, 2, 3, 4]}


def test_lone_value_in_the_other_unit_needs_a_reading_near_it() -> None:
    assert check([(0, 0, 5, 8.0 * 25.4)], cmls(8.5), [(0, 0, 0, 8.1)]) == {"unit_mixup": [0]}
    assert check([(0, 0, 5, 7.0 * 25.4)], cmls(8.5)) == {"above_nominal": [0]}


# growth -----------------------------------------------------------------------


def test_growth_beyond_noise_against_the_previous_good_reading() -> None:
    assert check([(0, 0, 5, 8.7)], cmls(10.0), [(0, 0, 0, 8.0)]) == {"growth": [0]}
    assert check([(0, 0, 5, 8.6)], cmls(10.0), [(0, 0, 0, 8.0)]) == {}


def test_growth_limit_follows_the_repeatability_setting() -> None:
    settings = Settings({"rate.sigma_UT_mm": 0.3})
    old, new = readings([(0, 0, 0, 8.0)]), readings([(0, 0, 5, 8.7)])
    assert codes(check_readings(new, old, cmls(10.0), limits(settings))) == {}
    assert limits(settings)["sigma_UT_mm"] == 0.3


def test_reading_that_grew_is_no_base_for_the_next() -> None:
    assert check([(0, 0, 0, 8.0), (0, 0, 5, 9.0), (0, 0, 10, 8.9)], cmls(10.0)) == {"growth": [1, 2]}
    assert check([(0, 0, 0, 8.0), (0, 0, 5, 9.0), (0, 0, 10, 7.9)], cmls(10.0)) == {"growth": [1]}


def test_existing_readings_that_are_not_good_are_no_base() -> None:
    old = readings([(0, 0, 0, 9.5), (0, 0, 2, 7.0)])
    old.good[1] = False
    assert codes(check_readings(readings([(0, 0, 5, 9.4)]), old, cmls(10.0), limits())) == {}


def test_new_wall_after_a_replacement_is_no_growth() -> None:
    rows = [(0, 0, 10, 9.9)]
    assert check(rows, cmls(10.0), [(0, 0, 0, 6.0)]) == {"growth": [0]}
    assert check(rows, cmls(10.0, rebase_years=8), [(0, 0, 0, 6.0)]) == {}


def test_positions_are_never_compared_with_each_other() -> None:
    assert check([(0, 1, 5, 9.9)], cmls(10.0), [(0, 0, 0, 6.0)]) == {}


# nominal ----------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "ratio"), [(PLATE, 1.10), (PIPE, 1.15), (FORMED_HEAD, 1.15)])
def test_above_nominal_allows_for_mill_tolerance_by_kind(kind: int, ratio: float) -> None:
    basis = cmls(10.0, kind=kind)
    assert check([(0, 0, 0, 10 * ratio)], basis) == {}
    assert check([(0, 0, 0, 10 * ratio + 0.01)], basis) == {"above_nominal": [0]}


def test_below_a_third_of_nominal() -> None:
    assert check([(0, 0, 0, 2.9)], cmls(9.0)) == {"below_third": [0]}
    assert check([(0, 0, 0, 3.0)], cmls(9.0)) == {}


def test_nominal_as_first_reading_of_a_whole_part() -> None:
    basis = cmls(8.18, 8.18)
    basis = CmlBasis(basis.t_nom_mm, basis.kind, np.array([0, 0]), basis.rebase_d)
    same = [(0, 0, 0, 8.18), (1, 0, 0, 8.18), (0, 0, 5, 8.0), (1, 0, 5, 8.1)]
    assert check(same, basis) == {"nominal_as_first": [0, 1]}
    assert check([(0, 0, 0, 8.18), (1, 0, 0, 8.2)], basis) == {}
    assert check([(0, 0, 5, 8.18), (1, 0, 5, 8.18)], basis, [(0, 0, 0, 8.3), (1, 0, 0, 8.3)]) == {}


def test_single_reading_equal_to_nominal_is_chance() -> None:
    assert check([(0, 0, 0, 8.18)], cmls(8.18)) == {}


# time -------------------------------------------------------------------------


def test_short_interval_after_the_previous_good_reading() -> None:
    assert check([(0, 0, 5.3, 8.0)], cmls(10.0), [(0, 0, 5, 8.0)]) == {"short_interval": [0]}
    assert check([(0, 0, 5.51, 8.0)], cmls(10.0), [(0, 0, 5, 8.0)]) == {}


def test_chain_of_short_intervals_is_counted_from_the_last_good_one() -> None:
    rows = [(0, 0, y, 8.0 - 0.01 * k) for k, y in enumerate((0, 0.2, 0.4, 0.6, 0.8, 1.2))]
    assert check(rows, cmls(10.0)) == {"short_interval": [1, 2, 4]}


def test_repeats_of_one_day_that_lie_apart() -> None:
    rows = [(0, 0, 5, 8.0), (0, 0, 5, 8.6), (1, 0, 5, 20.0), (1, 0, 5, 20.4), (2, 0, 5, 8.0), (2, 0, 5, 8.3)]
    assert check(rows, cmls(10.0, 20.0, 10.0)) == {"repeat_spread": [0, 1]}
    assert check([(0, 0, 5, 4.0), (0, 0, 5, 4.3)], cmls(5.0)) == {"repeat_spread": [0, 1]}


def test_repeat_of_an_existing_reading_of_the_same_day() -> None:
    assert check([(0, 0, 5, 8.9)], cmls(10.0), [(0, 0, 5, 8.0)]) == {"repeat_spread": [0]}


# duplicates -------------------------------------------------------------------


def test_reading_that_is_already_there_is_ignored() -> None:
    assert check([(0, 0, 5, 8.0), (0, 0, 5.0, 8.1)], cmls(10.0), [(0, 0, 5, 8.0)]) == {"duplicate_survey": [0]}


def test_same_row_twice_in_a_file_but_not_repeats_with_a_counter() -> None:
    rows = [(0, 0, 5, 8.0), (0, 0, 5, 8.0)]
    plain = check_readings(readings(rows), no_readings(), cmls(10.0), limits())
    assert codes(plain) == {"duplicate_survey": [1]}
    counted = check_readings(readings(rows, repeat=[1, 2]), no_readings(), cmls(10.0), limits())
    assert codes(counted) == {}
    other_file = check_readings(readings(rows, survey=[1, 2], repeat=[1, 2]), no_readings(), cmls(10.0), limits())
    assert codes(other_file) == {"duplicate_survey": [1]}


def test_survey_sent_again_under_another_date() -> None:
    old = [(i, 0, 0, 8.0 + 0.01 * i) for i in range(10)]
    again = [(i, 0, 2, 8.0 + 0.01 * i) for i in range(10)]
    result = check_readings(readings(again), readings(old), cmls(*[8.5] * 10), limits())
    assert codes(result) == {"resent_survey": list(range(10))} and result.batches[0].param(0)["rows"] == 10
    again[3] = (3, 0, 2, 7.9)
    assert codes(check_readings(readings(again), readings(old), cmls(*[8.5] * 10), limits())) == {}


def test_few_equal_values_are_chance() -> None:
    old = [(i, 0, 0, 8.0) for i in range(5)]
    assert check([(i, 0, 2, 8.0) for i in range(5)], cmls(*[8.5] * 5), old) == {}


# as a whole -------------------------------------------------------------------


def plant(seed: int, points: int = 200, surveys: int = 6) -> tuple[list[Row], CmlBasis]:
    """Clean readings: steady loss, scatter of 0.08 mm cut at two sigma, a bias of 0.05 mm per survey."""
    rng = np.random.default_rng(seed)
    nominal = rng.choice([6.02, 8.18, 12.7, 20.0], points)
    loss = rng.uniform(0.0, 0.15, points)
    first = nominal * rng.uniform(0.97, 1.05, points)
    rows = []
    for s in range(surveys):
        noise = np.clip(rng.normal(0, 0.08, points), -0.16, 0.16) + rng.uniform(-0.05, 0.05)
        value = np.round(np.maximum(first - loss * 4 * s, 0.45 * nominal) + noise, 2)
        rows += [(i, 0, 4.0 * s, float(v)) for i, v in enumerate(value)]
    return rows, cmls(*nominal, kind=PIPE)


@pytest.mark.parametrize("seed", range(4))
def test_false_flags_on_clean_readings_stay_below_one_percent(seed: int) -> None:
    rows, basis = plant(seed)
    flagged = check_readings(readings(rows), no_readings(), basis, limits()).flagged()
    assert np.count_nonzero(flagged) <= 0.01 * len(rows)


@examples(max_examples=20)
@given(st.integers(0, 1000))
def test_order_of_the_rows_does_not_matter_for_findings_on_a_reading(seed: int) -> None:
    rows, basis = plant(seed, points=20, surveys=4)
    rows[30] = (rows[30][0], 0, rows[30][2], rows[30][3] * 10)
    rows[55] = (rows[55][0], 0, rows[55][2], rows[55][3] + 1.2)
    order = np.random.default_rng(seed).permutation(len(rows))
    straight = check_readings(readings(rows), no_readings(), basis, limits())
    mixed = check_readings(readings([rows[i] for i in order]), no_readings(), basis, limits())
    for code in ("decimal_slip", "growth", "short_interval"):
        a = set(codes(straight).get(code, []))
        b = {int(order[i]) for i in codes(mixed).get(code, [])}
        assert a == b


@pytest.mark.parametrize("seed", range(3))
def test_one_survey_at_a_time_finds_the_same_as_all_at_once(seed: int) -> None:
    rows, basis = plant(seed, points=50)
    rows[120] = (rows[120][0], 0, rows[120][2], rows[120][3] / 10)
    rows[160] = (rows[160][0], 0, rows[160][2], rows[160][3] + 1.5)
    whole = check_readings(readings(rows), no_readings(), basis, limits()).flagged()
    have: list[Row] = []
    flagged: list[bool] = []
    for start in range(0, len(rows), 50):
        part = rows[start : start + 50]
        found = check_readings(readings(part), readings(have) if have else no_readings(), basis, limits()).flagged()
        have += [r for r, bad in zip(part, found, strict=True) if not bad]
        flagged += found.tolist()
    assert flagged == whole.tolist()


def test_rows_without_identifier_date_or_value_get_no_finding() -> None:
    batch = readings([(-1, 0, 5, 80.0), (0, 0, 5, 80.0), (0, 0, 5, np.nan)])
    batch.date_d[1] = NO_DATE
    result = check_readings(batch, no_readings(), cmls(8.5), limits())
    assert codes(result) == {} and not result.flagged().any()


def test_empty_batch_and_plant_without_cmls() -> None:
    assert codes(check_readings(no_readings(), no_readings(), cmls(), limits())) == {}
    assert codes(check_readings(readings([(-1, 0, 0, 8.0)]), no_readings(), cmls(), limits())) == {}


def test_unknown_limit_is_refused() -> None:
    with pytest.raises(ContractError):
        limits(changed={"no_such_limit": 1.0})


def test_group_median_counts_only_what_it_may() -> None:
    key = np.array([0, 0, 0, 1, 1, 2])
    values = np.array([1.0, 2.0, 9.0, 5.0, 7.0, 3.0])
    counted = np.array([True, True, False, True, True, True])
    got = group_median(values, counted, np.ones(6, dtype=bool), (key,), least=2)
    np.testing.assert_array_equal(got, [1.5, 1.5, 1.5, 6.0, 6.0, np.nan])
