"""Mechanical fatigue of piping: every factor, bands and borders, branches of both sizes, bound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.verdict import Verdict
from integrity.rbi.data import keyed
from integrity.rbi.mechanisms import fatigue
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import assessed, facts, run

ANY = Settings({"rbi.fatigue_branches": "any_over"})
KNOWN = {
    "previous_failures": "none",
    "shaking": "moderate",
    "shaking_weeks": 60.0,
    "cyclic_source": "none",
    "corrective_action": "none",
    "n_fittings": 8.0,
    "pipe_condition": "damaged_supports",
    "joint_type": "saddle_in",
    "branch_sizes": "small_only",
}


def fat(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(fatigue.PROCEDURE, s.FATIGUE_BASE, settings, **changes)


@pytest.mark.parametrize(
    ("symbol", "factor", "values"),
    [
        ("previous_failures", "D_fB_PF", [1, 50, 500]),
        ("shaking", "D_fB_AS", [1, 50, 500]),
        ("cyclic_source", "D_fB_CF", [50, 25, 10, 1]),
        ("corrective_action", "F_CA", [0.002, 0.2, 2]),
        ("pipe_condition", "F_CP", [1, 2, 2]),
        ("joint_type", "F_JB", [2, 1, 0.2, 0.02]),
    ],
)
def test_each_factor(symbol: str, factor: str, values: list[float]) -> None:
    r = fat(**{symbol: list(range(len(values)))})
    np.testing.assert_array_equal(r[factor], values)


def test_bands_of_weeks() -> None:
    r = fat(shaking=2, shaking_weeks=[0.0, 1.99, 2.0, 13.0, 13.01, 52.0, 53.0, 500.0])
    np.testing.assert_array_equal(r["F_AS"], [1.0, 1.0, 0.2, 0.2, 0.02, 0.02, 0.02, 0.02])
    assert fatigue.BANDS[r["shaking_band"][-1]] == "beyond_52"


def test_bands_of_fittings() -> None:
    np.testing.assert_array_equal(fat(n_fittings=[0.0, 5.0, 6.0, 10.0, 11.0])["F_PC"], [0.5, 0.5, 1.0, 1.0, 2.0])


def test_base_is_the_greatest_of_three() -> None:
    r = fat(previous_failures=[0, 1, 2, 0], shaking=[2, 2, 2, 0], shaking_weeks=5.0, cyclic_source=[3, 3, 3, 0])
    np.testing.assert_array_equal(r["D_fB"], [100.0, 100.0, 500.0, 50.0])


def test_factor_is_the_product() -> None:
    r = fat(previous_failures=1, corrective_action=0, n_fittings=20.0, joint_type=2, branch_sizes=2)
    assert r["D_f_mfat"][0] == pytest.approx(50 * 0.002 * 2 * 2 * 0.2 * 0.02, rel=1e-12)


def test_branches_of_both_sizes_follow_the_setting() -> None:
    a, b = fat(branch_sizes=[0, 1, 2]), fat(ANY, branch_sizes=[0, 1, 2])
    np.testing.assert_array_equal(a["F_BD"], [1.0, 1.0, 0.02])
    np.testing.assert_array_equal(b["F_BD"], [1.0, 0.02, 0.02])
    np.testing.assert_array_equal(b["branch_verified"], [1, 0, 1])
    assert (a["D_f_mfat"] >= b["D_f_mfat"]).all()


def test_weeks_are_needed_where_the_line_shakes() -> None:
    r = fat(shaking=[0, 1], shaking_weeks=np.nan)
    assert r["D_f_mfat"][0] > 0.0 and np.isnan(r["D_f_mfat"][1])
    assert reasons(fatigue.PROCEDURE, r, 1) == [("limit", "rbi.fatigue_weeks_known")]


def test_longer_survival_and_less_shaking_never_raise_the_factor() -> None:
    weeks = fat(shaking=2, shaking_weeks=np.linspace(0.0, 100.0, 200))["D_f_mfat"]
    assert (np.diff(weeks) <= 0.0).all()
    assert (np.diff(fat(shaking=[0, 1, 2], shaking_weeks=1.0)["D_f_mfat"]) >= 0.0).all()


def test_bound_is_the_greatest_over_every_missing_answer() -> None:
    for symbol in ("previous_failures", "cyclic_source", "corrective_action", "pipe_condition", "joint_type"):
        n = len(keyed("fatigue", symbol).keys)
        bound = fat(**{symbol: -1})["D_f_bound"][0]
        assert bound == fat(**{symbol: list(range(n))})["D_f_mfat"].max(), symbol
    nothing = run(fatigue.PROCEDURE, {"component_type": s.component("PIPE-2")})
    assert nothing["D_f_bound"][0] == 500 * 2 * 2 * 2 * 2
    assert len(reasons(fatigue.PROCEDURE, nothing, 0)) == 8


def test_only_piping() -> None:
    r = fat(component_type=[s.component("DRUM"), s.component("PIPEGT16")])
    assert Verdict(r.verdict[0]) is Verdict.NOT_APPLICABLE
    assert r["D_f_mfat"][1] > 0.0


def test_in_a_plant() -> None:
    pipe = {"component_type": s.component("PIPE-4")}
    a = assessed("fatigue", facts(**KNOWN), **pipe)
    assert a.frame.D_f_mfat[0] == fat()["D_f_mfat"][0]
    assert np.isnan(assessed("fatigue", facts(**KNOWN)).frame.D_f_mfat[0])
    missing = {k: v for k, v in KNOWN.items() if k != "joint_type"}
    b = assessed("fatigue", facts(**missing), **pipe)
    assert reasons(fatigue.PROCEDURE, b.results[fatigue.KEY], 0) == [("missing", "joint_type")]
