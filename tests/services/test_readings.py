"""Decisions about readings: who, why, from what to what, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from plants import new_plant, readings, take

from integrity import bootstrap
from integrity.core.dates import days_of
from integrity.core.errors import ConflictError, InputError
from integrity.db.unit_of_work import RowConflict
from integrity.i18n import translate
from integrity.services import readings as service
from integrity.services.session import Session

ROWS = ("V-1-001,11.8,2010-05-01,S1", "V-1-001,11.5,2014-05-01,S2", "V-2-001,9.7,2010-05-01,S1")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = new_plant(tmp_path)
    take(made, readings(tmp_path, "a.csv", *ROWS))
    yield made
    made.close()


def column(session: Session, name: str) -> list[float]:
    return list(getattr(session.plant().readings, name).tolist())


def test_quality_is_set_with_a_reason_and_shows_in_the_frame(session: Session) -> None:
    changes = service.set_quality(session, [1, 2], "ignored", "probe was cold")
    assert changes.tables == {"reading"} and sorted(changes.ids["reading"]) == [1, 2] and changes.audit_id
    assert column(session, "quality") == [2, 2, 0]
    assert column(session, "row_version") == [2, 2, 1]
    newest = service.history(session, "reading", 2)[0]
    assert (newest.author, newest.command, newest.reason) == ("A. Engineer", "set_quality", "probe was cold")
    assert {(c.column, c.before, c.after) for c in newest.changes} >= {("quality", "0", "2")}
    assert translate(newest.title, "en") == "Quality of readings"


def test_a_decision_without_reason_or_readings_is_refused(session: Session) -> None:
    for call in (
        lambda: service.set_quality(session, [1], "ignored", " "),
        lambda: service.set_quality(session, [], "ignored", "why"),
        lambda: service.set_quality(session, [1], 7, "why"),
        lambda: service.set_quality(session, [1], "nice", "why"),
        lambda: service.set_quality(session, [99], "good", "why"),
        lambda: service.accept_short(session, [1], ""),
        lambda: service.override_rate(session, 1, -0.1, "why"),
        lambda: service.override_rate(session, 1, float("nan"), "why"),
        lambda: service.override_rate(session, 1, 0.1, ""),
    ):
        with pytest.raises(InputError):
            call()
    assert column(session, "quality") == [0, 0, 0]


def test_a_value_is_corrected_in_the_unit_of_the_engineer(session: Session) -> None:
    service.edit_value(session, 1, 0.46 * 25.4, "0.460", "in", "read the field sheet", 1)
    assert column(session, "t_mm")[0] == pytest.approx(11.684)
    entry = service.history(session, "reading", 1)[0]
    shown = {c.column: (c.before, c.after) for c in entry.changes}
    assert shown == {"t_mm": ("11.8", "11.684"), "entered_text": ("11.8", "0.460"), "entered_unit": ("mm", "in")}
    assert [e.op for e in service.history(session, "reading", 1)] == ["update", "insert"]


@pytest.mark.parametrize(
    ("t_mm", "text", "unit"),
    [
        (11.0, "11.5", "mm"),
        (11.5, "11.5", "stone"),
        (-1.0, "-1", "mm"),
        (float("nan"), "x", "mm"),
        (11.5, "thin", "mm"),
    ],
)
def test_a_value_that_contradicts_its_text_is_refused(session: Session, t_mm: float, text: str, unit: str) -> None:
    with pytest.raises(InputError):
        service.edit_value(session, 1, t_mm, text, unit, "why", 1)
    assert column(session, "t_mm")[0] == 11.8


def test_a_comma_and_a_unit_in_the_text_are_understood(session: Session) -> None:
    service.edit_value(session, 1, 11.6, "11,6", "mm", "why", 1)
    service.edit_value(session, 1, 12.7, "0.5 in", "mm", "why", 2)
    assert column(session, "t_mm")[0] == 12.7


def test_two_engineers_on_one_reading_get_a_conflict_with_both_values(session: Session) -> None:
    other = bootstrap.open_plant(str(session.url), "B. Other")
    service.edit_value(other, 1, 11.6, "11.6", "mm", "their sheet", 1)
    with pytest.raises(ConflictError) as caught:
        service.edit_value(session, 1, 11.4, "11.4", "mm", "my sheet", 1)
    assert isinstance(caught.value, RowConflict)
    assert (caught.value.theirs["t_mm"], caught.value.yours["t_mm"]) == (11.6, 11.4)
    words = translate(caught.value.message, "en")
    assert "11.6" in words and "11.4" in words
    with pytest.raises(ConflictError):
        service.set_quality(session, [1, 2], "verify", "doubt", row_versions=[1, 1])
    assert column(session, "t_mm")[0] == 11.6 and column(session, "quality") == [0, 0, 0]
    other.close()


def test_a_short_interval_is_accepted_and_withdrawn(session: Session) -> None:
    service.accept_short(session, [2], "same gauge, same probe")
    assert column(session, "accept_short") == [0, 1, 0]
    service.accept_short(session, [2], "no", accept=False)
    assert column(session, "accept_short") == [0, 0, 0]


def test_a_reading_that_equals_nominal_is_confirmed(session: Session, tmp_path: Path) -> None:
    head = "CML,Thickness (mm),Survey date,Survey,Position"
    done = take(session, readings(tmp_path, "b.csv", *(f"V-1-002,12,2001-05-01,S0,{p}" for p in (1, 2)), head=head))
    assert done.findings.code.tolist() == ["nominal_as_first"] * 2
    r = session.plant().readings
    typed = r.reading_id[r.is_nominal == 1].tolist()
    assert len(typed) == 2 and r.quality[r.is_nominal == 1].tolist() == [1, 1]
    service.confirm_measured(session, typed, "measured, calibration sheet seen")
    after = session.plant().readings
    assert (after.is_nominal == 0).all() and (after.quality == 0).all()


def test_a_rate_is_overridden_with_its_reason_and_given_back(session: Session) -> None:
    changes = service.override_rate(session, 1, 0.2, "corrosion coupon of 2025", row_version=1)
    k = session.plant().components
    assert changes.tables == {"component"} and (k.CR_owner[0], k.CR_owner_reason[0]) == (
        0.2,
        "corrosion coupon of 2025",
    )
    with pytest.raises(ConflictError):
        service.override_rate(session, 1, 0.3, "late", row_version=1)
    service.override_rate(session, 1, None, "coupon was lost")
    k = session.plant().components
    assert k.CR_owner[0] != k.CR_owner[0] and k.CR_owner_reason[0] == ""


def test_undo_and_redo_walk_back_and_forth(session: Session) -> None:
    service.set_quality(session, [1], "verify", "doubt")
    service.edit_value(session, 1, 11.6, "11.6", "mm", "sheet", 2)
    steps = [(column(session, "quality")[0], column(session, "t_mm")[0])]
    for call in (service.undo, service.undo, service.redo, service.redo):
        changes = call(session)
        assert changes is not None and changes.ids["reading"]
        steps.append((column(session, "quality")[0], column(session, "t_mm")[0]))
    assert steps == [(1, 11.6), (1, 11.8), (0, 11.8), (1, 11.8), (1, 11.6)]
    assert service.redo(session) is None
    kinds = [e.kind for e in service.history(session, "reading", 1)]
    assert kinds == ["redo", "redo", "undo", "undo", "do", "do", "do"]
    other = bootstrap.open_plant(str(session.url), "C. Third")
    assert service.undo(other) is None
    other.close()


def test_undo_refuses_where_somebody_else_changed_the_reading(session: Session) -> None:
    service.edit_value(session, 1, 11.6, "11.6", "mm", "sheet", 1)
    other = bootstrap.open_plant(str(session.url), "B. Other")
    service.edit_value(other, 1, 11.2, "11.2", "mm", "again", 2)
    with pytest.raises(ConflictError):
        service.undo(session)
    assert column(session, "t_mm")[0] == 11.2
    other.close()


def test_an_old_plant_does_not_see_later_decisions_of_another_day(session: Session) -> None:
    early = session.plant(days_of("2012-01-01"))
    assert early.readings.n == 2
    service.set_quality(session, [2], "ignored", "why")
    assert session.plant(days_of("2012-01-01")).readings.quality.tolist() == [0, 0]
