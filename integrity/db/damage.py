"""Decisions on damage mechanisms, component by component: those of the nearest subject hold, the latest of a cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import CTE, Connection

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, IntArray
from integrity.core.frames.facts import DamageFrame
from integrity.db.cursor import Numbering, chunked, integers
from integrity.db.damage_sql import COMPONENT, LEVELS, TEXTS, damage_select, successor_select
from integrity.db.plant_sql import live_components
from integrity.db.subjects import Subjects

_OUTSIDE = ("ext_corrosion", "cui")


@dataclass(frozen=True)
class Decisions:
    """The decisions that hold, and whether each of them says that the damage is local (1, 0, or -1 for nothing)."""

    frame: DamageFrame
    local: IntArray

    def flags(self, n: int) -> dict[str, IntArray]:
        """What accepted mechanisms say of the thinning of each component.

        Parameters
        ----------
        n : int
            Number of components.

        Returns
        -------
        dict of str to ndarray of int64, shape (n,)
            Columns of a component frame; -1 where no accepted mechanism says anything.
        """
        f = self.frame
        taken = f.decision == f.codes_of("decision").index("accepted")
        thinning = np.array([m.startswith("thinning") for m in f.mechanism], dtype=np.bool_)
        outside = np.isin(f.mechanism, _OUTSIDE)
        bare = f.side == ""
        local = (self.local == 1) | ((self.local == NO_CODE) & (f.mechanism == "thinning_local"))
        # Whether thinning is local stays open where no thinning mechanism is accepted.
        says = local | thinning | (self.local == 0)
        inside = np.isin(f.side, ("internal", "both")) | (bare & thinning)
        out = np.isin(f.side, ("external", "both")) | (bare & outside)
        return {
            "local_mechanism": _most(f.component_row, taken & says, local, n),
            "internal_thinning": _most(f.component_row, taken, inside, n),
            "external_thinning": _most(f.component_row, taken, out, n),
        }


def _most(row: IntArray, where: BoolArray, yes: BoolArray, n: int) -> IntArray:
    out = np.full(n, NO_CODE, dtype=np.int64)
    np.maximum.at(out, row[where], yes[where].astype(np.int64))
    return out


def read_decisions(connection: Connection, components: Mapping[str, AnyArray], site_id: int, as_of_d: int) -> Decisions:
    """The decisions that hold for each component.

    Parameters
    ----------
    connection : Connection
    components : mapping of column name to ndarray
        Columns of a component frame, ordered by `component_id`.
    site_id : int
    as_of_d : int

    Returns
    -------
    Decisions
        Of the decisions on one mechanism those of the nearest subject hold, whatever its loop says; a decision for an
        earlier instance of a part counts for the instance now in its place.
    """
    texts = {name: Numbering() for name in TEXTS}
    turns = [integers(0), *(texts[name].turn for name in TEXTS), integers(NO_CODE), integers(0), integers(0)]
    key, *cells, local, decided_d, from_d = chunked(connection, damage_select(as_of_d), turns)
    number = dict(zip(TEXTS, cells, strict=True))
    place, row, level = _spread(connection, key, components, site_id, live_components(site_id, as_of_d))
    rank = {name: _ranked(texts[name])[number[name]][place] for name in ("mechanism", "cause")}
    order = np.lexsort((place, from_d[place], decided_d[place], rank["cause"], level, rank["mechanism"], row))
    place, row, level = place[order], row[order], level[order]
    mechanism, cause = rank["mechanism"][order], rank["cause"][order]
    held = _nearest(row, mechanism, level) & _last_of((row, mechanism, level, cause))
    place, row = place[held], row[held]
    columns: dict[str, AnyArray] = {"component_row": row, "decision": key[place] % 2}
    columns |= {name: np.array([*texts[name], ""], dtype=object)[number[name][place]] for name in TEXTS}
    return Decisions(DamageFrame.from_columns(columns, n=row.size), local[place])


def _spread(
    connection: Connection, key: IntArray, components: Mapping[str, AnyArray], site_id: int, live: CTE
) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs of a decision and a component row, with the level."""
    level, subject = key // 2 % LEVELS, key // (2 * LEVELS)
    own = np.flatnonzero(level == COMPONENT)
    gone = own[~np.isin(subject[own], components["component_id"])]
    subjects = Subjects(connection, components, site_id)
    parts = []
    for k in range(LEVELS):
        at = np.flatnonzero(level == k)
        place, row = subjects.spread(subject[at], k)
        parts.append((at[place], row))
    if gone.size:
        old, new = chunked(connection, successor_select(live), [integers(-1), integers(-1)])
        sort = np.argsort(old, kind="stable")
        at = np.minimum(np.searchsorted(old[sort], subject[gone]), max(old.size - 1, 0))
        found = old[sort][at] == subject[gone] if old.size else np.zeros(gone.size, dtype=np.bool_)
        rows = np.searchsorted(components["component_id"], new[sort][at[found]])
        parts.append((gone[found], rows))
    place = np.concatenate([p for p, _ in parts])
    return place, np.concatenate([r for _, r in parts]), level[place]


def _ranked(names: Numbering) -> IntArray:
    """Rank of each text in alphabetical order; the empty one, numbered -1, comes first."""
    order = np.argsort(np.array([*names, ""], dtype=object), kind="stable")
    out = np.empty(order.size, dtype=np.int64)
    out[order] = np.arange(order.size)
    return out


def _nearest(row: IntArray, mechanism: IntArray, level: IntArray) -> BoolArray:
    """Whether a decision is of the lowest level of its component and mechanism; sorted by these three."""
    if not row.size:
        return np.zeros(0, dtype=np.bool_)
    first = np.concatenate(([True], (row[1:] != row[:-1]) | (mechanism[1:] != mechanism[:-1])))
    lowest = level[np.flatnonzero(first)][np.cumsum(first) - 1]
    return np.asarray(level == lowest)


def _last_of(keys: tuple[IntArray, ...]) -> BoolArray:
    """Whether a row is the last of those with equal keys; sorted by them."""
    size = keys[0].size
    last = np.ones(size, dtype=np.bool_)
    if size:
        last[:-1] = np.any([k[1:] != k[:-1] for k in keys], axis=0)
    return last
