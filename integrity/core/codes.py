"""Enumerations with stable codes; frames hold the index, files and contract hold the text."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from integrity.core.arrays import NO_CODE, IntArray, TextArray
from integrity.core.errors import ContractError, InputError
from integrity.core.message import msg
from integrity.core.tables import read_json

_FILE = Path(__file__).parent / "tables" / "codes.json"


@cache
def codes(name: str) -> tuple[str, ...]:
    """All codes of an enumeration, in index order.

    Parameters
    ----------
    name : str
        A key of `core/tables/codes.json`.

    Returns
    -------
    tuple of str
    """
    table = read_json(_FILE)
    if name not in table:
        raise ContractError(msg("core.unknown_enumeration", name=name))
    return tuple(table[name])


def enumerations() -> tuple[str, ...]:
    """Names of all enumerations.

    Returns
    -------
    tuple of str
    """
    return tuple(read_json(_FILE))


def index_of(name: str, code: str) -> int:
    """Index of one code.

    Parameters
    ----------
    name : str
    code : str

    Returns
    -------
    int
    """
    try:
        return codes(name).index(code)
    except ValueError:
        raise InputError(msg("core.unknown_code", name=name, code=code, allowed=", ".join(codes(name)))) from None


def encode(texts: Iterable[Any], allowed: tuple[str, ...], name: str = "") -> IntArray:
    """Indexes of texts in `allowed`; empty or None gives -1; an unknown text is refused.

    Parameters
    ----------
    texts : iterable of str or None
    allowed : tuple of str
    name : str
        Name of the column, for the message.

    Returns
    -------
    ndarray of int64
    """
    values = np.array(["" if v is None or v != v else str(v).strip() for v in texts], dtype=object)
    uniq, inverse = np.unique(values.astype(str), return_inverse=True)
    lookup = {code: i for i, code in enumerate(allowed)}
    unknown = [u for u in uniq if u and u not in lookup]
    if unknown:
        raise InputError(msg("core.unknown_code", name=name, code=str(unknown[0]), allowed=", ".join(allowed)))
    table = np.array([lookup.get(str(u), NO_CODE) for u in uniq], dtype=np.int64)
    return np.asarray(table[inverse] if values.size else np.zeros(0, dtype=np.int64), dtype=np.int64)


def decode(index: IntArray, allowed: tuple[str, ...]) -> TextArray:
    """Texts of indexes; -1 gives an empty text.

    Parameters
    ----------
    index : ndarray of int64
    allowed : tuple of str

    Returns
    -------
    ndarray of str objects
    """
    table = np.array([*allowed, ""], dtype=object)
    return np.asarray(table[np.asarray(index, dtype=np.int64)], dtype=object)


def factorised(values: Iterable[Any]) -> tuple[list[str], IntArray]:
    """Different texts of a column, in order of appearance, and the index of each row among them.

    Parameters
    ----------
    values : iterable of str

    Returns
    -------
    texts : list of str
    index : ndarray of int64
    """
    rows = values.tolist() if isinstance(values, np.ndarray) else list(values)
    place = {v: i for i, v in enumerate(dict.fromkeys(rows))}
    index = np.fromiter(map(place.__getitem__, rows), dtype=np.int64, count=len(rows))
    return ["" if v is None else str(v) for v in place], index
