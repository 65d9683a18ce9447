"""Unit of work: one audit entry, all or nothing, one writer, conflicts with both values, nothing past the audit."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from integrity.core.arrays import NO_DATE
from integrity.core.errors import Cancelled, ConflictError, ContractError, InputError
from integrity.core.progress import Progress
from integrity.db.audit import entry_lines, history
from integrity.db.models import AuditEntry, Cml, Component, Equipment, ImportBatch, Reading
from integrity.db.rows import range_digest
from integrity.db.tracking import table_of
from integrity.db.unit_of_work import RowConflict, UnitOfWork, reader
from tests.db.small import Small


def entries(engine: Engine) -> list[AuditEntry]:
    with reader(engine) as session:
        return list(session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def count(engine: Engine, model: Any) -> int:
    with reader(engine) as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def test_one_unit_is_one_entry_with_before_and_after(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Bo", "item.edit", reason="as built") as uow:
        uow.edit(Component, small.component, t_nom_mm=11.0)
        uow.edit(Component, small.component, D_mm=1800.0)
        uow.edit(Equipment, small.item, manufacturer="Maker 制造")
        written = uow.commit()
    entry = entries(engine)[-1]
    assert (entry.id, entry.author, entry.command, entry.reason) == (2, "Bo", "item.edit", "as built")
    part, item = entry_lines(entry)
    assert part == {
        "op": "update",
        "table": "component",
        "id": small.component,
        "before": {"t_nom_mm": 12.0, "D_mm": None, "row_version": 1},
        "after": {"t_nom_mm": 11.0, "D_mm": 1800.0, "row_version": 3},
    }
    assert item["after"]["manufacturer"] == "Maker 制造"
    assert written.tables == {"component", "equipment"}
    assert list(written.ids["component"]) == [small.component]
    assert written.audit_id == 2


def test_a_row_made_and_removed_in_one_unit_leaves_no_line(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "test") as uow:
        row = Cml(component_id=small.component, name="X")
        uow.add(row)
        uow.delete(row)
        written = uow.commit()
    assert written.audit_id is None
    assert len(entries(engine)) == 1


def test_a_value_changed_and_changed_back_still_counts_its_versions(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "test") as uow:
        uow.edit(Component, small.component, t_nom_mm=5.0)
        uow.edit(Component, small.component, t_nom_mm=12.0)
        uow.commit()
    (line,) = entry_lines(entries(engine)[-1])
    assert line["after"] == {"row_version": 3}


def test_without_commit_nothing_is_kept(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "test") as uow:
        uow.edit(Component, small.component, t_nom_mm=5.0)
        uow.bulk_insert(Reading, {"cml_id": small.cml, "date_d": [1, 2], "t_mm": [9.0, 8.0]})
    assert small.read("2020-01-01").components.t_nom_mm[0] == 12.0
    assert count(engine, Reading) == 0
    assert len(entries(engine)) == 1


def test_an_author_must_be_named(engine: Engine) -> None:
    with pytest.raises(InputError):
        UnitOfWork(engine, "  ", "test")


def test_a_cancelled_bulk_insert_stores_nothing(engine: Engine) -> None:
    small = Small(engine)
    steps = iter(range(10))
    progress = Progress(cancelled=lambda: next(steps) >= 1)
    n = 45_000
    with pytest.raises(Cancelled), UnitOfWork(engine, "Ann", "test") as uow:
        uow.bulk_insert(
            Reading, {"cml_id": small.cml, "date_d": np.arange(n), "t_mm": np.full(n, 9.0)}, progress=progress
        )
        uow.commit()
    assert count(engine, Reading) == 0


def test_bulk_insert_fills_ids_defaults_and_missing_values(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "import") as uow:
        batch = ImportBatch(site_id=small.site, sha256="ab", file_name="it's.csv")
        uow.add(batch)
        ids = uow.bulk_insert(
            Reading,
            {
                "cml_id": np.full(3, small.cml),
                "date_d": [100, 200, 300],
                "t_mm": np.array([9.5, 9.25, 9.125]),
                "T_surface_C": [float("nan"), 80.0, None],
                "entered_text": ["9.5", "it's 9.25", "中"],
                "entered_unit": "it's",
                "through_coating": [-1, 1, 0],
            },
            batch_id=batch.id,
        )
        uow.commit()
    with reader(engine) as session:
        rows = [session.get(Reading, i) for i in ids]
        assert [r.T_surface_C for r in rows if r] == [None, 80.0, None]
        assert [r.through_coating for r in rows if r] == [None, True, False]
        assert [r.entered_text for r in rows if r] == ["9.5", "it's 9.25", "中"]
        assert {(r.batch_id, r.row_version, r.quality, r.entered_unit) for r in rows if r} == {(1, 1, 0, "it's")}
    assert small.reading("2020-01-01", 9.0) == ids[-1] + 1


def test_bulk_insert_is_one_line_with_the_digest_of_what_is_stored(engine: Engine) -> None:
    small = Small(engine)
    n = 25_003
    columns = {"cml_id": small.cml, "date_d": np.arange(n), "t_mm": 5 + np.arange(n) / 7, "position_text": ["a"] * n}
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = uow.bulk_insert(Reading, columns)
        written = uow.commit()
    (line,) = entry_lines(entries(engine)[-1])
    assert (line["rows"], line["first_id"], line["last_id"], line["batch"]) == (n, ids[0], ids[-1], None)
    assert written.ids["reading"] == ids
    with engine.connect() as connection:
        assert range_digest(connection, table_of(Reading), ids[0], ids[-1]) == line["digest"]
        connection.exec_driver_sql(f"UPDATE reading SET t_mm = 6.5 WHERE id = {ids[7]}")
        assert range_digest(connection, table_of(Reading), ids[0], ids[-1]) != line["digest"]


@pytest.mark.parametrize(
    "columns",
    [
        {"t_mm": [9.0, float("inf")], "date_d": [1, 2]},
        {"t_mm": [9.0, -1.0], "date_d": [1, 2]},
        {"t_mm": [9.0, float("nan")], "date_d": [1, 2]},
        {"t_mm": [9.0, 8.0], "date_d": [1, NO_DATE]},
        {"t_mm": [9.0, 8.0], "date_d": [1, 2], "cml_id": 999},
    ],
)
def test_bulk_insert_refuses_whole_what_one_row_breaks(engine: Engine, columns: dict[str, Any]) -> None:
    small = Small(engine)
    with pytest.raises(InputError), UnitOfWork(engine, "Ann", "test") as uow:
        uow.bulk_insert(Reading, {"cml_id": small.cml} | columns)
        uow.commit()
    assert count(engine, Reading) == 0


def test_bulk_insert_checks_codes_and_columns(engine: Engine) -> None:
    small = Small(engine)
    rows = {"equipment_id": small.item, "chamber_id": small.chamber, "name": ["a", "b"]}
    with UnitOfWork(engine, "Ann", "test") as uow:
        uow.bulk_insert(Component, rows | {"geometry": np.array([0, -1])})
        uow.commit()
    frame = small.read("2020-01-01").components
    assert frame.texts("geometry").tolist() == ["", "cylinder", ""]
    with pytest.raises(InputError), UnitOfWork(engine, "Ann", "test") as uow:
        uow.bulk_insert(Component, rows | {"geometry": ["cube", ""]})
    for wrong in ({"colour": 1}, {"D_mm": [1.0, 2.0, 3.0]}):
        with pytest.raises(ContractError), UnitOfWork(engine, "Ann", "test") as uow:
            uow.bulk_insert(Component, rows | wrong)


def test_bulk_update_counts_versions_and_only_what_differs(engine: Engine) -> None:
    small = Small(engine)
    ids = [small.reading(f"20{y:02d}-01-01", 9.0) for y in range(5)]
    with UnitOfWork(engine, "Bo", "readings.set_quality") as uow:
        changed = uow.bulk_update(Reading, ids[:3], {"quality": 2, "quality_reason": "scale"}, [1, 1, 1])
        assert changed == 3
        assert uow.bulk_update(Reading, ids[2:4], {"quality": np.array([2, 1])}) == 1
        uow.commit()
    frame = small.read("2020-01-01").readings
    assert frame.quality.tolist() == [2, 2, 2, 1, 0]
    assert frame.row_version.tolist() == [2, 2, 2, 2, 1]
    with reader(engine) as session:
        assert [e.command for e in history(session, "reading", ids[3])][-1] == "readings.set_quality"
        assert [e.command for e in history(session, "reading", ids[4])] == ["test.add"]


def test_bulk_update_refuses_a_version_that_is_gone(engine: Engine) -> None:
    small = Small(engine)
    ids = [small.reading("2019-01-01", 9.0), small.reading("2020-01-01", 8.5)]
    small.edit(Reading, ids[1], t_mm=8.25)
    with pytest.raises(RowConflict) as caught, UnitOfWork(engine, "Bo", "test") as uow:
        uow.bulk_update(Reading, ids, {"t_mm": 8.0}, [1, 1])
    assert (caught.value.theirs["t_mm"], caught.value.yours["t_mm"]) == (8.25, 8.0)
    assert small.read("2021-01-01").readings.t_mm.tolist() == [9.0, 8.25]
    with pytest.raises(InputError), UnitOfWork(engine, "Bo", "test") as uow:
        uow.bulk_update(Reading, [12345], {"t_mm": 8.0})


def test_edit_with_an_old_version_names_both_values(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Component, small.component, author="Bo", t_nom_mm=11.0)
    with pytest.raises(ConflictError) as caught, UnitOfWork(engine, "Ann", "test") as uow:
        uow.edit(Component, small.component, row_version=1, t_nom_mm=10.0)
    params = caught.value.message.params
    assert (params["theirs"], params["yours"], params["column"]) == ("11.0", "10.0", "t_nom_mm")
    assert len(entries(engine)) == 2


def test_a_clash_that_the_orm_finds_names_both_values(engine: Engine) -> None:
    small = Small(engine)
    with Session(engine, expire_on_commit=False) as session:
        stale = session.get(Component, small.component)
    small.edit(Component, small.component, author="Bo", t_nom_mm=11.0)
    assert stale is not None
    with pytest.raises(RowConflict) as caught, UnitOfWork(engine, "Ann", "test") as uow:
        uow.session.add(stale)
        stale.t_nom_mm = 10.0
        uow.commit()
    assert (caught.value.theirs["t_nom_mm"], caught.value.yours["t_nom_mm"]) == (11.0, 10.0)


def test_a_clash_in_a_query_of_the_caller_is_a_conflict_too(engine: Engine) -> None:
    small = Small(engine)
    with Session(engine, expire_on_commit=False) as session:
        stale = session.get(Component, small.component)
    small.edit(Component, small.component, author="Bo", t_nom_mm=11.0)
    assert stale is not None
    with pytest.raises(RowConflict), UnitOfWork(engine, "Ann", "test") as uow:
        uow.session.add(stale)
        stale.t_nom_mm = 10.0
        uow.session.scalars(sa.select(Component)).all()


def test_nothing_goes_past_the_audit(engine: Engine) -> None:
    small = Small(engine)
    with pytest.raises(ContractError), UnitOfWork(engine, "Ann", "test") as uow:
        uow.session.execute(sa.update(Component).values(t_nom_mm=1.0))
    with pytest.raises(ContractError), reader(engine) as session:
        row = session.get(Component, small.component)
        assert row is not None
        row.t_nom_mm = 1.0
        session.commit()
    assert small.read("2020-01-01").components.t_nom_mm[0] == 12.0


def test_a_unit_inside_a_unit_is_refused(engine: Engine) -> None:
    with UnitOfWork(engine, "Ann", "test"), pytest.raises(ContractError), UnitOfWork(engine, "Ann", "inner"):
        pass


def test_writers_wait_for_each_other(engine: Engine) -> None:
    small = Small(engine)

    def work(author: str) -> None:
        for n in range(5):
            with UnitOfWork(engine, author, "test") as uow:
                part = uow.get(Component, small.component)
                uow.edit(Component, small.component, R_ell=(part.R_ell or 0.0) + 1.0, remarks=f"{author} {n}")
                uow.commit()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ann", "Bo", "Cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert small.read("2020-01-01").components.R_ell[0] == 15.0
    assert len(entries(engine)) == 16


def test_another_program_that_writes_is_waited_for_then_named(file_engine: Engine) -> None:
    small = Small(file_engine)
    other = sa.create_engine(file_engine.url)

    @sa.event.listens_for(file_engine, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    file_engine.dispose()
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(InputError) as caught, UnitOfWork(file_engine, "Ann", "test"):
            pass
        assert caught.value.message.key == "db.locked"
        assert small.read("2020-01-01").components.n == 1
    other.dispose()
    assert small.edit(Component, small.component, t_nom_mm=9.0).audit_id == 2


def test_missing_rows_and_columns_are_said(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "test") as uow:
        with pytest.raises(InputError):
            uow.edit(Component, 999, t_nom_mm=1.0)
        with pytest.raises(ContractError):
            uow.edit(Component, small.component, colour=1.0)
        with pytest.raises(ContractError):
            uow.bulk_insert(Reading, {"t_mm": 1.0})
        assert uow.bulk_insert(Reading, {"t_mm": []}) == range(0)
