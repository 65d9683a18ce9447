"""Guess which heading gives which field, in which unit and with which date rule, and show why."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from integrity.core.arrays import FloatArray
from integrity.core.message import Message, msg
from integrity.exchange.columns import TextColumn
from integrity.exchange.dates import DateGuess, guess_dates, read_date
from integrity.exchange.detect import (
    BLANK,
    NOT_MEASURED,
    OBSTRUCTED,
    OK,
    UnitGuess,
    guess_unit,
    heading_unit,
    is_unit,
    parse_numbers,
    read_code,
    read_nps,
    read_number,
    read_yes_no,
    share_readable,
    to_internal,
)
from integrity.exchange.facts import NO_SYMBOLS, FactSymbols, fact_columns
from integrity.exchange.fields import Field, RecordKind, given_by_cells, ignored_names, record_kind, record_kinds
from integrity.exchange.labels import find_labels
from integrity.exchange.mapping_profile import MappingProfile
from integrity.exchange.positions import angle_of, bare_angles, bare_ordinals, ordinal_of
from integrity.exchange.raw_table import RawTable
from integrity.exchange.text import cjk_of, has_cjk, heading_parts, key_of, key_set, tokens_of

IGNORED = "ignored"
LEAST_SCORE = 0.5
LEAST_LIKENESS = 0.85
LEAST_CHINESE_LIKENESS = 0.75
SAMPLE_ROWS = 5000
SUBJECT_FIELDS = ("subject", "component", "item", "circuit", "loop")
_NAME_RANK = 0.002
_FACT_WEIGHT = 0.97
_RANGE_SOURCES = ("nominal", "range", "default")


@dataclass(frozen=True)
class HeadingGuess:
    """What one heading is taken for.

    Parameters
    ----------
    heading : str
    field : str
        Field key; `ignored` for what another program has calculated; empty where nothing fits.
    score : float
        0 to about 1.1.
    evidence : Message
    alternatives : tuple of (str, float)
        Other fields with their scores, best first.
    """

    heading: str
    field: str
    score: float
    evidence: Message
    alternatives: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class MappingGuess:
    """The guess for a whole table, with the profile that follows from it.

    Parameters
    ----------
    profile : MappingProfile
    headings : tuple of HeadingGuess
    units : mapping of field to UnitGuess
    dates : mapping of field to DateGuess
    missing : tuple of str
        Required fields that nothing gives.
    choices : tuple of Message
        What the user must decide before the table can be read.
    """

    profile: MappingProfile
    headings: tuple[HeadingGuess, ...]
    units: Mapping[str, UnitGuess]
    dates: Mapping[str, DateGuess]
    missing: tuple[str, ...]
    choices: tuple[Message, ...]


@dataclass(frozen=True)
class KindGuess:
    """How well a table fits a record kind."""

    kind: str
    score: float
    evidence: Message


@cache
def _names(kind: str) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Fields of each normal key, with the rank of the name among the field's names."""
    out: dict[str, list[tuple[str, int]]] = {}
    for key, field in record_kind(kind).fields.items():
        for rank, name in enumerate(field.names):
            out.setdefault(key_of(name), []).append((key, rank))
    for name in ignored_names():
        out.setdefault(key_of(name), []).append((IGNORED, 0))
    return {k: tuple(v) for k, v in out.items()}


def _exact(heading: str, kind: RecordKind) -> dict[str, tuple[float, str]]:
    parts = heading_parts(heading)
    index = _names(kind.key)
    best: dict[str, tuple[float, str]] = {}
    hits: dict[str, set[str]] = {}
    for name in parts.names:
        for field, rank in index.get(key_of(name), ()):
            _raise(best, field, 1.0 - _NAME_RANK * rank, name)
            hits.setdefault(field, set()).add(key_of(name))
    for name, unit in parts.tails:
        if not is_unit(unit):
            continue
        for field, rank in index.get(key_of(name), ()):
            _raise(best, field, 0.99 - _NAME_RANK * rank, name)
    for field, names in hits.items():
        if any(has_cjk(n) for n in names) and any(not has_cjk(n) for n in names):
            _raise(best, field, best[field][0] + 0.05, best[field][1])
    return best


def _raise(best: dict[str, tuple[float, str]], field: str, score: float, name: str) -> None:
    if score > best.get(field, (0.0, ""))[0]:
        best[field] = (score, name)


def is_calculated(heading: str) -> bool:
    """Whether a heading names what another program has calculated: previous value, rate, remaining life.

    Parameters
    ----------
    heading : str

    Returns
    -------
    bool
    """
    parts = heading_parts(heading)
    names = (*parts.names, *(name for name, _ in parts.tails))
    return any(key_of(n) in key_set(ignored_names()) for n in names)


@dataclass(frozen=True)
class _Spelling:
    """One name of a field with its normal forms, made once."""

    field: str
    name: str
    chinese: str
    key: str
    words: frozenset[str]


@cache
def _spellings(kind: str) -> tuple[_Spelling, ...]:
    return tuple(
        _Spelling(field, name, cjk_of(name), key_of(name), frozenset(tokens_of(name)))
        for field, spec in record_kind(kind).fields.items()
        for name in spec.names
    )


@lru_cache(maxsize=4096)
def _close(heading: str, kind: str) -> Mapping[str, tuple[float, str]]:
    """Fields whose name is contained in the heading, or nearly spelt like it."""
    best: dict[str, tuple[float, str]] = {}
    parts = heading_parts(heading)
    words, chinese = frozenset(tokens_of(parts.names[-1] if parts.names else heading)), cjk_of(heading)
    latin = tuple(dict.fromkeys(key_of(n) for n in parts.names if not has_cjk(n)))
    for s in _spellings(kind):
        if s.chinese:
            if chinese and len(s.chinese) > 1 and s.chinese in chinese:
                _raise(best, s.field, 0.5 + 0.3 * len(s.chinese) / len(chinese), s.name)
            ratio = _likeness(chinese, s.chinese, LEAST_CHINESE_LIKENESS) if chinese else 0.0
            if ratio >= LEAST_CHINESE_LIKENESS:
                _raise(best, s.field, 0.8 * ratio, s.name)
            continue
        if s.words and s.words <= words and (len(s.words) > 1 or len(s.name) > 3):
            _raise(best, s.field, 0.5 + 0.3 * len(s.words) / len(words), s.name)
        for text in latin if len(s.name) > 4 else ():
            ratio = _likeness(text, s.key, LEAST_LIKENESS)
            if ratio >= LEAST_LIKENESS:
                _raise(best, s.field, 0.8 * ratio, s.name)
    return best


def _likeness(a: str, b: str, least: float) -> float:
    """Similarity of two texts; 0 where a bound shows, before letters are aligned, that it is below the least."""
    total = len(a) + len(b)
    if 2 * min(len(a), len(b)) < least * total:
        return 0.0
    x, y = set(a), set(b)
    if 2 * len(x & y) + total - len(x) - len(y) < least * total:
        return 0.0
    matcher = difflib.SequenceMatcher(None, a, b)
    return matcher.ratio() if matcher.quick_ratio() >= least else 0.0


def _unit_weight(heading: str, field: Field) -> float:
    """Factor for the unit that a heading names: it speaks for fields that can have it and against the others."""
    parts = heading_parts(heading)
    named = any(is_unit(b) and b not in ("1", "-") for b in parts.brackets)
    if field.type == "nps":
        return 1.0
    if field.type != "quantity":
        return 0.7 if named else 1.0
    if heading_unit(heading, field.quantity):
        return 1.06
    return 0.4 if named else 1.0


def _value_weight(column: TextColumn, field: Field) -> float:
    """Factor for what the cells hold: against fields whose type they do not fit."""
    if field.type in ("quantity", "integer"):
        fits = share_readable(column, lambda v, k: read_number(v)[2] in (OK, BLANK, NOT_MEASURED, OBSTRUCTED))
        few = _few_whole_numbers(column) if field.key == "t_mm" else False
        return (0.5 if fits < 0.4 else 1.0) * (0.6 if few else 1.0)
    if field.type == "date":
        return 0.5 if share_readable(column, lambda v, k: bool(read_date(v, k).days)) < 0.4 else 1.0
    if field.type == "code" and not field.open:
        return 0.6 if share_readable(column, lambda v, k: read_code(v, field.codes) is not None) < 0.3 else 1.0
    if field.type == "yesno":
        return 0.6 if share_readable(column, lambda v, k: read_yes_no(v) >= -1) < 0.3 else 1.0
    if field.type == "nps":
        return 0.7 if share_readable(column, _is_size) < 0.3 else 1.0
    if field.type == "unit":
        return 0.5 if share_readable(column, lambda v, k: is_unit(v)) < 0.3 else 1.0
    dated = share_readable(column, lambda v, k: read_date(v, k).style in ("iso", "dotted", "triple", "month_name"))
    return 0.7 if field.type == "id" and dated > 0.9 else 1.0


def _is_size(text: str, kind: int) -> bool:
    value = read_nps(text)
    return value == value or read_nps(text, True) == read_nps(text, True)


def _few_whole_numbers(column: TextColumn) -> bool:
    """Counters such as 1, 1, 1, 2: not thicknesses."""
    texts = [v.strip() for v in column.values if v.strip()]
    return 0 < len(texts) <= 20 and all(t.isdigit() and len(t) < 3 for t in texts)


def _known_weight(column: TextColumn, field: Field, known: Mapping[str, Collection[str]] | None) -> float:
    """Factor for identifiers that the plant knows, or knows none of."""
    if not known or field.key not in known or not known[field.key]:
        return 1.0
    names = {key_of(k) for k in known[field.key]}
    share = share_readable(column, lambda v, k: key_of(v) in names)
    return 1.1 if share >= 0.5 else (0.5 if share == 0.0 else 1.0)


def _scores(
    table: RawTable, samples: list[TextColumn], kind: RecordKind, known: Mapping[str, Collection[str]] | None
) -> list[dict[str, tuple[float, str]]]:
    out = []
    for heading, column in zip(table.headings, samples, strict=True):
        found = _exact(heading, kind) or _close(heading, kind.key)
        scored = {}
        for key, (score, name) in found.items():
            if key != IGNORED:
                field = kind.fields[key]
                score *= _unit_weight(heading, field) * _value_weight(column, field)
                score *= _known_weight(column, field, known)
            scored[key] = (round(score, 4), name)
        out.append(scored)
    return out


def _assign(scores: list[dict[str, tuple[float, str]]], kind: RecordKind, reserved: set[int]) -> dict[int, str]:
    """Best field for each column, each field once; equal scores go to the left column and the earlier field."""
    order = {key: i for i, key in enumerate(kind.fields)}
    pairs = [
        (-score, j, order.get(field, len(order)), field)
        for j, found in enumerate(scores)
        if j not in reserved
        for field, (score, _) in found.items()
        if score >= LEAST_SCORE
    ]
    given: dict[int, str] = {}
    taken: set[str] = set()
    for _, j, _, field in sorted(pairs):
        if j in given or field in taken:
            continue
        given[j] = field
        if field != IGNORED:
            taken.add(field)
    return given


def reading_columns(table: RawTable) -> tuple[str, dict[str, str]]:
    """Layout of a table of readings and its reading columns with their positions.

    Parameters
    ----------
    table : RawTable

    Returns
    -------
    layout : str
        vessel_sheet where three or more headings are angles, piping_sheet where two or more are numbered
        readings, else long.
    positions : dict of heading to position
    """
    angles = {h: str(a) for h in table.headings if (a := angle_of(h)) is not None}
    angles = angles or {h: str(a) for h, a in bare_angles(table.headings).items()}
    if len(angles) >= 3:
        return "vessel_sheet", angles
    ordinals = {h: str(k) for h in table.headings if (k := ordinal_of(h)) is not None}
    ordinals = ordinals or {h: str(k) for h, k in bare_ordinals(table.headings).items()}
    if len(ordinals) >= 2 and len(set(ordinals.values())) == len(ordinals):
        return "piping_sheet", ordinals
    return "long", {}


def _wide_columns(table: RawTable, kind: str, symbols: FactSymbols) -> tuple[str, dict[str, str]]:
    """Layout of a table, and the columns whose cells are records of their own."""
    if kind == "reading":
        return reading_columns(table)
    if kind == "fact" and (found := fact_columns(table.headings, symbols)):
        return "fact_sheet", found
    return "long", {}


def guess_mapping(
    table: RawTable,
    kind: str,
    *,
    nominal: FloatArray | None = None,
    known: Mapping[str, Collection[str]] | None = None,
    as_of_d: int | None = None,
    symbols: FactSymbols = NO_SYMBOLS,
) -> MappingGuess:
    """Guess the mapping of a table to a record kind.

    Parameters
    ----------
    table : RawTable
    kind : str
    nominal : ndarray of float64, optional
        Nominal thickness (mm) of each row where the caller knows it, to tell the unit of readings.
    known : mapping of field to identifiers, optional
        Identifiers that the plant already has.
    as_of_d : int, optional
        A date rule that would give later dates is excluded.
    symbols : FactSymbols
        Symbols that the columns of a table of facts may name.

    Returns
    -------
    MappingGuess
        Its profile can be used as it is where `choices` and `missing` are empty.
    """
    spec = record_kind(kind)
    samples = [c.take(slice(0, SAMPLE_ROWS)).compact() for c in table.columns]
    layout, positions = _wide_columns(table, kind, symbols)
    reserved = {j for j, h in enumerate(table.headings) if h in positions}
    scores = _scores(table, samples, spec, known)
    given = _assign(scores, spec, reserved)
    cells = given_by_cells(kind) if positions else ()
    headings = tuple(_heading_guess(h, j, scores[j], given, positions, cells) for j, h in enumerate(table.headings))
    fields = {f: table.headings[j] for j, f in sorted(given.items()) if f != IGNORED}
    labels = find_labels(table) if kind == "reading" else {}
    used = tuple(f for f in labels if f not in fields and f in spec.fields)
    provided = {*fields, *used, *cells}
    units = _guess_units(table, samples, spec, fields, positions, labels.get("unit"), nominal)
    dates = _guess_all_dates(table, spec, fields, as_of_d)
    missing = tuple(f for f in spec.required if f not in provided)
    profile = MappingProfile(
        kind=kind,
        layout=layout,
        fields=fields,
        positions=positions,
        labels=used,
        units={f: u.unit for f, u in units.items() if u.unit and u.source in _RANGE_SOURCES},
        dates={f: d.rule for f, d in dates.items() if d.rule},
    )
    return MappingGuess(profile, headings, units, dates, missing, _choices(spec, missing, units, dates, fields))


def _heading_guess(
    heading: str,
    j: int,
    found: dict[str, tuple[float, str]],
    given: dict[int, str],
    positions: Mapping[str, str],
    cells: tuple[str, ...],
) -> HeadingGuess:
    if heading in positions:
        key = "exchange.mapping.position" if cells[0] == "t_mm" else "exchange.mapping.symbol"
        evidence = msg(key, heading=heading, position=positions[heading])
        return HeadingGuess(heading, cells[0], 1.0, evidence, ())
    field = given.get(j, "")
    others = sorted(((f, s) for f, (s, _) in found.items() if f != field), key=lambda item: -item[1])
    if not field:
        return HeadingGuess(heading, "", 0.0, msg("exchange.mapping.no_match", heading=heading), tuple(others[:3]))
    score, name = found[field]
    key = "exchange.mapping.calculated" if field == IGNORED else "exchange.mapping.matched"
    evidence = msg(key, heading=heading, name=name, score=round(score, 2))
    return HeadingGuess(heading, field, score, evidence, tuple(others[:3]))


def _guess_units(
    table: RawTable,
    samples: list[TextColumn],
    spec: RecordKind,
    fields: Mapping[str, str],
    positions: Mapping[str, str],
    label: object,
    nominal: FloatArray | None,
) -> dict[str, UnitGuess]:
    text = getattr(label, "text", "")
    by_heading = dict(zip(table.headings, samples, strict=True))
    out: dict[str, UnitGuess] = {}
    for key, heading in fields.items():
        field = spec.fields[key]
        if field.type == "quantity":
            values = parse_numbers(by_heading[heading]).values
            out[key] = guess_unit(field, heading, values, text if field.quantity == "thickness" else "")
    measured = list(positions if spec.key == "reading" else ()) or [fields[f] for f in ("t_mm",) if f in fields]
    values_of = [by_heading[h] for h in measured]
    if not values_of:
        return out
    if "unit" in fields:
        out["t_mm"] = UnitGuess("", "unit_column", False, (msg("exchange.unit.column", heading=fields["unit"]),))
        return out
    heading = next(iter(positions), fields.get("t_mm", ""))
    values = np.concatenate([parse_numbers(c).values for c in values_of])
    basis = None if positions else _nominal_of(table, samples, spec, fields, nominal, out)
    out["t_mm"] = guess_unit(spec.fields["t_mm"], heading, values, text, basis)
    return out


def _nominal_of(
    table: RawTable,
    samples: list[TextColumn],
    spec: RecordKind,
    fields: Mapping[str, str],
    nominal: FloatArray | None,
    units: Mapping[str, UnitGuess],
) -> FloatArray | None:
    """Nominal thickness of the sampled rows: the caller's, else the table's own column where its unit is named."""
    if nominal is not None:
        return nominal[:SAMPLE_ROWS]
    guess = units.get("t_nom_mm")
    if guess is None or guess.source not in ("heading", "label"):
        return None
    column = samples[table.headings.index(fields["t_nom_mm"])]
    return to_internal(parse_numbers(column).values, "thickness", guess.unit)


def _guess_all_dates(
    table: RawTable, spec: RecordKind, fields: Mapping[str, str], as_of_d: int | None
) -> dict[str, DateGuess]:
    return {
        key: guess_dates(table.column(heading).compact(), as_of_d)
        for key, heading in fields.items()
        if spec.fields[key].type == "date"
    }


def _choices(
    spec: RecordKind,
    missing: tuple[str, ...],
    units: Mapping[str, UnitGuess],
    dates: Mapping[str, DateGuess],
    fields: Mapping[str, str],
) -> tuple[Message, ...]:
    name = {f: f"@{spec.fields[f].label}" for f in spec.fields}
    out = [msg("exchange.choice.missing_field", field=name[f]) for f in missing]
    unclear = [f for f, u in units.items() if u.needs_choice]
    out += [msg("exchange.choice.unit", field=name[f], heading=fields.get(f, "")) for f in unclear]
    unclear = [f for f, d in dates.items() if d.needs_choice]
    out += [msg("exchange.choice.date_rule", field=name[f], heading=fields[f]) for f in unclear]
    return tuple(out)


def guess_kind(table: RawTable, symbols: FactSymbols = NO_SYMBOLS) -> tuple[KindGuess, ...]:
    """Record kinds that a table could hold, best first.

    Half of the score is how well its required fields are found, half the share of headings that are recognised.

    Parameters
    ----------
    table : RawTable
    symbols : FactSymbols
        Symbols that the columns of a table of facts may name.

    Returns
    -------
    tuple of KindGuess
    """
    samples = [c.take(slice(0, SAMPLE_ROWS)).compact() for c in table.columns]
    labels = find_labels(table)
    out = []
    for key, spec in record_kinds().items():
        layout, positions = _wide_columns(table, key, symbols)
        reserved = {j for j, h in enumerate(table.headings) if h in positions}
        scores = _scores(table, samples, spec, None)
        given = _assign(scores, spec, reserved)
        found = {f: scores[j][f][0] for j, f in given.items() if f != IGNORED}
        if positions:
            found |= dict.fromkeys(given_by_cells(key), 1.0)
        if key == "reading":
            found |= {f: 1.0 for f in labels if f in spec.fields and f not in found}
        need = sum(min(found.get(f, 0.0), 1.0) for f in spec.required) / len(spec.required)
        named = (len(given) + len(reserved)) / max(len(table.headings), 1)
        score = round((0.5 * need + 0.5 * named) * _subject_weight(key, found), 3)
        evidence = msg(
            "exchange.kind.evidence",
            required=sum(1 for f in spec.required if f in found),
            of=len(spec.required),
            headings=len(given) + len(reserved),
            columns=len(table.headings),
            layout=layout,
        )
        out.append(KindGuess(key, score, evidence))
    return tuple(sorted(out, key=lambda g: -g.score))


def _subject_weight(kind: str, found: Mapping[str, float]) -> float:
    """Facts and decisions must say what they are of; and a list that has its own kind goes before a table of facts."""
    if kind not in ("fact", "damage"):
        return 1.0
    return _FACT_WEIGHT if any(f in found for f in SUBJECT_FIELDS) else 0.5
