"""A process to be killed: does one kind of long write to a plant file, over and over, and says when it begins."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine

from integrity.core.frames.plant import Plant
from integrity.core.provenance import Provenance
from integrity.db import snapshots
from integrity.db.columns import read_plant
from integrity.db.digests import component_digests
from integrity.db.engine import make_engine
from integrity.db.models import Chamber, Cml, Component, Equipment, ImportBatch, Reading, Site
from integrity.db.undo import undo_last
from integrity.db.unit_of_work import UnitOfWork

ROWS = 3000
COMPONENTS = 300
RESULTS = 100_000


def setup(engine: Engine) -> None:
    """A site with a few hundred components and a CML each."""
    with UnitOfWork(engine, "Ann", "setup", undoable=False) as uow:
        uow.add(site := Site(name="Works"))
        uow.add(item := Equipment(site_id=site.id, tag="V-1", equipment_kind="drum"))
        uow.add(chamber := Chamber(equipment_id=item.id, chamber="main"))
        place = {"equipment_id": item.id, "chamber_id": chamber.id}
        parts = uow.bulk_insert(Component, {**place, "name": [f"C{i}" for i in range(COMPONENTS)], "t_nom_mm": 12.0})
        uow.bulk_insert(Cml, {"component_id": np.array(parts), "name": "1"})
        uow.commit()


def batch_columns() -> dict[str, Any]:
    """Readings of one import."""
    rows = np.arange(ROWS)
    return {
        "cml_id": rows % COMPONENTS + 1,
        "date_d": rows // COMPONENTS,
        "t_mm": 5.0 + rows / 977.0,
        "entered_unit": "mm",
    }


def do_import(engine: Engine, _plant: Plant) -> None:
    """One import: the batch and its readings in one transaction."""
    with UnitOfWork(engine, "Ann", "import") as uow:
        uow.add(batch := ImportBatch(site_id=1, sha256="ab", rows_new=ROWS))
        uow.bulk_insert(Reading, batch_columns(), batch_id=batch.id)
        uow.commit()


def do_snapshot(engine: Engine, plant: Plant) -> None:
    """One snapshot of the plant, with a result column that is new each time."""
    result = {"random": np.random.default_rng().random(RESULTS)}
    rows = {"component": (plant.components.component_id, component_digests(plant))}
    with UnitOfWork(engine, "Ann", "snapshot") as uow:
        frames = {**snapshots.plant_frames(plant), "result": result}
        given = {"site_id": 1, "name": "run", "settings": {}, "as_of_d": 20000}
        snapshots.store(uow, frames=frames, provenance=PROVENANCE, rows=rows, **given)
        uow.commit()


def do_undo(engine: Engine, plant: Plant) -> None:
    """One import and its undo: rows deleted and kept with the audit."""
    do_import(engine, plant)
    undo_last(engine, "Ann")


def do_checkpoint(engine: Engine, plant: Plant) -> None:
    """One import, then the WAL is brought into the file."""
    do_import(engine, plant)
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


PROVENANCE = Provenance({}, "0", "s", "i", "t", "2024-10-04", 1, "Ann", "2024-10-04T00:00:00Z")
WORK: dict[str, Callable[[Engine, Plant], None]] = {
    "import": do_import,
    "snapshot": do_snapshot,
    "undo": do_undo,
    "checkpoint": do_checkpoint,
}


def write_on(path: Path, work: str) -> None:
    """Write until killed; on standard output "." marks the beginning and "+" each write that is done."""
    engine = make_engine(path)
    plant = read_plant(engine, 1, 20000)
    os.write(1, b".")
    while True:
        WORK[work](engine, plant)
        os.write(1, b"+")


def serve() -> None:
    """For each line `path<TAB>work` on standard input fork a process that writes, and say its number.

    Forking spares every one of them the second that importing takes; nothing is open when it happens.
    """
    for line in sys.stdin:
        path, work = line.rstrip("\n").split("\t")
        number = os.fork()
        if number == 0:
            write_on(Path(path), work)
        os.write(1, f"{number}\n".encode())
        os.waitpid(number, 0)
        os.write(1, b"!")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        serve()
    else:
        write_on(Path(sys.argv[1]), sys.argv[2])
