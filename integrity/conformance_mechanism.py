"""What holds for every damage mechanism: columns, rows that stand alone, and its factor along time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from integrity.core.arrays import DAYS_PER_YEAR, NO_CODE, NO_DATE, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.procedure import Procedure, Result
from integrity.core.settings import Settings
from integrity.rbi.case import RiskCase
from integrity.rbi.combine import GROUPS
from integrity.rbi.mechanisms import Columns, Mechanism, Planned, Tables

RTOL = 1e-9
# Another order or number of rows may round the last digit otherwise.
SAME = 1e-12
# The reliability index of a wall that is used up creeps back with the loss, which is no finding.
SLACK = 3e-4
YEARS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
PLANNED_AT = 3
ROWS = 12


def row_problems(
    procedure: Procedure, columns: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], settings: Settings
) -> list[str]:
    """Outputs that differ where a row stands alone, or where the rows stand in another order."""
    whole = procedure.run(columns, settings, tables)
    n = whole.n
    chosen = range(0, n, max(1, n // ROWS))
    parts = [np.array([i], dtype=np.int64) for i in chosen] + [np.arange(n, dtype=np.int64)[::-1]] if n > 1 else []
    out = []
    for rows in parts:
        given = {s: _taken(v, rows, n) for s, v in columns.items()}
        part = procedure.run(given, settings, {name: _members(t, rows, n) for name, t in tables.items()})
        how = "in reverse order" if rows.size > 1 else f"alone, row {int(rows[0])}"
        out += [f"{s}: another value {how}" for s in _differing(procedure, part, whole, rows)]
    return list(dict.fromkeys(out))


def _taken(values: Any, rows: IntArray, n: int) -> Any:
    array = np.atleast_1d(np.asarray(values))
    return array[rows] if array.size == n else array


def _members(table: Mapping[str, Any], rows: IntArray, n: int) -> dict[str, Any]:
    place = np.full(n, -1, dtype=np.int64)
    place[rows] = np.arange(rows.size)
    owner = place[np.asarray(table["case"], dtype=np.int64)]
    kept = np.flatnonzero(owner >= 0)
    kept = kept[np.argsort(owner[kept], kind="stable")]
    return {**{s: np.asarray(v)[kept] for s, v in table.items()}, "case": owner[kept]}


def _differing(procedure: Procedure, part: Result, whole: Result, rows: IntArray) -> list[str]:
    out = [s for s in ("refused", "missing", "verdict") if (getattr(part, s) != getattr(whole, s)[rows]).any()]
    # A number of a row in a table moves with the table.
    values = [p.symbol for p in procedure.outputs if p.quantity != "id"]
    return out + [s for s in values if not _same(part[s], whole[s][rows], SAME)]


def _same(a: Any, b: Any, rtol: float) -> bool:
    if a.dtype.kind != "f":
        return bool(np.array_equal(a, b))
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=rtol, atol=0.0, equal_nan=True))


def mechanism_problems(m: Mechanism, case: RiskCase) -> list[str]:
    """What a damage mechanism lacks to be one among the others, found on a case where it acts.

    Findings are told as problems too: a planned inspection that raises the factor, a better grade that is worth less,
    and a factor that falls with time though the mechanism does not say so.
    """
    out = _contract(m)
    acts = np.asarray(m.applies(case))
    if acts.dtype != np.bool_ or acts.shape != (case.n,):
        return [*out, "applies: not one flag a component"]
    if not acts.any():
        return [*out, "acts on no component of the case"]
    part = case.take(np.flatnonzero(acts))
    columns, tables = m.columns(part)
    out += _columns(m, columns, tables, part.n)
    if out:
        return out
    result = m.procedure.run(columns, case.settings, tables)
    if np.isnan(result[m.output]).all():
        return ["no component of the case gets a factor"]
    out += row_problems(m.procedure, columns, tables, case.settings)
    out += _parts_of_a_case(m, part, result)
    return out + _along_time(m, result, case.as_of_d)


def _contract(m: Mechanism) -> list[str]:
    out = [] if m.group in GROUPS else [f"unknown group {m.group}"]
    factor = next((p for p in m.procedure.outputs if p.symbol == m.output), None)
    if factor is None:
        return [*out, f"{m.output} is no output of {m.procedure.key}"]
    if not factor.conclusion:
        out.append(f"{m.output} is no conclusion: it would stay where the row is refused")
    return out if factor.quantity == "damage_factor" else [*out, f"{m.output} is no damage_factor"]


def _columns(m: Mechanism, columns: Columns, tables: Tables, n: int) -> list[str]:
    wanted = {p.symbol for p in m.procedure.inputs}
    out = [f"column {s} is lacking" for s in sorted(wanted - set(columns))]
    out += [f"column {s} is no input" for s in sorted(set(columns) - wanted)]
    out += [f"column {s} has not one value a component" for s, v in columns.items() if np.shape(v) != (n,)]
    known = {t.name for t in m.procedure.tables}
    out += [f"table {t} is none of the procedure" for t in sorted(set(tables) - known)]
    for name, table in tables.items():
        owner = np.asarray(table.get("case", [0, -1]))
        if (np.diff(owner) < 0).any():
            out.append(f"table {name}: case does not ascend")
    return out


def _parts_of_a_case(m: Mechanism, part: RiskCase, whole: Result) -> list[str]:
    """The mechanism on a component alone and on every second one, against the whole case."""
    some = [np.array([i], dtype=np.int64) for i in range(0, part.n, max(1, part.n // ROWS))]
    out = []
    for rows in [*some, np.arange(0, part.n, 2)]:
        columns, tables = m.columns(part.take(rows))
        found = m.procedure.run(columns, part.settings, tables)
        out += [f"{s}: another value in a part of the case" for s in _differing(m.procedure, found, whole, rows)]
    return list(dict.fromkeys(out))


def _along_time(m: Mechanism, result: Result, as_of_d: int) -> list[str]:
    days = as_of_d + np.round(np.array(YEARS) * DAYS_PER_YEAR).astype(np.int64)
    years = (days - as_of_d) / DAYS_PER_YEAR
    every = slice(0, result.n)
    factor, better = m.at_dates(result, every, years, days, None)
    if np.shape(factor) != (result.n, days.size):
        return [f"at_dates: shape {np.shape(factor)}, not rows x days"]
    out = [] if better is None else ["at_dates: a second factor where nothing is planned"]
    now = result[m.output]
    good = ~np.isnan(now)
    if not _same(factor[:, 0], now, RTOL):
        out.append("at_dates: on the as-of day not the output of the procedure")
    if not np.isnan(factor[~good]).all():
        out.append("at_dates: a refused row has a factor")
    if np.isnan(factor[good]).any():
        out.append("at_dates: a row with a factor has none later")
        return out
    out += _chunks(m, result, factor, years, days)
    if m.never_falls and not _falls_nowhere(factor[good]):
        out.append("finding: older is safer somewhere (declare never_falls=False if that is meant)")
    return out + _inspected(m, result, factor, years, days)


def _falls_nowhere(factor: FloatArray) -> bool:
    return bool((factor[:, 1:] >= factor[:, :-1] * (1.0 - SLACK)).all())


def _chunks(m: Mechanism, result: Result, factor: FloatArray, years: FloatArray, days: IntArray) -> list[str]:
    out = []
    step = max(1, result.n // 3)
    for start in range(0, result.n, step):
        rows = slice(start, min(start + step, result.n))
        part, _ = m.at_dates(result, rows, years, days, None)
        if not _same(part, factor[rows], SAME):
            out.append("at_dates: another value in chunks of rows")
    one, _ = m.at_dates(result, slice(0, result.n), years[2:3], days[2:3], None)
    if not _same(one, factor[:, 2:3], SAME):
        out.append("at_dates: another value where other days are not asked for")
    return list(dict.fromkeys(out))


def _inspected(m: Mechanism, result: Result, factor: FloatArray, years: FloatArray, days: IntArray) -> list[str]:
    """Planned inspections of each grade: nothing before their day, then no greater factor, better grades no less."""
    out: list[str] = []
    every, n = slice(0, result.n), result.n
    good = ~np.isnan(result[m.output])
    _, nothing = m.at_dates(result, every, years, days, _planned(n, NO_DATE, NO_CODE))
    if nothing is not None and not _same(nothing, factor, SAME):
        out.append("planned: a blank inspection moves the factor")
    worse = factor
    for grade in range(len(codes("effectiveness")) - 1, -1, -1):
        name = codes("effectiveness")[grade]
        plain, better = m.at_dates(result, every, years, days, _planned(n, int(days[PLANNED_AT]), grade))
        if not _same(plain, factor, SAME):
            out.append("planned: the factor without the inspections is another one")
        if better is None:
            continue
        if better.shape != factor.shape:
            return [*out, f"planned: shape {better.shape}, not rows x days"]
        if not _same(better[:, :PLANNED_AT], factor[:, :PLANNED_AT], SAME):
            out.append(f"planned: grade {name} acts before its day")
        if not np.isnan(better[~good]).all() or np.isnan(better[good]).any():
            out.append(f"planned: grade {name} changes which rows have a factor")
        elif (better[good] > factor[good] * (1.0 + SLACK)).any():
            out.append(f"finding: an inspection of grade {name} raises the factor")
        elif (better[good] > worse[good] * (1.0 + SLACK)).any():
            out.append(f"finding: grade {name} is worth less than the grade below it")
        else:
            worse = better
    return out


def _planned(n: int, day: int, grade: int) -> Planned:
    dates = np.full((n, 2), NO_DATE, dtype=np.int64)
    grades = np.full((n, 2), NO_CODE, dtype=np.int64)
    dates[:, 0], grades[:, 0] = day, grade
    return Planned(dates, grades)
