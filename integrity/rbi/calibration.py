"""Local calibration: the plant's own failures against those the model expects, shown beside the standard's numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from integrity.core.arrays import FloatArray, IntArray
from integrity.core.clause import REDUCTION, clause
from integrity.core.codes import factorised
from integrity.core.group import group_sum
from integrity.core.procedure import CaseTable, Columns, Inputs, Limit, Param, Procedure, Result, Step, TableSpec
from integrity.core.reference import OWN_METHOD
from integrity.core.settings import Settings
from integrity.rbi.case import RiskCase

KEY = "owner.local_calibration"
_REF = OWN_METHOD.at("local calibration", "Own failures against those expected")


@clause(
    OWN_METHOD.at("local calibration", "Failures observed"),
    symbol="failures_group",
    expr="",
    quantity="count",
    kind=REDUCTION,
    note="rbi.note.failures_group",
)
def failures_of(members: CaseTable) -> FloatArray:
    """Failures recorded in a group of components.

    Parameters
    ----------
    members : CaseTable
        Columns `failures_observed`, `observed_y` and `P_f`, one row a component with a record.

    Returns
    -------
    ndarray of float64
    """
    return group_sum(members.columns["failures_observed"], members.groups)


@clause(
    OWN_METHOD.at("local calibration", "Failures expected"),
    symbol="failures_expected",
    expr="",
    quantity="number",
    kind=REDUCTION,
    note="rbi.note.failures_expected",
)
def expected_of(members: CaseTable) -> FloatArray:
    """Failures that the present probabilities would give over the observed years of a group.

    Parameters
    ----------
    members : CaseTable
        Columns `failures_observed`, `observed_y` and `P_f`.

    Returns
    -------
    ndarray of float64
        Today's probability is taken for all observed years: it is greater than that of the past, so that the
        factor is not too great by it.
    """
    product = np.asarray(members.columns["P_f"]) * np.asarray(members.columns["observed_y"])
    return group_sum(product, members.groups)


@clause(
    OWN_METHOD.at("local calibration", "Local factor, gamma prior of mean one"),
    symbol="F_local",
    expr="(weight + failures_group)/(weight + failures_expected)",
    quantity="ratio",
)
def local_factor(weight: FloatArray, failures_group: FloatArray, failures_expected: FloatArray) -> FloatArray:
    """Posterior mean of the ratio of own to expected failures.

    Parameters
    ----------
    weight : ndarray
        Failures that the standard's number is worth: shape of the gamma prior, positive.
    failures_group, failures_expected : ndarray

    Returns
    -------
    ndarray of float64
    """
    return np.asarray((weight + failures_group) / (weight + failures_expected), dtype=np.float64)


def _quantile(weight: FloatArray, failures: FloatArray, expected: FloatArray, share: float) -> FloatArray:
    return np.asarray(gammaincinv(weight + failures, share) / (weight + expected), dtype=np.float64)


def _compute(x: Inputs) -> Columns:
    members = x.tables["members"]
    out: Columns = {
        "weight": np.full(x.n, x.settings.number("rbi.calibration_weight")),
        "n_members": members.groups.counts.astype(np.float64),
        "failures_group": np.nan_to_num(failures_of(members)),
        "failures_expected": np.nan_to_num(expected_of(members)),
    }
    a, f, e = out["weight"], out["failures_group"], out["failures_expected"]
    out["F_local"] = local_factor(a, f, e)
    out["F_local_lo"], out["F_local_hi"] = _quantile(a, f, e, 0.05), _quantile(a, f, e, 0.95)
    return out


PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(Param("calibration_group", "text"),),
    outputs=(
        Param("n_members", "count"),
        Param("weight", "number"),
        Param("failures_group", "count"),
        Param("failures_expected", "number"),
        Param("F_local", "ratio", conclusion=True),
        Param("F_local_lo", "ratio", conclusion=True),
        Param("F_local_hi", "ratio", conclusion=True),
    ),
    compute=_compute,
    tables=(
        TableSpec(
            "members",
            (Param("failures_observed", "count"), Param("observed_y", "time"), Param("P_f", "frequency")),
        ),
    ),
    limits=(Limit("rbi.record_of_failures", _REF, lambda c: c["n_members"] > 0),),
    steps=(
        Step(failures_of, "failures_group", {"members": "n_members"}),
        Step(expected_of, "failures_expected", {"members": "n_members"}),
        Step(local_factor, "F_local"),
    ),
    settings=("rbi.calibration_weight", "rbi.calibration_group"),
)
GROUPS = ("plant", "loop", "component_type")


@dataclass(frozen=True)
class Calibration:
    """Result by group and the group of each component (-1: none); `P_f_local` stands beside `P_f`."""

    result: Result
    group_of: IntArray
    P_f_local: FloatArray


def calibrate(case: RiskCase, P_f: FloatArray) -> Calibration:
    """Local factor of each group of components and the probabilities with it.

    Parameters
    ----------
    case : RiskCase
        Facts `failures_observed` and `observed_y` are the record of a component: its own failures (leaks) and the
        years they were looked for.
    P_f : ndarray, shape (n,), 1/year

    Returns
    -------
    Calibration
        The standard's probability stays what decides; NaN where a group has no record.
    """
    names, group = factorised(_labels(case, case.settings))
    count, years = (case.facts.column(Param(s, q)) for s, q in (("failures_observed", "count"), ("observed_y", "time")))
    kept = np.flatnonzero(~np.isnan(count) & ~np.isnan(years) & ~np.isnan(P_f))
    order = kept[np.argsort(group[kept], kind="stable")]
    result = PROCEDURE.run(
        {"calibration_group": np.array(names, dtype=object)},
        case.settings,
        {
            "members": {
                "case": group[order],
                "failures_observed": count[order],
                "observed_y": years[order],
                "P_f": P_f[order],
            }
        },
    )
    return Calibration(result, group, np.asarray(P_f * result["F_local"][group], dtype=np.float64))


def _labels(case: RiskCase, settings: Settings) -> list[str]:
    by = settings.code("rbi.calibration_group")
    if by == "loop":
        return [str(t) or "-" for t in case.components.loop]
    if by == "component_type":
        return [str(t) or "-" for t in case.components.texts("component_type")]
    return ["plant"] * case.n
