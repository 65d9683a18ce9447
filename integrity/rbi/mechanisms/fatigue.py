"""Damage mechanism mechanical fatigue of piping: the procedure `api581.2016.fatigue`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_least, at_most
from integrity.core.clause import TABLE, clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import Mechanism, Tables, acts_where_accepted, bound, register_mechanism, unchanging

KEY = "api581.2016.fatigue"
PIPES = tuple(i for i, c in enumerate(codes("component_type")) if c.startswith("PIPE"))
BRANCH_SIZES = ("small_only", "mixed", "large_only")
BRANCH_CASES = keyed("fatigue", "branch_case").keys
BANDS = keyed("fatigue", "shaking_band").keys

_REF = API581_2016.at("Part 2 §24", "Mechanical fatigue damage factor")
_BASE, _ADJUST = "Part 2 §24.6.3 eq. (2.92)", "Part 2 §24.6.3 eq. (2.93)"

Reader = Callable[[IntArray], FloatArray]


def _read(part: str, code: IntArray) -> FloatArray:
    return keyed("fatigue", part).rows[code, 0]


@clause(
    API581_2016.at(_BASE, "Previous failures"),
    symbol="D_fB_PF",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.D_fB_PF",
)
def failures_factor(previous_failures: IntArray) -> FloatArray:
    """Base factor by the fatigue failures that the line has had.

    Parameters
    ----------
    previous_failures : ndarray of int64
        Index of none, one, more; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    return _read("previous_failures", previous_failures)


@clause(
    API581_2016.at(_BASE, "Visible shaking"),
    symbol="D_fB_AS",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.D_fB_AS",
)
def shaking_factor(shaking: IntArray) -> FloatArray:
    """Base factor by the shaking that is seen or heard.

    Parameters
    ----------
    shaking : ndarray of int64
        Index of minor, moderate, severe; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    return _read("shaking", shaking)


@clause(
    API581_2016.at(_BASE, "Time survived under shaking"),
    symbol="F_AS",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_AS",
)
def survived_factor(shaking_band: IntArray) -> FloatArray:
    """Factor for the time the line has been shaking without failure.

    Parameters
    ----------
    shaking_band : ndarray of int64
        Index of `BANDS`; -1 gives NaN.

    Returns
    -------
    ndarray of float64
    """
    return _read("shaking_band", shaking_band)


@clause(
    API581_2016.at(_BASE, "Source of cyclic load"),
    symbol="D_fB_CF",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.D_fB_CF",
)
def cyclic_factor(cyclic_source: IntArray) -> FloatArray:
    """Base factor by a source of cyclic load connected to the line.

    Parameters
    ----------
    cyclic_source : ndarray of int64
        Index of reciprocating machinery, chattering relief valve, valve of high pressure drop, none.

    Returns
    -------
    ndarray of float64
    """
    return _read("cyclic_source", cyclic_source)


@clause(
    API581_2016.at(_BASE, "Base factor of fatigue"),
    symbol="D_fB",
    expr="max(D_fB_PF, D_fB_AS*F_AS, D_fB_CF)",
    quantity="damage_factor",
)
def base_factor(D_fB_PF: FloatArray, D_fB_AS: FloatArray, F_AS: FloatArray, D_fB_CF: FloatArray) -> FloatArray:
    """Base factor of mechanical fatigue: the greatest of failures, shaking and cyclic load.

    Parameters
    ----------
    D_fB_PF, D_fB_AS, F_AS, D_fB_CF : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.maximum(np.maximum(D_fB_PF, D_fB_AS * F_AS), D_fB_CF)


@clause(
    API581_2016.at(_ADJUST, "Corrective action"),
    symbol="F_CA",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_CA",
)
def action_factor(corrective_action: IntArray) -> FloatArray:
    """Factor for what was done against the shaking.

    Parameters
    ----------
    corrective_action : ndarray of int64
        Index of engineering analysis, experience, none.

    Returns
    -------
    ndarray of float64
    """
    return _read("corrective_action", corrective_action)


@clause(
    API581_2016.at(_ADJUST, "Complexity of the line"),
    symbol="F_PC",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_PC",
)
def complexity_factor(fittings_band: IntArray) -> FloatArray:
    """Factor for the number of fittings.

    Parameters
    ----------
    fittings_band : ndarray of int64
        Index of up to 5, 6 to 10, over 10.

    Returns
    -------
    ndarray of float64
    """
    return _read("fittings_band", fittings_band)


@clause(
    API581_2016.at(_ADJUST, "Condition of supports"),
    symbol="F_CP",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_CP",
)
def condition_factor(pipe_condition: IntArray) -> FloatArray:
    """Factor for the condition of the line and its supports.

    Parameters
    ----------
    pipe_condition : ndarray of int64
        Index of good, damaged supports, gussets.

    Returns
    -------
    ndarray of float64
    """
    return _read("pipe_condition", pipe_condition)


@clause(
    API581_2016.at(_ADJUST, "Type of branch joint"),
    symbol="F_JB",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_JB",
)
def joint_factor(joint_type: IntArray) -> FloatArray:
    """Factor for the worst joint or branch of the line.

    Parameters
    ----------
    joint_type : ndarray of int64
        Index of threaded, socket welded or saddle on; saddle in; tee or weldolet; sweepolet.

    Returns
    -------
    ndarray of float64
    """
    return _read("joint_type", joint_type)


@clause(
    API581_2016.at(_ADJUST, "Size of branches"),
    symbol="F_BD",
    expr="",
    quantity="number",
    kind=TABLE,
    note="rbi.note.F_BD",
)
def branch_factor(branch_case: IntArray) -> FloatArray:
    """Factor for the size of the branches.

    Parameters
    ----------
    branch_case : ndarray of int64
        Index of `BRANCH_CASES`; a line with both sizes by the policy of the setting.

    Returns
    -------
    ndarray of float64
    """
    return _read("branch_case", branch_case)


@clause(
    API581_2016.at(_ADJUST, "Damage factor of mechanical fatigue"),
    symbol="D_f_mfat",
    expr="D_fB*F_CA*F_PC*F_CP*F_JB*F_BD",
    quantity="damage_factor",
)
def fatigue_factor(
    D_fB: FloatArray, F_CA: FloatArray, F_PC: FloatArray, F_CP: FloatArray, F_JB: FloatArray, F_BD: FloatArray
) -> FloatArray:
    """Damage factor of mechanical fatigue.

    Parameters
    ----------
    D_fB, F_CA, F_PC, F_CP, F_JB, F_BD : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray(D_fB * F_CA * F_PC * F_CP * F_JB * F_BD, dtype=np.float64)


@clause(
    API581_2016.at(_ADJUST, "Greatest factor where inputs are missing"),
    symbol="D_f_bound",
    expr="",
    quantity="damage_factor",
    kind=TABLE,
    note="rbi.note.bound_fatigue",
)
def greatest_factor(
    D_fB_PF: FloatArray,
    D_fB_AS: FloatArray,
    F_AS: FloatArray,
    D_fB_CF: FloatArray,
    F_CA: FloatArray,
    F_PC: FloatArray,
    F_CP: FloatArray,
    F_JB: FloatArray,
    F_BD: FloatArray,
) -> FloatArray:
    """Damage factor with every missing factor at the greatest of its table.

    Parameters
    ----------
    D_fB_PF, D_fB_AS, F_AS, D_fB_CF, F_CA, F_PC, F_CP, F_JB, F_BD : ndarray
        NaN where unknown.

    Returns
    -------
    ndarray of float64
    """

    def worst(value: FloatArray, part: str) -> FloatArray:
        return np.where(np.isnan(value), np.nanmax(keyed("fatigue", part).rows), value)

    base = base_factor(
        worst(D_fB_PF, "previous_failures"),
        worst(D_fB_AS, "shaking"),
        worst(F_AS, "shaking_band"),
        worst(D_fB_CF, "cyclic_source"),
    )
    return fatigue_factor(
        base,
        worst(F_CA, "corrective_action"),
        worst(F_PC, "fittings_band"),
        worst(F_CP, "pipe_condition"),
        worst(F_JB, "joint_type"),
        worst(F_BD, "branch_case"),
    )


def _band(weeks: FloatArray, shaking: IntArray) -> IntArray:
    c = constants("fatigue")
    still = shaking == keyed("fatigue", "shaking").keys.index("minor")
    return stack_codes(
        (np.isnan(weeks) & still, BANDS.index("under_2")),
        (np.isnan(weeks), -1),
        (~at_least(weeks, c["weeks_new"].value), BANDS.index("under_2")),
        (at_most(weeks, c["weeks_young"].value), BANDS.index("2_to_13")),
        (at_most(weeks, c["weeks_old"].value), BANDS.index("13_to_52")),
        default=BANDS.index("beyond_52"),
    )


def _fittings(count: FloatArray) -> IntArray:
    c = constants("fatigue")
    return stack_codes(
        (np.isnan(count), -1),
        (at_most(count, c["fittings_few"].value), 0),
        (at_most(count, c["fittings_some"].value), 1),
        default=2,
    )


def _branches(sizes: IntArray, any_over: bool) -> IntArray:
    mixed = BRANCH_CASES.index("mixed_as_large" if any_over else "mixed_as_small")
    return stack_codes(
        (sizes == BRANCH_SIZES.index("small_only"), BRANCH_CASES.index("small_only")),
        (sizes == BRANCH_SIZES.index("mixed"), mixed),
        (sizes == BRANCH_SIZES.index("large_only"), BRANCH_CASES.index("large_only")),
    )


def _compute(x: Inputs) -> Columns:
    any_over = x.settings.code("rbi.fatigue_branches") == "any_over"
    branches = _branches(x["branch_sizes"], any_over)
    out: Columns = {
        "shaking_band": _band(x["shaking_weeks"], x["shaking"]),
        "fittings_band": _fittings(x["n_fittings"]),
        "branch_case": branches,
        "branch_verified": (branches != BRANCH_CASES.index("mixed_as_large")).astype(np.int64),
    }
    out |= {
        "D_fB_PF": failures_factor(x["previous_failures"]),
        "D_fB_AS": shaking_factor(x["shaking"]),
        "F_AS": survived_factor(out["shaking_band"]),
        "D_fB_CF": cyclic_factor(x["cyclic_source"]),
        "F_CA": action_factor(x["corrective_action"]),
        "F_PC": complexity_factor(out["fittings_band"]),
        "F_CP": condition_factor(x["pipe_condition"]),
        "F_JB": joint_factor(x["joint_type"]),
        "F_BD": branch_factor(branches),
    }
    base = ("D_fB_PF", "D_fB_AS", "F_AS", "D_fB_CF")
    adjust = ("F_CA", "F_PC", "F_CP", "F_JB", "F_BD")
    out["D_fB"] = base_factor(*(out[s] for s in base))
    out["D_f_mfat"] = fatigue_factor(out["D_fB"], *(out[s] for s in adjust))
    out["D_f_bound"] = greatest_factor(*(out[s] for s in (*base, *adjust)))
    return out


def _possible(c: Mapping[str, AnyArray]) -> BoolArray:
    n, weeks = c["n_fittings"], c["shaking_weeks"]
    return np.asarray(~((n < 0.0) | (n != np.floor(n)) & ~np.isnan(n) | (weeks < 0.0)))


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("component_type", "code", codes=codes("component_type")),
        Param("previous_failures", "code", codes=keyed("fatigue", "previous_failures").keys),
        Param("shaking", "code", codes=keyed("fatigue", "shaking").keys),
        Param("shaking_weeks", "number", required=False),
        Param("cyclic_source", "code", codes=keyed("fatigue", "cyclic_source").keys),
        Param("corrective_action", "code", codes=keyed("fatigue", "corrective_action").keys),
        Param("n_fittings", "count"),
        Param("pipe_condition", "code", codes=keyed("fatigue", "pipe_condition").keys),
        Param("joint_type", "code", codes=keyed("fatigue", "joint_type").keys),
        Param("branch_sizes", "code", codes=BRANCH_SIZES),
    ),
    outputs=(
        Param("D_fB_PF", "damage_factor"),
        Param("D_fB_AS", "damage_factor"),
        Param("shaking_band", "code", codes=BANDS),
        Param("F_AS", "number"),
        Param("D_fB_CF", "damage_factor"),
        Param("D_fB", "damage_factor"),
        Param("fittings_band", "code", codes=keyed("fatigue", "fittings_band").keys),
        Param("branch_case", "code", codes=BRANCH_CASES),
        Param("branch_verified", "flag"),
        *(Param(s, "number") for s in ("F_CA", "F_PC", "F_CP", "F_JB", "F_BD")),
        Param("D_f_bound", "damage_factor"),
        Param("D_f_mfat", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    limits=(
        Limit(
            "rbi.fatigue_piping",
            API581_2016.at("Part 2 §24.1"),
            lambda c: (c["component_type"] < 0) | np.isin(c["component_type"], PIPES),
        ),
        Limit("rbi.fatigue_possible", _REF, _possible),
        Limit(
            "rbi.fatigue_weeks_known",
            API581_2016.at("Part 2 §24.4"),
            lambda c: (c["shaking"] < 0) | (c["shaking_band"] >= 0),
            Verdict.INSUFFICIENT_DATA,
        ),
    ),
    steps=(
        Step(failures_factor, "D_fB_PF", note_params=("previous_failures",)),
        Step(shaking_factor, "D_fB_AS", note_params=("shaking",)),
        Step(survived_factor, "F_AS", note_params=("shaking_band",)),
        Step(cyclic_factor, "D_fB_CF", note_params=("cyclic_source",)),
        Step(base_factor, "D_fB"),
        Step(action_factor, "F_CA", note_params=("corrective_action",)),
        Step(complexity_factor, "F_PC", note_params=("fittings_band",)),
        Step(condition_factor, "F_CP", note_params=("pipe_condition",)),
        Step(joint_factor, "F_JB", note_params=("joint_type",)),
        Step(branch_factor, "F_BD", note_params=("branch_case", "branch_verified")),
        Step(fatigue_factor, "D_f_mfat"),
        Step(greatest_factor, "D_f_bound"),
    ),
    constants=constants("fatigue"),
    settings=("rbi.fatigue_branches",),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns of `api581.2016.fatigue` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict)
    """
    return bound(case, PROCEDURE, {"component_type": case.components.component_type}), {}


def unverified(result: Result) -> BoolArray:
    """Rows with branches of both sizes taken by the milder reading of two that disagree.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(result["branch_verified"] == 0)


MECHANISM = register_mechanism(
    Mechanism(
        "fatigue",
        "fatigue",
        PROCEDURE,
        "D_f_mfat",
        acts_where_accepted("fatigue"),
        columns,
        unchanging("D_f_mfat"),
        unverified,
    )
)
