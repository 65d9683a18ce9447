"""Internal linings, organic and inorganic: procedure `api581.2016.lining` and its place among the mechanisms."""

from __future__ import annotations

import numpy as np

from integrity.core.arrays import (
    DAYS_PER_YEAR,
    NO_CODE,
    NO_DATE,
    AnyArray,
    BoolArray,
    FloatArray,
    IntArray,
    years_between,
)
from integrity.core.codes import codes
from integrity.core.procedure import Columns, Inputs, Limit, Param, Procedure, Result, Step, stack_codes
from integrity.core.reference import API581_2016
from integrity.core.settings import Settings
from integrity.core.verdict import Verdict
from integrity.rbi.case import RiskCase, inspection_table, recorded
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import Columns as Given
from integrity.rbi.mechanisms import Mechanism, Planned, Tables, acts_where_accepted, bound, register_mechanism
from integrity.rbi.mechanisms import lining_clauses as lc
from integrity.rbi.mechanisms.thinning_lookup import gather, locate
from integrity.rbi.mechanisms.thinning_shared import INSPECTIONS

KEY = "api581.2016.lining"
AGE_CASES = ("installed", "inspected")
COLUMN_CASES = ("by_type", "by_inspection")
LOOKUPS = ("on_row", "straight_line", "next_row", "first_year", "beyond")

_REF = API581_2016.at("Part 2 §5", "Lining damage factor")
_TABLES = API581_2016.at("Part 2 §5.5.2 Tables 5.4, 5.5")
_ON_ROW, _LINE, _NEXT, _FIRST, _BEYOND = range(len(LOOKUPS))


def in_service(lining_type: IntArray, settings: Settings) -> BoolArray:
    """Rows whose factor is read at the years in service, not at those since the last inspection.

    Parameters
    ----------
    lining_type : ndarray of int64
    settings : Settings
        Organic linings in the second edition, or where `rbi.lining_age` says so.

    Returns
    -------
    ndarray of bool
    """
    organic = np.isin(lining_type, lc.ORGANIC)
    stated = settings.code("rbi.lining_age") == "organic_in_service" or settings.code("rbi.edition") == "2008"
    return organic & stated


def column_of(lining_type: IntArray, age_seen_y: FloatArray, settings: Settings) -> tuple[IntArray, IntArray]:
    """Column of the table of base factors, and how it was found.

    Parameters
    ----------
    lining_type : ndarray of int64
    age_seen_y : ndarray
        Years since the last inspection, else since installation.
    settings : Settings

    Returns
    -------
    (ndarray of int64, ndarray of int64)
        Index of `lining_type` and of `COLUMN_CASES`.
    """
    moved = np.isin(lining_type, lc.ORGANIC) & (settings.code("rbi.edition") == "2008")
    if not moved.any():
        return lining_type, moved.astype(np.int64)
    return np.where(moved, lc.organic_column_2008(age_seen_y), lining_type), moved.astype(np.int64)


def base_columns(age_y: FloatArray, column: IntArray, settings: Settings) -> Columns:
    """Base factor at an age, and the rows of the table used.

    Parameters
    ----------
    age_y : ndarray, shape (n,)
        Years, not negative.
    column : ndarray of int64, shape (n,)
        Index of the enumeration `lining_type`.
    settings : Settings
        How the table is read between its rows, within the first year, and beyond its last row.

    Returns
    -------
    dict of str to ndarray
        D_fB is NaN where a setting refuses.
    """
    years, table = lc.base_table()
    at = locate(years, age_y)
    line = settings.code("rbi.table_lookup") == "straight_line"
    lookup = stack_codes(
        (np.isnan(age_y), NO_CODE),
        (at.before, _FIRST),
        (at.beyond, _BEYOND),
        (at.on_row, _ON_ROW),
        default=_LINE if line else _NEXT,
    )
    low, high = gather(table, at.below, column), gather(table, at.above, column)
    greatest = settings.code("rbi.lining_beyond") == "greatest"
    high[at.beyond & (column >= 0)] = table.max() if greatest else np.nan
    if settings.code("rbi.lining_first_year") == "refuse":
        high[at.before] = np.nan
    with np.errstate(all="ignore"):
        between = lc.base_between(low, high, age_y, years[at.below], years[at.above])
    D_fB = np.where(lookup == _LINE, between, high)
    D_fB[lookup < 0] = np.nan
    return {
        "lining_lookup": lookup,
        "y_below": years[at.below],
        "y_above": years[at.above],
        "D_below": low,
        "D_above": high,
        "D_fB": D_fB,
    }


def _compute(x: Inputs) -> Columns:
    installed, today, kind = x["lining_d"], x["as_of_d"], x["lining_type"]
    seen = lc.last_seen(x.tables["inspections"], installed, x["lining_inspected_d"], today)
    by_service = in_service(kind, x.settings)
    age_service = years_between(installed, today)
    age_seen = years_between(np.where(seen == NO_DATE, installed, seen), today)
    column, column_case = column_of(kind, age_seen, x.settings)
    age = np.where(by_service, age_service, age_seen)
    out: Columns = {
        "n_recorded": x.tables["inspections"].groups.counts.astype(np.float64),
        "lining_seen_d": seen,
        "age_case": ((seen != NO_DATE) & ~by_service).astype(np.int64),
        "age_service_y": age_service,
        "age_seen_y": age_seen,
        "age_lining_y": age,
        "lining_column": column,
        "column_case": column_case,
        "F_LC": lc.condition_factor(x["lining_condition"]),
        "F_OM_lining": lc.monitoring_factor(x["lining_monitoring"]),
        **base_columns(age, column, x.settings),
    }
    out["D_f_elin"] = lc.lining_factor(out["D_fB"], out["F_LC"], out["F_OM_lining"])
    out["D_fB_bound"] = np.nan_to_num(out["D_fB"], nan=float(lc.base_table()[1].max()))
    out["F_LC_bound"] = np.nan_to_num(out["F_LC"], nan=float(np.nanmax(keyed("lining", "F_LC").rows)))
    out["D_f_bound"] = lc.bound_factor(out["D_fB_bound"], out["F_LC_bound"], out["F_OM_lining"])
    return out


_INPUTS = (
    Param("lining_type", "code", codes=codes("lining_type")),
    Param("lining_d", "date", required=False),
    Param("lining_inspected_d", "date", required=False),
    Param("as_of_d", "date"),
    Param("lining_condition", "code", codes=codes("lining_condition")),
    Param("lining_monitoring", "flag", required=False),
)
_OUTPUTS = (
    Param("n_recorded", "count"),
    Param("lining_seen_d", "date"),
    Param("age_case", "code", codes=AGE_CASES),
    Param("age_service_y", "time"),
    Param("age_seen_y", "time"),
    Param("age_lining_y", "time"),
    Param("column_case", "code", codes=COLUMN_CASES),
    Param("lining_column", "code", codes=codes("lining_type")),
    Param("lining_lookup", "code", codes=LOOKUPS),
    Param("y_below", "time"),
    Param("y_above", "time"),
    Param("D_below", "damage_factor"),
    Param("D_above", "damage_factor"),
    Param("D_fB", "damage_factor"),
    Param("F_LC", "number"),
    Param("F_OM_lining", "number"),
    Param("D_fB_bound", "damage_factor"),
    Param("F_LC_bound", "number"),
    Param("D_f_bound", "damage_factor"),
    Param("D_f_elin", "damage_factor", conclusion=True),
)
_LIMITS = (
    Limit(
        "rbi.lining_day_known",
        API581_2016.at("Part 2 §5.5.3 step 1 Table 5.3"),
        lambda c: ~np.isnan(c["age_lining_y"]),
        Verdict.INSUFFICIENT_DATA,
    ),
    Limit("rbi.lining_not_later", _REF, lambda c: ~((c["age_service_y"] < 0.0) | (c["age_lining_y"] < 0.0))),
    Limit(
        "rbi.lining_in_table",
        _TABLES,
        lambda c: ~(np.isnan(c["D_fB"]) & np.isin(c["lining_lookup"], [_FIRST, _BEYOND]) & (c["lining_column"] >= 0)),
    ),
)
_CELL = {"place": "y_above", "column": "lining_column"}
_BETWEEN = {"v_1": "D_below", "v_2": "D_above", "x": "age_lining_y", "x_1": "y_below", "x_2": "y_above"}
_SHOWN = ("lining_column", "y_above")
_STEPS = (
    Step(
        lc.last_seen,
        "lining_seen_d",
        {"inspections": "n_recorded"},
        ("age_case", "inspected"),
        ("n_recorded", "lining_seen_d"),
    ),
    Step(lc.age_since_installation, "age_lining_y", {"day": "lining_d"}, ("age_case", "installed")),
    Step(lc.age_since_inspection, "age_lining_y", {"day": "lining_seen_d"}, ("age_case", "inspected")),
    Step(
        lc.organic_column_2008, "lining_column", {}, ("column_case", "by_inspection"), ("age_seen_y", "lining_column")
    ),
    Step(
        lc.base_cell,
        "D_below",
        {**_CELL, "place": "y_below"},
        ("lining_lookup", "straight_line"),
        ("lining_column", "y_below"),
    ),
    *(Step(lc.base_cell, "D_above", _CELL, ("lining_lookup", case), _SHOWN) for case in LOOKUPS[:4]),
    Step(lc.base_between, "D_fB", _BETWEEN, ("lining_lookup", "straight_line")),
    *(Step(lc.base_of_row, "D_fB", {"v": "D_above"}, ("lining_lookup", LOOKUPS[i])) for i in (_ON_ROW, _NEXT, _FIRST)),
    Step(lc.greatest_factor, "D_fB", {"age_y": "age_lining_y"}, ("lining_lookup", "beyond"), ("age_lining_y",)),
    Step(lc.condition_factor, "F_LC", note_params=("lining_condition",)),
    Step(lc.monitoring_factor, "F_OM_lining", note_params=("lining_monitoring",)),
    Step(lc.lining_factor, "D_f_elin"),
    Step(lc.bound_factor, "D_f_bound"),
)

PROCEDURE = Procedure(
    key=KEY,
    ref=_REF,
    inputs=_INPUTS,
    outputs=_OUTPUTS,
    compute=_compute,
    tables=(INSPECTIONS,),
    limits=_LIMITS,
    steps=_STEPS,
    constants=constants("lining"),
    settings=("rbi.edition", "rbi.lining_age", "rbi.table_lookup", "rbi.lining_first_year", "rbi.lining_beyond"),
)


def columns(case: RiskCase) -> tuple[Given, Tables]:
    """Columns and tables of `api581.2016.lining` for the components of a case.

    Parameters
    ----------
    case : RiskCase

    Returns
    -------
    (dict of str to ndarray, dict of str to dict)
    """
    out: dict[str, AnyArray] = {"as_of_d": np.full(case.n, case.as_of_d, dtype=np.int64)}
    keep = recorded(case, "lining")
    return bound(case, PROCEDURE, out), {"inspections": inspection_table(case, keep)}


def at_dates(
    result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
) -> tuple[FloatArray, FloatArray | None]:
    """Lining damage factor at days after the assessment: the lining grows older, its condition stays.

    Parameters
    ----------
    result : Result
        Of `api581.2016.lining` at the as-of day.
    rows : slice
    years : ndarray, shape (m,)
    dates_d : ndarray of int64, shape (m,)
    planned : Planned, optional
        From its day on, an inspection of grade A or B is the one that the age counts from.

    Returns
    -------
    (ndarray of float64 of shape (rows, m), the same or None)
        NaN where the row was refused.
    """
    service = result["age_service_y"][rows][:, None] + years
    seen = result["age_seen_y"][rows][:, None] + years
    plain = _factor_at(result, rows, service, seen)
    if planned is None:
        return plain, None
    later = seen
    for k in range(planned.date_d.shape[1]):
        grade = planned.effectiveness[:, k]
        counts = planned.done(k, dates_d) & ((grade >= 0) & (grade < lc.GRADES_THAT_COUNT))[:, None]
        later = np.where(counts, (dates_d - planned.date_d[:, k][:, None]) / DAYS_PER_YEAR, later)
    return plain, _factor_at(result, rows, service, later)


def _factor_at(result: Result, rows: slice, service: FloatArray, seen: FloatArray) -> FloatArray:
    kind = np.broadcast_to(result["lining_type"][rows][:, None], seen.shape).ravel()
    old, since = service.ravel(), seen.ravel()
    age = np.where(in_service(kind, result.settings), old, since)
    column, _ = column_of(kind, since, result.settings)
    D_fB = base_columns(age, column, result.settings)["D_fB"].reshape(seen.shape)
    out = lc.lining_factor(D_fB, result["F_LC"][rows][:, None], result["F_OM_lining"][rows][:, None])
    out[np.isnan(result["D_f_elin"][rows])] = np.nan
    return out


def unverified(result: Result) -> BoolArray:
    """Rows whose column rests on one transcription.

    Parameters
    ----------
    result : Result

    Returns
    -------
    ndarray of bool
    """
    return np.asarray(result["column_case"] == COLUMN_CASES.index("by_inspection"))


MECHANISM = register_mechanism(
    Mechanism("lining", "lining", PROCEDURE, "D_f_elin", acts_where_accepted("lining"), columns, at_dates, unverified)
)
