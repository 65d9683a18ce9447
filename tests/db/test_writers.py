"""What an import writes: differences by natural key, application, and files that come twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine

from integrity.core.errors import ContractError
from integrity.db import writers
from integrity.db.models import Chamber, Component, Equipment, ImportBatch, Rating, Reading, Unit
from integrity.db.undo import redo_last, undo_last
from integrity.db.unit_of_work import RowConflict, UnitOfWork, reader
from tests.db.small import Small, day

NOW = "2024-01-01"


def item(small: Small, tag: str, **more: Any) -> dict[str, Any]:
    return {"site_id": small.site, "tag": tag, "equipment_kind": "drum", **more}


def test_new_changed_and_unchanged_field_by_field(engine: Engine) -> None:
    small = Small(engine)
    small.edit(Equipment, small.item, height_m=5.0, manufacturer="A")
    rows = [
        item(small, "V-101", height_m=5.0 * (1 + 1e-12), manufacturer="B", design_life_y=20),
        item(small, "V-102", manufacturer="C"),
        item(small, "V-101", remarks="twice", status=None),
    ]
    with reader(engine) as session:
        diff = writers.diff_equipment(session, rows)
        same = writers.diff_equipment(session, [item(small, "V-101", manufacturer="A")])
        fill = writers.diff_equipment(session, rows, fill_only=True)
    assert diff.counts() == {"new": 1, "changed": 1, "unchanged": 0}
    assert diff.items[0].changes == {
        "manufacturer": ("A", "B"),
        "design_life_y": (None, 20.0),
        "remarks": ("", "twice"),
    }
    assert (diff.items[1].state, diff.items[1].row, diff.items[1].changes["tag"]) == ("new", 1, (None, "V-102"))
    assert same.counts() == {"new": 0, "changed": 0, "unchanged": 1}
    assert set(fill.items[0].changes) == {"design_life_y", "remarks"}


def test_apply_writes_once_and_then_nothing_differs(engine: Engine) -> None:
    small = Small(engine)
    rows = [item(small, f"V-{i}", height_m=float(i), name_zh=f"容器{i}" if i % 2 else None) for i in range(99, 104)]
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = writers.apply(uow, writers.diff_equipment(uow.session, rows))
        uow.commit()
    assert ids[(small.site, "V-101")] == small.item
    with reader(engine) as session:
        assert writers.diff_equipment(session, rows).counts() == {"new": 0, "changed": 0, "unchanged": 5}
        assert writers.ids_by_key(session, Equipment, site_id=small.site) == ids
        assert session.get(Equipment, small.item).row_version == 2  # type: ignore[union-attr]
    undo_last(engine, "Ann")
    with reader(engine) as session:
        assert writers.diff_equipment(session, rows).counts() == {"new": 4, "changed": 1, "unchanged": 0}
    redo_last(engine, "Ann")
    with reader(engine) as session:
        assert writers.diff_equipment(session, rows).counts()["unchanged"] == 5


def test_components_ratings_and_cmls_go_by_their_links(engine: Engine) -> None:
    small = Small(engine)
    part = {"equipment_id": small.item, "chamber_id": small.chamber, "name": "V-101-SH1"}
    rating = {"chamber_id": small.chamber, "component_id": small.component, "from_d": None, "P_MPa": 1.6}
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = writers.apply(uow, writers.diff_components(uow.session, [{**part, "t_nom_mm": 11.5}]))
        assert ids == {(small.item, "V-101-SH1", 1): small.component}
        writers.apply(uow, writers.diff_rows(uow.session, Rating, [rating]))
        cmls = [{"component_id": small.component, "name": n} for n in ("V-101-001", "V-101-002")]
        assert writers.diff_cmls(uow.session, cmls).counts() == {"new": 1, "changed": 0, "unchanged": 1}
        writers.apply(uow, writers.diff_cmls(uow.session, cmls))
        chamber = writers.diff_rows(uow.session, Chamber, [{"equipment_id": small.item, "chamber": "main"}])
        assert chamber.counts()["unchanged"] == 1
        uow.commit()
    plant = small.read(NOW)
    assert (plant.components.t_nom_mm[0], plant.components.P_MPa[0], plant.cmls.n) == (11.5, 1.6, 2)
    with reader(engine) as session:
        assert writers.diff_rows(session, Rating, [rating]).counts()["unchanged"] == 1


def test_what_changed_between_preview_and_commit_is_a_conflict(engine: Engine) -> None:
    small = Small(engine)
    with reader(engine) as session:
        diff = writers.diff_equipment(session, [item(small, "V-101", manufacturer="B")])
    small.edit(Equipment, small.item, author="Bo", manufacturer="A")
    with pytest.raises(RowConflict) as caught, UnitOfWork(engine, "Ann", "import") as uow:
        writers.apply(uow, diff)
    assert (caught.value.theirs["manufacturer"], caught.value.yours["manufacturer"]) == ("A", "B")


def test_unknown_columns_are_a_mistake(engine: Engine) -> None:
    small = Small(engine)
    with reader(engine) as session, pytest.raises(ContractError):
        writers.diff_rows(session, Unit, [{"site_id": small.site, "name": "U", "colour": 1}])


def incoming(small: Small) -> dict[str, Any]:
    return {
        "cml_id": np.full(5, small.cml),
        "date_d": np.array([10, 10, 10, 20, 20]),
        "position": [1, 1, 2, 1, 1],
        "t_mm": [9.5, 9.5, 9.5, 9.25, 9.0],
        "entered_text": ["9.5", "9.50", "9.5", "9.25", "9"],
        "entered_unit": "mm",
    }


def test_the_same_file_twice_changes_nothing(engine: Engine) -> None:
    small = Small(engine)
    for expected in (5, 0):
        with UnitOfWork(engine, "Ann", "import") as uow:
            outcome = writers.insert_readings(uow, incoming(small))
            uow.commit()
        assert (len(outcome.ids), int(outcome.new.sum())) == (expected, expected)
    assert small.read(NOW).readings.t_mm.tolist() == [9.5, 9.5, 9.25, 9.0, 9.5]


def test_a_corrected_value_is_still_recognised(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "import") as uow:
        ids = writers.insert_readings(uow, incoming(small)).ids
        uow.commit()
    small.edit(Reading, ids[4], t_mm=9.4, entered_text="9.4")
    with UnitOfWork(engine, "Ann", "import") as uow:
        columns = incoming(small)
        columns = {k: [*v, v[0]] if not isinstance(v, str) else v for k, v in columns.items()} | {
            "date_d": [10, 10, 10, 20, 20, 30]
        }
        outcome = writers.insert_readings(uow, columns)
        uow.commit()
    assert outcome.new.tolist() == [False] * 5 + [True]


def test_source_keys_tell_rows_apart() -> None:
    n = 20_000
    rng = np.random.default_rng(5)
    cml, position = rng.integers(1, 50, n), rng.integers(0, 8, n)
    date_d, t_mm = rng.integers(15000, 15005, n), rng.integers(50, 60, n) / 10
    keys = writers.source_keys(cml, position, date_d, t_mm)
    assert np.unique(keys).size == n
    order = np.lexsort((np.arange(n), t_mm, date_d, position, cml))
    again = writers.source_keys(cml[order], position[order], date_d[order], t_mm[order])
    assert sorted(again.tolist()) == sorted(keys.tolist())
    assert writers.source_keys(cml[:0], position[:0], date_d[:0], t_mm[:0]).size == 0


def test_a_known_file_is_named_until_it_is_withdrawn(engine: Engine) -> None:
    small = Small(engine)
    with UnitOfWork(engine, "Ann", "import") as uow:
        batch = ImportBatch(site_id=small.site, sha256="ab" * 32, file_name="x.csv", sheet="A")
        uow.add(batch)
        writers.insert_readings(uow, incoming(small), batch_id=batch.id)
        findings = {"message_key": ["k"], "row_number": [7], "severity": "rejected"}
        assert len(writers.insert_findings(uow, batch.id, findings)) == 1
        uow.commit()

    def known(sheet: str) -> str | None:
        with reader(engine) as session:
            found = writers.known_batch(session, small.site, "ab" * 32, sheet)
            return found.file_name if found else None

    assert (known("A"), known("B")) == ("x.csv", None)
    undo_last(engine, "Ann")
    assert known("A") is None
    assert small.read(NOW).readings.n == 0
    assert day("1970-01-11") == 10


def test_components_that_came_in_bulk_are_in_the_plant(engine: Engine) -> None:
    small = Small(engine)
    rows = [
        {
            "equipment_id": small.item,
            "chamber_id": small.chamber,
            "name": f"C{i}",
            "geometry": "pipe",
            "insulated": True,
        }
        for i in range(3)
    ]
    with UnitOfWork(engine, "Ann", "import") as uow:
        writers.apply(uow, writers.diff_rows(uow.session, Component, rows))
        uow.commit()
    frame = small.read(NOW).components
    assert frame.component.tolist() == ["V-101-SH1", "C0", "C1", "C2"]
    assert frame.insulated.tolist() == [-1, 1, 1, 1]
    assert frame.texts("geometry").tolist() == ["", "pipe", "pipe", "pipe"]
