"""Cracking among the mechanisms: columns of a procedure from the plant, and its factor along time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.group import group_max, groups_of
from integrity.core.procedure import Procedure, Result
from integrity.rbi.case import RiskCase, counting_start, inspection_table, recorded, service_start
from integrity.rbi.data import constants
from integrity.rbi.mechanisms import (
    AtDates,
    Columns,
    Mechanism,
    Planned,
    Tables,
    acts_where_accepted,
    bound,
    register_mechanism,
)
from integrity.rbi.mechanisms import scc_tables as t
from integrity.rbi.mechanisms.scc import LETTERS, QUARTERS, Screen, base_columns, output_of


def susceptibility_decided(case: RiskCase, key: str) -> IntArray:
    """Susceptibility an engineer has given with the decision on a mechanism.

    Parameters
    ----------
    case : RiskCase
    key : str

    Returns
    -------
    ndarray of int64, shape (n,)
        The greatest where several decisions name one; -1 where none does.
    """
    d = case.damage
    rows = case.decided(key)
    names, index = d.coded("susceptibility")
    place = {s: i for i, s in enumerate(t.SUSCEPTIBILITY)}
    level = np.array([*(place.get(name, NO_CODE) for name in names), NO_CODE], dtype=np.float64)[index[rows]]
    if not bool((level >= 0.0).any()):
        return np.full(case.n, NO_CODE, dtype=np.int64)
    greatest = group_max(level, groups_of(d.component_row[rows], case.n), level >= 0.0)
    return t.as_codes(greatest)


def crack_records(case: RiskCase, key: str) -> dict[str, AnyArray]:
    """Recorded inspections of a mechanism with what they say of cracks.

    Parameters
    ----------
    case : RiskCase
    key : str

    Returns
    -------
    dict of str to ndarray
        The table `inspections` of its procedure; blank flags where the records do not say.
    """
    keep = recorded(case, key)
    out: dict[str, AnyArray] = dict(inspection_table(case, keep))
    f = case.inspections
    return out | {"cracks_found": f.cracks_found[keep], "cracks_repaired": f.cracks_repaired[keep]}


def columns_of(key: str, procedure: Procedure) -> Callable[[RiskCase], tuple[Columns, Tables]]:
    """Columns and tables of a cracking procedure for the components of a case.

    Parameters
    ----------
    key : str
        Key of the mechanism.
    procedure : Procedure

    Returns
    -------
    callable
        Counts and years come from the records alone, since a fact of the component is not one of the mechanism.
    """

    def columns(case: RiskCase) -> tuple[Columns, Tables]:
        c = case.components
        blank = np.full(case.n, np.nan)
        given = susceptibility_decided(case, key)
        param = next(p for p in procedure.inputs if p.symbol == "susceptibility_given")
        derived: dict[str, AnyArray] = {
            "T_op_C": c.T_op_C,
            "insulated": c.insulated,
            "susceptibility_given": np.where(given >= 0, given, case.facts.column(param)),
            **{f"N_{g}": blank for g in LETTERS},
            "age_given_y": blank,
            "start_d": counting_start(c),
            "service_d": service_start(c),
            "as_of_d": np.full(case.n, case.as_of_d, dtype=np.int64),
        }
        return bound(case, procedure, derived), {"inspections": crack_records(case, key)}

    return columns


class _Timeline:
    """Base factor and day of the last reset of each component along the days of a panel."""

    def __init__(self, result: Result, rows: slice, years: FloatArray, dates_d: IntArray, D_f: str, age: str) -> None:
        c = constants("scc")
        self.days_per_year = c["days_per_year"].value
        self.as_of = float(np.rint(dates_d[0] - years[0] * self.days_per_year)) if dates_d.size else 0.0
        self.dates = np.asarray(dates_d)
        divisor = result["F_OM"][rows] if "F_OM" in result.columns else 1.0
        refused = np.isnan(result[D_f][rows])
        self.base = np.where(refused, np.nan, result["D_fB"][rows] / divisor)
        self.scale = np.where(refused, np.nan, 1.0 / divisor)
        self.since = self.as_of - result[age][rows] * self.days_per_year
        self.row = t.rows_of_index(result["SVI"][rows])
        self.N = tuple(result[f"N_{g}"][rows] for g in LETTERS)
        self.equivalence = result.settings.code("rbi.scc_equivalence")
        self.cap = c["D_f_cap"].value if result.settings.code("rbi.edition") == "2020" else np.inf
        shape = (self.base.size, self.dates.size)
        self.base_at = np.broadcast_to(self.base[:, None], shape)
        self.since_at = np.broadcast_to(self.since[:, None], shape)

    def inspect(self, planned: Planned, k: int) -> None:
        """Count one planned inspection from its day on; one of grade A, B or C resets the years there."""
        grade = np.where(planned.date_d[:, k] == NO_DATE, NO_CODE, planned.effectiveness[:, k])
        self.N = tuple(N + (grade == i) for i, N in enumerate(self.N))
        base = base_columns(self.row, self.N, self.equivalence)["D_fB"] * self.scale
        done = planned.done(k, self.dates)
        resets = (grade >= 0) & (grade <= t.GRADES.index("C"))
        self.base_at = np.where(done, base[:, None], self.base_at)
        self.since_at = np.where(done & resets[:, None], planned.date_d[:, k][:, None], self.since_at)


Credit = Callable[[Result, slice, FloatArray, FloatArray, float], FloatArray]


def along_time(key: str, credit: Credit | None = None) -> AtDates:
    """Factor of a cracking mechanism at later days.

    Parameters
    ----------
    key : str
    credit : callable, optional
        Days of protection to take off: from the result, its rows, the day cracks were last ruled out and the days
        of the panel (components x days), and the as-of day.

    Returns
    -------
    callable
        As of `Mechanism.at_dates`. A planned inspection is taken to find no cracks: it counts from its day on, and
        one of grade A, B or C resets the years that day; one of grade D counts without resetting.
    """
    D_f, age = output_of(key), "age_crack_y" if credit else "age_y"
    per_day = QUARTERS if credit else 1

    def factor(line: _Timeline, result: Result, rows: slice) -> FloatArray:
        days = line.dates - line.since_at
        if credit is not None:
            days -= credit(result, rows, line.since_at, np.asarray(line.dates, dtype=np.float64), line.as_of)
            days *= per_day
        out = t.growth_of_parts(days, per_day)
        out *= line.base_at
        return np.minimum(out, line.cap, out=out) if line.cap < np.inf else out

    def at_dates(
        result: Result, rows: slice, years: FloatArray, dates_d: IntArray, planned: Planned | None
    ) -> tuple[FloatArray, FloatArray | None]:
        line = _Timeline(result, rows, years, dates_d, D_f, age)
        plain = factor(line, result, rows)
        if planned is None:
            return plain, None
        for k in range(planned.date_d.shape[1]):
            line.inspect(planned, k)
        return plain, factor(line, result, rows)

    return at_dates


def unverified_of(s: Screen) -> Callable[[Result], BoolArray]:
    """Rows whose factor rests on a table or cell without two agreeing sources.

    Parameters
    ----------
    s : Screen

    Returns
    -------
    callable
    """

    def unverified(result: Result) -> BoolArray:
        by_screen = (result["susceptibility_case"] == 2) & (result["scc_screen"] == 2)
        credit = result["F_OM"] != 1.0 if "F_OM" in result.columns else False
        other = result["edition"] != t.EDITIONS.index("2016")
        return np.asarray(
            (by_screen & (result["screen_verified"] == 0.0)) | (result["base_verified"] == 0.0) | credit | other
        )

    return unverified


def mechanism_of(s: Screen, group: str, procedure: Procedure, credit: Credit | None = None) -> Mechanism:
    """Register a cracking mechanism.

    Parameters
    ----------
    s : Screen
    group : str
        One of `combine.GROUPS`.
    procedure : Procedure
    credit : callable, optional
        Protection of a coating along time.

    Returns
    -------
    Mechanism
    """
    return register_mechanism(
        Mechanism(
            s.key,
            group,
            procedure,
            output_of(s.key),
            acts_where_accepted(s.key),
            columns_of(s.key, procedure),
            along_time(s.key, credit),
            unverified_of(s),
        )
    )
