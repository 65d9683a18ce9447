"""Management factors: F_MS from the questionnaire of the standard, and an owner's factor from a 4M1E sheet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import REDUCTION, TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Step, stack_codes
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.verdict import Verdict
from integrity.rbi.data import constants, keyed

KEY = "api581.2016.management_factor"
OWNER_KEY = "owner.4m1e_factor"
CHAPTERS = keyed("management", "chapters").keys
SCORES = tuple(f"score_{c}" for c in CHAPTERS)
SCORE_CASES = ("total", "chapters", "incomplete", "none")
ELEMENTS = keyed("owner_4m1e", "weights").keys
SHEET_CASES = ("complete", "incomplete", "none")
FACTOR_ROWS = keyed("owner_4m1e", "factor").keys

_REF = API581_2016.at("Part 2 §3.5.4", "Management systems factor")
_OWN = OWN_METHOD.at("4M1E", "Owner's factor of the 4M1E sheet")


@clause(
    API581_2016.at("Part 2 Annex 2.A", "Score of the questionnaire"),
    symbol="score",
    expr="",
    quantity="number",
    kind=REDUCTION,
    note="rbi.note.score",
)
def score_of_chapters(chapters: FloatArray) -> FloatArray:
    """Points of the chapters added up.

    Parameters
    ----------
    chapters : ndarray, shape (n, 13)
        NaN where a chapter has not been scored.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a chapter is missing.
    """
    return np.asarray(chapters.sum(axis=1), dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §3.5.4 eq. (2.9)", "Score in percent"),
    symbol="p_score",
    expr="score/score_max*100",
    quantity="number",
)
def score_percent(score: FloatArray, score_max: float) -> FloatArray:
    """Score of the questionnaire in percent of all points.

    Parameters
    ----------
    score : ndarray
        0 to 1000 points.
    score_max : float

    Returns
    -------
    ndarray of float64, percent
    """
    return np.asarray(score / score_max * 100.0, dtype=np.float64)


@clause(
    API581_2016.at("Part 2 §3.5.4 eq. (2.10)", "Management systems factor"),
    symbol="F_MS",
    expr="10**(1 - F_MS_slope*p_score)",
    quantity="ratio",
)
def management_factor(p_score: FloatArray, F_MS_slope: float) -> FloatArray:
    """Management systems factor: 10 without a point, 1 at half of them, 0.1 with all.

    Parameters
    ----------
    p_score : ndarray, percent
    F_MS_slope : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(10.0 ** (1.0 - F_MS_slope * p_score), dtype=np.float64)


@clause(_REF, symbol="F_MS", expr="", quantity="ratio", kind=TABLE, note="rbi.note.F_MS_default")
def factor_of_setting(F_MS_default: FloatArray) -> FloatArray:
    """Management systems factor without a questionnaire: the one of the setting.

    Parameters
    ----------
    F_MS_default : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(F_MS_default, dtype=np.float64)


@clause(_REF, symbol="F_MS_bound", expr="", quantity="ratio", kind=TABLE, note="rbi.note.F_MS_bound")
def greatest_management_factor(chapters: FloatArray, F_MS: FloatArray, score_case: IntArray) -> FloatArray:
    """Factor with every chapter that has not been scored at no point.

    Parameters
    ----------
    chapters : ndarray, shape (n, 13)
    F_MS : ndarray
    score_case : ndarray of int64
        Index of `SCORE_CASES`.

    Returns
    -------
    ndarray of float64
    """
    c = constants("management")
    least = score_percent(np.nansum(chapters, axis=1), c["score_max"].value)
    worst = management_factor(least, c["F_MS_slope"].value)
    return np.where(score_case == SCORE_CASES.index("incomplete"), worst, F_MS)


def _compute(x: Inputs) -> Columns:
    c = constants("management")
    chapters = np.column_stack([x[s] for s in SCORES])
    scored = ~np.isnan(chapters)
    case = stack_codes((~np.isnan(x["score_total"]), 0), (scored.all(axis=1), 1), (scored.any(axis=1), 2), default=3)
    score = np.where(case == 0, x["score_total"], score_of_chapters(chapters))
    p_score = score_percent(score, c["score_max"].value)
    default = np.full(x.n, x.settings.number("rbi.F_MS"))
    F_MS = np.where(case == 3, factor_of_setting(default), management_factor(p_score, c["F_MS_slope"].value))
    return {
        "score_case": case,
        "score": score,
        "p_score": p_score,
        "chapters_scored": scored.sum(axis=1).astype(np.float64),
        "chapters_verified": np.full(x.n, int(keyed("management", "chapters").verified), dtype=np.int64),
        "F_MS_default": default,
        "F_MS": F_MS,
        "F_MS_bound": greatest_management_factor(chapters, F_MS, case),
    }


def _within(c: Mapping[str, AnyArray]) -> BoolArray:
    most = keyed("management", "chapters").rows[:-1, 0]
    wrong = (c["score_total"] < 0.0) | (c["score_total"] > constants("management")["score_max"].value)
    for symbol, points in zip(SCORES, most, strict=True):
        wrong = wrong | (c[symbol] < 0.0) | (~np.isnan(c[symbol]) & ~at_most(c[symbol], points))
    return np.asarray(~wrong)


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("score_total", "number", required=False),
        *(Param(s, "number", required=False) for s in SCORES),
    ),
    outputs=(
        Param("score_case", "code", codes=SCORE_CASES),
        Param("chapters_scored", "count"),
        Param("chapters_verified", "flag"),
        Param("score", "number"),
        Param("p_score", "number"),
        Param("F_MS_default", "ratio"),
        Param("F_MS_bound", "ratio"),
        Param("F_MS", "ratio", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit("rbi.score_within", API581_2016.at("Part 2 Annex 2.A"), _within),
        Limit(
            "rbi.chapters_scored",
            API581_2016.at("Part 2 Annex 2.A"),
            lambda c: c["score_case"] != SCORE_CASES.index("incomplete"),
            Verdict.INSUFFICIENT_DATA,
        ),
    ),
    steps=(
        Step(
            score_of_chapters,
            "score",
            {"chapters": "chapters_scored"},
            when=("score_case", "chapters"),
            note_params=("chapters_scored", "chapters_verified"),
        ),
        *(
            Step(score_percent, "p_score", {"score": source}, when=("score_case", case))
            for source, case in (("score_total", "total"), ("score", "chapters"))
        ),
        *(Step(management_factor, "F_MS", when=("score_case", case)) for case in ("total", "chapters")),
        Step(factor_of_setting, "F_MS", when=("score_case", "none"), note_params=("F_MS_default",)),
        Step(greatest_management_factor, "F_MS_bound", {"chapters": "chapters_scored"}),
    ),
    constants=constants("management"),
    settings=("rbi.F_MS",),
)


@clause(_OWN, symbol="sheet_score", expr="", quantity="number", kind=REDUCTION, note="rbi.note.sheet_score")
def weighted_score(elements: FloatArray) -> FloatArray:
    """Scores of man, machine, material, method and environment, weighted.

    Parameters
    ----------
    elements : ndarray, shape (n, 5)
        0 to 100 each; NaN where one has not been scored.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where one is missing.
    """
    weights = keyed("owner_4m1e", "weights").rows[:-1, 0]
    return np.asarray(elements @ weights / weights.sum(), dtype=np.float64)


@clause(_OWN, symbol="F_owner", expr="", quantity="ratio", kind=TABLE, note="rbi.note.F_owner")
def owner_factor(sheet_score: FloatArray) -> FloatArray:
    """Owner's factor of a weighted score, by the rows of the owner's table.

    Parameters
    ----------
    sheet_score : ndarray

    Returns
    -------
    ndarray of float64
        NaN where the score is missing.
    """
    rows = keyed("owner_4m1e", "factor").rows
    return rows[factor_row(sheet_score), 1]


def factor_row(sheet_score: FloatArray) -> IntArray:
    """Row of the owner's table for a weighted score: the last whose least score is reached.

    Parameters
    ----------
    sheet_score : ndarray

    Returns
    -------
    ndarray of int64
        Index of `FACTOR_ROWS`, -1 where the score is missing.
    """
    least = keyed("owner_4m1e", "factor").rows[:-1, 0]
    reached = at_least(sheet_score[:, None], least[None, :]).sum(axis=1)
    return np.asarray(np.where(np.isnan(sheet_score), -1, reached - 1), dtype=np.int64)


@clause(_OWN, symbol="F_owner", expr="F_owner_default", quantity="ratio")
def default_factor(F_owner_default: float) -> FloatArray:
    """Owner's factor without a sheet: the default.

    Parameters
    ----------
    F_owner_default : float

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(F_owner_default, dtype=np.float64)


@clause(_OWN, symbol="F_owner_bound", expr="", quantity="ratio", kind=TABLE, note="rbi.note.F_owner_bound")
def greatest_owner_factor(elements: FloatArray, F_owner: FloatArray, sheet_case: IntArray) -> FloatArray:
    """Owner's factor with every element that has not been scored at nought.

    Parameters
    ----------
    elements : ndarray, shape (n, 5)
    F_owner : ndarray
    sheet_case : ndarray of int64
        Index of `SHEET_CASES`.

    Returns
    -------
    ndarray of float64
    """
    worst = owner_factor(weighted_score(np.nan_to_num(elements)))
    return np.where(sheet_case == SHEET_CASES.index("incomplete"), worst, F_owner)


def _owner(x: Inputs) -> Columns:
    elements = np.column_stack([x[f"sheet_{e}"] for e in ELEMENTS])
    scored = ~np.isnan(elements)
    case = stack_codes((scored.all(axis=1), 0), (scored.any(axis=1), 1), default=2)
    score = weighted_score(elements)
    default = default_factor(constants("owner_4m1e")["F_owner_default"].value)
    F_owner = np.where(case == 2, default, owner_factor(score))
    return {
        "sheet_case": case,
        "elements_scored": scored.sum(axis=1).astype(np.float64),
        "sheet_score": score,
        "sheet_row": factor_row(score),
        "sheet_verified": np.full(x.n, int(keyed("owner_4m1e", "factor").verified), dtype=np.int64),
        "F_owner": F_owner,
        "F_owner_bound": greatest_owner_factor(elements, F_owner, case),
    }


def _sheet_within(c: Mapping[str, AnyArray]) -> BoolArray:
    most = constants("owner_4m1e")["element_max"].value
    wrong = [(c[f"sheet_{e}"] < 0.0) | (c[f"sheet_{e}"] > most) for e in ELEMENTS]
    return np.asarray(~np.any(wrong, axis=0))


OWNER_PROCEDURE = Procedure(
    key=OWNER_KEY,
    ref=_OWN,
    inputs=tuple(Param(f"sheet_{e}", "number", required=False) for e in ELEMENTS),
    outputs=(
        Param("sheet_case", "code", codes=SHEET_CASES),
        Param("elements_scored", "count"),
        Param("sheet_score", "number"),
        Param("sheet_row", "code", codes=FACTOR_ROWS),
        Param("sheet_verified", "flag"),
        Param("F_owner_bound", "ratio"),
        Param("F_owner", "ratio", conclusion=True),
    ),
    compute=_owner,
    limits=(
        Limit("rbi.sheet_within", _OWN, _sheet_within),
        Limit(
            "rbi.sheet_scored",
            _OWN,
            lambda c: c["sheet_case"] != SHEET_CASES.index("incomplete"),
            Verdict.INSUFFICIENT_DATA,
        ),
    ),
    steps=(
        Step(
            weighted_score,
            "sheet_score",
            {"elements": "elements_scored"},
            when=("sheet_case", "complete"),
            note_params=("elements_scored", "sheet_verified"),
        ),
        Step(
            owner_factor,
            "F_owner",
            when=("sheet_case", "complete"),
            note_params=("sheet_score", "sheet_row", "sheet_verified"),
        ),
        Step(default_factor, "F_owner", when=("sheet_case", "none")),
        Step(greatest_owner_factor, "F_owner_bound", {"elements": "elements_scored"}),
    ),
    constants=constants("owner_4m1e"),
)
