"""Damage mechanism sigma phase embrittlement of austenitic stainless steel: `api581.2016.sigma`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import Mechanism, Tables, acts_where_accepted, bound, register_mechanism, unchanging
from integrity.rbi.mechanisms import brittle as br
from integrity.rbi.mechanisms import embrittlement_clauses as em
from integrity.rbi.mechanisms.embrittlement_plant import decided_susceptibility, from_frames

KEY = "api581.2016.sigma"
CONTENTS = ("low", "medium", "high")
GIVEN = ("none", *CONTENTS)
CONTENT_SOURCES = ("given", "measured", "unknown")
GROUPS = codes("material_group")
_AUSTENITIC = GROUPS.index("austenitic")
_YES, _NO, _OPEN = (em.SUSCEPTIBLE.index(s) for s in em.SUSCEPTIBLE)

_REF = API581_2016.at("Part 2 §23", "Sigma phase embrittlement damage factor")
_CONTENT = API581_2016.at("Part 2 §23.9 Table 23.1", "Sigma phase content")
_TABLE = API581_2016.at("Part 2 §23.9 Table 23.3", "Factor of sigma phase")


@clause(_CONTENT, symbol="sigma_content", expr="", quantity="code", kind=TABLE, note="rbi.note.sigma_content")
def content_class(sigma_pct: FloatArray) -> IntArray:
    """Class of a measured sigma phase content.

    Parameters
    ----------
    sigma_pct : ndarray, percent

    Returns
    -------
    ndarray of int64
        Index of `CONTENTS`; a trace that the table does not name counts as low; -1 where it is missing.
    """
    c = constants("sigma")
    return stack_codes(
        (np.isnan(sigma_pct), -1),
        (at_least(sigma_pct, c["sigma_high_pct"].value), 2),
        (at_least(sigma_pct, c["sigma_medium_pct"].value), 1),
        default=0,
    )


@clause(_TABLE, symbol="D_f_sigma", expr="", quantity="damage_factor", kind=TABLE, note="rbi.note.D_f_sigma")
def factor_sigma(T_eval_C: FloatArray, sigma_content: IntArray, conservative: IntArray) -> FloatArray:
    """Damage factor by temperature of evaluation and content of sigma phase.

    Parameters
    ----------
    T_eval_C : ndarray, degC
    sigma_content : ndarray of int64
        Index of `CONTENTS`; -1 gives NaN.
    conservative : ndarray of int64
        1 takes the next colder row, 0 interpolates linearly.

    Returns
    -------
    ndarray of float64
        Beyond the table its first or last entry; the caller refuses below it.
    """
    place = em.position(T_eval_C, em.nodes_of("sigma", "D_f_sigma"))
    place = np.where(conservative == 1, np.floor(place), place)
    rows = keyed("sigma", "D_f_sigma").rows[:-1]
    return np.select(
        [sigma_content == i for i in range(len(CONTENTS))],
        [em.between(rows[:, i], place) for i in range(len(CONTENTS))],
        np.nan,
    )


@clause(
    API581_2016.at("Part 2 §23.6.3", "Greatest factor where inputs are missing"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_sigma",
)
def greatest_factor(
    T_eval_C: FloatArray,
    sigma_content: IntArray,
    susceptible_case: IntArray,
    row_case: IntArray,
    conservative: IntArray,
) -> FloatArray:
    """Factor with an unknown content taken as high, and an unknown temperature at the coldest row.

    Parameters
    ----------
    T_eval_C : ndarray, degC
    sigma_content, susceptible_case, row_case, conservative : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN below the table, but for high content, whose factor has its greatest value there already.
    """
    content = np.where(sigma_content < 0, CONTENTS.index("high"), sigma_content)
    value = factor_sigma(T_eval_C, content, conservative)
    top = keyed("sigma", "D_f_sigma").rows[0, CONTENTS.index("high")]
    beyond = (row_case >= em.ROW_CASES.index("colder")) | np.isnan(T_eval_C)
    flat = np.where(content == CONTENTS.index("high"), top, np.nan)
    return np.where(susceptible_case == _NO, 0.0, np.where(beyond, flat, value))


def _compute(x: Inputs) -> Columns:
    c = constants("sigma")
    safe = br.interpolation(x)
    exposed = em.exposure(x, c["T_sigma_low_C"].value, c["T_sigma_high_C"].value)
    given = x["susceptibility_given"]
    known_group, austenitic = x["material_group"] >= 0, x["material_group"] == _AUSTENITIC
    susceptible = stack_codes(
        (given == 0, _NO),
        (given > 0, _YES),
        ((known_group & ~austenitic) | (exposed == 1) | (exposed == 3), _NO),
        (austenitic & ((exposed == 0) | (exposed == 2)), _YES),
        default=_OPEN,
    )
    source = stack_codes((given > 0, 0), (~np.isnan(x["sigma_pct"]), 1), default=2)
    content = np.where(source == 0, given - 1, content_class(x["sigma_pct"]))
    out: Columns = {
        "interpolation": safe,
        "exposure_case": exposed,
        "susceptible_case": susceptible,
        "content_source": source,
        "sigma_content": content,
    }
    out |= em.evaluation(x)
    nodes = em.nodes_of("sigma", "D_f_sigma")
    out["row_case"] = em.edge(out["T_eval_C"], nodes[0], nodes[-1], br.keeps_edge(x), worse_is_low=True)
    factor = factor_sigma(out["T_eval_C"], content, safe)
    out["D_f_sigma"] = np.where(susceptible == _NO, em.no_factor(susceptible), factor)
    out["D_f_bound"] = greatest_factor(out["T_eval_C"], content, susceptible, out["row_case"], safe)
    return out


def _in_table(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["susceptible_case"] == _NO) | (c["row_case"] != em.ROW_CASES.index("colder")))


def _content_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["susceptible_case"] == _NO) | (c["sigma_content"] >= 0))


_SUSCEPTIBLE = ("susceptible_case", "yes")

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("material_group", "code", required=False, codes=GROUPS),
        *em.EVAL_INPUTS,
        *em.EXPOSURE_INPUTS,
        Param("susceptibility_given", "code", required=False, codes=GIVEN),
        Param("sigma_pct", "number", required=False),
    ),
    outputs=(
        Param("exposure_case", "code", codes=em.EXPOSURE_CASES),
        Param("susceptible_case", "code", codes=em.SUSCEPTIBLE),
        Param("content_source", "code", codes=CONTENT_SOURCES),
        Param("sigma_content", "code", codes=CONTENTS),
        *em.EVAL_OUTPUTS,
        Param("row_case", "code", codes=em.ROW_CASES),
        Param("interpolation", "code", codes=em.POLICIES),
        Param("D_f_bound", "damage_factor"),
        Param("D_f_sigma", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.sigma_susceptibility_known",
            API581_2016.at("Part 2 §23.3"),
            lambda c: c["susceptible_case"] != _OPEN,
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("rbi.sigma_content_known", API581_2016.at("Part 2 §23.4"), _content_known, Verdict.INSUFFICIENT_DATA),
        Limit(
            "rbi.sigma_content_possible",
            _REF,
            lambda c: ~((c["sigma_pct"] < 0.0) | (c["sigma_pct"] > 100.0)),
        ),
        em.evaluation_known(API581_2016.at("Part 2 §23.6.3")),
        Limit("rbi.sigma_temperature_in_table", API581_2016.at("Part 2 §23.9 Table 23.3"), _in_table),
    ),
    steps=(
        *em.EVAL_STEPS,
        Step(content_class, "sigma_content", when=("content_source", "measured"), note_params=("sigma_pct",)),
        Step(
            factor_sigma,
            "D_f_sigma",
            {"conservative": "interpolation"},
            when=_SUSCEPTIBLE,
            note_params=("sigma_content", "row_case", "interpolation"),
        ),
        Step(em.no_factor, "D_f_sigma", when=("susceptible_case", "no"), note_params=("exposure_case",)),
        Step(greatest_factor, "D_f_bound", {"conservative": "interpolation"}),
    ),
    constants=constants("sigma"),
    settings=("rbi.embrittlement_interpolation", "rbi.embrittlement_edge"),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of `api581.2016.sigma` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict)
    """
    words = {code: i for i, code in enumerate(GIVEN)}
    given = {"susceptibility_given": decided_susceptibility(case, "sigma", words)}
    return bound(case, PROCEDURE, from_frames(case) | given), {}


def unverified(result: Result) -> BoolArray:
    """Rows whose exposure was screened by a range that one program prints.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    screened = (result["susceptibility_given"] < 0) & (result["exposure_case"] >= em.EXPOSURE_CASES.index("inside"))
    return np.asarray(screened)


MECHANISM = register_mechanism(
    Mechanism(
        "sigma",
        "sigma",
        PROCEDURE,
        "D_f_sigma",
        acts_where_accepted("sigma"),
        columns,
        unchanging("D_f_sigma"),
        unverified,
    )
)
