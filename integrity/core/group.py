"""Reductions over groups given by offsets; the only place where groups are reduced.

A group is the half-open run `offsets[i]:offsets[i + 1]` of the member rows. An empty group gives NaN (or -1),
never its neighbour's value, which is what a bare `np.minimum.reduceat` would return.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
        if off.ndim != 1 or off.size == 0 or off[0] != 0 or bool((off[1:] < off[:-1]).any()):
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

    @cached_property
    def counts(self) -> IntArray:
        """Members of each group, shape (n,)."""
        return _frozen(np.diff(self.offsets))

    @cached_property
    def owner(self) -> IntArray:
        """Group of each member, shape (members,)."""
        return _frozen(np.repeat(np.arange(self.n, dtype=np.int64), self.counts))

    @cached_property
    def runs(self) -> Runs:
        """Where the groups of one and of several members lie."""
        filled = _frozen(np.flatnonzero(self.counts))
        several = np.flatnonzero(self.counts > 1)
        count = self.counts[several]
        begin = np.cumsum(count) - count
        # Only where it saves more than the copy of their members costs.
        apart = several.size <= filled.size // 2
        members = np.arange(int(count.sum())) + np.repeat(self.offsets[several] - begin, count) if apart else None
        return Runs(filled, self.offsets[filled], several, begin, members)


@dataclass(frozen=True)
class Runs:
    """Groups that have a member, those that have several, and the members of the latter where they are few.

    `begin` is where each group of several members begins among `members`; `members` is None where most groups have
    several.
    """

    filled: IntArray
    first: IntArray
    several: IntArray
    begin: IntArray
    members: IntArray | None


def _frozen(array: IntArray) -> IntArray:
    array.setflags(write=False)
    return array


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
    if own.size and (bool((own[1:] < own[:-1]).any()) or own[0] < 0 or own[-1] >= n_groups):
        raise ContractError(msg("core.owner_not_sorted"))
    offsets = np.zeros(n_groups + 1, dtype=np.int64)
    np.cumsum(np.bincount(own, minlength=n_groups), out=offsets[1:])
    return Groups(offsets)


def members_of(groups: Groups, rows: IntArray) -> tuple[IntArray, Groups]:
    """Members of some groups, and the groups of these.

    Parameters
    ----------
    groups : Groups
    rows : ndarray of int64
        Groups, in any order; one may come twice.

    Returns
    -------
    (ndarray of int64, Groups)
        Member rows in the order of `rows`, and their groups, one an entry of `rows`.
    """
    counts = groups.counts[rows]
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    part = Groups(offsets)
    return np.arange(part.members) + np.repeat(groups.offsets[:-1][rows] - offsets[:-1], counts), part


def _reduceat(ufunc: Any, values: FloatArray, groups: Groups, empty: float) -> FloatArray:
    runs = groups.runs
    if runs.filled.size == groups.n and runs.members is None:
        return np.asarray(ufunc.reduceat(values, runs.first), dtype=np.float64)
    out = np.full(groups.n, empty, dtype=np.float64)
    if runs.members is None:
        out[runs.filled] = ufunc.reduceat(values, runs.first)
        return out
    # A group of one member is that member: the reduction of so many short runs would cost the most.
    out[runs.filled] = values.take(runs.first)
    if runs.several.size:
        out[runs.several] = ufunc.reduceat(values.take(runs.members), runs.begin)
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


def _valid(v: FloatArray, where: BoolArray | None) -> BoolArray:
    known = ~np.isnan(v)
    return known if where is None else np.logical_and(known, where, out=known)


def _extreme(values: Any, groups: Groups, where: BoolArray | None, ufunc: Any, neutral: float) -> FloatArray:
    v = _checked(values, groups)
    return _extreme_of(v, groups, _valid(v, where), ufunc, neutral)


def _extreme_of(v: FloatArray, groups: Groups, valid: BoolArray, ufunc: Any, neutral: float) -> FloatArray:
    out = _reduceat(ufunc, np.where(valid, v, neutral), groups, neutral)
    none = out == neutral
    if bool(none.any()) and bool((v == neutral).any()):
        none = _count(valid, groups) == 0
    out[none] = np.nan
    return out


def _count(valid: BoolArray, groups: Groups) -> IntArray:
    if bool(valid.all()):
        return groups.counts
    return _reduceat(np.add, valid.astype(np.float64), groups, 0.0).astype(np.int64)


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
    return _count(_checked(where, groups) != 0.0, groups)


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
    valid = _valid(v, where)
    return _sum(v, groups, valid, _count(valid, groups))


def _sum(v: FloatArray, groups: Groups, valid: BoolArray, count: IntArray) -> FloatArray:
    out = _reduceat(np.add, np.where(valid, v, 0.0), groups, np.nan)
    out[count == 0] = np.nan
    return out


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
    valid = _valid(v, where)
    count = _count(valid, groups)
    return _sum(v, groups, valid, count) / np.maximum(count, 1)


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
    valid = _valid(v, where)
    count = _count(valid, groups)
    mean = _sum(v, groups, valid, count) / np.maximum(count, 1)
    dev2 = (v - mean.take(groups.owner)) ** 2
    known = valid & ~np.isnan(dev2)
    total = _sum(dev2, groups, known, _count(known, groups))
    return np.where(count > 1, np.sqrt(total / np.maximum(count - 1, 1)), np.nan)


def group_first(where: BoolArray, groups: Groups) -> IntArray:
    """First member row of each group for which `where` holds; -1 where none does.

    Parameters
    ----------
    where : ndarray of bool, shape (members,)
    groups : Groups

    Returns
    -------
    ndarray of int64, shape (n,)
    """
    if where.shape != (groups.members,):
        raise ContractError(msg("core.group_length", got=int(where.size), want=groups.members))
    first = np.full(groups.n, -1, dtype=np.int64)
    rows = np.flatnonzero(where)[::-1]
    # Of several rows given to one group the last one stays, which is the first member.
    first[groups.owner.take(rows)] = rows
    return first


def _arg(values: Any, groups: Groups, where: BoolArray | None, ufunc: Any, neutral: float) -> IntArray:
    v = _checked(values, groups)
    valid = _valid(v, where)
    if groups.runs.several.size:
        valid &= v == _extreme_of(v, groups, valid, ufunc, neutral).take(groups.owner)
    return group_first(valid, groups)


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
    return _arg(values, groups, where, np.fmin, np.inf)


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
    return _arg(values, groups, where, np.fmax, -np.inf)


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
