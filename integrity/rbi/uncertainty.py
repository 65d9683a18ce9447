"""Sensitivity and Monte Carlo of risk on rate, thickness, strength and the coefficient of variation of the rate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from integrity.core.arrays import BoolArray, FloatArray, at_least
from integrity.core.frames.decisions import TornadoFrame, UncertaintyFrame
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings
from integrity.rbi import combine, draws
from integrity.rbi.acting import MechanismResult, factors_of, lined, run_mechanism
from integrity.rbi.assess import RiskAssessment
from integrity.rbi.case import RiskCase, baseline

VARIABLES = ("CR", "t_rdi_mm", "strength", "COV_dt")
CHUNK_ROWS = 4096
TILE_ROWS = 32768
QUANTITIES = ("D_f_total", "P_f", "risk")


@dataclass(frozen=True)
class Spread:
    """How far each variable spreads, from the settings.

    Rate, thickness and strength are multiplied by exp(s z) with s*s = ln(1 + COV*COV), so that the median stays; the
    COV of the thickness is `s_t_mm` over the thickness. The coefficient of variation of the rate is uniform between
    its two bounds.
    """

    cov_CR: float
    s_t_mm: float
    cov_strength: float
    COV_dt_low: float
    COV_dt_high: float


def spread_of(settings: Settings) -> Spread:
    """Spread in force.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    Spread
    """
    names = ("cov_CR", "s_t_mm", "cov_strength", "COV_dt_low", "COV_dt_high")
    return Spread(*(settings.number(f"rbi.spread_{n}") for n in names))


def _scaled(value: FloatArray, cov: FloatArray | float, z: FloatArray | float) -> FloatArray:
    return np.asarray(value * np.exp(np.sqrt(np.log1p(np.square(cov))) * z), dtype=np.float64)


def perturbed(case: RiskCase, z: Mapping[str, FloatArray | float]) -> RiskCase:
    """A case with variables moved by standard normal scores.

    Parameters
    ----------
    case : RiskCase
    z : mapping of variable to ndarray or float
        Score of each variable to move; 0 leaves the median. The score of COV_dt is turned into a share of its range.

    Returns
    -------
    RiskCase
    """
    s = spread_of(case.settings)
    i = case.inputs
    new: dict[str, Any] = {}
    C_r = case.C_r
    if "CR" in z:
        C_r = _scaled(case.rate, s.cov_CR, z["CR"])
        new["CR_cm"] = _scaled(i.CR_cm, s.cov_CR, z["CR"])
    if "t_rdi_mm" in z:
        t = np.where(np.isnan(i.t_rdi_mm), baseline(case).t_rdi_mm, i.t_rdi_mm)
        measured = ~np.isnan(i.t_rdi_mm)
        new["t_rdi_mm"] = np.where(measured, _scaled(t, s.s_t_mm / t, z["t_rdi_mm"]), np.nan)
    if "strength" in z:
        new["YS_MPa"] = _scaled(i.YS_MPa, s.cov_strength, z["strength"])
        new["TS_MPa"] = _scaled(i.TS_MPa, s.cov_strength, z["strength"])
    facts = case.facts
    if "COV_dt" in z:
        share = ndtr(np.broadcast_to(np.asarray(z["COV_dt"], dtype=np.float64), (case.n,)))
        facts = facts.with_({"COV_dt_given": s.COV_dt_low + share * (s.COV_dt_high - s.COV_dt_low)})
    return replace(case, inputs=replace(i, **new), facts=facts, C_r=C_r)


def _chunks(a: RiskAssessment, rows: int) -> Iterator[slice]:
    for start in range(0, max(a.case.n, 1), rows):
        yield slice(start, min(start + rows, a.case.n))


@dataclass(frozen=True)
class _Part:
    """Some components of an assessment: their case, the mechanisms that act, and what turns factors into risk."""

    case: RiskCase
    acting: tuple[MechanismResult, ...]
    moved: tuple[bool, ...]
    lined: BoolArray
    local: BoolArray
    frequency: FloatArray
    CA: FloatArray


def _part(a: RiskAssessment, rows: slice) -> _Part:
    case = a.case.take(np.arange(rows.start, rows.stop, dtype=np.int64))
    acting = tuple(run_mechanism(m.mechanism, case) for m in a.mechanisms if (m.rows.rows[rows] >= 0).any())
    probe = perturbed(case, {"CR": 1.0, "t_rdi_mm": 1.0, "strength": 1.0, "COV_dt": 1.0})
    moved = tuple(_moves(m, case, probe) for m in acting)
    f = a.frame
    return _Part(
        case,
        acting,
        moved,
        lined(acting, case.n),
        case.components.local_mechanism == 1,
        f.gff_total[rows] * f.F_MS[rows],
        f.CA[rows],
    )


def _moves(m: MechanismResult, case: RiskCase, probe: RiskCase) -> bool:
    """Whether any of the variables reaches the inputs of a mechanism."""
    here = np.flatnonzero(m.rows.rows >= 0)
    before, _ = m.mechanism.columns(case.take(here))
    after, _ = m.mechanism.columns(probe.take(here))
    return any(not np.array_equal(before[s], after[s], equal_nan=before[s].dtype.kind == "f") for s in before)


def _total(part: _Part, case: RiskCase) -> FloatArray:
    """Total damage factor of a part whose case has other values, or of several such parts one after another."""
    times = case.n // max(part.case.n, 1)
    factors: dict[str, list[FloatArray]] = {}
    for m, moves in zip(part.acting, part.moved, strict=True):
        result = (run_mechanism(m.mechanism, case),) if moves else (m,)
        for group, values in factors_of(result, case.n if moves else part.case.n).items():
            factors.setdefault(group, []).extend(v if moves else np.tile(v, times) for v in values)
    gov = combine.governing(factors, (case.n,))
    return combine.total(gov, np.tile(part.lined, times), np.tile(part.local, times))


def _quantity(part: _Part, total: FloatArray, quantity: str) -> FloatArray:
    """Quantity of the components of a part, last axis."""
    if quantity == "D_f_total":
        return total
    P_f = total * part.frequency
    return P_f if quantity == "P_f" else P_f * part.CA


def tornado(
    assessment: RiskAssessment, quantity: str = "risk", share: float = 0.1, progress: Progress = SILENT
) -> TornadoFrame:
    """One variable at a time at its lower and its upper share.

    Parameters
    ----------
    assessment : RiskAssessment
        Of the components asked for.
    quantity : str
        One of `QUANTITIES`.
    share : float
        0.1 takes the tenth and the ninetieth percentile.
    progress : Progress

    Returns
    -------
    TornadoFrame
        Components x variables, component first.
    """
    low, high = float(ndtri(share)), float(ndtri(1.0 - share))
    n = assessment.case.n
    base = np.empty(n)
    ends = np.empty((n, len(VARIABLES), 2))
    for rows in _chunks(assessment, CHUNK_ROWS):
        part = _part(assessment, rows)
        base[rows] = _quantity(part, _total(part, part.case), quantity)
        for j, variable in enumerate(VARIABLES):
            for k, z in enumerate((low, high)):
                total = _total(part, perturbed(part.case, {variable: z}))
                ends[rows, j, k] = _quantity(part, total, quantity)
        progress.step(rows.stop, n)
    m = len(VARIABLES)
    return TornadoFrame(
        component_row=np.repeat(np.arange(n, dtype=np.int64), m),
        variable=np.array(VARIABLES * n, dtype=object),
        base=np.repeat(base, m),
        at_low=ends[:, :, 0].reshape(-1),
        at_high=ends[:, :, 1].reshape(-1),
    )


def monte_carlo(
    assessment: RiskAssessment,
    seed: int,
    n_draws: int,
    target: float,
    quantity: str = "risk",
    variables: tuple[str, ...] = VARIABLES,
    progress: Progress = SILENT,
    chunk_rows: int = CHUNK_ROWS,
    tile_rows: int = TILE_ROWS,
) -> UncertaintyFrame:
    """Distribution of a quantity when the variables vary together.

    Parameters
    ----------
    assessment : RiskAssessment
        Of the components asked for.
    seed : int
        Kept with the result; a number belongs to (seed, component id, variable, draw).
    n_draws : int
    target : float
        Of the quantity; inclusive.
    quantity : str
        One of `QUANTITIES`.
    variables : tuple of str
    progress : Progress
    chunk_rows : int
        Components at a time; does not move a number.
    tile_rows : int
        Components times draws at a time; does not move a number.

    Returns
    -------
    UncertaintyFrame
        The damage factor already holds the standard's own uncertainty of rate, strength and pressure; this shows
        what not knowing the inputs better adds.
    """
    parts = []
    n = assessment.case.n
    for rows in _chunks(assessment, chunk_rows):
        part = _part(assessment, rows)
        k = part.case.n
        values = np.empty((k, n_draws))
        for first in range(0, n_draws, max(1, tile_rows // max(k, 1))):
            last = min(first + max(1, tile_rows // max(k, 1)), n_draws)
            tiled = part.case.take(np.tile(np.arange(k, dtype=np.int64), last - first))
            draw = np.repeat(np.arange(first, last, dtype=np.int64), k)
            z = {v: draws.normal(seed, tiled.components.component_id, v, draw) for v in variables}
            total = _total(part, perturbed(tiled, z)).reshape(last - first, k)
            values[:, first:last] = _quantity(part, total, quantity).T
            progress.step(rows.start * n_draws + last * k, n * n_draws)
        base = _quantity(part, _total(part, part.case), quantity)
        parts.append(_summary(values, base, target, rows.start))
    return UncertaintyFrame(
        **{c: np.concatenate([getattr(p, c) for p in parts]) for c in UncertaintyFrame.quantities()}
    )


def _summary(values: FloatArray, base: FloatArray, target: float, first: int) -> UncertaintyFrame:
    known = ~np.isnan(values)
    count = known.sum(axis=1).astype(np.float64)
    filled = np.where(known, values, 0.0)
    with np.errstate(all="ignore"):
        mean = filled.sum(axis=1) / count
        square = np.where(known, (values - mean[:, None]) ** 2, 0.0).sum(axis=1)
        s_mean = np.sqrt(square / (count - 1.0) / count)
        above = (at_least(filled, target) & known).sum(axis=1) / count
    some = count > 0
    quantiles = np.full((3, base.size), np.nan)
    if some.any():
        quantiles[:, some] = np.nanquantile(values[some], (0.05, 0.5, 0.95), axis=1)
    greatest = np.where(some, np.where(known, values, -np.inf).max(axis=1, initial=-np.inf), np.nan)
    return UncertaintyFrame(
        component_row=first + np.arange(base.size, dtype=np.int64),
        base=base,
        mean=np.where(some, mean, np.nan),
        s_mean=np.where(count > 1, s_mean, np.nan),
        p05=quantiles[0],
        p50=quantiles[1],
        p95=quantiles[2],
        greatest=greatest,
        above=np.where(some, above, np.nan),
        n_draws=np.full(base.size, float(values.shape[1])),
        n_refused=values.shape[1] - count,
    )
