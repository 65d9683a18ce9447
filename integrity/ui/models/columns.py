"""What a table column is: where its values come from and how they are written, sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache

from integrity.core.arrays import AnyArray, BoolArray, IntArray
from integrity.core.frame import Frame

NUMBER, TEXT, CODE, DATE, FLAG, RISK, LAZY, PLAIN = "number", "text", "code", "date", "flag", "risk", "lazy", "plain"
_SUFFIXES = ("_kg_s", "_mm2", "_mm", "_MPa", "_kPa", "_y", "_d", "_C", "_kg", "_m3", "_m2", "_m", "_deg", "_in")
_WORDS = {"risk", "risk_at_next", "age_y", "design_life_y", "course"}
_NO_SYMBOL = {"text", "code", "flag", "id", "date", "count"}


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    key : str
        Name of the array; `sym.<key>` gives the words unless `title` names another catalogue key.
    quantity : str
        Quantity of the values, or "lazy" for words made row by row.
    codes : str
        Enumeration of a code column.
    kind : str
        How it is drawn; derived from the quantity where empty.
    group : str
        Group in the column chooser.
    editable : bool
        Whether the owner of the table takes edits of it.
    title : str
        Catalogue key of the words.
    width : int
        Least width in design pixels; 0 for what the words need.
    symbol : bool
        Whether the symbol is shown over the words.
    decimals : int or None
        Places other than those of the unit.
    """

    key: str
    quantity: str
    codes: str = ""
    kind: str = ""
    group: str = ""
    editable: bool = False
    title: str = ""
    width: int = 0
    symbol: bool = True
    decimals: int | None = None

    @property
    def style(self) -> str:
        """How it is drawn and compared."""
        if self.kind:
            return self.kind
        if self.quantity in ("text", "code", "flag", "date", "lazy"):
            return self.quantity
        return PLAIN if self.quantity == "id" else NUMBER

    @property
    def title_key(self) -> str:
        """Catalogue key of its words."""
        return self.title or f"sym.{self.key}"

    @property
    def numeric(self) -> bool:
        """Whether it is written on the right and filtered as a number."""
        return self.style in (NUMBER, PLAIN)


@dataclass(frozen=True)
class Marks:
    """What a table shows beside the values: all by row, None or absent where nothing is to show.

    `tone` per column: 0 plain, 1 ok, 2 warn, 3 danger, 4 accent, 5 quiet. `initials` of an override per column.
    """

    stale: BoolArray | None = None
    unverified: Mapping[str, BoolArray] = field(default_factory=dict)
    tone: Mapping[str, IntArray] = field(default_factory=dict)
    initials: Mapping[str, AnyArray] = field(default_factory=dict)


Lazy = Callable[[int], str]


@cache
def symbol_parts(key: str, quantity: str) -> tuple[str, str]:
    """Letter and index of a column's symbol; empty where words alone are clearer.

    Parameters
    ----------
    key : str
    quantity : str

    Returns
    -------
    (letter, index)
    """
    if quantity in _NO_SYMBOL or quantity == "lazy" or key in _WORDS:
        return "", ""
    name = strip_unit(key)
    head, _, tail = name.partition("_")
    return head, tail.replace("_", ",")


def strip_unit(name: str) -> str:
    """A column name without its unit.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def of_frame(frame: type[Frame], keys: tuple[str, ...], group: str = "", **changes: object) -> tuple[Column, ...]:
    """Columns of a frame class.

    Parameters
    ----------
    frame : type of Frame
    keys : tuple of str
    group : str
    **changes
        Other attributes of `Column`, the same for all.

    Returns
    -------
    tuple of Column
    """
    meta = {f.name: f.metadata for f in fields(frame)}
    return tuple(
        Column(k, meta[k]["quantity"], meta[k]["codes"], group=group, **changes)  # type: ignore[arg-type]
        for k in keys
    )
