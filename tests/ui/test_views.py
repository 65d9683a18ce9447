"""Import, plan and risk board."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fake_study
import numpy as np
from fake_gateway import FakeGateway
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from integrity.core.arrays import NO_DATE
from integrity.core.codes import codes, index_of
from integrity.services.types import Study
from integrity.ui import actions
from integrity.ui.models.plan_table import GOVERNS, PREFIX, detail_rows, plan_arrays
from integrity.ui.plots.matrix import count_cells
from integrity.ui.plots.timeline import years_of
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Selection


def test_import_goes_from_files_to_commit(shell: Shell, gateway: FakeGateway, qapp: QApplication) -> None:
    shell.go("import")
    view: Any = shell.current_view()
    assert view.step == "files"
    view.take_files(["/data/ut_2019.csv"])
    settle(qapp, shell.jobs)
    assert view.step == "columns"
    assert view.columns_table.rowCount() == 4
    view.check()
    settle(qapp, shell.jobs)
    assert view.step == "check"
    assert view.tally["rejected"][0].text() == "3"
    assert view.finding_model.rowCount() == 2
    assert view.finding_model.text_at(0, 1) == "37"
    view.commit()
    settle(qapp, shell.jobs)
    assert view.step == "done"
    assert gateway.calls.index("commit") < gateway.calls.index("run_study")


def test_import_mapping_can_be_changed_by_hand(shell: Shell, qapp: QApplication) -> None:
    shell.go("import")
    view: Any = shell.current_view()
    view.take_files(["/data/a.csv"])
    settle(qapp, shell.jobs)
    box = view.columns_table.cellWidget(3, 1)
    box.setCurrentIndex(box.findData("survey"))
    box.activated.emit(box.currentIndex())
    assert view.tables[0].columns[3].field == "survey"
    assert view.tables[0].columns[3].confidence == 1.0
    view.kind_box.setCurrentIndex(0)
    view._kind_chosen(0)
    assert view.chosen_tables() == []
    view.check()
    assert shell.notice_text.text() == shell.state.text("ui.import.none_chosen")


def test_plan_shows_every_candidate_and_marks_the_one_that_governs(study: Study) -> None:
    arrays, standing = plan_arrays(study)
    c = study.candidates
    for row in range(0, study.components.n, 17):
        rows = detail_rows(study, row)
        assert set(c.component_row[rows]) <= {row}
        for candidate in rows:
            key = PREFIX + codes("candidate_kind")[int(c.kind[candidate])]
            if c.governs[candidate] == 1:
                assert arrays[key][row] == c.due_d[candidate] == study.components.next_d[row]
                assert standing[key][row] == GOVERNS


def test_clicking_a_candidate_cell_selects_that_candidate(shell: Shell, study: Study) -> None:
    shell.go("plan")
    view: Any = shell.current_view()
    view._chosen(4, f"{PREFIX}cn_annual")
    picked = shell.state.selection.candidate
    assert int(study.candidates.kind[picked]) == index_of("candidate_kind", "cn_annual")
    assert int(study.candidates.component_row[picked]) == 4
    assert view.detail_model.rowCount() == detail_rows(study, 4).size


def test_timeline_counts_every_date_and_filters_by_year(shell: Shell, study: Study) -> None:
    shell.go("plan")
    view: Any = shell.current_view()
    total = sum(int(view.timeline.counts(y).sum()) for y in view.timeline.columns())
    assert total == int((study.components.next_d != NO_DATE).sum())
    year = view.timeline.columns()[3]
    box = view.timeline.column_rect(year)
    QTest.mouseClick(view.timeline, Qt.MouseButton.LeftButton, pos=QPointF(box.center()).toPoint())
    assert view.timeline.year == year
    shown = study.components.next_d[view.model.rows]
    assert set(years_of(shown)) == {year}


def test_plan_filters_by_unit_and_kind(shell: Shell, study: Study) -> None:
    shell.go("plan")
    view: Any = shell.current_view()
    view.boxes["unit"].setCurrentIndex(view.boxes["unit"].findData("VDU-1"))
    view.boxes["equipment_kind"].setCurrentIndex(
        view.boxes["equipment_kind"].findData(index_of("equipment_kind", "piping"))
    )
    view._filter()
    k = study.plant.components
    wanted = (k.unit == "VDU-1") & (k.equipment_kind == index_of("equipment_kind", "piping"))
    assert sorted(view.model.rows.tolist()) == np.flatnonzero(wanted).tolist()


def test_export_uses_language_and_units_of_the_window(
    shell: Shell, gateway: FakeGateway, qapp: QApplication, tmp_path: Path
) -> None:
    shell.state.set_language("zh_CN")
    shell.state.set_units("US")
    actions.export_to(shell, "plan_xlsx", tmp_path / "plan.xlsx")
    settle(qapp, shell.jobs)
    assert gateway.calls == ["export plan_xlsx zh_CN US"]
    assert "plan.xlsx" in shell.notice_text.text()


def test_matrix_counts_each_assessed_component_once(study: Study) -> None:
    r = study.components
    counts = count_cells(r.P_f_category, r.CA_category)
    assert int(counts.sum()) == int((r.P_f_category > 0).sum())
    assert int(counts[2, 3]) == int(((r.P_f_category == 3) & (r.CA_category == 4)).sum())


def test_matrix_cell_drills_down_and_lifts(shell: Shell, study: Study, qapp: QApplication) -> None:
    shell.go("board")
    view: Any = shell.current_view()
    r = study.components
    row = int(np.flatnonzero(r.risk_category == index_of("risk_category", "high"))[0])
    p, c = int(r.P_f_category[row]), int(r.CA_category[row])
    centre = view.matrix.cell_rect(p, c).center().toPoint()
    QTest.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=centre)
    inside = (r.P_f_category == p) & (r.CA_category == c)
    assert sorted(view.model.rows.tolist()) == np.flatnonzero(inside).tolist()
    assert view.iso._rows.size == int(inside.sum())
    QTest.mouseClick(view.matrix, Qt.MouseButton.LeftButton, pos=centre)
    assert view.model.rowCount() == r.n


def test_board_list_is_worst_first_and_opens_the_card(shell: Shell, study: Study, qapp: QApplication) -> None:
    shell.go("board")
    view: Any = shell.current_view()
    risk = study.components.risk[view.model.rows]
    known = risk[~np.isnan(risk)]
    assert bool((np.diff(known) <= 0).all())
    view.grid.row_chosen.emit(int(view.model.rows[0]), "risk")
    view.grid.row_opened.emit(int(view.model.rows[0]))
    settle(qapp, shell.jobs)
    assert shell.screen_name == "rbi"
    card: Any = shell.current_view()
    assert card.card is not None
    assert card.heads["P_f"][0].text() == shell.state.number(
        float(study.components.P_f[view.model.rows[0]]), "frequency"
    )


def test_card_says_why_a_component_is_not_assessed(shell: Shell, study: Study, qapp: QApplication) -> None:
    row = int(np.flatnonzero(study.components.n_readings == 0)[0])
    shell.state.select(Selection(component=row))
    shell.go("rbi")
    settle(qapp, shell.jobs)
    card: Any = shell.current_view()
    assert card.reasons.isVisible()
    assert card.reasons.text()


def test_hundred_thousand_components_reach_the_board(qtbot: Any, qapp: QApplication, state: Any) -> None:
    from integrity.ui.plots.iso_risk import IsoRiskPlot

    study = fake_study.make_study(20_000, 1, 2)
    plot = IsoRiskPlot(state)
    qtbot.addWidget(plot)
    plot.show_rows(study, FakeGateway().risk_matrix(study), np.arange(study.components.n))
    assert plot._rows.size > 19_000
