"""Counting of inspections: period, best of a day, grade E, planned ones; and what they do to the posterior."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.settings import DEFAULTS
from integrity.rbi.effectiveness import counts_for
from integrity.rbi.mechanisms.thinning_plant import after_inspection
from integrity.rbi.procedures import THINNING
from tests.rbi.samples import BASE

NAN = float("nan")


def counts(days: list[int], grades: str, **changes: Any) -> list[float]:
    table = {
        "case": np.zeros(len(days), dtype=np.int64),
        "date_d": days,
        "effectiveness": [index_of("effectiveness", g) if g != "-" else -1 for g in grades],
    }
    inputs = {**BASE, "N_B": NAN, "start_d": 10000, "as_of_d": 20000, **changes}
    r = THINNING.run(inputs, DEFAULTS, {"inspections": table})
    return [float(r[f"N_{g}"][0]) for g in "ABCD"]


def test_each_grade_is_counted() -> None:
    assert counts([11000, 12000, 13000, 14000, 15000], "ABBCD") == [1, 2, 1, 1]


def test_both_ends_of_the_period_count() -> None:
    assert counts([10000, 20000], "AA") == [2, 0, 0, 0]
    assert counts([9999, 20001], "AA") == [0, 0, 0, 0]


def test_inspection_before_a_process_change_does_not_count() -> None:
    assert counts([11000, 16000], "AB", start_d=15000) == [0, 1, 0, 0]


def test_grade_E_and_no_grade_give_no_credit() -> None:
    assert counts([11000, 12000], "E-") == [0, 0, 0, 0]


def test_several_methods_of_one_day_are_one_inspection_of_the_best_grade() -> None:
    assert counts([11000, 11000, 11000], "CAB") == [1, 0, 0, 0]
    assert counts([11000, 11000], "EC") == [0, 0, 1, 0]


def test_order_of_the_records_does_not_matter() -> None:
    assert counts([15000, 11000, 13000, 11000], "DBCA") == counts([11000, 11000, 13000, 15000], "ABCD")


def test_unknown_dates_do_not_count_and_unknown_bounds_are_no_bounds() -> None:
    assert counts([NO_DATE, 11000], "AB") == [0, 1, 0, 0]
    assert counts([100, 30000], "AB", start_d=NO_DATE, as_of_d=NO_DATE) == [1, 1, 0, 0]


def test_a_case_without_inspections_does_not_take_its_neighbours() -> None:
    table = {"case": [0, 2], "date_d": [11000, 11000], "effectiveness": [0, 1]}
    inputs = {**BASE, "N_B": [NAN, NAN, NAN], "start_d": 10000, "as_of_d": 20000}
    r = THINNING.run(inputs, DEFAULTS, {"inspections": table})
    np.testing.assert_array_equal(r["N_A"], [1, 0, 0])
    np.testing.assert_array_equal(r["N_B"], [0, 0, 1])


def test_given_counts_stand_over_the_dated_ones() -> None:
    assert counts([11000], "A", N_B=2.0) == [0, 2, 0, 0]


def test_posterior_of_one_inspection() -> None:
    r = THINNING.run({**BASE, "N_B": 1.0}, DEFAULTS)
    evidence = np.array([0.5 * 0.7, 0.3 * 0.2, 0.2 * 0.1])
    for s in (1, 2, 3):
        assert r[f"Po_p{s}"][0] == pytest.approx(evidence[s - 1] / evidence.sum(), rel=1e-14)


@pytest.mark.parametrize("grade", "ABCD")
def test_one_more_inspection_equals_one_more_in_the_exponent(grade: str) -> None:
    before = THINNING.run({**BASE, "N_B": 1.0}, DEFAULTS)
    n = {f"N_{g}": float((g == "B") + (g == grade)) for g in "ABCD"}
    after = THINNING.run({**BASE, **n}, DEFAULTS)
    Po = np.stack([before[f"Po_p{s}"] for s in (1, 2, 3)])
    got = after_inspection(Po, np.array([index_of("effectiveness", grade)]))
    np.testing.assert_allclose(got[:, 0], [after[f"Po_p{s}"][0] for s in (1, 2, 3)], rtol=1e-13)


@pytest.mark.parametrize("code", [index_of("effectiveness", "E"), -1])
def test_no_credit_changes_nothing(code: int) -> None:
    Po = np.array([[0.5], [0.3], [0.2]])
    np.testing.assert_allclose(after_inspection(Po, np.array([code])), Po, rtol=1e-15)


def test_many_inspections_do_not_underflow() -> None:
    r = THINNING.run({**BASE, **{f"N_{g}": 100.0 for g in "ABCD"}}, DEFAULTS)
    assert r["Po_p1"][0] == pytest.approx(1.0)
    assert r.refused[0] == 0


def test_which_records_count_for_thinning() -> None:
    names = np.array(["thinning_local:naphthenic", "thinning", "cui", "", "", "scc_amine"], dtype=object)
    survey, internal = index_of("inspection_type", "ut_survey"), index_of("inspection_type", "internal")
    kinds = np.array([internal, internal, internal, survey, internal, survey])
    np.testing.assert_array_equal(counts_for("thinning", names, kinds), [True, True, False, True, False, False])
