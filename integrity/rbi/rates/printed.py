"""Reads the printed rate tables of a data file into one `Grid`, in internal units, SI and US tables side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from integrity.core.arrays import BoolArray, FloatArray, IntArray
from integrity.core.codes import codes
from integrity.core.quantities import to_internal
from integrity.core.settings import Settings
from integrity.rbi.data import raw
from integrity.rbi.rates.grid import UNITS, Grid, stacked

_QUANTITY = {"T": "temperature", "v": "velocity", "rate": "rate"}


@dataclass(frozen=True)
class Printed:
    """Tables of one file: those in SI units first, then those in US units, each by group in the same order."""

    tables: tuple[str, ...]
    groups: tuple[str, ...]
    grid: Grid

    def index(self, group: IntArray, units: str) -> IntArray:
        """Index of the table of each group.

        Parameters
        ----------
        group : ndarray of int64
            Index of `groups`, -1 where there is none.
        units : str
            One of `UNITS`.

        Returns
        -------
        ndarray of int64
            -1 where there is no group.
        """
        return np.where(group >= 0, group + UNITS.index(units) * len(self.groups), -1)


@cache
def printed(name: str, velocity_of: str = "") -> Printed:
    """Rate tables of a file.

    Parameters
    ----------
    name : str
        File name without suffix.
    velocity_of : str, optional
        Table whose velocities are read in ft/s, though it is in SI units.

    Returns
    -------
    Printed
    """
    data = raw(name)
    found = {k: t for k, t in data["tables"].items() if "axes" in t}
    order = [k for u in UNITS for k, t in found.items() if t["units"] == u]
    groups = [found[k]["group"] for k in order]
    half = len(order) // 2
    stacks = []
    for key in order:
        part, units = found[key], dict(data["units"][found[key]["units"]])
        if key == velocity_of:
            units["v"] = "ft/s"
        axes = [
            to_internal(nodes, _QUANTITY[a], units[a]).tolist() if a in units else list(nodes)
            for a, nodes in part["axes"].items()
        ]
        stacks.append((axes, to_internal(_flat(part["rows"]), "rate", units["rate"]).reshape(np.shape(part["rows"]))))
    return Printed(tuple(order), tuple(groups[:half]), stacked(stacks))


def _flat(rows: object) -> FloatArray:
    return np.asarray(rows, dtype=np.float64).ravel()


def units_of(settings: Settings) -> str:
    """Which of the two printed tables is in force.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    str
        One of `UNITS`.
    """
    return settings.code("rbi.rate_tables")


def capped(name: str, cell_max: FloatArray, units: str) -> IntArray:
    """Whether a cell used is the greatest number the tables print, so that the true rate may be higher.

    Parameters
    ----------
    name : str
        File name without suffix.
    cell_max : ndarray
        Greatest cell used, mm/year.
    units : str
        One of `UNITS`.

    Returns
    -------
    ndarray of int64
        1 or 0; -1 where no cell was used.
    """
    data = raw(name)
    greatest = to_internal(data["greatest_printed"][units], "rate", data["units"][units]["rate"])[0]
    known: BoolArray = ~np.isnan(cell_max)
    return np.where(known, cell_max >= greatest * (1.0 - 1e-9), -1).astype(np.int64)


@cache
def group_of_material(name: str) -> IntArray:
    """Group of each code of `rate_material`, by the list `materials` of a file.

    Parameters
    ----------
    name : str
        File name without suffix.

    Returns
    -------
    ndarray of int64
        Index among the keys of the list; one entry a material and a last one for "missing", -1 where none holds it.
    """
    lists = raw(name)["materials"]
    found = {m: i for i, members in enumerate(lists.values()) for m in members}
    out = np.array([*(found.get(m, -1) for m in codes("rate_material")), -1], dtype=np.int64)
    out.setflags(write=False)
    return out
