"""Consequence of many components: each stored phase, hole and toxic component as a row, evaluated in chunks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from integrity.core.arrays import NO_CODE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.codes import codes, index_of
from integrity.core.each import Each, one_by_one
from integrity.core.frames.facts import Facts
from integrity.core.group import Groups, group_argmax, groups_of
from integrity.core.procedure import Procedure, Result
from integrity.core.progress import SILENT, Progress
from integrity.rbi import area, consequence, financial, nfnt, release, toxic
from integrity.rbi.case import RiskCase, strength_diameter
from integrity.rbi.data import EFFECTS, HOLES, PHASES, fluids
from integrity.rbi.toxic_clauses import CANDIDATES, own_toxic

N_HOLES = len(HOLES)
CASES = codes("two_phase_case")
TOXIC_STATES = codes("toxic_state")
GAS, LIQUID = PHASES.index("gas"), PHASES.index("liquid")
# Procedures of a consequence by their name in `Consequences.masks`, and what each is handed by another one.
PROCEDURES: dict[str, Procedure] = {
    "release": release.PROCEDURE,
    "area": area.PROCEDURE,
    "toxic": toxic.PROCEDURE,
    "nfnt": nfnt.PROCEDURE,
    "consequence": consequence.PROCEDURE,
}
CARRIED = {
    area.KEY: frozenset({"release_phase", "release_type", "rate_kg_s", "mass_kg"}),
    toxic.KEY: toxic.CARRIED,
    nfnt.KEY: nfnt.CARRIED,
    consequence.KEY: consequence.CARRIED,
}
# Recorded facts that a toxic row takes; those of the second line belong to the component that is stated.
_EVERY = ("H2S_ppmw", "NH3_ppmw", "P_no_ignition", "tox_rate_cut", "tox_mass_cut", "tox_duration_cut")
_STATED = ("toxic_mass_fraction", "toxic_ppm")


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
    """Procedure results of some streams.

    `release` and `area` have four rows a stream, by hole. `toxic` has a row for each hole and toxic component that
    a stream has, `nfnt` one for each hole of a stream of steam, acid or caustic; `toxic_at` and `nfnt_at` give
    their rows in `release`.
    """

    release: Result
    area: Result
    toxic: Result
    toxic_at: IntArray
    nfnt: Result
    nfnt_at: IntArray
    consequence: Result


@dataclass(frozen=True)
class Consequences:
    """Consequence of all components and why it could not be had.

    `governing` is the stream row that gave the greater area (the first where none has one). The bit masks are
    those of the governing stream, joined over its holes and toxic components, by the names of `PROCEDURES`
    ("toxic.refused"). `toxic_state` is the index of the enumeration of that name.
    """

    streams: Streams
    consequence: Result
    governing: IntArray
    two_phase_case: IntArray
    masks: dict[str, IntArray]
    unverified: IntArray
    toxic_state: IntArray
    release: financial.Release


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


@dataclass(frozen=True)
class Kinds:
    """Which kinds of consequence act on each component; `candidates` has one column a toxic component that may act."""

    flammable: BoolArray
    candidates: BoolArray
    nfnt: BoolArray
    facts: dict[str, AnyArray]

    @property
    def toxic(self) -> BoolArray:
        """Components with a toxic component."""
        return np.asarray(self.candidates.any(axis=1), dtype=np.bool_)


def _column(procedure: Procedure, facts: Facts, symbol: str) -> AnyArray:
    return facts.column(next(p for p in procedure.inputs if p.symbol == symbol))


def _recorded(facts: Facts, symbol: str) -> BoolArray:
    held = facts.columns.get(symbol)
    if held is None:
        return np.zeros(facts.n, dtype=np.bool_)
    return np.asarray(held != "" if held.dtype == object else held != NO_CODE, dtype=np.bool_)


def kinds_of(fluid: IntArray, facts: Facts) -> Kinds:
    """Kinds of consequence of components, by their fluid and what is recorded of the stream.

    Parameters
    ----------
    fluid : ndarray of int64
        Index of the property table.
    facts : Facts
        Same rows. A toxic component acts where the engineer states one, where the representative fluid is one, and
        where the stream is known to hold hydrogen sulfide or ammonia that is not one of the former.

    Returns
    -------
    Kinds
    """
    known = {s: _column(toxic.PROCEDURE, facts, s) for s in ("toxic_fluid", *_EVERY, *_STATED)}
    own, named = own_toxic(fluid), known["toxic_fluid"]
    fraction = ~np.isnan(known["toxic_mass_fraction"])
    stated = _recorded(facts, "toxic_fluid") | (fraction & (own < 0))
    shown = [stated, (own >= 0) & ~(stated & (named == own))]
    for ppmw, component in (("H2S_ppmw", "H2S"), ("NH3_ppmw", "Ammonia")):
        code = index_of("toxic_fluid", component)
        shown.append((known[ppmw] > 0.0) & ~(stated & (named == code)) & (own != code))
    return Kinds(area.flammable_fluid(fluid), np.column_stack(shown), fluids().nfnt[fluid] >= 0, known)


def _released(case: RiskCase, each: IntArray, who: IntArray, phase: IntArray, fluid: IntArray) -> Result:
    c, s = case.components, case.settings
    given = {f: _column(release.PROCEDURE, case.facts, f)[each] for f in release.GIVEN}
    return release.PROCEDURE.run(
        {
            "hole": np.tile(np.arange(N_HOLES, dtype=np.int64), who.size),
            "D_ref_mm": strength_diameter(c)[each],
            "fluid": fluid[each],
            "phase": np.repeat(phase, N_HOLES),
            "P_s_MPa": c.P_op_MPa[each],
            "T_s_C": c.T_op_C[each],
            "mass_comp_kg": c.inventory_kg[each],
            "mass_inv_kg": c.group_inventory_kg[each],
            "detection": _default(c.detection, "detection", s.code("rbi.detection_default"))[each],
            "isolation": _default(c.isolation, "isolation", s.code("rbi.isolation_default"))[each],
            **given,
        },
        s,
    )


def _burnt(case: RiskCase, each: IntArray, fluid: IntArray, released: Result) -> Result:
    c = case.components
    return area.PROCEDURE.run(
        {
            "fluid": fluid[each],
            **{s: released[s] for s in ("release_phase", "release_type", "rate_kg_s", "mass_kg", "isolation")},
            "T_s_C": c.T_op_C[each],
            "mitigation": _default(c.mitigation, "mitigation", "none")[each],
            "AIT_C": _column(area.PROCEDURE, case.facts, "AIT_C")[each],
        },
        case.settings,
    )


def _poisoned(
    case: RiskCase, who: IntArray, kinds: Kinds, fluid: IntArray, released: Result
) -> tuple[Result, IntArray]:
    stream, candidate = np.nonzero(kinds.candidates[who])
    at = (stream[:, None] * N_HOLES + np.arange(N_HOLES)).ravel()
    candidate = np.repeat(candidate, N_HOLES)
    component = who[at // N_HOLES]
    columns: dict[str, AnyArray] = {"candidate": candidate, "fluid": fluid[component]}
    columns |= {s: kinds.facts[s][component] for s in _EVERY}
    named = candidate == CANDIDATES.index("stated")
    columns["toxic_fluid"] = np.where(named, kinds.facts["toxic_fluid"][component], NO_CODE)
    # What is said of the toxic component is said of the stated one, or of the fluid where none is stated.
    alone = ~kinds.candidates[component, 0] & (candidate == CANDIDATES.index("own_fluid"))
    columns |= {s: np.where(named | alone, kinds.facts[s][component], np.nan) for s in _STATED}
    handed = ("W_n", "mass_kg", "mass_avail_kg", "ld_max_min", "release_type", "release_phase")
    columns |= {s: released[s][at] for s in handed}
    return toxic.PROCEDURE.run(columns, case.settings), at


def _scalded(case: RiskCase, who: IntArray, kinds: Kinds, released: Result) -> tuple[Result, IntArray]:
    at = np.flatnonzero(np.repeat(kinds.nfnt[who], N_HOLES))
    columns = {s: released[s][at] for s in ("fluid", "phase", "rate_kg_s", "mass_kg", "P_s_MPa")}
    return nfnt.PROCEDURE.run(columns, case.settings), at


def _greatest(values: FloatArray, at: IntArray, candidate: IntArray, n: int) -> FloatArray:
    """Greatest area of the toxic components of each hole; NaN where one of them is not known."""
    greatest = np.zeros(n)
    for i in range(len(CANDIDATES)):
        here = np.flatnonzero(candidate == i)
        if here.size:
            greatest[at[here]] = np.maximum(greatest[at[here]], values[here])
    return greatest


def evaluate(case: RiskCase, streams: Streams, rows: slice) -> StreamResult:
    """Release, areas and consequence of some streams, every intermediate kept.

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
    mine = slice(int(first), int(last) + 1)
    part = replace(case, components=case.components.take(mine), facts=case.facts.take(mine))
    who = streams.component[rows] - first
    each = np.repeat(who, N_HOLES)
    fluid = fluid_index(part.components.fluid)
    kinds = kinds_of(fluid, part.facts)
    released = _released(part, each, who, streams.phase[rows], fluid)
    burnt = _burnt(part, each, fluid, released)
    poisoned, toxic_at = _poisoned(part, who, kinds, fluid, released)
    scalded, nfnt_at = _scalded(part, who, kinds, released)
    harmed: dict[str, FloatArray] = {f"CA_{e}": np.where(kinds.flammable[each], burnt[f"CA_{e}"], 0.0) for e in EFFECTS}
    harmed["CA_tox"] = _greatest(poisoned["CA_tox"], toxic_at, poisoned["candidate"], each.size)
    harmed["CA_nfnt"] = np.zeros(each.size)
    harmed["CA_nfnt"][nfnt_at] = scalded["CA_nfnt"]
    columns: dict[str, AnyArray] = {"component_type": part.components.component_type[who]}
    for kind, acts in (("flammable", kinds.flammable), ("toxic", kinds.toxic), ("nfnt", kinds.nfnt)):
        columns[f"{kind}_case"] = acts[who].astype(np.int64)
    for symbol, values in harmed.items():
        columns |= {f"{symbol}_{h}": values.reshape(-1, N_HOLES)[:, i] for i, h in enumerate(HOLES)}
    columns["consequence_none"] = _column(consequence.PROCEDURE, part.facts, "consequence_none")[who]
    judged = consequence.PROCEDURE.run(columns, part.settings)
    return StreamResult(released, burnt, poisoned, toxic_at, scalded, nfnt_at, judged)


def _joined(bits: IntArray) -> IntArray:
    """Bits of the four holes of each stream together."""
    if not bits.any():
        return np.zeros(bits.size // N_HOLES, dtype=np.int64)
    by_hole = [bits[i::N_HOLES] for i in range(N_HOLES)]
    return np.asarray(by_hole[0] | by_hole[1] | by_hole[2] | by_hole[3], dtype=np.int64)


def _any(flags: BoolArray) -> BoolArray:
    return np.asarray(_joined(flags.astype(np.int64)) != 0, dtype=np.bool_)


def _spread(bits: IntArray, at: IntArray, n: int) -> IntArray:
    """Bits of some rows at their place among all, those of one place together."""
    out = np.zeros(n, dtype=np.int64)
    some = np.flatnonzero(bits)
    np.bitwise_or.at(out, at[some], bits[some])
    return out


def _masks(r: StreamResult) -> dict[str, IntArray]:
    """Bit masks of each stream; those of the flammable area and the release only where they bear on its area."""
    n, c = r.release.n, r.consequence
    burns = c["flammable_case"] == 1
    modelled = burns | (c["toxic_case"] == 1) | (c["nfnt_case"] == 1)
    out: dict[str, IntArray] = {}
    for bits in ("missing", "refused"):
        out[f"release.{bits}"] = np.where(modelled, _joined(getattr(r.release, bits)), 0)
        out[f"area.{bits}"] = np.where(burns, _joined(getattr(r.area, bits)), 0)
        out[f"toxic.{bits}"] = _joined(_spread(getattr(r.toxic, bits), r.toxic_at, n))
        out[f"nfnt.{bits}"] = _joined(_spread(getattr(r.nfnt, bits), r.nfnt_at, n))
    return out


def _toxic_state(r: StreamResult) -> IntArray:
    lacking = _joined(_spread(np.isnan(r.toxic["CA_tox"]).astype(np.int64), r.toxic_at, r.release.n))
    return np.where(r.consequence["toxic_case"] == 1, 1 + lacking, 0)


def _unverified(r: StreamResult) -> BoolArray:
    rel, n = r.release, r.release.n
    moved = (rel["phase"] == GAS) | (rel["fluid_check"] == 0) | (rel["W_n"] > rel["W_max8"])
    moved |= rel["detection"] == index_of("detection", "B")
    moved &= np.repeat(r.consequence["none_case"] != consequence.NONE_CASES.index("owner_none"), N_HOLES)
    poison = _spread((r.toxic["toxic_check"] == 0).astype(np.int64), r.toxic_at, n) > 0
    burns = np.repeat(r.consequence["flammable_case"] == 1, N_HOLES)
    return _any(moved | poison | (burns & (r.area["coef_check"] == 0))) | (r.consequence["gff_check"] == 0)


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
    parts: list[tuple[Result, dict[str, IntArray], BoolArray, IntArray, financial.Release]] = []

    def reduced(rows: slice) -> tuple[Result, dict[str, IntArray], BoolArray, IntArray, financial.Release]:
        r = evaluate(case, streams, rows)
        told = financial.release_of(r.release, r.area, r.consequence)
        return r.consequence, _masks(r), _unverified(r), _toxic_state(r), told

    chunks = [slice(start, min(start + chunk_rows, streams.n)) for start in range(0, max(streams.n, 1), chunk_rows)]
    for rows, part in zip(chunks, each(reduced, chunks), strict=True):
        parts.append(part)
        progress.step(rows.stop, streams.n)
    whole = _stacked([p[0] for p in parts])
    governing = _governing(whole["CA"], streams)
    joined = {m: np.concatenate([p[1][m] for p in parts])[governing] for m in parts[0][1]}
    joined |= {"consequence.missing": whole.missing[governing], "consequence.refused": whole.refused[governing]}
    moved, state = (np.concatenate([p[i] for p in parts])[governing] for i in (2, 3))
    return Consequences(
        streams,
        whole,
        governing,
        _case_of(whole["CA"], streams, governing),
        joined,
        np.where(np.isnan(whole["CA"][governing]), -1, moved).astype(np.int64),
        state,
        financial.joined([p[4] for p in parts]).take(governing),
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
