"""Record kinds that a foreign table can hold, their fields, and the names those fields go by in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from integrity.core.codes import codes
from integrity.core.errors import ContractError
from integrity.core.message import msg
from integrity.core.tables import read_json

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Field:
    """One field of a record kind.

    Parameters
    ----------
    key : str
        Name of the field; numbers carry the field's symbol.
    type : str
        id, text, quantity, integer, date, code, yesno, nps, unit or position.
    quantity : str
        Quantity key for numbers, else empty.
    required : bool
        A row without it is rejected.
    codes : str
        Name of the enumeration for `code` fields.
    open : bool
        An unknown code is kept as text and does not reject the row.
    month : bool
        A date that names only year and month is accepted as the first day of that month, flagged.
    default_unit : str
        Unit where the heading names none and only one is in use; empty where the user must choose.
    minimum, maximum : float or None
        Bounds in the internal unit, inclusive.
    positive : bool
        Zero and less are refused.
    en, zh : tuple of str
        Names in English and in Chinese.
    label : str
        Catalogue key of its name on screen.
    """

    key: str
    type: str
    quantity: str = ""
    required: bool = False
    codes: str = ""
    open: bool = False
    month: bool = False
    default_unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    positive: bool = False
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    label: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names of both languages, the key included."""
        return (self.key.replace("_", " ").strip(), *self.en, *self.zh)


@dataclass(frozen=True)
class RecordKind:
    """A kind of record: its fields in order and the fields that must be unique together.

    Parameters
    ----------
    key : str
    unique : tuple of str
        Fields whose combination may occur once in a file; empty where repeats are allowed.
    fields : mapping of str to Field
    """

    key: str
    unique: tuple[str, ...]
    fields: Mapping[str, Field]

    @property
    def required(self) -> tuple[str, ...]:
        """Keys of the fields that a row must have."""
        return tuple(k for k, f in self.fields.items() if f.required)


def _field(key: str, definition: str, row: Mapping[str, Any], required: bool) -> Field:
    return Field(
        key=key,
        type=row["type"],
        quantity=row.get("quantity", ""),
        required=required,
        codes=row.get("codes", ""),
        open=bool(row.get("open", False)),
        month=bool(row.get("month", False)),
        default_unit=row.get("default_unit", ""),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        positive=bool(row.get("positive", False)),
        en=tuple(row["en"]),
        zh=tuple(row["zh"]),
        label=f"exchange.field.{definition}",
    )


@lru_cache(maxsize=1)
def record_kinds() -> Mapping[str, RecordKind]:
    """All record kinds by key, in the order of the data file.

    Returns
    -------
    mapping of str to RecordKind
    """
    data = read_json(TABLES / "fields.json")
    out = {}
    for key, row in data["kinds"].items():
        named = [(f.get("key", f["field"]), f) for f in row["fields"]]
        fields = {
            k: _field(k, f["field"], data["fields"][f["field"]], bool(f.get("required", False))) for k, f in named
        }
        out[key] = RecordKind(key, tuple(row["key"]), fields)
    return out


def record_kind(key: str) -> RecordKind:
    """One record kind; an unknown key is a contract error.

    Parameters
    ----------
    key : str

    Returns
    -------
    RecordKind
    """
    try:
        return record_kinds()[key]
    except KeyError:
        raise ContractError(msg("exchange.error.unknown_kind", kind=key)) from None


def given_by_cells(kind: str) -> tuple[str, ...]:
    """Fields that the cells of a wide sheet give: each filled cell is a record of its own.

    Parameters
    ----------
    kind : str
        Record kind.

    Returns
    -------
    tuple of str
        The value first, then what the heading says of it.
    """
    return {"reading": ("t_mm", "position"), "fact": ("value", "symbol")}.get(kind, ())


def kind_label(key: str) -> str:
    """Catalogue key of the name of a record kind on screen.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
    """
    return f"exchange.record.{record_kind(key).key}"


@lru_cache(maxsize=1)
def ignored_names() -> tuple[str, ...]:
    """Names of columns that another program has calculated and that are not imported.

    Returns
    -------
    tuple of str
    """
    data = read_json(TABLES / "fields.json")["ignored"]
    return (*data["en"], *data["zh"])


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """The word lists of `tables/words.json`.

    Returns
    -------
    mapping
    """
    table: dict[str, Any] = read_json(TABLES / "words.json")
    return table


@cache
def allowed_codes(name: str) -> tuple[str, ...]:
    """Codes that a field may hold: the program's enumeration, or the keys of the word list where it has none.

    Parameters
    ----------
    name : str

    Returns
    -------
    tuple of str
    """
    if name in ("orientation", "status", "damage_side", "susceptibility"):
        return tuple(words()["codes"][name])
    return codes(name)
