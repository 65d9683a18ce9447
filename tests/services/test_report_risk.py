"""Risk in report and workbook: bounds apart from full numbers, what is lacking, editions, comparison, items."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from pypdf import PdfReader

from integrity.core.frames.decisions import CAUSES
from integrity.core.settings import setting_specs
from integrity.i18n import LANGUAGES, catalogue
from integrity.rbi.editions import known_rules
from integrity.reports.document import Block, Document, Figure, Heading, Paragraph, Table, WorkingBlock
from integrity.reports.pdf import render
from integrity.services import decisions
from integrity.services.exports import export_plan_xlsx
from integrity.services.missing_inputs import all_gaps, mechanism_gaps
from integrity.services.report_items import chosen_items, item_page
from integrity.services.report_policies import idle, took_part
from integrity.services.report_risk import GROUP_COLUMNS, acts_in, known_risk
from integrity.services.report_words import Words
from integrity.services.reporting import plant_report
from integrity.services.session import Session
from integrity.services.study import run_study
from integrity.services.types import Study

HEADINGS = (
    *("low", "gaps", "groups", "consequence", "money", "owner", "targets", "choices", "map", "editions"),
    *("comparison", "changed", "policies", "item_factors", "item_time", "item_holes", "item_working"),
)
COLUMNS = ("report.col.component", "riskreport.col.unassessed")


@cache
def _study(path: Path) -> Study:
    from integrity import bootstrap

    session = bootstrap.open_plant(path, "A. Reader")
    study = run_study(session.plant(), session.settings())
    session.close()
    return study


@pytest.fixture
def study(crude: object) -> Study:
    """Study of the sample unit, made once."""
    return _study(crude.path)  # type: ignore[attr-defined]


@cache
def _document(path: Path, language: str) -> Document:
    return plant_report(_study(path), language)


def texts(blocks: list[Block]) -> str:
    out: list[str] = []
    for b in blocks:
        match b:
            case Heading() | Paragraph():
                out.append(b.text)
            case Table():
                out += [*b.head, *(c for row in b.rows for c in row), b.caption]
            case Figure():
                out.append(b.caption)
            case WorkingBlock():
                out += [b.title, *(c for line in b.lines for c in line), *b.notes]
    return "\n".join(out)


def test_full_bounded_and_unknown_share_the_plant(study: Study) -> None:
    known, r = known_risk(study), study.components
    rows = np.sort(np.concatenate((known.full, known.bounded, known.unknown)))
    np.testing.assert_array_equal(rows, np.arange(study.plant.components.n))
    assert known.full.size > 150 and known.bounded.size > 10
    assert np.isnan(r.risk[known.bounded]).all() and (r.risk_low[known.bounded] > 0.0).all()
    # No bound without a cell, and no cell for anything else.
    assert (known.cell[known.bounded] >= 0).all()
    assert (known.cell[np.concatenate((known.full, known.unknown))] == -1).all()


def test_a_component_without_a_total_is_among_the_gaps_of_its_mechanisms(study: Study) -> None:
    lacking = {int(i) for g in mechanism_gaps(study) for i in g.rows}
    without = np.flatnonzero(study.components.unassessed != "")
    assert without.size and {int(i) for i in without} <= lacking


def test_gaps_name_what_somebody_can_give(study: Study) -> None:
    gaps = all_gaps(study)
    words = catalogue("en")
    assert [g.key for g in gaps if g.words.key not in words or g.title.key not in words] == []
    assert {"HB_weld", "product_form"} & {g.key.split("needs_")[-1] for g in gaps}
    assert not [g for g in gaps if g.kind == "missing" and g.key.endswith(("_small", "_rupture"))]
    sizes = [g.rows.size for g in gaps]
    assert sizes == sorted(sizes, reverse=True)


def test_groups_act_where_a_mechanism_acts(study: Study) -> None:
    acts = acts_in(study)
    assert set(acts) == set(GROUP_COLUMNS)
    assert (acts["D_f_thin"] == 1).all()
    scc = np.array(["scc_" in t for t in study.components.acting])
    np.testing.assert_array_equal(acts["D_f_scc"] == 1, scc)


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_tells_risk_in_every_part(crude: object, language: str) -> None:
    document = _document(crude.path, language)  # type: ignore[attr-defined]
    said = texts(list(document.blocks))
    w = Words(language, "SI")
    assert "⟨" not in said
    heads = [b.text for b in document.blocks if isinstance(b, Heading)]
    assert [k for k in HEADINGS if w(f"riskreport.h.{k}") not in heads] == []
    assert all(w(f"edition.rule.{rule.key}") in said for rule in known_rules())
    assert w("riskreport.comparison.none") in said
    assert "USD" in said and "2001" in said


def test_bounds_stand_in_a_table_of_their_own(crude: object, study: Study) -> None:
    document = _document(crude.path, "en")  # type: ignore[attr-defined]
    w, names = Words("en", "SI"), study.plant.components.component
    full = {str(names[i]) for i in known_risk(study).full}
    tables = [b for b in document.blocks if isinstance(b, Table)]
    low = next(t for t in tables if w(COLUMNS[1]) in t.head)
    assert low.rows and not {row[0] for row in low.rows} & full
    assert all(cell.startswith("≥") for row in low.rows for cell in (row[2], row[3], row[5], row[6]))
    top = next(t for t in tables if w("report.col.target_date") in t.head)
    assert {row[0] for row in top.rows} <= full


def test_report_with_a_comparison_shows_causes_and_worst_movers(plant: Session, study: Study) -> None:
    old = run_study(plant.plant(study.plant.as_of_d - 700), study.settings)
    found = decisions.compare(old, study)
    document = plant_report(study, "en", comparison=found, compared_with="study 7")
    said = texts(list(document.blocks))
    w = Words("en", "SI")
    assert "study 7" in said and w("riskreport.fig.waterfall") in said
    assert w("riskreport.comparison.none") not in said
    movers = next(b for b in document.blocks if isinstance(b, Table) and w("riskreport.col.cause") in b.head)
    causes = {w(f"riskreport.cause.{c}") for c in CAUSES}
    assert movers.rows and {row[-1] for row in movers.rows} <= causes
    change = found.frame.new - found.frame.old
    worst = int(found.frame.component_id[int(np.nanargmax(np.abs(change)))])
    k = study.plant.components
    assert movers.rows[0][0] == str(k.component[np.flatnonzero(k.component_id == worst)[0]])


def test_length_stays_sensible_and_every_page_has_the_banner(crude: object) -> None:
    document = _document(crude.path, "zh_CN")  # type: ignore[attr-defined]
    pages = PdfReader(io.BytesIO(render(document))).pages
    assert 15 <= len(pages) <= 30
    assert all(document.banner in page.extract_text() for page in pages)


def test_item_page_shows_factor_time_holes_and_working(study: Study) -> None:
    w = Words("en", "SI")
    for i in chosen_items(study, 3):
        blocks = item_page(study, i, w)
        said = texts(blocks)
        assert w("riskreport.fig.factors") in said
        workings = [b for b in blocks if isinstance(b, WorkingBlock)]
        assert len(workings) == 1 and "API RP 581" in workings[0].title
        assert 2 <= len(workings[0].lines) <= 24


def test_item_with_a_bound_only_draws_it_and_says_what_is_lacking(study: Study) -> None:
    known = known_risk(study)
    w = Words("en", "SI")
    lacking = [int(i) for i in known.bounded if "scc_" in study.components.unassessed[i]]
    said = texts(item_page(study, lacking[0], w))
    assert "could not be assessed" in said and w("riskreport.no_risk_time") not in said


def test_policies_that_took_part_are_told_and_idle_ones_left_out(study: Study) -> None:
    acted, left_out = took_part(study), idle(study)
    assert acted["rbi.edition"] == study.plant.components.n
    assert acted["rbi.scc_equivalence"] > 0 and "rbi.hf_above_81" in left_out
    assert not set(acted) & left_out and left_out < set(setting_specs())


def test_a_changed_setting_stands_first_in_the_appendix(study: Study) -> None:
    moved = replace(study, settings=study.settings.with_(rbi__F_MS=2.0))
    w = Words("en", "SI")
    blocks = list(plant_report(moved, "en").blocks)
    at = next(n for n, b in enumerate(blocks) if isinstance(b, Heading) and b.text == w("riskreport.h.changed"))
    table = blocks[at + 1]
    assert isinstance(table, Table) and [row[0] for row in table.rows] == [w("setting.rbi.F_MS")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_of_defaults_have_words(language: str) -> None:
    words = catalogue(language)
    assert [s.source for s in setting_specs().values() if f"source.{s.source}" not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbook_has_risk_sheets_with_words(study: Study, tmp_path: Path, language: str) -> None:
    path = export_plan_xlsx(study, tmp_path / "plan.xlsx", language)
    book = openpyxl.load_workbook(path, read_only=True)
    w = Words(language, "SI")
    for key in ("factors", "consequence", "choices", "todo", "settings"):
        sheet = book[w(f"riskreport.sheet.{key}")]
        rows = [[str(c) for c in row if c is not None] for row in sheet.iter_rows(values_only=True)]
        assert len(rows) > 20, key
        assert not [c for row in rows for c in row if "⟨" in c], key
    assert {"m_choices", "m_results"} <= set(book.sheetnames)


def test_todo_sheet_lists_component_mechanism_symbol_words_and_unit(study: Study, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export_plan_xlsx(study, tmp_path / "plan.xlsx", "en"), read_only=True)
    rows = list(book[Words("en", "SI")("riskreport.sheet.todo")].iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "Component")
    body = [row for row in rows[head + 1 :] if row[0]]
    gaps = mechanism_gaps(study)
    mine = [row for row in body if row[2] == "damage factor"]
    assert len(mine) == sum(g.rows.size for g in gaps)
    assert ("TS_MPa", "tensile strength", "MPa") in {(row[4], row[5], row[6]) for row in mine}
