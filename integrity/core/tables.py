"""Constants and small tables read from data files, each with edition, source and whether it is verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from integrity.core.errors import ContractError
from integrity.core.message import msg


@dataclass(frozen=True)
class Constant:
    """A constant with its provenance; `verified` means two or more independent sources agree."""

    symbol: str
    value: float
    quantity: str
    edition: str
    source: str
    verified: bool


@dataclass(frozen=True)
class TableInfo:
    """Provenance of a whole table file."""

    name: str
    edition: str
    source: str
    verified: bool


@cache
def read_json(path: Path) -> Any:
    """Read a JSON data file once.

    Parameters
    ----------
    path : Path

    Returns
    -------
    object
    """
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def load_constants(path: Path) -> Mapping[str, Constant]:
    """Constants of a file of the shape `{"edition", "source", "constants": {symbol: {value, quantity, ...}}}`.

    Each constant may override edition, source and verified of the file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    mapping of symbol to Constant
    """
    data = read_json(path)
    out: dict[str, Constant] = {}
    for symbol, row in data["constants"].items():
        missing = {"value", "quantity"} - set(row)
        if missing:
            raise ContractError(msg("core.bad_constant", symbol=symbol, file=path.name))
        out[symbol] = Constant(
            symbol,
            float(row["value"]),
            row["quantity"],
            row.get("edition", data.get("edition", "")),
            row.get("source", data.get("source", "")),
            bool(row.get("verified", data.get("verified", False))),
        )
    return out
