"""Read the tables of a file for an import, guess what they hold, and let the user change it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from integrity.core.errors import InputError
from integrity.core.message import Message, msg
from integrity.core.progress import SILENT, Progress
from integrity.exchange.columns import TextColumn, constant_column
from integrity.exchange.dates import DateGuess, guess_dates
from integrity.exchange.detect import UnitGuess, guess_unit, parse_numbers
from integrity.exchange.fields import Field, given_by_cells, record_kind, record_kinds
from integrity.exchange.labels import find_labels
from integrity.exchange.mapping import SAMPLE_ROWS, MappingGuess, guess_kind, guess_mapping
from integrity.exchange.mapping_profile import MappingProfile
from integrity.exchange.raw_table import RawTable
from integrity.exchange.readers import read_table, sheet_names
from integrity.services.imports_profiles import SavedProfile, fitting_profile
from integrity.services.imports_types import ImportTable
from integrity.services.known_facts import known_symbols

LEAST_KIND_SCORE = 0.5
_BLOCK = 1 << 20
_ASSUMED = ("nominal", "range", "default")


def read_tables(
    path: Path,
    *,
    profiles: Sequence[SavedProfile] = (),
    as_of_d: int | None = None,
    progress: Progress = SILENT,
) -> list[ImportTable]:
    """All tables of a file, each with a guess of what it holds and how it is to be read.

    Parameters
    ----------
    path : Path
        Workbook or delimited text.
    profiles : sequence of SavedProfile
        A saved profile for the same headings goes before the guess; see `load_profiles`.
    as_of_d : int, optional
        A date rule that would give later dates is excluded.
    progress : Progress
        Told of the rows read.

    Returns
    -------
    list of ImportTable
        One for each sheet with headings. A file that cannot be read is refused with the reason.
    """
    digest, size = _digest(path)
    out = []
    for sheet in sheet_names(path):
        raw = read_table(path, sheet or None, progress=progress)
        if raw.headings:
            out.append(_table(path, digest, size, raw, profiles, as_of_d))
    return out


def _digest(path: Path) -> tuple[str, int]:
    total, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as f:
            while block := f.read(_BLOCK):
                total.update(block)
                size += len(block)
    except OSError as error:
        raise InputError(msg("exchange.error.cannot_open", file=path.name, reason=str(error.strerror))) from error
    return total.hexdigest(), size


def _table(
    path: Path, digest: str, size: int, raw: RawTable, profiles: Sequence[SavedProfile], as_of_d: int | None
) -> ImportTable:
    kinds = guess_kind(raw, known_symbols())
    base = ImportTable(path, digest, size, raw, kinds, "", None, None, as_of_d=as_of_d)
    saved = fitting_profile(raw.headings, profiles)
    if saved is not None:
        return replace(_settled(_of_kind(base, saved.profile.kind), saved.profile), profile_name=saved.name)
    if not kinds or kinds[0].score < LEAST_KIND_SCORE:
        return replace(base, choices=(msg("import.choice.kind", file=f"{raw.file} {raw.sheet}".strip()),))
    return _of_kind(base, kinds[0].kind)


def _of_kind(table: ImportTable, kind: str) -> ImportTable:
    guess = guess_mapping(table.raw, kind, as_of_d=table.as_of_d, symbols=known_symbols())
    return _settled(replace(table, kind=kind, guess=guess, profile_name=""), guess.profile)


def with_changes(
    table: ImportTable,
    *,
    kind: str | None = None,
    mapping: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    date_rule: str | Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    profile: MappingProfile | None = None,
    accept_suggestions: bool | None = None,
    rating_from_d: int | None = None,
) -> ImportTable:
    """The table with the user's decisions; what is not given stays.

    Parameters
    ----------
    table : ImportTable
    kind : str, optional
        Another record kind; the mapping is guessed anew.
    mapping : mapping of field to heading, optional
        An empty heading takes the field out.
    units : mapping of field to unit code, optional
        `t_mm` is the thickness of readings, also on wide sheets.
    date_rule : str or mapping of field to rule, optional
        dmy, mdy or ymd, for all date columns or for each.
    constants : mapping of field to text, optional
        Values that hold for the whole table.
    profile : MappingProfile, optional
        A whole mapping, e.g. a saved one.
    accept_suggestions : bool, optional
    rating_from_d : int, optional
        Day from which changed ratings hold.

    Returns
    -------
    ImportTable
        Its `choices` say what is still open.
    """
    new = table
    if kind is not None and kind != table.kind:
        new = _of_kind(new, kind)
    if profile is not None:
        new = replace(_of_kind(new, profile.kind), profile=profile, profile_name=profile.name)
    if accept_suggestions is not None:
        new = replace(new, accept_suggestions=accept_suggestions)
    if rating_from_d is not None:
        new = replace(new, rating_from_d=rating_from_d)
    if new.profile is None:
        return new
    chosen = new.profile
    for field_key, heading in (mapping or {}).items():
        chosen = _moved(new.raw, chosen, field_key, heading)
    if constants:
        chosen = chosen.with_choice(constants=constants)
    if units:
        chosen = chosen.with_choice(units=units)
    if date_rule is not None:
        chosen = chosen.with_choice(dates=_rules(chosen, date_rule))
    return _settled(new, chosen)


def _moved(raw: RawTable, profile: MappingProfile, field_key: str, heading: str) -> MappingProfile:
    """The profile with another heading for a field; unit and date rule that belonged to the old one are dropped."""
    if heading and heading not in raw.headings:
        raise InputError(msg("exchange.error.heading_absent", file=raw.file, sheet=raw.sheet, heading=heading))
    moved = profile.with_heading(field_key, heading)
    touched = {field_key} | {f for f, h in profile.fields.items() if h == heading}
    return moved.with_choice(units=dict.fromkeys(touched, ""), dates=dict.fromkeys(touched, ""))


def _rules(profile: MappingProfile, date_rule: str | Mapping[str, str]) -> dict[str, str]:
    if not isinstance(date_rule, str):
        return dict(date_rule)
    fields = record_kind(profile.kind).fields
    given = (*profile.fields, *profile.constants, *profile.labels)
    return {f: date_rule for f in given if fields[f].type == "date"}


def _settled(table: ImportTable, profile: MappingProfile) -> ImportTable:
    """Units and date rules that can be found without asking are filled in; what is left becomes a choice."""
    units, dates = _guesses(table, profile)
    sure = {f: u.unit for f, u in units.items() if u.unit and u.source in _ASSUMED and f not in profile.units}
    rules = {f: d.rule for f, d in dates.items() if d.rule and f not in profile.dates}
    full = profile.with_choice(units=sure, dates=rules)
    guess = None if table.guess is None else _with_guesses(table.guess, full, units, dates)
    return replace(table, profile=full, guess=guess, choices=_open(table.raw, full, units, dates))


def _with_guesses(
    guess: MappingGuess, profile: MappingProfile, units: Mapping[str, UnitGuess], dates: Mapping[str, DateGuess]
) -> MappingGuess:
    """The guess with the mapping in force; its own evidence stays where a field still has the same heading."""
    same = {f for f, h in profile.fields.items() if guess.profile.fields.get(f) == h}
    same_cells = bool(profile.positions) and profile.positions == guess.profile.positions
    same |= {"t_mm"} if same_cells and profile.kind == "reading" else set()
    kept_units = {f: u for f, u in guess.units.items() if f in same}
    kept_dates = {f: d for f, d in guess.dates.items() if f in same}
    return replace(guess, profile=profile, units={**units, **kept_units}, dates={**dates, **kept_dates})


def _guesses(table: ImportTable, profile: MappingProfile) -> tuple[dict[str, UnitGuess], dict[str, DateGuess]]:
    """Unit and date rule of each mapped column, found as if the mapping had been guessed."""
    raw, spec = table.raw, record_kind(profile.kind)
    labels = find_labels(raw) if profile.kind == "reading" else {}
    text = labels["unit"].text if "unit" in labels and "unit" in profile.labels else ""
    units: dict[str, UnitGuess] = {}
    dates: dict[str, DateGuess] = {}
    for key, heading in profile.fields.items():
        if heading not in raw.headings:
            continue
        field = spec.fields[key]
        if field.type == "date":
            dates[key] = guess_dates(raw.column(heading).compact(), table.as_of_d)
        elif field.type == "quantity" and not (key == "t_mm" and "unit" in profile.fields):
            units[key] = _unit(raw, field, [heading], text)
    single = {f: labels[f].text for f in profile.labels if f in labels} | dict(profile.constants)
    for key, value in single.items():
        if key not in dates and spec.fields[key].type == "date":
            dates[key] = guess_dates(constant_column(value, 1), table.as_of_d)
    there = [h for h in profile.positions if h in raw.headings and profile.kind == "reading"]
    if there:
        units["t_mm"] = _unit(raw, spec.fields["t_mm"], there, text)
    return units, dates


def _unit(raw: RawTable, field: Field, headings: Sequence[str], label: str) -> UnitGuess:
    values = np.concatenate([parse_numbers(_sample(raw.column(h))).values for h in headings])
    return guess_unit(field, headings[0], values, label if field.quantity == "thickness" else "")


def _sample(column: TextColumn) -> TextColumn:
    return column.take(slice(0, SAMPLE_ROWS)).compact()


def _open(
    raw: RawTable, profile: MappingProfile, units: Mapping[str, UnitGuess], dates: Mapping[str, DateGuess]
) -> tuple[Message, ...]:
    """What the user must still decide."""
    spec = record_kind(profile.kind)
    by_cells = given_by_cells(profile.kind) if profile.positions else ()
    given = {*profile.fields, *profile.constants, *profile.labels, *by_cells}
    out = [msg("exchange.choice.missing_field", field=f) for f in spec.required if f not in given]
    labels = {f: label.label for f, label in find_labels(raw).items()}
    where = {**labels, **profile.fields}
    out += [
        msg("exchange.choice.unit", field=f, heading=where.get(f, ""))
        for f, u in units.items()
        if u.needs_choice and f not in profile.units
    ]
    out += [
        msg("exchange.choice.date_rule", field=f, heading=where.get(f, ""))
        for f, d in dates.items()
        if d.needs_choice and f not in profile.dates
    ]
    return tuple(out)


def kinds_of_record() -> tuple[str, ...]:
    """Record kinds that can be imported.

    Returns
    -------
    tuple of str
    """
    return tuple(record_kinds())
