"""Table model over column arrays: lazily written cells, sorting by argsort, filtering by masks."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from integrity.core.arrays import NO_CODE, NO_DATE, AnyArray, BoolArray, FloatArray, IntArray
from integrity.core.quantities import display_unit, from_internal
from integrity.i18n.formats import MISSING
from integrity.ui.models.columns import (
    CODE,
    DATE,
    FLAG,
    LAZY,
    NUMBER,
    PLAIN,
    RISK,
    TEXT,
    Column,
    Lazy,
    Marks,
)
from integrity.ui.models.filters import FilterError, date_mask, number_mask, text_mask, text_test
from integrity.ui.models.formats import Writer, plain_number, writer
from integrity.ui.state import State

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_DISPLAY, _ALIGN, _TIP = int(_ROLE.DisplayRole), int(_ROLE.TextAlignmentRole), int(_ROLE.ToolTipRole)
_EDIT, _USER = int(_ROLE.EditRole), int(_ROLE.UserRole)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_ROOT = QModelIndex()
SAMPLE = 60
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable


@dataclass(frozen=True)
class Edit:
    """A change asked for in a cell: source row, column key, text as typed or pasted."""

    row: int
    key: str
    text: str


class ColumnModel(QAbstractTableModel):
    """Rows of equal-length arrays; shows them in any order and any part without copying.

    Parameters
    ----------
    state : State
        Language and unit set.
    columns : sequence of Column
    """

    rows_changed = Signal()
    filters_changed = Signal()
    edited = Signal(object)

    def __init__(self, state: State, columns: Sequence[Column] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.columns: tuple[Column, ...] = tuple(columns)
        self.marks = Marks()
        self.sort_keys: tuple[tuple[str, bool], ...] = ()
        self.filters: dict[str, str] = {}
        self.filter_errors: dict[str, str] = {}
        self.cell_errors: dict[tuple[int, str], str] = {}
        self._arrays: dict[str, AnyArray] = {}
        self._lazy: dict[str, Lazy] = {}
        self._sort_by: dict[str, AnyArray] = {}
        self._n = 0
        self._mask: BoolArray | None = None
        self._masks: dict[str, BoolArray] = {}
        self._ranks: dict[str, FloatArray] = {}
        self._lower: dict[str, list[str]] = {}
        self._order: IntArray | None = None
        self._rows: IntArray = np.zeros(0, dtype=np.int64)
        self._writers: list[Writer] = []
        self._values: list[Any] = []
        self._bind()
        state.language_changed.connect(self.refresh_words)
        state.units_changed.connect(self.refresh_words)

    # -- contents ------------------------------------------------------------------------------------------

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns of the same data."""
        self.beginResetModel()
        self.columns = tuple(columns)
        keys = {c.key for c in columns}
        self.filters = {k: v for k, v in self.filters.items() if k in keys}
        self._masks = {k: v for k, v in self._masks.items() if k in keys}
        self._bind()
        self._arrange()
        self.endResetModel()
        self.rows_changed.emit()

    def set_data(
        self,
        arrays: Mapping[str, AnyArray],
        n: int,
        lazy: Mapping[str, Lazy] | None = None,
        sort_by: Mapping[str, AnyArray] | None = None,
        marks: Marks | None = None,
    ) -> None:
        """Show other rows; sort keys and filters stay.

        Parameters
        ----------
        arrays : mapping of column key to ndarray, shape (n,)
        n : int
        lazy : mapping of column key to callable, optional
            Words of a source row for columns of quantity "lazy".
        sort_by : mapping of column key to ndarray, optional
            Numbers to sort a column by instead of its own values.
        marks : Marks, optional
        """
        self.beginResetModel()
        self._arrays, self._n = dict(arrays), n
        self._lazy, self._sort_by = dict(lazy or {}), dict(sort_by or {})
        self.marks = marks or Marks()
        self._mask = None
        self._ranks.clear()
        self._lower.clear()
        self.cell_errors.clear()
        self._bind()
        self._refilter()
        self._order = None
        self._arrange()
        self.endResetModel()
        self.rows_changed.emit()

    def set_marks(self, marks: Marks) -> None:
        """Change what is shown beside the values."""
        self.marks = marks
        self._repaint()

    def array(self, key: str) -> AnyArray:
        """Values of a column by source row."""
        return self._arrays[key]

    @property
    def total(self) -> int:
        """Rows before any filter."""
        return self._n

    @property
    def rows(self) -> IntArray:
        """Source row of each row shown, in order."""
        return self._rows

    def source(self, row: int) -> int:
        """Source row of a row shown."""
        return int(self._rows[row]) if 0 <= row < self._rows.size else -1

    def shown(self, source: int) -> int:
        """Row at which a source row is shown; -1 where it is filtered out."""
        found = np.flatnonzero(self._rows == source)
        return int(found[0]) if found.size else -1

    def column_index(self, key: str) -> int:
        """Index of a column; -1 where it is not shown."""
        return next((i for i, c in enumerate(self.columns) if c.key == key), -1)

    def _bind(self) -> None:
        self._writers = [writer(c, self.state.language, self.state.unit_set) for c in self.columns]
        self._values = [self._arrays.get(c.key) for c in self.columns]

    def refresh_words(self) -> None:
        """Write all cells anew after a change of language or units; filters are read again."""
        self._bind()
        self._ranks = {k: v for k, v in self._ranks.items() if k not in self._lazy}
        self._lower = {k: v for k, v in self._lower.items() if k not in self._lazy}
        before = self._rows
        self._refilter()
        self._arrange()
        if before.size == self._rows.size and bool((before == self._rows).all()):
            self._repaint()
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, max(len(self.columns) - 1, 0))
            return
        self.beginResetModel()
        self.endResetModel()
        self.rows_changed.emit()

    def _repaint(self) -> None:
        if self._rows.size and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows.size - 1, len(self.columns) - 1))

    # -- order and part ------------------------------------------------------------------------------------

    def set_sort(self, keys: Sequence[tuple[str, bool]]) -> None:
        """Sort by columns, the first one first; True is descending; missing values always last."""
        self.sort_keys = tuple(keys)
        self._order = None
        self._reset_rows()

    def toggle_sort(self, key: str, add: bool) -> None:
        """What a click on a heading does: ascending, descending, off; with `add` as a further key."""
        now = dict(self.sort_keys)
        step: bool | None = False if key not in now else (True if not now[key] else None)
        kept = [(k, d) for k, d in self.sort_keys if k != key] if add else []
        if add and key in now and step is not None:
            kept = [(k, step if k == key else d) for k, d in self.sort_keys]
        elif step is not None:
            kept.append((key, step))
        self.set_sort(kept)

    def set_filter(self, key: str, text: str) -> None:
        """Filter a column by a text; an empty one lifts it; a text that says nothing changes no rows."""
        text = text.strip()
        if text == self.filters.get(key, ""):
            return
        self.filters.pop(key, None)
        self._masks.pop(key, None)
        self.filter_errors.pop(key, None)
        if text:
            self.filters[key] = text
            self._read_filter(key)
        self._reset_rows()
        self.filters_changed.emit()

    def clear_filters(self) -> None:
        """Lift all filters of columns."""
        self.filters.clear()
        self._masks.clear()
        self.filter_errors.clear()
        self._reset_rows()
        self.filters_changed.emit()

    def set_mask(self, mask: BoolArray | None) -> None:
        """Show only some source rows, besides the filters of columns."""
        self._mask = mask
        self._reset_rows()

    def _reset_rows(self) -> None:
        self.beginResetModel()
        self._arrange()
        self.endResetModel()
        self.rows_changed.emit()

    def _refilter(self) -> None:
        self._masks.clear()
        self.filter_errors.clear()
        for key in list(self.filters):
            self._read_filter(key)

    def _read_filter(self, key: str) -> None:
        column = self.columns[self.column_index(key)]
        try:
            self._masks[key] = self._filter_mask(column, self.filters[key])
        except FilterError:
            self.filter_errors[key] = self.filters[key]

    def _filter_mask(self, column: Column, text: str) -> BoolArray:
        if column.style == NUMBER:
            unit = display_unit(column.quantity, self.state.unit_set)
            values = from_internal(self._arrays[column.key], column.quantity, unit.name)
            places = unit.decimals if column.decimals is None else column.decimals
            half = 0.0 if column.quantity == "frequency" else 0.5 * 10.0**-places
            return number_mask(text, values, half)
        if column.style == PLAIN:
            return number_mask(text, self._floats(column))
        if column.style == DATE:
            return date_mask(text, self._floats(column))
        return self._text_mask(column, text)

    def _text_mask(self, column: Column, text: str) -> BoolArray:
        if column.style in (CODE, FLAG, RISK):
            test = text_test(text)
            write = self._writers[self.column_index(column.key)]
            values = self._arrays[column.key]
            used = np.unique(values)
            return np.isin(values, [v for v in used if test(write(v).lower())])
        return text_mask(text, self._lowered(column))

    def _lowered(self, column: Column) -> list[str]:
        found = self._lower.get(column.key)
        if found is None:
            found = self._lower[column.key] = [w.lower() for w in self._words(column)]
        return found

    def _words(self, column: Column) -> list[str]:
        if column.style == LAZY:
            make = self._lazy[column.key]
            return [make(i) for i in range(self._n)]
        values: list[str] = self._arrays[column.key].tolist()
        return values

    def _floats(self, column: Column) -> FloatArray:
        values = self._arrays[column.key]
        out = values.astype(np.float64)
        if column.style == DATE:
            out[values == NO_DATE] = np.nan
        elif column.style in (CODE, FLAG, RISK, PLAIN):
            out[values == NO_CODE] = np.nan
        return out

    def _rank(self, key: str) -> FloatArray:
        found = self._ranks.get(key)
        if found is None:
            found = self._ranks[key] = self._make_rank(key)
        return found

    def _make_rank(self, key: str) -> FloatArray:
        if key in self._sort_by:
            return np.asarray(self._sort_by[key], dtype=np.float64)
        index = self.column_index(key)
        column = self.columns[index] if index >= 0 else Column(key, "text")
        if column.style not in (TEXT, LAZY):
            return self._floats(column)
        names, place = np.unique(np.array(self._words(column), dtype=np.str_), return_inverse=True)
        rank = place.astype(np.float64)
        rank[np.isin(names, ("", MISSING))[place]] = np.nan
        return rank

    def _arrange(self) -> None:
        if not self._n:
            self._rows = np.zeros(0, dtype=np.int64)
            return
        keep = self._mask
        for mask in self._masks.values():
            keep = mask if keep is None else keep & mask
        if self.sort_keys:
            if self._order is None:
                ranks = [-self._rank(k) if down else self._rank(k) for k, down in reversed(self.sort_keys)]
                self._order = np.lexsort(ranks).astype(np.int64)
            self._rows = self._order if keep is None else self._order[keep[self._order]]
        else:
            self._rows = np.arange(self._n, dtype=np.int64) if keep is None else np.flatnonzero(keep)

    # -- Qt ------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Rows shown."""
        return 0 if parent.isValid() else int(self._rows.size)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Columns shown."""
        return 0 if parent.isValid() else len(self.columns)

    def text_at(self, row: int, column: int) -> str:
        """Words of a cell."""
        return self.text_of(int(self._rows[row]), column)

    def text_of(self, source: int, column: int) -> str:
        """Words of a source row in a column."""
        values = self._values[column]
        if values is None:
            make = self._lazy.get(self.columns[column].key)
            return make(source) if make is not None else ""
        return self._writers[column](values[source])

    def samples(self, column: int) -> list[str]:
        """Words that show how wide a column must be: every code in use, the longest texts, a part of the rest."""
        c, n = self.columns[column], self._n
        values = self._arrays.get(c.key)
        if not n:
            return []
        if c.style in (CODE, FLAG, RISK) and values is not None:
            return [self._writers[column](v) for v in np.unique(values)]
        if c.style == TEXT and values is not None:
            return heapq.nlargest(SAMPLE, set(values[: SAMPLE * 1000].tolist()), key=len)
        return [self.text_of(i, column) for i in range(0, n, max(n // SAMPLE, 1))]

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Cell contents for Qt; painting goes through the delegate and does not come here."""
        if not index.isValid():
            return None
        if role in (_DISPLAY, _EDIT):
            text = self.text_at(index.row(), index.column())
            return plain_number(text) if role == _EDIT and self.columns[index.column()].numeric else text
        if role == _ALIGN:
            return _RIGHT if self.columns[index.column()].numeric else _LEFT
        if role == _TIP:
            return self.tip(index.row(), index.column()) or None
        if role == _USER:
            return self.source(index.row())
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Words of a column with its unit."""
        if orientation == Qt.Orientation.Horizontal and role == _DISPLAY and section < len(self.columns):
            return self.heading(section)
        return None

    def heading(self, column: int) -> str:
        """Words of a column with its unit behind a comma."""
        c = self.columns[column]
        words = self.state.text(c.title_key)
        unit = self.state.unit(c.quantity) if c.style == NUMBER else ""
        return f"{words}, {unit}" if unit else words

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Editable where the column is."""
        return _EDITABLE if self.columns[index.column()].editable else _FIXED

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:
        """Ask the owner for a change; the cell itself changes when the study does."""
        if role != _EDIT or not self.columns[index.column()].editable:
            return False
        if str(value) != self.data(index, _EDIT):
            self.edited.emit([Edit(self.source(index.row()), self.columns[index.column()].key, str(value))])
        return True

    def tip(self, row: int, column: int) -> str:
        """What hovering a cell says."""
        source, c = self.source(row), self.columns[column]
        lines = [f"{self.heading(column)}: {self.text_at(row, column)}"]
        error = self.cell_errors.get((source, c.key))
        if error:
            lines.insert(0, error)
        unverified = self.marks.unverified.get(c.key)
        if unverified is not None and unverified[source]:
            lines.append(self.state.text("ui.mark.unverified"))
        if self.marks.stale is not None and self.marks.stale[source]:
            lines.append(self.state.text("ui.mark.stale"))
        initials = self.marks.initials.get(c.key)
        if initials is not None and initials[source]:
            lines.append(self.state.text("ui.mark.override", who=str(initials[source])))
        return "\n".join(lines)

    # -- blocks --------------------------------------------------------------------------------------------

    def copy_block(self, rows: Sequence[int], columns: Sequence[int], headings: bool = False) -> str:
        """A block as tab-separated text that a spreadsheet takes."""
        lines = ["\t".join(self.heading(c) for c in columns)] if headings else []
        for r in rows:
            cells = [self.text_at(r, c) for c in columns]
            lines.append(
                "\t".join(
                    plain_number(t) if self.columns[c].numeric else t.replace("\t", " ").replace("\n", " ")
                    for t, c in zip(cells, columns, strict=True)
                )
            )
        return "\n".join(lines)

    def paste_block(self, row: int, column: int, text: str) -> list[Edit]:
        """Changes that a pasted block asks for, from a cell down and right; columns not editable are passed over."""
        edits = []
        for i, line in enumerate(text.rstrip("\r\n").split("\n")):
            for j, cell in enumerate(line.rstrip("\r").split("\t")):
                r, c = row + i, column + j
                if r >= self._rows.size or c >= len(self.columns):
                    continue
                if self.columns[c].editable and plain_number(self.text_at(r, c)) != cell.strip():
                    edits.append(Edit(self.source(r), self.columns[c].key, cell.strip()))
        if edits:
            self.edited.emit(edits)
        return edits

    def set_cell_errors(self, errors: Mapping[tuple[int, str], str]) -> None:
        """Mark cells whose change was refused; the reason shows at the cell."""
        self.cell_errors = dict(errors)
        self._repaint()
