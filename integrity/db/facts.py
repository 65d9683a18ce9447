"""What is known of each component, from facts, streams and linings: the nearest subject wins, then the latest day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from integrity.core.arrays import NO_DATE, AnyArray, FloatArray, IntArray
from integrity.core.frames.facts import Facts
from integrity.core.frames.plant import ComponentFrame
from integrity.db.cursor import Numbering, chunked, floats, integers
from integrity.db.fact_sql import (
    CIRCUIT,
    COMPONENT,
    DAY_SHIFT,
    EQUIPMENT,
    LEVELS,
    LOOP,
    PLACE_STEP,
    STREAM_SYMBOLS,
    fact_select,
    lining_select,
    stream_select,
)
from integrity.db.plant_sql import live_components
from integrity.db.subjects import Subjects

# A metallic lining is one that the wall is clad with.
METALLIC = ("clad", "cladding", "weld_overlay", "strip_lining")


@dataclass(frozen=True)
class _Said:
    """Values of one level, the later over the earlier: subject, symbol, number or day, text, and whether a day."""

    subject: IntArray
    symbol: IntArray
    value: FloatArray
    text: IntArray
    is_day: IntArray


def read_facts(connection: Connection, components: ComponentFrame, site_id: int, as_of_d: int) -> Facts:
    """The facts of the components, in five selects: numbers, texts, streams, linings, names of loops.

    Parameters
    ----------
    connection : Connection
    components : ComponentFrame
        As read in the same view.
    site_id : int
    as_of_d : int

    Returns
    -------
    Facts
        The component's own record goes before that of its item, its circuit, its loop. At one level a recorded fact
        goes before a stream or a lining; of two streams that differ none is taken.
    """
    live = live_components(site_id, as_of_d)
    symbols, texts = Numbering(), Numbering()
    subjects = Subjects(connection, components.columns(), site_id)
    recorded = _recorded(connection, as_of_d, symbols, texts)
    streams = _streams(connection, live, site_id, symbols)
    linings = _linings(connection, live, as_of_d, symbols, texts)
    layers = {
        LOOP: [*streams[LOOP], *recorded[LOOP]],
        CIRCUIT: [*streams[CIRCUIT], *recorded[CIRCUIT]],
        EQUIPMENT: recorded[EQUIPMENT],
        COMPONENT: [*streams[COMPONENT], linings, *recorded[COMPONENT]],
    }
    columns = _Columns(components.n, symbols, texts)
    for level, layer in layers.items():
        for said in layer:
            columns.add(said, subjects, level)
    return Facts(components.n, columns.finished())


class _Columns:
    """One column a symbol, filled from the weakest layer to the strongest."""

    def __init__(self, n: int, symbols: Numbering, texts: Numbering) -> None:
        self._n, self._symbols, self._texts = n, symbols, texts
        self._value: dict[int, FloatArray] = {}
        self._text: dict[int, IntArray] = {}
        self._days: set[int] = set()
        self._numbers: set[int] = set()

    def add(self, said: _Said, subjects: Subjects, level: int) -> None:
        """Lay the values of one level over those so far."""
        place, row = subjects.spread(said.subject, level)
        for symbol, at in _by_symbol(said.symbol[place]):
            here, rows = place[at], row[at]
            text, is_day = said.text[here], said.is_day[here] == 1
            known = ~np.isnan(said.value[here])
            self._of(symbol, self._value, np.nan)[rows] = said.value[here]
            self._of(symbol, self._text, -1)[rows] = text
            if bool((known & is_day).any()):
                self._days.add(symbol)
            if bool((known & ~is_day).any()):
                self._numbers.add(symbol)

    def _of(self, symbol: int, held: dict[int, Any], blank: float) -> AnyArray:
        if symbol not in held:
            held[symbol] = np.full(self._n, blank, dtype=np.float64 if np.isnan(blank) else np.int64)
        return np.asarray(held[symbol])

    def finished(self) -> dict[str, AnyArray]:
        """Columns in the order of the symbols; one that has a text anywhere is one of texts."""
        table = np.array([*self._texts, ""], dtype=object)
        out: dict[str, AnyArray] = {}
        for name, symbol in sorted(self._symbols.items()):
            if symbol not in self._value:
                continue
            text, value = self._text[symbol], self._value[symbol]
            if bool((text >= 0).any()):
                out[name] = table[text]
            elif symbol in self._days and symbol not in self._numbers:
                out[name] = np.where(np.isnan(value), NO_DATE, value).astype(np.int64)
            elif symbol in self._numbers:
                out[name] = value
        return out


def _by_symbol(symbol: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Places of each symbol, in their order."""
    order = np.argsort(symbol.astype(np.int16), kind="stable")
    ordered = symbol[order]
    cuts = np.flatnonzero(np.diff(ordered)) + 1
    for part in np.split(order, cuts):
        if part.size:
            yield int(symbol[part[0]]), part


def _recorded(connection: Connection, as_of_d: int, symbols: Numbering, texts: Numbering) -> list[list[_Said]]:
    """Recorded facts of each level: the numbers and days, then the texts."""
    found: list[list[_Said]] = [[] for _ in range(LEVELS)]
    for are_texts in (False, True):
        turns = [integers(0), symbols.turn, texts.turn if are_texts else floats]
        place, symbol, cell = chunked(connection, fact_select(as_of_d, texts=are_texts), turns)
        for level, said in enumerate(_by_level(place, symbol, cell, are_texts)):
            found[level].append(said)
    return found


def _by_level(place: IntArray, symbol: IntArray, cell: AnyArray, are_texts: bool) -> Iterator[_Said]:
    from_d = place % PLACE_STEP - DAY_SHIFT
    key = place // PLACE_STEP
    level = key // 2 % LEVELS
    for k in range(LEVELS):
        at = np.flatnonzero(level == k)
        days = from_d[at]
        if at.size and bool((days != days[0]).any()):
            at = at[np.argsort(days, kind="stable")]
        value = np.full(at.size, np.nan) if are_texts else cell[at]
        text = cell[at] if are_texts else np.full(at.size, -1, dtype=np.int64)
        yield _Said(key[at] // (2 * LEVELS), symbol[at], value, text, key[at] % 2)


def _streams(connection: Connection, live: Any, site_id: int, symbols: Numbering) -> list[list[_Said]]:
    statement, names = stream_select(live, site_id)
    turns = [integers(-1), integers(-1), *[floats] * len(STREAM_SYMBOLS)]
    level, subject, *values = chunked(connection, statement, turns)
    out: list[list[_Said]] = [[] for _ in range(LEVELS)]
    for column, value in zip(names[2:], values, strict=True):
        for k in np.unique(level).tolist():
            at = np.flatnonzero((level == k) & ~np.isnan(value))
            one, number = _agreed(subject[at], value[at])
            blank = np.full(one.size, -1, dtype=np.int64)
            symbol = np.full(one.size, symbols[STREAM_SYMBOLS[column]], dtype=np.int64)
            out[k].append(_Said(one, symbol, number, blank, np.zeros(one.size, dtype=np.int64)))
    return out


def _agreed(subject: IntArray, value: FloatArray) -> tuple[IntArray, FloatArray]:
    """One value a subject; none where two streams of it differ, for nobody has said which one rules."""
    ids, back = np.unique(subject, return_inverse=True)
    low, high = np.full(ids.size, np.inf), np.full(ids.size, -np.inf)
    np.minimum.at(low, back, value)
    np.maximum.at(high, back, value)
    same = low == high
    return ids[same], low[same]


def _joined(parts: Sequence[_Said]) -> _Said:
    names = ("subject", "symbol", "value", "text", "is_day")
    return _Said(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))


def _linings(connection: Connection, live: Any, as_of_d: int, symbols: Numbering, texts: Numbering) -> _Said:
    statement, _ = lining_select(live, as_of_d)
    missing = integers(-1)
    turns = [missing, texts.turn, texts.turn, floats, floats, floats]
    part, kind, condition, thickness, installed, inspected = chunked(connection, statement, turns)
    metallic = np.isin(kind, [texts[name] for name in METALLIC if name in texts])
    yes = np.full(part.size, texts["yes"], dtype=np.int64)
    nothing = np.full(part.size, np.nan)
    none = np.full(part.size, -1, dtype=np.int64)
    given: Mapping[str, tuple[AnyArray, AnyArray, bool]] = {
        "lining_type": (nothing, kind, False),
        "lining_condition": (nothing, condition, False),
        "lining_d": (installed, none, True),
        "lining_inspected_d": (inspected, none, True),
        "t_lining_mm": (thickness, none, False),
        "clad": (nothing, np.where(metallic, yes, none), False),
        "t_clad_mm": (np.where(metallic, thickness, np.nan), none, False),
    }
    out = []
    for symbol, (value, text, is_day) in given.items():
        at = np.flatnonzero(~np.isnan(value) | (text >= 0))
        size = at.size
        number = np.full(size, symbols[symbol], dtype=np.int64)
        out.append(_Said(part[at], number, value[at], text[at], np.full(size, int(is_day), dtype=np.int64)))
    return _joined(out)
