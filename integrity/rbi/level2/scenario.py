"""The whole Level 2 consequence of components: release, events, fires and explosions of four holes, and their union."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray, FloatArray
from integrity.core.frame import blank_of
from integrity.core.procedure import Procedure, Result, reasons
from integrity.core.settings import Settings
from integrity.rbi.data import HOLES
from integrity.rbi.level2 import (
    events,
    explosion,
    fireball,
    flash_fire,
    hole,
    jet_fire,
    partition,
    pool_fire,
    source,
    summary,
    toxic,
    vce,
)
from integrity.rbi.level2.common import EFFECTS, GAS, LIQUID, TWO_PHASE

PARTS: Mapping[str, Procedure] = {
    "release": source.PROCEDURE,
    "partition": partition.PROCEDURE,
    "events": events.PROCEDURE,
    "jet": jet_fire.PROCEDURE,
    "pool": pool_fire.PROCEDURE,
    "fireball": fireball.PROCEDURE,
    "vce": vce.PROCEDURE,
    "flash": flash_fire.PROCEDURE,
    "expl": explosion.PROCEDURE,
    "toxic": toxic.PROCEDURE,
    "hole": hole.PROCEDURE,
}
FIRES = ("jet", "pool", "fireball", "vce", "flash", "expl")
# What a study of dispersion, or Level 1 for steam and splash, gives for each hole: columns `<symbol>_<hole>`.
BY_HOLE = ("A_lfl_m2", "mass_cloud_kg", "A_tox_m2", "CA_nfnt")
HANDED_ON = ("rate_kg_s", "mass_kg", "mass_avail_kg", "W_n", "ld_max_min", "release_type")

Columns = dict[str, AnyArray]


@dataclass(frozen=True)
class Level2:
    """Results of components over their holes.

    `parts` holds by name of `PARTS` a result with four rows a component: row 4*i + j is hole j of component i.
    `summary` has one row a component.
    """

    parts: Mapping[str, Result]
    summary: Result

    def lacking(self, component: int) -> tuple[tuple[str, str, str, str], ...]:
        """What keeps the parts of a component from an answer.

        Parameters
        ----------
        component : int
            Row of the component.

        Returns
        -------
        tuple of (part, hole, kind, key)
            Kind "missing" with a symbol, or "limit" with the key of a limit. A fire that is no outcome of a hole
            is told as well, as it cannot be calculated for it.
        """
        out: list[tuple[str, str, str, str]] = []
        for name, result in self.parts.items():
            for j, at in enumerate(HOLES):
                out += [(name, at, kind, key) for kind, key in reasons(PARTS[name], result, 4 * component + j)]
        return tuple(out)


def level2(columns: Mapping[str, Any], settings: Settings) -> Level2:
    """Level 2 consequence of components, each with its four holes.

    Parameters
    ----------
    columns : mapping of symbol to array_like, shape (n,)
        Inputs of the procedures of `PARTS`, one row a component; those of `BY_HOLE` with the hole behind an
        underscore. What one procedure gives the next is not asked for: rates, masses, type and phase of the
        release, parts of jet and pool, probabilities and areas. A missing column is blank.
    settings : Settings

    Returns
    -------
    Level2
        A component lacks an answer where a part that matters to it lacks one. The distances to which a cloud
        burns or poisons are inputs: no dispersion is calculated here.

    Notes
    -----
    Part 3 §5: steps 1 to 12. The phase of the event tree is that after the flash: a liquid where nothing flashes,
    a gas where all does.
    """
    every = _per_hole(columns)
    parts: dict[str, Result] = {}

    def take(name: str, **more: AnyArray) -> Result:
        procedure = PARTS[name]
        given = {**every, **more}
        parts[name] = procedure.run(
            {p.symbol: given[p.symbol] for p in procedure.inputs if p.symbol in given}, settings
        )
        return parts[name]

    released = take("release")
    every |= {s: released[s] for s in HANDED_ON}
    flashes = _flashed(every, released)
    divided = take("partition", frac_fsh=flashes)
    every |= {s: divided[s] for s in ("W_jet", "W_pool", "mass_pool_kg")}
    tree = take("events", frac_fsh=flashes, release_phase=_phase(flashes))
    for name in FIRES:
        take(name)
    if "toxic_species" in every:
        take("toxic")
    areas = {f"CA_{e}_{name}": parts[name][f"CA_{e}_{name}"] for name in FIRES for e in EFFECTS}
    for e in EFFECTS:
        # Nothing rains out: there is no pool, and no radiation of one.
        areas[f"CA_{e}_pool"] = np.where(every["W_pool"] == 0.0, 0.0, areas[f"CA_{e}_pool"])
    chances = {f"p_{e}": tree[f"p_{e}"] for e in (*events.EVENTS, "none")}
    united = take("hole", **areas, **chances)
    return Level2(parts, summary.PROCEDURE.run(_of_component(columns, united), settings))


def _per_hole(columns: Mapping[str, Any]) -> Columns:
    wide = {f"{s}_{h}" for s in BY_HOLE for h in HOLES}
    n = max((np.atleast_1d(v).size for v in columns.values()), default=0)
    out: Columns = {}
    for symbol, values in columns.items():
        if symbol not in wide:
            out[symbol] = np.repeat(np.broadcast_to(np.asarray(values), (n,)), len(HOLES))
    out["hole"] = np.tile(np.arange(len(HOLES)), n)
    for symbol in BY_HOLE:
        cells = [
            np.broadcast_to(np.asarray(columns.get(f"{symbol}_{h}", np.nan), dtype=np.float64), (n,)) for h in HOLES
        ]
        out[symbol] = np.stack(cells, axis=1).ravel()
    return out


def _flashed(every: Columns, released: Result) -> FloatArray:
    """Flashed fraction: all of a gas at the opening, else as given."""
    given = every.get("frac_fsh", np.full(released.n, blank_of("ratio")))
    return np.where(released["phase_open"] == GAS, 1.0, np.asarray(given, dtype=np.float64))


def _phase(flashed: FloatArray) -> AnyArray:
    after = np.where(flashed <= 0.0, LIQUID, np.where(flashed >= 1.0, GAS, TWO_PHASE))
    return np.where(np.isnan(flashed), -1, after)


def _of_component(columns: Mapping[str, Any], united: Result) -> dict[str, Any]:
    out: dict[str, Any] = {"component_type": columns.get("component_type", -1)}
    for m in hole.MECHANISMS:
        by_hole = united[m].reshape(-1, len(HOLES))
        out |= {f"{m}_{h}": by_hole[:, j] for j, h in enumerate(HOLES)}
    return out
