"""The gateway of the program on the files of the sample plant: import, study, workings, edits, undo, exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

import integrity
from integrity.core.codes import index_of
from integrity.core.progress import SILENT
from integrity.core.settings import setting_specs
from integrity.services.types import Study
from integrity.ui.drawer import EXPLAINED, POSITION
from integrity.ui.jobs import Jobs
from integrity.ui.real_gateway import RealGateway
from integrity.ui.screenshots import settle
from integrity.ui.shell import Shell
from integrity.ui.state import Preferences, Selection, State
from integrity.ui.working_html import sheets_html
from integrity.window import window_wiring

FILES = Path(integrity.__file__).parents[1] / "sample_plants" / "crude_unit" / "files"
LISTS = ("01_equipment_list.xlsx", "02_line_list.csv", "02b_piping_components.csv", "04_cml_master.csv")
READINGS = ("07_ut_piping_sheet.xlsx",)
PAGES = [("rbi", p) for p in ("card", "facts", "uncertainty", "what_if")]
PAGES += [("board", p) for p in ("matrix", "comparison", "choices", "editions")]
PAGES += [("mechanisms", ""), ("settings", "")]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealGateway]:
    folder = tmp_path_factory.mktemp("plant")
    with pytest.MonkeyPatch.context() as patch:
        # Saved mapping profiles go into the user's data folder; the test has one of its own.
        patch.setattr("integrity.services.imports_profiles.data_folder", lambda _given=None: folder)
        out = RealGateway(window_wiring("A. Engineer"))
        out.create(str(folder / "north.integrity"), "North", SILENT)
        for name in (*LISTS, *READINGS):
            tables = [t for t in out.read_tables([FILES / name], SILENT) if t.kind]
            assert tables
            preview = out.preview(tables, SILENT)
            assert preview.new > 0
            out.commit(preview, SILENT)
        yield out
        out.close()


@pytest.fixture(scope="module")
def plant_study(gateway: RealGateway) -> Study:
    return gateway.run_study(SILENT)


def test_import_brings_components_points_and_readings(plant_study: Study) -> None:
    plant = plant_study.plant
    assert plant.components.n > 200
    assert plant.readings.n > 1500
    assert int((~np.isnan(plant_study.components.t_req_mm)).sum()) > 100


def test_a_file_imported_twice_changes_nothing(gateway: RealGateway) -> None:
    tables = gateway.read_tables([FILES / READINGS[0]], SILENT)
    preview = gateway.preview(tables, SILENT)
    assert (preview.new, preview.changed) == (0, 0)
    assert preview.unchanged > 1500
    assert preview.rejected > 0
    rejected = [f for f in preview.findings if f.quality == "rejected"]
    assert len(rejected) >= preview.rejected
    assert all(f.row > 0 and f.file == READINGS[0] for f in rejected)


def test_columns_of_a_wide_sheet_are_shown_as_positions(gateway: RealGateway) -> None:
    (table,) = gateway.read_tables([FILES / READINGS[0]], SILENT)
    positions = [c.position for c in table.columns if c.position]
    assert positions == ["1", "2", "3", "4"]
    assert any(c.field == "cml" and c.confidence > 0.9 for c in table.columns)


def test_every_number_offered_in_the_drawer_opens_in_words(
    gateway: RealGateway, plant_study: Study, state: State
) -> None:
    state.set_study(plant_study)
    for language in ("en", "zh_CN"):
        state.set_language(language)
        for row in range(0, plant_study.components.n, 31):
            for column in EXPLAINED:
                sheets = gateway.component_working(plant_study, row, column)
                assert "⟨" not in sheets_html(sheets, state), (row, column)
        for column in POSITION:
            assert gateway.position_working(plant_study, 0, column)
        governing = int(np.flatnonzero(plant_study.candidates.governs == 1)[0])
        assert gateway.candidate_working(plant_study, governing)


def test_card_and_matrix(gateway: RealGateway, plant_study: Study) -> None:
    matrix = gateway.risk_matrix(plant_study)
    assert len(matrix.cells) == 5
    assert all(len(row) == 5 for row in matrix.cells)
    r = plant_study.components
    known = np.flatnonzero((r.P_f_category > 0) & (r.CA_category > 0))
    assert known.size > 0
    cells = np.array(matrix.cells)[r.P_f_category[known] - 1, r.CA_category[known] - 1]
    assert cells.tolist() == r.risk_category[known].tolist()
    card = gateway.risk_card(plant_study, int(known[0]))
    assert {"small", "medium", "large", "rupture"} >= set(card.holes)
    assert any(v.symbol == "P_f" for v in card.probability)


def test_edit_undo_and_history(gateway: RealGateway, plant_study: Study) -> None:
    reading_id = int(plant_study.plant.readings.reading_id[5])
    ignored = index_of("reading_quality", "ignored")
    changes = gateway.set_quality([reading_id], ignored, "Wrong point")
    assert tuple(changes.ids["reading"]) == (reading_id,)
    after = gateway.run_study(SILENT)
    assert int(after.plant.readings.quality[5]) == ignored
    entries = gateway.history("reading", reading_id)
    assert entries[0].reason == "Wrong point"
    assert gateway.undo() is not None
    assert int(gateway.run_study(SILENT).plant.readings.quality[5]) == int(plant_study.plant.readings.quality[5])


def test_facts_decisions_and_settings_are_written_and_undone(gateway: RealGateway, plant_study: Study) -> None:
    k = plant_study.plant.components
    row = int(np.flatnonzero(plant_study.components.risk > 0)[0])
    subject = f"component:{k.component[row]}"
    gateway.decide_damage(subject, "scc_caustic", "accepted", "caustic_scc", "caustic wash")
    gateway.set_fact(subject, "NaOH_pct", "20", "wt%", "analysis 4", "sampled")
    gateway.set_setting("rbi.scc_equivalence", "min_over_levels", "corporate rule")
    after = gateway.run_study(SILENT)
    assert "scc_caustic" in str(after.components.acting[row])
    assert after.settings.code("rbi.scc_equivalence") == "min_over_levels"
    sheet = gateway.fact_sheet(after, row)
    held = {f.symbol.symbol: f for f in sheet.lines}
    assert held["NaOH_pct"].value == pytest.approx(20.0)
    assert held["NaOH_pct"].source == "analysis 4"
    lacking = [f for f in sheet.lines if f.missing_for]
    assert sheet.lines[: len(lacking)] == tuple(lacking)
    found = gateway.mechanism_map(after)
    assert found.decided[row, [c.key for c in found.columns].index("caustic_scc")] == 0
    for _ in range(3):
        assert gateway.undo() is not None
    again = gateway.run_study(SILENT)
    assert str(again.components.acting[row]) == str(plant_study.components.acting[row])
    assert again.settings.code("rbi.scc_equivalence") == plant_study.settings.code("rbi.scc_equivalence")


def test_risk_pages_on_the_plant(
    gateway: RealGateway, plant_study: Study, qapp: QApplication, preferences: Preferences
) -> None:
    window = Shell(gateway, State(preferences), Jobs())
    window.show()
    window.state.set_study(plant_study)
    row = int(np.flatnonzero(plant_study.components.risk > 0)[0])
    window.state.select(Selection(component=row, column="risk"))
    for screen, page in PAGES:
        window.go(screen)
        view: Any = window.current_view()
        if page:
            view.show_page(page)
        settle(qapp, window.jobs)
        assert not [w.text() for w in view.findChildren(type(window.title)) if "⟨" in w.text()], page
    card: Any = window.view("rbi")
    assert card.factors.rungs[-1].value == pytest.approx(float(plant_study.components.D_f_total[row]))
    what_if: Any = card.page("what_if")
    window.commands.run("what_if")
    settle(qapp, window.jobs)
    what_if.add("CR")
    what_if.give("CR", 1.5)
    what_if.run()
    settle(qapp, window.jobs)
    assert what_if.shown.complete
    assert what_if.shown.after.D_f_thin[0] > what_if.shown.before.D_f_thin[0]
    board: Any = window.view("board")
    assert board.page("comparison").found is None
    assert not board.page("comparison").nothing.isHidden()
    assert board.page("choices").frame.n == 2 * plant_study.components.n
    assert card.page("facts").sheet.lines
    assert len(window.view("settings").rows) == len(setting_specs())  # type: ignore[attr-defined]
    mechanisms: Any = window.view("mechanisms")
    assert mechanisms.map.state.shape[0] == plant_study.components.n
    window.jobs.close()
    # Not closed: that would let go of the plant that the next tests use.
    window.deleteLater()


def test_window_on_the_plant(
    gateway: RealGateway, plant_study: Study, qtbot: Any, qapp: QApplication, preferences: Preferences, tmp_path: Path
) -> None:
    window = Shell(gateway, State(preferences), Jobs())
    qtbot.addWidget(window)
    window.show()
    window.state.set_study(plant_study)
    for screen in ("home", "inventory", "cml", "rbi", "board", "plan"):
        window.go(screen)
        window.state.select(Selection(component=int(np.nanargmin(plant_study.components.RL_today_y)), column="RL_y"))
        settle(qapp, window.jobs)
    assert window.drawer.sheets
    files = gateway.export("plan_xlsx", plant_study, tmp_path / "plan.xlsx", "zh_CN", "SI", SILENT)
    assert files[0].stat().st_size > 10_000
    window.jobs.close()
