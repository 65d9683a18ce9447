"""The only place that wires: creates and opens plants, and makes a sample plant the first time it is asked for."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

import sqlalchemy as sa

from integrity.core.dates import days_of, iso_of
from integrity.core.errors import InputError, ToolError
from integrity.core.message import msg
from integrity.core.progress import SILENT, Progress
from integrity.core.tables import read_json
from integrity.db.engine import database_url, file_of
from integrity.db.migrate import create_database, open_database
from integrity.db.models import SettingRecord, Site
from integrity.db.unit_of_work import UnitOfWork, reader
from integrity.services.folders import data_folder
from integrity.services.session import AS_OF, Session, today_d

EXTENSION = ".integrity"
_SAMPLES = Path(__file__).resolve().parent.parent / "sample_plants"
_NAMES = Path(__file__).parent / "services" / "tables" / "samples.json"
_PART = ".part"
_STALE_S = 600.0


def create_plant(
    path_or_url: str | Path, site: str, author: str, *, name_zh: str = "", as_of_d: int | None = None
) -> Session:
    """Make an empty plant and open it.

    Parameters
    ----------
    path_or_url : str or Path
        A file that does not exist yet, or a URL of a server database without tables.
    site : str
        Name of the site; must not be empty.
    author : str
    name_zh : str
    as_of_d : int, optional
        Day as of which the plant is looked at; today, each day anew, where not given.

    Returns
    -------
    Session
    """
    if not site.strip():
        raise InputError(msg("import.error.no_site_name"))
    engine = create_database(path_or_url)
    try:
        with UnitOfWork(engine, author, "create_site", undoable=False) as uow:
            row = Site(name=site.strip(), name_zh=name_zh)
            uow.add(row)
            if as_of_d is not None:
                uow.add(SettingRecord(site_id=row.id, key=AS_OF, value=iso_of(as_of_d), reason="create_site"))
            uow.commit()
        return Session(engine, row.id, author, today_d())
    except ToolError:
        engine.dispose()
        path = file_of(engine)
        if path is not None:
            _remove(path)
        raise


def open_plant(path_or_url: str | Path, author: str, site: str = "") -> Session:
    """Open a plant; one of an older program is copied beside itself and upgraded, one of a newer is refused.

    Parameters
    ----------
    path_or_url : str or Path
    author : str
    site : str
        Name of the site where the database holds several; the first one where empty.

    Returns
    -------
    Session
    """
    engine = open_database(path_or_url)
    try:
        with reader(engine) as session:
            query = sa.select(Site.id).order_by(Site.id)
            found = session.execute(query.where(Site.name == site) if site else query).scalars().first()
        if found is None:
            raise InputError(msg("import.error.no_site", site=site, url=str(path_or_url)))
        return Session(engine, found, author, today_d())
    except ToolError:
        engine.dispose()
        raise


def sample_names() -> tuple[str, ...]:
    """Sample plants whose files are there.

    Returns
    -------
    tuple of str
    """
    return tuple(name for name in _known() if (_SAMPLES / name / "files").is_dir())


def sample_folder(name: str, samples: Path | None = None) -> Path:
    """Folder with the files that a sample plant hands over.

    Parameters
    ----------
    name : str
    samples : Path, optional
        Folder of the sample plants, where it is not beside the package.

    Returns
    -------
    Path
    """
    base = _SAMPLES if samples is None else samples
    folder = base / name / "files"
    if not folder.is_dir():
        raise InputError(msg("import.error.no_sample", name=name, folder=str(base)))
    return folder


def sample_as_of(folder: Path) -> int | None:
    """Day on which a sample plant was handed over, as its answer key says; None for any other folder.

    Parameters
    ----------
    folder : Path
        Folder of the files.

    Returns
    -------
    int or None
        Days since 1970-01-01.
    """
    for place in (folder, folder.parent):
        try:
            key = json.loads((place / "expected.json").read_text(encoding="utf-8"))
            return days_of(str(key["as_of"]), "as_of")
        except (OSError, ValueError, KeyError, TypeError, InputError):
            continue
    return None


def open_sample(
    name: str,
    author: str,
    data: Path | None = None,
    progress: Progress = SILENT,
    samples: Path | None = None,
) -> Session:
    """Open a sample plant; the first time its files are imported into the user's data folder.

    An import that was interrupted leaves only a partial file, which is thrown away.

    Parameters
    ----------
    name : str
    author : str
    data : Path, optional
        Data folder other than the user's own.
    progress : Progress
    samples : Path, optional
        Folder of the sample plants, where it is not beside the package.

    Returns
    -------
    Session
    """
    target = data_folder(data) / "samples" / f"{name}{EXTENSION}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _build(target, sample_folder(name, samples), _known().get(name, {}), author, progress)
    return open_plant(target, author)


def site_name(name: str) -> str:
    """Name of the site of a sample plant, else the name itself.

    Parameters
    ----------
    name : str
        Name of the folder.

    Returns
    -------
    str
    """
    return str(_known().get(name, {}).get("site", name))


def _known() -> dict[str, dict[str, str]]:
    return dict(read_json(_NAMES)["samples"])


def _build(target: Path, folder: Path, names: dict[str, str], author: str, progress: Progress) -> None:
    """Make the plant under another name and give it its own when everything is in it."""
    for left in target.parent.glob(f".{target.stem}.*{_PART}"):
        if time.time() - left.stat().st_mtime > _STALE_S:
            _remove(left)
    partial = target.with_name(f".{target.stem}.{uuid.uuid4().hex[:8]}{_PART}")
    try:
        session = create_plant(
            partial,
            names.get("site", target.stem),
            author,
            name_zh=names.get("site_zh", ""),
            as_of_d=sample_as_of(folder),
        )
        try:
            from integrity.services.imports import import_folder

            previews = import_folder(session, folder, progress)
        finally:
            session.close()
        blocked = next((p for p in previews if p.blocked), None)
        if blocked is not None:
            raise InputError(msg("import.error.sample_blocked", name=target.stem, file=blocked.file))
        if not target.exists():
            partial.replace(target)
    finally:
        _remove(partial)


def _remove(path: Path) -> None:
    """Remove an SQLite file with what belongs to it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


def plant_file(path_or_url: str | Path) -> Path | None:
    """The file behind a path or URL, None for a server.

    Parameters
    ----------
    path_or_url : str or Path

    Returns
    -------
    Path or None
    """
    url = database_url(path_or_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
