"""Thinning damage factor of very many rows at once: compiled where numba is installed, else with array functions.

For scripts over whole fleets. Assessments and panels never call it: every number that a study keeps comes from the
array functions, bit for bit the same with and without numba.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from math import erfc, nan, pi, sqrt
from typing import Any

import numpy as np
from scipy.special import ndtr

from integrity.core.arrays import AnyArray, FloatArray
from integrity.core.each import Each, one_by_one
from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.rbi.data import constants, keyed
from integrity.rbi.mechanisms import thinning_clauses as cl
from integrity.rbi.mechanisms import thinning_shared as sh
from integrity.rbi.mechanisms.thinning_plant import base_factors

COLUMNS = ("t_rdi_mm", "age_tk_y", "C_r", "SR_p", "confidence", "N_A", "N_B", "N_C", "N_D", "F_adj")
KERNELS = ("auto", "numpy", "numba")
CHUNK_ROWS = 16384
MOST = float(sh.MAX_COUNT)
# Losses and strength ratios beyond this are no numbers to compute with: products of variances would overflow.
GREATEST = 1e30
_BLOCK = 256
_HALF = sqrt(0.5)
# Reliability indices between these are expanded from the nearest place of a table, the rest from erfc.
_LOW, _HIGH, _CELLS = -4.0, 6.0, 512
# Posteriors of up to so many inspections of each grade are read from a table.
_FEW = 5

Part = tuple[FloatArray, ...]


@dataclass(frozen=True)
class Factors:
    """Damage factors, and the kernel that made them: numpy or numba."""

    D_f_thin: FloatArray
    kernel: str


def available() -> bool:
    """Whether numba is installed (`pip install integrity-workbench[kernels]`).

    Returns
    -------
    bool
    """
    return find_spec("numba") is not None


def thinning_factors(
    columns: Mapping[str, Any], kernel: str = "auto", chunk_rows: int = CHUNK_ROWS, each: Each = one_by_one
) -> Factors:
    """Thinning damage factor from loss, strength ratio and the posterior of the rate states.

    Parameters
    ----------
    columns : mapping of str to array_like, shape (n,)
        `COLUMNS`: thickness at the reading (mm), years since, rate (mm/year), strength ratio, confidence (index of
        low, medium, high), inspections of grade A to D, product of the adjustment factors over that of monitoring.
    kernel : str
        "numpy", "numba", or "auto": numba where it is installed.
    chunk_rows : int
        Rows at a time; does not move a number.
    each : Each
        How the chunks are worked through; both kernels let go of the interpreter.

    Returns
    -------
    Factors
        API RP 581 Part 2 eqs. (2.13), (2.19) to (2.23), wall without cladding. NaN where an input is missing, a
        thickness is not positive, an age or rate is negative, a number of inspections is not whole, negative or above
        100, or a loss fraction or strength ratio is above 1e30. The kernels agree to 1e-12 of the value.
    """
    in_numba = uses_numba(kernel)
    arrays = [np.ascontiguousarray(columns[s], dtype=np.float64) for s in COLUMNS]
    n = arrays[0].size
    out = np.empty(n)

    def fill(rows: slice) -> None:
        state_factors(tuple(a[rows] for a in arrays), out[rows], in_numba)

    for _ in each(fill, [slice(start, min(start + chunk_rows, n)) for start in range(0, n, chunk_rows)]):
        pass
    return Factors(out, "numba" if in_numba else "numpy")


def uses_numba(kernel: str) -> bool:
    """Whether a kernel that was asked for is the compiled one; one that cannot be had is refused.

    Parameters
    ----------
    kernel : str
        One of `KERNELS`.

    Returns
    -------
    bool
    """
    known = KERNELS if available() else KERNELS[:2]
    if kernel not in known:
        raise InputError(msg("core.unknown_code", name="kernel", code=kernel, allowed=", ".join(known)))
    return available() if kernel == "auto" else kernel == "numba"


def state_factors(part: Part, out: FloatArray, in_numba: bool, least: float | None = None) -> None:
    """Damage factor of wall loss with the posterior of the rate states, into an array.

    Parameters
    ----------
    part : tuple of ndarray
        In the order of `COLUMNS`.
    out : ndarray
        Filled; NaN as of `thinning_factors`.
    in_numba : bool
    least : float, optional
        Least factor; that of thinning where it is not given.
    """
    if in_numba:
        compiled(_state_rows)(*part, *tables(least), out)
        return
    t, age, C_r, SR_p, confidence, *counts, F_adj = part
    floor = constants("thinning")["D_f_min"].value if least is None else least
    with np.errstate(all="ignore"):
        known = (t > 0.0) & (age >= 0.0) & (C_r >= 0.0) & (confidence >= 0.0) & (confidence <= 2.0)
        known &= (cl.loss_unclad(C_r, age, t) <= GREATEST) & (SR_p <= GREATEST)
        for N in counts:
            known &= (N >= 0.0) & (N <= sh.MAX_COUNT) & (np.floor(N) == N)
        named: dict[str, AnyArray] = {f"N_{g}": np.where(known, N, 0.0) for g, N in zip("ABCD", counts, strict=True)}
        states = sh.posterior_columns(np.where(known, confidence, 0.0).astype(np.int64), named)
        Po = np.stack([states[f"Po_p{s}"] for s in sh.insp.STATES])
        D_fB = base_factors(cl.loss_unclad(C_r, age, t), SR_p, Po)
        out[:] = np.where(known, cl.with_floor(D_fB * F_adj, floor), np.nan)


@cache
def tables(least: float | None = None) -> tuple[Any, ...]:
    """What the compiled kernel of wall loss takes beside its columns.

    Parameters
    ----------
    least : float, optional
        Least factor; that of thinning where it is not given.

    Returns
    -------
    tuple
        Prior of the states by confidence, likelihoods to the power of the number of inspections, posteriors of few
        inspections over the reference probability, constants, and the table of Phi.
    """
    c = {s: v.value for s, v in constants("thinning").items()}
    states = np.array([c[f"D_S{s}"] for s in sh.insp.STATES])
    floor = c["D_f_min"] if least is None else least
    rest = (c["COV_dt"] ** 2, c["COV_Sf"] ** 2, c["COV_P"] ** 2, 1.0 / c["P_ref"], floor)
    prior = np.ascontiguousarray(keyed("thinning", "prior").rows)
    powers = np.ascontiguousarray(np.moveaxis(sh.powers(), 1, 2))
    phi = (_HALF, _nodes(), _LOW, _HIGH, float(_CELLS), 1.0 / _CELLS)
    few = _posteriors(prior, powers, 1.0 / c["P_ref"])
    return prior, powers, few, float(_FEW), states, *rest, MOST, GREATEST, *phi


def _posteriors(prior: FloatArray, powers: FloatArray, scale: float) -> FloatArray:
    """Posteriors over the reference probability by confidence and few inspections of A to D, D fastest."""
    axes = np.meshgrid(np.arange(3), *([np.arange(_FEW + 1)] * 4), indexing="ij")
    at, *counts = (a.ravel() for a in axes)
    evidence = prior[at]
    for i, n in enumerate(counts):
        evidence = evidence * powers[i][n]
    out = np.zeros((at.size, 4))
    out[:, :3] = evidence / evidence.sum(axis=1)[:, None] * scale
    return out


def _nodes() -> FloatArray:
    """Phi(-x) and its density at places `1/_CELLS` apart, from where four Taylor terms err by less than 1e-13."""
    x = _LOW + np.arange(int((_HIGH - _LOW) * _CELLS) + 1) / _CELLS
    return np.ascontiguousarray(np.column_stack([ndtr(-x), np.exp(-0.5 * x * x) / sqrt(2.0 * pi)]))


@cache
def compiled(body: Callable[..., None]) -> Callable[..., None]:
    """A kernel body, compiled; it lets go of the interpreter and divides as arrays do.

    Parameters
    ----------
    body : callable
        Plain loops over arrays.

    Returns
    -------
    callable
    """
    numba = import_module("numba")
    found: Callable[..., None] = numba.njit(nogil=True, error_model="numpy", fastmath={"contract"})(body)
    return found


def _state_rows(
    t: FloatArray,
    age: FloatArray,
    C_r: FloatArray,
    SR_p: FloatArray,
    confidence: FloatArray,
    N_A: FloatArray,
    N_B: FloatArray,
    N_C: FloatArray,
    N_D: FloatArray,
    F_adj: FloatArray,
    prior: FloatArray,
    powers: FloatArray,
    few: FloatArray,
    few_most: float,
    states: FloatArray,
    v_dt: float,
    v_Sf: float,
    v_P: float,
    scale: float,
    least: float,
    most: float,
    greatest: float,
    half: float,
    table: FloatArray,
    low: float,
    high: float,
    cells: float,
    width: float,
    out: FloatArray,
) -> None:
    """Body of the compiled kernel of wall loss, block by block; it is never run as Python."""
    beta, failure = np.empty((3, _BLOCK)), np.empty((3, _BLOCK))
    A_rt, Phi, density = np.empty(_BLOCK), np.empty(_BLOCK), np.empty(_BLOCK)
    place, node = np.empty(_BLOCK, np.int32), np.empty(_BLOCK, np.int32)
    # Reciprocals of factorials.
    c3, c4 = 1.0 / 6.0, 1.0 / 24.0
    base = few_most + 1.0
    for start in range(0, t.size, _BLOCK):
        m = min(_BLOCK, t.size - start)
        for i in range(m):
            j = start + i
            A_rt[i] = C_r[j] * age[j] / t[j]
            a, b, c, d, p = N_A[j], N_B[j], N_C[j], N_D[j], confidence[j]
            ok = (t[j] > 0.0) & (age[j] >= 0.0) & (C_r[j] >= 0.0) & (p >= 0.0) & (p <= 2.0) & (p == np.floor(p))
            ok &= (a >= 0.0) & (a <= few_most) & (a == np.floor(a)) & (b >= 0.0) & (b <= few_most) & (b == np.floor(b))
            ok &= (c >= 0.0) & (c <= few_most) & (c == np.floor(c)) & (d >= 0.0) & (d <= few_most) & (d == np.floor(d))
            ok &= (A_rt[i] <= greatest) & (SR_p[j] <= greatest)
            at = (((p * base + a) * base + b) * base + c) * base + d
            place[i] = np.int32(at if ok else -1.0)
        for i in range(m):
            SR, A = SR_p[start + i], A_rt[i]
            l1, l2, l3 = states[0] * A, states[1] * A, states[2] * A
            e1, e2, e3 = 1.0 - l1, 1.0 - l2, 1.0 - l3
            rest = SR * SR * v_P
            q1 = sqrt(l1 * l1 * v_dt + e1 * e1 * v_Sf + rest)
            q2 = sqrt(l2 * l2 * v_dt + e2 * e2 * v_Sf + rest)
            q3 = sqrt(l3 * l3 * v_dt + e3 * e3 * v_Sf + rest)
            # One quotient in place of three.
            q12 = q1 * q2
            inverse = 1.0 / (q12 * q3)
            in3 = inverse * q3
            beta[0, i] = (e1 - SR) * (in3 * q2)
            beta[1, i] = (e2 - SR) * (in3 * q1)
            beta[2, i] = (e3 - SR) * (inverse * q12)
        for s in range(3):
            far = 0
            for i in range(m):
                b = beta[s, i]
                inside = (b > low) & (b < high)
                far += 0 if inside else 1
                node[i] = np.int32((b - low) * cells + 0.5 if inside else 0.0)
            for i in range(m):
                Phi[i], density[i] = table[np.uint32(node[i]), 0], table[np.uint32(node[i]), 1]
            for i in range(m):
                x = low + node[i] * width
                d, x2 = beta[s, i] - x, x * x
                series = 1.0 - d * (0.5 * x) + (d * d) * ((x2 - 1.0) * c3 - d * (x * (x2 - 3.0) * c4))
                failure[s, i] = Phi[i] - density[i] * (d * series)
            if far > 0:
                for i in range(m):
                    b = beta[s, i]
                    if not low < b < high:
                        failure[s, i] = 0.5 * erfc(b * half)
        for i in range(m):
            j = start + i
            if place[i] >= 0:
                w = few[place[i]]
                factor = (w[0] * failure[0, i] + w[1] * failure[1, i] + w[2] * failure[2, i]) * F_adj[j]
            else:
                p = confidence[j]
                ok = (t[j] > 0.0) & (age[j] >= 0.0) & (C_r[j] >= 0.0) & (p >= 0.0) & (p <= 2.0)
                ok &= (A_rt[i] <= greatest) & (SR_p[j] <= greatest)
                for N in (N_A[j], N_B[j], N_C[j], N_D[j]):
                    ok = ok and N >= 0.0 and most >= N and int(N) == N
                if not ok:
                    out[j] = nan
                    continue
                w1, w2, w3 = prior[int(p), 0], prior[int(p), 1], prior[int(p), 2]
                for g in range(4):
                    N = N_A[j] if g == 0 else N_B[j] if g == 1 else N_C[j] if g == 2 else N_D[j]
                    row = powers[g, int(N)]
                    w1, w2, w3 = w1 * row[0], w2 * row[1], w3 * row[2]
                total = w1 * failure[0, i] + w2 * failure[1, i] + w3 * failure[2, i]
                factor = total / (w1 + w2 + w3) * scale * F_adj[j]
            # Written so that a missing number stays one.
            out[j] = least if factor < least else factor
