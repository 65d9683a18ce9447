"""Imports of small files: what a user must decide, what changes, what stays, and that nothing half is left."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
import xlsxwriter
from plants import CMLS, COMPONENTS, EQUIPMENT, READING_HEAD, look, new_plant, readings, take, write

from integrity import bootstrap
from integrity.core.dates import days_of
from integrity.core.errors import Cancelled, ConflictError, InputError
from integrity.core.progress import Progress
from integrity.db.models import AuditEntry, SettingRecord
from integrity.services import imports
from integrity.services.imports_readings import position_number
from integrity.services.imports_types import quality_of
from integrity.services.readings import history, redo, set_quality, undo
from integrity.services.session import Session

FIRST = ("V-1-001,11.8,2010-05-01,S1", "V-2-001,9.7,2010-05-01,S1")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = new_plant(tmp_path)
    yield made
    made.close()


def stored(session: Session, what: str = "r.t_mm") -> list[tuple[object, ...]]:
    tables = "reading r JOIN cml c ON c.id = r.cml_id"
    query = f"SELECT c.name, r.position_text, r.date_d, {what} FROM {tables} ORDER BY 1, 2, 3, r.id"
    with session.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def count(session: Session, table: str) -> int:
    with session.engine.connect() as connection:
        return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())


# -- what the user must decide -----------------------------------------------------------------------------


def test_an_ambiguous_date_column_waits_for_the_user(session: Session, tmp_path: Path) -> None:
    path = readings(tmp_path, "a.csv", "V-1-001,11.8,03/04/2010,S1", "V-2-001,9.7,05/06/2010,S1")
    (table,) = imports.read_tables(path)
    assert [m.key for m in table.choices] == ["exchange.choice.date_rule"]
    blocked = imports.preview(session, table)
    assert blocked.blocked and blocked.tally.rows_in == 0
    with pytest.raises(InputError):
        imports.commit(session, blocked)
    assert count(session, "reading") == 0
    chosen = imports.with_changes(table, date_rule="dmy")
    assert not chosen.choices
    imports.commit(session, imports.preview(session, chosen))
    assert [r[2] for r in stored(session)] == [days_of("2010-04-03"), days_of("2010-06-05")]
    other = imports.with_changes(table, date_rule={"date_d": "mdy"})
    assert imports.preview(session, other).difference.new == 2


def test_a_date_above_the_table_that_can_be_read_two_ways_waits_too(session: Session, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "v.xlsx")
    sheet = book.add_worksheet("2010")
    for row, cells in enumerate(
        (["Vessel", "V-1"], ["Survey date", "03/04/2010"], ["Units", "mm"], [], ["CML", "0°", "90°", "180°"])
    ):
        sheet.write_row(row, 0, cells)
    sheet.write_row(5, 0, ["V-1-001", 11.8])
    book.close()
    (table,) = imports.read_tables(tmp_path / "v.xlsx")
    assert [m.key for m in table.choices] == ["exchange.choice.date_rule"]
    done = imports.preview(session, imports.with_changes(table, date_rule="mdy"))
    assert not done.blocked and done.tally.rejected == 0
    imports.commit(session, done)
    assert stored(session)[0][2] == days_of("2010-03-04")


def test_a_unit_that_nothing_tells_waits_for_the_user(session: Session, tmp_path: Path) -> None:
    path = readings(tmp_path, "a.csv", "V-1-001,2.05,2010-05-01,S1", head="CML,Thickness,Survey date,Survey")
    (table,) = imports.read_tables(path)
    if table.choices:
        assert table.choices[0].key == "exchange.choice.unit"
    inch = imports.with_changes(table, units={"t_mm": "in"})
    assert not inch.choices
    imports.commit(session, imports.preview(session, inch))
    assert stored(session, "r.t_mm")[0][3] == pytest.approx(2.05 * 25.4)
    assert stored(session, "r.entered_unit")[0][3] == "in"


def test_a_mapping_can_be_changed_and_a_field_taken_out(session: Session, tmp_path: Path) -> None:
    head = "Where,Wall in mm,Old wall (mm),When"
    path = write(tmp_path, "x.csv", [head, "V-1-001,11.8,12.0,2010-05-01"])
    (table,) = imports.read_tables(path)
    chosen = imports.with_changes(
        table, kind="reading", mapping={"cml": "Where", "t_mm": "Wall in mm", "date_d": "When"}, units={"t_mm": "mm"}
    )
    assert not chosen.choices, chosen.choices
    assert imports.preview(session, chosen).difference.new == 1
    without = imports.with_changes(chosen, mapping={"date_d": ""})
    assert [m.key for m in without.choices] == ["exchange.choice.missing_field"]
    dated = imports.with_changes(without, constants={"date_d": "2011-06-01"})
    imports.commit(session, imports.preview(session, dated))
    assert stored(session)[0][2] == days_of("2011-06-01")
    with pytest.raises(InputError):
        imports.with_changes(chosen, mapping={"cml": "Nowhere"})


def test_a_table_of_no_known_kind_is_blocked(session: Session, tmp_path: Path) -> None:
    path = write(tmp_path, "menu.csv", ["Soup,Main dish,Dessert", "leek,plaice,quince"])
    (table,) = imports.read_tables(path)
    assert table.kind == "" and table.profile is None
    assert imports.preview(session, table).blocked[0].key == "import.choice.kind"


def test_a_saved_profile_is_used_for_the_same_headings(session: Session, tmp_path: Path) -> None:
    path = readings(tmp_path, "a.csv", "V-1-001,11.8,03/04/2010,S1")
    (table,) = imports.read_tables(path)
    chosen = imports.with_changes(table, date_rule="dmy")
    assert chosen.profile is not None
    imports.save_profile(chosen.profile, chosen.raw.headings, "gauge of contractor A", folder=tmp_path)
    saved = imports.load_profiles(tmp_path)
    assert [p.name for p in saved] == ["gauge of contractor A"]
    later = readings(tmp_path, "b.csv", "V-1-001,11.6,03/04/2014,S2", head=READING_HEAD.upper())
    (again,) = imports.read_tables(later, profiles=saved)
    assert again.profile_name == "gauge of contractor A" or again.raw.headings != table.raw.headings
    same = readings(tmp_path, "c.csv", "V-1-001,11.6,03/04/2014,S2")
    done = take(session, same)
    assert not done.blocked and done.tables[0].table.profile_name == "gauge of contractor A"
    assert stored(session)[0][2] == days_of("2014-04-03")
    imports.forget_profile(saved[0])
    assert imports.load_profiles(tmp_path) == ()
    with pytest.raises(InputError):
        imports.forget_profile(saved[0])


def test_a_suggested_identifier_is_taken_only_when_accepted(session: Session, tmp_path: Path) -> None:
    path = readings(tmp_path, "a.csv", "V-1-OO1,11.8,2010-05-01,S1")
    (table,) = imports.read_tables(path)
    first = imports.preview(session, table)
    assert (first.tally.rejected, first.findings.code.tolist()) == (1, ["id_typo"])
    accepted = imports.preview(session, imports.with_changes(table, accept_suggestions=True))
    assert accepted.findings.code.tolist() == ["id_repaired"] and accepted.tally.verify == 1
    imports.commit(session, accepted)
    assert stored(session, "r.quality")[0][::3] == ("V-1-001", 1)


def test_a_site_may_accept_suggestions_once_for_all(session: Session, tmp_path: Path) -> None:
    with session.uow("note_setting") as uow:
        row = {"site_id": session.site_id, "key": "import.accept_suggestions", "value": True, "reason": "site rule"}
        uow.add(SettingRecord(**row))
        uow.commit()
    done = take(session, readings(tmp_path, "a.csv", "V-1-OO1,11.8,2010-05-01,S1"))
    assert done.findings.code.tolist() == ["id_repaired"] and done.difference.new == 1


# -- the same again, corrected files, other files ----------------------------------------------------------


def test_the_same_file_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    path = readings(tmp_path, "a.csv", *FIRST)
    assert take(session, path).difference.new == 2
    head, again = session.audit_head(), take(session, path)
    assert again.known_before and again.changes is not None and not again.changes.tables
    assert session.audit_head() == head and count(session, "import_batch") == 4
    assert not again.findings.n


def test_a_corrected_value_in_the_file_changes_the_reading(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", *FIRST))
    corrected = readings(tmp_path, "a.csv", "V-1-001,11.7,2010-05-01,S1", FIRST[1])
    preview = look(session, corrected)
    assert (preview.difference.new, preview.difference.changed, preview.difference.unchanged) == (0, 1, 1)
    (row,) = preview.difference.of("changed")
    assert (row.key, row.row, row.changes[0].before, row.changes[0].after) == ("V-1-001", 2, "11.8", "11.7")
    assert preview.findings.n == 0
    imports.commit(session, preview)
    assert [r[3] for r in stored(session)] == [11.7, 9.7]
    assert take(session, corrected).known_before


def test_a_value_that_an_engineer_corrected_stays_when_the_file_comes_again(session: Session, tmp_path: Path) -> None:
    from integrity.services.readings import edit_value

    path = readings(tmp_path, "a.csv", *FIRST)
    take(session, path)
    p = session.plant()
    edit_value(session, int(p.readings.reading_id[0]), 11.5, "11.5", "mm", "field sheet", 1)
    again = take(session, path)
    assert again.known_before and stored(session)[0][3] == 11.5


def test_rows_of_a_longer_export_are_recognised(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "2010.csv", *FIRST))
    later = readings(tmp_path, "all.csv", *FIRST, "V-1-001,11.6,2014-05-01,S2", "V-2-001,9.5,2014-05-01,S2")
    done = take(session, later)
    assert (done.difference.new, done.difference.unchanged, done.findings.n) == (2, 2, 0)
    assert count(session, "reading") == 4


def test_the_same_survey_under_another_name_is_kept_as_ignored(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", *FIRST))
    copy = readings(tmp_path, "b.csv", *(r.replace("S1", "S1-COPY") for r in FIRST))
    done = take(session, copy)
    assert done.findings.code.tolist() == ["duplicate_survey"] * 2 and done.tally.ignored == 2
    assert [r[3] for r in stored(session, "r.quality")] == [0, 2, 0, 2]


def test_rows_that_left_the_file_are_named_and_not_deleted(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", *FIRST))
    shorter = look(session, readings(tmp_path, "a.csv", FIRST[0]))
    assert shorter.difference.gone == 1 and shorter.difference.unchanged == 1
    imports.commit(session, shorter)
    assert count(session, "reading") == 2


def test_repeats_of_one_day_are_all_kept(session: Session, tmp_path: Path) -> None:
    rows = ("V-1-001,11.8,2010-05-01,S1", "V-1-001,11.8,2010-05-01,S1", "V-1-001,11.6,2010-05-01,S1")
    path = readings(tmp_path, "a.csv", *rows)
    assert take(session, path).difference.new == 3
    assert take(session, path).known_before and count(session, "reading") == 3


# -- plausibility against what the plant has ---------------------------------------------------------------


def test_growth_is_seen_against_readings_of_an_earlier_import(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", "V-1-001,10.4,2010-05-01,S1"))
    grown = take(session, readings(tmp_path, "b.csv", "V-1-001,11.5,2014-05-01,S2"))
    assert grown.findings.code.tolist() == ["growth"]
    assert stored(session, "r.quality_reason")[1][3] == "growth"


@pytest.mark.parametrize("level", ["item", "component"])
def test_readings_are_never_compared_across_a_replacement(tmp_path: Path, level: str) -> None:
    head, *rows = EQUIPMENT if level == "item" else COMPONENTS
    dated = [head + ",Replaced on", rows[0] + ",2012-06-01", rows[1] + ","]
    lists = {"equipment": dated} if level == "item" else {"components": dated}
    session = new_plant(tmp_path, **lists)
    take(session, readings(tmp_path, "a.csv", "V-1-001,10.4,2010-05-01,S1", "V-2-001,8.4,2010-05-01,S1"))
    later = readings(tmp_path, "b.csv", "V-1-001,11.9,2014-05-01,S2", "V-2-001,9.9,2014-05-01,S2")
    done = take(session, later)
    assert [(f.code, f.row) for f in done.findings] == [("growth", 3)]
    session.close()


def test_the_order_of_files_in_a_folder_does_not_matter(tmp_path: Path) -> None:
    surveys = {"2006": "11.9", "2010": "10.6", "2014": "11.7", "2018": "10.4"}
    seen = []
    for order in ("abcd", "dcba"):
        folder = tmp_path / order
        folder.mkdir()
        session = new_plant(folder)
        files = folder / "files"
        files.mkdir()
        for name, (year, t) in zip(order, surveys.items(), strict=True):
            readings(files, f"{name}.csv", f"V-1-001,{t},{year}-05-01,S{year}")
        imports.import_folder(session, files, profile_folder=folder)
        seen.append([(r[2], r[3]) for r in stored(session, "r.quality_reason")])
        session.close()
    assert seen[0] == seen[1]
    assert [reason for _, reason in seen[0]] == ["", "", "growth", ""]


def test_a_day_in_the_future_or_out_of_order_is_flagged(session: Session, tmp_path: Path) -> None:
    later = take(session, readings(tmp_path, "r.csv", "V-1-001,11.8,2099-01-01,S1"))
    assert later.findings.code.tolist() == ["future_date"] and stored(session, "r.quality")[0][3] == 1
    head = "Item,Date,Type,Next date"
    path = write(tmp_path, "i.csv", [head, "V-1,2099-01-01,internal,2099-06-01", "V-2,2015-05-01,internal,2014-01-01"])
    done = take(session, path)
    assert sorted(done.findings.code.tolist()) == ["date_order", "future_date"]
    with session.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT next_d FROM inspection ORDER BY date_d")).scalars().all()
    assert rows == [None, days_of("2099-06-01")]


def test_a_short_interval_stays_good_and_is_told(session: Session, tmp_path: Path) -> None:
    rows = ("V-1-001,11.8,2010-05-01,S1", "V-1-001,11.7,2010-07-01,S2")
    done = take(session, readings(tmp_path, "a.csv", *rows))
    assert done.findings.code.tolist() == ["short_interval"] and done.tally.flagged == 1
    assert [r[3:] for r in stored(session, "r.quality, r.quality_reason")] == [(0, ""), (0, "short_interval")]
    assert quality_of("growth") == 1 and quality_of("unknown_cml") == -1


# -- lists -------------------------------------------------------------------------------------------------


def test_a_changed_list_shows_before_and_after_and_a_rating_is_followed(session: Session, tmp_path: Path) -> None:
    changed = [COMPONENTS[0], COMPONENTS[1].replace("0.85,1.0,", "0.85,1.2,"), COMPONENTS[2].replace(",10,", ",12,")]
    (table,) = imports.read_tables(write(tmp_path, "components.csv", changed))
    preview = imports.preview(session, imports.with_changes(table, rating_from_d=days_of("2020-01-01")))
    assert (preview.difference.new, preview.difference.changed, preview.difference.unchanged) == (0, 2, 0)
    shown = {(r.table, c.column): (c.before, c.after) for r in preview.difference.of("changed") for c in r.changes}
    assert shown == {("rating", "P_MPa"): ("1", "1.2"), ("component", "t_nom_mm"): ("10", "12")}
    imports.commit(session, preview)
    pressures = [session.plant(days_of(d)).components.P_MPa.tolist() for d in ("2019-12-31", "2020-01-01")]
    assert pressures == [[1.0, 0.8], [1.2, 0.8]]
    assert session.plant(days_of("2020-01-01")).components.t_nom_mm.tolist() == [12.0, 12.0]
    assert take(session, tmp_path / "components.csv").difference.changed == 0


def test_empty_cells_take_nothing_away(session: Session, tmp_path: Path) -> None:
    head, row = "Tag,Kind,SAP Equipment,Design life (a)", "V-1,drum,,25"
    done = take(session, write(tmp_path, "short.csv", [head, row]))
    assert [c.column for c in done.difference.of("changed")[0].changes] == ["design_life_y"]
    k = session.plant().components
    assert (k.sap_equipment[0], k.design_life_y[0], k.loop[0]) == ("1001", 25.0, "CL-1")


def test_what_a_list_no_longer_names_is_shown(session: Session, tmp_path: Path) -> None:
    shorter = take(session, write(tmp_path, "equipment2.csv", EQUIPMENT[:2]))
    assert [r.key for r in shorter.difference.of("gone")] == ["V-2"]
    assert session.plant().components.n == 2


def test_unknown_items_and_components_are_rejected_with_a_hint(session: Session, tmp_path: Path) -> None:
    rows = [
        CMLS[0],
        "X-1,V-3,V-1-SH1,,single,,12,active",
        "X-2,V-1,V-1-SH9,,single,,12,active",
        "X-3,V-2,,,single,,10,active",
    ]
    done = take(session, write(tmp_path, "c2.csv", rows))
    assert [(f.code, f.row) for f in done.findings] == [("unknown_item", 2), ("unknown_component", 3)]
    assert done.difference.new == 1 and done.tally.rejected == 2
    assert done.findings.finding(1).message.params["known"] == "V-1-SH1"


def test_names_that_several_items_use_are_told_apart(tmp_path: Path) -> None:
    cmls = [CMLS[0], "1,V-1,V-1-SH1,,single,,12,active", "1,V-2,V-2-SH1,,single,,10,active"]
    session = new_plant(tmp_path, cmls=cmls)
    head = "Equipment,CML,Thickness (mm),Survey date"
    done = take(session, write(tmp_path, "r.csv", [head, "V-1,1,11.8,2010-05-01", "V-2,1,9.7,2010-05-01"]))
    assert done.difference.new == 2 and not done.findings.n
    p = session.plant()
    assert [p.components.tag[p.cmls.component_row[r]] for r in p.readings.cml_row] == ["V-1", "V-2"]
    assert p.readings.t_mm.tolist() == [11.8, 9.7]
    session.close()


def test_a_workbook_with_all_lists_is_one_transaction(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "all.xlsx")
    rows = ["V-1-001,11.8,2010-05-01,S1", "V-2-001,9.7,2010-05-01,S1"]
    for name, lines in (("R", [READING_HEAD, *rows]), ("P", CMLS), ("C", COMPONENTS), ("E", EQUIPMENT)):
        sheet = book.add_worksheet(name)
        for n, line in enumerate(lines):
            cells = line.split(",")
            sheet.write_row(n, 0, [float(c) if n and c.replace(".", "").isdigit() else c for c in cells])
    book.close()
    session = bootstrap.create_plant(tmp_path / "p.integrity", "Site", "me", as_of_d=20_000)
    before = session.audit_head()
    done = take(session, tmp_path / "all.xlsx")
    assert not done.blocked and done.tally.rejected == 0
    assert session.audit_head() == before + 1 and count(session, "import_batch") == 4
    p = session.plant()
    assert (p.components.n, p.cmls.n, p.readings.n) == (2, 3, 2)
    assert take(session, tmp_path / "all.xlsx").known_before
    session.close()


def test_a_registry_and_a_history_tell_of_one_inspection_once(session: Session, tmp_path: Path) -> None:
    registry = write(
        tmp_path,
        "reg.csv",
        [
            "使用登记证编号,单位内编号,安全状况等级,检验日期,检验结论,下次检验日期,投用日期",
            "证1,V-1,3,2019-05-01,基本符合要求,2022-05-01,2001-01-01",
        ],
    )
    done = take(session, registry)
    assert done.difference.by_table == {"equipment": (0, 1), "inspection": (1, 0)}
    assert [r.changes[0].after for r in done.difference.of("differs")] == ["2001-01-01"]
    k = session.plant().components
    assert (k.safety_grade[0], k.next_stated_d[0]) == (3, days_of("2022-05-01"))
    history_ = write(
        tmp_path,
        "h.csv",
        ["Item,Component,Date,Type,Method,Mechanism,Effectiveness,Safety grade,Next date",
         "V-1,,2019-05-01,internal,UT,thinning_local:hcl,B,3,2022-05-01",
         "V-1,V-1-SH1,2019-05-01,internal,WFMT,wet_h2s_hic,A,3,2022-05-01"],
    )  # fmt: skip
    merged = take(session, history_)
    assert (merged.difference.new, merged.difference.changed) == (1, 1)
    assert count(session, "inspection") == 2
    i = session.plant().inspections
    assert sorted(i.texts("effectiveness").tolist()) == ["A", "B"]
    assert session.plant().components.local_mechanism.tolist() == [1, -1]
    for path in (registry, history_):
        assert take(session, path).known_before
    assert count(session, "inspection") == 2


# -- whole or nothing --------------------------------------------------------------------------------------


class _Stops(Progress):
    """Cancels at a step of writing rows."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.left = at

    def step(self, done: int, total: int, message: object = None) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.parametrize("at", [0, 1])
def test_an_interrupted_import_leaves_nothing(tmp_path: Path, at: int) -> None:
    """Cancelled before any reading, and when the first twenty thousand have been sent to the database."""
    names = [f"V-1-{n:03d}" for n in range(500)]
    session = new_plant(tmp_path, cmls=[CMLS[0], *(f"{n},V-1,V-1-SH1,,single,,12,active" for n in names)])
    rows = [f"{n},{11.9 - y / 20:.2f},{1970 + y}-05-01,S{y}" for y in range(45) for n in names]
    preview = look(session, readings(tmp_path, "many.csv", *rows))
    tables = ("reading", "import_batch", "import_finding", "survey", "audit_entry")
    before = [count(session, t) for t in tables]
    with pytest.raises(Cancelled):
        imports.commit(session, preview, _Stops(at))
    assert [count(session, t) for t in tables] == before
    imports.commit(session, preview)
    assert count(session, "reading") == 22_500
    session.close()


def test_a_plant_that_changed_since_the_preview_refuses(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", *FIRST))
    preview = look(session, readings(tmp_path, "b.csv", "V-1-001,11.6,2014-05-01,S2"))
    other = bootstrap.open_plant(str(session.url), "B. Other")
    set_quality(other, [1], "verify", "doubt")
    with pytest.raises(ConflictError) as caught:
        imports.commit(session, preview)
    assert caught.value.message.key == "import.error.plant_changed"
    assert count(session, "reading") == 2
    again = look(session, tmp_path / "b.csv")
    with other.uow("note_setting") as uow:
        uow.add(SettingRecord(site_id=session.site_id, key="rate.owner_minimum", value=0.03, reason="no matter here"))
        uow.commit()
    imports.commit(session, again)
    assert count(session, "reading") == 3
    other.close()


def test_an_import_is_one_audit_entry_and_can_be_undone(session: Session, tmp_path: Path) -> None:
    before = session.audit_head()
    changes = imports.commit(session, look(session, readings(tmp_path, "a.csv", *FIRST, "V-9,1,2010-05-01,S1")))
    assert session.audit_head() == before + 1 == changes.audit_id
    assert {"reading", "survey", "import_batch", "import_finding"} <= changes.tables
    assert list(changes.ids["reading"]) == [1, 2]
    with session.engine.connect() as connection:
        entry = connection.execute(sa.select(AuditEntry.__table__).order_by(AuditEntry.__table__.c.id.desc())).first()
    assert entry is not None and (entry.author, entry.command, entry.reason) == ("A. Engineer", "import_files", "a.csv")
    assert [h.op for h in history(session, "reading", 1)] == ["insert"]
    assert undo(session) is not None
    assert [count(session, t) for t in ("reading", "survey", "import_finding")] == [0, 0, 0]
    assert session.plant().readings.n == 0
    assert redo(session) is not None and session.plant().readings.n == 2


def test_a_folder_says_what_it_could_not_import(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    readings(folder, "good.csv", *FIRST)
    readings(folder, "ambiguous.csv", "V-1-001,11.8,03/04/2012,S3")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "notes.pdf").write_bytes(b"%PDF")
    write(folder, "empty.csv", [""])
    done = {p.file: p for p in imports.import_folder(session, folder, profile_folder=tmp_path)}
    assert set(done) == {"good.csv", "ambiguous.csv", "broken.xlsx", "empty.csv"}
    assert {name for name, p in done.items() if p.blocked} == {"broken.xlsx", "empty.csv", "ambiguous.csv"}
    assert done["good.csv"].changes is not None and count(session, "reading") == 2
    for language in ("en", "zh_CN"):
        lines = [imports.line_of(p, language) for p in done.values()]
        assert all("⟨" not in line and "{" not in line for line in lines)
    with pytest.raises(InputError):
        imports.import_folder(session, tmp_path / "nowhere")


def test_rejects_show_the_latest_import_of_a_file(session: Session, tmp_path: Path) -> None:
    take(session, readings(tmp_path, "a.csv", *FIRST, "V-9-001,9,2010-05-01,S1"))
    assert [r[1] for r in imports.rejects(session, "en")] == ["Rejected"]
    take(session, readings(tmp_path, "a.csv", *FIRST, "V-1-002,11.9,2010-05-01,S1"))
    outcomes = imports.rejects(session, "en")
    assert [r[1] for r in outcomes] == ["To verify"] and "row 4" in outcomes[0][0]


def test_positions_have_numbers_that_do_not_meet() -> None:
    texts = ["", *(str(a) for a in range(0, 360, 15)), "1", "2", "3/120", "3/121", "4/120", "A", "B/2", "TOP"]
    numbers = [position_number(t) for t in texts]
    assert len(set(numbers)) == len(texts)
    assert (position_number(""), position_number("0"), position_number("45")) == (0, 360, 45)
    assert max(numbers) < 2**31


def test_any_mixture_of_rows_ends_in_the_same_plant(tmp_path: Path) -> None:
    """Whole file, or its rows cut in two files and imported one after the other: the same readings."""
    g = random.Random(7)
    rows = [f"V-1-002,{12 - k * 0.05 - g.random() * 0.05:.2f},{2000 + k}-0{g.randint(1, 9)}-10,S{k}" for k in range(8)]
    head = "CML,Thickness (mm),Survey date,Survey,Position"
    rows = [f"{r},{p}" for r in rows for p in (1, 2)]
    seen = []
    for parts in (1, 2, 4):
        folder = tmp_path / str(parts)
        folder.mkdir()
        session = new_plant(folder)
        g.shuffle(rows)
        for k, part in enumerate(np.array_split(np.array(rows), parts)):
            take(session, readings(folder, f"{k}.csv", *part.tolist(), head=head))
        seen.append(stored(session, "r.t_mm, r.position"))
        session.close()
    assert seen[0] == seen[1] == seen[2] and len(seen[0]) == 16
