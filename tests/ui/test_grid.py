"""The grid: filters under the heading, frozen column, sorting by click, keeping the chosen row."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from integrity.services.types import Study
from integrity.ui.models.column_model import ColumnModel
from integrity.ui.models.component_table import DEFAULT, component_arrays, component_marks, component_words, pick
from integrity.ui.state import State
from integrity.ui.widgets.grid import Grid


@pytest.fixture
def grid(qtbot: Any, study: Study, state: State) -> Grid:
    model = ColumnModel(state, pick(DEFAULT))
    out = Grid(model)
    qtbot.addWidget(out)
    marks = component_marks(study, state.stale)
    model.set_data(component_arrays(study), study.components.n, component_words(study, state), marks=marks)
    out.resize(900, 500)
    out.show()
    return out


def _heading(grid: Grid, key: str, part: str) -> QPoint:
    header: Any = grid.horizontalHeader()
    section = grid.columns_model.column_index(key)
    y = header.title_height + header.filter_height // 2 if part == "filter" else 12
    return QPoint(header.sectionViewportPosition(section) + 20, y)


def test_click_sorts_and_shift_click_adds_a_key(grid: Grid) -> None:
    header = grid.horizontalHeader()
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=_heading(grid, "unit", "title"))
    assert grid.columns_model.sort_keys == (("unit", False),)
    grid.columns_model.toggle_sort("t_nom_mm", add=True)
    assert grid.columns_model.sort_keys == (("unit", False), ("t_nom_mm", False))


def test_filter_is_typed_under_the_heading(grid: Grid, qapp: QApplication) -> None:
    header: Any = grid.horizontalHeader()
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=_heading(grid, "t_nom_mm", "filter"))
    assert grid.columns_model.sort_keys == ()
    QTest.keyClicks(header._editor, ">15")
    QTest.keyClick(header._editor, Qt.Key.Key_Return)
    shown = grid.columns_model.array("t_nom_mm")[grid.columns_model.rows]
    assert shown.size and bool((shown > 15).all())
    header.edit_filter(grid.columns_model.column_index("t_nom_mm"))
    QTest.keyClick(header._editor, Qt.Key.Key_Escape)
    assert grid.columns_model.rowCount() == grid.columns_model.total


def test_tab_goes_to_the_next_filter(grid: Grid) -> None:
    header: Any = grid.horizontalHeader()
    header.edit_filter(3)
    QTest.keyClick(header._editor, Qt.Key.Key_Tab)
    assert header._editing == 4


def test_chosen_row_is_kept_through_sort_and_filter(grid: Grid) -> None:
    grid.show_source(20)
    grid.columns_model.set_sort([("t_min_mm", True)])
    assert grid.current_source == 20
    assert grid.columns_model.source(grid.currentIndex().row()) == 20
    grid.columns_model.set_filter("component", "=nothing")
    assert grid.current_source == 20


def test_first_column_stays_in_sight(grid: Grid) -> None:
    grid.horizontalScrollBar().setValue(grid.horizontalScrollBar().maximum())
    frozen = grid._frozen
    assert frozen is not None and frozen.isVisible()
    assert not frozen.isColumnHidden(0)
    assert frozen.isColumnHidden(1)
    assert frozen.columnViewportPosition(0) == 0
    grid.verticalScrollBar().setValue(240)
    assert frozen.verticalScrollBar().value() == 240


def test_every_heading_fits_its_two_lines_in_both_languages(grid: Grid, state: State) -> None:
    from integrity.ui.models.component_table import component_columns

    grid.set_columns(component_columns())
    for language in ("en", "zh_CN"):
        state.set_language(language)
        header: Any = grid.horizontalHeader()
        for section in range(header.count()):
            assert header.sectionSize(section) >= header.wanted_width(section)


def test_painting_touches_every_kind_of_cell(grid: Grid, state: State) -> None:
    for theme in ("light", "dark"):
        state.set_theme(theme)
        image = grid.grab().toImage()
        assert image.pixelColor(image.width() - 30, image.height() - 30).name().upper() in (
            state.theme.paper,
            state.theme.grid,
        )


def test_copy_takes_the_selected_block(grid: Grid) -> None:
    model = grid.columns_model
    grid.setCurrentIndex(model.index(0, 0))
    grid.selectionModel().select(model.index(1, 0), grid.selectionModel().SelectionFlag.Select)
    grid.copy()
    assert QApplication.clipboard().text() == f"{model.text_at(0, 0)}\n{model.text_at(1, 0)}"
