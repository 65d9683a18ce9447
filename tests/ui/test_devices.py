"""The screen of devices: bundles on Weibull paper, relief devices, workings of any number, and the report's part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_devices import LIVES, ROWS
from fake_gateway import FakeGateway
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from integrity import bootstrap
from integrity.core.progress import SILENT
from integrity.i18n import LANGUAGES
from integrity.reports.document import Document, Figure, Heading, Table
from integrity.reports.pdf import render
from integrity.services import bundles as bundle_service
from integrity.services import relief as relief_service
from integrity.services.device_workings import BUNDLE, CASE, RELIEF, governing_cases
from integrity.services.report_devices import device_blocks
from integrity.services.report_words import Words
from integrity.services.types import Study
from integrity.ui.jobs import Jobs
from integrity.ui.plots.weibull import SHARES, paper_y
from integrity.ui.real_gateway import RealGateway
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, Scope, Selection, State
from integrity.ui.views.bundles_page import QUANTITIES
from integrity.window import window_wiring


def bundles_of(shell: Shell, qapp: QApplication) -> Any:
    shell.go("devices")
    settle(qapp, shell.jobs)
    view: Any = shell.current_view()
    return view.bundles


def relief_of(shell: Shell, qapp: QApplication) -> Any:
    shell.go("devices")
    view: Any = shell.current_view()
    view.show_page("relief")
    settle(qapp, shell.jobs)
    return view.page("relief")


# -- bundles -------------------------------------------------------------------------------------------------


def test_key_opens_the_screen_with_every_bundle_in_service(shell: Shell, qapp: QApplication) -> None:
    shell.activateWindow()
    shell.commands.actions["go_devices"].trigger()
    assert shell.screen_name == "devices"
    assert shell.commands.by_id["go_devices"].shortcut == "Ctrl+0"
    page = bundles_of(shell, qapp)
    assert page.model.rowCount() == 3
    assert {s.record.row for s in page.done.states} == set(ROWS)


def test_paper_has_failures_at_their_positions_ticks_of_survivors_and_both_fits(
    shell: Shell, qapp: QApplication
) -> None:
    page = bundles_of(shell, qapp)
    shell.state.select(Selection(component=ROWS[0]))
    paper = page.plot.paper
    assert paper.data.failure_y.size == 5
    assert paper.data.suspended_y.size == len(LIVES) - 5
    assert [line.key for line in paper.lines] == ["rrx", "mle"]
    assert [line.in_force for line in paper.lines] == [True, False]
    assert (round(paper.lines[0].beta, 2), round(paper.lines[0].eta_y, 1)) == (2.57, 20.4)
    lives = [page.done.records[i].bundle_life_y for i in paper.failed]
    assert lives == pytest.approx(paper.data.failure_y.tolist())
    words = [w for _, _, w in page.plot._entries]
    assert shell.state.text("ui.weibull.failure", count=5) in words
    assert shell.state.text("ui.weibull.suspended", count=4) in words
    assert "2.57" in page.fit_words.text()
    assert shell.state.text("code.amount_of_failures.enough") in page.fit_words.text()


def test_heights_of_the_paper_make_a_fit_straight() -> None:
    t = np.array([4.0, 11.0, 30.0])
    y = paper_y(1.0 - np.exp(-((t / 20.0) ** 2.5)))
    assert np.diff(y) / np.diff(np.log(t)) == pytest.approx([2.5, 2.5])
    assert bool((np.diff(paper_y(np.array(SHARES))) > 0).all())


def test_one_failure_has_no_line_and_says_why(shell: Shell, qapp: QApplication) -> None:
    page = bundles_of(shell, qapp)
    shell.state.select(Selection(component=ROWS[2]))
    state = page.done.states[page.row]
    assert (state.n_records, state.n_failures) == (2, 1)
    assert page.plot.paper.lines == ()
    assert page.plot.paper.curve is None
    assert shell.state.text("code.amount_of_failures.one") in page.fit_words.text()
    missing = page.model.text_at(page.model.shown(page.row), page.model.column_index("missing"))
    assert shell.state.text("limit.bundle.enough_failures") in missing


def test_what_is_similar_is_chosen(shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    page = bundles_of(shell, qapp)
    assert len(page.done.members) == 2
    page.choice.buttons[3].click()
    settle(qapp, shell.jobs)
    assert gateway.calls[-1] == "bundles"
    assert [len(m) for m in page.done.members] == [len(LIVES) + 2]
    names = [page.failures.itemData(i) for i in range(page.failures.count())]
    assert names == ["", "pitting", "vibration"]
    page.failures.setCurrentIndex(1)
    page.failures.activated.emit(1)
    settle(qapp, shell.jobs)
    assert gateway.calls[-1] == "bundles  pitting"
    assert page.failures.currentData() == "pitting"
    assert {s.n_failures for s in page.done.states} == {sum(1 for r in page.done.records if r.mechanism == "pitting")}


def test_a_number_of_a_bundle_opens_its_working(shell: Shell, qapp: QApplication) -> None:
    page = bundles_of(shell, qapp)
    row = next(i for i, s in enumerate(page.done.states) if not s.reasons)
    for key in BUNDLE:
        page._chosen(row, key)
        settle(qapp, shell.jobs)
        sheets = shell.drawer.sheets
        assert sheets and shell.drawer.explained.column == key, key
        last = sheets[-1]
        found = [step for step in last.steps if step.symbol == key]
        if found and key in QUANTITIES:
            assert found[0].value == pytest.approx(float(page._own.values(key)[row])), key
    assert shell.drawer.which.count() == len(BUNDLE)
    shell.drawer._chosen(list(BUNDLE).index("C_fail_bundle"))
    settle(qapp, shell.jobs)
    assert shell.drawer.sheets[-1].procedure == "api581.2016.bundle_cost"
    shell.go("board")
    assert shell.drawer.explained is None


def test_a_point_of_the_paper_selects_its_exchanger(shell: Shell, qapp: QApplication) -> None:
    page = bundles_of(shell, qapp)
    shell.state.select(Selection(component=ROWS[2]))
    target = next(i for i, r in enumerate(page.done.records) if r.row == ROWS[0])
    page.plot.picked.emit(target)
    settle(qapp, shell.jobs)
    assert page.done.states[page.row].record.equipment_id == page.done.records[target].equipment_id
    tip = page._tip(target)
    assert page.done.records[target].tag in tip


def test_without_records_the_page_says_which_facts_to_record(
    shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    gateway.bundles_on_record = gateway.devices_on_record = False
    page = bundles_of(shell, qapp)
    assert page.nothing.isVisible() and not page.split.isVisible()
    for symbol in ("bundle_installed_d", "bundle_removed_d", "bundle_failed", "bundle_set"):
        assert symbol in page.nothing._how.text()
    QTest.mouseClick(page.nothing._actions[0][0], Qt.MouseButton.LeftButton)
    assert shell.screen_name == "import"
    other = relief_of(shell, qapp)
    assert other.nothing.isVisible() and "demand_case" in other.nothing._how.text()


# -- relief devices ------------------------------------------------------------------------------------------


def test_a_set_pressure_above_the_allowable_stands_first_and_is_marked(shell: Shell, qapp: QApplication) -> None:
    page = relief_of(shell, qapp)
    assert page.model.rowCount() == 3
    assert page.model.source(0) == 0
    tone = page.model.marks.tone
    assert tone["set_pressure_MPa"].tolist() == [3, 0, 0]
    assert page.model.text_at(0, page.model.column_index("above")) == shell.state.text(
        "ui.prd.over", value=shell.state.measure(0.1, "pressure")
    )
    assert tone["next_test_d"].tolist() == [2, 0, 0]
    assert page.told.text().startswith("3 devices; 1 ")


def test_recommended_test_is_that_of_the_risk_target(shell: Shell, qapp: QApplication, study: Study) -> None:
    page = relief_of(shell, qapp)
    done = page.done
    for row, state in enumerate(done.states[:2]):
        day = int(page.model.array("test_by_d")[row])
        assert state.target_state in ("crosses", "reached")
        assert day == int(np.floor(study.plant.as_of_d + state.years_to_test * 365.25))
    assert page.model.text_at(page.model.shown(2), page.model.column_index("test_by_d")) == "—"
    assert "not recorded" in page.model.text_at(page.model.shown(2), page.model.column_index("missing"))


def test_detail_has_cases_and_tests_of_the_device(shell: Shell, qapp: QApplication) -> None:
    page = relief_of(shell, qapp)
    page.show_row(0)
    assert (page.cases.rowCount(), page.tests.rowCount()) == (2, 2)
    rate = float(page.model.array("DR")[0])
    assert rate == pytest.approx(float(page.done.case["DR"][governing_cases(page.done, 0)].sum()))
    failed = page.tests.marks.tone["prd_outcome"]
    assert failed.tolist() == [3, 0]
    page.show_row(2)
    assert (page.cases.rowCount(), page.tests.rowCount()) == (0, 0)


def test_numbers_of_devices_cases_and_tests_open_their_workings(shell: Shell, qapp: QApplication) -> None:
    page = relief_of(shell, qapp)
    for key in RELIEF:
        page._chosen(0, key)
        settle(qapp, shell.jobs)
        assert shell.drawer.sheets, key
        assert shell.drawer.subject.text() == "PSV-1"
    for key in CASE:
        page.case_grid.row_chosen.emit(1, key)
        settle(qapp, shell.jobs)
        assert shell.drawer.explained.column == key
        assert shell.drawer.sheets[-1].procedure == "api581.2016.prd_case"
    page.test_grid.row_chosen.emit(0, "test_y")
    settle(qapp, shell.jobs)
    assert shell.drawer.sheets[-1].procedure == "api581.2016.prd_test"
    assert "PSV-1" in shell.drawer.working_text()


def test_selection_and_scope_reach_both_pages(shell: Shell, qapp: QApplication, study: Study) -> None:
    page = relief_of(shell, qapp)
    shell.state.select(Selection(component=20))
    assert page.done.states[page.row].device.tag == "PSV-2"
    shell.state.set_scope(Scope("equipment", str(study.plant.components.tag[20])))
    assert page.model.rows.tolist() == [1]
    shell.state.set_scope(Scope())
    assert page.model.rowCount() == 3


@pytest.mark.parametrize("page", ["bundles", "relief"])
def test_pages_follow_language_units_and_look(shell: Shell, qapp: QApplication, page: str) -> None:
    shell.go("devices")
    view: Any = shell.current_view()
    view.show_page(page)
    settle(qapp, shell.jobs)
    for size in ((1366, 768), (1920, 1080)):
        shell.resize(*size)
        for language, units, look in (("zh_CN", "US", "dark"), ("en", "SI", "light")):
            shell.state.set_language(language)
            shell.state.set_units(units)
            shell.state.set_theme(look)
            settle(qapp, shell.jobs)
            words = [w.text() for w in view.findChildren(type(shell.title))]
            assert not [t for t in words if "⟨" in t]
            grid = view.bundles.grid if page == "bundles" else view.page("relief").grid
            model = grid.columns_model
            cells = [model.text_at(r, c) for r in range(model.rowCount()) for c in range(len(model.columns))]
            heads = [model.heading(c) for c in range(len(model.columns))]
            assert not [t for t in cells + heads if "⟨" in t]


# -- the sample plant ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RealGateway, Study]]:
    folder = tmp_path_factory.mktemp("sample")
    session = bootstrap.open_sample("crude_unit", author="A. Engineer", data=folder)
    path = str(session.url)
    session.close()
    gateway = RealGateway(window_wiring("A. Engineer"))
    gateway.open(path, SILENT)
    yield gateway, gateway.run_study(SILENT)
    gateway.close()


def test_sample_plant_in_the_window(
    sample: tuple[RealGateway, Study], qapp: QApplication, preferences: Preferences
) -> None:
    gateway, study = sample
    # Not handed to the bot: closing it would let go of the plant that the next test uses.
    window = Shell(gateway, State(preferences), Jobs())
    window.show()
    window.state.set_study(study)
    page = bundles_of(window, qapp)
    assert page.model.rowCount() == 22
    assert sorted(len(m) for m in page.done.members) == [9, 37]
    tags = [s.record.tag for s in page.done.states]
    page._chosen(tags.index("E-101A"), "P_TA1")
    settle(qapp, window.jobs)
    state = page.done.states[page.row]
    assert (state.n_failures, page.plot.paper.data.failure_y.size) == (17, 17)
    assert window.drawer.sheets[-1].steps[-1].value == pytest.approx(float(page.done.risk["P_TA1"][page.row]))
    other = relief_of(window, qapp)
    assert other.model.rowCount() == 18
    high = [s.device.tag for s in other.done.states if s.set_above_mawp]
    assert high
    assert set(high) == {other.done.states[other.model.source(i)].device.tag for i in range(len(high))}
    for key in RELIEF:
        other._chosen(other.model.source(0), key)
        settle(qapp, window.jobs)
        assert window.drawer.sheets, key
    window.jobs.close()
    window.deleteLater()


def test_report_of_the_sample_plant(sample: tuple[RealGateway, Study], tmp_path: Path) -> None:
    gateway, study = sample
    bundles = gateway.bundles(study, ("bundle_set",), "", SILENT)
    relief = gateway.relief(study, SILENT)
    assert isinstance(bundles, bundle_service.BundleStudy) and isinstance(relief, relief_service.ReliefStudy)
    for language in LANGUAGES:
        blocks = device_blocks(bundles, relief, Words(language, "SI"))
        assert sum(isinstance(b, Figure) for b in blocks) == 2
        tables = [b for b in blocks if isinstance(b, Table)]
        assert [len(t.rows) for t in tables] == [22, 18]
        assert all(len(t.head) == len(t.align) == len(t.widths) == len(t.rows[0]) for t in tables)
        assert len(tables[1].fills) == 2 * sum(s.set_above_mawp for s in relief.states)
        assert not any("⟨" in cell for t in tables for row in (t.head, *t.rows) for cell in row)
        pdf = render(
            Document("Devices", "", "", (("Site", "CDU"),), [Heading("Risk"), *blocks], "Contents", "{page} / {pages}")
        )
        (tmp_path / f"{language}.pdf").write_bytes(pdf)
        assert pdf.startswith(b"%PDF") and len(pdf) > 20_000


def test_report_says_nothing_without_records() -> None:
    gateway = FakeGateway()
    gateway.bundles_on_record = gateway.devices_on_record = False
    study = gateway.run_study(SILENT)
    done = device_blocks(
        gateway.bundles(study, ("bundle_set",), "", SILENT), gateway.relief(study, SILENT), Words("en", "SI")
    )
    assert done == []
