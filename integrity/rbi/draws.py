"""Random numbers that belong to (seed, id, variable, draw): order, selection and chunks change nothing."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from integrity.core.arrays import FloatArray, IntArray

_GOLDEN = 0x9E3779B97F4A7C15
_M1, _M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_WORD = 1 << 64


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        z = key + np.uint64(_GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(_M1)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(_M2)
        return np.asarray(z ^ (z >> np.uint64(31)), dtype=np.uint64)


def uniform(seed: int, ids: IntArray, variable: str, draw: int | IntArray) -> FloatArray:
    """Uniform numbers strictly between 0 and 1.

    Parameters
    ----------
    seed : int
    ids : ndarray of int64, shape (n,)
        What the numbers belong to, component ids.
    variable : str
        Name of the variable.
    draw : int or ndarray of int64, shape (n,)
        Number of the draw, from 0.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    start = _mixed(np.array([seed % _WORD], dtype=np.uint64))
    of_variable = _mixed(start ^ np.uint64(zlib.crc32(variable.encode())))
    of_id = _mixed(of_variable ^ np.asarray(ids, dtype=np.int64).astype(np.uint64))
    with np.errstate(over="ignore"):
        bits = _mixed(of_id + np.asarray(draw, dtype=np.int64).astype(np.uint64) * np.uint64(_GOLDEN))
    return (np.asarray(bits >> np.uint64(11), dtype=np.float64) + 0.5) / float(1 << 53)


def normal(seed: int, ids: IntArray, variable: str, draw: int | IntArray) -> FloatArray:
    """Standard normal numbers.

    Parameters
    ----------
    seed : int
    ids : ndarray of int64, shape (n,)
    variable : str
    draw : int or ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return np.asarray(ndtri(uniform(seed, ids, variable, draw)), dtype=np.float64)
