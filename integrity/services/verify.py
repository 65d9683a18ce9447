"""Rerun stored studies from their own stored inputs, list differences, and check the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from integrity.core.arrays import AnyArray
from integrity.core.frame import Frame
from integrity.core.frames.results import CandidateFrame, ComponentResultFrame
from integrity.core.message import Message, msg
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings, setting_specs
from integrity.db import snapshots as store
from integrity.db.audit import verify_chain
from integrity.db.unit_of_work import reader
from integrity.services.session import Session
from integrity.services.snapshots import KIND, tables_digest
from integrity.services.study import run_study

REL = 1e-9


@dataclass(frozen=True)
class Difference:
    """A number that comes out otherwise than stored."""

    snapshot: int
    frame: str
    subject: str
    column: str
    stored: str
    now: str


@dataclass(frozen=True)
class Verification:
    """What a verification found; `sound` is True where nothing differs and the audit chain holds."""

    snapshots: int
    differences: tuple[Difference, ...]
    breaks: tuple[tuple[int, str], ...]
    messages: tuple[Message, ...]

    @property
    def sound(self) -> bool:
        """No difference and no break."""
        return not self.differences and not self.breaks

    def as_json(self) -> dict[str, Any]:
        """Plain values for a script."""
        return {
            "sound": self.sound,
            "snapshots": self.snapshots,
            "differences": [vars(d) for d in self.differences],
            "audit_breaks": [{"entry": i, "what": w} for i, w in self.breaks],
        }


def verify_plant(session: Session, progress: Progress = SILENT) -> Verification:
    """Verify every stored study of a site and the audit chain.

    Parameters
    ----------
    session : Session
    progress : Progress

    Returns
    -------
    Verification
    """
    with reader(session.engine) as db:
        ids = [int(s.id) for s in store.snapshots_of(db, session.site_id, KIND)]
        breaks = tuple((b.audit_id, b.what) for b in verify_chain(db))
    differences: list[Difference] = []
    messages: list[Message] = []
    for n, snapshot_id in enumerate(ids):
        progress.step(n, len(ids), msg("verify.snapshot", id=snapshot_id))
        found, notes = _one(session, snapshot_id)
        differences += found
        messages += notes
        messages.append(msg("verify.differs" if found else "verify.equal", id=snapshot_id, n=len(found)))
    messages += [
        msg("verify.difference", id=d.snapshot, subject=d.subject, column=d.column, stored=d.stored, now=d.now)
        for d in differences[:50]
    ]
    messages += [msg(f"verify.audit.{what}", entry=entry) for entry, what in breaks]
    if not breaks:
        messages.append(msg("verify.audit.sound"))
    if not ids:
        messages.append(msg("verify.none"))
    return Verification(len(ids), tuple(differences), breaks, tuple(messages))


def _one(session: Session, snapshot_id: int) -> tuple[list[Difference], list[Message]]:
    with reader(session.engine) as db:
        stored = store.load(db, snapshot_id)
        plant = stored.plant(session.site)
        kept = dict(stored.row.settings)
        digest = stored.provenance.tables_digest
    known = setting_specs()
    notes = [msg("verify.setting_gone", id=snapshot_id, key=k) for k in sorted(set(kept) - set(known))]
    if digest != tables_digest():
        notes.append(msg("verify.tables_changed", id=snapshot_id))
    settings = Settings({k: v for k, v in kept.items() if k in known and v != known[k].default})
    study = run_study(plant, settings)
    names = plant.components.component
    pairs: list[tuple[str, Frame, Frame, AnyArray]] = [
        ("results", stored.frame("results", ComponentResultFrame), study.components, names),
    ]
    candidates = stored.frame("candidates", CandidateFrame)
    if candidates.n == study.candidates.n:
        pairs.append(("candidates", candidates, study.candidates, names[study.candidates.component_row]))
        extra: list[Difference] = []
    else:
        extra = [
            Difference(snapshot_id, "candidates", "", "count", str(candidates.n), str(study.candidates.n)),
        ]
    found = [d for name, old, new, subject in pairs for d in compare(snapshot_id, name, old, new, subject)]
    return [*found, *extra], notes


def compare(snapshot_id: int, frame: str, old: Frame, new: Frame, subject: AnyArray) -> list[Difference]:
    """Cells of two frames that differ.

    Parameters
    ----------
    snapshot_id : int
    frame : str
        Name of the frame.
    old, new : Frame
        Same class and rows.
    subject : ndarray of str
        Name of each row.

    Returns
    -------
    list of Difference
    """
    out: list[Difference] = []
    for column in type(old).quantities():
        a, b = getattr(old, column), getattr(new, column)
        for i in np.flatnonzero(~_same(a, b)):
            out.append(Difference(snapshot_id, frame, str(subject[i]), column, str(a[i]), str(b[i])))
    return out


def _same(a: AnyArray, b: AnyArray) -> AnyArray:
    if a.dtype == np.float64:
        with np.errstate(invalid="ignore"):
            close = np.abs(a - b) <= REL * np.maximum(np.abs(a), np.abs(b))
        return np.asarray(close | (a == b) | (np.isnan(a) & np.isnan(b)))
    return np.asarray(a == b, dtype=np.bool_)
