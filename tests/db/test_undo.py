"""Undo and redo: the inverse as a new entry, for row edits and for bulk batches, refused where others built on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.core.errors import ConflictError
from integrity.db.audit import verify_chain
from integrity.db.models import AuditEntry, Cml, Component, ImportBatch, Rating, Reading
from integrity.db.undo import redo_last, stacks, undo_last
from integrity.db.unit_of_work import RowConflict, UnitOfWork, reader
from tests.db.small import Small, day


def tables(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that the tests change, row versions aside."""
    out = {}
    with engine.connect() as connection:
        for model in (Component, Cml, Rating, Reading, ImportBatch):
            table = model.__table__
            columns = [c for c in table.columns if c.name != "row_version"]  # type: ignore[attr-defined]
            query = sa.select(*columns).order_by(table.c.id)
            out[model.__tablename__] = [tuple(row) for row in connection.execute(query)]
    return out


def test_edit_undo_redo(engine: Engine) -> None:
    small = Small(engine)
    start = tables(engine)
    small.edit(Component, small.component, t_nom_mm=11.0, D_mm=1000.0)
    done = tables(engine)
    written = undo_last(engine, "Ann")
    assert written is not None and written.tables == {"component"}
    assert tables(engine) == start
    assert redo_last(engine, "Ann") is not None
    assert tables(engine) == done
    assert undo_last(engine, "Ann") is not None
    assert tables(engine) == start
    assert small.read("2020-01-01").components.row_version.tolist() == [5]


def test_a_whole_unit_with_new_changed_and_deleted_rows(engine: Engine) -> None:
    small = Small(engine)
    old = small.reading("2019-01-01", 9.5)
    start = tables(engine)
    with UnitOfWork(engine, "Ann", "replace") as uow:
        part = Component(equipment_id=small.item, chamber_id=small.chamber, name="V-101-SH1", instance=2)
        uow.add(part)
        uow.edit(Component, small.component, out_of_service_d=day("2020-01-01"), replaced_by_id=part.id)
        uow.add(Rating(chamber_id=small.chamber, component_id=part.id, P_MPa=1.6))
        uow.delete(uow.get(Reading, old))
        uow.commit()
    done = tables(engine)
    undo_last(engine, "Ann")
    assert tables(engine) == start
    redo_last(engine, "Ann")
    assert tables(engine) == done


def test_a_batch_is_withdrawn_and_brought_back(engine: Engine) -> None:
    small = Small(engine)
    start = tables(engine)
    n = 21_001
    with UnitOfWork(engine, "Ann", "import") as uow:
        batch = ImportBatch(site_id=small.site, sha256="ab", rows_new=n)
        uow.add(batch)
        columns = {"cml_id": small.cml, "date_d": np.arange(n), "t_mm": 3 + np.arange(n) / 7, "remarks": "中文"}
        uow.bulk_insert(Reading, columns, batch_id=batch.id)
        uow.commit()
    done = tables(engine)
    undo_last(engine, "Ann")
    assert tables(engine) == start
    redo_last(engine, "Ann")
    assert tables(engine) == done
    undo_last(engine, "Ann")
    assert tables(engine) == start
    with reader(engine) as session:
        assert verify_chain(session) == []


def test_bulk_update_and_bulk_delete_come_back(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = uow.bulk_insert(Reading, {"cml_id": small.cml, "date_d": np.arange(9), "t_mm": np.arange(9) + 1.0})
        uow.commit()
    start = tables(engine)
    with UnitOfWork(engine, "Ann", "quality") as uow:
        uow.bulk_update(Reading, list(ids)[::2], {"quality": 1, "quality_reason": "check"})
        uow.commit()
    with UnitOfWork(engine, "Ann", "delete") as uow:
        assert uow.bulk_delete(Reading, ids[2:6]) == 4
        uow.commit()
    done = tables(engine)
    undo_last(engine, "Ann")
    undo_last(engine, "Ann")
    assert tables(engine) == start
    redo_last(engine, "Ann")
    redo_last(engine, "Ann")
    assert tables(engine) == done


def test_new_work_forgets_what_could_be_redone(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, t_nom_mm=11.0)
    undo_last(engine, "Ann")
    small.edit(Component, small.component, D_mm=900.0)
    assert redo_last(engine, "Ann") is None
    assert [len(s) for s in stacks(engine, "Ann")] == [1, 0]


def test_each_author_undoes_own_work(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, author="Ann", t_nom_mm=11.0)
    small.edit(Component, small.component, author="Bo", D_mm=900.0)
    undo_last(engine, "Ann")
    frame = small.read("2020-01-01").components
    assert (frame.t_nom_mm[0], frame.D_mm[0]) == (12.0, 900.0)
    assert undo_last(engine, "Cy") is None


def test_undo_does_not_win_over_later_work_of_others(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, author="Ann", t_nom_mm=11.0)
    small.edit(Component, small.component, author="Bo", t_nom_mm=10.0)
    with pytest.raises(RowConflict) as caught:
        undo_last(engine, "Ann")
    assert (caught.value.theirs["t_nom_mm"], caught.value.yours["t_nom_mm"]) == (10.0, 11.0)
    assert small.read("2020-01-01").components.t_nom_mm[0] == 10.0


def test_a_batch_with_rows_changed_since_stays(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = uow.bulk_insert(Reading, {"cml_id": small.cml, "date_d": [1, 2], "t_mm": [9.0, 8.0]})
        uow.commit()
    small.edit(Reading, ids[0], author="Bo", t_mm=8.9)
    with pytest.raises(ConflictError) as caught:
        undo_last(engine, "Ann")
    assert caught.value.message.key == "db.undo_changed"
    assert small.read("2020-01-01").readings.n == 2


def test_a_row_that_others_depend_on_stays(engine: Engine) -> None:
    small = Small(engine)
    (cml,) = small.add(Cml(component_id=small.component, name="V-101-002"))
    with UnitOfWork(engine, "Bo", "reading") as uow:
        uow.add(Reading(cml_id=cml, date_d=1, t_mm=9.0))
        uow.commit()
    with pytest.raises(ConflictError) as caught:
        undo_last(engine, "Ann")
    assert caught.value.message.key == "db.undo_blocked"
    assert small.read("2020-01-01").cmls.n == 2


def test_what_is_not_undoable_is_passed_over(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, t_nom_mm=11.0)
    with UnitOfWork(engine, "Ann", "note", undoable=False) as uow:
        uow.edit(Component, small.component, remarks="kept")
        uow.commit()
    undo_last(engine, "Ann")
    assert small.read("2020-01-01").components.t_nom_mm[0] == 12.0
    assert undo_last(engine, "Ann") is None


def test_undo_entries_say_what_they_revert(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, t_nom_mm=11.0)
    undo_last(engine, "Ann")
    redo_last(engine, "Ann")
    with reader(engine) as session:
        rows = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(e.kind, e.reverts_id) for e in rows] == [("do", None), ("do", None), ("undo", 2), ("redo", 3)]
        assert {e.command for e in rows[1:]} == {"test.edit"}
