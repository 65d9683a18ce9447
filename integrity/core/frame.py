"""Frames: frozen dataclasses of read-only one-dimensional arrays of equal length, one row an id."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, IntArray
from integrity.core.codes import codes as enumeration
from integrity.core.codes import decode, factorised
from integrity.core.errors import ContractError
from integrity.core.message import msg


def col(quantity: str, *, codes: str = "") -> Any:
    """Declare a frame column.

    Parameters
    ----------
    quantity : str
        Key of `quantities.json`; decides the dtype: code, flag, id, date are int64, text is object, else float64.
    codes : str
        Name of the enumeration of a "code" column.

    Returns
    -------
    dataclass field
    """
    return field(metadata={"quantity": quantity, "codes": codes})


def dtype_of(quantity: str) -> Any:
    """NumPy dtype of a column of this quantity.

    Parameters
    ----------
    quantity : str

    Returns
    -------
    dtype
    """
    if quantity in ("code", "flag", "id", "date"):
        return np.int64
    return object if quantity == "text" else np.float64


def blank_of(quantity: str) -> Any:
    """What stands for a missing value in a column of this quantity.

    Parameters
    ----------
    quantity : str

    Returns
    -------
    scalar
    """
    if quantity in ("code", "flag", "id"):
        return NO_CODE
    if quantity == "date":
        return NO_DATE
    return "" if quantity == "text" else np.nan


# Below this share of the rows of its origin a view reads its own texts, above it those of all rows, once for all views.
FEW = 0.125


@dataclass(frozen=True)
class _Gathered:
    """Some rows of a frame, whose columns are gathered when they are first asked for."""

    frame: Frame
    rows: IntArray | slice
    n: int

    def column(self, name: str) -> AnyArray:
        return np.asarray(getattr(self.frame, name)[self.rows])

    def coded(self, name: str) -> tuple[list[str], IntArray]:
        known = name in self.frame.__dict__.get("_coded", ())
        if not known and self.n < FEW * self.frame.n:
            return factorised(self.column(name))
        names, index = self.frame.coded(name)
        return names, index[self.rows]


@dataclass(frozen=True)
class _Patched:
    """A frame some of whose rows are those of other frames, the last of them above the others."""

    frame: Frame
    patches: tuple[tuple[IntArray, Frame], ...]
    n: int

    def column(self, name: str) -> AnyArray:
        out: AnyArray = getattr(self.frame, name).copy()
        for rows, part in self.patches:
            out[rows] = getattr(part, name)
        return out

    def coded(self, name: str) -> tuple[list[str], IntArray]:
        return factorised(self.column(name))


@dataclass(frozen=True)
class _Joined:
    """Rows of two frames in some order."""

    frame: Frame
    other: Frame
    pick: IntArray

    @property
    def n(self) -> int:
        return int(self.pick.size)

    def column(self, name: str) -> AnyArray:
        return np.asarray(np.concatenate((getattr(self.frame, name), getattr(self.other, name)))[self.pick])

    def coded(self, name: str) -> tuple[list[str], IntArray]:
        return factorised(self.column(name))


# Patches on one another before their columns are settled.
MOST_PATCHES = 32


@dataclass(frozen=True, eq=False)
class Frame:
    """Base of all frames; subclasses declare columns with `col`."""

    def __post_init__(self) -> None:
        size: int | None = None
        for f in fields(self):
            quantity = f.metadata["quantity"]
            array = np.ascontiguousarray(getattr(self, f.name), dtype=dtype_of(quantity))
            if array.ndim != 1 or (size is not None and array.size != size):
                raise ContractError(msg("core.frame_length", frame=type(self).__name__, column=f.name))
            size = array.size
            if array.flags.writeable:
                array = array.view()
                array.setflags(write=False)
            object.__setattr__(self, f.name, array)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> AnyArray:
            """A column of a view or of a patched frame, made the first time that it is asked for."""
            origin = self.__dict__.get("_origin")
            if origin is None or name not in type(self).__dataclass_fields__:
                raise AttributeError(name)
            array = origin.column(name)
            array.setflags(write=False)
            self.__dict__[name] = array
            return array

    @property
    def n(self) -> int:
        """Number of rows."""
        origin = self.__dict__.get("_origin")
        return int(getattr(self, next(iter(self.__dataclass_fields__))).size) if origin is None else int(origin.n)

    @classmethod
    def quantities(cls) -> dict[str, str]:
        """Quantity of each column."""
        return {f.name: f.metadata["quantity"] for f in fields(cls)}

    @classmethod
    def codes_of(cls, column: str) -> tuple[str, ...]:
        """Codes of a "code" column."""
        for f in fields(cls):
            if f.name == column:
                return enumeration(f.metadata["codes"])
        raise ContractError(msg("core.unknown_column", frame=cls.__name__, column=column))

    def texts(self, column: str) -> AnyArray:
        """A code column as texts."""
        return decode(getattr(self, column), self.codes_of(column))

    def columns(self) -> dict[str, AnyArray]:
        """All columns by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def take(self, rows: IntArray | AnyArray | slice) -> Self:
        """A frame of the given rows (indexes, mask or slice)."""
        return type(self)(**{k: v[rows] for k, v in self.columns().items()})

    def view(self, rows: IntArray | slice, **given: AnyArray) -> Self:
        """As `take`, but a column is gathered when it is first asked for: most readers want a few.

        Parameters
        ----------
        rows : ndarray of int64 or slice
        **given : ndarray
            Columns that have other values than those of the rows.

        Returns
        -------
        Frame
        """
        out = object.__new__(type(self))
        size = len(range(*rows.indices(self.n))) if isinstance(rows, slice) else int(rows.size)
        out.__dict__["_origin"] = _Gathered(self, rows, size)
        for name, array in given.items():
            array.setflags(write=False)
            out.__dict__[name] = array
        return out

    def patched(self, rows: IntArray, part: Self) -> Self:
        """The frame with some rows replaced; a column is made when it is first asked for.

        Parameters
        ----------
        rows : ndarray of int64
        part : Frame
            One row an entry of `rows`.

        Returns
        -------
        Frame
        """
        base: Frame = self
        patches: tuple[tuple[IntArray, Frame], ...] = ((rows, part),)
        origin = self.__dict__.get("_origin")
        if isinstance(origin, _Patched) and len(origin.patches) < MOST_PATCHES:
            base, patches = origin.frame, (*origin.patches, (rows, part))
        elif origin is not None:
            base = type(self)(**self.columns())
        out = object.__new__(type(self))
        out.__dict__["_origin"] = _Patched(base, patches, self.n)
        return out

    def joined(self, other: Self, pick: IntArray) -> Self:
        """Rows of this frame and another; a column is made when it is first asked for.

        Parameters
        ----------
        other : Frame
        pick : ndarray of int64
            Rows of both, one after the other: those of `other` begin at `n`.

        Returns
        -------
        Frame
        """
        base = self
        if isinstance(self.__dict__.get("_origin"), _Joined):
            base = type(self)(**self.columns())
        out = object.__new__(type(self))
        out.__dict__["_origin"] = _Joined(base, other, pick)
        return out

    def coded(self, column: str) -> tuple[list[str], IntArray]:
        """Texts of a column and the index of each row among them, found once.

        Parameters
        ----------
        column : str
            A text column.

        Returns
        -------
        (list of str, ndarray of int64)
            A view has the texts of its origin, of which some may have no row.
        """
        kept: dict[str, tuple[list[str], IntArray]] = self.__dict__.setdefault("_coded", {})
        if column not in kept:
            origin = self.__dict__.get("_origin")
            if origin is None or column in self.__dict__:
                kept[column] = factorised(getattr(self, column))
            else:
                kept[column] = origin.coded(column)
        return kept[column]

    @classmethod
    def from_columns(cls, given: dict[str, Any], n: int | None = None) -> Self:
        """Build from columns; those not given are blank.

        Parameters
        ----------
        given : dict of str to array_like
        n : int, optional
            Number of rows where `given` is empty.

        Returns
        -------
        Frame
        """
        names = cls.quantities()
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise ContractError(msg("core.unknown_column", frame=cls.__name__, column=unknown[0]))
        size = n if n is not None else max((np.size(v) for v in given.values()), default=0)
        return cls(
            **{
                k: np.asarray(given[k], dtype=dtype_of(q)) if k in given else np.full(size, blank_of(q), dtype_of(q))
                for k, q in names.items()
            }
        )

    def digest(self) -> str:
        """SHA-256 over names and contents of all columns."""
        h = hashlib.sha256()
        for name, array in self.columns().items():
            h.update(name.encode())
            h.update(column_bytes(array))
        return h.hexdigest()


def column_bytes(array: AnyArray) -> bytes:
    """Bytes of a column for hashing; texts are joined by a unit separator.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    bytes
    """
    if array.dtype == object:
        return "\x1f".join(str(v) for v in array).encode()
    return np.ascontiguousarray(array).tobytes()


def row_digests(frame: Frame) -> list[str]:
    """SHA-256 of each row, for staleness row by row.

    Parameters
    ----------
    frame : Frame

    Returns
    -------
    list of str
    """
    columns = list(frame.columns().values())
    return [hashlib.sha256("\x1f".join(repr(c[i]) for c in columns).encode()).hexdigest() for i in range(frame.n)]
