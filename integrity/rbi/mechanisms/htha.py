"""Damage mechanism high temperature hydrogen attack: the procedure `api581.2016.htha` and its factor along time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, at_most, years_between
from integrity.core.clause import clause
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, TableSpec, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.verdict import Verdict
from integrity.rbi import effectiveness as insp
from integrity.rbi.case import RiskCase, counting_start, inspection_table, recorded, service_start
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import (
    Mechanism,
    Planned,
    Tables,
    acts_where_accepted,
    bound,
    register_mechanism,
    unchanging,
)
from integrity.rbi.mechanisms import htha_clauses as cl
from integrity.rbi.mechanisms.embrittlement_plant import decided_susceptibility

KEY = "api581.2016.htha"
EDITIONS = ("2008", "2016", "2020")
HISTORIES = ("none", "observed_not_replaced", "replaced_in_kind", "upgraded_material")
WAYS = (
    "observed",
    "given",
    "replaced",
    "resistant",
    "both_above",
    "both_below",
    "mixed",
    "distance",
    "Pv",
    "below_2008",
    "unknown",
)
MIXED = ("screened_out", "high", "refuse")
T_CASES = ("both", "operating", "greatest", "unknown")
HOURS_CASES = ("given", "dated", "unknown")
COUNT_BASES = ("given", "dated")
MAX_COUNT = 100
_WAY = {w: i for i, w in enumerate(WAYS)}

_REF = API581_2016.at("Part 2 §19", "Hydrogen attack damage factor")


@clause(
    cl.API581_2008.at("Part 2 §20", "Hours of exposure"),
    symbol="t_htha_h",
    expr="years_htha*hours_per_year",
    quantity="number",
)
def hours_of_service(years_htha: FloatArray, hours_per_year: float) -> FloatArray:
    """Hours since the component went into service.

    Parameters
    ----------
    years_htha : ndarray, years
    hours_per_year : float

    Returns
    -------
    ndarray of float64, h
    """
    return np.asarray(years_htha * hours_per_year, dtype=np.float64)


@clause(
    cl.API581_2008.at("Part 2 §20", "Hours of exposure given"),
    symbol="t_htha_h",
    expr="exposure_h",
    quantity="number",
)
def given_hours(exposure_h: FloatArray) -> FloatArray:
    """Hours of exposure that an engineer recorded.

    Parameters
    ----------
    exposure_h : ndarray, h

    Returns
    -------
    ndarray of float64, h
    """
    return np.asarray(exposure_h, dtype=np.float64)


def _exposure(x: Inputs) -> Columns:
    c = constants("htha")
    T_op, T_max = x["T_op_C"], x["T_op_max_C"]
    T_case = stack_codes(
        (~np.isnan(T_op) & ~np.isnan(T_max), 0), (~np.isnan(T_op), 1), (~np.isnan(T_max), 2), default=3
    )
    T = np.select([T_case == 0, T_case == 1, T_case == 2], [cl.hottest(T_op, T_max), T_op, T_max], np.nan)
    years = years_between(x["exposed_from_d"], x["as_of_d"])
    hours_case = stack_codes((~np.isnan(x["exposure_h"]), 0), (~np.isnan(years), 1), default=2)
    hours = np.where(hours_case == 0, given_hours(x["exposure_h"]), hours_of_service(years, c["hours_per_year"].value))
    return {
        "T_htha_case": T_case,
        "T_htha_C": T,
        "hours_case": hours_case,
        "years_htha": years,
        "t_htha_h": hours,
        "Pv": cl.parameter(x["p_H2_MPa"], T, hours),
    }


def _counts(x: Inputs) -> Columns:
    given = np.column_stack([x[f"N_{g}"] for g in insp.GRADES])
    counted = insp.count_inspections(x.tables["inspections"], x["start_d"], x["as_of_d"])
    is_given = ~np.isnan(given).all(axis=1)
    chosen = np.where(is_given[:, None], np.where(np.isnan(given), 0.0, given), counted)
    out: Columns = {f"N_{g}": chosen[:, i] for i, g in enumerate(insp.GRADES)}
    out["count_basis"] = np.where(is_given, COUNT_BASES.index("given"), COUNT_BASES.index("dated"))
    out["n_recorded"] = x.tables["inspections"].groups.counts.astype(np.float64)
    out["htha_credit"] = cl.credit_column(*chosen.T)
    return out


def _way(x: Inputs, out: Columns, old: BoolArray) -> IntArray:
    c = constants("htha")
    T, p, material = out["T_htha_C"], x["p_H2_MPa"], x["htha_material"]
    known = ~np.isnan(T) & ~np.isnan(p)
    hot, dense = cl.above_limits(T, p)
    low_2008 = at_most(T, c["T_2008_C"].value) & at_most(p, c["p_2008_MPa"].value)
    resistant = cl.MATERIALS.index("resistant")
    carbon = np.isin(material, cl.CARBON) & known
    chromium = (material >= 0) & (material < resistant) & ~np.isin(material, cl.CARBON)
    return stack_codes(
        (x["htha_history"] == HISTORIES.index("observed_not_replaced"), _WAY["observed"]),
        (x["susceptibility_given"] == cl.OBSERVED, _WAY["observed"]),
        (x["susceptibility_given"] >= 0, _WAY["given"]),
        (x["htha_history"] == HISTORIES.index("replaced_in_kind"), _WAY["replaced"]),
        (material == resistant, _WAY["resistant"]),
        (old & (material >= 0) & low_2008, _WAY["below_2008"]),
        (old & (material >= 0) & ~np.isnan(out["Pv"]), _WAY["Pv"]),
        (old, _WAY["unknown"]),
        (carbon & hot & dense, _WAY["both_above"]),
        (carbon & ~hot & ~dense, _WAY["both_below"]),
        (carbon, _WAY["mixed"]),
        (chromium & ~np.isnan(x["dT_941_K"]), _WAY["distance"]),
        default=_WAY["unknown"],
    )


def _susceptibility(way: IntArray, x: Inputs, out: Columns) -> IntArray:
    carbon = cl.carbon_screen(out["T_htha_C"], x["p_H2_MPa"], out["mixed_policy"])
    return np.select(
        [
            way == _WAY["observed"],
            way == _WAY["given"],
            way == _WAY["replaced"],
            (way == _WAY["resistant"]) | (way == _WAY["below_2008"]),
            np.isin(way, [_WAY["both_above"], _WAY["both_below"], _WAY["mixed"]]),
            way == _WAY["distance"],
            way == _WAY["Pv"],
        ],
        [
            np.int64(cl.OBSERVED),
            x["susceptibility_given"],
            np.int64(cl.HIGH),
            np.int64(cl.NONE),
            carbon,
            cl.distance_screen(x["dT_941_K"]),
            cl.parameter_screen(x["htha_material"], out["Pv"]),
        ],
        np.int64(-1),
    )


def _compute(x: Inputs) -> Columns:
    edition = EDITIONS.index(x.settings.code("rbi.edition"))
    old = np.full(x.n, edition == EDITIONS.index("2008"))
    out = _exposure(x) | _counts(x)
    out["edition"] = np.full(x.n, edition, dtype=np.int64)
    out["second_edition"] = old.astype(np.int64)
    out["mixed_policy"] = np.full(x.n, MIXED.index(x.settings.code("rbi.htha_mixed")), dtype=np.int64)
    out["htha_way"] = _way(x, out, old)
    out["htha_susceptibility"] = _susceptibility(out["htha_way"], x, out)
    out["D_f_htha"] = np.where(
        old,
        cl.factor_second(out["htha_susceptibility"], out["htha_credit"]),
        cl.factor_third(out["htha_susceptibility"]),
    )
    out["D_f_bound"] = cl.greatest_factor(out["D_f_htha"], out["second_edition"])
    weak = old | (out["htha_way"] == _WAY["distance"])
    out["htha_verified"] = (~weak).astype(np.int64)
    return out


def _open(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(c["htha_way"] == _WAY["unknown"])


def _material_known(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~_open(c) | (c["htha_material"] >= 0))


def _exposure_known(c: Mapping[str, AnyArray]) -> BoolArray:
    asked = _open(c) & (
        np.isin(c["htha_material"], cl.CARBON) | ((c["second_edition"] == 1) & (c["htha_material"] >= 0))
    )
    return np.asarray(~(asked & (np.isnan(c["T_htha_C"]) | np.isnan(c["p_H2_MPa"]))))


def _distance_known(c: Mapping[str, AnyArray]) -> BoolArray:
    chromium = (c["htha_material"] >= 0) & ~np.isin(c["htha_material"], cl.CARBON)
    return np.asarray(~(_open(c) & chromium & (c["second_edition"] == 0)))


def _hours_known(c: Mapping[str, AnyArray]) -> BoolArray:
    asked = _open(c) & (c["second_edition"] == 1) & (c["htha_material"] >= 0)
    return np.asarray(~(asked & np.isnan(c["t_htha_h"])))


def _mixed_decided(c: Mapping[str, AnyArray]) -> BoolArray:
    return np.asarray(~((c["htha_way"] == _WAY["mixed"]) & (c["htha_susceptibility"] < 0)))


def _possible(c: Mapping[str, AnyArray]) -> BoolArray:
    wrong = (c["p_H2_MPa"] < 0.0) | (c["exposure_h"] < 0.0)
    wrong |= (c["years_htha"] < 0.0) & (c["second_edition"] == 1)
    wrong |= c["T_htha_C"] <= -constants("htha")["K_0"].value
    N = np.column_stack([c[f"N_{g}"] for g in insp.GRADES])
    whole = ((N >= 0.0) & (N <= MAX_COUNT) & (np.floor(N) == N)).all(axis=1)
    return np.asarray(~wrong & whole)


_S = API581_2016.at("Part 2 §19.6.3")
_LACKING = Verdict.INSUFFICIENT_DATA
_LIMITS = (
    Limit("rbi.htha_possible", _REF, _possible),
    Limit("rbi.htha_material_known", API581_2016.at("Part 2 §19.5"), _material_known, _LACKING),
    Limit("rbi.htha_exposure_known", API581_2016.at("Part 2 §19.5"), _exposure_known, _LACKING),
    Limit("rbi.htha_distance_known", _S, _distance_known, _LACKING),
    Limit("rbi.htha_hours_known", cl.API581_2008.at("Part 2 §20"), _hours_known, _LACKING),
    Limit("rbi.htha_mixed_decided", API581_2016.at("Part 2 §19.4.1"), _mixed_decided, _LACKING),
)
_SCREEN_NOTE = ("T_htha_C", "p_H2_MPa", "mixed_policy", "htha_susceptibility")

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=(
        Param("htha_material", "code", required=False, codes=cl.MATERIALS),
        Param("T_op_C", "temperature", required=False),
        Param("T_op_max_C", "temperature", required=False),
        Param("p_H2_MPa", "pressure_abs", required=False),
        Param("dT_941_K", "temperature_difference", required=False),
        Param("htha_history", "code", required=False, codes=HISTORIES),
        Param("susceptibility_given", "code", required=False, codes=cl.SUSCEPTIBILITIES),
        Param("exposure_h", "number", required=False),
        Param("exposed_from_d", "date", required=False),
        Param("start_d", "date", required=False),
        Param("as_of_d", "date", required=False),
        *(Param(f"N_{g}", "count", required=False) for g in insp.GRADES),
    ),
    outputs=(
        Param("edition", "code", codes=EDITIONS),
        Param("second_edition", "flag"),
        Param("T_htha_case", "code", codes=T_CASES),
        Param("T_htha_C", "temperature"),
        Param("hours_case", "code", codes=HOURS_CASES),
        Param("years_htha", "time"),
        Param("t_htha_h", "number"),
        Param("Pv", "number"),
        Param("mixed_policy", "code", codes=MIXED),
        Param("htha_way", "code", codes=WAYS),
        Param("htha_susceptibility", "code", codes=cl.SUSCEPTIBILITIES),
        Param("htha_verified", "flag"),
        Param("count_basis", "code", codes=COUNT_BASES),
        Param("n_recorded", "count"),
        Param("htha_credit", "code", codes=cl.CREDITS),
        Param("D_f_bound", "damage_factor"),
        Param("D_f_htha", "damage_factor", conclusion=True),
    ),
    compute=_compute,
    tables=(
        TableSpec(
            "inspections", (Param("date_d", "date"), Param("effectiveness", "code", codes=codes("effectiveness")))
        ),
    ),
    limits=_LIMITS,
    steps=(
        Step(cl.hottest, "T_htha_C", when=("T_htha_case", "both")),
        Step(cl.only_temperature, "T_htha_C", {"T_C": "T_op_C"}, when=("T_htha_case", "operating")),
        Step(cl.only_temperature, "T_htha_C", {"T_C": "T_op_max_C"}, when=("T_htha_case", "greatest")),
        *(
            Step(cl.carbon_screen, "htha_susceptibility", when=("htha_way", w), note_params=_SCREEN_NOTE)
            for w in ("both_above", "both_below", "mixed")
        ),
        Step(
            cl.distance_screen,
            "htha_susceptibility",
            when=("htha_way", "distance"),
            note_params=("dT_941_K", "htha_susceptibility", "htha_verified"),
        ),
        Step(given_hours, "t_htha_h", when=("hours_case", "given")),
        Step(hours_of_service, "t_htha_h", when=("hours_case", "dated")),
        Step(cl.attack_parameter, "Pv", when=("htha_way", "Pv")),
        Step(
            cl.parameter_screen,
            "htha_susceptibility",
            when=("htha_way", "Pv"),
            note_params=("htha_material", "Pv", "htha_susceptibility", "htha_verified"),
        ),
        *(
            Step(
                insp.count_inspections,
                f"N_{g}",
                {"inspections": "n_recorded"},
                when=("count_basis", "dated"),
                note_params=("n_recorded", f"N_{g}"),
            )
            for g in insp.GRADES
        ),
        Step(cl.credit_column, "htha_credit", when=("edition", "2008"), note_params=("htha_credit",)),
        Step(
            cl.factor_second,
            "D_f_htha",
            when=("edition", "2008"),
            note_params=("htha_way", "htha_susceptibility", "htha_credit", "htha_verified"),
        ),
        *(
            Step(cl.factor_third, "D_f_htha", when=("edition", e), note_params=("htha_way", "htha_susceptibility"))
            for e in EDITIONS[1:]
        ),
        Step(cl.greatest_factor, "D_f_bound"),
    ),
    constants=constants("htha"),
    settings=("rbi.edition", "rbi.htha_mixed"),
)


def columns(case: RiskCase) -> tuple[Columns, Tables]:
    """Columns and tables of `api581.2016.htha` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict of str to dict)
    """
    words = {code: i for i, code in enumerate(cl.SUSCEPTIBILITIES)} | {"damage_observed": cl.OBSERVED}
    derived: dict[str, AnyArray] = {
        "T_op_C": case.components.T_op_C,
        "susceptibility_given": decided_susceptibility(case, "htha", words),
        "exposed_from_d": service_start(case.components),
        "start_d": counting_start(case.components),
        "as_of_d": np.full(case.n, case.as_of_d, dtype=np.int64),
    }
    keep = recorded(case, "htha")
    return bound(case, PROCEDURE, derived), {"inspections": inspection_table(case, keep)}


_still = unchanging("D_f_htha")


def at_dates(
    result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    """Damage factor along time: at rest in the third edition; in the second it grows with exposure and has credit.

    Parameters
    ----------
    result : Result
    rows : slice
    years : ndarray, shape (m,)
        Years after the as-of day.
    dates_d : ndarray of int64, shape (m,)
    planned : Planned or None

    Returns
    -------
    (ndarray, ndarray or None), each of shape (rows, m)
    """
    if result.settings.code("rbi.edition") != "2008":
        return _still(result, rows, years, dates_d, planned)
    r = {s: result[s][rows] for s in ("p_H2_MPa", "T_htha_C", "t_htha_h", "htha_material", "htha_way", "D_f_htha")}
    hours = r["t_htha_h"][:, None] + years[None, :] * constants("htha")["hours_per_year"].value
    with np.errstate(all="ignore"):
        Pv = cl.parameter(r["p_H2_MPa"][:, None], r["T_htha_C"][:, None], hours)
    material = np.broadcast_to(r["htha_material"][:, None], Pv.shape)
    moving = (r["htha_way"] == _WAY["Pv"])[:, None]
    still = result["htha_susceptibility"][rows][:, None]
    susceptibility = np.where(moving, cl.parameter_screen(material, Pv), still)
    N = [np.broadcast_to(result[f"N_{g}"][rows][:, None], Pv.shape) for g in insp.GRADES]
    lost = np.isnan(r["D_f_htha"])[:, None]
    plain = np.where(lost, np.nan, cl.factor_second(susceptibility, cl.credit_column(*N)))
    if planned is None:
        return plain, None
    for k in range(planned.date_d.shape[1]):
        done = planned.done(k, dates_d)
        N = [n + (done & (planned.effectiveness[:, k] == i)[:, None]) for i, n in enumerate(N)]
    better = cl.factor_second(susceptibility, cl.credit_column(*N))
    return plain, np.where(lost, np.nan, better)


def unverified(result: Result) -> BoolArray:
    """Rows that rest on values of one transcription: the second edition, and distances to a curve.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(result["htha_verified"] == 0)


MECHANISM = register_mechanism(
    Mechanism("htha", "htha", PROCEDURE, "D_f_htha", acts_where_accepted("htha"), columns, at_dates, unverified)
)
