"""Procedures `bundle_life` and `bundle_weibull`: lives of exchanger bundles from records, and their Weibull fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, AnyArray, BoolArray, FloatArray
from integrity.core.group import group_count, group_max, group_min
from integrity.core.procedure import (
    CaseTable,
    Columns,
    Inputs,
    Limit,
    Param,
    Procedure,
    Result,
    Step,
    TableSpec,
    stack_codes,
)
from integrity.core.reference import API581_2016, OWN_METHOD
from integrity.core.settings import setting_specs
from integrity.core.tables import Constant
from integrity.core.verdict import Verdict
from integrity.rbi import bundle_clauses as cl
from integrity.rbi.rows import on_rows

KEY = "api581.2016.bundle_weibull"
LIFE_KEY = "api581.2016.bundle_life"
ENDS = ("failed", "suspended", "in_service")
METHODS = setting_specs()["rbi.bundle_fit"].allowed
AMOUNT = ("none", "one", "few", "enough")
RRX, MLE, GIVEN = (METHODS.index(m) for m in ("rrx", "mle", "given"))
_REF = API581_2016.at("Part 1 §8.3", "Life of exchanger bundles")
_YEAR = {"days_year": Constant("days_year", DAYS_PER_YEAR, "number", "", "convention of this program", True)}


def _life_compute(x: Inputs) -> Columns:
    removed = x["bundle_removed_d"]
    out = np.where(removed == NO_DATE, x["as_of_d"], removed)
    how = stack_codes(
        ((removed == NO_DATE) & (x["bundle_failed"] != 1), ENDS.index("in_service")),
        ((removed != NO_DATE) & (x["bundle_failed"] == 1), ENDS.index("failed")),
        ((removed != NO_DATE) & (x["bundle_failed"] == 0), ENDS.index("suspended")),
    )
    known = (x["bundle_installed_d"] != NO_DATE) & (out != NO_DATE)
    life = cl.life_of(out, x["bundle_installed_d"], DAYS_PER_YEAR)
    return {"end_d": out, "bundle_end": how, "bundle_life_y": np.where(known, life, np.nan)}


LIFE = Procedure(
    key=LIFE_KEY,
    ref=_REF,
    inputs=(
        Param("bundle_installed_d", "date"),
        Param("bundle_removed_d", "date", required=False),
        Param("bundle_failed", "flag", needed=lambda c: c["bundle_removed_d"] != NO_DATE),
        Param("as_of_d", "date"),
        Param("bundle_mechanism", "text", required=False),
    ),
    outputs=(
        Param("end_d", "date"),
        Param("bundle_end", "code", codes=ENDS),
        Param("bundle_life_y", "time", conclusion=True),
    ),
    compute=_life_compute,
    limits=(
        Limit(
            "bundle.failure_has_a_day",
            _REF,
            lambda c: (c["bundle_failed"] != 1) | (c["bundle_removed_d"] != NO_DATE),
            Verdict.INSUFFICIENT_DATA,
        ),
        Limit("bundle.days_in_order", _REF, lambda c: np.isnan(c["bundle_life_y"]) | (c["bundle_life_y"] > 0.0)),
        Limit(
            "bundle.removed_by_then",
            _REF,
            lambda c: (c["bundle_removed_d"] == NO_DATE) | (c["bundle_removed_d"] <= c["as_of_d"]),
        ),
    ),
    steps=(Step(cl.life_of, "bundle_life_y"),),
    constants=_YEAR,
)


def _amounts(x: Inputs, records: CaseTable) -> Columns:
    failed = records.columns["bundle_failed"] == 1
    life = records.columns["bundle_life_y"]
    r = cl.failures_of(records)
    few = x.settings.number("rbi.bundle_few_failures")
    apart = group_max(life, records.groups, failed) > group_min(life, records.groups, failed)
    return {
        "n_records": records.groups.counts.astype(np.float64),
        "n_failures": r,
        "n_suspended": records.groups.counts - r,
        "n_unknown": group_count(~(life > 0.0) | (records.columns["bundle_failed"] < 0), records.groups).astype(float),
        "failures_apart": apart.astype(np.int64),
        "amount_of_failures": stack_codes((r == 0, 0), (r == 1, 1), (r < few, 2), default=3),
    }


def _method(x: Inputs, out: Columns) -> Columns:
    chosen = METHODS.index(x.settings.code("rbi.bundle_fit"))
    two = (out["n_failures"] >= 2.0) & (out["failures_apart"] == 1)
    given = ~np.isnan(x["beta_given"])
    return {
        "fit_method": np.where((chosen == GIVEN) | (~two & given), GIVEN, chosen).astype(np.int64),
        "two_parameters": two.astype(np.int64),
    }


def _bounds(out: Columns, records: CaseTable, n: int) -> Columns:
    free = out["fit_method"] != GIVEN
    beta, eta, r = out["beta_w"], out["eta_fit_y"], out["n_failures"]
    z_sum, z_log, z_log2 = cl.fisher_sums(beta, eta, records)
    det = cl.information(r, beta, z_sum, z_log, z_log2)
    s_eta = np.where(free & (det > 0.0), cl.spread_life(r, beta, z_log2, det), np.nan)
    s_beta = np.where(free & (det > 0.0), cl.spread_shape(beta, z_sum, r, det), np.nan)
    z = cl.normal_quantile(out["confidence_w"])
    chi = on_rows(~free, cl.chi_quantile, out["confidence_w"], r)
    down, up = np.full(n, -1.0), np.full(n, 1.0)
    low = np.where(free, cl.lower_life(eta, z, s_eta), cl.lower_life_given(out["T_beta"], chi, beta))
    return {
        "z_sum": z_sum,
        "z_log": z_log,
        "z_log2": z_log2,
        "I_det": det,
        "s_ln_eta": s_eta,
        "s_ln_beta": s_beta,
        "z_conf": z,
        "chi_conf": chi,
        "down": down,
        "up": up,
        "eta_lo_y": low,
        "eta_hi_y": cl.bound_of(eta, up, z, s_eta),
        "beta_lo": cl.bound_of(beta, down, z, s_beta),
        "beta_hi": cl.bound_of(beta, up, z, s_beta),
    }


def _compute(x: Inputs) -> Columns:
    records = x.tables["records"]
    out: Columns = {"confidence_w": np.full(x.n, x.settings.number("rbi.bundle_confidence"))}
    out |= _amounts(x, records)
    out |= _method(x, out)
    two = out["two_parameters"] == 1
    for symbol, value in zip(("x_mean", "y_mean", "S_xx", "S_xy", "S_yy"), cl.regression_sums(records), strict=True):
        out[symbol] = np.where(two, value, np.nan)
    out["beta_rrx"] = cl.shape_rrx(out["S_yy"], out["S_xy"])
    out["eta_rrx_y"] = cl.life_rrx(out["x_mean"], out["y_mean"], out["beta_rrx"])
    out["r2_rrx"] = cl.determination(out["S_xy"], out["S_xx"], out["S_yy"])
    mle, residual, steps = cl.shape_mle(records)
    out["beta_mle"] = np.where(two, mle, np.nan)
    out["mle_residual"], out["mle_steps"] = residual, steps
    out["T_mle"] = cl.exposure(out["beta_mle"], records)
    out["eta_mle_y"] = cl.life_of_shape(out["T_mle"], out["n_failures"], out["beta_mle"])
    out["T_given"] = cl.exposure(x["beta_given"], records)
    out["eta_given_y"] = cl.life_of_shape(out["T_given"], out["n_failures"], x["beta_given"])
    out["beta_w"] = cl.selected(out["fit_method"], out["beta_rrx"], out["beta_mle"], x["beta_given"])
    out["eta_fit_y"] = cl.selected(out["fit_method"], out["eta_rrx_y"], out["eta_mle_y"], out["eta_given_y"])
    out["T_beta"] = cl.exposure(out["beta_w"], records)
    out |= _bounds(out, records, x.n)
    out["D_max"] = cl.distance(out["beta_w"], out["eta_fit_y"], records)
    out["eta_y"] = out["eta_fit_y"]
    out["P_10"] = np.full(x.n, 0.1)
    out["life_10_y"] = cl.life_at(out["eta_y"], out["P_10"], out["beta_w"])
    sound = out["n_unknown"] == 0.0
    for symbol in ("eta_lo_y", "beta_w", "eta_fit_y"):
        out[symbol] = np.where(sound, out[symbol], np.nan)
    return out


def _fit_known(c: Mapping[str, AnyArray]) -> BoolArray:
    given = (c["fit_method"] == GIVEN) & (c["n_failures"] >= 1.0)
    return np.asarray(given | ((c["fit_method"] != GIVEN) & (c["two_parameters"] == 1)))


_FREE = ("rrx", "mle")

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("bundle_set", "text", required=False),
        Param("beta_given", "number", required=False),
    ),
    outputs=(
        *(Param(s, "count") for s in ("n_records", "n_failures", "n_suspended", "n_unknown")),
        Param("failures_apart", "flag"),
        Param("amount_of_failures", "code", codes=AMOUNT),
        Param("confidence_w", "ratio"),
        Param("fit_method", "code", codes=METHODS),
        Param("two_parameters", "flag"),
        *(Param(s, "number") for s in ("x_mean", "y_mean", "S_xx", "S_xy", "S_yy", "beta_rrx")),
        Param("eta_rrx_y", "time"),
        Param("r2_rrx", "ratio"),
        *(Param(s, "number") for s in ("beta_mle", "mle_residual", "mle_steps", "T_mle", "T_given", "T_beta")),
        *(Param(s, "time") for s in ("eta_mle_y", "eta_given_y", "eta_fit_y")),
        *(Param(s, "number") for s in ("z_sum", "z_log", "z_log2", "I_det", "s_ln_eta", "s_ln_beta")),
        *(Param(s, "number") for s in ("z_conf", "chi_conf", "down", "up")),
        Param("D_max", "ratio"),
        Param("P_10", "ratio"),
        Param("eta_lo_y", "time"),
        Param("eta_hi_y", "time", conclusion=True),
        Param("beta_lo", "number", conclusion=True),
        Param("beta_hi", "number", conclusion=True),
        Param("beta_w", "number"),
        Param("eta_y", "time", conclusion=True),
        Param("life_10_y", "time", conclusion=True),
    ),
    compute=_compute,
    tables=(TableSpec("records", (Param("bundle_life_y", "time"), Param("bundle_failed", "flag")), required=True),),
    limits=(
        Limit("bundle.given_shape_positive", _REF, lambda c: np.isnan(c["beta_given"]) | (c["beta_given"] > 0.0)),
        Limit("bundle.records_known", _REF, lambda c: c["n_unknown"] == 0.0, Verdict.INSUFFICIENT_DATA),
        Limit("bundle.enough_failures", _REF, _fit_known, Verdict.INSUFFICIENT_DATA),
        Limit(
            "bundle.fit_found",
            OWN_METHOD.at("maximum likelihood of bundle lives"),
            lambda c: ~_fit_known(c) | (c["n_unknown"] > 0.0) | (c["beta_w"] > 0.0),
        ),
    ),
    steps=(
        Step(cl.failures_of, "n_failures", {"records": "n_records"}, note_params=("n_failures", "n_suspended")),
        *(
            Step(cl.regression_sums, s, {"records": "n_records"}, note_params=("n_failures", "n_suspended"))
            for s in ("x_mean", "y_mean", "S_xx", "S_xy", "S_yy")
        ),
        Step(cl.shape_rrx, "beta_rrx"),
        Step(cl.life_rrx, "eta_rrx_y"),
        Step(cl.determination, "r2_rrx"),
        Step(cl.shape_mle, "beta_mle", {"records": "n_records"}, note_params=("mle_residual", "mle_steps")),
        Step(cl.exposure, "T_mle", {"beta": "beta_mle", "records": "n_records"}, note_params=("n_records",)),
        Step(cl.life_of_shape, "eta_mle_y", {"T_beta": "T_mle", "beta": "beta_mle"}),
        Step(
            cl.exposure,
            "T_given",
            {"beta": "beta_given", "records": "n_records"},
            when=("fit_method", "given"),
            note_params=("n_records",),
        ),
        Step(
            cl.life_of_shape,
            "eta_given_y",
            {"T_beta": "T_given", "beta": "beta_given"},
            when=("fit_method", "given"),
        ),
        Step(
            cl.selected,
            "beta_w",
            {"by_regression": "beta_rrx", "by_likelihood": "beta_mle", "by_given": "beta_given"},
            note_params=("fit_method", "amount_of_failures"),
        ),
        Step(
            cl.selected,
            "eta_y",
            {"by_regression": "eta_rrx_y", "by_likelihood": "eta_mle_y", "by_given": "eta_given_y"},
            note_params=("fit_method", "amount_of_failures"),
        ),
        Step(cl.distance, "D_max", {"records": "n_records"}, note_params=("n_failures",)),
        *(
            Step(f, s, {"records": "n_records"}, when=("fit_method", m), note_params=("n_records",))
            for m in _FREE
            for f, s in ((cl.fisher_sums, "z_sum"), (cl.fisher_sums, "z_log"), (cl.fisher_sums, "z_log2"))
        ),
        *(
            Step(f, s, b, when=("fit_method", m), note_params=n)
            for m in _FREE
            for f, s, b, n in (
                (cl.information, "I_det", {}, ()),
                (cl.spread_life, "s_ln_eta", {}, ()),
                (cl.spread_shape, "s_ln_beta", {}, ()),
                (cl.normal_quantile, "z_conf", {}, ("confidence_w",)),
                (cl.lower_life, "eta_lo_y", {}, ()),
                (cl.bound_of, "eta_hi_y", {"beta_w": "eta_fit_y", "sign": "up", "s_ln_beta": "s_ln_eta"}, ()),
                (cl.bound_of, "beta_lo", {"sign": "down"}, ()),
                (cl.bound_of, "beta_hi", {"sign": "up"}, ()),
            )
        ),
        *(
            Step(f, s, b, when=("fit_method", "given"), note_params=n)
            for f, s, b, n in (
                (cl.chi_quantile, "chi_conf", {}, ("confidence_w",)),
                (cl.exposure, "T_beta", {"beta": "beta_w", "records": "n_records"}, ("n_records",)),
                (cl.lower_life_given, "eta_lo_y", {}, ()),
            )
        ),
        Step(cl.life_at, "life_10_y", {"P": "P_10"}),
    ),
    settings=("rbi.bundle_fit", "rbi.bundle_confidence", "rbi.bundle_few_failures"),
)


@dataclass(frozen=True)
class WeibullPlot:
    """Points, line and bounds of one fit, for a plot on Weibull paper.

    Failures carry their plotting position, suspensions only their life. `F_lo` and `F_hi` bound the line at the
    confidence of the fit; NaN with a given shape, where `F_hi` alone is known.
    """

    failure_y: FloatArray
    F: FloatArray
    suspended_y: FloatArray
    line_y: FloatArray
    F_line: FloatArray
    F_lo: FloatArray
    F_hi: FloatArray


def plot_data(result: Result, row: int, points: int = 60) -> WeibullPlot:
    """What a Weibull plot of one fit shows.

    Parameters
    ----------
    result : Result
        Of `PROCEDURE`.
    row : int
    points : int
        Points of the line, evenly spaced in the logarithm of life.

    Returns
    -------
    WeibullPlot
        Without a line where the row has no fit.
    """
    records = result.tables["records"]
    a, b = int(records.groups.offsets[row]), int(records.groups.offsets[row + 1])
    F, _ = cl.median_ranks(records)
    life, failed = records.columns["bundle_life_y"][a:b], records.columns["bundle_failed"][a:b] == 1
    beta, eta = float(result["beta_w"][row]), float(result["eta_y"][row])
    known = life[life > 0.0]
    span = np.geomspace(known.min() / 3.0, known.max() * 3.0, points) if known.size and eta == eta else np.zeros(0)
    u = beta * np.log(span / eta) if span.size else span
    width = _width(result, row, u)
    low, high = (-np.expm1(-np.exp(u + s * width)) for s in (-1.0, 1.0))
    if int(result["fit_method"][row]) == GIVEN and span.size:
        low = np.full(span.size, np.nan)
        high = -np.expm1(-((span / float(result["eta_lo_y"][row])) ** beta))
    return WeibullPlot(life[failed], F[a:b][failed], life[~failed], span, -np.expm1(-np.exp(u)), low, high)


def _width(result: Result, row: int, u: FloatArray) -> FloatArray:
    """Half width of the bounds of u = beta ln(t/eta), from the observed information."""
    beta, r = float(result["beta_w"][row]), float(result["n_failures"][row])
    det, z_sum, z_log = (float(result[s][row]) for s in ("I_det", "z_sum", "z_log"))
    if not det > 0.0:
        return np.full(u.shape, np.nan)
    var_b = beta * ((beta + 1.0) * z_sum - r) / det
    var_e = float(result["s_ln_eta"][row]) ** 2
    cov = -(r - z_sum - beta * z_log) / det
    log = u / beta
    var = log**2 * var_b + beta**2 * var_e - 2.0 * log * beta * cov
    return np.asarray(float(result["z_conf"][row]) * np.sqrt(np.maximum(var, 0.0)))
