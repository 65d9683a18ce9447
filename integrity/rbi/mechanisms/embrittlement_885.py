"""Damage mechanism 885 F (475 C) embrittlement of ferritic stainless steel: `api581.2016.embrittlement_885`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import Mechanism, Tables, acts_where_accepted, bound, register_mechanism, unchanging
from integrity.rbi.mechanisms import brittle as br
from integrity.rbi.mechanisms import embrittlement_clauses as em
from integrity.rbi.mechanisms.embrittlement_plant import decided_susceptibility, from_frames

KEY = "api581.2016.embrittlement_885"
REFERENCES = ("given", "printed")
ROW_CASES = ("inside", "no_factor", "colder", "colder_kept")
_YES, _NO, _OPEN = (em.SUSCEPTIBLE.index(s) for s in em.SUSCEPTIBLE)

_REF = API581_2016.at("Part 2 §22", "885 F embrittlement damage factor")
_TABLE = API581_2016.at("Part 2 §22.9 Table 22.3", "Factor of 885 F embrittlement")


@clause(
    API581_2016.at("Part 2 §22.6.3", "Reference temperature of 885 F embrittlement"),
    symbol="T_ref_C",
    expr="T_C",
    quantity="temperature",
)
def reference_885(T_C: FloatArray | float) -> FloatArray:
    """Reference temperature: given by an engineer, else the printed one.

    Parameters
    ----------
    T_C : ndarray or float, degC

    Returns
    -------
    ndarray of float64, degC
    """
    return np.asarray(T_C, dtype=np.float64)


@clause(_TABLE, symbol="D_f_885", expr="", quantity="damage_factor", kind=TABLE, note="rbi.note.D_f_885")
def factor_885(dT_eval_K: FloatArray, conservative: IntArray) -> FloatArray:
    """Damage factor by how far the temperature of evaluation lies above the reference temperature.

    Parameters
    ----------
    dT_eval_K : ndarray, K
    conservative : ndarray of int64
        1 takes the next colder row, 0 interpolates linearly.

    Returns
    -------
    ndarray of float64
        0 above the last row, which the table says; below the first row its entry, the caller refuses.
    """
    nodes = em.nodes_of("embrittlement_885", "D_f_885")
    place = em.position(dT_eval_K, nodes)
    place = np.where(conservative == 1, np.floor(place), place)
    value = em.between(keyed("embrittlement_885", "D_f_885").rows[:-1, 0], place)
    return np.where(np.isnan(dT_eval_K) | at_most(dT_eval_K, nodes[-1]), value, 0.0)


@clause(
    API581_2016.at("Part 2 §22.6.3", "Greatest factor where inputs are missing"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_885",
)
def greatest_factor(
    dT_eval_K: FloatArray, susceptible_case: IntArray, row_case: IntArray, conservative: IntArray
) -> FloatArray:
    """Factor of a steel taken as susceptible where that is not known.

    Parameters
    ----------
    dT_eval_K : ndarray, K
    susceptible_case, row_case, conservative : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN without a temperature of evaluation and below the table.
    """
    value = np.where(row_case >= ROW_CASES.index("colder"), np.nan, factor_885(dT_eval_K, conservative))
    return np.where(susceptible_case == _NO, 0.0, value)


def _compute(x: Inputs) -> Columns:
    c = constants("embrittlement_885")
    safe = br.interpolation(x)
    exposed = em.exposure(x, c["T_885_low_C"].value, c["T_885_high_C"].value)
    susceptible = stack_codes(
        (x["susceptibility_given"] == 0, _NO),
        (x["susceptibility_given"] == 1, _YES),
        ((x["high_Cr_ferritic"] == 0) | (exposed == 1) | (exposed == 3), _NO),
        ((x["high_Cr_ferritic"] == 1) & ((exposed == 0) | (exposed == 2)), _YES),
        default=_OPEN,
    )
    out: Columns = {"interpolation": safe, "exposure_case": exposed, "susceptible_case": susceptible}
    out |= em.evaluation(x)
    printed = np.isnan(x["T_ref_885_given_C"])
    out["reference_case"] = printed.astype(np.int64)
    out["T_ref_C"] = reference_885(np.where(printed, c["T_ref_885_C"].value, x["T_ref_885_given_C"]))
    dT = out["dT_eval_K"] = em.above_reference(out["T_eval_C"], out["T_ref_C"])
    nodes = em.nodes_of("embrittlement_885", "D_f_885")
    out["row_case"] = em.edge(dT, nodes[0], nodes[-1], br.keeps_edge(x), worse_is_low=True)
    spared = susceptible == _NO
    out["D_f_885"] = np.where(spared, em.no_factor(susceptible), factor_885(dT, safe))
    out["D_f_bound"] = greatest_factor(dT, susceptible, out["row_case"], safe)
    return out


def _in_table(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["susceptible_case"] == _NO) | (c["row_case"] != ROW_CASES.index("colder")))


_SUSCEPTIBLE = ("susceptible_case", "yes")

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("high_Cr_ferritic", "flag", required=False),
        *em.EVAL_INPUTS,
        *em.EXPOSURE_INPUTS,
        Param("susceptibility_given", "code", required=False, codes=("none", "susceptible")),
        Param("T_ref_885_given_C", "temperature", required=False),
    ),
    outputs=(
        Param("exposure_case", "code", codes=em.EXPOSURE_CASES),
        Param("susceptible_case", "code", codes=em.SUSCEPTIBLE),
        *em.EVAL_OUTPUTS,
        Param("reference_case", "code", codes=REFERENCES),
        Param("T_ref_C", "temperature"),
        Param("dT_eval_K", "temperature_difference"),
        Param("row_case", "code", codes=ROW_CASES),
        Param("interpolation", "code", codes=em.POLICIES),
        Param("D_f_bound", "damage_factor"),
        Param("D_f_885", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.susceptibility_885_known",
            API581_2016.at("Part 2 §22.3"),
            lambda c: c["susceptible_case"] != _OPEN,
            Verdict.INSUFFICIENT_DATA,
        ),
        em.evaluation_known(API581_2016.at("Part 2 §22.6.3")),
        Limit("rbi.temperature_885_in_table", API581_2016.at("Part 2 §22.9 Table 22.3"), _in_table),
    ),
    steps=(
        *em.EVAL_STEPS,
        Step(reference_885, "T_ref_C", {"T_C": "T_ref_885_given_C"}, when=("reference_case", "given")),
        Step(reference_885, "T_ref_C", {"T_C": "T_ref_885_C"}, when=("reference_case", "printed")),
        Step(em.above_reference, "dT_eval_K", when=_SUSCEPTIBLE),
        Step(
            factor_885,
            "D_f_885",
            {"conservative": "interpolation"},
            when=_SUSCEPTIBLE,
            note_params=("row_case", "interpolation"),
        ),
        Step(em.no_factor, "D_f_885", when=("susceptible_case", "no"), note_params=("exposure_case",)),
        Step(greatest_factor, "D_f_bound", {"conservative": "interpolation"}),
    ),
    constants=constants("embrittlement_885"),
    settings=("rbi.embrittlement_interpolation", "rbi.embrittlement_edge"),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of `api581.2016.embrittlement_885` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict)
    """
    words = {"none": 0, "low": 1, "medium": 1, "high": 1, "susceptible": 1}
    given = {"susceptibility_given": decided_susceptibility(case, "embrittlement_885", words)}
    return bound(case, PROCEDURE, from_frames(case) | given), {}


def unverified(result: Result) -> BoolArray:
    """Rows whose screen or reference temperature rests on one transcription.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    screened = result["susceptibility_given"] < 0
    printed = result["reference_case"] == REFERENCES.index("printed")
    return np.asarray(screened | (printed & (result["susceptible_case"] != _NO)))


MECHANISM = register_mechanism(
    Mechanism(
        "embrittlement_885",
        "embrittlement_885",
        PROCEDURE,
        "D_f_885",
        acts_where_accepted("embrittlement_885"),
        columns,
        unchanging("D_f_885"),
        unverified,
    )
)
