"""Registered procedures of regulation: the end of the design life and the state against it."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import NO_DATE, FloatArray, IntArray, years_between
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes, index_of
from integrity.core.procedure import Columns, Inputs, Param, Procedure, Step, stack_codes
from integrity.core.reference import OWN_METHOD, TSG21
from integrity.core.registry import register
from integrity.regulation.dates import add_years

BRANCHES = ("stated", "not_stated", "no_rule")


@clause(
    TSG21.at("design life", "Life stated by the designer"),
    symbol="life_y",
    expr="design_life_y",
    quantity="time",
)
def stated_life(design_life_y: FloatArray) -> FloatArray:
    """The design life that the documents of the item state.

    Parameters
    ----------
    design_life_y : ndarray, years

    Returns
    -------
    ndarray, years
        TSG 21-2016, clause on vessels that reached their design life.
    """
    return np.asarray(design_life_y, dtype=np.float64)


@clause(
    TSG21.at("design life", "No life stated: twenty years of use"),
    symbol="life_y",
    expr="default_life_y",
    quantity="time",
)
def unstated_life(default_life_y: FloatArray) -> FloatArray:
    """Years of use after which an item without a stated life counts as having reached it.

    Parameters
    ----------
    default_life_y : ndarray, years

    Returns
    -------
    ndarray, years
        TSG 21-2016, clause on vessels that reached their design life.
    """
    return np.asarray(default_life_y, dtype=np.float64)


@clause(
    TSG21.at("design life", "Day on which the life is reached"),
    symbol="design_life_end_d",
    expr="in_service_d + life_y",
    quantity="date",
    kind=TABLE,
    note="regulation.note.life_end",
)
def life_end_day(in_service_d: IntArray, life_y: FloatArray) -> IntArray:
    """Anniversary of the start of service on which the life is reached.

    Parameters
    ----------
    in_service_d : ndarray of int64
    life_y : ndarray, years

    Returns
    -------
    ndarray of int64
        `NO_DATE` where either is missing.
    """
    return add_years(in_service_d, life_y)


@clause(
    OWN_METHOD.at("age", "Years in service"),
    symbol="age_y",
    expr="(as_of_d - in_service_d)/365.25",
    quantity="time",
)
def age(as_of_d: IntArray, in_service_d: IntArray) -> FloatArray:
    """Years from the start of service to the as-of date.

    Parameters
    ----------
    as_of_d, in_service_d : ndarray of int64

    Returns
    -------
    ndarray, years
        365.25 days a year; NaN where the start is missing.
    """
    return years_between(in_service_d, as_of_d)


@clause(
    TSG21.at("design life", "State against the design life"),
    symbol="life_state",
    expr="design_life_end_d <= as_of_d",
    quantity="code",
    kind=TABLE,
    note="regulation.note.life_state",
)
def state(design_life_end_d: IntArray, as_of_d: IntArray, assessed_until_d: IntArray, stated: IntArray) -> IntArray:
    """State of an item against its design life; reached on the anniversary itself.

    Parameters
    ----------
    design_life_end_d, as_of_d : ndarray of int64
    assessed_until_d : ndarray of int64
        End of the validity of a recorded assessment, `NO_DATE` where none is recorded.
    stated : ndarray of int64
        Index into the branches: 0 stated, 1 not stated, 2 not stated and no rule (piping, tanks, heaters).

    Returns
    -------
    ndarray of int64
        Index into the enumeration `life_state`.
    """
    reached = (design_life_end_d != NO_DATE) & (design_life_end_d <= as_of_d)

    def code(name: str) -> int:
        return index_of("life_state", name)

    return stack_codes(
        (design_life_end_d == NO_DATE, code("unknown")),
        (reached & (assessed_until_d > as_of_d), code("beyond_assessed")),
        (reached & (stated == 0), code("beyond_no_assessment")),
        (reached, code("no_stated_beyond_20")),
        (stated == 0, code("within_life")),
        default=code("no_stated_within_20"),
    )


def _compute(x: Inputs) -> Columns:
    stated = ~np.isnan(x["design_life_y"])
    rule = x["twenty_year_rule"] != 0
    branch = stack_codes((stated, 0), (rule, 1), default=2)
    default = np.where(rule, x.settings.number("plan.design_life_default_years"), np.nan)
    life = np.where(stated, stated_life(x["design_life_y"]), unstated_life(default))
    end = life_end_day(x["in_service_d"], life)
    return {
        "branch": branch,
        "default_life_y": default,
        "life_y": life,
        "design_life_end_d": end,
        "age_y": age(x["as_of_d"], x["in_service_d"]),
        "life_state": state(end, x["as_of_d"], x["assessed_until_d"], branch),
    }


DESIGN_LIFE = register(
    Procedure(
        key="regulation.design_life",
        ref=TSG21.at("design life"),
        inputs=(
            Param("in_service_d", "date"),
            Param("as_of_d", "date"),
            Param("design_life_y", "time", required=False),
            Param("assessed_until_d", "date", required=False),
            Param("twenty_year_rule", "flag", required=False),
        ),
        outputs=(
            Param("branch", "code", codes=BRANCHES),
            Param("default_life_y", "time"),
            Param("life_y", "time"),
            Param("design_life_end_d", "date", conclusion=True),
            Param("age_y", "time", conclusion=True),
            Param("life_state", "code", codes=codes("life_state")),
        ),
        compute=_compute,
        steps=(
            Step(stated_life, "life_y", when=("branch", "stated")),
            Step(unstated_life, "life_y", when=("branch", "not_stated")),
            Step(life_end_day, "design_life_end_d", note_params=("in_service_d", "life_y")),
            Step(age, "age_y"),
            Step(state, "life_state", {"stated": "branch"}, note_params=("design_life_end_d", "as_of_d", "life_state")),
        ),
        settings=("plan.design_life_default_years",),
    )
)
