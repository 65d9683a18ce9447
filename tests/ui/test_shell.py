"""The window: going places, switching words, units and looks, following a selection, failing well."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from fake_gateway import FakeGateway
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QToolButton

from integrity.core.errors import InputError
from integrity.core.message import msg
from integrity.services.types import Study
from integrity.ui import actions
from integrity.ui.app import QtWords, catch_errors
from integrity.ui.commands import SCREENS
from integrity.ui.jobs import Jobs
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, Scope, Selection, State


def _words(shell: Shell) -> list[str]:
    widgets = [w for kind in (QLabel, QPushButton, QToolButton) for w in shell.findChildren(kind)]
    return [w.text() for w in widgets]  # type: ignore[attr-defined]


def test_all_screens_open_and_have_words_in_both_languages(shell: Shell, qapp: QApplication) -> None:
    for language in ("en", "zh_CN", "en"):
        shell.state.set_language(language)
        for screen in SCREENS:
            shell.commands.run(f"go_{screen}")
            settle(qapp, shell.jobs)
            assert shell.title.text() == shell.state.text(f"ui.screen.{screen}")
        assert [w for w in _words(shell) if "⟨" in w] == []


def test_language_switch_changes_headings_at_once(shell: Shell) -> None:
    shell.go("inventory")
    grid = shell.current_view().grid  # type: ignore[attr-defined]
    before = grid.columns_model.heading(4)
    shell.commands.run("switch_language")
    assert shell.state.language == "zh_CN"
    assert grid.columns_model.heading(4) != before
    assert shell.menuBar().actions()[0].text().startswith("文件")
    assert shell.drawer.tabs.tabText(0) == "原因"


def test_units_switch_changes_numbers_at_once(shell: Shell, study: Study) -> None:
    shell.go("inventory")
    model = shell.current_view().model  # type: ignore[attr-defined]
    column = model.column_index("t_nom_mm")
    assert model.text_of(0, column) == f"{study.plant.components.t_nom_mm[0]:.2f}"
    shell.commands.run("switch_units")
    assert model.text_of(0, column) == f"{study.plant.components.t_nom_mm[0] / 25.4:.3f}"
    assert model.heading(column).endswith(", in")
    assert shell.status.units.text() == shell.state.text("ui.units.US")


def test_theme_switch_reaches_palette_and_plots(shell: Shell, qapp: QApplication) -> None:
    shell.state.select(Selection(component=0))
    shell.go("cml")
    shell.commands.run("switch_theme")
    assert shell.state.theme.dark
    assert qapp.palette().window().color().name().upper() == shell.state.theme.paper
    plot = shell.current_view().plot  # type: ignore[attr-defined]
    assert plot.backgroundBrush().color().name().upper() == shell.state.theme.paper


def test_selection_is_linked_between_tree_tables_and_drawer(shell: Shell, study: Study, qapp: QApplication) -> None:
    shell.go("inventory")
    shell.open_component(33, "t_req_mm")
    settle(qapp, shell.jobs)
    view: Any = shell.current_view()
    assert view.grid.current_source == 33
    name = str(study.plant.components.component[33])
    assert shell.rail.tree.currentIndex().data() == name
    assert shell.drawer.subject.text() == name
    shell.go("plan")
    assert shell.current_view().grid.current_source == 33  # type: ignore[attr-defined]


def test_drawer_shows_the_working_of_the_number_clicked(shell: Shell, qapp: QApplication) -> None:
    shell.open_component(0, "t_req_mm")
    settle(qapp, shell.jobs)
    shown = shell.drawer.why.toPlainText()
    assert "UG-27(c)(1)" in shown
    assert "mm" in shown
    text = shell.drawer.working_text()
    assert "P*(D/2)/(S*E - 0.6*P)" in text
    assert shell.drawer.which.currentData() == "t_req_mm"
    shell.open_component(0, "P_f")
    settle(qapp, shell.jobs)
    assert "4.5.7" in shell.drawer.why.toPlainText()


def test_drawer_marks_unverified_constants_and_both_units(shell: Shell, study: Study, qapp: QApplication) -> None:
    row = int(np.flatnonzero(study.components.S_verified == 0)[0])
    shell.open_component(row, "t_req_mm")
    settle(qapp, shell.jobs)
    assert "◇" in shell.drawer.why.toPlainText()
    shell.state.set_units("US")
    settle(qapp, shell.jobs)
    assert " in" in shell.drawer.why.toPlainText().replace("\u00a0", " ")


def test_drawer_copies_the_working(shell: Shell, qapp: QApplication) -> None:
    shell.open_component(0, "t_req_mm")
    settle(qapp, shell.jobs)
    assert shell.commands.run("copy_working")
    assert "UG-27" in QApplication.clipboard().text()


def test_history_shows_readings_inspections_and_changes(shell: Shell, qapp: QApplication) -> None:
    shell.open_component(5)
    shell.show_drawer("history")
    settle(qapp, shell.jobs)
    shown = shell.drawer.history.toPlainText()
    assert "Second gauge" in shown
    assert shell.state.text("ui.history.inspections", count=2) in shown


def test_scope_narrows_inventory_and_home(shell: Shell, study: Study) -> None:
    shell.go("inventory")
    view: Any = shell.current_view()
    shell.open_scope(Scope("unit", "CDU-1"))
    inside = int((study.plant.components.unit == "CDU-1").sum())
    assert view.model.rowCount() == inside < study.components.n
    assert shell.scope_chip.isVisible()
    shell.go("home")
    home: Any = shell.current_view()
    assert set(home.model.array("unit")[home.model.rows]) == {"CDU-1"}
    shell.commands.run("whole_plant")
    shell.go("inventory")
    assert view.model.rowCount() == study.components.n


def test_tree_opens_by_circuit_too(shell: Shell, study: Study) -> None:
    shell.rail._choose_tree("circuits")
    model = shell.rail.model
    unit = model.index(0, 0)
    circuit = model.index(0, 0, unit)
    assert model.node(circuit).level == "circuit"
    assert str(model.node(circuit).name) in set(study.plant.components.circuit)
    leaf = model.index(0, 0, circuit)
    assert model.node(leaf).level == "component"
    assert model.parent(leaf) == circuit


def test_home_names_the_worst_item_why_and_what_is_planned(shell: Shell, study: Study, qapp: QApplication) -> None:
    shell.go("home")
    home: Any = shell.current_view()
    worst = int(home.worklist.component_row[0])
    assert str(study.plant.components.component[worst]) in home.worst.why.text()
    assert home.worst.plan.text()
    home.explain_worst()
    settle(qapp, shell.jobs)
    assert shell.state.selection.component == worst
    assert shell.drawer.isVisible()
    home.open_worst()
    assert shell.screen_name == "cml"


def test_next_and_previous_component_stay_inside_the_scope(shell: Shell, study: Study) -> None:
    shell.open_scope(Scope("unit", "VDU-1"))
    rows = np.flatnonzero(study.plant.components.unit == "VDU-1")
    shell.state.select(Selection(component=int(rows[0])))
    shell.commands.run("next_item")
    assert shell.state.selection.component == int(rows[1])
    shell.commands.run("previous_item")
    shell.commands.run("previous_item")
    assert shell.state.selection.component == int(rows[0])


def test_opening_runs_the_study_and_remembers_the_plant(shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    actions.open_path(shell, "north.integrity")
    settle(qapp, shell.jobs)
    assert gateway.calls.count("run_study") == 1
    assert shell.state.preferences.list(actions.RECENT) == ["north.integrity"]
    assert shell.state.study is not None


def test_a_plant_that_cannot_be_opened_is_told_in_place(shell: Shell, qapp: QApplication) -> None:
    actions.open_path(shell, "missing")
    settle(qapp, shell.jobs)
    assert shell.notice.isVisible()
    assert "missing" in shell.notice_text.text()


def test_unexpected_errors_show_the_crash_window_and_the_window_lives_on(shell: Shell, qapp: QApplication) -> None:
    hook = sys.excepthook
    try:
        catch_errors(shell)
        sys.excepthook(ZeroDivisionError, ZeroDivisionError("odd"), None)
    finally:
        sys.excepthook = hook
    windows = [d for d in shell.findChildren(QDialog) if d.windowTitle() == shell.state.text("ui.crash.title")]
    assert len(windows) == 1
    windows[0].close()
    shell.failed(InputError(msg("core.unknown_quantity", key="x")))
    assert shell.notice.isVisible()


def test_layout_and_choices_are_kept_and_can_be_reset(
    qtbot: Any, qapp: QApplication, preferences: Preferences, study: Study
) -> None:
    first = Shell(FakeGateway(), State(preferences), Jobs())
    qtbot.addWidget(first)
    first.show()
    first.state.set_language("zh_CN")
    first.state.set_units("US")
    first.go("plan")
    first.toggle_drawer()
    first.close()
    assert first.gateway.closed  # type: ignore[attr-defined]
    second = Shell(FakeGateway(), State(preferences), Jobs())
    qtbot.addWidget(second)
    second.show()
    assert (second.state.language, second.state.unit_set, second.screen_name) == ("zh_CN", "US", "plan")
    assert not second.drawer.isVisible()
    second.reset_layout()
    assert second.drawer.isVisible()
    second.jobs.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_empty_screens_say_what_they_would_show(qtbot: Any, qapp: QApplication, state: State, screen: str) -> None:
    window = Shell(FakeGateway(opened=False), state, Jobs())
    qtbot.addWidget(window)
    window.show()
    window.go(screen)
    words = [w.text() for w in window.current_view().findChildren(QLabel) if w.isVisible()]
    key = "ui.import.drop" if screen == "import" else f"ui.empty.{screen}"
    assert state.text(f"{key}.title") in words
    assert state.text(f"{key}.how") in words
    window.jobs.close()


def test_flaw_bench_is_honest_about_a_plant_without_flaws(shell: Shell) -> None:
    shell.go("flaw")
    words = [w.text() for w in shell.current_view().findChildren(QLabel) if w.isVisible()]
    assert shell.state.text("ui.empty.flaw_records.title") in words


def test_qt_speaks_chinese_too(qapp: QApplication) -> None:
    words = QtWords(qapp)
    assert words.load("zh_CN") is True
    assert words.load("en") is False
