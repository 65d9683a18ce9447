"""Facts and decisions: imported long and wide, recorded, undone, seen by study, snapshot and command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from plants import COMPONENTS, EQUIPMENT, FILE, look, new_plant, take, write

from integrity.__main__ import main
from integrity.core.arrays import NO_DATE
from integrity.core.dates import days_of
from integrity.core.errors import ConflictError, InputError
from integrity.core.message import Message
from integrity.db.models import Fact
from integrity.i18n import LANGUAGES, translate
from integrity.services import facts as service
from integrity.services.imports_types import ImportPreview
from integrity.services.known_facts import find_mechanism, known_mechanisms, known_params, known_symbols
from integrity.services.readings import history, redo, undo
from integrity.services.session import Session
from integrity.services.snapshots import stale_rows, store_study
from integrity.services.study import run_study
from integrity.services.verify import verify_plant

WIDE = [
    "Component,Item,Loop,pH,H2S_ppmw (ppmw),Coating quality coating_quality,driver,coating_d,T_high_C (°F),Source",
    "V-1-SH1,,,,,高 high,severe,2010-05-01,392,PMI",
    ",V-1,,5.5,,,,,,lab",
    ",,CL-1,6,0.09 wt%,none,—,,,",
]
LONG = [
    "Subject,Symbol,Value,Unit,From,Source,Reason",
    "V-1-SH1,coating_quality,高,,2011-03-04,report 7,",
    "item:V-1,pH,5.5,,,lab,",
    "loop:CL-1,H2S_ppmw,0.09,wt%,,lab,worst of 2024",
    "V-2-SH1,pwht,是,,,,",
]


@pytest.fixture
def plant(tmp_path: Path) -> Session:
    return new_plant(tmp_path)


def values(session: Session, symbol: str) -> list[Any]:
    column = session.plant().facts.columns.get(symbol)
    return [] if column is None else list(column.tolist())


def codes_of(done: ImportPreview) -> dict[tuple[int, str], str]:
    f = done.findings
    return {(int(f.row[k]), f.heading[k]): str(f.code[k]) for k in range(f.n)}


# -- what may be recorded ----------------------------------------------------------------------------------


def test_every_symbol_that_a_mechanism_asks_for_is_known() -> None:
    known = known_params()
    assert {"pH", "H2S_ppmw", "coating_quality", "driver", "lining_type", "pwht"} <= set(known)
    assert "t_nom_mm" not in known
    assert known_symbols().by_key["H2S_ppmw"].unit == "ppmw"


def test_symbols_go_by_their_words_in_each_language() -> None:
    symbols = known_symbols()
    assert symbols.find("coating_quality") == symbols.find("Quality of the coating") == "coating_quality"
    assert symbols.find("nothing at all") == ""
    assert "coating_quality" in symbols.near("coating_qualty")


def test_mechanisms_go_by_key_and_words() -> None:
    assert {"cui", "scc_ssc", "thinning_local", "rate_hcl"} <= set(known_mechanisms())
    assert find_mechanism("scc_ssc") == "scc_ssc"
    assert find_mechanism("no such thing") == ""


# -- import ------------------------------------------------------------------------------------------------


def test_a_wide_table_is_one_fact_a_filled_cell(plant: Session, tmp_path: Path) -> None:
    done = take(plant, write(tmp_path, "facts.csv", WIDE))
    assert [t.table.kind for t in done.tables] == ["fact"]
    assert (done.tally.rows_in, done.tally.rejected, done.difference.new) == (8, 0, 8)
    assert values(plant, "coating_quality") == ["high", "none"]
    assert values(plant, "driver") == ["severe", ""]
    assert values(plant, "coating_d") == [days_of("2010-05-01", ""), NO_DATE]
    assert values(plant, "pH") == [5.5, 6.0]
    assert values(plant, "H2S_ppmw") == [pytest.approx(900.0)] * 2
    assert values(plant, "T_high_C")[0] == pytest.approx(200.0)
    rows = {(r.subject.kind, r.symbol): r for r in service.facts_of(plant, "V-1-SH1")}
    assert rows["component", "T_high_C"].entered == "392 degF"
    assert rows["component", "T_high_C"].source == "PMI"
    assert rows["loop", "H2S_ppmw"].source == "facts.csv:4"


def test_a_long_table_says_the_same(plant: Session, tmp_path: Path) -> None:
    done = take(plant, write(tmp_path, "facts.csv", LONG))
    assert done.tables[0].table.kind == "fact" and done.difference.new == 4
    assert values(plant, "coating_quality") == ["high", ""]
    assert values(plant, "pH")[0] == 5.5
    assert values(plant, "H2S_ppmw") == [pytest.approx(900.0)] * 2
    assert values(plant, "pwht") == ["", "yes"]
    own, _, loop = service.facts_of(plant, "V-1-SH1")
    assert (own.from_d, own.source) == (days_of("2011-03-04", ""), "report 7")
    assert loop.reason == "worst of 2024"


@pytest.mark.parametrize("lines", [WIDE, LONG])
def test_the_same_file_again_changes_nothing(plant: Session, tmp_path: Path, lines: list[str]) -> None:
    path = write(tmp_path, "facts.csv", lines)
    take(plant, path)
    head = plant.audit_head()
    again = take(plant, path)
    assert again.known_before and again.difference.new == again.difference.changed == 0
    assert plant.audit_head() == head


def test_a_changed_value_is_shown_and_kept_in_the_audit(plant: Session, tmp_path: Path) -> None:
    take(plant, write(tmp_path, "facts.csv", LONG))
    done = take(plant, write(tmp_path, "facts.csv", [LONG[0], "item:V-1,pH,4.5,,,lab,"]))
    (row,) = done.difference.of("changed")
    assert ("number", "5.5", "4.5") in [(c.column, c.before, c.after) for c in row.changes]
    assert values(plant, "pH")[0] == 4.5
    with plant.engine.connect() as connection:
        fact = connection.execute(sa.select(Fact.__table__.c.id).where(Fact.__table__.c.symbol == "pH")).scalar_one()
    assert [e.op for e in history(plant, "fact", int(fact))] == ["update", "insert"]


def test_an_import_of_facts_is_undone_and_redone(plant: Session, tmp_path: Path) -> None:
    take(plant, write(tmp_path, "facts.csv", WIDE))
    assert undo(plant) is not None
    assert plant.plant().facts.columns == {}
    assert redo(plant) is not None
    assert values(plant, "pH") == [5.5, 6.0]


BAD = [
    ("V-1-SH1,no_such,1,,,,", "Symbol", "unknown_symbol"),
    ("V-1-SH1,coating_quality,splendid,,,,", "Value", "unknown_code"),
    ("V-1-SH1,pwht,perhaps,,,,", "Value", "unknown_code"),
    ("V-1-SH1,pH,sour,,,,", "Value", "bad_number"),
    ("V-1-SH1,density,800,,,,", "Value", "unit_needed"),
    ("V-1-SH1,T_high_C,200,MPa,,,", "Value", "unit_unknown"),
    ("V-1-SH1,coating_d,soon,,,,", "Value", "bad_date"),
    ("V-9-SH1,pH,5,,,,", "Subject", "unknown_subject"),
    (",pH,5,,,,", "Subject", "subject_needed"),
    ("V-1-SH1,,5,,,,", "Symbol", "missing_value"),
]


def test_what_cannot_be_used_is_rejected_with_place_and_remedy(plant: Session, tmp_path: Path) -> None:
    lines = [LONG[0], "V-2-SH1,pH,5,,,,", *(row for row, _, _ in BAD)]
    done = take(plant, write(tmp_path, "facts.csv", lines))
    assert done.tally.rejected == len(BAD) and done.difference.new == 1
    found = codes_of(done)
    for number, (_, heading, code) in enumerate(BAD, start=3):
        assert found[number, heading] == code, (number, found)
    for finding in done.findings:
        for language in LANGUAGES:
            words = [translate(m, language) for m in (finding.message, finding.remedy)]
            assert all(w and "⟨" not in w and "{" not in w for w in words), words
            assert "facts.csv" in words[0] and str(finding.row) in words[0]


def test_in_a_wide_table_the_cell_is_named(plant: Session, tmp_path: Path) -> None:
    lines = ["Item,pH,driver,density,T_high_C", "V-1,5,stormy,800,200"]
    done = take(plant, write(tmp_path, "facts.csv", lines))
    f = done.findings
    assert {(f.column[k], f.heading[k], f.cell[k]): f.code[k] for k in range(f.n)} == {
        ("C", "driver", "stormy"): "unknown_code",
        ("D", "density", "800"): "unit_needed",
    }
    assert (values(plant, "pH")[0], values(plant, "T_high_C")[0]) == (5.0, 200.0)


def test_one_name_for_two_things_is_not_guessed(tmp_path: Path) -> None:
    twins = [*COMPONENTS[:2], COMPONENTS[2].replace("V-2-SH1", "V-1-SH1")]
    session = new_plant(tmp_path, components=twins, cmls=["CML ID,Item,Location,Nominal (mm)"])
    head = "Subject,Symbol,Value"
    done = take(session, write(tmp_path, "facts.csv", [head, "V-1-SH1,pH,5"]))
    assert codes_of(done) == {(2, "Subject"): "ambiguous_subject"}
    assert not take(
        session, write(tmp_path, "more.csv", ["Component,Item,Symbol,Value", "V-1-SH1,V-2,pH,5"])
    ).tally.rejected
    with pytest.raises(InputError) as caught:
        service.find_subject(session, "V-1-SH1")
    assert caught.value.message.key == "facts.error.ambiguous_subject"


def test_the_same_fact_twice_in_a_file_is_rejected(plant: Session, tmp_path: Path) -> None:
    done = take(plant, write(tmp_path, "facts.csv", [LONG[0], "V-1,pH,5,,,,", "V-1,pH,6,,,,"]))
    assert codes_of(done) == {(3, "Symbol"): "duplicate_key"}
    assert values(plant, "pH")[0] == 5.0


def test_streams_that_differ_are_told_at_import(plant: Session, tmp_path: Path) -> None:
    head = "Stream,Loop,Circuit,TAN (mgKOH/g),H2S (ppmw)"
    done = take(plant, write(tmp_path, "streams.csv", [head, "S-1,CL-1,,1.5,30", "S-2,CL-1,,2.5,30"]))
    assert set(codes_of(done).values()) == {"stream_conflict"}
    assert values(plant, "H2S_ppmw") == [30.0, 30.0] and values(plant, "TAN") == []
    (note,) = service.stream_conflicts(plant)
    assert (note.key, note.params["symbol"]) == ("facts.note.streams_differ", "TAN")


DECISIONS = [
    "Subject,Mechanism,Decision,Cause,Side,Susceptibility,Reason,By,Date",
    "CL-1,scc_ssc,采纳,wet H2S,internal,高,hard welds,B. Engineer,2025-06-01",
    "V-2-SH1,scc_ssc,rejected,,,,no water,B. Engineer,2025-06-01",
    "V-1,cui,accepted,,,,,,",
]


def damage(session: Session) -> list[tuple[str, str, str]]:
    plant = session.plant()
    d = plant.damage
    names = plant.components.component[d.component_row]
    return list(zip(names.tolist(), d.mechanism.tolist(), d.texts("decision").tolist(), strict=True))


def test_decisions_are_imported_and_reach_the_components(plant: Session, tmp_path: Path) -> None:
    path = write(tmp_path, "damage.csv", DECISIONS)
    done = take(plant, path)
    assert [t.table.kind for t in done.tables] == ["damage"] and done.difference.new == 3
    assert damage(plant) == [
        ("V-1-SH1", "cui", "accepted"),
        ("V-1-SH1", "scc_ssc", "accepted"),
        ("V-2-SH1", "scc_ssc", "rejected"),
    ]
    assert plant.plant().damage.susceptibility.tolist() == ["", "high", ""]
    assert take(plant, path).known_before
    changed = [DECISIONS[0], DECISIONS[2].replace("rejected", "accepted")]
    take(plant, write(tmp_path, "damage.csv", changed))
    assert damage(plant)[-1] == ("V-2-SH1", "scc_ssc", "accepted")
    undo(plant)
    assert damage(plant)[-1] == ("V-2-SH1", "scc_ssc", "rejected")


def test_an_unknown_mechanism_or_decision_is_rejected(plant: Session, tmp_path: Path) -> None:
    lines = [DECISIONS[0], "V-1,rust,accepted,,,,,,", "V-1,cui,perhaps,,,,,,"]
    found = codes_of(take(plant, write(tmp_path, "damage.csv", lines)))
    assert found == {(2, "Mechanism"): "unknown_mechanism", (3, "Decision"): "unknown_code"}


def test_an_inspection_decides_nothing_but_how_a_wall_thins(plant: Session, tmp_path: Path) -> None:
    head = "Item,Component,Date,Type,Method,Coverage %,Mechanism,Effectiveness,Cracks found,Cracks repaired"
    rows = [
        "V-1,V-1-SH1,2019-05-03,internal,UT,20,thinning_local:hcl,B,N,",
        "V-1,V-1-SH1,2019-05-03,internal,WFMT,50,scc_ssc,A,Y,Y",
    ]
    take(plant, write(tmp_path, "inspections.csv", [head, *rows]))
    assert damage(plant) == [("V-1-SH1", "thinning_local", "accepted")]
    frame = plant.plant().inspections
    found = dict(zip(frame.mechanism.tolist(), frame.cracks_found.tolist(), strict=True))
    assert found == {"thinning_local:hcl": 0, "scc_ssc": 1}
    assert frame.cracks_repaired.tolist().count(1) == 1


# -- one by one --------------------------------------------------------------------------------------------


def test_a_fact_is_recorded_replaced_and_undone(plant: Session) -> None:
    plant.set_fact("V-1-SH1", "T_high_C", "392 degF", "trip of May")
    assert values(plant, "T_high_C")[0] == pytest.approx(200.0)
    changes = plant.set_fact("V-1-SH1", "T_high_C", 210.0, "corrected")
    assert changes.tables == {"fact"} and values(plant, "T_high_C")[0] == 210.0
    assert len(plant.facts_of("V-1-SH1")) == 1
    undo(plant)
    assert values(plant, "T_high_C")[0] == pytest.approx(200.0)
    undo(plant)
    assert values(plant, "T_high_C") == []


def test_a_later_day_makes_a_second_fact(plant: Session) -> None:
    plant.set_fact("item:V-1", "pH", "5", "lab")
    plant.set_fact("item:V-1", "pH", "4", "new crude", from_d=plant.as_of_d - 10)
    assert values(plant, "pH")[0] == 4.0
    assert plant.plant(plant.as_of_d - 11).facts.columns["pH"][0] == 5.0
    newest = plant.facts_of("item:V-1")[0]
    service.end_fact(plant, newest.id, plant.as_of_d - 5, "crude gone", newest.row_version)
    assert values(plant, "pH")[0] == 5.0


def test_somebody_elses_change_is_not_overwritten(plant: Session) -> None:
    plant.set_fact("V-1-SH1", "pH", "5", "lab")
    (row,) = plant.facts_of("V-1-SH1")
    plant.set_fact("V-1-SH1", "pH", "6", "lab")
    with pytest.raises(ConflictError):
        plant.set_fact("V-1-SH1", "pH", "7", "lab", row_version=row.row_version)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (("V-1-SH1", "pH", "5", " "), "reason_needed"),
        (("V-8", "pH", "5", "r"), "unknown_subject"),
        (("V-1-SH1", "no_such", "5", "r"), "unknown_symbol"),
        (("V-1-SH1", "driver", "stormy", "r"), "bad_value"),
        (("V-1-SH1", "pwht", "perhaps", "r"), "bad_value"),
        (("V-1-SH1", "density", "800", "r"), "bad_value"),
    ],
)
def test_a_fact_that_says_nothing_is_refused_with_words(plant: Session, given: tuple[str, ...], key: str) -> None:
    with pytest.raises(InputError) as caught:
        plant.set_fact(*given)
    message: Message = caught.value.message
    assert message.key == f"facts.error.{key}"
    for language in LANGUAGES:
        assert "⟨" not in translate(message, language)


def test_a_decision_is_recorded_changed_and_undone(plant: Session) -> None:
    plant.decide_damage("loop:CL-1", "cui", "accepted", "wet climate", susceptibility="高")
    assert [m for _, m, _ in damage(plant)] == ["cui", "cui"]
    plant.decide_damage("V-2-SH1", "cui", "否决", "bare")
    assert damage(plant)[1] == ("V-2-SH1", "cui", "rejected")
    own, loop = plant.decisions_of("V-2-SH1")
    assert (own.decision, own.subject.kind) == ("rejected", "component")
    assert (loop.subject.kind, loop.side) == ("loop", "external")
    assert own.decided_d == plant.as_of_d and own.set_by == "A. Engineer"
    undo(plant)
    assert damage(plant)[1] == ("V-2-SH1", "cui", "accepted")
    for bad in (("CL-1", "rust", "accepted", "r"), ("CL-1", "cui", "maybe", "r"), ("CL-1", "cui", "accepted", "")):
        with pytest.raises(InputError):
            plant.decide_damage(*bad)


# -- study, snapshot ---------------------------------------------------------------------------------------


def test_a_changed_fact_makes_only_its_component_stale_and_old_studies_still_verify(plant: Session) -> None:
    bare = store_study(plant, run_study(plant.plant(), plant.settings()))
    plant.decide_damage("loop:CL-1", "cui", "accepted", "wet climate")
    plant.set_fact("V-1-SH1", "coating_quality", "high", "report")
    study = run_study(plant.plant(), plant.settings())
    kept = store_study(plant, study)
    assert stale_rows(plant, kept, plant.plant()).tolist() == []
    assert stale_rows(plant, bare, plant.plant()).tolist() == [0, 1]
    plant.set_fact("V-2-SH1", "coating_quality", "none", "report")
    assert stale_rows(plant, kept, plant.plant()).tolist() == [1]
    found = verify_plant(plant)
    assert found.sound and found.snapshots == 2


def test_facts_of_a_snapshot_are_those_of_its_day(plant: Session) -> None:
    from integrity.db import snapshots
    from integrity.db.unit_of_work import reader

    plant.set_fact("V-1-SH1", "coating_quality", "high", "report")
    plant.set_fact("loop:CL-1", "pH", "5", "lab")
    plant.decide_damage("loop:CL-1", "cui", "accepted", "wet climate")
    kept = store_study(plant, run_study(plant.plant(), plant.settings()))
    now = plant.plant()
    with reader(plant.engine) as db:
        then = snapshots.load(db, kept).plant("Small site")
    assert then.damage.digest() == now.damage.digest()
    assert set(then.facts.columns) == {"coating_quality", "pH"}
    assert then.facts.columns["coating_quality"].tolist() == ["high", ""]
    assert np.array_equal(then.facts.columns["pH"], now.facts.columns["pH"])


# -- command line ------------------------------------------------------------------------------------------


def test_facts_and_decisions_from_the_command_line(
    plant: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plant.close()
    file = str(tmp_path / FILE)
    assert main(["facts", file, "V-1-SH1", "coating_quality=高", "T_high_C=392 degF", "--reason", "report 7"]) == 0
    told = capsys.readouterr().out
    assert "coating_quality  high" in told and "T_high_C  200 °C" in told and "report 7" in told
    assert main(["facts", file, "V-1-SH1", "--json"]) == 0
    assert {r["symbol"] for r in json.loads(capsys.readouterr().out)} == {"coating_quality", "T_high_C"}
    assert main(["facts", file, "--symbols"]) == 0
    assert "coating_quality" in capsys.readouterr().out
    assert main(["decide", file, "loop:CL-1", "cui", "accepted", "--reason", "wet"]) == 0
    assert "loop:CL-1  cui  accepted" in capsys.readouterr().out
    assert main(["decide", file, "--mechanisms"]) == 0
    assert "scc_ssc" in capsys.readouterr().out.split()
    for wrong in (["facts", file, "V-1-SH1", "pH=5"], ["decide", file, "V-1", "rust", "accepted"], ["facts", file]):
        assert main(wrong) == 2
        assert capsys.readouterr().err


def test_a_preview_of_facts_writes_nothing(plant: Session, tmp_path: Path) -> None:
    head = plant.audit_head()
    done = look(plant, write(tmp_path, "facts.csv", WIDE))
    assert done.difference.new == 8 and plant.audit_head() == head
    assert EQUIPMENT[0].startswith("Tag")
