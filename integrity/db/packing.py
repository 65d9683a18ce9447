"""Arrays as bytes and back: fixed dtypes, texts as a table of distinct texts, compressed, named by their digest."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray
from integrity.core.errors import ContractError
from integrity.core.message import msg

_LEVEL = 1


@dataclass(frozen=True)
class Packed:
    """An array as it is stored.

    Parameters
    ----------
    sha256 : str
        Of dtype, shape and uncompressed contents.
    dtype : str
        A NumPy dtype, or "text".
    shape : tuple of int
    content : bytes
        Compressed.
    """

    sha256: str
    dtype: str
    shape: tuple[int, ...]
    content: bytes


def _text_bytes(array: AnyArray) -> bytes:
    numbers: dict[str, int] = {}
    codes = np.fromiter((numbers.setdefault(str(v), len(numbers)) for v in array.ravel()), "<i4", count=array.size)
    table = json.dumps(list(numbers), ensure_ascii=False).encode()
    return len(table).to_bytes(8, "little") + table + codes.tobytes()


def raw_bytes(array: AnyArray) -> tuple[str, bytes]:
    """Dtype name and uncompressed bytes of an array; the same contents always give the same bytes.

    Parameters
    ----------
    array : ndarray
        float64, int64, bool, uint64 or object texts; other numbers are widened.

    Returns
    -------
    (str, bytes)
    """
    if array.dtype.kind in "OU":
        return "text", _text_bytes(array)
    wide = {"f": "float64", "i": "int64", "b": "bool", "u": "uint64"}.get(array.dtype.kind)
    if wide is None:
        raise ContractError(msg("db.cannot_pack", dtype=str(array.dtype)))
    return wide, np.ascontiguousarray(array, dtype=np.dtype(wide).newbyteorder("<")).tobytes()


def pack(array: AnyArray) -> Packed:
    """Pack an array of any shape.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    Packed
    """
    dtype, raw = raw_bytes(array)
    head = f"{dtype}{list(array.shape)}".encode()
    sha256 = hashlib.sha256(head + raw).hexdigest()
    return Packed(sha256, dtype, tuple(array.shape), zlib.compress(raw, _LEVEL))


def unpack(dtype: str, shape: Sequence[int], content: bytes, sha256: str) -> AnyArray:
    """Unpack an array and check it against its digest.

    Parameters
    ----------
    dtype : str
    shape : sequence of int
    content : bytes
    sha256 : str

    Returns
    -------
    ndarray
        Read-only.
    """
    raw = zlib.decompress(content)
    if hashlib.sha256(f"{dtype}{list(shape)}".encode() + raw).hexdigest() != sha256:
        raise ContractError(msg("db.column_damaged", sha256=sha256))
    if dtype != "text":
        return np.frombuffer(raw, dtype=np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False).reshape(shape)
    size = int.from_bytes(raw[:8], "little")
    texts: list[Any] = json.loads(raw[8 : 8 + size])
    table = np.empty(len(texts), dtype=object)
    table[:] = texts
    out = np.asarray(table[np.frombuffer(raw[8 + size :], dtype="<i4")].reshape(shape))
    out.setflags(write=False)
    return out
