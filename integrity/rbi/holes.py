"""Consequence of many components: each stored phase and each hole as a row, evaluated in chunks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from integrity.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.each import Each, one_by_one
from integrity.core.group import Groups, group_argmax, groups_of
from integrity.core.procedure import Result
from integrity.core.progress import SILENT, Progress
from integrity.rbi import area, consequence, release
from integrity.rbi.case import RiskCase, strength_diameter
from integrity.rbi.data import EFFECTS, HOLES, PHASES, fluids

N_HOLES = len(HOLES)
CASES = codes("two_phase_case")
GAS, LIQUID = PHASES.index("gas"), PHASES.index("liquid")


@dataclass(frozen=True)
class Streams:
    """One row a component and phase: a two-phase store is taken as liquid and as gas, in that order."""

    component: IntArray
    phase: IntArray
    groups: Groups

    @property
    def n(self) -> int:
        """Number of rows."""
        return int(self.component.size)


@dataclass(frozen=True)
class StreamResult:
    """Procedure results of some streams; `release` and `area` have four rows a stream, by hole."""

    release: Result
    area: Result
    consequence: Result


@dataclass(frozen=True)
class Consequences:
    """Consequence of all components and why it could not be had.

    `governing` is the stream row that gave the greater area (the first where none has one). The bit masks are
    those of the governing stream, joined over its holes.
    """

    streams: Streams
    consequence: Result
    governing: IntArray
    two_phase_case: IntArray
    masks: dict[str, IntArray]
    unverified: IntArray


def streams_of(phase: IntArray) -> Streams:
    """Streams of components by their stored phase.

    Parameters
    ----------
    phase : ndarray of int64
        Index of the enumeration `phase`; an unknown phase is one stream of unknown phase.

    Returns
    -------
    Streams
        Policy: two-phase is computed as liquid and as gas, and the greater area counts.
    """
    both = phase == index_of("phase", "two_phase")
    counts = np.where(both, 2, 1)
    component = np.repeat(np.arange(phase.size, dtype=np.int64), counts)
    groups = groups_of(component, phase.size)
    first = np.zeros(component.size, dtype=np.bool_)
    first[groups.offsets[:-1][counts > 0]] = True
    split = np.where(first, LIQUID, GAS)
    return Streams(component, np.where(both[component], split, phase[component]), groups)


def fluid_index(fluid: IntArray) -> IntArray:
    """Index of the property table from that of the enumeration `fluid`.

    Parameters
    ----------
    fluid : ndarray of int64

    Returns
    -------
    ndarray of int64
        -1 where missing or not in the table.
    """
    names = fluids().names
    table = [names.index(f) if f in names else -1 for f in codes("fluid")]
    return np.array([*table, -1], dtype=np.int64)[fluid]


def _default(values: IntArray, enumeration: str, code: str) -> IntArray:
    return np.where(values < 0, index_of(enumeration, code), values)


def evaluate(case: RiskCase, streams: Streams, rows: slice) -> StreamResult:
    """Release, area and consequence of some streams, every intermediate kept.

    Parameters
    ----------
    case : RiskCase
    streams : Streams
    rows : slice
        Rows of the streams.

    Returns
    -------
    StreamResult
    """
    first, last = streams.component[rows][[0, -1]] if rows.stop > rows.start else (0, -1)
    c, s = case.components.take(slice(int(first), int(last) + 1)), case.settings
    who = streams.component[rows] - first
    each = np.repeat(who, N_HOLES)
    hole = np.tile(np.arange(N_HOLES, dtype=np.int64), who.size)
    fluid = fluid_index(c.fluid)[each]
    isolation = _default(c.isolation, "isolation", s.code("rbi.isolation_default"))[each]
    released = release.PROCEDURE.run(
        {
            "hole": hole,
            "D_ref_mm": strength_diameter(c)[each],
            "fluid": fluid,
            "phase": np.repeat(streams.phase[rows], N_HOLES),
            "P_s_MPa": c.P_op_MPa[each],
            "T_s_C": c.T_op_C[each],
            "mass_comp_kg": c.inventory_kg[each],
            "mass_inv_kg": c.group_inventory_kg[each],
            "detection": _default(c.detection, "detection", s.code("rbi.detection_default"))[each],
            "isolation": isolation,
        },
        s,
    )
    burnt = area.PROCEDURE.run(
        {
            "fluid": fluid,
            "release_phase": released["release_phase"],
            "release_type": released["release_type"],
            "rate_kg_s": released["rate_kg_s"],
            "mass_kg": released["mass_kg"],
            "T_s_C": c.T_op_C[each],
            "mitigation": _default(c.mitigation, "mitigation", "none")[each],
            "isolation": isolation,
        },
        s,
    )
    columns: dict[str, AnyArray] = {"component_type": c.component_type[who]}
    for effect in EFFECTS:
        by_hole = burnt[f"CA_{effect}"].reshape(-1, N_HOLES)
        columns |= {f"CA_{effect}_{h}": by_hole[:, i] for i, h in enumerate(HOLES)}
    return StreamResult(released, burnt, consequence.PROCEDURE.run(columns, s))


def _joined(bits: IntArray) -> IntArray:
    return np.asarray(np.bitwise_or.reduce(bits.reshape(-1, N_HOLES), axis=1), dtype=np.int64)


def _any(flags: BoolArray) -> BoolArray:
    return np.asarray(flags.reshape(-1, N_HOLES).any(axis=1), dtype=np.bool_)


def _unverified(r: StreamResult) -> BoolArray:
    rel = r.release
    moved = (rel["phase"] == GAS) | (rel["fluid_check"] == 0) | (rel["W_n"] > rel["W_max8"])
    moved |= rel["detection"] == index_of("detection", "B")
    return _any(moved | (r.area["coef_check"] == 0)) | (r.consequence["gff_check"] == 0)


def _stacked(parts: list[Result]) -> Result:
    one = parts[0]
    columns = {k: np.concatenate([p.columns[k] for p in parts]) for k in one.columns}
    for array in columns.values():
        array.setflags(write=False)
    return Result(
        one.procedure,
        columns,
        np.concatenate([p.refused for p in parts]),
        np.concatenate([p.missing for p in parts]),
        np.concatenate([p.verdict for p in parts]),
        one.settings,
    )


def assess(
    case: RiskCase, progress: Progress = SILENT, chunk_rows: int = 8192, each: Each = one_by_one
) -> Consequences:
    """Consequence of every component.

    Parameters
    ----------
    case : RiskCase
    progress : Progress
    chunk_rows : int
        Streams at a time; does not move a number.
    each : Each
        How the chunks are worked through.

    Returns
    -------
    Consequences
    """
    streams = streams_of(case.components.phase)
    parts: list[Result] = []
    names = ("release.missing", "release.refused", "area.missing", "area.refused")
    masks: dict[str, list[IntArray]] = {m: [] for m in names}
    unverified: list[BoolArray] = []

    def reduced(rows: slice) -> tuple[Result, list[IntArray], BoolArray]:
        r = evaluate(case, streams, rows)
        bits = (r.release.missing, r.release.refused, r.area.missing, r.area.refused)
        return r.consequence, [_joined(mask) for mask in bits], _unverified(r)

    chunks = [slice(start, min(start + chunk_rows, streams.n)) for start in range(0, max(streams.n, 1), chunk_rows)]
    for rows, (result, joined_bits, moved) in zip(chunks, each(reduced, chunks), strict=True):
        parts.append(result)
        for name, mask in zip(names, joined_bits, strict=True):
            masks[name].append(mask)
        unverified.append(moved)
        progress.step(rows.stop, streams.n)
    whole = _stacked(parts)
    governing = _governing(whole["CA"], streams)
    joined = {m: np.concatenate(v)[governing] for m, v in masks.items()}
    joined |= {"consequence.missing": whole.missing[governing], "consequence.refused": whole.refused[governing]}
    return Consequences(
        streams,
        whole,
        governing,
        _case_of(whole["CA"], streams, governing),
        joined,
        np.where(np.isnan(whole["CA"][governing]), -1, np.concatenate(unverified)[governing]).astype(np.int64),
    )


def _governing(CA: FloatArray, streams: Streams) -> IntArray:
    best = group_argmax(CA, streams.groups)
    return np.where(best < 0, streams.groups.offsets[:-1], best)


def _case_of(CA: FloatArray, streams: Streams, governing: IntArray) -> IntArray:
    first = streams.groups.offsets[:-1]
    both = streams.groups.counts == 2
    second = np.minimum(first + 1, max(streams.n - 1, 0))
    liquid, gas = ~np.isnan(CA[first]), ~np.isnan(CA[second])
    is_gas = streams.phase[governing] == GAS
    return np.select(
        [~both, ~liquid & ~gas, ~gas, ~liquid, is_gas],
        [CASES.index(k) for k in ("single", "none", "liquid_only", "gas_only", "gas_greater")],
        CASES.index("liquid_greater"),
    ).astype(np.int64)
