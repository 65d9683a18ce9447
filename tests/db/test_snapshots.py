"""Snapshots: stored once, never altered, approved by somebody else, stale row by row."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from integrity.core.errors import ContractError, InputError
from integrity.core.frames.plant import ComponentFrame, Plant
from integrity.core.provenance import Provenance
from integrity.db import snapshots
from integrity.db.audit import entry_lines, verify_chain
from integrity.db.digests import component_digests
from integrity.db.models import (
    AuditEntry,
    Cml,
    Component,
    DamageAssignment,
    Equipment,
    Fact,
    Inspection,
    Rating,
    Reading,
    SnapshotColumn,
    SnapshotPart,
)
from integrity.db.packing import pack, unpack
from integrity.db.triggers import drop_guards
from integrity.db.undo import redo_last, undo_last
from integrity.db.unit_of_work import UnitOfWork, reader
from tests.db.small import Small, day

NOW = "2024-01-01"
PROVENANCE = Provenance(
    procedures={"api581.2016.thinning": "2016"},
    program_version="0.1.0",
    settings_digest="s",
    inputs_digest="i",
    tables_digest="t",
    as_of=NOW,
    seed=7,
    author="Ann",
    created_utc="2024-01-01T00:00:00Z",
    sources={"component:1": "1"},
)


def keep(small: Small, plant: Plant | None = None, author: str = "Ann", **more: Any) -> int:
    now = plant if plant is not None else small.read(NOW)
    panel = {"risk": np.arange(6.0).reshape(2, 3), "why": np.array([["a", "中"], ["", "a"]], dtype=object)}
    rows = {"component": (now.components.component_id, component_digests(now))}
    with UnitOfWork(small.engine, author, "study.store") as uow:
        given: dict[str, Any] = {"name": "Study", "settings": {"rbi.F_MS": 1.0}} | more
        frames = {**snapshots.plant_frames(now), "panel": panel}
        snapshot_id = snapshots.store(
            uow,
            site_id=small.site,
            frames=frames,
            provenance=PROVENANCE,
            rows=rows,
            as_of_d=now.as_of_d,
            extra={"refusals": [[1, "x"]]},
            **given,
        )
        uow.commit()
    return snapshot_id


@pytest.fixture
def small(engine: Engine) -> Small:
    made = Small(engine, D_mm=float("nan"), geometry="cylinder")
    made.reading("2019-01-01", 9.5)
    made.reading("2020-01-01", 9.25)
    return made


def stale(small: Small, snapshot_id: int) -> snapshots.Staleness:
    now = small.read(NOW)
    with reader(small.engine) as session:
        return snapshots.staleness(session, snapshot_id, now.components.component_id, component_digests(now))


def test_what_is_stored_comes_back(small: Small) -> None:
    plant = small.read(NOW)
    snapshot_id = keep(small)
    with reader(small.engine) as session:
        kept = snapshots.load(session, snapshot_id)
    again = kept.plant("Works")
    for name in ("components", "cmls", "readings", "inspections"):
        assert getattr(again, name).digest() == getattr(plant, name).digest(), name
    assert (again.site, again.as_of_d) == ("Works", day(NOW))
    assert kept.frames["panel"]["risk"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert kept.frames["panel"]["why"].tolist() == [["a", "中"], ["", "a"]]
    assert kept.provenance == PROVENANCE
    assert kept.classes["plant.components"] == "ComponentFrame"
    assert (kept.row.state, kept.row.author, kept.row.settings) == ("draft", "Ann", {"rbi.F_MS": 1.0})
    assert kept.row.extra == {"refusals": [[1, "x"]]}
    with pytest.raises(ValueError, match="read-only"):
        kept.frames["panel"]["risk"][0, 0] = 9.0


def test_facts_and_decisions_are_kept_and_a_snapshot_without_them_still_loads(small: Small) -> None:
    bare = keep(small)
    small.add(
        Fact(component_id=small.component, symbol="pH", number=5.5),
        Fact(equipment_id=small.item, symbol="driver", text="severe"),
        Fact(equipment_id=small.item, symbol="coating_d", day=day("2010-05-01")),
        DamageAssignment(equipment_id=small.item, mechanism="cui", reason="wet"),
    )
    assert stale(small, bare).stale.tolist() == [small.component]
    kept = keep(small)
    with reader(small.engine) as session:
        old, new = (snapshots.load(session, i).plant("Works") for i in (bare, kept))
    assert old.facts.columns == {} and old.facts.n == 1 and old.damage.n == 0
    found = {s: v.tolist() for s, v in new.facts.columns.items()}
    assert found == {"pH": [5.5], "driver": ["severe"], "coating_d": [day("2010-05-01")]}
    assert new.damage.digest() == small.read(NOW).damage.digest()
    assert stale(small, kept).stale.size == 0


def test_equal_columns_are_stored_once(small: Small) -> None:
    keep(small)

    def counts() -> tuple[int, int]:
        with reader(small.engine) as session:
            return tuple(
                session.scalar(sa.select(sa.func.count()).select_from(m)) for m in (SnapshotColumn, SnapshotPart)
            )  # type: ignore[return-value]

    columns, parts = counts()
    keep(small)
    assert counts() == (columns, 2 * parts)
    small.edit(Component, small.component, t_nom_mm=11.0)
    keep(small)
    more = counts()[0] - columns
    assert 1 <= more <= 4


def test_run_digest_depends_on_what_moves_numbers_only(small: Small) -> None:
    ids = [keep(small), keep(small, author="Bo", name="Other"), keep(small, settings={"rbi.F_MS": 2.0})]
    small.edit(Component, small.component, t_nom_mm=11.0)
    ids.append(keep(small))
    with reader(small.engine) as session:
        digests = [snapshots.find(session, i).run_digest for i in ids]
        assert [s.id for s in snapshots.snapshots_of(session, small.site, "study")] == ids[::-1]
        assert snapshots.snapshots_of(session, small.site, "ffs") == []
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_snapshot SET run_digest = 'x'",
        "UPDATE assessment_snapshot SET settings = '{}'",
        "UPDATE assessment_snapshot SET state = 'approved'",
        "UPDATE assessment_snapshot SET state = 'checked', checked_by = 'Ann', checked_utc = 'now'",
        "UPDATE assessment_snapshot SET state = 'checked', checked_utc = 'now'",
        "UPDATE snapshot_part SET column_name = 'x'",
        "UPDATE snapshot_column SET sha256 = 'x'",
        "UPDATE snapshot_rows SET subject = 'x'",
    ],
)
def test_a_snapshot_cannot_be_altered_even_in_sql(small: Small, statement: str) -> None:
    keep(small)
    with small.engine.connect() as connection, pytest.raises(DBAPIError, match="snapshot"):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM assessment_snapshot",
        "DELETE FROM snapshot_part",
        "DELETE FROM snapshot_rows",
        "INSERT INTO snapshot_part SELECT id + 1000, snapshot_id, column_id, frame, frame_class, 'x', order_number "
        "FROM snapshot_part WHERE id = 1",
        "UPDATE assessment_snapshot SET state = 'draft'",
        "UPDATE assessment_snapshot SET state = 'superseded', approved_by = 'Eve'",
    ],
)
def test_an_approved_one_cannot_be_removed_extended_or_reopened(small: Small, statement: str) -> None:
    snapshot_id = keep(small)
    approve(small, snapshot_id)
    with small.engine.connect() as connection, pytest.raises(DBAPIError, match="snapshot"):
        connection.exec_driver_sql(statement)


def approve(small: Small, snapshot_id: int) -> None:
    for step, author in ((snapshots.check, "Bo"), (snapshots.approve, "Cy")):
        with UnitOfWork(small.engine, author, f"snapshot.{step.__name__}") as uow:
            step(uow, snapshot_id)
            uow.commit()


def test_from_draft_to_superseded_each_step_in_the_audit(small: Small) -> None:
    first, second, other = keep(small), keep(small), keep(small, kind="ffs", subject="flaw 1")
    approve(small, first)
    approve(small, other)
    approve(small, second)
    with reader(small.engine) as session:
        rows = [snapshots.find(session, i) for i in (first, second, other)]
        assert [r.state for r in rows] == ["superseded", "approved", "approved"]
        assert (rows[0].superseded_by_id, rows[0].checked_by, rows[0].approved_by) == (second, "Bo", "Cy")
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        lines = {line["id"]: line["after"] for line in entry_lines(last)}
        assert lines[second]["state"] == "approved"
        assert lines[first] == {"state": "superseded", "superseded_by_id": second}
        assert verify_chain(session) == []


@pytest.mark.parametrize("author", ["Ann", " ann "])
def test_nobody_checks_or_approves_own_work(small: Small, author: str) -> None:
    snapshot_id = keep(small)
    with pytest.raises(InputError) as caught, UnitOfWork(small.engine, author, "snapshot.check") as uow:
        snapshots.check(uow, snapshot_id)
    assert caught.value.message.key == "db.own_snapshot"
    with UnitOfWork(small.engine, "Bo", "snapshot.check") as uow:
        snapshots.check(uow, snapshot_id)
        uow.commit()
    with pytest.raises(InputError), UnitOfWork(small.engine, author, "snapshot.approve") as uow:
        snapshots.approve(uow, snapshot_id)


def test_steps_are_not_skipped_and_not_undone(small: Small) -> None:
    snapshot_id = keep(small)
    with pytest.raises(InputError), UnitOfWork(small.engine, "Bo", "snapshot.approve") as uow:
        snapshots.approve(uow, snapshot_id)
    approve(small, snapshot_id)
    assert undo_last(small.engine, "Bo") is None
    assert undo_last(small.engine, "Cy") is None
    with pytest.raises(InputError), UnitOfWork(small.engine, "Bo", "snapshot.check") as uow:
        snapshots.check(uow, snapshot_id)


def test_a_draft_can_be_discarded_and_takes_only_its_own_columns(small: Small) -> None:
    first = keep(small)
    small.edit(Component, small.component, t_nom_mm=11.0)
    second = keep(small)
    with UnitOfWork(small.engine, "Ann", "snapshot.discard") as uow:
        snapshots.discard(uow, second)
        uow.commit()
    with reader(small.engine) as session:
        assert snapshots.load(session, first).plant("Works").components.t_nom_mm[0] == 12.0
        used = set(session.scalars(sa.select(SnapshotPart.column_id)))
        assert used == set(session.scalars(sa.select(SnapshotColumn.id)))
        with pytest.raises(InputError):
            snapshots.load(session, second)
    approve(small, first)
    with pytest.raises(InputError), UnitOfWork(small.engine, "Ann", "snapshot.discard") as uow:
        snapshots.discard(uow, first)


def test_a_damaged_column_is_found_when_loaded(small: Small) -> None:
    snapshot_id = keep(small)
    bad = pack(np.array([1.0])).content
    with small.engine.begin() as connection:
        drop_guards(connection)
        table = SnapshotColumn.__table__
        connection.execute(sa.update(table).where(table.c.dtype == "float64").values(content=bad))  # type: ignore[arg-type]
    with reader(small.engine) as session, pytest.raises(ContractError):
        snapshots.load(session, snapshot_id)


def test_nothing_is_stale_at_first_and_unrelated_things_change_nothing(small: Small) -> None:
    snapshot_id = keep(small)
    assert stale(small, snapshot_id).stale.size == 0
    with UnitOfWork(small.engine, "Ann", "more") as uow:
        part = Component(equipment_id=small.item, chamber_id=small.chamber, name="A-first")
        uow.add(part)
        uow.add(Cml(component_id=part.id, name="x"))
        uow.commit()
    found = stale(small, snapshot_id)
    assert (found.changed.tolist(), found.added.tolist(), found.removed.tolist()) == ([], [part.id], [])


CHANGES = {
    "own value": lambda s: s.edit(Component, s.component, t_nom_mm=11.0),
    "missing value now known": lambda s: s.edit(Component, s.component, D_mm=1000.0),
    "text of the item": lambda s: s.edit(Equipment, s.item, material="Q345R"),
    "rating": lambda s: s.add(Rating(chamber_id=s.chamber, P_MPa=1.0)),
    "new reading": lambda s: s.reading("2021-01-01", 9.0),
    "reading value": lambda s: s.edit(Reading, 1, t_mm=9.4),
    "reading quality": lambda s: s.edit(Reading, 1, quality=1),
    "reading position": lambda s: s.edit(Reading, 1, position=1),
    "new location": lambda s: s.add(Cml(component_id=s.component, name="x")),
    "location switched off": lambda s: s.edit(Cml, s.cml, active=False),
    "inspection": lambda s: s.add(Inspection(equipment_id=s.item, date_d=1, inspection_type="internal")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_makes_its_row_stale_and_undo_makes_it_good_again(small: Small, change: str) -> None:
    (other,) = small.add(Component(equipment_id=small.item, chamber_id=small.chamber, name="HD1"), author="Bo")
    snapshot_id = keep(small, author="Bo")
    CHANGES[change](small)
    wanted = [small.component, other] if change in ("text of the item", "rating", "inspection") else [small.component]
    assert stale(small, snapshot_id).changed.tolist() == wanted
    undo_last(small.engine, "Ann")
    assert stale(small, snapshot_id).stale.size == 0
    redo_last(small.engine, "Ann")
    assert stale(small, snapshot_id).changed.tolist() == wanted


def test_a_reading_that_moves_to_another_location_of_the_component_counts(small: Small) -> None:
    (second,) = small.add(Cml(component_id=small.component, name="V-101-002"))
    snapshot_id = keep(small)
    small.edit(Reading, 2, cml_id=second)
    assert stale(small, snapshot_id).changed.tolist() == [small.component]


def test_a_component_that_is_gone_is_stale(small: Small) -> None:
    snapshot_id = keep(small)
    small.edit(Component, small.component, out_of_service_d=day("2022-01-01"))
    found = stale(small, snapshot_id)
    assert (found.removed.tolist(), found.stale.tolist()) == ([small.component], [small.component])


def test_digests_do_not_depend_on_chunks_and_order_of_other_rows(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    from integrity.db import digests

    with UnitOfWork(small.engine, "Ann", "bulk") as uow:
        name = [f"C{i:03d}" for i in range(30)]
        parts = uow.bulk_insert(Component, {"equipment_id": small.item, "chamber_id": small.chamber, "name": name})
        cmls = uow.bulk_insert(Cml, {"component_id": np.repeat(np.array(parts), 2), "name": ["a", "b"] * 30})
        uow.bulk_insert(
            Reading, {"cml_id": np.repeat(np.array(cmls), 3), "date_d": [1, 2, 3] * 60, "t_mm": [5.0] * 180}
        )
        uow.commit()
    plant = small.read(NOW)
    whole = component_digests(plant)
    assert len(set(whole.tolist())) == 31
    monkeypatch.setattr(digests, "_CHUNK", 7)
    assert component_digests(plant).tolist() == whole.tolist()


def test_negative_zero_and_zero_are_the_same_input(small: Small) -> None:
    plant = small.read(NOW)
    columns = plant.components.columns()
    twins = [
        dataclasses.replace(plant, components=ComponentFrame(**{**columns, "CA_mm": np.array([z])}))
        for z in (0.0, -0.0)
    ]
    assert component_digests(twins[0]).tolist() == component_digests(twins[1]).tolist()


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.5, np.nan, -0.0]),
        np.array([-1, 2**62]),
        np.array([True, False]),
        np.zeros((0, 3)),
        np.array(["", "中", "a\x1fb", "中"], dtype=object),
        np.zeros(0, dtype=object),
    ],
)
def test_packing_is_exact(array: Any) -> None:
    packed = pack(array)
    again = unpack(packed.dtype, packed.shape, packed.content, packed.sha256)
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes() if array.dtype != object else again.tolist() == array.tolist()
    assert pack(array.copy()).sha256 == packed.sha256


def test_packing_refuses_what_has_no_fixed_form() -> None:
    with pytest.raises(ContractError):
        pack(np.array([1j]))
