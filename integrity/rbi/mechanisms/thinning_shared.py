"""What wall loss mechanisms share: strength ratio, counted inspections, states of the rate, their base factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Param, Step, TableSpec, stack_codes
from integrity.rbi import effectiveness as insp
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import thinning_clauses as cl

MAX_COUNT = 100
MINIMA = ("both", "t_req_only", "t_c_only", "none")
SR_BRANCHES = codes("strength_branch")
COUNT_BASES = ("given", "dated")
YES_NO = ("no", "yes")
INSPECTIONS = TableSpec(
    "inspections", (Param("date_d", "date"), Param("effectiveness", "code", codes=codes("effectiveness")))
)

Where = Callable[[Mapping[str, AnyArray]], BoolArray]


def strength_inputs(needed: Where | None = None) -> tuple[Param, ...]:
    """Input columns of the strength ratio.

    Parameters
    ----------
    needed : callable, optional
        Rows on which joint efficiency and strengths are needed; None means all.

    Returns
    -------
    tuple of Param
    """
    return (
        Param("E", "ratio", needed=needed),
        Param("YS_MPa", "stress", needed=needed),
        Param("TS_MPa", "stress", needed=needed),
        Param("S_MPa", "stress", required=False),
        Param("t_req_mm", "thickness", required=False),
        Param("t_c_mm", "thickness", required=False),
        Param("P_MPa", "pressure", required=False),
        Param("D_ref_mm", "length", required=False),
        Param("geometry", "code", required=False, codes=codes("geometry")),
    )


COUNT_INPUTS = (
    Param("N_A", "count", required=False),
    Param("N_B", "count", required=False),
    Param("N_C", "count", required=False),
    Param("N_D", "count", required=False),
    Param("start_d", "date", required=False),
    Param("as_of_d", "date", required=False),
)
STRENGTH_OUTPUTS = (
    Param("FS_MPa", "stress"),
    Param("minimum_case", "code", codes=MINIMA),
    Param("t_str_mm", "thickness"),
    Param("alpha", "number"),
    Param("str_used", "code", codes=YES_NO),
    Param("SR_p_str", "ratio"),
    Param("pre_used", "code", codes=YES_NO),
    Param("SR_p_pre", "ratio"),
    Param("SR_p_branch", "code", codes=SR_BRANCHES),
    Param("SR_p", "ratio"),
)
COUNT_OUTPUTS = (Param("count_basis", "code", codes=COUNT_BASES), Param("n_recorded", "count"))
STATE_OUTPUTS = (
    *(Param(f"Pr_{s}", "ratio") for s in insp.STATES),
    *(Param(f"I_p{s}", "number") for s in insp.STATES),
    *(Param(f"Po_p{s}", "ratio") for s in insp.STATES),
    *(Param(f"beta_{s}", "number") for s in insp.STATES),
)


def strength_columns(x: Mapping[str, AnyArray], t_mm: FloatArray) -> Columns:
    """Strength ratio and what leads to it: the greater of the two branches that can be computed.

    Parameters
    ----------
    x : mapping of str to ndarray
        Columns of `strength_inputs`.
    t_mm : ndarray
        Thickness at the reading, mm.

    Returns
    -------
    dict of str to ndarray
        Columns of `STRENGTH_OUTPUTS`.
    """
    t_min, t_c = x["t_req_mm"], x["t_c_mm"]
    has_min, has_c = ~np.isnan(t_min), ~np.isnan(t_c)
    minima = stack_codes((has_min & has_c, 0), (has_min, 1), (has_c, 2), default=3)
    t_str = np.fmax(t_min, t_c)
    FS = cl.flow_stress(x["YS_MPa"], x["TS_MPa"], x["E"], constants("thinning")["f_flow"].value)
    alpha = cl.shape_factor(x["geometry"])
    by_thickness = cl.strength_from_thickness(x["S_MPa"], x["E"], FS, t_str, t_mm)
    by_pressure = cl.strength_from_pressure(x["P_MPa"], x["D_ref_mm"], alpha, FS, t_mm)
    by_pressure[~(x["P_MPa"] > 0.0)] = np.nan
    has_str, has_pre = ~np.isnan(by_thickness), ~np.isnan(by_pressure)
    both = has_str & has_pre
    branch = stack_codes((both & (by_thickness >= by_pressure), 0), (both, 1), (has_str, 2), (has_pre, 3), default=4)
    return {
        "minimum_case": minima,
        "t_str_mm": t_str,
        "FS_MPa": FS,
        "alpha": np.where(has_pre, alpha, np.nan),
        "SR_p_str": by_thickness,
        "SR_p_pre": by_pressure,
        "str_used": has_str.astype(np.int64),
        "pre_used": has_pre.astype(np.int64),
        "SR_p_branch": branch,
        "SR_p": np.fmax(by_thickness, by_pressure),
    }


def strength_steps(
    t_mm: str,
    greater: Callable[..., Any] = cl.greater_minimum,
    when: tuple[str, str] | None = None,
) -> tuple[Step, ...]:
    """Printed steps of the strength ratio.

    Parameters
    ----------
    t_mm : str
        Column with the thickness at the reading.
    greater : callable
        Clause of the greater minimum.
    when : tuple of (column, code), optional
        Rows on which the strength ratio is used.

    Returns
    -------
    tuple of Step
    """
    at = {"t_rdi_mm": t_mm}
    return (
        Step(cl.flow_stress, "FS_MPa", when=when),
        Step(greater, "t_str_mm", when=("minimum_case", "both")),
        Step(cl.only_minimum, "t_str_mm", {"t_mm": "t_req_mm"}, when=("minimum_case", "t_req_only")),
        Step(cl.only_minimum, "t_str_mm", {"t_mm": "t_c_mm"}, when=("minimum_case", "t_c_only")),
        Step(cl.strength_from_thickness, "SR_p_str", at, when=("str_used", "yes")),
        Step(cl.shape_factor, "alpha", when=("pre_used", "yes"), note_params=("geometry",)),
        Step(cl.strength_from_pressure, "SR_p_pre", at, when=("pre_used", "yes")),
        Step(cl.greater_ratio, "SR_p", when=("SR_p_branch", "structural")),
        Step(cl.greater_ratio, "SR_p", when=("SR_p_branch", "pressure")),
        Step(cl.only_ratio, "SR_p", {"SR_one": "SR_p_str"}, when=("SR_p_branch", "structural_only")),
        Step(cl.only_ratio, "SR_p", {"SR_one": "SR_p_pre"}, when=("SR_p_branch", "pressure_only")),
    )


def count_columns(x: Inputs) -> Columns:
    """Inspections of grade A to D: as given, else counted from the dated ones.

    Parameters
    ----------
    x : Inputs
        With the columns `COUNT_INPUTS` and the table `INSPECTIONS`.

    Returns
    -------
    dict of str to ndarray
        N_A to N_D and the columns of `COUNT_OUTPUTS`.
    """
    given = [x[f"N_{g}"] for g in insp.GRADES]
    blank = np.logical_and.reduce([np.isnan(v) for v in given])
    groups = x.tables["inspections"].groups
    counted = np.zeros((x.n, len(insp.GRADES)))
    if groups.members and blank.any():
        counted = insp.count_inspections(x.tables["inspections"], x["start_d"], x["as_of_d"])
    out: Columns = {}
    for i, g in enumerate(insp.GRADES):
        out[f"N_{g}"] = np.where(blank, counted[:, i], np.nan_to_num(given[i], nan=0.0))
    out["count_basis"] = np.where(blank, COUNT_BASES.index("dated"), COUNT_BASES.index("given"))
    out["n_recorded"] = groups.counts.astype(np.float64)
    return out


def count_steps() -> tuple[Step, ...]:
    """Printed steps of the counted inspections.

    Returns
    -------
    tuple of Step
    """
    return tuple(
        Step(
            insp.count_inspections,
            f"N_{g}",
            {"inspections": "n_recorded"},
            when=("count_basis", "dated"),
            note_params=("n_recorded", f"N_{g}"),
        )
        for g in insp.GRADES
    )


def whole_counts(c: Mapping[str, AnyArray]) -> BoolArray:
    """Rows whose numbers of inspections are whole and not too many.

    Parameters
    ----------
    c : mapping of str to ndarray

    Returns
    -------
    ndarray of bool
    """
    out = np.ones(c["N_A"].shape, dtype=np.bool_)
    if not _any_odd(c):
        return out
    for g in insp.GRADES:
        N = c[f"N_{g}"]
        out &= (N >= 0.0) & (N <= MAX_COUNT) & (np.floor(N) == N)
    return out


def _any_odd(N: Mapping[str, FloatArray]) -> bool:
    """Whether some number of inspections is not whole, not positive or too great; one pass for the usual none."""
    for g in insp.GRADES:
        n = N[f"N_{g}"]
        if n.size and not (n.min() >= 0.0 and n.max() <= MAX_COUNT and bool((n == n.astype(np.int64)).all())):
            return True
    return False


@cache
def powers() -> FloatArray:
    """Likelihood of a state to the power of a whole number of inspections.

    Returns
    -------
    ndarray of float64, grade x state x number
    """
    c = constants("thinning")
    count = np.arange(MAX_COUNT + 1, dtype=np.float64)
    return np.array([[c[f"Co_{g}{s}"].value ** count for s in insp.STATES] for g in insp.GRADES])


def posterior_columns(confidence: IntArray, N: Mapping[str, FloatArray]) -> Columns:
    """Prior, evidence and posterior of the three states.

    Parameters
    ----------
    confidence : ndarray of int64, shape (n,)
        Index of low, medium, high.
    N : mapping of str to ndarray
        Inspections N_A to N_D.

    Returns
    -------
    dict of str to ndarray
        Pr_1..3, I_p1..3, Po_p1..3.
    """
    prior = keyed("thinning", "prior").rows
    out: Columns = {f"Pr_{s}": prior[:, s - 1][confidence] for s in insp.STATES}
    whole = whole_counts(N)
    counts = [np.where(whole, N[f"N_{g}"], 0.0).astype(np.int64) for g in insp.GRADES]
    seen = [bool(n.any()) for n in counts]
    odd = np.flatnonzero(~whole)
    c = constants("thinning")
    for s in insp.STATES:
        evidence = out[f"Pr_{s}"].copy()
        for i, n in enumerate(counts):
            if seen[i]:
                evidence *= powers()[i, s - 1][n]
        if odd.size:
            named: dict[str, Any] = {f"Co_{g}": c[f"Co_{g}{s}"].value for g in insp.GRADES}
            named |= {f"N_{g}": N[f"N_{g}"][odd] for g in insp.GRADES}
            evidence[odd] = insp.evidence(out[f"Pr_{s}"][odd], **named)
        out[f"I_p{s}"] = evidence
    total = out["I_p1"] + out["I_p2"] + out["I_p3"]
    out |= {f"Po_p{s}": out[f"I_p{s}"] / total for s in insp.STATES}
    return out


def state_columns(A_rt: FloatArray, SR_p: FloatArray, COV_dt: FloatArray | None = None) -> Columns:
    """Reliability index of each state.

    Parameters
    ----------
    A_rt, SR_p : ndarray
        Wall loss fraction and strength ratio.
    COV_dt : ndarray, optional
        Coefficient of variation of the rate where it is not the constant.

    Returns
    -------
    dict of str to ndarray
        beta_1..3.
    """
    c = constants("thinning")
    rest = [c[s].value for s in ("COV_Sf", "COV_P")]
    own: Any = c["COV_dt"].value if COV_dt is None else COV_dt
    return {f"beta_{s}": cl.reliability_index(c[f"D_S{s}"].value, A_rt, SR_p, own, *rest) for s in insp.STATES}


def base_of(x: Mapping[str, AnyArray]) -> FloatArray:
    """Base factor of the posterior and the reliability indices.

    Parameters
    ----------
    x : mapping of str to ndarray
        Po_p1..3 and beta_1..3.

    Returns
    -------
    ndarray of float64
    """
    P_ref = constants("thinning")["P_ref"].value
    weights = {f"Po_p{s}": x[f"Po_p{s}"] for s in insp.STATES}
    indices = {f"beta_{s}": x[f"beta_{s}"] for s in insp.STATES}
    return cl.base_factor(**weights, **indices, P_ref=P_ref)


def state_steps(when: tuple[str, str] | None = None, COV_dt: str = "COV_dt") -> tuple[Step, ...]:
    """Printed steps from the prior to the reliability indices.

    Parameters
    ----------
    when : tuple of (column, code), optional
        Rows on which the states are used.
    COV_dt : str
        Column or constant with the coefficient of variation of the rate.

    Returns
    -------
    tuple of Step
    """
    out = [Step(insp.prior, f"Pr_{s}", when=when, note_params=("confidence",)) for s in insp.STATES]
    for s in insp.STATES:
        bind = {"Pr": f"Pr_{s}", **{f"Co_{g}": f"Co_{g}{s}" for g in insp.GRADES}}
        out.append(Step(insp.evidence, f"I_p{s}", bind, when=when))
    out += [Step(insp.posterior, f"Po_p{s}", {"I_p": f"I_p{s}"}, when=when) for s in insp.STATES]
    for s in insp.STATES:
        out.append(Step(cl.reliability_index, f"beta_{s}", {"D_S": f"D_S{s}", "COV_dt": COV_dt}, when=when))
    return tuple(out)
