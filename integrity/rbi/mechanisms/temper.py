"""Damage mechanism temper embrittlement: the procedure `api581.2016.temper` and its place among the mechanisms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.clause import TABLE, clause
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import Mechanism, Tables, acts_where_accepted, bound, register_mechanism, unchanging
from integrity.rbi.mechanisms import brittle as br
from integrity.rbi.mechanisms import brittle_clauses as bc
from integrity.rbi.mechanisms import embrittlement_clauses as em
from integrity.rbi.mechanisms import temper_clauses as cl
from integrity.rbi.mechanisms.embrittlement_plant import decided_susceptibility, from_frames
from integrity.rbi.rows import on_rows

KEY = "api581.2016.temper"
ALLOYS = ("1Cr-0.5Mo", "1.25Cr-0.5Mo", "2.25Cr-1Mo", "3Cr-1Mo", "other")
COMPOSITION = ("Si_wt", "Mn_wt", "P_wt", "Sn_wt", "Sb_wt", "As_wt")
_LOW_ALLOY = bc.STEEL_CASES.index("low_alloy")
_YES, _NO, _OPEN = (em.SUSCEPTIBLE.index(s) for s in em.SUSCEPTIBLE)

_REF = API581_2016.at("Part 2 §21", "Temper embrittlement damage factor")
_SHIFT = API581_2016.at("Part 2 §21.6.3")


def _screen(x: Inputs) -> Columns:
    c = constants("temper")
    exposed = em.exposure(x, c["T_temper_low_C"].value, c["T_temper_high_C"].value)
    other = x["temper_alloy"] == ALLOYS.index("other")
    case = stack_codes(
        (x["susceptibility_given"] == 0, _NO),
        (x["susceptibility_given"] == 1, _YES),
        (other | (exposed == 1) | (exposed == 3), _NO),
        ((exposed == 0) | (exposed == 2), _YES),
        default=_OPEN,
    )
    return {"exposure_case": exposed, "susceptible_case": case}


def _shift(x: Inputs) -> Columns:
    c = constants("temper")
    X = [c[f"X_{i}"].value for i in range(3)]
    bar = cl.x_bar(x["P_wt"], x["Sb_wt"], x["Sn_wt"], x["As_wt"])
    raw = cl.correlated_shift(bar, *X)
    stepped = cl.step_cooling_shift(x["SCE_K"], x["t_emb_h"], c["SCE_factor"].value, c["SCE_log"].value)
    generation = cl.generation_of(x["year_built"])
    basis = np.full(x.n, cl.SHIFT_BASES.index(x.settings.code("rbi.temper_shift")), dtype=np.int64)
    shift_F, printed = cl.printed_difference(generation), cl.printed_shift(generation)
    difference = cl.true_difference(shift_F)
    case = stack_codes(
        (~np.isnan(x["dFATT_given_K"]), 0),
        (~np.isnan(stepped), 1),
        (~np.isnan(bar), 2),
        ((generation >= 0) & (basis == 1), 3),
        (generation >= 0, 4),
        default=5,
    )
    chosen = np.select(
        [case == i for i in range(5)],
        [
            cl.given_shift(x["dFATT_given_K"]),
            stepped,
            cl.held_shift(raw, bar, *X),
            cl.generation_shift(difference),
            cl.generation_shift(printed),
        ],
        np.nan,
    )
    J = cl.j_factor(x["Si_wt"], x["Mn_wt"], x["P_wt"], x["Sn_wt"])
    return {
        "J_case": np.where(np.isnan(J), 1, 0),
        "J": J,
        "X_bar": bar,
        "dFATT_raw_K": raw,
        "chemistry_case": cl.chemistry_case(raw, bar, X[1], X[2]),
        "generation": generation,
        "shift_basis": basis,
        "shift_F": shift_F,
        "dFATT_difference_K": difference,
        "dFATT_printed_K": printed,
        "dFATT_case": case,
        "dFATT_K": chosen,
    }


@clause(
    API581_2016.at("Part 2 §21.6.3", "Greatest factor where inputs are missing"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_temper",
)
def greatest_factor(
    SMYS_MPa: FloatArray,
    exemption_curve: IntArray,
    pwht: IntArray,
    T_eval_C: FloatArray,
    t_brit_mm: FloatArray,
    dFATT_K: FloatArray,
    susceptible_case: IntArray,
    interpolation: IntArray,
) -> FloatArray:
    """Factor with each missing property at its worst: susceptible, first generation, curve A, least yield, untreated.

    Parameters
    ----------
    SMYS_MPa : ndarray, MPa
    exemption_curve, pwht : ndarray of int64
    T_eval_C : ndarray, degC
    t_brit_mm : ndarray, mm
    dFATT_K : ndarray, K
    susceptible_case, interpolation : ndarray of int64

    Returns
    -------
    ndarray of float64
        NaN without temperature or thickness, and beyond the worse ends of the tables.
    """
    first = cl.true_difference(keyed("temper", "generation").rows[0, 2])
    shift = np.where(np.isnan(dFATT_K), first, dFATT_K)
    steel = np.full(susceptible_case.shape, _LOW_ALLOY, dtype=np.int64)
    one = np.ones(susceptible_case.shape)
    worst = br.greatest_factor(steel, SMYS_MPa, exemption_curve, pwht, T_eval_C - shift, t_brit_mm, one, interpolation)
    return np.where(susceptible_case == _NO, 0.0, worst)


def _compute(x: Inputs) -> Columns:
    safe = br.interpolation(x)
    out: Columns = {"interpolation": safe, "steel_case": np.full(x.n, _LOW_ALLOY, dtype=np.int64)}
    out |= _screen(x) | em.evaluation(x) | _shift(x)
    out |= bc.thickness_columns(x["t_g_mm"], x["t_nom_mm"])
    out |= bc.reference_columns(out["steel_case"], x["SMYS_MPa"], x["exemption_curve"], safe)
    out["dT_eval_K"] = cl.above_shifted(out["T_eval_C"], out["T_ref_C"], out["dFATT_K"])
    out |= bc.grid_columns(out["dT_eval_K"], out["t_brit_mm"], x["pwht"], safe, br.keeps_edge(x))
    spared = out["susceptible_case"] == _NO
    out["D_f_temp"] = np.where(spared, em.no_factor(out["susceptible_case"]), cl.temper_factor(out["D_fB"]))
    args = (x["SMYS_MPa"], x["exemption_curve"], x["pwht"], out["T_eval_C"], out["t_brit_mm"], out["dFATT_K"])
    weak = br.lacking(out, out["D_f_temp"]) | (out["susceptible_case"] == _OPEN)
    worst = on_rows(weak, greatest_factor, *args, out["susceptible_case"], safe)
    out["D_f_bound"] = np.where(weak, worst, out["D_f_temp"])
    out["T_ref_verified"] = np.full(x.n, int(keyed("brittle", "T_ref_low_alloy").verified), dtype=np.int64)
    out["shift_verified"] = np.full(x.n, int(keyed("temper", "generation").verified), dtype=np.int64)
    return out


def _spared(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["susceptible_case"] == _NO)


def _where_susceptible(limit: Limit) -> Limit:
    return Limit(limit.key, limit.ref, lambda c: _spared(c) | limit.holds(c), limit.verdict)


def _possible(c: Mapping[str, AnyArray]) -> BoolArray:
    amounts = np.array([c[s] for s in COMPOSITION])
    wrong = ((amounts < 0.0) | (amounts > 100.0)).any(axis=0)
    wrong |= (c["dFATT_given_K"] < 0.0) | (c["SCE_K"] < 0.0) | (c["t_emb_h"] <= 0.0)
    return np.asarray(~(wrong | (c["t_brit_mm"] <= 0.0) | (c["SMYS_MPa"] <= 0.0)))


def _year_covered(c: Mapping[str, AnyArray]) -> BoolArray:
    asked = (c["dFATT_case"] == cl.SHIFT_CASES.index("unknown")) & ~np.isnan(c["year_built"])
    return np.asarray(~asked)


def _shift_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray((c["dFATT_case"] != cl.SHIFT_CASES.index("unknown")) | ~np.isnan(c["year_built"]))


def _steel_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~np.isnan(c["SMYS_MPa"]) & (c["exemption_curve"] >= 0) & (c["pwht"] >= 0))


_LIMITS = (
    Limit(
        "rbi.temper_susceptibility_known",
        API581_2016.at("Part 2 §21.3"),
        lambda c: c["susceptible_case"] != _OPEN,
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit("rbi.temper_possible", _REF, _possible),
    em.evaluation_known(_SHIFT),
    _where_susceptible(br.THICKNESS_KNOWN),
    _where_susceptible(
        Limit("rbi.temper_steel_known", API581_2016.at("Part 2 §21.4"), _steel_known, Verdict.INSUFFICIENT_DATA)
    ),
    _where_susceptible(Limit("rbi.temper_shift_known", _SHIFT, _shift_known, Verdict.INSUFFICIENT_DATA)),
    _where_susceptible(Limit("rbi.temper_year_covered", _SHIFT, _year_covered)),
    *(_where_susceptible(limit) for limit in br.TABLE_LIMITS),
)

_SUSCEPTIBLE = ("susceptible_case", "yes")
_CHEMISTRY = ("dFATT_case", "chemistry")


def _generation_steps(case: str, shift: str) -> tuple[Step, ...]:
    when = ("dFATT_case", case)
    return (
        Step(cl.printed_difference, "shift_F", when=when, note_params=("year_built", "generation", "shift_verified")),
        Step(cl.true_difference, "dFATT_difference_K", when=when),
        Step(cl.printed_shift, "dFATT_printed_K", when=when, note_params=("generation", "shift_verified")),
        Step(cl.generation_shift, "dFATT_K", {"shift_K": shift}, when=when),
    )


_GENERATION_STEPS = (
    *_generation_steps("generation", "dFATT_difference_K"),
    *_generation_steps("generation_printed", "dFATT_printed_K"),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("temper_alloy", "code", codes=ALLOYS),
        *(Param(p.symbol, p.quantity, required=False, codes=p.codes) for p in br.STEEL_INPUTS),
        *em.EVAL_INPUTS,
        *em.EXPOSURE_INPUTS,
        Param("susceptibility_given", "code", required=False, codes=("none", "susceptible")),
        Param("dFATT_given_K", "temperature_difference", required=False),
        Param("SCE_K", "temperature_difference", required=False),
        Param("t_emb_h", "number", required=False),
        *(Param(s, "mass_percent", required=False) for s in COMPOSITION),
        Param("year_built", "count", required=False),
    ),
    outputs=(
        Param("steel_case", "code", codes=bc.STEEL_CASES),
        Param("exposure_case", "code", codes=em.EXPOSURE_CASES),
        Param("susceptible_case", "code", codes=em.SUSCEPTIBLE),
        *em.EVAL_OUTPUTS,
        Param("J_case", "code", codes=("known", "unknown")),
        Param("J", "number"),
        Param("X_bar", "number"),
        Param("dFATT_raw_K", "temperature_difference"),
        Param("chemistry_case", "code", codes=cl.CHEMISTRY_CASES),
        Param("generation", "code", codes=cl.GENERATIONS),
        Param("shift_basis", "code", codes=cl.SHIFT_BASES),
        Param("shift_F", "number"),
        Param("dFATT_difference_K", "temperature_difference"),
        Param("dFATT_printed_K", "temperature_difference"),
        Param("dFATT_case", "code", codes=cl.SHIFT_CASES),
        Param("dFATT_K", "temperature_difference"),
        Param("shift_verified", "flag"),
        *br.CELL_OUTPUTS,
        Param("D_f_bound", "damage_factor"),
        Param("D_f_temp", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    limits=_LIMITS,
    steps=(
        *em.EVAL_STEPS,
        *br.REFERENCE_STEPS,
        *br.THICKNESS_STEPS,
        Step(cl.j_factor, "J", when=("J_case", "known")),
        Step(cl.given_shift, "dFATT_K", when=("dFATT_case", "given")),
        Step(cl.step_cooling_shift, "dFATT_K", when=("dFATT_case", "step_cooling")),
        Step(cl.x_bar, "X_bar", when=_CHEMISTRY),
        Step(cl.correlated_shift, "dFATT_raw_K", when=_CHEMISTRY),
        Step(cl.held_shift, "dFATT_K", when=_CHEMISTRY),
        *_GENERATION_STEPS,
        Step(cl.above_shifted, "dT_eval_K", when=_SUSCEPTIBLE),
        Step(em.brittle_base, "D_fB", {"conservative": "interpolation"}, when=_SUSCEPTIBLE, **br.BASE_NOTE),
        Step(cl.temper_factor, "D_f_temp", when=_SUSCEPTIBLE),
        Step(em.no_factor, "D_f_temp", when=("susceptible_case", "no"), note_params=("exposure_case",)),
        Step(greatest_factor, "D_f_bound"),
    ),
    constants={**constants("temper"), "MPa_per_ksi": constants("brittle")["MPa_per_ksi"]},
    settings=("rbi.embrittlement_interpolation", "rbi.embrittlement_edge", "rbi.temper_shift"),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of `api581.2016.temper` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict)
    """
    words = {"none": 0, "low": 1, "medium": 1, "high": 1, "susceptible": 1}
    given = {"susceptibility_given": decided_susceptibility(case, "temper", words)}
    return bound(case, PROCEDURE, from_frames(case) | given), {}


def unverified(result: Result) -> BoolArray:
    """Rows that rest on values of one transcription: all that are susceptible.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(result["susceptible_case"] != _NO)


MECHANISM = register_mechanism(
    Mechanism(
        "temper",
        "temper",
        PROCEDURE,
        "D_f_temp",
        acts_where_accepted("temper"),
        columns,
        unchanging("D_f_temp"),
        unverified,
    )
)
