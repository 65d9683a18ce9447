"""Mechanism map and settings on the made-up study: mouse, keys, filters, decisions, matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fake_gateway import FakeGateway
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from integrity.services.types import Study
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Scope, Selection
from integrity.ui.widgets.mechanism_grid import ACCEPTED, CREDIBLE


@pytest.fixture
def view(shell: Shell, qapp: QApplication) -> Any:
    """The map with every mechanism shown."""
    shell.go("mechanisms")
    settle(qapp, shell.jobs)
    out: Any = shell.current_view()
    out.only.setChecked(False)
    return out


def test_a_click_on_a_cell_shows_its_conditions(view: Any, shell: Shell, qapp: QApplication, study: Study) -> None:
    box = view.grid.cell_rect(2, 3)
    QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.center()))
    settle(qapp, shell.jobs)
    assert shell.state.selection.component == int(view.grid.rows[2])
    assert view.chosen.key == view.map.columns[int(view.grid.columns[3])].key
    told = view.conditions.toPlainText()
    for state in ("met", "missed", "unknown"):
        assert shell.state.text(f"ui.condition.{state}") in told
    assert "149" in told
    assert str(study.plant.components.component[2]) in view.note.text()


def test_a_decision_needs_a_reason_and_is_recorded_with_its_cause(
    view: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication, study: Study
) -> None:
    column = [c.key for c in view.map.columns].index("caustic_scc")
    view.grid.setFocus()
    view.grid.choose(1, int(np.flatnonzero(view.grid.columns == column)[0]))
    settle(qapp, shell.jobs)
    QTest.keyClick(view.grid, Qt.Key.Key_A)
    assert view.reason.isVisible()
    QTest.keyClick(view.reason.line, Qt.Key.Key_Return)
    assert not gateway.decided
    QTest.keyClicks(view.reason.line, "caustic wash")
    QTest.keyClick(view.reason.line, Qt.Key.Key_Return)
    settle(qapp, shell.jobs)
    name = str(study.plant.components.component[1])
    assert f"decide_damage component:{name} scc_caustic accepted caustic_scc caustic wash" in gateway.calls
    assert gateway.calls[-1] == "run_study"
    assert view.map.decided[1, column] == ACCEPTED
    assert not view.accept.isEnabled()
    assert view.reject.isEnabled()


def test_a_decision_may_be_made_for_the_loop_and_from_the_palette(
    view: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication, study: Study
) -> None:
    assert shell.commands.run("reject_mechanism") is False
    view.grid.choose(0, 0)
    view.subject.setCurrentIndex(view.subject.count() - 1)
    assert shell.commands.run("reject_mechanism")
    assert shell.state.text("ui.subject.loop") in view.reason.words.text()
    QTest.keyClick(view.reason, Qt.Key.Key_Escape)
    assert not view.reason.isVisible()
    assert not gateway.decided


def test_arrows_move_and_scroll_the_map(view: Any, shell: Shell, qapp: QApplication) -> None:
    view.grid.setFocus()
    view.grid.choose(0, 0)
    for _ in range(40):
        QTest.keyClick(view.grid, Qt.Key.Key_Down)
    QTest.keyClick(view.grid, Qt.Key.Key_Right)
    assert view.grid.current == (40, 1)
    assert view.grid.verticalScrollBar().value() > 0
    assert view.grid.viewport().rect().contains(view.grid.cell_rect(40, 1).center())
    assert shell.state.selection.component == int(view.grid.rows[40])


def test_filters_by_kind_text_scope_and_decision(view: Any, shell: Shell, study: Study) -> None:
    view.kinds.choose(2)
    view.filter()
    assert {view.map.columns[int(c)].kind for c in view.grid.columns} == {"cracking"}
    name = str(study.plant.components.component[7])
    view.search.setText(name)
    assert view.grid.rows.tolist() == [7]
    view.search.setText("amine")
    assert {view.map.columns[int(c)].key for c in view.grid.columns} == {"amine_corrosion", "amine_scc"}
    view.search.clear()
    tag = str(study.plant.components.tag[9])
    shell.state.set_scope(Scope("equipment", tag))
    assert set(study.plant.components.tag[view.grid.rows]) == {tag}
    view.shown.setCurrentIndex(2)
    view.filter()
    assert view.grid.rows.size == 0


def test_only_what_matters_leaves_out_mechanisms_that_are_credible_nowhere(view: Any) -> None:
    view.map.state[:, 5] = 0
    view.only.setChecked(True)
    assert 5 not in view.grid.columns.tolist()
    assert bool((view.map.state[:, view.grid.columns] == CREDIBLE).any(axis=0).all())


def test_map_follows_language_and_selection(view: Any, shell: Shell, qapp: QApplication) -> None:
    shell.state.select(Selection(component=30))
    assert view.grid.current[0] == 30
    view.grid.choose(30, 0)
    shell.state.set_language("zh_CN")
    shell.state.set_theme("dark")
    settle(qapp, shell.jobs)
    assert view.title.text() == shell.state.text(f"mechanism.{view.chosen.key}")
    assert "⟨" not in view.conditions.toPlainText()
    view.grid.grab()


# -- settings ------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(shell: Shell, qapp: QApplication) -> Any:
    shell.go("settings")
    settle(qapp, shell.jobs)
    return shell.current_view()


def place(view: Any, key: str) -> int:
    """Row of a setting."""
    return int([r.key for r in view.rows].index(key))


def test_a_setting_is_changed_with_a_reason_and_the_plant_run_again(
    settings: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    settings.choose(place(settings, "rate.owner_minimum"))
    settings.line.setText("0.05")
    settings.apply()
    assert settings.told.text() == shell.state.text("ui.settings.needed")
    QTest.keyClicks(settings.reason, "site rule")
    QTest.keyClick(settings.reason, Qt.Key.Key_Return)
    settle(qapp, shell.jobs)
    assert "set_setting rate.owner_minimum 0.05 site rule" in gateway.calls
    assert gateway.calls[-1] == "run_study"
    settings.groups.buttons[1].click()
    assert [settings.rows[i].key for i in settings.model.rows] == ["rate.owner_minimum"]


def test_numbers_are_read_in_the_units_of_the_window(
    settings: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    shell.state.set_units("US")
    settings.choose(place(settings, "rbi.risk_target_m2_y"))
    assert settings.line.text().startswith("39.8")
    settings.line.setText("no number")
    settings.reason.setText("x")
    settings.apply()
    assert settings.told.text() == shell.state.text("ui.settings.no_number")
    settings.line.setText("40")
    assert settings.value() == pytest.approx(40 * 0.3048**2)


def test_a_click_on_the_matrix_writes_the_setting(
    settings: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    settings.groups.buttons[6].click()
    before = settings.matrix.cells
    box = settings.matrix.cell_rect(0, 0).center().toPoint()
    QTest.mouseClick(settings.matrix, Qt.MouseButton.LeftButton, pos=box)
    assert settings.matrix.cells[0][0] == (before[0][0] + 1) % 4
    assert settings.row.key == "rbi.matrix_cells"
    text = settings.line.text()
    assert text.split(" / ")[-1].startswith("M ")
    settings.reason.setText("corporate matrix")
    settings.apply()
    settle(qapp, shell.jobs)
    assert gateway.changed_settings["rbi.matrix_cells"] == (text, "corporate matrix")
    shell.state.study.settings.with_(rbi__matrix_cells=text)  # type: ignore[union-attr]


def test_matrix_by_keyboard_and_bounds_by_typing(settings: Any) -> None:
    settings.groups.buttons[6].click()
    settings.matrix.setFocus()
    settings.matrix.current = (0, 0)
    before = settings.matrix.cells[1][1]
    QTest.keyClick(settings.matrix, Qt.Key.Key_Up)
    QTest.keyClick(settings.matrix, Qt.Key.Key_Right)
    QTest.keyClick(settings.matrix, Qt.Key.Key_Space)
    assert settings.matrix.cells[1][1] == (before + 1) % 4
    line, _ = settings.bound_lines["CA"]
    line.clear()
    QTest.keyClicks(line, "10 100 1000 10000")
    assert settings.row.key == "rbi.CA_bounds"
    assert settings.value() == "10 100 1000 10000"


def test_the_edition_is_switched_above_the_table(
    settings: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    settings.edition.setCurrentIndex(settings.edition.findData("2020"))
    settings.edition.activated.emit(settings.edition.currentIndex())
    assert settings.row.key == "rbi.edition"
    settings.reason.setText("client asks")
    settings.apply()
    settle(qapp, shell.jobs)
    assert "set_setting rbi.edition 2020 client asks" in gateway.calls


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_setting_has_words_and_shows_its_value(settings: Any, shell: Shell, language: str) -> None:
    shell.state.set_language(language)
    for i in range(settings.model.rowCount()):
        cells = [settings.model.text_at(i, j) for j in range(5)]
        assert not [c for c in cells if "⟨" in c]
        assert cells[0]
        assert cells[1] or settings.rows[i].spec.default == ""
