"""Rules A1 to A5 by hand, and every rule at once against a plain loop written apart."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from integrity.core.arrays import NO_DATE
from integrity.core.codes import index_of
from integrity.core.errors import ContractError
from integrity.core.frames.plant import Plant
from integrity.core.frames.results import PositionFrame
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.life.positions import position_rates, rates_result
from tests.life import oracle
from tests.life.builders import IGNORED, VERIFY, day, plant, random_plant, reading

YEAR = 365.25


def one(*rows: tuple[object, ...], settings: Settings = DEFAULTS, **comp: object) -> dict[str, float]:
    """All columns of the only position."""
    start = comp.pop("start_d", NO_DATE)
    nominal = comp.pop("t_nom", np.nan)
    components = {"component_id": [1], **{k: [v] for k, v in comp.items()}}
    p = plant({(0, 0): list(rows)}, {"component_row": [0], "start_d": [start], "t_nom_mm": [nominal]}, components)
    frame = position_rates(p, settings)
    result = rates_result(p, settings, np.array([0]))
    for name, column in frame.columns().items():
        if name in result.columns:
            assert np.array_equal(column, np.asarray(result[name], column.dtype), equal_nan=True), name
    return {k: v[0] for k, v in result.columns.items()}


def basis(code: str) -> int:
    return index_of("rate_basis", code)


def test_long_and_short_term_by_hand() -> None:
    r = one(reading("2010-01-01", 12.0), reading("2015-01-01", 11.5), reading("2020-01-01", 10.0))
    assert r["CR_LT"] == pytest.approx(2.0 / (3652 / YEAR), rel=1e-14)
    assert r["CR_ST"] == pytest.approx(1.5 / (1826 / YEAR), rel=1e-14)
    assert r["CR_gov"] == r["CR_ST"] and r["rate_basis"] == basis("short_term")
    assert (r["t_first_mm"], r["t_prev_mm"], r["t_last_mm"]) == (12.0, 11.5, 10.0)
    assert (r["first_d"], r["prev_d"], r["last_d"]) == (day("2010-01-01"), day("2015-01-01"), day("2020-01-01"))
    assert r["CR_noise"] == pytest.approx(np.sqrt(2) * 0.15 / (1826 / YEAR))
    assert r["CR_hist"] == r["CR_ST_raw"]


def test_a_year_has_365_and_a_quarter_days() -> None:
    r = one(reading("2001-01-01", 12.0), reading("2005-01-01", 8.0))
    assert r["years_LT"] == 4.0
    assert r["CR_LT"] == 1.0


def test_equal_pairs_are_called_long_term() -> None:
    r = one(reading("2010-01-01", 12.0), reading("2020-01-01", 10.0))
    assert r["CR_LT"] == r["CR_ST"] and r["rate_basis"] == basis("long_term")


def test_repeats_of_a_day_count_by_their_least_good_value() -> None:
    r = one(
        reading("2010-01-01", 12.0),
        reading("2020-01-01", 10.4),
        reading("2020-01-01", 10.1),
        reading("2020-01-01", 9.0, IGNORED),
        reading("2020-01-01", 10.2),
    )
    assert r["t_last_mm"] == 10.1 and r["n_good"] == 2 and r["repeat_spread"] == 0


@pytest.mark.parametrize(
    ("low", "high", "flag"), [(11.0, 11.5, 0), (11.0, 11.51, 1), (8.0, 8.4, 0), (8.0, 8.41, 1), (7.8, 8.3, 1)]
)
def test_spread_of_repeats_is_flagged_above_the_limit_only(low: float, high: float, flag: int) -> None:
    assert one(reading("2020-01-01", low), reading("2020-01-01", high))["repeat_spread"] == flag


def test_short_interval_lowers_the_wall_but_ends_no_short_term_rate() -> None:
    r = one(reading("2010-01-01", 12.0), reading("2018-01-01", 11.0), reading("2018-04-01", 10.6))
    assert r["short_interval"] == 1
    assert (r["t_last_mm"], r["last_d"]) == (10.6, day("2018-04-01"))
    assert r["CR_ST"] == pytest.approx(1.0 / (2922 / YEAR))
    assert r["CR_LT"] == pytest.approx(1.4 / ((2922 + 90) / YEAR))


def test_short_interval_that_is_higher_changes_nothing_but_the_flag() -> None:
    with_it = one(reading("2010-01-01", 12.0), reading("2018-01-01", 11.0), reading("2018-04-01", 11.1))
    without = one(reading("2010-01-01", 12.0), reading("2018-01-01", 11.0))
    same = ("t_last_mm", "last_d", "CR_LT", "CR_ST", "CR_gov", "CR_reg", "CR_hist")
    assert [with_it[k] for k in same] == [without[k] for k in same]
    assert (with_it["short_interval"], without["short_interval"]) == (1, 0)


def test_short_interval_in_the_middle_is_no_start_of_a_short_term_rate() -> None:
    rows = [reading("2010-01-01", 12.0), reading("2010-04-01", 11.0), reading("2012-01-01", 10.8)]
    r = one(*rows)
    assert r["prev_d"] == day("2010-01-01") and r["CR_ST"] == pytest.approx(1.2 / (730 / YEAR))
    accepted = one(rows[0], reading("2010-04-01", 11.0, accept=1), rows[2])
    assert accepted["prev_d"] == day("2010-04-01") and accepted["short_interval"] == 0


def test_accepted_short_interval_is_an_end_of_a_rate() -> None:
    r = one(reading("2010-01-01", 12.0), reading("2018-01-01", 11.0), reading("2018-04-01", 11.2, accept=1))
    assert r["t_last_mm"] == 11.2 and r["short_interval"] == 0
    assert r["prev_d"] == day("2010-01-01")


def test_a_run_of_short_intervals_counts_by_its_least() -> None:
    r = one(
        reading("2010-01-01", 12.0),
        reading("2018-01-01", 11.0),
        reading("2018-04-01", 10.2),
        reading("2018-07-01", 10.5),
    )
    assert (r["t_last_mm"], r["last_d"]) == (10.2, day("2018-04-01"))


@pytest.mark.parametrize(("gap", "short"), [(181, 1), (182, 0), (200, 0)])
def test_half_a_year_is_182_whole_days(gap: int, short: int) -> None:
    first = day("2015-03-01")
    r = one((first, 10.0, 0, 0, 0), (first + gap, 9.9, 0, 0, 0))
    assert r["short_interval"] == short


@pytest.mark.parametrize(("gap", "pair"), [(364, False), (365, True), (366, True)])
def test_yearly_surveys_on_one_day_of_the_calendar_make_a_short_term_pair(gap: int, pair: bool) -> None:
    first = day("2018-05-03")
    r = one((first, 10.0, 0, 0, 0), (first + gap, 9.5, 0, 0, 0))
    assert np.isfinite(r["CR_ST"]) == pair and np.isfinite(r["CR_LT"])


def test_only_two_readings_in_a_short_interval_make_no_rate() -> None:
    r = one(reading("2018-01-01", 11.0), reading("2018-04-01", 10.6))
    assert np.isnan(r["CR_LT"]) and np.isnan(r["CR_ST"]) and r["one_reading"] == 1
    assert r["t_last_mm"] == 10.6 and r["CR_gov"] == 0.025 and r["rate_basis"] == basis("owner_minimum")


def test_readings_before_the_baseline_never_join() -> None:
    rows = [reading("2000-01-01", 6.0), reading("2012-01-01", 12.0), reading("2020-01-01", 11.2)]
    r = one(*rows, start_d=day("2012-01-01"))
    assert r["first_d"] == day("2012-01-01") and r["n_good"] == 2
    assert r["CR_LT"] == pytest.approx(0.8 / (2922 / YEAR)) and r["growth"] == 0
    assert one(*rows)["growth"] == 1


def test_first_reading_of_a_new_baseline_is_not_a_short_interval() -> None:
    r = one(reading("2012-01-01", 6.0), reading("2012-03-01", 12.0), start_d=day("2012-02-01"))
    assert r["short_interval"] == 0 and r["n_good"] == 1 and r["t_last_mm"] == 12.0


def test_readings_after_the_as_of_date_do_not_count() -> None:
    r = one(reading("2010-01-01", 12.0), reading("2020-01-01", 11.0), reading("2027-01-01", 9.0))
    assert r["last_d"] == day("2020-01-01") and r["n_good"] == 2


def test_verify_and_ignored_readings_enter_no_rate_but_a_lower_one_shows() -> None:
    base = [reading("2010-01-01", 12.0), reading("2020-01-01", 11.0)]
    plain = one(*base)
    r = one(*base, reading("2022-01-01", 8.03, VERIFY), reading("2021-01-01", 1.0, IGNORED))
    for name in ("t_last_mm", "CR_LT", "CR_ST", "CR_gov", "CR_reg_hi", "n_good"):
        assert r[name] == plain[name], name
    assert (r["verify_lower"], r["t_verify_mm"], plain["verify_lower"]) == (1, 8.03, 0)
    assert one(*base, reading("2022-01-01", 11.5, VERIFY))["verify_lower"] == 0


def test_growth_and_noise_give_no_measurable_rate() -> None:
    r = one(reading("2010-01-01", 10.0), reading("2015-01-01", 10.05), reading("2020-01-01", 10.1))
    assert (r["CR_LT"], r["CR_ST"], r["CR_gov"]) == (0.0, 0.0, 0.025)
    assert r["CR_LT_raw"] < 0 and r["no_measurable_rate"] == 1 and r["growth"] == 0
    assert r["rate_basis"] == basis("owner_minimum")
    assert one(reading("2010-01-01", 10.0), reading("2015-01-01", 10.8))["growth"] == 1


def test_a_rate_equal_to_the_noise_counts_as_measurable() -> None:
    loss = np.sqrt(2.0) * 0.15
    r = one(reading("2001-01-01", 10.0 + loss), reading("2005-01-01", 10.0))
    assert r["no_measurable_rate"] == 0 and r["CR_LT"] == pytest.approx(loss / 4)
    below = one(reading("2001-01-01", 10.0 + 0.999 * loss), reading("2005-01-01", 10.0))
    assert below["no_measurable_rate"] == 1


def test_short_term_below_its_noise_leaves_the_long_term_rate_governing() -> None:
    r = one(reading("2000-01-01", 12.0), reading("2019-01-01", 11.1), reading("2020-06-01", 10.9))
    assert r["CR_ST_raw"] > r["CR_LT"] and r["CR_ST"] == 0.0
    assert r["CR_gov"] == r["CR_LT"] and r["rate_basis"] == basis("long_term") and r["no_measurable_rate"] == 0


def test_owner_minimum_above_a_small_measured_rate() -> None:
    r = one(reading("1990-01-01", 12.0), reading("2020-01-01", 11.6))
    assert 0 < r["CR_LT"] < 0.025 and r["CR_gov"] == 0.025 and r["rate_basis"] == basis("owner_minimum")
    assert r["no_measurable_rate"] == 0


def test_override_needs_a_reason_and_without_one_can_only_raise() -> None:
    rows = [reading("2010-01-01", 12.0), reading("2020-01-01", 11.0)]
    with_reason = one(*rows, CR_owner=0.01, CR_owner_reason="lined in 2021, MOC 44")
    assert with_reason["CR_gov"] == 0.01 and with_reason["rate_basis"] == basis("override")
    bare = one(*rows, CR_owner=0.01, CR_owner_reason="  ")
    assert bare["CR_gov"] == bare["CR_LT"] and bare["rate_basis"] == basis("long_term")
    raised = one(*rows, CR_owner=0.5)
    assert raised["CR_gov"] == 0.5 and raised["rate_basis"] == basis("owner_minimum")


@pytest.mark.parametrize(
    ("policy", "column", "code"),
    [
        ("long_term", "CR_LT", "long_term"),
        ("short_term", "CR_ST", "short_term"),
        ("regression_bound", "CR_reg_hi", "regression_bound"),
    ],
)
def test_other_policies_are_named(policy: str, column: str, code: str) -> None:
    rows = [reading("2010-01-01", 12.0), reading("2015-01-01", 10.5), reading("2020-01-01", 10.0)]
    r = one(*rows, settings=Settings({"rate.policy": policy}))
    assert r["CR_gov"] == r[column] and r["rate_basis"] == basis(code)


def test_one_reading_is_an_estimate_and_says_so() -> None:
    r = one(reading("2020-01-01", 11.0), start_d=day("2010-01-01"), t_nom=12.0)
    assert r["one_reading"] == 1 and np.isnan(r["CR_LT"]) and r["nominal_first"] == 0
    assert r["CR_gov"] == pytest.approx(1.0 / (3652 / YEAR)) and r["rate_basis"] == basis("one_reading_estimate")
    thicker = one(reading("2020-01-01", 12.3), start_d=day("2010-01-01"), t_nom=12.0)
    assert thicker["CR_gov"] == 0.025 and thicker["rate_basis"] == basis("owner_minimum")
    new = one(reading("2010-03-01", 11.0), start_d=day("2010-01-01"), t_nom=12.0)
    assert new["CR_gov"] == 0.025 and np.isnan(new["CR_est"])


def test_nominal_as_first_only_by_consent_and_never_beside_a_measured_pair() -> None:
    consent = Settings({"rate.nominal_as_first": True})
    single = one(reading("2020-01-01", 11.0), settings=consent, start_d=day("2010-01-01"), t_nom=12.0)
    assert single["nominal_first"] == 1 and single["CR_LT"] == single["CR_est"] > 0
    assert single["rate_basis"] == basis("one_reading_estimate")
    rows = [reading("2018-01-01", 11.5), reading("2020-01-01", 11.0)]
    pair = one(*rows, settings=consent, start_d=day("2010-01-01"), t_nom=15.0)
    plain = one(*rows)
    assert (pair["CR_LT"], pair["CR_gov"], pair["nominal_first"]) == (plain["CR_LT"], plain["CR_gov"], 0)
    assert pair["CR_nom"] > pair["CR_LT"]


def test_entered_nominal_is_not_a_measurement() -> None:
    r = one(reading("2010-01-01", 12.0, nominal=1), reading("2020-01-01", 11.0))
    assert r["n_good"] == 1 and r["one_reading"] == 1 and r["t_nominal_mm"] == 12.0
    assert r["rate_basis"] == basis("one_reading_estimate")


def test_design_nominal_does_not_stand_for_the_wall_at_a_process_change() -> None:
    rows = [reading("2020-01-01", 9.0)]
    r = one(*rows, start_d=day("2018-01-01"), t_nom=12.0, in_service_d=day("1995-01-01"))
    assert np.isnan(r["CR_nom"]) and r["rate_basis"] == basis("owner_minimum")


def test_no_usable_reading_gives_nan_and_insufficient_data() -> None:
    p = plant({(0, 0): [reading("2020-01-01", 9.0, VERIFY)], (1, 0): [reading("2020-01-01", np.nan)]})
    r = rates_result(p, DEFAULTS, np.array([0, 1]))
    assert np.isnan(r["CR_gov"]).all() and np.isnan(r["t_last_mm"]).all()
    assert list(r["rate_basis"]) == [basis("none")] * 2 and list(r["verify_lower"]) == [1, 0]
    assert list(r.verdict) == [Verdict.INSUFFICIENT_DATA] * 2
    assert list(r["last_d"]) == [NO_DATE] * 2


def test_empty_position_between_full_ones_does_not_take_its_neighbours_value() -> None:
    rows = {
        (0, 0): [reading("2010-01-01", 12.0), reading("2020-01-01", 10.0)],
        (1, 0): [reading("2015-01-01", 7.0, IGNORED)],
        (2, 0): [reading("2010-01-01", 9.0), reading("2020-01-01", 8.5)],
    }
    f = position_rates(plant(rows), DEFAULTS)
    assert np.array_equal(f.t_last_mm, [10.0, np.nan, 8.5], equal_nan=True)
    assert np.array_equal(np.isnan(f.CR_gov), [False, True, False])


def test_plant_without_readings() -> None:
    f = position_rates(plant({}, {"component_row": [0, 0]}), DEFAULTS)
    assert f.n == 0


def test_unordered_frame_is_refused() -> None:
    p = plant({(0, 0): [reading("2020-01-01", 9.0)], (1, 0): [reading("2020-01-01", 8.0)]})
    bad = Plant(p.site, p.as_of_d, p.components, p.cmls, p.readings.take(np.array([1, 0])), p.inspections)
    with pytest.raises(ContractError):
        position_rates(bad, DEFAULTS)


def expected(p: Plant, f: PositionFrame, row: int) -> oracle.Answer:
    at, n = int(f.reading_start[row]), int(f.reading_count[row])
    names = ("date_d", "t_mm", "quality", "accept_short", "is_nominal")
    columns = [getattr(p.readings, name)[at : at + n] for name in names]
    start = int(p.cmls.start_d[f.cml_row[row]])
    rows = [(int(d), float(t), int(q), int(a), int(k)) for d, t, q, a, k in zip(*columns, strict=True)]
    return oracle.position(
        rows, None if start == NO_DATE else start, p.as_of_d, t_quantile=lambda nu: student.ppf(0.95, nu)
    )


@pytest.mark.parametrize("seed", range(40))
def test_whole_plants_agree_with_a_plain_loop(seed: int) -> None:
    p = random_plant(seed, n_comp=12)
    f = position_rates(p, DEFAULTS)
    for row in range(f.n):
        want = expected(p, f, row)
        got = {k: v[row] for k, v in f.columns().items()}
        for name, value in (
            ("t_last_mm", want.t_last),
            ("CR_LT", want.LT),
            ("CR_ST", want.ST),
            ("CR_reg", want.reg),
            ("CR_reg_hi", want.hi),
            ("CR_reg_lo", want.lo),
            ("CR_hist", want.hist),
        ):
            assert got[name] == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), (name, row)
        assert got["n_good"] == want.n_good
        assert got["last_d"] == (NO_DATE if want.last_d is None else want.last_d)
        assert got["prev_d"] == (NO_DATE if want.prev_d is None else want.prev_d)
        for name, flag in want.flags.items():
            assert got[name] == flag, (name, row)
        owner = p.cmls.component_row[f.cml_row[row]]
        if np.isnan(p.components.CR_owner[owner]) and np.isfinite(want.LT):
            assert got["CR_gov"] == pytest.approx(want.gov, rel=1e-12)
            assert got["rate_basis"] == basis(want.basis)
