"""Plausibility of thickness readings against nominal, earlier readings of the position, and their own survey.

A flag never rejects and never changes a value: it says what looks wrong, with the evidence and, where one exists, the
value that was probably meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from integrity.core.arrays import DAYS_PER_YEAR, NO_DATE, BoolArray, FloatArray, IntArray
from integrity.core.dates import iso_of
from integrity.core.errors import ContractError
from integrity.core.group import Groups, group_count, group_max, group_min, groups_of
from integrity.core.message import msg
from integrity.core.settings import Settings
from integrity.core.tables import read_json
from integrity.exchange.columns import object_array
from integrity.exchange.fields import TABLES
from integrity.exchange.outcome import FindingBatch
from integrity.exchange.reading_order import Scan, group_median, scan_positions

PLATE, PIPE, FORMED_HEAD = range(3)
SLIPS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
INCH_MM = 25.4


@dataclass(frozen=True)
class Readings:
    """Readings as arrays of one length.

    Parameters
    ----------
    cml_row : ndarray of int64
        Row of the CML; negative rows are left out.
    position : ndarray of int64
        Code of the position, the same codes in batch and existing readings.
    date_d : ndarray of int64
        Days since 1970-01-01; `NO_DATE` rows are left out.
    t_mm : ndarray of float64
        NaN rows are left out.
    good : ndarray of bool
        May serve as earlier reading: quality good for existing ones, not rejected for a batch.
    survey : ndarray of int64
        Code of the survey (file label, or item and day).
    repeat : ndarray of int64
        Code of the repeat within a survey; readings of one survey with different codes are no duplicates.
    """

    cml_row: IntArray
    position: IntArray
    date_d: IntArray
    t_mm: FloatArray
    good: BoolArray
    survey: IntArray
    repeat: IntArray

    @property
    def n(self) -> int:
        """Number of readings."""
        return int(self.cml_row.size)


def no_readings() -> Readings:
    """Readings of length zero, for a plant that has none yet."""
    none = np.zeros(0, dtype=np.int64)
    return Readings(none, none, none, np.zeros(0), np.zeros(0, dtype=np.bool_), none, none)


@dataclass(frozen=True)
class CmlBasis:
    """What is known of each CML, arrays of one length.

    Parameters
    ----------
    t_nom_mm : ndarray of float64
        Nominal thickness, mm; NaN where unknown.
    kind : ndarray of int8
        `PLATE`, `PIPE` or `FORMED_HEAD`.
    part : ndarray of int64
        Code of the component, for findings that hold for a whole part.
    rebase_d : ndarray of int64
        Day of the latest replacement; readings before it belong to the removed part. `NO_DATE` where there is none.
    """

    t_nom_mm: FloatArray
    kind: NDArray[np.int8]
    part: IntArray
    rebase_d: IntArray


@dataclass(frozen=True)
class Plausibility:
    """Findings on a batch.

    Parameters
    ----------
    batches : tuple of FindingBatch
        Indexes are rows of the batch.
    suggestion_mm : ndarray of float64, shape (n,)
        Value that was probably meant; NaN where none is suggested.
    previous_mm : ndarray of float64, shape (n,)
        Previous good reading of the position; NaN where there is none.
    """

    batches: tuple[FindingBatch, ...]
    suggestion_mm: FloatArray
    previous_mm: FloatArray

    def flagged(self) -> BoolArray:
        """Rows with any finding, shape (n,)."""
        out = np.zeros(self.suggestion_mm.size, dtype=np.bool_)
        for batch in self.batches:
            out[batch.index] = True
        return out


def limits(settings: Settings | None = None, changed: Mapping[str, float] | None = None) -> dict[str, float]:
    """Limits in force: the table's, over them those that are settings of the program, over them the caller's.

    Parameters
    ----------
    settings : Settings, optional
    changed : mapping of str to float, optional
        An unknown name is refused.

    Returns
    -------
    dict of str to float
    """
    table = read_json(TABLES / "plausibility.json")["limits"]
    out = {}
    for key, row in table.items():
        setting = row.get("setting", "")
        out[key] = settings.number(setting) if settings is not None and setting else float(row["value"])
    for key, value in (changed or {}).items():
        if key not in out:
            raise ContractError(msg("exchange.error.unknown_limit", name=key))
        out[key] = float(value)
    return out


def check_readings(
    batch: Readings, existing: Readings, cmls: CmlBasis, limit: Mapping[str, float] | None = None
) -> Plausibility:
    """Check a batch of readings.

    Parameters
    ----------
    batch : Readings
        Rejected rows carry a negative CML row, a missing date or NaN, and get no finding.
    existing : Readings
        What the plant already has of the same CMLs.
    cmls : CmlBasis
    limit : mapping of str to float, optional
        From `limits`; the defaults where not given.

    Returns
    -------
    Plausibility
    """
    return _Check(batch, existing, cmls, limit or limits()).run()


class _Check:
    """One run over one batch; each method adds one kind of finding."""

    def __init__(self, batch: Readings, existing: Readings, cmls: CmlBasis, limit: Mapping[str, float]) -> None:
        self.batch, self.limit, self.cmls = batch, limit, cmls
        self.active = (batch.cml_row >= 0) & (batch.date_d != NO_DATE) & ~np.isnan(batch.t_mm)
        row = np.maximum(batch.cml_row, 0)
        known = cmls.t_nom_mm.size > 0
        self.nominal = np.where(self.active, cmls.t_nom_mm[row], np.nan) if known else np.full(batch.n, np.nan)
        self.kind = cmls.kind[row] if known else np.zeros(batch.n, dtype=np.int8)
        self.part = cmls.part[row] if known else np.zeros(batch.n, dtype=np.int64)
        self.existing = existing
        self.batches: list[FindingBatch] = []
        self.suggestion = np.full(batch.n, np.nan)
        self.growth_mm = max(limit["growth_floor_mm"], limit["growth_sigmas"] * np.sqrt(2.0) * limit["sigma_UT_mm"])

    def run(self) -> Plausibility:
        t = self.batch.t_mm
        duplicate = self._duplicates()
        gross = self.active & ((t > self.limit["gross_high_ratio"] * self.nominal) | self._below())
        above = self._above() & ~gross
        first_nominal = self._nominal_as_first(duplicate)
        scan = self._scan(duplicate | gross | above | first_nominal)
        gross = gross | (self.active & np.isnan(self.nominal) & self._gross_to(scan.previous_mm))
        slip, mixup = self._slips(gross & ~duplicate, scan)
        explained = slip | mixup
        self._add("above_nominal", (above | (gross & (t > self.nominal))) & ~explained & ~duplicate, scan)
        self._add("below_third", self._below() & ~explained & ~duplicate, scan)
        self._add("growth", scan.growth & ~gross & ~duplicate, scan)
        self._add("short_interval", scan.short & ~duplicate, scan)
        self._add("nominal_as_first", first_nominal & ~duplicate, scan)
        self._repeat_spread(duplicate | gross)
        self._resent(duplicate, scan)
        return Plausibility(tuple(self.batches), self.suggestion, scan.previous_mm)

    def _add(self, code: str, mask: BoolArray, scan: Scan | None = None, **params: Any) -> None:
        index = np.flatnonzero(mask & self.active).astype(np.int64)
        if not index.size:
            return
        evidence: dict[str, Any] = {"value": np.round(self.batch.t_mm[index], 3), **self._nominal_param(index)}
        if scan is not None:
            evidence["previous"] = _texts(scan.previous_mm[index])
            evidence["previous_date"] = _days(scan.previous_d[index])
            gap = (self.batch.date_d - scan.previous_d)[index]
            evidence["days"] = np.where(scan.previous_d[index] == NO_DATE, 0, gap)
        evidence |= {k: v[index] if isinstance(v, np.ndarray) else v for k, v in params.items()}
        self.batches.append(FindingBatch(code, index, "t_mm", evidence))

    def _nominal_param(self, index: IntArray) -> dict[str, Any]:
        return {"nominal": _texts(self.nominal[index])}

    def _below(self) -> BoolArray:
        return self.active & (self.batch.t_mm < self.limit["below_nominal_ratio"] * self.nominal)

    def _above(self) -> BoolArray:
        plate, pipe = self.limit["above_nominal_plate"], self.limit["above_nominal_pipe"]
        ratio = np.where(self.kind == PLATE, plate, pipe)
        return self.active & (self.batch.t_mm > ratio * self.nominal * (1 + 1e-9))

    def _gross_to(self, reference: FloatArray) -> BoolArray:
        t = self.batch.t_mm
        high, low = self.limit["gross_high_ratio"], self.limit["below_nominal_ratio"]
        return (t > high * reference) | (t < low * reference)

    def _scan(self, bad: BoolArray) -> Scan:
        return scan_positions(
            self.batch,
            self.existing,
            self.cmls.rebase_d,
            active=self.active,
            bad=bad,
            growth_mm=self.growth_mm,
            short_days=self.limit["short_interval_years"] * DAYS_PER_YEAR,
            gross=(self.limit["below_nominal_ratio"], self.limit["gross_high_ratio"]),
        )

    def _duplicates(self) -> BoolArray:
        """Same position, day and value as an existing reading, or as an earlier row of another survey or repeat."""
        b, e = self.batch, self.existing
        step = self.limit["same_value_mm"]
        out = np.zeros(b.n, dtype=np.bool_)
        rows = np.flatnonzero(self.active)
        old = np.flatnonzero(~np.isnan(e.t_mm) & (e.date_d != NO_DATE))
        source = np.concatenate([np.zeros(old.size, dtype=np.int64), np.ones(rows.size, dtype=np.int64)])
        number = np.concatenate([old, rows])
        keys = [np.concatenate([getattr(e, k)[old], getattr(b, k)[rows]]) for k in ("cml_row", "position", "date_d")]
        value = np.round(np.concatenate([e.t_mm[old], b.t_mm[rows]]) / step).astype(np.int64)
        survey, repeat = (np.concatenate([getattr(e, k)[old], getattr(b, k)[rows]]) for k in ("survey", "repeat"))
        order = np.lexsort((number, source, value, *reversed(keys)))
        if order.size < 2:
            return out
        same = np.concatenate(([False], np.ones(order.size - 1, dtype=np.bool_)))
        for key in (*keys, value):
            same[1:] &= np.diff(key[order]) == 0
        starts = np.maximum.accumulate(np.where(same, 0, np.arange(order.size)))
        head, here = order[starts], order
        repeats = (source[head] == 1) & (survey[head] == survey[here]) & (repeat[head] != repeat[here])
        hit = here[same & (source[here] == 1) & ~repeats]
        out[number[hit]] = True
        self._add("duplicate_survey", out)
        return out

    def _nominal_as_first(self, duplicate: BoolArray) -> BoolArray:
        """First readings of a part that all equal nominal: typed from the drawing, not measured."""
        b = self.batch
        span = int(max(b.position.max(initial=0), self.existing.position.max(initial=0))) + 1
        old_key, old_d = self.existing.cml_row * span + self.existing.position, self.existing.date_d
        rows = np.flatnonzero(self.active & ~duplicate & ~np.isnan(self.nominal))
        key = b.cml_row[rows] * span + b.position[rows]
        order = np.lexsort((b.date_d[rows], key))
        first = np.concatenate(([True], np.diff(key[order]) != 0)) if order.size else np.zeros(0, dtype=np.bool_)
        starts = rows[order[first]]
        start_key = key[order[first]]
        if old_key.size:
            known, earliest = _earliest(old_key, old_d)
            at = np.minimum(np.searchsorted(known, start_key), known.size - 1)
            has_earlier = (known[at] == start_key) & (earliest[at] <= b.date_d[starts])
            starts = starts[~has_earlier]
        equal = np.abs(b.t_mm[starts] - self.nominal[starts]) <= self.limit["nominal_same_mm"]
        parts, owner = np.unique(self.part[starts], return_inverse=True)
        count, hits = np.bincount(owner, minlength=parts.size), np.bincount(owner[equal], minlength=parts.size)
        whole = (hits == count) & (count >= self.limit["nominal_least_readings"])
        out = np.zeros(b.n, dtype=np.bool_)
        out[starts[whole[owner]]] = True
        return out

    def _slips(self, gross: BoolArray, scan: Scan) -> tuple[BoolArray, BoolArray]:
        """Decimal slips and inch-millimetre mix-ups among grossly implausible values."""
        near = (scan.previous_mm, scan.next_mm, self._neighbours(gross))
        window = (self.limit["slip_near_low"], self.limit["slip_near_high"])
        loose = (self.limit["slip_nominal_low"], self.limit["slip_nominal_high"])
        t = self.batch.t_mm
        unit_near, unit_any = np.full(t.size, np.nan), np.full(t.size, np.nan)
        slip_near, slip_any = np.full(t.size, np.nan), np.full(t.size, np.nan)
        for factor in (INCH_MM, 1.0 / INCH_MM):
            _fit(unit_near, t, factor, near, window)
            _fit(unit_any, t, factor, (*near, self.nominal), loose)
        for factor in SLIPS:
            _fit(slip_near, t, factor, near, window)
            _fit(slip_any, t, factor, (self.nominal,), loose)
        block, rows = self._blocks(gross & ~np.isnan(unit_any))
        mixup = block | (gross & ~np.isnan(unit_near) & np.isnan(slip_near))
        slip = gross & ~mixup & ~(np.isnan(slip_near) & np.isnan(slip_any))
        slipped = np.where(np.isnan(slip_near), slip_any, slip_near)
        unit = np.where(block, unit_any, unit_near)
        self.suggestion = np.where(mixup, t / unit, np.where(slip, t / slipped, np.nan))
        meant = np.round(self.suggestion, 3)
        self._add("unit_mixup", mixup, scan, suggestion=meant, rows=np.maximum(rows, 1))
        self._add("decimal_slip", slip, scan, suggestion=meant)
        return slip, mixup

    def _neighbours(self, gross: BoolArray) -> FloatArray:
        """Median of the plausible readings of the same CML on the same day; NaN with fewer than two."""
        b = self.batch
        return group_median(b.t_mm, self.active & ~gross, self.active, (b.cml_row, b.date_d), least=2)

    def _blocks(self, fits: BoolArray) -> tuple[BoolArray, IntArray]:
        """Rows in a run of file rows, or in a survey, that mostly fit the other unit; and how many rows it has."""
        out, rows = np.zeros(fits.size, dtype=np.bool_), np.zeros(fits.size, dtype=np.int64)
        hits = np.flatnonzero(fits)
        if not hits.size:
            return out, rows
        rank = np.cumsum(self.active)[hits]
        run = np.concatenate(([0], np.cumsum(np.diff(rank) > self.limit["mixup_gap"] + 1)))
        size = np.bincount(run)[run]
        out[hits[size >= self.limit["mixup_rows"]]] = True
        rows[hits] = size
        survey, owner = np.unique(self.batch.survey, return_inverse=True)
        fit_count = np.bincount(owner[fits], minlength=survey.size)
        total = np.bincount(owner[self.active], minlength=survey.size)
        whole = (fit_count >= self.limit["mixup_rows"]) & (fit_count >= self.limit["mixup_share"] * total)
        in_survey = fits & whole[owner]
        out |= in_survey
        return out, np.where(in_survey, np.maximum(rows, fit_count[owner]), rows)

    def _repeat_spread(self, left_out: BoolArray) -> None:
        """Repeats of one position on one day that lie too far apart."""
        b, e = self.batch, self.existing
        rows = np.flatnonzero(self.active & ~left_out)
        old = np.flatnonzero(e.good & ~np.isnan(e.t_mm) & (e.date_d != NO_DATE))
        keys = [np.concatenate([getattr(b, k)[rows], getattr(e, k)[old]]) for k in ("date_d", "position", "cml_row")]
        value = np.concatenate([b.t_mm[rows], e.t_mm[old]])
        order = np.lexsort(keys)
        groups = _runs([k[order] for k in keys])
        sorted_t = value[order]
        low, high = group_min(sorted_t, groups), group_max(sorted_t, groups)
        spread = high - low
        wide = (spread > self.limit["repeat_spread_mm"]) | (spread > self.limit["repeat_spread_ratio"] * high)
        wide &= group_count(np.ones(sorted_t.size), groups) > 1
        member = wide[groups.owner]
        mask, gap = np.zeros(b.n, dtype=np.bool_), np.zeros(b.n)
        hit = order[member]
        mine = hit < rows.size
        mask[rows[hit[mine]]] = True
        gap[rows[hit[mine]]] = np.round(spread[groups.owner][member][mine], 3)
        self._add("repeat_spread", mask, spread=gap)

    def _resent(self, duplicate: BoolArray, scan: Scan) -> None:
        """Surveys all of whose values equal the previous reading of the same position."""
        b = self.batch
        use = self.active & ~duplicate
        has = use & ~np.isnan(scan.previous_any_mm)
        same = has & (np.abs(b.t_mm - scan.previous_any_mm) < self.limit["same_value_mm"])
        survey, owner = np.unique(b.survey, return_inverse=True)
        total, compared, equal = (np.bincount(owner[m], minlength=survey.size) for m in (use, has, same))
        least, share = self.limit["resent_least_readings"], self.limit["resent_share"]
        whole = (equal >= least) & (equal == compared) & (compared >= share * total)
        self._add("resent_survey", same & whole[owner], scan, rows=equal[owner])


def _fit(found: FloatArray, t: FloatArray, factor: float, references: Any, window: tuple[float, float]) -> None:
    """Put the factor where the value divided by it comes near a reference; earlier factors stay."""
    meant = t / factor
    for reference in references:
        ratio = meant / reference
        hit = np.isnan(found) & (ratio >= window[0]) & (ratio <= window[1])
        found[hit] = factor


def _earliest(key: IntArray, date_d: IntArray) -> tuple[IntArray, IntArray]:
    order = np.lexsort((date_d, key))
    known, first = np.unique(key[order], return_index=True)
    return known, date_d[order][first]


def _runs(keys: list[IntArray]) -> Groups:
    n = keys[0].size
    change = np.zeros(n, dtype=np.bool_)
    for key in keys:
        change[1:] |= np.diff(key) != 0
    return groups_of(np.cumsum(change).astype(np.int64), int(change.sum()) + (1 if n else 0))


def _texts(values: FloatArray) -> NDArray[Any]:
    """Numbers as short texts, empty where there is none."""
    uniq, inverse = np.unique(np.round(values, 3), return_inverse=True)
    return object_array(["" if v != v else f"{v:g}" for v in uniq])[inverse]


def _days(days: IntArray) -> NDArray[Any]:
    uniq, inverse = np.unique(days, return_inverse=True)
    return object_array([iso_of(int(d)) for d in uniq])[inverse]
