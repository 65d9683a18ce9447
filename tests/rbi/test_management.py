"""Management systems factor of the questionnaire, and the owner's factor of the 4M1E sheet, which is another thing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from integrity.core.procedure import Result, reasons
from integrity.core.settings import DEFAULTS, Settings
from integrity.core.working import working
from integrity.rbi import management as mg
from integrity.rbi.data import keyed, raw
from tests.rbi import samples_embrittlement as s
from tests.rbi.embrittlement_plants import run


def fms(settings: Settings = DEFAULTS, **changes: Any) -> Result:
    return run(mg.PROCEDURE, {}, settings, **changes)


def sheet(**changes: Any) -> Result:
    return run(mg.OWNER_PROCEDURE, {}, **changes)


def test_factor_of_the_score() -> None:
    r = fms(score_total=[0.0, 250.0, 500.0, 750.0, 1000.0])
    np.testing.assert_allclose(r["F_MS"], [10.0, 10.0**0.5, 1.0, 10.0**-0.5, 0.1], rtol=1e-12)


def test_more_points_never_raise_the_factor() -> None:
    assert (np.diff(fms(score_total=np.linspace(0.0, 1000.0, 300))["F_MS"]) < 0.0).all()


def test_without_a_questionnaire_it_is_the_setting_and_says_so() -> None:
    r = fms()
    assert (r["F_MS"][0], mg.SCORE_CASES[r["score_case"][0]]) == (1.0, "none")
    assert fms(Settings({"rbi.F_MS": 0.3}))["F_MS"][0] == 0.3
    steps = working(mg.PROCEDURE, r, 0)
    assert [x.note for x in steps if x.symbol == "F_MS"] == ["rbi.note.F_MS_default"]


def test_points_of_the_chapters_make_a_thousand() -> None:
    assert len(mg.CHAPTERS) == 13
    assert keyed("management", "chapters").rows[:-1].sum() == 1000.0
    assert not keyed("management", "chapters").verified
    full = dict(zip(mg.SCORES, keyed("management", "chapters").rows[:-1, 0], strict=True))
    assert fms(**full)["F_MS"][0] == pytest.approx(0.1, rel=1e-12)


def test_chapters_add_up() -> None:
    r = fms(**s.FULL)
    assert r["score"][0] == sum(s.FULL.values()) == 800.0
    assert r["F_MS"][0] == fms(score_total=800.0)["F_MS"][0]


def test_a_missing_chapter_is_not_guessed() -> None:
    r = fms(**{**s.FULL, "score_training": np.nan})
    assert np.isnan(r["F_MS"][0]) and reasons(mg.PROCEDURE, r, 0) == [("limit", "rbi.chapters_scored")]
    assert r["F_MS_bound"][0] == fms(**{**s.FULL, "score_training": 0.0})["F_MS"][0]


def test_a_score_beyond_its_chapter_is_refused() -> None:
    most = keyed("management", "chapters").rows[:-1, 0]
    for symbol, points in zip(mg.SCORES, most, strict=True):
        assert np.isfinite(fms(**{**s.FULL, symbol: points})["F_MS"][0])
        for wrong in (points + 1.0, -1.0):
            assert np.isnan(fms(**{**s.FULL, symbol: wrong})["F_MS"][0]), symbol


def test_owner_factor_is_one_without_a_sheet_and_has_its_own_name() -> None:
    r = sheet()
    assert (r["F_owner"][0], mg.SHEET_CASES[r["sheet_case"][0]]) == (1.0, "none")
    assert "F_MS" not in {p.symbol for p in (*mg.OWNER_PROCEDURE.inputs, *mg.OWNER_PROCEDURE.outputs)}
    assert mg.OWNER_KEY == "owner.4m1e_factor"


def test_weighted_score_and_rows() -> None:
    scores = [100.0, 80.0, 79.9, 60.0, 59.0, 40.0, 39.0, 0.0]
    r = sheet(**{f"sheet_{e}": scores for e in mg.ELEMENTS})
    np.testing.assert_allclose(r["sheet_score"], scores, rtol=1e-12)
    np.testing.assert_array_equal(r["F_owner"], [1.0, 1.0, 1.2, 1.2, 1.5, 1.5, 2.0, 2.0])
    one = sheet(**{**s.SHEET, "sheet_man": 30.0})
    assert one["sheet_score"][0] == pytest.approx(70.0)


def test_owner_table_earns_no_credit_and_says_that_it_is_the_owners() -> None:
    assert (keyed("owner_4m1e", "factor").rows[:-1, 1] >= 1.0).all()
    data = raw("owner_4m1e")
    assert data["verified"] is False and "owner" in data["source"]
    steps = working(mg.OWNER_PROCEDURE, sheet(**s.SHEET), 0)
    assert next(x for x in steps if x.symbol == "F_owner").unverified


def test_an_element_without_a_score_is_not_guessed() -> None:
    r = sheet(**{**s.SHEET, "sheet_method": np.nan})
    assert np.isnan(r["F_owner"][0]) and r["F_owner_bound"][0] == 1.2
    assert reasons(mg.OWNER_PROCEDURE, r, 0) == [("limit", "rbi.sheet_scored")]
