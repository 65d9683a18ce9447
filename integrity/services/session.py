"""A plant that is open: its database, site and author, the frames read last, and the only way to write."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from integrity.core.dates import days_of
from integrity.core.errors import InputError
from integrity.core.frames.plant import Plant
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.core.settings import Settings, setting_specs
from integrity.db.columns import read_plant
from integrity.db.models import AuditEntry, AuditSubject, SettingRecord, Site
from integrity.db.unit_of_work import UnitOfWork, Written, reader
from integrity.services.types import Changes

AS_OF = "site.as_of"
_NOT_IN_FRAMES = (
    *("import_batch", "import_finding", "import_profile", "setting_record", "person", "document_reference"),
    *("assessment_snapshot", "snapshot_column", "snapshot_part", "snapshot_rows", "plan", "plan_task"),
    *("recommendation", "waiver", "flaw", "material"),
)


class Session:
    """A plant that is open.

    Parameters
    ----------
    engine : Engine
        Of a database at the newest revision.
    site_id : int
    author : str
        Who writes; must not be empty.
    today_d : int
        Today, days since 1970-01-01; the as-of day where the site has none of its own.
    """

    def __init__(self, engine: Engine, site_id: int, author: str, today_d: int) -> None:
        if not author.strip():
            raise InputError(msg("db.no_author"))
        self.engine, self.site_id, self.author, self.today_d = engine, site_id, author.strip(), today_d
        with reader(engine) as session:
            row = session.get(Site, site_id)
            if row is None:
                raise InputError(msg("db.no_such_row", table="site", id=site_id))
            self.site = row.name
        self.url = engine.url.database if engine.url.get_backend_name() == "sqlite" else str(engine.url)
        self._lock = threading.Lock()
        self._plants: dict[int, Plant] = {}
        self._seen = self.audit_head()

    @property
    def as_of_d(self) -> int:
        """Day as of which the plant is looked at: the site's own where it has one, else today."""
        text = self._records().get(AS_OF)
        return days_of(str(text), AS_OF) if text else self.today_d

    def settings(self) -> Settings:
        """Settings of the site: the defaults, and over them what the site has recorded with a reason."""
        known = setting_specs()
        return Settings({key: value for key, value in self._records().items() if key in known})

    def _records(self) -> dict[str, Any]:
        with reader(self.engine) as session:
            rows = session.execute(sa.select(SettingRecord).where(SettingRecord.site_id == self.site_id)).scalars()
            return {row.key: row.value for row in rows}

    def plant(self, as_of_d: int | None = None, progress: Progress = SILENT) -> Plant:
        """The plant as it stood on a day; read once, and again after a change, also one by another program.

        Parameters
        ----------
        as_of_d : int, optional
            Days since 1970-01-01; the session's own day where not given.
        progress : Progress

        Returns
        -------
        Plant
        """
        day = self.as_of_d if as_of_d is None else as_of_d
        with self._lock:
            self._forget_if_changed()
            if day not in self._plants:
                self._plants = {day: read_plant(self.engine, self.site_id, day, progress)}
            return self._plants[day]

    def _forget_if_changed(self) -> None:
        now = self.audit_head()
        if now != self._seen:
            if self.changed_since(self._seen):
                self._plants = {}
            self._seen = now

    def changed_since(self, audit_head: int) -> bool:
        """Whether anything that the frames of a plant show was changed after an audit entry, by whomever.

        Parameters
        ----------
        audit_head : int
            From `audit_head()`.

        Returns
        -------
        bool
            Also true where the audit is shorter now: another file has taken the place of this one.
        """
        now, t = self.audit_head(), AuditSubject.__table__
        if now <= audit_head:
            return now < audit_head
        touched = sa.select(sa.literal(1)).where(t.c.audit_id > audit_head, t.c.table_name.not_in(_NOT_IN_FRAMES))
        with self.engine.connect() as connection:
            return connection.execute(touched.limit(1)).first() is not None

    def audit_head(self) -> int:
        """Id of the last audit entry; it moves with every change, whoever makes it."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(sa.func.max(AuditEntry.__table__.c.id))).scalar()
        return int(found or 0)

    def uow(self, command: str, reason: str = "", undoable: bool = True) -> UnitOfWork:
        """A unit of work of this author: one transaction, one audit entry.

        Parameters
        ----------
        command : str
            Key of what is done.
        reason : str
        undoable : bool

        Returns
        -------
        UnitOfWork
            To be used in `with`, and committed.
        """
        return _Unit(self._written, self.engine, self.author, command, reason=reason, undoable=undoable)

    def _written(self, _written: Written) -> None:
        with self._lock:
            self._forget_if_changed()

    def facts_of(self, subject: str) -> list[Any]:
        """Facts recorded of a component, item, circuit or loop; see `services.facts.facts_of`.

        Parameters
        ----------
        subject : str

        Returns
        -------
        list of FactRow
        """
        from integrity.services import facts

        return list(facts.facts_of(self, subject))

    def set_fact(self, subject: str, symbol: str, value: str | float, reason: str, **more: Any) -> Changes:
        """Record a fact; see `services.facts.set_fact`.

        Parameters
        ----------
        subject, symbol : str
        value : str or float
        reason : str
        **more
            Unit, days, source and version.

        Returns
        -------
        Changes
        """
        from integrity.services import facts

        return facts.set_fact(self, subject, symbol, value, reason, **more)

    def decisions_of(self, subject: str) -> list[Any]:
        """Decisions on damage mechanisms that reach a subject; see `services.facts.decisions_of`.

        Parameters
        ----------
        subject : str

        Returns
        -------
        list of DecisionRow
        """
        from integrity.services import facts

        return list(facts.decisions_of(self, subject))

    def decide_damage(self, subject: str, mechanism: str, decision: str, reason: str, **more: Any) -> Changes:
        """Accept or reject a damage mechanism; see `services.facts.decide_damage`.

        Parameters
        ----------
        subject, mechanism, decision, reason : str
        **more
            Cause, side, susceptibility, days and version.

        Returns
        -------
        Changes
        """
        from integrity.services import facts

        return facts.decide_damage(self, subject, mechanism, decision, reason, **more)

    def close(self) -> None:
        """Let go of the database; the session cannot be used afterwards."""
        with self._lock:
            self._plants = {}
        self.engine.dispose()


class _Unit(UnitOfWork):
    """A unit of work that tells its session when it has been committed."""

    def __init__(self, tell: Callable[[Written], None], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._tell = tell

    def commit(self) -> Written:
        """Commit and tell."""
        written = super().commit()
        self._tell(written)
        return written


def changes_of(written: Written | None) -> Changes:
    """What a unit of work wrote, in the form that services hand out.

    Parameters
    ----------
    written : Written or None

    Returns
    -------
    Changes
    """
    return Changes() if written is None else Changes(written.tables, written.ids, written.audit_id)


def today_d() -> int:
    """Today as days since 1970-01-01; called where a plant is opened, nowhere else.

    Returns
    -------
    int
    """
    return (dt.date.today() - dt.date(1970, 1, 1)).days
