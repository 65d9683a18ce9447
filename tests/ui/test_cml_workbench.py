"""Readings edited in place: quality and value with reason, undo, refusals at the cell."""

from __future__ import annotations

from typing import Any

import fake_study
import numpy as np
import pytest
from fake_gateway import FakeGateway
from PySide6.QtWidgets import QApplication

from integrity.core.codes import index_of
from integrity.services.types import Study
from integrity.ui.models.reading_edits import read_code, read_thickness
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Selection, State


@pytest.fixture
def bench(shell: Shell, study: Study, qapp: QApplication) -> Any:
    row = int(np.flatnonzero(study.components.governing_cml_row >= 0)[3])
    shell.state.select(Selection(component=row))
    shell.go("cml")
    settle(qapp, shell.jobs)
    return shell.current_view()


def _cell(bench: Any, row: int, key: str) -> Any:
    model = bench.reading_model
    return model.index(row, model.column_index(key))


def test_the_governing_cml_is_shown_with_its_readings_and_rates(bench: Any, study: Study) -> None:
    row = bench.state.selection.component
    cml = int(study.components.governing_cml_row[row])
    assert bench._cml == cml
    offsets = study.plant.readings_of_cml.offsets
    assert bench.reading_model.rowCount() == int(offsets[cml + 1] - offsets[cml])
    assert bench.position_model.rowCount() >= 1
    governs = [bench.position_model.text_at(r, 1) for r in range(bench.position_model.rowCount())]
    assert governs.count(bench.state.text("ui.cml.governs")) == 1
    assert bench.state.measure(float(study.cmls.CR_gov[cml]), "rate") in bench.rate_why.text()


def test_quality_edit_needs_a_reason_then_reaches_the_gateway_and_the_screen(
    bench: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication
) -> None:
    reading_id = int(bench.reading_model.array("reading_id")[bench.reading_model.source(0)])
    bench.reading_model.setData(_cell(bench, 0, "quality"), "verify")
    assert bench.reason.isVisible()
    bench.reason._accept()
    assert gateway.calls == []
    bench.reason.line.setText("Couplant trouble")
    bench.reason._accept()
    settle(qapp, shell.jobs)
    assert gateway.calls[0] == f"set_quality [{reading_id}] 1 Couplant trouble"
    assert "run_study" in gateway.calls
    assert shell.state.study is not None
    where = np.flatnonzero(shell.state.study.plant.readings.reading_id == reading_id)[0]
    assert int(shell.state.study.plant.readings.quality[where]) == 1
    assert bench.reading_model.text_at(0, bench.reading_model.column_index("quality")) == "verify"


def test_undo_and_redo(bench: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    column = bench.reading_model.column_index("quality")
    bench.readings.setCurrentIndex(_cell(bench, 0, "quality"))
    bench.mark_selected("ignored")
    bench.reason.accepted.emit("Wrong point")
    settle(qapp, shell.jobs)
    assert bench.reading_model.text_at(0, column) == "ignored"
    shell.commands.run("undo")
    settle(qapp, shell.jobs)
    assert bench.reading_model.text_at(0, column) == "good"
    shell.commands.run("redo")
    settle(qapp, shell.jobs)
    assert bench.reading_model.text_at(0, column) == "ignored"
    shell.commands.run("redo")
    settle(qapp, shell.jobs)
    assert shell.notice_text.text() == shell.state.text("ui.notice.nothing_to_redo")


def test_value_is_read_in_the_unit_shown(bench: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    shell.state.set_units("US")
    bench.reading_model.setData(_cell(bench, 0, "t_mm"), "0.250")
    bench.reason.accepted.emit("Typing error")
    settle(qapp, shell.jobs)
    call = gateway.calls[0]
    assert call.startswith("edit_value")
    assert " 6.350 0.250 in Typing error 1" in call


def test_a_bad_value_is_refused_at_the_cell(bench: Any, gateway: FakeGateway) -> None:
    bench.reading_model.setData(_cell(bench, 0, "t_mm"), "twelve")
    key = (bench.reading_model.source(0), "t_mm")
    assert "twelve" in bench.reading_model.cell_errors[key]
    assert "twelve" in bench.reading_model.tip(0, bench.reading_model.column_index("t_mm"))
    assert not bench.reason.isVisible()
    assert gateway.calls == []


def test_a_block_can_be_pasted(bench: Any, shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    QApplication.clipboard().setText("7.11\tverify\n7.22\tgood\n")
    bench.readings.setCurrentIndex(_cell(bench, 0, "t_mm"))
    bench.readings.paste()
    bench.reason.accepted.emit("Second survey sheet")
    settle(qapp, shell.jobs)
    kinds = [c.split()[0] for c in gateway.calls]
    assert kinds.count("edit_value") == 2
    assert kinds.count("set_quality") == 1


def test_results_are_stale_until_the_new_run_is_there(bench: Any, shell: Shell, qapp: QApplication) -> None:
    row = shell.state.selection.component
    seen: list[bool] = []
    shell.state.stale_changed.connect(lambda: seen.append(bool(shell.state.stale[row])))
    bench.reading_model.setData(_cell(bench, 0, "quality"), "verify")
    bench.reason.accepted.emit("Check")
    settle(qapp, shell.jobs)
    assert seen == [True]
    assert not shell.state.stale.any()


def test_whole_circuit_lists_more_points(bench: Any) -> None:
    before = bench.cml_model.rowCount()
    bench.whole_circuit.setChecked(True)
    assert bench.cml_model.rowCount() > before


def test_picking_a_point_selects_its_row(bench: Any, shell: Shell) -> None:
    reading = int(bench._reading_rows[1])
    bench.plot.picked.emit(reading)
    assert shell.state.selection.reading == reading
    assert bench.readings.current_source == 1
    assert bench.state.code(
        "reading_quality", int(shell.state.study.plant.readings.quality[reading])
    ) in bench.plot.words_of(reading)


def test_a_component_without_points_says_so(shell: Shell, study: Study, qapp: QApplication) -> None:
    row = int(np.flatnonzero(study.plant.cmls_of_component.counts == 0)[0])
    shell.state.select(Selection(component=row))
    shell.go("cml")
    settle(qapp, shell.jobs)
    view: Any = shell.current_view()
    assert view.cml_model.rowCount() == 0
    assert view.rate_why.text() == shell.state.text("ui.cml.no_cml")


@pytest.mark.parametrize(
    ("text", "t_mm"),
    [
        ("7.5", 7.5),
        ("0.5 in", 12.7),
        ("500 mil", 12.7),
        ("0", None),
        ("-3", None),
        ("x", None),
        ("7,5", None),
        ("7 furlong", None),
    ],
)
def test_reading_a_thickness(state: State, text: str, t_mm: float | None) -> None:
    found = read_thickness(text, state)
    assert (found is None) == (t_mm is None)
    if found is not None and t_mm is not None:
        assert abs(found[0] - t_mm) < 1e-12


def test_reading_a_quality_by_word_or_code(state: State) -> None:
    state.set_language("zh_CN")
    assert read_code("待核实", "reading_quality", state) == index_of("reading_quality", "verify")
    assert read_code("Ignored", "reading_quality", state) == index_of("reading_quality", "ignored")
    assert read_code("maybe", "reading_quality", state) == -1


def test_ten_thousand_readings_draw(qtbot: Any, state: State) -> None:
    from integrity.ui.plots.trend import TrendPlot

    study = fake_study.make_study(2, 3, 4000)
    plot = TrendPlot(state)
    qtbot.addWidget(plot)
    plot.show_cml(study, int(np.argmax(study.plant.readings_of_cml.counts)))
    assert plot._rows.size >= 4000
