"""Pipe dimensions: outside diameter and nominal wall by size and schedule, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import FloatArray, as_float
from integrity.core.codes import factorised
from integrity.design.table_files import constant, number, table_path, table_rows

_FILE = "pipe_sizes.csv"
_GB = "gb_pipe_od.csv"
_NPS = re.compile(r"^\s*(?:(\d+)\s*[-\s]\s*)?(\d+)\s*/\s*(\d+)\s*$|^\s*(\d+(?:\.\d+)?)\s*$")
_SCHEDULE_NOISE = re.compile(r"SCHEDULE|SCH|[\s.\-]")


@dataclass(frozen=True)
class PipeSize:
    """One wall of one size; `verified` where two transcriptions agree."""

    standard: str
    NPS_in: float
    DN: int
    D_o_mm: float
    schedule: str
    t_mm: float
    verified: bool


def pipe_sizes(overlay: Path | None = None) -> tuple[PipeSize, ...]:
    """All sizes and walls of ASME B36.10M and B36.19M.

    Parameters
    ----------
    overlay : Path, optional
        Folder of replacing tables.

    Returns
    -------
    tuple of PipeSize
    """
    path = table_path(_FILE, overlay)
    return _sizes(overlay, path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _sizes(overlay: Path | None, path: Path, mtime_ns: int) -> tuple[PipeSize, ...]:
    rows = table_rows(_FILE, ("standard", "NPS_in", "DN", "D_o_mm", "schedule", "t_mm", "verified"), overlay)
    return tuple(
        PipeSize(
            r["standard"],
            number(r, "NPS_in", np.nan, _FILE),
            int(r["DN"]),
            number(r, "D_o_mm", np.nan, _FILE),
            r["schedule"],
            number(r, "t_mm", np.nan, _FILE),
            r["verified"] == "true",
        )
        for r in rows
    )


def parse_nps(text: str) -> float:
    """Nominal pipe size of a text such as `6"`, `1-1/2"` or `3/4`; NaN where it is none.

    Parameters
    ----------
    text : str

    Returns
    -------
    float, in
    """
    found = _NPS.match(text.replace('"', "").replace("”", "").replace("″", "").replace("NPS", "").strip())
    if found is None:
        return float("nan")
    whole, top, bottom, plain = found.groups()
    if plain is not None:
        return float(plain)
    return float(whole or 0) + float(top) / float(bottom) if float(bottom) else float("nan")


def normalised_schedule(text: str) -> str:
    """A schedule as the table writes it: `Sch. 40` gives 40, `std` gives STD.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return _SCHEDULE_NOISE.sub("", text.upper())


def outside_diameter(NPS: Any, overlay: Path | None = None) -> FloatArray:
    """Outside diameter by nominal size.

    Parameters
    ----------
    NPS : array_like, in
    overlay : Path, optional

    Returns
    -------
    ndarray of float64, mm
        NaN where the table has no such size.
    """
    return _by_size(NPS, {s.NPS_in: s.D_o_mm for s in reversed(pipe_sizes(overlay))})


def nominal_diameter(NPS: Any, overlay: Path | None = None) -> FloatArray:
    """DN by nominal size.

    Parameters
    ----------
    NPS : array_like, in
    overlay : Path, optional

    Returns
    -------
    ndarray of float64
    """
    return _by_size(NPS, {s.NPS_in: float(s.DN) for s in pipe_sizes(overlay)})


def _by_size(NPS: Any, table: dict[float, float]) -> FloatArray:
    sizes = as_float(sorted(table))
    values = as_float([table[s] for s in sorted(table)])
    n = as_float(NPS)
    k = np.minimum(np.searchsorted(sizes, n * (1.0 - 1e-9)), sizes.size - 1)
    return np.where(np.isclose(sizes[k], n, rtol=1e-9, atol=0.0), values[k], np.nan)


def nominal_size(D_o_mm: Any, overlay: Path | None = None, rel: float = 0.01) -> FloatArray:
    """Nominal size whose outside diameter lies within `rel` of the given one.

    Parameters
    ----------
    D_o_mm : array_like, mm
    overlay : Path, optional
    rel : float

    Returns
    -------
    ndarray of float64, in
        NaN where no size is that near.
    """
    pairs = sorted({(s.D_o_mm, s.NPS_in) for s in pipe_sizes(overlay)})
    od, nps = as_float([p[0] for p in pairs]), as_float([p[1] for p in pairs])
    x = as_float(D_o_mm)
    right = np.clip(np.searchsorted(od, x), 1, od.size - 1)
    k = np.where(np.abs(od[right - 1] - x) <= np.abs(od[right] - x), right - 1, right)
    return np.where(np.abs(od[k] - x) <= rel * od[k], nps[k], np.nan)


def nominal_wall(NPS: Any, schedule: Iterable[Any], overlay: Path | None = None) -> FloatArray:
    """Nominal wall by size and schedule.

    Parameters
    ----------
    NPS : array_like of float, in, shape (n,)
    schedule : iterable of str, length n
        For example "40", "STD", "80S", "Sch. 160".
    overlay : Path, optional

    Returns
    -------
    ndarray of float64, mm, shape (n,)
        NaN where the table has no such pair.
    """
    texts, index = factorised(schedule)
    n = np.broadcast_to(as_float(NPS), index.shape)
    names = [normalised_schedule(t) for t in texts]
    out = np.full(index.shape, np.nan)
    for i, name in enumerate(names):
        walls = {s.NPS_in: s.t_mm for s in pipe_sizes(overlay) if s.schedule == name}
        if walls:
            out = np.where(index == i, _by_size(n, walls), out)
    return out


def least_supplied_wall(t_nom_mm: Any, mill: float | None = None) -> FloatArray:
    """Least wall that the mill may deliver, the default first wall of pipe.

    Parameters
    ----------
    t_nom_mm : array_like, mm
    mill : float, optional
        Under-tolerance as a fraction; 12.5 % where not given.

    Returns
    -------
    ndarray of float64, mm
    """
    share = constant("mill_pipe") if mill is None else mill
    return as_float(t_nom_mm) * (1.0 - share)


def lightest_schedule(NPS: float, t_order_mm: float, overlay: Path | None = None) -> PipeSize | None:
    """Lightest listed wall of a size that is not thinner than wanted.

    Parameters
    ----------
    NPS : float, in
    t_order_mm : float, mm
        Nominal thickness to order, mill tolerance included.
    overlay : Path, optional

    Returns
    -------
    PipeSize or None
        None where no listed wall is thick enough.
    """
    fits = [s for s in pipe_sizes(overlay) if abs(s.NPS_in - NPS) < 1e-9 and s.t_mm >= t_order_mm * (1.0 - 1e-9)]
    return min(fits, key=lambda s: s.t_mm) if fits else None


def gb_outside_diameter(DN: Any, series: str = "A", overlay: Path | None = None) -> FloatArray:
    """Outside diameter of GB pipe by DN.

    Parameters
    ----------
    DN : array_like
    series : str
        "A" (international) or "B" (older Chinese) outside diameters.
    overlay : Path, optional

    Returns
    -------
    ndarray of float64, mm
    """
    column = f"D_o_series_{series}_mm"
    rows = table_rows(_GB, ("DN", column), overlay)
    return _by_size(DN, {number(r, "DN", np.nan, _GB): number(r, column, np.nan, _GB) for r in rows})
