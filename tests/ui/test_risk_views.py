"""The risk screens on the made-up study: factors, what-if, facts, sensitivity, comparison, choices, editions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fake_gateway import FakeGateway
from fake_risk import ROW
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from integrity.core.codes import index_of
from integrity.services.types import Study
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Selection, State


def opened(shell: Shell, qapp: QApplication, screen: str, page: str, row: int = 0) -> Any:
    """A page of a screen with a component selected."""
    shell.state.select(Selection(component=row))
    shell.go(screen)
    view: Any = shell.current_view()
    view.show_page(page)
    settle(qapp, shell.jobs)
    return view.page(page) if page in view.page_of else view


# -- card ----------------------------------------------------------------------------------------------------


def test_card_shows_a_bar_a_mechanism_the_total_and_the_areas(shell: Shell, qapp: QApplication, study: Study) -> None:
    card = opened(shell, qapp, "rbi", "card")
    words = [r.words for r in card.factors.rungs]
    assert words == ["Thinning", "External corrosion", "Sulfide stress cracking", shell.state.title("D_f_total")]
    assert card.factors.rungs[0].unverified
    assert card.factors.rungs[-1].value == pytest.approx(float(study.components.D_f_total[0]))
    assert [r.key for r in card.areas.rungs] == ["CA_cmd", "CA_inj", "CA"]
    assert card.adds.text()


def test_a_mechanism_that_is_not_assessed_shows_its_bound_and_what_it_lacks(shell: Shell, qapp: QApplication) -> None:
    card = opened(shell, qapp, "rbi", "card", ROW)
    rung = next(r for r in card.factors.rungs if r.words == "Sulfide stress cracking")
    assert np.isnan(rung.value)
    assert rung.bound == 50.0
    assert rung.shown.startswith("≥")
    assert "pH" in rung.note


def test_a_click_on_a_bar_opens_its_working(shell: Shell, qapp: QApplication) -> None:
    card = opened(shell, qapp, "rbi", "card")
    shell.drawer.hide()
    box = card.factors.rung_rect(0).center().toPoint()
    QTest.mouseClick(card.factors, Qt.MouseButton.LeftButton, pos=box)
    settle(qapp, shell.jobs)
    assert shell.state.selection.column == "D_f_thin"
    assert shell.drawer.isVisible()
    assert shell.drawer.sheets


def test_arrows_walk_the_bars(shell: Shell, qapp: QApplication) -> None:
    card = opened(shell, qapp, "rbi", "card")
    card.factors.setFocus()
    QTest.keyClick(card.factors, Qt.Key.Key_Down)
    QTest.keyClick(card.factors, Qt.Key.Key_Down)
    assert shell.state.selection.column == "D_f_ext"


def test_card_draws_three_curves_and_the_days_of_the_targets(shell: Shell, qapp: QApplication) -> None:
    card = opened(shell, qapp, "rbi", "card", 1)
    keys = [words for _, _, words in card.time._entries]
    assert keys == [shell.state.text(f"ui.risk.{k}") for k in ("without_plan", "with_plan", "with_recommended")]
    card.show_time(2)
    assert card.time.quantity == "D_f"
    card.show_time(3)
    assert len(card.lines._entries) == 3
    assert card._time_stack.currentWidget() is card.lines


# -- what-if -------------------------------------------------------------------------------------------------


def test_what_if_changes_an_input_and_stores_nothing(
    shell: Shell, gateway: FakeGateway, qapp: QApplication, study: Study
) -> None:
    row = int(np.flatnonzero(study.components.D_f_thin > 0)[0])
    shell.state.select(Selection(component=row))
    assert shell.commands.run("what_if")
    settle(qapp, shell.jobs)
    view: Any = shell.current_view()
    page: Any = view.page("what_if")
    page.search.setText("corrosion rate")
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert list(page.changes) == ["CR"]
    line = page.editors["CR"].line
    line.clear()
    QTest.keyClicks(line, "0.4")
    QTest.qWait(120)
    settle(qapp, shell.jobs)
    assert gateway.tried[-1] == ([row], {"CR": pytest.approx(0.4)})
    thinning = page.ladder.rungs[0]
    assert thinning.after == pytest.approx(2.0 * thinning.value)
    texts = [cells[2].text() for cells in page.cells[1:]]
    assert texts[0] == shell.state.number(2.0 * float(study.components.D_f_total[row]), "damage_factor")
    assert not [c for c in gateway.calls if c.startswith(("set_", "edit", "decide", "store"))]
    page.reset()
    settle(qapp, shell.jobs)
    assert page.given() == {}
    assert gateway.tried[-1] == ([row], {})


def test_what_if_reads_the_units_of_the_window(shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    shell.state.set_units("US")
    page = opened(shell, qapp, "rbi", "what_if", 2)
    page.add("T_C")
    line = page.editors["T_C"].line
    line.clear()
    QTest.keyClicks(line, "212")
    page.run()
    settle(qapp, shell.jobs)
    assert gateway.tried[-1][1] == {"T_C": pytest.approx(100.0)}


def test_what_if_gives_codes_of_facts_as_text_and_of_columns_as_index(
    shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    page = opened(shell, qapp, "rbi", "what_if", 2)
    page.add("pwht")
    page.give("pwht", "yes")
    page.add("fluid")
    page.give("fluid", "H2S")
    page.run()
    settle(qapp, shell.jobs)
    assert gateway.tried[-1][1] == {"pwht": "yes", "fluid": index_of("fluid", "H2S")}
    page.remove("pwht")
    assert list(page.given()) == ["fluid"]


def test_what_if_takes_the_rows_selected_in_a_table(shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    shell.go("inventory")
    grid: Any = shell.current_view().grid  # type: ignore[attr-defined]
    grid.setFocus()
    grid.setCurrentIndex(grid.columns_model.index(4, 0))
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    wanted = sorted(grid.selected_sources())
    assert len(wanted) == 3
    shell.commands.run("what_if")
    settle(qapp, shell.jobs)
    view: Any = shell.current_view()
    page = view.page("what_if")
    assert sorted(page.rows) == wanted
    assert page.model.rowCount() == 3
    assert gateway.tried[-1][0] == wanted
    page.grid.row_chosen.emit(1, "component")
    settle(qapp, shell.jobs)
    assert page.focus == wanted[1]
    assert sorted(page.rows) == wanted


# -- facts ---------------------------------------------------------------------------------------------------


def test_missing_facts_stand_on_top_and_name_the_mechanism(shell: Shell, qapp: QApplication) -> None:
    page = opened(shell, qapp, "rbi", "facts", ROW)
    texts = [page.model.text_at(0, i) for i in range(len(page.model.columns))]
    assert texts[1] == "pH"
    assert texts[2] == "—"
    assert texts[3] == shell.state.text("procedure.api581.2016.scc_ssc")
    assert page.told.text() == shell.state.text(
        "ui.facts.told_missing",
        name=str(shell.state.study.plant.components.component[ROW]),
        count=1,
        total=2,  # type: ignore[union-attr]
    )


def test_a_fact_is_recorded_with_value_subject_source_and_reason(
    shell: Shell, gateway: FakeGateway, qapp: QApplication, study: Study
) -> None:
    page = opened(shell, qapp, "rbi", "facts", ROW)
    page.choose(0)
    QTest.keyClicks(page.editor.line, "4.1")
    page.apply()
    assert page.told.text() == shell.state.text("ui.facts.needed")
    assert not [c for c in gateway.calls if c.startswith("set_fact")]
    page.source.setText("analysis 12")
    QTest.keyClicks(page.reason, "new sample")
    QTest.keyClick(page.reason, Qt.Key.Key_Return)
    settle(qapp, shell.jobs)
    name = str(study.plant.components.component[ROW])
    assert f"set_fact component:{name} pH 4.1 1 analysis 12 new sample" in gateway.calls
    assert gateway.calls[-1] == "run_study"
    settle(qapp, shell.jobs)
    assert page.sheet.lines[0].value == pytest.approx(4.1)


def test_typing_into_a_cell_asks_for_the_reason(shell: Shell, qapp: QApplication) -> None:
    page = opened(shell, qapp, "rbi", "facts", ROW)
    index = page.model.index(0, page.model.column_index("value"))
    assert page.model.setData(index, "5.5")
    assert page.bar.isVisible()
    assert page.editor.text == "5.5"


# -- sensitivity and spread ----------------------------------------------------------------------------------


def test_tornado_has_the_widest_on_top_and_draws_are_made_when_asked(shell: Shell, qapp: QApplication) -> None:
    page = opened(shell, qapp, "rbi", "uncertainty", 1)
    assert page.tornado.variables[-1] == "CR"
    assert page.spread_frame is None
    settings = shell.state.study.settings  # type: ignore[union-attr]
    assert str(int(settings.number("rbi.seed"))) in page.spread_title.text()
    QTest.mouseClick(page.run_button, Qt.MouseButton.LeftButton)
    settle(qapp, shell.jobs)
    assert page.cells["above"][0].text() == "25.0 %"
    assert page.cells["n_draws"][0].text() == "1 000"
    page.show_quantity("D_f_total")
    settle(qapp, shell.jobs)
    assert page.spread_frame is None
    assert page.tornado_frame.base[0] == pytest.approx(float(shell.state.study.components.D_f_total[1]))  # type: ignore[union-attr]


# -- board ---------------------------------------------------------------------------------------------------


def test_comparison_shows_the_plant_the_component_and_the_worst_movers(
    shell: Shell, qapp: QApplication, study: Study
) -> None:
    page = opened(shell, qapp, "board", "comparison", 5)
    moved = page.model.array("moved")[page.model.rows]
    known = moved[~np.isnan(moved)]
    assert bool((np.diff(known) <= 0).all())
    assert page.plant._values[0] == pytest.approx(page.found.totals["old"])
    assert sum(page.plant._values[:-1]) == pytest.approx(page.plant._values[-1])
    assert page.one._values[-1] == pytest.approx(float(study.components.risk[5]))
    assert "GONE-1" in page.told.text()
    page.plant.picked.emit(3)
    assert page.model.sort_keys == (("date", True),)


def test_without_an_approved_study_the_comparison_says_how_to_get_one(
    shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    gateway.approved = False
    page = opened(shell, qapp, "board", "comparison")
    assert page.nothing.isVisible()
    assert not page.split.isVisible()
    button = page.nothing._actions[0][0]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qapp, shell.jobs)
    assert "store_study" in gateway.calls


def test_choices_filter_by_state_and_draw_the_recommended_curve(shell: Shell, qapp: QApplication) -> None:
    page = opened(shell, qapp, "board", "choices", 4)
    assert page.model.rowCount() == 2 * shell.state.study.components.n  # type: ignore[union-attr]
    page.choice.buttons[3].click()
    assert set(page.frame.choice_state[page.model.rows]) == {index_of("choice_state", "chosen")}
    assert shell.state.text("ui.risk.with_recommended") in [w for _, _, w in page.time._entries]
    assert page.model.text_at(0, 1) in (shell.state.text("ui.choices.next"), shell.state.text("ui.choices.after"))


def test_editions_show_only_what_moves_until_all_is_asked_for(shell: Shell, qapp: QApplication, study: Study) -> None:
    page = opened(shell, qapp, "board", "editions")
    assert page.model.rows.tolist() == list(range(0, study.components.n, 5))
    assert page.model.text_at(0, 1) == "Sulfide stress cracking"
    page.choice.buttons[1].click()
    assert page.model.rowCount() == study.components.n


# -- every page in every look --------------------------------------------------------------------------------

PAGES = [("rbi", p) for p in ("card", "what_if", "facts", "uncertainty")]
PAGES += [("board", p) for p in ("matrix", "comparison", "choices", "editions")]


@pytest.mark.parametrize(("screen", "page"), PAGES)
def test_pages_follow_language_units_look_and_selection(
    shell: Shell, qapp: QApplication, screen: str, page: str
) -> None:
    opened(shell, qapp, screen, page, ROW)
    state: State = shell.state
    for row in (0, ROW):
        for language, units, look in (("zh_CN", "US", "dark"), ("en", "SI", "light")):
            state.set_language(language)
            state.set_units(units)
            state.set_theme(look)
            state.select(Selection(component=row))
            settle(qapp, shell.jobs)
            texts = [w.text() for w in shell.current_view().findChildren(type(shell.title))]
            assert not [t for t in texts if "⟨" in t]


def test_ladder_is_logarithmic(qapp: QApplication, state: State, qtbot: Any) -> None:
    from integrity.ui.plots.ladder import Ladder, Rung

    ladder = Ladder(state)
    qtbot.addWidget(ladder)
    ladder.resize(400, 300)
    ladder.show_rungs([Rung("a", 0.1, "0.1", "x"), Rung("b", 1e5, "100 000", "y")], "t", "u")
    assert ladder._x(0.1) < ladder._x(10.0) < ladder._x(1e5)
    assert ladder._x(10.0) - ladder._x(1.0) == pytest.approx(ladder._x(1e4) - ladder._x(1e3))
    assert ladder.rung_at(QPointF(ladder.rung_rect(1).center())) == 1
    ladder.show_rungs((), "t", "u", (), "empty")
    assert ladder.rung_at(QPointF(5, 5)) == -1
    ladder.grab()
