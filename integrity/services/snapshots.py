"""Store a study with its inputs and provenance, approve it, and tell which of its rows have gone stale."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

import numpy as np

import integrity
from integrity.core.arrays import IntArray
from integrity.core.dates import iso_of
from integrity.core.frames.plant import Plant
from integrity.core.progress import SILENT, Progress
from integrity.core.provenance import Provenance
from integrity.core.registry import procedures
from integrity.db import snapshots as store
from integrity.db.digests import component_digests
from integrity.db.models import AssessmentSnapshot
from integrity.db.unit_of_work import reader
from integrity.services.session import Session
from integrity.services.types import Changes, Study

KIND = "study"


@cache
def tables_digest() -> str:
    """SHA-256 over all data files of the program that can move a number.

    Returns
    -------
    str
    """
    root = Path(integrity.__file__).parent
    h = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".json", ".csv"} and "i18n" not in path.parts and "ui" not in path.parts:
            h.update(path.relative_to(root).as_posix().encode())
            h.update(path.read_bytes())
    return h.hexdigest()


def provenance_of(study: Study, author: str) -> Provenance:
    """Where the numbers of a study come from.

    Parameters
    ----------
    study : Study
    author : str

    Returns
    -------
    Provenance
    """
    plant = study.plant
    inputs = hashlib.sha256(component_digests(plant).tobytes()).hexdigest()
    return Provenance(
        procedures={p.key: p.version for p in procedures()},
        program_version=integrity.__version__,
        settings_digest=study.settings.digest(),
        inputs_digest=inputs,
        tables_digest=tables_digest(),
        as_of=iso_of(plant.as_of_d),
        seed=int(study.settings.number("rbi.seed")),
        author=author,
        created_utc=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        sources={"site": plant.site},
    )


def store_study(session: Session, study: Study, name: str = "", progress: Progress = SILENT) -> int:
    """Store a study as a draft snapshot.

    Parameters
    ----------
    session : Session
    study : Study
    name : str
    progress : Progress

    Returns
    -------
    int
        Id of the snapshot.
    """
    plant = study.plant
    frames = {
        **store.plant_frames(plant),
        "positions": study.positions,
        "cml_results": study.cmls,
        "results": study.components,
        "candidates": study.candidates,
    }
    with session.uow("store_study") as uow:
        snapshot = store.store(
            uow,
            site_id=session.site_id,
            name=name or iso_of(plant.as_of_d),
            frames=frames,
            provenance=provenance_of(study, session.author),
            settings=study.settings.all(),
            rows={"component": (plant.components.component_id, component_digests(plant))},
            kind=KIND,
            as_of_d=plant.as_of_d,
            progress=progress,
        )
        uow.commit()
    return snapshot


def stale_rows(session: Session, snapshot_id: int, plant: Plant) -> IntArray:
    """Component rows of a plant whose inputs differ from those of a snapshot.

    Parameters
    ----------
    session : Session
    snapshot_id : int
    plant : Plant

    Returns
    -------
    ndarray of int64
        Rows changed or added since.
    """
    ids = plant.components.component_id
    with reader(session.engine) as db:
        found = store.staleness(db, snapshot_id, ids, component_digests(plant))
    return np.flatnonzero(np.isin(ids, np.union1d(found.changed, found.added))).astype(np.int64)


def latest(session: Session) -> AssessmentSnapshot | None:
    """The newest stored study of the site.

    Parameters
    ----------
    session : Session

    Returns
    -------
    AssessmentSnapshot or None
    """
    with reader(session.engine) as db:
        rows = store.snapshots_of(db, session.site_id, KIND)
    return max(rows, key=lambda r: r.id) if rows else None


def listed(session: Session) -> list[dict[str, int | str]]:
    """Stored studies of the site, the oldest first.

    Parameters
    ----------
    session : Session

    Returns
    -------
    list of dict
        id, state, name, author, created (UTC), digest.
    """
    with reader(session.engine) as db:
        return [
            {
                "id": int(r.id),
                "state": str(getattr(r.state, "value", r.state)),
                "name": r.name,
                "author": r.author,
                "created": r.created_utc,
                "digest": r.run_digest[:16],
            }
            for r in sorted(store.snapshots_of(db, session.site_id, KIND), key=lambda r: r.id)
        ]


def check(session: Session, snapshot_id: int) -> Changes:
    """Mark a draft as checked; the checker must not be its author.

    Parameters
    ----------
    session : Session
    snapshot_id : int

    Returns
    -------
    Changes
    """
    with session.uow("check_study") as uow:
        store.check(uow, snapshot_id)
        uow.commit()
    return Changes(frozenset({"assessment_snapshot"}), {"assessment_snapshot": (snapshot_id,)})


def approve(session: Session, snapshot_id: int) -> Changes:
    """Approve a checked study; the approved one before it is superseded.

    Parameters
    ----------
    session : Session
    snapshot_id : int

    Returns
    -------
    Changes
    """
    with session.uow("approve_study") as uow:
        store.approve(uow, snapshot_id)
        uow.commit()
    return Changes(frozenset({"assessment_snapshot"}), {"assessment_snapshot": (snapshot_id,)})
