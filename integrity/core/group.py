"""Reductions over groups given by offsets; the only place where groups are reduced.

A group is the half-open run `offsets[i]:offsets[i + 1]` of the member rows. An empty group gives NaN (or -1),
never its neighbour's value, which is what a bare `np.minimum.reduceat` would return.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.errors import ContractError
from integrity.core.message import msg


@dataclass(frozen=True)
class Groups:
    """Member rows of each group as consecutive runs.

    Parameters
    ----------
    offsets : ndarray of int64, shape (n_groups + 1,)
        `offsets[0] == 0`, non-decreasing, last value is the number of members.
    """

    offsets: IntArray

    def __post_init__(self) -> None:
        off = np.ascontiguousarray(self.offsets, dtype=np.int64)
        if off.ndim != 1 or off.size == 0 or off[0] != 0 or bool(np.any(np.diff(off) < 0)):
            raise ContractError(msg("core.bad_offsets"))
        off.setflags(write=False)
        object.__setattr__(self, "offsets", off)

    @property
    def n(self) -> int:
        """Number of groups."""
        return int(self.offsets.size - 1)

    @property
    def members(self) -> int:
        """Number of member rows."""
        return int(self.offsets[-1])

    @property
    def counts(self) -> IntArray:
        """Members of each group, shape (n,)."""
        return np.diff(self.offsets)

    @property
    def owner(self) -> IntArray:
        """Group of each member, shape (members,)."""
        return np.repeat(np.arange(self.n, dtype=np.int64), self.counts)


def groups_of(owner: IntArray, n_groups: int) -> Groups:
    """Groups from the owner index of each member; members must be sorted by owner.

    Parameters
    ----------
    owner : ndarray of int64, shape (members,)
        Owner row of each member, ascending, 0 <= owner < n_groups.
    n_groups : int

    Returns
    -------
    Groups
    """
    own = np.asarray(owner, dtype=np.int64)
    if own.size and (bool(np.any(np.diff(own) < 0)) or own[0] < 0 or own[-1] >= n_groups):
        raise ContractError(msg("core.owner_not_sorted"))
    return Groups(np.searchsorted(own, np.arange(n_groups + 1)).astype(np.int64))


def _reduceat(ufunc: Any, values: FloatArray, groups: Groups, empty: float) -> FloatArray:
    out = np.full(groups.n, empty, dtype=np.float64)
    filled = groups.counts > 0
    if values.size and bool(filled.any()):
        out[filled] = ufunc.reduceat(values, groups.offsets[:-1][filled])
    return out


def _checked(values: Any, groups: Groups) -> FloatArray:
    v = np.ascontiguousarray(values, dtype=np.float64)
    if v.shape != (groups.members,):
        raise ContractError(msg("core.group_length", got=int(v.size), want=groups.members))
    return v


def group_min(values: Any, groups: Groups, where: BoolArray | None = None) -> FloatArray:
    """Least value of each group, NaN members ignored; NaN where no member counts.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional
        Members that count.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return _extreme(values, groups, where, np.fmin, np.inf)


def group_max(values: Any, groups: Groups, where: BoolArray | None = None) -> FloatArray:
    """Greatest value of each group, NaN members ignored; NaN where no member counts.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return _extreme(values, groups, where, np.fmax, -np.inf)


def _extreme(values: Any, groups: Groups, where: BoolArray | None, ufunc: Any, neutral: float) -> FloatArray:
    v = _checked(values, groups)
    valid = ~np.isnan(v) if where is None else (~np.isnan(v) & where)
    out = _reduceat(ufunc, np.where(valid, v, neutral), groups, np.nan)
    return np.where(group_count(valid, groups) > 0, out, np.nan)


def group_count(where: Any, groups: Groups) -> IntArray:
    """Members of each group for which `where` holds.

    Parameters
    ----------
    where : array_like of bool, shape (members,)
    groups : Groups

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    return _reduceat(np.add, _checked(np.asarray(where, dtype=np.float64), groups), groups, 0.0).astype(np.int64)


def group_sum(values: Any, groups: Groups, where: BoolArray | None = None) -> FloatArray:
    """Sum of each group, NaN members ignored; NaN where no member counts.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    v = _checked(values, groups)
    valid = ~np.isnan(v) if where is None else (~np.isnan(v) & where)
    out = _reduceat(np.add, np.where(valid, v, 0.0), groups, np.nan)
    return np.where(group_count(valid, groups) > 0, out, np.nan)


def group_mean(values: Any, groups: Groups, where: BoolArray | None = None) -> FloatArray:
    """Mean of each group, NaN members ignored; show it only beside the extreme.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    v = _checked(values, groups)
    valid = ~np.isnan(v) if where is None else (~np.isnan(v) & where)
    count = group_count(valid, groups)
    return np.where(count > 0, group_sum(v, groups, valid) / np.maximum(count, 1), np.nan)


def group_std(values: Any, groups: Groups, where: BoolArray | None = None) -> FloatArray:
    """Sample standard deviation (n - 1) of each group; NaN with fewer than two members.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    v = _checked(values, groups)
    valid = ~np.isnan(v) if where is None else (~np.isnan(v) & where)
    mean = group_mean(v, groups, valid)
    dev2 = (v - mean[groups.owner]) ** 2 if groups.members else v
    count = group_count(valid, groups)
    total = group_sum(dev2, groups, valid)
    return np.where(count > 1, np.sqrt(total / np.maximum(count - 1, 1)), np.nan)


def _arg(values: Any, groups: Groups, where: BoolArray | None, extreme: Callable[..., FloatArray]) -> IntArray:
    v = _checked(values, groups)
    valid = ~np.isnan(v) if where is None else (~np.isnan(v) & where)
    best = extreme(v, groups, valid)
    hit = valid & (v == best[groups.owner]) if groups.members else valid
    index = np.where(hit, np.arange(groups.members, dtype=np.float64), np.inf)
    first = _reduceat(np.minimum, index, groups, np.inf)
    return np.where(np.isfinite(first), first, -1).astype(np.int64)


def group_argmin(values: Any, groups: Groups, where: BoolArray | None = None) -> IntArray:
    """Member row of the least value of each group (the first of equals); -1 where no member counts.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    return _arg(values, groups, where, group_min)


def group_argmax(values: Any, groups: Groups, where: BoolArray | None = None) -> IntArray:
    """Member row of the greatest value of each group (the first of equals); -1 where no member counts.

    Parameters
    ----------
    values : array_like, shape (members,)
    groups : Groups
    where : ndarray of bool, optional

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    return _arg(values, groups, where, group_max)


def take(values: Any, index: IntArray, missing: Any = np.nan) -> Any:
    """`values[index]` with `missing` where the index is negative.

    Parameters
    ----------
    values : array_like
    index : ndarray of int64
    missing : scalar

    Returns
    -------
    ndarray
    """
    v = np.asarray(values)
    if v.size == 0:
        return np.full(index.shape, missing)
    picked = v[np.maximum(index, 0)]
    return np.where(index >= 0, picked, missing)
