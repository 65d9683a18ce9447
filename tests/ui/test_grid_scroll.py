"""A table that moves its picture shows the same as one that draws every cell anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from integrity.services.types import Study
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.columns import Marks
from integrity.ui.models.component_table import component_arrays, component_words, pick
from integrity.ui.state import State
from integrity.ui.widgets.grid import Grid

KEYS = ("component", "equipment_kind", "t_min_mm", "CR_gov", "risk_category", "next_d", "remarks")


@pytest.fixture
def grid(qtbot: Any, state: State, study: Study) -> Grid:
    model = ColumnModel(state, pick(KEYS))
    model.set_data(component_arrays(study), study.components.n, component_words(study, state))
    out = Grid(model)
    qtbot.addWidget(out)
    out.resize(900, 400)
    out.show()
    QApplication.processEvents()
    return out


def seen(grid: Grid) -> QImage:
    """The table once its scroll bars have settled."""
    grid.grab()
    QApplication.processEvents()
    return grid.grab().toImage()


def drawn_anew(grid: Grid) -> QImage:
    grid.painter_of_cells.renew()
    return seen(grid)


def test_scrolling_up_and_down_by_any_step(grid: Grid) -> None:
    for value in (1, 20, 61, 60, 300, 299, 0, 3000, 2900, grid.verticalScrollBar().maximum()):
        grid.verticalScrollBar().setValue(value)
        assert seen(grid) == drawn_anew(grid)


def _sort(grid: Grid) -> None:
    grid.columns_model.set_sort([("CR_gov", True)])


def _filter(grid: Grid) -> None:
    grid.columns_model.set_filter("t_min_mm", ">9")


def _choose(grid: Grid) -> None:
    grid.show_source(12, "t_min_mm")


def _select(grid: Grid) -> None:
    m = grid.columns_model
    block = QItemSelection(m.index(11, 1), m.index(14, 3))
    grid.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def _widen(grid: Grid) -> None:
    grid.setColumnWidth(2, 190)


def _mark(grid: Grid) -> None:
    every = np.ones(grid.columns_model.total, dtype=np.bool_)
    grid.columns_model.set_marks(Marks(stale=every))


def _speak(grid: Grid) -> None:
    grid.columns_model.state.set_language("zh_CN")


def _measure(grid: Grid) -> None:
    grid.columns_model.state.set_units("US")


def _darken(grid: Grid) -> None:
    grid.columns_model.state.set_theme("dark")


@pytest.mark.parametrize(
    "change", [_sort, _filter, _choose, _select, _widen, _mark, _speak, _measure, _darken], ids=lambda f: f.__name__
)
def test_what_changes_is_drawn_at_once(grid: Grid, change: Callable[[Grid], None]) -> None:
    grid.verticalScrollBar().setValue(200)
    before = seen(grid)
    change(grid)
    after = seen(grid)
    assert after != before
    assert after == drawn_anew(grid)
    grid.verticalScrollBar().setValue(230)
    assert seen(grid) == drawn_anew(grid)
