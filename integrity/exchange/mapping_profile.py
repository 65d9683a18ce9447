"""Mapping profile: how one kind of file of one sender is read; saved as JSON and used again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.exchange.dates import RULES
from integrity.exchange.detect import unit_scales
from integrity.exchange.fields import record_kind, record_kinds

LAYOUTS = ("long", "vessel_sheet", "piping_sheet", "fact_sheet")
CASES = ("keep", "upper")
VERSION = 1


@dataclass(frozen=True)
class IdRule:
    """How an identifier of the file becomes the plant's identifier.

    Parameters
    ----------
    case : str
        keep or upper.
    strip_spaces : bool
        Remove all blanks inside.
    template : str
        Pattern over fields, e.g. `{equipment}-{cml}`; empty takes the cell as it is.
    """

    case: str = "keep"
    strip_spaces: bool = False
    template: str = ""


@dataclass(frozen=True)
class MappingProfile:
    """How the columns of a table become the fields of a record kind.

    Parameters
    ----------
    kind : str
        Record kind.
    layout : str
        long, vessel_sheet (columns are angles), piping_sheet (columns are numbered readings) or fact_sheet (columns
        are symbols).
    fields : mapping of field to heading
    positions : mapping of heading to position
        Columns of a wide sheet: position of a reading, or symbol of a fact.
    labels : tuple of str
        Fields taken from labels above the table.
    constants : mapping of field to text
        Values that hold for the whole table.
    units : mapping of field to unit code
        Only where heading and labels do not name it or the user decided otherwise.
    dates : mapping of field to rule
        dmy, mdy or ymd where the column alone does not decide.
    codes : mapping of field to (text to code)
        The user's own translations.
    decimal : str
        `.`, `,` or empty to find it from each column.
    id_rule : IdRule
    name : str
    """

    kind: str
    layout: str = "long"
    fields: Mapping[str, str] = field(default_factory=dict)
    positions: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    decimal: str = ""
    id_rule: IdRule = field(default_factory=IdRule)
    name: str = ""

    def __post_init__(self) -> None:
        for key in ("fields", "positions", "constants", "units", "dates"):
            object.__setattr__(self, key, MappingProxyType(dict(getattr(self, key))))
        codes = {k: MappingProxyType(dict(v)) for k, v in self.codes.items()}
        object.__setattr__(self, "codes", MappingProxyType(codes))
        _check(self)

    def with_heading(self, field_key: str, heading: str) -> MappingProfile:
        """A copy in which a heading gives a field; an empty heading takes the field out.

        A heading gives one field only: whatever it gave before is freed.

        Parameters
        ----------
        field_key, heading : str

        Returns
        -------
        MappingProfile
        """
        kept = {f: h for f, h in self.fields.items() if h != heading and f != field_key}
        if heading:
            kept[field_key] = heading
        constants = {f: t for f, t in self.constants.items() if f != field_key}
        return replace(self, fields=kept, constants=constants)

    def with_choice(self, **changes: Any) -> MappingProfile:
        """A copy with some parts merged or replaced: mappings are merged, an empty value removes an entry.

        Parameters
        ----------
        **changes
            Any parameter of the profile.

        Returns
        -------
        MappingProfile
        """
        new: dict[str, Any] = {}
        for key, value in changes.items():
            old = getattr(self, key)
            if isinstance(old, Mapping) and isinstance(value, Mapping):
                value = {k: v for k, v in {**old, **value}.items() if v}
            new[key] = value
        return replace(self, **new)


def _check(profile: MappingProfile) -> None:
    if profile.kind not in record_kinds():
        raise InputError(msg("exchange.error.profile_kind", kind=profile.kind))
    if profile.layout not in LAYOUTS:
        raise InputError(msg("exchange.error.profile_layout", layout=profile.layout))
    kind = record_kind(profile.kind)
    for key in (*profile.fields, *profile.constants, *profile.units, *profile.dates, *profile.codes, *profile.labels):
        if key not in kind.fields:
            raise InputError(msg("exchange.error.profile_field", field=key, kind=profile.kind))
    for key, unit in profile.units.items():
        quantity = kind.fields[key].quantity
        if not quantity or unit not in unit_scales(quantity):
            raise InputError(msg("exchange.error.profile_unit", field=key, unit=unit))
    if bad := next((r for r in profile.dates.values() if r not in RULES), ""):
        raise InputError(msg("exchange.error.profile_rule", rule=bad, rules=", ".join(RULES)))
    if profile.decimal not in ("", ".", ",") or profile.id_rule.case not in CASES:
        raise InputError(msg("exchange.error.profile_value", value=profile.decimal or profile.id_rule.case))


def profile_to_json(profile: MappingProfile) -> str:
    """JSON text of a profile.

    Parameters
    ----------
    profile : MappingProfile

    Returns
    -------
    str
    """
    out: dict[str, Any] = {"version": VERSION}
    for part in fields(profile):
        value = getattr(profile, part.name)
        if isinstance(value, IdRule):
            value = asdict(value)
        elif part.name == "codes":
            value = {k: dict(v) for k, v in value.items()}
        elif isinstance(value, Mapping):
            value = dict(value)
        elif isinstance(value, tuple):
            value = list(value)
        out[part.name] = value
    return json.dumps(out, ensure_ascii=False, indent=1) + "\n"


def profile_from_json(text: str, source: str = "") -> MappingProfile:
    """Profile from its JSON text; refused where it is none or of a newer version.

    Parameters
    ----------
    text : str
    source : str
        File name, for the message.

    Returns
    -------
    MappingProfile
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(msg("exchange.error.profile_unreadable", file=source, line=error.lineno)) from error
    known = {part.name for part in fields(MappingProfile)}
    if not isinstance(data, dict) or data.get("version") != VERSION or "kind" not in data:
        raise InputError(msg("exchange.error.profile_version", file=source, version=VERSION))
    if unknown := sorted(set(data) - known - {"version"}):
        raise InputError(msg("exchange.error.profile_entry", file=source, entry=unknown[0]))
    values = {k: v for k, v in data.items() if k != "version"}
    try:
        values["id_rule"] = IdRule(**values.get("id_rule", {}))
        values["labels"] = tuple(values.get("labels", ()))
        return MappingProfile(**values)
    except (TypeError, ValueError, AttributeError) as error:
        raise InputError(msg("exchange.error.profile_entry", file=source, entry=str(error))) from error


def save_profile(profile: MappingProfile, path: Path) -> None:
    """Write a profile to a file.

    Parameters
    ----------
    profile : MappingProfile
    path : Path
    """
    path.write_text(profile_to_json(profile), encoding="utf-8")


def load_profile(path: Path) -> MappingProfile:
    """Read a profile from a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    MappingProfile
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(msg("exchange.error.cannot_open", file=path.name, reason=str(error))) from error
    return profile_from_json(text, path.name)
