"""Settings: every choice that moves a number, frozen, printed, with the default of the convention it follows."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.core.tables import read_json

_FILE = Path(__file__).parent / "tables" / "settings.json"

Value = float | str | bool


@dataclass(frozen=True)
class SettingSpec:
    """One setting: default, quantity, allowed codes, and a short source of the default.

    `form` says how a text is written: "cells" (a risk matrix) or "<k> numbers" (ascending, positive, by blanks); an
    empty text is always allowed.
    """

    key: str
    default: Value
    quantity: str
    allowed: tuple[str, ...]
    source: str
    form: str = ""


@lru_cache(maxsize=1)
def setting_specs() -> Mapping[str, SettingSpec]:
    """All known settings.

    Returns
    -------
    mapping of key to SettingSpec
    """
    return {
        key: SettingSpec(
            key,
            row["default"],
            row.get("quantity", "code"),
            tuple(row.get("allowed", ())),
            row["source"],
            row.get("form", ""),
        )
        for key, row in read_json(_FILE)["settings"].items()
    }


@dataclass(frozen=True)
class Settings:
    """Immutable set of choices; what is not given has the default of `core/tables/settings.json`.

    Parameters
    ----------
    changed : mapping of str to float, str or bool
        Values that differ from the defaults; an unknown key or a value outside the allowed codes is refused.
    """

    changed: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, value in self.changed.items():
            _check(key, value)
        object.__setattr__(self, "changed", MappingProxyType(dict(self.changed)))

    def __getitem__(self, key: str) -> Value:
        if key not in setting_specs():
            raise InputError(msg("core.unknown_setting", key=key))
        return self.changed.get(key, setting_specs()[key].default)

    def number(self, key: str) -> float:
        """A numeric setting, in the internal unit of its quantity."""
        return float(self[key])

    def code(self, key: str) -> str:
        """A setting that is one of a list of codes."""
        return str(self[key])

    def flag(self, key: str) -> bool:
        """A setting that is yes or no."""
        return bool(self[key])

    def with_(self, **changes: Value) -> Settings:
        """A copy with some values changed; double underscores in names stand for dots."""
        return Settings({**self.changed, **{k.replace("__", "."): v for k, v in changes.items()}})

    def all(self) -> dict[str, Value]:
        """Every setting with its value in force."""
        return {key: self[key] for key in setting_specs()}

    def digest(self) -> str:
        """SHA-256 of all values in force."""
        return hashlib.sha256(json.dumps(self.all(), sort_keys=True).encode()).hexdigest()


def _check(key: str, value: Value) -> None:
    spec = setting_specs().get(key)
    if spec is None:
        raise InputError(msg("core.unknown_setting", key=key))
    if spec.allowed and str(value) not in spec.allowed:
        raise InputError(msg("core.setting_not_allowed", key=key, value=str(value), allowed=", ".join(spec.allowed)))
    numeric = isinstance(spec.default, int | float) and not isinstance(spec.default, bool)
    if numeric and (isinstance(value, str | bool) or value != value):
        raise InputError(msg("core.setting_not_a_number", key=key, value=str(value)))
    if spec.form and str(value) and not _has_form(str(value), spec.form):
        raise InputError(msg("core.setting_form", key=key, value=str(value), form=spec.form))


def _has_form(text: str, form: str) -> bool:
    if form == "cells":
        rows = [row.split() for row in text.split("/")]
        return len(rows) == 5 and all(len(r) == 5 and set(r) <= {"L", "M", "MH", "H"} for r in rows)
    try:
        numbers = [float(t) for t in text.split()]
    except ValueError:
        return False
    rising = all(0 < a < b for a, b in itertools.pairwise(numbers))
    return rising and len(numbers) == int(form.split()[0])


DEFAULTS = Settings()
