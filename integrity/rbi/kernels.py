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
from math import erfc, factorial, nan, pi, sqrt
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
_BLOCK = 512
_HALF = sqrt(0.5)
# Reliability indices between these are read from a table of Taylor polynomials, the rest from erfc.
_LOW, _HIGH, _CELLS, _TERMS = -4.0, 6.0, 64, 8

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
        thickness is not positive, an age or rate is negative, or a number of inspections is not whole, negative or
        above 100. The kernels agree to 1e-12 of the value.
    """
    if kernel not in KERNELS or (kernel == "numba" and not available()):
        raise InputError(msg("core.unknown_code", name="kernel", code=kernel, allowed=", ".join(_known())))
    compiled = available() if kernel == "auto" else kernel == "numba"
    arrays = [np.ascontiguousarray(columns[s], dtype=np.float64) for s in COLUMNS]
    n = arrays[0].size
    out = np.empty(n)
    run = _numba if compiled else _numpy

    def fill(rows: slice) -> None:
        run(tuple(a[rows] for a in arrays), out[rows])

    for _ in each(fill, [slice(start, min(start + chunk_rows, n)) for start in range(0, n, chunk_rows)]):
        pass
    return Factors(out, "numba" if compiled else "numpy")


def _known() -> tuple[str, ...]:
    return KERNELS if available() else KERNELS[:2]


def _numpy(part: Part, out: FloatArray) -> None:
    t, age, C_r, SR_p, confidence, *counts, F_adj = part
    with np.errstate(all="ignore"):
        known = (t > 0.0) & (age >= 0.0) & (C_r >= 0.0) & (confidence >= 0.0) & (confidence <= 2.0)
        for N in counts:
            known &= (N >= 0.0) & (N <= sh.MAX_COUNT) & (np.floor(N) == N)
        named: dict[str, AnyArray] = {f"N_{g}": np.where(known, N, 0.0) for g, N in zip("ABCD", counts, strict=True)}
        states = sh.posterior_columns(np.where(known, confidence, 0.0).astype(np.int64), named)
        Po = np.stack([states[f"Po_p{s}"] for s in sh.insp.STATES])
        D_fB = base_factors(cl.loss_unclad(C_r, age, t), SR_p, Po)
        factor = cl.with_floor(D_fB * F_adj, constants("thinning")["D_f_min"].value)
        out[:] = np.where(known, factor, np.nan)


def _numba(part: Part, out: FloatArray) -> None:
    _compiled()(*part, *_tables(), out)


@cache
def _tables() -> tuple[Any, ...]:
    """Prior of the states by confidence, likelihoods to the power of the number of inspections, and the constants."""
    c = {s: v.value for s, v in constants("thinning").items()}
    states = np.array([c[f"D_S{s}"] for s in sh.insp.STATES])
    rest = (c["COV_dt"] ** 2, c["COV_Sf"] ** 2, c["COV_P"] ** 2, 1.0 / c["P_ref"], c["D_f_min"])
    prior = np.ascontiguousarray(keyed("thinning", "prior").rows)
    powers = np.ascontiguousarray(np.moveaxis(sh.powers(), 1, 2))
    phi = (_HALF, _polynomials(), _LOW, _HIGH, float(_CELLS), 1.0 / _CELLS)
    return prior, powers, states, *rest, float(sh.MAX_COUNT), *phi


def _polynomials() -> FloatArray:
    """Taylor coefficients of Phi(-x) around places `1/_CELLS` apart, place x power; relative error below 1e-14."""
    x = _LOW + np.arange(int((_HIGH - _LOW) * _CELLS) + 1) / _CELLS
    density = np.exp(-0.5 * x * x) / sqrt(2.0 * pi)
    hermite = [np.ones_like(x), x]
    for k in range(1, _TERMS - 2):
        hermite.append(x * hermite[k] - k * hermite[k - 1])
    slopes = [(-1.0) ** (k + 1) * h * density / factorial(k + 1) for k, h in enumerate(hermite)]
    return np.ascontiguousarray(np.column_stack([ndtr(-x), *slopes]))


@cache
def _compiled() -> Callable[..., None]:
    numba = import_module("numba")
    compiled: Callable[..., None] = numba.njit(nogil=True, error_model="numpy")(_rows)
    return compiled


def _rows(
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
    states: FloatArray,
    v_dt: float,
    v_Sf: float,
    v_P: float,
    scale: float,
    least: float,
    most: float,
    half: float,
    table: FloatArray,
    low: float,
    high: float,
    cells: float,
    width: float,
    out: FloatArray,
) -> None:
    """Body of the compiled kernel, block by block; it is never run as Python."""
    beta, failure, A_rt = np.empty((3, _BLOCK)), np.empty((3, _BLOCK)), np.empty(_BLOCK)
    for start in range(0, t.size, _BLOCK):
        m = min(_BLOCK, t.size - start)
        for i in range(m):
            j = start + i
            A_rt[i] = C_r[j] * age[j] / t[j]
        for s in range(3):
            for i in range(m):
                loss = states[s] * A_rt[i]
                left = 1.0 - loss
                SR = SR_p[start + i]
                beta[s, i] = (left - SR) / sqrt(loss * loss * v_dt + left * left * v_Sf + SR * SR * v_P)
            for i in range(m):
                b = beta[s, i]
                if low < b < high:
                    place = int((b - low) * cells + 0.5)
                    x, row = b - (low + place * width), table[place]
                    # As pairs of pairs, whose halves do not wait for one another.
                    x2 = x * x
                    lower = (row[0] + row[1] * x) + (row[2] + row[3] * x) * x2
                    upper = (row[4] + row[5] * x) + (row[6] + row[7] * x) * x2
                    failure[s, i] = lower + upper * (x2 * x2)
                else:
                    failure[s, i] = 0.5 * erfc(b * half)
        for i in range(m):
            j = start + i
            known = t[j] > 0.0 and age[j] >= 0.0 and C_r[j] >= 0.0 and confidence[j] >= 0.0 and confidence[j] <= 2.0
            for N in (N_A[j], N_B[j], N_C[j], N_D[j]):
                known = known and N >= 0.0 and most >= N and int(N) == N
            if not known:
                out[j] = nan
                continue
            a, b_ = powers[0, int(N_A[j])], powers[1, int(N_B[j])]
            c, d = powers[2, int(N_C[j])], powers[3, int(N_D[j])]
            p = prior[int(confidence[j])]
            w1 = p[0] * a[0] * b_[0] * c[0] * d[0]
            w2 = p[1] * a[1] * b_[1] * c[1] * d[1]
            w3 = p[2] * a[2] * b_[2] * c[2] * d[2]
            total = w1 * failure[0, i] + w2 * failure[1, i] + w3 * failure[2, i]
            factor = total / (w1 + w2 + w3) * scale * F_adj[j]
            # Written so that a missing number stays one.
            out[j] = least if factor < least else factor
